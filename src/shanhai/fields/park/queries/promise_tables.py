"""The rows of the registers of standard land: where each column lies."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q

from shanhai.core.models import Member
from shanhai.core.sheets.columns import words_of
from shanhai.fields.pairing.queries.registers import Row, Table
from shanhai.fields.park.columns import promises as columns
from shanhai.fields.park.models import Firm, LandCheck, LandPromise
from shanhai.fields.park.queries import firms, promises
from shanhai.fields.park.rules.promises import BY_NAME


def _measured(rows: list[Row]) -> None:
    found = LandCheck.objects.in_bulk([row["_id"] for row in rows])
    for row in rows:
        check = found[row["_id"]]
        for name in BY_NAME:
            text = check.measured.get(name)
            row[name] = None if text is None else Decimal(text)
        row["failed"] = "；".join(words_of(columns.INDICATORS, name) for name in check.failed)


def _of_firms_seen(member: Member) -> Q:
    return Q(promise__firm__in=Firm.objects.filter(firms.seen_by(member)).values("pk"))


PROMISES = Table(
    columns.PROMISES, LandPromise, "pairing", {"firm": "firm__organisation__code"}, seen=promises.seen_by
)
PROMISE_CHECKS = Table(
    columns.PROMISE_CHECKS,
    LandCheck,
    "promise__pairing",
    {"promise": "promise__number"},
    seen=_of_firms_seen,
    extra=_measured,
    derived=frozenset({*BY_NAME, "failed"}),
)

promises_rows, promises_current = PROMISES.rows, PROMISES.current
promise_checks_rows, promise_checks_current = PROMISE_CHECKS.rows, PROMISE_CHECKS.current
