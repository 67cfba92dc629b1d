"""Words for how people are told: ways, stages of messages, and what went wrong."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import clock
from shanhai.core.channels import planning, quiet
from shanhai.core.channels.robots import ADAPTERS
from shanhai.core.models import Member, Organisation, Robot, Sending, Telling, Unit
from shanhai.core.models.base import in_language
from shanhai.core.queries import notices, sendings
from shanhai.core.queries.reach import Reach, Reached
from shanhai.core.sheets.cells import MASK
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop

MAIL = {
    Telling.Mail.AT_ONCE: gettext_lazy("at once, in working hours"),
    Telling.Mail.DAILY: gettext_lazy("one daily digest, in the morning of working days"),
    Telling.Mail.NONE: gettext_lazy("no e-mail"),
}
STAGES = {
    Sending.Stage.WAITING: gettext_lazy("to be sent"),
    Sending.Stage.GOING: gettext_lazy("on its way"),
    Sending.Stage.SENT: gettext_lazy("sent"),
    Sending.Stage.FAILED: gettext_lazy("failed"),
    Sending.Stage.UNCLEAR: gettext_lazy("unclear"),
    Sending.Stage.DROPPED: gettext_lazy("dropped"),
}
WHAT = {
    Sending.What.NOTICE: gettext_lazy("notice"),
    Sending.What.TEST: gettext_lazy("test message"),
    Sending.What.CONFIRM: gettext_lazy("confirmation of the address"),
}
CHANNELS = {
    Sending.Channel.MAIL: gettext_lazy("e-mail"),
    Sending.Channel.ROBOT: gettext_lazy("group chat"),
}
_WRONG = {
    "read": gettext_lazy("was read on the page meanwhile"),
    "ended": gettext_lazy("who or what it was for works no more"),
    "not_wanted": gettext_lazy("the member wants no e-mail any more"),
    "lost": gettext_lazy("the sender ended over it; it may have arrived"),
    "server": gettext_lazy("the mail server was not reached"),
    "address": gettext_lazy("the address may not be written to"),
    "timeout": gettext_lazy("no answer in time"),
    "unreached": gettext_lazy("the server was not reached"),
    "tls": gettext_lazy("the server’s certificate is not valid"),
    "unreadable": gettext_lazy("the kept address cannot be read; enter it again"),
    "not_a_robot": gettext_lazy("what answered is no robot; look at the address"),
    "broken": gettext_lazy("sending broke off"),
    "310000": gettext_lazy("DingTalk refused the signature, the keyword or the sender’s address"),
    "300001": gettext_lazy("DingTalk does not know the address"),
    "130101": gettext_lazy("more messages in a minute than DingTalk takes"),
    "93000": gettext_lazy("WeCom does not know the address"),
    "45009": gettext_lazy("more messages in a minute than WeCom takes"),
    "smtp_550": gettext_lazy("the mail server knows no such address"),
}


def wrong(code: str, said: str = "") -> str:
    """What went wrong with a message, in words; of what is not known the code that came back."""
    if not code:
        return ""
    word = _WRONG.get(code)
    return str(word) if word is not None else f"{code} {said}".strip()


def status_of(one: Sending) -> tuple[str, str]:
    """Shape and word."""
    shape = {
        Sending.Stage.SENT: "done",
        Sending.Stage.FAILED: "late",
        Sending.Stage.UNCLEAR: "at_risk",
        Sending.Stage.DROPPED: "paused",
    }
    word = str(STAGES[Sending.Stage(one.stage)])
    return shape.get(Sending.Stage(one.stage), "on_track"), word[:1].upper() + word[1:]


def place_of(one: Sending) -> str:
    """Where a message goes."""
    return one.member.name if one.member else str(one.robot)


def kind_of(robot: Robot) -> str:
    """The platform of a robot."""
    adapter = ADAPTERS.get(robot.kind)
    return in_language(adapter.name_zh, adapter.name_en) if adapter else robot.kind


def whose(robot: Robot) -> str:
    """The unit or organisation whose group a robot writes to."""
    if robot.unit is None:
        return robot.organisation.name
    return f"{robot.organisation.name} · {robot.unit.name}"


def way(one: Reached, of: Reach) -> str:
    """How and when a reminder reaches somebody, or why not."""
    from shanhai.webkit import words

    if one.lately_at is not None:
        return _("reminded %(at)s; left in peace for now") % {"at": words.moment(one.lately_at)}
    if one.mail_at is None:
        return _("page of notices, now")
    if one.mail_at == of.now:
        return _("page of notices and e-mail, now")
    at = {"at": words.moment(one.mail_at)}
    if one.is_daily:
        return _("page of notices now, daily digest %(at)s") % at
    return _("page of notices now, e-mail %(at)s") % at


def telling_row(member: Member, telling: Telling) -> dict[str, Any]:
    """How a member is told, as API and command have it."""
    now = clock.now()
    n, first = sendings.next_due(member)
    return {
        "mail": telling.mail,
        "address": MASK if member.email else "",
        "is_confirmed": planning.is_confirmed(telling),
        "is_mail_on": planning.is_mail_on(),
        "is_quiet": quiet.is_quiet(now),
        "next_digest_at": quiet.next_digest(now),
        "waiting": n,
        "next_at": first,
        "version": telling.version,
    }


def sending_row(one: Sending) -> dict[str, Any]:
    """A message as API, command and file have it: never what it says."""
    return {
        "id": one.pk,
        "created_at": one.created_at,
        "channel": one.channel,
        "what": one.what,
        "to": place_of(one),
        "kind": one.fact.kind if one.fact else "",
        "stage": one.stage,
        "due_at": one.due_at,
        "sent_at": one.sent_at,
        "tries": one.tries,
        "error_code": one.error_code,
        "error": wrong(one.error_code, one.error),
    }


def robot_row(one: Robot) -> dict[str, Any]:
    """A robot as API and command have it: its address by its end only."""
    return {
        "id": one.pk,
        "name": one.name,
        "kind": one.kind,
        "organisation": one.organisation.code,
        "unit": one.unit.code if one.unit else "",
        "address_end": one.address_end,
        "is_active": one.is_active,
        "failures": one.failures,
        "last_error": one.last_error,
        "last_sent_at": one.last_sent_at,
        "last_failed_at": one.last_failed_at,
        "version": one.version,
    }


def told_row(one: sendings.Told) -> dict[str, Any]:
    """A fact that somebody had told, with how many have read it."""
    return {
        "id": one.fact.pk,
        "at": one.fact.at,
        "what": notices.words_of(one.fact),
        "url": one.fact.url,
        "told": one.told,
        "read": one.read,
    }


def reader_row(one: Any) -> dict[str, Any]:
    """Somebody who was told, and when they read it."""
    unit = one.member.unit
    return {
        "member": one.member.code,
        "name": one.member.name,
        "organisation": unit.organisation.code,
        "unit": unit.code,
        "at": one.at,
        "read_at": one.read_at,
    }


def reached_row(one: Reached, of: Reach) -> dict[str, Any]:
    """Somebody whom a reminder would reach."""
    return {
        "member": one.member.code,
        "name": one.member.name,
        "things": one.things,
        "how": way(one, of),
        "mail_at": one.mail_at,
        "lately_at": one.lately_at,
    }


def headings_of_sendings() -> dict[str, Any]:
    """The columns of files and commands."""
    return {
        "id": _("Message"),
        "created_at": _("When"),
        "channel": _("Channel"),
        "what": _("What"),
        "to": _("To"),
        "kind": _("Kind"),
        "stage": _("Status"),
        "due_at": _("Due"),
        "sent_at": _("Sent"),
        "tries": _("Tries"),
        "error": _("What failed"),
    }


def group_of(organisation: Organisation | None, unit: Unit | None) -> tuple[Organisation, Unit | None]:
    """Whose group a robot writes to: a unit's, or that of a whole organisation.

    Raises
    ------
    BadInput
        ``office.robot_of_nobody``: neither is named.
    """
    found = organisation or (unit.organisation if unit is not None else None)
    if found is None:
        raise BadInput(
            "office.robot_of_nobody",
            gettext_noop("Whose group is it? Choose a unit, or an organisation for all of it."),
            field="unit",
        )
    return found, unit


def group_named(organisation: str, unit: str) -> tuple[Organisation, Unit | None]:
    """The same by codes.

    Raises
    ------
    NotFound
        ``office.no_such_group``
    """
    named = Organisation.objects.filter(code=organisation[:40]).first() if organisation else None
    of = Unit.objects.select_related("organisation").filter(code=unit[:40]).first() if unit else None
    for code, row in ((organisation, named), (unit, of)):
        if code and row is None:
            raise NotFound(
                "office.no_such_group",
                gettext_noop("There is no unit or organisation {given}. Look for its code in the register."),
                given=code[:40],
            )
    return group_of(named, of)
