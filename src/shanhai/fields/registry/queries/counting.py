"""How many of what, in words: "46 townships", 46个乡镇."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import ngettext

from shanhai.core.counting import MOST_COUNTED

# One line each, so that both languages find their plural.
_SAID: dict[str, Callable[[int], str]] = {
    "level.province": lambda n: ngettext("%(n)s province", "%(n)s provinces", n),
    "level.city": lambda n: ngettext("%(n)s city", "%(n)s cities", n),
    "level.county": lambda n: ngettext("%(n)s county", "%(n)s counties", n),
    "level.township": lambda n: ngettext("%(n)s township", "%(n)s townships", n),
    "level.village": lambda n: ngettext("%(n)s village", "%(n)s villages", n),
    "kind.province": lambda n: ngettext("%(n)s provincial office", "%(n)s provincial offices", n),
    "kind.government": lambda n: ngettext("%(n)s government", "%(n)s governments", n),
    "kind.department": lambda n: ngettext("%(n)s department", "%(n)s departments", n),
    "kind.township": lambda n: ngettext("%(n)s township government", "%(n)s township governments", n),
    "kind.village": lambda n: ngettext("%(n)s village collective", "%(n)s village collectives", n),
    "kind.park_committee": lambda n: ngettext("%(n)s park committee", "%(n)s park committees", n),
    "kind.investment_team": lambda n: ngettext("%(n)s investment team", "%(n)s investment teams", n),
    "kind.enterprise": lambda n: ngettext("%(n)s enterprise", "%(n)s enterprises", n),
    "kind.cooperative": lambda n: ngettext("%(n)s co-operative", "%(n)s co-operatives", n),
    "kind.buyer": lambda n: ngettext("%(n)s buyer", "%(n)s buyers", n),
    "kind.carrier": lambda n: ngettext("%(n)s carrier", "%(n)s carriers", n),
    "kind.school": lambda n: ngettext("%(n)s school", "%(n)s schools", n),
    "kind.hospital": lambda n: ngettext("%(n)s hospital", "%(n)s hospitals", n),
    "kind.audit": lambda n: ngettext("%(n)s audit office", "%(n)s audit offices", n),
    "kind.other": lambda n: ngettext("%(n)s other body", "%(n)s other bodies", n),
}


def said(what: str, n: int) -> str:
    """A number with its noun: ``said("level.county", 3)`` is "3 counties"; "10,000+" where counting stopped."""
    return _SAID[what](n) % {"n": f"{MOST_COUNTED:,}+" if n > MOST_COUNTED else f"{n:,}"}
