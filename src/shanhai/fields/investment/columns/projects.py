"""The register of projects: one declaration of columns for page, API, template, import, export and zone folder."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register, words_of
from shanhai.fields.investment import rules

STAGES: Choices = (
    ("lead", "lead", "线索"),
    ("signed", "signed", "已签约"),
    ("preparing", "in approval before start", "前期审批"),
    ("approved", "approved, to start", "获批待开工"),
    ("building", "building", "在建"),
    ("completed", "completed", "已竣工"),
    ("producing", "producing", "已投产"),
    ("above_scale", "above scale", "已上规"),
    ("at_capacity", "at capacity", "已达产"),
    ("dropped", "dropped", "已终止"),
)
REACHES: Choices = (
    ("unit", "my unit", "本科室"),
    ("side", "my side", "本方"),
    ("guests", "my side and guests", "本方及受邀单位"),
    ("both", "both sides", "双方"),
    ("public", "public", "公开"),
)

SIDES: Choices = (("mountain", "mountain side", "山方"), ("sea", "sea side", "海方"))
TASKS: Choices = (
    ("leads", "leads the team", "牵头"),
    ("approval", "approvals", "审批代办"),
    ("land", "land and utilities", "用地与配套"),
    ("funds", "funds and policies", "资金与政策"),
    ("labour", "labour", "用工"),
    ("enterprise", "speaks for the enterprise", "企业联络"),
)

# Pages, commands and forms say `columns.words(columns.STAGES, value)`.
words = words_of


def _of(attribute: rules.Attribute) -> Column:
    """The column of a fact that conditions ask for."""
    more: dict[str, Any] = {"choices": attribute.choices}
    kind = {"number": "decimal"}.get(attribute.kind, attribute.kind)
    if attribute.kind == "number":
        more |= {"digits": 2, "least": 0, "most": int(rules.GREATEST_NUMBER), "unit": attribute.unit}
    if attribute.unit == "亩":
        kind, more["unit"] = "mu", ""
    if attribute.kind == "fen":
        more |= {"unit": "万元", "least": 0, "most": rules.GREATEST_FEN}
    return Column(attribute.name, attribute.en, attribute.zh, kind, **more)  # type: ignore[arg-type]


def two(name: str, en: str, zh: str, most: int, *, required: bool = False) -> tuple[Column, Column]:
    return (
        Column(
            f"{name}_zh",
            f"{en} (Chinese)",
            f"{zh}（中文）",
            required=required,
            max_length=most,
            synonyms=(zh,),
        ),
        Column(f"{name}_en", f"{en} (English)", f"{zh}（英文）", max_length=most + 40),
    )


_AT = "shanhai.fields.investment"
PROJECTS = Register(
    code="investment.projects",
    en="Projects",
    zh="投资项目",
    columns=(
        Column(
            "number", "Number", "项目编号", "code", key=True, required=True, max_length=40, synonyms=("编号",)
        ),
        Column(
            "project_code",
            "Project code",
            "项目代码",
            "code",
            max_length=24,
            form="project",
            is_unique=True,
            synonyms=("投资项目代码", "统一代码"),
        ),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        *two("name", "Name", "项目名称", 120, required=True),
        Column(
            "enterprise",
            "Enterprise",
            "项目单位",
            "ref",
            ref="registry.organisations",
            required=True,
            synonyms=("建设单位", "企业"),
        ),
        Column(
            "region",
            "Stands in",
            "建设地点区划",
            "ref",
            ref="registry.regions",
            required=True,
            synonyms=("所在区划", "区划代码"),
        ),
        *two("place", "Park or place", "园区或地点", 120),
        Column("industry", "Industry code", "行业代码", "code", max_length=5, synonyms=("国民经济行业代码",)),
        Column(
            "stage", "Stage", "项目阶段", "choice", required=True, choices=STAGES, synonyms=("阶段", "状态")
        ),
        Column("stage_on", "In it since", "进入阶段日期", "date"),
        Column("registered_on", "Registered", "入库日期", "date"),
        *(_of(one) for one in rules.ATTRIBUTES),
        Column(
            "output_fen",
            "Output a year promised",
            "承诺年产值",
            "fen",
            unit="万元",
            least=0,
            most=rules.GREATEST_FEN,
        ),
        Column(
            "tax_fen",
            "Tax a year promised",
            "承诺年税收",
            "fen",
            unit="万元",
            least=0,
            most=rules.GREATEST_FEN,
        ),
        Column("jobs", "Jobs promised", "承诺用工人数", "int", least=0, most=10**6),
        Column("introducer_side", "Introduced by the", "引进方", "choice", choices=SIDES),
        *two("about", "About", "项目概况", 2000),
        Column("owner", "Kept by", "责任科室", "ref", ref="registry.units"),
        Column("reach", "Who sees it", "可见范围", "choice", choices=REACHES),
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    ),
    rows=f"{_AT}.queries.registers.projects_rows",
    current=f"{_AT}.queries.registers.projects_current",
    check=f"{_AT}.queries.registers.projects_check",
    guard=f"{_AT}.actions.registers.projects_guard",
    write=f"{_AT}.actions.registers.write_projects",
    access="investment.view_projects",
    write_access="investment.write_projects",
    is_of_pairing=True,
)
