"""The commands of investment that need no database, as one group for a start without Django."""

from __future__ import annotations

import typer

from shanhai.fields.investment.cli import aid, matching

MODULES = (matching, aid)


def plain_app() -> typer.Typer:
    """These commands alone."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    add_to(app)
    return app


def add_to(app: typer.Typer) -> None:
    """All of them."""
    for module in MODULES:
        module.add_to(app)
