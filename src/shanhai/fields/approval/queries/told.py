"""What a project needs, as plain data for API and commands."""

from __future__ import annotations

from typing import Any

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
