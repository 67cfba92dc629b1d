"""The choice in forms that give land: for the lead for which it is reserved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_SELECT = {"class": "form-select"}


def for_lead() -> forms.ChoiceField:
    """Whether reserved land is given for the lead that has it; ``offer_lead`` takes it away where nothing is reserved."""
    return forms.ChoiceField(
        label=_("Reserved for a lead"), required=False, widget=forms.Select(attrs=_SELECT)
    )


def offer_lead(form: Any, subject: Any) -> None:
    """Offer the lead for which land is reserved; of land that is free nothing is asked."""
    if not subject.reserved_for:
        del form.fields["reserved_for"]
        return
    given = (subject.reserved_for, _("given for %s, which has it reserved") % subject.reserved_for)
    form.fields["reserved_for"].choices = [("", _("given to somebody else")), given]
    form.fields["reserved_for"].initial = subject.reserved_for
