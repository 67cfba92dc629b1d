"""The letters of a case to its applicant: read from what happened, so that none says anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from shanhai.fields.approval.models import Case, CaseItem, Material, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.kernel.refusals import NotFound, gettext_noop


class Kind(StrEnum):
    """What a letter says."""

    GAPS = "gaps"
    ACCEPTED = "accepted"
    STOPPED = "stopped"
    RESUMED = "resumed"
    EXTENDED = "extended"
    DECIDED = "decided"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: its kind and day, the item that it is about, what it says besides."""

    kind: Kind
    on: date
    item: CaseItem | None = None
    text: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    # Which of several stops or the like of one item: the first, the second.
    n: int = 1
    stop: Stop | None = None

    @property
    def key(self) -> str:
        """It among the letters of its case, for addresses."""
        key = f"{self.kind}-{self.item.code}" if self.item is not None else str(self.kind)
        return key if self.n == 1 else f"{key}-{self.n}"


def letters_of(case: Case, items: Sequence[CaseItem], materials: Sequence[Material] = ()) -> list[Letter]:
    """All letters, by day."""
    found = []
    names = {one.code: one for one in materials}
    if case.gaps_on is not None:
        lines = tuple((names[code].name if code in names else code, text) for code, text in case.gaps.items())
        found.append(Letter(Kind.GAPS, case.gaps_on, lines=lines))
    if case.accepted_on is not None:
        found.append(Letter(Kind.ACCEPTED, case.accepted_on))
    for item in items:
        found += _of_item(item)
    if case.closed_on is not None and case.stage == rules.CaseStage.APPROVED:
        found.append(Letter(Kind.CLOSED, case.closed_on))
    return _told_apart(sorted(found, key=lambda one: one.on))


def letter_of(case: Case, key: str) -> Letter:
    """One letter of a case.

    Raises
    ------
    NotFound
        ``approval.no_letter``
    """
    found = letters_of(case, queries.whole(case), queries.materials_of(case))
    chosen = next((one for one in found if one.key == key), None)
    if chosen is None:
        raise NotFound(
            "approval.no_letter",
            gettext_noop("Case {number} has no letter {letter}. Look at the letters that it has."),
            number=case.number,
            letter=key[:40],
        )
    return chosen


def _told_apart(letters: list[Letter]) -> list[Letter]:
    seen: Counter[str] = Counter()
    found = []
    for one in letters:
        seen[one.key] += 1
        found.append(replace(one, n=seen[one.key]) if seen[one.key] > 1 else one)
    return found


def _of_item(item: CaseItem) -> list[Letter]:
    found = []
    for stop in item.stops.all():
        found.append(Letter(Kind.STOPPED, stop.from_on, item, stop.text, stop=stop))
        if stop.ended_on is not None and item.state != rules.State.DROPPED:
            found.append(Letter(Kind.RESUMED, stop.ended_on, item))
    if item.extended_on is not None:
        found.append(Letter(Kind.EXTENDED, item.extended_on, item))
    if item.decided_on is not None:
        kind = Kind.REFUSED if item.decision == "refused" else Kind.DECIDED
        found.append(Letter(kind, item.decided_on, item, item.reasons))
    return found
