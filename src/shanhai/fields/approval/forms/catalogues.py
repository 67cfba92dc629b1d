"""Forms of catalogues: opening one, an item of its draft, a file for its draft, publishing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Region
from shanhai.core.models.base import in_language
from shanhai.fields.approval.models import CatalogueVersion
from shanhai.fields.approval.queries import files
from shanhai.fields.approval.rules.case_words import PAPER_ROLES
from shanhai.fields.approval.rules.catalogue import (
    CODE,
    KINDS,
    LEVERS,
    MOST_DAYS,
    PROFILES,
    STANDINGS,
    Catalogue,
    Item,
    as_plain,
    item_from_plain,
)
from shanhai.fields.approval.rules.conditions import text_of
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.forms.shared import day, uploads, words
from shanhai.fields.registry.forms import CodeField, RegisterForm
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm

_CHECK = "check:"
_SEPARATOR = "|"
MINOR = ("容缺", "minor")


class OpenForm(RegisterForm):
    """Open a catalogue for a region from one of the profiles."""

    form_code = "approval.catalogue"
    button = _("Open the catalogue")

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short and lasting, as LQ-ZJ90."))
    region = CodeField(
        Region, label=_("Region"), help_text=_("The region that it is for: code or full name.")
    )
    profile = forms.ChoiceField(
        label=_("Regime"),
        choices=choices(PROFILES),
        help_text=_("Its items become the first draft; all of them can be changed."),
    )
    name_zh = forms.CharField(
        label=_("Name (Chinese)"),
        max_length=120,
        required=False,
        help_text=_("Empty is the name of the regime."),
    )
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class BringForm(ShanhaiForm):
    """Bring a whole catalogue as a file."""

    button = _("Put it into the draft")

    file = forms.FileField(
        label=_("File"), help_text=_("A workbook as it goes out here, a CSV of items, YAML or JSON.")
    )

    def document(self, given: Any) -> Catalogue:
        """The catalogue in the file, which may be refused with the row and column."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "brought"
            with path.open("wb") as file:
                for chunk in given.chunks():
                    file.write(chunk)
            return files.catalogue_in(path, Path(given.name).name[:120])


class PublishForm(ShanhaiForm):
    """Publish a draft."""

    form_code = BY_ADDRESS
    button = _("Publish it")

    valid_from = day(
        _("Holds from"), required=False, help_text=_("Empty is today. Cases that run keep their version.")
    )
    why = forms.CharField(label=_("What changed and why"), max_length=300, required=False)
    why_en = forms.CharField(label=_("The same in English"), max_length=300, required=False)


class PaperForm(ShanhaiForm):
    """Put a blank form or a filled sample of a material."""

    button = _("Put it")

    role = forms.ChoiceField(label=_("Which paper"), choices=choices(PAPER_ROLES))
    papers = uploads(_("The paper"), needed=_("Attach the paper."))


class ItemForm(ShanhaiForm):
    """An item of a draft."""

    form_code = "approval.item"

    code = forms.CharField(
        label=_("Code"), max_length=30, help_text=_("Small letters, digits and hyphens, as energy-review.")
    )
    stage = forms.TypedChoiceField(label=_("Stage"), coerce=int)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(KINDS))
    lead = forms.ChoiceField(label=_("Decides"))
    co = forms.MultipleChoiceField(
        label=_("Co-reviewing"), required=False, widget=forms.CheckboxSelectMultiple
    )
    advise = forms.MultipleChoiceField(
        label=_("Advising"), required=False, widget=forms.CheckboxSelectMultiple
    )
    promised_days = forms.IntegerField(
        label=_("Promised working days"), min_value=0, max_value=MOST_DAYS, help_text=_("0 is at once.")
    )
    promised_standing = forms.ChoiceField(label=_("The promise is"), choices=choices(STANDINGS))
    promised_source = forms.CharField(label=_("Where the promise stands"), max_length=300, required=False)
    promised_source_zh = forms.CharField(
        label=_("Where the promise stands (Chinese)"), max_length=300, required=False
    )
    statutory_days = forms.IntegerField(
        label=_("Statutory working days"), min_value=0, max_value=MOST_DAYS, required=False
    )
    statutory_standing = forms.ChoiceField(label=_("The statutory time is"), choices=choices(STANDINGS))
    statutory_source = forms.CharField(
        label=_("Where the statutory time stands"), max_length=300, required=False
    )
    statutory_source_zh = forms.CharField(
        label=_("Where the statutory time stands (Chinese)"), max_length=300, required=False
    )
    after = forms.MultipleChoiceField(
        label=_("Waits for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    when = forms.CharField(
        label=_("Applies when"),
        max_length=1000,
        required=False,
        help_text=_("As: land_mu > 0; eia = report, form | is_hazardous = yes. Empty is always."),
    )
    levers = forms.MultipleChoiceField(
        label=_("Levers"), required=False, widget=forms.CheckboxSelectMultiple, choices=choices(LEVERS)
    )
    materials = words(
        _("Materials"),
        required=False,
        help_text=_(
            "One a line: code | Chinese name | English name | minor | check: kinds pdf; mb 10; pages 30; blocks kinds. "
            "Without “minor” it is a major one; “check:” is its pre-check."
        ),
    )
    result_zh = forms.CharField(label=_("Result (Chinese)"), max_length=120, required=False)
    result_en = forms.CharField(label=_("Result (English)"), max_length=160, required=False)
    basis = forms.CharField(label=_("Legal basis"), max_length=500, required=False)
    valid_months = forms.IntegerField(label=_("Valid, months"), min_value=1, max_value=1200, required=False)
    delegation = forms.CharField(
        label=_("Delegated by"),
        max_length=300,
        required=False,
        help_text=_("The paper that gives a department of another region the decision."),
    )
    standing = forms.ChoiceField(label=_("All else is"), choices=choices(STANDINGS))
    source = forms.CharField(label=_("Where all else stands"), max_length=300, required=False)
    source_zh = forms.CharField(label=_("Where all else stands (Chinese)"), max_length=300, required=False)

    fieldsets = (
        (_("The item"), ("code", "stage", "name_zh", "name_en", "kind", "result_zh", "result_en")),
        (_("Who"), ("lead", "co", "advise", "delegation")),
        (
            _("How long"),
            (
                "promised_days", "promised_standing", "promised_source", "promised_source_zh", "statutory_days",
                "statutory_standing", "statutory_source", "statutory_source_zh", "valid_months",
            ),
        ),
        (_("When and with what"), ("after", "when", "levers", "materials")),
        (_("How it is known"), ("basis", "standing", "source", "source_zh")),
    )  # fmt: skip

    def __init__(self, *args: Any, was: str = "", **kwargs: Any) -> None:
        self.was = was
        super().__init__(*args, **kwargs)
        document = self.subject.document
        departments = [(one.code, in_language(one.name_zh, one.name_en)) for one in document.departments]
        for name in ("lead", "co", "advise"):
            self.offer_choices(name, departments)
        self.offer_choices(
            "stage", [(one.number, in_language(one.name_zh, one.name_en)) for one in document.stages]
        )
        others = [one for one in document.items if one.code != was]
        self.offer_choices("after", [(one.code, in_language(one.name_zh, one.name_en)) for one in others])

    def values_of(self, subject: CatalogueVersion) -> dict[str, Any]:
        values: dict[str, Any] = {"version": subject.version}
        item = next((one for one in subject.document.items if one.code == self.was), None)
        if item is None:
            return values
        names = [name for name in self.base_fields if name not in ("version", "when", "materials")]
        values |= {name: _plain(getattr(item, name)) for name in names}
        return values | {"when": text_of(item.when), "materials": _lines(item)}

    def clean_materials(self) -> list[dict[str, Any]]:
        return [_material(line) for line in self.cleaned_data["materials"].splitlines() if line.strip()]

    def item(self, data: dict[str, Any]) -> Item:
        """The item that was typed; what it cannot be is refused with its field."""
        return item_from_plain({name: value for name, value in data.items() if value not in ("", None, [])})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _lines(item: Item) -> str:
    def line(one: dict[str, Any]) -> str:
        parts = [one["code"], one["name_zh"], one.get("name_en", "")]
        more = [] if one.get("is_major") else [MINOR[1]]
        more += [f"{_CHECK} {one['check']}"] if one.get("check") else []
        return f" {_SEPARATOR} ".join([*parts, *more])

    whole = as_plain(Catalogue("", items=(item,)))["items"][0]
    return "\n".join(line(one) for one in whole.get("materials", []))


def _material(line: str) -> dict[str, Any]:
    parts = [one.strip() for one in line.replace("｜", _SEPARATOR).split(_SEPARATOR)]
    checks = [one.removeprefix(_CHECK).strip() for one in parts if one.startswith(_CHECK)]
    parts = [one for one in parts if not one.startswith(_CHECK)]
    is_minor = parts[-1].casefold() in MINOR
    parts = parts[:-1] if is_minor else parts
    if not 2 <= len(parts) <= 3 or not CODE.fullmatch(parts[0]) or not parts[1]:
        raise forms.ValidationError(
            _("“%(line)s” is no material. Write: code | Chinese name | English name | minor."),
            "material",
            {"line": line.strip()[:60]},
        )
    told = dict(zip(("code", "name_zh", "name_en"), parts, strict=False))
    return {**told, "is_major": not is_minor, **({"check": "; ".join(checks)} if checks else {})}
