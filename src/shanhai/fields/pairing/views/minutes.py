"""A joint meeting once it is held: who was there, its minutes and their signatures, its resolutions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.forms import meetings as forms
from shanhai.fields.pairing.views import shared
from shanhai.fields.pairing.views.convening import crumbs
from shanhai.webkit.pages import member_required


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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
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
        is_whole = form.result.stage == rules.MeetingStage.SIGNED
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
        crumbs=crumbs(one),
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
        crumbs=crumbs(one),
    )
