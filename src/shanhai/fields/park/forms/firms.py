"""Forms of enterprises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation
from shanhai.core.sheets.columns import Choices, words_of
from shanhai.fields.office.forms.shared import NameChoice, day
from shanhai.fields.park.columns.firms import FIGURES, HERITAGE, SIDES, TENURES
from shanhai.fields.park.models import Cluster, Firm, Park
from shanhai.fields.park.rules import figures as rules
from shanhai.fields.park.rules.firms import MOST_MASTERS
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit import words
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


def choice(given: Choices, label: Any, *, empty: Any = None, **more: Any) -> forms.ChoiceField:
    """A select of declared values, in the language in which the form is drawn; with ``empty`` none may be chosen."""

    def now() -> list[tuple[str, Any]]:
        first = [("", empty)] if empty is not None else []
        return [*first, *((value, words_of(given, value)) for value, _en, _zh in given)]

    return forms.ChoiceField(label=label, choices=now, required=empty is None, **more)


def line(label: Any, most: int, **more: Any) -> forms.CharField:
    """A line of text that fits its column."""
    return forms.CharField(label=label, max_length=most, **more)


class _ProfileForm(RegisterForm):
    park = NameChoice(Park.objects.none(), label=_("Park"))
    cluster = NameChoice(Cluster.objects.none(), label=_("Cluster"), required=False, empty_label=_("none"))
    industry = line(_("Industry code"), 5, required=False, help_text=_("GB/T 4754, as 3670 or C3670."))
    came_from = choice(SIDES, _("Came from"), empty=_("neither side"))
    opened_on = day(_("Founded on"), required=False)
    producing_on = day(
        _("In production since"), required=False, help_text=_("It is graded from its third year on.")
    )
    is_utility = forms.BooleanField(
        label=_("A public utility"), required=False, help_text=_("Utilities are scored and not graded.")
    )
    masters_n = forms.IntegerField(
        label=_("Masters of the craft"),
        min_value=0,
        max_value=MOST_MASTERS,
        required=False,
        help_text=_("People with the title of a master, as of celadon or swords."),
    )
    heritage = choice(HERITAGE, _("Heritage listed by"), empty=_("nobody"))
    is_gi = forms.BooleanField(label=_("May carry the geographical indication"), required=False)
    group = CodeField(
        Organisation,
        label=_("Graded with the group of"),
        required=False,
        help_text=_("Code or full name of the head of the group; its members share one grade."),
    )
    source = line(_("Source"), 200, required=False)

    def clean_masters_n(self) -> int:
        """None at all where nothing is said."""
        return self.cleaned_data["masters_n"] or 0

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        zone = pairing.zone_id or pairing.pk
        self.offer("park", Park.objects.filter(zone_id=zone))
        self.offer("cluster", Cluster.objects.filter(zone_id=zone))


class EnterFirmForm(_ProfileForm):
    """Enter an enterprise."""

    form_code = "park.firm"
    button = _("Enter the enterprise")

    organisation = CodeField(
        Organisation,
        label=_("Enterprise"),
        help_text=_("Code or full name, as in the register of organisations."),
    )
    field_order = ("organisation",)


class ChangeFirmForm(_ProfileForm):
    """Change its profile."""

    form_code = "park.firm_change"


class HoldingForm(ShanhaiForm):
    """A plot that it uses."""

    form_code = "park.holding"
    button = _("Enter the plot")

    plot = line(_("Plot"), 40, help_text=_("Code of the parcel or plant."))
    tenure = choice(TENURES, _("Own or leased"))
    land_mu = forms.DecimalField(label=_("Land, mu"), max_digits=8, decimal_places=2)
    lessor = NameChoice(
        Firm.objects.none(),
        label=_("Leased from"),
        required=False,
        empty_label=_("somebody who is no enterprise of the park"),
        help_text=_("Whoever lets it no longer carries its land."),
    )
    begins_on = day(_("Used since"))

    def __init__(self, request: Any, *, firms: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("lessor", firms)


class HoldingEndForm(ShanhaiForm):
    """The last day of a plot."""

    form_code = BY_ADDRESS
    button = _("Give the plot up")

    on = day(_("Last day"))
    reason = line(_("Why?"), 300, required=False)


class AboveScaleForm(ShanhaiForm):
    """Above scale since when, by what revenue."""

    form_code = BY_ADDRESS
    button = _("Say that it is above scale")

    on = day(_("Above scale since"))
    revenue_fen = YuanField(label=_("Main revenue of the year"))


class ReasonOnForm(ShanhaiForm):
    """Since when, and why."""

    form_code = BY_ADDRESS

    on = day(_("Since"))
    reason = line(_("Why?"), 300)


class AgentForm(RegisterForm):
    """Who files for it."""

    form_code = BY_ADDRESS
    button = _("Name the agent")

    agent = CodeField(
        Organisation, label=_("Agent"), help_text=_("Its people see what the enterprise sees, from today on.")
    )


class FiguresForm(ShanhaiForm):
    """The figures of a year or quarter."""

    form_code = "park.figures"
    button = _("Put the figures on record")

    period = line(_("Year or quarter"), 12, help_text=_("2022 or 2022Q3."))
    reason = line(
        _("Why are they put right?"), 300, required=False,
        help_text=_("Needed where another figure stands there; the old one is kept beside it."),
    )  # fmt: skip

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        for item in rules.ITEMS:
            self.fields[item.name] = _figure(item)
        self.order_fields(["period", *(item.name for item in rules.ITEMS), "reason"])

    def given(self) -> dict[str, Any]:
        """The figures that were typed; an empty field leaves what stands there."""
        found = {item.name: self.cleaned_data.get(item.name) for item in rules.ITEMS}
        return {name: value for name, value in found.items() if value is not None}


def _figure(item: rules.Item) -> forms.Field:
    label = FIGURES.column(item.name).heading
    if item.kind == "fen":
        return YuanField(label=label, required=False)
    unit = (
        item.unit
        if words.is_chinese()
        else {"吨标准煤": "tce", "千瓦时": "kWh", "吨": "t"}.get(item.unit, "")
    )
    return forms.DecimalField(
        label=f"{label} ({unit})" if unit else label,
        required=False,
        min_value=0,
        max_value=rules.GREATEST_NUMBER,
        decimal_places=item.digits,
    )
