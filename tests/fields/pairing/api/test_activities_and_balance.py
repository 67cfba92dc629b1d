"""Activities, their money, and the balance, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.fields.pairing import actions

pytestmark = pytest.mark.django_db

GIVEN = {
    "number": "A-1",
    "kind": "donation",
    "title_zh": "捐赠",
    "on": "2023-09-11",
    "lead": "sea",
    "mountain_unit": "LQ-PARK-1",
    "sea_unit": "XS-OFFICE-1",
    "payer": "sea",
    "planned_fen": 100000,
}


@pytest.fixture
def planned(api_of: Any, shen: Any, zone: Any) -> dict[str, Any]:
    """The sea side will donate 1,000 yuan."""
    made = api_of(shen)("post", "/activities", GIVEN)
    assert made.status_code == 201, made.content.decode()
    return made.json()


def now(call: Any) -> dict[str, Any]:
    return call("get", "/activities/A-1").json()


def test_an_activity_is_planned_changed_held_paid_agreed_and_closed(
    api_of: Any, held: Any, lin: Any, shen: Any, planned: Any, paper: Any
) -> None:
    call = api_of(shen)
    changed = call("patch", "/activities/A-1", {"planned_fen": 200000}, version=planned["version"])
    assert changed.json()["planned_fen"] == 200000

    given = {"on": "2023-09-12", "photos": [paper(shen).pk]}
    assert held(call, "/activities/A-1/held", given, now(call)["version"])["stage"] == "held"
    assert len(call("post", "/activities/A-1/photos", {"photos": [paper(shen).pk]}).json()["photos"]) == 2

    paid = {"kind": "paid", "on": "2023-09-13", "amount_fen": 150000, "vouchers": [paper(shen).pk]}
    assert call("post", "/activities/A-1/money", paid).status_code == 428
    once = call("post", "/activities/A-1/money", paid, version=now(call)["version"], key="k")
    again = call("post", "/activities/A-1/money", paid, version=now(call)["version"], key="k")
    assert (once.status_code, once.json()["code"]) == (201, "A-1-M1")
    assert again.json() == once.json() and now(call)["paid_fen"] == 150000
    above = call("post", "/activities/A-1/money", paid, version=now(call)["version"])
    assert (above.status_code, above.json()["code"]) == (422, "pairing.aid_above_planned")
    back = {"kind": "paid", "amount_fen": 50000, "reason": "记错"}
    made = call("post", "/activities/A-1/money/take-back", back, version=now(call)["version"])
    assert made.json()["amount_fen"] == -50000

    item = {
        "title_zh": "再派专家", "lead": "sea", "mountain_unit": "LQ-PARK-1", "sea_unit": "XS-OFFICE-1",
        "due_on": "2023-10-31",
    }  # fmt: skip
    agreed = call("post", "/activities/A-1/items", item).json()
    assert (agreed["activity"], agreed["resolution"], agreed["meeting"]) == ("A-1", None, None)

    closed = held(call, "/activities/A-1/close", {"outcome_zh": "路修好了"}, now(call)["version"])
    assert (closed["stage"], closed["items"]) == ("completed", ["A-1-1"])
    assert held(call, "/activities/A-1/reopen", None, now(call)["version"])["stage"] == "held"
    assert [one["number"] for one in call("get", "/activities?kind=donation&stage=held").json()["items"]] == [
        "A-1"
    ]
    assert call("get", "/activities?kind=visit").json()["items"] == []


def test_an_activity_is_called_off(api_of: Any, held: Any, shen: Any, planned: Any) -> None:
    call = api_of(shen)
    assert (
        held(call, "/activities/A-1/cancel", {"reason": "改期"}, planned["version"])["stage"] == "cancelled"
    )


def test_the_balance_and_its_records_add_up(
    api_of: Any, lin: Any, shen: Any, pan: Any, zhou: Any, planned: Any, paper: Any
) -> None:
    call = api_of(shen)
    paid = {"kind": "paid", "on": "2023-09-13", "amount_fen": 60000, "vouchers": [paper(shen).pk]}
    call("post", "/activities/A-1/money", paid, version=planned["version"])

    for member in (lin, pan):
        found = api_of(member)("get", "/balance?pairing=LQ-XS&first=2022&last=2023").json()
        assert found["years"] == ["2022", "2023"]
        assert found["money_fen"] == {"mountain": [0, 0], "sea": [0, 60000]}
        row = next(one for one in found["rows"] if one["indicator"] == "pairing.aid_paid")
        assert (row["given_by"], row["by_year"], row["total"]) == ("sea", ["0", "60000"], "60000")
    records = call("get", "/balance/records/pairing.aid_paid?side=sea&first=2023&last=2023").json()
    assert (records["total"], [one["value"] for one in records["records"]]) == ("60000", ["60000"])
    assert call("get", "/balance?first=2023&last=2020").json()["code"] == "pairing.balance_years"
    assert api_of(zhou)("get", "/balance").status_code == 403


def test_a_statement_stands_in_the_balance(api_of: Any, lin: Any, pan: Any, zone: Any) -> None:
    made = api_of(lin)("post", "/balance/statements", {"text_zh": "互惠"}, key="k")
    assert (made.status_code, made.json()["side"]) == (201, "mountain")
    assert api_of(pan)("post", "/balance/statements", {"text_zh": "省"}).status_code == 403
    assert api_of(pan)("get", "/balance").json()["statements"][0]["text_zh"] == "互惠"


def test_a_commitment_takes_its_line(api_of: Any, lin: Any, commitment: Any) -> None:
    call = api_of(lin)
    version = call("get", "/commitments/LX-C1").json()["version"]
    found = call("patch", "/commitments/LX-C1", {"balance_line": "clinic_days"}, version=version).json()
    assert found["balance_line"] == "clinic_days"
    wrong = call("patch", "/commitments/LX-C1", {"balance_line": "vegetables"}, version=found["version"])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "pairing.balance_line_unit")
    actions.change_commitment(commitment.__class__.objects.get(pk=commitment.pk), balance_line="", by=lin)
