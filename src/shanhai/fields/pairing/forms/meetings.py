"""Forms of joint meetings, resolutions and what follows from them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import clock
from shanhai.core.models import Member, Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.forms.shared import (
    MemberChoice,
    UnitChoice,
    choice,
    day,
    long_text,
    text,
)
from shanhai.webkit.forms import BY_ADDRESS, Papers, ShanhaiForm


class MeetingForm(ShanhaiForm):
    """Call a joint meeting, or change one that is to come."""

    form_code = "pairing.meeting"
    button = _("Call the meeting")
    fieldsets = (
        (_("Meeting"), ("number", "title_zh", "title_en", "level", "at", "place_zh", "place_en")),
        (_("Both sides"), ("convenor_mountain", "quorum_mountain", "convenor_sea", "quorum_sea")),
    )

    number = text(_("Number"), 40, help_text=_("For example JM-2023-07."))
    title_zh = text(_("Title (Chinese)"), 160)
    title_en = text(_("Title (English)"), 200, required=False)
    level = choice(columns.MEETING_LEVELS, label=_("Level"))
    at = forms.DateTimeField(
        label=_("Day and time"), widget=forms.DateTimeInput, input_formats=["%Y-%m-%dT%H:%M"]
    )
    place_zh = text(_("Place (Chinese)"), 120, required=False)
    place_en = text(_("Place (English)"), 160, required=False)
    convenor_mountain = MemberChoice(
        Member.objects.none(), label=_("Convenor of the mountain side"), required=False
    )
    quorum_mountain = forms.IntegerField(
        label=_("Quorum of the mountain side"), min_value=1, max_value=99, initial=3
    )
    convenor_sea = MemberChoice(Member.objects.none(), label=_("Convenor of the sea side"), required=False)
    quorum_sea = forms.IntegerField(label=_("Quorum of the sea side"), min_value=1, max_value=99, initial=3)

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        for side in ("mountain", "sea"):
            people = core_pairings.members_on(pairing, side)
            self.offer(f"convenor_{side}", people.order_by("name_sort", "pk"))
        if self.subject is not None:
            del self.fields["number"]
            self.button = _("Save the meeting")

    def values_of(self, subject: Any) -> dict[str, Any]:
        values = super().values_of(subject)
        values["at"] = clock.local(subject.at)
        return values


class _PeopleChoice(forms.ModelMultipleChoiceField):
    """Several people by name, organisation and title, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.unit.organisation.name}{' · ' + obj.title if obj.title else ''}"


class InviteForm(ShanhaiForm):
    """Invite members of both sides, and guests without a login."""

    form_code = "pairing.invite"
    button = _("Send the invitations")
    fieldsets = (
        (_("Members"), ("mountain", "sea")),
        (_("Others"), ("others_mountain", "others_sea")),
    )

    mountain = _PeopleChoice(Member.objects.none(), label=_("Mountain side"), required=False)
    sea = _PeopleChoice(Member.objects.none(), label=_("Sea side"), required=False)
    others_mountain = long_text(
        _("Mountain side, without a login"),
        2000,
        required=False,
        help_text=_("One name a line, then a comma and the post."),
    )
    others_sea = long_text(
        _("Sea side, without a login"),
        2000,
        required=False,
        help_text=_("One name a line, then a comma and the post."),
    )

    def __init__(self, request: Any, *, meeting: Any, **kwargs: Any) -> None:
        super().__init__(request, key=meeting.number, **kwargs)
        invited = [one.member_id for one in meeting.attendees.all() if one.member_id]
        for side in ("mountain", "sea"):
            people = core_pairings.members_on(meeting.pairing, side).exclude(pk__in=invited)
            self.offer(side, people.order_by("unit__organisation__name_sort", "name_sort", "pk"))
            self.fields[side].label_from_instance = _person  # type: ignore[attr-defined]


def _person(member: Member) -> str:
    return (
        f"{member.name}, {member.unit.organisation.name}{' · ' + member.title_said if member.title else ''}"
    )


class PointForm(forms.Form):
    """One line of the agenda."""

    title_zh = text(_("Point (Chinese)"), 200, required=False)
    title_en = text(_("Point (English)"), 240, required=False)
    asks_zh = text(_("Asks of the other side (Chinese)"), 300, required=False)
    asks_en = text(_("Asks of the other side (English)"), 400, required=False)
    side = choice(columns.OWES, label=_("Brought by"), initial="both")
    order = forms.IntegerField(label=_("Order"), required=False, min_value=1, max_value=99)
    needs_paper = forms.BooleanField(label=_("needs a paper"), required=False, initial=True)
    kept = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            css = {"side": "form-select", "needs_paper": "form-check-input"}.get(name, "form-control")
            field.widget.attrs["class"] = css

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("title_zh") and (data.get("title_en") or data.get("asks_zh")):
            self.add_error("title_zh", _("Give the point in Chinese: the agenda goes out in it."))
        return data


Points = forms.formset_factory(PointForm, extra=3, max_num=40, validate_max=True)


class HeldForm(ShanhaiForm):
    """Say who was there."""

    button = _("The meeting was held")
    on = day(_("Held on"))
    present = forms.MultipleChoiceField(
        label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, request: Any, *, meeting: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        choices = [
            (one.pk, f"{one.person} ({columns.words(columns.SIDES, one.side)})")
            for one in meeting.attendees.all()
        ]
        self.offer_choices("present", choices)

    def clean_present(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["present"]]


class MinutesForm(ShanhaiForm):
    """Write the minutes."""

    form_code = "pairing.minutes"
    button = _("Save the minutes")
    text_zh = long_text(_("Minutes (Chinese)"))
    text_en = long_text(_("Minutes (English)"), required=False)

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {
            "version": subject.version,
            "text_zh": subject.minutes_zh,
            "text_en": subject.minutes_en,
        }


class SignMinutesForm(ShanhaiForm):
    """Sign the minutes that were read."""

    button = _("Sign for my side")
    on = day(_("Signed on"))
    person = text(_("Who signed"), 120, required=False, help_text=_("Empty is yourself."))
    minutes_no = forms.IntegerField(widget=forms.HiddenInput)


class ResolutionForm(ShanhaiForm):
    """Write down what was resolved."""

    form_code = "pairing.resolution"
    button = _("Put it on record")
    text_zh = long_text(_("Resolution (Chinese)"), 4000)
    text_en = long_text(_("Resolution (English)"), 4000, required=False)


class PaperForm(ShanhaiForm):
    """Lay papers on the table for a point."""

    button = _("Lay on the table")
    papers = Papers(label=_("Papers"), needed=_("Choose the paper."))


class ItemForm(ShanhaiForm):
    """Turn a resolution into something to do."""

    form_code = "pairing.item"
    button = _("Assign it")
    title_zh = text(_("What is to be done (Chinese)"), 200)
    title_en = text(_("What is to be done (English)"), 240, required=False)
    field = choice(columns.FIELDS, label=_("Field"))
    lead = choice(columns.SIDES, label=_("Done by"))
    mountain_unit = UnitChoice(Unit.objects.none(), label=_("Owner on the mountain side"))
    sea_unit = UnitChoice(Unit.objects.none(), label=_("Owner on the sea side"))
    due_on = day(_("Due on"), help_text=_("Owners are reminded before it, on it and after it."))

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("mountain_unit", core_pairings.units_on(pairing, "mountain"))
        self.offer("sea_unit", core_pairings.units_on(pairing, "sea"))


class ReportForm(ShanhaiForm):
    """Say how far an action item is."""

    form_code = "pairing.report"
    button = _("Report")
    text = long_text(_("How far it is"), 4000)
    is_finished = forms.BooleanField(
        label=_("It is done: the other side shall look and close it."), required=False
    )
    evidence = Papers(label=_("Evidence"))

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {"version": subject.version, "text": subject.report}


class CloseForm(ShanhaiForm):
    """Close an action item on evidence."""

    button = _("Close it")
    on = day(_("Done on"))
    evidence = Papers(label=_("Further evidence"))


class ExtendForm(ShanhaiForm):
    """Give an action item more time."""

    form_code = BY_ADDRESS
    button = _("Give it more time")
    due_on = day(_("New due day"))
    reason = text(_("Reason"), 300, help_text=_("Both sides read it."))

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {"version": subject.version}
