"""``shanhai registry <noun> list|show|add ...`` over the same queries and actions as the pages."""

from __future__ import annotations

import typer

from shanhai.fields.registry.cli import (
    batches,
    calendar,
    documents,
    imports,
    journal,
    keys,
    members,
    organisations,
    prints,
    regions,
    registers,
    roles,
    rulebook,
    units,
)

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
for _noun in (
    regions,
    organisations,
    units,
    members,
    roles,
    keys,
    documents,
    prints,
    rulebook,
    calendar,
    journal,
    registers,
    imports,
    batches,
):
    app.add_typer(_noun.app, name=_noun.__name__.rpartition(".")[2])
