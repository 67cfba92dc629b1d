"""Who may find a thing, as words of the search index: a search asks for them together with what it looks for.

Asking each hit who sees it would cost a look-up for each of half a million rows. A record carries one to a few words
instead, and a reader as many as they have seats, so both are one look into the index. ``visibility.can_see`` says the
same of a single record (a property test holds them together).

======================  =============================================================================================
``all``                 whoever has a role
``p12``                 all seats of pairing 12
``b12``                 what both sides of pairing 12 see
``s12sea``              what one side of it keeps to itself
``o5``, ``u7``          organisation 5, unit 7
======================  =============================================================================================

A thing that stands under a record (a commitment under its agreement, a note or a file number on a problem) carries the words of that
record as well, and is found by those whom both let through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from shanhai.core import access, signs, visibility
from shanhai.core.models import FileNumber, Note, Organisation, Seen, Share, Unit
from shanhai.core.models.visibility import Visible

ALL = "all"
_SIDES = ("mountain", "sea", "host", "")


@dataclass(frozen=True, slots=True)
class Words:
    """Who may find a thing: anybody with one of the first and one of the second."""

    own: frozenset[str] = frozenset({ALL})
    host: frozenset[str] = frozenset({ALL})

    def __str__(self) -> str:
        """As the entry keeps it."""
        return " ".join(sorted(self.own)) + "|" + " ".join(sorted(self.host))


def of_reader(here: access.Standing) -> list[str]:
    """The words of a member."""
    found = [ALL, f"o{here.organisation_id}", f"u{here.unit_id}"]
    kind = here.member.unit.organisation.kind
    for pairing_id, side in sorted(here.sides.items()):
        found.append(f"p{pairing_id}")
        if kind in visibility.FIRMS:
            continue
        found.append(f"b{pairing_id}")
        if side != "above":
            found.append(f"s{pairing_id}{side}")
        elif kind == Organisation.Kind.AUDIT:
            found += [f"s{pairing_id}{one}" for one in _SIDES]
    return found


def of_things(kind: str, scopes: Mapping[int, tuple[str, int | None]]) -> dict[int, Words]:
    """The words of several things of one kind.

    Parameters
    ----------
    scopes
        Of each key the scope (all, pairing, seen) and the pairing.
    """
    model = _model(kind)
    own = {
        key: frozenset({ALL if scope == "all" else f"p{pairing_id}"})
        for key, (scope, pairing_id) in scopes.items()
        if scope != "seen"
    }
    seen = [key for key, (scope, _) in scopes.items() if scope == "seen"]
    own |= _of_records(model, seen) if _has_reach(model) else _of_rows(kind, seen)
    hosts = _hosts(model, scopes)
    return {key: Words(words, hosts.get(key, frozenset({ALL}))) for key, words in own.items()}


def stands_under(record: Any) -> list[tuple[str, list[int]]]:
    """Kinds and keys of what is found by those only who see a record too: its parts, and what hangs on them and it."""
    kind = record._meta.label_lower
    found = [(kind, [record.pk])]
    for model, name, host in visibility.parts_of_records():
        if isinstance(record, host):
            keys = list(model._default_manager.filter(**{name: record}).values_list("pk", flat=True))
            found.append((model._meta.label_lower, keys))
    on_them = Q(pk__in=[])
    for of_kind, keys in found:
        on_them |= Q(kind=of_kind, object_id__in=keys)
    for hanging in (Note, FileNumber):
        keys = list(hanging._default_manager.filter(on_them).values_list("pk", flat=True))
        found.append((hanging._meta.label_lower, keys))
    return found


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _has_reach(model: type[Model] | None) -> bool:
    return model is not None and issubclass(model, Visible)


def _of_records(model: Any, keys: Collection[int]) -> dict[int, frozenset[str]]:
    if not keys:
        return {}
    columns = ("reach", "owner_unit_id", "owner_side", "pairing_id")
    rows = list(model._default_manager.filter(pk__in=keys).values_list("pk", *columns))
    homes = dict(
        Unit.objects.filter(pk__in={unit_id for _, _, unit_id, *_ in rows}).values_list(
            "pk", "organisation_id"
        )
    )
    guests: dict[int, set[str]] = {}
    for key, guest in Share.objects.filter(kind=model._meta.label_lower, object_id__in=keys).values_list(
        "object_id", "organisation_id"
    ):
        guests.setdefault(key, set()).add(f"o{guest}")
    return {
        key: frozenset(_words(reach, unit_id, homes.get(unit_id), side, pairing_id, guests.get(key, ())))
        for key, reach, unit_id, side, pairing_id in rows
    }


def _words(
    reach: str,
    unit_id: int | None,
    home: int | None,
    side: str,
    pairing_id: int | None,
    guests: Iterable[str],
) -> Iterable[str]:
    """As ``visibility.can_see`` reads the columns of a record."""
    if reach == Visible.Reach.PUBLIC:
        return [ALL]
    found = [f"u{unit_id}"] if unit_id is not None else []
    if reach == Visible.Reach.UNIT:
        return found
    if home is not None:
        found.append(f"o{home}")
    if reach != Visible.Reach.SIDE:
        found += guests
    if pairing_id is not None:
        found.append(f"b{pairing_id}" if reach == Visible.Reach.BOTH else f"s{pairing_id}{side}")
    return found


def _of_rows(kind: str, keys: Collection[int]) -> dict[int, frozenset[str]]:
    """Of things without columns that say it: by the rows that lists start from."""
    found: dict[int, set[str]] = {key: set() for key in keys}
    rows = Seen.objects.filter(kind=kind, object_id__in=keys)
    for key, organisation_id, unit_id in rows.values_list("object_id", "organisation_id", "unit_id"):
        found[key].add(f"u{unit_id}" if unit_id is not None else f"o{organisation_id}")
    return {key: frozenset(words) for key, words in found.items()}


def _hosts(model: type[Model] | None, keys: Collection[int]) -> dict[int, frozenset[str]]:
    """The words of what each thing stands under, where it stands under something."""
    if model is Note:
        return _of_noted(Note, keys)
    if model is FileNumber:
        # It has no readers of its own: without those of its record it has none.
        return dict.fromkeys(keys, frozenset()) | _of_noted(FileNumber, keys)
    for part, name, host in visibility.parts_of_records():
        if part is model:
            hosts = dict(part._default_manager.filter(pk__in=keys).values_list("pk", f"{name}_id"))
            words = _of_records(host, set(hosts.values()))
            return {key: words.get(of, frozenset()) for key, of in hosts.items()}
    return {}


def _of_noted(model: Any, keys: Collection[int]) -> dict[int, frozenset[str]]:
    """The words of the records on which notes or file numbers hang."""
    by_kind: dict[str, dict[int, int]] = {}
    for key, kind, of in model._default_manager.filter(pk__in=keys).values_list("pk", "kind", "object_id"):
        by_kind.setdefault(kind, {})[key] = of
    found: dict[int, frozenset[str]] = {}
    for kind, notes in by_kind.items():
        words = _of_noted_kind(_model(kind), list(set(notes.values())))
        found |= {key: words[of] for key, of in notes.items() if of in words}
    return found


def _of_noted_kind(model: Any, keys: Sequence[int]) -> dict[int, frozenset[str]]:
    kind = signs.record_kinds.get(model._meta.label_lower) if model is not None else None
    if kind is not None and kind.shown_to:
        shown = signs.call(kind.shown_to)(keys)
        words = {key: frozenset(f"o{one}" for one in shown[key]) for key in keys if key in shown}
        # Those that are not (any more) shown to just some have readers as records of other kinds have.
        return words | _of_those_with_readers(model, [key for key in keys if key not in shown])
    return _of_those_with_readers(model, keys)


def _of_those_with_readers(model: Any, keys: Sequence[int]) -> dict[int, frozenset[str]]:
    if _has_reach(model):
        return _of_records(model, keys)
    hosts = _hosts(model, keys)
    if hosts or model is None:
        return hosts
    if any(one.name == "pairing" for one in model._meta.get_fields()):
        rows = model._default_manager.filter(pk__in=keys).values_list("pk", "pairing_id")
        return {key: frozenset({ALL if pairing_id is None else f"p{pairing_id}"}) for key, pairing_id in rows}
    return {}
