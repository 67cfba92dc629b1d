"""Forms of intermediaries and of what they are asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval.models import Intermediary
from shanhai.fields.approval.queries import said
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import NameChoice, day, uploads
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class IntermediaryForm(ShanhaiForm):
    """Register an intermediary, or change it."""

    form_code = "approval.intermediary"

    code = forms.SlugField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    credit_code = forms.CharField(label=_("Credit code"), max_length=18, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("What it offers"), choices=choices(said.SERVICES), widget=forms.CheckboxSelectMultiple
    )
    promised_days = forms.IntegerField(label=_("Working days that it promises"), min_value=1, max_value=400)
    is_active = forms.BooleanField(label=_("Takes services"), required=False, initial=True)

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        del self.fields["code" if self.subject is not None else "is_active"]


class ServiceForm(ShanhaiForm):
    """Ask an intermediary for a service on an item."""

    form_code = BY_ADDRESS
    button = _("Ask the intermediary")

    intermediary = NameChoice(Intermediary.objects.none(), label=_("Intermediary"))
    kind = forms.ChoiceField(label=_("Service"), choices=choices(said.SERVICES))
    commissioned_by = forms.ChoiceField(
        label=_("Who commissioned it"),
        choices=choices(said.COMMISSIONED),
        help_text=_("While it works, the clock of whoever commissioned it runs."),
    )
    promised_days = forms.IntegerField(
        label=_("Working days promised"),
        min_value=1,
        max_value=400,
        required=False,
        help_text=_("Left empty: those that the intermediary promises."),
    )
    evidence = forms.CharField(
        label=_("Contract or letter"), max_length=199, help_text=_("Its name and number.")
    )
    on = day(
        _("Day of the contract"),
        required=False,
        help_text=_("Left empty: today. The intermediary’s days count from it; the item waits from today."),
    )


class DeliveredForm(ShanhaiForm):
    """Say that it is delivered."""

    form_code = BY_ADDRESS
    button = _("It is delivered")

    on = day(_("Day of delivery"))
    papers = uploads(_("What it delivered"))
