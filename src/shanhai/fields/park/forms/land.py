"""Forms of parcels: drawn, moved, allotted, split, merged; land files; slope projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation
from shanhai.fields.office.forms.shared import words
from shanhai.fields.pairing.forms.shared import choice, choices, day, text
from shanhai.fields.park import columns
from shanhai.fields.park.forms.parks import mu
from shanhai.fields.park.forms.reserving import for_lead, offer_lead
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit.forms import BY_ADDRESS, Papers, ShanhaiForm, YuanField

STATES = columns.land.STATES


def geometry(label: Any, help_text: Any, *, required: bool = True) -> forms.CharField:
    """A shape as text; the map above the form draws into it."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=400_000,
        widget=forms.Textarea({"rows": 3, "class": "code", "data-drawn": ""}),
        help_text=help_text,
    )


def _outline() -> forms.CharField:
    return geometry(
        _("Outline"),
        _("Draw it on the map above, or paste WKT or GeoJSON in degrees of CGCS2000, longitude first."),
    )


def _organisation(label: Any, **kwargs: Any) -> CodeField:
    return CodeField(
        Organisation, label=label, help_text=_("Code or full name, as in the register."), **kwargs
    )


class _FactsForm(RegisterForm):
    phase_number = forms.IntegerField(
        label=_("Phase"), min_value=0, max_value=99, initial=0, help_text=_("0: in no phase.")
    )
    lessee = _organisation(_("Lessee"), required=False)
    plot_grade = forms.IntegerField(label=_("Plot grade"), required=False, min_value=1, max_value=15)
    plot_ratio = forms.DecimalField(label=_("Plot ratio"), required=False, decimal_places=2, max_digits=4)
    density_percent = forms.IntegerField(label=_("Density, %"), required=False, min_value=0, max_value=100)
    until = day(_("Right of use until"), required=False)
    source = text(_("Source"), 200, required=False)


class ParcelForm(_FactsForm):
    """Draw a parcel."""

    form_code = BY_ADDRESS
    button = _("Draw the parcel")

    number = text(_("Number"), 40, help_text=_("Letters, digits, dots, hyphens: LQ-017."))
    outline = _outline()
    state = forms.ChoiceField(
        label=_("State"), choices=choices(tuple(one for one in STATES if one[0] != "allotted"))
    )
    on = day(_("Since"), required=False, help_text=_("Empty is today."))
    user = _organisation(_("User"), required=False)

    fieldsets = (
        (_("The land"), ("outline", "number", "phase_number")),
        (_("How it stands"), ("state", "on", "user", "lessee", "until")),
        (_("Conditions"), ("plot_grade", "plot_ratio", "density_percent", "source")),
    )


class ChangeParcelForm(_FactsForm):
    """Change what is known about a parcel."""

    form_code = "park.parcel_change"


class RedrawForm(ShanhaiForm):
    """Put an outline right."""

    form_code = BY_ADDRESS
    button = _("Save the outline")

    outline = _outline()
    on = day(_("From"), required=False, help_text=_("Empty is today."))


class MoveForm(ShanhaiForm):
    """Say that a parcel has come to another state."""

    form_code = BY_ADDRESS
    button = _("Save the state")

    to = forms.ChoiceField(label=_("New state"), choices=choices(STATES))
    on = day(_("Since"), required=False, help_text=_("Empty is today."))
    reason = text(_("Why?"), 300, required=False, help_text=_("Needed when it goes back, or stands idle."))


class AllotForm(RegisterForm):
    """Allot a parcel."""

    form_code = BY_ADDRESS
    button = _("Allot the parcel")

    user = _organisation(_("To whom"))
    on = day(_("On"), required=False, help_text=_("Empty is today. It takes the land quota of that year."))
    until = day(_("Right of use until"), required=False)
    reserved_for = for_lead()

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        offer_lead(self, kwargs["subject"])


class SplitForm(ShanhaiForm):
    """Split a parcel by a line, or into parts."""

    form_code = BY_ADDRESS
    button = _("Split the parcel")

    line = geometry(
        _("Line"),
        _("Draw it right through the parcel on the map above, or paste a LINESTRING in degrees."),
        required=False,
    )
    parts = forms.CharField(
        label=_("Or parts"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea({"rows": 3, "class": "code"}),
        help_text=_("In place of a line: one polygon a line, as WKT. Together they are the whole, to 1 m²."),
    )
    numbers = text(
        _("Numbers"), 400, required=False, help_text=_("Of the parts from west to east, a blank between.")
    )
    on = day(_("On"), required=False, help_text=_("Empty is today."))


class MergeForm(ShanhaiForm):
    """Merge a parcel with its neighbours."""

    form_code = BY_ADDRESS
    button = _("Merge the parcels")

    others = text(_("With"), 400, help_text=_("Numbers of parcels that adjoin, a blank between."))
    number = text(_("New number"), 40)
    on = day(_("On"), required=False, help_text=_("Empty is today."))


class LandFileForm(ShanhaiForm):
    """Bring a land file."""

    form_code = BY_ADDRESS
    button = _("Read the file")

    file = Papers(
        label=_("Land file"),
        needed=_("Choose a file."),
        help_text=_(
            "GeoJSON, GeoPackage, Shapefile (all its parts in one zip) or CSV with WKT; at most 64 MB."
        ),
    )
    crs = text(
        _("Coordinate reference"),
        40,
        required=False,
        help_text=_("Only where the file does not say it: EPSG:4490, EPSG:4528."),
    )


class _SlopeForm(RegisterForm):
    name_zh = text(_("Name (Chinese)"), 120)
    name_en = text(_("Name (English)"), 160, required=False)
    outline = _outline()
    mean_slope_degrees = forms.DecimalField(
        label=_("Mean slope, °"), min_value=0, max_value=90, decimal_places=1
    )
    cost_per_mu_fen = YuanField(label=_("Cost per mu"), required=False)
    gained_mu = forms.DecimalField(
        label=_("Usable land gained"), min_value=0, decimal_places=2, max_digits=11, help_text=_("In mu.")
    )
    farmland_lost_mu = mu(_("Farmland lost"), required=False, help_text=_("In mu."))
    farmland_compensated_mu = mu(_("Farmland compensated"), required=False, help_text=_("In mu."))
    forest_lost_mu = mu(_("Forest lost"), required=False, help_text=_("In mu."))
    forest_compensated_mu = mu(_("Forest compensated"), required=False, help_text=_("In mu."))
    about_zh = words(_("What it is (Chinese)"), required=False)
    about_en = words(_("What it is (English)"), required=False)
    source = text(_("Source"), 200, required=False)

    fieldsets = (
        (_("The project"), ("outline", "number", "name_zh", "name_en")),
        (_("Slope and cost"), ("mean_slope_degrees", "cost_per_mu_fen", "gained_mu")),
        (
            _("What it takes and gives back"),
            ("farmland_lost_mu", "farmland_compensated_mu", "forest_lost_mu", "forest_compensated_mu"),
        ),
        (_("In words"), ("about_zh", "about_en", "source")),
    )


class SlopeForm(_SlopeForm):
    """Propose a slope project."""

    form_code = BY_ADDRESS
    button = _("Propose the project")

    number = text(_("Number"), 40, help_text=_("Letters, digits, dots, hyphens: HP-2016-1."))


class ChangeSlopeForm(_SlopeForm):
    """Change what is known about a slope project."""

    form_code = "park.slope_change"


class SlopeMoveForm(ShanhaiForm):
    """Say that a slope project has come further."""

    form_code = BY_ADDRESS
    button = _("Save the state")

    to = choice(columns.land.SLOPE_STATES, label=_("New state"))
    on = day(_("On"), required=False, help_text=_("Empty is today."))
    approval_number = text(
        _("Approval document"),
        80,
        required=False,
        help_text=_("Number of the document, when it is approved."),
    )
    reason = text(_("Why?"), 300, required=False, help_text=_("Needed when it goes back."))
