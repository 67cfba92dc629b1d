"""No page offers what is refused: every link that somebody sees opens, filters, downloads and forms included."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

LINK = re.compile(r'href="([^"#]+)')
NOT_FOLLOWED = ("//", "/static/", "/account/logout", "/api/")
OF_A_KIND = 3
MOST = 150


def kind_of(address: str) -> str:
    """The address without its numbers and the values of its query: pages of one kind are built alike."""
    parts = urlsplit(address)
    asked = "&".join(sorted(part.partition("=")[0] for part in parts.query.split("&")))
    return re.sub(r"\d+", "N", parts.path) + "?" + asked


def follow(get: Callable[[str], Any]) -> dict[str, str]:
    """What does not open of all that is linked from the start page on: address, and why and from where."""
    waiting, linked_from = deque(["/"]), {"/": ""}
    seen: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for _ in range(MOST):
        if not waiting:
            break
        here = waiting.popleft()
        answer = get(here)
        if answer.status >= 400:
            wrong[here] = f"{answer.status}, linked from {linked_from[here]}"
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for href in map(unescape, LINK.findall(answer.text())):
            address = urlsplit(here).path + href if href.startswith("?") else href
            if not address.startswith("/") or address.startswith(NOT_FOLLOWED) or address in linked_from:
                continue
            seen[kind_of(address)] += 1
            if seen[kind_of(address)] <= OF_A_KIND:
                linked_from[address] = here
                waiting.append(address)
    assert len(linked_from) > 3
    return wrong


@pytest.mark.parametrize("login", ["enterprise", "driver", "outsider"])
def test_nothing_that_is_linked_is_refused(visit: Callable[..., Any], site: str, login: str) -> None:
    request = visit(login, "en").page.request

    assert follow(lambda address: request.get(site + address)) == {}
