"""Registers of aid: policies, what firms claim by them, budgets, and facts that no register holds."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import Choices, Column, Register
from shanhai.fields.investment.rules.aid_facts import BY_NAME, STATED

PAYS: Choices = (("once", "once", "一次性"), ("yearly", "once a year", "每年一次"))
POLICY_STATUS: Choices = (("verified", "verified", "已核实"), ("assumed", "assumed", "假定"))
AID_SIDES: Choices = (("mountain", "mountain side", "山方"), ("sea", "sea side", "海方"))
AID_STAGES: Choices = (
    ("found", "to be confirmed by the firm", "待企业确认"),
    ("confirmed", "to be checked", "待初审"),
    ("checked", "checked once", "待复审"),
    ("cleared", "checked twice", "待公示"),
    ("noticed", "on notice, then paid", "公示待兑付"),
    ("paid", "paid", "已兑付"),
    ("kept", "paid, promise kept", "已兑付且承诺达成"),
    ("recalled", "to be paid back", "追回中"),
    ("returned", "paid back", "已追回"),
    ("declined", "declined by the firm", "企业放弃"),
    ("refused", "refused", "未通过"),
    ("lapsed", "not confirmed in time", "逾期未确认"),
)
OBJECTION_STAGES: Choices = (
    ("open", "not decided", "待处理"),
    ("upheld", "upheld", "成立"),
    ("rejected", "rejected", "不成立"),
)
STATED_FACTS: Choices = tuple((name, BY_NAME[name].en, BY_NAME[name].zh) for name in STATED)
STANDINGS: Choices = (("reported", "reported", "公开报道"), ("illustrative", "illustrative", "示例"))

_AT = "shanhai.fields.investment"


def _register(stem: str, en: str, zh: str, *columns: Column, access: str, **more: Any) -> Register:
    return Register(
        code=f"investment.{stem}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.aid_registers.{stem}_rows",
        current=f"{_AT}.queries.aid_registers.{stem}_current",
        guard=f"{_AT}.actions.aid_sheets.{stem}_guard",
        write=f"{_AT}.actions.aid_sheets.write_{stem}",
        access=access,
        write_access=f"investment.write_{stem}",
        is_of_pairing=True,
        is_zone_file=False,
        **more,
    )


def _sourced() -> tuple[Column, ...]:
    return (
        Column("standing", "Reported or illustrative", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", max_length=200),
    )


AID_POLICIES = _register(
    "aid_policies",
    "Policies of aid",
    "惠企政策",
    Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", key=True, required=True),
    Column("code", "Code", "政策编号", "code", key=True, required=True, max_length=40, synonyms=("编号",)),
    Column("edition", "Edition", "版次", "int", is_output=True),
    Column(
        "name_zh",
        "Name (Chinese)",
        "政策名称（中文）",
        required=True,
        max_length=120,
        synonyms=("政策名称", "名称"),
    ),
    Column("name_en", "Name (English)", "政策名称（英文）", max_length=160),
    Column("valid_from", "In force from", "生效日期", "date", required=True),
    Column("valid_to", "In force until", "失效日期", "date"),
    Column("requires", "Who is eligible", "申报条件", max_length=2000),
    Column("grants", "What is granted", "支持标准", required=True, max_length=1000),
    Column("pays", "How often", "兑现频次", "choice", choices=PAYS),
    Column("excludes", "Not together with", "不得同享", max_length=300),
    Column("joint", "Joint cap", "合并封顶组", max_length=40),
    Column("cap", "What the joint cap is", "合并封顶标准", max_length=1000),
    Column("pot_fen", "Pot of a year", "年度资金池", "fen", unit="万元", least=1),
    Column("mountain_share", "Share of the mountain side", "山方负担份额", "int", least=0, most=1000),
    Column("sea_share", "Share of the sea side", "海方负担份额", "int", least=0, most=1000),
    Column("clawback", "What is promised", "承诺与追回", max_length=1000),
    Column("status", "Status of the rule", "规则状态", "choice", choices=POLICY_STATUS),
    *_sourced(),
    access="investment.view_policies",
)
AID_BUDGETS = _register(
    "aid_budgets",
    "Budgets for aid",
    "惠企资金预算",
    Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", key=True, required=True),
    Column("year", "Year", "年度", "int", key=True, required=True, least=2000, most=2100),
    Column("side", "Side", "出资方", "choice", key=True, required=True, choices=AID_SIDES),
    Column("given_fen", "Budget", "预算", "fen", unit="万元", required=True, least=0),
    Column("used_fen", "Paid", "已兑付", "fen", unit="万元", is_output=True),
    *_sourced(),
    access="investment.view_aid_budgets",
)
STATED_FACTS_REGISTER = _register(
    "stated_facts",
    "Facts stated of firms",
    "企业申明事项",
    Column(
        "firm", "Enterprise", "企业", "ref", ref="park.firms", key=True, required=True, synonyms=("企业代码",)
    ),
    Column("period", "Period", "期间", "code", key=True, required=True, max_length=12),
    Column("name", "Fact", "事项", "choice", key=True, required=True, choices=STATED_FACTS),
    Column("value", "Value", "数值", required=True, max_length=40),
    Column("evidence", "Paper", "凭证", required=True, max_length=200),
    *_sourced(),
    access="investment.view_stated_facts",
)
AID_CLAIMS = _register(
    "aid_claims",
    "Claims of aid",
    "政策兑现事项",
    Column("number", "Number", "编号", "code", key=True, required=True, max_length=40),
    Column("run", "Run", "批次", "code", is_output=True),
    Column("period", "Period", "期间", "code", is_output=True),
    Column("firm", "Enterprise", "企业", "ref", ref="park.firms", is_output=True),
    Column("firm_name", "Name", "企业名称", is_output=True),
    Column("policy", "Policy", "政策编号", "code", is_output=True),
    Column("edition", "Edition", "版次", "int", is_output=True),
    Column("stage", "Stage", "进度", "choice", choices=AID_STAGES, is_output=True),
    Column("amount_fen", "Amount", "金额", "fen", unit="万元", is_output=True),
    Column("mountain_fen", "Mountain side", "山方负担", "fen", unit="万元", is_output=True),
    Column("sea_fen", "Sea side", "海方负担", "fen", unit="万元", is_output=True),
    Column("found_on", "Found", "发现日期", "date", is_output=True),
    Column("confirm_due_on", "To confirm by", "确认期限", "date", is_output=True),
    Column("confirmed_how", "Confirmed on paper", "确认凭证", max_length=200),
    Column("confirmed_on", "Confirmed", "确认日期", "date", is_output=True),
    Column("first_checked_on", "Checked", "初审日期", "date", is_output=True),
    Column("second_checked_on", "Checked again", "复审日期", "date", is_output=True),
    Column("notice_until", "On notice until", "公示截止", "date", is_output=True),
    Column("paid_on", "Paid on", "兑付日期", "date", is_output=True),
    Column("promise_due_on", "Promise due", "承诺考核日", "date", is_output=True),
    Column("recalled_fen", "To be paid back", "应追回", "fen", unit="万元", is_output=True),
    Column("returned_fen", "Paid back", "已追回", "fen", unit="万元", is_output=True),
    Column("reason", "Reason", "原因", max_length=300, is_output=True),
    Column("standing", "Reported or illustrative", "数据性质", "choice", choices=STANDINGS, is_output=True),
    access="investment.view_aid",
)
REGISTERS = (AID_POLICIES, AID_BUDGETS, STATED_FACTS_REGISTER, AID_CLAIMS)
