"""Forms of notes, and of the guest to whom a record is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.actions.notes import LONGEST
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.threads import NOTE


class NoteForm(ShanhaiForm):
    """Write a note; the page of the record has the same boxes in short."""

    form_code = NOTE
    button = _("Write the note")

    text = forms.CharField(label=_("Note"), max_length=LONGEST, widget=forms.Textarea)
    reach = forms.ChoiceField(
        label=_("Read by"),
        choices=(("side", _("my side")), ("unit", _("only my unit")), ("both", _("both sides"))),
    )
    mention = forms.CharField(
        label=_("Ask to look"),
        required=False,
        max_length=400,
        help_text=_("Codes of people, with spaces between; or write @ and a name in the note."),
    )

    def clean_mention(self) -> list[str]:
        """The codes, one by one."""
        return str(self.cleaned_data["mention"]).replace(",", " ").replace("，", " ").split()


class ChangeNote(NoteForm):
    """Mend one's own note."""

    form_code = "office.note_change"
    button = _("Save the note")
    reach = None  # type: ignore[assignment]


class GuestForm(ShanhaiForm):
    """Name the organisation to which a record is shown."""

    button = _("Show it to this organisation")

    organisation = forms.CharField(label=_("Organisation"), max_length=40, help_text=_("Its code."))
