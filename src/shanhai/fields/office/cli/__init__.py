"""``shanhai office ...``: a group of commands for each noun of the field."""

from __future__ import annotations

import typer

from shanhai.fields.office.cli import rounds

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(rounds.app, name="rounds")
