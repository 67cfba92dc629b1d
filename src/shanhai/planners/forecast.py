"""Will a commitment be kept? What is delivered, what is confirmed, and the pace of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, isqrt
from typing import Literal

from shanhai.kernel.land import round_half_even
from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop

Basis = Literal["confirmed", "pace", "none"]
Status = Literal["done", "on_track", "at_risk", "late", "not_started"]
Measure = Literal["flow", "stock", "ratio"]
Direction = Literal["up", "down"]

PERIODS_OF_PACE = 4

# Quantile 0.9 of Student's t by degrees of freedom, so that 8 of 10 intervals hold the truth.
_T_90 = {1: Fraction("3.0776835"), 2: Fraction("1.8856181"), 3: Fraction("1.6377444")}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a commitment will come to by its due date.

    ``low <= value <= high``. All three have the digits of the finest figure given, at least two.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    delivered: Decimal
    basis: Basis  # what the forecast rests on beyond what is delivered
    status: Status
    reasons: tuple[Reason, ...]


def forecast_commitment(
    target: Decimal,
    delivered_by_period: Sequence[Decimal],
    confirmed_before_due: Decimal | None,
    periods_left: Fraction | Decimal | int,
    *,
    on: date,
    due_on: date,
    starts_on: date | None = None,
    in_running_period: Decimal | None = None,
    measure: Measure = "flow",
    direction: Direction = "up",
) -> Forecast:
    """Forecast a commitment at its due date, and say whether it is on track.

    The forecast is what is delivered plus the dated entries confirmed before the due date. Where none is
    confirmed, it is what is delivered plus the mean of the last four complete periods for each period left.
    At risk means that the forecast misses the target; late, that the due date has passed and what is delivered
    misses it.

    Parameters
    ----------
    target
        What was promised: > 0, or >= 0 for ``direction="down"``.
    delivered_by_period
        n figures of the complete periods since the start, oldest first, n >= 0; a period without any is a 0.
        Flow: what came in the period (negative for a correction). Stock and ratio: the figure of the period.
    confirmed_before_due
        Sum of the entries that are not delivered yet and have a confirmed date up to the due date; None or 0
        where there are none. Stock: the change that they make. A ratio has none.
    periods_left
        Periods from ``on`` to the due date, >= 0, the rest of the running one as a fraction. Past the due
        date it counts as 0.
    on
        The day of the forecast.
    due_on
        Last day to deliver, included.
    starts_on
        First day of the commitment, if it has one.
    in_running_period
        Flow: what has come in the running period; it is delivered, but not part of the pace. Stock and
        ratio: the figure as of now, if there is a newer one than that of the last complete period.
    measure
        ``flow``: deliveries add up (school places). ``stock``: each figure replaces the last, changes add up
        (enterprises above scale). ``ratio``: each figure stands for itself (days to approve, shares).
    direction
        ``up``: at least the target. ``down``: at most the target.

    Returns
    -------
    Forecast
        Value, interval, basis, status, and the reasons in the order in which a page should say them. A
        commitment without any figure or confirmed entry has basis ``none`` and has not started.

    Raises
    ------
    BadInput
        A figure is a float or not finite, the target, the periods left or confirmed deliveries are negative,
        a ratio has confirmed entries, or the due date lies before the start.

    Notes
    -----
    The interval of a pace is the 80 % prediction interval of the sum of the m periods left, taken as
    independent draws like the k last ones (k = 2, 3, 4; mean p, sample deviation s, t = quantile 0.9 of
    Student with k - 1 degrees of freedom): ``m p +- t s sqrt(m + m^2 / k)``, for a ratio
    ``p +- t s sqrt(1 + 1 / k)``. From one period alone it reaches from no more to twice the pace (ratio: no
    width). A flow never goes below what is delivered, and nothing goes below 0 unless a figure was negative.
    Ends are rounded outward, the value half to even. Without a pace the interval has no width.

    For a flow the order of the last four figures does not matter, nor does that of the earlier ones.

    Source
    ------
    Rule of the project; interval: Student's t for a future sum, docs/sources.md#pace-interval.

    Examples
    --------
    >>> quarters = [Decimal(n) for n in (4, 6, 5, 5)]
    >>> days = {"on": date(2023, 9, 30), "due_on": date(2023, 12, 31)}
    >>> plan = forecast_commitment(Decimal(30), quarters, None, 1, **days)
    >>> plan.status, plan.basis, str(plan.value), str(plan.low), str(plan.high)
    ('at_risk', 'pace', '25.00', '23.50', '26.50')
    >>> plan = forecast_commitment(Decimal(30), quarters, Decimal(12), 1, **days)
    >>> plan.status, plan.basis, str(plan.value)
    ('on_track', 'confirmed', '32.00')
    >>> print(plan.reasons[0])
    Confirmed up to 2023-12-31: 12 more. With 20 delivered that makes 32.00 of 30.
    """
    figures = [_figure("delivered_by_period", figure) for figure in delivered_by_period]
    latest = None if in_running_period is None else _figure("in_running_period", in_running_period)
    goal = _figure("target", target)
    confirmed = _figure("confirmed_before_due", confirmed_before_due or 0)
    left = _figure("periods_left", periods_left)
    _check_commitment(goal, direction, measure, confirmed, left)
    _check_days(due_on, starts_on)

    delivered = _delivered(figures, latest, measure)
    if on > due_on:
        end = _End("none", delivered, delivered, delivered)
    elif confirmed:
        sure = delivered + confirmed
        end = _End("confirmed", sure, sure, sure)
    else:
        end = _at_pace(figures, delivered, left, measure)

    given = [target, confirmed_before_due, in_running_period, *delivered_by_period]
    plan = _rounded(end, delivered, max(2, *(_digits_after_point(figure) for figure in given)))
    promise = _Promise(goal, on, due_on, starts_on, measure, direction)
    has_figures = bool(figures) or latest is not None
    status = _status(promise, plan, has_figures)
    reasons = _reasons(promise, plan, status, end, confirmed, left)
    return replace(plan, status=status, reasons=reasons)


@dataclass(frozen=True, slots=True)
class _End:
    """Where it ends, exact; with the pace where it rests on one."""

    basis: Basis
    low: Fraction
    value: Fraction
    high: Fraction
    pace: Fraction = Fraction(0)
    periods: int = 0


def _rounded(end: _End, delivered: Fraction, places: int) -> Forecast:
    """The figures as shown; status and reasons judge these, so that a page never contradicts itself."""
    unit = Fraction(1, 10**places)
    return Forecast(
        value=round_half_even(end.value, places),
        low=round_half_even(floor(end.low / unit) * unit, places),
        high=round_half_even(ceil(end.high / unit) * unit, places),
        delivered=round_half_even(delivered, places),
        basis=end.basis,
        status="on_track",
        reasons=(),
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    target: Fraction
    on: date
    due_on: date
    starts_on: date | None
    measure: Measure
    direction: Direction

    def is_met_by(self, figure: Decimal) -> bool:
        return figure >= self.target if self.direction == "up" else figure <= self.target

    def is_ahead(self) -> bool:
        return self.starts_on is not None and self.on < self.starts_on


def _delivered(figures: Sequence[Fraction], latest: Fraction | None, measure: Measure) -> Fraction:
    if measure == "flow":
        return sum(figures, latest or Fraction(0))
    if latest is not None:
        return latest
    return figures[-1] if figures else Fraction(0)


def _at_pace(figures: Sequence[Fraction], delivered: Fraction, left: Fraction, measure: Measure) -> _End:
    steps = [after - before for before, after in pairwise(figures)] if measure == "stock" else list(figures)
    recent = steps[-PERIODS_OF_PACE:]
    if not recent:
        return _End("none", delivered, delivered, delivered)
    pace = sum(recent, Fraction(0)) / len(recent)
    if measure == "flow":
        pace = max(pace, Fraction(0))  # A correction does not go on into the future.
    value = pace if measure == "ratio" else delivered + pace * left
    width = _half_width(recent, left, measure)
    low, high = value - width, value + width
    if measure == "flow":
        low = max(low, delivered)
    elif min(figures) >= 0:
        low, value, high = (max(end, Fraction(0)) for end in (low, value, high))
    return _End("pace", low, value, high, pace, len(recent))


def _half_width(recent: Sequence[Fraction], left: Fraction, measure: Measure) -> Fraction:
    k = len(recent)
    mean = sum(recent, Fraction(0)) / k
    if k == 1:
        return Fraction(0) if measure == "ratio" else abs(mean) * left
    variance = sum(((step - mean) ** 2 for step in recent), Fraction(0)) / (k - 1)
    draws = Fraction(1) if measure == "ratio" else left
    return _T_90[k - 1] * _square_root(variance * (draws + draws**2 / k))


def _square_root(square: Fraction) -> Fraction:
    scale = 10**20  # Twenty digits, with whole numbers only, so that every machine has the same.
    return Fraction(isqrt(square.numerator * scale**2 // square.denominator), scale)


def _status(promise: _Promise, plan: Forecast, has_figures: bool) -> Status:
    if promise.is_ahead():
        return "not_started"
    if promise.on > promise.due_on:
        return "done" if has_figures and promise.is_met_by(plan.delivered) else "late"
    adds_up_to_target = promise.direction == "up" and promise.measure == "flow"
    if adds_up_to_target and promise.is_met_by(plan.delivered):
        return "done"
    if plan.basis == "none":
        if not has_figures or (promise.measure == "flow" and plan.delivered == 0):
            return "not_started"
        if promise.direction == "up" and promise.measure != "ratio":
            return (
                "on_track"  # Too early to tell, and said so: nobody is blamed before the first full period.
            )
    return "on_track" if promise.is_met_by(plan.value) else "at_risk"


def _reasons(
    promise: _Promise,
    plan: Forecast,
    status: Status,
    end: _End,
    confirmed: Fraction,
    left: Fraction,
) -> tuple[Reason, ...]:
    target = _plain(promise.target)
    reasons = [_reason_of_status(promise, plan, status)]
    if plan.basis == "confirmed":
        reasons.append(
            because(
                "forecast.confirmed",
                gettext_noop(
                    "Confirmed up to {due_on}: {confirmed} more. "
                    "With {delivered} delivered that makes {value} of {target}."
                ),
                confirmed=_plain(confirmed),
                due_on=promise.due_on,
                delivered=_plain(plan.delivered),
                value=plan.value,
                target=target,
            )
        )
    elif plan.basis == "pace" and promise.measure == "ratio":
        reasons.append(
            because(
                "forecast.average",
                gettext_noop(
                    "The last {periods} periods average {value} (between {low} and {high}); promised: {target}."
                ),
                periods=end.periods,
                value=plan.value,
                low=plan.low,
                high=plan.high,
                target=target,
            )
        )
    elif plan.basis == "pace":
        reasons.append(
            because(
                "forecast.pace",
                gettext_noop(
                    "Pace: {pace} a period over the last {periods}. With {left} periods left "
                    "that makes {value} of {target} (between {low} and {high})."
                ),
                periods=end.periods,
                pace=round_half_even(end.pace, 2),
                left=round_half_even(left, 1),
                value=plan.value,
                low=plan.low,
                high=plan.high,
                target=target,
            )
        )
    reasons.append(_reason_of_interval(promise, plan, status))
    return tuple(reason for reason in reasons if reason is not None)


def _reason_of_status(promise: _Promise, plan: Forecast, status: Status) -> Reason | None:
    target, delivered = _plain(promise.target), _plain(plan.delivered)
    if promise.is_ahead():
        return because(
            "forecast.starts", gettext_noop("It starts on {starts_on}."), starts_on=promise.starts_on
        )
    if status == "not_started":
        return because("forecast.not_started", gettext_noop("Nothing is delivered or confirmed yet."))
    if status == "late":
        return because(
            "forecast.late",
            gettext_noop("The due date {due_on} has passed; delivered: {delivered}, promised: {target}."),
            due_on=promise.due_on,
            delivered=delivered,
            target=target,
        )
    if status == "done":
        return because(
            "forecast.done",
            gettext_noop("Delivered: {delivered}, promised: {target}. The promise is kept."),
            delivered=delivered,
            target=target,
        )
    if plan.basis == "none":
        return because(
            "forecast.too_early",
            gettext_noop(
                "Delivered: {delivered}, promised: {target}. Too few periods are complete to know the pace, "
                "and nothing more is confirmed."
            ),
            delivered=delivered,
            target=target,
        )
    return None


def _reason_of_interval(promise: _Promise, plan: Forecast, status: Status) -> Reason | None:
    if plan.basis != "pace" or plan.low == plan.high:
        return None
    best, worst = (plan.high, plan.low) if promise.direction == "up" else (plan.low, plan.high)
    if status == "at_risk" and promise.is_met_by(best):
        return because(
            "forecast.within_reach",
            gettext_noop("The favourable end of the interval, {end}, would still keep the promise."),
            end=best,
        )
    if status == "at_risk":
        return because(
            "forecast.out_of_reach",
            gettext_noop("Even the favourable end of the interval, {end}, misses the promise."),
            end=best,
        )
    if status == "on_track" and not promise.is_met_by(worst):
        return because(
            "forecast.not_safe",
            gettext_noop("The unfavourable end of the interval, {end}, would miss the promise."),
            end=worst,
        )
    return None


def _check_commitment(
    target: Fraction, direction: Direction, measure: Measure, confirmed: Fraction, left: Fraction
) -> None:
    if target < 0 or (target == 0 and direction == "up"):
        raise BadInput(
            "forecast.no_target",
            gettext_noop(
                "The target {target} is no promise. Give a number above 0 (0 or more for an upper limit)."
            ),
            target=_plain(target),
        )
    if left < 0:
        raise BadInput(
            "forecast.negative_time",
            gettext_noop("There are {left} periods left. Give 0 or more; past the due date give 0."),
            left=_plain(left),
        )
    if confirmed < 0 and measure == "flow":
        raise BadInput(
            "forecast.negative_confirmed",
            gettext_noop("The confirmed entries sum to {confirmed}. Give what is still to come, 0 or more."),
            confirmed=_plain(confirmed),
        )
    if confirmed and measure == "ratio":
        raise BadInput(
            "forecast.confirmed_ratio",
            gettext_noop("A ratio has no confirmed entries, but {confirmed} was given. Leave them out."),
            confirmed=_plain(confirmed),
        )


def _check_days(due_on: date, starts_on: date | None) -> None:
    if starts_on is not None and due_on < starts_on:
        raise BadInput(
            "forecast.due_before_start",
            gettext_noop(
                "The commitment is due on {due_on}, before it starts on {starts_on}. Correct one of them."
            ),
            due_on=due_on,
            starts_on=starts_on,
        )


def _figure(name: str, given: object) -> Fraction:
    is_exact = isinstance(given, Fraction | int) or (isinstance(given, Decimal) and given.is_finite())
    if is_exact and isinstance(given, Decimal | Fraction | int) and not isinstance(given, bool):
        return Fraction(given)
    raise BadInput(
        "forecast.no_number",
        gettext_noop("{name} has {given}, which is no exact number. Give a Decimal or a whole number."),
        name=name,
        given=given if not isinstance(given, float) else repr(given),
    )


def _digits_after_point(given: object) -> int:
    exponent = given.as_tuple().exponent if isinstance(given, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(number: Fraction | Decimal) -> Decimal:
    """Without zeros at the end, for sentences."""
    exact = Fraction(number)
    places = next((places for places in range(12) if (exact * 10**places).denominator == 1), 12)
    return round_half_even(exact, places)
