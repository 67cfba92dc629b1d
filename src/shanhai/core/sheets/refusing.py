"""What the rules refuse of a row, as what is wrong with one of its cells."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from shanhai.core.sheets.columns import Problem
from shanhai.kernel.refusals import Refused


def problem_of(refused: Refused, column: str, names: Collection[str] | None = None) -> Problem:
    """A refusal at the field that it names, else at ``column``; where ``names`` are given, a field is one of them."""
    facts = {name: value for name, value in refused.facts.items() if name != "field"}
    field = str(refused.facts.get("field") or column)
    at = field if names is None or field in names else column
    return Problem(0, at, "", refused.code, refused.sentence, facts)


def tried(check: Callable[[], Any], column: str) -> list[Problem]:
    """The problem that a check raises, or none."""
    try:
        check()
    except Refused as refused:
        return [problem_of(refused, column)]
    return []
