"""Text in one spelling."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.kernel.text import canonical, digest, normalise_name, plain_decimal, tidy_name

NAMES = st.text(max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


class TestNames:
    @given(NAMES)
    def test_tidying_and_normalising_twice_changes_nothing_more(self, name):
        assert tidy_name(tidy_name(name)) == tidy_name(name)
        assert normalise_name(normalise_name(name)) == normalise_name(name)

    @given(NAMES)
    def test_a_tidied_name_compares_like_the_name(self, name):
        assert normalise_name(tidy_name(name)) == normalise_name(name)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("浙江龙泉（萧山）工业园", "浙江龙泉(萧山) 工业园"),
            ("Ｌｏｎｇｑｕａｎ", "longquan"),
            ("龙 泉 市", "龙泉市"),
            ("Celadon  Co. (Longquan)", "celadon co.(longquan)"),
            ("龙泉\u200b市\ufeff", "龙泉市"),
        ],
    )
    def test_spellings_that_a_reader_takes_for_one_are_one(self, one, other):
        assert normalise_name(one) == normalise_name(other)

    def test_words_of_a_latin_name_stay_apart(self):
        assert normalise_name("Long Quan") != normalise_name("Longquan")


class TestCanonical:
    @given(JSON)
    def test_is_json_that_reads_back_equal(self, value):
        assert json.loads(canonical(value)) == value

    @given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
    def test_the_order_of_the_keys_does_not_matter(self, value):
        assert canonical(dict(reversed(value.items()))) == canonical(value)

    @given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(min_value=0, max_value=5))
    def test_equal_decimals_are_spelled_alike_and_exactly(self, number, zeros):
        sign, digits, exponent = number.as_tuple()
        same = Decimal((sign, digits + (0,) * zeros, exponent - zeros))

        assert plain_decimal(same) == plain_decimal(number)
        assert Decimal(plain_decimal(number)) == number

    def test_dates_and_instants_have_one_spelling_each(self):
        beijing = datetime(2023, 9, 18, 9, 0, tzinfo=timezone(timedelta(hours=8)))

        assert canonical(date(2023, 9, 18)) == '"2023-09-18"'
        assert canonical(beijing) == canonical(beijing.astimezone(UTC)) == '"2023-09-18T01:00:00+00:00"'

    def test_choices_are_their_text(self):
        class Stage(StrEnum):
            OPEN = "open"

        assert canonical({Stage.OPEN: Stage.OPEN}) == '{"open":"open"}'

    def test_a_digest_is_that_of_the_canonical_text(self):
        assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
        assert len(digest("龙泉")) == 64

    @pytest.mark.parametrize(
        ("value", "place"),
        [
            (1.5, "the top"),
            ({"a": {"b": [1, 2.5]}}, "a.b.1"),
            ({"at": datetime(2023, 9, 18)}, "at"),
            ({1: "x"}, "the top"),
            ({"a": {1, 2}}, "a"),
            (Decimal("NaN"), "the top"),
            ({"a": object()}, "a"),
            ({"a": b"bytes"}, "a"),
        ],
    )
    def test_what_has_no_single_spelling_is_refused_with_its_place(self, value, place):
        with pytest.raises(BadInput) as refused:
            canonical(value)

        assert refused.value.code == "text.not_canonical"
        assert refused.value.facts["place"] == place
