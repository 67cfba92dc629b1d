"""Registers of joint meetings, and of what was said and resolved there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from shanhai.core import access, clock, journal, search, visibility, work
from shanhai.core.rows import move
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import items, meetings, standings
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    go_on_above,
    in_pairing_of,
    places,
    standing,
    writer,
)
from shanhai.fields.pairing.models import (
    ActionItem,
    Activity,
    AgendaItem,
    Meeting,
    MeetingAttendee,
    MinutesSignature,
    Resolution,
)
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel import signing

# The cells of which the invited are told.
_TIME = ("on", "time", "place_zh", "place_en")


def _write_meetings(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    sides = access.standing(bringing.by).sides if bringing.by is not None else {}

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        hours, minutes = map(int, values["time"].split(":"))
        on: date = values["on"]
        has_minutes = bool(values["minutes_zh"])
        signed = sum(values[f"signed_{side}_on"] is not None for side in rules.SIDES)
        return {
            "number": values["number"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "level": values["level"],
            "stage": values["stage"],
            "at": datetime(on.year, on.month, on.day, hours, minutes, tzinfo=clock.SHANGHAI),
            "convenor_mountain_id": bringing.ref(values, "convenor_mountain"),
            "convenor_sea_id": bringing.ref(values, "convenor_sea"),
            "quorum_mountain": values["quorum_mountain"],
            "quorum_sea": values["quorum_sea"],
            "minutes_no": 1 if has_minutes else 0,
            "signatures_left": 2 - signed,
            "owner_unit_id": bringing.by.unit_id if bringing.by is not None else None,
            "owner_side": sides.get(pairing_id, "mountain"),
            "reach": visibility.Reach.BOTH,
            **both(values, "title", "place", "minutes"),
            **standing(values),
        }

    def taken(row: Meeting, values: dict[str, Any]) -> dict[str, Any]:
        # Whoever brings a change to a meeting does not become its owner.
        return {name: value for name, value in values.items() if name not in ("owner_unit_id", "owner_side")}

    rows = bringing.write(Meeting, fields, taken=taken)
    for row, change in zip(rows, bringing.changes, strict=True):
        _sign_minutes(row, change.values)
        visibility.place(row, row.at)
        if bringing.by is not None and change.before and change.differs_in(*_TIME):
            meetings.tell_time(row, bringing.by)
    search.put_many(map(finding.of_meeting, rows))
    standings.follow(measured_by({row.pairing_id for row in rows}, *standings.MEETINGS))


def _sign_minutes(meeting: Meeting, values: Values) -> None:
    for side in rules.SIDES:
        on = values[f"signed_{side}_on"]
        if on is None:
            MinutesSignature.objects.filter(meeting=meeting, side=side).delete()
            continue
        MinutesSignature.objects.update_or_create(
            meeting=meeting,
            side=side,
            defaults={
                "on": on,
                "minutes_no": meeting.minutes_no,
                "minutes_sha256": signing.digest(meeting.minutes_zh, meeting.minutes_en),
            },
        )


def _meetings_of(bringing: Bringing) -> dict[int | None, Meeting]:
    keys = {bringing.ref(change.values, "meeting") for change in bringing.changes}
    return dict(Meeting.objects.in_bulk(keys))


def _write_attendees(bringing: Bringing) -> None:
    above = _meetings_of(bringing)
    rows = bringing.write(
        MeetingAttendee,
        lambda values: {
            "meeting": above[bringing.ref(values, "meeting")],
            "side": values["side"],
            "person": values["person"],
            "member_id": bringing.ref(values, "member"),
            "post": values["post"],
            "post_en": values["post_en"],
            "answer": values["answer"],
            "is_present": values["is_present"],
        },
    )
    if bringing.by is not None:
        _follow_list(bringing, rows)


def _follow_list(bringing: Bringing, rows: Sequence[MeetingAttendee]) -> None:
    """A meeting with guests is an invited one; whoever has an answer is not asked any more."""
    invited = {
        row.meeting for row, change in zip(rows, bringing.changes, strict=True) if change.before is None
    }
    for meeting in sorted(invited, key=lambda one: one.pk):
        if meeting.stage == rules.MeetingStage.PLANNED:
            move(meeting, stage=rules.MeetingStage.INVITED)
            journal.record(meeting, bringing.verb, by=bringing.by, **bringing.origin)
    for row in rows:
        if row.answer != MeetingAttendee.Answer.NONE:
            work.done("pairing.answer_invitation", row, by=bringing.by)


def _write_agenda(bringing: Bringing) -> None:
    above = _meetings_of(bringing)
    bringing.write(
        AgendaItem,
        lambda values: {
            "meeting": above[bringing.ref(values, "meeting")],
            "order": values["order"],
            "side": values["side"],
            "needs_paper": values["needs_paper"],
            **both(values, "title", "asks"),
        },
    )


def _write_resolutions(bringing: Bringing) -> None:
    above = in_pairing_of(Meeting, (bringing.ref(one.values, "meeting") for one in bringing.changes))

    def fields(values: Values) -> dict[str, Any]:
        meeting = bringing.ref(values, "meeting") or 0
        return {
            "number": values["number"],
            "meeting_id": meeting,
            **above[meeting],
            **both(values, "text"),
            **standing(values),
        }

    rows = bringing.write(Resolution, fields)
    go_on_above(Meeting, "resolutions_numbered", rows, "meeting_id", "number", "-R")


def _write_action_items(bringing: Bringing) -> None:
    above = {
        name: in_pairing_of(model, (bringing.ref(one.values, name) for one in bringing.changes))
        for name, model in (("resolution", Resolution), ("activity", Activity))
    }
    plain = (
        "number", "field", "lead", "stage", "assigned_on", "due_on", "report", "report_en", "reported_on", "done_on",
        "extension_reason", "escalated_on", "escalated_to",
    )  # fmt: skip

    def fields(values: Values) -> dict[str, Any]:
        name = "resolution" if values["resolution"] else "activity"
        origin = bringing.ref(values, name) or 0
        return {
            **{name: values[name] for name in plain},
            f"{name}_id": origin,
            **above[name][origin],
            "first_due_on": values["first_due_on"] or values["due_on"],
            "mountain_unit_id": bringing.ref(values, "mountain_unit"),
            "sea_unit_id": bringing.ref(values, "sea_unit"),
            **both(values, "title"),
            **standing(values),
        }

    def taken(row: ActionItem, values: dict[str, Any]) -> dict[str, Any]:
        is_extended = bringing.by is not None and values["due_on"] != row.due_on
        # With more time an item comes down again from the leaders in charge.
        return values | ({"escalated_on": None, "escalated_to": ""} if is_extended else {})

    rows = bringing.write(ActionItem, fields, taken=taken)
    for row, change in zip(rows, bringing.changes, strict=True):
        if bringing.by is not None and change.before and change.differs_in("due_on"):
            items.tell_extension(row, row.extension_reason)
    for model, key in ((Resolution, "resolution_id"), (Activity, "activity_id")):
        of_it = [row for row in rows if getattr(row, key)]
        go_on_above(model, "items_numbered", of_it, key, "number", "-")
    search.put_many(map(finding.of_item, rows))
    standings.follow(measured_by({row.pairing_id for row in rows}, "pairing.items_on_time"))


write_meetings = writer(_write_meetings, tables.MEETINGS)
write_attendees = writer(_write_attendees, tables.ATTENDEES)
write_agenda = writer(_write_agenda, tables.AGENDA)
write_resolutions = writer(_write_resolutions, tables.RESOLUTIONS)
write_action_items = writer(_write_action_items, tables.ACTION_ITEMS)
