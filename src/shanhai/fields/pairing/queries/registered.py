"""Lists that programs page through, as querysets: who is in charge, payments and land of a zone."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from shanhai.core import clock
from shanhai.core.models import Member, Pairing
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Charge, LandClause, MoneyDue
from shanhai.fields.pairing.queries.lists import clauses_of, reach_of


def charges(member: Member, pairing: Pairing, *, is_now: bool = False) -> QuerySet[Charge]:
    """Who is and was in charge in a pairing and those nested in it; ``is_now``: today."""
    found = reach_of(member, pairing).restrict(Charge.objects.all())
    if is_now:
        day = clock.today()
        found = found.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)
    return found.select_related("member__unit__organisation", "pairing")


def money_dues(member: Member, pairing: Pairing, *, is_open: bool = False) -> QuerySet[MoneyDue]:
    """Payments of the agreements in force of a pairing and those nested in it; ``is_open``: not paid in full."""
    found = clauses_of(member, pairing)
    return found.filter(paid_fen__lt=F("amount_fen")) if is_open else found


def land_clauses(member: Member, pairing: Pairing) -> QuerySet[LandClause]:
    """Land clauses of the agreements in force of a pairing and those nested in it."""
    found = reach_of(member, pairing).restrict(LandClause.objects.all())
    return found.filter(agreement__stage=rules.AgreementStage.SIGNED).select_related(
        "agreement", "pairing", "giver__organisation", "taker__organisation"
    )
