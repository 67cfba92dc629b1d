"""Registers of who is in charge, and of seconded officers with tasks and appraisals."""

from __future__ import annotations

from typing import Any

from shanhai.core import bulk, journal, search
from shanhai.core.models import Member, Organisation, Stay, StayAppraisal, StayTask
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.actions import people, standings
from shanhai.fields.pairing.actions.registers.bringing import Bringing, Values, places, standing, writer
from shanhai.fields.pairing.models import Charge, Secondment
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.standings import measured_by

_OF_STAY = (
    "host_post",
    "host_post_en",
    "from_on",
    "to_on",
    "stage",
    "ended_on",
    "handover",
    "handover_en",
)


def _write_charges(bringing: Bringing) -> None:
    members = Member.objects.in_bulk({bringing.ref(change.values, "member") for change in bringing.changes})
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "side": values["side"],
            "field": "" if values["field"] == columns.ALL_FIELDS[0] else values["field"],
            "level": values["level"],
            "member": members[bringing.ref(values, "member")],
            "from_on": values["from_on"],
            "to_on": values["to_on"],
            **standing(values),
        }

    bringing.write(Charge, fields)


def _write_secondments(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    held = {
        one.pk: one.stay
        for one in Secondment.objects.filter(pk__in=[c.object_id for c in bringing.old]).select_related(
            "stay"
        )
    }
    members = Member.objects.in_bulk({bringing.ref(change.values, "person") for change in bringing.changes})
    hosts = Organisation.objects.in_bulk({bringing.ref(change.values, "host") for change in bringing.changes})
    stays = []
    for change in bringing.changes:
        values = change.values
        stay = held.get(change.object_id or 0) or Stay(kind="secondment")
        stay.pairing_id = bringing.key(values, "pairing")
        stay.person = members[bringing.ref(values, "person")]
        stay.home_id = bringing.key(values, "home")
        stay.host = hosts[bringing.ref(values, "host")]
        stay.successor_id = bringing.ref(values, "successor")
        for name in _OF_STAY:
            setattr(stay, name, values[name])
        for name, value in standing(values).items():
            setattr(stay, name, value)
        stays.append(stay)
    new, old = [one for one in stays if one.pk is None], [one for one in stays if one.pk is not None]
    bulk.insert_many(Stay, new)
    bulk.update_many(
        Stay, old, [*_OF_STAY, "successor", "person", "home", "host", "is_illustrative", "source"]
    )
    journal.record_many([*new, *old], bringing.verb, by=bringing.by, **bringing.origin)
    by_code = {change.values["code"]: stay for change, stay in zip(bringing.changes, stays, strict=True)}

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "code": values["code"],
            "stay_id": by_code[values["code"]].pk,
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "direction": values["direction"],
            "profession": values["profession"],
            "host_unit_id": bringing.ref(values, "host_unit"),
            "from_on": values["from_on"],
            "to_on": values["to_on"],
            **standing(values),
        }

    rows = bringing.write(Secondment, fields)
    for row, change in zip(rows, bringing.changes, strict=True):
        if bringing.by is not None and change.before and change.differs_in("to_on"):
            people.move_final_appraisal(row, bringing.by)
    found = Secondment.objects.filter(pk__in=[row.pk for row in rows]).select_related(
        "stay__person", "stay__host"
    )
    search.put_many(map(finding.of_secondment, found))
    standings.follow(measured_by({row.pairing_id for row in rows}, *standings.OFFICERS))


def _stays_of(bringing: Bringing) -> dict[int | None, Stay]:
    keys = {bringing.key(change.values, "secondment") for change in bringing.changes}
    found = Secondment.objects.filter(pk__in=keys).select_related("stay__person")
    return {one.pk: one.stay for one in found}


def _write_stay_tasks(bringing: Bringing) -> None:
    stays = _stays_of(bringing)
    bringing.write(
        StayTask,
        lambda values: {
            "stay": stays[bringing.ref(values, "secondment")],
            "title": values["title"],
            "title_en": values["title_en"],
            "due_on": values["due_on"],
            "done_on": values["done_on"],
            "outcome": values["outcome"],
            "outcome_en": values["outcome_en"],
        },
        lambda row: row.stay.pairing_id,
    )


def _write_appraisals(bringing: Bringing) -> None:
    stays = _stays_of(bringing)
    rows = bringing.write(
        StayAppraisal,
        lambda values: {
            "stay": stays[bringing.ref(values, "secondment")],
            "due_on": values["due_on"],
            "is_final": values["is_final"],
            "given_on": values["given_on"],
            "grade": values["grade"],
            "text": values["text"],
            "by_id": bringing.ref(values, "by"),
        },
        lambda row: row.stay.pairing_id,
    )
    standings.follow(measured_by({row.stay.pairing_id for row in rows}, *standings.OFFICERS))


write_charges = writer(_write_charges, tables.CHARGES)
write_secondments = writer(_write_secondments, tables.SECONDMENTS)
write_stay_tasks = writer(_write_stay_tasks, tables.STAY_TASKS)
write_appraisals = writer(_write_appraisals, tables.APPRAISALS)
