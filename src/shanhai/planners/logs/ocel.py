"""OCEL 2.0, as JSON and as SQLite: events, objects and which belong together."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.troubles import Troubles

_SPACE = re.compile(r"[\s,]*")
# More text than this without the end of one entry is no log.
MOST_TEXT = 256 << 20


@dataclass(slots=True)
class Thing:
    """An event or an object. ``values`` has the latest of each attribute, ``related`` the objects of an event."""

    name: str
    type: str
    time: str = ""
    values: dict[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()


def things(source: Source, kind: str, troubles: Troubles) -> tuple[Iterator[Thing], dict[str, Thing]]:
    """The events in the order of the file, and the objects by their identifier."""
    objects: dict[str, Thing] = {}
    events: list[Thing] = []
    for what, thing in _in_sqlite(source) if kind == "ocel_sqlite" else _in_json(source, troubles):
        if what == "objects":
            objects[thing.name] = thing
        else:
            events.append(thing)
    return iter(events), objects


def case_type(events: list[Thing], objects: dict[str, Thing], asked: str, troubles: Troubles) -> str:
    """The type of object that makes the cases: the one asked for, else the one that most events belong to."""
    held = Counter(
        kind for event in events for kind in {objects[name].type for name in event.related if name in objects}
    )
    types = sorted({*held, *(one.type for one in objects.values())})
    if asked:
        found = [kind for kind in types if kind == asked] or [
            k for k in types if k.casefold() == asked.casefold()
        ]
        if found:
            return found[0]
        raise BadInput(
            "logs.no_object_type",
            gettext_noop("The log has no objects of the type {asked}. Name one of {types}."),
            asked=asked,
            types=", ".join(types) or "–",
        )
    if not held:
        raise BadInput(
            "logs.no_objects",
            gettext_noop(
                "No event of the log belongs to an object, so there are no cases. Give a log with relations."
            ),
        )
    chosen = min(held, key=lambda kind: (-held[kind], kind))
    if len(held) > 1:
        troubles.count("chosen", chosen)
    return chosen


# --- JSON ------------------------------------------------------------------------------------------------------------


def _in_json(source: Source, troubles: Troubles) -> Iterator[tuple[str, Thing]]:
    n = 0
    try:
        for what, one in _entries(source):
            thing = _thing(one)
            if thing is not None and what in ("events", "objects"):
                n += 1
                yield what, thing
    except json.JSONDecodeError as error:
        if not n:
            raise BadInput(
                "logs.no_json",
                gettext_noop("{file} is no JSON from line {line} on ({words}). Export the log again."),
                file=source.path.name,
                line=error.lineno,
                words=error.msg,
            ) from None
        troubles.count("cut_short")
    except RecursionError:
        raise BadInput(
            "logs.too_deep",
            gettext_noop("{file} is nested deeper than any log. Export the log again."),
            file=source.path.name,
        ) from None
    if not n:
        raise BadInput(
            "logs.no_ocel",
            gettext_noop(
                "{file} is JSON but no OCEL 2.0 log: it has no events. Give a log with events and objects."
            ),
            file=source.path.name,
        )


def _thing(one: Any) -> Thing | None:
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        return None
    values: dict[str, tuple[str, str]] = {}
    for said in one.get("attributes") or ():
        if isinstance(said, dict) and "name" in said and (value := _text(said.get("value"))):
            time = str(said.get("time", ""))
            if str(said["name"]) not in values or time >= values[str(said["name"])][0]:
                values[str(said["name"])] = (time, value)
    related = tuple(
        str(other["objectId"])
        for other in one.get("relationships") or ()
        if isinstance(other, dict) and "objectId" in other
    )
    told = {name: value for name, (_, value) in values.items()}
    return Thing(one["id"], str(one.get("type") or ""), str(one.get("time") or ""), told, related)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _entries(source: Source) -> Iterator[tuple[str, Any]]:
    """Each entry of the lists of the outermost object with the name of its list; one entry is held at a time."""
    text = _Text(source)
    text.take("{")
    while not text.is_next("}"):
        name = text.value()
        text.take(":")
        if text.is_next("["):
            text.take("[")
            while not text.is_next("]"):
                yield name, text.value()
            text.take("]")
        else:
            inside = text.value()
            # OCEL 1.0 keeps objects and events by their identifiers.
            if name in ("ocel:objects", "ocel:events") and isinstance(inside, dict):
                yield from ((name.removeprefix("ocel:"), _of_1_0(key, one)) for key, one in inside.items())


def _of_1_0(key: str, one: dict[str, Any]) -> dict[str, Any]:
    values = one.get("ocel:vmap") or one.get("ocel:ovmap") or {}
    return {
        "id": key,
        "type": one.get("ocel:activity") or one.get("ocel:type"),
        "time": one.get("ocel:timestamp"),
        "attributes": [{"name": name, "value": value} for name, value in values.items()],
        "relationships": [{"objectId": other} for other in one.get("ocel:omap") or ()],
    }


class _Text:
    """JSON text that is read a block at a time."""

    def __init__(self, source: Source) -> None:
        import codecs

        self.blocks = source.blocks()
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self.decode = json.JSONDecoder().raw_decode
        self.text, self.at, self.lines, self.is_over = "", 0, 0, False

    def _more(self) -> bool:
        block = next(self.blocks, b"")
        self.is_over = not block
        self.lines += self.text.count("\n", 0, self.at)
        self.text = self.text[self.at :] + self.decoder.decode(block, self.is_over)
        self.at = 0
        return not self.is_over and len(self.text) < MOST_TEXT

    def _skip(self) -> None:
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text) or not self._more():
                return

    def is_next(self, sign: str) -> bool:
        self._skip()
        if self.at >= len(self.text):
            raise self._wrong("the text ends too early")
        return self.text[self.at] == sign

    def take(self, sign: str) -> None:
        if not self.is_next(sign):
            raise self._wrong(f"{sign} is missing")
        self.at += 1

    def value(self) -> Any:
        self._skip()
        need = 0
        while True:
            # Text is decoded again only when there is twice as much of it, so that long entries cost no more.
            if len(self.text) - self.at > need or self.is_over:
                try:
                    found, end = self.decode(self.text, self.at)
                except json.JSONDecodeError as error:
                    if self.is_over:
                        raise self._wrong(error.msg, error.lineno - 1) from None
                else:
                    # A number at the end of the block may go on in the next one.
                    if end < len(self.text) or self.is_over:
                        self.at = end
                        return found
                need = 2 * (len(self.text) - self.at)
            if not self._more() and not self.is_over:
                raise self._wrong("an entry is too long")

    def _wrong(self, words: str, line: int = 0) -> json.JSONDecodeError:
        error = json.JSONDecodeError(words, "", 0)
        error.lineno = self.lines + 1 + line
        return error


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _in_sqlite(source: Source) -> Iterator[tuple[str, Thing]]:
    try:
        with closing(
            sqlite3.connect(f"{source.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as held:
            held.row_factory = sqlite3.Row
            held.text_factory = lambda raw: raw.decode(errors="replace")
            yield from _objects_of(held)
            yield from _events_of(held)
    except sqlite3.Error as error:
        raise BadInput(
            "logs.no_ocel_sqlite",
            gettext_noop("{file} is no OCEL 2.0 database ({words}). Export the log again."),
            file=source.path.name,
            words=error,
        ) from None


def _tables(held: sqlite3.Connection, what: str) -> Iterator[tuple[str, str]]:
    """Type and quoted name of its own table."""
    rows = held.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type").fetchall()
    for kind, short in rows:
        table = f"{what}_{short}".replace('"', '""')
        yield str(kind), f'"{table}"'


def _objects_of(held: sqlite3.Connection) -> Iterator[tuple[str, Thing]]:
    found = {
        str(n): Thing(str(n), str(kind)) for n, kind in held.execute("SELECT ocel_id, ocel_type FROM object")
    }
    for _kind, table in _tables(held, "object"):
        for row in held.execute(f"SELECT * FROM {table} ORDER BY ocel_time, rowid"):
            thing = found.get(str(row["ocel_id"]))
            if thing is not None:
                thing.values.update(_values(row))
    yield from (("objects", thing) for thing in found.values())


def _events_of(held: sqlite3.Connection) -> Iterator[tuple[str, Thing]]:
    related: dict[str, list[str]] = {}
    for event, thing in held.execute("SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"):
        related.setdefault(str(event), []).append(str(thing))
    own: dict[str, tuple[str, dict[str, str]]] = {}
    for _kind, table in _tables(held, "event"):
        for row in held.execute(f"SELECT * FROM {table}"):
            own[str(row["ocel_id"])] = (_text(row["ocel_time"]), _values(row))
    for name, kind in held.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid"):
        time, values = own.get(str(name), ("", {}))
        yield "events", Thing(str(name), str(kind), time, values, tuple(related.get(str(name), ())))


def _values(row: sqlite3.Row) -> dict[str, str]:
    keys = [key for key in row.keys() if not key.startswith("ocel_")]  # noqa: SIM118 - a row is no dictionary
    return {key: _text(row[key]) for key in keys if row[key] is not None}
