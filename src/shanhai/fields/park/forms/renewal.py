"""Forms of renewals: one for each step that asks something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.office.forms.shared import NameChoice, day, uploads, words
from shanhai.fields.park.columns.renewal import PATHS, REASONS
from shanhai.fields.park.forms.firms import choice, line
from shanhai.fields.park.forms.reserving import for_lead, offer_lead
from shanhai.fields.park.models import Firm, Renewal
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


class NominateForm(ShanhaiForm):
    """Put a plot on the board."""

    form_code = BY_ADDRESS
    button = _("Put it on the board")

    plot = forms.ChoiceField(label=_("Plot"))
    reason = choice(REASONS, _("Why"))
    text = words(_("What is known"))

    def __init__(self, request: Any, *, plots: list[str], **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["plot"].choices = [(one, one) for one in plots]  # type: ignore[attr-defined]


class VerifyForm(ShanhaiForm):
    """What was found on site."""

    form_code = BY_ADDRESS
    button = _("Record the visit")

    on = day(_("On site on"), required=False, help_text=_("Empty is today."))
    text = words(_("Found on site"))
    papers = uploads(_("Photographs of the site"))


class PathForm(ShanhaiForm):
    """How the land comes to better use."""

    form_code = BY_ADDRESS
    button = _("Choose the path")

    path = choice(PATHS, _("Path"))


class ValueForm(ShanhaiForm):
    """The value by which the enterprise is compensated."""

    form_code = BY_ADDRESS
    button = _("Record the value")

    value_fen = YuanField(label=_("Value"))


def _quota(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, decimal_places=2, max_digits=10, initial=0)


class VacateForm(ShanhaiForm):
    """What comes free."""

    form_code = BY_ADDRESS
    button = _("Say that it is vacated")

    on = day(_("Vacated on"), required=False, help_text=_("Empty is today."))
    energy_tce = _quota(_("Energy quota released, tce"))
    emission_t = _quota(_("Emission quota released, t"))
    plant_m2 = forms.DecimalField(
        label=_("Plant that stays, m²"), min_value=0, decimal_places=2, max_digits=10, initial=0, required=False,
        help_text=_("Floor that is offered with the land; 0 for bare land."),
    )  # fmt: skip

    def clean_plant_m2(self) -> Decimal:
        """Nothing said is bare land."""
        return self.cleaned_data["plant_m2"] or Decimal(0)


class ContractForm(ShanhaiForm):
    """Who comes instead."""

    form_code = BY_ADDRESS
    button = _("Record the contract")

    new_firm = NameChoice(Firm.objects.none(), label=_("Enterprise that comes"))
    contract = line(_("Contract"), 200, help_text=_("Its number and day."))
    on = day(_("Signed on"), required=False, help_text=_("Empty is today."))
    energy_tce = _quota(_("Energy quota taken, tce"))
    emission_t = _quota(_("Emission quota taken, t"))
    reserved_for = for_lead()

    def __init__(self, request: Any, *, firms: Any, subject: Renewal, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("new_firm", firms)
        offer_lead(self, subject)


class MeasureForm(ShanhaiForm):
    """Which year shows the effect."""

    form_code = BY_ADDRESS
    button = _("Measure the effect")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
