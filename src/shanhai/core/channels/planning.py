"""What goes out of a fact that is told: written with the notices, in their transaction; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from shanhai.core import ciphers, signs
from shanhai.core.channels import quiet
from shanhai.core.models import Installation, Member, Notice, NoticeFact, Robot, Sending, Telling

ADDRESS = "address of a member"


def is_demo() -> bool:
    """Whether this is a demonstration: then nothing leaves the machine (``core.channels.mail``)."""
    return Installation.objects.filter(is_demo=True).exists()


def is_mail_on() -> bool:
    """Whether e-mail goes anywhere: to the mail server of the installation, or to the outbox of a demonstration."""
    return settings.SHANHAI_MAIL_IS_ON or is_demo()


def mark_of(address: str) -> str:
    """What is kept of a confirmed address."""
    return ciphers.mark_of(ADDRESS, address.strip().lower())


def is_confirmed(telling: Telling | None) -> bool:
    """Whether the member has shown to read mail at the address that stands with them now."""
    return (
        telling is not None and bool(telling.confirmed) and telling.confirmed == mark_of(telling.member.email)
    )


def mailed(telling: Telling | None) -> bool:
    """Whether a member gets mail."""
    return telling is not None and telling.mail != Telling.Mail.NONE and is_confirmed(telling)


def mail_due(telling: Telling, kind: str, at: datetime) -> datetime:
    """When a notice of a kind goes to a member: what is urgent passes the digest, nothing passes quiet hours."""
    special = signs.notice_kinds.get(kind)
    is_urgent = special is not None and special.is_urgent
    if telling.mail == Telling.Mail.DAILY and not is_urgent:
        return quiet.next_digest(at)
    return quiet.next_moment(at)


def plan(fact: NoticeFact, new: Sequence[int], at: datetime) -> None:
    """Plan the mails of members who were told now, and the messages of groups of which everybody was."""
    rows = [*_mails(fact, new, at), *_in_groups(fact, new, at)]
    if rows:
        Sending.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _mails(fact: NoticeFact, new: Sequence[int], at: datetime) -> list[Sending]:
    tellings = Telling.objects.filter(member_id__in=new, member__is_active=True).exclude(
        mail=Telling.Mail.NONE
    )
    chosen = {one.member_id: one for one in tellings.select_related("member") if is_confirmed(one)}
    if not chosen or not is_mail_on():
        return []
    found = Notice.objects.filter(fact=fact, member_id__in=chosen).values_list("pk", "member_id")
    return [
        Sending(
            channel=Sending.Channel.MAIL,
            fact=fact,
            notice_id=pk,
            member_id=member_id,
            created_at=at,
            due_at=mail_due(chosen[member_id], fact.kind, at),
        )
        for pk, member_id in found
    ]


def _in_groups(fact: NoticeFact, new: Sequence[int], at: datetime) -> list[Sending]:
    special = signs.notice_kinds.get(fact.kind)
    if special is not None and special.is_personal:
        return []
    due_at = quiet.next_moment(at)
    return [
        Sending(channel=Sending.Channel.ROBOT, fact=fact, robot=robot, created_at=at, due_at=due_at)
        for robot in robots_near(new)
        if not left_out(robot, fact)
    ]


def robots_near(members: Iterable[int]) -> QuerySet[Robot]:
    """Working robots whose group has any of these members."""
    ids = list(members)
    near = Q(unit__members__in=ids) | Q(unit=None, organisation__units__members__in=ids)
    return Robot.objects.filter(near, is_active=True).distinct().order_by("pk")


def people_of(robot: Robot) -> QuerySet[Member]:
    """Whose group it is: the active members of the unit, or of the organisation."""
    own = Q(unit=robot.unit_id) if robot.unit_id else Q(unit__organisation=robot.organisation_id)
    return Member.objects.filter(own, is_active=True)


def left_out(robot: Robot, fact: NoticeFact) -> bool:
    """Whether somebody in the group was not told: a group hears only what each of its people was told by name."""
    return people_of(robot).exclude(notices__fact=fact).exists()
