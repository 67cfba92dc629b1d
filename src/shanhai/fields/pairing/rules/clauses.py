"""Clauses of agreements on money and land: who gives, and how much came."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from shanhai.kernel.refusals import BadInput, gettext_noop


def check_clause_parties(
    code: str, number: str, one: int | str | None, other: int | str | None, parties: Collection[int | str]
) -> None:
    """Money and land go from one party of the agreement to another."""
    if one == other or one not in parties or other not in parties:
        raise not_between_parties(code, number)


def not_between_parties(code: str, number: str) -> BadInput:
    """The refusal of a clause with a stranger on one end, or the same party on both."""
    return BadInput(
        "pairing.clause_parties",
        gettext_noop(
            "Clause {clause} needs two different parties of agreement {number}. Choose one party on each end."
        ),
        clause=code,
        number=number,
    )


def check_payment(code: str, due_fen: int, paid_fen: int, pay_fen: int, vouchers: int) -> None:
    """A payment is more than nothing, not more than is owed, and has a voucher."""
    if pay_fen <= 0:
        raise BadInput(
            "pairing.payment_amount",
            gettext_noop("A payment on {clause} must be more than zero. Give what was paid."),
            clause=code,
        )
    if paid_fen + pay_fen > due_fen:
        raise BadInput(
            "pairing.paid_too_much",
            gettext_noop(
                "{clause} has {open_fen} fen open; {pay_fen} fen would be too much. Give at most what"
                " is open."
            ),
            clause=code,
            open_fen=due_fen - paid_fen,
            pay_fen=pay_fen,
        )
    if vouchers < 1:
        raise BadInput(
            "pairing.payment_without_voucher",
            gettext_noop("Add the voucher of the payment on {clause}."),
            clause=code,
        )


def check_paid(code: str, due_fen: int, paid_fen: int) -> None:
    """What a register says was paid lies between nothing and what is due."""
    if due_fen <= 0 or not 0 <= paid_fen <= due_fen:
        raise BadInput(
            "pairing.paid_out_of_range",
            gettext_noop(
                "{clause} has {due_fen} fen due and {paid_fen} fen paid; that cannot be. Correct the "
                "one or the other."
            ),
            clause=code,
            due_fen=due_fen,
            paid_fen=paid_fen,
        )


def check_handed_over(code: str, land_mu: Decimal, delivered_mu: Decimal | None) -> None:
    """What a register says was handed over lies between nothing and what was agreed."""
    if land_mu <= 0 or not 0 <= (delivered_mu or 0) <= land_mu:
        raise BadInput(
            "pairing.land_out_of_range",
            gettext_noop(
                "{clause} agrees {land_mu} mu and has {delivered_mu} mu handed over; that cannot be. "
                "Correct the one or the other."
            ),
            clause=code,
            land_mu=land_mu,
            delivered_mu=delivered_mu or 0,
        )


def check_land(code: str, mu: Decimal, delivered_mu: Decimal, more_mu: Decimal, evidence: int) -> None:
    """Land quota is handed over with a paper, and never more than was agreed."""
    if more_mu <= 0:
        raise BadInput(
            "pairing.land_amount",
            gettext_noop(
                "The land handed over on {clause} must be more than zero mu. Give the mu that were "
                "handed over."
            ),
            clause=code,
        )
    if delivered_mu + more_mu > mu:
        raise BadInput(
            "pairing.land_too_much",
            gettext_noop(
                "{clause} has {open_mu} mu open; {more_mu} mu would be too much. Give at most what is"
                " open; more needs a new agreement."
            ),
            clause=code,
            open_mu=mu - delivered_mu,
            more_mu=more_mu,
        )
    if evidence < 1:
        raise BadInput(
            "pairing.land_without_paper",
            gettext_noop("Add the paper that shows the land handed over on {clause}."),
            clause=code,
        )
