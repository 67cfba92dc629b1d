"""What several tables share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language


def in_language(zh: str, en: str) -> str:
    """A text in the reader's language, in the other one where it is missing there."""
    if (get_language() or "").startswith("zh"):
        return zh or en
    return en or zh


def choices(values: Iterable[object]) -> list[tuple[str, str]]:
    """Values of an enumeration as a column takes them."""
    return [(str(one), str(one)) for one in values]


class Titled:
    """A record with a title in both languages."""

    title_zh: Any
    title_en: Any

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)


class CalledByName:
    """A record that is called by its name."""

    name_zh: Any
    name_en: Any

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return str(self.name_zh)

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return str(self.name_en)


class Described:
    """A record that says in both languages what it is."""

    about_zh: Any
    about_en: Any

    @property
    def about(self) -> str:
        """What it is, in the reader's language."""
        return in_language(self.about_zh, self.about_en)


class Worded:
    """A record, or a part of one, with words in both languages."""

    text: Any
    text_en: Any

    @property
    def text_said(self) -> str:
        """Its words in the reader's language."""
        return in_language(self.text, self.text_en)


class OfOrganisation:
    """A record of one organisation, which gives it its code and its names."""

    organisation: Any

    @property
    def code(self) -> str:
        """The code of its organisation."""
        return str(self.organisation.code)

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return str(self.organisation.name)

    @property
    def title_zh(self) -> str:
        """Its Chinese name, as records are called."""
        return str(self.organisation.name_zh)

    @property
    def title_en(self) -> str:
        """Its English name, as records are called."""
        return str(self.organisation.name_en)


class Sourced(models.Model):
    """Where a record comes from: reported with a source, or made up to fill the example zone."""

    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"


class InPairing(models.Model):
    """An operating record belongs to exactly one pairing, and so to one zone.

    ``zone`` repeats ``pairing.zone``, so that a list over a zone with its nested pairings reads one index.
    """

    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that forms and API edit: every change moves its version by one."""

    version = models.PositiveIntegerField(default=0, editable=False)

    # The fields whose new values each journal entry carries, so that the journal replays to the row.
    STATE: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


class Named(models.Model):
    """A name in both languages, and the pinyin that sorts it.

    ``name_sort`` is set by the action that sets the name (``shanhai.core.names.sort_key``).
    """

    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    name_sort = models.CharField(max_length=200, editable=False)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        return in_language(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.name
