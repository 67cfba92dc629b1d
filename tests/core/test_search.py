"""Things are found by two characters, by words, codes and initials, by those who may."""

from __future__ import annotations

import pytest
from django.db import connection

from shanhai.core import checks, grams, search, signs
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


class TestOwnPairingsFirst:
    @pytest.fixture
    def elsewhere(self, cast, zone):
        """A pairing in which Lin has no seat; things of it that everybody finds are written after those of her own."""
        from shanhai.core.models import Pairing

        other = Pairing.objects.create(
            code="OTHER", name_zh="别处结对", level="county", started_on="2020-01-01"
        )
        search.put("test.thing", 11, "青瓷展销方案", "", "", "/11", zone.pk, "all")
        search.put("test.thing", 12, "青瓷展销方案", "", "", "/12", other.pk, "all")
        search.put("test.thing", 13, "龙泉青瓷展销", "", "", "/13", zone.pk, "all")
        search.put("test.thing", 14, "萧山青瓷展销", "", "", "/14", other.pk, "all")
        search.put("test.thing", 15, "青瓷", "", "", "/15", other.pk, "all")
        search.put("test.thing", 16, "青瓷展销通知", "", "", "/16")
        return other

    def test_among_hits_that_fit_alike_the_own_ones_lead_though_written_before(self, elsewhere, lin):
        # Called so; then what begins so: own, then the latest; then what holds it: own, then the latest.
        assert numbers(lin, "青瓷") == [15, 11, 16, 12, 13, 14]

    def test_somebody_without_a_seat_has_the_latest_first(self, elsewhere, cast):
        from datetime import date

        from shanhai.core.actions import roles

        roles.give_role(cast.members["zhou"], role="office", from_on=date(2018, 1, 1), by=None)

        assert numbers(cast.members["zhou"], "青瓷") == [15, 16, 12, 11, 14, 13]


class TestBeyondTheRanked:
    N = 2 * search.RANKED + 57

    @pytest.fixture
    def many(self, cast, zone):
        """Hundreds that fit, some of them not for everybody, and one that is called just so."""
        search.put_many(
            search.Found(
                "test.firm", i, f"龙泉市{i}号宝剑厂", f"/{i}", f"Sword works {i}", f"F{i:05}",
                zone.pk if i % 3 == 0 else None, "pairing" if i % 3 == 0 else "all",
            )
            for i in range(1, self.N + 1)
        )  # fmt: skip
        search.put("test.firm", 9_000, "宝剑", "/9000")
        search.put("test.firm", 9_001, "宝剑秘方", "/9001", scope="seen")

    @staticmethod
    def pages(member, size):
        one, after, found = search.asked(member, "宝剑"), "", []
        for _ in range(100):
            some, after = search.page(one, "test.firm", after, size)
            found.append([each.object_id for each in some])
            if not after:
                return found
        raise AssertionError("the pages do not end")

    @pytest.mark.parametrize("size", [40, 97, 300, 1000])
    def test_page_after_page_gives_each_hit_once_and_all_of_them(self, many, lin, size):
        pages = self.pages(lin, size)

        shown = [one for page in pages for one in page]
        assert shown[0] == 9_000, "what is called just so leads"
        assert sorted(shown) == [*range(1, self.N + 1), 9_000]
        assert all(len(page) <= size for page in pages)

    def test_whoever_has_no_seat_gets_no_more_than_they_may_find(self, many, cast):
        from datetime import date

        from shanhai.core.actions import roles

        roles.give_role(cast.members["zhou"], role="office", from_on=date(2018, 1, 1), by=None)

        shown = [one for page in self.pages(cast.members["zhou"], 40) for one in page]

        assert sorted(shown) == [*(i for i in range(1, self.N + 1) if i % 3), 9_000]

    @pytest.mark.parametrize(
        "after",
        ["before-0", "before--5", "before-9" + "9" * 30, "place-9" + "9" * 30, "before-x", "-", "place-"],
    )
    def test_a_place_that_somebody_made_up_is_no_error(self, many, lin, after):
        found, _more = search.page(search.asked(lin, "宝剑"), "test.firm", after, 40)

        assert len(found) <= 40


class TestWear:
    """What is written anew gets a later number, so an index of few things may have high numbers: SQLite is slow then."""

    @staticmethod
    def codes():
        return {found.code for found in checks.search()}

    @pytest.fixture
    def at(self, entries):
        """``at(13_000)``: something is written anew under this number."""
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL asks by blocks of numbers and needs no rebuilding for that.")

        def write(number):
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE sqlite_sequence SET seq = %s WHERE name = 'core_searchentry'", [number - 1]
                )
            search.put("test.thing", 3, f"协作办公室{number}", "", "", "/3")
            assert SearchEntry.objects.order_by("-pk").first().pk == number

        return write

    def test_a_worn_index_is_told_and_rebuilding_mends_it(self, at, lin):
        at(10_000 + 3 * SearchEntry.objects.count() + 1)
        assert "core.index_worn" in self.codes()

        search.rebuild()

        assert not self.codes()
        assert search.find(lin, "龙泉市")

    def test_repair_mends_it_too(self, at):
        at(60_000)

        checks.repair()

        assert not self.codes()

    def test_an_index_at_the_limit_is_not_worn_yet(self, at):
        at(10_000 + 3 * SearchEntry.objects.count())

        assert "core.index_worn" not in self.codes()


def test_postgres_is_never_told_to_be_worn(entries):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('core_searchentry', 'id'), 5000000)")
    search.put("test.thing", 77, "新写的名称", "", "", "/77")

    assert "core.index_worn" not in {found.code for found in checks.search()}
