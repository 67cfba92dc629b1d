"""``shanhai investment ...``: a group of commands for each noun, and those that match and place what stands in plain files.

The commands on plain files (``matching``) run without Django, so nothing is imported here before the whole group is asked for.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    import typer

    from shanhai.fields.investment.cli import matching, projects

    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

    @app.callback()
    def _group() -> None:
        """Projects: who builds what where, and how far they are; leads matched and placed."""

    app.add_typer(projects.app, name="projects")
    matching.add_to(app)
    return app
