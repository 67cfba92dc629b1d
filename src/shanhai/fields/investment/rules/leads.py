"""Leads: kinds, stages and the way between them, what is missing to judge one, what of it counts, clocks, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from shanhai.fields.investment.rules import GREATEST_FEN, GREATEST_NUMBER
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class LeadKind(StrEnum):
    """What an investor wants to do."""

    NEW = "new"
    EXPANSION = "expansion"  # capital is increased; only the increment counts
    RELOCATION = "relocation"
    FROM_SEA = "from_sea"  # moved from the sea side, whose old tax base is kept for sharing
    RETURNING = "returning"  # a merchant from here who comes home
    FOREIGN = "foreign"
    BIRD_CAGE = "bird_cage"  # takes over a vacated plot or plant


# In this module and beside it; the API knows it by the name that no other has.


class LeadStage(StrEnum):
    """Where a lead is on its way, in this order; the last four are off it."""

    REGISTERED = "registered"
    CONTACTED = "contacted"
    TRIAGED = "triaged"
    TALKING = "talking"
    VISITED = "visited"
    REVIEWED = "reviewed"
    SIGNED = "signed"  # it is a project now
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    MERGED = "duplicate"  # it is another lead, and counts there


OPEN = (
    LeadStage.REGISTERED,
    LeadStage.CONTACTED,
    LeadStage.TRIAGED,
    LeadStage.TALKING,
    LeadStage.VISITED,
    LeadStage.REVIEWED,
)
# Followed up every two weeks, and moved among one another.
TALKS = OPEN[2:]
ORDER = (*OPEN, LeadStage.SIGNED)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("registered"),
    gettext_noop("contacted"),
    gettext_noop("triaged"),
    gettext_noop("talking"),
    gettext_noop("visited"),
    gettext_noop("reviewed"),
    gettext_noop("rejected"),
    gettext_noop("transferred"),
    gettext_noop("duplicate"),
)


INDICATORS = ("investment.leads", "investment.signed", "investment.conversion", "investment.paid_in")


class Way(StrEnum):
    """How an investor was spoken to."""

    CALL = "call"
    VISIT = "visit"  # we went to them
    RECEIVED = "received"  # they came to us
    MEETING = "meeting"
    MESSAGE = "message"


FEN = ("investment_fen", "invested_before_fen", "output_fen", "tax_fen", "base_tax_fen")
NUMBERS = ("land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t", "contract_amount")
# What somebody must say before a lead can be judged (DOMAIN 5); more is asked of some kinds.
_TO_JUDGE = ("investor_zh", "industry", "process_zh", "investment_fen", "energy_tce", "emissions_t", "output_fen", "tax_fen")  # fmt: skip
_OF_KIND: dict[str, tuple[str, ...]] = {
    LeadKind.EXPANSION: ("invested_before_fen",),
    LeadKind.FROM_SEA: ("base_tax_fen", "base_year"),
    LeadKind.FOREIGN: ("currency", "contract_amount", "rate", "rate_on"),
    LeadKind.BIRD_CAGE: ("site_zh",),
}


def missing(lead: Mapping[str, Any]) -> list[str]:
    """The names of what is still to be said before a lead can be judged; land or plant is enough of the two."""
    asked = [*_TO_JUDGE, *_OF_KIND.get(lead["kind"], ())]
    found = [name for name in asked if lead.get(name) in (None, "")]
    if lead.get("land_mu") is None and lead.get("plant_m2") is None:
        found.append("land_mu")
    return found


def counted_fen(kind: str, investment_fen: int | None, invested_before_fen: int | None) -> int | None:
    """What of an investment counts: of a capital increase the increment, of everything else the whole; in fen, >= 0.

    None where it is not known: an increase counts nothing before it is said what was there.
    """
    if investment_fen is None or kind != LeadKind.EXPANSION:
        return investment_fen
    return None if invested_before_fen is None else max(0, investment_fen - invested_before_fen)


def in_fen(amount: Decimal, rate: Decimal) -> int:
    """Foreign money in fen: the amount in units of its currency, the rate in yuan for one unit; half goes to even."""
    return int((amount * rate * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def check_facts(number: str, facts: Mapping[str, Any]) -> None:
    """Amounts of a lead are not negative and can be kept; foreign money comes with currency, rate and the rate's day."""
    for name in (*FEN, *NUMBERS, "jobs"):
        value = facts.get(name)
        most = GREATEST_FEN if name in FEN else GREATEST_NUMBER
        if value is not None and not 0 <= value <= most:
            raise BadInput(
                "investment.lead_out_of_range",
                gettext_noop(
                    "Lead {number} cannot have {value} here. Give 0 or more, at most what can be kept."
                ),
                number=number,
                value=value,
                field=name,
            )
    before, total = facts.get("invested_before_fen"), facts.get("investment_fen")
    if before is not None and total is not None and before > total:
        raise BadInput(
            "investment.before_over_total",
            gettext_noop(
                "Lead {number} has invested more before than in all. Give the whole after the increase, and what of it was "
                "there before."
            ),
            number=number,
            field="invested_before_fen",
        )
    _check_foreign(number, facts)


def _check_foreign(number: str, facts: Mapping[str, Any]) -> None:
    has = {
        name: facts.get(name) not in (None, "") for name in ("contract_amount", "currency", "rate", "rate_on")
    }
    if has["contract_amount"] and not all(has.values()):
        lacking = next(name for name, is_there in has.items() if not is_there)
        raise BadInput(
            "investment.foreign_rate",
            gettext_noop(
                "The contract of lead {number} is in foreign money. Give its currency, the rate in yuan and the day of the rate."
            ),
            number=number,
            field=lacking,
        )
    check_currency(number, facts.get("currency") or "", facts.get("rate"))


def check_currency(number: str, currency: str, rate: Decimal | None) -> None:
    """Three capital letters as ISO 4217 has them, and a rate above zero."""
    if currency and not (
        len(currency) == 3 and currency.isascii() and currency.isupper() and currency.isalpha()
    ):
        raise BadInput(
            "investment.currency_form",
            gettext_noop("{currency} is no currency. Give the three letters of ISO 4217, as USD or SAR."),
            currency=currency[:10],
            field="currency",
        )
    if rate is not None and not 0 < rate < 10_000:
        raise BadInput(
            "investment.rate_out_of_range",
            gettext_noop(
                "The rate {rate} of lead {number} cannot be. Give yuan for one unit of the currency."
            ),
            rate=rate,
            number=number,
            field="rate",
        )


def check_stage(number: str, stage: str, *allowed: LeadStage) -> None:
    """What can be done with a lead depends on where it is on its way."""
    if stage not in allowed:
        raise NotNow(
            "investment.lead_stage",
            gettext_noop("Lead {number} is {stage}, so this cannot be done now. Its page offers what can."),
            number=number,
            stage=LeadStage(stage),
        )


def check_talk_move(number: str, stage: str, to: str, reason: str) -> None:
    """Among talk, visit and review a lead goes forward as it comes, and back with a reason."""
    check_stage(number, stage, *TALKS)
    if to not in TALKS:
        raise BadInput(
            "investment.lead_no_move",
            gettext_noop("A lead is not moved to {stage}. Sign, reject or transfer it instead."),
            stage=to,
            field="to",
        )
    if to == stage:
        raise NotNow(
            "investment.lead_there",
            gettext_noop("Lead {number} is at this stage already: {stage}. Choose another one."),
            number=number,
            stage=LeadStage(stage),
            field="to",
        )
    if ORDER.index(LeadStage(to)) < ORDER.index(LeadStage(stage)) and not reason.strip():
        raise BadInput(
            "investment.lead_back",
            gettext_noop("Lead {number} goes from {stage} to {to}, which needs a reason. Say why."),
            number=number,
            stage=LeadStage(stage),
            to=LeadStage(to),
            field="reason",
        )


def check_score(to: str, score: Decimal | None) -> None:
    """A review gives an entry score of 0 to 100; nothing else does."""
    if to == LeadStage.REVIEWED and (score is None or not 0 <= score <= 100):
        raise BadInput(
            "investment.entry_score",
            gettext_noop("A review gives an entry score from 0 to 100. Give the score of the entry review."),
            field="score",
        )


def check_credit(percent: int) -> None:
    """Who first talked keeps a part of the credit, from nothing to all."""
    if not 0 <= percent <= 100:
        raise BadInput(
            "investment.credit_percent",
            gettext_noop("{percent} % of the credit cannot be kept. Give 0 to 100."),
            percent=percent,
            field="credit_percent",
        )


def check_merge(number: str, into: str, is_same: bool, same_zone: bool) -> None:
    """Two leads of one zone are merged, not one with itself."""
    if is_same or not same_zone:
        raise BadInput(
            "investment.merge_with",
            gettext_noop("Lead {number} cannot be merged into {into}. Name another lead of the same zone."),
            number=number,
            into=into,
            field="into",
        )


def check_merges_freely(number: str, duplicates: int) -> None:
    """Duplicates hang on one lead, never in a chain."""
    if duplicates:
        raise NotNow(
            "investment.has_duplicates",
            gettext_noop("{n} leads are merged into {number}. Merge the other lead into {number} instead."),
            number=number,
            n=duplicates,
        )


def check_paid(number: str, amount_fen: int, evidence: str) -> None:
    """Capital that came in is more than nothing, and a paper shows it."""
    if not 0 < amount_fen <= GREATEST_FEN:
        raise BadInput(
            "investment.paid_amount",
            gettext_noop("{fen} fen cannot have been paid in for {number}. Give an amount above zero."),
            fen=amount_fen,
            number=number,
            field="amount_fen",
        )
    if not evidence.strip():
        raise BadInput(
            "investment.paid_evidence",
            gettext_noop(
                "Capital paid in for {number} is shown by a paper. Name the bank receipt or capital report."
            ),
            number=number,
            field="evidence",
        )


# -- clocks --------------------------------------------------------------------------------------------------------

CONTACT, TRIAGE, FEEDBACK, FOLLOW = "contact", "triage", "feedback", "follow"
CLOCKS = (CONTACT, TRIAGE, FEEDBACK, FOLLOW)


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the clocks of a lead: when it is due, when it was kept, and how many working days late that is."""

    name: str
    due_on: date | None
    done_on: date | None
    late_days: int = 0

    @property
    def runs(self) -> bool:
        """Whether somebody is waited for."""
        return self.due_on is not None and self.done_on is None


def running(stage: str, *, is_introduced: bool, is_fed_back: bool) -> tuple[str, ...]:
    """The clocks that run for a lead at a stage.

    Contact and triage run from the registration; feedback, where somebody introduced the lead, until it is given or the
    lead is over; follow-up from the last contact while it is talked about.
    """
    if stage not in OPEN:
        return ()
    found = []
    if stage == LeadStage.REGISTERED:
        found.append(CONTACT)
    if stage in (LeadStage.REGISTERED, LeadStage.CONTACTED):
        found.append(TRIAGE)
    if is_introduced and not is_fed_back:
        found.append(FEEDBACK)
    if stage in TALKS:
        found.append(FOLLOW)
    return tuple(found)


def level_of(late_days: int, levels: Mapping[str, int]) -> str:
    """The highest level that hears of a lead so many working days late; empty where none does."""
    reached = [(days, level) for level, days in levels.items() if late_days >= days]
    return max(reached)[1] if reached else ""
