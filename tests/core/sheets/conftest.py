"""A register of our own over organisations, so that these tests need no field."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shanhai.core import bulk, journal, names, signs
from shanhai.core.models import Organisation, Region
from shanhai.core.sheets.columns import Change, Column, Problem, Register
from shanhai.core.signs import AccessRow

KINDS = (
    ("enterprise", "Enterprise", "企业"),
    ("school", "School", "学校"),
    ("village", "Village", "村"),
)
# Columns of a park's table that no model needs to hold: how cells are read is tested on them.
TABLE = (
    Column("credit_code", "Credit code", "统一社会信用代码", "code", key=True, required=True, form="credit"),
    Column("name", "Enterprise", "企业名称", required=True, max_length=60, synonyms=("名称", "单位名称")),
    Column("tax_fen", "Tax", "税收", "fen", unit="万元", synonyms=("税收收入",)),
    Column("land_mu", "Land", "用地面积", "mu", digits=2),
    Column("staff", "Staff", "从业人数", "int", unit="人"),
    Column("share", "Share of sales", "销售占比", "percent"),
    Column("grade", "Grade", "亩均等级", "choice", choices=(("a", "A", "A类"), ("b", "B", "B类"))),
    Column("founded_on", "Founded", "成立日期", "date", synonyms=("成立时间",)),
    Column("is_above", "Above scale", "规上企业", "bool"),
    Column("note", "Note", "备注"),
)

MODULE = "shanhai_test_firms"
FIRMS = Register(
    code="test.firms",
    en="Firms",
    zh="企业",
    columns=(
        Column("code", "Code", "单位代码", "code", key=True, required=True, max_length=40),
        Column("name_zh", "Name", "单位名称", required=True, max_length=120),
        Column("name_en", "English name", "英文名", max_length=160),
        Column("kind", "Kind", "类别", "choice", required=True, choices=KINDS),
        Column("region", "Region", "区划代码", "ref", ref="test.regions", required=True),
        Column("parent", "Under", "上级单位", "ref", ref="test.firms"),
        Column("credit_code", "Credit code", "统一社会信用代码", "code", form="credit"),
        Column("phone", "Phone", "电话", "code", access="test.phones", max_length=40),
    ),
    rows=f"{MODULE}.rows",
    current=f"{MODULE}.current",
    check=f"{MODULE}.check",
    write=f"{MODULE}.write",
    access="test.view",
    write_access="test.write",
)
REGIONS = Register(
    code="test.regions",
    en="Regions",
    zh="行政区划",
    columns=(
        Column("code", "Region code", "区划代码", "code", key=True, required=True, form="region"),
        Column("name_zh", "Name", "名称", required=True),
        Column("population", "Population", "人口", "int"),
        Column("valid_from", "Valid from", "起始日期", "date"),
    ),
    rows=f"{MODULE}.region_rows",
    current=f"{MODULE}.region_current",
    write=f"{MODULE}.write",
    access="test.view",
    write_access="test.write",
)

_FIELDS = ("code", "name_zh", "name_en", "kind", "region__code", "parent__code", "credit_code", "phone")


def _as_row(values: tuple[Any, ...]) -> dict[str, Any]:
    row = dict(zip((name.removesuffix("__code") for name in _FIELDS), values, strict=False))
    row["credit_code"] = row["credit_code"] or ""
    return row | {"_id": values[-2], "_version": values[-1]}


def rows(member: Any, pairing: Any, **filters: Any) -> Iterator[dict[str, Any]]:
    found = Organisation.objects.filter(**filters).order_by("code").values_list(*_FIELDS, "pk", "version")
    for values in found.iterator(chunk_size=500):
        yield _as_row(values)


def current(keys: list[str], pairing: Any) -> dict[str, dict[str, Any]]:
    found = Organisation.objects.filter(code__in=keys).values_list(*_FIELDS, "pk", "version")
    return {values[0]: _as_row(values) for values in found}


def check(asked: list[dict[str, Any]], pairing: Any) -> list[list[Problem]]:
    return [
        [Problem(0, "name_en", "", "test.no_such_name", "Nothing is called {name}.", {"name": "Nothing"})]
        if row["name_en"] == "Nothing"
        else []
        for row in asked
    ]


def write(changes: list[Change], *, by: Any, pairing: Any, on_import: Any) -> None:
    regions = dict(Region.objects.values_list("code", "pk"))
    made, moved = [], []
    for change in changes:
        if change.outcome == "gone":
            Organisation.objects.filter(pk=change.object_id, version=change.version).delete()
            continue
        values = change.values
        firm = Organisation(
            pk=change.object_id,
            version=change.version or 0,
            code=values["code"],
            name_zh=values["name_zh"],
            name_en=values["name_en"],
            name_sort=names.sort_key(values["name_zh"]),
            kind=values["kind"],
            region_id=regions[values["region"]],
            credit_code=values["credit_code"] or None,
            phone=values["phone"],
        )
        (made if change.outcome == "new" else moved).append(firm)
    bulk.insert_many(Organisation, made)
    bulk.update_many(
        Organisation,
        moved,
        ["name_zh", "name_en", "name_sort", "kind", "region", "credit_code", "phone"],
    )
    parents = {change.key: change.values["parent"] for change in changes if change.outcome != "gone"}
    above = dict(Organisation.objects.filter(code__in=parents.values()).values_list("code", "pk"))
    for firm in [*made, *moved]:
        Organisation.objects.filter(pk=firm.pk).update(parent_id=above.get(parents[firm.code]))
    journal.record_many([*made, *moved], "test.write", by=by, import_id=on_import.pk)


def region_rows(member: Any, pairing: Any, **filters: Any) -> Iterator[dict[str, Any]]:
    yield from region_current(list(Region.objects.values_list("code", flat=True)), pairing).values()


def region_current(keys: list[str], pairing: Any) -> dict[str, dict[str, Any]]:
    return {
        region.code: {
            "code": region.code,
            "name_zh": region.name_zh,
            "population": region.population,
            "valid_from": region.valid_from,
            "_id": region.pk,
            "_version": region.version,
        }
        for region in Region.objects.filter(code__in=keys).order_by("code")
    }


@pytest.fixture
def firms(cast: Any) -> Iterator[Register]:
    """The register, signed in."""
    module = ModuleType(MODULE)
    for function in (rows, current, check, write, region_rows, region_current):
        setattr(module, function.__name__, function)
    sys.modules[MODULE] = module
    signs.registers.add(FIRMS, REGIONS)
    signs.access_rows.add(
        AccessRow("test.view", "See firms.", kind="page", scope="any"),
        AccessRow("test.write", "Write firms.", frozenset({"office"}), scope="any"),
        AccessRow("test.phones", "Read phones.", frozenset({"office"}), scope="any", kind="column"),
    )
    yield FIRMS
    for code in ("test.firms", "test.regions"):
        signs.registers._by_code.pop(code)
    for code in ("test.view", "test.write", "test.phones"):
        signs.access_rows._by_code.pop(code)
    del sys.modules[MODULE]


@pytest.fixture
def table() -> tuple[Column, ...]:
    """The columns of a park's table of enterprises."""
    return TABLE


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """``workbook([[...], ...], sheet="企业")`` writes an .xlsx; ``edit(sheet)`` may merge cells and the like."""
    from openpyxl import Workbook

    def make(
        rows: list[list[Any]],
        *,
        sheet: str = "企业",
        name: str = "table.xlsx",
        edit: Any = None,
        **sheets: Any,
    ) -> Path:
        book = Workbook()
        first = book.active
        first.title = sheet
        for row in rows:
            first.append(row)
        for title, more in sheets.items():
            other = book.create_sheet(title)
            for row in more:
                other.append(row)
        if edit is not None:
            edit(first)
        path = tmp_path / name
        book.save(path)
        return path

    return make


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """``csv_file("a,b\\n1,2\\n", "gbk")``."""

    def make(text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


@pytest.fixture
def upload() -> Callable[[Path], io.BytesIO]:
    """A file as a browser sends it."""

    def make(path: Path) -> io.BytesIO:
        file = io.BytesIO(path.read_bytes())
        file.name = path.name
        return file

    return make
