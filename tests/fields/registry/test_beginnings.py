"""Filters of registers by the beginning of a name or code: each asks one index, and finds what was meant."""

import pytest

from shanhai.core.actions import members, roles
from shanhai.core.models import Member, Region, User
from shanhai.fields.registry.queries import beginnings
from shanhai.fields.registry.queries import members as queries
from shanhai.webkit.templatetags.shanhai import bounded

pytestmark = pytest.mark.django_db


def rows_of(browser, path):
    page = browser.get(path).content.decode()
    return page.partition("<tbody")[2].partition("</tbody>")[0]


@pytest.mark.parametrize("text", ["331181000000", "33118", "龙泉", "long quan"])
def test_regions_are_found_by_code_name_and_pinyin(text, admin_member, client_of):
    assert "331181000000" in rows_of(client_of(admin_member), f"/registry/regions/?q={text}")


@pytest.mark.parametrize("text", ["lin", "林", "Lin T", "lin tao"])
def test_members_are_found_by_code_name_pinyin_and_english_name(text, admin_member, client_of):
    assert "/registry/members/lin/" in rows_of(client_of(admin_member), f"/registry/members/?q={text}")


def test_a_member_is_found_by_login(lin, admin_member, client_of):
    lin.user = lin.user or User.objects.create(username="lt.office", password="!")
    lin.save(update_fields=["user"])

    found = rows_of(client_of(admin_member), f"/registry/members/?q={lin.user.username}")

    assert "/registry/members/lin/" in found


@pytest.mark.parametrize("path", ["regions", "members", "keys"])
def test_what_nothing_begins_with_finds_nothing(path, admin_member, client_of):
    page = client_of(admin_member).get(f"/registry/{path}/?q=没有这个")

    assert page.status_code == 200 and "没有这个" in page.content.decode()
    assert not Region.objects.filter(beginnings.of_name("没有这个")).exists()


def test_all_ways_are_taken_and_a_way_that_finds_many_by_itself(cast, monkeypatch):
    regions, code, name = Region.objects.all(), beginnings.of_code("331181"), beginnings.of_name("浙江")

    assert {row.code for row in beginnings.found(regions, code, name)} == {"331181000000", "330000000000"}
    assert beginnings.found(Region.objects.none(), code, name) is None

    monkeypatch.setattr(beginnings, "FEW", 0)
    assert {row.code for row in beginnings.found(regions, code, name)} == {"331181000000"}


def test_who_has_no_role_today_is_told_of_those_given(cast, lin):
    new = members.add_member(lin.unit, code="neu", name_zh="新人", by=None)

    assert new in queries.without_role() and lin not in queries.without_role()
    assert list(queries.without_role(Member.objects.filter(pk=lin.pk))) == []

    roles.give_role(new, role="handler", by=None)
    assert new not in queries.without_role()


def test_counts_say_where_they_stopped():
    assert [bounded(n) for n in (0, 10_000, 10_001)] == ["0", "10,000", "10,000+"]
