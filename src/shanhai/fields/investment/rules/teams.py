"""Investment teams: what they go to, what it costs, what they bring, and how teams compare; no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class StopStage(StrEnum):
    """A stop of the itinerary is planned, and then done or called off."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class CostKind(StrEnum):
    """What money of a team went on."""

    STAFF = "staff"
    OFFICE = "office"
    TRAVEL = "travel"
    HOSPITALITY = "hospitality"
    AGENT = "agent"  # what was paid to who introduces investors
    OTHER = "other"


# Stages stand as words in refusals, so they are translated.
WORDS = (gettext_noop("planned"), gettext_noop("done"), gettext_noop("cancelled"))
INDICATORS = ("investment.team_stops", "investment.team_cost")
EVENT_INDICATORS = ("investment.joint_events", "investment.event_leads")
GREATEST_FEN = 10**15
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_stop_stage(number: str, stage: str, *allowed: StopStage) -> None:
    """What can be done with a stop depends on its stage."""
    if stage not in allowed:
        raise NotNow(
            "investment.stop_stage",
            gettext_noop("Stop {number} is {stage}, so this cannot be done now. Plan another one."),
            number=number,
            stage=StopStage(stage),
        )


def check_whom(has_lead: bool, firm: str) -> None:
    """A stop is at a lead or at a firm that is none yet; the one who reads it knows at whom."""
    if not has_lead and not firm.strip():
        raise BadInput(
            "investment.stop_whom",
            gettext_noop("Nobody is named. Choose the lead, or write the name of the firm."),
            field="firm",
        )
    if has_lead and firm.strip():
        raise BadInput(
            "investment.stop_two",
            gettext_noop("Both a lead and a firm are named: {firm}. Leave one of them out."),
            firm=firm.strip()[:60],
            field="firm",
        )


def check_next(step: str, on: date | None, today: date) -> None:
    """A next step has its day, and a day its step; it does not lie behind us."""
    if bool(step.strip()) != (on is not None):
        raise BadInput(
            "investment.next_half",
            gettext_noop("A next step needs its day, and a day its step. Give both, or neither."),
            field="next_on" if step.strip() else "next_step",
        )
    if on is not None and on < today:
        raise BadInput(
            "investment.next_past",
            gettext_noop("The next step would have been on {on}, which is over. Give today or a later day."),
            on=on,
            field="next_on",
        )


def check_time(time: str) -> None:
    """A time of the day as 09:30, or none."""
    if time and not _TIME.fullmatch(time):
        raise BadInput(
            "investment.stop_time",
            gettext_noop("{time} is no time. Write hours and minutes, as 09:30, or leave it empty."),
            time=time[:10],
            field="time",
        )


def check_own_side(team: str, team_side: str, side: str) -> None:
    """A team is run by its own side; the other one reads."""
    if team_side and side != team_side:
        raise NotAllowed(
            "investment.team_of_other_side",
            gettext_noop("{team} belongs to the other side. Ask its people to write this down."),
            team=team,
        )


def check_year(year: int) -> None:
    """A year in which teams can have worked."""
    if not 2000 <= year <= 2100:
        raise BadInput(
            "investment.team_year",
            gettext_noop("{year} is no year of a team. Give 2000 to 2100."),
            year=year,
            field="year",
        )


def check_amount(code: str, amount_fen: int) -> None:
    """Money that was spent is more than nothing."""
    if not 0 < amount_fen <= GREATEST_FEN:
        raise BadInput(
            "investment.cost_amount",
            gettext_noop("{fen} fen cannot have been spent. Give an amount above zero."),
            code=code,
            fen=amount_fen,
            field="amount_fen",
        )


# -- how teams compare ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """What a team did in a year, and what it was to do.

    ``leads`` were registered in the year, ``converted`` are those of them that have become projects since; ``signed``
    became projects in the year, whenever they were registered; money is whole fen. Targets are None where none is set.
    """

    team: str
    year: int
    stops: int = 0
    leads: int = 0
    converted: int = 0
    signed: int = 0
    signed_fen: int = 0
    paid_in_fen: int = 0
    cost_fen: int = 0
    target_stops: int | None = None
    target_leads: int | None = None
    target_signed: int | None = None
    target_fen: int | None = None
    budget_fen: int | None = None

    @property
    def conversion(self) -> Decimal | None:
        """Part of the leads of the year that have become projects, 0 to 1; None without leads."""
        return Decimal(self.converted) / self.leads if self.leads else None

    @property
    def cost_per_lead_fen(self) -> int | None:
        """Whole fen for one lead, half a fen up; None without leads, and without cost: nothing was written down."""
        return _ratio(self.cost_fen, self.leads)

    @property
    def cost_per_10k_fen(self) -> int | None:
        """Whole fen that 10,000 signed yuan cost, half a fen up; None without either."""
        return _ratio(self.cost_fen * 10_000 * 100, self.signed_fen)


def _ratio(above: int, below: int) -> int | None:
    if not below or not above:
        return None
    return int((Decimal(above) / below).quantize(Decimal(1), ROUND_HALF_UP))


_COUNTED = ("stops", "leads", "converted", "signed", "signed_fen", "paid_in_fen", "cost_fen")
_TARGETS = ("target_stops", "target_leads", "target_signed", "target_fen", "budget_fen")


def together(rows: Iterable[TeamFigures], team: str = "", year: int = 0) -> TeamFigures:
    """Several teams or years as one: counts and money are summed, a target only over those that have one.

    Ratios follow from the sums, never from ratios; of no rows all is 0 and no target is set.
    """
    found = list(rows)
    sums = {name: sum(getattr(row, name) for row in found) for name in _COUNTED}
    targets: dict[str, Any] = {}
    for name in _TARGETS:
        given = [value for row in found if (value := getattr(row, name)) is not None]
        targets[name] = sum(given) if given else None
    return TeamFigures(team, year, **sums, **targets)


FIGURES = tuple(field.name for field in fields(TeamFigures) if field.name not in ("team", "year"))
