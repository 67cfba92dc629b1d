"""Logins of members: opened, given a new first password, shut, let in again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Schema, Status
from pydantic import Field

from shanhai.core.actions import logins
from shanhai.fields.registry.api.base import member_of, router
from shanhai.webkit.api import Given, may


class LoginIn(Given):
    """The login name; one that exists becomes theirs too where it is the same person."""

    username: str = Field(min_length=1, max_length=150)


class LoginOut(Schema):
    """A login. The first password is shown in this answer only; empty where the login existed before."""

    member: str
    username: str
    is_open: bool
    first_password: str = ""


# These answers hold passwords, so they are not kept under an Idempotency-Key: a login that exists is refused, and a
# password that was lost on the way is reset.


@router.post("/members/{code}/login", response={201: LoginOut}, summary="Open a login")
@may("registry.keep_people")
def open_login(request: Any, response: HttpResponse, code: str, data: LoginIn) -> Any:
    """Give a member a login; it must change the first password when it is first used."""
    member = member_of(code)
    _user, first = logins.open_login(member, username=data.username, by=request.member)
    return Status(201, _login(response, code, first))


@router.post("/members/{code}/login/reset", response=LoginOut, summary="Give a new first password")
@may("registry.keep_people")
def reset_password(request: Any, response: HttpResponse, code: str) -> Any:
    """Other sessions end with the old password."""
    first = logins.reset_password(member_of(code), by=request.member)
    return _login(response, code, first)


@router.post("/members/{code}/login/close", response=LoginOut, summary="Shut a login")
@may("registry.keep_people")
def close_login(request: Any, response: HttpResponse, code: str) -> Any:
    """The member and their past stay."""
    logins.close_login(member_of(code), by=request.member)
    return _login(response, code)


@router.post("/members/{code}/login/reopen", response=LoginOut, summary="Let a shut login in again")
@may("registry.keep_people")
def reopen_login(request: Any, response: HttpResponse, code: str) -> Any:
    """Undo of shutting."""
    logins.reopen_login(member_of(code), by=request.member)
    return _login(response, code)


def _login(response: HttpResponse, code: str, first: str = "") -> dict[str, Any]:
    response["Cache-Control"] = "no-store"
    member = member_of(code)
    user = member.user
    return {
        "member": member.code,
        "username": user.username,
        "is_open": user.is_active,
        "first_password": first,
    }
