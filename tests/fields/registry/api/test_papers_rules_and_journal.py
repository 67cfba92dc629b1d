"""Papers, the rulebook, the calendar and the journal, through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shanhai.core.models import Document, JournalEntry

pytestmark = pytest.mark.django_db

NOTICE = {
    "year": 2027,
    "off_days": ["2027-01-01"],
    "work_days": ["2027-02-06"],
    "source": "国办发明电〔2026〕1号",
}


def file(text: str = "证明材料\n", name: str = "证明.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


@pytest.fixture
def filed(api_of: Any, lin: Any, zone: Any) -> dict[str, Any]:
    """A paper that Lin's program filed in the pairing."""
    given = {"file": file(), "title": "证明", "pairing": "LQ-XS"}
    made = api_of(lin)("post", "/documents", given, form=True)
    assert made.status_code == 201, made.content.decode()
    return made.json()


class TestDocuments:
    def test_a_file_is_filed_once_and_given_out(self, api_of: Any, lin: Any, zone: Any) -> None:
        call = api_of(lin)
        first = call("post", "/documents", {"file": file(), "title": "证明"}, form=True, key="k1")
        second = call("post", "/documents", {"file": file(), "title": "证明"}, form=True, key="k1")
        other = call("post", "/documents", {"file": file("另一份\n"), "title": "证明"}, form=True, key="k1")

        assert first.status_code == 201, first.content.decode()
        assert first.json() == second.json()
        assert other.json()["code"] == "core.key_reused"
        assert Document.objects.count() == 1
        answer = call("get", f"/documents/{first.json()['id']}/file")
        assert b"".join(answer.streaming_content).decode() == "证明材料\n"
        assert answer["Content-Disposition"].startswith("attachment")

    def test_a_file_that_is_not_what_its_name_says_is_refused(self, api_of: Any, lin: Any, zone: Any) -> None:
        refused = api_of(lin)("post", "/documents", {"file": file(name="证明.pdf")}, form=True)

        assert refused.status_code == 422
        assert refused["Content-Type"] == "application/problem+json"

    def test_a_form_that_cannot_be_read_is_refused(self, client_of: Any, lin: Any, zone: Any) -> None:
        refused = client_of(lin).post("/api/v1/registry/documents", b"x", content_type="multipart/form-data")

        assert (refused.status_code, refused.json()["code"]) == (400, "core.unreadable_request")

    def test_it_is_described_shared_replaced_withdrawn_and_restored(
        self, api_of: Any, held: Any, lin: Any, shen: Any, filed: Any
    ) -> None:
        call, path = api_of(lin), f"/documents/{filed['id']}"
        assert api_of(shen)("get", path).status_code == 404
        assert call("patch", path, {"number": "龙协〔2023〕7号"}).status_code == 428
        assert call("patch", path, {"number": "龙协〔2023〕7号"}, version=99).status_code == 412
        described = call("patch", path, {"number": "龙协〔2023〕7号"}, version=filed["version"]).json()
        assert (described["number"], described["title"]) == ("龙协〔2023〕7号", "证明")

        shared = held(call, f"{path}/share", {"to": "both"}, described["version"])
        assert api_of(shen)("get", path).json()["reach"] == "both"
        assert api_of(shen)("patch", path, {"title": "x"}, version=shared["version"]).status_code == 403

        assert call("post", f"{path}/replace", {"file": file("新版\n")}, form=True).status_code == 428
        new = call(
            "post", f"{path}/replace", {"file": file("新版\n")}, form=True, version=shared["version"]
        ).json()
        assert (new["replaces"], new["reach"], new["title"]) == (filed["id"], "both", "证明")
        gone = held(call, f"/documents/{new['id']}/withdraw", None, new["version"])
        assert gone["withdrawn_on"] == "2023-09-18"
        assert held(call, f"/documents/{new['id']}/restore", None, gone["version"])["withdrawn_on"] is None

    def test_it_is_shown_to_a_named_organisation(self, api_of: Any, held: Any, lin: Any, filed: Any) -> None:
        given = {"organisation": "STRANGER"}

        assert (
            held(api_of(lin), f"/documents/{filed['id']}/guests", given, filed["version"])["reach"]
            == "guests"
        )

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, filed: Any) -> None:
        call, path = api_of(zhou), f"/documents/{filed['id']}"
        assert call("get", path).status_code == 403
        assert call("get", f"{path}/file").status_code == 403
        assert call("post", "/documents", {"file": file()}, form=True).status_code == 403
        assert call("patch", path, {"title": "x"}, version=0).status_code == 403
        assert call("post", f"{path}/replace", {"file": file()}, form=True, version=0).status_code == 403
        for verb, given in (
            ("withdraw", None),
            ("restore", None),
            ("share", {"to": "public"}),
            ("guests", {"organisation": "STRANGER"}),
        ):
            assert call("post", f"{path}/{verb}", given, version=0).status_code == 403, verb


class TestRulebookAndCalendar:
    VALUE = {
        "value": "25",
        "valid_from": "2023-10-01",
        "status": "verified",
        "source": "办公室会议纪要〔2023〕9号",
    }

    def test_a_value_is_added_once_with_its_source(self, api_of: Any, admin_member: Any) -> None:
        call, path = api_of(admin_member), "/rulebook/core.document_max_mb"
        first = call("post", f"{path}/values", self.VALUE, key="k1")
        assert first.status_code == 201, first.content.decode()
        assert call("post", f"{path}/values", self.VALUE, key="k1").json() == first.json()

        assert call("get", f"{path}?on=2023-10-01").json()["value"] == 25
        assert [one["valid_from"] for one in call("get", f"{path}/values").json()].count("2023-10-01") == 1
        wrong = call("post", f"{path}/values", self.VALUE | {"value": "viel"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "registry.value_form")

    @pytest.mark.parametrize(
        "value", ["[" * 5000, "9" * 5000, "1e999999999", "NaN", '{"a": 1e400}', "\ud800"]
    )
    @pytest.mark.parametrize(
        "code", ["core.document_max_mb", "pairing.item.escalate_after_days", "pairing.item.reminder_days"]
    )
    def test_no_value_breaks_it(self, api_of: Any, admin_member: Any, code: str, value: str) -> None:
        answer = api_of(admin_member)("post", f"/rulebook/{code}/values", self.VALUE | {"value": value})

        assert answer.status_code in (201, 404, 422), answer.content.decode()[:300]

    def test_a_notice_is_looked_at_and_loaded(self, api_of: Any, admin_member: Any) -> None:
        call = api_of(admin_member)
        assert call("post", "/calendar/preview", NOTICE).json() == {"year": 2027, "moved": []}
        assert call("get", "/calendar/2027").json()["is_provisional"] is True

        first = call("post", "/calendar", NOTICE, key="k1")
        assert first.status_code == 201, first.content.decode()
        assert call("post", "/calendar", NOTICE, key="k1").json() == first.json()
        assert JournalEntry.objects.filter(action="core.load_notice").count() == 1

        year = call("get", "/calendar/2027").json()
        assert (year["off"], year["worked"], year["is_provisional"]) == (
            ["2027-01-01"],
            ["2027-02-06"],
            False,
        )

    def test_the_outsider_and_the_office_are_turned_away(
        self, api_of: Any, zhou: Any, lin: Any, zone: Any
    ) -> None:
        for member in (zhou, lin):
            call = api_of(member)
            assert call("post", "/calendar", NOTICE).status_code == 403
            assert call("post", "/calendar/preview", NOTICE).status_code == 403
            assert call("post", "/rulebook/core.document_max_mb/values", self.VALUE).status_code == 403
        assert api_of(zhou)("get", "/rulebook/core.document_max_mb/values").status_code == 403


class TestJournal:
    def test_a_receipt_is_taken_and_proves_what_stood_there(self, api_of: Any, lin: Any, zone: Any) -> None:
        call = api_of(lin)
        receipt = call("post", "/journal/receipts")
        assert receipt.status_code == 201, receipt.content.decode()

        proof = call("post", "/journal/prove", {"receipt": receipt.json()}).json()
        assert (proof["sound"], proof["proved_to"]) == (True, receipt.json()["last_entry"])
        assert call("post", "/journal/prove", {}).json()["proved_to"] is None
        forged = receipt.json() | {"digest": "00" * 32}
        assert call("post", "/journal/prove", {"receipt": forged}).json()["sound"] is False
        refused = call("post", "/journal/prove", {"receipt": {"form": "x"}})
        assert (refused.status_code, refused.json()["code"]) == (422, "core.no_receipt")
        assert call("get", "/journal/seals").json()["items"][0]["number"] == receipt.json()["seal"]

    def test_one_entry_is_shown_with_its_body(self, api_of: Any, lin: Any, filed: Any) -> None:
        call = api_of(lin)
        [entry] = call("get", "/journal?action=core.store_document").json()["items"]
        shown = call("get", f"/journal/entries/{entry['id']}").json()

        assert shown["body"]["facts"]["file"] == "证明.txt"
        assert len(shown["digest"]) == 64
        assert call("get", "/journal/entries/999999").json()["code"] == "registry.no_entry"

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, zone: Any) -> None:
        call = api_of(zhou)
        for method, path in (
            ("get", "/journal/entries/1"),
            ("get", "/journal/seals"),
            ("post", "/journal/receipts"),
        ):
            assert call(method, path).status_code == 403, path
        assert call("post", "/journal/prove", {}).status_code == 403
