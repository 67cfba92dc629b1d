"""Keys by which programs come in, of everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from shanhai.core.actions import account
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import tokens
from shanhai.webkit.api import Given, Paged, idempotent, may, paged


class KeyOut(Schema):
    """A key; of the key itself its beginning is known and nothing more."""

    key: str
    program: str
    owner: str
    scopes: str
    made: date
    last_used: date | None
    until: date
    state: str
    reason: str


class WithdrawalIn(Given):
    """Why the key is revoked."""

    reason: str = Field(max_length=200, description="The owner of the key reads it.")


@router.get("/keys", response=Paged[KeyOut], summary="Keys of everybody's programs, latest first")
@may("registry.view_tokens")
def list_keys(request: HttpRequest, state: str = "") -> Any:
    """All keys, or those in a state: works, revoked, run_out."""
    page = paged(tokens.in_state(tokens.everybodys(), state), ("-expires_at",), request)
    return page | {"items": [tokens.as_row(token) for token in page["items"]]}


@router.post("/keys/{key}/revoke", response=KeyOut, summary="End a key of somebody's program")
@may("registry.view_tokens")
@idempotent(KeyOut, status=200)
def withdraw_key(request: Any, key: str, data: WithdrawalIn) -> Any:
    """End it at once, with a reason; its owner is told."""
    token = account.withdraw_token(tokens.found(key), by=request.member, **data.dict())
    return tokens.as_row(token)
