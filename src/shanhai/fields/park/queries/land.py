"""Reads of parcels: the list, one of them, its history, and what lies in a park."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Model, Q, QuerySet, Sum

from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.pairing.queries.lists import reach_of
from shanhai.fields.park.models import LandImport, LandQuota, Parcel, ParcelDescent, ParcelMove, Park
from shanhai.fields.park.queries.named import organisations_named
from shanhai.fields.park.queries.parks import may_see
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.outlines import Outline
from shanhai.kernel.refusals import NotFound, gettext_noop


def parcels_of(member: Member | None, pairing: Pairing) -> QuerySet[Parcel]:
    """The parcels that lie in the parks of a pairing now; sort by ``number``, ``mu``, ``state_on``."""
    rows = Parcel.objects.filter(ended_on=None).select_related("user", "lessee")
    # Joined, the park would be what SQLite begins with, and all parcels sorted.
    return reach_of(member, pairing).restrict(rows).prefetch_related("park")


def free_parcels(member: Member | None, pairing: Pairing) -> QuerySet[Parcel]:
    """Of these, the ones that a project could be given: serviced or vacated, and kept for nobody."""
    return parcels_of(member, pairing).filter(state__in=rules.FREE, reserved_for="").order_by("number")


def parcel_of(member: Member | None, number: str) -> Parcel:
    """One parcel, also one that others have replaced, for those with a seat in its pairing.

    Raises
    ------
    NotFound
        ``park.no_parcel``
    """
    rows = Parcel.objects.select_related("park", "user", "lessee", "pairing")
    found = rows.filter(number=number[:40]).first()
    if found is None or not may_see(member, found):
        raise NotFound(
            "park.no_parcel",
            gettext_noop(
                "There is no parcel {number} that you may see. Look for it on the map or in the list."
            ),
            number=number[:40],
        )
    return found


def moves_of(parcel: Parcel) -> list[ParcelMove]:
    """The history of a parcel and of those that it came from, latest first (one statement a generation)."""
    keys, waiting = {parcel.pk}, {parcel.pk}
    while waiting:
        found = set(ParcelDescent.objects.filter(child__in=waiting).values_list("parent_id", flat=True))
        waiting = found - keys
        keys |= waiting
    rows = ParcelMove.objects.filter(parcel__in=keys).select_related("parcel", "organisation")
    return list(rows.order_by("-on", "-parcel__begins_on", "-parcel_id", "-sequence"))


def children_of(parcel: Parcel) -> list[Parcel]:
    """The parcels that replaced one."""
    keys = ParcelDescent.objects.filter(parent=parcel).values("child_id")
    return list(Parcel.objects.filter(pk__in=keys).order_by("number"))


def parents_of(parcel: Parcel) -> list[Parcel]:
    """The parcels that one replaced."""
    keys = ParcelDescent.objects.filter(child=parcel).values("parent_id")
    return list(Parcel.objects.filter(pk__in=keys).order_by("number"))


def outlines_in(park: Park) -> list[tuple[str, Outline]]:
    """Number and outline of the parcels that lie in a park now (one statement)."""
    return [(number, outlines.kept(wkt)) for number, wkt in texts_in(park)]


def texts_in(park: Park) -> list[tuple[str, str]]:
    """Number and outline as WKT of the parcels that lie in a park now (one statement)."""
    rows = Parcel.objects.filter(park=park, ended_on=None).order_by("pk")
    return list(rows.values_list("number", "outline"))


def near(
    park: Park, box: tuple[int, int, int, int], besides: Iterable[int] = ()
) -> list[tuple[str, Outline]]:
    """The parcels of a park whose boxes meet a box (one statement)."""
    west, south, east, north = box
    rows = Parcel.objects.filter(
        park=park, ended_on=None, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    ).exclude(pk__in=list(besides))
    return [
        (number, outlines.kept(wkt)) for number, wkt in rows.order_by("pk").values_list("number", "outline")
    ]


def stamp_of(park: Park) -> str:
    """What a park's land stands at: changes with every parcel that is drawn, changed or replaced (one statement)."""
    rows = Parcel.objects.filter(park=park, ended_on=None)
    found = rows.aggregate(n=Count("pk"), versions=Sum("version"), last=Max("pk"))
    border = Park.objects.values_list("outline", flat=True).get(pk=park.pk)
    return f"{found['n']}.{found['versions'] or 0}.{found['last'] or 0}.{len(border)}"


def in_park(park: Park, numbers: Iterable[str] | None = None) -> list[Parcel]:
    """The parcels that lie in a park now, all or those of some numbers, by number."""
    rows = Parcel.objects.filter(park=park, ended_on=None).select_related("user", "lessee")
    if numbers is not None:
        rows = rows.filter(number__in=list(numbers))
    return list(rows.order_by("number"))


def taken_elsewhere(park: Park, numbers: Iterable[str]) -> set[str]:
    """Of some numbers those that parcels of other parks have, or parcels that were replaced."""
    rows = Parcel.objects.filter(number__in=list(numbers)).exclude(park=park, ended_on=None)
    return set(rows.values_list("number", flat=True))


def quota_at(park: Park, year: int) -> LandQuota | None:
    """The land quota of a year."""
    return LandQuota.objects.filter(park=park, year=year).first()


def head_of(rows: QuerySet[Parcel]) -> dict[str, tuple[int, Decimal]]:
    """What leads the list: number and land of the parcels by state (one statement)."""
    found = rows.order_by().values("state").annotate(n=Count("pk"), mu=Sum("mu"))
    return {row["state"]: (row["n"], row["mu"]) for row in found}


def sums_of(parcels: Iterable[Parcel]) -> dict[str, tuple[int, Decimal]]:
    """``head_of`` parcels that are in hand."""
    found: dict[str, tuple[int, Decimal]] = {}
    for one in parcels:
        n, mu = found.get(one.state, (0, Decimal(0)))
        found[one.state] = (n + 1, mu + one.mu)
    return found


def parcels_named(rows: QuerySet[Parcel], text: str) -> QuerySet[Parcel]:
    """Of the parcels, those whose number begins so, or whose user or lessee has the text in its name or code."""
    named = organisations_named(text)
    return rows.filter(Q(number__startswith=text) | Q(user__in=named) | Q(lessee__in=named))


def import_of(member: Member | None, pk: int) -> LandImport:
    """A land file that was read, for whoever read it.

    Raises
    ------
    NotFound
        ``park.no_land_import``
    """
    found = LandImport.objects.select_related("park").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or (member is not None and found.member_id != member.pk):
        raise NotFound(
            "park.no_land_import",
            gettext_noop("There is no land file {n} that you have read. Read the file again."),
            n=pk,
        )
    return found


# -- the account ---------------------------------------------------------------------------------------------------


def all_moves(park: Park) -> Iterator[tuple[str, int, date, str, Decimal]]:
    """Parcel, sequence, day, state and land of all moves in a park (one statement)."""
    rows = ParcelMove.objects.filter(parcel__park=park).order_by("on", "parcel_id", "sequence")
    yield from rows.values_list("parcel__number", "sequence", "on", "to_state", "mu")


def moves_in(park: Park, year: int) -> list[ParcelMove]:
    """What changed in a park in a year, latest first."""
    rows = ParcelMove.objects.filter(parcel__park=park, on__year=year)
    return list(rows.select_related("parcel", "organisation").order_by("-on", "parcel__number", "-sequence"))


def state_at(park: Park, on: date) -> dict[int, ParcelMove]:
    """The move that holds for each parcel of a park on a day, by its key (one statement)."""
    rows = ParcelMove.objects.filter(parcel__park=park, on__lte=on).order_by("on", "sequence")
    found: dict[int, ParcelMove] = {}
    for move in rows.select_related("parcel", "organisation"):
        found[move.parcel_id] = move
    return {pk: move for pk, move in found.items() if move.to_state}


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """By its number, for those with a seat in its pairing."""
    it: Any = one
    return Found("park.parcel", it.pk, it.title_zh, it.url, it.title_en, it.number, it.pairing_id, "pairing")


def entries() -> Iterator[Found]:
    """All parcels, the replaced ones too: papers name them for years."""
    return map(found_as, Parcel.objects.iterator())
