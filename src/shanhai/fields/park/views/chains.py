"""The map of a chain as one SVG: columns from upstream to downstream, services below, gaps hatched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.fields.park import columns
from shanhai.fields.park.columns import parks as kinds
from shanhai.fields.park.rules.parks import Position
from shanhai.webkit import words

_WIDTH, _BOX, _HIGH, _GAP, _TOP = 734, 212, 46, 10, 30
_COLUMNS = (Position.UPSTREAM, Position.MIDSTREAM, Position.DOWNSTREAM)
_CHARACTERS = 22  # of a name: what a box holds; a Chinese character counts twice


def draw(links: Sequence[Any]) -> SafeString:
    """The picture; nothing where there is no link. ``links`` carry ``standing_firms``."""
    if not links:
        return mark_safe("")
    by_position = {position: [one for one in links if one.position == position] for position in Position}
    deepest = max(len(by_position[position]) for position in _COLUMNS)
    services = by_position[Position.SERVICE]
    below = _TOP + deepest * (_HIGH + _GAP) + (20 if services else 0)
    rows = -(-len(services) // 3)
    height = below + (_TOP + rows * (_HIGH + _GAP) if services else 0)
    parts = [
        part for n, position in enumerate(_COLUMNS) for part in _column(by_position[position], n, position)
    ]
    if services:
        parts.append(_head(0, below + 16, Position.SERVICE))
        parts += [
            _box(one, _left(n % 3), below + _TOP + n // 3 * (_HIGH + _GAP)) for n, one in enumerate(services)
        ]
    return format_html(
        '<svg class="zm chain" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="13" fill="var(--sh-ink)">'
        '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0V6" stroke="var(--sh-line)" stroke-width="3"/></pattern></defs>{}</svg>',
        _WIDTH,
        height,
        _("Map of the chain; the table below says the same"),
        mark_safe("".join(parts)),
    )


def _left(column: int) -> int:
    return column * (_WIDTH - _BOX) // 2


def _column(links: Sequence[Any], n: int, position: Position) -> list[SafeString]:
    parts = [_head(_left(n), 16, position)]
    if n < len(_COLUMNS) - 1:
        x = _left(n) + _BOX
        parts.append(
            format_html(
                '<path d="M{} 12H{}m-7 -5l7 5l-7 5" fill="none" stroke="var(--sh-ink-3)"/>', x - 40, x + 42
            )
        )
    return parts + [_box(one, _left(n), _TOP + i * (_HIGH + _GAP)) for i, one in enumerate(links)]


def _head(x: int, y: int, position: Position) -> SafeString:
    word = columns.words(kinds.POSITIONS, position)
    return format_html('<text x="{}" y="{}" font-weight="600">{}</text>', x, y, word[:1].upper() + word[1:])


def _box(link: Any, x: int, y: int) -> SafeString:
    firms = link.standing_firms
    is_gap = not firms
    told = (
        _("no firm yet")
        if is_gap
        else ngettext("%(n)s firm", "%(n)s firms", len(firms)) % {"n": words.num(len(firms))}
    )
    lines = ((y + 19, 600, "var(--sh-ink)", _cut(link.name)), (y + 37, 400, "var(--sh-ink-2)", told))
    text = format_html_join(
        "", '<text x="{}" y="{}" font-weight="{}" fill="{}">{}</text>', ((x + 10, *line) for line in lines)
    )
    return format_html(
        '<g><title>{}</title><rect x="{}.5" y="{}.5" width="{}" height="{}" rx="3" fill="{}" stroke="{}"{}/>{}</g>',
        f"{link.name}: {told}",
        x,
        y,
        _BOX - 1,
        _HIGH - 1,
        "url(#gap)" if is_gap else "var(--sh-panel)",
        "var(--sh-field)",
        mark_safe(' stroke-dasharray="4 3"') if is_gap else "",
        text,
    )


def _cut(name: str) -> str:
    room, kept = _CHARACTERS, ""
    for character in name:
        room -= 2 if ord(character) > 0x2E80 else 1
        if room < 0:
            return f"{kept.rstrip()}…"
        kept += character
    return kept
