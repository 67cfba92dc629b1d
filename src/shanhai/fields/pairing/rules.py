"""Stages and small decisions of the field pairing, and the wording of its refusals. No Django here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class Side(StrEnum):
    MOUNTAIN = "mountain"
    SEA = "sea"


SIDES = ("mountain", "sea")
# Stages, sides and periods stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("draft"),
    gettext_noop("signed"),
    gettext_noop("expired"),
    gettext_noop("ended"),
    gettext_noop("replaced"),
    gettext_noop("planned"),
    gettext_noop("recorded"),
    gettext_noop("confirmed"),
    gettext_noop("fulfilled"),
    gettext_noop("withdrawn"),
    gettext_noop("invited"),
    gettext_noop("held"),
    gettext_noop("minuted"),
    gettext_noop("cancelled"),
    gettext_noop("completed"),
    gettext_noop("open"),
    gettext_noop("done"),
    gettext_noop("dropped"),
    gettext_noop("mountain"),
    gettext_noop("sea"),
    gettext_noop("year"),
    gettext_noop("quarter"),
    gettext_noop("month"),
    gettext_noop("term"),
)
FIELDS = (
    "partnership",
    "park",
    "investment",
    "approval",
    "enclave",
    "supply",
    "tourism",
    "education",
    "health",
    "talent",
)
# What may stand in an address: codes become part of URLs.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class AgreementStage(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    EXPIRED = "expired"
    ENDED = "ended"
    REPLACED = "replaced"


class CommitmentKind(StrEnum):
    INDICATOR = "indicator"  # measured by the indicator registry
    COUNTED = "counted"  # counted from recorded deliveries


class Owes(StrEnum):
    MOUNTAIN = "mountain"
    SEA = "sea"
    BOTH = "both"


class Per(StrEnum):
    """How a commitment is divided: one due date, or one target for each period."""

    ONCE = "once"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    TERM = "term"


class Unit(StrEnum):
    """What a quantity is measured in; ``count`` has a word of its own on the commitment."""

    COUNT = "count"
    FEN = "fen"
    PERCENT = "percent"
    MU = "mu"
    TONNE = "tonne"
    DAY = "day"


# Pairs, officers and visits are there or not, and a fen is the least that is paid; days, land and goods come in parts.
WHOLE = frozenset({Unit.COUNT, Unit.FEN})


class DeliveryStage(StrEnum):
    PLANNED = "planned"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"  # a planned entry that a recorded one took the place of
    WITHDRAWN = "withdrawn"


DELIVERED = (DeliveryStage.RECORDED, DeliveryStage.CONFIRMED)


class MeetingLevel(StrEnum):
    LEADERS = "leaders"
    LEADERS_IN_CHARGE = "leaders_in_charge"
    OFFICE = "office"


class MeetingStage(StrEnum):
    PLANNED = "planned"
    INVITED = "invited"
    HELD = "held"
    MINUTED = "minuted"
    SIGNED = "signed"
    CANCELLED = "cancelled"


class ItemStage(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"
    DROPPED = "dropped"


OPEN_ITEM = (ItemStage.OPEN, ItemStage.REPORTED)


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


class Status(StrEnum):
    """Where a commitment stands today."""

    DONE = "done"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LATE = "late"
    NOT_STARTED = "not_started"
    ENDED = "ended"


# What needs the reader first.
URGENCY = (
    Status.LATE,
    Status.AT_RISK,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.DONE,
    Status.ENDED,
)


class Phase(StrEnum):
    """What a commitment has to do with the year of a day."""

    THIS_YEAR = "this_year"  # it runs in the year, or is late from an earlier one
    BEFORE = "before"  # kept before the year began, or fallen due and kept
    AHEAD = "ahead"  # it begins in a later year


def phase_of(starts_on: date, due_on: date, status: str, kept_on: date | None, on: date) -> Phase:
    """Whether a commitment belongs to the account of a day's year.

    The account answers "what was promised for this year, is it coming, and what needs me?". What was kept before the
    year began needs nobody and is no merit of this year, however late it falls due.

    Parameters
    ----------
    starts_on, due_on
        Of the part of the commitment that is looked at.
    kept_on
        The day on which what was promised had come; None where it has not, or where that is not known.
    """
    if status == Status.LATE:
        return Phase.THIS_YEAR
    if starts_on.year > on.year:
        return Phase.AHEAD
    kept_before = status == Status.DONE and kept_on is not None and kept_on.year < on.year
    return Phase.BEFORE if kept_before or due_on.year < on.year else Phase.THIS_YEAR


def other_side(side: str) -> str:
    """The side across the table."""
    return "sea" if side == "mountain" else "mountain"


def receives(owes: str) -> str:
    """The side that receives what ``owes`` owes; what both owe, both receive."""
    return "both" if owes == Owes.BOTH else other_side(owes)


def check_code(code: str) -> None:
    """A number or code that people give becomes part of an address."""
    if not CODE.fullmatch(code):
        raise BadInput(
            "pairing.code_form",
            gettext_noop(
                "{number} cannot be a number here. Use Latin letters, digits, dots and hyphens, at most 40, "
                "for example LX-2018-01."
            ),
            number=code,
        )


def check_field(field: str) -> None:
    """The fields of cooperation are fixed, so that figures add up over pairings."""
    if field not in FIELDS:
        raise BadInput(
            "pairing.unknown_field",
            gettext_noop("There is no field of cooperation {field}. Take one of: {fields}."),
            field=field,
            fields=", ".join(FIELDS),
        )


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
        raise NotAllowed(
            "pairing.not_a_party",
            gettext_noop(
                "{party} is not a party of agreement {number} and cannot sign it. Choose one of its "
                "parties, or add it to the draft."
            ),
            number=number,
            party=party,
        )
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


# -- commitments ---------------------------------------------------------------------------------------------------


def check_commitment(
    code: str, kind: str, indicator: str, target: Decimal, unit: str, per: str, due_on: date | None
) -> None:
    """A commitment can be measured: an indicator or counted deliveries, a target and a due date."""
    if kind == CommitmentKind.INDICATOR and not indicator:
        raise BadInput(
            "pairing.commitment_without_indicator",
            gettext_noop("Commitment {commitment} is measured by an indicator; say which one."),
            commitment=code,
        )
    if kind == CommitmentKind.COUNTED and indicator:
        raise BadInput(
            "pairing.commitment_measured_twice",
            gettext_noop(
                "Commitment {commitment} is counted from deliveries; leave the indicator {indicator} out."
            ),
            commitment=code,
            indicator=indicator,
        )
    if target <= 0:
        raise BadInput(
            "pairing.commitment_target",
            gettext_noop("Commitment {commitment} has the target {target}; promise more than zero."),
            commitment=code,
            target=target,
        )
    if unit in WHOLE and target % 1:
        raise BadInput(
            "pairing.target_not_whole",
            gettext_noop(
                "Commitment {commitment} is counted in whole ones, so {target} cannot be promised. Take a whole "
                "number, or another unit."
            ),
            commitment=code,
            target=target,
        )
    if per == Per.ONCE and due_on is None:
        raise BadInput(
            "pairing.commitment_due",
            gettext_noop("Commitment {commitment} is not divided into periods; give the day it is due."),
            commitment=code,
        )


def check_period(code: str, per: str, period: str, kind: str) -> None:
    """A target stands for a period of the length by which its commitment is divided."""
    if kind != per:
        raise BadInput(
            "pairing.period_of_another_kind",
            gettext_noop(
                "Commitment {commitment} is divided by {per}; {period} is no {per}. Write periods "
                "like 2023, 2023Q3 or 2023-09, as the commitment is divided."
            ),
            commitment=code,
            per=Per(per),
            period=period,
        )


def check_clause_parties(
    code: str, number: str, one: int | None, other: int | None, parties: Collection[int]
) -> None:
    """Money and land go from one party of the agreement to another."""
    if one == other or one not in parties or other not in parties:
        raise BadInput(
            "pairing.clause_parties",
            gettext_noop(
                "Clause {clause} needs two different parties of agreement {number}. Choose one party "
                "on each end."
            ),
            clause=code,
            number=number,
        )


def check_counted(code: str, kind: str) -> None:
    """What an indicator measures is not counted from deliveries."""
    if kind == CommitmentKind.INDICATOR:
        raise NotNow(
            "pairing.measured_not_recorded",
            gettext_noop(
                "Commitment {commitment} is measured by an indicator. Enter the records that the indicator "
                "counts, not a delivery."
            ),
            commitment=code,
        )


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


# -- meetings ------------------------------------------------------------------------------------------------------

_MEETING_MOVES = {
    MeetingStage.PLANNED: (MeetingStage.INVITED, MeetingStage.CANCELLED),
    MeetingStage.INVITED: (MeetingStage.HELD, MeetingStage.CANCELLED),
    MeetingStage.HELD: (MeetingStage.MINUTED,),
    MeetingStage.MINUTED: (MeetingStage.MINUTED, MeetingStage.SIGNED),
    MeetingStage.SIGNED: (),
    MeetingStage.CANCELLED: (),
}


def check_meeting_moves(number: str, stage: str, to: MeetingStage) -> None:
    """A meeting goes planned, invited, held, minuted, signed; it is cancelled before it is held."""
    if to not in _MEETING_MOVES[MeetingStage(stage)]:
        raise NotNow(
            "pairing.meeting_stage",
            gettext_noop(
                "Meeting {number} is {stage}; it cannot become {to} now. It is planned, invited, "
                "held, minuted and signed in this order, and called off only before it is held."
            ),
            number=number,
            stage=MeetingStage(stage),
            to=to,
        )


def check_to_come(number: str, stage: str) -> None:
    """Time, place, guests and agenda are settled before a meeting is held."""
    if stage not in (MeetingStage.PLANNED, MeetingStage.INVITED):
        raise NotNow(
            "pairing.meeting_over",
            gettext_noop(
                "Meeting {number} is {stage}; this is done before it is held. What is to be otherwise"
                " belongs on the agenda of the next meeting."
            ),
            number=number,
            stage=MeetingStage(stage),
        )


def check_can_resolve(number: str, stage: str) -> None:
    """A meeting resolves when it is held."""
    if stage not in (MeetingStage.HELD, MeetingStage.MINUTED, MeetingStage.SIGNED):
        raise NotNow(
            "pairing.resolution_before_meeting",
            gettext_noop(
                "Meeting {number} is {stage}; it resolves when it is held. Write its resolutions down"
                " when it has been held."
            ),
            number=number,
            stage=MeetingStage(stage),
        )


def check_resolution_open(number: str, stage: str, signatures: int) -> None:
    """What a meeting resolved stands from the first signature under its minutes."""
    if signatures or stage == MeetingStage.SIGNED:
        raise NotNow(
            "pairing.resolution_signed",
            gettext_noop(
                "The minutes of meeting {number} are signed, so its resolutions stand. Bring what is to be "
                "otherwise before the next meeting."
            ),
            number=number,
        )


def check_quorums(number: str, mountain: int, sea: int) -> None:
    """A joint meeting has somebody of each side."""
    if mountain < 1 or sea < 1:
        raise BadInput(
            "pairing.quorum_of_both",
            gettext_noop(
                "Meeting {number} needs a quorum of at least one person of each side. Give both numbers."
            ),
            number=number,
        )


@dataclass(frozen=True, slots=True)
class Attendance:
    """One name on the list of a meeting."""

    side: str
    name: str
    is_present: bool


def check_quorum(number: str, attendees: Sequence[Attendance], quorum: Mapping[str, int]) -> None:
    """A joint meeting decides only where enough of each side are there.

    Raises
    ------
    NotNow
        ``pairing.no_quorum``, with the side, how many are there and needed, and who is missing.
    """
    for side in SIDES:
        present = [a.name for a in attendees if a.side == side and a.is_present]
        if len(present) < quorum[side]:
            missing = [a.name for a in attendees if a.side == side and not a.is_present]
            raise NotNow(
                "pairing.no_quorum",
                gettext_noop(
                    "Meeting {number} has no quorum on the {side} side: {present} of {needed} are there. "
                    "Missing: {missing}."
                ),
                number=number,
                side=Side(side),
                present=len(present),
                needed=quorum[side],
                missing=", ".join(missing) or "–",
            )


def check_time(number: str, text: str) -> None:
    """A time of day as offices write it: 09:30."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise BadInput(
            "pairing.time_form",
            gettext_noop("{time} is no time of day for meeting {number}. Write it as 09:30."),
            number=number,
            time=text,
        )


# -- action items --------------------------------------------------------------------------------------------------


def check_item_open(number: str, stage: str) -> None:
    """What is done or dropped moves no more."""
    if stage not in OPEN_ITEM:
        raise NotNow(
            "pairing.item_closed",
            gettext_noop(
                "Action item {number} is {stage} already. Reopen it first if something is left to do."
            ),
            number=number,
            stage=ItemStage(stage),
        )


def check_item_due(number: str, due_on: date, today: date) -> None:
    """What is to be done has a day that is still to come."""
    if due_on < today:
        raise BadInput(
            "pairing.item_due_in_past",
            gettext_noop("{due_on} has passed; give action items of {number} a day to come."),
            number=number,
            due_on=due_on,
        )


def check_owner(unit: str, sits_on: str | None, side: str) -> None:
    """The unit that answers for a side sits on that side."""
    if sits_on != side:
        raise BadInput(
            "pairing.owner_on_another_side",
            gettext_noop("{unit} does not sit on the {side} side of this pairing. Choose a unit that does."),
            unit=unit,
            side=Side(side),
        )


def check_item_evidence(number: str, evidence: int) -> None:
    """An action item is closed on evidence, not on a word."""
    if evidence < 1:
        raise BadInput(
            "pairing.item_without_evidence",
            gettext_noop("Add a document that shows that action item {number} is done."),
            number=number,
        )


def check_extension(number: str, due_on: date, new_due_on: date, reason: str) -> None:
    """More time needs a later day and a reason that both sides can read."""
    if new_due_on <= due_on:
        raise BadInput(
            "pairing.extension_backwards",
            gettext_noop(
                "Action item {number} is due on {due_on}; {new_due_on} gives it no more time. Give a "
                "later day."
            ),
            number=number,
            due_on=due_on,
            new_due_on=new_due_on,
        )
    if not reason.strip():
        raise BadInput(
            "pairing.extension_without_reason",
            gettext_noop(
                "Say why action item {number} needs until {new_due_on}; both sides read the reason."
            ),
            number=number,
            new_due_on=new_due_on,
        )


def reminder_due(due_on: date, today: date, days: Sequence[int]) -> int | None:
    """Which of the reminder offsets is the latest that has come; None before the first.

    The tick may have been down on the day itself, so the offset that passed last counts, once.

    Examples
    --------
    >>> from datetime import date
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 18), (-7, 0, 7))
    -7
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 29), (-7, 0, 7))
    7
    >>> reminder_due(date(2023, 9, 20), date(2023, 9, 1), (-7, 0, 7)) is None
    True
    """
    passed = [offset for offset in days if due_on + timedelta(days=offset) <= today]
    return max(passed) if passed else None


def is_escalated(due_on: date, today: date, days: int) -> bool:
    """Whether an open item has waited so long past its due day that the leaders in charge are told."""
    return due_on + timedelta(days=days) <= today


# -- money and land ------------------------------------------------------------------------------------------------


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


# -- who is in charge ----------------------------------------------------------------------------------------------


def check_charge_side(member: str, sits_on: str | None, side: str, pairing: str) -> None:
    """Who is in charge for a side sits on it."""
    if sits_on != side:
        raise BadInput(
            "pairing.charge_of_another_side",
            gettext_noop(
                "{member} does not sit on the {side} side of pairing {pairing}. Choose somebody who does."
            ),
            member=member,
            side=Side(side),
            pairing=pairing,
        )


def check_charge_follows(member: str, running_from: date, from_on: date) -> None:
    """Whoever is in charge next begins after the one before."""
    if running_from >= from_on:
        raise NotNow(
            "pairing.charge_from",
            gettext_noop(
                "{member} is in charge since {from_on}; the next one begins after that day. Give a "
                "later first day."
            ),
            member=member,
            from_on=running_from,
        )


def check_charge_free(running: str, running_from: date | None) -> None:
    """One is in charge at a time: whoever was before has a last day. ``running_from`` is None where nobody is."""
    if running_from is not None:
        raise NotNow(
            "pairing.charge_running",
            gettext_noop(
                "{member} is in charge there since {from_on}. Give that row its last day in the same sheet, or put "
                "the next one in charge on the page of the pairing."
            ),
            member=running,
            from_on=running_from,
        )


def check_charge_end(member: str, from_on: date, on: date) -> None:
    """Being in charge ends after it begins."""
    if on < from_on:
        raise BadInput(
            "pairing.charge_backwards",
            gettext_noop("{member} is in charge since {from_on}; that cannot end on {on}. Give a later day."),
            member=member,
            from_on=from_on,
            on=on,
        )


# -- secondments ---------------------------------------------------------------------------------------------------


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another.

    Examples
    --------
    >>> from datetime import date
    >>> months_between(date(2022, 3, 1), date(2024, 3, 1))
    24
    >>> months_between(date(2022, 3, 31), date(2022, 4, 30))
    1
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day = (end + timedelta(days=1)).month != end.month
    if end.day < start.day and not last_day:
        months -= 1
    return months


def check_term(code: str, from_on: date, to_on: date, shortest: int, longest: int) -> None:
    """A secondment lasts between the months that the rulebook allows."""
    months = months_between(from_on, to_on + timedelta(days=1))
    if not shortest <= months <= longest:
        raise BadInput(
            "pairing.secondment_term",
            gettext_noop(
                "Secondment {secondment} would last {months} months; allowed are {shortest} to "
                "{longest}. Give another last day."
            ),
            secondment=code,
            months=months,
            shortest=shortest,
            longest=longest,
        )


def check_handover(code: str, successor: str, handover: str) -> None:
    """A secondment ends only when the work is in other hands."""
    if not successor or not handover.strip():
        raise NotNow(
            "pairing.secondment_without_handover",
            gettext_noop(
                "Secondment {secondment} cannot end yet. Name the successor and write what was handed over."
            ),
            secondment=code,
        )


def check_secondment_sides(
    person: str, from_side: str | None, host: str, to_side: str | None, pairing: str
) -> None:
    """An officer goes from one side to the other."""
    if {from_side, to_side} != set(SIDES):
        raise BadInput(
            "pairing.secondment_sides",
            gettext_noop(
                "{person} and {host} must sit on different sides of pairing {pairing}. Choose a host "
                "on the other side."
            ),
            person=person,
            host=host,
            pairing=pairing,
        )


def check_direction(code: str, direction: str, to_side: str) -> None:
    """A secondment goes to the side on which its host sits."""
    if direction != f"to_{to_side}":
        raise BadInput(
            "pairing.secondment_direction",
            gettext_noop(
                "The host of secondment {secondment} sits on the {side} side. Correct the direction, or the host."
            ),
            secondment=code,
            side=Side(to_side),
        )


def check_host_unit(unit: str, is_of_host: bool, host: str) -> None:
    """The unit that appraises is one of the host."""
    if not is_of_host:
        raise BadInput(
            "pairing.host_unit_elsewhere",
            gettext_noop("{unit} is not a unit of {host}. Choose a unit of the host."),
            unit=unit,
            host=host,
        )


# -- activities and aid --------------------------------------------------------------------------------------------


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


# -- annual focus --------------------------------------------------------------------------------------------------

_FOCUS_YEARS = range(2000, 2101)


def check_focus(year: int, order: int) -> None:
    """A key point belongs to a year and has a place in it."""
    if year not in _FOCUS_YEARS or order < 1:
        raise BadInput(
            "pairing.focus_place",
            gettext_noop(
                "A key point has a year and a place from 1 on; {year}, place {order} is neither. Correct it."
            ),
            year=year,
            order=order,
            field="year" if year not in _FOCUS_YEARS else "order",
        )


# -- balance -------------------------------------------------------------------------------------------------------

# What a commitment's deliveries are in the balance of mutual benefit: group and unit of the commitment. Money that
# one side pays the other is not among them: it is booked once, by its payment or donation.
BALANCE_LINES: Mapping[str, tuple[str, str]] = {
    "orders": ("trade", Unit.FEN),
    "land": ("things", Unit.MU),
    "vegetables": ("things", Unit.TONNE),
    "visitors": ("things", Unit.COUNT),
    "leads": ("things", Unit.COUNT),
    "clinic_days": ("things", Unit.DAY),
    "consultations": ("things", Unit.COUNT),
    "medics": ("things", Unit.COUNT),
    "teachers": ("things", Unit.COUNT),
    "placements": ("things", Unit.COUNT),
    "specialists": ("things", Unit.COUNT),
    "jobs": ("things", Unit.COUNT),
    "quota": ("things", Unit.MU),
}


def check_side(side: str) -> None:
    """Two sides give and receive."""
    if side not in SIDES:
        raise BadInput(
            "pairing.unknown_side",
            gettext_noop("There is a mountain side and a sea side, no {side}. Name one of the two."),
            side=side or "–",
            field="side",
        )


def check_balance_line(code: str, line: str, kind: str, unit: str, owes: str) -> None:
    """A line of the balance counts what one side delivers, in its own unit, so that its sum says one thing."""
    if not line:
        return
    if line not in BALANCE_LINES:
        raise BadInput(
            "pairing.unknown_balance_line",
            gettext_noop("The balance has no line {line}. Take one of: {lines}."),
            line=line,
            lines=", ".join(BALANCE_LINES),
            field="balance_line",
        )
    if kind != CommitmentKind.COUNTED or unit != BALANCE_LINES[line][1] or owes == Owes.BOTH:
        raise BadInput(
            "pairing.balance_line_unit",
            gettext_noop(
                "Commitment {commitment} cannot stand in the line {line} of the balance, which counts deliveries of "
                "one side in {unit}. Leave the line empty, or choose the one of its unit."
            ),
            commitment=code,
            line=line,
            unit=Unit(BALANCE_LINES[line][1]),
            field="balance_line",
        )


# -- replay --------------------------------------------------------------------------------------------------------


def replay(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The state of a row from its journal entries, oldest first: what the table must say too.

    Parameters
    ----------
    entries
        Bodies of the journal entries of one subject.
    """
    state: dict[str, Any] = {}
    for entry in entries:
        state.update(entry.get("state") or {})
    return state
