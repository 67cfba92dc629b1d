"""The API of the registers: the same rules as on the pages, with versions and repeated calls."""

import json

import pytest

from shanhai.core.actions import account
from shanhai.core.models import Organisation, Region


def call(browser, method: str, path: str, data=None, **headers):
    body = json.dumps(data) if data is not None else ""
    return getattr(browser, method)(
        f"/api/v1/registry/{path}", body, content_type="application/json", headers=headers
    )


READ = [
    "regions",
    "regions/331181",
    "organisations",
    "organisations/LQ",
    "units",
    "units/LQ-1",
    "members",
    "members/lin",
    "documents",
    "rulebook",
    "rulebook/core.document_max_mb",
    "calendar/2023",
    "journal",
]


@pytest.mark.parametrize("path", READ)
def test_whoever_works_in_a_zone_reads(path, lin, zone, client_of):
    answer = client_of(lin).get(f"/api/v1/registry/{path}")

    assert answer.status_code == 200
    assert answer.json()


@pytest.mark.parametrize("path", READ)
def test_zhou_is_turned_away(path, zhou, client_of):
    answer = client_of(zhou).get(f"/api/v1/registry/{path}")

    assert answer.status_code == 403
    assert answer.json()["code"] == "core.not_allowed"


def test_a_list_goes_on_where_its_cursor_says(lin, client_of):
    browser = client_of(lin)

    first = browser.get("/api/v1/registry/regions?limit=2").json()
    second = browser.get(f"/api/v1/registry/regions?limit=2&cursor={first['next']}").json()

    codes = [row["code"] for row in first["items"] + second["items"]]
    assert codes == sorted(codes) and len(set(codes)) == 4


def test_a_change_needs_the_version_that_was_read(lin, client_of):
    browser = client_of(lin)
    etag = browser.get("/api/v1/registry/organisations/LQ").headers["ETag"]

    without = call(browser, "patch", "organisations/LQ", {"phone": "1"})
    first = call(browser, "patch", "organisations/LQ", {"phone": "1"}, if_match=etag)
    second = call(browser, "patch", "organisations/LQ", {"phone": "2"}, if_match=etag)

    assert [without.status_code, first.status_code, second.status_code] == [428, 200, 412]
    assert Organisation.objects.get(code="LQ").phone == "1"
    assert first.headers["ETag"] != etag


def test_a_region_sent_twice_with_one_key_is_added_once(lin, client_of):
    browser = client_of(lin)
    data = {"code": "331181100", "name_zh": "八都镇"}

    first = call(browser, "post", "regions", data, idempotency_key="k1")
    second = call(browser, "post", "regions", data, idempotency_key="k1")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Region.objects.filter(code="331181100000").count() == 1


def test_a_refusal_says_code_sentence_and_facts(lin, client_of):
    answer = call(client_of(lin), "post", "regions", {"code": "330282", "name_zh": "慈溪市"})

    problem = answer.json()
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert problem["code"] == "core.region_parent_missing"
    assert problem["parent"] == "330200000000"


def test_a_handler_writes_nothing_that_the_page_would_refuse(pan, client_of):
    answer = call(client_of(pan), "post", "regions", {"code": "331181100", "name_zh": "八都镇"})

    assert answer.status_code == 403


def test_a_key_reads_only_what_its_scopes_name(lin, client):
    _token, key = account.create_token(lin, name="sync", scopes="registry.view_regions", by=lin)
    headers = {"authorization": f"Bearer {key}"}

    assert client.get("/api/v1/registry/regions", headers=headers).status_code == 200
    assert client.get("/api/v1/registry/members", headers=headers).status_code == 403
