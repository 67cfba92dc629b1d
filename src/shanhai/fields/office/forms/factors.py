"""Forms of factor requests and pools."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import sentences
from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.core.queries import pairings
from shanhai.core.visibility import FIRMS
from shanhai.fields.office.forms.problems import ReasonForm
from shanhai.fields.office.forms.shared import NameChoice, UnitChoice, day, filed, uploads, words
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import Refused
from shanhai.webkit.forms import ShanhaiForm, YuanField


def read_quantity(text: str, measure: str) -> int:
    """A quantity as people type it, in the smallest steps of its measure: 12.5, 1,200, 510.4万元 for money."""
    if measure == "fen":
        return YuanField(min_fen=1).clean(text) or 0
    try:
        return rules.steps_of(Decimal(text.strip().replace(",", "").replace("，", "")), measure)
    except InvalidOperation:
        sentence = gettext("“%s” is no quantity. Write it in figures, as 12.5.") % text[:40]
        raise forms.ValidationError(sentence) from None
    except Refused as refused:
        raise forms.ValidationError(sentences.refusal(refused)) from None


def _quantity(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs
    )


class _WithQuantity(ShanhaiForm):
    """A form with a quantity and the measure that it is in."""

    quantity_name = "quantity"

    def counted_in(self) -> str:
        """What the quantity is in."""
        return str(self.cleaned_data.get("measure") or "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        text, measure = cleaned.get(self.quantity_name), self.counted_in()
        if text and measure in rules.MEASURES:
            try:
                cleaned[self.quantity_name] = read_quantity(text, measure)
            except forms.ValidationError as error:
                self.add_error(self.quantity_name, error)
        return cleaned


class AskForm(_WithQuantity):
    """Ask for a factor. A firm is not asked for whom; a public body may ask for a firm or village of its side."""

    form_code = "office.factor"
    button = _("Ask for it")

    title_zh = forms.CharField(
        label=_("What is it for?"), max_length=160, help_text=_("It stands in the queue and in notices.")
    )
    title_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)
    quantity = _quantity(_("How much"), help_text=_("Money in yuan, or with its unit, like 510.4万元."))
    measure = forms.ChoiceField(label=_("Of which factor"), choices=lambda: measures())
    needs_whole = forms.BooleanField(label=_("A part of it is of no use"), required=False)
    needed_by = day(_("Needed by"))
    unit = UnitChoice(Unit.objects.none(), label=_("Who grants it?"))
    is_park = forms.BooleanField(
        label=_("It is a project of the industrial park"),
        required=False,
        help_text=_("Park projects come first, by rule office.factor.classes."),
    )
    park_reason = forms.CharField(
        label=_("Why it is the park’s"),
        max_length=300,
        required=False,
        help_text=_("Not needed where the request is about a record that shows it."),
    )
    asker = NameChoice(
        Organisation.objects.none(),
        label=_("Asked for"),
        required=False,
        empty_label=_("my own organisation"),
    )
    text = words(_("What it is needed for, in more words"), required=False)
    papers = uploads(_("Papers that show the need"))
    is_shared = forms.BooleanField(label=_("Both sides see it from the start"), required=False)

    def __init__(self, *args: Any, pairing: Pairing, member: Member, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = pairings.units_on(pairing).exclude(organisation__kind__in=FIRMS)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if member.unit.organisation.kind in FIRMS:
            del self.fields["asker"]
            return
        kinds = [*FIRMS, Organisation.Kind.VILLAGE, Organisation.Kind.PARK_COMMITTEE]
        self.fields["asker"].queryset = pairings.seated(pairing, side).filter(kind__in=kinds)  # type: ignore[attr-defined]


class GrantForm(_WithQuantity):
    """Grant a request in part or whole."""

    form_code = "office.factor_grant"
    button = _("Grant it")

    quantity = _quantity(_("How much is granted"))
    papers = uploads(_("Paper that grants it"))
    document = filed()
    paper = forms.CharField(
        label=_("By which paper"),
        max_length=200,
        required=False,
        help_text=_("Name and file number; needed where the paper itself is not filed here."),
    )
    reason = forms.CharField(
        label=_("Why others are passed over"),
        max_length=300,
        required=False,
        help_text=_("Needed where one that stands before it could be served; it stands on both records."),
    )

    def counted_in(self) -> str:
        return str(self.subject.measure)

    def values_of(self, subject: Any) -> dict[str, Any]:
        # What is granted is new each time; the request lends its version and measure only.
        return {"version": subject.version}


class RefuseForm(ReasonForm):
    """Refuse a request, with the reason and the papers that show it."""

    form_code = "office.factor_refuse"
    button = _("Refuse it")

    papers = uploads(_("Papers that show why"))


class PoolForm(_WithQuantity):
    """Declare what an organisation may grant of a factor in a year."""

    form_code = "office.factor_pool"
    button = _("Declare the pool")
    quantity_name = "available"

    organisation = NameChoice(Organisation.objects.none(), label=_("Who grants from it"))
    measure = forms.ChoiceField(label=_("Factor"), choices=lambda: measures())
    year = forms.IntegerField(label=_("Year"), min_value=2002, max_value=2100)
    available = _quantity(_("How much it holds"))
    source = forms.CharField(
        label=_("By which paper"), max_length=300, help_text=_("The plan or notice that gives the quota.")
    )
    is_shared = forms.BooleanField(label=_("Both sides see it"), required=False)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class ChangePoolForm(_WithQuantity):
    """Set a pool anew."""

    form_code = "office.factor_pool_anew"
    button = _("Save")
    quantity_name = "available"

    available = _quantity(_("How much it holds"))
    source = forms.CharField(label=_("By which paper"), max_length=300, required=False)

    def counted_in(self) -> str:
        return str(self.subject.measure)

    def values_of(self, subject: Any) -> dict[str, Any]:
        return super().values_of(subject) | {"available": typed(subject.available, subject.measure)}


def typed(steps: int, measure: str) -> str:
    """A quantity as the forms take it back: money in yuan."""
    if measure == "fen":
        return format(Decimal(steps).scaleb(-2).normalize(), "f")
    return format(rules.quantity_of(steps, measure).normalize(), "f")


def measures() -> list[tuple[str, Any]]:
    """Factors with their measures, in words."""
    return [
        (code, f"{said.FACTORS[one.kind]} · {said.MEASURES[code]}") for code, one in rules.MEASURES.items()
    ]
