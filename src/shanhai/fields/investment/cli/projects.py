"""``shanhai investment projects ...``: registered, changed, moved along their way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.investment import columns, rules
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.queries import registers
from shanhai.fields.investment.rules import pipeline
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.registry.cli.shared import organisation_of, papers_option, region_of, with_papers
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show_whole, written

app = noun("Investment projects: who builds what where, and how far they are.")

Number = Annotated[str, typer.Argument(help="Its number, or its project code.")]
_WORDS = {"stage": columns.STAGES} | {one.name: one.choices for one in rules.ATTRIBUTES if one.choices}


def _measure(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.number, metavar="NUMBER", help=about)


def _choice(name: str, attribute: str) -> Any:
    one = rules.BY_NAME[attribute]
    return given.choice(name, one.choices, one.en, or_none=True)


Code = Annotated[str | None, given.text("--project-code", 40, "The 24 characters of the approval platform.")]
Industry = Annotated[str | None, given.text("--industry", 5, "Code of GB/T 4754, as C3670.")]
Place = Annotated[str | None, given.text("--place", 120, "Park or place, in Chinese.")]
PlaceEn = Annotated[str | None, given.text("--place-en", 160, "Park or place, in English.")]
Money = Annotated[
    int | None,
    typer.Option("--investment", parser=given.fen, metavar="YUAN", help="Total investment in yuan."),
]
Land = Annotated[Decimal | None, _measure("--land", "Land in mu.")]
Forest = Annotated[Decimal | None, _measure("--forest", "Forest land in it, in mu.")]
Building = Annotated[Decimal | None, _measure("--building", "New building area in square metres.")]
Energy = Annotated[Decimal | None, _measure("--energy", "Energy a year in tonnes of standard coal.")]
Basis = Annotated[str | None, _choice("--basis", "basis")]
LandBy = Annotated[str | None, _choice("--land-by", "land_by")]
Use = Annotated[str | None, _choice("--use", "building_use")]
Eia = Annotated[str | None, _choice("--eia", "eia")]
Hazardous = Annotated[bool | None, typer.Option("--hazardous/--not-hazardous", help="Hazardous chemicals.")]
Foreign = Annotated[bool | None, typer.Option("--foreign/--not-foreign", help="Foreign-invested.")]
LowRisk = Annotated[bool | None, typer.Option("--low-risk/--not-low-risk", help="Low-risk small project.")]
Roads = Annotated[bool | None, typer.Option("--roads/--no-roads", help="Touches roads or rivers.")]
Assessed = Annotated[
    bool | None, typer.Option("--assessed/--not-assessed", help="In an area that was assessed as a whole.")
]
Output = Annotated[
    int | None,
    typer.Option("--output", parser=given.fen, metavar="YUAN", help="Output a year promised, in yuan."),
]
Tax = Annotated[
    int | None, typer.Option("--tax", parser=given.fen, metavar="YUAN", help="Tax a year promised, in yuan.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=0, max=pipeline.MOST_JOBS, help="Jobs promised.")]
Introduced = Annotated[
    str | None, given.choice("--introduced-by", columns.SIDES, "Side that introduced it", or_none=True)
]


@app.command("list")
def list_projects(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", columns.STAGES, "Stage", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The projects, latest first."""
    found = queries.projects_of(shared.reader("investment.view_projects"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)
    headings = {"number": _("Number"), "name": _("Project"), "enterprise": _("Enterprise")}
    headings |= {"region": _("Stands in"), "stage": _("Stage"), "investment_fen": _("Investment")}
    list_rows(
        registers.PROJECTS,
        found.order_by("-registered_on", "-pk"),
        _row,
        headings,
        _WORDS,
        as_json=as_json,
        as_csv=as_csv,
        right=("investment_fen",),
    )


def _row(one: Project) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("number", "name", "stage")}
    money = words.yuan(one.investment_fen) if one.investment_fen is not None else None
    return facts | {"enterprise": one.enterprise.name, "region": one.region.name, "investment_fen": money}


@app.command("show")
def show_project(number: Number, as_json: AsJson = False) -> None:
    """One project with the facts that decide which approvals it needs."""
    one = queries.project_of(shared.reader("investment.view_projects"), number)
    facts = one.facts | _row(one) | {"project_code": one.project_code, "place": one.place}
    facts |= {"industry": one.industry, "stage_on": one.stage_on, "registered_on": one.registered_on}
    facts |= {"introducer_side": one.introducer_side, "stands_side": one.stands_side}
    facts |= {name: getattr(one, name) for name in ("output_fen", "tax_fen", "jobs")}
    facts |= {"about": one.about, "standing": one.standing, "source": one.source, "version": one.version}
    if as_json:
        facts |= one.facts
    else:
        facts |= {name: columns.words(_WORDS[name], facts[name]) for name in _WORDS if facts[name]}
    headings = {"number": _("Number"), "name": _("Project"), "project_code": _("Project code")}
    headings |= {"enterprise": _("Enterprise"), "region": _("Stands in"), "place": _("Park or place")}
    headings |= {"industry": _("Industry code"), "stage": _("Stage"), "stage_on": _("In it since")}
    headings |= {one.name: columns.PROJECTS.column(one.name).heading for one in rules.ATTRIBUTES}
    headings |= {"about": _("About"), "registered_on": _("Registered"), "source": _("Source")}
    show_whole(facts, headings | {"version": _("Version")}, [], as_json=as_json)


@app.command("add")
def add_project(
    name: given.NameZh,
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise.")],
    region: Annotated[str, typer.Option("--region", help="Code of the region where it stands.")],
    en: given.NameEn = "",
    number: Annotated[str, given.text("--number", 40, "Its number; the system gives one by default.")] = "",
    stage: Annotated[str, given.choice("--stage", columns.STAGES, "Stage")] = "lead",
    registered_on: Annotated[date | None, given.a_day("--on", "Registered; today by default.")] = None,
    project_code: Code = None,
    place: Place = None,
    place_en: PlaceEn = None,
    industry: Industry = None,
    investment: Money = None,
    basis: Basis = None,
    land: Land = None,
    land_by: LandBy = None,
    forest: Forest = None,
    building: Building = None,
    use: Use = None,
    energy: Energy = None,
    eia: Eia = None,
    hazardous: Hazardous = None,
    foreign: Foreign = None,
    low_risk: LowRisk = None,
    roads: Roads = None,
    assessed: Assessed = None,
    output: Output = None,
    tax: Tax = None,
    jobs: Jobs = None,
    introduced_by: Introduced = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Register a project; what is left out is not known."""
    facts = _given(
        project_code, place, place_en, industry, investment, basis, land, land_by, forest, building, use, energy, eia,
        hazardous, foreign, low_risk, roads, assessed, output, tax, jobs, introduced_by,
    )  # fmt: skip
    one = written(
        lambda: actions.add_project(
            shared.pairing_of(pairing),
            name_zh=name,
            name_en=en,
            enterprise=organisation_of(enterprise),
            region=region_of(region),
            number=number,
            stage=stage,
            registered_on=registered_on,
            by=acting(),
            **facts,
        ),
        dry_run=dry_run,
    )
    _done(_("Registered as %s.") % one.number, one, dry_run, as_json)


@app.command("change")
def change_project(
    number: Number,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name, as the paper has it.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    enterprise: Annotated[str | None, typer.Option("--enterprise", help="Code of the enterprise.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Code of the region where it stands.")
    ] = None,
    project_code: Code = None,
    place: Place = None,
    place_en: PlaceEn = None,
    industry: Industry = None,
    investment: Money = None,
    basis: Basis = None,
    land: Land = None,
    land_by: LandBy = None,
    forest: Forest = None,
    building: Building = None,
    use: Use = None,
    energy: Energy = None,
    eia: Eia = None,
    hazardous: Hazardous = None,
    foreign: Foreign = None,
    low_risk: LowRisk = None,
    roads: Roads = None,
    assessed: Assessed = None,
    output: Output = None,
    tax: Tax = None,
    jobs: Jobs = None,
    introduced_by: Introduced = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known about a project."""
    facts = _given(
        project_code, place, place_en, industry, investment, basis, land, land_by, forest, building, use, energy, eia,
        hazardous, foreign, low_risk, roads, assessed, output, tax, jobs, introduced_by,
    )  # fmt: skip
    changes = named(
        name_zh=name,
        name_en=en,
        enterprise=organisation_of(enterprise) if enterprise else None,
        region=region_of(region) if region else None,
        **facts,
    )
    one = queries.project_of(acting(), number)
    written(lambda: actions.change_project(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The project is saved."), one, dry_run, as_json)


@app.command("move")
def move_project(
    number: Number,
    to: Annotated[
        str,
        typer.Argument(
            parser=given.one_of(columns.STAGES), metavar="STAGE", help="The stage to which it has come."
        ),
    ],
    on: Annotated[date | None, given.a_day("--on", "Since when; today by default.")] = None,
    reason: Annotated[str, given.text("--reason", 300, "Why; needed for a way back.")] = "",
    paper: Annotated[str, given.text("--paper", 200, "The paper that shows it.")] = "",
    brought: Annotated[
        list[str] | None, papers_option("--file", "A photograph or paper that shows it, filed with it.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that a project has come to another stage."""
    one = queries.project_of(acting(), number)
    with_papers(
        brought,
        one.pairing,
        lambda papers: actions.move_project(
            one, to=to, on=on, reason=reason, paper=paper, papers=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    word = columns.words(columns.STAGES, one.stage)
    _done(_("%(name)s is now: %(stage)s.") % {"name": one.name, "stage": word}, one, dry_run, as_json)


_OPTIONS = (
    "project_code", "place_zh", "place_en", "industry", "investment_fen", "basis", "land_mu", "land_by", "forest_mu",
    "building_m2", "building_use", "energy_tce", "eia", "is_hazardous", "is_foreign", "is_low_risk",
    "touches_roads_or_rivers", "is_in_assessed_area", "output_fen", "tax_fen", "jobs", "introducer_side",
)  # fmt: skip


def _given(*values: Any) -> dict[str, Any]:
    """The facts that options named."""
    return {name: value for name, value in zip(_OPTIONS, values, strict=True) if value is not None}


def _done(sentence: str, one: Project, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
