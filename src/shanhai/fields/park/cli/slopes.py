"""``shanhai park slopes ...``: proposed, put right, moved on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park import columns
from shanhai.fields.park.actions import slopes as actions
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.models import SlopeProject
from shanhai.fields.park.queries import land_registers, parks
from shanhai.fields.park.queries import slopes as queries
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show_whole, written

app = noun("Slope projects: land made from low hills and gentle slopes.")


def _measure(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.number, metavar="NUMBER", help=about)


Number = Annotated[str, typer.Argument(help="Its number.")]
Cost = Annotated[
    int | None, typer.Option("--cost", parser=given.fen, metavar="YUAN", help="Cost per mu in yuan.")
]
FarmlandLost = Annotated[Decimal | None, _measure("--farmland-lost", "Farmland lost, in mu.")]
FarmlandBack = Annotated[Decimal | None, _measure("--farmland-compensated", "Farmland compensated, in mu.")]
ForestLost = Annotated[Decimal | None, _measure("--forest-lost", "Forest lost, in mu.")]
ForestBack = Annotated[Decimal | None, _measure("--forest-compensated", "Forest compensated, in mu.")]
Source = Annotated[str | None, given.text("--source", 200, "Where the figures come from.")]


@app.command("list")
def list_slopes(
    state: Annotated[str, given.choice("--state", kinds.SLOPE_STATES, "State", or_none=True)] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The slope projects by number."""
    found = queries.slopes_of(shared.reader("park.view_slopes"), shared.pairing_of(pairing))
    if state:
        found = found.filter(state=state)
    headings = {"number": _("Number"), "name": _("Slope project"), "state": _("State")}
    headings |= {"gained": _("Usable land gained"), "cost": _("Cost per mu")}
    list_rows(
        land_registers.SLOPES,
        found.order_by("number"),
        _row,
        headings,
        {"state": kinds.SLOPE_STATES},
        as_json=as_json,
        as_csv=as_csv,
        right=("gained", "cost"),
    )


def _row(one: SlopeProject) -> dict[str, Any]:
    cost = words.yuan(one.cost_per_mu_fen) if one.cost_per_mu_fen is not None else None
    facts = {name: getattr(one, name) for name in ("number", "name", "state")}
    return facts | {"gained": words.mu(one.gained_mu), "cost": cost}


@app.command("show")
def show_slope(number: Number, as_json: AsJson = False) -> None:
    """One slope project."""
    one = queries.slope_of(shared.reader("park.view_slopes"), number)
    facts: dict[str, Any] = {
        column.name: getattr(one, column.name)
        for column in kinds.SLOPES.columns
        if column.name not in ("park", "standing", "outline")
    }
    facts |= {"park": one.park.number, "outline": one.outline, "version": one.version}
    headings: dict[str, Any] = {
        column.name: column.heading for column in kinds.SLOPES.columns if column.name in facts
    }
    show_whole(facts, headings | {"version": _("Version")}, [], as_json=as_json)


@app.command("add")
def add_slope(
    number: Number,
    name: given.NameZh,
    outline: Annotated[str, typer.Option("--outline", help="WKT or GeoJSON in degrees of CGCS2000.")],
    slope: Annotated[Decimal, _measure("--slope", "Mean slope in degrees.")],
    gained: Annotated[Decimal, _measure("--gained", "Usable land gained, in mu.")],
    en: given.NameEn = "",
    cost: Cost = None,
    farmland_lost: FarmlandLost = None,
    farmland_compensated: FarmlandBack = None,
    forest_lost: ForestLost = None,
    forest_compensated: ForestBack = None,
    source: Source = None,
    park: Annotated[str, typer.Option("--park", help="Number of the park.")] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Propose a slope project."""
    where = parks.park_chosen(acting(), shared.pairing_of(pairing), park)
    one = written(
        lambda: actions.add_slope(
            where,
            number=number,
            name_zh=name,
            name_en=en,
            outline=outline,
            mean_slope_degrees=slope,
            gained_mu=gained,
            cost_per_mu_fen=cost,
            farmland_lost_mu=farmland_lost,
            farmland_compensated_mu=farmland_compensated,
            forest_lost_mu=forest_lost,
            forest_compensated_mu=forest_compensated,
            source=source or "",
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("%s is proposed.") % one.name, one, dry_run, as_json)


@app.command("change")
def change_slope(
    number: Number,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    outline: Annotated[str | None, typer.Option("--outline", help="WKT or GeoJSON in degrees.")] = None,
    slope: Annotated[Decimal | None, _measure("--slope", "Mean slope in degrees.")] = None,
    gained: Annotated[Decimal | None, _measure("--gained", "Usable land gained, in mu.")] = None,
    cost: Cost = None,
    farmland_lost: FarmlandLost = None,
    farmland_compensated: FarmlandBack = None,
    forest_lost: ForestLost = None,
    forest_compensated: ForestBack = None,
    source: Source = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known about a slope project."""
    changes = named(
        name_zh=name,
        name_en=en,
        outline=outline,
        mean_slope_degrees=slope,
        gained_mu=gained,
        cost_per_mu_fen=cost,
        farmland_lost_mu=farmland_lost,
        farmland_compensated_mu=farmland_compensated,
        forest_lost_mu=forest_lost,
        forest_compensated_mu=forest_compensated,
        source=source,
    )
    one = queries.slope_of(acting(), number)
    written(lambda: actions.change_slope(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The slope project is saved."), one, dry_run, as_json)


@app.command("move")
def move_slope(
    number: Number,
    to: Annotated[
        str, typer.Argument(parser=given.one_of(kinds.SLOPE_STATES), metavar="STATE", help="The next step.")
    ],
    on: Annotated[date | None, given.a_day("--on", "On which day; today by default.")] = None,
    approval: Annotated[str, given.text("--approval", 80, "Number of the approval document.")] = "",
    reason: Annotated[str, given.text("--reason", 300, "Why; needed for a way back.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that a slope project has come a step further."""
    one = queries.slope_of(acting(), number)
    written(
        lambda: actions.move_slope(one, to=to, on=on, approval_number=approval, reason=reason, by=acting()),
        dry_run=dry_run,
    )
    told = {"name": one.name, "state": columns.words(kinds.SLOPE_STATES, one.state)}
    _done(_("%(name)s is now: %(state)s.") % told, one, dry_run, as_json)


def _done(sentence: str, one: SlopeProject, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "state": str(one.state), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
