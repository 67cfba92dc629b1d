"""The API: who may call it, what it answers when it does not do something, and how its lists are paged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from shanhai.core import clock
from shanhai.core.actions import account, members, regions
from shanhai.core.models import ApiToken, JournalEntry, Region
from shanhai.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def bearer(client):
    """``bearer(lin)``: headers with a new key of the member, and the key's row."""

    def make(member, **fields):
        token, key = account.create_token(member, name="test", by=member, **fields)
        return {"authorization": f"Bearer {key}"}, token

    return make


def is_problem(answer, status: int, code: str) -> bool:
    body = answer.json()
    return (
        answer.status_code == body["status"] == status
        and answer["Content-Type"] == "application/problem+json"
        and body["code"] == code
        and bool(body["title"] and body["detail"] and body["type"])
    )


def test_a_method_that_an_address_does_not_take_is_a_problem_too(client, bearer, lin):
    answer = client.delete("/api/v1/registry/regions", headers=bearer(lin)[0])

    assert is_problem(answer, 405, "core.no_such_method")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


class TestWhoCalls:
    def test_nobody_is_told_how(self, client, zone):
        answer = client.get("/api/v1/me")

        assert is_problem(answer, 401, "core.who_asks")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_a_key_stands_for_its_member(self, client, bearer, lin):
        headers, token = bearer(lin)

        assert client.get("/api/v1/me", headers=headers).json()["member"] == "lin"
        token.refresh_from_db()
        assert token.last_used_on == clock.today()

    def test_a_login_stands_for_its_member(self, client_of, lin):
        assert client_of(lin).get("/api/v1/me").json()["organisation"] == "LQ-PARK"

    def test_a_wrong_key_is_not_made_good_by_a_login(self, client_of, lin):
        answer = client_of(lin).get("/api/v1/me", headers={"authorization": "Bearer sh_made_up"})

        assert is_problem(answer, 401, "core.who_asks")

    def test_a_writing_call_of_a_login_needs_the_token_against_forgery(self, client_of, lin):
        client = client_of(lin, enforce_csrf_checks=True)

        answer = client.post("/api/v1/registry/regions", "{}", content_type="application/json")

        assert answer.status_code in (403, 405)

    def test_a_key_of_somebody_who_left_is_dead(self, client, bearer, pan):
        headers, _ = bearer(pan)
        members.deactivate_member(pan, by=None)

        assert client.get("/api/v1/me", headers=headers).status_code == 401

    def test_a_revoked_key_is_dead(self, client, bearer, lin):
        headers, token = bearer(lin)

        account.revoke_token(token, by=lin)

        assert client.get("/api/v1/me", headers=headers).status_code == 401

    def test_a_key_runs_out(self, client, bearer, lin):
        headers, token = bearer(lin, days=1)
        ApiToken.objects.filter(pk=token.pk).update(expires_at=clock.now() - timedelta(seconds=1))

        assert client.get("/api/v1/me", headers=headers).status_code == 401

    def test_calls_beyond_the_limit_of_a_minute_are_refused(self, client, bearer, lin, settings):
        settings.SHANHAI_TOKEN_CALLS_PER_MINUTE = 3
        headers, _ = bearer(lin)

        answers = [client.get("/api/v1/me", headers=headers) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert is_problem(answers[-1], 429, "core.too_often")
        assert answers[-1]["Retry-After"] == "60"

    def test_a_key_reaches_no_further_than_its_scopes(self, client, bearer, lin):
        narrow, _ = bearer(lin, scopes="pairing")
        wide, _ = bearer(lin, scopes="registry.view")

        assert client.get("/api/v1/registry/regions", headers=narrow).status_code == 403
        assert client.get("/api/v1/registry/regions", headers=wide).status_code == 200


class TestKeys:
    def test_are_kept_as_a_hash_only(self, lin):
        token, key = account.create_token(lin, name="export", by=lin)

        kept = json.dumps({name: str(value) for name, value in vars(token).items()})
        assert key not in kept
        assert key not in "".join(JournalEntry.objects.values_list("body", flat=True))

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"name": " "}, "core.token_needs_a_name"),
            ({"days": 0}, "core.token_lasts_too_long"),
            ({"days": 367}, "core.token_lasts_too_long"),
            ({"scopes": "registry; drop"}, "core.token_scope_form"),
        ],
    )
    def test_are_refused_with_the_reason(self, lin, fields, code):
        with pytest.raises(Refused) as refused:
            account.create_token(lin, by=lin, **({"name": "export"} | fields))

        assert refused.value.code == code

    def test_nobody_makes_or_revokes_those_of_another(self, lin, shen):
        token, _ = account.create_token(lin, name="export", by=lin)

        for attempt in (
            lambda: account.create_token(lin, name="mine", by=shen),
            lambda: account.revoke_token(token, by=shen),
        ):
            with pytest.raises(Refused) as refused:
                attempt()
            assert refused.value.code == "core.token_of_another"

    def test_are_made_on_the_page_and_shown_once(self, client_of, lin):
        client = client_of(lin)

        made = client.post("/account/tokens/new/", {"name": "nightly export", "scopes": "*", "days": "90"})

        token = ApiToken.objects.get()
        assert f"sh_{token.prefix}_" in made.content.decode()
        assert f"sh_{token.prefix}_" not in client.get("/account/").content.decode()
        client.post(f"/account/tokens/{token.prefix}/revoke/")
        token.refresh_from_db()
        assert token.revoked_at

    def test_of_others_cannot_be_found_on_the_page(self, client_of, lin, shen):
        token, _ = account.create_token(lin, name="export", by=lin)

        assert client_of(shen).post(f"/account/tokens/{token.prefix}/revoke/").status_code == 404


class TestAnswers:
    def test_an_address_that_is_none_is_a_problem(self, client_of, lin):
        assert is_problem(client_of(lin).get("/api/v1/nothing"), 404, "core.no_such_operation")

    def test_the_document_is_openapi_3_1_and_names_every_refusal(self, client, zone):
        schema = client.get("/api/v1/openapi.json").json()

        assert schema["openapi"].startswith("3.1")
        for operations in schema["paths"].values():
            for operation in operations.values():
                assert {"400", "401", "403", "404", "409", "412", "422", "428", "429"} <= operation[
                    "responses"
                ].keys()

    def test_the_page_of_operations_needs_nothing_from_elsewhere(self, client, zone):
        page = client.get("/api/v1/docs").content.decode()

        assert "/api/v1/me" in page
        assert "//cdn" not in page and "<script>" not in page

    def test_a_nul_character_is_refused_before_it_reaches_the_database(self, client_of, lin):
        client = client_of(lin)

        assert client.get("/api/v1/registry/regions?q=%00").status_code == 400
        assert client.get("/account/?q=%00").status_code == 400


class TestPages:
    @pytest.fixture
    def many(self, zone):
        for n in range(1, 8):
            regions.add_region(code=f"33118100{n}000", name_zh=f"乡镇{n}", by=None)

    def test_follow_one_another_without_gap_or_repeat(self, client_of, lin, many):
        client = client_of(lin)
        codes, cursor = [], ""
        while True:
            page = client.get(f"/api/v1/registry/regions?limit=3&cursor={cursor}").json()
            codes += [row["code"] for row in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break

        assert codes == sorted(codes)
        assert set(codes) == set(Region.objects.values_list("code", flat=True))

    def test_a_cursor_of_another_list_is_refused(self, client_of, lin, many):
        client = client_of(lin)
        cursor = client.get("/api/v1/registry/regions?limit=2").json()["next"]

        other = client.get(f"/api/v1/registry/regions?limit=2&level=township&cursor={cursor}")

        assert is_problem(other, 422, "webkit.cursor_does_not_fit")

    @pytest.mark.parametrize("limit", ["0", "501", "-1", "many", "1e3", "9" * 40])
    def test_a_limit_out_of_range_is_refused(self, client_of, lin, many, limit):
        answer = client_of(lin).get(f"/api/v1/registry/regions?limit={limit}")

        assert answer.status_code == 422


def test_no_page_waits_for_the_operations_of_the_api():
    """They take longer to read than all else that the server needs before it answers."""
    script = (
        "import sys, django\ndjango.setup()\nfrom django.core.wsgi import get_wsgi_application\n"
        "get_wsgi_application()\nfrom django.urls import reverse\nassert reverse('home') == '/'\n"
        "assert not {'shanhai.site.api', 'ninja'} & set(sys.modules), 'the API was read'"
    )
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
