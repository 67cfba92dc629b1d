"""The registers of potential stocks: the candidates with their evidence, the votes on them, their milestones."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register
from shanhai.fields.investment.columns.projects import REACHES
from shanhai.fields.investment.rules.stocks import GREATEST_FEN

STOCK_STAGES: Choices = (
    ("proposed", "proposed", "已推荐"),
    ("committee", "in committee", "评审中"),
    ("picked", "picked", "已入选"),
    ("not_picked", "not picked", "未入选"),
    ("withdrawn", "withdrawn", "已撤回"),
)
VOTES: Choices = (("yes", "yes", "同意"), ("no", "no", "不同意"), ("abstain", "abstains", "弃权"))
MEASURES: Choices = (
    ("revenue_fen", "revenue of a year", "年营业收入"),
    ("rd_fen", "R&D of a year", "年研发投入"),
    ("orders_fen", "orders in hand", "在手订单"),
    ("patents", "patents", "专利数"),
    ("staff_n", "staff", "从业人数"),
    ("above_scale", "above scale", "上规"),
)
AIDS: Choices = (
    ("tied", "tied", "待达标"),
    ("released", "released", "已放行"),
    ("withheld", "withheld", "不予兑现"),
)
OUTCOMES: Choices = (
    ("hit", "hit", "已命中"),
    ("miss", "missed", "未命中"),
    ("open", "time is not over", "考察期内"),
)
EVIDENCE_ITEMS: Choices = (
    ("growth", "Growth a year over three years", "近三年年均增长"),
    ("research", "R&D as part of revenue", "研发投入占比"),
    ("orders", "Orders in hand as part of revenue", "在手订单占比"),
    ("patents", "Patents of three years", "近三年专利"),
    ("nearness", "Nearness to the threshold", "与上规标准的接近程度"),
)

_AT = "shanhai.fields.investment"


def _fen(name: str, en: str, zh: str) -> Column:
    return Column(name, en, zh, "fen", unit="万元", least=0, most=GREATEST_FEN)


def _register(code: str, en: str, zh: str, columns: tuple[Column, ...]) -> Register:
    return Register(
        code=f"investment.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.stock_registers.{code}_rows",
        current=f"{_AT}.queries.stock_registers.{code}_current",
        guard=f"{_AT}.actions.stock_sheets.{code}_guard",
        write=f"{_AT}.actions.stock_sheets.write_{code}",
        access="investment.view_stocks",
        write_access=f"investment.write_{code}",
        is_of_pairing=True,
    )


_STOCK = Column("stock", "Potential stock", "潜力股", "ref", ref="investment.stocks", key=True, required=True)
STOCKS = _register(
    "stocks",
    "Potential stocks",
    "潜力股",
    (
        Column("number", "Number", "潜力股编号", "code", key=True, required=True, max_length=40, synonyms=("编号",)),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        Column("organisation", "Enterprise", "企业代码", "ref", ref="registry.organisations"),
        Column("lead", "Lead", "线索编号", "ref", ref="investment.leads"),
        Column("proposed_on", "Proposed", "推荐日期", "date"),
        Column("year", "Year of the evidence", "数据年份", "int", least=2000, most=2100),
        _fen("revenue_fen", "Revenue", "营业收入"),
        _fen("revenue_before_fen", "Revenue three years earlier", "三年前营业收入"),
        Column("revenue_source", "Shown by (revenue)", "营业收入依据"),
        _fen("rd_fen", "R&D", "研发投入"),
        Column("rd_source", "Shown by (R&D)", "研发投入依据"),
        _fen("orders_fen", "Orders in hand", "在手订单"),
        Column("orders_source", "Shown by (orders)", "在手订单依据"),
        Column("patents", "Patents of three years", "近三年专利", "int", least=0, most=10**4),
        Column("patents_source", "Shown by (patents)", "专利依据"),
        Column("score", "Score", "成长性评分", "decimal", digits=2, is_output=True),
        Column("stage", "Stage", "状态", "choice", choices=STOCK_STAGES, is_by_action=True),
        Column("decided_on", "Decided", "评审日期", "date", is_by_action=True),
        Column("reason", "Reason", "理由", max_length=300, is_by_action=True),
        Column("owner", "Kept by", "责任科室", "ref", ref="registry.units", is_by_action=True),
        Column("reach", "Who sees it", "可见范围", "choice", choices=REACHES),
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    ),
)  # fmt: skip
STOCK_VOTES = _register(
    "stock_votes",
    "Votes on potential stocks",
    "潜力股评审表决",
    (
        _STOCK,
        Column("member", "Member", "评审成员", "ref", ref="registry.members", key=True, required=True),
        Column("side", "Side", "哪一方", "choice", choices=(("mountain", "mountain side", "山方"), ("sea", "sea side", "海方")), is_output=True),
        Column("vote", "Vote", "表决", "choice", choices=VOTES),
        Column("reason", "Reason", "理由", max_length=300),
        Column("voted_on", "Voted", "表决日期", "date"),
    ),
)  # fmt: skip
STOCK_MILESTONES = _register(
    "stock_milestones",
    "Milestones of potential stocks",
    "潜力股培育节点",
    (
        _STOCK,
        Column("months", "Months", "月数", "int", key=True, required=True, least=12, most=36),
        Column("due_on", "Due", "到期日期", "date", is_output=True),
        Column("measure", "Measure", "考核指标", "choice", required=True, choices=MEASURES),
        Column("target", "Target (money in fen)", "目标值（金额为分）", "decimal", required=True, digits=2, least=0, most=GREATEST_FEN),
        _fen("aid_fen", "Aid tied to it", "挂钩扶持"),
        Column("policy", "Policy", "政策代码", "code", max_length=40),
        Column("value", "Reached (money in fen)", "完成值（金额为分）", "decimal", digits=2, least=0, most=GREATEST_FEN),
        Column("evidence", "Shown by", "依据"),
        Column("judged_on", "Judged", "认定日期", "date"),
        Column("aid", "State of the aid", "扶持状态", "choice", choices=AIDS, is_by_action=True),
        Column("aid_on", "Since", "状态日期", "date", is_by_action=True),
    ),
)  # fmt: skip
STOCK_REGISTERS = (STOCKS, STOCK_VOTES, STOCK_MILESTONES)
