"""What the holders of phone links do to the office's records; the journal names them (``core.journal.by_holder``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from shanhai.core.models import Document
from shanhai.fields.office.actions import answers, problems
from shanhai.fields.office.models import Problem, RoundAnswer


def rate(problem: Problem, given: Mapping[str, str], papers: Sequence[Document]) -> str:
    """Rate the answer to a problem."""
    problems.rate_answer(problem, rating=int(given["rating"]), word=given.get("word", ""), by=None)
    return _("Thank you. Your rating is with those who answered.")


def fill(answer: RoundAnswer, given: Mapping[str, str], papers: Sequence[Document]) -> str:
    """Fill in the form of a unit; the unit's own people pass it up its ladder."""
    cells = {}
    for name, text in given.items():
        _cell, code, line = name.split(":", 2)
        cells[code, line] = text
    answers.fill_answer(answer, cells, by=None)
    return _("Thank you. The figures are with %(unit)s, which checks them and passes them on.") % {
        "unit": answer.unit.organisation.name
    }
