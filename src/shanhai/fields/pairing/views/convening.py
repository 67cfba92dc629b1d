"""A joint meeting before it is held: called, its guests and agenda, its papers, called off."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core.actions import documents
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.forms import meetings as forms
from shanhai.fields.pairing.forms.pairings import ReasonForm
from shanhai.fields.pairing.models import Meeting
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.views import shared
from shanhai.webkit import undo
from shanhai.webkit.pages import chosen_pairing, member_required


def crumbs(one: Meeting | None = None) -> list[shared.Crumb]:
    """The way to a form below a meeting."""
    lines = [(reverse("pairing:meetings"), _("Meetings"))]
    return lines if one is None else [*lines, (one.url, one.title)]


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
        crumbs=crumbs(),
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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
    )


@shared.posted("pairing.reinstate_meeting")
def reinstate(request: Any, number: str) -> HttpResponse:
    """The undo of calling off."""
    one = queries.meeting_of(request.member, number)
    actions.reinstate_meeting(one, by=request.member)
    return shared.said(request, _("The meeting takes place again."), one.url)
