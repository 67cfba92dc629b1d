"""What a project needs, and what was measured of cases, as plain data for API and commands."""

from __future__ import annotations

from typing import Any

from shanhai.core import sentences
from shanhai.fields.approval.rules import applying


def needed_as_plain(found: applying.Needed) -> dict[str, Any]:
    """What is needed, for programs."""
    placed = {one.code: one for one in found.schedule.steps}
    return {
        "items": [_item(one, placed.get(one.item.code)) for one in found.judged],
        "days_together": found.schedule.days,
        "days_serial": found.schedule.days_serial,
        "critical": list(found.schedule.critical),
        "unknown": list(found.unknown),
        "limits": [
            {"stages": list(one.limit.stages), "limit": one.limit.days, "days": one.days}
            for one in found.limits
        ],
    }


def _item(one: applying.Judged, step: Any) -> dict[str, Any]:
    times = {"days": "days", "start": "starts", "finish": "ends", "slack": "slack"}
    return {
        "code": one.item.code,
        "name_zh": one.item.name_zh,
        "name_en": one.item.name_en,
        "lead": one.item.lead,
        "verdict": str(one.verdict),
        "unknown": list(one.unknown),
        "is_critical": bool(step and step.is_critical),
        **{name: getattr(step, of) if step else None for name, of in times.items()},
    }


def saved_as_plain(one: Any) -> dict[str, Any]:
    """The time saved (``queries.saved.Saved``), for programs; days are working days of the government."""
    found = one.found
    return {
        "by": str(one.asked.by),
        "since": one.asked.since,
        "alike": str(one.asked.alike),
        "cut": found.cut,
        "ci95": list(found.ci95) if found.ci95 else None,
        "saved_wd": found.saved_wd,
        "baseline": _days(found.baseline),
        "cohort": _days(found.cohort),
        "classes": [
            {"class": row.kind, "cut": row.cut, "baseline": _days(row.baseline), "cohort": _days(row.cohort)}
            for row in found.kinds
        ],
        "levers": [
            {"lever": row.lever, "cases": row.cases, "saved_wd": row.saved_wd, "share": row.share}
            for row in found.levers
        ],
        "rest_wd": found.rest_wd,
        "from_dates": one.n_from_dates,
        "is_cut_off": one.is_cut_off,
        "standing": one.standing,
        "notes": [sentences.reason(row) for row in found.notes],
        "reported": [
            {
                "proposal": row.proposal.number,
                "what_zh": row.what_zh,
                "what_en": row.what_en,
                # "40 % faster" stands as 40, "40 % fewer days" as -40: both are a cut of 0.4.
                "cut": abs(float(row.change_percent)) / 100,
                "standing": row.standing,
                "source": row.source,
            }
            for row in one.reported
        ],
    }


def _days(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"n": found.n, "mean": found.mean, "median": found.median, "p90": found.p90}


def placed_as_plain(one: Any) -> dict[str, Any]:
    """A case of the board (``queries.board.Placed``), for programs."""
    held = one.holder
    return {
        "number": one.case.number,
        "name_zh": one.case.project.name_zh,
        "name_en": one.case.project.name_en,
        "enterprise": one.case.enterprise.code,
        "catalogue": one.case.catalogue.catalogue.code,
        "mode": one.case.mode,
        "stage": one.case.stage,
        "column": one.column,
        "due_on": one.due_on,
        "days_left": one.slack_days,
        "danger": str(one.danger),
        "risk": one.risk,
        "not_before": one.low,
        "not_after": one.high,
        "cases_behind": one.n,
        "departments": sorted(one.departments),
        "held_by": held.department if held else "",
        "item": held.item if held else "",
        "item_due_on": held.due_on if held else None,
        "is_stopped": bool(held and held.is_stopped),
    }


def board_as_plain(found: Any, wanted: Any) -> dict[str, Any]:
    """The board for programs: the cases that are wanted, and what their forecasts rest on."""
    return {
        "open": found.n_open,
        "cases": [placed_as_plain(one) for one in found.rows if wanted.takes(one)],
        "learnt": [
            {
                "mode": one.mode,
                "closed": one.closed,
                "is_enough": one.is_enough,
                "nominal": one.tested.nominal if one.tested else None,
                "held": one.tested.held if one.tested else None,
                "tests": one.tested.n if one.tested else 0,
            }
            for one in found.learnt
        ],
        "standing": found.standing,
    }
