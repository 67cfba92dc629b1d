"""Forms of pairings and of who is in charge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Organisation, Pairing
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.forms.shared import (
    MemberChoice,
    NameChoice,
    choice,
    day,
    long_text,
    name_pair,
    text,
)
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


def _organisations() -> Any:
    return Organisation.objects.filter(is_active=True).order_by("name_sort", "pk")


class PairingForm(ShanhaiForm):
    """Open a pairing."""

    form_code = "pairing.pairing"
    button = _("Open the pairing")
    fieldsets = (
        (_("Pairing"), ("code", "name_zh", "name_en", "level", "parent", "started_on")),
        (_("Parties"), ("mountain", "sea", "host")),
        (_("About"), ("about", "source")),
    )

    code = text(_("Code"), 40, help_text=_("Letters, digits, dots and hyphens; it stands in the address."))
    name_zh, name_en = name_pair()
    level = choice(columns.LEVELS, label=_("Level"))
    parent = NameChoice(Pairing.objects.none(), label=_("Under"), required=False, empty_label=_("no other"))
    started_on = day(_("Began on"))
    mountain = NameChoice(Organisation.objects.none(), label=_("Mountain side"))
    sea = NameChoice(Organisation.objects.none(), label=_("Sea side"))
    host = NameChoice(
        Organisation.objects.none(),
        label=_("Host"),
        required=False,
        empty_label=_("none"),
        help_text=_("Where a third place takes something in."),
    )
    about = long_text(_("What it is for"), required=False)
    source = text(_("Source"), 200, required=False, help_text=_("Document or newspaper and its day."))

    def __init__(self, request: Any, *, parents: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("parent", parents)
        for name in ("mountain", "sea", "host"):
            self.offer(name, _organisations())


class ChangePairingForm(ShanhaiForm):
    """Change what a pairing is called and is for."""

    form_code = "pairing.pairing_change"
    name_zh, name_en = name_pair()
    level = choice(columns.LEVELS, label=_("Level"))
    started_on = day(_("Began on"))
    about = long_text(_("What it is for"), required=False)


class PartyForm(ShanhaiForm):
    """Take one more party in."""

    form_code = "pairing.party"
    button = _("Add the party")
    organisation = NameChoice(Organisation.objects.none(), label=_("Organisation"))
    role = choice(columns.ROLES, label=_("Role"))
    from_on = day(_("From"), required=False)

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("organisation", _organisations())


class EndForm(ShanhaiForm):
    """End something on a day, with a reason that both sides read."""

    form_code = BY_ADDRESS
    on = day(_("Last day"))
    reason = text(_("Reason"), 300, help_text=_("Both sides read it."))


class ReasonForm(ShanhaiForm):
    """Give something up, with a reason that both sides read."""

    form_code = BY_ADDRESS
    reason = text(_("Reason"), 300, help_text=_("Both sides read it."))


class ChargeForm(ShanhaiForm):
    """Put somebody of the own side in charge."""

    form_code = "pairing.charge"
    button = _("Put in charge")
    member = MemberChoice(Member.objects.none(), label=_("Person"))
    field = choice(columns.FIELDS, empty=_("the whole pairing"), label=_("Of"))
    level = choice(columns.MEETING_LEVELS, label=_("Level"), initial="leaders_in_charge")
    from_on = day(_("From"), help_text=_("Who was in charge before ends the day before."))

    def __init__(self, request: Any, *, members: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("member", members)


class LastDayForm(ShanhaiForm):
    """Say since when something no longer holds."""

    button = _("End it")
    on = day(_("Last day"))
