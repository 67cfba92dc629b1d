"""What a table of the approval platform may say of a case: forward, in an order in which it can have happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shanhai.fields.approval.rules import replies
from shanhai.fields.approval.rules.cases import WORDS, State
from shanhai.kernel.refusals import BadInput, NotNow, Refused, gettext_noop

# How far a file is; a table never takes it back.
FILED = ("filing", "received", "review")


@dataclass(frozen=True, slots=True)
class Held:
    """An item as it stands here."""

    code: str
    name: str
    state: str
    after: tuple[str, ...]
    opens_on: date | None = None
    decided_on: date | None = None
    decision: str = ""
    disagreed: int = 0
    left_papers: int = 0
    services_out: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of an item."""

    item: str
    state: str
    decision: str = ""
    decided_on: date | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows that are decisions, in an order in which they can be taken, and what stands against the others."""

    order: tuple[Told, ...]
    refused: Mapping[str, Refused]


def judge(number: str, items: Mapping[str, Held], told: Sequence[Told], today: date) -> Judged:
    """Hold the rows of a table against the items of a case, as if those that can come first were written already.

    Parameters
    ----------
    number
        Of the case, for the words.
    items
        By code, all of the case.
    told
        One row for each item at most; rows that say what is so already are allowed and do nothing.

    Returns
    -------
    Judged
        Decisions in order of their day, then of the catalogue; refusals by code of the item. Nothing raises.
    """
    refused: dict[str, Refused] = {}
    left: dict[str, Told] = {}
    for row in told:
        try:
            if _is_news(number, items, row, today):
                left[row.item] = row
        except Refused as found:
            refused[row.item] = found
    ends = {one.code: one.decided_on for one in items.values() if one.decided_on is not None}
    order: list[Told] = []
    places = {code: n for n, code in enumerate(items)}
    is_over = False
    while ready := sorted(
        (row for row in left.values() if all(code in ends for code in items[row.item].after)),
        key=lambda row: (row.decided_on or today, places[row.item]),
    ):
        row = left.pop(ready[0].item)
        try:
            _check_day(number, items[row.item], row, ends, is_over)
        except Refused as found:
            refused[row.item] = found
            continue
        assert row.decided_on is not None
        is_over |= row.decision == replies.Decision.REFUSED
        ends[row.item] = row.decided_on
        order.append(row)
    for row in left.values():
        refused[row.item] = _waits(number, items, row, ends)
    for row in told:
        if row.state == State.OPEN and row.item not in refused and items[row.item].state == State.WAITING:
            out = [code for code in items[row.item].after if code not in ends]
            if out:
                refused[row.item] = _waits(number, items, row, ends)
    return Judged(tuple(order), refused)


def _is_news(number: str, items: Mapping[str, Held], row: Told, today: date) -> bool:
    """Whether a row brings a decision; what it cannot say is refused."""
    one = items.get(row.item)
    if one is None:
        raise BadInput(
            "approval.platform_item",
            gettext_noop("Case {number} has no item {item}. Take one of its items, or leave the row out."),
            number=number,
            item=row.item,
            field="item",
        )
    if one.state == State.DECIDED:
        _check_same(number, one, row)
        return False
    if row.state != State.DECIDED and (row.decision or row.decided_on):
        raise BadInput(
            "approval.platform_undecided",
            gettext_noop(
                "{item} has a decision or its day, and is not called decided. Correct one of the two."
            ),
            item=one.name,
            field="state",
        )
    if one.state in (State.STOPPED, State.DROPPED):
        raise NotNow(
            "approval.platform_halted",
            gettext_noop(
                "{item} of {number} stands here as: {state}. Settle that on the page of the case first."
            ),
            item=one.name,
            number=number,
            state=WORDS.get(one.state, one.state),
            field="state",
        )
    if one.services_out and row.state == State.DECIDED:
        raise NotNow(
            "approval.platform_service_out",
            gettext_noop(
                "Intermediaries still work on {item} of {number}. Say that they have delivered, or give them up, then bring its "
                "decision."
            ),
            item=one.name,
            number=number,
            field="state",
        )
    if row.state == State.WAITING and one.state == State.OPEN:
        raise _back(number, one)
    if row.state == State.DECIDED:
        _check_decision(one, row, today)
    return row.state == State.DECIDED


def _check_same(number: str, one: Held, row: Told) -> None:
    if (row.state, row.decision, row.decided_on) != (State.DECIDED, one.decision, one.decided_on):
        raise _back(number, one)


def _back(number: str, one: Held) -> NotNow:
    return NotNow(
        "approval.platform_back",
        gettext_noop(
            "{item} of {number} is further here already: {state}. A table never takes it back; leave the row out, or recall the "
            "decision on the page."
        ),
        item=one.name,
        number=number,
        state=WORDS.get(one.state, one.decision or one.state),
        field="state",
    )


def _check_decision(one: Held, row: Told, today: date) -> None:
    if row.decided_on is None or not row.decision:
        raise BadInput(
            "approval.platform_without_day",
            gettext_noop("{item} is decided; say how and on which day."),
            item=one.name,
            field="decided_on" if row.decided_on is None else "decision",
        )
    if row.decided_on > today:
        raise BadInput(
            "approval.platform_future",
            gettext_noop("{item} is decided on {day}, which is yet to come. Correct the day."),
            item=one.name,
            day=row.decided_on,
            field="decided_on",
        )
    replies.check_decision(one.name, row.decision, row.reasons, 0, one.disagreed)


def _check_day(number: str, one: Held, row: Told, ends: Mapping[str, date], is_over: bool) -> None:
    opened = one.opens_on or max((ends[code] for code in one.after), default=None)
    if is_over:
        raise NotNow(
            "approval.platform_after_refusal",
            gettext_noop(
                "{item} of {number} comes after a refusal in the same table, which ends the case. Leave it out."
            ),
            item=one.name,
            number=number,
            field="state",
        )
    if opened is not None and row.decided_on is not None and row.decided_on < opened:
        raise BadInput(
            "approval.platform_before",
            gettext_noop("{item} is decided on {day}, and opened on {opened} only. Correct the day."),
            item=one.name,
            day=row.decided_on,
            opened=opened,
            field="decided_on",
        )
    if one.left_papers and row.decision == replies.Decision.APPROVED:
        raise NotNow(
            "approval.papers_promised",
            gettext_noop(
                "{item} waits for {n} materials that the applicant promised to bring. Approve it when they are there."
            ),
            item=one.name,
            n=one.left_papers,
        )


def _waits(number: str, items: Mapping[str, Held], row: Told, ends: Mapping[str, date]) -> NotNow:
    out = [items[code].name for code in items[row.item].after if code not in ends]
    return NotNow(
        "approval.platform_waits",
        gettext_noop("{item} of {number} waits here for: {others}. Bring their decisions in the same table."),
        item=items[row.item].name,
        number=number,
        others="、".join(out),
        field="state",
    )


def check_file(number: str, stage: str, days: Sequence[date | None], today: date) -> None:
    """A file has the days of the stages that it has come to, in order, and none in the future.

    Parameters
    ----------
    days
        Filed, received, accepted on; (3,).
    """
    reached = FILED.index(stage) + 1
    names = ("filed_on", "received_on", "accepted_on")
    before: date | None = None
    for n, (name, day) in enumerate(zip(names, days, strict=True)):
        if (day is None) == (n < reached):
            raise BadInput(
                "approval.platform_days",
                gettext_noop(
                    "File {number} has a day too many or too few for its stage. Give the days up to it."
                ),
                number=number,
                field=name,
            )
        if day is not None and (day > today or (before is not None and day < before)):
            raise BadInput(
                "approval.platform_order",
                gettext_noop(
                    "File {number}: {day} is before the step above it, or yet to come. Correct the day."
                ),
                number=number,
                day=day,
                field=name,
            )
        before = day or before


def check_forward(number: str, here: str, told: str) -> None:
    """A file only goes forward by a table."""
    position = FILED.index(here) if here in FILED else len(FILED)
    if FILED.index(told) < position:
        raise NotNow(
            "approval.platform_file_back",
            gettext_noop(
                "File {number} is further here already. A table never takes it back; leave the row out."
            ),
            number=number,
            field="stage",
        )


def check_dates(number: str, started_on: date, ended_on: date, today: date) -> None:
    """A past case is over, and ended after it began."""
    if not started_on <= ended_on <= today:
        raise BadInput(
            "approval.dated_order",
            gettext_noop("Past case {number} ends before it began, or is not over. Correct its two days."),
            number=number,
            field="ended_on",
        )
