"""Firms, growers, buyers and drivers see the members of their own organisation; offices see all."""

from datetime import date

import pytest

from shanhai.core import search
from shanhai.core.actions import members, organisations, roles, units
from shanhai.core.models import User
from shanhai.fields.registry.queries import members as queries
from shanhai.fields.registry.queries import role_grants


@pytest.fixture(params=["enterprise", "cooperative", "buyer", "driver"])
def outside(request, cast):
    """Wu, who deals with the zone for a firm of his own, and a colleague of his."""
    firm = organisations.add_organisation(
        code="FIRM",
        kind="enterprise",
        region=cast.regions["331181000000"],
        name_zh="竹木公司",
        name_en="Bamboo Co.",
        parent=cast.organisations["LQ"],
        by=None,
    )
    office = units.add_unit(firm, code="FIRM-1", name_zh="办公室", by=None)
    wu = members.add_member(office, code="wu", name_zh="吴迪", name_en="Wu Di", by=None)
    members.add_member(office, code="qian", name_zh="钱程", name_en="Qian Cheng", by=None)
    roles.give_role(wu, role=request.param, from_on=date(2018, 1, 1), by=None)
    wu.user = User.objects.create(username="wu", password="!", language="en")
    wu.save(update_fields=["user"])
    return wu


def test_the_list_and_its_file_hold_their_own_organisation(outside, client_of):
    browser = client_of(outside)

    page = browser.get("/registry/members/").content.decode()
    file = browser.get("/registry/members/?format=csv").content.decode()

    for shown in (page, file):
        assert "吴迪" in shown or "Wu Di" in shown
        assert "沈洁" not in shown and "Shen Jie" not in shown
    assert "2 members are active" in page and "your own organisation" in page


def test_pages_of_others_are_not_there(outside, client_of):
    browser = client_of(outside)

    assert browser.get("/registry/members/qian/").status_code == 200
    assert browser.get("/registry/members/shen/").status_code == 404
    for path in ("/registry/units/XS-OFFICE-1/", "/registry/roles/office/"):
        assert "Shen Jie" not in browser.get(path).content.decode()


def test_neither_the_api_nor_the_search_gives_them(outside, client_of):
    browser = client_of(outside)

    codes = {row["code"] for row in browser.get("/api/v1/registry/members").json()["items"]}

    assert codes == {"wu", "qian"}
    assert browser.get("/api/v1/registry/members/shen").status_code == 404
    assert browser.get("/api/v1/registry/members/shen/deputies").status_code == 404
    assert not [one for one in search.find(outside, "Shen") if one.kind == "core.member"]


def test_registers_that_go_out_hold_their_own(outside):
    assert {row["code"] for row in queries.rows(outside)} == {"wu", "qian"}
    assert {row["member"] for row in role_grants.rows(outside)} == {"wu"}


def test_offices_and_the_system_see_all(outside, lin, pan, client_of):
    for reader in (lin, pan):
        assert client_of(reader).get("/registry/members/wu/").status_code == 200
        assert [one for one in search.find(reader, "Shen") if one.kind == "core.member"]
    assert len(list(queries.rows(None))) == 7


class TestNamesOfActors:
    def test_stand_in_the_readers_language(self, lin, shen, cast, client_of):
        organisations.change_organisation(cast.organisations["LQ"], address="中山路", by=shen)

        english = client_of(lin).get("/registry/organisations/LQ/").content.decode()
        chinese = client_of(lin, language="zh-hans").get("/registry/organisations/LQ/").content.decode()

        assert "Shen Jie" in english and "沈洁" not in english
        assert "沈洁" in chinese and "Shen Jie" not in chinese

    def test_the_filter_of_the_journal_offers_each_thing_once(self, admin_member, client_of):
        page = client_of(admin_member).get("/registry/journal/").content.decode()
        offered = page.split('name="action"')[1].split("</select>")[0]
        said = [part.split("</option>")[0].split(">")[-1] for part in offered.split("<option")[1:]]

        assert len(said) == len(set(said)), sorted(one for one in said if said.count(one) > 1)
