"""Helpers for the commands of every field: who acts, and one way to show rows.

A field's ``cli.py`` makes a Typer object and calls the same queries and actions as its pages. Answers go to stdout,
remarks to stderr; a ``Refused`` that a command lets through becomes its sentence and exit code 1 (``site.cli``).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any

import typer

from shanhai.kernel.refusals import NotFound, gettext_noop

# Options that many commands share: `as_json: AsJson = False`.
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as CSV, for programs.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything and say what would happen; write nothing.")
]

# The member code of `--as`, which stands anywhere on the line; empty for the system itself.
acting_code: ContextVar[str] = ContextVar("acting_code", default="")


def acting() -> Any:
    """The member named by ``--as``, or None: whoever may start commands on this machine acts as the system."""
    code = acting_code.get()
    if not code:
        return None
    from shanhai.core.models import Member

    member = Member.objects.select_related("unit__organisation").filter(code=code, is_active=True).first()
    if member is None:
        raise NotFound(
            "core.no_such_member",
            gettext_noop("There is no active member {code}. `shanhai registry members` lists them."),
            code=code,
        )
    return member


def show(
    rows: Iterable[Mapping[str, Any]],
    headings: Mapping[str, Any],
    *,
    as_json: bool = False,
    as_csv: bool = False,
    right: Collection[str] = (),
) -> None:
    """Print rows: a table for people, JSON (one array) or CSV for programs.

    Parameters
    ----------
    headings
        Field to heading, in the order of the columns. CSV and JSON carry the field names.
    right
        Columns that are set to the right besides whole numbers: amounts with their unit.
    """
    if as_json:
        show_json([{name: row.get(name) for name in headings} for row in rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in headings])
    else:
        _table(list(rows), headings, right)


def show_json(answer: Any) -> None:
    """Print one JSON document; dates as 2023-09-18, decimals as text."""
    print(json.dumps(answer, ensure_ascii=False, indent=2, default=_plain))


def remark(sentence: Any) -> None:
    """Say something that is no part of the answer."""
    print(sentence, file=sys.stderr)


@contextmanager
def tried_out(is_dry_run: bool) -> Iterator[None]:
    """Run a block in one transaction; undo it at the end of a dry run."""
    from django.db import transaction

    with transaction.atomic():
        yield
        if is_dry_run:
            transaction.set_rollback(True)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(_plain(value))
    # Text that a spreadsheet would take for a formula is told apart by an apostrophe, as in our exports.
    return (
        f"'{text}"
        if isinstance(value, str) and text.startswith(("=", "+", "-", "@")) and text != "-"
        else text
    )


def _table(rows: Sequence[Mapping[str, Any]], headings: Mapping[str, Any], right: Collection[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=not sys.stdout.isatty())
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name, heading in headings.items():
        values = [row.get(name) for row in rows]
        is_number = name in right or any(isinstance(v, int) and not isinstance(v, bool) for v in values)
        table.add_column(str(heading), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_shown(row.get(name)) for name in headings))
    if not sys.stdout.isatty():
        # A pipe has no width: lines are as long as their contents.
        console.width = 10_000
    console.print(table)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    from rich.markup import escape

    return escape(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))
