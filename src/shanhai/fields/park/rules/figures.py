"""What enterprises report of a year or quarter, what may stand there, and the ratios that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from shanhai.kernel import periods
from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

FEN_OF_10K_YUAN = 10**6
GREATEST_FEN = 10**16
GREATEST_NUMBER = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Item:
    """One figure that is asked: its name, what it is called, its unit, and whether it may be below zero."""

    name: str
    en: str
    zh: str
    kind: Literal["fen", "number", "count"]
    unit: str = ""
    may_be_negative: bool = False
    digits: int = 0


ITEMS: tuple[Item, ...] = (
    Item("revenue_fen", "Main revenue", "主营业务收入", "fen", "万元"),
    Item("output_fen", "Output", "工业总产值", "fen", "万元"),
    Item("value_added_fen", "Value added", "工业增加值", "fen", "万元", may_be_negative=True),
    Item("tax_fen", "Tax", "税收", "fen", "万元", may_be_negative=True),
    Item("energy_tce", "Energy", "综合能耗", "number", "吨标准煤", digits=4),
    Item("electricity_kwh", "Electricity", "用电量", "number", "千瓦时", digits=2),
    Item("emission_t", "Main pollutants", "主要污染物排放量", "number", "吨", digits=4),
    Item("staff_n", "Average staff", "年平均职工人数", "count", "人"),
    Item("rd_fen", "R&D", "研发经费", "fen", "万元"),
)
BY_NAME = {one.name: one for one in ITEMS}
# What figures are called in refusals: words, so they are translated.
WORDS = (
    gettext_noop("Main revenue"),
    gettext_noop("Output"),
    gettext_noop("Value added"),
    gettext_noop("Tax"),
    gettext_noop("Energy"),
    gettext_noop("Electricity"),
    gettext_noop("Main pollutants"),
    gettext_noop("Average staff"),
    gettext_noop("R&D"),
)
Called = StrEnum("Called", {one.name: one.en for one in ITEMS})  # type: ignore[misc]
# What a question of a reporting round counts for: "park.figures.tax_fen" by the unit that answers.
TARGET = "park.figures."


def read_period(text: str) -> Period:
    """A year or a quarter, as 2023 or 2023Q3.

    Raises
    ------
    BadInput
        ``park.figures_period``.
    """
    found = periods.parse(text)
    if found.kind not in ("year", "quarter"):
        raise BadInput(
            "park.figures_period",
            gettext_noop("{period} is neither a year nor a quarter. Write it like 2023 or 2023Q3."),
            period=text,
            field="period",
        )
    return found


def check_begun(firm: str, period: Period, today: date) -> None:
    """Nobody has figures of a time that has not begun."""
    if period.start > today:
        raise BadInput(
            "park.figures_of_future",
            gettext_noop(
                "{firm} cannot have figures of {period}, which begins on {start}. Correct the period."
            ),
            firm=firm,
            period=str(period),
            start=period.start,
            field="period",
        )


def check_values(firm: str, period: str, given: Mapping[str, Any]) -> None:
    """Figures can be kept, and are not below zero where that has no meaning.

    Raises
    ------
    BadInput
        ``park.figure_out_of_range``, with the item as its field.
    """
    for name, value in given.items():
        item = BY_NAME.get(name)
        if item is None or value is None:
            continue
        most = GREATEST_FEN if item.kind == "fen" else GREATEST_NUMBER
        least = -most if item.may_be_negative else 0
        if not least <= value <= most:
            raise BadInput(
                "park.figure_out_of_range",
                gettext_noop("{firm} cannot have {value} as {what} of {period}. Give {least} or more, at most what can be kept."),
                firm=firm,
                value=value,
                what=Called[name],
                period=period,
                least=least,
                field=name,
            )  # fmt: skip


def check_reason(firm: str, period: str, overwritten: list[str], reason: str) -> None:
    """What stands there is put right with a reason."""
    if overwritten and not reason.strip():
        raise NotNow(
            "park.correction_without_reason",
            gettext_noop(
                "{firm} has other figures of {period} already ({names}). Say why they are put right."
            ),
            firm=firm,
            period=period,
            names=", ".join(overwritten),
            field="reason",
        )


def ratios_of(
    firm: str, figures: Mapping[str, Any], land_mu: Decimal, *, is_above_scale: bool
) -> dict[str, float]:
    """The ratios that the grading asks: money in 10,000 yuan, land in mu; tax per kWh in yuan.

    Emissions that are not reported are left out; they are the one figure that may be missing.

    Raises
    ------
    BadInput
        ``park.land_missing``; ``park.figure_missing``; ``park.zero_denominator``, each with the figure as its field.
    """
    if land_mu <= 0:
        raise BadInput(
            "park.land_missing",
            gettext_noop(
                "{firm} carries {land} mu. Enter the plots that it uses, or exempt it with a reason."
            ),
            firm=firm,
            land=land_mu,
            field="land_mu",
        )

    def of(name: str) -> Decimal:
        if figures[name] is None:
            raise BadInput(
                "park.figure_missing",
                gettext_noop("{firm} has no figure {what}. Ask for it in a round, or exempt the enterprise with a reason."),
                firm=firm,
                what=Called[name],
                field=name,
            )  # fmt: skip
        return Decimal(figures[name])

    def below(name: str) -> Decimal:
        found = of(name)
        if found <= 0:
            raise BadInput(
                "park.zero_denominator",
                gettext_noop("{firm} has {value} as {what}, by which nothing can be divided. Correct the figure with a reason."),
                firm=firm,
                value=found,
                what=Called[name],
                field=name,
            )  # fmt: skip
        return found

    tax = of("tax_fen") / FEN_OF_10K_YUAN
    if not is_above_scale:
        kwh = below("electricity_kwh")
        return {"tax_per_mu": float(tax / land_mu), "tax_per_kwh": float(tax * 10_000 / kwh)}
    added = of("value_added_fen") / FEN_OF_10K_YUAN
    found = {
        "tax_per_mu": tax / land_mu,
        "value_added_per_mu": added / land_mu,
        "value_added_per_tce": added / below("energy_tce"),
        "labour_productivity": added / below("staff_n"),
        "rd_intensity": of("rd_fen") / below("revenue_fen"),
    }
    if figures["emission_t"] is not None:
        found["value_added_per_emission"] = added / below("emission_t")
    return {name: float(value) for name, value in found.items()}
