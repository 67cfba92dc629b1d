"""Writes of how a member is told by e-mail: chosen, confirmed, tried."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from shanhai.core import access, clock, journal, rows
from shanhai.core.channels import messages, planning, sending
from shanhai.core.models import Member, Sending, Telling
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, gettext_noop


def telling_of(member: Member) -> Telling:
    """How a member is told; not stored yet where nothing was chosen."""
    return Telling.objects.filter(member=member).select_related("member").first() or Telling(member=member)


@action
def choose_mail(telling: Telling, *, mail: str, by: Member | None) -> Telling:
    """Choose e-mail at once, as a daily digest, or none; the first time the address is asked to confirm itself.

    What waits already goes by the new choice.

    Raises
    ------
    BadInput
        ``core.no_such_mail``
    NotNow
        ``core.mail_is_off``; ``core.no_address``: nobody has entered an e-mail address of the member.
    """
    access.check(by, "core.choose_mail")
    _check_own(telling.member, by)
    _check_mail(mail)
    if mail != Telling.Mail.NONE:
        check_can_mail(telling.member)
    _stored(telling)
    rows.move(telling, mail=mail)
    journal.record(telling, "core.choose_mail", by=by)
    if mail != Telling.Mail.NONE and not planning.is_confirmed(telling):
        ask_to_confirm(telling.member)
    _by_new_choice(telling)
    return telling


def _check_mail(mail: str) -> None:
    if mail not in Telling.Mail.values:
        raise BadInput(
            "core.no_such_mail",
            gettext_noop("“{given}” is no way to be told. Choose at_once, daily or none."),
            given=mail[:20],
            field="mail",
        )


@action
def write_choice(member: Member, *, mail: str, by: Member | None) -> Telling:
    """Write of a zone folder how a member chose to be told.

    No mail goes out by it: that the member reads the address is shown to each installation anew, so nothing is sent
    there until the member has confirmed it here.
    """
    access.check(by, "core.write_choice")
    _check_mail(mail)
    telling = telling_of(member)
    _stored(telling)
    rows.move(telling, mail=mail)
    journal.record(telling, "core.write_choice", by=by)
    return telling


def _stored(telling: Telling) -> None:
    """Keep the row of a first choice; of two at once one is first."""
    if telling.pk:
        return
    try:
        with transaction.atomic():
            telling.save(force_insert=True)
    except IntegrityError:
        kept = Telling.objects.get(member=telling.member)
        telling.pk, telling.version, telling._state.adding = kept.pk, kept.version, False


def check_can_mail(member: Member) -> None:
    """Refuse where no mail can reach a member."""
    if not planning.is_mail_on():
        raise NotNow(
            "core.mail_is_off",
            gettext_noop(
                "This installation sends no e-mail. The administrator turns it on by naming the mail server (SHANHAI_MAIL_HOST)."
            ),
        )
    if not member.email:
        raise NotNow(
            "core.no_address",
            gettext_noop(
                "No e-mail address of {member} is known. Ask the administrator to enter it, then choose again."
            ),
            member=member.name,
        )


def ask_to_confirm(member: Member) -> None:
    """Send the mail that confirms an address, unless one waits already."""
    waits = Sending.objects.filter(
        member=member, what=Sending.What.CONFIRM, stage__in=[Sending.Stage.WAITING, Sending.Stage.GOING]
    )
    if not waits.exists():
        _by_itself(Sending.What.CONFIRM, member)


def _by_itself(what: str, member: Member) -> Sending:
    now = clock.now()
    return Sending.objects.create(
        channel=Sending.Channel.MAIL, what=what, member=member, created_at=now, due_at=now
    )


def _by_new_choice(telling: Telling) -> None:
    waits = Sending.objects.filter(
        channel=Sending.Channel.MAIL,
        member=telling.member,
        what=Sending.What.NOTICE,
        stage=Sending.Stage.WAITING,
    )
    if telling.mail == Telling.Mail.NONE:
        sending.drop(waits, "not_wanted")
        return
    now = clock.now()
    for kind in list(waits.order_by("fact__kind").values_list("fact__kind", flat=True).distinct()):
        of_kind = waits.filter(fact__kind=kind).values_list("pk", flat=True)
        Sending.objects.filter(pk__in=list(of_kind), stage=Sending.Stage.WAITING).update(
            due_at=planning.mail_due(telling, kind, now)
        )


@action
def confirm_address(member: Member, *, token: str, by: Member | None) -> Telling:
    """Say, by what the mail carried, that the mail to an address is read by the member.

    Raises
    ------
    NotFound
        ``core.confirm_token``: the token is of another member or address, too old, or none.
    """
    access.check(by, "core.confirm_address")
    _check_own(member, by)
    known = messages.read_confirm_token(token)
    telling = telling_of(member)
    if known != (member.pk, planning.mark_of(member.email)):
        raise NotFound(
            "core.confirm_token",
            gettext_noop(
                "This confirms no address of yours. Open the newest mail, or have another one sent under “How I am told”."
            ),
        )
    if not planning.is_confirmed(telling):
        _stored(telling)
        rows.move(telling, confirmed=planning.mark_of(member.email), confirmed_at=clock.now())
        journal.record(telling, "core.confirm_address", by=by)
    return telling


@action
def send_test(member: Member, *, by: Member | None) -> Sending:
    """Send oneself a test message, at once; an address that is not confirmed is asked to confirm itself instead."""
    access.check(by, "core.send_test")
    _check_own(member, by)
    check_can_mail(member)
    what = Sending.What.TEST if planning.is_confirmed(telling_of(member)) else Sending.What.CONFIRM
    waits = Sending.objects.filter(member=member, what=what, stage=Sending.Stage.WAITING)
    sent = waits.first() or _by_itself(what, member)
    journal.record(member, "core.send_test", by=by, state={}, what=what)
    return sent


def _check_own(member: Member, by: Member | None) -> None:
    if by is not None and by.pk != member.pk:
        raise NotFound(
            "core.not_ones_own_telling",
            gettext_noop("How {member} is told is for {member} to choose. Choose for yourself."),
            member=member.name,
        )
