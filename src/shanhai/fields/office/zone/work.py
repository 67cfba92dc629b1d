"""Who stands in for whom, and which open work is in whose hands: a handover in progress travels with the zone.

Open items follow from the records by themselves; what does not is whom somebody gave one to. A row names the item by its
record, so that it finds the item that loading opened, or opens the one that the tick would open later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from shanhai.core import signs
from shanhai.core.models import Climb, Deputy, Member, Unit, WorkItem
from shanhai.fields.office.actions import handing
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    Read,
    Row,
    dumped,
    of_own,
    one,
    record,
    rows,
    write_files,
)

DEPUTIES: dict[str, Read] = {"member": TEXT, "deputy": TEXT, "from_on": DAY, "to_on": DAY, "ended_on": DAY}
IN_HAND: dict[str, Read] = {
    "kind": TEXT, "record_kind": TEXT, "record": TEXT, "unit": TEXT, "member": TEXT, "what": TEXT, "facts": TEXT,
    "due_on": DAY, "counted_from": DAY, "counted_days": WHOLE,
}  # fmt: skip
FILES = {"deputies.csv": DEPUTIES, "work_in_hand.csv": IN_HAND}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of a folder; a missing file has no rows. Gives rows written by file."""
    given = {name: rows(folder / name, columns) for name, columns in FILES.items()}
    counts = {
        "deputies.csv": sum(_write_deputy(row, by) for row in given["deputies.csv"]),
        "work_in_hand.csv": sum(_put_in_hand(row, by) for row in given["work_in_hand.csv"]),
    }
    return {name: n for name, n in counts.items() if (folder / name).exists()}


def _write_deputy(row: Row, by: Member | None) -> bool:
    values = dict(row)
    member, deputy = one(Member, values.pop("member")), one(Member, values.pop("deputy"))
    if Deputy.objects.filter(member=member, deputy=deputy, from_on=row["from_on"]).exists():
        return False
    handing.write_standing_in(member, deputy=deputy, by=by, **values)
    return True


def _put_in_hand(row: Row, by: Member | None) -> bool:
    return handing.put_in_hand(
        record(row["record_kind"], row["record"]),
        kind=row["kind"],
        unit=one(Unit, row["unit"]),
        member=one(Member, row["member"]),
        what=row["what"],
        facts=json.loads(row["facts"] or "{}"),
        due_on=row["due_on"],
        counted_from=row["counted_from"],
        counted_days=row["counted_days"],
        by=by,
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member's organisation knows of how it shares out its work into a folder, in key order; for the system all of it."""
    found: dict[str, Iterable[dict[str, Any]]] = {
        "deputies.csv": _deputies(by),
        "work_in_hand.csv": _in_hand(by),
    }
    return write_files(folder, FILES, found)


def _deputies(by: Member | None) -> Iterator[dict[str, Any]]:
    found = of_own(Deputy.objects.all(), by, "member__unit__organisation")
    for row in found.select_related("member", "deputy").order_by("member__code", "from_on", "pk"):
        yield {
            "member": row.member.code,
            "deputy": row.deputy.code,
            "from_on": row.from_on,
            "to_on": row.to_on,
            "ended_on": row.ended_on,
        }


def _in_hand(by: Member | None) -> Iterator[dict[str, Any]]:
    """Open items of somebody by name, of records that a zone names by number or code."""
    found = (
        WorkItem.objects.filter(stage=WorkItem.Stage.OPEN)
        .exclude(member=None)
        .exclude(kind__in=KEPT_ELSEWHERE)
    )
    items = list(of_own(found, by, "unit__organisation").select_related("unit", "member"))
    # What a unit prepared has a file of its own, which says who has it.
    prepared = set(Climb.objects.exclude(reply="").filter(stage=Climb.Stage.CLIMBING).values_list(
        "subject_kind", "subject_id", "unit_id"))  # fmt: skip
    items = [item for item in items if (item.subject_kind, item.subject_id, item.unit_id) not in prepared]
    names = names_of((item.subject_kind, item.subject_id) for item in items)
    named = [(names[item.subject_kind, item.subject_id], item) for item in items
             if (item.subject_kind, item.subject_id) in names]  # fmt: skip
    for name, item in sorted(named, key=lambda pair: (pair[1].kind, pair[0], pair[1].unit.code)):
        yield {
            "kind": item.kind,
            "record_kind": item.subject_kind,
            "record": name,
            "unit": item.unit.code,
            "member": item.member.code if item.member else "",
            "what": item.what,
            "facts": dumped(item.facts),
            "due_on": item.due_on,
            "counted_from": item.counted_from,
            "counted_days": item.counted_days,
        }


# Who has the step of an answer follows from the answer's own file.
KEPT_ELSEWHERE = ("office.answer_round",)


def names_of(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Numbers or codes of records, given as (kind, key): one statement for each kind."""
    by_kind: dict[str, set[int]] = {}
    for record_kind, key in records:
        if record_kind in signs.record_kinds:
            by_kind.setdefault(record_kind, set()).add(key)
    found = {}
    for kind, keys in by_kind.items():
        model: Any = apps.get_model(kind)
        fields = {field.name for field in model._meta.get_fields()}
        column = "number" if "number" in fields else "code"
        if column in fields:
            for pk, name in model._default_manager.filter(pk__in=keys).values_list("pk", column):
                found[kind, pk] = name
    return found
