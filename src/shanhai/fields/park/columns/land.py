"""Registers of parcels and slope projects, and what a zone folder keeps of the history of land."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import Choices, Column, Register
from shanhai.fields.park.columns.shared import both, key, part_of, sourced

STATES: Choices = (
    ("not_levelled", "not levelled", "未平整"),
    ("levelled", "levelled", "已平整"),
    ("serviced", "serviced", "已配套"),
    ("allotted", "allotted", "已供地"),
    ("building", "building", "在建"),
    ("in_use", "in use", "在用"),
    ("idle", "idle", "闲置"),
    ("vacated", "vacated", "已腾退"),
    ("public_use", "public", "公用"),
)
SLOPE_STATES: Choices = (
    ("proposed", "proposed", "已提出"),
    ("approved", "approved", "已批复"),
    ("levelling", "being levelled", "平整中"),
    ("taken_over", "accepted", "已验收"),
)
# The groups of the account's picture.
GROUPS: Choices = (
    ("raw", "still to be made", "待开发"),
    ("ready", "levelled and serviced", "已平整配套"),
    ("taken", "allotted and building", "已供与在建"),
    ("in_use", "in use", "在用"),
    ("idle", "idle and vacated", "闲置与腾退"),
    ("public", "public", "公用"),
)
_AT = "shanhai.fields.park"


def _register(stem: str, en: str, zh: str, columns: tuple[Column, ...], view: str, **more: Any) -> Register:
    return Register(
        code=f"park.{stem}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.land_registers.{stem}_rows",
        current=f"{_AT}.queries.land_registers.{stem}_current",
        check=f"{_AT}.queries.land_registers.{stem}_check",
        guard=f"{_AT}.actions.land_registers.{stem}_guard",
        write=f"{_AT}.actions.land_registers.write_{stem}",
        access=view,
        write_access=f"park.write_{stem}",
        is_of_pairing=True,
        **more,
    )


_BY_ACTION: dict[str, Any] = {"is_by_action": True}
PARCELS = _register(
    "parcels",
    "Parcels",
    "地块",
    (
        key("number", "Number", "地块编号", "编号", "宗地号"),
        Column("park", "Park", "园区", "ref", ref="park.parks", required=True),
        Column("phase", "Phase (0: none)", "期次（0为无）", "int", least=0, most=99),
        Column("state", "State", "状态", "choice", choices=STATES, required=True),
        Column("state_on", "Since", "起始日期", "date", **_BY_ACTION),
        Column("mu", "Area", "面积", "mu", **_BY_ACTION),
        Column("user", "User", "使用单位", "ref", ref="registry.organisations"),
        Column("lessee", "Lessee", "承租单位", "ref", ref="registry.organisations"),
        Column("plot_grade", "Plot grade", "土地等别", "int", least=1, most=15),
        Column("plot_ratio", "Plot ratio", "容积率", "decimal", digits=2, least=0, most=99),
        Column("density_percent", "Density, %", "建筑密度（%）", "int", least=0, most=100),
        Column("allotted_on", "Allotted", "供地日期", "date", **_BY_ACTION),
        Column("until", "Until", "使用期至", "date"),
        Column("begins_on", "Cut out", "划定日期", "date", **_BY_ACTION),
        Column("ended_on", "Replaced", "被替代日期", "date", **_BY_ACTION),
        Column("outline", "Outline (WKT)", "边界（WKT）", max_length=30_000, **_BY_ACTION),
        *sourced(),
    ),
    "park.view_parcels",
)
SLOPES = _register(
    "slope_projects",
    "Slope projects",
    "低丘缓坡项目",
    (
        key("number", "Number", "项目编号", "编号"),
        Column("park", "Park", "园区", "ref", ref="park.parks", required=True),
        *both("name", "Name", "项目名称", 120, required=True),
        Column("state", "State", "状态", "choice", required=True, choices=SLOPE_STATES),
        Column("approval_number", "Approval document", "批复文号", max_length=80, synonyms=("批文号",)),
        Column("approved_on", "Approved", "批复日期", "date"),
        Column("gross_mu", "Area of the outline", "项目区面积", "mu", is_output=True),
        Column(
            "mean_slope_degrees",
            "Mean slope, °",
            "平均坡度（°）",
            "decimal",
            required=True,
            digits=1,
            least=0,
            most=90,
        ),
        Column("cost_per_mu_fen", "Cost per mu", "亩均成本", "fen", unit="万元", least=0),
        Column("gained_mu", "Usable land gained", "新增可用地", "mu", required=True),
        Column("farmland_lost_mu", "Farmland lost", "占用耕地", "mu"),
        Column("farmland_compensated_mu", "Farmland compensated", "补充耕地", "mu"),
        Column("forest_lost_mu", "Forest lost", "占用林地", "mu"),
        Column("forest_compensated_mu", "Forest compensated", "补充林地", "mu"),
        Column("accepted_on", "Accepted", "验收日期", "date"),
        Column("outline", "Outline (WKT)", "边界（WKT）", required=True, max_length=30_000),
        *both("about", "About", "项目概况", 2000),
        *sourced(),
    ),
    "park.view_slopes",
)
# What stands in a zone folder besides: history, descent and quotas, brought by nobody but the loader.
MOVES = _register(
    "parcel_moves",
    "Moves of parcels",
    "地块状态变更",
    (
        part_of("parcel", "Parcel", "地块", "park.parcels"),
        Column("sequence", "Number", "序号", "int", key=True, required=True, least=1, most=32_000),
        Column("on", "On", "日期", "date", required=True),
        Column("from_state", "From", "原状态", "choice", choices=STATES),
        Column("to_state", "To", "新状态", "choice", choices=STATES),
        Column("mu", "Area", "面积", "mu", required=True),
        Column("organisation", "Organisation", "单位", "ref", ref="registry.organisations"),
        Column("reason", "Reason", "原因", max_length=300),
    ),
    "park.view_parcels",
)
DESCENTS = _register(
    "parcel_descents",
    "Descent of parcels",
    "地块沿革",
    (
        part_of("parent", "From", "原地块", "park.parcels"),
        part_of("child", "Became", "新地块", "park.parcels"),
        Column("on", "On", "日期", "date", required=True),
    ),
    "park.view_parcels",
)
QUOTAS = _register(
    "land_quotas",
    "Land quotas",
    "年度用地指标",
    (
        part_of("park", "Park", "园区", "park.parks"),
        Column("year", "Year", "年度", "int", key=True, required=True, least=2000, most=2100),
        Column("quota_mu", "Quota", "指标", "mu", required=True),
        Column("used_mu", "Allotted", "已用", "mu", **_BY_ACTION),
    ),
    "park.view_parks",
)
REGISTERS = (PARCELS, SLOPES)
OF_FOLDER = (MOVES, DESCENTS, QUOTAS)
