"""``shanhai registry organisations ...``: those that take part."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shanhai.core.actions import organisations as actions
from shanhai.fields.registry import columns
from shanhai.fields.registry.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, noun, written

app = noun("Organisations that take part.")
Credit = Annotated[str | None, typer.Option("--credit-code", help="Unified social credit code; '' for none.")]
Address = Annotated[str | None, given.text("--address", 200, "Address.")]
Phone = Annotated[str | None, given.text("--phone", 40, "Telephone.")]


@app.command("list")
def list_organisations(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List open organisations by code."""
    shared.reader("view_organisations")
    shared.list_register(columns.ORGANISATIONS, as_json, as_csv)


@app.command("show")
def show_organisation(code: str, as_json: AsJson = False) -> None:
    """Show one organisation."""
    shared.reader("view_organisations")
    shared.show_row(columns.ORGANISATIONS, code, as_json)


@app.command("add")
def add_organisation(
    code: shared.Code,
    name: given.NameZh,
    kind: Annotated[str, given.choice("--kind", columns.KINDS, "What it is")],
    region: Annotated[str, typer.Option(help="Code of its region.")],
    en: given.NameEn = "",
    parent: Annotated[str, typer.Option(help="Code of the organisation above it.")] = "",
    credit_code: Credit = None,
    address: Address = None,
    phone: Phone = None,
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add an organisation; its seats in pairings follow from where it stands."""
    place = shared.region_of(region)
    above = shared.organisation_of(parent) if parent else None
    made = written(
        lambda: actions.add_organisation(
            code=code,
            kind=kind,
            region=place,
            parent=above,
            name_zh=name,
            name_en=en,
            credit_code=credit_code or None,
            address=address or "",
            phone=phone or "",
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("change")
def change_organisation(
    code: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    kind: Annotated[str | None, given.choice("--kind", columns.KINDS, "What it is")] = None,
    region: Annotated[str | None, typer.Option(help="Code of its region.")] = None,
    parent: Annotated[
        str | None, typer.Option(help="Code of the organisation above it; '' for none.")
    ] = None,
    credit_code: Credit = None,
    address: Address = None,
    phone: Phone = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known of an organisation; what is not named stays."""
    row = shared.organisation_of(code)
    changes: dict[str, Any] = shared.named(
        name_zh=name,
        name_en=en,
        kind=kind,
        region=region,
        parent=parent,
        credit_code=credit_code,
        address=address,
        phone=phone,
    )
    if "region" in changes:
        changes["region"] = shared.region_of(changes["region"])
    if "parent" in changes:
        changes["parent"] = shared.organisation_of(changes["parent"]) if changes["parent"] else None
    made = written(lambda: actions.change_organisation(row, by=acting(), **changes), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("close")
def close_organisation(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Close an organisation that has no open work and nobody in it."""
    row = shared.organisation_of(code)
    made = written(lambda: actions.close_organisation(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("reopen")
def reopen_organisation(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Open an organisation again."""
    row = shared.organisation_of(code)
    made = written(lambda: actions.reopen_organisation(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)
