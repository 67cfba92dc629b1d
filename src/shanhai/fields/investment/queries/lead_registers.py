"""The rows of the register of leads: where each column lies, and what the rules say against a row."""

from __future__ import annotations

from typing import Any

from shanhai.fields.investment import columns
from shanhai.fields.investment import rules as project_rules
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.pairing.queries.registers import Table


def _check(row: dict[str, Any]) -> None:
    project_rules.check_number(row["number"])
    project_rules.check_industry(row["industry"])
    rules.check_facts(row["number"], row)


LEADS = Table(
    columns.LEADS,
    Lead,
    "pairing",
    {
        "pairing": "pairing__code",
        "organisation": "investor__code",
        "introduced_by": "introduced_by__code",
        "introducer": "introducer__code",
        "transferred_to": "transferred_to__code",
        "merged_into": "merged_into__number",
        "project": "project__number",
        "unit": "unit__code",
        "owner": "owner_unit__code",
    },
    visible="",
    check=_check,
)

leads_rows = LEADS.rows
leads_current = LEADS.current
leads_check = LEADS.problems
