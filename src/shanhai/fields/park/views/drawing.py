"""Land as one SVG that stands without script: each parcel a link in its colour, spots marked.

``webkit/map.js`` draws it again on a map that moves; ``park/draw.js`` lets a pen draw into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.outlines import Outline

# Of more plots than so many, corners that nobody would see are left out: 0.3 units are about a metre on a park’s map.
MANY, COARSE = 300, 0.3


@dataclass(frozen=True, slots=True)
class Plot:
    """A piece of land as it is drawn: ``fill`` is a colour of the tokens ("q5"), empty for white, "none" for a line only.

    ``mark`` stands in its middle: a number that a table beside the map has, too; ``is_dark`` fills carry it in white.
    """

    outline: Outline
    title: str
    url: str = ""
    fill: str = ""
    is_chosen: bool = False
    mark: str = ""
    is_dark: bool = False


def draw(
    plots: Sequence[Plot],
    label: str,
    *,
    border: Outline | None = None,
    around: Outline | None = None,
    spots: Iterable[tuple[float, float]] = (),
) -> SafeString:
    """One ``<svg>``; empty where there is nothing to draw.

    Parameters
    ----------
    border
        The border of the park, a line around all.
    around
        What the drawing shows, with half as much around it; by default everything.
    spots
        Places in degrees that are marked.
    """
    marks = list(spots)
    boxes = [plot.outline.box for plot in plots] + ([border.box] if border is not None else [])
    if around is not None:
        boxes = [wider(around.box)]
    boxes += [_box_of(spot) for spot in marks]
    if not boxes:
        return mark_safe("")
    frame = outlines.frame_of(boxes)
    parts = [_edge(border, frame)] if border is not None else []
    within = COARSE if len(plots) > MANY else 0.0
    parts += [_plot(plot, frame, within) for plot in sorted(plots, key=lambda plot: plot.is_chosen)]
    parts += [_mark(plot, frame) for plot in plots if plot.mark]
    parts += [_spot(spot, frame) for spot in marks]
    return format_html(
        '<svg class="zm land" viewBox="0 0 {} {}" role="group" aria-label="{}" data-west="{}" data-north="{}" data-across="{}" data-down="{}">{}</svg>',
        round(frame.width),
        round(frame.height),
        label,
        f"{frame.west:.9f}",
        f"{frame.north:.9f}",
        f"{frame.across:.6f}",
        f"{frame.down:.6f}",
        mark_safe("".join(parts)),
    )


def wider(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A box with half as much around it."""
    west, south, east, north = box
    x, y = max((east - west) // 2, 3_000), max((north - south) // 2, 3_000)
    return west - x, south - y, east + x, north + y


def _box_of(spot: tuple[float, float]) -> tuple[int, int, int, int]:
    x, y = round(spot[0] * outlines.UNIT), round(spot[1] * outlines.UNIT)
    return x, y, x, y


def _edge(border: Outline, frame: outlines.Frame) -> str:
    return f'<path class="edge" d="{frame.path(border)}"/>'


def _plot(plot: Plot, frame: outlines.Frame, within: float) -> str:
    fill = "none" if plot.fill == "none" else f"var(--sh-{plot.fill})" if plot.fill else "#fff"
    is_pale = plot.fill in ("", "sunk")
    css = ' class="on"' if plot.is_chosen else ' class="pale"' if is_pale else ""
    title = f"<title>{escape(plot.title)}</title>"
    path = f'<path d="{frame.path(plot.outline, within)}" fill="{fill}"{css}'
    if not plot.url:
        return f'<g data-kind="area">{path}>{title}</path></g>'
    return f'<a data-kind="area" href="{escape(plot.url)}">{title}{path}/></a>'


def _mark(plot: Plot, frame: outlines.Frame) -> str:
    lon, lat = outlines.middle(plot.outline)
    x, y = frame.at((round(lon * outlines.UNIT), round(lat * outlines.UNIT)))
    told = escape(plot.mark)
    fill = "#fff" if plot.is_dark else "var(--sh-ink)"
    where = f'x="{x:.1f}" y="{y:.1f}"'
    return (
        f'<g data-kind="name" data-x="{x:.1f}" data-y="{y:.1f}" data-label="{told}" aria-hidden="true">'
        f'<text class="mk" {where} fill="{fill}">{told}</text></g>'
    )


def _spot(spot: tuple[float, float], frame: outlines.Frame) -> str:
    x, y = frame.at((round(spot[0] * outlines.UNIT), round(spot[1] * outlines.UNIT)))
    return f'<g class="spot"><circle cx="{x:.1f}" cy="{y:.1f}" r="9"/><path d="M{x - 14:.1f} {y:.1f}h28M{x:.1f} {y - 14:.1f}v28"/></g>'


def spots_of(*given: Any) -> list[tuple[float, float]]:
    """The places that refusals name ("119.1, 28.07"), of those that do so in degrees."""
    found = []
    for text in given:
        try:
            x, y = (float(part) for part in str(text).split(","))
        except ValueError:
            continue
        if outlines.WEST <= x <= outlines.EAST and outlines.SOUTH <= y <= outlines.NORTH:
            found.append((x, y))
    return found


def corners(given: Iterable[Outline]) -> list[list[int]]:
    """The rings that a pen snaps to: longitude and latitude in 1e-7 degrees, one after the other."""
    return [[value for point in ring for value in point] for outline in given for ring in outline.rings]
