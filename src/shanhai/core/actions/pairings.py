"""Writes of pairings: who works together, and who therefore has a seat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shanhai.core import access, bulk, journal, rows, search, visibility
from shanhai.core.actions.naming import check_free, checked_code, differing, named
from shanhai.core.models import Member, Organisation, Pairing, Party, Seat
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

ABOVE = "above"
_GOVERNS_REGION = frozenset({"government", "township"})
_LOOKS_FROM_ABOVE = frozenset({"province", "audit"})
# Digits of a region code that say which region of a level it is.
_DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}


@action
def open_pairing(
    *,
    code: str,
    level: str,
    name_zh: str,
    name_en: str = "",
    started_on: date,
    parties: Sequence[tuple[Organisation, str]],
    parent: Pairing | None = None,
    about: str = "",
    source: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> Pairing:
    """Open a pairing of two or more parties; their organisations take their seats."""
    access.check(by, "core.open_pairing")
    code = checked_code(code)
    check_free(Pairing, code)
    check_level(level)
    _check_parties(code, parties)
    pairing = Pairing.objects.create(
        code=code,
        level=level,
        parent=parent,
        started_on=started_on,
        about=about.strip(),
        source=source.strip(),
        is_illustrative=is_illustrative,
        **named(name_zh, name_en),
    )
    # A pairing without one above it is its own zone; its key is only known now.
    Pairing.objects.filter(pk=pairing.pk).update(zone_id=parent.zone_id if parent else pairing.pk)
    pairing.zone_id = parent.zone_id if parent else pairing.pk
    Party.objects.bulk_create(
        Party(pairing=pairing, organisation=organisation, role=role, from_on=started_on)
        for organisation, role in parties
    )
    journal.record(
        pairing,
        "core.open_pairing",
        by=by,
        parent=parent.code if parent else None,
        parties=[{"organisation": organisation.code, "role": role} for organisation, role in parties],
    )
    make_findable(pairing)
    recompute_seats(pairing_ids=[pairing.pk])
    return pairing


@action
def change_pairing(pairing: Pairing, *, by: Member | None, **changes: Any) -> Pairing:
    """Change the name, level, first day or description of a pairing."""
    access.check(by, "core.change_pairing", pairing_id=pairing.pk)
    if {"name_zh", "name_en"} & changes.keys():
        changes |= named(changes.get("name_zh", pairing.name_zh), changes.get("name_en", pairing.name_en))
    if "level" in changes:
        check_level(changes["level"])
    changes = differing(pairing, changes)
    if not changes:
        return pairing
    rows.move(pairing, **changes)
    journal.record(pairing, "core.change_pairing", by=by, changed=sorted(changes))
    make_findable(pairing)
    return pairing


@action
def add_party(
    pairing: Pairing, organisation: Organisation, role: str, *, from_on: date | None = None, by: Member | None
) -> Party:
    """Take one more party into a pairing."""
    access.check(by, "core.add_party", pairing_id=pairing.pk)
    check_running(pairing)
    _check_role(role)
    if Party.objects.filter(pairing=pairing, organisation=organisation).exists():
        raise NotNow(
            "core.party_twice",
            gettext_noop(
                "{party} is a party of pairing {pairing} already. Its page shows the parties as they are."
            ),
            party=organisation.name_zh,
            pairing=pairing.code,
        )
    # The pairing moves too, so that two changes of its parties do not pass each other.
    rows.move(pairing)
    party = Party.objects.create(pairing=pairing, organisation=organisation, role=role, from_on=from_on)
    journal.record(pairing, "core.add_party", by=by, organisation=organisation.code, role=role)
    recompute_seats(pairing_ids=[pairing.pk])
    return party


@action
def end_pairing(pairing: Pairing, *, on: date, reason: str, by: Member | None) -> Pairing:
    """End a pairing. Its records stay, and so do the seats of those who may read them."""
    access.check(by, "core.end_pairing", pairing_id=pairing.pk)
    check_running(pairing)
    if on < pairing.started_on:
        raise BadInput(
            "core.pairing_backwards",
            gettext_noop("Pairing {pairing} began on {started_on}; it cannot end on {on}. Give a later day."),
            pairing=pairing.code,
            started_on=pairing.started_on,
            on=on,
        )
    if not reason.strip():
        raise BadInput(
            "core.end_without_reason",
            gettext_noop("Say why pairing {pairing} ends; all its parties read the reason."),
            pairing=pairing.code,
        )
    if Pairing.objects.filter(parent=pairing, ended_on=None).exists():
        raise NotNow(
            "core.pairing_has_running",
            gettext_noop("Pairing {pairing} has pairings under it that still run. End those first."),
            pairing=pairing.code,
        )
    rows.move(pairing, ended_on=on)
    journal.record(pairing, "core.end_pairing", by=by, reason=reason.strip())
    return pairing


@action
def reopen_pairing(pairing: Pairing, *, by: Member | None) -> Pairing:
    """Take back that a pairing ended."""
    access.check(by, "core.reopen_pairing", pairing_id=pairing.pk)
    if pairing.ended_on is not None:
        rows.move(pairing, ended_on=None)
        journal.record(pairing, "core.reopen_pairing", by=by)
    return pairing


def check_level(level: str) -> None:
    """One of ``Pairing.Level``."""
    if level not in Pairing.Level.values:
        raise BadInput(
            "core.pairing_level",
            gettext_noop("There is no level {level}. Take one of {levels}."),
            level=level,
            levels=", ".join(Pairing.Level.values),
            field="level",
        )


def make_findable(*pairings: Pairing) -> None:
    """Put pairings into the search, by name and code."""
    search.put_many(
        search.Found(
            kind="core.pairing",
            object_id=pairing.pk,
            title_zh=pairing.name_zh,
            title_en=pairing.name_en,
            code=pairing.code,
            url=f"/pairing/pairings/{pairing.code}/",
            pairing_id=pairing.pk,
            scope="pairing",
        )
        for pairing in pairings
    )


def _check_parties(code: str, parties: Sequence[tuple[Organisation, str]]) -> None:
    for _, role in parties:
        _check_role(role)
    roles = {role for _, role in parties}
    if len(parties) < 2 or not {"mountain", "sea"} <= roles:
        raise BadInput(
            "core.pairing_needs_sides",
            gettext_noop(
                "Pairing {pairing} needs a party of the mountain side and one of the sea side. Add "
                "the party that is missing."
            ),
            pairing=code,
        )
    if len({organisation.pk for organisation, _ in parties}) < len(parties):
        raise BadInput(
            "core.party_named_twice",
            gettext_noop("Pairing {pairing} names the same party twice. Leave one of the two out."),
            pairing=code,
        )


def _check_role(role: str) -> None:
    if role not in Party.Role.values:
        raise BadInput(
            "core.party_role",
            gettext_noop("There is no role {role} in a pairing. Take one of {roles}."),
            role=role,
            roles=", ".join(Party.Role.values),
            field="role",
        )


def check_running(pairing: Pairing) -> None:
    """Refuse what a pairing that has ended is too late for."""
    if pairing.ended_on is not None:
        raise NotNow(
            "core.pairing_ended",
            gettext_noop("Pairing {pairing} ended on {ended_on}. Reopen it first if it goes on."),
            pairing=pairing.code,
            ended_on=pairing.ended_on,
        )


# -- seats ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Body:
    """What seats are counted from: an organisation and where it stands."""

    pk: int
    kind: str
    region: str  # significant digits of the region code
    parent: int | None


@dataclass(frozen=True, slots=True)
class Chair:
    """A party of a pairing, or of a pairing above it."""

    party: int
    organisation: int
    role: str
    is_own: bool  # of the pairing itself, not of one above it


def seat_of(body: Body, chairs: Sequence[Chair], bodies: dict[int, Body]) -> tuple[str, int | None] | None:
    """The side and party under which an organisation sits in a pairing; None without a seat.

    First hit wins: it is a party; it is a party of a pairing above; it looks from above; it lies under a party in the
    tree of organisations, nearest first; a party governs its region, the smallest such region first.
    """
    own = [chair for chair in chairs if chair.is_own]
    for chair in (*own, *(chair for chair in chairs if not chair.is_own)):
        if chair.organisation == body.pk:
            return chair.role, chair.party
    if body.kind in _LOOKS_FROM_ABOVE:
        governed = [bodies[chair.organisation].region for chair in own]
        return (ABOVE, None) if any(region.startswith(body.region) for region in governed) else None
    return _under_party(body, own, bodies) or _in_region(body, own, bodies)


def _under_party(body: Body, own: Sequence[Chair], bodies: dict[int, Body]) -> tuple[str, int | None] | None:
    by_organisation = {chair.organisation: chair for chair in own}
    above, passed = body.parent, set()
    while above is not None and above not in passed:
        if above in by_organisation:
            return by_organisation[above].role, by_organisation[above].party
        passed.add(above)
        above = bodies[above].parent if above in bodies else None
    return None


def _in_region(body: Body, own: Sequence[Chair], bodies: dict[int, Body]) -> tuple[str, int | None] | None:
    governing = [
        (len(bodies[chair.organisation].region), -chair.party, chair)
        for chair in own
        if bodies[chair.organisation].kind in _GOVERNS_REGION
        and body.region.startswith(bodies[chair.organisation].region)
    ]
    if not governing:
        return None
    chair = max(governing, key=lambda found: found[:2])[2]
    return chair.role, chair.party


@action
def recompute_seats(
    organisation_ids: Iterable[int] | None = None,
    *,
    pairing_ids: Iterable[int] | None = None,
    by: Member | None = None,
) -> int:
    """Seat organisations anew after they, their regions or the parties have moved; gives the number of changes.

    Part of the actions that move them, whose journal entries are the record of it; it follows from the tables and
    changes nothing when it is run again.

    Parameters
    ----------
    organisation_ids
        Only these organisations; None for all.
    pairing_ids
        Only these pairings; None for all.
    by
        Always the system: who moved them stands on the entry of that action.
    """
    access.check(by, "core.recompute_seats")
    wanted = None if organisation_ids is None else set(organisation_ids)
    chairs = _chairs(None if pairing_ids is None else set(pairing_ids))
    bodies = _bodies(wanted, {chair.organisation for sat in chairs.values() for chair in sat})
    should: dict[tuple[int, int], tuple[str, int | None]] = {}
    for pairing_id, sat in chairs.items():
        seats_by_place: dict[tuple[bool, str, int | None], tuple[str, int | None] | None] = {}
        parties = {chair.organisation for chair in sat}
        for pk, body in bodies.items():
            if wanted is not None and pk not in wanted:
                continue
            # Thousands of firms stand in the same place, and what is not a party sits by its place alone.
            place = (body.kind in _LOOKS_FROM_ABOVE, body.region, body.parent)
            if pk in parties or place not in seats_by_place:
                seat = seat_of(body, sat, bodies)
                if pk not in parties:
                    seats_by_place[place] = seat
            else:
                seat = seats_by_place[place]
            if seat is not None:
                should[pk, pairing_id] = seat
    seats = Seat.objects.filter(pairing_id__in=chairs)
    if wanted is not None:
        seats = seats.filter(organisation_id__in=wanted)
    now = {(seat.organisation_id, seat.pairing_id): seat for seat in seats}
    return _reseat(should, now)


def _reseat(should: dict[tuple[int, int], tuple[str, int | None]], now: dict[tuple[int, int], Seat]) -> int:
    stale = [
        seat for key, seat in now.items() if key not in should or should[key] != (seat.side, seat.party_id)
    ]
    kept = now.keys() - {(seat.organisation_id, seat.pairing_id) for seat in stale}
    new = [
        Seat(organisation_id=organisation, pairing_id=pairing, side=side, party_id=party)
        for (organisation, pairing), (side, party) in should.items()
        if (organisation, pairing) not in kept
    ]
    for first in range(0, len(stale), 500):
        Seat.objects.filter(pk__in=[seat.pk for seat in stale[first : first + 500]]).delete()
    bulk.insert_many(Seat, new)
    moved = {seat.pairing_id for seat in (*stale, *new)}
    if moved:
        visibility.refresh(moved, {seat.organisation_id for seat in (*stale, *new)})
    return len({(seat.organisation_id, seat.pairing_id) for seat in (*stale, *new)})


def _chairs(pairing_ids: set[int] | None) -> dict[int, list[Chair]]:
    """The parties that count for each pairing: its own, then those of the pairings above it, nearest first."""
    parents: dict[int, int | None] = {}
    parents.update(Pairing.objects.values_list("pk", "parent_id"))
    parties: dict[int, list[tuple[int, int, str]]] = {}
    for pairing_id, *party in Party.objects.order_by("pk").values_list(
        "pairing_id", "pk", "organisation_id", "role"
    ):
        parties.setdefault(pairing_id, []).append(tuple(party))  # type: ignore[arg-type]
    found: dict[int, list[Chair]] = {}
    # A change of a pairing's parties is felt in those under it too.
    for pairing_id in parents if pairing_ids is None else _and_under(pairing_ids, parents):
        chairs: list[Chair] = []
        at: int | None = pairing_id
        while at is not None:
            chairs += [Chair(*party, is_own=at == pairing_id) for party in parties.get(at, [])]
            at = parents.get(at)
        found[pairing_id] = chairs
    return found


def _and_under(pairing_ids: set[int], parents: dict[int, int | None]) -> set[int]:
    found = set(pairing_ids)
    while more := {pk for pk, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _bodies(wanted: set[int] | None, parties: set[int]) -> dict[int, Body]:
    """The organisations asked for, the parties, and all that stand above them (one statement a level)."""
    if wanted is None:
        return _read_bodies(Organisation.objects.all())
    found: dict[int, Body] = {}
    missing = wanted | parties
    while missing:
        for chunk in _chunks(sorted(missing)):
            found |= _read_bodies(Organisation.objects.filter(pk__in=chunk))
        missing = {body.parent for body in found.values() if body.parent is not None} - found.keys()
    return found


def _read_bodies(organisations: Any) -> dict[int, Body]:
    values = organisations.order_by().values_list("pk", "kind", "region__code", "region__level", "parent_id")
    return {
        pk: Body(pk, kind, code[: _DIGITS[level]], parent)
        for pk, kind, code, level, parent in values.iterator(chunk_size=5000)
    }


def _chunks(keys: list[int], size: int = 900) -> Iterable[list[int]]:
    return (keys[first : first + size] for first in range(0, len(keys), size))
