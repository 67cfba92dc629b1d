"""Activities and aid: what both sides did together, what it cost, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.actions import documents
from shanhai.fields.pairing import actions, columns, rules
from shanhai.fields.pairing.forms import activities as forms
from shanhai.fields.pairing.forms.meetings import ItemForm
from shanhai.fields.pairing.forms.pairings import ReasonForm
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import Activity
from shanhai.fields.pairing.queries import activities as reads
from shanhai.fields.pairing.views import shared
from shanhai.fields.pairing.views.items import item_status
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.ActivityStage


def activity_status(one: Activity) -> tuple[str, str]:
    """Shape and word of an activity: one whose day has passed, or whose outcome is not written, stands out."""
    word = shared.word(columns.ACTIVITY_STAGES, one.stage).capitalize()
    if one.stage == Stage.PLANNED:
        return ("at_risk", _("Day has passed")) if one.on < clock.today() else ("not_started", word)
    return {"held": ("on_track", _("Outcome to write")), "cancelled": ("paused", word)}.get(
        one.stage, ("done", word)
    )


ACTIVITIES = Table(
    code="pairing.activities",
    columns=(
        Column("on", gettext_lazy("On"), kind="date", sort=("on",), index="activity_zone_on"),
        Column(
            "title",
            gettext_lazy("What"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: shared.word(columns.ACTIVITY_KINDS, row.kind),
            stack="full",
        ),
        Column(
            "lead",
            gettext_lazy("Organised by"),
            kind="side",
            value=lambda row: (row.lead, _unit(row).organisation.name),
            second=lambda row: _unit(row).name,
            stack="hide-s",
        ),
        Column(
            "planned_fen",
            gettext_lazy("Planned"),
            kind="money_fen",
            sort=("planned_fen",),
            index="activity_zone_planned",
        ),
        Column("paid_fen", gettext_lazy("Paid"), kind="money_fen", stack="hide-s"),
        Column("used_fen", gettext_lazy("Used"), kind="money_fen", stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=activity_status, stack="push"),
    ),
    filters=(
        Filter("kind", gettext_lazy("Kind"), choices=lambda _request: choices(columns.ACTIVITY_KINDS)()),
        Filter("stage", gettext_lazy("Stage"), choices=lambda _request: choices(columns.ACTIVITY_STAGES)()),
        Filter("lead", gettext_lazy("Side"), choices=lambda _request: choices(columns.SIDES)()),
    ),
    export=shared.export_of(columns.ACTIVITIES),
    default_sort="-on",
    keeps_count=True,
    empty=(
        gettext_lazy("No activities yet."),
        gettext_lazy("Plan the first visit, promotion, exhibition or donation; both sides see it."),
    ),
)


def _unit(row: Activity) -> Any:
    return row.mountain_unit if row.lead == "mountain" else row.sea_unit


@member_required("pairing.view_activities")
def activities(request: Any) -> HttpResponse:
    """What did both sides do together this year, and where did the money go?"""
    pairing = chosen_pairing(request)
    counts = for_reader(
        request, "pairing.activities", (pairing.pk,), lambda: reads.activity_counts(request.member, pairing)
    )
    return listing.render(
        request,
        "pairing/activities.html",
        ACTIVITIES,
        reads.activities_of(request.member, pairing),
        {
            "pairing": pairing,
            "counts": counts,
            "finding": _list_finding(counts),
            "may_plan": shared.may(request, "plan_activity", pairing.pk) and not pairing.ended_on,
        },
    )


def _list_finding(counts: dict[str, int]) -> str:
    held = ngettext(
        "%(n)s activity was held this year", "%(n)s activities were held this year", counts["held"]
    ) % {"n": counts["held"]}
    if not counts["paid_fen"]:
        return _("%(held)s; no donation was paid.") % {"held": held}
    return _("%(held)s; of %(paid)s donated, %(used)s are used.") % {
        "held": held,
        "paid": words.yuan(counts["paid_fen"]),
        "used": words.yuan(counts["used_fen"]),
    }


# -- one activity --------------------------------------------------------------------------------------------------


@member_required("pairing.view_activities")
def activity(request: Any, number: str) -> HttpResponse:
    """What happened, who was there, what did it cost, what came of it and what was agreed?"""
    one = reads.activity_of(request.member, number)
    here, stage = one.pairing_id, one.stage
    entries = list(one.entries.all())
    vouchers = shared.papers_by("pairing.aidentry", [entry.pk for entry in entries], "voucher")
    own = shared.own_side(request, here)
    return render(
        request,
        "pairing/activity.html",
        {
            "activity": one,
            "kind": shared.word(columns.ACTIVITY_KINDS, one.kind),
            "field": shared.field_word(one.field),
            "payer_name": shared.party_names(one.pairing).get(one.payer, ""),
            "status": activity_status(one),
            "finding": _finding(one),
            "sides": [
                {"side": side, "unit": unit, "leads": side == one.lead}
                for side, unit in (("mountain", one.mountain_unit), ("sea", one.sea_unit))
            ],
            "delegation": [line for line in one.delegation.splitlines() if line.strip()],
            "entries": [
                {
                    "entry": entry,
                    "kind": shared.word(columns.AID_KINDS, entry.kind),
                    "papers": vouchers.get(entry.pk, []),
                }
                for entry in entries
            ],
            "photos": _photos(one),
            "papers": shared.papers_by("pairing.activity", [one.pk], "evidence").get(one.pk, []),
            "items": [{"item": item, "status": item_status(item)} for item in one.items.all()],
            "mark": shared.mark_of([one, *entries]),
            "detail": shared.detail_of([one, *entries]),
            "history": shared.history(one, 20),
            "may_change": stage in (Stage.PLANNED, Stage.HELD)
            and shared.may(request, "change_activity", here),
            "may_hold": stage == Stage.PLANNED and shared.may(request, "hold_activity", here),
            "may_cancel": stage == Stage.PLANNED and shared.may(request, "cancel_activity", here),
            "may_photo": stage in rules.HELD_ACTIVITY and shared.may(request, "add_photos", here),
            "may_close": stage == Stage.HELD and shared.may(request, "close_activity", here),
            "may_reopen": stage != Stage.PLANNED and shared.may(request, "reopen_activity", here),
            "may_money": bool(one.payer and own)
            and stage != Stage.CANCELLED
            and shared.may(request, "record_aid", here),
            "may_take_back": bool(one.paid_fen and own) and shared.may(request, "take_back_aid", here),
            "may_assign": stage in rules.HELD_ACTIVITY and shared.may(request, "assign_action_item", here),
        },
    )


def _photos(one: Activity) -> list[dict[str, str]]:
    """Photographs with the address at which each opens in place, in a sandbox."""
    found = reads.photos_of(one)
    return [
        {
            "title": document.title_said,
            "url": shared.address("registry:document", document.pk),
            "src": shared.address("registry:document_preview", document.pk),
        }
        for document in found
    ]


def _finding(one: Activity) -> str:
    if one.stage == Stage.CANCELLED:
        return _("Called off: %s") % one.title
    if one.payer and one.planned_fen:
        return _("%(title)s: of %(planned)s planned, %(paid)s are paid and %(used)s used.") % {
            "title": one.title,
            "planned": words.yuan(one.planned_fen),
            "paid": words.yuan(one.paid_fen),
            "used": words.yuan(one.used_fen),
        }
    facts = {"title": one.title, "day": words.day(one.on, "year")}
    if one.stage == Stage.PLANNED:
        return _("%(title)s is planned for %(day)s.") % facts
    return _("%(title)s took place on %(day)s.") % facts


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: Activity | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:activities"), _("Activities and aid"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("pairing.plan_activity")
def plan(request: Any) -> HttpResponse:
    """Plan an activity."""
    pairing = chosen_pairing(request)
    form = forms.PlanActivityForm(
        request,
        pairing=pairing,
        key=pairing.code,
        initial={"on": clock.today(), "lead": shared.own_side(request, pairing.pk)},
    )
    if form.sent(lambda data: actions.plan_activity(pairing, by=request.member, **data)):
        return shared.said(request, _("The activity is planned; both sides see it."), form.result.url)
    return shared.form_page(
        request,
        form,
        name=_("Plan an activity"),
        finding=_("Who does what with whom, when, and with whose money?"),
        crumbs=_crumbs(),
    )


@member_required("pairing.change_activity")
def change(request: Any, number: str) -> HttpResponse:
    """Another day, other people, more money."""
    one = reads.activity_of(request.member, number)
    form = forms.ChangeActivityForm(request, pairing=one.pairing, subject=one)
    if form.sent(lambda data: actions.change_activity(one, by=request.member, **data)):
        return shared.said(request, _("Saved."), one.url)
    return shared.form_page(
        request, form, name=_("Change the activity"), finding=one.title, crumbs=_crumbs(one)
    )


@member_required("pairing.hold_activity")
def hold(request: Any, number: str) -> HttpResponse:
    """Say that it took place, with photographs."""
    one = reads.activity_of(request.member, number)
    form = forms.HoldActivityForm(request, subject=one, initial={"on": one.on, "until_on": one.until_on})

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data.pop("photos"),
            one.pairing,
            request.member,
            lambda papers: actions.hold_activity(one, photos=papers, by=request.member, **data),
        )

    if form.sent(call):
        undo.offer(
            request,
            _("It took place; the unit that organised it is asked what came of it."),
            reverse("pairing:activity_reopen", args=[number]),
        )
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("It took place"),
        finding=_("On which day did it take place?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )


@member_required("pairing.add_photos")
def photos(request: Any, number: str) -> HttpResponse:
    """Add photographs."""
    one = reads.activity_of(request.member, number)
    form = forms.PhotosForm(request)

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["photos"],
            one.pairing,
            request.member,
            lambda papers: actions.add_photos(one, papers, by=request.member),
        )

    if form.sent(call):
        return shared.said(request, _("The photographs are on the page."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Add photographs"),
        finding=_("Which photographs show it?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )


@member_required("pairing.close_activity")
def close(request: Any, number: str) -> HttpResponse:
    """What came of it."""
    one = reads.activity_of(request.member, number)
    form = forms.CloseActivityForm(request, subject=one)

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data.pop("papers"),
            one.pairing,
            request.member,
            lambda papers: actions.close_activity(one, papers=papers, by=request.member, **data),
        )

    if form.sent(call):
        undo.offer(request, _("Closed: %s.") % one.number, reverse("pairing:activity_reopen", args=[number]))
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Write the outcome"),
        finding=_("What came of it?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )


@member_required("pairing.cancel_activity")
def cancel(request: Any, number: str) -> HttpResponse:
    """Call it off."""
    one = reads.activity_of(request.member, number)
    form = ReasonForm(request, subject=one)
    form.button = _("Call it off")
    if form.sent(lambda data: actions.cancel_activity(one, reason=data["reason"], by=request.member)):
        undo.offer(
            request, _("Called off: %s") % one.number, reverse("pairing:activity_reopen", args=[number])
        )
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Call off the activity"),
        finding=_("Why is it called off?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )


@shared.posted("pairing.reopen_activity")
def reopen(request: Any, number: str) -> HttpResponse:
    """One step back: the undo of holding, closing and calling off."""
    one = reads.activity_of(request.member, number)
    actions.reopen_activity(one, by=request.member)
    return shared.said(request, _("Open again: %s.") % one.number, one.url)


@member_required("pairing.record_aid")
def money(request: Any, number: str) -> HttpResponse:
    """Money that was paid or used, with its voucher."""
    one = reads.activity_of(request.member, number)
    form = forms.AidForm(request, subject=one, initial={"on": clock.today()})

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data.pop("vouchers"),
            one.pairing,
            request.member,
            lambda papers: actions.record_aid(one, vouchers=papers, by=request.member, **data),
        )

    if form.sent(call):
        return shared.said(request, _("The money is on record with its voucher."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Record money"),
        finding=_finding(one),
        sub=_("No more is paid than was planned, and no more used than was paid."),
        crumbs=_crumbs(one),
    )


@member_required("pairing.take_back_aid")
def take_back(request: Any, number: str) -> HttpResponse:
    """A contra entry for wrongly recorded money."""
    one = reads.activity_of(request.member, number)
    form = forms.TakeBackAidForm(request, subject=one)
    if form.sent(lambda data: actions.take_back_aid(one, by=request.member, **data)):
        return shared.said(request, _("Put right by a contra entry."), one.url)
    return shared.form_page(
        request, form, name=_("Take money back"), finding=_finding(one), crumbs=_crumbs(one)
    )


@member_required("pairing.assign_action_item")
def assign(request: Any, number: str) -> HttpResponse:
    """What was agreed becomes an action item."""
    one = reads.activity_of(request.member, number)
    form = ItemForm(request, pairing=one.pairing, key=one.number)
    if form.sent(lambda data: actions.assign_action_item(one, by=request.member, **data)):
        return shared.said(request, _("Assigned; it is on the list of its owner."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Put an agreed point on the list"),
        finding=_("What was agreed, and who does it by when?"),
        sub=one.title,
        crumbs=_crumbs(one),
    )
