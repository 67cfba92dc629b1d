"""Forms of sharing work out: to whom it goes, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member
from shanhai.webkit.forms import ShanhaiForm


def choices_of(people: Iterable[Member]) -> list[tuple[str, str]]:
    """People as a select has them, told apart by their posts."""
    return [(one.code, f"{one.name} · {one.title_said}" if one.title_said else one.name) for one in people]


class AssignForm(ShanhaiForm):
    """To whom of the unit the chosen work goes."""

    button = _("Give it out")
    to = forms.ChoiceField(label=_("To whom"), required=False)

    def __init__(self, request: Any = None, *, people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("back to the unit, for whoever takes it up")),
            *choices_of(people),
        ]


class DeputyForm(ShanhaiForm):
    """Who stands in, from when to when."""

    form_code = "office.deputy"
    button = _("Name the deputy")
    deputy = forms.ChoiceField(label=_("Deputy"))
    from_on = forms.DateField(label=_("From"))
    to_on = forms.DateField(
        label=_("To"), required=False, help_text=_("The last day; left empty, until you end it.")
    )

    def __init__(self, request: Any = None, *, people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["deputy"].choices = choices_of(people)  # type: ignore[attr-defined]


class HandOverForm(ShanhaiForm):
    """Who takes all open work over for good."""

    form_code = "office.hand_over"
    button = _("Hand all of it over")
    to = forms.ChoiceField(label=_("Successor"))

    def __init__(self, request: Any = None, *, people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["to"].choices = choices_of(people)  # type: ignore[attr-defined]
