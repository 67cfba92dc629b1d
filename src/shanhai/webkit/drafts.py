"""Where pages keep what is typed: each few seconds, and when the login has run out meanwhile they are told so."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shanhai.core.actions import drafts
from shanhai.kernel.refusals import Refused
from shanhai.webkit import words

_NOT_TYPED = ("csrfmiddlewaretoken", "_form", "_key", "_drop", "password")


@require_POST
def save(request: Any) -> HttpResponse:
    """Keep a draft. 401 without a login: the page keeps the text and asks to log in again."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "webkit.logged_out"}, status=401)
    form, key = request.POST.get("_form", ""), request.POST.get("_key", "")
    if not form:
        return JsonResponse({"code": "webkit.no_form"}, status=400)
    data = {
        name: values
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED and not name.startswith("take-") and "password" not in name
    }
    try:
        draft = drafts.keep_draft(request.user, form, key, data)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.say(gettext)}, status=refusal.status)
    return JsonResponse({"saved_at": words.clock_time(draft.saved_at)})


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
