"""What the field measures of aid: money paid, firms reached without applying, days from the run to the money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.investment.models import AidClaim, AidPayment
from shanhai.fields.investment.rules import aid as rules
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class _Counted:
    """One record behind a figure."""

    pairing_id: int
    kind: str
    key: int
    text: str
    on: date
    value: Decimal
    url: str
    side: str
    standing: str
    below: Decimal = Decimal(0)


_Find = Callable[[Sequence[int], date, date, str | None], Iterator[_Counted]]


def _paid(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[_Counted]:
    """Each side's own money; what came back is not taken off, it has a record of its own."""
    rows = AidPayment.objects.filter(
        pairing_id__in=pairing_ids, kind=rules.PaymentKind.PAID, on__gte=first, on__lte=last
    ).select_related("claim__firm__organisation", "claim__policy")
    if side is not None:
        rows = rows.filter(side=side)
    for one in rows.order_by("on", "pk"):
        claim = one.claim
        yield _Counted(
            one.pairing_id, "investment.aidpayment", one.pk, f"{claim.number} {claim.title}", one.on,
            Decimal(one.amount_fen), claim.url, one.side, claim.standing,
        )  # fmt: skip


def _claims(pairing_ids: Sequence[int], path: str, first: date, last: date) -> Iterator[AidClaim]:
    where = {"pairing_id__in": pairing_ids, f"{path}__gte": first, f"{path}__lte": last}
    rows = AidClaim.objects.filter(**where).select_related("firm__organisation", "policy")
    yield from rows.order_by(path, "pk")


def _reached(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[_Counted]:
    """Firms for which a run found something, each once a period; the mountain side runs the policies."""
    if side not in (None, "mountain"):
        return
    for one in _claims(pairing_ids, "found_on", first, last):
        yield _Counted(
            one.pairing_id, "park.firm", one.firm_id, one.firm.name, one.found_on, Decimal(1), one.firm.url, "mountain",
            one.standing,
        )  # fmt: skip


def _days(pairing_ids: Sequence[int], first: date, last: date, side: str | None) -> Iterator[_Counted]:
    """Calendar days from the run that found a claim to its last share, of the claims paid."""
    if side not in (None, "mountain"):
        return
    for one in _claims(pairing_ids, "paid_on", first, last):
        assert one.paid_on is not None
        yield _Counted(
            one.pairing_id, "investment.aidclaim", one.pk, f"{one.number} {one.title}", one.paid_on,
            Decimal((one.paid_on - one.found_on).days), one.url, "mountain", one.standing, Decimal(1),
        )  # fmt: skip


def _figure(
    find: _Find, *, is_ratio: bool = False, is_distinct: bool = False
) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        keys: dict[tuple[int, Period], set[int]] = defaultdict(set)
        first, last = min(one.start for one in periods), max(one.end for one in periods)
        for one in find(pairing_ids, first, min(last, as_of), side):
            for period in periods:
                at = one.pairing_id, period
                if not period.start <= one.on <= period.end or (is_distinct and one.key in keys[at]):
                    continue
                keys[at].add(one.key)
                tally.add(one.pairing_id, period, one.standing, one.value, one.below)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        seen: set[int] = set()
        found = []
        for one in find([pairing_id], period.start, min(period.end, as_of), side):
            if is_distinct and one.key in seen:
                continue
            seen.add(one.key)
            found.append(
                Evidence(
                    one.kind, one.key, one.text, one.on, one.value, one.url, one.side, one.below, one.standing
                )
            )
        return found

    return measure, evidence


measure_paid, evidence_paid = _figure(_paid)
measure_reached, evidence_reached = _figure(_reached, is_distinct=True)
measure_days, evidence_days = _figure(_days, is_ratio=True)
