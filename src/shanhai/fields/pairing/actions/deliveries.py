"""Writes of what was delivered: quantities with evidence, payments with vouchers, land with papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F

from shanhai.core import access, clock, journal, rows, work
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import Commitment, Delivery, LandClause, MoneyDue
from shanhai.fields.pairing.queries.standings import measured_by, of_commitments
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, gettext_noop

Stage = rules.DeliveryStage


@action
def plan_delivery(
    commitment: Commitment,
    *,
    on: date,
    quantity: Decimal,
    what: str = "",
    what_en: str = "",
    side: str = "",
    by: Member | None,
) -> Delivery:
    """Enter a delivery that is to come on a day; it counts to the forecast once the other side has confirmed it."""
    access.check(by, "pairing.plan_delivery", pairing_id=commitment.pairing_id)
    _check_counts(commitment)
    rules.check_quantity(commitment.code, quantity, commitment.unit)
    rules.check_plan(commitment.code, on, clock.today())
    delivery = _write(commitment, Stage.PLANNED, on, quantity, (what, what_en), side, by)
    journal.record(delivery, "pairing.plan_delivery", by=by, commitment=commitment.code)
    ask_to_confirm(delivery, by)
    _follow(delivery)
    return delivery


@action
def record_delivery(
    commitment: Commitment,
    *,
    on: date,
    quantity: Decimal,
    evidence: Sequence[Document] = (),
    what: str = "",
    what_en: str = "",
    side: str = "",
    of_plan: Delivery | None = None,
    by: Member | None,
) -> Delivery:
    """Record that something promised was delivered, with the papers that show it.

    Parameters
    ----------
    quantity
        In the unit of the commitment; fen for money.
    evidence
        At least one document; both sides can open it from then on.
    of_plan
        The planned entry that this one takes the place of.
    """
    access.check(by, "pairing.record_delivery", pairing_id=commitment.pairing_id)
    rules.check_is_signed(commitment.agreement.number, commitment.agreement.stage)
    # The loader brings what papers reported before there was a register.
    papers = len(evidence) if by is not None else max(1, len(evidence))
    rules.check_delivery(
        commitment.code,
        commitment.kind,
        commitment.unit,
        quantity,
        on,
        commitment.starts_on,
        clock.today(),
        papers,
    )
    delivery = _write(commitment, Stage.RECORDED, on, quantity, (what, what_en), side, by, of_plan)
    shared.attach(delivery, evidence, "evidence", by=by)
    if of_plan is not None:
        _fulfil(of_plan, by)
    journal.record(
        delivery,
        "pairing.record_delivery",
        by=by,
        commitment=commitment.code,
        evidence=[document.pk for document in evidence],
    )
    ask_to_confirm(delivery, by)
    work.done("pairing.late_commitment", commitment, by=by)
    _follow(delivery)
    return delivery


@action
def confirm_delivery(delivery: Delivery, *, on: date, by: Member | None) -> Delivery:
    """Confirm, as the side that receives, that something came or will come on its day."""
    access.check(by, "pairing.confirm_delivery", pairing_id=delivery.pairing_id)
    check_not_later(on)
    rules.check_can_confirm(
        delivery.code,
        delivery.stage,
        delivery.commitment.owes,
        delivery.side,
        shared.side_of(by, delivery.pairing_id),
    )
    if delivery.stage == Stage.PLANNED:
        rows.move(delivery, confirmed_by=by, confirmed_on=on)
    else:
        rows.move(delivery, stage=Stage.CONFIRMED, confirmed_by=by, confirmed_on=on)
    journal.record(delivery, "pairing.confirm_delivery", by=by)
    work.done("pairing.confirm_delivery", delivery, by=by)
    _follow(delivery)
    return delivery


@action
def take_back_confirmation(delivery: Delivery, *, by: Member | None) -> Delivery:
    """Undo a confirmation: the delivery waits for it again."""
    access.check(by, "pairing.take_back_confirmation", pairing_id=delivery.pairing_id)
    if delivery.confirmed_on is None:
        return delivery
    stage = Stage.RECORDED if delivery.stage == Stage.CONFIRMED else delivery.stage
    rules.check_can_confirm(
        delivery.code,
        stage,
        delivery.commitment.owes,
        delivery.side,
        shared.side_of(by, delivery.pairing_id),
    )
    rows.move(delivery, stage=stage, confirmed_by=None, confirmed_on=None)
    journal.record(delivery, "pairing.take_back_confirmation", by=by)
    ask_to_confirm(delivery, by)
    _follow(delivery)
    return delivery


@action
def withdraw_delivery(delivery: Delivery, *, reason: str = "", by: Member | None) -> Delivery:
    """Take back a delivery that the other side has not confirmed: the undo of recording and planning it."""
    access.check(by, "pairing.withdraw_delivery", pairing_id=delivery.pairing_id)
    rules.check_can_withdraw(delivery.code, delivery.stage)
    if by is not None and delivery.side:
        shared.acting_side(by, delivery.pairing_id, delivery.side)
    rows.move(
        delivery,
        stage=Stage.WITHDRAWN,
        withdrawn_by=by,
        withdrawn_on=clock.today(),
        reason=reason.strip(),
    )
    journal.record(delivery, "pairing.withdraw_delivery", by=by, reason=reason.strip())
    work.drop("pairing.confirm_delivery", delivery, by=by)
    if delivery.of_plan is not None and delivery.of_plan.stage == Stage.FULFILLED:
        rows.move(delivery.of_plan, stage=Stage.PLANNED)
        journal.record(delivery.of_plan, "pairing.withdraw_delivery", by=by, reopened=delivery.code)
    _follow(delivery)
    return delivery


@action
def pay_money_due(
    due: MoneyDue,
    *,
    on: date,
    amount_fen: int,
    vouchers: Sequence[Document] = (),
    by: Member | None,
) -> MoneyDue:
    """Record a payment on a money clause with its voucher; in parts where it comes in parts.

    The open amount is the guard: two payments at once cannot pay more than is owed.
    """
    access.check(by, "pairing.pay_money_due", pairing_id=due.pairing_id)
    check_not_later(on)
    rules.check_payment(due.code, due.amount_fen, due.paid_fen, amount_fen, len(vouchers) if by else 1)
    if by is not None:
        shared.acting_side(by, due.pairing_id, due.clause.payer.role)
    moved = MoneyDue.objects.filter(
        pk=due.pk, version=due.version, amount_fen__gte=F("paid_fen") + amount_fen
    ).update(paid_fen=F("paid_fen") + amount_fen, paid_on=on, version=F("version") + 1)
    if not moved:
        raise ChangedMeanwhile(
            "pairing.payment_meanwhile",
            gettext_noop("Another payment on {clause} was recorded meanwhile. Look at what is still open."),
            clause=due.code,
        )
    due.refresh_from_db(fields=["paid_fen", "paid_on", "version"])
    shared.attach(due, vouchers, "voucher", by=by)
    journal.record(
        due, "pairing.pay_money_due", by=by, amount_fen=amount_fen, vouchers=[one.pk for one in vouchers]
    )
    if due.open_fen == 0:
        work.done("pairing.pay_due", due, by=by)
    standings.follow(measured_by([due.pairing_id], "pairing.money_paid"))
    return due


@action
def take_back_payment(due: MoneyDue, *, amount_fen: int, reason: str, by: Member | None) -> MoneyDue:
    """Put a wrongly recorded payment right by a contra entry."""
    access.check(by, "pairing.take_back_payment", pairing_id=due.pairing_id)
    if not 0 < amount_fen <= due.paid_fen:
        raise BadInput(
            "pairing.contra_too_much",
            gettext_noop(
                "{clause} has {paid_fen} fen paid; {amount_fen} fen cannot be taken back. Give at "
                "most what was paid."
            ),
            clause=due.code,
            paid_fen=due.paid_fen,
            amount_fen=amount_fen,
        )
    left = due.paid_fen - amount_fen
    rows.move(due, paid_fen=left, paid_on=due.paid_on if left else None)
    journal.record(due, "pairing.take_back_payment", by=by, amount_fen=-amount_fen, reason=reason.strip())
    standings.follow(measured_by([due.pairing_id], "pairing.money_paid"))
    return due


@action
def hand_over_land(
    clause: LandClause, *, land_mu: Decimal, on: date, papers: Sequence[Document] = (), by: Member | None
) -> LandClause:
    """Record that land or land quota of a clause was handed over."""
    access.check(by, "pairing.hand_over_land", pairing_id=clause.pairing_id)
    check_not_later(on)
    rules.check_land(clause.code, clause.land_mu, clause.delivered_mu, land_mu, len(papers) if by else 1)
    rows.move(clause, delivered_mu=clause.delivered_mu + land_mu)
    shared.attach(clause, papers, "evidence", by=by)
    journal.record(
        clause,
        "pairing.hand_over_land",
        by=by,
        on=on,
        handed_over_mu=land_mu,
        papers=[one.pk for one in papers],
    )
    return clause


# -- helpers -------------------------------------------------------------------------------------------------------


def _follow(delivery: Delivery) -> None:
    """How the commitment stands now, and those that count kept promises."""
    standings.follow(
        of_commitments([delivery.commitment_id]),
        measured_by([delivery.pairing_id], "pairing.commitments_fulfilled"),
    )


def _check_counts(commitment: Commitment) -> None:
    rules.check_is_signed(commitment.agreement.number, commitment.agreement.stage)
    rules.check_counted(commitment.code, commitment.kind)


def _write(
    commitment: Commitment,
    stage: str,
    on: date,
    quantity: Decimal,
    what: tuple[str, str],
    side: str,
    by: Member | None,
    of_plan: Delivery | None = None,
) -> Delivery:
    # The commitment hands out the numbers of its deliveries; moving it first keeps two writers apart.
    Commitment.objects.filter(pk=commitment.pk).update(deliveries_numbered=F("deliveries_numbered") + 1)
    commitment.refresh_from_db(fields=["deliveries_numbered"])
    return Delivery.objects.create(
        commitment=commitment,
        pairing_id=commitment.pairing_id,
        zone_id=commitment.zone_id,
        code=f"{commitment.code}-D{commitment.deliveries_numbered:03d}",
        stage=stage,
        on=on,
        quantity=quantity,
        what=what[0].strip(),
        what_en=what[1].strip(),
        side=shared.acting_side(by, commitment.pairing_id, side),
        of_plan=of_plan,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=by is None and commitment.is_illustrative,
    )


def _fulfil(plan: Delivery, by: Member | None) -> None:
    if plan.stage != Stage.PLANNED:
        rules.check_can_withdraw(plan.code, plan.stage)
    rows.move(plan, stage=Stage.FULFILLED)
    journal.record(plan, "pairing.record_delivery", by=by)
    work.drop("pairing.confirm_delivery", plan, by=by)


def ask_to_confirm(delivery: Delivery, by: Member | None) -> None:
    """Put a delivery on the list of the unit that receives it."""
    commitment = delivery.commitment
    owes = commitment.owes
    side = rules.other_side(delivery.side or "mountain") if owes == rules.Owes.BOTH else rules.receives(owes)
    unit = shared.unit_on(commitment, side)
    if unit is None:
        return
    work.open_item(
        "pairing.confirm_delivery",
        delivery,
        unit,
        gettext_noop("Confirm delivery {delivery}: {name}"),
        {
            "delivery": delivery.code,
            "name": commitment.name_zh,
            "name_en": commitment.name_en,
            "quantity": str(delivery.quantity),
        },
        delivery.url,
        by=by,
    )
