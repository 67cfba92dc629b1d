"""The lines of quarterly lists as a spreadsheet: the list goes out, and comes back with its answers."""

from __future__ import annotations

from shanhai.core.sheets.columns import Choices, Column, Register
from shanhai.fields.investment.columns.leads import KINDS

LIST_STAGES: Choices = (
    ("draft", "being compiled", "编制中"),
    ("published", "published", "已发布"),
    ("acknowledged", "acknowledged", "已签收"),
)
LINE_KINDS: Choices = (("adds", "adds the lead", "列入"), ("withdraws", "withdraws the lead", "撤回"))
ANSWERS: Choices = (
    ("accepted", "accepted", "采纳"),
    ("rejected", "rejected", "退回"),
    ("transferred", "transferred", "流转"),
)

_AT = "shanhai.fields.investment"
LIST_LINES = Register(
    code="investment.list_lines",
    en="Lines of quarterly lists",
    zh="季度项目清单明细",
    columns=(
        Column("list", "List", "清单编号", "code", key=True, required=True, max_length=40),
        Column("lead", "Lead", "线索编号", "code", key=True, required=True, max_length=40),
        Column("position", "No.", "序号", "int", is_output=True),
        Column("kind", "What it does", "事项", "choice", choices=LINE_KINDS, is_output=True),
        Column("name", "Name", "线索名称", is_output=True),
        Column("investor", "Investor", "投资方", is_output=True),
        Column("kind_of_lead", "Kind of lead", "线索类型", "choice", choices=KINDS, is_output=True),
        Column("counted_fen", "Counted investment", "计入投资", "fen", unit="万元", is_output=True),
        Column("answer", "Answer", "答复", "choice", choices=ANSWERS),
        Column("reason", "Reason", "原因", max_length=300),
        Column("transferred_to", "Transferred to", "流转至", "ref", ref="registry.organisations"),
        Column("credit_percent", "Credit kept", "保留首谈份额", "int", unit="%", least=0, most=100),
        Column("answered_on", "Answered", "答复日期", "date", is_output=True),
        Column("late_days", "Working days late", "超期工作日", "int", is_output=True),
        Column("withdrawn_on", "Withdrawn", "撤回日期", "date", is_output=True),
    ),
    rows=f"{_AT}.queries.list_registers.lines_rows",
    current=f"{_AT}.queries.list_registers.lines_current",
    guard=f"{_AT}.actions.list_registers.lines_guard",
    write=f"{_AT}.actions.list_registers.write_list_lines",
    access="investment.view_lists",
    write_access="investment.write_list_lines",
    is_of_pairing=True,
    is_zone_file=False,
)
