"""What parcels are coloured by besides their state: grade and tax per mu of who works on them.

The seam to the figures and grades of enterprises: as long as they are not kept, nobody has a grade and a tax.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from shanhai.core.models import Member


def grades_of(member: Member | None, organisations: Iterable[int], year: int) -> dict[int, str]:
    """The grade (A to D) of organisations by key, in a year, of those that have one and that the member may see."""
    return {}


def tax_per_mu_of(member: Member | None, organisations: Iterable[int], year: int) -> dict[int, Decimal]:
    """Tax in 万元 per mu of organisations by key, in a year, of those that have figures and that the member may see."""
    return {}
