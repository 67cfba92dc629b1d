"""What enterprises and renewals are measured by: above scale, new above scale, and land renewed.

They are booked by the side on whose ground the park lies, as land is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.park.models import Renewal, ScaleSpell
from shanhai.fields.park.queries.land_indicators import of_side
from shanhai.fields.park.rules.renewal import RenewalStage
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class _Counted:
    """One record behind a figure: what it adds, from which day until which it counts."""

    kind: str
    key: int
    text: str
    value: Decimal
    url: str
    standing: str
    begins_on: date
    ends_on: date | None = None


_Find = Callable[[list[int], str | None, date], list[tuple[int, _Counted]]]


def _spells(pairing_ids: list[int], side: str | None, until: date) -> list[tuple[int, _Counted]]:
    rows = ScaleSpell.objects.filter(firm__pairing_id__in=pairing_ids, begins_on__lte=until)
    rows = of_side(rows, "firm__park__", side)
    return [
        (
            one.firm.pairing_id,
            _Counted(
                "park.scalespell", one.pk, one.firm.name, Decimal(1), one.firm.url,
                "illustrative" if one.is_illustrative else "reported", one.begins_on, one.ends_on,
            ),
        )
        for one in rows.select_related("firm__organisation").order_by("begins_on", "pk")
    ]  # fmt: skip


def _renewals(pairing_ids: list[int], side: str | None, until: date) -> list[tuple[int, _Counted]]:
    stages = (RenewalStage.CONTRACTED, RenewalStage.MEASURED)
    rows = Renewal.objects.filter(pairing_id__in=pairing_ids, stage__in=stages, contracted_on__lte=until)
    rows = of_side(rows, "firm__park__", side)
    return [
        (
            one.pairing_id,
            _Counted(
                "park.renewal",
                one.pk,
                one.number,
                one.land_mu,
                one.url,
                one.standing,
                one.contracted_on or until,
            ),
        )
        for one in rows.order_by("contracted_on", "pk")
    ]


def _counts(one: _Counted, period: Period, as_of: date, *, is_stock: bool) -> bool:
    if is_stock:
        end = min(period.end, as_of)
        return one.begins_on <= end and (one.ends_on is None or one.ends_on > end)
    return period.start <= one.begins_on <= min(period.end, as_of)


def _made(find: _Find, *, is_stock: bool) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally()
        for pairing_id, one in find(pairing_ids, side, min(max(one.end for one in periods), as_of)):
            for period in periods:
                if _counts(one, period, as_of, is_stock=is_stock):
                    tally.add(pairing_id, period, one.standing, one.value)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        found = find([pairing_id], side, min(period.end, as_of))
        return [
            Evidence(one.kind, one.key, one.text, one.begins_on, one.value, one.url, standing=one.standing)
            for _own, one in found
            if _counts(one, period, as_of, is_stock=is_stock)
        ]

    return measure, evidence


above_scale, above_scale_evidence = _made(_spells, is_stock=True)
new_above_scale, new_above_scale_evidence = _made(_spells, is_stock=False)
land_renewed, land_renewed_evidence = _made(_renewals, is_stock=False)
