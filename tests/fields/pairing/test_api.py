"""The API of the field: what programs see, and what they may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/pairing"


@pytest.fixture
def api_of(client_of: Callable[..., Any]) -> Callable[..., Any]:
    """``api_of(lin)("get", "/agreements")``: an answer of the API for a member."""

    def of(member: Any) -> Callable[..., Any]:
        client = client_of(member)

        def call(method: str, path: str, data: Any = None, **headers: str) -> Any:
            more = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
            return getattr(client, method)(f"{ROOT}{path}", **more, headers=headers)

        return call

    return of


class TestReading:
    def test_agreements_commitments_meetings_and_items_are_listed(
        self, api_of: Any, lin: Any, agreement: Any, item: Any
    ) -> None:
        call = api_of(lin)

        assert [one["number"] for one in call("get", "/agreements").json()["items"]] == ["LX-2023-01"]
        assert [one["code"] for one in call("get", "/commitments").json()["items"]] == ["LX-C1"]
        assert [one["number"] for one in call("get", "/meetings").json()["items"]] == ["JM-2023-03"]
        assert [one["number"] for one in call("get", "/action-items?is_open=true").json()["items"]] == [
            item.number
        ]
        assert [one["code"] for one in call("get", "/pairings").json()["items"]] == ["LQ-XS"]

    def test_a_record_carries_its_version_as_etag(self, api_of: Any, lin: Any, item: Any) -> None:
        answer = api_of(lin)("get", f"/action-items/{item.number}")

        assert answer.status_code == 200
        assert answer["ETag"] == f'"{answer.json()["version"]}"'

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, agreement: Any) -> None:
        call = api_of(zhou)

        for path in ("/agreements", "/commitments", "/meetings", "/action-items", "/agreements/LX-2023-01"):
            assert call("get", path).status_code == 403, path

    def test_a_draft_of_the_other_side_is_not_there(self, api_of: Any, shen: Any, draft: Any) -> None:
        answer = api_of(shen)("get", f"/agreements/{draft.number}")

        assert answer.status_code == 404
        assert answer.json()["code"] == "pairing.no_agreement"

    def test_an_unknown_pairing_is_said_to_be_unknown(self, api_of: Any, lin: Any) -> None:
        assert api_of(lin)("get", "/agreements?pairing=NOWHERE").json()["code"] == "pairing.no_pairing"


class TestDelivering:
    def test_a_delivery_is_recorded_with_evidence_and_confirmed_by_the_other_side(
        self, api_of: Any, lin: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        given = {"on": "2023-09-01", "quantity": "14", "evidence": [paper(shen).pk]}
        made = api_of(shen)("post", "/commitments/LX-C1/deliveries", given)
        assert made.status_code == 201
        code, read = made.json()["code"], {"If-Match": made["ETag"]}

        assert api_of(lin)("post", f"/deliveries/{code}/confirm").status_code == 428
        assert api_of(shen)("post", f"/deliveries/{code}/confirm", **read).status_code == 403
        confirmed = api_of(lin)("post", f"/deliveries/{code}/confirm", **read)

        assert confirmed.json()["stage"] == "confirmed"
        assert api_of(lin)("get", "/commitments/LX-C1").json()["delivered"] == "14"

    def test_without_evidence_it_is_refused_with_the_reason(
        self, api_of: Any, shen: Any, commitment: Any
    ) -> None:
        answer = api_of(shen)("post", "/commitments/LX-C1/deliveries", {"on": "2023-09-01", "quantity": "14"})

        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "pairing.delivery_without_evidence"

    def test_the_same_call_sent_twice_records_one_delivery(
        self, api_of: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        call, given = api_of(shen), {"on": "2023-09-01", "quantity": "14", "evidence": [paper(shen).pk]}
        first = call("post", "/commitments/LX-C1/deliveries", given, **{"Idempotency-Key": "k1"})
        second = call("post", "/commitments/LX-C1/deliveries", given, **{"Idempotency-Key": "k1"})

        assert first.json() == second.json()
        assert commitment.deliveries.count() == 1

    def test_taking_back_needs_the_version_that_was_read(
        self, api_of: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        call = api_of(shen)
        given = {"on": "2023-09-01", "quantity": "14", "evidence": [paper(shen).pk]}
        made = call("post", "/commitments/LX-C1/deliveries", given).json()

        assert call("delete", f"/deliveries/{made['code']}").status_code == 428
        assert call("delete", f"/deliveries/{made['code']}", **{"If-Match": '"99"'}).status_code == 412
        withdrawn = call("delete", f"/deliveries/{made['code']}", **{"If-Match": f'"{made["version"]}"'})

        assert withdrawn.json()["stage"] == "withdrawn"

    def test_a_paper_that_the_caller_may_not_see_is_no_evidence(
        self, api_of: Any, lin: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        given = {"on": "2023-09-01", "quantity": "14", "evidence": [paper(lin).pk]}

        answer = api_of(shen)("post", "/commitments/LX-C1/deliveries", given)

        assert answer.json()["code"] == "pairing.no_such_paper"


class TestActionItems:
    def test_it_is_reported_and_closed(self, api_of: Any, lin: Any, shen: Any, item: Any, paper: Any) -> None:
        report = {"text": "已排定", "is_finished": True, "evidence": [paper(shen).pk]}
        read = {"If-Match": f'"{item.version}"'}
        reported = api_of(shen)("post", f"/action-items/{item.number}/report", report, **read).json()
        assert reported["stage"] == "reported"

        call = api_of(lin)
        closed = call(
            "patch",
            f"/action-items/{item.number}",
            {"on": "2023-09-18"},
            **{"If-Match": f'"{reported["version"]}"'},
        )

        assert closed.json()["stage"] == "done"
