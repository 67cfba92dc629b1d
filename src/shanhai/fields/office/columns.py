"""Words for the declared choices of the field, in both languages: pages, commands and files say the same."""

from __future__ import annotations

from typing import Any

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
    ("fen", "money", "资金"),
    ("persons", "persons", "人"),
)
FACTOR_STAGES: Choices = (
    ("waiting", "in the queue", "排队中"),
    ("part", "granted in part", "部分核准"),
    ("fulfilled", "fulfilled", "已满足"),
    ("refused", "refused", "不予办理"),
    ("withdrawn", "withdrawn", "已撤回"),
)
_OUT: dict[str, Any] = {"is_output": True}


def _money(name: str, en: str, zh: str, **more: Any) -> Column:
    return Column(name, en, zh, "fen", unit="万元", **more)


def _number(name: str, en: str, zh: str, **more: Any) -> Column:
    return Column(name, en, zh, "decimal", digits=3, **more)


def _register(code: str, en: str, zh: str, *columns: Column) -> Register:
    sheets = "shanhai.fields.office.{room}.factor_sheets.{code}_{what}"

    def named(room: str, what: str) -> str:
        return sheets.format(room=room, code=code, what=what)

    return Register(
        code=f"office.{code}",
        en=en,
        zh=zh,
        columns=columns,
        rows=named("queries", "rows"),
        current=named("queries", "current"),
        guard=named("actions", "guard"),
        write=f"shanhai.fields.office.actions.factor_sheets.write_{code}",
        access="office.view_factors",
        write_access=f"office.write_{code}",
        is_of_pairing=True,
        is_zone_file=False,
    )


# Money stands in a column of its own, so that its unit stands in the heading; the measure says which of the two is
# filled. What was granted and where a request stands are read to be held against the record: no sheet sets them.
FACTOR_REQUESTS = _register(
    "factor_requests",
    "Factor requests",
    "要素保障申请",
    Column("number", "Number", "申请编号", "code", key=True, required=True, max_length=40),
    Column("title_zh", "What for (Chinese)", "申请事项", required=True, max_length=160),
    Column("title_en", "What for (English)", "申请事项（英文）"),
    Column("measure", "Measure", "计量", "choice", required=True, choices=MEASURES, synonyms=("计量单位",)),
    _number("quantity", "Quantity asked", "申请数量"),
    _money("amount_fen", "Money asked", "申请资金"),
    Column("needs_whole", "In whole only", "须一次满足", "bool"),
    Column("asker", "Asked by", "申请单位", "ref", ref="registry.organisations", required=True),
    Column("handler", "Unit that grants", "核准科室", "ref", ref="registry.units", required=True),
    Column("needed_by", "Needed by", "需用日期", "date", required=True),
    Column("is_park", "Park project", "产业园项目", "bool"),
    Column("park_reason", "Why it is the park’s", "列为产业园项目的理由", max_length=300),
    Column("text", "In more words", "详细说明", max_length=4000),
    Column("is_shared", "Both sides see it", "双方可见", "bool"),
    Column("stage", "Status", "状态", "choice", choices=FACTOR_STAGES, is_by_action=True),
    _number("granted", "Quantity granted", "已核准数量", is_by_action=True),
    _money("granted_fen", "Money granted", "已核准资金", is_by_action=True),
    Column("kind", "Factor", "要素", "choice", choices=FACTORS, **_OUT),
    Column("priority", "Class in the order", "排序类别", "int", **_OUT),
    Column("place", "Place in the queue", "队列位次", "int", **_OUT),
    Column("asked_on", "Asked on", "申请日期", "date", **_OUT),
    Column("waited_days", "Waited, working days", "已等工作日", "int", **_OUT),
    Column("first_days", "To the first grant, working days", "首次核准用时", "int", **_OUT),
    Column("fulfilled_days", "To the whole, working days", "全部满足用时", "int", **_OUT),
    Column("passed_over", "Times passed over", "被越过次数", "int", **_OUT),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, **_OUT),
)
FACTOR_POOLS = _register(
    "factor_pools",
    "Factor pools",
    "要素指标池",
    Column("organisation", "Who grants from it", "核准单位", "ref", ref="registry.organisations", key=True, required=True),
    Column("measure", "Measure", "计量", "choice", key=True, required=True, choices=MEASURES, synonyms=("计量单位",)),
    Column("year", "Year", "年度", "int", key=True, required=True, least=2002, most=2100),
    _number("available", "Quantity it holds", "指标池数量"),
    _money("available_fen", "Money it holds", "指标池资金"),
    Column("source", "By which paper", "依据文件", max_length=300),
    Column("is_shared", "Both sides see it", "双方可见", "bool"),
    Column("kind", "Factor", "要素", "choice", choices=FACTORS, **_OUT),
    _number("granted", "Quantity granted", "已核准数量", **_OUT),
    _money("granted_fen", "Money granted", "已核准资金", **_OUT),
    _number("left", "Quantity left", "剩余数量", **_OUT),
    _money("left_fen", "Money left", "剩余资金", **_OUT),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS, **_OUT),
)  # fmt: skip
REGISTERS = (FACTOR_REQUESTS, FACTOR_POOLS)


def words(choices: Choices, value: str) -> str:
    """The word for a choice in the reader's language."""
    return words_of(choices, value)
