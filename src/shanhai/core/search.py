"""Finding things by name, code or pinyin, over all fields; what stands in the index is made by ``core.grams``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language

from shanhai.core import access, asking, audience, grams, names, signs
from shanhai.core.models import Member, SearchEntry, SearchSound
from shanhai.kernel.text import normalise_name

SCOPES = ("all", "pairing", "seen")
# As many hits are ranked; a word that names more things than this is too common to rank well anyway.
RANKED = 300
_LONGEST_TITLE = 200
_LAST_KEY = 2**63 - 1
# So many things are written with few statements.
BATCH = 500
_COMPARED = ("pairing_id", "seen_by", "title_zh", "title_en", "code", "url")


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
    scope: str = "all"  # all: whoever has a role; pairing: seats of pairing_id; seen: whoever sees the record
    text: str = ""  # more under which it is found, beside its titles
    entry: int = 0  # of the search: rises with each change

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


# -- what can be found ---------------------------------------------------------------------------------------------


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
    for batch in _batches(found, BATCH):
        n += len(batch)
        _write(batch)
    return n


def _write(batch: Sequence[Found]) -> None:
    by_kind: dict[str, list[Found]] = {}
    for one in batch:
        _check(one)
        by_kind.setdefault(one.kind, []).append(one)
    for kind, some in by_kind.items():
        words = audience.of_things(kind, {one.object_id: (one.scope, one.pairing_id) for one in some})
        _replace(kind, [_entry(one, words[one.object_id]) for one in some if one.object_id in words])


def _check(one: Found) -> None:
    if one.scope not in SCOPES or (one.scope == "pairing" and one.pairing_id is None):
        raise ValueError(
            f"{one.kind} {one.object_id}: scope {one.scope!r} needs to be one of {SCOPES}, with its pairing"
        )


def _entry(one: Found, words: audience.Words) -> SearchEntry:
    entry = SearchEntry(
        kind=one.kind,
        object_id=one.object_id,
        pairing_id=one.pairing_id,
        seen_by=str(words),
        title_zh=one.title_zh[:_LONGEST_TITLE],
        title_en=one.title_en[:_LONGEST_TITLE],
        code=one.code[:60],
        url=one.url[:200],
    )
    entry._text = one.text  # type: ignore[attr-defined]
    return entry


def _replace(kind: str, entries: Sequence[SearchEntry]) -> None:
    """Write the entries that differ from what is there: the old one goes, so that the new one is the latest."""
    before = {
        key: values
        for key, *values in SearchEntry.objects.filter(
            kind=kind, object_id__in=[one.object_id for one in entries]
        ).values_list("object_id", *_COMPARED)
    }
    changed = [
        one
        for one in entries
        if one._text or before.get(one.object_id) != [getattr(one, name) for name in _COMPARED]  # type: ignore[attr-defined]
    ]
    gone = [one.object_id for one in changed if one.object_id in before]
    if gone:
        SearchEntry.objects.filter(kind=kind, object_id__in=gone).delete()
    for one in changed:
        one.grams = _words_of(one)
    # Two that come at the same time are written once, the later over the earlier.
    SearchEntry.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=[*_COMPARED, "grams"],
    )
    _hear(changed)


def different(found: Sequence[Found]) -> list[Found]:
    """What of some things of one kind the search has otherwise: under another name, for others, or not at all."""
    if not found:
        return []
    kind = found[0].kind
    words = audience.of_things(kind, {one.object_id: (one.scope, one.pairing_id) for one in found})
    rows = SearchEntry.objects.filter(kind=kind, object_id__in=[one.object_id for one in found])
    kept = {key: values for key, *values in rows.values_list("object_id", *_COMPARED)}
    return [
        one
        for one in found
        if one.object_id in words
        and kept.get(one.object_id)
        != [getattr(_entry(one, words[one.object_id]), name) for name in _COMPARED]
    ]


def _words_of(entry: SearchEntry) -> str:
    text = f" {entry._text}" if entry._text else ""  # type: ignore[attr-defined]
    packed = grams.packed(entry.title_zh + text, entry.title_en, entry.code)
    if connection.vendor != "sqlite":
        return grams.without_runs_of(packed, entry.title_zh)  # and the other columns, see db.triggers
    own, _, host = entry.seen_by.partition("|")
    found = [grams.unpacked(packed), grams.KIND + _plain(entry.kind)]
    found += [grams.READER + word for word in own.split()]
    found += [grams.HOST + word for word in host.split()]
    return " ".join(filter(None, found))


def _plain(kind: str) -> str:
    """A kind as one word of the index."""
    return "".join(filter(str.isalnum, kind))


# What stands in the table for certain: as a rule all of a title that is written.
_heard: set[str] = set()


def _hear(entries: Iterable[SearchEntry]) -> None:
    """Keep how the pairs of characters of titles sound, and their Latin words."""
    words: set[str] = set()
    for one in entries:
        text = f"{one.title_zh} {one._text}"  # type: ignore[attr-defined]
        words |= grams.bigrams(text)
        words |= {word for word in grams.latin_words(f"{text} {one.title_en} {one.code}") if len(word) <= 24}
    new = sorted(words - _heard)
    if not new:
        return
    SearchSound.objects.bulk_create(
        [SearchSound(word=word, sound=names.sort_key(word).replace(" ", "")[:24]) for word in new],
        ignore_conflicts=True,
        batch_size=2000,
    )
    if len(_heard) < 200_000:
        transaction.on_commit(lambda: _heard.update(new))


def drop(kind: str, object_id: int) -> None:
    """Let a thing no longer be found."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def follow(record: Any) -> None:
    """After who sees a record has changed: it, its parts and what hangs on them are found by those who see it now."""
    from shanhai.core.queries import finding

    anew = {"core.note": finding.notes, "core.filenumber": finding.file_numbers}
    for kind, keys in audience.stands_under(record):
        if keys:
            put_many(anew[kind](keys) if kind in anew else _found_again(kind, keys))


def _found_again(kind: str, keys: Sequence[int]) -> list[Found]:
    """What is kept of things, as it was put; made anew where the index alone has all under which they are found."""
    of_kind = signs.search_kinds.get(kind)
    if of_kind is not None and of_kind.again:
        return list(signs.call(of_kind.again)(keys))
    rows = SearchEntry.objects.filter(kind=kind, object_id__in=keys).defer("grams")
    return [
        Found(
            one.kind,
            one.object_id,
            one.title_zh,
            one.url,
            one.title_en,
            one.code,
            one.pairing_id,
            _scope_of(one.seen_by),
        )
        for one in rows
    ]


def _scope_of(seen_by: str) -> str:
    own = seen_by.partition("|")[0]
    return "pairing" if own.startswith("p") and " " not in own else "seen"


def rebuild(told: Callable[[str, int], None] = lambda kind, n: None) -> int:
    """Make the whole index again from what the fields signed in; gives the number of things found.

    What no longer exists goes, what was missing comes. Readers go on with the old index until it is done.

    Parameters
    ----------
    told
        Hears the kind at work and how many of all kinds are done, every few hundred things.
    """
    n = 0
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO core_searchindex(core_searchindex) VALUES ('delete-all')")
                # Numbers begin again: an index of few things with high ones is read past many empty places.
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'core_searchentry'")
        for kind in signs.search_kinds:
            for batch in _batches(signs.call(kind.entries)(), BATCH):
                _write(batch)
                n += len(batch)
                told(kind.code, n)
    return n


# -- finding -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A search by somebody, as the index is asked."""

    text: str
    terms: tuple[asking.Sought, ...]
    reader: tuple[str, ...] = ()  # what lets through what the reader may find
    closed: tuple[str, ...] = ()  # kinds that the reader may not open
    own: frozenset[int] = frozenset()  # pairings with a seat of the reader
    latest: int = 0  # the highest key, for PostgreSQL


def asked(member: Member | None, text: str) -> Asked | None:
    """A search by a member; None where nothing can be found. The system finds everything."""
    terms = asking.sought(text)
    if not terms:
        return None
    if member is None:
        return Asked(text, terms, latest=asking.latest_key())
    here = access.standing(member)
    if not here.roles:
        return None
    closed = tuple(kind.code for kind in signs.search_kinds if not _is_open(member, kind))
    return Asked(text, terms, _reader(here), closed, frozenset(here.sides), asking.latest_key())


def find(member: Member | None, text: str, limit: int = 20, *, kind: str = "") -> list[Found]:
    """What a member may find under a text, best first.

    All words of the text must be there. A code or title that equals the text comes first, then those that begin with
    it, those that hold it as it stands, and the rest; within these what belongs to the member's own pairings, then
    what was written last.
    """
    one = asked(member, text)
    return ranked(one, kind).found[:limit] if one is not None else []


@dataclass(frozen=True, slots=True)
class Ranked:
    """Hits, best first; there may be more where some hundred are there."""

    found: list[Found]
    is_whole: bool


def ranked(one: Asked, kind: str = "") -> Ranked:
    """The best hits; where there are more than some hundred, those written last and those called so."""
    kinds = [kind] if kind else []
    found = _ask_index(one, *kinds)
    is_whole = len(found) < RANKED
    if not is_whole:
        called_so = [*_ask_index(one, *kinds, whole=True), *_ask_index(one, *kinds, start=True)]
        found = list(dict.fromkeys([*called_so, *found]))
    wanted = normalise_name(one.text)
    held = [each for each in found if _holds(each, one.terms)]
    return Ranked(sorted(held, key=lambda each: _rank(each, wanted, one.own)), is_whole)


def by_kind(one: Asked, most: int) -> tuple[dict[str, list[Found]], bool]:
    """The best hits, grouped by kind, kinds in the order of their best, and whether these are all hits.

    Where they are not, at most so many of each kind that has few among the best are there.
    """
    best = ranked(one)
    groups: dict[str, list[Found]] = {}
    for each in best.found:
        groups.setdefault(each.kind, []).append(each)
    if not best.is_whole:
        # The latest few hundred may all be of a few kinds, so the others are asked for by themselves.
        rest = [kind.code for kind in signs.search_kinds if len(groups.get(kind.code, ())) < most]
        for each in _of_kinds(one, [kind for kind in rest if kind not in one.closed], most):
            if each not in groups.setdefault(each.kind, []) and _holds(each, one.terms):
                groups[each.kind].append(each)
    return {kind: some for kind, some in groups.items() if some}, best.is_whole


# So many times what was found of some kinds is put aside, to see what there is of the others.
_ROUNDS = 3


def _of_kinds(one: Asked, kinds: list[str], most: int) -> list[Found]:
    """The latest of some kinds; of the rarest ones all that there are, up to so many of each as a rule."""
    found: list[Found] = []
    for _ in range(_ROUNDS):
        if not kinds:
            break
        some = _ask_index(one, *kinds)
        found += some
        if len(some) < RANKED:
            break
        counted = Counter(each.kind for each in some)
        kinds = [kind for kind in kinds if counted[kind] < most]
    return found


def page(one: Asked, kind: str, after: str, size: int) -> tuple[list[Found], str]:
    """A page of hits of a kind, and the place after which the next one begins; empty at the end.

    First come the ranked ones, by their place; then the rest, the latest first.
    """
    best, is_whole = (answer := ranked(one, kind)).found, answer.is_whole
    mark, _, number = after.partition("-")
    # No further than keys go: somebody may have made the place up.
    place = min(int(number), _LAST_KEY) if number.isdecimal() else 0
    if mark != "before":
        rows = best[place : place + size]
        if place + size < len(best):
            return rows, f"place-{place + size}"
        if is_whole:
            return rows, ""
        if rows:
            return rows, f"before-{max(each.entry for each in best) + 1}"
    shown = {(each.kind, each.object_id) for each in best}
    found = _ask_index(one, kind, most=size + len(shown) + 1, before=place)
    rest = [each for each in found if (each.kind, each.object_id) not in shown][: size + 1]
    more = f"before-{rest[size - 1].entry}" if len(rest) > size else ""
    return [each for each in rest[:size] if _holds(each, one.terms)], more


# A list counts no further ("10,000+"), so its filter need not find more.
_FILTERED = 10_001


def keys_of(kind: str, text: str, *, is_narrowed: bool = False) -> list[int]:
    """Keys of things found under a text, for filters of lists: of more than ten thousand, those written last.

    Parameters
    ----------
    is_narrowed
        The list holds nothing but what its reader may see, so the keys may be anybody's. Else they are those of things
        that are open to whoever has a role.
    """
    reader = () if is_narrowed else (asking.any_of([grams.READER + audience.ALL]),)
    one = Asked(text, asking.sought(text), reader, latest=asking.latest_key())
    return [each.object_id for each in _ask_index(one, kind, most=_FILTERED)] if one.terms else []


def _reader(here: access.Standing) -> tuple[str, ...]:
    """The parts of a question that let through what a member may find."""
    if here.roles & access.SEES_ALL:
        return ()
    words = audience.of_reader(here)
    return asking.any_of([grams.READER + word for word in words]), asking.any_of(
        [grams.HOST + word for word in words]
    )


# The ORM takes longer to write this than the database to answer it, and each page of the journal asks.
_NAMES = "SELECT kind, object_id, seen_by, {} FROM core_searchentry WHERE"


def names_of(member: Member | None, keys: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """What things are called in the reader's language, of those that a member may find (one statement).

    Parameters
    ----------
    keys
        Of each kind the keys of its things. None as the member is the system, which may find everything.
    """
    parts: list[str] = []
    parameters: list[str | int] = []
    for code, some in keys.items():
        kind = signs.search_kinds.get(code)
        if some and kind is not None and (member is None or _is_open(member, kind)):
            parts.append(f"kind = %s AND object_id IN ({', '.join(['%s'] * len(some))})")
            parameters += [code, *some]
    if not parts:
        return {}
    here = access.standing(member) if member is not None else None
    words = None if here is None or here.roles & access.SEES_ALL else set(audience.of_reader(here))
    title = "title_zh" if (get_language() or "").startswith("zh") else "title_en"
    with connection.cursor() as cursor:
        cursor.execute(f"{_NAMES.format(title)} {' OR '.join(parts)}", parameters)
        return {
            (kind, key): name
            for kind, key, seen_by, name in cursor.fetchall()
            if name and (words is None or all(words & set(part.split()) for part in seen_by.split("|")))
        }


def _is_open(member: Member, kind: signs.SearchKind) -> bool:
    record = signs.record_kinds.get(kind.code)
    rows = [row for row in (kind.access, record.access if record else "") if row]
    return all(access.may(member, row) for row in rows)


def _rank(one: Found, wanted: str, own: frozenset[int]) -> tuple[int, bool, int]:
    titles = [normalise_name(one.title_zh), normalise_name(one.title_en), one.code.casefold()]
    if wanted in titles:
        place = 0
    elif any(title.startswith(wanted) for title in titles):
        place = 1
    elif any(wanted in title for title in titles):
        place = 2
    else:
        place = 3
    return place, one.pairing_id not in own, -one.entry


# -- the index -----------------------------------------------------------------------------------------------------


def _ask_index(
    one: Asked, *kinds: str, whole: bool = False, start: bool = False, most: int = RANKED, before: int = 0
) -> list[Found]:
    """Hits of some kinds or all, the latest first: all of them, those called so, or those that begin so."""
    parts = [asking.any_of(_wholes(one.text))] if whole else [asking.of_term(term) for term in one.terms]
    if start:
        parts.append(_start(one))
    if kinds:
        parts.append(asking.any_of([grams.KIND + _plain(kind) for kind in kinds]))
    if not all(parts):
        return []
    question = asking.without(
        asking.all_of([*parts, *one.reader]), [grams.KIND + _plain(kind) for kind in one.closed]
    )
    if asking.is_sqlite():
        return [Found(*row) for row in asking.rows_of_sqlite(question, most, before)]
    rows = asking.rows_of_postgres(question, most, before, before - 1 if before else one.latest)
    return [Found(*row) for row in rows]


def _start(one: Asked) -> str:
    """How a title begins that begins with the text."""
    begin, words = grams.start(one.text), one.terms[0].words
    if begin and words and not grams.bigrams(begin) and len(one.text.split()) == 1:
        return asking.any_of([grams.START + word for word in words])
    return asking.any_of([begin], is_prefix=not grams.bigrams(begin)) if begin else ""


def _holds(one: Found, terms: Sequence[asking.Sought]) -> bool:
    """Whether long initials stand side by side in a title: the index knows only that all their pairs are there."""
    return all(_has(one, sought) for sought in terms if len(sought.term.initials) > 1)


def _has(one: Found, sought: asking.Sought) -> bool:
    if sought.term.word in f"{one.title_zh} {one.title_en} {one.code}".casefold():
        return True
    for reading in sought.readings:
        if all(any(pair in one.title_zh for pair in pairs) for pairs in reading):
            return True
    # A note holds more words than the title that is kept of it, a proposal its author.
    kind = signs.search_kinds.get(one.kind)
    return (
        one.kind == "core.note"
        or bool(kind and kind.again)
        or sought.term.word in names.initials(normalise_name(one.title_zh))
    )


def _wholes(text: str) -> list[str]:
    """Titles and codes that are this text; the zeros at the end of a region code may lack."""
    code = text.strip()
    found = [grams.whole(text), grams.whole(code.ljust(12, "0"))] if code.isdecimal() else [grams.whole(text)]
    return list(filter(None, found))


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
