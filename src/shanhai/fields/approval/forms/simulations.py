"""What is simulated: who comes, who reviews, how, and with which levers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval import columns
from shanhai.fields.approval.queries.simulations import DEFAULT, Source
from shanhai.fields.approval.rules.catalogue import LEVERS
from shanhai.fields.approval.rules.simulating import MOST_CASES, Asked

_SELECT = {"class": "form-select"}
_MODES = [("both", _("jointly and serially")), ("joint", _("jointly only")), ("serial", _("serially only"))]
_ORDERS = [("fifo", _("what came first")), ("slack", _("what has least slack"))]
_NUMBERS = ("cases", "reviewers", "load", "seed", "meeting_every", "hours", "other_hours")


class SimulationForm(forms.Form):
    """The assumptions that a reader may change; all others are stated beside the form."""

    source = forms.ChoiceField(label=_("Catalogue"), initial=DEFAULT, widget=forms.Select(attrs=_SELECT))
    mode = forms.ChoiceField(
        label=_("Reviewed"), choices=_MODES, initial="both", widget=forms.Select(attrs=_SELECT)
    )
    cases = forms.IntegerField(
        label=_("Cases that are counted"), min_value=50, max_value=MOST_CASES, initial=1000
    )
    reviewers = forms.IntegerField(
        label=_("Reviewers of each department"), min_value=1, max_value=50, initial=3
    )
    load = forms.FloatField(
        label=_("Load of the busiest department, %"), min_value=5, max_value=98, initial=70,
        help_text=_("So many cases come that it has work for this share of its time."),
    )  # fmt: skip
    order = forms.ChoiceField(
        label=_("Taken first"), choices=_ORDERS, initial="fifo", widget=forms.Select(attrs=_SELECT)
    )
    levers = forms.MultipleChoiceField(
        label=_("Levers that are on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    meeting_every = forms.IntegerField(
        label=_("Working days between joint meetings"), min_value=0, max_value=60, initial=0,
        help_text=_("0: one is called when it is needed."),
    )  # fmt: skip
    hours = forms.FloatField(label=_("Hours of a reviewer’s day"), min_value=1, max_value=24, initial=8)
    other_hours = forms.FloatField(label=_("Of these, other duties"), min_value=0, max_value=23, initial=2)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31,
        initial=1,
        help_text=_("The same seed draws the same cases."),
    )

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(one.key, one.name) for one in sources]  # type: ignore[attr-defined]
        self.fields["levers"].choices = [(value, columns.words(LEVERS, value)) for value, _e, _z in LEVERS]  # type: ignore[attr-defined]
        for name in _NUMBERS:
            self.fields[name].widget.attrs["class"] = "form-control"

    def asked(self) -> Asked:
        """What is asked for, once the form is valid; the defaults else."""
        if not self.is_valid():
            return Asked()
        told = dict(self.cleaned_data)
        told.pop("source")
        return Asked(**{**told, "load": told["load"] / 100, "levers": tuple(told["levers"])})

    def source_key(self) -> str:
        """The catalogue or regime that is chosen."""
        return str(self.cleaned_data["source"]) if self.is_valid() else DEFAULT
