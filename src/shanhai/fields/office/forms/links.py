"""Forms of phone links: what the issuer fills in, and what the phone page asks its holder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import PhoneLink
from shanhai.core.signs import LinkField, LinkKind
from shanhai.fields.office.forms import shared
from shanhai.fields.office.queries.said import LINK_ROLES
from shanhai.webkit.drafts import UNKEPT
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm

# What a photograph begins with, and how its file is called then: phones name files as they like.
_PHOTOS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"RIFF", "webp"))


class IssueForm(ShanhaiForm):
    """Whom a task or statement is shared with. Its draft is kept without the number, which is nobody else's business."""

    form_code = BY_ADDRESS
    button = _("Make the link")

    kind = forms.ChoiceField(label=_("What it opens"))
    holder = forms.CharField(label=_("Name of the person"), max_length=80)
    role = forms.ChoiceField(label=_("Who that is"))
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        help_text=_(
            "The person types it at the first opening. It is kept as a hash, with its last four digits."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    until_on = shared.day(_("Until"))
    call = forms.CharField(
        label=_("Whom to call"),
        max_length=120,
        required=False,
        help_text=_(
            "Name and number of somebody here, for when something does not work. Left empty, the phone names you and your "
            "organisation."
        ),
    )

    def __init__(self, request: Any, *, kinds: Sequence[LinkKind], until_on: date, **kwargs: Any) -> None:
        super().__init__(request, initial={"until_on": until_on}, **kwargs)
        self.offer_choices("kind", [(kind.code, kind.name) for kind in kinds])
        first = [role for kind in kinds for role in kind.roles]
        roles = sorted(PhoneLink.Role.values, key=lambda role: (role not in first, _place(first, role)))
        self.offer_choices("role", [(role, LINK_ROLES[role]) for role in roles])
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0].code
            self.fields["kind"].widget = forms.HiddenInput()

    def add_prefix(self, field_name: str) -> str:
        return UNKEPT + field_name if field_name == "phone" else super().add_prefix(field_name)


def _place(first: Sequence[str], role: str) -> int:
    return first.index(role) if role in first else PhoneLink.Role.values.index(role)


class ExtendForm(ShanhaiForm):
    """A later last day."""

    button = _("Extend it")
    until_on = shared.day(_("Until"))


class RevokeForm(ShanhaiForm):
    """Why a link ends; those who issue links read it."""

    form_code = BY_ADDRESS
    button = _("Revoke it now")
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


# -- on the phone --------------------------------------------------------------------------------------------------


class DeedForm(forms.Form):
    """What a deed asks, as declared by its field; large controls, one below the other."""

    def __init__(self, asked: Sequence[LinkField], prefix: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix=prefix)
        self.asked = asked
        for one in asked:
            self.fields[one.name] = _field(one)

    def given(self) -> dict[str, str]:
        """The values that were typed, by name; photographs are apart."""
        return {one.name: str(self.cleaned_data[one.name] or "") for one in self.asked if one.kind != "photo"}

    def photos(self) -> list[BinaryIO]:
        """The photographs that were taken."""
        found = (self.cleaned_data[one.name] for one in self.asked if one.kind == "photo")
        return [photo for photo in found if photo]

    def drawn(self) -> Iterator[tuple[BoundField, LinkField]]:
        """Each field beside its declaration."""
        return ((self[one.name], one) for one in self.asked)

    @property
    def has_photo(self) -> bool:
        """Whether it is sent with files."""
        return any(one.kind == "photo" for one in self.asked)


def _field(one: LinkField) -> forms.Field:
    given: dict[str, Any] = {"label": one.label, "required": one.is_required, "help_text": one.hint}
    if one.kind == "photo":
        return PhotoField(**given)
    given["initial"] = one.value
    if one.kind == "choice":
        return forms.ChoiceField(choices=one.choices, widget=forms.RadioSelect, **given)
    if one.kind == "long":
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **given)
    mode = {"inputmode": "decimal"} if one.kind == "number" else {}
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=mode), **given)


class PhotoField(forms.FileField):
    """A picture as phones take them."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        photo: UploadedFile | None = super().clean(data, initial)
        if photo is None:
            return None
        begins = photo.read(12)
        photo.seek(0)
        ending = next((ending for magic, ending in _PHOTOS if begins.startswith(magic)), "")
        if not ending:
            raise forms.ValidationError(
                gettext(
                    "That is no photograph that can be shown here. Take a picture, or send a JPEG or PNG file."
                )
            )
        photo.name = f"photo.{ending}"
        return photo
