"""Write the investment teams and joint promotion events of the example zone: 2016 to 2023, all of them illustrative.

    python scripts/example_teams.py        # writes into examples/longquan-xiaoshan

The article names Longquan's office in Xiaoshan and the teams of the Yangtze delta, and nothing of what they did. Run it
after ``example_leads.py``: stops follow from the log of leads, and leads of events from the leads of their months.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from example_names import TRADES, WORDS

from shanhai.kernel.workdays import official

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_teams.py, seed 2018"
TODAY = date(2023, 9, 18)
OFFICE, DELTA = "lq-xs-office", "lq-delta-team"
WHO = {OFFICE: "he-chuan", DELTA: "tang-wei"}
SECOND = {OFFICE: "he-chuan", DELTA: "mei-lin"}
FIRST_YEAR = {OFFICE: 2016, DELTA: 2018}
CALENDAR = official()
# Some places of the delta, and of Xiaoshan.
PLACES = {
    OFFICE: (("萧山经济技术开发区", "Xiaoshan development zone"), ("萧山区北干街道", "Beigan, Xiaoshan"),
             ("萧山区瓜沥镇", "Guali, Xiaoshan"), ("杭州市滨江区", "Binjiang, Hangzhou")),
    DELTA: (("上海市松江区", "Songjiang, Shanghai"), ("苏州市昆山市", "Kunshan, Suzhou"), ("嘉兴市平湖市", "Pinghu, Jiaxing"),
            ("宁波市慈溪市", "Cixi, Ningbo"), ("无锡市江阴市", "Jiangyin, Wuxi")),
}  # fmt: skip
PURPOSES = (
    ("介绍山海协作产业园和用地政策", "Tell of the park and its land"),
    ("了解扩产计划和用能需求", "Ask about their expansion and the power that it needs"),
    ("送达政策汇编，邀请考察", "Bring the policies, and invite them"),
    ("跟进投资意向", "Follow up what they think of investing"),
)
SAID = (
    ("企业近期无扩产计划，明年再联系。", "They do not expand for now; call again next year."),
    (
        "对方对电价和招工有兴趣，索要政策文本。",
        "They asked for the price of power and hiring, and for the text of the policies.",
    ),
    ("对方已在邻县拿地，暂无合作空间。", "They took land in a neighbouring county; nothing to do for now."),
    ("负责人外出，由办公室接待，留下资料。", "The head was away; the office took our papers."),
)
EVENTS = (
    ("TJ-2017-01", date(2017, 9, 21), "sea", ("龙泉—萧山产业合作对接会", "Industry meeting of Longquan and Xiaoshan"), ("萧山", "Xiaoshan"), 26),
    ("TJ-2018-01", date(2018, 10, 18), "sea", ("龙泉市（萧山）投资环境推介会", "Longquan’s promotion in Xiaoshan"), ("萧山国际商务中心", "Xiaoshan International Business Centre"), 38),
    ("TJ-2019-01", date(2019, 5, 16), "mountain", ("汽车空调零部件产业链招商会", "Meeting for the chain of car air conditioning"), ("龙泉市", "Longquan"), 31),
    ("TJ-2020-01", date(2020, 11, 12), "mountain", ("山海协作云招商推介会", "Online promotion of both sides"), ("线上", "online"), 44),
    ("TJ-2021-01", date(2021, 6, 10), "sea", ("长三角汽配产业（上海）推介会", "Car parts of the delta, Shanghai"), ("上海市松江区", "Songjiang, Shanghai"), 29),
    ("TJ-2022-01", date(2022, 7, 14), "mountain", ("青瓷宝剑文创产业推介会", "Celadon and swords: promotion of the crafts"), ("龙泉市", "Longquan"), 24),
    ("A-2023-02", date(2023, 4, 20), "mountain", None, None, 52),
    ("TJ-2023-02", date(2023, 11, 16), "sea", ("长三角（昆山）联合推介会", "Joint promotion in Kunshan"), ("苏州市昆山市", "Kunshan, Suzhou"), 12),
)  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    """The rows of a file of the example."""
    path = FOLDER / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: list[dict[str, Any]], heads: list[str]) -> None:
    """Write a file of the example."""
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({head: _cell(row.get(head)) for head in heads})


def _cell(value: Any) -> str:
    return "" if value is None else "true" if value is True else "false" if value is False else str(value)


def of_delta(lead: dict[str, Any]) -> bool:
    """Whether a lead of a team is one of the delta team: from 2018 on every other one."""
    number = str(lead["number"])
    return lead["introduced_by"] in WHO and int(number[3:7]) >= 2018 and int(number[-3:]) % 2 == 0


def share_out(leads: list[dict[str, Any]], contacts: list[dict[str, Any]]) -> None:
    """Say of the leads of the teams which team brought them and spoke to them."""
    theirs = {one["number"] for one in leads if of_delta(one)}
    for one in leads:
        if one["number"] in theirs:
            one |= {"introduced_by": DELTA, "introducer": WHO[DELTA]}
    for row in contacts:
        if row["lead"] in theirs and row["member"] == WHO[OFFICE]:
            row["member"] = WHO[DELTA]


def working(day: date) -> date:
    """A day, or the next working day after it."""
    return day if CALENDAR.is_working(day) else CALENDAR.add(day, 1)


class Teams:
    """What is made up, in the order in which it comes."""

    def __init__(self) -> None:
        self.luck = random.Random(2018)
        self.leads, self.contacts = read("leads"), read("lead_contacts")
        self.stops: list[dict[str, Any]] = []
        self.costs: list[dict[str, Any]] = []
        self.sides: list[dict[str, Any]] = []
        self.guests: list[dict[str, Any]] = []

    def people(self) -> None:
        """The delta team among the organisations, units, members and roles."""
        told = "Zhejiang Daily, 2018-08-16"
        self._put(
            "organisations",
            {
                "code": DELTA,
                "name_zh": "龙泉市长三角招商组",
                "name_en": "Longquan Investment Team, Yangtze Delta",
                "kind": "investment_team",
                "region": "331181000000",
                "parent": "lq",
                "standing": "reported",
                "source": told,
            },
            "code",
        )
        self._put(
            "units",
            {
                "code": "delta-u",
                "organisation": DELTA,
                "name_zh": "招商组",
                "name_en": "Investment Team",
                "ladder": "handle",
                "dispatcher": "tang-wei",
            },
            "code",
        )
        for code, zh, en, title, title_en in (
            ("tang-wei", "唐薇", "Tang Wei", "组长", "Team leader"),
            ("mei-lin", "梅林", "Mei Lin", "招商专员", "Investment officer"),
        ):
            self._put(
                "members",
                {
                    "code": code,
                    "unit": "delta-u",
                    "name_zh": zh,
                    "name_en": en,
                    "title": title,
                    "title_en": title_en,
                    "roles": "handler investment_team",
                    "standing": "illustrative",
                },
                "code",
            )
            for role in ("handler", "investment_team"):
                self._put(
                    "role_grants", {"member": code, "role": role, "from_on": "2023-09-18"}, "member", "role"
                )

    def _put(self, name: str, row: dict[str, Any], *keys: str) -> None:
        rows: list[dict[str, Any]] = list(read(name))
        heads = list(rows[0])
        at = tuple(row[key] for key in keys)
        rows = [one for one in rows if tuple(one[key] for key in keys) != at]
        place = next((n for n, one in enumerate(rows) if tuple(one[key] for key in keys) > at), len(rows))
        write(name, [*rows[:place], row, *rows[place:]], heads)

    def itinerary(self) -> None:
        """Stops at leads as their log has them, at firms that came to nothing, and those of the coming weeks."""
        leads = {one["number"]: one for one in self.leads}
        for row in self.contacts:
            team = next((code for code, who in WHO.items() if who == row["member"]), None)
            brought = leads[row["lead"]]["introduced_by"]
            if team is None or team != brought or row["way"] not in ("visit", "meeting", "received"):
                continue
            self._stop(
                team,
                date.fromisoformat(row["on"]),
                row["way"],
                lead=row["lead"],
                people=row["people"],
                stage="done",
            )
        for team in WHO:
            for year in range(FIRST_YEAR[team], 2024):
                for _ in range(self.luck.randrange(5, 9)):
                    day = working(
                        date(year, 1, 8) + timedelta(days=self.luck.randrange(340 if year < 2023 else 240))
                    )
                    self._stop(team, day, "visit", firm=self._firm(), stage="done")
        for team in WHO:
            there = [
                one
                for one in self.leads
                if one["introduced_by"] == team
                and one["stage"] in ("triaged", "talking", "visited", "reviewed")
            ]
            self._stop(team, date(2023, 9, 13), "visit", firm=self._firm(), stage="planned")
            for n, days in enumerate((1, 2, 4, 9, 21)):
                day = working(TODAY + timedelta(days=days))
                lead = there[n]["number"] if n < len(there) else ""
                self._stop(
                    team,
                    day,
                    "visit" if n % 2 else "meeting",
                    lead=lead,
                    firm="" if lead else self._firm(),
                    stage="planned",
                    time=("09:30", "14:00", "")[n % 3],
                )

    def _firm(self) -> str:
        word, trade = self.luck.choice(WORDS), self.luck.choice(TRADES)
        return f"{word[0]}{trade[1][0]}"

    def _stop(
        self,
        team: str,
        on: date,
        way: str,
        *,
        stage: str,
        lead: str = "",
        firm: str = "",
        people: str = "",
        time: str = "",
    ) -> None:
        place, purpose, text = (
            self.luck.choice(PLACES[team]),
            self.luck.choice(PURPOSES),
            self.luck.choice(SAID),
        )
        row = {
            "team": team,
            "on": on,
            "time": time,
            "way": way,
            "lead": lead,
            "firm": firm,
            "member": self.luck.choice((WHO[team], SECOND[team])) if on.year > 2021 else WHO[team],
            "place_zh": place[0],
            "place_en": place[1],
            "purpose_zh": purpose[0],
            "purpose_en": purpose[1],
            "stage": stage,
            "standing": "illustrative",
            "source": SOURCE,
        }
        if way == "received":
            row |= {"place_zh": "龙泉市", "place_en": "Longquan"}
        if stage == "done":
            row |= {"done_on": on, "people": people}
            if not lead:
                row |= {"text_zh": text[0], "text_en": text[1]}
        self.stops.append(row)

    def money(self) -> None:
        """What each team spent, quarter by quarter."""
        for team in WHO:
            for year in range(FIRST_YEAR[team], 2024):
                for quarter in range(1, 5):
                    day = working(date(year, 3 * quarter, 20))
                    if day > TODAY:
                        break
                    for kind, low, high, what in (
                        ("staff", 70, 90, "驻外人员补助"),
                        ("travel", 18, 42, "走访差旅"),
                        ("office", 20, 30, "办公用房租金"),
                    ):
                        n = sum(one["team"] == team and one["on"].year == year for one in self.costs) + 1
                        self.costs.append(
                            {
                                "code": f"{team}-{year}-{n:02d}",
                                "team": team,
                                "on": day,
                                "kind": kind,
                                "amount_fen": self.luck.randrange(low, high) * 100_000,
                                "about": f"{year}年第{quarter}季度{what}",
                                "standing": "illustrative",
                                "source": SOURCE,
                            }
                        )

    def events(self) -> None:
        """The promotions, what each side gave, who came, and which leads of the months after came from them."""
        taken: set[str] = set()
        for number, on, lead_side, title, place, invited in EVENTS:
            if title is not None and place is not None:
                self._put(
                    "activities",
                    {
                        "number": number,
                        "pairing": "LQXS",
                        "kind": "promotion",
                        "field": "investment",
                        "title_zh": title[0],
                        "title_en": title[1],
                        "stage": "completed" if on < TODAY else "planned",
                        "on": on,
                        "place_zh": place[0],
                        "place_en": place[1],
                        "lead": lead_side,
                        "mountain_unit": "lq-eit-u",
                        "sea_unit": "xs-eit-u",
                        "planned_fen": 0,
                        "standing": "illustrative",
                        "outcome_zh": "双方共同召集，到会企业名单和形成的线索见推介会页面。"
                        if on < TODAY
                        else "",
                        "outcome_en": "Both sides convened it; firms and leads stand on the page of the event."
                        if on < TODAY
                        else "",
                    },
                    "number",
                )
            is_over = on < TODAY
            for side in ("mountain", "sea"):
                if not is_over and side == "mountain":
                    continue
                budget = self.luck.randrange(8, 26) * 10**6
                cost = budget * self.luck.randrange(82, 104) // 100 // 10**4 * 10**4
                self.sides.append(
                    {
                        "event": number,
                        "side": side,
                        "convened_on": on - timedelta(days=40) if is_over else date(2023, 9, 11),
                        "budget_fen": budget,
                        "cost_fen": cost if is_over else "",
                        "standing": "illustrative",
                        "source": SOURCE,
                    }
                )
            self._guests(number, on, invited, taken)

    def _guests(self, number: str, on: date, invited: int, taken: set[str]) -> None:
        last = on + timedelta(days=75)
        from_it = (
            [
                one
                for one in self.leads
                if on.isoformat() < one["registered_on"] <= last.isoformat()
                and one["stage"] != "duplicate"
                and one["number"] not in taken
            ][: 4 if on.year == 2023 else 3]
            if on < TODAY
            else []
        )
        taken |= {one["number"] for one in from_it}
        names = {one["investor_zh"]: one["number"] for one in from_it}
        while len(names) < invited:
            names.setdefault(self._firm(), "")
        # Of the event of 2023 the activity says that 46 firms came.
        absent = set(
            self.luck.sample(
                [name for name, lead in names.items() if not lead],
                6 if number == "A-2023-02" else invited // 6,
            )
        )
        for name, lead in names.items():
            self.guests.append(
                {
                    "event": number,
                    "firm": name,
                    "invited_by": self.luck.choice(("mountain", "sea", "sea")),
                    "invited_on": on - timedelta(days=21) if on < TODAY else date(2023, 9, 15),
                    "came": ("no" if name in absent else "yes") if on < TODAY else "",
                    "lead": lead,
                    "standing": "illustrative",
                    "source": SOURCE,
                }
            )

    def years(self) -> list[dict[str, Any]]:
        """Targets of each team and year."""
        rows = []
        for team in sorted(WHO):
            for year in range(FIRST_YEAR[team], 2024):
                leads = 6 if team == OFFICE else 4
                more = year - FIRST_YEAR[team]
                rows.append(
                    {
                        "team": team,
                        "year": year,
                        "target_stops": 16 + 2 * more,
                        "target_leads": leads + more // 2,
                        "target_signed": 2 + more // 4,
                        "target_fen": (2 + more // 3) * 10**10,
                        "budget_fen": 60 * 10**6 + more * 10**6,
                        "standing": "illustrative",
                        "source": SOURCE,
                    }
                )
        return rows

    def write(self) -> None:
        """Make all of it up, and write the files."""
        from shanhai.fields.investment.columns.teams import TEAM_REGISTERS

        heads = {
            one.file_stem: [column.name for column in one.columns if not column.is_output]
            for one in TEAM_REGISTERS
        }
        share_out(self.leads, self.contacts)
        write("leads", self.leads, list(self.leads[0]))
        write("lead_contacts", self.contacts, list(self.contacts[0]))
        self.people()
        self.itinerary()
        self.money()
        self.events()
        self.stops.sort(key=lambda one: (one["on"], one["team"], one["lead"], one["firm"]))
        numbers: dict[int, int] = {}
        for one in self.stops:
            year = one["on"].year
            numbers[year] = numbers.get(year, 0) + 1
            one["number"] = f"XC-{year}-{numbers[year]:03d}"
        own = {"pairing": "LQXS", "reach": "both", "standing": "illustrative", "source": SOURCE}
        teams = [
            {
                "organisation": DELTA,
                "base_zh": "上海市松江区",
                "base_en": "Songjiang, Shanghai",
                "area_zh": "上海、苏南、浙北",
                "area_en": "Shanghai, southern Jiangsu, northern Zhejiang",
                "opened_on": "2018-01-02",
            }
            | own,
            {
                "organisation": OFFICE,
                "base_zh": "萧山经济技术开发区",
                "base_en": "Xiaoshan development zone",
                "area_zh": "萧山、滨江及杭州周边",
                "area_en": "Xiaoshan, Binjiang and around Hangzhou",
                "opened_on": "2016-01-04",
            }
            | own,
        ]
        write("teams", teams, heads["teams"])
        write("team_years", self.years(), heads["team_years"])
        write("team_costs", sorted(self.costs, key=lambda one: one["code"]), heads["team_costs"])
        write("stops", sorted(self.stops, key=lambda one: one["number"]), heads["stops"])
        write(
            "event_sides",
            sorted(self.sides, key=lambda one: (one["event"], one["side"])),
            heads["event_sides"],
        )
        write(
            "event_guests",
            sorted(self.guests, key=lambda one: (one["event"], one["firm"])),
            heads["event_guests"],
        )


if __name__ == "__main__":
    from shanhai.core.cli import start_django

    start_django()
    Teams().write()
