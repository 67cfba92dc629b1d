"""Spreadsheets in and out: registers with their templates, and a file from bringing it to taking it back."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

from django.http import HttpResponse
from ninja import File, Form, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.core import access, signs
from shanhai.core.models import Import
from shanhai.core.sheets import bringing, committing, exporting, settling, staged, undoing
from shanhai.fields.registry.actions import uploads
from shanhai.fields.registry.api import brought
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import imports
from shanhai.webkit import downloads
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


class ColumnOut(Schema):
    """A column of a register; one that is an output goes out and is not read."""

    name: str
    heading: str
    type: str
    required: bool
    is_output: bool


class RegisterOut(Schema):
    """A register that spreadsheets come from and go to; headings in the caller's language."""

    code: str
    name: str
    is_of_pairing: bool
    may_write: bool
    columns: list[ColumnOut]


class ImportOut(brought.BroughtOut):
    """A file that was brought for a register, and what its rows would do or did."""

    register_code: str
    file_name: str
    sheet: str

    @staticmethod
    def resolve_register_code(row: Import) -> str:
        return row.register


class ImportWhole(ImportOut):
    """An import with its headings and, up to a limit, what is wrong with its rows."""

    why_refused: str
    sheets: list[str]
    headings: list[brought.HeadingOut]
    problems: list[brought.ProblemOut]

    @staticmethod
    def resolve_why_refused(row: Import) -> str:
        return brought.why_refused(row)

    @staticmethod
    def resolve_sheets(row: Import) -> list[str]:
        return list(row.counts.get("sheets", []))

    @staticmethod
    def resolve_headings(row: Import) -> list[Any]:
        return brought.headings_of(row)

    @staticmethod
    def resolve_problems(row: Import) -> list[Any]:
        return imports.problems_of(row, brought.PROBLEMS_SHOWN)


class UploadIn(Given):
    """For which register the file is; of a register of a pairing also which pairing."""

    register_code: FormText = Field(min_length=1, max_length=60)
    pairing: FormText = Field("", max_length=40)


class ColumnsIn(Given):
    """Which heading of the file is which column; an empty column leaves the heading out."""

    columns: dict[str, str] = Field(max_length=200)
    sheet: str = Field("", max_length=100)


class CureIn(Given):
    """Which refused cell."""

    row: int = Field(ge=1, le=2_000_000)
    column: str = Field(max_length=60)


@router.get("/registers", response=list[RegisterOut], summary="Registers that spreadsheets come for")
@may("registry.import")
def list_registers(request: Any) -> Any:
    """All of them with their columns, and whether the caller may write them."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "is_of_pairing": one.is_of_pairing,
            "may_write": access.may(request.member, one.write_access),
            "columns": [
                {
                    "name": c.name,
                    "heading": c.heading,
                    "type": c.type,
                    "required": c.required,
                    "is_output": c.is_output,
                }
                for c in one.columns
            ],
        }
        for one in signs.registers
    ]


@router.get(
    "/registers/{code}/template.xlsx",
    response={200: None},
    summary="An empty workbook of a register",
    openapi_extra=brought.a_file(exporting.MEDIA_TYPES["xlsx"]),
)
@may("registry.import")
def get_template(request: Any, code: str) -> Any:
    """To fill in and bring."""
    register = imports.register_named(code)
    access.check(request.member, register.write_access)
    file = BytesIO()
    exporting.template(register, file)
    return downloads.sheet(file, f"{register.name}.xlsx", "xlsx")


@router.get(
    "/registers/{code}/export.{form}",
    response={200: None},
    summary="A register as a file",
    openapi_extra=brought.a_file(*exporting.MEDIA_TYPES.values()),
)
@may("registry.import")
def export_register(request: Any, code: str, form: Literal["xlsx", "csv", "docx", "pdf"]) -> Any:
    """A file that can be brought again; of a register of a pairing the rows of the chosen pairing."""
    register = imports.register_named(code)
    file = BytesIO()
    pairing = request.pairing if register.is_of_pairing else None
    exporting.export(register, file, form, member=request.member, pairing=pairing)
    return downloads.sheet(file, f"{register.name}.{form}", form)


@router.get("/imports", response=Paged[ImportOut], summary="What the caller's unit brought, latest first")
@may("registry.import")
def list_imports(request: Any) -> Any:
    """Files with their stage: reading, mapping, checked, written, discarded, refused, undone."""
    return paged(imports.own(request.member), ("-brought_at",), request)


@router.get("/imports/{id}", response=ImportWhole, summary="One import")
@may("registry.import")
def get_import(request: Any, response: HttpResponse, id: Key) -> Any:
    """What its rows would do and what is wrong with them; its version stands in ETag."""
    return brought.shown(response, imports.found(request.member, id))


@router.post("/imports", response={201: ImportWhole}, summary="Bring a file for a register")
@may("registry.import")
def bring_file(request: Any, response: HttpResponse, file: File[UploadedFile], data: Form[UploadIn]) -> Any:
    """Bring .xlsx or .csv as multipart/form-data. Nothing is written before POST /imports/{id}/write."""
    # No Idempotency-Key here, nor for writing and undoing (``brought.acted`` says why).
    register = imports.register_named(data.register_code)
    pairing = brought.pairing_named(request, data.pairing)
    made = uploads.bring(file, register, pairing=pairing, by=request.member)
    etag(response, made)
    return Status(201, imports.found(request.member, made.pk))


@router.put("/imports/{id}/columns", response=ImportWhole, summary="Say which heading is which column")
@may("registry.import")
def name_columns(request: Any, response: HttpResponse, id: Key, data: ColumnsIn) -> Any:
    """The file is read again with them, and the choice is remembered for the unit."""
    found = _at_version(request, id)
    sheet = data.sheet if data.sheet in found.counts.get("sheets", []) else ""
    bringing.remap(found, data.columns, by=request.member, sheet=sheet)
    return brought.shown(response, imports.found(request.member, id))


@router.post(
    "/imports/{id}/cure",
    response=ImportWhole,
    summary="Settle a refused cell",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
@idempotent(ImportWhole, status=200)
def cure_row(request: Any, id: Key, data: CureIn) -> Any:
    """Do what the cure of the problem says, such as leaving the row out."""
    settling.cure(_at_version(request, id), data.row, data.column, by=request.member)
    return imports.found(request.member, id)


@router.post(
    "/imports/{id}/write",
    response=ImportWhole,
    summary="Write an import into its register",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
def write_import(request: Any, response: HttpResponse, id: Key) -> Any:
    """Write what changes; the refused rows stay out."""
    return brought.acted(request, response, imports.found, id, committing.write)


@router.post(
    "/imports/{id}/undo",
    response=ImportWhole,
    summary="Take a written import back",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
def undo_import(request: Any, response: HttpResponse, id: Key) -> Any:
    """While it may be undone: the rows are as they were before."""
    return brought.acted(request, response, imports.found, id, undoing.undo)


@router.post(
    "/imports/{id}/discard",
    response=ImportWhole,
    summary="Throw an import away",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.import")
@idempotent(ImportWhole, status=200)
def discard_import(request: Any, id: Key) -> Any:
    """Nothing is written."""
    settling.discard(_at_version(request, id), by=request.member)
    return imports.found(request.member, id)


@router.get(
    "/imports/{id}/refused.xlsx",
    response={200: None},
    summary="The refused rows as a workbook",
    openapi_extra=brought.a_file(exporting.MEDIA_TYPES["xlsx"]),
)
@may("registry.import")
def get_refused(request: Any, id: Key) -> Any:
    """To correct and bring again."""
    found = imports.found(request.member, id)
    name = found.file_name.rpartition(".")[0] or found.file_name
    return brought.refused_file(name, [(staged.register_of(found), "", staged.refused_of(found))])


def _at_version(request: Any, id: int) -> Import:
    """The import, at the version that the caller has read."""
    return if_match(request, imports.found(request.member, id))
