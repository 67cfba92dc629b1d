"""Upkeep of the installation: migrate, a first administrator, Django's own commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shanhai.core.cli import start_django
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import remark

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database up to this version; nothing happens where it is."""
    start_django()
    changed = bring_up()
    remark(f"{changed} changes of the database made." if changed else "The database is up to date.")


def bring_up() -> int:
    """Apply what is not applied yet and say how many migrations that were."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return len(plan)


@app.command()
def createadmin(
    username: Annotated[str, typer.Argument(help="Login name of the new administrator.")],
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the unit they work in; needed for a new member.")] = "",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Make somebody administrator: for the first one, or where nobody can get in any more."""
    start_django()
    from shanhai.core.actions import logins, members, roles
    from shanhai.core.models import Member, Unit

    member = Member.objects.filter(user__username=username, is_active=True).first()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
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
    print(f"{username} is administrator." + (f" First password: {first}" if first and not password else ""))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Pass the line on to Django: `shanhai manage dbshell`."""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shanhai manage", *context.args])
