"""Enterprises of a park: where they come from, what land they use, when they are above scale."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class Tenure(StrEnum):
    """How an enterprise has a plot."""

    OWN = "own"
    LEASED = "leased"


_INDUSTRY = re.compile(r"[A-T]?\d{2,4}", re.ASCII)
MOST_MU = Decimal(100_000)
MOST_MASTERS = 999


def check_industry(code: str, firm: str) -> None:
    """An industry by its code of GB/T 4754: two to four digits, the letter of its section before them if wished."""
    if code and not _INDUSTRY.fullmatch(code):
        raise BadInput(
            "park.industry_form",
            gettext_noop(
                "The industry code {industry} of {firm} has not the form of GB/T 4754: 2 to 4 digits, as 3670 or C3670. "
                "Look it up in the classification."
            ),
            industry=code,
            firm=firm,
            field="industry",
        )


def check_is_firm(name: str, is_firm: bool) -> None:
    """Only an enterprise or a co-operative is on the register of enterprises."""
    if not is_firm:
        raise BadInput(
            "park.no_firm",
            gettext_noop(
                "{name} is no enterprise. Choose one, or correct its kind in the register of organisations."
            ),
            name=name,
            field="organisation",
        )


def check_masters(name: str, masters: int) -> None:
    """Refuse a number of masters of a craft that no firm has."""
    if not 0 <= masters <= MOST_MASTERS:
        raise BadInput(
            "park.firm_masters",
            gettext_noop("{firm} has {n} masters of a craft? Give 0 to {most}."),
            firm=name,
            n=masters,
            most=MOST_MASTERS,
            field="masters_n",
        )


def check_days(firm: str, opened_on: date | None, producing_on: date | None) -> None:
    """Nobody produces before there is anybody."""
    if opened_on is not None and producing_on is not None and producing_on < opened_on:
        raise BadInput(
            "park.producing_before_opened",
            gettext_noop(
                "{firm} cannot produce since {producing}: it was founded on {opened}. Correct one of the days."
            ),
            firm=firm,
            producing=producing_on,
            opened=opened_on,
            field="producing_on",
        )


def check_group(firm: str, is_itself: bool) -> None:
    """A group that an enterprise is merged in has another head than itself, or none."""
    if is_itself:
        raise BadInput(
            "park.group_of_itself",
            gettext_noop(
                "{firm} cannot be merged in a group under itself. Leave its group empty, and name it at the others."
            ),
            firm=firm,
            field="group",
        )


def check_land(firm: str, plot: str, land_mu: Decimal) -> None:
    """A plot has land."""
    if not 0 < land_mu <= MOST_MU:
        raise BadInput(
            "park.holding_land",
            gettext_noop("Plot {plot} of {firm} cannot have {land} mu. Give more than 0, at most {most}."),
            plot=plot,
            firm=firm,
            land=land_mu,
            most=MOST_MU,
            field="land_mu",
        )


def check_tenure(firm: str, tenure: str, has_lessor: bool, is_own_lessor: bool) -> None:
    """Who leases may say from whom; who owns leases from nobody, and nobody leases from oneself."""
    if tenure == Tenure.OWN and has_lessor:
        raise BadInput(
            "park.own_land_leased",
            gettext_noop(
                "{firm} owns this plot, so nobody leases it to {firm}. Leave the lessor empty, or say leased."
            ),
            firm=firm,
            field="lessor",
        )
    if is_own_lessor:
        raise BadInput(
            "park.leased_from_itself",
            gettext_noop("{firm} cannot lease from itself. Name the firm that lets the plot."),
            firm=firm,
            field="lessor",
        )


def check_held(firm: str, plot: str, ends_on: date | None, begins_on: date, on: date) -> None:
    """A holding ends once, after it began."""
    if ends_on is not None:
        raise NotNow(
            "park.holding_ended",
            gettext_noop("{firm} gave plot {plot} up on {day} already. Look at its page."),
            firm=firm,
            plot=plot,
            day=ends_on,
        )
    if on < begins_on:
        raise BadInput(
            "park.holding_backwards",
            gettext_noop("{firm} has plot {plot} since {begins}. Give that day or a later one."),
            firm=firm,
            plot=plot,
            begins=begins_on,
            field="on",
        )


def no_land_left(lessor: str, left: Decimal, asked: Decimal) -> NotNow:
    """Nobody lets more land than is one's own to let: ``park.let_too_much``."""
    return NotNow(
        "park.let_too_much",
        gettext_noop("{lessor} has {left} mu left to let, and {asked} are asked. Correct the land, or end another lease first."),
        lessor=lessor,
        left=left,
        asked=asked,
        field="land_mu",
    )  # fmt: skip


def check_scale(firm: str, revenue_fen: int, threshold_fen: int) -> None:
    """Above scale is who has the main revenue of a year that the rulebook asks."""
    if revenue_fen < threshold_fen:
        raise NotNow(
            "park.below_threshold",
            gettext_noop("{firm} has {revenue} yuan of revenue and needs {threshold} to be above scale. Check the year's figures."),
            firm=firm,
            revenue=revenue_fen // 100,
            threshold=threshold_fen // 100,
            field="revenue_fen",
        )  # fmt: skip


def check_not_above(firm: str, since: date | None) -> None:
    """Above scale is reached once."""
    if since is not None:
        raise NotNow(
            "park.above_already",
            gettext_noop("{firm} is above scale since {since}. Nothing is to be done."),
            firm=firm,
            since=since,
        )


def check_above(firm: str, since: date | None, on: date) -> None:
    """Who falls below was above."""
    if since is None:
        raise NotNow(
            "park.not_above",
            gettext_noop("{firm} is not above scale, so it cannot fall below. Look at its page."),
            firm=firm,
        )
    if on <= since:
        raise BadInput(
            "park.scale_backwards",
            gettext_noop("{firm} is above scale since {since}. Give a later day."),
            firm=firm,
            since=since,
            field="on",
        )
