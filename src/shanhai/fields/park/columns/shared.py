"""Columns that several registers have."""

from __future__ import annotations

from shanhai.core.sheets.columns import STANDINGS, Column


def both(name: str, en: str, zh: str, most: int, *, required: bool = False) -> tuple[Column, Column]:
    """A text in both languages; the Chinese one is what papers carry."""
    return (
        Column(
            f"{name}_zh",
            f"{en} (Chinese)",
            f"{zh}（中文）",
            required=required,
            max_length=most,
            synonyms=(zh,),
        ),
        Column(f"{name}_en", f"{en} (English)", f"{zh}（英文）", max_length=most + 40),
    )


def sourced() -> tuple[Column, Column]:
    """Where the figures of a row come from."""
    return (
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    )


def key(name: str, en: str, zh: str, *synonyms: str) -> Column:
    """The column that names a row by our own number or code."""
    return Column(name, en, zh, "code", key=True, required=True, max_length=40, synonyms=synonyms)


def part_of(name: str, en: str, zh: str, register: str) -> Column:
    """The record that a row is a part of: the first of its keys."""
    return Column(name, en, zh, "ref", ref=register, key=True, required=True)
