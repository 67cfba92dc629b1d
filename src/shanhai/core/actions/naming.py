"""What all named nouns share when they are written."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import models

from shanhai.core import clock
from shanhai.core.names import sort_key
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop
from shanhai.kernel.text import tidy_name

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)


def named(name_zh: str, name_en: str = "") -> dict[str, str]:
    """The columns of a name: both languages tidied, and the pinyin that sorts it.

    Raises
    ------
    BadInput
        ``core.name_missing``: the Chinese name is what papers carry, so it must be there.
    """
    name_zh = tidy_name(name_zh)
    if not name_zh:
        raise BadInput(
            "core.name_missing",
            gettext_noop("The Chinese name is missing. Give the name as official papers write it."),
            field="name_zh",
        )
    return {"name_zh": name_zh, "name_en": tidy_name(name_en), "name_sort": sort_key(name_zh)}


def checked_code(given: str) -> str:
    """A short code of ours (organisation, unit, member): letters, digits, dot, hyphen, underscore."""
    code = given.strip()
    if not _CODE.fullmatch(code):
        raise BadInput(
            "core.code_form",
            gettext_noop(
                "The code {given} cannot be used. Take 1 to 40 letters, digits, dots, hyphens or underscores, "
                "with a letter or digit first."
            ),
            given=code,
            field="code",
        )
    return code


def check_free(model: type[models.Model], code: str) -> None:
    """Refuse a code that is taken."""
    if model._default_manager.filter(code=code).exists():
        raise NotNow(
            "core.code_taken",
            gettext_noop("The code {given} is taken. Choose another, or change what has it."),
            given=code,
            field="code",
        )


def check_not_later(on: date) -> None:
    """Refuse a day after today for something that is said to have happened."""
    if on > clock.today():
        raise BadInput(
            "core.day_not_come",
            gettext_noop("{on} has not come yet. Record what happened on the day it happens, or later."),
            on=on,
            field="on",
        )


def differing(row: models.Model, changes: dict[str, Any]) -> dict[str, Any]:
    """Those of the changes that change something."""
    return {name: value for name, value in changes.items() if getattr(row, name) != value}
