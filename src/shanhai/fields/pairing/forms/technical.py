"""Forms of technical problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Organisation
from shanhai.core.queries import pairings
from shanhai.core.visibility import FIRMS
from shanhai.fields.office.forms.shared import filed, uploads
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.forms.shared import NameChoice, choice, long_text, text
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm, YuanField


class TechnicalProblemForm(ShanhaiForm):
    """Post a technical problem; a public body says for which firm or village."""

    form_code = "pairing.technical_problem"
    button = _("Post it")

    title_zh = text(_("The problem in a sentence"), 160)
    title_en = text(_("The same in English"), 200, required=False)
    industry = choice(columns.INDUSTRIES, label=_("Industry"))
    text = long_text(
        _("What the matter is"), 4000, required=False, help_text=_("What was tried, and what would solve it?")
    )
    papers = uploads(_("Photographs and papers of it"))
    asker = NameChoice(Organisation.objects.none(), label=_("Whose problem it is"), required=True)
    is_shared = forms.BooleanField(
        label=_("Firms and experts of both sides see it from now on"),
        required=False,
        help_text=_("Without it, you share it later; until then your side’s offices see it."),
    )

    def __init__(self, request: Any, *, pairing: Any, member: Any, side: str, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        posts = [*FIRMS, Organisation.Kind.VILLAGE]
        if member.unit.organisation.kind in posts:
            del self.fields["asker"]
            return
        self.offer("asker", pairings.seated(pairing, side).filter(kind__in=posts))


class TechnicalAnswerForm(ShanhaiForm):
    """Answer it."""

    form_code = "pairing.technical_answer"
    button = _("Send the answer")

    text = long_text(_("Answer"), 4000, help_text=_("How it can be solved, by whom, with what."))
    papers = uploads(_("Drawings and papers of it"))


class TechnicalResultForm(ShanhaiForm):
    """Record what came of it, and rate the help."""

    form_code = "pairing.technical_result"
    button = _("Record the result")

    result = choice(columns.TECHNICAL_RESULTS, label=_("Is it solved?"))
    effect = long_text(_("What changed"), 4000, help_text=_("Both sides read it."))
    effect_fen = YuanField(label=_("What it saves or earns in a year"), required=False)
    paper = text(
        _("By which paper"),
        200,
        required=False,
        help_text=_(
            "Needed with an amount: a test report, an account. The title of the file, if left empty."
        ),
    )
    papers = uploads(_("The paper itself, photographs"))
    document = filed()
    activity = NameChoice(
        Organisation.objects.none(),
        label=_("Found at which technology matching"),
        required=False,
        empty_label=_("at none"),
    )
    rating = forms.TypedChoiceField(
        label=_("How good was the help?"),
        coerce=int,
        choices=(
            (5, _("5, solved well")),
            (4, _("4, solved")),
            (3, _("3, solved in part")),
            (2, _("2, hardly solved")),
            (1, _("1, no help")),
        ),
    )

    def __init__(self, request: Any, *, activities: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("activity", activities)
        self.fields["activity"].label_from_instance = lambda one: f"{one.number} {one.title}"  # type: ignore[attr-defined]


class TechnicalReasonForm(ShanhaiForm):
    """Say why."""

    form_code = BY_ADDRESS
    reason = text(_("Why?"), 300, help_text=_("Both sides read it."))
