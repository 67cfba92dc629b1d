"""Writes of problems: raised, climbing, asked back, answered, rated, opened again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shanhai.core import access, clock, journal, notices, records, replies, rows, search, visibility, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.core.models.visibility import Visible
from shanhai.core.writing import action
from shanhai.fields.office.actions import shared
from shanhai.fields.office.models import Problem, ProblemStep
from shanhai.fields.office.queries import problems as queries
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import problems as rules
from shanhai.fields.office.rules.shared import check_field, said
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage, Level, What = rules.Stage, rules.Level, ProblemStep.What
Reach = Visible.Reach
WORK, QUESTION, ANSWER = "office.problem", "office.problem_question", "office.problem_answer"


@action
def raise_problem(
    pairing: Pairing,
    *,
    title_zh: str,
    title_en: str = "",
    text: str = "",
    field: str = "partnership",
    unit: Unit | None = None,
    record: Any = None,
    asker: Organisation | None = None,
    is_shared: bool = False,
    number: str = "",
    by: Member,
) -> Problem:
    """Bring a problem before the unit that can answer it, or before the office where no unit is named.

    Parameters
    ----------
    unit
        Who shall answer; a unit of the other side needs ``is_shared``, since that side could not read it otherwise.
    record
        The record that it is about.
    asker
        The firm or village for which a public body asks; else one's own organisation.
    """
    access.check(by, "office.raise_problem", pairing_id=pairing.pk)
    check_field(field)
    title_zh, title_en = shared.titles(title_zh, title_en)
    asker = _asker(pairing, asker, by)
    own_side = access.standing(by).side_in(pairing.pk) or ""
    unit, side, level = _first_unit(pairing, unit, own_side)
    if side != own_side and not is_shared:
        raise NotNow(
            "office.problem_not_shared",
            gettext_noop(
                "{unit} is on the other side. Share the problem with both sides, or name a unit of yours."
            ),
            unit=unit.name,
            field="is_shared",
        )
    if record is not None:
        records.check(by, record)
    today = clock.today()
    problem = Problem(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(Problem, number),
        field=field,
        title_zh=title_zh,
        title_en=title_en,
        text=text.strip(),
        asker=asker,
        asker_unit=by.unit,
        record_kind=record._meta.label_lower if record is not None else "",
        record_id=record.pk if record is not None else None,
        side=side,
        unit=unit,
        level=level,
        since_on=today,
        raised_on=today,
        reach=Reach.BOTH if is_shared else Reach.SIDE,
    )
    visibility.own(problem, by)
    problem.save()
    shared.numbered(problem, "WT", today.year)
    visibility.place(problem, problem.raised_on)
    shared.findable(queries.found_as(problem))
    journal.record(problem, "office.raise_problem", by=by, asker=asker.code)
    _step(problem, What.RAISED, by)
    _put_on_list(problem, by)
    return problem


@replies.climbs("office.answer_problem")
@action
def answer_problem(problem: Problem, *, text: str, text_en: str = "", by: Member | None) -> Problem:
    """Answer a problem; the asker is asked to rate the answer."""
    access.check(by, "office.answer_problem", pairing_id=problem.pairing_id)
    rules.check_waits(problem.number, problem.stage)
    rules.check_has_it(problem.number, problem.unit.name, queries.has_it(problem, by))
    text, today = said(text, "text"), clock.today()
    rows.move(
        problem,
        stage=Stage.ANSWERED,
        answer=text,
        answer_en=text_en.strip(),
        answered_on=today,
        answer_days=queries.waited_days(problem, today),
        used_days=problem.used_days + calendar().count(problem.since_on, today),
        since_on=today,
    )
    journal.record(problem, "office.answer_problem", by=by, text=text)
    _step(problem, What.ANSWERED, by, text, text_en.strip())
    work.done(WORK, problem, by=by)
    _tell_asker(problem, ANSWER, gettext_noop("Rate the answer to {number} {title}"), by)
    return problem


@action
def take_back_answer(problem: Problem, *, by: Member | None) -> Problem:
    """Take an answer back that nobody has rated: the undo of answering."""
    access.check(by, "office.take_back_answer", pairing_id=problem.pairing_id)
    if problem.stage != Stage.ANSWERED:
        raise NotNow(
            "office.answer_stands",
            gettext_noop("There is no unrated answer to {number} to take back. Write a note instead."),
            number=problem.number,
        )
    rules.check_has_it(problem.number, problem.unit.name, queries.has_it(problem, by))
    _open_again(problem, What.REOPENED, "office.take_back_answer", "", by)
    return problem


@action
def ask_back(problem: Problem, *, question: str, by: Member | None) -> Problem:
    """Ask the asker something; until they reply, the days of the level stand still."""
    access.check(by, "office.ask_back", pairing_id=problem.pairing_id)
    rules.check_waits(problem.number, problem.stage)
    rules.check_has_it(problem.number, problem.unit.name, queries.has_it(problem, by))
    question, today = said(question, "question"), clock.today()
    used = problem.used_days + calendar().count(problem.since_on, today)
    rows.move(problem, stage=Stage.ASKED_BACK, used_days=used, since_on=today)
    journal.record(problem, "office.ask_back", by=by, question=question)
    _step(problem, What.ASKED_BACK, by, question)
    work.drop(WORK, problem, by=by)
    _tell_asker(problem, QUESTION, gettext_noop("Reply to the question about {number} {title}"), by)
    return problem


@action
def reply_to_question(problem: Problem, *, text: str, by: Member | None) -> Problem:
    """Reply to a question; the days of the level run on."""
    access.check(by, "office.reply_to_question", pairing_id=problem.pairing_id)
    rules.check_asked_back(problem.number, problem.stage)
    rules.check_asked(problem.number, problem.asker.name, queries.is_asker(problem, by))
    text, today = said(text, "text"), clock.today()
    stood_still = calendar().count(problem.since_on, today)
    rows.move(
        problem, stage=Stage.OPEN, since_on=today, asked_back_days=problem.asked_back_days + stood_still
    )
    journal.record(problem, "office.reply_to_question", by=by, text=text)
    _step(problem, What.REPLIED, by, text)
    work.done(QUESTION, problem, by=by)
    _put_on_list(problem, by)
    return problem


@action
def rate_answer(problem: Problem, *, rating: int, word: str = "", by: Member | None) -> Problem:
    """Say with one to five, and a word, how well the answer solved it; may be changed later."""
    access.check(by, "office.rate_answer", pairing_id=problem.pairing_id)
    rules.check_can_rate(problem.number, problem.stage, rating)
    rules.check_asked(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rows.move(problem, stage=Stage.RATED, rating=rating, rating_word=word.strip()[:300])
    journal.record(problem, "office.rate_answer", by=by, word=word.strip()[:300])
    _step(problem, What.RATED, by, word.strip())
    work.done(ANSWER, problem, by=by)
    return problem


@action
def reopen_problem(problem: Problem, *, reason: str, by: Member | None) -> Problem:
    """Open a problem again that the answer did not solve; it begins anew at the level that answered."""
    access.check(by, "office.reopen_problem", pairing_id=problem.pairing_id)
    rules.check_can_reopen(problem.number, problem.stage)
    rules.check_asked(problem.number, problem.asker.name, queries.is_asker(problem, by))
    _open_again(problem, What.REOPENED, "office.reopen_problem", said(reason, "reason"), by)
    return problem


@action
def withdraw_problem(problem: Problem, *, by: Member | None) -> Problem:
    """Withdraw a problem that nobody has answered: the undo of raising it."""
    access.check(by, "office.withdraw_problem", pairing_id=problem.pairing_id)
    rules.check_can_withdraw(problem.number, problem.stage)
    rules.check_asked(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rows.move(problem, stage=Stage.WITHDRAWN)
    journal.record(problem, "office.withdraw_problem", by=by)
    _step(problem, What.WITHDRAWN, by)
    for kind in (WORK, QUESTION, ANSWER):
        work.drop(kind, problem, by=by)
    search.drop("office.problem", problem.pk)
    return problem


@action
def climb_problem(problem: Problem, *, to: str, since_on: date, by: Member | None) -> Problem:
    """Move a problem up a level, because the days of its level are over: its unit, its work item and notices go along."""
    access.check(by, "office.climb_problem", pairing_id=problem.pairing_id)
    unit = queries.unit_for(problem, to)
    if unit is None:
        return problem
    before, left = problem.level, problem.unit
    work.drop(WORK, problem, by=by)
    rows.move(problem, level=to, unit=unit, since_on=since_on, used_days=0)
    journal.record(problem, "office.climb_problem", by=by, before=before, on=since_on)
    _step(problem, What.CLIMBED, by, on=since_on)
    _put_on_list(problem, by)
    notices.tell(
        f"office.problem:{problem.pk}:{to}:{since_on}",
        WORK,
        gettext_noop("Without an answer, {number} {title} is now with {unit}"),
        shared.facts_of(problem),
        problem.url,
        named.people_of(unit, left, problem.asker_unit_id),
        problem.pairing_id,
    )
    return problem


def sweep(now: datetime) -> int:
    """Let what has waited too long climb; a second run finds nothing left to do."""
    today, moved = clock.local(now).date(), 0
    for problem in queries.waiting():
        days = queries.days_of(problem.pairing, problem.raised_on)
        if problem.level in days:
            days[problem.level] = max(0, days[problem.level] - problem.used_days)
        steps = rules.climbs(
            problem.level,
            problem.since_on,
            days,
            today,
            calendar().add,
            lambda level, one=problem: queries.unit_for(one, level) is not None,  # type: ignore[misc]
        )
        for step in steps:
            climb_problem(problem, to=step.level, since_on=step.since_on, by=None)
        moved += len(steps)
    return moved


# -- the example zone ----------------------------------------------------------------------------------------------


@action
def write_problem(
    pairing: Pairing,
    *,
    number: str,
    asker: Organisation,
    asker_unit: Unit,
    unit: Unit,
    raised_on: date,
    steps: list[dict[str, Any]],
    by: Member | None,
    **values: Any,
) -> Problem:
    """Write a problem of a zone folder as it stood, with the steps that it went through."""
    access.check(by, "office.write_problem")
    problem = Problem(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(Problem, number),
        asker=asker,
        asker_unit=asker_unit,
        unit=unit,
        side=named.side_of(pairing.pk, unit.organisation_id),
        raised_on=raised_on,
        owner_unit=asker_unit,
        owner_side=named.side_of(pairing.pk, asker_unit.organisation_id),
        **values,
    )
    problem.save()
    for step in steps:
        ProblemStep.objects.create(problem=problem, **step)
    visibility.place(problem, raised_on)
    shared.findable(queries.found_as(problem))
    journal.record(problem, "office.write_problem", by=by)
    if problem.stage == Stage.OPEN:
        _put_on_list(problem, by)
    elif problem.stage == Stage.ASKED_BACK:
        _tell_asker(problem, QUESTION, gettext_noop("Reply to the question about {number} {title}"), by)
    elif problem.stage == Stage.ANSWERED:
        _tell_asker(problem, ANSWER, gettext_noop("Rate the answer to {number} {title}"), by)
    return problem


# -- helpers -------------------------------------------------------------------------------------------------------


def _asker(pairing: Pairing, asker: Organisation | None, by: Member) -> Organisation:
    own = by.unit.organisation
    if asker is None or asker.pk == own.pk:
        return own
    if own.kind in visibility.FIRMS:
        raise BadInput(
            "office.problem_for_another",
            gettext_noop("A firm raises its own problems, not those of {asker}. Leave the asker out."),
            asker=asker.name,
            field="asker",
        )
    own_side = access.standing(by).side_in(pairing.pk)
    if named.side_of(pairing.pk, asker.pk) != own_side:
        raise BadInput(
            "office.problem_asker_elsewhere",
            gettext_noop("{asker} has no seat on your side. Name a firm or village of your side."),
            asker=asker.name,
            field="asker",
        )
    return asker


def _first_unit(pairing: Pairing, unit: Unit | None, own_side: str) -> tuple[Unit, str, rules.Level]:
    """Who has it at first, on which side, at which level."""
    if unit is not None:
        side = named.side_of(pairing.pk, unit.organisation_id)
        if not side:
            raise BadInput(
                "office.problem_unit_elsewhere",
                gettext_noop("{unit} has no seat in this pairing. Name a unit that works in it."),
                unit=unit.name,
                field="unit",
            )
        return unit, side, Level.HANDLER
    office = named.unit_on(pairing.pk, own_side, "office")
    if office is None:
        raise NotNow(
            "office.no_office",
            gettext_noop("Your side has no cooperation office here yet. Name the unit that shall answer."),
            field="unit",
        )
    return office, own_side, Level.OFFICE


def _open_again(problem: Problem, what: str, verb: str, reason: str, by: Member | None) -> None:
    today = clock.today()
    rows.move(
        problem,
        stage=Stage.OPEN,
        since_on=today,
        used_days=0,
        answered_on=None,
        answer_days=None,
        rating=None,
        rating_word="",
    )
    journal.record(problem, verb, by=by, reason=reason)
    _step(problem, what, by, reason)
    work.drop(ANSWER, problem, by=by)
    shared.findable(queries.found_as(problem))
    _put_on_list(problem, by)


def _step(
    problem: Problem, what: str, by: Member | None, text: str = "", text_en: str = "", on: date | None = None
) -> None:
    ProblemStep.objects.create(
        problem=problem,
        what=what,
        on=on or clock.today(),
        level=problem.level,
        unit=problem.unit,
        member=by,
        text=text,
        text_en=text_en,
    )


def _put_on_list(problem: Problem, by: Member | None) -> None:
    """It waits for the unit that has it; before the joint meeting, for the offices of both sides that see it."""
    days = queries.days_left_of_level(problem)
    due = work.WorkingDays(problem.since_on, days) if days is not None else None
    if problem.level == Level.MEETING:
        what = gettext_noop("Bring {number} before the joint meeting: {title}")
    else:
        what = gettext_noop("Answer {number} {title}")
    units = {problem.unit_id}
    if problem.level == Level.MEETING and problem.reach in (Reach.BOTH, Reach.PUBLIC):
        offices = [named.unit_on(problem.pairing_id, side, "office") for side in ("mountain", "sea")]
        units |= {office.pk for office in offices if office is not None}
    for unit_id in sorted(units):
        work.open_item(WORK, problem, unit_id, what, shared.facts_of(problem), problem.url, due, by=by)


def _tell_asker(problem: Problem, kind: str, what: str, by: Member | None) -> None:
    if problem.asker_unit_id is not None:
        work.open_item(
            kind, problem, problem.asker_unit_id, what, shared.facts_of(problem), problem.url, by=by
        )
