"""What the operations of the registers share: types with their limits, and rows by their codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from shanhai.core.models import Member, Organisation, Region, Unit
from shanhai.core.sheets.columns import Register
from shanhai.fields.registry.queries import members, shared
from shanhai.webkit import registers

router = Router(tags=["registry"])


def row_schema(register: Register, as_row: Callable[[Any], shared.Row], *without: str) -> registers.Widen:
    """Put the columns of a register before what a schema adds; some long texts may be left out."""
    return registers.schema(register, lambda records: map(as_row, records), without)


RowCode = Annotated[str, Field(min_length=1, max_length=40)]
RegionCode = Annotated[str, Field(min_length=1, max_length=20)]
NameZh = Annotated[str, Field(min_length=1, max_length=120)]
NameEn = Annotated[str, Field(max_length=160)]
Source = Annotated[str, Field(max_length=200)]


def region_of(code: str) -> Region:
    """A region by its code; 331181 is 331181000000."""
    return shared.found(Region.objects.select_related("parent"), code=code[:12].ljust(12, "0"))


def organisation_of(code: str) -> Organisation:
    """An organisation by its code."""
    return shared.found(Organisation.objects.select_related("region", "parent"), code=code[:40])


def unit_of(code: str) -> Unit:
    """A unit by its code."""
    return shared.found(Unit.objects.select_related("organisation", "dispatcher"), code=code[:40])


def member_of(code: str, reader: Member | None = None) -> Any:
    """A member by its code, with the roles of today; only one whom the reader may see where there is a reader."""
    return shared.found(members.with_roles(members.seen_by(reader)), code=code[:40])
