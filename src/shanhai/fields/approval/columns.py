"""The sheets of a catalogue's workbook: one declaration of columns for template, import, export and pages.

They are parts of one document and no registers of their own: a catalogue comes in and goes out whole.
"""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import STANDINGS as CASE_STANDINGS
from shanhai.core.sheets.columns import Column, Register, words_of
from shanhai.fields.approval.rules import case_words
from shanhai.fields.approval.rules.case_words import SIDES
from shanhai.fields.approval.rules.catalogue import KINDS, LEVERS, MOST_DAYS, PROFILES, STANDINGS, Choices

STAGES: Choices = (("draft", "draft", "草稿"), ("published", "published", "已发布"))
VERDICTS: Choices = (
    ("applies", "applies", "需要办理"),
    ("undecided", "depends on facts not known", "待信息补充后确定"),
    ("not", "does not apply", "不需办理"),
    ("replaced", "replaced by regional assessment", "由区域评估替代"),
    ("abolished", "abolished", "已取消"),
)
KINDS_OF_CHANGE: Choices = (("new", "new", "新增"), ("gone", "gone", "删除"), ("changed", "changed", "变更"))
PARTS: Choices = (
    ("catalogue", "catalogue", "目录"),
    ("stage", "stage", "阶段"),
    ("limit", "limit", "时限"),
    ("department", "department", "部门"),
    ("item", "item", "事项"),
)

words = words_of


def _name(zh: str, en: str = "Name") -> tuple[Column, Column]:
    return (
        Column("name_zh", f"{en} (Chinese)", f"{zh}（中文）", required=True, max_length=120, synonyms=(zh,)),
        Column("name_en", f"{en} (English)", f"{zh}（英文）", max_length=160),
    )


def _days(name: str, en: str, zh: str, **more: Any) -> Column:
    return Column(name, en, zh, "int", least=0, most=MOST_DAYS, **more)


def _standing(prefix: str, en: str, zh: str) -> tuple[Column, ...]:
    before = f"{prefix}_" if prefix else ""
    return (
        Column(
            f"{before}standing",
            f"{en} standing".strip().capitalize(),
            f"{zh}数据性质",
            "choice",
            choices=STANDINGS,
        ),
        Column(f"{before}source", f"{en} source".strip().capitalize(), f"{zh}来源", max_length=300),
        Column(
            f"{before}source_zh",
            f"{en} source (Chinese)".strip().capitalize(),
            f"{zh}来源（中文）",
            max_length=300,
        ),
    )


def _sheet(code: str, en: str, zh: str, *columns: Column) -> Register:
    return Register(
        code=f"approval.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows="",
        current="",
        write="",
        access="approval.view_catalogues",
        write_access="approval.bring_draft",
    )


HEAD = _sheet(
    "catalogue",
    "Catalogue",
    "目录",
    Column("profile", "Regime", "审批制度", "choice", key=True, required=True, choices=PROFILES),
    *_name("目录名称"),
    Column("region", "Region code", "区划代码", "code", max_length=12, form="region"),
    Column("note_zh", "Note (Chinese)", "说明（中文）", max_length=2000),
    Column("note_en", "Note (English)", "说明（英文）", max_length=2000),
)
STAGE_SHEET = _sheet(
    "stages",
    "Stages",
    "阶段",
    Column("number", "Stage no.", "阶段序号", "int", key=True, required=True, least=1, most=9),
    *_name("阶段名称"),
)
LIMITS = _sheet(
    "limits",
    "Limits",
    "总时限",
    Column("stages", "Stages", "阶段", key=True, required=True, max_length=40),
    _days("days", "Working days", "工作日", required=True),
    *_standing("", "", ""),
)
DEPARTMENTS = _sheet(
    "departments",
    "Departments",
    "部门",
    Column("code", "Code", "部门编码", "code", key=True, required=True, max_length=30),
    *_name("部门名称"),
    Column("organisation", "Organisation", "单位编码", "code", max_length=40),
    Column("region", "Region code", "区划代码", "code", max_length=12, form="region"),
)
ITEMS = _sheet(
    "items",
    "Items",
    "事项",
    Column("code", "Code", "事项编码", "code", key=True, required=True, max_length=30),
    Column("stage", "Stage", "阶段", "int", required=True, least=1, most=9),
    *_name("事项名称"),
    Column("kind", "Kind", "事项类型", "choice", choices=KINDS),
    Column("lead", "Lead", "主办部门", "code", required=True, max_length=30, synonyms=("牵头部门",)),
    Column("co", "Co-reviewing", "会办部门", max_length=400, synonyms=("协办部门",)),
    Column("advise", "Advising", "征求意见部门", max_length=400),
    _days("statutory_days", "Statutory working days", "法定时限"),
    *_standing("statutory", "Statutory", "法定时限"),
    _days("promised_days", "Promised working days", "承诺时限", required=True),
    *_standing("promised", "Promised", "承诺时限"),
    Column("after", "After", "前置事项", max_length=1000),
    Column("when", "When", "适用条件", max_length=1000),
    Column("levers", "Levers", "改革举措", max_length=100),
    Column("result_zh", "Result (Chinese)", "结果文书（中文）", max_length=120),
    Column("result_en", "Result (English)", "结果文书（英文）", max_length=160),
    Column("basis", "Legal basis", "法律依据", max_length=500),
    Column("valid_months", "Valid, months", "有效期（月）", "int", least=1, most=1200),
    Column("delegation", "Delegated by", "委托文件", max_length=300),
    *_standing("", "", ""),
)
MATERIALS = _sheet(
    "materials",
    "Materials",
    "材料",
    Column("item", "Item", "事项编码", "code", key=True, required=True, max_length=30),
    Column("code", "Code", "材料编码", "code", key=True, required=True, max_length=30),
    *_name("材料名称"),
    Column("is_major", "Major", "主要材料", "bool", required=True),
    Column("check", "Pre-check", "预检规则", max_length=300),
)
SHEETS = (HEAD, STAGE_SHEET, LIMITS, DEPARTMENTS, ITEMS, MATERIALS)


# Cases go out as a table and do not come in as one: what happens to a file is done by the actions.
CASES = Register(
    code="approval.cases",
    en="Cases of joint review",
    zh="联审联批审批件",
    columns=(
        Column("number", "Number", "审批件编号", "code", key=True, max_length=40),
        Column("project", "Project", "项目编号", "code", max_length=40),
        Column("name_zh", "Name (Chinese)", "项目名称（中文）", max_length=120),
        Column("name_en", "Name (English)", "项目名称（英文）", max_length=160),
        Column("enterprise", "Enterprise", "项目单位", "code", max_length=40),
        Column("catalogue", "Catalogue", "事项目录", "code", max_length=40),
        Column("catalogue_version", "Version", "版本", "int"),
        Column("mode", "Reviewed", "审批方式", "choice", choices=case_words.MODES),
        Column("stage", "Stage", "办理状态", "choice", choices=case_words.STAGES),
        Column("filed_on", "Filed", "申报日期", "date"),
        Column("received_on", "Received", "接收日期", "date"),
        Column("accepted_on", "Accepted", "受理日期", "date"),
        Column("planned_on", "Planned end", "计划办结日期", "date"),
        Column("closed_on", "Closed", "办结日期", "date"),
        Column("n_items", "Items", "事项数", "int"),
        Column("open_items", "Items not decided", "未办结事项数", "int"),
        Column("calendar_days", "Working days by the calendar", "历时（工作日）", "int"),
        Column("government_days", "Working days of the government", "政府用时（工作日）", "int"),
        Column("owner_days", "Working days of the owner", "申请人用时（工作日）", "int"),
        Column("standing", "Standing", "数据性质", "choice", choices=CASE_STANDINGS),
        Column("source", "Source", "来源"),
    ),
    rows="shanhai.fields.approval.queries.registers.cases_rows",
    current="",
    write="",
    access="approval.view_cases",
    write_access="",
    is_of_pairing=True,
)

INTERMEDIARIES = Register(
    code="approval.intermediaries",
    en="Intermediaries",
    zh="中介机构",
    columns=(
        Column("code", "Code", "编码", "code", key=True, max_length=40),
        Column("name_zh", "Name (Chinese)", "名称（中文）", max_length=120),
        Column("name_en", "Name (English)", "名称（英文）", max_length=160),
        Column("credit_code", "Credit code", "统一社会信用代码", "code", max_length=18),
        Column("services", "Services", "中介服务", max_length=100),
        Column("promised_days", "Promised working days", "承诺时限", "int"),
        Column("n", "Services asked", "委托数", "int"),
        Column("n_out", "Under way", "进行中", "int"),
        Column("n_late_now", "Late now", "目前逾期", "int"),
        Column("n_delivered", "Delivered", "已交付", "int"),
        Column("n_in_time", "Delivered in time", "按期交付", "int"),
        Column("mean_days_tenths", "Mean working days used, tenths", "平均用时（0.1个工作日）", "int"),
        Column(
            "mean_promised_tenths", "Mean working days promised, tenths", "平均承诺（0.1个工作日）", "int"
        ),
        Column("is_active", "Takes services", "承接委托", "bool"),
        Column("standing", "Standing", "数据性质", "choice", choices=CASE_STANDINGS),
        Column("source", "Source", "来源"),
    ),
    rows="shanhai.fields.approval.queries.registers.intermediaries_rows",
    current="",
    write="",
    access="approval.view_intermediaries",
    write_access="",
)


# -- what comes from the provincial approval platform, and from old files -------------------------------------------------

_AT = "shanhai.fields.approval"
# What a table may say of a file; what comes after acceptance follows from the items.
FILED: Choices = (
    ("filing", "filed", "已申报"),
    ("received", "received", "已接收"),
    ("review", "accepted", "已受理"),
)
ITEM_STEPS: Choices = (
    ("waiting", "waits", "未开始"),
    ("open", "open", "办理中"),
    ("decided", "decided", "已办结"),
)


def _told(code: str, en: str, zh: str, *columns: Column, is_zone_file: bool = False) -> Register:
    return Register(
        code=f"approval.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.platform.{code}_rows",
        current=f"{_AT}.queries.platform.{code}_current",
        check=f"{_AT}.queries.platform.{code}_check",
        guard=f"{_AT}.actions.platform.{code}_guard",
        write=f"{_AT}.actions.platform.write_{code}",
        access="approval.view_cases",
        write_access=f"approval.write_{code}",
        is_of_pairing=True,
        is_zone_file=is_zone_file,
    )


PLATFORM_FILES = _told(
    "platform_files",
    "Files of the approval platform",
    "审批平台申报件",
    Column(
        "platform_number", "Platform number", "平台办件编号", "code", key=True, required=True, max_length=40,
        synonyms=("办件编号", "受理编号", "统一受理号"),
    ),
    Column("project", "Project", "项目", "code", required=True, max_length=40, synonyms=("项目代码", "项目编号")),
    Column("catalogue", "Catalogue", "事项目录", "code", max_length=40),
    Column("mode", "Reviewed", "审批方式", "choice", choices=case_words.MODES),
    Column("stage", "Stage", "办理状态", "choice", required=True, choices=FILED, synonyms=("状态",)),
    Column("filed_on", "Filed", "申报日期", "date", required=True),
    Column("received_on", "Received", "接收日期", "date"),
    Column("accepted_on", "Accepted", "受理日期", "date"),
    Column("number", "Case", "审批件编号", "code", max_length=40, is_output=True),
)  # fmt: skip
ITEM_STATES = _told(
    "item_states",
    "States of items by the approval platform",
    "审批平台事项进度",
    Column(
        "case", "Case", "审批件编号", "code", key=True, required=True, max_length=40,
        synonyms=("办件编号", "平台办件编号"),
    ),
    Column("item", "Item", "事项", "code", key=True, required=True, max_length=30, synonyms=("事项编码",)),
    Column("name_zh", "Name", "事项名称", max_length=120, is_output=True),
    Column("state", "State", "办理状态", "choice", required=True, choices=ITEM_STEPS, synonyms=("状态",)),
    Column("decision", "Decision", "办理结果", "choice", choices=case_words.DECIDED, synonyms=("结果",)),
    Column("decided_on", "Decided on", "办结日期", "date"),
    Column("reasons", "Reasons", "理由", max_length=1000),
)  # fmt: skip
DATED_CASES = _told(
    "dated_cases",
    "Past cases with their two dates",
    "仅有起止日期的历史审批件",
    Column("number", "Number", "编号", "code", key=True, required=True, max_length=40),
    Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
    Column(
        "name_zh", "Name (Chinese)", "项目名称（中文）", required=True, max_length=120, synonyms=("项目名称",)
    ),
    Column("name_en", "Name (English)", "项目名称（英文）", max_length=160),
    Column("kind", "Class", "类别", "choice", required=True, choices=case_words.CLASSES),
    Column("mode", "Reviewed", "审批方式", "choice", required=True, choices=case_words.MODES),
    Column("started_on", "Accepted", "受理日期", "date", required=True, synonyms=("开始日期",)),
    Column("ended_on", "Closed", "办结日期", "date", required=True, synonyms=("结束日期",)),
    Column("days", "Working days between", "历时（工作日）", "int", is_output=True),
    Column("standing", "Standing", "数据性质", "choice", choices=CASE_STANDINGS),
    Column("source", "Source", "来源", max_length=200, synonyms=("出处",)),
    is_zone_file=True,
)
# -- what review meetings, intermediaries and commitment letters bring: each row stands for an action of the page ---------

_OUT: dict[str, Any] = {"is_output": True}
# Read to be held against the record: no sheet decides, verifies or ends anything.
_ACT: dict[str, Any] = {"is_by_action": True}
_ITEM = (
    Column(
        "case", "Case", "审批件编号", "code", key=True, required=True, max_length=40, synonyms=("办件编号",)
    ),
    Column("item", "Item", "事项", "code", key=True, required=True, max_length=30, synonyms=("事项编码",)),
)


def _brought(code: str, en: str, zh: str, access: str, *columns: Column) -> Register:
    return Register(
        code=f"approval.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.registers.{code}_rows",
        current=f"{_AT}.queries.registers.{code}_current",
        guard=f"{_AT}.actions.sheets.{code}_guard",
        write=f"{_AT}.actions.sheets.write_{code}",
        access=f"approval.{access}",
        write_access=f"approval.write_{code}",
        is_of_pairing=True,
        is_zone_file=False,
    )


MEETINGS = _brought(
    "review_meetings",
    "Joint review meetings",
    "会审会议",
    "view_review_meetings",
    Column("number", "Number", "会议编号", "code", key=True, required=True, max_length=40),
    Column("level", "Level", "会议层级", "choice", required=True, choices=case_words.MEETING_LEVELS),
    Column("title_zh", "Title (Chinese)", "会议名称（中文）", required=True, max_length=160, synonyms=("会议名称",)),
    Column("title_en", "Title (English)", "会议名称（英文）", max_length=200),
    Column("on", "Day", "日期", "date", required=True, synonyms=("会议日期",)),
    Column("time", "Time", "时间", "code", required=True, max_length=5),
    Column("place_zh", "Place (Chinese)", "地点（中文）", max_length=120, synonyms=("地点",)),
    Column("place_en", "Place (English)", "地点（英文）", max_length=160),
    Column("side", "Side", "所属方", "choice", choices=SIDES, **_OUT),
    Column("stage", "Stage", "状态", "choice", choices=case_words.MEETING_STAGES, **_OUT),
    Column("standing", "Standing", "数据性质", "choice", choices=CASE_STANDINGS, **_OUT),
    Column("source", "Source", "来源", **_OUT),
)  # fmt: skip
AGENDA = _brought(
    "review_agenda",
    "Agenda of joint review meetings",
    "会审会议议题",
    "view_review_meetings",
    Column("meeting", "Meeting", "会议编号", "ref", ref="approval.review_meetings", key=True, required=True),
    *_ITEM,
    Column("name_zh", "Name", "事项名称", max_length=120, **_OUT),
    Column("order", "Place on the agenda", "议题次序", "int", **_OUT),
    Column("why", "Why", "提交原因", "choice", choices=case_words.RIPE, **_OUT),
    Column("verdict", "Decision", "会议决定", "choice", choices=case_words.VERDICTS_SAID, **_ACT),
    Column("text", "In words", "决定内容", max_length=1000, **_ACT),
    Column("due_on", "Lead acts by", "办理期限", "date", **_ACT),
    Column("decided_on", "Decided on", "决定日期", "date", **_ACT),
)
SERVICES = _brought(
    "services",
    "Services of intermediaries",
    "中介服务",
    "view_intermediaries",
    *_ITEM,
    Column("number", "Service no.", "委托编号", "int", key=True, required=True, least=1, most=30_000),
    Column("name_zh", "Name", "事项名称", max_length=120, **_OUT),
    Column("intermediary", "Intermediary", "中介机构", "code", required=True, max_length=40, synonyms=("中介机构编码",)),
    Column("kind", "Service", "服务类型", "choice", required=True, choices=case_words.SERVICES),
    Column("commissioned_by", "Commissioned by", "委托方", "choice", required=True, choices=case_words.COMMISSIONED),
    Column("promised_days", "Promised working days", "承诺时限", "int", least=1, most=MOST_DAYS),
    Column("evidence", "Contract or letter", "合同或函件", required=True, max_length=200),
    Column("asked_on", "Asked on", "委托日期", "date"),
    Column("delivered_on", "Delivered on", "交付日期", "date"),
    Column("reason", "Given up because", "终止原因", max_length=300),
    Column("stage", "Status", "状态", "choice", choices=case_words.SERVICE_STAGES, **_ACT),
    Column("due_on", "Due", "应交付日期", "date", **_OUT),
    Column("days", "Working days used", "实际用时", "int", **_OUT),
    Column("ended_on", "Given up on", "终止日期", "date", **_OUT),
)  # fmt: skip
LETTERS = _brought(
    "commitment_letters",
    "Commitment letters",
    "告知承诺书",
    "view_letters",
    *_ITEM,
    Column("name_zh", "Name", "事项名称", max_length=120, **_OUT),
    Column("text", "What is promised", "承诺内容", required=True, max_length=1000),
    Column("evidence", "Signed letter", "承诺书编号", max_length=200),
    Column("covers", "Covers the materials", "承诺覆盖的材料", **_OUT),
    Column("given_on", "Given on", "提交日期", "date", **_ACT),
    Column("state", "Status", "状态", "choice", choices=case_words.LETTER_STATES, **_ACT),
    Column("due_on", "Verify by", "核查期限", "date", **_ACT),
    Column("verified_on", "Verified on", "核查日期", "date", **_ACT),
    Column("reasons", "What was found", "核查意见", max_length=1000, **_ACT),
    Column("mend_until", "Put right until", "整改期限", "date", **_ACT),
)
REGISTERS = (PLATFORM_FILES, ITEM_STATES, DATED_CASES, MEETINGS, AGENDA, SERVICES, LETTERS)


_SHEET_OF = {
    "catalogue": HEAD,
    "stage": STAGE_SHEET,
    "limit": LIMITS,
    "department": DEPARTMENTS,
    "item": ITEMS,
}


def heading(of: str, name: str) -> str:
    """The heading of a field in the reader's language; the field itself where no sheet has it."""
    if name == "materials":
        return MATERIALS.name
    return next((column.heading for column in _SHEET_OF[of].columns if column.name == name), name)


def said(of: str, name: str, value: str) -> str:
    """What a field says, with the word of a choice in the reader's language."""
    column = next((column for column in _SHEET_OF[of].columns if column.name == name), None)
    if name == "levers" and value:
        return ", ".join(words(LEVERS, one) for one in value.split(", "))
    return column.choice(value) if column is not None and column.choices else value


def levers_said(levers: tuple[str, ...]) -> list[str]:
    """The words of levers."""
    return [words(LEVERS, one) for one in levers]
