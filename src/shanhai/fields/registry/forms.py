"""The forms of the registers: what people type, in the words of the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.filetypes import TYPES
from shanhai.core.models import Member, Organisation, Region, Unit
from shanhai.fields.registry import columns
from shanhai.webkit import words
from shanhai.webkit.forms import Camera, MaskedCharField, MaskedEmailField, Papers, ShanhaiForm

# So many are offered to choose from while typing; a longer register is known by its codes.
OFFERED = 300


class _Offer(forms.TextInput):
    """A text field that offers what may be typed; without a script it is a plain text field."""

    def __init__(self) -> None:
        super().__init__({"autocomplete": "off"})
        self.offered: QuerySet | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = list(self.offered[: OFFERED + 1]) if self.offered is not None else []
        if not rows or len(rows) > OFFERED:
            return super().render(name, value, attrs, renderer)
        listed = f"{name}-offered"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join(
            "", '<option value="{}">{}</option>', ((row.code, row.name) for row in rows)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class CodeField(forms.CharField):
    """A row of a register, typed as its code or its full name."""

    widget = _Offer
    default_error_messages = {
        "unknown": _("“%(text)s” is no code and no full name in the register. Look it up, or add it first."),
        "several": _("“%(text)s” is the name of several. Give the code."),
    }

    def __init__(self, model: type[Model], *, rows: QuerySet | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.model = model
        self.rows = rows

    def offer(self) -> QuerySet:
        """The rows that may be chosen."""
        return self.rows if self.rows is not None else self.model._default_manager.order_by("name_sort", "pk")

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> Any:
        self.widget.offered = self.offer()
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        found = list(self.offer().filter(Q(code=text.ljust(12, "0")) | Q(code=text) | Q(name_zh=text))[:2])
        exact = [row for row in found if row.code == text]
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown", {"text": text})
        if len(found) > 1 and not exact:
            raise forms.ValidationError(self.error_messages["several"], "several", {"text": text})
        return exact[0] if exact else found[0]

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)


class RegisterForm(ShanhaiForm):
    """A form whose fields may point at rows of registers."""

    def values_of(self, subject: Any) -> dict[str, Any]:
        values = super().values_of(subject)
        for name, field in self.base_fields.items():
            if isinstance(field, CodeField) and hasattr(subject, name):
                values[name] = getattr(subject, name)
        return values


def _choices(given: columns.Choices) -> list[tuple[str, Any]]:
    return [(value, _Words(given, value)) for value, _en, _zh in given]


class _Words:
    """The words of a choice in the language of the moment."""

    def __init__(self, given: columns.Choices, value: str) -> None:
        self.given, self.value = given, value

    def __str__(self) -> str:
        return columns.words(self.given, self.value)


def _name_zh(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Name (Chinese)"), max_length=120, help_text=_("As official papers write it."), **more
    )


def _name_en() -> forms.CharField:
    return forms.CharField(label=_("Name (English)"), max_length=160, required=False)


def _source() -> forms.CharField:
    return forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("Where this is written: document number, notice, newspaper with its date."),
    )


def _code(about: Any) -> forms.CharField:
    return forms.CharField(label=_("Code"), max_length=40, help_text=about)


def _on() -> forms.DateField:
    return forms.DateField(label=_("On"), widget=forms.DateInput, help_text=_("The day from which it holds."))


def _illustrative() -> forms.BooleanField:
    return forms.BooleanField(label=_("Illustrative: made up to show something"), required=False)


# --- regions


class AddRegion(RegisterForm):
    form_code = "registry.region"
    button = _("Add the region")
    code = forms.CharField(
        label=_("Region code"),
        max_length=12,
        help_text=_(
            "6 digits (county and above), 9 (township) or 12 (village). The region above must be there."
        ),
    )
    name_zh = _name_zh()
    name_en = _name_en()
    valid_from = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave empty where it is older than the register."),
    )
    population = forms.IntegerField(
        label=_("Population"), min_value=0, max_value=2_000_000_000, required=False
    )
    source = _source()
    is_illustrative = _illustrative()


class CorrectRegion(RegisterForm):
    form_code = "registry.correct_region"
    button = _("Save the correction")
    name_zh = forms.CharField(
        label=_("Name (Chinese)"),
        max_length=120,
        help_text=_("A slip of the pen only. A name that really changed is given on a day: use “Rename”."),
    )
    name_en = _name_en()
    population = forms.IntegerField(
        label=_("Population"), min_value=0, max_value=2_000_000_000, required=False
    )
    outline = forms.CharField(
        label=_("Outline on the schematic map"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Points as pairs of numbers, x to the right and y downwards: “10 20 35 20 35 48”."),
    )
    seat = forms.CharField(
        label=_("Longitude and latitude of its seat"), max_length=40, required=False,
        help_text=_("In degrees, the longitude first: “119.14 28.07”. It puts what happens there on maps."),
    )  # fmt: skip
    source = _source()
    is_illustrative = _illustrative()


class RenameRegion(RegisterForm):
    form_code = "registry.rename_region"
    button = _("Rename from this day")
    name_zh = _name_zh()
    name_en = _name_en()
    on = _on()
    source = _source()


class RecodeRegion(RegisterForm):
    form_code = "registry.recode_region"
    button = _("Give it this code")
    code = forms.CharField(
        label=_("New region code"),
        max_length=12,
        help_text=_("All regions under it get theirs. A code that lies in another region moves it there."),
    )
    on = _on()
    source = _source()


class MergeRegion(RegisterForm):
    form_code = "registry.merge_region"
    button = _("Merge it on this day")
    into = CodeField(
        Region,
        label=_("Into which region"),
        help_text=_("Code or full name, of the same level. The organisations that stand here go along."),
    )
    on = _on()
    source = _source()


class SplitRegion(RegisterForm):
    form_code = "registry.split_region"
    button = _("Found the new region")
    code = forms.CharField(label=_("Code of the new region"), max_length=12)
    name_zh = _name_zh()
    name_en = _name_en()
    on = _on()
    source = _source()


class AbolishRegion(RegisterForm):
    form_code = "registry.abolish_region"
    button = _("End it on this day")
    on = _on()
    source = _source()


# --- organisations and units


class OrganisationForm(RegisterForm):
    form_code = "registry.organisation"
    button = _("Save the organisation")
    fieldsets = (
        (_("What it is"), ("code", "name_zh", "name_en", "kind", "credit_code")),
        (_("Where it stands"), ("region", "parent", "address", "phone")),
        (_("Where this is from"), ("source", "is_illustrative")),
    )
    name_zh = _name_zh()
    name_en = _name_en()
    kind = forms.ChoiceField(label=_("Kind"), choices=_choices(columns.KINDS))
    credit_code = forms.CharField(
        label=_("Credit code"),
        max_length=18,
        required=False,
        help_text=_("18 characters of the business licence; the last one is checked."),
    )
    region = CodeField(Region, label=_("Region"), help_text=_("Code or full name."))
    parent = CodeField(
        Organisation,
        label=_("Organisation above"),
        required=False,
        help_text=_("Seats in pairings follow from the organisation above and from the region."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    source = _source()
    is_illustrative = _illustrative()


class AddOrganisation(OrganisationForm):
    form_code = "registry.add_organisation"
    button = _("Add the organisation")
    code = _code(_("Short and lasting, it stands in addresses: lq-edu."))


class UnitForm(RegisterForm):
    form_code = "registry.unit"
    button = _("Save the unit")
    name_zh = _name_zh()
    name_en = _name_en()
    ladder = forms.ChoiceField(
        label=_("Steps of papers"),
        choices=_choices(columns.LADDERS),
        help_text=_("What a paper of this unit climbs before it leaves."),
    )
    dispatcher = CodeField(
        Member,
        label=_("Dispatcher"),
        required=False,
        help_text=_("Claims and assigns the work of the unit; one of its members."),
    )

    def __init__(self, request: Any, *, subject: Unit, **kwargs: Any) -> None:
        super().__init__(request, subject=subject, **kwargs)
        dispatcher = self.fields["dispatcher"]
        assert isinstance(dispatcher, CodeField)
        dispatcher.rows = Member.objects.filter(unit=subject, is_active=True)


class AddUnit(RegisterForm):
    form_code = "registry.add_unit"
    button = _("Add the unit")
    code = _code(_("Short and lasting: lq-edu-general."))
    name_zh = _name_zh()
    name_en = _name_en()
    ladder = forms.ChoiceField(label=_("Steps of papers"), choices=_choices(columns.LADDERS))


# --- people


_AS_IT_IS = _("*** stands for what is there; leave it, or write a new one over it.")


class MemberForm(RegisterForm):
    form_code = "registry.member"
    button = _("Save the member")
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = _name_en()
    title = forms.CharField(label=_("Post"), max_length=80, required=False)
    title_en = forms.CharField(label=_("Post (English)"), max_length=120, required=False)
    phone = MaskedCharField(label=_("Telephone"), max_length=40, required=False, help_text=_AS_IT_IS)
    email = MaskedEmailField(label=_("E-mail"), required=False, help_text=_AS_IT_IS)


class AddMember(MemberForm):
    form_code = "registry.add_member"
    button = _("Add the member")
    unit = CodeField(
        Unit,
        rows=Unit.objects.filter(is_active=True).order_by("name_sort", "pk"),
        label=_("Office unit"),
        help_text=_("Code of the unit, or its full name where no other has it."),
    )
    code = _code(_("Short and lasting: ye-lan."))
    field_order = ("unit", "code")


class MoveMember(RegisterForm):
    form_code = "registry.move_member"
    button = _("Move to this unit")
    unit = CodeField(
        Unit, rows=Unit.objects.filter(is_active=True).order_by("name_sort", "pk"), label=_("Office unit")
    )


class WithdrawToken(ShanhaiForm):
    button = _("Revoke the key")
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The owner of the key reads it."))


class GiveRole(RegisterForm):
    form_code = ""
    button = _("Give this role")
    role = forms.ChoiceField(label=_("Role"))
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput)
    to_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave empty until it is taken."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices("role", [(role.code, role.name) for role in signs.roles])


class SetDeputy(RegisterForm):
    form_code = "registry.deputy"
    button = _("Let this member stand in")
    deputy = CodeField(
        Member,
        rows=Member.objects.filter(is_active=True).order_by("name_sort", "pk"),
        label=_("Who stands in"),
        help_text=_("Code, or full name where no other has it."),
    )
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput)
    to_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput, help_text=_("Leave empty for good.")
    )


class OpenLogin(RegisterForm):
    form_code = ""
    button = _("Open the login")
    username = forms.CharField(
        label=_("Login name"),
        max_length=150,
        help_text=_(
            "A name that exists becomes theirs too where it is the same person. "
            "A new login gets a first password, shown once."
        ),
    )


# --- papers, rulebook, calendar, journal


class FilePaper(RegisterForm):
    form_code = "registry.paper"
    button = _("File the paper")
    file = forms.FileField(label=_("File"), help_text=", ".join(TYPES))
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("The name of the file, if left empty.")
    )
    number = forms.CharField(label=_("File number"), max_length=60, required=False)
    dated_on = forms.DateField(label=_("Dated"), required=False, widget=forms.DateInput)
    in_pairing = forms.BooleanField(
        label=_("Belongs to the pairing of the top bar"),
        required=False,
        help_text=_("Your side sees it first; sharing with the other side is a step of its own."),
    )


class BringPapers(RegisterForm):
    form_code = ""
    button = _("File them")
    papers = Papers(
        label=_("Files"),
        help_text=_("PDF, pictures, Word, Excel or text; whoever sees the record sees them."),
        # An empty one is refused by its name, and takes the others not along.
        allow_empty_file=True,
    )
    camera = Camera(
        label=_("From the camera"), help_text=_("A phone opens its camera."), allow_empty_file=True
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data is not None and not (data.get("papers") or data.get("camera")):
            self.add_error("papers", _("Choose at least one file, or take a picture."))
        return data


class BringSeveral(BringPapers):
    in_pairing = forms.BooleanField(
        label=_("Belongs to the pairing of the top bar"),
        required=False,
        help_text=_("Your side sees it first; sharing with the other side is a step of its own."),
    )


class BringScan(RegisterForm):
    form_code = ""
    button = _("Match it and file it")
    scan = forms.FileField(
        label=_("Scan"), widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"})
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput)
    person = forms.CharField(
        label=_("Signed by"), max_length=120, required=False, help_text=_("As the paper names them.")
    )
    typed = forms.CharField(
        label=_("Code beneath the QR code"),
        max_length=20,
        required=False,
        help_text=_("Only where the QR code cannot be read; the record says that it was typed."),
    )


class SetMark(RegisterForm):
    form_code = ""
    button = _("Set the mark")
    mark = forms.CharField(
        label=_("Mark at the head of file numbers"),
        max_length=20,
        help_text=_("As 龙山海 in 龙山海〔2023〕5号. Numbers that were given out keep theirs."),
    )


class VoidNumber(RegisterForm):
    form_code = "registry.void_number"
    button = _("Make it void")
    reason = forms.CharField(label=_("Why"), max_length=300)


class DescribePaper(RegisterForm):
    form_code = "registry.describe_paper"
    button = _("Save")
    title = forms.CharField(label=_("Title"), max_length=200)
    number = forms.CharField(label=_("File number"), max_length=60, required=False)
    dated_on = forms.DateField(label=_("Dated"), required=False, widget=forms.DateInput)


class ReplacePaper(RegisterForm):
    form_code = ""
    button = _("Bring the new version")
    file = forms.FileField(
        label=_("File"),
        help_text=_("It takes over title, readers and places; the old version stays to be read."),
    )


class NameGuest(RegisterForm):
    form_code = ""
    button = _("Show it to this organisation")
    organisation = CodeField(
        Organisation,
        rows=Organisation.objects.filter(is_active=True).order_by("name_sort", "pk"),
        label=_("Organisation"),
        help_text=_("Code or full name."),
    )


class AddValue(RegisterForm):
    form_code = "registry.value"
    button = _("Add the value")
    value = forms.CharField(
        label=_("Value"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A number or a word. A list or table as JSON: today's stands here, change what differs."),
    )
    scope = forms.CharField(
        label=_("Holds for"),
        max_length=60,
        initial="national",
        help_text=_("national, region:331181000000 or agreement:12. The narrower one wins."),
    )
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput)
    valid_to = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)
    # Django takes fields off the class, so the form's own ``status`` stays what it is.
    status = forms.ChoiceField(  # type: ignore[assignment]
        label=_("Standing"),
        choices=[
            ("verified", _("verified: read in the source")),
            ("assumed", _("assumed: nobody has confirmed it")),
        ],
    )
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Document number and article, or who decided it when.")
    )


class LoadNotice(RegisterForm):
    form_code = "registry.notice"
    button = _("Load the notice")
    year = forms.IntegerField(label=_("Year"), min_value=2011, max_value=2100)
    off_days = forms.CharField(
        label=_("Days off"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Dates as 2027-01-01, between spaces or commas; the weekdays that are free."),
    )
    work_days = forms.CharField(
        label=_("Weekend days worked (调休)"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The document number of the State Council's notice (国办发明电)."),
    )

    def clean_off_days(self) -> list[str]:
        return _days(self.cleaned_data["off_days"])

    def clean_work_days(self) -> list[str]:
        return _days(self.cleaned_data["work_days"])


class BringReceipt(RegisterForm):
    form_code = ""
    button = _("Prove it")
    receipt = forms.FileField(
        label=_("Receipt"), help_text=_("The file that was saved when the receipt was taken.")
    )


class ReadSecret(RegisterForm):
    form_code = ""
    button = _("Show it")
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It goes on the record with your name.")
    )


class EraseSecret(RegisterForm):
    form_code = ""
    button = _("Erase it for good")
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It goes on the record with your name.")
    )
    keep = forms.CharField(
        label=_("What may stay readable"),
        max_length=80,
        required=False,
        help_text=_("A mask such as 张*; empty erases all of it. The entry proves itself without the value."),
    )


def _days(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").replace("，", " ").replace("、", " ").split() if word]


NOTHING = words.NOTHING
