"""What the operations of the field share: types with their limits, and the rows that a caller may name."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field

from shanhai.core import visibility
from shanhai.core.models import Document, Pairing
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit import registers
from shanhai.webkit.api import Day, Given

router = Router(tags=["pairing"])


def row_schema(table: Table, *without: str) -> registers.Widen:
    """Put the columns of a register before what a schema adds; some long texts may be left out."""
    return registers.schema(table.register, lambda records: table.rows_of(records, without), without)


Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
CooperationField = Annotated[str, Field(max_length=12, json_schema_extra={"enum": list(rules.FIELDS)})]
# As many digits as the columns take.
Quantity = Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=4)]
Mu = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Fen = Annotated[int, Field(ge=1, le=10**15)]
Papers = Annotated[list[int], Field(max_length=20, description="Numbers of documents that the caller sees.")]
LongText = Annotated[str, Field(max_length=20_000)]


class Where(Schema):
    """Which pairing: its code, or the one that the caller has chosen on the pages."""

    pairing: str = Field("", max_length=40)


class ReasonIn(Given):
    """Why; both sides read it."""

    reason: str = Field(min_length=1, max_length=300)


class EndIn(ReasonIn):
    """The last day, and why; both sides read it."""

    on: Day


# -- rows that a caller names --------------------------------------------------------------------------------------


def pairing_of(request: Any, code: str) -> Pairing:
    """The pairing of a code, else the one that the caller has chosen.

    Raises
    ------
    NotFound
        ``core.no_pairing``, ``pairing.no_pairing``
    """
    if code:
        return pages.pairing_of(request.member, code)
    if request.pairing is None:
        raise NotFound(
            "core.no_pairing",
            gettext_noop(
                "You have no seat in any pairing yet. Ask the administrator to give your organisation one."
            ),
        )
    return request.pairing


def papers_of(request: Any, numbers: list[int]) -> list[Document]:
    """Documents by number, each that the caller may see and that was not withdrawn.

    Raises
    ------
    BadInput
        ``pairing.no_such_paper``
    """
    found = {
        one.pk: one
        for one in Document.objects.filter(
            pk__in=[number for number in numbers if 0 < number < 2**63], withdrawn_on=None
        ).select_related("owner_unit")
        if visibility.can_see(request.member, one)
    }
    missing = [number for number in numbers if number not in found]
    if missing:
        raise BadInput(
            "pairing.no_such_paper",
            gettext_noop(
                "There is no document {number} that you may see. Correct the number, or file it first."
            ),
            number=missing[0],
        )
    return [found[number] for number in dict.fromkeys(numbers)]
