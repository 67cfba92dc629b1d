"""Moving a row only if it is still where we saw it."""

from __future__ import annotations

from typing import Any

from django.db import models

from shanhai.core.db import prepared
from shanhai.core.names import called
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop


def move(row: Any, /, **changes: Any) -> None:
    """Change fields of a versioned row with one conditional update.

    The row in hand carries the new values and version afterwards. A row that was changed since it was read is left
    alone and refused, so the second of two writers is told and loses nothing.

    Raises
    ------
    ChangedMeanwhile
        ``core.changed_meanwhile``, with the kind and key of the row.
    """
    where = {"pk": row.pk, "version": row.version}
    if not prepared.update(type(row), where, version=prepared.Plus(1), **changes):
        raise ChangedMeanwhile(
            "core.changed_meanwhile",
            gettext_noop(
                "{what} was changed by someone else since you opened it. Look at what changed, then save again."
            ),
            what=called(row),
            kind=row._meta.label_lower,
            pk=row.pk,
        )
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1


def state_of(row: models.Model) -> dict[str, Any]:
    """The declared state fields of a row, as the journal carries them."""
    return {name: getattr(row, name) for name in getattr(row, "STATE", ())}
