"""The picture of a catalogue: its items by stage on an axis of working days, with the critical path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core.models.base import in_language
from shanhai.fields.approval.rules.applying import Judged
from shanhai.fields.approval.rules.catalogue import Catalogue
from shanhai.planners.review_schedule import Placed, ReviewSchedule

_STEPS = (1, 2, 5, 10, 20, 50, 100)
_MOST_TICKS = 12


def days_said(n: int) -> str:
    """A number of working days; none is "at once"."""
    return ngettext("%(n)s wd", "%(n)s wd", n) % {"n": n} if n else _("at once")


def department_said(catalogue: Catalogue, code: str, organisations: Mapping[str, Any] | None = None) -> str:
    """A department in the reader's language: the organisation that it is here, else what it is everywhere."""
    if organisations and code in organisations:
        return str(organisations[code].name)
    department = catalogue.department(code)
    return in_language(department.name_zh, department.name_en) if department else code


def picture(
    catalogue: Catalogue,
    plan: ReviewSchedule,
    url: Callable[[str], str],
    judged: Iterable[Judged] = (),
) -> dict[str, Any]:
    """What ``approval/_plan.html`` draws: rows under the headings of their stages, in percent of the width.

    Departments go by their short names: those of the organisations would be cut off, and all begin alike.
    """
    open_facts = {one.item.code for one in judged if one.unknown}
    width = max(plan.days, 1)
    items = {one.code: one for one in catalogue.items}
    rows: list[dict[str, Any]] = []
    for stage in catalogue.stages:
        inside = [one for one in plan.steps if items[one.code].stage == stage.number]
        if inside:
            rows.append({"group": in_language(stage.name_zh, stage.name_en)})
        for one in inside:
            item = items[one.code]
            rows.append(
                {
                    "name": in_language(item.name_zh, item.name_en),
                    "who": department_said(catalogue, item.lead),
                    "url": url(one.code),
                    "step": one,
                    "days": days_said(one.days),
                    "is_open": one.code in open_facts,
                    "said": _said(one),
                    **_bars(one, width),
                }
            )
    return {
        "rows": rows,
        "ticks": [{"x": _percent(day, width), "day": day} for day in _ticks(plan.days)],
        "days": plan.days,
        "has_slack": any(one.slack for one in plan.steps),
    }


def _bars(one: Placed, width: int) -> dict[str, str]:
    """The promised days, and the time within which they may lie."""
    return {
        "x": _percent(one.starts, width),
        "w": _percent(one.days, width) if one.days else "0.5",
        "window": _percent(one.latest_end - one.starts, width),
        "end": _percent(one.latest_end, width),
    }


def _percent(days: int, width: int) -> str:
    return f"{min(days * 100 / width, 99.5 if days and days == width else 100):.3f}" if days else "0"


def _ticks(days: int) -> list[int]:
    step = next((one for one in _STEPS if days / one <= _MOST_TICKS), 200)
    # A number at the right edge would be cut off.
    return [day for day in range(0, max(days, 1), step) if day * 100 < max(days, 1) * 97]


def _said(one: Placed) -> str:
    if one.is_critical:
        return _("from working day %(start)s to %(end)s, on the critical path") % {
            "start": one.starts,
            "end": one.ends,
        }
    return _("from working day %(start)s to %(end)s, %(slack)s of slack") % {
        "start": one.starts,
        "end": one.ends,
        "slack": days_said(one.slack),
    }


def path_said(catalogue: Catalogue, plan: ReviewSchedule) -> list[str]:
    """The names of the items of the critical path that take any time, in order."""
    return [
        in_language(catalogue.item(code).name_zh, catalogue.item(code).name_en)
        for code in plan.critical
        if plan[code].days
    ]
