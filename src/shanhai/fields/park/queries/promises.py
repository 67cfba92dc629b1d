"""Reads of promises of standard land."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.fields.park.models import Firm, LandPromise
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules import promises as rules
from shanhai.kernel.refusals import NotFound, gettext_noop

SHOWN = ("firm__organisation", "pairing", "unit")
OVER = (rules.PromiseStage.KEPT, rules.PromiseStage.BUY_BACK)


def promises_of(member: Member | None, pairing: Pairing) -> QuerySet[LandPromise]:
    """The promises of the enterprises that a member sees; sort by ``due_on, id``."""
    rows = LandPromise.objects.filter(zone_id=pairing.zone_id or pairing.pk, pairing_id__in=within(pairing))
    rows = rows.select_related(*SHOWN)
    return rows.filter(seen_by(member)) if member is not None else rows


def seen_by(member: Member) -> Q:
    """Whoever sees an enterprise sees what it promised."""
    return Q(firm__in=Firm.objects.filter(firms.seen_by(member)).values("pk"))


def sees(member: Member, one: LandPromise) -> bool:
    """Whether a member sees one: what the list says."""
    return LandPromise.objects.filter(seen_by(member), pk=one.pk).exists()


def promise_of(member: Member | None, number: str) -> LandPromise:
    """One promise, for those who see its enterprise.

    Raises
    ------
    NotFound
        ``park.no_promise``
    """
    rows = LandPromise.objects.filter(number=number).select_related(*SHOWN)
    one = (rows.filter(seen_by(member)) if member is not None else rows).first()
    if one is None:
        raise NotFound(
            "park.no_promise",
            gettext_noop(
                "There is no promise {number} that you may see. Look for it in the list of standard land."
            ),
            number=number[:40],
        )
    return one


def head_of(rows: QuerySet[LandPromise], today: date) -> dict[str, int]:
    """What leads the list: how many there are, whose check is due, and how many are on the breach ladder."""
    open_ones = ~Q(stage__in=OVER)
    found: dict[str, int] = rows.order_by().aggregate(
        n=Count("pk"),
        due=Count("pk", open_ones & Q(due_on__lte=today)),
        breached=Count("pk", Q(stage__in=rules.LADDER)),
    )
    return found


def to_remind(until: date) -> QuerySet[LandPromise]:
    """Open promises whose next check is due by a day."""
    return LandPromise.objects.exclude(stage__in=OVER).filter(due_on__lte=until).select_related(*SHOWN)


def said(promise: LandPromise) -> dict[str, Any]:
    """What sentences about a promise name."""
    firm = promise.firm
    return {
        "number": promise.number,
        "firm": firm.title_zh,
        "firm_en": firm.title_en,
        "due": str(promise.due_on),
    }
