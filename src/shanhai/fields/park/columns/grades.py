"""Registers of gradings: what is ruled on enterprises, and what a grade brings."""

from __future__ import annotations

from shanhai.core.sheets.columns import Choices, Column
from shanhai.fields.park.columns.firms import GRADES, firm_key, register
from shanhai.fields.park.columns.shared import key, sourced

STAGES: Choices = (
    ("draft", "draft", "草稿"),
    ("published", "published, objections are taken", "公示中"),
    ("settled", "final", "已确定"),
    ("withdrawn", "withdrawn", "已撤回"),
)
APPEAL_STAGES: Choices = (
    ("open", "not decided", "待处理"),
    ("upheld", "upheld", "成立"),
    ("rejected", "rejected", "不成立"),
)
RULINGS: Choices = (("veto", "D whatever the score", "一票否决"), ("exempt", "not graded", "不参评"))
CAUSES: Choices = (
    ("illegal", "broke the law", "违法违规"),
    ("accident", "major accident", "重大事故"),
    ("two_high", "high energy use and emissions, not compliant", "“两高”不达标"),
    ("other", "other", "其他"),
)
POOLS: Choices = (("", "industry", "工业"), ("craft", "craft", "工艺"), ("logistics", "logistics", "物流"))
INSTRUMENTS: Choices = (
    ("land_use_tax", "land-use tax relief", "城镇土地使用税减免"),
    ("electricity", "electricity price", "用电价格"),
    ("water", "water price", "用水价格"),
    ("land", "land", "用地"),
    ("energy", "energy quota", "用能指标"),
    ("credit", "credit", "信贷"),
    ("talent", "talent", "人才"),
    ("upgrade", "upgrade plan", "整治提升"),
)
# Why nobody grades an enterprise, where the platform finds it; a ruling says its own words.
EXEMPTIONS: Choices = (
    ("utility", "public utility", "公用事业"),
    ("not_producing", "not in production", "未投产"),
    ("too_young", "not long enough in production", "投产未满规定年限"),
)
POLICY_STATES: Choices = (("verified", "verified", "已核实"), ("assumed", "assumed", "假定"))

GRADE_RULINGS = register(
    "grade_rulings",
    "Rulings of the grading",
    "评价裁定",
    firm_key(),
    Column("year", "Year", "年度", "int", key=True, required=True, least=2000, most=2100),
    Column("kind", "Kind", "类别", "choice", key=True, required=True, choices=RULINGS),
    Column("cause", "Cause", "事由", "choice", required=True, choices=CAUSES),
    Column("text", "Reason", "理由", required=True, max_length=280),
    access="park.view_grading",
    sheets="grade_sheets",
)
GRADE_POLICIES = register(
    "grade_policies",
    "What grades bring",
    "差别化政策",
    Column("code", "Code", "编号", "code", key=True, required=True, max_length=40),
    Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
    Column("grade", "Grade", "评价等级", "choice", required=True, choices=GRADES, synonyms=("等级", "类别")),
    Column("instrument", "Instrument", "政策工具", "choice", required=True, choices=INSTRUMENTS),
    Column("value", "Value", "数值", "decimal", digits=4, least=-1_000_000, most=1_000_000),
    Column("unit", "Unit", "单位", max_length=20),
    Column("text_zh", "What it says (Chinese)", "内容（中文）", max_length=200, synonyms=("内容",)),
    Column("text_en", "What it says (English)", "内容（英文）", max_length=200),
    Column("department", "Carried out by", "执行部门", "ref", ref="registry.organisations", required=True),
    Column("begins_on", "From", "起始日期", "date", required=True),
    Column("ends_on", "Until", "截止日期", "date"),
    Column("status", "Status of the rule", "规则状态", "choice", choices=POLICY_STATES),
    *sourced(),
    access="park.view_grading",
    sheets="grade_sheets",
)
OBJECTIONS = register(
    "objections",
    "Objections to grades",
    "评价异议",
    key("grading", "Grading", "评价编号"),
    firm_key(),
    Column("filed_on", "Filed on", "提出日期", "date", key=True, required=True),
    Column("text", "What is objected", "异议内容", required=True, max_length=1000),
    Column("stage", "Decision", "处理结果", "choice", choices=APPEAL_STAGES, is_output=True),
    Column("decision", "What was decided", "处理意见", is_output=True),
    Column("decided_on", "Decided on", "处理日期", "date", is_output=True),
    access="park.view_grading",
    sheets="grade_sheets",
    is_zone_file=False,
)
REGISTERS = (GRADE_RULINGS, GRADE_POLICIES, OBJECTIONS)
