"""What the reads of the field share: rows within reach, units of levels, records that are named."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from shanhai.core import access, clock, visibility
from shanhai.core.models import Member, Pairing, Party, RoleGrant, Seat, Unit
from shanhai.core.queries.pairings import within
from shanhai.kernel.refusals import NotFound, gettext_noop

M = TypeVar("M", bound=Model)


def seen_in(rows: QuerySet[M], member: Member | None, pairing: Pairing) -> QuerySet[M]:
    """Of rows with a reach, those of a pairing and the ones nested in it that a member sees."""
    if pairing.zone_id in (None, pairing.pk):
        rows = rows.filter(zone_id=pairing.pk)
    else:
        rows = rows.filter(pairing_id__in=within(pairing))
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return rows
    return visibility.narrowed(rows, member)


def may_see(member: Member | None, record: Any) -> bool:
    """Whether a member sees a record with a reach; an auditor sees all."""
    return visibility.can_see(member, record) or bool(
        member is not None and access.standing(member).roles & access.SEES_ALL
    )


def pairing_named(member: Member | None, code: str) -> Pairing:
    """A pairing by code, of those that a member has a seat in.

    Raises
    ------
    NotFound
        ``office.no_pairing``
    """
    found = Pairing.objects.filter(code=code).first()
    if found is None or (member is not None and not _has_seat(member, found.pk)):
        raise NotFound(
            "office.no_pairing",
            gettext_noop(
                "There is no pairing {pairing} that you may see. Look for it in the list of pairings."
            ),
            pairing=code[:40],
        )
    return found


def _has_seat(member: Member, pairing_id: int) -> bool:
    here = access.standing(member)
    return pairing_id in here.sides or bool(here.roles & access.SEES_ALL)


def side_of(pairing_id: int, organisation_id: int) -> str:
    """The side on which an organisation sits in a pairing; empty without one, or above."""
    found = Seat.objects.filter(pairing_id=pairing_id, organisation_id=organisation_id).first()
    return found.side if found is not None and found.side != "above" else ""


def unit_on(pairing_id: int, side: str, role: str) -> Unit | None:
    """The unit of a side in which somebody has a role: of its party first, then of the bodies under it."""
    day = clock.today()
    holders = RoleGrant.objects.filter(role=role, from_on__lte=day).exclude(to_on__lt=day)
    parties = Party.objects.filter(pairing_id=pairing_id, organisation_id=OuterRef("organisation_id"))
    return (
        Unit.objects.filter(
            pk__in=holders.filter(member__is_active=True).values("member__unit_id"),
            organisation__seats__pairing_id=pairing_id,
            organisation__seats__side=side,
            is_active=True,
        )
        .alias(is_party=Exists(parties))
        .order_by("-is_party", "code")
        .select_related("organisation")
        .first()
    )


def people_of(*units: Unit | int | None) -> list[int]:
    """The active members of some units."""
    keys = {one if isinstance(one, int) else one.pk for one in units if one is not None}
    return list(
        Member.objects.filter(unit_id__in=keys, is_active=True).order_by("pk").values_list("pk", flat=True)
    )
