"""The enterprises of the example zone: profiles, plots, times above scale, figures and gradings, always the same.

Reported are the firms that the article of 2018-08-16 names, the 22 above scale at the end of 2017 and the 16 new ones of 2016
(cs.zjol.com.cn, 2018-07-02); which made-up firm is one of them, and every figure of a firm, is illustrative. No figure is
made up for a firm of a real name: those are ruled out of the gradings.

    python scripts/example_firms.py        # writes into examples/longquan-xiaoshan

Run it after ``example_cases.py``, whose enterprises these are, and before ``example_projects.py``, which measures promises by their
figures. What follows from other rows (land, staff, the grade) is worked out when the files are loaded, so it does not stand in them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from example_park import FIRST_GRADES
from example_park import holdings as renewed_plots

from shanhai.kernel.text import canonical, plain_decimal

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SEED = 2018
ARTICLE = "Zhejiang Daily, 2018-08-16"
MADE = "scripts/example_firms.py, seed 2018"
# Code, Chinese and English name, cluster, industry, came from, in production since.
NAMED = (
    ("guojing-pharma", "浙江国镜药业有限公司", "Zhejiang Guojing Pharmaceutical", "bio-medicine", "C2720", "", "2018-06-01"),
    ("kaizun-auto", "凯尊汽车零部件（龙泉）", "Kaizun Auto Parts", "auto-air", "C3670", "", "2017-11-01"),
    ("baimao-board", "百茂板业（龙泉）", "Baimao Board Industry", "agri-forest", "C2021", "", "2016-09-01"),
    ("longxing", "龙星（龙泉）", "Dragon Star", "auto-air", "C3670", "", "2016-06-01"),
    ("shuangyi-mushroom", "双益菌业（龙泉）", "Shuangyi Mushroom Industry", "agri-forest", "C1373", "", "2016-05-01"),
    ("zheneng-clean", "浙能龙泉清洁能源电厂", "Zheneng clean-energy power plant", "", "D4417", "", "2018-03-01"),
)  # fmt: skip
CLUSTERS = {"auto": "auto-air", "bamboo": "agri-forest", "mushroom": "agri-forest", "celadon": "celadon-sword",
            "blade": "celadon-sword", "medical": "bio-medicine", "cold": "logistics"}  # fmt: skip
INDUSTRIES = {"auto": "C3670", "bamboo": "C2041", "mushroom": "C1373", "celadon": "C3074", "blade": "C3324",
              "medical": "C2770", "cold": "G5990", "machine": "C3444", "electric": "C3829", "material": "C2659"}  # fmt: skip
FIRMS = 72
YEARS = range(2018, 2023)
POLICIES = (
    ("DP-A-tax", "A", "land_use_tax", "100", "%", "城镇土地使用税全额减免", "Land-use tax relieved in full", "lq-eit"),
    ("DP-B-tax", "B", "land_use_tax", "60", "%", "城镇土地使用税减免60%", "Land-use tax relieved by 60 %", "lq-eit"),
    ("DP-A-land", "A", "land", "", "", "优先保障用地和用能", "First call on land and energy", "lq-eit"),
    ("DP-D-power", "D", "electricity", "0.1", "元/千瓦时", "电价加价0.1元/千瓦时", "Electricity 0.1 yuan/kWh dearer", "lq-eit"),
    ("DP-D-upgrade", "D", "upgrade", "", "", "三个月内提交整治提升方案", "An upgrade plan within three months", "lq-eit"),
)  # fmt: skip


def main() -> None:
    """Write the files of the field, and the named firms into the register of organisations."""
    rng, folder = random.Random(SEED), FOLDER
    _add_organisations(folder)
    with (folder / "clusters.csv").open(encoding="utf-8") as file:
        clusters = {row["code"] for row in csv.DictReader(file)}
    codes = _made_up(folder)
    firms = [_named(*row, clusters=clusters) for row in NAMED]
    firms += [_profile(rng, code, clusters) for code in codes[: FIRMS - len(NAMED)]]
    made = [one for one in firms if one["standing"] == "illustrative"]
    spells = _spells(rng, made)
    _write(folder, "firms.csv", sorted(firms, key=lambda one: one["organisation"]))
    holdings = _holdings(rng, made)
    plots = sorted(
        [*holdings, *renewed_plots()], key=lambda one: (one["firm"], one["plot"], one["begins_on"])
    )
    _write(folder, "holdings.csv", plots)
    _write(folder, "scale_spells.csv", sorted(spells, key=lambda one: one["firm"]))
    figures = list(_figures(rng, made, holdings, {one["firm"] for one in spells}))
    _write(folder, "figures.csv", sorted(figures, key=lambda one: (one["firm"], one["period"])))
    _write(folder, "grade_rulings.csv", sorted(_rulings(), key=lambda one: (one["firm"], one["year"])))
    _write(folder, "grade_policies.csv", sorted(_policies(), key=lambda one: one["code"]))
    _write(folder, "gradings.csv", _gradings())


def _write(folder: Path, name: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    """A value as the export of a zone folder writes it: decimals in full, without zeros at their end."""
    return plain_decimal(Decimal(str(value))) if isinstance(value, float) else value


def _add_organisations(folder: Path) -> None:
    path = folder / "organisations.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    there = {row["code"] for row in rows}
    for code, zh, en, *_rest in NAMED:
        if code not in there:
            source = f"{ARTICLE}; Chinese name translated back"
            rows.append(
                dict.fromkeys(rows[0], "")
                | {"code": code, "name_zh": zh, "name_en": en, "kind": "enterprise", "region": "331181000000"}
                | {"standing": "reported", "source": source}
            )
    _write(folder, "organisations.csv", sorted(rows, key=lambda row: row["code"]))


def _made_up(folder: Path) -> list[str]:
    """Made-up enterprises of Longquan of a known trade, the few that other parts of the zone name first."""
    named = {
        "haichuan",
        "hanshuang",
        "qingfeng",
        "songlan",
        "tianyu",
        "xingyao",
        "yunfeng",
        "longyuan",
        "beichen",
        "qingyun",
    }
    with (folder / "organisations.csv").open(encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["kind"] == "enterprise" and row["region"] == "331181000000"
        ]
    codes = [row["code"] for row in rows if row["standing"] == "illustrative"]
    known = [code for code in codes if code in named]
    return known + [code for code in codes if code.rpartition("-")[2] in INDUSTRIES]


def _profile(rng: random.Random, code: str, clusters: set[str]) -> dict[str, Any]:
    trade = code.rpartition("-")[2]
    opened = rng.randint(2012, 2019)
    cluster = CLUSTERS.get(trade, "")
    return {
        "organisation": code,
        "park": "LQ-XS",
        "cluster": cluster if cluster in clusters else "",
        "industry": INDUSTRIES.get(trade, ""),
        "came_from": rng.choice(("mountain", "mountain", "sea")),
        "opened_on": f"{opened}-{rng.randint(1, 12):02d}-01",
        "producing_on": f"{opened + 1}-{rng.randint(1, 12):02d}-01",
        "is_utility": "false",
        **_craft(code),
        "group": "",
        "standing": "illustrative",
        "source": MADE,
    }


# Masters, heritage and the geographical indication of celadon and swords; made up.
_CRAFTS = {"celadon": (2, "province"), "blade": (1, "nation")}


def _craft(code: str) -> dict[str, Any]:
    trade = code.rpartition("-")[2]
    if trade not in _CRAFTS:
        return {"masters_n": 0, "heritage": "", "is_gi": "false"}
    most, heritage = _CRAFTS[trade]
    luck = random.Random(code)
    masters = luck.randint(0, most)
    return {"masters_n": masters, "heritage": heritage if masters else "", "is_gi": "true"}


def _named(
    code: str,
    zh: str,
    en: str,
    cluster: str,
    industry: str,
    came_from: str,
    producing: str,
    *,
    clusters: set[str],
) -> dict[str, Any]:
    return {
        "organisation": code,
        "park": "LQ-XS",
        "cluster": cluster if cluster in clusters else "",
        "industry": industry,
        "came_from": came_from,
        "opened_on": "",
        "producing_on": producing,
        "is_utility": "true" if industry.startswith("D") else "false",
        **_craft(code),
        "group": "",
        "standing": "reported",
        "source": f"{ARTICLE}; day of production assumed",
    }


def _spells(rng: random.Random, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """22 above scale at the end of 2017, 16 of them since 2016; some more since."""
    early = [one for one in made if one["producing_on"] < "2015-01-01"][:6]
    rest = [one for one in made if one not in early and one["producing_on"] < "2016-12-01"][:16]
    later = [one for one in made if one not in early and one not in rest][:10]
    found = []
    for firms, years in ((early, (2015, 2015)), (rest, (2016, 2016)), (later, (2019, 2021))):
        for one in firms:
            day = max(f"{rng.randint(*years)}-{rng.randint(1, 12):02d}-01", one["producing_on"])
            fen = rng.randint(2_000, 9_000) * 10**6
            found.append({"firm": one["organisation"], "begins_on": day, "revenue_fen": fen})
    return found


def _holdings(rng: random.Random, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for n, one in enumerate(made, start=1):
        lessor = made[n - 2]["organisation"] if n % 9 == 0 else ""
        mu = rng.choice((2, 3)) if lessor else rng.randint(60, 480) / 10
        found.append({
            "firm": one["organisation"], "plot": f"Q{n:03d}", "begins_on": one["opened_on"],
            "tenure": "leased" if lessor else "own", "land_mu": mu, "lessor": lessor, "ends_on": "",
        })  # fmt: skip
    return found


def _figures(
    rng: random.Random, made: list[dict[str, Any]], holdings: list[dict[str, Any]], above: set[str]
) -> Iterable[dict[str, Any]]:
    land = {one["firm"]: float(one["land_mu"]) for one in holdings}
    for one in made:
        code = one["organisation"]
        tax_per_mu = rng.lognormvariate(2.6 if code in above else 1.9, 0.6)  # 10,000 yuan
        revenue = max(land[code] * tax_per_mu * rng.uniform(14, 22), 2100 if code in above else 100)
        staff = max(6, int(revenue / rng.uniform(60, 110)))
        has_emissions = rng.random() > 0.15
        for year in YEARS:
            if int(one["producing_on"][:4]) > year:
                continue
            growth = 1.06 ** (year - 2018) * rng.uniform(0.92, 1.08)
            yield _year(
                rng, code, str(year), revenue * growth, land[code] * tax_per_mu * growth, staff, has_emissions
            )
        if code in above:
            for quarter in ("2023Q1", "2023Q2"):
                part = 1.3 / 4 * rng.uniform(0.9, 1.1)
                yield _year(
                    rng, code, quarter, revenue * part, land[code] * tax_per_mu * part, staff, has_emissions
                )


def _year(
    rng: random.Random, code: str, period: str, revenue: float, tax: float, staff: int, has_emissions: bool
) -> dict[str, Any]:
    """Money comes in 10,000 yuan and is written in fen."""
    added = revenue * rng.uniform(0.2, 0.3)
    return {
        "firm": code,
        "period": period,
        "revenue_fen": round(revenue) * 10**6,
        "output_fen": round(revenue * rng.uniform(1.0, 1.08)) * 10**6,
        "value_added_fen": round(added) * 10**6,
        "tax_fen": round(tax * 10) * 10**5,
        "energy_tce": round(added / rng.uniform(1.8, 3.6), 1),
        "electricity_kwh": round(tax * 10_000 / rng.uniform(0.15, 0.4)),
        "emission_t": round(added / rng.uniform(3000, 6000), 3) if has_emissions else "",
        "staff_n": max(5, round(staff * rng.uniform(0.95, 1.05))),
        "rd_fen": round(revenue * rng.uniform(0.005, 0.045)) * 10**6,
        "reason": "",
        "standing": "illustrative",
        "source": MADE,
    }


def _rulings() -> Iterable[dict[str, Any]]:
    text = "实名企业，示例不编造其指标 (a real name: no figures are made up for it)"
    for code, *_rest in NAMED:
        if code != "zheneng-clean":
            for year in (2021, 2022):
                yield {"firm": code, "year": year, "kind": "exempt", "cause": "other", "text": text}


def _policies() -> Iterable[dict[str, Any]]:
    for code, grade, instrument, value, unit, zh, en, department in POLICIES:
        yield {
            "code": code, "pairing": "LQXS", "grade": grade, "instrument": instrument, "value": value, "unit": unit,
            "text_zh": zh, "text_en": en, "department": department, "begins_on": "2020-01-01", "ends_on": "",
            "status": "assumed", "standing": "illustrative", "source": MADE,
        }  # fmt: skip


def _gradings() -> list[dict[str, Any]]:
    """2021 is final; 2022 stands published on the demo's day, with its window open."""
    shared = {"pairing": "LQXS", "unit": "lq-eit-u", "standing": "illustrative"}
    rows = (
        ("MJ-2021-1", 2021, "settled", "2022-09-15", "2022-09-20", "2022-09-22"),
        ("MJ-2022-1", 2022, "published", "2023-09-15", "2023-09-20", ""),
    )
    names = ("number", "year", "stage", "published_on", "objections_until", "final_on")
    order = (
        "number",
        "pairing",
        "year",
        "stage",
        "published_on",
        "objections_until",
        "final_on",
        "unit",
        "standing",
        "first_grades",
    )
    found = [dict(zip(names, row, strict=True)) | shared for row in rows]
    for one in found:
        one["first_grades"] = canonical(FIRST_GRADES[str(one["number"])])
    return [{name: one[name] for name in order} for one in found]


if __name__ == "__main__":
    main()
