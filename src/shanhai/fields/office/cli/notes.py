"""``shanhai office notes ...``: notes on records, written, changed, withdrawn, seen."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core.actions import notes
from shanhai.core.queries import notes as queries
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Notes on records.")

Text = Annotated[
    str, typer.Option("--text", parser=given.long_text, metavar="TEXT", help="The note; - is standard input.")
]
Mention = Annotated[
    list[str] | None,
    typer.Option("--mention", metavar="CODE", help="Member who is asked to look. Give it again for more."),
]
No = Annotated[int, typer.Argument(metavar="NO", help="Its number.")]


@app.command("list")
def list_notes(kind: shared.Kind, pk: shared.Key, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The notes on a record, oldest first."""
    member = shared.reader("core.write_note")
    rows = (
        {
            "id": note.pk,
            "at": note.at,
            "by": note.by.name if note.by else "",
            "reach": str(note.reach),
            "text": note.text,
            "withdrawn": note.withdrawn_at is not None,
        }
        for note in queries.thread(member, shared.record_of(kind, pk))
    )
    headings: dict[str, Any] = {
        "id": _("No."),
        "at": _("Written"),
        "by": _("Written by"),
        "reach": _("Read by"),
    }
    headings |= {"text": _("Note"), "withdrawn": _("Withdrawn")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("write")
def write_note(
    kind: shared.Kind,
    pk: shared.Key,
    text: Text,
    reach: Annotated[str, given.choice("--for", [("unit",), ("side",), ("both",)], "Who reads it")] = "side",
    mention: Mention = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write a note on a record; it is internal to the side unless it is for both."""
    record = shared.record_of(kind, pk)
    note = written(
        lambda: notes.write_note(record, text=text, reach=reach, mention=mention or (), by=acting()),
        dry_run=dry_run,
    )
    _done(_("The note is written."), note, dry_run, as_json)


@app.command("change")
def change_note(
    number: No, text: Text, mention: Mention = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Mend one's own note while it can be taken back."""
    note = queries.note_of(acting(), number)
    written(lambda: notes.change_note(note, text=text, mention=mention or (), by=acting()), dry_run=dry_run)
    _done(_("The note is changed."), note, dry_run, as_json)


@app.command("withdraw")
def withdraw_note(number: No, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Withdraw one's own note while it can be taken back."""
    note = queries.note_of(acting(), number)
    written(lambda: notes.withdraw_note(note, by=acting()), dry_run=dry_run)
    _done(_("The note is withdrawn."), note, dry_run, as_json)


@app.command("seen")
def see_mention(
    number: Annotated[int, typer.Argument(metavar="NO", help="Number of the mention.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that one has seen what a note asks one to look at."""
    mention = queries.mention_of(acting(), number)
    written(lambda: notes.see_mention(mention, by=acting()), dry_run=dry_run)
    facts = {"id": mention.pk, "settled": str(mention.settled)}
    done(_("Seen; it no longer waits for you."), facts, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, note: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"id": note.pk, "reach": str(note.reach), "version": note.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
