"""How much speaks for the growth of an enterprise that is below the threshold today: a score whose every point is explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from shanhai.kernel.refusals import BadInput, gettext_noop

_HUNDREDTH = Decimal("0.01")
_DIGITS = 28


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How one item of evidence earns points.

    Nothing at ``none_at``, all of ``weight`` at ``full_at``, in a straight line between them, cut at both ends. ``full_at``
    may lie below ``none_at`` where less is better.
    """

    item: str
    weight: int
    none_at: Decimal
    full_at: Decimal


@dataclass(frozen=True, slots=True)
class GrowthPoints:
    """What one item adds: ``points`` of ``most``; ``value`` is None where nobody knows it, and then it adds nothing."""

    item: str
    value: Decimal | None
    points: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class GrowthScore:
    """A score of 0 to 100 with what each item adds; the points sum to ``score``.

    ``most`` is what the score would be if all that is not known were as good as can be: 0 <= score <= most <= 100.
    """

    score: Decimal
    most: Decimal
    points: tuple[GrowthPoints, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The items of which nothing is known, in the order of the yardsticks."""
        return tuple(one.item for one in self.points if one.value is None)


def score_growth(evidence: Mapping[str, Decimal | None], yardsticks: Sequence[Yardstick]) -> GrowthScore:
    """Score the evidence of growth of one enterprise or lead.

    Parameters
    ----------
    evidence
        Value of each item, in the unit of its yardstick; None or missing where it is not known. Further items are passed over.
    yardsticks
        n different items, n >= 1, of whole weights >= 0 that are not all 0. Weights are brought to 100.

    Returns
    -------
    GrowthScore
        Points in hundredths, half a hundredth up; items in the order of ``yardsticks``. Nothing is drawn and nothing ties.

    Raises
    ------
    BadInput
        ``growth.weights``, ``growth.item_twice``, ``growth.flat``.

    Source
    ------
    The items are those of the platform's own scheme; no document states weights. They come in as arguments.

    Examples
    --------
    >>> from decimal import Decimal
    >>> sticks = [Yardstick("growth", 60, Decimal(0), Decimal("0.30")), Yardstick("patents", 40, Decimal(0), Decimal(5))]
    >>> found = score_growth({"growth": Decimal("0.15"), "patents": None}, sticks)
    >>> found.score, found.most, found.unknown
    (Decimal('30.00'), Decimal('70.00'), ('patents',))
    """
    total = _total_weight(yardsticks)
    points = []
    for stick in yardsticks:
        most = (Decimal(stick.weight) * 100 / total).quantize(_HUNDREDTH, ROUND_HALF_UP)
        value = evidence.get(stick.item)
        earned = Decimal(0) if value is None else _earned(value, stick)
        points.append(
            GrowthPoints(stick.item, value, (earned * most).quantize(_HUNDREDTH, ROUND_HALF_UP), most)
        )
    score = min(sum((one.points for one in points), Decimal(0)), Decimal(100))
    unknown = sum((one.most for one in points if one.value is None), Decimal(0))
    return GrowthScore(score, min(score + unknown, Decimal(100)), tuple(points))


def _total_weight(yardsticks: Sequence[Yardstick]) -> int:
    items = [stick.item for stick in yardsticks]
    for item in items:
        if items.count(item) > 1:
            raise BadInput(
                "growth.item_twice",
                gettext_noop("Item {item} has two yardsticks. Leave one of them out."),
                item=item,
            )
    for stick in yardsticks:
        if stick.none_at == stick.full_at:
            raise BadInput(
                "growth.flat",
                gettext_noop("The yardstick of {item} begins and ends at {at}. Give two different values."),
                item=stick.item,
                at=stick.full_at,
            )
    total = sum(stick.weight for stick in yardsticks)
    if total <= 0 or any(stick.weight < 0 for stick in yardsticks):
        raise BadInput(
            "growth.weights",
            gettext_noop("Weights are whole numbers from 0 on, and not all of them 0. Correct the scheme."),
        )
    return total


def _earned(value: Decimal, stick: Yardstick) -> Decimal:
    """The part of the weight that a value earns, 0 to 1."""
    part = (value - stick.none_at) / (stick.full_at - stick.none_at)
    return min(max(part, Decimal(0)), Decimal(1))


def yearly_growth(first: Decimal | int | None, last: Decimal | int | None, years: int) -> Decimal | None:
    """The even yearly growth that leads from the first value to the last, 0.25 for 25 % a year.

    Parameters
    ----------
    first, last
        Values >= 0 at the beginning and at the end, ``years`` years apart, years >= 1.

    Returns
    -------
    Decimal or None
        To four digits, half up. None where a value is not known, or the first is 0: nothing grows from nothing.

    Examples
    --------
    >>> yearly_growth(1_000, 1_331, 3), yearly_growth(0, 5, 3)
    (Decimal('0.1000'), None)
    """
    if first is None or last is None or first <= 0 or last < 0 or years < 1:
        return None
    if not last:
        return Decimal("-1.0000")
    with localcontext() as context:
        context.prec = _DIGITS
        whole = ((Decimal(last) / Decimal(first)).ln() / years).exp() - 1
        return whole.quantize(Decimal("0.0001"), ROUND_HALF_UP)
