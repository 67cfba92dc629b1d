"""The coordinator's board: all open cases by stage, with days left, the risk of missing the deadline, and who holds each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F

from shanhai.core import clock
from shanhai.core.clock import SHANGHAI
from shanhai.core.indicators import standing_of
from shanhai.core.models import Member, Pairing
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries.case_logs import CLOSE, evening, log_by_days
from shanhai.fields.approval.rules import board as rules
from shanhai.fields.approval.rules.cases import OPEN_STAGES, CaseStage, Mode, State
from shanhai.kernel.refusals import BadInput
from shanhai.planners.completion import LEAST, CaseForecast, Tested, forecast_completion

# No board shows more; what is due first comes first.
MOST = 500
# So many of the latest closed cases say how such cases went on.
MOST_PAST = 2_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the critical path of a case: the department, its side, the item, and until when."""

    department: str  # code of the catalogue
    name: str
    side: str
    item: str
    due_on: date | None
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """An open case on the board. ``risk`` is a share, 0 to 1; low and high hold the end of four in five like cases."""

    case: Case
    column: str
    due_on: date | None
    slack_days: int | None
    danger: rules.Danger
    risk: float | None
    low: date | None
    high: date | None
    n: int  # cases that speak for the forecast
    holder: Holder | None
    departments: frozenset[str]  # that have it on their desks


@dataclass(frozen=True, slots=True)
class Learnt:
    """From how many closed cases of a mode forecasts are learnt, and how often such forecasts held."""

    mode: str
    closed: int
    tested: Tested | None  # None where nothing could be learnt
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All open cases in the order of their deadlines, and what their forecasts rest on."""

    rows: tuple[Placed, ...]
    learnt: tuple[Learnt, ...]
    n_open: int  # more than are shown where the board is full
    standing: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of the board: of a department that holds them, of a danger, of a catalogue; empty is all."""

    department: str = ""
    danger: str = ""
    catalogue: str = ""

    def takes(self, one: Placed) -> bool:
        """Whether a case is wanted."""
        return (
            (not self.department or self.department in one.departments)
            and (not self.danger or self.danger == one.danger)
            and (not self.catalogue or self.catalogue == one.case.catalogue.catalogue.code)
        )


def board(member: Member | None, pairing: Pairing) -> Board:
    """The open cases of a pairing that a member sees, each with a forecast learnt from the closed ones of its mode."""
    rows = queries.cases_of(member, pairing).filter(stage__in=OPEN_STAGES)
    n_open = rows.count()
    cases = list(rows.order_by(F("planned_on").asc(nulls_last=True), "filed_on", "pk")[:MOST])
    items = _items_of(cases)
    forecasts, learnt = _forecasts(cases, pairing)
    placed = [_placed(one, items[one.pk], forecasts.get(one.number)) for one in cases]
    placed.sort(key=lambda one: (one.due_on or date.max, one.case.number))
    return Board(tuple(placed), learnt, n_open, standing_of({one.standing for one in cases}))


def _items_of(cases: Sequence[Case]) -> dict[int, list[CaseItem]]:
    found: dict[int, list[CaseItem]] = defaultdict(list)
    by_key = {one.pk: one for one in cases}
    rows = CaseItem.objects.filter(case__in=by_key).select_related("unit__organisation").order_by("place")
    for item in rows:
        item.case = by_key[item.case_id]
        found[item.case_id].append(item)
    return found


def _placed(case: Case, items: list[CaseItem], forecast: CaseForecast | None) -> Placed:
    held = queries.held_by(case, items)
    due_on = case.planned_on if case.stage == CaseStage.REVIEW else None
    if case.stage == CaseStage.RECEIVED:
        due_on = queries.last_day_for_gaps(case)
    slack = queries.slack_days(due_on)
    risk = forecast.risk if forecast is not None else None
    return Placed(
        case,
        rules.column_of(
            case.stage, [one.phase for one in items if one.state not in (State.DECIDED, State.DROPPED)]
        ),
        due_on,
        slack,
        rules.danger_of(slack, risk),
        risk,
        _day(forecast.low if forecast is not None else None),
        _day(forecast.high if forecast is not None else None),
        forecast.n if forecast is not None else 0,
        _holder(case, held),
        frozenset(one.department for one in items if one.is_running),
    )


def _holder(case: Case, item: CaseItem | None) -> Holder | None:
    if item is None:
        return None
    name = item.department_name if item.is_absent else item.unit.organisation.name
    return Holder(item.department, name, case.side, item.name, item.due_on, item.state == State.STOPPED)


def _day(at: datetime | None) -> date | None:
    return None if at is None else clock.local(at).date()


# -- what is learnt from closed cases ------------------------------------------------------------------------------


def _forecasts(
    cases: Sequence[Case], pairing: Pairing
) -> tuple[Mapping[str, CaseForecast], tuple[Learnt, ...]]:
    found: dict[str, CaseForecast] = {}
    learnt = []
    for mode in Mode:
        under_way = [one for one in cases if one.stage == CaseStage.REVIEW and one.mode == mode]
        if under_way:
            told, of_mode = _learn(mode, under_way, pairing)
            found |= told
            learnt.append(of_mode)
    return found, tuple(learnt)


def _learn(mode: Mode, cases: Sequence[Case], pairing: Pairing) -> tuple[dict[str, CaseForecast], Learnt]:
    past = list(_past(pairing, mode))
    if len(past) < LEAST:
        return {}, Learnt(mode, len(past), None, False)
    due = {one.number: _end_of(one.planned_on) for one in cases if one.planned_on is not None}
    try:
        told = forecast_completion(
            log_by_days([*past, *cases]), ends=[CLOSE], at=evening(clock.today()), due=due
        )
    except BadInput:  # Nothing of the log has begun by now: a clock that was turned back.
        return {}, Learnt(mode, len(past), None, False)
    return {one.case: one for one in told.cases}, Learnt(mode, len(past), told.tested, True)


def _past(pairing: Pairing, mode: Mode) -> Sequence[Case]:
    # All of the pairing, whoever reads: a forecast that depends on the reader is none. Refused and withdrawn ones end early
    # for reasons of their own.
    rows = queries.cases_of(None, pairing).filter(
        stage=CaseStage.APPROVED, mode=mode, accepted_on__isnull=False, closed_on__lte=clock.today()
    )
    rows = rows.select_related(None).only("number", "accepted_on", "closed_on")
    return rows.order_by("-closed_on", "-pk")[:MOST_PAST]  # type: ignore[return-value]


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), SHANGHAI)
