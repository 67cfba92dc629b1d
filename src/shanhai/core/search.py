"""Finding things by name, code or pinyin initials, over all fields.

Chinese has no spaces and its commonest words have two characters, so the index holds bigrams: 协作平台 is kept as
协作 作平 平台, and a search for 平台 looks for that bigram. Latin text is kept as words, found by their beginning;
codes are kept whole and in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import get_language

from shanhai.core import access, names, signs, visibility
from shanhai.core.db.triggers import POSTGRES_GRAMS
from shanhai.core.models import Member, SearchEntry
from shanhai.kernel.text import normalise_name

SCOPES = ("all", "pairing", "seen")
# As many hits are ranked; a word that names more things than this is too common to rank well anyway.
_RANKED = 300
_MOST_TERMS = 12
# Ends the gram of a whole title. What hundreds of titles hold is itself the title of few, and those come first.
_END = "zz"
_LONGEST_WHOLE = 40
_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"[^\W_]+")
_UPDATED = ["pairing_id", "scope", "title_zh", "title_en", "code", "url", "grams"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that can be found, and where its page is."""

    kind: str
    object_id: int
    title_zh: str
    url: str
    title_en: str = ""
    code: str = ""
    pairing_id: int | None = None
    scope: str = "all"  # all: whoever has a role; pairing: seats of pairing_id; seen: ask core.Seen

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        if (get_language() or "").startswith("zh"):
            return self.title_zh
        return self.title_en or self.title_zh

    @property
    def kind_name(self) -> str:
        """What it is, in the reader's language."""
        kind = signs.search_kinds.get(self.kind)
        return str(kind.name) if kind else self.kind


def grams(title_zh: str, title_en: str, code: str) -> str:
    """The words under which a thing is found, space-separated, each once.

    Examples
    --------
    >>> grams("龙泉市", "Longquan", "331181")
    '331181 331181zz longquan longquanzz lqs 市 泉市 龙泉 龙泉市zz'
    """
    found = {*_words(title_zh), *_words(title_en), *_words(code), names.initials(title_zh)}
    found |= {_whole(title_zh), _whole(title_en), _whole(code)}
    plain_code = re.sub(r"\s", "", code).casefold()
    found.add(plain_code)
    return " ".join(sorted(word for word in found if word and " " not in word))


def _whole(text: str) -> str:
    """The gram of a short title or code as a whole, which no part of another title equals; empty for a long one."""
    joined = "".join(filter(str.isalnum, normalise_name(text)))
    return f"{joined}{_END}" if 0 < len(joined) <= _LONGEST_WHOLE else ""


def _words(text: str) -> Iterator[str]:
    text = normalise_name(text)
    for run in _HAN_RUN.findall(text):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
        # The last character alone: with prefixes on, every character can then begin a match.
        yield run[-1]
    yield from _WORD.findall(_HAN_RUN.sub(" ", text))


def _terms(text: str) -> list[str]:
    """What a search text asks the index for: all of these, each as the beginning of a gram."""
    terms: list[str] = []
    # Words are taken apart first: 萧山 开发 asks for both, not for the bigram 山开 between them.
    for word in map(normalise_name, text.split()):
        for run in _HAN_RUN.findall(word):
            terms += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        terms += _WORD.findall(_HAN_RUN.sub(" ", word))
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


def put(
    kind: str,
    object_id: int,
    title_zh: str,
    title_en: str = "",
    code: str = "",
    url: str = "",
    pairing_id: int | None = None,
    scope: str = "all",
) -> None:
    """Make a thing findable, or change how; within the action that makes or changes it."""
    put_many([Found(kind, object_id, title_zh, url, title_en, code, pairing_id, scope)])


def put_many(found: Iterable[Found]) -> int:
    """``put`` for many things, in few statements; gives their number."""
    n = 0
    for batch in _batches(found, 500):
        SearchEntry.objects.bulk_create(
            [_entry(one) for one in batch],
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=_UPDATED,
        )
        n += len(batch)
    return n


def _entry(one: Found) -> SearchEntry:
    if one.scope not in SCOPES or (one.scope == "pairing" and one.pairing_id is None):
        raise ValueError(
            f"{one.kind} {one.object_id}: scope {one.scope!r} needs to be one of {SCOPES}, with its pairing"
        )
    return SearchEntry(
        kind=one.kind,
        object_id=one.object_id,
        pairing_id=one.pairing_id,
        scope=one.scope,
        title_zh=one.title_zh[:200],
        title_en=one.title_en[:200],
        code=one.code[:60],
        url=one.url[:200],
        grams=grams(one.title_zh, one.title_en, one.code),
    )


def drop(kind: str, object_id: int) -> None:
    """Let a thing no longer be found."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def find(member: Member, text: str, limit: int = 20, *, kind: str = "") -> list[Found]:
    """What a member may find under a text, best first.

    All words of the text must be there. A code or title that equals the text comes first, then those that begin with
    it, those that hold it as it stands, and the rest; shorter titles first.
    """
    here = access.standing(member)
    terms = _terms(text)
    if not terms or not here.roles:
        return []
    sees_all = bool(here.roles & access.SEES_ALL)
    where, params = _may_find(here, sees_all)
    closed = [one.code for one in signs.search_kinds if one.access and not access.may(member, one.access)]
    if closed:
        where += f" AND e.kind NOT IN ({', '.join(['%s'] * len(closed))})"
        params += closed
    if kind:
        where += " AND e.kind = %s"
        params.append(kind)
    found = _ask_index(_all_of(terms), where, params)
    if (
        len(found) == _RANKED
    ):  # Some were left out, so those that are called just this are asked for by themselves.
        found = list(dict.fromkeys([*_ask_index(_any_whole(text), where, params), *found]))
    wanted = normalise_name(text)
    return sorted(found, key=lambda one: _rank(one, wanted))[:limit]


# A list counts no further ("10,000+"), so its filter need not find more.
_FILTERED = 10_001


def keys_of(kind: str, text: str) -> list[int]:
    """Keys of things of a kind that is open to whoever has a role, found under a text: for filters of lists."""
    terms = _terms(text)
    if not terms:
        return []
    found = _ask_index(_all_of(terms), "e.kind = %s AND e.scope = 'all'", [kind], _FILTERED)
    return [one.object_id for one in found]


def _may_find(here: access.Standing, sees_all: bool) -> tuple[str, list[Any]]:
    if sees_all:
        return "1 = 1", []
    conditions = ["e.scope = 'all'"]
    params: list[Any] = []
    if here.sides:
        marks = ", ".join(["%s"] * len(here.sides))
        conditions.append(f"(e.scope = 'pairing' AND e.pairing_id IN ({marks}))")
        params += list(here.sides)
    conditions.append(
        "(e.scope = 'seen' AND EXISTS (SELECT 1 FROM core_seen s WHERE s.kind = e.kind AND s.object_id = e.object_id "
        "AND s.organisation_id = %s AND (s.unit_id IS NULL OR s.unit_id = %s)))"
    )
    params += [here.organisation_id, here.unit_id]
    where = f"({' OR '.join(conditions)})"
    for model, name, host in visibility.parts_of_records():
        where += (
            f" AND (e.kind <> %s OR EXISTS (SELECT 1 FROM {model._meta.db_table} p JOIN core_seen s "
            f"ON s.kind = %s AND s.object_id = p.{name}_id "
            "WHERE p.id = e.object_id AND s.organisation_id = %s AND (s.unit_id IS NULL OR s.unit_id = %s)))"
        )
        kinds = [model._meta.label_lower, host._meta.label_lower]
        params += [*kinds, here.organisation_id, here.unit_id]
    return where, params


def _all_of(terms: list[str]) -> str:
    """What to ask the index: all of these, as beginnings."""
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{term}"*' for term in terms)
    return " & ".join(f"'{term}':*" for term in terms)


def _any_whole(text: str) -> str:
    """What to ask the index: titles and codes that are this text; the zeros at the end of a region code may lack."""
    code = text.strip()
    wholes = [_whole(text), _whole(code.ljust(12, "0"))] if code.isdecimal() else [_whole(text)]
    if connection.vendor == "sqlite":
        return " OR ".join(f'"{whole}"' for whole in wholes)
    return " | ".join(f"'{whole}'" for whole in wholes)


def _ask_index(match: str, where: str, params: list[Any], most: int = _RANKED) -> list[Found]:
    columns = "e.kind, e.object_id, e.title_zh, e.url, e.title_en, e.code, e.pairing_id, e.scope"
    if connection.vendor == "sqlite":
        sql = (
            f"SELECT {columns} FROM core_searchindex JOIN core_searchentry e ON e.id = core_searchindex.rowid "
            f"WHERE core_searchindex MATCH %s AND {where} LIMIT {most}"
        )
    else:
        sql = (
            f"SELECT {columns} FROM core_searchentry e "
            f"WHERE {POSTGRES_GRAMS} @@ %s::tsquery AND {where} LIMIT {most}"
        )
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql, [match, *params])
        except OperationalError as error:
            # SQLite does not know the letters of scripts that are younger than its tables, and cuts the word at them.
            if "fts5: phrase queries" in str(error):
                return []
            raise
        return [Found(*row) for row in cursor.fetchall()]


def _rank(one: Found, wanted: str) -> tuple[int, int, str, int]:
    titles = [normalise_name(one.title_zh), normalise_name(one.title_en), one.code.casefold()]
    if wanted in titles:
        place = 0
    elif any(title.startswith(wanted) for title in titles):
        place = 1
    elif any(wanted in title for title in titles):
        place = 2
    else:
        place = 3
    return place, len(one.title_zh), one.title_zh, one.object_id


def rebuild() -> int:
    """Make the whole index again from what the fields signed in; gives the number of things found.

    What no longer exists goes, what was missing comes.
    """
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        return sum(put_many(signs.call(kind.entries)()) for kind in signs.search_kinds)


def _batches(found: Iterable[Found], size: int) -> Iterator[list[Found]]:
    # Within one statement a row can be written once only, so the last of two with one key counts.
    batch: dict[tuple[str, int], Found] = {}
    for one in found:
        batch[one.kind, one.object_id] = one
        if len(batch) == size:
            yield list(batch.values())
            batch = {}
    if batch:
        yield list(batch.values())
