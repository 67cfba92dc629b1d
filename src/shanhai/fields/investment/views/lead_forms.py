"""What is done to a lead: each page is one form, each button one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core.models import Unit
from shanhai.fields.investment.actions import leads as actions
from shanhai.fields.investment.actions import paid_in as payments
from shanhai.fields.investment.forms import leads as forms
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.views.shared import form_page, form_view, posted, said
from shanhai.webkit import undo
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.pages import chosen_pairing, member_required


def units_of(pairing_id: int) -> Any:
    """The units that may hold a lead: of public bodies with a seat on a side."""
    rows = Unit.objects.filter(is_active=True, organisation__seats__pairing_id=pairing_id)
    rows = rows.exclude(organisation__seats__side="above").select_related("organisation")
    return rows.order_by("organisation__name_sort", "code").distinct()


def crumbs(one: Lead | None = None) -> list[tuple[str, str]]:
    """The way to the pages of leads."""
    found = [(reverse("investment:leads"), _("Leads"))]
    return found if one is None else [*found, (one.url, one.number)]


@member_required("investment.add_lead")
def add(request: Any) -> HttpResponse:
    """Register a lead."""
    pairing = chosen_pairing(request)
    form = forms.LeadForm(request, key=pairing.code)
    form.offer("unit", units_of(pairing.pk))
    if form.sent(lambda data: actions.add_lead(pairing, by=request.member, **data)):
        return said(request, _("Registered as %s; its clocks run.") % form.result.number, form.result.url)
    return form_page(
        request, form, name=_("Register a lead"), finding=_("Who might invest in what?"), crumbs=crumbs()
    )


@member_required("investment.change_lead")
def change(request: Any, number: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.lead_of(request.member, number)
    form = forms.ChangeLeadForm(request, subject=one)
    return form_view(
        request, form, lambda data: actions.change_lead(one, by=request.member, **data),
        done=_("The lead is saved."), to=one.url, name=_("Change"), finding=_("What is known about %s?") % one.name,
        crumbs=crumbs(one),
    )  # fmt: skip


def _page(
    request: Any,
    number: str,
    make: type[ShanhaiForm],
    call: Callable[[Lead, dict[str, Any]], Any],
    *,
    name: str,
    finding: str,
    done: str,
    units: bool = False,
    initial: Callable[[Lead], dict[str, Any]] = lambda _lead: {},
) -> HttpResponse:
    """A page that is one form about a lead; ``finding`` and ``done`` may have a place for its name."""
    one = queries.lead_of(request.member, number)
    form = make(request, subject=_Version(one), initial=initial(one))
    if units:
        form.offer("unit", units_of(one.pairing_id))
    form.subject = one
    called = {"name": one.name}
    return form_view(
        request, form, lambda data: call(one, data),
        done=done % called, to=one.url, name=name, finding=finding % called, crumbs=crumbs(one),
    )  # fmt: skip


class _Version:
    """Only the version of a lead: what such a form asks is not what stands in the lead."""

    def __init__(self, lead: Lead) -> None:
        self.pk, self.version = lead.pk, lead.version


@member_required("investment.log_contact")
def contact(request: Any, number: str) -> HttpResponse:
    """Write down how the investor was spoken to."""
    return _page(
        request, number, forms.ContactForm, lambda one, data: actions.log_contact(one, by=request.member, **data),
        name=_("Write down a contact"), finding=_("What was said about %(name)s?"), done=_("Written down."), initial=lambda _lead: {"way": rules.Way.CALL},
    )  # fmt: skip


@member_required("investment.ask_experts")
def experts(request: Any, number: str) -> HttpResponse:
    """Ask experts first."""
    return _page(
        request, number, forms.LeadReasonForm, lambda one, data: actions.ask_experts(one, by=request.member, **data),
        name=_("Ask experts"), finding=_("Why are experts asked about %(name)s?"), done=_("The triage has a week now."),
    )  # fmt: skip


@member_required("investment.triage_lead")
def triage(request: Any, number: str) -> HttpResponse:
    """Say that it is worth talking about."""
    return _page(
        request, number, forms.TriageForm, lambda one, data: actions.triage_lead(one, by=request.member, **data),
        name=_("Triage"), finding=_("Who talks about %(name)s?"), done=_("It is talked about; the next contact is due in two weeks."),
        units=True,
    )  # fmt: skip


@member_required("investment.feed_back_lead")
def feed_back(request: Any, number: str) -> HttpResponse:
    """Tell who introduced it."""
    return _page(
        request, number, forms.LeadTextForm, lambda one, data: actions.feed_back_lead(one, by=request.member, **data),
        name=_("Tell the introducer"), finding=_("What becomes of %(name)s?"), done=_("They are told."),
    )  # fmt: skip


@member_required("investment.move_lead")
def move(request: Any, number: str) -> HttpResponse:
    """Say how far the talks are."""
    return _page(
        request, number, forms.MoveLeadForm, lambda one, data: actions.move_lead(one, by=request.member, **data),
        name=_("Stage"), finding=_("How far is %(name)s?"), done=_("The stage is saved."),
        initial=lambda one: {"to": _next(one.stage)},
    )  # fmt: skip


def _next(stage: str) -> str:
    at = rules.TALKS.index(rules.LeadStage(stage)) if stage in rules.TALKS else 0
    return rules.TALKS[min(at + 1, len(rules.TALKS) - 1)]


@member_required("investment.sign_lead")
def sign(request: Any, number: str) -> HttpResponse:
    """It is signed, and becomes a project."""
    return _page(
        request, number, forms.SignForm, lambda one, data: actions.sign_lead(one, by=request.member, **data),
        name=_("Make it a project"), finding=_("Who builds %(name)s, and where?"), done=_("%(name)s is a project now."),
        initial=lambda one: {"enterprise": one.investor},
    )  # fmt: skip


@member_required("investment.reject_lead")
def reject(request: Any, number: str) -> HttpResponse:
    """Say that it will not come."""
    return _page(
        request, number, forms.LeadReasonForm, lambda one, data: actions.reject_lead(one, by=request.member, **data),
        name=_("Reject"), finding=_("Why will %(name)s not come?"), done=_("Rejected; the reason is on record."),
    )  # fmt: skip


@member_required("investment.transfer_lead")
def transfer(request: Any, number: str) -> HttpResponse:
    """Hand it to others."""
    return _page(
        request, number, forms.TransferForm, lambda one, data: actions.transfer_lead(one, by=request.member, **data),
        name=_("Transfer"), finding=_("Who takes %(name)s over?"), done=_("Transferred; the credit is shared."),
    )  # fmt: skip


@member_required("investment.reopen_lead")
def reopen(request: Any, number: str) -> HttpResponse:
    """Take it up again."""
    return _page(
        request, number, forms.LeadReasonForm, lambda one, data: actions.reopen_lead(one, by=request.member, **data),
        name=_("Take it up again"), finding=_("Why is %(name)s taken up again?"), done=_("It is where it was; its clocks run."),
    )  # fmt: skip


@member_required("investment.merge_leads")
def merge(request: Any, number: str) -> HttpResponse:
    """It is the same as another one."""
    one = queries.lead_of(request.member, number)
    form = forms.MergeForm(request, initial={"into": request.GET.get("into", "")[:40]})

    def call(data: dict[str, Any]) -> Lead:
        into = queries.lead_of(request.member, data["into"])
        return actions.merge_leads(one, into=into, reason=data["reason"], by=request.member)

    if form.sent(call):
        sentence = _("Merged; it counts once.")
        undo.offer(request, sentence, reverse("investment:lead_unmerge", args=[number]))
        return redirect(one.url)
    return form_page(
        request,
        form,
        name=_("Merge"),
        finding=_("Which lead is the same as %s?") % one.name,
        crumbs=crumbs(one),
    )


@posted("investment.unmerge_lead")
def unmerge(request: Any, number: str) -> HttpResponse:
    """Undo the merger."""
    one = queries.lead_of(request.member, number)
    actions.unmerge_lead(one, by=request.member)
    return said(request, _("It is a lead of its own again."), one.url)


@member_required("investment.record_paid_in")
def pay_in(request: Any, number: str) -> HttpResponse:
    """Write down capital that came in."""
    return _page(
        request, number, forms.PaidInForm, lambda one, data: payments.record_paid_in(one, by=request.member, **data),
        name=_("Capital paid in"), finding=_("What came in for %(name)s?"), done=_("Written down."),
    )  # fmt: skip


@member_required("investment.take_back_paid_in")
def take_back(request: Any, number: str, payment: int) -> HttpResponse:
    """Take back what was written down by mistake."""
    one = queries.lead_of(request.member, number)
    entry = queries.payment_of(one, payment)
    form = forms.LeadReasonForm(request)
    return form_view(
        request, form, lambda data: payments.take_back_paid_in(entry, reason=data["reason"], by=request.member),
        done=_("Taken back; it counts no more."), to=one.url, name=_("Take back"),
        finding=_("Why is payment %(no)s of %(name)s taken back?") % {"no": payment, "name": one.name}, crumbs=crumbs(one),
    )  # fmt: skip
