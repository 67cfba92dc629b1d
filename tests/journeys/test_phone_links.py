"""Somebody without an account does one thing on a phone: in a real browser, in both languages, without a script."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.test_every_page import violations

BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
NUMBER, OTHER = "120 0000 0007", "12000000008"
# One grey point, as a camera would send it.
PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAAB"
    "AAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)


@pytest.fixture
def phone(browser: Any) -> Iterator[Callable[..., Any]]:
    """``phone("en")``: a page of a phone that nobody has logged in on."""
    contexts = []

    def begin(language: str, *, script: bool = False) -> Any:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            locale="en-GB" if language == "en" else "zh-CN",
            java_script_enabled=script,
            is_mobile=True,
            has_touch=True,
        )
        contexts.append(context)
        return context.new_page()

    yield begin
    for context in contexts:
        context.close()


def shared(office: Any, record: str) -> str:
    """Share a record as the office does; the address that the card holds."""
    office.open(record)
    office.press("a[href$='/link/']")
    office.page.locator("[name=holder]").fill("雷大山")
    office.page.locator("[name=unkept-phone]").fill(NUMBER)
    office.press("main form .btn-primary")
    assert office.page.locator("svg.qr").is_visible()
    return str(office.page.locator("#address").inner_text())


def give(page: Any, number: str) -> None:
    page.locator("#number").fill(number)
    page.locator(".ph-go").click()
    page.wait_for_load_state()


def checked(page: Any) -> Any:
    """A page that axe finds nothing on, and that does not scroll sideways."""
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    return page


@BOTH
def test_a_task_is_done_on_a_phone_without_a_script(visit: Any, phone: Any, site: str, language: str) -> None:
    item = {"en": "JM-2023-04-R2-1", "zh-hans": "JM-2023-04-R1-1"}[language]
    office = visit("office.lq", language)
    address = shared(office, f"/pairing/action-items/{item}/")

    page = phone(language)
    page.goto(address)
    assert "/l/" not in page.url and page.locator("html").get_attribute("lang") in ("en", "zh-Hans")
    give(page, OTHER)
    assert page.locator(".err").is_visible()
    give(page, NUMBER)
    page.locator("textarea").first.fill("已办好")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "image", "mimeType": "image/jpeg", "buffer": PICTURE}
    )
    page.locator(".ph-go").first.click()
    page.wait_for_load_state()
    assert page.get_by_text({"en": "Thank you.", "zh-hans": "谢谢"}[language]).first.is_visible()
    page.goto(address)
    assert page.get_by_text({"en": "done already", "zh-hans": "已办结"}[language]).first.is_visible()

    office.open(f"/pairing/action-items/{item}/")
    assert office.says("已办好") and office.says("雷大山")


@BOTH
def test_what_goes_wrong_is_said_with_whom_to_call(visit: Any, phone: Any, site: str, language: str) -> None:
    office = visit("office.lq", language)
    address = shared(office, "/pairing/pairings/LQXS/")
    mine, other = phone(language, script=True), phone(language, script=True)
    mine.goto(address)
    checked(mine)
    give(mine, NUMBER)
    assert mine.locator(".ph-rows li").count() > 5
    checked(mine)
    # The switch of languages stays where it is.
    mine.locator(".ph-top a").click()
    mine.wait_for_load_state()
    assert mine.locator("html").get_attribute("lang") == {"en": "zh-Hans", "zh-hans": "en"}[language]

    other.goto(address)
    give(other, NUMBER)
    assert other.get_by_text({"en": "another phone", "zh-hans": "另一部手机"}[language]).first.is_visible()
    checked(other)

    office.page.locator("main a[href*='/office/links/']").first.click()
    office.page.wait_for_load_state()
    office.press("a[href$='/revoke/']")
    office.press("main form .btn-primary")
    answer = mine.reload()
    assert answer.status == 410 and mine.locator(".ph-foot b").is_visible()
    checked(mine)
    office.press(".msgs button")
    assert mine.reload().status == 200
