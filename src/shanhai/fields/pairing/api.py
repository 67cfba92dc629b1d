"""``/api/v1/pairing/``: pairings, agreements, commitments, deliveries, meetings and action items for programs.

Numbers and codes name things; quantities travel as text, since JSON has no decimals. Changing calls ask the same
actions as the pages. What may be answered besides success is declared for all operations in ``shanhai.site.api``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shanhai.core import clock, visibility
from shanhai.core.models import Document, Pairing
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import actions, queries, rules
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit.api import Paged, etag, idempotent, if_match, may, paged

router = Router(tags=["pairing"])

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
# Eight digits before the point of fen are enough for a province's budget; more would not fit the column.
Quantity = Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=4)]
Papers = Annotated[list[int], Field(max_length=20)]


# -- what is shown -------------------------------------------------------------------------------------------------


class PartyOut(Schema):
    """One side of a pairing."""

    role: str
    organisation: str
    name_zh: str
    name_en: str

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.organisation.code

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.organisation.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.organisation.name_en


class PairingOut(Schema):
    """A lasting cooperation of two or more parties."""

    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str | None
    started_on: dt.date
    ended_on: dt.date | None
    standing: str
    source: str
    parties: list[PartyOut]
    version: int

    @staticmethod
    def resolve_parent(row: Any) -> str | None:
        return row.parent.code if row.parent else None

    @staticmethod
    def resolve_standing(row: Any) -> str:
        return "illustrative" if row.is_illustrative else "reported"

    @staticmethod
    def resolve_parties(row: Any) -> list[Any]:
        return list(row.parties.all())


class AgreementOut(Schema):
    """An agreement of parties of a pairing."""

    number: str
    pairing: str
    field: str
    name_zh: str
    name_en: str
    stage: str
    valid_from: dt.date
    valid_to: dt.date | None
    signed_on: dt.date | None
    ended_on: dt.date | None
    version_no: int
    standing: str
    source: str
    parties: list[str]
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_parties(row: Any) -> list[str]:
        return [one.party.organisation.code for one in row.parties.all()]


class CommitmentOut(Schema):
    """A commitment with how it stands today; quantities in ``unit`` (fen for money)."""

    commitment: str
    name_zh: str
    name_en: str
    pairing: str
    agreement: str
    field: str
    owes: str
    period: str
    unit: str
    unit_zh: str
    unit_en: str
    promised: str | None
    delivered: str | None
    unconfirmed: str | None
    forecast: str | None
    forecast_low: str | None
    forecast_high: str | None
    basis: str
    status: str
    due_on: dt.date
    late_since: dt.date | None
    missing: str | None
    rests_with: list[str]
    is_main: bool
    standing: str
    version: int


class DeliveryOut(Schema):
    """What was delivered of a commitment, or is planned for a day."""

    code: str
    commitment: str
    on: dt.date
    quantity: str
    what: str
    stage: str
    side: str
    confirmed_on: dt.date | None
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_commitment(row: Any) -> str:
        return row.commitment.code

    @staticmethod
    def resolve_quantity(row: Any) -> str:
        return format(row.quantity.normalize(), "f")


class MeetingOut(Schema):
    """A joint meeting."""

    number: str
    pairing: str
    level: str
    stage: str
    title_zh: str
    title_en: str
    at: dt.datetime
    place_zh: str
    place_en: str
    quorum_mountain: int
    quorum_sea: int
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code


class ItemOut(Schema):
    """An action item, with its owner on each side."""

    number: str
    pairing: str
    meeting: str
    field: str
    title_zh: str
    title_en: str
    lead: str
    mountain_unit: str
    sea_unit: str
    stage: str
    first_due_on: dt.date
    due_on: dt.date
    report: str
    done_on: dt.date | None
    escalated_to: str
    standing: str
    version: int

    @staticmethod
    def resolve_pairing(row: Any) -> str:
        return row.pairing.code

    @staticmethod
    def resolve_meeting(row: Any) -> str:
        return row.resolution.meeting.number

    @staticmethod
    def resolve_mountain_unit(row: Any) -> str:
        return row.mountain_unit.code

    @staticmethod
    def resolve_sea_unit(row: Any) -> str:
        return row.sea_unit.code


# -- what is asked and brought -------------------------------------------------------------------------------------


class In(Schema):
    """Which pairing: its code, or the one that the caller has chosen on the pages."""

    pairing: str = ""


class AgreementsIn(In):
    """Which agreements."""

    stage: Literal["", "draft", "signed", "expired", "ended", "replaced"] = ""
    sort: Literal["number", "valid_to", "signed_on"] = "number"


class ItemsIn(In):
    """Which action items."""

    is_open: bool = False


class DeliveryIn(Schema):
    """A delivery to record or plan."""

    on: dt.date
    quantity: Quantity
    what: str = Field("", max_length=200)
    is_planned: bool = False
    evidence: Papers = Field(default_factory=list, description="Numbers of documents that show it.")


class ReportIn(Schema):
    """How far an action item is."""

    text: str = Field(min_length=1, max_length=5000)
    is_finished: bool = False
    evidence: Papers = Field(default_factory=list)


class CloseIn(Schema):
    """On which day an action item was done, and the papers that show it."""

    on: dt.date
    evidence: Papers = Field(default_factory=list)


# -- reading -------------------------------------------------------------------------------------------------------


@router.get("/pairings", response=Paged[PairingOut], operation_id="list_pairings", summary="Pairings")
@may("pairing.view_pairings")
def list_pairings(request: Any) -> Any:
    """The pairings that the caller has a seat in, by code."""
    return paged(core_pairings.pairings_of(request.member), ("code",), request)


@router.get("/agreements", response=Paged[AgreementOut], operation_id="list_agreements", summary="Agreements")
@may("pairing.view_agreements")
def list_agreements(request: Any, asked: Query[AgreementsIn]) -> Any:
    """The agreements of a pairing and those nested in it."""
    found = queries.agreements_of(request.member, _pairing(request, asked.pairing))
    if asked.stage:
        found = found.filter(stage=asked.stage)
    return paged(found, queries.AGREEMENT_SORTS[asked.sort], request)


@router.get(
    "/agreements/{number}", response=AgreementOut, operation_id="show_agreement", summary="One agreement"
)
@may("pairing.view_agreements")
def show_agreement(request: Any, response: HttpResponse, number: str) -> Any:
    """One agreement; its version stands in ETag."""
    found = queries.agreement_of(request.member, number)
    etag(response, found)
    return found


@router.get(
    "/commitments", response=list[CommitmentOut], operation_id="list_commitments", summary="Commitments today"
)
@may("pairing.view_commitments")
def list_commitments(request: Any, asked: Query[In]) -> Any:
    """The commitments in force of a pairing and those nested in it, with promised, delivered and forecast."""
    account = queries.account(request.member, _pairing(request, asked.pairing))
    return [_commitment(one) for one in account.commitments]


@router.get(
    "/commitments/{code}", response=CommitmentOut, operation_id="show_commitment", summary="One commitment"
)
@may("pairing.view_commitments")
def show_commitment(request: Any, response: HttpResponse, code: str) -> Any:
    """One commitment, as it stands today; its version stands in ETag."""
    found = queries.commitment_of(request.member, code)
    etag(response, found)
    return _commitment(queries.progress_of([found])[0])


@router.get(
    "/commitments/{code}/deliveries",
    response=Paged[DeliveryOut],
    operation_id="list_deliveries",
    summary="Deliveries of a commitment",
)
@may("pairing.view_commitments")
def list_deliveries(request: Any, code: str) -> Any:
    """What came and what is planned, newest first."""
    commitment = queries.commitment_of(request.member, code)
    return paged(queries.deliveries_of(commitment).select_related("commitment"), ("-on", "-id"), request)


@router.get("/meetings", response=Paged[MeetingOut], operation_id="list_meetings", summary="Joint meetings")
@may("pairing.view_meetings")
def list_meetings(request: Any, asked: Query[In]) -> Any:
    """The joint meetings of a pairing and those nested in it, newest first."""
    found = queries.meetings_of(request.member, _pairing(request, asked.pairing))
    return paged(found, ("-at", "-id"), request)


@router.get(
    "/meetings/{number}", response=MeetingOut, operation_id="show_meeting", summary="One joint meeting"
)
@may("pairing.view_meetings")
def show_meeting(request: Any, response: HttpResponse, number: str) -> Any:
    """One joint meeting; its version stands in ETag."""
    found = queries.meeting_of(request.member, number)
    etag(response, found)
    return found


@router.get(
    "/action-items", response=Paged[ItemOut], operation_id="list_action_items", summary="Action items"
)
@may("pairing.view_items")
def list_action_items(request: Any, asked: Query[ItemsIn]) -> Any:
    """The action items of a pairing and those nested in it, soonest due first."""
    found = queries.action_items_of(request.member, _pairing(request, asked.pairing))
    if asked.is_open:
        found = found.filter(stage__in=rules.OPEN_ITEM)
    return paged(found, ("due_on", "id"), request)


@router.get(
    "/action-items/{number}", response=ItemOut, operation_id="show_action_item", summary="One action item"
)
@may("pairing.view_items")
def show_action_item(request: Any, response: HttpResponse, number: str) -> Any:
    """One action item; its version stands in ETag."""
    found = queries.item_of(request.member, number)
    etag(response, found)
    return found


# -- writing -------------------------------------------------------------------------------------------------------


@router.post(
    "/commitments/{code}/deliveries",
    response={201: DeliveryOut},
    operation_id="record_delivery",
    summary="Record or plan a delivery",
)
@may("pairing.view_commitments")
@idempotent(DeliveryOut)
def record_delivery(request: Any, code: str, data: DeliveryIn) -> Any:
    """Record what was delivered with the papers that show it, or plan it for a day to come."""
    commitment = queries.commitment_of(request.member, code)
    if data.is_planned:
        return actions.plan_delivery(
            commitment, on=data.on, quantity=data.quantity, what=data.what, by=request.member
        )
    return actions.record_delivery(
        commitment,
        on=data.on,
        quantity=data.quantity,
        what=data.what,
        evidence=_papers(request, data.evidence),
        by=request.member,
    )


@router.post(
    "/deliveries/{code}/confirm",
    response={200: DeliveryOut},
    operation_id="confirm_delivery",
    summary="Confirm a delivery",
)
@may("pairing.view_commitments")
@idempotent(DeliveryOut, status=200)
def confirm_delivery(request: Any, code: str) -> Any:
    """Confirm, as the side that receives, that it came or will come."""
    delivery = queries.delivery_of(request.member, code)
    return actions.confirm_delivery(delivery, on=clock.today(), by=request.member)


@router.api_operation(
    ["DELETE"],
    "/deliveries/{code}",
    response=DeliveryOut,
    operation_id="withdraw_delivery",
    summary="Take a delivery back",
)
@may("pairing.view_commitments")
def withdraw_delivery(request: Any, code: str, reason: str = "") -> Any:
    """Take back a delivery that the other side has not confirmed; it stays on the record as withdrawn."""
    delivery = queries.delivery_of(request.member, code)
    if_match(request, delivery)
    return actions.withdraw_delivery(delivery, reason=reason[:300], by=request.member)


@router.post(
    "/action-items/{number}/report",
    response={200: ItemOut},
    operation_id="report_action_item",
    summary="Report on an action item",
)
@may("pairing.view_items")
@idempotent(ItemOut, status=200)
def report_action_item(request: Any, number: str, data: ReportIn) -> Any:
    """Say how far it is; ``is_finished`` asks the other side to look and close it."""
    item = queries.item_of(request.member, number)
    return actions.report_action_item(
        item,
        text=data.text,
        is_finished=data.is_finished,
        evidence=_papers(request, data.evidence),
        by=request.member,
    )


@router.patch(
    "/action-items/{number}",
    response=ItemOut,
    operation_id="close_action_item",
    summary="Close an action item",
)
@may("pairing.view_items")
def close_action_item(request: Any, number: str, data: CloseIn) -> Any:
    """Close it on the papers that show it is done."""
    item = queries.item_of(request.member, number)
    if_match(request, item)
    return actions.close_action_item(
        item, on=data.on, evidence=_papers(request, data.evidence), by=request.member
    )


# -- helpers -------------------------------------------------------------------------------------------------------


def _commitment(one: queries.Progress) -> dict[str, Any]:
    return queries.as_plain(one) | {"version": one.commitment.version}


def _pairing(request: Any, code: str) -> Pairing:
    if not code:
        if request.pairing is None:
            raise NotFound(
                "core.no_pairing",
                gettext_noop(
                    "You have no seat in any pairing yet. Ask the administrator to give your organisation one."
                ),
            )
        return request.pairing
    found = core_pairings.pairings_of(request.member).filter(code=code[:40]).first()
    if found is None:
        raise NotFound(
            "pairing.no_pairing",
            gettext_noop("There is no pairing {pairing} that you may see."),
            pairing=code[:40],
        )
    return found


def _papers(request: Any, numbers: list[int]) -> list[Document]:
    found = {
        one.pk: one
        for one in Document.objects.filter(
            pk__in=[number for number in numbers if 0 < number < 2**63], withdrawn_on=None
        ).select_related("owner_unit")
        if visibility.can_see(request.member, one)
    }
    missing = [number for number in numbers if number not in found]
    if missing:
        raise BadInput(
            "pairing.no_such_paper",
            gettext_noop("There is no document {number} that you may see."),
            number=missing[0],
        )
    return [found[number] for number in dict.fromkeys(numbers)]
