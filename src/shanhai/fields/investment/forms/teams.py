"""Forms of teams, their itinerary and joint promotion events."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Organisation, Unit
from shanhai.fields.investment import columns
from shanhai.fields.investment.columns.teams import EVENT_SIDES
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.investment.models import Lead
from shanhai.fields.office.forms.shared import NameChoice, RecordChoice, UnitChoice, day, words
from shanhai.fields.registry.forms import CodeField
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


def _line(label: object, most: int, help_text: object = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)  # type: ignore[arg-type]


def _n(label: object) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**6)  # type: ignore[arg-type]


class LeadChoice(RecordChoice):
    """A lead by its investor and name."""

    def label_from_instance(self, obj: Lead) -> str:
        return f"{obj.investor_said} · {obj.name}" if obj.investor_said else obj.name


class TeamForm(ShanhaiForm):
    """Enter a team."""

    form_code = "investment.team"
    button = _("Enter the team")

    organisation = CodeField(
        Organisation,
        label=_("Organisation"),
        help_text=_("Of the register, under the government that sends it: code or full name."),
    )
    base_zh = _line(_("Sits in (Chinese)"), 120)
    base_en = _line(_("Sits in (English)"), 160)
    area_zh = _line(_("Goes to (Chinese)"), 200)
    area_en = _line(_("Goes to (English)"), 240)
    opened_on = day(_("Opened"), required=False, help_text=_("Empty is today."))


class ChangeTeamForm(ShanhaiForm):
    """Change a team."""

    form_code = BY_ADDRESS
    button = _("Save")

    base_zh = _line(_("Sits in (Chinese)"), 120)
    base_en = _line(_("Sits in (English)"), 160)
    area_zh = _line(_("Goes to (Chinese)"), 200)
    area_en = _line(_("Goes to (English)"), 240)
    closed_on = day(_("Stopped work"), required=False, help_text=_("Only when the team works no more."))


class TeamYearForm(ShanhaiForm):
    """What a team is to do in a year."""

    form_code = BY_ADDRESS
    button = _("Save the targets")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    target_stops = _n(_("Stops to make"))
    target_leads = _n(_("Leads to bring"))
    target_signed = _n(_("Leads to sign"))
    target_fen = YuanField(label=_("Investment to sign"), required=False)
    budget_fen = YuanField(label=_("Budget"), required=False)


class TeamCostForm(ShanhaiForm):
    """What a team spent."""

    form_code = BY_ADDRESS
    button = _("Write down")

    kind = forms.ChoiceField(label=_("Kind of cost"), choices=choices(columns.COST_KINDS))
    amount_fen = YuanField(label=_("Amount"))
    on = day(_("Day"), required=False, help_text=_("Empty is today."))
    about = _line(_("What for"), 199, _("The voucher, or what it went on."))


class _AtWhom(ShanhaiForm):
    lead = LeadChoice(
        Lead.objects.none(),
        label=_("Lead"),
        required=False,
        help_text=_("What is said stands in its log, and its clock runs anew."),
    )
    firm = _line(_("Or a firm that is no lead yet"), 120)


class ContactOnTheRoadForm(_AtWhom):
    """Write down a contact on the phone, in few taps."""

    form_code = BY_ADDRESS
    button = _("Save")

    way = forms.ChoiceField(label=_("How"), choices=choices(columns.CONTACT_WAYS), widget=forms.RadioSelect)
    text = words(_("What was said"))
    people = _line(_("With whom"), 160)
    next_step = _line(_("What comes next"), 199)
    next_on = day(_("On which day"), required=False, help_text=_("It stands in the itinerary then."))
    on = day(_("Day"), required=False, help_text=_("Empty is today."))


class StopForm(_AtWhom):
    """Plan a stop."""

    form_code = BY_ADDRESS
    button = _("Put it in the itinerary")

    on = day(_("Day"))
    time = _line(_("Time"), 5, _("As 09:30; empty where it is open."))
    way = forms.ChoiceField(label=_("How"), choices=choices(columns.CONTACT_WAYS))
    place_zh = _line(_("Place (Chinese)"), 120)
    place_en = _line(_("Place (English)"), 160)
    member = NameChoice(
        Member.objects.none(), label=_("Who goes"), required=False, help_text=_("Empty is the whole team.")
    )
    purpose_zh = _line(_("What for (Chinese)"), 199)
    purpose_en = _line(_("What for (English)"), 199)


class TellForm(ShanhaiForm):
    """What was said at a stop."""

    form_code = BY_ADDRESS
    button = _("Save")

    text = words(_("What was said"))
    people = _line(_("With whom"), 160)
    on = day(_("Day"), required=False, help_text=_("Empty is the planned day, today at the latest."))
    next_step = _line(_("What comes next"), 199)
    next_on = day(_("On which day"), required=False, help_text=_("It stands in the itinerary then."))


class EventForm(ShanhaiForm):
    """Plan a joint promotion event."""

    form_code = "investment.event"
    button = _("Plan the event")

    number = forms.CharField(label=_("Number"), max_length=40, help_text=_("As A-2024-03."))
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=160)
    title_en = _line(_("Title (English)"), 199)
    on = day(_("Day"))
    until_on = day(_("Last day"), required=False)
    place_zh = _line(_("Place (Chinese)"), 120)
    place_en = _line(_("Place (English)"), 160)
    lead = forms.ChoiceField(label=_("Organised by"), choices=choices(EVENT_SIDES))
    mountain_unit = UnitChoice(Unit.objects.none(), label=_("Unit of the mountain side"))
    sea_unit = UnitChoice(Unit.objects.none(), label=_("Unit of the sea side"))
    budget_fen = YuanField(label=_("Budget of your side"), required=False)


class EventMoneyForm(ShanhaiForm):
    """What one's side gives to an event."""

    form_code = BY_ADDRESS
    button = _("Save")

    budget_fen = YuanField(label=_("Budget of your side"), required=False)
    cost_fen = YuanField(label=_("Cost of your side"), required=False)


class ConveneForm(ShanhaiForm):
    """Convene an event for one's side."""

    form_code = BY_ADDRESS
    button = _("Convene it")

    budget_fen = YuanField(label=_("Budget of your side"), required=False)


class InviteForm(ShanhaiForm):
    """Invite a firm."""

    form_code = BY_ADDRESS
    button = _("Invite")

    firm = _line(_("Firm"), 120, _("As its licence has it."))
    organisation = CodeField(
        Organisation,
        label=_("Firm in the register"),
        required=False,
        help_text=_("If the register of organisations has it: code or full name."),
    )


class EventLeadForm(ShanhaiForm):
    """Which lead came from a firm."""

    form_code = BY_ADDRESS
    button = _("Save")

    lead = LeadChoice(Lead.objects.none(), label=_("Lead"))
