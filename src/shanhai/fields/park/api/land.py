"""Parcels for programs: drawn, changed, moved, allotted, split, merged; the land account; land files."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.fields.park.actions import land as actions
from shanhai.fields.park.actions import land_files, plots
from shanhai.fields.park.api.base import Code, router
from shanhai.fields.park.queries import accounts, comparing, formats, parks
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.queries import land_registers as tables
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules.land_plan import Plan
from shanhai.fields.registry.api.base import organisation_of
from shanhai.webkit import registers
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
)

Shape = Annotated[str, Field(min_length=1, max_length=400_000)]
Ratio = Annotated[Decimal, Field(gt=0, lt=100, decimal_places=2)]


@registers.schema(tables.PARCELS.register, tables.PARCELS.rows_of, ("outline",))
class ParcelOut(Schema):
    """A parcel."""

    version: int


class ParcelMoveOut(Schema):
    """One change in the history of a parcel, or of one that it came from; empty states: cut out, and replaced."""

    parcel: str
    on: dt.date
    from_state: str
    to_state: str
    mu: Decimal
    organisation: str | None
    reason: str

    @staticmethod
    def resolve_parcel(row: Any) -> str:
        return row.parcel.number

    @staticmethod
    def resolve_organisation(row: Any) -> str | None:
        return row.organisation.code if row.organisation else None


class ParcelWhole(ParcelOut):
    """A parcel with its outline (WKT in degrees of CGCS2000) and history, latest first."""

    outline: str
    reserved_for: str
    moves: list[ParcelMoveOut]

    @staticmethod
    def resolve_moves(row: Any) -> Any:
        return queries.moves_of(row)


class ParcelsWhere(OfficeWhere):
    """Which parcels."""

    park: str = Field("", max_length=40)
    state: rules.ParcelState | None = None


class _ParcelFacts(Given):
    phase_number: Annotated[int, Field(ge=0, le=99)] = 0
    lessee: str | None = Field(None, max_length=40)
    plot_grade: Annotated[int, Field(ge=1, le=15)] | None = None
    plot_ratio: Ratio | None = None
    density_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    until: Day | None = None
    source: str = Field("", max_length=200)


class ParcelIn(_ParcelFacts):
    """A parcel to draw."""

    park: Code
    number: Code
    outline: Shape
    state: rules.ParcelState = rules.ParcelState.NOT_LEVELLED
    on: Day | None = None
    user: str | None = Field(None, max_length=40)


class ParcelPatch(_ParcelFacts):
    """What changes of a parcel; null makes a fact unknown again."""


class RedrawIn(Given):
    """The outline put right."""

    outline: Shape
    on: Day | None = None


class ParcelMoveIn(Given):
    """The state to which a parcel has come; a way back needs its reason."""

    to: rules.ParcelState
    on: Day | None = None
    reason: str = Field("", max_length=300)


class ParcelAllotIn(Given):
    """To whom a parcel is allotted; of one that is reserved, for which lead."""

    user: Code
    on: Day | None = None
    until: Day | None = None
    reserved_for: str = Field("", max_length=40)


class ParcelSplitIn(Given):
    """Where a parcel is cut (a LINESTRING), or its parts (polygons)."""

    line: str = Field("", max_length=400_000)
    parts: list[Shape] = Field(default_factory=list, max_length=plots.MOST_PARTS)
    numbers: list[Code] = Field(default_factory=list, max_length=plots.MOST_PARTS)
    on: Day | None = None


class ParcelSplitOut(Schema):
    """The parts that took a parcel's place; their areas sum to its own."""

    parts: list[ParcelWhole]


class ParcelMergeIn(Given):
    """Which parcels become one."""

    parcels: list[Code] = Field(min_length=2, max_length=plots.MOST_PARTS)
    number: Code
    on: Day | None = None


class AccountLine(Schema):
    """The land of a park at the end of a year, in mu; states and ``not_parcelled_mu`` sum to ``planned_mu``."""

    year: int
    planned_mu: Decimal
    by_state: dict[rules.ParcelState, Decimal]
    not_parcelled_mu: Decimal


class AccountOut(Schema):
    """The land account of a park."""

    park: str
    lines: list[AccountLine]


class AccountWhere(OfficeWhere):
    """Of which park; the home park of the pairing by default."""

    park: str = Field("", max_length=40)


class LandChangeOut(Schema):
    """What one feature of a file does."""

    row: int
    number: str
    outcome: str
    mu: Decimal
    before: dict[str, str]
    after: dict[str, str]


class LandFaultOut(Schema):
    """Why a row of a file is refused, and where."""

    row: int
    number: str
    code: str
    detail: str
    spot: str


class LandFileOut(Schema):
    """A land file that was read: what it would do."""

    id: int
    file: str
    reference: str
    how: str
    counts: dict[str, int]
    changes: list[LandChangeOut]
    refused: list[LandFaultOut]
    written_at: dt.datetime | None


class LandFileIn(Given):
    """Into which park, and the coordinate reference where the file does not say it."""

    park: Code
    crs: str = Field("", max_length=40)


@router.get("/parcels", response=Paged[ParcelOut], summary="Parcels")
@may("park.view_parcels")
def list_parcels(request: Any, asked: Query[ParcelsWhere]) -> Any:
    """The parcels that lie in the parks of a pairing now, by number."""
    found = queries.parcels_of(request.member, pairing_of(request, asked.pairing))
    if asked.park:
        found = found.filter(park__number=asked.park)
    if asked.state is not None:
        found = found.filter(state=asked.state)
    return registers.paged(ParcelOut, found, ("number", "id"), request)


# Before the address of one parcel, which would take its name for a number.
@router.post("/parcels/merge", response={201: ParcelWhole}, summary="Merge parcels")
@may("park.merge_parcels")
@idempotent(ParcelWhole)
def merge_parcels(request: Any, data: ParcelMergeIn) -> Any:
    """Parcels that adjoin, of one park, phase, state, user and term."""
    found = [queries.parcel_of(request.member, number) for number in data.parcels]
    return plots.merge_parcels(found, number=data.number, on=data.on, by=request.member)


@router.get("/parcels/{number}", response=ParcelWhole, summary="One parcel")
@may("park.view_parcels")
def show_parcel(request: Any, response: HttpResponse, number: str) -> Any:
    """One parcel with its outline and history; its version stands in ETag."""
    found = queries.parcel_of(request.member, number)
    etag(response, found)
    return found


@router.post("/parcels", response={201: ParcelWhole}, summary="Draw a parcel")
@may("park.add_parcel")
@idempotent(ParcelWhole)
def add_parcel(request: Any, data: ParcelIn) -> Any:
    """Within its park and on no other parcel."""
    given = data.dict()
    park = parks.park_of(request.member, given.pop("park"))
    return actions.add_parcel(park, by=request.member, **_organisations(given))


@router.patch(
    "/parcels/{number}", response=ParcelWhole, summary="Change a parcel", openapi_extra=CHANGES_A_ROW
)
@may("park.change_parcel")
def change_parcel(request: Any, response: HttpResponse, number: str, data: ParcelPatch) -> Any:
    """Change what is known about it."""
    found = _at_version(request, number)
    changes = changes_in(data, "lessee", "plot_grade", "plot_ratio", "density_percent", "until")
    actions.change_parcel(found, by=request.member, **_organisations(changes))
    etag(response, found)
    return found


@router.post(
    "/parcels/{number}/outline",
    response=ParcelWhole,
    summary="Put the outline of a parcel right",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.redraw_parcel")
@idempotent(ParcelWhole, status=200)
def redraw_parcel(request: Any, number: str, data: RedrawIn) -> Any:
    """It is measured anew."""
    return actions.redraw_parcel(_at_version(request, number), by=request.member, **data.dict())


@router.post(
    "/parcels/{number}/move",
    response=ParcelWhole,
    summary="Say that a parcel has come to another state",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.move_parcel")
@idempotent(ParcelWhole, status=200)
def move_parcel(request: Any, number: str, data: ParcelMoveIn) -> Any:
    """Forward as it comes; back with a reason."""
    return actions.move_parcel(_at_version(request, number), by=request.member, **data.dict())


@router.post(
    "/parcels/{number}/allot",
    response=ParcelWhole,
    summary="Allot a parcel",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.allot_parcel")
@idempotent(ParcelWhole, status=200)
def allot_parcel(request: Any, number: str, data: ParcelAllotIn) -> Any:
    """Under the land quota of the year."""
    given = _organisations(data.dict())
    return actions.allot_parcel(_at_version(request, number), by=request.member, **given)


@router.post(
    "/parcels/{number}/split",
    response={201: ParcelSplitOut},
    summary="Split a parcel",
    openapi_extra=CHANGES_A_ROW,
)
@may("park.split_parcel")
@idempotent(ParcelSplitOut)
def split_parcel(request: Any, number: str, data: ParcelSplitIn) -> Any:
    """By a line or into parts; their areas sum to the whole."""
    return {"parts": plots.split_parcel(_at_version(request, number), by=request.member, **data.dict())}


@router.get("/account", response=AccountOut, summary="Land account")
@may("park.view_parcels")
def land_account(request: Any, asked: Query[AccountWhere]) -> Any:
    """By year and state."""
    pairing = pairing_of(request, asked.pairing)
    park = parks.park_chosen(request.member, pairing, asked.park)
    return {"park": park.number, "lines": accounts.account_of(park)}


@router.get("/parks/{number}/land.{form}", summary="The parcels of a park as a land file")
@may("park.view_parcels")
def export_land(request: Any, number: str, form: str) -> Any:
    """As GeoJSON, GeoPackage (gpkg) or CSV with WKT; equal when it is brought again."""
    park = parks.park_of(request.member, number)
    return HttpResponse(land_files.exported(park, form), content_type=formats.TYPES.get(form, ""))


@router.post("/land-files", response={201: LandFileOut}, summary="Have a land file read and compared")
@may("park.read_land_file")
@idempotent(LandFileOut)
def read_land_file(request: Any, data: Form[LandFileIn], file: File[UploadedFile]) -> Any:
    """Nothing is written; the answer says what would change and what is refused where."""
    park = parks.park_of(request.member, data.park)
    name = file.name or ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"land{Path(name).suffix.lower()[:10]}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        return _told(land_files.read_land_file(park, path, name=name, crs=data.crs, by=request.member))


@router.get("/land-files/{pk}", response=LandFileOut, summary="A land file that was read")
@may("park.read_land_file")
def show_land_file(request: Any, pk: int) -> Any:
    """What it would change, and what is refused where."""
    return _told(queries.import_of(request.member, pk))


@router.post("/land-files/{pk}/write", response=LandFileOut, summary="Write what a land file changes")
@may("park.write_land_file")
@idempotent(LandFileOut, status=200)
def write_land_file(request: Any, pk: int) -> Any:
    """All of it or nothing."""
    kept = queries.import_of(request.member, pk)
    land_files.write_land_file(kept, by=request.member)
    return _told(kept)


def _told(kept: Any) -> dict[str, Any]:
    plan = Plan.of_json(kept.plan)
    facts = {"id": kept.pk, "file": kept.file_name, "reference": plan.reference, "how": plan.how}
    facts |= {"counts": plan.counts, "written_at": kept.written_at}
    return facts | differences(plan)


def differences(plan: Plan) -> dict[str, Any]:
    """What a plan changes and refuses, for programs."""
    changes = [
        {
            "row": one.feature.row,
            "number": one.feature.number,
            "outcome": one.outcome,
            "mu": one.feature.mu,
            "before": one.before,
            "after": one.after,
        }
        for one in plan.changes
    ]
    refused = [
        {
            "row": one.row,
            "number": one.number,
            "code": one.code,
            "detail": str(comparing.refusal_of(one)),
            "spot": one.spot,
        }
        for one in plan.faults
    ]
    return {"changes": changes, "refused": refused}


def _organisations(given: dict[str, Any]) -> dict[str, Any]:
    for name in ("user", "lessee"):
        if given.get(name):
            given[name] = organisation_of(given[name])
    return given


def _at_version(request: Any, number: str) -> Any:
    """The parcel, at the version that the caller has read."""
    found = queries.parcel_of(request.member, number)
    if_match(request, found)
    return found
