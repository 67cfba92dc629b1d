"""Standard land (标准地): five minimum indicators promised at transfer, when they are checked, and the breach ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

TOLERANCE = "park.standard_land.tolerance_percent"
MONTHS = "park.standard_land.performance_months"
RECTIFY = "park.standard_land.rectify_months"
REMIND = "park.standard_land.remind_days"


class PromiseStage(StrEnum):
    """Where a promise stands; the breach ladder goes down from rectifying to buy-back."""

    PROMISED = "promised"  # until it is checked at completion
    RUNNING = "running"  # built as promised; the initial period runs
    KEPT = "kept"
    RECTIFY = "rectify"
    FORFEITED = "forfeited"  # the deposit is gone; it may still come right
    BUY_BACK = "buy_back"


# In this module and beside it; the API knows it by the name that no other has.


class Phase(StrEnum):
    """Which check."""

    COMPLETION = "completion"
    PERFORMANCE = "performance"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the five: a least or a greatest value, in its unit, checked in its phase."""

    name: str
    en: str
    zh: str
    unit: str
    bound: Literal["least", "most"]
    phase: Phase


INDICATORS = (
    Indicator("investment_per_mu", "Investment per mu", "亩均投资强度", "万元/亩", "least", Phase.COMPLETION),
    Indicator("plot_ratio", "Plot ratio", "容积率", "", "least", Phase.COMPLETION),
    Indicator("energy_per_value", "Energy by value added", "单位增加值能耗", "吨标准煤/万元", "most", Phase.PERFORMANCE),
    Indicator("emission_per_value", "Emissions by value added", "单位增加值排放", "千克/万元", "most", Phase.PERFORMANCE),
    Indicator("tax_per_mu", "Tax per mu", "亩均税收", "万元/亩", "least", Phase.PERFORMANCE),
)  # fmt: skip
BY_NAME = {one.name: one for one in INDICATORS}
LADDER = (PromiseStage.RECTIFY, PromiseStage.FORFEITED, PromiseStage.BUY_BACK)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("promised"),
    gettext_noop("running"),
    gettext_noop("kept"),
    gettext_noop("rectify"),
    gettext_noop("forfeited"),
    gettext_noop("buy_back"),
)
MOST = Decimal(10) ** 7
# What indicators are called in refusals.
CALLED = (
    gettext_noop("Investment per mu"),
    gettext_noop("Plot ratio"),
    gettext_noop("Energy by value added"),
    gettext_noop("Emissions by value added"),
    gettext_noop("Tax per mu"),
)
Called = StrEnum("Called", {one.name: one.en for one in INDICATORS})  # type: ignore[misc]


def asked_in(phase: str) -> tuple[Indicator, ...]:
    """The indicators of a check."""
    return tuple(one for one in INDICATORS if one.phase == phase)


def failed(
    promised: Mapping[str, Decimal], measured: Mapping[str, Decimal], tolerance_percent: Decimal
) -> list[str]:
    """The measured indicators that miss what was promised by more than the tolerance, in their order.

    Examples
    --------
    >>> failed({"tax_per_mu": Decimal(20)}, {"tax_per_mu": Decimal(18)}, Decimal(10))
    []
    >>> failed({"tax_per_mu": Decimal(20)}, {"tax_per_mu": Decimal("17.99")}, Decimal(10))
    ['tax_per_mu']
    """
    share = tolerance_percent / 100
    found = []
    for one in INDICATORS:
        if one.name in measured:
            mark, value = promised[one.name], measured[one.name]
            misses = value < mark * (1 - share) if one.bound == "least" else value > mark * (1 + share)
            if misses:
                found.append(one.name)
    return found


def after(stage: str, phase: str, has_failed: bool) -> PromiseStage:
    """The stage after a check: on as promised, or one rung down the ladder."""
    if not has_failed:
        return PromiseStage.RUNNING if phase == Phase.COMPLETION else PromiseStage.KEPT
    if stage in LADDER:
        return LADDER[min(LADDER.index(PromiseStage(stage)) + 1, len(LADDER) - 1)]
    return PromiseStage.RECTIFY


def months_later(day: date, months: int) -> date:
    """The same day so many months on, the last of the month where that has none.

    Examples
    --------
    >>> months_later(date(2023, 8, 31), 6)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def check_promised(firm: str, promised: Mapping[str, Decimal]) -> None:
    """All five are promised, above zero."""
    for one in INDICATORS:
        value = promised.get(one.name)
        if value is None or not 0 < value <= MOST:
            raise BadInput(
                "park.promise_indicator",
                gettext_noop("{firm} promises {value} as {what}. Give all five indicators, each above 0."),
                firm=firm,
                value="–" if value is None else value,
                what=Called[one.name],
                field=one.name,
            )


def check_days(number: str, signed_on: date, due_on: date) -> None:
    """What is promised is due after it is signed."""
    if due_on <= signed_on:
        raise BadInput(
            "park.promise_backwards",
            gettext_noop("Promise {number} cannot be due on {due}, signed on {signed}. Give a later day."),
            number=number,
            due=due_on,
            signed=signed_on,
            field="due_on",
        )


def check_open(number: str, stage: str) -> None:
    """A promise that is kept, or whose land is bought back, is over."""
    if stage in (PromiseStage.KEPT, PromiseStage.BUY_BACK):
        raise NotNow(
            "park.promise_over",
            gettext_noop("Promise {number} is {stage}; nothing is left to check. Look at its page."),
            number=number,
            stage=PromiseStage(stage),
        )


def check_measured(number: str, phase: str, measured: Mapping[str, Decimal]) -> None:
    """A check measures the indicators of its phase, all of them and none below zero."""
    for one in asked_in(phase):
        value = measured.get(one.name)
        if value is None or not 0 <= value <= MOST:
            raise BadInput(
                "park.promise_measured",
                gettext_noop("{what} of promise {number} is {value}. Measure it, and give 0 or more."),
                what=Called[one.name],
                number=number,
                value="–" if value is None else value,
                field=one.name,
            )


def check_last(number: str, on: date, is_followed: bool) -> None:
    """Of the checks of a promise only the last is taken back."""
    if is_followed:
        raise NotNow(
            "park.check_followed",
            gettext_noop(
                "Promise {number} was checked again after the check of {on}, so nothing was taken back. Leave the import"
                " as it is."
            ),
            number=number,
            on=on,
        )


def check_phase(number: str, phase: str, given: str) -> None:
    """A check is of the phase that is due."""
    if given != phase:
        raise NotNow(
            "park.other_phase",
            gettext_noop(
                "Another check of promise {number} is due than the one of this row. Look at its page."
            ),
            number=number,
            field="phase",
        )


def check_asked(number: str, phase: str, measured: Mapping[str, Decimal]) -> None:
    """A row measures nothing that its check does not ask for: it would be kept nowhere."""
    for name in measured:
        if BY_NAME[name].phase != phase:
            raise BadInput(
                "park.not_asked",
                gettext_noop(
                    "{what} is not asked for in this check of promise {number}. Leave the cell empty."
                ),
                what=Called[name],
                number=number,
                field=name,
            )


def check_not_early(number: str, phase: str, due_on: date, on: date) -> None:
    """Performance is checked once the initial period is over."""
    if phase == Phase.PERFORMANCE and on < due_on:
        raise NotNow(
            "park.promise_early",
            gettext_noop("The initial period of {number} runs until {due}. Check it on that day or later."),
            number=number,
            due=due_on,
            field="on",
        )
