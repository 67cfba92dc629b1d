"""Cases of a zone folder are written as they stood; what is open is put on the lists of whom it waits for."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, search, visibility, work
from shanhai.core.models import Member, Share, Unit
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import (
    Case,
    CaseItem,
    CatalogueVersion,
    Material,
    MaterialVersion,
    Opinion,
    Stop,
)
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules.replies import Reply, Role
from shanhai.kernel.refusals import gettext_noop

State = rules.State
Row = dict[str, Any]


def is_there(number: str) -> bool:
    """Whether there is a case of this number."""
    return Case.objects.filter(number=number).exists()


@action
def load_case(
    project: Any,
    *,
    catalogue: CatalogueVersion,
    keeper: Unit | None,
    items: list[Row],
    opinions: list[Row],
    materials: list[Row],
    versions: list[Row],
    stops: list[Row],
    by: Member | None,
    **values: Any,
) -> Case:
    """Write a case as it stood, with all that belongs to it."""
    access.check(by, "approval.load_case")
    case = Case(
        project=project,
        catalogue=catalogue,
        pairing_id=project.pairing_id,
        zone_id=project.zone_id,
        enterprise_id=project.enterprise_id,
        owner_unit=keeper,
        owner_side=values["side"],
        n_items=len(items),
        open_items=sum(row["state"] != State.DECIDED for row in items),
        **values,
    )
    case.save()
    Share.objects.create(
        kind=shared.FILE, object_id=case.pk, organisation_id=case.enterprise_id, by=by, at=clock.now()
    )
    visibility.place(case, case.filed_on)
    search.put_many([queries.found_as(case)])
    journal.record(case, "approval.load_case", by=by)
    _load_materials(case, materials, versions, by)
    made = _load_items(case, items, opinions, materials, versions)
    _load_stops(made, stops)
    if made:
        journal.record_many(made, "approval.load_case", by=by, pairing_id=case.pairing_id)
    asked = list(Opinion.objects.filter(item__case=case).order_by("pk"))
    if asked:
        journal.record_many(asked, "approval.load_case", by=by, pairing_id=case.pairing_id)
    _ask(case, made, by)
    return case


def _load_materials(case: Case, materials: list[Row], versions: list[Row], by: Member | None) -> None:
    count: dict[str, int] = {}
    for row in versions:
        count[row["material"]] = max(row["number"], count.get(row["material"], 0))
    made = [Material(case=case, n_versions=count.get(row["code"], 0), **row) for row in materials]
    Material.objects.bulk_create(made)
    by_code = {one.code: one for one in made}
    MaterialVersion.objects.bulk_create(
        MaterialVersion(
            material=by_code[row["material"]], number=row["number"], name=row["name"], on=row["on"]
        )
        for row in versions
    )
    if made:
        journal.record_many(made, "approval.load_case", by=by, pairing_id=case.pairing_id)


def _load_items(
    case: Case, items: list[Row], opinions: list[Row], materials: list[Row], versions: list[Row]
) -> list[CaseItem]:
    states = {row["code"]: row["state"] for row in items}
    there = {row["material"] for row in versions}
    promised = [row["asked_by"] for row in materials if row["is_promised"] and row["code"] not in there]
    made = []
    for row in items:
        own = [one for one in opinions if one["item"] == row["code"] and one["role"] == Role.CO]
        made.append(
            CaseItem(
                case=case,
                left_before=sum(states.get(code) != State.DECIDED for code in row["after"]),
                left_opinions=sum(one["replied_on"] is None for one in own),
                disagreed=sum(one["counts_as"] == Reply.DISAGREE for one in own),
                left_papers=sum(row["code"] in asked_by for asked_by in promised),
                then=[
                    [one["code"], one["promised_days"], one["co_days"]]
                    for one in items
                    if row["code"] in one["after"]
                ],
                **row,
            )
        )
    CaseItem.objects.bulk_create(made)
    by_code = {one.code: one for one in made}
    asked = [
        Opinion(item=by_code[row["item"]], **{k: v for k, v in row.items() if k != "item"})
        for row in opinions
    ]
    Opinion.objects.bulk_create(asked)
    for item in made:
        item.asks = [[one.pk, one.unit_id, one.role] for one in asked if one.item_id == item.pk]
    CaseItem.objects.bulk_update(made, ["asks"])
    return made


def _load_stops(made: list[CaseItem], stops: list[Row]) -> None:
    by_code = {one.code: one for one in made}
    Stop.objects.bulk_create(
        Stop(item=by_code[row["item"]], **{k: v for k, v in row.items() if k != "item"}) for row in stops
    )


def _ask(case: Case, made: list[CaseItem], by: Member | None) -> None:
    """What is open waits for somebody."""
    out = set(Opinion.objects.filter(item__case=case, replied_on=None).values_list("pk", flat=True))
    running = [one for one in made if one.is_running]
    for item in running:
        item.asks = [ask for ask in item.asks if ask[0] in out]
    shared.ask_for(running, by=by)
    facts = shared.facts_of(case)
    if case.stage == rules.Stage.RECEIVED and case.owner_unit is not None:
        due: date | None = queries.last_day_for_gaps(case)
        what = gettext_noop("Look {number} {title} through: accept it, or name all gaps")
        work.open_item(shared.ACCEPT, case, case.owner_unit, what, facts, case.url, due, by=by)
    elif case.stage == rules.Stage.FILING:
        what = gettext_noop("Gather the materials of {number} {title} and hand the file in")
        shared.ask_owner(case, what, facts, None, by=by)
    elif case.stage == rules.Stage.GAPS:
        what = gettext_noop("Bring what is missing in {number} {title}, all of it at once")
        shared.ask_owner(case, what, facts, None, by=by)
    for stop in Stop.objects.filter(item__in=running, ended_on=None, whose="owner").select_related("item"):
        item = next(one for one in running if one.pk == stop.item_id)
        what = gettext_noop("Bring what {item} of {number} {title} waits for")
        shared.ask_owner(case, what, shared.facts_of(case, item), stop.until_on, by=by)
