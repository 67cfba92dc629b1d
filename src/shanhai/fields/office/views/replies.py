"""What a unit prepared to send out, on the page of the record that it is sent on: read, passed on, returned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import ladder, records, replies, sentences
from shanhai.core.models import Climb
from shanhai.fields.office.queries import prepared as queries
from shanhai.fields.office.views import shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import undo


def panel(request: Any, record: Any) -> dict[str, Any] | None:
    """The reply to a record that the reader's unit has on its ladder: nobody else knows of it."""
    climb = replies.of_record(record, request.member)
    if climb is None:
        return None
    is_above = climb.step != climb.ladder[0]
    return {
        "climb": climb,
        "name": queries.name_of(climb),
        "steps": climb.ladder,
        "shown": replies.shown(climb, record),
        "papers": replies.papers_of(climb),
        "decisions": replies.decisions_of(climb),
        "holders": replies.holders(climb),
        "is_above": is_above,
        "may_move": is_above and ladder.may_take(climb, request.member),
        "is_last": replies.is_last_for(climb, request.member),
        "may_take_back": replies.may_take_back(climb, request.member),
    }


def sent(request: Any, result: Any, sentence: str, url: str, taken_back: str = "") -> HttpResponse:
    """Say what an action that climbs has come to, with the way to take it back; on the page of its record."""
    if isinstance(result, Climb):
        sentence, taken_back = replies.is_with(result), reverse("office:reply_take_back", args=[result.pk])
    if not taken_back:
        return shared.said(request, sentence, url)
    undo.offer(request, sentence, taken_back)
    return redirect(url)


@shared.posted("core.pass_reply")
def move(request: Any, key: int) -> HttpResponse:
    """Pass a reply on, or return it with a word."""
    climb = queries.reply_of(request.member, key)
    url = records.url(replies.subject_of(climb))
    given = {name: request.POST.get(name, "")[:300] for name in ("step", "word")}
    try:
        if request.POST.get("do") == "return":
            replies.return_reply(climb, by=request.member, **given)
            return _returned(request, climb, url)
        is_out = replies.pass_reply(climb, by=request.member, **given)
    except Refused as refusal:
        messages.error(request, sentences.refusal(refusal))
        return redirect(url)
    if is_out:
        return shared.said(request, _("Signed; it has gone out."), url)
    return sent(request, climb, "", url)


def _returned(request: Any, climb: Climb, url: str) -> HttpResponse:
    sentence = _("Returned to %(people)s.") % {"people": replies.holders(climb)}
    undo.offer(request, sentence, reverse("office:reply_take_back", args=[climb.pk]))
    return redirect(url)


@shared.posted("core.take_back_reply")
def take_back(request: Any, key: int) -> HttpResponse:
    """The undo of passing on and returning."""
    climb = queries.reply_of(request.member, key)
    replies.take_back_reply(climb, by=request.member)
    return shared.said(
        request, _("Taken back; it is with you again."), records.url(replies.subject_of(climb))
    )
