"""A record in a few lines of plain text, as people paste it into a chat group: what it is, how it stands, where it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from shanhai.core import records
from shanhai.core.printing import making

# A message is read on a phone: what is longer is behind the link.
_FACTS = 6
_LONGEST = 120


def text_of(record: Any, root: str) -> str:
    """A record for a chat group.

    Parameters
    ----------
    root
        Scheme and host that the reader uses, so that the link opens on a phone.
    """
    kind = records.kind_of(record)
    head = str(kind.name) if kind is not None else ""
    lines: list[str] = []
    if making.has_paper(record):
        content = making.content_of(record)
        # The gist says the most of it; what it does not say follows.
        lines = [content.gist] + [
            f"{name}{_colon()}{value}"
            for name, value in (*content.now, *content.facts)
            if value not in content.gist
        ]
    return lines_of(head, records.title(record), lines, f"{root}{records.url(record)}")


def lines_of(head: str, title: str, lines: Sequence[str], address: str) -> str:
    """The lines of a message: head in brackets and title, what is to be known, the link."""
    first = f"【{head}】{title}" if _is_chinese() else f"[{head}] {title}"
    said = [_short(line) for line in lines if line and line.strip(" –")][:_FACTS]
    return "\n".join([first, *said, address])


def _short(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _colon() -> str:
    return "：" if _is_chinese() else ": "


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
