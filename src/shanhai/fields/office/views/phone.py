"""What opens on the phone of somebody without an account: one task or statement, and nothing else.

The address with the token sets a cookie and leads to an address without it, so that the token stands in no history and
no log of ours. Both cookies of a link lie under the address of its own page: no other page ever gets them, and to all
others this phone is a stranger. Pages carry no menu, need no script and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from shanhai.core import link_rules, links, sentences, signs
from shanhai.core.actions import links as actions
from shanhai.core.link_rules import Answer, Tried
from shanhai.core.models import PhoneLink
from shanhai.core.queries import links as queries
from shanhai.fields.office.forms.links import DeedForm
from shanhai.kernel.refusals import Refused

TOKEN, DEVICE, LANGUAGE = "link", "device", "language"
# A village may share one address; a link is one person.
RATES = {"phone_page": "240/m/ip,30/m/key", "phone_number": "30/m/ip,10/m/key"}
_STATUS = {Answer.EXPIRED: 410, Answer.REVOKED: 410, Answer.LOCKED: 403}


def phone_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for strangers with a secret: kept nowhere, found nowhere, telling nobody where the reader came from."""

    @csrf_exempt  # ``links.form_key``: without a referrer there is no origin that Django's check could see
    @wraps(view)
    def inner(request: Any, **secret: str) -> HttpResponse:
        language = _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = view(request, **secret)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Content-Language"] = language
        return answer

    return inner


def _language(request: Any) -> str:
    """The language chosen on these pages, else that of the browser."""
    for chosen in (request.GET.get("lang", ""), request.COOKIES.get(LANGUAGE, "")):
        if chosen in dict(settings.LANGUAGES):
            return str(chosen)
    return str(translation.get_language_from_request(request))


@require_GET
@phone_page
def landing(request: Any, token: str) -> HttpResponse:
    """Take the token out of the address, and lead to the page of the link."""
    if not _is_within(request, "phone_page", token[:8]):
        return _too_often(request)
    link = queries.by_token(token)
    if link is None:
        return _unknown(request)
    answer = redirect("phone_page", link.code)
    _set(answer, link, TOKEN, token)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def page(request: Any, code: str) -> HttpResponse:
    """Ask for the phone number, or show the one thing that the link opens."""
    if not _is_within(request, "phone_page", code[:12]):
        return _too_often(request)
    link = queries.by_code(code)
    token = request.COOKIES.get(TOKEN, "")
    if link is None or not links.is_signed(token) or links.digest_of(token) != link.digest:
        return _unknown(request)
    answer = _sent(request, link, token) if request.method == "POST" else _shown(request, link, token)
    if request.GET.get("lang", "") in dict(settings.LANGUAGES):
        _set(answer, link, LANGUAGE, request.GET["lang"])
    return answer


# -- reading -------------------------------------------------------------------------------------------------------


def _shown(request: Any, link: PhoneLink, token: str, said: str = "") -> HttpResponse:
    """What the link answers to this phone now."""
    device = request.COOKIES.get(DEVICE, "")
    answer = actions.open_link(link, device=device)
    if answer == Answer.SHOW:
        return _task(request, link, token, said=said)
    if answer == Answer.ASK:
        return _ask(request, link, token)
    is_its = answer == Answer.DONE and links.is_its_phone(link, device)
    return _over(request, link, answer, is_its)


def _task(
    request: Any,
    link: PhoneLink,
    token: str,
    bound: DeedForm | None = None,
    refusal: str = "",
    said: str = "",
) -> HttpResponse:
    record: Any = links.record_of(link)
    kind = signs.link_kinds[link.kind]
    shown = signs.call(kind.show)(record, link.issued_by)
    deeds = []
    for deed in kind.deeds:
        form = bound if bound is not None and bound.prefix == deed.code else None
        deeds.append((deed, form or DeedForm(signs.call(deed.asks)(record), deed.code)))
    context = {
        "shown": shown,
        "deeds": deeds,
        "open_deed": bound.prefix if bound is not None else "",
        "refusal": refusal,
        "said": said,
        "until_on": queries.last_day(link),
    }
    return _page(request, link, "office/phone_task.html", context, token, 422 if refusal or bound else 200)


def _ask(request: Any, link: PhoneLink, token: str, wrong: str = "") -> HttpResponse:
    context = {"tries_left": queries.tries_left(link), "wrong": wrong, "until_on": queries.last_day(link)}
    return _page(request, link, "office/phone_ask.html", context, token, 422 if wrong else 200)


def _over(request: Any, link: PhoneLink, answer: str, is_its: bool = False) -> HttpResponse:
    context = {"answer": str(answer), "is_its": is_its, "until_on": queries.last_day(link)}
    status = _STATUS.get(answer, 200)  # type: ignore[call-overload]
    return _page(request, link, "office/phone_over.html", context, status=status)


# -- writing -------------------------------------------------------------------------------------------------------


def _sent(request: Any, link: PhoneLink, token: str) -> HttpResponse:
    if not constant_time_compare(request.POST.get("key", ""), links.form_key(link, token)):
        return _shown(request, link, token)
    if request.POST.get("do") == "number":
        return _number(request, link, token)
    return _deed(request, link, token)


def _number(request: Any, link: PhoneLink, token: str) -> HttpResponse:
    if not _is_within(request, "phone_number", link.code):
        return _too_often(request, link)
    try:
        outcome, device = actions.try_number(link, number=request.POST.get("number", "")[:40])
    except Refused as refused:
        return _ask(request, link, token, sentences.refusal(refused))
    if outcome == Tried.BOUND:
        answer: HttpResponse = redirect("phone_page", link.code)
        _set(answer, link, DEVICE, device)
        return answer
    if outcome == Tried.WRONG:
        return _ask(request, link, token, _("That is not the number that this link is for."))
    if outcome == Tried.ELSEWHERE:
        return _page(request, link, "office/phone_over.html", {"answer": "elsewhere"}, status=403)
    if outcome == Tried.LOCKED:
        return _over(request, link, Answer.LOCKED)
    return _shown(request, link, token)


def _deed(request: Any, link: PhoneLink, token: str) -> HttpResponse:
    device = request.COOKIES.get(DEVICE, "")
    deed = signs.link_kinds[link.kind].deed(request.POST.get("do", ""))
    state = queries.state_of(link)
    answer = link_rules.answer_to(state, links.is_its_phone(link, device), queries.tries_left(link))
    if deed is None or answer != Answer.SHOW:
        return _shown(request, link, token)
    record = links.record_of(link)
    form = DeedForm(signs.call(deed.asks)(record), deed.code, request.POST, request.FILES)
    if not form.is_valid():
        return _task(request, link, token, bound=form)
    try:
        said = actions.act_by_link(
            link, deed=deed.code, device=device, given=form.given(), photos=form.photos()
        )
    except Refused as refused:
        if refused.code == "core.link_closed":
            link.refresh_from_db()
            return _shown(request, link, token)
        return _task(request, link, token, bound=form, refusal=sentences.refusal(refused))
    if deed.finishes:
        context = {"answer": "thanks", "said": said}
        return _page(request, link, "office/phone_over.html", context)
    return _shown(request, link, token, said=said)


# -- helpers -------------------------------------------------------------------------------------------------------


def _page(
    request: Any,
    link: PhoneLink | None,
    template: str,
    context: dict[str, Any],
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    other = next(one for one in settings.LANGUAGES if one[0] != request.LANGUAGE_CODE)
    context |= {
        "link": link,
        "key": links.form_key(link, token) if link is not None and token else "",
        "other_language": other,
        "here": reverse("phone_page", args=[link.code]) if link is not None else "",
    }
    return render(request, template, context, status=status)


def _unknown(request: Any) -> HttpResponse:
    """Altered, cut off, replaced, or a browser without cookies: nobody is told whether there is such a link."""
    return _page(request, None, "office/phone_over.html", {"answer": "unknown"}, status=404)


def _too_often(request: Any, link: PhoneLink | None = None) -> HttpResponse:
    answer = _page(request, link, "office/phone_over.html", {"answer": "too_often"}, status=429)
    answer["Retry-After"] = "60"
    return answer


def _is_within(request: Any, what: str, key: str) -> bool:
    usage = ratelimit.consume(request, app="shanhai", action=what, config=RATES, key=key, limit_get=True)
    return usage is not None


def _set(answer: HttpResponse, link: PhoneLink, name: str, value: str) -> None:
    """A cookie that this one page gets and no other."""
    answer.set_cookie(
        name,
        value,
        max_age=(queries.most_days() + 1) * 24 * 3600,
        path=reverse("phone_page", args=[link.code]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
