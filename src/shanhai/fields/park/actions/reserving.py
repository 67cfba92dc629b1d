"""Writes of reservations: a parcel or vacated plot kept for somebody by number, and given free again."""

from __future__ import annotations

from datetime import date

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.park.models import Parcel, Renewal
from shanhai.fields.park.queries import reserving as queries
from shanhai.fields.park.rules import reserving as rules
from shanhai.kernel.refusals import ChangedMeanwhile, NotFound, gettext_noop

NOBODY = {"reserved_for": "", "reserved_on": None}


@action
def reserve_plot(one: Parcel | Renewal, *, reserved_for: str, by: Member | None) -> Parcel | Renewal:
    """Keep a parcel, or the plot of a renewal, for the lead of a number. Of two who reserve it at once the second is refused.

    Raises
    ------
    NotNow
        ``park.is_reserved``, ``park.reserve_state``
    ChangedMeanwhile
        ``park.reserved_meanwhile``
    """
    access.check(by, "park.reserve_plot", pairing_id=one.pairing_id)
    rules.check_can_reserve(one.number, queries.state_of(one), one.reserved_for, one.reserved_on)
    try:
        rows.move(one, reserved_for=reserved_for[:40], reserved_on=clock.today())
    except ChangedMeanwhile:
        raise ChangedMeanwhile(
            "park.reserved_meanwhile",
            gettext_noop("{plot} was changed or reserved by someone else. Look at it again."),
            plot=one.number,
        ) from None
    journal.record(one, "park.reserve_plot", by=by)
    return one


@action
def release_plot(
    one: Parcel | Renewal, *, reserved_for: str, reason: str = "", by: Member | None
) -> Parcel | Renewal:
    """Give land free again that was kept for the lead of a number.

    Raises
    ------
    NotNow
        ``park.not_reserved``
    """
    access.check(by, "park.release_plot", pairing_id=one.pairing_id)
    rules.check_holder(one.number, one.reserved_for, reserved_for)
    rows.move(one, **NOBODY)
    journal.record(one, "park.release_plot", by=by, was_for=reserved_for, reason=reason.strip()[:300])
    return one


def release_all(reserved_for: str, *, reason: str = "", by: Member | None) -> list[Parcel | Renewal]:
    """Give all land free that is kept for a number, within the caller’s action; none where there is none."""
    return [
        release_plot(one, reserved_for=reserved_for, reason=reason, by=by)
        for one in queries.reserved_for(reserved_for)
    ]


@action
def load_reservation(
    *, kind: str, number: str, reserved_for: str, reserved_on: date | None, by: Member | None
) -> int:
    """Write a reservation of a zone folder as it stood; gives 0 where the land is kept for somebody already.

    Raises
    ------
    NotFound
        ``park.no_plot_to_reserve``
    """
    access.check(by, "park.load_reservation")
    one = queries.plots_numbered([number]).get(number)
    if one is None or queries.kind_of(one) != kind:
        raise NotFound(
            "park.no_plot_to_reserve",
            gettext_noop("There is no {kind} {number} to be reserved. Load it first, or leave the row out."),
            kind=kind[:10],
            number=number[:40],
        )
    if one.reserved_for:
        return 0
    rows.move(one, reserved_for=reserved_for[:40], reserved_on=reserved_on or clock.today())
    journal.record(one, "park.load_reservation", by=by)
    return 1
