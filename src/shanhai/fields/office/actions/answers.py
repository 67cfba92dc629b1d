"""Writes of a unit's answer: filled in by hand or from a workbook, passed up its ladder, returned within the unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from shanhai.core import access, bulk, clock, journal, ladder, rows, sentences
from shanhai.core.models import Member
from shanhai.core.names import called
from shanhai.core.sheets.cells import Unclear
from shanhai.core.writing import action
from shanhai.fields.office.actions import round_shared as shared
from shanhai.fields.office.models import RoundAnswer, RoundValue
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.queries.rounds import Form, Place
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage = rules.AnswerStage
Cell = rules.CellState
_NAMES = [
    "answer_id",
    "column_id",
    "line_id",
    "text",
    "state",
    "word",
    "returned_by_id",
    "member_id",
    "at",
    "file_name",
    "file_sha256",
    "from_unit_id",
]
_SOME = 500  # keys in one statement


@action
def fill_answer(
    answer: RoundAnswer,
    given: Mapping[tuple[str, str], Any],
    *,
    file_name: str = "",
    file_sha256: str = "",
    by: Member | None,
) -> RoundAnswer:
    """Write values into the cells of an answer: all of them, or none where one cannot be read.

    Parameters
    ----------
    given
        (code of the question, code of the line) to what was written, as offices write it; empty takes a value out.
        Cells that are not named stay as they are. A value that stays the same keeps its source.
    file_name, file_sha256
        The workbook that the values come from.

    Raises
    ------
    BadInput
        ``office.cells_refused``, with every problem by question and line in the fact ``problems``.
    """
    access.check(by, "office.fill_answer")
    one = answer.round
    rules.check_is_open(one.number, one.stage)
    rules.check_can_fill(one.number, str(answer.unit.organisation), answer.stage)
    check_in_unit(answer, by)
    form = queries.form_of(answer)
    texts = _read(form, given)
    standing = {
        (column, line): (pk, text, state, word)
        for pk, column, line, text, state, word in answer.values.values_list(
            "pk", "column_id", "line_id", "text", "state", "word"
        )
    }
    _check_not_accepted(form, texts, standing)
    changed = {place: text for place, text in texts.items() if standing.get(place, (0, ""))[1] != text}
    if not changed and answer.stage != Stage.MISSING:
        return answer
    here = {place for place in standing if place not in changed} | {p for p, text in changed.items() if text}
    returned = sum(state == Cell.RETURNED for p, (_, _, state, _) in standing.items() if p not in changed)
    stage = Stage.RETURNED if answer.stage == Stage.RETURNED else Stage.FILLING
    # The answer is moved before its cells: of two who write at once the second is told, and no cell is torn.
    rows.move(
        answer,
        stage=stage,
        form_version=one.form_version,
        filled_by=by,
        filled_at=clock.now(),
        n_given=len(here & set(form.places)),
        n_returned=returned,
    )
    _drop([standing[place][0] for place in changed if place in standing])
    at = clock.now()
    _insert(
        (
            answer.pk,
            *place,
            text,
            Cell.GIVEN,
            standing[place][3] if place in standing else "",
            None,
            by.pk if by else None,
            at,
            file_name[:200],
            file_sha256,
            None,
        )
        for place, text in changed.items()
        if text
    )
    journal.record(
        answer,
        "office.fill_answer",
        by=by,
        cells=len(changed),
        file=file_name,
        file_sha256=file_sha256,
        digest=queries.digest_of(answer),
    )
    return answer


@action
def hand_up(answer: RoundAnswer, *, word: str = "", by: Member | None) -> RoundAnswer:
    """Pass an answer up the ladder of its unit; the last step confirms it, and the office has it.

    Raises
    ------
    NotNow
        ``office.cells_missing``, ``office.returned_unchanged``; the answer or round is not at hand.
    NotAllowed
        ``core.ladder_step``: the step is another's.
    """
    access.check(by, "office.hand_up")
    one = answer.round
    rules.check_is_open(one.number, one.stage)
    if answer.stage not in rules.WITH_UNIT:
        rules.check_can_fill(one.number, str(answer.unit.organisation), answer.stage)
    climb = ladder.climb_of(answer)
    assert climb is not None  # opening a round puts each answer on its ladder
    _check_complete(answer)
    stood = _check_returned(answer, word)
    stood_by = {"n_returned": 0} if stood else {}
    is_last = ladder.pass_on(climb, answer, shared.paper_of(answer), word=word, by=by)
    if is_last:
        digest = queries.digest_of(answer)
        rows.move(
            answer,
            stage=Stage.CONFIRMED,
            confirmed_by=by,
            confirmed_at=clock.now(),
            digest=digest,
            **stood_by,
        )
    else:
        digest = ""
        rows.move(answer, stage=Stage.IN_UNIT, **stood_by)
    if stood:
        answer.values.filter(state=Cell.RETURNED).update(state=Cell.GIVEN)
    journal.record(answer, "office.hand_up", by=by, word=word.strip(), digest=digest, stood_by=stood)
    if is_last:
        shared.ask_office(answer, by)
    return answer


@action
def hand_down(answer: RoundAnswer, *, word: str, by: Member | None) -> RoundAnswer:
    """Return an answer to the step below, with a word; the unit's clock runs on."""
    access.check(by, "office.hand_down")
    one = answer.round
    rules.check_is_open(one.number, one.stage)
    if answer.stage != Stage.IN_UNIT:
        raise NotNow(
            "office.answer_not_in_unit",
            gettext_noop(
                "The answer of {unit} to round {number} is {stage}; there is nothing to return within the unit. Look at its page."
            ),
            number=one.number,
            unit=called(answer.unit.organisation),
            stage=Stage(answer.stage),
        )
    climb = ladder.climb_of(answer)
    assert climb is not None
    ladder.return_down(climb, answer, shared.paper_of(answer), word=word, by=by)
    is_bottom = climb.step == climb.ladder[0]
    rows.move(answer, stage=Stage.FILLING if is_bottom else Stage.IN_UNIT)
    journal.record(answer, "office.hand_down", by=by, word=word.strip())
    return answer


# -- helpers -------------------------------------------------------------------------------------------------------


def check_in_unit(answer: RoundAnswer, by: Member | None) -> None:
    """A member of the unit, or who stands in for whoever has the paper."""
    if by is None or by.unit_id == answer.unit_id:
        return
    climb = ladder.climb_of(answer)
    if climb is None or not ladder.may_take(climb, by):
        raise NotAllowed(
            "office.another_unit",
            gettext_noop("{unit} answers this. Ask somebody there, or stand in for them as a deputy."),
            unit=called(answer.unit),
        )


def _read(form: Form, given: Mapping[tuple[str, str], Any]) -> dict[Place, str]:
    columns = {column.code: column for column in form.columns}
    lines = {line.code: line for line in form.lines}
    texts: dict[Place, str] = {}
    problems: list[dict[str, Any]] = []
    for (code, line_code), raw in given.items():
        column, line = columns.get(code), lines.get(line_code)
        if column is None or line is None:
            problems.append(_problem(code, line_code, raw, _no_cell(code, line_code)))
            continue
        try:
            texts[column.pk, line.pk] = queries.read_text(column, raw)
        except Unclear as unclear:
            problems.append(_problem(code, line_code, raw, unclear))
    if problems:
        raise _refused(problems)
    return texts


def _no_cell(code: str, line: str) -> Unclear:
    return Unclear(
        "office.no_such_cell",
        gettext_noop(
            "The form asks no {code} (line {line}) of this unit; it may have changed. Open it again."
        ),
        code=code,
        line=line or "-",
    )


def _problem(code: str, line: str, raw: Any, unclear: Unclear) -> dict[str, Any]:
    return {
        "question": code,
        "line": line,
        "cell": str(raw)[:80],
        "code": unclear.code,
        "sentence": unclear.sentence,
        "facts": unclear.facts,
    }


def _refused(problems: Sequence[dict[str, Any]]) -> BadInput:
    first = problems[0]
    where = f"{first['question']} / {first['line']}" if first["line"] else first["question"]
    return BadInput(
        "office.cells_refused",
        gettext_noop("{n} cells are refused, so nothing was written. {where}, “{cell}”: {why}"),
        n=len(problems),
        where=where,
        cell=first["cell"],
        why=sentences.said(first["sentence"], first["facts"]),
        problems=list(problems[:500]),
    )


def _check_not_accepted(form: Form, texts: Mapping[Place, str], standing: Mapping[Place, Any]) -> None:
    columns = {column.pk: column for column in form.columns}
    for place, text in texts.items():
        held = standing.get(place)
        if held is not None and held[2] == Cell.ACCEPTED and held[1] != text:
            raise NotNow(
                "office.cell_accepted",
                gettext_noop(
                    "{question} was accepted as {value} and stays. Ask the office to return it if it is wrong."
                ),
                question=columns[place[0]].name,
                value=queries.shown(columns[place[0]], held[1]),
            )


def _check_complete(answer: RoundAnswer) -> None:
    form = queries.form_of(answer)
    lacking = queries.missing_of(form, answer.values.values_list("column_id", "line_id"))
    if lacking:
        column, line = lacking[0]
        raise NotNow(
            "office.cells_missing",
            gettext_noop(
                "{n} cells are empty that must be filled in, first {question} {line}. Fill them in."
            ),
            n=len(lacking),
            question=column.name,
            line=line.name,
        )


def _check_returned(answer: RoundAnswer, word: str) -> int:
    """How many returned cells are given again as they were, with a word for it."""
    if not answer.n_returned:
        return 0
    if not word.strip():
        raise NotNow(
            "office.returned_unchanged",
            gettext_noop(
                "{n} returned cells are as they were. Correct them, or say in a word why they stand."
            ),
            n=answer.n_returned,
            field="word",
        )
    return int(answer.n_returned)


def _drop(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), _SOME):
        RoundValue.objects.filter(pk__in=keys[start : start + _SOME]).delete()


def _insert(values: Iterable[tuple[Any, ...]]) -> None:
    at = RoundValue._meta.get_field("at")

    def stored(moment: datetime) -> Any:
        return at.get_db_prep_save(moment, connection)

    bulk.insert_rows(RoundValue, _NAMES, ((*row[:8], stored(row[8]), *row[9:]) for row in values))
