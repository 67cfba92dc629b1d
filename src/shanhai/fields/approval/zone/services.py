"""Files of a zone folder beside the cases: intermediaries, what they were asked for on items, commitment letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.approval.actions import commitments as letters
from shanhai.fields.approval.actions import services as actions
from shanhai.fields.approval.models import Case, Intermediary
from shanhai.fields.approval.queries import cases, commitments
from shanhai.fields.approval.queries import services as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    YES,
    Read,
    Row,
    grouped,
    line_of,
    rows,
    said,
    seen,
    write_files,
)

INTERMEDIARIES: dict[str, Read] = {
    "code": TEXT, "name_zh": TEXT, "name_en": TEXT, "credit_code": TEXT, "kinds": str.split, "promised_days": WHOLE,
    "is_active": YES, "standing": TEXT, "source": TEXT,
}  # fmt: skip
SERVICES: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "number": WHOLE, "intermediary": TEXT, "kind": TEXT, "commissioned_by": TEXT,
    "evidence": TEXT, "promised_days": WHOLE, "asked_on": DAY, "due_on": DAY, "stage": TEXT, "delivered_on": DAY,
    "days": WHOLE, "ended_on": DAY, "reason": TEXT,
}  # fmt: skip
LETTERS: dict[str, Read] = {
    "case": TEXT, "item": TEXT, "text": TEXT, "evidence": TEXT, "covers": str.split, "given_on": DAY, "state": TEXT, "due_on": DAY,
    "verified_on": DAY, "reasons": TEXT, "is_mended": YES, "mend_until": DAY,
}  # fmt: skip
FILES = {"intermediaries.csv": INTERMEDIARIES, "case_services.csv": SERVICES, "case_letters.csv": LETTERS}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the register, then the services on cases that have none yet; what is there already is left alone."""
    counts: dict[str, int] = {}
    for row in rows(folder / "intermediaries.csv", INTERMEDIARIES):
        counts["intermediaries.csv"] = counts.get("intermediaries.csv", 0) + actions.load_intermediary(
            row, by=by
        )
    asked = grouped("case", rows(folder / "case_services.csv", SERVICES))
    for number, given in asked.items():
        counts["case_services.csv"] = counts.get("case_services.csv", 0) + actions.load_services(
            cases.case_of(None, number), given, by=by
        )
    for number, promised in grouped("case", rows(folder / "case_letters.csv", LETTERS)).items():
        case = cases.case_of(None, number)
        for row in promised:
            counts["case_letters.csv"] = counts.get("case_letters.csv", 0) + letters.load_letter(
                case, row, by=by
            )
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the register, and the services on cases that a member sees, in order of their numbers."""
    lines: dict[str, Iterator[Row]] = {
        "intermediaries.csv": (
            {name: said(getattr(one, name)) for name in INTERMEDIARIES} | {"kinds": " ".join(one.kinds)}
            for one in Intermediary.objects.order_by("code")
        ),
        "case_services.csv": _services(by),
        "case_letters.csv": _letters(by),
    }
    return write_files(folder, FILES, lines)


def _services(by: Member | None) -> Iterator[Row]:
    for case in seen(Case, by).filter(items__services__isnull=False).distinct().order_by("number"):
        found = queries.of_case(case)
        for item in cases.items_of(case):
            for one in found.get(item.pk, ()):
                own = {"case": case.number, "item": item.code, "intermediary": one.intermediary.code}
                yield line_of(one, SERVICES, own)


def _letters(by: Member | None) -> Iterator[Row]:
    for case in seen(Case, by).filter(items__letter__isnull=False).distinct().order_by("number"):
        found = commitments.of_case(case)
        for item in cases.items_of(case):
            if item.pk in found:
                own = {"case": case.number, "item": item.code, "covers": " ".join(found[item.pk].covers)}
                yield line_of(found[item.pk], LETTERS, own)
