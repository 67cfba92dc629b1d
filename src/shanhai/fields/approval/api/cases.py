"""Cases for programs: filed, handed in, accepted, decided, replied to, stopped; the same actions as the pages."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core.models import Document
from shanhai.fields.approval.actions import certificates, deciding, filing, opinions, stopping
from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import history, prechecks
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock, replies
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.api.base import pairing_of
from shanhai.fields.registry.queries import papers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, etag, idempotent, if_match, may, paged

Reason = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=1000)]
Paper = Annotated[
    int | None, Field(None, ge=1, le=2**62, description="Number of a document that the caller sees.")
]


class OpinionOut(Schema):
    """What another department is asked, and what its reply counts as."""

    department: str
    role: str
    unit: str
    step: str
    reply: str
    reasons: str
    counts_as: str
    why: str
    replied_on: dt.date | None
    is_late: bool
    channel: str
    version: int

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code


class ItemOfCaseOut(Schema):
    """An item of a case."""

    code: str
    phase: int
    name_zh: str
    name_en: str
    department: str
    unit: str
    step: str
    state: str
    after: list[str]
    promised_days: int
    extra_days: int
    opens_on: dt.date | None
    due_on: dt.date | None
    decision: str
    reasons: str
    decided_on: dt.date | None
    government_days: int | None
    owner_days: int
    certificate: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    rests_to: dt.date | None
    relies: str
    version: int

    @staticmethod
    def resolve_unit(row: Any) -> str:
        return row.unit.code


class CertificateOut(Schema):
    """The result of an item that others wait for: what they rest on."""

    item: str = Field(validation_alias="code")
    result_zh: str
    result_en: str
    certificate: str
    valid_from: dt.date | None
    valid_to: dt.date | None


class ItemOfCaseWhole(ItemOfCaseOut):
    """An item of a case with its opinions, and the results that it rests on."""

    opinions: list[OpinionOut]
    rests_on: list[CertificateOut]

    @staticmethod
    def resolve_rests_on(row: Any) -> list[Any]:
        return queries.rests_on(row, queries.items_of(row.case))

    @staticmethod
    def resolve_opinions(row: Any) -> list[Any]:
        found = list(row.opinions.select_related("unit").order_by("pk"))
        return found


class CaseOut(Schema):
    """A case of joint review."""

    number: str
    project: str
    name_zh: str
    name_en: str
    enterprise: str
    catalogue: str
    catalogue_version: int
    mode: str
    stage: str
    filed_on: dt.date
    received_on: dt.date | None
    accepted_on: dt.date | None
    planned_on: dt.date | None
    closed_on: dt.date | None
    n_items: int
    open_items: int
    calendar_days: int | None
    government_days: int | None
    owner_days: int | None
    standing: str
    source: str
    version: int

    @staticmethod
    def resolve_project(row: Any) -> str:
        return row.project.number

    @staticmethod
    def resolve_name_zh(row: Any) -> str:
        return row.project.name_zh

    @staticmethod
    def resolve_name_en(row: Any) -> str:
        return row.project.name_en

    @staticmethod
    def resolve_enterprise(row: Any) -> str:
        return row.enterprise.code

    @staticmethod
    def resolve_catalogue(row: Any) -> str:
        return row.catalogue.catalogue.code

    @staticmethod
    def resolve_catalogue_version(row: Any) -> int:
        return row.catalogue.number


class MaterialOut(Schema):
    """A material of the file: how many versions there are, and which items ask for it."""

    code: str
    name_zh: str
    name_en: str
    is_major: bool
    may_come_later: bool
    may_be_covered: bool
    is_promised: bool
    promised_on: dt.date | None
    brought_on: dt.date | None
    n_versions: int
    asked_by: list[str]
    findings: list[str]
    version: int

    @staticmethod
    def resolve_findings(row: Any) -> list[str]:
        return prechecks.said(row.versions.order_by("-number").first())


class CaseWhole(CaseOut):
    """A case with its items and materials."""

    items: list[ItemOfCaseOut]
    materials: list[MaterialOut]

    @staticmethod
    def resolve_items(row: Any) -> list[Any]:
        return list(queries.items_of(row))

    @staticmethod
    def resolve_materials(row: Any) -> list[Any]:
        return list(row.materials.order_by("place"))


class EventOut(Schema):
    """One thing that happened to a case; where only its day is known, ``is_exact`` is false."""

    activity: str
    at: dt.datetime
    lifecycle: str
    unit: str
    item: str
    is_exact: bool
    detail: str


class CasesWhere(Schema):
    """Which cases."""

    pairing: str = Field("", max_length=40)
    stage: rules.CaseStage | None = None


class CaseIn(Given):
    """The project whose file is opened, by its number or project code."""

    project: str = Field(min_length=1, max_length=40)
    mode: rules.Mode = rules.Mode.JOINT
    number: str = Field("", max_length=40)


class CaseMaterialIn(Given):
    """A material that is brought: a document, or the name of a paper."""

    document: Paper = None
    name: str = Field("", max_length=200)
    dated_on: Day | None = None


class CaseHandInIn(Given):
    """Minor materials that the applicant promises to bring later, by code."""

    promised: list[str] = Field(default_factory=list, max_length=100)


class CaseGapsIn(Given):
    """What is wrong with which material; what is missing is named by itself."""

    gaps: dict[str, Reason] = Field(default_factory=dict)


class CaseReasonIn(Given):
    """Why; others read it."""

    reason: Reason


class ItemDecisionIn(Given):
    """The decision; it takes effect with the last step of the unit."""

    decision: replies.Decision
    reasons: Text = ""
    document: Paper = None
    certificate: str = Field("", max_length=80, description="Number of the result, where it has one.")
    valid_from: Day | None = Field(None, description="Left out: from the decision on.")
    valid_to: Day | None = Field(None, description="Left out: as long as the catalogue says, else for good.")
    relies: str = Field(
        "", max_length=500, description="Why it is approved on a certificate that has run out."
    )


class CertificateRenewalIn(Given):
    """A renewed certificate."""

    certificate: str = Field("", max_length=80, description="Its new number; left out, the number stays.")
    valid_from: Day | None = Field(
        None, description="Left out: as before while it holds, else from today on."
    )
    valid_to: Day
    document: Paper = None


class OpinionIn(Given):
    """The reply: agree, disagree with reasons, forward; any other text counts as agreement."""

    reply: str = Field(min_length=1, max_length=200)
    reasons: Text = ""


class OpinionRecordIn(OpinionIn):
    """A reply that came on paper or by telephone, with its scan."""

    channel: str = Field(max_length=9, json_schema_extra={"enum": list(opinions.CHANNELS)})
    document: Annotated[int, Field(ge=1, le=2**62)]


class ItemStopIn(Given):
    """Why the clock stands still, for how long at most, shown by which paper."""

    reason: clock.StopReason
    text: str = Field(min_length=1, max_length=500)
    days: int = Field(ge=1, le=400)
    document: Paper = None
    evidence: str = Field("", max_length=200)


class ItemExtensionIn(Given):
    """By how many working days an item is extended, and why."""

    days: int = Field(ge=1, le=400)
    reason: Reason


def _case(request: Any, number: str) -> Any:
    found = queries.case_of(request.member, number)
    if_match(request, found)
    return found


def _item(request: Any, number: str, code: str) -> Any:
    found = queries.item_of(request.member, number, code)
    if_match(request, found)
    return found


def _opinion(request: Any, number: str, code: str, department: str) -> Any:
    found = queries.opinion_of(request.member, number, code, department)
    if_match(request, found)
    return found


def _paper(request: Any, number: int | None) -> Document | None:
    return papers.seen(request.member, number) if number is not None else None


@router.get("/cases", response=Paged[CaseOut], summary="Cases of joint review")
@may("approval.view_cases")
def list_cases(request: Any, asked: Query[CasesWhere]) -> Any:
    """The cases of a pairing and those nested in it that the caller sees, latest first."""
    found = queries.cases_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    return paged(found, ("-filed_on", "-id"), request)


@router.get("/cases/{number}", response=CaseWhole, summary="One case")
@may("approval.view_cases")
def show_case(request: Any, response: HttpResponse, number: str) -> Any:
    """One case with its items and materials; its version stands in ETag."""
    found = queries.case_of(request.member, number)
    etag(response, found)
    return found


@router.get("/cases/{number}/events", response=list[EventOut], summary="What happened to a case")
@may("approval.view_opinions")
def list_case_events(request: Any, number: str) -> Any:
    """What happened to a case, in order."""
    return history.events_of(queries.case_of(request.member, number))


@router.get("/cases/{number}/items/{code}", response=ItemOfCaseWhole, summary="One item of a case")
@may("approval.view_opinions")
def show_item_of_case(request: Any, response: HttpResponse, number: str, code: str) -> Any:
    """One item with the opinions on it; its version stands in ETag."""
    found = queries.item_of(request.member, number, code)
    etag(response, found)
    return found


@router.post("/cases", response={201: CaseWhole}, summary="Open the file of a project")
@may("approval.file_case")
@idempotent(CaseWhole)
def file_case(request: Any, data: CaseIn) -> Any:
    """Open the file of a project under the catalogue in force where it stands."""
    project = projects.project_to_file(request.member, data.project)
    return filing.file_case(project, mode=data.mode, number=data.number, by=request.member)


@router.post("/cases/{number}/materials/{code}", response={201: MaterialOut}, summary="Bring a material")
@may("approval.add_material")
@idempotent(MaterialOut)
def add_material(request: Any, number: str, code: str, data: CaseMaterialIn) -> Any:
    """Bring a material once for all items; brought again it is its next version."""
    found = queries.material_of(queries.case_of(request.member, number), code)
    paper = _paper(request, data.document)
    pages = prechecks.pages_in(found, paper)
    filing.add_material(
        found, document=paper, name=data.name, dated_on=data.dated_on, pages=pages, by=request.member
    )
    return found


def _posts(path: str, summary: str, out: Any = CaseWhole) -> Any:
    return router.post(path, response=out, summary=summary, openapi_extra=CHANGES_A_ROW)


@_posts("/cases/{number}/hand-in", "Hand a file in")
@may("approval.hand_in")
@idempotent(CaseWhole, status=200)
def hand_in(request: Any, number: str, data: CaseHandInIn) -> Any:
    """Hand a file in, promising minor materials where all items allow it."""
    return filing.hand_in(_case(request, number), promised=data.promised, by=request.member)


@_posts("/cases/{number}/gaps", "Name all gaps of a file")
@may("approval.name_gaps")
@idempotent(CaseWhole, status=200)
def name_gaps(request: Any, number: str, data: CaseGapsIn) -> Any:
    """Name all gaps, once."""
    return filing.name_gaps(_case(request, number), gaps=data.gaps, by=request.member)


@_posts("/cases/{number}/accept", "Accept a file")
@may("approval.accept_case")
@idempotent(CaseWhole, status=200)
def accept_case(request: Any, number: str) -> Any:
    """Accept a complete file: what waits for nothing opens at once."""
    return filing.accept_case(_case(request, number), by=request.member)


@_posts("/cases/{number}/withdraw", "Withdraw a file")
@may("approval.withdraw_case")
@idempotent(CaseWhole, status=200)
def withdraw_case(request: Any, number: str, data: CaseReasonIn) -> Any:
    """Withdraw a file, saying why."""
    return filing.withdraw_case(_case(request, number), reason=data.reason, by=request.member)


@_posts("/cases/{number}/items/{code}/decide", "Decide on an item", ItemOfCaseOut)
@may("approval.decide_item")
@idempotent(ItemOfCaseOut, status=200)
def decide_item(request: Any, number: str, code: str, data: ItemDecisionIn) -> Any:
    """Decide on an item, or pass the decision on to the next step of the unit."""
    return deciding.decide_item(
        _item(request, number, code),
        decision=data.decision,
        reasons=data.reasons,
        document=_paper(request, data.document),
        certificate=data.certificate,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        relies=data.relies,
        by=request.member,
    )


@_posts("/cases/{number}/items/{code}/renew", "Renew a certificate", ItemOfCaseOut)
@may("approval.renew_certificate")
@idempotent(ItemOfCaseOut, status=200)
def renew_certificate(request: Any, number: str, code: str, data: CertificateRenewalIn) -> Any:
    """Enter the renewed certificate of an approved item; what rests on it has its new day at once."""
    return certificates.renew_certificate(
        _item(request, number, code),
        certificate=data.certificate,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        document=_paper(request, data.document),
        by=request.member,
    )


@_posts("/cases/{number}/items/{code}/return", "Return a decision to the step below", ItemOfCaseOut)
@may("approval.return_decision")
@idempotent(ItemOfCaseOut, status=200)
def return_decision(request: Any, number: str, code: str, data: CaseReasonIn) -> Any:
    """Return a decision to the step below, with a word."""
    return deciding.return_decision(_item(request, number, code), word=data.reason, by=request.member)


@_posts("/cases/{number}/items/{code}/recall", "Recall a decision", ItemOfCaseOut)
@may("approval.recall_decision")
@idempotent(ItemOfCaseOut, status=200)
def recall_decision(request: Any, number: str, code: str, data: CaseReasonIn) -> Any:
    """Recall an approval that no later item has used."""
    return deciding.recall_decision(_item(request, number, code), reason=data.reason, by=request.member)


@_posts("/cases/{number}/items/{code}/stop", "Stop the clock of an item", ItemOfCaseOut)
@may("approval.stop_item")
@idempotent(ItemOfCaseOut, status=200)
def stop_item(request: Any, number: str, code: str, data: ItemStopIn) -> Any:
    """Stop the clock for a reason that a paper shows, for some working days at most."""
    item = _item(request, number, code)
    document = _paper(request, data.document)
    given: dict[str, Any] = {name: getattr(data, name) for name in ("reason", "text", "days", "evidence")}
    stopping.stop_item(item, document=document, by=request.member, **given)
    return item


@_posts("/cases/{number}/items/{code}/resume", "Set the clock of an item going", ItemOfCaseOut)
@may("approval.resume_item")
@idempotent(ItemOfCaseOut, status=200)
def resume_item(request: Any, number: str, code: str) -> Any:
    """Set a clock going again."""
    return stopping.resume_item(_item(request, number, code), by=request.member)


@_posts("/cases/{number}/items/{code}/ask-to-resume", "Ask that a clock goes on", ItemOfCaseOut)
@may("approval.ask_to_resume")
@idempotent(ItemOfCaseOut, status=200)
def ask_to_resume(request: Any, number: str, code: str) -> Any:
    """Ask that a clock goes on, because what it waited for is there."""
    item = _item(request, number, code)
    stopping.ask_to_resume(item, by=request.member)
    return item


@_posts("/cases/{number}/items/{code}/extend", "Extend an item, once", ItemOfCaseOut)
@may("approval.extend_item")
@idempotent(ItemOfCaseOut, status=200)
def extend_item(request: Any, number: str, code: str, data: ItemExtensionIn) -> Any:
    """Extend the days of an item, once."""
    return stopping.extend_item(
        _item(request, number, code), days=data.days, reason=data.reason, by=request.member
    )


_REPLY = "/cases/{number}/items/{code}/opinions/{department}"


@_posts(f"{_REPLY}/reply", "Reply to what the lead asks", OpinionOut)
@may("approval.reply_opinion")
@idempotent(OpinionOut, status=200)
def reply_opinion(request: Any, number: str, code: str, department: str, data: OpinionIn) -> Any:
    """Reply, or pass the reply on to the next step of the unit."""
    found = _opinion(request, number, code, department)
    return opinions.reply_opinion(found, reply=data.reply, reasons=data.reasons, by=request.member)


@_posts(f"{_REPLY}/return", "Return a reply to the step below", OpinionOut)
@may("approval.return_opinion")
@idempotent(OpinionOut, status=200)
def return_opinion(request: Any, number: str, code: str, department: str, data: CaseReasonIn) -> Any:
    """Return a reply to the step below, with a word."""
    found = _opinion(request, number, code, department)
    return opinions.return_opinion(found, word=data.reason, by=request.member)


@_posts(f"{_REPLY}/record", "Write down an opinion that came on paper or by telephone", OpinionOut)
@may("approval.record_opinion")
@idempotent(OpinionOut, status=200)
def record_opinion(request: Any, number: str, code: str, department: str, data: OpinionRecordIn) -> Any:
    """Write down an opinion in the department's name, with its scan."""
    return opinions.record_opinion(
        _opinion(request, number, code, department),
        reply=data.reply,
        reasons=data.reasons,
        channel=data.channel,
        document=_paper(request, data.document),
        by=request.member,
    )


@_posts(f"{_REPLY}/recall", "Recall a reply", OpinionOut)
@may("approval.recall_opinion")
@idempotent(OpinionOut, status=200)
def recall_opinion(request: Any, number: str, code: str, department: str, data: CaseReasonIn) -> Any:
    """Recall a reply that the lead has not decided on."""
    found = _opinion(request, number, code, department)
    return opinions.recall_opinion(found, reason=data.reason, by=request.member)
