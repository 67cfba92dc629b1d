"""Writes of members: people in units, who stands in for them, and when they leave."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.actions import logins
from shanhai.core.actions.naming import check_free, checked_code, differing, named
from shanhai.core.actions.roles import check_dates
from shanhai.core.models import Deputy, Member, Stay, Unit, WorkItem
from shanhai.core.names import called
from shanhai.core.queries import finding
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@action
def add_member(
    unit: Unit,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    title: str = "",
    title_en: str = "",
    phone: str = "",
    email: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> Member:
    """Add a person to a unit; without a role they can do nothing yet."""
    access.check(by, "core.add_member")
    _check_open(unit)
    code = checked_code(code)
    check_free(Member, code)
    member = Member.objects.create(
        unit=unit,
        code=code,
        title=title.strip(),
        title_en=title_en.strip(),
        phone=phone.strip(),
        email=checked_email(email),
        is_illustrative=is_illustrative,
        **named(name_zh, name_en),
    )
    journal.record(member, "core.add_member", by=by, unit=unit.code)
    make_findable(member)
    return member


@action
def change_member(member: Member, *, by: Member | None, **changes: Any) -> Member:
    """Change name, title, phone or e-mail of a member."""
    access.check(by, "core.change_member")
    if {"name_zh", "name_en"} & changes.keys():
        changes |= named(changes.get("name_zh", member.name_zh), changes.get("name_en", member.name_en))
    if "email" in changes:
        changes["email"] = checked_email(changes["email"])
    changes = differing(member, changes)
    if changes:
        rows.move(member, **changes)
        journal.record(member, "core.change_member", by=by, changed=sorted(changes))
        make_findable(member)
    return member


@action
def move_member(member: Member, *, unit: Unit, by: Member | None) -> Member:
    """Move a member to another unit; their open work stays with the old unit, so it is handed over first."""
    access.check(by, "core.move_member")
    if unit.pk == member.unit_id:
        return member
    _check_open(unit)
    _check_no_open_work(member)
    before = member.unit.code
    _leave_dispatch(member, by)
    rows.move(member, unit=unit)
    journal.record(member, "core.move_member", by=by, before=before, after=unit.code)
    return member


@action
def deactivate_member(member: Member, *, by: Member | None) -> Member:
    """End a membership: nobody leaves with open work, a stay that runs, or as the last administrator."""
    access.check(by, "core.deactivate_member")
    if not member.is_active:
        return member
    # The row first: whoever gives this member work holds it (work.hold), so what was given is seen by the check.
    rows.move(member, is_active=False)
    _check_no_open_work(member)
    _check_no_stay(member)
    logins.check_not_last_administrator([member])
    _leave_dispatch(member, by)
    for deputy in Deputy.objects.filter(member=member, ended_on=None):
        end_deputy(deputy, by=by)
    journal.record(member, "core.deactivate_member", by=by)
    search.drop("core.member", member.pk)
    logins.close_if_unused(member, by=by)
    return member


@action
def reactivate_member(member: Member, *, by: Member | None) -> Member:
    """Take a former member up again, in the unit they were in."""
    access.check(by, "core.reactivate_member")
    if member.is_active:
        return member
    _check_open(member.unit)
    rows.move(member, is_active=True)
    journal.record(member, "core.reactivate_member", by=by)
    make_findable(member)
    return member


@action
def set_deputy(
    member: Member, *, deputy: Member, from_on: date, to_on: date | None = None, by: Member | None
) -> Deputy:
    """Say who acts for a member, for dates or (without ``to_on``) until it is ended."""
    access.check(by, "core.set_deputy")
    return write_deputy(member, deputy=deputy, from_on=from_on, to_on=to_on, by=by)


def write_deputy(
    member: Member, *, deputy: Member, from_on: date, to_on: date | None, by: Member | None
) -> Deputy:
    """Write who stands in, for the actions that have asked whether it may be said."""
    if deputy.pk == member.pk or not deputy.is_active:
        raise BadInput(
            "core.deputy_is_another",
            gettext_noop("{deputy} cannot stand in for {member}. Choose another active member."),
            deputy=called(deputy),
            member=called(member),
            field="deputy",
        )
    check_dates(from_on, to_on)
    _check_no_overlap(member, from_on, to_on)
    row = Deputy.objects.create(member=member, deputy=deputy, from_on=from_on, to_on=to_on)
    journal.record(row, "core.set_deputy", by=by, member=member.code, deputy=deputy.code)
    return row


@action
def end_deputy(deputy: Deputy, *, by: Member | None) -> Deputy:
    """End a standing-in today."""
    access.check(by, "core.end_deputy")
    return close_deputy(deputy, by=by)


def close_deputy(deputy: Deputy, *, by: Member | None) -> Deputy:
    """Write that a standing-in ended, for the actions that have asked whether it may."""
    if deputy.ended_on is None:
        rows.move(deputy, ended_on=clock.today())
        journal.record(deputy, "core.end_deputy", by=by)
    return deputy


def checked_email(email: str) -> str:
    """An e-mail address, or nothing."""
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise BadInput(
                "core.email_form",
                gettext_noop(
                    "{email} is no e-mail address. Write it as name@office.gov.cn, or leave it out."
                ),
                email=email,
                field="email",
            ) from wrong
    return email


def make_findable(*members: Member) -> None:
    """Put members into the search."""
    search.put_many(map(finding.of_member, members))


def _check_open(unit: Unit) -> None:
    if not unit.is_active or not unit.organisation.is_active:
        raise NotNow(
            "core.unit_closed",
            gettext_noop("{unit} is closed. Choose a unit that is open, or reopen it."),
            unit=called(unit),
            field="unit",
        )


def _check_no_open_work(member: Member) -> None:
    n = WorkItem.objects.filter(member=member, stage=WorkItem.Stage.OPEN).count()
    if n:
        raise NotNow(
            "core.member_has_open_work",
            gettext_noop("Work is still open with {member} ({n} in all). Assign it to somebody else first."),
            member=called(member),
            n=n,
        )


def _check_no_stay(member: Member) -> None:
    stay = Stay.objects.filter(person=member, stage=Stay.Stage.RUNNING).select_related("host").first()
    if stay is not None:
        raise NotNow(
            "core.member_is_away",
            gettext_noop("{member} is sent out to {host}. End the stay with a handover first."),
            member=called(member),
            host=called(stay.host),
        )


def _leave_dispatch(member: Member, by: Member | None) -> None:
    for unit in Unit.objects.filter(dispatcher=member):
        rows.move(unit, dispatcher=None)
        journal.record(unit, "core.set_dispatcher", by=by, dispatcher="")


def _check_no_overlap(member: Member, from_on: date, to_on: date | None) -> None:
    clash = Deputy.objects.filter(member=member, ended_on=None).exclude(to_on__lt=from_on)
    if to_on is not None:
        clash = clash.filter(from_on__lte=to_on)
    found = clash.select_related("deputy").first()
    if found is not None:
        raise NotNow(
            "core.deputy_overlaps",
            gettext_noop("{deputy} stands in for {member} in these days already. End that first."),
            deputy=called(found.deputy),
            member=called(member),
            field="from_on",
        )
