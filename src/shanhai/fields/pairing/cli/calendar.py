"""``shanhai pairing calendar ...``: a member's calendar, as a file or by a private address."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core.cli import files
from shanhai.core.models import Member
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.queries import calendars, pages
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsJson, DryRun, acting, done, noun, remark, show_whole, written

app = noun("A member's calendar: joint meetings and due days.")


@app.command("show")
def show_calendar(
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")
    ] = "-",
    site: Annotated[
        str, typer.Option(metavar="URL", help="Where the links in it begin.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """The calendar of the member who is acted as, as iCalendar."""
    from shanhai.fields.pairing import ical_views

    member = _member()
    shared.reader("view_meetings")
    files.check_target(out)
    files.write_bytes(out, ical_views.as_ical(calendars.entries_for(member), site.rstrip("/")))
    if out != files.STANDARD:
        remark(_("Wrote the calendar of {member} to {file}.").format(member=member.name, file=out))


@app.command("make")
def make_address(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make a private address of the own calendar; it is printed once, and an earlier one stops working."""
    member = _member()
    _link, secret = written(lambda: actions.make_calendar_link(member, by=member), dry_run=dry_run)
    facts = {"member": member.code, "path": "" if dry_run else f"/pairing/calendar/{secret}.ics"}
    if not as_json:
        show_whole(facts, {"member": _("Member"), "path": _("Address on this site")})
    done(
        _("Only this calendar can be read by the address; keep it to yourself."),
        facts,
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command("revoke")
def revoke_address(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make the own calendar address stop working."""
    member = _member()
    links = list(pages.calendar_links(member))

    def revoke() -> None:
        for link in links:
            actions.revoke_calendar_link(link, by=member)

    written(revoke, dry_run=dry_run)
    facts = {"member": member.code, "revoked": len(links)}
    done(_("The address no longer works."), facts, dry_run=dry_run, as_json=as_json)


def _member() -> Member:
    member = acting()
    if member is None:
        raise BadInput(
            "pairing.calendar_of_whom",
            gettext_noop("A calendar belongs to one person. Say whose with --as MEMBERCODE."),
        )
    return member
