"""The rows of the register of projects: where each column lies, and what the rules say against a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core.models import Pairing
from shanhai.core.sheets.columns import Problem
from shanhai.fields.investment import columns, rules
from shanhai.fields.investment.models import Project
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel.refusals import gettext_noop

Row = dict[str, Any]


def _check(row: Row) -> None:
    rules.check_number(row["number"])
    rules.check_industry(row["industry"])
    rules.check_measures(row["number"], row)


PROJECTS = Table(
    columns.PROJECTS,
    Project,
    "pairing",
    {
        "pairing": "pairing__code",
        "enterprise": "enterprise__code",
        "region": "region__code",
        "owner": "owner_unit__code",
    },
    visible="",
    check=_check,
)

projects_rows = PROJECTS.rows
projects_current = PROJECTS.current


def projects_check(rows: Sequence[Row], pairing: Pairing | None = None) -> list[list[Problem]]:
    """The rules of one row, and that no two projects have the same project code."""
    codes = {row["project_code"] for row in rows if row["project_code"]}
    holders = dict(Project.objects.filter(project_code__in=codes).values_list("project_code", "number"))
    found = PROJECTS.problems(rows, pairing)
    for row, problems in zip(rows, found, strict=True):
        holder = holders.get(row["project_code"])
        if holder is not None and holder != row["number"]:
            problems.append(
                Problem(
                    0,
                    "project_code",
                    row["project_code"],
                    "investment.project_code_taken",
                    gettext_noop("{holder} has the project code {given}. Compare it with the platform."),
                    {"holder": holder, "given": row["project_code"]},
                )
            )
    return found
