"""Land renewal (腾笼换鸟): which plots are candidates, through what stages they go, and what each stage asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

BELOW = "park.renewal.tax_per_mu_below"


class RenewalStage(StrEnum):
    """How far a renewal is, in this order; a dropped one is off the way."""

    CANDIDATE = "candidate"
    VERIFIED = "verified"
    PUBLISHED = "published"
    CHOSEN = "chosen"
    VALUED = "valued"
    VACATED = "vacated"
    OFFERED = "offered"
    CONTRACTED = "contracted"
    MEASURED = "measured"
    DROPPED = "dropped"


# In this module and beside it; the API knows it by the name that no other has.


class RenewalReason(StrEnum):
    """Why a plot is a candidate."""

    D_TWICE = "d_twice"
    IDLE = "idle"
    BELOW = "below"
    PROMISE = "promise"


# In this module and beside it; the API knows it by the name that no other has.


class Path(StrEnum):
    """How the land comes to better use."""

    SELF_UPGRADE = "self_upgrade"
    RETURN = "return"
    PURCHASE = "purchase"
    SUBLEASE = "sublease"
    AUCTION = "auction"
    MERGER = "merger"


ORDER = tuple(stage for stage in RenewalStage if stage is not RenewalStage.DROPPED)


def rank_of(stage: str) -> int:
    """The place of a stage on the board; what was dropped stands last."""
    return ORDER.index(RenewalStage(stage)) if stage in ORDER else len(ORDER)


# From which stage each next one is reached; who upgrades its own land is measured without leaving it.
_BEFORE: dict[RenewalStage, RenewalStage] = dict(zip(ORDER[1:], ORDER[:-1], strict=True))
# Nothing was released yet, so it may be dropped.
DROPS = ORDER[: ORDER.index(RenewalStage.VACATED)]
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("candidate"),
    gettext_noop("verified"),
    gettext_noop("published"),
    gettext_noop("chosen"),
    gettext_noop("valued"),
    gettext_noop("vacated"),
    gettext_noop("offered"),
    gettext_noop("contracted"),
    gettext_noop("measured"),
    gettext_noop("dropped"),
)
MOST_FEN = 10**15
MOST_QUOTA = Decimal(10) ** 8


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known about an enterprise that its plots may be candidates for."""

    grades: Sequence[str]  # of published gradings, latest year first
    tax_per_mu: Decimal | None  # of the latest of them, in 10,000 yuan
    revenue_fen: int | None  # of the last year reported
    has_broken_promise: bool = False  # of standard land, down to buy-back


def reason_of(sign: Sign, below: Decimal) -> RenewalReason | None:
    """Why the plots of an enterprise are candidates: D twice running, a promise broken, idle, below the threshold."""
    if list(sign.grades[:2]) == ["D", "D"]:
        return RenewalReason.D_TWICE
    if sign.has_broken_promise:
        return RenewalReason.PROMISE
    if sign.revenue_fen == 0:
        return RenewalReason.IDLE
    if sign.tax_per_mu is not None and sign.tax_per_mu < below:
        return RenewalReason.BELOW
    return None


def is_next(stage: str, to: RenewalStage, path: str) -> bool:
    """Whether a renewal may go from one stage to another."""
    if to is RenewalStage.DROPPED:
        return stage in DROPS
    if path == Path.SELF_UPGRADE and stage == RenewalStage.CHOSEN:
        return to is RenewalStage.MEASURED
    return _BEFORE.get(to) == stage


def check_next(number: str, stage: str, to: RenewalStage, path: str) -> None:
    """A renewal goes from stage to stage; what is released is not dropped."""
    if not is_next(stage, to, path):
        raise NotNow(
            "park.renewal_stage",
            gettext_noop(
                "Renewal {number} is {stage}, so it cannot be {to} now. Its page offers what can be done."
            ),
            number=number,
            stage=RenewalStage(stage),
            to=to,
        )


def check_told(number: str, to: RenewalStage, name: str, value: object) -> None:
    """A row of a sheet says what its step asks.

    Raises
    ------
    BadInput
        ``park.renewal_cell``
    """
    if value in (None, ""):
        raise BadInput(
            "park.renewal_cell",
            gettext_noop("Renewal {number} cannot be {to} by a row that leaves this cell empty. Fill it."),
            number=number,
            to=to,
            field=name,
        )


def step_stays(number: str) -> NotNow:
    """The refusal of an undo that would take a step back: ``park.renewal_step_stays``."""
    return NotNow(
        "park.renewal_step_stays",
        gettext_noop(
            "The file took renewal {number} on by a step, and steps of renewals are not taken back. Go on from its page."
        ),
        number=number,
    )


def check_photographed(number: str, n: int) -> None:
    """Whoever was on site brings photographs."""
    if not n:
        raise BadInput(
            "park.renewal_photos",
            gettext_noop("Renewal {number} is verified with photographs of the site. Add at least one."),
            number=number,
            field="papers",
        )


def check_value(number: str, value_fen: int) -> None:
    """A value can be kept."""
    if not 0 <= value_fen <= MOST_FEN:
        raise BadInput(
            "park.renewal_value",
            gettext_noop("{fen} fen cannot be the value of {number}. Give 0 or more."),
            fen=value_fen,
            number=number,
            field="value_fen",
        )


def check_quota(number: str, quota: Decimal, name: str) -> None:
    """Quotas are released and taken in amounts that can be kept."""
    if not 0 <= quota <= MOST_QUOTA:
        raise BadInput(
            "park.renewal_quota",
            gettext_noop("Renewal {number} cannot move a quota of {quota}. Give 0 or more."),
            number=number,
            quota=quota,
            field=name,
        )


def quota_short(number: str, kind: str, left: Decimal, asked: Decimal) -> NotNow:
    """Nobody takes more than was released: ``park.quota_short``."""
    return NotNow(
        "park.quota_short",
        gettext_noop(
            "{asked} of {kind} are asked for {number}, and {left} are left of what was released. Ask for less."
        ),
        asked=asked,
        kind=kind,
        number=number,
        left=left,
        field=kind,
    )


def check_later(number: str, on: date, since: date) -> None:
    """Each stage comes on the day of the one before it or later."""
    if on < since:
        raise BadInput(
            "park.renewal_backwards",
            gettext_noop("Renewal {number} came to its stage on {since}. Give that day or a later one."),
            number=number,
            since=since,
            field="on",
        )


def check_measured_year(number: str, year: int, since: date) -> None:
    """The effect is that of a whole year after the new contract or the upgrade was chosen."""
    if year <= since.year:
        raise BadInput(
            "park.renewal_year",
            gettext_noop(
                "The effect of {number} shows in a whole year after {since}. Give a later year than that."
            ),
            number=number,
            since=since,
            field="year",
        )
