"""``shanhai park grading ...``: the grading of a year, objections, rulings, and what grades bring."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core.models import Document
from shanhai.fields.office.cli import shared
from shanhai.fields.park.actions import grades as actions
from shanhai.fields.park.columns.grades import CAUSES, RULINGS
from shanhai.fields.park.models import GradingRun
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.registry.cli.shared import papers_option, with_papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, show_whole, written

app = noun("Gradings of a year: drafted, published, objected to, final.")

Number = Annotated[str, typer.Argument(help="Number of the grading.")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", help="Code of the enterprise.")]
Year = Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2100, help="The year.")]
Reason = Annotated[str, given.text("--reason", 300, "Why.")]
Kind = Annotated[str, typer.Argument(parser=given.one_of(RULINGS), metavar="KIND", help="veto or exempt.")]


@app.command("list")
def list_gradings(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The gradings, latest year first."""
    found = queries.runs_of(shared.reader("park.view_grading"), shared.pairing_of(pairing))
    headings = {
        "number": _("Number"),
        "year": _("Year"),
        "stage": _("Status"),
        "A": "A",
        "B": "B",
        "C": "C",
        "D": "D",
    }
    headings |= {
        "published_on": _("Published on"),
        "objections_until": _("Objections until"),
        "final_on": _("Made final on"),
    }
    show((_run(one) for one in found), headings, as_json=as_json, as_csv=as_csv)


def _run(one: GradingRun) -> dict[str, Any]:
    names = ("number", "year", "stage", "published_on", "objections_until", "final_on")
    tally = queries.tally_of(one)
    return {name: getattr(one, name) for name in names} | {grade: tally[grade] for grade in "ABCD"}


@app.command("show")
def show_grading(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The grades of one grading with their points."""
    run = queries.run_of(shared.reader("park.view_grading"), number)
    rows = [
        {"firm": one.firm.code, "grade": one.grade, "score": one.score, "land_mu": one.land_mu}
        | {"exempt": one.exempt, "veto": one.veto, **one.items_read}
        for one in queries.grades_of(acting(), run).order_by("-score", "pk")
    ]
    items = dict.fromkeys(name for row in rows for name in row)
    headings = {name: _HEADS.get(name, name) for name in items}
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=("score", "land_mu"))


_HEADS = {"firm": "firm", "grade": "grade", "score": "score"}


@app.command("rules")
def show_rules(number: Number, as_json: AsJson = False) -> None:
    """The values of the rulebook that a grading used."""
    run = queries.run_of(shared.reader("park.view_grading"), number)
    facts: dict[str, Any] = {
        "number": run.number,
        "year": run.year,
        "stage": run.stage,
        "version": run.version,
    }
    facts |= {code: f"{stamp['value']} {stamp['hash'][:12]}" for code, stamp in run.stamps.items()}
    headings = {name: name for name in facts}
    show_whole(facts, headings, [], as_json=as_json)


@app.command("draft")
def draft_grading(
    year: Year, pairing: shared.PairingCode = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Compute the grades of a year as a draft."""
    run = written(
        lambda: actions.draft_grading(shared.pairing_of(pairing), year, by=acting()), dry_run=dry_run
    )
    _done(_("The draft is computed as %s.") % run.number, run, dry_run, as_json)


@app.command("compute")
def compute_again(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Compute a grading anew from the figures of now."""
    run = queries.run_of(acting(), number)
    written(lambda: actions.compute_again(run, by=acting()), dry_run=dry_run)
    _done(_("Computed anew from the figures of now."), run, dry_run, as_json)


@app.command("publish")
def publish_grading(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Publish the grades for objections."""
    run = queries.run_of(acting(), number)
    written(lambda: actions.publish_grading(run, by=acting()), dry_run=dry_run)
    _done(_("Published; every enterprise is told and may object."), run, dry_run, as_json)


@app.command("finish")
def finish_grading(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make the grades final."""
    run = queries.run_of(acting(), number)
    written(lambda: actions.finish_grading(run, by=acting()), dry_run=dry_run)
    _done(_("The grades are final."), run, dry_run, as_json)


@app.command("withdraw")
def withdraw_grading(
    number: Number, reason: Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw a grading that is not final."""
    run = queries.run_of(acting(), number)
    written(lambda: actions.withdraw_grading(run, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The grading is withdrawn."), run, dry_run, as_json)


@app.command("object")
def object_to_grade(
    number: Number,
    firm: Firm,
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="What is wrong; - is standard input."
        ),
    ],
    papers: Annotated[
        list[str] | None, papers_option("--paper", "Stamped evidence; may be repeated.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Object to a published grade."""
    run = queries.run_of(acting(), number)
    grade = queries.grade_of(run, firm)

    def call(brought: list[Document]) -> Any:
        return actions.object_to_grade(grade, text=text, papers=brought, by=acting())

    with_papers(papers or [], run.pairing, call, dry_run=dry_run)
    _done(_("The objection is sent; whoever graded decides."), run, dry_run, as_json)


@app.command("decide")
def decide_appeal(
    number: Number,
    firm: Firm,
    upheld: Annotated[bool, typer.Option("--upheld/--rejected", help="What is decided.")],
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Decide on an objection; upheld, the grading is computed anew."""
    run = queries.run_of(acting(), number)
    appeal = queries.appeal_of(queries.grade_of(run, firm))
    written(
        lambda: actions.decide_appeal(appeal, is_upheld=upheld, decision=reason, by=acting()), dry_run=dry_run
    )
    _done(_("Decided; the enterprise is told."), run, dry_run, as_json)


@app.command("rule")
def rule_on_firm(
    firm: Firm,
    year: Year,
    kind: Kind,
    cause: Annotated[str, given.choice("--cause", CAUSES, "Cause")],
    reason: Annotated[str, given.text("--reason", 280, "It stands beside the grade.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Rule that an enterprise is D whatever its score, or not graded."""
    one = firms.firm_of(acting(), firm)
    ruling = written(
        lambda: actions.rule_on_firm(one, year, kind=kind, cause=cause, text=reason, by=acting()),
        dry_run=dry_run,
    )
    facts = {"firm": one.code, "year": year, "kind": kind, "version": ruling.version}
    done(_("Ruled; the next computing of that year takes it up."), facts, dry_run=dry_run, as_json=as_json)


@app.command("unrule")
def withdraw_ruling(
    firm: Firm, year: Year, kind: Kind, reason: Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take a ruling back."""
    one = firms.firm_of(acting(), firm)
    ruling = queries.ruling_of(one, year, kind)
    written(lambda: actions.withdraw_ruling(ruling, reason=reason, by=acting()), dry_run=dry_run)
    facts = {"firm": one.code, "year": year, "kind": kind, "version": ruling.version}
    done(_("The ruling is taken back."), facts, dry_run=dry_run, as_json=as_json)


@app.command("execution")
def list_duties(
    number: Number,
    department: Annotated[str, typer.Option("--department", help="Code of one department.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Who carries out what the grades of a year bring."""
    run = queries.run_of(shared.reader("park.view_grading"), number)
    headings = {"department": _("Executing department"), "firm": _("Enterprise"), "grade": _("Grade")}
    headings |= {"instrument": _("Instrument"), "value": _("Value"), "unit": _("Unit of the value")}
    rows: Any = (
        {"department": one.department_code, "firm": one.firm.code, "grade": one.grade}
        | {"instrument": one.policy.instrument, "value": one.policy.value, "unit": one.policy.unit}
        for one in queries.duties_of(run, department)
    )
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _done(sentence: str, run: GradingRun, dry_run: bool, as_json: bool) -> None:
    facts = {"number": run.number, "stage": str(run.stage), "version": run.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
