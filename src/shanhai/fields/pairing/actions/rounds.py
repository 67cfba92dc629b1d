"""What merged reporting rounds do to commitments: deliveries with the merged workbook as their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shanhai.core.models import Document, Member
from shanhai.core.reported import Outcome, Reported
from shanhai.core.writing import action
from shanhai.fields.office.rules import rounds as office
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import deliveries, standings
from shanhai.fields.pairing.models import Commitment, Delivery
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import Refused
from shanhai.kernel.text import plain_decimal


def preview(reported: Sequence[Reported]) -> list[Outcome]:
    """What merging would do about the commitments among the targets."""
    found = _commitments(reported)
    return [_outcome(found[one.target], one)[0] for one in reported if one.target in found]


@action
def record_reported(reported: Sequence[Reported], evidence: Document, *, by: Member | None) -> list[Outcome]:
    """Record what units reported as deliveries, one for each commitment, beyond what its records say already.

    The other side confirms them like any delivery. A commitment that refuses is told with its reason and keeps nobody
    else from being counted.
    """
    found = _commitments(reported)
    outcomes = []
    for one in reported:
        commitment = found.get(one.target)
        if commitment is not None:
            outcome, settled = _outcome(commitment, one)
            outcomes.append(
                _recorded(commitment, one, outcome, settled, evidence, by) if settled else outcome
            )
    standings.follow(*(measured_by([one.pairing_id], one.target) for one in reported))
    return outcomes


@action
def take_back_reported(
    outcomes: Sequence[Outcome], *, pairing_id: int, reason: str = "", by: Member | None
) -> int:
    """Withdraw the deliveries that a merging recorded; refused where the other side has confirmed one."""
    codes = [outcome.record for outcome in outcomes if outcome.record]
    made = list(
        Delivery.objects.filter(code__in=codes).select_related("commitment__agreement").order_by("pk")
    )
    for delivery in made:
        if delivery.stage != rules.DeliveryStage.WITHDRAWN:
            deliveries.withdraw_delivery(delivery, reason=reason, by=by)
    standings.follow(measured_by([pairing_id], *(outcome.target for outcome in outcomes)))
    return len(made)


# -- helpers -------------------------------------------------------------------------------------------------------


def _commitments(reported: Sequence[Reported]) -> dict[str, Commitment]:
    rows = Commitment.objects.filter(code__in=[one.target for one in reported])
    return {one.code: one for one in rows.select_related("agreement", "pairing")}


def _outcome(commitment: Commitment, one: Reported) -> tuple[Outcome, office.Settled | None]:
    told: dict[str, Any] = {
        "target": one.target,
        "name_zh": commitment.name_zh,
        "name_en": commitment.name_en,
        "url": commitment.url,
        "unit": "fen" if commitment.unit == rules.Unit.FEN else commitment.unit_name,
        "reported": plain_decimal(one.value),
    }
    try:
        rules.check_is_signed(commitment.agreement.number, commitment.agreement.stage)
        rules.check_counted(commitment.code, commitment.kind)
    except Refused as refused:
        facts = {name: str(value) for name, value in refused.facts.items()}
        return (
            Outcome(**told, recorded="", adds="0", winner="none", reason=refused.sentence, facts=facts),
            None,
        )
    settled = office.settle(one.value, _recorded_in(commitment, one))
    return (
        Outcome(
            **told,
            recorded=plain_decimal(settled.recorded),
            adds=plain_decimal(settled.adds),
            winner=settled.winner,
        ),
        settled,
    )


def _recorded_in(commitment: Commitment, one: Reported) -> Decimal:
    """What the records of the period say already, confirmed or not."""
    found = Delivery.objects.filter(
        commitment=commitment, stage__in=rules.DELIVERED, on__gte=one.first, on__lte=one.last
    )
    return found.aggregate(total=Sum("quantity"))["total"] or Decimal(0)


def _recorded(
    commitment: Commitment,
    one: Reported,
    outcome: Outcome,
    settled: office.Settled,
    evidence: Document,
    by: Member | None,
) -> Outcome:
    if not settled.adds:
        return outcome
    told = outcome.as_data()
    try:
        made = deliveries.record_delivery(
            commitment,
            on=one.on,
            quantity=settled.adds,
            what=one.what_zh[:200],
            what_en=one.what_en[:200],
            evidence=[evidence],
            side=max(one.by_side, key=lambda side: (one.by_side[side], side)) if by is None else "",
            by=by,
        )
    except Refused as refused:
        facts = {name: str(value) for name, value in refused.facts.items()}
        return Outcome(**told | {"adds": "0", "winner": "none", "reason": refused.sentence, "facts": facts})
    return Outcome(**told | {"record": made.code, "url": made.url})
