"""Commitments as they stand today, and who answers for them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema, Status
from pydantic import Field

from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.api.base import Code, LongText, Where, pairing_of, router, row_schema
from shanhai.fields.pairing.models import STANDING_SORTS
from shanhai.fields.pairing.queries import named
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import registers
from shanhai.webkit.api import Given, Paged, changes_in, etag, if_match, may, paged


@row_schema(tables.COMMITMENTS)
class CommitmentOut(Schema):
    """A commitment with how it stands today; quantities in ``unit`` (fen for money)."""

    pairing: str
    period: str
    period_due_on: dt.date
    promised: str | None
    delivered: str | None
    unconfirmed: str | None
    forecast: str | None
    forecast_low: str | None
    forecast_high: str | None
    basis: str
    status: str
    late_since: dt.date | None
    missing: str | None
    rests_with: list[str]
    version: int


class CommitmentsWhere(Where):
    """Which commitments: those of this year, kept before it or of years to come."""

    nested: bool = False
    phase: Literal["this_year", "before", "ahead"] = "this_year"
    status: Literal["", "late", "at_risk", "not_started", "on_track", "done"] = ""
    sort: Literal["field", "code", "agreement", "owes", "due_on", "status"] = "field"


class CommitmentPatch(Given):
    """Who answers for a commitment; its terms stand as they were signed. A unit of null is nobody named."""

    mountain_unit: Code | None = None
    sea_unit: Code | None = None
    is_main: bool | None = None
    balance_line: str | None = Field(
        None,
        max_length=16,
        description="As what its deliveries stand in the balance of mutual benefit; empty: they do not.",
        json_schema_extra={"enum": ["", *rules.BALANCE_LINES]},
    )
    about: LongText | None = None


@router.get("/commitments", response=Paged[CommitmentOut], summary="Commitments today")
@may("pairing.view_commitments")
def list_commitments(request: Any, asked: Query[CommitmentsWhere]) -> Any:
    """The commitments in force of a pairing, or of those nested in it, with promised, delivered and forecast."""
    pairing = pairing_of(request, asked.pairing)
    found = queries.standings_of(request.member, pairing, nested=asked.nested).filter(phase=asked.phase)
    if asked.status:
        found = found.filter(urgency=rules.URGENCY.index(rules.Status(asked.status)))
    page = paged(found, STANDING_SORTS[asked.sort], request)
    return page | {"items": _shown([queries.progress_from(row) for row in page["items"]])}


@router.get("/commitments/{code}", response=CommitmentOut, summary="One commitment")
@may("pairing.view_commitments")
def show_commitment(request: Any, response: HttpResponse, code: str) -> Any:
    """One commitment, as it stands today; its version stands in ETag."""
    found = queries.commitment_of(request.member, code)
    etag(response, found)
    return as_answer(found)


@router.patch("/commitments/{code}", response=CommitmentOut, summary="Say who answers for a commitment")
@may("pairing.change_commitment")
def change_commitment(request: Any, response: HttpResponse, code: str, data: CommitmentPatch) -> Any:
    """Change which unit is asked when it is late, whether it is a main one, and the remarks."""
    found = queries.commitment_of(request.member, code)
    if_match(request, found)
    changes = changes_in(data, "mountain_unit", "sea_unit")
    for side in rules.SIDES:
        if changes.get(f"{side}_unit"):
            changes[f"{side}_unit"] = named.unit_of(found.pairing, changes[f"{side}_unit"], side)
    actions.change_commitment(found, by=request.member, **changes)
    etag(response, found)
    return as_answer(found)


@router.delete("/commitments/{code}", response={204: None}, summary="Take a commitment out of a draft")
@may("pairing.drop_commitment")
def drop_commitment(request: Any, code: str) -> Any:
    """Take it out of a draft that nobody has signed; a promise that was signed stays."""
    found = queries.commitment_of(request.member, code)
    if_match(request, found)
    actions.drop_commitment(found, by=request.member)
    return Status(204, None)


def as_answer(commitment: Any) -> dict[str, Any]:
    """A commitment as the API shows it."""
    return _shown(queries.progress_of([commitment]))[0]


def _shown(found: list[queries.Progress]) -> list[dict[str, Any]]:
    """Rows of the register, each with how its commitment stands."""
    table = tables.COMMITMENTS
    rows = table.rows_of([one.commitment for one in found])
    return [
        _with_row(one, registers.cells(table.register, row))
        for one, row in zip(found, rows, strict=True)
        if row is not None
    ]


def _with_row(one: queries.Progress, cells: dict[str, Any]) -> dict[str, Any]:
    plain = queries.as_plain(one)
    # The row has the day on which the whole falls due, the progress that of the part that is looked at.
    return plain | cells | {"period_due_on": plain["due_on"], "version": one.commitment.version}
