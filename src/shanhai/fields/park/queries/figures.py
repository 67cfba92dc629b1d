"""Reads of figures: the lines of a year or quarter, those of one enterprise, and what was put right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core.models import Member, Pairing
from shanhai.fields.park.models import FigureChange, Figures, Firm
from shanhai.fields.park.queries import firms
from shanhai.kernel.refusals import NotFound, gettext_noop


def figures_of(member: Member | None, pairing: Pairing) -> QuerySet[Figures]:
    """The figures of the enterprises of a pairing that a member sees; sort by ``period, id``."""
    seen = firms.firms_of(member, pairing).order_by().values("pk")
    return Figures.objects.filter(firm__in=seen).select_related("firm__organisation")


def seen_by(member: Member) -> Q:
    """Whoever sees an enterprise sees its figures; tax is masked for those who may not read it."""
    return Q(firm__in=Firm.objects.filter(firms.seen_by(member)).values("pk"))


def of_firm(firm: Firm) -> list[Figures]:
    """Years and quarters of an enterprise, latest first (one statement)."""
    return list(firm.figures.order_by("-year", "-period"))


def figures_for(firm: Firm, period: str) -> Figures:
    """What an enterprise reported of a period.

    Raises
    ------
    NotFound
        ``park.no_figures``
    """
    one = firm.figures.filter(period=period).first()
    if one is None:
        raise NotFound(
            "park.no_figures",
            gettext_noop("{firm} has no figures of {period}. Enter them first."),
            firm=firm.name,
            period=period[:12],
        )
    one.firm = firm
    return one


def changes_of(firm: Firm, limit: int = 20) -> list[FigureChange]:
    """What of its figures was put right or came by a round, latest first."""
    found = FigureChange.objects.filter(figures__firm=firm).select_related("figures", "member")
    return list(found.order_by("-pk")[:limit])


def of_year(firm_ids: Iterable[int], year: int) -> dict[int, dict[str, Any]]:
    """The figures of a year by enterprise (one statement)."""
    rows = Figures.objects.filter(firm_id__in=list(firm_ids), period=str(year))
    return {row["firm_id"]: dict(row) for row in rows.values()}


def current(firm_ids: Sequence[int], period: str, name: str) -> dict[int, Any]:
    """What stands of one figure for some enterprises (one statement)."""
    rows = Figures.objects.filter(firm_id__in=firm_ids, period=period)
    return dict(rows.values_list("firm_id", name))
