"""``shanhai office ...``: a group of commands for each noun of the office's day."""

from __future__ import annotations

import typer

from shanhai.fields.office.cli import (
    deputies,
    factors,
    instructions,
    links,
    notes,
    problems,
    proposals,
    records,
    replies,
    rounds,
    work,
)

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
for _noun in (
    work,
    replies,
    deputies,
    rounds,
    notes,
    problems,
    factors,
    instructions,
    proposals,
    records,
    links,
):
    app.add_typer(_noun.app, name=_noun.__name__.rpartition(".")[2])
