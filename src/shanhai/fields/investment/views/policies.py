"""Pages of policies: what holds, one with its editions, and the editor with its preview; budgets of both sides."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import policies as actions
from shanhai.fields.investment.forms import aid as forms
from shanhai.fields.investment.models import AidPolicy
from shanhai.fields.investment.models.aid import told
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan, aid_said
from shanhai.fields.investment.rules.aid_facts import FACTS
from shanhai.fields.investment.views.leads import capital, may
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


def state_of(one: AidPolicy) -> tuple[str, str]:
    """Shape and word of an edition: not yet, in force, over."""
    today = clock.today()
    if one.withdrawn_on is not None:
        return "paused", _("Withdrawn")
    if one.valid_from > today:
        return "not_started", _("From %s") % words.day(one.valid_from, "year")
    if one.valid_to is not None and one.valid_to < today:
        return "done", _("Ended %s") % words.day(one.valid_to, "year")
    return "on_track", _("In force")


def _in_force(rows: Any, text: str) -> Any:
    today = clock.today()
    over = rows.filter(valid_to__lt=today)
    if text == "over":
        return over
    if text == "later":
        return rows.filter(valid_from__gt=today)
    return rows.filter(valid_from__lte=today).exclude(pk__in=over.values("pk"))


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file, keys = BytesIO(), chosen.order_by().values("pk")
    register = columns.aid.AID_POLICIES
    exporting.export(register, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{register.name}.{form}", form)


POLICIES = Table(
    code="investment.policies",
    columns=(
        Column(
            "code",
            gettext_lazy("Policy"),
            kind="link",
            value="name",
            href=lambda row: row.url,
            sort=("code",),
            index="aid_policy_zone_code",
            second=lambda row: _("%(code)s, edition %(n)s") % {"code": row.code, "n": row.edition},
            stack="full",
        ),
        Column("grant", gettext_lazy("What is granted"), value=aid_said.grant, stack="full"),
        Column("pays", gettext_lazy("How often"), value=lambda row: columns.words(columns.aid.PAYS, row.pays), stack="hide-s"),
        Column("shares", gettext_lazy("Who bears it"), value=lambda row: capital(aid_said.shares(row)), stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=state_of, stack="push"),
        Column(
            "valid_from",
            gettext_lazy("In force from"),
            kind="date",
            sort=("valid_from",),
            index="aid_policy_zone_from",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            choices=lambda _request: [("now", _("in force")), ("later", _("not yet")), ("over", _("over"))],
            apply=_in_force,
        ),
    ),
    export=_export,
    default_sort="code",
    empty=(
        gettext_lazy("No policies yet."),
        gettext_lazy("Publish the first one, or bring the list as a spreadsheet."),
    ),
)  # fmt: skip


@member_required("investment.view_policies")
def policies(request: Any) -> HttpResponse:
    """What may firms have here?"""
    pairing = chosen_pairing(request)
    rows = queries.policies_of(request.member, pairing)
    n, now = rows.count(), _in_force(rows, "now").count()
    context = {
        "finding": ngettext(
            "%(now)s of %(n)s policy is in force.", "%(now)s of %(n)s policies are in force.", n
        )
        % {"now": words.num(now), "n": words.num(n)}
        if n
        else _("No policies yet."),
        "may_publish": may(request, "publish_policy", pairing.pk),
        "may_import": may(request, "write_aid_policies", pairing.pk),
    }
    return listing.render(request, "investment/policies.html", POLICIES, rows, context)


@member_required("investment.view_policies")
def policy(request: Any, code: str) -> HttpResponse:
    """Who may have it, how much, who bears it, and what has it brought?"""
    edition = request.GET.get("edition", "")
    one = queries.policy_of(
        request.member, code, int(edition) if edition.isdecimal() and len(edition) < 6 else None
    )
    editions = queries.editions_of(one)
    sums = queries.sums_of(one.pairing, [one.code]).get(one.code, queries.Sums())
    context = {
        "policy": one,
        "finding": _finding(one, sums),
        "status": state_of(one),
        "sums": sums,
        "rows": said_rows(one),
        "editions": [(other, state_of(other)) for other in editions],
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "may_change": one.is_current and may(request, "publish_policy", one.pairing_id),
        "may_withdraw": one.is_current
        and not one.claims.exists()
        and may(request, "withdraw_policy", one.pairing_id),
        "history": history(one),
    }
    return render(request, "investment/policy.html", context)


def _finding(one: AidPolicy, sums: queries.Sums) -> str:
    facts = {
        "name": one.name, "paid": words.yuan(sums.paid_fen), "had": words.num(sums.had), "running": words.num(sums.running),
    }  # fmt: skip
    if sums.had:
        return (
            ngettext(
                "%(name)s has paid %(paid)s to %(had)s claim; %(running)s run.",
                "%(name)s has paid %(paid)s to %(had)s claims; %(running)s run.",
                sums.had,
            )
            % facts
        )
    if sums.running:
        return _("%(name)s has paid nothing yet; %(running)s claims run.") % facts
    return _("%(name)s has paid nothing yet.") % facts


def said_rows(one: AidPolicy) -> list[tuple[str, list[str]]]:
    """What an edition says, heading by heading, in words."""
    names = {
        other.code: other.name for other in AidPolicy.objects.filter(pairing=one.pairing, is_current=True)
    }
    needs = aid_said.requirements(one)
    others = [names.get(code, code) for code in aid_plan.rules.codes_of(one.excludes)]
    rows = [
        (_("Who is eligible"), [capital(need) for need in needs] or [_("every firm of the pairing")]),
        (_("What is granted"), [capital(aid_said.grant(one))]),
        (_("How often"), [capital(columns.words(columns.aid.PAYS, one.pays))]),
        (_("Pot of a year"), [words.yuan(one.pot_fen)] if one.pot_fen is not None else []),
        (_("Not together with"), others),
        (
            _("Joint cap"),
            [f"{one.joint}: {aid_said.cap(one)}" if one.cap else one.joint] if one.joint else [],
        ),
        (_("Who bears it"), [capital(aid_said.shares(one))]),
        (_("What is promised"), [text] if (text := aid_said.clawback(one)) else []),
    ]
    return [(heading, lines) for heading, lines in rows if lines]


# -- the editor ----------------------------------------------------------------------------------------------------


def crumbs(one: AidPolicy | None = None) -> list[tuple[str, str]]:
    """The way to the pages of policies."""
    found = [(reverse("investment:policies"), _("Policies"))]
    return found if one is None else [*found, (one.url, one.name)]


@member_required("investment.publish_policy")
def add(request: Any) -> HttpResponse:
    """Publish a policy."""
    pairing = chosen_pairing(request)
    first = {
        "pays": "once",
        "mountain_share": 1,
        "sea_share": 0,
        "rule_status": "assumed",
        "valid_from": clock.today(),
    }
    return _editor(request, pairing, None, first)


@member_required("investment.publish_policy")
def change(request: Any, code: str) -> HttpResponse:
    """Publish a new edition."""
    one = queries.policy_of(request.member, code)
    return _editor(request, one.pairing, one, told(one) | {"code": one.code, "rule_status": one.status})


def _editor(request: Any, pairing: Any, one: AidPolicy | None, initial: dict[str, Any]) -> HttpResponse:
    """The form first, then what the edition says and would do, then it is published."""
    form = forms.PolicyForm(request, initial=initial)
    if one is not None:
        form.fields["code"].disabled = True
    is_last = "publish" in request.POST
    drafted: list[AidPolicy] = []

    def take(data: dict[str, Any]) -> Any:
        given = {
            name: value for name, value in data.items() if name not in ("code", "version", "rule_status")
        }
        given["status"] = data["rule_status"]
        if is_last:
            return actions.publish_policy(pairing, code=data["code"], by=request.member, **given)
        drafted.append(actions.drafted(pairing, data["code"].strip(), given))
        return None

    if form.sent(take) and is_last:
        return said(request, _("Published as edition %s.") % form.result.edition, form.result.url)
    context = {
        "form": form,
        "policy": one,
        "crumbs": crumbs(one),
        "name": _("New edition") if one is not None else _("New policy"),
        "facts": [(fact.name, aid_said.name(fact.name), _KINDS[fact.kind]) for fact in FACTS],
        "typed": [(name, value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "version")],
        **(_preview(pairing, drafted[0], one) if drafted else {}),
    }  # fmt: skip
    return render(request, "investment/policy_form.html", context, status=form.status)


_KINDS = {
    "fen": gettext_lazy("money"), "number": gettext_lazy("number"), "yes": gettext_lazy("yes or no"),
    "word": gettext_lazy("word"),
}  # fmt: skip


def _preview(pairing: Any, draft: AidPolicy, before: AidPolicy | None) -> dict[str, Any]:
    """What the edition says, and what it would have brought by the records of the last full year."""
    period = str(clock.today().year - 1)
    now = aid_plan.find(pairing, period, clock.today())
    # Tried as if it had held in that year, or a policy of next year would show nothing.
    tried = AidPolicy(
        pairing=pairing, zone_id=draft.zone_id, code=draft.code, edition=draft.edition, **told(draft)
    )
    tried.valid_from, tried.valid_to = min(draft.valid_from, now.rules.on), None
    after = aid_plan.find(pairing, period, clock.today(), tried)
    firms = {
        entry.firm.pk: (entry.firm, sum(one.amount_fen for one in entry.granted if one.policy == draft.code))
        for entry in after.entries
    }
    return {
        "draft": draft,
        "rows": said_rows(draft),
        "changed": _changed(before, draft) if before is not None else [],
        "period": period,
        "firms": [pair for pair in firms.values() if pair[1]][:50],
        "n_firms": sum(1 for pair in firms.values() if pair[1]),
        "now_fen": now.by_policy.get(draft.code, 0),
        "after_fen": after.by_policy.get(draft.code, 0),
        "all_now_fen": now.total_fen,
        "all_after_fen": after.total_fen,
        "sides": [(side, now.by_side[side], after.by_side[side]) for side in aid_plan.rules.SIDES],
        "looked_at": after.looked_at,
    }


def _changed(before: AidPolicy, draft: AidPolicy) -> list[tuple[str, str, str]]:
    register = columns.aid.AID_POLICIES
    found = []
    for name in aid_plan.rules.TOLD:
        old, new = getattr(before, name), getattr(draft, name)
        if old != new and name != "is_illustrative":
            found.append((register.column(name).heading, _cell(name, old), _cell(name, new)))
    return found


def _cell(name: str, value: Any) -> str:
    if value in (None, ""):
        return words.NOTHING
    if name.endswith("_fen"):
        return words.yuan(value)
    if name.startswith("valid"):
        return words.day(value, "year")
    choices = {"pays": columns.aid.PAYS, "status": columns.aid.POLICY_STATUS}.get(name)
    return columns.words(choices, value) if choices else str(value)


@member_required("investment.withdraw_policy")
def withdraw(request: Any, code: str) -> HttpResponse:
    """Take the latest edition back."""
    one = queries.policy_of(request.member, code)
    form = forms.AidReasonForm(request)
    if form.sent(lambda data: actions.withdraw_policy(one, reason=data["reason"], by=request.member)):
        return said(request, _("Withdrawn."), reverse("investment:policies"))
    return form_page(
        request, form, name=_("Withdraw"), finding=_("Why is edition %(n)s of %(name)s withdrawn?") % {"n": one.edition, "name": one.name},
        crumbs=crumbs(one),
    )  # fmt: skip


# -- budgets -------------------------------------------------------------------------------------------------------


@member_required("investment.view_aid_budgets")
def budgets(request: Any) -> HttpResponse:
    """What has each side for aid, what is paid, and does the rest suffice?"""
    pairing, today = chosen_pairing(request), clock.today()
    purses = aid_plan.purses(pairing, today.year)
    short = [one for one in purses if one.free_fen < 0]
    context = {
        "finding": _budget_finding(purses, short, today.year),
        "purses": purses,
        "year": today.year,
        "budgets": queries.budgets_of(pairing),
        "may_set": may(request, "set_aid_budget", pairing.pk),
        "may_import": may(request, "write_aid_budgets", pairing.pk),
    }
    return render(request, "investment/aid_budgets.html", context)


def _budget_finding(purses: list[aid_plan.Purse], short: list[aid_plan.Purse], year: int) -> str:
    given = sum(one.budget.given_fen for one in purses if one.budget)
    used = sum(one.budget.used_fen for one in purses if one.budget)
    facts = {"year": year, "used": words.yuan(used), "given": words.yuan(given)}
    if not given:
        return _("No budget for aid is set for %(year)s.") % facts
    if short:
        return (
            _("%(used)s of %(given)s of %(year)s are paid; the rest does not suffice for what runs.") % facts
        )
    return _("%(used)s of %(given)s of %(year)s are paid; the rest suffices for what runs.") % facts


@member_required("investment.set_aid_budget")
def set_budget(request: Any) -> HttpResponse:
    """Set the budget of one's side."""
    pairing = chosen_pairing(request)
    own = actions.own_side(request.member, pairing)
    form = forms.BudgetForm(request, initial={"year": clock.today().year, "side": own})
    if form.sent(lambda data: actions.set_aid_budget(pairing, by=request.member, **data)):
        return said(request, _("The budget is set."), reverse("investment:aid_budgets"))
    return form_page(
        request, form, name=_("Set a budget"), finding=_("What does your side have for aid?"),
        crumbs=[(reverse("investment:aid_budgets"), _("Budgets for aid"))],
    )  # fmt: skip
