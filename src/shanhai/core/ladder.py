"""The ladder of a unit: who has a paper now, who may pass it on, and where a returned paper goes.

A field puts a paper on (``start``) and moves it (``pass_on``, ``return_down``) within its own actions, whose journal
entries are the record of it; the history of steps stands with the paper. The work item follows the present step and
keeps the unit's due day: the clock runs throughout.

Who may take a step
-------------------
A member of the unit with the role of the step (handler, checker, signer), or whoever stands in for such a member today:
then the history says "X for Y". Where nobody of the unit has the role, every member of the unit may take the step, so
that no paper is stuck in a small unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from shanhai.core import clock, rows, work
from shanhai.core.models import Climb, ClimbStep, Deputy, Member, RoleGrant, Unit
from shanhai.core.names import called
from shanhai.core.queries.work import ROLES_OF_STEPS
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, gettext_noop

STEPS = ("handle", "check", "sign")

Stage = Climb.Stage
Decision = ClimbStep.Decision


@dataclass(frozen=True, slots=True)
class Paper:
    """How a paper shows on lists of work: its kind, the sentence of each step, facts and address."""

    kind: str
    what: Mapping[str, str]
    facts: dict[str, Any]
    url: str


class OnStep(Protocol):
    """What is on a step of a unit: a climb, or a row of a field that keeps its own step."""

    unit: Any
    unit_id: Any
    step: Any


def climb_of(subject: models.Model, unit: Unit | None = None) -> Climb | None:
    """The ladder that a record is on or was on, in one unit where more than one may have it."""
    found = Climb.objects.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)
    if unit is not None:
        found = found.filter(unit=unit)
    return found.select_related("unit__organisation", "written_by").first()


def start(
    subject: models.Model,
    unit: Unit,
    paper: Paper,
    *,
    due_on: date | None,
    step: str = "",
    by: Member | None,
) -> Climb:
    """Put a paper on the first step of a unit; one that was there before begins again and keeps its history.

    ``step`` is where a paper that is loaded stands already.
    """
    climb = begin(subject, climb_of(subject), unit, unit.steps, step=step, due_on=due_on)
    _ask(climb, subject, paper, by)
    return climb


def begin(
    subject: models.Model,
    before: Climb | None,
    unit: Unit,
    steps: Sequence[str],
    *,
    step: str = "",
    due_on: date | None,
    **more: Any,
) -> Climb:
    """The row of a paper that begins to climb, anew where it did ``before``."""
    begun = {"unit": unit, "steps": " ".join(steps), "step": step if step in steps else steps[0]}
    begun |= {"stage": Stage.CLIMBING, "due_on": due_on, "done_at": None, **more}
    if before is not None:
        rows.move(before, **begun)
        return before
    try:
        with transaction.atomic():
            return Climb.objects.create(
                subject_kind=subject._meta.label_lower, subject_id=subject.pk, started_at=clock.now(), **begun
            )
    except IntegrityError:
        raise ChangedMeanwhile(
            "core.ladder_begun",
            gettext_noop("Somebody of {unit} has put this on its ladder just now. Look at it again."),
            unit=called(unit),
        ) from None


def pass_on(climb: Climb, subject: models.Model, paper: Paper, *, word: str = "", by: Member | None) -> bool:
    """Pass a paper to the next step; gives whether that was the last one.

    Raises
    ------
    NotNow
        ``core.ladder_over``: the paper is on no step any more.
    NotAllowed
        ``core.ladder_step``: it is not this member's step.
    """
    _check_climbing(climb)
    for_member = check_may_take(climb, by)
    _note(climb, Decision.PASSED, word, by, for_member)
    ladder = climb.ladder
    here = ladder.index(climb.step)
    if here + 1 < len(ladder):
        rows.move(climb, step=ladder[here + 1])
        _ask(climb, subject, paper, by)
        return False
    rows.move(climb, stage=Stage.DONE, done_at=clock.now())
    work.done(paper.kind, subject, unit_id=climb.unit_id, by=by)
    return True


def return_down(climb: Climb, subject: models.Model, paper: Paper, *, word: str, by: Member | None) -> Climb:
    """Return a paper to the step below, with a word that says why.

    Raises
    ------
    NotNow
        ``core.ladder_over``, or ``core.ladder_bottom``: there is no step below.
    BadInput
        ``core.ladder_no_word``: nothing says why.
    """
    _check_climbing(climb)
    here = climb.ladder.index(climb.step)
    if here == 0:
        raise NotNow(
            "core.ladder_bottom",
            gettext_noop("The paper is on the lowest step of the unit. Correct it there, then pass it on."),
        )
    if not word.strip():
        raise BadInput(
            "core.ladder_no_word",
            gettext_noop("Say in a word why the paper goes back, so that it can be put right."),
            field="word",
        )
    for_member = check_may_take(climb, by)
    _note(climb, Decision.RETURNED, word, by, for_member)
    rows.move(climb, step=climb.ladder[here - 1])
    _ask(climb, subject, paper, by)
    return climb


def take_back(climb: Climb, subject: models.Model, paper: Paper, *, by: Member | None) -> Climb:
    """Take back what one decided last, while nobody has decided since: the paper is where it was.

    Raises
    ------
    NotNow
        ``core.ladder_over``, or ``core.ladder_decided``: the latest decision is another's.
    """
    _check_climbing(climb)
    last = climb.decisions.order_by("pk").last()
    if last is None or last.decision == Decision.TAKEN_BACK or (by is not None and last.member_id != by.pk):
        raise NotNow(
            "core.ladder_decided",
            gettext_noop(
                "You have nothing to take back here: somebody else has the paper. Ask them to return it."
            ),
        )
    rows.move(climb, step=last.step)
    _note(climb, Decision.TAKEN_BACK, "", by, last.for_member)
    _ask(climb, subject, paper, by)
    return climb


def stand(
    climb: Climb,
    subject: models.Model,
    paper: Paper,
    decisions: Sequence[Mapping[str, Any]],
    *,
    by: Member | None,
) -> None:
    """Let a paper that is loaded stand where it stood, with what was decided on its way."""
    ClimbStep.objects.bulk_create([ClimbStep(climb=climb, **one) for one in decisions])
    _ask(climb, subject, paper, by)


def drop(climb: Climb, subject: models.Model, kind: str, *, by: Member | None) -> None:
    """Take a paper off the ladder, because it need not be answered any more."""
    if climb.stage == Stage.CLIMBING:
        rows.move(climb, stage=Stage.DROPPED, done_at=clock.now())
    work.drop(kind, subject, by=by)


def may_take(climb: Climb, member: Member | None) -> bool:
    """Whether the present step is this member's; decides which buttons a page offers."""
    if climb.stage != Stage.CLIMBING:
        return False
    try:
        check_may_take(climb, member)
    except NotAllowed:
        return False
    return True


def check_may_take(climb: OnStep, by: Member | None) -> Member | None:
    """Refuse whose step it is not; gives the member whom a deputy stands in for, else None."""
    if by is None:
        return None
    holders = holders_of(climb.unit_id, climb.step)
    if by.pk in holders or (not holders and by.unit_id == climb.unit_id):
        return None
    found = _stood_in_for(by, climb, holders)
    if found is None:
        raise NotAllowed(
            "core.ladder_step",
            gettext_noop(
                "The paper is with {holders} in {unit} now. Ask them, or stand in for one of them as a deputy."
            ),
            unit=called(climb.unit),
            holders="、".join(sorted(one.name for one in holders.values())) or called(climb.unit),
        )
    return found


def holders_of(unit_id: int, step: str) -> dict[int, Member]:
    """The members of a unit with the role of a step today."""
    day = clock.today()
    grants = RoleGrant.objects.filter(
        Q(to_on=None) | Q(to_on__gte=day),
        role=ROLES_OF_STEPS[step],
        from_on__lte=day,
        member__unit_id=unit_id,
        member__is_active=True,
    )
    return {grant.member_id: grant.member for grant in grants.select_related("member")}


def _stood_in_for(by: Member, climb: OnStep, holders: Mapping[int, Member]) -> Member | None:
    day = clock.today()
    standing_in = Deputy.objects.filter(deputy=by, from_on__lte=day, ended_on=None).exclude(to_on__lt=day)
    for one in standing_in.select_related("member").order_by("pk"):
        if one.member_id in holders or (not holders and one.member.unit_id == climb.unit_id):
            return one.member
    return None


def _ask(climb: Climb, subject: models.Model, paper: Paper, by: Member | None) -> None:
    """Put the present step on the list of who has it: one's own where one alone has the role, else the unit's.

    A reply that came back is its writer's again. What waits keeps its due day, for a reply counted as it was.
    """
    holders = holders_of(climb.unit_id, climb.step)
    alone = next(iter(holders.values())) if len(holders) == 1 else None
    is_above = bool(climb.reply) and climb.step != climb.ladder[0]
    if climb.reply and not is_above:
        alone = climb.written_by
    due: Any = work.due_of(paper.kind, subject, climb.unit_id) if climb.reply else None
    item = work.open_item(
        paper.kind,
        subject,
        climb.unit_id,
        paper.what[climb.step],
        paper.facts,
        paper.url,
        due or climb.due_on,
        alone,
        step=climb.step if is_above else "",
        by=by,
    )
    keeps = {*holders, alone.pk if alone is not None else None, None}
    if holders and item.member_id not in keeps:
        work.let_go(item)


def _check_climbing(climb: Climb) -> None:
    if climb.stage != Stage.CLIMBING:
        raise NotNow(
            "core.ladder_over",
            gettext_noop("The paper is on no step of {unit} any more. Look at it again."),
            unit=called(climb.unit),
        )


def _note(climb: Climb, decision: str, word: str, by: Member | None, for_member: Member | None) -> None:
    ClimbStep.objects.create(
        climb=climb,
        step=climb.step,
        decision=decision,
        word=word.strip()[:300],
        member=by,
        for_member=for_member,
        at=clock.now(),
    )
