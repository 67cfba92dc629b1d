"""Figures of enterprises for programs: reported, put right, and read where they are masked."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import masking
from shanhai.fields.office.api.base import OfficeWhere, PeriodText, pairing_of
from shanhai.fields.park.actions import figures as actions
from shanhai.fields.park.api.base import router
from shanhai.fields.park.columns.firms import FIGURES
from shanhai.fields.park.queries import figures as queries
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules import figures as rules
from shanhai.webkit import registers
from shanhai.webkit.api import Given, Paged, etag, idempotent, if_match, may

Fen = Annotated[int, Field(ge=0, le=rules.GREATEST_FEN)]
SignedFen = Annotated[int, Field(ge=-rules.GREATEST_FEN, le=rules.GREATEST_FEN)]
Amount = Annotated[Decimal, Field(ge=0, le=rules.GREATEST_NUMBER, decimal_places=4)]
Hours = Annotated[Decimal, Field(ge=0, le=rules.GREATEST_NUMBER, decimal_places=2)]


@registers.schema(tables.FIGURES.register, tables.FIGURES.rows_of)
class FiguresOut(Schema):
    """What an enterprise reported of a year or quarter; tax is masked."""

    version: int


class FiguresWhere(OfficeWhere):
    """Which figures."""

    period: str = Field("", max_length=12)
    firm: str = Field("", max_length=40)


class FiguresIn(Given):
    """Figures of a year or quarter; what is left out stays, null takes a figure out. A correction needs its reason."""

    revenue_fen: Fen | None = None
    output_fen: Fen | None = None
    value_added_fen: SignedFen | None = None
    tax_fen: SignedFen | None = None
    energy_tce: Amount | None = None
    electricity_kwh: Hours | None = None
    emission_t: Amount | None = None
    staff_n: int | None = Field(None, ge=0, le=2_000_000_000)
    rd_fen: Fen | None = None
    reason: str = Field("", max_length=300)
    source: str = Field("", max_length=200)


class FiguresReadIn(Given):
    """Which masked figure."""

    column: Literal["tax_fen"]


class FiguresReadOut(Schema):
    """A masked figure in the clear."""

    column: str
    value: str


@router.get("/figures", response=Paged[FiguresOut], summary="Figures of enterprises")
@may("park.view_figures")
def list_figures(request: Any, asked: Query[FiguresWhere]) -> Any:
    """The figures of enterprises that the caller sees, latest period first."""
    found = queries.figures_of(request.member, pairing_of(request, asked.pairing))
    if asked.period:
        found = found.filter(period=asked.period)
    if asked.firm:
        found = found.filter(firm__organisation__code=asked.firm)
    return registers.paged(FiguresOut, found, ("-period", "-id"), request)


@router.post(
    "/firms/{code}/figures/{period}",
    response=FiguresOut,
    summary="Report figures of an enterprise, or put them right",
)
@may("park.report_figures")
@idempotent(FiguresOut, status=200)
def report_figures(request: Any, code: str, period: PeriodText, data: FiguresIn) -> Any:
    """Enter the figures of a year or quarter; where other figures stand there, If-Match carries their version."""
    firm = firms.firm_of(request.member, code)
    there = firm.figures.filter(period=period).first()
    if there is not None:
        if_match(request, there)
    given = data.dict(exclude_unset=True)
    reason, source = given.pop("reason", ""), given.pop("source", "")
    return actions.report_figures(firm, period, values=given, reason=reason, source=source, by=request.member)


@router.post(
    "/firms/{code}/figures/{period}/read",
    response=FiguresReadOut,
    summary="Read a masked figure, on the record",
)
@may("park.read_tax")
def read_figure(
    request: Any, response: HttpResponse, code: str, period: PeriodText, data: FiguresReadIn
) -> Any:
    """Give one masked figure to whoever may read it."""
    one = queries.figures_for(firms.firm_of(request.member, code), period)
    value = masking.read_masked(one, FIGURES.code, data.column, by=request.member)
    response["Cache-Control"] = "no-store"
    etag(response, one)
    return {"column": data.column, "value": value}
