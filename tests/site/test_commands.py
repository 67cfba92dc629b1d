"""The command line: exit codes, who acts, and a zone that goes in and comes out again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from pathlib import Path

import openpyxl
import pytest

from shanhai.core import clock
from shanhai.core.actions import links as link_actions
from shanhai.core.models import (
    Document,
    Installation,
    JournalEntry,
    Member,
    NoticeFact,
    Organisation,
    Pairing,
    Sweep,
    User,
    WorkItem,
)
from shanhai.site.cli import run
from shanhai.site.commands import demo
from tests import examples
from tests.laying import demonstration, loaded_example

EXAMPLE = examples.small()


@pytest.fixture
def loaded(db):
    """The example zone, as its folder says it."""
    loaded_example()


class TestExitCodes:
    @pytest.mark.parametrize(
        "line", [["nonsense"], ["zone"], ["zone", "load"], ["serve", "--port", "x"], ["--as"]]
    )
    def test_wrong_usage_is_2(self, line):
        assert run(line) == 2

    def test_help_is_0(self, capsys):
        assert run(["--help"]) == 0
        assert "zone" in capsys.readouterr().out

    @pytest.mark.django_db
    def test_a_refusal_is_1_with_its_sentence_on_standard_error(self, capsys, tmp_path):
        assert run(["zone", "load", str(tmp_path / "absent")]) == 1
        captured = capsys.readouterr()
        assert "Name a folder of CSV files or a workbook" in captured.err
        assert captured.out == ""

    @pytest.mark.django_db
    def test_an_unknown_member_cannot_be_acted_as(self, capsys):
        assert run(["--as", "nobody", "zone", "load", str(EXAMPLE)]) == 1
        assert "no active member nobody" in capsys.readouterr().err

    @pytest.mark.django_db
    def test_who_is_acted_as_has_their_own_rights_only(self, zone, zhou, capsys, tmp_path):
        (tmp_path / "regions.csv").write_text(
            "code,name_zh,standing\n331102000000,莲都区,illustrative\n", encoding="utf-8"
        )

        assert run(["zone", "load", str(tmp_path), "--as=zhou"]) == 1
        assert "may not do this" in capsys.readouterr().err


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
class TestZone:
    def test_what_was_loaded_comes_out_equal(self, capsys, tmp_path):
        assert run(["zone", "load", str(examples.WHOLE), "--json"]) == 0
        written = json.loads(capsys.readouterr().out)["written"]
        assert run(["zone", "export", str(tmp_path / "out")]) == 0

        for path in sorted(examples.WHOLE.glob("*.csv")):
            given, came_out = rows_of(path), rows_of(tmp_path / "out" / path.name)
            shared = [name for name in given[0] if name in came_out[0]] if given and came_out else []
            assert set(given[0]) <= set(came_out[0]) if given else True, path.name
            assert _bare(given, shared) == _bare(came_out, shared), path.name
        assert written["regions.csv"] > 0

    def test_what_came_out_goes_in_again_and_changes_nothing(self, loaded, capsys, tmp_path):
        run(["zone", "export", str(tmp_path / "out")])
        entries = JournalEntry.objects.count()
        capsys.readouterr()

        assert run(["zone", "load", str(tmp_path / "out"), "--json"]) == 0

        assert not any(json.loads(capsys.readouterr().out)["written"].values())
        assert JournalEntry.objects.count() == entries

    def test_trying_out_writes_nothing(self, capsys):
        assert run(["zone", "load", str(EXAMPLE), "--dry-run", "--json"]) == 0

        assert json.loads(capsys.readouterr().out)["dry_run"] is True
        assert not Organisation.objects.exists()
        assert not JournalEntry.objects.exists()

    def test_one_bad_row_keeps_everything_out(self, capsys, tmp_path):
        folder = tmp_path / "zone"
        shutil.copytree(examples.beginning(), folder)
        with (folder / "units.csv").open("a", encoding="utf-8") as file:
            file.write("x-1,no-such-organisation,某科,,handle,,illustrative\n")

        assert run(["zone", "load", str(folder)]) == 1

        told = capsys.readouterr().err
        assert "no-such-organisation" in told and "row" in told
        assert not Organisation.objects.exists()

    def test_a_file_that_no_register_knows_is_refused_by_name(self, capsys, tmp_path):
        (tmp_path / "region.csv").write_text("code\n", encoding="utf-8")

        assert run(["zone", "load", str(tmp_path)]) == 1
        assert "region.csv" in capsys.readouterr().err

    def test_files_in_gbk_say_what_those_in_utf_8_say(self, capsys, tmp_path):
        folder = tmp_path / "zone"
        shutil.copytree(EXAMPLE, folder)
        for path in folder.glob("*.csv"):
            path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))

        assert run(["zone", "load", str(folder)]) == 0
        capsys.readouterr()
        assert run(["zone", "load", str(EXAMPLE), "--json"]) == 0

        assert not any(json.loads(capsys.readouterr().out)["written"].values())

    def test_a_table_that_others_stand_on_is_named_before_anything_is_read(self, capsys, tmp_path):
        folder = tmp_path / "zone"
        shutil.copytree(EXAMPLE, folder)
        (folder / "units.csv").unlink()

        assert run(["zone", "load", str(folder)]) == 1

        told = capsys.readouterr().err
        assert told.startswith("units.csv is missing from zone")
        assert len(told.splitlines()) == 1

    def test_papers_that_are_missing_are_named_once(self, capsys, tmp_path):
        folder = tmp_path / "zone"
        shutil.copytree(EXAMPLE, folder)
        gone = sorted((folder / "documents").iterdir())[:2]
        for path in gone:
            path.unlink()

        assert run(["zone", "load", str(folder)]) == 1

        told = capsys.readouterr().err
        assert told.startswith("2 papers that rows name are not in the folder documents")
        assert all(told.count(path.name) == 1 for path in gone)
        assert not Organisation.objects.exists()

    def test_a_place_that_cannot_be_written_is_refused(self, capsys, tmp_path):
        (tmp_path / "file").write_text("", encoding="utf-8")

        assert run(["zone", "export", str(tmp_path / "file" / "zone")]) == 1
        assert "cannot be written" in capsys.readouterr().err

    def test_export_overwrites_nothing(self, capsys, tmp_path):
        (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")

        assert run(["zone", "export", str(tmp_path)]) == 1
        assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def _bare(rows: list[dict[str, str]], columns: list[str]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[name] for name in columns) for row in rows)


@pytest.fixture
def workbook(tmp_path):
    """``workbook(of, without=…, change=…)``: a zone as one workbook with a sheet for each register."""

    def make(of: Path = EXAMPLE, without: str = "", change=None) -> Path:
        book = openpyxl.Workbook(write_only=False)
        book.remove(book.active)
        for path in sorted(of.glob("*.csv")):
            if path.stem == without:
                continue
            sheet = book.create_sheet(path.stem)
            with path.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.reader(file):
                    sheet.append([value or None for value in row])
        if change:
            change(book)
        folder = tmp_path / "book"
        folder.mkdir()
        shutil.copytree(of / "documents", folder / "documents")
        book.save(folder / "zone.xlsx")
        return folder / "zone.xlsx"

    return make


@pytest.mark.django_db
class TestWorkbook:
    def load(self, path: Path, capsys) -> tuple[int, str]:
        code = run(["zone", "load", str(path)])
        return code, capsys.readouterr().err

    def test_says_what_the_folder_says_and_names_papers_that_are_not_beside_it(self, workbook, capsys):
        path = workbook()
        shutil.rmtree(path.parent / "documents")

        code, told = self.load(path, capsys)

        assert code == 1
        assert len(told.splitlines()) == 1
        assert not Document.objects.exists()
        shutil.copytree(EXAMPLE / "documents", path.parent / "documents")
        assert self.load(path, capsys) == (0, "")
        assert run(["zone", "load", str(EXAMPLE), "--json"]) == 0
        assert not any(json.loads(capsys.readouterr().out)["written"].values())
        assert Document.objects.count() >= len(list((EXAMPLE / "documents").iterdir()))

    def test_missing_and_unknown_sheets_are_all_named(self, workbook, capsys):
        code, told = self.load(
            workbook(
                examples.beginning(),
                without="organisations",
                change=lambda book: book.create_sheet("Sheet1"),
            ),
            capsys,
        )

        assert code == 1
        assert "organisations" in told and "is missing" in told
        assert "Sheet1: No register has this name." in told
        assert not Organisation.objects.exists()

    def test_an_error_of_the_spreadsheet_is_named_with_its_cell(self, workbook, capsys):
        def spoil(book) -> None:
            book["units"]["C4"] = "#REF!"
            book["units"]["C4"].data_type = "e"

        code, told = self.load(workbook(examples.beginning(), change=spoil), capsys)

        assert code == 1
        assert "units, row 4, column 3" in told

    def test_a_file_that_is_no_workbook_is_refused(self, tmp_path, capsys):
        path = tmp_path / "zone.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

        code, told = self.load(path, capsys)

        assert code == 1
        assert told


@pytest.mark.django_db
class TestDemo:
    def test_is_loaded_once_with_logins_that_work(self, client, capsys):
        demonstration()
        before = (JournalEntry.objects.count(), Member.objects.count(), Pairing.objects.count())
        assert demo._load_once(EXAMPLE) is False

        assert (JournalEntry.objects.count(), Member.objects.count(), Pairing.objects.count()) == before
        assert Installation.objects.get().is_demo
        answer = client.post("/account/login/", {"login": "office.lq", "password": demo.PASSWORD})
        assert answer.status_code == 302
        assert client.get("/account/").status_code == 200

    def test_what_is_late_waits_for_somebody_from_the_first_page_on(self, client):
        demonstration()

        assert Sweep.objects.exclude(name="tick").exists() and not Sweep.objects.exclude(error="").exists()
        assert WorkItem.objects.filter(kind="pairing.late_commitment", stage="open").exists()
        assert NoticeFact.objects.exists()
        client.post("/account/login/", {"login": "office.lq", "password": demo.PASSWORD})
        latest = client.get("/").content.decode().split('id="latest"')[1].split("</section>")[0]
        assert "commitments" not in latest, "the tick's own entries are nobody's deeds"

    def test_a_morning_is_under_way_when_the_visitor_comes(self, db):
        demonstration()

        codes = dict(Member.objects.values_list("pk", "code"))
        people = JournalEntry.objects.exclude(member_id=None).order_by("pk")
        assert [(codes[one.member_id], f"{clock.local(one.at):%H:%M}", one.action) for one in people] == [
            ("admin-wang", "07:58", "core.change_member"),
            ("ye-lan", "07:58", "core.confirm_address"),
            ("ye-lan", "07:58", "core.choose_mail"),
            ("admin-wang", "07:59", "core.change_member"),
            ("shen-jie", "07:59", "core.confirm_address"),
            ("shen-jie", "07:59", "core.choose_mail"),
            ("lq-edu-u-1", "08:00", "core.add_robot"),
            ("shen-jie", "08:02", "core.take_receipt"),
            ("lin-wen", "08:17", "pairing.answer_invitation"),
            ("shen-jie", "08:31", "core.store_document"),
            ("shen-jie", "08:31", "core.share_with_other_side"),
            ("ye-lan", "08:40", "core.store_document"),
            ("ye-lan", "08:40", "core.attach_document"),
            ("shen-jie", "08:46", "core.keep_print"),
            ("shen-jie", "08:46", "core.store_document"),
            ("shen-jie", "08:46", "core.attach_document"),
            ("shen-jie", "08:46", "core.match_scan"),
            ("shen-jie", "08:46", "pairing.sign_minutes"),
            ("xu-hang", "08:52", "pairing.answer_invitation"),
        ]
        instants = list(JournalEntry.objects.order_by("pk").values_list("at", flat=True))
        assert instants == sorted(instants)

    def test_tells_how_the_cooperation_stands(self, capsys):
        demonstration()

        demo.tell()

        told = capsys.readouterr().out
        assert "commitments" in told and "on track" in told
        assert "Most urgent:" in told
        for user in User.objects.filter(memberships__isnull=False):
            assert user.username in told

    def test_two_phone_links_are_told_once_and_open_on_their_phones(self, capsys):
        from shanhai.core import links
        from shanhai.core.link_rules import Tried
        from shanhai.core.queries import links as queries
        from shanhai.site.commands import morning

        demonstration()
        demo._tell_links()

        told = capsys.readouterr().out
        tokens = re.findall(r"/l/([^/]+)/", told)
        assert len(tokens) == 2 and all(links.is_signed(token) for token in tokens)
        for token, phone in zip(tokens, morning.PHONES, strict=True):
            assert phone in told
            assert link_actions.try_number(queries.by_token(token), number=phone)[0] == Tried.BOUND

    def test_is_not_mixed_into_a_real_zone(self, zone, capsys, monkeypatch):
        monkeypatch.setattr("shanhai.site.static.collect", lambda: False)

        assert run(["demo", "load"]) == 1
        assert "real zone" in capsys.readouterr().err
        assert run(["demo", "load", "--reset"]) == 1
        assert Pairing.objects.filter(code="LQ-XS").exists()


@pytest.mark.django_db
class TestCreateAdmin:
    def test_makes_a_member_with_a_login_and_the_role(self, zone, cast, capsys):
        assert run(["createadmin", "wang", "--name", "王宁", "--unit", "LQ-1"]) == 0

        told = capsys.readouterr().out
        member = Member.objects.get(code="wang")
        assert "First password:" in told
        assert member.user.must_change_password
        assert set(member.grants.values_list("role", flat=True)) == {"administrator"}

    def test_lets_somebody_in_again_who_is_shut_out(self, zone, lin, capsys):
        assert run(["createadmin", "lin"]) == 0

        first = capsys.readouterr().out.rsplit(" ", 1)[1].strip()
        lin.user.refresh_from_db()
        assert lin.user.check_password(first)

    def test_needs_a_unit_for_a_new_member(self, zone, capsys):
        assert run(["createadmin", "wang"]) == 1
        assert "--unit CODE" in capsys.readouterr().err


@pytest.mark.django_db
class TestFiles:
    def test_a_backup_makes_no_folder(self, capsys, tmp_path):
        assert run(["backup", str(tmp_path / "slip" / "zone.zip")]) == 1

        assert "Name a file in a folder that exists" in capsys.readouterr().err
        assert not (tmp_path / "slip").exists()

    @pytest.mark.parametrize(
        "line", [["journal", "verify", "--receipt", "absent"], ["workdays", "load", "absent"]]
    )
    def test_a_file_that_is_not_there_is_refused(self, line, capsys):
        assert run(line) == 1
        assert "absent cannot be read" in capsys.readouterr().err


def test_the_command_is_installed():
    assert (Path(sys.executable).parent / "shanhai").exists()
