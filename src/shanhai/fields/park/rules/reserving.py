"""Land kept for somebody who is still being talked with: what may be reserved, and who may have it then."""

from __future__ import annotations

from datetime import date

from shanhai.fields.park.rules.land import ParcelState
from shanhai.fields.park.rules.renewal import RenewalStage
from shanhai.kernel.refusals import NotNow, gettext_noop

# Levelled land is not given yet, but it may be promised.
PARCELS = frozenset({ParcelState.LEVELLED, ParcelState.SERVICED, ParcelState.VACATED})
PLOTS = frozenset({RenewalStage.VACATED, RenewalStage.OFFERED})


def check_can_reserve(plot: str, state: str, holder: str, since: date | None) -> None:
    """Only land that is to be had is reserved, and for one at a time.

    Raises
    ------
    NotNow
        ``park.reserve_state``, ``park.is_reserved``

    Examples
    --------
    >>> check_can_reserve("LQ-1", "serviced", "", None)
    >>> check_can_reserve("LQ-1", "in_use", "", None)
    Traceback (most recent call last):
    ...
    shanhai.kernel.refusals.NotNow: Land of LQ-1 is in_use, so it cannot be reserved. Choose land that is levelled, serviced, vacated or offered.
    """
    if holder:
        raise NotNow(
            "park.is_reserved",
            gettext_noop(
                "{plot} is reserved for {holder} since {since}. Release it first, or choose another one."
            ),
            plot=plot,
            holder=holder,
            since=since,
        )
    if state not in PARCELS and state not in PLOTS:
        raise NotNow(
            "park.reserve_state",
            gettext_noop(
                "Land of {plot} is {state}, so it cannot be reserved. Choose land that is levelled, serviced, vacated or offered."
            ),
            plot=plot,
            state=ParcelState(state) if state in set(ParcelState) else RenewalStage(state),
        )


def check_is_for(plot: str, holder: str, since: date | None, given: str) -> None:
    """Land that is reserved goes to nobody else.

    Raises
    ------
    NotNow
        ``park.kept_for``

    Examples
    --------
    >>> check_is_for("LQ-1", "", None, ""), check_is_for("LQ-1", "L-7", date(2023, 9, 18), "L-7")
    (None, None)
    """
    if holder and holder != given:
        raise NotNow(
            "park.kept_for",
            gettext_noop(
                "{plot} is reserved for {holder} since {since}. Say that it is given for {holder}, or release it first."
            ),
            plot=plot,
            holder=holder,
            since=since,
            field="reserved_for",
        )


def check_holder(plot: str, holder: str, given: str) -> None:
    """Only what is reserved is released, and by its right name.

    Raises
    ------
    NotNow
        ``park.not_reserved``
    """
    if not holder or holder != given:
        raise NotNow(
            "park.not_reserved",
            gettext_noop("{plot} is not reserved for {holder}. Look at the page of the plot."),
            plot=plot,
            holder=given,
        )
