"""The way of the simulated projects: their stage log, what they promised, teams, why some stand still, checks at capacity.

    python scripts/example_projects.py

Days of filing, approval and completion are those of the simulated cases (``example_cases.py``, run before, as is
``example_leads.py``); what lies between and after them is drawn from a seed that is the number of the project, so a second
run writes the same files. Where the enterprise of a project reports figures (``example_firms.py``), promises follow from
them and checks are those that the platform makes of them; else a made-up paper shows what was measured. All of it is
illustrative.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "longquan-xiaoshan"
TODAY = date(2023, 9, 18)
SIMULATED = "simulated, scripts/example_cases.py"
PROMISED = ("output_fen", "tax_fen", "jobs")
ALLOWED = {
    "signed": 60, "preparing": 90, "approved": 60, "building": 730, "completed": 180, "producing": 730, "above_scale": 730,
}  # fmt: skip
WAN = 1_000_000

# Projects that stand still where no simulated one does: number, names, enterprise, industry, stage and its day, registered on,
# investment (10,000 yuan), land, building area, why and what is done about it, until when, who brought it.
STANDING: tuple[tuple[Any, ...], ...] = (
    ("XM-2020-901", "柳塘智能配电箱工厂项目", "Liutang: plant for smart distribution boxes", "liutang-electric", "C3829", "building", "2021-05-18",
     "2020-09-15", 8_600, "32", 21_400, "总包单位资金链断裂，二号厂房停工", "更换总包，园区公司垫付农民工工资，十月底前复工", "2023-10-31", "sea"),
    ("XM-2022-901", "荷塘角锻造刀具出口基地", "Hetangjiao: forged blades for export", "hetangjiao-blade", "C3324", "preparing", "2023-03-20",
     "2022-12-06", 5_200, "18", 12_800, "环评补充监测，等待报告", "生态环境分局提前介入，两周内出具意见", "2023-09-28", "mountain"),
    ("XM-2023-901", "锦坳中药饮片扩产项目", "Jin’ao: more prepared herbs", "jinao-medical", "C2770", "approved", "2023-05-22",
     "2023-01-10", 6_800, "22", 15_600, "施工单位招标两次流标", "住建局指导合并标段，九月底第三次开标", "2023-09-29", "sea"),
    ("XM-2023-902", "凤坞陈设瓷工坊项目", "Fengwu: workshops for display porcelain", "fengwu-celadon", "C3074", "signed", "2023-04-18",
     "2023-04-18", 2_400, "8", 6_200, "企业调整投资方案，未申报立项", "园区上门代办备案，月底前取得项目代码", "2023-09-15", "mountain"),
)  # fmt: skip
CODES = {
    "XM-2020-901": "2020-331181-04-01-508226", "XM-2022-901": "2212-331181-04-01-501943", "XM-2023-901": "2301-331181-04-01-501618",
}  # fmt: skip
OF_STEP = {
    "preparing": "企业投资项目备案表", "approved": "项目审批批复汇总", "building": "施工许可证", "completed": "竣工验收备案表",
}  # fmt: skip

STEPS = (
    "project",
    "came_from",
    "to",
    "on",
    "since_on",
    "reason",
    "paper",
    "cause",
    "member",
    "at",
    "taken_back_at",
)
TEAMS = ("project", "member", "side", "task", "from_on", "to_on")
STALLS = ("project", "stage", "since_on", "unit", "reason", "measure", "due_on", "noted_on", "member")
CHECKS = (
    "project", "on", "year", "base_year", "origin", "promised", "measured", "failed", "tolerance_hash", "paper", "reason",
    "member",
)  # fmt: skip

WHY = {
    "signed": ("企业调整投资方案，未申报立项", "园区上门代办备案，月底前取得项目代码"),
    "preparing": ("环评补充监测，等待报告", "生态环境分局提前介入，两周内出具意见"),
    "approved": ("施工单位招标流标", "重新招标，住建局指导缩短公告期"),
    "building": ("地下遇岩层，基础施工停工", "变更基础设计，增加一个施工班组"),
    "completed": ("设备到货延期，外线未接通", "供电公司本月接通专线，协调设备分批到货"),
    "producing": ("订单不足，产能利用率低", "对接萧山整车企业，推荐进入配套名录"),
    "above_scale": ("二期产线未投，产能只有一半", "协调技改贷款，二期产线年内投产"),
}


def rows_of(name: str) -> list[dict[str, str]]:
    path = FOLDER / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: tuple[str, ...] | list[str], rows: list[dict[str, Any]]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


STANDS_STILL = {one[0]: one for one in STANDING}


# Projects completed that went into production, as reported of the park.
REPORTED_YEAR, REPORTED = 2016, 30


class Way:
    """One project on its way: its steps in their order, and what is written beside them."""

    def __init__(self, project: dict[str, str], case: dict[str, str] | None) -> None:
        self.project, self.case = project, case
        self.draw = random.Random(project["number"])
        self.stage, self.since = "", date.fromisoformat(project["registered_on"])
        self.steps: list[dict[str, Any]] = []

    @property
    def number(self) -> str:
        return self.project["number"]

    def go(self, to: str, on: date, paper: str = "", cause: str = "", reason: str = "") -> bool:
        """One step on, if its day has come; never before the last one."""
        on = max(on, self.since)
        if on > TODAY:
            return False
        hour, minute = self.draw.randint(9, 16), self.draw.randint(0, 59)
        self.steps.append({
            "project": self.number, "came_from": self.stage, "to": to, "on": on,
            "since_on": self.since if self.stage else "", "reason": reason, "paper": paper, "cause": cause,
            "member": "", "at": f"{on.isoformat()}T{hour:02d}:{minute:02d}:00+08:00",
        })  # fmt: skip
        self.stage, self.since = to, on
        return True

    def days(self, least: int, most: int) -> timedelta:
        return timedelta(days=self.draw.randint(least, most))


def _standing(way: Way) -> dict[str, Any]:
    """Why one of those stands still, and what is done about it."""
    *_facts, reason, measure, due, _side = STANDS_STILL[way.number]
    noted = min(TODAY, way.since + timedelta(days=ALLOWED[way.stage] + 6))
    return {
        "project": way.number, "stage": way.stage, "since_on": way.since, "unit": way.project["owner"], "reason": reason,
        "measure": measure, "due_on": due, "noted_on": noted, "member": "",
    }  # fmt: skip


def with_standing(projects: list[dict[str, str]]) -> list[dict[str, str]]:
    """The projects of the file with those that stand still, in the order of their numbers."""
    heads = list(projects[0])
    found = {one["number"]: one for one in projects if one["number"] not in STANDS_STILL}
    for number, zh, en, firm, industry, stage, on, registered, wan, mu, area, *_why in STANDING:
        found[number] = dict.fromkeys(heads, "") | {
            "number": number, "project_code": CODES.get(number, ""), "pairing": "LQXS", "name_zh": zh, "name_en": en, "enterprise": firm, "region": "331181000000",
            "place_zh": "山海协作产业园", "place_en": "Industrial park", "industry": industry, "stage": stage, "stage_on": on,
            "registered_on": registered, "investment_fen": str(wan * WAN), "basis": "filing", "land_mu": mu, "land_by": "transfer",
            "forest_mu": "0", "building_m2": str(area), "building_use": "plant", "energy_tce": str(int(mu) * 9), "eia": "form",
            "is_hazardous": "false", "is_foreign": "false", "is_low_risk": "false", "touches_roads_or_rivers": "false",
            "is_in_assessed_area": "true", "owner": "lq-eit-u", "reach": "both", "standing": "illustrative",
            "source": "made up, scripts/example_projects.py",
        }  # fmt: skip
    return sorted(found.values(), key=lambda one: one["number"])


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class Example:
    def __init__(self, hastened: frozenset[str] = frozenset()) -> None:
        self.hastened = hastened
        self.projects = with_standing(rows_of("projects.csv"))
        self.cases: dict[str, dict[str, str]] = {}
        for case in sorted(rows_of("cases.csv"), key=lambda one: one["filed_on"]):
            self.cases[case["project"]] = case
        completion = {one["code"] for one in rows_of("catalogue_items.csv") if one["stage"] == "4"}
        self.permits: dict[str, list[date | None]] = defaultdict(list)
        for item in rows_of("case_items.csv"):
            if item["code"] not in completion:
                self.permits[item["case"]].append(day(item["decided_on"]))
        self.above_scale = {one["firm"]: day(one["begins_on"]) for one in rows_of("scale_spells.csv")}
        self.figures: dict[str, dict[int, dict[str, str]]] = defaultdict(dict)
        for row in rows_of("figures.csv"):
            if row["period"].isdigit():
                self.figures[row["firm"]][int(row["period"])] = row
        self.brought = {
            one["project"]: "sea" if one["introduced_by"].startswith("xs") else "mountain"
            for one in rows_of("leads.csv")
            if one["project"] and one["introduced_by"]
        }
        self.paid: dict[str, int] = defaultdict(int)
        leads = {one["number"]: one["project"] for one in rows_of("leads.csv") if one["project"]}
        for one in rows_of("lead_payments.csv"):
            if one["lead"] in leads and not one["taken_back_on"]:
                self.paid[leads[one["lead"]]] += int(one["amount_fen"])
        self.steps: list[dict[str, Any]] = []
        self.teams: list[dict[str, Any]] = []
        self.stalls: list[dict[str, Any]] = []
        self.checks: list[dict[str, Any]] = []

    # -- one project -------------------------------------------------------------------------------------------------

    def walk(self, project: dict[str, str]) -> None:
        way = Way(project, self.cases.get(project["number"]))
        is_simulated = project["source"].startswith(SIMULATED)
        if is_simulated:
            self._simulated(way)
            project["stage"], project["stage_on"] = way.stage, way.since.isoformat()
        else:
            self._curated(way)
        self.promise(way, is_simulated)
        if way.stage == "at_capacity":
            self.check(way)
        self.steps += way.steps
        self._stalled(way)
        self._team(way)

    def _simulated(self, way: Way) -> None:
        case = way.case
        assert case is not None
        way.go("signed", way.since, paper=f"投资协议 {way.number}")
        way.go("preparing", date.fromisoformat(case["filed_on"]), cause=case["number"])
        closed = day(case["closed_on"])
        if case["stage"] in ("refused", "withdrawn"):
            assert closed is not None
            why = "审批未通过，企业放弃" if case["stage"] == "refused" else "企业撤回申请，不再投资"
            way.go("dropped", closed, cause=case["number"], reason=why)
            return
        permits = self.permits[case["number"]]
        if not permits or any(one is None for one in permits):
            return
        permit = max(one for one in permits if one is not None)
        if not way.go("approved", permit, cause=case["number"]) or closed is None:
            return
        way.go("building", permit + (closed - permit) / 4, paper="建筑工程施工许可证")
        way.go("completed", closed, cause=case["number"])
        begins = closed + self._fitting_out(way)
        if way.number in self.hastened:
            begins = min(begins, date(REPORTED_YEAR, 12, 1) + timedelta(days=int(way.number[-3:]) % 20))
        if not way.go("producing", begins, paper="试生产报告"):
            return
        self._grow(way)

    @staticmethod
    def _fitting_out(way: Way) -> timedelta:
        """From completion to production: weeks for most, most of a year where equipment or power is late."""
        return way.days(190, 420) if way.draw.random() < 0.3 else way.days(20, 170)

    def _grow(self, way: Way) -> None:
        """After production began: above scale with its enterprise, and at capacity if it comes to it."""
        above = self.above_scale.get(way.project["enterprise"])
        is_slow = way.draw.random() < 0.06
        if above is not None and not is_slow:
            way.go("above_scale", max(above, way.since + way.days(60, 300)), paper="规上企业名录")
        if way.draw.random() > (0.2 if is_slow else 0.06):
            way.go("at_capacity", way.since + way.days(200, 640))

    def _curated(self, way: Way) -> None:
        """Of the projects written by hand stage and day stand; the log says how they came there."""
        project, case = way.project, way.case
        order = ["lead", "signed", "preparing", "approved", "building", "completed", "producing"]
        stands = project["stage"]
        if stands == "lead":
            way.go("lead", way.since)
            return
        way.go("signed", way.since, paper=f"投资协议 {way.number}")
        on = date.fromisoformat(project["stage_on"])
        closed = day(case["closed_on"]) if case else None
        for to in order[2 : order.index(stands)]:
            if case and to == "preparing":
                way.go(to, min(on, date.fromisoformat(case["filed_on"])), cause=case["number"])
            elif case and to == "approved":
                way.go(to, min(on, closed or on), cause=case["number"])
            else:
                way.go(to, way.since + (on - way.since) / 3, paper=OF_STEP[to])
        if stands != "signed":
            cause = case["number"] if case and stands == "preparing" else ""
            way.go(stands, on, cause=cause, paper="" if cause else "进度报告")
        way.steps[-1]["on"] = on
        way.since = on

    # -- what is written beside the log --------------------------------------------------------------------------------

    def promise(self, way: Way, is_simulated: bool) -> None:
        project, draw = way.project, way.draw
        if is_simulated:
            chance = draw.random()
            drawn = "sea" if chance < 0.45 else "mountain" if chance < 0.85 else ""
        else:
            of_sea = ("XM-2021-002", "XM-2023-001", "XM-2023-004")
            drawn = "sea" if way.number in of_sea else "mountain"
            if way.number in STANDS_STILL:
                drawn = STANDS_STILL[way.number][-1]
        project["introducer_side"] = self.brought.get(way.number, drawn)
        if not project["investment_fen"]:
            return
        invested = int(project["investment_fen"])
        output = invested * draw.randint(110, 210) // 100 // (10 * WAN) * 10 * WAN
        tax = output * draw.randint(35, 70) // 1000 // WAN * WAN
        jobs = max(8, invested // 10**8 * draw.randint(5, 9) // 10)
        found = self.measured(way)
        if found is not None and way.stage in ("producing", "above_scale", "at_capacity"):
            values = found[1]
            share = draw.randint(92, 120) if draw.random() < 0.85 else draw.randint(70, 86)
            output = values["output_fen"] * 100 // share // WAN * WAN
            tax = values["tax_fen"] * 100 // share // WAN * WAN
            jobs = max(1, values["jobs"] * 100 // share)
        project |= {"output_fen": str(output), "tax_fen": str(tax), "jobs": str(jobs)}

    def measured(self, way: Way) -> tuple[int, dict[str, int], int | None] | None:
        """What the platform would measure by the figures of the enterprise, up to the year before capacity or today."""
        rows = self.figures.get(way.project["enterprise"], {})
        registered = int(way.project["registered_on"][:4])
        last = min(way.since.year, TODAY.year) - 1 if way.stage == "at_capacity" else TODAY.year - 1
        years = [year for year in rows if registered < year <= last]
        if not years:
            return None
        year, before = max(years), rows.get(registered - 1)
        names = {"output_fen": "output_fen", "tax_fen": "tax_fen", "jobs": "staff_n"}
        if not all(rows[year][column] and (before is None or before[column]) for column in names.values()):
            return None
        values = {
            name: max(0, int(rows[year][column]) - (int(before[column]) if before else 0))
            for name, column in names.items()
        }
        return (year, values, registered - 1 if before else None) if min(values.values()) > 0 else None

    def check(self, way: Way) -> None:
        project, draw = way.project, way.draw
        promised = {name: int(project[name]) for name in ("investment_fen", *PROMISED)}
        found = self.measured(way)
        row: dict[str, Any] = {
            "project": way.number,
            "on": way.since,
            "base_year": "",
            "paper": "",
            "reason": "",
        }
        if found is not None:
            year, values, base = found
            row |= {"year": year, "base_year": base or "", "origin": "park"}
        else:
            # One year is good or bad for all three; one project in twelve keeps less than the tolerance allows.
            level = draw.randint(70, 88) if draw.random() < 0.08 else draw.randint(96, 125)
            values = {name: promised[name] * (level + draw.randint(-3, 3)) // 100 for name in PROMISED}
            row |= {"year": way.since.year - 1, "origin": "paper", "paper": "达产核验表"}
        paid = self.paid.get(way.number)
        measured = {"investment_fen": paid, **values}
        failed = [
            name for name, value in measured.items() if value is not None and value * 10 < promised[name] * 9
        ]
        if failed:
            row["reason"] = "市场下行，双方商定给予一年整改期"
        self.checks.append(row | {
            "promised": json.dumps(promised, sort_keys=True), "measured": json.dumps(measured, sort_keys=True),
            "failed": " ".join(failed),
        })  # fmt: skip

    def _stalled(self, way: Way) -> None:
        if way.number in STANDS_STILL:
            self.stalls.append(_standing(way))
            return
        allowed = ALLOWED.get(way.stage)
        if allowed is None or (TODAY - way.since).days <= allowed or way.draw.random() > 0.65:
            return
        reason, measure = WHY[way.stage]
        noted = min(TODAY, way.since + timedelta(days=allowed + way.draw.randint(2, 20)))
        self.stalls.append({
            "project": way.number, "stage": way.stage, "since_on": way.since, "unit": way.project["owner"], "reason": reason,
            "measure": measure, "due_on": max(noted, TODAY + timedelta(days=way.draw.randint(-6, 45))), "noted_on": noted,
            "member": "",
        })  # fmt: skip

    def _team(self, way: Way) -> None:
        is_on_way = way.stage in ("signed", "preparing", "approved", "building")
        is_chosen = way.project["source"].startswith(SIMULATED) is False or way.draw.random() < 0.6
        if not is_on_way or not is_chosen or way.project["reach"] != "both":
            return
        people = [
            ("he-chuan", "mountain", "leads"),
            ("lin-wen", "mountain", "approval"),
            ("xu-hang", "sea", "funds"),
        ]
        if way.project["region"].startswith("330109"):
            people = [("xu-hang", "sea", "leads"), ("he-chuan", "mountain", "enterprise")]
        elif way.draw.random() < 0.15:
            people = people[:2]  # a team that still lacks the sea side
        for member, side, task in people:
            self.teams.append({
                "project": way.number, "member": member, "side": side, "task": task, "from_on": way.steps[0]["on"],
            })  # fmt: skip

    # -- files -------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        columns = list(self.projects[0])
        new = [name for name in (*PROMISED, "introducer_side") if name not in columns]
        at = columns.index("about_zh")
        if new:
            columns[at:at] = [*PROMISED, "introducer_side"]
        write("projects.csv", columns, self.projects)
        write("project_steps.csv", STEPS, self.steps)
        write("project_teams.csv", TEAMS, self.teams)
        write("project_stalls.csv", STALLS, self.stalls)
        write("project_checks.csv", CHECKS, self.checks)


def lived() -> Example:
    """All projects on their way; of those completed in 2016 so many begin in that year that it comes to what was reported."""
    example = Example()
    for project in example.projects:
        example.walk(dict.fromkeys((*PROMISED, "introducer_side"), "") | project)
    begun = {one["project"]: one["on"] for one in example.steps if one["to"] == "producing"}
    missing = REPORTED - sum(on.year == REPORTED_YEAR for on in begun.values())
    ready = sorted(
        (one["on"], one["project"])
        for one in example.steps
        if one["to"] == "completed" and one["on"] < date(REPORTED_YEAR, 12, 1) and begun.get(one["project"], TODAY).year > REPORTED_YEAR
    )  # fmt: skip
    return Example(frozenset(number for _on, number in ready[:missing]))


def main() -> None:
    example = lived()
    for project in example.projects:
        for name in (*PROMISED, "introducer_side"):
            project.setdefault(name, "")
    columns = [name for name in example.projects[0] if name not in (*PROMISED, "introducer_side")]
    at = columns.index("about_zh")
    columns[at:at] = [*PROMISED, "introducer_side"]
    for project in example.projects:
        example.walk(project)
    example.projects = [{name: one[name] for name in columns} for one in example.projects]
    example.save()


if __name__ == "__main__":
    main()
