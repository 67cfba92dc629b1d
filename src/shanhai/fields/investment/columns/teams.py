"""The registers of teams: who they are, what they are to do, where they go, what they cost; and of joint promotion events."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register
from shanhai.fields.investment.columns.leads import CONTACT_WAYS
from shanhai.fields.investment.columns.projects import REACHES, two
from shanhai.fields.investment.rules.teams import GREATEST_FEN

STOP_STAGES: Choices = (
    ("planned", "planned", "已安排"),
    ("done", "done", "已完成"),
    ("cancelled", "called off", "已取消"),
)
COST_KINDS: Choices = (
    ("staff", "staff", "人员经费"),
    ("office", "office", "办公场地"),
    ("travel", "travel", "差旅"),
    ("hospitality", "hospitality", "接待"),
    ("agent", "introducers", "中介引荐"),
    ("other", "other", "其他"),
)
EVENT_SIDES: Choices = (("mountain", "mountain side", "山方"), ("sea", "sea side", "海方"))

_AT = "shanhai.fields.investment"
_MOST_N = 10**6


def _sourced() -> tuple[Column, Column]:
    return (
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    )


def _fen(name: str, en: str, zh: str, **more: Any) -> Column:
    return Column(name, en, zh, "fen", unit="万元", least=0, most=GREATEST_FEN, **more)


def _n(name: str, en: str, zh: str) -> Column:
    return Column(name, en, zh, "int", least=0, most=_MOST_N)


def _register(code: str, en: str, zh: str, columns: tuple[Column, ...], view: str) -> Register:
    return Register(
        code=f"investment.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.team_registers.{code}_rows",
        current=f"{_AT}.queries.team_registers.{code}_current",
        guard=f"{_AT}.actions.team_sheets.{code}_guard",
        write=f"{_AT}.actions.team_sheets.write_{code}",
        access=f"investment.{view}",
        write_access=f"investment.write_{code}",
        is_of_pairing=True,
    )


_TEAM = Column("team", "Team", "招商小组", "ref", ref="investment.teams", key=True, required=True)
_EVENT = Column("event", "Event", "推介会", "ref", ref="pairing.activities", key=True, required=True)
TEAMS = _register(
    "teams",
    "Investment teams",
    "招商小组",
    (
        Column(
            "organisation",
            "Organisation",
            "单位代码",
            "ref",
            ref="registry.organisations",
            key=True,
            required=True,
        ),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        Column("name", "Name", "名称", is_output=True),
        *two("base", "Sits in", "驻地", 120),
        *two("area", "Goes to", "招商区域", 200),
        Column("opened_on", "Opened", "成立日期", "date"),
        Column("closed_on", "Closed", "撤销日期", "date"),
        Column("reach", "Who sees it", "可见范围", "choice", choices=REACHES),
        *_sourced(),
    ),
    "view_teams",
)
TEAM_YEARS = _register(
    "team_years",
    "Targets of teams",
    "招商小组年度目标",
    (
        _TEAM,
        Column("year", "Year", "年份", "int", key=True, required=True, least=2000, most=2100),
        _n("target_stops", "Stops to make", "走访目标"),
        _n("target_leads", "Leads to bring", "线索目标"),
        _n("target_signed", "Leads to sign", "签约目标"),
        _fen("target_fen", "Investment to sign", "签约投资目标"),
        _fen("budget_fen", "Budget", "经费预算"),
        *_sourced(),
    ),
    "view_teams",
)
TEAM_COSTS = _register(
    "team_costs",
    "Costs of teams",
    "招商小组经费",
    (
        Column("code", "Number", "经费编号", "code", key=True, required=True, max_length=60),
        Column("team", "Team", "招商小组", "ref", ref="investment.teams", required=True),
        Column("on", "Day", "日期", "date", required=True),
        Column("kind", "Kind of cost", "经费类别", "choice", required=True, choices=COST_KINDS),
        Column("amount_fen", "Amount", "金额", "fen", unit="万元", required=True, least=1, most=GREATEST_FEN),
        Column("about", "What for", "用途"),
        Column("taken_back_on", "Taken back", "冲销日期", "date"),
        Column("reason", "Reason", "原因", max_length=300),
        *_sourced(),
    ),
    "view_teams",
)
STOPS = _register(
    "stops",
    "Itinerary",
    "招商行程",
    (
        Column("number", "Number", "行程编号", "code", key=True, required=True, max_length=40),
        Column("team", "Team", "招商小组", "ref", ref="investment.teams", required=True),
        Column("on", "Day", "日期", "date", required=True),
        Column("time", "Time", "时间", "code", max_length=5),
        Column("way", "How", "方式", "choice", required=True, choices=CONTACT_WAYS),
        Column("lead", "Lead", "线索编号", "ref", ref="investment.leads"),
        Column("firm", "Firm", "企业", max_length=120),
        Column("member", "Who goes", "前往人员", "ref", ref="registry.members"),
        *two("place", "Place", "地点", 120),
        *two("purpose", "What for", "事由", 200),
        Column("stage", "Stage", "状态", "choice", choices=STOP_STAGES),
        Column("done_on", "Done", "完成日期", "date"),
        Column("people", "With whom", "对方人员", max_length=160),
        Column(
            "text_zh", "What was said (Chinese)", "洽谈情况（中文）", max_length=4000, synonyms=("洽谈情况",)
        ),
        Column("text_en", "What was said (English)", "洽谈情况（英文）", max_length=4000),
        Column("reason", "Reason", "原因", max_length=300),
        *_sourced(),
    ),
    "view_teams",
)
EVENT_PARTS = _register(
    "event_sides",
    "What sides give to events",
    "推介会双方投入",
    (
        _EVENT,
        Column("side", "Side", "哪一方", "choice", key=True, required=True, choices=EVENT_SIDES),
        Column("convened_on", "Convened", "发起日期", "date"),
        _fen("budget_fen", "Budget", "预算"),
        _fen("cost_fen", "Cost", "决算"),
        *_sourced(),
    ),
    "view_events",
)
EVENT_GUESTS = _register(
    "event_guests",
    "Firms invited to events",
    "推介会受邀企业",
    (
        _EVENT,
        Column("firm", "Firm", "企业", key=True, required=True, max_length=120),
        Column("organisation", "Firm in the register", "企业代码", "ref", ref="registry.organisations"),
        Column("invited_by", "Invited by", "邀请方", "choice", choices=EVENT_SIDES),
        Column("invited_on", "Invited", "邀请日期", "date"),
        Column("came", "Came", "到会", "choice", choices=(("yes", "yes", "是"), ("no", "no", "否"))),
        Column("people", "Who came", "到会人员", max_length=160),
        Column("lead", "Lead from it", "形成线索", "ref", ref="investment.leads"),
        *_sourced(),
    ),
    "view_events",
)
TEAM_REGISTERS = (TEAMS, TEAM_YEARS, TEAM_COSTS, STOPS, EVENT_PARTS, EVENT_GUESTS)
