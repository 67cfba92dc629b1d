"""What stands above the buttons of an opened row: ``shows(item) -> [(label, text)]`` of the kinds of work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shanhai.core.models import WorkItem
from shanhai.fields.office.models import Instruction, Problem, ProblemStep

Shown = list[tuple[str, str]]


def problem(item: WorkItem) -> Shown:
    """What was raised, in the words of who raised it; nothing where the title says it all."""
    return _worded("", Problem.objects.filter(pk=item.subject_id).first())


def question(item: WorkItem) -> Shown:
    """What was asked back last."""
    asked = ProblemStep.objects.filter(problem_id=item.subject_id, what=ProblemStep.What.ASKED_BACK)
    return _worded(_("Asked back:"), asked.order_by("pk").last())


def answer(item: WorkItem) -> Shown:
    """The answer that is to be rated."""
    found = Problem.objects.filter(pk=item.subject_id).first()
    return [(_("The answer:"), found.answer_said)] if found is not None and found.answer_said else []


def instruction(item: WorkItem) -> Shown:
    """The leader's line."""
    return _worded("", Instruction.objects.filter(pk=item.subject_id).first())


def report(item: WorkItem) -> Shown:
    """How it was carried out."""
    found = Instruction.objects.filter(pk=item.subject_id).first()
    return [(_("Reported back:"), found.report_said)] if found is not None and found.report_said else []


def _worded(label: str, record: Problem | ProblemStep | Instruction | None) -> Shown:
    return [(label, record.text_said)] if record is not None and record.text_said else []
