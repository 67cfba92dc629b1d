"""What the field measures of cases: government working days, what joint review saved of them, opinions late or not given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, standing_of
from shanhai.fields.approval.models import Case, CommitmentLetter, Opinion
from shanhai.fields.approval.rules.cohorts import class_of_project
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts: above and below the line, on which day."""

    case: Case
    on: date
    above: Decimal | int
    kind: str
    key: int
    text: str
    below: Decimal | int = 1


_CENT = Decimal("0.01")
Find = Callable[[Sequence[int], date, date, str | None], Iterator[Counted]]


def _closed(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = Case.objects.filter(
        pairing_id__in=pairing_ids, stage="approved", closed_on__gte=first, closed_on__lte=last
    ).exclude(government_days=None)
    for one in (rows.filter(side=side) if side else rows).order_by("closed_on", "pk"):
        assert one.closed_on is not None and one.government_days is not None
        yield Counted(one, one.closed_on, one.government_days, "approval.case", one.pk, one.number)


def _late(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = Opinion.objects.filter(
        role="co", item__case__pairing_id__in=pairing_ids, replied_on__gte=first, replied_on__lte=last
    )
    if side:
        rows = rows.filter(item__case__side=side)
    for one in rows.select_related("item__case").order_by("replied_on", "pk"):
        assert one.replied_on is not None
        text = f"{one.item.case.number} {one.department_zh}"
        yield Counted(
            one.item.case, one.replied_on, int(one.is_late), "approval.case", one.item.case_id, text
        )


def _saved(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    """Joint cases, each held against the mean of the serial ones of its class of projects that had closed before it."""
    rows = Case.objects.filter(pairing_id__in=pairing_ids, stage="approved", closed_on__lte=last)
    rows = rows.exclude(government_days=None).select_related("project")
    serial: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in (rows.filter(side=side) if side else rows).order_by("closed_on", "pk"):
        assert one.closed_on is not None and one.government_days is not None
        kind = one.pairing_id, class_of_project(one.project.basis, one.project.is_low_risk)
        days, n = serial[kind]
        if one.mode == "serial":
            serial[kind] = days + one.government_days, n + 1
        elif n and one.closed_on >= first:
            was = (Decimal(days) / n).quantize(_CENT)
            yield Counted(
                one, one.closed_on, was - one.government_days, "approval.case", one.pk, one.number, was
            )


def _kept(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = CommitmentLetter.objects.filter(
        state__in=("kept", "revoked"), item__case__pairing_id__in=pairing_ids, verified_on__gte=first,
        verified_on__lte=last,
    )  # fmt: skip
    if side:
        rows = rows.filter(item__case__side=side)
    for one in rows.select_related("item__case").order_by("verified_on", "pk"):
        assert one.verified_on is not None
        case = one.item.case
        text = f"{case.number} {one.item.code}"
        yield Counted(case, one.verified_on, int(one.state == "kept"), "approval.case", case.pk, text)


def _figure(find: Find) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        above: dict[tuple[int, Period], Decimal] = defaultdict(Decimal)
        below: dict[tuple[int, Period], Decimal] = defaultdict(Decimal)
        standings: dict[tuple[int, Period], set[str]] = defaultdict(set)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= one.on <= period.end:
                    at = one.case.pairing_id, period
                    above[at] += one.above
                    below[at] += one.below
                    standings[at].add(one.case.standing)
        return [
            Row(
                pairing_id,
                period,
                above[pairing_id, period],
                below[pairing_id, period],
                missing=period.start > as_of or not below[pairing_id, period],
                standing=standing_of(standings[pairing_id, period]),
            )
            for pairing_id in pairing_ids
            for period in periods
        ]

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                one.kind,
                one.key,
                one.text,
                one.on,
                Decimal(one.above),
                one.case.url,
                one.case.side,
                Decimal(one.below),
                one.case.standing,
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


measure_government, evidence_government = _figure(_closed)
measure_late, evidence_late = _figure(_late)
measure_saved, evidence_saved = _figure(_saved)
measure_kept, evidence_kept = _figure(_kept)
