"""What a member was told: unread first, each opened through an address that marks it as read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import clock, notices
from shanhai.core.models import Notice
from shanhai.core.queries import notices as queries
from shanhai.site.switches import back
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import member_required

ACCESS = "site.view_notices"
# The instant of marking, as the address of its undo carries it.
_MOMENT = "%Y%m%dT%H%M%S%f"

TABLE = Table(
    code="site.notices",
    columns=(Column("at", _("When"), kind="moment", sort=("at",), index="notice_member_at"),),
    default_sort="-at",
)


@require_GET
@member_required(ACCESS)
def unread(request: Any) -> HttpResponse:
    """What the reader has not read yet."""
    return _shown(request, queries.unread(request.member), is_all=False)


@require_GET
@member_required(ACCESS)
def everything(request: Any) -> HttpResponse:
    """All that the reader was told, read or not."""
    return _shown(request, queries.notices_of(request.member), is_all=True)


def _shown(request: Any, chosen: QuerySet[Notice], is_all: bool) -> HttpResponse:
    page = listing.page(chosen, TABLE, request)
    count = notices.unread_count(request.member)
    context = {
        "list_page": page,
        "rows": [(notice, queries.words(notice)) for notice in page.rows],
        "is_all": is_all,
        "unread": count,
        "was_told": bool(count or page.rows) or queries.notices_of(request.member).exists(),
    }
    return render(request, "site/notices.html", context)


@require_GET
@member_required(ACCESS)
def open_notice(request: Any, pk: int) -> HttpResponse:
    """Go to what a notice is about; whoever goes there has read it."""
    notice = queries.notice_of(request.member, pk)
    if notice.read_at is None:
        notices.mark_read(request.member, [pk])
    return redirect(notice.fact.url or "notices_all")


@require_POST
@member_required(ACCESS)
def read(request: Any, pk: int) -> HttpResponse:
    """Mark one as read without going anywhere."""
    notices.mark_read(request.member, [queries.notice_of(request.member, pk).pk])
    return back(request, reverse("notices"))


@require_POST
@member_required(ACCESS)
def read_all(request: Any) -> HttpResponse:
    """Mark all as read, with an undo."""
    at = clock.now()
    n = notices.mark_read(request.member, at=at)
    if n:
        said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", n)
        undo.offer(
            request, said % {"n": words.num(n)}, reverse("notices_unread", args=[at.strftime(_MOMENT)])
        )
    return redirect("notices")


@require_POST
@member_required(ACCESS)
def read_none(request: Any, moment: str) -> HttpResponse:
    """Take back what was marked as read together."""
    try:
        at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise Http404 from None
    notices.mark_unread(request.member, at)
    return redirect("notices")
