"""Why projects stand still, as a spreadsheet brings it back: each row does what the page does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from shanhai.core import access, clock
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import tried
from shanhai.core.writing import action
from shanhai.fields.investment.actions import stalls as actions
from shanhai.fields.investment.queries import pipeline
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

_SAID = ("unit", "reason", "measure", "due_on")


def stalls_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What holds for the page holds for the sheet: who may say why, of which projects, and what has to be said."""
    return [tried(partial(_check, change, by), "number") for change in changes]


def _check(change: Change, by: Member | None) -> None:
    project = queries.project_of(by, change.values["number"])
    if not change.differs_in(*_SAID):
        return
    access.check(by, "investment.note_stall", pairing_id=project.pairing_id)
    rules.check_stalled(project.number, pipeline.days_over(project))
    values = change.values
    if values["due_on"] is None:
        raise BadInput(
            "investment.stall_no_day",
            gettext_noop("Say until when something is done about project {number}."),
            number=project.number,
            field="due_on",
        )
    rules.check_measure(project.number, values["reason"], values["measure"], values["due_on"], clock.today())


@action
def write_stalls(
    changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: object = None
) -> None:
    """Rows that say something else of a project that stands still say it anew."""
    access.check(by, "investment.write_stalls", pairing_id=pairing.pk if pairing else None)
    for change in changes:
        if change.outcome == "gone":
            raise NotNow(
                "investment.stalls_stay",
                gettext_noop("What was said of project {number} is not undone by undoing the import. Say it anew on its page."),
                number=change.values["number"],
            )  # fmt: skip
        if change.differs_in(*_SAID):
            _check(change, by)
            _say(change, by)


def _say(change: Change, by: Member | None) -> None:
    values = change.values
    unit = Unit.objects.filter(code=values["unit"]).first() if values["unit"] else None
    actions.note_stall(
        queries.project_of(by, values["number"]),
        reason=values["reason"],
        measure=values["measure"],
        due_on=values["due_on"],
        unit=unit,
        by=by,
    )
