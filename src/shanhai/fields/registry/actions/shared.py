"""What the writes of the registers share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model

from shanhai.core import journal
from shanhai.core.actions import removal
from shanhai.core.models import (
    Member,
)
from shanhai.core.names import sort_key
from shanhai.core.sheets.columns import Change
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop
from shanhai.kernel.text import tidy_name

# Beyond so many, seats and search are brought up to date after the commit, so that writers need not wait for them.
MANY = 2000


def remove(
    model: type[Model],
    changes: Sequence[Change],
    verb: str,
    by: Member | None,
    on_import: Any,
    parts: Sequence[removal.Part] = (),
) -> None:
    """Take out the rows of changes with the outcome "gone": an import that had brought them is undone.

    The entries stay when the rows are gone, and say so. Raises ``NotNow`` (``core.row_in_use``) for a row that was used
    since.
    """
    if not changes:
        return
    rows = list(model._default_manager.filter(pk__in=[change.object_id for change in changes]).order_by("pk"))
    each = [{"is_gone": True}] * len(rows)
    journal.record_many(rows, verb, by=by, each=each, **origin(on_import))
    removal.take_out(rows, parts)


def gone_meanwhile(n: int) -> ChangedMeanwhile:
    """The refusal where rows, or what they point at, are no longer there."""
    return ChangedMeanwhile(
        "core.rows_changed_meanwhile",
        gettext_noop("{n} rows were changed by someone else since they were checked. Check the file again."),
        n=n,
    )


def going_and_staying(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """Changes that take a row out, and the others."""
    gone = [change for change in changes if change.outcome == "gone"]
    return gone, [change for change in changes if change.outcome != "gone"]


def in_two(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """New rows, and rows that are there."""
    new = [change for change in changes if change.object_id is None]
    return new, [change for change in changes if change.object_id is not None]


def name_fields(values: Any) -> dict[str, str]:
    """Both names as they are kept, and what the Chinese one sorts by."""
    name_zh = tidy_name(values["name_zh"])
    return {"name_zh": name_zh, "name_en": tidy_name(values["name_en"]), "name_sort": sort_key(name_zh)}


def filled(model: Any, changes: Sequence[Change], fields_of: Any) -> list[Any]:
    """The rows of changes with their new values, at the version at which they were compared."""
    found = model.objects.in_bulk([change.object_id for change in changes])
    for change in changes:
        row = found[change.object_id]
        row.version = change.version
        for name, value in fields_of(change).items():
            setattr(row, name, value)
    return list(found.values())


def keys_of(model: Any, codes: Iterable[str | None]) -> dict[str, int]:
    """Primary keys by code; codes that are not there are left out."""
    wanted = sorted({code for code in codes if code})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), MANY):
        some = model.objects.filter(code__in=wanted[start : start + MANY])
        found |= dict(some.values_list("code", "pk"))
    return found


def origin(on_import: Any) -> dict[str, Any]:
    """The import that brought the rows, for their journal entries."""
    return {"import": on_import.pk} if on_import is not None else {}


def enter(verb: str, new: Sequence[Any], changed: Sequence[Any], by: Member | None, on_import: Any) -> None:
    """One journal entry for each row, which says whether it is new and which import brought it."""
    each = [{"is_new": True}] * len(new) + [{"is_new": False}] * len(changed)
    journal.record_many([*new, *changed], verb, by=by, each=each, **origin(on_import))


def soon(n: int, call: Any) -> None:
    """Now, or after the commit where it would hold other writers up."""
    if n <= MANY:
        call()
    else:
        transaction.on_commit(call)
