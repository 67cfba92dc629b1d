"""Deliveries of a commitment: recorded or planned with what shows them, confirmed by the side that receives, withdrawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.actions import documents
from shanhai.fields.pairing import actions, columns, quantities, queries, rules
from shanhai.fields.pairing.forms import deliveries as forms
from shanhai.fields.pairing.models import (
    Commitment,
    Delivery,
)
from shanhai.fields.pairing.views import shared
from shanhai.webkit import undo
from shanhai.webkit.pages import member_required

DeliveryStage = rules.DeliveryStage


def crumbs(one: Commitment) -> list[shared.Crumb]:
    """The way to a form below a commitment."""
    return [(reverse("pairing:commitments"), _("Commitments")), (one.url, one.name)]


def delivery_line(
    request: Any,
    delivery: Delivery,
    commitment: Commitment,
    papers: list[shared.Paper],
    within: quantities.Scale | None = None,
) -> dict[str, Any]:
    """A delivery as a row, with what this member may do about it."""
    scale = quantities.scale_of(commitment, Decimal(delivery.quantity))
    open_ = delivery.stage in (DeliveryStage.RECORDED, DeliveryStage.PLANNED)
    side = shared.own_side(request, commitment.pairing_id)
    confirms = _confirms(commitment, delivery)
    waits = open_ and delivery.confirmed_on is None
    here = commitment.pairing_id
    return {
        "delivery": delivery,
        "quantity": scale.full(delivery.quantity),
        "number": scale.full(delivery.quantity)
        if commitment.unit == rules.Unit.FEN
        else (within or scale).say(delivery.quantity),
        "exact": quantities.exact(commitment, delivery.quantity),
        "papers": papers,
        "confirms": confirms,
        "waits": waits,
        "may_confirm": waits and side == confirms and shared.may(request, "confirm_delivery", here),
        "may_withdraw": open_
        and (not delivery.side or side == delivery.side)
        and shared.may(request, "withdraw_delivery", here),
    }


def _confirms(commitment: Commitment, delivery: Delivery) -> str:
    if commitment.owes == rules.Owes.BOTH:
        return rules.other_side(delivery.side or "mountain")
    return rules.receives(commitment.owes)


@member_required("pairing.view_commitments")
def delivery(request: Any, code: str) -> HttpResponse:
    """Did this come, what shows it, and does my side confirm it?"""
    found = queries.delivery_of(request.member, code)
    one = found.commitment
    papers = shared.papers_by("pairing.delivery", [found.pk]).get(found.pk, [])
    line = delivery_line(request, found, one, papers)
    return render(
        request,
        "pairing/delivery.html",
        {
            "line": line,
            "delivery": found,
            "commitment": one,
            "stage": shared.word(columns.DELIVERY_STAGES, found.stage),
            "sides": shared.party_names(one.pairing),
            "confirms": shared.party_names(one.pairing).get(line["confirms"], ""),
            "mark": shared.mark_of([found]),
            "detail": shared.detail_of([found]),
            "history": shared.history(found),
        },
    )


@member_required("pairing.record_delivery")
def record(request: Any, code: str) -> HttpResponse:
    """Record a delivery with its evidence."""
    one = queries.commitment_of(request.member, code)
    form = forms.RecordForm(
        request, commitment=one, initial={"on": clock.today(), "of_plan": request.GET.get("plan")}
    )

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data.pop("evidence"),
            one.pairing,
            request.member,
            lambda papers: actions.record_delivery(one, evidence=papers, by=request.member, **data),
        )

    if form.sent(call):
        undo.offer(
            request,
            _("The delivery is recorded. The other side is asked to confirm it."),
            reverse("pairing:delivery_take_back", args=[form.result.code]),
        )
        return redirect(one.url)
    row = shared.Row(queries.progress_of([one])[0])
    return shared.form_page(
        request,
        form,
        name=_("Record a delivery"),
        finding=_("%(delivered)s of %(promised)s are delivered. What came, and what shows it?")
        % {"delivered": row.delivered, "promised": row.promised},
        sub=_("Progress comes from deliveries with evidence; both sides can open it."),
        crumbs=crumbs(one),
    )


@member_required("pairing.plan_delivery")
def plan(request: Any, code: str) -> HttpResponse:
    """Enter a delivery that is to come."""
    one = queries.commitment_of(request.member, code)
    form = forms.PlanForm(request, commitment=one)
    if form.sent(lambda data: actions.plan_delivery(one, by=request.member, **data)):
        undo.offer(
            request,
            _("The delivery is planned. It counts once the other side has confirmed it."),
            reverse("pairing:delivery_take_back", args=[form.result.code]),
        )
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Plan a delivery"),
        finding=_("What will come, and on which day?"),
        sub=_("Planned entries that the other side confirmed make the forecast; else the pace so far does."),
        crumbs=crumbs(one),
    )


@shared.posted("pairing.confirm_delivery")
def confirm(request: Any, code: str) -> HttpResponse:
    """Confirm as the side that receives."""
    found = queries.delivery_of(request.member, code)
    shared.take_version(request, found)
    actions.confirm_delivery(found, on=clock.today(), by=request.member)
    undo.offer(
        request, _("Confirmed: %s.") % found.code, reverse("pairing:delivery_unconfirm", args=[found.code])
    )
    return redirect(found.commitment.url)


@shared.posted("pairing.take_back_confirmation")
def unconfirm(request: Any, code: str) -> HttpResponse:
    """The undo of confirming."""
    found = queries.delivery_of(request.member, code)
    actions.take_back_confirmation(found, by=request.member)
    return shared.said(request, _("The confirmation is taken back."), found.commitment.url)


@member_required("pairing.withdraw_delivery")
def withdraw(request: Any, code: str) -> HttpResponse:
    """Take back a delivery that is not confirmed, with a reason."""
    found = queries.delivery_of(request.member, code)
    form = forms.WithdrawForm(request, subject=found)
    if form.sent(lambda data: actions.withdraw_delivery(found, reason=data["reason"], by=request.member)):
        return shared.said(request, _("Withdrawn: %s.") % found.code, found.commitment.url)
    return shared.form_page(
        request,
        form,
        name=_("Withdraw the delivery"),
        finding=_("%s no longer counts when it is withdrawn; it stays in the list.") % found.code,
        crumbs=crumbs(found.commitment),
    )


@shared.posted("pairing.withdraw_delivery")
def take_back(request: Any, code: str) -> HttpResponse:
    """The undo of recording and of planning."""
    found = queries.delivery_of(request.member, code)
    actions.withdraw_delivery(found, by=request.member)
    return shared.said(request, _("Withdrawn: %s.") % found.code, found.commitment.url)
