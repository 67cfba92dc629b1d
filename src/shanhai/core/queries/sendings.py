"""Messages that went out or wait to, robots, and who has read what somebody had told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from shanhai.core import access
from shanhai.core.models import Member, Notice, NoticeFact, Robot, Sending
from shanhai.kernel.refusals import NotAllowed, NotFound, gettext_noop

Stage = Sending.Stage


# -- messages ------------------------------------------------------------------------------------------------------


def sendings() -> QuerySet[Sending]:
    """All messages, with where they go."""
    return Sending.objects.select_related("fact", "member", "robot__unit", "robot__organisation")


def chosen(keys: Iterable[str | int]) -> list[Sending]:
    """Messages by their numbers."""
    ids = [int(key) for key in keys if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19]
    return list(Sending.objects.filter(pk__in=ids[:500]))


def counts() -> dict[str, int]:
    """How many messages wait, failed or are unclear."""
    found = Sending.objects.filter(stage__in=[Stage.WAITING, Stage.GOING, Stage.FAILED, Stage.UNCLEAR])
    by_stage = dict(found.order_by().values_list("stage").annotate(n=Count("pk")))
    return {
        "waiting": by_stage.get(Stage.WAITING, 0) + by_stage.get(Stage.GOING, 0),
        "failed": by_stage.get(Stage.FAILED, 0) + by_stage.get(Stage.UNCLEAR, 0),
    }


def of_member(member: Member, n: int) -> list[Sending]:
    """The latest messages to a member."""
    return list(Sending.objects.filter(member=member).select_related("fact").order_by("-pk")[:n])


def of_robot(robot: Robot, n: int) -> list[Sending]:
    """The latest messages of a robot."""
    return list(Sending.objects.filter(robot=robot).select_related("fact").order_by("-pk")[:n])


def next_due(member: Member) -> tuple[int, datetime | None]:
    """How many messages wait for a member, and when the first goes."""
    waits = Sending.objects.filter(member=member, stage=Stage.WAITING).order_by("due_at")
    return waits.count(), waits.values_list("due_at", flat=True).first()


# -- robots --------------------------------------------------------------------------------------------------------


def robots_for(member: Member | None) -> QuerySet[Robot]:
    """The robots that a member keeps: the administrator all, a dispatcher those of the own unit."""
    rows = Robot.objects.select_related("unit__organisation", "organisation")
    if member is None or access.standing(member).roles & {"administrator", "auditor"}:
        return rows
    return rows.filter(Q(unit=member.unit_id) | Q(unit__dispatcher=member.pk))


def robot_of(member: Member | None, pk: int) -> Robot:
    """One of the robots that a member keeps.

    Raises
    ------
    NotFound
        ``core.no_such_robot``
    """
    found = robots_for(member).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "core.no_such_robot",
            gettext_noop("You keep no robot {pk}. The list of robots has all that you keep."),
            pk=pk,
        )
    return found


# -- who has read --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that somebody had told: to how many, and how many have read it."""

    fact: NoticeFact
    told: int
    read: int


def facts_of(member: Member) -> QuerySet[NoticeFact]:
    """What a member had others told, latest first."""
    return NoticeFact.objects.filter(by=member).order_by("-at", "-id")


def may_see_readers(fact: NoticeFact, member: Member | None) -> bool:
    """Whether a member sees who has read: whoever had it told, the colleagues of the unit, and an auditor."""
    if member is None:
        return True
    is_own = fact.by is not None and (fact.by_id == member.pk or fact.by.unit_id == member.unit_id)
    return is_own or "auditor" in access.standing(member).roles


def fact_of(member: Member | None, pk: int) -> NoticeFact:
    """A fact of which a member sees who has read it.

    Raises
    ------
    NotFound
        ``core.no_such_fact``: there is none.
    NotAllowed
        ``core.not_ones_fact``
    """
    fact = NoticeFact.objects.select_related("by").filter(pk=pk).first()
    if fact is None:
        raise NotFound(
            "core.no_such_fact",
            gettext_noop("There is no fact {pk} that anybody was told of. Look at what you had told."),
            pk=pk,
        )
    if not may_see_readers(fact, member):
        raise NotAllowed(
            "core.not_ones_fact",
            gettext_noop("Who has read it is seen by whoever had it told and by their unit. Ask them."),
        )
    return fact


def tallied(facts: Sequence[NoticeFact]) -> list[Told]:
    """Facts with how many were told and have read, in one statement."""
    rows = Notice.objects.filter(fact__in=[one.pk for one in facts]).order_by().values("fact_id")
    found = {row["fact_id"]: row for row in rows.annotate(told=Count("pk"), read=Count("read_at"))}
    none = {"told": 0, "read": 0}
    return [Told(one, found.get(one.pk, none)["told"], found.get(one.pk, none)["read"]) for one in facts]


def told_on(url: str, member: Member, n: int) -> list[Told]:
    """The latest facts about the record of a page whose readers a member sees."""
    rows = NoticeFact.objects.filter(Q(by=member) | Q(by__unit=member.unit_id), url=url)
    return tallied(list(rows.select_related("by").order_by("-at", "-id")[:n]))


def readers(fact: NoticeFact) -> QuerySet[Notice]:
    """Everybody who was told of a fact."""
    return Notice.objects.filter(fact=fact).select_related("member__unit__organisation")


def notice_about(member: Member, fact_id: int) -> Notice:
    """The member's own notice of a fact.

    Raises
    ------
    NotFound
        ``core.not_told``
    """
    found = Notice.objects.filter(member=member, fact_id=fact_id).select_related("fact").first()
    if found is None:
        raise NotFound(
            "core.not_told",
            gettext_noop("You were not told of this. Ask in the group whom it concerns."),
        )
    return found
