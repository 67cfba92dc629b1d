"""Writes of who sees a record: shown to others step by step, and taken back by its own side only."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, clock, journal, records, rows, visibility
from shanhai.core.models import Member, Organisation, Share
from shanhai.core.names import called
from shanhai.core.visibility import Reach
from shanhai.core.writing import action
from shanhai.kernel.refusals import NotAllowed, NotNow, gettext_noop


@action
def keep_to_unit(record: Any, *, by: Member | None) -> None:
    """Keep a record to the unit that owns it."""
    access.check(by, "core.keep_to_unit")
    _check_own_side(record, by)
    _check_not_settled(record)
    if record.owner_unit_id is None:
        raise NotNow(
            "core.nobody_owns_it",
            gettext_noop(
                "{what} belongs to no unit, so it cannot be kept to one. Name the guests who should "
                "see it instead."
            ),
            what=called(record),
        )
    _forget_guests(record)
    _set_reach(record, Reach.UNIT, "core.keep_to_unit", by)


@action
def share_with_own_side(record: Any, *, by: Member | None) -> None:
    """Show a record of one unit to the public bodies of its side."""
    access.check(by, "core.share_with_own_side")
    _check_own_side(record, by)
    if record.reach == Reach.UNIT:
        _set_reach(record, Reach.SIDE, "core.share_with_own_side", by)


@action
def share_with_other_side(record: Any, *, by: Member | None) -> None:
    """Show a record to the other side too. That the other side shares its own is not assumed."""
    access.check(by, "core.share_with_other_side")
    _check_own_side(record, by)
    if record.pairing_id is None:
        raise NotNow(
            "core.no_other_side",
            gettext_noop("{what} belongs to no pairing, so there is no other side. Name the guests instead."),
            what=called(record),
        )
    if record.reach not in (Reach.BOTH, Reach.PUBLIC):
        _set_reach(record, Reach.BOTH, "core.share_with_other_side", by)


@action
def share_with_guest(record: Any, organisation: Organisation, *, by: Member | None) -> Share:
    """Show a record to one organisation by name."""
    access.check(by, "core.share_with_guest")
    _check_own_side(record, by)
    if record.reach == Reach.UNIT:
        raise NotNow(
            "core.kept_to_unit",
            gettext_noop("{what} is kept to its unit. Show it to your side first, then name guests."),
            what=called(record),
        )
    share, is_new = Share.objects.get_or_create(
        kind=record._meta.label_lower,
        object_id=record.pk,
        organisation=organisation,
        defaults={"by": by, "at": clock.now()},
    )
    if is_new:
        reach = Reach.GUESTS if record.reach == Reach.SIDE else record.reach
        _set_reach(record, reach, "core.share_with_guest", by, guest=organisation.code)
    return share


@action
def make_public(record: Any, *, by: Member | None) -> None:
    """Show a record to everybody."""
    access.check(by, "core.make_public")
    _check_own_side(record, by)
    if record.reach != Reach.PUBLIC:
        _set_reach(record, Reach.PUBLIC, "core.make_public", by)


@action
def take_back(record: Any, *, by: Member | None) -> None:
    """Take a record back to the side that owns it; what others did with it meanwhile stays done."""
    access.check(by, "core.take_back")
    _check_own_side(record, by)
    if record.reach in (Reach.UNIT, Reach.SIDE):
        return
    _check_not_settled(record)
    _forget_guests(record)
    _set_reach(record, Reach.SIDE, "core.take_back", by)


def _set_reach(record: Any, reach: str, verb: str, by: Member | None, **facts: Any) -> None:
    before = record.reach
    rows.move(record, reach=reach)
    visibility.place(record)
    journal.record(record, verb, by=by, before=before, **facts)


def _forget_guests(record: Any) -> None:
    Share.objects.filter(kind=record._meta.label_lower, object_id=record.pk).delete()


def _check_own_side(record: Any, by: Member | None) -> None:
    """Only who owns a record and sees it says who else does: its side in the pairing, else its organisation."""
    if by is None:
        return
    here = access.standing(by)
    owner = record.owner_unit.organisation_id if record.owner_unit_id else None
    is_own = owner == here.organisation_id or (
        bool(record.owner_side) and here.side_in(record.pairing_id) == record.owner_side
    )
    if not is_own or not visibility.can_see(by, record):
        raise NotAllowed(
            "core.not_own_side",
            gettext_noop("{what} belongs to another side. Only that side says who sees it."),
            what=called(record),
        )


def _check_not_settled(record: Any) -> None:
    """What both sides have signed or are invited to is not taken out of the sight of one of them."""
    if records.is_settled(record):
        raise NotNow(
            "core.reach_settled",
            gettext_noop("Both sides rest on {what}, so neither takes it back. End or replace it instead."),
            what=records.title(record),
        )
