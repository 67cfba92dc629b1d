"""Finding things: the page of results, and the few that stand under the search box while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shanhai.core import grams, search, signs
from shanhai.webkit.pages import login_needed

UNDER_THE_BOX = 8
A_GROUP_SHOWS = 8
A_PAGE_SHOWS = 40
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was found, its title in pieces, each with whether the text is in it."""

    found: search.Found
    title: list[tuple[str, bool]]
    code: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, best first."""

    kind: str
    name: str
    lines: tuple[Line, ...]
    count: str  # as the chip says it
    more: int | None  # how many more there are; None where nobody counts


@login_needed
def find(request: Any) -> HttpResponse:
    """What the reader may find under ``q``: grouped by kind, kinds in the order of their best hit."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in signs.search_kinds else ""
    one = search.asked(request.member, text) if request.member is not None else None
    if request.htmx and request.htmx.target == "found":
        return _under_the_box(request, one, text)
    groups, is_whole = _groups(one, text)
    context = {
        "search_text": text,
        "kind": kind,
        "kind_name": signs.search_kinds[kind].name if kind else "",
        "groups": groups,
        "is_whole": is_whole,
        "total": _total(groups, is_whole),
        "kinds": [signs.search_kinds[code].name for code in _open_kinds(one)],
        "needs_more": bool(text) and one is not None and _is_one_letter(one),
    }
    if kind:
        context |= _of_kind(request, one, text, kind)
    return render(request, "site/search.html", context)


def _under_the_box(request: Any, one: search.Asked | None, text: str) -> HttpResponse:
    found = search.ranked(one).found if one is not None else []
    lines = [_line(each, text) for each in found[:UNDER_THE_BOX]]
    return render(
        request, "site/_found.html", {"text": text, "lines": lines, "has_more": len(found) > UNDER_THE_BOX}
    )


def _groups(one: search.Asked | None, text: str) -> tuple[list[Group], bool]:
    found, is_whole = search.by_kind(one, A_GROUP_SHOWS + 1) if one is not None else ({}, True)
    groups = []
    for kind, some in found.items():
        count = str(len(some)) if is_whole else f"{len(some)}+"
        lines = tuple(_line(each, text) for each in some[:A_GROUP_SHOWS])
        more = max(0, len(some) - A_GROUP_SHOWS)
        groups.append(Group(kind, some[0].kind_name, lines, count, more if is_whole or not more else None))
    return groups, is_whole


def _total(groups: list[Group], is_whole: bool) -> int:
    """How many were found; where there are more than are ranked, nobody counts."""
    return sum(int(group.count) for group in groups) if is_whole else search.RANKED


def _of_kind(request: Any, one: search.Asked | None, text: str, kind: str) -> dict[str, Any]:
    """One page of the hits of a kind."""
    after = request.GET.get("after", "")[:40]
    found, more = search.page(one, kind, after, A_PAGE_SHOWS) if one is not None else ([], "")
    return {"lines": [_line(each, text) for each in found], "more": more, "after": after}


def _line(found: search.Found, text: str) -> Line:
    return Line(found, grams.marked(found.title, text), grams.marked(found.code, text))


def _open_kinds(one: search.Asked | None) -> list[str]:
    """What the reader may find at all."""
    return [kind.code for kind in signs.search_kinds if one is None or kind.code not in one.closed]


def _is_one_letter(one: search.Asked) -> bool:
    return any(len(sought.term.word) == 1 and not sought.term.is_prefix for sought in one.terms)
