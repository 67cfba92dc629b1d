"""``shanhai investment policies``, ``budgets``, ``facts`` and ``claims``: from the rule to the money and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import aid_money, aid_runs, aid_undone
from shanhai.fields.investment.actions import policies as actions
from shanhai.fields.investment.models import AidClaim, AidPolicy
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan, aid_registers, aid_said
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.park.queries import firms
from shanhai.webkit import command_input as given
from shanhai.webkit import registers, words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Policies of aid: dated editions, budgets of both sides, facts that no register holds.")
budgets = noun("Budgets for aid: what each side has in a year.")
facts = noun("Facts of firms that no register holds, each with its paper.")
claims = noun("Aid to firms: found by a run, confirmed, checked twice, on notice, paid, recalled.")

Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the policy.")]
Number = Annotated[str, typer.Argument(help="Number of the claim.")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", help="Code of the enterprise.")]
Period = Annotated[str, typer.Argument(help="Year or quarter, as 2022 or 2023Q2.")]
Side = Annotated[str, given.choice("--side", columns.aid.AID_SIDES, "Whose money")]
Voucher = Annotated[str, given.text("--voucher", 120, "Number of the payment order.")]
# What is taken back before the next step.
_STEPS = (("confirmation",), ("check",))
_SHOWN = (
    "number", "stage", "amount_fen", "mountain_fen", "sea_fen", "found_on", "confirm_due_on", "notice_until", "paid_on",
)  # fmt: skip


# -- policies ------------------------------------------------------------------------------------------------------


@app.command("list")
def list_policies(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The current edition of each policy."""
    found = queries.policies_of(
        shared.reader("investment.view_policies"), shared.pairing_of(pairing)
    ).order_by("code")
    if as_json or as_csv:
        shared.show_register(
            columns.aid.AID_POLICIES,
            aid_registers.AID_POLICIES.rows_of,
            found,
            {},
            as_json=as_json,
            as_csv=as_csv,
        )
        return
    rows = [
        {"code": one.code, "edition": one.edition, "name": one.name, "grants": aid_said.grant(one), "shares": aid_said.shares(one), "from": one.valid_from}
        for one in found
    ]  # fmt: skip
    headings = {"code": _("Code"), "edition": _("Edition"), "name": _("Name"), "grants": _("What is granted")}
    show(
        rows,
        headings | {"shares": _("Who bears it"), "from": _("In force from")},
        as_json=False,
        as_csv=False,
    )


@app.command("show")
def show_policy(code: Code, as_json: AsJson = False) -> None:
    """One policy with all its editions."""
    one = queries.policy_of(shared.reader("investment.view_policies"), code)
    editions = list(
        registers.for_programs(
            columns.aid.AID_POLICIES, aid_registers.AID_POLICIES.rows_of, queries.editions_of(one)
        )
    )
    headings = {column.name: column.heading for column in columns.aid.AID_POLICIES.columns}
    facts = {"code": one.code, "name": one.name, "edition": one.edition, "version": one.version}
    show_whole(
        facts,
        {name: name for name in facts},
        [Part("editions", _("Editions"), editions, headings)],
        as_json=as_json,
    )


@app.command("publish")
def publish_policy(
    code: Code,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name, as the paper has it.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    valid_from: Annotated[date | None, given.a_day("--from", "In force from.")] = None,
    valid_to: Annotated[date | None, given.a_day("--to", "In force until.")] = None,
    requires: Annotated[str | None, given.text("--requires", 2000, "Who is eligible, as YAML.")] = None,
    grants: Annotated[str | None, given.text("--grants", 1000, "What is granted, as YAML.")] = None,
    pays: Annotated[str | None, given.choice("--pays", columns.aid.PAYS, "How often")] = None,
    excludes: Annotated[str | None, given.text("--excludes", 300, "Codes of policies that it is not taken with.")] = None,
    joint: Annotated[str | None, given.text("--joint", 40, "Name of a joint cap.")] = None,
    cap: Annotated[str | None, given.text("--cap", 1000, "What the joint cap is, as YAML.")] = None,
    pot: Annotated[int | None, typer.Option("--pot", parser=given.fen, metavar="YUAN", help="Pot of a year.")] = None,
    mountain: Annotated[int | None, typer.Option("--mountain", min=0, max=1000, help="Share of the mountain side.")] = None,
    sea: Annotated[int | None, typer.Option("--sea", min=0, max=1000, help="Share of the sea side.")] = None,
    clawback: Annotated[str | None, given.text("--clawback", 1000, "What is promised, as YAML.")] = None,
    status: Annotated[str | None, given.choice("--status", columns.aid.POLICY_STATUS, "Status of the rule")] = None,
    source: Annotated[str | None, given.text("--source", 200, "The document that states it.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Publish a policy or a new edition; what is left out stays."""
    told: dict[str, Any] = {
        "name_zh": name, "name_en": en, "valid_from": valid_from, "valid_to": valid_to, "requires": requires, "grants": grants,
        "pays": pays, "excludes": excludes, "joint": joint, "cap": cap, "pot_fen": pot, "mountain_share": mountain,
        "sea_share": sea, "clawback": clawback, "status": status, "source": source,
    }  # fmt: skip
    told = {name: value for name, value in told.items() if value is not None}
    one = written(
        lambda: actions.publish_policy(shared.pairing_of(pairing), code=code, by=acting(), **told),
        dry_run=dry_run,
    )
    _policy_done(_("Published as edition %s.") % one.edition, one, dry_run, as_json)


@app.command("withdraw")
def withdraw_policy(
    code: Code, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw the latest edition while no claim stands on it."""
    one = queries.policy_of(acting(), code)
    written(lambda: actions.withdraw_policy(one, reason=reason, by=acting()), dry_run=dry_run)
    _policy_done(_("Withdrawn."), one, dry_run, as_json)


def _policy_done(sentence: str, one: AidPolicy, dry_run: bool, as_json: bool) -> None:
    facts: dict[str, Any] = {"code": one.code, "edition": one.edition, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


@app.command("how")
def how(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Number of the lead.")],
    on: given.Today = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What aid a lead could have on a day, with the arithmetic and the cost to each side."""
    member = shared.reader("investment.view_policies")
    force, _facts, plan = aid_plan.for_lead(lead_queries.lead_of(member, lead), on or clock.today())
    names = {one.code: one.name for one in force.editions}
    rows = [
        {
            "policy": one.policy, "outcome": str(one.outcome), "amount_fen": one.amount_fen,
            **{f"{side}_fen": one.by_bearer.get(side, 0) for side in rules.SIDES}, "why": aid_said.reasons(one.reasons, names),
        }
        for one in plan.claims
    ]  # fmt: skip
    headings = {
        "policy": _("Policy"),
        "outcome": _("Result"),
        "amount_fen": _("Amount"),
        "mountain_fen": _("Mountain side"),
    }
    headings |= {"sea_fen": _("Sea side"), "why": _("Why")}
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=("amount_fen", "mountain_fen", "sea_fen"))


@budgets.command("list")
def list_budgets(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The budgets of both sides, latest year first."""
    shared.reader("investment.view_aid_budgets")
    found = queries.budget_rows(shared.pairing_of(pairing)).order_by("-year", "side")
    if as_json or as_csv:
        rows_of = aid_registers.AID_BUDGETS.rows_of
        shared.show_register(columns.aid.AID_BUDGETS, rows_of, found, {}, as_json=as_json, as_csv=as_csv)
        return
    rows = [
        {
            "year": one.year,
            "side": columns.words(columns.aid.AID_SIDES, one.side),
            "given": words.yuan(one.given_fen),
            "used": words.yuan(one.used_fen),
            "left": words.yuan(one.left_fen),
        }
        for one in found
    ]
    headings = {
        "year": _("Year"),
        "side": _("Side"),
        "given": _("Budget"),
        "used": _("Paid"),
        "left": _("Left"),
    }
    show(rows, headings, as_json=False, as_csv=False, right=("given", "used", "left"))


@budgets.command("set")
def set_budget(
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="Year.")],
    amount: Annotated[int, typer.Argument(parser=given.fen, metavar="YUAN", help="What the side has.")],
    side: Side,
    source: Annotated[str, given.text("--source", 200, "The document that states it.")] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set the budget of a side."""
    one = written(
        lambda: actions.set_aid_budget(
            shared.pairing_of(pairing), year=year, side=side, given_fen=amount, source=source, by=acting()
        ),
        dry_run=dry_run,
    )
    facts = {"year": one.year, "side": one.side, "given_fen": one.given_fen, "version": one.version}
    done(_("The budget is set."), facts, dry_run=dry_run, as_json=as_json)


@facts.command("list")
def list_facts(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What was stated of firms."""
    member = shared.reader("investment.view_stated_facts")
    found = queries.facts_of(member, shared.pairing_of(pairing)).order_by("-pk")
    if as_json or as_csv:
        register, rows_of = columns.aid.STATED_FACTS_REGISTER, aid_registers.STATED_FACTS.rows_of
        shared.show_register(register, rows_of, found, {}, as_json=as_json, as_csv=as_csv)
        return
    rows = [
        {
            "firm": one.firm.name,
            "period": one.period,
            "name": aid_said.name(one.name),
            "value": one.value,
            "evidence": one.evidence,
        }
        for one in found
    ]
    headings = {"firm": _("Enterprise"), "period": _("Period"), "name": _("Fact")}
    show(rows, headings | {"value": _("Value"), "evidence": _("Paper")}, as_json=False, as_csv=False)


@facts.command("state")
def state_fact(
    firm: Firm,
    name: Annotated[str, typer.Argument(parser=given.one_of(columns.aid.STATED_FACTS), metavar="FACT", help="Name of the fact.")],
    value: Annotated[str, typer.Argument(parser=given.line(40), metavar="VALUE", help="Money with its unit, a number, yes or no.")],
    period: Annotated[str, given.text("--period", 12, "Year or quarter.")],
    evidence: Annotated[str, given.text("--paper", 200, "The paper that shows it.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """State a fact of a firm that no register holds."""
    one = written(
        lambda: actions.state_fact(
            firms.firm_of(acting(), firm),
            name=name,
            period=period,
            value=value,
            evidence=evidence,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"firm": firm, "name": one.name, "period": one.period, "value": one.value}
    done(_("Stated; the next run reads it."), facts, dry_run=dry_run, as_json=as_json)


# -- claims --------------------------------------------------------------------------------------------------------


@claims.command("list")
def list_claims(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", columns.aid.AID_STAGES, "Stage", or_none=True)] = "",
    firm: Annotated[str, typer.Option("--firm", help="Code of the enterprise.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The claims, latest first."""
    found = queries.claims_of(shared.reader("investment.view_aid"), shared.pairing_of(pairing))
    found = found.filter(stage=stage) if stage else found
    found = queries.of_firm(found, firm) if firm else found
    found = found.order_by("-found_on", "-pk")
    if as_json or as_csv:
        shared.show_register(
            columns.aid.AID_CLAIMS,
            aid_registers.AID_CLAIMS.rows_of,
            found,
            {},
            as_json=as_json,
            as_csv=as_csv,
        )
        return
    rows = [
        {"number": one.number, "firm": one.firm.name, "policy": one.policy.name, "sum": words.yuan(one.amount_fen), "stage": columns.words(columns.aid.AID_STAGES, one.stage)}
        for one in found
    ]  # fmt: skip
    headings = {
        "number": _("Number"),
        "firm": _("Enterprise"),
        "policy": _("Policy"),
        "sum": _("Amount"),
        "stage": _("Stage"),
    }
    show(rows, headings, as_json=False, as_csv=False, right=("sum",))


@claims.command("show")
def show_claim(number: Number, as_json: AsJson = False) -> None:
    """One claim with its money and objections."""
    one = queries.claim_of(shared.reader("investment.view_aid"), number)
    facts = {name: getattr(one, name) for name in _SHOWN} | {"firm": one.firm.code, "policy": one.policy_code}
    facts |= {"recalled_fen": one.recalled_fen, "returned_fen": one.returned_fen, "version": one.version}
    money = [
        {"kind": row.kind, "side": row.side, "on": row.on, "amount_fen": row.amount_fen, "reference": row.reference}
        for row in queries.payments_of(one)
    ]  # fmt: skip
    objections = [
        {"id": row.pk, "stage": row.stage, "text": row.text, "decision": row.decision}
        for row in queries.objections_of(one)
    ]
    parts = [
        Part(
            "payments",
            _("Payments"),
            money,
            {name: name for name in ("kind", "side", "on", "amount_fen", "reference")},
        ),
        Part(
            "objections",
            _("Objections"),
            objections,
            {name: name for name in ("id", "stage", "text", "decision")},
        ),
    ]
    show_whole(facts, {name: name for name in facts}, parts, as_json=as_json)


@claims.command("preview")
def preview(
    period: Period, pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """What a run for a period would find."""
    shared.reader("investment.run_aid")
    found = aid_plan.find(shared.pairing_of(pairing), period, clock.today())
    rows = [
        {"firm": entry.firm.code, "policy": one.policy, "amount_fen": one.amount_fen, **{f"{side}_fen": one.by_bearer.get(side, 0) for side in rules.SIDES}}
        for entry in found.entries
        for one in entry.granted
    ]  # fmt: skip
    headings = {
        "firm": _("Enterprise"),
        "policy": _("Policy"),
        "amount_fen": _("Amount"),
        "mountain_fen": _("Mountain side"),
        "sea_fen": _("Sea side"),
    }
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=("amount_fen", "mountain_fen", "sea_fen"))


@claims.command("run")
def run_aid(
    period: Period, pairing: shared.PairingCode = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Write what the policies in force bring for a period; the firms are told."""
    run = written(lambda: aid_runs.run_aid(shared.pairing_of(pairing), period, by=acting()), dry_run=dry_run)
    facts = {"number": run.number, "period": run.period, "looked_at_n": run.looked_at_n}
    done(
        _("Written as %s; the firms are told and confirm in one step.") % run.number,
        facts,
        dry_run=dry_run,
        as_json=as_json,
    )


@claims.command("notice")
def give_notice(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Number of the run.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put what was checked twice of a run on public notice."""
    one = queries.run_of(acting(), run)
    found = written(lambda: aid_runs.give_notice(one, by=acting()), dry_run=dry_run)
    facts = {"number": one.number, "notice_until": one.notice_until, "claims": len(found)}
    done(_("They are on public notice."), facts, dry_run=dry_run, as_json=as_json)


@claims.command("confirm-all")
def confirm_all(firm: Firm, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Confirm in one step all that a firm may claim."""
    one = firms.firm_of(acting(), firm)
    found = written(lambda: aid_runs.confirm_all(one, by=acting()), dry_run=dry_run)
    done(
        _("Confirmed; the office checks it now."),
        {"firm": firm, "claims": len(found)},
        dry_run=dry_run,
        as_json=as_json,
    )


def _act(number: str, call: Any, sentence: str, dry_run: bool, as_json: bool) -> None:
    one: AidClaim = queries.claim_of(acting(), number)
    written(lambda: call(one), dry_run=dry_run)
    done(
        sentence,
        {"number": one.number, "stage": str(one.stage), "version": one.version},
        dry_run=dry_run,
        as_json=as_json,
    )


@claims.command("confirm")
def confirm_claim(
    number: Number, how: Annotated[str, given.text("--paper", 200, "The paper by which the firm confirmed.")] = "",
    dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Confirm a claim for its firm."""
    _act(
        number,
        lambda one: aid_runs.confirm_claim(one, how=how, by=acting()),
        _("Confirmed; the office checks it now."),
        dry_run,
        as_json,
    )


@claims.command("decline")
def decline_claim(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Decline a claim for its firm."""
    _act(
        number,
        lambda one: aid_runs.decline_claim(one, reason=reason, by=acting()),
        _("Declined."),
        dry_run,
        as_json,
    )


@claims.command("check")
def check_claim(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Check a claim, the first or the second time."""
    _act(number, lambda one: aid_runs.check_claim(one, by=acting()), _("Checked."), dry_run, as_json)


@claims.command("take-back")
def take_back(
    number: Number,
    what: Annotated[str, typer.Argument(parser=given.one_of(_STEPS), metavar="STEP", help="confirmation, or check.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take back a confirmation before the first check, or one's own check before the next step."""
    deed = aid_undone.take_back_check if what == "check" else aid_undone.take_back_confirmation
    _act(number, lambda one: deed(one, reason=reason, by=acting()), _("Taken back."), dry_run, as_json)


@claims.command("refuse")
def refuse_claim(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Refuse a claim."""
    _act(
        number,
        lambda one: aid_runs.refuse_claim(one, reason=reason, by=acting()),
        _("Refused; the firm is told."),
        dry_run,
        as_json,
    )


@claims.command("object")
def object_to_claim(
    number: Number, text: Annotated[str, given.text("--text", 600, "What is wrong.")], dry_run: DryRun = False, as_json: AsJson = False
) -> None:  # fmt: skip
    """Object to a claim on public notice."""
    _act(
        number,
        lambda one: aid_runs.object_to_claim(one, text=text, by=acting()),
        _("The office decides on your objection and tells you."),
        dry_run,
        as_json,
    )


@claims.command("decide")
def decide_objection(
    number: Number,
    objection: Annotated[int, typer.Argument(help="Number of the objection.")],
    decision: Annotated[str, given.text("--why", 300, "Why.")],
    upheld: Annotated[bool, typer.Option("--upheld/--rejected", help="Whether the objection is right.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Decide on an objection."""
    _act(
        number,
        lambda one: aid_runs.decide_objection(queries.objection_of(one, objection), is_upheld=upheld, decision=decision, by=acting()),
        _("Decided; who objected is told."), dry_run, as_json,
    )  # fmt: skip


@claims.command("pay")
def pay_share(
    number: Number,
    side: Side,
    reference: Voucher,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record that a side paid its share."""
    _act(
        number,
        lambda one: aid_money.pay_share(one, side=side, on=on, reference=reference, by=acting()),
        _("The payment is recorded."),
        dry_run,
        as_json,
    )


@claims.command("promise")
def judge_promise(
    number: Number,
    delivered: Annotated[Decimal | None, typer.Option("--delivered", parser=given.number, metavar="NUMBER", help="What was delivered, money in fen; the registers say it by default.")] = None,
    evidence: Annotated[str, given.text("--paper", 200, "The paper that shows it.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Decide whether a promise was kept."""
    _act(
        number,
        lambda one: aid_money.judge_promise(one, delivered=delivered, evidence=evidence, by=acting()),
        _("Decided by the rule of its policy."),
        dry_run,
        as_json,
    )


@claims.command("recall")
def recall_claim(
    number: Number,
    reason: given.Reason,
    amount: Annotated[int | None, typer.Option("--amount", parser=given.fen, metavar="YUAN", help="How much; all by default.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Recall paid aid for another reason than its promise."""
    _act(
        number,
        lambda one: aid_money.recall_claim(one, fen=amount, reason=reason, by=acting()),
        _("Recalled; the firm is told."),
        dry_run,
        as_json,
    )


@claims.command("returned")
def record_return(
    number: Number,
    side: Side,
    reference: Voucher,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record that a side has its share back."""
    _act(
        number,
        lambda one: aid_money.record_return(one, side=side, on=on, reference=reference, by=acting()),
        _("Recorded that it came back."),
        dry_run,
        as_json,
    )
