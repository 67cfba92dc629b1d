"""``shanhai registry rulebook ...``: figures that offices set."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import rulebook
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import rules
from shanhai.fields.registry.rules import read_value
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Figures that offices set.")
_STATUSES = (("verified",), ("assumed",))


@app.command("list")
def list_rules(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what nobody has confirmed.")] = False,
) -> None:
    """List figures with their value of today."""
    shared.reader("view_rulebook")
    rows = [
        {
            "code": line.rule.code,
            "name": line.name,
            "value": line.said,
            "unit": line.rule.unit,
            "status": line.value.status if line.value else "",
            "source": line.value.source if line.value else "",
        }
        for line in rules.of_today()
        if line.is_assumed or not assumed
    ]
    headings = {"code": _("Code"), "name": _("Figure"), "value": _("Today"), "unit": _("Measured in")}
    headings |= {"status": _("Standing"), "source": _("Source")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_rule(code: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """All values of one figure."""
    shared.reader("view_rulebook")
    rows = [
        {
            "value": line.said,
            "scope": line.value.scope,
            "from": line.value.valid_from,
            "to": line.value.valid_to,
            "status": line.value.status,
            "source": line.value.source,
            "hash": line.value.hash,
        }
        for line in rules.all_of(rulebook.rule(code))
    ]
    headings = {"value": _("Value"), "scope": _("Holds for"), "from": _("From"), "to": _("Until")}
    headings |= {"status": _("Standing"), "source": _("Source"), "hash": _("Hash")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("add")
def add_rule_value(
    code: str,
    value: str,
    valid_from: Annotated[date, given.a_day("--from", "First day.")],
    source: shared.Source,
    to: Annotated[date | None, given.a_day("--to", "Last day.")] = None,
    scope: Annotated[
        str, given.text("--scope", 60, "national, region:331181000000, agreement:12.")
    ] = "national",
    status: Annotated[str, given.choice("--status", _STATUSES, "How sure it is")] = "verified",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a value to a figure, on the record."""
    read = read_value(rulebook.rule(code).kind, value)
    made = written(
        lambda: rulebook.add_value(
            code,
            read,
            valid_from=valid_from,
            valid_to=to,
            scope=scope,
            status=status,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"code": made.code, "value": made.value, "hash": made.hash}
    done(f"{made.code} {made.value} {made.hash}", facts, dry_run=dry_run, as_json=as_json)
