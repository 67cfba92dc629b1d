"""``shanhai approval export``: a log of approvals in the formats of process mining, from a plain file."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shanhai.core.cli import files
from shanhai.fields.approval.cli import choices
from shanhai.fields.approval.cli.logs import Activity, Case, Log, Time, as_file, tell_reasons
from shanhai.kernel.refusals import BadInput, gettext_noop

FORMATS = ("ocel-json", "ocel-sqlite", "xes")


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("export")(export)


def export(
    log: Log,
    kind: Annotated[str, typer.Option("--format", metavar="ocel-json|ocel-sqlite|xes")] = "ocel-json",
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="File to write; - is standard output.")
    ] = files.STANDARD,
    case: Case = "",
    activity: Activity = "",
    time: Time = "",
) -> None:
    """Write a log as OCEL 2.0 (JSON or SQLite) or XES: case, activity, time and start or complete of each event."""
    from shanhai.planners.logs import read_log
    from shanhai.planners.logs.writing import events_of, write_log, write_text

    choices.check("--format", kind, FORMATS)
    if kind == "ocel-sqlite" and to == files.STANDARD:
        raise BadInput(
            "approval.export_needs_file",
            gettext_noop("A database needs a file to stand in. Name one with --to."),
        )
    if to != files.STANDARD:
        files.check_target(to)
    with as_file(log) as path:
        found = read_log(path, case=case, activity=activity, time=time)
    tell_reasons(found.unread)
    if to == files.STANDARD:
        write_text(events_of(found), sys.stdout, kind)
        return
    try:
        write_log(events_of(found), to, kind)
    except OSError as error:
        raise files.cannot_write(to, error.strerror or str(error)) from None
