"""Registers of activities, of their money, and of what each side says of the balance."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, Sum

from shanhai.core import journal, search
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    go_on_above,
    places,
    standing,
    writer,
)
from shanhai.fields.pairing.actions.registers.papers import attach_files
from shanhai.fields.pairing.models import Activity, AidEntry, BalanceStatement
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.standings import measured_by

_PLAIN = (
    "number", "kind", "field", "stage", "on", "until_on", "lead", "leader", "leader_en", "delegation", "payer",
    "reason",
)  # fmt: skip


def _write_activities(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            **{name: values[name] for name in _PLAIN},
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "mountain_unit_id": bringing.ref(values, "mountain_unit"),
            "sea_unit_id": bringing.ref(values, "sea_unit"),
            "planned_fen": values["planned_fen"] or 0,
            **both(values, "title", "place", "outcome"),
            **standing(values),
        }

    rows = bringing.write(Activity, fields)
    search.put_many(map(finding.of_activity, rows))
    standings.follow(measured_by({row.pairing_id for row in rows}, *standings.ACTIVITIES))


def _write_aid_entries(bringing: Bringing) -> None:
    above = Activity.objects.in_bulk({bringing.ref(one.values, "activity") for one in bringing.changes})

    def fields(values: Values) -> dict[str, Any]:
        return {
            **{name: values[name] for name in ("code", "kind", "on", "amount_fen", "about")},
            "activity": above[bringing.ref(values, "activity")],
            **standing(values),
        }

    rows = bringing.write(AidEntry, fields, lambda row: above[row.activity_id].pairing_id)
    attach_files(bringing, rows, "voucher", "voucher")
    go_on_above(Activity, "entries_numbered", rows, "activity_id", "code", "-M")
    _add_up(bringing, above)
    standings.follow(measured_by({one.pairing_id for one in above.values()}, *standings.ACTIVITIES))


def _add_up(bringing: Bringing, above: Any) -> None:
    """The guards of the activities say what their rows say."""
    found = Activity.objects.filter(pk__in=above).annotate(
        paid=Sum("entries__amount_fen", filter=Q(entries__kind="paid")),
        used=Sum("entries__amount_fen", filter=Q(entries__kind="used")),
    )
    moved = []
    for one in found:
        paid, used = one.paid or 0, one.used or 0
        rules.check_aid_sums(one.number, one.planned_fen, paid, used)
        if (one.paid_fen, one.used_fen) != (paid, used):
            # The version stays: what the register of activities brought is as it was.
            Activity.objects.filter(pk=one.pk).update(paid_fen=paid, used_fen=used)
            one.paid_fen, one.used_fen = paid, used
            moved.append(one)
    journal.record_many(moved, bringing.verb, by=bringing.by, **bringing.origin)


def _after_aid_is_gone(bringing: Bringing) -> None:
    _add_up(bringing, {bringing.ref(change.values, "activity") for change in bringing.changes})


def _write_balance_statements(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "side": values["side"],
            "on": values["on"],
            **both(values, "text"),
            **standing(values),
        }

    bringing.write(BalanceStatement, fields)


write_activities = writer(_write_activities, tables.ACTIVITIES)
write_aid_entries = writer(_write_aid_entries, tables.AID_ENTRIES, _after_aid_is_gone)
write_balance_statements = writer(_write_balance_statements, tables.BALANCE_STATEMENTS)
