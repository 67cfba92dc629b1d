"""``shanhai registry roles ...``: roles, what each may see and do, and who holds them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import signs
from shanhai.core.actions import roles as actions
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import access_table
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Roles and who holds them.")


@app.command("list")
def list_roles(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List roles and what each is for."""
    shared.reader("view_roles")
    rows = [
        {"code": r.code, "name": str(r.name), "about": str(r.about), "decides": r.decides}
        for r in signs.roles
    ]
    headings = {"code": _("Code"), "name": _("Role"), "about": _("What it is for")}
    show(rows, headings | {"decides": _("Second factor")}, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_role(role: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What a role may see and do."""
    shared.reader("view_roles")
    if role not in signs.roles:
        raise NotFound(
            "registry.no_role_page",
            gettext_noop("There is no role {given}. The list has all of them."),
            given=role,
        )
    rows = [
        {"code": line.row.code, "kind": line.row.kind, "about": line.about, "where": line.row.scope}
        for group in access_table.of_role(role)
        for line in group.lines
    ]
    headings = {"code": _("Code"), "kind": _("Kind"), "about": _("What"), "where": _("Where")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("give")
def give_role(
    member: Annotated[str, typer.Argument(help="Code of the member.")],
    role: str,
    from_on: Annotated[date | None, given.a_day("--from", "First day; today if left out.")] = None,
    to_on: Annotated[date | None, given.a_day("--to", "Last day.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a member a role."""
    row = shared.member_of(member)
    made = written(
        lambda: actions.give_role(row, role=role, from_on=from_on, to_on=to_on, by=acting()), dry_run=dry_run
    )
    facts = {"member": row.code, "role": role, "from_on": made.from_on, "to_on": made.to_on}
    done(f"{member} + {role}", facts, dry_run=dry_run, as_json=as_json)


@app.command("take")
def take_role(
    member: Annotated[str, typer.Argument(help="Code of the member.")],
    role: str,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a role from a member as of today."""
    row = shared.member_of(member)
    written(lambda: actions.take_role(row, role=role, by=acting()), dry_run=dry_run)
    done(f"{member} - {role}", {"member": row.code, "role": role}, dry_run=dry_run, as_json=as_json)
