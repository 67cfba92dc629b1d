"""The rulebook: figures that offices set, their values with sources, one more value."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from shanhai.core import clock, rulebook
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import rules
from shanhai.fields.registry.rules import read_value
from shanhai.webkit.api import Day, Given, idempotent, may


class RuleOut(Schema):
    """A figure with its value of a day, from whom it is, and the hash of exactly this value."""

    code: str
    name_en: str
    name_zh: str
    unit: str
    value: Any
    status: str
    source: str
    valid_from: date | None
    hash: str


class RuleValueOut(Schema):
    """One value of a figure; the narrower scope and the later day win."""

    value: Any
    scope: str
    valid_from: date | None
    valid_to: date | None
    status: str
    source: str
    hash: str


class RuleValueIn(Given):
    """One more value; a correction is a later value for the same scope and first day."""

    value: str = Field(
        min_length=1,
        max_length=20_000,
        description="A number, a word, or a table as JSON, as text: JSON has no decimals.",
    )
    scope: str = Field("national", min_length=1, max_length=60)
    valid_from: Day
    valid_to: Day | None = None
    status: Literal["verified", "assumed"]
    source: str = Field(min_length=1, max_length=300)


@router.get("/rulebook", response=list[RuleOut], summary="All figures with their value of today")
@may("registry.view_rulebook")
def list_rules(request: HttpRequest) -> Any:
    """The national values; figures without one are left out."""
    return [_rule(line) for line in rules.of_today() if line.value is not None]


@router.get("/rulebook/{code}", response=RuleOut, summary="One figure with its value of a day")
@may("registry.view_rulebook")
def get_rule(request: HttpRequest, code: str, on: Day | None = None, scope: str = "national") -> Any:
    """The value that counts on a day for a scope, else the national one."""
    rule = rulebook.rule(code)
    scopes = dict.fromkeys((scope, "national"))
    return _rule(rules.RuleLine(rule, rulebook.value(code, on or clock.today(), tuple(scopes)), 1))


@router.get("/rulebook/{code}/values", response=list[RuleValueOut], summary="All values of a figure")
@may("registry.view_rulebook")
def list_values(request: HttpRequest, code: str) -> Any:
    """Every value that was ever set, with its scope and source."""
    return [_value(line.value) for line in rules.all_of(rulebook.rule(code))]


@router.post("/rulebook/{code}/values", response={201: RuleValueOut}, summary="Add a value to a figure")
@may("registry.keep_rules")
@idempotent(RuleValueOut)
def add_value(request: Any, code: str, data: RuleValueIn) -> Any:
    """Values never change; earlier ones stay to be read."""
    rule = rulebook.rule(code)
    given = data.dict()
    value = read_value(rule.kind, given.pop("value"))
    return _value(rulebook.add_value(rule.code, value, by=request.member, **given))


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


def _value(found: Any) -> dict[str, Any]:
    return {
        "value": rulebook.stamp(found)["value"],
        "scope": found.scope,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "status": found.status,
        "source": found.source,
        "hash": found.hash,
    }
