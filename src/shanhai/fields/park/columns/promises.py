"""Registers and words of standard land."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Choices, Column
from shanhai.fields.park.columns.firms import FIRM, register
from shanhai.fields.park.columns.shared import key, part_of
from shanhai.fields.park.rules import promises

STAGES: Choices = (
    ("promised", "promised, to be built", "已承诺待建"),
    ("running", "initial period", "初始运行期"),
    ("kept", "kept", "已达标"),
    ("rectify", "to be put right", "限期整改"),
    ("forfeited", "deposit forfeited", "保证金已没收"),
    ("buy_back", "bought back", "回购"),
)
PHASES: Choices = (
    ("completion", "at completion", "竣工核验"),
    ("performance", "after the initial period", "达产核验"),
)
INDICATORS: Choices = tuple((one.name, one.en, one.zh) for one in promises.INDICATORS)
# What they are measured in; columns of sheets keep the Chinese word, by which they are recognised.
UNITS: Choices = (
    ("万元/亩", "10,000 yuan per mu", "万元/亩"),
    ("吨标准煤/万元", "tce per 10,000 yuan", "吨标准煤/万元"),
    ("千克/万元", "kg per 10,000 yuan", "千克/万元"),
)


def _indicator(one: promises.Indicator, *, required: bool) -> Column:
    return Column(
        one.name, one.en, one.zh, "decimal", unit=one.unit, digits=4, least=0, most=int(promises.MOST), required=required
    )  # fmt: skip


PROMISES = register(
    "promises",
    "Promises of standard land",
    "标准地承诺",
    key("number", "Number", "承诺编号", "编号"),
    Column("firm", "Enterprise", "企业", "ref", ref=FIRM, required=True, synonyms=("企业代码",)),
    Column("plot", "Plot", "地块", "code", required=True, max_length=40, synonyms=("宗地", "地块编号")),
    Column("land_mu", "Land", "面积", "mu", required=True, digits=2, synonyms=("用地面积",)),
    Column("signed_on", "Signed on", "签订日期", "date", required=True),
    Column("due_on", "Next check due", "下次核验期限", "date", required=True, synonyms=("建成期限",)),
    Column("deposit_fen", "Deposit", "保证金", "fen", unit="万元", least=0),
    *(_indicator(one, required=True) for one in promises.INDICATORS),
    Column("stage", "Status", "状态", "choice", choices=STAGES, is_output=True),
    Column("phase", "Next check", "下次核验", "choice", choices=PHASES, is_output=True),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, is_output=True),
    access="park.view_promises",
    sheets="promise_sheets",
    tables="promise_tables",
    is_zone_file=False,
)
PROMISE_CHECKS = register(
    "promise_checks",
    "Checks of standard land",
    "标准地核验",
    part_of("promise", "Promise", "承诺编号", "park.promises"),
    Column("phase", "Which check", "核验阶段", "choice", key=True, required=True, choices=PHASES),
    Column("on", "Checked on", "核验日期", "date", key=True, required=True),
    *(_indicator(one, required=False) for one in promises.INDICATORS),
    Column("failed", "Missed", "未达标指标", is_output=True),
    Column("after", "Status after", "核验后状态", "choice", choices=STAGES, is_output=True),
    access="park.view_promises",
    sheets="promise_sheets",
    tables="promise_tables",
    is_zone_file=False,
)
REGISTERS = (PROMISES, PROMISE_CHECKS)
