"""Writes of technical problems: posted, shared, answered, an answer accepted, the result recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, notices, replies, rows, search, visibility, work
from shanhai.core.models import Document, Import, Member, Organisation, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.office.actions import papers as papers_of
from shanhai.fields.office.actions import shared as office
from shanhai.fields.office.queries.shared import side_of, unit_on
from shanhai.fields.office.rules.shared import said
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import Activity, TechnicalAnswer, TechnicalProblem
from shanhai.fields.pairing.models.technical import INDUSTRIES
from shanhai.fields.pairing.queries import technical as queries
from shanhai.fields.pairing.rules import technical as rules
from shanhai.kernel.refusals import BadInput, gettext_noop

Stage, Result = rules.TechnicalStage, rules.TechnicalResult
WORK, ANSWER = "pairing.technical_problem", "pairing.technical_answer"
OTHER = {"mountain": "sea", "sea": "mountain"}


@action
def post_technical_problem(
    pairing: Pairing,
    *,
    title_zh: str,
    industry: str,
    title_en: str = "",
    text: str = "",
    asker: Organisation | None = None,
    is_shared: bool = False,
    number: str = "",
    papers: Sequence[Document] = (),
    on_import: Import | None = None,
    by: Member,
) -> TechnicalProblem:
    """Post a technical problem of one's firm or village; a public body may post for one of its side.

    It is shown to both sides when the poster says so: now with ``is_shared``, or later by sharing it.
    """
    access.check(by, "pairing.post_technical_problem", pairing_id=pairing.pk)
    if industry not in INDUSTRIES:
        raise BadInput(
            "pairing.technical_industry",
            gettext_noop("There is no industry {industry}. Take one of: {industries}."),
            industry=industry[:20],
            industries=", ".join(INDUSTRIES),
            field="industry",
        )
    title = office.titles(title_zh, title_en)
    today = clock.today()
    problem = TechnicalProblem(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=office.checked_number(TechnicalProblem, number),
        title_zh=title[0],
        title_en=title[1],
        text=text.strip(),
        industry=industry,
        asker=asker_for(pairing, asker, by),
        asker_unit=by.unit,
        side=shared.side_of(by, pairing.pk) or "",
        posted_on=today,
        shared_on=today if is_shared else None,
    )
    problem.save()
    office.numbered(problem, "JS", today.year)
    told = {"asker": problem.asker.code, **office.origin(on_import)}
    journal.record(problem, "pairing.post_technical_problem", by=by, **told)
    papers_of.hang(problem, papers, is_shared=is_shared, by=by)
    if is_shared:
        _show(problem, by)
    return problem


@action
def share_technical_problem(
    problem: TechnicalProblem, *, on_import: Import | None = None, by: Member | None
) -> TechnicalProblem:
    """Show it to both sides; their firms and experts may answer from now on."""
    access.check(by, "pairing.share_technical_problem", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, Stage.OPEN)
    if problem.shared_on is not None:
        return problem
    rows.move(problem, shared_on=clock.today())
    journal.record(problem, "pairing.share_technical_problem", by=by, **office.origin(on_import))
    _show(problem, by)
    for paper in papers_of.of(problem):
        papers_of.show(paper, is_shared=True, by=by)
    return problem


@action
def unshare_technical_problem(
    problem: TechnicalProblem, *, on_import: Import | None = None, by: Member | None
) -> TechnicalProblem:
    """The undo of sharing, until somebody has answered."""
    access.check(by, "pairing.unshare_technical_problem", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_not_answered(problem.number, problem.answers_n)
    if problem.shared_on is None:
        return problem
    rows.move(problem, shared_on=None)
    journal.record(problem, "pairing.unshare_technical_problem", by=by, **office.origin(on_import))
    papers_of.hide(problem, by=by)
    _hide(problem, by)
    return problem


@replies.climbs("pairing.answer_technical_problem", unit="")
@action
def answer_technical_problem(
    problem: TechnicalProblem,
    *,
    text: str,
    text_en: str = "",
    papers: Sequence[Document] = (),
    by: Member,
) -> TechnicalAnswer:
    """Answer a problem of another, as a firm or expert of either side; the thread keeps every answer.

    Who posted the problem, and both sides, can open the papers of an answer.
    """
    access.check(by, "pairing.answer_technical_problem", pairing_id=problem.pairing_id)
    rules.check_shared(problem.number, problem.shared_on is not None)
    rules.check_technical_stage(problem.number, problem.stage, *rules.TAKES_ANSWERS)
    rules.check_answers_another(problem.number, queries.is_asker(problem, by))
    answer = TechnicalAnswer.objects.create(
        problem=problem,
        organisation=by.unit.organisation,
        member=by,
        side=shared.side_of(by, problem.pairing_id) or "",
        on=clock.today(),
        text=said(text, "text"),
        text_en=text_en.strip(),
    )
    papers_of.hang(answer, papers, is_shared=True, guests=[problem.asker], by=by)
    # Others may answer at the same moment: the count is added to, not set.
    TechnicalProblem.objects.filter(pk=problem.pk).update(
        answers_n=F("answers_n") + 1, version=F("version") + 1
    )
    problem.refresh_from_db()
    journal.record(problem, "pairing.answer_technical_problem", by=by, answer=answer.pk, text=answer.text)
    work.done(WORK, problem, by=by)
    work.done(ANSWER, problem, unit_id=by.unit_id, by=by)
    _tell(
        problem,
        f"answered:{answer.pk}",
        gettext_noop("{by} answered {number} {title}"),
        by=by.unit.organisation.name_zh,
        by_en=by.unit.organisation.name_en,
    )
    return answer


@action
def accept_technical_answer(
    problem: TechnicalProblem, answer: TechnicalAnswer, *, by: Member | None
) -> TechnicalProblem:
    """Take an answer: it is being tried; another one may be taken in its place."""
    access.check(by, "pairing.accept_technical_answer", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, *rules.TAKES_ANSWERS)
    before = problem.accepted_id
    rows.move(problem, stage=Stage.ACCEPTED, accepted=answer, solved_by=answer.side)
    journal.record(problem, "pairing.accept_technical_answer", by=by, answer=answer.pk, before=before)
    if answer.member_id is not None:
        notices.tell(
            f"pairing.technical:{problem.pk}:accepted:{answer.pk}",
            WORK,
            gettext_noop("Your answer to {number} {title} is accepted"),
            facts_of(problem),
            problem.url,
            [answer.member_id],
            problem.pairing_id,
        )
    return problem


@action
def take_back_technical_acceptance(problem: TechnicalProblem, *, by: Member | None) -> TechnicalProblem:
    """Say that the accepted answer did not do; others may still be taken. The undo of accepting."""
    access.check(by, "pairing.take_back_technical_acceptance", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, Stage.ACCEPTED)
    rows.move(problem, stage=Stage.OPEN, accepted=None, solved_by="")
    journal.record(problem, "pairing.take_back_technical_acceptance", by=by)
    return problem


@action
def record_technical_result(
    problem: TechnicalProblem,
    *,
    result: str,
    effect: str,
    rating: int,
    effect_fen: int = 0,
    paper: str = "",
    papers: Sequence[Document] = (),
    activity: Activity | None = None,
    by: Member | None,
) -> TechnicalProblem:
    """Record what came of it: solved, in part or not; the effect in words and money with its paper; and a rating.

    Parameters
    ----------
    papers
        What shows it, the first of them the paper that the result names; whoever reads the problem can open them.
    activity
        The technology matching of this pairing at which problem and answer found each other.
    """
    access.check(by, "pairing.record_technical_result", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, *rules.TAKES_ANSWERS)
    paper = papers_of.named(paper, papers, by)
    has_answer = problem.accepted_id is not None
    rules.check_result(problem.number, Result(result), effect, effect_fen, rating, paper, has_answer)
    if activity is not None:
        rules.check_matching(problem.number, activity.kind, activity.number)
    rows.move(
        problem,
        stage=Stage.CLOSED,
        result=result,
        effect=effect.strip(),
        effect_fen=effect_fen,
        rating=rating,
        paper=paper,
        document=papers[0] if papers else None,
        activity=activity,
        closed_on=clock.today(),
    )
    journal.record(problem, "pairing.record_technical_result", by=by, effect=problem.effect, paper=paper)
    papers_of.hang(problem, papers, is_shared=problem.shared_on is not None, by=by)
    for kind in (WORK, ANSWER):
        work.drop(kind, problem, by=by)
    people = list(problem.answers.exclude(member=None).values_list("member_id", flat=True))
    notices.tell(
        f"pairing.technical:{problem.pk}:closed:{problem.version}",
        WORK,
        gettext_noop("What came of {number} {title} is on record"),
        facts_of(problem),
        problem.url,
        people,
        problem.pairing_id,
    )
    return problem


@action
def withdraw_technical_problem(
    problem: TechnicalProblem, *, reason: str, by: Member | None
) -> TechnicalProblem:
    """Withdraw one's own problem; its answers stay to be read."""
    access.check(by, "pairing.withdraw_technical_problem", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, *rules.TAKES_ANSWERS)
    reason = said(reason, "reason")[:300]
    rows.move(problem, stage=Stage.WITHDRAWN, reason=reason)
    journal.record(problem, "pairing.withdraw_technical_problem", by=by, reason=reason)
    _hide(problem, by)
    return problem


@action
def reopen_technical_problem(
    problem: TechnicalProblem, *, reason: str, by: Member | None
) -> TechnicalProblem:
    """Open a closed or withdrawn problem again: its result is off the record, its answers stand."""
    access.check(by, "pairing.reopen_technical_problem", pairing_id=problem.pairing_id)
    rules.check_asked_here(problem.number, problem.asker.name, queries.is_asker(problem, by))
    rules.check_technical_stage(problem.number, problem.stage, Stage.CLOSED, Stage.WITHDRAWN)
    reason = said(reason, "reason")[:300]
    rows.move(
        problem,
        stage=Stage.ACCEPTED if problem.accepted_id else Stage.OPEN,
        result="",
        effect="",
        effect_en="",
        effect_fen=0,
        rating=None,
        paper="",
        document=None,
        closed_on=None,
        reason="",
    )
    journal.record(problem, "pairing.reopen_technical_problem", by=by, reason=reason)
    if problem.shared_on is not None:
        search.put_many([queries.found_as(problem)])
    search.follow(problem)
    return problem


@action
def write_technical_problem(
    pairing: Pairing,
    *,
    asker_unit: Unit,
    answers: list[dict[str, Any]],
    accepted: int | None,
    by: Member | None,
    **values: Any,
) -> TechnicalProblem:
    """Write a problem of a zone folder as it stood, with its answers; ``accepted`` numbers the one that was taken."""
    access.check(by, "pairing.write_technical_problem")
    if accepted:
        rules.check_accepted(values["number"], accepted, len(answers))
    problem = TechnicalProblem.objects.create(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        asker_unit=asker_unit,
        answers_n=len(answers),
        **values,
    )
    made = [TechnicalAnswer.objects.create(problem=problem, **answer) for answer in answers]
    if accepted:
        taken = made[accepted - 1]
        rows.move(problem, accepted=taken, solved_by=taken.side)
    journal.record(problem, "pairing.write_technical_problem", by=by)
    if problem.shared_on is not None and problem.stage != Stage.WITHDRAWN:
        search.put_many([queries.found_as(problem)])
    if problem.shared_on is not None and problem.stage == Stage.OPEN and not answers:
        _ask_office(problem, by)
    return problem


# -- helpers -------------------------------------------------------------------------------------------------------


def asker_for(pairing: Pairing, asker: Organisation | None, by: Member) -> Organisation:
    """One's own firm or village; for a public body, the one of its side that it posts for.

    Raises
    ------
    BadInput
        ``pairing.technical_asker``
    """
    own = by.unit.organisation
    posts = {*visibility.FIRMS, "village"}
    found = asker or own
    side = side_of(pairing.pk, found.pk)
    is_own = found.pk == own.pk
    may = is_own or (own.kind not in posts and side == shared.side_of(by, pairing.pk))
    if found.kind not in posts or not may:
        raise BadInput(
            "pairing.technical_asker",
            gettext_noop(
                "{asker} cannot post here. Name a firm or village of your side whose problem it is."
            ),
            asker=found.name,
            field="asker",
        )
    return found


def _show(problem: TechnicalProblem, by: Member | None) -> None:
    search.put_many([queries.found_as(problem)])
    _ask_office(problem, by)


def _hide(problem: TechnicalProblem, by: Member | None) -> None:
    search.drop("pairing.technicalproblem", problem.pk)
    search.follow(problem)
    for kind in (WORK, ANSWER):
        work.drop(kind, problem, by=by)


def _ask_office(problem: TechnicalProblem, by: Member | None) -> None:
    """The office of the other side looks for a firm or expert who can answer."""
    unit = unit_on(problem.pairing_id, OTHER.get(problem.side, ""), "office")
    if unit is not None:
        what = gettext_noop("Find who can answer {number} {title}")
        work.open_item(WORK, problem, unit, what, facts_of(problem), problem.url, by=by)


def _tell(problem: TechnicalProblem, key: str, what: str, **facts: str) -> None:
    people = shared.people_of(problem.asker_unit)
    notices.tell(
        f"pairing.technical:{problem.pk}:{key}",
        WORK,
        what,
        facts_of(problem) | facts,
        problem.url,
        people,
        problem.pairing_id,
    )


def facts_of(problem: TechnicalProblem) -> dict[str, str]:
    """What sentences about a technical problem name."""
    return {"number": problem.number, "title": problem.title_zh, "title_en": problem.title_en}
