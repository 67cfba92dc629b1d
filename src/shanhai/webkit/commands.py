"""Helpers for the commands of every field: who acts, and one way to show rows.

A field's ``cli.py`` makes a Typer object and calls the same queries and actions as its pages. Answers go to stdout,
remarks to stderr; a ``Refused`` that a command lets through becomes its sentence and exit code 1 (``site.cli``).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from shanhai.core.cli import acting, acting_code

__all__ = ["acting", "acting_code"]

# Options that many commands share: `as_json: AsJson = False`.
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as CSV, for programs.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything and say what would happen; write nothing.")
]

T = TypeVar("T")


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


class Noun(TyperGroup):
    """A group of commands for one noun; named without a verb it lists: `shanhai registry members --json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "list" in self.commands and (not args or (args[0].startswith("-") and args[0] != "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def noun(about: str) -> typer.Typer:
    """A group of commands for one noun."""
    return typer.Typer(cls=Noun, add_completion=False, rich_markup_mode=None, help=about)


@dataclass(frozen=True, slots=True)
class Part:
    """A table inside a record that is shown whole; ``name`` is its field in JSON."""

    name: str
    title: Any
    rows: Sequence[Mapping[str, Any]]
    headings: Mapping[str, Any]
    right: Collection[str] = ()


def show_whole(
    facts: Mapping[str, Any],
    headings: Mapping[str, Any],
    parts: Sequence[Part] = (),
    *,
    as_json: bool = False,
) -> None:
    """Print one record: its facts by name, then its tables; as JSON one object with the tables as arrays."""
    if as_json:
        tables = {
            part.name: [{name: row.get(name) for name in part.headings} for row in part.rows]
            for part in parts
        }
        show_json({name: facts.get(name) for name in headings} | tables)
        return
    width = max(_columns(str(heading)) for heading in headings.values())
    for name, heading in headings.items():
        said = _shown_plain(facts.get(name)).replace("\n", "\n" + " " * (width + 2))
        print(f"{heading}{' ' * (width + 2 - _columns(str(heading)))}{said}")
    for part in parts:
        if part.rows:
            print(f"\n{part.title}")
            show(part.rows, part.headings, right=part.right)


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


def written(call: Callable[[], T], *, dry_run: bool) -> T:
    """Do what a command does as one action, tried again where the database asks for it; a dry run is undone."""
    from shanhai.core.writing import action

    if not dry_run:
        return action(call)()
    with tried_out(True):
        return call()


def done(sentence: Any, facts: Mapping[str, Any], *, dry_run: bool, as_json: bool = False) -> None:
    """Say what a command did, in the sentence of the page; for programs the facts, and whether they were written."""
    from django.utils.translation import gettext as _

    if as_json:
        show_json({**facts, "written": not dry_run})
    else:
        remark(sentence)
    if dry_run:
        remark(_("Tried out only: nothing was written."))


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
    from rich.markup import escape

    return escape(_shown_plain(value))


def _shown_plain(value: Any) -> str:
    from django.utils.translation import gettext as _

    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    from rich.cells import cell_len

    return cell_len(text)
