"""``shanhai investment stocks ...``: potential stocks, their committee and milestones, and how often picks came true."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.models import Member
from shanhai.fields.investment.actions import stocks as actions
from shanhai.fields.investment.columns import stocks as columns
from shanhai.fields.investment.models import Stock
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import stock_registers
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.planners import measure_hits
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Potential stocks: below the threshold today, with evidence of growth.")

Number = Annotated[str, typer.Argument(help="Number of the potential stock.")]
Months = Annotated[int, typer.Argument(metavar="MONTHS", help="12, 24 or 36.")]


def _money(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.fen, metavar="YUAN", help=about)


Revenue = Annotated[int | None, _money("--revenue", "Revenue of last year, in yuan.")]
Before = Annotated[int | None, _money("--before", "Revenue three years earlier, in yuan.")]
Research = Annotated[int | None, _money("--rd", "R&D of last year, in yuan.")]
Orders = Annotated[int | None, _money("--orders", "Orders in hand, in yuan.")]
Patents = Annotated[int | None, typer.Option("--patents", min=0, max=10**4, help="Patents of three years.")]
OrdersShown = Annotated[str | None, given.text("--orders-shown", 200, "What shows the orders.")]
PatentsShown = Annotated[str | None, given.text("--patents-shown", 200, "What shows the patents.")]


@app.command("list")
def list_stocks(
    stage: Annotated[str, given.choice("--stage", columns.STOCK_STAGES, "Stage", or_none=True)] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The potential stocks, latest first."""
    found = queries.stocks_of(shared.reader("investment.view_stocks"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)

    def row(one: Stock) -> dict[str, Any]:
        return {
            name: getattr(one, name)
            for name in ("number", "name", "score", "stage", "proposed_on", "decided_on")
        }

    headings = {"number": _("Number"), "name": _("Potential stock"), "score": _("Score of 100")}
    headings |= {"stage": _("Stage"), "proposed_on": _("Proposed"), "decided_on": _("Decided")}
    list_rows(
        stock_registers.STOCKS, found.order_by("-proposed_on", "-pk"), row, headings, {"stage": columns.STOCK_STAGES},
        as_json=as_json, as_csv=as_csv, right=("score",),
    )  # fmt: skip


@app.command("candidates")
def list_candidates(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Who might be proposed: enterprises below scale, best first, and leads below the entry thresholds."""
    found = queries.candidates(
        shared.reader("investment.view_stocks"), shared.pairing_of(pairing), clock.today()
    )
    rows = [
        {"kind": one.kind, "code": one.code, "name": one.name, "score": one.score.score, "most": one.score.most,
         "below": " ".join(one.below)}
        for one in found
    ]  # fmt: skip
    headings = {
        "kind": _("Kind"),
        "code": _("Code"),
        "name": _("Name"),
        "score": _("Score"),
        "most": _("At most"),
    }
    headings |= {"below": _("Below")}
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=("score", "most"))


@app.command("rates")
def show_rates(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """How often picks came true by year, with n and interval, against those that were not picked; year 0 is all of them."""
    cohorts = queries.cohorts(
        shared.reader("investment.view_stocks"), shared.pairing_of(pairing), clock.today()
    )
    rows = []
    for year, some in [*((one.year, [one]) for one in cohorts), (0, cohorts)]:
        sums = [sum(getattr(one, name) for one in some) for name in ("hits", "n", "base_hits", "base_n")]
        one = measure_hits(*sums)
        rows.append(
            {"year": year, "hits": one.picks.hits, "n": one.picks.n, "rate": _part(one.picks.rate), "low": _part(one.picks.low),
             "high": _part(one.picks.high), "base_hits": one.base.hits, "base_n": one.base.n, "base_rate": _part(one.base.rate),
             "chance": _part(one.chance), "open": sum(row.open_n for row in some)}
        )  # fmt: skip
    names = list(rows[0])
    show(rows, {name: name for name in names}, as_json=as_json, as_csv=as_csv, right=names)


def _part(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 4)))


@app.command("show")
def show_stock(number: Number, as_json: AsJson = False) -> None:
    """One potential stock with its points, its committee and its milestones."""
    one = queries.stock_of(shared.reader("investment.view_stocks"), number)
    facts = {
        name: getattr(one, name)
        for name in ("number", "name", "stage", "score", "proposed_on", "decided_on", "version")
    }
    facts["outcome"] = str(queries.outcomes([one], one.pairing, clock.today()).get(one.pk, ""))
    headings = {
        "number": _("Number"),
        "name": _("Potential stock"),
        "stage": _("Stage"),
        "score": _("Score of 100"),
    }
    headings |= {
        "proposed_on": _("Proposed"),
        "decided_on": _("Decided"),
        "outcome": _("What became of it"),
        "version": _("Version"),
    }
    points = [
        {"item": point.item, "value": point.value, "points": point.points, "most": point.most}
        for point in queries.explained(one).points
    ]
    votes = [
        {"member": seat.member.code, "side": seat.side, "vote": seat.vote, "reason": seat.reason}
        for seat in queries.seats_of(one)
    ]
    names = ("months", "due_on", "measure", "target", "value", "is_reached", "aid_fen", "aid", "version")
    milestones = [{name: getattr(row, name) for name in names} for row in queries.milestones_of(one)]
    parts = [
        Part("points", _("Evidence of growth"), points, {"item": _("Item of evidence"), "value": _("Value"), "points": _("Points"), "most": _("Full points")}),
        Part("votes", _("Committee"), votes, {"member": _("Member"), "side": _("Side"), "vote": _("Vote"), "reason": _("Reason")}),
        Part("milestones", _("Milestones and aid"), milestones, {"months": _("After"), "due_on": _("Due"), "measure": _("What is measured"), "target": _("Target"), "value": _("Reached"), "aid": _("Aid tied to it")}),
    ]  # fmt: skip
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("propose")
def propose_stock(
    organisation: Annotated[
        str, typer.Option("--organisation", help="Code of the enterprise of the park.")
    ] = "",
    lead: Annotated[str, typer.Option("--lead", help="Or the number of a lead.")] = "",
    revenue: Revenue = None,
    before: Before = None,
    research: Research = None,
    orders: Orders = None,
    patents: Patents = None,
    orders_source: OrdersShown = None,
    patents_source: PatentsShown = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Propose an enterprise or a lead; what is left out is what the enterprise reported."""
    facts = _facts(revenue, before, research, orders, patents, orders_source, patents_source)
    one = written(
        lambda: actions.propose_stock(
            shared.pairing_of(pairing), organisation=organisation_of(organisation) if organisation else None,
            lead=lead_queries.lead_of(acting(), lead) if lead else None, by=acting(), **facts,
        ),
        dry_run=dry_run,
    )  # fmt: skip
    _done(_("Proposed with %s points; call the committee next.") % one.score, one, dry_run, as_json)


def _facts(*values: Any) -> dict[str, Any]:
    names = (*rules.FACTS, "orders_source", "patents_source")
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


@app.command("change")
def change_stock(
    number: Number,
    revenue: Revenue = None,
    before: Before = None,
    research: Research = None,
    orders: Orders = None,
    patents: Patents = None,
    orders_source: OrdersShown = None,
    patents_source: PatentsShown = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change the evidence while it is proposed."""
    one = queries.stock_of(acting(), number)
    facts = named(**_facts(revenue, before, research, orders, patents, orders_source, patents_source))
    written(lambda: actions.change_stock(one, by=acting(), **facts), dry_run=dry_run)
    _done(_("Saved; the score follows."), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_stock(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw a candidate before it is decided."""
    one = queries.stock_of(acting(), number)
    written(lambda: actions.withdraw_stock(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn; the reason is on record."), one, dry_run, as_json)


@app.command("committee")
def call_committee(
    number: Number,
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER...", help="Codes of members of both sides.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put it before a committee of both sides."""
    one = queries.stock_of(acting(), number)
    found = [_member(code) for code in members]
    written(lambda: actions.call_committee(one, found, by=acting()), dry_run=dry_run)
    _done(_("Called; it waits for the votes."), one, dry_run, as_json)


def _member(code: str) -> Member:
    found = Member.objects.select_related("unit__organisation").filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(
            "investment.no_member",
            gettext_noop("There is no active member {code}. Correct the code."),
            code=code[:40],
        )
    return found


@app.command("vote")
def vote_on_stock(
    number: Number,
    vote: Annotated[
        str, typer.Argument(parser=given.one_of(columns.VOTES), metavar="VOTE", help="yes, no, abstain.")
    ],
    reason: Annotated[str, given.text("--reason", 300, "Why; a no needs it.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Vote for oneself; needs --as."""
    by = shared.somebody()
    one = queries.stock_of(by, number)
    written(lambda: actions.vote_on_stock(one, vote=vote, reason=reason, by=by), dry_run=dry_run)
    _done(_("Your vote is written down."), one, dry_run, as_json)


@app.command("decide")
def decide_stock(
    number: Number,
    reason: Annotated[str, given.text("--reason", 300, "Reasons of the committee.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Decide by the votes that are cast."""
    one = queries.stock_of(acting(), number)
    written(lambda: actions.decide_stock(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Decided by the votes that are cast."), one, dry_run, as_json)


@app.command("milestone")
def set_milestone(
    number: Number,
    months: Months,
    measure: Annotated[str, typer.Argument(parser=given.one_of(columns.MEASURES), metavar="MEASURE", help="revenue_fen, rd_fen, orders_fen, patents, staff_n, above_scale.")],
    target: Annotated[Decimal, typer.Argument(parser=given.number, metavar="TARGET", help="Money in fen, else a number; above scale is 1.")],
    aid: Annotated[int, _money("--aid", "Aid tied to it, in yuan.")] = 0,
    policy: Annotated[str, given.text("--policy", 40, "Policy by which it is paid.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Set what it is to reach after 12, 24 or 36 months."""
    one = queries.stock_of(acting(), number)
    written(
        lambda: actions.set_milestone(
            one, months=months, measure=measure, target=target, aid_fen=aid, policy=policy, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Set; people are told before it is due."), one, dry_run, as_json)


@app.command("judge")
def judge_milestone(
    number: Number,
    months: Months,
    value: Annotated[Decimal, typer.Argument(parser=given.number, metavar="VALUE", help="Money in fen, else a number.")],
    evidence: Annotated[str, given.text("--shown", 200, "The figure or the paper that shows it.")],
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say what was reached."""
    one = queries.stock_of(acting(), number)
    row = queries.milestone_of(one, months)
    written(
        lambda: actions.judge_milestone(row, value=value, evidence=evidence, on=on, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Written down."), one, dry_run, as_json)


@app.command("judge-again")
def judge_again(
    number: Number, months: Months, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take a judgement back, while its aid is not released."""
    one = queries.stock_of(acting(), number)
    row = queries.milestone_of(one, months)
    written(lambda: actions.judge_again(row, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("It is open again."), one, dry_run, as_json)


@app.command("release")
def release_aid(
    number: Number, months: Months, on: given.Today = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Release the aid of a milestone that was reached."""
    one = queries.stock_of(acting(), number)
    row = queries.milestone_of(one, months)
    written(lambda: actions.release_aid(row, on=on, by=acting()), dry_run=dry_run)
    _done(_("Released; it can be paid now."), one, dry_run, as_json)


def _done(sentence: str, one: Stock, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "score": one.score, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
