"""What the rules of the field share: sides, words, codes, fields of cooperation, replay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from shanhai.kernel.refusals import BadInput, gettext_noop


class Side(StrEnum):
    MOUNTAIN = "mountain"
    SEA = "sea"


SIDES = ("mountain", "sea")


# Stages, sides and periods stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("draft"),
    gettext_noop("signed"),
    gettext_noop("expired"),
    gettext_noop("ended"),
    gettext_noop("replaced"),
    gettext_noop("planned"),
    gettext_noop("recorded"),
    gettext_noop("confirmed"),
    gettext_noop("fulfilled"),
    gettext_noop("withdrawn"),
    gettext_noop("invited"),
    gettext_noop("held"),
    gettext_noop("minuted"),
    gettext_noop("cancelled"),
    gettext_noop("completed"),
    gettext_noop("open"),
    gettext_noop("done"),
    gettext_noop("dropped"),
    gettext_noop("mountain"),
    gettext_noop("sea"),
    gettext_noop("year"),
    gettext_noop("quarter"),
    gettext_noop("month"),
    gettext_noop("term"),
)


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


# What may stand in an address: codes become part of URLs.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def other_side(side: str) -> str:
    """The side across the table."""
    return "sea" if side == "mountain" else "mountain"


def check_code(code: str) -> None:
    """A number or code that people give becomes part of an address."""
    if not CODE.fullmatch(code):
        raise BadInput(
            "pairing.code_form",
            gettext_noop(
                "{number} cannot be a number here. Use Latin letters, digits, dots and hyphens, at most 40, "
                "for example LX-2018-01."
            ),
            number=code,
        )


def check_field(field: str) -> None:
    """The fields of cooperation are fixed, so that figures add up over pairings."""
    if field not in FIELDS:
        raise BadInput(
            "pairing.unknown_field",
            gettext_noop("There is no field of cooperation {field}. Take one of: {fields}."),
            field=field,
            fields=", ".join(FIELDS),
        )


def check_owner(unit: str, sits_on: str | None, side: str) -> None:
    """The unit that answers for a side sits on that side."""
    if sits_on != side:
        raise BadInput(
            "pairing.owner_on_another_side",
            gettext_noop("{unit} does not sit on the {side} side of this pairing. Choose a unit that does."),
            unit=unit,
            side=Side(side),
        )


def replay(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The state of a row from its journal entries, oldest first: what the table must say too.

    Parameters
    ----------
    entries
        Bodies of the journal entries of one subject.
    """
    state: dict[str, Any] = {}
    for entry in entries:
        state.update(entry.get("state") or {})
    return state
