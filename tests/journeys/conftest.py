"""The demo zone, served once by the real server, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
SHANHAI = Path(sys.executable).parent / "shanhai"
# Without these Chromium calls home at every start, which a closed network refuses.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES = ("en", "zh-hans")
AXE = Path(sys.executable).parents[1] / "share" / "shanhai" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What comes out of the browser itself; with "chrome" its viewer of PDF.
OF_THE_BROWSER = ("data:", "blob:", "chrome:", "chrome-extension:")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there is no browser the journeys say so; ``make test`` fails on that where CI demands all."""
    browser = find_browser()
    for item in items:
        if not browser and "journeys" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (apt-get install chromium)"))


def find_browser() -> str:
    """Debian's Chromium, or the one that SHANHAI_CHROMIUM names."""
    return os.environ.get("SHANHAI_CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demo zone, loaded."""
    made = tmp_path_factory.mktemp("demo")
    run(made, "demo", "load")
    return made


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """Address of the served demo zone."""
    with served(folder) as address:
        yield address


@pytest.fixture(scope="session")
def held(folder: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """``held("SELECT ...", value)``: what the database of the served zone holds, whatever its pages say."""
    return partial(rows_in, folder)


def rows_in(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement, read beside the server."""
    with closing(sqlite3.connect(f"file:{folder}/shanhai.sqlite3?mode=ro", uri=True)) as there:
        return there.execute(statement, values).fetchall()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of an installation of its own, on the day of the demonstration."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    return kept | {"SHANHAI_DATA": str(folder), "SHANHAI_TODAY": "2023-09-18T09:00"} | more


def run(folder: Path, *command: str, **more: str) -> None:
    """One command on an installation."""
    env = environment(folder, **more)
    subprocess.run([SHANHAI, *command], env=env, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE)


@contextmanager
def served(folder: Path, *options: str, **more: str) -> Iterator[str]:
    """Address of an installation while the real server serves it."""
    port = _free_port()
    with open(folder / "served.log", "wb") as log:
        server = subprocess.Popen(
            [SHANHAI, "serve", "--port", str(port), *options],
            env=environment(folder, **more),
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_answers(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_answers(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(f"{address}/account/login/", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not answer within 30 s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all journeys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """A person at a browser: what went wrong on any page is kept and looked at when the test ends."""

    site: str
    page: Any
    language: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Go to a page of the site."""
        answer = self.page.goto(self.site + path if path.startswith("/") else path)
        assert answer is not None and answer.status < 400, f"{path} answers {answer and answer.status}"
        return answer

    def says(self, text: str | re.Pattern[str]) -> bool:
        """Whether the page shows this text."""
        return self.page.get_by_text(text).first.is_visible()

    def press(self, button: str) -> None:
        """Press a button, or follow a link, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def fill(self, **values: str) -> None:
        """Fill the form on the page by the names of its fields."""
        for name, value in values.items():
            asked = self.page.locator(f"main [name={name}]").first
            if asked.evaluate("asked => asked.tagName") == "SELECT":
                asked.select_option(value)
            else:
                asked.fill(value)

    def choose(self, name: str, words: str) -> None:
        """Choose the first of a list that says these words."""
        option = self.page.locator(f"main [name={name}] option", has_text=words).first
        self.page.locator(f"main [name={name}]").select_option(option.get_attribute("value"))

    def send(self) -> None:
        """Press the filled button of the form."""
        self.press("main form .btn-primary")

    def rows(self, words: str = "") -> list[str]:
        """The rows of the tables of the page that say this, each as one line."""
        found = self.page.locator("main tbody tr", has_text=words).all_inner_texts()
        return [" ".join(row.split()) for row in found]


# Only what is wrong: all that is right would be gathered and sent, too, which takes longer than to judge.
JUDGE = """rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
    .then(found => found.violations.map(rule => rule.id + ': ' + rule.nodes[0].html.slice(0, 160)))"""


def axe_finds(visitor: Visitor) -> list[str]:
    """What is hard to use on the page that is open, with the first spot of each kind."""
    visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(visitor.page.evaluate(JUDGE, RULES))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the browser keeps of a person who has logged in, and the language that the account was set to last."""

    state: Any
    language: str


@pytest.fixture(scope="session")
def logged_in() -> dict[tuple[str, str], Kept]:
    """Who has logged in where: the login page is passed once, for to check a password takes its time on purpose."""
    return {}


@pytest.fixture
def visit(
    site: str, browser: Any, logged_in: dict[tuple[str, str], Kept]
) -> Iterator[Callable[..., Visitor]]:
    """``visit("office.lq", "en", width=1366)``: somebody who has logged in through the login page."""
    from shanhai.site.commands.demo import PASSWORD

    open_contexts: list[tuple[Any, Visitor]] = []

    def begin(
        login: str, language: str = "en", *, width: int = 1366, script: bool = True, at: str = site
    ) -> Visitor:
        kept = logged_in.get((at, login))
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844},
            locale="en-GB" if language == "en" else "zh-CN",
            java_script_enabled=script,
            accept_downloads=True,
            storage_state=kept.state if kept else None,
        )
        page = context.new_page()
        visitor = Visitor(at, page, language)
        page.on("pageerror", lambda error: visitor.wrong.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                visitor.wrong.append(f"{page.url}: {said.text}")
                # A refused form is answered with 409 or 422, which the browser calls an error; its page says what to do.
                if said.type == "error" and not re.search(r"status of (409|422)", said.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                visitor.wrong.append(f"{page.url} asks {asked.url}")
                if not asked.url.startswith((at, *OF_THE_BROWSER))
                else None
            ),
        )
        open_contexts.append((context, visitor))
        if login and not kept:
            visitor.open("/account/login/")
            page.locator("input[name=login]").fill(login)
            page.locator("input[name=password]").fill(PASSWORD)
            with page.expect_navigation():
                page.locator("main .btn-primary").click()
        if login and (not kept or kept.language != language):
            shown = "en" if language == "en" else "zh-Hans"
            if kept:
                visitor.open("/")
            if page.locator("html").get_attribute("lang") != shown:
                page.locator(f"button[name=language][value={language}]").first.dispatch_event("click")
                page.wait_for_selector(f"html[lang={shown}]", state="attached")
            logged_in[at, login] = Kept(context.storage_state(), language)
        return visitor

    yield begin
    wrong = [line for _, visitor in open_contexts for line in visitor.wrong]
    for context, _ in open_contexts:
        context.close()
    assert not wrong, "\n".join(wrong)
