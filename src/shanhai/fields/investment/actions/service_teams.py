"""Writes of the joint service team of a project: who joins, for what, and who leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, notices, rows
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.models import Project, TeamMember
from shanhai.fields.investment.queries import projects as projects
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.office.queries.shared import side_of
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@action
def join_team(
    project: Project, *, member: Member, task: str, from_on: date | None = None, by: Member | None
) -> TeamMember:
    """Put somebody of either side into the service team of a project; one leads it, and everyone sees the project.

    Raises
    ------
    NotNow
        ``investment.team_sees_not``: the project is not shown to that side yet. ``investment.in_team``,
        ``investment.team_led``.
    """
    access.check(by, "investment.join_team", pairing_id=project.pairing_id)
    from_on = from_on or clock.today()
    check_not_later(from_on)
    is_own = member.unit.organisation_id == project.enterprise_id
    side = "enterprise" if is_own else side_of(project.pairing_id, member.unit.organisation_id)
    _check(project, member, _task(task), side)
    one = TeamMember.objects.create(
        project=project, member=member, side=side, task=rules.Task(task), from_on=from_on
    )
    # The project is the guard of its team: of two who name a leader at once the second is told.
    rows.move(project)
    journal.record(one, "investment.join_team", by=by, pairing_id=project.pairing_id, project=project.number)
    journal.record(project, "investment.join_team", by=by, member=member.code, task=str(one.task))
    notices.tell(
        f"investment.project:{project.pk}:team:{one.pk}",
        "investment.project",
        gettext_noop("You are in the service team of {number} {title}"),
        facts_of(project),
        project.url,
        [member] if member != by else [],
        project.pairing_id,
    )
    return one


def _check(project: Project, member: Member, task: str, side: str) -> None:
    if not side:
        raise BadInput(
            "investment.team_without_seat",
            gettext_noop(
                "{member} has no seat in this pairing, so they cannot serve project {number}. Name somebody else."
            ),
            member=member.name_zh,
            number=project.number,
            field="member",
        )
    if side != "enterprise" and not projects.is_seen(member, project):
        raise NotNow(
            "investment.team_sees_not",
            gettext_noop(
                "{member} does not see project {number} yet. Show it to both sides first, on its page."
            ),
            member=member.name_zh,
            number=project.number,
            field="member",
        )
    team = list(project.team.filter(to_on=None).select_related("member"))
    if any(one.member_id == member.pk for one in team):
        raise NotNow(
            "investment.in_team",
            gettext_noop("{member} is in the team of project {number} already. Let them leave it first."),
            member=member.name_zh,
            number=project.number,
            field="member",
        )
    leader = next((one for one in team if one.task == rules.Task.LEADS), None)
    if task == rules.Task.LEADS and leader is not None:
        raise NotNow(
            "investment.team_led",
            gettext_noop("{leader} leads the team of project {number}. Let them leave it first."),
            leader=leader.member.name_zh,
            number=project.number,
            field="task",
        )


def _task(given: str) -> str:
    if given not in set(rules.Task):
        raise BadInput(
            "investment.no_task",
            gettext_noop("{given} is no task of a service team. Take one of: {tasks}."),
            given=given[:20],
            tasks=", ".join(rules.Task),
            field="task",
        )
    return given


@action
def leave_team(one: TeamMember, *, by: Member | None) -> TeamMember:
    """Say that somebody serves a project no longer; that they did stays on record."""
    project = one.project
    access.check(by, "investment.leave_team", pairing_id=project.pairing_id)
    if one.to_on is not None:
        raise NotNow(
            "investment.left_team",
            gettext_noop("{member} left the team of project {number} on {on}. Look at its page."),
            member=one.member.name_zh,
            number=project.number,
            on=one.to_on,
        )
    rows.move(one, to_on=max(clock.today(), one.from_on))
    journal.record(one, "investment.leave_team", by=by, pairing_id=project.pairing_id, project=project.number)
    return one


def facts_of(project: Project) -> dict[str, Any]:
    """What sentences about a project name."""
    return {
        "number": project.number,
        "title": project.name_zh,
        "title_en": project.name_en or project.name_zh,
    }
