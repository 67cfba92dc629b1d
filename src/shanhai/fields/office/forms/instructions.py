"""Forms of instructions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Document, Pairing, Unit
from shanhai.core.queries import pairings
from shanhai.fields.office.forms.shared import UnitChoice, day, words
from shanhai.fields.office.rules.instructions import LONGEST
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class InstructionForm(ShanhaiForm):
    """One line, for a unit, by a day."""

    form_code = BY_ADDRESS
    button = _("Give the instruction")

    text = forms.CharField(label=_("Instruction"), max_length=LONGEST, help_text=_("One line."))
    text_en = forms.CharField(label=_("The same in English"), max_length=300, required=False)
    unit = UnitChoice(Unit.objects.none(), label=_("Carried out by"))
    due_on = day(_("Report back by"))

    def __init__(self, *args: Any, pairing: Pairing, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = pairings.units_on(pairing, side)  # type: ignore[attr-defined]


class _Paper(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return obj.title


class ReportForm(ShanhaiForm):
    """Say how it was carried out."""

    form_code = "office.instruction_report"
    button = _("Report back")

    text = words(_("How it was carried out"))
    evidence = _Paper(
        Document.objects.none(),
        label=_("Papers that show it"),
        required=False,
        help_text=_("The latest papers of your unit; file a paper first if it is missing."),
    )

    def __init__(self, *args: Any, papers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = papers  # type: ignore[attr-defined]


class WordForm(ShanhaiForm):
    """A word on what is missing."""

    form_code = BY_ADDRESS
    button = _("Send it back")

    word = forms.CharField(label=_("What is missing?"), max_length=300)
