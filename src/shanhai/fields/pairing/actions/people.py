"""Writes of who is in charge, and of officers sent from one side to the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from shanhai.core import access, journal, notices, rows, work
from shanhai.core.actions import stays
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member, Organisation, Pairing, Stay, StayAppraisal, StayTask, Unit
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import Charge, Secondment
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, NotAllowed, gettext_noop

KIND = "secondment"


@action
def put_in_charge(
    pairing: Pairing,
    member: Member,
    *,
    side: str = "",
    field: str = "",
    level: str = rules.MeetingLevel.LEADERS_IN_CHARGE,
    from_on: date,
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Charge:
    """Put a member in charge for a side, of the whole pairing or of one field; the one before ends the day before."""
    access.check(by, "pairing.put_in_charge", pairing_id=pairing.pk)
    side = shared.acting_side(by, pairing.pk, side)
    if side not in rules.SIDES:
        raise BadInput(
            "pairing.charge_side",
            gettext_noop(
                "Somebody is in charge for the mountain side or the sea side, not for {side}. Say "
                "which of the two."
            ),
            side=side or "–",
        )
    if field:
        rules.check_field(field)
    rules.check_charge_side(member.name_zh, queries.side_of_member(pairing.pk, member), side, pairing.code)
    before = Charge.objects.filter(pairing=pairing, side=side, field=field, level=level, to_on=None).first()
    if before is not None:
        rules.check_charge_follows(before.member.name_zh, before.from_on, from_on)
        rows.move(before, to_on=from_on - timedelta(days=1))
        journal.record(before, "pairing.put_in_charge", by=by, followed_by=member.code)
    charge = Charge.objects.create(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        side=side,
        field=field,
        level=level,
        member=member,
        from_on=from_on,
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    journal.record(charge, "pairing.put_in_charge", by=by, member=member.code)
    return charge


@action
def end_charge(charge: Charge, *, on: date, by: Member | None) -> Charge:
    """Say that somebody is no longer in charge."""
    access.check(by, "pairing.end_charge", pairing_id=charge.pairing_id)
    shared.acting_side(by, charge.pairing_id, charge.side)
    rules.check_charge_end(charge.member.name_zh, charge.from_on, on)
    rows.move(charge, to_on=on)
    journal.record(charge, "pairing.end_charge", by=by)
    return charge


@action
def second_officer(
    pairing: Pairing,
    *,
    code: str,
    person: Member,
    host: Organisation,
    host_unit: Unit,
    host_post: str,
    host_post_en: str = "",
    profession: str = Secondment.Profession.CADRE,
    from_on: date,
    to_on: date | None = None,
    tasks: Sequence[tuple[str, date | None]] = (),
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Secondment:
    """Send an officer to a post of the other side, with tasks; half-yearly appraisals and a final one are due.

    Parameters
    ----------
    to_on
        Last day; the rulebook's usual term where left out.
    """
    access.check(by, "pairing.second_officer", pairing_id=pairing.pk)
    code = shared.checked_number(Secondment, code, "code")
    figures = queries.figures_of(pairing, from_on)
    to_on = to_on or queries.add_months(from_on, figures["pairing.secondment.months"]) - timedelta(days=1)
    rules.check_term(
        code,
        from_on,
        to_on,
        figures["pairing.secondment.months_min"],
        figures["pairing.secondment.months_max"],
    )
    home = person.unit.organisation
    direction = _direction(pairing, person, host)
    rules.check_host_unit(host_unit.name_zh, host_unit.organisation_id == host.pk, host.name_zh)
    stay = stays.plan_stay(
        pairing=pairing,
        kind=KIND,
        person=person,
        home=home,
        host=host,
        host_post=host_post,
        host_post_en=host_post_en,
        from_on=from_on,
        to_on=to_on,
        appraisals=queries.appraisal_days(from_on, to_on, figures["pairing.secondment.appraisal_months"]),
        is_illustrative=is_illustrative,
        source=source,
        by=by,
    )
    secondment = Secondment.objects.create(
        stay=stay,
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        code=code,
        direction=direction,
        profession=profession,
        host_unit=host_unit,
        from_on=from_on,
        to_on=to_on,
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    journal.record(secondment, "pairing.second_officer", by=by, person=person.code, host=host.code)
    for title, due_on in tasks:
        stays.give_task(stay, title=title, due_on=due_on, by=by)
    shared.make_findable(
        secondment,
        code=code,
        zh=f"{person.name_zh} {host_post}",
        en=f"{person.name_en} {host.name_en}".strip(),
    )
    notices.tell(
        f"pairing.secondment:{secondment.pk}:begun",
        "pairing.secondment",
        gettext_noop("{person} is seconded to {host} from {from_on} to {to_on}."),
        _facts(secondment),
        secondment.url,
        [person.pk, *shared.people_of(host_unit)],
        pairing.pk,
    )
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
    return secondment


@action
def give_officer_task(
    secondment: Secondment, *, title: str, title_en: str = "", due_on: date | None = None, by: Member | None
) -> StayTask:
    """Give a seconded officer one more task."""
    access.check(by, "pairing.give_officer_task", pairing_id=secondment.pairing_id)
    return stays.give_task(secondment.stay, title=title, title_en=title_en, due_on=due_on, by=by)


@action
def finish_officer_task(
    secondment: Secondment, task: StayTask, *, on: date, outcome: str, by: Member | None
) -> StayTask:
    """Write what came of an officer's task."""
    access.check(by, "pairing.finish_officer_task", pairing_id=secondment.pairing_id)
    return stays.finish_task(task, on=on, outcome=outcome, by=by)


@action
def appraise(
    secondment: Secondment, appraisal: StayAppraisal, *, grade: str, text: str, on: date, by: Member | None
) -> StayAppraisal:
    """Appraise a seconded officer, as the side that hosts."""
    access.check(by, "pairing.appraise", pairing_id=secondment.pairing_id)
    check_not_later(on)
    host_side = "sea" if secondment.direction == Secondment.Direction.TO_SEA else "mountain"
    own = shared.side_of(by, secondment.pairing_id)
    if own is not None and own != host_side:
        raise NotAllowed(
            "pairing.appraised_by_host",
            gettext_noop(
                "{person} is appraised by the side that hosts, the {side} side. Ask the unit that "
                "hosts to give the appraisal."
            ),
            person=secondment.stay.person.name_zh,
            side=rules.Side(host_side),
        )
    given = stays.give_appraisal(appraisal, grade=grade, text=text, on=on, by=by)
    work.done("pairing.appraisal", appraisal, by=by)
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
    return given


@action
def prolong_secondment(secondment: Secondment, *, to_on: date, reason: str, by: Member | None) -> Secondment:
    """Give a secondment another last day; the final appraisal moves with it."""
    access.check(by, "pairing.prolong_secondment", pairing_id=secondment.pairing_id)
    figures = queries.figures_of(secondment.pairing, secondment.from_on)
    rules.check_term(
        secondment.code,
        secondment.from_on,
        to_on,
        figures["pairing.secondment.months_min"],
        figures["pairing.secondment.months_max"],
    )
    stays.prolong_stay(secondment.stay, to_on=to_on, reason=reason, by=by)
    rows.move(secondment, to_on=to_on)
    move_final_appraisal(secondment, by)
    journal.record(secondment, "pairing.prolong_secondment", by=by, reason=reason.strip())
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
    return secondment


@action
def end_secondment(
    secondment: Secondment, *, on: date, successor: Member | None, handover: str, by: Member | None
) -> Secondment:
    """End a secondment: only with a successor and a written handover."""
    access.check(by, "pairing.end_secondment", pairing_id=secondment.pairing_id)
    check_not_later(on)
    rules.check_handover(secondment.code, successor.name_zh if successor else "", handover)
    assert successor is not None
    open_tasks = secondment.stay.tasks.filter(done_on=None)
    stays.end_stay(secondment.stay, on=on, successor=successor, handover=handover, by=by)
    journal.record(
        secondment,
        "pairing.end_secondment",
        by=by,
        on=on,
        successor=successor.code,
        open_tasks=[task.title for task in open_tasks],
    )
    work.drop("pairing.secondment_ends", secondment, by=by)
    notices.tell(
        f"pairing.secondment:{secondment.pk}:ended",
        "pairing.secondment",
        gettext_noop("{person} has handed over to {successor}; the secondment to {host} has ended."),
        _facts(secondment) | {"successor": successor.name_zh, "successor_en": successor.name_en},
        secondment.url,
        [secondment.stay.person_id, successor.pk, *shared.people_of(secondment.host_unit)],
        secondment.pairing_id,
    )
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
    return secondment


@action
def cancel_secondment(secondment: Secondment, *, reason: str, by: Member | None) -> Secondment:
    """Call off a secondment that has not begun."""
    access.check(by, "pairing.cancel_secondment", pairing_id=secondment.pairing_id)
    stays.cancel_stay(secondment.stay, reason=reason, by=by)
    journal.record(secondment, "pairing.cancel_secondment", by=by, reason=reason.strip())
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
    return secondment


def move_final_appraisal(secondment: Secondment, by: Member | None) -> None:
    """The final appraisal is due on the last day."""
    final = secondment.stay.appraisals.filter(is_final=True, given_on=None).first()
    if final is not None and not secondment.stay.appraisals.filter(due_on=secondment.to_on).exists():
        rows.move(final, due_on=secondment.to_on)
        journal.record(final, "pairing.prolong_secondment", by=by, pairing_id=secondment.pairing_id)


def _direction(pairing: Pairing, person: Member, host: Organisation) -> str:
    from_side = queries.side_of_member(pairing.pk, person)
    to_side = queries.side_of_organisation(pairing.pk, host.pk)
    rules.check_secondment_sides(person.name_zh, from_side, host.name_zh, to_side, pairing.code)
    return Secondment.Direction.TO_SEA if to_side == "sea" else Secondment.Direction.TO_MOUNTAIN


def _facts(secondment: Secondment) -> dict[str, Any]:
    stay: Stay = secondment.stay
    return {
        "person": stay.person.name_zh,
        "person_en": stay.person.name_en,
        "host": stay.host.name_zh,
        "host_en": stay.host.name_en,
        "from_on": stay.from_on.isoformat(),
        "to_on": stay.to_on.isoformat(),
    }


def begin_due(on: date) -> int:
    """Begin the stays whose first day has come: done by the tick; gives how many."""
    waiting = list(
        Secondment.objects.filter(stay__stage=Stay.Stage.PLANNED, from_on__lte=on).select_related("stay")
    )
    for secondment in waiting:
        _begin(secondment)
    return len(waiting)


@action
def _begin(secondment: Secondment) -> None:
    stays.begin_stay(secondment.stay, by=None)
    standings.follow(measured_by([secondment.pairing_id], *standings.OFFICERS))
