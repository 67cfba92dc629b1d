"""Forms and samples, meetings, services and letters of the example: in every state, by the rules, no page of them empty."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from shanhai.fields.approval.rules import commitments, meetings, services
from shanhai.fields.approval.zone import catalogues
from shanhai.kernel.workdays import official
from tests.fields.approval.verifier import services_without_their_stop

EXAMPLE = Path(__file__).parents[3] / "examples" / "longquan-xiaoshan"
TODAY = date(2023, 9, 18)


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def items() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["case"], row["code"]): row for row in rows("case_items.csv")}


def test_every_state_is_there():
    out = [row for row in rows("case_services.csv") if row["stage"] == "asked"]

    assert {row["stage"] for row in rows("case_services.csv")} == set(services.ServiceStage)
    assert {row["due_on"] < str(TODAY) for row in out} == {True, False}
    assert {row["state"] for row in rows("case_letters.csv")} == set(commitments.LetterState)
    assert {row["is_mended"] for row in rows("case_letters.csv")} == {"true", "false"}
    assert any(row["covers"] for row in rows("case_letters.csv"))
    assert {row["stage"] for row in rows("review_meetings.csv")} == set(meetings.MeetingStage)
    assert {row["level"] for row in rows("review_meetings.csv")} == set(meetings.ReviewLevel)


def test_services_say_what_the_calendar_says_and_stop_nothing_that_ran():
    calendar, own = official(), items()
    for row in rows("case_services.csv"):
        asked = date.fromisoformat(row["asked_on"])
        assert row["due_on"] == str(calendar.add(asked, int(row["promised_days"]))), row
        if row["stage"] == "delivered":
            over = date.fromisoformat(row["delivered_on"])
            assert int(row["days"]) == (calendar.count(asked, over) if over > asked else 0), row
        item = own[row["case"], row["item"]]
        assert row["stage"] != "asked" or item["state"] in ("waiting", "stopped"), row


def test_letters_are_of_items_whose_catalogue_has_the_lever_and_in_order():
    documents, own = catalogues.documents(EXAMPLE), items()
    cases = {row["number"]: row for row in rows("cases.csv")}
    for row in rows("case_letters.csv"):
        case, item = cases[row["case"]], own[row["case"], row["item"]]
        document = documents[case["catalogue"], int(case["version"])]
        assert commitments.LEVER in document.item(row["item"]).levers, row
        assert (row["state"] == "given") == (item["decision"] != "approved"), row
        if row["verified_on"]:
            assert item["decided_on"] <= row["verified_on"] <= str(TODAY), row
        if row["state"] == "revoked":
            assert case["stage"] == "approved", row


def test_each_material_in_force_has_its_form_and_its_sample_in_small_files():
    documents = catalogues.documents(EXAMPLE)
    papers = {row["sha256"]: row for row in rows("papers.csv")}
    kept = {
        (row["catalogue"], row["material"], row["role"]): row["sha256"]
        for row in rows("catalogue_papers.csv")
    }
    for catalogue, number in (("LQ-ZJ90", 2), ("LQ-LR20", 1)):
        for item in documents[catalogue, number].items:
            for material in item.materials:
                for role in ("form", "sample"):
                    assert kept[catalogue, material.code, role] in papers, (catalogue, material.code)
    for sha256, row in papers.items():
        body = (EXAMPLE / "documents" / row["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == sha256 and len(body) < 20_000


def test_an_item_stands_still_while_a_service_on_it_is_under_way():
    def read(row: dict[str, str]) -> dict[str, Any]:
        return {
            name: (date.fromisoformat(text) if text else None) if name.endswith("_on") else text
            for name, text in row.items()
        }

    own: dict[str, list[Any]] = {}
    for row in rows("case_services.csv"):
        own.setdefault(row["case"], []).append(read(row))
    stopped = [read(row) for row in rows("case_stops.csv")]
    for row in stopped:
        if row["reason"].startswith("service_"):
            own.setdefault(row["case"], [])
    cases = {row["number"]: read(row) for row in rows("cases.csv")}
    of_item: dict[str, dict[str, Any]] = {}
    for row in rows("case_items.csv"):
        of_item.setdefault(row["case"], {})[row["code"]] = read(row)
    found = {
        number: wrong
        for number, services in own.items()
        if (
            wrong := services_without_their_stop(
                of_item[number], services, [one for one in stopped if one["case"] == number],
                cases[number]["accepted_on"], official(), TODAY,
            )
        )
    }  # fmt: skip
    assert not found
