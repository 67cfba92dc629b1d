"""Things are found by two characters, by words, codes and initials, by those who may."""

from __future__ import annotations

import pytest

from shanhai.core import grams, search, signs
from shanhai.core.models import SearchEntry, Seen
from shanhai.core.signs import SearchKind, Signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(cast):
    SearchEntry.objects.all().delete()
    search.put("test.thing", 1, "龙泉市协作平台", "Longquan platform", "LQ-2016-001", "/1")
    search.put("test.thing", 2, "萧山经济技术开发区", "Xiaoshan development zone", "330109", "/2")
    search.put("test.thing", 3, "协作办公室", "Cooperation office", "", "/3")


def numbers(member, text, **options):
    return [one.object_id for one in search.find(member, text, **options)]


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("协作", [3, 1]),
            ("平台", [1]),
            ("台", [1]),
            ("龙", [1]),
            ("萧山 开发", [2]),
            ("longq", [1]),
            ("PLATFORM longquan", [1]),
            ("lqs", [1]),
            ("xsjj", [2]),
            ("330109", [2]),
            ("3301", [2]),
            ("2016-001", [1]),
            ("lq-2016", [1]),
            ("平山", []),
            ("龙泉 330109", []),
            ("", []),
            ("  \"'*&|!:()-  ", []),
            ("协作\" OR 'x", []),
        ],
    )
    def test_finds(self, entries, lin, text, found):
        assert numbers(lin, text) == found

    def test_title_that_equals_the_text_comes_first(self, entries, lin):
        search.put("test.thing", 4, "协作", "", "", "/4")

        assert numbers(lin, "协作", limit=2) == [4, 3]

    def test_changed_name_is_found_and_the_old_one_is_not(self, entries, lin):
        search.put("test.thing", 1, "青瓷小镇", "Celadon town", "LQ-2016-001", "/1")

        assert numbers(lin, "青瓷") == [1]
        assert numbers(lin, "平台") == []

    def test_dropped_thing_is_gone(self, entries, lin):
        search.drop("test.thing", 1)

        assert numbers(lin, "平台") == []

    def test_can_be_limited_to_a_kind(self, entries, lin):
        assert numbers(lin, "协作", kind="test.other") == []


class TestWhoMayFind:
    def test_outsider_finds_nothing(self, entries, zhou):
        assert numbers(zhou, "协作") == []

    def test_what_belongs_to_a_pairing_is_found_by_its_seats(self, entries, zone, lin, shen):
        search.put("test.thing", 5, "干部挂职协议", "", "", "/5", pairing_id=zone.pk, scope="pairing")
        search.put("test.thing", 6, "干部挂职计划", "", "", "/6", pairing_id=zone.pk + 999, scope="pairing")

        assert numbers(lin, "挂职") == numbers(shen, "挂职") == [5]

    def test_what_is_seen_by_some_is_found_by_them_only(self, entries, lin, shen):
        Seen.objects.create(
            kind="test.thing", organisation_id=lin.unit.organisation_id, object_id=7, sorted_at="2023"
        )
        search.put("test.thing", 7, "内部会议纪要", "", "", "/7", scope="seen")

        assert numbers(lin, "纪要") == [7]
        assert numbers(shen, "纪要") == []

    def test_scope_without_its_pairing_is_a_mistake_of_the_program(self, cast):
        with pytest.raises(ValueError, match="scope"):
            search.put("test.thing", 8, "x", scope="pairing")


class TestCommonWords:
    @pytest.fixture
    def many(self, lin):
        firms = (
            search.Found(
                "test.firm", i, f"龙泉市{i}号青瓷公司", "/", f"Longquan celadon works {i}", f"331181{i:06}"
            )
            for i in range(1, 401)
        )
        search.put_many(firms)
        search.put("test.place", 1, "龙泉市", "Longquan", "331181000000", "/place")

    @pytest.mark.parametrize("text", ["龙泉市", "longquan", "331181", "331181000000"])
    def test_what_is_called_just_this_comes_first_though_hundreds_hold_it(self, many, lin, text):
        # The region of the cast is called so too.
        assert "test.place" in [one.kind for one in search.find(lin, text)[:2]]

    def test_a_filter_of_a_list_finds_all_of_them(self, many):
        assert len(search.keys_of("test.firm", "青瓷")) == 400

    def test_letters_that_the_index_does_not_know_find_nothing(self, many, lin):
        assert search.find(lin, "a\u19b0b") == []
        assert search.find(lin, "龙泉 \u19b0\u19b1") == []


def some_entries():
    yield search.Found("test.thing", 9, "新的名称", "/9")


def test_rebuilding_makes_the_index_from_what_the_fields_know(entries, lin, monkeypatch):
    own: Signed[SearchKind] = Signed("Search kind")
    own.add(SearchKind("test.thing", "thing", "some_entries"))
    monkeypatch.setattr(signs, "search_kinds", own)
    monkeypatch.setattr(signs, "call", lambda dotted: globals()[dotted])

    assert search.rebuild() == 1
    assert numbers(lin, "协作") == []
    assert numbers(lin, "名称") == [9]


def test_grams_hold_bigrams_words_and_initials():
    words = grams.grams("龙泉市", "Longquan city", "331181").split()

    assert words == sorted(
        ["龙泉", "泉市", "市", "longquan", "city", "331181"]
        + [grams.INITIALS + pair for pair in ("lq", "qs")]
        + [grams.WHOLE + whole for whole in ("龙泉市", "longquancity", "331181", "lqs")]
        + [grams.START + start for start in ("龙泉", "longquan")]
    )
