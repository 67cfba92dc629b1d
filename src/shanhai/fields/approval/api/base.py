"""What the operations of the field share: documents as JSON, and the draft that a caller has read."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field

from shanhai.core import sentences
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.webkit.api import Given, if_match

router = Router(tags=["approval"])

Code = Annotated[str, Field(min_length=1, max_length=40)]
Number = Annotated[int, Field(ge=1, le=30_000)]


class StageData(Given):
    """A stage that items stand in."""

    number: int = Field(ge=1, le=9)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)


class LimitData(Given):
    """How many working days the items of some stages may take together."""

    stages: list[int] = Field(min_length=1, max_length=9)
    days: int = Field(ge=1, le=400)
    standing: str = Field("assumed", max_length=20)
    source: str = Field("", max_length=300)
    source_zh: str = Field("", max_length=300)


class DepartmentData(Given):
    """A department that items name; without a region it is that of the place."""

    code: str = Field(min_length=2, max_length=30)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    organisation: str = Field("", max_length=40)
    region: str = Field("", max_length=12)


class MaterialData(Given):
    """A paper that an item needs."""

    code: str = Field(min_length=2, max_length=30)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    is_major: bool = True
    check: str = Field(
        "", max_length=300, description="Its pre-check: kinds pdf; mb 10; pages 30; blocks kinds"
    )


class ItemData(Given):
    """An approval item; ``when`` is a condition as text, empty for always."""

    code: str = Field(min_length=2, max_length=30)
    stage: int = Field(ge=1, le=9)
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    kind: str = Field("licence", max_length=20)
    lead: str = Field(min_length=2, max_length=30)
    co: list[str] = Field(default_factory=list, max_length=40)
    advise: list[str] = Field(default_factory=list, max_length=40)
    statutory_days: int | None = Field(None, ge=0, le=400)
    statutory_standing: str = Field("assumed", max_length=20)
    statutory_source: str = Field("", max_length=300)
    statutory_source_zh: str = Field("", max_length=300)
    promised_days: int = Field(0, ge=0, le=400)
    promised_standing: str = Field("assumed", max_length=20)
    promised_source: str = Field("", max_length=300)
    promised_source_zh: str = Field("", max_length=300)
    after: list[str] = Field(default_factory=list, max_length=300)
    when: str = Field("", max_length=1000)
    levers: list[str] = Field(default_factory=list, max_length=4)
    materials: list[MaterialData] = Field(default_factory=list, max_length=100)
    result_zh: str = Field("", max_length=120)
    result_en: str = Field("", max_length=160)
    basis: str = Field("", max_length=500)
    valid_months: int | None = Field(None, ge=1, le=1200)
    delegation: str = Field("", max_length=300)
    standing: str = Field("assumed", max_length=20)
    source: str = Field("", max_length=300)
    source_zh: str = Field("", max_length=300)


class CatalogueData(Given):
    """A whole catalogue as one document."""

    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=160)
    profile: str = Field("own", max_length=20)
    region: str = Field("", max_length=12)
    note_zh: str = Field("", max_length=2000)
    note_en: str = Field("", max_length=2000)
    stages: list[StageData] = Field(default_factory=list, max_length=9)
    limits: list[LimitData] = Field(default_factory=list, max_length=20)
    departments: list[DepartmentData] = Field(default_factory=list, max_length=300)
    items: list[ItemData] = Field(default_factory=list, max_length=300)


class FaultOut(Schema):
    """One thing that is wrong; what does not refuse is a remark."""

    code: str
    item: str
    refuses: bool
    sentence: str

    @staticmethod
    def resolve_sentence(row: Any) -> str:
        return sentences.reason(row.reason)


class VersionOut(Schema):
    """A version without what it says."""

    catalogue: str
    number: int
    stage: str
    sha256: str
    valid_from: str | None
    published_on: str | None
    why: str
    why_en: str
    version: int

    @staticmethod
    def resolve_catalogue(row: Any) -> str:
        return row.catalogue.code

    @staticmethod
    def resolve_valid_from(row: Any) -> str | None:
        return row.valid_from.isoformat() if row.valid_from else None

    @staticmethod
    def resolve_published_on(row: Any) -> str | None:
        return row.published_on.isoformat() if row.published_on else None


def plain(data: Schema) -> dict[str, Any]:
    """What was sent as plain data, without what says nothing."""
    return data.dict(exclude_none=True)


def draft_at(request: Any, code: str) -> Any:
    """The draft of a catalogue, at the version that the caller has read."""
    found = queries.draft_of(code)
    if_match(request, found)
    return found
