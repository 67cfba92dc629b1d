"""What a plan is made for: which leads, what counts, and the limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import clock
from shanhai.fields.investment import columns
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules.planning import MOST_SECONDS, MOST_YEARS, Asked

_SELECT, _INPUT = {"class": "form-select"}, {"class": "form-control"}
VALUES = [
    ("tax", _("tax of a year, 10,000 yuan")),
    ("output", _("output of a year, 10,000 yuan")),
    ("investment", _("investment, 10,000 yuan")),
    ("jobs", _("jobs")),
    ("score", _("points of the match")),
]

SECTIONS = (
    (_("Which leads"), ("stages", "kinds", "cluster", "without")),
    (_("What counts, and over which years"), ("value", "years", "with_levelled")),
    (_("Limits"), ("land_mu_1", "land_mu_2", "land_mu_3", "energy_tce", "emission_t", "budget", "grant_percent", "cost_per_mu")),
    (_("How it is solved"), ("step_mu", "step_tce", "seconds")),
)  # fmt: skip


def _amount(label: Any, help_text: Any = "", **more: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, min_value=0, max_value=1e9, help_text=help_text, widget=forms.NumberInput(attrs=_INPUT | {"step": "any"}), **more
    )  # fmt: skip


class PlanForm(forms.Form):
    """A plan from the records; limits begin with what the records suggest, and empty is none."""

    park = forms.ChoiceField(label=_("Park"), widget=forms.HiddenInput)
    stages = forms.MultipleChoiceField(
        label=_("Leads at these stages"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all that are on their way."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Of these kinds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cluster = forms.ChoiceField(label=_("Of the cluster"), required=False, widget=forms.Select(attrs=_SELECT))
    without = forms.CharField(
        label=_("Without"), required=False, max_length=400, widget=forms.TextInput(attrs=_INPUT),
        help_text=_("Numbers of leads that stay out, a blank between."),
    )  # fmt: skip
    value = forms.ChoiceField(
        label=_("What counts"), choices=VALUES, initial="tax", widget=forms.Select(attrs=_SELECT)
    )
    years = forms.TypedChoiceField(
        label=_("Years that it covers"), coerce=int, initial=1, widget=forms.Select(attrs=_SELECT),
        help_text=_("A lead starts in the first year in which it can and the land quota allows it."),
    )  # fmt: skip
    with_levelled = forms.BooleanField(
        label=_("With land that is levelled: it is serviced next year"), required=False
    )
    land_mu_1 = _amount(_("Land quota, mu"))
    land_mu_2 = _amount(_("Land quota, mu"))
    land_mu_3 = _amount(_("Land quota, mu"))
    energy_tce = _amount(_("Energy quota, tce a year"), _("Beside what vacated plots bring with them."))
    emission_t = _amount(_("Emission quota, t a year"))
    budget = _amount(_("Budget, 10,000 yuan"), _("Empty is no limit."))
    grant_percent = _amount(_("Of it to each lead, % of its investment"), initial=0)
    cost_per_mu = _amount(_("Of it for servicing a mu, 10,000 yuan"), initial=0)
    step_mu = _amount(_("Try so much more land, mu"), initial=1)
    step_tce = _amount(_("Try so much more energy, tce"), initial=1)
    seconds = forms.IntegerField(
        label=_("Time at most, seconds"), min_value=1, max_value=MOST_SECONDS, initial=60, widget=forms.NumberInput(attrs=_INPUT)
    )  # fmt: skip

    def __init__(
        self, *args: Any, parks: list[tuple[str, str]], clusters: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        year = clock.today().year
        own: Any = self.fields
        own["park"].choices = parks
        own["cluster"].choices = [("", _("any")), *clusters]
        own["stages"].choices = [(one, columns.words(columns.LEAD_STAGES, one)) for one in lead_rules.OPEN]
        own["kinds"].choices = [(one, columns.words(columns.KINDS, one)) for one, _e, _z in columns.KINDS]
        spans = [_("this year, %(year)s"), _("two years, to %(year)s"), _("three years, to %(year)s")]
        own["years"].choices = [(n, spans[n - 1] % {"year": year + n - 1}) for n in range(1, MOST_YEARS + 1)]
        for n in range(1, MOST_YEARS + 1):
            own[f"land_mu_{n}"].label = _("Land quota of %(year)s, mu") % {"year": year + n - 1}

    def asked(self) -> Asked:
        """What is asked for, once the form is valid."""
        told = dict(self.cleaned_data)
        years = told["years"]
        return Asked(
            stages=tuple(told["stages"]),
            kinds=tuple(told["kinds"]),
            cluster=told["cluster"],
            without=tuple(told["without"].replace(",", " ").split()),
            value=told["value"],
            years=years,
            land_mu=tuple(told[f"land_mu_{n}"] for n in range(1, years + 1)),
            energy_tce=told["energy_tce"],
            emission_t=told["emission_t"],
            budget=told["budget"],
            grant_percent=told["grant_percent"] or 0.0,
            cost_per_mu=told["cost_per_mu"] or 0.0,
            with_levelled=told["with_levelled"],
            step_mu=told["step_mu"] or 1.0,
            step_tce=told["step_tce"] or 1.0,
            seconds=told["seconds"],
        )


def initial_of(park: str, suggested: dict[str, Any]) -> dict[str, Any]:
    """What the form begins with: a park and the limits that its records suggest."""
    land = {f"land_mu_{n}": one for n, one in enumerate(suggested["land_mu"], 1)}
    rest = {name: one for name, one in suggested.items() if name != "land_mu"}
    names = ("value", "years", "grant_percent", "cost_per_mu", "step_mu", "step_tce", "seconds")
    return {"park": park, **{name: PlanForm.base_fields[name].initial for name in names}, **land, **rest}
