"""Joint review meetings: their stages, who makes the quorum, what is ripe for them, and what they may decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class ReviewLevel(StrEnum):
    """Which meeting: the joint one of the departments, or the leaders' special meeting above it."""

    JOINT = "joint"
    LEADERS = "leaders"


# In this module and beside it; the API knows it by the name that no other has.


class MeetingStage(StrEnum):
    """Where a meeting is."""

    PLANNED = "planned"
    HELD = "held"
    MINUTED = "minuted"
    SIGNED = "signed"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """In which role a body sits there; advisers are never counted."""

    COMMITTEE = "committee"
    DEPARTMENT = "department"
    ADVISER = "adviser"


class Why(StrEnum):
    """Why an item is on the agenda."""

    CLIMBED = "climbed"  # overdue, and come up level by level
    DISAGREED = "disagreed"  # departments disagree
    FORWARDED = "forwarded"  # a department agrees and wants it forwarded upward
    PUT = "put"  # the office put it there


class Verdict(StrEnum):
    """What a meeting decides on an item."""

    AGREED = "agreed"
    CONDITIONS = "conditions"
    REFUSED = "refused"
    LEADERS = "leaders"
    BACK = "back"
    POSTPONED = "postponed"


# How refusals say where a meeting is, so they are translated.
WORDS = {
    "planned": gettext_noop("still to come"),
    "held": gettext_noop("held, without minutes"),
    "minuted": gettext_noop("held, with minutes to sign"),
    "signed": gettext_noop("held, with signed minutes"),
    "cancelled": gettext_noop("called off"),
}
# After which the lead decides on the item, as the meeting said.
FINAL = (Verdict.AGREED, Verdict.CONDITIONS, Verdict.REFUSED)
_NEED_WORDS = (Verdict.CONDITIONS, Verdict.REFUSED, Verdict.BACK)


@dataclass(frozen=True, slots=True)
class Asked:
    """A department that an item of the agenda concerns."""

    key: str  # of its unit here; of the department where it has none
    role: str  # lead, co, advise
    is_of_land: bool  # whether it is of the side on whose land the project stands


def quorum(asked: Iterable[Asked], committees: Iterable[str]) -> dict[str, Role]:
    """Who sits in a meeting and in which role, by key: the departments concerned and the park committee are counted.

    Whoever only advises may come and is never counted; so is whoever is of the other side, whatever the catalogue asks
    of them: authority follows the land. A body that sits there twice has the weightier role. The order is that of the
    arguments, the committee first.

    Examples
    --------
    >>> quorum([Asked("drc", "lead", True), Asked("xs", "advise", False), Asked("park", "co", True)], ["park"])
    {'park': <Role.COMMITTEE: 'committee'>, 'drc': <Role.DEPARTMENT: 'department'>, 'xs': <Role.ADVISER: 'adviser'>}
    """
    found = dict.fromkeys(committees, Role.COMMITTEE)
    for one in asked:
        role = Role.DEPARTMENT if one.is_of_land and one.role in ("lead", "co") else Role.ADVISER
        if one.key not in found or (found[one.key] is Role.ADVISER and role is Role.DEPARTMENT):
            found[one.key] = role
    return found


def counts(role: str) -> bool:
    """Whether a seat is part of the quorum."""
    return role != Role.ADVISER


@dataclass(frozen=True, slots=True)
class Sits:
    """A seat of a meeting as the quorum sees it."""

    name: str
    role: str
    is_present: bool


def missing(seats: Iterable[Sits]) -> list[str]:
    """The names of those whom the quorum needs and who are not there."""
    return [one.name for one in seats if counts(one.role) and not one.is_present]


def check_quorum(number: str, seats: Sequence[Sits]) -> None:
    """A meeting decides only with all departments concerned and the park committee.

    Raises
    ------
    NotNow
        ``approval.no_quorum``, with who is missing; ``approval.empty_meeting`` where nobody is counted at all.
    """
    if not any(counts(one.role) for one in seats):
        raise NotNow(
            "approval.empty_meeting",
            gettext_noop("Meeting {number} has nothing on its agenda. Put an item on it first."),
            number=number,
        )
    absent = missing(seats)
    if absent:
        raise NotNow(
            "approval.no_quorum",
            gettext_noop(
                "Meeting {number} has no quorum, so it decides nothing: {missing} is not there. Take the items of "
                "who is missing off the agenda, or meet again."
            ),
            number=number,
            missing=", ".join(absent),
        )


def why_ripe(level: str, item_level: str, n_disagreed: int, n_out: int, n_forwarded: int) -> Why | None:
    """Why an open item is ripe for a meeting of a level; None where it is not.

    A disagreement is ripe when all replies are in, since one that is still out may settle it.
    """
    if item_level == level:
        return Why.CLIMBED
    if level != ReviewLevel.JOINT or item_level == ReviewLevel.LEADERS:
        return None
    if n_forwarded:
        return Why.FORWARDED
    return Why.DISAGREED if n_disagreed and not n_out else None


def check_stage(number: str, stage: str, *wanted: MeetingStage) -> None:
    """A step is taken at its stage: called, held, minuted, signed; called off only before it is held."""
    if stage not in wanted:
        raise NotNow(
            "approval.meeting_stage",
            gettext_noop(
                "Meeting {number} is {stage}, so this cannot be done now. It is called, held, minuted and signed in this "
                "order. Look at it again."
            ),
            number=number,
            stage=WORDS[stage],
        )


def check_level(level: str) -> ReviewLevel:
    """A level that there is."""
    try:
        return ReviewLevel(level)
    except ValueError:
        raise BadInput(
            "approval.meeting_level",
            gettext_noop("There is no meeting of level {level}. Take one of {levels}."),
            level=level[:20],
            levels=", ".join(ReviewLevel),
            field="level",
        ) from None


def check_verdict(
    item: str, verdict: str, text: str, due_on: date | None, level: str, today: date
) -> Verdict:
    """What a meeting may decide: with words where somebody has to act on them, and with a day where it goes back."""
    try:
        found = Verdict(verdict)
    except ValueError:
        raise BadInput(
            "approval.verdict",
            gettext_noop("A meeting does not decide {verdict}. Take one of {verdicts}."),
            verdict=verdict[:20],
            verdicts=", ".join(Verdict),
            field="verdict",
        ) from None
    if found in _NEED_WORDS and not text.strip():
        raise BadInput(
            "approval.verdict_words",
            gettext_noop(
                "Say what the meeting wants of {item}: the conditions, the reasons, or what is to be done."
            ),
            item=item,
            field="text",
        )
    if found is Verdict.BACK and (due_on is None or due_on <= today):
        raise BadInput(
            "approval.verdict_day",
            gettext_noop("Give the day by which {item} is to be brought forward: after {today}."),
            item=item,
            today=today,
            field="due_on",
        )
    if found is Verdict.LEADERS and level == ReviewLevel.LEADERS:
        raise BadInput(
            "approval.no_higher_meeting",
            gettext_noop("No meeting is above this one. Decide on {item} here, or postpone it."),
            item=item,
            field="verdict",
        )
    return found


def check_all_decided(number: str, n_open: int) -> None:
    """Minutes are written when each item of the agenda is decided or postponed."""
    if n_open:
        raise NotNow(
            "approval.points_open",
            gettext_noop(
                "{n} items of meeting {number} have no decision. Decide on them or postpone them first."
            ),
            number=number,
            n=n_open,
        )
