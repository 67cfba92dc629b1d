"""Forms of joint review meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import clock
from shanhai.fields.approval.models import MeetingSeat
from shanhai.fields.approval.queries import said
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm

_AT = ["%Y-%m-%dT%H:%M"]


class CallForm(ShanhaiForm):
    """Call a meeting, with what is ripe for it."""

    form_code = "approval.reviewmeeting"
    button = _("Call the meeting")
    fieldsets = (
        (_("Meeting"), ("level", "title_zh", "title_en", "at", "place_zh", "place_en")),
        (_("Agenda"), ("items",)),
    )

    level = forms.ChoiceField(label=_("Level"), choices=choices(said.MEETING_LEVELS))
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=160)
    title_en = forms.CharField(label=_("Title (English)"), max_length=199, required=False)
    at = forms.DateTimeField(label=_("Day and time"), widget=forms.DateTimeInput, input_formats=_AT)
    place_zh = forms.CharField(label=_("Place (Chinese)"), max_length=120, required=False)
    place_en = forms.CharField(label=_("Place (English)"), max_length=160, required=False)
    items = forms.MultipleChoiceField(
        label=_("Items that are ripe"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What has climbed to the meeting stands on its agenda in any case."),
    )


class ChangeForm(ShanhaiForm):
    """Move a meeting to another day or place."""

    form_code = "approval.reviewmeeting"
    button = _("Save the meeting")

    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=160)
    title_en = forms.CharField(label=_("Title (English)"), max_length=199, required=False)
    at = forms.DateTimeField(label=_("Day and time"), widget=forms.DateTimeInput, input_formats=_AT)
    place_zh = forms.CharField(label=_("Place (Chinese)"), max_length=120, required=False)
    place_en = forms.CharField(label=_("Place (English)"), max_length=160, required=False)

    def values_of(self, subject: Any) -> dict[str, Any]:
        return super().values_of(subject) | {"at": clock.local(subject.at)}


class AgendaForm(ShanhaiForm):
    """Put items on the agenda: of those that are ripe, and by number of the case."""

    form_code = BY_ADDRESS
    button = _("Put on the agenda")

    items = forms.MultipleChoiceField(
        label=_("Items that are ripe"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Other items"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=_("One a line: number of the case, a slash, code of the item, such as SP-2023-001/eia."),
    )


class HeldForm(ShanhaiForm):
    """Who came for each body that sits in the meeting."""

    form_code = BY_ADDRESS
    button = _("Note who was there")

    def __init__(self, request: Any, *, seats: Sequence[MeetingSeat], **kwargs: Any) -> None:
        self.seats = seats
        super().__init__(request, **kwargs)
        for seat in seats:
            self.fields[f"seat-{seat.code}"] = forms.CharField(
                label=seat.name,
                max_length=120,
                required=False,
                initial=seat.person,
                help_text=said.words(said.SEATS, seat.role),
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def present(self, data: dict[str, Any]) -> dict[str, str]:
        """Code of each body that was there, to who came for it."""
        named = {seat.code: data.get(f"seat-{seat.code}", "").strip() for seat in self.seats}
        return {code: person for code, person in named.items() if person}


class VerdictForm(ShanhaiForm):
    """What the meeting decided on an item."""

    form_code = BY_ADDRESS
    button = _("Write it down")

    verdict = forms.ChoiceField(label=_("Decision"), choices=choices(said.VERDICTS))
    text = forms.CharField(
        label=_("What it wants"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=_("The conditions, the reasons, or what is to be done. The lead department reads them."),
    )
    due_on = day(_("Until when"), required=False)


class MinutesForm(ShanhaiForm):
    """The minutes."""

    form_code = BY_ADDRESS
    button = _("Save the minutes")

    text_zh = forms.CharField(
        label=_("Minutes (Chinese)"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    text_en = forms.CharField(
        label=_("Minutes (English)"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class SignForm(ShanhaiForm):
    """Sign the minutes that were read."""

    form_code = BY_ADDRESS
    button = _("Sign for my department")

    minutes_no = forms.IntegerField(widget=forms.HiddenInput)
    on = day(_("Signed on"))
    person = forms.CharField(
        label=_("Who signs"), max_length=120, required=False, help_text=_("Left empty: you.")
    )
