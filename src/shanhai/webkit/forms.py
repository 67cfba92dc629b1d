"""Forms as our pages have them: hints that stay, drafts that survive, refusals under their field, two writers told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import sentences
from shanhai.core.actions import drafts
from shanhai.core.sheets.cells import MASK
from shanhai.kernel.refusals import ChangedMeanwhile, Refused
from shanhai.webkit import words
from shanhai.webkit.drafts import mark_of
from shanhai.webkit.words import Words


@dataclass(slots=True)
class Difference:
    """A field that two people changed: what stands now, and what this one wrote."""

    name: str
    label: Words
    theirs: str
    mine: str


# A word, a reason, an answer: the form belongs to one page of one record, so its address names the draft.
BY_ADDRESS = "address"


class ShanhaiForm(forms.Form):
    """A form that knows its request, its subject and its draft.

    Parameters
    ----------
    request
        The request; a POST binds the form.
    subject
        The row that is changed, None for a new one. Its ``version`` travels with the form.
    key
        Tells drafts of the same form apart; by default the subject's key.
    initial
        Values to begin with, over those of the subject.
    """

    # Names the drafts: "pairing.agreement"; BY_ADDRESS where page and record tell them apart; without it none is kept.
    form_code = ""
    button: Words = _("Save")
    fieldsets: Sequence[tuple[Words, Sequence[str]]] = ()

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        request: Any = None,
        *,
        subject: Any = None,
        key: str = "",
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.request = request
        self.subject = subject
        self.key = key or (str(subject.pk) if subject is not None and subject.pk else "")
        if self.form_code == BY_ADDRESS and request is not None:
            self.key = request.path
        self.result: Any = None
        self.refusal: Refused | None = None
        self.differences: list[Difference] = []
        self.draft: Any = None
        is_posted = request is not None and request.method == "POST"
        values = {**(self.values_of(subject) if subject is not None else {}), **(initial or {})}
        if not is_posted:
            values |= self._values_of_draft()
        data = self._with_theirs_taken(request.POST, values) if is_posted else None
        super().__init__(data, request.FILES if is_posted else None, initial=values, **kwargs)
        self.use_required_attribute = True
        for field in self.fields.values():
            _dress(field)

    # --- values

    def values_of(self, subject: Any) -> dict[str, Any]:
        """What stands in the subject now, by field; a form whose fields are named otherwise writes its own."""
        values = {"version": getattr(subject, "version", None)}
        for name, field in self.base_fields.items():
            if name != "version" and hasattr(subject, name):
                value = getattr(subject, name)
                if isinstance(field, Masked) and value:
                    value = MASK
                values[name] = value.pk if isinstance(value, Model) else value
        return values

    def _values_of_draft(self) -> dict[str, Any]:
        if not self.form_code or self.request is None or not self.request.user.is_authenticated:
            return {}
        self.draft = drafts.draft_of(self.request.user, self.form_code, self.key)
        if self.draft is None:
            return {}
        typed = MultiValueDict(self.draft.data)
        # Read as the widget reads a sent form: a box that was unticked is absent, and means no.
        read = {
            name: field.widget.value_from_datadict(typed, MultiValueDict(), name)
            for name, field in self.base_fields.items()
            if not isinstance(field, forms.FileField)
        }
        return {name: value for name, value in read.items() if value is not None}

    def _with_theirs_taken(self, posted: Any, values: dict[str, Any]) -> Any:
        """The posted data, with the other's value where the writer chose it after a conflict."""
        names = [name for name in self.base_fields if posted.get(f"take-{name}") == "theirs"]
        if not names:
            return posted
        data = posted.copy()
        for name in names:
            value = self.base_fields[name].prepare_value(values.get(name))
            if isinstance(value, list | tuple):
                data.setlist(name, value)
            elif value in (None, False):
                data.pop(name, None)
            else:
                data[name] = value
        return data

    # --- what may be chosen

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Let a field choose among these rows."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def offer_choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Let a field choose among these values, each with its word."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    # --- sending

    def sent(self, call: Callable[[dict[str, Any]], Any]) -> bool:
        """Whether the form was posted, was right, and the action took it; ``result`` is what the action gave back.

        A refusal becomes the form's error (of the field that its fact ``field`` names); a subject that was changed
        meanwhile becomes a choice between mine and theirs for each field that differs.
        """
        if not self.is_bound or not self.is_valid():
            return False
        data = {
            name: value for name, value in self.cleaned_data.items() if not self._is_as_it_was(name, value)
        }
        version = data.pop("version", None)
        if self.subject is not None and version is not None:
            self.subject.version = version
        try:
            self.result = call(data)
        except Refused as refusal:
            self.refuse(refusal)
            return False
        self.drop_draft()
        return True

    def _is_as_it_was(self, name: str, value: Any) -> bool:
        return isinstance(self.fields.get(name), Masked) and value == MASK

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal in the form."""
        self.refusal = refusal
        if isinstance(refusal, ChangedMeanwhile) and self.subject is not None and self.subject.pk:
            self._show_conflict()
        name = refusal.facts.get("field")
        if name == "file" and name not in self.fields:  # whatever this form calls its files
            name = next((one for one, field in self.fields.items() if isinstance(field, Papers)), None)
        self.add_error(name if name in self.fields else None, sentences.refusal(refusal))

    @property
    def status(self) -> int:
        """What a page that shows the form answers: 200; 409 where somebody changed the record meanwhile; 422 refused."""
        if isinstance(self.refusal, ChangedMeanwhile):
            return 409
        return 422 if self.is_bound and self.errors else 200

    def drop_draft(self) -> None:
        """Throw the draft away: what it held was sent."""
        if self.form_code and self.request is not None and self.request.user.is_authenticated:
            drafts.drop_draft(self.request.user, self.form_code, self.key)

    def _show_conflict(self) -> None:
        fresh = type(self.subject)._base_manager.get(pk=self.subject.pk)
        theirs = self.values_of(fresh)
        for name, field in self.fields.items():
            if name == "version" or name not in theirs or isinstance(field.widget, forms.HiddenInput):
                continue
            now, mine = theirs[name], self.cleaned_data.get(name)
            if _plain(now) != _plain(mine):
                self.differences.append(
                    Difference(name, field.label or name, _said(field, now), _said(field, mine))
                )
        # From here on the writer has seen what the other wrote: sending again is a decision, not an accident.
        data: Any = self.data
        self.data = data = data.copy()
        data["version"] = str(getattr(fresh, "version", ""))

    # --- for the template

    @property
    def groups(self) -> Iterator[tuple[Words, list[BoundField]]]:
        """Fieldsets with their fields; the fields that none names come last."""
        left = [name for name in self.fields if not self[name].is_hidden]
        for title, names in self.fieldsets:
            here = [name for name in names if name in left]
            left = [name for name in left if name not in here]
            if here:
                yield title, [self[name] for name in here]
        if left:
            yield "", [self[name] for name in left]

    @property
    def has_files(self) -> bool:
        return self.is_multipart()

    @property
    def user_key(self) -> str:
        """Whose text is kept on the device: the login's number, so that the next person does not find it."""
        user = getattr(self.request, "user", None)
        return str(user.pk) if user is not None and user.is_authenticated else ""

    @property
    def typed_mark(self) -> str:
        """What the form carries so that it survives being sent after the login has run out."""
        return (
            mark_of(self.request.user, self.form_code, self.key) if self.form_code and self.user_key else ""
        )


def _plain(value: Any) -> Any:
    """A value for comparing: rows by key, nothing and empty alike."""
    if isinstance(value, Model):
        return str(value.pk)
    if hasattr(value, "values_list"):
        return sorted(str(pk) for pk in value.values_list("pk", flat=True))
    if isinstance(value, list | tuple):
        return sorted(str(_plain(v)) for v in value)
    if isinstance(value, bool) or value is None or value == "":
        return bool(value) if isinstance(value, bool) else ""
    if isinstance(value, Decimal):
        return str(value.normalize())
    return str(value)


def _said(field: forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    if value in (None, "", []):
        return words.NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, YuanField) and isinstance(value, int):
        return words.yuan_exact(value)
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value, "year")
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(value, Model | list | tuple):
        for known, label in choices:
            known = getattr(known, "value", known)
            if str(known) == str(value):
                return str(label)
    return str(value)


def _dress(field: forms.Field) -> None:
    """Classes and input types of our controls."""
    widget = field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return  # Django would put the class on the box around the choices as well.
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    if not isinstance(widget, forms.HiddenInput):
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()
    if isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.TimeInput):
        widget.input_type, widget.format = "time", "%H:%M"
    elif isinstance(widget, forms.Textarea) and str(widget.attrs.get("rows")) == "10":
        # Django's own ten rows fill the screen; the control grows by its corner.
        widget.attrs["rows"] = 4


class Masked:
    """Stands before the class of a text field whose column is masked by rule.

    The form shows ``***`` for what is there already; left as it is, the field is not among the data that the action
    gets. What somebody types is plain to them, as in any field.
    """

    def clean(self, value: Any) -> Any:
        return MASK if str(value or "").strip() == MASK else super().clean(value)  # type: ignore[misc]


class MaskedCharField(Masked, forms.CharField):
    """Text of a masked column."""


class MaskedEmailField(Masked, forms.EmailField):
    """An e-mail address of a masked column."""

    # A browser would refuse the mask as no address.
    widget = forms.TextInput


_AMOUNT = re.compile(r"\s*([+-]?[0-9, ]*\.?[0-9]+)\s*(亿元|亿|万元|万|元|m yuan|yuan)?\s*", re.IGNORECASE)
_UNITS = {
    None: 100, "元": 100, "yuan": 100, "万": 1_000_000, "万元": 1_000_000, "m yuan": 100_000_000,
    "亿": 10_000_000_000, "亿元": 10_000_000_000,
}  # fmt: skip


class YuanField(forms.CharField):
    """An amount of money: typed in yuan, 万元, 亿元 or "m yuan"; clean gives whole fen."""

    default_error_messages = {
        "amount": _(
            "“%(text)s” is no amount. Write it in yuan, like 5104236.18, or with its unit, like 510.4万元."
        ),
        "fen": _("“%(text)s” has a part smaller than a fen. Round it to two places of a yuan."),
        "low": _("The amount must be at least %(least)s."),
    }

    def __init__(self, *, min_fen: int | None = 0, **kwargs: Any) -> None:
        self.min_fen = min_fen
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        fen = self._fen(text)
        if self.min_fen is not None and fen < self.min_fen:
            raise forms.ValidationError(
                self.error_messages["low"], "low", {"least": words.yuan_exact(self.min_fen)}
            )
        return fen

    def _fen(self, text: str) -> int:
        # A Chinese keyboard types full-width digits and commas.
        found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).removeprefix("¥"))
        if not found:
            raise forms.ValidationError(self.error_messages["amount"], "amount", {"text": text})
        unit = _UNITS[found[2].lower() if found[2] else None]
        try:
            fen = Decimal(re.sub(r"[, ]", "", found[1])) * unit
        except InvalidOperation:
            raise forms.ValidationError(self.error_messages["amount"], "amount", {"text": text}) from None
        if fen != fen.to_integral_value(ROUND_HALF_UP):
            raise forms.ValidationError(self.error_messages["fen"], "fen", {"text": text})
        return int(fen)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            yuan, fen = divmod(abs(value), 100)
            return f"{'-' if value < 0 else ''}{yuan}" + (f".{fen:02d}" if fen else "")
        return value


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _PapersBound(BoundField):
    """A field of files on a page."""

    @property
    def chosen(self) -> list[str]:
        """The names of the files that came with a form that is shown again: no browser keeps them chosen."""
        if not self.form.is_bound:
            return []
        return [str(file.name) for file in self.form.files.getlist(self.html_name)]


class Papers(forms.FileField):
    """One or several files; ``needed`` is what the form says where one must be there."""

    widget = _Files

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The field with the names of what was chosen."""
        return _PapersBound(form, self, field_name)

    def __init__(self, *, needed: Any = None, **kwargs: Any) -> None:
        kwargs["required"] = needed is not None
        if needed is not None:
            kwargs["error_messages"] = {"required": needed}
        kwargs.setdefault("help_text", _("PDF, pictures, Word, Excel or text. Both sides can open it."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], "required")
        return [super(Papers, self).clean(file, None) for file in files]


class Camera(Papers):
    """Pictures taken on the spot: a phone opens its camera, a computer asks for files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Named by their types, iPhones hand over JPG and not the form that they keep pictures in.
        self.widget.attrs |= {"accept": "image/jpeg,image/png", "capture": "environment"}
