"""What the field measures of teams and events: stops made, money spent, joint events held, leads that came from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.investment.models import EventGuest, EventSide, Stop, TeamCost
from shanhai.fields.investment.rules.teams import StopStage
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that counts, on its day."""

    pairing_id: int
    on: date
    amount: int
    kind: str
    key: int
    label: str
    url: str
    side: str
    standing: str


Find = Callable[[Sequence[int], date, date, str | None], Iterator[Counted]]


def _stops(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = Stop.objects.filter(
        pairing_id__in=pairing_ids, stage=StopStage.DONE, done_on__gte=first, done_on__lte=last
    )
    rows = rows.select_related("team__organisation", "lead").order_by("done_on", "pk")
    for one in rows.filter(team__owner_side=side) if side else rows:
        assert one.done_on is not None
        label = f"{one.number} {one.title_zh}"
        yield Counted(
            one.pairing_id, one.done_on, 1, "investment.stop", one.pk, label, one.url, one.team.owner_side, one.standing
        )  # fmt: skip


def _cost(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[Counted]:
    rows = TeamCost.objects.filter(
        team__pairing_id__in=pairing_ids, taken_back_on=None, on__gte=first, on__lte=last
    )
    rows = rows.select_related("team__organisation").order_by("on", "pk")
    for one in rows.filter(team__owner_side=side) if side else rows:
        yield Counted(
            one.team.pairing_id, one.on, one.amount_fen, "investment.teamcost", one.pk, one.code, one.team.url,
            one.team.owner_side, one.standing,
        )  # fmt: skip


def _events(pairing_ids: Sequence[int], first: date, last: date, _side: str | None) -> Iterator[Counted]:
    """What both sides convened and held is both sides' doing: each books it in full, the zone once."""
    joint = EventSide.objects.filter(
        activity__pairing_id__in=pairing_ids, activity__stage__in=("held", "completed")
    )
    joint = joint.filter(activity__on__gte=first, activity__on__lte=last).order_by()
    keys = joint.values("activity").annotate(n=Count("pk")).filter(n=2).values("activity")
    rows = EventSide.objects.filter(activity__in=keys, side="mountain").select_related("activity")
    for one in rows.order_by("activity__on", "activity_id"):
        event = one.activity
        label = f"{event.number} {event.title_zh}"
        yield Counted(
            event.pairing_id, event.on, 1, "pairing.activity", event.pk, label, f"/investment/events/{event.number}/",
            "", event.standing,
        )  # fmt: skip


def _event_leads(pairing_ids: Sequence[int], first: date, last: date, _side: str | None) -> Iterator[Counted]:
    """Each lead once, on the day of the first event that brought it; a merged one where it was merged into."""
    rows = EventGuest.objects.filter(activity__pairing_id__in=pairing_ids, lead__isnull=False)
    rows = rows.select_related("activity", "lead__merged_into")
    told = set()
    for one in rows.order_by("activity__on", "pk"):
        assert one.lead is not None
        lead = one.lead.merged_into or one.lead
        if lead.pk in told:
            continue
        told.add(lead.pk)
        if not first <= one.activity.on <= last:
            continue
        yield Counted(
            one.activity.pairing_id, one.activity.on, 1, "investment.lead", lead.pk, f"{lead.number} {lead.name_zh}",
            lead.url, "", lead.standing,
        )  # fmt: skip


def _figure(find: Find) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally()
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                if period.start <= one.on <= period.end:
                    tally.add(one.pairing_id, period, one.standing, one.amount)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        return [
            Evidence(
                one.kind, one.key, one.label, one.on, Decimal(one.amount), one.url, one.side, Decimal(0), one.standing
            )
            for one in find([pairing_id], period.start, min(period.end, as_of), side)
        ]  # fmt: skip

    return measure, evidence


measure_stops, evidence_stops = _figure(_stops)
measure_cost, evidence_cost = _figure(_cost)
measure_events, evidence_events = _figure(_events)
measure_event_leads, evidence_event_leads = _figure(_event_leads)
