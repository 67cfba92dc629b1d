"""What the tick does for the field: work that waits is on the lists, reminders go out, what waits too long climbs.

Each part may run as often as it likes: a fact has one notice a member, an open thing one work item a unit. It looks at
what is so today, not at what happened since the last run, so nothing is missed after downtime.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Model

from shanhai.core import access, clock, journal, notices, rows, work
from shanhai.core.models import Member, Pairing, StayAppraisal, Unit, WorkItem
from shanhai.core.queries import reach
from shanhai.core.queries.pairings import within
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import agreements, items, people, shared, signing
from shanhai.fields.pairing.models import (
    ActionItem,
    Activity,
    AgendaItem,
    Agreement,
    Commitment,
    Delivery,
    Meeting,
    MeetingAttendee,
    MoneyDue,
    Secondment,
)
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop


def sweep(now: datetime) -> int:
    """Everything that is due, as the tick calls it; gives how many notices, items and escalations came of it."""
    return remind(clock.local(now).date(), by=None)


def remind(on: date, *, by: Member | None) -> int:
    """Put what falls due before those who have to do with it.

    No transaction of its own: looking takes longer than writing, and other writers must not wait for it. Each part
    that writes is whole by itself, and what a broken run has left the next one finds.
    """
    access.check(by, "pairing.remind")
    return (
        _expire(on)
        + people.begin_due(on)
        + open_waiting_work(by=by)
        + _remind_items(on)
        + _escalate_items(on)
        + _late_commitments(on)
        + _renewals(on)
        + _payments(on)
        + _appraisals(on)
        + _ending_secondments(on)
        + _missing_papers(on)
    )


# -- work items that follow from records ---------------------------------------------------------------------------


def open_waiting_work(*, by: Member | None) -> int:
    """Put on the lists what waits by its stage and is not there yet (loaded records, units that changed)."""
    return (
        _open_items(by)
        + _open_confirmations(by)
        + _open_invitations(by)
        + _open_minutes(by)
        + _open_drafts(by)
        + _open_outcomes(by)
    )


def _open_outcomes(by: Member | None) -> int:
    """Activities that were held, and of which nobody has written what came of them."""
    from shanhai.fields.pairing.actions import activities

    waiting = Activity.objects.filter(stage=rules.ActivityStage.HELD)
    missing = _not_on_a_list("pairing.close_activity", waiting)
    for activity in missing:
        activities.ask_for_outcome(activity, by=by)
    return len(missing)


def _open_items(by: Member | None) -> int:
    waiting = ActionItem.objects.filter(stage=rules.ItemStage.OPEN).select_related(
        "mountain_unit", "sea_unit"
    )
    missing = _not_on_a_list("pairing.action_item", waiting)
    for item in missing:
        items.open_work(item, by=by)
    return len(missing)


def _open_confirmations(by: Member | None) -> int:
    from shanhai.fields.pairing.actions import deliveries

    waiting = Delivery.objects.filter(
        stage__in=[rules.DeliveryStage.RECORDED, rules.DeliveryStage.PLANNED], confirmed_on=None
    ).select_related("commitment__mountain_unit", "commitment__sea_unit")
    missing = _not_on_a_list("pairing.confirm_delivery", waiting)
    for delivery in missing:
        deliveries.ask_to_confirm(delivery, by)
    return len(missing)


def _open_invitations(by: Member | None) -> int:
    from shanhai.fields.pairing.actions import meetings

    waiting = MeetingAttendee.objects.filter(
        meeting__stage=rules.MeetingStage.INVITED,
        meeting__at__gte=clock.now(),
        answer=MeetingAttendee.Answer.NONE,
        member__is_active=True,
    ).select_related("meeting", "member")
    missing = _not_on_a_list("pairing.answer_invitation", waiting)
    for attendee in missing:
        meetings.ask_answer(attendee, by)
    return len(missing)


def _open_minutes(by: Member | None) -> int:
    from shanhai.fields.pairing.actions import meetings

    n = 0
    for stage, kind in (
        (rules.MeetingStage.HELD, "pairing.write_minutes"),
        (rules.MeetingStage.MINUTED, "pairing.sign_minutes"),
    ):
        waiting = Meeting.objects.filter(stage=stage).select_related("convenor_mountain", "convenor_sea")
        missing = _not_on_a_list(kind, waiting)
        for meeting in missing:
            meetings.open_minutes_work(meeting, kind, by)
        n += len(missing)
    return n


def _open_drafts(by: Member | None) -> int:
    waiting = Agreement.objects.filter(stage=rules.AgreementStage.DRAFT, signatures__isnull=False).distinct()
    missing = _not_on_a_list("pairing.sign_agreement", waiting)
    for agreement in missing:
        signing.ask_others_to_sign(agreement, by)
    return len(missing)


def _not_on_a_list(kind: str, waiting: Iterable[Any]) -> list[Any]:
    """Records of which nobody has an open item of a kind (two statements)."""
    found = list(waiting)
    if not found:
        return []
    listed = set(
        WorkItem.objects.filter(
            kind=kind, subject_kind=found[0]._meta.label_lower, stage=WorkItem.Stage.OPEN
        ).values_list("subject_id", flat=True)
    )
    return [one for one in found if one.pk not in listed]


# -- action items --------------------------------------------------------------------------------------------------


def _remind_items(on: date) -> int:
    days = sorted(_figure("pairing.item.reminder_days", on))
    told = 0
    soon = ActionItem.objects.filter(
        stage__in=rules.OPEN_ITEM, due_on__lte=on - timedelta(days=days[0])
    ).select_related("mountain_unit", "sea_unit")
    found = [(item, rules.reminder_due(item.due_on, on, days)) for item in soon]
    staff = queries.people_of(
        pk for item, offset in found if offset is not None for pk in (item.mountain_unit_id, item.sea_unit_id)
    )
    for item, offset in found:
        if offset is None:
            continue
        # Whom somebody reminded since the rule's day has heard of it.
        heard = reach.since([item.url], item.due_on + timedelta(days=offset))[item.url]
        told += notices.tell(
            # The due day is part of the fact: an item that got more time is reminded of anew.
            f"pairing.action_item:{item.pk}:reminder:{item.due_on}:{offset:+d}",
            "pairing.action_item",
            _reminder(offset),
            {
                "number": item.number,
                "title": item.title_zh,
                "title_en": item.title_en,
                "due_on": item.due_on.isoformat(),
                "days": abs(offset),
            },
            item.url,
            [
                one
                for one in (*staff.get(item.mountain_unit_id, []), *staff.get(item.sea_unit_id, []))
                if one not in heard
            ],
            item.pairing_id,
        )
    return told


def _reminder(offset: int) -> str:
    if offset < 0:
        return gettext_noop("Due in {days} days, on {due_on}: {number} {title}")
    if offset == 0:
        return gettext_noop("Due today: {number} {title}")
    return gettext_noop("{days} days late, was due on {due_on}: {number} {title}")


def _escalate_items(on: date) -> int:
    after = _figure("pairing.item.escalate_after_days", on)
    late = ActionItem.objects.filter(
        stage__in=rules.OPEN_ITEM, escalated_on=None, due_on__lte=on - timedelta(days=after)
    ).select_related("mountain_unit", "sea_unit")
    return sum(_quietly(items.escalate_action_item, item, on) for item in late)


def _quietly(act: Any, row: Model, on: date) -> int:
    """Do it unless somebody changed the row just now; the next tick looks again."""
    try:
        act(row, on=on, by=None)
    except ChangedMeanwhile:
        return 0
    return 1


# -- commitments ---------------------------------------------------------------------------------------------------


def _late_commitments(on: date) -> int:
    """Late commitments are on the list of who owes them; those that wait too long climb."""
    after = _figure("pairing.commitment.escalate_after_days", on)
    done = 0
    for zone in Pairing.objects.filter(parent=None, ended_on=None):
        late = [one for one in queries.commitments_of(within(zone), on) if one.late_since is not None]
        missing = {
            one.pk for one in _not_on_a_list("pairing.late_commitment", [one.commitment for one in late])
        }
        for one in late:
            if one.commitment.pk in missing:
                done += _open_late(one)
            waited_too_long = rules.is_escalated(one.late_since, on, after)  # type: ignore[arg-type]
            if waited_too_long and one.commitment.escalated_on is None:
                done += _quietly(escalate_commitment, one.commitment, on)
    return done


def _open_late(one: queries.Progress) -> int:
    commitment = one.commitment
    sides = rules.SIDES if commitment.owes == rules.Owes.BOTH else (commitment.owes,)
    for side in sides:
        unit = shared.unit_on(commitment, side)
        if unit is not None:
            work.open_item(
                "pairing.late_commitment",
                commitment,
                unit,
                gettext_noop("Deliver what is late: {name}"),
                {"commitment": commitment.code, "name": commitment.name_zh, "name_en": commitment.name_en},
                commitment.url,
                one.late_since,
                by=None,
            )
    return 1


@action
def escalate_commitment(commitment: Commitment, *, on: date, by: Member | None) -> Commitment:
    """Tell the leaders in charge on both sides that a commitment waits."""
    access.check(by, "pairing.escalate_commitment", pairing_id=commitment.pairing_id)
    rows.move(commitment, escalated_on=on)
    journal.record(commitment, "pairing.escalate_commitment", by=by, on=on)
    notices.tell(
        f"pairing.commitment:{commitment.pk}:escalated:{on}",
        "pairing.commitment",
        gettext_noop("Late and now with the leaders in charge: {name}"),
        {"commitment": commitment.code, "name": commitment.name_zh, "name_en": commitment.name_en},
        commitment.url,
        queries.leaders_for(commitment.pairing_id, commitment.zone_id, commitment.field, on),
        commitment.pairing_id,
    )
    return commitment


# -- agreements ----------------------------------------------------------------------------------------------------


def _expire(on: date) -> int:
    over = Agreement.objects.filter(stage=rules.AgreementStage.SIGNED, valid_to__lt=on)
    return sum(_quietly(_expire_one, one, on) for one in over)


def _expire_one(agreement: Agreement, *, on: date, by: Member | None) -> None:
    agreements.expire_agreement(agreement, by=by)


def _renewals(on: date) -> int:
    ending = Agreement.objects.filter(
        stage=rules.AgreementStage.SIGNED, notice_on__lte=on, superseded_by=None
    ).order_by("valid_to")
    missing = _not_on_a_list("pairing.renewal", ending)
    offices = queries.office_units({one.pairing_id for one in missing})
    for one in missing:
        for unit in offices.get(one.pairing_id, {}).values():
            work.open_item(
                "pairing.renewal",
                one,
                unit,
                gettext_noop("Renew or let end: {number} {name}, valid to {valid_to}"),
                {
                    "number": one.number,
                    "name": one.name_zh,
                    "name_en": one.name_en,
                    "valid_to": str(one.valid_to),
                },
                one.url,
                one.valid_to,
                by=None,
            )
    return len(missing)


# -- payments ------------------------------------------------------------------------------------------------------


def _payments(on: date) -> int:
    ahead = _figure("pairing.money.reminder_days", on)
    after = _figure("pairing.commitment.escalate_after_days", on)
    due = list(
        MoneyDue.objects.filter(
            clause__agreement__stage=rules.AgreementStage.SIGNED,
            due_on__lte=on + timedelta(days=ahead),
            paid_fen__lt=F("amount_fen"),
        ).select_related("clause__payer", "clause__agreement")
    )
    missing = _not_on_a_list("pairing.pay_due", due)
    offices = queries.office_units({one.clause.pairing_id for one in due})
    for one in missing:
        unit = offices.get(one.clause.pairing_id, {}).get(one.clause.payer.role)
        if unit is not None:
            work.open_item(
                "pairing.pay_due",
                one,
                unit,
                gettext_noop("Pay {name}, due on {due_on}"),
                {"name": one.clause.name_zh, "name_en": one.clause.name_en, "due_on": one.due_on.isoformat()},
                one.clause.agreement.url,
                one.due_on,
                by=None,
            )
    late = [one for one in due if one.escalated_on is None and rules.is_escalated(one.due_on, on, after)]
    return len(missing) + sum(_quietly(escalate_payment, one, on) for one in late)


@action
def escalate_payment(due: MoneyDue, *, on: date, by: Member | None) -> MoneyDue:
    """Tell the leaders in charge on both sides that a payment waits."""
    clause = due.clause
    access.check(by, "pairing.escalate_payment", pairing_id=clause.pairing_id)
    rows.move(due, escalated_on=on)
    journal.record(due, "pairing.escalate_payment", by=by, on=on)
    notices.tell(
        f"pairing.money_due:{due.pk}:escalated",
        "pairing.money_due",
        gettext_noop("Late and now with the leaders in charge: {name}"),
        {"clause": due.code, "name": clause.name_zh, "name_en": clause.name_en},
        clause.agreement.url,
        queries.leaders_for(clause.pairing_id, clause.zone_id, clause.agreement.field, on),
        clause.pairing_id,
    )
    return due


# -- officers ------------------------------------------------------------------------------------------------------


def _appraisals(on: date) -> int:
    until = on + timedelta(days=_figure("pairing.secondment.appraisal_notice_days", on))
    waiting = StayAppraisal.objects.filter(
        stay__stage="running", stay__secondment__isnull=False, given_on=None, due_on__lte=until
    ).select_related("stay__secondment__host_unit", "stay__person")
    missing = _not_on_a_list("pairing.appraisal", waiting)
    for one in missing:
        secondment = one.stay.secondment
        _open_for(
            "pairing.appraisal",
            one,
            secondment.host_unit,
            gettext_noop("Appraise {person}, due on {due_on}"),
            {
                "person": one.stay.person.name_zh,
                "person_en": one.stay.person.name_en,
                "due_on": one.due_on.isoformat(),
            },
            secondment.url,
            one.due_on,
        )
    return len(missing)


def _ending_secondments(on: date) -> int:
    until = on + timedelta(days=_figure("pairing.secondment.end_notice_days", on))
    ending = Secondment.objects.filter(stay__stage="running", to_on__lte=until).select_related(
        "stay__person", "host_unit"
    )
    missing = _not_on_a_list("pairing.secondment_ends", ending)
    for one in missing:
        _open_for(
            "pairing.secondment_ends",
            one,
            one.host_unit,
            gettext_noop("Name the successor of {person}, whose secondment ends on {to_on}"),
            {
                "person": one.stay.person.name_zh,
                "person_en": one.stay.person.name_en,
                "to_on": one.to_on.isoformat(),
            },
            one.url,
            one.to_on,
        )
    return len(missing)


def _open_for(
    kind: str,
    subject: Model,
    unit: Unit,
    what: str,
    facts: dict[str, Any],
    url: str,
    due_on: date | work.WorkingDays,
) -> None:
    work.open_item(kind, subject, unit, what, facts, url, due_on, by=None)


# -- papers of meetings --------------------------------------------------------------------------------------------


def _missing_papers(on: date) -> int:
    ahead = _figure("pairing.meeting.papers_before_days", on)
    soon = Meeting.objects.filter(
        stage__in=[rules.MeetingStage.PLANNED, rules.MeetingStage.INVITED],
        at__date__gte=on,
        at__date__lte=on + timedelta(days=ahead),
    )
    points = AgendaItem.objects.filter(meeting__in=soon, needs_paper=True).select_related("meeting")
    with_papers = queries.papers_of("pairing.agendaitem", [one.pk for one in points], "paper")
    waiting = [one for one in points if one.pk not in with_papers]
    missing = _not_on_a_list("pairing.missing_paper", waiting)
    offices = queries.office_units({one.meeting.pairing_id for one in missing})
    for one in missing:
        sides: Sequence[str] = rules.SIDES if one.side == "both" else (one.side,)
        for side in sides:
            unit = offices.get(one.meeting.pairing_id, {}).get(side)
            if unit is not None:
                _open_for(
                    "pairing.missing_paper",
                    one,
                    unit,
                    gettext_noop("Bring the paper for point {order} of {title}: {point}"),
                    {
                        "order": one.order,
                        "title": one.meeting.title_zh,
                        "title_en": one.meeting.title_en,
                        "point": one.title_zh,
                        "point_en": one.title_en,
                    },
                    one.meeting.url,
                    shared.papers_due(one.meeting, on),
                )
    return len(missing)


def _figure(code: str, on: date) -> Any:
    return queries.figures_of(None, on)[code]
