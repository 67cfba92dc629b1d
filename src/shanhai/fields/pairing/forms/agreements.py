"""Forms of agreements, what they promise, and of payments and land under them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.models import Party, Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns, rules
from shanhai.fields.pairing.forms.shared import (
    PartiesChoice,
    PartyChoice,
    UnitChoice,
    choice,
    day,
    long_text,
    name_pair,
    text,
)
from shanhai.fields.pairing.queries import pages
from shanhai.webkit.forms import BY_ADDRESS, Papers, ShanhaiForm, YuanField

YUAN_FEN = Decimal(100)


class AgreementForm(ShanhaiForm):
    """Draft an agreement."""

    form_code = "pairing.agreement"
    button = _("Keep as draft")
    fieldsets = (
        (_("Agreement"), ("number", "name_zh", "name_en", "field", "parties")),
        (_("Dates"), ("valid_from", "valid_to", "renewal_notice_days")),
        (_("Text"), ("about",)),
    )

    number = text(_("Number"), 40, help_text=_("For example LX-2023-05."))
    name_zh, name_en = name_pair()
    field = choice(columns.FIELDS, label=_("Field"))
    parties = PartiesChoice(Party.objects.none(), label=_("Parties that sign"))
    valid_from = day(_("Valid from"))
    valid_to = day(_("Valid to"), required=False, help_text=_("Leave empty if it has no last day."))
    renewal_notice_days = forms.IntegerField(
        label=_("Renewal notice, days"),
        required=False,
        min_value=1,
        max_value=730,
        help_text=_("Both sides are reminded so long before its end; empty takes the rulebook's figure."),
    )
    about = long_text(_("What it says"), required=False)

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("parties", pages.parties_of(pairing))


class ChangeAgreementForm(ShanhaiForm):
    """Change a draft that nobody has signed."""

    form_code = "pairing.agreement_change"
    name_zh, name_en = name_pair()
    field = choice(columns.FIELDS, label=_("Field"))
    valid_from = day(_("Valid from"))
    valid_to = day(_("Valid to"), required=False, help_text=_("Leave empty if it has no last day."))
    renewal_notice_days = forms.IntegerField(label=_("Renewal notice, days"), min_value=1, max_value=730)
    about = long_text(_("What it says"), required=False)


class RenewForm(ShanhaiForm):
    """Draft the next version."""

    form_code = "pairing.renewal"
    button = _("Draft the new version")
    number = text(_("Number of the new version"), 40)
    valid_from = day(_("Valid from"))
    valid_to = day(_("Valid to"), required=False)


class SignForm(ShanhaiForm):
    """Sign for the own side, under the terms that were read."""

    button = _("Sign for my side")
    party = PartyChoice(
        Party.objects.none(), label=_("Party"), required=False, empty_label=_("the one of my side")
    )
    on = day(_("Signed on"))
    person = text(
        _("Who signed"), 120, required=False, help_text=_("As the paper names the person; empty is yourself.")
    )
    paper = Papers(label=_("Signed and stamped paper"))
    terms_no = forms.IntegerField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(label=_("I have read the terms above, and we are bound by them."))

    def __init__(self, request: Any, *, agreement: Any, side: str, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        signing = pages.parties_of(agreement.pairing).filter(
            pk__in=agreement.parties.values("party_id"), role=side
        )
        self.offer("party", signing)
        if signing.count() < 2:
            del self.fields["party"]


_TARGET = re.compile(r"^\s*(\S+?)\s*[:：=,，\s]\s*([\d.,]+)\s*$")


class CommitmentForm(ShanhaiForm):
    """Promise something that can be measured."""

    form_code = "pairing.commitment"
    button = _("Add the commitment")
    fieldsets = (
        (_("What"), ("code", "name_zh", "name_en", "field", "owes", "is_main")),
        (
            _("How much"),
            ("kind", "indicator", "direction", "target", "unit", "unit_zh", "unit_en", "unit_one_en"),
        ),
        (_("When"), ("per", "starts_on", "due_on", "targets")),
        (_("Who answers for it"), ("mountain_unit", "sea_unit", "about")),
    )

    code = text(_("Code"), 40)
    name_zh, name_en = name_pair()
    field = choice(columns.FIELDS, label=_("Field"))
    owes = choice(columns.OWES, label=_("Who owes it"))
    is_main = forms.BooleanField(label=_("Among the main commitments of the home page"), required=False)
    kind = choice(
        columns.KINDS,
        label=_("Measured"),
        initial="counted",
        help_text=_("From recorded deliveries, or by an indicator. A percentage is never typed in."),
    )
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    direction = choice(columns.DIRECTIONS, label=_("The target is"), initial="up")
    target = forms.DecimalField(
        label=_("Target"), max_digits=20, decimal_places=4, help_text=_("Money in yuan.")
    )
    unit = choice(columns.UNITS, label=_("Measured in"), initial="count")
    unit_zh = text(_("Word after the number (Chinese)"), 20, required=False)
    unit_en = text(_("Word after the number (English)"), 30, required=False)
    unit_one_en = text(_("Word after the number 1 (English)"), 30, required=False)
    per = choice(columns.PERS, label=_("Due"), initial="once")
    starts_on = day(_("Begins on"), required=False)
    due_on = day(_("Due on"), required=False, help_text=_("For what is due once."))
    targets = forms.CharField(
        label=_("Target of each period"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One period a line, such as 2023Q3 30 or 2023-09 12."),
    )
    mountain_unit = UnitChoice(Unit.objects.none(), label=_("On the mountain side"), required=False)
    sea_unit = UnitChoice(Unit.objects.none(), label=_("On the sea side"), required=False)
    about = long_text(_("Remarks"), required=False)

    def __init__(self, request: Any, *, agreement: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("mountain_unit", core_pairings.units_on(agreement.pairing, "mountain"))
        self.offer("sea_unit", core_pairings.units_on(agreement.pairing, "sea"))
        choices = [
            ("", _("none")),
            *((one.code, one.name) for one in signs.indicators),
        ]
        self.offer_choices("indicator", choices)

    def clean_targets(self) -> list[tuple[str, Decimal]]:
        found = []
        for n, line in enumerate(self.cleaned_data["targets"].splitlines(), 1):
            if not line.strip():
                continue
            match = _TARGET.match(line)
            try:
                found.append((match[1], Decimal(match[2].replace(",", ""))))  # type: ignore[index]
            except (TypeError, InvalidOperation):
                raise forms.ValidationError(
                    _("Line %(n)s, “%(line)s”, is no period with its target. Write 2023Q3 30."),
                    params={"n": n, "line": line.strip()[:40]},
                ) from None
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("unit") == rules.Unit.FEN:
            if data.get("target") is not None:
                data["target"] *= YUAN_FEN
            data["targets"] = [(period, value * YUAN_FEN) for period, value in data.get("targets") or []]
        return data


class ChangeCommitmentForm(ShanhaiForm):
    """Of an agreement in force only who answers for a commitment can change."""

    form_code = "pairing.commitment_change"
    mountain_unit = UnitChoice(Unit.objects.none(), label=_("On the mountain side"), required=False)
    sea_unit = UnitChoice(Unit.objects.none(), label=_("On the sea side"), required=False)
    is_main = forms.BooleanField(label=_("Among the main commitments of the home page"), required=False)
    balance_line = choice(
        columns.BALANCE_LINES, label=_("Line of the balance"), empty=_("not in the balance")
    )
    about = long_text(_("Remarks"), required=False)

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        pairing = self.subject.pairing
        self.offer("mountain_unit", core_pairings.units_on(pairing, "mountain"))
        self.offer("sea_unit", core_pairings.units_on(pairing, "sea"))


class MoneyClauseForm(ShanhaiForm):
    """Agree on payments."""

    form_code = "pairing.money_clause"
    button = _("Add the money clause")
    code = text(_("Code"), 40)
    name_zh, name_en = name_pair()
    payer = PartyChoice(Party.objects.none(), label=_("Pays"))
    payee = PartyChoice(Party.objects.none(), label=_("Receives"))
    amount_fen = YuanField(
        label=_("Amount of one payment"),
        required=False,
        min_fen=1,
        help_text=_("Empty where it follows from what happens, such as all rent received."),
    )
    schedule = choice(columns.SCHEDULES, label=_("Paid"), initial="once")
    condition_zh = text(_("Condition (Chinese)"), 300, required=False)
    condition_en = text(_("Condition (English)"), 300, required=False)
    due_on = forms.CharField(
        label=_("Due on"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One day a line, such as 2023-10-31."),
    )

    def __init__(self, request: Any, *, agreement: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        _offer_parties(self, agreement, "payer", "payee")

    def clean_due_on(self) -> list[Any]:
        days = []
        for line in self.cleaned_data["due_on"].split():
            try:
                days.append(forms.DateField(input_formats=["%Y-%m-%d"]).clean(line.strip(",;，；")))
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("“%(text)s” is no day. Write it like 2023-10-31."), params={"text": line[:20]}
                ) from None
        return days


class LandClauseForm(ShanhaiForm):
    """Agree on land or land quota."""

    form_code = "pairing.land_clause"
    button = _("Add the land clause")
    code = text(_("Code"), 40)
    giver = PartyChoice(Party.objects.none(), label=_("Gives"))
    taker = PartyChoice(Party.objects.none(), label=_("Takes"))
    land_mu = forms.DecimalField(label=_("Land, mu"), max_digits=12, decimal_places=2)
    purpose_zh = text(_("Purpose (Chinese)"), 200)
    purpose_en = text(_("Purpose (English)"), 200, required=False)
    by_on = day(_("By"), required=False)

    def __init__(self, request: Any, *, agreement: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        _offer_parties(self, agreement, "giver", "taker")


def _offer_parties(form: ShanhaiForm, agreement: Any, *names: str) -> None:
    signing = pages.parties_of(agreement.pairing).filter(pk__in=agreement.parties.values("party_id"))
    for name in names:
        form.offer(name, signing)


class PaymentForm(ShanhaiForm):
    """Record a payment with its voucher."""

    form_code = "pairing.payment"
    button = _("Record the payment")
    on = day(_("Paid on"))
    amount_fen = YuanField(label=_("Amount"), min_fen=1)
    vouchers = Papers(label=_("Voucher"), needed=_("Add the voucher of the payment."))


class TakeBackPaymentForm(ShanhaiForm):
    """Put a wrongly recorded payment right."""

    form_code = BY_ADDRESS
    button = _("Take it back")
    amount_fen = YuanField(label=_("Amount to take back"), min_fen=1)
    reason = text(_("Reason"), 300, help_text=_("Both sides read it."))


class HandOverForm(ShanhaiForm):
    """Record land handed over."""

    form_code = "pairing.land"
    button = _("Record the land")
    land_mu = forms.DecimalField(label=_("Handed over, mu"), max_digits=12, decimal_places=2)
    on = day(_("On"))
    papers = Papers(
        label=_("Paper that shows it"), needed=_("Add the paper that shows the land handed over.")
    )
