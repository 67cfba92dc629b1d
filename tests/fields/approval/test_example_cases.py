"""The cases of the example zone are what an independent replay of their files gives, and load and export the same."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shanhai.fields.approval.rules.applying import needed
from shanhai.fields.approval.rules.cases import order_of
from shanhai.fields.approval.zone import catalogues
from shanhai.kernel.workdays import official
from tests.fields.approval.verifier import counted_day_by_day, replayed

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "longquan-xiaoshan"
MOST_BYTES = 1_000_000


class _Halt:
    def __init__(self, row: dict[str, str], closed: str) -> None:
        self.from_on, self.whose = date.fromisoformat(row["from_on"]), row["whose"]
        self.until_on = _day(row["ended_on"] or closed)


class _Run:
    def __init__(self, row: dict[str, str], halts: list[_Halt], closed: str) -> None:
        self.opened_on, self.ended_on = date.fromisoformat(row["opens_on"]), _day(row["decided_on"] or closed)
        self.halts = halts


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str, by: str = "case") -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row[by]].append(row)
    return found


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    """The files of the example, by case."""
    return {
        "cases": {number: rows[0] for number, rows in _rows("cases.csv", "number").items()},
        "items": _rows("case_items.csv"),
        "opinions": _rows("case_opinions.csv"),
        "stops": _rows("case_stops.csv"),
        "documents": catalogues.documents(EXAMPLE),
    }


def _events(case: dict[str, str], items: list[dict[str, str]], stops: list[dict[str, str]]) -> list[Any]:
    """What happened, in order: a decision before what opens by it, the refusal last."""
    found = [("accepted", "", _day(case["accepted_on"]), 0)]
    for row in items:
        if row["decided_on"]:
            what = "refused" if row["decision"] == "refused" else "decided"
            found.append((what, row["code"], _day(row["decided_on"]), 0))
        if row["extended_on"]:
            found.append(("extended", row["code"], _day(row["extended_on"]), int(row["extra_days"])))
    for row in stops:
        found.append(("stopped", row["item"], _day(row["from_on"]), 0))
        if row["ended_on"] and not (case["closed_on"] and row["ended_on"] == case["closed_on"]):
            found.append(("resumed", row["item"], _day(row["ended_on"]), 0))
    after = {"accepted": 0, "resumed": 1, "extended": 2, "decided": 3, "stopped": 4, "refused": 5}
    places = {row["code"]: n for n, row in enumerate(items)}
    return sorted(found, key=lambda one: (one[2], after[one[0]], places.get(one[1], -1)))


def test_each_case_replays_to_its_rows(example):
    calendar, n = official(), 0
    for number, case in example["cases"].items():
        items = example["items"][number]
        if not case["accepted_on"]:
            assert not items, number
            continue
        document = example["documents"][case["catalogue"], int(case["version"])]
        own = [document.item(row["code"]) for row in items]
        waits = order_of(document, own, case["mode"])
        limits = {one.code: one.promised_days for one in own}
        told = replayed(
            waits, limits, _ordered(_events(case, items, example["stops"][number]), waits), calendar
        )
        for row in items:
            state, opened, due, decided = told[row["code"]]
            if case["stage"] in ("withdrawn", "refused") and row["state"] == "dropped":
                assert decided is None, (number, row["code"])
                continue
            assert (row["state"], _day(row["opens_on"]), _day(row["decided_on"])) == (
                state,
                opened,
                decided,
            ), (
                number,
                row["code"],
            )
            if due is not None:
                assert _day(row["due_on"]) == due, (number, row["code"])
            n += 1
    assert n > 5000


def _ordered(events: list[Any], waits: dict[str, tuple[str, ...]]) -> list[Any]:
    """Decisions of one day in the order in which the items wait for one another."""
    depth: dict[str, int] = {}

    def deep(code: str) -> int:
        if code not in depth:
            depth[code] = 1 + max((deep(one) for one in waits[code]), default=0)
        return depth[code]

    n = {"accepted": 0, "resumed": 1, "extended": 2, "decided": 3, "stopped": 3, "refused": 9}
    return sorted(
        events, key=lambda one: (one[2], n[one[0]], deep(one[1]) if one[1] else 0, one[0] == "stopped")
    )


def test_the_three_clocks_of_closed_cases_are_counted_day_by_day(example):
    calendar, n = official(), 0
    for number, case in example["cases"].items():
        if case["stage"] != "approved":
            continue
        halts: dict[str, list[_Halt]] = defaultdict(list)
        for row in example["stops"][number]:
            halts[row["item"]].append(_Halt(row, case["closed_on"]))
        runs = [_Run(row, halts[row["code"]], case["closed_on"]) for row in example["items"][number]]
        told = counted_day_by_day(runs, _day(case["accepted_on"]), _day(case["closed_on"]), calendar)
        assert told == tuple(int(case[f"{name}_days"]) for name in ("calendar", "government", "owner")), (
            number
        )
        n += 1
    assert n > 300


def test_opinions_count_as_the_rules_say_and_none_comes_after_its_decision(example):
    n = 0
    for number, rows in example["opinions"].items():
        items = {row["code"]: row for row in example["items"][number]}
        for row in rows:
            item = items[row["item"]]
            if not row["replied_on"]:
                assert not row["counts_as"] and not (
                    row["role"] == "co" and item["state"] == "decided" and item["decision"] == "approved"
                ), (number, row)
                continue
            assert row["replied_on"] >= item["opens_on"], (number, row)
            assert not item["decided_on"] or row["replied_on"] <= item["decided_on"], (number, row)
            assert (row["is_late"] == "true") == (row["replied_on"] > item["co_due_on"]), (number, row)
            n += 1
    assert n > 4000


def test_a_baseline_year_in_series_comes_before_the_joint_years_and_every_state_is_there(example):
    simulated = [one for one in example["cases"].values() if one["source"].startswith("simulated")]
    serial = [one for one in simulated if one["mode"] == "serial"]
    joint = [one for one in simulated if one["mode"] == "joint"]

    assert len(serial) >= 40 and max(one["filed_on"] for one in serial) < "2016-09-01"
    assert min(one["filed_on"] for one in joint) >= "2016-09-01"
    assert sum(bool(one["closed_on"]) for one in simulated) >= 300
    assert sum(not one["closed_on"] for one in simulated) >= 36
    assert {one["standing"] for one in simulated} == {"illustrative"}
    stages = {one["stage"] for one in simulated}
    assert stages == {"filing", "received", "gaps", "review", "approved", "refused", "withdrawn"}
    running = {one["number"] for one in simulated if one["stage"] == "review"}
    items = [row for number in running for row in example["items"][number]]
    assert {row["state"] for row in items} == {"waiting", "open", "stopped", "decided"}
    assert {row["step"] for row in items if row["state"] == "open"} == {"handle", "check", "sign"}
    assert any(row["state"] == "open" and row["due_on"] < "2023-09-18" for row in items)


def test_items_are_those_that_the_catalogue_asks_of_the_project(example):
    with (EXAMPLE / "projects.csv").open(encoding="utf-8", newline="") as file:
        projects = {row["number"]: row for row in csv.DictReader(file)}
    from shanhai.fields.investment.rules import ATTRIBUTES

    read = {"number": float, "fen": int, "bool": lambda text: text == "true"}
    for number, case in example["cases"].items():
        if not case["source"].startswith("simulated") or not case["accepted_on"]:
            continue
        row = projects[case["project"]]
        facts = {
            one.name: read.get(one.kind, str)(row[one.name]) if row[one.name] else None for one in ATTRIBUTES
        }
        document = example["documents"][case["catalogue"], int(case["version"])]
        wanted = [one.item.code for one in needed(document, facts).counted]
        assert [item["code"] for item in example["items"][number]] == wanted, number


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_stay_small_and_a_second_run_writes_the_same(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    before = {path.name: path.read_bytes() for path in EXAMPLE.glob("*.csv")}
    for name, body in before.items():
        (tmp_path / name).write_bytes(body)

    # Cases say how far their projects are, and the way of the projects goes on from there.
    for name in ("example_cases", "example_projects"):
        module = script(name)
        monkeypatch.setattr(module, "FOLDER", tmp_path)
        module.main()

    for name, body in before.items():
        assert (tmp_path / name).read_bytes() == body, name
        assert len(body) < MOST_BYTES, name
    sys.modules.pop("example_days", None), sys.modules.pop("example_names", None)
