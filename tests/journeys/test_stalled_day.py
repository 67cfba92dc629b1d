"""Monday with the projects: from the board to those that stand still, one is explained, and the ledger of the week says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
STALLED = "/investment/stalled/?list=completed"
NOTE = (
    "SELECT n.measure, n.due_on FROM investment_stallnote n JOIN investment_project p ON p.id = n.project_id "
    "WHERE p.number = ?"
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_project_that_stands_still_is_explained(visit: Visit, held: Held, language: str) -> None:
    reason, measure = {"en": ("设备到货延误一", "催交设备一"), "zh-hans": ("招工不足二", "组织专场招聘二")}[
        language
    ]
    office = visit("office.lq", language)

    office.open("/investment/board/")
    assert axe_finds(office) == []
    office.press(f"main a[href='{STALLED}']")
    every = office.rows()
    office.fill(explained="no")
    office.press("main form.flt button, main form[method=get] button")
    unsaid = office.rows()
    assert "explained=no" in office.page.url and 0 < len(unsaid) <= len(every)
    assert axe_finds(office) == []

    # The project that is longest over: why, what is done, until when.
    project = office.page.locator("main tbody a[href^='/investment/projects/']").first.get_attribute("href")
    number = project.strip("/").rpartition("/")[2]
    assert held(NOTE, number) == []
    office.open(project)
    office.press(f"a[href='{project}stall/']")
    office.fill(reason=reason, measure=measure, due_on="2023-10-20")
    office.send()
    assert held(NOTE, number) == [(measure, "2023-10-20")]
    assert office.says(reason) and office.says(measure)
    assert axe_finds(office) == []

    office.open(f"{STALLED}&explained=no")
    assert not office.page.locator(f"main a[href='{project}']").count()
    office.open(f"{STALLED}&explained=yes")
    assert [row for row in office.rows() if reason in row and measure in row]

    # The ledger of the week has it, on the page and in the workbook.
    office.open("/investment/ledger/")
    assert [row for row in office.rows() if reason in row and measure in row]
    assert axe_finds(office) == []
    with office.page.expect_download() as begun:
        office.page.locator("a[href*='/investment/ledger/file.xlsx']").first.click()
    assert begun.value.suggested_filename.endswith(".xlsx")

    phone = visit("office.lq", language, width=390)
    for path in ("/investment/board/", STALLED, project, "/investment/ledger/"):
        phone.open(path)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert axe_finds(phone) == [], path
