"""How the index is asked: a question as each database puts it, and the latest answers to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import OperationalError, connection

from shanhai.core import grams
from shanhai.core.db.triggers import BLOCKS, POSTGRES_GRAMS
from shanhai.core.models import SearchSound

# So many pairs of characters that sound alike are asked for.
_MOST_SOUNDS = 24
# Letters up to this number may be initials though they are the beginning of something, too.
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """One term, and the pairs of characters that it is the full pinyin of: for each reading one set after another."""

    term: grams.Term
    readings: tuple[tuple[tuple[str, ...], ...], ...] = ()
    words: tuple[str, ...] | None = None  # all that begin so, where they are few


_COLUMNS = "e.kind, e.object_id, e.title_zh, e.url, e.title_en, e.code, e.pairing_id, '', '', e.id"


def rows_of_sqlite(question: str, most: int, before: int) -> list[tuple[Any, ...]]:
    """Read backwards until there are enough."""
    older = " AND core_searchindex.rowid < %s" if before else ""
    sql = (
        f"SELECT {_COLUMNS} FROM core_searchindex CROSS JOIN core_searchentry e ON e.id = core_searchindex.rowid "
        f"WHERE core_searchindex MATCH %s{older} ORDER BY core_searchindex.rowid DESC LIMIT {most}"
    )
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql, [question, before] if before else [question])
        except OperationalError as error:
            # SQLite does not know the letters of scripts that are younger than its tables, and cuts the word at them.
            if "fts5: phrase queries" in str(error):
                return []
            raise
        return list(cursor.fetchall())


def is_sqlite() -> bool:
    """Whether the index is that of SQLite."""
    return connection.vendor == "sqlite"


def latest_key() -> int:
    """The highest key, from which PostgreSQL is asked backwards."""
    if is_sqlite():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM core_searchentry")
        return int(cursor.fetchone()[0] or 0)


def rows_of_postgres(question: str, most: int, before: int, latest: int) -> list[tuple[Any, ...]]:
    """PostgreSQL gathers all hits of an index before it gives the first, so it is asked for the latest ones first."""
    words = f"{POSTGRES_GRAMS} @@ %s::tsquery{' AND e.id < %s' if before else ''}"
    # The offset keeps the planner from walking along the keys instead, which would take each entry apart.
    sql = (
        f"SELECT {_COLUMNS} FROM (SELECT * FROM core_searchentry e WHERE {words} OFFSET 0) e ORDER BY e.id DESC "
        f"LIMIT {most}"
    )
    with connection.cursor() as cursor:
        found: list[tuple[Any, ...]] = []
        for mark, size in (*zip(grams.BLOCKS, BLOCKS, strict=True), ("", 0)):
            within = question
            if size:
                if latest < 2 * size:
                    continue
                within = f"{question} & {any_of([f'{mark}{latest // size}', f'{mark}{latest // size - 1}'])}"
            cursor.execute(sql, [within, before] if before else [within])
            found = list(cursor.fetchall())
            if len(found) == most:
                break
    return found


def sought(text: str) -> tuple[Sought, ...]:
    return tuple(Sought(term, tuple(_readings(term)), _beginning(term)) for term in grams.terms(text))


def _beginning(term: grams.Term) -> tuple[str, ...] | None:
    """The Latin words that begin so; None where they are not known or too many."""
    if not (term.is_prefix and term.word.isascii() and term.word.isalpha()):
        return None
    wanted = {"sound__gte": term.word, "sound__lt": term.word + "{"}
    words = list(SearchSound.objects.filter(**wanted).values_list("word", flat=True)[: 4 * _MOST_SOUNDS])
    latin = tuple(word for word in words if word.isascii())
    return latin if len(words) < 4 * _MOST_SOUNDS and len(latin) <= _MOST_SOUNDS else None


def _readings(term: grams.Term) -> Iterator[tuple[tuple[str, ...], ...]]:
    for syllables in term.syllables:
        last = len(syllables) - 2
        sounds = [(a + b, i == last) for i, (a, b) in enumerate(pairwise(syllables))]
        reading = tuple(_sounding(sound, is_unfinished) for sound, is_unfinished in sounds)
        if all(reading):
            yield reading


def _sounding(sound: str, is_unfinished: bool) -> tuple[str, ...]:
    """Pairs of characters that sound so."""
    # A range, since not every database reads LIKE off an index.
    wanted = {"sound__gte": sound, "sound__lt": sound + "{"} if is_unfinished else {"sound": sound}
    found = SearchSound.objects.filter(**wanted).order_by("sound", "word").values_list("word", flat=True)
    return tuple(word for word in found[: 2 * _MOST_SOUNDS] if not word.isascii())[:_MOST_SOUNDS]


def of_term(one: Sought) -> str:
    """What the index is asked for one term: the word itself, or what the letters may be the pinyin of."""
    ways = [_plainly(one)]
    # Whoever types the beginning of a known word, or full pinyin, means that; the pairs of initials are the dearest.
    is_known = len(one.term.word) > _SHORT and (one.words or one.readings)
    if one.term.initials and not is_known:
        ways.append(all_of([any_of([pair]) for pair in one.term.initials]))
    ways += [all_of([any_of(pairs) for pairs in reading]) for reading in one.readings]
    return either(list(filter(None, ways)))


def _plainly(one: Sought) -> str:
    """A word as it is written. Gathering all words with a beginning is dear, so where few are known they are named."""
    if one.words is not None:
        return any_of(one.words) if one.words else ""
    is_one_character = len(one.term.word) == 1
    return any_of([one.term.word], is_prefix=one.term.is_prefix and (is_sqlite() or not is_one_character))


def any_of(words: Sequence[str], *, is_prefix: bool = False) -> str:
    """A question for any of these words, or for those that begin so."""
    if connection.vendor == "sqlite":
        return either([f'"{word}"{"*" if is_prefix else ""}' for word in words])
    return either([f"'{word}'{':*' if is_prefix else ''}" for word in words])


def either(parts: Sequence[str]) -> str:
    sign = " OR " if connection.vendor == "sqlite" else " | "
    return parts[0] if len(parts) == 1 else f"({sign.join(parts)})" if parts else ""


def all_of(parts: Sequence[str]) -> str:
    sign = " AND " if connection.vendor == "sqlite" else " & "
    return sign.join(parts)


def without(question: str, closed: Sequence[str]) -> str:
    """A question without what has any of these words."""
    if not closed:
        return question
    kinds = any_of(closed)
    return f"({question}) NOT {kinds}" if connection.vendor == "sqlite" else f"{question} & !{kinds}"
