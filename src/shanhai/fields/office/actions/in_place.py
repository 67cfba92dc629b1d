"""What can be done to a work item in its row: each calls the action that the record's page calls.

``run(item, word, by) -> sentence`` and ``undo(item, by) -> sentence``, signed in with the kinds of work.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model
from django.utils.translation import gettext as _

from shanhai.core.models import Member, WorkItem
from shanhai.fields.office.actions import instructions, problems
from shanhai.fields.office.models import Instruction, Problem
from shanhai.kernel.refusals import NotFound, gettext_noop


def answer_problem(item: WorkItem, word: str, by: Member | None) -> str:
    """Answer what was raised; the asker rates it."""
    problem = problems.answer_problem(_subject(Problem, item), text=word, by=by)
    return _("Answered: %(what)s. The asker is asked to rate the answer.") % {"what": problem.number}


def take_back_answer(item: WorkItem, by: Member | None) -> str:
    """The problem waits for its answer again."""
    problem = problems.take_back_answer(_subject(Problem, item), by=by)
    return _("Not answered any more: %(what)s.") % {"what": problem.number}


def ask_back(item: WorkItem, word: str, by: Member | None) -> str:
    """Ask who raised it; the clock of the level stands still meanwhile."""
    problem = problems.ask_back(_subject(Problem, item), question=word, by=by)
    return _("Asked back on %(what)s.") % {"what": problem.number}


def reply(item: WorkItem, word: str, by: Member | None) -> str:
    """Reply to a question about one's problem."""
    problem = problems.reply_to_question(_subject(Problem, item), text=word, by=by)
    return _("Replied on %(what)s; it waits for its answer again.") % {"what": problem.number}


def _rate(rating: int) -> Callable[[WorkItem, str, Member | None], str]:
    def rate(item: WorkItem, word: str, by: Member | None) -> str:
        problem = problems.rate_answer(_subject(Problem, item), rating=rating, word=word, by=by)
        return _("Rated %(n)s of 5: %(what)s.") % {"n": rating, "what": problem.number}

    rate.__doc__ = f"Rate the answer with {rating} of 5."
    return rate


rate_1, rate_2, rate_3, rate_4, rate_5 = (_rate(n) for n in range(1, 6))


def report_back(item: WorkItem, word: str, by: Member | None) -> str:
    """Say how an instruction was carried out, without papers."""
    one = instructions.report_back(_subject(Instruction, item), text=word, by=by)
    return _("Reported back on %(what)s; the leader looks at it.") % {"what": one.number}


def close_instruction(item: WorkItem, word: str, by: Member | None) -> str:
    """Close what was reported back."""
    one = instructions.close_instruction(_subject(Instruction, item), by=by)
    return _("Closed: %(what)s.") % {"what": one.number}


def send_back(item: WorkItem, word: str, by: Member | None) -> str:
    """Send a report back with a word on what is missing."""
    one = instructions.send_back(_subject(Instruction, item), word=word, by=by)
    return _("Sent back: %(what)s.") % {"what": one.number}


def _subject(model: type[Model], item: WorkItem):  # type: ignore[no-untyped-def]
    found = model._default_manager.filter(pk=item.subject_id).first()
    if found is None:
        raise NotFound(
            "office.record_is_gone",
            gettext_noop("The record of this item is not there any more. Look at the list again."),
        )
    return found
