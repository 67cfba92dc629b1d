"""What records say when they are printed: a case with its decisions and letters; a review meeting with its minutes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.models import Member, SignedCopy
from shanhai.core.printing.content import Block, Content, text
from shanhai.fields.approval.actions import meetings as actions
from shanhai.fields.approval.models import Case, CaseItem, ReviewMeeting
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import meetings, said
from shanhai.fields.approval.queries.letters import letters_of
from shanhai.fields.approval.rules.meetings import MeetingStage
from shanhai.webkit import words


def _day(day: Any) -> str:
    return words.day(day, "year") if day else words.NOTHING


def case(one: Case) -> Content:
    """The decisions of a case with their reasons, and the letters, addressed to the enterprise."""
    items = queries.whole(one)
    blocks = _table(_("Items"), (_("Item"), _("Decides"), _("Decision"), _("Decided")), map(_item, items))
    letters = letters_of(one, items, queries.materials_of(one))
    rows = [
        (said.words(said.LETTERS, row.kind), row.item.name if row.item else "", _day(row.on), _text(row))
        for row in letters
    ]
    blocks += _table(_("Letters to the applicant"), (_("Letter"), _("Item"), _("Date"), _("Text")), rows)
    return Content(
        title=one.project.name,
        head=one.owner_unit.organisation.name if one.owner_unit else "",
        to=one.enterprise.name,
        facts=(
            (_("Number"), one.number),
            (_("Project code"), one.project.project_code or words.NOTHING),
            (_("Catalogue"), one.catalogue.catalogue.name),
            (_("File opened"), _day(one.filed_on)),
            (_("Accepted for review"), _day(one.accepted_on)),
        ),
        now=((_("Stage"), said.words(said.STAGES, one.stage)), (_("Planned end"), _day(one.planned_on))),
        blocks=blocks,
        gist=said.words(said.STAGES, one.stage),
    )


def review_meeting(one: ReviewMeeting) -> Content:
    """The minutes of a review meeting (会议纪要) once they are written; before, its notice with the agenda."""
    at = clock.local(one.at)
    is_minuted = one.stage in (MeetingStage.MINUTED, MeetingStage.SIGNED)
    seats = meetings.seats_of(one)
    counted = [seat for seat in seats if seat.is_counted]
    level = said.words(said.MEETING_LEVELS, one.level)
    head = _("{meeting}: minutes") if is_minuted else _("{meeting}: notice")
    rows = [
        (str(point.order), point.item.case.project.name, point.item.name, _decided(point))
        for point in meetings.points_of(one)
    ]
    blocks = _table(_("Agenda and decisions"), (_("No."), _("Project"), _("Item"), _("Decision")), rows)
    if is_minuted:
        blocks += (Block("heading", _("Minutes")), *text(one.minutes))
    comma = "、" if words.is_chinese() else ", "
    sits = comma.join(
        seat.name for seat in (counted if not is_minuted else seats) if not is_minuted or seat.is_present
    )
    return Content(
        title=one.title,
        shape="minutes",
        head=head.format(meeting=level[:1].upper() + level[1:]),
        facts=(
            (_("Number"), one.number),
            (_("Time"), f"{_day(at.date())} {at:%H:%M}"),
            (_("Place"), one.place or words.NOTHING),
            (_("Present") if is_minuted else _("Needed for the quorum"), sits or words.NOTHING),
        ),
        now=((_("Status"), said.words(said.MEETING_STAGES, one.stage)),),
        blocks=blocks,
        stamps=tuple(seat.name for seat in counted if seat.is_present) if is_minuted else (),
        gist=f"{_day(at.date())} {at:%H:%M}",
    )


def _decided(point: Any) -> str:
    if not point.verdict:
        return words.NOTHING
    verdict = said.words(said.VERDICTS_SAID, point.verdict)
    colon = "：" if words.is_chinese() else ": "
    return f"{verdict}{colon}{point.text}" if point.text else verdict


def sign_minutes(one: ReviewMeeting, copy: SignedCopy, on: Any, person: str, by: Member | None) -> bool:
    """A matched scan signs the minutes: for all that are left where the unit that called the meeting brings it."""
    if one.stage != MeetingStage.MINUTED:
        return False
    actions.sign_review_minutes(one, on=on, person=person, copy=copy, by=by)
    return True


def _item(item: CaseItem) -> tuple[str, ...]:
    decision = (
        said.words(said.DECIDED, item.decision) if item.decision else said.words(said.STATES, item.state)
    )
    told = f"{decision}：{item.reasons}" if words.is_chinese() and item.reasons else decision
    if item.reasons and not words.is_chinese():
        told = f"{decision}: {item.reasons}"
    return item.name, item.department_name, told, _day(item.decided_on)


def _text(row: Any) -> str:
    lines = [f"{name} {text}".strip() for name, text in row.lines]
    return "\n".join(filter(None, (row.text, *lines)))


def _table(heading: str, heads: tuple[str, ...], rows: Any) -> tuple[Block, ...]:
    found = tuple(rows)
    return (Block("heading", heading), Block("table", heads=heads, rows=found)) if found else ()
