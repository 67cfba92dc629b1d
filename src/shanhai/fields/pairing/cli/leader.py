"""``shanhai pairing leader``: what a leader is asked about, and what waits for a word."""

from __future__ import annotations

from typing import Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing.cli.shared import PairingCode, pairing_of, reader
from shanhai.fields.pairing.queries import leader as queries
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, show, show_json
from shanhai.webkit.templatetags.shanhai import STATUSES


def add_to(app: typer.Typer) -> None:
    """Put the command at the top of the field."""
    app.command("leader")(leader)


def leader(pairing: PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Five figures, what is late or at risk and with whom, the next meeting, instructions that wait."""
    found = queries.desk(reader("view_leader_desk"), pairing_of(pairing))
    if as_json:
        show_json(queries.desk_as_plain(found))
        return
    headings = {
        "what": _("What"),
        "delivered": _("Delivered"),
        "promised": _("Promised"),
        "status": _("Status"),
    }
    headings |= {"rests_with": _("Rests with"), "due_on": _("Due")}
    show(
        [*map(_figure, found.figures), *map(_red, found.red), *map(_told, (*found.given, *found.due))],
        headings,
        as_csv=as_csv,
    )
    coming = found.account.meeting
    if coming is not None and not as_csv:
        at = clock.local(coming.meeting.at)
        print()
        print(
            _("Next joint meeting: {title}, {day} {time}, {place}.").format(
                title=coming.meeting.title,
                day=words.day(at.date(), "weekday"),
                time=f"{at:%H:%M}",
                place=coming.meeting.place,
            )
        )


def _figure(one: queries.Figure) -> dict[str, Any]:
    status = str(STATUSES[one.status][2])
    return {
        "what": one.commitment.name,
        "delivered": one.delivered,
        "promised": one.promised,
        "status": status,
    } | {
        "rests_with": "",
        "due_on": one.progress.frame.due_on,
    }


def _red(one: queries.Red) -> dict[str, Any]:
    units = " ".join(unit.code for _side, unit in one.holders)
    status = str(STATUSES[one.status][2])
    return {
        "what": one.what,
        "delivered": "",
        "promised": "",
        "status": status,
        "rests_with": units,
        "due_on": one.due_on,
    }


def _told(one: Any) -> dict[str, Any]:
    return {
        "what": one.text_said,
        "delivered": "",
        "promised": "",
        "status": str(one.stage),
        "rests_with": one.unit.code,
        "due_on": one.due_on,
    }
