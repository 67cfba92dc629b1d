"""Forms of potential stocks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Organisation
from shanhai.fields.investment.columns import stocks as columns
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day
from shanhai.fields.registry.forms import CodeField
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


def _source(label: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=199, required=False)  # type: ignore[arg-type]


class MemberChoice(forms.ModelMultipleChoiceField):
    """Members by name and organisation."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.name} · {obj.unit.organisation.name}"


class _EvidenceForm(ShanhaiForm):
    revenue_fen = YuanField(
        label=_("Revenue of last year"), required=False, help_text=_("Empty is what the enterprise reported.")
    )
    revenue_before_fen = YuanField(label=_("Revenue three years earlier"), required=False)
    revenue_source = _source(_("What shows the revenue"))
    rd_fen = YuanField(label=_("R&D of last year"), required=False)
    rd_source = _source(_("What shows the R&D"))
    orders_fen = YuanField(label=_("Orders in hand"), required=False)
    orders_source = _source(_("What shows the orders"))
    patents = forms.IntegerField(
        label=_("Patents of three years"), required=False, min_value=0, max_value=10**4
    )
    patents_source = _source(_("What shows the patents"))


class ProposeForm(_EvidenceForm):
    """Propose a potential stock."""

    form_code = "investment.stock"
    button = _("Propose as potential stock")

    organisation = CodeField(
        Organisation, label=_("Enterprise of the park"), required=False, help_text=_("Code or full name.")
    )
    lead = forms.CharField(
        label=_("Or the number of a lead"), max_length=40, required=False, help_text=_("If it is no enterprise of the park yet.")
    )  # fmt: skip
    fieldsets = (
        (_("Whom"), ("organisation", "lead")),
        (
            _("Evidence of growth"),
            (
                "revenue_fen", "revenue_before_fen", "revenue_source", "rd_fen", "rd_source", "orders_fen", "orders_source",
                "patents", "patents_source",
            ),
        ),
    )  # fmt: skip


class EvidenceForm(_EvidenceForm):
    """Change the evidence."""

    form_code = "investment.stock_change"
    button = _("Save")


class CommitteeForm(ShanhaiForm):
    """Who sits on the committee."""

    form_code = BY_ADDRESS
    button = _("Call the committee")

    members = MemberChoice(
        Member.objects.none(), label=_("Members of both sides"), help_text=_("At least as many of each side as the quorum asks for.")
    )  # fmt: skip


class VoteForm(ShanhaiForm):
    """Vote."""

    form_code = BY_ADDRESS
    button = _("Vote")

    vote = forms.ChoiceField(label=_("Vote"), choices=choices(columns.VOTES), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"), max_length=300, required=False, widget=forms.Textarea, help_text=_("A no needs its reason; both sides read it.")
    )  # fmt: skip


class DecideForm(ShanhaiForm):
    """Decide by the votes that are cast."""

    form_code = BY_ADDRESS
    button = _("Decide by these votes")

    reason = forms.CharField(
        label=_("Reasons of the committee"), max_length=300, required=False, widget=forms.Textarea
    )


class MilestoneForm(ShanhaiForm):
    """What a pick is to reach."""

    form_code = BY_ADDRESS
    button = _("Set the milestone")

    months = forms.ChoiceField(label=_("After"), choices=[(12, 12), (24, 24), (36, 36)])
    measure = forms.ChoiceField(label=_("What is measured"), choices=choices(columns.MEASURES))
    money_fen = YuanField(
        label=_("Target in money"), required=False, help_text=_("Of revenue, R&D and orders.")
    )
    count = forms.IntegerField(
        label=_("Target as a number"), required=False, min_value=0, max_value=10**6, help_text=_("Of patents and staff; above scale is 1.")
    )  # fmt: skip
    aid_fen = YuanField(
        label=_("Aid tied to it"), required=False, help_text=_("Released only when it was reached.")
    )
    policy = forms.CharField(label=_("Policy by which it is paid"), max_length=40, required=False)


class JudgeForm(ShanhaiForm):
    """What a pick reached."""

    form_code = BY_ADDRESS
    button = _("Save what was reached")

    money_fen = YuanField(label=_("Reached in money"), required=False)
    count = forms.IntegerField(label=_("Reached as a number"), required=False, min_value=0, max_value=10**6)
    evidence = forms.CharField(label=_("Shown by"), max_length=199, help_text=_("The figure or the paper."))
    on = day(_("Day"), required=False, help_text=_("Empty is today."))
