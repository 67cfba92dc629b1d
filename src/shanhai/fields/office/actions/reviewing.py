"""Writes of the office on answers: accepted, or returned cell by cell with a word; handed over when units merge."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from shanhai.core import clock, journal, ladder, notices, rows, work
from shanhai.core.models import Member
from shanhai.core.names import called
from shanhai.core.writing import action
from shanhai.fields.office.actions import round_shared as shared
from shanhai.fields.office.models import Round, RoundAnswer, RoundValue
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage = rules.AnswerStage
Cell = rules.CellState


@action
def review_answer(
    answer: RoundAnswer, *, returned: Mapping[tuple[str, str], str] | None = None, by: Member | None
) -> RoundAnswer:
    """Accept an answer, or return some of its cells: those go back with their words, the others are accepted.

    Of two who look through the same answer at once the first one's decision stands and the second is told, also
    where both return the same cell: so no unit gets two words for one cell.

    Parameters
    ----------
    returned
        (code of the question, code of the line) to why; nothing accepts the whole answer.
    """
    one = answer.round
    shared.check_office(one, "office.review_answer", by)
    rules.check_is_open(one.number, one.stage)
    rules.check_can_review(one.number, str(answer.unit.organisation), answer.stage)
    returned = returned or {}
    rules.check_words(returned)
    if not returned:
        return _accept(answer, by)
    form = queries.form_of(answer)
    columns = {column.code: column.pk for column in form.columns}
    lines = {line.code: line.pk for line in form.lines}
    rows.move(
        answer,
        stage=Stage.RETURNED,
        n_returned=len(returned),
        word="",
        accepted_by=None,
        accepted_at=None,
        confirmed_at=None,
    )
    for (code, line), word in returned.items():
        place = answer.values.filter(column_id=columns.get(code, 0), line_id=lines.get(line, 0))
        if not place.update(state=Cell.RETURNED, word=word.strip()[:300], returned_by=by):
            raise BadInput(
                "office.no_cell_to_return",
                gettext_noop("{question} has no value that could be returned. Look at the answer again."),
                question=code,
            )
    answer.values.filter(state=Cell.GIVEN).update(state=Cell.ACCEPTED)
    work.done(shared.REVIEW, answer, by=by)
    shared.ask_unit(answer, by)
    _tell_returned(answer, len(returned))
    journal.record(
        answer,
        "office.review_answer",
        by=by,
        returned={"/".join(where): word.strip() for where, word in returned.items()},
    )
    return answer


@action
def accept_confirmed(one: Round, *, by: Member | None) -> int:
    """Accept all answers that units have confirmed, as they are; gives how many."""
    shared.check_office(one, "office.accept_confirmed", by)
    rules.check_is_open(one.number, one.stage)
    confirmed = list(one.answers.filter(stage=Stage.CONFIRMED).select_related("unit__organisation"))
    for answer in confirmed:
        answer.round = one
        _accept(answer, by)
    return len(confirmed)


@action
def take_back_acceptance(answer: RoundAnswer, *, by: Member | None) -> RoundAnswer:
    """Undo an acceptance: the answer waits to be looked through again."""
    one = answer.round
    shared.check_office(one, "office.take_back_acceptance", by)
    rules.check_is_open(one.number, one.stage)
    rules.check_is_accepted(one.number, str(answer.unit.organisation), answer.stage)
    rows.move(answer, stage=Stage.CONFIRMED, accepted_by=None, accepted_at=None)
    answer.values.filter(state=Cell.ACCEPTED).update(state=Cell.GIVEN)
    journal.record(answer, "office.take_back_acceptance", by=by)
    shared.ask_office(answer, by)
    return answer


@action
def hand_over_answer(answer: RoundAnswer, *, to: RoundAnswer, by: Member | None) -> RoundAnswer:
    """Let another unit of the round answer for one that merged into it.

    What the merged unit had given fills cells that are still empty, with that unit as their source; where both gave a
    value, the own one of the unit that goes on stands. Its work closes, and the round asks it no more.
    """
    one = answer.round
    shared.check_office(one, "office.hand_over_answer", by)
    rules.check_is_open(one.number, one.stage)
    _check_successor(answer, to)
    rows.move(answer, stage=Stage.HANDED_OVER, handed_to=to)
    climb = ladder.climb_of(answer)
    if climb is not None:
        ladder.drop(climb, answer, shared.ANSWER, by=by)
    work.drop(shared.REVIEW, answer, by=by)
    taken = _fill_empty(answer, to)
    if taken:
        stage = Stage.FILLING if to.stage == Stage.MISSING else to.stage
        rows.move(to, stage=stage, n_given=F("n_given") + taken)
        to.refresh_from_db(fields=["n_given", "version"])
    journal.record(answer, "office.hand_over_answer", by=by, to=to.unit.code, cells=taken)
    return answer


# -- helpers -------------------------------------------------------------------------------------------------------


def _accept(answer: RoundAnswer, by: Member | None) -> RoundAnswer:
    rows.move(answer, stage=Stage.ACCEPTED, accepted_by=by, accepted_at=clock.now(), n_returned=0, word="")
    answer.values.filter(state=Cell.GIVEN).update(state=Cell.ACCEPTED)
    work.done(shared.REVIEW, answer, by=by)
    journal.record(answer, "office.review_answer", by=by, digest=answer.digest)
    return answer


def _tell_returned(answer: RoundAnswer, n: int) -> None:
    one = answer.round
    people = queries.people_of([answer.unit_id]).get(answer.unit_id, [])
    notices.tell(
        f"office.answer:{answer.pk}:returned:{answer.version}",
        "office.round",
        gettext_noop("{n} cells of your unit’s answer to {round} for {period} came back."),
        shared.facts_of(one) | {"n": n},
        answer.url,
        people,
        one.pairing_id,
    )


def _check_successor(answer: RoundAnswer, to: RoundAnswer) -> None:
    if to.round_id != answer.round_id or to.pk == answer.pk or to.stage == Stage.HANDED_OVER:
        raise BadInput(
            "office.no_successor",
            gettext_noop("{unit} cannot answer for {merged}. Name another unit that the round asks."),
            unit=called(to.unit.organisation),
            merged=called(answer.unit.organisation),
            field="to",
        )
    if answer.stage == Stage.ACCEPTED or answer.stage == Stage.HANDED_OVER or to.stage not in rules.FILLABLE:
        raise NotNow(
            "office.hand_over_too_late",
            gettext_noop(
                "One of both answers is on its way or accepted already. Return or take it back first, then hand over."
            ),
        )


def _fill_empty(answer: RoundAnswer, to: RoundAnswer) -> int:
    form = queries.form_of(to)
    there = set(to.values.values_list("column_id", "line_id"))
    free = set(form.places) - there
    taken = [value for value in answer.values.all() if (value.column_id, value.line_id) in free]
    for value in taken:
        value.pk = None
        value.answer_id = to.pk
        value.from_unit_id = value.from_unit_id or answer.unit_id
        value.state, value.word = Cell.GIVEN, ""
    RoundValue.objects.bulk_create(taken)
    return len(taken)
