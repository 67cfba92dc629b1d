"""Small decisions of the field, without Django."""

from __future__ import annotations

import json
from typing import Any

from shanhai.kernel.refusals import BadInput, gettext_noop

YES = frozenset({"true", "yes", "是"})
NO = frozenset({"false", "no", "否"})
# Tables of figures are flat; what is nested deeper than this was not written by an office.
_DEEPEST = 20


def read_value(kind: str, text: str) -> Any:
    """A value as it was typed, in the type of its rule.

    Raises
    ------
    BadInput
        ``registry.value_form``
    """
    text = text.strip()
    try:
        if kind == "int":
            return int(text.replace(",", ""))
        if kind == "bool":
            return {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}[
                text.lower()
            ]
        if kind == "table":
            _check_depth(text)
            return json.loads(text, parse_float=str)
    except ValueError:
        raise BadInput(
            "registry.value_form",
            gettext_noop("“{given}” is no value of the kind {kind}. Write it like the values above."),
            given=text[:80],
            kind=kind,
            field="value",
        ) from None
    return text


def _check_depth(text: str) -> None:
    """Refuse brackets in brackets in brackets, before a reader of JSON runs out of stack over them."""
    depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if depth > _DEEPEST:
            raise ValueError
