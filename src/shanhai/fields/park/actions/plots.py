"""Parcels are split and merged: their land is conserved exactly, and their history goes on in the parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.park.actions.land import check_order, check_there, enter_move, made, reserve
from shanhai.fields.park.models import Parcel, ParcelDescent
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import geometry, outlines
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import parks as park_rules
from shanhai.fields.park.rules.outlines import Outline
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# What the parts of a parcel have of it, and what parcels must share to become one.
_KEPT = (
    "phase_number",
    "state",
    "user_id",
    "lessee_id",
    "allotted_on",
    "until",
    "reserved_for",
    "reserved_on",
)
_ALSO = ("plot_grade", "plot_ratio", "density_percent", "is_illustrative", "source")
MOST_PARTS = 50


@action
def split_parcel(
    parcel: Parcel,
    *,
    line: str = "",
    parts: Sequence[str] = (),
    numbers: Sequence[str] = (),
    on: date | None = None,
    by: Member | None,
) -> list[Parcel]:
    """Split a parcel by a line or into given parts.

    Its area in mu is shared among the parts by their geodesic areas, exact to 0.01 mu: they sum to the whole. State,
    user, lessee and history go on in each part.

    Parameters
    ----------
    line
        Where it is cut, as WKT or GeoJSON LineString in degrees; it goes all the way through.
    parts
        In place of a line: outlines that together are the whole, to 1 m².
    numbers
        Numbers of the parts from west to east; by default that of the whole with -1, -2 and so on.

    Raises
    ------
    BadInput
        ``park.line_cuts_nothing``, ``park.parts_differ``, ``park.part_too_small``
    """
    access.check(by, "park.split_parcel", pairing_id=parcel.pairing_id)
    on = on or clock.today()
    check_there(parcel)
    check_order(parcel, on)
    whole = outlines.kept(parcel.outline)
    if parts:
        drawn = sorted((geometry.checked(part, "parts") for part in parts), key=lambda part: part.box)
        geometry.check_parts(parcel.number, whole, drawn)
    else:
        drawn = geometry.cut(whole, outlines.read_line(line))
    if not 2 <= len(drawn) <= MOST_PARTS:
        raise BadInput(
            "park.number_of_parts",
            gettext_noop("Parcel {number} would have {n} parts. Give 2 to {most}."),
            number=parcel.number,
            n=len(drawn),
            most=MOST_PARTS,
            field="parts",
        )
    named = _numbers(parcel.number, len(drawn), numbers)
    areas = rules.share_mu(parcel.mu, [geometry.area_mm2(part) for part in drawn])
    reserve(parcel.park, Decimal(0))  # The guard of the park's land is moved first, though it keeps its sum.
    _end([parcel], on, "park.split_parcel", by)
    facts = {name: getattr(parcel, name) for name in (*_KEPT, *_ALSO)}
    children = [
        _follow(parcel, number, part, mu, on, facts)
        for number, part, mu in zip(named, drawn, areas, strict=True)
    ]
    _enter([parcel], children, on, "park.split_parcel", by)
    return children


@action
def merge_parcels(
    parcels: Sequence[Parcel], *, number: str, on: date | None = None, by: Member | None
) -> Parcel:
    """Merge parcels that adjoin into one; its area is the sum of theirs.

    Raises
    ------
    NotNow
        ``park.merge_unlike``, ``park.not_adjoining``
    """
    on = on or clock.today()
    if len({one.pk for one in parcels}) < 2:
        raise BadInput(
            "park.merge_too_few",
            gettext_noop("{n} parcel cannot be merged. Choose two or more."),
            n=len(parcels),
            field="others",
        )
    first = parcels[0]
    for one in parcels:
        access.check(by, "park.merge_parcels", pairing_id=one.pairing_id)
        check_there(one)
        check_order(one, on)
        _check_alike(first, one)
    park_rules.check_number(number := number.strip())
    drawn = geometry.joined([outlines.kept(one.outline) for one in parcels])
    reserve(first.park, Decimal(0))
    _check_free(number)
    _end(sorted(parcels, key=lambda one: one.pk), on, "park.merge_parcels", by)
    facts = {name: getattr(first, name) for name in _KEPT} | {
        name: value for name in _ALSO if len({value := getattr(one, name) for one in parcels}) == 1
    }
    mu = sum((one.mu for one in parcels), Decimal(0))
    child = _follow(first, number, drawn, mu, on, facts)
    _enter(parcels, [child], on, "park.merge_parcels", by)
    return child


def _check_alike(first: Parcel, other: Parcel) -> None:
    differing = [name for name in ("park_id", *_KEPT) if getattr(first, name) != getattr(other, name)]
    if differing:
        raise NotNow(
            "park.merge_unlike",
            gettext_noop(
                "{one} and {other} differ in {what}. Only parcels of one park, phase, state, user and term are merged."
            ),
            one=first.number,
            other=other.number,
            what=", ".join(name.removesuffix("_id") for name in differing),
            field="others",
        )


def _check_free(number: str) -> None:
    if Parcel.objects.filter(number=number).exists():
        raise NotNow(
            "park.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field="number",
        )


def _numbers(whole: str, n: int, given: Sequence[str]) -> list[str]:
    named = [one.strip() for one in given if one.strip()] or [f"{whole}-{i}" for i in range(1, n + 1)]
    if len(named) != n or len(set(named)) != n:
        raise BadInput(
            "park.numbers_of_parts",
            gettext_noop(
                "{given} different numbers are given for {n} parts. Give one for each part, or none."
            ),
            given=len(set(named)),
            n=n,
            field="numbers",
        )
    for one in named:
        park_rules.check_number(one, "numbers")
        _check_free(one)
    return named


def _end(parcels: Sequence[Parcel], on: date, verb: str, by: Member | None) -> None:
    for one in parcels:
        before = one.state
        rows.move(one, ended_on=on)
        enter_move(one, before, on, organisation=one.user)
        journal.record(one, verb, by=by, is_replaced=True)


def _follow(
    parent: Parcel, number: str, drawn: Outline, mu: Decimal, on: date, facts: dict[str, Any]
) -> Parcel:
    """A parcel that takes a place; it stands in its state since the day on which its predecessor came to it."""
    given = dict(facts)
    child = made(
        parent.park, number, drawn, mu, state=given.pop("state"), on=parent.state_on, begins_on=on, **given
    )
    child.save()
    return child


def _enter(
    parents: Sequence[Parcel], children: Sequence[Parcel], on: date, verb: str, by: Member | None
) -> None:
    ParcelDescent.objects.bulk_create(
        ParcelDescent(parent=parent, child=child, on=on) for parent in parents for child in children
    )
    came_from = [one.number for one in parents]
    for child in children:
        enter_move(child, "", on, organisation=child.user)
        journal.record(child, verb, by=by, came_from=came_from)
    search.put_many([queries.found_as(child) for child in children])
