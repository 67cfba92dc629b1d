"""``shanhai notices ...``: what a member was told and how, who has read what one had told, and what went out."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, notices
from shanhai.core.actions import robots as robot_actions
from shanhai.core.actions import telling as actions
from shanhai.core.models import Notice
from shanhai.core.queries import notices as queries
from shanhai.core.queries import sendings
from shanhai.fields.office.cli import shared
from shanhai.fields.office.queries import told
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    acting,
    done,
    noun,
    show,
    show_whole,
    tried_out,
    written,
)

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


# -- how a member is told ------------------------------------------------------------------------------------------


def _headings() -> dict[str, Any]:
    return {
        "mail": _("E-mail"),
        "address": _("Address"),
        "is_confirmed": _("Confirmed"),
        "is_mail_on": _("E-mail goes out"),
        "is_quiet": _("Quiet now"),
        "next_digest_at": _("Daily digest"),
        "waiting": _("Waiting"),
        "next_at": _("Next message"),
    }


@app.command("how")
def how(as_json: AsJson = False) -> None:
    """How the member of --as is told, and when the next message goes."""
    member = _reader()
    show_whole(told.telling_row(member, actions.telling_of(member)), _headings(), as_json=as_json)


@app.command("choose")
def choose(
    mail: Annotated[str, typer.Argument(parser=given.line(20), metavar="at_once|daily|none")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Choose e-mail at once, one daily digest, or none."""
    member = _reader()
    one = actions.telling_of(member)
    written(lambda: actions.choose_mail(one, mail=mail, by=member), dry_run=dry_run)
    done(_("Chosen."), {"mail": one.mail}, dry_run=dry_run, as_json=as_json)


@app.command("confirm")
def confirm(
    token: Annotated[str, typer.Argument(parser=given.line(400), help="The end of the link in the mail.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Confirm the address to which a link was mailed."""
    member = _reader()
    written(lambda: actions.confirm_address(member, token=token, by=member), dry_run=dry_run)
    done(_("Your address is confirmed."), {"is_confirmed": True}, dry_run=dry_run, as_json=as_json)


@app.command("test")
def test(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Send oneself a test message with the next tick."""
    member = _reader()
    sent = written(lambda: actions.send_test(member, by=member), dry_run=dry_run)
    done(
        _("A test message goes out within a minute."),
        {"id": sent.pk, "what": sent.what},
        dry_run=dry_run,
        as_json=as_json,
    )


# -- who has read --------------------------------------------------------------------------------------------------


@app.command("sent")
def list_sent(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List what the member of --as had others told, and how many have read it."""
    rows = sendings.tallied(list(sendings.facts_of(_reader())[:1000]))
    headings = {
        "id": _("Fact"),
        "at": _("When"),
        "what": _("What"),
        "told": _("Told"),
        "read": _("Has read it"),
        "url": _("Page"),
    }
    show(map(told.told_row, rows), headings, as_json=as_json, as_csv=as_csv)


@app.command("readers")
def list_readers(
    fact: Annotated[int, typer.Argument(help="Number of the list “sent”.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List who was told of a fact, and when they read it."""
    rows = sendings.readers(sendings.fact_of(shared.reader("office.view_told"), fact)).order_by("at", "pk")
    headings = {
        "member": _("Member"),
        "name": _("Who"),
        "organisation": _("Organisation"),
        "unit": _("Unit"),
        "at": _("Told"),
        "read_at": _("Has read it"),
    }
    show((told.reader_row(one) for one in rows.iterator(1000)), headings, as_json=as_json, as_csv=as_csv)


# -- what went out -------------------------------------------------------------------------------------------------


@app.command("messages")
def list_sendings(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    stage: Annotated[
        str, typer.Option("--stage", help="Only these: waiting, sent, failed, unclear ...")
    ] = "",
) -> None:
    """List messages that went out or wait: to whom, by which channel, how it went."""
    shared.reader("office.view_sendings")
    rows = sendings.sendings().order_by("-created_at", "-pk")
    if stage:
        rows = rows.filter(stage=stage)
    shown = (told.sending_row(one) for one in rows.iterator(1000))
    show(shown, told.headings_of_sendings(), as_json=as_json, as_csv=as_csv)


@app.command("again")
def send_again(
    ids: Annotated[list[int], typer.Argument(metavar="MESSAGE...", help="Numbers of the list “messages”.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Send failed or unclear messages again."""
    by = acting()
    found = sendings.chosen(ids)
    n = written(lambda: robot_actions.send_again(found, by=by), dry_run=dry_run)
    said = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", n) % {"n": n}
    done(said, {"count": n}, dry_run=dry_run, as_json=as_json)
