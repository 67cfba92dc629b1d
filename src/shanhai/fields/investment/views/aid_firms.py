"""The page of one firm: what it may claim, claims and missed; the panel beside its entry; the calculator."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, clock, sentences
from shanhai.fields.investment.actions import aid_runs, policies
from shanhai.fields.investment.forms import aid as forms
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_facts, aid_plan, aid_said
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules.aid_facts import FACTS, WORDS, FactKind
from shanhai.fields.investment.views.aid_claims import crumbs, may_read_tax, status_of
from shanhai.fields.investment.views.aid_plans import outcome_said, planned
from shanhai.fields.investment.views.leads import may
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.park.queries import firms, parks
from shanhai.kernel.refusals import Refused
from shanhai.planners.policy_aid import Outcome
from shanhai.webkit import words
from shanhai.webkit.pages import chosen_pairing, member_required

# -- the page of a firm --------------------------------------------------------------------------------------------


@member_required("investment.view_aid")
def firm(request: Any, code: str) -> HttpResponse:
    """What may it claim and until when, what has it got, and what did it miss?"""
    one = firms.firm_of(request.member, code)
    found = queries.of_one_firm(one, clock.today())
    sees_tax, is_own = may_read_tax(request, one), firms.is_own(request.member, one)
    names = {
        chance.edition.code: chance.edition.name
        for chance in (*found.may, *found.beyond, *found.missed_before)
    }

    def rows(chances: Any) -> list[dict[str, Any]]:
        return [_chance(chance, names, sees_tax) for chance in chances]

    waiting = [(row, row.confirm_due_on >= clock.today()) for row in found.waiting]
    context = {
        "firm": one,
        "found": found,
        "finding": _finding(one, found),
        "waiting": waiting,
        "waiting_fen": sum(row.amount_fen for row in found.waiting),
        "may": rows(found.may),
        "beyond": rows(found.beyond),
        "running": [(row, status_of(row)) for row in found.running],
        "had": [(row, status_of(row)) for row in found.had],
        "missed": [(row, status_of(row)) for row in found.missed],
        "missed_before": rows(found.missed_before),
        "stated": [
            (row, aid_said.name(row.name), aid_said.value(row.name, aid_facts.rules.of_stored(row.name, row.value)))
            for row in queries.stated_of(one)
        ],
        "may_confirm": is_own and any(is_open for _row, is_open in waiting) and may(request, "confirm_all", one.pairing_id),
        "may_state": (is_own or request.member.unit.organisation.kind not in queries.visibility.FIRMS)
        and may(request, "state_fact", one.pairing_id),
        "is_own": is_own,
        "detail": _("Made up to fill the example zone; not reported anywhere."),
    }  # fmt: skip
    return render(request, "investment/aid_firm.html", context)


def _chance(one: queries.Chance, names: dict[str, str], sees_tax: bool) -> dict[str, Any]:
    return {
        "edition": one.edition,
        "fen": one.claim.amount_fen,
        "status": outcome_said(one.claim.outcome),
        "why": aid_said.reasons(one.claim.reasons, names, aid_said.hides(one.asked, sees_tax)),
        "missing": [aid_said.name(name) for name in one.missing],
        "until": one.edition.valid_to,
        "is_unknown": one.claim.outcome is Outcome.UNKNOWN,
    }


def _finding(one: firms.Firm, found: queries.OfFirm) -> str:
    facts = {
        "firm": one.name, "n": words.num(len(found.waiting)), "sum": words.yuan(sum(row.amount_fen for row in found.waiting)),
        "may": words.yuan(found.may_fen), "period": found.period,
    }  # fmt: skip
    if found.waiting:
        return ngettext(
            "%(firm)s can confirm %(sum)s by %(n)s policy now.", "%(firm)s can confirm %(sum)s by %(n)s policies now.", len(found.waiting)
        ) % facts  # fmt: skip
    if found.may_fen:
        return _("%(firm)s may have %(may)s for %(period)s by the records so far.") % facts
    return _("%(firm)s may have nothing for %(period)s by the records so far.") % facts


@posted("investment.confirm_all")
def confirm_all(request: Any, code: str) -> HttpResponse:
    """Confirm all at once."""
    one = firms.firm_of(request.member, code)
    done = aid_runs.confirm_all(one, by=request.member)
    told = ngettext(
        "%(n)s claim is confirmed; the office checks it.",
        "%(n)s claims are confirmed; the office checks them.",
        len(done),
    )
    return said(request, told % {"n": words.num(len(done))}, reverse("investment:aid_firm", args=[code]))


@member_required("investment.state_fact")
def state_fact(request: Any, code: str) -> HttpResponse:
    """State a fact that no register holds."""
    one = firms.firm_of(request.member, code)
    form = forms.FactForm(
        request,
        initial={"period": str(clock.today().year)}
        | {k: v for k, v in request.GET.items() if k in ("name", "period")},
    )
    back = reverse("investment:aid_firm", args=[code])
    if form.sent(
        lambda data: policies.state_fact(
            one, by=request.member, **{k: v for k, v in data.items() if k != "version"}
        )
    ):
        return said(request, _("Stated; the next run reads it."), back)
    return form_page(
        request, form, name=_("State a fact"), finding=_("What do the registers not know of %s?") % one.name,
        crumbs=[*crumbs(), (back, one.name)],
    )  # fmt: skip


def panel(request: Any, record: Any) -> SafeString | None:
    """On the page of an enterprise, short: what it may claim, what runs, what was paid, what it missed."""
    if record._meta.label_lower != "park.firm":
        return None
    found = queries.of_one_firm(record, clock.today())
    context = {
        "firm": record,
        "found": found,
        "waiting_fen": sum(row.amount_fen for row in found.waiting),
        "running_fen": sum(row.amount_fen for row in found.running),
        "paid_fen": sum(row.paid_fen - row.returned_fen for row in found.had),
        "n_open": sum(1 for one in found.may if not one.is_open),
        "n_missed": len(found.missed) + len(found.missed_before),
    }
    return mark_safe(render_to_string("investment/_firm_aid.html", context, request))


# -- the calculator ------------------------------------------------------------------------------------------------


@member_required("investment.view_policies")
def calculator(request: Any) -> HttpResponse:
    """What could a lead, a firm or somebody with typed facts have, and what would it cost each side?"""
    pairing, today = chosen_pairing(request), clock.today()
    context: dict[str, Any] = {
        "finding": _("What could a firm have, and what would it cost each side?"),
        "fields": [_field(one, request, pairing) for one in FACTS],
        "n_typed": sum(bool(request.GET.get(one.name)) for one in FACTS),
        "lead": request.GET.get("lead", "")[:40],
        "firm": request.GET.get("firm", "")[:40],
        "on": request.GET.get("on", "") or str(today),
    }
    # Without a lead or a firm there is nothing but what is typed.
    context["is_open"] = context["n_typed"] or not (context["lead"] or context["firm"])
    try:
        context |= _calculated(request, pairing, today)
    except Refused as refused:
        return render(
            request,
            "investment/aid_calculator.html",
            context | {"error": sentences.refusal(refused)},
            status=422,
        )
    return render(request, "investment/aid_calculator.html", context)


def _field(one: FactKind, request: Any, pairing: Any) -> dict[str, Any]:
    """A fact as it is typed, or chosen where there are few values."""
    choices = [(code, aid_said.value(one.name, code)) for code in WORDS.get(one.name, ())]
    if one.kind == "yes":
        choices = [("yes", _("yes")), ("no", _("no"))]
    elif one.name == "cluster":
        choices = [(cluster.code, cluster.name) for cluster in parks.clusters_of(request.member, pairing)]
    return {
        "name": one.name, "label": aid_said.name(one.name), "unit": _(one.unit) if one.unit else "",
        "value": request.GET.get(one.name, ""),
        "choices": choices, "is_money": one.kind == "fen",
    }  # fmt: skip


def _calculated(request: Any, pairing: Any, today: Any) -> dict[str, Any]:
    from shanhai.fields.investment.rules.aid_calculator import day_of

    on = day_of(request.GET.get("on", ""), today)
    typed = aid_facts.typed(
        (one.name, text) for one in FACTS if (text := request.GET.get(one.name, "").strip()[:60])
    )
    facts: dict[str, Any] = {}
    whom, had, sees_tax = "", [], True
    if request.GET.get("lead"):
        access.check(request.member, "investment.view_leads")
        lead = lead_queries.lead_of(request.member, request.GET["lead"][:40])
        facts, whom, pairing = aid_facts.facts_of_lead(lead), lead.name, lead.pairing
    elif request.GET.get("firm"):
        access.check(request.member, "park.view_firms")
        one = firms.firm_of(request.member, request.GET["firm"][:40])
        facts, whom, pairing = (
            _firm_facts(one, on, today),
            one.name,
            one.pairing,
        )
        had, sees_tax = aid_plan.had_by([one.pk]).get(one.pk, []), may_read_tax(request, one)
    if not facts and not typed:
        return {"result": None}
    force = aid_plan.in_force(pairing, on)
    plan = aid_plan.plan_for(force, facts | typed, had)
    result = planned(force, plan, facts | typed, sees_tax)
    told = {"sum": words.yuan(plan.total_fen), "whom": whom}
    finding = (
        _("%(whom)s could have %(sum)s.") % told
        if whom
        else _("With these facts it comes to %(sum)s.") % told
    )
    return {"result": result, "whom": whom, "finding": finding}


def _firm_facts(one: firms.Firm, on: Any, today: Any) -> dict[str, aid_facts.Known]:
    """The facts of the last full year before a day, which are all in; of the year itself on its last day."""
    day = min(on, today)
    year = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    return aid_facts.facts_of_firm(one, str(year), day)
