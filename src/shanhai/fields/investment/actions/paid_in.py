"""Writes of the capital that came in: written down with its paper, taken back by a reason, never deleted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Max

from shanhai.core import access, clock, journal, rows
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.actions.lead_clocks import figures_follow
from shanhai.fields.investment.models import Lead, PaidIn
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.rules.shared import said
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@action
def record_paid_in(
    lead: Lead,
    *,
    evidence: str,
    amount_fen: int | None = None,
    currency: str = "",
    amount: Decimal | None = None,
    rate: Decimal | None = None,
    on: date | None = None,
    by: Member | None,
) -> PaidIn:
    """Write down capital that came in for a signed lead: in yuan, or in foreign money at the rate of its day."""
    access.check(by, "investment.record_paid_in", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, rules.LeadStage.SIGNED)
    on = on or clock.today()
    check_not_later(on)
    if amount is not None:
        if rate is None or not currency:
            raise BadInput(
                "investment.paid_rate",
                gettext_noop(
                    "Foreign money paid in for {number} needs its currency and the rate of the day. Give both."
                ),
                number=lead.number,
                field="rate",
            )
        rules.check_currency(lead.number, currency, rate)
        amount_fen = rules.in_fen(amount, rate)
    amount_fen = amount_fen or 0
    rules.check_paid(lead.number, amount_fen, evidence)
    # The lead is the guard of its sum, so it moves first: of two who pay in at once the second is told.
    rows.move(lead, paid_in_fen=lead.paid_in_fen + amount_fen)
    last = lead.payments.aggregate(last=Max("number"))["last"] or 0
    one = PaidIn.objects.create(
        lead=lead, number=last + 1, on=on, amount_fen=amount_fen, currency=currency if amount is not None else "",
        amount=amount, rate=rate if amount is not None else None, evidence=evidence.strip()[:200],
    )  # fmt: skip
    journal.record(one, "investment.record_paid_in", by=by, pairing_id=lead.pairing_id, lead=lead.number)
    journal.record(lead, "investment.record_paid_in", by=by, amount_fen=one.amount_fen)
    figures_follow(lead.pairing_id)
    return one


@action
def take_back_paid_in(one: PaidIn, *, reason: str, by: Member | None) -> PaidIn:
    """Take back what was written down by mistake; the entry stays, and counts no more."""
    lead = one.lead
    access.check(by, "investment.take_back_paid_in", pairing_id=lead.pairing_id)
    if one.taken_back_on is not None:
        raise NotNow(
            "investment.paid_taken_back",
            gettext_noop(
                "Payment {payment} of {number} was taken back on {on}. Write down the right one instead."
            ),
            payment=one.number,
            number=lead.number,
            on=one.taken_back_on,
        )
    reason = said(reason, "reason")[:300]
    rows.move(lead, paid_in_fen=lead.paid_in_fen - one.amount_fen)
    rows.move(one, taken_back_on=clock.today(), reason=reason)
    journal.record(one, "investment.take_back_paid_in", by=by, pairing_id=lead.pairing_id, reason=reason)
    journal.record(lead, "investment.take_back_paid_in", by=by, amount_fen=one.amount_fen)
    figures_follow(lead.pairing_id)
    return one
