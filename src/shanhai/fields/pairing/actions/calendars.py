"""Writes of private calendar addresses."""

from __future__ import annotations

import hashlib
import secrets

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.pairing.models import CalendarLink
from shanhai.kernel.refusals import NotAllowed, gettext_noop


def digest_of(secret: str) -> str:
    """What the table keeps of the secret in an address."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action
def make_calendar_link(member: Member, *, by: Member | None) -> tuple[CalendarLink, str]:
    """Make a private address of one's own calendar; an earlier one stops working.

    Returns
    -------
    tuple[CalendarLink, str]
        The link and the secret for its address, which is shown once and not kept.
    """
    access.check(by, "pairing.make_calendar_link")
    _check_own(member, by)
    for link in CalendarLink.objects.filter(member=member, revoked_at=None):
        rows.move(link, revoked_at=clock.now())
        journal.record(link, "pairing.make_calendar_link", by=by, replaced=True)
    secret = secrets.token_urlsafe(32)
    link = CalendarLink.objects.create(member=member, digest=digest_of(secret), made_at=clock.now())
    journal.record(link, "pairing.make_calendar_link", by=by)
    return link, secret


@action
def revoke_calendar_link(link: CalendarLink, *, by: Member | None) -> CalendarLink:
    """Make a private calendar address stop working."""
    access.check(by, "pairing.revoke_calendar_link")
    _check_own(link.member, by)
    if link.revoked_at is None:
        rows.move(link, revoked_at=clock.now())
        journal.record(link, "pairing.revoke_calendar_link", by=by)
    return link


def _check_own(member: Member, by: Member | None) -> None:
    if by is not None and member.pk != by.pk:
        raise NotAllowed(
            "pairing.calendar_of_another",
            gettext_noop(
                "A calendar address belongs to one person; you can make and revoke your own only. "
                "Make your own on the calendar page."
            ),
        )
