"""``shanhai office deputies ...``: who stands in for whom; with --as for whom."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.actions import work as actions
from shanhai.core.models import Deputy
from shanhai.fields.office.cli import shared
from shanhai.fields.office.queries import work as own
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, done, noun, show, written

app = noun("Deputies: who stands in for whom, for dates or until it is ended.")


@app.command("list")
def list_deputies(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Who stands in for the member of --as, and for whom that one stands in, latest first."""
    shared.reader("office.view_work")
    headings = {"id": _("Number"), "member": _("For whom"), "deputy": _("Deputy"), "from_on": _("From")}
    headings |= {"to_on": _("To"), "ended_on": _("Ended")}
    show(map(_row, own.deputies_of(shared.somebody())), headings, as_json=as_json, as_csv=as_csv)


def _row(one: Deputy) -> dict[str, Any]:
    return {
        "id": one.pk,
        "member": one.member.code,
        "deputy": one.deputy.code,
        "from_on": one.from_on,
        "to_on": one.to_on,
        "ended_on": one.ended_on,
    }


@app.command("name")
def name(
    deputy: Annotated[str, typer.Argument(help="Code of the deputy.")],
    from_on: Annotated[
        date | None,
        typer.Option("--from", parser=given.day, metavar="DAY", help="First day; today by default."),
    ] = None,
    to_on: Annotated[
        date | None,
        typer.Option("--to", parser=given.day, metavar="DAY", help="Last day; none: until ended."),
    ] = None,
    member: Annotated[str, typer.Option("--member", help="For whom; oneself by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say who stands in."""
    by = shared.somebody()
    whose = own.member_named(by, member) if member else by
    one = own.member_named(by, deputy)
    row = written(
        lambda: actions.name_deputy(whose, deputy=one, from_on=from_on or clock.today(), to_on=to_on, by=by),
        dry_run=dry_run,
    )
    said = _("%(name)s stands in for %(member)s.") % {"name": one.name, "member": whose.name}
    done(said, _row(row), dry_run=dry_run, as_json=as_json)


@app.command("end")
def end(
    id: Annotated[int, typer.Argument(metavar="ID", help="Number of the list.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End a standing-in today."""
    by = shared.somebody()
    row = own.deputy_of(by, id)
    written(lambda: actions.dismiss_deputy(row, by=by), dry_run=dry_run)
    done(
        _("%(name)s stands in no longer.") % {"name": row.deputy.name},
        _row(row),
        dry_run=dry_run,
        as_json=as_json,
    )
