"""What the forms of the field share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.webkit.forms import Papers
from shanhai.webkit.words import Words


def choices(of: Mapping[str, Words], *, empty: Words = "") -> Callable[[], list[tuple[str, Any]]]:
    """Choices of a select, in the language of the moment the form is drawn in."""

    def now() -> list[tuple[str, Any]]:
        return [*([("", empty)] if empty else []), *of.items()]

    return now


class RecordChoice(forms.ModelChoiceField):
    """A record to choose; an empty choice says what it means, not a row of hyphens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        is_needed = kwargs.get("required", True)
        kwargs.setdefault("empty_label", _("please choose") if is_needed else _("not named"))
        super().__init__(*args, **kwargs)


class UnitChoice(RecordChoice):
    """A unit by its organisation and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} · {obj.name}"


class NameChoice(RecordChoice):
    """A record by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, with the control that the browser has for it."""
    return forms.DateField(label=label, widget=forms.DateInput, **kwargs)


def uploads(label: Any, **kwargs: Any) -> Papers:
    """Files that are filed with what the form does: papers, or photographs as a phone takes them."""
    kwargs.setdefault(
        "help_text",
        _("PDF, pictures, Word, Excel or text, several at once. Whoever reads the record can open them."),
    )
    return Papers(label=label, **kwargs)


def filed() -> forms.IntegerField:
    """A paper that lies among the documents already, by its number."""
    return forms.IntegerField(
        label=_("Or the number of a filed paper"),
        required=False,
        min_value=1,
        help_text=_("If the paper is filed here already, the number in its address."),
    )


def words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Text of several lines."""
    return forms.CharField(
        label=label, max_length=4000, required=required, widget=forms.Textarea, help_text=help_text
    )
