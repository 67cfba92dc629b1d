"""The calendar feed of a member: a private address that calendar programmes read without a login (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import translation
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from shanhai.core import access, clock
from shanhai.fields.pairing.queries import calendars
from shanhai.kernel.refusals import NotFound, gettext_noop

# Programmes ask again after this time; shorter only makes work.
AGAIN_AFTER = timedelta(hours=1)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind a private address: the secret in it is the login, and shows what its member may see."""
    link = calendars.link_of(token)
    if link is None or not access.may(link.member, "pairing.view_meetings"):
        raise NotFound(
            "pairing.no_calendar",
            gettext_noop(
                "This calendar address does not work, or was revoked. Make a new one on the page Meetings."
            ),
        )
    language = link.member.user.language if link.member.user else "zh-hans"
    with translation.override(language):
        entries = calendars.entries_for(link.member)
        body = as_ical(entries, request.build_absolute_uri("/")[:-1])
    newest = max((one.stamp for one in entries if one.stamp), default=link.made_at)
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(newest.timestamp())
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Disposition"] = 'inline; filename="shanhai.ics"'
    return answer


def as_ical(entries: list[calendars.Entry], site: str) -> bytes:
    """Entries as an iCalendar file (RFC 5545); ``site`` is where their addresses begin."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Shanhai//pairing//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "山海 Shanhai")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    host = site.partition("://")[2].partition(":")[0] or "shanhai"
    for one in entries:
        event = Event()
        event.add("uid", f"{one.uid}@{host}")
        event.add("dtstamp", one.stamp or clock.now())
        event.add("sequence", one.sequence)
        event.add("summary", one.what)
        event.add("dtstart", one.start)
        event.add("dtend", one.end)
        event.add("url", f"{site}{one.url}")
        event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
        if one.place:
            event.add("location", one.place)
        if one.about:
            event.add("description", one.about)
        calendar.add_component(event)
    return calendar.to_ical()
