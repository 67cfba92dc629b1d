"""Reads of activities and aid."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from shanhai.core import access, clock
from shanhai.core.models import Document, Member, Pairing
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Activity
from shanhai.fields.pairing.queries.lists import papers_of, reach_of
from shanhai.kernel.refusals import NotFound, gettext_noop

ACTIVITY_SORTS = {"on": ("-on", "-id"), "planned": ("-planned_fen", "-id")}


def activities_of(member: Member | None, pairing: Pairing) -> QuerySet[Activity]:
    """The activities of a pairing and those nested in it; sort by ``ACTIVITY_SORTS``."""
    rows = reach_of(member, pairing).restrict(Activity.objects.all())
    # Joined, units would be what SQLite begins with, and all activities sorted.
    return rows.prefetch_related("pairing", "mountain_unit__organisation", "sea_unit__organisation")


def activity_of(member: Member | None, number: str) -> Activity:
    """One activity.

    Raises
    ------
    NotFound
        ``pairing.no_activity``.
    """
    found = (
        Activity.objects.filter(number=number)
        .select_related("pairing__zone", "mountain_unit__organisation", "sea_unit__organisation")
        .prefetch_related("entries", "items__mountain_unit__organisation", "items__sea_unit__organisation")
        .first()
    )
    if found is None or not _has_seat(member, found.pairing_id):
        raise NotFound(
            "pairing.no_activity",
            gettext_noop(
                "There is no activity {number} that you may see. Correct the number, or look for it in the list of "
                "activities."
            ),
            number=number,
        )
    return found


def _has_seat(member: Member | None, pairing_id: int) -> bool:
    if member is None:
        return True
    here = access.standing(member)
    return pairing_id in here.sides or bool(here.roles & access.SEES_ALL)


def photos_of(activity: Activity) -> list[Document]:
    """The photographs of an activity that were not withdrawn."""
    return [
        hung.document for hung in papers_of("pairing.activity", [activity.pk], "photo").get(activity.pk, [])
    ]


def activity_counts(member: Member, pairing: Pairing) -> dict[str, int]:
    """Of this year: how many were held and are planned, and what was donated and used (one statement)."""
    year = clock.today().year
    rows = reach_of(member, pairing).restrict(Activity.objects.all())
    held = Q(stage__in=rules.HELD_ACTIVITY)
    given = held & Q(kind=rules.ActivityKind.DONATION)
    return rows.filter(on__gte=date(year, 1, 1), on__lte=date(year, 12, 31)).aggregate(
        held=Count("pk", filter=held),
        planned=Count("pk", filter=Q(stage=rules.ActivityStage.PLANNED)),
        open=Count("pk", filter=Q(stage=rules.ActivityStage.HELD)),
        paid_fen=Sum("paid_fen", filter=given, default=0),
        used_fen=Sum("used_fen", filter=given, default=0),
    )
