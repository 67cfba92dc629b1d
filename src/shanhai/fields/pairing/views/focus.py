"""Annual focus: the key points of a year, and whether what hangs under them comes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import clock
from shanhai.core.models import Pairing
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.forms import focus as forms
from shanhai.fields.pairing.queries import focus as reads
from shanhai.fields.pairing.queries import registered
from shanhai.fields.pairing.views import shared
from shanhai.webkit import words
from shanhai.webkit.pages import chosen_pairing, member_required


def _year(request: Any) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year


@member_required("pairing.view_focus")
def focus(request: Any) -> HttpResponse:
    """What is the year about, and how does it stand?"""
    pairing, year = chosen_pairing(request), _year(request)
    points = reads.focus_of(request.member, pairing, year)
    return render(
        request,
        "pairing/focus.html",
        {
            "pairing": pairing,
            "year": year,
            "years": sorted({*reads.years_with_focus(pairing), year}, reverse=True),
            "finding": _finding(points, year),
            "points": [_line(point) for point in points],
            "detail": shared.detail_of([point.focus for point in points]),
            "may_set": shared.may(request, "set_focus_point", pairing.pk),
            "may_change": shared.may(request, "change_focus_point", pairing.pk),
            "may_drop": shared.may(request, "drop_focus_point", pairing.pk),
        },
    )


@member_required("pairing.view_focus")
def point(request: Any, pk: int) -> HttpResponse:
    """What is this point about, and does what hangs under it come?"""
    found = reads.point_of(request.member, pk)
    one = found.focus
    return render(
        request,
        "pairing/focus_point.html",
        {
            "point": one,
            "finding": one.text,
            "line": _line(found),
            "detail": shared.detail_of([one, *(row.commitment for row in found.found)]),
            "year_url": _at(one.year),
            "history": shared.history(one),
            "may_change": shared.may(request, "change_focus_point", one.pairing_id),
            "may_drop": shared.may(request, "drop_focus_point", one.pairing_id),
        },
    )


def _line(point: reads.Point) -> dict[str, Any]:
    """A key point as a panel: the commitments under it, and how they stand."""
    return {
        "point": point.focus,
        "rows": shared.rows_of(point.found),
        "sentence": shared.tally_sentence(point.tally) if point.found else "",
        "mark": shared.mark_of([point.focus, *point.found]),
    }


def _finding(points: list[reads.Point], year: int) -> str:
    if not points:
        return _("No key points are set for %s yet.") % year
    late = sum(1 for point in points if point.tally.late)
    said = ngettext("%(year)s has %(n)s key point", "%(year)s has %(n)s key points", len(points)) % {
        "year": year,
        "n": len(points),
    }
    tail = _("under %s something is late") % late if late else _("under none is anything late")
    comma, stop = ("，", "。") if words.is_chinese() else (", ", ".")
    return f"{said}{comma}{tail}{stop}"


def _choices(request: Any, pairing: Pairing) -> dict[str, Any]:
    return {
        "resolutions": registered.resolutions(request.member, pairing).filter(pairing=pairing),
        "commitments": reads.commitments_for(pairing),
    }


def _crumbs() -> list[shared.Crumb]:
    return [(reverse("pairing:focus"), _("Annual focus"))]


def _at(year: int) -> str:
    return f"{reverse('pairing:focus')}?year={year}"


@member_required("pairing.set_focus_point")
def set_point(request: Any) -> HttpResponse:
    """Set a key point, with what hangs under it."""
    pairing = chosen_pairing(request)
    form = forms.FocusForm(
        request, key=pairing.code, initial={"year": _year(request)}, **_choices(request, pairing)
    )

    def call(data: dict[str, Any]) -> Any:
        data["commitments"] = list(data["commitments"])
        return actions.set_focus_point(pairing, by=request.member, **data)

    if form.sent(call):
        return shared.said(request, _("The key point is set."), _at(form.result.year))
    return shared.form_page(
        request,
        form,
        name=_("Set a key point"),
        finding=_("What is the year about, and which commitments hang under it?"),
        crumbs=_crumbs(),
    )


@member_required("pairing.change_focus_point")
def change(request: Any, pk: int) -> HttpResponse:
    """Change a key point."""
    point = reads.focus_point_of(request.member, pk)
    form = forms.ChangeFocusForm(request, subject=point, **_choices(request, point.pairing))

    def call(data: dict[str, Any]) -> Any:
        changes = {**data, "order": data["order"] or point.order, "commitments": list(data["commitments"])}
        return actions.change_focus_point(point, by=request.member, **changes)

    if form.sent(call):
        return shared.said(request, _("Saved."), point.url)
    return shared.form_page(
        request,
        form,
        name=_("Change the key point"),
        finding=point.text,
        crumbs=[*_crumbs(), (point.url, f"{point.year}.{point.order}")],
    )


@shared.posted("pairing.drop_focus_point")
def drop(request: Any, pk: int) -> HttpResponse:
    """Take a key point out of its year."""
    point = reads.focus_point_of(request.member, pk)
    shared.take_version(request, point)
    year = point.year
    actions.drop_focus_point(point, by=request.member)
    return shared.said(request, _("The key point is out of the year; its commitments stand."), _at(year))
