"""Write the potential stocks of the example zone: picks of 2017 to 2022 with their milestones, and what the committee has before it now.

    python scripts/example_stocks.py        # writes into examples/longquan-xiaoshan

The article says that Longquan brought in "potential stocks", and neither which nor by what rule. Everything here is illustrative;
who rose above scale, and when, stands in ``scale_spells.csv``.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from example_teams import read, write

from shanhai.fields.investment.rules import stocks as rules

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_stocks.py, seed 2017"
TODAY = date(2023, 9, 18)
WAN = 10**6  # fen
COMMITTEE = (("lin-wen", "mountain"), ("ye-lan", "mountain"), ("xu-hang", "sea"), ("shen-jie", "sea"))
# Year of the decision: enterprise, revenue and three years earlier (10,000 yuan), R&D, orders, patents, picked.
PAST = {
    2017: (("hetangjiao-bamboo", 610, None, 6, 260, 0, True), ("jiaokeng-mushroom", 720, 690, 3, 300, 1, True)),
    2018: (("xingyao", 900, None, 46, 1150, 4, True), ("haichuan", 1720, None, 72, 1500, 5, True),
           ("tianyu", 1150, None, 41, 980, 3, True), ("lanxi-auto", 1190, 980, 18, 620, 1, True),
           ("liutang-auto", 1480, 1210, 22, 900, 1, True)),
    2019: (("cuipingwan-material", 1480, 760, 66, 1300, 4, True), ("cuipingwan-machine", 1020, None, 38, 1240, 3, True),
           ("fengwu-cold", 310, None, 2, 120, 0, True), ("lutian-bamboo", 805, 760, 4, 210, 0, False)),
    2020: (("chafengling-machine", 1610, 820, 70, 1700, 6, True), ("guanpuyang-bamboo", 440, None, 5, 260, 1, True),
           ("lanxi-medical", 1283, 1120, 9, 310, 0, False)),
    2021: (("lanxi-mushroom", 780, 640, 21, 610, 2, True),),
    2022: (("liutang-machine", 313, 274, 12, 240, 2, True), ("jiaokeng-medical", 388, None, 19, 330, 3, True)),
}  # fmt: skip
NOW = (("lutian-bamboo", 1055, 801, 33, 720, 2),)


class Stocks:
    """What is made up, in the order in which it comes."""

    def __init__(self) -> None:
        self.luck = random.Random(2017)
        self.stocks: list[dict[str, Any]] = []
        self.votes: list[dict[str, Any]] = []
        self.milestones: list[dict[str, Any]] = []
        with (FOLDER / "scale_spells.csv").open(encoding="utf-8", newline="") as file:
            self.rose = {row["firm"]: date.fromisoformat(row["begins_on"]) for row in csv.DictReader(file)}

    def _stock(self, number: str, on: date, facts: tuple[Any, ...], **more: Any) -> dict[str, Any]:
        revenue, before, research, orders, patents = facts
        row = {
            "number": number, "pairing": "LQXS", "proposed_on": on, "year": on.year - 1, "revenue_fen": revenue * WAN,
            "revenue_before_fen": before * WAN if before else "", "revenue_source": f"{on.year - 1}年财务报表", "rd_fen": research * WAN,
            "rd_source": "研发费用辅助账", "orders_fen": orders * WAN, "orders_source": "在手合同清单", "patents": patents,
            "patents_source": "专利登记簿副本" if patents else "", "owner": "invest-u", "reach": "both", "standing": "illustrative",
            "source": SOURCE,
        } | more  # fmt: skip
        self.stocks.append(row)
        return row

    def past(self) -> None:
        """The decisions of past years with their votes and milestones."""
        for year, found in PAST.items():
            for n, (code, *facts, is_picked) in enumerate(found, 1):
                proposed, decided = date(year, 5, 10 + n), date(year, 6, 12 + n)
                number = f"QL-{year}-{n:02d}"
                self._stock(
                    number, proposed, tuple(facts), organisation=code, stage="picked" if is_picked else "not_picked",
                    decided_on=decided, reason="成长性证据充分，同意培育。" if is_picked else "增长依据不足，暂不列入。",
                )  # fmt: skip
                for member, _side in COMMITTEE:
                    vote = "yes" if is_picked else ("no" if member != "ye-lan" else "abstain")
                    if is_picked and member == "shen-jie" and facts[4] == 0:
                        vote = "no"
                    self.votes.append({"stock": number, "member": member, "vote": vote, "reason": "增长依据不足" if vote == "no" else "", "voted_on": decided - timedelta(days=self.luck.randrange(1, 9))})  # fmt: skip
                if is_picked:
                    self._milestones(number, code, decided, facts[0])

    def _milestones(self, number: str, code: str, decided: date, revenue: int) -> None:
        rises = self.rose.get(code)
        grows = rises is not None and rises <= rules.months_after(decided, 36)
        for months, measure, target, aid in (
            (12, "revenue_fen", revenue * 115 // 100 * WAN, 10), (24, "patents", 3, 15), (36, "above_scale", 1, 30),
        ):  # fmt: skip
            due = rules.months_after(decided, months)
            row: dict[str, Any] = {
                "stock": number, "months": months, "measure": measure, "target": target, "aid_fen": aid * WAN, "policy": "", "aid": "tied",
            }  # fmt: skip
            if due <= TODAY:
                good = grows or (months == 12 and self.luck.random() < 0.4)
                value = {
                    "revenue_fen": (revenue * (125 if good else 106) // 100) * WAN,
                    "patents": 4 if good else 1,
                    "above_scale": int(good),
                }
                day = due + timedelta(days=self.luck.randrange(5, 30))
                row |= {
                    "value": value[measure], "judged_on": min(day, TODAY), "aid": "released" if good else "withheld",
                    "evidence": {"revenue_fen": "年度财务报表", "patents": "专利登记簿副本", "above_scale": "统计入库通知"}[measure],
                }  # fmt: skip
                row["aid_on"] = row["judged_on"]
            self.milestones.append(row)

    def now(self) -> None:
        """Before the committee now, and a lead that was just proposed."""
        for n, (code, *facts) in enumerate(NOW, 1):
            number = f"QL-2023-{n:02d}"
            self._stock(number, date(2023, 9, 4), tuple(facts), organisation=code, stage="committee")
            for member, _side in COMMITTEE:
                voted = member in ("lin-wen", "xu-hang")
                self.votes.append({"stock": number, "member": member, "vote": "yes" if voted else "", "voted_on": date(2023, 9, 12) if voted else ""})  # fmt: skip
        small = [
            one for one in read("leads")
            if one["stage"] in ("registered", "contacted", "triaged", "talking", "visited", "reviewed") and one["land_mu"]
            and one["tax_fen"] and int(one["tax_fen"]) / WAN / float(one["land_mu"]) < 10 and one["owner"] == "invest-u"
        ]  # fmt: skip
        if small:
            self._stock(
                "QL-2023-02",
                date(2023, 9, 15),
                (640, 290, 52, 830, 3),
                lead=small[0]["number"],
                stage="proposed",
            )

    def write(self) -> None:
        """Make all of it up, and write the files."""
        from shanhai.fields.investment.columns.stocks import STOCK_REGISTERS

        self.past()
        self.now()
        rows = (self.stocks, self.votes, self.milestones)
        keys = (("number",), ("stock", "member"), ("stock", "months"))
        for register, found, key in zip(STOCK_REGISTERS, rows, keys, strict=True):
            heads = [column.name for column in register.columns if not column.is_output]
            write(register.file_stem, sorted(found, key=lambda one: tuple(one[name] for name in key)), heads)


if __name__ == "__main__":
    from shanhai.core.cli import start_django

    start_django()
    Stocks().write()
