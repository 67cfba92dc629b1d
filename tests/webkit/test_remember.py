"""What is kept holds until something is recorded that it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from shanhai.core import journal
from shanhai.webkit import remember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tail(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = remember._Tail()
    monkeypatch.setattr(remember, "_tail", made)
    return made


def mark(*kinds: str) -> str:
    return remember.mark_beside(SimpleNamespace(), frozenset(kinds))


def enter(row: Any) -> None:
    journal.record(row, "core.change_unit", by=None)


def test_the_mark_stands_still_while_only_other_kinds_are_recorded(cast: Any, lin: Any) -> None:
    enter(lin)  # The entries of the cast may lie further back than is looked at.
    before = mark("core.member")

    enter(lin)

    assert mark("core.member") == before
    assert mark("core.unit") != before


def test_the_mark_moves_with_any_other_kind(cast: Any, lin: Any) -> None:
    before = mark("core.member")

    enter(lin.unit)

    assert mark("core.member") != before


def test_a_kind_never_seen_before_moves_it(cast: Any, lin: Any) -> None:
    before = mark("core.member")

    enter(lin.unit.organisation)

    assert mark("core.member") != before


def test_more_entries_than_are_looked_at_move_it(
    cast: Any, lin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remember, "_TAIL", 3)
    before = mark("core.member")

    for _ in range(5):
        enter(lin)

    assert mark("core.member") != before


def test_entries_taken_back_move_it(cast: Any, lin: Any) -> None:
    with transaction.atomic():
        enter(lin)
        before = mark("core.member")
        transaction.set_rollback(True)

    assert mark("core.member") != before
