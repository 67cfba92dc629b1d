"""The facts by which one asks what a project would need: a form that writes nothing and stands in the address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from shanhai.fields.investment import rules
from shanhai.fields.investment.forms.projects import YesNo, choice_of, label_of
from shanhai.webkit.forms import YuanField


class FactsForm(forms.Form):
    """All facts that conditions ask for; what is left empty is not known."""

    def __init__(
        self, data: Any = None, *, names: tuple[str, ...], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        for name in names:
            field = _field(rules.BY_NAME[name])
            field.widget.attrs["class"] = (
                "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            )
            self.fields[name] = field

    def facts(self) -> dict[str, Any]:
        """The facts as conditions take them; what cannot be read counts as not known and is shown at its field."""
        if self.is_bound:
            self.full_clean()
        found = self.cleaned_data if self.is_bound else dict(self.initial)
        return {name: None if value == "" else value for name, value in found.items()}


def _field(one: rules.Attribute) -> forms.Field:
    if one.kind == "bool":
        return YesNo(label=label_of(one.name), required=False)
    if one.kind == "choice":
        return choice_of(one.name)
    if one.kind == "fen":
        return YuanField(label=label_of(one.name), required=False)
    return forms.DecimalField(
        label=label_of(one.name), required=False, min_value=Decimal(0), max_value=rules.GREATEST_NUMBER
    )
