"""The way of projects: what each stage asks for, which projects stand still, whose they are, and what they promised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shanhai.fields.investment.rules import ATTRIBUTES, ORDER, ProjectStage, is_step_back
from shanhai.kernel.attribution import Method, attribute
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

FACTS = "investment.stage_facts"
STALL_DAYS = "investment.stall_days"
ATTRIBUTION = "investment.attribution"
TOLERANCE = "investment.capacity_tolerance_percent"
ESCALATION = "investment.stall_escalation_days"
INDICATORS = (
    "investment.started",
    "investment.completed",
    "investment.at_capacity",
    "investment.start_rate",
    "investment.stalled",
)

# -- what a stage asks for -----------------------------------------------------------------------------------------

# Facts that stand elsewhere than in a column of the project.
PAPER, SCALE, CHECKED = "paper", "above_scale", "promises_checked"
PROMISED = ("output_fen", "tax_fen", "jobs")
_OTHERS = {
    "investment_fen": "Total investment",
    "project_code": "Project code",
    "industry": "Industry code",
    "output_fen": "Output a year promised",
    "tax_fen": "Tax a year promised",
    "jobs": "Jobs promised",
    PAPER: "the paper that shows it",
    SCALE: "its enterprise above scale",
    CHECKED: "a check of its promises",
}
# What the facts are called in refusals; they are translated.
CALLED = (
    gettext_noop("Total investment"), gettext_noop("Filed or approved"), gettext_noop("Land"), gettext_noop("Land by"),
    gettext_noop("Forest land in it"), gettext_noop("New building area"), gettext_noop("Use of the buildings"),
    gettext_noop("Energy a year"), gettext_noop("Environmental assessment"), gettext_noop("Hazardous"),
    gettext_noop("Foreign-invested"), gettext_noop("Low-risk small project"), gettext_noop("Touches roads or rivers"),
    gettext_noop("In an area assessed as a whole"), gettext_noop("Project code"), gettext_noop("Industry code"),
    gettext_noop("Output a year promised"), gettext_noop("Tax a year promised"), gettext_noop("Jobs promised"),
    gettext_noop("the paper that shows it"), gettext_noop("its enterprise above scale"),
    gettext_noop("a check of its promises"),
)  # fmt: skip
FACT_NAMES = {one.name: one.en for one in ATTRIBUTES} | _OTHERS
# The paper is asked of the step itself; above scale only of that stage, since small works reach capacity below it.
_OF_THE_STEP = (SCALE,)


def passed(stage: str, to: str) -> tuple[ProjectStage, ...]:
    """The stages that a step forward comes through, the last one included; none for any other step.

    Examples
    --------
    >>> [str(one) for one in passed("signed", "approved")]
    ['preparing', 'approved']
    """
    if is_step_back(stage, to):
        return ()
    return ORDER[ORDER.index(ProjectStage(stage)) + 1 : ORDER.index(ProjectStage(to)) + 1]


def missing(
    known: Mapping[str, Any], table: Mapping[str, Sequence[str]], stage: str, to: str
) -> tuple[str, ...]:
    """What has to be known before a project comes to a stage, and is not; in the order of the stages.

    Parameters
    ----------
    known
        Facts by name; None, "" and False are not known for those that stand elsewhere (paper, scale, check), None and ""
        for columns.
    table
        Facts that each stage asks for, of the rulebook (``investment.stage_facts``).

    Examples
    --------
    >>> missing({"investment_fen": 5}, {"signed": ["investment_fen", "paper"]}, "lead", "signed")
    ('paper',)
    """
    found: list[str] = []
    for one in passed(stage, to):
        for name in table.get(one, ()):
            if name in _OF_THE_STEP and one != to:
                continue
            if name not in found and not _is_known(known.get(name), name):
                found.append(name)
    return tuple(found)


def _is_known(value: Any, name: str) -> bool:
    return bool(value) if name in (PAPER, SCALE, CHECKED) else value not in (None, "")


def check_facts(number: str, to: str, names: Sequence[str]) -> None:
    """Refuse a step for which something is not known; each thing is called by its name."""
    if not names:
        return
    first = names[0]
    called = StrEnum("Called", {name: FACT_NAMES[name] for name in names})  # type: ignore[misc]
    if len(names) == 1:
        raise BadInput(
            "investment.facts_missing",
            gettext_noop("Project {number} cannot be {to} yet: {first} is missing. Give it first."),
            number=number,
            to=ProjectStage(to),
            first=called[first],
            missing=list(names),
            field=first if first == PAPER else "to",
        )
    raise BadInput(
        "investment.facts_missing",
        gettext_noop(
            "Project {number} cannot be {to} yet: {n} facts are missing, {first} and {second} among them. Its page names "
            "all; give them first."
        ),
        number=number,
        to=ProjectStage(to),
        n=len(names),
        first=called[first],
        second=called[names[1]],
        missing=list(names),
        field="to",
    )


def check_can_add_papers(number: str, to: str, is_taken_back: bool, n: int) -> None:
    """Papers are added to a step that holds; to none there must be at least one."""
    if is_taken_back:
        raise NotNow(
            "investment.step_is_taken_back",
            gettext_noop(
                "The step of project {number} to {to} was taken back, so nothing shows it any more. Choose a step that holds."
            ),
            number=number,
            to=ProjectStage(to),
        )
    if not n:
        raise BadInput(
            "investment.no_papers",
            gettext_noop("Nothing is added to project {number}. Choose at least one photograph or paper."),
            number=number,
            field="papers",
        )


# -- projects that stand still (五未) -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StallList:
    """One of the lists of projects that stand still: which stage they do not leave, and to which of the five it belongs."""

    stage: ProjectStage
    five: str
    en: str
    zh: str


# The five lists as Huzhou keeps them; the first of them by where a signed project waits (docs/sources.md#stalled).
LISTS = (
    StallList(ProjectStage.SIGNED, "unstarted", "signed, not registered", "签约未立项"),
    StallList(ProjectStage.PREPARING, "unstarted", "registered, not approved", "立项未获批"),
    StallList(ProjectStage.APPROVED, "unstarted", "approved, not started", "获批未开工"),
    StallList(ProjectStage.BUILDING, "unfinished", "started, not completed", "开工未竣工"),
    StallList(ProjectStage.COMPLETED, "unproductive", "completed, not producing", "竣工未投产"),
    StallList(ProjectStage.PRODUCING, "below_scale", "producing, not above scale", "投产未上规"),
    StallList(ProjectStage.ABOVE_SCALE, "below_capacity", "above scale, not at capacity", "上规未达产"),
)
BY_STAGE = {str(one.stage): one for one in LISTS}
FIVE = (
    ("unstarted", "signed, not started", "签约未开工"),
    ("unfinished", "started, not completed", "开工未竣工"),
    ("unproductive", "completed, not producing", "竣工未投产"),
    ("below_scale", "producing, not above scale", "投产未上规"),
    ("below_capacity", "above scale, not at capacity", "上规未达产"),
)


def last_days(table: Mapping[str, int], today: date) -> dict[str, date]:
    """By stage the last day on which one who came to it stands still today: longer ago than the rule allows.

    Examples
    --------
    >>> last_days({"signed": 60}, date(2023, 9, 18))
    {'signed': datetime.date(2023, 7, 19)}
    """
    return {
        str(one.stage): today - timedelta(days=int(table[one.stage]) + 1)
        for one in LISTS
        if one.stage in table
    }


def days_over(stage: str, since: date, table: Mapping[str, int], today: date) -> int:
    """By how many days a project stands longer at a stage than the rule allows; 0 while it does not.

    Examples
    --------
    >>> days_over("signed", date(2023, 7, 20), {"signed": 60}, date(2023, 9, 18))
    0
    >>> days_over("signed", date(2023, 7, 19), {"signed": 60}, date(2023, 9, 18))
    1
    """
    if stage not in BY_STAGE or stage not in table:
        return 0
    return max(0, (today - since).days - int(table[stage]))


def check_stalled(number: str, over: int) -> None:
    """Only of a project that stands still is said why."""
    if not over:
        raise NotNow(
            "investment.not_stalled",
            gettext_noop(
                "Project {number} does not stand still: it is within the days of its stage. Write a note instead."
            ),
            number=number,
        )


def check_measure(number: str, reason: str, measure: str, due_on: date, today: date) -> None:
    """Why it stands still, what is done about it, and until when."""
    for name, text in (("reason", reason), ("measure", measure)):
        if not text.strip():
            raise BadInput(
                "investment.stall_words",
                gettext_noop(
                    "Say of project {number} why it stands still and what is done about it; one of the two is empty."
                ),
                number=number,
                field=name,
            )
    if due_on < today:
        raise BadInput(
            "investment.stall_past",
            gettext_noop(
                "What is done about project {number} cannot be due on {due}, which is past. Give a later day."
            ),
            number=number,
            due=due_on,
            field="due_on",
        )


# -- whose they are ------------------------------------------------------------------------------------------------

SIDES = ("mountain", "sea")


def weights(rule: Mapping[str, int], introducer: str, stands: str) -> dict[str, int]:
    """What part of a project each side books, in percent: by who introduced it and where it stands.

    Where one of the two is not known, the other has all of it; where neither is, both sides have half, so that each
    project is counted once whatever is known of it.

    Examples
    --------
    >>> weights({"introducer": 50, "location": 50}, "sea", "mountain")
    {'sea': 50, 'mountain': 50}
    >>> weights({"introducer": 50, "location": 50}, "", "mountain")
    {'mountain': 100}
    >>> weights({"introducer": 60, "location": 40}, "", "")
    {'mountain': 50, 'sea': 50}
    """
    found: dict[str, int] = {}
    for side, weight in ((introducer, rule["introducer"]), (stands, rule["location"])):
        if side:
            found[side] = found.get(side, 0) + int(weight)
    if not found:
        return dict.fromkeys(SIDES, 50)
    if len(found) == 1 or not sum(found.values()):
        return {next(iter(found)): 100}
    return found


def shares(
    value: int, rule: Mapping[str, int], introducer: str, stands: str, *, is_money: bool = False
) -> dict[str, Decimal]:
    """A figure of a project by side; the parts add up to the figure, so every total counts it once.

    Parameters
    ----------
    value
        The figure, >= 0; money in fen.
    is_money
        Its parts are whole fen; what is left over goes to the largest remainder, ties to the side first by name.

    Examples
    --------
    >>> shares(101, {"introducer": 50, "location": 50}, "sea", "mountain", is_money=True)
    {'mountain': Decimal('51'), 'sea': Decimal('50')}
    """
    of = weights(rule, introducer, stands)
    return attribute(Decimal(value), Method.RATIO, sorted(of), weights=of, is_money=is_money)


def check_attribution(rule: Mapping[str, Any]) -> None:
    """The two parts of the rule are percentages that make up the whole."""
    if set(rule) != {"introducer", "location"} or sum(map(int, rule.values())) != 100:
        raise BadInput(
            "investment.attribution_rule",
            gettext_noop(
                "Projects are attributed by introducer and location, which make up 100 percent; {rule} does not. Correct "
                "the rule."
            ),
            rule=str(dict(rule)),
        )


# -- who serves them -----------------------------------------------------------------------------------------------


class Task(StrEnum):
    """What somebody does in the service team of a project."""

    LEADS = "leads"
    APPROVAL = "approval"
    LAND = "land"
    FUNDS = "funds"
    LABOUR = "labour"
    ENTERPRISE = "enterprise"


def team_gaps(people: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What a joint team lacks, of (side, task): "leads" for somebody who leads it, "mountain" and "sea" for somebody of it.

    Examples
    --------
    >>> team_gaps([("mountain", "leads")])
    ('sea',)
    """
    found = list(people)
    gaps = [] if any(task == Task.LEADS for _side, task in found) else [str(Task.LEADS)]
    return (*gaps, *(side for side in SIDES if not any(one == side for one, _task in found)))


# -- what they promised --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that a project promised of the year in which it is at capacity: at least so much."""

    name: str
    en: str
    zh: str
    kind: str


PROMISES = (
    Promise("investment_fen", "Total investment", "总投资额", "fen"),
    Promise("output_fen", "Output a year", "年产值", "fen"),
    Promise("tax_fen", "Tax a year", "年税收", "fen"),
    Promise("jobs", "Jobs", "用工人数", "number"),
)
MOST_JOBS = 10**6
# What promises are called in refusals.
KEPT = (
    gettext_noop("Total investment"),
    gettext_noop("Output a year"),
    gettext_noop("Tax a year"),
    gettext_noop("Jobs"),
)


def measured_beyond(
    year: Mapping[str, int | None], base: Mapping[str, int | None] | None
) -> dict[str, int | None]:
    """What an enterprise made in a year beyond what it made before the project; None where a figure is missing.

    Of an enterprise that was there before, only what came on top is the project's. ``base`` None: it was not.

    Examples
    --------
    >>> measured_beyond({"jobs": 90}, {"jobs": 50})
    {'jobs': 40}
    """
    found: dict[str, int | None] = {}
    for name, value in year.items():
        before = 0 if base is None else base.get(name)
        found[name] = None if value is None or before is None else max(0, value - before)
    return found


def failed(
    promised: Mapping[str, int | None], measured: Mapping[str, int | None], tolerance_percent: Decimal
) -> list[str]:
    """What was promised and measured and falls short by more than the tolerance, in the order of ``PROMISES``.

    Examples
    --------
    >>> failed({"jobs": 100}, {"jobs": 90}, Decimal(10))
    []
    >>> failed({"jobs": 100}, {"jobs": 89}, Decimal(10))
    ['jobs']
    """
    least = 1 - tolerance_percent / 100
    found = []
    for one in PROMISES:
        mark, value = promised.get(one.name), measured.get(one.name)
        if mark is not None and value is not None and value < mark * least:
            found.append(one.name)
    return found


def check_checkable(number: str, stage: str, promised: Mapping[str, int | None]) -> None:
    """Promises are checked of a project that produces and promised something."""
    if stage not in (ProjectStage.PRODUCING, ProjectStage.ABOVE_SCALE, ProjectStage.AT_CAPACITY):
        raise NotNow(
            "investment.check_too_early",
            gettext_noop(
                "Project {number} is {stage}; its promises are checked once it produces. Check them then."
            ),
            number=number,
            stage=ProjectStage(stage),
        )
    if not any(value is not None for value in promised.values()):
        raise NotNow(
            "investment.nothing_promised",
            gettext_noop(
                "Nobody wrote down what project {number} promised. Give its output, tax and jobs first."
            ),
            number=number,
        )


def check_measured(
    number: str, promised: Mapping[str, int | None], measured: Mapping[str, int | None], year: int
) -> None:
    """A check measures something of the year, beside the investment, that was promised."""
    if not any(
        promised.get(one.name) is not None and measured.get(one.name) is not None for one in PROMISES[1:]
    ):
        raise NotNow(
            "investment.nothing_measured",
            gettext_noop(
                "There are no figures of {year} to check project {number} by. Enter those of its enterprise, or give them "
                "here with the paper that shows them."
            ),
            year=year,
            number=number,
        )


def check_missed(number: str, names: Sequence[str], reason: str) -> None:
    """A project that keeps less than it promised comes to capacity only with a reason on record."""
    if names and not reason.strip():
        called = StrEnum("Kept", {one.name: one.en for one in PROMISES})  # type: ignore[misc]
        raise BadInput(
            "investment.promises_missed",
            gettext_noop(
                "Project {number} keeps less than it promised: {first} and {n} in all. Say why it counts as at capacity, "
                "or wait for a better year."
            ),
            number=number,
            first=called[names[0]],
            n=len(names),
            field="reason",
        )


# -- weeks ---------------------------------------------------------------------------------------------------------

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.ASCII | re.IGNORECASE)


def week_of(day: date) -> str:
    """The ISO week of a day.

    Examples
    --------
    >>> week_of(date(2023, 9, 18))
    '2023-W38'
    """
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def days_of_week(text: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week.

    Raises
    ------
    BadInput
        ``investment.no_week``

    Examples
    --------
    >>> days_of_week("2023-W38")
    (datetime.date(2023, 9, 18), datetime.date(2023, 9, 24))
    """
    found = _WEEK.fullmatch(text.strip())
    try:
        if found is None or int(found[1]) < 1900:
            raise ValueError(text)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise BadInput(
            "investment.no_week",
            gettext_noop("{given} is no week. Write it as 2023-W38."),
            given=text[:20],
            field="week",
        ) from None
    return monday, monday + timedelta(days=6)
