"""Leads for programs: registered, spoken to, triaged, moved along, rejected, transferred, merged, paid in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import sentences
from shanhai.fields.investment.actions import leads as actions
from shanhai.fields.investment.actions import paid_in as payments
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.api.projects import Fen, Measure
from shanhai.fields.investment.queries import lead_registers as tables
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.registry.api.base import member_of, organisation_of, region_of, unit_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, changes_in, etag, idempotent, if_match, may

Code = Annotated[str, Field(max_length=40)]
Amount = Annotated[Decimal, Field(ge=0, le=10**13, decimal_places=2)]
Rate = Annotated[Decimal, Field(gt=0, lt=10_000, decimal_places=6)]
TalkStage = Literal["triaged", "talking", "visited", "reviewed"]


@registers.schema(tables.LEADS.register, tables.LEADS.rows_of)
class LeadOut(Schema):
    """A lead with what is known of it, where it is on its way and what is due next."""

    version: int


class LeadContactOut(Schema):
    """One entry of the log of a lead."""

    on: dt.date
    way: rules.Way
    people: str
    text: str
    text_en: str
    member: str | None

    @staticmethod
    def resolve_member(row: Any) -> str | None:
        return row.member.code if row.member else None


class LeadClockOut(Schema):
    """One clock of a lead: when it is due, when it was kept, how many working days late."""

    name: Literal["contact", "triage", "feedback", "follow"]
    due_on: dt.date | None
    done_on: dt.date | None
    late_days: int


class LeadPaymentOut(Schema):
    """Capital that came in, in yuan and in the money in which it came."""

    number: int
    on: dt.date
    amount_fen: int
    currency: str
    amount: Decimal | None
    rate: Decimal | None
    evidence: str
    taken_back_on: dt.date | None
    reason: str
    version: int


class LeadAlikeOut(Schema):
    """A lead that may be the same: how like the names of the investors are, 0 to 1, and what speaks for and against."""

    lead: str
    likeness: float
    is_same: bool
    reasons: list[str]

    @staticmethod
    def resolve_lead(row: Any) -> str:
        return row.lead.number

    @staticmethod
    def resolve_reasons(row: Any) -> list[str]:
        return [sentences.reason(why) for why in row.reasons]


class LeadWhole(LeadOut):
    """A lead with its clocks, its log, the capital paid in, and what is missing to judge it; a firm reads no log."""

    missing: list[str]
    clocks: list[LeadClockOut]
    contacts: list[LeadContactOut]
    payments: list[LeadPaymentOut]
    lookalikes: list[LeadAlikeOut]

    @staticmethod
    def resolve_missing(row: Any) -> list[str]:
        return rules.missing(queries.entry_values(row))

    @staticmethod
    def resolve_clocks(row: Any) -> list[Any]:
        return queries.clocks_of(row) if queries.is_inside(row.reader) else []

    @staticmethod
    def resolve_contacts(row: Any) -> list[Any]:
        return list(queries.contacts_of(row)) if queries.is_inside(row.reader) else []

    @staticmethod
    def resolve_payments(row: Any) -> list[Any]:
        return list(queries.payments_of(row)) if queries.is_inside(row.reader) else []

    @staticmethod
    def resolve_lookalikes(row: Any) -> list[Any]:
        return queries.lookalikes(row.reader, row) if queries.is_inside(row.reader) else []


class CutOut(Schema):
    """One row of the funnel: how many leads came as far as each step, and their capital."""

    key: str
    steps: dict[str, int]
    lost: int
    counted_fen: int
    paid_in_fen: int


class LeadsWhere(OfficeWhere):
    """Which leads."""

    stage: rules.LeadStage | None = None
    kind: rules.LeadKind | None = None
    state: Literal["", "open", "late", "counted"] = ""
    introducer: str = Field("", max_length=40)
    quarter: str = Field("", max_length=6, description="2023Q3")
    sort: Literal["registered_on", "name", "counted", "next_due"] = "registered_on"


class FunnelWhere(OfficeWhere):
    """Of which leads, and by what."""

    kind: rules.LeadKind | None = None
    by: Literal["", "kind", "introducer", "quarter"] = ""


class _LeadFacts(Given):
    kind: rules.LeadKind = rules.LeadKind.NEW
    investor_zh: str = Field("", max_length=120)
    investor_en: str = Field("", max_length=160)
    investor: Code = Field("", description="Code of the organisation, where the register has it.")
    introduced_by: Code = ""
    introducer: Code = ""
    industry: str = Field("", max_length=5)
    process_zh: str = Field("", max_length=300)
    process_en: str = Field("", max_length=400)
    investment_fen: Fen | None = None
    invested_before_fen: Fen | None = None
    land_mu: Measure | None = None
    plant_m2: Measure | None = None
    energy_tce: Measure | None = None
    water_m3: Measure | None = None
    emissions_t: Measure | None = None
    output_fen: Fen | None = None
    tax_fen: Fen | None = None
    jobs: int | None = Field(None, ge=0, le=10**6)
    skills_zh: str = Field("", max_length=300)
    skills_en: str = Field("", max_length=400)
    start_on: Day | None = None
    producing_on: Day | None = None
    currency: str = Field("", max_length=3)
    contract_amount: Amount | None = None
    rate: Rate | None = None
    rate_on: Day | None = None
    base_tax_fen: Fen | None = None
    base_year: int | None = Field(None, ge=1990, le=2100)
    site_zh: str = Field("", max_length=120)
    site_en: str = Field("", max_length=160)
    source: str = Field("", max_length=200)


class LeadIn(_LeadFacts):
    """A lead to register; what is null or left out is not known."""

    pairing: str = Field("", max_length=40)
    number: Code = ""
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    unit: Code = Field("", description="Who holds it; the caller's unit where it is left out.")
    registered_on: Day | None = None


class LeadPatch(_LeadFacts):
    """What changes of a lead; null makes a fact unknown again."""

    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)


class LeadContactIn(Given):
    """How an investor was spoken to."""

    way: rules.Way
    text: str = Field(min_length=1, max_length=4000)
    text_en: str = Field("", max_length=4000)
    people: str = Field("", max_length=160)
    on: Day | None = None


class LeadTriageIn(Given):
    """Which unit talks; whoever holds it where it is left out."""

    unit: Code = ""
    remark: str = Field("", max_length=300)


class LeadTextIn(Given):
    """What becomes of it."""

    text: str = Field(min_length=1, max_length=300)


class LeadMoveIn(Given):
    """How far the talks are; a review has its entry score, a way back its reason."""

    to: TalkStage
    score: Decimal | None = Field(None, ge=0, le=100, decimal_places=2)
    reason: str = Field("", max_length=300)


class LeadSignIn(Given):
    """Who builds, and where."""

    enterprise: str = Field(min_length=1, max_length=40)
    region: str = Field(min_length=1, max_length=20)
    project_number: Code = ""


class LeadTransferIn(OfficeReasonIn):
    """To whom, and what of the credit stays."""

    to: str = Field(min_length=1, max_length=40)
    credit_percent: int = Field(ge=0, le=100)


class LeadMergeIn(OfficeReasonIn):
    """Into which lead."""

    into: str = Field(min_length=1, max_length=40)


class PaidInIn(Given):
    """Capital that came in: in yuan, or in foreign money with the rate of the day."""

    amount_fen: Fen | None = None
    currency: str = Field("", max_length=3)
    amount: Amount | None = None
    rate: Rate | None = None
    evidence: str = Field(min_length=1, max_length=200)
    on: Day | None = None


_SORTS = {
    "registered_on": ("-registered_on", "-id"),
    "name": ("name_sort", "id"),
    "counted": ("-counted_fen", "-id"),
    "next_due": ("next_due_on", "id"),
}
_NULLABLE = (
    "investment_fen", "invested_before_fen", "land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t", "output_fen",
    "tax_fen", "jobs", "start_on", "producing_on", "contract_amount", "rate", "rate_on", "base_tax_fen", "base_year",
)  # fmt: skip


@router.get("/leads", response=Paged[LeadOut], summary="Leads")
@may("investment.view_leads")
def list_leads(request: Any, asked: Query[LeadsWhere]) -> Any:
    """The leads of a pairing and those nested in it, as far as the caller sees them."""
    found = queries.leads_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    if asked.kind is not None:
        found = found.filter(kind=asked.kind)
    if asked.state:
        found = queries.in_state(found, asked.state)
    if asked.introducer:
        found = queries.of_introducer(found, asked.introducer)
    if asked.quarter:
        found = queries.of_quarter(found, asked.quarter)
    return registers.paged(LeadOut, found, _SORTS[asked.sort], request)


@router.get("/leads/{number}", response=LeadWhole, summary="One lead")
@may("investment.view_leads")
def show_lead(request: Any, response: HttpResponse, number: str) -> Any:
    """One lead by its number; its version stands in ETag."""
    found = queries.lead_of(request.member, number)
    etag(response, found)
    return _whole(request, found)


@router.get("/pipeline", response=list[CutOut], summary="How far leads came")
@may("investment.view_funnel")
def show_pipeline(request: Any, asked: Query[FunnelWhere]) -> Any:
    """Each lead counts once, as a whole or by kind, introducer (code of the organisation) or quarter."""
    found = queries.leads_of(request.member, pairing_of(request, asked.pairing))
    if asked.kind is not None:
        found = found.filter(kind=asked.kind)
    return [
        {
            "key": one.key,
            "steps": one.steps,
            "lost": one.lost,
            "counted_fen": one.fen,
            "paid_in_fen": one.paid_fen,
        }
        for one in queries.funnel(found, asked.by)
    ]


@router.post("/leads", response={201: LeadWhole}, summary="Register a lead")
@may("investment.add_lead")
@idempotent(LeadWhole)
def add_lead(request: Any, data: LeadIn) -> Any:
    """Register it; its clocks run from that day."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    unit = given.pop("unit")
    given |= _named(request, given)
    made = actions.add_lead(pairing, unit=unit_of(unit) if unit else None, by=request.member, **given)
    return _whole(request, made)


@router.patch("/leads/{number}", response=LeadWhole, summary="Change a lead", openapi_extra=CHANGES_A_ROW)
@may("investment.change_lead")
def change_lead(request: Any, response: HttpResponse, number: str, data: LeadPatch) -> Any:
    """Change what is known about it."""
    found = _at_version(request, number)
    changes = changes_in(data, *_NULLABLE)
    changes |= _named(request, changes)
    actions.change_lead(found, by=request.member, **changes)
    etag(response, found)
    return _whole(request, found)


def _named(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The rows that codes name; an empty code names nobody."""
    read = {"investor": organisation_of, "introduced_by": organisation_of}
    found: dict[str, Any] = {
        name: of(given[name]) if given[name] else None for name, of in read.items() if name in given
    }
    if "introducer" in given:
        found["introducer"] = member_of(given["introducer"], request.member) if given["introducer"] else None
    return found


@router.post(
    "/leads/{number}/contacts",
    response=LeadWhole,
    summary="Write down a contact",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.log_contact")
@idempotent(LeadWhole, status=200)
def log_contact(request: Any, number: str, data: LeadContactIn) -> Any:
    """The first makes it contacted, later ones are follow-ups."""
    found = _at_version(request, number)
    actions.log_contact(found, by=request.member, **data.dict())
    return _whole(request, found)


@router.post(
    "/leads/{number}/experts", response=LeadWhole, summary="Ask experts first", openapi_extra=CHANGES_A_ROW
)
@may("investment.ask_experts")
@idempotent(LeadWhole, status=200)
def ask_experts(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """The triage has a week from its registration."""
    return _whole(
        request, actions.ask_experts(_at_version(request, number), reason=data.reason, by=request.member)
    )


@router.post(
    "/leads/{number}/triage", response=LeadWhole, summary="Triage a lead", openapi_extra=CHANGES_A_ROW
)
@may("investment.triage_lead")
@idempotent(LeadWhole, status=200)
def triage_lead(request: Any, number: str, data: LeadTriageIn) -> Any:
    """It is worth talking about."""
    found = _at_version(request, number)
    unit = unit_of(data.unit) if data.unit else None
    return _whole(request, actions.triage_lead(found, unit=unit, remark=data.remark, by=request.member))


@router.post(
    "/leads/{number}/feedback", response=LeadWhole, summary="Tell the introducer", openapi_extra=CHANGES_A_ROW
)
@may("investment.feed_back_lead")
@idempotent(LeadWhole, status=200)
def feed_back_lead(request: Any, number: str, data: LeadTextIn) -> Any:
    """What becomes of it."""
    return _whole(
        request, actions.feed_back_lead(_at_version(request, number), text=data.text, by=request.member)
    )


@router.post(
    "/leads/{number}/move", response=LeadWhole, summary="Move the talks on", openapi_extra=CHANGES_A_ROW
)
@may("investment.move_lead")
@idempotent(LeadWhole, status=200)
def move_lead(request: Any, number: str, data: LeadMoveIn) -> Any:
    """Forward as it comes, back with a reason."""
    return _whole(request, actions.move_lead(_at_version(request, number), by=request.member, **data.dict()))


@router.post(
    "/leads/{number}/sign", response=LeadWhole, summary="Make a lead a project", openapi_extra=CHANGES_A_ROW
)
@may("investment.sign_lead")
@idempotent(LeadWhole, status=200)
def sign_lead(request: Any, number: str, data: LeadSignIn) -> Any:
    """The project takes over what is known."""
    found = _at_version(request, number)
    made = actions.sign_lead(
        found, enterprise=organisation_of(data.enterprise), region=region_of(data.region),
        project_number=data.project_number, by=request.member,
    )  # fmt: skip
    return _whole(request, made)


@router.post(
    "/leads/{number}/reject", response=LeadWhole, summary="Reject a lead", openapi_extra=CHANGES_A_ROW
)
@may("investment.reject_lead")
@idempotent(LeadWhole, status=200)
def reject_lead(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """It will not come, and why."""
    return _whole(
        request, actions.reject_lead(_at_version(request, number), reason=data.reason, by=request.member)
    )


@router.post(
    "/leads/{number}/transfer", response=LeadWhole, summary="Transfer a lead", openapi_extra=CHANGES_A_ROW
)
@may("investment.transfer_lead")
@idempotent(LeadWhole, status=200)
def transfer_lead(request: Any, number: str, data: LeadTransferIn) -> Any:
    """To others, the credit shared."""
    given = data.dict()
    given["to"] = organisation_of(given["to"])
    return _whole(request, actions.transfer_lead(_at_version(request, number), by=request.member, **given))


@router.post(
    "/leads/{number}/reopen", response=LeadWhole, summary="Take a lead up again", openapi_extra=CHANGES_A_ROW
)
@may("investment.reopen_lead")
@idempotent(LeadWhole, status=200)
def reopen_lead(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """It is where it was then."""
    return _whole(
        request, actions.reopen_lead(_at_version(request, number), reason=data.reason, by=request.member)
    )


@router.post(
    "/leads/{number}/merge",
    response=LeadWhole,
    summary="Merge a lead into another",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.merge_leads")
@idempotent(LeadWhole, status=200)
def merge_leads(request: Any, number: str, data: LeadMergeIn) -> Any:
    """That one counts, this one no more."""
    found = _at_version(request, number)
    into = queries.lead_of(request.member, data.into)
    return _whole(request, actions.merge_leads(found, into=into, reason=data.reason, by=request.member))


@router.post(
    "/leads/{number}/unmerge", response=LeadWhole, summary="Undo a merger", openapi_extra=CHANGES_A_ROW
)
@may("investment.unmerge_lead")
@idempotent(LeadWhole, status=200)
def unmerge_lead(request: Any, number: str) -> Any:
    """While nothing rests on it."""
    return _whole(request, actions.unmerge_lead(_at_version(request, number), by=request.member))


@router.post(
    "/leads/{number}/payments",
    response=LeadWhole,
    summary="Write down capital paid in",
    openapi_extra=CHANGES_A_ROW,
)
@may("investment.record_paid_in")
@idempotent(LeadWhole, status=200)
def record_paid_in(request: Any, number: str, data: PaidInIn) -> Any:
    """In yuan, or in foreign money at the rate of the day."""
    found = _at_version(request, number)
    payments.record_paid_in(found, by=request.member, **data.dict())
    return _whole(request, found)


@router.post(
    "/leads/{number}/payments/{payment}/take-back", response=LeadWhole, summary="Take a payment back",
    openapi_extra=CHANGES_A_ROW,
)  # fmt: skip
@may("investment.take_back_paid_in")
@idempotent(LeadWhole, status=200)
def take_back_paid_in(request: Any, number: str, payment: int, data: OfficeReasonIn) -> Any:
    """The entry stays, and counts no more."""
    found = _at_version(request, number)
    payments.take_back_paid_in(queries.payment_of(found, payment), reason=data.reason, by=request.member)
    return _whole(request, found)


def _at_version(request: Any, number: str) -> Any:
    """The lead, at the version that the caller has read."""
    found = queries.lead_of(request.member, number)
    if_match(request, found)
    return found


def _whole(request: Any, one: Any) -> Any:
    """A lead, and who reads it: what hangs on it is shown as far as they may."""
    one.reader = request.member
    return one
