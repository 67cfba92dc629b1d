"""Organisations from spreadsheets and zone folders: 50,000 at a time, and other writers hardly wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from shanhai.core import access, bulk, journal, search
from shanhai.core.actions import pairings, regions
from shanhai.core.models import Member, Organisation, Seat
from shanhai.core.queries import finding
from shanhai.core.sheets.columns import Change
from shanhai.core.writing import action
from shanhai.fields.registry.actions import shared

VERB = "registry.write_organisations"
KIND = "core.organisation"
# What a row of the register says of an organisation, beside its code and the organisation above it.
_SAID = (
    "name_zh", "name_en", "name_sort", "kind", "region_id", "credit_code", "address", "phone", "is_illustrative",
    "source",
)  # fmt: skip
_INSERTED = ("id", "version", "is_active", "code", "parent_id", *_SAID)


@action
def write_organisations(
    changes: Sequence[Change], *, by: Member | None, pairing: Any = None, on_import: Any = None
) -> None:
    """Write organisations as ``OrganisationWriter`` does, at once."""
    writer = OrganisationWriter(by, pairing)
    writer.take(changes)
    writer.write(on_import)


@dataclass(slots=True)
class _Ready:
    """A row worked out before the transaction; key and version are None for a new one."""

    code: str
    parent: str | None
    said: tuple[Any, ...]
    outline: bytes
    pk: int | None = None
    version: int | None = None


class OrganisationWriter:
    """Writes organisations; all that other writers need not wait for is worked out before the transaction.

    ``take`` is called with some thousand changes at a time, ``write`` once, inside the transaction; it may be called
    again when the database broke the transaction off. A row may stand under any other row of the file. Seats and
    search follow.
    """

    def __init__(self, by: Member | None, pairing: Any = None) -> None:
        self._by = by
        self._regions: dict[str, int] = {}
        self._new: list[_Ready] = []
        self._changed: list[_Ready] = []
        self._gone: list[Change] = []
        self._touched: set[str] = set()
        self._moved: list[int] = []
        self._renamed: list[int] = []
        self._placed: set[int] = set()
        self._make = bulk.maker(Organisation)

    def take(self, changes: Sequence[Change]) -> None:
        """Work out rows and journal entries of some changes; reads, but writes nothing."""
        self._gone += [change for change in changes if change.outcome == "gone"]
        new, old = shared.in_two([change for change in changes if change.outcome != "gone"])
        self._find_regions(change.values["region"] for change in (*new, *old))
        for change in new:
            row = self._make(code=change.key, **self._said(change.values))
            self._placed.add(row.region_id)
            self._new.append(self._ready(row, change))
        held = Organisation.objects.in_bulk([change.object_id for change in old])
        for change in old:
            found = held.get(change.object_id or 0)
            if found is None:
                raise shared.gone_meanwhile(1)
            self._take_changed(found, change)

    def _take_changed(self, row: Organisation, change: Change) -> None:
        said = self._said(change.values)
        self._touched |= {name for name, value in said.items() if getattr(row, name) != value}
        for name, value in said.items():
            setattr(row, name, value)
        differs = set(change.differs_in("parent", "kind", "region", "name_zh", "name_en", "credit_code"))
        if "parent" in differs:
            self._touched.add("parent_id")
        if "region" in differs:
            self._placed.add(said["region_id"])
        if differs & {"kind", "region", "parent"}:
            self._moved.append(row.pk)
        if differs & {"name_zh", "name_en", "credit_code"}:
            self._renamed.append(row.pk)
        ready = self._ready(row, change)
        ready.pk, ready.version = row.pk, change.version
        self._changed.append(ready)

    def _find_regions(self, codes: Iterator[str]) -> None:
        if missing := set(codes) - self._regions.keys():
            self._regions |= {code: one.pk for code, one in regions.check_standing_codes(missing).items()}
            if missing := missing - self._regions.keys():
                raise shared.gone_meanwhile(len(missing))

    def _said(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return shared.name_fields(values) | {
            "kind": values["kind"],
            "region_id": self._regions[values["region"]],
            "credit_code": values["credit_code"] or None,
            "address": values["address"],
            "phone": values["phone"],
            "is_illustrative": values["standing"] == "illustrative",
            "source": values["source"],
        }

    def _ready(self, row: Organisation, change: Change) -> _Ready:
        held = row.__dict__
        return _Ready(
            change.key,
            change.values["parent"] or None,
            tuple(held[name] for name in _SAID),
            journal.outline(row, by=self._by),
        )

    def write(self, on_import: Any) -> None:
        """Write what was taken, with a journal entry for each row."""
        access.check(self._by, VERB)
        if self._by is not None:
            regions.hold_all_standing(self._placed)
        shared.remove(Organisation, self._gone, VERB, self._by, on_import, [(Seat, "organisation")])
        keys = bulk.new_keys(Organisation, len(self._new))
        above = self._keys_above(keys)
        bulk.insert_rows(Organisation, _INSERTED, self._inserts(keys, above))
        self._update(above)
        origin = shared.origin(on_import)
        made = ((pk, one.outline) for pk, one in zip(keys, self._new, strict=True))
        journal.record_outlined(KIND, VERB, made, by=self._by, is_new=True, **origin)
        moved = ((one.pk or 0, one.outline) for one in self._changed)
        journal.record_outlined(KIND, VERB, moved, by=self._by, is_new=False, **origin)
        reseated, renamed = [*keys, *self._moved], [*keys, *self._renamed]
        shared.soon(len(reseated), lambda: pairings.recompute_seats(reseated))
        shared.soon(len(renamed), lambda: _make_findable(renamed))

    def _keys_above(self, keys: Sequence[int]) -> dict[str | None, int | None]:
        """Keys of all organisations that rows stand under, by code."""
        own = {one.code: pk for one, pk in zip(self._new, keys, strict=True)}
        wanted = {one.parent for one in chain(self._new, self._changed) if one.parent} - own.keys()
        found = shared.keys_of(Organisation, wanted)
        if missing := wanted - found.keys():
            raise shared.gone_meanwhile(len(missing))
        above: dict[str | None, int | None] = {None: None}
        above.update(own)
        above.update(found)
        return above

    def _inserts(
        self, keys: Sequence[int], above: Mapping[str | None, int | None]
    ) -> Iterator[tuple[Any, ...]]:
        for pk, one in zip(keys, self._new, strict=True):
            yield (pk, 0, True, one.code, above[one.parent], *one.said)

    def _update(self, above: Mapping[str | None, int | None]) -> None:
        # Columns that nobody changes are left out: each would be written to all the indexes that it stands in.
        names = [name for name in _SAID if name in self._touched] or ["source"]
        places = [_SAID.index(name) for name in names]
        with_parent = "parent_id" in self._touched
        rows = [
            (
                *(one.said[place] for place in places),
                *((above[one.parent],) if with_parent else ()),
                one.pk,
                one.version,
            )
            for one in self._changed
        ]
        fields = [name.removesuffix("_id") for name in (*names, *(["parent_id"] if with_parent else []))]
        bulk.update_rows(Organisation, fields, rows)


def _make_findable(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), shared.MANY):
        rows = Organisation.objects.filter(pk__in=keys[start : start + shared.MANY]).order_by("pk")
        search.put_many(map(finding.of_organisation, rows))
