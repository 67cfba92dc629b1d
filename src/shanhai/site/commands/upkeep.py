"""Upkeep of the installation: migrate, a first administrator, Django's own commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shanhai.core.cli import start_django
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import DryRun, remark, tried_out

app = typer.Typer()
UP_TO_DATE = "The database is up to date."


@app.command()
def migrate(dry_run: DryRun = False) -> None:
    """Bring the database up to this version; nothing happens where it is."""
    start_django()
    if dry_run:
        _tell_plan()
        return
    changed = bring_up()
    remark(f"{changed} changes of the database made." if changed else UP_TO_DATE)


def bring_up() -> int:
    """Apply what is not applied yet and say how many migrations that were."""
    from django.core.management import call_command

    n = len(plan())
    if n:
        call_command("migrate", verbosity=0, interactive=False)
    return n


def plan() -> list[str]:
    """The migrations that are not applied yet, in their order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _backwards in steps]


def _tell_plan() -> None:
    steps = plan()
    for step in steps:
        print(step)
    remark(
        f"{len(steps)} changes of the database would be made; nothing was written." if steps else UP_TO_DATE
    )


@app.command()
def createadmin(
    username: Annotated[str, typer.Argument(help="Login name of the new administrator.")],
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the unit they work in; needed for a new member.")] = "",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Make somebody administrator: for the first one, or where nobody can get in any more."""
    start_django()
    from django.utils.translation import gettext as _

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with tried_out(dry_run):
        first = _make_admin(username, name, unit, password)
    if dry_run:
        print(f"{username} would be administrator.")
        remark(_("Tried out only: nothing was written."))
        return
    print(f"{username} is administrator." + (f" First password: {first}" if first and not password else ""))


def _make_admin(username: str, name: str, unit: str, password: str | None) -> str:
    """Make a member with a login and the role, or let one in again; gives the first password."""
    from shanhai.core.actions import logins, members, roles
    from shanhai.core.models import Member, Unit

    member = Member.objects.filter(user__username=username, is_active=True).first()
    if member is None:
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise BadInput(
                "site.admin_needs_a_unit",
                gettext_noop(
                    "{username} is no member yet. Name the unit they work in: --unit CODE (there are {codes})."
                ),
                username=username,
                codes=", ".join(Unit.objects.values_list("code", flat=True)[:10]) or "none yet",
            )
        member = members.add_member(found, code=username, name_zh=name or username, by=None)
        _user, first = logins.open_login(member, username=username, password=password, by=None)
    else:
        first = logins.reset_password(member, password=password, by=None)
    if not member.grants.filter(role="administrator", to_on=None).exists():
        roles.give_role(member, role="administrator", by=None)
    return first


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Pass the line on to Django: `shanhai manage dbshell`."""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shanhai manage", *context.args])
