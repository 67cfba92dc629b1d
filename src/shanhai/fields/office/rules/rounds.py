"""Rules of the office's day: stages of rounds and their answers, what feeds what, and who wins when sources differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

# Stages as refusals say them.
STAGE_WORDS = (
    gettext_noop("draft"),
    gettext_noop("open"),
    gettext_noop("merged"),
    gettext_noop("dropped"),
    gettext_noop("missing"),
    gettext_noop("begun"),
    gettext_noop("climbing"),
    gettext_noop("confirmed"),
    gettext_noop("returned"),
    gettext_noop("accepted"),
    gettext_noop("moved"),
)


class RoundStage(StrEnum):
    """Where a round is: being written, out with the units, merged into the records, called off."""

    DRAFT = "draft"
    OPEN = "open"
    MERGED = "merged"
    CALLED_OFF = "dropped"


class AnswerStage(StrEnum):
    """Where the answer of one unit is."""

    MISSING = "missing"  # nothing is filled in yet
    FILLING = "begun"
    IN_UNIT = "climbing"  # on the ladder, above the handler
    CONFIRMED = "confirmed"  # by the unit's leader: the office has it
    RETURNED = "returned"  # cells came back with a word
    ACCEPTED = "accepted"
    HANDED_OVER = "moved"  # the unit merged into another, which answers for both


class CellState(StrEnum):
    """What became of one value."""

    GIVEN = "given"
    RETURNED = "returned"
    ACCEPTED = "accepted"


# The unit still has to do something; the office has it.
WITH_UNIT = (AnswerStage.MISSING, AnswerStage.FILLING, AnswerStage.IN_UNIT, AnswerStage.RETURNED)
FILLABLE = (AnswerStage.MISSING, AnswerStage.FILLING, AnswerStage.RETURNED)
WITH_OFFICE = (AnswerStage.CONFIRMED, AnswerStage.ACCEPTED)

TYPES = ("int", "decimal", "percent", "fen", "mu", "date", "text")
NUMBERS = ("int", "decimal", "percent", "fen", "mu")
REPEATS = ("", "month", "quarter", "year")
MOST_COLUMNS = 2_000
MOST_CELLS = 20_000

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# "C23-06", "lq-agri-u:C23-06", "indicator:office.reported_jobs"
_FEED = re.compile(r"(?:(?P<unit>[^:\s]+):)?(?P<code>[A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Question:
    """One column of a form: what is asked, and what the accepted value counts for."""

    code: str
    name_zh: str
    name_en: str = ""
    type: str = "decimal"
    unit: str = ""
    is_required: bool = True
    least: int | None = None
    most: int | None = None
    feeds: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A fixed row of a form, such as a village; of one unit, or of all where ``unit`` is empty."""

    code: str
    name_zh: str
    name_en: str = ""
    unit: str = ""


def reminder_due(due_on: date, days: Iterable[int], *, since: date, on: date) -> int | None:
    """Which reminder of an open round stands today: the latest of its days that has come; None before the first.

    ``days`` are days around the due day. What fell before the round was opened, or on that very day, is left out:
    opening it told everybody.

    Examples
    --------
    >>> reminder_due(date(2023, 9, 8), [-2, 0, 3], since=date(2023, 9, 1), on=date(2023, 9, 10))
    0
    >>> reminder_due(date(2023, 9, 8), [-2, 0, 3], since=date(2023, 9, 7), on=date(2023, 9, 7)) is None
    True
    """
    come = [offset for offset in days if since < due_on + timedelta(days=offset) <= on]
    return max(come, default=None)


# -- forms ---------------------------------------------------------------------------------------------------------


def check_form(questions: Sequence[Question], lines: Sequence[Line]) -> None:
    """A form asks something, each thing once, and no more than a round can hold."""
    if not 1 <= len(questions) <= MOST_COLUMNS:
        raise BadInput(
            "office.form_size",
            gettext_noop("The form has {n} questions. Give it 1 to {most}."),
            n=len(questions),
            most=MOST_COLUMNS,
            field="questions",
        )
    if len(questions) * max(1, len(lines)) > MOST_CELLS:
        raise BadInput(
            "office.form_cells",
            gettext_noop("The form has {n} cells for a unit. Keep it to {most}, or make two rounds of it."),
            n=len(questions) * len(lines),
            most=MOST_CELLS,
            field="questions",
        )
    for one in questions:
        _check_question(one)
    _check_once([one.code for one in questions])
    _check_once([f"{one.unit}/{one.code}".lstrip("/") for one in lines])
    for line in lines:
        _check_code(line.code)


def _check_question(one: Question) -> None:
    _check_code(one.code)
    if not one.name_zh.strip():
        raise BadInput(
            "office.question_name",
            gettext_noop("The question {code} has no Chinese name. Give it the heading of the form."),
            code=one.code,
            field="questions",
        )
    if one.type not in TYPES:
        raise BadInput(
            "office.question_type",
            gettext_noop("{code} is of the type {given}. Write one of {known}."),
            code=one.code,
            given=one.type,
            known=", ".join(TYPES),
            field="questions",
        )
    if one.feeds and one.type not in NUMBERS:
        raise BadInput(
            "office.question_feeds_text",
            gettext_noop("{code} is no number, so it cannot count for {feeds}. Make it a number."),
            code=one.code,
            feeds=one.feeds,
            field="questions",
        )
    targets_of(one.feeds)


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise BadInput(
            "office.code_form",
            gettext_noop(
                "{code} is no code. Use up to 40 letters, digits, dots and hyphens, beginning with a letter or digit."
            ),
            code=code or "?",
            field="questions",
        )


def _check_once(codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise BadInput(
                "office.code_twice",
                gettext_noop("The code {code} is there twice. Give one of them another."),
                code=code,
                field="questions",
            )
        seen.add(code)


def targets_of(feeds: str) -> dict[str, str]:
    """What a question counts for: unit code to the code of a commitment or indicator, "" for all other units.

    Examples
    --------
    >>> targets_of("C23-05")
    {'': 'C23-05'}
    >>> targets_of("lq-agri-u:C23-06 lq-edu-u:C23-08")
    {'lq-agri-u': 'C23-06', 'lq-edu-u': 'C23-08'}
    """
    found: dict[str, str] = {}
    for word in feeds.split():
        read = _FEED.fullmatch(word)
        if read is None:
            raise BadInput(
                "office.feeds_form",
                gettext_noop(
                    "{given} names no target. Write the code of a commitment or indicator, or UNIT:CODE for one unit."
                ),
                given=word,
                field="questions",
            )
        found[read["unit"] or ""] = read["code"]
    return found


def target_for(feeds: str, unit: str) -> str:
    """What the value of one unit counts for; empty for nothing."""
    targets = targets_of(feeds)
    return targets.get(unit, targets.get("", ""))


def read_questions(text: str) -> list[Question]:
    """Questions as an office pastes them from a sheet: a line each, cells apart by tab or ``|``.

    Chinese name, English name, type, unit, needed (yes or no), what it counts for; only the name must be there. Codes
    are numbered, and a line may begin with its own: ``q7: 名称``.

    Examples
    --------
    >>> [(one.code, one.type, one.is_required) for one in read_questions("活动场次|Activities|int\\n备注|Remarks|text||no")]
    [('q1', 'int', True), ('q2', 'text', False)]
    """
    found = []
    for n, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        parts = [part.strip() for part in re.split(r"[\t|]", line)]
        code, _, name = parts[0].rpartition(": ") if ": " in parts[0] else ("", "", parts[0])
        cells = [*parts, "", "", "", "", ""]
        found.append(
            Question(
                code=code or f"q{n}",
                name_zh=name.strip(),
                name_en=cells[1],
                type=cells[2] or "decimal",
                unit=cells[3],
                is_required=cells[4].casefold() not in ("no", "否", "n", "选填"),
                feeds=cells[5],
            )
        )
    return found


def write_lines(lines: Iterable[Line]) -> str:
    """Fixed rows as the form of a round takes them: code, names and unit, apart by ``|``, a line each."""
    return "\n".join(" | ".join([one.code, one.name_zh, one.name_en, one.unit]).rstrip(" |") for one in lines)


def write_questions(questions: Iterable[Question]) -> str:
    """The text that ``read_questions`` reads back."""
    return "\n".join(
        " | ".join(
            [
                f"{one.code}: {one.name_zh}",
                one.name_en,
                one.type,
                one.unit,
                "yes" if one.is_required else "no",
                one.feeds,
            ]
        )
        for one in questions
    )


# -- steps ---------------------------------------------------------------------------------------------------------


def check_is_draft(number: str, stage: str) -> None:
    """Only a round that nobody was asked for yet can be opened."""
    if stage != RoundStage.DRAFT:
        raise NotNow(
            "office.round_not_draft",
            gettext_noop("Round {number} is {stage}; only a draft can be opened. Look at it again."),
            number=number,
            stage=RoundStage(stage),
        )


def check_is_open(number: str, stage: str) -> None:
    """Only an open round is filled in, looked through, reminded of and merged."""
    if stage != RoundStage.OPEN:
        raise NotNow(
            "office.round_not_open",
            gettext_noop("Round {number} is {stage}. This can be done while a round is open."),
            number=number,
            stage=RoundStage(stage),
        )


def check_can_call_off(number: str, stage: str) -> None:
    """A round that is merged stands in the records; its merging is taken back first."""
    if stage not in (RoundStage.DRAFT, RoundStage.OPEN):
        raise NotNow(
            "office.round_not_to_call_off",
            gettext_noop("Round {number} is {stage}. Take the merging back first, then call it off."),
            number=number,
            stage=RoundStage(stage),
        )


def check_is_merged(number: str, stage: str) -> None:
    """Only a merging that took place can be taken back."""
    if stage != RoundStage.MERGED:
        raise NotNow(
            "office.round_not_merged",
            gettext_noop("Round {number} is {stage}; there is no merging to take back. Look at its page."),
            number=number,
            stage=RoundStage(stage),
        )


def check_can_fill(number: str, unit: str, stage: str) -> None:
    """What is on its way up or with the office is not written over."""
    if stage not in FILLABLE:
        raise NotNow(
            "office.answer_not_fillable",
            gettext_noop(
                "The answer of {unit} to round {number} is {stage}. It can be changed once it is returned."
            ),
            number=number,
            unit=unit,
            stage=AnswerStage(stage),
        )


def check_can_review(number: str, unit: str, stage: str) -> None:
    """The office looks through what a unit's leader has confirmed."""
    if stage != AnswerStage.CONFIRMED:
        raise NotNow(
            "office.answer_not_confirmed",
            gettext_noop(
                "The answer of {unit} to round {number} is {stage}; the office looks through confirmed ones. Look again once it is."
            ),
            number=number,
            unit=unit,
            stage=AnswerStage(stage),
        )


def check_is_accepted(number: str, unit: str, stage: str) -> None:
    """Only an acceptance that was given can be taken back."""
    if stage != AnswerStage.ACCEPTED:
        raise NotNow(
            "office.answer_not_accepted",
            gettext_noop(
                "The answer of {unit} to round {number} is {stage}; there is no acceptance to take back. Look at its page."
            ),
            number=number,
            unit=unit,
            stage=AnswerStage(stage),
        )


def check_office(own: int, office: int, number: str, name: str) -> None:
    """A round is the business of the office that opened it."""
    if own != office:
        raise NotAllowed(
            "office.another_office",
            gettext_noop("Round {number} was opened by {office}. Ask them to do this."),
            number=number,
            office=name,
        )


def check_words(returned: Mapping[tuple[str, str], str]) -> None:
    """A returned cell says why."""
    if not all(word.strip() for word in returned.values()):
        raise BadInput(
            "office.return_without_word",
            gettext_noop("A returned cell has no word. Say in a few words what is wrong with it."),
            field="word",
        )


# -- periods -------------------------------------------------------------------------------------------------------


def next_due(period: str, due_on: date) -> date:
    """The due day of the next round: as many days after the end of its period as this one was.

    >>> str(next_due("2023-08", date(2023, 9, 10)))
    '2023-10-10'
    """
    this = periods.parse(period)
    return this.next().end + (due_on - this.end)


def opens_on(period: str) -> date:
    """The day on which the round of the period after this one opens: the day after that period is over.

    >>> str(opens_on("2023-08"))
    '2023-10-01'
    """
    return periods.parse(period).next().end + timedelta(days=1)


def check_repeats(period: str, repeats: str) -> None:
    """A round repeats by the kind of its own period."""
    kind = periods.parse(period).kind
    if repeats and repeats != kind:
        raise BadInput(
            "office.repeats_otherwise",
            gettext_noop(
                "The round asks for the {kind} {period} and cannot repeat by the {repeats}. Choose the {kind}."
            ),
            kind=kind,
            period=period,
            repeats=repeats,
            field="repeats",
        )


# -- who wins ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """What merging does about one commitment, and which source won: round, records, or both say the same."""

    reported: Decimal
    recorded: Decimal  # what the records of the period say already
    adds: Decimal
    winner: str  # round, records, equal


def settle(reported: Decimal, recorded: Decimal) -> Settled:
    """A round reports the whole of its period, and what stands in the records of the period counts towards it.

    Records have evidence of their own, so they are never written over: a round that reports more adds the rest, and
    where it reports less the records win and the office sees the difference.

    Examples
    --------
    >>> settle(Decimal(10), Decimal(4)).adds
    Decimal('6')
    >>> settle(Decimal(10), Decimal(13))
    Settled(reported=Decimal('10'), recorded=Decimal('13'), adds=Decimal('0'), winner='records')
    """
    if reported == recorded:
        return Settled(reported, recorded, Decimal(0), "equal")
    if reported > recorded:
        return Settled(reported, recorded, reported - recorded, "round")
    return Settled(reported, recorded, Decimal(0), "records")


def newer_wins(confirmed_at: datetime | None, rival_at: datetime | None, wins: str) -> bool:
    """Whether of two rounds that report the same figure of a unit this one counts.

    ``wins`` is the rulebook's ``office.round.figure_wins``: ``later`` or ``earlier`` confirmed by the unit's leader.
    What was never confirmed loses; of two confirmed at once the one merged last counts.
    """
    if confirmed_at is None or rival_at is None:
        return rival_at is None
    return confirmed_at >= rival_at if wins == "later" else confirmed_at < rival_at
