"""Forms of projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation, Region
from shanhai.fields.investment import columns, rules
from shanhai.fields.investment.rules.pipeline import MOST_JOBS
from shanhai.fields.office.forms.shared import day, uploads, words
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


def choices(given: columns.Choices, *, empty: Any = None) -> Any:
    """Choices of a select, in the language in which the form is drawn."""

    def now() -> list[tuple[str, str]]:
        first = [("", empty)] if empty is not None else []
        return [*first, *((value, columns.words(given, value)) for value, _en, _zh in given)]

    return now


class YesNo(forms.NullBooleanField):
    """Yes, no, or not known."""

    widget = forms.Select

    def __init__(self, **kwargs: Any) -> None:
        told = (("", _("not known")), ("true", _("yes")), ("false", _("no")))
        super().__init__(widget=forms.Select(choices=told), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false", None: ""}.get(value, value)


def label_of(name: str) -> Any:
    """The heading of a fact in the language of the moment."""
    one = rules.BY_NAME[name]
    return _Label(one.en, one.zh)


class _Label:
    """The heading of a column in the language of the moment."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


def _number(name: str, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label_of(name),
        required=False,
        min_value=0,
        max_value=rules.GREATEST_NUMBER,
        decimal_places=2,
        help_text=help_text,
    )


def choice_of(name: str) -> forms.ChoiceField:
    """A select of the values of a fact, or of none."""
    return forms.ChoiceField(
        label=label_of(name),
        required=False,
        choices=choices(rules.BY_NAME[name].choices, empty=_("not known")),
    )


class _ProjectForm(RegisterForm):
    name_zh = forms.CharField(
        label=_("Name (Chinese)"), max_length=120, help_text=_("As official papers write it.")
    )
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    enterprise = CodeField(
        Organisation, label=_("Enterprise"), help_text=_("Code or full name, as in the register.")
    )
    region = CodeField(
        Region,
        label=_("Stands in"),
        help_text=_("The region whose departments decide: code or full name."),
    )
    place_zh = forms.CharField(label=_("Park or place (Chinese)"), max_length=120, required=False)
    place_en = forms.CharField(label=_("Park or place (English)"), max_length=160, required=False)
    project_code = forms.CharField(
        label=_("Project code"),
        max_length=40,
        required=False,
        help_text=_("24 characters, as the approval platform gave it: 2103-331181-04-01-123456."),
    )
    industry = forms.CharField(
        label=_("Industry code"), max_length=5, required=False, help_text=_("GB/T 4754, as 3670 or C3670.")
    )
    investment_fen = YuanField(label=label_of("investment_fen"), required=False)
    basis = choice_of("basis")
    land_mu = _number("land_mu", _("In mu."))
    land_by = choice_of("land_by")
    forest_mu = _number("forest_mu", _("In mu; part of the land."))
    building_m2 = _number("building_m2", _("In square metres."))
    building_use = choice_of("building_use")
    energy_tce = _number("energy_tce", _("In tonnes of standard coal."))
    eia = choice_of("eia")
    is_hazardous = YesNo(label=label_of("is_hazardous"), required=False)
    is_foreign = YesNo(label=label_of("is_foreign"), required=False)
    is_low_risk = YesNo(label=label_of("is_low_risk"), required=False)
    touches_roads_or_rivers = YesNo(label=label_of("touches_roads_or_rivers"), required=False)
    is_in_assessed_area = YesNo(label=label_of("is_in_assessed_area"), required=False)
    output_fen = YuanField(label=_("Output a year promised"), required=False)
    tax_fen = YuanField(label=_("Tax a year promised"), required=False)
    jobs = forms.IntegerField(label=_("Jobs promised"), required=False, min_value=0, max_value=MOST_JOBS)
    introducer_side = forms.ChoiceField(
        label=_("Introduced by the"), required=False, choices=choices(columns.SIDES, empty=_("not known"))
    )
    about_zh = words(_("What it is (Chinese)"), required=False)
    about_en = words(_("What it is (English)"), required=False)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    fieldsets = (
        (_("The project"), ("name_zh", "name_en", "enterprise", "region", "place_zh", "place_en")),
        (_("On paper"), ("number", "project_code", "industry", "stage", "registered_on", "basis")),
        (
            _("What decides which approvals it needs"),
            (
                "investment_fen", "land_mu", "land_by", "forest_mu", "building_m2", "building_use", "energy_tce",
                "eia", "is_hazardous", "is_foreign", "is_low_risk", "touches_roads_or_rivers", "is_in_assessed_area",
            ),
        ),
        (
            _("What it promises of a year at capacity, and who introduced it"),
            ("output_fen", "tax_fen", "jobs", "introducer_side"),
        ),
        (_("In words"), ("about_zh", "about_en", "source")),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("basis", "land_by", "building_use", "eia"):
            data[name] = data.get(name) or ""
        return data


class ProjectForm(_ProjectForm):
    """Register a project."""

    form_code = "investment.project"
    button = _("Register the project")

    number = forms.CharField(
        label=_("Number"), max_length=40, required=False, help_text=_("Left empty, the system gives one.")
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=choices(columns.STAGES))
    registered_on = day(_("Registered"), required=False)


class ChangeProjectForm(_ProjectForm):
    """Change what is known about a project."""

    form_code = "investment.project_change"


class MoveForm(ShanhaiForm):
    """Say that it has come to another stage."""

    form_code = BY_ADDRESS
    button = _("Save the stage")

    to = forms.ChoiceField(label=_("New stage"), choices=choices(columns.STAGES))
    on = day(_("Since"), required=False, help_text=_("Empty is today."))
    paper = forms.CharField(
        label=_("The paper that shows it"),
        max_length=200,
        required=False,
        help_text=_("Name and number: contract, permit, record of acceptance. Some stages ask for it."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        help_text=_(
            "Needed when it goes back, is dropped, is taken up again, or keeps less than it promised."
        ),
    )
    papers = uploads(_("Photographs and papers that show it"), required=False)
