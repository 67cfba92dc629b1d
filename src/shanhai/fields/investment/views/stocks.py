"""Potential stocks: the list with its hit rate, who might be proposed, one with its score, committee and milestones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock, sentences
from shanhai.core.sheets.columns import words_of
from shanhai.fields.investment.actions import stocks as actions
from shanhai.fields.investment.columns import stocks as columns
from shanhai.fields.investment.forms import stocks as forms
from shanhai.fields.investment.forms.leads import LeadReasonForm
from shanhai.fields.investment.models import Stock, StockMilestone
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.investment.views.leads import capital, choices, may
from shanhai.fields.investment.views.teams import without_version
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.registry.views.shared import history
from shanhai.planners import measure_hits
from shanhai.planners.growth import GrowthScore
from shanhai.planners.hit_rates import HitRate
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.StockStage
_SHAPES = {
    Stage.PROPOSED: "not_started",
    Stage.COMMITTEE: "on_track",
    Stage.PICKED: "done",
    Stage.NOT_PICKED: "paused",
    Stage.WITHDRAWN: "paused",
}
_MONEY = {rules.Measure.REVENUE, rules.Measure.RESEARCH, rules.Measure.ORDERS}
_SOURCE_OF = {"growth": "revenue_source", "nearness": "revenue_source", "research": "rd_source", "orders": "orders_source", "patents": "patents_source"}  # fmt: skip
_ENTRY_WORDS = {
    "investment_fen": gettext_lazy("investment per mu"),
    "tax_fen": gettext_lazy("tax per mu"),
}


def status_of(one: Stock) -> tuple[str, str]:
    """Shape and word of its stage."""
    return _SHAPES[Stage(one.stage)], capital(words_of(columns.STOCK_STAGES, one.stage))


def _years(request: Any) -> list[tuple[str, str]]:
    pairing = chosen_pairing(request)
    rows = queries.stocks_of(request.member, pairing).exclude(decided_on=None).order_by()

    def found() -> list[tuple[str, str]]:
        years = sorted(rows.values_list("decided_on__year", flat=True).distinct(), reverse=True)
        return [(str(year), str(year)) for year in years]

    return for_reader(request, "investment.stock_years", (pairing.pk,), found)


STOCKS = Table(
    code="investment.stocks",
    columns=(
        Column(
            "name",
            gettext_lazy("Potential stock"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.number,
            stack="full",
        ),
        Column(
            "score",
            gettext_lazy("Score of 100"),
            kind="number",
            sort=("score",),
            index="stock_zone_score",
            phone_heading=True,
        ),
        Column("status", gettext_lazy("Stage"), kind="status", value=status_of, stack="push"),
        Column("decided_on", gettext_lazy("Decided"), kind="date", stack="hide-s"),
        Column(
            "proposed_on",
            gettext_lazy("Proposed"),
            kind="date",
            sort=("proposed_on",),
            index="stock_zone_proposed",
        ),
    ),
    filters=(
        Filter("stage", gettext_lazy("Stage"), choices=lambda _request: choices(columns.STOCK_STAGES)),
        Filter("year", gettext_lazy("Decided in"), choices=_years, apply=queries.of_year),
        Filter("q", gettext_lazy("Name or number"), kind="search", apply=queries.named),
    ),
    export=export_of(columns.STOCKS),
    default_sort="-proposed_on",
    keeps_count=True,
    empty=(
        gettext_lazy("No potential stock yet."),
        gettext_lazy("Look at who might be proposed: enterprises below scale with evidence of growth."),
    ),
)


@member_required("investment.view_stocks")
def stocks(request: Any) -> HttpResponse:
    """Whom did we pick, and did it come true more often than by chance?"""
    pairing, today = chosen_pairing(request), clock.today()
    rows = queries.stocks_of(request.member, pairing)

    def told() -> tuple[dict[str, int], list[rules.Cohort], str]:
        return queries.head_of(rows), queries.cohorts(request.member, pairing, today), _standing(rows)

    # Every pick and every enterprise of the park is looked at, so it is done once until something is recorded.
    head, cohorts, standing = for_reader(request, "investment.stocks", (pairing.pk,), told)
    context = {
        "finding": _list_finding(head, cohorts),
        "rates": [_rate_row(str(one.year), [one]) for one in reversed(cohorts)],
        "whole": _rate_row("", cohorts) if len(cohorts) > 1 else None,
        "months": queries.months_to_rise(pairing, today),
        "standing": standing,
        "may_propose": may(request, "propose_stock", pairing.pk),
        "may_import": may(request, "write_stocks", pairing.pk),
    }
    return listing.render(request, "investment/stocks.html", STOCKS, rows, context)


def _list_finding(head: dict[str, int], cohorts: list[rules.Cohort]) -> str:
    if not head["n"]:
        return _("No potential stock yet.")
    found = _summed(cohorts)
    facts = {
        "picked": words.num(head["picked"]),
        "hits": words.num(found.picks.hits),
        "n": words.num(found.picks.n),
        "base": words.percent(found.base.rate) if found.base.rate is not None else words.NOTHING,
    }
    if not found.picks.n:
        return _("%(picked)s potential stocks were picked; the time of none is over yet.") % facts
    return _("%(hits)s of %(n)s picks rose above scale in time; of those not picked %(base)s did.") % facts


def _standing(rows: Any) -> str:
    found = set(rows.order_by().values_list("is_illustrative", flat=True).distinct())
    return "mixed" if len(found) == 2 else "illustrative" if found == {True} else "reported"


def _summed(cohorts: list[rules.Cohort]) -> Any:
    sums = [sum(getattr(one, name) for one in cohorts) for name in ("hits", "n", "base_hits", "base_n")]
    return measure_hits(*sums)


def _rate_row(name: str, cohorts: list[rules.Cohort]) -> dict[str, Any]:
    found = _summed(cohorts)
    return {
        "name": name,
        "picks": _rate(found.picks),
        "base": _rate(found.base),
        "open": sum(one.open_n for one in cohorts),
        "chance": _chance_said(found.chance),
    }


def _chance_said(chance: float | None) -> str:
    if chance is None:
        return words.NOTHING
    return _("below %s") % words.percent(0.001, 1) if chance < 0.001 else words.percent(chance, 1)


def _rate(one: HitRate) -> dict[str, Any]:
    if one.rate is None or one.low is None or one.high is None:
        return {"n": one.n, "hits": one.hits, "rate": words.NOTHING, "interval": ""}
    return {
        "n": one.n,
        "hits": one.hits,
        "rate": words.percent(one.rate),
        "interval": _("%(low)s to %(high)s")
        % {"low": words.percent(one.low), "high": words.percent(one.high)},
    }


@member_required("investment.view_stocks")
def candidates(request: Any) -> HttpResponse:
    """Who is below the threshold today, and what speaks for growth?"""
    pairing = chosen_pairing(request)
    found = queries.candidates(request.member, pairing, clock.today())
    firms = [one for one in found if one.kind == "firm"]
    context = {
        "finding": ngettext(
            "%(n)s enterprise might be proposed; it is below scale and reports its figures.",
            "%(n)s enterprises might be proposed; they are below scale and report their figures.",
            len(firms),
        )
        % {"n": words.num(len(firms))},
        "firms": [_candidate_row(one) for one in firms],
        "leads": [_candidate_row(one) for one in found if one.kind == "lead"],
        "heads": [words_of(columns.EVIDENCE_ITEMS, item) for item in rules.EVIDENCE],
        "may_propose": may(request, "propose_stock", pairing.pk),
    }
    return render(request, "investment/stock_candidates.html", context)


def _candidate_row(one: queries.Candidate) -> dict[str, Any]:
    return {
        "one": one,
        "points": [_value_said(point.item, point.value) for point in one.score.points],
        "below": " · ".join(str(_ENTRY_WORDS[name]) for name in one.below),
    }


def _value_said(item: str, value: Decimal | None) -> str:
    if value is None:
        return words.NOTHING
    return words.num(value, 0) if item == "patents" else words.percent(value, 1)


# -- one stock -----------------------------------------------------------------------------------------------------


@member_required("investment.view_stocks")
def stock(request: Any, number: str) -> HttpResponse:
    """What speaks for it, what did the committee say, what did it reach, and what of the aid is free?"""
    one = queries.stock_of(request.member, number)
    score, count = queries.explained(one), queries.count_of(one)
    outcome = queries.outcomes([one], one.pairing, clock.today()).get(one.pk)
    seats, milestones = queries.seats_of(one), queries.milestones_of(one)
    context = {
        "stock": one,
        "status": status_of(one),
        "finding": _finding(one, outcome),
        "points": points_said(score, one),
        "score": score,
        "unknown": [words_of(columns.EVIDENCE_ITEMS, item) for item in score.unknown],
        "firm_url": f"/park/firms/{one.organisation.code}/" if one.organisation else "",
        "seats": [{"seat": seat, "vote": _vote_said(seat.vote)} for seat in seats],
        "why": [sentences.reason(one) for one in count.reasons] if seats else [],
        "count": count,
        "milestones": [_milestone_row(row) for row in milestones],
        "aid_fen": sum(row.aid_fen for row in milestones),
        "released_fen": sum(row.aid_fen for row in milestones if row.aid == rules.Aid.RELEASED),
        "outcome": capital(words_of(columns.OUTCOMES, outcome)) if outcome else "",
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "history": history(one),
        **_buttons(request, one, seats),
    }
    return render(request, "investment/stock.html", context)


def _finding(one: Stock, outcome: rules.Outcome | None) -> str:
    facts = {"name": one.name, "score": words.num(one.score)}
    if outcome == rules.Outcome.HIT:
        return _("%(name)s was picked with %(score)s points and rose above scale in time.") % facts
    if outcome == rules.Outcome.MISS:
        return _("%(name)s was picked with %(score)s points and did not rise above scale in time.") % facts
    if outcome == rules.Outcome.OPEN:
        return _("%(name)s was picked with %(score)s points; its time is not over.") % facts
    if one.stage == Stage.NOT_PICKED:
        return _("%(name)s has %(score)s points of 100 and was not picked.") % facts
    return _("%(name)s has %(score)s points of 100 for its growth.") % facts


def points_said(score: GrowthScore, one: Stock) -> list[dict[str, Any]]:
    """Each item with its evidence, as its panel says it."""
    return [
        {
            "name": words_of(columns.EVIDENCE_ITEMS, point.item),
            "value": _value_said(point.item, point.value),
            "points": point.points,
            "most": point.most,
            "source": getattr(one, _SOURCE_OF[point.item]),
        }
        for point in score.points
    ]


def _vote_said(vote: str) -> tuple[str, str]:
    if not vote:
        return "not_started", _("Has not voted")
    return "done" if vote == rules.Vote.YES else "paused", capital(words_of(columns.VOTES, vote))


def amount_said(measure: str, value: Decimal | None) -> str:
    """A target or what was reached, as a person reads it."""
    if value is None:
        return words.NOTHING
    if measure in _MONEY:
        return words.yuan(int(value))
    if measure == rules.Measure.ABOVE_SCALE:
        return _("yes") if value >= 1 else _("no")
    return words.num(value, 0)


def _milestone_row(row: StockMilestone) -> dict[str, Any]:
    if row.is_reached is None:
        late = row.due_on < clock.today()
        status = ("late", _("Not judged")) if late else ("not_started", _("Ahead"))
    else:
        status = ("done", _("Reached")) if row.is_reached else ("paused", _("Missed"))
    return {
        "row": row,
        "measure": capital(words_of(columns.MEASURES, row.measure)),
        "target": amount_said(row.measure, row.target),
        "value": amount_said(row.measure, row.value),
        "status": status,
        "aid": capital(words_of(columns.AIDS, row.aid)),
        "may_judge": row.judged_on is None,
        "may_release": row.is_reached is True and row.aid == rules.Aid.TIED and row.aid_fen > 0,
        "may_back": row.judged_on is not None and row.aid != rules.Aid.RELEASED,
    }


def _buttons(request: Any, one: Stock, seats: list[Any]) -> dict[str, bool]:
    has_seat = any(seat.member_id == request.member.pk for seat in seats)
    when = {
        "change_stock": one.stage == Stage.PROPOSED,
        "call_committee": one.stage == Stage.PROPOSED,
        "vote_on_stock": one.stage == Stage.COMMITTEE and has_seat,
        "decide_stock": one.stage == Stage.COMMITTEE and queries.count_of(one).has_quorum,
        "withdraw_stock": one.stage in (Stage.PROPOSED, Stage.COMMITTEE),
        "set_milestone": one.stage == Stage.PICKED,
        "judge_milestone": one.stage == Stage.PICKED,
        "release_aid": one.stage == Stage.PICKED,
        "judge_again": one.stage == Stage.PICKED,
    }
    return {f"may_{name}": holds and may(request, name, one.pairing_id) for name, holds in when.items()}


# -- forms ---------------------------------------------------------------------------------------------------------


def crumbs(one: Stock | None = None) -> list[tuple[str, str]]:
    """The way to the pages of potential stocks."""
    found = [(reverse("investment:stocks"), _("Potential stocks"))]
    return found if one is None else [*found, (one.url, one.number)]


@member_required("investment.propose_stock")
def propose(request: Any) -> HttpResponse:
    """Propose one; the score follows from the evidence."""
    pairing = chosen_pairing(request)
    given = {name: request.GET.get(name, "")[:40] for name in ("organisation", "lead")}
    form = forms.ProposeForm(request, key=pairing.code, initial=given)

    def call(data: dict[str, Any]) -> Stock:
        lead = (
            lead_queries.lead_of(request.member, data.pop("lead"))
            if data["lead"]
            else data.pop("lead") or None
        )
        return actions.propose_stock(pairing, lead=lead, by=request.member, **without_version(data))

    if form.sent(call):
        sentence = _("Proposed with %s points; call the committee next.") % words.num(form.result.score)
        return said(request, sentence, form.result.url)
    return form_page(
        request,
        form,
        name=_("Propose a potential stock"),
        finding=_("Who is below scale and grows?"),
        crumbs=crumbs(),
    )


def _page(
    request: Any, one: Stock, form: Any, call: Any, *, name: str, finding: str, done: str
) -> HttpResponse:
    if form.sent(lambda data: call(without_version(data))):
        return said(request, done, one.url)
    return form_page(request, form, name=name, finding=finding % {"name": one.name}, crumbs=crumbs(one))


@member_required("investment.change_stock")
def change(request: Any, number: str) -> HttpResponse:
    """Change the evidence."""
    one = queries.stock_of(request.member, number)
    form = forms.EvidenceForm(request, subject=one)
    return _page(
        request, one, form, lambda data: actions.change_stock(one, by=request.member, **data),
        name=_("Change the evidence"), finding=_("What speaks for %(name)s?"), done=_("Saved; the score follows."),
    )  # fmt: skip


@member_required("investment.call_committee")
def committee(request: Any, number: str) -> HttpResponse:
    """Put it before a committee of both sides."""
    one = queries.stock_of(request.member, number)
    form = forms.CommitteeForm(request)
    form.offer("members", queries.who_may_sit(one))
    return _page(
        request, one, form, lambda data: actions.call_committee(one, list(data["members"]), by=request.member),
        name=_("Call the committee"), finding=_("Who decides on %(name)s?"), done=_("Called; it waits for the votes."),
    )  # fmt: skip


@member_required("investment.vote_on_stock")
def vote(request: Any, number: str) -> HttpResponse:
    """Vote."""
    one = queries.stock_of(request.member, number)
    return _page(
        request, one, forms.VoteForm(request), lambda data: actions.vote_on_stock(one, by=request.member, **data),
        name=_("Vote"), finding=_("Should %(name)s be picked?"), done=_("Your vote is written down."),
    )  # fmt: skip


@member_required("investment.decide_stock")
def decide(request: Any, number: str) -> HttpResponse:
    """Decide by the votes that are cast."""
    one = queries.stock_of(request.member, number)
    form = forms.DecideForm(request)
    return _page(
        request, one, form, lambda data: actions.decide_stock(one, by=request.member, **data),
        name=_("Decide on it"), finding=_("What did the committee say of %(name)s?"), done=_("Decided by the votes that are cast."),
    )  # fmt: skip


@member_required("investment.withdraw_stock")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Take it back."""
    one = queries.stock_of(request.member, number)
    return _page(
        request, one, LeadReasonForm(request), lambda data: actions.withdraw_stock(one, by=request.member, **data),
        name=_("Withdraw"), finding=_("Why is %(name)s withdrawn?"), done=_("Withdrawn; the reason is on record."),
    )  # fmt: skip


@member_required("investment.set_milestone")
def milestone(request: Any, number: str) -> HttpResponse:
    """What it is to reach, and the aid that hangs on it."""
    one = queries.stock_of(request.member, number)

    def call(data: dict[str, Any]) -> StockMilestone:
        target = data.pop("money_fen"), data.pop("count")
        return actions.set_milestone(
            one, months=int(data["months"]), measure=data["measure"], target=target[data["measure"] not in _MONEY],
            aid_fen=data["aid_fen"] or 0, policy=data["policy"], by=request.member,
        )  # fmt: skip

    return _page(
        request, one, forms.MilestoneForm(request), call, name=_("Milestone"),
        finding=_("What is %(name)s to reach?"), done=_("Set; people are told before it is due."),
    )  # fmt: skip


@member_required("investment.judge_milestone")
def judge(request: Any, number: str, months: int) -> HttpResponse:
    """What was reached."""
    one = queries.stock_of(request.member, number)
    row = queries.milestone_of(one, months)
    form = forms.JudgeForm(request)
    form.fields.pop("count" if row.measure in _MONEY else "money_fen")

    def call(data: dict[str, Any]) -> StockMilestone:
        value = data.pop("money_fen", None) if row.measure in _MONEY else data.pop("count", None)
        return actions.judge_milestone(row, value=value or 0, by=request.member, **data)

    if form.sent(lambda data: call(without_version(data))):
        undo.offer(request, _("Written down."), reverse("investment:stock_again", args=[number, months]))
        return redirect(one.url)
    return form_page(
        request, form, name=_("What was reached"), crumbs=crumbs(one),
        finding=_("What did %(name)s reach after %(months)s months?") % {"name": one.name, "months": months},
        sub=_("Target: %s") % amount_said(row.measure, row.target),
    )  # fmt: skip


@posted("investment.judge_again")
def again(request: Any, number: str, months: int) -> HttpResponse:
    """Take the judgement back."""
    one = queries.stock_of(request.member, number)
    actions.judge_again(
        queries.milestone_of(one, months), reason=_("taken back on the page"), by=request.member
    )
    return said(request, _("It is open again."), one.url)


@posted("investment.release_aid")
def release(request: Any, number: str, months: int) -> HttpResponse:
    """Release its aid."""
    one = queries.stock_of(request.member, number)
    actions.release_aid(queries.milestone_of(one, months), by=request.member)
    return said(request, _("Released; it can be paid now."), one.url)
