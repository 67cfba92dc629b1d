"""People and bodies that the office's day needs besides the cast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


@pytest.fixture
def added(cast: Any) -> Callable[..., Any]:
    """``added("wei", "LQ-PARK", "魏明", "Wei Ming", "handler")``: a further member with roles."""
    from shanhai.core.actions import members, roles

    def add(code: str, organisation: str, zh: str, en: str, *held: str) -> Any:
        from shanhai.core.models import User

        member = members.add_member(cast.units[organisation], code=code, name_zh=zh, name_en=en, by=None)
        for role in held:
            roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
        member.user = User.objects.create(username=code, password="!", language="en")
        member.save(update_fields=["user"])
        return member

    return add


@pytest.fixture
def body(cast: Any) -> Callable[..., Any]:
    """``body("FIRM", "enterprise", "青枫汽配")``: a further organisation of Longquan with one unit."""
    from shanhai.core.actions import organisations, units

    def add(code: str, kind: str, zh: str, parent: str = "LQ", region: str = "331181000000") -> Any:
        made = organisations.add_organisation(
            code=code, kind=kind, region=cast.regions[region], name_zh=zh, name_en=code.title(),
            parent=cast.organisations[parent], by=None,
        )  # fmt: skip
        cast.organisations[code] = made
        cast.units[code] = units.add_unit(made, code=f"{code}-1", name_zh="办公室", by=None)
        return made

    return add
