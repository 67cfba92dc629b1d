"""``shanhai investment ...``: a group of commands for each noun, and those that work on plain files.

The plain commands run without Django, so nothing is imported here before the whole group is asked for.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    import typer

    from shanhai.fields.investment.cli import (
        events,
        leads,
        lists,
        pipeline,
        plain,
        plans,
        policies,
        projects,
        stocks,
        stops,
        teams,
    )

    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

    @app.callback()
    def _group() -> None:
        """Leads and projects: who might come, who builds what where, and how far they are."""

    # The way of projects adds its commands to those of projects.
    assert pipeline.app is projects.app
    app.add_typer(projects.app, name="projects")
    app.add_typer(leads.app, name="leads")
    app.add_typer(lists.app, name="lists")
    app.add_typer(plans.app, name="plan")
    app.add_typer(policies.app, name="policies")
    app.add_typer(policies.budgets, name="budgets")
    app.add_typer(policies.facts, name="facts")
    app.add_typer(policies.claims, name="claims")
    app.add_typer(teams.app, name="teams")
    app.add_typer(stops.app, name="stops")
    app.add_typer(events.app, name="events")
    app.add_typer(stocks.app, name="stocks")
    plain.add_to(app)
    return app
