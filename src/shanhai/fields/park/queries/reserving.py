"""Reads of reservations: what is kept for whom, and the free plots of renewals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from shanhai.core import access
from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.fields.park.models import Parcel, Renewal
from shanhai.fields.park.queries import renewal
from shanhai.fields.park.rules.renewal import RenewalStage


def state_of(one: Parcel | Renewal) -> str:
    """The state of a parcel, or the stage of a renewal."""
    return one.state if isinstance(one, Parcel) else one.stage


def reserved_for(number: str) -> list[Parcel | Renewal]:
    """What is kept for a number: parcels, then plots of renewals (two statements)."""
    if not number:
        return []
    parcels = Parcel.objects.filter(reserved_for=number, ended_on=None).select_related("park")
    plots = Renewal.objects.filter(reserved_for=number).select_related(*renewal.SHOWN)
    return [*parcels.order_by("number"), *plots.order_by("number")]


def all_reserved(pairing: Pairing) -> dict[str, list[str]]:
    """What is kept in a pairing: numbers of plots by the number for which they are (two statements)."""
    found: dict[str, list[str]] = {}
    parcels = Parcel.objects.filter(pairing__in=within(pairing), ended_on=None).exclude(reserved_for="")
    plots = Renewal.objects.filter(pairing__in=within(pairing)).exclude(reserved_for="")
    for kept in (parcels, plots):
        for holder, number in kept.order_by("number").values_list("reserved_for", "number"):
            found.setdefault(holder, []).append(number)
    return found


def plots_offered(member: Member | None, pairing: Pairing) -> QuerySet[Renewal]:
    """The vacated plots that are offered to matching and that a member sees, by number."""
    return renewal.renewals_of(member, pairing).filter(stage=RenewalStage.OFFERED).order_by("number")


def plots_numbered(numbers: Iterable[str]) -> dict[str, Parcel | Renewal]:
    """Parcels that lie there now, and renewals, by number (two statements)."""
    wanted = list(numbers)
    parcels = Parcel.objects.filter(number__in=wanted, ended_on=None).select_related("park")
    renewals = Renewal.objects.filter(number__in=wanted).select_related(*renewal.SHOWN)
    found: dict[str, Parcel | Renewal] = {one.number: one for one in renewals}
    return found | {one.number: one for one in parcels}


def kind_of(one: Parcel | Renewal) -> str:
    """``parcel`` or ``renewal``."""
    return "parcel" if isinstance(one, Parcel) else "renewal"


def kept_rows(member: Member | None) -> Iterator[Parcel | Renewal]:
    """All that is kept for somebody and that a member sees, parcels first, by number (two statements)."""
    parcels = Parcel.objects.filter(ended_on=None).exclude(reserved_for="")
    plots = Renewal.objects.exclude(reserved_for="")
    if member is not None:
        here = access.standing(member)
        if not here.roles & access.SEES_ALL:
            parcels = parcels.filter(pairing_id__in=list(here.sides))
        plots = plots.filter(renewal.seen_by(member))
    yield from parcels.order_by("number")
    yield from plots.order_by("number")
