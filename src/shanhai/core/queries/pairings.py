"""Reads of pairings: which there are for a member, and who sits in them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Prefetch, QuerySet

from shanhai.core.access import SEES_ALL, standing
from shanhai.core.models import Member, Organisation, Pairing, Party, Unit


def pairings_of(member: Member | None) -> QuerySet[Pairing]:
    """The pairings that a member may see, topmost first, with their parties; None sees all."""
    found = Pairing.objects.select_related("parent", "zone").prefetch_related(
        Prefetch("parties", Party.objects.select_related("organisation"))
    )
    if member is not None and not standing(member).roles & SEES_ALL:
        found = found.filter(pk__in=standing(member).sides)
    return found.order_by("zone__code", F("parent__code").asc(nulls_first=True), "code")


def zones_of(member: Member | None) -> QuerySet[Pairing]:
    """The topmost pairings that a member may see."""
    return pairings_of(member).filter(parent=None)


def within(pairing: Pairing) -> list[int]:
    """The keys of a pairing and all nested under it (one statement, whatever the depth)."""
    pairs = Pairing.objects.filter(zone_id=pairing.zone_id or pairing.pk).values_list("pk", "parent_id")
    children: dict[int | None, list[int]] = {}
    for pk, parent in pairs:
        children.setdefault(parent, []).append(pk)
    found, waiting = [pairing.pk], [pairing.pk]
    while waiting:
        waiting = [pk for above in waiting for pk in children.get(above, [])]
        found += waiting
    return found


def seated(pairing: Pairing, side: str = "") -> QuerySet[Organisation]:
    """The organisations that sit in a pairing, on one side or on any."""
    seats = {"seats__pairing": pairing} | ({"seats__side": side} if side else {})
    return Organisation.objects.filter(**seats, is_active=True).order_by("name_sort", "pk")


def units_on(pairing: Pairing, side: str = "") -> QuerySet[Unit]:
    """The units of the organisations that sit in a pairing: who can be made responsible."""
    seats: dict[str, Any] = {"organisation__seats__pairing": pairing}
    if side:
        seats["organisation__seats__side"] = side
    return (
        Unit.objects.filter(**seats, is_active=True, organisation__is_active=True)
        .select_related("organisation")
        .order_by("organisation__name_sort", "name_sort", "pk")
    )


def members_on(pairing: Pairing, side: str = "") -> QuerySet[Member]:
    """The members of the organisations that sit in a pairing."""
    seats: dict[str, Any] = {"unit__organisation__seats__pairing": pairing}
    if side:
        seats["unit__organisation__seats__side"] = side
    return Member.objects.filter(**seats, is_active=True).select_related("unit__organisation")
