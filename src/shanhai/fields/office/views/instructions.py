"""Pages of instructions: what leaders asked for, who carries it out, what was reported back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, records
from shanhai.core import replies as prepared
from shanhai.core.models import Document
from shanhai.core.work import pairing_of
from shanhai.fields.office.actions import instructions as actions
from shanhai.fields.office.forms import instructions as forms
from shanhai.fields.office.forms.problems import ReasonForm
from shanhai.fields.office.models import Instruction
from shanhai.fields.office.queries import instructions as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import instructions as rules
from shanhai.fields.office.views import replies, shared
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.Stage


def status_of(one: Instruction) -> tuple[str, str]:
    """Shape and word."""
    word = str(said.INSTRUCTION_STAGES[one.stage])
    word = word[:1].upper() + word[1:]
    if one.stage == Stage.CLOSED:
        return "done", word
    if one.stage == Stage.DROPPED:
        return "paused", word
    return ("late", "") if one.stage == Stage.OPEN and one.due_on < clock.today() else ("on_track", word)


def _shown(found: Any, text: str) -> Any:
    if text == "late":
        return found.filter(stage=Stage.OPEN, due_on__lt=clock.today())
    if text == "reported":
        return found.filter(stage=Stage.REPORTED)
    return found


INSTRUCTIONS = Table(
    code="office.instructions",
    columns=(
        Column(
            "text",
            gettext_lazy("Instruction"),
            kind="link",
            value=lambda row: row.text_said,
            href=lambda row: row.url,
            second=lambda row: row.leader.name,
            stack="full",
        ),
        Column(
            "unit",
            gettext_lazy("Carried out by"),
            kind="side",
            value=lambda row: (row.owner_side, row.unit.organisation.name),
            second=lambda row: row.unit.name,
        ),
        Column(
            "due_on",
            gettext_lazy("Due"),
            kind="due",
            value=lambda row: (row.due_on, row.stage not in rules.UNFINISHED),
            sort=("due_on",),
            index="instruction_zone_due",
        ),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column("number", gettext_lazy("Number"), kind="code", stack="hide-s"),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=(
                ("late", gettext_lazy("late ones")),
                ("reported", gettext_lazy("reported ones")),
                ("all", gettext_lazy("all")),
            ),
            apply=_shown,
            every=gettext_lazy("unfinished ones"),
        ),
    ),
    default_sort="due_on",
    sheet=gettext_lazy("Instructions"),
    empty=(
        gettext_lazy("No instruction is to be carried out."),
        gettext_lazy("A leader writes one on the page of any record."),
    ),
)


@member_required("office.view_instructions")
def instructions(request: Any) -> HttpResponse:
    """What did leaders ask for, and what is late?"""
    pairing = chosen_pairing(request)
    rows = queries.instructions_of(request.member, pairing)
    head = queries.head_of(rows)
    if not listing.filter_value(INSTRUCTIONS, request, "show"):
        rows = rows.filter(stage__in=rules.UNFINISHED)
    told = ngettext(
        "%(n)s instruction is to be carried out", "%(n)s instructions are to be carried out", head["open"]
    )
    late = ngettext("%(n)s of them is late", "%(n)s of them are late", head["late"])
    context = {
        "finding": _("%(open)s, %(late)s.")
        % {
            "open": told % {"n": head["open"]},
            "late": late % {"n": head["late"]} if head["late"] else _("none is late"),
        }
        if head["open"]
        else _("No instruction is to be carried out."),
        "sub": ngettext("%(n)s is reported back.", "%(n)s are reported back.", head["reported"])
        % {"n": head["reported"]}
        if head["reported"]
        else _("Nothing is reported yet."),
    }
    return listing.render(request, "office/instructions.html", INSTRUCTIONS, rows, context)


@member_required("office.view_instructions")
def instruction(request: Any, number: str) -> HttpResponse:
    """Who carries it out by when, and what was reported back?"""
    one = queries.instruction_of(request.member, number)
    here, leads = one.pairing_id, queries.gave_it(one, request.member)
    record = queries.record_of(request.member, one)
    return render(
        request,
        "office/instruction.html",
        {
            "instruction": one,
            "status": status_of(one),
            "finding": _finding(one),
            "record": (records.title(record), records.url(record)) if record is not None else None,
            "papers": queries.papers_of(one),
            "reply": replies.panel(request, one),
            "may_report": one.stage == Stage.OPEN
            and prepared.may_write(one, one.unit, request.member)
            and queries.carries_out(one, request.member)
            and shared.may(request, "office.report_back", here),
            "may_close": leads
            and one.stage == Stage.REPORTED
            and shared.may(request, "office.close_instruction", here),
            "may_send_back": leads
            and one.stage in (Stage.REPORTED, Stage.CLOSED)
            and shared.may(request, "office.send_back", here),
            "may_drop": leads
            and one.stage in rules.UNFINISHED
            and shared.may(request, "office.drop_instruction", here),
        },
    )


def _finding(one: Instruction) -> str:
    unit = one.unit.organisation.name
    if one.stage == Stage.CLOSED:
        return _("Carried out by %(unit)s, closed on %(day)s.") % {
            "unit": unit,
            "day": words.day(one.closed_on),
        }
    if one.stage == Stage.DROPPED:
        return _("Dropped: %s") % one.text_said
    if one.stage == Stage.REPORTED:
        return _("%(unit)s has reported back; %(leader)s closes it or sends it back.") % {
            "unit": unit,
            "leader": one.leader.name,
        }
    return _("%(unit)s has it: %(slack)s.") % {"unit": unit, "slack": words.slack(one.due_on)}


# -- the panel on records ------------------------------------------------------------------------------------------


def panel(request: Any, record: Any) -> SafeString | None:
    """The instructions on a record, and for a leader the way to write one."""
    if isinstance(record, Instruction):
        return None
    found = queries.on_record(request.member, record)
    pairing_id = pairing_of(record) or (request.pairing.pk if request.pairing else None)
    may_instruct = pairing_id is not None and shared.may(request, "office.instruct", pairing_id)
    if not found and not may_instruct:
        return None
    context = {
        "lines": [(one, status_of(one)) for one in found],
        "may_instruct": may_instruct,
        "record_kind": record._meta.label_lower,
        "record": record,
    }
    return mark_safe(render_to_string("office/_instructions.html", context, request))


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: Instruction | None = None) -> list[tuple[str, str]]:
    crumbs = [(reverse("office:instructions"), _("Instructions"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("office.instruct")
def instruct(request: Any, kind: str, pk: int) -> HttpResponse:
    """Write one line on a record."""
    record = records.found(request.member, kind, pk)
    pairing = getattr(record, "pairing", None) or chosen_pairing(request)
    side = access.standing(request.member).side_in(pairing.pk) or ""
    form = forms.InstructionForm(request, pairing=pairing, side=side)

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return actions.instruct(record, pairing=pairing, by=request.member, **data)

    if form.sent(call):
        return shared.said(request, _("Given as %s; the unit is told.") % form.result.number, form.result.url)
    return shared.form_page(
        request,
        form,
        name=_("Give an instruction"),
        finding=_("What shall be done, by whom, by when?"),
        sub=records.title(record),
        crumbs=[(records.url(record), records.title(record))],
    )


@member_required("office.report_back")
def report(request: Any, number: str) -> HttpResponse:
    """Say how it was carried out."""
    one = queries.instruction_of(request.member, number)
    papers = Document.objects.filter(owner_unit=request.member.unit, withdrawn_on=None).order_by(
        "-uploaded_at"
    )
    keys = list(papers.values_list("pk", flat=True)[:12])
    form = forms.ReportForm(
        request,
        key=number,
        papers=papers.filter(pk__in=keys),
        initial=prepared.kept(one, one.unit, request.member, "office.report_back"),
    )
    if form.sent(
        lambda data: actions.report_back(
            one, text=data["text"], evidence=list(data["evidence"]), by=request.member
        )
    ):
        sentence = _("Reported back; the leader is asked to close it.")
        return replies.sent(request, form.result, sentence, one.url)
    return _form(request, form, one, _("Report back"), _("How was it carried out?"))


@shared.posted("office.close_instruction")
def close(request: Any, number: str) -> HttpResponse:
    """Close what was reported back."""
    one = shared.at_version(request, queries.instruction_of(request.member, number))
    actions.close_instruction(one, by=request.member)
    return shared.said(request, _("Closed: %s.") % one.number, one.url)


@member_required("office.send_back")
def send_back(request: Any, number: str) -> HttpResponse:
    """Send it back with a word."""
    one = queries.instruction_of(request.member, number)
    form = forms.WordForm(request, key=number)
    if form.sent(lambda data: actions.send_back(one, word=data["word"], by=request.member)):
        return shared.said(request, _("Sent back; the unit is told."), one.url)
    return _form(request, form, one, _("Send it back"), _("What is missing?"))


@member_required("office.drop_instruction")
def drop(request: Any, number: str) -> HttpResponse:
    """Drop what need not be carried out any more."""
    one = queries.instruction_of(request.member, number)
    form = ReasonForm(request, key=number)
    form.button = _("Drop it")
    if form.sent(lambda data: actions.drop_instruction(one, reason=data["reason"], by=request.member)):
        return shared.said(request, _("Dropped: %s") % one.number, one.url)
    return _form(request, form, one, _("Drop"), _("Why need it not be carried out any more?"))


def _form(request: Any, form: Any, one: Instruction, name: str, finding: str) -> HttpResponse:
    return shared.form_page(request, form, name=name, finding=finding, sub=one.text_said, crumbs=_crumbs(one))
