"""The files of cases in a zone folder: the file, its items, opinions, materials with their versions, stops.

What follows from the rest (what waits for what, what is out) is worked out on the way in and stands in no file. Papers are
no part of it: a version that is loaded has its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shanhai.core.models import Member, Unit
from shanhai.fields.approval.actions import case_loading as actions
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import catalogues
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    YES,
    Read,
    Row,
    grouped,
    one,
    rows,
    said,
    seen,
    write_files,
)
from shanhai.kernel.refusals import BadInput, gettext_noop


def _codes(text: str) -> list[str]:
    return text.split()


def _gaps(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    if not isinstance(found, dict):
        raise ValueError(text)
    return {str(code): str(wrong) for code, wrong in found.items()}


CASES: dict[str, Read] = {
    "number": TEXT, "project": TEXT, "catalogue": TEXT, "version": WHOLE, "mode": TEXT, "stage": TEXT, "side": TEXT,
    "keeper": TEXT, "filed_on": DAY, "received_on": DAY, "gaps_on": DAY, "gaps": _gaps, "accepted_on": DAY,
    "is_deemed": YES, "planned_on": DAY, "closed_on": DAY, "calendar_days": WHOLE, "government_days": WHOLE,
    "owner_days": WHOLE, "reason": TEXT, "reach": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
ITEMS: dict[str, Read] = {
    "case": TEXT, "code": TEXT, "place": WHOLE, "phase": WHOLE, "name_zh": TEXT, "name_en": TEXT, "kind": TEXT,
    "department": TEXT, "department_zh": TEXT, "department_en": TEXT, "unit": TEXT, "is_absent": YES, "steps": TEXT,
    "step": TEXT, "promised_days": WHOLE, "co_days": WHOLE, "extra_days": WHOLE, "extended_on": DAY, "after": _codes,
    "materials": _codes, "levers": _codes, "state": TEXT, "opens_on": DAY, "due_on": DAY, "co_due_on": DAY, "level": TEXT,
    "draft": TEXT, "draft_reasons": TEXT, "decision": TEXT, "reasons": TEXT, "decided_on": DAY, "owner_days": WHOLE,
    "granted_days": WHOLE, "government_days": WHOLE, "result_zh": TEXT, "result_en": TEXT,
}  # fmt: skip
OPINIONS: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "role": TEXT, "department": TEXT, "department_zh": TEXT, "department_en": TEXT,
    "unit": TEXT, "is_absent": YES, "side": TEXT, "steps": TEXT, "step": TEXT, "draft": TEXT, "draft_reasons": TEXT,
    "reply": TEXT, "reasons": TEXT, "counts_as": TEXT, "why": TEXT, "replied_on": DAY, "is_late": YES, "channel": TEXT,
}  # fmt: skip
MATERIALS: dict[str, Read] = {
    "case": TEXT, "code": TEXT, "place": WHOLE, "name_zh": TEXT, "name_en": TEXT, "is_major": YES,
    "may_come_later": YES, "asked_by": _codes, "is_promised": YES,
}  # fmt: skip
VERSIONS: dict[str, Read] = {"case": TEXT, "material": TEXT, "number": WHOLE, "name": TEXT, "on": DAY}
STOPS: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "reason": TEXT, "whose": TEXT, "text": TEXT, "evidence": TEXT, "from_on": DAY,
    "most_days": WHOLE, "until_on": DAY, "ended_on": DAY, "asked_on": DAY,
}  # fmt: skip
FILES = {
    "cases.csv": CASES,
    "case_items.csv": ITEMS,
    "case_opinions.csv": OPINIONS,
    "case_papers.csv": MATERIALS,
    "case_paper_versions.csv": VERSIONS,
    "case_stops.csv": STOPS,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the cases of a folder; those that are there already are left alone."""
    parts = {name: grouped("case", rows(folder / name, FILES[name])) for name in list(FILES)[1:]}
    counts = dict.fromkeys(FILES, 0)
    lines = rows(folder / "cases.csv", CASES)
    units: dict[str, Unit] = {}
    for line in lines:
        own = {name: found[line["number"]] for name, found in parts.items()}
        if actions.is_there(line["number"]):
            continue
        _write(line, own, units, by)
        counts["cases.csv"] += 1
        for name, some in own.items():
            counts[name] += len(some)
    return {name: n for name, n in counts.items() if lines or n}


def _write(line: Row, parts: dict[str, list[Row]], units: dict[str, Unit], by: Member | None) -> None:
    def unit(code: str) -> Unit:
        if code not in units:
            units[code] = one(Unit, code)
        return units[code]

    project = projects.project_of(None, line.pop("project"))
    version = catalogues.version_of(line.pop("catalogue"), line.pop("version"))
    keeper = line.pop("keeper")
    is_illustrative = line.pop("standing") == "illustrative"
    for row in (*parts["case_items.csv"], *parts["case_opinions.csv"]):
        row["unit"] = unit(row["unit"])
    codes = {row["code"] for row in parts["case_items.csv"]}
    for row in (*parts["case_opinions.csv"], *parts["case_stops.csv"]):
        if row["item"] not in codes:
            raise BadInput(
                "approval.zone_item",
                gettext_noop(
                    "Case {number} has no item {item} in its file of items. Correct one of the two."
                ),
                number=line["number"],
                item=row["item"],
            )
    actions.load_case(
        project,
        catalogue=version,
        keeper=unit(keeper) if keeper else None,
        is_illustrative=is_illustrative,
        items=parts["case_items.csv"],
        opinions=parts["case_opinions.csv"],
        materials=parts["case_papers.csv"],
        versions=parts["case_paper_versions.csv"],
        stops=parts["case_stops.csv"],
        by=by,
        **line,
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the cases that a member sees, in order of their numbers."""
    found = [
        queries.case_of(None, number)
        for number in seen(Case, by).order_by("number").values_list("number", flat=True)
    ]
    whole = [(case, queries.whole(case), queries.materials_of(case)) for case in found]
    lines: dict[str, Iterator[Row]] = {
        "cases.csv": (_case(case) for case, _items, _papers in whole),
        "case_items.csv": (_row(item, ITEMS, case) for case, items, _papers in whole for item in items),
        "case_opinions.csv": (
            _row(row, OPINIONS, case) | {"item": item.code}
            for case, items, _papers in whole
            for item in items
            for row in item.opinions.all()
        ),
        "case_papers.csv": (
            _row(paper, MATERIALS, case) for case, _items, papers in whole for paper in papers
        ),
        "case_paper_versions.csv": (
            _row(row, VERSIONS, case) | {"material": paper.code}
            for case, _items, papers in whole
            for paper in papers
            for row in reversed(paper.versions.all())
        ),
        "case_stops.csv": (
            _row(row, STOPS, case) | {"item": item.code}
            for case, items, _papers in whole
            for item in items
            for row in item.stops.all()
        ),
    }
    return write_files(folder, FILES, lines)


def _case(case: Case) -> Row:
    own = {
        "project": case.project.number,
        "catalogue": case.catalogue.catalogue.code,
        "version": case.catalogue.number,
        "keeper": said(case.owner_unit),
        "gaps": json.dumps(case.gaps, ensure_ascii=False, sort_keys=True) if case.gaps else "",
    }
    return {name: own[name] if name in own else said(getattr(case, name)) for name in CASES}


def _row(row: Any, columns: dict[str, Read], case: Case) -> Row:
    found: Row = {"case": case.number}
    for name in columns:
        value = getattr(row, name, None) if name not in ("case", "item") else None
        found.setdefault(name, " ".join(value) if isinstance(value, list) else said(value))
    return found
