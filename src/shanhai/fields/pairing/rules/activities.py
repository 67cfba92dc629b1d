"""Activities and aid: what took place, and money that is planned, paid and used."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shanhai.fields.pairing.rules.shared import SIDES
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class ActivityKind(StrEnum):
    VISIT = "visit"
    PROMOTION = "promotion"
    EXHIBITION = "exhibition"
    MATCHING = "matching"  # technology of one side for firms of the other
    DONATION = "donation"
    CONSUMPTION_AID = "consumption_aid"


class ActivityStage(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    CLOSED = "completed"  # held, its outcome written and its money accounted for


# What took place.
HELD_ACTIVITY = (ActivityStage.HELD, ActivityStage.CLOSED)


class AidKind(StrEnum):
    PAID = "paid"
    USED = "used"


def check_activity_stage(number: str, stage: str, *allowed: ActivityStage) -> None:
    """An activity is planned, held and closed; a cancelled one is over."""
    if stage not in allowed:
        raise NotNow(
            "pairing.activity_stage",
            gettext_noop(
                "Activity {number} is {stage}, so this cannot be done now. Its page offers what can."
            ),
            number=number,
            stage=ActivityStage(stage),
        )


def check_activity_money(number: str, payer: str, planned_fen: int, paid_fen: int = 0) -> None:
    """Planned money has a side that pays it, and is not planned below what was paid already."""
    if planned_fen and payer not in SIDES:
        raise BadInput(
            "pairing.activity_payer",
            gettext_noop("Activity {number} plans money. Say which side pays it."),
            number=number,
            field="payer",
        )
    if planned_fen < paid_fen:
        raise BadInput(
            "pairing.activity_planned_below_paid",
            gettext_noop(
                "Of activity {number} {paid_fen} fen are paid already. Plan at least as much, or take a payment back."
            ),
            number=number,
            paid_fen=paid_fen,
            field="planned_fen",
        )


def check_activity_day(number: str, on: date, today: date) -> None:
    """What was held lies behind us."""
    if on > today:
        raise BadInput(
            "pairing.activity_in_future",
            gettext_noop(
                "Activity {number} is planned for {on}, which has not come. Say that it was held after it."
            ),
            number=number,
            on=on,
            field="on",
        )


def check_activity_ends(number: str, on: date, until: date | None) -> None:
    """It does not end before it begins."""
    if until is not None and until < on:
        raise BadInput(
            "pairing.activity_backwards",
            gettext_noop(
                "Activity {number} would end on {until}, before it begins on {on}. Put one of the days right."
            ),
            number=number,
            on=on,
            until=until,
            field="until_on",
        )


def check_aid(number: str, kind: str, amount_fen: int, limit_fen: int, vouchers: int) -> None:
    """No more is paid than was planned, and no more used than was paid; each with its voucher."""
    if not 0 < amount_fen <= limit_fen:
        is_paid = kind == AidKind.PAID
        raise BadInput(
            "pairing.aid_above_planned" if is_paid else "pairing.aid_above_paid",
            gettext_noop(
                "Of activity {number} {limit_fen} fen are planned and not paid yet; {amount_fen} fen cannot be paid. Plan more first, or correct the amount."
            )
            if is_paid
            else gettext_noop(
                "Of activity {number} {limit_fen} fen are paid and not used yet; {amount_fen} fen cannot be used. Record the payment first, or correct the amount."
            ),
            number=number,
            limit_fen=limit_fen,
            amount_fen=amount_fen,
            field="amount_fen",
        )
    if not vouchers:
        raise BadInput(
            "pairing.aid_without_voucher",
            gettext_noop("The money of activity {number} needs its voucher. Add the paper that shows it."),
            number=number,
            field="vouchers",
        )


def check_aid_sums(number: str, planned_fen: int, paid_fen: int, used_fen: int) -> None:
    """The entries of an activity add up within what was planned and paid."""
    if not 0 <= used_fen <= paid_fen <= planned_fen:
        raise BadInput(
            "pairing.aid_out_of_order",
            gettext_noop(
                "The entries of activity {number} add up to {paid_fen} fen paid and {used_fen} fen used of {planned_fen} fen planned. "
                "No more is paid than was planned, and no more used than was paid: correct the entries or the plan."
            ),
            number=number,
            planned_fen=planned_fen,
            paid_fen=paid_fen,
            used_fen=used_fen,
        )


def check_item_origin(number: str, resolution: str, activity: str) -> None:
    """An action item follows from a resolution or from an activity."""
    if bool(resolution) == bool(activity):
        raise BadInput(
            "pairing.item_origin",
            gettext_noop(
                "Action item {number} follows from a resolution or from an activity. Name one of the two."
            ),
            number=number,
            field="resolution",
        )
