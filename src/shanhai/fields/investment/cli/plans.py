"""``shanhai investment plan ...``: portfolios planned from the records, adopted, given free again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import sentences, tasks
from shanhai.fields.investment.actions import plans as actions
from shanhai.fields.investment.models import PortfolioPlan
from shanhai.fields.investment.queries import planning
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.park.queries import parks
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    remark,
    show,
    show_whole,
    written,
)

app = noun(
    "Portfolio plans from the records: which leads get which land, what holds it back, who stays out why."
)

Number = Annotated[str, typer.Argument(help="Number of the plan.")]
ParkNumber = Annotated[
    str, typer.Option("--park", help="Number of the park; the largest home park by default.")
]
Stages = Annotated[
    list[str], typer.Option("--stage", help="Leads at this stage; may be given several times.")
]
Kinds = Annotated[list[str], typer.Option("--kind", help="Leads of this kind; may be given several times.")]
InCluster = Annotated[str, typer.Option("--cluster", help="Leads of this cluster.")]
Without = Annotated[
    list[str], typer.Option("--without", help="A lead that stays out; may be given several times.")
]
Value = Annotated[str, typer.Option("--value", help="tax, output, investment, jobs or score.")]
Years = Annotated[int, typer.Option("--years", min=1, max=rules.MOST_YEARS, help="Over so many years.")]
Land = Annotated[
    list[float],
    typer.Option("--land", help="Land limit of each year in mu; what the records say by default."),
]
Energy = Annotated[float | None, typer.Option("--energy", min=0, help="Energy limit in tce.")]
Emission = Annotated[float | None, typer.Option("--emission", min=0, help="Emission limit in tonnes.")]
Budget = Annotated[float | None, typer.Option("--budget", min=0, help="Budget in 10,000 yuan.")]
Grant = Annotated[
    float, typer.Option("--grant", min=0, max=100, help="Percent of its investment that a lead takes of it.")
]
Servicing = Annotated[
    float, typer.Option("--servicing", min=0, help="10,000 yuan that servicing a levelled mu takes of it.")
]
Levelled = Annotated[bool, typer.Option("--levelled", help="With land that is levelled, ready next year.")]
StepMu = Annotated[float, typer.Option("--step-mu", min=0.01, help="Try so much more land.")]
StepTce = Annotated[float, typer.Option("--step-tce", min=0.01, help="Try so much more energy.")]
Seconds = Annotated[int, typer.Option("--seconds", min=1, max=rules.MOST_SECONDS, help="Time at most.")]
_LIST = (
    "number",
    "made_on",
    "is_ready",
    "value",
    "bound",
    "gap",
    "placed_n",
    "left_n",
    "fingerprint",
    "version",
)


@app.command("list")
def list_plans(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The plans, latest first."""
    found = queries.plans_of(shared.reader("investment.view_plans"), shared.pairing_of(pairing))
    rows = [
        {name: getattr(one, name) for name in _LIST} | {"park": one.park.number, "adopted_n": one.adopted_n}  # type: ignore[attr-defined]
        for one in found.order_by("-made_on", "-pk")
    ]
    if as_json or as_csv:
        show(rows, dict.fromkeys((*_LIST, "park", "adopted_n")), as_json=as_json, as_csv=as_csv)
        return
    headings = {
        "number": _("Number"),
        "park": _("Park"),
        "made_on": _("Made on"),
        "value": _("It brings"),
        "placed_n": _("Leads placed"),
    }
    headings |= {"left_n": _("Left out"), "adopted_n": _("Adopted")}
    show(rows, headings, as_json=False, as_csv=False, right=("value", "placed_n", "left_n", "adopted_n"))


@app.command("show")
def show_plan(number: Number, as_json: AsJson = False) -> None:
    """One plan with its lines, limits and what stays out."""
    _show(queries.plan_of(shared.reader("investment.view_plans"), number), as_json)


def _show(one: PortfolioPlan, as_json: bool) -> None:
    lines = [
        {"position": line.position, "lead": line.lead.number, "plots": " + ".join(line.plots), "phase": line.phase, "value": line.value,
         "score": line.score, "adopted_on": line.adopted_on, "released_on": line.released_on, "version": line.version}
        for line in queries.lines_of(one)
    ]  # fmt: skip
    unplaced = [
        {"lead": each["lead"], "why": " ".join(sentences.reason(rules.reason_of(why)) for why in each["reasons"]), "most": each["most_with_it"]}
        for each in one.result.get("unplaced", [])
    ]  # fmt: skip
    words = {
        "lead": _("Lead"),
        "plots": _("Plots"),
        "phase": _("Phase"),
        "value": _("Worth"),
        "score": _("Score"),
        "adopted_on": _("Adopted"),
    }
    bind = {
        "limit": _("Limit"),
        "phase": _("Phase"),
        "given": _("Limit set"),
        "used": _("Used"),
        "step": _("More of it"),
        "gain": _("Brings"),
    }
    out = {"lead": _("Lead"), "why": _("Because"), "most": _("A plan with it brings at most")}
    changed = planning.changed_since(one) if one.is_ready else None
    facts = {name: getattr(one, name) for name in _LIST} | {
        "park": one.park.number,
        "is_stale": bool(changed and changed.is_any),
    }
    show_whole(
        facts,
        {name: name for name in facts},
        [
            Part("lines", _("Placed"), lines, words, ("phase", "value", "score")),
            Part(
                "binding",
                _("What holds the plan back"),
                one.result.get("binding", []),
                bind,
                ("given", "used", "step", "gain"),
            ),
            Part("unplaced", _("Not placed"), unplaced, out, ("most",)),
        ],
        as_json=as_json,
    )


def _asked(
    park: str, pairing: str, stage: list[str], kind: list[str], cluster: str, without: list[str], value: str, years: int,
    land: list[float], energy: float | None, emission: float | None, budget: float | None, grant: float, servicing: float,
    levelled: bool, step_mu: float, step_tce: float, seconds: int,
) -> tuple[Any, rules.Asked]:  # fmt: skip
    by = shared.somebody()
    which = parks.park_chosen(by, shared.pairing_of(pairing), park)
    limits: tuple[float | None, ...] = tuple(land) or planning.suggested(by, which, years)["land_mu"]
    asked = rules.Asked(
        tuple(stage), tuple(kind), cluster, tuple(without), value, years, limits, energy, emission, budget, grant, servicing, levelled,
        step_mu, step_tce, seconds,
    )  # fmt: skip
    rules.check_asked(asked)
    return which, asked


@app.command("preview")
def preview_plan(
    park: ParkNumber = "", stage: Stages = [], kind: Kinds = [], cluster: InCluster = "", without: Without = [], value: Value = "tax",  # noqa: B006
    years: Years = 1, land: Land = [], levelled: Levelled = False, pairing: shared.PairingCode = "", as_json: AsJson = False,  # noqa: B006
) -> None:  # fmt: skip
    """What a plan would be made from; needs --as."""
    which, asked = _asked(
        park,
        pairing,
        stage,
        kind,
        cluster,
        without,
        value,
        years,
        land,
        None,
        None,
        None,
        0,
        0,
        levelled,
        1,
        1,
        60,
    )
    found = planning.preview(acting(), which, asked)
    leads = [{"lead": one.number, "land_mu": one.land_mu, "tax_fen": one.tax_fen} for one in found.leads]
    plots = [{"plot": one.number, "mu": one.mu, "plant_m2": one.plant_m2} for one in found.places]
    missing = [{"lead": one.number, "unknown": ", ".join(names)} for one, names in found.missing]
    kept = [{"lead": one.number, "plots": ", ".join(numbers)} for one, numbers in found.kept]
    facts = {
        "park": which.number,
        "land_mu": found.land_mu,
        "asked_mu": found.asked_mu,
        "limits_mu": [*asked.land_mu],
    }
    show_whole(
        facts,
        {name: name for name in facts},
        [
            Part("leads", _("Leads"), leads, {"lead": _("Lead"), "land_mu": _("Land (mu)"), "tax_fen": _("Tax")}, ("land_mu", "tax_fen")),
            Part("plots", _("Plots"), plots, {"plot": _("Plot"), "mu": _("mu"), "plant_m2": _("Plant there, m²")}, ("mu", "plant_m2")),
            Part("missing", _("Left out until more is known"), missing, {"lead": _("Lead"), "unknown": _("Missing")}),
            Part("kept", _("Has land already"), kept, {"lead": _("Lead"), "plots": _("Plots")}),
        ],
        as_json=as_json,
    )  # fmt: skip


@app.command("make")
def make_plan(
    park: ParkNumber = "", stage: Stages = [], kind: Kinds = [], cluster: InCluster = "", without: Without = [], value: Value = "tax",  # noqa: B006
    years: Years = 1, land: Land = [], energy: Energy = None, emission: Emission = None, budget: Budget = None, grant: Grant = 0,  # noqa: B006
    servicing: Servicing = 0, levelled: Levelled = False, step_mu: StepMu = 1, step_tce: StepTce = 1, seconds: Seconds = 60,
    pairing: shared.PairingCode = "", dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make a plan, have it checked, keep it, and show it; needs --as. With --dry-run only what it would be made from is looked at."""
    which, asked = _asked(
        park, pairing, stage, kind, cluster, without, value, years, land, energy, emission, budget, grant, servicing, levelled, step_mu,
        step_tce, seconds,
    )  # fmt: skip
    one = written(lambda: actions.make_plan(which, asked, by=shared.somebody()), dry_run=dry_run)
    if dry_run:
        _done(_("It would be made from %(leads)s leads and %(plots)s plots.") % {"leads": len(one.inputs["leads"]), "plots": len(one.inputs["plots"])}, one, True, as_json)  # fmt: skip
        return
    remark(_("Plan %s is being made.") % one.number)
    tasks.run_waiting()
    _show(queries.plan_of(acting(), one.number), as_json)


@app.command("adopt")
def adopt_plan(
    number: Number,
    lead: Annotated[str, typer.Option("--lead", metavar="LEAD", help="Only the line of this lead.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Reserve the land of a plan for its leads: of one line, or of all or none."""
    one = queries.plan_of(acting(), number)
    act: Callable[[], Any] = lambda: actions.adopt_plan(one, by=acting())  # noqa: E731
    if lead:
        line = queries.line_of(one, lead)
        act = lambda: actions.adopt_line(line, by=acting())  # noqa: E731
    written(act, dry_run=dry_run)
    _done(_("Adopted; its land is reserved."), one, dry_run, as_json)


@app.command("release")
def release_plan(
    number: Number,
    lead: Annotated[str, typer.Option("--lead", metavar="LEAD", help="Only the line of this lead.")] = "",
    reason: Annotated[str, given.text("--reason", 300, "Why.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give land free again that a plan reserved."""
    one = queries.plan_of(acting(), number)
    act: Callable[[], Any] = lambda: actions.release_plan(one, reason=reason, by=acting())  # noqa: E731
    if lead:
        line = queries.line_of(one, lead)
        act = lambda: actions.release_line(line, reason=reason, by=acting())  # noqa: E731
    written(act, dry_run=dry_run)
    _done(_("Its land is free again."), one, dry_run, as_json)


def _done(sentence: str, one: PortfolioPlan, dry_run: bool, as_json: bool) -> None:
    facts: dict[str, Any] = {"number": one.number, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
