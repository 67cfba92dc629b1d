"""What the forms of the field share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.webkit.words import Words


def choices(of: Mapping[str, Words], *, empty: Words = "") -> Callable[[], list[tuple[str, Any]]]:
    """Choices of a select, in the language of the moment the form is drawn in."""

    def now() -> list[tuple[str, Any]]:
        return [*([("", empty)] if empty else []), *of.items()]

    return now


class _Choice(forms.ModelChoiceField):
    """A choice among records that says what an empty one means."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "empty_label", _("please choose") if kwargs.get("required", True) else _("not named")
        )
        super().__init__(*args, **kwargs)


class UnitChoice(_Choice):
    """A unit by its organisation and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} · {obj.name}"


class NameChoice(_Choice):
    """A record by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, with the control that the browser has for it."""
    return forms.DateField(label=label, widget=forms.DateInput, **kwargs)


def words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Text of several lines."""
    return forms.CharField(
        label=label, max_length=4000, required=required, widget=forms.Textarea, help_text=help_text
    )
