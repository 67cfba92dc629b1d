"""``shanhai office links ...``: phone links for people without an account."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core.actions import links as actions
from shanhai.core.link_rules import State
from shanhai.core.models import PhoneLink
from shanhai.core.queries import links as queries
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Phone links for people without an account.")

Code = Annotated[
    str, typer.Argument(parser=given.line(12), metavar="CODE", help="Its code, as the list has it.")
]


@app.command("list")
def list_links(
    state: Annotated[
        str, given.choice("--state", [(str(one),) for one in State], "Only links in this state", or_none=True)
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The links of one's unit, latest first."""
    member = shared.reader("office.view_links")
    headings: dict[str, Any] = {
        "code": _("Code"),
        "holder": _("For"),
        "phone": _("Phone number"),
        "opens": _("Opens"),
        "state": _("State"),
        "until_on": _("Until"),
        "used_at": _("Last opened"),
    }
    found = list(queries.in_state(queries.links_for(member), state))
    queries.know_tries(found)
    show((queries.as_row(one) for one in found), headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_link(code: Code, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """How one link stands."""
    row = queries.as_row(queries.link_of(shared.reader("office.view_links"), code))
    if as_json:
        show([row], dict.fromkeys(row, ""), as_json=True)
        return
    lines = [{"what": name, "value": value} for name, value in row.items()]
    show(lines, {"what": _("What"), "value": _("Value")}, as_csv=as_csv)


@app.command("issue")
def issue_link(
    kind: shared.Kind,
    pk: shared.Key,
    holder: Annotated[str, given.text("--for", 80, "Name of the person.")],
    phone: Annotated[
        str, given.text("--phone", 40, "Phone number; kept as a hash with its last four digits.")
    ],
    role: Annotated[
        str, given.choice("--role", [(one,) for one in PhoneLink.Role.values], "Who that is")
    ] = "other",
    opens: Annotated[str, given.text("--opens", 60, "What it opens, where the record offers several.")] = "",
    until: Annotated[date | None, given.a_day("--until", "Its last day.")] = None,
    call: Annotated[str, given.text("--call", 120, "Whom the person may call.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make a link that opens a task or statement on one phone; its address is printed this once."""
    record = shared.record_of(kind, pk)
    link, token = written(
        lambda: actions.issue_link(
            record,
            kind=opens,
            holder=holder,
            role=role,
            phone=phone,
            until_on=until,
            call=call,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _made(link, token, dry_run, as_json)


@app.command("renew")
def renew_link(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make its address anew; the old one opens nothing any more."""
    one = queries.link_of(acting(), code)
    link, token = written(lambda: actions.renew_link(one, by=acting()), dry_run=dry_run)
    _made(link, token, dry_run, as_json)


@app.command("extend")
def extend_link(
    code: Code,
    until: Annotated[date, given.a_day("--until", "Its new last day.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give it a later last day."""
    one = queries.link_of(acting(), code)
    written(lambda: actions.extend_link(one, until_on=until, by=acting()), dry_run=dry_run)
    _done(_("It lasts longer now."), one, dry_run, as_json)


@app.command("take-back-extension")
def take_back_extension(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """The undo of extending, for some minutes."""
    one = queries.link_of(acting(), code)
    written(lambda: actions.take_back_extension(one, by=acting()), dry_run=dry_run)
    _done(_("Taken back; its last day is what it was."), one, dry_run, as_json)


@app.command("revoke")
def revoke_link(
    code: Code,
    reason: Annotated[str, given.text("--reason", 200, "Why, for the record.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End it at once."""
    one = queries.link_of(acting(), code)
    written(lambda: actions.revoke_link(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Revoked: whoever opens it is told so, and whom to call."), one, dry_run, as_json)


@app.command("restore")
def restore_link(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """The undo of revoking, for some minutes."""
    one = queries.link_of(acting(), code)
    written(lambda: actions.restore_link(one, by=acting()), dry_run=dry_run)
    _done(_("It opens again as before."), one, dry_run, as_json)


@app.command("release")
def release_link(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Let another phone in: the next one with the right number."""
    one = queries.link_of(acting(), code)
    written(lambda: actions.release_link(one, by=acting()), dry_run=dry_run)
    _done(_("The next phone with the right number is let in."), one, dry_run, as_json)


def _made(link: PhoneLink, token: str, dry_run: bool, as_json: bool) -> None:
    path = "" if dry_run else reverse("phone_landing", args=[token])
    sentence = _("Put the address of this site before it: {path}").format(path=path or "–")
    done(sentence, {"code": link.code, "path": path}, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, link: PhoneLink, dry_run: bool, as_json: bool) -> None:
    facts = {"code": link.code, "state": str(queries.state_of(link)), "version": link.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
