"""What rounds measure for everybody: figures that units reported, and how many answered in time.

A question of a round feeds one of the reported indicators by its code. The figures are those of merged rounds; of two
sources of one figure the one that won counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from shanhai.core import clock
from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.core.models import Seat
from shanhai.fields.office.models import RoundAnswer, RoundFigure
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.periods import Period

Measure = Callable[[list[int], list[Period], str | None, date], list[Row]]
Listed = Callable[[int, Period, str | None, date], list[Evidence]]


def figures_between(
    target: str, pairing_ids: Sequence[int], first: date, last: date, side: str | None
) -> QuerySet[RoundFigure]:
    """The figures that an indicator counts: of merged rounds, the winning source of each."""
    found = RoundFigure.objects.filter(
        target=target, pairing_id__in=pairing_ids, on__gte=first, on__lte=last, replaced_by=None
    )
    if side is not None:
        found = found.filter(side=side)
    return found.select_related("round", "answer__unit__organisation").order_by("on", "pk")


def _reported(code: str) -> tuple[Measure, Listed]:
    """Measure and evidence of one reported figure, which adds up over units."""

    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        first, last = _span(periods)
        sums: dict[tuple[int, Period], Decimal] = defaultdict(Decimal)
        there: set[tuple[int, Period]] = set()
        for one in figures_between(code, pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if one.on in period:
                    sums[one.pairing_id, period] += one.value
                    there.add((one.pairing_id, period))
        # Where no round was merged nobody has reported, which is not nought.
        return [
            Row(pk, period, sums[pk, period], None, missing=(pk, period) not in there)
            for pk in pairing_ids
            for period in periods
        ]

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                "office.round",
                one.round_id,
                f"{one.answer.unit.organisation.name_zh} · {one.round.name_zh}",
                one.on,
                one.value,
                one.answer.url,
                one.side,
            )
            for one in figures_between(code, [pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


reported_jobs_measure, reported_jobs_evidence = _reported("office.reported_jobs")
reported_aid_measure, reported_aid_evidence = _reported("office.reported_aid")
reported_sales_measure, reported_sales_evidence = _reported("office.reported_sales")
reported_visits_measure, reported_visits_evidence = _reported("office.reported_visits")


# -- answers in time -----------------------------------------------------------------------------------------------


def answers_in_time_measure(
    pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date
) -> list[Row]:
    tally = Tally(is_ratio=True)
    for answer in _due(pairing_ids, *_span(periods), side, as_of):
        for period in periods:
            if answer.round.due_on in period:
                tally.add(answer.pairing_id, period, answer.round.standing, _in_time(answer), 1)
    return tally.rows(pairing_ids, periods, as_of)


def answers_in_time_evidence(
    pairing_id: int, period: Period, side: str | None, as_of: date
) -> list[Evidence]:
    return [
        Evidence(
            "office.roundanswer",
            answer.pk,
            f"{answer.unit.organisation.name_zh} · {answer.round.name_zh}",
            answer.round.due_on,
            Decimal(_in_time(answer)),
            answer.url,
            denominator=Decimal(1),
        )
        for answer in _due([pairing_id], period.start, period.end, side, as_of)
    ]


def _due(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> list[RoundAnswer]:
    """Answers whose day was over by then, of rounds that were opened."""
    found = (
        RoundAnswer.objects.filter(
            round__pairing_id__in=pairing_ids,
            round__stage__in=[rules.RoundStage.OPEN, rules.RoundStage.MERGED],
            round__due_on__gte=first,
            round__due_on__lte=last,
            round__due_on__lt=as_of,
        )
        .exclude(stage=rules.AnswerStage.HANDED_OVER)
        .select_related("round", "unit__organisation")
        .order_by("pk")
    )
    if side is not None:
        seats = Seat.objects.filter(pairing_id__in=pairing_ids, side=side).values("organisation_id")
        found = found.filter(unit__organisation_id__in=seats)
    return list(found)


def _in_time(answer: RoundAnswer) -> int:
    confirmed_at = answer.confirmed_at
    return int(confirmed_at is not None and clock.local(confirmed_at).date() <= answer.round.due_on)


def _span(periods: Sequence[Period]) -> tuple[date, date]:
    return min(period.start for period in periods), max(period.end for period in periods)
