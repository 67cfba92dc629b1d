"""The member's calendar address: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.fields.pairing import actions
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import shared
from shanhai.webkit.pages import member_required

# The secret is shown on the next page only; the table keeps its digest.
_SECRET = "pairing.calendar_secret"


@member_required("pairing.view_meetings")
def calendar(request: Any) -> HttpResponse:
    """Where can my calendar read meetings and due days?"""
    secret = request.session.pop(_SECRET, "")
    address = ""
    if secret:
        address = request.build_absolute_uri(reverse("pairing:calendar_feed", args=[secret]))
    return render(
        request,
        "pairing/calendar.html",
        {
            "links": list(pages.calendar_links(request.member)),
            "address": address,
            "may_make": shared.may(request, "make_calendar_link"),
        },
    )


@shared.posted("pairing.make_calendar_link")
def make(request: Any) -> HttpResponse:
    """Make an address; an earlier one stops working."""
    _link, secret = actions.make_calendar_link(request.member, by=request.member)
    request.session[_SECRET] = secret
    return redirect("pairing:calendar")


@shared.posted("pairing.revoke_calendar_link")
def revoke(request: Any) -> HttpResponse:
    """Make the address stop working."""
    for link in pages.calendar_links(request.member):
        actions.revoke_calendar_link(link, by=request.member)
    return shared.said(request, _("The address no longer works."), reverse("pairing:calendar"))
