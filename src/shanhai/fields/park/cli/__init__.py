"""``shanhai park ...``: a group of commands for each noun, and those that need no database.

The plain commands run without Django, so nothing is imported here before the whole group is asked for.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    import typer

    from shanhai.fields.park.cli import (
        clusters,
        figures,
        firms,
        grades,
        land,
        parks,
        plain,
        policies,
        promises,
        renewal,
        slopes,
    )

    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(parks.app, name="parks")
    app.add_typer(clusters.app, name="clusters")
    app.add_typer(land.app, name="parcels")
    app.add_typer(slopes.app, name="slopes")
    app.command("import-land")(land.import_land)
    app.command("account")(land.account)
    app.add_typer(firms.app, name="firms")
    app.add_typer(figures.app, name="figures")
    app.add_typer(grades.app, name="grading")
    app.add_typer(policies.app, name="policies")
    app.add_typer(renewal.app, name="renewals")
    app.add_typer(promises.app, name="promises")
    app.add_typer(land.app, name="parcels")
    app.add_typer(slopes.app, name="slopes")
    app.command("import-land")(land.import_land)
    app.command("account")(land.account)
    plain.add_to(app)
    return app
