"""Pages of the rulebook: figures that offices set, their sources, and which are only assumed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from shanhai.core import clock, rulebook
from shanhai.fields.registry import forms
from shanhai.fields.registry.queries import rules
from shanhai.fields.registry.rules import read_value
from shanhai.fields.registry.views import shared
from shanhai.webkit.pages import member_required


@require_GET
@member_required("registry.view_rulebook")
def index(request: Any) -> HttpResponse:
    lines = rules.of_today()
    shown = request.GET.get("shown", "")
    assumed = [line for line in lines if line.is_assumed]
    context = {
        "groups": rules.by_field(assumed if shown == "assumed" else lines),
        "n": len(lines),
        "assumed": len(assumed),
        "added": rules.added_count(),
        "shown": shown,
        "may_add": shared.may(request, "core.add_value"),
    }
    return render(request, "registry/rulebook.html", context)


@require_GET
@member_required("registry.view_rulebook")
def show(request: Any, code: str) -> HttpResponse:
    rule = rulebook.rule(code)
    context = {
        "rule": rule,
        "name": rules.name_of(rule),
        "unit": rules.unit_of(rule),
        "today": rules.today_of(rule),
        "values": rules.all_of(rule),
        "may_add": shared.may(request, "core.add_value"),
    }
    return render(request, "registry/rule.html", context)


@member_required("registry.keep_rules")
def add(request: Any, code: str) -> HttpResponse:
    rule = rulebook.rule(code)
    initial = {"valid_from": clock.today(), "scope": "national", "value": rules.written(rule)}
    form = forms.AddValue(request, key=code, initial=initial)
    if form.sent(lambda data: _add(rule, data, request)):
        sentence = gettext("The value is in the rulebook; earlier ones stay to be read.")
        return shared.done(request, sentence, reverse("registry:rule", args=[code]))
    return shared.form_page(
        request,
        form,
        title=gettext("Add a value to “%(rule)s”") % {"rule": rules.name_of(rule)},
        sub=gettext("Values never change. A correction is a later value for the same scope and first day."),
        crumbs=[
            (gettext("Rulebook"), reverse("registry:rulebook")),
            (rules.name_of(rule), reverse("registry:rule", args=[code])),
        ],
    )


def _add(rule: Any, data: dict[str, Any], request: Any) -> Any:
    given = read_value(rule.kind, data.pop("value"))
    return rulebook.add_value(rule.code, given, by=request.member, **data)
