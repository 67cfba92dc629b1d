"""The schematic map of a zone, drawn as one SVG that stands without script, tiles or fonts.

Land is filled by belonging only: the 100 step of its side for the region, the 300 step where it is paired. The white
joints between the pieces are the borders. Sites are squares with a leader line, routes are dashed ink.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Point = tuple[float, float]
WIDTH = 734.0  # units of the drawing: at the design width about one pixel each
MARGIN = 16.0
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Feature:
    """Something on the map. Coordinates are those of the schematic: x to the right, y downwards.

    Parameters
    ----------
    kind
        ``area`` (a ring), ``site`` (one point), ``route`` (two points or more), ``name`` (a region's name at a
        point), ``water`` (a ring without a border), ``note`` (a remark at a point).
    side
        mountain, sea, host or "" (no side: sunk grey).
    is_paired
        Areas: belongs to a pairing below this one, and is drawn a step darker.
    label, note
        What stands beside it; the note is left out on the phone.
    shift
        Where the label stands from the point of a site, route or name; sites without it are labelled off the land.
    """

    kind: Literal["area", "site", "route", "name", "water", "note"]
    points: tuple[Point, ...]
    side: str = ""
    label: str = ""
    note: str = ""
    url: str = ""
    is_paired: bool = False
    shift: Point | None = None


def ring(outline: str) -> tuple[Point, ...]:
    """The points of ``Region.outline``: numbers in pairs, whatever stands between them."""
    numbers = [float(found) for found in _NUMBER.findall(outline)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=False))


def draw(features: Sequence[Feature], label: str, css: str = "") -> SafeString:
    """One ``<svg>``; nothing at all where there is nothing to draw."""
    drawn = [feature for feature in features if feature.points]
    if not drawn:
        return mark_safe("")
    frame = _Frame(drawn)
    order = ("water", "area", "route", "site", "name", "note")
    parts = [_told(f, frame) for kind in order for f in drawn if f.kind == kind]
    return format_html(
        '<svg viewBox="0 0 {} {}" role="{}" aria-label="{}" class="zm {}" font-size="13" fill="var(--sh-ink)">'
        "{}</svg>",
        _n(frame.width),
        _n(frame.height),
        # With links inside, it is a group of things; without, one picture.
        "group" if any(f.url for f in drawn) else "img",
        label,
        css,
        mark_safe("".join(parts)),
    )


def _told(feature: Feature, frame: _Frame) -> SafeString:
    """A drawn feature, with what ``map.js`` needs to draw it again on a map that moves."""
    facts = {"side": feature.side}
    if feature.kind not in ("area", "water"):  # Their ring stands in the path, their name in its title.
        x, y = frame.at(feature.points[0])
        facts |= {"x": _n(x), "y": _n(y), "label": feature.label, "note": feature.note}
    said = format_html_join("", ' data-{}="{}"', ((name, value) for name, value in facts.items() if value))
    return format_html('<g data-kind="{}"{}>{}</g>', feature.kind, said, _DRAW[feature.kind](feature, frame))


class _Frame:
    """Scales the land to the width of the drawing; water may run out of the frame."""

    def __init__(self, features: Sequence[Feature]) -> None:
        land = [p for f in features if f.kind != "water" for p in f.points] or [
            p for f in features for p in f.points
        ]
        xs, ys = [p[0] for p in land], [p[1] for p in land]
        self.left, self.top = min(xs), min(ys)
        span = max(max(xs) - self.left, 1e-9)
        self.scale = (WIDTH - 2 * MARGIN) / span
        self.width = WIDTH
        # Names stand above their region, labels below it: leave them a line each.
        self.height = max(120.0, (max(ys) - self.top) * self.scale + 2 * MARGIN + 36)
        self.boxes: dict[str, tuple[float, float, float, float]] = {}
        for side in {f.side for f in features if f.kind == "area"}:
            there = [self.at(p) for f in features if f.kind == "area" and f.side == side for p in f.points]
            self.boxes[side] = (
                min(x for x, _ in there),
                min(y for _, y in there),
                max(x for x, _ in there),
                max(y for _, y in there),
            )
        self.taken: dict[str, int] = {}  # labels that stand beside each side's land already

    def beside(self, side: str, at: Point, width: float) -> Point:
        """Where the words of a site begin so that they stand off the land: right of it, else below it."""
        _left, top, right, bottom = self.boxes.get(side, (at[0] - 20, at[1] - 20, at[0] + 20, at[1] + 20))
        nth = self.taken.get(side, 0)
        self.taken[side] = nth + 1
        x, y = right + 16, min(max(top + 14, at[1] - 36), bottom - 20) + nth * 38
        others = [box for name, box in self.boxes.items() if name != side]
        free = x + width < WIDTH and all(
            x + width < box[0] or x > box[2] or y + 18 < box[1] or y - 12 > box[3] for box in others
        )
        if free:
            return x, y
        y = bottom + 20 + nth * 38
        self.height = max(self.height, y + 30)
        return min(at[0] + 6, WIDTH - 4 - width), y

    def at(self, point: Point) -> Point:
        x = MARGIN + (point[0] - self.left) * self.scale
        return x, MARGIN + 22 + (point[1] - self.top) * self.scale


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _ring_path(feature: Feature, frame: _Frame) -> str:
    return "M" + " ".join(f"{_n(x)},{_n(y)}" for x, y in map(frame.at, feature.points)) + "z"


_LETTER = {"mountain": "m", "sea": "s"}


def _colour(side: str, step: int) -> str:
    if side in _LETTER:
        return f"var(--sh-{_LETTER[side]}-{step})"
    return {100: "var(--sh-sunk)", 300: "var(--sh-line)"}.get(step, "var(--sh-ink-2)")


def _linked(feature: Feature, drawing: SafeString) -> SafeString:
    if not feature.url:
        return drawing
    if feature.kind == "area":
        return format_html('<a href="{}" aria-label="{}">{}</a>', feature.url, feature.label, drawing)
    return format_html('<a href="{}">{}</a>', feature.url, drawing)


def _area(feature: Feature, frame: _Frame) -> SafeString:
    path = format_html(
        '<path d="{}" fill="{}" stroke="#fff" stroke-width="1.6">{}</path>',
        _ring_path(feature, frame),
        _colour(feature.side, 300 if feature.is_paired else 100),
        format_html("<title>{}</title>", feature.label) if feature.label else "",
    )
    return _linked(feature, path)


def _water(feature: Feature, frame: _Frame) -> SafeString:
    return format_html('<path d="{}" fill="var(--sh-s-50)"/>', _ring_path(feature, frame))


def _width(text: str) -> float:
    """How wide a text of 12 px is drawn at most: a Chinese character is a square, a letter of a wide font 7.4 px."""
    return sum(12.0 if ord(character) > 0x2E80 else 7.4 for character in text)


def _words(x: float, y: float, feature: Feature, weight: int, size: int = 13, fill: str = "") -> SafeString:
    widest = max(_width(feature.label) * size / 12, _width(feature.note))
    anchor = "end" if x + widest > WIDTH - 4 and x - widest > 0 else "start"
    if anchor == "start":
        x = max(4.0, min(x, WIDTH - 4 - widest))
    second = (
        format_html(
            '<tspan class="d2" x="{}" dy="16" font-size="12" fill="var(--sh-ink-2)">{}</tspan>',
            _n(x),
            feature.note,
        )
        if feature.note
        else ""
    )
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-size="{}"{}><tspan font-weight="{}">{}</tspan>{}</text>',
        _n(x),
        _n(y),
        anchor,
        size,
        format_html(' fill="{}"', fill) if fill else "",
        weight,
        feature.label,
        second,
    )


def _site(feature: Feature, frame: _Frame) -> SafeString:
    x, y = frame.at(feature.points[0])
    if feature.shift is not None:
        dx, dy = feature.shift
        to, start = (x + dx, y + dy), (x + dx + 4, y + dy + (-8 if dy < 0 else 14))
    elif feature.label:
        width = max(_width(feature.label) * 13 / 12, _width(feature.note))
        start = frame.beside(feature.side, (x, y), width)
        # The leader ends at the side of the first line, or above it where the words stand below the land.
        is_below = start[1] > y and start[0] < x + 8
        to = (x, start[1] - 14) if is_below else (start[0] - 4, start[1] - 4)
    else:
        to = start = (x, y)
    square = format_html(
        '<path d="M{} {}L{} {}" stroke="var(--sh-ink)" fill="none"/>'
        '<rect x="{}" y="{}" width="12" height="12" fill="{}"/>{}',
        _n(x),
        _n(y),
        _n(to[0]),
        _n(to[1]),
        _n(x - 6),
        _n(y - 6),
        _colour(feature.side, 900),
        _words(start[0], start[1], feature, 600) if feature.label else "",
    )
    return _linked(feature, square)


def _route(feature: Feature, frame: _Frame) -> SafeString:
    points = [frame.at(p) for p in feature.points]
    middle = points[len(points) // 2]
    if len(points) == 2:
        (x1, y1), (x2, y2) = points
        bend = abs(x2 - x1) * 0.16
        path = (
            f"M{_n(x1)} {_n(y1)}C{_n(x1 + (x2 - x1) * 0.35)} {_n(y1 + bend)} "
            f"{_n(x1 + (x2 - x1) * 0.65)} {_n(y2 + bend)} {_n(x2)} {_n(y2)}"
        )
        middle = ((x1 + x2) / 2, (y1 + y2) / 2 + bend)
    else:
        path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    dx, dy = feature.shift or (-30.0, 26.0)
    line = format_html(
        '<path d="{}" fill="none" stroke="var(--sh-ink)" stroke-width="1.6" stroke-dasharray="6 4"/>{}',
        path,
        _words(middle[0] + dx, middle[1] + dy, feature, 600, 12) if feature.label else "",
    )
    return _linked(feature, line)


def _name(feature: Feature, frame: _Frame) -> SafeString:
    x, y = frame.at(feature.points[0])
    dx, dy = feature.shift or (0.0, 0.0)
    return _linked(feature, _words(x + dx, y + dy, feature, 600, 16, _colour(feature.side, 900)))


def _note(feature: Feature, frame: _Frame) -> SafeString:
    x, y = frame.at(feature.points[0])
    return format_html('<g class="d2">{}</g>', _words(x, y, feature, 400, 12, _colour(feature.side, 700)))


_DRAW = {"area": _area, "water": _water, "site": _site, "route": _route, "name": _name, "note": _note}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the drawing."""

    label: str
    url: str
    side: str
    note: str
    is_paired: bool


def rows(features: Sequence[Feature]) -> list[Row]:
    """The same things as rows, for those who cannot see the drawing: sites and routes first, then places."""
    order = {"site": 0, "route": 1, "area": 2}
    named = [f for f in features if f.label and f.kind in order]
    named.sort(key=lambda f: (order[f.kind], f.side, not f.is_paired))
    return [Row(f.label, f.url, f.side, f.note, f.is_paired) for f in named]
