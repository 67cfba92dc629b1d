"""``shanhai investment projects board, stalled, ledger, way ...``: how far projects are, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import capacity, project_steps, service_teams, stalls
from shanhai.fields.investment.cli.projects import Number, app
from shanhai.fields.investment.queries import evidence, projects
from shanhai.fields.investment.queries import ledger as ledgers
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.cli.shared import member_of, papers_option, unit_of, with_papers
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, show, show_whole, written


@app.command("board")
def board(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """How many projects stand at each stage, and how many of them stand still."""
    place = shared.pairing_of(pairing)
    rows = projects.projects_of(shared.reader("investment.view_board"), place)
    found = queries.board(rows, queries.figure(place, rules.STALL_DAYS), clock.today(), first=0)
    names = ("stage", "n", "fen", "stalled")
    lines = [{name: getattr(one, name) for name in names} for one in found]
    if not (as_json or as_csv):
        for line in lines:
            line |= {"stage": columns.words(columns.STAGES, line["stage"]), "fen": words.yuan(line["fen"])}
    headings = {
        "stage": _("Stage"),
        "n": _("Projects"),
        "fen": _("Total investment"),
        "stalled": _("Stand still"),
    }
    show(lines, headings, as_json=as_json, as_csv=as_csv, right=names[1:])


@app.command("sides")
def sides(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What each side books of the projects; the parts add up, since each is counted once."""
    place = shared.pairing_of(pairing)
    rows = projects.projects_of(shared.reader("investment.view_board"), place).exclude(stage="dropped")
    lines: list[dict[str, Any]] = [
        {"side": one.side, "n": float(one.n), "fen": int(one.fen)}
        for one in queries.by_side(rows, queries.figure(place, rules.ATTRIBUTION))
    ]
    if not (as_json or as_csv):
        for line in lines:
            line |= {
                "side": columns.words(columns.SIDES, str(line["side"])),
                "fen": words.yuan(int(line["fen"])),
            }
    headings = {"side": _("Side"), "n": _("Projects"), "fen": _("Total investment")}
    show(lines, headings, as_json=as_json, as_csv=as_csv, right=("n", "fen"))


@app.command("stalled")
def stalled(
    on: Annotated[str, typer.Option("--on", help="One of the five lists, or a stage.")] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Projects that stand still: by how many days too long, why, and what is done."""
    known = {one.five for one in rules.LISTS} | set(rules.BY_STAGE)
    if on and on not in known:
        raise typer.BadParameter(f"{on!r} is none of {', '.join(sorted(known))}.")
    place = shared.pairing_of(pairing)
    table = queries.figure(place, rules.STALL_DAYS)
    rows = projects.projects_of(shared.reader("investment.view_board"), place)
    rows = rows.filter(queries.stalled_where(table, clock.today())).order_by("stage_on", "pk")
    found = list(queries.on_list(rows, on) if on else rows)
    queries.with_notes(found)
    lines = [_stalled_line(one, table) for one in found]
    if not (as_json or as_csv):
        for line in lines:
            line["stage"] = columns.words(columns.STAGES, line["stage"])
    headings = {"number": _("Number"), "name": _("Project"), "stage": _("Stage"), "since": _("Since")}
    headings |= {"days_over": _("Days over"), "unit": _("Whose business"), "reason": _("Why it stands still")}
    headings |= {"measure": _("What is done about it"), "due_on": _("To be done by")}
    show(lines, headings, as_json=as_json, as_csv=as_csv, right=("days_over",))


def _stalled_line(one: Any, table: dict[str, int]) -> dict[str, Any]:
    note = one.note
    return {
        "number": one.number,
        "name": one.name,
        "stage": one.stage,
        "since": one.stage_on,
        "days_over": queries.days_over(one, table),
        "unit": note.unit.code if note else "",
        "reason": note.reason if note else "",
        "measure": note.measure if note else "",
        "due_on": note.due_on if note else None,
    }


@app.command("ledger")
def ledger(
    week: Annotated[str, given.text("--week", 10, "ISO week, as 2023-W38; this one by default.")] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What happened with projects in a week: moved, paid in, asked and granted, stood still, explained."""
    found = ledgers.week(
        shared.reader("investment.view_board"), shared.pairing_of(pairing), week, clock.today()
    )
    lines = [ledgers.facts_of(line) for what in ledgers.WHAT for line in found.lines[what]]
    headings = {
        "what": _("What"),
        "on": _("On"),
        "project": _("Project"),
        "came_from": _("From"),
        "to": _("To"),
    }
    headings |= {"amount_fen": _("Paid in"), "quantity": _("Quantity"), "measure": _("Measure")}
    headings |= {"record": _("Record"), "text": _("Remark")}
    lines = [{name: line.get(name) for name in headings} for line in lines]
    show(lines, headings, as_json=as_json, as_csv=as_csv, right=("amount_fen", "quantity"))


@app.command("way")
def way(number: Number, as_json: AsJson = False) -> None:
    """The way of one project: its log, what the next step lacks, its team, whose it is, what it kept of its promises."""
    reader = shared.reader("investment.view_projects")
    found = queries.way_of(projects.project_of(reader, number), reader)
    facts = {name: found[name] for name in ("number", "next", "days_over", "version")}
    facts["missing"] = ", ".join(found["missing"])
    facts["team_lacks"] = ", ".join(found["team_lacks"])
    facts["attribution"] = ", ".join(f"{side} {n}" for side, n in found["attribution"].items())
    headings = {"number": _("Number"), "next": _("Next stage"), "missing": _("Missing for the next stage")}
    headings |= {
        "days_over": _("Days over"),
        "team_lacks": _("The team lacks"),
        "attribution": _("Whose it is"),
    }
    steps = ("place", "came_from", "to", "on", "reason", "paper", "cause", "papers", "taken_back_at")
    parts = [
        Part(
            "steps",
            _("Steps"),
            [_line(one, steps, as_json) for one in found["steps"]],
            {"place": _("No."), "came_from": _("From"), "to": _("To"), "on": _("On"), "reason": _("Why"), "paper": _("Paper"),
             "cause": _("Case"), "papers": _("Documents"), "taken_back_at": _("Taken back")},
        ),
        Part(
            "team",
            _("Service team"),
            [{"member": one.member.code, "side": one.side, "task": one.task} for one in found["team"]],
            {"member": _("Member"), "side": _("Side"), "task": _("For what")},
        ),
        Part(
            "checks",
            _("Checks"),
            [
                {"on": one.on, "year": one.year, "failed": ", ".join(one.failed), "reason": one.reason}
                for one in found["checks"]
            ],
            {"on": _("On"), "year": _("Year"), "failed": _("Missed"), "reason": _("Why")},
        ),
    ]  # fmt: skip
    show_whole(facts, headings | {"version": _("Version")}, parts, as_json=as_json)


def _line(step: Any, names: Sequence[str], as_json: bool) -> dict[str, Any]:
    line = {name: getattr(step, name) for name in names}
    return line if as_json else line | {"papers": ", ".join(map(str, line["papers"]))}


@app.command("papers")
def add_step_papers(
    number: Number,
    place: Annotated[int, typer.Argument(min=1, metavar="STEP", help="Its place in the log, from 1.")],
    paper: Annotated[list[str] | None, papers_option("--file", "A photograph or paper.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add photographs and papers to a step of a project."""
    one = projects.project_of(acting(), number)
    step = evidence.step_of(one, place)
    with_papers(
        paper,
        one.pairing,
        lambda papers: project_steps.add_step_papers(step, papers, by=acting()),
        dry_run=dry_run,
    )
    _done(_("They stand with the step."), one, dry_run, as_json)


@app.command("take-back")
def take_back(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take back the last step while it is fresh."""
    one = projects.project_of(acting(), number)
    written(lambda: project_steps.take_back_step(one, by=acting()), dry_run=dry_run)
    word = columns.words(columns.STAGES, one.stage)
    _done(_("%(name)s is now: %(stage)s.") % {"name": one.name, "stage": word}, one, dry_run, as_json)


@app.command("stall")
def note_stall(
    number: Number,
    reason: Annotated[str, given.text("--reason", 300, "Why it stands still.")],
    measure: Annotated[str, given.text("--measure", 300, "What is done about it.")],
    due_on: Annotated[date, given.a_day("--until", "Until when.")],
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit whose business it is.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say why a project stands still, and what is done about it."""
    one, by = projects.project_of(acting(), number), acting()
    written(
        lambda: stalls.note_stall(
            one, reason=reason, measure=measure, due_on=due_on, unit=unit_of(unit) if unit else None, by=by
        ),
        dry_run=dry_run,
    )
    _done(_("Written down; it is reminded of when it is due."), one, dry_run, as_json)


@app.command("join")
def join_team(
    number: Number,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Code of the member.")],
    task: Annotated[str, given.choice("--for", columns.TASKS, "For what")],
    from_on: Annotated[date | None, given.a_day("--on", "Since when; today by default.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put somebody into the service team of a project."""
    one, by = projects.project_of(acting(), number), acting()
    written(
        lambda: service_teams.join_team(one, member=member_of(member), task=task, from_on=from_on, by=by),
        dry_run=dry_run,
    )
    _done(_("They are in the team, and told so."), one, dry_run, as_json)


@app.command("leave")
def leave_team(
    number: Number,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Code of the member.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let somebody leave the service team."""
    one, by = projects.project_of(acting(), number), acting()
    written(lambda: service_teams.leave_team(queries.team_member_of(one, member), by=by), dry_run=dry_run)
    _done(_("They are out of the team; that they served stays on record."), one, dry_run, as_json)


@app.command("check")
def check_promises(
    number: Number,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="The latest whole one by default.")] = None,
    investment: Annotated[int | None, typer.Option("--investment", parser=given.fen, metavar="YUAN", help="Investment made.")] = None,
    output: Annotated[int | None, typer.Option("--output", parser=given.fen, metavar="YUAN", help="Output of the year.")] = None,
    tax: Annotated[int | None, typer.Option("--tax", parser=given.fen, metavar="YUAN", help="Tax of the year.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=0, max=rules.MOST_JOBS, help="People employed.")] = None,
    paper: Annotated[str, given.text("--paper", 200, "The paper that shows figures given here.")] = "",
    reason: Annotated[str, given.text("--reason", 300, "Why it misses what it misses.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Check what a project promised, by the figures of the park, or by those of a paper."""
    one, by = projects.project_of(acting(), number), acting()
    typed = {"investment_fen": investment, "output_fen": output, "tax_fen": tax, "jobs": jobs}
    is_typed = any(value is not None for value in typed.values())
    found = written(
        lambda: capacity.check_promises(
            one, year=year, measured=typed if is_typed else None, paper=paper, reason=reason, by=by
        ),
        dry_run=dry_run,
    )
    failed = len(found.failed)
    told = (
        _("Checked; it misses %s of what it promised.") % failed
        if failed
        else _("Checked; it keeps what it promised.")
    )
    done(
        told,
        {"number": one.number, "year": found.year, "failed": found.failed},
        dry_run=dry_run,
        as_json=as_json,
    )


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
