"""Quarterly lists, seen from both sides: what waits for whom, one list with its answers, what became of all of them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.models import Organisation
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import lists as actions
from shanhai.fields.investment.forms import lists as forms
from shanhai.fields.investment.forms.leads import LeadReasonForm
from shanhai.fields.investment.models import ListLine, QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.fields.investment.views.lead_forms import units_of
from shanhai.fields.investment.views.leads import capital, may, quarter_said, words_of_both
from shanhai.fields.office.views.shared import at_version, form_page, posted, said
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.ListStage
_SHAPES = {Stage.DRAFT: "not_started", Stage.PUBLISHED: "at_risk", Stage.ACKNOWLEDGED: "on_track"}


def status_of(one: Any) -> tuple[str, str]:
    """Shape and word of a list: answered in full, late, or where it is."""
    word = capital(columns.words(columns.LIST_STAGES, one.stage))
    waits = getattr(one, "n_waiting", 0)
    if one.stage != Stage.DRAFT and waits and one.answer_due_on and one.answer_due_on < clock.today():
        return "late", _("Answers late")
    if one.stage == Stage.ACKNOWLEDGED and not waits:
        return "done", _("Answered")
    return _SHAPES[Stage(one.stage)], word


LISTS = Table(
    code="investment.lists",
    columns=(
        Column(
            "title",
            gettext_lazy("Quarterly list"),
            kind="link",
            value=lambda row: title_of(row),
            href=lambda row: row.url,
            sort=("year", "quarter", "edition"),
            index="list_zone_quarter",
            second=lambda row: row.number,
            stack="full",
        ),
        Column("n_lines", gettext_lazy("Leads"), kind="number", phone_heading=True),
        Column("n_accepted", gettext_lazy("Accepted leads"), kind="number", phone_heading=True),
        Column("n_waiting", gettext_lazy("Not answered"), kind="number", phone_heading=True),
        Column("n_late", gettext_lazy("Answered late"), kind="number", stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column("published_on", gettext_lazy("Published"), kind="date", stack="hide-s"),
    ),
    default_sort="-title",
    sheet=gettext_lazy("quarterly lists"),
    empty=(
        gettext_lazy("No quarterly list yet."),
        gettext_lazy("The sea side begins one, puts its leads on it and publishes it at the cut-off."),
    ),
)


def title_of(one: QuarterlyList) -> str:
    """Its name in the reader's language."""
    return words_of_both(one.title_zh, one.title_en)


@member_required("investment.view_lists")
def lists(request: Any) -> HttpResponse:
    """What did the sea side bring, and what waits for an answer?"""
    pairing = chosen_pairing(request)
    rows = queries.lists_of(request.member, pairing)
    head = queries.head_of(rows)
    side = access.standing(request.member).side_in(pairing.pk)
    context = {
        "finding": _list_finding(head),
        "may_open": side == "sea" and may(request, "open_list", pairing.pk),
    }
    return listing.render(request, "investment/lists.html", LISTS, rows, context)


def _list_finding(head: dict[str, int]) -> str:
    if not head["n"]:
        return _("No quarterly list is published yet.")
    facts = {
        "n": words.num(head["lines"]),
        "waiting": words.num(head["waiting"]),
        "overdue": words.num(head["overdue"]),
    }
    if not head["waiting"]:
        return _("All %(n)s listed leads are answered.") % facts
    if not head["overdue"]:
        return _("%(waiting)s of %(n)s listed leads wait for an answer, none of them late.") % facts
    return _("%(waiting)s of %(n)s listed leads wait for an answer, %(overdue)s of them late.") % facts


# -- one list ------------------------------------------------------------------------------------------------------


@member_required("investment.view_lists")
def one_list(request: Any, number: str) -> HttpResponse:
    """What is on it, and what did the other side say?"""
    one = queries.list_of(request.member, number)
    lines, side = queries.lines_of(one), queries.side_in(one, request.member)
    adds = [line for line in lines if line.kind == rules.LineKind.ADDS]
    waits = [line for line in adds if not line.answer and line.withdrawn_on is None]
    one.n_waiting = len(waits)  # type: ignore[attr-defined]

    def may_(name: str, whose: str, *stages: Stage) -> bool:
        return side == whose and one.stage in stages and may(request, name, one.pairing_id)

    may_answer = may_("answer_line", "mountain", Stage.ACKNOWLEDGED)
    may_compile = may_("add_to_list", "sea", Stage.DRAFT)
    is_over = one.stage != Stage.DRAFT
    context = {
        "one": one,
        "title": title_of(one),
        "finding": _finding(one, adds, waits),
        "status": status_of(one),
        "rows": [_row(line, may_answer, may_compile) for line in lines],
        "editions": [(other, title_of(other)) for other in queries.editions_of(one, request.member) if other != one],
        "side": side,
        "others": list(queries.can_come_on(request.member, one)[:30]) if may_compile else [],
        "withdrawable": list(queries.can_be_withdrawn(one)[:30]) if may_compile and one.edition > 1 else [],
        "may_publish": may_("publish_list", "sea", Stage.DRAFT) and (one.edition > 1 or one.cut_off_on <= clock.today()),
        "may_supplement": side == "sea" and is_over and may(request, "open_list", one.pairing_id),
        "may_acknowledge": may_("acknowledge_list", "mountain", Stage.PUBLISHED),
        "may_sign": is_over and side in ("sea", "mountain") and not getattr(one, f"{side}_signed_on")
        and may(request, "sign_receipt", one.pairing_id),
        "may_import": (may_answer or may_compile) and may(request, "write_list_lines", one.pairing_id),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "history": history(one),
    }  # fmt: skip
    return render(request, "investment/list.html", context)


def _finding(one: QuarterlyList, adds: list[ListLine], waits: list[ListLine]) -> str:
    n = ngettext("%(n)s lead", "%(n)s leads", len(adds)) % {"n": words.num(len(adds))}
    if one.stage == Stage.DRAFT:
        return _("%(n)s so far; compiled until %(day)s.") % {"n": n, "day": words.day(one.cut_off_on, "year")}
    accepted = sum(line.answer == rules.Answer.ACCEPTED for line in adds)
    late = sum(line.late_days > 0 for line in adds)
    facts = {"n": n, "accepted": words.num(accepted), "waits": words.num(len(waits)), "late": words.num(late)}
    if late:
        return _("%(n)s: %(accepted)s accepted, %(waits)s not answered, %(late)s answered late.") % facts
    return _("%(n)s: %(accepted)s accepted, %(waits)s not answered.") % facts


def _row(line: ListLine, may_answer: bool, may_compile: bool) -> dict[str, Any]:
    waits = line.kind == rules.LineKind.ADDS and not line.answer and line.withdrawn_on is None
    one = line.quarterly_list
    if line.kind == rules.LineKind.WITHDRAWS:
        status = ("paused", _("Withdraws it"))
    elif line.withdrawn_on is not None:
        status = ("paused", _("Withdrawn"))
    elif line.answer:
        status = (
            "done" if line.answer == rules.Answer.ACCEPTED else "paused",
            capital(columns.words(columns.ANSWERS, line.answer)),
        )
    elif one.answer_due_on is not None and one.answer_due_on < clock.today():
        status = ("late", _("Not answered"))
    else:
        status = ("not_started", _("Not answered"))
    late = ngettext("%(n)s working day late", "%(n)s working days late", line.late_days) % {
        "n": words.num(line.late_days)
    }
    return {
        "line": line,
        "name": words_of_both(line.told_of("name_zh"), line.told_of("name_en")),
        "investor": words_of_both(line.told_of("investor_zh"), line.told_of("investor_en")),
        "kind": capital(columns.words(columns.KINDS, line.told_of("kind"))),
        "counted_fen": line.told_of("counted_fen"),
        "land_mu": line.told_of("land_mu"),
        "status": status,
        "late": late if line.late_days else "",
        "may_answer": waits and may_answer,
        "may_take_off": may_compile,
    }  # fmt: skip


def crumbs(one: QuarterlyList | None = None) -> list[tuple[str, str]]:
    """The way to the pages of lists."""
    found = [(reverse("investment:lists"), _("Quarterly lists"))]
    return found if one is None else [*found, (one.url, one.number)]


@member_required("investment.open_list")
def open_(request: Any) -> HttpResponse:
    """Begin the list of a quarter, or its supplement."""
    pairing, today = chosen_pairing(request), clock.today()
    given = {name: request.GET[name] for name in ("year", "quarter") if request.GET.get(name, "").isdecimal()}
    form = forms.ListForm(request, initial={"year": today.year, "quarter": (today.month + 2) // 3} | given)
    if form.sent(lambda data: actions.open_list(pairing, by=request.member, **_without_version(data))):
        return said(request, _("Begun as %s; put leads on it.") % form.result.number, form.result.url)
    return form_page(request, form, name=_("Begin a list"), finding=_("Of which quarter?"), crumbs=crumbs())


def _without_version(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "version"}


@posted("investment.add_to_list")
def add_line(request: Any, number: str) -> HttpResponse:
    """Put a lead on it."""
    one = at_version(request, queries.list_of(request.member, number))
    lead = lead_queries.lead_of(request.member, request.POST.get("lead", "")[:40])
    actions.add_to_list(one, lead, by=request.member)
    return redirect(one.url)


@posted("investment.take_off_list")
def take_off(request: Any, number: str, lead: str) -> HttpResponse:
    """Take a line off the draft."""
    one = at_version(request, queries.list_of(request.member, number))
    actions.take_off_list(queries.line_of(one, lead), by=request.member)
    return said(request, _("Taken off the list."), one.url)


@member_required("investment.withdraw_from_list")
def withdraw(request: Any, number: str, of: str, lead: str) -> HttpResponse:
    """Withdraw a published line by this supplement."""
    one = queries.list_of(request.member, number)
    line = queries.line_of(queries.list_of(request.member, of), lead)
    form = LeadReasonForm(request)
    if form.sent(
        lambda data: actions.withdraw_from_list(one, line, reason=data["reason"], by=request.member)
    ):
        return said(request, _("It is withdrawn when the supplement is published."), one.url)
    return form_page(
        request,
        form,
        name=_("Withdraw"),
        finding=_("Why is %s withdrawn?") % line.lead.name,
        crumbs=crumbs(one),
    )


@posted("investment.publish_list")
def publish(request: Any, number: str) -> HttpResponse:
    """Publish it."""
    one = at_version(request, queries.list_of(request.member, number))
    actions.publish_list(one, by=request.member)
    return said(request, _("Published; the other side has it."), one.url)


@posted("investment.acknowledge_list")
def acknowledge(request: Any, number: str) -> HttpResponse:
    """Say that one has it."""
    one = at_version(request, queries.list_of(request.member, number))
    actions.acknowledge_list(one, by=request.member)
    return said(request, _("Acknowledged; answer each lead now."), one.url)


@posted("investment.answer_line")
def accept(request: Any, number: str, lead: str) -> HttpResponse:
    """Accept a lead for one's own unit."""
    one = queries.list_of(request.member, number)
    actions.answer_line(queries.line_of(one, lead), answer=rules.Answer.ACCEPTED, by=request.member)
    return said(request, _("Accepted; your unit holds the lead."), one.url)


@member_required("investment.answer_line")
def answer(request: Any, number: str, lead: str) -> HttpResponse:
    """Answer a lead."""
    one = queries.list_of(request.member, number)
    line = queries.line_of(one, lead)
    form = forms.AnswerForm(request)
    form.offer("unit", units_of(one.pairing_id))
    if form.sent(lambda data: actions.answer_line(line, by=request.member, **_without_version(data))):
        return said(request, _("Answered; the sea side is told."), one.url)
    return form_page(
        request,
        form,
        name=_("Answer"),
        finding=_("What becomes of %(name)s?") % {"name": line.lead.name},
        crumbs=crumbs(one),
    )


@member_required("investment.sign_receipt")
def sign(request: Any, number: str) -> HttpResponse:
    """Sign the receipt for one's side."""
    one = queries.list_of(request.member, number)
    form = forms.ReceiptForm(request)
    if form.sent(lambda data: actions.sign_receipt(one, by=request.member, **_without_version(data))):
        return said(request, _("Signed for your side."), one.url)
    return form_page(
        request,
        form,
        name=_("Sign the receipt"),
        finding=_("Was %s handed over and received?") % title_of(one),
        crumbs=crumbs(one),
    )


@member_required("investment.view_lists")
def list_file(request: Any, number: str, form: str) -> HttpResponse:
    """The lines of a list as a sheet, which comes back with its answers."""
    one, file = queries.list_of(request.member, number), BytesIO()
    exporting.export(
        columns.LIST_LINES, file, form, member=request.member, pairing=one.pairing, quarterly_list_id=one.pk
    )
    return downloads.sheet(file, f"{one.number}.{form}", form)


# -- what became of them -------------------------------------------------------------------------------------------


@member_required("investment.view_lists")
def conversion(request: Any) -> HttpResponse:
    """What became of the listed leads, by quarter and by introducer?"""
    rows = list(queries.listed(request.member, chosen_pairing(request)))
    by_quarter = rules.conversion(rows, "quarter")[::-1]
    by_introducer = rules.conversion(rows, "introducer")
    names = {
        one.code: one.name
        for one in Organisation.objects.filter(code__in=[row.name for row in by_introducer])
    }
    whole = rules.conversion([_as_one(row) for row in rows], "quarter")
    seen = queries.lists_of(request.member, chosen_pairing(request)).filter(edition=1)
    pages = {f"{one.year}Q{one.quarter}": one.url for one in seen}
    context = {
        "finding": _conversion_finding(whole[0] if whole else None),
        "tables": [
            (_("By quarter"), [(quarter_said(row.name), pages.get(row.name, ""), row) for row in by_quarter]),
            (
                _("By introducer"),
                [
                    (names.get(row.name) or _("nobody named"), _leads_of(row.name), row)
                    for row in by_introducer
                ],
            ),
        ],
    }
    return render(request, "investment/conversion.html", context)


def _as_one(row: rules.Listed) -> rules.Listed:
    return rules.Listed(
        row.key,
        "all",
        row.introducer,
        row.answer,
        row.late_days,
        row.is_signed,
        row.is_started,
        row.paid_in_fen,
    )


def _leads_of(introducer: str) -> str:
    return f"{reverse('investment:leads')}?introducer={introducer}" if introducer else ""


def _conversion_finding(whole: rules.Conversion | None) -> str:
    if whole is None:
        return _("No lead was listed yet.")
    return _("Of %(n)s listed leads %(accepted)s were accepted, %(signed)s signed and %(started)s started; %(money)s was paid in.") % {
        "n": words.num(whole.listed), "accepted": words.num(whole.accepted), "signed": words.num(whole.signed),
        "started": words.num(whole.started), "money": words.yuan(whole.paid_in_fen),
    }  # fmt: skip
