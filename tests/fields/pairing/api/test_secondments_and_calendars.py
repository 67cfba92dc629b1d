"""Seconded officers and one's own calendar address, through the API."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db

GIVEN = {
    "code": "S-1",
    "person": "lin",
    "host_unit": "XS-OFFICE-1",
    "host_post": "副科长",
    "from_on": "2023-01-01",
    "to_on": "2024-12-31",
    "tasks": [{"title": "对接项目", "due_on": "2023-12-31"}],
}


@pytest.fixture
def seconded(api_of: Any, lin: Any, zone: Any) -> dict[str, Any]:
    """Lin works at the Xiaoshan office for two years."""
    made = api_of(lin)("post", "/secondments", GIVEN)
    assert made.status_code == 201, made.content.decode()
    return made.json()


class TestSecondments:
    def test_an_officer_is_seconded_once_and_shown(self, api_of: Any, lin: Any, zone: Any) -> None:
        call = api_of(lin)
        made = call("post", "/secondments", GIVEN, key="k1").json()
        assert call("post", "/secondments", GIVEN, key="k1").json() == made
        assert (made["direction"], made["stage"], made["host"]) == ("to_sea", "running", "XS-OFFICE")
        assert len(made["appraisals"]) == 4

        assert [one["code"] for one in call("get", "/secondments?stage=running").json()["items"]] == ["S-1"]
        assert call("get", "/secondments?stage=ended").json()["items"] == []

    def test_a_task_is_given_and_finished(self, api_of: Any, held: Any, lin: Any, seconded: Any) -> None:
        call = api_of(lin)
        made = call("post", "/secondments/S-1/tasks", {"title": "写调研报告"}, key="k1").json()
        assert call("post", "/secondments/S-1/tasks", {"title": "写调研报告"}, key="k1").json() == made

        given = {"on": "2023-09-15", "outcome": "报告已交"}
        done = held(call, f"/secondments/S-1/tasks/{made['id']}/finish", given, made["version"])

        assert (done["done_on"], done["outcome"]) == ("2023-09-15", "报告已交")
        refused = call("post", "/secondments/S-1/tasks/99999/finish", given, version=0)
        assert (refused.status_code, refused.json()["code"]) == (404, "pairing.no_task")

    def test_the_host_appraises(self, api_of: Any, held: Any, lin: Any, shen: Any, seconded: Any) -> None:
        appraisal = seconded["appraisals"][0]
        given = {"grade": "competent", "text": "工作扎实", "on": "2023-07-01"}
        path = f"/secondments/S-1/appraisals/{appraisal['id']}"
        refused = api_of(lin)("post", path, given, version=appraisal["version"])
        assert (refused.status_code, refused.json()["code"]) == (403, "pairing.appraised_by_host")

        assert held(api_of(shen), path, given, appraisal["version"])["grade"] == "competent"

    def test_it_is_prolonged_and_ends_with_a_handover(
        self, api_of: Any, held: Any, lin: Any, shen: Any, seconded: Any
    ) -> None:
        call = api_of(lin)
        longer = held(
            call,
            "/secondments/S-1/prolong",
            {"to_on": "2025-06-30", "reason": "项目未完"},
            seconded["version"],
        )
        assert longer["to_on"] == "2025-06-30"

        given = {"on": "2023-09-18", "successor": "shen", "handover": "台账与钥匙"}
        ended = held(call, "/secondments/S-1/hand-over", given, longer["version"])
        assert (ended["stage"], ended["successor"]) == ("ended", "shen")

    def test_one_that_has_not_begun_is_called_off(self, api_of: Any, held: Any, lin: Any, zone: Any) -> None:
        given = GIVEN | {"code": "S-2", "from_on": "2024-01-01", "to_on": "2025-12-31"}
        made = api_of(lin)("post", "/secondments", given).json()

        gone = held(api_of(lin), "/secondments/S-2/cancel", {"reason": "另有任用"}, made["version"])

        assert gone["stage"] == "cancelled"

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, seconded: Any) -> None:
        call, reason = api_of(zhou), {"reason": "x"}

        assert call("get", "/secondments").status_code == 403
        assert call("get", "/secondments/S-1").status_code == 403
        posts = {
            "": GIVEN,
            "/S-1/tasks": {"title": "x"},
            "/S-1/tasks/1/finish": {"on": "2023-09-15", "outcome": "x"},
            "/S-1/appraisals/1": {"grade": "basic", "text": "x", "on": "2023-09-15"},
            "/S-1/prolong": reason | {"to_on": "2025-06-30"},
            "/S-1/hand-over": {"on": "2023-09-18", "successor": "shen", "handover": "x"},
            "/S-1/cancel": reason,
        }
        for path, given in posts.items():
            assert call("post", f"/secondments{path}", given, version=0).status_code == 403, path


class TestCalendar:
    def test_an_address_is_made_shown_once_and_revoked(
        self, api_of: Any, lin: Any, zone: Any, client: Any
    ) -> None:
        call = api_of(lin)
        assert call("get", "/calendar").json() == {"made_at": None, "address": ""}
        made = call("post", "/calendar")
        assert made.status_code == 201, made.content.decode()
        assert made["Cache-Control"] == "no-store"
        address = made.json()["address"]
        assert client.get(address).status_code == 200
        assert call("get", "/calendar").json()["address"] == ""

        call("post", "/calendar/revoke")

        assert client.get(address).status_code == 404

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, zone: Any) -> None:
        for method, path in (("get", "/calendar"), ("post", "/calendar"), ("post", "/calendar/revoke")):
            assert api_of(zhou)(method, path).status_code == 403
