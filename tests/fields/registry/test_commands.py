"""``shanhai registry ...`` whole: what the pages do, exit codes, dry runs, wrong input."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core.models import Document, JournalEntry, Member, Organisation, Region, Unit
from shanhai.site.cli import run


@pytest.fixture
def typed(cast: SimpleNamespace, capsys: Any) -> Any:
    """``typed("units", "list", as_="admin")``: exit code, standard output and standard error."""

    def type_(*words: str, as_: str = "") -> SimpleNamespace:
        capsys.readouterr()
        code = run(["registry", *words, *(["--as", as_] if as_ else [])])
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return type_


@pytest.fixture
def piped(monkeypatch: Any) -> Any:
    """``piped(b"...")`` is what stands on standard input."""

    def pipe(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return pipe


class TestPlaces:
    def test_a_region_is_split_corrected_merged_and_abolished(self, typed):
        split = ("regions", "split", "331181", "331182", "--name", "剑池县", "--on", "2023-09-01")
        assert typed(*split, "--dry-run").code == 0
        assert not Region.objects.filter(code="331182000000").exists()
        assert typed(*split).code == 0
        assert typed("regions", "correct", "331182", "--en", "Jianchi", "--population", "1000").code == 0
        assert typed("regions", "recode", "331182", "331183", "--on", "2023-09-02").code == 0
        assert typed("regions", "merge", "331183", "331181", "--on", "2023-09-03").code == 0
        made = Region.objects.get(code="331183000000")
        assert (made.name_en, str(made.valid_to)) == ("Jianchi", "2023-09-03")
        assert typed("regions", "abolish", "331183", "--on", "2023-09-04").code == 1

    def test_a_region_with_organisations_is_merged_and_not_abolished(self, typed):
        typed("regions", "split", "331181", "331182", "--name", "剑池县", "--on", "2023-09-01")

        refused = typed("regions", "abolish", "331181", "--on", "2023-09-04")
        assert refused.code == 1
        assert "2 organisations stand in" in refused.err
        assert "Longquan Park Committee" in refused.err
        assert typed("regions", "merge", "331181", "331182", "--on", "2023-09-04").code == 0
        assert set(
            Organisation.objects.filter(region__code="331182000000").values_list("code", flat=True)
        ) == {
            "LQ",
            "LQ-PARK",
        }

    def test_an_organisation_and_a_unit_are_changed_closed_and_opened_again(self, typed):
        assert typed("organisations", "change", "STRANGER", "--en", "Other", "--kind", "enterprise").code == 0
        assert Organisation.objects.get(code="STRANGER").kind == "enterprise"
        add = ("units", "add", "STRANGER", "ST-2", "--name", "二科")
        assert json.loads(typed(*add, "--json").out)["code"] == "ST-2"
        assert typed("units", "change", "ST-2", "--ladder", "handle sign").code == 0
        assert typed("units", "close", "ST-2").code == 0
        assert typed("units", "reopen", "ST-2").code == 0
        assert Unit.objects.get(code="ST-2").ladder == "handle sign"
        assert typed("organisations", "close", "STRANGER").code == 1


class TestPeople:
    def test_a_member_is_changed_moved_stood_in_for_and_let_go(self, typed):
        assert typed("members", "add", "LQ-1", "chen", "--name", "陈越").code == 0
        assert typed("members", "change", "chen", "--title", "科长", "--title-en", "Head").code == 0
        assert Member.objects.get(code="chen").title_en == "Head"
        assert typed("members", "move", "chen", "LQ-PARK-1").code == 0
        assert typed("members", "set-deputy", "chen", "lin").code == 0
        assert typed("members", "end-deputy", "chen").code == 0
        assert typed("members", "end-deputy", "chen").code == 1
        assert typed("members", "deactivate", "chen").code == 0
        assert typed("members", "reactivate", "chen").code == 0
        assert Member.objects.get(code="chen").unit.code == "LQ-PARK-1"

    def test_a_login_is_reset_shut_and_let_in_again(self, typed):
        typed("members", "add", "LQ-1", "chen", "--name", "陈越")
        typed("members", "open-login", "chen", "chen.yue")
        first = json.loads(typed("members", "reset-password", "chen", "--json").out)["first_password"]
        assert typed("members", "close-login", "chen").code == 0
        assert typed("members", "reopen-login", "chen").code == 0

        user = Member.objects.get(code="chen").user
        assert user.is_active
        assert user.check_password(first)

    def test_a_role_has_days(self, typed):
        assert typed("roles", "give", "zhou", "handler", "--from", "18/9/2023").code == 1
        assert typed("roles", "give", "zhou", "handler", "--from", "2023-09-18").code == 0
        assert typed("roles", "take", "zhou", "handler").code == 0
        assert typed("roles", "show", "no-such-role").code == 1


class TestPapers:
    def test_a_paper_is_filed_shown_replaced_shared_and_withdrawn(self, typed, tmp_path, piped):
        file = tmp_path / "名单.txt"
        file.write_text("名单", encoding="utf-8")
        number = str(json.loads(typed("documents", "add", str(file), "--json", as_="lin").out)["id"])
        assert typed("documents", "describe", number, "--title", "专家名单", as_="lin").code == 0
        assert typed("documents", "show", number, as_="shen").code == 1
        assert typed("documents", "guest", number, "XS-OFFICE", as_="lin").code == 0
        assert typed("documents", "get", number, "--out", str(tmp_path / "copy.txt"), as_="shen").code == 0
        assert (tmp_path / "copy.txt").read_text(encoding="utf-8") == "名单"
        assert typed("documents", "share", number, "public", as_="lin").code == 0
        piped("新名单".encode())
        new = json.loads(typed("documents", "replace", number, "-", "--json", as_="lin").out)["id"]
        assert typed("documents", "withdraw", str(new), as_="lin").code == 0
        assert typed("documents", "restore", str(new), as_="lin").code == 0
        assert Document.objects.count() == 2

    def test_a_paper_that_is_not_there_or_is_something_else_is_refused(self, typed, tmp_path):
        (tmp_path / "x.pdf").write_text("no pdf", encoding="utf-8")

        assert "cannot be read" in typed("documents", "add", str(tmp_path / "absent.pdf")).err
        assert typed("documents", "add", str(tmp_path / "x.pdf")).code == 1
        assert typed("documents", "share", "1", "everybody").code == 2
        assert not Document.objects.exists()


class TestTables:
    TABLE = "科室编码,所属单位,科室名称\nLQ-9,LQ,综合二科\nLQ-8,NOWHERE,错\n"

    def test_a_table_is_brought_looked_at_written_and_taken_back(self, typed, tmp_path):
        table = tmp_path / "科室.csv"
        table.write_bytes(self.TABLE.encode("gbk"))
        brought = typed("imports", "bring", "registry.units", str(table), "--json", as_="admin")
        number = str(json.loads(brought.out)["id"])
        told = json.loads(typed("imports", "show", number, "--json", as_="admin").out)
        assert (told["new"], told["refused"]) == (1, 1)
        assert told["refused_rows"][0]["row"] == 3
        assert typed("imports", "refused", number, "--out", str(tmp_path / "r.xlsx"), as_="admin").code == 0
        assert typed("imports", "write", number, "--dry-run", as_="admin").code == 0
        assert not Unit.objects.filter(code="LQ-9").exists()
        assert typed("imports", "write", number, as_="admin").code == 0
        assert Unit.objects.filter(code="LQ-9").exists()
        assert typed("imports", "undo", number, as_="admin").code == 0
        assert typed("imports", "write", number, as_="admin").code == 1
        assert typed("imports", "list", as_="admin").code == 0

    def test_headings_are_named_and_a_file_is_discarded(self, typed, piped):
        piped("什么,所属单位,科室名称\nLQ-9,LQ,综合二科\n".encode())
        bring = ("imports", "bring", "registry.units", "-", "--file-name", "units.csv", "--json")
        number = str(json.loads(typed(*bring, as_="admin").out)["id"])
        assert typed("imports", "columns", number, "--column", "哪个=code", as_="admin").code == 1
        assert typed("imports", "columns", number, "--column", "什么=code", as_="admin").code == 0
        assert json.loads(typed("imports", "show", number, "--json", as_="admin").out)["new"] == 1
        assert typed("imports", "discard", number, as_="admin").code == 0

    def test_what_cannot_be_brought_is_refused(self, typed, piped):
        assert typed("imports", "bring", "registry.units", "absent.xlsx").code == 1
        assert typed("imports", "bring", "no.register", "-").code == 1
        piped(b"\x00\x01\x02")
        assert typed("imports", "bring", "registry.units", "-", as_="admin").code == 1
        assert typed("imports", "list", as_="zhou").code == 1

    def test_a_register_goes_out_as_a_table(self, typed, tmp_path):
        assert "LQ-1" in typed("registers", "export", "registry.units", "--out", "-").out
        assert typed("registers", "export", "registry.units", "--out", str(tmp_path / "u.xlsx")).code == 0
        assert typed("registers", "template", "registry.units", "--out", str(tmp_path / "t.xlsx")).code == 0
        assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
        assert typed("registers", "export", "registry.units", "--out", "/absent/u.csv").code == 1


class TestRecord:
    def test_an_entry_is_shown_and_a_receipt_is_taken(self, typed, tmp_path):
        entry = JournalEntry.objects.order_by("pk").first()

        assert json.loads(typed("journal", "show", str(entry.pk)).out)
        assert typed("journal", "receipt").code == 1
        assert typed("journal", "receipt", "--out", str(tmp_path / "receipt.json"), as_="admin").code == 0
        assert json.loads(typed("journal", "seals", "--json").out)
        assert run(["journal", "verify", "--receipt", str(tmp_path / "receipt.json")]) == 0

    def test_wrong_days_and_years_are_told(self, typed):
        assert typed("calendar", "show", "99999").code == 2
        load = ("calendar", "load", "2027", "--off", "first of May", "--source", "通知")
        assert typed(*load).code == 1
        rule = ("rulebook", "add", "core.document_max_mb", "20", "--source", "通知", "--from")
        assert typed(*rule, "soon").code == 1
        assert typed(*rule, "2023-10-01", "--dry-run").code == 0

    def test_a_firm_reads_its_own_people_only(self, typed):
        assert typed("members", "show", "lin", as_="zhou").code == 1
