"""A day of planning: the park committee makes a portfolio plan, reads what it places and what not, adopts a line and lets its land go again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
WIDE = "document.documentElement.scrollWidth"
RESERVED = "SELECT number FROM park_parcel WHERE reserved_for = ?"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_plan_is_made_read_adopted_and_released(visit: Visit, held: Held, language: str) -> None:
    committee = visit("park", language)

    # What goes in is looked at without writing: a limit of land is set, and a lead that is left out is gone.
    committee.open("/investment/plans/")
    before = held("SELECT count(*) FROM investment_portfolioplan")
    committee.press("a[href*='/investment/plans/make/']")
    first = committee.page.locator("main tbody .t2").first.inner_text().strip()
    committee.fill(without=first, value="jobs")
    committee.press("main button[formmethod=get]")
    assert first not in " ".join(committee.rows())
    assert committee.page.locator("main [name=value]").input_value() == "jobs"
    assert held("SELECT count(*) FROM investment_portfolioplan") == before
    assert axe_finds(committee) == []

    # The plan is made in the background; once it is there the page is the plan, and no second page within the first.
    committee.open("/investment/plans/make/")
    # Of the year's quota other days of these journeys may have taken all.
    committee.fill(land_mu_1="200")
    committee.send()
    committee.page.wait_for_selector("#line-1", timeout=90_000)
    assert committee.page.locator("main").count() == 1
    committee.page.wait_for_load_state()
    at = "/" + committee.page.url.split("/", 3)[3]
    assert axe_finds(committee) == []

    # The map has the number of a line on its plot; who stays out has the threshold or place that refuses it.
    assert committee.page.locator("svg.land a").count() > 100
    drawn = committee.page.locator("svg.land text").all_text_contents()
    row = committee.page.locator("main tbody tr[id^=line-]", has_text="LQ-").first
    lead, position = (
        row.locator(".t2").first.inner_text().strip(),
        row.locator("td").first.inner_text().strip(),
    )
    plot = row.locator("a[href^='/park/parcels/']").first.inner_text().strip()
    assert position in [text.strip() for text in drawn]
    refused = committee.page.locator("main tr:has(.plan-why)")
    assert refused.count() >= 2
    assert all(re.search(r"\d", text) for text in refused.locator(".plan-why").all_inner_texts())

    # One line is adopted: its land is reserved, which the pages of the lead and of the parcel say.
    committee.press(f"form[action$='/lines/{lead}/adopt/'] button")
    assert held(RESERVED, lead) == [(plot,)]
    committee.open(f"/investment/leads/{lead}/")
    assert committee.page.locator(f"main section > p.pad > a[href$='/park/parcels/{plot}/']").count()
    assert axe_finds(committee) == []
    committee.open(f"/park/parcels/{plot}/")
    assert committee.page.locator("main").get_by_text(lead).count()

    phone = visit("park", language, width=390)
    for path in ("/investment/plans/", "/investment/plans/make/", at, f"/investment/leads/{lead}/"):
        phone.open(path)
        assert phone.page.evaluate(WIDE) <= 390, path
        assert axe_finds(phone) == [], path

    # Released again, the land is free for everybody.
    committee.open(at)
    committee.press(f"form[action$='/lines/{lead}/release/'] button")
    assert held(RESERVED, lead) == []
    assert committee.page.locator(f"form[action$='/lines/{lead}/adopt/'] button").count() == 1
    committee.open(f"/investment/leads/{lead}/")
    assert not committee.page.locator(f"main section > p.pad > a[href$='/park/parcels/{plot}/']").count()
