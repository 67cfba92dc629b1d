"""Check, backup, restore, export: through the functions and through the terminal."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from shanhai.core import blobs, calendar, checks, journal, ocel, proving, rows, seals, search
from shanhai.core.db.triggers import journal_writable
from shanhai.core.models import JournalEntry, Organisation, SearchEntry, Seat, Sweep
from shanhai.kernel.refusals import BadInput, NotNow

SHARED = Path(os.environ.get("SHANHAI_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


def codes(*only):
    return sorted(found.code for found in checks.run(only or None))


@pytest.mark.django_db
class TestChecks:
    OWN = ("core.triggers", "core.journal", "core.replay", "core.search", "core.seats", "core.sweeps")

    def test_finds_nothing_in_a_zone_written_by_actions(self, cast):
        seals.seal_now()

        assert codes("core.triggers", "core.journal", "core.replay", "core.seats", "core.sweeps") == []

    def test_finds_a_row_that_was_changed_past_the_actions(self, cast):
        Organisation.objects.filter(code="LQ").update(name_zh="别的名称")

        [found] = checks.run(["core.replay"])

        assert found.code == "core.state_differs"
        assert "name_zh" in found.say()

    def test_journal_gives_the_row_whatever_the_types_of_its_fields(self, zone):
        rows.move(zone, ended_on=date(2030, 12, 31))
        journal.record(zone, "core.test", by=None)

        assert codes("core.replay") == []

    def test_finds_lost_triggers(self, cast):
        with journal_writable():
            assert set(codes("core.triggers")) == {"core.trigger_missing"}
        assert codes("core.triggers") == []

    def test_finds_seats_that_do_not_follow_and_repairs_them(self, cast):
        Seat.objects.all().delete()
        assert codes("core.seats") == ["core.seats_differ"]
        assert not Seat.objects.exists()

        from shanhai.core.actions.pairings import recompute_seats

        recompute_seats()
        assert codes("core.seats") == []

    def test_finds_what_cannot_be_found(self, cast, monkeypatch):
        from shanhai.core import signs

        own = signs.Signed("Search kind")
        own.add(signs.SearchKind("core.organisation", "organisation", "some_entries"))
        monkeypatch.setattr(signs, "search_kinds", own)
        plain_call = signs.call
        monkeypatch.setattr(
            signs, "call", lambda dotted: some_entries if dotted == "some_entries" else plain_call(dotted)
        )
        search.rebuild()
        assert codes("core.search") == []

        SearchEntry.objects.update(title_zh="旧名称")
        search.put("core.organisation", 99, "没有了")

        assert codes("core.search") == ["core.found_but_gone", "core.not_findable"]

    def test_finds_a_sweep_that_fails(self):
        Sweep.objects.create(name="test", error="KeyError")

        assert codes("core.sweeps") == ["core.sweep_failed"]

    def test_broken_check_is_a_finding_and_not_the_end(self, monkeypatch):
        monkeypatch.setattr(checks.guards, "missing", lambda: 1 / 0)

        assert codes("core.triggers", "core.sweeps") == ["core.check_broke"]


def some_entries():
    for one in Organisation.objects.all():
        yield search.Found("core.organisation", one.pk, one.name_zh, "/", one.name_en, one.code)


@pytest.mark.django_db
class TestOcel:
    @pytest.fixture
    def log(self, zone, lin):
        rows.move(zone, name_zh="龙泉萧山")
        journal.record(zone, "core.rename_pairing", by=lin, n=1, dates=[date(2023, 9, 18)])
        file = StringIO()
        self.counts = ocel.write(file)
        return json.loads(file.getvalue())

    def test_has_the_form_of_the_standard(self, log):
        check_ocel(log)
        assert self.counts == {"events": len(log["events"]), "objects": len(log["objects"])}

    def test_follows_the_state_of_an_object_over_time(self, log, zone):
        [pairing] = [one for one in log["objects"] if one["id"] == f"core.pairing:{zone.pk}"]
        names = [one["value"] for one in pairing["attributes"] if one["name"] == "name_zh"]
        assert names == ["龙泉—萧山山海协作", "龙泉萧山"]

    def test_event_names_who_and_what(self, log, zone, lin):
        event = log["events"][-1]
        assert event["type"] == "core.rename_pairing"
        assert {"objectId": f"core.member:{lin.pk}", "qualifier": "by"} in event["relationships"]
        assert {"name": "n", "value": "1"} in event["attributes"]

    def test_an_object_takes_part_in_an_event_once(self, log, zone):
        [event] = [one for one in log["events"] if one["type"] == "core.rename_pairing"]
        mine = f"core.pairing:{zone.pk}"

        assert [one["qualifier"] for one in event["relationships"] if one["objectId"] == mine] == ["subject"]

    def test_sample_of_the_standard_passes_the_same_rules(self):
        path = SHARED / "approval_logs" / "ocel20_example.jsonocel"
        if not path.exists():
            assert os.environ.get("CI") != "true", f"{path} is missing"
            pytest.skip(f"{path} is not here.")
        check_ocel(json.loads(path.read_text(encoding="utf-8")))


def check_ocel(log):
    """The rules of the OCEL 2.0 JSON schema, and that references lead somewhere."""
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    types = {}
    for key in ("objectTypes", "eventTypes"):
        for one in log[key]:
            assert set(one) == {"name", "attributes"}
            assert all(
                set(attribute) == {"name", "type"}
                and attribute["type"] in ("string", "integer", "float", "boolean", "time")
                for attribute in one["attributes"]
            )
            types[key, one["name"]] = {attribute["name"] for attribute in one["attributes"]}
    ids = [one["id"] for one in log["objects"]]
    assert len(ids) == len(set(ids))
    for one in log["objects"]:
        assert {"id", "type"} <= set(one)
        for attribute in one.get("attributes", []):
            assert set(attribute) == {"name", "value", "time"}
            assert attribute["name"] in types["objectTypes", one["type"]]
            assert isinstance(attribute["value"], str)
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in log["events"]:
        assert {"id", "type", "time"} <= set(one)
        assert all(set(attribute) == {"name", "value"} for attribute in one.get("attributes", []))
        assert {attribute["name"] for attribute in one.get("attributes", [])} <= types[
            "eventTypes", one["type"]
        ]
        for related in one.get("relationships", []):
            assert set(related) == {"objectId", "qualifier"}
            assert related["objectId"] in set(ids)


class Terminal:
    """The command in processes of its own, on a zone of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "SHANHAI_DATA": str(folder),
            "SHANHAI_TODAY": "2023-09-18T09:00",
            "DATABASE_URL": "",
            "LANG": "en_US.UTF-8",
        }

    def run(self, *arguments: str, stdin: str = "") -> SimpleNamespace:
        return self.run_each((arguments, stdin))[0]

    def run_each(self, *lines: tuple[tuple[str, ...], str]) -> list[SimpleNamespace]:
        """Several commands in one process, since starting one takes a second or two."""
        done = subprocess.run(
            [sys.executable, "-c", RUN_EACH],
            env=self.env,
            input=json.dumps(lines),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return [SimpleNamespace(**answer) for answer in json.loads(done.stdout)]

    def python(self, code: str) -> None:
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.env | {"DJANGO_SETTINGS_MODULE": "shanhai.site.settings"},
            check=True,
            timeout=120,
        )


RUN_EACH = """
import contextlib, io, json, sys
from shanhai.site.cli import run
answers = []
for arguments, stdin in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    sys.stdin = io.StringIO(stdin)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(arguments)
    answers.append({"returncode": code, "stdout": out.getvalue(), "stderr": err.getvalue()})
print(json.dumps(answers))
"""
WRITE = (
    "from shanhai.core import journal\nfor i in range({n}): journal.record(None, 'core.test', by=None, n=i)"
)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    terminal = Terminal(tmp_path_factory.mktemp("zone"))
    assert terminal.run("migrate").returncode == 0
    terminal.python(WRITE.format(n=5))
    sealed, written = terminal.run_each(
        (("journal", "seal", "--json"), ""), (("backup", str(terminal.folder / "zone.zip")), "")
    )
    assert json.loads(sealed.stdout) == {"sealed": 5}
    assert written.returncode == 0
    return terminal


class TestTerminal:
    def test_journal_verify_tells_what_it_proved(self, terminal):
        done = terminal.run("journal", "verify")

        assert done.returncode == 0
        assert "6 entries, 5 of them under 1 seals, 1 not sealed yet." in done.stdout

    def test_journal_verify_finds_what_a_receipt_disproves(self, terminal, tmp_path):
        receipt = tmp_path / "receipt.json"
        receipt.write_text(json.dumps({"form": seals.RECEIPT_FORM, "seal": 9, "digest": "00" * 32}))

        done = terminal.run("journal", "verify", "--receipt", str(receipt), "--json")

        assert done.returncode == 1
        assert [one["code"] for one in json.loads(done.stdout)["problems"]] == ["journal.truncated"]

    def test_file_that_is_no_receipt_is_refused_in_a_sentence(self, terminal, tmp_path):
        (tmp_path / "receipt.json").write_text("no")

        done = terminal.run("journal", "verify", "--receipt", str(tmp_path / "receipt.json"))

        assert (done.returncode, done.stdout) == (1, "")
        assert "is no receipt" in done.stderr

    def test_export_writes_a_log(self, terminal):
        done = terminal.run("journal", "export", "-")

        check_ocel(json.loads(done.stdout))

    def test_backup_restores_elsewhere_and_only_over_nothing(self, terminal, tmp_path):
        (terminal.folder / "documents" / "ab").mkdir(parents=True, exist_ok=True)
        (terminal.folder / "documents" / "ab" / "abcd").write_text("a paper")
        file = tmp_path / "zone.zip"
        written = terminal.run("backup", str(file), "--json")
        assert json.loads(written.stdout)["seal"] == 1
        assert file.stat().st_mode & 0o077 == 0
        elsewhere = Terminal(tmp_path / "elsewhere")

        first, verified, again, forced = elsewhere.run_each(
            (("restore", str(file)), ""),
            (("journal", "verify"), ""),
            (("restore", str(file)), ""),
            (("restore", str(file), "--force"), ""),
        )

        assert first.returncode == 0
        # The backup before this one and the restore are on the record too.
        assert "7 entries, 5 of them" in verified.stdout
        assert (elsewhere.folder / "documents" / "ab" / "abcd").read_text() == "a paper"
        assert again.returncode == 1
        assert "--force" in again.stderr
        assert forced.returncode == 0

    def test_backup_and_restore_are_on_the_record_with_their_digest(self, terminal, tmp_path):
        file = terminal.folder / "zone.zip"
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        listed = ("registry", "journal", "list", "--json")
        elsewhere = Terminal(tmp_path / "restored")

        (here,) = terminal.run_each((listed, ""))
        entry = [one for one in json.loads(here.stdout) if one["action"] == "core.back_up"][-1]  # the first
        (body,) = terminal.run_each((("registry", "journal", "show", str(entry["id"])), ""))
        facts = json.loads(body.stdout)["facts"]
        assert (facts["sha256"], facts["size"], facts["file"]) == (digest, file.stat().st_size, "zone.zip")

        restored, there = elsewhere.run_each((("restore", str(file)), ""), (listed, ""))
        assert restored.returncode == 0
        newest = json.loads(there.stdout)[0]
        assert newest["action"] == "core.restore_backup"
        (body,) = elsewhere.run_each((("registry", "journal", "show", str(newest["id"])), ""))
        assert json.loads(body.stdout)["facts"]["sha256"] == digest

    def test_damaged_backup_is_refused_and_nothing_is_written(self, terminal, tmp_path):
        file, damaged = terminal.folder / "zone.zip", tmp_path / "damaged.zip"
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(damaged, "w") as other:
            for name in whole.namelist():
                data = whole.read(name)
                other.writestr(name, data if name == "manifest.json" else data[:-1] + b"x")

        done, after = terminal.run_each(
            (("restore", str(damaged), "--force"), ""), (("journal", "verify"), "")
        )

        assert done.returncode == 1
        assert "not what was written there" in done.stderr
        assert after.returncode == 0

    def test_backup_with_a_journal_that_was_rewritten_is_refused(self, terminal, tmp_path):
        file, other = terminal.folder / "zone.zip", tmp_path / "other.zip"
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(other, "w") as copy:
            for name in whole.namelist():
                data = whole.read(name)
                if name == "manifest.json":
                    manifest = json.loads(data)
                    manifest["last_seal"]["digest"] = "00" * 32
                    data = json.dumps(manifest).encode()
                copy.writestr(name, data)

        refused, taken = Terminal(tmp_path / "elsewhere").run_each(
            (("restore", str(other), "--force"), ""),
            (("restore", str(other), "--even-if-unsound"), ""),
        )

        assert refused.returncode == 1
        assert "does not prove itself" in refused.stderr
        assert taken.returncode == 0
        assert "the journal is NOT sound: 1 problems" in taken.stdout

    def test_something_else_is_no_backup(self, terminal, tmp_path):
        (tmp_path / "x.zip").write_text("no zip")

        done = terminal.run("restore", str(tmp_path / "x.zip"), "--force")

        assert done.returncode == 1
        assert "x.zip is no whole backup" in done.stderr

    def test_workdays_answer_in_the_promised_form(self, terminal):
        added, back, counted, refused = terminal.run_each(
            (("workdays", "add", "2023-09-28", "1", "--json"), ""),
            (("workdays", "add", "2023-09-18", "-3"), ""),
            (("workdays", "count", "2023-09-18", "2023-10-09", "--json"), ""),
            (("workdays", "add", "2009-12-31", "1", "--json"), ""),
        )

        assert json.loads(added.stdout) == {"date": "2023-10-07", "provisional": False}
        assert back.stdout == "2023-09-13\n"
        assert json.loads(counted.stdout) == {"days": 11}
        assert (refused.returncode, refused.stdout) == (1, "")

    def test_workdays_answer_lines_and_point_at_bad_ones(self, terminal):
        done = terminal.run("workdays", "add", "-", "--json", stdin="2023-09-28 1\nx 1\n2027-01-01 3\n")

        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1
        assert answers[0] == {"date": "2023-10-07", "provisional": False}
        assert (answers[1]["line"], answers[1]["code"]) == (2, "workdays.not_a_date")
        assert answers[2] == {"date": "2027-01-06", "provisional": True}

    def test_workdays_take_lines_as_programs_write_them_and_refuse_what_is_no_pair(self, terminal):
        lines = {
            "\ufeff2023-09-28 1": "2023-10-07",  # Windows puts a mark before the first line.
            "2023-09-18 0\r": "2023-09-18",
            " 2023-09-18\t+3": "2023-09-21",
            "2030-02-30 3": "workdays.not_a_date",
            "2023-W38-1 1": "workdays.not_a_date",
            "2009-06-01 1": "workdays.too_early",
            "2010-01-04 -2": "workdays.too_early",
            "2023-09-18 999999999999": "workdays.too_late",
            f"2023-09-18 {'9' * 5000}": "workdays.not_a_number",
            "2023-09-18 1_000": "workdays.not_a_number",
            "2023-09-18 1.5": "workdays.not_a_number",
            "2023-09-18": "workdays.no_pair",
            "2023-09-18 1 2": "workdays.no_pair",
            "\udcff\udcfe 1": "workdays.not_a_date",  # bytes that are no UTF-8
        }
        asked = "\n".join(lines)

        done = terminal.run("workdays", "add", "-", "--json", stdin=asked)

        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one.get("date") or one["code"] for one in answers] == list(lines.values())
        refused = [n for n, told in enumerate(lines.values(), 1) if told.startswith("workdays.")]
        assert [one["line"] for one in answers if "line" in one] == refused
        assert max(len(one.get("detail", "")) for one in answers) < 300
        assert done.returncode == 1

    def test_workdays_without_a_number_are_wrong_usage(self, terminal):
        lone, both = terminal.run_each(
            (("workdays", "add", "2023-09-28"), ""), (("workdays", "add", "-", "3"), "2023-09-28 1\n")
        )

        assert (lone.returncode, both.returncode) == (2, 2)

    def test_loaded_notice_counts_and_can_be_tried_before(self, terminal):
        notice = "year 2028\noff 2028-01-03\nsource test\n"
        tried, before, loaded, after = terminal.run_each(
            (("workdays", "load", "-", "--dry-run"), notice),
            (("workdays", "add", "2027-12-31", "1"), ""),
            (("workdays", "load", "-"), notice),
            (("workdays", "add", "2027-12-31", "1"), ""),
        )

        assert (tried.returncode, loaded.returncode) == (0, 0)
        assert before.stdout == "2028-01-03\n"
        assert after.stdout == "2028-01-04\n"

    def test_tick_and_check_run(self, terminal):
        ticked, checked, unknown = terminal.run_each(
            (("tick", "--json"), ""),
            (("check", "--only", "core.journal", "--only", "core.triggers"), ""),
            (("check", "--only", "core.no_such"), ""),
        )

        assert json.loads(ticked.stdout)["ran"] is True
        assert (checked.returncode, checked.stdout) == (0, "All is consistent (2 checks).\n")
        assert unknown.returncode == 1


@pytest.mark.django_db
class TestDocumentsInABackup:
    @pytest.fixture
    def saved(self, tmp_path, settings, monkeypatch):
        """Names and bytes of the documents in a backup of now."""
        from shanhai.core import backup

        settings.SHANHAI_DATA = tmp_path / "data"
        monkeypatch.setattr(backup, "_copy_database", lambda to: to.write_bytes(b""))

        def save() -> dict[str, bytes]:
            backup.back_up(tmp_path / "zone.zip")
            with zipfile.ZipFile(tmp_path / "zone.zip") as archive:
                names = [name for name in archive.namelist() if name.startswith("documents/")]
                return {name: archive.read(name) for name in names}

        return save

    @pytest.fixture
    def arrived(self, saved):
        """A document whose transaction is committed, and whose bytes have not moved to their place yet."""
        return blobs.keep(BytesIO(b"a paper"), "text/plain", 1000)

    def test_bytes_that_have_not_settled_stand_in_their_place(self, saved, arrived):
        (blobs.folder() / "incoming" / ("0" * 64)).write_bytes(b"of a transaction that was given up")

        assert saved() == {f"documents/{arrived.pk[:2]}/{arrived.pk[2:4]}/{arrived.pk}": b"a paper"}

    def test_bytes_that_settle_while_they_are_read_are_not_lost(self, saved, arrived, monkeypatch):
        look = blobs.path_of

        def settle_after_looking(blob_id):
            path = look(blob_id)
            blobs._settle(blobs.folder() / "incoming" / blob_id, blob_id)
            return path

        monkeypatch.setattr(blobs, "path_of", settle_after_looking)

        assert list(saved().values()) == [b"a paper"]

    def test_missing_bytes_do_not_keep_the_rest_from_being_saved(self, saved, arrived):
        (blobs.folder() / "incoming" / arrived.pk).unlink()

        assert saved() == {}

    def test_two_who_settle_the_same_bytes_at_once_both_succeed(self, arrived, monkeypatch):
        place = blobs.folder() / "incoming" / arrived.pk
        final = blobs._final(arrived.pk)
        move = os.replace

        def other_is_quicker(source, target):
            move(source, target)
            return move(source, target)

        monkeypatch.setattr(blobs.os, "replace", other_is_quicker)
        blobs._settle(place, arrived.pk)

        assert final.read_bytes() == b"a paper"


@pytest.mark.django_db
def test_backup_of_postgresql_can_be_looked_at(tmp_path, settings, cast):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is tried through the terminal.")
    from shanhai.core import backup

    settings.SHANHAI_DATA = tmp_path / "data"
    written = backup.back_up(tmp_path / "zone.zip")

    assert written.files == 1
    assert backup.restore(tmp_path / "zone.zip", dry_run=True).files == 1
    with zipfile.ZipFile(tmp_path / "zone.zip") as archive:
        assert archive.read("database.dump")[:5] == b"PGDMP"


@pytest.mark.django_db(transaction=True)
class TestRestoreOnPostgresql:
    @pytest.fixture
    def file(self, tmp_path, settings):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite is tried through the terminal.")
        from shanhai.core import backup

        settings.SHANHAI_DATA = tmp_path / "data"
        for n in range(3):
            journal.record(None, "core.test", by=None, n=n)
        seals.seal_now()
        backup.back_up(tmp_path / "zone.zip")
        return tmp_path / "zone.zip"

    def n_entries(self) -> int:
        return JournalEntry.objects.count()

    def test_puts_back_what_was_there_and_nothing_else(self, file):
        from shanhai.core import backup

        journal.record(None, "core.test", by=None, n=4)
        with connection.cursor() as cursor:
            # A newer version had added a table that points at one of ours.
            cursor.execute("CREATE TABLE newer (installation smallint REFERENCES core_installation)")

        put = backup.restore(file, force=True)

        assert put.report.is_sound
        assert self.n_entries() == 3
        assert "newer" not in connection.introspection.table_names()
        assert checks.guards.missing() == []
        assert backup.back_up(file).seal == 1  # and can be backed up and restored again
        assert backup.restore(file, force=True).report.is_sound

    def test_backup_that_does_not_prove_itself_leaves_what_is_here(self, file, tmp_path):
        from shanhai.core import backup

        other = tmp_path / "other.zip"
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(other, "w") as copy:
            for name in whole.namelist():
                data = whole.read(name)
                if name == "manifest.json":
                    manifest = json.loads(data)
                    manifest["last_seal"]["digest"] = "00" * 32
                    data = json.dumps(manifest).encode()
                copy.writestr(name, data)
        journal.record(None, "core.test", by=None, n=4)

        with pytest.raises(BadInput, match="does not prove itself"):
            backup.restore(other, force=True)

        assert self.n_entries() == 4
        assert proving.verify().is_sound

    def test_broken_off_before_it_is_undone_by_the_next(self, file):
        from shanhai.core import backup

        with connection.cursor() as cursor:
            cursor.execute("ALTER SCHEMA public RENAME TO shanhai_before")
            cursor.execute("CREATE SCHEMA public")

        with pytest.raises(NotNow, match="--force"):
            backup.restore(file)

        assert self.n_entries() == 3


@pytest.fixture(autouse=True)
def _fresh_calendar():
    calendar.forget()
