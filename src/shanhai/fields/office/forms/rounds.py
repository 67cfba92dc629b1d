"""Forms of reporting rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core import sentences
from shanhai.core.models import Unit
from shanhai.fields.office import columns
from shanhai.fields.office.models import Round, RoundAnswer
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.fields.registry.columns import KINDS
from shanhai.kernel.refusals import Refused
from shanhai.webkit import words
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm

_QUESTIONS_HELP = _(
    "One a line, cells apart by | or pasted from a sheet: name | English name | type (int, decimal, percent, fen for "
    "money, mu, date, text) | unit | needed (yes, no) | commitment or indicator that it counts for."
)


def _repeats() -> list[tuple[str, str]]:
    return [(value, zh if words.is_chinese() else en) for value, en, zh in columns.REPEATS]


class UnitsChoice(forms.ModelMultipleChoiceField):
    """Units as boxes to tick, by organisation."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} · {obj.name}"


class RoundChoice(forms.ModelChoiceField):
    """An earlier round."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.period}"


class _AnswerChoice(forms.ModelChoiceField):
    """A unit that the round asks."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.organisation.name} · {obj.unit.name}"


class RoundForm(ShanhaiForm):
    """What is asked of whom, for which period, by when."""

    form_code = "office.round"
    button = _("Write it and look whom it reaches")
    fieldsets = (
        (_("What"), ("name_zh", "name_en", "about")),
        (_("When"), ("period", "due_on", "repeats")),
        (_("Form"), ("previous", "questions", "lines")),
        (_("Whom"), ("units",)),
    )

    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    about = forms.CharField(label=_("A word to the units"), max_length=500, required=False)
    period = forms.CharField(
        label=_("Period"), max_length=12, help_text=_("2023, 2023Q3 or 2023-09, as the figures are counted.")
    )
    due_on = forms.DateField(label=_("Due day"), widget=forms.DateInput)
    repeats = forms.ChoiceField(label=_("Repeats"), choices=_repeats, required=False)
    previous = RoundChoice(
        Round.objects.none(),
        label=_("Like the round"),
        required=False,
        empty_label=_("none"),
        help_text=_("Its form is taken where none is written here, and units see its values beside theirs."),
    )
    questions = forms.CharField(
        label=_("Questions"), widget=forms.Textarea, required=False, help_text=_QUESTIONS_HELP
    )
    lines = forms.CharField(
        label=_("Fixed rows"),
        widget=forms.Textarea,
        required=False,
        help_text=_("One a line: code | name | English name | unit code where only one unit has it."),
    )
    units = UnitsChoice(
        Unit.objects.none(),
        label=_("Units that are asked"),
        required=False,
        help_text=_("None ticked takes those of the round above."),
    )

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, key=pairing.code, **kwargs)
        units = self.fields["units"]
        units.queryset = queries.units_to_ask(pairing)  # type: ignore[attr-defined]
        units.choices = _by_kind(units, pairing)  # type: ignore[attr-defined]
        before = (
            queries.rounds_of(request.member, pairing).filter(followed_by=None).order_by("-due_on", "-pk")
        )
        self.fields["previous"].queryset = before  # type: ignore[attr-defined]

    def clean_questions(self) -> list[rules.Question]:
        return _read(lambda: rules.read_questions(self.cleaned_data["questions"]))

    def clean_lines(self) -> list[rules.Line]:
        found = []
        for line in self.cleaned_data["lines"].splitlines():
            if line.strip():
                cells = [cell.strip() for cell in line.replace("\t", "|").split("|")] + ["", "", ""]
                found.append(rules.Line(cells[0], cells[1] or cells[0], cells[2], cells[3]))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        previous = data.get("previous")
        if previous is not None and not data.get("questions"):
            data["questions"] = queries.questions_of(previous)
            data["lines"] = data.get("lines") or queries.lines_of(previous)
        if previous is not None and not data.get("units"):
            data["units"] = [answer.unit for answer in queries.asked_by(previous)]
        if not data.get("units") and "units" not in self.errors:
            self.add_error("units", _("The round asks no unit. Choose at least one."))
        if not data.get("questions") and "questions" not in self.errors:
            self.add_error(
                "questions", _("Write at least one question, or name a round whose form is taken.")
            )
        return data


class QuestionsForm(ShanhaiForm):
    """Change what a round asks."""

    form_code = "office.questions"
    button = _("Change the form")

    questions = forms.CharField(label=_("Questions"), widget=forms.Textarea, help_text=_QUESTIONS_HELP)

    def values_of(self, subject: Any) -> dict[str, Any]:
        text = rules.write_questions(queries.questions_of(subject))
        return {"version": subject.version, "questions": text}

    def clean_questions(self) -> list[rules.Question]:
        return _read(lambda: rules.read_questions(self.cleaned_data["questions"]))


class DueForm(ShanhaiForm):
    """Move the due day."""

    button = _("Move the due day")
    due_on = forms.DateField(label=_("Due day"), widget=forms.DateInput)


class WhyForm(ShanhaiForm):
    """Give something up or back, with a reason."""

    form_code = BY_ADDRESS
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The units read it."))


class WordForm(ShanhaiForm):
    """Return an answer within the unit."""

    form_code = BY_ADDRESS
    button = _("Return it")
    word = forms.CharField(label=_("Why it goes back"), max_length=300)


class HandOverForm(ShanhaiForm):
    """Name the unit that answers for one that merged into it."""

    button = _("Let it answer for both")
    to = _AnswerChoice(
        RoundAnswer.objects.none(),
        label=_("Unit that goes on"),
        help_text=_("Its own values stand; what the other had given fills its empty cells."),
    )

    def __init__(self, request: Any, *, subject: Any, **kwargs: Any) -> None:
        super().__init__(request, subject=subject, **kwargs)
        others = subject.round.answers.exclude(pk=subject.pk).filter(stage__in=rules.FILLABLE)
        self.fields["to"].queryset = others.select_related("unit__organisation")  # type: ignore[attr-defined]


def _by_kind(field: Any, pairing: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """The units under headings: side and kind of organisation, in the order of the register of kinds."""
    sides = queries.sides_of(pairing.pk, field.queryset)
    groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for unit in field.queryset:
        key = sides.get(unit.pk, ""), unit.organisation.kind
        groups.setdefault(key, []).append((unit.pk, field.label_from_instance(unit)))
    kinds = [code for code, _en, _zh in KINDS]
    ordered = sorted(groups, key=lambda key: (key[0], kinds.index(key[1])))
    return [(_heading(side, kind), groups[side, kind]) for side, kind in ordered]


def _heading(side: str, kind: str) -> str:
    names = {"mountain": _("Mountain side"), "sea": _("Sea side"), "host": _("Host")}
    word = columns.words(KINDS, kind)
    return f"{names.get(side, '')} · {word}" if side else word


def _read(call: Callable[[], list[rules.Question]]) -> list[rules.Question]:
    try:
        return call()
    except Refused as refused:
        raise forms.ValidationError(sentences.refusal(refused)) from None
