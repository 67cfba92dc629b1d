"""The journal as an object-centric event log, OCEL 2.0 in JSON, for process mining tools.

Each entry is an event, each subject an object whose attributes are its state over time; pairings, members and
organisations are objects too, related to the events they took part in. Written as it is read: memory does not grow
with the journal, but for the few bytes that name each object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, TextIO

from shanhai.core.models import JournalEntry, Member, Organisation, Pairing

_CHUNK = 2_000
# What OCEL asks of attributes that were there before the log: a time at or before all events.
_ALWAYS = "1970-01-01T00:00:00Z"


def write(to: TextIO) -> dict[str, int]:
    """Write the whole journal; gives the numbers of events and objects."""
    event_attributes, object_attributes = _read_types()
    to.write("{\n")
    _write_types(to, "objectTypes", object_attributes)
    _write_types(to, "eventTypes", event_attributes)
    n_objects = _write_list(to, "objects", _objects(), is_last=False)
    n_events = _write_list(to, "events", _events(), is_last=True)
    to.write("}\n")
    return {"events": n_events, "objects": n_objects}


def _read_types() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Names of attributes by type of event and of object."""
    events: dict[str, set[str]] = {}
    objects: dict[str, set[str]] = {"core.pairing": set(), "core.member": set(), "core.organisation": set()}
    for entry in _entries():
        body = json.loads(entry.body)
        events.setdefault(entry.action, set()).update(body.get("facts", ()))
        if entry.subject_id is not None:
            objects.setdefault(entry.subject_kind, set()).update(body.get("state", ()))
    for name in ("core.pairing", "core.member", "core.organisation"):
        objects[name].add("name")
    return events, objects


def _entries(*order: str) -> Iterator[JournalEntry]:
    return JournalEntry.objects.order_by(*(order or ("pk",))).iterator(chunk_size=_CHUNK)


def _objects() -> Iterator[dict[str, Any]]:
    """The subjects with their state over time; then those that only took part."""
    named = {
        "core.pairing": _names(Pairing),
        "core.member": _names(Member),
        "core.organisation": _names(Organisation),
    }
    written: set[tuple[str, int]] = set()
    of_rows = JournalEntry.objects.exclude(subject_id=None).order_by("subject_kind", "subject_id", "pk")
    one_by_one = of_rows.iterator(chunk_size=_CHUNK)
    for (kind, pk), entries in groupby(one_by_one, key=lambda entry: (entry.subject_kind, entry.subject_id)):
        attributes = list(_states(entries))
        if kind in named:
            written.add((kind, pk))
            attributes.append(_attribute("name", named[kind].get(pk, ""), _ALWAYS))
        yield _object(kind, pk, attributes)
    for kind, names in named.items():
        for pk, name in names.items():
            if (kind, pk) not in written:
                yield _object(kind, pk, [_attribute("name", name, _ALWAYS)])


def _names(model: Any) -> dict[int, str]:
    return dict(model.objects.order_by("pk").values_list("pk", "name_zh"))


def _states(entries: Iterator[JournalEntry]) -> Iterator[dict[str, str]]:
    """Each change of a state field, with its time."""
    last: dict[str, Any] = {}
    for entry in entries:
        body = json.loads(entry.body)
        for name, value in body.get("state", {}).items():
            if name not in last or last[name] != value:
                yield _attribute(name, _text(value), body["at"])
                last[name] = value


def _events() -> Iterator[dict[str, Any]]:
    for entry in _entries():
        body = json.loads(entry.body)
        yield {
            "id": f"entry:{entry.pk}",
            "type": entry.action,
            "time": body["at"],
            "attributes": [
                {"name": name, "value": _text(value)} for name, value in sorted(body.get("facts", {}).items())
            ],
            "relationships": _relationships(entry),
        }


def _relationships(entry: JournalEntry) -> list[dict[str, str]]:
    """Each object once, in the first part that it took: tools keep one relation of an event to an object."""
    took_part = (
        (entry.subject_kind, entry.subject_id, "subject"),
        ("core.pairing", entry.pairing_id, "pairing"),
        ("core.member", entry.member_id, "by"),
        ("core.organisation", entry.organisation_id, "organisation of"),
    )
    parts: dict[str, str] = {}
    for kind, pk, qualifier in took_part:
        if pk is not None:
            parts.setdefault(f"{kind}:{pk}", qualifier)
    return [{"objectId": one, "qualifier": qualifier} for one, qualifier in parts.items()]


def _object(kind: str, pk: int, attributes: list[dict[str, str]]) -> dict[str, Any]:
    return {"id": f"{kind}:{pk}", "type": kind, "attributes": attributes, "relationships": []}


def _attribute(name: str, value: str, time: str) -> dict[str, str]:
    return {"name": name, "time": time, "value": value}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_types(to: TextIO, key: str, types: dict[str, set[str]]) -> None:
    listed = [
        {"name": name, "attributes": [{"name": one, "type": "string"} for one in sorted(types[name])]}
        for name in sorted(types)
    ]
    to.write(f"{json.dumps(key)}: {json.dumps(listed, ensure_ascii=False)},\n")


def _write_list(to: TextIO, key: str, items: Iterator[dict[str, Any]], *, is_last: bool) -> int:
    to.write(f"{json.dumps(key)}: [")
    n = 0
    for item in items:
        to.write(",\n" if n else "\n")
        to.write(json.dumps(item, ensure_ascii=False))
        n += 1
    to.write("\n]\n" if is_last else "\n],\n")
    return n
