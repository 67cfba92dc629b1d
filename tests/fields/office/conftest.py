"""People and bodies that the office's day needs besides the cast, and a round between an office and its units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.laying import lays


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


QUESTIONS = (
    ("visits", "交流活动场次", "Exchanges", "int", "场", True, "office.reported_visits"),
    ("aid", "帮扶资金", "Money for aid", "fen", "万元", True, "office.reported_aid"),
    ("remarks", "备注", "Remarks", "text", "", False, ""),
)


@pytest.fixture
def questions() -> list[Any]:
    """What the round asks: a number, an amount, a remark."""
    from shanhai.fields.office.rules import rounds as rules

    return [rules.Question(*row[:5], is_required=row[5], feeds=row[6]) for row in QUESTIONS]


@pytest.fixture
@lays()
def staff(cast: SimpleNamespace, zone: Any) -> SimpleNamespace:
    """The unit that answers: a handler, a checker and a signer of a department of Longquan."""
    from shanhai.core.actions import members, organisations, pairings, roles, units
    from shanhai.core.models import User

    agri = organisations.add_organisation(
        code="LQ-AGRI", kind="department", region=cast.regions["331181000000"], name_zh="龙泉市农业农村局",
        name_en="Longquan Agriculture Bureau", parent=cast.organisations["LQ"], by=None,
    )  # fmt: skip
    unit = units.add_unit(agri, code="agri-u", name_zh="综合科", name_en="General Section", by=None)
    found = SimpleNamespace(unit=unit, organisation=agri)
    for role in ("handler", "checker", "signer"):
        member = members.add_member(
            unit, code=f"agri-{role}", name_zh=f"农{role}", name_en=role.title(), by=None
        )
        roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
        member.user = User.objects.create(username=f"agri-{role}", password="!", language="en")
        member.save(update_fields=["user"])
        setattr(found, role, member)
    pairings.recompute_seats(pairing_ids=[zone.pk], by=None)
    return found


@pytest.fixture
@lays()
def draft(cast: SimpleNamespace, zone: Any, staff: SimpleNamespace, lin: Any, questions: list[Any]) -> Any:
    """A round of Lin's office to the department and to her own park, written and not opened."""
    from shanhai.fields.office import actions

    return actions.draft_round(
        zone, number="R1", name_zh="山海协作月报", name_en="Monthly report", period="2023-08",
        due_on=date(2023, 9, 20), questions=questions, units=[staff.unit, cast.units["LQ-PARK"]], by=lin,
    )  # fmt: skip


@pytest.fixture
@lays("draft")
def opened(draft: Any, lin: Any) -> Any:
    """The same round, open."""
    from shanhai.fields.office import actions

    return actions.open_round(draft, by=lin)


@pytest.fixture
def answer_of() -> Callable[..., Any]:
    """``answer_of(round, unit)``: the answer as it stands in the database."""
    from shanhai.fields.office.queries import rounds

    def read(one: Any, unit: Any) -> Any:
        return rounds.answer_of(None, one.number, unit.code)

    return read


@pytest.fixture
@lays()
def confirmed(opened: Any, staff: SimpleNamespace, answer_of: Callable[..., Any]) -> Any:
    """The department's answer, filled in, checked and confirmed by its leader."""
    from shanhai.fields.office import actions

    answer = answer_of(opened, staff.unit)
    actions.fill_answer(
        answer, {("visits", ""): "3", ("aid", ""): "12.5", ("remarks", ""): "无重大事项"}, by=staff.handler
    )
    for member in (staff.handler, staff.checker, staff.signer):
        actions.hand_up(answer, by=member)
    return answer_of(opened, staff.unit)


@pytest.fixture
@lays("confirmed")
def accepted(confirmed: Any, lin: Any, answer_of: Callable[..., Any]) -> Any:
    """The same answer, accepted by the office."""
    from shanhai.fields.office import actions

    return actions.review_answer(confirmed, by=lin)


@pytest.fixture
@lays("cast")
def firm(cast: Any, body: Any, added: Any) -> Any:
    """A firm of Longquan, and Xiang who speaks for it."""
    body("FIRM", "enterprise", "青枫汽配")
    return added("xiang", "FIRM", "项羽", "Xiang Yu", "enterprise")


@pytest.fixture
@lays("cast")
def handler(cast: Any, body: Any, added: Any) -> Any:
    """A bureau of Longquan that can answer, and its handler Ji."""
    body("LQ-EIT", "department", "经信局")
    return added("ji", "LQ-EIT", "季雪文", "Ji Xuewen", "handler")


@pytest.fixture
@lays()
def leader(added: Any) -> Any:
    """The leader of Longquan."""
    return added("ma", "LQ", "马岚", "Ma Lan", "leader")


@pytest.fixture
@lays()
def problem(zone: Any, firm: Any, handler: Any) -> Any:
    """Xiang's problem, with the bureau."""
    from shanhai.fields.office.actions import problems

    return problems.raise_problem(
        zone, title_zh="用电增容无答复", title_en="No more power", field="park", unit=handler.unit, by=firm
    )
