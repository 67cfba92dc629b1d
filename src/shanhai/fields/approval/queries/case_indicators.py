"""What the field measures: government working days, what joint review saved of them, opinions, letters, meetings, services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from shanhai.core import clock
from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.approval.models import (
    Case,
    CommitmentLetter,
    MeetingPoint,
    Opinion,
    ReviewMeeting,
    Service,
)
from shanhai.fields.approval.rules import meetings as meeting_rules
from shanhai.fields.approval.rules.cohorts import class_of_project
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts: above and below the line, on which day."""

    of: Case | ReviewMeeting
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


def _ended_letters(counts: Callable[[CommitmentLetter], bool]) -> Find:
    """The letters whose verification ended in a period; those above the line for which ``counts`` holds."""

    def find(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
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
            yield Counted(case, one.verified_on, int(counts(one)), "approval.case", case.pk, text)

    return find


_HELD = (
    meeting_rules.MeetingStage.HELD,
    meeting_rules.MeetingStage.MINUTED,
    meeting_rules.MeetingStage.SIGNED,
)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def _held(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    """The meetings that were held; above the line those where all were there whom the quorum needs."""
    counted = ~Q(seats__role=meeting_rules.Role.ADVISER)
    rows = ReviewMeeting.objects.filter(
        pairing_id__in=pairing_ids,
        stage__in=_HELD,
        at__gte=_begin(first),
        at__lt=_begin(last + timedelta(days=1)),
    ).annotate(
        n_counted=Count("seats", counted & Q(seats__isnull=False)),
        n_missing=Count("seats", counted & Q(seats__is_present=False)),
    )
    for one in (rows.filter(side=side) if side else rows).order_by("at", "pk"):
        is_quorate = bool(one.n_counted) and not one.n_missing
        yield Counted(
            one, clock.local(one.at).date(), int(is_quorate), "approval.reviewmeeting", one.pk, one.number
        )


def _all_held(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    for one in _held(pairing_ids, first, last, side):
        yield replace(one, above=1)


def _decided_points(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None
) -> Iterator[Counted]:
    """What meetings decided on items; what was postponed is not decided."""
    rows = MeetingPoint.objects.exclude(verdict__in=("", meeting_rules.Verdict.POSTPONED)).filter(
        meeting__pairing_id__in=pairing_ids, decided_on__gte=first, decided_on__lte=last
    )
    if side:
        rows = rows.filter(meeting__side=side)
    for one in rows.select_related("meeting", "item__case").order_by("decided_on", "pk"):
        assert one.decided_on is not None
        text = f"{one.meeting.number} {one.item.case.number} {one.item.code}"
        yield Counted(one.meeting, one.decided_on, 1, "approval.reviewmeeting", one.meeting_id, text)


def _delivered(commissioned_by: str, figures: Callable[[Service], tuple[int, int]]) -> Find:
    """The services of a commissioner that were delivered in a period, with what ``figures`` says of each."""

    def find(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
        rows = Service.objects.filter(
            commissioned_by=commissioned_by, item__case__pairing_id__in=pairing_ids, delivered_on__gte=first,
            delivered_on__lte=last,
        )  # fmt: skip
        if side:
            rows = rows.filter(item__case__side=side)
        for one in rows.select_related("item__case", "intermediary").order_by("delivered_on", "pk"):
            assert one.delivered_on is not None
            case, (above, below) = one.item.case, figures(one)
            text = f"{case.number} {one.item.code} {one.intermediary.code}"
            yield Counted(case, one.delivered_on, above, "approval.case", case.pk, text, below)

    return find


def _in_time(one: Service) -> tuple[int, int]:
    return int((one.days or 0) <= one.promised_days), 1


def _days(one: Service) -> tuple[int, int]:
    return one.days or 0, one.promised_days


def _figure(
    find: Find, is_ratio: bool = True
) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= one.on <= period.end:
                    tally.add(one.of.pairing_id, period, one.of.standing, one.above, one.below)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                one.kind,
                one.key,
                one.text,
                one.on,
                Decimal(one.above),
                one.of.url,
                one.of.side,
                Decimal(one.below) if is_ratio else Decimal(0),
                one.of.standing,
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), side)
        ]

    return measure, evidence


measure_government, evidence_government = _figure(_closed)
measure_late, evidence_late = _figure(_late)
measure_saved, evidence_saved = _figure(_saved)
measure_kept, evidence_kept = _figure(_ended_letters(lambda one: one.state == "kept"))
measure_mended, evidence_mended = _figure(_ended_letters(lambda one: one.state == "kept" and one.is_mended))
measure_revoked, evidence_revoked = _figure(_ended_letters(lambda one: one.state == "revoked"))
measure_held, evidence_held = _figure(_all_held, is_ratio=False)
measure_quorate, evidence_quorate = _figure(_held)
measure_points, evidence_points = _figure(_decided_points, is_ratio=False)
measure_owner_in_time, evidence_owner_in_time = _figure(_delivered("owner", _in_time))
measure_gov_in_time, evidence_gov_in_time = _figure(_delivered("gov", _in_time))
measure_owner_days, evidence_owner_days = _figure(_delivered("owner", _days))
measure_gov_days, evidence_gov_days = _figure(_delivered("gov", _days))
