"""Keeping the rows that say how commitments stand: in the transaction of what moved them, and anew for each day.

An action that moves deliveries, or records that an indicator counts, calls ``follow`` last. So does an action of
another field whose indicator a commitment may be measured by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from shanhai.core import clock
from shanhai.core.writing import action
from shanhai.fields.pairing.models import Commitment, CommitmentStanding
from shanhai.fields.pairing.queries import standings
from shanhai.fields.pairing.queries.commitments import in_force, progress_of

_CHUNK = 500
_MOVING = [name for name in standings.NAMES if name != "commitment_id"]

MEETINGS = ("pairing.meetings_held", "pairing.visits")
ACTIVITIES = (
    "pairing.activities_held",
    "pairing.exchange_visits",
    "pairing.aid_paid",
    "pairing.aid_used",
)
OFFICERS = ("pairing.officer_days", "pairing.officers_in_post", "pairing.appraisals_given")


def follow(*moved: Q) -> int:
    """Make the rows of some commitments say what holds today; gives how many were written or removed.

    Parameters
    ----------
    moved
        Which commitments: ``queries.standings.of_commitments``, ``measured_by``. Each is a statement that reads one
        index.
    """
    keys: set[int] = set()
    for some in moved:
        keys.update(Commitment.objects.filter(some).values_list("pk", flat=True))
    return _each(sorted(keys), clock.today())


@action
def _follow(keys: Sequence[int], on: date) -> int:
    # Two deliveries of one commitment at once: who holds the row reads what the other has committed. SQLite has one
    # writer and ignores the lock.
    rows = CommitmentStanding.objects.select_for_update().filter(commitment_id__in=keys).order_by("pk")
    held = {row.commitment_id: row for row in rows}
    written = []
    for one in progress_of(list(in_force().filter(pk__in=keys)), on):
        fresh, kept = standings.standing_of(one, on), held.pop(one.commitment.pk, None)
        if kept is None or standings.said_by(kept) != standings.said_by(fresh):
            written.append(fresh)
    CommitmentStanding.objects.bulk_create(
        written, update_conflicts=True, unique_fields=["commitment"], update_fields=_MOVING, batch_size=200
    )
    if held:
        CommitmentStanding.objects.filter(commitment_id__in=held).delete()
    return len(written) + len(held)


def sweep(now: datetime) -> int:
    """The tick's part: rows of another day, a few hundred in a transaction."""
    day = clock.local(now).date()
    stale = CommitmentStanding.objects.filter(Q(on__lt=day) | Q(on__gt=day))
    return _each(sorted(stale.values_list("commitment_id", flat=True)), day)


def recompute() -> int:
    """All rows anew, for ``shanhai pairing recompute``; gives how many were not as they should be."""
    return _each(list(Commitment.objects.order_by("pk").values_list("pk", flat=True)), clock.today())


def _each(keys: Sequence[int], day: date) -> int:
    return sum(_follow(keys[start : start + _CHUNK], day) for start in range(0, len(keys), _CHUNK))
