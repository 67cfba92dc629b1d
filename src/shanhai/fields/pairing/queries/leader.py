"""What a leader is asked about: five figures, what is red, the next meeting, the instructions that wait.

Everything comes from the account that the home page shows, so both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, prefetch_related_objects

from shanhai.core import clock
from shanhai.core.models import Member, Pairing
from shanhai.fields.office.queries import instructions
from shanhai.fields.office.rules.instructions import Stage
from shanhai.fields.pairing import quantities, rules
from shanhai.fields.pairing.queries.account import Account, account, slack_days
from shanhai.fields.pairing.queries.commitments import Progress

FIGURES = 5
# What a leader is asked about first.
_WEIGHTS = ("commitment", "money", "item", "appraisal")


@dataclass(frozen=True, slots=True)
class Figure:
    """One commitment as the page says it: all figures in one unit, chosen by the promise."""

    progress: Progress
    delivered: str
    promised: str
    exact: str
    bar: tuple[Any, Any, Any, Any]

    @property
    def commitment(self) -> Any:
        """The commitment."""
        return self.progress.commitment

    @property
    def status(self) -> str:
        """How it stands."""
        return str(self.progress.status)


@dataclass(frozen=True, slots=True)
class Red:
    """Something late or at risk: who must act, and the record that an instruction would stand on."""

    what: str
    url: str
    status: str  # late, at_risk
    holders: tuple[tuple[str, Any], ...]
    due_on: date
    record: tuple[str, int]

    @property
    def slack(self) -> int:
        """Working days until it is due; negative when it is late."""
        return slack_days(self.due_on)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on a leader's desk today."""

    account: Account
    figures: tuple[Figure, ...]
    red: tuple[Red, ...]
    given: tuple[Any, ...]  # instructions by the leader, or by the leaders of the side
    due: tuple[Any, ...]  # instructions that the reader's own unit carries out


def desk(member: Member | None, pairing: Pairing) -> Desk:
    """What lies on the desk of a member in a pairing, with what is nested in it; None sees all."""
    found = account(member, pairing, urgent=0, is_kept_enough=True)
    rows = instructions.instructions_of(member, pairing).filter(stage__in=(Stage.OPEN, Stage.REPORTED))
    return Desk(
        account=found,
        figures=tuple(figure_of(one) for one in chosen(found)),
        red=tuple(red_of(found)),
        given=tuple(_given(rows, member)),
        due=tuple(rows.filter(stage=Stage.OPEN, unit_id=member.unit_id).order_by("due_on", "id"))
        if member
        else (),
    )


def chosen(found: Account) -> list[Progress]:
    """The five commitments of this year that a leader is asked about.

    The main one of each field, in the order of the fields, so that a figure stands where it stood yesterday; fewer than
    five fields are filled up with their other main ones, then with any.
    """
    year = found.on.year
    own = [one for one in found.own if one.frame.starts_on.year <= year <= one.frame.due_on.year]
    main = [one for one in own if one.commitment.is_main]
    of_field: dict[str, Progress] = {}
    for one in main:
        of_field.setdefault(one.commitment.field, one)
    first = list(of_field.values())[:FIGURES]
    rest = [one for one in [*main, *own] if one not in first]
    wanted = [*first, *dict.fromkeys(rest)][:FIGURES] if len(first) < FIGURES else first
    return [one for one in own if one in wanted]


def figure_of(one: Progress) -> Figure:
    """How a commitment stands, in the unit of its promise."""
    scale = quantities.scale_of(one.commitment, one.promised)
    looks_ahead = one.forecast is not None and one.frame.due_on >= clock.today()
    return Figure(
        progress=one,
        delivered=scale.say(one.delivered),
        promised=scale.full(one.promised),
        exact=quantities.exact(one.commitment, one.delivered, scale),
        bar=(
            scale.rounded(one.delivered),
            scale.rounded(one.promised),
            scale.rounded(one.forecast) if looks_ahead else None,
            scale.rounded(one.pace) if one.pace < one.promised else None,
        ),
    )


def red_of(found: Account) -> list[Red]:
    """All that is late, then what is at risk: main commitments first, appraisals last, longest waiting first."""
    main = {one.commitment.pk for one in found.main}

    def weight(kind: str, key: int) -> int:
        return 0 if kind == "commitment" and key in main else _WEIGHTS.index(kind) + 1

    late = [
        Red(one.what, one.url, "late", one.holders, one.due_on, one.record)
        for one in sorted(found.late, key=lambda one: (weight(one.kind, one.record[1]), one.due_on, one.what))
    ]
    risky = sorted(
        (one for one in found.commitments if one.status == rules.Status.AT_RISK),
        key=lambda one: (weight("commitment", one.commitment.pk), one.frame.due_on, one.commitment.code),
    )
    # The account asks for the units of what is late alone.
    prefetch_related_objects(
        [one.commitment for one in risky], "mountain_unit__organisation", "sea_unit__organisation"
    )
    at_risk = [
        Red(
            one.commitment.name,
            one.commitment.url,
            "at_risk",
            tuple(one.holders),
            one.frame.due_on,
            ("pairing.commitment", one.commitment.pk),
        )
        for one in risky
    ]
    return [*late, *at_risk]


def _given(rows: QuerySet[Any], member: Member | None) -> QuerySet[Any]:
    """What one gave and is not closed: reported back first, since it waits for the leader's word."""
    mine = rows if member is None else rows.filter(Q(leader=member))
    return mine.order_by(F("reported_on").asc(nulls_last=True), "due_on", "id")


def desk_as_plain(found: Desk) -> dict[str, Any]:
    """The desk as plain JSON types, for the API and the command."""
    coming = found.account.meeting
    return {
        "pairing": found.account.pairing.code,
        "on": found.account.on.isoformat(),
        "figures": [
            {
                "commitment": one.commitment.code,
                "name": one.commitment.name,
                "owes": one.commitment.owes,
                "unit": one.commitment.unit,
                "delivered": str(one.progress.delivered),
                "promised": str(one.progress.promised),
                "status": one.status,
                "url": one.commitment.url,
            }
            for one in found.figures
        ],
        "red": [
            {
                "what": one.what,
                "status": one.status,
                "due_on": one.due_on.isoformat(),
                "slack_working_days": one.slack,
                "rests_with": [unit.code for _side, unit in one.holders],
                "url": one.url,
                "record_kind": one.record[0],
                "record_id": one.record[1],
            }
            for one in found.red
        ],
        "next_meeting": None
        if coming is None
        else {
            "number": coming.meeting.number,
            "at": clock.local(coming.meeting.at).isoformat(),
            "place": coming.meeting.place,
            "asks": [
                {"side": point.side, "asks": point.asks}
                for side in rules.SIDES
                for point in coming.asks(side)
            ],
            "url": coming.meeting.url,
        },
        "instructions_given": [_instruction(one) for one in found.given],
        "instructions_due": [_instruction(one) for one in found.due],
    }


def _instruction(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "text": one.text_said,
        "stage": str(one.stage),
        "unit": one.unit.code,
        "due_on": one.due_on.isoformat(),
        "slack_working_days": slack_days(one.due_on),
        "url": one.url,
    }
