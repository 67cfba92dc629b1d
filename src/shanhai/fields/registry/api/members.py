"""Members: added, changed, moved, deactivated; their roles, and who stands in for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from shanhai.core import masking
from shanhai.core.actions import members as actions
from shanhai.core.actions import roles as role_actions
from shanhai.core.models import Deputy, Member, RoleGrant
from shanhai.core.sheets.cells import MASK
from shanhai.fields.registry import columns
from shanhai.fields.registry.api.base import NameEn, NameZh, RowCode, member_of, router, row_schema, unit_of
from shanhai.fields.registry.queries import members, role_grants, shared
from shanhai.webkit.api import (
    CHANGES_A_ROW,
    Day,
    Given,
    Key,
    Paged,
    changes_in,
    etag,
    idempotent,
    if_match,
    may,
    paged,
)


@row_schema(columns.MEMBERS, members.as_row)
class MemberOut(Schema):
    """A member of an organisation, with the roles of today."""

    organisation: str
    roles: list[str]
    is_active: bool
    version: int

    @staticmethod
    def resolve_organisation(row: Member) -> str:
        return row.unit.organisation.code

    @staticmethod
    def resolve_roles(row: Member) -> list[str]:
        return members.roles_of(row)


class MemberIn(Given):
    """A person to add to a unit; without a role they can do nothing yet."""

    code: RowCode
    unit: RowCode
    name_zh: NameZh
    name_en: NameEn = ""
    title: str = Field("", max_length=80)
    title_en: str = Field("", max_length=120)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)


class MemberPatch(Given):
    """What changes; a mask that is sent back means "as it is"."""

    name_zh: NameZh | None = None
    name_en: NameEn | None = None
    title: str | None = Field(None, max_length=80)
    title_en: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)


class MoveIn(Given):
    """The unit to move to."""

    unit: RowCode


class ReadIn(Given):
    """Which masked value."""

    column: str = Field(max_length=40, description="phone or email")


class ReadOut(Schema):
    """A masked value in the clear."""

    column: str
    value: str


class RoleIn(Given):
    """A role, from today on or from a day, until it is taken or until a day (included)."""

    role: str = Field(max_length=30)
    from_on: Day | None = None
    to_on: Day | None = None


@row_schema(columns.ROLE_GRANTS, role_grants.as_row)
class GrantOut(Schema):
    """That a member holds or held a role, from when to when (included), and who gave it."""

    granted_by: str | None

    @staticmethod
    def resolve_granted_by(row: RoleGrant) -> str | None:
        return row.granted_by.code if row.granted_by else None


class DeputyOut(Schema):
    """Who acts for a member, for dates or until it is ended."""

    id: int
    member: str
    deputy: str
    from_on: date
    to_on: date | None
    ended_on: date | None
    version: int

    @staticmethod
    def resolve_member(row: Deputy) -> str:
        return row.member.code

    @staticmethod
    def resolve_deputy(row: Deputy) -> str:
        return row.deputy.code


class DeputyIn(Given):
    """Who stands in, for dates or (without ``to_on``) until it is ended."""

    deputy: RowCode
    from_on: Day
    to_on: Day | None = None


@router.get("/members", response=Paged[MemberOut], summary="Members by code, with their roles of today")
@may("registry.view_members")
def list_members(request: Any, unit: str = "") -> Any:
    """The active members whom the caller may see, or those of a unit."""
    rows = members.with_roles(members.seen_by(request.member).filter(is_active=True))
    if unit:
        rows = rows.filter(unit__code=unit[:40])
    return paged(rows, ("code",), request)


@router.get("/members/{code}", response=MemberOut, summary="One member")
@may("registry.view_members")
def get_member(request: Any, response: HttpResponse, code: str) -> Any:
    """One member; the version stands in ETag."""
    member = member_of(code, request.member)
    etag(response, member)
    return member


@router.post("/members", response={201: MemberOut}, summary="Add a member")
@may("registry.keep_people")
@idempotent(MemberOut)
def add_member(request: Any, data: MemberIn) -> Any:
    """Add a person to a unit; give a role next."""
    given = data.dict()
    return member_of(actions.add_member(unit_of(given.pop("unit")), by=request.member, **given).code)


@router.patch("/members/{code}", response=MemberOut, summary="Change a member")
@may("registry.keep_people")
def change_member(request: Any, response: HttpResponse, code: str, data: MemberPatch) -> Any:
    """Change name, post, telephone or e-mail."""
    member = _at_version(request, code)
    changes = {name: value for name, value in changes_in(data).items() if value != MASK}
    actions.change_member(member, by=request.member, **changes)
    etag(response, member)
    return member


@router.post(
    "/members/{code}/move",
    response=MemberOut,
    summary="Move a member to another unit",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_people")
@idempotent(MemberOut, status=200)
def move_member(request: Any, code: str, data: MoveIn) -> Any:
    """Open work is handed over first; roles stay and should be looked at."""
    actions.move_member(_at_version(request, code), unit=unit_of(data.unit), by=request.member)
    return member_of(code)


@router.post(
    "/members/{code}/deactivate",
    response=MemberOut,
    summary="Deactivate a member",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_people")
@idempotent(MemberOut, status=200)
def deactivate_member(request: Any, code: str) -> Any:
    """End a membership; the login is shut where no other membership uses it."""
    return actions.deactivate_member(_at_version(request, code), by=request.member)


@router.post(
    "/members/{code}/reactivate",
    response=MemberOut,
    summary="Reactivate a member",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_people")
@idempotent(MemberOut, status=200)
def reactivate_member(request: Any, code: str) -> Any:
    """Take a former member up again, in the unit they were in."""
    return actions.reactivate_member(_at_version(request, code), by=request.member)


@router.post("/members/{code}/read", response=ReadOut, summary="Read a masked value, on the record")
@may("registry.view_members")
def read_masked(request: Any, response: HttpResponse, code: str, data: ReadIn) -> Any:
    """Give one masked value to whoever may read it."""
    value = masking.read_masked(
        member_of(code, request.member), "registry.members", data.column, by=request.member
    )
    response["Cache-Control"] = "no-store"
    return {"column": data.column, "value": value}


# --- roles and deputies


@router.get("/members/{code}/roles", response=Paged[GrantOut], summary="Roles that a member holds and held")
@may("registry.view_members")
def list_grants(request: Any, code: str) -> Any:
    """All of them, latest first."""
    rows = RoleGrant.objects.filter(member=member_of(code, request.member)).select_related(
        "member", "granted_by"
    )
    return paged(rows, ("-from_on", "-id"), request)


@router.post("/members/{code}/roles", response=MemberOut, summary="Give a member a role")
@may("registry.keep_people")
@idempotent(MemberOut, status=200)
def give_role(request: Any, code: str, data: RoleIn) -> Any:
    """Nobody gives a role to themselves."""
    role_actions.give_role(member_of(code), by=request.member, **data.dict())
    return member_of(code)


@router.delete("/members/{code}/roles/{role}", response=MemberOut, summary="Take a role from a member")
@may("registry.keep_people")
def take_role(request: Any, code: str, role: str) -> Any:
    """Take it as of today; that they had it stays on the record."""
    role_actions.take_role(member_of(code), role=role[:30], by=request.member)
    return member_of(code)


@router.get("/members/{code}/deputies", response=Paged[DeputyOut], summary="Who stands in for a member")
@may("registry.view_members")
def list_deputies(request: Any, code: str) -> Any:
    """Who stands and stood in, latest first."""
    rows = Deputy.objects.filter(member=member_of(code, request.member)).select_related("member", "deputy")
    return paged(rows, ("-from_on", "-id"), request)


@router.post("/members/{code}/deputies", response={201: DeputyOut}, summary="Let somebody stand in")
@may("registry.keep_people")
@idempotent(DeputyOut)
def set_deputy(request: Any, code: str, data: DeputyIn) -> Any:
    """Say who acts for a member."""
    return actions.set_deputy(
        member_of(code),
        deputy=member_of(data.deputy),
        from_on=data.from_on,
        to_on=data.to_on,
        by=request.member,
    )


@router.post(
    "/members/{code}/deputies/{id}/end",
    response=DeputyOut,
    summary="End a standing-in",
    openapi_extra=CHANGES_A_ROW,
)
@may("registry.keep_people")
@idempotent(DeputyOut, status=200)
def end_deputy(request: Any, code: str, id: Key) -> Any:
    """End it today."""
    rows = Deputy.objects.filter(member__code=code[:40]).select_related("member", "deputy")
    deputy = shared.found(rows, pk=id)
    if_match(request, deputy)
    return actions.end_deputy(deputy, by=request.member)


def _at_version(request: Any, code: str) -> Any:
    """The member, at the version that the caller has read."""
    return if_match(request, member_of(code))
