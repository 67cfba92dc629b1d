"""The coordinator's morning: the board by risk, where time goes, a simulation, a letter and its public page; in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_board_keeps_its_filter_and_a_letter_leads_to_the_public_page(
    visit: Visit, language: str
) -> None:
    office = visit("office.lq", language)

    office.open("/approval/board/")
    assert office.says("open cases" if language == "en" else "件在办")
    office.page.locator("select[name=danger]").select_option("on_track")
    with office.page.expect_navigation():
        office.page.locator(".brd-flt button").click()
    office.open("/approval/inbox/")
    office.open("/approval/board/")
    assert "danger=on_track" in office.page.url
    assert office.page.locator(".brd-l li").count() > 0

    office.open("/approval/analysis/")
    assert office.page.locator(".flow svg .fb").count() > 5
    assert office.says("40 %" if language == "en" else "40%")

    office.open("/approval/cases/SP-2023-001/letters/accepted/")
    public = office.page.locator(".ltr-qr a").get_attribute("href")
    office.page.context.clear_cookies()
    office.page.goto(f"{public}?lang={language}")
    assert office.says("Under review" if language == "en" else "审批中")
    assert not office.page.locator("nav").count()


def test_assumptions_are_seen_before_a_simulation_is_asked_for(visit: Visit) -> None:
    office = visit("office.lq", "en")

    office.open("/approval/simulation/")
    office.page.locator("[name=reviewers]").fill("5")
    with office.page.expect_navigation():
        office.page.get_by_role("button", name="Show the assumptions").click()
    assert office.says("5 × (8 − 2) h")
    office.page.locator("[name=cases]").fill("60")
    with office.page.expect_navigation():
        office.page.locator("main form .btn-primary").click()
    assert "/approval/simulation/" in office.page.url
    office.page.get_by_text("What is assumed").wait_for(timeout=60_000)
    assert office.says("no order of work could cut more than")
