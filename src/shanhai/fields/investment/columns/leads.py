"""The register of leads: one declaration of columns for page, API, template, import, export and zone folder."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register
from shanhai.fields.investment.columns.projects import REACHES, two
from shanhai.fields.investment.rules import GREATEST_FEN, GREATEST_NUMBER

KINDS: Choices = (
    ("new", "new project", "新建项目"),
    ("expansion", "capital increase", "增资扩产"),
    ("relocation", "relocation", "整体搬迁"),
    ("from_sea", "moved from the sea side", "海方转移"),
    ("returning", "returning merchant", "浙商回归"),
    ("foreign", "foreign investment", "外资项目"),
    ("bird_cage", "bird cage", "腾笼换鸟"),
)
LEAD_STAGES: Choices = (
    ("registered", "registered", "已登记"),
    ("contacted", "contacted", "已联系"),
    ("triaged", "triaged", "已初判"),
    ("talking", "talking", "洽谈中"),
    ("visited", "visited", "已考察"),
    ("reviewed", "reviewed", "已评审"),
    ("signed", "signed, a project", "已签约立项"),
    ("rejected", "rejected", "已退回"),
    ("transferred", "transferred", "已流转"),
    ("duplicate", "merged into another", "已合并"),
)
CONTACT_WAYS: Choices = (
    ("call", "telephone call", "电话"),
    ("visit", "we visited them", "上门拜访"),
    ("received", "they visited us", "来访接待"),
    ("meeting", "meeting", "会议洽谈"),
    ("message", "message", "微信邮件"),
)


def _fen(name: str, en: str, zh: str, *synonyms: str) -> Column:
    return Column(name, en, zh, "fen", unit="万元", least=0, most=GREATEST_FEN, synonyms=synonyms)


def _number(name: str, en: str, zh: str, unit: str) -> Column:
    return Column(name, en, zh, "decimal", unit=unit, digits=2, least=0, most=int(GREATEST_NUMBER))


_AT = "shanhai.fields.investment"
LEADS = Register(
    code="investment.leads",
    en="Leads",
    zh="招商线索",
    columns=(
        Column(
            "number", "Number", "线索编号", "code", key=True, required=True, max_length=40, synonyms=("编号",)
        ),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        *two("name", "Name", "线索名称", 120, required=True),
        *two("investor", "Investor", "投资方", 120),
        Column(
            "organisation", "Investor in the register", "投资方单位代码", "ref", ref="registry.organisations"
        ),
        Column("kind", "Kind", "线索类型", "choice", required=True, choices=KINDS, synonyms=("类型",)),
        Column("industry", "Industry code", "行业代码", "code", max_length=5, synonyms=("国民经济行业代码",)),
        *two("process", "Products and process", "产品与工艺", 300),
        Column("introduced_by", "Introduced by", "引荐单位", "ref", ref="registry.organisations"),
        Column("introducer", "Introducing member", "引荐人", "ref", ref="registry.members"),
        _fen("investment_fen", "Investment", "总投资", "投资额"),
        _fen("invested_before_fen", "Of it before the increase", "其中增资前"),
        Column("land_mu", "Land", "用地需求", "mu", digits=2, least=0, most=int(GREATEST_NUMBER)),
        _number("plant_m2", "Plant", "厂房需求", "平方米"),
        _number("energy_tce", "Energy a year", "年综合能耗", "吨标准煤"),
        _number("water_m3", "Water a year", "年用水量", "立方米"),
        _number("emissions_t", "Main pollutants a year", "年主要污染物排放", "吨"),
        _fen("output_fen", "Output a year", "年产值"),
        _fen("tax_fen", "Tax a year", "年税收"),
        Column("jobs", "Jobs", "用工人数", "int", least=0, most=10**6),
        *two("skills", "Skills", "技能要求", 300),
        Column("start_on", "Wants to start", "计划开工", "date"),
        Column("producing_on", "Wants to produce", "计划投产", "date"),
        Column("currency", "Currency", "币种", "code", max_length=3),
        Column(
            "contract_amount",
            "Contract in foreign money",
            "合同外资",
            "decimal",
            digits=2,
            least=0,
            most=10**12,
        ),
        Column("rate", "Rate in yuan", "折算汇率", "decimal", digits=6, least=0, most=10**4),
        Column("rate_on", "Day of the rate", "汇率日期", "date"),
        _fen("base_tax_fen", "Old tax base", "转移前税收基数"),
        Column("base_year", "Year of the tax base", "基数年份", "int", least=1990, most=2100),
        *two("site", "Vacated plot or plant", "腾出地块或厂房", 120),
        Column(
            "stage", "Stage", "线索阶段", "choice", required=True, choices=LEAD_STAGES, synonyms=("阶段",)
        ),
        Column("stage_on", "In it since", "进入阶段日期", "date"),
        Column("registered_on", "Registered", "登记日期", "date"),
        Column("contacted_on", "Contacted", "首次联系日期", "date"),
        Column("triaged_on", "Triaged", "初判日期", "date"),
        Column("fed_back_on", "Introducer told", "反馈日期", "date"),
        Column("with_experts", "Experts asked", "专家论证", "bool"),
        Column("entry_score", "Entry score", "准入评分", "decimal", digits=2, least=0, most=100),
        Column("reason", "Reason", "原因", max_length=300),
        Column("transferred_to", "Transferred to", "流转至", "ref", ref="registry.organisations"),
        Column("credit_percent", "Credit kept", "保留首谈份额", "int", unit="%", least=0, most=100),
        Column("merged_into", "Merged into", "并入线索", "code", max_length=40),
        Column("project", "Project", "项目编号", "code", max_length=40),
        Column("unit", "Held by", "承接科室", "ref", ref="registry.units"),
        Column("owner", "Kept by", "责任科室", "ref", ref="registry.units"),
        Column("reach", "Who sees it", "可见范围", "choice", choices=REACHES),
        Column("counted_fen", "Counted", "计入投资", "fen", unit="万元", is_output=True),
        Column("paid_in_fen", "Paid in", "到位资金", "fen", unit="万元", is_output=True),
        Column("next_due_on", "Next due", "下一时限", "date", is_output=True),
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    ),
    rows=f"{_AT}.queries.lead_registers.leads_rows",
    current=f"{_AT}.queries.lead_registers.leads_current",
    check=f"{_AT}.queries.lead_registers.leads_check",
    guard=f"{_AT}.actions.lead_registers.leads_guard",
    write=f"{_AT}.actions.lead_registers.write_leads",
    access="investment.view_leads",
    write_access="investment.write_leads",
    is_of_pairing=True,
)
