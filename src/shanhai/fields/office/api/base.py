"""What the operations of the field share."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from shanhai.fields.office.models import Round, RoundAnswer
from shanhai.fields.office.queries import rounds
from shanhai.webkit.api import if_match

router = Router(tags=["office"])

Number = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Codes = Annotated[list[str], Field(min_length=1, max_length=500)]
PeriodText = Annotated[str, Field(min_length=4, max_length=12, description="2023, 2023Q3 or 2023-09")]


def round_at(request: Any, number: str) -> Round:
    """A round at the version that the caller read."""
    found = rounds.round_of(request.member, number[:40])
    if_match(request, found)
    return found


def answer_at(request: Any, number: str, unit: str) -> RoundAnswer:
    """An answer at the version that the caller read."""
    found = rounds.answer_of(request.member, number[:40], unit[:40])
    if_match(request, found)
    return found
