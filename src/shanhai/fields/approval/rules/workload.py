"""What comes in, for a simulation: typical projects and the items that a catalogue asks of each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from shanhai.fields.approval.rules.applying import judge
from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.fields.approval.rules.conditions import holds
from shanhai.fields.approval.rules.documents import plain_of
from shanhai.planners.review_schedule import behind
from shanhai.planners.review_work import CaseKind, ReviewItem

_FILE = Path(__file__).parent.parent / "profiles" / "projects.yaml"
# Items that the library says a joint meeting decides.
MEETS = frozenset({"preliminary-design"})


def kinds_of(catalogue: Catalogue) -> tuple[CaseKind, ...]:
    """Typical projects as kinds of cases; those of which the catalogue asks nothing are left out.

    Items that a regional assessment replaces, and those abolished, are among them with their lever: whether they are
    left out is what a simulation is asked.
    """
    kinds = (
        CaseKind(one["name_en"], _items(catalogue, one["facts"]), float(one["weight"])) for one in _projects()
    )
    return tuple(kind for kind in kinds if kind.items)


@cache
def _projects() -> tuple[dict[str, Any], ...]:
    return tuple(plain_of(_FILE.read_text(encoding="utf-8"))["projects"])


def _items(catalogue: Catalogue, facts: dict[str, Any]) -> tuple[ReviewItem, ...]:
    facts = {**facts, "is_in_assessed_area": False}
    counted = {one.code: one for one in catalogue.items if _counts(one, facts)}
    after = behind({one.code: one.after for one in catalogue.items}, counted)
    return tuple(_item(one, after[code]) for code, one in counted.items())


def _counts(item: Item, facts: dict[str, Any]) -> bool:
    if item.is_abolished:  # Was it asked of such projects while it stood?
        return holds(item.when, facts) is not False
    return judge(item, facts).is_counted


def _item(item: Item, after: tuple[str, ...]) -> ReviewItem:
    # Without a minor material there is nothing that could come later.
    can_defer = any(not one.is_major for one in item.materials)
    levers = tuple(one for one in item.levers if one != "deferred" or can_defer)
    co = tuple(one for one in item.co if one != item.lead)
    return ReviewItem(item.code, item.promised_days, item.lead, co, after, levers, item.code in MEETS)
