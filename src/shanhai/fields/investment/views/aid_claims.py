"""Pages of claims: what runs and waits for whom, one claim with its trace, each step as one form or button."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import aid_money, aid_runs, aid_undone
from shanhai.fields.investment.actions.policies import own_side
from shanhai.fields.investment.forms import aid as forms
from shanhai.fields.investment.models import AidClaim
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_said
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.views.leads import capital, may
from shanhai.fields.office.views.shared import at_version, form_view, posted, said
from shanhai.fields.park.queries import firms
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.ClaimStage
_SHAPES = {
    Stage.FOUND: "not_started", Stage.PAID: "done", Stage.KEPT: "done", Stage.RECALLED: "at_risk", Stage.RETURNED: "paused",
    Stage.DECLINED: "paused", Stage.REFUSED: "paused", Stage.LAPSED: "paused",
}  # fmt: skip
STEPS = (
    gettext_lazy("found by a run"), gettext_lazy("the firm confirms"), gettext_lazy("first check"),
    gettext_lazy("second check"), gettext_lazy("public notice"), gettext_lazy("payment"),
)  # fmt: skip


def status_of(one: AidClaim) -> tuple[str, str]:
    """Shape and word of a claim."""
    return _SHAPES.get(Stage(one.stage), "on_track"), capital(
        columns.words(columns.aid.AID_STAGES, one.stage)
    )


def may_read_tax(request: Any, firm: firms.Firm) -> bool:
    """Whether the reader may read what a firm pays in tax: itself, and who may read tax."""
    return firms.is_own(request.member, firm) or access.may(
        request.member, "park.read_tax", pairing_id=firm.pairing_id
    )


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file, keys = BytesIO(), chosen.order_by().values("pk")
    register = columns.aid.AID_CLAIMS
    exporting.export(register, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{register.name}.{form}", form)


def _policies(request: Any) -> list[tuple[str, str]]:
    rows = queries.policies_of(request.member, chosen_pairing(request)).order_by("code")
    return [(one.code, one.name) for one in rows]


CLAIMS = Table(
    code="investment.aid_claims",
    columns=(
        Column(
            "firm",
            gettext_lazy("Enterprise"),
            kind="link",
            value=lambda row: row.firm.name,
            href=lambda row: row.url,
            second=lambda row: row.policy.name,
            stack="full",
        ),
        Column("period", gettext_lazy("Period"), value="run.period", stack="hide-s"),
        Column(
            "amount_fen",
            gettext_lazy("Amount"),
            kind="money_fen",
            sort=("amount_fen",),
            index="aid_zone_amount",
            phone_heading=True,
        ),
        Column("mountain_fen", gettext_lazy("Mountain side"), kind="money_fen", stack="hide-s"),
        Column("sea_fen", gettext_lazy("Sea side"), kind="money_fen", stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column("number", gettext_lazy("Number"), kind="code", stack="hide-s"),
        Column(
            "found_on",
            gettext_lazy("Found"),
            kind="date",
            sort=("found_on",),
            index="aid_zone_found",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            choices=lambda _request: [("running", _("running")), ("had", _("paid")), ("missed", _("came to nothing"))],
            apply=queries.in_state,
        ),
        Filter(
            "stage",
            gettext_lazy("Stage"),
            choices=lambda _request: [(value, columns.words(columns.aid.AID_STAGES, value)) for value, _en, _zh in columns.aid.AID_STAGES],
        ),
        Filter("policy", gettext_lazy("Policy"), choices=_policies, apply=queries.of_policy),
        Filter("firm", gettext_lazy("Enterprise, code"), apply=queries.of_firm),
    ),
    export=_export,
    default_sort="-found_on",
    keeps_count=True,
    empty=(
        gettext_lazy("No claims yet."),
        gettext_lazy("A run finds the firms that may claim, from the records: nobody applies."),
    ),
)  # fmt: skip


@member_required("investment.view_aid")
def claims(request: Any) -> HttpResponse:
    """What waits for whom, and what was paid?"""
    pairing, year = chosen_pairing(request), clock.today().year
    rows = queries.claims_of(request.member, pairing)
    head = for_reader(request, "investment.claims", (pairing.pk,), lambda: queries.head_of(rows, year))
    context = {
        "finding": _list_finding(head),
        "sub": _list_sub(head, year),
        "may_run": may(request, "run_aid", pairing.pk),
        "may_see_runs": access.may(request.member, "investment.view_aid_runs"),
        "own_firms": list(firms.firms_of(request.member, pairing)[:6])
        if request.member.unit.organisation.kind in queries.visibility.FIRMS
        else [],
    }
    return listing.render(request, "investment/aid_claims.html", CLAIMS, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No firm has claimed anything yet.")
    facts = {name: words.num(head[name]) for name in ("running", "found", "to_check", "noticed")}
    if not head["running"]:
        return _("No claim runs; all that were found are paid or closed.")
    return (
        ngettext(
            "%(running)s claim runs: %(found)s wait for the firm, %(to_check)s for a check, %(noticed)s on notice or to be paid.",
            "%(running)s claims run: %(found)s wait for the firm, %(to_check)s for a check, %(noticed)s on notice or to be paid.",
            head["running"],
        )
        % facts
    )


def _list_sub(head: dict[str, Any], year: int) -> str:
    facts = {"year": year, "paid": words.yuan(head["paid_fen"]), "fen": words.yuan(head["fen"])}
    told = _("%(paid)s paid in %(year)s; what runs comes to %(fen)s.") % facts
    if head["recalled"]:
        more = ngettext("%(n)s is to be paid back.", "%(n)s are to be paid back.", head["recalled"])
        told += " " + more % {"n": words.num(head["recalled"])}
    return told


# -- one claim -----------------------------------------------------------------------------------------------------


@member_required("investment.view_aid")
def claim(request: Any, number: str) -> HttpResponse:
    """How did the amount come about, who has done what, and what is next?"""
    one = queries.claim_of(request.member, number)
    is_inside = firms.sees(request.member, one.firm)
    sees_tax = may_read_tax(request, one.firm)
    policies = {other.code: other.name for other in queries.policies_of(request.member, one.pairing)}
    why = aid_said.of_rows(one.reasons)
    is_hidden = aid_said.hides([row["name"] for row in one.facts], sees_tax)
    context = {
        "claim": one,
        "finding": _finding(one),
        "status": status_of(one),
        "steps": [str(step) for step in STEPS],
        "step": rules.step_of(one.stage) + (one.stage in rules.HAD),
        "is_missed": one.stage in rules.MISSED,
        "is_inside": is_inside,
        "facts": aid_said.fact_rows(one.facts, sees_tax) if is_inside else [],
        "why": [aid_said.reasons([reason], policies, is_hidden) for reason in why] if is_inside else [],
        "people": _people(one) if is_inside else [],
        "payments": queries.payments_of(one) if is_inside else [],
        "sides": [
            (side, one.share_of(side), one.paid_by(side)) for side in rules.SIDES if one.share_of(side)
        ],
        "objections": [
            (row, capital(columns.words(columns.aid.OBJECTION_STAGES, row.stage)))
            for row in queries.objections_of(one)
            if is_inside or row.member_id == request.member.pk
        ],
        "promise": _promise(one) if is_inside else None,
        "owed": queries.owed_back(one) if one.stage == Stage.RECALLED and is_inside else {},
        "detail": _("Made up to fill the example zone; not reported anywhere."),
        "history": history(one) if is_inside else [],
        **_buttons(request, one),
    }
    return render(request, "investment/aid_claim.html", context)


def _finding(one: AidClaim) -> str:
    facts = {
        "firm": one.firm.name, "sum": words.yuan(one.amount_fen), "policy": one.policy.name,
        "due": words.day(one.confirm_due_on, "year"), "reason": one.reason or words.NOTHING,
        "until": words.day(one.notice_until, "year") if one.notice_until else words.NOTHING,
        "paid": words.day(one.paid_on, "year") if one.paid_on else words.NOTHING, "back": words.yuan(one.recalled_fen),
    }  # fmt: skip
    said_by = {
        Stage.FOUND: _("%(firm)s may have %(sum)s; it confirms by %(due)s."),
        Stage.CONFIRMED: _("%(firm)s may have %(sum)s; it waits for the first check."),
        Stage.CHECKED: _("%(firm)s may have %(sum)s; it waits for the second check."),
        Stage.CLEARED: _("%(firm)s may have %(sum)s; it waits for the public notice."),
        Stage.NOTICED: _("%(firm)s is to have %(sum)s; on public notice until %(until)s, then it is paid."),
        Stage.PAID: _("%(firm)s was paid %(sum)s on %(paid)s."),
        Stage.KEPT: _("%(firm)s was paid %(sum)s on %(paid)s and kept its promise."),
        Stage.RECALLED: _("%(firm)s gives back %(back)s of %(sum)s."),
        Stage.RETURNED: _("%(firm)s has given back %(back)s of %(sum)s."),
        Stage.DECLINED: _("%(firm)s did not want the %(sum)s."),
        Stage.REFUSED: _("The %(sum)s for %(firm)s were refused: %(reason)s"),
        Stage.LAPSED: _("%(firm)s did not confirm %(sum)s in time."),
    }
    return said_by[Stage(one.stage)] % facts


def _people(one: AidClaim) -> list[tuple[str, Any, str]]:
    """Who did what on which day, in the order of the way."""
    rows = [
        (_("Found by the run"), one.found_on, one.run.title),
        (_("Confirmed by the firm"), one.confirmed_on, one.confirmed_how or _name(one.confirmed_by)),
        (_("First check"), one.first_checked_on, _name(one.first_checker)),
        (_("Second check"), one.second_checked_on, _name(one.second_checker)),
    ]
    return [row for row in rows if row[1]]


def _name(member: Any) -> str:
    return member.name if member is not None else _("The platform")


def _promise(one: AidClaim) -> dict[str, Any] | None:
    if one.promised is None:
        return {"text": aid_said.clawback(one.policy)} if one.policy.clawback else None
    delivered = one.delivered
    found = (
        queries.delivered(one)
        if delivered is None and one.promise_due_on and one.promise_due_on <= clock.today()
        else delivered
    )
    return {
        "text": aid_said.clawback(one.policy),
        "fact": aid_said.name(one.promise_fact),
        "promised": aid_said.value(one.promise_fact, one.promised),
        "delivered": aid_said.value(one.promise_fact, found) if found is not None else "",
        "is_open": one.stage == Stage.PAID,
        "due_on": one.promise_due_on,
        "period": queries.promise_period(one),
    }


def _buttons(request: Any, one: AidClaim) -> dict[str, Any]:
    """What the reader may do now."""
    stage, today, member = one.stage, clock.today(), request.member
    is_own, side = firms.is_own(member, one.firm), own_side(member, one.pairing)
    hands = (one.confirmed_by_id, one.first_checker_id)
    is_firm = member.unit.organisation.kind in queries.visibility.FIRMS
    after = bool(one.notice_until and today > one.notice_until)
    when = {
        "confirm_claim": stage == Stage.FOUND and is_own and today <= one.confirm_due_on,
        "decline_claim": stage == Stage.FOUND and (is_own or not is_firm),
        "check_claim": stage in (Stage.CONFIRMED, Stage.CHECKED) and side == "mountain" and member.pk not in hands,
        "take_back_confirmation": stage == Stage.CONFIRMED and (is_own or member.pk == one.confirmed_by_id),
        "take_back_check": (stage == Stage.CHECKED and member.pk == one.first_checker_id) or (stage == Stage.CLEARED and member.pk == one.second_checker_id),
        "refuse_claim": stage in (Stage.CONFIRMED, Stage.CHECKED, Stage.CLEARED) and side == "mountain",
        "object_to_claim": stage == Stage.NOTICED and not after and not is_own,
        "decide_objection": side == "mountain",
        "pay_share": stage == Stage.NOTICED and after and side in rules.SIDES and one.paid_by(side) < one.share_of(side),
        "judge_promise": stage == Stage.PAID and bool(one.promise_due_on and one.promise_due_on <= today) and side == "mountain",
        "recall_claim": stage in (Stage.PAID, Stage.KEPT) and side == "mountain",
        "record_return": stage == Stage.RECALLED and side in rules.SIDES and bool(queries.owed_back(one)[side]),
    }  # fmt: skip
    found = {f"may_{name}": holds and may(request, name, one.pairing_id) for name, holds in when.items()}
    found["may_confirm_on_paper"] = (
        stage == Stage.FOUND
        and not is_firm
        and today <= one.confirm_due_on
        and may(request, "confirm_claim", one.pairing_id)
    )
    return found


def crumbs(one: AidClaim | None = None) -> list[tuple[str, str]]:
    """The way to the pages of claims."""
    found = [(reverse("investment:aid_claims"), _("Aid paid to firms"))]
    return found if one is None else [*found, (one.url, one.number)]


@posted("investment.confirm_claim")
def confirm(request: Any, number: str) -> HttpResponse:
    """Confirm it for one's firm."""
    one = at_version(request, queries.claim_of(request.member, number))
    aid_runs.confirm_claim(one, by=request.member)
    return said(request, _("Confirmed; the office checks it now."), one.url)


@posted("investment.check_claim")
def check(request: Any, number: str) -> HttpResponse:
    """Check it."""
    one = at_version(request, queries.claim_of(request.member, number))
    aid_runs.check_claim(one, by=request.member)
    done = (
        _("Checked; another member checks it again.")
        if one.stage == Stage.CHECKED
        else _("Checked twice; it can go on public notice.")
    )
    return said(request, done, one.url)


def _form_view(
    request: Any, one: AidClaim, form: Any, call: Any, done: str, name: str, finding: str
) -> HttpResponse:
    asked = finding % {"firm": one.firm.name, "sum": words.yuan(one.amount_fen)}
    return form_view(request, form, call, done=done, to=one.url, name=name, finding=asked, crumbs=crumbs(one))


@member_required("investment.confirm_claim")
def confirm_on_paper(request: Any, number: str) -> HttpResponse:
    """Write down that the firm confirmed on paper."""
    one, form = queries.claim_of(request.member, number), forms.PaperForm(request)
    return _form_view(
        request, one, form, lambda data: aid_runs.confirm_claim(one, how=data["how"], by=request.member),
        _("Written down; it is checked now."), _("Confirmed on paper"), _("By which paper did %(firm)s confirm?"),
    )  # fmt: skip


@member_required("investment.decline_claim")
def decline(request: Any, number: str) -> HttpResponse:
    """Say that the firm does not want it."""
    one, form = queries.claim_of(request.member, number), forms.AidReasonForm(request)
    return _form_view(
        request, one, form, lambda data: aid_runs.decline_claim(one, reason=data["reason"], by=request.member),
        _("Declined."), _("Decline"), _("Why does %(firm)s not want %(sum)s?"),
    )  # fmt: skip


@member_required("investment.take_back_confirmation")
def take_back_confirmation(request: Any, number: str) -> HttpResponse:
    """Take back that it was confirmed."""
    one, form = queries.claim_of(request.member, number), forms.AidReasonForm(request)
    return _form_view(
        request, one, form, lambda data: aid_undone.take_back_confirmation(one, reason=data["reason"], by=request.member),
        _("Taken back; the firm may confirm again until the day for it."), _("Take the confirmation back"),
        _("Why is it taken back that %(firm)s confirmed %(sum)s?"),
    )  # fmt: skip


@member_required("investment.take_back_check")
def take_back_check(request: Any, number: str) -> HttpResponse:
    """Take back one's own check."""
    one, form = queries.claim_of(request.member, number), forms.AidReasonForm(request)
    return _form_view(
        request, one, form, lambda data: aid_undone.take_back_check(one, reason=data["reason"], by=request.member),
        _("Taken back; it waits for this check again."), _("Take your check back"), _("Why do you take back your check of %(sum)s for %(firm)s?"),
    )  # fmt: skip


@member_required("investment.refuse_claim")
def refuse(request: Any, number: str) -> HttpResponse:
    """Refuse it."""
    one, form = queries.claim_of(request.member, number), forms.AidReasonForm(request)
    return _form_view(
        request, one, form, lambda data: aid_runs.refuse_claim(one, reason=data["reason"], by=request.member),
        _("Refused; the firm is told."), _("Refuse"), _("Why does %(firm)s not get %(sum)s?"),
    )  # fmt: skip


@member_required("investment.object_to_claim")
def object_(request: Any, number: str) -> HttpResponse:
    """Object to it."""
    one, form = queries.claim_of(request.member, number), forms.ObjectionForm(request)
    return _form_view(
        request, one, form, lambda data: aid_runs.object_to_claim(one, text=data["text"], by=request.member),
        _("The office decides on your objection and tells you."), _("Object"), _("What is wrong with %(sum)s for %(firm)s?"),
    )  # fmt: skip


@member_required("investment.decide_objection")
def decide(request: Any, number: str, objection: int) -> HttpResponse:
    """Decide on an objection."""
    one, form = queries.claim_of(request.member, number), forms.DecisionForm(request)
    found = queries.objection_of(one, objection)
    return _form_view(
        request, one, form,
        lambda data: aid_runs.decide_objection(found, is_upheld=data["is_upheld"], decision=data["decision"], by=request.member),
        _("Decided; who objected is told."), _("Decide"), _("Is the objection to %(sum)s for %(firm)s right?"),
    )  # fmt: skip


@member_required("investment.pay_share")
def pay(request: Any, number: str) -> HttpResponse:
    """Record that one's side paid its share."""
    one = queries.claim_of(request.member, number)
    form = forms.PayForm(request, initial={"side": own_side(request.member, one.pairing)})
    return _form_view(
        request, one, form,
        lambda data: aid_money.pay_share(one, side=data["side"], on=data["on"], reference=data["reference"], by=request.member),
        _("The payment is recorded."), _("Record a payment"), _("Which share of %(sum)s for %(firm)s was paid?"),
    )  # fmt: skip


@member_required("investment.judge_promise")
def judge(request: Any, number: str) -> HttpResponse:
    """Was the promise kept?"""
    one, form = queries.claim_of(request.member, number), forms.PromiseForm(request)

    def call(data: dict[str, Any]) -> Any:
        given = data["delivered"]
        if given is not None and one.promise_fact.endswith("_fen"):
            given *= 100
        return aid_money.judge_promise(one, delivered=given, evidence=data["evidence"], by=request.member)

    return _form_view(
        request, one, form, call, _("Decided by the rule of its policy."), _("Look at the promise"),
        _("Did %(firm)s keep what it promised for %(sum)s?"),
    )  # fmt: skip


@member_required("investment.recall_claim")
def recall(request: Any, number: str) -> HttpResponse:
    """Recall it for another reason."""
    one, form = queries.claim_of(request.member, number), forms.RecallForm(request)
    return _form_view(
        request, one, form,
        lambda data: aid_money.recall_claim(one, fen=data["fen"], reason=data["reason"], by=request.member),
        _("Recalled; the firm is told."), _("Recall"), _("Why does %(firm)s give %(sum)s back?"),
    )  # fmt: skip


@member_required("investment.record_return")
def record_return(request: Any, number: str) -> HttpResponse:
    """Record that money came back."""
    one = queries.claim_of(request.member, number)
    form = forms.PayForm(request, initial={"side": own_side(request.member, one.pairing)})
    return _form_view(
        request, one, form,
        lambda data: aid_money.record_return(one, side=data["side"], on=data["on"], reference=data["reference"], by=request.member),
        _("Recorded that it came back."), _("It came back"), _("Whose share of %(sum)s of %(firm)s came back?"),
    )  # fmt: skip
