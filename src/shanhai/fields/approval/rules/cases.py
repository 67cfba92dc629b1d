"""A case of joint review: its stages, its acceptance, how its items wait for one another, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop
from shanhai.kernel.workdays import Calendar
from shanhai.planners.review_schedule import Step, behind, schedule_review


class Mode(StrEnum):
    """Whether items open as soon as they can, or one after the other."""

    JOINT = "joint"
    SERIAL = "serial"


class CaseStage(StrEnum):
    """Where a case is."""

    FILING = "filing"  # with the applicant, who gathers the materials
    RECEIVED = "received"  # handed in, and looked through
    GAPS = "gaps"  # back with the applicant, with all that is missing
    REVIEW = "review"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# In this module and beside it; the API knows it by the name that no other has.


# How refusals say where a case or an item is, so they are translated.
WORDS = {
    "filing": gettext_noop("with the applicant"),
    "received": gettext_noop("handed in"),
    "gaps": gettext_noop("back with the applicant"),
    "review": gettext_noop("under review"),
    "approved": gettext_noop("approved in full"),
    "refused": gettext_noop("refused by a department"),
    "withdrawn": gettext_noop("withdrawn by the applicant"),
    "waiting": gettext_noop("waiting for other items"),
    "open": gettext_noop("with its department"),
    "stopped": gettext_noop("clock stopped"),
}
CLOSED = (CaseStage.APPROVED, CaseStage.REFUSED, CaseStage.WITHDRAWN)
OPEN_STAGES = (CaseStage.FILING, CaseStage.RECEIVED, CaseStage.GAPS, CaseStage.REVIEW)
WITH_OWNER = (CaseStage.FILING, CaseStage.GAPS)


class State(StrEnum):
    """Where an item is."""

    WAITING = "waiting"
    OPEN = "open"
    STOPPED = "stopped"
    DECIDED = "decided"
    DROPPED = "dropped"


RUNNING = (State.OPEN, State.STOPPED)
LIVE = (State.WAITING, *RUNNING)


@dataclass(frozen=True, slots=True)
class Paper:
    """A material as acceptance sees it: whether it is there, and whether it may come later."""

    code: str
    is_major: bool
    may_come_later: bool
    is_there: bool
    is_covered: bool = False


def order_of(catalogue: Catalogue, items: Sequence[Item], mode: str) -> dict[str, tuple[str, ...]]:
    """The items that each item waits for, in the order in which a serial file goes through them.

    Joint: its predecessors of the catalogue; those that the project does not need hand theirs on. Serial: the item before
    it, by stage, then as far as it waits for others, then by the order of the catalogue.
    """
    after = behind({one.code: one.after for one in catalogue.items}, [one.code for one in items])
    if mode == Mode.JOINT:
        return after
    starts = {
        one.code: one.starts for one in schedule_review([Step(code, 1, after[code]) for code in after]).steps
    }
    stage = {one.code: one.stage for one in items}
    line = sorted(after, key=lambda code: (starts[code], stage[code]))
    return {code: tuple(line[n - 1 : n]) for n, code in enumerate(line)}


def gaps(papers: Iterable[Paper]) -> list[str]:
    """The materials that keep a file from being accepted, by code.

    A minor paper that an item lets come later is no gap: the applicant promises it and brings it before the decision. Nor
    is a paper, major or minor, that is promised and whose items are all decided on a letter: it is checked afterwards.
    """
    return [one.code for one in papers if not (one.is_there or one.is_covered or _comes_later(one))]


def _comes_later(paper: Paper) -> bool:
    return paper.may_come_later and not paper.is_major


def may_be_promised(is_major: bool, may_come_later: bool, may_be_covered: bool) -> bool:
    """Whether a paper may be promised when a file is handed in: a minor one that every item lets come later (容缺), or one
    whose items may all be decided on a commitment letter (告知承诺)."""
    return may_be_covered or (may_come_later and not is_major)


def last_day_for_gaps(received_on: date, days: int, calendar: Calendar) -> date:
    """The last day on which gaps can be named; after it the file counts as accepted on the day received."""
    return calendar.add(received_on, days)


def check_can_file(project: str, region: str, catalogue: str, place: str) -> None:
    """A project is reviewed by the catalogue of the region where it stands."""
    if region != place:
        raise BadInput(
            "approval.other_land",
            gettext_noop(
                "Project {project} stands in {region}, and catalogue {catalogue} is of {place}. Authority follows the land: take "
                "the catalogue of the region where it stands."
            ),
            project=project,
            region=region,
            catalogue=catalogue,
            place=place,
            field="catalogue",
        )


def check_stage(number: str, stage: str, *wanted: CaseStage) -> None:
    """A step is taken at its stage."""
    if stage not in wanted:
        raise NotNow(
            "approval.case_stage",
            gettext_noop("Case {number} is at another stage now: {stage}. Look at it again."),
            number=number,
            stage=WORDS[stage],
        )


def check_state(item: str, state: str, *wanted: State) -> None:
    """An item is replied to, stopped and decided while it is open."""
    if state in wanted:
        return
    if state in (State.DECIDED, State.DROPPED):
        raise NotNow(
            "approval.item_over",
            gettext_noop("{item} is decided or dropped already. Look at the case again."),
            item=item,
        )
    raise NotNow(
        "approval.item_state",
        gettext_noop("{item} is at another point now: {state}. Look at the case again."),
        item=item,
        state=WORDS[state],
    )


def check_code(project: str, code: str | None) -> None:
    """Without a project code nothing is accepted."""
    if not code:
        raise NotNow(
            "approval.no_project_code",
            gettext_noop(
                "Project {project} has no project code, and without one no file is handed in. Enter the code that the approval "
                "platform gave it."
            ),
            project=project,
        )


def check_gaps(
    number: str, missing: Sequence[str], received_on: date, last_on: date, today: date, told: bool
) -> None:
    """Gaps are named once, all at once, within the days that the rules give."""
    if told:
        raise NotNow(
            "approval.gaps_named_once",
            gettext_noop(
                "The gaps of case {number} were named already, and they are named once. Accept the file."
            ),
            number=number,
        )
    if today > last_on:
        raise NotNow(
            "approval.gaps_too_late",
            gettext_noop(
                "Case {number} was received on {received}; gaps could be named until {last}. It counts as accepted on the day "
                "received."
            ),
            number=number,
            received=received_on,
            last=last_on,
        )
    if not missing:
        raise BadInput(
            "approval.no_gaps",
            gettext_noop(
                "Case {number} has no gap to name. Accept the file, or say what is wrong with which material."
            ),
            number=number,
        )


# -- where it stands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """An item in time, as far as it is known."""

    code: str
    days: int
    after: tuple[str, ...]
    opened_on: date | None = None
    decided_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """When an item began or will begin and ends, if all that is open is decided on its due day."""

    starts_on: date
    ends_on: date
    is_critical: bool


def outlook(items: Sequence[Placed], accepted_on: date, today: date, calendar: Calendar) -> dict[str, Ahead]:
    """Each item in time: what is decided as it was, what is open until its due day, the rest as promised after it.

    What is overdue is taken to be decided today. Critical are the items of one path that ends last, each with the one that
    it waited for longest.
    """
    by_code = {one.code: one for one in items}
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    left = dict(by_code)
    while left:
        ready = [one for one in left.values() if all(code in ends for code in one.after)]
        if not ready:
            break
        for one in ready:
            start = one.opened_on or max([accepted_on, *(ends[code] for code in one.after)])
            if one.opened_on is None:
                start = max(start, today)
            starts[one.code] = start
            if one.decided_on is not None:
                ends[one.code] = one.decided_on
            elif one.due_on is not None:
                ends[one.code] = max(one.due_on, today)
            else:
                ends[one.code] = calendar.add(start, one.days)
            del left[one.code]
    critical = _path(by_code, ends)
    return {code: Ahead(starts[code], ends[code], code in critical) for code in ends}


def _path(by_code: Mapping[str, Placed], ends: Mapping[str, date]) -> set[str]:
    found: set[str] = set()
    at = max(ends, key=lambda code: ends[code], default=None)
    while at is not None:
        found.add(at)
        at = max((one for one in by_code[at].after if one in ends), key=lambda code: ends[code], default=None)
    return found


def level_of(late_days: int, after: Mapping[str, int]) -> str:
    """How high an overdue item has climbed: no level that can solve it is skipped.

    Parameters
    ----------
    late_days
        Working days past the due day; less than 1 where it is not overdue.
    after
        Level to the working days past the due day after which it comes there, in the order of the levels.
    """
    found = ""
    for level, days in after.items():
        if late_days < days:
            break
        found = level
    return found
