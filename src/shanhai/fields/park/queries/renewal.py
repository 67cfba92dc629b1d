"""Reads of renewals: the board, one of them, who is a candidate, and what is offered to matching."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from shanhai.core import access, visibility
from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.fields.park.models import Figures, Firm, FirmGrade, Holding, LandPromise, QuotaPool, Renewal
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules import figures as figure_rules
from shanhai.fields.park.rules import grades as grade_rules
from shanhai.fields.park.rules import renewal as rules
from shanhai.kernel.refusals import NotFound, gettext_noop

Stage = rules.RenewalStage
SHOWN = ("firm__organisation", "firm__park", "new_firm__organisation", "pairing", "holding")


def renewals_of(member: Member | None, pairing: Pairing) -> QuerySet[Renewal]:
    """The renewals of a pairing that a member sees; sort by ``rank, id``."""
    rows = Renewal.objects.filter(zone_id=pairing.zone_id or pairing.pk, pairing_id__in=within(pairing))
    rows = rows.select_related(*SHOWN)
    return rows.filter(seen_by(member)) if member is not None else rows


def seen_by(member: Member) -> Q:
    """Offices with a seat see every renewal; an enterprise those of its own plots, and all that are published."""
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    seen = Q(pairing_id__in=list(here.sides))
    if member.unit.organisation.kind not in visibility.FIRMS:
        return seen
    public = Q(rank__gte=rules.ORDER.index(Stage.PUBLISHED)) & ~Q(stage=Stage.DROPPED)
    return seen & (public | Q(firm__in=firms.own_firms(here.organisation_id)))


def sees(member: Member, one: Renewal) -> bool:
    """Whether a member sees one: what the board says."""
    return Renewal.objects.filter(seen_by(member), pk=one.pk).exists()


def renewal_of(member: Member | None, number: str) -> Renewal:
    """One renewal, for those who see it.

    Raises
    ------
    NotFound
        ``park.no_renewal``
    """
    rows = Renewal.objects.filter(number=number).select_related(*SHOWN)
    one = (rows.filter(seen_by(member)) if member is not None else rows).first()
    if one is None:
        raise NotFound(
            "park.no_renewal",
            gettext_noop("There is no renewal {number} that you may see. Look for it on the board."),
            number=number[:40],
        )
    return one


def at_stage(rows: QuerySet[Renewal], stage: str) -> QuerySet[Renewal]:
    """Those at a stage: a stretch of the board, which is sorted by how far they are."""
    return rows.filter(stage=stage, rank=rules.rank_of(stage))


def head_of(rows: QuerySet[Renewal]) -> dict[str, Any]:
    """What leads the board: how many are under way, and what land came free and was given again."""
    rank = rules.ORDER.index
    free = Q(stage__in=(Stage.VACATED, Stage.OFFERED))
    given = Q(stage__in=(Stage.CONTRACTED, Stage.MEASURED), new_firm__isnull=False)
    return rows.order_by().aggregate(
        under_way=Count("pk", Q(rank__lt=rank(Stage.VACATED)) & ~Q(stage=Stage.DROPPED)),
        free=Count("pk", free),
        free_mu=Sum("land_mu", filter=free, default=Decimal(0)),
        given_mu=Sum("land_mu", filter=given, default=Decimal(0)),
    )


def offered(pairing: Pairing) -> QuerySet[Renewal]:
    """The vacated plots that are offered to matching, largest first."""
    return renewals_of(None, pairing).filter(stage=Stage.OFFERED).order_by("-land_mu", "pk")


def pools_of(pairing: Pairing) -> QuerySet[QuotaPool]:
    """What renewals released in the parks of a pairing, and what was taken of it."""
    return QuotaPool.objects.filter(park__pairing_id__in=within(pairing)).select_related("park")


@dataclass(frozen=True, slots=True)
class Found:
    """A plot that a rule makes a candidate."""

    holding: Holding
    reason: rules.RenewalReason


def found_by_rule(pairing: Pairing, below: Decimal) -> list[Found]:
    """The own plots that a rule makes candidates and that have no renewal under way (six statements)."""
    rows = Firm.objects.filter(pairing_id__in=within(pairing), left_on=None)
    found = {one.pk: one for one in rows.select_related("organisation")}
    signs = _signs(found)
    under_way = Renewal.objects.exclude(stage__in=(Stage.MEASURED, Stage.DROPPED)).values("holding_id")
    plots = Holding.objects.filter(firm__in=found, ends_on=None, tenure="own").exclude(pk__in=under_way)
    answer = []
    for holding in plots.order_by("pk"):
        reason = rules.reason_of(signs[holding.firm_id], below)
        if reason is not None:
            holding.firm = found[holding.firm_id]
            answer.append(Found(holding, reason))
    return answer


def _signs(found: dict[int, Firm]) -> dict[int, rules.Sign]:
    graded: dict[int, list[str]] = defaultdict(list)
    rows = FirmGrade.objects.filter(
        firm__in=found, run__stage__in=(grade_rules.RunStage.PUBLISHED, grade_rules.RunStage.FINAL)
    ).exclude(grade="")
    for firm, grade in rows.order_by("-run__year").values_list("firm_id", "grade"):
        graded[firm].append(grade)
    told: dict[int, int | None] = {}
    years = Figures.objects.filter(firm__in=found, period__regex=r"^\d{4}$").order_by("year")
    for firm, revenue in years.values_list("firm_id", "revenue_fen"):
        told[firm] = revenue
    broken = set(
        LandPromise.objects.filter(firm__in=found, stage="buy_back").values_list("firm_id", flat=True)
    )
    return {
        pk: rules.Sign(graded[pk], one.tax_per_mu, told.get(pk), pk in broken) for pk, one in found.items()
    }


def effect_of(firm: Firm, year: int) -> tuple[Decimal | None, int | None]:
    """Tax per mu in 10,000 yuan and average staff of an enterprise in a year; None where it is not reported."""
    row = Figures.objects.filter(firm=firm, period=str(year)).first()
    if row is None:
        return None, None
    land = firms.land_on([firm.pk], date(year, 12, 31)).get(firm.pk, Decimal(0))
    if row.tax_fen is None or land <= 0:
        return None, row.staff_n
    return round(Decimal(row.tax_fen) / figure_rules.FEN_OF_10K_YUAN / land, 4), row.staff_n
