"""Parks, their phases and clusters, and the chains of the clusters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from shanhai.kernel.refusals import BadInput, gettext_noop


class ParkKind(StrEnum):
    """Whose land a park stands on."""

    HOME = "home"  # on the land of the mountain side
    ENCLAVE = "enclave"  # on the partner's land


# In this module and beside it; the API knows it by the name that no other has.


class Utility(StrEnum):
    """What a park is connected to and what its ground is: the seven connections and one levelling (七通一平)."""

    ROADS = "roads"
    WATER = "water"
    POWER = "power"
    SEWAGE = "sewage"
    DRAINAGE = "drainage"
    GAS = "gas"
    TELECOM = "telecom"
    HEAT = "heat"
    LEVELLING = "levelling"


class UtilityState(StrEnum):
    """How far a connection is."""

    PLANNED = "planned"
    BUILDING = "building"
    IN_SERVICE = "in_service"
    OUT = "out"  # taken out of service


class Group(StrEnum):
    """In which group the enterprises of a cluster are compared: ordinary industry, or a group of its own."""

    INDUSTRY = "industry"
    CRAFT = "craft"
    LOGISTICS = "logistics"


class Position(StrEnum):
    """Where on its chain a link lies."""

    UPSTREAM = "upstream"
    MIDSTREAM = "midstream"
    DOWNSTREAM = "downstream"
    SERVICE = "service"


MOST_MU = Decimal("999999999.99")
# A section of GB/T 4754 (A to T), then a division, group or class of two to four digits.
_INDUSTRY = re.compile(r"[A-T]\d{2,4}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)


def check_number(number: str, field: str = "number") -> None:
    """A number or code of a thing of ours: 1 to 40 letters, digits, dots, hyphens or underscores."""
    if not _NUMBER.fullmatch(number):
        raise BadInput(
            "park.number_form",
            gettext_noop(
                "The number {number} cannot be used. Take 1 to 40 letters, digits, dots, hyphens or underscores, with a "
                "letter or digit first."
            ),
            number=number,
            field=field,
        )


def check_industry(code: str, field: str = "industry") -> None:
    """A code of GB/T 4754 with the letter of its section: C36, C367 or C3670."""
    if not _INDUSTRY.fullmatch(code):
        raise BadInput(
            "park.industry_form",
            gettext_noop(
                "The industry code {industry} has not the form of GB/T 4754: the letter of the section and 2 to 4 digits, as "
                "C3670. Look it up in the classification."
            ),
            industry=code,
            field=field,
        )


def industries_in(text: str, field: str = "industries") -> tuple[str, ...]:
    """The codes of a text with blanks between them, each checked by form."""
    codes = tuple(text.split())
    for code in codes:
        check_industry(code, field)
    return codes


def covers(code: str, industry: str) -> bool:
    """Whether a code of a cluster covers an industry: its own class, or a class below it.

    Examples
    --------
    >>> covers("C36", "C3670"), covers("C3670", "C3660")
    (True, False)
    """
    return industry.startswith(code)


def check_mu(value: Decimal | None, field: str) -> None:
    """An area that is above 0 and can be kept."""
    if value is not None and not 0 < value <= MOST_MU:
        raise BadInput(
            "park.mu_out_of_range",
            gettext_noop("{value} mu cannot be kept here. Give more than 0 and at most {most} mu."),
            value=value,
            most=MOST_MU,
            field=field,
        )


def check_days(begins_on: date, ends_on: date | None) -> None:
    """What ends does so on the day it begins or later."""
    if ends_on is not None and ends_on < begins_on:
        raise BadInput(
            "park.ends_before_it_begins",
            gettext_noop("It begins on {begins} and cannot end on {ends}. Correct one of the two days."),
            begins=begins_on,
            ends=ends_on,
            field="ends_on",
        )


def check_phases(park: str, planned: Decimal | None, phases: Iterable[Decimal]) -> None:
    """The phases of a park lie within its planned land."""
    total = sum(phases, Decimal(0))
    if planned is not None and total > planned:
        raise BadInput(
            "park.phases_over_plan",
            gettext_noop(
                "The phases of park {park} would have {total} mu of {planned} mu planned. Make a phase smaller, or plan more."
            ),
            park=park,
            total=total,
            planned=planned,
            field="planned_mu",
        )


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a code belongs to a cluster; ``ends_on`` None: until further notice."""

    begins_on: date
    ends_on: date | None


def check_spans(industry: str, spans: Sequence[Span]) -> None:
    """A code belongs to a cluster once at a time."""
    ordered = sorted(spans, key=lambda span: span.begins_on)
    for earlier, later in pairwise(ordered):
        if earlier.ends_on is None or earlier.ends_on >= later.begins_on:
            raise BadInput(
                "park.industry_twice",
                gettext_noop(
                    "{industry} belongs to the cluster from {begins} already. End that first, or begin after it."
                ),
                industry=industry,
                begins=earlier.begins_on,
                field="begins_on",
            )


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chain as its map shows it."""

    code: str
    position: str
    industries: tuple[str, ...]
    firms: int

    @property
    def is_gap(self) -> bool:
        """Whether no firm stands on it."""
        return self.firms == 0


def gaps(links: Iterable[Link]) -> list[str]:
    """The codes of links without firms, in the order of the chain: what leads may fill."""
    order = list(Position)
    found = [link for link in links if link.is_gap]
    return [
        link.code
        for link in sorted(found, key=lambda link: (order.index(Position(link.position)), link.code))
    ]
