"""The briefing book as Word: the same plain data as the PDF, as one official paper, one language after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shanhai.core.printing.content import Block, Content

Version = Mapping[str, Any]


def content(book: Mapping[str, Any]) -> Content:
    """A book as blocks of a paper."""
    first = book["versions"][0]
    return Content(
        title=first["head"]["title"],
        shape="minutes",
        head=f"{first['head']['pairing']} {first['head']['book']}",
        blocks=tuple(block for n, version in enumerate(book["versions"]) for block in _version(version, n)),
    )


def _version(one: Version, n: int) -> list[Block]:
    head, labels = one["head"], one["labels"]
    blocks = [] if n == 0 else [Block("heading", f"{head['book']}: {head['title']}")]
    pairs = [
        (labels["when"], head["when"]),
        (labels["place"], head["place"]),
        (labels["level"], head["level"]),
    ]
    pairs += [(labels["convenors"], head["convenors"])]
    pairs += [
        (f"{labels['quorum']}, {side}", said)
        for side, said in zip(head["sides"], head["quorum"], strict=True)
    ]
    blocks += [Block("pairs", rows=tuple(pairs)), Block("text", head["finding"])]
    blocks += [*_asks(one), *_agenda(one), *_commitments(one), *_late(one), *_items(one), *_figures(one)]
    return blocks + [Block("text", note) for note in one["notes"]]


def _asks(one: Version) -> list[Block]:
    blocks = [Block("heading", one["labels"]["asks"])]
    for asks in one["asks"]:
        lines = asks["lines"] or [one["labels"]["asks_none"]]
        blocks += [Block("named", "", label=asks["title"]), *(Block("text", line) for line in lines)]
    return blocks


def _table(
    heading: str,
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    widths: tuple[float, ...],
    none: str = "",
) -> list[Block]:
    if not rows:
        return [Block("heading", heading), Block("text", none)] if none else []
    return [Block("heading", heading), Block("table", heads=heads, rows=tuple(rows), widths=widths)]


def _agenda(one: Version) -> list[Block]:
    labels = one["labels"]
    rows = [
        (f"{point['order']}. {point['title']}", point["side_name"], point["papers"])
        for point in one["agenda"]
    ]
    heads = (labels["point"], labels["brought_by"], labels["papers"])
    return _table(labels["agenda"], heads, rows, (0.6, 0.2, 0.2))


def _commitments(one: Version) -> list[Block]:
    labels = one["labels"]
    rows = [
        (
            f"{line['field']} · {line['name']}",
            line["owes_name"],
            line["delivered"],
            line["promised"],
            line["forecast"],
            line["status_name"],
        )
        for line in one["commitments"]
    ]
    heads = tuple(
        labels[name] for name in ("commitment", "owes", "delivered", "promised", "forecast", "status")
    )
    nested = [Block("text", one["nested"])] if one["nested"] else []
    return _table(labels["commitments"], heads, rows, (0.34, 0.13, 0.13, 0.15, 0.13, 0.12)) + nested


def _late(one: Version) -> list[Block]:
    labels = one["labels"]
    rows = [
        (line["what"], line["holders"], f"{line['due']}, {line['late']}", line["escalated"])
        for line in one["late"]
    ]
    heads = (labels["what"], labels["rests_with"], labels["due"], labels["escalated"])
    return _table(labels["late"], heads, rows, (0.34, 0.24, 0.24, 0.18), labels["late_none"])


def _items(one: Version) -> list[Block]:
    labels = one["labels"]
    rows = [
        (f"{line['number']} {line['title']}", f"{line['holder']} · {line['with']}", line["due"])
        for line in one["items"]
    ]
    heads = (labels["what"], labels["rests_with"], labels["due"])
    return _table(labels["items"], heads, rows, (0.46, 0.34, 0.2), labels["items_none"])


def _figures(one: Version) -> list[Block]:
    rows = tuple((figure["name"], figure["value"]) for figure in one["figures"])
    return [Block("heading", one["labels"]["figures"]), Block("pairs", rows=rows)] if rows else []
