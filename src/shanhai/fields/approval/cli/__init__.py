"""``shanhai approval ...``: a group of commands for each noun."""

from __future__ import annotations

import typer

from shanhai.fields.approval.cli import catalogue

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """What is approved, by whom, in how many days."""


app.add_typer(catalogue.app, name="catalogue")
