"""A timeline as data: plan above, actual below, forecast hatched, on one axis of calendar days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from django.utils.translation import gettext

from shanhai.core import clock
from shanhai.webkit import words

SpanKind = Literal["plan", "actual", "forecast", "stopped"]


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included."""

    kind: SpanKind
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Item:
    """A row: a name, who has it, how much it used, and its spans."""

    name: str
    spans: Sequence[Span]
    who: str = ""
    used: str = ""
    is_over: bool = False  # the used time is more than was promised
    is_critical: bool = False
    is_current: bool = False
    tag: str = ""
    tag_kind: Literal["", "risk", "late"] = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A band with a name over the rows that follow."""

    name: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows between two days, with today, days off and a legal limit."""

    rows: Sequence[Item | Group]
    from_on: date
    to_on: date
    head: str = ""
    limit_on: date | None = None
    days_off: Sequence[tuple[date, date]] = field(default_factory=tuple)

    def laid_out(self) -> dict[str, Any]:
        """Everything in percent of the width, for the template; integers of a thousandth, written as decimals."""
        place = _scale(self.from_on, self.to_on)
        lines = [{"css": "wk", "x": place(on)} for on in _ticks(self.from_on, self.to_on)]
        for first, last in self.days_off:
            lines.append({"css": "hol", "x": place(first), "w": _width(place, first, last)})
        today = clock.today()
        if self.from_on <= today <= self.to_on:
            lines.append({"css": "tod", "x": place(today + timedelta(days=1))})
        if self.limit_on is not None:
            lines.append({"css": "lim", "x": place(self.limit_on + timedelta(days=1))})
        return {
            "head": self.head,
            "ticks": _labels(self.from_on, self.to_on, place),
            "lines": lines,
            "rows": [self._row(row, place) for row in self.rows],
            "limit_on": self.limit_on,
            "kinds": {s.kind for row in self.rows if isinstance(row, Item) for s in row.spans},
            "has_critical": any(isinstance(row, Item) and row.is_critical for row in self.rows),
            "has_days_off": bool(self.days_off),
        }

    @staticmethod
    def _row(row: Item | Group, place: Callable[[date], str]) -> dict[str, Any]:
        if isinstance(row, Group):
            return {"group": row.name}
        css = {"plan": "pl0", "actual": "a", "forecast": "f", "stopped": "x"}
        spans = [
            {
                "css": css[s.kind] + (" cr" if row.is_critical and s.kind in ("actual", "forecast") else ""),
                "x": place(s.from_on),
                "w": _width(place, s.from_on, s.to_on),
            }
            for s in row.spans
        ]
        last = max((s.to_on for s in row.spans), default=None)
        end = place(last + timedelta(days=1)) if last else "0"
        return {"item": row, "spans": spans, "end": end, "is_at_end": float(end) > 72, "said": _said(row)}


def _scale(first: date, last: date) -> Callable[[date], str]:
    days = max(1, (last - first).days + 1)

    def place(on: date) -> str:
        thousandths = max(0, min(100_000, (on - first).days * 100_000 // days))
        return f"{thousandths // 1000}.{thousandths % 1000:03d}"

    return place


def _width(place: Callable[[date], str], first: date, last: date) -> str:
    start, end = place(first), place(last + timedelta(days=1))
    return f"{max(0.4, float(end) - float(start)):.3f}"


def _ticks(first: date, last: date) -> list[date]:
    """Every other Monday; firsts of months when the span is longer than four months."""
    if (last - first).days > 125:
        on, found = date(first.year, first.month, 1), []
        step = 1 + (last - first).days // 380
        while on <= last:
            if on >= first:
                found.append(on)
            month = on.month - 1 + step
            on = date(on.year + month // 12, month % 12 + 1, 1)
        return found
    monday = first + timedelta(days=-first.weekday() % 7)
    return [monday + timedelta(days=14 * i) for i in range(((last - monday).days) // 14 + 1)]


def _labels(first: date, last: date, place: Callable[[date], str]) -> list[dict[str, Any]]:
    today = clock.today()
    shows_today = first <= today <= last
    # "18 Sep, today" is the widest label and runs to the right of its day.
    before, after = (last - first).days // 14, (last - first).days // 4
    labels: list[dict[str, Any]] = [
        {"x": place(on), "text": words.day(on)}
        for on in _ticks(first, last)
        # The last words of the axis must not run out of it.
        if (last - on).days > (last - first).days // 14
        and (not shows_today or (on != today and not -before < (on - today).days < after))
    ]
    if shows_today:
        x = place(today)
        text = gettext("%s, today") % words.day(today)
        labels.append({"x": x, "text": text, "is_now": True, "is_at_end": float(x) > 60})
    return labels


def _said(row: Item) -> str:
    """The row for those who cannot see the bars."""
    names = {
        "plan": gettext("planned"),
        "actual": gettext("actual"),
        "forecast": gettext("forecast"),
        "stopped": gettext("clock stopped"),
    }
    return "; ".join(f"{names[s.kind]} {words.day(s.from_on)} – {words.day(s.to_on)}" for s in row.spans)
