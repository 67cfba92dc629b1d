"""``shanhai pairing technical ...``: technical problems, their answers and what came of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import replies
from shanhai.fields.office.cli.shared import somebody
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.pairing.queries import activities
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries import technical as queries
from shanhai.fields.registry.cli.shared import papers_option, with_papers
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

_WORDS = {
    "industry": columns.INDUSTRIES,
    "stage": columns.TECHNICAL_STAGES,
    "result": columns.TECHNICAL_RESULTS,
}
app = noun("Technical problems of firms and villages, and the answers of the other side.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Text = Annotated[
    str,
    typer.Option("--text", parser=given.long_text, metavar="TEXT", help="The words; - is standard input."),
]
Answer = Annotated[int, typer.Argument(metavar="ANSWER", help="Number of the answer, as show gives it.")]


@app.command("list")
def list_problems(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", columns.TECHNICAL_STAGES, "Status", or_none=True)] = "",
    industry: Annotated[str, given.choice("--industry", columns.INDUSTRIES, "Industry", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Technical problems, latest first."""
    member = shared.reader("view_technical_problems")
    found = queries.problems_of(member, shared.pairing_of(pairing)).order_by("-posted_on", "-pk")
    if stage:
        found = found.filter(stage=stage)
    if industry:
        found = found.filter(industry=industry)
    headings = {"number": _("Number"), "title": _("Technical problem"), "industry": _("Industry")}
    headings |= {"asker": _("Posted by"), "answers_n": _("Answers"), "stage": _("Status")}
    headings |= {"result": _("Result"), "rating": _("Rating")}
    table = tables.TECHNICAL_PROBLEMS
    shared.list_rows(table, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _row(one: TechnicalProblem) -> dict[str, Any]:
    names = ("number", "title", "industry", "side", "stage", "answers_n", "result", "effect_fen", "rating")
    facts = {name: getattr(one, name) for name in names}
    return facts | {"asker": one.asker.name, "posted_on": one.posted_on, "shared_on": one.shared_on}


@app.command("show")
def show_problem(number: Number, as_json: AsJson = False) -> None:
    """One technical problem with its answers."""
    one = queries.problem_of(shared.reader("view_technical_problems"), number)
    facts = _row(one) | {"text": one.text_said, "effect": one.effect_said, "paper": one.paper}
    facts |= {"accepted": one.accepted_id, "version": one.version}
    headings = {"number": _("Number"), "title": _("Technical problem"), "text": _("What the matter is")}
    headings |= {"asker": _("Posted by"), "posted_on": _("Posted"), "shared_on": _("Shared on")}
    headings |= {"stage": _("Status"), "accepted": _("Accepted answer"), "result": _("Result")}
    headings |= {"effect": _("What changed"), "rating": _("Rating"), "version": _("Version")}
    answers = [
        {"id": answer.pk, "on": answer.on, "organisation": answer.organisation.name, "text": answer.text_said}
        for answer in one.answers.select_related("organisation")
    ]
    told = {"id": _("Number"), "on": _("Day"), "organisation": _("Organisation"), "text": _("Words")}
    show_whole(facts, headings, [Part("answers", _("Answers"), answers, told)], as_json=as_json)


@app.command("post")
def post_problem(
    title: Annotated[str, typer.Argument(parser=given.line(160), metavar="TITLE", help="It in a sentence.")],
    industry: Annotated[str, given.choice("--industry", columns.INDUSTRIES, "Industry")],
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="What the matter is; - is standard input."
        ),
    ] = "",
    title_en: Annotated[str, given.text("--en", 200, "The sentence in English.")] = "",
    asker: Annotated[str, typer.Option("--asker", help="Code of the firm or village whose problem it is.")] = "",
    is_shared: Annotated[bool, typer.Option("--shared", help="Both sides see it from now on.")] = False,
    paper: Annotated[list[str] | None, shared.papers_option("--file", "A photograph or paper of it.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Post a technical problem; needs --as."""
    by, within = somebody(), shared.pairing_of(pairing)
    one = shared.with_papers(
        paper,
        within,
        lambda filed: actions.post_technical_problem(
            within,
            title_zh=title,
            title_en=title_en,
            text=text,
            industry=industry,
            asker=shared.organisation_of(asker) if asker else None,
            is_shared=is_shared,
            papers=filed,
            by=by,
        ),
        dry_run=dry_run,
    )
    _done(_("Posted as %s.") % one.number, one, dry_run, as_json)


@app.command("share")
def share_problem(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Show it to firms and experts of both sides."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.share_technical_problem(one, by=acting()), dry_run=dry_run)
    _done(_("Firms and experts of both sides see it now."), one, dry_run, as_json)


@app.command("unshare")
def unshare_problem(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Show it to one's own side only, until somebody has answered."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.unshare_technical_problem(one, by=acting()), dry_run=dry_run)
    _done(_("Only your side sees it now."), one, dry_run, as_json)


@app.command("answer")
def answer_problem(
    number: Number,
    text: Text,
    paper: Annotated[
        list[str] | None, papers_option("--paper", "Drawing or paper of it, filed with it.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Answer a problem of another; needs --as. In a unit with further steps it is prepared and climbs its ladder."""
    by = somebody()
    one = queries.problem_of(by, number)
    made = with_papers(
        paper,
        one.pairing,
        lambda papers: actions.answer_technical_problem(one, text=text, papers=papers, by=by),
        dry_run=dry_run,
    )
    _done(replies.told(made, _("Answered; the asker is told.")), one, dry_run, as_json)


@app.command("accept")
def accept_answer(number: Number, answer: Answer, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take an answer: it is being tried."""
    one = queries.problem_of(acting(), number)
    taken = queries.answer_of(one, answer)
    written(lambda: actions.accept_technical_answer(one, taken, by=acting()), dry_run=dry_run)
    _done(_("Accepted; record what came of it once it was tried."), one, dry_run, as_json)


@app.command("take-back")
def take_back_acceptance(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Say that the accepted answer did not do."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.take_back_technical_acceptance(one, by=acting()), dry_run=dry_run)
    _done(_("The answer is no longer accepted; others may be."), one, dry_run, as_json)


@app.command("close")
def record_result(
    number: Number,
    result: Annotated[str, given.choice("--result", columns.TECHNICAL_RESULTS, "Result")],
    effect: Annotated[
        str, typer.Option("--effect", parser=given.long_text, metavar="TEXT", help="What changed; - is standard input.")
    ],
    rating: Annotated[int, typer.Option("--rating", min=1, max=5, help="1, no help, to 5, solved well.")],
    money: Annotated[
        int, typer.Option("--money", parser=given.fen, metavar="AMOUNT", help="What it saves or earns in a year.")
    ] = 0,
    paper: Annotated[str, given.text("--paper", 200, "Name and file number of the paper.")] = "",
    document: Annotated[int | None, typer.Option("--document", help="Number of the filed paper.")] = None,
    brought: Annotated[list[str] | None, shared.papers_option("--file", "The paper itself, or a photograph.")] = None,
    activity: Annotated[str, typer.Option("--activity", help="Number of the technology matching.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Record what came of it, and rate the help."""
    one = queries.problem_of(acting(), number)
    found = activities.activity_of(acting(), activity) if activity else None
    named = [papers.seen(somebody(), document)] if document else []
    shared.with_papers(
        brought,
        one.pairing,
        lambda filed: actions.record_technical_result(
            one,
            result=result,
            effect=effect,
            rating=rating,
            effect_fen=money,
            paper=paper,
            papers=[*filed, *named],
            activity=found,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The result is on record; whoever answered is told."), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_problem(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw one's own problem."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.withdraw_technical_problem(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn: %s") % one.title, one, dry_run, as_json)


@app.command("reopen")
def reopen_problem(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Open a closed or withdrawn problem again."""
    one = queries.problem_of(acting(), number)
    written(lambda: actions.reopen_technical_problem(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Open again; its answers stand."), one, dry_run, as_json)


def _done(sentence: str, one: TechnicalProblem, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "result": one.result, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
