"""Forms of problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.core.queries import pairings
from shanhai.core.visibility import FIRMS
from shanhai.fields.office.forms.shared import NameChoice, UnitChoice, choices, words
from shanhai.fields.office.queries import said
from shanhai.fields.office.work_kinds import RATINGS
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class ProblemForm(ShanhaiForm):
    """Raise a problem. A firm is not asked for whom; a public body may ask for a firm or village of its side."""

    form_code = "office.problem"
    button = _("Raise the problem")

    title_zh = forms.CharField(
        label=_("The problem in a sentence"), max_length=160, help_text=_("It stands in lists and notices.")
    )
    title_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)
    text = words(
        _("What the matter is"), required=False, help_text=_("What was tried, and what would solve it?")
    )
    field = forms.ChoiceField(label=_("Field"), choices=choices(said.FIELDS))
    unit = UnitChoice(
        Unit.objects.none(),
        label=_("Who can answer it?"),
        required=False,
        empty_label=_("the cooperation office finds out"),
        help_text=_("Without an answer it climbs by itself: office, leaders in charge, joint meeting."),
    )
    asker = NameChoice(
        Organisation.objects.none(),
        label=_("Asked for"),
        required=False,
        empty_label=_("my own organisation"),
    )
    is_shared = forms.BooleanField(label=_("Both sides see it from the start"), required=False)

    def __init__(self, *args: Any, pairing: Pairing, member: Member, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = pairings.units_on(pairing)  # type: ignore[attr-defined]
        if member.unit.organisation.kind in FIRMS:
            del self.fields["asker"]
            return
        kinds = [*FIRMS, Organisation.Kind.VILLAGE]
        self.fields["asker"].queryset = pairings.seated(pairing, side).filter(kind__in=kinds)  # type: ignore[attr-defined]


class AnswerForm(ShanhaiForm):
    """Answer a problem."""

    form_code = "office.answer"
    button = _("Send the answer")

    text = words(_("Answer"), help_text=_("The asker reads it and rates it."))


class QuestionForm(ShanhaiForm):
    """Ask the asker something."""

    form_code = BY_ADDRESS
    button = _("Ask back")

    question = words(_("Question"), help_text=_("Until they reply, the days stand still."))


class ReplyForm(ShanhaiForm):
    """Reply to a question."""

    form_code = BY_ADDRESS
    button = _("Reply")

    text = words(_("Reply"))


class RatingForm(ShanhaiForm):
    """Rate an answer."""

    form_code = BY_ADDRESS
    button = _("Rate it")

    rating = forms.TypedChoiceField(
        label=_("How well was it solved?"),
        coerce=int,
        choices=RATINGS,
    )
    word = forms.CharField(label=_("In a word"), max_length=300, required=False)


class ReasonForm(ShanhaiForm):
    """Say why."""

    form_code = BY_ADDRESS
    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("Others read it."))
