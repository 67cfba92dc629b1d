"""Papers: filed with their bytes, described, replaced, withdrawn, shown to others."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO, Literal, cast

from django.http import HttpResponse
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core import visibility
from shanhai.core.actions import documents, sharing
from shanhai.core.models import Document
from shanhai.core.queries import pairings
from shanhai.fields.registry.api.base import RowCode, organisation_of, router
from shanhai.fields.registry.queries import papers, shared
from shanhai.webkit import downloads
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    FormText,
    Given,
    Key,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
    paged,
)

SHARING = {
    "keep": sharing.keep_to_unit,
    "side": sharing.share_with_own_side,
    "both": sharing.share_with_other_side,
    "public": sharing.make_public,
    "back": sharing.take_back,
}


class DocumentOut(Schema):
    """A named paper with its bytes."""

    id: int
    title: str
    file_name: str
    number: str
    dated_on: date | None
    pairing: str | None
    owner: str | None
    reach: str
    sha256: str
    size: int
    uploaded_at: datetime
    replaces: int | None
    withdrawn_on: date | None
    version: int

    @staticmethod
    def resolve_pairing(row: Document) -> str | None:
        return row.pairing.code if row.pairing else None

    @staticmethod
    def resolve_owner(row: Document) -> str | None:
        return row.owner_unit.organisation.code if row.owner_unit else None

    @staticmethod
    def resolve_sha256(row: Document) -> str:
        return row.blob_id

    @staticmethod
    def resolve_size(row: Document) -> int:
        return row.blob.size

    @staticmethod
    def resolve_replaces(row: Document) -> int | None:
        return row.replaces_id


class PaperIn(Given):
    """What is written of a file that comes with it; the caller's side sees it first."""

    title: FormText = Field("", max_length=200, description="Else the name of the file.")
    number: FormText = Field("", max_length=60)
    dated_on: Day | None = None
    pairing: FormText = Field("", max_length=40, description="Code of the pairing that it belongs to.")


class PaperPatch(Given):
    """What is corrected; ``dated_on`` null takes the day away."""

    title: str | None = Field(None, min_length=1, max_length=200)
    number: str | None = Field(None, max_length=60)
    dated_on: Day | None = None


class ShareIn(Given):
    """keep: the own unit only; side: the own side; both: both sides; public: everybody; back: the own side again."""

    to: Literal["keep", "side", "both", "public", "back"]


class PaperGuestIn(Given):
    """An organisation by name."""

    organisation: RowCode


@router.get(
    "/documents", response=Paged[DocumentOut], summary="Papers that are shown to the caller, latest first"
)
@may("registry.view_documents")
def list_documents(request: Any) -> Any:
    """All that the caller sees, over all pairings."""
    page = paged(visibility.seen(Document, request.member).order_by(), ("-sorted_at",), request)
    rows = Document.objects.select_related("blob", "pairing", "owner_unit__organisation")
    page["items"] = visibility.hydrate(page["items"], rows)
    return page


@router.get("/documents/{id}", response=DocumentOut, summary="One paper")
@may("registry.view_documents")
def get_document(request: Any, response: HttpResponse, id: Key) -> Any:
    """What is written of it; its version stands in ETag."""
    paper = papers.seen(request.member, id)
    etag(response, paper)
    return paper


@router.get(
    "/documents/{id}/file",
    response={200: None},
    summary="The bytes of a paper",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file as it was brought.",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
@may("registry.view_documents")
def get_file(request: Any, id: Key) -> Any:
    """The file, to be saved."""
    return downloads.saved(papers.seen(request.member, id))


@router.post("/documents", response={201: DocumentOut}, summary="File a paper")
@may("registry.file_papers")
@idempotent(DocumentOut)
def file_document(request: Any, file: File[UploadedFile], data: Form[PaperIn]) -> Any:
    """Bring a file as multipart/form-data; its content is checked against its name, the same bytes stored once."""
    given = data.dict()
    code = given.pop("pairing")
    pairing = shared.found(pairings.pairings_of(request.member), code=code) if code else None
    made = documents.store_document(cast(BinaryIO, file), pairing=pairing, by=request.member, **given)
    return papers.seen(request.member, made.pk)


@router.patch("/documents/{id}", response=DocumentOut, summary="Correct what is written of a paper")
@may("registry.file_papers")
def describe_document(request: Any, response: HttpResponse, id: Key, data: PaperPatch) -> Any:
    """Correct title, number or date."""
    paper = _at_version(request, id)
    documents.describe_document(paper, by=request.member, **changes_in(data, "dated_on"))
    etag(response, paper)
    return paper


@router.post(
    "/documents/{id}/replace",
    response={201: DocumentOut},
    summary="Bring a new version of a paper",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.file_papers")
@idempotent(DocumentOut)
def replace_document(request: Any, id: Key, file: File[UploadedFile]) -> Any:
    """It takes over title, readers and places; the old version stays to be read."""
    new = documents.replace_document(
        _at_version(request, id), cast(BinaryIO, file), file_name=file.name or "", by=request.member
    )
    return papers.seen(request.member, new.pk)


@router.post(
    "/documents/{id}/withdraw",
    response=DocumentOut,
    summary="Withdraw a paper",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.file_papers")
@idempotent(DocumentOut, status=200)
def withdraw_document(request: Any, id: Key) -> Any:
    """Withdraw one that nothing rests on."""
    return documents.withdraw_document(_at_version(request, id), by=request.member)


@router.post(
    "/documents/{id}/restore",
    response=DocumentOut,
    summary="Take a withdrawal back",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.file_papers")
@idempotent(DocumentOut, status=200)
def restore_document(request: Any, id: Key) -> Any:
    """Undo of withdrawing."""
    return documents.restore_document(_at_version(request, id), by=request.member)


@router.post(
    "/documents/{id}/share",
    response=DocumentOut,
    summary="Say who sees a paper",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.file_papers")
@idempotent(DocumentOut, status=200)
def share_document(request: Any, id: Key, data: ShareIn) -> Any:
    """Show it to others step by step, or take it back; only the side that owns it may."""
    paper = _at_version(request, id)
    SHARING[data.to](paper, by=request.member)
    return paper


@router.post(
    "/documents/{id}/guests",
    response=DocumentOut,
    summary="Show a paper to a named organisation",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.file_papers")
@idempotent(DocumentOut, status=200)
def share_with_guest(request: Any, id: Key, data: PaperGuestIn) -> Any:
    """One organisation more, by its code."""
    paper = _at_version(request, id)
    sharing.share_with_guest(paper, organisation_of(data.organisation), by=request.member)
    return paper


def _at_version(request: Any, id: int) -> Document:
    """The paper, at the version that the caller has read."""
    return if_match(request, papers.seen(request.member, id))
