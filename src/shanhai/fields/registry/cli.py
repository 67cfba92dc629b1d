"""Commands: ``shanhai registry <noun> list|show|add ...`` over the same queries and actions as the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from shanhai.core import clock, masking, rulebook, signs
from shanhai.core.actions import account, documents, logins, members, organisations, regions, roles, units
from shanhai.core.models import Document, Member, Organisation, Pairing, Region, Unit
from shanhai.fields.registry import columns
from shanhai.fields.registry.queries import access_table, days, entries, rules, shared, tokens
from shanhai.fields.registry.queries import members as member_queries
from shanhai.fields.registry.rules import read_value
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, remark, show, show_json, tried_out

app = typer.Typer(add_completion=False, no_args_is_help=True)
_groups: dict[str, typer.Typer] = {}


def _group(name: str, about: str) -> typer.Typer:
    group = typer.Typer(add_completion=False, no_args_is_help=True, help=about)
    app.add_typer(group, name=name)
    _groups[name] = group
    return group


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _list(register: Any, as_json: bool, as_csv: bool, rows: Iterable[dict[str, Any]] | None = None) -> None:
    rows = rows if rows is not None else signs.call(register.rows)(acting(), None)
    shown = register.columns if as_json or as_csv else [c for c in register.columns if c.name != "outline"]
    # Somebody who lists people has not asked for their telephones; `members read` gives one, on the record.
    show(
        (masking.hide(register, row) for row in rows),
        {c.name: c.heading for c in shown},
        as_json=as_json,
        as_csv=as_csv,
    )


def _show(register: Any, code: str, as_json: bool) -> None:
    from shanhai.kernel.refusals import NotFound, gettext_noop

    row = signs.call(register.current)([code], None).get(code)
    if row is None:
        raise NotFound(
            "registry.no_such_row",
            gettext_noop("{register} has no row {given}."),
            register=register.name,
            given=code,
        )
    shown = masking.hide(register, row)
    facts = {name: value for name, value in shown.items() if not name.startswith("_")} | {
        "version": row["_version"]
    }
    if as_json:
        show_json(facts)
    else:
        headings = {c.name: c.heading for c in register.columns} | {"version": "version"}
        show(
            [{"what": headings[name], "value": value} for name, value in facts.items() if name != "outline"],
            {"what": "", "value": ""},
        )


_regions = _group("regions", "Regions by the levels of GB/T 2260.")
Name = Annotated[str, typer.Option(help="Chinese name.")]
English = Annotated[str, typer.Option("--en", help="English name.")]
On = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day from which it holds.")]
Source = Annotated[str, typer.Option(help="Where this is written.")]


@_regions.command("list")
def list_regions(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    level: Annotated[str, typer.Option(help="province, city, county, township or village.")] = "",
) -> None:
    """List regions by code."""
    chosen = Region.objects.filter(level=level) if level else None
    _list(columns.REGIONS, as_json, as_csv, signs.call(columns.REGIONS.rows)(acting(), None, chosen))


@_regions.command("show")
def show_region(code: str, as_json: AsJson = False) -> None:
    """Show one region."""
    _show(columns.REGIONS, code.ljust(12, "0"), as_json)


@_regions.command("add")
def add_region(code: str, name: Name, en: English = "", source: Source = "", dry_run: DryRun = False) -> None:
    """Add a region under the one that its code names."""
    with tried_out(dry_run):
        made = regions.add_region(code=code, name_zh=name, name_en=en, source=source, by=acting())
    remark(f"{made.code} {made.name}")


@_regions.command("rename")
def rename_region(
    code: str, name: Name, on: On, en: English = "", source: Source = "", dry_run: DryRun = False
) -> None:
    """Rename a region from a day on; the old name stays in its history."""
    with tried_out(dry_run):
        region = shared.found(Region.objects.all(), code=code.ljust(12, "0"))
        regions.rename_region(region, name_zh=name, name_en=en, on=on.date(), source=source, by=acting())
    remark(f"{region.code} {region.name}")


_organisations = _group("organisations", "Organisations that take part.")


@_organisations.command("list")
def list_organisations(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List open organisations by code."""
    _list(columns.ORGANISATIONS, as_json, as_csv)


@_organisations.command("show")
def show_organisation(code: str, as_json: AsJson = False) -> None:
    """Show one organisation."""
    _show(columns.ORGANISATIONS, code, as_json)


@_organisations.command("add")
def add_organisation(
    code: str,
    name: Name,
    kind: Annotated[str, typer.Option(help="government, department, enterprise ...")],
    region: Annotated[str, typer.Option(help="Code of its region.")],
    en: English = "",
    parent: Annotated[str, typer.Option(help="Code of the organisation above it.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Add an organisation; its seats in pairings follow from where it stands."""
    with tried_out(dry_run):
        made = organisations.add_organisation(
            code=code,
            kind=kind,
            region=shared.found(Region.objects.all(), code=region.ljust(12, "0")),
            parent=shared.found(Organisation.objects.all(), code=parent) if parent else None,
            name_zh=name,
            name_en=en,
            by=acting(),
        )
    remark(f"{made.code} {made.name}")


@_organisations.command("close")
def close_organisation(code: str, dry_run: DryRun = False) -> None:
    """Close an organisation that has no open work and nobody in it."""
    with tried_out(dry_run):
        row = organisations.close_organisation(
            shared.found(Organisation.objects.all(), code=code), by=acting()
        )
    remark(f"{row.code} {row.name}")


_units = _group("units", "Units inside organisations.")


@_units.command("list")
def list_units(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List open units by code."""
    _list(columns.UNITS, as_json, as_csv)


@_units.command("show")
def show_unit(code: str, as_json: AsJson = False) -> None:
    """Show one unit."""
    _show(columns.UNITS, code, as_json)


@_units.command("add")
def add_unit(
    organisation: str,
    code: str,
    name: Name,
    en: English = "",
    ladder: Annotated[
        str, typer.Option(help="handle, sign, handle sign, handle check or handle check sign.")
    ] = ("handle check sign"),
    dry_run: DryRun = False,
) -> None:
    """Add a unit to an organisation."""
    with tried_out(dry_run):
        home = shared.found(Organisation.objects.all(), code=organisation)
        made = units.add_unit(home, code=code, name_zh=name, name_en=en, ladder=ladder, by=acting())
    remark(f"{made.code} {made.name}")


_members = _group("members", "People in units.")


@_members.command("list")
def list_members(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List active members by code, with their roles of today."""
    _list(columns.MEMBERS, as_json, as_csv)


@_members.command("show")
def show_member(code: str, as_json: AsJson = False) -> None:
    """Show one member."""
    _show(columns.MEMBERS, code, as_json)


@_members.command("read")
def read_member(
    code: str,
    column: Annotated[str, typer.Option(help="phone or email.")] = "phone",
    as_json: AsJson = False,
) -> None:
    """Read a masked value of a member; who read whose is on the record."""
    value = masking.read_masked(_member(code, acting()), columns.MEMBERS.code, column, by=acting())
    answer = {"code": code, "column": column, "value": value}
    if as_json:
        show_json(answer)
    else:
        show([answer], {"code": "Code", "column": "Column", "value": "Value"})


@_members.command("add")
def add_member(
    unit: str,
    code: str,
    name: Name,
    en: English = "",
    title: Annotated[str, typer.Option(help="Post.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="Give this role; may be repeated.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Add a person to a unit, with roles."""
    with tried_out(dry_run):
        home = shared.found(Unit.objects.select_related("organisation"), code=unit)
        made = members.add_member(home, code=code, name_zh=name, name_en=en, title=title, by=acting())
        for one in role or []:
            roles.give_role(made, role=one, by=acting())
    remark(f"{made.code} {made.name}")


@_members.command("deactivate")
def deactivate_member(code: str, dry_run: DryRun = False) -> None:
    """End a membership; refused with open work."""
    with tried_out(dry_run):
        row = members.deactivate_member(_member(code), by=acting())
    remark(f"{row.code} {row.name}")


@_members.command("open-login")
def open_login(code: str, username: str, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Give a member a login and print its first password, once."""
    with tried_out(dry_run):
        user, first = logins.open_login(_member(code), username=username, by=acting())
    answer = {"login": user.username, "first_password": "" if dry_run else first}
    if as_json:
        show_json(answer)
    else:
        show([answer], {"login": "Login", "first_password": "First password"})


@_members.command("access")
def member_access(code: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What a member may see and do today, and by which role."""
    rows = [
        {"code": line.row.code, "about": line.about, "allowed": line.is_allowed, "via": line.via}
        for group in access_table.of_member(_member(code))
        for line in group.lines
    ]
    show(
        rows,
        {"code": "Code", "about": "What", "allowed": "Allowed", "via": "By role"},
        as_json=as_json,
        as_csv=as_csv,
    )


def _member(code: str, reader: Member | None = None) -> Member:
    return shared.found(member_queries.with_roles(member_queries.seen_by(reader)), code=code)


_roles = _group("roles", "Roles and who holds them.")


@_roles.command("list")
def list_roles(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List roles and what each is for."""
    rows = [
        {"code": r.code, "name": str(r.name), "about": str(r.about), "decides": r.decides}
        for r in signs.roles
    ]
    show(
        rows,
        {"code": "Code", "name": "Role", "about": "What it is for", "decides": "Second factor"},
        as_json=as_json,
        as_csv=as_csv,
    )


@_roles.command("show")
def show_role(role: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What a role may see and do."""
    rows = [
        {"code": line.row.code, "kind": line.row.kind, "about": line.about, "where": line.row.scope}
        for group in access_table.of_role(role)
        for line in group.lines
    ]
    show(
        rows,
        {"code": "Code", "kind": "Kind", "about": "What", "where": "Where"},
        as_json=as_json,
        as_csv=as_csv,
    )


@_roles.command("give")
def give_role(
    member: str,
    role: str,
    from_on: Annotated[str, typer.Option("--from", help="First day; today if left out.")] = "",
    to_on: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Give a member a role."""
    with tried_out(dry_run):
        roles.give_role(_member(member), role=role, from_on=_day(from_on), to_on=_day(to_on), by=acting())
    remark(f"{member} + {role}")


@_roles.command("take")
def take_role(member: str, role: str, dry_run: DryRun = False) -> None:
    """Take a role from a member as of today."""
    with tried_out(dry_run):
        roles.take_role(_member(member), role=role, by=acting())
    remark(f"{member} - {role}")


_tokens = _group("keys", "Keys of programs that use the API.")


@_tokens.command("list")
def list_tokens(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    working: Annotated[bool, typer.Option("--working", help="Only keys that work today.")] = False,
) -> None:
    """List keys, latest first: all as the system and for an administrator, else one's own."""
    found = tokens.in_state(tokens.for_reader(acting()), "works" if working else "")
    headings = {"key": "Key", "program": "Program", "owner": "Owner", "scopes": "May do", "made": "Made"}
    headings |= {"last_used": "Last used", "until": "Until", "state": "State", "reason": "Reason"}
    show((tokens.as_row(token) for token in found), headings, as_json=as_json, as_csv=as_csv)


@_tokens.command("revoke")
def revoke_token(
    key: Annotated[str, typer.Argument(help="Its beginning, as the list has it: sh_1a2b3c4d.")],
    reason: Annotated[str, typer.Option(help="Needed for somebody else's key; the owner reads it.")] = "",
    dry_run: DryRun = False,
) -> None:
    """End a key at once: one's own, or anybody's with a reason."""
    by = acting()
    with tried_out(dry_run):
        token = tokens.found(key)
        if by is not None and by.pk == token.member_id and not reason:
            account.revoke_token(token, by=by)
        else:
            account.withdraw_token(token, reason=reason, by=by)
    remark(f"{token} -")


_documents = _group("documents", "Papers.")


@_documents.command("list")
def list_documents(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List papers, latest first: all as the system, those shown to the member with --as."""
    from shanhai.core import visibility

    member = acting()
    found: Iterable[Document] = Document.objects.select_related("blob").filter(withdrawn_on=None)
    if member is not None:
        found = visibility.hydrate(
            visibility.seen(Document, member)[:10_000], Document.objects.select_related("blob")
        )
    rows = (
        {
            "id": d.pk,
            "title": d.title,
            "file": d.file_name,
            "reach": d.reach,
            "size": d.blob.size,
            "sha256": d.blob_id,
        }
        for d in found
    )
    show(
        rows,
        {
            "id": "No.",
            "title": "Title",
            "file": "File",
            "reach": "Seen by",
            "size": "Bytes",
            "sha256": "SHA-256",
        },
        as_json=as_json,
        as_csv=as_csv,
    )


@_documents.command("add")
def add_document(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    title: Annotated[str, typer.Option(help="Title; the file name if left out.")] = "",
    number: Annotated[str, typer.Option(help="File number (文号).")] = "",
    pairing: Annotated[str, typer.Option(help="Code of the pairing that it belongs to.")] = "",
    dry_run: DryRun = False,
) -> None:
    """File a paper; its content is checked against its name."""
    within = shared.found(Pairing.objects.all(), code=pairing) if pairing else None
    with tried_out(dry_run), file.open("rb") as content:
        made = documents.store_document(
            content, title=title, file_name=file.name, number=number, pairing=within, by=acting()
        )
    remark(f"{made.pk} {made.title}")


_rulebook = _group("rulebook", "Figures that offices set.")


@_rulebook.command("list")
def list_rules(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what nobody has confirmed.")] = False,
) -> None:
    """List figures with their value of today."""
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
    headings = {"code": "Code", "name": "Figure", "value": "Today", "unit": "Unit", "status": "Standing"}
    show(rows, headings | {"source": "Source"}, as_json=as_json, as_csv=as_csv)


@_rulebook.command("show")
def show_rule(code: str, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """All values of one figure."""
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
    headings = {"value": "Value", "scope": "Holds for", "from": "From", "to": "Until", "status": "Standing"}
    show(rows, headings | {"source": "Source", "hash": "Hash"}, as_json=as_json, as_csv=as_csv)


@_rulebook.command("add")
def add_rule_value(
    code: str,
    value: str,
    valid_from: Annotated[str, typer.Option("--from", help="First day.")],
    source: Source,
    to: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    scope: Annotated[str, typer.Option(help="national, region:331181000000, agreement:12.")] = "national",
    status: Annotated[str, typer.Option(help="verified or assumed.")] = "verified",
    dry_run: DryRun = False,
) -> None:
    """Add a value to a figure, on the record."""
    with tried_out(dry_run):
        made = rulebook.add_value(
            code,
            read_value(rulebook.rule(code).kind, value),
            valid_from=date.fromisoformat(valid_from),
            valid_to=_day(to),
            scope=scope,
            status=status,
            source=source,
            by=acting(),
        )
    remark(f"{made.code} {made.value} {made.hash}")


_calendar = _group("calendar", "Working days of a year.")


@_calendar.command("show")
def show_year(year: Annotated[int | None, typer.Argument()] = None, as_json: AsJson = False) -> None:
    """The official days of a year, this one if left out."""
    sheet = days.year_sheet(year or clock.today().year)
    answer = {
        "year": sheet.year,
        "working_days": sheet.working,
        "provisional": sheet.is_provisional,
        "off": sheet.off,
        "worked": sheet.worked,
    }
    if as_json:
        show_json(answer)
    else:
        show(
            [{"what": name, "value": _joined(value)} for name, value in answer.items()],
            {"what": "", "value": ""},
        )


def _joined(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


@_calendar.command("load")
def load_notice(
    year: int,
    off: Annotated[str, typer.Option(help="Weekdays that are free, as 2027-01-01 with spaces between.")],
    source: Source,
    work: Annotated[str, typer.Option(help="Weekend days worked.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Load the official notice of a year and move the open deadlines that it touches."""
    from shanhai.core import calendar

    with tried_out(dry_run):
        moved = calendar.load_notice(year, off.split(), work.split(), source, by=acting())
    calendar.forget()
    rows = [{"what": one.text, "before": one.before, "after": one.after} for one in moved]
    show(rows, {"what": "Deadline", "before": "Now", "after": "Then"})


_journal = _group("journal", "What happened; `shanhai journal` seals, proves and exports.")


@_journal.command("list")
def list_entries(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, latest first.")] = 50,
) -> None:
    """List entries, latest first: all as the system, those that the member may read with --as."""
    from shanhai.core.models import JournalEntry

    member = acting()
    found = entries.for_reader(member) if member is not None else JournalEntry.objects.order_by("-pk")
    rows = (
        {"id": e.pk, "at": e.at, "action": e.action, "what": entries.subject_of(e), "by": entries.who(e)}
        for e in found[:limit]
    )
    show(
        rows,
        {"id": "Entry", "at": "When", "action": "Action", "what": "To what", "by": "By"},
        as_json=as_json,
        as_csv=as_csv,
    )
