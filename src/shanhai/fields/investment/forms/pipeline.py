"""Forms of the way of projects: why one stands still, who serves it, what it kept of its promises."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Unit
from shanhai.fields.investment import columns
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.investment.rules.pipeline import MOST_JOBS
from shanhai.fields.office.forms.shared import UnitChoice, day, uploads
from shanhai.fields.registry.forms import CodeField
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


class StallForm(ShanhaiForm):
    """Say why a project stands still, and what is done about it."""

    form_code = BY_ADDRESS
    button = _("Save")

    unit = UnitChoice(
        Unit.objects.none(),
        label=_("Whose business it is"),
        required=False,
        help_text=_("Empty is the unit that keeps the project."),
    )
    reason = forms.CharField(label=_("Why it stands still"), max_length=300)
    measure = forms.CharField(label=_("What is done about it"), max_length=300)
    due_on = day(_("To be done by"))


class StepPapersForm(ShanhaiForm):
    """Add photographs and papers to a step."""

    form_code = BY_ADDRESS
    button = _("Add them")

    papers = uploads(_("Photographs and papers that show it"))


class JoinForm(ShanhaiForm):
    """Put somebody into the service team."""

    form_code = BY_ADDRESS
    button = _("Put into the team")

    member = CodeField(
        Member, label=_("Who"), help_text=_("Code or full name; of either side, or of the enterprise.")
    )
    task = forms.ChoiceField(label=_("For what"), choices=choices(columns.TASKS))
    from_on = day(_("Since"), required=False, help_text=_("Empty is today."))


class CheckForm(ShanhaiForm):
    """Check what a project promised, by the figures of its enterprise or by a paper."""

    form_code = BY_ADDRESS
    button = _("Check")

    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("Empty is the latest whole year that the enterprise reported."),
    )
    investment_fen = YuanField(label=_("Investment made"), required=False)
    output_fen = YuanField(label=_("Output of the year"), required=False)
    tax_fen = YuanField(label=_("Tax of the year"), required=False)
    jobs = forms.IntegerField(label=_("People employed"), required=False, min_value=0, max_value=MOST_JOBS)
    paper = forms.CharField(
        label=_("The paper that shows the figures"),
        max_length=200,
        required=False,
        help_text=_("Only where figures are typed here; else those of the park are taken."),
    )
    reason = forms.CharField(label=_("Why it misses what it misses"), max_length=300, required=False)
