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
        (what, item, day, n): accepted, decided, refused, recalled, stopped, resumed, extended; n are its days. Of services
        asked and over n is the number, positive where the applicant commissioned it and negative where the government did.

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
    # Services that run: those for which an item will stand still, and those for which it does.
    queued: dict[str, set[int]] = {code: set() for code in waits}
    held: dict[str, set[int]] = {code: set() for code in waits}
    by_itself: set[str] = set()

    def halt(code: str, day: date, numbers: set[int]) -> None:
        state[code], held[code] = "stopped", numbers
        queued[code] -= numbers
        if not numbers or min(numbers) > 0:  # For the government's it waits, and its days are used.
            stood[code].append([day, None])

    def runs(code: str, day: date) -> None:
        state[code] = "open"
        owners = {n for n in queued[code] if n > 0}
        if owners or queued[code]:
            halt(code, day, owners or set(queued[code]))

    def goes_on(code: str, day: date) -> None:
        held[code] = set()
        by_itself.discard(code)
        if stood[code] and stood[code][-1][1] is None:
            stood[code][-1][1] = day
        runs(code, day)

    def open_what_can(day: date) -> None:
        for code, before in waits.items():
            if state[code] == "waiting" and all(state[one] == "decided" for one in before):
                opened[code] = day
                runs(code, day)
                if state[code] == "stopped":
                    by_itself.add(code)

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
                if code in before and state[one] in ("open", "stopped"):
                    if one in by_itself:
                        by_itself.remove(one)
                        queued[one] |= held[one]
                        held[one] = set()
                        if stood[one] and stood[one][-1][1] is None:
                            stood[one].pop()
                    state[one] = "waiting"
                    opened.pop(one)
        elif what == "stopped":
            halt(code, day, set())
        elif what == "resumed":
            goes_on(code, day)
        elif what == "asked":
            if state[code] == "waiting":
                queued[code].add(n)
            elif state[code] == "open":
                halt(code, day, {n})
            else:
                held[code].add(n)
        elif what == "over":
            queued[code].discard(n)
            if n in held[code]:
                held[code].remove(n)
                if not held[code] and state[code] == "stopped":
                    goes_on(code, day)
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


def services_without_their_stop(
    items: Any, services: Any, stops: Any, accepted_on: date, calendar: Any, today: date
) -> list[str]:
    """What the services on the items of a case and the stops of their clocks say against one another.

    A service is asked once the file is accepted. While it is under way an item that has opened stands still, for the
    service or, where the government commissioned it, for one of the applicant before it; from the day on which it was
    asked or the item opened, the later of the two. Nothing stands still for a service that nobody asked.

    Parameters
    ----------
    items, services, stops
        Rows of the files of a case, days as ``date`` or None.
    """
    found, asked = [], set()
    for row in services:
        item, whom = items[row["item"]], row["commissioned_by"]
        name, opens = f"{row['item']} {row['number']}", item["opens_on"]
        asked.add((row["item"], f"service_{whom}"))
        if row["asked_on"] < accepted_on:
            found.append(f"{name}: asked before the file was accepted")
        if opens is None:
            continue
        own = [one for one in stops if one["item"] == row["item"]]
        over = row["delivered_on"] or row["ended_on"]
        enough = {f"service_{whom}", "service_owner"}
        day = max(row["asked_on"], opens)
        while day < (over or item["decided_on"] or today):
            still = {one["reason"] for one in own if one["from_on"] <= day < (one["ended_on"] or today)}
            if calendar.is_working(day) and not enough & still:
                found.append(f"{name}: under way on {day}, and the clock runs")
                break
            day += timedelta(days=1)
        if over is None and item["state"] == "open":
            found.append(f"{name}: under way, and the item is open")
    found += [
        f"{one['item']}: stands still from {one['from_on']} for a service that nobody asked"
        for one in stops
        if one["reason"].startswith("service_") and (one["item"], one["reason"]) not in asked
    ]
    return found
