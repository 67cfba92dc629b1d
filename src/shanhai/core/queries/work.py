"""What waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from shanhai.core import clock, sentences
from shanhai.core.models import Deputy, Member, RoleGrant, Watch, WorkItem

_MOST_URGENT_FIRST = ("sorted_on", "id")
# Who takes the steps of a unit's ladder.
ROLES_OF_STEPS = {"handle": "handler", "check": "checker", "sign": "signer"}


def deputies_of_today() -> QuerySet[Deputy]:
    """Who stands in for whom today. A deputy acts for the member named, never for those whom that one stands in for."""
    day = clock.today()
    return Deputy.objects.filter(from_on__lte=day, ended_on=None).exclude(to_on__lt=day)


def speaks_for(member: Member, unit_id: int | None) -> bool:
    """Whether a member is of a unit, or stands in for one of its people today."""
    if unit_id is None or member.unit_id == unit_id:
        return unit_id is not None
    return deputies_of_today().filter(deputy=member, member__unit_id=unit_id).exists()


def waiting_for(member: Member) -> QuerySet[WorkItem]:
    """Open items for a member: named ones, and those of the unit that nobody is named for; most urgent first.

    What waits for a member whom this one stands in for today is there too. An item on a step of the unit's ladder is for
    those who have the step's role; where nobody of the unit has it, for all.
    """
    stands_in = deputies_of_today().filter(deputy=member)
    of_unit = Q(member=None, unit_id=member.unit_id)
    others = _steps_of_others(member)
    if others:
        of_unit &= ~Q(step__in=others)
    mine = Q(member=member) | of_unit | Q(member_id__in=stands_in.values("member_id"))
    return WorkItem.objects.filter(mine, stage=WorkItem.Stage.OPEN).order_by(*_MOST_URGENT_FIRST)


# Written once, for each list of work asks it: having Django write it takes as long as reading the list.
_HOLDERS = """
    SELECT role, max(CASE WHEN holder.id = %(member)s THEN 1 ELSE 0 END) AS is_own
    FROM core_rolegrant JOIN core_member AS holder ON holder.id = core_rolegrant.member_id
    WHERE holder.unit_id = %(unit)s AND holder.is_active AND from_on <= %(day)s AND (to_on IS NULL OR to_on >= %(day)s)
    GROUP BY role
"""


def _steps_of_others(member: Member) -> list[str]:
    """The steps of the ladder of a member's unit that others of it have and the member has not."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, _asked(member))
        is_own = dict(cursor.fetchall())
    return [step for step, role in ROLES_OF_STEPS.items() if is_own.get(role) == 0]


def _asked(member: Member) -> dict[str, Any]:
    day = connection.ops.adapt_datefield_value(clock.today())
    return {"member": member.pk, "unit": member.unit_id, "day": day}


# What the menu of every page asks, and never from what was kept: who has just done an item sees it gone. Written once,
# for having Django write it takes ten times what the database does; in three parts, each of which has its index.
_STEPS = " ".join(f"WHEN '{role}' THEN '{step}'" for step, role in ROLES_OF_STEPS.items())
_WAITING_BY_DAY = f"""
    SELECT due_on, sum(n) FROM (
        SELECT due_on, count(*) AS n FROM core_workitem
        WHERE stage = 'open' AND member_id = %(member)s GROUP BY due_on
        UNION ALL
        SELECT due_on, count(*) FROM core_workitem
        WHERE stage = 'open' AND unit_id = %(unit)s AND member_id IS NULL AND (step = '' OR step NOT IN (
            SELECT CASE role {_STEPS} ELSE '-' END FROM ({_HOLDERS}) AS holders WHERE is_own = 0
        ))
        GROUP BY due_on
        UNION ALL
        SELECT due_on, count(*) FROM core_workitem
        WHERE stage = 'open' AND member_id IN (
            SELECT member_id FROM core_deputy
            WHERE deputy_id = %(member)s AND from_on <= %(day)s
            AND ended_on IS NULL AND (to_on IS NULL OR to_on >= %(day)s)
        )
        GROUP BY due_on
    ) AS parts
    GROUP BY due_on
"""


def waiting_by_day(member: Member) -> dict[date | None, int]:
    """How many items of ``waiting_for`` are due on each day; None for those without a day."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_BY_DAY, _asked(member))
        return {_as_day(due_on): int(n) for due_on, n in cursor.fetchall()}


def _as_day(value: date | str | None) -> date | None:
    # SQLite has no dates of its own.
    return date.fromisoformat(value) if isinstance(value, str) else value


def waiting_in(unit_id: int) -> QuerySet[WorkItem]:
    """All open items of a unit, whoever has them: what its dispatcher shares out."""
    return WorkItem.objects.filter(unit_id=unit_id, stage=WorkItem.Stage.OPEN).order_by(*_MOST_URGENT_FIRST)


def started_by(member: Member) -> QuerySet[WorkItem]:
    """Open items that a member's own actions put before others."""
    own = WorkItem.objects.filter(created_by=member, stage=WorkItem.Stage.OPEN)
    return own.order_by(*_MOST_URGENT_FIRST)


def watched_by(member: Member) -> QuerySet[WorkItem]:
    """Open items of the records that a member watches."""
    ids: dict[str, list[int]] = {}
    for kind, pk in Watch.objects.filter(member=member).values_list("subject_kind", "subject_id"):
        ids.setdefault(kind, []).append(pk)
    watched = Q(pk__in=[])
    for kind, keys in ids.items():
        watched |= Q(subject_kind=kind, subject_id__in=keys)
    return WorkItem.objects.filter(watched, stage=WorkItem.Stage.OPEN).order_by(*_MOST_URGENT_FIRST)


def finished_by(member: Member) -> QuerySet[WorkItem]:
    """What a member did or dropped, latest first."""
    return WorkItem.objects.filter(done_by=member).order_by("-done_at", "-id")


def waits_for_whom(items: Sequence[WorkItem]) -> dict[int, list[Member]]:
    """The people whom each item waits for, by its key: the one named, else the active members of the unit.

    On a step of the unit's ladder, those of them who have its role, where anybody has.
    """
    units = {item.unit_id for item in items if item.member_id is None}
    of_unit: dict[int, list[Member]] = {}
    for one in Member.objects.filter(unit_id__in=units, is_active=True).select_related("unit__organisation"):
        of_unit.setdefault(one.unit_id, []).append(one)
    named = Member.objects.select_related("unit__organisation").in_bulk(
        {item.member_id for item in items if item.member_id is not None}
    )
    held = _held_in({item.unit_id for item in items if item.member_id is None and item.step})

    def of_step(item: WorkItem) -> list[Member]:
        all_of_unit = of_unit.get(item.unit_id, [])
        holders = [one for one in all_of_unit if (one.pk, ROLES_OF_STEPS.get(item.step, "")) in held]
        return holders or all_of_unit

    return {
        item.pk: [named[item.member_id]] if item.member_id is not None else of_step(item) for item in items
    }


def _held_in(unit_ids: set[int]) -> set[tuple[int, str]]:
    """Who of some units has which role today."""
    if not unit_ids:
        return set()
    day = clock.today()
    grants = RoleGrant.objects.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)
    return set(grants.filter(member__unit_id__in=unit_ids).values_list("member_id", "role"))


def late(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """Those of the items whose day is over."""
    return items.filter(due_on__lt=clock.today())


def words(one: WorkItem) -> str:
    """What to do, in the reader's language."""
    return sentences.said(one.what, one.facts)
