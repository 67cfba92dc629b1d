"""Pages of the working-day calendar: a year with its official days, and loading the next year's notice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from shanhai.core import calendar as core_calendar
from shanhai.core import clock
from shanhai.fields.registry import forms
from shanhai.fields.registry.queries import days
from shanhai.fields.registry.views import shared
from shanhai.webkit.pages import member_required


@require_GET
@member_required("registry.view_calendar")
def this_year(request: Any) -> HttpResponse:
    return redirect("registry:calendar", clock.today().year)


@require_GET
@member_required("registry.view_calendar")
def show(request: Any, year: int) -> HttpResponse:
    sheet = days.year_sheet(year)
    context = {
        "sheet": sheet,
        "may_load": shared.may(request, "core.load_notice"),
        "years": days.years_shown(year),
    }
    return render(request, "registry/calendar.html", context)


@member_required("registry.keep_rules")
def load(request: Any) -> HttpResponse:
    """Load a notice: first what it would move, then the button that does it."""
    form = forms.LoadNotice(request, initial={"year": days.next_unknown_year()})
    moved = None
    if request.method == "POST" and "preview" in request.POST:
        if form.sent(_preview):
            moved = form.result
    elif form.sent(lambda data: core_calendar.load_notice(by=request.member, **data)):
        sentence = gettext("The notice is loaded; %(n)s open deadlines moved.") % {"n": len(form.result)}
        return shared.done(request, sentence, reverse("registry:calendar", args=[form.cleaned_data["year"]]))
    # The first button is what the Enter key presses: the one that only looks.
    preview = format_html(
        '<p><button class="btn btn-o" name="preview" value="1">{}</button></p>', gettext("Look what it moves")
    )
    context = {"form": form, "moved": moved, "is_previewed": moved is not None, "preview": preview}
    return render(request, "registry/notice.html", context, status=form.status)


def _preview(data: dict[str, Any]) -> Any:
    return core_calendar.preview_notice(**data)
