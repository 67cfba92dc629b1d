"""``shanhai office rounds ...``: opened, filled in, confirmed, looked through, reminded of, merged."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shanhai.core import access, clock
from shanhai.core.cli import files
from shanhai.core.models import Member, Pairing
from shanhai.core.queries import pairings
from shanhai.fields.office import actions, columns
from shanhai.fields.office.cli import shared
from shanhai.fields.office.models import Round, RoundAnswer
from shanhai.fields.office.queries import merged, round_reach, workbooks
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    show,
    show_json,
    show_whole,
    written,
)

app = noun("Reporting rounds: opened, filled in, looked through, merged.")
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the round.")]
UnitCode = Annotated[str, typer.Argument(metavar="UNIT", help="Code of the unit that answers.")]
Word = Annotated[str, given.text("--word", 300, "A word along with it.")]
Reason = Annotated[str, given.text("--reason", 300, "Why; the units read it.")]
DueDay = Annotated[date, given.a_day("--due", "The due day.")]
Questions = Annotated[
    str,
    typer.Option(
        "--questions",
        metavar="FILE",
        help="Questions, one a line: name | English | type | unit | yes or no | what it counts for; - is standard input.",
    ),
]


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_rounds(
    pairing: Annotated[str, typer.Option("--pairing", help="Code of the pairing.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The rounds of a pairing, latest due first."""
    found = queries.with_counts(queries.rounds_of(_reader(), _pairing(pairing)))
    headings = {"number": _("Number"), "name": _("Round"), "period": _("Period"), "due_on": _("Due")}
    headings |= {"stage": _("Stage"), "asked": _("Units"), "with_office": _("With the office")}
    rows = (
        {
            "number": one.number,
            "name": one.name,
            "period": one.period,
            "due_on": one.due_on,
            "stage": _word(columns.ROUND_STAGES, one.stage, as_json or as_csv),
            "asked": getattr(one, "n_asked", 0) or 0,
            "with_office": getattr(one, "n_in", 0) or 0,
        }
        for one in found.order_by("-due_on", "-pk")
    )
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_round(number: Number, as_json: AsJson = False) -> None:
    """One round with its form and the standing of each unit."""
    one = queries.round_of(_reader(), number)
    facts = {
        name: getattr(one, name) for name in ("number", "name", "period", "due_on", "repeats", "version")
    }
    facts |= {"stage": _word(columns.ROUND_STAGES, one.stage, as_json), "pairing": one.pairing.code}
    headings = {"number": _("Number"), "name": _("Round"), "pairing": _("Pairing"), "period": _("Period")}
    headings |= {"due_on": _("Due"), "stage": _("Stage"), "repeats": _("Repeats"), "version": _("Version")}
    asked = [
        {"code": q.code, "name": q.name_zh, "type": q.type, "unit": q.unit, "feeds": q.feeds}
        for q in queries.questions_of(one)
    ]
    units = [
        {
            "unit": row.unit.code,
            "organisation": row.unit.organisation.name,
            "stage": _word(columns.ANSWER_STAGES, row.answer.stage, as_json),
            "given": row.answer.n_given,
            "cells": row.n_cells,
            "returned": row.answer.n_returned,
            "late": row.is_late if as_json else (_("late") if row.is_late else ""),
        }
        for row in queries.matrix(one)
    ]
    parts = [
        Part("questions", _("Questions"), asked, _question_headings()),
        Part("units", _("Units"), units, _unit_headings()),
    ]
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("values")
def list_values(number: Number, unit: UnitCode, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The values of one answer, each with its source."""
    one = queries.answer_of(_reader(), number, unit)
    queries.check_sees_values(acting(), one)
    headings = {"question": _("Question"), "line": _("Line"), "value": _("Value")}
    headings |= {"measure": pgettext("of a quantity", "Unit"), "state": _("State")}
    headings |= {"word": _("Word"), "unit": _("Unit"), "member": _("Filled in by"), "at": _("Given")}
    headings |= {"file_name": _("File"), "file_sha256": "SHA-256"}
    rows = queries.sourced_values(one)
    if not (as_json or as_csv):
        rows = [row | {"at": f"{clock.local(row['at']):%Y-%m-%d %H:%M}" if row["at"] else ""} for row in rows]
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("missing")
def list_missing(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The units that owe their answer: whom a reminder would reach."""
    rows = (
        {
            "unit": row.answer.unit.code,
            "organisation": row.answer.unit.organisation.name,
            "stage": _word(columns.ANSWER_STAGES, row.answer.stage, as_json or as_csv),
            "people": len(row.members),
        }
        for row in queries.missing(queries.round_of(_reader(), number))
    )
    headings = {
        "unit": _("Unit"),
        "organisation": _("Organisation"),
        "stage": _("Stage"),
        "people": _("People"),
    }
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("reach")
def list_reached(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Whom reminding would reach, by name: how, when, and who was reminded lately."""
    access.check(acting(), "office.remind_missing")
    found = round_reach.reach_of(queries.round_of(acting(), number))
    shared.show_reached(found, as_json, as_csv)


@app.command("template")
def write_template(
    number: Number,
    unit: UnitCode,
    to: Annotated[Path, typer.Argument(help="Workbook to write, such as answer.xlsx.")],
) -> None:
    """Write the workbook that a unit fills in, with its last values."""
    one = queries.answer_of(_reader(), number, unit)
    queries.check_sees_values(acting(), one)
    _write(to, lambda file: merged.write_template(one, file))


# -- the office ----------------------------------------------------------------------------------------------------


@app.command("draft")
def draft_round(
    name: given.NameZh,
    period: Annotated[str, typer.Option("--period", help="2023, 2023Q3 or 2023-09.")],
    due: DueDay,
    unit: Annotated[list[str], typer.Option("--unit", help="Unit that is asked; give it again for more.")],
    questions: Questions = "",
    like: Annotated[
        str, typer.Option("--like", help="Round whose form and units' last values are taken.")
    ] = "",
    en: given.NameEn = "",
    lines: Annotated[
        str, typer.Option("--lines", metavar="FILE", help="Fixed rows as CSV: code,name_zh,name_en,unit.")
    ] = "",
    number: Annotated[str, given.text("--number", 40, "Its number; the next free one by default.")] = "",
    repeats: Annotated[str, given.choice("--repeats", columns.REPEATS, "How it repeats", or_none=True)] = "",
    about: Annotated[str, given.text("--about", 500, "A word to the units.")] = "",
    office: Annotated[str, typer.Option("--office", help="Unit that asks, where nobody is acted as.")] = "",
    pairing: Annotated[str, typer.Option("--pairing", help="Code of the pairing.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write a round; nobody is asked before it is opened."""
    home = _pairing(pairing)
    previous = queries.round_of(acting(), like) if like else None
    asked = rules.read_questions(files.read_text(questions)) if questions else []
    fixed = _lines(lines)
    if previous is not None and not asked:
        asked, fixed = queries.questions_of(previous), fixed or queries.lines_of(previous)
    units = queries.units_by_code(home, unit)
    asks = queries.units_by_code(home, [office])[0] if office else None
    made = written(
        lambda: actions.draft_round(
            home,
            number=number,
            name_zh=name,
            name_en=en,
            period=period,
            due_on=due,
            questions=asked,
            lines=fixed,
            units=units,
            repeats=repeats,
            about=about,
            previous=previous,
            office=asks,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _said(made, _("Written. Open it with `shanhai office rounds open`."), dry_run, as_json)


@app.command("outline")
def outline(
    source: Annotated[str, typer.Argument(metavar="FILE", help="Workbook or CSV file; - is standard input.")],
    as_json: AsJson = False,
) -> None:
    """The questions of a workbook that the office has, as ``draft --questions`` reads them; no database is asked."""
    with files.opened(source, "form.csv") as file:
        asks = workbooks.read_form(file, Path(file.name).name)
    if as_json:
        show_json(asdict(asks))
    else:
        typer.echo(rules.write_questions(asks.questions))


@app.command("open")
def open_round(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Ask the units."""
    one = queries.round_of(acting(), number)
    written(lambda: actions.open_round(one, by=acting()), dry_run=dry_run)
    _said(one, _("Opened; the units are asked."), dry_run, as_json)


@app.command("form")
def change_round_form(
    number: Number, questions: Questions, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Change what is asked; answers that lack a new question go back to their units."""
    one = queries.round_of(acting(), number)
    asked = rules.read_questions(files.read_text(questions))
    written(lambda: actions.change_round_form(one, questions=asked, by=acting()), dry_run=dry_run)
    _said(one, _("Changed. Answers that lack a new question went back to their units."), dry_run, as_json)


@app.command("extend")
def extend_round(number: Number, due: DueDay, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Move the due day."""
    one = queries.round_of(acting(), number)
    written(lambda: actions.extend_round(one, due_on=due, by=acting()), dry_run=dry_run)
    _said(one, _("The units have time until %s.") % one.due_on, dry_run, as_json)


@app.command("call-off")
def call_off_round(number: Number, reason: Reason, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Call a round off: nobody need answer it any more."""
    one = queries.round_of(acting(), number)
    written(lambda: actions.call_off_round(one, reason=reason, by=acting()), dry_run=dry_run)
    _said(one, _("Called off: nobody need answer it."), dry_run, as_json)


@app.command("remind")
def remind_missing(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Remind all units that owe their answer; a dry run says how many people it would reach."""
    one = queries.round_of(acting(), number)
    told = written(lambda: actions.remind_missing(one, by=acting()), dry_run=dry_run)
    done(_("People who are told: %s.") % told, {"told": told}, dry_run=dry_run, as_json=as_json)


@app.command("merge")
def merge_round(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put accepted values into one workbook and into the records; a dry run says what would count."""
    one = queries.round_of(acting(), number)
    written(lambda: actions.merge_round(one, by=acting()), dry_run=dry_run)
    rows = [
        {
            "target": each["target"],
            "reported": each["reported"],
            "recorded": each["recorded"],
            "adds": each["adds"],
            "winner": _word(columns.WINNERS, each["winner"], as_json),
            "record": "" if dry_run else each["record"],
        }
        for each in one.outcomes
    ]
    headings = {"target": _("Counts for"), "reported": _("As reported"), "recorded": _("In the records")}
    headings |= {"adds": _("Added"), "winner": _("Who wins"), "record": _("Recorded as")}
    if as_json:
        show_json({"number": one.number, "outcomes": rows, "written": not dry_run})
        return
    show(rows, headings, right=("reported", "recorded", "adds"))
    done(_("Merged: one workbook, and the values are in the records."), {}, dry_run=dry_run)


@app.command("unmerge")
def take_back_merging(
    number: Number, reason: Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take a merging back: what it recorded is withdrawn, and the round is open again."""
    one = queries.round_of(acting(), number)
    written(lambda: actions.take_back_merging(one, reason=reason, by=acting()), dry_run=dry_run)
    _said(
        one, _("Taken back: what was recorded is withdrawn, and the round is open again."), dry_run, as_json
    )


# -- answers -------------------------------------------------------------------------------------------------------


@app.command("fill")
def fill_answer(
    number: Number,
    unit: UnitCode,
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="FILE", help="Workbook or CSV file with the values; - is standard input."
        ),
    ] = "",
    value: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="QUESTION=VALUE", help="One value; QUESTION/LINE=VALUE with fixed rows."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fill an answer in, from a file or value by value: all of it, or nothing and why."""
    one = queries.answer_of(acting(), number, unit)
    if not source:
        cells = dict(map(_set, value or []))
        written(lambda: actions.fill_answer(one, cells, by=acting()), dry_run=dry_run)
        _answered(one, _("Filled in."), dry_run, as_json)
        return
    with files.opened(source, "values.csv") as file:
        brought = workbooks.read(one, file, Path(file.name).name)
    written(
        lambda: actions.fill_answer(
            one,
            brought.values,
            file_name=brought.file_name,
            file_sha256=brought.sha256,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _answered(one, _("Filled in."), dry_run, as_json)


@app.command("confirm")
def hand_up(
    number: Number, unit: UnitCode, word: Word = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Pass an answer up one step of its unit; the last step confirms it."""
    one = queries.answer_of(acting(), number, unit)
    written(lambda: actions.hand_up(one, word=word, by=acting()), dry_run=dry_run)
    _answered(one, _("Passed on."), dry_run, as_json)


@app.command("return-in-unit")
def hand_down(
    number: Number, unit: UnitCode, word: Word, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Return an answer to the step below in its unit, with a word."""
    one = queries.answer_of(acting(), number, unit)
    written(lambda: actions.hand_down(one, word=word, by=acting()), dry_run=dry_run)
    _answered(one, _("Returned within its unit."), dry_run, as_json)


@app.command("accept")
def accept(
    number: Number,
    unit: Annotated[
        str, typer.Argument(metavar="[UNIT]", help="Code of the unit; all confirmed ones without.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Accept the answer of a unit, or all that are confirmed."""
    if unit:
        one = queries.answer_of(acting(), number, unit)
        written(lambda: actions.review_answer(one, by=acting()), dry_run=dry_run)
        _answered(one, _("Accepted."), dry_run, as_json)
        return
    of_round = queries.round_of(acting(), number)
    n = written(lambda: actions.accept_confirmed(of_round, by=acting()), dry_run=dry_run)
    done(_("Answers accepted: %s.") % n, {"accepted": n}, dry_run=dry_run, as_json=as_json)


@app.command("return")
def return_cells(
    number: Number,
    unit: UnitCode,
    cell: Annotated[
        list[str],
        typer.Option(
            "--cell", metavar="QUESTION=WORD", help="A cell and why; QUESTION/LINE=WORD with fixed rows."
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Return cells of an answer with a word each; the others are accepted."""
    one = queries.answer_of(acting(), number, unit)
    returned = dict(map(_set, cell))
    written(lambda: actions.review_answer(one, returned=returned, by=acting()), dry_run=dry_run)
    _answered(one, _("Returned; the rest is accepted."), dry_run, as_json)


@app.command("unaccept")
def take_back_acceptance(
    number: Number, unit: UnitCode, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take back that an answer was accepted."""
    one = queries.answer_of(acting(), number, unit)
    written(lambda: actions.take_back_acceptance(one, by=acting()), dry_run=dry_run)
    _answered(one, _("Taken back; it waits to be looked through."), dry_run, as_json)


@app.command("hand-over")
def hand_over_answer(
    number: Number,
    unit: UnitCode,
    to: Annotated[str, typer.Option("--to", help="Code of the unit that goes on.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let another unit answer for one that merged into it."""
    one, successor = (queries.answer_of(acting(), number, code) for code in (unit, to))
    written(lambda: actions.hand_over_answer(one, to=successor, by=acting()), dry_run=dry_run)
    _answered(one, _("Handed over; the round asks this unit no more."), dry_run, as_json)


# -- helpers -------------------------------------------------------------------------------------------------------


def _reader() -> Member | None:
    member = acting()
    access.check(member, "office.view_rounds")
    return member


def _pairing(code: str) -> Pairing:
    seen = pairings.pairings_of(acting())
    found = seen.filter(code=code).first() if code else seen.filter(parent=None, ended_on=None).first()
    if found is None:
        raise NotFound(
            "office.no_pairing",
            gettext_noop("There is no pairing {pairing} that you may see. Correct the code."),
            pairing=code or "-",
        )
    return found


def _set(text: str) -> tuple[tuple[str, str], str]:
    where, sign, value = text.partition("=")
    if not sign:
        raise BadInput(
            "office.cell_form",
            gettext_noop("{given} names no cell. Write QUESTION=TEXT, or QUESTION/LINE=TEXT."),
            given=text,
        )
    question, _slash, line = where.partition("/")
    return (question.strip(), line.strip()), value.strip()


def _lines(file: str) -> list[rules.Line]:
    if not file:
        return []
    found = csv.DictReader(io.StringIO(files.read_text(file)))
    return [
        rules.Line(
            (row.get("code") or "").strip(),
            (row.get("name_zh") or "").strip(),
            (row.get("name_en") or "").strip(),
            (row.get("unit") or "").strip(),
        )
        for row in found
    ]


def _write(to: Path, call: Any) -> None:
    file = BytesIO()
    call(file)
    try:
        to.write_bytes(file.getvalue())
    except OSError as error:
        raise files.cannot_write(str(to), error.strerror or str(error)) from None


def _word(choices: columns.Choices, value: str, is_plain: bool) -> str:
    return value if is_plain else columns.words(choices, value)


def _question_headings() -> dict[str, Any]:
    found = {"code": _("Code"), "name": _("Question"), "type": _("Type"), "unit": _("Unit of the figure")}
    return found | {"feeds": _("Counts for")}


def _unit_headings() -> dict[str, Any]:
    found = {
        "unit": _("Unit"),
        "organisation": _("Organisation"),
        "stage": _("Stage"),
        "given": _("Filled in"),
    }
    return found | {"cells": _("Cells"), "returned": _("Returned"), "late": _("Late")}


def _said(one: Round, sentence: str, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": one.stage, "version": one.version}
    done(f"{one.number}: {sentence}", facts, dry_run=dry_run, as_json=as_json)


def _answered(one: RoundAnswer, sentence: str, dry_run: bool, as_json: bool) -> None:
    facts = {"round": one.round.number, "unit": one.unit.code, "stage": one.stage, "version": one.version}
    said = f"{one.unit.code}: {sentence} ({columns.words(columns.ANSWER_STAGES, one.stage)})"
    done(said, facts, dry_run=dry_run, as_json=as_json)
