"""The photographs and papers that show how far a project is: they hang on the steps of its log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from shanhai.core.models import Attachment, Document, Member
from shanhai.fields.investment.models import Project, ProjectStep
from shanhai.fields.registry.queries import papers
from shanhai.kernel.refusals import NotFound, gettext_noop

KIND = "investment.projectstep"


def parts_of(project: Project) -> list[tuple[str, list[int]]]:
    """The rows of a project on which papers hang besides: its steps, first ones first."""
    return [(KIND, list(project.steps.order_by("pk").values_list("pk", flat=True)))]


def step_of(project: Project, place: int) -> ProjectStep:
    """A step by its place in the log, from 1.

    Raises
    ------
    NotFound
        ``investment.no_such_step``
    """
    steps = (
        list(project.steps.select_related("member").order_by("pk")[place - 1 : place]) if place > 0 else []
    )
    if not steps:
        raise NotFound(
            "investment.no_such_step",
            gettext_noop("Project {number} has no step {place}. Look at its log."),
            number=project.number,
            place=place,
        )
    steps[0].project = project
    return steps[0]


def papers_on(member: Member | None, steps: Sequence[ProjectStep]) -> dict[int, list[Document]]:
    """By key of a step the papers that hang on it and are shown to a member, as they came (one statement, and the access)."""
    hung = Attachment.objects.filter(
        kind=KIND, object_id__in=[one.pk for one in steps], document__withdrawn_on=None
    )
    found = defaultdict(list)
    for one in hung.select_related("document__blob", "document__owner_unit").order_by("pk"):
        if member is None or papers.is_shown_to(member, one.document):
            found[one.object_id].append(one.document)
    return dict(found)


def is_picture(paper: Document) -> bool:
    """Whether a paper can be seen small, in its place."""
    return paper.blob.media_type.startswith("image/")
