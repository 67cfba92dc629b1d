"""``shanhai pairing activities`` and ``balance``: done, tried out, refused."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.fields.pairing.models import ActionItem, Activity, BalanceStatement
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db

PLAN = (
    "activities", "plan", "A-1", "--kind", "donation", "--title", "捐赠", "--on", "2023-09-11", "--lead", "sea",
    "--mountain-unit", "LQ-PARK-1", "--sea-unit", "XS-OFFICE-1", "--payer", "sea", "--planned", "1000",
)  # fmt: skip


@pytest.fixture
def typed(zone: Any, capsys: Any) -> Any:
    def type_(*words: str, as_: str = "shen") -> SimpleNamespace:
        capsys.readouterr()
        code = run(["pairing", *words, *(["--as", as_] if as_ else [])])
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return type_


@pytest.fixture
def voucher(tmp_path: Any) -> str:
    path = tmp_path / "凭证.txt"
    path.write_text("凭证", encoding="utf-8")
    return str(path)


def test_a_day_of_an_activity(typed: Any, voucher: str) -> None:
    assert typed(*PLAN, "--dry-run").code == 0 and not Activity.objects.exists()
    assert typed(*PLAN).code == 0
    assert typed("activities", "change", "A-1", "--planned", "2000").code == 0
    assert typed("activities", "held", "A-1", "--on", "2023-09-12").code == 0
    assert typed("activities", "photos", "A-1", "--photo", voucher).code == 0
    refused = typed("activities", "pay", "A-1", "--kind", "paid", "--amount", "1500")
    assert refused.code == 1 and "voucher" in refused.err
    paid = typed(
        "activities", "pay", "A-1", "--kind", "paid", "--amount", "1500", "--voucher", voucher, "--json"
    )
    assert json.loads(paid.out)["amount_fen"] == 150_000
    back = ("activities", "take-back", "A-1", "--kind", "paid", "--amount", "500", "--reason", "记错")
    assert typed(*back).code == 0
    agreed = (
        "activities", "assign", "A-1", "--title", "再派专家", "--lead", "sea", "--mountain-unit", "LQ-PARK-1",
        "--sea-unit", "XS-OFFICE-1", "--due", "2023-10-31",
    )  # fmt: skip
    assert typed(*agreed).code == 0 and ActionItem.objects.get().activity.number == "A-1"
    assert typed("activities", "close", "A-1", "--outcome", "路修好了").code == 0
    assert typed("activities", "reopen", "A-1").code == 0
    shown = json.loads(typed("activities", "show", "A-1", "--json").out)
    assert (shown["stage"], shown["paid_fen"]) == ("held", 100_000)
    assert "A-1" in typed("activities", "list", "--csv").out


def test_it_is_called_off(typed: Any) -> None:
    typed(*PLAN)
    assert typed("activities", "cancel", "A-1", "--reason", "改期").code == 0
    assert Activity.objects.get().stage == "cancelled"


def test_the_balance_is_told_and_stated(typed: Any, voucher: str) -> None:
    typed(*PLAN)
    typed("activities", "pay", "A-1", "--kind", "paid", "--amount", "600", "--voucher", voucher)
    assert typed("state-balance", "--text", "互惠").code == 0
    assert BalanceStatement.objects.get().side == "sea"

    told = json.loads(typed("balance", "--json").out)
    assert (told["money_fen"]["sea"][-1], told["statements"][0]["text_zh"]) == (60_000, "互惠")
    table = typed("balance", "--from", "2023", "--to", "2023")
    assert "Donations paid" in table.out and "Not measured yet" in table.err
    assert "60000" in typed("balance", "--csv").out
    records = typed("balance-records", "pairing.aid_paid", "--side", "sea", "--json")
    assert [row["value"] for row in json.loads(records.out)] == ["60000"]
    assert typed("balance", "--from", "2024").code == 1
    assert typed("balance", as_="zhou").code == 1
