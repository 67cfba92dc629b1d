"""Pages of joint review meetings: the list, one with its quorum and agenda, and what is done to it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.sheets import exporting
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import meetings as actions
from shanhai.fields.approval.forms import meetings as forms
from shanhai.fields.approval.forms.cases import ReasonForm
from shanhai.fields.approval.models import ReviewMeeting
from shanhai.fields.approval.queries import cases, said
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.approval.views import meeting_parts as parts
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.views.shared import form_page, posted
from shanhai.fields.office.views.shared import said as told
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.MeetingStage


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(
        columns.MEETINGS, file, form, member=request.member, pairing=request.pairing, pk__in=keys
    )
    return downloads.sheet(file, f"{columns.MEETINGS.name}.{form}", form)


MEETINGS = Table(
    code="approval.review_meetings",
    columns=(
        Column(
            "at",
            gettext_lazy("When"),
            kind="moment",
            value=lambda row: row.at,
            sort=("at",),
            index="review_meeting_zone_at",
        ),
        Column(
            "title",
            gettext_lazy("Meeting"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.number,
            stack="full",
        ),
        Column("level", gettext_lazy("Level"), value=lambda row: said.words(said.MEETING_LEVELS, row.level)),
        Column(
            "items",
            gettext_lazy("Items decided"),
            kind="bar",
            value=lambda row: (row.n_points - row.n_open, max(row.n_points, 1), None),
            phone_heading=True,
        ),
        Column("place", gettext_lazy("Place"), stack="hide-s"),
        Column("stage", gettext_lazy("Status"), kind="status", value=parts.status_of, stack="push"),
    ),
    filters=(
        Filter("level", gettext_lazy("Level"), choices=lambda _request: choices(said.MEETING_LEVELS)()),
        Filter("stage", gettext_lazy("Stage"), choices=lambda _request: choices(said.MEETING_STAGES)()),
    ),
    export=_export,
    default_sort="-at",
    empty=(
        gettext_lazy("No review meeting yet."),
        gettext_lazy("Call one: its agenda, quorum, decisions and minutes are then kept together."),
    ),
)


@member_required("approval.view_review_meetings")
def meetings(request: Any) -> HttpResponse:
    """When do the departments meet next, and which items wait for it?"""
    pairing = chosen_pairing(request)
    found = queries.meetings_of(request.member, pairing)
    side = access.standing(request.member).side_in(pairing.pk)
    may_call = access.may(request.member, "approval.call_review_meeting", pairing_id=pairing.pk)
    ripe = queries.ripe(pairing, side, rules.ReviewLevel.JOINT) if side in ("mountain", "sea", "host") else []
    context = {
        "finding": parts.list_finding(queries.head_of(found)),
        "may_import": access.may(request.member, columns.MEETINGS.write_access, pairing_id=pairing.pk),
        "may_call": may_call and side in ("mountain", "sea", "host"),
        "ripe": [parts.ripe_row(one) for one in ripe],
    }
    return listing.render(request, "approval/meetings.html", MEETINGS, found, context)


@member_required("approval.view_review_meetings")
def meeting(request: Any, number: str) -> HttpResponse:
    """Is the quorum there, what is decided, and who has not signed?"""
    one = queries.meeting_of(request.member, number)
    seats, points = queries.seats_of(one), queries.points_of(one)
    signed = queries.signatures_of(one)
    absent = rules.missing([seat.sits for seat in seats])
    return render(
        request,
        "approval/meeting.html",
        {
            "meeting": one,
            "finding": parts.finding(one, seats, points),
            "status": parts.status_of(one),
            "level": said.words(said.MEETING_LEVELS, one.level),
            "actions": parts.actions(request.member, one, points),
            "points": [parts.point_row(request.member, one, point) for point in points],
            "seats": [parts.seat_row(one, seat, signed.get(seat.pk)) for seat in seats],
            "n_counted": sum(seat.is_counted for seat in seats),
            "n_there": sum(seat.is_counted and seat.is_present for seat in seats),
            "absent": absent,
            "is_held": one.stage in (Stage.HELD, Stage.MINUTED, Stage.SIGNED),
            "marks": one.source or one.is_illustrative,
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "history": history(one),
        },
    )


def _crumbs(one: ReviewMeeting | None = None) -> list[tuple[str, str]]:
    found = [(reverse("approval:meetings"), _("Review meetings"))]
    return found if one is None else [*found, (one.url, one.number)]


def _items(request: Any, names: list[str]) -> list[Any]:
    """Items that are named as case/code, of those that the reader sees."""
    return [cases.item_named(request.member, name) for name in names]


@member_required("approval.call_review_meeting")
def call(request: Any) -> HttpResponse:
    """Call a meeting: what is ripe for it is offered, and what has climbed stands on it by itself."""
    pairing = chosen_pairing(request)
    side = access.standing(request.member).side_in(pairing.pk) or ""
    level = request.GET.get("level", rules.ReviewLevel.JOINT)
    level = level if level in list(rules.ReviewLevel) else rules.ReviewLevel.JOINT
    ripe = queries.ripe(pairing, side, level)
    offered = parts.offered(ripe)
    form = forms.CallForm(
        request, key="new", initial={"level": level, "items": [name for name, _label in offered]}
    )
    form.offer_choices("items", offered)
    if not offered:
        del form.fields["items"]

    def write(data: dict[str, Any]) -> Any:
        items = _items(request, data.pop("items", []))
        return actions.call_review_meeting(pairing, items=items, by=request.member, **data)

    if form.sent(write):
        return told(request, _("Called as %s; who sits in it is told.") % form.result.number, form.result.url)
    n = ngettext("%(n)s item is ripe for it", "%(n)s items are ripe for it", len(ripe)) % {"n": len(ripe)}
    return form_page(
        request, form, name=_("Call a review meeting"), finding=_("When do the departments meet?"),
        sub=_("%s; the quorum follows from the agenda.") % n, crumbs=_crumbs(),
    )  # fmt: skip


@member_required("approval.change_review_meeting")
def change(request: Any, number: str) -> HttpResponse:
    """Move it to another day or place."""
    one = queries.meeting_of(request.member, number)
    form = forms.ChangeForm(request, subject=one)
    if form.sent(lambda data: actions.change_review_meeting(one, by=request.member, **data)):
        return told(request, _("Saved; who sits in it is told of another day or place."), one.url)
    return form_page(
        request, form, name=_("Change the meeting"), finding=_("When and where is it?"), crumbs=_crumbs(one)
    )


@member_required("approval.put_on_agenda")
def agenda(request: Any, number: str) -> HttpResponse:
    """Put items on the agenda."""
    one = queries.meeting_of(request.member, number)
    form = forms.AgendaForm(request, subject=one)
    offered = parts.offered(queries.ripe(one.pairing, one.side, one.level))
    form.offer_choices("items", offered)
    if not offered:
        del form.fields["items"]

    def write(data: dict[str, Any]) -> Any:
        names = [
            *data.get("items", []),
            *filter(None, (line.strip() for line in data["others"].splitlines())),
        ]
        return actions.put_on_agenda(one, _items(request, names), by=request.member)

    if form.sent(write):
        return told(request, _("On the agenda; its departments are told."), one.url)
    return form_page(
        request, form, name=_("Put on the agenda"), finding=_("Which items come before %s?") % one.title,
        crumbs=_crumbs(one),
    )  # fmt: skip


@posted("approval.take_off_agenda")
def take_off(request: Any, number: str, order: int) -> HttpResponse:
    """Take an item off the agenda."""
    point = queries.point_of(request.member, number, order)
    actions.take_off_agenda(point, by=request.member)
    return told(request, _("Taken off the agenda."), point.meeting.url)


@member_required("approval.hold_review_meeting")
def hold(request: Any, number: str) -> HttpResponse:
    """Say who was there."""
    one = queries.meeting_of(request.member, number)
    seats = queries.seats_of(one)
    form = forms.HeldForm(request, subject=one, seats=seats)

    def write(data: dict[str, Any]) -> Any:
        return actions.hold_review_meeting(one, present=form.present(data), by=request.member)

    if form.sent(write):
        absent = rules.missing([seat.sits for seat in queries.seats_of(one)])
        done = _("Noted; the quorum is there.") if not absent else _("Noted; there is no quorum.")
        return told(request, done, one.url)
    return form_page(
        request, form, name=_("Note who was there"), finding=_("Who came for whom?"),
        sub=_("Leave the line of a body empty that was not there."), crumbs=_crumbs(one),
    )  # fmt: skip


@member_required("approval.decide_point")
def decide(request: Any, number: str, order: int) -> HttpResponse:
    """Write down what the meeting decided on an item."""
    point = queries.point_of(request.member, number, order)
    form = forms.VerdictForm(request, subject=point)
    if form.sent(lambda data: actions.decide_point(point, by=request.member, **data)):
        return told(request, _("Written down; the lead department has it on its list."), point.meeting.url)
    return form_page(
        request, form, name=_("Decision of the meeting"),
        finding=_("%(item)s of %(project)s: what did the meeting decide?")
        % {"item": point.item.name, "project": point.item.case.project.name},
        sub=_("The lead department decides by the rules of the case, as the meeting said."),
        crumbs=_crumbs(point.meeting),
    )  # fmt: skip


@member_required("approval.write_review_minutes")
def minutes(request: Any, number: str) -> HttpResponse:
    """Write the minutes; they begin with what is on record."""
    one = queries.meeting_of(request.member, number)
    if one.minutes_zh:
        initial = {"text_zh": one.minutes_zh, "text_en": one.minutes_en}
    else:
        zh, en = queries.drafted(one)
        initial = {"text_zh": zh, "text_en": en}
    form = forms.MinutesForm(request, subject=one, initial=initial)
    if form.sent(lambda data: actions.write_review_minutes(one, by=request.member, **data)):
        return told(request, _("The minutes are written; who was there is asked to sign."), one.url)
    sub = _("Who signed already signs again.") if one.stage == Stage.MINUTED else ""
    return form_page(
        request, form, name=_("Write the minutes"), finding=_("What was said and decided at %s?") % one.title,
        sub=sub, crumbs=_crumbs(one),
    )  # fmt: skip


@member_required("approval.sign_review_minutes")
def sign(request: Any, number: str) -> HttpResponse:
    """Read the minutes, then sign them for the own department."""
    one = queries.meeting_of(request.member, number)
    form = forms.SignForm(request, initial={"on": clock.today(), "minutes_no": one.minutes_no})

    def write(data: dict[str, Any]) -> Any:
        one.minutes_no = data["minutes_no"]
        return actions.sign_review_minutes(one, on=data["on"], person=data["person"], by=request.member)

    if form.sent(write):
        return told(request, _("Signed for your department."), one.url)
    context = {
        "form": form, "name": _("Sign the minutes"), "finding": _("Read the minutes before you sign them."),
        "crumbs": _crumbs(one), "back": one.url, "meeting": one, "sub": f"{one.title} · {words.moment(one.at)}",
        "points": [parts.point_row(request.member, one, point) for point in queries.points_of(one)],
    }  # fmt: skip
    return render(request, "approval/minutes_sign.html", context, status=form.status)


@member_required("approval.cancel_review_meeting")
def cancel(request: Any, number: str) -> HttpResponse:
    """Call it off."""
    one = queries.meeting_of(request.member, number)
    form = ReasonForm(request, subject=one)
    if form.sent(lambda data: actions.cancel_review_meeting(one, reason=data["reason"], by=request.member)):
        return told(request, _("Called off; who sits in it is told."), one.url)
    return form_page(
        request,
        form,
        name=_("Call it off"),
        finding=_("Why is %s called off?") % one.title,
        crumbs=_crumbs(one),
    )
