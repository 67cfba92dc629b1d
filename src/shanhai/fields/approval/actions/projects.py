"""What cases do to the projects that they are about: a file takes a project into approval, decisions bring it on or back.

A decision costs ten statements at most, so the project follows it in a transaction of its own right after; what broke off in
between is caught up by the tick.
"""

from __future__ import annotations

from django.db import transaction

from shanhai.core import access
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import project_ways as queries
from shanhai.fields.investment.actions import project_steps
from shanhai.fields.investment.rules import ProjectStage


def hand_over(case: Case, *, by: Member | None) -> None:
    """A file is opened: its project is in approval from now on, on both records."""
    project_steps.hand_over(case.project, case.number, by=by)


def follow_item(case: Case, item: CaseItem, opened: list[CaseItem]) -> None:
    """An item was approved that no item before completion waits for: perhaps its project may start building now."""
    may_be_last = item.phase < queries.COMPLETION and all(one.phase >= queries.COMPLETION for one in opened)
    if may_be_last and case.project.stage == ProjectStage.PREPARING:
        follow(case)


def follow(case: Case) -> None:
    """Once what is written is committed, the project of a case goes where the case brings it."""
    key = case.pk
    transaction.on_commit(lambda: carry_on(key), robust=True)


def carry_on(key: int) -> bool:
    """Bring the project of a case where the case says that it is, as the platform; gives whether it moved."""
    case = queries.case_with_project(key)
    return case is not None and carry_project(case, by=None)


@action
def carry_project(case: Case, *, by: Member | None) -> bool:
    """Move the project of a case on or back with it: approved, completed, or signed again; once for each case and stage.

    Nothing happens where the project was moved elsewhere since, or another case of it still runs.
    """
    access.check(by, "approval.carry_project")
    to = queries.target_of(case)
    if to is None:
        return False
    project_steps.come_back(case.project, to, case.number, by=by)
    return True


def sweep(_now: object) -> int:
    """Catch up with cases whose project has not followed; a second run finds nothing."""
    return sum(carry_on(key) for key in queries.behind())
