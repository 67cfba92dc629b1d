"""Pages of standard land: what was promised, and whether it holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.park.actions import promises as actions
from shanhai.fields.park.columns.promises import INDICATORS, PHASES, STAGES, UNITS
from shanhai.fields.park.columns.promises import PROMISES as REGISTER
from shanhai.fields.park.forms import promises as forms
from shanhai.fields.park.models import LandPromise
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import promises as rules
from shanhai.fields.park.views import firms as firm_pages
from shanhai.fields.park.views import shared
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.PromiseStage
_SHAPES = {Stage.KEPT: "done", Stage.RECTIFY: "at_risk", Stage.FORFEITED: "late", Stage.BUY_BACK: "late"}


def status_of(one: LandPromise) -> tuple[str, str]:
    """Shape and word of a stage; a breach stands out."""
    word = words_of(STAGES, one.stage)
    return _SHAPES.get(Stage(one.stage), "on_track"), word[:1].upper() + word[1:]


PROMISES = Table(
    code="park.promises",
    columns=(
        Column(
            "firm", gettext_lazy("Enterprise"), kind="link", value=lambda row: row.firm.name, href=lambda row: row.url,
            second=lambda row: row.plot, stack="full",
        ),
        Column("land_mu", gettext_lazy("Land, mu"), kind="mu", digits=1, phone_heading=True),
        Column("investment_per_mu", gettext_lazy("Investment per mu, 10,000 yuan"), kind="number", stack="hide-s"),
        Column("tax_per_mu", gettext_lazy("Tax per mu, 10,000 yuan"), kind="number", stack="hide-s"),
        Column("phase", gettext_lazy("Next check"), value=lambda row: words_of(PHASES, row.phase), stack="hide-s"),
        Column("due_on", gettext_lazy("Due"), kind="due", value=lambda row: (row.due_on, row.stage in queries.OVER),
               sort=("due_on",), index="promise_zone_due"),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
    ),
    filters=(Filter("stage", gettext_lazy("Status"), choices=shared.options(STAGES)),),
    default_sort="due_on",
    export=shared.export_of(REGISTER),
    empty=(
        gettext_lazy("No standard land is promised."),
        gettext_lazy("What an enterprise promises at transfer is recorded on its page, or brought as a spreadsheet."),
    ),
)  # fmt: skip


@member_required("park.view_promises")
def promises(request: Any) -> HttpResponse:
    """What was promised for standard land, and does it hold?"""
    pairing = chosen_pairing(request)
    rows = queries.promises_of(request.member, pairing)
    head = queries.head_of(rows, clock.today())
    found = ngettext("%(n)s promise of standard land", "%(n)s promises of standard land", head["n"]) % {
        "n": words.num(head["n"] or 0)
    }
    due = ngettext("%(n)s check is due", "%(n)s checks are due", head["due"]) % {
        "n": words.num(head["due"] or 0)
    }
    finding = _("%(found)s; %(due)s, %(breached)s on the breach ladder.") % {
        "found": found, "due": due, "breached": words.num(head["breached"] or 0),
    }  # fmt: skip
    context = {
        "finding": finding,
        "sheets": shared.sheets(request, pairing.pk, "promises", "promise_checks"),
        "may_import": shared.may(request, "write_promises", pairing.pk),
        "may_import_checks": shared.may(request, "write_promise_checks", pairing.pk),
    }
    return listing.render(request, "park/promises.html", PROMISES, rows, context)


@member_required("park.view_promises")
def promise(request: Any, number: str) -> HttpResponse:
    """What was promised for this plot, and what was measured?"""
    one = queries.promise_of(request.member, number)
    checks = list(one.checks.select_related("member").order_by("pk"))
    lines = [
        (words_of(INDICATORS, name.name), words_of(UNITS, name.unit), name.bound, getattr(one, name.name), words_of(PHASES, name.phase),
         [(check.measured.get(name.name), name.name in check.failed) for check in checks])
        for name in rules.INDICATORS
    ]  # fmt: skip
    return render(
        request,
        "park/promise.html",
        {
            "one": one,
            "status": status_of(one),
            "finding": _finding(one),
            "lines": lines,
            "checks": [(check, words_of(STAGES, check.after)) for check in checks],
            "phase": words_of(PHASES, one.phase),
            "history": history(one),
            "may_check": one.stage not in queries.OVER
            and shared.may(request, "check_promise", one.pairing_id),
        },
    )


def _finding(one: LandPromise) -> str:
    facts = {
        "firm": one.firm.name,
        "stage": words_of(STAGES, one.stage),
        "day": words.day(one.due_on, "year"),
    }
    if one.stage in queries.OVER:
        return _("%(firm)s: %(stage)s.") % facts
    return _("%(firm)s: %(stage)s; the next check is due on %(day)s.") % facts


@member_required("park.promise_land")
def record(request: Any, code: str) -> HttpResponse:
    """Record what an enterprise promises."""
    firm = firms.firm_of(request.member, code)
    form = forms.PromiseForm(request, key=code)

    def call(data: dict[str, Any]) -> Any:
        told = {name: data[name] for name in ("plot", "land_mu", "signed_on", "due_on")}
        told["deposit_fen"] = data["deposit_fen"] or 0
        return actions.promise_land(firm, promised=form.given(), by=request.member, **told)

    if form.sent(call):
        return said(request, _("Recorded as %s.") % form.result.number, form.result.url)
    finding = _("What does %s promise for its land?") % firm.name
    return form_page(request, form, name=_("Standard land"), finding=finding, crumbs=firm_pages.crumbs(firm))


@member_required("park.check_promise")
def check(request: Any, number: str) -> HttpResponse:
    """Record a check."""
    one = queries.promise_of(request.member, number)
    form = forms.CheckForm(request, phase=one.phase, key=number)
    if form.sent(
        lambda data: actions.check_promise(one, measured=form.given(), on=data["on"], by=request.member)
    ):
        return said(request, _("Checked: %s.") % words_of(STAGES, one.stage), one.url)
    crumbs = [(reverse("park:promises"), _("Standard land")), (one.url, one.number)]
    return form_page(request, form, name=_("Record a check"), finding=_finding(one), crumbs=crumbs)
