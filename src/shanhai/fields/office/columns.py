"""Words for the declared choices of the field, in both languages: pages, commands and files say the same."""

from __future__ import annotations

from shanhai.core.sheets.columns import words_of

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


def words(choices: Choices, value: str) -> str:
    """The word for a choice in the reader's language."""
    return words_of(choices, value)
