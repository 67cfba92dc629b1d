"""``shanhai park ...``: a group of commands for each noun."""

from __future__ import annotations

import typer

from shanhai.fields.park.cli import clusters, land, parks, slopes

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Parks: their land, clusters and enterprises."""


app.add_typer(parks.app, name="parks")
app.add_typer(clusters.app, name="clusters")
app.add_typer(land.app, name="parcels")
app.add_typer(slopes.app, name="slopes")
app.command("import-land")(land.import_land)
app.command("account")(land.account)
