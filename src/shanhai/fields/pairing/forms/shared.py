"""What the forms of the field share: choices in the reader's language, people and units by side, papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.office.forms.shared import NameChoice as NameChoice
from shanhai.fields.office.forms.shared import RecordChoice
from shanhai.fields.office.forms.shared import UnitChoice as UnitChoice
from shanhai.fields.office.forms.shared import day as day
from shanhai.fields.pairing import columns
from shanhai.webkit import words

Choices = columns.Choices


def choices(of: Choices, *, empty: Any = None) -> Callable[[], list[tuple[str, Any]]]:
    """Choices of a select, in the language of the moment the form is drawn in."""

    def now() -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [(value, zh if words.is_chinese() else en) for value, en, zh in of]
        return found if empty is None else [("", empty), *found]

    return now


def choice(of: Choices, *, empty: Any = None, **kwargs: Any) -> forms.ChoiceField:
    """A select of declared choices; with ``empty`` it may be left out."""
    return forms.ChoiceField(choices=choices(of, empty=empty), required=empty is None, **kwargs)


class MemberChoice(RecordChoice):
    """A person by name and unit."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.unit.organisation.name} · {obj.unit.name}"


class PartyChoice(RecordChoice):
    """A party by its organisation and side."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} ({columns.words(columns.ROLES, obj.role)})"


class PartiesChoice(forms.ModelMultipleChoiceField):
    """Several parties, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} ({columns.words(columns.ROLES, obj.role)})"


def text(label: Any, most: int, **kwargs: Any) -> forms.CharField:
    """A line of text that fits its column."""
    return forms.CharField(label=label, max_length=most, **kwargs)


def long_text(label: Any, most: int = 20_000, **kwargs: Any) -> forms.CharField:
    """Text of several lines."""
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea, **kwargs)


def name_pair(zh: int = 120, en: int = 160) -> tuple[forms.CharField, forms.CharField]:
    """A name in both languages: the Chinese one is what papers carry."""
    return (
        text(_("Name (Chinese)"), zh, help_text=_("As the paper has it.")),
        text(_("Name (English)"), en, required=False),
    )
