"""Forms of policies, claims and their money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.investment.columns import aid as columns
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


def _yaml(label: Any, example: str, about: Any, *, required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, help_text=about,
        widget=forms.Textarea(attrs={"rows": rows, "class": "code", "data-example": example, "spellcheck": "false"}),
    )  # fmt: skip


class PolicyForm(ShanhaiForm):
    """A policy, or a new edition of one; looked at before it is published."""

    form_code = BY_ADDRESS
    button = _("Check and preview")
    fieldsets = (
        (_("What it is"), ("code", "name_zh", "name_en", "valid_from", "valid_to")),
        (_("Who may have it, and how much"), ("requires", "grants", "pays", "pot_fen")),
        (_("Together with others"), ("excludes", "joint", "cap")),
        (_("Who bears it, and what is promised"), ("mountain_share", "sea_share", "clawback")),
        (_("Where it comes from"), ("rule_status", "source", "is_illustrative")),
    )

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short, for good: EQUIPMENT."))
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    valid_from = day(
        _("In force from"), help_text=_("Claims of runs before that day keep the edition before.")
    )
    valid_to = day(
        _("In force until"), required=False, help_text=_("The last day; empty is until further notice.")
    )
    requires = _yaml(
        _("Who is eligible"), "", _("A list, as [{fact: revenue_fen, least: 2000万元}, {fact: grade, one_of: [A, B]}]. Empty is everybody. The facts stand beside."),
    )  # fmt: skip
    grants = _yaml(
        _("What is granted"), "", _("As {fixed: 20万元}, {fact: equipment_fen, rate: 8%, most: 200万元}, {fact: jobs, each: 2000元} or with steps: [[100, 5万元]]."),
        required=True,
    )  # fmt: skip
    pays = forms.ChoiceField(label=_("How often"), choices=choices(columns.PAYS))
    pot_fen = YuanField(
        label=_("Pot of a year"), required=False, min_fen=1,
        help_text=_("For all firms together; where it is too small all get the same share. Empty is no limit."),
    )  # fmt: skip
    excludes = forms.CharField(
        label=_("Not together with"), max_length=300, required=False, help_text=_("Codes of other policies, with commas between.")
    )  # fmt: skip
    joint = forms.CharField(
        label=_("Joint cap"), max_length=40, required=False, help_text=_("A name that policies share whose sum is capped.")
    )  # fmt: skip
    cap = _yaml(
        _("What the joint cap is"),
        "",
        _("As {fact: tax_fen, rate: 50%}; one of the policies that share it says it."),
        rows=2,
    )
    mountain_share = forms.IntegerField(label=_("Share of the mountain side"), min_value=0, max_value=1000)
    sea_share = forms.IntegerField(
        label=_("Share of the sea side"),
        min_value=0,
        max_value=1000,
        help_text=_("2 and 1 is two thirds and one third."),
    )
    clawback = _yaml(
        _("What is promised"), "", _("As {fact: staff_n, least: 60, months: 12, tolerance: 10%, whole: no}; empty is nothing."), rows=2
    )  # fmt: skip
    rule_status = forms.ChoiceField(label=_("Status of the rule"), choices=choices(columns.POLICY_STATUS))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("The document and article that state it."),
    )
    is_illustrative = forms.BooleanField(label=_("Made up as an example"), required=False)


class AidReasonForm(ShanhaiForm):
    """Say why."""

    form_code = BY_ADDRESS
    button = _("Write down")

    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PaperForm(ShanhaiForm):
    """Write down the paper by which a firm confirmed."""

    form_code = BY_ADDRESS
    button = _("Confirmed on paper")

    how = forms.CharField(
        label=_("Paper"), max_length=200, help_text=_("Its date and file number, as the folder has it.")
    )


class PayForm(ShanhaiForm):
    """Money that moved."""

    form_code = BY_ADDRESS
    button = _("Record it")

    side = forms.ChoiceField(label=_("Side"), choices=choices(columns.AID_SIDES))
    on = day(_("Day"), required=False, help_text=_("Of the voucher; empty is today."))
    reference = forms.CharField(
        label=_("Voucher"), max_length=120, help_text=_("Number of the payment order.")
    )


class PromiseForm(ShanhaiForm):
    """Was a promise kept?"""

    form_code = BY_ADDRESS
    button = _("Decide by this")

    delivered = forms.DecimalField(
        label=_("What was delivered"), required=False, max_digits=18, decimal_places=4,
        help_text=_("Empty: as the registers have it. Money in yuan."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Paper"),
        max_length=200,
        required=False,
        help_text=_("Needed where the registers do not say it."),
    )


class RecallForm(ShanhaiForm):
    """Recall aid for another reason."""

    form_code = BY_ADDRESS
    button = _("Recall")

    fen = YuanField(
        label=_("How much"), required=False, min_fen=1, help_text=_("Empty is all that was paid.")
    )
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ObjectionForm(ShanhaiForm):
    """Object to a claim on notice."""

    form_code = BY_ADDRESS
    button = _("Object")

    text = forms.CharField(
        label=_("What is wrong?"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Nothing is paid before the office has decided on it."),
    )  # fmt: skip


class DecisionForm(ShanhaiForm):
    """Decide on an objection."""

    form_code = BY_ADDRESS
    button = _("Decide")

    is_upheld = forms.TypedChoiceField(
        label=_("The objection is"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[("no", _("not right: the claim stays")), ("yes", _("right: the claim is refused"))],
    )  # fmt: skip
    decision = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class BudgetForm(ShanhaiForm):
    """The budget of a side."""

    form_code = BY_ADDRESS
    button = _("Set the budget")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    side = forms.ChoiceField(label=_("Side"), choices=choices(columns.AID_SIDES))
    given_fen = YuanField(label=_("Budget"))
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class FactForm(ShanhaiForm):
    """A fact that no register holds."""

    form_code = BY_ADDRESS
    button = _("State it")

    name = forms.ChoiceField(label=_("Fact"), choices=choices(columns.STATED_FACTS))
    period = forms.CharField(
        label=_("Period"), max_length=12, help_text=_("A year or quarter, as 2023 or 2023Q2.")
    )
    value = forms.CharField(
        label=_("Value"), max_length=40, help_text=_("Money with its unit, as 30万元; a number; yes or no.")
    )
    evidence = forms.CharField(
        label=_("Paper"), max_length=200, help_text=_("The invoice, contract or certificate that shows it.")
    )
