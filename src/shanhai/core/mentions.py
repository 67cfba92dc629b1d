"""Whom the text of a note names: ``@name`` or ``@code`` of somebody who may read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core import access, records
from shanhai.core.models import Member, Note
from shanhai.kernel.refusals import BadInput, NotAllowed, gettext_noop

# Behind a letter, a digit or a point it is an address of mail.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])@(?=\S)")
_LONGEST_NAME = 60


def may_be_asked(
    record: Any, note: Note, by: Member | None, seen_by: records.Audience | None = None
) -> QuerySet[Member]:
    """Those who would read a note, as far as its writer knows them: firms know the people of their own organisation."""
    found = records.readers(record, note, seen_by=seen_by)
    if by is None or access.may(by, "core.view_all_members"):
        return found
    return found.filter(unit__organisation_id=by.unit.organisation_id)


def named(record: Any, note: Note, codes: Sequence[str] = (), *, by: Member | None) -> list[Member]:
    """The members whom a note that is about to be written asks to look, once each.

    Parameters
    ----------
    codes
        Codes of further members.

    Raises
    ------
    NotAllowed
        ``core.mention_cannot_see``: somebody who may not read it, or nobody at all; which of the two is not told.
    BadInput
        ``core.mention_unclear``: several have this name.
    """
    texts = [note.text[at.end() : at.end() + _LONGEST_NAME] for at in _AT.finditer(note.text)]
    wanted = list(dict.fromkeys(code.strip().removeprefix("@") for code in codes if code.strip(" @")))
    if not texts and not wanted:
        return []
    readers = may_be_asked(record, note, by)
    found = [_named(readers, text, whole=False) for text in texts]
    found += [_named(readers, code, whole=True) for code in wanted]
    return list(dict.fromkeys(found))


def _named(readers: Any, text: str, *, whole: bool) -> Member:
    """The reader whose name or code the text begins with; the longest that fits."""
    starts = [text] if whole else _starts(text)
    fitting: dict[str, list[Member]] = {}
    match = Q(code__in=starts) | Q(name_zh__in=starts) | Q(name_en__in=starts)
    for member in readers.filter(match):
        for name in {member.code, member.name_zh, member.name_en} & set(starts):
            fitting.setdefault(name, []).append(member)
    if not fitting:
        raise NotAllowed(
            "core.mention_cannot_see",
            gettext_noop(
                "“{given}” is nobody who may read this note. Mention somebody from the list below the box, or show the "
                "record to them first."
            ),
            given=re.split(r"[\s，。；：、,;:!?！？]", text, maxsplit=1)[0][:20],
            field="text",
        )
    longest = max(fitting, key=len)
    if len(fitting[longest]) > 1:
        raise BadInput(
            "core.mention_unclear",
            gettext_noop("{n} people are called {given}. Write the code of the one you mean: {codes}."),
            n=len(fitting[longest]),
            given=longest,
            codes=", ".join(f"@{member.code}" for member in fitting[longest]),
            field="text",
        )
    return fitting[longest][0]


def _starts(text: str) -> list[str]:
    """All beginnings of a text that may be a name: a Latin word is not cut in its middle."""
    return [
        text[:n]
        for n in range(1, len(text) + 1)
        if n == len(text) or not (_is_latin(text[n - 1]) and _is_latin(text[n]))
    ]


def _is_latin(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign in "-_")
