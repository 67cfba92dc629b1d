"""The first page of an empty installation, and that it closes behind the first administrator."""

from __future__ import annotations

import pytest

from shanhai.core import access
from shanhai.core.models import Installation, Member, Organisation, Pairing, Region

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name_zh": "叶岚",
    "name_en": "Ye Lan",
    "username": "yelan",
    "password": "bamboo-and-blue-sea",
    "password_again": "bamboo-and-blue-sea",
    "language": "en",
    "mountain_code": "331181",
    "mountain_zh": "龙泉市",
    "mountain_en": "Longquan",
    "mountain_city": "丽水市",
    "sea_code": "330109",
    "sea_zh": "萧山区",
    "sea_en": "Xiaoshan",
    "sea_city": "杭州市",
    "level": "county",
    "started_on": "2012-06-01",
    "works_for": "mountain",
    "keeps_office": "on",
}


def errors_of(answer) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in answer.context["form"].errors.items()}


@pytest.mark.parametrize("door", ["/", "/account/login/"])
def test_an_empty_installation_leads_to_it(client, door):
    assert client.get(door)["Location"] == "/first-run/"


def test_it_makes_two_regions_their_governments_a_pairing_and_an_administrator(client):
    answer = client.post("/first-run/", ANSWERS)

    assert answer.status_code == 302, errors_of(answer)
    assert set(Region.objects.values_list("code", flat=True)) == {
        "330000000000",
        "330100000000",
        "330109000000",
        "331100000000",
        "331181000000",
    }
    assert Organisation.objects.count() == 2
    pairing = Pairing.objects.get()
    assert {(party.role, party.organisation.region.name_zh) for party in pairing.parties.all()} == {
        ("mountain", "龙泉市"),
        ("sea", "萧山区"),
    }
    member = Member.objects.get()
    assert access.standing(member).roles == {"administrator", "office"}
    assert access.standing(member).sides == {pairing.pk: "mountain"}


def test_the_administrator_logs_in_with_what_they_chose(client):
    client.post("/first-run/", ANSWERS)

    client.post("/account/login/", {"login": "yelan", "password": ANSWERS["password"]})

    assert client.get("/account/")["Location"] == "/account/second-factor/totp/activate/"


def test_it_is_shut_once_somebody_works_here(client):
    client.post("/first-run/", ANSWERS)

    assert client.get("/first-run/")["Location"] == "/"
    assert client.post("/first-run/", ANSWERS | {"username": "second"})["Location"] == "/"
    assert Member.objects.count() == 1


def test_it_is_shut_in_a_zone_that_was_loaded(client, zone):
    assert client.get("/first-run/").status_code == 302
    assert client.get("/account/login/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "something-else"}, "password_again"),
        ({"mountain_code": "331199999"}, "mountain_city"),
        ({"mountain_code": "abc"}, "mountain_code"),
        ({"mountain_city": ""}, "mountain_city"),
        ({"sea_code": "331181"}, "sea_code"),
        ({"username": "no spaces"}, "username"),
        ({"started_on": "soon"}, "started_on"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(client, wrong, field):
    answer = client.post("/first-run/", ANSWERS | wrong)

    assert answer.status_code == 422
    assert field in errors_of(answer) or "__all__" in errors_of(answer)
    assert not Region.objects.exists()
    assert not Installation.objects.exists()


def test_two_who_send_it_at_once_do_not_make_two_installations(client):
    client.get("/first-run/")
    client.post("/first-run/", ANSWERS)

    answer = client.post("/first-run/", ANSWERS)

    assert answer.status_code == 302
    assert Pairing.objects.count() == 1
