"""Charts as data: what is drawn, and the table that says the same. ``static/webkit/charts.js`` draws, with our tokens.

A chart is drawn only where the shape is the message; bars beside numbers belong into tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from shanhai.webkit import words

Number = int | Decimal | None
Colour = Literal[
    "mountain", "sea", "c1", "c2", "c3", "c4", "c5", "c6", "q1", "q2", "q3", "q4", "q5", "sunk", "line", "ink",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers under a name; a side keeps its colour in every chart."""

    name: str
    values: Sequence[Number]
    colour: Colour = "ink"


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``{% chart %}`` takes: the drawing for the script, the table for everybody."""

    spec: dict[str, Any]
    table: dict[str, Any]


def bars_both_ways(
    labels: Sequence[str], left: Series, right: Series, unit: str = "", digits: int = 1
) -> Chart:
    """Two sides from one middle line: what each gave, by year."""
    return _chart("both_ways", labels, [left, right], unit, digits)


def bars(labels: Sequence[str], series: Sequence[Series], unit: str = "", digits: int = 0) -> Chart:
    """Bars by category, side by side, at most three series."""
    return _chart("bars", labels, series, unit, digits)


def stacked(labels: Sequence[str], series: Sequence[Series], unit: str = "", digits: int = 0) -> Chart:
    """Parts of one whole over time, from the bottom up, each named beside its last bar."""
    return _chart("stacked", labels, series, unit, digits)


def lines(labels: Sequence[str], series: Sequence[Series], unit: str = "", digits: int = 0) -> Chart:
    """Lines over time, each named at its end."""
    return _chart("lines", labels, series, unit, digits)


def dots(
    groups: Sequence[Series], unit: str = "", reference: Number = None, reference_name: str = ""
) -> Chart:
    """One dot for each case, a row for each group, and a line for the case in hand.

    The table gives number, median and the ninth decile of each group.
    """
    spec = {
        "kind": "dots",
        "groups": [
            {"name": g.name, "colour": g.colour, "values": [_plain(v) for v in g.values if v is not None]}
            for g in groups
        ],
        "unit": unit,
        "reference": _plain(reference),
        "reference_name": reference_name,
    }
    rows = []
    for group in groups:
        values = sorted(v for v in group.values if v is not None)
        rows.append([group.name, words.num(len(values)), _quantile(values, 50), _quantile(values, 90)])
    return Chart(spec, {"heads": ["", "n", "p50", "p90"], "rows": rows})


def _chart(kind: str, labels: Sequence[str], series: Sequence[Series], unit: str, digits: int) -> Chart:
    spec = {
        "kind": kind,
        "labels": list(labels),
        "series": [
            {"name": s.name, "colour": s.colour, "values": [_plain(v) for v in s.values]} for s in series
        ],
        "unit": unit,
        "digits": digits,
    }
    heads = ["", *(f"{s.name} ({unit})" if unit else s.name for s in series)]
    rows = [[label, *(words.num(s.values[i], digits) for s in series)] for i, label in enumerate(labels)]
    return Chart(spec, {"heads": heads, "rows": rows})


def _plain(value: Number) -> float | int | None:
    # Only drawing needs floats; the table keeps the exact digits.
    return float(value) if isinstance(value, Decimal) else value


def _quantile(values: Sequence[Any], percent: int) -> str:
    if not values:
        return words.NOTHING
    # The nearest rank: a value that occurred.
    return words.num(values[max(0, -(-len(values) * percent // 100) - 1)])
