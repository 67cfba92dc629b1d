"""Words for the declared choices of the field, in both languages: pages, commands and files say the same."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Column, Register, words_of

Choices = tuple[tuple[str, str, str], ...]

ROUND_STAGES: Choices = (
    ("draft", "draft", "拟稿"),
    ("open", "open", "填报中"),
    ("merged", "merged", "已汇总"),
    ("dropped", "called off", "已撤销"),
)
ANSWER_STAGES: Choices = (
    ("missing", "missing", "未填"),
    ("begun", "being filled in", "填写中"),
    ("climbing", "with its leader", "单位审签中"),
    ("confirmed", "confirmed", "已确认"),
    ("returned", "returned", "已退回"),
    ("accepted", "accepted", "已采纳"),
    ("moved", "handed over", "已移交"),
)
CELL_STATES: Choices = (
    ("given", "given", "已填"),
    ("returned", "returned", "已退回"),
    ("accepted", "accepted", "已采纳"),
)
REPEATS: Choices = (
    ("", "once", "一次性"),
    ("month", "every month", "每月"),
    ("quarter", "every quarter", "每季"),
    ("year", "every year", "每年"),
)
WINNERS: Choices = (
    ("round", "the round", "本轮填报"),
    ("records", "the records", "已有记录"),
    ("equal", "both say the same", "两者一致"),
    ("none", "counts for nothing", "不计入"),
)
SIDES: Choices = (
    ("mountain", "mountain side", "山方"),
    ("sea", "sea side", "海方"),
    ("host", "host", "承接方"),
)


FACTORS: Choices = (
    ("land", "land quota", "用地指标"),
    ("energy", "energy", "用能"),
    ("funds", "funds", "资金"),
    ("talent", "talent", "人才"),
)
MEASURES: Choices = (
    ("mu", "mu", "亩"),
    ("MWh", "MWh", "兆瓦时"),
    ("kW", "kW", "千瓦"),
    ("fen", "fen", "分"),
    ("persons", "persons", "人"),
)
FACTOR_STAGES: Choices = (
    ("waiting", "in the queue", "排队中"),
    ("part", "granted in part", "部分核准"),
    ("fulfilled", "fulfilled", "已满足"),
    ("refused", "refused", "不予办理"),
    ("withdrawn", "withdrawn", "已撤回"),
)
# What the queue takes away as a spreadsheet. A request comes in by asking and by the zone folder, so nothing is brought
# by this sheet and it is signed in nowhere.
FACTOR_REQUESTS = Register(
    code="office.factor_queue",
    en="Factor requests",
    zh="要素保障申请",
    columns=(
        Column("number", "Number", "申请编号", "code", key=True, required=True),
        Column("title_zh", "What for (Chinese)", "申请事项"),
        Column("title_en", "What for (English)", "申请事项（英文）"),
        Column("kind", "Factor", "要素", "choice", choices=FACTORS),
        Column("quantity", "Asked", "申请数量", "decimal", digits=3),
        Column("granted", "Granted", "已核准", "decimal", digits=3),
        Column("measure", "Measure", "计量", "choice", choices=MEASURES),
        Column("asker", "Asked by", "申请单位"),
        Column("is_park", "Park project", "产业园项目", "bool"),
        Column("priority", "Class in the order", "排序类别", "int"),
        Column("asked_on", "Asked on", "申请日期", "date"),
        Column("needed_by", "Needed by", "需用日期", "date"),
        Column("fulfiller", "Who grants", "核准单位"),
        Column("stage", "Status", "状态", "choice", choices=FACTOR_STAGES),
        Column("waited_days", "Waited, working days", "已等工作日", "int"),
        Column("first_days", "To the first grant, working days", "首次核准用时", "int"),
        Column("fulfilled_days", "To the whole, working days", "全部满足用时", "int"),
        Column("passed_over", "Times passed over", "被越过次数", "int"),
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
    ),
    rows="shanhai.fields.office.queries.factors.sheet_rows",
    current="",
    write="",
    access="office.view_factors",
    write_access="",
    is_of_pairing=True,
)


def words(choices: Choices, value: str) -> str:
    """The word for a choice in the reader's language."""
    return words_of(choices, value)
