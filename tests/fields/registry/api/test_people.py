"""Members, their roles, deputies and logins, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.core.models import Member, RepeatedCall

pytestmark = pytest.mark.django_db

GIVEN = {"code": "he", "unit": "LQ-PARK-1", "name_zh": "何青", "name_en": "He Qing", "phone": "13800000000"}


@pytest.fixture
def added(api_of: Any, admin_member: Any) -> dict[str, Any]:
    """A member whom a program added."""
    made = api_of(admin_member)("post", "/members", GIVEN)
    assert made.status_code == 201, made.content.decode()
    return made.json()


class TestMembers:
    def test_one_is_added_once_changed_moved_deactivated_and_taken_up_again(
        self, api_of: Any, held: Any, admin_member: Any
    ) -> None:
        call = api_of(admin_member)
        made = call("post", "/members", GIVEN, key="k1").json()
        assert call("post", "/members", GIVEN, key="k1").json() == made
        assert (made["phone"], made["roles"]) == ("***", [])

        given = {"title": "科员", "phone": "***"}
        assert call("patch", "/members/he", given).status_code == 428
        assert call("patch", "/members/he", given, version=99).status_code == 412
        changed = call("patch", "/members/he", given, version=made["version"]).json()
        assert changed["title"] == "科员"
        assert Member.objects.get(code="he").phone == "13800000000"

        moved = held(call, "/members/he/move", {"unit": "LQ-1"}, changed["version"])
        assert (moved["unit"], moved["organisation"]) == ("LQ-1", "LQ")
        gone = held(call, "/members/he/deactivate", None, moved["version"])
        assert gone["is_active"] is False
        assert held(call, "/members/he/reactivate", None, gone["version"])["is_active"] is True

    def test_a_role_is_given_and_taken(self, api_of: Any, admin_member: Any, added: Any) -> None:
        call = api_of(admin_member)
        first = call("post", "/members/he/roles", {"role": "handler"}, key="k1")
        assert first.status_code == 200, first.content.decode()
        assert first.json()["roles"] == ["handler"]
        assert call("post", "/members/he/roles", {"role": "handler"}, key="k1").json() == first.json()

        [grant] = call("get", "/members/he/roles").json()["items"]
        assert (grant["role"], grant["from_on"], grant["granted_by"]) == ("handler", "2023-09-18", "admin")

        assert call("delete", "/members/he/roles/handler").json()["roles"] == []

    def test_somebody_stands_in_until_it_is_ended(
        self, api_of: Any, held: Any, admin_member: Any, added: Any
    ) -> None:
        call = api_of(admin_member)
        given = {"deputy": "lin", "from_on": "2023-09-18"}
        made = call("post", "/members/he/deputies", given, key="k1").json()
        assert call("post", "/members/he/deputies", given, key="k1").json() == made
        assert [one["deputy"] for one in call("get", "/members/he/deputies").json()["items"]] == ["lin"]

        ended = held(call, f"/members/he/deputies/{made['id']}/end", None, made["version"])
        assert ended["ended_on"] == "2023-09-18"

    def test_a_login_is_opened_reset_shut_and_let_in_again(
        self, api_of: Any, admin_member: Any, added: Any
    ) -> None:
        call = api_of(admin_member)
        opened = call("post", "/members/he/login", {"username": "he.qing"}, key="k1")
        assert opened.status_code == 201, opened.content.decode()
        assert opened["Cache-Control"] == "no-store"
        first = opened.json()["first_password"]
        assert len(first) >= 8
        again = call("post", "/members/he/login", {"username": "he.qing"}, key="k1")
        assert again.status_code == 409
        assert not RepeatedCall.objects.filter(answer__contains=first).exists()

        assert call("post", "/members/he/login/reset").json()["first_password"] not in ("", first)
        assert call("post", "/members/he/login/close").json()["is_open"] is False
        assert call("post", "/members/he/login/reopen").json()["is_open"] is True

    def test_what_a_member_may_see_and_do_is_told(self, api_of: Any, admin_member: Any, added: Any) -> None:
        call = api_of(admin_member)
        may = {row["code"]: row["is_allowed"] for row in call("get", "/members/lin/access").json()}
        assert (may["pairing.sign_agreement"], may["core.add_member"]) == (True, False)
        assert "office" in [role["code"] for role in call("get", "/roles").json()]
        table = {row["code"]: row["roles"] for row in call("get", "/access").json()}
        assert "office" in table["pairing.sign_agreement"]

    @pytest.mark.parametrize(
        ("method", "path", "given"),
        [
            ("post", "", GIVEN | {"code": "x"}),
            ("patch", "/he", {"title": "x"}),
            ("post", "/he/move", {"unit": "LQ-1"}),
            ("post", "/he/deactivate", None),
            ("post", "/he/reactivate", None),
            ("post", "/he/roles", {"role": "handler"}),
            ("get", "/he/roles", None),
            ("delete", "/he/roles/handler", None),
            ("get", "/he/deputies", None),
            ("post", "/he/deputies", {"deputy": "lin", "from_on": "2023-09-18"}),
            ("post", "/he/deputies/1/end", None),
            ("post", "/he/login", {"username": "x"}),
            ("post", "/he/login/reset", None),
            ("post", "/he/login/close", None),
            ("post", "/he/login/reopen", None),
            ("get", "/he/access", None),
        ],
    )
    def test_the_outsider_is_turned_away(
        self, method: str, path: str, given: Any, api_of: Any, zhou: Any, added: Any
    ) -> None:
        assert api_of(zhou)(method, f"/members{path}", given, version=0).status_code == 403
