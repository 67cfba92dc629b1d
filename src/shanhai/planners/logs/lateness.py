"""How many records of a log were finished after their due time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs import duck, sheets
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.stamps import wall_clock
from shanhai.planners.logs.troubles import Troubles

Level = Literal["case", "event"]
Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Lateness:
    """``late`` of the ``checked`` records that carry both times; ``unread`` says what else there was."""

    checked: int
    late: int
    unread: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Count:
    end_of_day: bool
    checked: int = 0
    late: int = 0
    unreadable: int = 0
    example: str = ""

    def add(self, due: str | None, done: str | None) -> None:
        if not due or not done:
            return
        times = [wall_clock(text, end_of_day=self.end_of_day) for text in (due, done)]
        if times[0] is None or times[1] is None:
            self.unreadable += 1
            self.example = self.example or (due if times[0] is None else done)
            return
        self.checked += 1
        self.late += times[1] > times[0]


def count_late(
    path: str | Path, due: str, done: str, *, level: Level, end_of_day: bool = False, case: str = ""
) -> Lateness:
    """Count the records of a log that carry a due and a done time, and those of them that were late.

    Local times as they are written are compared, offsets dropped: an office's due day ends by its own clock. A record is
    late when done is after due; the same moment is in time.

    Parameters
    ----------
    path
        XES, CSV, Parquet or OCEL 2.0, as for ``read_log``.
    due, done
        Attributes of any XES type, columns, or attributes of OCEL events and objects. An attribute within another is
        named by its path, ``outer/inner``; by its own name alone it is found where no record has an outermost one.
    level
        ``case``: attributes of cases (CSV, Parquet: the first value of each case, from the column or from ``case:``
        before its name; OCEL: attributes of objects). ``event``: of events.
    end_of_day
        Read a day without a time as the end of that day, not as its beginning.
    case
        As for ``read_log``; OCEL: only objects of this type are looked at.

    Returns
    -------
    Lateness
        With the number of records whose values are no times.

    Raises
    ------
    BadInput
        The file cannot be read, or no record has an attribute of the name.
    """
    source, troubles = Source(Path(path)), Troubles()
    kind = source.kind()
    count = _Count(end_of_day)
    if kind == "xes":
        _of_xes(source, (due, done), level, (count, _Count(end_of_day)), troubles)
    elif kind in ("csv", "parquet"):
        pairs = _of_sheet(source, kind, (due, done), level, case, troubles)
        for pair in pairs:
            count.add(*pair)
    else:
        for pair in _of_ocel(source, kind, (due, done), level, case, troubles):
            count.add(*pair)
    told = list(troubles.told())
    if count.unreadable:
        told.append(
            because(
                "logs.no_times",
                gettext_noop(
                    "{n} records carry both, but not two times that can be read, such as {example}; they were left out."
                ),
                n=count.unreadable,
                example=count.example,
            )
        )
    return Lateness(count.checked, count.late, tuple(told))


def _of_xes(
    source: Source, names: tuple[str, str], level: Level, counts: tuple[_Count, _Count], troubles: Troubles
) -> None:
    """Count outermost attributes in the first count; where no record has one of a name, nested ones."""
    from shanhai.planners.logs import xes

    of_case, of_event = (names, ()) if level == "case" else ((), names)
    outer, nested = {name: 0 for name in names}, {name: 0 for name in names}
    mixed: list[_Count] = [counts[0], counts[1], _Count(counts[0].end_of_day), _Count(counts[0].end_of_day)]
    for trace in xes.traces(source, of_case, of_event, troubles):
        for record in [trace.attributes] if level == "case" else trace.events:
            if not record:
                continue
            values = {name: (record.get(name), record.get(xes.NESTED + name)) for name in names}
            for name, (own, inside) in values.items():
                outer[name] += own is not None
                nested[name] += inside is not None
            # All four ways to read the two names are counted; which of them holds is known only at the end.
            for n, one in enumerate(mixed):
                one.add(values[names[0]][n & 1], values[names[1]][n >> 1])
    for name in names:
        if not outer[name] and not nested[name]:
            raise _no_attribute(source, name, level)
    found = mixed[(not outer[names[0]]) + 2 * (not outer[names[1]])]
    first = counts[0]
    first.checked, first.late = found.checked, found.late
    first.unreadable, first.example = found.unreadable, found.example


def _no_attribute(source: Source, name: str, level: Level) -> BadInput:
    return BadInput(
        "logs.no_attribute",
        gettext_noop(
            "No {level} of {file} has an attribute {name}. Correct its name, or look at the other --level."
        ),
        level=level,
        file=source.path.name,
        name=name,
    )


def _of_sheet(
    source: Source, kind: str, names: tuple[str, str], level: Level, case: str, troubles: Troubles
) -> Iterator[Pair]:
    table = sheets.CsvTable(source, troubles) if kind == "csv" else duck.ParquetTable(source)
    columns = [_attribute_column(table.headings, name, level, source) for name in names]
    if level == "event":
        for _number, cells in table.batches(columns):
            yield from zip(*(map(_text, column) for column in cells), strict=True)
        return
    by = sheets.column(table.headings, "case", case, source.path.name)
    firsts: dict[bytes, list[str]] = {}
    for number, (cases, dues, dones) in table.batches([by or 0, *columns]):
        for n, (name, *values) in enumerate(zip(cases, dues, dones, strict=True)):
            if not name:
                troubles.count("no_case", f"{source.path.name}:{number + n}")
                continue
            held = firsts.setdefault(name, ["", ""])
            for at, value in enumerate(values):
                held[at] = held[at] or _text(value)
    yield from ((due, done) for due, done in firsts.values())


def _text(cell: bytes) -> str:
    return cell.decode(errors="replace")


def _attribute_column(headings: Sequence[str], name: str, level: Level, source: Source) -> int:
    tried = (f"case:{name}", name) if level == "case" else (name, f"case:{name}")
    for one in tried:
        if one in headings:
            return list(headings).index(one)
    by_plain = {sheets.plain(one): n for n, one in reversed(list(enumerate(headings)))}
    for one in tried:
        if (found := by_plain.get(sheets.plain(one))) is not None:
            return found
    raise _no_attribute(source, name, level)


def _of_ocel(
    source: Source, kind: str, names: tuple[str, str], level: Level, case: str, troubles: Troubles
) -> Iterator[Pair]:
    from shanhai.planners.logs import ocel

    events, objects = ocel.things(source, kind, troubles)
    held = list(events)
    if case:
        case = ocel.case_type(held, objects, case, troubles)
    records = [one.values for one in held]
    if level == "case":
        records = [one.values for one in objects.values() if not case or one.type == case]
    for name in names:
        if not any(name in values for values in records):
            raise _no_attribute(source, name, level)
    yield from ((values.get(names[0]), values.get(names[1])) for values in records)
