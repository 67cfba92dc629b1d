"""What the script adds, and what axe finds on the pattern page: in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("SHANHAI_CHROMIUM") or shutil.which("chromium") or ""
AXE = Path(sys.prefix) / "share" / "shanhai" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card, for the map
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture
def open_page(
    live_server: Any, lin: Any, client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """``open_page(language, width)``: Lin before the pattern page; what goes wrong in the page fails the test."""
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop of its own beside the test; Django takes that for an asynchronous view.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def opened(language: str = "en", width: int = 1366) -> Any:
            session = client_of(lin, language=language).cookies["sessionid"].value
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(f"{live_server.url}/styleguide/")
            page.wait_for_load_state("networkidle")
            return page

        yield opened
        browser.close()
    assert wrong == []


def keep(page: Any) -> None:
    """Wait until the page has kept what was typed."""
    page.wait_for_selector("[data-draft-status]:not(:empty)")


def test_axe_finds_nothing_and_nothing_runs_sideways(open_page):
    if not AXE.exists():
        pytest.skip("axe is not installed (make setup)")

    for language in ("en", "zh-hans"):
        for width in (390, 1366):
            page = open_page(language, width)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")["violations"]

            assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_do_what_they_should_and_leave_typing_alone(open_page):
    page = open_page()
    slash_of_an_input_method = "new KeyboardEvent('keydown', {key: '/', keyCode: 229, bubbles: true})"

    page.evaluate(f"document.body.dispatchEvent({slash_of_an_input_method})")
    assert page.evaluate("document.activeElement.tagName") == "BODY"

    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.evaluate("document.activeElement.value") == "a/b"

    page.locator("details.src > summary").first.click()
    page.keyboard.press("Escape")
    assert page.locator("details.src[open]").count() == 0


def compose(page: Any, letters: str, word: str) -> None:
    """Type with an input method: letters first, then the word that they stand for."""
    keys = page.context.new_cdp_session(page)
    for n in range(1, len(letters) + 1):
        part = letters[:n]
        keys.send("Input.imeSetComposition", {"text": part, "selectionStart": n, "selectionEnd": n})
    page.wait_for_timeout(600)
    keys.send("Input.insertText", {"text": word})


def test_an_input_method_looks_for_nothing_before_its_word_is_there(open_page):
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/search/" in one.url else None)
    page.keyboard.press("/")
    page.wait_for_timeout(500)
    asked.clear()

    compose(page, "longquan", "龙泉")
    page.wait_for_timeout(600)

    assert page.evaluate("document.activeElement.value") == "龙泉"
    assert [url.partition("q=")[2].partition("&")[0] for url in asked] == ["%E9%BE%99%E6%B3%89"]


def test_keys_of_an_input_method_are_nobodys_shortcut(open_page):
    page = open_page()
    page.locator("details.src > summary").first.click()
    page.keyboard.press("/")
    before = page.url

    for key in ("Escape", "Enter", "/"):
        for composing in ("isComposing: true", "keyCode: 229"):
            page.evaluate(
                "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
                f"{{key: '{key}', {composing}, bubbles: true, cancelable: true}}))"
            )

    assert page.url == before
    assert page.evaluate("document.activeElement.type") == "search"


OLD_CSS = (
    (r"(?s)/\*.*?\*/", ""),
    # What browsers of three years ago drop: a declaration they cannot read, a rule whose selector they do not know.
    (r"[^{}]*::details-content[^{}]*\{[^}]*\}", ""),
    (r"[^{}]*:has\([^{}]*\{[^}]*\}", ""),
    (r"[^{};]+:[^{};]*(?:light-dark|color-mix)\([^;}]*(?=[;}])", ""),
    (r"[^{};]+:[^{};]*oklch\(from [^;}]*(?=[;}])", ""),
    (r"text-wrap:[^;}]*(?=[;}])", ""),
)


def test_a_browser_of_three_years_ago_shows_the_page_as_well(open_page):
    page = open_page()

    def old(route: Any) -> None:
        answer = route.fetch()
        css = answer.text()
        for pattern, by in OLD_CSS:
            css = re.sub(pattern, by, css)
        route.fulfill(status=200, content_type="text/css; charset=utf-8", body=css)

    page.context.route("**/*.css", old)
    new = page.evaluate(LOOKS)
    page.reload()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("Array.from(document.querySelectorAll('details.fold')).every(one => one.open)")
    assert page.evaluate(LOOKS) == new


LOOKS = """Array.from(document.querySelectorAll('body, h1, .btn-primary, .btn-o, .form-control, .pan, .sh-top, a')).map(
    one => { const s = getComputedStyle(one); return [one.className, s.color, s.backgroundColor, s.borderTopColor]; })"""


def test_what_was_typed_survives_a_login_that_ran_out(open_page, live_server, lin, client_of):
    page = open_page()
    page.fill("#id_title", "半句话")
    keep(page)

    page.context.clear_cookies(name="sessionid")
    page.fill("#id_note", "备注")
    page.get_by_role("button", name="Send to signer").click()
    page.wait_for_url("**/account/login/?next=%2Fstyleguide%2F")
    session = client_of(lin).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/styleguide/")

    assert page.input_value("#id_title") == "半句话"
    assert page.input_value("#id_note") == "备注"
    assert "is back" in page.inner_text("#toasts")


def test_what_was_sent_leaves_nothing_on_the_device(open_page):
    page = open_page()
    page.fill("#id_title", "全句话")
    page.locator("#id_side input").first.check()
    page.fill("#id_amount_fen", "2万元")
    page.get_by_role("button", name="Send to signer").click()
    page.wait_for_selector("form[data-undo]")

    assert page.input_value("#id_title") == ""
    assert page.evaluate("Object.keys(localStorage)") == []


def test_buttons_ask_charts_are_drawn_and_panels_fold_on_the_phone_only(open_page):
    page = open_page()
    page.wait_for_selector(".chart[data-drawn] svg")
    assert page.locator(".chart[data-drawn] svg").count() == 4
    assert page.locator("details.tog[open]").count() == 0
    assert page.locator("svg.zm").is_visible()

    page.get_by_role("button", name="Confirm", exact=True).click()
    assert page.locator("dialog#ask[open]").is_visible()
    page.get_by_role("button", name="Cancel").click()
    assert not page.locator("dialog#ask[open]").is_visible()

    assert not open_page(width=390).locator("svg.zm").is_visible()


class TestMap:
    """The drawing of a zone, made to move by whoever asks for it."""

    def asked_for(self, page):
        page.get_by_role("button", name="Zoom and move").click()
        page.wait_for_selector(".zone-map.is-live")
        return page

    def test_zooms_moves_and_goes_back_to_the_drawing(self, open_page):
        page = self.asked_for(open_page())
        assert not page.locator("svg.zm").is_visible()
        assert page.locator(".map-gl canvas").get_attribute("aria-label").startswith("Map: arrow keys")

        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_selector(".zone-map.is-near")

        page.get_by_role("button", name="Zoom and move").click()
        assert page.locator("svg.zm").is_visible() and page.locator(".map-gl").count() == 0

    def test_is_reached_by_the_keyboard_and_opens_places(self, open_page):
        page = self.asked_for(open_page())

        page.locator(".map-gl canvas").focus()
        page.keyboard.press("Shift+Equal")
        page.wait_for_selector(".zone-map.is-near")
        hrefs = page.evaluate(
            "[...document.querySelectorAll('.zm a')].map(a => a.getAttribute('href')).sort()"
        )
        links = page.evaluate(
            "[...document.querySelectorAll('a.map-l')].map(a => a.getAttribute('href')).sort()"
        )

        assert links == hrefs != []
        page.locator("a.map-area").first.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"

    def test_axe_finds_nothing_on_it(self, open_page):
        if not AXE.exists():
            pytest.skip("axe is not installed (make setup)")
        for width in (390, 1366):
            page = open_page("zh-hans", width)
            page.evaluate("document.querySelectorAll('details.fold').forEach((one) => { one.open = true; })")
            page.get_by_role("button", name="缩放和移动").click()
            page.wait_for_selector(".zone-map.is-live")
            page.evaluate(AXE.read_text(encoding="utf-8"))

            found = page.evaluate(f"axe.run('.zone-map', {{runOnly: {RULES}}})")["violations"]

            assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_stays_a_drawing_where_nothing_can_draw_it(self, open_page):
        page = open_page()
        page.evaluate("HTMLCanvasElement.prototype.getContext = () => null")

        button = page.get_by_role("button", name="Zoom and move")
        button.click()
        button.wait_for(state="hidden")

        assert page.locator("svg.zm").is_visible() and page.locator(".map-gl").count() == 0

    def test_prints_the_drawing(self, open_page):
        page = self.asked_for(open_page())

        page.emulate_media(media="print")

        assert page.locator("svg.zm").is_visible() and not page.locator(".map-gl").is_visible()
