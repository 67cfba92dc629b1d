"""Forms of the annual focus."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.pairing.forms.shared import text
from shanhai.fields.pairing.models import Commitment, Resolution
from shanhai.webkit.forms import ShanhaiForm


class _Resolutions(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.text[:60]}"


class _Commitments(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class _FocusForm(ShanhaiForm):
    order = forms.IntegerField(
        label=_("No."), required=False, min_value=1, max_value=999, help_text=_("Empty is the last one.")
    )
    text_zh = text(_("Key point (Chinese)"), 300)
    text_en = text(_("Key point (English)"), 400, required=False)
    resolution = _Resolutions(
        Resolution.objects.none(),
        label=_("Resolution that set it"),
        required=False,
        empty_label=_("not named"),
    )
    commitments = _Commitments(Commitment.objects.none(), label=_("Commitments under it"), required=False)

    def __init__(self, request: Any, *, resolutions: Any, commitments: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.offer("resolution", resolutions)
        self.offer("commitments", commitments)


class FocusForm(_FocusForm):
    """Set a key point of a year."""

    form_code = "pairing.focus"
    button = _("Set the key point")
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    field_order = ("year", "order", "text_zh", "text_en", "resolution", "commitments")


class ChangeFocusForm(_FocusForm):
    """Change a key point; its year stands."""

    form_code = "pairing.focus_change"

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {
            "version": subject.version,
            "order": subject.order,
            "text_zh": subject.text_zh,
            "text_en": subject.text_en,
            "resolution": subject.resolution_id,
            "commitments": list(subject.commitments.values_list("pk", flat=True)),
        }
