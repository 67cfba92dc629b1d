"""``shanhai office problems ...``: raised, answered, asked back, rated, opened again."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import replies
from shanhai.fields.office.actions import problems as actions
from shanhai.fields.office.cli import shared
from shanhai.fields.office.models import Problem
from shanhai.fields.office.queries import problems as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import problems as rules
from shanhai.fields.office.rules.shared import FIELDS
from shanhai.fields.registry.cli.shared import organisation_of, unit_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Problems that wait for an answer.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Text = Annotated[
    str,
    typer.Option("--text", parser=given.long_text, metavar="TEXT", help="The words; - is standard input."),
]


@app.command("list")
def list_problems(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are answered.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The open problems, latest first."""
    member = shared.reader("office.view_problems")
    found = queries.problems_of(member, shared.pairing_of(pairing)).order_by("-raised_on", "-pk")
    rows = map(_row, found if everything else found.filter(stage__in=rules.UNFINISHED))
    if not (as_json or as_csv):
        rows = map(_in_words, rows)
    headings = {"number": _("Number"), "title": _("Problem"), "asker": _("Asked by"), "unit": _("Is with")}
    headings |= {"level": _("Level"), "waited_days": _("Working days"), "stage": _("Status")}
    headings |= {"rating": _("Rating")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _row(one: Problem) -> dict[str, Any]:
    names = ("number", "title", "level", "stage", "rating")
    facts = {name: getattr(one, name) for name in names}
    facts |= {"asker": one.asker.name, "unit": one.unit.organisation.name}
    return facts | {"waited_days": queries.waited_days(one)}


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"level": str(said.LEVELS[row["level"]]), "stage": str(said.PROBLEM_STAGES[row["stage"]])}


@app.command("show")
def show_problem(number: Number, as_json: AsJson = False) -> None:
    """One problem with its climb."""
    one = queries.problem_of(shared.reader("office.view_problems"), number)
    facts = _row(one) if as_json else _in_words(_row(one))
    facts |= {"text": one.text_said, "answer": one.answer_said, "raised_on": one.raised_on}
    facts |= {"climbs_on": queries.climbs_on(one), "version": one.version}
    headings = {"number": _("Number"), "title": _("Problem"), "text": _("What the matter is")}
    headings |= {"asker": _("Asked by"), "raised_on": _("Raised"), "unit": _("Is with"), "level": _("Level")}
    headings |= {"climbs_on": _("Climbs after"), "waited_days": _("Working days"), "stage": _("Status")}
    headings |= {"answer": _("Answer"), "rating": _("Rating"), "version": _("Version")}
    steps = [
        {"on": step.on, "what": str(said.STEPS[step.what]), "level": step.level, "text": step.text_said}
        for step in one.steps.all()
    ]
    told = {"on": _("Day"), "what": _("What"), "level": _("Level"), "text": _("Words")}
    show_whole(facts, headings, [Part("steps", _("How it climbed"), steps, told)], as_json=as_json)


@app.command("raise")
def raise_problem(
    title: Annotated[str, typer.Argument(parser=given.line(160), metavar="TITLE", help="It in a sentence.")],
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="What the matter is; - is standard input."
        ),
    ] = "",
    title_en: Annotated[str, given.text("--en", 200, "The sentence in English.")] = "",
    field: Annotated[str, given.choice("--field", [(one,) for one in FIELDS], "Field")] = "partnership",
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit that shall answer.")] = "",
    asker: Annotated[str, typer.Option("--asker", help="Code of the firm or village that asks.")] = "",
    about: Annotated[
        tuple[str, int] | None, typer.Option("--about", help="Kind and number of the record it is about.")
    ] = None,
    is_shared: Annotated[bool, typer.Option("--shared", help="Both sides see it from the start.")] = False,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring a problem before the unit that can answer it; needs --as."""
    by = shared.somebody()
    record = shared.record_of(*about) if about else None
    one = written(
        lambda: actions.raise_problem(
            shared.pairing_of(pairing),
            title_zh=title,
            title_en=title_en,
            text=text,
            field=field,
            unit=unit_of(unit) if unit else None,
            asker=organisation_of(asker) if asker else None,
            record=record,
            is_shared=is_shared,
            by=by,
        ),
        dry_run=dry_run,
    )
    _done(_("Raised as %s; whoever has it is told.") % one.number, one, dry_run, as_json)


@app.command("answer")
def answer_problem(
    number: Number,
    text: Text,
    en: Annotated[str, given.text("--en", 4000, "The same in English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Answer a problem; the asker is asked to rate it. In a unit with further steps it is prepared and climbs its ladder."""
    one = queries.problem_of(acting(), number)
    made = written(lambda: actions.answer_problem(one, text=text, text_en=en, by=acting()), dry_run=dry_run)
    _done(replies.told(made, _("Answered; the asker is asked to rate it.")), one, dry_run, as_json)


@app.command("take-back")
def take_back_answer(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take an answer back that nobody has rated."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.take_back_answer(one, by=acting()), dry_run=dry_run)
    _done(_("The answer is taken back."), one, dry_run, as_json)


@app.command("ask-back")
def ask_back(number: Number, text: Text, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Ask the asker something; until they reply, the days stand still."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.ask_back(one, question=text, by=acting()), dry_run=dry_run)
    _done(_("Asked back; the days stand still until they reply."), one, dry_run, as_json)


@app.command("reply")
def reply_to_question(number: Number, text: Text, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Reply to a question; the days run on."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.reply_to_question(one, text=text, by=acting()), dry_run=dry_run)
    _done(_("Replied; the days run on."), one, dry_run, as_json)


@app.command("rate")
def rate_answer(
    number: Number,
    rating: Annotated[int, typer.Argument(min=1, max=5, help="1, not solved, to 5, solved well.")],
    word: Annotated[str, given.text("--word", 300, "In a word.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how well the answer solved it."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.rate_answer(one, rating=rating, word=word, by=acting()), dry_run=dry_run)
    _done(_("Thank you; the rating counts for the unit."), one, dry_run, as_json)


@app.command("reopen")
def reopen_problem(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Open a problem again that the answer did not solve."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.reopen_problem(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Open again; its days begin anew."), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_problem(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Withdraw a problem that nobody has answered."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.withdraw_problem(one, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn: %s") % one.title, one, dry_run, as_json)


def _done(sentence: str, one: Problem, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "level": str(one.level), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
