"""Heavy work happens in a child, within limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from shanhai.core.heavy import ChildFailed, run_in_child
from shanhai.kernel.refusals import BadInput, NotNow, TooLarge


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_gives_the_result_back_whatever_is_printed():
    assert run_in_child("heavy_work.add", ([1], [2] * 200_000))[:3] == [1, 2, 2]


def test_tells_how_far_it_is():
    told = []

    assert run_in_child("heavy_work.count", (3,), on_progress=lambda *step: told.append(step)) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_refusal_comes_out_as_it_was():
    with pytest.raises(BadInput) as refused:
        run_in_child("heavy_work.refuse")
    assert (refused.value.code, str(refused.value)) == ("core.test", "The heading is wrong.")


def test_too_much_memory_is_refused():
    with pytest.raises(TooLarge) as refused:
        run_in_child("heavy_work.eat", (500,), memory_mb=200)
    assert refused.value.code == "core.child_too_large"


def test_too_much_time_is_refused_and_the_child_is_gone():
    began = time.monotonic()
    with pytest.raises(TooLarge) as refused:
        run_in_child("heavy_work.sleep", (60,), timeout=1)
    assert refused.value.code == "core.child_too_slow"
    assert time.monotonic() - began < 10


def test_can_be_stopped():
    with pytest.raises(NotNow) as refused:
        run_in_child("heavy_work.sleep", (60,), should_stop=lambda: True)
    assert refused.value.code == "core.child_stopped"


@pytest.mark.parametrize(("function", "says"), [("fail", "KeyError: 'lost'"), ("die", "ended with 7")])
def test_mistake_in_the_child_says_where(function, says):
    with pytest.raises(ChildFailed, match=says):
        run_in_child(f"heavy_work.{function}")


def test_child_loads_neither_django_nor_the_database():
    loaded = run_in_child("heavy_work.modules")

    assert not [name for name in loaded if name.split(".")[0] in ("django", "sqlite3", "psycopg")]
