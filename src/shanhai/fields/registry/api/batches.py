"""Tables of several registers for programs: brought, checked, written and taken back as one batch."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core.models import Batch, Import
from shanhai.core.sheets import batches as core_batches
from shanhai.core.sheets import exporting
from shanhai.fields.registry.actions import uploads
from shanhai.fields.registry.api import brought
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import batches, imports
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    FormText,
    Given,
    Key,
    Paged,
    etag,
    idempotent,
    if_match,
    may,
    paged,
)


class BatchOut(brought.BroughtOut):
    """Files with tables of several registers, and what their rows would do or did."""

    files: list[str]

    @staticmethod
    def resolve_files(row: Batch) -> list[str]:
        return [one["name"] for one in row.files]


class BatchTableOut(Schema):
    """One table of a batch: its sheet, its register, and up to a limit what is wrong with its rows."""

    id: int
    register_code: str
    file_name: str
    sheet: str
    stage: str
    why_refused: str
    same: int
    changed: int
    new: int
    refused: int
    headings: list[brought.HeadingOut]
    problems: list[brought.ProblemOut]


class StrangeOut(Schema):
    """A sheet that is of no register, or a file (without a sheet) that could not be read."""

    file: str
    sheet: str
    why: str


class BatchWhole(BatchOut):
    """A batch with all its tables and what is wrong in each of them."""

    why_refused: str
    tables: list[BatchTableOut]
    strange: list[StrangeOut]

    @staticmethod
    def resolve_why_refused(row: Batch) -> str:
        return brought.why_refused(row)

    @staticmethod
    def resolve_tables(row: Batch) -> list[Any]:
        return [_table(part) for part in batches.parts_of(row)]

    @staticmethod
    def resolve_strange(row: Batch) -> list[Any]:
        return batches.strange_of(row)


def _table(part: Import) -> dict[str, Any]:
    return {
        "id": part.pk,
        "register_code": part.register,
        "file_name": part.file_name,
        "sheet": part.sheet,
        "stage": part.stage,
        "why_refused": batches.why_refused(part),
        **{name: part.counts.get(name, 0) for name in core_batches.OUTCOMES},
        "headings": brought.headings_of(part),
        "problems": imports.problems_of(part, brought.PROBLEMS_SHOWN),
    }


class BatchIn(Given):
    """The pairing that rows of a pairing's registers belong to; the caller's own where it is left out."""

    pairing: FormText = Field("", max_length=40)


class BatchColumnsIn(Given):
    """Of which table of the batch, and which of its headings is which column; an empty column leaves it out."""

    table: Key
    columns: dict[str, str] = Field(max_length=200)


@router.get("/batches", response=Paged[BatchOut], summary="Batches of the caller's unit, latest first")
@may("registry.import")
def list_batches(request: Any) -> Any:
    """Tables of several registers that were brought together, with their stage."""
    return paged(batches.own(request.member), ("-brought_at",), request)


@router.get("/batches/{id}", response=BatchWhole, summary="One batch")
@may("registry.import")
def get_batch(request: Any, response: HttpResponse, id: Key) -> Any:
    """What the rows of all its tables would do and what is wrong with them; its version stands in ETag."""
    return brought.shown(response, batches.found(request.member, id))


@router.post("/batches", response={201: BatchWhole}, summary="Bring tables of several registers")
@may("registry.import")
def bring_batch(
    request: Any, response: HttpResponse, files: File[list[UploadedFile]], data: Form[BatchIn]
) -> Any:
    """Bring .xlsx or .csv as multipart/form-data. All tables are checked; POST /batches/{id}/write writes them."""
    # As for single imports no Idempotency-Key: it would keep other writers out while the files are read.
    pairing = brought.pairing_named(request, data.pairing)
    made = uploads.bring_batch(files, pairing=pairing, by=request.member)
    etag(response, made)
    return Status(201, batches.found(request.member, made.pk))


@router.put(
    "/batches/{id}/columns", response=BatchWhole, summary="Say which heading of a table is which column"
)
@may("registry.import")
def name_batch_columns(request: Any, response: HttpResponse, id: Key, data: BatchColumnsIn) -> Any:
    """All tables are checked again with them, and the choice is remembered for the unit."""
    part = batches.part_of(_at_version(request, id), data.table)
    core_batches.name_columns(part, data.columns, by=request.member)
    return brought.shown(response, batches.found(request.member, id))


@router.post(
    "/batches/{id}/write",
    response=BatchWhole,
    summary="Write all tables of a batch",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
def write_batch(request: Any, response: HttpResponse, id: Key) -> Any:
    """Write what changes in one transaction; the refused rows stay out."""
    return brought.acted(request, response, batches.found, id, core_batches.write)


@router.post(
    "/batches/{id}/undo",
    response=BatchWhole,
    summary="Take a written batch back",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
def undo_batch(request: Any, response: HttpResponse, id: Key) -> Any:
    """While it may be undone: the rows of all tables are as they were before."""
    return brought.acted(request, response, batches.found, id, core_batches.undo_batch)


@router.post(
    "/batches/{id}/discard",
    response=BatchWhole,
    summary="Throw a batch away",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
@idempotent(BatchWhole, status=200)
def discard_batch(request: Any, id: Key) -> Any:
    """Nothing is written."""
    core_batches.discard_batch(_at_version(request, id), by=request.member)
    return batches.found(request.member, id)


@router.get(
    "/batches/{id}/refused.xlsx",
    response={200: None},
    summary="The refused rows of all tables as a workbook",
    openapi_extra=brought.a_file(exporting.MEDIA_TYPES["xlsx"]),
)
@may("registry.import")
def get_refused_of_batch(request: Any, id: Key) -> Any:
    """A sheet for each table, to correct and bring again."""
    found = batches.found(request.member, id)
    return brought.refused_file(f"batch-{found.pk}", core_batches.refused_of(found))


def _at_version(request: Any, id: int) -> Batch:
    """The batch, at the version that the caller has read."""
    return if_match(request, batches.found(request.member, id))
