"""What parcels are coloured by besides their state: the grade and the tax per mu that were last published of who works on them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet

from shanhai.core.models import Member
from shanhai.fields.park.models import Firm
from shanhai.fields.park.queries.firms import seen_by


def grades_of(member: Member | None, organisations: Iterable[int]) -> dict[int, str]:
    """The grade (A to D) of organisations by key, of those that have one and that the member may see (one statement)."""
    return dict(_graded(member, organisations).values_list("organisation_id", "grade"))


def tax_per_mu_of(member: Member | None, organisations: Iterable[int]) -> dict[int, Decimal]:
    """Tax in 万元 per mu of organisations by key, of those that have it and that the member may see (one statement)."""
    found = _graded(member, organisations).values_list("organisation_id", "tax_per_mu")
    return {key: tax for key, tax in found if tax is not None}


def _graded(member: Member | None, organisations: Iterable[int]) -> QuerySet[Firm]:
    rows = Firm.objects.filter(organisation_id__in=list(organisations)).exclude(grade="")
    return rows.filter(seen_by(member)) if member is not None else rows
