"""Forms of gradings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.office.forms.shared import uploads, words
from shanhai.fields.park.columns.grades import CAUSES, RULINGS
from shanhai.fields.park.forms.firms import choice, line
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class DraftForm(ShanhaiForm):
    """Grade a year."""

    form_code = "park.grading"
    button = _("Compute the draft")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class ReasonForm(ShanhaiForm):
    """Say why."""

    form_code = BY_ADDRESS
    reason = line(_("Why?"), 300)


class AppealForm(ShanhaiForm):
    """Object to a grade."""

    form_code = BY_ADDRESS
    button = _("Send the objection")

    text = words(_("What the objection is"), help_text=_("Which figure, and what it should be."))
    papers = uploads(_("Stamped evidence"))


class DecisionForm(ShanhaiForm):
    """Decide on an objection."""

    form_code = BY_ADDRESS
    button = _("Send the decision")

    is_upheld = forms.TypedChoiceField(
        label=_("Decision"),
        coerce=lambda text: text == "yes",
        choices=(
            ("no", _("rejected: the grade stands")),
            ("yes", _("upheld: the grading is computed anew from the figures of now")),
        ),
    )
    decision = line(_("Reason"), 300, help_text=_("The enterprise reads it. Put wrong figures right first."))


class RulingForm(ShanhaiForm):
    """Rule on an enterprise."""

    form_code = BY_ADDRESS
    button = _("Rule")

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    kind = choice(RULINGS, _("Ruling"))
    cause = choice(CAUSES, _("Cause"))
    text = line(_("Reason"), 280, help_text=_("It stands beside the grade."))
