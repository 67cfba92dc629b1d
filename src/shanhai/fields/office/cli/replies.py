"""``shanhai office replies ...``: what one's unit prepared to send out, passed on, returned, taken back."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import replies as actions
from shanhai.core.models import Climb
from shanhai.fields.office.cli import shared
from shanhai.fields.office.queries import prepared as queries
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("What one's unit prepared to send out, on its ladder.")

Key = Annotated[int, typer.Argument(metavar="ID", help="Its number, as list gives it.")]
Step = Annotated[
    str | None,
    given.choice(
        "--step", [("handle",), ("check",), ("sign",)], "The step on which you saw it; else the one it is on"
    ),
]


@app.command("list")
def list_replies(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The replies on the ladder of one's unit, soonest first."""
    member = shared.reader("office.view_work")
    rows = (_row(climb) for climb in actions.on_the_way(member))
    show(rows, _headings(), as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_reply(key: Key, as_json: AsJson = False) -> None:
    """One reply: what would go out, and what was decided on its way."""
    climb = queries.reply_of(shared.reader("office.view_work"), key)
    facts = queries.facts_of(climb)
    shown, decisions = facts.pop("shown"), queries.decisions_of(climb)
    headings = _headings() | {"written_by": _("Written by"), "version": _("Version")}
    parts = [
        Part("shown", _("What would go out"), shown, {"label": _("What"), "text": _("Words")}),
        Part(
            "decisions",
            _("Steps in the unit"),
            decisions,
            {"at": _("When"), "step": _("Step"), "decision": _("What"), "by": _("By"), "for": _("for"),
             "word": _("Words")},
        ),
    ]  # fmt: skip
    show_whole(_row(climb) | facts if as_json else _row(climb) | {
        "written_by": facts["written_by"], "version": climb.version,
    }, headings, parts, as_json=as_json)  # fmt: skip


@app.command("pass")
def pass_reply(
    key: Key,
    step: Step = None,
    word: Annotated[str, given.text("--word", 300, "In a word.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Pass a reply to the next step; the last one sends it."""
    climb = queries.reply_of(acting(), key)
    is_sent = written(
        lambda: actions.pass_reply(climb, step=step or "", word=word, by=acting()), dry_run=dry_run
    )
    sentence = _("Signed; it has gone out.") if is_sent else actions.is_with(climb)
    _done(sentence, climb, dry_run, as_json)


@app.command("return")
def return_reply(
    key: Key,
    word: Annotated[str, given.text("--word", 300, "Why it goes back.")],
    step: Step = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Return a reply to the step below, with a word."""
    climb = queries.reply_of(acting(), key)
    written(lambda: actions.return_reply(climb, step=step or "", word=word, by=acting()), dry_run=dry_run)
    _done(_("Returned to %(people)s.") % {"people": actions.holders(climb)}, climb, dry_run, as_json)


@app.command("take-back")
def take_back_reply(key: Key, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take one's last step back, while nobody has decided since."""
    climb = queries.reply_of(acting(), key)
    written(lambda: actions.take_back_reply(climb, by=acting()), dry_run=dry_run)
    _done(_("Taken back; it is with you again."), climb, dry_run, as_json)


def _headings() -> dict[str, Any]:
    return {
        "id": _("ID"),
        "what": _("What"),
        "record": _("Record"),
        "unit": _("Unit"),
        "step": _("Step"),
        "with": _("With"),
        "due_on": _("Due"),
    }


def _row(climb: Climb) -> dict[str, Any]:
    facts = queries.facts_of(climb)
    return {"what": queries.name_of(climb)} | {name: facts[name] for name in _headings() if name != "what"}


def _done(sentence: str, climb: Climb, dry_run: bool, as_json: bool) -> None:
    facts = {"id": climb.pk, "stage": str(climb.stage), "step": climb.step, "version": climb.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
