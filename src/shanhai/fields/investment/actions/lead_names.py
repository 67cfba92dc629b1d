"""The keys by which a lead's investor is found under other spellings: they follow its names."""

from __future__ import annotations

from collections.abc import Sequence

from shanhai.fields.investment.models import Lead, LeadName
from shanhai.fields.investment.queries import duplicates


def follow(leads: Sequence[Lead]) -> None:
    """Keep the keys of some leads anew (two statements)."""
    LeadName.objects.filter(lead__in=[one.pk for one in leads]).delete()
    LeadName.objects.bulk_create([row for one in leads for row in duplicates.rows_of(one)], batch_size=2_000)
