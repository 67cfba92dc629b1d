"""Agreements from the draft to the renewal, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.fields.pairing.models import Agreement

pytestmark = pytest.mark.django_db

DRAFT = {
    "number": "LX-2023-07",
    "field": "park",
    "name_zh": "产业园协作协议",
    "name_en": "Park agreement",
    "valid_from": "2023-09-01",
    "valid_to": "2024-08-31",
}
COMMITMENT = {
    "code": "LX-7-C1",
    "name_zh": "引进项目",
    "name_en": "Projects",
    "owes": "sea",
    "target": "12",
    "due_on": "2024-08-31",
    "sea_unit": "XS-OFFICE-1",
}
MONEY = {
    "code": "LX-7-M1",
    "name_zh": "协作资金",
    "payer": "XS",
    "payee": "LQ",
    "amount_fen": 50_000_000,
    "due_on": ["2023-12-31", "2024-06-30"],
}
LAND = {"code": "LX-7-L1", "giver": "LQ", "taker": "XS", "land_mu": "120.5", "purpose_zh": "标准厂房"}


@pytest.fixture
def drafted(api_of: Any, lin: Any, zone: Any) -> dict[str, Any]:
    """An agreement that Lin's program drafted."""
    made = api_of(lin)("post", "/agreements", DRAFT)
    assert made.status_code == 201, made.content.decode()
    return made.json()


def test_a_draft_is_made_once_and_signed_by_both_sides(
    api_of: Any, held: Any, lin: Any, shen: Any, zone: Any
) -> None:
    ours, theirs, path = api_of(lin), api_of(shen), "/agreements/LX-2023-07"
    made = ours("post", "/agreements", DRAFT, key="k1").json()
    assert ours("post", "/agreements", DRAFT, key="k1").json() == made
    assert (made["stage"], made["parties"]) == ("draft", ["LQ", "XS"])
    for noun, given in (("commitments", COMMITMENT), ("money-clauses", MONEY), ("land-clauses", LAND)):
        first = ours("post", f"{path}/{noun}", given, key="k1")
        assert first.status_code == 201, first.content.decode()
        assert ours("post", f"{path}/{noun}", given, key="k1").json() == first.json()
    assert theirs("get", path).status_code == 404

    terms = ours("get", path)
    shared = held(ours, f"{path}/share", None, terms.json()["version"])
    assert (shared["reach"], shared["commitments"]) == ("both", ["LX-7-C1"])
    assert [clause["dues"] for clause in shared["money_clauses"]] == [["LX-7-M1-1", "LX-7-M1-2"]]
    assert shared["land_clauses"][0]["land_mu"] == "120.5"
    signed = held(ours, f"{path}/sign", {"on": "2023-09-18"}, shared["version"])
    assert (signed["stage"], [one["party"] for one in signed["signatures"]]) == ("draft", ["LQ"])
    unsigned = held(ours, f"{path}/unsign", None, signed["version"])
    assert unsigned["signatures"] == []
    again = held(theirs, f"{path}/sign", {"on": "2023-09-18"}, unsigned["version"])
    done = ours("post", f"{path}/sign", {"on": "2023-09-18"}, version=again["version"]).json()

    assert (done["stage"], done["signed_on"]) == ("signed", "2023-09-18")
    assert len(done["signatures"]) == 2


def test_terms_that_moved_since_they_were_read_are_not_signed(api_of: Any, lin: Any, drafted: Any) -> None:
    call = api_of(lin)
    call("post", "/agreements/LX-2023-07/commitments", COMMITMENT)

    refused = call("post", "/agreements/LX-2023-07/sign", {"on": "2023-09-18"}, version=drafted["version"])

    assert (refused.status_code, refused.json()["code"]) == (412, "core.changed_meanwhile")


def test_a_draft_is_changed_and_given_up(api_of: Any, held: Any, lin: Any, drafted: Any) -> None:
    call, path = api_of(lin), "/agreements/LX-2023-07"
    assert call("patch", path, {"valid_to": None}).status_code == 428
    assert call("patch", path, {"valid_to": None}, version=99).status_code == 412
    changed = call("patch", path, {"valid_to": None, "about": "园区"}, version=drafted["version"]).json()
    assert (changed["valid_to"], changed["about"], changed["name_zh"]) == (None, "园区", DRAFT["name_zh"])

    dropped = held(call, f"{path}/drop", {"reason": "并入新协议"}, changed["version"])
    assert (dropped["stage"], dropped["end_reason"]) == ("ended", "并入新协议")


def test_it_is_taken_back_from_the_other_side(
    api_of: Any, held: Any, lin: Any, shen: Any, drafted: Any
) -> None:
    shared = held(api_of(lin), "/agreements/LX-2023-07/share", None, drafted["version"])
    assert api_of(shen)("get", "/agreements/LX-2023-07").status_code == 200

    held(api_of(lin), "/agreements/LX-2023-07/unshare", None, shared["version"])

    assert api_of(shen)("get", "/agreements/LX-2023-07").status_code == 404


def test_one_in_force_is_renewed_once_and_ended(api_of: Any, held: Any, lin: Any, agreement: Any) -> None:
    call, path = api_of(lin), f"/agreements/{agreement.number}"
    given = {"number": "LX-2024-01", "valid_from": "2024-01-01", "valid_to": "2024-12-31"}
    made = call("post", f"{path}/renew", given, key="k1").json()
    assert call("post", f"{path}/renew", given, key="k1").json() == made
    assert (made["supersedes"], made["version_no"]) == (agreement.number, 2)
    assert Agreement.objects.filter(supersedes=agreement).count() == 1

    version = call("get", path).json()["version"]
    ended = held(call, f"{path}/end", {"on": "2023-09-18", "reason": "提前终止"}, version)
    assert (ended["stage"], ended["ended_on"]) == ("ended", "2023-09-18")


def test_a_party_of_nothing_here_is_no_payer(api_of: Any, lin: Any, drafted: Any) -> None:
    refused = api_of(lin)("post", "/agreements/LX-2023-07/money-clauses", MONEY | {"payer": "STRANGER"})

    assert (refused.status_code, refused.json()["code"]) == (404, "pairing.no_party")


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("post", "", DRAFT),
        ("patch", "/LX-2023-07", {"about": "x"}),
        ("post", "/LX-2023-07/share", None),
        ("post", "/LX-2023-07/unshare", None),
        ("post", "/LX-2023-07/drop", {"reason": "x"}),
        ("post", "/LX-2023-07/sign", {"on": "2023-09-18"}),
        ("post", "/LX-2023-07/unsign", None),
        ("post", "/LX-2023-07/renew", {"number": "X-1", "valid_from": "2024-01-01"}),
        ("post", "/LX-2023-07/end", {"on": "2023-09-18", "reason": "x"}),
        ("post", "/LX-2023-07/commitments", COMMITMENT),
        ("post", "/LX-2023-07/money-clauses", MONEY),
        ("post", "/LX-2023-07/land-clauses", LAND),
    ],
)
def test_the_outsider_is_turned_away(
    method: str, path: str, given: Any, api_of: Any, zhou: Any, drafted: Any
) -> None:
    refused = api_of(zhou)(method, f"/agreements{path}", given, version=drafted["version"])

    assert refused.status_code in (403, 404)
    assert refused["Content-Type"] == "application/problem+json"
