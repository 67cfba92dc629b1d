"""Rows that a spreadsheet had brought are taken out again, when its import is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from shanhai.core import journal, work
from shanhai.core.actions import removal
from shanhai.core.models import Seat, Stay
from shanhai.fields.pairing.actions import standings, technical
from shanhai.fields.pairing.models import (
    CommitmentStanding,
    FocusPoint,
    MinutesSignature,
    Secondment,
    TechnicalProblem,
)

if TYPE_CHECKING:
    from shanhai.fields.pairing.actions.registers.bringing import Bringing

# What a row of the file brings along and takes with it; whatever else points at the row is a use of it.
_PARTS: dict[str, tuple[removal.Part, ...]] = {
    "pairing.pairings": ((Seat, "pairing"),),
    "pairing.parties": ((Seat, "party"),),
    "pairing.commitments": ((CommitmentStanding, "commitment"),),
    "pairing.meetings": ((MinutesSignature, "meeting"),),
    "pairing.focus_points": ((FocusPoint.commitments.through, "focuspoint"),),
}
# The cells in which a row names the papers that came with it.
_PAPERS = ("evidence", "voucher")


def take_out(bringing: Bringing, parts: tuple[removal.Part, ...] = ()) -> None:
    """Take the rows of ``bringing.changes`` out, each with its entry; commitments of their pairings follow.

    ``parts`` are tables of another field whose rows say nothing of their own and go with these.

    Raises
    ------
    NotNow
        ``core.row_in_use``: a row was used since.
    """
    table = bringing.table
    rows = list(table.model._default_manager.filter(pk__in=[change.object_id for change in bringing.changes]))
    path = table.pairing if table.pairing == "pk" else f"{table.pairing}_id"
    found = table.model._default_manager.filter(pk__in=[row.pk for row in rows])
    pairings = dict(found.values_list("pk", path))
    for pairing_id in sorted(set(pairings.values())):
        of_pairing = [row for row in rows if pairings[row.pk] == pairing_id]
        journal.record_many(
            of_pairing,
            bringing.verb,
            by=bringing.by,
            pairing_id=pairing_id,
            each=[{"is_gone": True}] * len(of_pairing),
            **bringing.origin,
        )
    for row in rows:
        if isinstance(row, TechnicalProblem):
            work.drop(technical.WORK, row, by=bringing.by)
    stays = [row.stay_id for row in rows if isinstance(row, Secondment)]
    removal.take_out(rows, (*_PARTS.get(table.register.code, ()), *parts), own_papers=_papers(bringing))
    removal.take_out(list(Stay.objects.filter(pk__in=stays)))
    standings.follow(Q(pairing_id__in=set(pairings.values())))


def _papers(bringing: Bringing) -> frozenset[str]:
    """File names of the papers that came with the rows, the spreadsheet itself among them."""
    named = {
        name.strip()
        for change in bringing.changes
        for column in _PAPERS
        for name in str(change.values.get(column) or "").split(";")
    }
    own = {bringing.on_import.file_name} if bringing.on_import is not None else set()
    return frozenset((named | own) - {""})
