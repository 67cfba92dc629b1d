"""A small zone that the tests of core's actions stand on, made by those actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from shanhai.core.actions import members, organisations, pairings, regions, roles, units
from shanhai.core.models import Member, Organisation, Pairing, Region, Unit

CODES = {
    "zhejiang": ("330000", "浙江省", "Zhejiang"),
    "hangzhou": ("330100", "杭州市", "Hangzhou"),
    "xiaoshan": ("330109", "萧山区", "Xiaoshan"),
    "lishui": ("331100", "丽水市", "Lishui"),
    "longquan": ("331181", "龙泉市", "Longquan"),
    "badu": ("331181100", "八都镇", "Badu Town"),
}


@dataclass
class Zone:
    region: SimpleNamespace
    lq: Organisation
    xs: Organisation
    lq_edu: Organisation
    lq_firm: Organisation
    province: Organisation
    audit: Organisation
    outside: Organisation
    pairing: Pairing


@pytest.fixture(autouse=True)
def papers_lie_in_a_folder_of_the_test(settings, tmp_path: Path) -> None:
    settings.SHANHAI_DATA = tmp_path


@pytest.fixture
def region(db) -> SimpleNamespace:
    made: dict[str, Region] = {}
    for key, (code, zh, en) in CODES.items():
        made[key] = regions.add_region(code=code, name_zh=zh, name_en=en, by=None)
    return SimpleNamespace(**made)


@pytest.fixture
def tiny(region: SimpleNamespace) -> Zone:
    def org(
        code: str, kind: str, where: Region, name: str, parent: Organisation | None = None
    ) -> Organisation:
        return organisations.add_organisation(
            code=code, kind=kind, region=where, name_zh=name, parent=parent, by=None
        )

    lq = org("lq", "government", region.longquan, "龙泉市人民政府")
    xs = org("xs", "government", region.xiaoshan, "萧山区人民政府")
    made = Zone(
        region=region,
        lq=lq,
        xs=xs,
        lq_edu=org("lq-edu", "department", region.longquan, "龙泉市教育局", lq),
        lq_firm=org("firm", "enterprise", region.badu, "青枫汽配有限公司"),
        province=org("zj", "province", region.zhejiang, "浙江省山海办"),
        audit=org("zj-audit", "audit", region.zhejiang, "浙江省审计厅"),
        outside=org("out", "other", region.zhejiang, "过路客咨询公司"),
        pairing=None,  # type: ignore[arg-type]
    )
    made.pairing = pairings.open_pairing(
        code="lq-xs",
        level="county",
        name_zh="龙泉—萧山",
        started_on=date(2012, 12, 1),
        parties=[(lq, "mountain"), (xs, "sea")],
        by=None,
    )
    return made


@pytest.fixture
def unit_of():
    def make(organisation: Organisation, code: str = "") -> Unit:
        return units.add_unit(organisation, code=code or f"{organisation.code}-u", name_zh="办公室", by=None)

    return make


@pytest.fixture
def member_of(unit_of):
    def make(place: Organisation | Unit, code: str, *given: str) -> Member:
        if isinstance(place, Organisation):
            unit = Unit.objects.filter(organisation=place).first() or unit_of(place)
        else:
            unit = place
        member = members.add_member(unit, code=code, name_zh="张三", name_en=code, by=None)
        for role in given:
            roles.give_role(member, role=role, by=None)
        return member

    return make
