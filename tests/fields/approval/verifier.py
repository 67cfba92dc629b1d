"""Counting and replaying again in another way, to hold against what the product says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any


def counted_day_by_day(runs: Any, first: date, last: date, calendar: Any) -> tuple[int, int, int]:
    """Working days of calendar, government and owner, one day after the other."""
    whole = government = owner = 0
    day = first + timedelta(days=1)
    while day <= last:
        if calendar.is_working(day):
            whole += 1
            runs_today = waits_for_owner = False
            for run in runs:
                if not (run.opened_on < day <= (run.ended_on or last)):
                    continue
                waits = [h for h in run.halts if h.from_on < day <= (h.until_on or last)]
                # Who waits for an intermediary of the government has its days counted all the same.
                halted = [h for h in waits if h.whose != "gov"]
                runs_today |= not halted
                waits_for_owner |= any(h.whose == "owner" for h in halted)
            government += runs_today
            owner += waits_for_owner and not runs_today
        day += timedelta(days=1)
    return whole, government, owner


def replayed(
    waits: dict[str, tuple[str, ...]], limits: dict[str, int], events: Any, calendar: Any
) -> dict[str, Any]:
    """The state of each item from what happened to the case, in order.

    Parameters
    ----------
    waits
        Item to the items that it waits for.
    limits
        Item to its promised days.
    events
        (what, item, day, n): accepted, decided, refused, recalled, stopped, resumed, extended; n are its days.

    Returns
    -------
    dict[str, Any]
        Item to (state, opened on, due on or None, decided on).
    """
    state = {code: "waiting" for code in waits}
    opened: dict[str, date] = {}
    decided: dict[str, date] = {}
    extra = dict.fromkeys(waits, 0)
    stood: dict[str, list[list[date | None]]] = {code: [] for code in waits}

    def open_what_can(day: date) -> None:
        for code, before in waits.items():
            if state[code] == "waiting" and all(state[one] == "decided" for one in before):
                state[code], opened[code] = "open", day

    for what, code, day, n in events:
        if what == "accepted":
            open_what_can(day)
        elif what == "decided":
            state[code], decided[code] = "decided", day
            open_what_can(day)
        elif what == "refused":
            state = {
                one: "dropped" if now in ("waiting", "open", "stopped") else now for one, now in state.items()
            }
            state[code], decided[code] = "decided", day
        elif what == "recalled":
            state[code] = "open"
            del decided[code]
            for one, before in waits.items():
                if code in before and state[one] == "open":
                    state[one] = "waiting"
                    opened.pop(one)
        elif what == "stopped":
            state[code] = "stopped"
            stood[code].append([day, None])
        elif what == "resumed":
            state[code] = "open"
            stood[code][-1][1] = day
        elif what == "extended":
            extra[code] += n

    def due(code: str) -> date | None:
        if state[code] != "open":
            return None
        left, day = limits[code] + extra[code], opened[code]
        # Day by day: a day counts when it is worked and nothing stands still on it.
        halts = [(a, b) for a, b in stood[code] if b is not None]
        while left > 0 or any(a <= day < b for a, b in halts):
            day += timedelta(days=1)
            if calendar.is_working(day) and not any(a < day <= b for a, b in halts):
                if left == 0:
                    break
                left -= 1
        return day

    return {code: (state[code], opened.get(code), due(code), decided.get(code)) for code in waits}
