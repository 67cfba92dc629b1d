"""What the field measures for everybody: one statement a figure for all pairings, and the records behind each figure.

``<code>_measure`` reads what lies in the span of all periods once and sorts it into them; ``<code>_evidence`` lists
the same records of one period, so the sum over the evidence is the measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from shanhai.core import clock
from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.core.models import Stay, StayAppraisal
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import (
    ActionItem,
    Activity,
    AidEntry,
    Commitment,
    CommitmentPeriod,
    Delivery,
    Meeting,
    MoneyDue,
    Secondment,
)
from shanhai.kernel.periods import Period

_HELD = [rules.MeetingStage.HELD, rules.MeetingStage.MINUTED, rules.MeetingStage.SIGNED]
_BINDING = [rules.AgreementStage.SIGNED, rules.AgreementStage.EXPIRED, rules.AgreementStage.REPLACED]


@dataclass(frozen=True, slots=True)
class Fact:
    """One record in one period: what it adds above and below the line."""

    pairing_id: int
    on: date
    value: Decimal
    kind: str
    id: int
    text: str
    url: str
    side: str = ""
    below: Decimal = Decimal(0)
    # A thing that lasts counts in each period that it touches, with its days in it.
    until: date | None = None
    is_illustrative: bool | None = None

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``; empty where the record does not say."""
        if self.is_illustrative is None:
            return ""
        return "illustrative" if self.is_illustrative else "reported"


Read = Callable[[Sequence[int], date, date, str | None, date], Iterable[Fact]]


def _span(periods: Sequence[Period]) -> tuple[date, date]:
    return min(period.start for period in periods), max(period.end for period in periods)


def sides_of(read: Read) -> Callable[..., dict[str, list[Row]]]:
    """What each side's part of a flow is, in one statement, of records that say whose they are."""

    def measure_sides(pairing_ids: list[int], periods: list[Period], as_of: date) -> dict[str, list[Row]]:
        first, last = _span(periods)
        of_side: dict[str, Tally] = defaultdict(Tally)
        for fact in read(pairing_ids, first, min(last, as_of), None, as_of):
            _count(of_side[fact.side], fact, periods, as_of)
        return {side: of_side[side].rows(pairing_ids, periods, as_of) for side in rules.SIDES}

    return measure_sides


def _add_up(read: Read, is_ratio: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    """Measure and evidence of a figure that adds up over records."""

    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        first, last = _span(periods)
        tally = Tally(is_ratio=is_ratio)
        for fact in read(pairing_ids, first, min(last, as_of), side, as_of):
            _count(tally, fact, periods, as_of)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        found = []
        for fact in read([pairing_id], period.start, min(period.end, as_of), side, as_of):
            if part := _part(fact, period, as_of):
                found.append(
                    Evidence(
                        fact.kind,
                        fact.id,
                        fact.text,
                        fact.on,
                        part[0],
                        fact.url,
                        fact.side,
                        part[1] if is_ratio else Decimal(0),
                        fact.standing,
                    )
                )
        return found

    return measure, evidence


def _count(tally: Tally, fact: Fact, periods: Sequence[Period], as_of: date) -> None:
    for period in periods:
        if part := _part(fact, period, as_of):
            tally.add(fact.pairing_id, period, fact.standing, *part)


def _part(fact: Fact, period: Period, as_of: date) -> tuple[Decimal, Decimal] | None:
    """What a record adds to a period; None where it does not touch it."""
    if fact.until is None:
        return (fact.value, fact.below) if fact.on in period and fact.on <= as_of else None
    days = (min(fact.until, period.end, as_of) - max(fact.on, period.start)).days + 1
    return (Decimal(days), Decimal(0)) if days > 0 else None


# -- meetings ------------------------------------------------------------------------------------------------------


def _meetings(levels: Sequence[str]) -> Read:
    def read(
        pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
    ) -> Iterator[Fact]:
        found = Meeting.objects.filter(
            pairing_id__in=pairing_ids,
            stage__in=_HELD,
            level__in=levels,
            at__date__gte=first,
            at__date__lte=last,
        )
        for one in found.order_by("at", "pk"):
            # A joint meeting is one for the zone and one for each side.
            yield Fact(
                one.pairing_id,
                clock.local(one.at).date(),
                Decimal(1),
                "pairing.meeting",
                one.pk,
                one.title_zh,
                one.url,
            )

    return read


meetings_held_measure, meetings_held_evidence = _add_up(_meetings(list(rules.MeetingLevel)), is_ratio=False)
visits_measure, visits_evidence = _add_up(_meetings([rules.MeetingLevel.LEADERS]), is_ratio=False)


def planned_of(code: str, pairing_ids: Sequence[int], after: date) -> list[tuple[int, date]]:
    """What is dated and agreed for days to come, of indicators that know such things: meetings that are called."""
    levels = {
        "pairing.meetings_held": list(rules.MeetingLevel),
        "pairing.visits": [rules.MeetingLevel.LEADERS],
    }.get(code)
    if levels is None:
        return []
    called = Meeting.objects.filter(
        pairing_id__in=pairing_ids,
        stage__in=[rules.MeetingStage.PLANNED, rules.MeetingStage.INVITED],
        level__in=levels,
        at__date__gt=after,
    ).order_by("at")
    return [(pairing_id, clock.local(at).date()) for pairing_id, at in called.values_list("pairing_id", "at")]


# -- officers ------------------------------------------------------------------------------------------------------


def _sending_side(secondment: Secondment) -> str:
    return "mountain" if secondment.direction == Secondment.Direction.TO_SEA else "sea"


def _officers(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> Iterator[Fact]:
    found = (
        Secondment.objects.filter(pairing_id__in=pairing_ids, from_on__lte=last)
        .exclude(stay__stage__in=[Stay.Stage.CANCELLED, Stay.Stage.PLANNED])
        .exclude(stay__ended_on__lt=first)
    )
    for one in found.select_related("stay__person", "stay__host").order_by("from_on", "pk"):
        if side and _sending_side(one) != side:
            continue
        yield Fact(
            one.pairing_id,
            one.from_on,
            Decimal(0),
            "pairing.secondment",
            one.pk,
            f"{one.stay.person.name_zh} {one.stay.host.name_zh}",
            one.url,
            _sending_side(one),
            until=one.stay.ended_on or as_of,
            is_illustrative=one.is_illustrative,
        )


officer_days_measure, officer_days_evidence = _add_up(_officers, is_ratio=False)


def officers_in_post_measure(
    pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date
) -> list[Row]:
    """How many officers are in post on the last day of each period (or today, in the running one)."""
    first, last = _span(periods)
    tally = Tally()
    for fact in _officers(pairing_ids, first, min(last, as_of), side, as_of):
        for period in periods:
            if _in_post(fact, period, as_of):
                tally.add(fact.pairing_id, period, fact.standing, 1)
    return tally.rows(pairing_ids, periods, as_of)


def officers_in_post_evidence(
    pairing_id: int, period: Period, side: str | None, as_of: date
) -> list[Evidence]:
    """The officers in post on the last day of a period."""
    return [
        Evidence(fact.kind, fact.id, fact.text, fact.on, Decimal(1), fact.url, fact.side)
        for fact in _officers([pairing_id], period.start, min(period.end, as_of), side, as_of)
        if _in_post(fact, period, as_of)
    ]


def _in_post(fact: Fact, period: Period, as_of: date) -> bool:
    day = min(period.end, as_of)
    return fact.on <= day and (fact.until is None or fact.until >= day)


def _appraisals(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> Iterator[Fact]:
    """An appraisal is due from the hosting side."""
    found = StayAppraisal.objects.filter(
        stay__pairing_id__in=pairing_ids,
        stay__secondment__isnull=False,
        due_on__gte=first,
        due_on__lte=last,
    ).exclude(stay__stage=Stay.Stage.CANCELLED)
    for one in found.select_related("stay__secondment", "stay__person").order_by("due_on", "pk"):
        secondment = one.stay.secondment
        host = "sea" if _sending_side(secondment) == "mountain" else "mountain"
        if side and host != side:
            continue
        in_time = one.given_on is not None and one.given_on <= min(one.due_on, as_of)
        yield Fact(
            secondment.pairing_id,
            one.due_on,
            Decimal(int(in_time)),
            "core.stayappraisal",
            one.pk,
            one.stay.person.name_zh,
            secondment.url,
            host,
            below=Decimal(1),
        )


appraisals_given_measure, appraisals_given_evidence = _add_up(_appraisals, is_ratio=True)


# -- action items --------------------------------------------------------------------------------------------------


def _items(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> Iterator[Fact]:
    found = ActionItem.objects.filter(
        pairing_id__in=pairing_ids, first_due_on__gte=first, first_due_on__lte=last
    ).exclude(stage=rules.ItemStage.DROPPED)
    if side:
        found = found.filter(lead=side)
    for one in found.order_by("first_due_on", "pk"):
        in_time = one.done_on is not None and one.done_on <= min(one.first_due_on, as_of)
        yield Fact(
            one.pairing_id,
            one.first_due_on,
            Decimal(int(in_time)),
            "pairing.actionitem",
            one.pk,
            f"{one.number} {one.title_zh}",
            one.url,
            one.lead,
            below=Decimal(1),
        )


items_on_time_measure, items_on_time_evidence = _add_up(_items, is_ratio=True)


# -- commitments ---------------------------------------------------------------------------------------------------


def _commitments(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> Iterator[Fact]:
    """Targets that fell due, of commitments counted from deliveries: whole ones, and those of single periods.

    A commitment measured by an indicator is left out: a figure that rests on figures would count its records twice.
    """
    whole = Commitment.objects.filter(
        pairing_id__in=pairing_ids,
        kind=rules.CommitmentKind.COUNTED,
        per=rules.Per.ONCE,
        due_on__gte=first,
        due_on__lte=last,
        agreement__stage__in=_BINDING,
    )
    steps = CommitmentPeriod.objects.filter(
        commitment__pairing_id__in=pairing_ids,
        commitment__kind=rules.CommitmentKind.COUNTED,
        commitment__agreement__stage__in=_BINDING,
        due_on__gte=first,
        due_on__lte=last,
    ).select_related("commitment")
    if side:
        whole = whole.filter(owes__in=[side, rules.Owes.BOTH])
        steps = steps.filter(commitment__owes__in=[side, rules.Owes.BOTH])
    promised: list[tuple[Commitment, CommitmentPeriod | None, date, date, Decimal]] = [
        (one, None, one.starts_on, last_day, one.target)
        for one in whole.order_by("due_on", "pk")
        if (last_day := one.due_on) is not None
    ]
    promised += [
        (step.commitment, step, step.starts_on, step.due_on, step.target)
        for step in steps.order_by("due_on", "pk")
    ]
    came = _came({commitment.pk for commitment, *_ in promised})
    for commitment, step, starts_on, due_on, target in promised:
        figures = [
            (on, quantity) for on, quantity in came.get(commitment.pk, []) if starts_on <= on <= due_on
        ]
        yield Fact(
            commitment.pairing_id,
            due_on,
            Decimal(int(_is_met(commitment, figures, target))),
            "pairing.commitmentperiod" if step else "pairing.commitment",
            step.pk if step else commitment.pk,
            f"{commitment.code} {commitment.name_zh} {step.period if step else ''}".strip(),
            commitment.url,
            "" if commitment.owes == rules.Owes.BOTH else commitment.owes,
            below=Decimal(1),
        )


def _is_met(commitment: Commitment, figures: Sequence[tuple[date, Decimal]], target: Decimal) -> bool:
    if not figures:
        return False
    if commitment.unit == rules.Unit.PERCENT:
        figure = max(figures)[1]
    else:
        figure = sum((quantity for _, quantity in figures), Decimal(0))
    return figure <= target if commitment.direction == "down" else figure >= target


def _came(commitments: Iterable[int]) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = (
        Delivery.objects.filter(commitment_id__in=list(commitments), stage__in=rules.DELIVERED)
        .order_by("commitment_id", "on")
        .values_list("commitment_id", "on")
        .annotate(total=Sum("quantity"))
    )
    for pk, on, total in rows:
        found[pk].append((on, total))
    return found


commitments_fulfilled_measure, commitments_fulfilled_evidence = _add_up(_commitments, is_ratio=True)


# -- money ---------------------------------------------------------------------------------------------------------


def _payments(
    pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
) -> Iterator[Fact]:
    found = MoneyDue.objects.filter(
        clause__pairing_id__in=pairing_ids,
        clause__currency="CNY",
        paid_fen__gt=0,
        paid_on__gte=first,
        paid_on__lte=last,
    )
    if side:
        found = found.filter(clause__payer__role=side)
    for one in found.select_related("clause__payer", "clause__agreement").order_by("paid_on", "pk"):
        assert one.paid_on is not None  # filtered by it
        yield Fact(
            one.clause.pairing_id,
            one.paid_on,
            Decimal(one.paid_fen),
            "pairing.moneydue",
            one.pk,
            f"{one.code} {one.clause.name_zh}",
            one.clause.agreement.url,
            one.clause.payer.role,
            is_illustrative=one.clause.is_illustrative,
        )


money_paid_measure, money_paid_evidence = _add_up(_payments, is_ratio=False)
money_paid_sides = sides_of(_payments)
officer_days_sides = sides_of(_officers)


# -- activities and aid --------------------------------------------------------------------------------------------


def _activities(kinds: Sequence[str]) -> Read:
    def read(
        pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
    ) -> Iterator[Fact]:
        # An activity of both is one for the zone and one for each side.
        found = Activity.objects.filter(
            pairing_id__in=pairing_ids,
            stage__in=rules.HELD_ACTIVITY,
            kind__in=kinds,
            on__gte=first,
            on__lte=last,
        )
        for one in found.order_by("on", "pk"):
            yield Fact(
                one.pairing_id,
                one.on,
                Decimal(1),
                "pairing.activity",
                one.pk,
                f"{one.number} {one.title}",
                one.url,
            )

    return read


activities_held_measure, activities_held_evidence = _add_up(
    _activities(list(rules.ActivityKind)), is_ratio=False
)
exchange_visits_measure, exchange_visits_evidence = _add_up(
    _activities([rules.ActivityKind.VISIT]), is_ratio=False
)


def _aid(kind: str) -> Read:
    """What was donated: paid by the side whose money it is, used by the other."""

    def read(
        pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
    ) -> Iterator[Fact]:
        found = AidEntry.objects.filter(
            activity__pairing_id__in=pairing_ids,
            activity__kind=rules.ActivityKind.DONATION,
            kind=kind,
            on__gte=first,
            on__lte=last,
        )
        for one in found.select_related("activity").order_by("on", "pk"):
            payer = one.activity.payer
            whose = payer if kind == rules.AidKind.PAID else rules.other_side(payer)
            if side and whose != side:
                continue
            yield Fact(
                one.activity.pairing_id,
                one.on,
                Decimal(one.amount_fen),
                "pairing.aidentry",
                one.pk,
                f"{one.code} {one.activity.title}",
                one.activity.url,
                whose,
                is_illustrative=one.is_illustrative,
            )

    return read


aid_paid_measure, aid_paid_evidence = _add_up(_aid(rules.AidKind.PAID), is_ratio=False)
aid_paid_sides = sides_of(_aid(rules.AidKind.PAID))
aid_used_measure, aid_used_evidence = _add_up(_aid(rules.AidKind.USED), is_ratio=False)


# -- what commitments brought, by line of the balance --------------------------------------------------------------


def _delivered(line: str) -> Read:
    """What one side delivered of the commitments of a line; a draft has promised nothing yet."""

    def read(
        pairing_ids: Sequence[int], first: date, last: date, side: str | None, as_of: date
    ) -> Iterator[Fact]:
        found = Delivery.objects.filter(
            commitment__pairing_id__in=pairing_ids,
            commitment__balance_line=line,
            stage__in=rules.DELIVERED,
            on__gte=first,
            on__lte=last,
        ).exclude(commitment__agreement__stage=rules.AgreementStage.DRAFT)
        if side:
            found = found.filter(commitment__owes=side)
        for one in found.select_related("commitment").order_by("on", "pk"):
            yield Fact(
                one.commitment.pairing_id,
                one.on,
                one.quantity,
                "pairing.delivery",
                one.pk,
                f"{one.code} {one.what_said or one.commitment.name}",
                one.url,
                one.commitment.owes,
                is_illustrative=one.is_illustrative,
            )

    return read


_LINES = {
    line: (*_add_up(_delivered(line), is_ratio=False), sides_of(_delivered(line)))
    for line in rules.BALANCE_LINES
}


def __getattr__(name: str) -> Callable[..., object]:
    """``delivered_vegetables_measure``: what the indicators of the lines name by dotted path."""
    stem, _, what = name.rpartition("_")
    found = _LINES.get(stem.removeprefix("delivered_"))
    if found is None or what not in _PARTS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return found[_PARTS[what]]


_PARTS = {"measure": 0, "evidence": 1, "sides": 2}
