"""Registers that come from the provincial approval platform and from old files: files, states of items, past cases."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register
from shanhai.fields.approval.rules import case_words

_AT = "shanhai.fields.approval"
# What a table may say of a file; what comes after acceptance follows from the items.
FILED: Choices = (
    ("filing", "filed", "已申报"),
    ("received", "received", "已接收"),
    ("review", "accepted", "已受理"),
)
STATES: Choices = (
    ("waiting", "waits", "未开始"),
    ("open", "open", "办理中"),
    ("decided", "decided", "已办结"),
)


def _register(code: str, en: str, zh: str, *columns: Column, is_zone_file: bool = False) -> Register:
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


PLATFORM_FILES = _register(
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
ITEM_STATES = _register(
    "item_states",
    "States of items by the approval platform",
    "审批平台事项进度",
    Column(
        "case", "Case", "审批件编号", "code", key=True, required=True, max_length=40,
        synonyms=("办件编号", "平台办件编号"),
    ),
    Column("item", "Item", "事项", "code", key=True, required=True, max_length=30, synonyms=("事项编码",)),
    Column("name_zh", "Name", "事项名称", max_length=120, is_output=True),
    Column("state", "State", "办理状态", "choice", required=True, choices=STATES, synonyms=("状态",)),
    Column("decision", "Decision", "办理结果", "choice", choices=case_words.DECIDED, synonyms=("结果",)),
    Column("decided_on", "Decided on", "办结日期", "date"),
    Column("reasons", "Reasons", "理由", max_length=1000),
)  # fmt: skip
DATED_CASES = _register(
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
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
    Column("source", "Source", "来源", max_length=200, synonyms=("出处",)),
    is_zone_file=True,
)
REGISTERS = (PLATFORM_FILES, ITEM_STATES, DATED_CASES)
