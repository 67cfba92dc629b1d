"""How projects move along their way: one line of the stage log for each step, taken back while it is fresh; to joint review and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, rows, undo, visibility, work
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.investment import rules
from shanhai.fields.investment.models import Project, ProjectStep
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.rules import pipeline
from shanhai.fields.office.actions import papers as papers_of
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import NotNow, gettext_noop

EXPLAIN = "investment.explain_stall"
Stage = rules.ProjectStage
_REASON, _PAPER = 300, 200


def begin(project: Project, *, by: Member | None) -> None:
    """Write the first line of the log of a new project."""
    ProjectStep.objects.create(
        project=project, to=project.stage, on=project.stage_on, member=by, at=clock.now()
    )


def advance(
    project: Project,
    to: str,
    on: date,
    *,
    verb: str,
    reason: str = "",
    paper: str = "",
    cause: str = "",
    papers: Sequence[Document] = (),
    by: Member | None,
) -> ProjectStep:
    """Move a project only if it is still where we saw it, with its line in the log, its papers, its entry in the journal."""
    before, since = project.stage, project.stage_on
    rows.move(project, stage=str(to), stage_on=on)
    step = ProjectStep.objects.create(
        project=project,
        came_from=before,
        to=str(to),
        on=on,
        since_on=since,
        reason=reason.strip()[:_REASON],
        paper=paper.strip()[:_PAPER],
        cause=cause[:40],
        member=by,
        at=clock.now(),
    )
    told: dict[str, Any] = {"came_from": before, "reason": step.reason}
    if step.paper:
        told["paper"] = step.paper
    if step.cause:
        told["cause"] = step.cause
    if papers:
        told["papers"] = [paper.pk for paper in papers]
        _hang(project, step, papers, by)
    journal.record(project, verb, by=by, pairing_id=project.pairing_id, **told)
    work.drop(EXPLAIN, project, by=by)
    figures_follow(project.pairing_id)
    return step


def _hang(project: Project, step: ProjectStep, papers: Sequence[Document], by: Member | None) -> None:
    """Whoever reads the project reads what shows how far it is."""
    is_shared = project.reach in (visibility.Reach.BOTH, visibility.Reach.PUBLIC)
    papers_of.hang(step, papers, is_shared=is_shared, by=by)


@action
def add_step_papers(step: ProjectStep, papers: Sequence[Document], *, by: Member | None) -> ProjectStep:
    """Add photographs and papers to a step of the log: what shows that it was so, which often comes later."""
    project = step.project
    access.check(by, "investment.add_step_papers", pairing_id=project.pairing_id)
    pipeline.check_can_add_papers(project.number, step.to, step.taken_back_at is not None, len(papers))
    _hang(project, step, papers, by)
    journal.record(
        project,
        "investment.add_step_papers",
        by=by,
        pairing_id=project.pairing_id,
        to=step.to,
        on=step.on,
        papers=[paper.pk for paper in papers],
    )
    return step


def figures_follow(pairing_id: int) -> None:
    """Commitments that are measured by what projects become follow."""
    standings.follow(measured_by([pairing_id], *pipeline.INDICATORS))


@action
def take_back_step(project: Project, *, by: Member | None) -> Project:
    """Take the last step back while it is fresh: the project is where it was, since when it was there."""
    access.check(by, "investment.take_back_step", pairing_id=project.pairing_id)
    step = queries.last_step(project)
    if step is None or not step.came_from:
        raise NotNow(
            "investment.no_step",
            gettext_noop("Project {number} has no step that could be taken back. Move it with a reason."),
            number=project.number,
        )
    if clock.now() > undo.until(step.at):
        raise NotNow(
            "investment.step_too_old",
            gettext_noop(
                "The last step of project {number} is too old to be taken back. Move it back with a reason."
            ),
            number=project.number,
        )
    if step.cause:
        raise NotNow(
            "investment.step_of_case",
            gettext_noop(
                "Case {case} moved project {number}; it cannot be taken back here. Look at the case."
            ),
            case=step.cause,
            number=project.number,
        )
    assert step.since_on is not None
    rows.move(project, stage=step.came_from, stage_on=step.since_on)
    step.taken_back_at = clock.now()
    step.save(update_fields=["taken_back_at"])
    journal.record(
        project, "investment.take_back_step", by=by, pairing_id=project.pairing_id, came_from=step.to
    )
    figures_follow(project.pairing_id)
    return project


# -- joint review --------------------------------------------------------------------------------------------------


def hand_over(project: Project, case: str, *, by: Member | None) -> bool:
    """A file is opened for a project: it is in approval from now on. Within the action that opens the file.

    A project that is further already, or dropped, stays where it is: a file may be opened for a change to it.
    """
    if project.stage not in (Stage.LEAD, Stage.SIGNED):
        return False
    advance(project, Stage.PREPARING, clock.today(), verb="investment.hand_over", cause=case, by=by)
    return True


def come_back(project: Project, to: rules.ProjectStage, case: str, *, by: Member | None) -> None:
    """A case brings its project to another stage. Within the action that follows the case."""
    advance(project, to, clock.today(), verb="investment.come_back", cause=case, by=by)
