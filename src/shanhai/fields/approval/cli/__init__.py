"""``shanhai approval ...``.

The commands on log files (``logs``) run without Django, in the memory of a small tool, so nothing is imported here before
the whole group is asked for.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    import typer

    from shanhai.fields.approval.cli import logs

    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    logs.add_to(app)
    return app
