"""What the enterprise of a project made, as far as it is the project's, and the checks that were made of its promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from shanhai.core import access, clock
from shanhai.core.models import Member
from shanhai.fields.investment.models import CapacityCheck, PaidIn, Project
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.park.queries import figures, firms

TAX = "park.read_tax"
_NAMES = ("output_fen", "tax_fen", "jobs")
_IN_FIGURES = {"output_fen": "output_fen", "tax_fen": "tax_fen", "jobs": "staff_n"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was made in a year, whose figures were taken off, and how many other projects of the enterprise share it."""

    year: int
    base_year: int | None
    values: dict[str, int | None]
    others: int = 0


def measured(project: Project, year: int | None = None) -> Measured | None:
    """What the enterprise reported of a year (the latest whole one) beyond the year before the project was registered.

    None where the park has no figures of it. The investment is the capital paid in for its leads; None where none was.
    """
    firm = firms.by_codes([project.enterprise.code]).get(project.enterprise.code)
    if firm is None:
        return None
    years = {row.year: row for row in figures.of_firm(firm) if row.period == str(row.year)}
    whole = [one for one in years if one < clock.today().year and one > project.registered_on.year]
    year = year if year is not None else max(whole, default=None)
    if year is None or year not in years:
        return None
    before = project.registered_on.year - 1
    base = _of(years[before]) if before in years else None
    values = rules.measured_beyond(_of(years[year]), base)
    others = Project.objects.filter(
        enterprise=project.enterprise_id, stage__in=("producing", "above_scale", "at_capacity")
    ).exclude(pk=project.pk)
    return Measured(
        year,
        before if base is not None else None,
        {"investment_fen": paid_in(project)} | values,
        others.count(),
    )


def _of(row: Any) -> dict[str, int | None]:
    return {name: getattr(row, column) for name, column in _IN_FIGURES.items()}


def paid_in(project: Project) -> int | None:
    """The capital that came in for the leads of a project; None where none is on record."""
    rows = PaidIn.objects.filter(lead__project=project, taken_back_on=None)
    found: int | None = rows.aggregate(fen=Sum("amount_fen"))["fen"]
    return found


def checks_of(project: Project) -> list[CapacityCheck]:
    """The checks of a project, latest first."""
    return list(project.checks.select_related("member").order_by("-pk"))


def may_read_tax(member: Member | None, project: Project) -> bool:
    """Whether a member reads the tax of an enterprise: what was measured of it is masked for others."""
    return access.may(member, TAX, pairing_id=project.pairing_id)
