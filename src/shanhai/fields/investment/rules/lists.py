"""Quarterly lists: compiled until the cut-off day, published, acknowledged, answered lead by lead, receipted by both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class ListStage(StrEnum):
    """A draft is compiled; what is published changes only by a supplement."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"


# Stages stand as words in refusals, so they are translated.
WORDS = (gettext_noop("draft"), gettext_noop("published"), gettext_noop("acknowledged"))


class LineKind(StrEnum):
    """What a line of an edition does."""

    ADDS = "adds"
    WITHDRAWS = "withdraws"  # takes a line of an earlier edition back


class Answer(StrEnum):
    """What the mountain side says to a lead."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"


INDICATORS = ("investment.listed", "investment.list_accepted", "investment.list_in_time")


def quarter_ends(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return date(year, 3 * quarter, 30 if quarter in (2, 3) else 31)


def check_quarter(year: int, quarter: int, cut_off_on: date) -> None:
    """A quarter that there is, and a cut-off day in it or within the month after it."""
    if not (2000 <= year <= 2100 and 1 <= quarter <= 4):
        raise BadInput(
            "investment.no_quarter",
            gettext_noop("{year} has no quarter {quarter}. Give a year and 1 to 4."),
            year=year,
            quarter=quarter,
            field="quarter",
        )
    first, last = date(year, 3 * quarter - 2, 1), quarter_ends(year, quarter)
    if not first <= cut_off_on or (cut_off_on - last).days > 31:
        raise BadInput(
            "investment.cut_off_outside",
            gettext_noop(
                "The cut-off day {on} lies outside the quarter and the month after it. Give a day from {first} on."
            ),
            on=cut_off_on,
            first=first,
            field="cut_off_on",
        )


def check_list_stage(number: str, stage: str, *allowed: ListStage) -> None:
    """What can be done with a list depends on its stage."""
    if stage not in allowed:
        raise NotNow(
            "investment.list_stage",
            gettext_noop(
                "List {number} is {stage}, so this cannot be done now. What is published changes by a supplement."
            ),
            number=number,
            stage=ListStage(stage),
        )


def check_side(number: str, side: str, wanted: str) -> None:
    """The sea side compiles and publishes, the mountain side acknowledges and answers."""
    if side != wanted:
        raise NotAllowed(
            "investment.list_side_sea" if wanted == "sea" else "investment.list_side_mountain",
            gettext_noop("List {number} is compiled and published by the sea side. Ask its office.")
            if wanted == "sea"
            else gettext_noop(
                "List {number} is acknowledged and answered by the mountain side. Ask its office."
            ),
            number=number,
        )


def check_before_cut_off(number: str, edition: int, cut_off_on: date, today: date) -> None:
    """Leads come on a list until its cut-off day; a supplement has none."""
    if edition == 1 and today > cut_off_on:
        raise NotNow(
            "investment.list_closed",
            gettext_noop("List {number} was closed on {on}. Publish it, and bring the lead by a supplement."),
            number=number,
            on=cut_off_on,
        )


def check_publish(number: str, edition: int, cut_off_on: date, lines: int, today: date) -> None:
    """A list is published from its cut-off day on, and never empty."""
    if edition == 1 and today < cut_off_on:
        raise NotNow(
            "investment.list_open_until",
            gettext_noop("List {number} is compiled until {on}. Publish it on that day."),
            number=number,
            on=cut_off_on,
        )
    if not lines:
        raise NotNow(
            "investment.list_empty",
            gettext_noop("List {number} has no lines. Put a lead on it first."),
            number=number,
        )


def check_answer(number: str, answer: str, reason: str, has_to: bool, credit_percent: int | None) -> None:
    """A rejection has its reason; a transfer names to whom, how the credit is shared, and why."""
    if answer not in set(Answer):
        raise BadInput(
            "investment.no_answer",
            gettext_noop("{answer} is no answer to a lead. Take one of: {answers}."),
            answer=answer[:20],
            answers=", ".join(Answer),
            field="answer",
        )
    if answer != Answer.ACCEPTED and not reason.strip():
        raise BadInput(
            "investment.answer_reason",
            gettext_noop(
                "Lead {number} is not accepted, which needs a reason. Say why; the sea side reads it."
            ),
            number=number,
            field="reason",
        )
    if answer == Answer.TRANSFERRED and (not has_to or credit_percent is None):
        raise BadInput(
            "investment.answer_transfer",
            gettext_noop("Lead {number} is transferred to somebody, with the credit shared. Name both."),
            number=number,
            field="to" if not has_to else "credit_percent",
        )


def check_unanswered(number: str, answer: str, is_withdrawn: bool) -> None:
    """A line is answered once, and not after it was withdrawn; an answered one is not withdrawn."""
    if answer:
        raise NotNow(
            "investment.line_answered",
            gettext_noop("Lead {number} was answered: {answer}. Look at its page, where talks go on."),
            number=number,
            answer=Answer(answer),
        )
    if is_withdrawn:
        raise NotNow(
            "investment.line_withdrawn",
            gettext_noop(
                "Lead {number} was withdrawn from the list by a supplement. Look at the supplement."
            ),
            number=number,
        )


# Answers stand as words in refusals, so they are translated.
ANSWER_WORDS = (gettext_noop("accepted"), gettext_noop("rejected"), gettext_noop("transferred"))


@dataclass(frozen=True, slots=True)
class Listed:
    """One lead that was on published lists, with what became of it, as the records say.

    ``key`` names the lead that counts: of a merged one the other. ``late_days`` are working days of its answer.
    """

    key: int
    quarter: str
    introducer: str
    answer: str
    late_days: int
    is_signed: bool
    is_started: bool
    paid_in_fen: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the leads of a quarter or an introducer; each lead counts once."""

    name: str
    listed: int
    open: int
    accepted: int
    rejected: int
    transferred: int
    late: int
    signed: int
    started: int
    paid_in_fen: int


def conversion(rows: Iterable[Listed], by: str) -> list[Conversion]:
    """How lists turned into projects, by ``quarter`` or ``introducer``, in order of the name.

    A lead that stood on several lists of a group counts once, with its last answer.
    """
    groups: dict[str, dict[int, Listed]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), {})[row.key] = row
    return [_converted(name, list(found.values())) for name, found in sorted(groups.items())]


def _converted(name: str, rows: list[Listed]) -> Conversion:
    def n(answer: str) -> int:
        return sum(row.answer == answer for row in rows)

    return Conversion(
        name,
        len(rows),
        n(""),
        n(Answer.ACCEPTED),
        n(Answer.REJECTED),
        n(Answer.TRANSFERRED),
        sum(row.late_days > 0 for row in rows),
        sum(row.is_signed for row in rows),
        sum(row.is_started for row in rows),
        sum(row.paid_in_fen for row in rows),
    )
