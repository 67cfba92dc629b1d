"""Sensitive values of journal entries: read for a reason, erased for good, by page, API and command."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from shanhai.core import journal, proving, seals
from shanhai.core.actions import roles
from shanhai.core.models import JournalEntry, JournalSecret
from shanhai.site.cli import run


@pytest.fixture
def entry(zone: Any) -> JournalEntry:
    return journal.record(zone, "core.test", by=None, sensitive={"name": "张三"})


@pytest.fixture
def auditor(cast: Any) -> Any:
    roles.give_role(cast.members["lin"], role="auditor", from_on=date(2018, 1, 1), by=None)
    return cast.members["lin"]


def readings() -> list[dict[str, Any]]:
    return [json.loads(one.body)["facts"] for one in JournalEntry.objects.filter(action="core.read_secret")]


class TestPage:
    def test_it_is_shown_for_a_reason_and_kept_nowhere(
        self, entry: Any, auditor: Any, client_of: Any
    ) -> None:
        client, path = client_of(auditor), f"/registry/journal/{entry.pk}/"
        page = client.get(path).content.decode()
        assert f"{path}secret/name/" in page
        assert "erase" not in page
        assert "张三" not in page

        assert client.post(f"{path}secret/name/", {"reason": ""}).status_code == 422
        assert readings() == []
        answer = client.post(f"{path}secret/name/", {"reason": "audit 2023"})

        assert "张三" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert readings() == [{"entry": entry.pk, "name": "name", "reason": "audit 2023"}]

    def test_who_may_not_is_turned_away(self, entry: Any, lin: Any, zhou: Any, client_of: Any) -> None:
        path = f"/registry/journal/{entry.pk}/"
        assert "secret/" not in client_of(lin).get(path).content.decode()
        assert client_of(lin).post(f"{path}secret/name/", {"reason": "curious"}).status_code in (403, 422)
        assert client_of(zhou).post(f"{path}secret/name/", {"reason": "curious"}).status_code in (403, 404)
        assert readings() == []

    def test_it_is_erased_and_the_proof_stands(self, entry: Any, admin_member: Any, client_of: Any) -> None:
        seals.seal_now()
        path = f"/registry/journal/{entry.pk}/secret/name/erase/"

        assert client_of(admin_member).post(path, {"reason": "asked to", "keep": "张*"}).status_code == 302

        assert JournalSecret.objects.get().value == "张*"
        assert proving.verify().is_sound


def test_the_api_reads_and_erases(entry: Any, admin_member: Any, zhou: Any, client_of: Any) -> None:
    path = f"/api/v1/registry/journal/entries/{entry.pk}/secrets"
    given = {"name": "name", "reason": "audit"}

    def call(member: Any, verb: str) -> Any:
        return client_of(member).post(f"{path}/{verb}", json.dumps(given), content_type="application/json")

    assert call(zhou, "read").status_code in (403, 404)
    assert call(admin_member, "read").json() == {"name": "name", "value": "张三"}
    assert len(readings()) == 1
    assert call(admin_member, "erase").status_code == 204
    assert call(admin_member, "read").json()["code"] == "core.secret_erased"


def test_the_command_reads_and_erases(entry: Any, capsys: Any) -> None:
    read = ["registry", "journal", "read", str(entry.pk), "name", "--reason", "audit"]
    erase = ["registry", "journal", "erase", str(entry.pk), "name", "--reason", "asked to"]

    assert run(read) == 0
    assert capsys.readouterr().out == "张三\n"
    assert run([*erase, "--dry-run"]) == 0
    assert JournalSecret.objects.get().value == "张三"
    assert run(erase) == 0
    assert run(read) == 1
    assert run(read[:5]) == 2
