"""Roles and the access table: who may see and do what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from shanhai.core import signs
from shanhai.fields.registry.api.base import member_of, router
from shanhai.fields.registry.queries import access_table
from shanhai.webkit.api import may


class RoleOut(Schema):
    """What a member can be, in the caller's language; roles that decide need a second factor."""

    code: str
    name: str
    about: str
    decides: bool


class AccessOut(Schema):
    """One row of the access table: what may be seen or done, by whom, where."""

    code: str
    kind: str
    scope: str
    about: str
    roles: list[str]


class MayOut(Schema):
    """What one member may see or do today; ``via`` names the roles by which."""

    code: str
    kind: str
    scope: str
    about: str
    is_allowed: bool
    via: str


@router.get("/roles", response=list[RoleOut], summary="All roles")
@may("registry.view_roles")
def list_roles(request: HttpRequest) -> Any:
    """The roles that the fields know."""
    return [
        {"code": role.code, "name": str(role.name), "about": str(role.about), "decides": role.decides}
        for role in signs.roles
    ]


@router.get("/access", response=list[AccessOut], summary="The access table")
@may("registry.view_access")
def list_access(request: HttpRequest) -> Any:
    """Every page, action and masked column with the roles that have it; none named means every role."""
    return [_row(line) | {"roles": sorted(line.row.roles)} for line in _lines(access_table.whole())]


@router.get("/members/{code}/access", response=list[MayOut], summary="What a member may see and do")
@may("registry.view_access")
def list_member_access(request: HttpRequest, code: str) -> Any:
    """What one member may see and do today, and by which role."""
    return [
        _row(line) | {"is_allowed": line.is_allowed, "via": line.via}
        for line in _lines(access_table.of_member(member_of(code)))
    ]


def _lines(groups: Iterable[access_table.Group]) -> list[access_table.Line]:
    return [line for group in groups for line in group.lines]


def _row(line: access_table.Line) -> dict[str, Any]:
    return {
        "code": line.row.code,
        "kind": line.row.kind,
        "scope": line.row.scope,
        "about": line.about,
    }
