"""Which fonts a paper is set in: by settings, in order of preference, and what stands in where one is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# Free fonts that draw Chinese, for a server that has none of those that were set.
FREE = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "AR PL SungtiL GB",
)
ROLES = ("title", "text", "heading", "kai")


@dataclass(frozen=True, slots=True)
class Replaced:
    """That a font was not there and which stood in for it."""

    wanted: str
    used: str


def chosen(
    families: Mapping[str, Sequence[str]], there: Iterable[str]
) -> tuple[dict[str, str], list[Replaced]]:
    """What each role is set in on a machine, and what stood in for what; an empty name where no font draws Chinese.

    No Django is asked: the child that sets the paper calls this.
    """
    names = {name.casefold(): name for name in there}
    used: dict[str, str] = {}
    replaced: dict[str, Replaced] = {}
    for role, asked in families.items():
        found = next((names[one.casefold()] for one in (*asked, *FREE) if one.casefold() in names), "")
        used[role] = found
        if found.casefold() != asked[0].casefold():
            replaced[asked[0]] = Replaced(asked[0], found)
    return used, list(replaced.values())
