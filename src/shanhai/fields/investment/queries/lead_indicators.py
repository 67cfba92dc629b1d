"""What the field measures of leads: registered, signed, turned into projects, and the capital that came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.investment.models import Lead, PaidIn
from shanhai.fields.investment.rules.leads import LeadStage
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts: above and below the line, on which day."""

    lead: Lead
    on: date
    above: int
    kind: str
    key: int
    below: int = 1


Find = Callable[[Sequence[int], date, date, str | None], Iterator[Counted]]
_LEAD = "investment.lead"


def _registered(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = Lead.objects.filter(pairing_id__in=pairing_ids, registered_on__gte=first, registered_on__lte=last)
    rows = rows.exclude(stage=LeadStage.MERGED)
    for one in (rows.filter(introducer_side=side) if side else rows).order_by("registered_on", "pk"):
        yield Counted(one, one.registered_on, int(one.project_id is not None), _LEAD, one.pk)


def _each(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    for one in _registered(pairing_ids, first, last, side):
        yield Counted(one.lead, one.on, 1, one.kind, one.key)


def _signed(pairing_ids: Sequence[int], first: date, last: date, _side: str | None) -> Iterator[Counted]:
    """A signed project is both sides' success, so each side books it in full."""
    rows = Lead.objects.filter(
        pairing_id__in=pairing_ids, stage=LeadStage.SIGNED, stage_on__gte=first, stage_on__lte=last
    )
    for one in rows.order_by("stage_on", "pk"):
        yield Counted(one, one.stage_on, 1, _LEAD, one.pk)


def _paid(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = PaidIn.objects.filter(
        lead__pairing_id__in=pairing_ids, on__gte=first, on__lte=last, taken_back_on=None
    ).select_related("lead")
    for one in (rows.filter(lead__introducer_side=side) if side else rows).order_by("on", "pk"):
        yield Counted(one.lead, one.on, one.amount_fen, "investment.paidin", one.pk)


def _figure(
    find: Find, is_ratio: bool = False
) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= one.on <= period.end:
                    tally.add(one.lead.pairing_id, period, one.lead.standing, one.above, one.below)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                one.kind,
                one.key,
                f"{one.lead.number} {one.lead.name_zh}",
                one.on,
                Decimal(one.above),
                one.lead.url,
                one.lead.introducer_side,
                Decimal(one.below) if is_ratio else Decimal(0),
                one.lead.standing,
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


measure_leads, evidence_leads = _figure(_each)
measure_signed, evidence_signed = _figure(_signed)
measure_conversion, evidence_conversion = _figure(_registered, is_ratio=True)
measure_paid_in, evidence_paid_in = _figure(_paid)
