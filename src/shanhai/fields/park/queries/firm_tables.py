"""The rows of the registers: where each column lies."""

from __future__ import annotations

from django.db.models import Q

from shanhai.fields.pairing.queries.registers import Row, Table
from shanhai.fields.park.columns import firms as columns
from shanhai.fields.park.columns import grades as grading
from shanhai.fields.park.columns import renewal as columns_of_renewal
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    Figures,
    Firm,
    GradePolicy,
    GradeRuling,
    Holding,
    Renewal,
    ScaleSpell,
)
from shanhai.fields.park.queries import figures, firms, grades, renewal

_FIRM = {"firm": "firm__organisation__code"}


def _no_reason(rows: list[Row]) -> None:
    """A reason goes with a correction, and stands with it."""
    for row in rows:
        row["reason"] = ""


def _no_step(rows: list[Row]) -> None:
    """What a step asks goes in with it; what came of it stands in the other cells."""
    for row in rows:
        row |= dict.fromkeys(columns_of_renewal.STEP_CELLS)


FIRMS = Table(
    columns.FIRMS,
    Firm,
    "pairing",
    {
        "organisation": "organisation__code",
        "name": "organisation__name_zh",
        "credit_code": "organisation__credit_code",
        "park": "park__number",
        "cluster": "cluster__code",
        "group": "group__code",
    },
    seen=firms.seen_by,
)
HOLDINGS = Table(
    columns.HOLDINGS,
    Holding,
    "firm__pairing",
    _FIRM | {"lessor": "lessor__organisation__code"},
    seen=figures.seen_by,
)
SCALE_SPELLS = Table(columns.SCALE_SPELLS, ScaleSpell, "firm__pairing", _FIRM, seen=figures.seen_by)
FIGURES = Table(
    columns.FIGURES,
    Figures,
    "pairing",
    _FIRM,
    seen=figures.seen_by,
    extra=_no_reason,
    derived=frozenset({"reason"}),
)

firms_rows, firms_current = FIRMS.rows, FIRMS.current
holdings_rows, holdings_current = HOLDINGS.rows, HOLDINGS.current
scale_spells_rows, scale_spells_current = SCALE_SPELLS.rows, SCALE_SPELLS.current
figures_rows, figures_current = FIGURES.rows, FIGURES.current
AGENTS = Table(
    columns.AGENTS, Agency, "firm__pairing", _FIRM | {"agent": "agent__code"}, seen=figures.seen_by
)
agents_rows, agents_current = AGENTS.rows, AGENTS.current
GRADE_RULINGS = Table(
    grading.GRADE_RULINGS,
    GradeRuling,
    "firm__pairing",
    _FIRM,
    base=Q(withdrawn_on=None),
    seen=figures.seen_by,
)
OBJECTIONS = Table(
    grading.OBJECTIONS,
    Appeal,
    "pairing",
    {"grading": "grade__run__number", "firm": "grade__firm__organisation__code"},
    seen=grades.sees_appeals,
)
objections_rows, objections_current = OBJECTIONS.rows, OBJECTIONS.current
RENEWALS = Table(
    columns_of_renewal.RENEWALS,
    Renewal,
    "pairing",
    _FIRM | {"new_firm": "new_firm__organisation__code"},
    seen=renewal.seen_by,
    extra=_no_step,
    derived=frozenset(columns_of_renewal.STEP_CELLS),
)
renewals_rows, renewals_current = RENEWALS.rows, RENEWALS.current
GRADE_POLICIES = Table(
    grading.GRADE_POLICIES,
    GradePolicy,
    "pairing",
    {"pairing": "pairing__code", "department": "department__code"},
)
grade_rulings_rows, grade_rulings_current = GRADE_RULINGS.rows, GRADE_RULINGS.current
grade_policies_rows, grade_policies_current = GRADE_POLICIES.rows, GRADE_POLICIES.current
