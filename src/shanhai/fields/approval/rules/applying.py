"""Which items a project needs, and how long they take together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shanhai.fields.approval.rules.catalogue import Catalogue, Item, Limit
from shanhai.fields.approval.rules.conditions import holds, unknown_in
from shanhai.planners.review_schedule import ReviewSchedule, Step, behind, schedule_review


class Verdict(StrEnum):
    """What a catalogue says of an item for a project."""

    APPLIES = "applies"
    UNDECIDED = "undecided"  # facts are missing; counted as if it applied
    NOT = "not"
    REPLACED = "replaced"  # by the assessment of the whole area
    ABOLISHED = "abolished"


COUNTED = (Verdict.APPLIES, Verdict.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Judged:
    """An item, what the catalogue says of it, and the facts that it waits for."""

    item: Item
    verdict: Verdict
    unknown: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether it stands in the schedule."""
        return self.verdict in COUNTED


@dataclass(frozen=True, slots=True)
class LimitHeld:
    """A limit of the regime, and how long the items of its stages take on their longest path."""

    limit: Limit
    days: int

    @property
    def is_kept(self) -> bool:
        """Whether they fit."""
        return self.days <= self.limit.days


@dataclass(frozen=True, slots=True)
class Needed:
    """All items with their verdicts, the schedule of those that count, and the limits."""

    judged: tuple[Judged, ...]
    schedule: ReviewSchedule
    limits: tuple[LimitHeld, ...]

    @property
    def counted(self) -> tuple[Judged, ...]:
        """The items that the project needs, or may need."""
        return tuple(one for one in self.judged if one.is_counted)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that would decide what is undecided, by name."""
        return tuple(dict.fromkeys(name for one in self.judged for name in one.unknown))


def judge(item: Item, facts: Mapping[str, Any]) -> Judged:
    """What a catalogue says of one item for a project with these facts."""
    if item.is_abolished:
        return Judged(item, Verdict.ABOLISHED)
    held = holds(item.when, facts)
    if held is False:
        return Judged(item, Verdict.NOT)
    unknown = unknown_in(item.when, facts) if held is None else ()
    if "regional" in item.levers:
        # The assessment of the whole area replaces the item's own; whether the project lies in one must be known.
        is_assessed = facts.get("is_in_assessed_area")
        if is_assessed:
            return Judged(item, Verdict.REPLACED)
        if is_assessed is None:
            return Judged(item, Verdict.UNDECIDED, (*unknown, "is_in_assessed_area"))
    return Judged(item, Verdict.UNDECIDED if held is None else Verdict.APPLIES, unknown)


def needed(catalogue: Catalogue, facts: Mapping[str, Any]) -> Needed:
    """Which items a project with these facts needs, and their critical path in promised working days.

    Items that do not apply hand their predecessors on. The catalogue must have no cycle (``checks.check``).
    """
    judged = tuple(judge(one, facts) for one in catalogue.items)
    counted = [one.item for one in judged if one.is_counted]
    limits = tuple(
        LimitHeld(limit, _placed(catalogue, _within(counted, limit.stages)).days)
        for limit in catalogue.limits
    )
    return Needed(judged, _placed(catalogue, counted), limits)


def whole(catalogue: Catalogue) -> ReviewSchedule:
    """The schedule of all items that are not abolished, as if one project needed them all: no project takes longer."""
    return _placed(catalogue, [one for one in catalogue.items if not one.is_abolished])


def longest(catalogue: Catalogue, stages: Iterable[int]) -> tuple[int, tuple[str, ...]]:
    """The longest path through the items of some stages: its working days and its items."""
    living = [one for one in catalogue.items if not one.is_abolished]
    plan = _placed(catalogue, _within(living, stages))
    return plan.days, plan.critical


def _within(items: Iterable[Item], stages: Iterable[int]) -> list[Item]:
    wanted = set(stages)
    return [one for one in items if one.stage in wanted]


def _placed(catalogue: Catalogue, items: list[Item]) -> ReviewSchedule:
    after = behind({one.code: one.after for one in catalogue.items}, [one.code for one in items])
    return schedule_review([Step(one.code, one.promised_days, after[one.code]) for one in items])
