"""Write the simulated cases of the example zone: a baseline year item by item, the years since jointly, and open ones.

    python scripts/example_cases.py        # writes into examples/longquan-xiaoshan

How long each department takes is drawn by the project's own simulation (``planners.review_desks``): three reviewers in
each department, the busiest of them at 70 %, one seed. What happens on which day follows from the rules of the engine:
openings, due days, silence, stops, the three clocks. Nothing is set so that a saving comes out: the baseline and the
years since stand under the same items with the same promised days, and differ in the order of the items alone.

All firms and projects are made up and marked illustrative. Their rows carry the source ``SOURCE``, by which a second run
finds and replaces them; rows of other sources stay as they are.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from example_days import CALENDAR, GAPS, SEED, TODAY, WITHDRAWS, Drawn, Laid, Wave, day_of, drawn
from example_names import ENDINGS, PLACES, TRADES, WORDS

from shanhai.core.cli import start_django

start_django()

from shanhai.fields.approval.rules import applying, clock, workload  # noqa: E402
from shanhai.fields.approval.rules import cases as rules  # noqa: E402
from shanhai.fields.approval.rules.catalogue import Catalogue  # noqa: E402
from shanhai.fields.approval.zone import cases as zone  # noqa: E402
from shanhai.fields.approval.zone import catalogues  # noqa: E402

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_cases.py, seed 2016"
OLD = "LQ-GY"
WAVES = (
    Wave(OLD, "serial", 44, date(2015, 9, 1), date(2016, 8, 26)),
    Wave(OLD, "joint", 105, date(2016, 9, 5), date(2019, 5, 24)),
    Wave("LQ-ZJ90", "joint", 170, date(2019, 6, 3), date(2023, 6, 9)),
    Wave("XS-ZJ90", "joint", 14, date(2019, 9, 2), date(2023, 5, 26)),
    Wave("LQ-LR20", "joint", 22, date(2021, 2, 1), date(2023, 9, 8)),
    # Open on the day of the example; some are overdue, so that it is seen what happens then.
    Wave("LQ-ZJ90", "joint", 34, date(2023, 7, 3), date(2023, 9, 8), drags=0.2),
    Wave("XS-ZJ90", "joint", 3, date(2023, 8, 1), date(2023, 9, 5)),
)
# Files that are not accepted yet on the day of the example: stage and how many.
BEFORE = (("filing", 6), ("received", 5), ("gaps", 4))


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a file of the example."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(value: Any) -> str:
    """A value as its cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return " ".join(value)
    return "" if value is None else str(value)


# -- the zone ----------------------------------------------------------------------------------------------------------


class Zone:
    """The files of the example, with what this script adds."""

    def __init__(self) -> None:
        self.luck = random.Random(SEED)
        self.documents = catalogues.documents(FOLDER)
        self.units = {row["organisation"]: row for row in reversed(rows_of("units.csv"))}
        self.regions = {row["code"]: row["region"] for row in rows_of("organisations.csv")}
        self.files = {name: rows_of(name) for name in ("organisations.csv", "projects.csv", *zone.FILES)}
        gone = {row["number"] for row in self.files["cases.csv"] if row["source"] == SOURCE}
        for name, rows in self.files.items():
            self.files[name] = [
                row for row in rows if row.get("source") != SOURCE and row.get("case") not in gone
            ]
        self.numbers = Counter(row["number"][:7] for row in self.files["cases.csv"])
        # Numbers from 901 on are of projects without a case (``example_projects.py``); the others are counted on.
        self.numbers.update(
            row["number"][:7] for row in self.files["projects.csv"] if not row["number"][8:].startswith("9")
        )
        self.firms: dict[str, list[tuple[str, str, str, tuple[Any, ...]]]] = defaultdict(list)
        self._add_firms("331181000000", 150)
        self._add_firms("330109000000", 8)
        self.keeper, self.names = "park-u", Counter()

    def _add_firms(self, region: str, n: int) -> None:
        taken = {row["name_zh"] for row in self.files["organisations.csv"]}
        pairs = [(word, trade) for word in WORDS for trade in TRADES]
        self.luck.shuffle(pairs)
        for (zh, en), (code, (kind_zh, kind_en), industry, things) in pairs:
            short = f"{en.replace('’', '').lower()}-{code}"
            if len(self.firms[region]) == n or f"{zh}{kind_zh}" in taken:
                continue
            self.firms[region].append((short, zh, en, (industry, things)))
            self.files["organisations.csv"].append({
                "code": short, "name_zh": f"{zh}{kind_zh}", "name_en": f"{en} {kind_en}", "kind": "enterprise",
                "region": region, "standing": "illustrative", "source": SOURCE,
            })  # fmt: skip

    # -- who ---------------------------------------------------------------------------------------------------------

    def organisation(self, document: Catalogue, code: str) -> str:
        """The organisation of a department; empty where it is not here."""
        department = document.department(code)
        return department.organisation if department is not None else ""

    def unit(self, document: Catalogue, code: str) -> tuple[str, bool, str]:
        """The unit of a department, whether it is absent, and its ladder."""
        found = self.units.get(self.organisation(document, code))
        if found is None:
            return self.keeper, True, "handle"
        return found["code"], False, found["ladder"]

    def region_of(self, document: Catalogue, code: str) -> str:
        """Where a department sits."""
        department = document.department(code)
        own = department.region if department is not None else ""
        return own or self.regions.get(self.organisation(document, code), "")

    def side(self, document: Catalogue, code: str) -> str:
        """The side on which a department sits: where it is absent, that of the land."""
        organisation = self.organisation(document, code)
        land = "sea" if document.region.startswith("330109") else "mountain"
        if not organisation:
            return land
        return "sea" if organisation.startswith("xs") else "mountain"

    # -- the catalogue before 2019 -----------------------------------------------------------------------------------

    def add_old_catalogue(self) -> None:
        """The items of the Zhejiang 90 regime as the list of 2015, with the same promised days; ended in June 2019."""
        heads = [row for row in rows_of("catalogues.csv") if row["code"] != OLD]
        base = {
            "code": OLD, "region": "331181000000", "profile": "own", "name_zh": "龙泉市工业投资项目审批事项汇编",
            "name_en": "Longquan: approvals of industrial projects, as listed in 2015",
            "note_zh": "示例：事项与承诺时限与后来的目录相同，因此前后差别只来自审批方式。",
            "note_en": "An example: the same items and promised days as in the later catalogue, so that what differs is the "
            "order of the items alone.",
            "standing": "illustrative", "source": SOURCE,
        }  # fmt: skip
        heads.append(base | {"number": "1", "valid_from": "2015-01-01", "published_on": "2014-12-22",
                             "why": "汇编现行事项", "why_en": "The items in force, listed"})  # fmt: skip
        heads.append(base | {"number": "2", "valid_from": "2019-06-01", "published_on": "2019-05-28",
                             "why": "由全流程审批事项目录取代", "why_en": "Replaced by the catalogue of the whole process"})  # fmt: skip
        self._save("catalogues.csv", sorted(heads, key=lambda row: (row["code"], int(row["number"]))))
        for stem in catalogues.PARTS:
            if stem == "catalogue_limits":
                continue
            name = f"{stem}.csv"
            rows = [row for row in rows_of(name) if row["catalogue"] != OLD]
            model = [row for row in rows if (row["catalogue"], row["version"]) == ("LQ-ZJ90", "1")]
            for version in ("1", "2"):
                for row in model:
                    more = {"levers": "abolished"} if version == "2" and "levers" in row else {}
                    rows.append(row | {"catalogue": OLD, "version": version} | more)
            order = {"LQ-GY": 0, "LQ-LR20": 1, "LQ-ZJ90": 2, "XS-ZJ90": 3}
            rows.sort(key=lambda row: (order[row["catalogue"]], int(row["version"])))
            self._save(name, rows)
        self.documents = catalogues.documents(FOLDER)

    # -- projects ----------------------------------------------------------------------------------------------------

    def project(self, document: Catalogue, facts: dict[str, Any], filed: date, stage: str, on: date) -> str:
        """A made-up project of a made-up firm; gives its number."""
        region = document.region
        code, zh, en, (industry, things) = self.luck.choice(self.firms[region])
        thing_zh, thing_en = self.luck.choice(things)
        end_zh, end_en = self.luck.choice(ENDINGS)
        name = f"{zh}{thing_zh}{end_zh}"
        self.names[name] += 1
        phase = self.names[name]
        registered = filed - timedelta(days=self.luck.randint(10, 60))
        place_zh, place_en = self.luck.choice(PLACES[region])
        number = self._number("XM", registered.year)
        land = facts["land_mu"] or 10
        self.files["projects.csv"].append({
            "number": number, "project_code": self._code(registered, region, number, facts), "pairing": "LQXS",
            "name_zh": name if phase == 1 else f"{name}（第{phase}期）",
            "name_en": f"{en}: {thing_en}, {end_en}" + ("" if phase == 1 else f", phase {phase}"),
            "enterprise": code, "region": region, "place_zh": place_zh, "place_en": place_en, "industry": industry,
            "stage": stage, "stage_on": on, "registered_on": registered,
            "investment_fen": round(land * self.luck.uniform(150, 380)) * 1_000_000,
            **facts, "is_foreign": self.luck.random() < 0.05,
            "owner": "xs-eit-u" if region.startswith("330109") else "lq-eit-u", "reach": "both",
            "standing": "illustrative", "source": SOURCE,
        })  # fmt: skip
        return number

    def _code(self, on: date, region: str, number: str, facts: dict[str, Any]) -> str:
        head = f"{on.year}" if on < date(2020, 11, 1) else f"{on:%y%m}"
        kind = "01" if facts["basis"] == "filing" else "02"
        return f"{head}-{region[:6]}-04-{kind}-9{int(number[-3:]):03d}{self.luck.randint(0, 99):02d}"

    def _number(self, prefix: str, year: int) -> str:
        self.numbers[f"{prefix}-{year}"] += 1
        return f"{prefix}-{year}-{self.numbers[f'{prefix}-{year}']:03d}"

    def facts(self, catalogue: Catalogue, kind: str, filed: date) -> dict[str, Any]:
        """The facts of a typical project, varied as far as it still needs the same items."""
        typical = next(one["facts"] for one in workload._projects() if one["name_en"] == kind)
        base = {**typical, "is_in_assessed_area": False}
        wanted = {one.item.code for one in applying.needed(catalogue, base).counted}
        while True:
            found = dict(base)
            for name in ("land_mu", "forest_mu", "building_m2", "energy_tce"):
                found[name] = round(base[name] * self.luck.uniform(0.6, 1.5), 1 if name == "land_mu" else 0)
            if {one.item.code for one in applying.needed(catalogue, found).counted} == wanted:
                break
        # The park was assessed as a whole in 2018.
        found["is_in_assessed_area"] = filed >= date(2018, 7, 2) and self.luck.random() < 0.4
        return found

    # -- cases -------------------------------------------------------------------------------------------------------

    def add_wave(self, wave: Wave, number: int) -> None:
        """Cases of a wave, filed on days spread over it."""
        catalogue = self.documents[wave.catalogue, 1]
        self.keeper = "xs-edz-u" if catalogue.region.startswith("330109") else "park-u"
        cases, departments = drawn(catalogue, wave, number)
        n_days = CALENDAR.count(wave.first, wave.last)
        for filed_after, one in zip(sorted(self.luck.randint(0, n_days) for _ in cases), cases, strict=True):
            filed = CALENDAR.add(wave.first, filed_after)
            facts = self.facts(catalogue, one.kind, filed)
            self._add_case(catalogue, wave, one, departments, filed, facts)

    def _add_case(
        self,
        catalogue: Catalogue,
        wave: Wave,
        one: Drawn,
        departments: list[str],
        filed: date,
        facts: dict[str, Any],
    ) -> None:
        items = [judged.item for judged in applying.needed(catalogue, facts).counted]
        case = self._case(wave, filed)
        self._receive(case, filed)
        base = case["accepted_on"]
        if base >= TODAY:
            return
        laid = Laid(self, catalogue, items, wave, base)
        laid.run(one.days, departments)
        self._end(case, laid)
        over = case["stage"] in ("refused", "withdrawn")
        stage = "dropped" if over else "preparing" if case["stage"] == "review" else "producing"
        on = case["closed_on"] or filed
        if stage == "producing" and (TODAY - on).days < 200:
            stage = "completed"
        case["project"] = self.project(catalogue, facts, filed, stage, on)
        self._keep(case, laid)

    def _case(self, wave: Wave, filed: date) -> dict[str, Any]:
        side = "sea" if wave.catalogue.startswith("XS") else "mountain"
        return {
            "number": self._number("SP", filed.year), "catalogue": wave.catalogue, "version": 1, "mode": wave.mode,
            "stage": "review", "side": side, "keeper": self.keeper, "filed_on": filed, "is_deemed": False,
            "reach": "both", "standing": "illustrative", "source": SOURCE, "closed_on": None, "gaps_on": None,
        }  # fmt: skip

    def _receive(self, case: dict[str, Any], filed: date) -> None:
        received = CALENDAR.add(filed, self.luck.randint(1, 4))
        if self.luck.random() < GAPS:
            case["gaps_on"] = CALENDAR.add(received, self.luck.randint(0, 4))
            received = CALENDAR.add(case["gaps_on"], self.luck.randint(2, 9))
        is_deemed = self.luck.random() < 0.03
        case["received_on"] = received
        case["accepted_on"] = received if is_deemed else CALENDAR.add(received, self.luck.randint(0, 3))
        case["is_deemed"] = is_deemed

    def _end(self, case: dict[str, Any], laid: Laid) -> None:
        base = case["accepted_on"]
        placed = [rules.Placed(one.code, one.promised_days, laid.after[one.code]) for one in laid.items]
        case["planned_on"] = max(one.ends_on for one in rules.outlook(placed, base, base, CALENDAR).values())
        last = max(row["decided_on"] for row in laid.rows.values())
        yesterday = CALENDAR.add(TODAY, -1)
        withdrawn = day_of(base, CALENDAR.count(base, last) // 2) if self.luck.random() < WITHDRAWS else None
        ends = min(one for one in (laid.refused, withdrawn, last) if one is not None)
        if ends > yesterday:
            laid.cut(yesterday, is_over=False)
            laid.climb()
            return
        case["closed_on"] = ends
        if ends == laid.refused:
            case["stage"] = "refused"
            laid.cut(ends, is_over=True)
        elif ends == withdrawn and ends < last:
            case |= {"stage": "withdrawn", "reason": "企业投资计划调整，撤回申请。"}
            laid.cut(ends, is_over=True)
        else:
            case["stage"] = "approved"
            runs = [
                clock.Run(row["opens_on"], row["decided_on"], tuple(laid._halts(code)))
                for code, row in laid.rows.items()
            ]
            found = clock.case_counts(runs, base, ends, CALENDAR)
            case |= {
                "calendar_days": found.calendar,
                "government_days": found.government,
                "owner_days": found.owner,
            }

    def add_unaccepted(self, stage: str) -> None:
        """A file that is gathered, looked through, or back with the applicant."""
        catalogue = self.documents["LQ-ZJ90", 1]
        self.keeper = "park-u"
        wave = Wave("LQ-ZJ90", "joint", 1, TODAY, TODAY)
        filed = CALENDAR.add(TODAY, -self.luck.randint(6, 12))
        kind = self.luck.choice(workload.kinds_of(catalogue)[:3]).name
        facts = self.facts(catalogue, kind, filed) | {"is_in_assessed_area": False}
        case = self._case(wave, filed)
        case["stage"] = stage
        if stage != "filing":
            case["received_on"] = CALENDAR.add(TODAY, -self.luck.randint(1, 3 if stage == "received" else 5))
        if stage == "gaps":
            case["gaps_on"] = CALENDAR.add(TODAY, -1)
        items = [judged.item for judged in applying.needed(catalogue, facts).counted]
        case["project"] = self.project(catalogue, facts, filed, "preparing", filed)
        laid = Laid(self, catalogue, items, wave, filed)
        self._keep(case, laid)

    def add_dated(self, n: int) -> None:
        """Approvals before the baseline year of which only the two dates are known."""
        catalogue = self.documents[OLD, 1]
        self.keeper = "park-u"
        wave = Wave(OLD, "serial", n, date(2014, 3, 3), date(2015, 5, 29))
        cases, departments = drawn(catalogue, wave, len(WAVES))
        days = CALENDAR.count(wave.first, wave.last)
        rows = []
        for number, (after, one) in enumerate(
            zip(sorted(self.luck.randint(0, days) for _ in cases), cases, strict=True), 1
        ):
            started = CALENDAR.add(wave.first, after)
            facts = self.facts(catalogue, one.kind, started)
            laid = Laid(
                self, catalogue, [j.item for j in applying.needed(catalogue, facts).counted], wave, started
            )
            laid.run(one.days, departments)
            ended = max(row["decided_on"] for row in laid.rows.values())
            _code, zh, en, (_industry, things) = self.luck.choice(self.firms[catalogue.region])
            thing_zh, thing_en = self.luck.choice(things)
            rows.append({
                "number": f"LS-{started.year}-{number:03d}", "pairing": "LQXS", "name_zh": f"{zh}{thing_zh}项目",
                "name_en": f"{en}: {thing_en}", "kind": facts["basis"], "mode": "serial", "started_on": started,
                "ended_on": ended, "days": CALENDAR.count(started, ended), "standing": "illustrative", "source": SOURCE,
            })  # fmt: skip
        self._save("dated_cases.csv", rows)

    # -- papers ------------------------------------------------------------------------------------------------------

    def _keep(self, case: dict[str, Any], laid: Laid) -> None:
        number = case["number"]
        papers, versions = self._papers(case, laid)
        for name, rows in (
            ("case_items.csv", [laid.rows[one.code] for one in laid.items if laid.rows]),
            ("case_opinions.csv", self._by_item(laid, laid.opinions)),
            ("case_papers.csv", papers),
            ("case_paper_versions.csv", versions),
            ("case_stops.csv", self._by_item(laid, laid.stops)),
        ):
            self.files[name] += [{"case": number, **row} for row in rows]
        self.files["cases.csv"].append(case)

    def _by_item(self, laid: Laid, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Rows in the order of the items, as an export has them."""
        for one in laid.items:
            yield from (row for row in rows if row["item"] == one.code)

    def _papers(self, case: dict[str, Any], laid: Laid) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        papers: dict[str, dict[str, Any]] = {}
        names = {}
        for item in laid.items:
            for paper in item.materials:
                row = papers.setdefault(paper.code, {
                    "code": paper.code, "is_major": paper.is_major, "may_come_later": "deferred" in item.levers,
                    "asked_by": [], "is_promised": False,
                })  # fmt: skip
                row["asked_by"].append(item.code)
                row["is_major"] |= paper.is_major
                row["may_come_later"] &= "deferred" in item.levers
                names[paper.code] = paper.name_zh
        versions = []
        received = case.get("received_on")
        named = self.luck.sample(sorted(papers), min(2, len(papers))) if case.get("gaps_on") else []
        if named:
            case["gaps"] = json.dumps(
                {code: "内容不完整，请补正后重新提交。" for code in sorted(named)},
                ensure_ascii=False,
                sort_keys=True,
            )
        for row in papers.values():
            for n, on in enumerate(self._brought(row, case, received, row["code"] in named, laid), 1):
                versions.append({"material": row["code"], "number": n, "name": names[row["code"]], "on": on})
        return list(papers.values()), versions

    def _brought(
        self, row: dict[str, Any], case: dict[str, Any], received: date | None, is_named: bool, laid: Laid
    ) -> list[date]:
        """The days on which a paper was brought."""
        filed = case["filed_on"]
        if case["stage"] == "filing":
            return [filed] if self.luck.random() < 0.5 else []
        if is_named:
            return [filed] if case["stage"] == "gaps" else [filed, received or filed]
        if not laid.rows or row["is_major"] or not row["may_come_later"] or self.luck.random() < 0.7:
            return [filed]
        # Promised: it comes when the first item that asks for it is decided, or is still out.
        ends = [laid.rows[code]["decided_on"] for code in row["asked_by"]]
        decided = [one for one in ends if one is not None]
        if decided:
            row |= {"promised_on": received, "brought_on": min(decided)}
            return [min(decided)]
        if case["stage"] != "review":
            return [filed]
        row |= {"is_promised": True, "promised_on": received}
        return []

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write all files, cases in the order of their numbers as an export has them."""
        for name in ("organisations.csv", "projects.csv"):
            key = "code" if name.startswith("o") else "number"
            self._save(name, sorted(self.files[name], key=lambda row: row[key]))
        for name in zone.FILES:
            key = "number" if name == "cases.csv" else "case"
            self._save(name, sorted(self.files[name], key=lambda row: row[key]))

    def _save(self, name: str, rows: list[dict[str, Any]]) -> None:
        columns = list(zone.FILES.get(name, ()))
        if not columns:
            with (FOLDER / name).open(encoding="utf-8", newline="") as file:
                columns = next(csv.reader(file))
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: cell(row.get(key)) for key in columns} for row in rows)


def main() -> None:
    """Write the files of the example anew."""
    example = Zone()
    example.add_old_catalogue()
    for number, wave in enumerate(WAVES):
        example.add_wave(wave, number)
    for stage, n in BEFORE:
        for _ in range(n):
            example.add_unaccepted(stage)
    example.add_dated(24)
    example.write()


if __name__ == "__main__":
    main()
