"""What the writes of the field share."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from shanhai.core import search
from shanhai.core.models import Import, Pairing
from shanhai.core.search import Found
from shanhai.fields.office.rules import shared as rules
from shanhai.kernel.refusals import BadInput, gettext_noop

# Longest texts that pages, programs and files bring.
TITLE, TEXT = 160, 4000


def titles(zh: str, en: str) -> tuple[str, str]:
    """A title in both languages; one of them stands for the other where it is missing."""
    zh, en = zh.strip(), en.strip()
    return rules.said(zh or en, "title_zh")[:TITLE], en[:200]


def checked_number(model: type[models.Model], number: str) -> str:
    """A given number that is free; a place holder where none is given, for ``numbered``."""
    number = number.strip()
    if not number:
        return f"new-{uuid.uuid4().hex[:32]}"
    rules.check_number(number)
    if model._default_manager.filter(number=number).exists():
        raise BadInput(
            "office.number_taken",
            gettext_noop("The number {number} is taken. Choose another one, or leave it to the system."),
            number=number,
            field="number",
        )
    return number


def numbered(row: Any, prefix: str, year: int) -> None:
    """Give a new row its own number, from its key, where none was given."""
    if row.number.startswith("new-"):
        row.number = f"{prefix}-{year}-{row.pk:05d}"
        row.save(update_fields=["number"])


def zone_of(pairing: Pairing) -> int:
    """The topmost pairing above a pairing."""
    return int(pairing.zone_id or pairing.pk)


def origin(on_import: Import | None) -> dict[str, Any]:
    """The import that brings a row, for its journal entry."""
    return {} if on_import is None else {"import": on_import.pk}


def facts_of(record: Any) -> dict[str, str]:
    """What work items and notices name of a request or problem: its number and title, and the unit that has it."""
    return {
        "number": record.number,
        "title": record.title_zh,
        "title_en": record.title_en,
        "unit": record.unit.name_zh,
        "unit_en": record.unit.name_en,
    }


def findable(found: Found) -> None:
    """Put a record into the search."""
    search.put_many([found])
