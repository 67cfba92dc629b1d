"""Values that are masked by rule: on pages, in the API, in commands and in files, always on the record."""

import json
import re
from datetime import date

import pytest
from typer.testing import CliRunner

from shanhai.core import checks
from shanhai.core.actions import members, roles
from shanhai.core.models import JournalEntry, Member
from shanhai.core.queries import journal as journal_queries
from shanhai.fields.registry.cli import app


def text_of(answer) -> str:
    """What a reader of the page sees."""
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


@pytest.fixture
def reachable(lin):
    """Lin with a telephone and an e-mail address."""
    return members.change_member(lin, phone="13900001234", email="lin@example.org", by=None)


def readings() -> list[dict]:
    """What the journal says of readings, latest last."""
    found = JournalEntry.objects.filter(action="core.read_masked").order_by("pk")
    return [json.loads(entry.body) for entry in found]


class TestPages:
    def read(self, browser, column="phone", **headers):
        return browser.post("/registry/members/lin/read/", {"column": column}, headers=headers)

    def test_nobody_sees_them_by_the_way(self, reachable, pan, shen, admin_member, client_of):
        for reader in (pan, shen, admin_member):
            page = text_of(client_of(reader).get("/registry/members/lin/"))
            assert "13900001234" not in page and "lin@example.org" not in page and "***" in page

        form = client_of(admin_member).get("/registry/members/lin/change/").content.decode()
        assert "13900001234" not in form and 'value="***"' in form

    def test_whoever_may_asks_for_one_and_gets_that_one(self, reachable, shen, client_of):
        answer = self.read(client_of(shen))

        page = text_of(answer)
        assert "13900001234" in page and "lin@example.org" not in page
        assert answer.headers["Cache-Control"] == "no-store"

    def test_htmx_gets_the_value_alone(self, reachable, shen, client_of):
        answer = self.read(client_of(shen), hx_request="true")

        assert "13900001234" in answer.content.decode() and "<html" not in answer.content.decode()

    def test_the_record_says_who_whose_and_which_and_not_the_value(self, reachable, shen, client_of):
        self.read(client_of(shen), "email")

        entry = JournalEntry.objects.get(action="core.read_masked")
        body = json.loads(entry.body)
        assert (entry.subject_kind, entry.subject_id) == ("core.member", reachable.pk)
        assert body["by_name"] == shen.name_zh and body["facts"]["column"] == "email"
        assert "example.org" not in entry.body

    def test_others_are_refused_and_nothing_is_recorded(self, reachable, pan, zhou, client_of):
        assert "Show" not in text_of(client_of(pan).get("/registry/members/lin/"))
        assert self.read(client_of(pan)).status_code == 403
        assert self.read(client_of(zhou)).status_code == 403
        assert not JournalEntry.objects.filter(action="core.read_masked").exists()

    def test_a_column_that_is_not_masked_is_not_read_this_way(self, reachable, shen, client_of):
        assert self.read(client_of(shen), "title").status_code == 404

    def test_the_auditor_sees_who_read_what(self, reachable, shen, zhou, client_of):
        roles.give_role(zhou, role="auditor", from_on=date(2018, 1, 1), by=None)
        self.read(client_of(shen))
        auditor = client_of(zhou)

        rows = text_of(auditor.get("/registry/journal/?action=core.read_masked"))
        page = text_of(auditor.get("/registry/members/lin/"))

        assert "Lin Tao" in rows or "林涛" in rows
        assert "Shen Jie" in rows and "Shen Jie" in page and "Telephone" in page

    def test_a_reading_is_no_part_of_the_history_and_does_not_hide_the_state(
        self, reachable, shen, client_of
    ):
        self.read(client_of(shen))

        assert not journal_queries.of_subject(reachable).filter(action="core.read_masked").exists()
        Member.objects.filter(pk=reachable.pk).update(title="forged")
        assert [found.code for found in checks.replay()] == ["core.state_differs"]

    def test_a_file_with_them_is_recorded_and_without_them_is_not(self, reachable, pan, shen, client_of):
        masked = client_of(pan).get("/registry/members/?format=csv").content.decode("utf-8-sig")
        assert "13900001234" not in masked and "***" in masked
        assert not JournalEntry.objects.filter(action="core.export_masked").exists()

        clear = client_of(shen).get("/registry/members/?format=csv").content.decode("utf-8-sig")
        assert "13900001234" in clear
        facts = json.loads(JournalEntry.objects.get(action="core.export_masked").body)["facts"]
        assert facts["columns"] == ["phone", "email"] and facts["n"] == 5 and "lin" in facts["keys"]

    def test_a_form_sent_with_the_mask_leaves_what_is_there(self, reachable, admin_member, client_of):
        sent = {
            "name_zh": "林涛",
            "title": "主任",
            "phone": "***",
            "email": "***",
            "version": reachable.version,
        }

        answer = client_of(admin_member).post("/registry/members/lin/change/", sent)

        reachable.refresh_from_db()
        assert answer.status_code == 302
        assert (reachable.title, reachable.phone, reachable.email) == (
            "主任",
            "13900001234",
            "lin@example.org",
        )

    def test_a_form_writes_a_new_one_over_the_mask_and_takes_one_out(
        self, reachable, admin_member, client_of
    ):
        sent = {"name_zh": "林涛", "phone": "13911112222", "email": "", "version": reachable.version}

        client_of(admin_member).post("/registry/members/lin/change/", sent)

        reachable.refresh_from_db()
        assert (reachable.phone, reachable.email) == ("13911112222", "")


class TestApi:
    def read(self, client, column="phone", **headers):
        return client.post(
            "/api/v1/registry/members/lin/read",
            json.dumps({"column": column}),
            content_type="application/json",
            headers=headers,
        )

    def test_rows_come_masked(self, reachable, shen, client_of):
        browser = client_of(shen)

        one = browser.get("/api/v1/registry/members/lin").json()
        some = browser.get("/api/v1/registry/members").json()["items"]

        assert (one["phone"], one["email"]) == ("***", "***")
        assert {row["phone"] for row in some} == {"***", ""}
        assert not readings()

    def test_a_value_is_given_on_the_record(self, reachable, shen, client_of):
        answer = self.read(client_of(shen))

        assert answer.json() == {"column": "phone", "value": "13900001234"}
        assert answer.headers["Cache-Control"] == "no-store"
        assert [(body["by"], body["id"]) for body in readings()] == [(shen.pk, reachable.pk)]

    def test_others_are_refused(self, reachable, pan, zhou, client_of):
        assert self.read(client_of(pan)).json()["code"] == "core.not_allowed"
        assert self.read(client_of(zhou)).status_code == 403
        assert not readings()

    def test_an_unknown_column_is_named(self, reachable, shen, client_of):
        answer = self.read(client_of(shen), "title")

        assert (answer.status_code, answer.json()["code"]) == (404, "core.no_masked_column")

    def test_a_mask_sent_back_changes_nothing(self, reachable, admin_member, client_of):
        browser = client_of(admin_member)
        etag = browser.get("/api/v1/registry/members/lin").headers["ETag"]

        answer = browser.patch(
            "/api/v1/registry/members/lin",
            json.dumps({"title": "主任", "phone": "***", "email": "new@example.org"}),
            content_type="application/json",
            headers={"if_match": etag},
        )

        reachable.refresh_from_db()
        assert answer.status_code == 200
        assert (reachable.phone, reachable.email) == ("13900001234", "new@example.org")


class TestCommands:
    @pytest.fixture
    def typed(self, reachable):
        return lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=False).stdout

    @pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("list", "--csv"), ("show", "lin")])
    def test_lists_are_masked(self, typed, words):
        said = typed("members", *words)

        assert "13900001234" not in said and "***" in said

    def test_one_is_read_on_the_record(self, typed):
        answer = json.loads(typed("members", "read", "lin", "--column", "email", "--json"))

        assert answer == {"code": "lin", "column": "email", "value": "lin@example.org"}
        assert [body["facts"]["column"] for body in readings()] == ["email"]
