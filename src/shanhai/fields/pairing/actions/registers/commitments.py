"""Registers of commitments, their targets by period, and deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import access, clock, search
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.actions.registers import row_rules
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    go_on_above,
    in_pairing_of,
    names,
    standing,
    writer,
)
from shanhai.fields.pairing.actions.registers.papers import attach_files, attach_named, attach_workbook
from shanhai.fields.pairing.models import Agreement, Commitment, CommitmentPeriod, Delivery
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.standings import measured_by, of_commitments
from shanhai.kernel import periods


def _write_commitments(bringing: Bringing) -> None:
    above = in_pairing_of(Agreement, (bringing.ref(one.values, "agreement") for one in bringing.changes))
    plain = (
        "code", "field", "kind", "indicator", "indicator_side", "owes", "direction", "target", "unit", "per",
        "starts_on", "due_on", "is_main", "rank", "balance_line", "about",
    )  # fmt: skip

    def fields(values: Values) -> dict[str, Any]:
        agreement = bringing.ref(values, "agreement") or 0
        return {
            **{name: values[name] for name in plain},
            "agreement_id": agreement,
            **above[agreement],
            "mountain_unit_id": bringing.ref(values, "mountain_unit"),
            "sea_unit_id": bringing.ref(values, "sea_unit"),
            **both(values, "unit"),
            "unit_one_en": values["unit_one_en"].strip(),
            **names(values),
            **standing(values),
        }

    rows = bringing.write(Commitment, fields)
    search.put_many(map(finding.of_commitment, rows))
    standings.follow(of_commitments(row.pk for row in rows))


def _write_commitment_periods(bringing: Bringing) -> None:
    above = Commitment.objects.in_bulk(
        {bringing.ref(change.values, "commitment") for change in bringing.changes}
    )

    def fields(values: Values) -> dict[str, Any]:
        period = periods.parse(values["period"])
        return {
            "commitment": above[bringing.ref(values, "commitment")],
            "period": values["period"],
            "target": values["target"],
            "starts_on": period.start,
            "due_on": values["due_on"] or period.end,
            **standing(values),
        }

    bringing.write(CommitmentPeriod, fields, lambda row: above[row.commitment_id].pairing_id)
    standings.follow(of_commitments(above))


def _write_deliveries(bringing: Bringing) -> None:
    above = in_pairing_of(Commitment, (bringing.ref(one.values, "commitment") for one in bringing.changes))
    sides = access.standing(bringing.by).sides if bringing.by is not None else {}

    def fields(values: Values) -> dict[str, Any]:
        commitment = bringing.ref(values, "commitment") or 0
        return {
            "code": values["code"],
            "commitment_id": commitment,
            **above[commitment],
            "on": values["on"],
            "quantity": values["quantity"],
            "what": values["what"],
            "what_en": values["what_en"],
            "stage": values["stage"],
            "side": values["side"] or sides.get(above[commitment]["pairing_id"], ""),
            "recorded_by_id": bringing.ref(values, "recorded_by")
            or (bringing.by.pk if bringing.by else None),
            "recorded_at": clock.now(),
            "confirmed_by_id": bringing.ref(values, "confirmed_by"),
            "confirmed_on": values["confirmed_on"],
            **standing(values),
        }

    rows = bringing.write(Delivery, fields)
    if bringing.by is None:
        attach_files(bringing, rows, "evidence", "evidence")
    elif not bringing.is_undo:
        attach_named(bringing, rows)
        attach_workbook(bringing, _shown_by_workbook(rows))
    go_on_above(Commitment, "deliveries_numbered", rows, "commitment_id", "code", "-D")
    standings.follow(
        of_commitments(above),
        measured_by({row.pairing_id for row in rows}, "pairing.commitments_fulfilled"),
    )


def _shown_by_workbook(rows: Sequence[Delivery]) -> list[Delivery]:
    owes = dict(
        Commitment.objects.filter(pk__in={row.commitment_id for row in rows}).values_list("pk", "owes")
    )
    recorded = (row for row in rows if row.stage == rules.DeliveryStage.RECORDED)
    return [row for row in recorded if row_rules.is_shown_by_workbook(owes[row.commitment_id], row.side)]


write_commitments = writer(_write_commitments, tables.COMMITMENTS)
write_commitment_periods = writer(_write_commitment_periods, tables.COMMITMENT_PERIODS)
write_deliveries = writer(_write_deliveries, tables.DELIVERIES)
