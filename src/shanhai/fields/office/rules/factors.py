"""Factor requests: what is asked for, who comes first, what is left, and when somebody is passed over.

Quantities are whole numbers of the smallest step of their measure (0.01 mu, 1 kWh, 1 kW, 1 fen, one person), so that
sums are exact on every database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class Kind(StrEnum):
    LAND = "land"
    ENERGY = "energy"
    FUNDS = "funds"
    TALENT = "talent"


class Stage(StrEnum):
    WAITING = "waiting"
    PART = "part"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# It stands in the queue: its days run.
IN_QUEUE = (Stage.WAITING, Stage.PART)
OVER = (Stage.REFUSED, Stage.WITHDRAWN)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("waiting"),
    gettext_noop("part"),
    gettext_noop("fulfilled"),
    gettext_noop("refused"),
    gettext_noop("withdrawn"),
)


class Class(StrEnum):
    """Who a request is for, as the rule of the order knows it."""

    PARK = "park"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a kind of factor is counted in; ``digits`` after the point are kept."""

    code: str
    kind: Kind
    digits: int


MEASURES = {
    one.code: one
    for one in (
        Measure("mu", Kind.LAND, 2),
        Measure("MWh", Kind.ENERGY, 3),
        Measure("kW", Kind.ENERGY, 0),
        Measure("fen", Kind.FUNDS, 0),
        Measure("persons", Kind.TALENT, 0),
    )
}
# What the widest whole number column holds, with room for sums.
MOST = 10**15


def steps_of(quantity: Decimal, measure: str) -> int:
    """A quantity in the smallest steps of its measure.

    Raises
    ------
    BadInput
        ``office.factor_measure``, ``office.factor_quantity``

    Examples
    --------
    >>> steps_of(Decimal("12.5"), "mu"), steps_of(Decimal(800), "kW")
    (1250, 800)
    """
    of = measure_of(measure)
    exact = quantity.scaleb(of.digits) if quantity.is_finite() else Decimal(0)
    if exact != exact.to_integral_value() or not 0 < exact <= MOST:
        raise BadInput(
            "office.factor_quantity",
            gettext_noop(
                "{quantity} {measure} cannot be kept. Give more than nought, with at most {digits} digits after the point."
            ),
            quantity=quantity,
            measure=measure,
            digits=of.digits,
            field="quantity",
        )
    return int(exact)


def quantity_of(steps: int, measure: str) -> Decimal:
    """The quantity that a number of steps is.

    >>> quantity_of(1250, "mu")
    Decimal('12.50')
    """
    return Decimal(steps).scaleb(-MEASURES[measure].digits)


def measure_of(code: str) -> Measure:
    """What a measure is; refuses an unknown one."""
    found = MEASURES.get(code)
    if found is None:
        raise BadInput(
            "office.factor_measure",
            gettext_noop("There is no measure {measure}. Take one of: {measures}."),
            measure=code[:20],
            measures=", ".join(MEASURES),
            field="measure",
        )
    return found


# -- the queue -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A request as the queue sees it.

    ``priority`` counts up from 1, the first served; ``missing`` is what is not granted yet. ``needs_whole``: a part is
    of no use.
    """

    number: str
    priority: int
    needed_by: date
    asked_on: date
    missing: int
    needs_whole: bool = False


def in_order(places: Iterable[Place]) -> list[Place]:
    """The queue: by class, then who needs it first, then who asked first; ties to the lower number.

    Numbers are unique, so the order is total and does not depend on how the rows came.

    Examples
    --------
    >>> day = date(2023, 9, 1)
    >>> [one.number for one in in_order([Place("B", 2, day, day, 1), Place("A", 1, date(2024, 1, 1), day, 1)])]
    ['A', 'B']
    """
    return sorted(places, key=lambda one: (one.priority, one.needed_by, one.asked_on, one.number))


def can_be_served(one: Place, available: int | None) -> bool:
    """Whether what a pool holds serves a request: in whole, or in part where a part is of use. None: there is no pool."""
    if available is None:
        return True
    return available >= one.missing if one.needs_whole else available > 0


def passed_over(places: Iterable[Place], number: str, available: int | None) -> list[Place]:
    """Who stands before a request and could be served in its stead: granting it passes over them.

    Parameters
    ----------
    places
        The whole queue, in any order.
    available
        What the pool holds before the grant; None without a pool.
    """
    found: list[Place] = []
    for one in in_order(places):
        if one.number == number:
            return found
        if can_be_served(one, available):
            found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Effect:
    """What a grant would mean for one that stands before it."""

    place: Place
    could_be_served: bool
    could_be_served_after: bool


def effects(places: Iterable[Place], number: str, quantity: int, available: int | None) -> list[Effect]:
    """What granting a quantity to one would mean for those before it, in the order of the queue."""
    after = None if available is None else available - quantity
    found = []
    for one in in_order(places):
        if one.number == number:
            break
        found.append(Effect(one, can_be_served(one, available), can_be_served(one, after)))
    return found


def percentile(values: Sequence[int], percent: int) -> int:
    """The smallest of the values that ``percent`` of them do not exceed (nearest rank).

    Examples
    --------
    >>> percentile([9, 1, 4, 7], 50), percentile([9, 1, 4, 7], 90)
    (4, 9)
    """
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


# -- what is refused -----------------------------------------------------------------------------------------------


def check_asked(title: str, needed_by: date, today: date) -> None:
    """What is needed lies ahead."""
    if needed_by < today:
        raise BadInput(
            "office.factor_needed_in_past",
            gettext_noop(
                "“{title}” would have been needed by {needed_by}, which is over. Give a day from today on."
            ),
            title=title,
            needed_by=needed_by,
            field="needed_by",
        )


def check_park(title: str, is_park: bool, has_record: bool, reason: str) -> None:
    """That a project is the park's is shown by the record that it is about, or said in words."""
    if is_park and not has_record and not reason:
        raise BadInput(
            "office.factor_park_reason",
            gettext_noop(
                "“{title}” asks to come first as a park project. Name the record it is about, or say why it is the park's."
            ),
            title=title,
            field="park_reason",
        )


def check_can_grant(number: str, stage: str, quantity: int, missing: int, measure: str) -> None:
    """What stands in the queue is granted, and no more than is missing."""
    if stage not in IN_QUEUE:
        raise NotNow(
            "office.factor_not_waiting",
            gettext_noop("Request {number} is {stage}, so nothing is granted. Open it again first."),
            number=number,
            stage=stage,
        )
    if quantity > missing:
        raise BadInput(
            "office.factor_above_asked",
            gettext_noop(
                "Request {number} lacks {missing} {measure}; {given} is more. Grant at most what is missing."
            ),
            number=number,
            missing=quantity_of(missing, measure),
            given=quantity_of(quantity, measure),
            measure=measure,
            field="quantity",
        )


def check_whole(number: str, needs_whole: bool, quantity: int, missing: int) -> None:
    """A request that is of use in whole only is granted in whole."""
    if needs_whole and quantity != missing:
        raise BadInput(
            "office.factor_in_whole",
            gettext_noop(
                "Request {number} is of use in whole only. Grant all that is missing, or refuse it."
            ),
            number=number,
            field="quantity",
        )


def check_passing(number: str, over: Sequence[Place], reason: str) -> None:
    """Who could be served and stands before it is passed over for a reason only."""
    if over and not reason:
        raise BadInput(
            "office.factor_passes_over",
            gettext_noop(
                "Granting {number} passes over {over}, which stand before it and could be served. Say why, or serve them "
                "first."
            ),
            number=number,
            over=", ".join(one.number for one in over[:5]),
            field="reason",
        )


def check_waits(number: str, stage: str) -> None:
    """Only what stands in the queue is refused or withdrawn."""
    if stage not in IN_QUEUE:
        raise NotNow(
            "office.factor_is_over",
            gettext_noop("Request {number} is {stage} already. Look at its page first."),
            number=number,
            stage=stage,
        )


def check_can_reopen(number: str, stage: str) -> None:
    """What was refused or withdrawn comes back into the queue."""
    if stage not in OVER:
        raise NotNow(
            "office.factor_is_open",
            gettext_noop(
                "Request {number} is {stage}; only a refused or withdrawn one is opened again. Ask anew for more."
            ),
            number=number,
            stage=stage,
        )


def check_has_it(number: str, unit: str, has_it: bool) -> None:
    """Whoever has a request grants or refuses it."""
    if not has_it:
        raise NotAllowed(
            "office.factor_of_another",
            gettext_noop("Request {number} is with {unit}. Write a note there, or ask its office."),
            number=number,
            unit=unit,
        )


def check_asker(number: str, asker: str, is_asker: bool) -> None:
    """Whoever asked withdraws."""
    if not is_asker:
        raise NotAllowed(
            "office.factor_not_asker",
            gettext_noop(
                "Request {number} was made by {asker}; only they may do this. Write a note instead."
            ),
            number=number,
            asker=asker,
        )


def check_pool(available: int, granted: int, measure: str) -> None:
    """A pool holds at least what was granted from it, and no more than can be kept."""
    if available > MOST:
        raise BadInput(
            "office.factor_pool_above",
            gettext_noop("A pool of {available} {measure} cannot be kept. Give a smaller number."),
            available=quantity_of(available, measure),
            measure=measure,
            field="available",
        )
    if available < granted:
        raise BadInput(
            "office.factor_pool_below",
            gettext_noop(
                "{granted} {measure} are granted from this pool already. Set at least as much, or take a grant back."
            ),
            granted=quantity_of(granted, measure),
            measure=measure,
            field="available",
        )
