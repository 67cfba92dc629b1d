"""A spreadsheet from the program that brings it to the register and back, through the API."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shanhai.core.models import Organisation

pytestmark = pytest.mark.django_db

HEADINGS = ["单位编码", "单位名称（中文）", "单位类型", "所在区划", "统一社会信用代码", "地址", "数据性质"]
GOOD = ["F-1", "青峰汽配", "企业", "331181", "91331181MA00000003", "园区路1号", "示例"]
BAD = ["F-2", "龙渊输液", "企业", "331181", "91331181MA00000014", "园区路2号", "示例"]


def workbook(*rows: list[Any], headings: list[str] = HEADINGS) -> SimpleUploadedFile:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("企业表.xlsx", file.getvalue())


@pytest.fixture
def brought(api_of: Any, lin: Any, zone: Any) -> dict[str, Any]:
    """A workbook with one good row and one whose credit code is wrong."""
    given = {"register_code": "registry.organisations", "file": workbook(GOOD, BAD)}
    made = api_of(lin)("post", "/imports", given, form=True)
    assert made.status_code == 201, made.content.decode()
    assert made["ETag"] == f'"{made.json()["version"]}"'
    return made.json()


def test_a_file_is_brought_settled_written_and_taken_back(
    api_of: Any, held: Any, lin: Any, brought: Any
) -> None:
    call, path = api_of(lin), f"/imports/{brought['id']}"
    assert (brought["stage"], brought["new"], brought["refused"]) == ("checked", 1, 1)
    [problem] = brought["problems"]
    assert (problem["row"], problem["column"], problem["cell"]) == (3, "credit_code", "91331181MA00000014")
    assert problem["has_cure"]

    given = {"row": problem["row"], "column": problem["column"]}
    cured = held(call, f"{path}/cure", given, brought["version"])
    assert (cured["new"], cured["problems"]) == (2, [])
    assert call("post", f"{path}/write").status_code == 428
    assert call("post", f"{path}/write", version=99).status_code == 412
    written = call("post", f"{path}/write", version=cured["version"])
    assert (written.status_code, written.json()["stage"]) == (200, "written")
    assert Organisation.objects.filter(code__in=["F-1", "F-2"]).count() == 2
    assert call("post", f"{path}/write", version=cured["version"]).status_code == 412

    undone = call("post", f"{path}/undo", version=written.json()["version"])
    assert undone.json()["stage"] == "undone"


def test_headings_are_named_by_the_program(api_of: Any, lin: Any, zone: Any) -> None:
    call = api_of(lin)
    odd = ["甲", *HEADINGS[1:]]
    given = {"register_code": "registry.organisations", "file": workbook(GOOD, headings=odd)}
    made = call("post", "/imports", given, form=True).json()
    assert made["stage"] == "mapping"
    chosen = {one["text"]: one["column"] for one in made["headings"]} | {"甲": "code"}

    path = f"/imports/{made['id']}/columns"
    assert call("put", path, {"columns": chosen}).status_code == 428
    assert call("put", path, {"columns": chosen}, version=99).status_code == 412
    named = call("put", path, {"columns": chosen}, version=made["version"])

    assert (named.json()["stage"], named.json()["new"]) == ("checked", 1)


def test_it_is_thrown_away(api_of: Any, held: Any, lin: Any, brought: Any) -> None:
    gone = held(api_of(lin), f"/imports/{brought['id']}/discard", None, brought["version"])

    assert gone["stage"] == "discarded"
    assert api_of(lin)("get", "/imports").json()["items"][0]["stage"] == "discarded"


def test_files_go_out(api_of: Any, lin: Any, brought: Any) -> None:
    call = api_of(lin)
    for path in (
        "/registers/registry.organisations/template.xlsx",
        "/registers/registry.organisations/export.xlsx",
        f"/imports/{brought['id']}/refused.xlsx",
    ):
        answer = call("get", path)
        assert answer.status_code == 200, path
        assert load_workbook(io.BytesIO(answer.content)).sheetnames
    assert "LQ-PARK" in call("get", "/registers/registry.organisations/export.csv").content.decode(
        "utf-8-sig"
    )
    registers = {one["code"]: one["may_write"] for one in call("get", "/registers").json()}
    assert registers["registry.organisations"] is True


def test_what_another_unit_brought_is_not_there(api_of: Any, shen: Any, brought: Any) -> None:
    answer = api_of(shen)("get", f"/imports/{brought['id']}")

    assert (answer.status_code, answer.json()["code"]) == (404, "registry.no_such_import")


def test_the_outsider_is_turned_away(api_of: Any, zhou: Any, brought: Any) -> None:
    call, path = api_of(zhou), f"/imports/{brought['id']}"
    for one in ("/imports", path, f"{path}/refused.xlsx", "/registers"):
        assert call("get", one).status_code == 403, one
    for one in ("template.xlsx", "export.csv"):
        assert call("get", f"/registers/registry.organisations/{one}").status_code == 403
    given = {"register_code": "registry.organisations", "file": workbook(GOOD)}
    assert call("post", "/imports", given, form=True).status_code == 403
    assert call("put", f"{path}/columns", {"columns": {}}, version=0).status_code == 403
    for verb in ("write", "undo", "discard"):
        assert call("post", f"{path}/{verb}", version=0).status_code == 403
    assert call("post", f"{path}/cure", {"row": 3, "column": "code"}, version=0).status_code == 403
