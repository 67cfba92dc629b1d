"""Reads of slope projects: the list, one of them, what can be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet, Sum

from shanhai.core import search
from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.pairing.queries.lists import reach_of
from shanhai.fields.park.models import SlopeProject
from shanhai.fields.park.queries.parks import may_see
from shanhai.fields.park.rules.land import SlopeState
from shanhai.kernel.refusals import NotFound, gettext_noop


def slopes_of(member: Member | None, pairing: Pairing) -> QuerySet[SlopeProject]:
    """The slope projects of a pairing and those nested in it; sort by ``number``, ``approved_on``, ``gained_mu``."""
    return reach_of(member, pairing).restrict(SlopeProject.objects.select_related("park"))


def slope_of(member: Member | None, number: str) -> SlopeProject:
    """One slope project, for those with a seat in its pairing.

    Raises
    ------
    NotFound
        ``park.no_slope``
    """
    rows = SlopeProject.objects.select_related("park", "pairing")
    found = rows.filter(number=number[:40]).first()
    if found is None or not may_see(member, found):
        raise NotFound(
            "park.no_slope",
            gettext_noop("There is no slope project {number} that you may see. Look for it in their list."),
            number=number[:40],
        )
    return found


def head_of(rows: QuerySet[SlopeProject]) -> dict[str, Any]:
    """What leads the list: how many there are, what the accepted ones gained, and farmland still to be compensated."""
    accepted = Q(state=SlopeState.ACCEPTED)
    owed = F("farmland_lost_mu") - F("farmland_compensated_mu")
    return rows.order_by().aggregate(
        n=Count("pk"),
        accepted=Count("pk", accepted),
        gained=Sum("gained_mu", filter=accepted),
        owed=Sum(owed, filter=Q(farmland_lost_mu__gt=F("farmland_compensated_mu"))),
    )


def slopes_named(rows: QuerySet[SlopeProject], text: str) -> QuerySet[SlopeProject]:
    """Of the slope projects, those whose number begins so or whose name holds the text."""
    return rows.filter(
        Q(number__startswith=text) | Q(pk__in=search.keys_of("park.slopeproject", text, is_narrowed=True))
    )


def found_as(one: Model) -> Found:
    """By its name and number, for those with a seat in its pairing."""
    it: Any = one
    known = " ".join(filter(None, (it.number, it.approval_number)))
    return Found("park.slopeproject", it.pk, it.name_zh, it.url, it.name_en, known, it.pairing_id, "pairing")


def entries() -> Iterator[Found]:
    """All slope projects."""
    return map(found_as, SlopeProject.objects.iterator())
