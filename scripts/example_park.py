"""What follows from the work on the enterprises of the example park: renewals, standard land, objections and agents; all illustrative.

    python scripts/example_park.py        # writes into examples/longquan-xiaoshan

Run it after ``example_firms.py`` and ``example_land.py``: tax and staff before and after a renewal are what the figures say, and
promises are made for parcels on the days on which those were allotted and came into use. The few who are renewed, promise or object
are chosen by hand, so that each stage, rung and decision is there.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from example_papers import record

from shanhai.fields.park.rules import promises as rules
from shanhai.fields.park.rules import renewal
from shanhai.kernel import rulebook
from shanhai.kernel.text import plain_decimal

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "examples" / "longquan-xiaoshan"
SOURCE = "made up, scripts/example_park.py"
TODAY = date(2023, 9, 18)
PARK, OFFICER, GRADER = "LQ-XS", "lin-wen", "lq-eit-u-2"
ZERO = Decimal(0)
BOOK = {one.code: one.values[0] for one in rulebook.read_file(ROOT / "src/shanhai/fields/park/rulebook.yaml")}
TOLERANCE = BOOK[rules.TOLERANCE]

# -- renewals ------------------------------------------------------------------------------------------------------------
# Plots that were given up, each with who held it since when and until when; they stand among the holdings.
GIVEN_UP = (
    ("dayaoping-blade", "Q067", "2012-04-01", "28", "2020-06-30"),
    ("liuchuan-cold", "Q068", "2017-05-01", "8", "2023-06-30"),
    ("lanxi-cold", "Q069", "2015-09-01", "15", "2020-11-30"),
    ("liutang-material", "Q034", "2012-06-01", "37.5", "2014-12-31"),
    ("cuipingwan-electric", "Q055", "2012-04-01", "48", "2015-02-28"),
)
# Who took the third over.
TAKEN_OVER = ("lanxi-mushroom", "Q069", "2023-03-20", "15")
# Number, firm, plot, reason, what was found, stage, its day, path; what else is known of it.
RENEWALS: tuple[tuple[Any, ...], ...] = (
    ("TL-2014-00001", "liutang-material", "Q034", "idle", "再生造粒车间停产两年，高耗能设备已列入淘汰目录", "measured", "2019-04-12", "purchase",
     {"value_fen": 1_690_000_000, "energy_tce": "2100.00", "emission_t": "12.40", "new_firm": "guanpuyang-material", "contracted_on": "2015-05-01",
      "contract": "国有土地使用权出让合同（示例）2015-07", "before": (2013, "1.3600", 22), "after_year": 2018, "took": ("300.00", "2.90")}),
    ("TL-2014-00002", "cuipingwan-electric", "Q055", "below", "厂房出租作仓库，亩均税收不足2万元", "measured", "2020-04-08", "return",
     {"value_fen": 2_060_000_000, "energy_tce": "340.00", "emission_t": "1.60", "plant_m2": "9600.00", "new_firm": "liuchuan-auto",
      "contracted_on": "2015-11-01", "contract": "国有土地使用权出让合同（示例）2015-19", "before": (2013, "1.7200", 41), "after_year": 2019,
      "took": ("340.00", "1.60")}),
    ("TL-2019-00001", "liutang-material", "Q064", "below", "设备陈旧，企业愿意自行改造", "measured", "2023-05-16", "self_upgrade",
     {"before_year": 2018, "after_year": 2022}),
    ("TL-2020-00001", "dayaoping-blade", "Q067", "idle", "二厂区停产，厂房完好", "offered", "2020-09-01", "purchase",
     {"value_fen": 1_260_000_000, "energy_tce": "520.00", "emission_t": "2.10", "plant_m2": "12000.00", "before": (2019, "2.1400", 36)}),
    ("TL-2020-00002", "lanxi-cold", "Q069", "idle", "旧冷库停用，制冷系统不合规", "contracted", "2023-03-20", "return",
     {"value_fen": 680_000_000, "energy_tce": "300.00", "emission_t": "1.20", "new_firm": "lanxi-mushroom", "contracted_on": "2023-03-20",
      "contract": "国有土地使用权出让合同（示例）2023-04", "before_year": 2019, "took": ("260.00", "0.90")}),
    ("TL-2022-00001", "liuchuan-cold", "Q068", "below", "分拣场地闲置过半，企业同意交回北侧8亩", "vacated", "2023-06-30", "auction",
     {"value_fen": 352_000_000, "energy_tce": "160.00", "emission_t": "0.60", "before_year": 2021}),
    ("TL-2022-00002", "jiaokeng-mushroom", "Q046", "below", "产线停开，仅保留包装", "valued", "2023-08-30", "purchase",
     {"value_fen": 986_000_000, "before_year": 2021}),
    ("TL-2022-00003", "lanxi-auto", "Q049", "below", "压铸线停用，用工从六十人减到二十余人", "chosen", "2023-07-18", "sublease", {"before_year": 2021}),
    ("TL-2022-00004", "guanpuyang-auto", "Q030", "below", "企业已签技术改造协议，2024年投产，暂不列入", "dropped", "2022-11-08", "", {"before_year": 2021}),
    ("TL-2023-00001", "dayaoping-blade", "Q021", "d_twice", "两年D类；热处理车间单班生产，约三成场地空置", "published", "2023-08-21", "", {"before_year": 2022}),
    ("TL-2023-00002", "guanpuyang-bamboo", "Q031", "below", "现场核查：厂房一层空置，二层出租堆放原竹", "verified", "2023-09-06", "", {"before_year": 2022}),
    ("TL-2023-00003", "fengwu-cold", "Q028", "d_twice", "", "candidate", "2023-09-15", "", {"before_year": 2022}),
    ("TL-2023-00004", "lutian-bamboo", "Q066", "below", "", "candidate", "2023-09-15", "", {"before_year": 2022}),
)  # fmt: skip
RENEWAL_HEADS = (
    "number", "firm", "plot", "begins_on", "land_mu", "reason", "text", "stage", "rank", "stage_on", "path", "value_fen", "energy_tce",
    "emission_t", "plant_m2", "new_firm", "contract", "contracted_on", "before_year", "tax_before", "jobs_before", "after_year",
    "tax_after", "jobs_after", "standing", "source",
)  # fmt: skip

# -- standard land -------------------------------------------------------------------------------------------------------
# Parcel, day by which it was to be built, deposit (10,000 yuan), five promises (investment and tax in 10,000 yuan per mu, plot ratio,
# energy, emissions), checks. The first check is that of completion until one is passed; what is measured is told as the promise is.
PROMISES: tuple[tuple[Any, ...], ...] = (
    ("LQ-077", "2019-12-31", 150, ("260", "1.2", "0.62", "0.45", "14"),
     (("2019-08-06", "281.5", "1.31"), ("2021-08-10", "0.55", "0.38", "16.2"))),
    ("LQ-075", "2020-06-30", 75, ("280", "1.2", "0.60", "0.45", "20"),
     (("2020-03-10", "284", "1.24"), ("2022-03-15", "0.58", "0.44", "18.6"))),
    ("LQ-057", "2019-12-31", 230, ("240", "1.0", "0.65", "0.50", "12"),
     (("2019-08-12", "246", "1.06"), ("2021-08-20", "0.70", "0.52", "6.1"), ("2022-03-01", "0.69", "0.50", "5.8"),
      ("2022-09-08", "0.68", "0.49", "5.4"))),
    ("LQ-064", "2020-12-31", 130, ("260", "1.2", "0.60", "0.45", "15"),
     (("2020-10-15", "262", "1.22"), ("2022-10-20", "0.71", "0.47", "9.8"), ("2023-04-25", "0.64", "0.45", "11.2"))),
    ("LQ-063", "2020-12-31", 140, ("260", "1.0", "0.60", "0.45", "12"),
     (("2020-09-25", "271", "1.05"), ("2022-09-28", "0.57", "0.41", "12.9"))),
    ("LQ-067", "2021-12-31", 235, ("260", "1.2", "0.55", "0.40", "14"),
     (("2021-08-03", "266", "1.21"), ("2023-08-08", "0.59", "0.42", "10.3"))),
    ("LQ-079", "2021-03-31", 150, ("280", "1.2", "0.55", "0.40", "15"),
     (("2020-10-10", "288", "1.13"), ("2022-10-12", "0.52", "0.36", "15.8"))),
    ("LQ-117", "2022-06-30", 117, ("240", "1.0", "0.50", "0.30", "8"),
     (("2022-01-20", "198", "0.96"), ("2022-07-25", "243", "1.02"))),
    ("LQ-089", "2022-12-31", 265, ("280", "1.2", "0.60", "0.40", "15"), (("2022-05-12", "292", "1.26"),)),
    ("Q005", "2023-06-30", 86, ("300", "1.5", "0.50", "0.35", "22"), (("2023-07-05", "311", "1.52"),)),
    ("LQ-095", "2024-06-30", 136, ("300", "1.5", "0.55", "0.35", "18"), ()),
    ("LQ-113", "2023-09-15", 162, ("260", "1.2", "0.45", "0.28", "9"), ()),
)  # fmt: skip
# One that stands on a plot of the register of enterprises: who, land, day of signing.
OF_PLOT = {"Q005": ("qingfeng", Decimal("28.80"), date(2021, 11, 15))}

# -- objections ----------------------------------------------------------------------------------------------------------
# Of the two that were upheld the figures were put right, and with their grades those of others moved, since the shares of grades are
# fixed. A test computes that from the figures as they were. Grading: enterprise, figure, how many times too high it was.
PUT_RIGHT = {
    "MJ-2021-1": ("beichen", "energy_tce", 3),
    "MJ-2022-1": ("liuchuan-machine", "electricity_kwh", 3),
}
# Grading: how enterprises were graded first; it stands with the gradings.
FIRST_GRADES = {
    "MJ-2021-1": {"beichen": "D", "hetangjiao-auto": "C"},
    "MJ-2022-1": {"hetangjiao-medical": "B", "liuchuan-machine": "C"},
}
# Grading, firm, text, who filed it, day; decision, its day.
APPEALS: tuple[tuple[Any, ...], ...] = (
    ("MJ-2021-1", "beichen", "upheld", "综合能耗把三座冷库的用电按分表和总表重复计算，附供电公司结算单。", "", "2022-09-16",
     "能耗按供电公司结算单更正，异议成立。", "2022-09-20"),
    ("MJ-2021-1", "hanshuang", "rejected", "公司当年搬迁停产两个月，请按十个月折算税收。", "", "2022-09-19",
     "评价办法没有按月折算的规定，异议不成立。", "2022-09-21"),
    ("MJ-2022-1", "cuipingwan-material", "open", "2022年新增固定资产投资已抵扣留抵税额，亩均税收应加回留抵退税。", "ge-fang", "2023-09-18", "", ""),
    ("MJ-2022-1", "fengwu-cold", "rejected", "冷链仓储用电高是行业特点，请不按工业标准评价。", "ge-fang", "2023-09-15",
     "物流企业已单独分组评价，异议不成立。", "2023-09-18"),
    ("MJ-2022-1", "lanxi-auto", "open", "租给压铸厂的12亩应由承租方承担，请在用地中扣除，附租赁合同。", "", "2023-09-18", "", ""),
    ("MJ-2022-1", "liuchuan-machine", "upheld", "用电量误将园区公共配电房计入，附电费清单。", "", "2023-09-15",
     "用电量按电费清单更正，异议成立，重新计算。", "2023-09-18"),
)  # fmt: skip

# -- agents --------------------------------------------------------------------------------------------------------------
AGENT = {
    "code": "zhongcheng", "name_zh": "龙泉市众诚企业服务有限公司", "name_en": "Zhongcheng Business Services", "kind": "other",
    "region": "331181000000", "standing": "illustrative", "source": SOURCE,
}  # fmt: skip
AGENT_UNIT = {
    "code": "zhongcheng-u", "organisation": "zhongcheng", "name_zh": "代办部", "name_en": "Filing", "ladder": "handle",
    "dispatcher": "ge-fang", "standing": "illustrative",
}  # fmt: skip
AGENT_MEMBER = {
    "code": "ge-fang", "unit": "zhongcheng-u", "name_zh": "葛芳", "name_en": "Ge Fang", "title": "代办员", "title_en": "Filing agent",
    "login": "agent", "roles": "enterprise", "standing": "illustrative",
}  # fmt: skip
# Firm, from, until.
AGENTS = (
    ("cuipingwan-material", "2021-03-01", ""), ("fengwu-cold", "2022-05-09", ""), ("hetangjiao-blade", "2023-01-16", ""),
    ("jinao-medical", "2020-09-01", ""), ("liuchuan-mushroom", "2019-06-03", "2022-12-31"), ("qingfeng", "2023-02-20", ""),
)  # fmt: skip


# -- papers --------------------------------------------------------------------------------------------------------------
# What it hangs on (of a grading the objection, counted by enterprise), name of the file, title, lines.
PAPERS: tuple[tuple[str, str, int | None, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("park.renewal", "TL-2023-00002", None, "site-guanpuyang-bamboo.docx", "现场核查表：官浦垟竹木Q031",
     (("核查日期", "2023年9月6日"), ("核查人", "林文、李越涛"), ("用地", "10.50亩"), ("现场情况", "一层空置，二层出租堆放原竹，无生产设备运转"),
      ("在岗职工", "3人"), ("企业意见", "愿意协商退出"))),
    ("park.renewal", "TL-2023-00001", None, "site-dayaoping-blade.docx", "现场核查表：大窑坪刀剑Q021",
     (("核查日期", "2023年7月27日"), ("核查人", "林文、季雪文"), ("用地", "43.10亩"), ("现场情况", "热处理车间单班生产，约三成场地空置"),
      ("在岗职工", "37人"), ("企业意见", "申请先行技术改造"))),
    ("park.renewal", "TL-2022-00003", None, "site-lanxi-auto.docx", "现场核查表：岚溪汽车零部件Q049",
     (("核查日期", "2022年10月19日"), ("核查人", "林文、季雪文"), ("用地", "35.40亩"), ("现场情况", "压铸线停用，保留机加工一个班组"),
      ("企业意见", "同意分割转租"))),
    ("park.gradingrun", "MJ-2021-1", 1, "power-beichen-2021.docx", "供电公司结算单：北辰冷链2021年",
     (("总表电量", "按供电公司结算"), ("重复计入", "1号、2号、3号库分表"), ("更正后综合能耗", "561吨标准煤"))),
    ("park.gradingrun", "MJ-2022-1", 3, "lease-lanxi-auto.docx", "厂房租赁合同摘要：岚溪汽车零部件",
     (("承租方", "压铸加工户（示例）"), ("租赁用地", "12亩"), ("租期", "2021年4月至2024年3月"))),
    ("park.gradingrun", "MJ-2022-1", 4, "power-liuchuan-machine-2022.docx", "电费清单：琉川机械2022年",
     (("误计入", "园区2号公共配电房"), ("更正后用电量", "按电费清单"), ("盖章", "供电公司（示例）"))),
    ("park.landpromise", "BZD-2018-00003", None, "check-guanpuyang-auto.docx", "标准地复核意见：官浦垟汽车零部件LQ-064",
     (("复核日期", "2023年4月25日"), ("能耗", "达标"), ("亩均税收", "11.2万元，承诺15万元，未达标"), ("处理", "没收保证金，六个月后再核"))),
    ("investment.project", "XM-2021-002", None, "completion-qingfeng.docx", "竣工验收意见：青枫汽配新建项目",
     (("验收日期", "2023年6月30日"), ("建设内容", "厂房16,200平方米"), ("结论", "同意验收，待专线接通后投产"))),
    ("investment.project", "XM-2022-001", None, "progress-longyuan.docx", "形象进度报告：龙源输液生产线",
     (("截至", "2023年8月31日"), ("进度", "灭菌车间主体封顶，净化装修完成六成"), ("当前困难", "新增用能指标尚缺1,600兆瓦时"))),
)  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    """The rows of a file of the example."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, heads: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write a file of the example."""
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(heads), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def put(name: str, row: dict[str, Any], *keys: str) -> None:
    """Put a row into a file that others write too, at its place by its keys."""
    rows: list[dict[str, Any]] = list(read(name))
    heads, at = list(rows[0]), tuple(row[key] for key in keys)
    rows = [one for one in rows if tuple(one[key] for key in keys) != at]
    place = next((n for n, one in enumerate(rows) if tuple(one[key] for key in keys) > at), len(rows))
    known = {name: value for name, value in row.items() if name in heads}
    write(name, heads, [*rows[:place], known, *rows[place:]])


def holdings() -> list[dict[str, Any]]:
    """The plots that renewals are about and that enterprises hold no longer, or since then."""
    found = [
        {"firm": firm, "plot": plot, "begins_on": since, "tenure": "own", "land_mu": mu, "lessor": "", "ends_on": until}
        for firm, plot, since, mu, until in (*GIVEN_UP, (*TAKEN_OVER, ""))
    ]  # fmt: skip
    return found


class Park:
    """What is made up, from the files that are there."""

    def __init__(self) -> None:
        self.figures = {(one["firm"], one["period"]): one for one in read("figures")}
        self.holdings = read("holdings")
        self.parcels = {one["number"]: one for one in read("parcels")}

    # -- renewals --------------------------------------------------------------------------------------------------------

    def effect(self, firm: str, year: int) -> tuple[str, str]:
        """Tax per mu in 10,000 yuan and staff of a year, by the figures and the land that it carried at its end."""
        last = f"{year}-12-31"
        mu = ZERO
        for one in self.holdings:
            if one["begins_on"] <= last and not (one["ends_on"] and one["ends_on"] < last):
                sign = (one["firm"] == firm) - (one["lessor"] == firm)
                mu += sign * Decimal(one["land_mu"])
        row = self.figures[firm, str(year)]
        tax = Decimal(row["tax_fen"]) / 1_000_000 / mu
        return f"{round(tax, 4):.4f}", row["staff_n"]

    def renewals(self) -> None:
        """The board and what was released, in order of the numbers."""
        rows, pools = [], dict.fromkeys(("emission_t", "energy_tce", "land_mu"), (ZERO, ZERO))
        for number, firm, plot, reason, text, stage, on, path, more in RENEWALS:
            row = self._renewal(number, firm, plot, more) | {
                "reason": reason, "text": text, "stage": stage, "rank": _rank(stage), "stage_on": on, "path": path,
            }  # fmt: skip
            rows.append(row)
            if _rank("vacated") <= _rank(stage) < len(renewal.ORDER) and path != "self_upgrade":
                _released(pools, row, more)
        write("renewals", RENEWAL_HEADS, sorted(rows, key=lambda one: one["number"]))
        told = [{"park": PARK, "kind": kind, "released": f"{released:.2f}", "taken": f"{taken:.2f}"} for kind, (released, taken) in pools.items()]  # fmt: skip
        write("quota_pools", ("park", "kind", "released", "taken"), told)

    def _renewal(self, number: str, firm: str, plot: str, more: dict[str, Any]) -> dict[str, Any]:
        held = next(one for one in self.holdings if (one["firm"], one["plot"]) == (firm, plot))
        row: dict[str, Any] = {
            "number": number, "firm": firm, "plot": plot, "begins_on": held["begins_on"], "land_mu": f"{Decimal(held['land_mu']):.2f}",
            "energy_tce": "0.00", "emission_t": "0.00", "plant_m2": "0.00", "standing": "illustrative", "source": SOURCE,
        }  # fmt: skip
        if "before" in more:
            row |= dict(zip(("before_year", "tax_before", "jobs_before"), more["before"], strict=True))
        else:
            row |= dict(
                zip(("tax_before", "jobs_before"), self.effect(firm, more["before_year"]), strict=True)
            )
        if "after_year" in more:
            after = self.effect(more.get("new_firm", firm), more["after_year"])
            row |= dict(zip(("tax_after", "jobs_after"), after, strict=True))
        return row | {name: value for name, value in more.items() if name in RENEWAL_HEADS}

    # -- standard land ---------------------------------------------------------------------------------------------------

    def promises(self) -> None:
        """The promises with their checks, judged as the platform judges them."""
        rows, checks, n = [], [], {}
        for place, due, deposit, told, measured in PROMISES:
            firm, mu, signed = self._transfer(place)
            promised = dict(zip(rules.BY_NAME, map(Decimal, told), strict=True))
            n[signed.year] = n.get(signed.year, 0) + 1
            row = {
                "number": f"BZD-{signed.year}-{n[signed.year]:05d}", "firm": firm, "unit": "park-u", "plot": place, "land_mu": f"{mu:.2f}",
                "signed_on": signed, "due_on": date.fromisoformat(due), "stage": rules.Stage.PROMISED, "phase": rules.Phase.COMPLETION,
                "deposit_fen": deposit * 1_000_000, "standing": "illustrative", "source": SOURCE,
            } | {name: f"{value:.4f}" for name, value in promised.items()}  # fmt: skip
            for on, *values in measured:
                checks.append(_checked(row, promised, date.fromisoformat(on), values))
            rows.append(row)
        heads = (
            "number", "firm", "unit", "plot", "land_mu", "signed_on", "due_on", "stage", "phase", "deposit_fen", *rules.BY_NAME,
            "standing", "source",
        )  # fmt: skip
        write("land_promises", heads, sorted(rows, key=lambda one: str(one["number"])))
        heads = (
            "promise",
            "phase",
            "on",
            "was_due_on",
            "measured",
            "failed",
            "after",
            "tolerance_hash",
            "member",
        )
        write("land_checks", heads, sorted(checks, key=lambda one: str(one["promise"])))

    def _transfer(self, place: str) -> tuple[str, Decimal, date]:
        if place in OF_PLOT:
            return OF_PLOT[place]
        one = self.parcels[place]
        return one["user"], Decimal(one["mu"]), date.fromisoformat(one["allotted_on"])

    # -- objections, agents ------------------------------------------------------------------------------------------------

    def appeals(self) -> None:
        """Objections to the two gradings."""
        rows = [
            {"grading": run, "firm": firm, "stage": stage, "text": text, "member": member, "filed_on": filed, "decision": decision,
             "decided_by": GRADER if decision else "", "decided_on": decided}
            for run, firm, stage, text, member, filed, decision, decided in APPEALS
        ]  # fmt: skip
        write("grade_appeals", rows[0], sorted(rows, key=lambda one: (one["grading"], one["firm"])))

    def agents(self) -> None:
        """The agent with its login, and for whom it files."""
        put("organisations", AGENT, "code")
        put("units", AGENT_UNIT, "code")
        put("members", AGENT_MEMBER, "code")
        put(
            "role_grants",
            {"member": "ge-fang", "role": "enterprise", "from_on": "2023-09-18"},
            "member",
            "role",
        )
        rows = [
            {"firm": firm, "agent": "zhongcheng", "begins_on": since, "ends_on": until}
            for firm, since, until in AGENTS
        ]
        write("firm_agents", rows[0], rows)

    # -- papers ------------------------------------------------------------------------------------------------------------

    def papers(self) -> None:
        """The papers that show what was found on site, what was objected with, and how far projects are."""
        names, hung = {one[3] for one in PAPERS}, []
        there = read("papers")
        for one in there:
            if one["file_name"] in names:
                (FOLDER / "documents" / one["file"]).unlink(missing_ok=True)
        write("papers", there[0], [one for one in there if one["file_name"] not in names])
        for kind, number, part, name, title, lines in PAPERS:
            body = record(title, lines)
            sha256 = hashlib.sha256(body).hexdigest()
            file = f"{sha256[:8]}-{name}"
            (FOLDER / "documents" / file).write_bytes(body)
            put("papers", {
                "sha256": sha256, "file": file, "file_name": name, "title": title, "dated_on": "2023-09-06", "pairing": "LQXS",
                "owner": "park-u", "reach": "both", "standing": "illustrative",
            }, "file_name", "sha256")  # fmt: skip
            hung.append({"record_kind": kind, "record": number, "part_kind": "park.appeal" if part else "", "part": part or "",
                         "sha256": sha256, "role": "evidence"})  # fmt: skip
        heads = ("record_kind", "record", "part_kind", "part", "sha256", "role")
        keys = ("record_kind", "record", "part", "sha256")
        write("papers_on_records", heads, sorted(hung, key=lambda one: tuple(str(one[key]) for key in keys)))

    def write(self) -> None:
        """Make all of it up, and write the files."""
        self.renewals()
        self.promises()
        self.appeals()
        self.agents()
        self.papers()


def _rank(stage: str) -> int:
    return renewal.ORDER.index(renewal.Stage(stage)) if stage in renewal.ORDER else len(renewal.ORDER)


def _released(pools: dict[str, tuple[Decimal, Decimal]], row: dict[str, Any], more: dict[str, Any]) -> None:
    took = dict(zip(("energy_tce", "emission_t"), more.get("took", ()), strict=False))
    if row.get("new_firm"):
        took["land_mu"] = row["land_mu"]
    for kind, (released, taken) in pools.items():
        pools[kind] = (released + Decimal(row[kind]), taken + Decimal(took.get(kind, 0)))


def _checked(
    row: dict[str, Any], promised: dict[str, Decimal], on: date, values: list[str]
) -> dict[str, Any]:
    """One check, and the promise as it stands after it."""
    phase = row["phase"]
    measured = dict(zip((one.name for one in rules.asked_in(phase)), map(Decimal, values), strict=True))
    failed = rules.failed(promised, measured, Decimal(str(TOLERANCE.value)))
    after, was_due = rules.after(row["stage"], phase, bool(failed)), row["due_on"]
    row["stage"] = after
    if after == rules.Stage.RUNNING:
        row |= {
            "phase": rules.Phase.PERFORMANCE,
            "due_on": rules.months_later(on, int(str(BOOK[rules.MONTHS].value))),
        }
    elif after in rules.LADDER:
        row["due_on"] = rules.months_later(on, int(str(BOOK[rules.RECTIFY].value)))
    told = {name: plain_decimal(value) for name, value in measured.items()}
    return {
        "promise": row["number"], "phase": phase, "on": on, "was_due_on": was_due, "measured": json.dumps(told, sort_keys=True),
        "failed": json.dumps(failed), "after": after, "tolerance_hash": TOLERANCE.hash, "member": OFFICER,
    }  # fmt: skip


if __name__ == "__main__":
    Park().write()
