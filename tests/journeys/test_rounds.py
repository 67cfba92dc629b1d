"""A reporting round in a browser: written and opened by the office, filled in by a unit, returned, corrected, merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
# A period for each language: the journeys share one zone.
PERIODS = {"en": "2023-05", "zh-hans": "2023-06"}
QUESTIONS = "jobs: 就业人数 | Jobs | int | 人 | yes | office.reported_jobs\naid: 帮扶资金 | Aid | fen | 万元"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_round_from_its_form_to_the_records(visit: Visit, held: Held, language: str) -> None:
    period = PERIODS[language]
    office, park = visit("office.lq", language), visit("park", language)

    office.open("/office/rounds/new/")
    for name, value in {
        "name_zh": "园区月报", "name_en": "Park report", "period": period, "due_on": "2023-09-25", "questions": QUESTIONS,
    }.items():  # fmt: skip
        office.page.locator(f"main [name={name}]").fill(value)
    office.page.locator("label", has_text="综合服务部" if language != "en" else "Services").first.click()
    office.press("main form .btn-primary")
    number = office.page.url.rstrip("/").rpartition("/")[2]
    assert number == f"R-{period}-1"
    office.press(f"form[action$='/{number}/open/'] button")

    # Whom a reminder reaches is seen before it goes.
    office.press("a[href$='/remind/']")
    named = "林文" if language != "en" else "Lin Wen"
    assert [named in row for row in office.rows()] == [True]
    office.send()
    assert office.says("1 person was reminded." if language == "en" else "已提醒1人")
    assert held(
        "SELECT m.code FROM core_notice n JOIN core_noticefact f ON f.id = n.fact_id JOIN core_member m "
        "ON m.id = n.member_id WHERE f.key LIKE 'office.round:%:reminded:2023-09-18' AND f.url LIKE ?",
        f"%{number}%",
    ) == [("lin-wen",)]

    answer = f"/office/rounds/{number}/park-u/"
    park.open("/my-work/")
    assert park.page.locator(f"main a[href='{answer}']").count()
    park.open(answer)
    park.page.locator("[name='cell:jobs:']").fill("12")
    park.page.locator("[name='cell:aid:']").fill("35.5")
    park.press("button[name=do][value=up]")

    office.open(f"{answer}review/")
    office.page.locator("[name='cell:aid:']").fill("与台账不符")
    office.press("main form .btn-primary")
    park.open(answer)
    assert park.says("与台账不符")
    assert park.page.locator("[name='cell:jobs:']").count() == 0, "what was accepted is not asked again"
    park.page.locator("[name='cell:aid:']").fill("36")
    park.press("button[name=do][value=up]")

    office.open(f"{answer}review/")
    office.press("main form .btn-primary")
    office.open(f"/office/rounds/{number}/merge/")
    office.press("main form .btn-primary")

    office.open(f"/office/rounds/{number}/")
    workbook = office.page.locator("main a[href^='/registry/documents/']").first.get_attribute("href")
    office.open(str(workbook))
    with office.page.expect_download() as begun:
        office.page.locator(f"main a[href$='{workbook}file/']").first.click()
    assert begun.value.suggested_filename == f"{number}.xlsx"
