"""What a merged round hands to the fields above: figures that units reported, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Reported:
    """The whole of one target in one period, as the units of a round reported it.

    ``first`` to ``last`` is the period, ``on`` the day that the figure stands on. ``by_side`` adds up to ``value``, and so
    does ``by_organisation``, whose keys are the codes of the organisations whose units answered.
    """

    target: str
    pairing_id: int
    value: Decimal
    first: date
    last: date
    on: date
    by_side: Mapping[str, Decimal]
    n_units: int
    round_number: str
    what_zh: str
    what_en: str
    by_organisation: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What merging does about one target: what was reported, what the records said, what is added, who won.

    ``reason`` is a sentence (English template with ``facts``) where nothing can be counted. ``record`` and ``url`` name
    what was written.
    """

    target: str
    name_zh: str
    name_en: str
    reported: str
    recorded: str
    adds: str
    winner: str  # round, records, equal, none
    reason: str = ""
    facts: Mapping[str, Any] | None = None
    record: str = ""
    url: str = ""
    unit: str = ""

    def as_data(self) -> dict[str, Any]:
        """Plain data, as a round keeps it."""
        return asdict(self)
