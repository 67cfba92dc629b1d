"""Tables of several registers through pages, API and commands: checked whole, written and taken back as one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from shanhai.core import clock
from shanhai.core.models import Batch, Import, Organisation, Region, TaskRun
from shanhai.core.tasks import run_waiting
from shanhai.fields.registry.actions import uploads
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db

REGIONS = [["行政区划代码", "名称", "上级"], ["331181101000", "剑池街道", "331181"]]
ORGANISATIONS = [
    ["单位编码", "单位名称（中文）", "单位类型", "所在区划", "地址"],
    ["JC-1", "剑池企业", "企业", "331181101000", "剑池路1号"],
    ["XS", "萧山区人民政府", "人民政府", "330109", "金城路685号"],
]
BAD = [*ORGANISATIONS, ["JC-2", "剑池二厂", "没有这种", "331181101000", ""]]


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def upload(name: str = "全部.xlsx", **sheets: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, book(**sheets))


@pytest.fixture
def bring(client_of: Any, lin: Any) -> Any:
    """Lin brings files for several registers; the answer is the page that follows."""

    def make(*files: SimpleUploadedFile, language: str = "en") -> Any:
        client = client_of(lin, language=language)
        given = {"register": "several", "file": list(files)}
        return client, client.post(reverse("registry:import_new"), given, follow=True)

    return make


def address(name: str, *more: Any) -> str:
    return reverse(f"registry:{name}", args=[Batch.objects.latest("pk").pk, *more])


class TestPages:
    def test_all_faults_and_changes_stand_on_one_page_and_nothing_is_written(self, bring: Any) -> None:
        bad_regions = [*REGIONS, ["33118110200x", "坏街道", "331181"]]
        _, answer = bring(upload(regions=bad_regions, organisations=BAD))

        page = answer.content.decode()
        assert "3 rows can be written; 2 refused." in page
        assert "33118110200x" in page and "没有这种" in page
        assert "金城路685号" in page  # what will change
        assert not Region.objects.filter(code="331181101000").exists()
        assert Organisation.objects.get(code="XS").address == ""

    @pytest.mark.parametrize("stage", ["checked", "written", "refused"])
    def test_a_progress_bar_gets_no_page_within_the_page(self, bring: Any, stage: str) -> None:
        client, _ = bring(upload(regions=REGIONS, organisations=ORGANISATIONS))
        Batch.objects.update(stage=stage)

        answer = client.get(address("batch"), headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Refresh"], answer.content) == (204, "true", b"")

    @pytest.mark.parametrize("stage", ["mapping", "checked", "written", "refused"])
    def test_neither_does_that_of_one_table(self, lin: Any, client_of: Any, stage: str) -> None:
        client = client_of(lin)
        given = {"register": "registry.regions", "file": upload(regions=REGIONS)}
        client.post(reverse("registry:import_new"), given, follow=True)
        Import.objects.update(stage=stage)

        answer = client.get(
            reverse("registry:import", args=[Import.objects.get().pk]), headers={"HX-Request": "true"}
        )

        assert (answer.status_code, answer["HX-Refresh"], answer.content) == (204, "true", b"")

    def test_while_it_is_read_the_bar_is_told_how_far(self, lin: Any, client_of: Any) -> None:
        client = client_of(lin)
        given = {"register": "registry.regions", "file": upload(regions=REGIONS)}
        client.post(reverse("registry:import_new"), given, follow=True)
        Import.objects.update(stage="reading")
        args = {"import": Import.objects.get().pk}
        TaskRun.objects.create(
            kind=uploads.KIND, args=args, stage="running", member=lin, asked_at=clock.now()
        )

        answer = client.get(
            reverse("registry:import", args=[Import.objects.get().pk]), headers={"HX-Request": "true"}
        )

        assert b'class="prgs"' in answer.content and b"<html" not in answer.content

    def test_written_and_taken_back_as_one(self, bring: Any) -> None:
        client, _ = bring(upload(regions=REGIONS), upload("单位.xlsx", organisations=ORGANISATIONS))
        version = Batch.objects.get().version

        answer = client.post(address("batch_write"), {"version": version}, follow=True)
        assert "3 rows are written." in answer.content.decode()
        assert Organisation.objects.get(code="JC-1").region.code == "331181101000"

        answer = client.post(address("batch_undo"), {"version": version + 1}, follow=True)
        assert "undone" in answer.content.decode()
        assert not Region.objects.filter(code="331181101000").exists()
        assert Organisation.objects.get(code="XS").address == ""

    def test_in_chinese(self, bring: Any) -> None:
        _, answer = bring(upload(regions=REGIONS, organisations=BAD, 说明=[["请填写"]]), language="zh-hans")

        page = answer.content.decode()
        assert "哪里有问题" in page
        assert "说明" in page

    def test_refused_rows_go_out_as_one_workbook(self, bring: Any) -> None:
        client, _ = bring(upload(regions=[*REGIONS, ["33118110200x", "坏街道", "331181"]], organisations=BAD))

        answer = client.get(address("batch_refused"))

        assert load_workbook(
            io.BytesIO(b"".join(answer)) if answer.streaming else io.BytesIO(answer.content)
        ).sheetnames == [
            "regions",
            "organisations",
        ]

    def test_columns_of_one_table_are_named_and_all_checked_again(self, bring: Any) -> None:
        likely = [["单位编码", "单位名称（中文）", "单位类型", "所在区划", "单位地址"], *ORGANISATIONS[1:]]
        client, answer = bring(upload(regions=REGIONS, organisations=likely))
        assert "could not be checked" in answer.content.decode()
        part = Import.objects.get(register="registry.organisations")
        assert "likely" in client.get(address("batch_columns", part.pk)).content.decode()

        names = ("code", "name_zh", "kind", "region", "address")
        fields = {f"column-{n}": name for n, name in enumerate(names)}
        answer = client.post(address("batch_columns", part.pk), fields, follow=True)

        assert "3 rows can be written; none is refused." in answer.content.decode()

    def test_a_large_batch_is_read_by_a_task(self, bring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 10)
        client, answer = bring(upload(regions=REGIONS, organisations=ORGANISATIONS))
        assert "is being read" in answer.content.decode()

        run_waiting()

        assert "3 rows can be written" in client.get(address("batch")).content.decode()

    def test_a_part_is_reached_by_its_batch_only(self, bring: Any) -> None:
        client, _ = bring(upload(regions=REGIONS, organisations=ORGANISATIONS))
        part = Import.objects.latest("pk")

        assert client.get(reverse("registry:import", args=[part.pk])).url == address("batch")
        assert client.post(reverse("registry:import_write", args=[part.pk])).status_code == 404

    def test_discarded_and_listed(self, bring: Any) -> None:
        client, _ = bring(upload(regions=REGIONS))

        client.post(address("batch_discard"))

        page = client.get(reverse("registry:batches")).content.decode()
        assert "discarded" in page and "全部.xlsx" in page

    def test_another_unit_and_an_outsider_find_nothing(
        self, bring: Any, client_of: Any, shen: Any, zhou: Any
    ) -> None:
        bring(upload(regions=REGIONS))

        for stranger in (shen, zhou):
            client = client_of(stranger)
            for name in ("batch", "batch_refused"):
                assert client.get(address(name)).status_code in (403, 404)
            for name in ("batch_write", "batch_undo", "batch_discard"):
                assert client.post(address(name)).status_code in (403, 404)


class TestPrograms:
    def test_bring_write_undo_by_command(self, cast: Any, tmp_path: Path, capsys: Any) -> None:
        path = tmp_path / "all.xlsx"
        path.write_bytes(book(regions=REGIONS, organisations=BAD))

        assert run(["registry", "batches", "bring", str(path), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["new"], told["refused"]) == (2, 1)
        assert [one["row"] for one in told["refused_rows"]] == [4]
        assert run(["registry", "batches", "write", str(told["id"]), "--dry-run"]) == 0
        assert not Region.objects.filter(code="331181101000").exists()
        assert run(["registry", "batches", "write", str(told["id"])]) == 0
        assert Region.objects.filter(code="331181101000").exists()
        assert run(["registry", "batches", "undo", str(told["id"])]) == 0
        assert not Region.objects.filter(code="331181101000").exists()

    def test_a_dry_run_leaves_no_batch(self, cast: Any, tmp_path: Path, capsys: Any) -> None:
        path = tmp_path / "all.xlsx"
        path.write_bytes(book(regions=REGIONS))

        assert run(["registry", "batches", "bring", str(path), "--dry-run"]) == 0

        assert not Batch.objects.exists()

    def test_bring_and_write_by_api(self, client_of: Any, lin: Any) -> None:
        client = client_of(lin)
        files = {"files": [upload(regions=REGIONS), upload("b.xlsx", organisations=BAD)]}

        answer = client.post("/api/v1/registry/batches", files)

        assert answer.status_code == 201, answer.content
        made = answer.json()
        assert [table["refused"] for table in made["tables"]] == [0, 1]
        assert made["tables"][1]["problems"][0]["row"] == 4
        answer = client.post(
            f"/api/v1/registry/batches/{made['id']}/write", headers={"If-Match": answer["ETag"]}
        )
        assert answer.status_code == 200, answer.content
        assert answer.json()["stage"] == "written"
        answer = client.post(
            f"/api/v1/registry/batches/{made['id']}/undo", headers={"If-Match": answer["ETag"]}
        )
        assert answer.json()["stage"] == "undone"
