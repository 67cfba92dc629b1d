"""Does the cooperation deliver what it promised? Each commitment with promised, delivered, forecast and status."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, Sum

from shanhai.core import clock, indicators, signs
from shanhai.core.models import Pairing, Unit
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Commitment, CommitmentPeriod, Delivery
from shanhai.fields.pairing.queries.indicators import planned_of
from shanhai.kernel import periods as kernel_periods
from shanhai.kernel.periods import Period
from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.forecast import forecast_commitment

Status = rules.Status
# Planning and cutting into periods depend on their arguments alone. A page shows a hundred commitments, of which few
# have moved since it was last opened.
_forecast = lru_cache(maxsize=8192)(forecast_commitment)
_periods_between = lru_cache(maxsize=1024)(kernel_periods.periods_between)
_period_of = lru_cache(maxsize=8192)(kernel_periods.period_of)
_parse = lru_cache(maxsize=1024)(kernel_periods.parse)
# A longer term is counted in quarters: the pace of four single months says nothing about years.
_MONTHLY_UP_TO = timedelta(days=18 * 31)


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a commitment that is looked at today: this year's periods, or the whole."""

    label: str  # "2023", or empty for a commitment that is not divided
    starts_on: date
    due_on: date
    target: Decimal
    # (due day, what should have come by then) of each period, in order.
    steps: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """One commitment as it stands today. Quantities are in the unit of the commitment (fen for money)."""

    commitment: Commitment
    frame: Frame
    promised: Decimal
    delivered: Decimal
    unconfirmed: Decimal  # part of delivered that the other side has not confirmed
    planned: Decimal  # confirmed dated entries up to the due day
    forecast: Decimal | None  # None where nothing is known to forecast from
    low: Decimal | None
    high: Decimal | None
    basis: str  # confirmed, pace, none
    pace: Decimal  # what an even pace would have delivered by today
    status: str
    reasons: tuple[Reason, ...]
    # The day since which something is missing; None unless late.
    late_since: date | None
    missing: Decimal  # what should have come by now and has not
    # The next day on which something is due; the last one when all have passed, the first missed one when late.
    next_due: date
    # The day on which what was promised had come; None where it has not, or a figure may fall again.
    kept_on: date | None
    is_illustrative: bool

    @property
    def share(self) -> Decimal:
        """Delivered as a share of promised."""
        return self.delivered / self.promised if self.promised else Decimal(0)

    @property
    def holders(self) -> list[tuple[str, Unit]]:
        """With whom it rests: the unit of each side that owes."""
        owes = rules.SIDES if self.commitment.owes == rules.Owes.BOTH else (self.commitment.owes,)
        units = {"mountain": self.commitment.mountain_unit, "sea": self.commitment.sea_unit}
        return [(side, unit) for side in owes if (unit := units[side]) is not None]


def in_force(pairing_ids: Iterable[int] | None = None) -> QuerySet[Commitment]:
    """Commitments of agreements in force, as lists show them; of some pairings or of all."""
    found = Commitment.objects.filter(agreement__stage=rules.AgreementStage.SIGNED)
    if pairing_ids is not None:
        found = found.filter(pairing_id__in=list(pairing_ids))
    return (
        found.defer("about", "agreement__about")
        .select_related("agreement", "pairing", "mountain_unit__organisation", "sea_unit__organisation")
        .order_by("rank", "code")
    )


def commitments_of(
    pairing_ids: Iterable[int], on: date | None = None, *, only: Q | None = None
) -> list[Progress]:
    """All commitments in force of some pairings, as they stand on a day.

    Three statements, and one for each indicator that a commitment is measured by.
    """
    found = in_force(pairing_ids)
    return progress_of(list(found.filter(only) if only is not None else found), on)


def progress_of(commitments: Sequence[Commitment], on: date | None = None) -> list[Progress]:
    """Some commitments as they stand on a day (today), in the order given."""
    day = on or clock.today()
    if not commitments:
        return []
    frames = _frames(commitments, day)
    deliveries = _deliveries(commitments, frames)
    measured = _measured(commitments, frames, day)
    return [
        _progress(one, frames[one.pk], deliveries.get(one.pk, []), measured.get(one.pk), day)
        for one in commitments
    ]


# -- frames --------------------------------------------------------------------------------------------------------


def _frames(commitments: Sequence[Commitment], day: date) -> dict[int, Frame]:
    divided = [one.pk for one in commitments if one.per != rules.Per.ONCE]
    steps: dict[int, list[CommitmentPeriod]] = defaultdict(list)
    if divided:
        for step in CommitmentPeriod.objects.filter(commitment_id__in=divided).order_by("due_on", "pk"):
            steps[step.commitment_id].append(step)
    return {one.pk: _frame(one, steps.get(one.pk, []), day) for one in commitments}


def _frame(commitment: Commitment, steps: Sequence[CommitmentPeriod], day: date) -> Frame:
    if not steps:
        due_on = commitment.due_on or commitment.agreement.valid_to or date(commitment.starts_on.year, 12, 31)
        return Frame("", commitment.starts_on, due_on, commitment.target, ((due_on, commitment.target),))
    years: dict[int, list[CommitmentPeriod]] = defaultdict(list)
    for step in steps:
        years[_parse(step.period).year].append(step)
    year = _year_of(years, day)
    chosen = years[year]
    target = sum((step.target for step in chosen), Decimal(0))
    if _is_ratio(commitment):
        target = chosen[-1].target
    return Frame(
        label=str(year),
        starts_on=min(step.starts_on for step in chosen),
        due_on=max(step.due_on for step in chosen),
        target=target,
        steps=tuple((step.due_on, step.target) for step in chosen),
    )


def _year_of(years: dict[int, list[CommitmentPeriod]], day: date) -> int:
    """The year whose periods run today; the next one before they begin, the last one after they ended."""
    begun = [year for year, steps in years.items() if min(step.starts_on for step in steps) <= day]
    running = [year for year in begun if max(step.due_on for step in years[year]) >= day]
    if running:
        return min(running)
    return max(begun) if begun else min(years)


# -- what came -----------------------------------------------------------------------------------------------------

Came = tuple[date, Decimal, str, bool, bool]  # on, quantity, stage, is confirmed, is illustrative


def _deliveries(commitments: Sequence[Commitment], frames: dict[int, Frame]) -> dict[int, list[Came]]:
    counted = [one.pk for one in commitments if one.kind == rules.CommitmentKind.COUNTED]
    if not counted:
        return {}
    found: dict[int, list[Came]] = defaultdict(list)
    rows = (
        Delivery.objects.filter(
            commitment_id__in=counted,
            stage__in=[*rules.DELIVERED, rules.DeliveryStage.PLANNED],
            on__gte=min(frames[pk].starts_on for pk in counted),
        )
        .values_list("commitment_id", "on", "stage", "is_illustrative", "confirmed_on")
        .order_by("commitment_id", "on")
        .annotate(total=Sum("quantity"))
    )
    for pk, on, stage, is_illustrative, confirmed_on, quantity in rows:
        if frames[pk].starts_on <= on <= frames[pk].due_on or stage != rules.DeliveryStage.PLANNED:
            found[pk].append((on, quantity, stage, confirmed_on is not None, is_illustrative))
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """What the indicator registry says of one commitment: a figure per pace period."""

    figures: tuple[Decimal, ...]
    running: Decimal | None
    kind: str
    planned: Decimal = Decimal(0)  # dated entries to come, where the indicator knows some
    kept_on: date | None = None


def _measured(commitments: Sequence[Commitment], frames: dict[int, Frame], day: date) -> dict[int, Measured]:
    """One call of ``measure`` for all commitments of one indicator, side and kind of period."""
    asked: dict[tuple[str, str, str], list[Commitment]] = defaultdict(list)
    for one in commitments:
        if one.kind == rules.CommitmentKind.INDICATOR and one.indicator in signs.indicators:
            asked[one.indicator, one.indicator_side, _pace_kind(one, frames[one.pk])].append(one)
    found: dict[int, Measured] = {}
    for (code, side, kind), group in asked.items():
        first = min(frames[one.pk].starts_on for one in group)
        all_periods = _periods_between(kind, first, day)
        pairing_ids = sorted({one.pairing_id for one in group})
        rows = indicators.measure(code, pairing_ids, all_periods, side or None, day)
        values = {(row.pairing_id, row.period): indicators.value(row) for row in rows}
        measure = signs.indicators[code].kind
        dated = planned_of(code, pairing_ids, day)
        for one in group:
            coming = sum(
                1 for pairing_id, on in dated if pairing_id == one.pairing_id and on <= frames[one.pk].due_on
            )
            found[one.pk] = replace(
                _of_indicator(one, frames[one.pk], all_periods, values, measure, day), planned=Decimal(coming)
            )
    return found


def _of_indicator(
    one: Commitment,
    frame: Frame,
    all_periods: Sequence[Period],
    values: dict[tuple[int, Period], Decimal | None],
    measure: str,
    day: date,
) -> Measured:
    inside = [p for p in all_periods if p.end >= frame.starts_on and p.start <= min(day, frame.due_on)]
    scale = Decimal(100) if one.unit == rules.Unit.PERCENT and measure == "ratio" else Decimal(1)
    complete, running = [], None
    total, kept_on = Decimal(0), None
    for period in inside:
        value = values.get((one.pairing_id, period))
        total += (value or Decimal(0)) * scale
        if kept_on is None and total >= frame.target:
            kept_on = min(period.end, day)
        if period.end < day:
            if value is not None or measure not in ("ratio", "stock"):
                complete.append((value or Decimal(0)) * scale)
        elif value is not None:
            running = value * scale
    kind = {"ratio": "ratio", "stock": "stock"}.get(measure, "flow")
    # What stands for itself may fall again; only what adds up is kept for good.
    lasts = kind == "flow" and one.direction == "up"
    return Measured(tuple(complete), running, kind, kept_on=kept_on if lasts else None)


def _is_ratio(commitment: Commitment) -> bool:
    """A percentage stands for itself: the latest one counts, they do not add up."""
    if commitment.kind == rules.CommitmentKind.INDICATOR and commitment.indicator in signs.indicators:
        return signs.indicators[commitment.indicator].kind in ("ratio", "stock")
    return commitment.unit == rules.Unit.PERCENT


def _pace_kind(commitment: Commitment, frame: Frame) -> str:
    if commitment.per == rules.Per.TERM:
        return "term"
    return "month" if frame.due_on - frame.starts_on <= _MONTHLY_UP_TO else "quarter"


# -- together ------------------------------------------------------------------------------------------------------


def _progress(
    commitment: Commitment, frame: Frame, came: Sequence[Came], measured: Measured | None, day: date
) -> Progress:
    kind = _pace_kind(commitment, frame)
    if measured is None:
        is_ratio = _is_ratio(commitment)
        measured = _of_deliveries(came, kind, frame, day, is_ratio)
        if commitment.direction == "down":
            measured = replace(measured, kept_on=None)
    planned = measured.planned + sum(
        (
            quantity
            for on, quantity, stage, is_confirmed, _ in came
            if stage == rules.DeliveryStage.PLANNED and is_confirmed and day < on <= frame.due_on
        ),
        Decimal(0),
    )
    plan = _forecast(
        frame.target,
        measured.figures,
        planned if measured.kind != "ratio" else None,
        _periods_left(kind, day, frame.due_on),
        on=day,
        due_on=frame.due_on,
        starts_on=frame.starts_on,
        in_running_period=measured.running,
        measure=measured.kind,
        direction=commitment.direction,
    )
    late_since, missing = _lateness(commitment, frame, plan.delivered, measured.kind, day)
    status: str = plan.status
    if status != Status.DONE and late_since is not None:
        status = Status.LATE
    elif status == Status.NOT_STARTED and frame.starts_on <= day:
        # Its time runs and nothing has come: that is no excuse, but it is not late before its first due day.
        status = Status.AT_RISK if _elapsed(frame, day) > Fraction(1, 4) else Status.NOT_STARTED
    forecast = _not_rosier(commitment, frame.target, plan.value, plan.delivered, status)
    knows = plan.basis != "none" or day > frame.due_on or plan.delivered > 0
    return Progress(
        commitment=commitment,
        frame=frame,
        promised=frame.target,
        delivered=plan.delivered,
        unconfirmed=sum(
            (q for _, q, stage, _, _ in came if stage == rules.DeliveryStage.RECORDED), Decimal(0)
        ),
        planned=planned,
        forecast=forecast if knows else None,
        low=min(plan.low, forecast) if knows else None,
        high=plan.high if knows else None,
        basis=plan.basis,
        pace=_even_pace(frame, day, measured.kind),
        status=status,
        reasons=plan.reasons,
        late_since=late_since if status == Status.LATE else None,
        missing=missing if status == Status.LATE else Decimal(0),
        next_due=_next_due(frame, late_since if status == Status.LATE else None, day),
        kept_on=measured.kept_on if status == Status.DONE else None,
        is_illustrative=commitment.is_illustrative or any(one[4] for one in came),
    )


def _next_due(frame: Frame, late_since: date | None, day: date) -> date:
    return late_since or next((due_on for due_on, _ in frame.steps if due_on >= day), frame.due_on)


def _not_rosier(
    commitment: Commitment, target: Decimal, value: Decimal, delivered: Decimal, status: str
) -> Decimal:
    """A forecast that falls short is cut to what pages show, so that rounding never carries it to the promise.

    5.7 of 6 meetings reads "5", not "6 of 6, at risk": nobody holds seven tenths of a meeting.
    """
    if status != Status.AT_RISK or commitment.direction == "down":
        return value
    if commitment.unit == rules.Unit.FEN:
        step = next((Decimal(fen) for fen in (10**8, 10**7, 10**5) if target >= 100 * fen), Decimal(100))
    elif commitment.unit == rules.Unit.PERCENT or target != target.to_integral_value():
        step = Decimal("0.1")
    else:
        step = Decimal(1)
    return max(delivered, value // step * step)


def _of_deliveries(came: Sequence[Came], kind: str, frame: Frame, day: date, is_ratio: bool) -> Measured:
    until = min(day, frame.due_on)
    delivered = [
        (on, quantity)
        for on, quantity, stage, _, _ in came
        if stage in rules.DELIVERED and frame.starts_on <= on <= until
    ]
    if is_ratio:
        return Measured(tuple(quantity for _, quantity in delivered), None, "ratio")
    by_period: dict[Period, Decimal] = defaultdict(Decimal)
    for on, quantity in delivered:
        by_period[_period_of(kind, on)] += quantity
    all_periods = _periods_between(kind, frame.starts_on, until)
    complete = tuple(by_period[period] for period in all_periods if period.end < day)
    running = next((by_period[period] for period in all_periods if period.end >= day), None)
    if not delivered:
        # Nothing has ever come: no figure at all, not a row of noughts.
        return Measured((), None, "flow")
    return Measured(complete, running, "flow", kept_on=_day_of(delivered, frame.target))


def _day_of(delivered: Sequence[tuple[date, Decimal]], target: Decimal) -> date | None:
    """The day on which a sum was reached; ``delivered`` is in the order of its days."""
    total = Decimal(0)
    for on, quantity in delivered:
        total += quantity
        if total >= target:
            return on
    return None


def _lateness(
    commitment: Commitment, frame: Frame, delivered: Decimal, kind: str, day: date
) -> tuple[date | None, Decimal]:
    """The first passed due day whose sum has not come by now, and how much is missing of all passed ones."""
    if kind != "flow" or commitment.direction == "down":
        if day > frame.due_on and not _is_met(commitment, delivered, frame.target):
            return frame.due_on, abs(frame.target - delivered)
        return None, Decimal(0)
    should, since = Decimal(0), None
    for due_on, target in frame.steps:
        if due_on >= day:
            break
        should += target
        if since is None and delivered < should:
            since = due_on
    return since, max(should - delivered, Decimal(0)) if since else Decimal(0)


def _is_met(commitment: Commitment, figure: Decimal, target: Decimal) -> bool:
    return figure >= target if commitment.direction == "up" else figure <= target


@lru_cache(maxsize=1024)
def _periods_left(kind: str, day: date, due_on: date) -> Fraction:
    if day >= due_on:
        return Fraction(0)
    left = Fraction(0)
    for period in _periods_between(kind, day, due_on):
        length = (period.end - period.start).days + 1
        first, last = max(period.start, day + timedelta(days=1)), min(period.end, due_on)
        left += Fraction(max((last - first).days + 1, 0), length)
    return left


def _elapsed(frame: Frame, day: date) -> Fraction:
    whole = (frame.due_on - frame.starts_on).days + 1
    return min(max(Fraction((day - frame.starts_on).days + 1, whole), Fraction(0)), Fraction(1))


def _even_pace(frame: Frame, day: date, kind: str) -> Decimal:
    if kind != "flow":
        return frame.target
    gone = _elapsed(frame, day)
    return (frame.target * gone.numerator / gone.denominator).quantize(Decimal("0.01"))


def check_indicator(code: str) -> None:
    """Refuse an indicator that no field measures."""
    if code not in signs.indicators:
        raise BadInput(
            "pairing.unknown_indicator",
            gettext_noop("No field measures {indicator}. Take one of: {indicators}."),
            indicator=code,
            indicators=", ".join(sorted(one.code for one in signs.indicators)),
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many commitments there are by status: the headline of the home page."""

    total: int
    on_track: int  # with those done
    at_risk: int
    late: int
    not_started: int


def tally(found: Iterable[Progress]) -> Tally:
    """Count commitments by status; what is done is on track."""
    by_status = Counter(one.status for one in found)
    return Tally(
        total=by_status.total(),
        on_track=by_status[Status.ON_TRACK] + by_status[Status.DONE],
        at_risk=by_status[Status.AT_RISK],
        late=by_status[Status.LATE],
        not_started=by_status[Status.NOT_STARTED],
    )


def zone_ids(pairing: Pairing) -> list[int]:
    """The pairing and all nested under it, in one statement."""
    from shanhai.core.queries.pairings import within

    return within(pairing)


def as_plain(one: Progress) -> dict[str, Any]:
    """A commitment's progress as plain JSON types, as commands and API give it."""
    return {
        "commitment": one.commitment.code,
        "name_zh": one.commitment.name_zh,
        "name_en": one.commitment.name_en,
        "pairing": one.commitment.pairing.code,
        "agreement": one.commitment.agreement.number,
        "field": one.commitment.field,
        "owes": one.commitment.owes,
        "period": one.frame.label,
        "unit": one.commitment.unit,
        "unit_zh": one.commitment.unit_zh,
        "unit_en": one.commitment.unit_en,
        "unit_one_en": one.commitment.unit_one_en,
        "promised": plain_number(one.promised),
        "delivered": plain_number(one.delivered),
        "unconfirmed": plain_number(one.unconfirmed),
        "forecast": plain_number(one.forecast),
        "forecast_low": plain_number(one.low),
        "forecast_high": plain_number(one.high),
        "basis": one.basis,
        "status": str(one.status),
        "due_on": one.frame.due_on.isoformat(),
        "late_since": one.late_since.isoformat() if one.late_since else None,
        "missing": plain_number(one.missing),
        "rests_with": [unit.code for _, unit in one.holders],
        "is_main": one.commitment.is_main,
        "standing": "illustrative" if one.is_illustrative else "reported",
    }


def plain_number(value: Decimal | None) -> str | None:
    """A number as text without trailing noughts; JSON has no decimals."""
    if value is None:
        return None
    plain = format(value.normalize(), "f") if value else "0"
    return plain
