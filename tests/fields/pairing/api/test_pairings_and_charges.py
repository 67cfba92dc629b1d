"""Pairings and who is in charge, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.core.models import Pairing

pytestmark = pytest.mark.django_db

NESTED = {
    "code": "LQ-XS-park",
    "name_zh": "园区结对",
    "name_en": "Parks",
    "level": "department",
    "parent": "LQ-XS",
    "started_on": "2018-06-21",
    "parties": [
        {"organisation": "LQ-PARK", "role": "mountain"},
        {"organisation": "XS-OFFICE", "role": "sea"},
    ],
}


class TestPairings:
    def test_one_is_opened_once_and_shown_with_its_parties(self, api_of: Any, lin: Any) -> None:
        call = api_of(lin)
        first = call("post", "/pairings", NESTED, key="k1")
        second = call("post", "/pairings", NESTED, key="k1")

        assert first.status_code == 201, first.content.decode()
        assert first.json() == second.json()
        assert Pairing.objects.filter(code="LQ-XS-park").count() == 1
        shown = api_of(lin)("get", "/pairings/LQ-XS-park").json()
        assert [party["organisation"] for party in shown["parties"]] == ["LQ-PARK", "XS-OFFICE"]
        assert shown["parent"] == "LQ-XS"

    def test_it_is_changed_ended_and_reopened_at_the_version_that_was_read(
        self, api_of: Any, held: Any, lin: Any, zone: Any
    ) -> None:
        call = api_of(lin)
        assert call("patch", "/pairings/LQ-XS", {"about": "八年协作"}).status_code == 428
        assert call("patch", "/pairings/LQ-XS", {"about": "八年协作"}, version=99).status_code == 412
        changed = call("patch", "/pairings/LQ-XS", {"about": "八年协作"}, version=zone.version)
        assert (changed.json()["about"], changed.json()["name_zh"]) == ("八年协作", zone.name_zh)

        ended = held(
            call, "/pairings/LQ-XS/end", {"on": "2023-09-18", "reason": "到期"}, changed.json()["version"]
        )
        assert ended["ended_on"] == "2023-09-18"
        assert held(call, "/pairings/LQ-XS/reopen", None, ended["version"])["ended_on"] is None

    def test_a_party_is_added(self, api_of: Any, held: Any, lin: Any, zone: Any) -> None:
        given = {"organisation": "STRANGER", "role": "host"}
        made = held(api_of(lin), "/pairings/LQ-XS/parties", given, zone.version)

        assert [party["role"] for party in made["parties"]] == ["mountain", "sea", "host"]

    def test_an_organisation_that_is_not_there_is_named(self, api_of: Any, lin: Any, zone: Any) -> None:
        given = {"organisation": "NOBODY", "role": "host"}
        refused = api_of(lin)("post", "/pairings/LQ-XS/parties", given, version=zone.version)

        assert (refused.status_code, refused.json()["code"]) == (404, "pairing.no_organisation")

    def test_a_name_that_no_operation_knows_is_refused_and_not_passed_over(
        self, api_of: Any, lin: Any
    ) -> None:
        refused = api_of(lin)("post", "/pairings", NESTED | {"colour": "red"})

        assert refused.json()["code"] == "core.not_in_form"

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, zone: Any) -> None:
        call = api_of(zhou)

        assert call("get", "/pairings/LQ-XS").status_code == 403
        assert call("post", "/pairings", NESTED).status_code == 403
        assert call("patch", "/pairings/LQ-XS", {"about": "x"}, version=zone.version).status_code == 403
        for verb in ("end", "reopen", "parties"):
            given = {"organisation": "STRANGER", "role": "host"} if verb == "parties" else None
            given = {"on": "2023-09-18", "reason": "x"} if verb == "end" else given
            assert call("post", f"/pairings/LQ-XS/{verb}", given, version=0).status_code == 403, verb


class TestCharges:
    GIVEN = {"member": "lin", "field": "health", "from_on": "2023-09-01"}

    def test_somebody_is_put_in_charge_and_ends(self, api_of: Any, held: Any, lin: Any, zone: Any) -> None:
        call = api_of(lin)
        first = call("post", "/charges", self.GIVEN, key="k1")
        second = call("post", "/charges", self.GIVEN, key="k1")
        assert first.status_code == 201, first.content.decode()
        assert first.json() == second.json()
        assert (first.json()["side"], first.json()["name_en"]) == ("mountain", "Lin Tao")

        path = f"/charges/{first.json()['id']}"
        read = call("get", path)
        assert read["ETag"] == f'"{read.json()["version"]}"'
        ended = held(call, f"{path}/end", {"on": "2023-09-17"}, read.json()["version"])

        assert ended["to_on"] == "2023-09-17"
        assert len(call("get", "/charges").json()["items"]) == 1
        assert call("get", "/charges?is_now=true").json()["items"] == []

    def test_the_other_side_does_not_name_ours(self, api_of: Any, shen: Any, zone: Any) -> None:
        refused = api_of(shen)("post", "/charges", self.GIVEN)

        assert refused.json()["code"] == "pairing.charge_of_another_side"

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, zone: Any) -> None:
        call = api_of(zhou)

        assert call("get", "/charges").status_code == 403
        assert call("post", "/charges", self.GIVEN).status_code == 403
        assert call("post", "/charges/1/end", {"on": "2023-09-17"}, version=0).status_code == 403
