"""Forms of parks and clusters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation, Region
from shanhai.fields.office.forms.shared import words
from shanhai.fields.pairing.forms.shared import choice, day, text
from shanhai.fields.park.columns import parks as columns
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


def mu(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    """An area in mu with two decimals."""
    return forms.DecimalField(
        label=label,
        required=required,
        decimal_places=2,
        max_digits=11,
        help_text=help_text or _("In mu; 1,500 mu are one square kilometre."),
    )


class _ParkForm(RegisterForm):
    kind = choice(columns.KINDS, label=_("Kind"))
    name_zh = text(_("Name (Chinese)"), 120, help_text=_("As official papers write it."))
    name_en = text(_("Name (English)"), 160, required=False)
    region = CodeField(Region, label=_("Stands in"), help_text=_("Code or full name, as in the register."))
    company = CodeField(
        Organisation,
        label=_("Park company"),
        required=False,
        help_text=_("The joint company that develops it: code or full name."),
    )
    planned_mu = mu(_("Planned land"), required=False)
    opened_on = day(_("Opened"), required=False)
    outline = forms.CharField(
        label=_("Border"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea({"rows": 4, "class": "code"}),
        help_text=_("WKT or GeoJSON in degrees of CGCS2000, longitude first. Its parcels must lie within."),
    )
    about_zh = words(_("What it is (Chinese)"), required=False)
    about_en = words(_("What it is (English)"), required=False)
    source = text(_("Source"), 200, required=False)

    fieldsets = (
        (_("The park"), ("number", "kind", "name_zh", "name_en", "region", "company")),
        (_("Its land"), ("planned_mu", "opened_on", "outline")),
        (_("In words"), ("about_zh", "about_en", "source")),
    )


class ParkForm(_ParkForm):
    """Register a park."""

    form_code = "park.park"
    button = _("Register the park")

    number = text(_("Number"), 40, help_text=_("Letters, digits, dots, hyphens: LQ-PARK."))


class ChangeParkForm(_ParkForm):
    """Change what is known about a park."""

    form_code = "park.park_change"


class PhaseForm(ShanhaiForm):
    """Say which land a phase has, and when."""

    form_code = BY_ADDRESS
    button = _("Save the phase")

    number = forms.IntegerField(
        label=_("Phase"), min_value=1, max_value=99, help_text=_("A phase that is there is put right.")
    )
    planned_mu = mu(_("Planned land"))
    begins_on = day(_("From"))
    ends_on = day(_("To"), required=False)
    source = text(_("Source"), 200, required=False)


class InfrastructureForm(ShanhaiForm):
    """Say how far a connection is."""

    form_code = BY_ADDRESS
    button = _("Save")

    kind = choice(columns.UTILITIES, label=_("What"))
    phase = forms.IntegerField(
        label=_("Phase"), min_value=0, max_value=99, initial=0, help_text=_("0 is the whole park.")
    )
    state = choice(columns.UTILITY_STATES, label=_("State"))
    since = day(_("Since"), required=False, help_text=_("Empty is today."))
    capacity = text(_("Capacity"), 120, required=False, help_text=_("As papers have it: 20,000 t a day."))
    source = text(_("Source"), 200, required=False)


class QuotaForm(ShanhaiForm):
    """Set the land quota of a year."""

    form_code = BY_ADDRESS
    button = _("Set the quota")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    quota_mu = mu(_("Quota"), help_text=_("In mu: so much land may be allotted in that year."))


class _ClusterForm(RegisterForm):
    name_zh = text(_("Name (Chinese)"), 120)
    name_en = text(_("Name (English)"), 160, required=False)
    group = choice(
        columns.GROUPS,
        label=_("Graded in group"),
        help_text=_("Craft and logistics are compared among their own kind."),
    )
    about_zh = words(_("What it is (Chinese)"), required=False)
    about_en = words(_("What it is (English)"), required=False)
    source = text(_("Source"), 200, required=False)


class ClusterForm(_ClusterForm):
    """Found a cluster."""

    form_code = "park.cluster"
    button = _("Found the cluster")

    code = text(_("Code"), 40, help_text=_("Letters, digits, dots, hyphens: auto-air."))


class ChangeClusterForm(_ClusterForm):
    """Change what is known about a cluster."""

    form_code = "park.cluster_change"


class IndustryForm(ShanhaiForm):
    """Let a code belong to the cluster."""

    form_code = BY_ADDRESS
    button = _("Add the code")

    industry = text(_("Industry code"), 5, help_text=_("GB/T 4754 with the letter of its section, as C3670."))
    begins_on = day(_("From"))
    ends_on = day(_("To"), required=False)


class IndustryEndForm(ShanhaiForm):
    """Say until when a code belongs to the cluster."""

    form_code = BY_ADDRESS
    button = _("End it")

    ends_on = day(_("Last day"))


class LinkForm(ShanhaiForm):
    """Put a link into the chain."""

    form_code = BY_ADDRESS
    button = _("Save the link")

    code = text(
        _("Link"), 40, help_text=_("Letters, digits, dots, hyphens. A link that is there is put right.")
    )
    name_zh = text(_("Name (Chinese)"), 120)
    name_en = text(_("Name (English)"), 160, required=False)
    position = choice(columns.POSITIONS, label=_("Position"))
    industries = text(
        _("Industry codes"), 120, required=False, help_text=_("GB/T 4754, a blank between: C3670 C3660.")
    )


class FirmForm(ShanhaiForm):
    """Put a firm on a link, or take it off."""

    form_code = BY_ADDRESS
    button = _("Save")

    firm = CodeField(Organisation, label=_("Firm"), help_text=_("Code or full name, as in the register."))
