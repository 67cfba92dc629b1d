"""``shanhai approval export``: cases, or a log in a plain file, in the formats of process mining."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shanhai.core.cli import files, start_django
from shanhai.fields.approval.cli import choices
from shanhai.fields.approval.cli.logs import Activity, Case, Time, as_file, tell_reasons
from shanhai.kernel.refusals import BadInput, gettext_noop

if TYPE_CHECKING:
    from shanhai.planners.logs.writing import WrittenEvent

FORMATS = ("ocel-json", "ocel-sqlite", "xes")


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("export")(export)


def export(
    what: Annotated[
        str, typer.Argument(metavar="CASE|LOG", help="Number of a case, or a log in a file; - reads one.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="All cases that you see.")] = False,
    pairing: Annotated[
        str, typer.Option("--pairing", metavar="CODE", help="With --all: of this pairing.")
    ] = "",
    kind: Annotated[str, typer.Option("--format", metavar="ocel-json|ocel-sqlite|xes")] = "ocel-json",
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="File to write; - is standard output.")
    ] = files.STANDARD,
    case: Case = "",
    activity: Activity = "",
    time: Time = "",
) -> None:
    """Write a case, all cases or a log as OCEL 2.0 (JSON or SQLite) or XES; of a log in a file: case, activity, time, marks."""
    choices.check("--format", kind, FORMATS)
    if every == bool(what):
        raise typer.BadParameter("Name a case or a file, or say --all.", param_hint="CASE|LOG")
    if kind == "ocel-sqlite" and to == files.STANDARD:
        raise BadInput(
            "approval.export_needs_file",
            gettext_noop("A database needs a file to stand in. Name one with --to."),
        )
    files.check_target(to)
    if what == files.STANDARD or Path(what).is_file():
        _write(_of_file(what, (case, activity, time)), {}, kind, to)
    else:
        _write(*_of_cases(what, pairing), kind, to)


def _write(
    events: Iterator[WrittenEvent], known: Mapping[str, Mapping[str, str]], kind: str, to: str
) -> None:
    from shanhai.planners.logs.writing import write_log, write_text

    if to == files.STANDARD:
        write_text(events, sys.stdout, kind, case_attributes=known)
        return
    try:
        write_log(events, to, kind, case_attributes=known)
    except OSError as error:
        raise files.cannot_write(to, error.strerror or str(error)) from None


def _of_file(log: str, asked: tuple[str, str, str]) -> Iterator[WrittenEvent]:
    from shanhai.planners.logs import read_log
    from shanhai.planners.logs.writing import events_of

    with as_file(log) as path:
        found = read_log(path, case=asked[0], activity=asked[1], time=asked[2])
    tell_reasons(found.unread)
    return events_of(found)


def _of_cases(number: str, pairing: str) -> tuple[Iterator[WrittenEvent], dict[str, dict[str, str]]]:
    start_django()
    from shanhai.fields.approval.queries import cases as queries
    from shanhai.fields.approval.queries import event_log
    from shanhai.fields.office.cli import shared

    shared.reader("approval.view_opinions")
    reader = shared.reader("approval.view_cases")
    if number:
        found = queries.rows_of([queries.case_of(reader, number).pk])
    else:
        found = queries.cases_of(reader, shared.pairing_of(pairing)).order_by("filed_on", "pk")
    return event_log.events_of(found), event_log.attributes_of(found)
