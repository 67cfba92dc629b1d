"""Factor requests and pools as spreadsheets: template, check by row and column, preview, one write, undo; by every face."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from shanhai.core import search, signs
from shanhai.core.checks import replay
from shanhai.core.models import Import, JournalEntry
from shanhai.core.queries import work as waiting
from shanhai.core.sheets import bringing, committing, exporting, loading, undoing
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.models import FactorPool, FactorRequest
from shanhai.fields.office.queries import factor_sheets
from shanhai.fields.office.queries import factors as queries
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

REQUESTS, POOLS = "office.factor_requests", "office.factor_pools"
NEEDED = date(2023, 10, 31)


@pytest.fixture
def firm(cast, body, added):
    """A firm of Longquan, and Xiang who speaks for it."""
    body("FIRM", "enterprise", "青枫汽配")
    return added("xiang", "FIRM", "项羽", "Xiang Yu", "enterprise")


@pytest.fixture
def land(cast, body, added):
    """The bureau of Longquan that grants land, and its handler Ji."""
    body("LQ-NR", "department", "自然资源局")
    return added("ji", "LQ-NR", "季雪文", "Ji Xuewen", "handler")


@pytest.fixture
def request_row(zone, land):
    """``request_row(measure="fen")``: a row for 5 mu that asks the bureau, changed by name."""

    def made(**values: Any) -> dict[str, Any]:
        told = {
            "number": "YS-1",
            "title_zh": "扩建用地",
            "measure": "mu",
            "quantity": Decimal(5),
            "asker": "LQ-PARK",
        }
        return empty(REQUESTS) | told | {"handler": land.unit.code, "needed_by": NEEDED} | values

    return made


@pytest.fixture
def pool_row(zone, land):
    """``pool_row(year=2024)``: a row for 30 mu of the bureau in 2023, changed by name."""

    def made(**values: Any) -> dict[str, Any]:
        told = {"organisation": "LQ-NR", "measure": "mu", "year": 2023, "available": Decimal(30)}
        return empty(POOLS) | told | {"source": "浙自然资〔2023〕1号"} | values

    return made


def empty(code: str) -> dict[str, Any]:
    return {one.name: one.empty for one in signs.registers[code].columns if not one.is_output}


def bring(code: str, rows: list[dict[str, Any]], by: Any, zone: Any) -> Import:
    """Rows as a workbook with the register's own headings, brought and checked."""
    register = signs.registers[code]
    book = Workbook()
    names = [column.name for column in register.columns if column.name in rows[0]]
    book.active.append(names)
    for row in rows:
        book.active.append([_cell(row[name]) for name in names])
    file = io.BytesIO()
    book.save(file)
    file.name = "要素.xlsx"  # type: ignore[attr-defined]
    file.seek(0)
    return bringing.bring(file, register, by=by, pairing=zone)


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def faults(code: str, rows: list[dict[str, Any]], by: Any, zone: Any) -> list[tuple[int, str, str]]:
    """Row, column and code of what is wrong with a table; nothing is written."""
    try:
        loading.load_table(signs.registers[code], rows, by=by, pairing=zone)
    except BadInput as refused:
        return [(one["row"], one["column"], one["code"]) for one in refused.facts["problems"]]
    return []


class TestRequestsComeIn:
    def test_each_new_row_is_asked_as_on_the_page_with_its_place_in_the_queue(
        self, request_row, zone, lin, land, firm
    ):
        rows = [
            request_row(number="YS-1", asker="FIRM"),
            request_row(number="YS-2", is_park=True, park_reason="园区自身项目", is_shared=True),
            request_row(number="YS-3", measure="fen", quantity=None, amount_fen=510_400_00),
        ]
        imported = bring(REQUESTS, rows, lin, zone)
        assert imported.counts["new"] == 3 and not FactorRequest.objects.exists()

        committing.write(imported, by=lin)

        first, park, money = FactorRequest.objects.order_by("number")
        assert queries.queue_of(first) == [park, first]
        assert (park.priority, first.priority, first.asker.code, park.reach) == (1, 2, "FIRM", "both")
        assert (money.kind, money.quantity, first.quantity) == ("funds", 51_040_000, 500)
        assert [one.steps.get().what for one in (first, park, money)] == ["asked"] * 3
        assert waiting.waiting_for(land).filter(kind="office.factor").count() == 3
        assert search.find(lin, "扩建用地")
        entry = JournalEntry.objects.get(action="office.ask", subject_id=first.pk)
        assert json.loads(entry.body)["facts"]["import"] == imported.pk
        assert not list(replay())

    def test_all_faults_are_named_by_row_and_column(self, request_row, zone, firm, shen, body):
        found = faults(
            REQUESTS,
            [
                request_row(number="Y 1", asker="FIRM"),
                request_row(
                    number="YS-2",
                    needed_by=date(2023, 9, 1),
                    is_park=True,
                    asker="LQ-PARK",
                    handler=shen.unit.code,
                    stage="fulfilled",
                    granted=Decimal(5),
                ),
                request_row(number="YS-3", asker="FIRM", measure="fen"),
                request_row(number="YS-4", asker="FIRM", quantity=Decimal("5.123")),
                request_row(number="YS-5", asker="FIRM", quantity=None),
            ],
            firm,
            zone,
        )

        assert found == [
            (1, "number", "office.number_form"),
            (2, "asker", "office.factor_for_another"),
            (2, "is_shared", "office.factor_not_shared"),
            (2, "needed_by", "office.factor_needed_in_past"),
            (2, "park_reason", "office.factor_park_reason"),
            (2, "stage", "office.factor_by_page"),
            (2, "granted", "office.factor_by_page"),
            (3, "quantity", "office.factor_column"),
            (4, "quantity", "office.factor_quantity"),
            (5, "quantity", "office.factor_column"),
        ]
        assert not FactorRequest.objects.exists()

    def test_a_sheet_grants_nothing_skips_no_state_and_moves_nobody_in_the_queue(
        self, request_row, zone, lin, land
    ):
        committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)

        for name, value in (
            ("stage", "fulfilled"),
            ("granted", Decimal(5)),
            ("needed_by", date(2023, 9, 20)),
            ("is_park", True),
            ("is_shared", True),
            ("quantity", Decimal(6)),
        ):
            assert faults(REQUESTS, [request_row(**{name: value})], lin, zone) == [
                (1, name, "office.factor_by_page")
            ]
        assert FactorRequest.objects.get().version == 0

    def test_what_went_out_comes_back_as_unchanged_and_outputs_are_not_read(
        self, request_row, zone, lin, land, turn_clock
    ):
        committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)
        file = io.BytesIO()
        exporting.export(signs.registers[REQUESTS], file, member=lin, pairing=zone)
        file.name, _ = "要素.xlsx", file.seek(0)  # type: ignore[attr-defined]
        turn_clock("2023-09-22T09:00")

        imported = bringing.bring(file, signs.registers[REQUESTS], by=lin, pairing=zone)

        assert (imported.counts["same"], imported.counts["refused"]) == (1, 0)
        left_out = {one["text"] for one in imported.counts["headings"] if not one["column"]}
        assert {"Place in the queue", "Waited, working days", "Times passed over"} <= left_out

    def test_of_a_request_that_is_not_shown_only_that_its_number_is_taken(
        self, request_row, zone, lin, shen, land, body, added
    ):
        committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)

        theirs = request_row(handler=shen.unit.code, title_zh="别的事")

        assert faults(REQUESTS, [theirs], shen, zone) == [(1, "number", "office.factor_key_taken")]

    def test_who_has_no_business_here_brings_nothing_and_nor_does_the_system(
        self, request_row, zone, zhou, lin
    ):
        with pytest.raises(NotAllowed):
            bring(REQUESTS, [request_row()], zhou, zone)
        imported = bring(REQUESTS, [request_row()], None, zone)
        with pytest.raises(BadInput) as refused:
            committing.write(imported, by=None)
        assert refused.value.code == "office.factor_asked_by_nobody"
        assert not FactorRequest.objects.exists()

    def test_the_number_of_statements_does_not_grow_with_the_rows_that_are_checked(
        self, request_row, zone, lin, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(70):
            rows = [request_row(number=f"YS-{n}", needed_by=date(2023, 9, 1)) for n in range(40)]
            assert len(faults(REQUESTS, rows, lin, zone)) == 40


class TestRequestsAreTakenBack:
    def test_an_undo_takes_them_out_with_what_waited_for_them(self, request_row, zone, lin, land):
        imported = committing.write(
            bring(REQUESTS, [request_row(), request_row(number="YS-2")], lin, zone), by=lin
        )

        undoing.undo(imported, by=lin)

        assert not FactorRequest.objects.exists() and not search.find(lin, "扩建用地")
        assert not waiting.waiting_for(land).filter(kind="office.factor").exists()
        gone = JournalEntry.objects.filter(action="office.write_factor_requests")
        assert [json.loads(one.body)["facts"]["is_gone"] for one in gone] == [True, True]

    def test_not_once_one_was_granted(self, request_row, zone, lin, land):
        imported = committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)
        actions.grant_factor(FactorRequest.objects.get(), quantity=500, paper="龙自然1号", by=land)

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        assert refused.value.code == "sheets.undo_of_moved"
        assert FactorRequest.objects.get().stage == "fulfilled"


class TestPools:
    def test_are_declared_set_anew_and_put_back(self, pool_row, zone, lin, land):
        first = committing.write(bring(POOLS, [pool_row()], lin, zone), by=lin)
        assert FactorPool.objects.get().available == 3000

        changed = bring(POOLS, [pool_row(available=Decimal(40), source="调整")], lin, zone)
        assert changed.counts["changed"] == 1
        committing.write(changed, by=lin)
        pool = FactorPool.objects.get()
        assert (pool.available, pool.source) == (4000, "调整")

        undoing.undo(changed, by=lin)
        pool.refresh_from_db()
        assert (pool.available, pool.source) == (3000, "浙自然资〔2023〕1号")
        with pytest.raises(NotNow):
            undoing.undo(first, by=lin)  # it was changed since
        assert not list(replay())

    def test_a_new_one_goes_again_with_its_import(self, pool_row, zone, lin):
        imported = committing.write(bring(POOLS, [pool_row()], lin, zone), by=lin)
        undoing.undo(imported, by=lin)
        assert not FactorPool.objects.exists()

    def test_hold_what_was_granted_and_are_their_own_peoples(
        self, pool_row, zone, lin, shen, land, request_row
    ):
        committing.write(bring(POOLS, [pool_row()], lin, zone), by=lin)
        committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)
        actions.grant_factor(FactorRequest.objects.get(), quantity=400, paper="1号", by=land)

        below = [pool_row(available=Decimal("3.99"))]
        assert faults(POOLS, below, lin, zone) == [(1, "available", "office.factor_pool_below")]
        assert faults(POOLS, [pool_row(is_shared=True)], lin, zone) == [
            (1, "is_shared", "office.factor_by_page")
        ]
        assert faults(POOLS, [pool_row(year=2024)], shen, zone) == [
            (1, "organisation", "office.factor_pool_of_another")
        ]
        assert faults(POOLS, [pool_row(measure="fen", year=2024)], lin, zone) == [
            (1, "available", "office.factor_column")
        ]
        assert faults(POOLS, [pool_row()], shen, zone) == []  # the same says nothing
        hidden = [pool_row(available=Decimal(50))]
        assert faults(POOLS, hidden, shen, zone) == [(1, "organisation", "office.factor_key_taken")]

    def test_a_grant_between_check_and_write_is_noticed(self, pool_row, zone, lin, land, request_row):
        committing.write(bring(POOLS, [pool_row()], lin, zone), by=lin)
        committing.write(bring(REQUESTS, [request_row()], lin, zone), by=lin)
        imported = bring(POOLS, [pool_row(available=Decimal(1))], lin, zone)
        assert imported.counts["changed"] == 1
        actions.grant_factor(FactorRequest.objects.get(), quantity=400, paper="1号", by=land)

        from shanhai.kernel.refusals import ChangedMeanwhile

        with pytest.raises(ChangedMeanwhile):
            committing.write(imported, by=lin)

        imported.refresh_from_db()
        assert imported.counts["refused"] == 1 and FactorPool.objects.get().available == 3000


class TestRows:
    def test_the_place_counts_in_the_own_queue_and_who_is_served_has_none(self, request_row, zone, lin, land):
        rows = [request_row(number=f"YS-{n}", needed_by=date(2023, 10, 31 - n)) for n in range(1, 4)]
        rows.append(request_row(number="YS-9", measure="kW", quantity=Decimal(8)))
        committing.write(bring(REQUESTS, rows, lin, zone), by=lin)
        actions.grant_factor(FactorRequest.objects.get(number="YS-3"), quantity=500, paper="1号", by=land)

        found = factor_sheets.factor_requests_rows(lin, zone)

        assert {row["number"]: row["place"] for row in found} == {
            "YS-1": 2,
            "YS-2": 1,
            "YS-3": None,
            "YS-9": 1,
        }


class TestFaces:
    @pytest.mark.parametrize("code", [REQUESTS, POOLS])
    def test_the_template_says_which_columns_the_platform_fills(self, code, zone, client_of, lin):
        answer = client_of(lin).get(reverse("registry:register_template", args=[code]))

        book = load_workbook(io.BytesIO(answer.content))
        hints = {row[0].value: row[1].value for row in book["Hints"].iter_rows(min_row=2)}
        outputs = [one for one in signs.registers[code].columns if one.is_output]
        assert outputs and all("not read" in hints[one.heading_with_unit] for one in outputs)

    def test_the_page_from_the_file_to_the_queue_and_back(self, request_row, zone, client_of, lin, zhou):
        register = signs.registers[REQUESTS]
        headings = [
            "申请编号",
            "申请事项",
            "申请单位",
            "计量",
            "申请数量",
            "核准科室",
            "需用日期",
            "队列位次",
        ]
        book = Workbook()
        book.active.append(["2023年要素保障申请表"])
        book.active.append(headings)
        book.active.append(
            ["YS-7", "扩建用地", "LQ-PARK", "亩", 12.5, request_row()["handler"], "2023年10月31日", 1]
        )
        file = io.BytesIO()
        book.save(file)

        def upload() -> SimpleUploadedFile:
            return SimpleUploadedFile("要素.xlsx", file.getvalue())

        client = client_of(lin)
        given = {"register": register.code, "file": upload()}
        page = client.post(reverse("registry:import_new"), given, follow=True).content.decode()
        assert "1 row can be written; none is refused." in page and "队列位次" in page.split("left out:")[1]

        brought = Import.objects.latest("pk")
        client.post(reverse("registry:import_write", args=[brought.pk]), {"version": brought.version})
        assert FactorRequest.objects.get().quantity == 1250
        client.post(reverse("registry:import_undo", args=[brought.pk]))
        assert not FactorRequest.objects.exists()

        stranger = client_of(zhou)
        given = {"register": register.code, "file": upload()}
        assert stranger.post(reverse("registry:import_new"), given).status_code in (403, 404, 422)

    def test_the_api_brings_writes_and_takes_back(self, pool_row, zone, lin, api_at):
        call = api_at("/api/v1/registry")(lin)
        table = "organisation,measure,year,available,source\nLQ-NR,mu,2023,30,计划\n"
        file = SimpleUploadedFile("pools.csv", table.encode())
        answer = call(
            "post", "/imports", {"register_code": POOLS, "pairing": zone.code, "file": file}, form=True
        )
        one = answer.json()
        assert answer.status_code == 201, one
        assert (one["new"], one["refused"]) == (1, 0)

        one = call("post", f"/imports/{one['id']}/write", {}, version=one["version"]).json()
        assert FactorPool.objects.get().available == 3000
        call("post", f"/imports/{one['id']}/undo", {}, version=one["version"])
        assert not FactorPool.objects.exists()

    def test_the_commands_bring_write_list_and_take_back(self, request_row, zone, lin, tmp_path, capsys):
        row = request_row()
        table = tmp_path / "requests.csv"
        table.write_text(
            f"number,title_zh,asker,measure,quantity,handler,needed_by\nYS-8,用地,LQ-PARK,mu,5,{row['handler']},2023-10-31\n"
        )
        bring_it = [
            "registry",
            "imports",
            "bring",
            REQUESTS,
            str(table),
            "--pairing",
            zone.code,
            "--as",
            "lin",
        ]
        assert run([*bring_it, "--json"]) == 0
        number = str(json.loads(capsys.readouterr().out)["id"])
        assert run(["registry", "imports", "write", number, "--as", "lin"]) == 0
        capsys.readouterr()
        assert run(["office", "factors", "list", "--json", "--as", "lin"]) == 0
        (listed,) = json.loads(capsys.readouterr().out)
        assert (listed["number"], listed["quantity"], listed["place"]) == ("YS-8", "5", 1)
        assert run(["registry", "imports", "undo", number, "--as", "lin"]) == 0
        assert not FactorRequest.objects.exists()
