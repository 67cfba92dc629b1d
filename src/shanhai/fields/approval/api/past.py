"""Past cases of which only the two dates are known, for programs; they come in as a spreadsheet."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Query, Schema

from shanhai.fields.approval.api.base import router
from shanhai.fields.approval.queries import platform as queries
from shanhai.fields.office.api.base import OfficeWhere, pairing_of
from shanhai.webkit import registers
from shanhai.webkit.api import Paged, may


@registers.schema(queries.DATED_CASES.register, queries.DATED_CASES.rows_of)
class DatedCaseOut(Schema):
    """An approval that is over, by its two dates; ``days`` are all working days between them."""

    version: int


class DatedCasesWhere(OfficeWhere):
    """Which past cases."""

    kind: Literal["filing", "approval", "low_risk"] | None = None


@router.get("/dated-cases", response=Paged[DatedCaseOut], summary="Past cases with their two dates")
@may("approval.view_cases")
def list_dated_cases(request: Any, asked: Query[DatedCasesWhere]) -> Any:
    """The past cases of a pairing of which only the two dates are known, latest first; nothing of them ran here."""
    found = queries.dated_cases_of(request.member, pairing_of(request, asked.pairing))
    if asked.kind is not None:
        found = found.filter(kind=asked.kind)
    return registers.paged(DatedCaseOut, found, ("-started_on", "-id"), request)
