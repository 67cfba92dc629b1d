"""Codes of public pages: revoked by who keeps the case, issued anew; the old one says plainly that it was revoked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry
from shanhai.fields.approval.actions import status_codes as actions
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.zone import codes
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

FIRST = "/approval/cases/C-1/letters/accepted/"


def case_now() -> Case:
    return queries.case_of(None, "C-1")


def test_the_old_code_says_that_it_was_revoked_and_the_new_one_shows_the_case(case, lin, client):
    old = public_status.address_for(case_now())
    assert client.get(f"{old}?lang=en").status_code == 200

    actions.revoke_code(case_now(), reason="posted in a chat group", by=lin)

    told = client.get(f"{old}?lang=en")
    assert told.status_code == 410 and "The code on this letter was revoked" in told.content.decode()
    assert case.project.name_en not in told.content.decode() and told["Cache-Control"] == "no-store"
    assert "此函件上的查询码已作废" in client.get(f"{old}?lang=zh-hans").content.decode()
    assert public_status.address_for(case_now()) == ""
    actions.issue_code(case_now(), by=lin)
    new = public_status.address_for(case_now())
    assert new != old and client.get(f"{new}?lang=en").status_code == 200
    assert client.get(f"{old}?lang=en").status_code == 410
    assert client.get(f"{new[:-3]}a/?lang=en").status_code == 404
    assert list(replay()) == []


def test_a_code_that_is_still_to_come_and_one_of_another_case_are_unknown(case, client):
    for address in (
        public_status.address_of("C-1", 1),
        f"/approval/status/C-1/{public_status.code_of('C-2')}/",
    ):
        assert client.get(f"{address}?lang=en").status_code == 404


def test_both_stand_in_the_journal_with_the_reason(case, lin):
    actions.revoke_code(case_now(), reason="posted in a chat group", by=lin)
    actions.issue_code(case_now(), by=lin)

    told = JournalEntry.objects.filter(action__in=("approval.revoke_code", "approval.issue_code")).order_by(
        "pk"
    )
    facts = [json.loads(one.body)["facts"] for one in told]
    assert facts[0]["reason"] == "posted in a chat group" and facts[1]["code_no"] == 1


def test_only_who_keeps_the_case_does_it_and_in_order(case, lin, shen, firm, bureaus):
    for by in (shen, firm, bureaus.members["dong"]):
        with pytest.raises(NotAllowed):
            actions.revoke_code(case_now(), reason="x", by=by)
    with pytest.raises(NotNow) as told:
        actions.issue_code(case_now(), by=lin)
    assert told.value.code == "approval.code_holds"
    with pytest.raises(BadInput):
        actions.revoke_code(case_now(), reason=" ", by=lin)
    actions.revoke_code(case_now(), reason="x", by=lin)
    with pytest.raises(NotNow) as told:
        actions.revoke_code(case_now(), reason="x", by=lin)
    assert told.value.code == "approval.code_revoked_already"
    Case.objects.update(code_no=99)
    with pytest.raises(NotNow) as told:
        actions.issue_code(case_now(), by=lin)
    assert told.value.code == "approval.codes_used_up"


def test_the_pages(case, client_of, lin, zhou, firm):
    own = client_of(lin)
    assert "Revoke the code" in own.get(FIRST).content.decode()
    assert "Revoke the code" not in client_of(firm).get(FIRST).content.decode()
    address = "/approval/cases/C-1/code/revoke/"
    version = str(case_now().version)
    assert own.get(address).status_code == 200
    assert own.post(address, {"reason": "", "version": version}).status_code == 422
    assert own.post(address, {"reason": "lost", "version": version}).status_code == 302
    page = own.get(FIRST).content.decode()
    assert "this letter has none" in page and "Issue a new code" in page
    assert own.get(f"{FIRST}en.pdf").status_code == 200
    assert "查询码已作废" in client_of(lin, language="zh-hans").get(FIRST).content.decode()
    assert own.post("/approval/cases/C-1/code/issue/").status_code == 302
    version = str(case_now().version)
    assert own.post(address, {"reason": "again", "with_new": "on", "version": version}).status_code == 302
    assert (case_now().code_no, case_now().is_code_revoked) == (2, False)
    assert client_of(zhou).get(address).status_code in (403, 404)


def test_the_api_and_commands(case, client_of, lin, zhou, capsys):
    own = client_of(lin)

    def post(by: Any, what: str, body: dict[str, str]) -> Any:
        return by.post(
            f"/api/v1/approval/cases/C-1/status-code/{what}", json.dumps(body),
            content_type="application/json", headers={"If-Match": "*"},
        )  # fmt: skip

    assert post(own, "revoke", {"reason": "lost"}).json() == {
        "status_url": "", "code_no": 0, "is_code_revoked": True, "version": case_now().version,
    }  # fmt: skip
    assert own.get("/api/v1/approval/cases/C-1/letters").json()["status_url"] == ""
    assert post(own, "issue", {}).json()["status_url"].endswith(public_status.address_of("C-1", 1))
    assert post(client_of(zhou), "revoke", {"reason": "x"}).status_code in (403, 404)
    assert run(["approval", "code", "revoke", "C-1", "--why", "lost", "--as", "lin", "--dry-run"]) == 0
    assert not case_now().is_code_revoked
    assert run(["approval", "code", "revoke", "C-1", "--why", "lost", "--as", "lin"]) == 0
    capsys.readouterr()
    assert run(["approval", "code", "issue", "C-1", "--as", "lin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["code_no"] == 2


def test_what_holds_no_more_travels_with_a_zone_folder(case, lin, tmp_path: Path):
    actions.revoke_code(case_now(), reason="x", by=lin)
    actions.issue_code(case_now(), by=lin)
    assert codes.export(tmp_path, None)["case_codes.csv"] == 1
    Case.objects.update(code_no=0)

    assert codes.load(tmp_path, None) == {"case_codes.csv": 1}
    assert codes.load(tmp_path, None) == {"case_codes.csv": 0}
    assert case_now().code_no == 1
