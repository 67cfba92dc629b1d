"""Writes of rounds by the office: written, opened to units, changed, reminded of, called off, repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shanhai.core import access, clock, journal, ladder, names, notices, rows, rulebook, visibility, work
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.queries import reach
from shanhai.core.writing import action
from shanhai.fields.office.actions import round_shared as shared
from shanhai.fields.office.models import Round, RoundAnswer, RoundColumn, RoundLine
from shanhai.fields.office.queries import round_reach
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, gettext_noop

Stage = rules.RoundStage
Answer = rules.AnswerStage
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@action
def draft_round(
    pairing: Pairing,
    *,
    number: str = "",
    name_zh: str,
    name_en: str = "",
    period: str,
    due_on: date,
    questions: Sequence[rules.Question],
    lines: Sequence[rules.Line] = (),
    units: Sequence[Unit],
    repeats: str = "",
    about: str = "",
    previous: Round | None = None,
    is_illustrative: bool = False,
    office: Unit | None = None,
    by: Member | None,
) -> Round:
    """Write a round: what is asked of whom, for which period, by when. Nobody is asked before it is opened.

    Parameters
    ----------
    previous
        The round whose values units see beside their own.
    office
        The unit that asks, where the system writes; a member's own unit otherwise.
    """
    access.check(by, "office.draft_round", pairing_id=pairing.pk)
    rules.check_form(questions, lines)
    periods.parse(period)
    rules.check_repeats(period, repeats)
    one = Round(
        number=_free_number(number or queries.next_number(period)),
        pairing=pairing,
        opened_by=by,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        name_sort=names.sort_key(name_zh),
        period=period,
        due_on=due_on,
        repeats=repeats,
        about=about.strip(),
        previous=previous,
        is_illustrative=is_illustrative,
    )
    visibility.own(one, by)
    if by is None and office is not None:
        one.owner_unit, one.owner_side = office, queries.sides_of(pairing.pk, [office])[office.pk]
    one.reach = _reach(one, units)
    one.save()
    _write_questions(one, questions)
    _write_lines(one, lines, units)
    _write_answers(one, units)
    shared.show(one)
    journal.record(
        one, "office.draft_round", by=by, units=[unit.code for unit in units], questions=len(questions)
    )
    return one


@action
def open_round(one: Round, *, by: Member | None) -> Round:
    """Ask the units: each finds it on its list of work and is told once."""
    shared.check_office(one, "office.open_round", by)
    rules.check_is_draft(one.number, one.stage)
    rows.move(one, stage=Stage.OPEN, opened_on=clock.today())
    answers = list(one.answers.select_related("unit__organisation"))
    for answer in answers:
        answer.round = one
        shared.ask_unit(answer, by)
    people = queries.people_of([answer.unit_id for answer in answers])
    notices.tell(
        f"office.round:{one.pk}:opened",
        "office.round",
        gettext_noop("{round} for {period} is asked of your unit, by {due}."),
        shared.facts_of(one),
        one.url,
        [member for members in people.values() for member in members],
        one.pairing_id,
        by=by,
    )
    journal.record(one, "office.open_round", by=by, units=len(answers))
    return one


@action
def change_round_form(one: Round, *, questions: Sequence[rules.Question], by: Member | None) -> Round:
    """Change what a round asks, also while units are at it.

    Values of questions that stay are kept. A question that was taken out keeps its values, out of the merge. Where a
    new question must be answered, an answer that was on its way up or with the office goes back to its unit with that
    word; accepted values stay accepted.
    """
    shared.check_office(one, "office.change_round_form", by)
    if one.stage != Stage.DRAFT:
        rules.check_is_open(one.number, one.stage)
    rules.check_form(questions, queries.lines_of(one))
    rows.move(one, form_version=one.form_version + 1)
    new = _replace_questions(one, questions)
    asked_anew = [column for column in new if column.is_required]
    back = _send_back(one, asked_anew, by) if one.stage == Stage.OPEN and asked_anew else []
    journal.record(
        one,
        "office.change_round_form",
        by=by,
        questions=len(questions),
        new=[column.code for column in new],
        sent_back=[answer.unit.code for answer in back],
    )
    return one


@action
def extend_round(one: Round, *, due_on: date, by: Member | None) -> Round:
    """Give all units more time, or less; their work moves along."""
    shared.check_office(one, "office.extend_round", by)
    if one.stage != Stage.DRAFT:
        rules.check_is_open(one.number, one.stage)
    before = one.due_on
    rows.move(one, due_on=due_on)
    for answer in one.answers.filter(stage__in=rules.WITH_UNIT):
        climb = ladder.climb_of(answer)
        if climb is not None:
            rows.move(climb, due_on=due_on)
        work.move_due(shared.ANSWER, answer, due_on)
    shared.show(one)
    journal.record(one, "office.extend_round", by=by, before=before)
    return one


@action
def call_off_round(one: Round, *, reason: str, by: Member | None) -> Round:
    """Call a round off: nobody need answer it any more. What was filled in stays to be read."""
    shared.check_office(one, "office.call_off_round", by)
    rules.check_can_call_off(one.number, one.stage)
    rows.move(one, stage=Stage.CALLED_OFF, repeats="")
    drop_work(one, by)
    journal.record(one, "office.call_off_round", by=by, reason=reason.strip())
    return one


@action
def remind_missing(one: Round, *, by: Member | None) -> int:
    """Remind all units that still owe their answer; gives how many people were told now.

    Nobody is told again within the days of the rulebook (``core.remind_again_days``), nor whom the rule reminded today.
    """
    shared.check_office(one, "office.remind_missing", by)
    rules.check_is_open(one.number, one.stage)
    reached = queries.missing(one)
    lately = round_reach.lately(one)
    told = notices.tell(
        reach.reminder_key(round_reach.stem_of(one), clock.today()),
        round_reach.REMINDED,
        gettext_noop("{round} for {period} still waits for your unit; it is due on {due}."),
        shared.facts_of(one),
        one.url,
        [member for row in reached for member in row.members if member.pk not in lately],
        one.pairing_id,
        by=by,
    )
    journal.record(
        one, "office.remind_missing", by=by, units=[row.answer.unit.code for row in reached], told=told
    )
    return told


def sweep(now: datetime) -> int:
    """The tick's part: the next round of each that repeats is opened, units that are missing are reminded."""
    return repeat_rounds(now) + remind_by_rule(clock.local(now).date())


def remind_by_rule(on: date) -> int:
    """Remind units that still owe their answer, on the days that the rulebook names around each due day.

    Each day of the rule is one fact, so this may run as often as it likes; after downtime only the latest is told.
    """
    days: Any = rulebook.value("office.round.reminder_days", on).value
    told = 0
    for one in Round.objects.filter(stage=Stage.OPEN).order_by("pk"):
        offset = rules.reminder_due(one.due_on, days, since=one.opened_on or one.due_on, on=on)
        if offset is not None:
            told += _remind_at(one, offset)
    return told


@action
def _remind_at(one: Round, offset: int) -> int:
    reached = queries.missing(one)
    # Whom somebody reminded since the rule's day has heard of it.
    heard = round_reach.reminded_since(one, one.due_on + timedelta(days=offset))
    told = notices.tell(
        # The due day is part of the fact: a round that got more time is reminded of anew.
        f"office.round:{one.pk}:reminder:{one.due_on}:{offset:+d}",
        "office.round",
        gettext_noop("{round} for {period} still waits for your unit; it is due on {due}.")
        if offset <= 0
        else gettext_noop("{round} for {period} was due on {due}, and your unit has not answered."),
        shared.facts_of(one),
        one.url,
        [member for row in reached for member in row.members if member.pk not in heard],
        one.pairing_id,
    )
    if told:
        units = [row.answer.unit.code for row in reached]
        journal.record(one, "office.remind_missing", by=None, units=units, told=told)
    return told


def repeat_rounds(now: datetime) -> int:
    """Open the next round of each that repeats and whose next period is over."""
    today = clock.local(now).date()
    waiting = Round.objects.filter(stage__in=[Stage.OPEN, Stage.MERGED], followed_by=None)
    opened = 0
    for one in waiting.exclude(repeats="").select_related("pairing", "owner_unit").order_by("pk"):
        while one is not None and rules.opens_on(one.period) <= today:
            following = repeat_round(one, by=None)
            opened += following is not None
            one = following  # type: ignore[assignment]
    return opened


@action
def repeat_round(one: Round, *, by: Member | None) -> Round | None:
    """Open the round of the next period with the same form and the units that are still open; None without any."""
    access.check(by, "office.repeat_round")
    units = [answer.unit for answer in queries.asked_by(one)]
    if not units:
        return None
    period = str(periods.parse(one.period).next())
    codes = {unit.code for unit in units}
    following = draft_round(
        one.pairing,
        name_zh=one.name_zh,
        name_en=one.name_en,
        period=period,
        due_on=rules.next_due(one.period, one.due_on),
        questions=queries.questions_of(one),
        lines=[line for line in queries.lines_of(one) if not line.unit or line.unit in codes],
        units=units,
        repeats=one.repeats,
        about=one.about,
        previous=one,
        is_illustrative=one.is_illustrative,
        office=one.owner_unit,
        by=by,
    )
    return open_round(following, by=by)


# -- helpers -------------------------------------------------------------------------------------------------------


def drop_work(one: Round, by: Member | None) -> None:
    """Nobody need do anything about a round any more."""
    for answer in one.answers.filter(stage__in=rules.WITH_UNIT):
        climb = ladder.climb_of(answer)
        if climb is not None:
            ladder.drop(climb, answer, shared.ANSWER, by=by)
    for answer in one.answers.filter(stage=Answer.CONFIRMED):
        work.drop(shared.REVIEW, answer, by=by)


def _free_number(number: str) -> str:
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        raise BadInput(
            "office.number_form",
            gettext_noop("{number} is no number of a round. Use up to 40 letters, digits, dots and hyphens."),
            number=number,
            field="number",
        )
    if Round.objects.filter(number=number).exists():
        raise BadInput(
            "office.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field="number",
        )
    return number


def _reach(one: Round, units: Sequence[Unit]) -> str:
    """A round that asks units of both sides is read by both; any other starts at the office's side."""
    if not units:
        raise BadInput(
            "office.round_asks_nobody",
            gettext_noop("The round asks no unit. Choose at least one."),
            field="units",
        )
    sides = set(queries.sides_of(one.pairing_id, units).values()) | {one.owner_side}
    return visibility.Reach.BOTH if len(sides) > 1 else visibility.Reach.SIDE


def _write_questions(one: Round, questions: Sequence[rules.Question]) -> None:
    RoundColumn.objects.bulk_create(
        [_column(one, question, rank) for rank, question in enumerate(questions)], batch_size=200
    )


def _column(one: Round, question: rules.Question, rank: int) -> RoundColumn:
    return RoundColumn(
        round=one,
        code=question.code,
        name_zh=question.name_zh.strip(),
        name_en=question.name_en.strip(),
        type=question.type,
        unit=question.unit.strip(),
        is_required=question.is_required,
        least=question.least,
        most=question.most,
        feeds=question.feeds.strip(),
        rank=rank,
        since=one.form_version,
    )


def _write_lines(one: Round, lines: Sequence[rules.Line], units: Sequence[Unit]) -> None:
    by_code = {unit.code: unit for unit in units}
    for line in lines:
        if line.unit and line.unit not in by_code:
            raise BadInput(
                "office.line_of_stranger",
                gettext_noop("The line {code} is for {unit}, which the round does not ask. Ask it too."),
                code=line.code,
                unit=line.unit,
                field="lines",
            )
    # A form without rows has one, so that each cell stands in a column and a line.
    RoundLine.objects.bulk_create(
        [
            RoundLine(
                round=one,
                unit=by_code.get(line.unit),
                code=line.code,
                name_zh=line.name_zh,
                name_en=line.name_en,
                rank=rank,
            )
            for rank, line in enumerate(lines)
        ]
        or [RoundLine(round=one)]
    )


def _write_answers(one: Round, units: Sequence[Unit]) -> None:
    RoundAnswer.objects.bulk_create(
        [RoundAnswer(round=one, pairing_id=one.pairing_id, unit=unit) for unit in units]
    )


def _replace_questions(one: Round, questions: Sequence[rules.Question]) -> list[RoundColumn]:
    """Bring the questions to what is written now; gives those that are new."""
    standing = {column.code: column for column in queries.columns_of(one)}
    new: list[RoundColumn] = []
    kept: list[RoundColumn] = []
    for rank, question in enumerate(questions):
        column = standing.get(question.code)
        fresh = _column(one, question, rank)
        # Another type or unit makes another question: what was given for the first says nothing about it.
        if column is not None and (column.type, column.unit) == (fresh.type, fresh.unit):
            for name in ("name_zh", "name_en", "is_required", "least", "most", "feeds", "rank"):
                setattr(column, name, getattr(fresh, name))
            kept.append(column)
        else:
            new.append(fresh)
    out = [column for column in standing.values() if column not in kept]
    RoundColumn.objects.filter(pk__in=[column.pk for column in out]).update(until=one.form_version)
    RoundColumn.objects.bulk_update(
        kept, ["name_zh", "name_en", "is_required", "least", "most", "feeds", "rank"], batch_size=200
    )
    RoundColumn.objects.bulk_create(new, batch_size=200)
    return new


def _send_back(one: Round, asked: Sequence[RoundColumn], by: Member | None) -> list[RoundAnswer]:
    """Answers that lack what is asked now go back to their units."""
    word = ", ".join(column.name_zh for column in asked)[:200]
    stages = [Answer.IN_UNIT, *rules.WITH_OFFICE]
    back = list(one.answers.filter(stage__in=stages).select_related("unit__organisation"))
    for answer in back:
        answer.round = one
        work.drop(shared.REVIEW, answer, by=by)
        # What the office had not decided yet is for the unit to change again; what it accepted stays.
        rows.move(answer, stage=Answer.RETURNED, confirmed_at=None, accepted_at=None, word=word)
        shared.ask_unit(answer, by)
        journal.record(answer, "office.change_round_form", by=by, asked=[column.code for column in asked])
    people = queries.people_of([answer.unit_id for answer in back])
    notices.tell(
        f"office.round:{one.pk}:form:{one.form_version}",
        "office.round",
        gettext_noop("The form of {round} for {period} has changed: {word} is asked too."),
        shared.facts_of(one) | {"word": word},
        one.url,
        [member for members in people.values() for member in members],
        one.pairing_id,
        by=by,
    )
    return back
