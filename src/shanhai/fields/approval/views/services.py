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
from shanhai.fields.approval.rules.services import Record, ServiceStage
from shanhai.fields.office.views.shared import form_page
from shanhai.fields.office.views.shared import said as told
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


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


# -- what they were asked for --------------------------------------------------------------------------------------


def status_of(one: Service) -> tuple[str, str]:
    """Shape and word of a service: what is under way and past its day stands out."""
    if one.stage == ServiceStage.ASKED and queries.late_days(one):
        word = _("late")
        return "late", word[:1].upper() + word[1:]
    word = said.words(said.SERVICE_STAGES, one.stage)
    shape = {"asked": "on_track", "delivered": "done"}.get(one.stage, "paused")
    return shape, word[:1].upper() + word[1:]


def _shown(found: Any, text: str) -> Any:
    if text == "running":
        return queries.running(found)
    return queries.late(found) if text == "late" else found.filter(stage=text)


def _export_services(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(
        columns.SERVICES, file, form, member=request.member, pairing=request.pairing, pk__in=keys
    )
    return downloads.sheet(file, f"{columns.SERVICES.name}.{form}", form)


def _firms(_request: Any) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in queries.intermediaries().order_by("code")]


SERVICES = Table(
    code="approval.services",
    columns=(
        Column(
            "item",
            gettext_lazy("Item"),
            kind="link",
            value=lambda row: row.item.name,
            href=lambda row: row.item.address,
            second=lambda row: f"{row.item.case.project.name} · {row.item.case.number}",
            stack="full",
        ),
        Column(
            "firm",
            gettext_lazy("Intermediary"),
            kind="link",
            value=lambda row: row.intermediary.name,
            href=lambda row: row.intermediary.url,
            second=lambda row: said.words(said.SERVICES, row.kind),
            stack="full",
        ),
        Column(
            "clock",
            gettext_lazy("Whose clock"),
            value=lambda row: said.words(said.COMMISSIONED, row.commissioned_by),
            stack="hide-s",
        ),
        Column(
            "due_on",
            gettext_lazy("Due"),
            kind="due",
            value=lambda row: (row.due_on, row.stage != ServiceStage.ASKED),
            sort=("due_on",),
            index="service_due",
        ),
        Column(
            "used",
            gettext_lazy("Used / promised, wd"),
            value=lambda row: f"{words.NOTHING if row.days is None else row.days} / {row.promised_days}",
            stack="hide-s",
        ),
        Column(
            "asked_on",
            gettext_lazy("Commissioned on"),
            kind="date",
            sort=("asked_on",),
            index="service_asked",
            stack="hide-s",
        ),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=lambda _request: [
                ("running", _("under way")),
                ("late", _("under way and late")),
                *((code, said.words(said.SERVICE_STAGES, code)) for code in ("delivered", "ended")),
            ],
            apply=_shown,
        ),
        Filter(
            "clock",
            gettext_lazy("Whose clock"),
            choices=lambda _request: [
                (code, said.words(said.COMMISSIONED, code)) for code in rules.Commissioned
            ],
            field="commissioned_by",
        ),
        Filter("firm", gettext_lazy("Intermediary"), choices=_firms, field="intermediary__code"),
    ),
    export=_export_services,
    default_sort="-asked_on",
    empty=(
        gettext_lazy("No intermediary was asked for anything yet."),
        gettext_lazy("The department that decides an item asks for a service on the page of its case."),
    ),
)


@member_required("approval.view_intermediaries")
def services(request: Any) -> HttpResponse:
    """What do intermediaries work on, who waits for it, and what is late?"""
    pairing = chosen_pairing(request)
    found = queries.services_of(request.member, pairing)
    context = {
        "finding": _services_finding(queries.head_of(found)),
        "may_import": access.may(request.member, columns.SERVICES.write_access),
    }
    return listing.render(request, "approval/services.html", SERVICES, found, context)


def _services_finding(head: dict[str, int]) -> str:
    if not head["n"]:
        return _("No intermediary was asked for anything yet.")
    n = ngettext("%(n)s service is under way", "%(n)s services are under way", head["out"])
    late = ngettext("%(n)s of them late", "%(n)s of them late", head["late"])
    told = {
        "out": n % {"n": words.num(head["out"])},
        "late": late % {"n": words.num(head["late"])} if head["late"] else _("none late"),
    }
    if not head["owner"]:
        return _("%(out)s, %(late)s.") % told
    owner = ngettext(
        "for %(n)s the clock of the applicant runs",
        "for %(n)s the clock of the applicant runs",
        head["owner"],
    )
    return _("%(out)s, %(late)s; %(owner)s.") % {**told, "owner": owner % {"n": words.num(head["owner"])}}


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
    case = one.item.case
    may = one.stage == ServiceStage.ASKED and queries.speaks_for(one.item, one.commissioned_by, member)
    may = may and access.may(member, "approval.deliver_service", pairing_id=case.pairing_id)
    here = (case.number, one.item.code, one.number)
    return {
        "service": one,
        "kind": said.words(said.SERVICES, one.kind),
        "by": said.words(said.COMMISSIONED, one.commissioned_by),
        "late": queries.late_days(one),
        "status": status_of(one),
        "is_out": one.stage == ServiceStage.ASKED,
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
