"""Action items: what follows from resolutions, who has it, and what happens when it is late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core import replies as prepared
from shanhai.core.actions import documents
from shanhai.fields.office.views import replies
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.forms import meetings as forms
from shanhai.fields.pairing.forms.pairings import ReasonForm
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import ActionItem
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import shared
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.ItemStage


def item_status(item: ActionItem) -> tuple[str, str]:
    """Shape and word of an action item."""
    if item.stage == Stage.DONE:
        return "done", ""
    if item.stage == Stage.DROPPED:
        return "paused", shared.word(columns.ITEM_STAGES, item.stage).capitalize()
    if item.due_on < clock.today():
        return "late", _("Late, reported done") if item.stage == Stage.REPORTED else ""
    if item.stage == Stage.REPORTED:
        return "on_track", _("Reported done")
    return "on_track", ""


def _escalated(item: ActionItem) -> str:
    if item.escalated_on is None:
        return ""
    return f"{shared.word(columns.MEETING_LEVELS, item.escalated_to)}, {words.day(item.escalated_on)}"


def _shown(found: Any, text: str) -> Any:
    if text == "late":
        return _open(found).filter(due_on__lt=clock.today())
    if text == "done":
        return found.exclude(stage__in=rules.OPEN_ITEM)
    return found


def _open(found: Any) -> Any:
    """The open ones, met while the list is walked: SQLite would take them from the index of stages, and sort them all."""
    return found.alias(state=Coalesce("stage", Value(""))).filter(state__in=rules.OPEN_ITEM)


_NEVER = date(9999, 12, 31)


def _shown_by_number(found: Any, text: str) -> Any:
    """``_shown`` where days are no stretch of the index: SQLite would find all late ones by day, and sort them."""
    if text != "late":
        return _shown(found, text)
    day = Coalesce("due_on", Value(_NEVER), output_field=DateField())
    return _open(found).alias(day=day).filter(day__lt=clock.today())


def _table(request: Any) -> Table:
    """The list of a member: "mine" is what the own unit does."""
    unit = request.member.unit_id
    return Table(
        code="pairing.items",
        columns=(
            Column(
                "title",
                gettext_lazy("What"),
                kind="link",
                href=lambda row: row.url,
                second=lambda row: shared.field_word(row.field),
                stack="full",
            ),
            Column(
                "owner",
                gettext_lazy("Rests with"),
                kind="side",
                value=lambda row: (row.lead, row.lead_unit.organisation.name),
                second=lambda row: row.lead_unit.name,
            ),
            Column(
                "due_on",
                gettext_lazy("Due"),
                kind="due",
                value=lambda row: (row.due_on, row.stage == Stage.DONE),
                sort=("due_on",),
                index="item_zone_due",
            ),
            Column("escalated", gettext_lazy("Escalated to"), value=_escalated, stack="hide-s"),
            Column("status", gettext_lazy("Status"), kind="status", value=item_status, stack="push"),
            Column(
                "number",
                gettext_lazy("Number"),
                kind="code",
                sort=("number",),
                index="item_zone_number",
                stack="hide-s",
            ),
        ),
        filters=(
            Filter(
                "whose",
                gettext_lazy("Whose"),
                choices=(("mine", gettext_lazy("my unit’s")),),
                apply=lambda found, _text: found.filter(done_by_unit=unit),
                every=gettext_lazy("everybody’s"),
            ),
            Filter(
                "show",
                gettext_lazy("Show"),
                choices=(
                    ("late", gettext_lazy("late ones")),
                    ("done", gettext_lazy("closed ones")),
                    ("all", gettext_lazy("open and closed ones")),
                ),
                apply=_shown,
                in_sort={"number": _shown_by_number},
                every=gettext_lazy("open ones"),
            ),
            Filter("lead", gettext_lazy("Side"), choices=lambda _request: choices(columns.SIDES)()),
            Filter("field", gettext_lazy("Field"), choices=lambda _request: choices(columns.FIELDS)()),
        ),
        export=shared.export_of(columns.ACTION_ITEMS),
        default_sort="due_on",
        keeps_count=True,
        empty=(
            gettext_lazy("No action items yet."),
            gettext_lazy(
                "They follow from resolutions: open a meeting that was held and put its resolutions on record."
            ),
        ),
    )


@member_required("pairing.view_items")
def items(request: Any) -> HttpResponse:
    """What follows from what was resolved, and what of it is late?"""
    pairing = chosen_pairing(request)
    counts = for_reader(
        request, "pairing.items", (pairing.pk,), lambda: pages.item_counts(request.member, pairing)
    )
    table = _table(request)
    rows = queries.action_items_of(request.member, pairing)
    if not listing.filter_value(table, request, "show"):
        # What is closed does not need the reader today.
        rows = _open(rows)
    return listing.render(
        request,
        "pairing/items.html",
        table,
        rows,
        {"pairing": pairing, "counts": counts, "finding": _list_finding(counts)},
    )


def _list_finding(counts: dict[str, int]) -> str:
    if not counts["open"]:
        return _("Nothing that was resolved is open.")
    said = ngettext("%(n)s action item is open", "%(n)s action items are open", counts["open"]) % {
        "n": listing.counted(counts["open"])
    }
    comma = "，" if words.is_chinese() else ", "
    late = ngettext("%(n)s of them is late", "%(n)s of them are late", counts["late"]) % {
        "n": listing.counted(counts["late"])
    }
    tail = late if counts["late"] else _("none is late")
    return f"{said}{comma}{tail}{'。' if words.is_chinese() else '.'}"


# -- one item ------------------------------------------------------------------------------------------------------


@member_required("pairing.view_items")
def item(request: Any, number: str) -> HttpResponse:
    """Who has it, by when, how far is it, and what happens next?"""
    one = queries.item_of(request.member, number)
    here, is_open = one.pairing_id, one.is_open
    sides = {"mountain": one.mountain_unit, "sea": one.sea_unit}
    return render(
        request,
        "pairing/item.html",
        {
            "item": one,
            "field": shared.field_word(one.field),
            "status": item_status(one),
            "finding": _finding(one),
            "owners": [
                {"side": side, "unit": unit, "leads": side == one.lead} for side, unit in sides.items()
            ],
            "ladder": _ladder(one),
            "papers": shared.papers_by("pairing.actionitem", [one.pk]).get(one.pk, []),
            "mark": shared.mark_of([one]),
            "detail": shared.detail_of([one]),
            "history": shared.history(one, 20),
            "is_open": is_open,
            "reply": replies.panel(request, one),
            "may_report": is_open
            and prepared.may_write(one, one.lead_unit, request.member)
            and shared.may(request, "report_action_item", here),
            "may_close": is_open and shared.may(request, "close_action_item", here),
            "may_extend": is_open and shared.may(request, "extend_action_item", here),
            "may_drop": is_open and shared.may(request, "drop_action_item", here),
            "may_reopen": not is_open and shared.may(request, "reopen_action_item", here),
        },
    )


def _finding(one: ActionItem) -> str:
    unit = one.lead_unit.organisation.name
    if one.stage == Stage.DONE:
        return _("Done on %(day)s: %(title)s") % {"day": words.day(one.done_on), "title": one.title}
    if one.stage == Stage.DROPPED:
        return _("Dropped: %s") % one.title
    if one.stage == Stage.REPORTED:
        return _("%(unit)s says it is done; the other side looks and closes it.") % {"unit": unit}
    return _("%(unit)s has it: %(slack)s.") % {"unit": unit, "slack": words.slack(one.due_on)}


def _ladder(one: ActionItem) -> list[dict[str, Any]]:
    """Reminders and escalation as days: which have come, which are still to come."""
    figures = queries.figures_of(one.pairing, one.assigned_on)
    told = pages.told_of(one)
    day = clock.today()
    ends = one.done_on
    steps = [_step(one.assigned_on, _("assigned"), True)]
    for offset in figures["pairing.item.reminder_days"]:
        on = one.due_on + timedelta(days=int(offset))
        word = _("due; owners are reminded") if int(offset) == 0 else _("owners are reminded")
        sent = told.get(f"reminder:{one.due_on}:{int(offset):+d}")
        steps.append(_step(on, word, on <= day, sent) | {"is_due": int(offset) == 0})
    after = one.due_on + timedelta(days=figures["pairing.item.escalate_after_days"])
    if one.escalated_on is not None:
        steps.append(_step(one.escalated_on, _("with the leaders in charge"), True) | {"is_late": True})
    else:
        steps.append(_step(after, _("goes to the leaders in charge"), after <= day and one.is_open))
    if one.due_on != one.first_due_on:
        steps.append(_step(one.first_due_on, _("first due day, then given more time"), True))
    if ends is not None:
        steps = [step for step in steps if step["on"] <= ends]
        steps.append(_step(ends, _("done"), True) | {"is_end": True})
    return sorted(steps, key=lambda step: step["on"])


def _step(on: date, word: str, has_come: bool, sent: date | None = None) -> dict[str, Any]:
    return {"on": on, "word": word, "has_come": has_come, "sent": sent, "is_due": False}


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: ActionItem | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:items"), _("Action items"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("pairing.assign_action_item")
def assign(request: Any, number: str) -> HttpResponse:
    """Turn a resolution into something to do."""
    resolution = pages.resolution_of(request.member, number)
    form = forms.ItemForm(request, pairing=resolution.pairing, key=resolution.number)
    if form.sent(lambda data: actions.assign_action_item(resolution, by=request.member, **data)):
        return shared.said(request, _("Assigned; it is on the list of its owner."), resolution.meeting.url)
    return shared.form_page(
        request,
        form,
        name=_("Assign an action item"),
        finding=_("Who does what by when?"),
        sub=f"{resolution.number}: {resolution.text}",
        crumbs=[
            (reverse("pairing:meetings"), _("Meetings")),
            (resolution.meeting.url, resolution.meeting.title),
        ],
    )


@member_required("pairing.report_action_item")
def report(request: Any, number: str) -> HttpResponse:
    """Say how far it is, with evidence when it is done."""
    one = queries.item_of(request.member, number)
    kept = prepared.kept(one, one.lead_unit, request.member, "pairing.report_action_item")
    form = forms.ReportForm(request, subject=one, initial=kept)

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["evidence"],
            one.pairing,
            request.member,
            lambda papers: actions.report_action_item(
                one, text=data["text"], is_finished=data["is_finished"], evidence=papers, by=request.member
            ),
        )

    if form.sent(call):
        if one.stage == Stage.REPORTED:
            sentence = _("Reported as done; the other side is asked to close it.")
            taken_back = reverse("pairing:item_reopen", args=[number])
            return replies.sent(request, form.result, sentence, one.url, taken_back)
        return replies.sent(request, form.result, _("Reported."), one.url)
    return shared.form_page(
        request, form, name=_("Report"), finding=_("How far is it?"), sub=one.title, crumbs=_crumbs(one)
    )


@member_required("pairing.close_action_item")
def close(request: Any, number: str) -> HttpResponse:
    """Close it on evidence."""
    one = queries.item_of(request.member, number)
    form = forms.CloseForm(request, subject=one, initial={"on": clock.today()})

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["evidence"],
            one.pairing,
            request.member,
            lambda papers: actions.close_action_item(one, on=data["on"], evidence=papers, by=request.member),
        )

    if form.sent(call):
        undo.offer(request, _("Closed: %s.") % one.number, reverse("pairing:item_reopen", args=[number]))
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Close the action item"),
        finding=_("Do the papers show that it is done?"),
        sub=one.title,
        crumbs=_crumbs(one),
        papers=shared.papers_by("pairing.actionitem", [one.pk]).get(one.pk, []),
    )


@shared.posted("pairing.reopen_action_item")
def reopen(request: Any, number: str) -> HttpResponse:
    """Open it again: the undo of reporting, closing and dropping."""
    one = queries.item_of(request.member, number)
    actions.reopen_action_item(one, by=request.member)
    return shared.said(request, _("Open again: %s.") % one.number, one.url)


@member_required("pairing.extend_action_item")
def extend(request: Any, number: str) -> HttpResponse:
    """Give it more time, with a reason."""
    one = queries.item_of(request.member, number)
    form = forms.ExtendForm(request, subject=one)
    if form.sent(
        lambda data: actions.extend_action_item(
            one, due_on=data["due_on"], reason=data["reason"], by=request.member
        )
    ):
        return shared.said(request, _("It has time until %s.") % words.day(one.due_on), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Give it more time"),
        finding=_("Due on %s. Until when, and why?") % words.day(one.due_on),
        sub=_("The first due day stays on the record."),
        crumbs=_crumbs(one),
    )


@member_required("pairing.drop_action_item")
def drop(request: Any, number: str) -> HttpResponse:
    """Drop what need not be done any more."""
    one = queries.item_of(request.member, number)
    form = ReasonForm(request, subject=one)
    form.button = _("Drop it")
    if form.sent(lambda data: actions.drop_action_item(one, reason=data["reason"], by=request.member)):
        undo.offer(request, _("Dropped: %s.") % one.number, reverse("pairing:item_reopen", args=[number]))
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Drop the action item"),
        finding=_("Why need it not be done any more?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )
