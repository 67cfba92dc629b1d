"""Keys of programs: the administrator sees all and revokes with a reason, everybody else their own."""

import json

import pytest
from typer.testing import CliRunner

from shanhai.core.actions import account
from shanhai.core.models import ApiToken, JournalEntry, Notice
from shanhai.core.queries import notices
from shanhai.fields.registry.cli import app
from shanhai.fields.registry.views.tokens import TOKENS
from shanhai.kernel.refusals import BadInput, NotAllowed
from shanhai.webkit import listing
from shanhai.webkit.commands import acting_code


@pytest.fixture
def key(lin):
    """A key of Lin's: the row and the key itself."""
    return account.create_token(lin, name="nightly export", scopes="registry", days=30, by=lin)


class TestAdministrator:
    def test_sees_owner_scopes_days_and_state_of_every_key(self, key, admin_member, client_of):
        page = client_of(admin_member).get("/registry/keys/").content.decode()

        for said in ("nightly export", f"sh_{key[0].prefix}", "Lin Tao", "registry", "works", "18 Oct"):
            assert said in page, said
        assert key[1] not in page

    def test_reads_it_in_chinese(self, key, admin_member, client_of):
        page = client_of(admin_member, language="zh-hans").get("/registry/keys/").content.decode()

        assert "1 个密钥有效" in page and "持有人" in page

    def test_revokes_with_a_reason_that_the_owner_reads(self, key, lin, admin_member, client, client_of):
        token, secret = key
        browser = client_of(admin_member)

        without = browser.post(f"/registry/keys/{token.prefix}/revoke/", {"reason": " "})
        done = browser.post(f"/registry/keys/{token.prefix}/revoke/", {"reason": "found in a public file"})

        assert (without.status_code, done.status_code) == (422, 302)
        call = client.get("/api/v1/registry/regions", headers={"authorization": f"Bearer {secret}"})
        assert call.status_code == 401
        assert "found in a public file" in notices.words(Notice.objects.get(member=lin))
        assert "found in a public file" in client_of(lin).get("/account/").content.decode()
        facts = json.loads(JournalEntry.objects.get(action="core.withdraw_token").body)["facts"]
        assert facts == {"name": "nightly export", "reason": "found in a public file"}

    def test_revoking_again_changes_nothing(self, key, admin_member):
        account.withdraw_token(key[0], reason="first", by=admin_member)
        account.withdraw_token(ApiToken.objects.get(), reason="second", by=admin_member)

        assert ApiToken.objects.get().revoked_reason == "first"
        assert JournalEntry.objects.filter(action="core.withdraw_token").count() == 1

    def test_filters_by_state_and_owner(self, key, lin, shen, admin_member, client_of):
        account.create_token(shen, name="weather", by=shen)
        account.revoke_token(key[0], by=lin)
        browser = client_of(admin_member)

        revoked = browser.get("/registry/keys/?state=revoked").content.decode()
        of_shen = browser.get("/registry/keys/?owner=shen").content.decode()

        assert "nightly export" in revoked and "weather" not in revoked
        assert "weather" in of_shen and "nightly export" not in of_shen


class TestOthers:
    @pytest.mark.parametrize(
        "path", ["/registry/keys/", "/registry/keys/{}/revoke/", "/api/v1/registry/keys"]
    )
    def test_are_turned_away(self, path, key, lin, zhou, client_of):
        for reader in (lin, zhou):
            assert client_of(reader).get(path.format(key[0].prefix)).status_code == 403

    def test_revoke_nobody_elses_key(self, key, shen):
        with pytest.raises(NotAllowed):
            account.withdraw_token(key[0], reason="mine now", by=shen)
        with pytest.raises(NotAllowed):
            account.revoke_token(key[0], by=shen)

    def test_see_and_revoke_their_own(self, key, lin, client_of):
        browser = client_of(lin)

        assert "nightly export" in browser.get("/account/").content.decode()
        browser.post(f"/account/tokens/{key[0].prefix}/revoke/")

        assert ApiToken.objects.get().revoked_at is not None


class TestApi:
    def test_lists_and_revokes(self, key, admin_member, client_of):
        browser = client_of(admin_member)

        rows = browser.get("/api/v1/registry/keys?state=works").json()["items"]
        answer = browser.post(
            f"/api/v1/registry/keys/{rows[0]['key']}/revoke",
            json.dumps({"reason": "left the office"}),
            content_type="application/json",
        ).json()

        assert rows[0] | {"key": "", "reason": ""} == {
            "key": "", "program": "nightly export", "owner": "lin", "scopes": "registry", "made": "2023-09-18",
            "last_used": None, "until": "2023-10-18", "state": "works", "reason": "",
        }  # fmt: skip
        assert (answer["state"], answer["reason"]) == ("revoked", "left the office")

    def test_an_unknown_key_is_named(self, admin_member, client_of):
        answer = client_of(admin_member).post(
            "/api/v1/registry/keys/sh_none/revoke", '{"reason": "x"}', content_type="application/json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "registry.no_such_key")


class TestCommands:
    @pytest.fixture
    def typed(self):
        def run(*words: str, as_member: str = ""):
            acting_code.set(as_member)
            try:
                return CliRunner().invoke(app, ["keys", *words], catch_exceptions=False)
            finally:
                acting_code.set("")

        return run

    def test_the_system_lists_all_and_a_member_their_own(self, typed, key, shen):
        account.create_token(shen, name="weather", by=shen)

        everybodys = json.loads(typed("list", "--json").stdout)
        own = json.loads(typed("list", "--json", as_member="shen").stdout)

        assert {row["owner"] for row in everybodys} == {"lin", "shen"}
        assert [row["program"] for row in own] == ["weather"]

    def test_a_key_is_revoked_with_a_reason(self, typed, key):
        with pytest.raises(BadInput, match="Say why"):
            typed("revoke", f"sh_{key[0].prefix}")
        typed("revoke", key[0].prefix, "--reason", "lost laptop", "--dry-run")
        assert ApiToken.objects.get().revoked_at is None

        typed("revoke", f"sh_{key[0].prefix}", "--reason", "lost laptop")

        assert ApiToken.objects.get().revoked_reason == "lost laptop"

    def test_a_member_revokes_their_own_without_a_reason(self, typed, key):
        typed("revoke", key[0].prefix, as_member="lin")

        assert ApiToken.objects.get().revoked_at is not None


def test_every_sort_has_its_index():
    assert listing.unindexed(TOKENS, ApiToken) == []
