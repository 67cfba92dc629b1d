"""Cases of a zone folder are written as they stood; what is open is put on the lists of whom it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from django.db.models import Model

from shanhai.core import access, bulk, clock, journal, search, visibility, work
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
from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.fields.approval.rules.catalogue import Material as Paper
from shanhai.fields.approval.rules.commitments import LEVER
from shanhai.fields.approval.rules.replies import Reply, Role
from shanhai.kernel.refusals import BadInput, gettext_noop

State = rules.State
Row = dict[str, Any]
_DONE = "approval.load_cases"


@dataclass(frozen=True, slots=True)
class Given:
    """A case as its files have it: rows by column, in the order of its catalogue."""

    project: Any
    catalogue: CatalogueVersion
    keeper: Unit | None
    values: Row
    items: Sequence[Row]
    opinions: Sequence[Row]
    materials: Sequence[Row]
    versions: Sequence[Row]
    stops: Sequence[Row]


def there(numbers: Iterable[str]) -> set[str]:
    """Which of some numbers are taken by cases (one statement)."""
    return set(Case.objects.filter(number__in=list(numbers)).values_list("number", flat=True))


@action
def load_cases(given: Sequence[Given], *, by: Member | None) -> list[Case]:
    """Write cases as they stood, with all that belongs to them; the number of statements grows with open cases only."""
    access.check(by, "approval.load_cases")
    if not given:
        return []
    cases = [_case(one) for one in given]
    bulk.insert_many(Case, cases)
    now = clock.now()
    bulk.add_many(
        Share,
        [
            Share(kind=shared.FILE, object_id=case.pk, organisation_id=case.enterprise_id, by=by, at=now)
            for case in cases
        ],
    )
    visibility.place_many(cases, {case.pk: case.filed_on.isoformat() for case in cases})
    search.put_many(map(queries.found_as, cases))
    materials = [row for one, case in zip(given, cases, strict=True) for row in _materials(case, one)]
    bulk.insert_many(Material, materials)
    _load_versions(given, cases, materials)
    items = [row for one, case in zip(given, cases, strict=True) for row in _items(case, one)]
    bulk.give_keys(CaseItem, items)
    opinions = _opinions(given, items)
    bulk.give_keys(Opinion, opinions)
    _say_whom_they_ask(items, opinions)
    bulk.insert_many(CaseItem, items)
    bulk.insert_many(Opinion, opinions)
    _load_stops(given, cases, items)
    _record(cases, items, opinions, materials, by)
    _ask_all(cases, items, opinions, by)
    return cases


def _case(given: Given) -> Case:
    project, values = given.project, given.values
    case = Case(
        project=project,
        catalogue=given.catalogue,
        pairing_id=project.pairing_id,
        zone_id=project.zone_id,
        enterprise_id=project.enterprise_id,
        owner_unit=given.keeper,
        owner_side=values["side"],
        n_items=len(given.items),
        open_items=sum(row["state"] != State.DECIDED for row in given.items),
        **values,
    )
    case.pairing = project.pairing
    return case


def _materials(case: Case, given: Given) -> list[Material]:
    document = given.catalogue.document
    papers = {paper.code: paper for item in document.items for paper in reversed(item.materials)}
    levers = {item.code: item.levers for item in document.items}
    count: dict[str, int] = {}
    for row in given.versions:
        count[row["material"]] = max(row["number"], count.get(row["material"], 0))
    made = []
    for place, row in enumerate(given.materials, 1):
        paper: Paper = papers.get(row["code"]) or _refuse(case, given, row["code"])
        if row["is_promised"]:
            # A folder that does not say when: with the file.
            row["promised_on"] = row["promised_on"] or case.received_on or case.filed_on
        made.append(
            Material(
                case=case,
                place=place,
                name_zh=paper.name_zh,
                name_en=paper.name_en,
                n_versions=count.get(row["code"], 0),
                may_be_covered=all(LEVER in levers.get(code, ()) for code in row["asked_by"]),
                **row,
            )
        )
    return made


def _refuse(case: Case, given: Given, code: str) -> NoReturn:
    raise BadInput(
        "approval.zone_unknown",
        gettext_noop(
            "Case {number} names {code}, which its catalogue {catalogue} does not have. Correct one of the two."
        ),
        number=case.number,
        code=code,
        catalogue=str(given.catalogue),
    )


def _load_versions(given: Sequence[Given], cases: Sequence[Case], materials: Sequence[Material]) -> None:
    by_code = {(one.case_id, one.code): one for one in materials}
    made = []
    for one, case in zip(given, cases, strict=True):
        for row in one.versions:
            material = by_code.get((case.pk, row["material"])) or _refuse(case, one, row["material"])
            made.append(
                MaterialVersion(material=material, number=row["number"], name=row["name"], on=row["on"])
            )
    bulk.add_many(MaterialVersion, made)


def _items(case: Case, given: Given) -> list[CaseItem]:
    document = given.catalogue.document
    known = {one.code: one for one in document.items}
    own = [known.get(row["code"]) or _refuse(case, given, row["code"]) for row in given.items]
    after = rules.order_of(document, own, case.mode) if own else {}
    states = {row["code"]: row["state"] for row in given.items}
    days = {row["code"]: (known[row["code"]].promised_days, row["co_days"]) for row in given.items}
    brought = {row["material"] for row in given.versions}
    promised = [
        row["asked_by"] for row in given.materials if row["is_promised"] and row["code"] not in brought
    ]
    ends = {
        row["code"]: row["valid_to"]
        for row in given.items
        if row["decision"] == "approved" and row.get("certificate") and row["valid_to"]
    }
    replies = defaultdict(list)
    for row in given.opinions:
        if row["role"] == Role.CO:
            replies[row["item"]].append(row)
    return [
        CaseItem(
            case=case,
            place=place,
            after=list(after[item.code]),
            then=[[code, *days[code]] for code, before in after.items() if item.code in before],
            left_before=sum(states[code] != State.DECIDED for code in after[item.code]),
            left_opinions=sum(one["replied_on"] is None for one in replies[item.code]),
            disagreed=sum(one["counts_as"] == Reply.DISAGREE for one in replies[item.code]),
            left_papers=sum(item.code in asked_by for asked_by in promised),
            rests_to=min((ends[code] for code in after[item.code] if code in ends), default=None),
            **_fixed(document, item),
            **row,
        )
        for place, (item, row) in enumerate(zip(own, given.items, strict=True), 1)
    ]


def _fixed(document: Catalogue, item: Item) -> Row:
    """What the version of a catalogue says of an item, as the case keeps it."""
    return {
        "phase": item.stage,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "kind": item.kind,
        **queries.department_names(document, item.lead),
        "promised_days": item.promised_days,
        "materials": [one.code for one in item.materials],
        "levers": list(item.levers),
        "result_zh": item.result_zh,
        "result_en": item.result_en,
    }


def _opinions(given: Sequence[Given], items: Sequence[CaseItem]) -> list[Opinion]:
    made, at = [], 0
    for one in given:
        by_code = {item.code: item for item in items[at : at + len(one.items)]}
        at += len(one.items)
        document = one.catalogue.document
        for row in one.opinions:
            names = queries.department_names(document, row["department"])
            own = {name: value for name, value in row.items() if name not in ("item", "department")}
            made.append(Opinion(item=by_code[row["item"]], **names, **own))
    return made


def _say_whom_they_ask(items: Sequence[CaseItem], opinions: Sequence[Opinion]) -> None:
    asked: dict[int, list[list[Any]]] = defaultdict(list)
    for one in opinions:
        asked[one.item_id].append([one.pk, one.unit_id, one.role])
    for item in items:
        item.asks = asked[item.pk]


def _load_stops(given: Sequence[Given], cases: Sequence[Case], items: Sequence[CaseItem]) -> None:
    by_code = {(one.case_id, one.code): one for one in items}
    bulk.add_many(
        Stop,
        [
            Stop(item=by_code[case.pk, row["item"]], **{k: v for k, v in row.items() if k != "item"})
            for one, case in zip(given, cases, strict=True)
            for row in one.stops
        ],
    )


def _record(
    cases: Sequence[Case],
    items: Sequence[CaseItem],
    opinions: Sequence[Opinion],
    materials: Sequence[Material],
    by: Member | None,
) -> None:
    """One entry for each row, by pairing."""
    pairing = {case.pk: case.pairing_id for case in cases}
    of_item = {one.pk: pairing[one.case_id] for one in items}
    rows: dict[int, list[Model]] = defaultdict(list)
    for case in cases:
        rows[case.pairing_id].append(case)
    for paper in materials:
        rows[pairing[paper.case_id]].append(paper)
    for item in items:
        rows[pairing[item.case_id]].append(item)
    for opinion in opinions:
        rows[of_item[opinion.item_id]].append(opinion)
    for key, some in rows.items():
        journal.record_many(some, _DONE, by=by, pairing_id=key)


def _ask_all(
    cases: Sequence[Case], items: Sequence[CaseItem], opinions: Sequence[Opinion], by: Member | None
) -> None:
    """What is open waits for somebody."""
    out = {one.pk for one in opinions if one.replied_on is None}
    running = defaultdict(list)
    for item in items:
        if item.is_running:
            running[item.case_id].append(item)
            item.asks = [ask for ask in item.asks if ask[0] in out]
    shared.ask_for((item for some in running.values() for item in some), by=by)
    for case in cases:
        if not case.is_closed:
            _ask(case, running[case.pk], by)


def _ask(case: Case, running: list[CaseItem], by: Member | None) -> None:
    facts = shared.facts_of(case)
    if case.stage == rules.CaseStage.RECEIVED and case.owner_unit is not None:
        due: date | None = queries.last_day_for_gaps(case)
        what = gettext_noop("Look {number} {title} through: accept it, or name all gaps")
        work.open_item(shared.ACCEPT, case, case.owner_unit, what, facts, case.url, due, by=by)
    elif case.stage == rules.CaseStage.FILING:
        what = gettext_noop("Gather the materials of {number} {title} and hand the file in")
        shared.ask_owner(case, what, facts, None, by=by)
    elif case.stage == rules.CaseStage.GAPS:
        what = gettext_noop("Bring what is missing in {number} {title}, all of it at once")
        shared.ask_owner(case, what, facts, None, by=by)
    for stop in Stop.objects.filter(item__in=running, ended_on=None, whose="owner").select_related("item"):
        item = next(one for one in running if one.pk == stop.item_id)
        what = gettext_noop("Bring what {item} of {number} {title} waits for")
        shared.ask_owner(case, what, shared.facts_of(case, item), stop.until_on, by=by)
