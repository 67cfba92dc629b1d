"""Forms of what is delivered and planned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.pairing import rules
from shanhai.fields.pairing.forms.shared import day, text
from shanhai.fields.pairing.models import Commitment, Delivery
from shanhai.fields.pairing.queries import pages
from shanhai.webkit import words
from shanhai.webkit.forms import BY_ADDRESS, Papers, ShanhaiForm, YuanField


class _Quantity(ShanhaiForm):
    """A quantity in the unit of the commitment; money in yuan."""

    def __init__(self, request: Any, *, commitment: Commitment, **kwargs: Any) -> None:
        self.commitment = commitment
        super().__init__(request, key=commitment.code, **kwargs)
        if commitment.unit == rules.Unit.FEN:
            self.fields["quantity"] = YuanField(label=_("Amount"), min_fen=None)
            self.fields["quantity"].widget.attrs["class"] = "form-control"
        elif commitment.unit_name:
            self.fields["quantity"].help_text = commitment.unit_name

    def clean_quantity(self) -> Decimal:
        return Decimal(self.cleaned_data["quantity"])


class _PlanChoice(forms.ModelChoiceField):
    """A planned entry by its day and what is to come."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{words.day(obj.on)} · {obj.what_said or obj.code}"


class RecordForm(_Quantity):
    """Record that something promised was delivered."""

    form_code = "pairing.delivery"
    button = _("Record the delivery")
    on = day(_("Delivered on"))
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=20, decimal_places=4)
    what = text(_("What was delivered"), 200, required=False)
    what_en = text(_("What was delivered (English)"), 200, required=False)
    of_plan = _PlanChoice(
        Delivery.objects.none(),
        label=_("In place of the planned entry"),
        required=False,
        empty_label=_("none"),
    )
    evidence = Papers(label=_("Evidence"), needed=_("Add a document that shows the delivery."))

    def __init__(self, request: Any, *, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(request, commitment=commitment, **kwargs)
        plans = pages.plans_of(commitment)
        self.offer("of_plan", plans)
        if not plans.exists():
            del self.fields["of_plan"]


class PlanForm(_Quantity):
    """Enter a delivery that is to come."""

    form_code = "pairing.plan"
    button = _("Plan the delivery")
    on = day(_("Planned for"), help_text=_("It counts to the forecast once the other side has confirmed it."))
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=20, decimal_places=4)
    what = text(_("What will be delivered"), 200, required=False)
    what_en = text(_("What will be delivered (English)"), 200, required=False)


class WithdrawForm(ShanhaiForm):
    """Take back what the other side has not confirmed."""

    form_code = BY_ADDRESS
    button = _("Withdraw it")
    reason = text(_("Reason"), 300, required=False)
