"""``shanhai pairing resolutions ...``: what meetings resolved, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.pairing import actions, columns, queries
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Resolution
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Resolutions of joint meetings, and the action items that follow.")


@app.command("list")
def list_resolutions(
    pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """What joint meetings resolved, newest meeting first."""
    found = registered.resolutions(shared.reader("view_meetings"), shared.pairing_of(pairing))
    found = found.order_by("-meeting__at", "pk")
    headings = {
        "number": _("Number"),
        "meeting": _("Meeting"),
        "text": _("Resolution"),
        "items": _("Action items"),
    }
    shared.list_rows(tables.RESOLUTIONS, found, _row, headings, as_json=as_json, as_csv=as_csv)


def _row(one: Resolution) -> dict[str, Any]:
    return {
        "number": one.number,
        "meeting": one.meeting.number,
        "text": one.text,
        "items": len(one.items.all()),
    }


@app.command("adopt")
def adopt_resolution(
    meeting: Annotated[str, typer.Argument(help="Number of the meeting.")],
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="In Chinese; - is standard input."
        ),
    ],
    en: Annotated[str, given.text("--en", 4000, "In English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put on record what a meeting that was held resolved."""
    one = queries.meeting_of(acting(), meeting)
    made = written(
        lambda: actions.adopt_resolution(one, text_zh=text, text_en=en, by=acting()), dry_run=dry_run
    )
    sentence = _("The resolution is on record. Now say who does what by when.")
    facts = {"number": made.number, "meeting": one.number, "version": made.version}
    done(f"{made.number}: {sentence}", facts, dry_run=dry_run, as_json=as_json)


@app.command("assign")
def assign_action_item(
    number: Annotated[str, typer.Argument(help="Number of the resolution.")],
    title: Annotated[str, given.text("--title", 200, "What is to be done, in Chinese.")],
    lead: Annotated[str, given.choice("--lead", columns.SIDES, "Which side does it")],
    mountain_unit: Annotated[str, typer.Option(metavar="CODE", help="Owner on the mountain side.")],
    sea_unit: Annotated[str, typer.Option(metavar="CODE", help="Owner on the sea side.")],
    due_on: Annotated[date, given.a_day("--due", "The day by which it is done.")],
    title_en: Annotated[str, given.text("--title-en", 240, "What is to be done, in English.")] = "",
    field: Annotated[str, given.choice("--field", columns.FIELDS, "Field")] = "partnership",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Turn a resolution into something to do, with an owner on each side."""
    one = pages.resolution_of(acting(), number)
    made = written(
        lambda: actions.assign_action_item(
            one,
            title_zh=title,
            title_en=title_en,
            field=field,
            lead=lead,
            mountain_unit=shared.unit_of(one.pairing, mountain_unit),
            sea_unit=shared.unit_of(one.pairing, sea_unit),
            due_on=due_on,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"number": made.number, "resolution": one.number, "due_on": made.due_on, "version": made.version}
    sentence = f"{made.number}: {_('Assigned; it is on the list of its owner.')}"
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
