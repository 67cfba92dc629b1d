"""Parcels: their states and the moves between them, the quota, splitting without losing land, and slope projects."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class ParcelState(StrEnum):
    """How far a parcel is, from the slope to the plant and back."""

    NOT_LEVELLED = "not_levelled"
    LEVELLED = "levelled"
    SERVICED = "serviced"
    ALLOTTED = "allotted"
    BUILDING = "building"
    IN_USE = "in_use"
    IDLE = "idle"
    VACATED = "vacated"
    PUBLIC = "public_use"


# In this module and beside it; the API knows it by the name that no other has.


# States stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("not_levelled"),
    gettext_noop("levelled"),
    gettext_noop("serviced"),
    gettext_noop("allotted"),
    gettext_noop("building"),
    gettext_noop("in_use"),
    gettext_noop("idle"),
    gettext_noop("vacated"),
    gettext_noop("public_use"),
    gettext_noop("proposed"),
    gettext_noop("approved"),
    gettext_noop("levelling"),
    gettext_noop("taken_over"),
)

# Forward moves: no reason is asked.
MOVES: dict[ParcelState, tuple[ParcelState, ...]] = {
    ParcelState.NOT_LEVELLED: (ParcelState.LEVELLED, ParcelState.PUBLIC),
    ParcelState.LEVELLED: (ParcelState.SERVICED, ParcelState.PUBLIC),
    ParcelState.SERVICED: (ParcelState.ALLOTTED, ParcelState.PUBLIC),
    ParcelState.ALLOTTED: (ParcelState.BUILDING,),
    ParcelState.BUILDING: (ParcelState.IN_USE,),
    ParcelState.IN_USE: (ParcelState.VACATED,),
    ParcelState.IDLE: (ParcelState.BUILDING, ParcelState.IN_USE, ParcelState.VACATED),
    ParcelState.VACATED: (ParcelState.SERVICED, ParcelState.ALLOTTED),
    ParcelState.PUBLIC: (),
}
# Moves back, or off the way: somebody has to say why.
WITH_REASON: dict[ParcelState, tuple[ParcelState, ...]] = {
    ParcelState.LEVELLED: (ParcelState.NOT_LEVELLED,),
    ParcelState.SERVICED: (ParcelState.LEVELLED,),
    ParcelState.ALLOTTED: (ParcelState.SERVICED, ParcelState.IDLE),
    ParcelState.BUILDING: (ParcelState.IDLE, ParcelState.ALLOTTED),
    ParcelState.IN_USE: (ParcelState.IDLE,),
    ParcelState.PUBLIC: (ParcelState.LEVELLED,),
}
# Somebody holds the land: it has a user.
HELD = frozenset({ParcelState.ALLOTTED, ParcelState.BUILDING, ParcelState.IN_USE, ParcelState.IDLE})
USABLE = frozenset(ParcelState) - {ParcelState.NOT_LEVELLED}
# What may be allotted.
FREE = (ParcelState.SERVICED, ParcelState.VACATED)
LARGEST_GRADE = 15


class SlopeState(StrEnum):
    """How far a slope project is."""

    PLANNED = "proposed"
    APPROVED = "approved"
    LEVELLING = "levelling"
    ACCEPTED = "taken_over"


SLOPE_ORDER = tuple(SlopeState)


def reachable(state: str) -> tuple[ParcelState, ...]:
    """The states to which a parcel may go by a move; allotting has an action of its own."""
    here = ParcelState(state)
    found = (*MOVES[here], *WITH_REASON.get(here, ()))
    return tuple(one for one in found if not (one is ParcelState.ALLOTTED and here in FREE))


def check_move(number: str, state: str, to: str, reason: str) -> None:
    """A parcel goes along the ways that there are; back and off the way with a reason."""
    here, there = ParcelState(state), ParcelState(to)
    if there not in reachable(here):
        raise NotNow(
            "park.no_such_move",
            gettext_noop("Parcel {number} is {state} and cannot become {to}. From there it goes to: {ways}."),
            number=number,
            state=here,
            to=there,
            ways=", ".join(reachable(here)) or "–",
            field="to",
        )
    if there in WITH_REASON.get(here, ()) and not reason.strip():
        raise BadInput(
            "park.reason_missing",
            gettext_noop("Parcel {number} goes from {state} back to {to}, which needs a reason. Say why."),
            number=number,
            state=here,
            to=there,
            field="reason",
        )


def check_can_allot(number: str, state: str) -> None:
    """Serviced and vacated land may be allotted."""
    if state not in FREE:
        raise NotNow(
            "park.not_free",
            gettext_noop(
                "Parcel {number} is {state}; only serviced or vacated land is allotted. Choose another parcel."
            ),
            number=number,
            state=ParcelState(state),
        )


def check_user(number: str, state: str, has_user: bool) -> None:
    """Land that is held has a user, and land that is not held has none."""
    if (ParcelState(state) in HELD) == has_user:
        return
    raise BadInput(
        "park.user_missing" if not has_user else "park.user_too_many",
        gettext_noop("Parcel {number} is {state}, so it needs a user. Name the organisation.")
        if not has_user
        else gettext_noop("Parcel {number} is {state}, so nobody holds it. Leave the user out."),
        number=number,
        state=ParcelState(state),
        field="user",
    )


def check_plot(
    number: str, plot_grade: int | None, plot_ratio: Decimal | None, density_percent: int | None
) -> None:
    """Grade 1 to 15, plot ratio above 0 and below 100, density 0 to 100 %."""
    for name, value, least, most in (
        ("plot_grade", plot_grade, 1, LARGEST_GRADE),
        ("plot_ratio", plot_ratio, Decimal("0.01"), Decimal("99.99")),
        ("density_percent", density_percent, 0, 100),
    ):
        if value is not None and not least <= value <= most:
            raise BadInput(
                "park.plot_out_of_range",
                gettext_noop("Parcel {number} cannot have {value} here. Give {least} to {most}."),
                number=number,
                value=value,
                least=least,
                most=most,
                field=name,
            )


def share_mu(whole: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Share the area of a parcel among its parts, exact to 0.01 mu.

    Every part gets ``whole * weight // total`` in hundredths; the hundredths left over go one each to the largest
    remainders, ties to the earlier part, so the parts always add up to the whole.

    Parameters
    ----------
    whole
        Area in mu with two decimals, > 0.
    weights
        Geodesic areas of the parts in square millimetres, n >= 1, each > 0.

    Returns
    -------
    list[Decimal]
        n areas in mu in the order of ``weights``; their sum is ``whole``.

    Raises
    ------
    BadInput
        ``park.part_too_small``: a part would have less than 0.01 mu.

    Source
    ------
    Largest-remainder method; docs/sources.md#land.

    Examples
    --------
    >>> share_mu(Decimal("10.00"), [1, 1, 1])
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
    hundredths, total = int(whole * 100), sum(weights)
    parts = [hundredths * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(hundredths * weights[i] % total), i))
    for i in by_remainder[: hundredths - sum(parts)]:
        parts[i] += 1
    if min(parts) == 0:
        raise BadInput(
            "park.part_too_small",
            gettext_noop("A part would have less than 0.01 mu. Cut the parcel of {mu} mu into larger parts."),
            mu=whole,
            field="line",
        )
    return [Decimal(part).scaleb(-2) for part in parts]


def check_slope(
    gross: Decimal,
    gained: Decimal,
    slope: Decimal,
    pairs: Sequence[tuple[str, Decimal, Decimal]],
) -> None:
    """A slope project gains no more than it covers, and its slope is one: 0 to 90 degrees.

    ``pairs`` are (column, lost, compensated) in mu; none is negative, nothing lost lies outside the outline.
    """
    if not 0 <= gained <= gross:
        raise BadInput(
            "park.gain_over_outline",
            gettext_noop(
                "The outline covers {gross} mu and cannot gain {gained} mu. Correct one of the two."
            ),
            gross=gross,
            gained=gained,
            field="gained_mu",
        )
    if not 0 <= slope <= 90:
        raise BadInput(
            "park.slope_degrees",
            gettext_noop("A mean slope of {slope} degrees cannot be. Give 0 to 90."),
            slope=slope,
            field="mean_slope_degrees",
        )
    for column, lost, compensated in pairs:
        if not 0 <= lost <= gross or compensated < 0:
            raise BadInput(
                "park.loss_out_of_range",
                gettext_noop(
                    "Within {gross} mu no {lost} mu can be lost, and less than nothing is never compensated. Correct the figures."
                ),
                gross=gross,
                lost=lost,
                field=column,
            )


def check_slope_state(
    number: str, state: str, approval_number: str, approved_on: object, accepted_on: object
) -> None:
    """From approval on a slope project has its document and day; once accepted, the day of that."""
    order = SLOPE_ORDER.index(SlopeState(state))
    if order >= 1 and not (approval_number and approved_on):
        raise BadInput(
            "park.approval_missing",
            gettext_noop("Slope project {number} is {state}: give number and day of the approval document."),
            number=number,
            state=SlopeState(state),
            field="approval_number" if not approval_number else "approved_on",
        )
    if (state == SlopeState.ACCEPTED) != (accepted_on is not None):
        raise BadInput(
            "park.accepted_on",
            gettext_noop(
                "Slope project {number} is {state}: the day of acceptance belongs to accepted ones only. Give it there, leave it out elsewhere."
            ),
            number=number,
            state=SlopeState(state),
            field="accepted_on",
        )


def check_slope_move(number: str, state: str, to: str, reason: str) -> None:
    """A slope project goes on step by step; back it goes with a reason."""
    here, there = SLOPE_ORDER.index(SlopeState(state)), SLOPE_ORDER.index(SlopeState(to))
    if there != here + 1 and there >= here:
        raise NotNow(
            "park.slope_step",
            gettext_noop(
                "Slope project {number} is {state} and goes on one step at a time, not to {to}. Choose the next step."
            ),
            number=number,
            state=SlopeState(state),
            to=SlopeState(to),
            field="to",
        )
    if there < here and not reason.strip():
        raise BadInput(
            "park.slope_reason_missing",
            gettext_noop(
                "Slope project {number} goes from {state} back to {to}, which needs a reason. Say why."
            ),
            number=number,
            state=SlopeState(state),
            to=SlopeState(to),
            field="reason",
        )
