"""The balance of mutual benefit: what each side gave by year, the records behind a figure, what each side says."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Query, Schema
from pydantic import Field

from shanhai.fields.pairing import actions
from shanhai.fields.pairing.api.base import Where, pairing_of, router
from shanhai.fields.pairing.queries import balance as reads
from shanhai.webkit.api import Given, idempotent, may


class BalanceRowOut(Schema):
    """What one side gave of one indicator; money in fen, other quantities in ``unit``, both as text."""

    given_by: str
    group: str
    indicator: str
    name: str
    unit: str
    by_year: list[str | None]
    total: str


class StatementOut(Schema):
    """What a side says of the balance."""

    side: str
    on: dt.date
    text_zh: str
    text_en: str


class AwaitedOut(Schema):
    """A line that waits for the indicator of a field; it has no figures until that signs in."""

    given_by: str
    group: str
    indicator: str
    name: str
    field: str


class BalanceOut(Schema):
    """Both columns by year. ``money_fen`` is the only sum over rows: money is never added to what is not money."""

    pairing: str
    as_of: dt.date
    years: list[str]
    rows: list[BalanceRowOut]
    money_fen: dict[str, list[int]]
    not_measured: list[str]
    awaited: list[AwaitedOut]
    statements: list[StatementOut]


class BalanceWhere(Where):
    """Which years; the last six if none are named."""

    first: int | None = Field(None, ge=reads.FIRST_YEAR, le=9999)
    last: int | None = Field(None, ge=reads.FIRST_YEAR, le=9999)


class RecordsWhere(BalanceWhere):
    """Which column."""

    side: Literal["mountain", "sea"]


class BalanceRecordOut(Schema):
    """One record behind a figure."""

    kind: str
    id: int
    text: str
    on: dt.date | None
    value: str
    url: str
    standing: str

    @staticmethod
    def resolve_value(row: Any) -> str:
        return reads.plain(row.value)


class BalanceRecordsOut(Schema):
    """The records behind a figure, and their sum."""

    indicator: str
    side: str
    years: list[str]
    total: str
    records: list[BalanceRecordOut]


class StatementIn(Given):
    """What one's side says of the balance; a second one of a day takes the place of the first."""

    pairing: str = Field("", max_length=40)
    text_zh: str = Field(min_length=1, max_length=600)
    text_en: str = Field("", max_length=900)


@router.get("/balance", response=BalanceOut, summary="Balance of mutual benefit")
@may("pairing.view_balance")
def show_balance(request: Any, asked: Query[BalanceWhere]) -> Any:
    """What each side gave in a pairing and those nested in it."""
    pairing = pairing_of(request, asked.pairing)
    years = reads.years_of(asked.first, asked.last)
    return reads.balance_as_plain(reads.balance(request.member, pairing, years))


@router.get("/balance/records/{indicator}", response=BalanceRecordsOut, summary="Records behind a figure")
@may("pairing.view_balance")
def show_balance_records(request: Any, indicator: str, asked: Query[RecordsWhere]) -> Any:
    """The records whose sum is what a side gave of an indicator in some years."""
    years = reads.years_of(asked.first, asked.last)
    pairing = pairing_of(request, asked.pairing)
    found = reads.records_behind(request.member, pairing, indicator, asked.side, years)
    return {
        "indicator": indicator,
        "side": asked.side,
        "years": [str(year) for year in years],
        "total": reads.plain(sum((one.value for one in found), start=reads.ZERO)),
        "records": found,
    }


@router.post("/balance/statements", response={201: StatementOut}, summary="Say what one's side thinks")
@may("pairing.state_balance")
@idempotent(StatementOut)
def state_balance(request: Any, data: StatementIn) -> Any:
    """Put one's side's statement beside the figures."""
    pairing = pairing_of(request, data.pairing)
    return actions.state_balance(pairing, text_zh=data.text_zh, text_en=data.text_en, by=request.member)
