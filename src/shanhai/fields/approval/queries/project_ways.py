"""Where a case brings its project: approved before completion, completed, or signed again."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q

from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.investment.queries import pipeline
from shanhai.fields.investment.rules import ProjectStage

# The stage of completion, of the four into which the whole process is divided: 国办发〔2019〕11号.
COMPLETION = 4
_BEFORE = (ProjectStage.PREPARING, ProjectStage.APPROVED, ProjectStage.BUILDING)
_BACK = (rules.CaseStage.REFUSED, rules.CaseStage.WITHDRAWN)


def case_with_project(key: int) -> Case | None:
    """A case with its project as it is now."""
    return Case.objects.select_related("project__pairing").filter(pk=key).first()


def target_of(case: Case) -> ProjectStage | None:
    """The stage to which a case brings its project now; None where it leaves it where it is."""
    to = _wanted(case)
    if to is None or pipeline.was_brought(case.project, case.number, to):
        return None
    return to


def _wanted(case: Case) -> ProjectStage | None:
    project = case.project
    if case.closed_on is not None and project.stage_on > case.closed_on:
        return None
    if case.stage == rules.CaseStage.APPROVED:
        if case.items.filter(phase__gte=COMPLETION).exists():
            return ProjectStage.COMPLETED if project.stage in _BEFORE else None
        return ProjectStage.APPROVED if project.stage == ProjectStage.PREPARING else None
    if project.stage != ProjectStage.PREPARING:
        return None
    if case.stage == rules.CaseStage.REVIEW:
        before = case.items.filter(phase__lt=COMPLETION)
        is_through = before.exists() and not before.exclude(state=rules.State.DECIDED).exists()
        return ProjectStage.APPROVED if is_through else None
    if case.stage not in _BACK:
        return None
    others = Case.objects.filter(project=case.project_id).exclude(pk=case.pk)
    return None if others.exclude(stage__in=rules.CLOSED).exists() else ProjectStage.SIGNED


def behind(most: int = 200) -> list[int]:
    """Cases whose project may have to follow them, the earliest first; ``target_of`` says whether it has to."""
    before = CaseItem.objects.filter(case=OuterRef("pk"), phase__lt=COMPLETION)
    through = Q(stage=rules.CaseStage.REVIEW, project__stage=ProjectStage.PREPARING) & ~Exists(
        before.exclude(state=rules.State.DECIDED)
    )
    closed = Q(stage=rules.CaseStage.APPROVED, project__stage__in=_BEFORE) | Q(
        stage__in=_BACK, project__stage=ProjectStage.PREPARING
    )
    rows = Case.objects.filter(through | closed & Q(closed_on__gte=F("project__stage_on")))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])
