"""Whom a reminder will reach: by which way, when, and who was reminded lately and is left in peace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shanhai.core import clock, rulebook
from shanhai.core.channels import planning, quiet
from shanhai.core.models import Member, Notice, Robot, Telling


@dataclass(slots=True)
class Reached:
    """One person: of how many things, when a mail goes (None: none does), and when they were reminded lately."""

    member: Member
    things: list[str] = field(default_factory=list)
    mail_at: datetime | None = None
    is_daily: bool = False
    lately_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """All whom a reminder concerns, and the group chats that hear it."""

    people: tuple[Reached, ...]
    groups: tuple[Robot, ...]
    now: datetime
    group_at: datetime  # when groups and mails that go at once would be written to

    @property
    def told(self) -> list[Reached]:
        """Who will be told."""
        return [one for one in self.people if one.lately_at is None]

    @property
    def lately(self) -> list[Reached]:
        """Who was reminded lately, and is not told again."""
        return [one for one in self.people if one.lately_at is not None]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing leaves the house just now."""
        return self.group_at != self.now


def reminder_key(stem: str, on: date) -> str:
    """The key of the fact that somebody was reminded on a day."""
    return f"{stem}:reminded:{on.isoformat()}"


def lately(stems: Iterable[str]) -> dict[str, dict[int, datetime]]:
    """Who was reminded so lately that they are not again, by stem: member to when."""
    today = clock.today()
    days = max(1, rulebook.whole("core.remind_again_days", today))
    stem_of = {reminder_key(stem, today - timedelta(days=n)): stem for stem in stems for n in range(days)}
    rows = Notice.objects.filter(fact__key__in=stem_of).order_by("at")
    found: dict[str, dict[int, datetime]] = {}
    for key, member_id, at in rows.values_list("fact__key", "member_id", "at"):
        found.setdefault(stem_of[key], {})[member_id] = at
    return found


def since(urls: Iterable[str], on: date) -> dict[str, dict[int, datetime]]:
    """Who was reminded on a day or later of what stands at an address: by a rule or by somebody, member to when.

    What stands below an address belongs to it: the answer of a unit to its round.
    """
    wanted = {url: {url, _above(url)} for url in urls}
    begin = datetime.combine(on, time.min, tzinfo=clock.SHANGHAI)
    rows = Notice.objects.filter(
        fact__url__in=set().union(*wanted.values()), fact__key__contains=":remind", at__gte=begin
    )
    told: dict[str, dict[int, datetime]] = {}
    for url, member_id, at in rows.order_by("at").values_list("fact__url", "member_id", "at"):
        told.setdefault(url, {})[member_id] = at
    return {
        url: {pk: at for one in some for pk, at in told.get(one, {}).items()} for url, some in wanted.items()
    }


def _above(url: str) -> str:
    return url.rstrip("/").rpartition("/")[0] + "/"


def reach(people: Sequence[Reached], kind: str) -> Reach:
    """What a reminder of a kind would do, for people of whom it is known who was reminded lately."""
    now = clock.now()
    ids = [one.member.pk for one in people if one.lately_at is None]
    if planning.is_mail_on():
        tellings = Telling.objects.filter(member_id__in=ids).select_related("member")
        chosen = {one.member_id: one for one in tellings if planning.mailed(one)}
        for one in people:
            telling = chosen.get(one.member.pk)
            if telling is not None:
                one.mail_at = planning.mail_due(telling, kind, now)
                one.is_daily = telling.mail == Telling.Mail.DAILY
    groups = [
        robot
        for robot in planning.robots_near(ids).select_related("unit", "organisation")
        if not planning.people_of(robot).exclude(pk__in=ids).exists()
    ]
    return Reach(tuple(people), tuple(groups), now, quiet.next_moment(now))
