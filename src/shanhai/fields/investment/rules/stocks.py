"""Potential stocks: below the threshold today, judged by evidence of growth, picked by a committee of both sides, followed for three years."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop
from shanhai.planners.growth import Yardstick, yearly_growth

GREATEST_FEN = 10**15
MONTHS = (12, 24, 36)
SIDES = ("mountain", "sea")
# Years between the first and the last revenue that growth is counted over.
GROWTH_YEARS = 3


class StockStage(StrEnum):
    """A candidate is proposed, put before the committee, and then picked or not; one may be withdrawn before that."""

    PROPOSED = "proposed"
    COMMITTEE = "committee"
    PICKED = "picked"
    NOT_PICKED = "not_picked"
    WITHDRAWN = "withdrawn"


class Vote(StrEnum):
    """What a seat of the committee says; an empty one has not voted."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Measure(StrEnum):
    """What a milestone asks for."""

    REVENUE = "revenue_fen"
    RESEARCH = "rd_fen"
    ORDERS = "orders_fen"
    PATENTS = "patents"
    STAFF = "staff_n"
    ABOVE_SCALE = "above_scale"  # 1 when it is


class Aid(StrEnum):
    """Aid that hangs on a milestone: tied until it is judged, then free to be paid, or withheld."""

    TIED = "tied"
    RELEASED = "released"
    WITHHELD = "withheld"


class Outcome(StrEnum):
    """What became of a pick."""

    HIT = "hit"
    MISS = "miss"
    OPEN = "open"  # its time is not over


# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("proposed"),
    gettext_noop("committee"),
    gettext_noop("picked"),
    gettext_noop("not_picked"),
    gettext_noop("withdrawn"),
)
INDICATORS = ("investment.stocks_picked", "investment.stock_hits")
# The facts that somebody types or the figures of the park give, and those that follow from them.
FACTS = ("revenue_fen", "revenue_before_fen", "rd_fen", "orders_fen", "patents")
EVIDENCE = ("growth", "research", "orders", "patents", "nearness")


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    n = day.month - 1 + months
    year, month = day.year + n // 12, n % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def evidence_of(facts: Mapping[str, Any], threshold_fen: int) -> dict[str, Decimal | None]:
    """The items of the score from the facts: growth a year, R&D and orders as parts of revenue, patents, nearness to the threshold."""
    revenue = facts.get("revenue_fen")

    def part(name: str) -> Decimal | None:
        value = facts.get(name)
        return Decimal(value) / revenue if value is not None and revenue else None

    patents = facts.get("patents")
    return {
        "growth": yearly_growth(facts.get("revenue_before_fen"), revenue, GROWTH_YEARS),
        "research": part("rd_fen"),
        "orders": part("orders_fen"),
        "patents": Decimal(patents) if patents is not None else None,
        "nearness": Decimal(revenue) / threshold_fen if revenue is not None and threshold_fen else None,
    }


def yardsticks_of(weights: Mapping[str, Any], spans: Mapping[str, Any]) -> list[Yardstick]:
    """The yardsticks of the rulebook, in the order of ``EVIDENCE``; spans are (none at, full at)."""
    return [
        Yardstick(item, int(weights[item]), *(Decimal(str(value)) for value in spans[item]))
        for item in EVIDENCE
        if item in weights
    ]


# -- what may be done ----------------------------------------------------------------------------------------------


def check_stage(number: str, stage: str, *allowed: StockStage) -> None:
    """What can be done depends on where a candidate is."""
    if stage not in allowed:
        raise NotNow(
            "investment.stock_stage",
            gettext_noop("Potential stock {number} is {stage}, so this cannot be done now. Its page offers what can."),
            number=number,
            stage=StockStage(stage),
        )  # fmt: skip


def check_of_whom(has_firm: bool, has_lead: bool) -> None:
    """A candidate is an enterprise of the park or a lead, one of the two."""
    if has_firm == has_lead:
        raise BadInput(
            "investment.stock_whom",
            gettext_noop("A potential stock is an enterprise of the park or a lead. Name one of the two."),
            field="organisation",
        )


def check_facts(number: str, facts: Mapping[str, Any]) -> None:
    """Amounts of nothing or more; no patents by halves."""
    for name in FACTS:
        value = facts.get(name)
        if value is not None and not 0 <= value <= (GREATEST_FEN if name.endswith("_fen") else 10**4):
            raise BadInput(
                "investment.stock_fact",
                gettext_noop("{value} cannot be for {number}. Give nothing or more, or leave it empty."),
                value=value,
                number=number,
                field=name,
            )


def check_below(number: str, revenue_fen: int | None, threshold_fen: int, is_above: bool) -> None:
    """A potential stock is below the threshold today; who is above it has arrived."""
    if is_above or (revenue_fen is not None and revenue_fen >= threshold_fen):
        raise NotNow(
            "investment.stock_above",
            gettext_noop("{number} is above the threshold of {yuan} yuan already. Say on its page that it rose instead."),
            number=number,
            yuan=threshold_fen // 100,
        )  # fmt: skip


def check_seats(number: str, sides: Iterable[str], quorum: Mapping[str, int]) -> None:
    """A committee has members of both sides, enough of each to decide at all."""
    found = list(sides)
    for side in SIDES:
        if found.count(side) < quorum["each_side"]:
            raise BadInput(
                "investment.committee_side",
                gettext_noop("The committee on {number} needs at least {n} members of each side. Name more."),
                number=number,
                n=quorum["each_side"],
                field="members",
            )
    if len(found) < quorum["votes"]:
        raise BadInput(
            "investment.committee_small",
            gettext_noop("The committee on {number} needs at least {n} members. Name more."),
            number=number,
            n=quorum["votes"],
            field="members",
        )


def check_vote(number: str, vote: str, reason: str) -> None:
    """A vote is one of three, and a no has its reason."""
    if vote not in set(Vote):
        raise BadInput(
            "investment.no_vote",
            gettext_noop("{vote} is no vote. Take one of: {votes}."),
            vote=vote[:20],
            votes=", ".join(Vote),
            field="vote",
        )
    if vote == Vote.NO and not reason.strip():
        raise BadInput(
            "investment.vote_reason",
            gettext_noop("A no on {number} needs its reason, which both sides read. Say why."),
            number=number,
            field="reason",
        )


def check_seat(number: str, has_seat: bool) -> None:
    """Only who sits on the committee votes."""
    if not has_seat:
        raise NotAllowed(
            "investment.no_seat_there",
            gettext_noop("You do not sit on the committee on {number}. Ask who called it."),
            number=number,
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the committee: its side, and its vote, empty while it has not voted."""

    side: str
    vote: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How a committee stands: whether it can decide, what it decided, and why."""

    yes: int
    no: int
    abstained: int
    waiting: int
    has_quorum: bool
    is_picked: bool
    reasons: tuple[Reason, ...]


def count_votes(seats: Iterable[Seat], quorum: Mapping[str, Any]) -> Count:
    """Count a committee.

    Parameters
    ----------
    quorum
        ``votes``: votes in all, abstentions among them; ``each_side``: votes of each side; ``majority``: the part of yes
        among yes and no that picks, > 0 and <= 1. A tie below it picks nobody.
    """
    found = list(seats)
    n = {vote: sum(one.vote == vote for one in found) for vote in Vote}
    voted = sum(n.values())
    reasons = []
    if voted < quorum["votes"]:
        reasons.append(
            because("stocks.few_votes", gettext_noop("{n} of the {least} votes of the quorum are cast."), n=voted, least=quorum["votes"])
        )  # fmt: skip
    for side in SIDES:
        cast = sum(one.side == side and bool(one.vote) for one in found)
        if cast < quorum["each_side"]:
            sentence = (
                gettext_noop("{n} of the {least} votes of the mountain side are cast.")
                if side == "mountain"
                else gettext_noop("{n} of the {least} votes of the sea side are cast.")
            )
            reasons.append(because(f"stocks.few_votes_{side}", sentence, n=cast, least=quorum["each_side"]))
    has_quorum = not reasons
    decided = n[Vote.YES] + n[Vote.NO]
    majority = Decimal(str(quorum["majority"]))
    is_picked = has_quorum and decided > 0 and Decimal(n[Vote.YES]) >= majority * decided
    if has_quorum:
        sentence = (
            gettext_noop("{yes} of {n} votes for or against are yes, which is the majority asked for.")
            if is_picked
            else gettext_noop(
                "{yes} of {n} votes for or against are yes, which is below the majority asked for."
            )
        )
        reasons.append(because("stocks.majority", sentence, yes=n[Vote.YES], n=decided))
    return Count(
        n[Vote.YES], n[Vote.NO], n[Vote.ABSTAIN], len(found) - voted, has_quorum, is_picked, tuple(reasons)
    )


def check_can_decide(number: str, count: Count) -> None:
    """Nothing is decided without a quorum of both sides."""
    if not count.has_quorum:
        raise NotNow(
            "investment.no_quorum",
            gettext_noop("The committee on {number} has no quorum. {why} Ask who has not voted."),
            number=number,
            why=count.reasons[0],
        )


# -- milestones ----------------------------------------------------------------------------------------------------


def check_milestone(number: str, months: int, measure: str, target: Decimal | None, aid_fen: int) -> None:
    """A milestone stands at one of the three, asks for more than nothing, and ties aid of nothing or more."""
    if months not in MONTHS:
        raise BadInput(
            "investment.milestone_months",
            gettext_noop("A milestone of {number} cannot stand at {months} months. Give 12, 24 or 36."),
            number=number,
            months=months,
            field="months",
        )
    if measure not in set(Measure):
        raise BadInput(
            "investment.milestone_measure",
            gettext_noop("{measure} is no measure of a milestone. Take one of: {measures}."),
            measure=measure[:20],
            measures=", ".join(Measure),
            field="measure",
        )
    most = 1 if measure == Measure.ABOVE_SCALE else GREATEST_FEN
    if target is None or not 0 < target <= most:
        raise BadInput(
            "investment.milestone_target",
            gettext_noop("A milestone of {number} asks for more than nothing; above scale is 1. Give its target."),
            number=number,
            field="target",
        )  # fmt: skip
    if not 0 <= aid_fen <= GREATEST_FEN:
        raise BadInput(
            "investment.milestone_aid",
            gettext_noop("{fen} fen cannot be tied to a milestone of {number}. Give nothing or more."),
            fen=aid_fen,
            number=number,
            field="aid_fen",
        )


def check_open(number: str, months: int, judged_on: date | None) -> None:
    """A milestone is judged once, and not changed after that."""
    if judged_on is not None:
        raise NotNow(
            "investment.milestone_judged",
            gettext_noop(
                "The milestone of {number} at {months} months was judged on {on}. Take that back first."
            ),
            number=number,
            months=months,
            on=judged_on,
        )


def check_due(number: str, months: int, is_reached: bool, due_on: date, today: date) -> None:
    """What was reached can be said early; that something was missed only when its day is over."""
    if not is_reached and today < due_on:
        raise NotNow(
            "investment.milestone_early",
            gettext_noop("The milestone of {number} at {months} months runs until {due}. Judge it then, or when it is reached."),
            number=number,
            months=months,
            due=due_on,
        )  # fmt: skip


def check_evidence(number: str, evidence: str) -> None:
    """What was reached is shown by a paper or a figure."""
    if not evidence.strip():
        raise BadInput(
            "investment.milestone_evidence",
            gettext_noop("What {number} reached is shown by something. Name the figure or the paper."),
            number=number,
            field="evidence",
        )


def check_release(number: str, months: int, aid_fen: int, aid: str, is_reached: bool | None) -> None:
    """Aid is released when its milestone was reached, once, and not otherwise."""
    if is_reached is not True:
        raise NotNow(
            "investment.aid_not_reached",
            gettext_noop("The aid of {number} at {months} months waits for its milestone. Judge that it was reached first."),
            number=number,
            months=months,
        )  # fmt: skip
    if aid != Aid.TIED or not aid_fen:
        raise NotNow(
            "investment.aid_not_tied",
            gettext_noop("No aid of {number} at {months} months is tied any more. Look at its page."),
            number=number,
            months=months,
        )


# -- what became of them -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cohort:
    """Picks of a year and the enterprises below scale that were not picked, with how many rose in time.

    ``open_n`` and ``base_open`` are those whose time is not over, whether they have risen or not: they are in no rate.
    """

    year: int
    hits: int
    n: int
    open_n: int
    base_hits: int
    base_n: int
    base_open: int


def outcome(picked_on: date, rose_on: date | None, months: int, today: date) -> Outcome:
    """Whether one rose within so many months after it was picked; open while that time runs."""
    ends = months_after(picked_on, months)
    if rose_on is not None and picked_on <= rose_on <= ends:
        return Outcome.HIT
    return Outcome.OPEN if today <= ends else Outcome.MISS


def settled(told: Outcome, picked_on: date, months: int, today: date) -> Outcome:
    """What counts in a rate: nothing before its time is over, or hits would count early and misses late."""
    return Outcome.OPEN if today <= months_after(picked_on, months) else told


def cohort(year: int, picks: Iterable[Outcome], others: Iterable[Outcome]) -> Cohort:
    """Count one year by what is settled of it."""
    mine, base = list(picks), list(others)

    def n(found: list[Outcome], one: Outcome) -> int:
        return found.count(one)

    return Cohort(
        year,
        n(mine, Outcome.HIT),
        n(mine, Outcome.HIT) + n(mine, Outcome.MISS),
        n(mine, Outcome.OPEN),
        n(base, Outcome.HIT),
        n(base, Outcome.HIT) + n(base, Outcome.MISS),
        n(base, Outcome.OPEN),
    )
