"""Timelines lie on one axis of days."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages.storage.base import Message

from shanhai.webkit import undo
from shanhai.webkit.timeline import Group, Item, Span, Timeline


@pytest.fixture
def line() -> dict:
    return Timeline(
        rows=[
            Group("Permit"),
            Item("EIA", [Span("plan", date(2023, 9, 1), date(2023, 9, 10)), Span("actual", date(2023, 9, 6), date(2023, 9, 18))], is_critical=True, tag="due"),
        ],
        from_on=date(2023, 9, 1),
        to_on=date(2023, 9, 20),
        limit_on=date(2023, 9, 20),
    ).laid_out()  # fmt: skip


def test_a_span_takes_its_share_of_the_width(line):
    plan, actual = line["rows"][1]["spans"]

    assert (plan["x"], plan["w"]) == ("0.000", "50.000")
    assert (actual["x"], actual["w"]) == ("25.000", "65.000")


def test_today_and_the_limit_are_lines(line):
    lines = {entry["css"]: entry["x"] for entry in line["lines"]}

    assert lines["tod"] == "90.000"
    assert lines["lim"] == "100.000"


def test_the_bars_are_said_in_words(line):
    assert line["rows"][1]["said"] == "planned 1 Sep – 10 Sep; actual 6 Sep – 18 Sep"


def test_the_word_today_stands_alone_on_the_axis(line):
    assert [tick["text"] for tick in line["ticks"] if tick.get("is_now")] == ["18 Sep, today"]


def test_an_offer_to_undo_runs_out(db, rf, turn_clock):
    request = rf.get("/")
    taken = []
    kept = {"add": lambda self, level, text, tags: taken.append(Message(level, text, tags).tags)}
    request._messages = type("Kept", (), kept)()
    undo.offer(request, "Filed.", "/undo")

    # As pages are given it: our mark, then the level.
    assert taken[0].endswith(" success")
    assert undo.read(taken[0])["url"] == "/undo"
    assert undo.read(taken[0])["minutes"] == 10
    turn_clock("2023-09-18T09:11")
    assert undo.read(taken[0]) is None
    assert undo.read("") is None
