"""Forms of activities, aid and the balance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.forms.shared import UnitChoice, choice, day, long_text, text
from shanhai.webkit import words
from shanhai.webkit.forms import BY_ADDRESS, Papers, ShanhaiForm, YuanField

_TWO = [
    "title_zh",
    "title_en",
    "field",
    "on",
    "until_on",
    "place_zh",
    "place_en",
    "lead",
    "leader",
    "leader_en",
    "delegation",
    "payer",
]


class _ActivityForm(ShanhaiForm):
    title_zh = text(_("Title (Chinese)"), 160)
    title_en = text(_("Title (English)"), 200, required=False)
    field = choice(columns.FIELDS, label=_("Field"))
    on = day(_("On"))
    until_on = day(_("Last day"), required=False)
    place_zh = text(_("Place (Chinese)"), 120, required=False)
    place_en = text(_("Place (English)"), 160, required=False)
    lead = choice(columns.SIDES, label=_("Organised by"))
    mountain_unit = UnitChoice(Unit.objects.none(), label=_("Unit of the mountain side"))
    sea_unit = UnitChoice(Unit.objects.none(), label=_("Unit of the sea side"))
    leader = text(_("Led by"), 120, required=False)
    leader_en = text(_("Led by (English)"), 160, required=False)
    delegation = long_text(
        _("Delegation"), 4000, required=False, help_text=_("One person a line, with unit and post.")
    )
    payer = choice(columns.SIDES, label=_("Money of"), empty=_("no money goes with it"))
    planned_fen = YuanField(label=_("Money planned"), required=False)

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("mountain_unit", core_pairings.units_on(pairing, "mountain"))
        self.offer("sea_unit", core_pairings.units_on(pairing, "sea"))


_SETS = (
    (_("When and where"), ("on", "until_on", "place_zh", "place_en")),
    (_("Who"), ("lead", "mountain_unit", "sea_unit", "leader", "leader_en", "delegation")),
    (_("Money"), ("payer", "planned_fen")),
)


class PlanActivityForm(_ActivityForm):
    """Plan an activity."""

    form_code = "pairing.activity"
    button = _("Plan the activity")
    fieldsets = ((_("What"), ("number", "kind", "title_zh", "title_en", "field")), *_SETS)
    number = text(_("Number"), 40, help_text=_("For example A-2023-07."))
    kind = choice(columns.ACTIVITY_KINDS, label=_("Kind"))


class ChangeActivityForm(_ActivityForm):
    """Change an activity that is planned or held."""

    form_code = "pairing.activity_change"
    fieldsets = ((_("What"), ("title_zh", "title_en", "field")), *_SETS)

    def values_of(self, subject: Any) -> dict[str, Any]:
        found = {name: getattr(subject, name) for name in _TWO}
        planned = words.yuan_exact(subject.planned_fen) if subject.planned_fen else ""
        return found | {
            "version": subject.version,
            "mountain_unit": subject.mountain_unit_id,
            "sea_unit": subject.sea_unit_id,
            "planned_fen": planned,
        }


class HoldActivityForm(ShanhaiForm):
    """Say that it took place."""

    button = _("It took place")
    on = day(_("On"))
    until_on = day(_("Last day"), required=False)
    photos = Papers(label=_("Photographs"), help_text=_("PNG, JPEG or WebP. Both sides can see them."))


class PhotosForm(ShanhaiForm):
    """Add photographs."""

    button = _("Add the photographs")
    photos = Papers(
        label=_("Photographs"),
        needed=_("Choose the photographs."),
        help_text=_("PNG, JPEG or WebP. Both sides can see them."),
    )


class CloseActivityForm(ShanhaiForm):
    """Write what came of it."""

    form_code = "pairing.activity_close"
    button = _("Close the activity")
    outcome_zh = long_text(_("What came of it (Chinese)"), 4000)
    outcome_en = long_text(_("What came of it (English)"), 4000, required=False)
    papers = Papers(label=_("Papers"))

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {
            "version": subject.version,
            "outcome_zh": subject.outcome_zh,
            "outcome_en": subject.outcome_en,
        }


class AidForm(ShanhaiForm):
    """Record money that was paid or used."""

    form_code = "pairing.aid"
    button = _("Record the money")
    kind = choice(columns.AID_KINDS, label=_("Paid or used"))
    on = day(_("On"))
    amount_fen = YuanField(label=_("Amount"), min_fen=1)
    about = text(_("What for"), 300, required=False)
    vouchers = Papers(label=_("Voucher"), needed=_("Add the voucher of the payment."))


class TakeBackAidForm(ShanhaiForm):
    """Put wrongly recorded money right."""

    form_code = BY_ADDRESS
    button = _("Take it back")
    kind = choice(columns.AID_KINDS, label=_("Paid or used"))
    amount_fen = YuanField(label=_("Amount to take back"), min_fen=1)
    reason = text(_("Reason"), 300, help_text=_("Both sides read it."))


class StatementForm(ShanhaiForm):
    """Say for one's side what it thinks of the balance."""

    form_code = "pairing.statement"
    button = _("Put it beside the figures")
    text_zh = forms.CharField(label=_("Statement (Chinese)"), max_length=600, widget=forms.Textarea)
    text_en = forms.CharField(
        label=_("Statement (English)"), max_length=900, widget=forms.Textarea, required=False
    )
