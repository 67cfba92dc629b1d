"""A workbook on its way into a register: staged, settled, written, taken back."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import access, clock, journal
from shanhai.core.models import ColumnMapping, Import, ImportRow, JournalEntry, Organisation
from shanhai.core.sheets import bringing, committing, kept, loading, settling, staged, undoing
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow

HEADINGS = ["单位代码", "单位名称", "英文名", "类别", "区划代码", "上级单位", "统一社会信用代码", "电话"]
LQ, XS = "331181000000", "330109000000"


def firm(code: str, name: str = "", **more: Any) -> list[Any]:
    values = {
        "name": name or f"{code}厂",
        "en": "",
        "kind": "企业",
        "region": LQ,
        "parent": None,
        "credit": None,
        "phone": None,
    }
    return [code, *(values | more).values()]


@pytest.fixture
def bring(firms, lin, workbook):
    """``bring([row, ...])`` stages a workbook as Lin."""

    def make(rows: list[list[Any]], headings: list[str] = HEADINGS, **more: Any) -> Import:
        path = workbook([headings, *rows])
        imported = bringing.bring(path, firms, by=more.pop("by", lin), **more)
        assert imported.refusal is None
        return imported

    return make


@pytest.fixture
def three(firms):
    """Three firms in the register."""
    loading.load_table(
        firms,
        [
            {"code": code, "name_zh": name, "name_en": "", "kind": "enterprise", "region": LQ, "parent": None,
             "credit_code": "", "phone": "0578-1"}
            for code, name in (("A", "甲厂"), ("B", "乙厂"), ("C", "丙厂"))
        ],
        by=None,
    )  # fmt: skip
    return {one.code: one for one in Organisation.objects.filter(code__in="ABC")}


def counts(imported: Import) -> tuple[int, ...]:
    return tuple(imported.counts[name] for name in ("same", "changed", "new", "refused"))


def problems(imported: Import) -> list[tuple[int, str, str]]:
    return [
        (row.row, problem["column"], problem["code"])
        for row in ImportRow.objects.filter(of=imported).order_by("row")
        for problem in row.problems
    ]


class TestBring:
    def test_rows_are_told_apart_as_same_changed_new_and_refused(self, bring, three):
        imported = bring(
            [
                firm("A", "甲厂", phone="0578-1"),
                firm("B", "乙厂有限公司"),
                firm("D", "丁厂"),
                firm("E", "戊厂", region="999999"),
            ]
        )

        assert imported.stage == "checked"
        assert counts(imported) == (1, 1, 1, 1)
        assert Organisation.objects.get(code="B").name_zh == "乙厂"
        changed = ImportRow.objects.get(of=imported, key="B")
        assert (changed.before["name_zh"], changed.values["name_zh"]) == ("乙厂", "乙厂有限公司")

    def test_columns_that_the_file_lacks_keep_what_they_have(self, bring, three):
        imported = bring([["A", "甲厂一"]], headings=["单位代码", "单位名称"])

        committing.write(imported, by=None)

        stored = Organisation.objects.get(code="A")
        assert (stored.name_zh, stored.phone, stored.kind) == ("甲厂一", "0578-1", "enterprise")

    def test_a_new_row_needs_its_required_columns(self, bring):
        imported = bring([["N", "新厂"]], headings=["单位代码", "单位名称"])

        assert problems(imported) == [(2, "kind", "sheets.required"), (2, "region", "sheets.required")]

    def test_unknown_codes_are_named_and_rows_of_the_same_file_may_be_pointed_at(self, bring):
        imported = bring([firm("P"), firm("Q", parent="P"), firm("R", parent="NOWHERE")])

        assert problems(imported) == [(4, "parent", "sheets.unknown_reference")]
        assert counts(imported) == (0, 0, 2, 1)

    def test_rules_of_the_register_are_asked(self, bring):
        imported = bring([firm("P", en="Nothing"), firm("Q")])

        assert problems(imported) == [(2, "name_en", "test.no_such_name")]
        assert (
            staged.say(ImportRow.objects.get(of=imported, row=2).problems[0]) == "Nothing is called Nothing."
        )

    def test_a_file_that_cannot_be_read_is_kept_as_refused_with_its_reason(self, firms, lin, tmp_path):
        path = tmp_path / "alt.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

        imported = bringing.bring(path, firms, by=lin)

        assert (imported.stage, imported.refusal["code"]) == ("refused", "sheets.old_xls")
        assert not ImportRow.objects.filter(of=imported).exists()

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, firms, lin, workbook):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        access.check(lin, firms.write_access)  # reads Lin's standing once
        seen = []
        for n in (20, 500):
            path = workbook([HEADINGS, *(firm(f"F{i}", parent="F0") for i in range(n))])
            with CaptureQueriesContext(connection) as queries:
                bringing.bring(path, firms, by=lin)
            seen.append(len(queries))

        assert seen[0] == seen[1]

    def test_who_may_not_write_the_register_may_not_bring_a_file(self, firms, zhou, workbook):
        path = workbook([HEADINGS, firm("A")])

        with pytest.raises(NotAllowed):
            bringing.bring(path, firms, by=zhou)
        assert not Import.objects.filter(by=zhou).exists()

    def test_a_column_that_a_member_may_not_read_is_left_as_it_is(self, bring, three, lin, monkeypatch):
        may = access.may
        monkeypatch.setattr(
            access, "may", lambda member, code, **more: code != "test.phones" and may(member, code, **more)
        )

        imported = bring([firm("A", "甲厂", phone="0571-9")])

        assert counts(imported) == (1, 0, 0, 0)


class TestMapping:
    def test_a_guess_waits_for_a_person_and_is_remembered_for_the_unit(self, bring, three, lin, shen):
        headings = ["单位代码", "单位全称名称"]
        imported = bring([["A", "甲厂一"]], headings=headings)
        assert imported.stage == "mapping"
        assert ImportRow.objects.filter(of=imported).count() == 0

        bringing.remap(imported, {"单位代码": "code", "单位全称名称": "name_zh"}, by=lin)

        assert (imported.stage, counts(imported)) == ("checked", (0, 1, 0, 0))
        assert bring([["A", "甲厂一"]], headings=headings).stage == "checked"
        assert bring([["A", "甲厂一"]], headings=headings, by=shen).stage == "mapping"
        assert ColumnMapping.objects.filter(unit=lin.unit).count() == 2

    @pytest.mark.parametrize(
        ("chosen", "code"),
        [
            ({"单位代码": "", "单位名称": "name_zh"}, "sheets.key_not_mapped"),
            ({"单位代码": "code", "单位名称": "code"}, "sheets.column_twice"),
            ({"单位代码": "code", "单位名称": "mood"}, "sheets.no_such_column"),
        ],
    )
    def test_a_mapping_that_cannot_be_is_refused(self, bring, three, lin, chosen, code):
        imported = bring([["A", "甲厂"]], headings=["单位代码", "单位名称"])

        with pytest.raises(BadInput) as refused:
            bringing.remap(imported, chosen, by=lin)

        assert refused.value.code == code


class TestCure:
    def test_the_right_check_character_is_one_click(self, bring, lin):
        imported = bring([firm("A", credit="91331181MA00000014")])

        settled = settling.cure(imported, 2, "credit_code", by=lin)

        assert (settled.outcome, settled.values["credit_code"]) == ("new", "91331181MA00000016")
        assert counts(imported) == (0, 0, 1, 0)

    def test_of_doubles_the_first_is_kept(self, bring, lin):
        imported = bring([firm("A", "甲"), firm("A", "乙")])
        assert problems(imported) == [(3, "code", "sheets.double")]

        assert settling.cure(imported, 3, "code", by=lin) is None

        assert counts(imported) == (0, 0, 1, 0)
        assert imported.counts["left_out"] == 1

    def test_a_settled_row_with_another_problem_stays_refused(self, bring, lin):
        imported = bring([firm("A", credit="91331181MA00000014", region="999999")])

        settled = settling.cure(imported, 2, "credit_code", by=lin)

        assert settled.outcome == "refused"
        assert problems(imported) == [(2, "region", "identifiers.region_code_province")] or problems(
            imported
        ) == [(2, "region", "sheets.unknown_reference")]

    def test_a_second_click_is_told_that_nothing_is_left(self, bring, lin):
        imported = bring([firm("A", credit="91331181MA00000014")])
        settling.cure(imported, 2, "credit_code", by=lin)

        with pytest.raises(Exception, match="nothing to settle"):
            settling.cure(imported, 2, "credit_code", by=lin)


class TestWrite:
    def test_rows_are_written_with_one_entry_each_under_the_entry_of_the_import(self, bring, three, lin):
        imported = bring([firm("A", "甲厂"), firm("B", "乙厂一"), firm("D"), firm("E", region="123")])

        committing.write(imported, by=lin)

        assert imported.stage == "written"
        assert Organisation.objects.get(code="B").name_zh == "乙厂一"
        assert Organisation.objects.get(code="D").kind == "enterprise"
        assert not Organisation.objects.filter(code="E").exists()
        head = JournalEntry.objects.get(action="sheets.write", subject_id=imported.pk)
        under = JournalEntry.objects.filter(action="test.write", id__gt=head.pk)
        bodies = [json.loads(entry.body) for entry in under]
        assert [body["facts"]["import_id"] for body in bodies] == [imported.pk] * 3
        assert json.loads(head.body)["state"]["sha256"] == imported.sha256

    def test_the_journal_replays_to_the_import(self, bring, lin):
        imported = bring([firm("D")])
        committing.write(imported, by=lin)
        undoing.undo(imported, by=lin)

        last = JournalEntry.objects.filter(subject_kind="core.import", subject_id=imported.pk).latest("id")
        stored = Import.objects.get(pk=imported.pk)

        assert json.loads(last.body)["state"] == json.loads(
            journal.canonical({name: getattr(stored, name) for name in Import.STATE})
        )

    def test_a_row_changed_since_the_check_stops_everything_and_is_shown_anew(self, bring, three, lin):
        imported = bring([firm("A", "甲厂一"), firm("B", "乙厂一")])
        Organisation.objects.filter(code="A").update(name_zh="甲厂改", version=5)

        with pytest.raises(ChangedMeanwhile) as refused:
            committing.write(imported, by=lin)

        assert (refused.value.code, refused.value.facts["n"]) == ("sheets.rows_moved", 1)
        assert Organisation.objects.get(code="B").name_zh == "乙厂"
        assert ImportRow.objects.get(of=imported, key="A").before["name_zh"] == "甲厂改"
        committing.write(imported, by=lin)
        assert Organisation.objects.get(code="A").name_zh == "甲厂一"

    def test_a_row_that_somebody_else_added_meanwhile_becomes_a_change(self, bring, lin, firms):
        imported = bring([firm("N", "新厂")])
        loading.load_table(
            firms,
            [{"code": "N", "name_zh": "早到", "name_en": "", "kind": "school", "region": LQ, "phone": ""}],
            by=None,
        )

        with pytest.raises(ChangedMeanwhile):
            committing.write(imported, by=lin)

        assert counts(imported) == (0, 1, 0, 0)

    def test_a_second_click_writes_nothing(self, bring, lin):
        imported = bring([firm("D")])
        committing.write(imported, by=lin)
        n = JournalEntry.objects.count()

        with pytest.raises(NotNow):
            committing.write(imported, by=lin)
        with pytest.raises(ChangedMeanwhile):
            stale = Import.objects.get(pk=imported.pk)
            stale.stage, stale.version = "checked", stale.version - 1
            committing.write(stale, by=lin)

        assert JournalEntry.objects.count() == n

    def test_only_who_may_write_the_register_writes(self, bring, zhou):
        imported = bring([firm("D")])

        with pytest.raises(NotAllowed):
            committing.write(imported, by=zhou)


class TestUndo:
    def test_rows_get_back_what_they_had_and_new_ones_go(self, bring, three, lin):
        imported = bring([firm("A", "甲厂一", phone="1"), firm("D")])
        committing.write(imported, by=lin)

        undoing.undo(imported, by=lin)

        stored = Organisation.objects.get(code="A")
        assert (stored.name_zh, stored.phone) == ("甲厂", "0578-1")
        assert not Organisation.objects.filter(code="D").exists()
        assert imported.stage == "undone"

    def test_not_after_ten_minutes(self, bring, lin, monkeypatch):
        imported = bring([firm("D")])
        committing.write(imported, by=lin)
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=11))

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        assert refused.value.code == "sheets.too_late_to_undo"

    def test_not_when_a_row_was_touched_since(self, bring, three, lin):
        imported = bring([firm("A", "甲厂一"), firm("B", "乙厂一")])
        committing.write(imported, by=lin)
        Organisation.objects.filter(code="A").update(version=9)

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        assert (refused.value.code, refused.value.facts["n"]) == ("sheets.undo_of_moved", 1)
        assert Organisation.objects.get(code="B").name_zh == "乙厂一"


class TestDiscard:
    def test_discarding_drops_rows_and_file(self, bring, lin, django_capture_on_commit_callbacks):
        imported = bring([firm("D")])
        path = kept.path_of(imported)

        with django_capture_on_commit_callbacks(execute=True):
            settling.discard(imported, by=lin)

        assert (imported.stage, ImportRow.objects.filter(of=imported).exists(), path.exists()) == (
            "discarded",
            False,
            False,
        )

    def test_what_waited_a_week_is_discarded_by_the_sweep(self, bring, lin):
        imported = bring([firm("D")])
        Import.objects.filter(pk=imported.pk).update(brought_at=clock.now() - timedelta(days=8))

        assert settling.forget_old() >= 1

        imported.refresh_from_db()
        assert imported.stage == "discarded"

    def test_the_file_of_a_written_import_goes_after_a_week(self, bring, lin):
        imported = bring([firm("D")])
        path = kept.path_of(imported)
        committing.write(imported, by=lin)
        os.utime(path, (1, 1))

        settling.forget_old()

        assert not path.exists()

    def test_the_file_of_an_import_that_waits_stays(self, bring):
        path = kept.path_of(bring([firm("D")]))
        os.utime(path, (1, 1))

        settling.forget_old()

        assert path.exists()


class TestLoadTable:
    TEXT = "code,name_zh,kind,region,parent\nB,乙厂,enterprise,331181000000,A\nA,甲厂,enterprise,331181,\n"

    def test_a_whole_file_or_nothing(self, firms, csv_file):
        assert loading.load_table(firms, csv_file(self.TEXT), by=None) == {"same": 0, "changed": 0, "new": 2}
        assert loading.load_table(firms, csv_file(self.TEXT), by=None) == {"same": 2, "changed": 0, "new": 0}

        with pytest.raises(BadInput) as refused:
            loading.load_table(
                firms, csv_file(self.TEXT + "C,丙厂,enterprise,1234567,\nD,,firm,331181,Z\n"), by=None
            )

        assert refused.value.code == "sheets.rows_refused"
        assert not Organisation.objects.filter(code="C").exists()
        found = [(p["row"], p["letter"], p["code"]) for p in refused.value.facts["problems"]]
        assert sorted(found) == [
            (4, "D", "identifiers.region_code_length"),
            (5, "B", "sheets.required"),
            (5, "C", "sheets.unknown_choice"),
            (5, "E", "sheets.unknown_reference"),
        ]
        assert "Row 4" in str(refused.value)

    def test_a_table_without_rows_loads_nothing(self, firms, csv_file):
        assert loading.load_table(firms, csv_file("code,name_zh\n"), by=None) == {
            "same": 0,
            "changed": 0,
            "new": 0,
        }

    def test_the_sheet_of_a_workbook_that_has_several(self, firms, workbook):
        path = workbook(
            [["x"]], sheet="说明", 企业=[["code", "name_zh", "kind", "region"], ["A", "甲", "企业", LQ]]
        )

        assert loading.load_table(firms, path, by=None)["new"] == 1

    def test_a_workbook_without_the_sheet_is_refused(self, firms, workbook):
        path = workbook([["x"]], sheet="说明", 其他=[["y"]])

        with pytest.raises(BadInput) as refused:
            loading.load_table(firms, path, by=None)

        assert refused.value.code == "sheets.sheet_missing"


def test_an_uploaded_file_is_read_like_a_path(firms, lin, workbook, upload):
    path: Path = workbook([HEADINGS, firm("D")], name="表.xlsx")

    imported = bringing.bring(upload(path), firms, by=lin)

    assert (imported.file_name, counts(imported)) == ("表.xlsx", (0, 0, 1, 0))
