"""``shanhai approval inbox``: what waits for a unit in joint review."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core.models.base import in_language
from shanhai.fields.approval.queries import inbox as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, show


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("inbox")(show_inbox)


def show_inbox(
    kind: Annotated[str, given.choice("--kind", said.ASKED, "What is asked", or_none=True)] = "",
    state: Annotated[str, given.choice("--show", said.SLACKS, "How it stands", or_none=True)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 100,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What waits for the unit of the member of --as, what runs out first being first."""
    shared.reader("approval.decide_item")
    found = queries.waiting_of(shared.somebody(), queries.wanted(kind, state))
    rows = [queries.told(row) for row in queries.inbox_of(list(found[:limit]))]
    headings = {"due_on": _("Due"), "asked": _("What it asks"), "case": _("Case"), "item": _("Item")}
    if as_json or as_csv:
        show(rows, dict.fromkeys(rows[0] if rows else headings), as_json=as_json, as_csv=as_csv)
        return
    headings |= {"project": _("Project"), "step": _("Step"), "left": _("Left")}
    show(map(_said, rows), headings)


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "asked": said.words(said.ASKED, row["asked"]),
        "item": in_language(row["name_zh"], row["name_en"]) or words.NOTHING,
        "project": in_language(row["project_zh"], row["project_en"]),
        "left": words.slack(row["due_on"]) if row["due_on"] else words.NOTHING,
    }
