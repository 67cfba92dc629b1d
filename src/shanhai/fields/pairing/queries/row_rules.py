"""What each row of a register must hold by itself, whatever else is there; each refuses what does not."""

from __future__ import annotations

from typing import Any

from shanhai.fields.pairing import rules
from shanhai.kernel import periods

Row = dict[str, Any]


def agreement(row: Row) -> None:
    """Number, dates, and a stage that fits what was signed and ended."""
    rules.check_code(row["number"])
    rules.check_dates(row["number"], row["valid_from"], row["valid_to"])
    rules.check_register_stage(row["number"], row["stage"], row["signed_on"], row["ended_on"])


def commitment(row: Row) -> None:
    """Code, what is counted, until when, and on which line of the balance."""
    from shanhai.fields.pairing.queries.commitments import check_indicator

    rules.check_code(row["code"])
    rules.check_commitment(
        row["code"], row["kind"], row["indicator"], row["target"], row["unit"], row["per"], row["due_on"]
    )
    rules.check_balance_line(row["code"], row["balance_line"], row["kind"], row["unit"], row["owes"])
    if row["kind"] == rules.CommitmentKind.INDICATOR:
        check_indicator(row["indicator"])


def period(row: Row) -> None:
    """A period that can be read."""
    periods.parse(row["period"])


def delivery(row: Row) -> None:
    """Code and a quantity above nothing."""
    rules.check_code(row["code"])
    rules.check_positive(row["commitment"], row["quantity"])


def meeting(row: Row) -> None:
    """Number and time of day."""
    rules.check_code(row["number"])
    rules.check_time(row["number"], row["time"])


def number(row: Row) -> None:
    """A number that can stand in an address."""
    rules.check_code(row["number"])


def item(row: Row) -> None:
    """Number, and one origin."""
    rules.check_code(row["number"])
    rules.check_item_origin(row["number"], row["resolution"], row["activity"])


def activity(row: Row) -> None:
    """Number, an end that does not precede the start, money with its payer."""
    rules.check_code(row["number"])
    rules.check_activity_ends(row["number"], row["on"], row["until_on"])
    rules.check_activity_money(row["number"], row["payer"], row["planned_fen"] or 0)


def focus(row: Row) -> None:
    """Year and order."""
    rules.check_focus(row["year"], row["order"])


def by_code(row: Row) -> None:
    """A code that can stand in an address."""
    rules.check_code(row["code"])


def due(row: Row) -> None:
    """Code, and no more paid than due."""
    rules.check_code(row["code"])
    rules.check_paid(row["code"], row["amount_fen"], row["paid_fen"] or 0)


def land(row: Row) -> None:
    """Code, and no more handed over than ceded."""
    rules.check_code(row["code"])
    rules.check_handed_over(row["code"], row["land_mu"], row["delivered_mu"])
