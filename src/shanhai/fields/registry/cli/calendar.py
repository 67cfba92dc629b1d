"""``shanhai registry calendar ...``: the working days of a year."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import calendar, clock
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import days
from shanhai.webkit.commands import (
    AsJson,
    DryRun,
    acting,
    noun,
    remark,
    show,
    show_json,
    show_whole,
    tried_out,
)

app = noun("Working days of a year.")
Year = Annotated[int, typer.Argument(min=1, max=9999)]


@app.command("show")
def show_year(
    year: Annotated[int | None, typer.Argument(min=1, max=9999)] = None, as_json: AsJson = False
) -> None:
    """The official days of a year, this one if left out."""
    shared.reader("view_calendar")
    sheet = days.year_sheet(year or clock.today().year)
    facts = {
        "year": sheet.year,
        "working_days": sheet.working,
        "provisional": sheet.is_provisional,
        "off": sheet.off,
        "worked": sheet.worked,
    }
    headings = {"year": _("Year"), "working_days": _("Working days"), "provisional": _("Provisional")}
    if not as_json:
        facts["year"] = str(sheet.year)
    show_whole(
        facts, headings | {"off": _("Weekdays off"), "worked": _("Weekend days worked")}, as_json=as_json
    )


@app.command("load")
def load_notice(
    year: Year,
    off: Annotated[str, typer.Option(help="Weekdays that are free, as 2027-01-01 with spaces between.")],
    source: shared.Source,
    work: Annotated[str, typer.Option(help="Weekend days worked.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Load the official notice of a year and move the open deadlines that it touches."""
    with tried_out(dry_run):
        moved = calendar.load_notice(year, off.split(), work.split(), source, by=acting())
    calendar.forget()
    rows = [{"what": one.text, "before": one.before, "after": one.after} for one in moved]
    if as_json:
        show_json({"year": year, "moved": rows, "written": not dry_run})
    else:
        show(rows, {"what": _("Deadline"), "before": _("Now"), "after": _("Then")})
    if dry_run:
        remark(_("Tried out only: nothing was written."))
