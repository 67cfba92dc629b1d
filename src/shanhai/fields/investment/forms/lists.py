"""Forms of quarterly lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation, Unit
from shanhai.fields.investment import columns
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import UnitChoice, day
from shanhai.fields.registry.forms import CodeField
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class ListForm(ShanhaiForm):
    """Begin the list of a quarter."""

    form_code = BY_ADDRESS
    button = _("Begin the list")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    quarter = forms.IntegerField(label=_("Quarter"), min_value=1, max_value=4)
    cut_off_on = day(
        _("Cut-off day"), required=False,
        help_text=_("Leads come on it until that day; then it is published. Empty is the last day of the quarter."),
    )  # fmt: skip


class AnswerForm(ShanhaiForm):
    """Answer one lead."""

    form_code = BY_ADDRESS
    button = _("Answer")

    answer = forms.ChoiceField(label=_("Answer"), choices=choices(columns.ANSWERS), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"), max_length=300, required=False, widget=forms.Textarea,
        help_text=_("Needed unless it is accepted; the sea side reads it."),
    )  # fmt: skip
    unit = UnitChoice(
        Unit.objects.none(),
        label=_("Who talks"),
        required=False,
        help_text=_("Of an accepted lead; empty is your own unit."),
    )
    to = CodeField(
        Organisation, label=_("Transferred to whom"), required=False, help_text=_("Code or full name.")
    )
    credit_percent = forms.IntegerField(label=_("Credit kept, %"), min_value=0, max_value=100, required=False)


class ReceiptForm(ShanhaiForm):
    """Sign the receipt."""

    form_code = BY_ADDRESS
    button = _("Sign the receipt")

    person = forms.CharField(
        label=_("Who signs"), max_length=60, required=False, help_text=_("Empty is yourself.")
    )
    on = day(_("Day"), required=False, help_text=_("Empty is today."))
