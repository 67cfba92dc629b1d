"""What ``shanhai check`` asks of the land: that counters, history and parcels say the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from shanhai.core.checks import Finding
from shanhai.fields.park.models import Parcel, ParcelMove, Park
from shanhai.kernel.refusals import gettext_noop


def land() -> Iterator[Finding]:
    """The land of each park is the sum of its parcels, and each parcel is as its last move says."""
    totals = dict(
        Parcel.objects.filter(ended_on=None).order_by().values_list("park_id").annotate(mu=Sum("mu"))
    )
    for park in Park.objects.order_by("pk"):
        found = totals.get(park.pk, Decimal(0)).quantize(Decimal("0.01"))
        if found != park.parcelled_mu:
            yield Finding(
                "error",
                "park.land_differs",
                gettext_noop("Park {park} counts {counted} mu of parcels, which have {mu} mu."),
                {"park": park.number, "counted": park.parcelled_mu, "mu": found},
            )
    yield from _moves()


def _moves() -> Iterator[Finding]:
    last: dict[int, tuple[str, Decimal]] = {}
    rows = ParcelMove.objects.order_by("parcel_id", "sequence").values_list("parcel_id", "to_state", "mu")
    for parcel, state, mu in rows.iterator(chunk_size=5_000):
        last[parcel] = (state, mu)
    parcels = Parcel.objects.order_by("pk").values_list("pk", "number", "state", "mu", "ended_on")
    for pk, number, state, mu, ended_on in parcels.iterator(chunk_size=5_000):
        if last.get(pk) != (("" if ended_on else state), mu):
            yield Finding(
                "error",
                "park.history_differs",
                gettext_noop("Parcel {number} is not as its history ends: {history}."),
                {"number": number, "history": " ".join(map(str, last.get(pk, ("–",))))},
            )
