"""What the registers of a park say of enterprises for a period, read for many at once: for policies of other fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core.models import Unit
from shanhai.fields.park.models import Figures, Firm, FirmGrade, LandPromise, ScaleSpell
from shanhai.fields.park.queries.firms import land_on
from shanhai.fields.park.rules.grades import RunStage
from shanhai.fields.park.rules.promises import LADDER
from shanhai.kernel import periods


@dataclass(slots=True)
class OnRecord:
    """What is on record of one enterprise.

    Attributes
    ----------
    figures, before
        Its figures of the period and of the one a year earlier; None where none were reported.
    above_since, first_above
        Since when it is above scale on the day, None if it is not; and the first time it ever was.
    grade, graded_year
        Of the last grading published for a year up to the period's.
    promises, broken
        Promises of standard land signed by the day, and those of them on the breach ladder.
    """

    firm: Firm
    figures: Figures | None = None
    before: Figures | None = None
    above_since: date | None = None
    first_above: date | None = None
    grade: str = ""
    graded_year: int | None = None
    land_mu: Decimal = Decimal(0)
    promises: int = 0
    broken: int = 0
    organisations: set[int] = field(default_factory=set)


def on_record(firms: Sequence[Firm], period: str, on: date) -> dict[int, OnRecord]:
    """By key of the enterprise, what is on record for a period (2022 or 2023Q2) as of a day; seven statements for all."""
    found = {one.pk: OnRecord(one, organisations={one.organisation_id}) for one in firms}
    keys = list(found)
    _figures(found, keys, period)
    for spell in ScaleSpell.objects.filter(firm_id__in=keys, begins_on__lte=on).order_by("begins_on"):
        one = found[spell.firm_id]
        one.first_above = one.first_above or spell.begins_on
        if spell.ends_on is None or spell.ends_on > on:
            one.above_since = spell.begins_on
    published = (RunStage.PUBLISHED, RunStage.FINAL)
    graded = FirmGrade.objects.filter(firm_id__in=keys, run__stage__in=published, run__year__lte=on.year)
    for firm_id, grade, year in graded.order_by("run__year").values_list("firm_id", "grade", "run__year"):
        found[firm_id].grade, found[firm_id].graded_year = grade, year
    for firm_id, mu in land_on(keys, on).items():
        found[firm_id].land_mu = mu
    promised = LandPromise.objects.filter(firm_id__in=keys, signed_on__lte=on)
    for firm_id, stage in promised.values_list("firm_id", "stage"):
        found[firm_id].promises += 1
        found[firm_id].broken += stage in LADDER
    return found


def _figures(found: dict[int, OnRecord], keys: Sequence[int], period: str) -> None:
    earlier = a_year_before(period)
    for row in Figures.objects.filter(firm_id__in=keys, period__in=(period, earlier)):
        if row.period == period:
            found[row.firm_id].figures = row
        else:
            found[row.firm_id].before = row


def a_year_before(period: str) -> str:
    """The same period a year earlier."""
    given = periods.parse(period)
    return str(given.shifted(-4 if given.kind == "quarter" else -1))


def units_of(firms: Sequence[Firm]) -> dict[int, list[Unit]]:
    """The active units of enterprises, by key of the enterprise: where what waits for them goes (one statement)."""
    by_organisation = {one.organisation_id: one.pk for one in firms}
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(organisation_id__in=by_organisation, is_active=True).order_by("code"):
        found[by_organisation[unit.organisation_id]].append(unit)
    return dict(found)


def people_of(firm: Any) -> list[int]:
    """The members of an enterprise and of the agents that file for it today."""
    from shanhai.fields.office.queries.shared import people_of as of_units

    own = [firm.organisation_id, *firm.agencies.filter(ends_on=None).values_list("agent_id", flat=True)]
    return of_units(*Unit.objects.filter(organisation_id__in=own).values_list("pk", flat=True))
