"""The administrator's day: findings first, then the registers and what was done in them last."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shanhai.fields.registry.queries import day, entries
from shanhai.fields.registry.views import shared
from shanhai.webkit.pages import member_required


@require_GET
@member_required("registry.view_day")
def index(request: Any) -> HttpResponse:
    is_keeper = shared.may(request, "registry.keep_people")
    may_read = shared.may(request, "registry.view_journal")
    latest = entries.for_reader(request.member)[:400] if may_read else []
    context = {
        "matters": day.matters() if is_keeper else [],
        "is_keeper": is_keeper,
        "holdings": day.holdings(),
        "lines": shared.latest(latest),
        "may_read_journal": may_read,
        "may_see_access": shared.may(request, "registry.view_access"),
        "may_see_tokens": shared.may(request, "registry.view_tokens"),
    }
    return render(request, "registry/day.html", context)


@require_GET
@member_required("registry.keep_people")
def state(request: Any) -> HttpResponse:
    """What the platform does by itself, and where it failed."""
    sweeps = day.failed_sweeps()
    context = {"sweeps": sweeps, "failed": sum(bool(sweep.error) for sweep in sweeps)}
    return render(request, "registry/state.html", context)
