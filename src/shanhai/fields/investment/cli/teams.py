"""``shanhai investment teams ...``: entered, changed, given targets, their costs, how they compare."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import teams as actions
from shanhai.fields.investment.models import Team
from shanhai.fields.investment.queries import team_registers
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Investment teams: what they are to do in a year, what they bring and what they cost.")

Code = Annotated[str, typer.Argument(help="Code of the organisation that goes out.")]
Year = Annotated[int, typer.Argument(min=2000, max=2100, help="Year.")]
Base = Annotated[str | None, given.text("--base", 120, "Where it sits, in Chinese.")]
BaseEn = Annotated[str | None, given.text("--base-en", 160, "Where it sits, in English.")]
Area = Annotated[str | None, given.text("--area", 200, "Where it goes, in Chinese.")]
AreaEn = Annotated[str | None, given.text("--area-en", 240, "Where it goes, in English.")]


def _n(name: str, about: str) -> Any:
    return typer.Option(name, min=0, max=10**6, help=about)


def _money(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.fen, metavar="YUAN", help=about)


@app.command("list")
def list_teams(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The teams by name."""
    found = queries.teams_of(shared.reader("investment.view_teams"), shared.pairing_of(pairing))

    def row(one: Team) -> dict[str, Any]:
        return {"code": one.code, "name": one.name, "base": one.base, "opened_on": one.opened_on}

    headings = {"code": _("Code"), "name": _("Team"), "base": _("Sits in"), "opened_on": _("Opened")}
    list_rows(team_registers.TEAMS, found, row, headings, as_json=as_json, as_csv=as_csv)


@app.command("compare")
def compare_teams(
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="One year; all of them by default.")] = None,
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:  # fmt: skip
    """What each team did in each year against its targets; money in fen for programs."""
    found = list(queries.teams_of(shared.reader("investment.view_teams"), shared.pairing_of(pairing)))
    years = [year] if year is not None else queries.years_of(found, clock.today())
    rows = [
        asdict(row) | {"cost_per_lead_fen": row.cost_per_lead_fen, "cost_per_10k_fen": row.cost_per_10k_fen}
        for row in queries.figures(found, years)
    ]
    names = list(rows[0]) if rows else []
    show(rows, {name: name for name in names}, as_json=as_json, as_csv=as_csv, right=names[1:])


@app.command("show")
def show_team(code: Code, as_json: AsJson = False) -> None:
    """One team with its years and the costs of this one."""
    one = queries.team_of(shared.reader("investment.view_teams"), code)
    facts: dict[str, Any] = {"code": one.code, "name": one.name, "base": one.base, "area": one.area}
    facts |= {"opened_on": one.opened_on, "closed_on": one.closed_on, "version": one.version}
    headings = {"code": _("Code"), "name": _("Team"), "base": _("Sits in"), "area": _("Goes to")}
    headings |= {"opened_on": _("Opened"), "closed_on": _("Stopped work"), "version": _("Version")}
    years = [asdict(row) for row in queries.figures([one], queries.years_of([one], clock.today()))]
    costs = [
        {name: getattr(row, name) for name in ("code", "on", "kind", "amount_fen", "about", "taken_back_on")}
        for row in queries.costs_of(one, clock.today().year)
    ]
    parts = [
        Part("years", _("Year by year"), years, {"year": _("Year"), "leads": _("Leads"), "target_leads": _("Leads to bring"), "stops": _("Stops made"), "signed": _("Signed leads"), "cost_fen": _("Cost, fen")}),
        Part("costs", _("Cost"), costs, {"code": _("Number"), "on": _("Day"), "kind": _("Kind of cost"), "amount_fen": _("Amount, fen"), "about": _("What for")}),
    ]  # fmt: skip
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("add")
def add_team(
    code: Code,
    base_zh: Base = None,
    base_en: BaseEn = None,
    area_zh: Area = None,
    area_en: AreaEn = None,
    opened_on: Annotated[date | None, given.a_day("--opened", "When it opened; today by default.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Enter an organisation of one's own side as a team."""
    given_ = {"base_zh": base_zh, "base_en": base_en, "area_zh": area_zh, "area_en": area_en}
    texts: dict[str, Any] = {name: value for name, value in given_.items() if value is not None}
    one = written(
        lambda: actions.add_team(
            shared.pairing_of(pairing), organisation_of(code), opened_on=opened_on, by=acting(), **texts
        ),
        dry_run=dry_run,
    )
    _done(_("Entered; set its targets of the year."), one, dry_run, as_json)


@app.command("change")
def change_team(
    code: Code,
    base_zh: Base = None,
    base_en: BaseEn = None,
    area_zh: Area = None,
    area_en: AreaEn = None,
    closed_on: Annotated[date | None, given.a_day("--closed", "When it closed.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change where it sits and goes, or say that it was closed."""
    one = queries.team_of(acting(), code)
    changes = named(base_zh=base_zh, base_en=base_en, area_zh=area_zh, area_en=area_en, closed_on=closed_on)
    written(lambda: actions.change_team(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The team is saved."), one, dry_run, as_json)


@app.command("target")
def set_team_year(
    code: Code,
    year: Year,
    stops: Annotated[int | None, _n("--stops", "Stops to make.")] = None,
    leads: Annotated[int | None, _n("--leads", "Leads to bring.")] = None,
    signed: Annotated[int | None, _n("--signed", "Leads to sign.")] = None,
    investment: Annotated[int | None, _money("--investment", "Investment to sign, in yuan.")] = None,
    budget: Annotated[int | None, _money("--budget", "Budget, in yuan.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set the targets of a year; what is not named stays as it is."""
    one = queries.team_of(acting(), code)
    targets = named(
        target_stops=stops, target_leads=leads, target_signed=signed, target_fen=investment, budget_fen=budget
    )
    written(lambda: actions.set_team_year(one, year, by=acting(), **targets), dry_run=dry_run)
    _done(_("The targets are set."), one, dry_run, as_json)


@app.command("spend")
def record_team_cost(
    code: Code,
    kind: Annotated[str, typer.Argument(parser=given.one_of(columns.COST_KINDS), metavar="KIND", help="staff, office, travel, hospitality, agent, other.")],
    amount: Annotated[int, typer.Argument(parser=given.fen, metavar="YUAN", help="Amount in yuan.")],
    about: Annotated[str, given.text("--about", 200, "What for.")] = "",
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write down what a team spent."""
    one = queries.team_of(acting(), code)
    written(
        lambda: actions.record_team_cost(one, kind=kind, amount_fen=amount, about=about, on=on, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Written down."), one, dry_run, as_json)


@app.command("unspend")
def take_back_team_cost(
    code: Code,
    cost: Annotated[str, typer.Argument(metavar="COST", help="Number of the cost.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take back a cost that was written down by mistake."""
    one = queries.team_of(acting(), code)
    row = queries.cost_of(one, cost)
    written(lambda: actions.take_back_team_cost(row, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Taken back; it counts no more."), one, dry_run, as_json)


def _done(sentence: str, one: Team, dry_run: bool, as_json: bool) -> None:
    done(sentence, {"code": one.code, "version": one.version}, dry_run=dry_run, as_json=as_json)
