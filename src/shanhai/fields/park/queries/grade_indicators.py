"""What published gradings are measured by: tax per mu, and the share of grades A and B, of the year that was graded.

Both are ratios that are summed before they are divided, so a pairing’s figure is no mean of means; they are booked by the side on whose
ground the park lies. Of a year that was graded twice the grading that was published last counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.core.models import Member
from shanhai.fields.park.models import FirmGrade, Park
from shanhai.fields.park.queries import grades
from shanhai.fields.park.queries.land_indicators import of_side
from shanhai.fields.park.rules import figures as figure_rules
from shanhai.fields.park.rules.grades import RunStage
from shanhai.kernel.periods import Period

_SHOWN = (RunStage.PUBLISHED, RunStage.FINAL)
_FEN = Decimal(figure_rules.FEN_OF_10K_YUAN)
# An enterprise’s part: what it adds above and below the line of the ratio.
_Part = Callable[[FirmGrade], tuple[Decimal, Decimal]]


def _tax(one: FirmGrade) -> tuple[Decimal, Decimal]:
    """Tax in fen on land in mu; nothing where there are no figures."""
    if one.tax_per_mu is None or one.land_mu <= 0:
        return Decimal(0), Decimal(0)
    return (one.tax_per_mu * one.land_mu * _FEN).quantize(Decimal(1)), one.land_mu


def _above_c(one: FirmGrade) -> tuple[Decimal, Decimal]:
    """One of A and B among those that have a grade."""
    return Decimal(one.grade in ("A", "B")), Decimal(bool(one.grade))


def _graded(
    pairing_ids: Iterable[int], first: date, last: date, side: str | None, as_of: date
) -> list[FirmGrade]:
    """The grades of the years that end between two days, of the grading of each year that was published last."""
    rows = FirmGrade.objects.filter(
        run__pairing_id__in=list(pairing_ids), run__stage__in=_SHOWN, run__published_on__lte=as_of,
        run__year__gte=first.year, run__year__lte=last.year,
    )  # fmt: skip
    rows = of_side(rows, "firm__park__", side)
    latest: dict[tuple[int, int], int] = {}
    found = list(
        rows.select_related("run", "firm__organisation").order_by("run__published_on", "run_id", "pk")
    )
    for one in found:
        latest[one.run.pairing_id, one.run.year] = one.run_id
    return [one for one in found if latest[one.run.pairing_id, one.run.year] == one.run_id]


def _made(part: _Part) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=True)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in _graded(pairing_ids, first, last, side, as_of):
            for period in periods:
                if _is_in(one, period):
                    tally.add(one.run.pairing_id, period, one.run.standing, *part(one))
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        told = []
        for one in _graded([pairing_id], period.start, period.end, side, as_of):
            over, under = part(one)
            if _is_in(one, period) and under:
                told.append(
                    Evidence(
                        "park.firmgrade", one.pk, one.firm.name, one.run.published_on, over, one.url, denominator=under,
                        standing=one.run.standing,
                    )
                )  # fmt: skip
        return told

    return measure, evidence


def _is_in(one: FirmGrade, period: Period) -> bool:
    """A graded year counts in the period in which it ends."""
    return period.start <= date(one.run.year, 12, 31) <= period.end


tax_per_mu, tax_per_mu_evidence = _made(_tax)
share_ab, share_ab_evidence = _made(_above_c)


# -- by park and year --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParkYear:
    """What a year’s grading says of a park: enterprises by grade, land, tax in 10,000 yuan per mu, the share of A and B."""

    year: int
    number: str
    url: str
    graded: int
    above_c: int
    land_mu: Decimal
    tax_per_mu: Decimal | None

    @property
    def share_ab(self) -> Decimal | None:
        """Of those with a grade the share of A and B, 0 to 1."""
        return Decimal(self.above_c) / self.graded if self.graded else None


def years_of(member: Member | None, park: Park) -> list[ParkYear]:
    """The graded years of a park, latest first (one statement): the same figures as the indicators, for one park."""
    rows = FirmGrade.objects.filter(firm__park=park, run__stage__in=_SHOWN).select_related(
        "run", "firm__organisation"
    )
    if member is not None:
        rows = rows.filter(run__in=grades.GradingRun.objects.filter(grades.seen_by(member)))
    by_run: dict[int, list[FirmGrade]] = {}
    for one in rows.order_by("run__published_on", "run_id", "pk"):
        by_run.setdefault(one.run_id, []).append(one)
    of_year = {its[0].run.year: its for its in by_run.values()}
    return [_year(its) for _year_, its in sorted(of_year.items(), reverse=True)]


def _year(its: list[FirmGrade]) -> ParkYear:
    run, taxes = its[0].run, [_tax(one) for one in its]
    land = sum((mu for _fen, mu in taxes), Decimal(0))
    fen = sum((one for one, _mu in taxes), Decimal(0))
    shares = [_above_c(one) for one in its]
    return ParkYear(
        run.year, run.number, run.url, int(sum(under for _over, under in shares)), int(sum(over for over, _under in shares)),
        land, round(fen / land / _FEN, 4) if land else None,
    )  # fmt: skip
