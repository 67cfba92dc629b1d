"""The field's part of ``shanhai check``: guards agree with the rows that they guard."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from shanhai.core.checks import Finding
from shanhai.fields.pairing.models import (
    Activity,
    Agreement,
    Commitment,
    CommitmentStanding,
    Meeting,
    Secondment,
)
from shanhai.fields.pairing.queries.standings import standings_differing
from shanhai.kernel.refusals import gettext_noop


def guards() -> Iterator[Finding]:
    """Counters that rules over several rows rest on are what the rows say."""
    counted = Agreement.objects.annotate(
        n=Count("parties", distinct=True), signed=Count("signatures", distinct=True)
    ).exclude(signatures_left=F("n") - F("signed"))
    for one in counted:
        yield Finding(
            "error",
            "pairing.signatures_left",
            gettext_noop("Agreement {number} waits for {left} signatures, but its rows say {rows}."),
            {"number": one.number, "left": one.signatures_left, "rows": one.n - one.signed},
        )
    for meeting in (
        Meeting.objects.annotate(signed=Count("signatures"))
        .exclude(signatures_left=2 - F("signed"))
        .iterator()
    ):
        yield Finding(
            "error",
            "pairing.minutes_left",
            gettext_noop("Meeting {number} waits for {left} signatures, but its rows say {rows}."),
            {"number": meeting.number, "left": meeting.signatures_left, "rows": 2 - meeting.signed},
        )
    moved = Secondment.objects.exclude(from_on=F("stay__from_on"), to_on=F("stay__to_on"))
    for secondment in moved.select_related("stay"):
        yield Finding(
            "error",
            "pairing.secondment_dates",
            gettext_noop("Secondment {secondment} has other dates than the stay behind it."),
            {"secondment": secondment.code},
        )
    numbered = Commitment.objects.annotate(n=Coalesce(Count("deliveries"), 0), last=Max("deliveries__pk"))
    for commitment in numbered.filter(n__gt=F("deliveries_numbered")):
        yield Finding(
            "warning",
            "pairing.deliveries_numbered",
            gettext_noop("Commitment {commitment} has more deliveries than it has given numbers."),
            {"commitment": commitment.code},
        )


def aid() -> Iterator[Finding]:
    """The money of each activity is what its entries add up to."""
    summed = Activity.objects.annotate(
        paid=Coalesce(Sum("entries__amount_fen", filter=Q(entries__kind="paid")), 0),
        used=Coalesce(Sum("entries__amount_fen", filter=Q(entries__kind="used")), 0),
    )
    for one in summed.exclude(paid_fen=F("paid"), used_fen=F("used")).iterator():
        yield Finding(
            "error",
            "pairing.activity_money",
            gettext_noop(
                "Activity {number} says {paid_fen} fen paid and {used_fen} fen used, but its entries say {paid} "
                "and {used}."
            ),
            {
                "number": one.number,
                "paid_fen": one.paid_fen,
                "used_fen": one.used_fen,
                "paid": one.paid,
                "used": one.used,
            },
        )


def standings() -> Iterator[Finding]:
    """What lists say of each commitment is what its records say."""
    for code, kept, should in standings_differing():
        yield Finding(
            "error",
            "pairing.standing",
            gettext_noop(
                "Lists say that commitment {commitment} is {kept}, its records say {should}. "
                "Run shanhai pairing recompute."
            ),
            {"commitment": code, "kept": _said(kept), "should": _said(should)},
        )


def _said(row: CommitmentStanding | None) -> str:
    return f"{row.status} ({row.delivered.normalize():f})" if row is not None else "–"
