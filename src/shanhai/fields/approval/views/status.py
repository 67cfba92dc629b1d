"""The public page of a case: for everybody who has the code on one of its letters, without an account."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shanhai.fields.approval.queries import public_status as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules.cases import State
from shanhai.webkit import words

# An office may share one address; a case is one project.
RATES = {"approval_status": "120/m/ip,30/m/key"}
_SHAPES = {
    State.WAITING: "not_started",
    State.OPEN: "on_track",
    State.STOPPED: "paused",
    State.DECIDED: "done",
    State.DROPPED: "paused",
}


@require_safe
def status(request: Any, number: str, code: str) -> HttpResponse:
    """Where is the case, and until when is each item due?"""
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = str(translation.get_language_from_request(request))
    with translation.override(language):
        request.LANGUAGE_CODE = language
        answer = _answer(request, number, code, language)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Content-Language"] = language
    return answer


status.access = "approval.view_status"  # type: ignore[attr-defined]


def _answer(request: Any, number: str, code: str, language: str) -> HttpResponse:
    other = next(one for one in settings.LANGUAGES if one[0] != language)
    context: dict[str, Any] = {"here": request.path, "other_language": other}
    usage = ratelimit.consume(
        request, app="shanhai", action="approval_status", config=RATES, key=number[:40], limit_get=True
    )
    if usage is None:
        answer = render(request, "approval/status.html", context | {"answer": "too_often"}, status=429)
        answer["Retry-After"] = "60"
        return answer
    shown = queries.shown_by(number, code)
    if shown is None:
        context["here"] = ""
        return render(request, "approval/status.html", context | {"answer": "unknown"}, status=404)
    if not shown.holds:
        return render(request, "approval/status.html", context | {"answer": "revoked"}, status=410)
    found = queries.status_of(shown.case)
    context |= {
        "answer": "shown",
        "case": found,
        "finding": finding(found),
        "items": [
            {"item": one, "shape": _SHAPES[State(one.state)], "word": said.words(said.STATES, one.state)}
            for one in found.items
        ],
    }
    return render(request, "approval/status.html", context)


def finding(found: queries.PublicStatus) -> str:
    """The first line: where it is, and until when."""
    if found.planned_on is not None:
        left = sum(one.state not in (State.DECIDED, State.DROPPED) for one in found.items)
        return _("Under review: %(left)s of %(all)s items are not decided; planned end %(day)s.") % {
            "left": words.num(left), "all": words.num(len(found.items)), "day": words.day(found.planned_on, "year"),
        }  # fmt: skip
    stage = said.words(said.STAGES, found.stage)
    if found.closed_on is not None:
        return _("%(stage)s on %(day)s.") % {
            "stage": stage[:1].upper() + stage[1:], "day": words.day(found.closed_on, "year"),
        }  # fmt: skip
    return _("Now: %(stage)s.") % {"stage": stage}
