"""``shanhai approval ...``: a group of commands for each noun, and those on log files.

The commands on log files and assumptions (``plain``) run without Django, in the memory of a small tool, so nothing is imported here before
the whole group is asked for.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    import typer

    from shanhai.fields.approval.cli import (
        case,
        catalogue,
        commitment,
        inbox,
        letters,
        measures,
        meeting,
        paper,
        past,
        plain,
        service,
    )

    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(case.app, name="case")
    app.add_typer(catalogue.app, name="catalogue")
    inbox.add_to(app)
    measures.add_to(app)
    letters.add_to(app)
    app.add_typer(past.app, name="past")
    app.add_typer(commitment.app, name="commitment")
    app.add_typer(meeting.app, name="meeting")
    app.add_typer(paper.app, name="paper")
    app.add_typer(service.intermediaries, name="intermediary")
    app.add_typer(service.services, name="service")
    plain.add_to(app)
    return app
