"""Forms of leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Organisation, Region, Unit
from shanhai.fields.investment import columns
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import UnitChoice, day, words
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField

_MOST = 10**9


def _number(label: Any, help_text: Any = "", digits: int = 2) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=_MOST, decimal_places=digits, help_text=help_text
    )


def _line(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)


class _LeadForm(RegisterForm):
    name_zh = forms.CharField(
        label=_("Name (Chinese)"), max_length=120, help_text=_("What they want to build, in a few words.")
    )
    name_en = _line(_("Name (English)"), 160)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(columns.KINDS))
    investor_zh = _line(_("Investor (Chinese)"), 120)
    investor_en = _line(_("Investor (English)"), 160)
    investor = CodeField(
        Organisation, label=_("Investor in the register"), required=False,
        help_text=_("If the register of organisations has it: code or full name."),
    )  # fmt: skip
    introduced_by = CodeField(
        Organisation, label=_("Introduced by"), required=False, help_text=_("The organisation or team that brought it: code or full name.")
    )  # fmt: skip
    introducer = CodeField(
        Member, label=_("Introducing member"), required=False, help_text=_("Code or full name.")
    )
    industry = _line(_("Industry code"), 5, _("GB/T 4754, as 3670 or C3670."))
    process_zh = _line(_("Products and process (Chinese)"), 300)
    process_en = _line(_("Products and process (English)"), 400)
    investment_fen = YuanField(
        label=_("Total investment"),
        required=False,
        help_text=_("In all; of a capital increase the whole after it."),
    )
    invested_before_fen = YuanField(
        label=_("Of it before the increase"),
        required=False,
        help_text=_("Capital increases only: just the increment counts."),
    )
    land_mu = _number(_("Land, mu"))
    plant_m2 = _number(_("Plant, m²"))
    energy_tce = _number(_("Energy a year, tce"))
    water_m3 = _number(_("Water a year, m³"))
    emissions_t = _number(_("Main pollutants a year, t"))
    output_fen = YuanField(label=_("Output a year"), required=False)
    tax_fen = YuanField(label=_("Tax a year"), required=False)
    jobs = forms.IntegerField(label=_("Jobs"), required=False, min_value=0, max_value=10**6)
    skills_zh = _line(_("Skills (Chinese)"), 300)
    skills_en = _line(_("Skills (English)"), 400)
    start_on = day(_("Wants to start"), required=False)
    producing_on = day(_("Wants to produce"), required=False)
    currency = _line(_("Currency"), 3, _("ISO 4217, as USD."))
    contract_amount = forms.DecimalField(
        label=_("Contract in foreign money"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    rate = _number(_("Rate in yuan"), _("Yuan for one unit of the currency."), 6)
    rate_on = day(_("Day of the rate"), required=False)
    base_tax_fen = YuanField(
        label=_("Old tax base"),
        required=False,
        help_text=_("Moved from the sea side: tax paid there in the last full year."),
    )
    base_year = forms.IntegerField(
        label=_("Year of the tax base"), required=False, min_value=1990, max_value=2100
    )
    site_zh = _line(_("Vacated plot or plant (Chinese)"), 120)
    site_en = _line(_("Vacated plot or plant (English)"), 160)
    source = _line(_("Source"), 200)

    fieldsets = (
        (_("The lead"), ("name_zh", "name_en", "kind", "number", "registered_on", "unit", "source")),
        (_("Who is behind it"), ("investor_zh", "investor_en", "investor", "introduced_by", "introducer")),
        (_("What they make"), ("industry", "process_zh", "process_en", "start_on", "producing_on")),
        (_("Money"), ("investment_fen", "invested_before_fen", "output_fen", "tax_fen")),
        (
            _("What the project needs"),
            ("land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t", "jobs", "skills_zh", "skills_en"),
        ),
        (
            _("Of some kinds"),
            (
                "currency", "contract_amount", "rate", "rate_on", "base_tax_fen", "base_year", "site_zh", "site_en",
            ),
        ),
    )  # fmt: skip


class LeadForm(_LeadForm):
    """Register a lead."""

    form_code = "investment.lead"
    button = _("Register the lead")

    number = _line(_("Number"), 40, _("Left empty, the system gives one."))
    registered_on = day(
        _("Registered"), required=False, help_text=_("Empty is today. The clocks run from that day.")
    )
    unit = UnitChoice(
        Unit.objects.none(), label=_("Held by"), required=False, help_text=_("Empty is your own unit.")
    )


class ChangeLeadForm(_LeadForm):
    """Change what is known about a lead."""

    form_code = "investment.lead_change"


class ContactForm(ShanhaiForm):
    """Write down how an investor was spoken to, on a phone in few taps."""

    form_code = BY_ADDRESS
    button = _("Save")

    way = forms.ChoiceField(label=_("How"), choices=choices(columns.CONTACT_WAYS), widget=forms.RadioSelect)
    text = words(_("What was said"))
    people = _line(_("With whom"), 160)
    on = day(_("Day"), required=False, help_text=_("Empty is today."))


class TriageForm(ShanhaiForm):
    """Say that it is worth talking about, and who talks."""

    form_code = BY_ADDRESS
    button = _("Worth talking about")

    unit = UnitChoice(
        Unit.objects.none(),
        label=_("Who talks"),
        required=False,
        help_text=_("Empty leaves it with whom it is."),
    )
    remark = words(_("Remark"), required=False)


class LeadTextForm(ShanhaiForm):
    """A text that others read."""

    form_code = BY_ADDRESS
    button = _("Tell them")

    text = forms.CharField(label=_("What becomes of it"), max_length=300, widget=forms.Textarea)


class LeadReasonForm(ShanhaiForm):
    """Why."""

    form_code = BY_ADDRESS
    button = _("Save")

    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea)


class MoveLeadForm(ShanhaiForm):
    """Say how far the talks are."""

    form_code = BY_ADDRESS
    button = _("Save the stage")

    to = forms.ChoiceField(label=_("New stage"), choices=choices(columns.LEAD_STAGES[2:6]))
    score = forms.DecimalField(
        label=_("Entry score"), required=False, min_value=0, max_value=100, decimal_places=2,
        help_text=_("Of the entry review, 0 to 100; needed for “reviewed”."),
    )  # fmt: skip
    reason = _line(_("Why?"), 300, _("Needed when it goes back."))


class SignForm(ShanhaiForm):
    """It is signed, and becomes a project."""

    form_code = BY_ADDRESS
    button = _("Make it a project")

    enterprise = CodeField(
        Organisation, label=_("Enterprise"), help_text=_("Code or full name, as in the register.")
    )
    region = CodeField(
        Region, label=_("Stands in"), help_text=_("The region whose departments decide: code or full name.")
    )
    project_number = _line(_("Number of the project"), 40, _("Left empty, the system gives one."))


class TransferForm(ShanhaiForm):
    """Hand it to others."""

    form_code = BY_ADDRESS
    button = _("Transfer")

    to = CodeField(Organisation, label=_("Transferred to whom"), help_text=_("Code or full name."))
    credit_percent = forms.IntegerField(
        label=_("Credit kept, %"), min_value=0, max_value=100, initial=50, help_text=_("What of the credit stays with who first talked.")
    )  # fmt: skip
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea)


class MergeForm(ShanhaiForm):
    """It is the same as another one."""

    form_code = BY_ADDRESS
    button = _("Merge")

    into = forms.CharField(
        label=_("Into which lead"),
        max_length=40,
        help_text=_("Its number. That one goes on; this one counts no more."),
    )
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea)


class PaidInForm(ShanhaiForm):
    """Capital came in."""

    form_code = BY_ADDRESS
    button = _("Write down")

    amount_fen = YuanField(
        label=_("Amount"), required=False, help_text=_("In yuan; left empty where it came in foreign money.")
    )
    currency = _line(_("Currency"), 3, _("ISO 4217, as USD."))
    amount = forms.DecimalField(
        label=_("Amount in foreign money"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    rate = _number(_("Rate of the day in yuan"), "", 6)
    evidence = forms.CharField(
        label=_("Bank receipt or capital report"), max_length=199, help_text=_("Its name and number.")
    )
    on = day(_("Day"), required=False, help_text=_("Empty is today."))
