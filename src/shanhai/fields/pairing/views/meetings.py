"""Joint meetings: the next one first, then one with quorum, agenda, minutes, resolutions and what follows."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.actions import documents
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.forms import meetings as forms
from shanhai.fields.pairing.forms.pairings import ReasonForm
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import Meeting
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.views import shared
from shanhai.fields.pairing.views.briefs import book_lines
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.templatetags.shanhai import side_mark

Stage = rules.MeetingStage
TO_COME = (Stage.PLANNED, Stage.INVITED)


def stage_status(meeting: Meeting) -> tuple[str, str]:
    """Shape and word of a meeting: minutes that wait stand out."""
    word = shared.word(columns.MEETING_STAGES, meeting.stage).capitalize()
    if meeting.stage in TO_COME:
        return ("late", _("Not noted as held")) if meeting.at < clock.now() else ("on_track", word)
    if meeting.stage in (Stage.HELD, Stage.MINUTED):
        waits = _("Minutes to write") if meeting.stage == Stage.HELD else _("Minutes to sign")
        return "at_risk", waits
    return ("done", word) if meeting.stage == Stage.SIGNED else ("paused", word)


def _who(meeting: Any) -> str:
    """Who comes or was there, of both sides."""
    to_come = meeting.stage in TO_COME
    kind = "coming" if to_come else "present"
    if meeting.stage == Stage.CANCELLED:
        return words.NOTHING
    parts = [_side_count(side, getattr(meeting, f"{kind}_{side}")) for side in rules.SIDES]
    return mark_safe(" ".join(parts))


def _side_count(side: str, n: int) -> str:
    return format_html('<span class="pl mr">{} {}</span>', side_mark(side), n)


def _quorum_word(meeting: Any) -> str:
    """Whether enough of both sides come, of a meeting to come."""
    if meeting.stage not in TO_COME:
        return ""
    if meeting.stage == Stage.PLANNED:
        return _("nobody invited")
    met = all(
        getattr(meeting, f"coming_{side}") >= getattr(meeting, f"quorum_{side}") for side in rules.SIDES
    )
    return _("quorum met") if met else _("quorum not met")


MEETINGS = Table(
    code="pairing.meetings",
    columns=(
        Column(
            "at",
            gettext_lazy("When"),
            kind="moment",
            value=lambda row: row.at,
            sort=("at",),
            index="meeting_zone_at",
        ),
        Column(
            "title",
            gettext_lazy("Meeting"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.number,
            stack="full",
        ),
        Column(
            "level", gettext_lazy("Level"), value=lambda row: shared.word(columns.MEETING_LEVELS, row.level)
        ),
        Column("place", gettext_lazy("Place"), stack="hide-s"),
        Column("who", gettext_lazy("Coming or there"), kind="html", value=_who, second=_quorum_word),
        Column("stage", gettext_lazy("Status"), kind="status", value=stage_status, stack="push"),
    ),
    filters=(
        Filter("level", gettext_lazy("Level"), choices=lambda request: choices(columns.MEETING_LEVELS)()),
        Filter("stage", gettext_lazy("Stage"), choices=lambda request: choices(columns.MEETING_STAGES)()),
    ),
    export=shared.export_of(columns.MEETINGS),
    default_sort="-at",
    empty=(
        gettext_lazy("No joint meetings yet."),
        gettext_lazy(
            "Call the first one: its agenda, quorum and papers are then kept together for both sides."
        ),
    ),
)


@member_required("pairing.view_meetings")
def meetings(request: Any) -> HttpResponse:
    """When do both sides meet next, is everything ready, and which minutes wait?"""
    pairing = chosen_pairing(request)
    return listing.render(
        request,
        "pairing/meetings.html",
        MEETINGS,
        pages.meetings_with_answers(request.member, pairing),
        {
            "pairing": pairing,
            "next": _next(request, pairing),
            "waiting": pages.minutes_waiting(request.member, pairing),
            "may_call": shared.may(request, "call_meeting", pairing.pk) and not pairing.ended_on,
        },
    )


def _next(request: Any, pairing: Any) -> dict[str, Any] | None:
    found = queries.next_meeting(queries.zone_reach(request.member, pairing))
    return None if found is None else next_lines(request, found)


def next_lines(request: Any, found: queries.lists.NextMeeting) -> dict[str, Any]:
    """The next meeting as panels show it: quorum of both sides, papers, asks by the reader's side."""
    own = shared.own_side(request, found.meeting.pairing_id) or "mountain"
    other = rules.other_side(own)
    return {
        "meeting": found.meeting,
        "level": shared.word(columns.MEETING_LEVELS, found.meeting.level),
        "quorum": [
            _quorum(side, found.coming.get(side, 0), found.invited.get(side, 0), found.quorum(side))
            for side in rules.SIDES
        ],
        "points": len(found.points),
        "without_papers": found.without_papers,
        "they": [point.asks for point in found.asks(other)],
        "we": [point.asks for point in found.asks(own)],
        "has_quorum": found.has_quorum,
    }


def _quorum(side: str, coming: int, invited: int, needed: int) -> dict[str, Any]:
    return {
        "side": side,
        "coming": coming,
        "invited": invited,
        "needed": needed,
        "left": max(0, needed - coming),
        "is_met": coming >= needed,
    }


# -- one meeting ---------------------------------------------------------------------------------------------------


@member_required("pairing.view_meetings")
def meeting(request: Any, number: str) -> HttpResponse:
    """Is the meeting ready, or: what came of it, and who does what by when?"""
    one = queries.meeting_of(request.member, number)
    attendees = list(one.attendees.all())
    points = list(one.agenda.all())
    papers = shared.papers_by("pairing.agendaitem", [point.pk for point in points], "paper")
    quorum = _quorums(one, attendees)
    own = shared.own_side(request, one.pairing_id)
    own_line = next((who for who in attendees if who.member_id == request.member.pk), None)
    missing = [point for point in points if point.needs_paper and not papers.get(point.pk)]
    records = [one, *one.resolutions.all()]
    return render(
        request,
        "pairing/meeting.html",
        {
            "meeting": one,
            "level": shared.word(columns.MEETING_LEVELS, one.level),
            "status": stage_status(one),
            "finding": _finding(one, quorum, points, missing),
            "quorum": quorum,
            "groups": _by_side(attendees),
            "points": [
                {
                    "point": point,
                    "papers": papers.get(point.pk, []),
                    "lacks": point.needs_paper and not papers.get(point.pk),
                }
                for point in points
            ],
            "resolutions": _resolutions(one),
            "signatures": {signature.side: signature for signature in one.signatures.all()},
            "papers": shared.papers_by("pairing.meeting", [one.pk]).get(one.pk, []),
            "own": own,
            "own_line": own_line,
            "is_to_come": one.stage in TO_COME,
            "is_held": one.stage in (Stage.HELD, Stage.MINUTED, Stage.SIGNED),
            "sides": shared.party_names(one.pairing),
            "mark": shared.mark_of(records),
            "detail": shared.detail_of(records),
            "history": shared.history(one),
            "books": book_lines(one, request),
            **_offers(request, one, own, own_line),
        },
    )


def _quorums(one: Meeting, attendees: list[Any]) -> list[dict[str, Any]]:
    to_come = one.stage in TO_COME
    lines = []
    for side in rules.SIDES:
        here = [who for who in attendees if who.side == side]
        n = sum(1 for who in here if (who.answer == "coming" if to_come else who.is_present))
        lines.append(
            _quorum(side, n, len(here), one.quorum_mountain if side == "mountain" else one.quorum_sea)
        )
    return lines


def _by_side(attendees: list[Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            side,
            [
                {"who": who, "answer": shared.word(columns.ANSWERS, who.answer)}
                for who in attendees
                if who.side == side
            ],
        )
        for side in rules.SIDES
    ]


def _resolutions(one: Meeting) -> list[dict[str, Any]]:
    from shanhai.fields.pairing.views.items import item_status

    return [
        {
            "resolution": resolution,
            "items": [{"item": item, "status": item_status(item)} for item in resolution.items.all()],
        }
        for resolution in one.resolutions.all()
    ]


def _finding(one: Meeting, quorum: list[dict[str, Any]], points: list[Any], missing: list[Any]) -> str:
    when = words.day(clock.local(one.at).date(), "weekday")
    if one.stage in TO_COME:
        short = [line for line in quorum if not line["is_met"]]
        if not points:
            return _("%s: no agenda yet.") % when
        if short and missing:
            return ngettext(
                "%(when)s: the quorum is not met yet, and %(n)s paper is missing.",
                "%(when)s: the quorum is not met yet, and %(n)s papers are missing.",
                len(missing),
            ) % {"when": when, "n": len(missing)}
        if short:
            return _("%s: the quorum is not met yet.") % when
        if missing:
            return ngettext(
                "%(when)s: both sides have their quorum; %(n)s paper is missing.",
                "%(when)s: both sides have their quorum; %(n)s papers are missing.",
                len(missing),
            ) % {"when": when, "n": len(missing)}
        return _("%s: both sides have their quorum, and all papers are on the table.") % when
    if one.stage == Stage.CANCELLED:
        return _("Called off: %s") % (one.cancel_reason or words.NOTHING)
    items = [item for resolution in one.resolutions.all() for item in resolution.items.all()]
    open_ = [item for item in items if item.is_open]
    late = [item for item in open_ if item.due_on < clock.today()]
    facts = {
        "resolutions": len(one.resolutions.all()),
        "items": len(items),
        "open": len(open_),
        "late": len(late),
    }
    if one.stage == Stage.HELD:
        return _("Held on %s; the minutes are still to be written.") % when
    if one.stage == Stage.MINUTED:
        left = [
            side for side in rules.SIDES if side not in {signature.side for signature in one.signatures.all()}
        ]
        return _("The minutes wait for the signature of %s.") % shared.listed(
            [_(shared.SIDE_NAMES[side]) for side in left]
        )
    if late and len(late) == len(items):
        return ngettext(
            "%(items)s action item follows from it, and it is late.",
            "%(items)s action items follow from it, and all of them are late.",
            len(items),
        ) % {"items": len(items)}
    if late:
        return _("%(items)s action items follow from it; %(open)s are open, %(late)s of them late.") % facts
    if open_:
        return _("%(items)s action items follow from it; %(open)s are open, none is late.") % facts
    if items:
        return _("All %(items)s action items that follow from it are done.") % facts
    return _("%(resolutions)s resolutions are on record; no action item follows from them.") % facts


def _offers(request: Any, one: Meeting, own: str, own_line: Any) -> dict[str, bool]:
    here, to_come = one.pairing_id, one.stage in TO_COME
    has_come = clock.local(one.at).date() <= clock.today()
    signed = {signature.side for signature in one.signatures.all()}
    office = shared.may(request, "invite", here)
    return {
        "may_change": to_come and shared.may(request, "change_meeting", here),
        "may_invite": to_come and office,
        "may_set_agenda": to_come and shared.may(request, "set_agenda", here),
        "may_add_paper": shared.may(request, "add_paper", here),
        "may_answer": to_come and own_line is not None and shared.may(request, "answer_invitation", here),
        "may_answer_for_side": to_come and bool(own) and office,
        "may_hold": one.stage == Stage.INVITED and has_come and shared.may(request, "hold_meeting", here),
        "may_write": one.stage in (Stage.HELD, Stage.MINUTED) and shared.may(request, "write_minutes", here),
        "may_sign": one.stage == Stage.MINUTED
        and bool(own)
        and own not in signed
        and shared.may(request, "sign_minutes", here),
        "may_resolve": one.stage in (Stage.HELD, Stage.MINUTED, Stage.SIGNED)
        and shared.may(request, "adopt_resolution", here),
        "may_assign": shared.may(request, "assign_action_item", here),
        "may_cancel": to_come and shared.may(request, "cancel_meeting", here),
    }


# -- before the meeting --------------------------------------------------------------------------------------------


def _crumbs(one: Meeting | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:meetings"), _("Meetings"))]
    return crumbs if one is None else [*crumbs, (one.url, one.title)]


@member_required("pairing.call_meeting")
def call(request: Any) -> HttpResponse:
    """Call a joint meeting."""
    pairing = chosen_pairing(request)
    form = forms.MeetingForm(request, pairing=pairing, key=pairing.code)
    if form.sent(lambda data: actions.call_meeting(pairing, by=request.member, **data)):
        return shared.said(
            request, _("The meeting is called. Now invite both sides and set the agenda."), form.result.url
        )
    return shared.form_page(
        request,
        form,
        name=_("Call a meeting"),
        finding=_("When do both sides meet, at which level, and who convenes?"),
        sub=_("Both sides see the meeting from the start."),
        crumbs=_crumbs(),
    )


@member_required("pairing.change_meeting")
def change(request: Any, number: str) -> HttpResponse:
    """Change a meeting that is to come."""
    one = queries.meeting_of(request.member, number)
    form = forms.MeetingForm(request, pairing=one.pairing, subject=one)
    if form.sent(lambda data: actions.change_meeting(one, by=request.member, **data)):
        return shared.said(request, _("Saved. Who is invited is told of a new time or place."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Change the meeting"),
        finding=_("What changes? Who is invited is told of a new time or place."),
        crumbs=_crumbs(one),
    )


@member_required("pairing.invite")
def invite(request: Any, number: str) -> HttpResponse:
    """Invite members of both sides and guests."""
    one = queries.meeting_of(request.member, number)
    form = forms.InviteForm(request, meeting=one)

    def send(data: dict[str, Any]) -> Any:
        guests = []
        for side in rules.SIDES:
            guests += [actions.Guest(side, member.name_zh, member) for member in data[side]]
            guests += [actions.Guest(side, name, None, post) for name, post in _named(data[f"others_{side}"])]
        return actions.invite(one, guests, by=request.member)

    if form.sent(send):
        return shared.said(request, _("The invitations are out; answers show on this page."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Invite"),
        finding=_("Who of both sides is asked to come?"),
        sub=_("The quorum is %(mountain)s of the mountain side and %(sea)s of the sea side.")
        % {"mountain": one.quorum_mountain, "sea": one.quorum_sea},
        crumbs=_crumbs(one),
    )


def _named(text: str) -> list[tuple[str, str]]:
    """Names with posts, one a line: "Shen Jie, director"."""
    found = []
    for line in text.splitlines():
        name, _comma, post = line.replace("，", ",").partition(",")
        if name.strip():
            found.append((name.strip()[:120], post.strip()[:120]))
    return found


@shared.posted("pairing.uninvite")
def uninvite(request: Any, number: str, pk: int) -> HttpResponse:
    """Take a person off the list."""
    one = queries.meeting_of(request.member, number)
    attendee = pages.attendee_of(one, pk)
    actions.uninvite(one, attendee, by=request.member)
    return shared.said(request, _("%s is off the list.") % attendee.person, one.url)


@shared.posted("pairing.answer_invitation")
def answer(request: Any, number: str, pk: int) -> HttpResponse:
    """Say whether one comes, or answer for somebody of the own side."""
    one = queries.meeting_of(request.member, number)
    attendee = pages.attendee_of(one, pk)
    is_coming = request.POST.get("answer") == "coming"
    actions.answer_invitation(attendee, is_coming=is_coming, by=request.member)
    said = _("%s comes.") if is_coming else _("%s does not come.")
    return shared.said(request, said % attendee.person, one.url)


@member_required("pairing.set_agenda")
def agenda(request: Any, number: str) -> HttpResponse:
    """Write the agenda: points, what each side asks, which papers are needed."""
    one = queries.meeting_of(request.member, number)
    points = list(one.agenda.all())
    papers = queries.papers_of("pairing.agendaitem", [point.pk for point in points], "paper")
    initial = [
        {
            "kept": point.pk,
            "title_zh": point.title_zh,
            "title_en": point.title_en,
            "side": point.side,
            "asks_zh": point.asks_zh,
            "asks_en": point.asks_en,
            "needs_paper": point.needs_paper,
            "order": point.order,
        }
        for point in points
    ]
    lines = forms.Points(request.POST or None, initial=None if request.POST else initial, prefix="p")
    # A form of its own carries version and refusal; the lines are a formset under it.
    form = forms.ShanhaiForm(request, subject=one)
    form.button = _("Set the agenda")
    if request.method == "POST" and lines.is_valid():

        def write(_data: dict[str, Any]) -> Any:
            return actions.set_agenda(one, _points(lines, papers), by=request.member)

        if form.sent(write):
            return shared.said(request, _("The agenda is set; both sides see it."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Set the agenda"),
        finding=_("What is on the table, and what does each side ask of the other?"),
        sub=_(
            "Empty lines are left out. Papers stay with their points; further ones are laid on the table later."
        ),
        crumbs=_crumbs(one),
        template="pairing/agenda.html",
        status=422 if lines.is_bound and not lines.is_valid() else None,
        lines=lines,
        meeting=one,
    )


def _points(lines: Any, papers: dict[int, list[Any]]) -> list[Any]:
    chosen = []
    for n, line in enumerate(lines.cleaned_data, 1):
        if not line or not line.get("title_zh"):
            continue
        kept = tuple(hung.document for hung in papers.get(line.get("kept") or 0, ()))
        point = actions.Point(
            title_zh=line["title_zh"],
            title_en=line["title_en"],
            side=line["side"],
            asks_zh=line["asks_zh"],
            asks_en=line["asks_en"],
            needs_paper=line["needs_paper"],
            papers=kept,
        )
        chosen.append((line.get("order") or 100 + n, n, point))
    return [point for _order, _n, point in sorted(chosen, key=lambda one: one[:2])]


@member_required("pairing.add_paper")
def add_paper(request: Any, number: str, order: int) -> HttpResponse:
    """Lay papers on the table for one point."""
    one = queries.meeting_of(request.member, number)
    point = registered.point_of(one, order)
    form = forms.PaperForm(request)

    def lay(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"],
            one.pairing,
            request.member,
            lambda papers: actions.add_paper(point, papers, by=request.member),
        )

    if form.sent(lay):
        return shared.said(request, _("The paper is on the table."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Lay a paper on the table"),
        finding=_("Which paper belongs to point %(order)s, “%(title)s”?")
        % {"order": order, "title": point.title},
        crumbs=_crumbs(one),
    )


@member_required("pairing.cancel_meeting")
def cancel(request: Any, number: str) -> HttpResponse:
    """Call a meeting off."""
    one = queries.meeting_of(request.member, number)
    form = ReasonForm(request, subject=one)
    form.button = _("Call it off")
    if form.sent(lambda data: actions.cancel_meeting(one, reason=data["reason"], by=request.member)):
        undo.offer(
            request,
            _("The meeting is called off; who was invited is told why."),
            reverse("pairing:meeting_reinstate", args=[number]),
        )
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Call the meeting off"),
        finding=_("Why is “%s” called off?") % one.title,
        crumbs=_crumbs(one),
    )


@shared.posted("pairing.reinstate_meeting")
def reinstate(request: Any, number: str) -> HttpResponse:
    """The undo of calling off."""
    one = queries.meeting_of(request.member, number)
    actions.reinstate_meeting(one, by=request.member)
    return shared.said(request, _("The meeting takes place again."), one.url)


# -- at and after the meeting --------------------------------------------------------------------------------------


@member_required("pairing.hold_meeting")
def hold(request: Any, number: str) -> HttpResponse:
    """Say who was there; without the quorum of both sides it was no joint meeting."""
    one = queries.meeting_of(request.member, number)
    coming = [who.pk for who in one.attendees.all() if who.answer == "coming"]
    form = forms.HeldForm(
        request, meeting=one, subject=one, initial={"on": clock.local(one.at).date(), "present": coming}
    )
    if form.sent(
        lambda data: actions.hold_meeting(one, present=data["present"], on=data["on"], by=request.member)
    ):
        return shared.said(request, _("Noted. Both offices have the minutes on their list."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Note who was there"),
        finding=_(
            "Who was there? The quorum is %(mountain)s of the mountain side and %(sea)s of the sea side."
        )
        % {"mountain": one.quorum_mountain, "sea": one.quorum_sea},
        crumbs=_crumbs(one),
    )


@member_required("pairing.write_minutes")
def minutes(request: Any, number: str) -> HttpResponse:
    """Write the minutes, or write them anew."""
    one = queries.meeting_of(request.member, number)
    form = forms.MinutesForm(request, subject=one)
    if form.sent(lambda data: actions.write_minutes(one, by=request.member, **data)):
        return shared.said(request, _("The minutes are written; both sides are asked to sign."), one.url)
    sub = (
        _("One side has signed already: it must sign again when the text changes.")
        if one.signatures.all()
        else ""
    )
    return shared.form_page(
        request,
        form,
        name=_("Write the minutes"),
        finding=_("What was said and agreed at “%s”?") % one.title,
        sub=sub,
        crumbs=_crumbs(one),
    )


@member_required("pairing.sign_minutes")
def sign(request: Any, number: str) -> HttpResponse:
    """Read the minutes, then sign them for the own side."""
    one = queries.meeting_of(request.member, number)
    form = forms.SignMinutesForm(request, initial={"on": clock.today(), "minutes_no": one.minutes_no})

    def write(data: dict[str, Any]) -> Any:
        one.minutes_no = data["minutes_no"]
        return actions.sign_minutes(one, on=data["on"], person=data["person"], by=request.member)

    if form.sent(write):
        is_whole = form.result.stage == Stage.SIGNED
        text = (
            _("Signed by both sides.")
            if is_whole
            else _("Signed for your side; the other side is asked to sign.")
        )
        return shared.said(request, text, one.url)
    return shared.form_page(
        request,
        form,
        name=_("Sign the minutes"),
        finding=_("Read the minutes before you sign them for your side."),
        crumbs=_crumbs(one),
        template="pairing/minutes_sign.html",
        meeting=one,
    )


@member_required("pairing.adopt_resolution")
def resolve(request: Any, number: str) -> HttpResponse:
    """Put a resolution on record."""
    one = queries.meeting_of(request.member, number)
    form = forms.ResolutionForm(request, key=one.number)
    if form.sent(lambda data: actions.adopt_resolution(one, by=request.member, **data)):
        return shared.said(
            request,
            _("The resolution is on record. Now say who does what by when."),
            reverse("pairing:item_assign", args=[form.result.number]),
        )
    return shared.form_page(
        request,
        form,
        name=_("Put a resolution on record"),
        finding=_("What did “%s” resolve?") % one.title,
        crumbs=_crumbs(one),
    )
