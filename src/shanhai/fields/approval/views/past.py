"""The page of past cases of which only the two dates are known."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access
from shanhai.core.sheets import exporting
from shanhai.fields.approval import columns
from shanhai.fields.approval.queries import platform as queries
from shanhai.fields.approval.queries import said
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(
        columns.DATED_CASES, file, form, member=request.member, pairing=request.pairing, pk__in=keys
    )
    return downloads.sheet(file, f"{columns.DATED_CASES.name}.{form}", form)


DATED_CASES = Table(
    code="approval.dated_cases",
    columns=(
        Column("name", gettext_lazy("Case"), second=lambda row: row.number, stack="full"),
        Column("kind", gettext_lazy("Class"), value=lambda row: said.words(said.CLASSES, row.kind), stack="push"),
        Column("mode", gettext_lazy("Reviewed"), value=lambda row: said.words(said.MODES, row.mode), stack="hide-s"),
        Column(
            "started_on", gettext_lazy("Accepted on"), kind="date", sort=("started_on",), index="dated_case_zone_started",
            stack="hide-s",
        ),
        Column("ended_on", gettext_lazy("Closed"), kind="date", sort=("ended_on",), index="dated_case_zone_ended",
               phone_heading=True),
        Column("days", gettext_lazy("Working days"), kind="number", sort=("days",), index="dated_case_zone_days",
               phone_heading=True),
        Column("known", gettext_lazy("Known"), value=lambda _row: _("dates only"), stack="hide-s"),
    ),
    filters=(
        Filter(
            "kind",
            gettext_lazy("Class"),
            choices=lambda _request: [(one, said.words(said.CLASSES, one)) for one, _en, _zh in said.CLASSES],
        ),
        Filter("q", gettext_lazy("Name or number"), kind="search", apply=queries.named),
    ),
    export=_export,
    default_sort="-started_on",
    empty=(
        gettext_lazy("No past cases yet."),
        gettext_lazy("Bring those of which the first and the last day are known, as a spreadsheet."),
    ),
)  # fmt: skip


@member_required("approval.view_cases")
def dated_cases(request: Any) -> HttpResponse:
    """How long did approvals take before any ran here?"""
    pairing = chosen_pairing(request)
    rows = queries.dated_cases_of(request.member, pairing)
    context = {
        "finding": _finding(queries.head_of(rows)),
        "may_import": access.may(request.member, "approval.write_dated_cases", pairing_id=pairing.pk),
    }
    return listing.render(request, "approval/dated_cases.html", DATED_CASES, rows, context)


def _finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No past cases yet.")
    told = ngettext(
        "Of %(n)s past case only the two dates are known: %(days)s working days in the mean.",
        "Of %(n)s past cases only the two dates are known: %(days)s working days in the mean.",
        head["n"],
    )
    return told % {"n": words.num(head["n"]), "days": words.num(round(head["mean"]))}
