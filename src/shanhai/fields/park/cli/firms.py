"""``shanhai park firms ...``: enterprises, above scale and below, their plots and agents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park.actions import firms as actions
from shanhai.fields.park.columns.firms import GRADES, HERITAGE, SIDES, TENURES
from shanhai.fields.park.models import Firm
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.queries import named as rows
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Enterprises of the parks: profile, plots, scale and agents.")

Code = Annotated[str, typer.Argument(help="Code of its organisation.")]
Plot = Annotated[str, typer.Argument(parser=given.line(40), metavar="PLOT", help="Code of the plot.")]
Industry = Annotated[str | None, given.text("--industry", 5, "Code of GB/T 4754, as C3670.")]
CameFrom = Annotated[str | None, given.choice("--from", SIDES, "The side it came from")]
Opened = Annotated[date | None, given.a_day("--opened", "Founded on.")]
Producing = Annotated[date | None, given.a_day("--producing", "In production since.")]
Utility = Annotated[
    bool | None, typer.Option("--utility/--no-utility", help="A public utility is not graded.")
]
Masters = Annotated[
    int | None, typer.Option("--masters", min=0, max=999, help="Masters of the craft among its people.")
]
Heritage = Annotated[str | None, given.choice("--heritage", HERITAGE, "Who lists its heritage")]
Indication = Annotated[
    bool | None, typer.Option("--gi/--no-gi", help="Whether it may carry the geographical indication.")
]
Cluster = Annotated[str | None, typer.Option("--cluster", help="Code of its cluster.")]
Group = Annotated[
    str | None, typer.Option("--group", help="Code of the head of the group it is graded with.")
]
Reason = Annotated[str, given.text("--reason", 300, "Why.")]
_WORDS = {"came_from": SIDES}


@app.command("list")
def list_firms(
    pairing: shared.PairingCode = "",
    grade: Annotated[str, given.choice("--grade", GRADES, "Grade", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The enterprises, by name."""
    found = queries.firms_of(shared.reader("park.view_firms"), shared.pairing_of(pairing))
    if grade:
        found = found.filter(grade=grade)
    headings = {
        "code": _("Code"),
        "name": _("Enterprise"),
        "came_from": _("Came from"),
        "land_mu": _("Land, mu"),
    }
    headings |= {"tax_per_mu": _("Tax per mu"), "staff_n": _("Staff"), "grade": _("Grade")}
    headings |= {"above_scale_on": _("Above scale since")}
    list_rows(
        tables.FIRMS, found.order_by("name_sort", "pk"), _row, headings, _WORDS, as_json=as_json, as_csv=as_csv,
        right=("land_mu", "tax_per_mu", "staff_n"),
    )  # fmt: skip


def _row(one: Firm) -> dict[str, Any]:
    names = ("code", "name", "came_from", "land_mu", "tax_per_mu", "staff_n", "grade", "above_scale_on")
    return {name: getattr(one, name) for name in names}


@app.command("show")
def show_firm(code: Code, as_json: AsJson = False) -> None:
    """One enterprise with its plots and agents."""
    one = queries.firm_of(shared.reader("park.view_firms"), code)
    facts = _row(one) | {"park": one.park.number, "cluster": one.cluster.code if one.cluster else ""}
    facts |= {"industry": one.industry, "opened_on": one.opened_on, "producing_on": one.producing_on}
    facts |= {"masters_n": one.masters_n, "heritage": one.heritage, "is_gi": one.is_gi}
    facts |= {"group": one.group.code if one.group else "", "left_on": one.left_on, "version": one.version}
    headings = {"code": _("Code"), "name": _("Enterprise"), "park": _("Park"), "cluster": _("Cluster")}
    headings |= {"industry": _("Industry code"), "came_from": _("Came from"), "opened_on": _("Founded on")}
    headings |= {"producing_on": _("In production since"), "above_scale_on": _("Above scale since")}
    headings |= {"masters_n": _("Masters of the craft"), "heritage": _("Heritage listed by")}
    headings |= {"is_gi": _("Geographical indication")}
    headings |= {"group": _("Graded with the group of"), "land_mu": _("Land, mu"), "staff_n": _("Staff")}
    headings |= {
        "tax_per_mu": _("Tax per mu"),
        "grade": _("Grade"),
        "left_on": _("Left on"),
        "version": _("Version"),
    }
    plots = [
        {"plot": row.plot, "tenure": row.tenure, "land_mu": row.land_mu}
        | {
            "lessor": row.lessor.code if row.lessor else "",
            "begins_on": row.begins_on,
            "ends_on": row.ends_on,
        }
        for row in one.holdings.select_related("lessor__organisation")
    ]
    told = {
        "plot": _("Plot"),
        "tenure": _("Own or leased"),
        "land_mu": _("Land, mu"),
        "lessor": _("Leased from"),
    }
    told |= {"begins_on": _("Used since"), "ends_on": _("Used until")}
    agents = [
        {"agent": row.agent.code, "begins_on": row.begins_on, "ends_on": row.ends_on}
        for row in one.agencies.select_related("agent")
    ]
    said = {"agent": _("Agent"), "begins_on": _("Since"), "ends_on": _("Until")}
    parts = [
        Part("holdings", _("Plots"), plots, told, ("land_mu",)),
        Part("agents", _("Agents"), agents, said),
    ]
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("enter")
def enter_firm(
    code: Code,
    park: Annotated[str, typer.Option("--park", help="Number of the park.")],
    cluster: Cluster = None,
    industry: Industry = None,
    came_from: CameFrom = None,
    opened: Opened = None,
    producing: Producing = None,
    utility: Utility = None,
    masters: Masters = None,
    heritage: Heritage = None,
    indication: Indication = None,
    group: Group = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put an enterprise on the register of a park."""
    facts = _profile(cluster, industry, came_from, opened, producing, utility, group) | _craft(
        masters, heritage, indication
    )
    one = written(
        lambda: actions.enter_firm(rows.park_of(park), organisation_of(code), by=acting(), **facts),
        dry_run=dry_run,
    )
    _done(_("%s is on the register.") % one.name, one, dry_run, as_json)


@app.command("change")
def change_firm(
    code: Code,
    park: Annotated[str | None, typer.Option("--park", help="Number of the park.")] = None,
    cluster: Cluster = None,
    industry: Industry = None,
    came_from: CameFrom = None,
    opened: Opened = None,
    producing: Producing = None,
    utility: Utility = None,
    masters: Masters = None,
    heritage: Heritage = None,
    indication: Indication = None,
    group: Group = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change the profile of an enterprise."""
    changes = _profile(cluster, industry, came_from, opened, producing, utility, group) | _craft(
        masters, heritage, indication
    )
    changes = named(park=rows.park_of(park) if park else None, **changes)
    one = queries.firm_of(acting(), code)
    written(lambda: actions.change_firm(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The enterprise is saved."), one, dry_run, as_json)


@app.command("leave")
def leave_park(
    code: Code,
    reason: Reason,
    on: Annotated[date | None, given.a_day("--on", "When it left; today by default.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an enterprise has left the park; it gives its plots up."""
    one = queries.firm_of(acting(), code)
    written(lambda: actions.leave_park(one, on=on, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("%s has left the park.") % one.name, one, dry_run, as_json)


@app.command("above-scale")
def raise_above_scale(
    code: Code,
    on: Annotated[date, given.a_day("--on", "Since when.")],
    revenue: Annotated[
        int,
        typer.Option("--revenue", parser=given.fen, metavar="YUAN", help="Main revenue of the year in yuan."),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an enterprise is above scale."""
    one = queries.firm_of(acting(), code)
    written(lambda: actions.raise_above_scale(one, on=on, revenue_fen=revenue, by=acting()), dry_run=dry_run)
    _done(_("%s is above scale.") % one.name, one, dry_run, as_json)


@app.command("below-scale")
def drop_below_scale(
    code: Code,
    on: Annotated[date, given.a_day("--on", "Since when.")],
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an enterprise is above scale no longer."""
    one = queries.firm_of(acting(), code)
    written(lambda: actions.drop_below_scale(one, on=on, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("%s is below scale.") % one.name, one, dry_run, as_json)


@app.command("add-plot")
def add_holding(
    code: Code,
    plot: Plot,
    tenure: Annotated[str, given.choice("--tenure", TENURES, "Own or leased")],
    land: Annotated[Decimal, typer.Option("--land", parser=given.number, metavar="MU", help="Land in mu.")],
    since: Annotated[date, given.a_day("--since", "Used since.")],
    lessor: Annotated[str, typer.Option("--lessor", help="Code of the enterprise that lets it.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an enterprise uses a plot; what it leases is no longer carried by who lets it."""
    one = queries.firm_of(acting(), code)
    of = queries.firm_of(acting(), lessor) if lessor else None
    written(
        lambda: actions.add_holding(
            one, plot=plot, tenure=tenure, land_mu=land, lessor=of, begins_on=since, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("The plot is entered."), one, dry_run, as_json)


@app.command("end-plot")
def end_holding(
    code: Code,
    plot: Plot,
    on: Annotated[date, given.a_day("--on", "The last day.")],
    reason: Annotated[str, given.text("--reason", 300, "Why.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say on which day an enterprise had a plot for the last time."""
    one = queries.firm_of(acting(), code)
    holding = queries.holding_of(one, plot)
    written(lambda: actions.end_holding(holding, on=on, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The plot is given up."), one, dry_run, as_json)


@app.command("name-agent")
def name_agent(code: Code, agent: Annotated[str, typer.Argument(help="Code of the agent.")],
               dry_run: DryRun = False, as_json: AsJson = False) -> None:  # fmt: skip
    """Let an agent see and file what the enterprise sees and files."""
    one = queries.firm_of(acting(), code)
    written(lambda: actions.name_agent(one, organisation_of(agent), by=acting()), dry_run=dry_run)
    _done(_("The agent is named."), one, dry_run, as_json)


@app.command("end-agent")
def end_agent(code: Code, agent: Annotated[str, typer.Argument(help="Code of the agent.")],
              dry_run: DryRun = False, as_json: AsJson = False) -> None:  # fmt: skip
    """Say that an agent acts for the enterprise no longer."""
    one = queries.firm_of(acting(), code)
    agency = queries.agency_of(one, agent)
    written(lambda: actions.end_agent(agency, by=acting()), dry_run=dry_run)
    _done(_("The agent is ended."), one, dry_run, as_json)


def _profile(
    cluster: str | None, industry: str | None, came_from: str | None, opened: date | None, producing: date | None,
    utility: bool | None, group: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The facts that options named."""
    facts = {
        "cluster": rows.cluster_of(cluster) if cluster else None,
        "industry": industry,
        "came_from": came_from,
        "opened_on": opened,
        "producing_on": producing,
        "is_utility": utility,
        "group": organisation_of(group) if group else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _craft(masters: int | None, heritage: str | None, indication: bool | None) -> dict[str, Any]:
    facts = {"masters_n": masters, "heritage": heritage, "is_gi": indication}
    return {name: value for name, value in facts.items() if value is not None}


def _done(sentence: str, one: Firm, dry_run: bool, as_json: bool) -> None:
    one.refresh_from_db(fields=["land_mu"])
    facts = {"code": one.code, "land_mu": one.land_mu, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
