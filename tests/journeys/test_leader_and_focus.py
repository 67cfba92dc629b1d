"""A leader's five minutes on a phone, and the key points of the year that the joint meeting set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
# The commitments under a key point, for each language: the journeys share one zone.
UNDER = {"en": ("C23-01", "C23-02"), "zh-hans": ("C23-07", "C23-08")}


@BOTH
def test_a_leader_looks_instructs_in_one_line_and_reads_the_report_on_a_phone(
    visit: Visit, held: Held, language: str
) -> None:
    leader, office = visit("leader.lq", language, width=390), visit("office.lq", language)
    words = f"本周五前说明原因和补救办法 {language}"

    leader.open("/pairing/leader/")
    assert leader.page.locator("#figures .desk-f").count() == 5
    assert 1 <= leader.page.locator("#red .desk-r").count() <= 3
    assert leader.page.locator("#meeting .desk-m").is_visible()
    assert leader.page.locator("#instructions .desk-r").count() >= 1
    for behind in ("#figures .desk-f a.q", "#red .desk-r a.q", "#meeting a.q", "#instructions .desk-r a.q"):
        assert not leader.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        leader.press(behind)
        assert leader.page.locator("h1").inner_text()
        leader.page.go_back()

    leader.press("#red .desk-r .btn")
    leader.fill(text=words, due_on="2023-09-22")
    leader.choose("unit", "Longquan Municipal" if language == "en" else "龙泉市人民政府")
    leader.send()
    office.open("/my-work/")
    office.press(f"#work a:has-text('{words}')")
    office.press("a[href$='/report/']")
    office.fill(text="供货推迟，十月十日前补齐。")
    office.send()

    leader.open("/pairing/leader/?show=all")
    leader.press(f"#instructions a:has-text('{words}')")
    assert leader.says("供货推迟，十月十日前补齐。")
    leader.press("form[action$='/close/'] button")
    assert held("SELECT stage, report FROM office_instruction WHERE text = ?", words) == [
        ("closed", "供货推迟，十月十日前补齐。")
    ]


@BOTH
def test_a_key_point_of_the_joint_meeting_shows_how_what_hangs_under_it_stands(
    visit: Visit, held: Held, language: str
) -> None:
    office, leader = visit("office.lq", language), visit("leader.xs", language)
    words = f"园区配套提速 {language}"

    office.open("/pairing/focus/")
    office.press("a[href*='/focus/set/']")
    office.fill(text_zh=words)
    office.choose("resolution", "JM-2023-02-R1")
    for code in UNDER[language]:
        office.page.locator("main label", has_text=code).locator("input").check()
    office.send()

    leader.open("/pairing/focus/")
    point = leader.page.locator("main section", has=leader.page.locator("h2", has_text=words))
    assert point.locator("a[href*='/meetings/JM-2023-02/']").is_visible(), "which meeting set it"
    assert point.locator("tbody tr").count() == 2
    assert point.locator("tbody svg, tbody .bul").first.is_visible(), "how far each is"
    with leader.page.expect_navigation():
        point.locator("tbody a.q").first.click()
    assert leader.page.url.rstrip("/").rpartition("/")[2] in UNDER[language]
    assert sorted(
        held(
            "SELECT c.code FROM pairing_focuspoint f "
            "JOIN pairing_focuspoint_commitments fc ON fc.focuspoint_id = f.id "
            "JOIN pairing_commitment c ON c.id = fc.commitment_id WHERE f.text_zh = ?",
            words,
        )
    ) == [(code,) for code in UNDER[language]]
