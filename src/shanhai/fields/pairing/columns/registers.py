"""The registers of the field: one declaration of columns for page, API, template, import, export and zone folder.

Their order is the order in which a zone is loaded: a row may name rows of the registers above its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shanhai.core.sheets.columns import STANDINGS, Column, Register
from shanhai.fields.pairing.columns.choices import (
    ACTIVITY_KINDS,
    ACTIVITY_STAGES,
    AGREEMENT_STAGES,
    AID_KINDS,
    ALL_FIELDS,
    ANSWERS,
    BALANCE_GROUPS,
    BALANCE_LINES,
    DELIVERY_STAGES,
    DIRECTIONS,
    DIRECTIONS_OF_STAY,
    FIELDS,
    GRADES,
    INDUSTRIES,
    ITEM_STAGES,
    KINDS,
    LEVELS,
    MEETING_LEVELS,
    MEETING_STAGES,
    OWES,
    PERS,
    PROFESSIONS,
    ROLES,
    SCHEDULES,
    SIDES,
    STAY_STAGES,
    TECHNICAL_RESULTS,
    TECHNICAL_STAGES,
    UNITS,
)

# What a small whole number of the database holds.
_SMALL: dict[str, Any] = {"least": 0, "most": 32_767}


def _standing() -> tuple[Column, Column]:
    return (
        Column("standing", "Standing", "数据性质", "choice", required=True, choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    )


def _money(name: str, en: str, zh: str, **more: Any) -> Column:
    return Column(name, en, zh, "fen", unit="万元", **more)


def _name(zh: str = "名称", en: str = "Name") -> tuple[Column, Column]:
    return (
        Column("name_zh", f"{en} (Chinese)", f"{zh}（中文）", required=True, max_length=120, synonyms=(zh,)),
        Column("name_en", f"{en} (English)", f"{zh}（英文）", max_length=160),
    )


def _two(name: str, en: str, zh: str, length: int, required: bool = True) -> tuple[Column, Column]:
    return (
        Column(
            f"{name}_zh",
            f"{en} (Chinese)",
            f"{zh}（中文）",
            required=required,
            max_length=length,
            synonyms=(zh,),
        ),
        Column(f"{name}_en", f"{en} (English)", f"{zh}（英文）", max_length=length),
    )


def _register(code: str, en: str, zh: str, *columns: Column, of_pairing: bool = True) -> Register:
    reads = f"shanhai.fields.pairing.queries.registers.{code}"
    return Register(
        code=f"pairing.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{reads}_rows",
        current=f"{reads}_current",
        check=f"{reads}_check",
        guard=f"shanhai.fields.pairing.actions.registers.guards.{code}_guard",
        write=f"shanhai.fields.pairing.actions.registers.write_{code}",
        access="pairing.export_registers",
        write_access=f"pairing.write_{code}",
        is_of_pairing=of_pairing,
    )


def _ref(name: str, en: str, zh: str, to: str, **more: Any) -> Column:
    return Column(name, en, zh, "ref", ref=to, **more)


_AGREEMENT = _ref(
    "agreement", "Agreement", "协议", "pairing.agreements", required=True, synonyms=("协议编号",)
)
_MEETING = _ref("meeting", "Meeting", "会议", "pairing.meetings", required=True, synonyms=("会议编号",))
_ORGANISATION = "registry.organisations"
_MEMBER = "registry.members"
_UNIT = "registry.units"


def _key(of: Column) -> Column:
    return Column(of.name, of.en, of.zh, of.type, key=True, required=True, ref=of.ref, synonyms=of.synonyms)


# Targets and quantities of money stand in fen; the columns hold sixteen digits before the point.
MOST_QUANTITY = 10**16 - 1

PAIRINGS = _register(
    "pairings",
    "Pairings",
    "结对",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=40),
    *_name(),
    Column("level", "Level", "层级", "choice", required=True, choices=LEVELS),
    _ref("parent", "Under", "上级结对", "pairing.pairings"),
    Column("started_on", "Began on", "开始日期", "date", required=True),
    Column("ended_on", "Ended on", "结束日期", "date"),
    Column("about", "About", "说明", max_length=2000),
    *_standing(),
    of_pairing=False,
)
PARTIES = _register(
    "parties",
    "Parties",
    "结对方",
    _ref("pairing", "Pairing", "结对", "pairing.pairings", key=True, required=True),
    _ref("organisation", "Organisation", "单位", _ORGANISATION, key=True, required=True),
    Column("role", "Role", "角色", "choice", required=True, choices=ROLES),
    Column("from_on", "From", "起始日期", "date"),
    Column("to_on", "To", "截止日期", "date"),
)
AGREEMENTS = _register(
    "agreements",
    "Agreements",
    "协议",
    Column("number", "Number", "协议编号", "code", key=True, required=True, max_length=40),
    _ref("pairing", "Pairing", "结对", "pairing.pairings", required=True),
    *_name("协议名称", "Title"),
    Column("field", "Field", "领域", "choice", required=True, choices=FIELDS),
    Column("stage", "Stage", "状态", "choice", required=True, choices=AGREEMENT_STAGES),
    Column("valid_from", "Valid from", "生效日期", "date", required=True),
    Column("valid_to", "Valid to", "截止日期", "date", synonyms=("到期日期",)),
    Column("renewal_notice_days", "Renewal notice (days)", "续签提醒（天）", "int", **_SMALL),
    Column("signed_on", "Signed on", "签署日期", "date"),
    Column("ended_on", "Ended on", "终止日期", "date"),
    Column("version_no", "Version", "版本", "int", **_SMALL),
    _ref("supersedes", "Replaces", "替代协议", "pairing.agreements"),
    Column("about", "About", "说明", max_length=2000),
    *_standing(),
)
AGREEMENT_PARTIES = _register(
    "agreement_parties",
    "Parties and signatures",
    "协议方与签署",
    _key(_AGREEMENT),
    _ref("organisation", "Organisation", "单位", _ORGANISATION, key=True, required=True),
    Column("signed_on", "Signed on", "签署日期", "date"),
    _ref("member", "Signed by (member)", "签署成员", _MEMBER),
    Column("person", "Signed by (name)", "签署人", max_length=120),
)
COMMITMENTS = _register(
    "commitments",
    "Commitments",
    "承诺",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=40),
    _AGREEMENT,
    *_name("承诺事项", "Commitment"),
    Column("field", "Field", "领域", "choice", required=True, choices=FIELDS),
    Column("kind", "Measured", "计量方式", "choice", required=True, choices=KINDS),
    Column("indicator", "Indicator", "指标", "code", max_length=80),
    Column("indicator_side", "Side of the indicator", "指标所属方", "choice", choices=SIDES),
    Column("owes", "Owed by", "承诺方", "choice", required=True, choices=OWES),
    Column("direction", "Direction", "方向", "choice", required=True, choices=DIRECTIONS),
    Column("target", "Target", "目标值", "decimal", required=True, most=MOST_QUANTITY),
    Column("unit", "Unit", "单位类别", "choice", required=True, choices=UNITS),
    *_two("unit", "Word of the unit", "计量单位", 30, required=False),
    Column("unit_one_en", "Word of the unit, for one (English)", "计量单位（英文单数）", max_length=30),
    Column("per", "Divided", "分期方式", "choice", required=True, choices=PERS),
    Column("starts_on", "Begins on", "开始日期", "date", required=True),
    Column("due_on", "Due on", "完成期限", "date"),
    _ref("mountain_unit", "Unit of the mountain side", "山方责任科室", _UNIT),
    _ref("sea_unit", "Unit of the sea side", "海方责任科室", _UNIT),
    Column("is_main", "Main", "重点", "bool", required=True),
    Column("rank", "Rank", "排序", "int", required=True, **_SMALL),
    Column("balance_line", "Line of the balance", "互惠账项目", "choice", choices=BALANCE_LINES),
    Column("about", "About", "说明", max_length=2000),
    *_standing(),
)
COMMITMENT_PERIODS = _register(
    "commitment_periods",
    "Targets by period",
    "分期目标",
    _ref("commitment", "Commitment", "承诺", "pairing.commitments", key=True, required=True),
    Column("period", "Period", "时期", "code", key=True, required=True, max_length=12),
    Column("target", "Target", "目标值", "decimal", required=True, most=MOST_QUANTITY),
    Column("due_on", "Due on", "完成期限", "date"),
    *_standing(),
)
MONEY_CLAUSES = _register(
    "money_clauses",
    "Money clauses",
    "资金条款",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=40),
    _AGREEMENT,
    _ref("payer", "Payer", "付款方", _ORGANISATION, required=True),
    _ref("payee", "Payee", "收款方", _ORGANISATION, required=True),
    *_name("条款", "Clause"),
    _money("amount_fen", "Amount of one payment", "每次金额"),
    Column("currency", "Currency", "币种", "code", required=True, max_length=3),
    Column("schedule", "Schedule", "付款周期", "choice", required=True, choices=SCHEDULES),
    *_two("condition", "Condition", "付款条件", 300, required=False),
    *_standing(),
)
MONEY_DUES = _register(
    "money_dues",
    "Payments due",
    "应付款",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=60),
    _ref("clause", "Money clause", "资金条款", "pairing.money_clauses", required=True),
    Column("due_on", "Due on", "应付日期", "date", required=True),
    _money("amount_fen", "Amount", "金额", required=True),
    _money("paid_fen", "Paid", "已付"),
    Column("paid_on", "Paid on", "付款日期", "date"),
    Column("voucher", "Voucher", "付款凭证", max_length=200),
)
LAND_CLAUSES = _register(
    "land_clauses",
    "Land clauses",
    "用地条款",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=40),
    _AGREEMENT,
    _ref("giver", "Given by", "提供方", _ORGANISATION, required=True),
    _ref("taker", "Given to", "接受方", _ORGANISATION, required=True),
    Column("land_mu", "Land", "面积", "mu", required=True),
    Column("delivered_mu", "Handed over", "已交付面积", "mu"),
    *_two("purpose", "Purpose", "用途", 200),
    Column("by_on", "By", "期限", "date"),
    *_standing(),
)
DELIVERIES = _register(
    "deliveries",
    "Deliveries",
    "兑现",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=60),
    _ref("commitment", "Commitment", "承诺", "pairing.commitments", required=True),
    Column("on", "On", "日期", "date", required=True),
    Column("quantity", "Quantity", "数量", "decimal", required=True, most=MOST_QUANTITY),
    Column("what", "What", "内容", max_length=200),
    Column("what_en", "What (English)", "内容（英文）", max_length=200),
    Column("evidence", "Evidence", "佐证材料", max_length=200, synonyms=("附件",)),
    Column("stage", "Stage", "状态", "choice", required=True, choices=DELIVERY_STAGES),
    Column("side", "Recorded by side", "登记方", "choice", choices=SIDES),
    _ref("recorded_by", "Recorded by", "登记人", _MEMBER),
    _ref("confirmed_by", "Confirmed by", "确认人", _MEMBER),
    Column("confirmed_on", "Confirmed on", "确认日期", "date"),
    *_standing(),
)
MEETINGS = _register(
    "meetings",
    "Joint meetings",
    "联席会议",
    Column("number", "Number", "会议编号", "code", key=True, required=True, max_length=40),
    _ref("pairing", "Pairing", "结对", "pairing.pairings", required=True),
    *_two("title", "Title", "会议名称", 160),
    Column("level", "Level", "层级", "choice", required=True, choices=MEETING_LEVELS),
    Column("stage", "Stage", "状态", "choice", required=True, choices=MEETING_STAGES),
    Column("on", "Day", "日期", "date", required=True),
    Column("time", "Time", "时间", "code", required=True, max_length=5),
    *_two("place", "Place", "地点", 120, required=False),
    _ref("convenor_mountain", "Convenor of the mountain side", "山方召集人", _MEMBER),
    _ref("convenor_sea", "Convenor of the sea side", "海方召集人", _MEMBER),
    Column("quorum_mountain", "Quorum of the mountain side", "山方法定人数", "int", required=True, **_SMALL),
    Column("quorum_sea", "Quorum of the sea side", "海方法定人数", "int", required=True, **_SMALL),
    *_two("minutes", "Minutes", "纪要", 20_000, required=False),
    Column("signed_mountain_on", "Minutes signed by the mountain side on", "山方会签日期", "date"),
    Column("signed_sea_on", "Minutes signed by the sea side on", "海方会签日期", "date"),
    *_standing(),
)
ATTENDEES = _register(
    "attendees",
    "Attendees",
    "参会人员",
    _key(_MEETING),
    Column("side", "Side", "所属方", "choice", key=True, required=True, choices=SIDES),
    Column("person", "Name", "姓名", key=True, required=True, max_length=120),
    _ref("member", "Member", "成员", _MEMBER),
    Column("post", "Post", "职务", max_length=120),
    Column("post_en", "Post (English)", "职务（英文）", max_length=120),
    Column("answer", "Answer", "答复", "choice", required=True, choices=ANSWERS),
    Column("is_present", "Present", "到会", "bool", required=True),
)
AGENDA = _register(
    "agenda",
    "Agenda",
    "议题",
    _key(_MEETING),
    Column("order", "No.", "序号", "int", key=True, required=True, **_SMALL),
    *_two("title", "Point", "议题", 200),
    Column("side", "Brought by", "提出方", "choice", required=True, choices=OWES),
    *_two("asks", "Asks of the other side", "请对方支持事项", 300, required=False),
    Column("needs_paper", "Needs a paper", "需要材料", "bool", required=True),
)
RESOLUTIONS = _register(
    "resolutions",
    "Resolutions",
    "决议",
    Column("number", "Number", "决议编号", "code", key=True, required=True, max_length=48),
    _MEETING,
    *_two("text", "Text", "内容", 5_000),
    *_standing(),
)
ACTIVITIES = _register(
    "activities",
    "Activities and aid",
    "活动与帮扶",
    Column("number", "Number", "活动编号", "code", key=True, required=True, max_length=40),
    _ref("pairing", "Pairing", "结对", "pairing.pairings", required=True),
    Column("kind", "Kind", "类型", "choice", required=True, choices=ACTIVITY_KINDS),
    Column("field", "Field", "领域", "choice", required=True, choices=FIELDS),
    *_two("title", "Title", "活动名称", 160),
    Column("stage", "Stage", "状态", "choice", required=True, choices=ACTIVITY_STAGES),
    Column("on", "On", "日期", "date", required=True),
    Column("until_on", "Until", "结束日期", "date"),
    *_two("place", "Place", "地点", 120, required=False),
    Column("lead", "Organised by side", "主办方", "choice", required=True, choices=SIDES),
    _ref("mountain_unit", "Unit of the mountain side", "山方责任科室", _UNIT, required=True),
    _ref("sea_unit", "Unit of the sea side", "海方责任科室", _UNIT, required=True),
    Column("leader", "Led by", "带队领导", max_length=120),
    Column("leader_en", "Led by (English)", "带队领导（英文）", max_length=160),
    Column("delegation", "Delegation", "代表团成员", max_length=5_000),
    *_two("outcome", "Outcome", "成效", 5_000, required=False),
    Column("payer", "Money of side", "出资方", "choice", choices=SIDES),
    _money("planned_fen", "Planned", "计划资金"),
    Column("reason", "Reason", "取消原因", max_length=300),
    *_standing(),
)
AID_ENTRIES = _register(
    "aid_entries",
    "Money of activities",
    "活动资金",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=60),
    _ref("activity", "Activity", "活动", "pairing.activities", required=True),
    Column("kind", "Paid or used", "拨付或使用", "choice", required=True, choices=AID_KINDS),
    Column("on", "On", "日期", "date", required=True),
    _money("amount_fen", "Amount", "金额", required=True),
    Column("about", "What for", "用途", max_length=300),
    Column("voucher", "Voucher", "凭证", max_length=200),
    *_standing(),
)
FOCUS_POINTS = _register(
    "focus_points",
    "Annual focus",
    "年度要点",
    _ref("pairing", "Pairing", "结对", "pairing.pairings", key=True, required=True),
    Column("year", "Year", "年度", "int", key=True, required=True, **_SMALL),
    Column("order", "No.", "序号", "int", key=True, required=True, **_SMALL),
    *_two("text", "Key point", "要点", 300),
    _ref("resolution", "Resolution", "决议", "pairing.resolutions"),
    Column("commitments", "Commitments", "承诺", max_length=2000, synonyms=("承诺编码",)),
    *_standing(),
)
BALANCE_STATEMENTS = _register(
    "balance_statements",
    "What each side says of the balance",
    "互惠账双方表态",
    _ref("pairing", "Pairing", "结对", "pairing.pairings", key=True, required=True),
    Column("side", "Side", "所属方", "choice", key=True, required=True, choices=SIDES),
    Column("on", "On", "日期", "date", key=True, required=True),
    *_two("text", "Statement", "表态", 600),
    *_standing(),
)
ACTION_ITEMS = _register(
    "action_items",
    "Action items",
    "落实事项",
    Column("number", "Number", "事项编号", "code", key=True, required=True, max_length=48),
    _ref("resolution", "Resolution", "决议", "pairing.resolutions"),
    _ref("activity", "Activity", "活动", "pairing.activities"),
    Column("field", "Field", "领域", "choice", required=True, choices=FIELDS),
    *_two("title", "Item", "事项", 200),
    Column("lead", "Done by side", "牵头方", "choice", required=True, choices=SIDES),
    _ref("mountain_unit", "Unit of the mountain side", "山方责任科室", _UNIT, required=True),
    _ref("sea_unit", "Unit of the sea side", "海方责任科室", _UNIT, required=True),
    Column("stage", "Stage", "状态", "choice", required=True, choices=ITEM_STAGES),
    Column("assigned_on", "Assigned on", "交办日期", "date", required=True),
    Column("first_due_on", "First due on", "原定期限", "date"),
    Column("due_on", "Due on", "完成期限", "date", required=True),
    Column("report", "Report", "进展", max_length=5_000),
    Column("report_en", "Report (English)", "进展（英文）", max_length=5_000),
    Column("reported_on", "Reported on", "报告日期", "date"),
    Column("done_on", "Done on", "办结日期", "date"),
    Column("extension_reason", "Reason for more time", "延期理由", max_length=300),
    Column("escalated_on", "Escalated on", "升级日期", "date"),
    Column("escalated_to", "Escalated to", "升级至", "choice", choices=MEETING_LEVELS),
    *_standing(),
)
CHARGES = _register(
    "charges",
    "In charge",
    "分管领导",
    _ref("pairing", "Pairing", "结对", "pairing.pairings", key=True, required=True),
    Column("side", "Side", "所属方", "choice", key=True, required=True, choices=SIDES),
    Column("field", "Field", "领域", "choice", key=True, required=True, choices=(ALL_FIELDS, *FIELDS)),
    _ref("member", "Member", "成员", _MEMBER, key=True, required=True),
    Column("from_on", "From", "起始日期", "date", key=True, required=True),
    Column("level", "Level", "层级", "choice", required=True, choices=MEETING_LEVELS),
    Column("to_on", "To", "截止日期", "date"),
    *_standing(),
)
SECONDMENTS = _register(
    "secondments",
    "Secondments",
    "挂职",
    Column("code", "Code", "编码", "code", key=True, required=True, max_length=40),
    _ref("pairing", "Pairing", "结对", "pairing.pairings", required=True),
    Column("direction", "Direction", "派出方向", "choice", required=True, choices=DIRECTIONS_OF_STAY),
    Column("profession", "Profession", "专业类别", "choice", required=True, choices=PROFESSIONS),
    _ref("person", "Officer", "人员", _MEMBER, required=True),
    _ref("home", "Home organisation", "派出单位", _ORGANISATION, required=True),
    _ref("host", "Host organisation", "接收单位", _ORGANISATION, required=True),
    _ref("host_unit", "Host unit", "接收科室", _UNIT, required=True),
    Column("host_post", "Host post", "挂职岗位", required=True, max_length=120),
    Column("host_post_en", "Host post (English)", "挂职岗位（英文）", max_length=160),
    Column("from_on", "From", "起始日期", "date", required=True),
    Column("to_on", "To", "截止日期", "date", required=True),
    Column("stage", "Stage", "状态", "choice", required=True, choices=STAY_STAGES),
    Column("ended_on", "Ended on", "结束日期", "date"),
    _ref("successor", "Successor", "接任人", _MEMBER),
    Column("handover", "Handover", "工作交接", max_length=5_000),
    Column("handover_en", "Handover (English)", "工作交接（英文）", max_length=5_000),
    *_standing(),
)
STAY_TASKS = _register(
    "stay_tasks",
    "Tasks of officers",
    "挂职任务",
    _ref("secondment", "Secondment", "挂职", "pairing.secondments", key=True, required=True),
    Column("title", "Task", "任务", key=True, required=True),
    Column("title_en", "Task (English)", "任务（英文）", max_length=200),
    Column("due_on", "Due on", "完成期限", "date"),
    Column("done_on", "Done on", "完成日期", "date"),
    Column("outcome", "Outcome", "成果", max_length=2000),
    Column("outcome_en", "Outcome (English)", "成果（英文）", max_length=2000),
)
APPRAISALS = _register(
    "appraisals",
    "Appraisals",
    "挂职考核",
    _ref("secondment", "Secondment", "挂职", "pairing.secondments", key=True, required=True),
    Column("due_on", "Due on", "考核期限", "date", key=True, required=True),
    Column("is_final", "Final", "期满考核", "bool", required=True),
    Column("given_on", "Given on", "考核日期", "date"),
    Column("grade", "Grade", "等次", "choice", choices=GRADES),
    Column("text", "Text", "评语", max_length=5_000),
    _ref("by", "By", "考核人", _MEMBER),
)

# What was answered, and what came of it, is read to be held against the record: no sheet sets it. Answers come in on
# the page only, each by whoever gives it.
TECHNICAL_PROBLEMS = replace(
    _register(
        "technical_problems",
        "Technical problems",
        "技术难题",
        Column("number", "Number", "编号", "code", key=True, required=True, max_length=40),
        _ref("pairing", "Pairing", "结对", "pairing.pairings", required=True),
        Column("title_zh", "Problem (Chinese)", "难题（中文）", required=True, max_length=160, synonyms=("难题",)),
        Column("title_en", "Problem (English)", "难题（英文）", max_length=200),
        Column("industry", "Industry", "行业", "choice", required=True, choices=INDUSTRIES),
        _ref("asker", "Posted by", "提出单位", _ORGANISATION, required=True),
        Column("text", "What the matter is", "情况说明", max_length=4000),
        Column("is_shared", "Both sides see it", "双方可见", "bool"),
        Column("stage", "Status", "状态", "choice", choices=TECHNICAL_STAGES, is_by_action=True),
        Column("result", "Result", "结果", "choice", choices=TECHNICAL_RESULTS, is_by_action=True),
        Column("effect", "What changed", "成效", max_length=4000, is_by_action=True),
        _money("effect_fen", "Worth a year", "年效益", is_by_action=True),
        Column("paper", "By which paper", "依据材料", is_by_action=True),
        Column("rating", "Rating", "评分", "int", is_by_action=True),
        Column("reason", "Why withdrawn", "撤回理由", max_length=300, is_by_action=True),
        Column("side", "Side", "所属方", "choice", choices=SIDES, is_output=True),
        Column("posted_on", "Posted on", "提出日期", "date", is_output=True),
        Column("shared_on", "Shared on", "共享日期", "date", is_output=True),
        Column("answers_n", "Answers", "解答数", "int", is_output=True),
        Column("solved_by", "Side of the accepted answer", "采纳方案所属方", "choice", choices=SIDES, is_output=True),
        Column("closed_on", "Closed on", "办结日期", "date", is_output=True),
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, is_output=True),
    ),
    access="pairing.view_technical_problems",
    is_zone_file=False,
)  # fmt: skip

# The balance goes out as a table and does not come in: its figures are measured.
BALANCE = Register(
    code="pairing.balance",
    en="Balance of mutual benefit",
    zh="互惠账",
    columns=(
        Column("side", "Given by", "给予方", "choice", key=True, choices=SIDES),
        Column("group", "Group", "类别", "choice", key=True, choices=BALANCE_GROUPS),
        Column("indicator", "Indicator", "指标", "code", key=True, max_length=80),
        Column("name", "Name", "名称"),
        Column("year", "Year", "年度", "code", key=True, max_length=12),
        _money("amount_fen", "Amount", "金额"),
        Column("quantity", "Quantity", "数量", "decimal"),
        Column("unit", "Unit", "单位"),
    ),
    rows="shanhai.fields.pairing.queries.balance.balance_rows",
    current="",
    write="",
    access="pairing.view_balance",
    write_access="",
    is_of_pairing=True,
)

REGISTERS = (
    PAIRINGS,
    PARTIES,
    AGREEMENTS,
    AGREEMENT_PARTIES,
    COMMITMENTS,
    COMMITMENT_PERIODS,
    MONEY_CLAUSES,
    MONEY_DUES,
    LAND_CLAUSES,
    DELIVERIES,
    MEETINGS,
    ATTENDEES,
    AGENDA,
    RESOLUTIONS,
    ACTIVITIES,
    AID_ENTRIES,
    ACTION_ITEMS,
    FOCUS_POINTS,
    CHARGES,
    SECONDMENTS,
    STAY_TASKS,
    APPRAISALS,
    BALANCE_STATEMENTS,
    TECHNICAL_PROBLEMS,
)
