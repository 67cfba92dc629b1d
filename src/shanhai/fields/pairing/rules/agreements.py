"""Agreements: their stages, and what may be done in which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class AgreementStage(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    EXPIRED = "expired"
    ENDED = "ended"
    REPLACED = "replaced"


def check_dates(number: str, valid_from: date, valid_to: date | None) -> None:
    """An agreement ends after it begins."""
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(
            "pairing.agreement_backwards",
            gettext_noop(
                "Agreement {number} would end on {valid_to}, not after its beginning on {valid_from}."
                " Give a later last day, or none."
            ),
            number=number,
            valid_from=valid_from,
            valid_to=valid_to,
        )


def check_is_draft(number: str, stage: str, signatures: int = 0) -> None:
    """Terms may be written only until the first signature."""
    if stage != AgreementStage.DRAFT:
        raise NotNow(
            "pairing.agreement_not_draft",
            gettext_noop(
                "Agreement {number} is {stage}, so its terms stand. Draft a new version that replaces it."
            ),
            number=number,
            stage=AgreementStage(stage),
        )
    if signatures:
        raise NotNow(
            "pairing.agreement_half_signed",
            gettext_noop(
                "Agreement {number} already carries a signature. Take the signature back before changing "
                "the terms."
            ),
            number=number,
        )


def check_can_sign(
    number: str, stage: str, parties: Sequence[str], signed: Iterable[str], party: str, terms: int
) -> None:
    """A party signs a draft with at least two parties and one commitment or clause, and only once."""
    if stage != AgreementStage.DRAFT:
        raise NotNow(
            "pairing.agreement_not_for_signing",
            gettext_noop(
                "Agreement {number} is {stage}; only a draft can be signed. Draft a new version if it"
                " should be signed again."
            ),
            number=number,
            stage=AgreementStage(stage),
        )
    if len(parties) < 2:
        raise NotNow(
            "pairing.agreement_needs_parties",
            gettext_noop("Agreement {number} names {count} party. Add the other party before it is signed."),
            number=number,
            count=len(parties),
        )
    if party not in parties:
        raise not_a_party(party, number)
    if party in set(signed):
        raise NotNow(
            "pairing.already_signed",
            gettext_noop(
                "{party} has already signed agreement {number}. It is in force when the other parties"
                " have signed too."
            ),
            number=number,
            party=party,
        )
    if not terms:
        raise NotNow(
            "pairing.agreement_is_empty",
            gettext_noop(
                "Agreement {number} promises nothing yet. Add a commitment or a clause before it is signed."
            ),
            number=number,
        )


def not_a_party(party: str, number: str) -> NotAllowed:
    """The refusal of a signature by somebody else."""
    return NotAllowed(
        "pairing.not_a_party",
        gettext_noop(
            "{party} is not a party of agreement {number} and cannot sign it. Choose one of its parties, or add "
            "it to the draft."
        ),
        number=number,
        party=party,
    )


def check_is_signed(number: str, stage: str) -> None:
    """Only an agreement in force can be renewed, ended or delivered on."""
    if stage != AgreementStage.SIGNED:
        raise NotNow(
            "pairing.agreement_not_in_force",
            gettext_noop(
                "Agreement {number} is {stage}, not in force. Have it signed by all parties first, or"
                " use the agreement that is in force."
            ),
            number=number,
            stage=AgreementStage(stage),
        )


def notice_on(valid_to: date | None, days: int) -> date | None:
    """The day on which both sides are reminded that an agreement ends."""
    return None if valid_to is None else valid_to - timedelta(days=days)


def check_register_stage(number: str, stage: str, signed_on: date | None, ended_on: date | None) -> None:
    """A row of the register says when what it claims happened."""
    if (
        stage in (AgreementStage.SIGNED, AgreementStage.EXPIRED, AgreementStage.REPLACED)
        and signed_on is None
    ):
        raise BadInput(
            "pairing.signed_without_day",
            gettext_noop(
                "Agreement {number} is {stage}, but the day of signing is missing. Give it, or bring "
                "the agreement as a draft."
            ),
            number=number,
            stage=AgreementStage(stage),
        )
    if stage == AgreementStage.ENDED and ended_on is None:
        raise BadInput(
            "pairing.ended_without_day",
            gettext_noop(
                "Agreement {number} has ended, but the day is missing. Give the day on which it ended."
            ),
            number=number,
        )
