"""Write review meetings, services and commitment letters in every state into the example zone.

    python scripts/example_review.py        # writes into examples/longquan-xiaoshan; after example_cases.py

They stand on the simulated cases of ``example_cases.py``, are drawn with one seed, and say nothing that the rules of the
engine would not: a service was asked while its item waited and over before it opened, or still runs while it waits; a
letter is of an item whose catalogue has the lever, and verified in the days of the rulebook. A second run finds its rows
by the cases they are of, and by the source of meetings, and replaces them.
"""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

from example_cases import SOURCE as SIMULATED
from example_days import CALENDAR, TODAY

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_review.py, seed 2017"
SEED = 2017
VERIFY_DAYS = 30
KINDS = {
    "eia": ("zj-eia", "eia"),
    "drawing-filing": ("zj-drawings", "drawings"),
    "water-plan": ("zj-eia", "soil"),
}
COMMITTEE = ("park-u", "龙泉—萧山山海协作产业园管理委员会", "Longquan–Xiaoshan Industrial Park Committee")
PROMISE = {
    "eia": "承诺按登记内容建设，污染物排放符合标准",
    "water-plan": "承诺落实水土保持措施，弃渣不乱堆放",
    "energy-review": "承诺单位产品能耗不高于申报值",
    "drawing-filing": "承诺施工图符合强制性标准，审查意见全部落实",
    "fire-design": "承诺消防设计符合规范，消防车道保持畅通",
    "construction-permit": "承诺资金到位，按期开工",
    "joint-acceptance": "承诺验收遗留问题限期整改",
}
LETTER_STATES = (
    *["kept"] * 9, *["mended"] * 3, *["revoked"] * 2, "broken", "mending", "mending", "mend_late", *["due"] * 3, "due_late",
)  # fmt: skip
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """The rows of a file of the example."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: list[Row]) -> None:
    """Write a file of the example, with the columns that it has."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def day(text: str) -> date:
    """A day of a cell."""
    return date.fromisoformat(text)


class Drawn:
    """The simulated cases with their items, and the luck of this script."""

    def __init__(self) -> None:
        self.luck = random.Random(SEED)
        self.cases = {row["number"]: row for row in rows_of("cases.csv") if row["source"] == SIMULATED}
        self.items = [row for row in rows_of("case_items.csv") if row["case"] in self.cases]
        self.levers = {
            (row["catalogue"], row["version"], row["code"]): row["levers"]
            for row in rows_of("catalogue_items.csv")
        }

    def some(self, rows: list[Row], n: int) -> list[Row]:
        """A few of some rows, one of a case at most, in their order."""
        one_each = list({row["case"]: row for row in self.luck.sample(rows, len(rows))}.values())[:n]
        return sorted(one_each, key=lambda row: (row["case"], row["code"]))

    def stage_of(self, row: Row) -> str:
        """Where the case of an item is."""
        return self.cases[row["case"]]["stage"]

    def may_promise(self, row: Row) -> bool:
        """Whether an item may be decided on a letter."""
        case = self.cases[row["case"]]
        return (
            row["code"] in PROMISE
            and "commitment" in self.levers[case["catalogue"], case["version"], row["code"]]
        )


# -- services ----------------------------------------------------------------------------------------------------------


def services(drawn: Drawn) -> list[Row]:
    """Services that were over before their item opened, and some that still run while it waits, late or not."""
    own = [row for row in drawn.items if row["code"] in KINDS]
    over = [
        row
        for row in own
        if row["opens_on"] and row["decided_on"] and day(row["opens_on"]) > _accepted(drawn, row)
    ]
    waiting = [row for row in own if row["state"] == "waiting" and drawn.stage_of(row) == "review"]
    made = [_over(drawn, row, n) for n, row in enumerate(drawn.some(over, 40), 1)]
    return made + [_running(drawn, row, n) for n, row in enumerate(drawn.some(waiting, 9), 41)]


def _accepted(drawn: Drawn, row: Row) -> date:
    return day(drawn.cases[row["case"]]["accepted_on"])


def _service(row: Row, n: int, asked_on: date, days: int, whom: str) -> Row:
    who, kind = KINDS[row["code"]]
    return {
        "case": row["case"], "item": row["code"], "number": "1", "intermediary": who, "kind": kind,
        "commissioned_by": whom, "evidence": f"中介服务合同（示例）第{n}号", "promised_days": str(days),
        "asked_on": str(asked_on), "due_on": str(CALENDAR.add(asked_on, days)), "stage": "asked", "delivered_on": "",
        "days": "", "ended_on": "", "reason": "",
    }  # fmt: skip


def _over(drawn: Drawn, row: Row, n: int) -> Row:
    first, last = _accepted(drawn, row), day(row["opens_on"])
    room = CALENDAR.count(first, last)
    used = drawn.luck.randint(1, max(1, room)) if room else 0
    days = max(1, used + drawn.luck.choice([-3, -1, 0, 0, 1, 2, 4]))
    whom = "gov" if row["code"] == "drawing-filing" else "owner"
    made = _service(row, n, first, days, whom)
    over = CALENDAR.add(first, used)
    if n % 12 == 0:
        return made | {"stage": "ended", "ended_on": str(over), "reason": "项目方案调整，不再需要该项服务"}
    return made | {"stage": "delivered", "delivered_on": str(over), "days": str(used)}


def _running(drawn: Drawn, row: Row, n: int) -> Row:
    asked_on = max(_accepted(drawn, row), CALENDAR.add(TODAY, -drawn.luck.randint(2, 12)))
    whom = "gov" if row["code"] == "drawing-filing" else "owner"
    return _service(row, n, asked_on, drawn.luck.choice([3, 6, 10, 15]), whom)


# -- letters -----------------------------------------------------------------------------------------------------------


def letters(drawn: Drawn) -> list[Row]:
    """Letters in every state: of closed cases those that were verified, of late ones those that are out, some not decided on."""
    own = [row for row in drawn.items if drawn.may_promise(row)]
    decided = [row for row in own if row["decision"] == "approved" and drawn.stage_of(row) == "approved"]
    early = [row for row in decided if CALENDAR.add(day(row["decided_on"]), VERIFY_DAYS + 15) < TODAY]
    late = [
        row
        for row in own
        if row["decision"] == "approved" and row not in early and row["decided_on"] > "2023-07"
    ]
    undecided = [
        row for row in own if row["state"] in ("waiting", "open") and drawn.stage_of(row) == "review"
    ]
    over = [
        state
        for state in LETTER_STATES
        if state in ("kept", "mended", "revoked", "broken", "mend_late", "due_late")
    ]
    out = [state for state in LETTER_STATES if state not in over]
    made = [_letter(drawn, row, state) for row, state in zip(drawn.some(early, len(over)), over, strict=True)]
    made += [_letter(drawn, row, state) for row, state in zip(drawn.some(late, len(out)), out, strict=False)]
    return made + [_letter(drawn, row, "given") for row in drawn.some(undecided, 4)]


def _letter(drawn: Drawn, row: Row, state: str) -> Row:
    given_on = _accepted(drawn, row)
    made = {
        "case": row["case"], "item": row["code"], "text": PROMISE[row["code"]], "evidence": "告知承诺书（示例）", "covers": "",
        "given_on": str(given_on), "state": state, "due_on": "", "verified_on": "", "reasons": "", "is_mended": "false",
        "mend_until": "",
    }  # fmt: skip
    if state == "given":
        return made
    decided_on = day(row["decided_on"])
    due = CALENDAR.add(decided_on, VERIFY_DAYS)
    verified = min(CALENDAR.add(decided_on, drawn.luck.randint(8, VERIFY_DAYS)), TODAY)
    broken = {
        "due_on": str(due),
        "verified_on": str(verified),
        "reasons": "现场与承诺内容不一致，已告知申请人",
    }
    return (
        made
        | {
            "kept": {"due_on": str(due), "verified_on": str(verified)},
            "mended": {
                "state": "kept",
                "due_on": str(due),
                "verified_on": str(CALENDAR.add(verified, 10)),
                "is_mended": "true",
            },
            "revoked": {**broken, "reasons": "弄虚作假，撤销许可并记入信用档案"},
            "broken": broken,
            "mending": {
                **broken,
                "state": "mending",
                "mend_until": str(CALENDAR.add(TODAY, drawn.luck.randint(2, 9))),
            },
            "mend_late": {**broken, "state": "mending", "mend_until": str(CALENDAR.add(TODAY, -4))},
            "due": {"due_on": str(max(due, CALENDAR.add(TODAY, 3)))},
            "due_late": {"state": "due", "due_on": str(due)},
        }[state]
    )


# -- meetings ----------------------------------------------------------------------------------------------------------


class Meetings:
    """The meetings with their seats, agendas and signatures."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.meetings: list[Row] = []
        self.seats: list[Row] = []
        self.points: list[Row] = []
        self.signatures: list[Row] = []
        self.units = {row["code"]: row for row in rows_of("units.csv")}
        self.organisations = {row["code"]: row for row in rows_of("organisations.csv")}
        self.items = [
            row for row in drawn.items
            if drawn.cases[row["case"]]["catalogue"].startswith("LQ") and row["is_absent"] == "false" and row["opens_on"]
        ]  # fmt: skip

    def add(self, number: str, stage: str, at: str, level: str, rows: list[Row], verdicts: list[str]) -> None:
        """A meeting on some items, as far as its stage says."""
        year, n = number[3:7], len(self.meetings) + 1
        is_held = stage in ("held", "minuted", "signed")
        name = "领导专题会议" if level == "leaders" else "会审会议"
        english = "Leaders’ special meeting" if level == "leaders" else "Review meeting"
        is_minuted = stage in ("minuted", "signed")
        self.meetings.append(
            {
                "number": number, "pairing": "LQXS", "side": "mountain", "keeper": COMMITTEE[0], "level": level, "stage": stage,
                "title_zh": f"{year}年{name}（示例{n}）", "title_en": f"{english} {year} (example {n})", "at": f"{at}T14:30",
                "place_zh": "园区管委会三楼会议室", "place_en": "Park committee, third floor",
                "minutes_zh": "会议听取情况汇报，形成决定如上。" if is_minuted else "", "minutes_en": "",
                "minutes_no": "1" if is_minuted else "0", "cancel_reason": "议题已由主办部门办结" if stage == "cancelled" else "",
                "standing": "illustrative", "source": SOURCE,
            }
        )  # fmt: skip
        self._seats(number, rows, is_held, stage == "signed", at)
        for order, (row, verdict) in enumerate(zip(rows, verdicts, strict=True), 1):
            self._point(number, order, row, verdict, at)

    def _seats(self, number: str, rows: list[Row], is_held: bool, is_signed: bool, at: str) -> None:
        bodies = {COMMITTEE[0]: (*COMMITTEE[1:], "committee")}
        for row in rows:
            organisation = self.organisations[self.units[row["unit"]]["organisation"]]
            bodies.setdefault(row["unit"], (organisation["name_zh"], organisation["name_en"], "department"))
        for code, (name_zh, name_en, role) in bodies.items():
            self.seats.append(
                {
                    "meeting": number, "code": code, "role": role, "unit": code, "is_absent": "false", "name_zh": name_zh,
                    "name_en": name_en, "side": "mountain", "is_present": "true" if is_held else "false", "person": "",
                }
            )  # fmt: skip
            if is_signed:
                on = str(CALENDAR.add(day(at), 1))
                self.signatures.append({"meeting": number, "seat": code, "person": "", "on": on})

    def _point(self, number: str, order: int, row: Row, verdict: str, at: str) -> None:
        needs_due = verdict in ("agreed", "conditions", "refused", "back")
        words = {
            "conditions": "落实整改措施后办理",
            "back": "补齐论证材料后提出办理意见",
            "postponed": "相关规划尚未批复",
        }
        self.points.append(
            {
                "meeting": number, "order": str(order), "case": row["case"], "item": row["code"], "why": "put",
                "verdict": verdict, "text": words.get(verdict, ""),
                "due_on": str(CALENDAR.add(day(at), 3)) if needs_due else "", "decided_on": at if verdict else "",
            }
        )  # fmt: skip

    def draw(self) -> None:
        """Eight meetings of the past years, signed, and one in each other state this month."""
        luck = self.drawn.luck
        closed = [
            row for row in self.items if row["decision"] == "approved" and row["decided_on"] > "2019-07"
        ]
        for n, row in enumerate(self.drawn.some(closed, 8), 1):
            at = day(row["opens_on"])
            at = CALENDAR.add(at, 1) if CALENDAR.count(at, day(row["decided_on"])) > 1 else at
            verdict = luck.choice(["agreed", "agreed", "conditions"])
            level = "leaders" if n % 4 == 0 else "joint"
            self.add(f"HS-{at.year}-1{n:02}", "signed", str(at), level, [row], [verdict])
        running = [
            row for row in self.items
            if row["state"] == "open" and self.drawn.stage_of(row) == "review" and row["opens_on"] < "2023-09-12"
        ]  # fmt: skip
        some = self.drawn.some(running, 10)
        self.add("HS-2023-121", "held", "2023-09-15", "joint", some[:3], ["conditions", "postponed", ""])
        self.add("HS-2023-122", "minuted", "2023-09-13", "leaders", some[3:5], ["agreed", "back"])
        self.add("HS-2023-123", "planned", "2023-09-22", "joint", some[5:8], ["", "", ""])
        self.add("HS-2023-124", "cancelled", "2023-09-14", "joint", some[8:9], [""])


def main() -> None:
    """Replace the rows of this script in the files of services, letters and meetings."""
    drawn = Drawn()
    for name, made in (("case_services.csv", services(drawn)), ("case_letters.csv", letters(drawn))):
        kept = [row for row in rows_of(name) if row["case"] not in drawn.cases]
        write(name, sorted(kept + made, key=lambda row: (row["case"], row["item"])))
    told = Meetings(drawn)
    told.draw()
    old = [row for row in rows_of("review_meetings.csv") if row["source"] != SOURCE]
    own = {row["number"] for row in old}
    write("review_meetings.csv", sorted(old + told.meetings, key=lambda row: row["number"]))
    for name, made in (
        ("review_meeting_seats.csv", told.seats),
        ("review_meeting_points.csv", told.points),
        ("review_meeting_signatures.csv", told.signatures),
    ):
        kept = [row for row in rows_of(name) if row["meeting"] in own]
        write(name, sorted(kept + made, key=lambda row: row["meeting"]))


if __name__ == "__main__":
    main()
