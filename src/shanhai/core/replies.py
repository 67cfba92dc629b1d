"""What a unit sends out in its own name: whoever handles it prepares it, it climbs the unit's ladder, the last step sends.

A field marks the action that sends with ``climbs`` and signs a ``signs.Reply`` in. Called by a member of a unit with
steps above the first, the action is not done but prepared: what it was given is kept on the climb, passed on, and done
at the last step in the name of whoever takes that. So every door of the action climbs, and a field writes no second
copy of it. What the last step would refuse is refused when it is prepared: the action is done and undone.

Whose ladder, and which steps
-----------------------------
The ladder is that of the unit for which the member acts: the one that has the work, where they belong to it or stand in
for one of its people, else their own. A step above the first that nobody in the unit has the role for is passed over,
and whoever holds several steps in a row takes them at once: a unit of one step acts in one go.

When the work of the record is done or dropped, replies to it are moot and come off their ladders (``core.work``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NoReturn, TypeVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shanhai.core import access, journal, ladder, notices, records, signs, work
from shanhai.core.models import Climb, ClimbStep, Document, Member, Unit
from shanhai.core.queries.work import deputies_of_today, speaks_for
from shanhai.core.signs import Reply
from shanhai.core.writing import action
from shanhai.kernel.refusals import ChangedMeanwhile, NotNow, gettext_noop

F = TypeVar("F", bound=Callable[..., Any])
Stage = Climb.Stage
# Arguments of actions that are filed papers; the climb keeps their keys.
PAPERS = ("papers", "evidence")


def climbs(code: str, unit: str = "unit") -> Callable[[F], F]:
    """Mark an action as one that a unit does in its own name; it gives the climb when it was prepared and not done.

    Parameters
    ----------
    code
        Of the ``signs.Reply``.
    unit
        The attribute of the record that holds the unit that has the work; empty where it is each one's own.
    """

    def mark(function: F) -> F:
        @wraps(function)
        def run(subject: Any, *, by: Member | None, **given: Any) -> Any:
            acts_for = unit_for(getattr(subject, unit) if unit else None, by)
            if acts_for is None or len(steps_of(acts_for, by)) < 2:
                return function(subject, by=by, **given)
            return _prepare(signs.replies[code], function, subject, acts_for, given, by)

        run.at_once = function  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return mark


def unit_for(unit: Unit | None, by: Member | None) -> Unit | None:
    """For which unit a member acts on a record that ``unit`` has; None for the system, which has no ladder."""
    if by is None:
        return None
    if unit is not None and speaks_for(by, unit.pk):
        return unit
    return by.unit


def steps_of(unit: Unit, by: Member | None) -> list[str]:
    """The steps that a reply of a member climbs: the first, and those above it that somebody has and they do not.

    Steps that the member takes at once with the first are left out at the lower end.
    """
    first, *above = unit.steps
    held = [step for step in above if ladder.holders_of(unit.pk, step)]
    if by is not None and _may_write(unit, by):
        while held and _holds(unit, held[0], by):
            held = held[1:]
    return [first, *held]


# -- moving ----------------------------------------------------------------------------------------------------------


@action
def _prepare(
    reply: Reply,
    function: Callable[..., Any],
    subject: Any,
    unit: Unit,
    given: Mapping[str, Any],
    by: Member | None,
) -> Climb:
    """Keep a reply on the ladder of a unit and pass it on to the next step.

    Raises
    ------
    NotNow
        ``core.reply_on_its_way``: another one stands above the first step already.
    NotAllowed
        ``core.ladder_step``: preparing is for others of the unit.
    """
    _try(function, subject, by=by, **given)
    climb = ladder.climb_of(subject, unit)
    if climb is not None and climb.stage == Stage.CLIMBING and climb.step != climb.ladder[0]:
        raise NotNow(
            "core.reply_on_its_way",
            gettext_noop(
                "A reply of {unit} is with {people} already. Ask them to pass it on or return it, or take it back."
            ),
            unit=str(unit),
            people=holders(climb),
        )
    kept: dict[str, Any] = {"reply": reply.code, "given": _packed(given), "written_by": by}
    due: Any = work.due_of(reply.kind, subject, unit.pk)
    day = due.due_on() if isinstance(due, work.WorkingDays) else due
    first, *above = unit.steps
    steps = [first, *(step for step in above if ladder.holders_of(unit.pk, step))]
    climb = ladder.begin(subject, climb, unit, steps, due_on=day, **kept)
    _record(climb, subject, "core.prepare_reply", by, step=climb.step)
    _pass(climb, subject, paper_of(climb, subject), "", by)
    return climb


class _Undone(Exception):
    """Nothing speaks against doing it, so it is taken back."""


def _try(function: Callable[..., Any], subject: Any, **given: Any) -> None:
    """Refuse now what the last step would refuse."""

    @action
    def undo(subject: Any) -> NoReturn:
        function(subject, **given)
        raise _Undone

    try:
        undo(subject)
    except _Undone:
        return


@action
def pass_reply(climb: Climb, *, step: str = "", word: str = "", by: Member | None) -> bool:
    """Pass a prepared reply on; gives whether it went out, because that was the last step.

    Parameters
    ----------
    step
        The step on which the caller saw it: of two who pass the same step at once, the second is told.

    Raises
    ------
    ChangedMeanwhile
        ``core.reply_moved``
    NotNow, NotAllowed
        ``core.ladder_over``, ``core.ladder_step``; and what the action refuses that sends it out.
    """
    access.check(by, "core.pass_reply")
    subject = subject_of(climb)
    _check_seen(climb, step)
    is_last = _pass(climb, subject, paper_of(climb, subject), word, by)
    if is_last:
        sends = signs.call(signs.replies[climb.reply].run).at_once  # type: ignore[attr-defined]
        sends(subject, by=by, **_unpacked(climb.given))
    return is_last


@action
def return_reply(climb: Climb, *, step: str = "", word: str, by: Member | None) -> Climb:
    """Return a prepared reply to the step below, with a word; at the first its writer corrects it."""
    access.check(by, "core.return_reply")
    subject = subject_of(climb)
    _check_seen(climb, step)
    at = climb.step
    paper = paper_of(climb, subject, word)
    ladder.return_down(climb, subject, paper, word=word, by=by)
    _record(climb, subject, "core.return_reply", by, step=at, word=word.strip())
    if climb.step == climb.ladder[0] and climb.written_by is not None:
        notices.tell(
            f"core.climb:{climb.pk}:returned:{climb.version}",
            "core.reply",
            gettext_noop("What you prepared came back: {word}"),
            {"word": word.strip()[:300]},
            paper.url,
            [climb.written_by],
            work.pairing_of(subject),
            by=by,
        )
    return climb


@action
def take_back_reply(climb: Climb, *, by: Member | None) -> Climb:
    """Take back what one passed on or returned last, while nobody has decided since."""
    access.check(by, "core.take_back_reply")
    subject = subject_of(climb)
    ladder.take_back(climb, subject, paper_of(climb, subject), by=by)
    _record(climb, subject, "core.take_back_reply", by, step=climb.step)
    return climb


@action
def write_reply(
    subject: Any,
    *,
    reply: str,
    unit: Unit,
    steps: str,
    step: str,
    given: Mapping[str, Any],
    written_by: Member | None,
    decisions: Sequence[Mapping[str, Any]],
    by: Member | None,
) -> Climb:
    """Write a reply of a zone folder as it stood, with what was decided on its way."""
    access.check(by, "core.write_reply")
    due: Any = work.due_of(signs.replies[reply].kind, subject, unit.pk)
    day = due.due_on() if isinstance(due, work.WorkingDays) else due
    kept: dict[str, Any] = {"reply": reply, "given": _packed(given), "written_by": written_by}
    before = ladder.climb_of(subject, unit)
    climb = ladder.begin(subject, before, unit, steps.split(), step=step, due_on=day, **kept)
    ladder.stand(climb, subject, paper_of(climb, subject, _word_of(decisions)), decisions, by=by)
    _record(climb, subject, "core.write_reply", by, step=step)
    return climb


def _word_of(decisions: Sequence[Mapping[str, Any]]) -> str:
    return str(decisions[-1]["word"]) if decisions else ""


def _pass(climb: Climb, subject: Any, paper: ladder.Paper, word: str, by: Member | None) -> bool:
    """Pass a reply on, over all steps in a row that its holder holds; gives whether the last was among them."""
    while True:
        at = climb.step
        is_last = ladder.pass_on(climb, subject, paper, word=word, by=by)
        _record(climb, subject, "core.pass_reply", by, step=at, word=word.strip())
        word = ""
        if is_last or not _holds(climb.unit, climb.step, by):
            return is_last


def _check_seen(climb: Climb, step: str) -> None:
    if step and step != climb.step:
        raise ChangedMeanwhile(
            "core.reply_moved",
            gettext_noop("Somebody else has moved this reply since you opened it. Look at it again."),
            step=climb.step,
        )


def _record(climb: Climb, subject: Any, verb: str, by: Member | None, **facts: Any) -> None:
    """Each step stands on the unit: how it comes to what it sends out is not the asker's business."""
    last = climb.decisions.select_related("for_member").order_by("pk").last()
    if verb != "core.prepare_reply" and last is not None and last.for_member is not None:
        facts |= {"for_member": last.for_member.code, "for_name": last.for_member.name_zh}
        facts |= {"for_name_en": last.for_member.name_en}
    journal.record(
        climb.unit,
        verb,
        by=by,
        pairing_id=work.pairing_of(subject),
        state={},
        reply=climb.reply,
        record_kind=climb.subject_kind,
        record_id=climb.subject_id,
        record=str(getattr(subject, "number", "") or subject.pk),
        **facts,
    )


# -- reading ---------------------------------------------------------------------------------------------------------


def subject_of(climb: Climb) -> Any:
    """The record that a reply is to."""
    return apps.get_model(climb.subject_kind)._default_manager.get(pk=climb.subject_id)


def paper_of(climb: Climb, subject: Any, word: str = "") -> ladder.Paper:
    """A reply as it shows on lists of work."""
    reply = signs.replies[climb.reply]
    facts = signs.call(reply.facts)(subject) | {"word": word.strip()[:120]}
    return ladder.Paper(reply.kind, dict(reply.what), facts, records.url(subject))


def on_the_way(member: Member | None) -> models.QuerySet[Climb]:
    """The replies on the ladders of a member's unit and of the units of those whom they stand in for, soonest first."""
    found = Climb.objects.exclude(reply="").filter(stage=Stage.CLIMBING)
    if member is not None:
        stands_in = deputies_of_today().filter(deputy=member).values("member__unit_id")
        found = found.filter(models.Q(unit_id=member.unit_id) | models.Q(unit_id__in=stands_in))
    return found.select_related("unit__organisation", "written_by").order_by("due_on", "pk")


def of_record(subject: Any, member: Member) -> Climb | None:
    """The reply to a record that a member's unit has on its ladder."""
    found = on_the_way(member).filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)
    return found.first()


def of_item(item: Any) -> Climb | None:
    """The reply that an item of work goes with."""
    found = Climb.objects.exclude(reply="").filter(
        subject_kind=item.subject_kind, subject_id=item.subject_id, unit_id=item.unit_id
    )
    return found.filter(stage=Stage.CLIMBING).select_related("unit__organisation", "written_by").first()


def kept(subject: Any, unit: Unit | None, by: Member, code: str) -> dict[str, Any]:
    """What a member's unit prepared to send on a record and has not sent: what its form begins with."""
    acts_for = unit_for(unit, by)
    climb = ladder.climb_of(subject, acts_for) if acts_for is not None else None
    if climb is None or climb.reply != code or climb.stage == Stage.DONE:
        return {}
    return {name: value for name, value in climb.given.items() if name not in PAPERS}


def decisions_of(climb: Climb) -> list[ClimbStep]:
    """What was decided on the way, latest first."""
    return list(climb.decisions.select_related("member", "for_member").order_by("-pk"))


def papers_of(climb: Climb) -> list[Document]:
    """The papers that would go out with it."""
    keys = [key for name in PAPERS for key in climb.given.get(name, ())]
    found = Document.objects.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def shown(climb: Climb, subject: Any) -> list[tuple[str, str]]:
    """What would go out, as (label, text)."""
    reply = signs.replies[climb.reply]
    if reply.shows:
        return list(signs.call(reply.shows)(subject, climb.given))
    return [("", str(climb.given.get(name, ""))) for name in ("text", "text_en") if climb.given.get(name)]


def may_write(subject: Any, unit: Unit | None, by: Member) -> bool:
    """Whether a member may answer a record or prepare that: the first step is theirs, and nothing is on its way."""
    acts_for = unit_for(unit, by)
    if acts_for is None or len(steps_of(acts_for, by)) < 2:
        return True
    climb = ladder.climb_of(subject, acts_for)
    is_on_its_way = climb is not None and climb.stage == Stage.CLIMBING and climb.step != climb.ladder[0]
    return not is_on_its_way and _may_write(acts_for, by)


def may_take_back(climb: Climb, by: Member) -> bool:
    """Whether the latest decision is a member's own, so that they may take it back."""
    last = climb.decisions.order_by("pk").last()
    return (
        climb.stage == Stage.CLIMBING
        and last is not None
        and last.decision != ClimbStep.Decision.TAKEN_BACK
        and last.member_id == by.pk
    )


def is_last_for(climb: Climb, by: Member | None) -> bool:
    """Whether the reply goes out when this member passes it on."""
    above = climb.ladder[climb.ladder.index(climb.step) + 1 :]
    return all(_holds(climb.unit, step, by) for step in above)


def told(result: Any, sent: str) -> str:
    """The sentence for whoever called an action that climbs: who has the reply, or what is said when it was done."""
    return is_with(result) if isinstance(result, Climb) else sent


def is_with(climb: Climb) -> str:
    """Who has a reply now."""
    return _("Passed on within %(unit)s to %(people)s; it goes out at the last step.") % {
        "unit": climb.unit.name,
        "people": holders(climb),
    }


def holders(climb: Climb) -> str:
    """The names of those whose step it is; the writer's at the first step."""
    if climb.step == climb.ladder[0] and climb.written_by is not None:
        return climb.written_by.name
    people = ladder.holders_of(climb.unit_id, climb.step).values()
    return pgettext("between names", ", ").join(one.name for one in people) or climb.unit.name


def _may_write(unit: Unit, by: Member) -> bool:
    holders = ladder.holders_of(unit.pk, unit.steps[0])
    return (not holders and by.unit_id == unit.pk) or _holds(unit, unit.steps[0], by)


def _holds(unit: Unit, step: str, by: Member | None) -> bool:
    """Whether a step is a member's own, or theirs for whom they stand in."""
    if by is None:
        return False
    holders = ladder.holders_of(unit.pk, step)
    return by.pk in holders or deputies_of_today().filter(deputy=by, member_id__in=holders).exists()


def _packed(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an action is given, as the climb keeps it."""
    return {name: [paper.pk for paper in value] if name in PAPERS else value for name, value in given.items()}


def _unpacked(given: Mapping[str, Any]) -> dict[str, Any]:
    keys = [key for name in PAPERS for key in given.get(name, ())]
    found = Document.objects.in_bulk(keys)
    return {
        name: [found[key] for key in value if key in found] if name in PAPERS else value
        for name, value in given.items()
    }
