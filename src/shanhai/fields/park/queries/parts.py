"""What a zone folder keeps of the work on enterprises: each row with the codes of the records that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core import access
from shanhai.core.models import Member
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    Firm,
    GradingRun,
    LandCheck,
    LandPromise,
    QuotaPool,
    Renewal,
)
from shanhai.fields.park.queries import firms, grades, promises, renewal

Told = Iterator[tuple[Any, dict[str, Any]]]


def rows_of(stem: str, member: Member | None) -> Told:
    """The rows of a file that a member sees, each with what stands in its cells in place of its keys."""
    return _ROWS[stem](member)


def _seen(rows: QuerySet[Any], member: Member | None, seen: Callable[[Member], Q]) -> QuerySet[Any]:
    return rows if member is None else rows.filter(seen(member))


def _renewals(member: Member | None) -> Told:
    rows = Renewal.objects.select_related("firm__organisation", "new_firm__organisation", "holding")
    for one in _seen(rows, member, renewal.seen_by).order_by("number"):
        own = {
            "firm": one.firm.code,
            "begins_on": one.holding.begins_on,
            "new_firm": one.new_firm.code if one.new_firm else "",
        }
        yield one, own


def _pools(member: Member | None) -> Told:
    rows = QuotaPool.objects.select_related("park")
    if member is not None and not access.standing(member).roles & access.SEES_ALL:
        rows = rows.filter(park__pairing_id__in=list(access.standing(member).sides))
    for one in rows.order_by("park__number", "kind"):
        yield one, {"park": one.park.number}


def _promises(member: Member | None) -> Told:
    rows = LandPromise.objects.select_related("firm__organisation", "unit")
    for one in _seen(rows, member, promises.seen_by).order_by("number"):
        yield one, {"firm": one.firm.code, "unit": one.unit}


def _checks(member: Member | None) -> Told:
    seen = _seen(LandPromise.objects.all(), member, promises.seen_by)
    rows = LandCheck.objects.filter(promise__in=seen).select_related("promise", "member")
    for one in rows.order_by("promise__number", "pk"):
        yield one, {"promise": one.promise.number, "member": one.member}


def _appeals(member: Member | None) -> Told:
    rows = Appeal.objects.select_related("grade__run", "grade__firm__organisation", "member", "decided_by")
    if member is not None:
        seen = GradingRun.objects.filter(grades.seen_by(member)).values("pk")
        rows = rows.filter(grade__run__in=seen, grade__firm__in=_firms(member))
    for one in rows.order_by("grade__run__number", "grade__firm__organisation__code", "pk"):
        yield one, {"grading": one.grade.run.number, "firm": one.grade.firm.code}


def _agents(member: Member | None) -> Told:
    rows = Agency.objects.select_related("firm__organisation", "agent")
    if member is not None:
        rows = rows.filter(firm__in=_firms(member))
    for one in rows.order_by("firm__organisation__code", "agent__code", "begins_on", "pk"):
        yield one, {"firm": one.firm.code, "agent": one.agent}


def _firms(member: Member) -> QuerySet[Any]:
    return Firm.objects.filter(firms.seen_by(member)).values("pk")


_ROWS: dict[str, Callable[[Member | None], Told]] = {
    "renewals": _renewals,
    "quota_pools": _pools,
    "land_promises": _promises,
    "land_checks": _checks,
    "grade_appeals": _appeals,
    "firm_agents": _agents,
}
