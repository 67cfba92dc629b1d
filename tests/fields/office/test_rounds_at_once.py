"""Two people at one answer at the same moment, in real transactions with real threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from shanhai.core import rows
from shanhai.core.models import JournalEntry, WorkItem
from shanhai.fields.office import actions
from shanhai.fields.office.models import RoundFigure
from shanhai.kernel.refusals import Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both_at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Run calls in threads of their own, held until both have read the row; results and refusals in their order."""

    def run_all(*calls: Callable[[], Any]) -> list[Any]:
        if connection.vendor != "postgresql":
            pytest.skip(
                "The tests' SQLite lives in memory, where readers lock; tests/core tries SQLite on a file."
            )
        barrier = threading.Barrier(len(calls))
        plain = rows.move

        def meet(row: Any, /, **changes: Any) -> None:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=5)
            plain(row, **changes)

        monkeypatch.setattr(rows, "move", meet)
        return together(list(calls))

    return run_all


def test_of_two_who_return_the_same_cell_one_word_reaches_the_unit(
    confirmed, lin, staff, answer_of, both_at_once
):
    first, second = (answer_of(confirmed.round, staff.unit) for _ in range(2))

    results = both_at_once(
        lambda: actions.review_answer(first, returned={("aid", ""): "word of one"}, by=lin),
        lambda: actions.review_answer(second, returned={("aid", ""): "word of the other"}, by=lin),
    )

    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["core.changed_meanwhile"]
    winner = results.index(next(one for one in results if not isinstance(one, Refused)))
    value = confirmed.values.get(column__code="aid")
    assert value.word == ("word of one", "word of the other")[winner]
    assert JournalEntry.objects.filter(action="office.review_answer").count() == 1
    assert WorkItem.objects.filter(kind="office.answer_round", unit=staff.unit, stage="open").count() == 1


def test_a_round_merged_twice_at_once_counts_once(accepted, lin, answer_of, both_at_once):
    from shanhai.fields.office.queries import rounds

    one, again = (rounds.round_of(None, accepted.round.number) for _ in range(2))

    results = both_at_once(
        lambda: actions.merge_round(one, by=lin), lambda: actions.merge_round(again, by=lin)
    )

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert RoundFigure.objects.count() == 2
