"""The files of review meetings in a zone folder: the meeting, who sits in it, its agenda with the decisions, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from shanhai.core import clock
from shanhai.core.models import Member, Pairing, Unit
from shanhai.fields.approval.actions import meeting_loading as actions
from shanhai.fields.approval.models import ReviewMeeting
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    TEXT,
    WHOLE,
    YES,
    Read,
    Row,
    grouped,
    line_of,
    one,
    rows,
    said,
    seen,
    write_files,
)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


MEETINGS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "side": TEXT, "keeper": TEXT, "level": TEXT, "stage": TEXT, "title_zh": TEXT,
    "title_en": TEXT, "at": _moment, "place_zh": TEXT, "place_en": TEXT, "minutes_zh": TEXT, "minutes_en": TEXT,
    "minutes_no": WHOLE, "cancel_reason": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
SEATS: dict[str, Read] = {
    "meeting": TEXT, "code": TEXT, "role": TEXT, "unit": TEXT, "is_absent": YES, "name_zh": TEXT, "name_en": TEXT,
    "side": TEXT, "is_present": YES, "person": TEXT,
}  # fmt: skip
POINTS: dict[str, Read] = {
    "meeting": TEXT, "order": WHOLE, "case": TEXT, "item": TEXT, "why": TEXT, "verdict": TEXT, "text": TEXT,
    "due_on": DAY, "decided_on": DAY,
}  # fmt: skip
SIGNATURES: dict[str, Read] = {"meeting": TEXT, "seat": TEXT, "person": TEXT, "on": DAY}
FILES = {
    "review_meetings.csv": MEETINGS,
    "review_meeting_seats.csv": SEATS,
    "review_meeting_points.csv": POINTS,
    "review_meeting_signatures.csv": SIGNATURES,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the meetings of a folder; those that are there already are left alone."""
    parts = {name: grouped("meeting", rows(folder / name, FILES[name])) for name in list(FILES)[1:]}
    counts = dict.fromkeys(FILES, 0)
    lines = rows(folder / "review_meetings.csv", MEETINGS)
    for line in lines:
        own = {name: found[line["number"]] for name, found in parts.items()}
        if actions.is_there(line["number"]):
            continue
        _write(line, own, by)
        counts["review_meetings.csv"] += 1
        for name, some in own.items():
            counts[name] += len(some)
    return {name: n for name, n in counts.items() if lines or n}


def _write(line: Row, parts: dict[str, list[Row]], by: Member | None) -> None:
    pairing, keeper = one(Pairing, line.pop("pairing")), line.pop("keeper")
    is_illustrative = line.pop("standing") == "illustrative"
    for row in parts["review_meeting_seats.csv"]:
        row["unit"] = one(Unit, row["unit"])
    for row in parts["review_meeting_points.csv"]:
        row["item"] = cases.item_of(None, row.pop("case"), row["item"])
    actions.load_review_meeting(
        pairing,
        keeper=one(Unit, keeper) if keeper else None,
        is_illustrative=is_illustrative,
        seats=parts["review_meeting_seats.csv"],
        points=parts["review_meeting_points.csv"],
        signatures=parts["review_meeting_signatures.csv"],
        by=by,
        **line,
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the meetings that a member sees, in order of their numbers."""
    found = list(queries.whole(seen(ReviewMeeting, by).order_by("number")))
    lines: dict[str, Iterator[Row]] = {
        "review_meetings.csv": (_meeting(row) for row in found),
        "review_meeting_seats.csv": (
            {"meeting": row.number} | {name: said(getattr(seat, name)) for name in list(SEATS)[1:]}
            for row in found
            for seat in row.seats.all()
        ),
        "review_meeting_points.csv": (
            {"meeting": row.number, "case": point.item.case.number, "item": point.item.code}
            | {name: said(getattr(point, name)) for name in POINTS if name not in ("meeting", "case", "item")}
            for row in found
            for point in row.points.all()
        ),
        "review_meeting_signatures.csv": (
            {"meeting": row.number, "seat": one.seat.code, "person": one.person, "on": said(one.on)}
            for row in found
            for one in row.signatures.all()
        ),
    }
    return write_files(folder, FILES, lines)


def _meeting(row: ReviewMeeting) -> Row:
    own = {
        "pairing": row.pairing.code,
        "keeper": said(row.owner_unit),
        "at": f"{clock.local(row.at):%Y-%m-%dT%H:%M}",
    }
    return line_of(row, MEETINGS, own)
