"""Who asks, in which pairing and in which language."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from shanhai.core import access
from shanhai.core.models import Member, Pairing
from shanhai.webkit.remember import mark_at, remembered

MEMBER_KEY = "member"
PAIRING_KEY = "pairing"


class MemberMiddleware:
    """Sets ``request.member``, ``request.memberships`` and ``request.pairing``, and speaks the login's language.

    A login may be a member of several units; the one at work stands in the session, else it is the first active one.
    The pairing is the one chosen in the top bar, else the topmost in which the member's organisation has a seat.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.memberships = []
        request.member = None
        request.pairing = None
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # PostgreSQL cannot store or look for it; nothing that people type has it.
            return _no_nul(request)
        if request.user.is_authenticated:
            set_member(request, request.user)
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        answer = self.get_response(request)
        if answer.status_code == 405 and request.path.startswith("/api/"):
            return _no_method(answer)
        return answer


def _no_method(answer: HttpResponse) -> HttpResponse:
    """The API's own words for a method that an address does not take."""
    from shanhai.webkit import api

    sentence = gettext("This address takes {methods} only.").format(methods=answer["Allow"])
    said = api.problem(405, "core.no_such_method", sentence)
    said["Allow"] = answer["Allow"]
    return said


def _no_nul(request: Any) -> HttpResponse:
    from shanhai.webkit import api, errors

    sentence = gettext("The address has a NUL character (%00). Leave it out.")
    if request.path.startswith("/api/"):
        return api.problem(400, "core.nul_character", sentence)
    return errors.page(request, 400, sentence, "core.nul_character")


def set_member(request: Any, user: Any) -> None:
    """Put the login's memberships and chosen pairing on the request."""
    request.memberships = memberships_of(user, mark_at(request))
    chosen = request.session.get(MEMBER_KEY)
    by_pk = {member.pk: member for member in request.memberships}
    request.member = by_pk.get(chosen) or (request.memberships[0] if request.memberships else None)
    if request.member is not None:
        request.pairing = chosen_or_topmost(
            request.member, request.session.get(PAIRING_KEY), mark_at(request)
        )


# Which memberships hold is asked each time; versions, so that nothing else of them can be kept beyond a change.
_MEMBERSHIPS = """
    SELECT m.id, m.version, u.id, u.version, o.id, o.version
    FROM core_member m JOIN core_unit u ON u.id = m.unit_id JOIN core_organisation o ON o.id = u.organisation_id
    WHERE m.user_id = %s AND m.is_active AND u.is_active
    ORDER BY o.name_sort, u.name_sort, m.id
"""


def memberships_of(user: Any, at: str = "") -> list[Member]:
    """The active memberships of a login, in order of the units' names."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERSHIPS, [user.pk])
        now = tuple(cursor.fetchall())
    return remembered("memberships", (user.pk, now), lambda: _read([row[0] for row in now]), at, "readers")


def _read(keys: list[int]) -> list[Member]:
    found = Member.objects.select_related("unit__organisation__region").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def chosen_or_topmost(member: Member, chosen: int | None, at: str = "") -> Pairing | None:
    """The chosen pairing where the member has a seat in it, else the topmost one: the largest zone, the oldest."""
    seats = access.standing(member).sides
    if not seats:
        return None
    wanted = chosen if chosen in seats else None
    parts = (wanted, tuple(sorted(seats)))
    return remembered("pairing", parts, lambda: _chosen_or_topmost(wanted, seats), at, "readers")


def _chosen_or_topmost(chosen: int | None, seats: Collection[int]) -> Pairing | None:
    if chosen is not None:
        return Pairing.objects.get(pk=chosen)
    return (
        Pairing.objects.filter(pk__in=seats)
        .annotate(size=Count("within"))
        .order_by(
            F("parent_id").asc(nulls_first=True),
            F("ended_on").desc(nulls_first=True),
            "-size",
            "started_on",
            "pk",
        )
        .first()
    )
