"""Every page that a link leads to: it answers, nothing breaks, axe finds nothing, nothing scrolls sideways, days are for people."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

AXE = Path(sys.executable).parents[1] / "share" / "shanhai" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A page of each kind is looked at; of many records of one kind the first ones.
OF_A_KIND = 2
# The links of the map are SVG, whose ``href`` property is no text.
HREFS = "links => links.map(a => new URL(a.getAttribute('href'), location.href).href)"
NOT_PAGES = (
    ".xlsx",
    ".docx",
    ".zip",
    ".csv",
    ".pdf",
    ".ics",
    ".json",
    ".yaml",
    "/file/",
    "/download/",
    "/preview/",
    "/static/",
    "/api/",
)


def kind_of(path: str) -> str:
    """The address with what names one record left out: pages of one kind share it."""
    parts = [part for part in path.split("/") if part]
    return "/".join(
        "*" if any(c.isdigit() or c == "-" for c in part) or i >= 2 else part for i, part in enumerate(parts)
    )


def crawl(visitor: Any, start: str = "/", at_most: int = 90) -> Iterator[str]:
    """Open the pages reached by links from ``start``, a few of each kind, breadth first; gives each once it is open."""
    seen: dict[str, int] = {}
    waiting = [start]
    known = {start}
    for _ in range(at_most):
        if not waiting:
            return
        path = waiting.pop(0)
        visitor.open(path)
        hrefs = visitor.page.eval_on_selector_all("a[href]", HREFS)
        yield path
        for href in hrefs:
            parts = urlsplit(href)
            if f"{parts.scheme}://{parts.netloc}" != visitor.site or any(n in parts.path for n in NOT_PAGES):
                continue
            if parts.query or parts.path in known:
                continue
            known.add(parts.path)
            kind = kind_of(parts.path)
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= OF_A_KIND:
                waiting.append(parts.path)


# The page without its words: what axe judges by. Pages of several readers and languages that are built alike are judged
# once at each width.
SKELETON = """() => [...document.querySelectorAll('*')].map(e =>
    e.tagName + '.' + e.className + [...e.attributes].map(a => a.name).join() + 
    ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) ? 't' : '')
).join('|') + '@' + window.innerWidth"""
judged: set[str] = set()
# Only what is wrong: all that is right would be gathered and sent, too, which takes longer than to judge.
JUDGE = """rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
    .then(found => found.violations)"""


def violations(page: Any) -> list[str]:
    """What axe says of the page as it stands; nothing of a page whose like it has judged before."""
    skeleton = hashlib.sha256(page.evaluate(SKELETON).encode()).hexdigest()
    if skeleton in judged:
        return []
    if page.evaluate("typeof axe") == "undefined":  # a page that nobody brought it to
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(JUDGE, RULES)
    if not found:
        judged.add(skeleton)
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in found
        for node in rule["nodes"][:3]
    ]


# Programs and files have days in ISO 8601; people read 22 Sep and 9月22日.
ISO_DAY = re.compile(r"(?<![\w-])(?:19|20)\d\d-\d\d-\d\d(?![\w-])")
# The lines of a page but for hints, which say how to type a day.
LINES = """() => {
    const main = document.querySelector('main') || document.body
    const hints = [...main.querySelectorAll('.hint')].map(e => e.innerText.trim())
    return main.innerText.split('\\n').filter(line => !hints.includes(line.trim()))
}"""


@pytest.mark.parametrize(
    ("login", "language"), [("office.lq", "en"), ("office.lq", "zh-hans"), ("administrator", "zh-hans")]
)
def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(
    visit: Callable[..., Any], login: str, language: str
) -> None:
    visitor = visit(login, language)
    visitor.page.add_init_script(path=AXE)
    wrong: dict[str, list[str]] = {}

    for path in crawl(visitor):
        days = [line for line in visitor.page.evaluate(LINES) if ISO_DAY.search(line)]
        if days:
            wrong[path] = [f"says a day as programs do: {line[:120]}" for line in days]
        for width in (1366, 390):
            visitor.page.set_viewport_size({"width": width, "height": 860})
            found = violations(visitor.page)
            if visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                found.append(f"scrolls sideways at {width} px")
            if found:
                wrong.setdefault(path, []).extend(f"[{width}] {line}" for line in found)

    assert not wrong, "\n".join(f"{path}\n    " + "\n    ".join(lines) for path, lines in wrong.items())


@pytest.mark.parametrize(
    "login", ["leader.xs", "signer.lq", "province", "auditor", "park", "enterprise", "driver", "outsider"]
)
def test_every_link_that_a_member_sees_leads_to_a_page_that_everybody_can_read(
    visit: Callable[..., Any], login: str
) -> None:
    visitor = visit(login, "zh-hans")
    visitor.page.add_init_script(path=AXE)

    wrong = {path: violations(visitor.page) for path in crawl(visitor, at_most=30)}

    assert "/" in wrong and (len(wrong) > 10 or login == "outsider")
    assert not any(wrong.values()), "\n".join(
        f"{path}: {line}" for path, found in wrong.items() for line in found
    )
