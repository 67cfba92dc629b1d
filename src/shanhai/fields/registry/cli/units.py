"""``shanhai registry units ...``: units inside organisations."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shanhai.core.actions import units as actions
from shanhai.fields.registry import columns
from shanhai.fields.registry.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, noun, written

app = noun("Units inside organisations.")


@app.command("list")
def list_units(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List open units by code."""
    shared.reader("view_units")
    shared.list_register(columns.UNITS, as_json, as_csv)


@app.command("show")
def show_unit(code: str, as_json: AsJson = False) -> None:
    """Show one unit."""
    shared.reader("view_units")
    shared.show_row(columns.UNITS, code, as_json)


@app.command("add")
def add_unit(
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    code: shared.Code,
    name: given.NameZh,
    en: given.NameEn = "",
    ladder: Annotated[
        str, given.choice("--ladder", columns.LADDERS, "Steps of papers")
    ] = "handle check sign",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a unit to an organisation."""
    home = shared.organisation_of(organisation)
    made = written(
        lambda: actions.add_unit(home, code=code, name_zh=name, name_en=en, ladder=ladder, by=acting()),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("change")
def change_unit(
    code: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    ladder: Annotated[str | None, given.choice("--ladder", columns.LADDERS, "Steps of papers")] = None,
    dispatcher: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="Member who hands out its work; '' for none.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change name, steps of papers or dispatcher; what is not named stays."""
    row = shared.unit_of(code)
    changes: dict[str, Any] = shared.named(name_zh=name, name_en=en, ladder=ladder, dispatcher=dispatcher)
    if "dispatcher" in changes:
        changes["dispatcher"] = shared.member_of(changes["dispatcher"]) if changes["dispatcher"] else None
    made = written(lambda: actions.change_unit(row, by=acting(), **changes), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("close")
def close_unit(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Close a unit that has no open work and nobody in it."""
    row = shared.unit_of(code)
    made = written(lambda: actions.close_unit(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("reopen")
def reopen_unit(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Open a unit again."""
    row = shared.unit_of(code)
    made = written(lambda: actions.reopen_unit(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)
