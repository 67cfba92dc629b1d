"""Joint meetings: their stages, quorum, minutes and resolutions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shanhai.fields.pairing.rules.shared import SIDES, Side
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class MeetingLevel(StrEnum):
    LEADERS = "leaders"
    LEADERS_IN_CHARGE = "leaders_in_charge"
    OFFICE = "office"


class MeetingStage(StrEnum):
    PLANNED = "planned"
    INVITED = "invited"
    HELD = "held"
    MINUTED = "minuted"
    SIGNED = "signed"
    CANCELLED = "cancelled"


_MEETING_MOVES = {
    MeetingStage.PLANNED: (MeetingStage.INVITED, MeetingStage.CANCELLED),
    MeetingStage.INVITED: (MeetingStage.HELD, MeetingStage.CANCELLED),
    MeetingStage.HELD: (MeetingStage.MINUTED,),
    MeetingStage.MINUTED: (MeetingStage.MINUTED, MeetingStage.SIGNED),
    MeetingStage.SIGNED: (),
    MeetingStage.CANCELLED: (),
}


def check_meeting_moves(number: str, stage: str, to: MeetingStage) -> None:
    """A meeting goes planned, invited, held, minuted, signed; it is cancelled before it is held."""
    if to not in _MEETING_MOVES[MeetingStage(stage)]:
        raise NotNow(
            "pairing.meeting_stage",
            gettext_noop(
                "Meeting {number} is {stage}; it cannot become {to} now. It is planned, invited, "
                "held, minuted and signed in this order, and called off only before it is held."
            ),
            number=number,
            stage=MeetingStage(stage),
            to=to,
        )


def check_to_come(number: str, stage: str) -> None:
    """Time, place, guests and agenda are settled before a meeting is held."""
    if stage not in (MeetingStage.PLANNED, MeetingStage.INVITED):
        raise NotNow(
            "pairing.meeting_over",
            gettext_noop(
                "Meeting {number} is {stage}; this is done before it is held. What is to be otherwise"
                " belongs on the agenda of the next meeting."
            ),
            number=number,
            stage=MeetingStage(stage),
        )


def check_can_resolve(number: str, stage: str) -> None:
    """A meeting resolves when it is held."""
    if stage not in (MeetingStage.HELD, MeetingStage.MINUTED, MeetingStage.SIGNED):
        raise NotNow(
            "pairing.resolution_before_meeting",
            gettext_noop(
                "Meeting {number} is {stage}; it resolves when it is held. Write its resolutions down"
                " when it has been held."
            ),
            number=number,
            stage=MeetingStage(stage),
        )


def check_resolution_open(number: str, stage: str, signatures: int) -> None:
    """What a meeting resolved stands from the first signature under its minutes."""
    if signatures or stage == MeetingStage.SIGNED:
        raise NotNow(
            "pairing.resolution_signed",
            gettext_noop(
                "The minutes of meeting {number} are signed, so its resolutions stand. Bring what is to be "
                "otherwise before the next meeting."
            ),
            number=number,
        )


def check_quorums(number: str, mountain: int, sea: int) -> None:
    """A joint meeting has somebody of each side."""
    if mountain < 1 or sea < 1:
        raise BadInput(
            "pairing.quorum_of_both",
            gettext_noop(
                "Meeting {number} needs a quorum of at least one person of each side. Give both numbers."
            ),
            number=number,
        )


@dataclass(frozen=True, slots=True)
class Attendance:
    """One name on the list of a meeting."""

    side: str
    name: str
    is_present: bool


def check_quorum(number: str, attendees: Sequence[Attendance], quorum: Mapping[str, int]) -> None:
    """A joint meeting decides only where enough of each side are there.

    Raises
    ------
    NotNow
        ``pairing.no_quorum``, with the side, how many are there and needed, and who is missing.
    """
    for side in SIDES:
        present = [a.name for a in attendees if a.side == side and a.is_present]
        if len(present) < quorum[side]:
            missing = [a.name for a in attendees if a.side == side and not a.is_present]
            raise NotNow(
                "pairing.no_quorum",
                gettext_noop(
                    "Meeting {number} has no quorum on the {side} side: {present} of {needed} are there. "
                    "Missing: {missing}."
                ),
                number=number,
                side=Side(side),
                present=len(present),
                needed=quorum[side],
                missing=", ".join(missing) or "–",
            )


def check_time(number: str, text: str) -> None:
    """A time of day as offices write it: 09:30."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise BadInput(
            "pairing.time_form",
            gettext_noop("{time} is no time of day for meeting {number}. Write it as 09:30."),
            number=number,
            time=text,
        )
