"""Sentences that are kept as a template and facts, said in the reader's language on every face.

Facts themselves, beside the sentence, go to programs as they are: days in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.utils.translation import get_language, gettext

from shanhai.core import days
from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import Refused

# What somebody wrote is quoted as it stands.
_QUOTED = frozenset({"cell", "given"})


def said(sentence: str, facts: Mapping[str, Any]) -> str:
    """A sentence with its facts filled in."""
    return gettext(sentence).format(**_spoken(facts))


def refusal(refused: Refused) -> str:
    """What a refusal says."""
    return said(refused.sentence, refused.facts)


def reason(why: Reason) -> str:
    """What a reason says."""
    return said(why.sentence, dict(why.facts))


def _spoken(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as a reader has them: ``title_en`` stands for ``title`` where Chinese is not read, a stage is a word and is
    translated, days are written as the office writes them.
    """
    chosen = {
        name: gettext(str(value))
        if isinstance(value, Enum)
        else reason(value)
        if isinstance(value, Reason)
        else value
        if name in _QUOTED
        else days.written(value)
        for name, value in facts.items()
    }
    if (get_language() or "").startswith("zh"):
        return chosen
    return {
        **chosen,
        **{name[:-3]: value for name, value in chosen.items() if name.endswith("_en") and value},
    }
