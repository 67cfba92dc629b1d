"""Forms of cases: one for each thing that somebody does to a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules.catalogue import Choices
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day, uploads
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


def _text(label: Any, *, required: bool = True, help_text: Any = "", most: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea
    )


def _choice(given: Choices, label: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices(given), **kwargs)


class FileForm(ShanhaiForm):
    """Open the file of a project."""

    form_code = "approval.case"
    button = _("Open the file")

    project = forms.CharField(
        label=_("Project"), max_length=40, help_text=_("Its number or its code of the approval platform.")
    )
    mode = _choice(
        said.MODES,
        _("How it is reviewed"),
        help_text=_("Jointly: items open as soon as they can. In a row is kept to measure what that costs."),
    )


class MaterialForm(ShanhaiForm):
    """Bring a material."""

    form_code = BY_ADDRESS
    button = _("Bring it")

    papers = uploads(_("The paper"), needed=_("Attach the paper."))
    dated_on = day(_("Day on the paper"), required=False)


class HandInForm(ShanhaiForm):
    """Hand a file in, promising minor papers where that is allowed."""

    form_code = BY_ADDRESS
    button = _("Hand the file in")

    promised = forms.MultipleChoiceField(
        label=_("I promise to bring later"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Minor papers are there before the items that need them are decided. Papers that a commitment letter covers are there when the letter is verified."
        ),
    )


class GapsForm(ShanhaiForm):
    """Name all gaps at once."""

    form_code = BY_ADDRESS
    button = _("Name all gaps")

    gaps = _text(
        _("What is wrong with what is there"),
        required=False,
        help_text=_(
            "One line each: code of the material: what is wrong with it. What is missing is named by itself."
        ),
    )


class DecideForm(ShanhaiForm):
    """Decide on an item."""

    form_code = BY_ADDRESS
    button = _("Decide")

    decision = _choice(said.DECISIONS, _("Decision"))
    reasons = _text(
        _("Reasons"),
        required=False,
        help_text=_("Needed to refuse, and to approve over a disagreement. The applicant reads them."),
    )
    certificate = forms.CharField(
        label=_("Number of the certificate"),
        max_length=80,
        required=False,
        help_text=_("Of the result, where it has one; the items that wait for this one show it."),
    )
    valid_from = day(_("Valid from"), required=False, help_text=_("Left empty: from the decision on."))
    valid_to = day(
        _("Valid to"),
        required=False,
        help_text=_("Left empty: as long as the catalogue says, else for good."),
    )
    relies = _text(
        _("Why it is relied on all the same"),
        required=False,
        most=500,
        help_text=_(
            "A certificate that it rests on has run out. Approving needs a reason; else it waits for the renewed one."
        ),
    )
    papers = uploads(_("Scan of the decision, where it came on paper"))


class RenewForm(ShanhaiForm):
    """Enter a renewed certificate."""

    form_code = BY_ADDRESS
    button = _("Enter the renewed one")

    certificate = forms.CharField(
        label=_("Number of the certificate"),
        max_length=80,
        required=False,
        help_text=_("Left empty: the number stays."),
    )
    valid_from = day(
        _("Valid from"),
        required=False,
        help_text=_("Left empty: as before while it holds, else from today on."),
    )
    valid_to = day(_("Valid to"))
    papers = uploads(_("The renewed certificate"))


class ReplyForm(ShanhaiForm):
    """Reply to what the lead asks."""

    form_code = BY_ADDRESS
    button = _("Send the reply")

    reply = _choice(said.REPLIES, _("Reply"))
    reasons = _text(
        _("Reasons"), required=False, help_text=_("Without reasons a disagreement counts as agreement.")
    )


class RecordForm(ReplyForm):
    """Write down an opinion that came on paper or by telephone."""

    button = _("Write it down")

    channel = _choice(said.CHANNELS, _("How it came"))
    papers = uploads(_("Scan, or the note of the call"), needed=_("Attach the scan."))


class WordForm(ShanhaiForm):
    """A word that says why."""

    form_code = BY_ADDRESS
    button = _("Return it")

    word = _text(_("Why?"), most=300)


class ReasonForm(ShanhaiForm):
    """Say why."""

    form_code = BY_ADDRESS

    reason = _text(_("Why?"), most=300)


class RevokeCodeForm(ReasonForm):
    """Revoke the code of the public page."""

    button = _("Revoke the code")

    with_new = forms.BooleanField(
        label=_("Issue a new code at once"),
        required=False,
        initial=True,
        help_text=_("Letters that are printed from then on have it."),
    )


class StopForm(ShanhaiForm):
    """Stop a clock."""

    form_code = BY_ADDRESS
    button = _("Stop the clock")

    reason = _choice(said.STOPS, _("For which reason"))
    text = _text(_("What it waits for"), most=500, help_text=_("It stands in the notice to the applicant."))
    days = forms.IntegerField(
        label=_("Working days at most"),
        min_value=1,
        max_value=400,
        help_text=_("It goes on by itself after them."),
    )
    evidence = forms.CharField(
        label=_("The paper that shows why"),
        max_length=200,
        required=False,
        help_text=_("Its name and number."),
    )
    papers = uploads(_("Or the paper itself"))


class ExtendForm(ShanhaiForm):
    """Extend an item."""

    form_code = BY_ADDRESS
    button = _("Extend it, once")

    days = forms.IntegerField(label=_("Working days more"), min_value=1, max_value=400)
    reason = _text(_("Why?"), most=300)
