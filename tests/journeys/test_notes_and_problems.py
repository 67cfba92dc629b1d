"""Two offices talk on one record, and a firm's problem is solved: in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
MEETING = "/pairing/meetings/JM-2023-05/"


@BOTH
def test_an_internal_note_stays_with_its_side_and_a_mention_is_answered(visit: Visit, language: str) -> None:
    ye_lan, shen_jie = visit("office.lq", language), visit("office.xs", language)
    secret, asked = f"底价四百万 {language}", f"@叶岚 几点到？{language}"

    ye_lan.open(MEETING)
    ye_lan.page.locator("#note-own").fill(secret)
    ye_lan.press(".nt-box.nt-m button")
    assert ye_lan.says(secret)
    shen_jie.open(MEETING)
    assert shen_jie.page.get_by_text(secret).count() == 0
    shen_jie.page.locator("#note-both").fill(asked)
    shen_jie.press(".nt-box.nt-both button")

    ye_lan.open("/my-work/")
    ye_lan.press("a[href*='JM-2023-05/#note-']")
    assert ye_lan.says(asked)
    ye_lan.page.locator("#note-both").fill(f"九点 {language}")
    ye_lan.press(".nt-box.nt-both button")
    ye_lan.open("/my-work/")
    assert ye_lan.page.locator("a[href*='JM-2023-05/#note-']").count() == 0


@BOTH
def test_a_firm_raises_a_problem_and_rates_its_answer(visit: Visit, language: str) -> None:
    firm, office = visit("enterprise", language), visit("office.lq", language)

    firm.open("/office/problems/raise/")
    firm.page.locator("[name=title_zh]").fill(f"门口道路照明 {language}")
    firm.press("main form .btn-primary")
    url = firm.page.url.removeprefix(firm.site)
    office.open(f"{url}answer/")
    office.page.locator("[name=text]").fill("周五前装好。")
    office.press("main form .btn-primary")
    firm.open(f"{url}rate/")
    firm.page.locator("[name=rating]").select_option("5")
    firm.press("main form .btn-primary")

    assert firm.says("周五前装好。")
    office.open("/office/problems/?show=answered")
    assert office.says(f"门口道路照明 {language}")
