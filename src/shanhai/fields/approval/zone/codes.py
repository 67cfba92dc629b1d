"""Which codes of public pages hold no more: they travel with a zone folder, so that none comes back with it.

A code itself is a signature by the key of an installation and stands in no file.
"""

from __future__ import annotations

from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.approval.actions import status_codes as actions
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases, public_status
from shanhai.fields.office.zone.cells import TEXT, WHOLE, YES, Read, rows, said, seen, write_files

CODES: dict[str, Read] = {"case": TEXT, "code_no": WHOLE, "is_code_revoked": YES}
FILES = {"case_codes.csv": CODES}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Take over what the file says of cases that are there."""
    given = rows(folder / "case_codes.csv", CODES)
    n = sum(actions.load_code(cases.case_of(None, row.pop("case")), by=by, **row) for row in given)
    return {"case_codes.csv": n} if given else {}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the cases that a member sees and whose first code holds no more."""
    found = public_status.renewed().filter(pk__in=seen(Case, by).order_by().values("pk"))
    lines = (
        {"case": one.number, "code_no": one.code_no, "is_code_revoked": said(one.is_code_revoked)}
        for one in found
    )
    return write_files(folder, FILES, {"case_codes.csv": lines})
