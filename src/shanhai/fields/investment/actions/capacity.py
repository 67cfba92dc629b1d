"""Checks of what a project promised, against what its enterprise reported, or against a paper."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from shanhai.core import access, clock, journal, rulebook
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.models import CapacityCheck, Project
from shanhai.fields.investment.queries import capacity as queries
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.kernel.refusals import BadInput, gettext_noop


@action
def check_promises(
    project: Project,
    *,
    year: int | None = None,
    measured: Mapping[str, int | None] | None = None,
    paper: str = "",
    reason: str = "",
    by: Member | None,
) -> CapacityCheck:
    """Check what a project promised against what was made in a year; the outcome stays on record.

    Parameters
    ----------
    year
        The year; the latest whole one that the enterprise reported where it is left out.
    measured
        Figures typed from a paper, by the names of ``rules.PROMISES``, where the park has none; the paper is named then.
    reason
        Why it misses what it misses, where somebody knows.
    """
    access.check(by, "investment.check_promises", pairing_id=project.pairing_id)
    rules.check_checkable(project.number, project.stage, project.promised)
    base, origin = None, CapacityCheck.From.PAPER
    if measured is None:
        found = queries.measured(project, year)
        year = found.year if found is not None else year or clock.today().year - 1
        values = found.values if found is not None else {}
        base, origin = (found.base_year if found is not None else None), CapacityCheck.From.PARK
    else:
        values, year = _typed(project, measured, paper), year or clock.today().year - 1
    rules.check_measured(project.number, project.promised, values, year)
    rule = rulebook.value(rules.TOLERANCE, clock.today(), scopes_of(project.pairing))
    failed = rules.failed(project.promised, values, Decimal(str(rule.value)))
    one = CapacityCheck.objects.create(
        project=project,
        on=clock.today(),
        year=year,
        base_year=base,
        origin=origin,
        promised=project.promised,
        measured={each.name: values.get(each.name) for each in rules.PROMISES},
        failed=failed,
        tolerance_hash=rule.hash,
        paper=paper.strip()[:200],
        reason=reason.strip()[:300],
        member=by,
    )
    journal.record(
        project,
        "investment.check_promises",
        by=by,
        pairing_id=project.pairing_id,
        year=year,
        failed=failed,
        rule=rulebook.stamp(rule),
    )
    return one


def _typed(project: Project, measured: Mapping[str, int | None], paper: str) -> dict[str, int | None]:
    if not paper.strip():
        raise BadInput(
            "investment.check_paper",
            gettext_noop("Figures of project {number} are typed from a paper. Name it."),
            number=project.number,
            field="paper",
        )
    for name, value in measured.items():
        most = rules.MOST_JOBS if name == "jobs" else 10**15
        if value is not None and not 0 <= value <= most:
            raise BadInput(
                "investment.measured_range",
                gettext_noop(
                    "Project {number} cannot have made {value}. Give 0 or more, at most what can be kept."
                ),
                number=project.number,
                value=value,
                field=name,
            )
    return {one.name: measured.get(one.name) for one in rules.PROMISES}
