"""The files of cases in a zone folder: the file, its items, opinions, materials with their versions, stops.

What follows from the rest stands in no file and is worked out on the way in: what waits for what, what is out, and all
that the version of the catalogue fixed for an item when it was accepted (its names, its department, its promised days).
Rows of a case stand in the order of that catalogue. Papers are no part of it: a version that is loaded has its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shanhai.core.models import Member, Unit
from shanhai.fields.approval.actions import case_loading as actions
from shanhai.fields.approval.models import Case, CatalogueVersion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import catalogues
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    WORDS,
    YES,
    Read,
    Row,
    dumped,
    grouped,
    line_of,
    one,
    rows,
    said,
    seen,
    write_files,
)
from shanhai.kernel.refusals import BadInput, gettext_noop


def _name(text: str) -> str | None:
    return text or None


def _gaps(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    if not isinstance(found, dict):
        raise ValueError(text)
    return {str(code): str(wrong) for code, wrong in found.items()}


CASES: dict[str, Read] = {
    "number": TEXT, "platform_number": _name, "project": TEXT, "catalogue": TEXT, "version": WHOLE, "mode": TEXT, "stage": TEXT, "side": TEXT,
    "keeper": TEXT, "filed_on": DAY, "received_on": DAY, "gaps_on": DAY, "gaps": _gaps, "accepted_on": DAY,
    "is_deemed": YES, "planned_on": DAY, "closed_on": DAY, "calendar_days": WHOLE, "government_days": WHOLE,
    "owner_days": WHOLE, "reason": TEXT, "reach": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
ITEMS: dict[str, Read] = {
    "case": TEXT, "code": TEXT, "unit": TEXT, "is_absent": YES, "steps": TEXT, "step": TEXT, "co_days": WHOLE,
    "extra_days": WHOLE, "extended_on": DAY, "state": TEXT, "opens_on": DAY, "due_on": DAY, "co_due_on": DAY,
    "level": TEXT, "draft": TEXT, "draft_reasons": TEXT, "decision": TEXT, "reasons": TEXT, "decided_on": DAY,
    "channel": TEXT, "owner_days": WHOLE, "granted_days": WHOLE, "government_days": WHOLE, "relies": TEXT,
}  # fmt: skip
OPINIONS: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "role": TEXT, "department": TEXT, "unit": TEXT, "is_absent": YES, "side": TEXT,
    "steps": TEXT, "step": TEXT, "draft": TEXT, "draft_reasons": TEXT, "reply": TEXT, "reasons": TEXT,
    "counts_as": TEXT, "why": TEXT, "replied_on": DAY, "is_late": YES, "channel": TEXT,
}  # fmt: skip
MATERIALS: dict[str, Read] = {
    "case": TEXT, "code": TEXT, "is_major": YES, "may_come_later": YES, "asked_by": WORDS, "is_promised": YES,
    "promised_on": DAY, "brought_on": DAY,
}  # fmt: skip
VERSIONS: dict[str, Read] = {"case": TEXT, "material": TEXT, "number": WHOLE, "name": TEXT, "on": DAY}
STOPS: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "reason": TEXT, "whose": TEXT, "text": TEXT, "evidence": TEXT, "from_on": DAY,
    "most_days": WHOLE, "until_on": DAY, "ended_on": DAY, "asked_on": DAY,
}  # fmt: skip
# Of the items that have one; a folder without the file has none.
CERTIFICATES: dict[str, Read] = {
    "case": TEXT,
    "item": TEXT,
    "certificate": TEXT,
    "valid_from": DAY,
    "valid_to": DAY,
}
FILES = {
    "cases.csv": CASES,
    "case_items.csv": ITEMS,
    "case_opinions.csv": OPINIONS,
    "case_papers.csv": MATERIALS,
    "case_paper_versions.csv": VERSIONS,
    "case_stops.csv": STOPS,
    "case_certificates.csv": CERTIFICATES,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the cases of a folder in few statements; those that are there already are left alone."""
    parts = {name: grouped("case", rows(folder / name, FILES[name])) for name in list(FILES)[1:]}
    counts = dict.fromkeys(FILES, 0)
    lines = rows(folder / "cases.csv", CASES)
    there = actions.there([line["number"] for line in lines])
    new = [line for line in lines if line["number"] not in there]
    known = _Known(new)
    given = []
    for line in new:
        own = {name: found[line["number"]] for name, found in parts.items()}
        given.append(_given(line, own, known))
        counts["cases.csv"] += 1
        for name, some in own.items():
            counts[name] += len(some)
    actions.load_cases(given, by=by)
    return {name: n for name, n in counts.items() if lines or n}


class _Known:
    """What the rows name, each looked up once: units, versions of catalogues, projects."""

    def __init__(self, lines: list[Row]) -> None:
        self.units = {one.code: one for one in Unit.objects.select_related("organisation")}
        self.versions: dict[tuple[str, int], CatalogueVersion] = {}
        self.projects = projects.by_number({line["project"] for line in lines})

    def unit(self, code: str) -> Unit:
        return self.units[code] if code in self.units else one(Unit, code)

    def version(self, code: str, number: int) -> CatalogueVersion:
        if (code, number) not in self.versions:
            self.versions[code, number] = catalogues.version_of(code, number)
        return self.versions[code, number]

    def project(self, number: str) -> Any:
        return self.projects[number] if number in self.projects else projects.project_of(None, number)


def _given(line: Row, parts: dict[str, list[Row]], known: _Known) -> actions.Given:
    project = known.project(line.pop("project"))
    version = known.version(line.pop("catalogue"), line.pop("version"))
    keeper = line.pop("keeper")
    is_illustrative = line.pop("standing") == "illustrative"
    for row in (*parts["case_items.csv"], *parts["case_opinions.csv"]):
        row["unit"] = known.unit(row["unit"])
    codes = {row["code"] for row in parts["case_items.csv"]}
    for row in (*parts["case_opinions.csv"], *parts["case_stops.csv"], *parts["case_certificates.csv"]):
        if row["item"] not in codes:
            raise BadInput(
                "approval.zone_item",
                gettext_noop(
                    "Case {number} has no item {item} in its file of items. Correct one of the two."
                ),
                number=line["number"],
                item=row["item"],
            )
    given = {row["item"]: row for row in parts["case_certificates.csv"]}
    for row in parts["case_items.csv"]:
        found = given.get(row["code"], {})
        row |= {name: found[name] for name in ("certificate", "valid_from", "valid_to") if name in found}
    return actions.Given(
        project=project,
        catalogue=version,
        keeper=known.unit(keeper) if keeper else None,
        values={"is_illustrative": is_illustrative, **line},
        items=parts["case_items.csv"],
        opinions=parts["case_opinions.csv"],
        materials=parts["case_papers.csv"],
        versions=parts["case_paper_versions.csv"],
        stops=parts["case_stops.csv"],
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the cases that a member sees, in order of their numbers."""
    whole = list(queries.whole_many(seen(Case, by).order_by("number")))
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
        "case_certificates.csv": (
            _row(item, CERTIFICATES, case) | {"item": item.code}
            for case, items, _papers in whole
            for item in items
            if item.certificate
        ),
    }
    return write_files(folder, FILES, lines)


def _case(case: Case) -> Row:
    own = {
        "project": case.project.number,
        "catalogue": case.catalogue.catalogue.code,
        "version": case.catalogue.number,
        "keeper": said(case.owner_unit),
        "gaps": dumped(case.gaps) if case.gaps else "",
    }
    return line_of(case, CASES, own)


def _row(row: Any, columns: dict[str, Read], case: Case) -> Row:
    found: Row = {"case": case.number}
    for name in columns:
        value = getattr(row, name, None) if name not in ("case", "item") else None
        found.setdefault(name, " ".join(value) if isinstance(value, list) else said(value))
    return found
