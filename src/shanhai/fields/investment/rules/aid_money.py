"""What money of aid may do: within a budget, on a day that was, for a promise whose day has come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


def check_day(number: str, on: date, today: date) -> None:
    """Money that moved has moved by today.

    Raises
    ------
    BadInput
        ``investment.aid_later``
    """
    if on > today:
        raise BadInput(
            "investment.aid_later",
            gettext_noop(
                "{on} has not come, so nothing of claim {number} moved on it. Give the day of the voucher."
            ),
            on=on,
            number=number,
            field="on",
        )


def check_budget(side: str, year: int, is_there: bool) -> None:
    """Who pays has a budget.

    Raises
    ------
    NotNow
        ``investment.aid_no_budget``
    """
    if not is_there:
        raise NotNow(
            "investment.aid_no_budget",
            gettext_noop("This side has no budget for aid in {year}. Set it first, then record the payment."),
            side=side,
            year=year,
        )


def check_taken(side: str, year: int, is_taken: bool, left_fen: int, fen: int) -> None:
    """A budget is not overdrawn.

    Raises
    ------
    NotNow
        ``investment.aid_over_budget``
    """
    if not is_taken:
        raise NotNow(
            "investment.aid_over_budget",
            gettext_noop("The budget of {year} has {left} yuan left and this takes {wanted}. Raise it, or pay next year."),
            side=side,
            year=year,
            left=f"{Decimal(left_fen) / 100:,.2f}",
            wanted=f"{Decimal(fen) / 100:,.2f}",
        )  # fmt: skip


def check_promise(number: str, fact: str, due_on: date | None, today: date) -> None:
    """A promise is looked at once its day has come.

    Raises
    ------
    NotNow
        ``investment.aid_no_promise``, ``investment.aid_promise_early``
    """
    if not fact or due_on is None:
        raise NotNow(
            "investment.aid_no_promise",
            gettext_noop(
                "Nothing was promised for claim {number}. If it has to go back, recall it with a reason."
            ),
            number=number,
        )
    if today < due_on:
        raise NotNow(
            "investment.aid_promise_early",
            gettext_noop(
                "The promise of claim {number} is looked at on {due}. If it has to go back before, recall it."
            ),
            number=number,
            due=due_on,
        )


def check_delivered(number: str, fact: str, delivered: Decimal | None) -> Decimal:
    """What was delivered is known; gives it.

    Raises
    ------
    NotNow
        ``investment.aid_promise_unknown``
    """
    if delivered is None:
        raise NotNow(
            "investment.aid_promise_unknown",
            gettext_noop(
                "The registers do not know {fact} for the promise of claim {number}. Give it, with its paper."
            ),
            fact=fact,
            number=number,
            field="delivered",
        )
    return delivered


def check_recalled(number: str, fen: int, paid_fen: int) -> None:
    """No more goes back than was paid.

    Raises
    ------
    BadInput
        ``investment.aid_recalled``
    """
    if not 0 < fen <= paid_fen:
        raise BadInput(
            "investment.aid_recalled",
            gettext_noop(
                "{fen} fen of claim {number} cannot be recalled: {paid} fen were paid. Give at most that."
            ),
            fen=fen,
            number=number,
            paid=paid_fen,
            field="fen",
        )
