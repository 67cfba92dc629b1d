"""The rows of the table of cases: where each column lies."""

from __future__ import annotations

from shanhai.fields.approval import columns
from shanhai.fields.approval.models import Case
from shanhai.fields.pairing.queries.registers import Table

CASES = Table(
    columns.CASES,
    Case,
    "pairing",
    {
        "project": "project__number",
        "name_zh": "project__name_zh",
        "name_en": "project__name_en",
        "enterprise": "enterprise__code",
        "catalogue": "catalogue__catalogue__code",
        "catalogue_version": "catalogue__number",
    },
    visible="",
)

cases_rows = CASES.rows
