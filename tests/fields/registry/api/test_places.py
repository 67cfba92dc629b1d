"""Regions, organisations and units, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.core.models import Region, Unit

pytestmark = pytest.mark.django_db

TOWNSHIP = {"code": "331181100", "name_zh": "八都镇", "name_en": "Badu"}


@pytest.fixture
def townships(api_of: Any, admin_member: Any) -> list[dict[str, Any]]:
    """Two townships of Longquan."""
    call = api_of(admin_member)
    made = [
        call("post", "/regions", TOWNSHIP),
        call("post", "/regions", TOWNSHIP | {"code": "331181101", "name_zh": "上垟镇"}),
    ]
    assert [one.status_code for one in made] == [201, 201], made[0].content.decode()
    return [one.json() for one in made]


class TestRegions:
    def test_one_is_corrected_renamed_and_recoded(
        self, api_of: Any, held: Any, admin_member: Any, townships: Any
    ) -> None:
        call, path, on = api_of(admin_member), "/regions/331181100000", {"on": "2023-09-01"}
        assert call("patch", path, {"population": 21000}, version=99).status_code == 412
        corrected = call("patch", path, {"population": 21000}, version=0).json()
        assert (corrected["population"], corrected["name_zh"]) == (21000, "八都镇")

        renamed = held(call, f"{path}/rename", on | {"name_zh": "新八都镇"}, corrected["version"])
        recoded = held(call, f"{path}/recode", {"on": "2023-09-02", "code": "331181109"}, renamed["version"])
        assert recoded["code"] == "331181109000"
        changes = call("get", "/regions/331181109000/changes").json()
        assert [change["kind"] for change in changes] == ["recoded", "renamed"]

    def test_one_is_split_merged_and_abolished(
        self, api_of: Any, held: Any, admin_member: Any, townships: Any
    ) -> None:
        call, on = api_of(admin_member), {"on": "2023-09-01", "source": "浙政函〔2023〕1号"}
        new = on | {"code": "331181102", "name_zh": "小梅镇"}
        made = held(call, "/regions/331181100000/split", new, townships[0]["version"])
        assert (made["code"], made["valid_from"]) == ("331181102000", "2023-09-01")

        merged = held(
            call,
            "/regions/331181101000/merge",
            on | {"into": "331181100"},
            townships[1]["version"],
        )
        assert merged["valid_to"] == "2023-09-01"
        version = call("get", "/regions/331181100000").json()["version"]
        ended = held(call, "/regions/331181100000/abolish", {"on": "2023-09-10"}, version)
        assert ended["valid_to"] == "2023-09-10"

    def test_one_that_organisations_stand_in_is_not_abolished(self, api_of: Any, admin_member: Any) -> None:
        call, path = api_of(admin_member), "/regions/330100000000"
        version = call("get", path).json()["version"]
        call("patch", "/organisations/XS", {"region": "330100"}, version=0)

        refused = call("post", "/regions/330109000000/abolish", {"on": "2023-09-10"}, version=0)

        assert refused.status_code == 409
        assert refused.json()["code"] == "core.region_has_organisations"
        assert refused.json()["names"] == "Xiaoshan Cooperation Office"
        assert call("get", path).json()["version"] == version

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, townships: Any) -> None:
        call, path, on = api_of(zhou), "/regions/331181100000", {"on": "2023-09-01"}
        assert call("get", f"{path}/changes").status_code == 403
        assert call("patch", path, {"population": 1}, version=0).status_code == 403
        posts = {
            "rename": {"name_zh": "x"},
            "recode": {"code": "331181109"},
            "merge": {"into": "331181101"},
            "split": {"code": "331181109", "name_zh": "x"},
            "abolish": {},
        }
        for verb, given in posts.items():
            assert call("post", f"{path}/{verb}", on | given, version=0).status_code == 403, verb
        assert Region.objects.filter(valid_to__isnull=False).count() == 0


class TestOrganisationsAndUnits:
    def test_an_organisation_is_added_closed_and_reopened(
        self, api_of: Any, held: Any, admin_member: Any
    ) -> None:
        call = api_of(admin_member)
        given = {
            "code": "LQ-EDU",
            "kind": "department",
            "region": "331181",
            "parent": "LQ",
            "name_zh": "教育局",
        }
        made = call("post", "/organisations", given, key="k1").json()
        assert call("post", "/organisations", given, key="k1").json() == made
        changed = call("patch", "/organisations/LQ-EDU", {"parent": None}, version=made["version"]).json()
        assert (changed["parent"], changed["name_zh"]) == (None, "教育局")

        closed = held(call, "/organisations/LQ-EDU/close", None, changed["version"])
        assert closed["is_active"] is False
        assert held(call, "/organisations/LQ-EDU/reopen", None, closed["version"])["is_active"] is True

    def test_a_unit_is_added_changed_closed_and_reopened(
        self, api_of: Any, held: Any, admin_member: Any
    ) -> None:
        call = api_of(admin_member)
        given = {"code": "LQ-2", "organisation": "LQ", "name_zh": "秘书科"}
        made = call("post", "/units", given, key="k1").json()
        assert call("post", "/units", given, key="k1").json() == made
        assert Unit.objects.filter(code="LQ-2").count() == 1

        assert call("patch", "/units/LQ-2", {"name_en": "Secretariat"}).status_code == 428
        assert call("patch", "/units/LQ-2", {"name_en": "Secretariat"}, version=99).status_code == 412
        changed = call("patch", "/units/LQ-2", {"name_en": "Secretariat"}, version=made["version"]).json()
        assert (changed["name_en"], changed["name_zh"]) == ("Secretariat", "秘书科")
        closed = held(call, "/units/LQ-2/close", None, changed["version"])
        assert closed["is_active"] is False
        assert held(call, "/units/LQ-2/reopen", None, closed["version"])["is_active"] is True

    def test_a_dispatcher_is_named_and_taken_away(self, api_of: Any, admin_member: Any) -> None:
        call = api_of(admin_member)
        named = call("patch", "/units/LQ-1", {"dispatcher": "admin"}, version=0).json()
        assert named["dispatcher"] == "admin"

        taken = call("patch", "/units/LQ-1", {"dispatcher": None}, version=named["version"]).json()
        assert taken["dispatcher"] is None

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, zone: Any) -> None:
        call = api_of(zhou)
        for path in ("/organisations/LQ", "/units/LQ-1"):
            assert call("patch", path, {"name_en": "x"}, version=0).status_code == 403
            assert call("post", f"{path}/close", version=0).status_code == 403
            assert call("post", f"{path}/reopen", version=0).status_code == 403
