"""One simulated case after the other under the rules of the engine, for ``example_cases.py``: which day what happens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Any, Protocol

from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock, replies, workload
from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.fields.approval.rules.checks import may_decide
from shanhai.kernel.workdays import official
from shanhai.planners.review_desks import Desks, Work
from shanhai.planners.review_work import (
    Assumptions,
    Layout,
    Setting,
    Staff,
    departments_of,
    work_of_a_case,
)

SEED, LOAD, REVIEWERS, WARM = 2016, 0.7, 3, 100
TODAY = date(2023, 9, 18)
# Assumed of departments and applicants, beside what the simulation draws; shares of 1.
FORGETS, STOPS, GAPS, DISAGREES, REFUSES, WITHDRAWS, ADVISES = 0.03, 0.06, 0.2, 0.03, 0.03, 0.03, 0.6
CO_PERCENT = 60  # as the rulebook says
LEVELS = {"lead": 1, "joint": 3, "leaders": 5}
CALENDAR = official()


OTHER_WORDS = "原则同意，请完善竖向设计。"
FORWARD = "涉及市级管理权限，同意后上报。"
OBJECTIONS = (
    "厂界距现状河道不足10米，建议调整总平面。",
    "雨污分流方案不完整，请补充后再报。",
    "消防车道转弯半径不足。",
)
OVERRIDE = "已会商并要求在施工图阶段落实，同意通过，责任由本部门承担。"
REFUSAL = "选址与现状管控要求不符，请调整方案后重新申报；不服可依法申请复议。"
STOP_TEXTS = {
    "supplement": ("补充现状监测报告", "补正通知", 20),
    "experts": ("组织专家评审", "评审会通知", 15),
    "publicity": ("受理公示", "公示单", 10),
}


@dataclass(frozen=True)
class Wave:
    """Cases of one catalogue and mode that are filed between two days."""

    catalogue: str
    mode: str
    n: int
    first: date
    last: date
    drags: float = 0.04  # share of items for which the lead takes three times as long


class Departments(Protocol):
    """Who is who in the zone that is filled."""

    luck: random.Random

    def unit(self, document: Catalogue, code: str) -> tuple[str, bool, str]: ...
    def region_of(self, document: Catalogue, code: str) -> str: ...
    def side(self, document: Catalogue, code: str) -> str: ...


_NO_REPLY = {
    "reply": "", "reasons": "", "counts_as": "", "why": "", "replied_on": None, "is_late": False, "channel": "",
}  # fmt: skip


def day_of(base: date, n: float) -> date:
    """The day so many working days after a working day."""
    return CALENDAR.add(base, int(n))


# -- what the simulation draws -----------------------------------------------------------------------------------------


@dataclass
class Drawn:
    """One case of the simulation: its kind, and the working days from opening to signature of each part."""

    kind: str
    days: dict[tuple[str, int], float] = made(default_factory=dict)


def drawn(catalogue: Catalogue, wave: Wave, number: int) -> tuple[list[Drawn], list[str]]:
    """The cases of a wave as the simulation runs them, and the departments by number."""
    kinds = workload.kinds_of(catalogue)
    staff = {one: Staff(REVIEWERS) for one in departments_of(kinds)}
    setting = Setting(kinds, staff, Assumptions(), wave.mode == "serial", frozenset())
    busiest = max(days / REVIEWERS for days in work_of_a_case(setting).values())
    layout = Layout(setting)
    cases = layout.draw((WARM, wave.n, WARM), LOAD / busiest, (SEED, number))
    name_of = {id(made.path): kind.name for made, kind in zip(layout.kinds, kinds, strict=True)}
    found = [Drawn(name_of[id(one.path)]) for one in cases.arrivals]

    def watch(work: Work) -> None:
        if work.item is not None:
            found[work.case].days[work.item, work.department] = work.signed - work.opened

    desks = Desks([REVIEWERS] * len(setting.departments), by_slack=False, watch=watch)
    desks.run(cases.arrivals, WARM + wave.n)
    return found[WARM : WARM + wave.n], list(setting.departments)


# -- one case, day by day ----------------------------------------------------------------------------------------------


class Laid:
    """A case under the rules: what the departments take is given, every day follows."""

    def __init__(
        self, zone: Departments, document: Catalogue, items: Sequence[Item], wave: Wave, base: date
    ) -> None:
        self.zone, self.document, self.items, self.base = zone, document, items, base
        self.luck, self.drags = zone.luck, wave.drags
        self.after = rules.order_of(document, items, wave.mode)
        self.ends: dict[str, float] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.opinions: list[dict[str, Any]] = []
        self.stops: list[dict[str, Any]] = []
        self.refused: date | None = None
        self.never: set[str] = set()  # items behind one that was refused
        self.place = document.region

    def run(self, days: dict[tuple[str, int], float], departments: list[str]) -> None:
        """Lay all items in an order in which each comes after those that it waits for."""
        left = {item.code: item for item in self.items}
        while left:
            ready = [code for code in left if all(one in self.ends for one in self.after[code])]
            for code in ready:
                item = left.pop(code)
                own = {departments[d]: n for (name, d), n in days.items() if name == code}
                self._lay(item, own)

    def _lay(self, item: Item, days: dict[str, float]) -> None:
        starts = max((self.ends[code] for code in self.after[item.code]), default=0.0)
        opens = day_of(self.base, starts)
        unit, is_absent, steps = self.zone.unit(self.document, item.lead)
        co_days = -(-item.promised_days * CO_PERCENT // 100)
        halt = self._stop(item, opens) if item.promised_days > 2 and self.luck.random() < STOPS else None
        halts = [halt] if halt else []
        took = days.get(item.lead, 0.0) * (3 if self.luck.random() < self.drags else 1)
        stood = CALENDAR.count(halt.from_on, halt.until_on) if halt and halt.until_on else 0
        due = clock.due_on(opens, item.promised_days, halts, CALENDAR, TODAY)
        co_due = clock.due_on(opens, co_days, halts, CALENDAR, TODAY)
        replied = self._ask(item, days, starts, opens, co_due, unit)
        ends = max(
            starts + took, float(CALENDAR.count(self.base, halt.from_on)) if halt else 0.0, *replied, starts
        )
        ends += stood
        decided = day_of(self.base, ends)
        for one in self.opinions:  # Advice that comes too late does not come.
            if (
                one["item"] == item.code
                and one["role"] == "advise"
                and (one["replied_on"] or decided) > decided
            ):
                one |= _NO_REPLY | {"step": one["steps"].split()[0]}
        row = self.rows[item.code] = {
            "code": item.code, "unit": unit, "is_absent": is_absent, "steps": steps, "step": steps.split()[-1],
            "co_days": co_days, "extra_days": 0, "extended_on": None, "state": "decided", "opens_on": opens,
            "due_on": due, "co_due_on": co_due, "level": "", "draft": "", "draft_reasons": "", "decision": "approved",
            "reasons": "", "decided_on": decided, "owner_days": 0, "granted_days": 0, "government_days": None,
        }  # fmt: skip
        if decided > due and self.luck.random() < 0.5:
            self._extend(row, item, halts)
        row["level"] = (
            rules.level_of(CALENDAR.count(row["due_on"], decided) - 1, LEVELS)
            if decided > row["due_on"]
            else ""
        )
        if halt is not None:
            row["owner_days" if halt.whose is clock.Whose.OWNER else "granted_days"] = stood
        counts = clock.counts(clock.Run(opens, decided, tuple(halts)), decided, CALENDAR)
        row["government_days"] = counts.government
        if any(one["counts_as"] == "disagree" for one in self.opinions if one["item"] == item.code):
            row["reasons"] = OVERRIDE
        if (
            item.kind == "licence"
            and self.luck.random() < REFUSES / len(self.items) * 3
            and self.refused is None
        ):
            row["decision"], row["reasons"], self.refused = "refused", REFUSAL, decided
        if any(one in self.never or self.rows[one]["decision"] == "refused" for one in self.after[item.code]):
            self.never.add(item.code)
        self.ends[item.code] = ends

    def _stop(self, item: Item, opens: date) -> clock.Halt:
        reason = self.luck.choice(list(STOP_TEXTS))
        text, paper, most = STOP_TEXTS[reason]
        from_on = CALENDAR.add(opens, 1)
        until = CALENDAR.add(from_on, most)
        ended = CALENDAR.add(from_on, self.luck.randint(3, most))
        whose = clock.WHOSE[clock.StopReason(reason)]
        self.stops.append({
            "item": item.code, "reason": reason, "whose": whose, "text": text,
            "evidence": f"{paper}（{from_on.year}）第{self.luck.randint(1, 90)}号", "from_on": from_on, "most_days": most,
            "until_on": until, "ended_on": ended, "asked_on": ended if whose == "owner" else None,
        })  # fmt: skip
        return clock.Halt(from_on, ended, whose)

    def _extend(self, row: dict[str, Any], item: Item, halts: list[clock.Halt]) -> None:
        row["extra_days"] = self.luck.choice((5, 10))
        row["extended_on"] = row["due_on"]
        limit = item.promised_days + row["extra_days"]
        row["due_on"] = clock.due_on(row["opens_on"], limit, halts, CALENDAR, TODAY)

    def _ask(
        self, item: Item, days: dict[str, float], starts: float, opens: date, co_due: date, unit: str
    ) -> list[float]:
        """Whom an item asks and what they reply; gives when each co-reviewing department was heard."""
        asked: dict[str, str] = {}
        for code in item.co:
            asked[code] = "co" if self._may_decide(code) else "advise"
        for code in item.advise:
            asked.setdefault(code, "advise")
        asked.pop(item.lead, None)
        heard = []
        for code, role in asked.items():
            own, is_absent, steps = self.zone.unit(self.document, code)
            row = {
                "item": item.code, "role": role, "department": code, "unit": own, "is_absent": is_absent,
                "side": self.zone.side(self.document, code), "steps": steps, "step": steps.split()[0], "draft": "",
                "draft_reasons": "", "reply": "", "reasons": "", "counts_as": "", "why": "", "replied_on": None,
                "is_late": False, "channel": "",
            }  # fmt: skip
            self.opinions.append(row)
            last = float(CALENDAR.count(self.base, co_due))
            at = min(starts + days.get(code, self.luck.uniform(0, 3)), last + (role == "advise"))
            if role == "advise":
                if self.luck.random() < ADVISES:
                    self._reply(row, "agree", "已阅，无意见。", day_of(self.base, min(at, last)))
                continue
            if self.luck.random() < FORGETS or starts + days.get(code, 0.0) >= last + 1:
                on = day_of(self.base, last + 1)
                found = replies.silence("co", True)
                assert found is not None
                row |= {"counts_as": found.reply, "why": found.why, "replied_on": on, "is_late": True}
                heard.append(last + 1)
                continue
            self._reply(row, *self._said(), day_of(self.base, at))
            heard.append(at)
        return heard

    def _said(self) -> tuple[str, str]:
        luck = self.luck.random()
        if luck < DISAGREES:
            return "disagree", self.luck.choice(OBJECTIONS)
        if luck < DISAGREES + 0.01:
            return "disagree", ""
        if luck < DISAGREES + 0.05:
            return OTHER_WORDS, ""
        return ("forward", FORWARD) if luck > 0.97 else ("agree", "")

    def _reply(self, row: dict[str, Any], reply: str, reasons: str, on: date) -> None:
        found = replies.counted(reply, reasons)
        row |= {"reply": reply, "reasons": reasons, "counts_as": found.reply, "why": found.why, "replied_on": on,
                "step": row["steps"].split()[-1]}  # fmt: skip
        if row["is_absent"]:
            row["channel"] = "paper" if self.luck.random() < 0.8 else "telephone"

    def _may_decide(self, code: str) -> bool:
        region = self.zone.region_of(self.document, code)
        return not region or may_decide(self.place, region)

    # -- cut at a day ------------------------------------------------------------------------------------------------

    def cut(self, end: date, *, is_over: bool) -> None:
        """Take back all that happened after a day; ``is_over`` drops what was not decided by then."""
        for code, row in self.rows.items():
            is_there = code not in self.never
            if is_there and row["decided_on"] is not None and row["decided_on"] <= end:
                continue
            was_open = is_there and row["opens_on"] <= end
            row |= {"decision": "", "reasons": "", "decided_on": None, "government_days": None, "level": "",
                    "owner_days": 0, "granted_days": 0, "step": row["steps"].split()[0]}  # fmt: skip
            row["state"] = "dropped" if is_over else "open" if was_open else "waiting"
            if row["extended_on"] is not None and row["extended_on"] > end:
                row["due_on"] = clock.due_on(
                    row["opens_on"], self._promised(code), self._halts(code), CALENDAR, end
                )
                row |= {"extra_days": 0, "extended_on": None}
            if not was_open:
                row |= {
                    "opens_on": None,
                    "due_on": None,
                    "co_due_on": None,
                    "extra_days": 0,
                    "extended_on": None,
                }
        self._cut_opinions(end)
        self._cut_stops(end, is_over)

    def _promised(self, code: str) -> int:
        return next(one.promised_days for one in self.items if one.code == code)

    def _halts(self, code: str) -> list[clock.Halt]:
        return [
            clock.Halt(one["from_on"], one["ended_on"], one["whose"])
            for one in self.stops
            if one["item"] == code
        ]

    def _cut_opinions(self, end: date) -> None:
        for row in self.opinions:
            if row["item"] in self.never:
                row |= _NO_REPLY | {"step": row["steps"].split()[0]}
            # The tick of the day takes silence before the office opens.
            last = (
                TODAY
                if row["why"] == replies.Why.SILENCE and self.rows[row["item"]]["state"] == "open"
                else end
            )
            if row["replied_on"] is not None and row["replied_on"] > last:
                row |= _NO_REPLY | {"step": row["steps"].split()[0]}

    def _cut_stops(self, end: date, is_over: bool) -> None:
        self.stops = [
            one for one in self.stops if one["from_on"] <= end and self.rows[one["item"]]["opens_on"]
        ]
        for one in self.stops:
            row = self.rows[one["item"]]
            if one["ended_on"] <= end:
                if row["state"] != "decided":
                    name = "owner_days" if one["whose"] == "owner" else "granted_days"
                    row[name] = CALENDAR.count(one["from_on"], one["ended_on"])
                continue
            one |= {"ended_on": end if is_over else None, "asked_on": None}
            halts = [clock.Halt(one["from_on"], one["until_on"], one["whose"])]
            row["due_on"] = clock.due_on(
                row["opens_on"], self._promised(one["item"]) + row["extra_days"], halts, CALENDAR, end
            )
            row["co_due_on"] = clock.due_on(row["opens_on"], row["co_days"], halts, CALENDAR, end)
            if not is_over:
                row["state"] = "stopped"

    def climb(self) -> None:
        """What is open stands somewhere on the ladder of its unit, and above it when it is overdue."""
        out = {one["item"] for one in self.opinions if one["role"] == "co" and one["replied_on"] is None}
        for code, row in self.rows.items():
            if row["state"] != "open":
                continue
            steps = row["steps"].split()
            if code not in out and len(steps) > 1 and self.luck.random() < 0.6:
                row["step"] = self.luck.choice(steps[1:])
                row["draft"] = "approved"
            late = CALENDAR.count(row["due_on"], TODAY) if row["due_on"] < TODAY else 0
            row["level"] = rules.level_of(late, LEVELS)
