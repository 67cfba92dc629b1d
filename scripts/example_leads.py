"""Write the leads and quarterly lists of the example zone: 2016 to 2023, in every state, all of them illustrative.

    python scripts/example_leads.py        # writes into examples/longquan-xiaoshan

Signed leads become simulated projects of ``example_cases.py``, whose name, firm and measures they take over. When a lead
was listed, answered and signed is drawn with one seed; due days, lateness and working days follow from the rules. The
article tells of three investors and gives no day on which any of them was registered, so none of them is a lead here.
"""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from example_names import ENDINGS, TRADES, WORDS
from example_teams import share_out

from shanhai.fields.investment.rules import leads as rules
from shanhai.kernel.text import plain_decimal
from shanhai.kernel.workdays import official

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_leads.py, seed 2016"
TODAY = date(2023, 9, 18)
CALENDAR = official()
ACKNOWLEDGE, ANSWER = 3, 10
BRINGERS = ("xs-edz", "xs-edz", "xs-edz", "xs-eit", "xs-drc", "xs-agri")
TEAM, TEAM_UNIT, SEA_UNIT = "lq-xs-office", "invest-u", "xs-edz-u"
# Dollar rates of the end of each year, in round figures.
RATES = {
    2014: "6.12",
    2015: "6.49",
    2016: "6.94",
    2017: "6.53",
    2018: "6.86",
    2019: "6.98",
    2020: "6.52",
    2021: "6.38",
    2022: "6.96",
    2023: "7.18",
}
REASONS = (
    ("能耗高于准入门槛", "Energy above the entry threshold"),
    ("亩均税收达不到要求", "Tax per mu below the threshold"),
    ("用地规模超出可供地块", "Needs more land than there is"),
    ("投资方暂缓扩产计划", "The investor put the expansion off"),
    ("环评类别不符合园区定位", "Its environmental class does not fit the park"),
)
# What was reported of the end of 2017: projects introduced, and capital paid in.
REPORTED_ON, INTRODUCED, PAID_IN_FEN = date(2017, 12, 31), 72, 391_000_000_000
TALKS = (
    (
        "介绍园区区位、要素和政策，对方希望了解可供地块。",
        "Told of the park, its land and policies; they ask which plots there are.",
    ),
    ("对方提供产品方案和设备清单，约定来访时间。", "They sent products and equipment; a visit is agreed."),
    (
        "实地查看两处地块，对方关心用电容量和招工。",
        "Two plots were looked at; they ask about power and hiring.",
    ),
    (
        "就投资强度和税收承诺交换意见，差距缩小。",
        "Intensity and tax promises were discussed; the gap is smaller.",
    ),
    ("对方董事会讨论中，两周后再联系。", "Their board is discussing it; call again in two weeks."),
)


def wd(day: date, n: int) -> date:
    """The n-th working day after a day."""
    return CALENDAR.add(day, n)


def working(day: date) -> date:
    """A day, or the next working day after it."""
    return day if CALENDAR.is_working(day) else wd(day, 1)


class Leads:
    """What is made up, in the order in which it comes."""

    def __init__(self) -> None:
        self.luck = random.Random(2016)
        self.leads: list[dict[str, Any]] = []
        self.contacts: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []
        self.lists: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        with (FOLDER / "projects.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        # Those that ``example_projects.py`` makes up come from no lead.
        rows = [one for one in rows if one["pairing"] == "LQXS" and not one["source"].startswith("made up")]
        self.projects = sorted(rows, key=lambda one: one["registered_on"])
        with (FOLDER / "organisations.csv").open(encoding="utf-8", newline="") as file:
            self.firms = {one["code"]: one for one in csv.DictReader(file)}

    # -- one lead --------------------------------------------------------------------------------------------------

    def lead(self, first: date, last: date, by_team: bool) -> dict[str, Any]:
        """A lead registered between two days, and contacted as soon as people are."""
        day = working(first + timedelta(days=self.luck.randrange(max(1, (last - first).days))))
        day = min(day, TODAY)
        trade, _firm, industry, things = self.luck.choice(TRADES)
        thing, ending, word = self.luck.choice(things), self.luck.choice(ENDINGS), self.luck.choice(WORDS)
        year = day.year
        n = sum(one["registered_on"].year == year for one in self.leads) + 1
        mu = self.luck.choice((12, 18, 25, 30, 42, 60, 85))
        fen = mu * self.luck.randrange(220, 420) * 10**6
        one: dict[str, Any] = {
            "number": f"XS-{year}-{n:03d}",
            "pairing": "LQXS",
            "name_zh": f"{word[0]}{thing[0]}{ending[0]}",
            "name_en": f"{word[1]}: {thing[1]}, {ending[1]}",
            "investor_zh": f"{word[0]}{_firm[0]}",
            "investor_en": f"{word[1]} {_firm[1]}",
            "kind": "new",
            "industry": industry,
            "process_zh": f"年产{thing[0]}，含下料、成型、检验和包装工序。",
            "process_en": f"Makes {thing[1]}: cutting, forming, inspection, packing.",
            "introduced_by": TEAM if by_team else self.luck.choice(BRINGERS),
            "introducer": "he-chuan" if by_team else "",
            "investment_fen": fen,
            "land_mu": mu,
            "energy_tce": mu * self.luck.randrange(8, 24),
            "water_m3": mu * 900,
            "emissions_t": round(mu * self.luck.uniform(0.01, 0.08), 2),
            "output_fen": int(fen * self.luck.uniform(0.9, 1.6)) // 10**6 * 10**6,
            "tax_fen": mu * self.luck.randrange(6, 22) * 10**6,
            "jobs": mu * self.luck.randrange(3, 7),
            "skills_zh": "数控操作工、机修工",
            "skills_en": "machine operators, fitters",
            "start_on": working(day + timedelta(days=240)),
            "registered_on": day,
            "stage": "registered",
            "stage_on": day,
            "with_experts": False,
            "unit": TEAM_UNIT if by_team else SEA_UNIT,
            "owner": TEAM_UNIT if by_team else SEA_UNIT,
            "reach": "side",
            "standing": "illustrative",
            "source": SOURCE,
            "key": trade,
        }
        self._of_kind(one, by_team)
        if self.luck.random() < 0.2:
            for name in self.luck.sample(("energy_tce", "emissions_t", "tax_fen", "jobs", "process_zh"), 2):
                one[name] = ""
        self.leads.append(one)
        return one

    def _of_kind(self, one: dict[str, Any], by_team: bool) -> None:
        drawn = self.luck.random()
        if drawn < 0.1:
            one["kind"] = "expansion"
            one["invested_before_fen"] = one["investment_fen"] // 3 // 10**6 * 10**6
        elif drawn < 0.18:
            one["kind"] = "relocation"
        elif drawn < 0.32 and not by_team:
            one |= {
                "kind": "from_sea",
                "base_tax_fen": one["tax_fen"] * 6 // 10,
                "base_year": one["registered_on"].year - 1,
            }
        elif drawn < 0.42:
            one["kind"] = "returning"
        elif drawn < 0.48:
            rate = RATES[one["registered_on"].year]
            dollars = one["investment_fen"] // 700 // 10_000 * 10_000
            one |= {"kind": "foreign", "currency": "USD", "contract_amount": dollars, "rate": rate,
                    "rate_on": one["registered_on"], "investment_fen": round(dollars * float(rate) * 100)}  # fmt: skip
        elif drawn < 0.56:
            one |= {"kind": "bird_cage", "site_zh": "老工业区腾出厂房", "site_en": "plant vacated in the old industrial area",
                    "plant_m2": one["land_mu"] * 400, "land_mu": ""}  # fmt: skip

    def talk(self, one: dict[str, Any], day: date, member: str) -> None:
        """An entry of the log."""
        zh, en = TALKS[min(len([c for c in self.contacts if c["lead"] == one["number"]]), len(TALKS) - 1)]
        way = self.luck.choice(("call", "call", "visit", "received", "meeting", "message"))
        self.contacts.append(
            {"lead": one["number"], "on": day, "way": way, "people": f"{one['investor_zh'][:4]}负责人", "text": zh, "text_en": en,
             "member": member}
        )  # fmt: skip

    def come_to(self, one: dict[str, Any], stage: str, day: date) -> bool:
        """A lead comes to a stage, if that day has come."""
        if day > TODAY:
            return False
        one["stage"], one["stage_on"] = stage, day
        return True

    def contact(self, one: dict[str, Any], member: str) -> bool:
        """It is contacted: mostly in time."""
        day = wd(one["registered_on"], self.luck.choice((1, 1, 1, 1, 2, 3)))
        if not self.come_to(one, "contacted", day):
            return False
        one["contacted_on"] = day
        self.talk(one, day, member)
        return True

    def over(self, one: dict[str, Any], day: date, how: str = "rejected") -> None:
        """It ends: rejected, or transferred to the office of another place."""
        if not self.come_to(one, how, day):
            return
        one["reason"] = self.luck.choice(REASONS)[0]
        if how == "transferred":
            one |= {"transferred_to": "xz", "credit_percent": self.luck.choice((30, 40, 50))}

    def go_on(self, one: dict[str, Any], since: date) -> None:
        """Held by the mountain side: triaged, talked about, and signed or not."""
        one["unit"] = TEAM_UNIT
        if "contacted_on" not in one and not self.contact(one, "he-chuan"):
            return
        triaged = wd(max(one["contacted_on"], since), self.luck.choice((1, 2, 2, 3)))
        if not self.come_to(one, "triaged", triaged):
            return
        one["triaged_on"] = triaged
        day = triaged
        for stage, n in (("talking", 8), ("visited", 15), ("reviewed", 20)):
            day = wd(day, n + self.luck.randrange(6))
            if self.luck.random() < 0.14 and day <= TODAY:
                self.over(one, day)
                return
            if not self.come_to(one, stage, day):
                return
            self.talk(one, day, "he-chuan")
            if stage == "reviewed":
                one["entry_score"] = self.luck.randrange(62, 96)
        self.sign(one, day)

    def sign(self, one: dict[str, Any], since: date) -> None:
        """It becomes the next simulated project of its trade, or comes to nothing within the year."""
        first, last = since.isoformat(), (since + timedelta(days=420)).isoformat()
        found = next(
            (
                p
                for p in self.projects
                if first < p["registered_on"] < last and p["industry"] == one["industry"]
            ),
            None,
        )
        if found is None or self.luck.random() < 0.15:
            self.over(one, wd(since, self.luck.randrange(20, 90)))
            return
        self.projects.remove(found)
        firm = self.firms[found["enterprise"]]
        one |= {
            "name_zh": found["name_zh"], "name_en": found["name_en"], "investor_zh": firm["name_zh"], "investor_en": firm["name_en"],
            "organisation": firm["code"], "project": found["number"], "stage": "signed",
            "stage_on": date.fromisoformat(found["registered_on"]),
        }  # fmt: skip
        if one["kind"] != "foreign":
            one["investment_fen"] = int(found["investment_fen"])
            one["invested_before_fen"] = one["investment_fen"] // 3 if one["kind"] == "expansion" else ""
        if one["kind"] != "bird_cage":
            one["land_mu"] = found["land_mu"]
        self.pay(one, found)

    def pay(self, one: dict[str, Any], project: dict[str, str]) -> None:
        """What came in of the capital, once it is built on."""
        if project["stage"] not in ("building", "completed", "producing", "above_scale", "at_capacity"):
            return
        counted = (
            rules.counted_fen(one["kind"], one["investment_fen"], one.get("invested_before_fen") or None) or 0
        )
        for n, share in enumerate(self.luck.choice(((0.3, 0.3, 0.4), (0.4, 0.4), (0.5,)))):
            day = working(one["stage_on"] + timedelta(days=60 + 150 * n + self.luck.randrange(40)))
            if day > TODAY:
                return
            rate = RATES[day.year] if one["kind"] == "foreign" else ""
            dollars = int(counted * share / 100 / float(rate)) // 1000 * 1000 if rate else ""
            fen = round(dollars * float(rate) * 100) if rate else int(counted * share) // 10**6 * 10**6
            self.payments.append(
                {"lead": one["number"], "on": day, "amount_fen": fen, "currency": "USD" if rate else "",
                 "amount": f"{dollars:.2f}" if rate else "", "rate": f"{float(rate):.6f}" if rate else "", "evidence": f"银行进账单 {day:%Y%m%d}-{n + 1}", "taken_back_on": "", "reason": ""}
            )  # fmt: skip

    # -- the lists -------------------------------------------------------------------------------------------------

    def quarter(self, year: int, quarter: int) -> None:
        """The leads that the sea side brings in a quarter, its list and the answers."""
        first = date(year, 3 * quarter - 2, 1)
        cut_off = date(year, 3 * quarter, 30 if quarter in (2, 3) else 31)
        published = working(cut_off)
        is_draft = published > TODAY
        brought = [self.lead(first, cut_off, by_team=False) for _ in range(self.luck.randrange(4, 7))]
        for one in brought:
            self.contact(one, "xu-hang")
        number = f"QD-{year}Q{quarter}"
        acknowledged = wd(published, self.luck.choice((1, 1, 2, 2, 3, 5)))
        row = self._list(number, year, quarter, 1, first, cut_off, None if is_draft else published)
        if not is_draft:
            row["stage"], row["acknowledged_on"] = "acknowledged", acknowledged
            if self.luck.random() < 0.9:
                row |= {
                    "sea_signed_on": published,
                    "sea_signer": "徐航",
                    "mountain_signed_on": acknowledged,
                    "mountain_signer": "叶岚",
                }
        for n, one in enumerate(brought[:4] if is_draft else brought, 1):
            line = self._line(number, n, one, is_told=not is_draft)
            if not is_draft:
                one["reach"] = "both"
                self.answer(line, one, published, acknowledged)
        if (year, quarter) == (2021, 2):
            self.supplement(year, quarter, published)

    def _list(
        self,
        number: str,
        year: int,
        quarter: int,
        edition: int,
        opened: date,
        cut_off: date,
        published: date | None,
    ) -> dict[str, Any]:
        row: dict[str, Any] = {
            "number": number, "pairing": "LQXS", "year": year, "quarter": quarter, "edition": edition, "stage": "draft",
            "opened_on": opened, "cut_off_on": cut_off, "owner": SEA_UNIT, "reach": "side", "standing": "illustrative",
            "source": SOURCE,
        }  # fmt: skip
        if published is not None:
            row |= {"published_on": published, "acknowledge_due_on": wd(published, ACKNOWLEDGE),
                    "answer_due_on": wd(published, ANSWER), "reach": "both"}  # fmt: skip
        self.lists.append(row)
        return row

    def _line(self, number: str, n: int, one: dict[str, Any], *, is_told: bool) -> dict[str, Any]:
        line: dict[str, Any] = {
            "list": number,
            "position": n,
            "kind": "adds",
            "lead": one["number"],
            "late_days": 0,
        }
        if is_told:
            counted = rules.counted_fen(
                one["kind"], one["investment_fen"], one.get("invested_before_fen") or None
            )
            names = ("name_zh", "name_en", "investor_zh", "investor_en", "kind", "industry")
            told: dict[str, Any] = {name: one.get(name, "") for name in names} | {"counted_fen": counted}
            for name in ("land_mu", "plant_m2"):
                told[name] = str(one[name]) if one.get(name) not in (None, "") else None
            told |= {
                name: one[name] if one.get(name) not in (None, "") else None
                for name in ("output_fen", "tax_fen")
            }
            line["told"] = json.dumps(told, ensure_ascii=False, sort_keys=True)
        self.lines.append(line)
        return line

    def answer(self, line: dict[str, Any], one: dict[str, Any], published: date, acknowledged: date) -> None:
        """The mountain side answers a lead, mostly in time; of the last list some still wait."""
        days = self.luck.choice((3, 4, 5, 6, 7, 8, 9, 10, 10, 12, 15))
        day = max(wd(published, days), acknowledged)
        waits = published > date(2023, 6, 1) and self.luck.random() < 0.5
        if day > TODAY or waits:
            return
        due = wd(published, ANSWER)
        line |= {
            "answered_on": day,
            "answered_by": "ye-lan",
            "late_days": CALENDAR.count(due, day) if day > due else 0,
        }
        one["fed_back_on"] = day
        drawn = self.luck.random()
        if drawn < 0.22:
            line["answer"] = "rejected"
            self.over(one, day)
            line["reason"] = one["reason"]
        elif drawn < 0.28:
            line["answer"] = "transferred"
            self.over(one, day, "transferred")
            line |= {name: one[name] for name in ("reason", "transferred_to", "credit_percent")}
        else:
            line["answer"] = "accepted"
            self.go_on(one, day)

    def supplement(self, year: int, quarter: int, published: date) -> None:
        """One line is withdrawn before anybody answered it, and another lead comes instead."""
        line = self.lines[-1]
        one = next(lead for lead in self.leads if lead["number"] == line["lead"])
        day = wd(published, 2)
        for name in ("answer", "answered_on", "answered_by", "reason", "transferred_to", "credit_percent"):
            line.pop(name, None)
        self.contacts = [c for c in self.contacts if c["lead"] != one["number"] or c["on"] <= day]
        self.payments = [p for p in self.payments if p["lead"] != one["number"]]
        for name in (
            "project",
            "organisation",
            "triaged_on",
            "entry_score",
            "fed_back_on",
            "transferred_to",
            "credit_percent",
        ):
            one.pop(name, None)
        one |= {"stage": "rejected", "stage_on": day, "reason": "投资方改变计划，海方撤回", "unit": SEA_UNIT}
        line |= {"withdrawn_on": day, "late_days": 0}
        number = f"QD-{year}Q{quarter}-B1"
        row = self._list(number, year, quarter, 2, published, day, day)
        row |= {"stage": "acknowledged", "acknowledged_on": wd(day, 1)}
        self.lines.append(
            {"list": number, "position": 1, "kind": "withdraws", "lead": one["number"], "of_list": f"QD-{year}Q{quarter}",
             "told": line["told"], "late_days": 0, "reason": "投资方改变计划"}
        )  # fmt: skip
        more = self.lead(published, day, by_team=False)
        more |= {"registered_on": published, "stage_on": published, "reach": "both"}
        self.contact(more, "xu-hang")
        self.answer(self._line(number, 2, more, is_told=True), more, day, wd(day, 1))

    # -- all of it -------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Make all of it up, and write the files."""
        for year in range(2016, 2024):
            for quarter in range(1, 5):
                first = date(year, 3 * quarter - 2, 1)
                if first > TODAY:
                    break
                self.quarter(year, quarter)
                # Of the last months many are still open.
                for _ in range(7 if first >= date(2023, 4, 1) else self.luck.choice((1, 1, 2))):
                    one = self.lead(first, first + timedelta(days=88), by_team=True)
                    if self.contact(one, "he-chuan"):
                        self.go_on(one, one["contacted_on"])
        self._keep_in_touch()
        self._repeat()
        share_out(self.leads, self.contacts)
        self._before_lists()
        order = {one["number"]: n for n, one in enumerate(sorted(self.leads, key=lambda one: one["number"]))}
        self.leads.sort(key=lambda one: order[one["number"]])
        self.contacts.sort(key=lambda one: (order[one["lead"]], one["on"]))
        self.payments.sort(key=lambda one: (order[one["lead"]], one["on"]))
        for name, rows in (
            ("leads", self.leads), ("lead_contacts", self.contacts), ("lead_payments", self.payments),
            ("quarterly_lists", self.lists), ("quarterly_list_lines", self.lines),
        ):  # fmt: skip
            _write(name, rows)

    def _before_lists(self) -> None:
        """Who came without a list in the first years: with them the register adds up to what was reported of the end of 2017."""
        self.luck = random.Random(2012)
        signed = [one for one in self.leads if one["stage"] == "signed" and one["stage_on"] <= REPORTED_ON]
        early = [
            one
            for one in self.projects
            if one["registered_on"] <= str(REPORTED_ON)
            and one["introducer_side"]
            and one["stage"] != "dropped"
        ]
        brought = [(self._early(one), one) for one in early[: INTRODUCED - len(signed)]]
        paid = sum(one["amount_fen"] for one in self.payments if one["on"] <= REPORTED_ON)
        self._pay_early([one for one, _project in brought], PAID_IN_FEN - paid)

    def _early(self, project: dict[str, str]) -> dict[str, Any]:
        """The lead from which a project of the first years came: merchants who returned, as the drive of those years had it."""
        signed_on, firm = date.fromisoformat(project["registered_on"]), self.firms[project["enterprise"]]
        by_team = project["introducer_side"] == "mountain"
        one = self.lead(signed_on - timedelta(days=170), signed_on - timedelta(days=90), by_team)
        thing = next(things[0] for _t, _f, industry, things in TRADES if industry == project["industry"])
        told = ("name_zh", "name_en", "industry", "land_mu", "output_fen", "tax_fen", "jobs", "energy_tce")
        one |= {name: project[name] for name in told}
        one |= {
            "investor_zh": firm["name_zh"], "investor_en": firm["name_en"], "organisation": firm["code"], "kind": "returning",
            "process_zh": f"年产{thing[0]}，含下料、成型、检验和包装工序。", "process_en": f"Makes {thing[1]}: cutting, forming, inspection, packing.",
            "investment_fen": int(project["investment_fen"]), "project": project["number"], "unit": TEAM_UNIT, "reach": "both",
            "plant_m2": "", "entry_score": self.luck.randrange(62, 96),
        }  # fmt: skip
        one |= dict.fromkeys(
            ("invested_before_fen", "base_tax_fen", "base_year", "currency", "contract_amount", "rate", "rate_on", "site_zh", "site_en"), ""
        )  # fmt: skip
        self.contact(one, "he-chuan")
        one["triaged_on"] = wd(one["contacted_on"], 2)
        one |= {"stage": "signed", "stage_on": signed_on}
        return one

    def _pay_early(self, leads: list[dict[str, Any]], fen: int) -> None:
        """The same part of each investment in two payments before the report, that come to so much; the rest after it."""
        whole = sum(one["investment_fen"] for one in leads)
        left = fen
        for place, one in enumerate(leads, 1):
            due = left if place == len(leads) else one["investment_fen"] * fen // whole // 10**6 * 10**6
            left -= due
            half = due // 2 // 10**6 * 10**6
            days = [
                min(one["stage_on"] + timedelta(days=n), REPORTED_ON - timedelta(days=3)) for n in (45, 200)
            ]
            after = max(REPORTED_ON, one["stage_on"] + timedelta(days=300)) + timedelta(
                days=self.luck.randrange(20, 160)
            )
            for n, (day, amount) in enumerate(
                zip((*days, after), (half, due - half, one["investment_fen"] - due), strict=True), 1
            ):
                self.payments.append(
                    {"lead": one["number"], "on": working(day) if n == 3 else day, "amount_fen": amount, "currency": "", "amount": "", "rate": "",
                     "evidence": f"银行进账单 {day:%Y%m%d}-{n}", "taken_back_on": "", "reason": ""}
                )  # fmt: skip

    def _keep_in_touch(self) -> None:
        """Investors who are still talked to are called again, mostly before two weeks are over."""
        for one in self.leads:
            day = max((c["on"] for c in self.contacts if c["lead"] == one["number"]), default=TODAY)
            while one["stage"] in rules.TALKS and wd(day, 12) <= TODAY and self.luck.random() < 0.93:
                day = wd(day, self.luck.randrange(8, 13))
                self.talk(one, day, "he-chuan")

    def _repeat(self) -> None:
        """Some investors were brought twice; the later one is merged into the earlier one."""
        signed = [one for one in self.leads if one["stage"] == "signed"]
        for one in self.luck.sample(signed, 4):
            again = self.lead(one["registered_on"], one["registered_on"] + timedelta(days=20), by_team=True)
            again |= {name: one.get(name, "") for name in ("name_zh", "name_en", "investor_zh", "investor_en", "organisation", "kind",
                      "investment_fen", "invested_before_fen", "land_mu", "plant_m2", "site_zh", "site_en", "industry",
                      "currency", "contract_amount", "rate", "rate_on", "base_tax_fen", "base_year")}  # fmt: skip
            again |= {
                "stage": "duplicate",
                "stage_on": wd(again["registered_on"], 1),
                "merged_into": one["number"],
                "reason": "与已登记线索为同一投资方",
            }


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    heads = HEADS[name]
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({head: _cell(row.get(head, "")) for head in heads})


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return plain_decimal(Decimal(str(value)))
    return "" if value is None else str(value)


def _heads() -> dict[str, list[str]]:
    from shanhai.core.cli import start_django

    start_django()
    from shanhai.fields.investment.columns import LEADS
    from shanhai.fields.investment.zone import leads, lists

    # What others are worked out from is not loaded, so it does not stand in the folder.
    return {"leads": [column.name for column in LEADS.columns if not column.is_output]} | {
        name.removesuffix(".csv"): list(columns) for name, columns in (leads.FILES | lists.FILES).items()
    }


HEADS = _heads()

if __name__ == "__main__":
    Leads().write()
