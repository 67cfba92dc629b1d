"""Error pages, and refusals that reach a page: the sentence, what to do, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import sentences
from shanhai.kernel.refusals import Refused

TITLES = {
    400: _("This request cannot be read."),
    403: _("You may not open this page."),
    404: _("There is no such page, or it is not for you."),
    409: _("Not now."),
    413: _("That is more than one request may bring."),
    422: _("Something in it is not right."),
    429: _("Too often. Please wait a moment."),
    500: _("Something went wrong on our side."),
    503: _("This cannot be done on this installation right now."),
}
ADVICE = {
    400: _("Go back and try again; if you followed a link, it may be cut off."),
    403: _(
        "Ask the administrator if you should be able to. What you may do stands on the page of your account."
    ),
    404: _("Check the address, or search for the name or number."),
    409: _("Look at the record again: it may have moved on meanwhile."),
    413: _("Send fewer rows or a smaller file."),
    422: _("Go back, correct it, and send it again. What you typed is kept as a draft."),
    429: _("Nothing is lost. Try again in a minute."),
    503: _("Tell the administrator what you wanted to do."),
}
_API = "/api/"


def page(request: HttpRequest, status: int, sentence: str = "", code: str = "") -> HttpResponse:
    """The error page of a status; for HTMX a remark at the edge of the page that is open."""
    context = {
        "status": status,
        "title": TITLES.get(status, TITLES[400]),
        "sentence": sentence,
        "advice": ADVICE.get(status, ""),
        "code": code,
    }
    if getattr(request, "htmx", False):
        response = render(request, "webkit/_refusal.html", context, status=status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "webkit/error.html", context, status=status)


class RefusedMiddleware:
    """Turns a Refused that a view let through into its page. The API answers for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith(_API):
            return None
        return page(request, exception.status, sentences.refusal(exception), exception.code)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of last resort: no context, no database, no session; both languages on it."""
    return HttpResponseServerError(_last_resort().render(_plain_context()))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale, mostly because of a new login in another window."""
    return page(
        request,
        403,
        gettext(
            "This form is older than your login, so it was not accepted. Go back, reload the page and send it "
            "again; what you typed is kept."
        ),
        "webkit.stale_form",
    )


def _last_resort() -> Any:
    return loader.get_template("webkit/500.html").template  # type: ignore[attr-defined]


def _plain_context() -> Any:
    from django.template import Context

    return Context({})
