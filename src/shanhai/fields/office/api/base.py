"""What the operations of the field share: types with their limits, and rows that a caller names."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field

from shanhai.core.models import Document, Pairing
from shanhai.fields.office.models import Round, RoundAnswer
from shanhai.fields.office.queries import rounds
from shanhai.fields.office.queries.shared import pairing_named
from shanhai.fields.office.rules.shared import FIELDS
from shanhai.fields.registry.queries import papers
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.api import Given, Key, if_match

router = Router(tags=["office"])

FieldOf = Annotated[str, Field(max_length=12, json_schema_extra={"enum": list(FIELDS)})]
Number = Annotated[str, Field(max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Optional = Annotated[str, Field(max_length=4000)]
RoundNumber = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Papers = Annotated[list[Key], Field(max_length=20, description="Numbers of documents that the caller sees.")]
Codes = Annotated[list[str], Field(min_length=1, max_length=500)]
PeriodText = Annotated[str, Field(min_length=4, max_length=12, description="2023, 2023Q3 or 2023-09")]


class OfficeWhere(Schema):
    """Which pairing: its code, or the one that the caller has chosen on the pages."""

    pairing: str = Field("", max_length=40)


class OfficeReasonIn(Given):
    """Why; others read it."""

    reason: str = Field(min_length=1, max_length=300)


def pairing_of(request: Any, code: str) -> Pairing:
    """The pairing of a code, else the one that the caller has chosen.

    Raises
    ------
    NotFound
        ``core.no_pairing``, ``office.no_pairing``
    """
    if code:
        return pairing_named(request.member, code)
    if request.pairing is None:
        raise NotFound(
            "core.no_pairing",
            gettext_noop(
                "You have no seat in any pairing yet. Ask the administrator to give your organisation one."
            ),
        )
    return request.pairing


def papers_of(request: Any, numbers: list[int]) -> list[Document]:
    """Documents by number, each of which the caller sees.

    Raises
    ------
    NotFound
        ``registry.no_paper``
    """
    return [papers.seen(request.member, number) for number in dict.fromkeys(numbers)]


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
