"""What every view starts with: who asks, and may they."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from shanhai.core import access
from shanhai.core.models import Member, Pairing
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import drafts

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """The request as our middleware leaves it (``webkit.middleware.MemberMiddleware``)."""

    member: Member | None
    pairing: Pairing | None  # the one chosen in the top bar
    htmx: Any


def member_required(code: str) -> Callable[[View], View]:
    """Let in members who may open pages of this access row; the row's code stands on the view for the house test."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.member is None:
                return drafts.to_login(request)
            access.check(request.member, code)
            return view(request, *args, **kwargs)

        inner.access = code  # type: ignore[attr-defined]
        return inner

    return wrap


def login_needed(view: View) -> View:
    """Let in everybody who is logged in, members or not: pages about one's own login."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return drafts.to_login(request)
        return view(request, *args, **kwargs)

    inner.access = ""  # type: ignore[attr-defined]
    return inner


def chosen_pairing(request: Any) -> Pairing:
    """The pairing of the top bar; refused for a member without a seat in any."""
    if request.pairing is None:
        raise NotFound(
            "core.no_pairing",
            gettext_noop(
                "You have no seat in any pairing yet. Ask the administrator to give your organisation one."
            ),
        )
    return request.pairing


def read_again() -> HttpResponse:
    """What a progress bar is answered once there is no progress to show: the whole page reads itself again.

    The answer to a bar stands in its place; a page in it would be a page within the page.
    """
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer
