"""A leader's page: one screen of the phone with what a leader is asked about and what waits for a word."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shanhai.core import access, clock
from shanhai.fields.office.views.instructions import status_of
from shanhai.fields.pairing.queries import leader as queries
from shanhai.fields.pairing.views import shared
from shanhai.webkit.pages import chosen_pairing, member_required

# As many as one screen of a phone holds; the rest stands behind a link.
RED, INSTRUCTIONS = 3, 2


@member_required("pairing.view_leader_desk")
def desk(request: Any) -> HttpResponse:
    """How do we stand, what is red, and what waits for my word?"""
    pairing = chosen_pairing(request)
    found = queries.desk(request.member, pairing)
    is_all = request.GET.get("show") == "all"
    red = found.red if is_all else found.red[:RED]
    names = shared.party_names(pairing)
    given, due = (_lines(some, is_all) for some in (found.given, found.due))
    context = {
        "pairing": pairing,
        "found": found,
        "finding": _finding(found),
        "red": red,
        "more_red": len(found.red) - len(red),
        "given": given,
        "due": due,
        "more_told": len(found.given) + len(found.due) - len(given) - len(due),
        "meeting": _meeting(request, found, pairing, names),
        "sides": names,
        "may_instruct": access.may(request.member, "office.instruct", pairing_id=pairing.pk),
    }
    return render(request, "pairing/leader.html", context)


def _lines(some: Any, is_all: bool) -> list[tuple[Any, tuple[str, str]]]:
    return [(one, status_of(one)) for one in (some if is_all else some[:INSTRUCTIONS])]


def _finding(found: Any) -> str:
    late = sum(one.status == "late" for one in found.red)
    parts = []
    if late:
        parts.append(ngettext("{n} is late", "{n} are late", late).format(n=late))
    if risk := len(found.red) - late:
        parts.append(ngettext("{n} is at risk", "{n} are at risk", risk).format(n=risk))
    said = pgettext("between parts of a headline", ", ").join(parts) or _("Nothing is late or at risk")
    waiting = sum(one.stage == "reported" for one in found.given)
    if not waiting:
        return _("{said}.").format(said=said)
    told = ngettext("{n} report waits for your word", "{n} reports wait for your word", waiting).format(
        n=waiting
    )
    return _("{said}; {told}.").format(said=said, told=told)


def _meeting(request: Any, found: Any, pairing: Any, names: dict[str, str]) -> dict[str, Any] | None:
    coming = found.account.meeting
    if coming is None:
        return None
    here = access.standing(request.member).side_in(pairing.pk)
    asks = [
        (side, _who_asks(side, here, names), [point.asks for point in coming.asks(side)])
        for side in (("sea", "mountain") if here == "mountain" else ("mountain", "sea"))
    ]
    meeting = coming.meeting
    return {
        "row": meeting,
        "on": clock.local(meeting.at).date(),
        "asks": [one for one in asks if one[2]],
        "brief_url": f"{meeting.url}brief.pdf",
    }


def _who_asks(side: str, here: str | None, names: dict[str, str]) -> str:
    """From where the reader sits: "They ask", "We ask"; by name for those who sit on neither side."""
    if here not in ("mountain", "sea"):
        return _("{side} asks").format(side=names.get(side, side))
    return _("We ask") if side == here else _("They ask")
