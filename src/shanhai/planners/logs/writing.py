"""Event logs for other tools: OCEL 2.0 as JSON and as SQLite, and XES, from plain events.

Values are written as text: a tool that wants numbers finds them, and none is rounded on the way.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.table import COMPLETE, START, EventLog

FORMATS = ("ocel-json", "ocel-sqlite", "xes")
CASE, UNIT = "case", "unit"
# What OCEL asks of attributes that were there before the log: a time at or before all events.
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
# Characters that XML cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
</global>
<classifier name="Activity" keys="concept:name"/>
"""


@dataclass(frozen=True, slots=True)
class Related:
    """An object that took part in an event, and as what."""

    id: str
    type: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """One event of a case. A time without a zone counts as UTC; ``unit`` and ``lifecycle`` may be empty."""

    case: str
    activity: str
    at: datetime
    unit: str = ""
    lifecycle: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[Related, ...] = ()


def write_log(
    events: Iterable[WrittenEvent],
    to: str | Path,
    kind: str,
    *,
    case_attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    """Write events as a log for other tools, in place of a file that stands there.

    Parameters
    ----------
    events
        In any order; within a case they are written by time, those of one time in the order given.
    to
        The file. An SQLite log is finished beside it and then put in its place.
    kind
        One of ``FORMATS``. OCEL: each case, each unit and each object named is an object of its type. XES: cases and
        events; other objects stand in the attribute ``objects``.
    case_attributes
        Case to what is known of it.

    Returns
    -------
    int
        How many events were written.

    Raises
    ------
    BadInput
        ``logs.no_format``; ``logs.nothing_to_write``; ``logs.unnamed_event``; ``logs.two_types``: an object with two types.
    OSError
        The file cannot be written.
    """
    if kind not in FORMATS:
        raise BadInput(
            "logs.no_format",
            gettext_noop("There is no format {format}. Take one of: {formats}."),
            format=kind,
            formats=", ".join(FORMATS),
        )
    held = _in_order(events)
    known = case_attributes or {}
    if kind == "ocel-sqlite":
        _write_sqlite(held, Path(to), known)
        return len(held)
    with Path(to).open("w", encoding="utf-8", newline="\n") as file:
        write_text(held, file, kind, case_attributes=known)
    return len(held)


def write_text(
    events: Iterable[WrittenEvent],
    to: TextIO,
    kind: str,
    *,
    case_attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    """Write the formats that are text to an open file, such as standard output."""
    held = _in_order(events)
    writer = _write_xes if kind == "xes" else _write_json
    writer(held, to, case_attributes or {})
    return len(held)


def events_of(log: EventLog) -> Iterator[WrittenEvent]:
    """The events of a log that was read; of its attributes only case, activity, times and transition are known."""
    marks = {START: "start", COMPLETE: "complete"}
    for n in range(len(log)):
        at = datetime.fromtimestamp(int(log.at[n]) // 1_000_000, UTC).replace(
            microsecond=int(log.at[n]) % 1_000_000
        )
        mark = "" if log.transition is None else marks.get(int(log.transition[n]), "")
        yield WrittenEvent(log.cases[log.case[n]], log.activities[log.activity[n]], at, lifecycle=mark)


def _in_order(events: Iterable[WrittenEvent]) -> list[WrittenEvent]:
    """By the first event of their case, then by time."""
    by_case: dict[str, list[WrittenEvent]] = {}
    for one in events:
        if not one.case or not one.activity:
            raise BadInput(
                "logs.unnamed_event",
                gettext_noop("An event at {at} names no case or no activity. Give both."),
                at=one.at,
            )
        by_case.setdefault(one.case, []).append(one)
    if not by_case:
        raise BadInput(
            "logs.nothing_to_write", gettext_noop("There is no event to write. Give a log with at least one.")
        )
    return [one for own in by_case.values() for one in sorted(own, key=lambda event: _utc(event.at))]


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _stamp(at: datetime) -> str:
    return _utc(at).isoformat(timespec="microseconds" if at.microsecond else "seconds")


# --- OCEL -------------------------------------------------------------------------------------------------------------


def _objects(
    events: Sequence[WrittenEvent], known: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Type and attributes of each object, by its identifier."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for event in events:
        for one in _related(event):
            values = known.get(event.case, {}) if one.type == CASE else {}
            kind, _ = found.setdefault(one.id, (one.type, values))
            if kind != one.type:
                raise BadInput(
                    "logs.two_types",
                    gettext_noop("The object {id} is a {one} and a {other}. Give each object one type."),
                    id=one.id,
                    one=kind,
                    other=one.type,
                )
    return found


def _related(event: WrittenEvent) -> list[Related]:
    """Case, unit and objects, each once: tools keep one relation of an event to an object."""
    ones = [Related(f"{CASE}:{event.case}", CASE, "case")]
    if event.unit:
        ones.append(Related(f"{UNIT}:{event.unit}", UNIT, "unit"))
    return list({one.id: one for one in reversed([*ones, *event.objects])}.values())[::-1]


def _values(event: WrittenEvent) -> dict[str, str]:
    marked = {"lifecycle": event.lifecycle} if event.lifecycle else {}
    return {**marked, **{str(name): str(value) for name, value in event.attributes.items()}}


def _types(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Attributes by type, each in order of their names."""
    found: dict[str, set[str]] = {}
    for kind, names in named:
        found.setdefault(kind, set()).update(names)
    return {kind: sorted(found[kind]) for kind in sorted(found)}


def _write_json(events: Sequence[WrittenEvent], to: TextIO, known: Mapping[str, Mapping[str, str]]) -> None:
    objects = _objects(events, known)
    to.write("{\n")
    _write_types(to, "objectTypes", _types(objects.values()))
    _write_types(to, "eventTypes", _types((one.activity, _values(one)) for one in events))
    always = _stamp(_ALWAYS)
    told = (
        {
            "id": name,
            "type": kind,
            "attributes": [{"name": key, "time": always, "value": value} for key, value in values.items()],
            "relationships": [],
        }
        for name, (kind, values) in objects.items()
    )
    _write_list(to, "objects", told, ",")
    happened = (
        {
            "id": f"e{n}",
            "type": one.activity,
            "time": _stamp(one.at),
            "attributes": [{"name": key, "value": value} for key, value in _values(one).items()],
            "relationships": [
                {"objectId": other.id, "qualifier": other.qualifier} for other in _related(one)
            ],
        }
        for n, one in enumerate(events, 1)
    )
    _write_list(to, "events", happened, "")
    to.write("}\n")


def _write_types(to: TextIO, key: str, types: Mapping[str, list[str]]) -> None:
    listed = [
        {"name": kind, "attributes": [{"name": name, "type": "string"} for name in names]}
        for kind, names in types.items()
    ]
    to.write(f"{json.dumps(key)}: {json.dumps(listed, ensure_ascii=False)},\n")


def _write_list(to: TextIO, key: str, items: Iterable[Mapping[str, object]], comma: str) -> None:
    to.write(f"{json.dumps(key)}: [")
    for n, item in enumerate(items):
        to.write((",\n" if n else "\n") + json.dumps(item, ensure_ascii=False))
    to.write(f"\n]{comma}\n")


_SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE event (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type)
);
CREATE TABLE object (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type)
);
CREATE TABLE event_object (
    ocel_event_id TEXT NOT NULL REFERENCES event (ocel_id), ocel_object_id TEXT NOT NULL REFERENCES object (ocel_id),
    ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT NOT NULL REFERENCES object (ocel_id), ocel_target_id TEXT NOT NULL REFERENCES object (ocel_id),
    ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""


def _write_sqlite(events: Sequence[WrittenEvent], to: Path, known: Mapping[str, Mapping[str, str]]) -> None:
    objects = _objects(events, known)
    half = to.with_name(f"{to.name}.half")
    half.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(half)) as held, held:
            held.executescript(_SCHEMA)
            own = _Tables(held, "event", _types((one.activity, _values(one)) for one in events), "")
            of = _Tables(held, "object", _types(objects.values()), "ocel_changed_field TEXT")
            held.executemany(
                "INSERT INTO object VALUES (?, ?)", ((name, kind) for name, (kind, _) in objects.items())
            )
            for name, (kind, values) in objects.items():
                of.put(kind, (name, _stamp(_ALWAYS), None), values)
            for n, one in enumerate(events, 1):
                held.execute("INSERT INTO event VALUES (?, ?)", (f"e{n}", one.activity))
                own.put(one.activity, (f"e{n}", _stamp(one.at)), _values(one))
                held.executemany(
                    "INSERT INTO event_object VALUES (?, ?, ?)",
                    ((f"e{n}", other.id, other.qualifier) for other in _related(one)),
                )
        half.replace(to)
    except sqlite3.OperationalError as error:  # A folder that is not there, or may not be written to.
        raise OSError(str(error)) from None
    finally:
        half.unlink(missing_ok=True)


class _Tables:
    """A table for each type of event or object, with a column for each attribute."""

    def __init__(
        self, held: sqlite3.Connection, what: str, types: Mapping[str, list[str]], more: str
    ) -> None:
        self.held, self.names = held, types
        self.tables = dict(zip(types, _short(types), strict=True))
        fixed = f"ocel_id TEXT NOT NULL, ocel_time TEXT NOT NULL{', ' if more else ''}{more}"
        for kind, short in self.tables.items():
            held.execute(f"INSERT INTO {what}_map_type VALUES (?, ?)", (kind, short))
            # Names of columns differ by more than capitals, or SQLite takes them for one.
            columns = "".join(f", {_quoted(name)} TEXT" for name in _columns(types[kind]))
            self.tables[kind] = f"{what}_{short}"
            held.execute(f"CREATE TABLE {_quoted(self.tables[kind])} ({fixed}{columns})")

    def put(self, kind: str, row: tuple[str | None, ...], values: Mapping[str, str]) -> None:
        """A row in the table of its type."""
        every = (*row, *(values.get(name) for name in self.names[kind]))
        signs = ", ".join("?" * len(every))
        self.held.execute(f"INSERT INTO {_quoted(self.tables[kind])} VALUES ({signs})", every)


def _short(names: Iterable[str]) -> list[str]:
    """Names for tables: ASCII letters and digits, no two alike."""
    taken: set[str] = set()
    found = []
    for n, name in enumerate(names, 1):
        plain = re.sub(r"[^0-9A-Za-z]", "", name)
        short = plain if plain and plain.lower() not in taken else f"{plain}_{n}"
        taken.add(short.lower())
        found.append(short)
    return found


def _columns(names: Iterable[str]) -> list[str]:
    taken = {"ocel_id", "ocel_time", "ocel_changed_field"}
    found = []
    for n, name in enumerate(names, 1):
        own = name if name.lower() not in taken else f"{name}_{n}"
        taken.add(own.lower())
        found.append(own)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


# --- XES --------------------------------------------------------------------------------------------------------------


def _write_xes(events: Sequence[WrittenEvent], to: TextIO, known: Mapping[str, Mapping[str, str]]) -> None:
    to.write(_HEAD)
    last = None
    for one in events:
        if one.case != last:
            to.write("</trace>\n" * (last is not None))
            to.write(f"<trace>\n{_string('concept:name', one.case)}")
            to.writelines(_string(name, value) for name, value in known.get(one.case, {}).items())
            last = one.case
        to.write(f"<event>\n{_string('concept:name', one.activity)}")
        to.write(f'<date key="time:timestamp" value="{_stamp(one.at)}"/>\n')
        if one.unit:
            to.write(_string("org:group", one.unit))
        if one.lifecycle:
            to.write(_string("lifecycle:transition", one.lifecycle))
        to.writelines(_string(name, str(value)) for name, value in one.attributes.items())
        if one.objects:
            to.write(_string("objects", ", ".join(other.id for other in one.objects)))
        to.write("</event>\n")
    to.write("</trace>\n</log>\n")


def _string(key: str, value: str) -> str:
    return f"<string key={_attribute(key)} value={_attribute(value)}/>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("�", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", '"': "&quot;"})
