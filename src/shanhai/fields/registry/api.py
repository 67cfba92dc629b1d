"""The API of the registers: lists, one row with its version, changes with If-Match, and the journal."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from shanhai.core import clock, masking, rulebook, visibility
from shanhai.core.actions import account
from shanhai.core.actions import members as member_actions
from shanhai.core.actions import organisations as organisation_actions
from shanhai.core.actions import regions as region_actions
from shanhai.core.actions import roles as role_actions
from shanhai.core.actions import units as unit_actions
from shanhai.core.models import Document, Member, Organisation, Region, Unit
from shanhai.core.sheets.cells import MASK
from shanhai.fields.registry.queries import days, entries, members, rules, shared, tokens
from shanhai.webkit.api import Paged, etag, idempotent, if_match, may, paged

router = Router(tags=["registry"])

Code = str


class RegionOut(Schema):
    code: str
    level: str
    parent: str | None = None
    name_zh: str
    name_en: str
    population: int | None
    valid_from: date | None
    valid_to: date | None
    is_illustrative: bool
    source: str
    version: int

    @staticmethod
    def resolve_parent(row: Region) -> str | None:
        return row.parent.code if row.parent else None


class RegionIn(Schema):
    code: str = Field(max_length=20)
    name_zh: str = Field(max_length=120)
    name_en: str = Field("", max_length=160)
    valid_from: date | None = None
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    source: str = Field("", max_length=200)


class RegionPatch(Schema):
    name_zh: str | None = Field(None, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    source: str | None = Field(None, max_length=200)


class Rename(Schema):
    name_zh: str = Field(max_length=120)
    name_en: str = Field("", max_length=160)
    on: date
    source: str = Field("", max_length=200)


class OrganisationOut(Schema):
    code: str
    kind: str
    region: str
    parent: str | None = None
    name_zh: str
    name_en: str
    credit_code: str | None
    address: str
    phone: str
    is_active: bool
    is_illustrative: bool
    source: str
    version: int

    @staticmethod
    def resolve_region(row: Organisation) -> str:
        return row.region.code

    @staticmethod
    def resolve_parent(row: Organisation) -> str | None:
        return row.parent.code if row.parent else None


class OrganisationIn(Schema):
    code: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    region: str = Field(max_length=20, description="Code of its region.")
    parent: str | None = Field(None, max_length=40, description="Code of the organisation above it.")
    name_zh: str = Field(max_length=120)
    name_en: str = Field("", max_length=160)
    credit_code: str | None = Field(None, max_length=18)
    address: str = Field("", max_length=200)
    phone: str = Field("", max_length=40)
    source: str = Field("", max_length=200)


class OrganisationPatch(Schema):
    kind: str | None = Field(None, max_length=20)
    region: str | None = Field(None, max_length=20)
    parent: str | None = Field(None, max_length=40)
    name_zh: str | None = Field(None, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    credit_code: str | None = Field(None, max_length=18)
    address: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=40)


class UnitOut(Schema):
    code: str
    organisation: str
    name_zh: str
    name_en: str
    ladder: str
    dispatcher: str | None = None
    is_active: bool
    version: int

    @staticmethod
    def resolve_organisation(row: Unit) -> str:
        return row.organisation.code

    @staticmethod
    def resolve_dispatcher(row: Unit) -> str | None:
        return row.dispatcher.code if row.dispatcher else None


class UnitIn(Schema):
    code: str = Field(max_length=40)
    organisation: str = Field(max_length=40)
    name_zh: str = Field(max_length=120)
    name_en: str = Field("", max_length=160)
    ladder: str = Field("handle check sign", max_length=20)


class MemberOut(Schema):
    code: str
    unit: str
    organisation: str
    name_zh: str
    name_en: str
    title: str
    phone: str = Field(
        description="*** where there is one; POST /members/{code}/read gives it, on the record."
    )
    email: str = Field(
        description="*** where there is one; POST /members/{code}/read gives it, on the record."
    )
    roles: list[str]
    is_active: bool
    version: int

    @staticmethod
    def resolve_unit(row: Member) -> str:
        return row.unit.code

    @staticmethod
    def resolve_organisation(row: Member) -> str:
        return row.unit.organisation.code

    @staticmethod
    def resolve_roles(row: Member) -> list[str]:
        return members.roles_of(row)

    @staticmethod
    def resolve_phone(row: Member) -> str:
        return MASK if row.phone else ""

    @staticmethod
    def resolve_email(row: Member) -> str:
        return MASK if row.email else ""


class MemberIn(Schema):
    code: str = Field(max_length=40)
    unit: str = Field(max_length=40)
    name_zh: str = Field(max_length=120)
    name_en: str = Field("", max_length=160)
    title: str = Field("", max_length=80)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)


class MemberPatch(Schema):
    name_zh: str | None = Field(None, max_length=120)
    name_en: str | None = Field(None, max_length=160)
    title: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)


class ReadIn(Schema):
    column: str = Field(max_length=40, description="phone or email")


class ReadOut(Schema):
    column: str
    value: str


class RoleIn(Schema):
    role: str = Field(max_length=30)
    from_on: date | None = None
    to_on: date | None = None


class TokenOut(Schema):
    key: str
    program: str
    owner: str
    scopes: str
    made: date
    last_used: date | None
    until: date
    state: str
    reason: str


class Reason(Schema):
    reason: str = Field(max_length=200, description="The owner of the key reads it.")


class DocumentOut(Schema):
    id: int
    title: str
    file_name: str
    number: str
    dated_on: date | None
    reach: str
    sha256: str
    size: int
    uploaded_at: datetime
    version: int

    @staticmethod
    def resolve_sha256(row: Document) -> str:
        return row.blob_id

    @staticmethod
    def resolve_size(row: Document) -> int:
        return row.blob.size


class RuleOut(Schema):
    code: str
    name_en: str
    name_zh: str
    unit: str
    value: Any
    status: str
    source: str
    valid_from: date | None
    hash: str


class EntryOut(Schema):
    id: int
    at: datetime
    action: str
    subject_kind: str
    subject_id: int | None
    what: str
    by: str

    @staticmethod
    def resolve_what(row: Any) -> str:
        return entries.subject_of(row)

    @staticmethod
    def resolve_by(row: Any) -> str:
        return entries.who(row)


class YearOut(Schema):
    year: int
    working_days: int
    off: list[date]
    worked: list[date]
    is_provisional: bool


# --- regions


@router.get("/regions", response=Paged[RegionOut], summary="Regions by code")
@may("registry.view_regions")
def list_regions(request: HttpRequest, level: str = "", parent: str = "") -> Any:
    rows = Region.objects.select_related("parent")
    if level:
        rows = rows.filter(level=level[:10])
    if parent:
        rows = rows.filter(parent__code=parent[:12].ljust(12, "0"))
    return paged(rows, ("code",), request)


@router.get("/regions/{code}", response=RegionOut, summary="One region")
@may("registry.view_regions")
def get_region(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    region = _region(code)
    etag(response, region)
    return region


@router.post("/regions", response={201: RegionOut}, summary="Add a region")
@idempotent(RegionOut)
@may("registry.view_regions")
def add_region(request: HttpRequest, data: RegionIn) -> Any:
    return region_actions.add_region(by=request.member, **data.dict())


@router.patch("/regions/{code}", response=RegionOut, summary="Correct what is written of a region")
@may("registry.view_regions")
def correct_region(request: HttpRequest, response: HttpResponse, code: Code, data: RegionPatch) -> Any:
    region = _region(code)
    if_match(request, region)
    region_actions.correct_region(region, by=request.member, **_given(data))
    etag(response, region)
    return region


@router.post("/regions/{code}/rename", response=RegionOut, summary="Rename a region on a day")
@may("registry.view_regions")
def rename_region(request: HttpRequest, response: HttpResponse, code: Code, data: Rename) -> Any:
    region = _region(code)
    if_match(request, region)
    region_actions.rename_region(region, by=request.member, **data.dict())
    etag(response, region)
    return region


def _region(code: str) -> Region:
    return shared.found(Region.objects.select_related("parent"), code=code[:12].ljust(12, "0"))


def _given(data: Schema) -> dict[str, Any]:
    """What the caller sent; empty is not the same as left out, and a mask sent back means "as it is"."""
    return {
        name: value
        for name, value in data.dict(exclude_unset=True).items()
        if (value is not None or name in ("parent", "credit_code", "population")) and value != MASK
    }


# --- organisations and units


@router.get("/organisations", response=Paged[OrganisationOut], summary="Organisations by code")
@may("registry.view_organisations")
def list_organisations(request: HttpRequest, kind: str = "", region: str = "") -> Any:
    rows = Organisation.objects.select_related("region", "parent")
    if kind:
        rows = rows.filter(kind=kind[:20])
    if region:
        rows = rows.filter(region__code=region[:12].ljust(12, "0"))
    return paged(rows, ("code",), request)


@router.get("/organisations/{code}", response=OrganisationOut, summary="One organisation")
@may("registry.view_organisations")
def get_organisation(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    organisation = _organisation(code)
    etag(response, organisation)
    return organisation


@router.post("/organisations", response={201: OrganisationOut}, summary="Add an organisation")
@idempotent(OrganisationOut)
@may("registry.view_organisations")
def add_organisation(request: HttpRequest, data: OrganisationIn) -> Any:
    return organisation_actions.add_organisation(by=request.member, **_placed(data.dict()))


@router.patch("/organisations/{code}", response=OrganisationOut, summary="Change an organisation")
@may("registry.view_organisations")
def change_organisation(
    request: HttpRequest, response: HttpResponse, code: Code, data: OrganisationPatch
) -> Any:
    organisation = _organisation(code)
    if_match(request, organisation)
    organisation_actions.change_organisation(organisation, by=request.member, **_placed(_given(data)))
    etag(response, organisation)
    return organisation


@router.post("/organisations/{code}/close", response=OrganisationOut, summary="Close an organisation")
@may("registry.view_organisations")
def close_organisation(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    organisation = _organisation(code)
    if_match(request, organisation)
    organisation_actions.close_organisation(organisation, by=request.member)
    etag(response, organisation)
    return organisation


def _organisation(code: str) -> Organisation:
    return shared.found(Organisation.objects.select_related("region", "parent"), code=code[:40])


def _placed(data: dict[str, Any]) -> dict[str, Any]:
    """Codes of region and organisation above, as rows."""
    if data.get("region"):
        data["region"] = _region(data["region"])
    if data.get("parent"):
        data["parent"] = _organisation(data["parent"])
    return data


@router.get("/units", response=Paged[UnitOut], summary="Units by code")
@may("registry.view_units")
def list_units(request: HttpRequest, organisation: str = "") -> Any:
    rows = Unit.objects.select_related("organisation", "dispatcher")
    if organisation:
        rows = rows.filter(organisation__code=organisation[:40])
    return paged(rows, ("code",), request)


@router.get("/units/{code}", response=UnitOut, summary="One unit")
@may("registry.view_units")
def get_unit(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    unit = shared.found(Unit.objects.select_related("organisation", "dispatcher"), code=code[:40])
    etag(response, unit)
    return unit


@router.post("/units", response={201: UnitOut}, summary="Add a unit")
@idempotent(UnitOut)
@may("registry.view_units")
def add_unit(request: HttpRequest, data: UnitIn) -> Any:
    given = data.dict()
    return unit_actions.add_unit(_organisation(given.pop("organisation")), by=request.member, **given)


# --- people


@router.get("/members", response=Paged[MemberOut], summary="Members by code, with their roles of today")
@may("registry.view_members")
def list_members(request: HttpRequest, unit: str = "") -> Any:
    rows = members.with_roles(Member.objects.filter(is_active=True))
    if unit:
        rows = rows.filter(unit__code=unit[:40])
    return paged(rows, ("code",), request)


@router.get("/members/{code}", response=MemberOut, summary="One member")
@may("registry.view_members")
def get_member(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    member = _member(code)
    etag(response, member)
    return member


@router.post("/members", response={201: MemberOut}, summary="Add a member")
@idempotent(MemberOut)
@may("registry.view_members")
def add_member(request: HttpRequest, data: MemberIn) -> Any:
    given = data.dict()
    unit = shared.found(Unit.objects.select_related("organisation"), code=given.pop("unit"))
    return _member(member_actions.add_member(unit, by=request.member, **given).code)


@router.patch("/members/{code}", response=MemberOut, summary="Change a member")
@may("registry.view_members")
def change_member(request: HttpRequest, response: HttpResponse, code: Code, data: MemberPatch) -> Any:
    member = _member(code)
    if_match(request, member)
    member_actions.change_member(member, by=request.member, **_given(data))
    etag(response, member)
    return member


@router.post("/members/{code}/read", response=ReadOut, summary="Read a masked value, on the record")
@may("registry.view_members")
def read_masked(request: HttpRequest, response: HttpResponse, code: Code, data: ReadIn) -> Any:
    value = masking.read_masked(_member(code), "registry.members", data.column, by=request.member)
    response["Cache-Control"] = "no-store"
    return {"column": data.column, "value": value}


@router.post("/members/{code}/roles", response=MemberOut, summary="Give a member a role")
@may("registry.view_members")
def give_role(request: HttpRequest, code: Code, data: RoleIn) -> Any:
    member = _member(code)
    role_actions.give_role(member, by=request.member, **data.dict())
    return _member(code)


@router.delete("/members/{code}/roles/{role}", response=MemberOut, summary="Take a role from a member")
@may("registry.view_members")
def take_role(request: HttpRequest, code: Code, role: str) -> Any:
    role_actions.take_role(_member(code), role=role[:30], by=request.member)
    return _member(code)


def _member(code: str) -> Member:
    return shared.found(members.with_roles(Member.objects.all()), code=code[:40])


@router.get("/keys", response=Paged[TokenOut], summary="Keys of everybody's programs, latest first")
@may("registry.view_tokens")
def list_tokens(request: HttpRequest, state: str = "") -> Any:
    page = paged(tokens.in_state(tokens.everybodys(), state), ("-created_at",), request)
    return page | {"items": [tokens.as_row(token) for token in page["items"]]}


@router.post("/keys/{key}/revoke", response=TokenOut, summary="End a key of somebody's program")
@may("registry.view_tokens")
def withdraw_token(request: HttpRequest, key: str, data: Reason) -> Any:
    token = account.withdraw_token(tokens.found(key), by=request.member, **data.dict())
    return tokens.as_row(token)


# --- papers, rules, days, journal


@router.get(
    "/documents", response=Paged[DocumentOut], summary="Papers that are shown to the caller, latest first"
)
@may("registry.view_documents")
def list_documents(request: HttpRequest) -> Any:
    page = paged(visibility.seen(Document, request.member).order_by(), ("-sorted_at",), request)
    page["items"] = visibility.hydrate(page["items"], Document.objects.select_related("blob"))
    return page


@router.get("/rulebook", response=list[RuleOut], summary="All figures with their value of today")
@may("registry.view_rulebook")
def list_rules(request: HttpRequest) -> Any:
    return [_rule(line) for line in rules.of_today() if line.value is not None]


@router.get("/rulebook/{code}", response=RuleOut, summary="One figure with its value of a day")
@may("registry.view_rulebook")
def get_rule(request: HttpRequest, code: Code, on: date | None = None, scope: str = "national") -> Any:
    rule = rulebook.rule(code)
    scopes = dict.fromkeys((scope, "national"))
    return _rule(rules.RuleLine(rule, rulebook.value(code, on or clock.today(), tuple(scopes)), 1))


def _rule(line: rules.RuleLine) -> dict[str, Any]:
    found = line.value
    assert found is not None  # lines without a value are left out
    return {
        "code": line.rule.code,
        "name_en": line.rule.name_en,
        "name_zh": line.rule.name_zh,
        "unit": line.rule.unit,
        "value": rulebook.stamp(found)["value"],
        "status": found.status,
        "source": found.source,
        "valid_from": found.valid_from,
        "hash": found.hash,
    }


@router.get("/calendar/{year}", response=YearOut, summary="The official days of a year")
@may("registry.view_calendar")
def get_year(request: HttpRequest, year: int) -> Any:
    sheet = days.year_sheet(year)
    return {
        "year": sheet.year,
        "working_days": sheet.working,
        "off": sheet.off,
        "worked": sheet.worked,
        "is_provisional": sheet.is_provisional,
    }


@router.get("/journal", response=Paged[EntryOut], summary="Entries that the caller may read, latest first")
@may("registry.view_journal")
def list_entries(request: HttpRequest, action: str = "") -> Any:
    rows = entries.for_reader(request.member).order_by()
    if action:
        rows = rows.filter(action=action[:80])
    return paged(rows, ("-id",), request)
