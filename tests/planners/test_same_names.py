"""Firms found under other spellings: the labelled pairs, one by one what speaks for and against, and an index that misses nothing."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import NameIndex, find_same_names
from shanhai.planners.name_parts import Vocabulary
from shanhai.planners.same_names import LOOK, SAME, compare_names, pairs_of

# Invented names, labelled by hand: the first half was at hand when the rule was made, the second was not.
PAIRS = list(csv.DictReader(Path(__file__).with_name("name_pairs.csv").open(encoding="utf-8", newline="")))
WORDS = Vocabulary()


def likeness(one: str, other: str) -> float:
    return compare_names(WORDS.parts(one), WORDS.parts(other), WORDS)[0]


def measured(half: str, at_least: float) -> tuple[float, float]:
    """Recall and precision."""
    counts = Counter(
        (row["same"] == "1", likeness(row["one"], row["other"]) >= at_least)
        for row in PAIRS
        if row["half"] == half
    )
    right = counts[True, True]
    return right / (right + counts[True, False]), right / (right + counts[False, True])


class TestLabelledPairs:
    def test_there_are_enough_of_each_kind(self):
        kinds = Counter((row["same"], row["kind"]) for row in PAIRS)

        assert len(PAIRS) == 500
        assert len(kinds) == 20 and min(kinds.values()) >= 4
        assert 0.35 < sum(row["same"] == "0" for row in PAIRS) / len(PAIRS) < 0.5

    @pytest.mark.parametrize(
        ("half", "at_least", "recall", "precision"),
        [("first", LOOK, 0.95, 0.99), ("second", LOOK, 0.93, 0.95), ("first", SAME, 0.88, 1.0), ("second", SAME, 0.88, 0.96)],
    )  # fmt: skip
    def test_recall_and_precision(self, half, at_least, recall, precision):
        found = measured(half, at_least)

        assert found[0] >= recall
        assert found[1] >= precision

    def test_the_index_finds_what_the_comparison_finds(self):
        index = NameIndex([row["other"] for row in PAIRS])
        for place, row in enumerate(PAIRS):
            if likeness(row["one"], row["other"]) >= LOOK:
                assert place in {one.place for one in find_same_names(row["one"], index, most=50)}, row


class TestOneByOne:
    @pytest.mark.parametrize(
        "other",
        [
            "浙江凯尊汽车配件股份有限公司",
            "凯尊（浙江）汽车配件有限公司",
            "浙江省凯尊汽车零部件有限公司",
            "浙江凱尊汽車配件有限公司",
            "Zhejiang Kaizun Auto Parts Co., Ltd.",
            "ＫＡＩＺＵＮ　ＡＵＴＯＭＯＴＩＶＥ　ＣＯＭＰＯＮＥＮＴＳ　（ＺＨＥＪＩＡＮＧ）",
            "Zhe Jiang Kai Zun Qi Che Pei Jian You Xian Gong Si",
        ],
    )
    def test_spellings_of_one_firm(self, other):
        assert likeness("浙江凯尊汽车配件有限公司", other) == 1

    @pytest.mark.parametrize(
        ("other", "code"),
        [
            ("浙江凯尊食品有限公司", "other_trade"),
            ("江苏凯尊汽车配件有限公司", "other_region"),
            ("浙江凯越汽车配件有限公司", "brands"),
            ("浙江凯尊汽车配件有限公司龙泉分公司", "branch"),
            ("浙江凯尊汽车配件二厂", "numbers"),
        ],
    )
    def test_other_firms_and_what_says_so(self, other, code):
        found, reasons = compare_names(WORDS.parts("浙江凯尊汽车配件有限公司"), WORDS.parts(other), WORDS)

        assert found < LOOK
        assert f"same_names.{code}" in {one.code for one in reasons}

    def test_a_region_within_the_other_is_no_contradiction(self):
        assert likeness("杭州康盛机械有限公司", "萧山康盛机械有限公司") == 1
        assert likeness("杭州康盛机械有限公司", "康盛机械有限公司") == 0.95

    def test_a_region_of_the_installation_is_known(self):
        words = Vocabulary({"剑池": "龙泉"})

        assert words.parts("剑池康盛机械厂").key == "kangsheng"
        assert words.within("剑池", "浙江")

    def test_short_pinyin_that_differs_by_a_letter_is_another_brand(self):
        assert likeness("龙泉恒泰机械有限公司", "Longquan Chengtai Machinery") == 0

    def test_a_name_of_nothing_but_place_and_trade_is_what_it_is_called(self):
        assert likeness("龙泉青瓷有限公司", "Longquan Celadon Co., Ltd.") == 1
        assert likeness("龙泉青瓷有限公司", "龙泉宝剑有限公司") < LOOK


def test_each_pair_of_an_index_is_found_once():
    index = NameIndex(["康盛机械有限公司", "青瓷坊", "Kangsheng Machinery", "浙江康盛机械厂"])

    assert [(one, other.place) for one, other in pairs_of(index)] == [(0, 2), (0, 3), (2, 3)]


def test_a_name_beyond_all_measure_is_refused():
    with pytest.raises(BadInput) as refused:
        find_same_names("龙" * 400, NameIndex(["龙"]))

    assert refused.value.code == "same_names.too_long"


NAMES = st.one_of(
    st.sampled_from([row["one"] for row in PAIRS]),
    st.text(alphabet="龙泉康盛机械有限公司集团（）厂分一二 AaBb&.,Ltd0汽車華", max_size=20),
    st.text(max_size=12),
)


@given(NAMES, NAMES)
def test_likeness_goes_both_ways_and_a_name_is_like_itself(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1


@given(st.lists(NAMES, max_size=5), NAMES)
def test_whatever_is_asked_has_an_answer_in_order(names, asked):
    found = find_same_names(asked, NameIndex(names), at_least=0)

    assert [(one.likeness, -one.place) for one in found] == sorted(
        ((one.likeness, -one.place) for one in found), reverse=True
    )
    assert len({one.place for one in found}) == len(found)
