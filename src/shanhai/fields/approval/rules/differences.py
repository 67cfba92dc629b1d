"""What changes from one version of a catalogue to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from shanhai.fields.approval.rules.catalogue import Catalogue, Material
from shanhai.fields.approval.rules.conditions import text_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is new, gone or says something else.

    ``of`` is "catalogue", "stage", "limit", "department" or "item"; ``name`` the field that changed, empty where the whole
    is new or gone.
    """

    of: str
    code: str
    kind: str  # new, gone, changed
    name: str = ""
    before: str = ""
    after: str = ""


def differences(old: Catalogue | None, new: Catalogue) -> list[Difference]:
    """All differences, in the order of the document; everything is new where there is no old one."""
    if old is None:
        return [Difference("item", one.code, "new", after=one.name_zh) for one in new.items]
    found = [*_between("catalogue", "", old, new, skip=("stages", "limits", "departments", "items"))]
    found += _lists(
        "stage", {str(one.number): one for one in old.stages}, {str(one.number): one for one in new.stages}
    )
    found += _lists(
        "limit", {_limit(one): one for one in old.limits}, {_limit(one): one for one in new.limits}
    )
    found += _lists(
        "department", {one.code: one for one in old.departments}, {one.code: one for one in new.departments}
    )
    return found + list(
        _lists("item", {one.code: one for one in old.items}, {one.code: one for one in new.items})
    )


def _limit(limit: Any) -> str:
    return " ".join(map(str, limit.stages))


def _lists(of: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for code, one in old.items():
        if code not in new:
            yield Difference(of, code, "gone", before=_called(one))
    for code, one in new.items():
        if code not in old:
            yield Difference(of, code, "new", after=_called(one))
        else:
            yield from _between(of, code, old[code], one)


def _called(one: Any) -> str:
    return str(getattr(one, "name_zh", "")) or str(getattr(one, "days", ""))


def _between(of: str, code: str, old: Any, new: Any, skip: tuple[str, ...] = ()) -> Iterator[Difference]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name not in skip and before != after:
            yield Difference(
                of, code, "changed", field.name, _said(field.name, before), _said(field.name, after)
            )


def _said(name: str, value: Any) -> str:
    if name == "when":
        return text_of(value)
    if isinstance(value, tuple):
        return ", ".join(_paper(one) if isinstance(one, Material) else str(one) for one in value)
    return "" if value is None else str(value)


def _paper(one: Material) -> str:
    return one.name_zh if one.is_major else f"({one.name_zh})"
