"""Projects that stand still as a spreadsheet: the list goes out, and comes back with why, and what is done about it."""

from __future__ import annotations

from shanhai.core.sheets.columns import Column, Register
from shanhai.fields.investment.columns.projects import STAGES

_AT = "shanhai.fields.investment"
STALLS = Register(
    code="investment.stalls",
    en="Projects that stand still",
    zh="停滞项目清单",
    columns=(
        Column(
            "number", "Number", "项目编号", "code", key=True, required=True, max_length=40, synonyms=("编号",)
        ),
        Column("name_zh", "Name (Chinese)", "项目名称（中文）", is_output=True),
        Column("name_en", "Name (English)", "项目名称（英文）", is_output=True),
        Column("stage", "Stage", "项目阶段", "choice", choices=STAGES, is_output=True),
        Column("stage_on", "In it since", "进入阶段日期", "date", is_output=True),
        Column("days_over", "Days over", "超期天数", "int", is_output=True),
        Column("unit", "Whose business", "责任单位", "ref", ref="registry.units"),
        Column("reason", "Why it stands still", "停滞原因", max_length=300),
        Column("measure", "What is done about it", "处置措施", max_length=300),
        Column("due_on", "To be done by", "完成期限", "date"),
    ),
    rows=f"{_AT}.queries.stall_registers.stalls_rows",
    current=f"{_AT}.queries.stall_registers.stalls_current",
    guard=f"{_AT}.actions.stall_registers.stalls_guard",
    write=f"{_AT}.actions.stall_registers.write_stalls",
    access="investment.view_board",
    write_access="investment.write_stalls",
    is_of_pairing=True,
    is_zone_file=False,
)
