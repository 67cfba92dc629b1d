"""What shows whether enterprises grow: their last years, and when they rose above scale. For fields that stand on this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shanhai.core import rulebook
from shanhai.core.models import Pairing
from shanhai.core.queries.pairings import within
from shanhai.fields.park.models import Figures, Firm, ScaleSpell

# What of the figures of a year speaks of growth.
FIGURES_OF_GROWTH = ("revenue_fen", "rd_fen", "staff_n")


@dataclass(frozen=True, slots=True)
class Rise:
    """An enterprise of the park: when it came and left, and the days on which it rose above scale, earliest first."""

    organisation_id: int
    code: str
    name_zh: str
    url: str
    came_on: date | None
    left_on: date | None
    spells: tuple[tuple[date, date | None], ...]

    def is_above(self, day: date) -> bool:
        """Whether it was above scale on a day."""
        return any(begins <= day and (ends is None or day < ends) for begins, ends in self.spells)

    def rose_on(self, first: date, last: date) -> date | None:
        """The first day between two days, both included, on which it rose above scale."""
        return next((begins for begins, _ends in self.spells if first <= begins <= last), None)

    def was_there(self, day: date) -> bool:
        """Whether it was in the park on a day; one without a day of coming has always been."""
        return (self.came_on is None or self.came_on <= day) and (self.left_on is None or day < self.left_on)


def rises_of(pairing: Pairing) -> list[Rise]:
    """All enterprises of a pairing and those nested in it, whoever sees them, by code (two statements)."""
    firms = Firm.objects.filter(pairing_id__in=within(pairing)).select_related("organisation")
    spells: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = ScaleSpell.objects.filter(firm__pairing_id__in=within(pairing)).order_by("begins_on")
    for firm_id, begins, ends in rows.values_list("firm_id", "begins_on", "ends_on"):
        spells[firm_id].append((begins, ends))
    return [
        Rise(
            one.organisation_id,
            one.code,
            one.organisation.name_zh,
            one.url,
            one.opened_on or one.producing_on,
            one.left_on,
            tuple(spells[one.pk]),
        )
        for one in firms.order_by("organisation__code")
    ]


def years_of(firm_ids: Iterable[int], first: int, last: int) -> dict[int, dict[int, dict[str, Any]]]:
    """Revenue, R&D and staff of some enterprises by enterprise and year (one statement); quarters are left out."""
    rows = Figures.objects.filter(firm_id__in=list(firm_ids), year__gte=first, year__lte=last)
    found: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows.values("firm_id", "year", "period", *FIGURES_OF_GROWTH):
        if row["period"] == str(row["year"]):
            found[row["firm_id"]][row["year"]] = {name: row[name] for name in FIGURES_OF_GROWTH}
    return found


def threshold_fen(pairing: Pairing, on: date) -> int:
    """The revenue of a year from which an enterprise is above scale, on a day."""
    return rulebook.whole("park.scale.threshold_fen", on, [f"pairing:{pairing.code}", rulebook.NATIONAL])
