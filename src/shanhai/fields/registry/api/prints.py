"""Records on paper for programs: Word and PDF, text, whole file, file numbers, signed copies."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, cast

from django.http import HttpResponse
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core import clock, records
from shanhai.core.actions import documents, printing
from shanhai.core.models import FileNumber, SignedCopy
from shanhai.core.printing import making, saying
from shanhai.core.queries import printing as queries
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.api.documents import DocumentOut
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.queries.shared import found
from shanhai.webkit import prints
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    FormText,
    Given,
    Key,
    Paged,
    idempotent,
    if_match,
    may,
    paged,
)

Language = Literal["zh-hans", "en"]


class PrintOut(Schema):
    """A print of a record: ``code`` stands on the paper, ``changes`` names what the record says otherwise since."""

    code: str
    language: str
    record_version: int
    sha256: str
    made_at: dt.datetime
    changes: list[str]


class SignedCopyOut(Schema):
    """A scan that was matched to a print: by its QR code (``qr``) or by the code typed from the paper (``typed``)."""

    id: int
    code: str
    how: Literal["qr", "typed"]
    side: str
    signed_on: dt.date
    person: str
    document: int
    matched_at: dt.datetime

    @staticmethod
    def resolve_code(row: SignedCopy) -> str:
        return row.paper_id

    @staticmethod
    def resolve_document(row: SignedCopy) -> int:
        return row.document_id


class FileNumberOut(Schema):
    """A file number: void ones stay in the register, so that none is missing."""

    id: int
    text: str
    kind: str
    object_id: int
    title: str
    organisation: str
    issued_on: dt.date
    voided_on: dt.date | None
    void_reason: str
    version: int

    @staticmethod
    def resolve_organisation(row: FileNumber) -> str:
        return row.organisation.code


class PaperOut(Schema):
    """What there is of a record on paper."""

    has_paper: bool
    number: FileNumberOut | None
    prints: list[PrintOut]
    copies: list[SignedCopyOut]
    n_papers: int = Field(description="Papers in its whole file that are shown to the caller.")


class ChatTextOut(Schema):
    """A few lines for a chat group."""

    text: str


class FileMarkOut(Schema):
    """What stands at the head of the file numbers of an organisation; empty where none was set."""

    organisation: str
    mark: str


class FileMarkIn(Given):
    """As 龙山海."""

    mark: str = Field(min_length=1, max_length=20)


class VoidIn(Given):
    """Why; the register shows it."""

    reason: str = Field(min_length=1, max_length=300)


class ScanIn(Given):
    """``typed``: the code beneath the QR code, only where the QR code cannot be read."""

    signed_on: Day | None = Field(None, description="The day that stands on the paper; today if left out.")
    person: FormText = Field("", max_length=120)
    typed: FormText = Field("", max_length=20)


class PrintAsked(Schema):
    """In which language; Chinese if left out."""

    language: Language = "zh-hans"


def _bytes(*media_types: str) -> dict[str, Any]:
    content = {media: {"schema": {"type": "string", "format": "binary"}} for media in media_types}
    return {"responses": {200: {"description": "The file.", "content": content}}}


@router.get("/records/{kind}/{id}/paper", response=PaperOut, summary="What there is of a record on paper")
@may("registry.view_prints")
def get_paper(request: Any, kind: str, id: Key) -> Any:
    """Its file number, its prints with what changed since, its signed copies."""
    record = records.found(request.member, kind, id)
    has_paper = making.has_paper(record)
    printed = queries.prints_of(record) if has_paper else []
    return {
        "has_paper": has_paper,
        "number": printing.number_of(record),
        "prints": [
            {
                "code": one.code,
                "language": one.language,
                "record_version": one.record_version,
                "sha256": one.sha256,
                "made_at": one.made_at,
                "changes": changes,
            }
            for one, changes in printed
        ],
        "copies": queries.copies_of(record),
        "n_papers": len(queries.whole_file(request.member, record)),
    }


@router.get(
    "/records/{kind}/{id}/paper.{form}",
    response={200: None},
    summary="A record as Word or PDF",
    openapi_extra=_bytes(*making.MEDIA_TYPES.values()),
)
@may("registry.view_prints")
def print_record(
    request: Any, kind: str, id: Key, form: Literal["docx", "pdf"], asked: Query[PrintAsked]
) -> Any:
    """In official layout, with a QR code by which the signed copy is matched; the same words have the same code."""
    record = records.found(request.member, kind, id)
    return prints.answer(record, form, asked.language, by=request.member)


@router.get("/records/{kind}/{id}/text", response=ChatTextOut, summary="A record as text for a chat group")
@may("registry.view_prints")
def get_text(request: Any, kind: str, id: Key) -> Any:
    """Title, facts and link."""
    record = records.found(request.member, kind, id)
    return {"text": saying.text_of(record, request.build_absolute_uri("/").rstrip("/"))}


@router.get(
    "/records/{kind}/{id}/file.zip",
    response={200: None},
    summary="The whole file of a record",
    openapi_extra=_bytes("application/zip"),
)
@may("registry.view_prints")
def get_whole_file(request: Any, kind: str, id: Key) -> Any:
    """The papers of a record that are shown to the caller, with a list of them; each time is journalled."""
    return prints.zipped(records.found(request.member, kind, id), by=request.member)


@router.post(
    "/records/{kind}/{id}/number", response={201: FileNumberOut}, summary="Give a record a file number"
)
@may("registry.view_prints")
@idempotent(FileNumberOut)
def issue_file_number(request: Any, kind: str, id: Key) -> Any:
    """The next one of the caller's organisation in this year; the one that the record has, if it has one."""
    return printing.issue_number(records.found(request.member, kind, id), by=request.member)


@router.post("/records/{kind}/{id}/scan", response={201: SignedCopyOut}, summary="Bring a signed copy")
@may("registry.view_prints")
@idempotent(SignedCopyOut)
def match_signed_copy(request: Any, kind: str, id: Key, scan: File[UploadedFile], data: Form[ScanIn]) -> Any:
    """PDF, PNG or JPG as multipart/form-data; the QR code in it says which print it is of."""
    record = records.found(request.member, kind, id)
    read = [] if data.typed else prints.codes_in(scan)
    return printing.match_scan(
        record,
        cast(Any, scan),
        file_name=scan.name or "",
        scanned=read,
        typed=data.typed,
        signed_on=data.signed_on or clock.today(),
        person=data.person,
        by=request.member,
    )


@router.post("/records/{kind}/{id}/papers", response={201: DocumentOut}, summary="File a paper on a record")
@may("registry.file_papers")
@idempotent(DocumentOut)
def file_on_record(request: Any, kind: str, id: Key, file: File[UploadedFile]) -> Any:
    """A file as multipart/form-data; whoever sees the record sees it."""
    record = records.found(request.member, kind, id)
    host = records.reach_of(record)
    made = documents.store_document(
        cast(Any, file),
        pairing=getattr(record, "pairing", None),
        reach=str(host.reach) if host is not None else "",
        attach_to=record,
        by=request.member,
    )
    return papers.seen(request.member, made.pk)


@router.get("/file-numbers", response=Paged[FileNumberOut], summary="File numbers that were given out")
@may("registry.view_prints")
def list_file_numbers(request: Any) -> Any:
    """Those of the caller's organisation, latest first."""
    return paged(queries.numbers_of(request.member), ("-issued_on",), request)


@router.post(
    "/file-numbers/{id}/void",
    response=FileNumberOut,
    summary="Make a file number void",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.view_prints")
@idempotent(FileNumberOut, status=200)
def void_file_number(request: Any, id: Key, data: VoidIn) -> Any:
    """It stays in the register and is not given again."""
    number = _number(request, id)
    return printing.void_number(if_match(request, number), reason=data.reason, by=request.member)


def _number(request: Any, pk: int) -> FileNumber:
    return cast(FileNumber, found(queries.numbers_of(request.member), pk=pk))


@router.get("/file-mark", response=FileMarkOut, summary="The mark of the caller's organisation")
@may("registry.view_prints")
def get_file_mark(request: Any) -> Any:
    """What stands at the head of its file numbers."""
    organisation = request.member.unit.organisation
    own = queries.mark_of(organisation)
    return {"organisation": organisation.code, "mark": own.mark if own else ""}


@router.post("/file-mark", response=FileMarkOut, summary="Set the mark of the caller's organisation")
@may("registry.view_prints")
@idempotent(FileMarkOut, status=200)
def set_file_mark(request: Any, response: HttpResponse, data: FileMarkIn) -> Any:
    """What stands at the head of its file numbers from now on."""
    organisation = request.member.unit.organisation
    own = printing.set_file_mark(organisation, data.mark, by=request.member)
    return {"organisation": organisation.code, "mark": own.mark}
