"""Pages of intermediaries: the register with their figures, one of them, and what is asked of them on items."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.actions import documents
from shanhai.core.sheets import exporting
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import services as actions
from shanhai.fields.approval.forms import services as forms
from shanhai.fields.approval.forms.cases import ReasonForm
from shanhai.fields.approval.models import Intermediary, Service
from shanhai.fields.approval.queries import cases, said
from shanhai.fields.approval.queries import services as queries
from shanhai.fields.approval.rules import services as rules
from shanhai.fields.approval.rules.services import Record, Stage
from shanhai.fields.office.views.shared import form_page
from shanhai.fields.office.views.shared import said as told
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required


def tenths(value: int | None) -> str:
    """Working days to one decimal; a dash where there are none."""
    return words.NOTHING if value is None else f"{value // 10}.{value % 10}"


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = list(chosen.order_by().values_list("pk", flat=True))
    exporting.export(columns.INTERMEDIARIES, file, form, member=request.member, pk__in=keys)
    return downloads.sheet(file, f"{columns.INTERMEDIARIES.name}.{form}", form)


def _used(row: Any) -> str:
    return f"{tenths(row.record.mean_days_tenths)} / {tenths(row.record.mean_promised_tenths)}"


def _status(row: Any) -> tuple[str, str]:
    record: Record = row.record
    if not row.is_active:
        return "paused", _("Takes no services")
    if record.n_late_now:
        return "late", _("%(n)s late") % {"n": words.num(record.n_late_now)}
    return ("on_track", _("Works in time")) if record.n_out else ("not_started", _("Nothing under way"))


def _with_records(rows: Sequence[Any]) -> None:
    records = queries.records(rows)
    for row in rows:
        row.record = records[row.pk]


INTERMEDIARIES = Table(
    code="approval.intermediaries",
    columns=(
        Column(
            "name",
            gettext_lazy("Intermediary"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.code,
            sort=("code",),
            index="unique",
            stack="full",
        ),
        Column(
            "kinds",
            gettext_lazy("Services"),
            value=lambda row: ", ".join(said.words(said.SERVICES, code) for code in row.kinds),
            stack="hide-s",
        ),
        Column("promised_days", gettext_lazy("Promises, wd"), kind="number", phone_heading=True),
        Column("used", gettext_lazy("Used / promised, mean wd"), value=_used, phone_heading=True),
        Column(
            "delivered",
            gettext_lazy("Delivered in time"),
            kind="bar",
            value=lambda row: (row.record.n_in_time, max(row.record.n_delivered, 1), None),
            phone_heading=True,
        ),
        Column("status", gettext_lazy("Now"), kind="status", value=_status, stack="push"),
    ),
    filters=(Filter("q", gettext_lazy("Name or code"), kind="search", apply=queries.named),),
    begin=_with_records,
    export=_export,
    default_sort="name",
    empty=(
        gettext_lazy("No intermediary is registered."),
        gettext_lazy("Register those that work on environmental assessments, surveys and drawings."),
    ),
)


@member_required("approval.view_intermediaries")
def intermediaries(request: Any) -> HttpResponse:
    """Who keeps the days that they promise, and who is late now?"""
    found = queries.intermediaries()
    records = queries.records(found).values()
    late, out = sum(one.n_late_now for one in records), sum(one.n_out for one in records)
    n = ngettext("%(n)s service is under way", "%(n)s services are under way", out) % {"n": words.num(out)}
    tail = ngettext("%(n)s of them late", "%(n)s of them late", late) % {"n": words.num(late)}
    context = {
        "finding": _("%(out)s, %(late)s.") % {"out": n, "late": tail if late else _("none late")},
        "kept": _kept(request.member, request.pairing) if request.pairing is not None else [],
        "may_import": access.may(request.member, columns.SERVICES.write_access),
        "may_add": access.may(request.member, "approval.add_intermediary"),
    }
    return listing.render(request, "approval/intermediaries.html", INTERMEDIARIES, found, context)


_SHOWN = 50


def _kept(member: Any, pairing: Any) -> list[dict[str, Any]]:
    """By who commissioned services how their days were kept, with the latest of them behind the figures."""
    rows = []
    for party, found in queries.delivered_by_commissioner(member, pairing).items():
        figures = rules.kept((one.days or 0, one.promised_days) for one in found)
        rows.append(
            {
                "by": said.words(said.COMMISSIONED, party),
                "figures": figures,
                "used": halves(figures.used_halves),
                "promised": halves(figures.promised_halves),
                "services": found[:_SHOWN],
            }
        )
    return rows


def halves(value: int | None) -> str:
    """Working days that are counted in halves; a dash where there are none."""
    return words.NOTHING if value is None else f"{value // 2}" + (".5" if value % 2 else "")


def service_row(member: Any, one: Service) -> dict[str, Any]:
    """A service with how late it is and what this member may do about it."""
    late = queries.late_days(one)
    if one.stage == Stage.ASKED:
        status = ("late", _("late")) if late else ("on_track", said.words(said.SERVICE_STAGES, one.stage))
    else:
        status = (
            "done" if one.stage == Stage.DELIVERED else "paused",
            said.words(said.SERVICE_STAGES, one.stage),
        )
    case = one.item.case
    may = one.stage == Stage.ASKED and queries.speaks_for(one.item, one.commissioned_by, member)
    may = may and access.may(member, "approval.deliver_service", pairing_id=case.pairing_id)
    here = (case.number, one.item.code, one.number)
    return {
        "service": one,
        "kind": said.words(said.SERVICES, one.kind),
        "by": said.words(said.COMMISSIONED, one.commissioned_by),
        "late": late,
        "status": (status[0], status[1][:1].upper() + status[1][1:]),
        "is_out": one.stage == Stage.ASKED,
        "deliver": reverse("approval:service_deliver", args=here) if may else "",
        "end": reverse("approval:service_end", args=here) if may else "",
    }


@member_required("approval.view_intermediaries")
def intermediary(request: Any, code: str) -> HttpResponse:
    """Does it keep its days, and what is under way with it?"""
    one = queries.intermediary_of(code)
    record = queries.records([one])[one.pk]
    return render(
        request,
        "approval/intermediary.html",
        {
            "one": one,
            "record": record,
            "finding": _finding(one, record),
            "used": tenths(record.mean_days_tenths),
            "promised": tenths(record.mean_promised_tenths),
            "kinds": [said.words(said.SERVICES, kind) for kind in one.kinds],
            "services": [
                service_row(request.member, row) for row in queries.services_seen(request.member, one)
            ],
            "may_change": access.may(request.member, "approval.change_intermediary"),
            "marks": one.source or one.is_illustrative,
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "history": history(one),
        },
    )


def _finding(one: Intermediary, record: Record) -> str:
    if not record.n_delivered:
        return _("%(name)s has delivered nothing yet.") % {"name": one.name}
    sentence = ngettext(
        "%(name)s took %(used)s working days on average, against %(promised)s promised, over %(n)s service.",
        "%(name)s took %(used)s working days on average, against %(promised)s promised, over %(n)s services.",
        record.n_delivered,
    )
    return sentence % {
        "name": one.name, "used": tenths(record.mean_days_tenths),
        "promised": tenths(record.mean_promised_tenths), "n": words.num(record.n_delivered),
    }  # fmt: skip


def _crumbs(one: Intermediary | None = None) -> list[tuple[str, str]]:
    found = [(reverse("approval:intermediaries"), _("Intermediaries"))]
    return found if one is None else [*found, (one.url, one.name)]


@member_required("approval.add_intermediary")
def add(request: Any) -> HttpResponse:
    """Register an intermediary."""
    form = forms.IntermediaryForm(request, key="new")
    if form.sent(lambda data: actions.add_intermediary(by=request.member, **data)):
        return told(request, _("Registered."), form.result.url)
    return form_page(
        request, form, name=_("Register an intermediary"), finding=_("Who works for applicants or the government?"),
        crumbs=_crumbs(),
    )  # fmt: skip


@member_required("approval.change_intermediary")
def change(request: Any, code: str) -> HttpResponse:
    """Change what it offers or promises."""
    one = queries.intermediary_of(code)
    form = forms.IntermediaryForm(request, subject=one)
    if form.sent(lambda data: actions.change_intermediary(one, by=request.member, **data)):
        return told(request, _("Saved."), one.url)
    return form_page(
        request, form, name=_("Change the intermediary"), finding=_("What does %s offer?") % one.name,
        crumbs=_crumbs(one),
    )  # fmt: skip


def _case_crumbs(case: Any) -> list[tuple[str, str]]:
    return [(reverse("approval:cases"), _("Joint review")), (case.url, case.number)]


@member_required("approval.ask_service")
def ask(request: Any, number: str, code: str) -> HttpResponse:
    """Ask an intermediary for a service on an item."""
    item = cases.item_of(request.member, number, code)
    form = forms.ServiceForm(request, subject=item)
    form.offer("intermediary", queries.intermediaries().filter(is_active=True))
    if form.sent(lambda data: actions.ask_service(item, data.pop("intermediary"), by=request.member, **data)):
        return told(request, _("Asked; the item waits for it."), item.case.url)
    return form_page(
        request, form, name=_("Ask an intermediary"), finding=_("What does %s need from an intermediary?") % item.name,
        sub=item.case.project.name, crumbs=_case_crumbs(item.case),
    )  # fmt: skip


@member_required("approval.deliver_service")
def deliver(request: Any, number: str, code: str, service: int) -> HttpResponse:
    """Say that it is delivered."""
    one = queries.service_of(request.member, number, code, service)
    form = forms.DeliveredForm(request, subject=one, initial={"on": clock.today()})

    def write(data: dict[str, Any]) -> Any:
        papers = data.pop("papers", [])
        return documents.with_papers(
            papers, one.item.case.pairing, request.member,
            lambda filed: actions.deliver_service(
                one, on=data["on"], document=filed[0] if filed else None, by=request.member
            ),
        )  # fmt: skip

    if form.sent(write):
        return told(request, _("Delivered."), one.item.case.url)
    return form_page(
        request, form, name=_("It has delivered"), finding=_("When did %s deliver?") % one.intermediary.name,
        sub=f"{one.item.name} · {one.item.case.project.name}", crumbs=_case_crumbs(one.item.case),
    )  # fmt: skip


@member_required("approval.end_service")
def end(request: Any, number: str, code: str, service: int) -> HttpResponse:
    """Give it up."""
    one = queries.service_of(request.member, number, code, service)
    form = ReasonForm(request, subject=one)
    if form.sent(lambda data: actions.end_service(one, reason=data["reason"], by=request.member)):
        return told(request, _("Given up."), one.item.case.url)
    return form_page(
        request, form, name=_("Give it up"), finding=_("Why is the service of %s given up?") % one.intermediary.name,
        sub=f"{one.item.name} · {one.item.case.project.name}", crumbs=_case_crumbs(one.item.case),
    )  # fmt: skip
