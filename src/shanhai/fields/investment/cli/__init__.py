"""``shanhai investment ...``: a group of commands for each noun."""

from __future__ import annotations

import typer

from shanhai.fields.investment.cli import leads, lists, projects

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Leads and projects: who might come, who builds what where, and how far they are."""


app.add_typer(projects.app, name="projects")
app.add_typer(leads.app, name="leads")
app.add_typer(lists.app, name="lists")
