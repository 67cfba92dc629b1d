"""Pages by the last row seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from shanhai.core.counting import count_bounded
from shanhai.core.models import Organisation, Pairing, Region
from shanhai.webkit import keyset

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairings() -> list[Pairing]:
    """Forty pairings with many ties, a third of them not ended."""
    start = date(2012, 1, 1)
    return Pairing.objects.bulk_create(
        Pairing(
            code=f"P{i:02d}",
            level=("county", "township", "village")[i % 3],
            name_zh=f"结对{i}",
            name_sort=f"jie dui {i % 7}",
            started_on=start + timedelta(days=i % 5),
            ended_on=None if i % 3 == 0 else date(2020, 1, 1) + timedelta(days=i % 4),
        )
        for i in range(40)
    )


SORTS = [
    ("name_sort",),
    ("-name_sort",),
    ("started_on", "name_sort"),
    ("started_on", "-name_sort"),
    ("ended_on",),
    ("-ended_on",),
    ("level", "ended_on"),
    ("ended_on", "-started_on"),
    ("-ended_on", "started_on"),
    ("code",),
]


def walk(paths: tuple[str, ...], size: int, backwards: bool = False, **how: bool) -> list[str]:
    """All codes, page by page."""
    part = keyset.cut(Pairing.objects.all(), paths, size, **how)
    if not backwards:
        seen = [row.code for row in part.rows]
        while part.next:
            part = keyset.cut(Pairing.objects.all(), paths, size, part.next, **how)
            assert part.first == len(seen) + 1
            seen += [row.code for row in part.rows]
        return seen
    while part.next:
        part = keyset.cut(Pairing.objects.all(), paths, size, part.next, **how)
    seen = [row.code for row in part.rows]
    while part.previous:
        part = keyset.cut(Pairing.objects.all(), paths, size, part.previous, **how)
        seen = [row.code for row in part.rows] + seen
    return seen


def test_keys_that_are_sorted_alone_are_joined_with_nothing(pairings, django_assert_num_queries):
    with django_assert_num_queries(2) as seen:
        part = keyset.cut(Pairing.objects.select_related("zone"), ("name_sort",), 5, keys_first=True)

    assert len(part.rows) == 5
    assert ["JOIN" in one["sql"] for one in seen.captured_queries] == [False, True]


@pytest.mark.parametrize("paths", SORTS)
@pytest.mark.parametrize("size", [1, 7, 40, 50])
def test_pages_together_are_the_whole_list_in_order(pairings, paths, size):
    sort = keyset.keys(Pairing, paths)
    whole = [row.code for row in Pairing.objects.order_by(*(key.name for key in sort))]

    assert walk(paths, size) == whole
    assert walk(paths, size, backwards=True) == whole
    assert walk(paths, size, keys_first=True) == walk(paths, size, backwards=True, keys_first=True) == whole


@pytest.mark.parametrize("paths", SORTS)
def test_a_row_added_before_shifts_nothing(pairings, paths):
    first = keyset.cut(Pairing.objects.all(), paths, 10)
    second = [row.pk for row in keyset.cut(Pairing.objects.all(), paths, 10, first.next).rows]
    Pairing.objects.filter(pk=first.rows[3].pk).delete()

    assert [row.pk for row in keyset.cut(Pairing.objects.all(), paths, 10, first.next).rows] == second


def test_the_last_page_has_no_next_and_the_first_no_previous(pairings):
    part = keyset.cut(Pairing.objects.all(), ("code",), 40)

    assert part.next is None
    assert part.previous is None


class TestCursor:
    def test_of_another_list_starts_at_the_beginning(self, pairings):
        part = keyset.cut(Pairing.objects.all(), ("code",), 10, shown="here")
        elsewhere = keyset.cut(Pairing.objects.all(), ("code",), 10, part.next, shown="there")

        assert elsewhere.first == 1
        assert elsewhere.rows == part.rows

    @pytest.mark.parametrize("text", ["x", "e30:abc", "W10", "a:b:c", "é" * 300])
    def test_that_was_tampered_with_starts_at_the_beginning(self, pairings, text):
        assert keyset.cut(Pairing.objects.all(), ("code",), 10, text).first == 1

    def test_changed_by_one_letter_is_refused(self, pairings):
        text = keyset.cut(Pairing.objects.all(), ("code",), 10).next
        changed = ("a" if text[0] != "a" else "b") + text[1:]

        assert keyset.read(changed, keyset.keys(Pairing, ("code",)), "") is None


class TestStatements:
    def test_a_page_is_one_statement(self, pairings, django_assert_num_queries):
        cursor = keyset.cut(Pairing.objects.all(), ("ended_on",), 10).next

        with django_assert_num_queries(1):
            keyset.cut(Pairing.objects.all(), ("ended_on",), 10, cursor)

    def test_counting_stops(self, pairings, django_assert_num_queries):
        with django_assert_num_queries(1) as asked:
            assert count_bounded(Pairing.objects.all(), most=10) == 11

        assert "LIMIT 11" in asked[0]["sql"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
class TestIndexUse:
    """What a page asks is answered by walking an index from the row where it continues."""

    @pytest.fixture
    def organisations(self) -> None:
        region = Region.objects.create(
            code="331181000000", level="county", name_zh="龙泉", name_sort="long quan"
        )
        Organisation.objects.bulk_create(
            Organisation(
                code=f"o{i:04d}",
                kind="enterprise",
                region=region,
                name_zh="企业",
                name_sort=f"qi ye {i // 3:04d}",
            )
            for i in range(300)
        )

    @pytest.mark.parametrize(
        ("given", "paths", "index"),
        [
            ({}, ("name_sort",), "organisation_name"),
            ({}, ("-name_sort",), "organisation_name"),
            ({"kind": "enterprise"}, ("name_sort",), "organisation_kind_name"),
            ({"kind": "enterprise"}, ("-name_sort",), "organisation_kind_name"),
        ],
    )
    def test_continuing_searches_the_index_and_sorts_nothing(self, organisations, given, paths, index):
        queryset = Organisation.objects.filter(**given)
        sort = keyset.keys(Organisation, paths)
        row = queryset.order_by(*paths)[100]
        values = [getattr(row, key.path) for key in sort]
        plan = (
            queryset.filter(keyset.after(sort, values, connection.vendor))
            .order_by(*(key.name for key in sort))[:51]
            .explain()
        )

        assert f"SEARCH core_organisation USING INDEX {index}" in plan
        assert "name_sort" in plan
        assert "TEMP B-TREE" not in plan

    def test_the_spelled_out_form_searches_it_too(self, organisations):
        sort = keyset.keys(Organisation, ("name_sort", "-id"))
        plan = (
            Organisation.objects.filter(keyset.after(sort, ["qi ye 0040", 7], connection.vendor))
            .order_by("name_sort")[:51]
            .explain()
        )

        assert "SEARCH core_organisation USING INDEX organisation_name (name_sort>?)" in plan

    def test_counting_reads_an_index_only(self, organisations):
        plan = Organisation.objects.filter(kind="enterprise").order_by()[:10_001].explain()

        assert "USING INDEX organisation_kind" in plan or "USING COVERING INDEX organisation_kind" in plan
