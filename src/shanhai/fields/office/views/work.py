"""All that waits for a member, soonest first: what "Needs you today" on the home page is the beginning of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shanhai.core import clock, signs
from shanhai.core.models import Member, WorkItem
from shanhai.core.queries import work
from shanhai.webkit import words
from shanhai.webkit.pages import member_required

A_PAGE = 100
# Until then a thing is due soon; the home page counts it as needing somebody today.
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Need:
    """One open work item, with what its button says."""

    item: WorkItem
    what: str
    button: str
    kind: str


def need_of(item: WorkItem) -> Need:
    """A work item as lists show it."""
    kind = signs.work_kinds.get(item.kind)
    return Need(
        item=item,
        what=work.words(item),
        button=str(kind.button) if kind else _("Open"),
        kind=str(kind.name) if kind else "",
    )


def count(request: Any) -> tuple[int | None, bool]:
    """What the menu shows beside the line: how many wait, and whether one is late."""
    waiting = work.waiting_for(request.member)
    found = waiting.order_by().aggregate(all=Count("pk"), late=Count("pk", Q(due_on__lt=clock.today())))
    return found["all"] or None, bool(found["late"])


def soon() -> date:
    """The last day that counts as soon."""
    return words.calendar().add(clock.today(), SOON_DAYS)


@member_required("office.view_work")
@require_GET
def my_work(request: Any) -> HttpResponse:
    """The whole list, by state and kind."""
    member: Member = request.member
    waiting = work.waiting_for(member)
    counts = _counts(waiting)
    show = request.GET.get("show", "")
    show = show if show in counts else "all"
    kinds = _kinds(waiting)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    chosen = _narrowed(waiting, show)
    if kind:
        chosen = chosen.filter(kind=kind)
    rows = chosen.select_related("unit", "member", "pairing")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    labels = {"all": _("All"), "late": _("Late"), "soon": _("Due soon"), "undated": _("Without a day")}
    context = {
        "page": page,
        "needs": [need_of(item) for item in page],
        "counts": counts,
        "tabs": [(code, labels[code], n, code == show) for code, n in counts.items()],
        "kinds": sorted(kinds.items(), key=lambda pair: pair[1]),
        "show": show,
        "kind": kind,
    }
    return render(request, "office/work.html", context)


def _narrowed(waiting: QuerySet[WorkItem], show: str) -> QuerySet[WorkItem]:
    if show == "late":
        return work.late(waiting)
    if show == "soon":
        return waiting.filter(due_on__gte=clock.today(), due_on__lte=soon())
    return waiting.filter(due_on=None) if show == "undated" else waiting


def _counts(waiting: QuerySet[WorkItem]) -> dict[str, int]:
    """How many there are in each state, in one statement."""
    today = clock.today()
    return waiting.order_by().aggregate(
        all=Count("pk"),
        late=Count("pk", Q(due_on__lt=today)),
        soon=Count("pk", Q(due_on__gte=today, due_on__lte=soon())),
        undated=Count("pk", Q(due_on=None)),
    )


def _kinds(waiting: QuerySet[WorkItem]) -> dict[str, str]:
    """The kinds that wait, with their names."""
    found = waiting.order_by().values_list("kind", flat=True).distinct()
    return {code: str(kind.name) if (kind := signs.work_kinds.get(code)) else code for code in found}
