"""Who answers for a side: its office, the leaders in charge, the people of a unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from shanhai.core import clock
from shanhai.core.models import Member, Party, RoleGrant, Unit
from shanhai.fields.pairing.models import Charge

SIDES = ("mountain", "sea")


def _granted(role: str, on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=role, from_on__lte=on).exclude(to_on__lt=on)


def office_units(pairing_ids: Iterable[int]) -> dict[int, dict[str, Unit]]:
    """The unit that keeps a pairing on each side: of its party, with an office clerk in it, else the first one.

    Two statements for any number of pairings. A side whose party has no unit yet is left out.
    """
    parties = list(
        Party.objects.filter(pairing_id__in=list(pairing_ids), role__in=SIDES)
        .order_by("pk")
        .values_list("pairing_id", "role", "organisation_id")
    )
    clerks = _granted("office", clock.today()).values("member__unit_id")
    units: dict[int, Unit] = {}
    found = Unit.objects.filter(organisation_id__in={of for _, _, of in parties}, is_active=True)
    for unit in (
        found.alias(has_clerk=Q(pk__in=clerks)).order_by("-has_clerk", "code").select_related("organisation")
    ):
        units.setdefault(unit.organisation_id, unit)
    offices: dict[int, dict[str, Unit]] = {}
    for pairing_id, role, organisation_id in parties:
        if organisation_id in units:
            offices.setdefault(pairing_id, {}).setdefault(role, units[organisation_id])
    return offices


def people_of(unit_ids: Iterable[int | None]) -> dict[int, list[int]]:
    """The active members of units, by unit."""
    found: dict[int, list[int]] = {}
    wanted = {pk for pk in unit_ids if pk is not None}
    for unit_id, pk in (
        Member.objects.filter(unit_id__in=wanted, is_active=True).order_by("pk").values_list("unit_id", "pk")
    ):
        found.setdefault(unit_id, []).append(pk)
    return found


def in_charge(pairing_ids: Iterable[int], on: date) -> QuerySet[Charge]:
    """Who is in charge on a day, of whole pairings before single fields, by rank of level."""
    return (
        Charge.objects.filter(pairing_id__in=list(pairing_ids), from_on__lte=on)
        .exclude(to_on__lt=on)
        .select_related("member__unit__organisation", "pairing")
        .order_by("pairing__code", "field", "side", "from_on", "pk")
    )


def leaders_for(pairing_id: int, zone_id: int, field: str, on: date) -> list[int]:
    """Members to whom something late is escalated: in charge of the field, else of the pairing, else of the zone."""
    charges = list(in_charge({pairing_id, zone_id}, on))
    for wanted in ((pairing_id, field), (zone_id, field), (pairing_id, ""), (zone_id, "")):
        found = [charge.member_id for charge in charges if (charge.pairing_id, charge.field) == wanted]
        if found:
            return found
    return []


def people_of_offices(pairing_id: int) -> list[int]:
    """The members of the offices that keep a pairing, of both sides."""
    units = office_units([pairing_id]).get(pairing_id, {}).values()
    return [pk for members in people_of(unit.pk for unit in units).values() for pk in members]
