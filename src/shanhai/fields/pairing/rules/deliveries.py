"""Deliveries: recorded on evidence, confirmed by the side that receives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from shanhai.fields.pairing.rules.commitments import WHOLE, Owes, check_counted, receives
from shanhai.fields.pairing.rules.shared import Side, other_side
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class DeliveryStage(StrEnum):
    PLANNED = "planned"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"  # a planned entry that a recorded one took the place of
    WITHDRAWN = "withdrawn"


DELIVERED = (DeliveryStage.RECORDED, DeliveryStage.CONFIRMED)


def check_delivery(
    code: str,
    kind: str,
    unit: str,
    quantity: Decimal,
    on: date,
    starts_on: date,
    today: date,
    evidence: int,
) -> None:
    """A delivery is a quantity on a day that has come, with a document that shows it."""
    check_counted(code, kind)
    check_quantity(code, quantity, unit)
    if on > today:
        raise BadInput(
            "pairing.delivery_in_future",
            gettext_noop("{on} has not come yet. Plan the delivery of {commitment} with its date instead."),
            commitment=code,
            on=on,
        )
    if on < starts_on:
        raise BadInput(
            "pairing.delivery_before_start",
            gettext_noop("{on} lies before commitment {commitment} begins on {starts_on}. Correct the day."),
            commitment=code,
            on=on,
            starts_on=starts_on,
        )
    if evidence < 1:
        raise BadInput(
            "pairing.delivery_without_evidence",
            gettext_noop("Add a document that shows the delivery of {commitment} on {on}."),
            commitment=code,
            on=on,
        )


def check_plan(code: str, on: date, today: date) -> None:
    """What is planned has still to come."""
    if on <= today:
        raise BadInput(
            "pairing.plan_in_past",
            gettext_noop(
                "{on} has come already. Record the delivery of {commitment} with its evidence instead."
            ),
            commitment=code,
            on=on,
        )


def check_quantity(code: str, quantity: Decimal, unit: str) -> None:
    """What is delivered is more than nothing, and things that are counted come whole."""
    check_positive(code, quantity)
    if unit in WHOLE and quantity % 1:
        raise BadInput(
            "pairing.quantity_not_whole",
            gettext_noop(
                "{quantity} is no whole number, and commitment {commitment} is counted in whole ones. Record what "
                "is complete; the rest counts when it is."
            ),
            commitment=code,
            quantity=quantity,
        )


def check_positive(code: str, quantity: Decimal) -> None:
    """What is delivered is more than nothing."""
    if quantity <= 0:
        raise BadInput(
            "pairing.delivery_quantity",
            gettext_noop(
                "The quantity {quantity} for commitment {commitment} is not more than zero. Give what came."
            ),
            commitment=code,
            quantity=quantity,
        )


def check_delivery_open(code: str, stage: str, confirmed_on: date | None) -> None:
    """What was confirmed, withdrawn or has taken place stays as it is."""
    if stage not in (DeliveryStage.RECORDED, DeliveryStage.PLANNED) or confirmed_on is not None:
        raise NotNow(
            "pairing.delivery_fixed",
            gettext_noop(
                "Delivery {delivery} is {stage} and stays as it is. Ask the side that confirmed it to take that "
                "back, or record a further delivery."
            ),
            delivery=code,
            stage=DeliveryStage.CONFIRMED if confirmed_on is not None else DeliveryStage(stage),
        )


def check_can_confirm(code: str, stage: str, owes: str, recorded_side: str, side: str | None) -> None:
    """The side that receives confirms; nobody confirms what his own side recorded."""
    if stage not in (DeliveryStage.RECORDED, DeliveryStage.PLANNED):
        raise NotNow(
            "pairing.delivery_not_open",
            gettext_noop(
                "Delivery {delivery} is {stage}; there is nothing to confirm. Its page shows who "
                "confirmed or withdrew it."
            ),
            delivery=code,
            stage=DeliveryStage(stage),
        )
    if side is None:  # the system: loader
        return
    confirms = other_side(recorded_side) if owes == Owes.BOTH else receives(owes)
    if side != confirms:
        raise NotAllowed(
            "pairing.confirm_by_receiver",
            gettext_noop(
                "Delivery {delivery} is confirmed by the side that receives it: {confirms}. Ask that "
                "side to look at it."
            ),
            delivery=code,
            confirms=Side(confirms),
        )


def check_can_withdraw(code: str, stage: str) -> None:
    """A delivery that the other side confirmed stands; it is put right by an entry of the other side."""
    if stage not in (DeliveryStage.RECORDED, DeliveryStage.PLANNED):
        raise NotNow(
            "pairing.delivery_stands",
            gettext_noop(
                "Delivery {delivery} is {stage} and cannot be taken back. Ask the side that confirmed"
                " it to take its confirmation back first."
            ),
            delivery=code,
            stage=DeliveryStage(stage),
        )
