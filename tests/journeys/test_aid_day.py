"""Aid that nobody applies for: found by a run, confirmed by the firm in one step, checked by two, on public notice, paid by both sides."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds, rows_in, served

Visit = Callable[..., Any]
CLAIM = (
    "SELECT c.number, r.number, c.stage, c.amount_fen, c.sea_fen, c.mountain_fen FROM investment_aidclaim c "
    "JOIN investment_aidrun r ON r.id = c.run_id JOIN park_firm f ON f.id = c.firm_id "
    "JOIN core_organisation o ON o.id = f.organisation_id "
    "WHERE o.code = 'qingfeng' AND c.policy_code = 'LX-EQUIP' AND r.period = '2023'"
)


@pytest.fixture
def own_zone(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the zone: a firm has aid of a year once, and a run finds all firms, of which other journeys would hear."""
    made = tmp_path / "zone"
    shutil.copytree(folder, made, ignore=shutil.ignore_patterns("*.sqlite3*", "*.log"))
    with (
        closing(sqlite3.connect(folder / "shanhai.sqlite3")) as there,
        closing(sqlite3.connect(made / "shanhai.sqlite3")) as here,
    ):
        there.backup(here)
    yield made


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_run_to_the_payment(visit: Visit, own_zone: Path, language: str) -> None:
    with served(own_zone) as site:
        number = found_to_notice(visit, own_zone, site, language)
    # The notice hangs out for five working days; the day after, each side pays its share.
    with served(own_zone, SHANHAI_TODAY="2023-09-26T09:00") as later:
        paid_by_both(visit, own_zone, later, language, number)


def found_to_notice(visit: Visit, zone: Path, site: str, language: str) -> str:
    """The number of the claim, which hangs out in the end."""
    enterprise, office = visit("enterprise", language, at=site), visit("office.lq", language, at=site)
    own = "/investment/aid/firms/qingfeng/"

    # What no register knows the firm states with its paper.
    enterprise.open(own)
    enterprise.press(f"a[href='{own}state/']")
    enterprise.fill(name="equipment_fen", period="2023", value="600万元", evidence="设备发票（示例）")
    enterprise.send()
    assert axe_finds(enterprise) == []

    # The preview writes nothing; its button writes just what it showed.
    office.open("/investment/aid/")
    office.press("a[href='/investment/aid/preview/']")
    office.fill(period="2023")
    office.press("main form[method=get] button")
    assert [row for row in office.rows() if "青枫" in row or "Qingfeng" in row]
    assert rows_in(zone, CLAIM) == []
    assert axe_finds(office) == []
    office.press("form:has([name=fen]) button")
    ((number, run, stage, amount, sea, mountain),) = rows_in(zone, CLAIM)
    assert (stage, amount, sea, mountain) == ("found", 48_000_000, 24_000_000, 24_000_000)
    assert axe_finds(office) == []

    # The firm has it on its list of work, and confirms all in one step.
    claim = f"/investment/aid/claims/{number}/"
    enterprise.open("/my-work/")
    assert [row for row in enterprise.rows() if number in row]
    enterprise.open(own)
    enterprise.press(f"form[action='{own}confirm/'] button")
    assert rows_in(zone, CLAIM)[0][2] == "confirmed"

    # Who checked it is not asked a second time; another member is.
    office.open(claim)
    office.press(f"form[action='{claim}check/'] button")
    assert office.page.locator(f"form[action='{claim}check/']").count() == 0
    second = visit("park", language, at=site)
    second.open(claim)
    second.press(f"form[action='{claim}check/'] button")
    assert rows_in(zone, CLAIM)[0][2] == "cleared"
    assert axe_finds(second) == []

    office.open(f"/investment/aid/runs/{run}/")
    office.press("form[action$='/notice/'] button")
    sea_side = visit("office.xs", language, at=site)
    sea_side.open("/investment/aid/notice/")
    assert sea_side.page.locator(f"main a[href='{claim}']").count()
    assert axe_finds(sea_side) == []
    sea_side.open(claim)
    assert sea_side.page.locator(f"a[href='{claim}pay/']").count() == 0, "nothing is paid during the notice"
    return str(number)


def paid_by_both(visit: Visit, zone: Path, later: str, language: str, number: str) -> None:
    """Each side records its share; the claim is paid with the second."""
    claim = f"/investment/aid/claims/{number}/"
    for login, side, stage in (("office.xs", "sea", "noticed"), ("office.lq", "mountain", "paid")):
        payer = visit(login, language, at=later)
        payer.open(claim)
        payer.press(f"a[href='{claim}pay/']")
        assert payer.page.locator("main [name=side]").input_value() == side
        payer.fill(reference=f"VOUCHER-{side}")
        payer.send()
        assert rows_in(zone, CLAIM)[0][2] == stage
        assert axe_finds(payer) == []
        assert payer.page.locator(f"a[href='{claim}pay/']").count() == 0

    phone = visit("enterprise", language, width=390, at=later)
    for path in ("/investment/aid/", "/investment/aid/firms/qingfeng/", "/investment/aid/notice/", claim):
        phone.open(path)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert axe_finds(phone) == [], path
    assert phone.says("VOUCHER-sea") and phone.says("VOUCHER-mountain")
    office = visit("office.lq", language, width=390, at=later)
    run = rows_in(zone, CLAIM)[0][1]
    for path in (
        "/investment/aid/preview/?period=2022",
        f"/investment/aid/runs/{run}/",
        "/investment/aid/budgets/",
    ):
        office.open(path)
        assert office.page.evaluate("document.documentElement.scrollWidth") <= 390, path
