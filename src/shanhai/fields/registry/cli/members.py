"""``shanhai registry members ...``: people in units, who stands in for them, and their logins."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock, masking
from shanhai.core.actions import logins, roles
from shanhai.core.actions import members as actions
from shanhai.core.models import Deputy
from shanhai.fields.registry import columns
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import access_table
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, show_json, written

app = noun("People in units.")
Title = Annotated[str | None, given.text("--title", 80, "Post.")]
TitleEn = Annotated[str | None, given.text("--title-en", 120, "Post, in English.")]
Phone = Annotated[str | None, given.text("--phone", 40, "Telephone.")]
Email = Annotated[str | None, given.text("--email", 254, "E-mail.")]


@app.command("list")
def list_members(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List active members by code, with their roles of today."""
    shared.reader("view_members")
    shared.list_register(columns.MEMBERS, as_json, as_csv)


@app.command("show")
def show_member(code: str, as_json: AsJson = False) -> None:
    """Show one member."""
    shared.reader("view_members")
    shared.show_row(columns.MEMBERS, shared.member_of(code).code, as_json)


@app.command("read")
def read_member(
    code: str,
    column: Annotated[str, given.choice("--column", (("phone",), ("email",)), "What to read")] = "phone",
    as_json: AsJson = False,
) -> None:
    """Read a masked value of a member; who read whose is on the record."""
    shared.reader("view_members")
    value = masking.read_masked(shared.member_of(code), columns.MEMBERS.code, column, by=acting())
    answer = {"code": code, "column": column, "value": value}
    if as_json:
        show_json(answer)
    else:
        show([answer], {"code": _("Code"), "column": _("Column"), "value": _("Value")})


@app.command("access")
def member_access(code: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What a member may see and do today, and by which role."""
    shared.reader("view_members")
    rows = [
        {"code": line.row.code, "about": line.about, "allowed": line.is_allowed, "via": line.via}
        for group in access_table.of_member(shared.member_of(code))
        for line in group.lines
    ]
    headings = {"code": _("Code"), "about": _("What"), "allowed": _("Allowed"), "via": _("By role")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


# -- the member ----------------------------------------------------------------------------------------------------


@app.command("add")
def add_member(
    unit: Annotated[str, typer.Argument(help="Code of the unit.")],
    code: shared.Code,
    name: given.NameZh,
    en: given.NameEn = "",
    title: Title = None,
    title_en: TitleEn = None,
    phone: Phone = None,
    email: Email = None,
    role: Annotated[list[str] | None, typer.Option(help="Give this role; may be repeated.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a person to a unit, with roles."""
    home = shared.unit_of(unit)

    def add() -> object:
        made = actions.add_member(
            home,
            code=code,
            name_zh=name,
            name_en=en,
            title=title or "",
            title_en=title_en or "",
            phone=phone or "",
            email=email or "",
            by=acting(),
        )
        for one in role or []:
            roles.give_role(made, role=one, by=acting())
        return made

    shared.done_with(written(add, dry_run=dry_run), dry_run=dry_run, as_json=as_json)


@app.command("change")
def change_member(
    code: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    title: Title = None,
    title_en: TitleEn = None,
    phone: Phone = None,
    email: Email = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change name, post, telephone or e-mail; what is not named stays."""
    row = shared.member_of(code)
    changes = shared.named(name_zh=name, name_en=en, title=title, title_en=title_en, phone=phone, email=email)
    made = written(lambda: actions.change_member(row, by=acting(), **changes), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("move")
def move_member(
    code: str,
    unit: Annotated[str, typer.Argument(help="Code of the new unit.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Move a member to another unit; open work is handed over first."""
    row, home = shared.member_of(code), shared.unit_of(unit)
    made = written(lambda: actions.move_member(row, unit=home, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("deactivate")
def deactivate_member(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """End a membership; refused with open work."""
    row = shared.member_of(code)
    made = written(lambda: actions.deactivate_member(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("reactivate")
def reactivate_member(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a membership up again."""
    row = shared.member_of(code)
    made = written(lambda: actions.reactivate_member(row, by=acting()), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("set-deputy")
def set_deputy(
    code: str,
    deputy: Annotated[str, typer.Argument(help="Code of the member who stands in.")],
    from_on: Annotated[date | None, given.a_day("--from", "First day; today if left out.")] = None,
    to_on: Annotated[date | None, given.a_day("--to", "Last day; until it is ended if left out.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say who acts for a member."""
    row, other = shared.member_of(code), shared.member_of(deputy)
    made = written(
        lambda: actions.set_deputy(
            row, deputy=other, from_on=from_on or clock.today(), to_on=to_on, by=acting()
        ),
        dry_run=dry_run,
    )
    facts = {"member": row.code, "deputy": other.code, "from_on": made.from_on, "to_on": made.to_on}
    done(f"{row.code} <- {other.code}", facts, dry_run=dry_run, as_json=as_json)


@app.command("end-deputy")
def end_deputy(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """End today that somebody acts for a member."""
    row = shared.member_of(code)
    standing_in = (
        Deputy.objects.filter(member=row, ended_on=None).select_related("deputy").order_by("from_on")
    )
    found = standing_in.first()
    if found is None:
        raise NotFound(
            "registry.no_deputy",
            gettext_noop("Nobody stands in for {member} today. Name somebody on the member's page."),
            member=row.name_zh,
        )
    written(lambda: actions.end_deputy(found, by=acting()), dry_run=dry_run)
    facts = {"member": row.code, "deputy": found.deputy.code}
    done(f"{row.code} - {found.deputy.code}", facts, dry_run=dry_run, as_json=as_json)


# -- the login -----------------------------------------------------------------------------------------------------


@app.command("open-login")
def open_login(code: str, username: str, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Give a member a login and print its first password, once."""
    row = shared.member_of(code)
    user, first = written(lambda: logins.open_login(row, username=username, by=acting()), dry_run=dry_run)
    _first_password(user.username, "" if dry_run else first, as_json)


@app.command("reset-password")
def reset_password(code: str, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Give a login a new first password and print it, once; other sessions end."""
    row = shared.member_of(code)
    first = written(lambda: logins.reset_password(row, by=acting()), dry_run=dry_run)
    _first_password(row.user.username if row.user else "", "" if dry_run else first, as_json)


def _first_password(login: str, first: str, as_json: bool) -> None:
    answer = {"login": login, "first_password": first}
    if as_json:
        show_json(answer)
    else:
        show([answer], {"login": _("Login"), "first_password": _("First password")})


@app.command("close-login")
def close_login(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Shut a member's login; the member and their past stay."""
    row = shared.member_of(code)
    written(lambda: logins.close_login(row, by=acting()), dry_run=dry_run)
    shared.done_with(row, dry_run=dry_run, as_json=as_json)


@app.command("reopen-login")
def reopen_login(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Let a shut login in again."""
    row = shared.member_of(code)
    written(lambda: logins.reopen_login(row, by=acting()), dry_run=dry_run)
    shared.done_with(row, dry_run=dry_run, as_json=as_json)
