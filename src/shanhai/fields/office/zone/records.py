"""The field's part of a zone folder: problems with their steps, proposals with their effects, instructions."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.fields.office.actions import instructions, problems, proposals
from shanhai.fields.office.models import Instruction, Problem, ProblemStep, Proposal, ProposalEffect
from shanhai.fields.office.zone.cells import DAY as _DAY
from shanhai.fields.office.zone.cells import NUMBER as _NUMBER
from shanhai.fields.office.zone.cells import TEXT as _TEXT
from shanhai.fields.office.zone.cells import WHOLE as _WHOLE
from shanhai.fields.office.zone.cells import Read, Row
from shanhai.fields.office.zone.cells import code_of as _code_of
from shanhai.fields.office.zone.cells import grouped as _by
from shanhai.fields.office.zone.cells import one as _one
from shanhai.fields.office.zone.cells import record as _record
from shanhai.fields.office.zone.cells import rows as _rows
from shanhai.fields.office.zone.cells import seen as _seen
from shanhai.kernel.text import plain_decimal

# Columns in the order of the file, each with how its cell is read.
PROBLEMS: dict[str, Read] = {
    "number": _TEXT, "pairing": _TEXT, "field": _TEXT, "title_zh": _TEXT, "title_en": _TEXT, "text": _TEXT,
    "text_en": _TEXT, "asker": _TEXT, "asker_unit": _TEXT, "record_kind": _TEXT, "record": _TEXT,
    "stage": _TEXT, "level": _TEXT, "unit": _TEXT, "since_on": _DAY, "used_days": _WHOLE, "raised_on": _DAY,
    "answer": _TEXT, "answer_en": _TEXT, "answered_on": _DAY, "answer_days": _WHOLE, "asked_back_days": _WHOLE,
    "rating": _WHOLE, "rating_word": _TEXT, "reach": _TEXT, "standing": _TEXT, "source": _TEXT,
}  # fmt: skip
STEPS: dict[str, Read] = {
    "problem": _TEXT, "what": _TEXT, "on": _DAY, "level": _TEXT, "unit": _TEXT, "member": _TEXT, "text": _TEXT,
    "text_en": _TEXT,
}  # fmt: skip
PROPOSALS: dict[str, Read] = {
    "number": _TEXT, "pairing": _TEXT, "owner": _TEXT, "field": _TEXT, "title_zh": _TEXT, "title_en": _TEXT,
    "text": _TEXT, "text_en": _TEXT, "author": _TEXT, "author_zh": _TEXT, "author_en": _TEXT, "stage": _TEXT,
    "proposed_on": _DAY, "proposed_to": _TEXT, "adopted_on": _DAY, "adopted_to": _TEXT, "adopted_by_zh": _TEXT,
    "adopted_by_en": _TEXT, "paper_zh": _TEXT, "paper_en": _TEXT, "in_force_on": _DAY, "in_force_to": _TEXT,
    "withdrawn_on": _DAY, "reason": _TEXT, "reach": _TEXT, "standing": _TEXT, "source": _TEXT,
}  # fmt: skip
EFFECTS: dict[str, Read] = {
    "proposal": _TEXT, "what_zh": _TEXT, "what_en": _TEXT, "indicator": _TEXT, "before": _NUMBER, "after": _NUMBER,
    "change_percent": _NUMBER, "unit_zh": _TEXT, "unit_en": _TEXT, "period_before": _TEXT, "period_after": _TEXT,
    "standing": _TEXT, "source": _TEXT,
}  # fmt: skip
INSTRUCTIONS: dict[str, Read] = {
    "number": _TEXT, "pairing": _TEXT, "record_kind": _TEXT, "record": _TEXT, "text": _TEXT, "text_en": _TEXT,
    "leader": _TEXT, "unit": _TEXT, "given_on": _DAY, "due_on": _DAY, "stage": _TEXT, "report": _TEXT,
    "report_en": _TEXT, "reported_on": _DAY, "reported_by": _TEXT, "sent_back": _WHOLE, "word": _TEXT,
    "closed_on": _DAY, "reach": _TEXT, "standing": _TEXT, "source": _TEXT,
}  # fmt: skip
FILES = {
    "problems.csv": PROBLEMS,
    "problem_steps.csv": STEPS,
    "proposals.csv": PROPOSALS,
    "proposal_effects.csv": EFFECTS,
    "instructions.csv": INSTRUCTIONS,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of a folder; a missing file has no rows. What is there already stays as it is.

    Gives rows written by file.
    """
    given = {name: _rows(folder / name, columns) for name, columns in FILES.items()}
    steps, effects = (
        _by("problem", given["problem_steps.csv"]),
        _by("proposal", given["proposal_effects.csv"]),
    )
    counts = dict.fromkeys(FILES, 0)
    for row in _new(Problem, given["problems.csv"]):
        _write_problem(row, steps[row["number"]], by)
        counts["problems.csv"] += 1
        counts["problem_steps.csv"] += len(steps[row["number"]])
    for row in _new(Proposal, given["proposals.csv"]):
        _write_proposal(row, effects[row["number"]], by)
        counts["proposals.csv"] += 1
        counts["proposal_effects.csv"] += len(effects[row["number"]])
    for row in _new(Instruction, given["instructions.csv"]):
        _write_instruction(row, by)
        counts["instructions.csv"] += 1
    return {name: n for name, n in counts.items() if (folder / name).exists()}


def _new(model: Any, rows: list[Row]) -> list[Row]:
    known = set(
        model.objects.filter(number__in=[row["number"] for row in rows]).values_list("number", flat=True)
    )
    return [row for row in rows if row["number"] not in known]


def _write_problem(row: Row, steps: list[Row], by: Member | None) -> None:
    values = _sourced(row)
    values |= {"asker": _one(Organisation, row["asker"]), "pairing": _one(Pairing, row["pairing"])}
    values |= {"unit": _one(Unit, row["unit"]), "asker_unit": _one(Unit, row["asker_unit"])}
    values |= {name: values[name] or 0 for name in ("used_days", "asked_back_days")}
    about = values.pop("record")
    values["record_id"] = _record(values["record_kind"], about).pk if about else None
    told = [
        step
        | {
            "unit": _one(Unit, step["unit"]),
            "member": _one(Member, step["member"]) if step["member"] else None,
        }
        for step in steps
    ]
    problems.write_problem(values.pop("pairing"), steps=told, by=by, **values)


def _write_instruction(row: Row, by: Member | None) -> None:
    values = _sourced(row) | {"sent_back": row["sent_back"] or 0}
    values |= {"leader": _one(Member, row["leader"]), "unit": _one(Unit, row["unit"])}
    values["reported_by"] = _one(Member, row["reported_by"]) if row["reported_by"] else None
    record = _record(values.pop("record_kind"), values.pop("record"))
    instructions.write_instruction(record, pairing=_one(Pairing, values.pop("pairing")), by=by, **values)


def _write_proposal(row: Row, effects: list[Row], by: Member | None) -> None:
    values = _sourced(row) | {"owner": _one(Organisation, row["owner"])}
    values["author"] = _one(Member, row["author"]) if row["author"] else None
    pairing, told = _one(Pairing, values.pop("pairing")), [_sourced(one) for one in effects]
    proposals.write_proposal(pairing, effects=told, by=by, **values)


def _sourced(row: Row) -> Row:
    values = dict(row)
    return values | {"is_illustrative": values.pop("standing") == "illustrative"}


# -- export --------------------------------------------------------------------------------------------------------


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member sees into a folder, in key order; for the system what was loaded comes out equal."""
    with_codes = ("pairing", "asker", "asker_unit", "unit")
    found = {
        "problems.csv": _seen(Problem, by).select_related(*with_codes).order_by("number"),
        "problem_steps.csv": ProblemStep.objects.filter(problem__in=_seen(Problem, by))
        .select_related("problem", "unit", "member")
        .order_by("problem__number", "pk"),
        "instructions.csv": _seen(Instruction, by)
        .select_related("pairing", "leader", "unit", "reported_by")
        .order_by("number"),
        "proposals.csv": _seen(Proposal, by)
        .select_related("pairing", "author", "owner_unit__organisation")
        .order_by("number"),
        "proposal_effects.csv": ProposalEffect.objects.filter(
            dropped_on=None, proposal__in=_seen(Proposal, by)
        )
        .select_related("proposal")
        .order_by("proposal__number", "pk"),
    }
    counts = {}
    for name, rows in found.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(FILES[name])
            counts[name] = 0
            for row in rows.iterator(chunk_size=2000):
                writer.writerow([_cell(row, column) for column in FILES[name]])
                counts[name] += 1
    return counts


def _cell(row: Any, column: str) -> str:
    if column == "owner":
        return row.owner_unit.organisation.code if row.owner_unit else ""
    if column == "record":
        return _code_of(row)
    value = getattr(row, column)
    if value is None:
        return ""
    if column in ("problem", "proposal"):
        return str(value.number)
    if hasattr(value, "code"):
        return str(value.code)
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)
