"""The register and words of renewals."""

from __future__ import annotations

from typing import Any

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

# A sheet nominates plots and takes them on by one step a row: the stage says which, the cells of that step what it asks.
# ``STEP_CELLS`` are only read: what they say hangs on the renewal, or goes into the account of quotas.
_STEP: dict[str, Any] = {"is_by_action": True}
STEP_CELLS = ("photos", "energy_taken_tce", "emission_taken_t", "for_lead")
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
    Column("stage", "Stage", "阶段", "choice", choices=STAGES, **_STEP),
    Column("stage_on", "Since", "起始日期", "date", **_STEP),
    Column("path", "Path", "路径", "choice", choices=PATHS, **_STEP),
    Column("value_fen", "Value", "评估价值", "fen", unit="万元", **_STEP),
    Column("energy_tce", "Energy released, tce", "释放能耗（吨标准煤）", "decimal", **_STEP),
    Column("emission_t", "Emissions released, t", "释放排放（吨）", "decimal", **_STEP),
    Column("plant_m2", "Floor that stands on it, m²", "厂房面积（平方米）", "decimal", **_STEP),
    Column("reserved_for", "Reserved for", "预留给", "code", is_output=True),
    Column("new_firm", "Came instead", "新进企业", "code", **_STEP),
    Column("contract", "Contract", "合同", **_STEP),
    Column("before_year", "Year before", "腾换前年度", "int", is_output=True),
    Column("tax_before", "Tax per mu before", "腾换前亩均税收", "decimal", unit="万元/亩", is_output=True),
    Column("jobs_before", "Staff before", "腾换前职工人数", "int", is_output=True),
    Column("after_year", "Year after", "腾换后年度", "int", **_STEP),
    Column("tax_after", "Tax per mu after", "腾换后亩均税收", "decimal", unit="万元/亩", is_output=True),
    Column("jobs_after", "Staff after", "腾换后职工人数", "int", is_output=True),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, is_output=True),
    Column("photos", "Photographs, numbers of documents", "现场照片（文件编号）", max_length=200, **_STEP),
    Column(
        "energy_taken_tce",
        "Energy that the contract takes, tce",
        "新约占用能耗（吨标准煤）",
        "decimal",
        **_STEP,
    ),
    Column(
        "emission_taken_t", "Emissions that the contract takes, t", "新约占用排放（吨）", "decimal", **_STEP
    ),
    Column(
        "for_lead", "Contract for the lead that reserved it", "签约的预留线索", "code", max_length=40, **_STEP
    ),
    access="park.view_renewals",
    sheets="renewal_sheets",
    is_zone_file=False,
)
REGISTERS = (RENEWALS,)
