"""Writes of joint meetings: called, held with a quorum of both sides, minuted, signed by both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from shanhai.core import access, clock, journal, notices, rows, visibility, work
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Document, Member, Pairing, SignedCopy
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import AgendaItem, Meeting, MeetingAttendee, MinutesSignature, Resolution
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel import signing
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, gettext_noop

Stage = rules.MeetingStage


@dataclass(frozen=True, slots=True)
class Guest:
    """One name on the list of a meeting: a member, or somebody without a login."""

    side: str
    person: str
    member: Member | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda, as the offices agree on it."""

    title_zh: str
    title_en: str = ""
    side: str = "both"
    asks_zh: str = ""
    asks_en: str = ""
    needs_paper: bool = True
    papers: tuple[Document, ...] = ()


@action
def call_meeting(
    pairing: Pairing,
    *,
    number: str,
    level: str,
    title_zh: str,
    title_en: str = "",
    at: datetime,
    place_zh: str = "",
    place_en: str = "",
    convenor_mountain: Member | None = None,
    convenor_sea: Member | None = None,
    quorum_mountain: int,
    quorum_sea: int,
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Meeting:
    """Call a joint meeting; both sides see it from the start."""
    access.check(by, "pairing.call_meeting", pairing_id=pairing.pk)
    number = shared.checked_number(Meeting, number)
    title_zh, title_en = shared.words(title_zh, title_en, "title_zh")
    _check_level(level)
    rules.check_quorums(number, quorum_mountain, quorum_sea)
    meeting = Meeting(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=number,
        level=level,
        title_zh=title_zh,
        title_en=title_en,
        at=at,
        place_zh=place_zh.strip(),
        place_en=place_en.strip(),
        convenor_mountain=convenor_mountain,
        convenor_sea=convenor_sea,
        quorum_mountain=quorum_mountain,
        quorum_sea=quorum_sea,
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    visibility.own(meeting, by)
    meeting.reach = visibility.Reach.BOTH
    meeting.save(force_insert=True)
    journal.record(meeting, "pairing.call_meeting", by=by, at_time=at)
    _show(meeting)
    standings.follow(measured_by([meeting.pairing_id], *standings.MEETINGS))
    return meeting


@action
def change_meeting(meeting: Meeting, *, by: Member | None, **changes: Any) -> Meeting:
    """Change title, time, place, convenors or quorum of a meeting that is still to come; the invited are told."""
    access.check(by, "pairing.change_meeting", pairing_id=meeting.pairing_id)
    rules.check_to_come(meeting.number, meeting.stage)
    changes = differing(meeting, changes)
    if not changes:
        return meeting
    if "level" in changes:
        _check_level(changes["level"])
    rules.check_quorums(
        meeting.number,
        changes.get("quorum_mountain", meeting.quorum_mountain),
        changes.get("quorum_sea", meeting.quorum_sea),
    )
    before = {name: str(getattr(meeting, name) or "") for name in changes}
    rows.move(meeting, **changes)
    journal.record(meeting, "pairing.change_meeting", by=by, before=before)
    _show(meeting)
    if changes.keys() & {"at", "place_zh", "place_en"}:
        tell_time(meeting, by)
    standings.follow(measured_by([meeting.pairing_id], *standings.MEETINGS))
    return meeting


def _post_of(guest: Guest) -> dict[str, str]:
    """The post that the list says, or the one that the member has in the register."""
    if post := guest.post.strip():
        return {"post": post}
    return {"post": guest.member.title, "post_en": guest.member.title_en} if guest.member else {}


@action
def invite(meeting: Meeting, guests: Sequence[Guest], *, by: Member | None) -> Meeting:
    """Invite people to a meeting; members get it on their list, to say whether they come."""
    access.check(by, "pairing.invite", pairing_id=meeting.pairing_id)
    rules.check_to_come(meeting.number, meeting.stage)
    named = set(meeting.attendees.values_list("side", "person"))
    new = []
    for guest in guests:
        person = guest.person.strip() or (guest.member.name_zh if guest.member else "")
        if guest.side not in rules.SIDES or not person:
            raise BadInput(
                "pairing.guest_incomplete",
                gettext_noop("Give the name and the side of each person invited to meeting {number}."),
                number=meeting.number,
            )
        if (guest.side, person) in named:
            continue
        named.add((guest.side, person))
        new.append(
            MeetingAttendee(
                meeting=meeting,
                side=guest.side,
                member=guest.member,
                person=person,
                **_post_of(guest),
            )
        )
    if not new:
        return meeting
    rows.move(meeting, stage=Stage.INVITED)
    MeetingAttendee.objects.bulk_create(new)
    journal.record(
        meeting, "pairing.invite", by=by, invited=[{"side": one.side, "person": one.person} for one in new]
    )
    for one in new:
        if one.member is not None:
            ask_answer(meeting.attendees.select_related("meeting", "member").get(member=one.member), by)
    return meeting


@action
def uninvite(meeting: Meeting, attendee: MeetingAttendee, *, by: Member | None) -> Meeting:
    """Take a person off the list of a meeting that is still to come: the undo of inviting."""
    access.check(by, "pairing.uninvite", pairing_id=meeting.pairing_id)
    rules.check_to_come(meeting.number, meeting.stage)
    rows.move(meeting)
    attendee.delete()
    journal.record(meeting, "pairing.uninvite", by=by, person=attendee.person)
    return meeting


@action
def answer_invitation(attendee: MeetingAttendee, *, is_coming: bool, by: Member | None) -> MeetingAttendee:
    """Say for yourself, or as the office for somebody of your side, whether they come."""
    meeting = attendee.meeting
    access.check(by, "pairing.answer_invitation", pairing_id=meeting.pairing_id)
    rules.check_to_come(meeting.number, meeting.stage)
    if by is not None and attendee.member_id != by.pk:
        if not access.may(by, "pairing.invite", pairing_id=meeting.pairing_id):
            raise NotAllowed(
                "pairing.answer_for_another",
                gettext_noop(
                    "You can answer for yourself; for {person} the office answers. Ask your office to answer."
                ),
                person=attendee.person,
            )
        shared.acting_side(by, meeting.pairing_id, attendee.side)
    answer = MeetingAttendee.Answer.COMING if is_coming else MeetingAttendee.Answer.DECLINED
    MeetingAttendee.objects.filter(pk=attendee.pk).update(answer=answer)
    attendee.answer = answer
    meeting.refresh_from_db()  # The entry carries the meeting's state, which may have moved since it was read.
    journal.record(meeting, "pairing.answer_invitation", by=by, person=attendee.person, answer=str(answer))
    work.done("pairing.answer_invitation", attendee, by=by)
    return attendee


@action
def set_agenda(meeting: Meeting, points: Sequence[Point], *, by: Member | None) -> Meeting:
    """Write the agenda anew, in order, with papers and with what each side asks of the other."""
    access.check(by, "pairing.set_agenda", pairing_id=meeting.pairing_id)
    rules.check_to_come(meeting.number, meeting.stage)
    for point in points:
        shared.words(point.title_zh, point.title_en, "title_zh")
        if point.side not in (*rules.SIDES, "both"):
            raise BadInput(
                "pairing.agenda_side",
                gettext_noop(
                    "A point is brought by the mountain side, the sea side or both, not by {side}. Say which."
                ),
                side=point.side,
            )
    rows.move(meeting)
    queries.papers_of_agenda(meeting).delete()
    meeting.agenda.all().delete()
    for order, point in enumerate(points, 1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            order=order,
            title_zh=point.title_zh.strip(),
            title_en=point.title_en.strip(),
            side=point.side,
            asks_zh=point.asks_zh.strip(),
            asks_en=point.asks_en.strip(),
            needs_paper=point.needs_paper,
        )
        shared.attach(item, point.papers, "paper", by=by)
    journal.record(meeting, "pairing.set_agenda", by=by, points=[point.title_zh.strip() for point in points])
    return meeting


@action
def add_paper(item: AgendaItem, papers: Sequence[Document], *, by: Member | None) -> AgendaItem:
    """Lay papers on the table for a point of the agenda."""
    access.check(by, "pairing.add_paper", pairing_id=item.meeting.pairing_id)
    shared.attach(item, papers, "paper", by=by)
    item.meeting.refresh_from_db()
    journal.record(
        item.meeting, "pairing.add_paper", by=by, order=item.order, papers=[one.pk for one in papers]
    )
    work.done("pairing.missing_paper", item, by=by)
    return item


@action
def hold_meeting(meeting: Meeting, *, present: Collection[int], on: date, by: Member | None) -> Meeting:
    """Say who was there. Without the quorum of both sides it was no joint meeting.

    Parameters
    ----------
    present
        Keys of the attendees who were there.
    """
    access.check(by, "pairing.hold_meeting", pairing_id=meeting.pairing_id)
    rules.check_meeting_moves(meeting.number, meeting.stage, Stage.HELD)
    if by is not None and on > clock.today():
        raise BadInput(
            "pairing.meeting_in_future",
            gettext_noop(
                "Meeting {number} cannot have been held on {on}, which has not come yet. Note who was"
                " there when it has been held."
            ),
            number=meeting.number,
            on=on,
        )
    attendees = list(meeting.attendees.all())
    there = set(present)
    rules.check_quorum(
        meeting.number,
        [rules.Attendance(one.side, one.person, one.pk in there) for one in attendees],
        {"mountain": meeting.quorum_mountain, "sea": meeting.quorum_sea},
    )
    # The meeting is the guard row of its list: who is there is written under the version that was read.
    rows.move(meeting, stage=Stage.HELD)
    meeting.attendees.update(is_present=False)
    meeting.attendees.filter(pk__in=there).update(is_present=True)
    journal.record(
        meeting,
        "pairing.hold_meeting",
        by=by,
        on=on,
        present=[one.person for one in attendees if one.pk in there],
        absent=[one.person for one in attendees if one.pk not in there],
    )
    shared.drop_work("pairing.answer_invitation", meeting.attendees.all(), by=by)
    open_minutes_work(meeting, "pairing.write_minutes", by)
    standings.follow(measured_by([meeting.pairing_id], *standings.MEETINGS))
    return meeting


@action
def write_minutes(meeting: Meeting, *, text_zh: str, text_en: str = "", by: Member | None) -> Meeting:
    """Write the minutes, or write them anew; what one side had signed before it must sign again."""
    access.check(by, "pairing.write_minutes", pairing_id=meeting.pairing_id)
    rules.check_meeting_moves(meeting.number, meeting.stage, Stage.MINUTED)
    text_zh, text_en = shared.words(text_zh, text_en, "minutes_zh")
    rows.move(
        meeting,
        stage=Stage.MINUTED,
        minutes_zh=text_zh,
        minutes_en=text_en,
        minutes_no=meeting.minutes_no + 1,
        signatures_left=2,
    )
    meeting.signatures.all().delete()
    journal.record(meeting, "pairing.write_minutes", by=by, minutes_sha256=signing.digest(text_zh, text_en))
    work.done("pairing.write_minutes", meeting, by=by)
    open_minutes_work(meeting, "pairing.sign_minutes", by)
    return meeting


@action
def sign_minutes(
    meeting: Meeting,
    *,
    on: date,
    side: str = "",
    person: str = "",
    copy: SignedCopy | None = None,
    by: Member | None,
) -> Meeting:
    """Sign the minutes for a side; both signatures stand under the same text. With a ``copy`` they were signed on paper.

    Both sides may sign at the same moment: the guard ``signatures_left`` is moved first, only if the minutes are
    still those that were read.
    """
    access.check(by, "pairing.sign_minutes", pairing_id=meeting.pairing_id)
    rules.check_meeting_moves(meeting.number, meeting.stage, Stage.SIGNED)
    check_not_later(on)
    side = shared.acting_side(by, meeting.pairing_id, side)
    if side not in rules.SIDES:
        raise NotAllowed(
            "pairing.minutes_by_a_side",
            gettext_noop(
                "The minutes of {number} are signed by the mountain side and the sea side. Ask a "
                "member of the side that has not signed."
            ),
            number=meeting.number,
        )
    moved = Meeting.objects.filter(
        pk=meeting.pk, stage=Stage.MINUTED, minutes_no=meeting.minutes_no, signatures_left__gte=1
    ).update(signatures_left=F("signatures_left") - 1, version=F("version") + 1)
    if not moved:
        raise ChangedMeanwhile(
            "pairing.minutes_changed",
            gettext_noop("The minutes of {number} were changed since you read them. Read them again."),
            number=meeting.number,
        )
    meeting.refresh_from_db(fields=["signatures_left", "version"])
    try:
        MinutesSignature.objects.create(
            meeting=meeting,
            side=side,
            member=by,
            person=person.strip() or (by.name_zh if by else ""),
            on=on,
            minutes_no=meeting.minutes_no,
            minutes_sha256=signing.digest(meeting.minutes_zh, meeting.minutes_en),
            copy=copy,
            confirmed_at=clock.now() if copy is None and by is not None else None,
        )
    except IntegrityError:
        raise NotNow(
            "pairing.minutes_signed_already",
            gettext_noop(
                "The {side} side has signed the minutes of {number} already. They stand when the "
                "other side has signed too."
            ),
            number=meeting.number,
            side=rules.Side(side),
        ) from None
    if meeting.signatures_left == 0:
        rows.move(meeting, stage=Stage.SIGNED)
        work.done("pairing.sign_minutes", meeting, by=by)
        _tell_attendees(
            meeting, "signed", gettext_noop("The minutes of {title} are signed by both sides."), by
        )
    else:
        _close_for_side(meeting, side, by)
    journal.record(
        meeting,
        "pairing.sign_minutes",
        by=by,
        side=side,
        on=on,
        way=signing.signed_way(has_copy=copy is not None, is_confirmed=by is not None),
    )
    return meeting


@action
def cancel_meeting(meeting: Meeting, *, reason: str, by: Member | None) -> Meeting:
    """Call off a meeting that is still to come; the invited are told why."""
    access.check(by, "pairing.cancel_meeting", pairing_id=meeting.pairing_id)
    rules.check_meeting_moves(meeting.number, meeting.stage, Stage.CANCELLED)
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing", gettext_noop("Say why; both sides read the reason."), field="reason"
        )
    rows.move(meeting, stage=Stage.CANCELLED, cancel_reason=reason.strip())
    journal.record(meeting, "pairing.cancel_meeting", by=by, reason=reason.strip())
    shared.drop_work("pairing.answer_invitation", meeting.attendees.all(), by=by)
    _tell_attendees(meeting, "cancelled", gettext_noop("Meeting {title} on {at} is cancelled."), by)
    standings.follow(measured_by([meeting.pairing_id], *standings.MEETINGS))
    return meeting


@action
def reinstate_meeting(meeting: Meeting, *, by: Member | None) -> Meeting:
    """Take back that a meeting was called off: the undo of cancelling."""
    access.check(by, "pairing.reinstate_meeting", pairing_id=meeting.pairing_id)
    if meeting.stage != Stage.CANCELLED:
        rules.check_meeting_moves(meeting.number, meeting.stage, Stage.INVITED)
    stage = Stage.INVITED if meeting.attendees.exists() else Stage.PLANNED
    rows.move(meeting, stage=stage, cancel_reason="")
    journal.record(meeting, "pairing.reinstate_meeting", by=by)
    standings.follow(measured_by([meeting.pairing_id], *standings.MEETINGS))
    return meeting


@action
def adopt_resolution(
    meeting: Meeting,
    *,
    text_zh: str,
    text_en: str = "",
    number: str = "",
    source: str = "",
    by: Member | None,
) -> Resolution:
    """Write down what a meeting that was held resolved."""
    access.check(by, "pairing.adopt_resolution", pairing_id=meeting.pairing_id)
    rules.check_can_resolve(meeting.number, meeting.stage)
    text_zh, text_en = shared.words(text_zh, text_en, "text_zh")
    Meeting.objects.filter(pk=meeting.pk).update(resolutions_numbered=F("resolutions_numbered") + 1)
    meeting.refresh_from_db(fields=["resolutions_numbered"])
    number = number or f"{meeting.number}-R{meeting.resolutions_numbered}"
    resolution = Resolution.objects.create(
        meeting=meeting,
        pairing_id=meeting.pairing_id,
        zone_id=meeting.zone_id,
        number=shared.checked_number(Resolution, number),
        text_zh=text_zh,
        text_en=text_en,
        is_illustrative=meeting.is_illustrative,
        source=source.strip(),
    )
    journal.record(resolution, "pairing.adopt_resolution", by=by, meeting=meeting.number)
    return resolution


# -- helpers -------------------------------------------------------------------------------------------------------


def _check_level(level: str) -> None:
    if level not in list(rules.MeetingLevel):
        raise BadInput(
            "pairing.meeting_level",
            gettext_noop("There is no level of meetings {level}. Take one of {levels}."),
            level=level,
            levels=", ".join(rules.MeetingLevel),
            field="level",
        )


def _facts(meeting: Meeting) -> dict[str, str]:
    at = clock.local(meeting.at)
    return {
        "number": meeting.number,
        "title": meeting.title_zh,
        "title_en": meeting.title_en,
        "at": at.strftime("%Y-%m-%d %H:%M"),
        "place": meeting.place_zh,
        "place_en": meeting.place_en,
    }


def ask_answer(attendee: MeetingAttendee, by: Member | None) -> None:
    """Put an invitation on the list of the member that it is for."""
    meeting, member = attendee.meeting, attendee.member
    if member is None:
        return
    work.open_item(
        "pairing.answer_invitation",
        attendee,
        member.unit_id,
        gettext_noop("Say whether you come to {title} on {at}"),
        _facts(meeting),
        meeting.url,
        clock.local(meeting.at).date(),
        member,
        by=by,
    )


_MINUTES_WORK = {
    "pairing.write_minutes": gettext_noop("Write the minutes of {title}"),
    "pairing.sign_minutes": gettext_noop("Sign the minutes of {title}"),
}


def open_minutes_work(meeting: Meeting, kind: str, by: Member | None) -> None:
    """Ask the offices that have not signed yet to write or sign the minutes."""
    signed = set(meeting.signatures.values_list("side", flat=True))
    for side in rules.SIDES:
        convenor = meeting.convenor_mountain if side == "mountain" else meeting.convenor_sea
        unit = shared.office_of(meeting.pairing_id, side) or (convenor.unit if convenor else None)
        if unit is not None and side not in signed:
            work.open_item(kind, meeting, unit, _MINUTES_WORK[kind], _facts(meeting), meeting.url, by=by)


def _close_for_side(meeting: Meeting, side: str, by: Member | None) -> None:
    """The side that has signed no longer has it on its list; the other one still has."""
    unit = shared.office_of(meeting.pairing_id, side)
    if unit is not None:
        shared.finish_work("pairing.sign_minutes", meeting, unit, by=by)


def _tell_attendees(meeting: Meeting, what: str, sentence: str, by: Member | None) -> None:
    notices.tell(
        f"pairing.meeting:{meeting.pk}:{what}",
        "pairing.meeting",
        sentence,
        _facts(meeting),
        meeting.url,
        meeting.attendees.exclude(member=None).values_list("member_id", flat=True),
        meeting.pairing_id,
        by=by,
    )


def tell_time(meeting: Meeting, by: Member | None) -> None:
    """Whoever is invited knows the new day and place; what has to be there by then moves with it."""
    for attendee in meeting.attendees.exclude(member=None):
        work.move_due("pairing.answer_invitation", attendee, clock.local(meeting.at).date())
    for point in meeting.agenda.all():
        work.move_due("pairing.missing_paper", point, shared.papers_due(meeting, clock.today()))
    _tell_attendees(
        meeting,
        f"changed:{meeting.version}",
        gettext_noop("Meeting {title} is now on {at}, {place}."),
        by,
    )


def _show(meeting: Meeting) -> None:
    visibility.place(meeting, meeting.at)
    shared.make_findable(meeting, code=meeting.number, zh=meeting.title_zh, en=meeting.title_en, scope="seen")
