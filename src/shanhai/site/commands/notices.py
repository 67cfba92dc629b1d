"""``shanhai notices ...``: what a member was told."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, notices
from shanhai.core.models import Notice
from shanhai.core.queries import notices as queries
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, tried_out

app = noun("What a member was told.")


def _reader() -> Any:
    member = acting()
    if member is None:
        raise BadInput(
            "site.notices_of_whom", gettext_noop("Notices are a member's own. Say whose: --as MEMBER.")
        )
    access.check(member, "site.view_notices")
    return member


def _row(notice: Notice) -> dict[str, Any]:
    own = {"id": notice.pk, "at": notice.at, "read_at": notice.read_at}
    return own | {"what": queries.words(notice), "url": notice.fact.url}


@app.command("list")
def list_notices(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    unread: Annotated[bool, typer.Option("--unread", help="Only what is unread.")] = False,
) -> None:
    """List what the member of --as was told, latest first."""
    member = _reader()
    rows = queries.unread(member) if unread else queries.notices_of(member)
    headings = {"id": _("Notice"), "at": _("When"), "what": _("What"), "read_at": _("Read"), "url": _("Page")}
    show((_row(notice) for notice in rows.iterator(1000)), headings, as_json=as_json, as_csv=as_csv)


@app.command("read")
def read_notices(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[NOTICE]...", help="Numbers of the list.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Mark all that is unread.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Mark notices of the member of --as as read."""
    member = _reader()
    if bool(ids) == everything:
        raise typer.BadParameter("Name the notices to mark, or say --all.")
    with tried_out(dry_run):
        named = [queries.notice_of(member, pk).pk for pk in ids or []]
        n = notices.mark_read(member, None if everything else named)
    said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", n) % {"n": n}
    done(said, {"read": n}, dry_run=dry_run, as_json=as_json)
