"""Review meetings, agendas, services of intermediaries and commitment letters that spreadsheets bring.

Each row stands for an action of the page and is written by it. The check of a file writes its rows in their order in a
transaction that is undone: so it refuses what the page would, and a row may stand on one above it. No cell decides for a
meeting, verifies a promise or takes anything back: cells that actions set are held against the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from shanhai.core import access, clock, journal
from shanhai.core.actions import removal
from shanhai.core.models import Import, Member, Pairing
from shanhai.core.sheets.columns import Change, Problem, Register
from shanhai.core.sheets.refusing import problem_of
from shanhai.core.writing import action
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import commitments, meetings, services
from shanhai.fields.approval.models import CommitmentLetter, MeetingPoint, MeetingSeat, ReviewMeeting, Service
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries import meetings as find_meetings
from shanhai.fields.approval.queries import services as find_services
from shanhai.fields.approval.rules import meetings as meeting_rules
from shanhai.fields.approval.rules import sheets as rules
from shanhai.fields.office.actions.shared import origin
from shanhai.kernel.refusals import Refused

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Around:
    """Who brings rows, for which pairing, with which import."""

    by: Member
    pairing: Pairing
    on_import: Import | None = None


Put = Callable[[Change, Around], None]


# -- what stands against rows, and writing them -------------------------------------------------------------------


def _guard(
    register: Register, put: Put, open_to: frozenset[str], changes: Sequence[Change], around: Around
) -> list[list[Problem]]:
    found: list[list[Problem]] = []
    with transaction.atomic():
        for change in changes:
            against = list(_by_page(register, open_to, change)) or _tried(put, change, around)
            found.append([_problem(register, one) for one in against])
        transaction.set_rollback(True)
    return found


# Where an action names a field that the sheet calls otherwise.
_CELLS = {"at": "on", "on": "delivered_on"}


def _problem(register: Register, refused: Refused) -> Problem:
    names = {column.name for column in register.columns}
    field = str(refused.facts.get("field") or "")
    column = field if field in names else _CELLS.get(field, "")
    refused.facts["field"] = column if column in names else register.keys[0].name
    return problem_of(refused, register.keys[0].name)


def _tried(put: Put, change: Change, around: Around) -> list[Refused]:
    try:
        with transaction.atomic():
            put(change, around)
    except Refused as refused:
        return [refused]
    return []


def _by_page(register: Register, open_to: frozenset[str], change: Change) -> Iterator[Refused]:
    """The cells that no sheet changes: of a new row those that only actions set, of others all but some."""
    for name in change.differs(register.columns):
        if register.column(name).is_by_action or (change.before is not None and name not in open_to):
            yield rules.by_page(change.key, name)


def _write(
    register: Register, put: Put, take_out: Put, changes: Sequence[Change],
    by: Member | None, pairing: Pairing | None, on_import: Import | None,
) -> None:  # fmt: skip
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    if by is None or pairing is None:
        raise rules.brought_by_nobody()
    around = Around(by, pairing, on_import)
    for change in changes:
        (take_out if change.outcome == "gone" else put)(change, around)


def _gone(row: Any, verb: str, around: Around) -> None:
    journal.record_many(
        [row], verb, by=around.by, pairing_id=around.pairing.pk, each=[{"is_gone": True}], **origin(around.on_import)
    )  # fmt: skip


# -- review meetings -----------------------------------------------------------------------------------------------

_OF_MEETING = frozenset({"title_zh", "title_en", "on", "time", "place_zh", "place_en"})
_TEXTS = ("title_zh", "title_en", "place_zh", "place_en")


def _put_meeting(change: Change, around: Around) -> None:
    values = change.values
    at = datetime.combine(values["on"], rules.time_of(values["number"], values["time"]), clock.SHANGHAI)
    told = {name: values[name] for name in _TEXTS}
    if change.before is not None:
        meeting = find_meetings.meeting_of(around.by, values["number"])
        meetings.change_review_meeting(meeting, at=at, by=around.by, **told)
        return
    meetings.call_review_meeting(
        around.pairing, number=values["number"], level=values["level"], at=at, by=around.by, **told
    )


def _take_out_meeting(change: Change, around: Around) -> None:
    """Take a meeting out again that nobody has held; what had climbed to it comes before the next one."""
    meeting = ReviewMeeting.objects.select_related("pairing").get(pk=change.object_id or 0)
    find_meetings.check_convenes(meeting, around.by)
    meeting_rules.check_stage(meeting.number, meeting.stage, meeting_rules.MeetingStage.PLANNED)
    climbed = [one.item for one in find_meetings.points_of(meeting) if one.why == meeting_rules.Why.CLIMBED]
    level = meeting.level
    _gone(meeting, "approval.write_review_meetings", around)
    removal.take_out([meeting], [(MeetingSeat, "meeting"), (MeetingPoint, "meeting")])
    for item in climbed:
        if item.is_running:
            meetings.bring_forward(item, level, by=around.by)


def review_meetings_guard(changes: Sequence[Change], *, by: Member, pairing: Pairing) -> list[list[Problem]]:
    """What stands against meetings that a member brings: what stands against calling or moving them on the page."""
    return _guard(columns.MEETINGS, _put_meeting, _OF_MEETING, changes, Around(by, pairing))


@action
def write_review_meetings(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Call the meetings of new rows, move those that are still to come; take out what an undone import had called."""
    _write(columns.MEETINGS, _put_meeting, _take_out_meeting, changes, by, pairing, on_import)


# -- agendas -------------------------------------------------------------------------------------------------------


def _put_point(change: Change, around: Around) -> None:
    values = change.values
    meeting = find_meetings.meeting_of(around.by, values["meeting"])
    item = cases.item_of(around.by, values["case"], values["item"])
    meetings.put_on_agenda(meeting, [item], by=around.by)


def _take_out_point(change: Change, around: Around) -> None:
    point = MeetingPoint.objects.select_related("meeting__pairing", "item__case").get(
        pk=change.object_id or 0
    )
    meetings.take_off_agenda(point, by=around.by)


def review_agenda_guard(changes: Sequence[Change], *, by: Member, pairing: Pairing) -> list[list[Problem]]:
    """What stands against items that a member brings onto agendas."""
    return _guard(columns.AGENDA, _put_point, frozenset(), changes, Around(by, pairing))


@action
def write_review_agenda(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Put the items of new rows on the agendas of meetings to come; take off what an undone import had put there."""
    _write(columns.AGENDA, _put_point, _take_out_point, changes, by, pairing, on_import)


# -- services of intermediaries ------------------------------------------------------------------------------------

_OF_SERVICE = frozenset({"delivered_on", "reason"})


def _put_service(change: Change, around: Around) -> None:
    values = change.values
    rules.check_one_end(change.key, values["delivered_on"], values["reason"])
    if change.before is None:
        one = _ask(values, around)
    else:
        rules.check_not_undone(
            change.key, around.on_import is not None and around.on_import.stage == "undone"
        )
        one = find_services.service_of(around.by, values["case"], values["item"], values["number"])
    if values["delivered_on"]:
        services.deliver_service(one, on=values["delivered_on"], by=around.by)
    elif values["reason"]:
        services.end_service(one, reason=values["reason"], by=around.by)


def _ask(values: Values, around: Around) -> Service:
    item = cases.item_of(around.by, values["case"], values["item"])
    one = services.ask_service(
        item, find_services.intermediary_of(values["intermediary"]), kind=values["kind"],
        commissioned_by=values["commissioned_by"], evidence=values["evidence"],
        promised_days=values["promised_days"], on=values["asked_on"], by=around.by,
    )  # fmt: skip
    rules.check_next(item.name_zh, values["number"], one.number)
    return one


def _take_out_service(change: Change, around: Around) -> None:
    one = find_services.row_of(change.object_id or 0)
    _gone(one, "approval.write_services", around)
    services.take_back(one, by=around.by)
    removal.take_out([one])


def services_guard(changes: Sequence[Change], *, by: Member, pairing: Pairing) -> list[list[Problem]]:
    """What stands against services that a member brings: asked as on the page, delivered or given up as there."""
    return _guard(columns.SERVICES, _put_service, _OF_SERVICE, changes, Around(by, pairing))


@action
def write_services(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Ask for the services of new rows and end those that are over; take out what an undone import had asked."""
    _write(columns.SERVICES, _put_service, _take_out_service, changes, by, pairing, on_import)


# -- commitment letters --------------------------------------------------------------------------------------------


def _put_letter(change: Change, around: Around) -> None:
    values = change.values
    item = cases.item_of(around.by, values["case"], values["item"])
    commitments.give_letter(item, text=values["text"], evidence=values["evidence"], by=around.by)


def _take_out_letter(change: Change, around: Around) -> None:
    """Take a letter out again on which nobody has decided."""
    letter = CommitmentLetter.objects.select_related("item__case").get(pk=change.object_id or 0)
    cases.check_applicant(letter.item.case, around.by)
    commitments.uncover(letter)
    _gone(letter, "approval.write_commitment_letters", around)
    removal.take_out([letter])


def commitment_letters_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing
) -> list[list[Problem]]:
    """What stands against letters that a member brings: the rights of the page, and the life of a letter."""
    return _guard(columns.LETTERS, _put_letter, frozenset(), changes, Around(by, pairing))


@action
def write_commitment_letters(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Give the letters of new rows; take out what an undone import had given."""
    _write(columns.LETTERS, _put_letter, _take_out_letter, changes, by, pairing, on_import)
