"""Writes of stays: a person of one institution at another for a term, the tasks there and what came of them."""

from __future__ import annotations

from datetime import date

from shanhai.core import access, clock, journal, rows
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member, Organisation, Pairing, Stay, StayAppraisal, StayTask
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

GRADES = ("excellent", "competent", "basic", "failed")


@action
def plan_stay(
    *,
    pairing: Pairing,
    kind: str,
    person: Member,
    home: Organisation,
    host: Organisation,
    host_post: str,
    host_post_en: str = "",
    from_on: date,
    to_on: date,
    appraisals: list[date] | None = None,
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Stay:
    """Plan a person's stay; it begins on its first day, at once where that day has come.

    Parameters
    ----------
    appraisals
        Days on which an appraisal is due; the last one is the final one.
    """
    access.check(by, "core.plan_stay", pairing_id=pairing.pk)
    check_places(person, home, host)
    if to_on <= from_on:
        raise BadInput(
            "core.stay_backwards",
            gettext_noop(
                "The stay of {person} would end on {to_on}, not after its first day {from_on}. Give a"
                " later last day."
            ),
            person=person.name_zh,
            from_on=from_on,
            to_on=to_on,
        )
    stay = Stay.objects.create(
        pairing=pairing,
        kind=kind,
        person=person,
        home=home,
        host=host,
        host_post=host_post.strip(),
        host_post_en=host_post_en.strip(),
        from_on=from_on,
        to_on=to_on,
        stage=Stay.Stage.RUNNING if from_on <= clock.today() else Stay.Stage.PLANNED,
        is_illustrative=is_illustrative,
        source=source,
    )
    days = sorted(set(appraisals or []))
    StayAppraisal.objects.bulk_create(
        StayAppraisal(stay=stay, due_on=day, is_final=day == days[-1]) for day in days
    )
    journal.record(stay, "core.plan_stay", by=by, person=person.code, home=home.code, host=host.code)
    return stay


@action
def begin_stay(stay: Stay, *, by: Member | None) -> Stay:
    """Begin a planned stay on its first day."""
    access.check(by, "core.begin_stay", pairing_id=stay.pairing_id)
    check_stage(stay, Stay.Stage.PLANNED)
    rows.move(stay, stage=Stay.Stage.RUNNING)
    journal.record(stay, "core.begin_stay", by=by)
    return stay


@action
def cancel_stay(stay: Stay, *, reason: str, by: Member | None) -> Stay:
    """Call off a stay that has not begun."""
    access.check(by, "core.cancel_stay", pairing_id=stay.pairing_id)
    check_stage(stay, Stay.Stage.PLANNED)
    rows.move(stay, stage=Stay.Stage.CANCELLED)
    journal.record(stay, "core.cancel_stay", by=by, reason=reason)
    return stay


@action
def prolong_stay(stay: Stay, *, to_on: date, reason: str, by: Member | None) -> Stay:
    """Give a stay another last day."""
    access.check(by, "core.prolong_stay", pairing_id=stay.pairing_id)
    check_stage(stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)
    if to_on <= stay.from_on:
        raise BadInput(
            "core.stay_backwards",
            gettext_noop(
                "The stay of {person} would end on {to_on}, not after its first day {from_on}. Give a"
                " later last day."
            ),
            person=stay.person.name_zh,
            from_on=stay.from_on,
            to_on=to_on,
        )
    rows.move(stay, to_on=to_on)
    journal.record(stay, "core.prolong_stay", by=by, reason=reason)
    return stay


@action
def end_stay(stay: Stay, *, on: date, successor: Member, handover: str, by: Member | None) -> Stay:
    """End a running stay with a handover: nobody leaves work without an owner."""
    access.check(by, "core.end_stay", pairing_id=stay.pairing_id)
    check_stage(stay, Stay.Stage.RUNNING)
    if not handover.strip() or successor.pk == stay.person_id:
        raise NotNow(
            "core.stay_without_handover",
            gettext_noop(
                "The stay of {person} ends with a handover: name a successor and what was handed over."
            ),
            person=stay.person.name_zh,
        )
    check_not_later(on)
    if on < stay.from_on:
        raise BadInput(
            "core.stay_ends_before",
            gettext_noop(
                "The stay of {person} began on {from_on}; it cannot end on {on}. Give the day on "
                "which the work was handed over."
            ),
            person=stay.person.name_zh,
            from_on=stay.from_on,
            on=on,
        )
    rows.move(stay, stage=Stay.Stage.ENDED, ended_on=on, successor=successor, handover=handover.strip())
    journal.record(stay, "core.end_stay", by=by, successor=successor.code)
    return stay


@action
def give_task(
    stay: Stay, *, title: str, title_en: str = "", due_on: date | None = None, by: Member | None
) -> StayTask:
    """Give a person on a stay something to do there."""
    access.check(by, "core.give_task", pairing_id=stay.pairing_id)
    check_stage(stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)
    if not title.strip():
        raise BadInput(
            "core.task_without_title",
            gettext_noop("Say what {person} is to do."),
            person=stay.person.name_zh,
        )
    task = StayTask.objects.create(stay=stay, title=title.strip(), title_en=title_en.strip(), due_on=due_on)
    journal.record(task, "core.give_task", by=by, pairing_id=stay.pairing_id)
    return task


@action
def finish_task(task: StayTask, *, on: date, outcome: str, by: Member | None) -> StayTask:
    """Say that a task is done and what came of it."""
    access.check(by, "core.finish_task", pairing_id=task.stay.pairing_id)
    if task.done_on is not None:
        raise NotNow(
            "core.task_done",
            gettext_noop(
                "The task {task} was done on {done_on} already. Give another task for what is left."
            ),
            task=task.title,
            done_on=task.done_on,
        )
    check_not_later(on)
    rows.move(task, done_on=on, outcome=outcome.strip())
    journal.record(task, "core.finish_task", by=by, pairing_id=task.stay.pairing_id)
    return task


@action
def give_appraisal(
    appraisal: StayAppraisal, *, grade: str, text: str, on: date, by: Member | None
) -> StayAppraisal:
    """Appraise a person on a stay (考核); once given it stands."""
    access.check(by, "core.give_appraisal", pairing_id=appraisal.stay.pairing_id)
    if grade not in GRADES:
        raise BadInput(
            "core.appraisal_grade",
            gettext_noop("There is no grade {grade}. Take one of {grades}."),
            grade=grade,
            grades=", ".join(GRADES),
            field="grade",
        )
    if appraisal.given_on is not None:
        raise NotNow(
            "core.appraisal_given",
            gettext_noop("{person} was appraised for {due_on} already. Appraisals that are given stand."),
            person=appraisal.stay.person.name_zh,
            due_on=appraisal.due_on,
        )
    check_not_later(on)
    rows.move(appraisal, grade=grade, text=text.strip(), given_on=on, by=by)
    journal.record(appraisal, "core.give_appraisal", by=by, pairing_id=appraisal.stay.pairing_id)
    return appraisal


def check_places(person: Member, home: Organisation, host: Organisation) -> None:
    """A member is sent by the own organisation to another one."""
    if home.pk == host.pk:
        raise BadInput(
            "core.stay_at_home",
            gettext_noop(
                "{person} would stay at home: host and home are both {home}. Choose a host on the other side."
            ),
            person=person.name_zh,
            home=home.name_zh,
        )
    if person.unit.organisation_id != home.pk:
        raise BadInput(
            "core.stay_of_another",
            gettext_noop(
                "{person} is not a member of {home}, so {home} cannot send them. Choose an officer of"
                " that organisation, or correct the home."
            ),
            person=person.name_zh,
            home=home.name_zh,
        )


def check_stage(stay: Stay, *stages: str) -> None:
    """Refuse what a stay is too early or too late for."""
    if stay.stage not in stages:
        raise NotNow(
            "core.stay_stage",
            gettext_noop(
                "The stay of {person} is {stage}; this cannot be done now. A stay to come can be "
                "cancelled, a running one ends with a handover, and one that is over stays as it is."
            ),
            person=stay.person.name_zh,
            stage=stay.stage,
        )
