"""What stands on a paper, before anybody sets it: plain data, no Django, the same for Word and PDF."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# What a paper is shaped like: a letter with a red head (文件), minutes (纪要), or a list on its side.
Shape = Literal["letter", "minutes", "list"]
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the text.

    ``heading`` and ``text`` are paragraphs; ``named`` is a paragraph that begins with a word in bold type (出席：);
    ``pairs`` are facts, a label and what it says in each row; ``table`` has heads, rows and shares of the width.
    """

    kind: Literal["heading", "text", "named", "pairs", "table"]
    text: str = ""
    label: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    # Columns that hold numbers stand at the right.
    right: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says on paper.

    Parameters
    ----------
    facts
        What a signature is over, beside the blocks: names, days, terms.
    now
        How things stand today (status, what was delivered): printed, and no part of what is signed.
    head
        Whose paper it is: stands in red over it. Empty: no red head.
    to
        The addressees (主送机关); ``copies`` whom it is copied to (抄送).
    stamps
        Who stamps and signs: a place for each.
    """

    title: str
    shape: Shape = "letter"
    facts: Facts = ()
    now: Facts = ()
    blocks: tuple[Block, ...] = ()
    head: str = ""
    to: str = ""
    copies: str = ""
    stamps: tuple[str, ...] = ()
    # One line that says what it is about: the third line of the text for a chat group.
    gist: str = ""


def text(said: str) -> tuple[Block, ...]:
    """A text as paragraphs, one a line that says something."""
    return tuple(Block("text", line.strip()) for line in said.splitlines() if line.strip())


def signed_part(content: Content) -> dict[str, str]:
    """What a signature is over, by the name under which a reader knows it: what changes between two prints shows here."""
    parts = {"": content.title, **dict(content.facts)}
    heading = ""
    for block in content.blocks:
        if block.kind == "heading":
            heading = block.text
            continue
        said = block.text if block.kind in ("text", "named") else _cells(block)
        name = block.label or heading
        parts[name] = f"{parts[name]}\n{said}" if name in parts else said
    return parts


def _cells(block: Block) -> str:
    return "\n".join(" | ".join(row) for row in (block.heads, *block.rows) if row)


def digest(parts: Mapping[str, str]) -> str:
    """SHA-256 of what a signature is over."""
    lines = "\n".join(f"{name}\x1f{said}" for name, said in parts.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names of the parts that two prints do not share, in their order."""
    names = [*after, *(name for name in before if name not in after)]
    return [name for name in names if before.get(name) != after.get(name)]


def clean(value: Any) -> Any:
    """The same data without characters that XML does not hold."""
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    if isinstance(value, Mapping):
        return {name: clean(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [clean(one) for one in value]
    return value
