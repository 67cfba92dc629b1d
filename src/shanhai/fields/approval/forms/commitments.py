"""Forms of commitment letters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval.queries import said
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day, uploads
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class LetterForm(ShanhaiForm):
    """Give a commitment letter."""

    form_code = BY_ADDRESS
    button = _("Give the letter")

    text = forms.CharField(
        label=_("What is promised"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("It is what will be verified after the decision."),
    )
    evidence = forms.CharField(
        label=_("Number of the letter"), max_length=199, required=False, help_text=_("Where it has one.")
    )
    papers = uploads(_("The signed letter"))


class VerifyForm(ShanhaiForm):
    """What the verification found."""

    form_code = BY_ADDRESS
    button = _("Save the result")

    result = forms.ChoiceField(label=_("Result"), choices=choices(said.RESULTS))
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=_("What is not kept. The applicant reads it."),
    )
    mend_until = day(_("Put right until"), required=False)
