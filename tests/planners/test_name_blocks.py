"""Keys of names: two names that may be one firm's share one, whatever the slip."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.planners.name_blocks import blocks_of
from shanhai.planners.name_parts import Vocabulary
from shanhai.planners.same_names import LOOK, _distance, compare_names

WORDS = Vocabulary()
HAN = st.text("凯尊康盛青枫龙泉汽配恒泰宝剑北辰茶白茅", min_size=2, max_size=6)
LETTERS = st.text("abeghiknosuz", min_size=8, max_size=24)


def share_one(one: str, other: str) -> bool:
    first, second = (blocks_of(WORDS.parts(name)) for name in (one, other))
    return bool(first.asked & second.kept) and bool(second.asked & first.kept)


def likeness(one: str, other: str) -> float:
    return compare_names(WORDS.parts(one), WORDS.parts(other), WORDS)[0]


@st.composite
def slips(draw: st.DrawFn, names: st.SearchStrategy[str], most: int) -> tuple[str, str]:
    """A name, and the same after some signs were added, dropped, changed, or exchanged with their neighbour."""
    name = draw(names)
    signs = list(name)
    for _ in range(draw(st.integers(1, most))):
        at, how = draw(st.integers(0, len(signs) - 1)), draw(st.sampled_from("acds"))
        if how == "a":
            signs.insert(at, draw(st.sampled_from(name)))
        elif how == "c":
            signs[at] = draw(st.sampled_from(name))
        elif how == "s" and at + 1 < len(signs):
            signs[at], signs[at + 1] = signs[at + 1], signs[at]
        elif how == "d" and len(signs) > 2:
            del signs[at]
    return name, "".join(signs)


@given(slips(HAN, 2))
def test_of_names_in_characters_those_that_are_alike_share_a_key(pair):
    if likeness(*pair) >= LOOK:
        assert share_one(*pair)


@given(slips(LETTERS, 2))
def test_of_names_in_letters_those_that_are_alike_share_a_key(pair):
    if likeness(*pair) >= LOOK:
        assert share_one(*pair)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江凯尊汽车配件有限公司", "KAIZUN Auto Parts (Zhejiang) Co., Ltd."),
        ("青枫汽配有限公司", "清枫汽配有限公司"),
        ("abehgiknosuz", "abegahiknosuz"),
        ("凯尊康盛", "凯康尊盛"),
    ],
)
def test_by_hand(one, other):
    assert share_one(one, other)


def test_the_labelled_pairs_that_the_rule_finds_share_a_key():
    with (Path(__file__).parent / "name_pairs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    alike = [row[:2] for row in rows if likeness(row[0], row[1]) >= LOOK]

    assert len(alike) > 50
    assert [pair for pair in alike if not share_one(*pair)] == []


def test_keys_are_few_and_short():
    found = blocks_of(WORDS.parts("浙江省龙泉市康盛恒泰精密机械制造有限责任公司"))

    assert len(found.kept) <= 12
    assert max(map(len, found.kept | found.asked)) <= 40


def test_other_firms_share_none():
    assert not share_one("青枫汽配有限公司", "白茅食品有限公司")


@given(slips(LETTERS, 3), st.integers(0, 4))
def test_slips_are_counted_as_far_as_asked(pair, most):
    counted = _distance(*pair, most=40)

    assert counted == _plain_distance(*pair)
    assert _distance(*pair, most=most) == counted or (counted > most and _distance(*pair, most=most) > most)


def _plain_distance(one: str, other: str) -> int:
    """The whole table of the textbook, for the shared beginning and end, too."""
    table = [[i + j for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(slips(st.text("凯尊康盛青枫龙泉恒泰宝剑北辰白茅", min_size=3, max_size=6), 1), st.data())
def test_a_name_in_characters_and_its_letters_with_slips_share_a_key(pair, data):
    letters = WORDS.parts(pair[1]).key
    _whole, slipped = data.draw(slips(st.just(letters), 2))
    if likeness(pair[0], slipped) >= LOOK:
        assert share_one(pair[0], slipped)
