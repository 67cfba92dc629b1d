"""The balance of mutual benefit: what each side gave, by year, from the indicators that signed in a place in it.

A cell is what an indicator attributes to a side in a year, in the pairing and those nested in it, and the sum over its
records is the cell. Money is added to money only: trade, land, people and produce have no common sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shanhai.core import clock, indicators, signs
from shanhai.core.indicators import Evidence
from shanhai.core.models import Member, Pairing
from shanhai.core.signs import Indicator, Words
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import BalanceStatement
from shanhai.fields.pairing.queries.lists import zone_reach
from shanhai.kernel import periods
from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop

GROUPS = ("money", "trade", "things")
YEARS = 6
ZERO = Decimal(0)
FIRST_YEAR = 1990
_MOST_YEARS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """What a side gave of one indicator, by year; None where nobody reported."""

    indicator: Indicator
    side: str
    cells: tuple[Decimal | None, ...]
    standing: str = ""

    @property
    def total(self) -> Decimal:
        """The sum over the years that are shown."""
        return sum((cell for cell in self.cells if cell is not None), ZERO)

    @property
    def group(self) -> str:
        """``money``, ``trade`` or ``things``."""
        assert self.indicator.balance is not None
        return self.indicator.balance.group


@dataclass(frozen=True, slots=True)
class Awaited:
    """A line that belongs to the balance and has no figures yet: the field whose indicator will fill it."""

    indicator: str  # under this code the field signs it in, with its place
    side: str
    group: str
    name: Words
    field: str


# The article names them among what each side receives; no figure stands here before a field measures one.
AWAITED = (
    Awaited("park.profit_shared", "mountain", "money", _("Park profit share"), "park"),
    Awaited("enclave.output_booked", "mountain", "trade", _("Statistics booked by both sides"), "enclave"),
    Awaited("park.plots_for_firms", "mountain", "things", _("Land for its firms"), "park"),
    Awaited("enclave.tax_returned", "sea", "money", _("Enclave tax returned"), "enclave"),
)


def awaited() -> list[Awaited]:
    """The lines whose indicator has not signed in."""
    return [one for one in AWAITED if one.indicator not in signs.indicators]


@dataclass(frozen=True, slots=True)
class Balance:
    """Both columns of a pairing; ``unmeasured``: indicators with a place and no figure of either side."""

    pairing: Pairing
    as_of: date
    years: tuple[Period, ...]
    lines: tuple[Line, ...]
    unmeasured: tuple[Indicator, ...]

    def lines_of(self, side: str, group: str) -> list[Line]:
        """The rows of one group of one column."""
        return [line for line in self.lines if line.side == side and line.group == group]

    def money_of(self, side: str) -> list[Decimal]:
        """What a side paid in each year: the one sum over rows that the balance makes."""
        rows = self.lines_of(side, "money")
        return [sum((line.cells[i] or ZERO for line in rows), ZERO) for i in range(len(self.years))]


def in_balance() -> list[Indicator]:
    """The indicators that signed in a place in the balance, in its order."""
    placed = [one for one in signs.indicators if one.balance is not None]
    return sorted(placed, key=lambda one: (GROUPS.index(one.balance.group), one.balance.rank, one.code))  # type: ignore[union-attr]


def years_of(first: int | None = None, last: int | None = None) -> tuple[Period, ...]:
    """Some years up to this one, the last six where nothing else is asked.

    Raises
    ------
    BadInput
        ``pairing.balance_years``
    """
    today = clock.today().year
    last = last or today
    first = first or last - YEARS + 1
    if not FIRST_YEAR <= first <= last <= today or last - first >= _MOST_YEARS:
        raise BadInput(
            "pairing.balance_years",
            gettext_noop(
                "The balance cannot be drawn from {first} to {last}. Ask for at most 30 years up to this one."
            ),
            first=first,
            last=last,
        )
    return tuple(periods.parse(str(year)) for year in range(first, last + 1))


def balance(
    member: Member | None, pairing: Pairing, years: Sequence[Period] = (), as_of: date | None = None
) -> Balance:
    """What each side gave the other, one statement an indicator where it can tell both sides' parts."""
    as_of = as_of or clock.today()
    years = tuple(years) or years_of()
    reach = zone_reach(member, pairing)
    lines, unmeasured = [], []
    for one in in_balance():
        parts = indicators.measure_sides(one.code, reach, years, rules.SIDES, as_of)
        found = [
            Line(
                one,
                side,
                _by_year(parts[side], years),
                indicators.standing_of(row.standing for row in parts[side] if row.numerator),
            )
            for side in rules.SIDES
        ]
        measured = [line for line in found if any(line.cells)]
        lines += measured
        if not measured:
            unmeasured.append(one)
    return Balance(pairing, as_of, years, tuple(lines), tuple(unmeasured))


def _by_year(rows: Sequence[indicators.Row], years: Sequence[Period]) -> tuple[Decimal | None, ...]:
    sums: dict[Period, Decimal] = {}
    for row in rows:
        if not row.missing:
            sums[row.period] = sums.get(row.period, ZERO) + row.numerator
    return tuple(sums.get(year) for year in years)


def indicator_in_balance(code: str) -> Indicator:
    """An indicator that has a place in the balance.

    Raises
    ------
    NotFound
        ``pairing.not_in_balance``
    """
    found = signs.indicators.get(code)
    if found is None or found.balance is None:
        raise NotFound(
            "pairing.not_in_balance",
            gettext_noop("{indicator} has no row in the balance. Its page links each row to its records."),
            indicator=code,
        )
    return found


def records_behind(
    member: Member | None,
    pairing: Pairing,
    code: str,
    side: str,
    years: Sequence[Period],
    as_of: date | None = None,
) -> list[Evidence]:
    """The records whose sum is the cell of a side in some years."""
    one = indicator_in_balance(code)
    rules.check_side(side)
    found = [
        record
        for pairing_id in zone_reach(member, pairing)
        for year in years
        for record in indicators.evidence(one.code, pairing_id, year, side, as_of)
    ]
    return sorted(found, key=lambda record: (record.on or date.min, record.kind, record.id))


def statements_of(pairing: Pairing) -> dict[str, BalanceStatement]:
    """The latest statement of each side (one statement)."""
    found: dict[str, BalanceStatement] = {}
    for said in BalanceStatement.objects.filter(pairing=pairing).order_by("on", "pk"):
        found[said.side] = said
    return found


def balance_as_plain(found: Balance) -> dict[str, Any]:
    """The balance for programs: money in fen, quantities as text."""
    return {
        "pairing": found.pairing.code,
        "as_of": found.as_of.isoformat(),
        "years": [str(year) for year in found.years],
        "rows": [_as_plain(line) for line in found.lines],
        "money_fen": {side: [int(fen) for fen in found.money_of(side)] for side in rules.SIDES},
        "not_measured": [one.code for one in found.unmeasured],
        "awaited": [
            {
                "given_by": one.side,
                "group": one.group,
                "indicator": one.indicator,
                "name": str(one.name),
                "field": one.field,
            }
            for one in awaited()
        ],
        "statements": [
            {"side": said.side, "on": said.on.isoformat(), "text_zh": said.text_zh, "text_en": said.text_en}
            for said in statements_of(found.pairing).values()
        ],
    }


def _as_plain(line: Line) -> dict[str, Any]:
    return {
        "given_by": line.side,
        "group": line.group,
        "indicator": line.indicator.code,
        "name": str(line.indicator.name),
        "unit": line.indicator.unit,
        "by_year": [None if cell is None else plain(cell) for cell in line.cells],
        "total": plain(line.total),
    }


def plain(quantity: Decimal) -> str:
    """A quantity as text without trailing noughts."""
    return format(quantity.normalize(), "f") if quantity else "0"


def balance_rows(member: Member | None, pairing: Pairing | None, **asked: Any) -> Iterator[dict[str, Any]]:
    """The balance as rows of a spreadsheet, one for each cell: money stands apart from quantities."""
    assert pairing is not None
    found = balance(member, pairing, **asked)
    for line in found.lines:
        is_money = line.indicator.unit == "fen"
        for year, cell in zip(found.years, line.cells, strict=True):
            if cell is None:
                continue
            yield {
                "side": line.side,
                "group": line.group,
                "indicator": line.indicator.code,
                "name": str(line.indicator.name),
                "year": str(year),
                "amount_fen": int(cell) if is_money else None,
                "quantity": None if is_money else cell,
                "unit": "" if is_money else str(line.indicator.balance.unit),  # type: ignore[union-attr]
            }
