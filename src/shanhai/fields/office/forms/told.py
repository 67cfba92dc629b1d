"""Forms of how people are told: the choice of a member, and robots of group chats."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.channels.robots import ADAPTERS
from shanhai.core.models import Organisation, Unit
from shanhai.core.models.base import in_language
from shanhai.fields.office.forms.shared import NameChoice, UnitChoice, choices
from shanhai.fields.office.queries import told
from shanhai.webkit.forms import ShanhaiForm


class TellingForm(ShanhaiForm):
    """At once, as a digest, or none."""

    button = _("Tell me so")
    mail = forms.ChoiceField(
        label=_("E-mail"),
        choices=choices({str(key): word for key, word in told.MAIL.items()}),
        widget=forms.RadioSelect,
    )


def _kinds() -> list[tuple[str, str]]:
    return [(one.code, in_language(one.name_zh, one.name_en)) for one in ADAPTERS.values()]


class ChangeRobotForm(ShanhaiForm):
    """What of a robot may change; what was kept is never shown."""

    button = _("Save")
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As the group is called, so that you can tell robots apart."),
    )
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Left empty, the kept one stays. It is kept encrypted and shown to nobody."),
    )
    secret = forms.CharField(
        label=_("Secret for signing (DingTalk)"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Begins with SEC; shown by DingTalk where “sign” is chosen for the robot. WeCom has none."
        ),
    )


class RobotForm(ChangeRobotForm):
    """A robot to add."""

    button = _("Add the robot")
    kind = forms.ChoiceField(label=_("Platform"), choices=_kinds)
    organisation = NameChoice(label=_("Organisation"), queryset=Organisation.objects.none(), required=False)
    unit = UnitChoice(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("the whole organisation"),
        help_text=_("Whose group chat it is: the group hears only what each of its people was told."),
    )
    field_order = ("name", "kind", "organisation", "unit", "address", "secret")

    def __init__(self, request: Any = None, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["address"].required = True
        self.fields["address"].help_text = _(
            "The whole address that the group’s robot shows, beginning with https://. It is kept encrypted and shown to nobody."
        )
