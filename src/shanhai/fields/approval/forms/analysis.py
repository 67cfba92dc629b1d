"""What a reader of the analysis asks for: which cases are held against which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval.rules.cohorts import By, Class, Comparison


class ComparisonForm(forms.Form):
    """The cohort and its baseline."""

    by = forms.ChoiceField(
        label=_("Compare"),
        choices=[("mode", _("joint with serial")), ("day", _("since a day with before it"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
    )
    alike = forms.ChoiceField(
        label=_("Alike by"),
        choices=[("catalogue", _("catalogue")), ("regime", _("regime"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def comparison(self) -> Comparison:
        """What is asked for; without a day nothing is parted by one."""
        told: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        since = told.get("since")
        by = By(told.get("by") or "mode")
        return Comparison(
            By.MODE if by is By.DAY and since is None else by, since, Class(told.get("alike") or "catalogue")
        )
