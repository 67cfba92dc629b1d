"""Agreements: drafted, changed, shared, signed, renewed, ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core.actions import sharing
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.api.base import (
    Code,
    CooperationField,
    EndIn,
    LongText,
    ReasonIn,
    Where,
    pairing_of,
    papers_of,
    router,
    row_schema,
)
from shanhai.fields.pairing.api.payments import LandClauseOut, MoneyClauseOut
from shanhai.fields.pairing.queries import named
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Key,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
)


@row_schema(tables.AGREEMENTS)
class AgreementOut(Schema):
    """An agreement of parties of a pairing."""

    reach: str
    parties: list[str]
    version: int

    @staticmethod
    def resolve_parties(row: Any) -> list[str]:
        return [one.party.organisation.code for one in row.parties.all()]


class SignatureOut(Schema):
    """That a party signed, and the SHA-256 of the terms that it signed.

    ``way``: confirmed in the system (``system``, with ``confirmed_at``), a scanned, stamped copy that was matched
    (``scan``), or taken over from a file (``noted``).
    """

    party: str
    person: str
    on: dt.date
    terms_sha256: str
    way: Literal["system", "scan", "noted"]
    confirmed_at: dt.datetime | None
    document: int | None

    @staticmethod
    def resolve_party(row: Any) -> str:
        return row.party.organisation.code

    @staticmethod
    def resolve_document(row: Any) -> int | None:
        return row.document_id


class AgreementWhole(AgreementOut):
    """An agreement with its terms and signatures."""

    end_reason: str
    commitments: list[str]
    money_clauses: list[MoneyClauseOut]
    land_clauses: list[LandClauseOut]
    signatures: list[SignatureOut]

    @staticmethod
    def resolve_commitments(row: Any) -> list[str]:
        return list(row.commitments.order_by("rank", "code").values_list("code", flat=True))

    @staticmethod
    def resolve_money_clauses(row: Any) -> Any:
        return registers.fill(MoneyClauseOut, list(row.money_clauses.all()))

    @staticmethod
    def resolve_land_clauses(row: Any) -> Any:
        return registers.fill(LandClauseOut, list(row.land_clauses.all()))

    @staticmethod
    def resolve_signatures(row: Any) -> list[Any]:
        return list(row.signatures.all())


class AgreementsWhere(Where):
    """Which agreements."""

    stage: Literal["", "draft", "signed", "expired", "ended", "replaced"] = ""
    sort: Literal["number", "valid_to", "signed_on"] = "number"


class AgreementIn(Given):
    """A draft: the caller's side alone sees it until it is shared."""

    pairing: str = Field("", max_length=40)
    number: Code
    field: CooperationField
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    valid_from: Day
    valid_to: Day | None = None
    renewal_notice_days: int | None = Field(None, ge=1, le=730, description="Else the rulebook's figure.")
    parties: list[Code] = Field(
        default_factory=list,
        max_length=40,
        description="Codes of the organisations that will sign; left out, all mountain and sea parties.",
    )
    about: LongText = ""


class AgreementPatch(Given):
    """What changes in a draft; ``valid_to`` null means without an end."""

    field: CooperationField | None = None
    name_zh: str | None = Field(None, min_length=1, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    valid_from: Day | None = None
    valid_to: Day | None = None
    renewal_notice_days: int | None = Field(None, ge=1, le=730)
    about: LongText | None = None


class SignIn(Given):
    """A signature for the caller's side, under the terms of the version in If-Match."""

    on: Day
    party: Code | None = Field(None, description="Where the side has several parties: which one signs.")
    person: str = Field("", max_length=120, description="As the paper names the person; empty is the caller.")
    document: Key | None = Field(None, description="Number of the signed and stamped paper.")


class RenewalIn(Given):
    """The next version of an agreement."""

    number: Code
    valid_from: Day
    valid_to: Day | None = None


@router.get("/agreements", response=Paged[AgreementOut], summary="Agreements")
@may("pairing.view_agreements")
def list_agreements(request: Any, asked: Query[AgreementsWhere]) -> Any:
    """The agreements of a pairing and those nested in it."""
    found = queries.agreements_of(request.member, pairing_of(request, asked.pairing))
    if asked.stage:
        found = found.filter(stage=asked.stage)
    return registers.paged(AgreementOut, found, queries.AGREEMENT_SORTS[asked.sort], request)


@router.get("/agreements/{number}", response=AgreementWhole, summary="One agreement")
@may("pairing.view_agreements")
def show_agreement(request: Any, response: HttpResponse, number: str) -> Any:
    """One agreement with its clauses and signatures; its version stands in ETag."""
    found = queries.agreement_of(request.member, number)
    etag(response, found)
    return found


@router.post("/agreements", response={201: AgreementWhole}, summary="Draft an agreement")
@may("pairing.draft_agreement")
@idempotent(AgreementWhole)
def draft_agreement(request: Any, data: AgreementIn) -> Any:
    """Draft it; what is promised follows as commitments and clauses."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    given["parties"] = [named.party_of(pairing, code) for code in dict.fromkeys(data.parties)]
    made = actions.draft_agreement(pairing, by=request.member, **given)
    return queries.agreement_of(request.member, made.number)


@router.patch("/agreements/{number}", response=AgreementWhole, summary="Change a draft")
@may("pairing.change_agreement")
def change_agreement(request: Any, response: HttpResponse, number: str, data: AgreementPatch) -> Any:
    """Change a draft that nobody has signed yet."""
    found = _at_version(request, number)
    actions.change_agreement(found, by=request.member, **changes_in(data, "valid_to"))
    etag(response, found)
    return found


@router.post(
    "/agreements/{number}/share",
    response=AgreementWhole,
    summary="Share a draft with the other side",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.share_with_other_side")
@idempotent(AgreementWhole, status=200)
def share_agreement(request: Any, number: str) -> Any:
    """The other side can read it from then on."""
    sharing.share_with_other_side(_at_version(request, number), by=request.member)
    return queries.agreement_of(request.member, number)


@router.post(
    "/agreements/{number}/unshare",
    response=AgreementWhole,
    summary="Take a draft back to the own side",
    openapi_extra=CHANGES_A_ROW,
)
@may("core.take_back")
@idempotent(AgreementWhole, status=200)
def unshare_agreement(request: Any, number: str) -> Any:
    """Undo of sharing."""
    sharing.take_back(_at_version(request, number), by=request.member)
    return queries.agreement_of(request.member, number)


@router.post(
    "/agreements/{number}/drop",
    response=AgreementWhole,
    summary="Give a draft up",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.drop_agreement")
@idempotent(AgreementWhole, status=200)
def drop_agreement(request: Any, number: str, data: ReasonIn) -> Any:
    """Give it up; it stays in the register as ended, with the reason."""
    actions.drop_agreement(_at_version(request, number), reason=data.reason, by=request.member)
    return queries.agreement_of(request.member, number)


@router.post(
    "/agreements/{number}/sign",
    response=AgreementWhole,
    summary="Sign for the own side",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.sign_agreement")
@idempotent(AgreementWhole, status=200)
def sign_agreement(request: Any, number: str, data: SignIn) -> Any:
    """Sign the terms that were read; the agreement is in force when all its parties have signed."""
    found = _at_version(request, number)
    papers = papers_of(request, [data.document] if data.document else [])
    actions.sign_agreement(
        found,
        on=data.on,
        party=named.party_of(found.pairing, data.party) if data.party else None,
        person=data.person,
        document=papers[0] if papers else None,
        by=request.member,
    )
    return queries.agreement_of(request.member, number)


@router.post(
    "/agreements/{number}/unsign",
    response=AgreementWhole,
    summary="Take the own signature back",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.take_back_signature")
@idempotent(AgreementWhole, status=200)
def unsign_agreement(request: Any, number: str) -> Any:
    """Take the signature of the own side back while the other side has not signed."""
    actions.take_back_signature(_at_version(request, number), by=request.member)
    return queries.agreement_of(request.member, number)


@router.post("/agreements/{number}/renew", response={201: AgreementWhole}, summary="Draft the next version")
@may("pairing.renew_agreement")
@idempotent(AgreementWhole)
def renew_agreement(request: Any, number: str, data: RenewalIn) -> Any:
    """Draft the next version with the same parties; commitments are written anew."""
    found = queries.agreement_of(request.member, number)
    made = actions.renew_agreement(found, by=request.member, **data.dict())
    return queries.agreement_of(request.member, made.number)


@router.post(
    "/agreements/{number}/end",
    response=AgreementWhole,
    summary="End an agreement before its time",
    openapi_extra=CHANGES_A_ROW,
)
@may("pairing.end_agreement")
@idempotent(AgreementWhole, status=200)
def end_agreement(request: Any, number: str, data: EndIn) -> Any:
    """End an agreement in force, with a reason that both sides read. This cannot be undone."""
    actions.end_agreement(_at_version(request, number), on=data.on, reason=data.reason, by=request.member)
    return queries.agreement_of(request.member, number)


def _at_version(request: Any, number: str) -> Any:
    """The agreement, at the version that the caller has read."""
    return if_match(request, queries.agreement_of(request.member, number))
