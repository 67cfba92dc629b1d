"""The terms of agreements: what is promised, paid and handed over, and how much of it came."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.actions import documents
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.forms import agreements as forms
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import agreements, shared
from shanhai.webkit import words
from shanhai.webkit.pages import member_required


@member_required("pairing.add_commitment")
def add_commitment(request: Any, number: str) -> HttpResponse:
    """Promise something."""
    one = queries.agreement_of(request.member, number)
    form = forms.CommitmentForm(
        request, agreement=one, key=one.number, initial={"field": one.field, "starts_on": one.valid_from}
    )
    if form.sent(lambda data: actions.add_commitment(one, by=request.member, **data)):
        return shared.said(request, _("The commitment stands in the draft."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Add a commitment"),
        finding=_("What is promised, how much of it, by when, and who owes it?"),
        crumbs=agreements.crumbs(one),
    )


@shared.posted("pairing.drop_commitment")
def drop_commitment(request: Any, code: str) -> HttpResponse:
    """Take a commitment out of a draft."""
    commitment = queries.commitment_of(request.member, code)
    url = commitment.agreement.url
    name = commitment.name
    actions.drop_commitment(commitment, by=request.member)
    return shared.said(request, _("“%s” is out of the draft.") % name, url)


@member_required("pairing.add_money_clause")
def add_money(request: Any, number: str) -> HttpResponse:
    """Agree on payments."""
    one = queries.agreement_of(request.member, number)
    form = forms.MoneyClauseForm(request, agreement=one, key=one.number)
    if form.sent(lambda data: actions.add_money_clause(one, by=request.member, **data)):
        return shared.said(request, _("The money clause stands in the draft."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Add a money clause"),
        finding=_("Who pays whom, how much, when and on what condition?"),
        crumbs=agreements.crumbs(one),
    )


@member_required("pairing.add_land_clause")
def add_land(request: Any, number: str) -> HttpResponse:
    """Agree on land."""
    one = queries.agreement_of(request.member, number)
    form = forms.LandClauseForm(request, agreement=one, key=one.number)
    if form.sent(lambda data: actions.add_land_clause(one, by=request.member, **data)):
        return shared.said(request, _("The land clause stands in the draft."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Add a land clause"),
        finding=_("Who gives whom how much land, for what and by when?"),
        crumbs=agreements.crumbs(one),
    )


# -- what is paid and handed over ----------------------------------------------------------------------------------


@member_required("pairing.pay_money_due")
def pay(request: Any, code: str) -> HttpResponse:
    """Record a payment with its voucher."""
    due = pages.money_due_of(request.member, code)
    one = due.clause.agreement
    form = forms.PaymentForm(request, subject=due, initial={"on": clock.today(), "amount_fen": due.open_fen})

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["vouchers"],
            due.clause.pairing,
            request.member,
            lambda papers: actions.pay_money_due(
                due, on=data["on"], amount_fen=data["amount_fen"], vouchers=papers, by=request.member
            ),
        )

    if form.sent(call):
        return shared.said(request, _("The payment is recorded."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Record a payment"),
        finding=_("%(amount)s of “%(name)s” are open, due on %(day)s.")
        % {"amount": words.yuan(due.open_fen), "name": due.clause.name, "day": words.day(due.due_on)},
        sub=_("%(payer)s pays %(payee)s.")
        % {"payer": due.clause.payer.organisation.name, "payee": due.clause.payee.organisation.name},
        crumbs=agreements.crumbs(one),
    )


@member_required("pairing.take_back_payment")
def take_back_payment(request: Any, code: str) -> HttpResponse:
    """Put a wrongly recorded payment right by a contra entry."""
    due = pages.money_due_of(request.member, code)
    one = due.clause.agreement
    form = forms.TakeBackPaymentForm(request, subject=due)
    if form.sent(lambda data: actions.take_back_payment(due, by=request.member, **data)):
        return shared.said(request, _("The payment is put right; both entries stay in the journal."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Put a payment right"),
        finding=_("%(paid)s are recorded as paid on “%(name)s”.")
        % {"paid": words.yuan(due.paid_fen), "name": due.clause.name},
        crumbs=agreements.crumbs(one),
    )


@member_required("pairing.hand_over_land")
def hand_over(request: Any, code: str) -> HttpResponse:
    """Record land that was handed over."""
    clause = pages.land_clause_of(request.member, code)
    one = clause.agreement
    form = forms.HandOverForm(request, subject=clause, initial={"on": clock.today(), "land_mu": None})

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"],
            clause.pairing,
            request.member,
            lambda papers: actions.hand_over_land(
                clause, land_mu=data["land_mu"], on=data["on"], papers=papers, by=request.member
            ),
        )

    if form.sent(call):
        return shared.said(request, _("The land is recorded."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Record land handed over"),
        finding=_("%(open)s of %(all)s are still to be handed over.")
        % {"open": words.mu(clause.land_mu - clause.delivered_mu), "all": words.mu(clause.land_mu)},
        sub=clause.purpose,
        crumbs=agreements.crumbs(one),
    )
