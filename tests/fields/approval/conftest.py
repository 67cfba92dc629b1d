"""A catalogue of Longquan, published once."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.laying import lays


@pytest.fixture
@lays()
def catalogue(cast: Any, zone: Any, lin: Any) -> Any:
    """The Zhejiang 90 regime, taken over and published by Longquan."""
    from shanhai.fields.approval.actions import catalogues as actions
    from shanhai.fields.approval.queries import catalogues as queries

    found = actions.open_catalogue(
        code="LQ-ZJ90", region=cast.regions["331181000000"], profile="zhejiang-90", by=lin
    )
    actions.publish_draft(queries.draft_of("LQ-ZJ90"), why="taken over", by=lin)
    return queries.catalogue_of(found.code)


@pytest.fixture
@lays()
def draft(catalogue: Any, lin: Any) -> Any:
    """The draft of its second version."""
    from shanhai.fields.approval.actions import catalogues as actions

    return actions.open_draft(catalogue, by=lin)


# -- cases: a file of a small catalogue, with departments of both sides ---------------------------------------------

ITEMS = (
    # code, lead, co, advise, days, after, materials
    ("filing", "drc", (), (), 2, (), ("report",)),
    ("eia", "ecology", ("water",), ("partner",), 7, ("filing",), ("report", "eia-form")),
    ("scheme", "planning", (), (), 5, ("filing",), ("layout",)),
    ("permit", "planning", ("ecology", "water"), (), 5, ("eia", "scheme"), ("layout", "survey")),
)


@pytest.fixture
@lays()
def bureaus(cast: Any, zone: Any) -> Any:
    """Departments of Longquan with their people, and the park committee of the other side that advises."""
    return _build_bureaus(cast)


def _build_bureaus(cast: Any) -> Any:
    from shanhai.core.actions import members, organisations, roles, units
    from shanhai.core.models import User

    by = SimpleNamespace(units={}, members={})
    for code, ladder, people in (
        ("LQ-DRC", "handle", (("dong", ("handler",)),)),
        ("LQ-ECO", "handle sign", (("he", ("handler",)), ("sun", ("signer",)))),
        ("LQ-WATER", "handle", (("shui", ("handler",)),)),
        (
            "LQ-PLAN",
            "handle check sign",
            (("gui", ("handler",)), ("jian", ("checker",)), ("zhang", ("signer",))),
        ),
    ):
        made = organisations.add_organisation(
            code=code,
            kind="department",
            region=cast.regions["331181000000"],
            name_zh=code,
            name_en=code,
            parent=cast.organisations["LQ"],
            by=None,
        )
        by.units[code] = units.add_unit(made, code=f"{code}-1", name_zh="审批科", ladder=ladder, by=None)
        for name, held in people:
            one = members.add_member(by.units[code], code=name, name_zh=name, name_en=name, by=None)
            for role in held:
                roles.give_role(one, role=role, from_on=date(2018, 1, 1), by=None)
            one.user = User.objects.create(username=name, password="!", language="en")
            one.save(update_fields=["user"])
            by.members[name] = one
    return by


@pytest.fixture
@lays()
def regime(cast: Any, zone: Any, bureaus: Any, lin: Any) -> Any:
    """A small catalogue of Longquan, published: filing, then EIA and scheme at once, then the permit."""
    from shanhai.fields.approval.actions import catalogues as actions
    from shanhai.fields.approval.queries import catalogues as queries
    from shanhai.fields.approval.rules.catalogue import Catalogue, Department, Item, Material, Stage

    departments = (
        Department("drc", "发改", "Reform", organisation="LQ-DRC"),
        Department("ecology", "生态", "Ecology", organisation="LQ-ECO"),
        Department("water", "水利", "Water", organisation="LQ-WATER"),
        Department("planning", "规划", "Planning", organisation="LQ-PLAN"),
        Department("partner", "萧山", "Xiaoshan office", organisation="XS-OFFICE", region="330109000000"),
    )
    items = tuple(
        Item(
            code, 1, f"{code}事项", code, lead=lead, co=co, advise=advise, promised_days=days, after=after,
            levers=("deferred",) if code == "permit" else (),
            materials=tuple(Material(one, f"{one}材料", one, is_major=one != "survey") for one in papers),
        )
        for code, lead, co, advise, days, after, papers in ITEMS
    )  # fmt: skip
    document = Catalogue(
        "小目录",
        "Small",
        region="331181000000",
        stages=(Stage(1, "全部"),),
        departments=departments,
        items=items,
    )
    found = actions.open_catalogue(
        code="LQ-S", region=cast.regions["331181000000"], document=document, by=lin
    )
    actions.publish_draft(queries.draft_of("LQ-S"), why="x", by=lin)
    return queries.version_of(found.code)


@pytest.fixture
@lays()
def firm(cast: Any, zone: Any) -> Any:
    """Qingfeng of Longquan, which has a seat and one who files."""
    from shanhai.core.actions import members, organisations, roles, units
    from shanhai.core.models import User

    made = organisations.add_organisation(
        code="FIRM", kind="enterprise", region=cast.regions["331181000000"], name_zh="青枫汽配",
        name_en="Qingfeng Auto Parts", parent=cast.organisations["LQ"], by=None,
    )  # fmt: skip
    unit = units.add_unit(made, code="FIRM-1", name_zh="行政部", ladder="handle", by=None)
    one = members.add_member(unit, code="xiang", name_zh="项雨", name_en="Xiang Yu", by=None)
    roles.give_role(one, role="enterprise", from_on=date(2018, 1, 1), by=None)
    one.user = User.objects.create(username="xiang", password="!", language="en")
    one.save(update_fields=["user"])
    return one


@pytest.fixture
@lays()
def project(cast: Any, zone: Any, firm: Any, lin: Any) -> Any:
    """Lin's project of the firm, with a code of the platform."""
    from shanhai.fields.investment.actions import projects as actions

    return actions.add_project(
        zone,
        number="P-1",
        name_zh="汽车空调压缩机项目",
        name_en="Compressor plant",
        enterprise=firm.unit.organisation,
        region=cast.regions["331181000000"],
        project_code="2103-331181-04-01-123456",
        basis="filing",
        by=lin,
    )


@pytest.fixture
@lays()
def filed(project: Any, regime: Any, lin: Any) -> Any:
    """The file of the project, kept by Lin's park committee; all but the survey is there."""
    from shanhai.fields.approval.actions import filing

    case = filing.file_case(project, catalogue=regime, number="C-1", by=lin)
    for one in case.materials.exclude(code="survey"):
        one.case = case
        filing.add_material(one, name=one.name_zh, by=lin)
    return case


@pytest.fixture
@lays("filed")
def case(filed: Any, lin: Any) -> Any:
    """The case under review since Monday 2023-09-18; the survey is promised."""
    from shanhai.fields.approval.actions import filing

    filing.hand_in(filed, promised=["survey"], by=lin)
    return filing.accept_case(filed, by=lin)
