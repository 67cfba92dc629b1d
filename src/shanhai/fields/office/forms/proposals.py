"""Forms of proposals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.fields.office.forms.shared import choices, day, words
from shanhai.fields.office.queries import said
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class ProposalForm(ShanhaiForm):
    """Make a proposal."""

    form_code = "office.proposal"
    button = _("Propose it")

    title_zh = forms.CharField(label=_("The proposal in a sentence"), max_length=160)
    title_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)
    text = words(_("Reasons and how"), required=False)
    field = forms.ChoiceField(label=_("Field"), choices=choices(said.FIELDS))
    on = day(_("Proposed on"))


class AdoptForm(ShanhaiForm):
    """Name the paper that adopts a proposal."""

    form_code = BY_ADDRESS
    button = _("Record the adoption")

    on = day(_("Adopted on"))
    adopted_by = forms.CharField(label=_("Adopted by"), max_length=160)
    paper = forms.CharField(
        label=_("Paper"), max_length=200, help_text=_("Its name and file number, as it stands on it.")
    )


class ForceForm(ShanhaiForm):
    """Say since when it holds."""

    button = _("Bring it into force")

    on = day(_("In force since"))


def _indicators() -> list[tuple[str, Any]]:
    return [("", _("stated, with its source")), *((one.code, one.name) for one in signs.indicators)]


class EffectForm(ShanhaiForm):
    """Write down what a proposal changed."""

    form_code = BY_ADDRESS
    button = _("Record the effect")
    fieldsets = (
        (_("Figure"), ("what_zh", "what_en", "indicator", "unit")),
        (_("Before and after"), ("period_before", "before", "period_after", "after", "change_percent")),
        (_("Source"), ("source", "is_illustrative")),
    )

    what_zh = forms.CharField(label=_("What changed"), max_length=120)
    what_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)
    indicator = forms.ChoiceField(
        label=_("Indicator"),
        choices=_indicators,
        required=False,
        help_text=_("Where one measures it, before and after are read from it."),
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    period_before = forms.CharField(
        label=_("Period before"), max_length=10, required=False, help_text=_("As 2016, 2016Q3 or 2016-09.")
    )
    before = forms.DecimalField(label=_("Before"), max_digits=18, decimal_places=4, required=False)
    period_after = forms.CharField(label=_("Period after"), max_length=10, required=False)
    after = forms.DecimalField(label=_("After"), max_digits=18, decimal_places=4, required=False)
    change_percent = forms.DecimalField(
        label=_("Change in percent"),
        max_digits=9,
        decimal_places=2,
        required=False,
        help_text=_("Where the source gives only the change; less is negative."),
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    is_illustrative = forms.BooleanField(label=_("Illustrative, not reported anywhere"), required=False)
