"""The regime profiles that come with Shanhai: limits and items as data, each figure with where it comes from.

A profile names items of one library and says what it changes of them. An office takes a profile over as the first draft
of its own catalogue; what comes with Shanhai stays as it is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from shanhai.fields.approval.rules.catalogue import PROFILES, Catalogue, from_plain
from shanhai.fields.approval.rules.documents import plain_of
from shanhai.kernel.refusals import NotFound, gettext_noop

_FOLDER = Path(__file__).parent.parent / "profiles"
NAMES = tuple(value for value, _en, _zh in PROFILES)
OWN = "own"


@cache
def profile(name: str) -> Catalogue:
    """A shipped profile as a catalogue without a region; ``own`` has stages and departments and no items yet.

    Raises
    ------
    NotFound
        ``approval.no_profile``
    """
    if name not in NAMES:
        raise NotFound(
            "approval.no_profile",
            gettext_noop("There is no profile {name}. Take one of: {names}."),
            name=name[:40],
            names=", ".join(NAMES),
            field="profile",
        )
    library = _read("library")
    if name == OWN:
        own: dict[str, Any] = {
            "name_zh": "自定义审批制度",
            "name_en": "A regime of one’s own",
            "profile": OWN,
        }
        return from_plain({**library, **own, "items": []})
    said = _read(name)
    wanted = said.pop("items")
    changes = said.pop("change", {})
    items = [
        _changed(item, changes.get(item["code"], {}))
        for item in library["items"]
        if wanted == "all" or item["code"] in wanted
    ]
    used = {code for item in items for code in (item["lead"], *item.get("co", ()), *item.get("advise", ()))}
    parts = {"departments": [one for one in library["departments"] if one["code"] in used], "items": items}
    return from_plain({**library, **said, **parts})


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = plain_of((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _changed(item: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {**item, **changes}
