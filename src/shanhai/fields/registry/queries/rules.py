"""Reads of the rulebook as pages show it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from shanhai.core import clock, rulebook
from shanhai.core.models import Region, RuleRow
from shanhai.fields.registry.queries.access_table import FIELDS
from shanhai.kernel.rulebook import NATIONAL, Rule, RuleValue
from shanhai.kernel.text import canonical

UNITS_ZH = {
    "days": "天",
    "day": "天",
    "working days": "个工作日",
    "workdays": "个工作日",
    "hours": "小时",
    "minutes": "分钟",
    "month": "月",
    "months": "个月",
    "rows": "行",
    "share": "比例",
    "count": "个",
    "percent": "%",
    "periods": "期",
    "meetings/year": "次/年",
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One figure with its value of today."""

    rule: Rule
    value: RuleValue | None
    n: int  # values in all

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self.rule)

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return unit_of(self.rule)

    @property
    def said(self) -> str:
        """The value of today as text."""
        return said(self.value) if self.value else gettext("none today")

    @property
    def is_assumed(self) -> bool:
        """Whether nobody has confirmed it."""
        return self.value is not None and self.value.status == "assumed"


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value of a figure, and whether it counts today."""

    value: RuleValue
    counts_today: bool
    scope: str

    @property
    def said(self) -> str:
        """The value as text."""
        return said(self.value)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def name_of(rule: Rule) -> str:
    """The name of a figure in the reader's language."""
    return rule.name_zh if _is_chinese() else rule.name_en


def unit_of(rule: Rule) -> str:
    """Its unit in the reader's language, as it stands where no word is known; none of words, lists and tables."""
    if isinstance(rule.values[0].value, str | list | dict):
        return ""
    return UNITS_ZH.get(rule.unit, rule.unit) if _is_chinese() else rule.unit


def written(rule: Rule) -> str:
    """The national value of today as the form takes it, where it is a list or table; empty where it is plain."""
    value = _of([*rule.values, *rulebook.added([rule.code])], rule.code, clock.today())
    if value is None or not isinstance(value.value, list | dict):
        return ""
    return json.dumps(json.loads(canonical(value.value)), ensure_ascii=False)


def said(value: RuleValue) -> str:
    """A value as text: members of a list one behind the other, lines of a table with their names."""
    if isinstance(value.value, bool):
        return gettext("yes") if value.value else gettext("no")
    if isinstance(value.value, list) and all(isinstance(one, int | str) for one in value.value):
        return ", ".join(str(one) for one in value.value)
    if isinstance(value.value, dict) and all(isinstance(one, int | str) for one in value.value.values()):
        return ", ".join(f"{name} {one}" for name, one in value.value.items())
    if isinstance(value.value, list | dict):
        return json.dumps(json.loads(canonical(value.value)), ensure_ascii=False)
    return str(value.value)


def of_today() -> list[RuleLine]:
    """All figures with their national value of today (one statement)."""
    day = clock.today()
    return [
        RuleLine(rule, _of(values, rule.code, day), len(values)) for rule, values in rulebook.all_values()
    ]


def _of(values: list[RuleValue], code: str, day: date) -> RuleValue | None:
    from shanhai.kernel.refusals import NotFound
    from shanhai.kernel.rulebook import look_up

    try:
        return look_up(values, code, day, (NATIONAL,))
    except NotFound:
        return None


def by_field(lines: list[RuleLine]) -> list[tuple[str, list[RuleLine]]]:
    """Lines under the name of their field."""
    groups: dict[str, list[RuleLine]] = {}
    for line in lines:
        groups.setdefault(line.rule.code.partition(".")[0], []).append(line)
    return [(_field(code), found) for code, found in groups.items()]


def _field(code: str) -> str:
    return gettext("Platform") if code == "core" else str(FIELDS.get(code, code))


def added_count() -> int:
    """How many values offices added."""
    return RuleRow.objects.count()


def today_of(rule: Rule) -> RuleLine:
    """One figure with its value of today."""
    values = [*rule.values, *rulebook.added([rule.code])]
    return RuleLine(rule, _of(values, rule.code, clock.today()), len(values))


def all_of(rule: Rule) -> list[ValueLine]:
    """All values of a figure, those that hold latest first, with their scope in words (two statements)."""
    values = [*rule.values, *rulebook.added([rule.code])]
    day = clock.today()
    counting = {
        id(found)
        for scope in {value.scope for value in values}
        if (found := _of_scope(values, rule.code, day, scope)) is not None
    }
    names = _names({value.scope for value in values})
    ordered = sorted(values, key=lambda value: (value.valid_from, str(value.known_at or "")), reverse=True)
    return [ValueLine(value, id(value) in counting, names[value.scope]) for value in ordered]


def _of_scope(values: list[RuleValue], code: str, day: date, scope: str) -> RuleValue | None:
    from shanhai.kernel.refusals import NotFound
    from shanhai.kernel.rulebook import look_up

    try:
        return look_up(values, code, day, (scope,))
    except NotFound:
        return None


def _names(scopes: set[str]) -> dict[str, Any]:
    codes = [scope.partition(":")[2] for scope in scopes if scope.startswith("region:")]
    regions = {f"region:{region.code}": region.name for region in Region.objects.filter(code__in=codes)}
    return {
        scope: gettext("everywhere") if scope == NATIONAL else regions.get(scope, scope) for scope in scopes
    }
