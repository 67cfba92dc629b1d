"""Pages of proposals: whose idea it was, what became of it, and what it changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, signs
from shanhai.fields.office.actions import proposals as actions
from shanhai.fields.office.forms import proposals as forms
from shanhai.fields.office.forms.problems import ReasonForm
from shanhai.fields.office.models import Proposal, ProposalEffect
from shanhai.fields.office.queries import proposals as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import proposals as rules
from shanhai.fields.office.views import shared
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.Stage
_SHAPES = {"proposed": "not_started", "adopted": "on_track", "effective": "done", "withdrawn": "paused"}


def status_of(one: Proposal) -> tuple[str, str]:
    """Shape and word."""
    word = str(said.PROPOSAL_STAGES[one.stage])
    return _SHAPES[one.stage], word[:1].upper() + word[1:]


def _signed(change: Decimal) -> str:
    number = words.num(abs(change))
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{number} %"


def effect_said(effect: ProposalEffect) -> str:
    """One effect in a line: what, from, to, and by how much."""
    change = queries.change_of(effect)
    parts = []
    if effect.before is not None and effect.after is not None:
        parts.append(f"{words.num(effect.before)} → {words.num(effect.after)} {effect.unit}".strip())
    if change is not None:
        parts.append(_signed(change))
    return (
        f"{effect.what}: {'; '.join(parts)}"
        if not words.is_chinese()
        else f"{effect.what}：{'；'.join(parts)}"
    )


PROPOSALS = Table(
    code="office.proposals",
    columns=(
        Column(
            "title",
            gettext_lazy("Proposal"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: said.FIELDS[row.field],
            stack="full",
        ),
        Column("author", gettext_lazy("By"), value=lambda row: row.author_name),
        Column(
            "proposed_on",
            gettext_lazy("Proposed"),
            value=lambda row: said.on_about(row.proposed_on, row.proposed_to),
            sort=("proposed_on",),
            index="proposal_zone_proposed",
            phone_heading=True,
        ),
        Column(
            "in_force",
            gettext_lazy("In force"),
            value=lambda row: said.on_about(row.in_force_on, row.in_force_to),
            phone_heading=True,
        ),
        Column(
            "effect",
            gettext_lazy("Effect"),
            value=lambda row: effect_said(found[0]) if (found := queries.effects_of(row)) else words.NOTHING,
            phone_heading=True,
            stack="full",
        ),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column("number", gettext_lazy("Number"), kind="code", stack="hide-s"),
    ),
    filters=(
        Filter("stage", gettext_lazy("Status"), choices=lambda _request: list(said.PROPOSAL_STAGES.items())),
        Filter("field", gettext_lazy("Field"), choices=lambda _request: list(said.FIELDS.items())),
    ),
    default_sort="-proposed_on",
    sheet=gettext_lazy("Proposals"),
    empty=(
        gettext_lazy("Nobody has proposed anything yet."),
        gettext_lazy("A proposal keeps its author, the paper that adopts it, and what it changes."),
    ),
)


@member_required("office.view_proposals")
def proposals(request: Any) -> HttpResponse:
    """Whose ideas came into force, and what did they change?"""
    pairing = chosen_pairing(request)
    rows = queries.proposals_of(request.member, pairing)
    head = queries.head_of(rows)
    context = {
        "finding": _list_finding(head),
        "sub": _list_sub(head),
        "may_propose": shared.may(request, "office.propose", pairing.pk),
    }
    return listing.render(request, "office/proposals.html", PROPOSALS, rows, context)


def _list_finding(head: dict[str, int]) -> str:
    if not head["all"]:
        return _("Nobody has proposed anything yet.")
    told = ngettext(
        "%(n)s of %(all)s proposal is in force.", "%(n)s of %(all)s proposals are in force.", head["all"]
    )
    return told % {"n": head["in_force"], "all": head["all"]}


def _list_sub(head: dict[str, int]) -> str:
    told = ngettext(
        "Of those, %(n)s says what it changed.", "Of those, %(n)s say what they changed.", head["with_effect"]
    )
    return told % {"n": head["with_effect"]} if head["in_force"] else ""


@member_required("office.view_proposals")
def proposal(request: Any, number: str) -> HttpResponse:
    """Whose idea was it, which paper adopted it, since when does it hold, what did it change?"""
    one = queries.proposal_of(request.member, number)
    effects = [_effect(effect) for effect in queries.effects_of(one)]
    here = one.pairing_id
    is_own = access.standing(request.member).side_in(here) == one.owner_side
    return render(
        request,
        "office/proposal.html",
        {
            "proposal": one,
            "field": said.FIELDS[one.field],
            "status": status_of(one),
            "finding": _finding(one),
            "proposed": said.on_about(one.proposed_on, one.proposed_to),
            "adopted": said.on_about(one.adopted_on, one.adopted_to),
            "in_force": said.on_about(one.in_force_on, one.in_force_to),
            "effects": effects,
            "effects_mark": _mark(queries.effects_of(one)),
            "effects_detail": "; ".join(
                dict.fromkeys(line["effect"].source for line in effects if line["effect"].source)
            )
            or _("Made up to fill the example zone; not reported anywhere."),
            "is_known": bool(one.source) or one.is_illustrative,
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "may_adopt": is_own
            and one.stage == Stage.PROPOSED
            and shared.may(request, "office.adopt_proposal", here),
            "may_begin": is_own
            and one.stage == Stage.ADOPTED
            and shared.may(request, "office.bring_into_force", here),
            "may_record": is_own
            and one.stage == Stage.IN_FORCE
            and shared.may(request, "office.record_effect", here),
            "may_withdraw": one.author_id == request.member.pk
            and one.stage in (Stage.PROPOSED, Stage.ADOPTED)
            and shared.may(request, "office.withdraw_proposal", here),
            "may_step_back": is_own
            and one.stage != Stage.PROPOSED
            and shared.may(request, "office.step_back", here),
        },
    )


def _mark(effects: list[ProposalEffect]) -> str:
    """The one source mark of a panel."""
    marks = {effect.standing for effect in effects}
    return "mixed" if len(marks) == 2 else "".join(marks)


def _effect(effect: ProposalEffect) -> dict[str, Any]:
    change = queries.change_of(effect)
    # A change that a source states names the indicator that it is about; it was not read from it.
    is_measured = bool(effect.indicator) and effect.change_percent is None
    indicator = signs.indicators.get(effect.indicator) if is_measured else None
    return {
        "effect": effect,
        "change": _signed(change) if change is not None else words.NOTHING,
        "before": words.num(effect.before),
        "after": words.num(effect.after),
        "basis": indicator.name if indicator else (effect.source or _("stated")),
        "most": max(effect.before or 0, effect.after or 0),
    }


def _finding(one: Proposal) -> str:
    effects = queries.effects_of(one)
    if one.stage == Stage.WITHDRAWN:
        return _("Withdrawn: %s") % one.title
    if one.stage == Stage.IN_FORCE and effects:
        return _("In force since %(day)s. %(effect)s") % {
            "day": said.on_about(one.in_force_on, one.in_force_to),
            "effect": effect_said(effects[0]),
        }
    if one.stage == Stage.IN_FORCE:
        return _("In force since %s; nobody has written down yet what it changed.") % said.on_about(
            one.in_force_on, one.in_force_to
        )
    if one.stage == Stage.ADOPTED:
        return _("Adopted by %s, not in force yet.") % one.adopted_by
    return _("Proposed by %s; nobody has adopted it yet.") % one.author_name


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: Proposal | None = None) -> list[tuple[str, str]]:
    crumbs = [(reverse("office:proposals"), _("Proposals"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("office.propose")
def propose(request: Any) -> HttpResponse:
    """Make a proposal."""
    pairing = chosen_pairing(request)
    form = forms.ProposalForm(request, initial={"on": clock.today()})

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return actions.propose(pairing, by=request.member, **data)

    if form.sent(call):
        return shared.said(
            request, _("Proposed as %s; your side sees it.") % form.result.number, form.result.url
        )
    return shared.form_page(
        request,
        form,
        name=_("Make a proposal"),
        finding=_("What should be done differently?"),
        crumbs=_crumbs(),
    )


@member_required("office.adopt_proposal")
def adopt(request: Any, number: str) -> HttpResponse:
    """Name the paper that adopts it."""
    one = queries.proposal_of(request.member, number)
    form = forms.AdoptForm(request, subject=one, initial={"on": clock.today(), "adopted_by": "", "paper": ""})
    if form.sent(lambda data: actions.adopt_proposal(one, by=request.member, **data)):
        return _stepped(request, one, _("Adopted: %s.") % one.number)
    return _form(request, form, one, _("Adoption"), _("Who adopted it, by which paper?"))


@member_required("office.bring_into_force")
def bring_into_force(request: Any, number: str) -> HttpResponse:
    """Say since when it holds."""
    one = queries.proposal_of(request.member, number)
    form = forms.ForceForm(request, subject=one, initial={"on": clock.today()})
    if form.sent(lambda data: actions.bring_into_force(one, on=data["on"], by=request.member)):
        return _stepped(request, one, _("In force: %s.") % one.number)
    return _form(request, form, one, _("In force"), _("Since when does it hold?"))


@member_required("office.withdraw_proposal")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw one's own proposal."""
    one = queries.proposal_of(request.member, number)
    form = ReasonForm(request, subject=one, initial={"reason": ""})
    form.button = _("Withdraw it")
    if form.sent(lambda data: actions.withdraw_proposal(one, reason=data["reason"], by=request.member)):
        return _stepped(request, one, _("Withdrawn: %s") % one.number)
    return _form(request, form, one, _("Withdraw"), _("Why is it withdrawn?"))


@shared.posted("office.step_back")
def step_back(request: Any, number: str) -> HttpResponse:
    """The undo of adopting, of bringing into force and of withdrawing."""
    one = queries.proposal_of(request.member, number)
    actions.step_back(one, by=request.member)
    return shared.said(request, _("The last step of %s is taken back.") % one.number, one.url)


@member_required("office.record_effect")
def record_effect(request: Any, number: str) -> HttpResponse:
    """Write down what it changed."""
    one = queries.proposal_of(request.member, number)
    form = forms.EffectForm(request, key=number)

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return actions.record_effect(one, by=request.member, **data)

    if form.sent(call):
        undo.offer(
            request, _("The effect is on the record."), reverse("office:effect_drop", args=[form.result.pk])
        )
        return redirect(one.url)
    return _form(request, form, one, _("Effect"), _("What did it change, before and after?"))


@shared.posted("office.drop_effect")
def drop_effect(request: Any, pk: int) -> HttpResponse:
    """Strike an effect out."""
    effect = queries.effect_of(request.member, pk)
    actions.drop_effect(effect, by=request.member)
    return shared.said(request, _("The effect is struck out."), effect.proposal.url)


def _stepped(request: Any, one: Proposal, sentence: str) -> HttpResponse:
    undo.offer(request, sentence, reverse("office:proposal_step_back", args=[one.number]))
    return redirect(one.url)


def _form(request: Any, form: Any, one: Proposal, name: str, finding: str) -> HttpResponse:
    return shared.form_page(request, form, name=name, finding=finding, sub=one.title, crumbs=_crumbs(one))
