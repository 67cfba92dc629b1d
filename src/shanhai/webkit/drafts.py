"""Where pages keep what is typed: each few seconds, and when the login has run out meanwhile they are told so.

A form that is sent without script after the login has run out is not lost either: what it holds waits in the session
until the same person has logged in again, and then stands in the form as their draft.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shanhai.core import sentences
from shanhai.core.actions import drafts
from shanhai.kernel.refusals import Refused
from shanhai.webkit import words

_NOT_TYPED = ("csrfmiddlewaretoken", "_form", "_key", "_drop", "_typed", "password")
# Fields whose names begin so are in no draft.
UNKEPT = "unkept-"
_WAITING = "typed"  # in the session: what was sent without a login
_SALT = "webkit.typed"


@require_POST
def save(request: Any) -> HttpResponse:
    """Keep a draft. 401 without a login: the page keeps the text and asks to log in again."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "webkit.logged_out"}, status=401)
    form, key = request.POST.get("_form", ""), request.POST.get("_key", "")
    if not form:
        return JsonResponse({"code": "webkit.no_form"}, status=400)
    try:
        draft = drafts.keep_draft(request.user, form, key, _typed(request.POST))
    except Refused as refusal:
        return JsonResponse(
            {"code": refusal.code, "detail": sentences.refusal(refusal)}, status=refusal.status
        )
    return JsonResponse({"saved_at": words.clock_time(draft.saved_at)})


def _typed(posted: Any) -> dict[str, list[str]]:
    return {
        name: values
        for name, values in posted.lists()
        if name not in _NOT_TYPED and not name.startswith(("take-", UNKEPT)) and "password" not in name
    }


def mark_of(user: Any, form: str, key: str) -> str:
    """What a form carries so that it can be kept without a login: who was shown it, and which form it is, signed."""
    return signing.dumps([user.pk, form, key], salt=_SALT)


def to_login(request: Any) -> HttpResponse:
    """Ask for a login; what was sent without one waits in the session until then.

    Only a form that we have shown to somebody is kept (its mark is signed), so that a stranger fills no sessions.
    """
    if request.method == "POST":
        typed = _typed(request.POST)
        try:
            shown = signing.loads(request.POST.get("_typed", ""), salt=_SALT)
            drafts.check_size(typed)
        except (signing.BadSignature, Refused):
            pass
        else:
            request.session[_WAITING] = [*shown, typed]
    return redirect_to_login(request.get_full_path())


def bring_back(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Signal of a login: what this person sent without one becomes their draft; another's is thrown away."""
    waiting = request.session.pop(_WAITING, None) if request is not None else None
    if waiting is None:
        return
    shown_to, form, key, typed = waiting
    if shown_to == user.pk:
        drafts.keep_draft(user, form, key, typed)


@require_POST
def drop(request: Any) -> HttpResponse:
    """Throw a draft away and show the page again as it stands in the records."""
    form, _bar, key = request.POST.get("_drop", "").partition("|")
    if request.user.is_authenticated and form:
        drafts.drop_draft(request.user, form, key)
        messages.info(request, gettext("The draft is thrown away; this is what stands in the records."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return came_from
    return "/"


# Own drafts need a login and nothing else: they hold what the person typed, and nobody else sees them.
save.access = drop.access = "webkit.keep_draft"  # type: ignore[attr-defined]
