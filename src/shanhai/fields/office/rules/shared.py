"""What the rules of several nouns share."""

from __future__ import annotations

import re

from shanhai.kernel.refusals import BadInput, gettext_noop

# The fields of cooperation are fixed, so that figures add up over pairings.
FIELDS = (
    "partnership",
    "park",
    "investment",
    "approval",
    "enclave",
    "supply",
    "tourism",
    "education",
    "health",
    "talent",
)
# What may stand in an address: numbers become part of URLs.
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def check_field(field: str) -> None:
    """Refuse what is no field of cooperation."""
    if field not in FIELDS:
        raise BadInput(
            "office.unknown_field",
            gettext_noop("There is no field of cooperation {given}. Take one of: {fields}."),
            given=field[:20],
            fields=", ".join(FIELDS),
            field="field",
        )


def check_number(number: str) -> None:
    """Refuse a number that cannot stand in an address."""
    if not NUMBER.fullmatch(number):
        raise BadInput(
            "office.number_form",
            gettext_noop(
                "“{number}” cannot be a number. Take letters, digits, dots and hyphens, at most 40."
            ),
            number=number[:40],
            field="number",
        )


def said(text: str, name: str) -> str:
    """A text that has to say something, without the blanks around it."""
    text = text.strip()
    if not text:
        raise BadInput(
            "office.text_missing",
            gettext_noop("Write something here; others read it: {name}."),
            name=name,
            field=name,
        )
    return text
