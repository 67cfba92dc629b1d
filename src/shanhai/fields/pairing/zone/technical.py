"""Technical problems with their answers in a zone folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    Read,
    Row,
    grouped,
    one,
    paper_of,
    record,
    rows,
    said,
    write_files,
)
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.models import Activity, TechnicalAnswer, TechnicalProblem
from shanhai.fields.pairing.queries import technical as queries

# ``accepted`` numbers the answer that was taken among those of its problem.
PROBLEMS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "title_zh": TEXT, "title_en": TEXT, "text": TEXT, "text_en": TEXT,
    "industry": TEXT, "asker": TEXT, "asker_unit": TEXT, "side": TEXT, "stage": TEXT, "posted_on": DAY,
    "shared_on": DAY, "accepted": WHOLE, "activity": TEXT, "result": TEXT, "effect": TEXT, "effect_en": TEXT,
    "effect_fen": WHOLE, "paper": TEXT, "document": TEXT, "rating": WHOLE, "closed_on": DAY, "reason": TEXT, "standing": TEXT,
    "source": TEXT,
}  # fmt: skip
ANSWERS: dict[str, Read] = {
    "problem": TEXT, "organisation": TEXT, "member": TEXT, "side": TEXT, "on": DAY, "text": TEXT, "text_en": TEXT,
}  # fmt: skip
FILES = {"technical_problems.csv": PROBLEMS, "technical_answers.csv": ANSWERS}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of a folder; a missing file has no rows. What is there already stays as it is."""
    given = {name: rows(folder / name, columns) for name, columns in FILES.items()}
    answers = grouped("problem", given["technical_answers.csv"])
    counts = dict.fromkeys(FILES, 0)
    known = set(TechnicalProblem.objects.values_list("number", flat=True))
    for row in given["technical_problems.csv"]:
        if row["number"] not in known:
            _write(row, answers[row["number"]], by)
            counts["technical_problems.csv"] += 1
            counts["technical_answers.csv"] += len(answers[row["number"]])
    return {name: n for name, n in counts.items() if (folder / name).exists()}


def _write(row: Row, answers: list[Row], by: Member | None) -> None:
    values = dict(row)
    values["is_illustrative"] = values.pop("standing") == "illustrative"
    values |= {"asker": one(Organisation, row["asker"]), "asker_unit": one(Unit, row["asker_unit"])}
    values |= {"effect_fen": row["effect_fen"] or 0}
    values["activity"] = _activity(row["activity"])
    values["document"] = paper_of(row["document"])
    told = [
        answer
        | {
            "organisation": one(Organisation, answer["organisation"]),
            "member": one(Member, answer["member"]) if answer["member"] else None,
        }
        for answer in answers
    ]
    pairing = one(Pairing, values.pop("pairing"))
    actions.write_technical_problem(pairing, answers=told, by=by, **values)


def _activity(number: str) -> Activity | None:
    if not number:
        return None
    found: Activity = record("pairing.activity", number)
    return found


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member sees into a folder, in key order; for the system what was loaded comes out equal."""
    shown = TechnicalProblem.objects.all()
    if by is not None:
        shown = shown.filter(queries.seen_by(by))
    found = {"technical_problems.csv": _problems(shown), "technical_answers.csv": _answers(shown)}
    return write_files(folder, FILES, found)


def _problems(shown: QuerySet[TechnicalProblem]) -> Iterator[dict[str, Any]]:
    found = shown.select_related("pairing", "asker", "asker_unit", "activity", "document").prefetch_related(
        "answers"
    )
    for row in found.order_by("number"):
        taken = [answer.pk for answer in row.answers.all()]
        line = {name: said(getattr(row, name)) for name in PROBLEMS}
        yield line | {
            "accepted": taken.index(row.accepted_id) + 1 if row.accepted_id else "",
            "activity": row.activity.number if row.activity else "",
            "document": row.document.blob_id if row.document else "",
            "effect_fen": row.effect_fen or "",
        }


def _answers(shown: QuerySet[TechnicalProblem]) -> Iterator[dict[str, Any]]:
    found = TechnicalAnswer.objects.filter(problem__in=shown).select_related(
        "problem", "organisation", "member"
    )
    for row in found.order_by("problem__number", "pk"):
        yield {name: said(getattr(row, name)) for name in ANSWERS} | {"problem": row.problem.number}
