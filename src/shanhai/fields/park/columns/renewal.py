"""The register and words of renewals."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Choices, Column
from shanhai.fields.park.columns.firms import FIRM, register
from shanhai.fields.park.columns.shared import key

STAGES: Choices = (
    ("candidate", "candidate", "候选"),
    ("verified", "verified on site", "已核实"),
    ("published", "published", "已公示"),
    ("chosen", "path chosen", "已定路径"),
    ("valued", "valued", "已评估"),
    ("vacated", "vacated", "已腾空"),
    ("offered", "offered to matching", "已推介"),
    ("contracted", "new contract", "已签新约"),
    ("measured", "effect measured", "已评效"),
    ("dropped", "dropped", "已移出"),
)
REASONS: Choices = (
    ("d_twice", "grade D twice running", "连续两年D类"),
    ("idle", "idle", "闲置停产"),
    ("below", "below the threshold of tax per mu", "亩均税收低于标准"),
    ("promise", "promise expired", "承诺到期未兑现"),
)
PATHS: Choices = (
    ("self_upgrade", "upgrade by itself", "自主提升"),
    ("return", "negotiated return", "协商收回"),
    ("purchase", "purchase by the park company", "园区公司收购"),
    ("sublease", "control of sub-leases", "转租管控"),
    ("auction", "auction with entry review", "准入审查拍卖"),
    ("merger", "merger", "兼并重组"),
)
QUOTAS: Choices = (
    ("land_mu", "Land, mu", "用地（亩）"),
    ("energy_tce", "Energy, tce", "能耗（吨标准煤）"),
    ("emission_t", "Emissions, t", "排放（吨）"),
)

# A sheet nominates plots; every step after that has photographs, quotas or a contract, and its own page.
RENEWALS = register(
    "renewals",
    "Renewals of land",
    "腾笼换鸟",
    key("number", "Number", "腾换编号", "编号"),
    Column("firm", "Enterprise", "企业", "ref", ref=FIRM, required=True, synonyms=("企业代码",)),
    Column("plot", "Plot", "地块", "code", required=True, max_length=40, synonyms=("宗地", "地块编号")),
    Column("reason", "Why", "原因", "choice", required=True, choices=REASONS),
    Column("text", "What is known", "情况说明", required=True, max_length=500),
    Column("land_mu", "Land", "面积", "mu", is_output=True),
    Column("stage", "Stage", "阶段", "choice", choices=STAGES, is_output=True),
    Column("stage_on", "Since", "起始日期", "date", is_output=True),
    Column("path", "Path", "路径", "choice", choices=PATHS, is_output=True),
    Column("value_fen", "Value", "评估价值", "fen", unit="万元", is_output=True),
    Column("energy_tce", "Energy released or taken, tce", "能耗（吨标准煤）", "decimal", is_output=True),
    Column("emission_t", "Emissions released or taken, t", "排放（吨）", "decimal", is_output=True),
    Column("plant_m2", "Floor that stands on it, m²", "厂房面积（平方米）", "decimal", is_output=True),
    Column("reserved_for", "Reserved for", "预留给", "code", is_output=True),
    Column("new_firm", "Came instead", "新进企业", "code", is_output=True),
    Column("contract", "Contract", "合同", is_output=True),
    Column("before_year", "Year before", "腾换前年度", "int", is_output=True),
    Column("tax_before", "Tax per mu before", "腾换前亩均税收", "decimal", unit="万元/亩", is_output=True),
    Column("jobs_before", "Staff before", "腾换前职工人数", "int", is_output=True),
    Column("after_year", "Year after", "腾换后年度", "int", is_output=True),
    Column("tax_after", "Tax per mu after", "腾换后亩均税收", "decimal", unit="万元/亩", is_output=True),
    Column("jobs_after", "Staff after", "腾换后职工人数", "int", is_output=True),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, is_output=True),
    access="park.view_renewals",
    sheets="renewal_sheets",
    is_zone_file=False,
)
REGISTERS = (RENEWALS,)
