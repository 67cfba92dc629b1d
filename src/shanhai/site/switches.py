"""The three switches of the frame: language, pairing, and the unit for which a person with several works now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shanhai.core import access
from shanhai.core.actions import account
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.middleware import MEMBER_KEY, PAIRING_KEY


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on; the page stays."""
    language = request.POST.get("language", "")
    answer = back(request)
    if language not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        account.set_language(request.user, language)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@require_POST
def choose_pairing(request: Any) -> HttpResponse:
    """Work in another pairing from now on; refused where the member has no seat."""
    chosen = request.POST.get("pairing", "")
    sides = access.standing(request.member).sides if request.member else {}
    if not chosen.isdigit() or int(chosen) not in sides:
        raise NotFound(
            "core.no_such_pairing",
            gettext_noop(
                "Your organisation has no seat in that pairing. Choose one from the list in the top bar."
            ),
        )
    request.session[PAIRING_KEY] = int(chosen)
    return back(request)


@require_POST
def choose_member(request: Any) -> HttpResponse:
    """Work for another of one's units from now on; the pairing is chosen anew."""
    chosen = request.POST.get("member", "")
    if not chosen.isdigit() or int(chosen) not in {member.pk for member in request.memberships}:
        raise NotFound(
            "core.not_your_membership",
            gettext_noop(
                "You are no active member of that unit. Choose one of the units listed under your name."
            ),
        )
    request.session[MEMBER_KEY] = int(chosen)
    request.session.pop(PAIRING_KEY, None)
    return back(request)


def back(request: HttpRequest, otherwise: str = "/") -> HttpResponseRedirect:
    """To the page that was open, never off this site."""
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(there if is_ours else otherwise)
