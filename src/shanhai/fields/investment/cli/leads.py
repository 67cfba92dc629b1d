"""``shanhai investment leads ...``: registered, spoken to, triaged, moved along, rejected, transferred, merged, paid in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import sentences
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import leads as actions
from shanhai.fields.investment.actions import paid_in as payments
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import lead_registers
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.registry.cli.shared import member_of, organisation_of, region_of, unit_of
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Leads: who might invest in what, how it was spoken to, and how far it is.")

Number = Annotated[str, typer.Argument(help="Number of the lead.")]
_WORDS = {"stage": columns.LEAD_STAGES, "kind": columns.KINDS}


def _money(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.fen, metavar="YUAN", help=about)


def _measure(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.number, metavar="NUMBER", help=about)


Kind = Annotated[str | None, given.choice("--kind", columns.KINDS, "Kind")]
Investor = Annotated[str | None, given.text("--investor", 120, "Investor, in Chinese.")]
InvestorEn = Annotated[str | None, given.text("--investor-en", 160, "Investor, in English.")]
InvestorCode = Annotated[
    str | None, typer.Option("--organisation", help="Code of the investor in the register.")
]
IntroducedBy = Annotated[
    str | None, typer.Option("--introduced-by", help="Code of the organisation that brought it.")
]
Introducer = Annotated[str | None, typer.Option("--introducer", help="Code of the member who brought it.")]
Industry = Annotated[str | None, given.text("--industry", 5, "Code of GB/T 4754, as C3670.")]
Process = Annotated[str | None, given.text("--process", 300, "Products and process, in Chinese.")]
ProcessEn = Annotated[str | None, given.text("--process-en", 400, "Products and process, in English.")]
Investment = Annotated[int | None, _money("--investment", "Investment in all, in yuan.")]
Before = Annotated[int | None, _money("--before", "Of it before a capital increase, in yuan.")]
Land = Annotated[Decimal | None, _measure("--land", "Land in mu.")]
Plant = Annotated[Decimal | None, _measure("--plant", "Plant in square metres.")]
Energy = Annotated[Decimal | None, _measure("--energy", "Energy a year in tonnes of standard coal.")]
Water = Annotated[Decimal | None, _measure("--water", "Water a year in cubic metres.")]
Emissions = Annotated[Decimal | None, _measure("--emissions", "Main pollutants a year in tonnes.")]
Output = Annotated[int | None, _money("--output", "Output a year, in yuan.")]
Tax = Annotated[int | None, _money("--tax", "Tax a year, in yuan.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=0, max=10**6, help="Jobs.")]
Skills = Annotated[str | None, given.text("--skills", 300, "Skills, in Chinese.")]
SkillsEn = Annotated[str | None, given.text("--skills-en", 400, "Skills, in English.")]
Start = Annotated[date | None, given.a_day("--start", "When they want to start.")]
Producing = Annotated[date | None, given.a_day("--producing", "When they want to produce.")]
Currency = Annotated[str | None, given.text("--currency", 3, "Currency of ISO 4217.")]
Contract = Annotated[Decimal | None, _measure("--contract", "Contract in that currency.")]
Rate = Annotated[Decimal | None, _measure("--rate", "Yuan for one unit of the currency.")]
RateOn = Annotated[date | None, given.a_day("--rate-on", "Day of the rate.")]
BaseTax = Annotated[int | None, _money("--base-tax", "Tax on the sea side in its last full year, in yuan.")]
BaseYear = Annotated[int | None, typer.Option("--base-year", min=1990, max=2100, help="That year.")]
Site = Annotated[str | None, given.text("--site", 120, "Vacated plot or plant, in Chinese.")]
SiteEn = Annotated[str | None, given.text("--site-en", 160, "Vacated plot or plant, in English.")]
_OPTIONS = (
    "kind", "investor_zh", "investor_en", "investor", "introduced_by", "introducer", "industry", "process_zh", "process_en",
    "investment_fen", "invested_before_fen", "land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t", "output_fen",
    "tax_fen", "jobs", "skills_zh", "skills_en", "start_on", "producing_on", "currency", "contract_amount", "rate", "rate_on",
    "base_tax_fen", "base_year", "site_zh", "site_en",
)  # fmt: skip
_ROWS = {"investor": organisation_of, "introduced_by": organisation_of, "introducer": member_of}


def _given(*values: Any) -> dict[str, Any]:
    """The facts that options named; codes as their rows."""
    found = {name: value for name, value in zip(_OPTIONS, values, strict=True) if value is not None}
    return {name: _ROWS[name](value) if name in _ROWS else value for name, value in found.items()}


@app.command("list")
def list_leads(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", columns.LEAD_STAGES, "Stage", or_none=True)] = "",
    kind: Annotated[str, given.choice("--kind", columns.KINDS, "Kind", or_none=True)] = "",
    late: Annotated[bool, typer.Option("--late", help="Only those of which a clock has run out.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The leads, latest first."""
    found = queries.leads_of(shared.reader("investment.view_leads"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)
    if kind:
        found = found.filter(kind=kind)
    if late:
        found = queries.in_state(found, "late")
    headings = {"number": _("Number"), "name": _("Lead"), "investor": _("Investor"), "kind": _("Kind")}
    headings |= {
        "stage": _("Stage"),
        "counted_fen": _("Counted investment"),
        "unit": _("Held by"),
        "next_due_on": _("Next due"),
    }
    list_rows(
        lead_registers.LEADS, found.order_by("-registered_on", "-pk"), _row, headings, _WORDS, as_json=as_json,
        as_csv=as_csv, right=("counted_fen",),
    )  # fmt: skip


def _row(one: Lead) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("number", "name", "stage", "kind", "next_due_on")}
    money = words.yuan(one.counted_fen) if one.counted_fen is not None else None
    return facts | {"investor": one.investor_said, "unit": one.unit.name, "counted_fen": money}


@app.command("show")
def show_lead(number: Number, as_json: AsJson = False) -> None:
    """One lead with its clocks, its log, the capital paid in, and what is missing to judge it."""
    reader = shared.reader("investment.view_leads")
    one = queries.lead_of(reader, number)
    is_inside = queries.is_inside(reader)
    facts = one.facts | {
        "number": one.number,
        "name": one.name,
        "stage": str(one.stage),
        "stage_on": one.stage_on,
    }
    facts |= {"unit": one.unit.code, "introduced_by": one.introduced_by.code if one.introduced_by else None}
    facts |= {
        "registered_on": one.registered_on,
        "counted_fen": one.counted_fen,
        "paid_in_fen": one.paid_in_fen,
    }
    facts |= {"missing": ", ".join(rules.missing(queries.entry_values(one))), "version": one.version}
    headings = {"number": _("Number"), "name": _("Lead"), "stage": _("Stage"), "stage_on": _("In it since")}
    headings |= {name: columns.LEADS.column(name).heading for name in one.facts}
    headings |= {
        "counted_fen": _("Counted investment"),
        "paid_in_fen": _("Paid in"),
        "introduced_by": _("Introduced by"),
    }
    headings |= {"unit": _("Held by"), "registered_on": _("Registered"), "missing": _("Missing to judge it")}
    clocks = [
        {"name": row.name, "due_on": row.due_on, "done_on": row.done_on, "late_days": row.late_days}
        for row in (queries.clocks_of(one) if is_inside else [])
    ]
    contacts = [
        {"on": row.on, "way": row.way, "people": row.people, "text": row.text_said}
        for row in (queries.contacts_of(one) if is_inside else [])
    ]
    paid = [
        {"no": row.number, "on": row.on, "amount_fen": row.amount_fen, "evidence": row.evidence, "taken_back_on": row.taken_back_on}
        for row in (queries.payments_of(one) if is_inside else [])
    ]  # fmt: skip
    alike = [
        {"lead": other.lead.number, "likeness": other.likeness, "is_same": other.is_same, "why": " ".join(sentences.reason(why) for why in other.reasons)}
        for other in (queries.lookalikes(reader, one) if is_inside else [])
    ]  # fmt: skip
    parts = [
        Part("clocks", _("Clocks"), clocks, {"name": _("Clock"), "due_on": _("Due"), "done_on": _("Done"), "late_days": _("Working days late")}),
        Part("contacts", _("Contact log"), contacts, {"on": _("Day"), "way": _("How"), "people": _("With whom"), "text": _("Words")}),
        Part("payments", _("Capital paid in"), paid, {"no": _("Number"), "on": _("Day"), "amount_fen": _("Amount"), "evidence": _("Shown by"), "taken_back_on": _("Taken back on")}),
        Part("lookalikes", _("May be the same"), alike, {"lead": _("Lead"), "likeness": _("Likeness"), "is_same": _("Same"), "why": _("Because")}, ("likeness",)),
    ]  # fmt: skip
    show_whole(facts, headings | {"version": _("Version")}, parts, as_json=as_json)


@app.command("pipeline")
def pipeline(
    by: Annotated[str, typer.Option("--by", help="kind, introducer or quarter; as a whole by default.")] = "",
    kind: Annotated[str, given.choice("--kind", columns.KINDS, "Kind", or_none=True)] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """How far leads came; each counts once."""
    if by and by not in queries.CUTS:
        raise typer.BadParameter(f"{by!r} is none of {', '.join(queries.CUTS)}.")
    found = queries.leads_of(shared.reader("investment.view_funnel"), shared.pairing_of(pairing))
    if kind:
        found = found.filter(kind=kind)
    rows = [
        {"key": one.key, **one.steps, "lost": one.lost, "counted_fen": one.fen, "paid_in_fen": one.paid_fen}
        for one in queries.funnel(found, by)
    ]
    names = ["key", *queries.REACHED, "lost", "counted_fen", "paid_in_fen"]
    show(rows, {name: name for name in names}, as_json=as_json, as_csv=as_csv, right=names[1:])


@app.command("add")
def add_lead(
    name: given.NameZh,
    en: given.NameEn = "",
    number: Annotated[str, given.text("--number", 40, "Its number; the system gives one by default.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit that holds it; one's own by default.")] = "",
    registered_on: Annotated[date | None, given.a_day("--on", "Registered; today by default.")] = None,
    kind: Kind = None, investor: Investor = None, investor_en: InvestorEn = None, organisation: InvestorCode = None,
    introduced_by: IntroducedBy = None, introducer: Introducer = None, industry: Industry = None, process: Process = None,
    process_en: ProcessEn = None, investment: Investment = None, before: Before = None, land: Land = None, plant: Plant = None,
    energy: Energy = None, water: Water = None, emissions: Emissions = None, output: Output = None, tax: Tax = None,
    jobs: Jobs = None, skills: Skills = None, skills_en: SkillsEn = None, start: Start = None, producing: Producing = None,
    currency: Currency = None, contract: Contract = None, rate: Rate = None, rate_on: RateOn = None, base_tax: BaseTax = None,
    base_year: BaseYear = None, site: Site = None, site_en: SiteEn = None,
    pairing: shared.PairingCode = "", dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Register a lead; needs --as. What is left out is not known."""
    facts = _given(
        kind, investor, investor_en, organisation, introduced_by, introducer, industry, process, process_en, investment, before,
        land, plant, energy, water, emissions, output, tax, jobs, skills, skills_en, start, producing, currency, contract, rate,
        rate_on, base_tax, base_year, site, site_en,
    )  # fmt: skip
    by = shared.somebody()
    one = written(
        lambda: actions.add_lead(
            shared.pairing_of(pairing), name_zh=name, name_en=en, number=number, unit=unit_of(unit) if unit else None,
            registered_on=registered_on, by=by, **facts,
        ),
        dry_run=dry_run,
    )  # fmt: skip
    _done(_("Registered as %s; its clocks run.") % one.number, one, dry_run, as_json)


@app.command("change")
def change_lead(
    number: Number,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name, as the paper has it.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    kind: Kind = None, investor: Investor = None, investor_en: InvestorEn = None, organisation: InvestorCode = None,
    introduced_by: IntroducedBy = None, introducer: Introducer = None, industry: Industry = None, process: Process = None,
    process_en: ProcessEn = None, investment: Investment = None, before: Before = None, land: Land = None, plant: Plant = None,
    energy: Energy = None, water: Water = None, emissions: Emissions = None, output: Output = None, tax: Tax = None,
    jobs: Jobs = None, skills: Skills = None, skills_en: SkillsEn = None, start: Start = None, producing: Producing = None,
    currency: Currency = None, contract: Contract = None, rate: Rate = None, rate_on: RateOn = None, base_tax: BaseTax = None,
    base_year: BaseYear = None, site: Site = None, site_en: SiteEn = None, dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Change what is known about a lead."""
    facts = _given(
        kind, investor, investor_en, organisation, introduced_by, introducer, industry, process, process_en, investment, before,
        land, plant, energy, water, emissions, output, tax, jobs, skills, skills_en, start, producing, currency, contract, rate,
        rate_on, base_tax, base_year, site, site_en,
    )  # fmt: skip
    changes = named(name_zh=name, name_en=en, **facts)
    one = queries.lead_of(acting(), number)
    written(lambda: actions.change_lead(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The lead is saved."), one, dry_run, as_json)


@app.command("contact")
def log_contact(
    number: Number,
    text: Annotated[str, typer.Option("--text", parser=given.long_text, metavar="TEXT", help="What was said; - is standard input.")],
    way: Annotated[str, given.choice("--way", columns.CONTACT_WAYS, "How")] = "call",
    people: Annotated[str, given.text("--people", 160, "With whom.")] = "",
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write down how the investor was spoken to."""
    one = queries.lead_of(acting(), number)
    written(
        lambda: actions.log_contact(one, way=way, text=text, people=people, on=on, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Written down."), one, dry_run, as_json)


@app.command("experts")
def ask_experts(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Ask experts before it is triaged."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.ask_experts(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The triage has a week now."), one, dry_run, as_json)


@app.command("triage")
def triage_lead(
    number: Number,
    unit: Annotated[
        str, typer.Option("--unit", help="Code of the unit that talks; whoever holds it by default.")
    ] = "",
    remark: Annotated[str, given.text("--remark", 300, "A remark.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that it is worth talking about."""
    one = queries.lead_of(acting(), number)
    talks = unit_of(unit) if unit else None
    written(lambda: actions.triage_lead(one, unit=talks, remark=remark, by=acting()), dry_run=dry_run)
    _done(_("It is talked about; the next contact is due in two weeks."), one, dry_run, as_json)


@app.command("feedback")
def feed_back_lead(
    number: Number,
    text: Annotated[str, given.text("--text", 300, "What becomes of it.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Tell who introduced it what becomes of it."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.feed_back_lead(one, text=text, by=acting()), dry_run=dry_run)
    _done(_("They are told."), one, dry_run, as_json)


@app.command("move")
def move_lead(
    number: Number,
    to: Annotated[str, typer.Argument(parser=given.one_of(columns.LEAD_STAGES[2:6]), metavar="STAGE", help="How far the talks are.")],
    score: Annotated[Decimal | None, _measure("--score", "Entry score of a review, 0 to 100.")] = None,
    reason: Annotated[str, given.text("--reason", 300, "Why; needed for a way back.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say how far the talks are."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.move_lead(one, to=to, score=score, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The stage is saved."), one, dry_run, as_json)


@app.command("sign")
def sign_lead(
    number: Number,
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise.")],
    region: Annotated[str, typer.Option("--region", help="Code of the region where it stands.")],
    project_number: Annotated[str, given.text("--project-number", 40, "Number of the project; the system gives one by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """It is signed, and becomes a project."""
    one = queries.lead_of(acting(), number)
    builder, place = organisation_of(enterprise), region_of(region)
    written(
        lambda: actions.sign_lead(
            one, enterprise=builder, region=place, project_number=project_number, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("%(name)s is a project now.") % {"name": one.name}, one, dry_run, as_json)


@app.command("reject")
def reject_lead(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Say that it will not come, and why."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.reject_lead(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Rejected; the reason is on record."), one, dry_run, as_json)


@app.command("transfer")
def transfer_lead(
    number: Number,
    to: Annotated[str, typer.Option("--to", help="Code of the organisation that takes it over.")],
    credit: Annotated[int, typer.Option("--credit", min=0, max=100, help="Percent of the credit that stays with who first talked.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hand it to others, the credit shared."""
    one = queries.lead_of(acting(), number)
    whom = organisation_of(to)
    written(
        lambda: actions.transfer_lead(one, to=whom, credit_percent=credit, reason=reason, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Transferred; the credit is shared."), one, dry_run, as_json)


@app.command("reopen")
def reopen_lead(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take a rejected or transferred lead up again."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.reopen_lead(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("It is where it was; its clocks run."), one, dry_run, as_json)


@app.command("merge")
def merge_leads(
    number: Number,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Number of the lead that goes on.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that it is the same as another one."""
    one, other = queries.lead_of(acting(), number), queries.lead_of(acting(), into)
    written(lambda: actions.merge_leads(one, into=other, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Merged; it counts once."), one, dry_run, as_json)


@app.command("unmerge")
def unmerge_lead(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Undo a merger, while nothing rests on it."""
    one = queries.lead_of(acting(), number)
    written(lambda: actions.unmerge_lead(one, by=acting()), dry_run=dry_run)
    _done(_("It is a lead of its own again."), one, dry_run, as_json)


@app.command("pay-in")
def record_paid_in(
    number: Number,
    evidence: Annotated[str, given.text("--evidence", 200, "Bank receipt or capital report.")],
    money: Annotated[int | None, _money("--money", "Amount in yuan.")] = None,
    currency: Annotated[str, given.text("--currency", 3, "Currency of ISO 4217.")] = "",
    amount: Annotated[Decimal | None, _measure("--amount", "Amount in that currency.")] = None,
    rate: Rate = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down capital that came in."""
    one = queries.lead_of(acting(), number)
    written(
        lambda: payments.record_paid_in(
            one,
            evidence=evidence,
            amount_fen=money,
            currency=currency,
            amount=amount,
            rate=rate,
            on=on,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("Written down."), one, dry_run, as_json)


@app.command("take-back")
def take_back_paid_in(
    number: Number,
    payment: Annotated[int, typer.Argument(metavar="NO", min=1, max=30_000, help="Number of the payment.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take back capital that was written down by mistake."""
    one = queries.lead_of(acting(), number)
    entry = queries.payment_of(one, payment)
    written(lambda: payments.take_back_paid_in(entry, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Taken back; it counts no more."), one, dry_run, as_json)


def _done(sentence: str, one: Lead, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
