"""The pages on which spreadsheets come in, through their URLs."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from shanhai.core.models import Import, Organisation
from shanhai.core.sheets import staged

HEADINGS = ["单位编码", "单位名称（中文）", "单位类型", "所在区划", "统一社会信用代码", "地址", "数据性质"]
GOOD = ["F-1", "青峰汽配", "企业", "331181", "91331181MA00000003", "园区路1号", "示例"]
BAD = ["F-2", "龙渊输液", "企业", "331181", "91331181MA00000014", "园区路2号", "示例"]


def workbook(
    *rows: list[Any], headings: list[str] = HEADINGS, name: str = "企业表.xlsx"
) -> SimpleUploadedFile:
    book = Workbook()
    for row in (["2023年企业情况表"], headings, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile(name, file.getvalue())


@pytest.fixture
def bring(client_of, lin):
    """Lin brings a workbook of organisations; the answer is the page that follows."""

    def make(file: SimpleUploadedFile, language: str = "en", code: str = "registry.organisations"):
        client = client_of(lin, language=language)
        answer = client.post(reverse("registry:import_new"), {"register": code, "file": file}, follow=True)
        return client, answer

    return make


def address(name: str) -> str:
    return reverse(f"registry:{name}", args=[Import.objects.latest("pk").pk])


class TestTheWayOfAFile:
    def test_headings_as_offices_write_them_are_recognised(self, bring):
        _client, answer = bring(
            workbook(GOOD[:4], headings=["单位代码", "单位名称", "类别", "行政区划"], name="一览表.xlsx")
        )

        assert "1 row can be written; none is refused." in answer.content.decode()

    def test_from_the_file_to_the_register_and_back(self, bring):
        client, answer = bring(workbook(GOOD, BAD, ["合计"]))
        page = answer.content.decode()
        assert "1 row can be written; 1 refused." in page
        assert "1 title line, 1 total row left out" in page
        assert "91331181MA00000014" in page
        assert "use 6" in page

        answer = client.post(address("import_cure"), {"row": "4", "column": "credit_code"}, follow=True)
        assert "Row 4 is settled." in answer.content.decode()

        version = Import.objects.latest("pk").version
        answer = client.post(address("import_write"), {"version": version}, follow=True)
        assert "2 rows are written." in answer.content.decode()
        assert Organisation.objects.get(code="F-2").credit_code == "91331181MA00000016"

        answer = client.post(address("import_undo"), follow=True)
        assert answer.status_code in (200, 409)

    def test_what_will_change_is_shown_before_it_is_written(self, bring, cast):
        row = ["XS", "萧山区人民政府", "人民政府", "330109", None, "金城路685号", "示例"]

        _, answer = bring(workbook(row))

        page = answer.content.decode()
        assert "What will change in 1 row" in page
        assert "金城路685号" in page
        assert Organisation.objects.get(code="XS").address == ""

    def test_an_undo_gives_changed_rows_back_what_they_had(self, bring, cast):
        row = ["XS", "萧山区人民政府", "人民政府", "330109", None, "金城路685号", "报道"]
        client, _ = bring(workbook(row))
        client.post(address("import_write"))
        assert Organisation.objects.get(code="XS").address == "金城路685号"

        answer = client.post(address("import_undo"), follow=True)

        assert "undone" in answer.content.decode()
        assert Organisation.objects.get(code="XS").address == ""

    def test_in_chinese(self, bring):
        _, answer = bring(workbook(GOOD, BAD), language="zh-hans")

        page = answer.content.decode()
        assert "尚未写入" in page
        assert "统一社会信用代码" in page

    def test_a_likely_heading_is_asked_for_once(self, bring):
        headings = [*HEADINGS[:5], "单位地址", "数据性质"]
        client, answer = bring(workbook(GOOD, headings=headings))
        page = answer.content.decode()
        assert "heading is only likely" in page

        fields = {f"column-{i}": name for i, name in enumerate(
            ("code", "name_zh", "kind", "region", "credit_code", "address", "standing")
        )}  # fmt: skip
        answer = client.post(address("import_columns"), fields, follow=True)

        assert "1 row can be written; none is refused." in answer.content.decode()
        _, answer = bring(workbook(GOOD, headings=headings))
        assert "1 row can be written" in answer.content.decode()

    def test_a_mapping_without_the_key_is_refused_on_the_page(self, bring):
        client, _ = bring(workbook(GOOD, headings=[*HEADINGS[:5], "单位地址", "数据性质"]))

        answer = client.post(address("import_columns"), {"column-1": "name_zh"})

        assert answer.status_code == 422
        assert "Say which heading holds" in answer.content.decode()

    def test_a_row_changed_meanwhile_is_shown_anew_and_nothing_is_written(self, bring, cast):
        row = ["XS", "萧山区人民政府", "人民政府", "330109", None, "金城路685号", "报道"]
        client, _ = bring(workbook(row))
        Organisation.objects.filter(code="XS").update(address="心意路1号", version=9)

        answer = client.post(address("import_write"), follow=True)

        page = answer.content.decode()
        assert "changed by someone else" in page
        assert "心意路1号" in page
        assert Organisation.objects.get(code="XS").address == "心意路1号"

    def test_discarding_leaves_nothing_behind(self, bring):
        client, _ = bring(workbook(GOOD))

        answer = client.post(address("import_discard"), follow=True)

        assert "Nothing was written" in answer.content.decode()
        assert not Organisation.objects.filter(code="F-1").exists()


class TestBadFiles:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_an_old_xls_renamed_says_what_to_do(self, bring, language):
        file = SimpleUploadedFile("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

        _, answer = bring(file, language=language)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert ".xlsx" in page
        assert ("old .xls form" in page) == (language == "en")

    def test_no_file_is_told_on_the_form(self, client_of, lin):
        answer = client_of(lin).post(reverse("registry:import_new"), {"register": "registry.organisations"})

        assert answer.status_code == 422
        assert "Choose a file first" in answer.content.decode()

    def test_an_unknown_register(self, bring):
        _, answer = bring(workbook(GOOD), code="registry.nothing")

        assert answer.status_code == 422


class TestLargeFiles:
    def test_a_large_file_is_read_by_a_task_and_shown_when_it_is_ready(
        self, bring, client_of, lin, monkeypatch
    ):
        from shanhai.core import tasks
        from shanhai.fields.registry.actions import uploads

        monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 10)
        client, answer = bring(workbook(GOOD))
        assert "is being read" in answer.content.decode()

        tasks.run_waiting()

        answer = client.get(address("import"))
        assert "1 row can be written" in answer.content.decode()


class TestFiles:
    def test_refused_rows_as_excel(self, bring):
        client, _ = bring(workbook(GOOD, BAD))

        answer = client.get(address("import_refused"))

        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert sheet["A2"].value == "F-2"
        assert "utf-8" in answer["Content-Disposition"].lower()

    def test_template_and_export(self, client_of, lin, cast):
        client = client_of(lin)

        template = client.get(reverse("registry:register_template", args=["registry.organisations"]))
        export = client.get(reverse("registry:register_export", args=["registry.organisations", "csv"]))

        assert load_workbook(io.BytesIO(template.content)).worksheets[0]["A1"].value == "Code"
        assert "萧山区人民政府" in export.content.decode("utf-8-sig")

    def test_an_unknown_form_is_not_found(self, client_of, lin):
        answer = client_of(lin).get(
            reverse("registry:register_export", args=["registry.organisations", "ods"])
        )

        assert answer.status_code == 404


class TestWhoMay:
    @pytest.mark.parametrize("name", ["imports", "import_new"])
    def test_zhou_is_turned_away(self, client_of, zhou, name):
        assert client_of(zhou).get(reverse(f"registry:{name}")).status_code == 403

    def test_another_unit_does_not_see_the_file(self, bring, client_of, shen):
        bring(workbook(GOOD))

        assert client_of(shen).get(address("import")).status_code == 404
        assert client_of(shen).post(address("import_write")).status_code == 404
        assert not Organisation.objects.filter(code="F-1").exists()

    def test_the_province_may_bring_nothing(self, client_of, pan):
        answer = client_of(pan).post(
            reverse("registry:import_new"), {"register": "registry.organisations", "file": workbook(GOOD)}
        )

        assert answer.status_code == 403
        assert not Import.objects.exists()

    def test_the_list_has_a_constant_number_of_queries(
        self, bring, client_of, lin, django_assert_max_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client, _ = bring(workbook(GOOD))
        seen = []
        for _n in range(2):
            client.get(reverse("registry:imports"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("registry:imports"))
            seen.append(len(queries))
            for code in ("A", "B", "C"):
                bring(workbook([code, *GOOD[1:]]))

        assert seen[0] == seen[1]


def test_what_a_unit_brought_is_listed_with_what_waits(bring, client_of, lin):
    client, _ = bring(workbook(GOOD))

    page = client.get(reverse("registry:imports")).content.decode()

    assert "1 spreadsheet of your unit waits" in page
    assert "企业表.xlsx" in page
    assert Import.objects.get().stage == staged.Stage.CHECKED
