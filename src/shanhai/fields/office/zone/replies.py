"""Prepared replies on the ladders of units: where each stands, what it would send, and what was decided on its way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from shanhai.core import clock, replies
from shanhai.core.models import Climb, ClimbStep, Document, Member, Unit
from shanhai.core.replies import PAPERS
from shanhai.fields.office.zone.cells import (
    TEXT,
    Read,
    Row,
    dumped,
    of_own,
    one,
    paper_of,
    record,
    rows,
    said,
    write_files,
)
from shanhai.fields.office.zone.work import names_of

REPLIES: dict[str, Read] = {
    "reply": TEXT, "record_kind": TEXT, "record": TEXT, "unit": TEXT, "steps": TEXT, "step": TEXT,
    "written_by": TEXT, "given": TEXT,
}  # fmt: skip
STEPS: dict[str, Read] = {
    "record_kind": TEXT, "record": TEXT, "unit": TEXT, "step": TEXT, "decision": TEXT, "word": TEXT, "member": TEXT,
    "for_member": TEXT, "at": datetime.fromisoformat,
}  # fmt: skip
FILES = {"replies.csv": REPLIES, "reply_steps.csv": STEPS}
Where = tuple[str, str, str]


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of a folder; a missing file has no rows. What a unit prepares already stays as it is."""
    given = {name: rows(folder / name, columns) for name, columns in FILES.items()}
    steps: dict[Where, list[Row]] = {}
    for row in given["reply_steps.csv"]:
        steps.setdefault(_where(row), []).append(row)
    counts = dict.fromkeys(FILES, 0)
    for row in given["replies.csv"]:
        if _write(row, steps.get(_where(row), []), by):
            counts["replies.csv"] += 1
            counts["reply_steps.csv"] += len(steps.get(_where(row), []))
    return {name: n for name, n in counts.items() if (folder / name).exists()}


def _where(row: Row) -> Where:
    return row["record_kind"], row["record"], row["unit"]


def _write(row: Row, steps: list[Row], by: Member | None) -> bool:
    subject, unit = record(row["record_kind"], row["record"]), one(Unit, row["unit"])
    if Climb.objects.filter(subject_kind=row["record_kind"], subject_id=subject.pk, unit=unit).exists():
        return False
    given = json.loads(row["given"])
    for name in set(PAPERS) & given.keys():
        given[name] = [paper for sha256 in given[name] if (paper := paper_of(sha256))]
    replies.write_reply(
        subject,
        reply=row["reply"],
        unit=unit,
        steps=row["steps"],
        step=row["step"],
        given=given,
        written_by=_maybe(row["written_by"]),
        decisions=[
            {name: step[name] for name in ("step", "decision", "word", "at")}
            | {"member": _maybe(step["member"]), "for_member": _maybe(step["for_member"])}
            for step in steps
        ],
        by=by,
    )
    return True


def _maybe(code: str) -> Any:
    return one(Member, code) if code else None


# -- export --------------------------------------------------------------------------------------------------------


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member's organisation prepares into a folder, in key order; for the system what was loaded comes out equal."""
    found = Climb.objects.exclude(reply="").filter(stage=Climb.Stage.CLIMBING)
    climbs = list(of_own(found, by, "unit__organisation").select_related("unit", "written_by"))
    names = names_of((climb.subject_kind, climb.subject_id) for climb in climbs)
    named = [(names[climb.subject_kind, climb.subject_id], climb) for climb in climbs
             if (climb.subject_kind, climb.subject_id) in names]  # fmt: skip
    named.sort(key=lambda pair: (pair[1].subject_kind, pair[0], pair[1].unit.code))
    lines = {"replies.csv": map(_line, named), "reply_steps.csv": _steps(named)}
    return write_files(folder, FILES, lines)


def _line(named: tuple[str, Climb]) -> dict[str, Any]:
    name, climb = named
    given = dict(climb.given)
    for papers in set(PAPERS) & given.keys():
        found = Document.objects.in_bulk(given[papers])
        given[papers] = [found[key].blob_id for key in given[papers] if key in found]
    return {
        "reply": climb.reply,
        "record_kind": climb.subject_kind,
        "record": name,
        "unit": climb.unit.code,
        "steps": climb.steps,
        "step": climb.step,
        "written_by": said(climb.written_by),
        "given": dumped(given),
    }


def _steps(named: list[tuple[str, Climb]]) -> Iterator[dict[str, Any]]:
    for name, climb in named:
        decided = ClimbStep.objects.filter(climb=climb).select_related("member", "for_member").order_by("pk")
        for step in decided:
            yield {
                "record_kind": climb.subject_kind,
                "record": name,
                "unit": climb.unit.code,
                "step": step.step,
                "decision": step.decision,
                "word": step.word,
                "member": said(step.member),
                "for_member": said(step.for_member),
                "at": clock.local(step.at).isoformat(timespec="seconds"),
            }
