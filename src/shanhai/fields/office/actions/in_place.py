"""What can be done to a work item in its row: each calls the action that the record's page calls.

``run(item, word, by) -> sentence`` and ``undo(item, by) -> sentence``, signed in with the kinds of work.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model
from django.utils.translation import gettext as _

from shanhai.core import replies
from shanhai.core.models import Climb, Member, WorkItem
from shanhai.fields.office.actions import instructions, problems
from shanhai.fields.office.models import Instruction, Problem
from shanhai.kernel.refusals import NotFound, gettext_noop


def answer_problem(item: WorkItem, word: str, by: Member | None) -> str:
    """Answer what was raised; the asker rates it."""
    problem = _subject(Problem, item)
    done = problems.answer_problem(problem, text=word, by=by)
    sent = _("Answered: %(what)s. The asker is asked to rate the answer.") % {"what": problem.number}
    return replies.told(done, sent)


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
    one = _subject(Instruction, item)
    done = instructions.report_back(one, text=word, by=by)
    sent = _("Reported back on %(what)s; the leader looks at it.") % {"what": one.number}
    return replies.told(done, sent)


def close_instruction(item: WorkItem, word: str, by: Member | None) -> str:
    """Close what was reported back."""
    one = instructions.close_instruction(_subject(Instruction, item), by=by)
    return _("Closed: %(what)s.") % {"what": one.number}


def send_back(item: WorkItem, word: str, by: Member | None) -> str:
    """Send a report back with a word on what is missing."""
    one = instructions.send_back(_subject(Instruction, item), word=word, by=by)
    return _("Sent back: %(what)s.") % {"what": one.number}


# -- what a unit prepared ------------------------------------------------------------------------------------------


def pass_check(item: WorkItem, word: str, by: Member | None) -> str:
    """Pass a prepared reply on from the step that checks."""
    return _pass(item, "check", word, by)


def pass_sign(item: WorkItem, word: str, by: Member | None) -> str:
    """Sign a prepared reply: it goes out."""
    return _pass(item, "sign", word, by)


def return_check(item: WorkItem, word: str, by: Member | None) -> str:
    """Return a prepared reply from the step that checks, with a word."""
    return _return(item, "check", word, by)


def return_sign(item: WorkItem, word: str, by: Member | None) -> str:
    """Return a prepared reply from the step that signs, with a word."""
    return _return(item, "sign", word, by)


def _pass(item: WorkItem, step: str, word: str, by: Member | None) -> str:
    climb = _climb(item)
    is_out = replies.pass_reply(climb, step=step, word=word, by=by)
    return _("Signed; it has gone out.") if is_out else replies.is_with(climb)


def _return(item: WorkItem, step: str, word: str, by: Member | None) -> str:
    climb = replies.return_reply(_climb(item), step=step, word=word, by=by)
    return _("Returned to %(people)s.") % {"people": replies.holders(climb)}


def _climb(item: WorkItem) -> Climb:
    climb = replies.of_item(item)
    if climb is None:
        raise NotFound(
            "office.reply_is_gone",
            gettext_noop("This reply is on no step of your unit any more. Look at the list again."),
        )
    return climb


def _subject(model: type[Model], item: WorkItem):  # type: ignore[no-untyped-def]
    found = model._default_manager.filter(pk=item.subject_id).first()
    if found is None:
        raise NotFound(
            "office.record_is_gone",
            gettext_noop("The record of this item is not there any more. Look at the list again."),
        )
    return found
