"""Forms of standard land."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.forms.shared import day
from shanhai.fields.park.columns.promises import INDICATORS, UNITS
from shanhai.fields.park.forms.firms import line
from shanhai.fields.park.rules import promises as rules
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


class _Indicators(ShanhaiForm):
    form_code = BY_ADDRESS

    def ask(self, asked: tuple[rules.Indicator, ...]) -> None:
        """Ask for indicators; units stand in their labels."""
        for one in asked:
            label = words_of(INDICATORS, one.name)
            self.fields[one.name] = forms.DecimalField(
                label=f"{label} ({words_of(UNITS, one.unit)})" if one.unit else label,
                min_value=0,
                max_value=rules.MOST,
                decimal_places=4,
            )

    def given(self) -> dict[str, Any]:
        """The indicators that were typed."""
        return {name: self.cleaned_data[name] for name in rules.BY_NAME if name in self.cleaned_data}


class PromiseForm(_Indicators):
    """What is promised at transfer."""

    button = _("Record the promise")

    plot = line(_("Plot"), 40)
    land_mu = forms.DecimalField(label=_("Land, mu"), max_digits=8, decimal_places=2)
    signed_on = day(_("Signed on"))
    due_on = day(_("To be completed by"))
    deposit_fen = YuanField(label=_("Deposit"), required=False)

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.ask(rules.INDICATORS)


class CheckForm(_Indicators):
    """What was measured."""

    button = _("Record the check")

    on = day(_("Checked on"), required=False, help_text=_("Empty is today."))

    def __init__(self, request: Any, *, phase: str, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.ask(rules.asked_in(phase))
