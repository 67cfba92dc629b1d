"""Promises, checks, agents, renewals and objections as spreadsheets: what a page may do and no more, and back again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import signs
from shanhai.core.checks import replay
from shanhai.core.models import Attachment, Import, JournalEntry, WorkItem
from shanhai.core.sheets import bringing, committing, undoing
from shanhai.fields.park.actions import figures, firms, grades, reserving
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    Figures,
    Firm,
    Holding,
    LandCheck,
    LandPromise,
    QuotaPool,
    Renewal,
)
from shanhai.kernel.refusals import NotAllowed, NotNow
from tests.fields.park.firms.test_figures import WHOLE
from tests.fields.park.firms.test_promises import BUILT, FAILS, PROMISED

pytestmark = pytest.mark.django_db
Sheet = Callable[..., Import]


@pytest.fixture
def sheet(tmp_path: Path, zone: Any) -> Sheet:
    """``sheet("promises", rows, by=lin)``: a file that somebody brought, checked and not written."""

    def made(stem: str, rows: list[dict[str, Any]], *, by: Any) -> Import:
        path = tmp_path / f"{stem}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
        return bringing.bring(path, signs.registers[f"park.{stem}"], by=by, pairing=zone)

    return made


def refusals(imported: Import) -> list[str]:
    """The codes of what is refused, row by row."""
    return [one["code"] for row in imported.rows.order_by("row") for one in row.problems]


def told(stem: str, by: Any = None) -> list[dict[str, Any]]:
    """The rows of a register as somebody takes them away."""
    return list(signs.call(signs.registers[f"park.{stem}"].rows)(by, None))


PROMISE = {
    "number": "BZD-1", "firm": "QF", "plot": "QF-1", "land_mu": "40", "signed_on": "2020-05-01", "due_on": "2021-06-30",
    "deposit_fen": "100000000", **{name: str(value) for name, value in PROMISED.items()},
}  # fmt: skip


def check_of(on: str, measured: dict[str, Decimal], phase: str = "completion") -> dict[str, Any]:
    return {
        "promise": "BZD-1",
        "phase": phase,
        "on": on,
        **{name: str(value) for name, value in measured.items()},
    }


class TestPromises:
    def test_a_promise_comes_with_its_deposit_goes_out_equal_and_goes_again(self, firm, sheet, lin, tmp_path):
        imported = sheet("promises", [PROMISE], by=lin)
        assert (imported.stage, imported.counts["new"], LandPromise.objects.count()) == ("checked", 1, 0)

        committing.write(imported, by=lin)

        one = LandPromise.objects.get()
        assert (one.number, one.deposit_fen, one.promised) == ("BZD-1", 100_000_000, PROMISED)
        (row,) = told("promises", lin)
        again = sheet(
            "promises", [{name: "" if cell is None else str(cell) for name, cell in row.items()}], by=lin
        )
        assert again.counts["same"] == 1
        undoing.undo(imported, by=lin)
        assert not LandPromise.objects.exists()
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"tax_per_mu": "0"}, "park.promise_indicator"),
            ({"due_on": "2020-01-01"}, "park.promise_backwards"),
            ({"signed_on": "2033-05-01", "due_on": "2034-01-01"}, "core.day_not_come"),
        ],
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, firm, sheet, lin, cells, code):
        imported = sheet("promises", [PROMISE | cells], by=lin)

        assert refusals(imported) == [code]
        assert imported.rows.get().outcome == "refused"

    def test_what_no_page_changes_no_sheet_changes(self, firm, sheet, lin):
        committing.write(sheet("promises", [PROMISE], by=lin), by=lin)

        assert refusals(sheet("promises", [PROMISE | {"deposit_fen": "5"}], by=lin)) == ["park.by_page_only"]

    def test_who_may_not_record_brings_nothing(self, firm, sheet, pan, person_of):
        for somebody in (pan, person_of(firm.organisation, "xu")):
            with pytest.raises(NotAllowed):
                sheet("promises", [PROMISE], by=somebody)
        assert not LandPromise.objects.exists()


class TestChecks:
    @pytest.fixture
    def promise(self, firm, sheet, lin):
        committing.write(sheet("promises", [PROMISE], by=lin), by=lin)
        return LandPromise.objects.get()

    def test_checks_move_the_promise_in_their_order_and_undoing_puts_it_back(self, promise, sheet, lin):
        rows = [check_of("2021-06-30", FAILS), check_of("2021-09-01", BUILT)]
        imported = sheet("promise_checks", rows, by=lin)
        assert refusals(imported) == []
        promise.refresh_from_db()
        assert promise.stage == "promised"

        committing.write(imported, by=lin)

        promise.refresh_from_db()
        assert (promise.stage, promise.due_on) == ("running", date(2023, 9, 1))
        assert [(one["after"], one["plot_ratio"]) for one in told("promise_checks", lin)] == [
            ("rectify", Decimal("1.2")), ("running", Decimal("1.1")),
        ]  # fmt: skip
        undoing.undo(imported, by=lin)
        promise.refresh_from_db()
        assert (promise.stage, promise.phase, promise.due_on) == ("promised", "completion", date(2021, 6, 30))
        assert not LandCheck.objects.exists()
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (check_of("2021-06-30", {"plot_ratio": Decimal(1)}), "park.promise_measured"),
            (check_of("2021-06-30", BUILT, "performance"), "park.other_phase"),
            (check_of("2021-06-30", BUILT | {"tax_per_mu": Decimal(20)}), "park.not_asked"),
        ],
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, promise, sheet, lin, row, code):
        assert refusals(sheet("promise_checks", [row], by=lin)) == [code]

    def test_a_check_that_another_followed_stays(self, promise, sheet, lin):
        first = sheet("promise_checks", [check_of("2021-06-30", FAILS)], by=lin)
        committing.write(first, by=lin)
        committing.write(sheet("promise_checks", [check_of("2021-09-01", BUILT)], by=lin), by=lin)

        with pytest.raises(NotNow) as refused:
            undoing.undo(first, by=lin)

        assert refused.value.code == "park.check_followed"
        promise.refresh_from_db()
        assert (promise.stage, LandCheck.objects.count()) == ("running", 2)

    def test_a_check_that_is_there_is_not_changed(self, promise, sheet, lin):
        row = check_of("2021-06-30", FAILS)
        committing.write(sheet("promise_checks", [row], by=lin), by=lin)

        assert sheet("promise_checks", [row], by=lin).counts["same"] == 1
        changed = sheet("promise_checks", [row | {"plot_ratio": "9"}], by=lin)
        assert refusals(changed) == ["park.by_page_only"]


class TestAgents:
    def row(self, **cells: str) -> dict[str, Any]:
        return {"firm": "QF", "agent": "LQ-PARK", "begins_on": "2023-09-18", "ends_on": "", **cells}

    def test_an_agent_is_named_today_and_goes_again(self, firm, sheet, lin):
        imported = sheet("agents", [self.row()], by=lin)
        assert (refusals(imported), Agency.objects.count()) == ([], 0)

        committing.write(imported, by=lin)

        assert [(one["firm"], one["agent"], one["ends_on"]) for one in told("agents", lin)] == [
            ("QF", "LQ-PARK", None)
        ]
        undoing.undo(imported, by=lin)
        assert not Agency.objects.exists()
        assert list(replay()) == []

    def test_an_agent_is_ended_today_and_undoing_lets_it_act_again(self, firm, sheet, lin):
        committing.write(sheet("agents", [self.row()], by=lin), by=lin)
        imported = sheet("agents", [self.row(ends_on="2023-09-18")], by=lin)
        committing.write(imported, by=lin)
        assert Agency.objects.get().ends_on == date(2023, 9, 18)
        assert refusals(sheet("agents", [self.row()], by=lin)) == ["park.by_page_only"]

        undoing.undo(imported, by=lin)

        assert Agency.objects.get().ends_on is None
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"begins_on": "2023-09-01"}, "park.sheet_of_today"),
            ({"ends_on": "2023-09-18"}, "park.by_page_only"),
            ({"agent": "QF"}, "park.agent_there"),
        ],
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, firm, sheet, lin, cells, code):
        assert refusals(sheet("agents", [self.row(**cells)], by=lin)) == [code]

    def test_an_enterprise_names_agents_of_its_own_and_nobody_of_another(self, firm, enter, sheet, person_of):
        own, other = person_of(firm.organisation, "xu"), person_of(enter("OT").organisation, "wu")

        assert refusals(sheet("agents", [self.row()], by=own)) == []
        assert refusals(sheet("agents", [self.row()], by=other)) == ["park.no_firm_seen"]


class TestPlots:
    def row(self, **cells: str) -> dict[str, Any]:
        return {
            "firm": "TN",
            "plot": "L-1",
            "begins_on": "2020-01-01",
            "tenure": "leased",
            "land_mu": "10",
            "lessor": "QF",
            **cells,
        }

    @pytest.fixture
    def lease(self, firm, enter, sheet, lin):
        enter("TN")
        committing.write(sheet("holdings", [self.row()], by=lin), by=lin)
        return Holding.objects.get(plot="L-1")

    def land(self, code: str) -> Decimal:
        return Firm.objects.get(organisation__code=code).land_mu

    def test_a_plot_is_given_up_and_undoing_gives_it_back_with_its_land(self, lease, sheet, lin):
        assert (self.land("TN"), self.land("QF")) == (10, 30)
        imported = sheet("holdings", [self.row(ends_on="2023-06-30")], by=lin)
        committing.write(imported, by=lin)
        assert (self.land("TN"), self.land("QF")) == (0, 40)

        undoing.undo(imported, by=lin)

        lease.refresh_from_db()
        assert lease.ends_on is None
        assert (self.land("TN"), self.land("QF")) == (10, 30)
        assert list(replay()) == []

    def test_one_that_was_taken_up_anew_meanwhile_is_not_given_back(self, lease, sheet, lin):
        imported = sheet("holdings", [self.row(ends_on="2023-06-30")], by=lin)
        committing.write(imported, by=lin)
        firms.add_holding(
            lease.firm, plot="L-1", tenure="own", land_mu=Decimal(10), begins_on=date(2023, 7, 1), by=lin
        )

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        lease.refresh_from_db()
        assert (refused.value.code, lease.ends_on) == ("park.plot_held", date(2023, 6, 30))

    @pytest.mark.parametrize(
        ("ends_on", "code"), [("", "park.by_page_only"), ("2023-07-31", "park.holding_ended")]
    )
    def test_a_day_on_which_a_plot_was_given_up_is_no_cell_to_correct(self, lease, sheet, lin, ends_on, code):
        committing.write(sheet("holdings", [self.row(ends_on="2023-06-30")], by=lin), by=lin)

        imported = sheet("holdings", [self.row(ends_on=ends_on)], by=lin)

        assert imported.rows.get().outcome == "refused"
        assert refusals(imported) == [code]


class TestFigures:
    def row(self, **cells: str) -> dict[str, Any]:
        return {
            "firm": "QF",
            "period": "2022",
            "revenue_fen": "5000",
            "staff_n": "120",
            "standing": "reported",
            **cells,
        }

    def test_what_a_sheet_reported_goes_again_with_the_staff_of_the_list(self, firm, sheet, lin):
        imported = sheet("figures", [self.row()], by=lin)
        assert refusals(imported) == []
        committing.write(imported, by=lin)
        assert Firm.objects.get(pk=firm.pk).staff_n == 120

        undoing.undo(imported, by=lin)

        assert not Figures.objects.exists()
        assert Firm.objects.get(pk=firm.pk).staff_n is None
        assert list(replay()) == []

    def test_what_a_sheet_put_right_is_as_it_was(self, firm, sheet, lin):
        committing.write(sheet("figures", [self.row()], by=lin), by=lin)
        imported = sheet(
            "figures", [self.row(staff_n="130", jobs="1", energy_tce="7", reason="recounted")], by=lin
        )
        assert refusals(imported) == []
        committing.write(imported, by=lin)
        one = Figures.objects.get()
        assert (one.staff_n, one.energy_tce) == (130, Decimal(7))

        undoing.undo(imported, by=lin)

        one.refresh_from_db()
        assert (one.staff_n, one.energy_tce, Firm.objects.get(pk=firm.pk).staff_n) == (120, None, 120)
        assert list(replay()) == []


class TestObjections:
    @pytest.fixture
    def run(self, zone, firm, lin):
        firms.raise_above_scale(firm, on=date(2018, 1, 1), revenue_fen=2_000_000_000, by=None)
        figures.report_figures(firm, "2022", values=WHOLE, by=None)
        run = grades.draft_grading(zone, 2022, by=lin)
        return grades.publish_grading(run, by=lin)

    def row(self, run: Any, **cells: str) -> dict[str, Any]:
        return {"grading": run.number, "firm": "QF", "filed_on": "2023-09-18", "text": "税收漏计", **cells}

    def test_an_objection_waits_for_its_decision_and_goes_again(self, run, sheet, lin):
        imported = sheet("objections", [self.row(run)], by=lin)
        assert (refusals(imported), Appeal.objects.count()) == ([], 0)

        committing.write(imported, by=lin)

        assert [(one["text"], one["stage"]) for one in told("objections", lin)] == [("税收漏计", "open")]
        assert WorkItem.objects.filter(kind="park.decide_appeal", stage="open").count() == 1
        undoing.undo(imported, by=lin)
        assert not Appeal.objects.exists()
        assert not WorkItem.objects.filter(kind="park.decide_appeal", stage="open").exists()
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"filed_on": "2023-09-17"}, "park.sheet_of_today"),
            ({"grading": "MJ-0"}, "park.no_grading"),
        ],
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, run, sheet, lin, cells, code):
        assert refusals(sheet("objections", [self.row(run, **cells)], by=lin)) == [code]

    def test_a_decided_one_stays(self, run, sheet, lin):
        imported = sheet("objections", [self.row(run)], by=lin)
        committing.write(imported, by=lin)
        grades.decide_appeal(Appeal.objects.get(), is_upheld=False, decision="数据无误", by=lin)

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        assert refused.value.code == "sheets.undo_of_moved"
        assert refusals(sheet("objections", [self.row(run, text="再议")], by=lin)) == ["park.by_page_only"]


class TestRenewals:
    def row(self, **cells: str) -> dict[str, Any]:
        return {"number": "TL-1", "firm": "QF", "plot": "QF-1", "reason": "idle", "text": "停产两年", **cells}

    def test_a_plot_comes_on_the_board_and_goes_again(self, firm, sheet, lin):
        imported = sheet("renewals", [self.row()], by=lin)
        assert (refusals(imported), Renewal.objects.count()) == ([], 0)

        committing.write(imported, by=lin)

        one = Renewal.objects.get()
        assert (one.number, one.stage, one.land_mu) == ("TL-1", "candidate", Decimal(40))
        assert refusals(sheet("renewals", [self.row(reason="below")], by=lin)) == ["park.by_page_only"]
        undoing.undo(imported, by=lin)
        assert not Renewal.objects.exists()
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("cells", "code"), [({"plot": "NONE"}, "park.no_holding"), ({"plot": "L"}, "park.plot_leased")]
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, firm, enter, sheet, lin, cells, code):
        lessor = enter("OT", land="20")
        firms.add_holding(
            firm, plot="L", tenure="leased", land_mu=Decimal(5), lessor=lessor, begins_on=date(2020, 1, 1), by=None
        )  # fmt: skip

        assert refusals(sheet("renewals", [self.row(**cells)], by=lin)) == [code]

    def test_a_plot_comes_on_the_board_once(self, firm, sheet, lin):
        rows = [self.row(), self.row(number="TL-2")]

        assert refusals(sheet("renewals", rows, by=lin)) == ["park.renewal_there"]


class TestStepsOfRenewals:
    """A row takes a renewal on by the step that its stage names, as the page would."""

    @pytest.fixture
    def take(self, firm, sheet, lin, photo):
        """``take("valued", value_fen=5)``: a row that says this, written where it is not refused; gives the refusals."""
        values = WHOLE | {"tax_fen": 120_000_000, "staff_n": 30}
        figures.report_figures(firm, "2022", values=values, by=lin)
        nominated = {"number": "TL-1", "firm": "QF", "plot": "QF-1", "reason": "idle", "text": "停产两年"}
        committing.write(sheet("renewals", [nominated], by=lin), by=lin)

        def taken(stage: str, by: Any = lin, **cells: Any) -> list[str]:
            known = {"text": Renewal.objects.get().text, "stage": stage}
            imported = sheet("renewals", [nominated | known | cells], by=by)
            if refused := refusals(imported):
                return refused
            before = Renewal.objects.get().stage
            committing.write(imported, by=by)
            assert Renewal.objects.get().stage == stage != before
            taken.last = imported
            return []

        return taken

    def test_a_plot_goes_all_its_way_by_rows(self, take, firm, enter, photo, lin):
        new = enter("NW", land="5")
        shown = photo()

        assert take("verified", text="两间厂房空置", photos=str(shown.pk), stage_on="2023-09-18") == []
        assert take("published") == []
        assert take("chosen", path="purchase") == []
        assert take("valued", value_fen="1000000000") == []
        assert take("vacated", energy_tce="300", emission_t="2", plant_m2="800", stage_on="2023-09-18") == []
        assert take("offered") == []
        assert take(
            "contracted", new_firm=new.organisation.code, contract="出让合同 7", energy_taken_tce="200", stage_on="2023-09-18",
        ) == []  # fmt: skip

        one = Renewal.objects.get()
        assert (one.path, one.value_fen, one.plant_m2) == ("purchase", 10_000_000_00, Decimal(800))
        assert (one.new_firm_id, one.contract, one.contracted_on) == (new.pk, "出让合同 7", date(2023, 9, 18))
        assert firm.holdings.get(plot="QF-1").ends_on == date(2023, 9, 18)
        pool = QuotaPool.objects.get(kind="energy_tce")
        assert (pool.released, pool.taken) == (Decimal(300), Decimal(200))
        assert Attachment.objects.get(kind="park.renewal").document == shown
        entry = JournalEntry.objects.get(action="park.vacate_plot", subject_kind="park.renewal")
        assert json.loads(entry.body)["facts"]["import"]
        (row,) = told("renewals", lin)
        assert (row["stage"], row["photos"], row["for_lead"]) == ("contracted", None, None)
        assert list(replay()) == []

    @pytest.mark.parametrize(
        ("stage", "cells", "code"),
        [
            ("verified", {}, "park.renewal_photos"),
            ("verified", {"photos": "a"}, "park.renewal_no_photo"),
            ("verified", {"photos": "999999"}, "registry.no_paper"),
            ("published", {}, "park.renewal_stage"),
            ("measured", {"after_year": "2024"}, "park.renewal_stage"),
            ("dropped", {"path": "purchase"}, "park.by_page_only"),
            ("verified", {"photos": "1", "stage_on": "2023-09-01"}, "registry.no_paper"),
            ("dropped", {"stage_on": "2023-09-01"}, "park.sheet_of_today"),
            ("candidate", {"value_fen": "5"}, "park.by_page_only"),
        ],
    )
    def test_what_the_page_refuses_is_refused_in_its_row(self, take, stage, cells, code):
        assert take(stage, **cells) == [code]
        assert Renewal.objects.get().stage == "candidate"

    def test_each_step_says_what_it_asks(self, take, photo, enter):
        take("verified", photos=str(photo().pk))
        take("published")
        assert take("chosen") == ["park.renewal_cell"]
        take("chosen", path="self_upgrade")
        assert take("valued", value_fen="5") == ["park.renewal_stage"]
        assert take("measured", after_year="2023") == ["park.renewal_year"]
        assert take("measured") == ["park.renewal_cell"]

    def test_a_contract_takes_no_more_than_was_released_and_goes_to_its_lead(self, take, photo, enter, lin):
        new = enter("NW", land="5").organisation.code
        take("verified", photos=str(photo().pk))
        for stage, cells in (("published", {}), ("chosen", {"path": "return"}), ("valued", {"value_fen": "1"}),
                             ("vacated", {"energy_tce": "10"}), ("offered", {})):  # fmt: skip
            assert take(stage, **cells) == []
        asked = {"new_firm": new, "contract": "合同"}
        assert take("contracted", **asked, energy_taken_tce="11") == ["park.quota_short"]
        assert take("contracted", new_firm=new) == ["office.text_missing"]
        reserving.reserve_plot(Renewal.objects.get(), reserved_for="L-9", by=lin)
        assert take("contracted", **asked) == ["park.kept_for"]
        assert take("contracted", **asked, for_lead="L-9", energy_taken_tce="10") == []

    def test_a_step_is_not_undone_with_its_import(self, take, photo, lin):
        take("verified", photos=str(photo().pk))

        with pytest.raises(NotNow) as refused:
            undoing.undo(take.last, by=lin)

        assert refused.value.code == "park.renewal_step_stays"
        assert Renewal.objects.get().stage == "verified"

    def test_a_new_row_begins_at_the_beginning(self, firm, sheet, lin):
        row = {
            "number": "TL-9",
            "firm": "QF",
            "plot": "QF-1",
            "reason": "idle",
            "text": "停产",
            "stage": "published",
        }

        assert refusals(sheet("renewals", [row], by=lin)) == ["park.by_page_only"]

    def test_who_may_not_renew_brings_nothing(self, take, pan, zhou):
        for somebody in (pan, zhou):
            with pytest.raises(NotAllowed):
                take("published", by=somebody)


@pytest.mark.parametrize(
    ("address", "register"),
    [
        ("/park/promises/", "park.promises"),
        ("/park/promises/", "park.promise_checks"),
        ("/park/renewals/", "park.renewals"),
    ],
)
def test_lists_lead_whoever_may_bring_a_sheet_to_its_import(
    firm, client_of, lin, person_of, address, register
):
    link = f"/registry/imports/new/?register={register}"

    assert link in client_of(lin).get(address).content.decode()
    assert link not in client_of(person_of(firm.organisation, "xu")).get(address).content.decode()
    assert client_of(lin).get(link).status_code == 200


@pytest.mark.parametrize(
    ("address", "registers"),
    [
        ("/park/firms/QF/", ("agents", "promises", "promise_checks", "objections")),
        ("/park/grading/", ("grade_policies", "grade_rulings", "objections")),
        ("/park/grading/{run}/", ("grade_rulings", "objections")),
        ("/park/promises/", ("promises", "promise_checks")),
    ],
)
def test_pages_lead_to_the_sheets_of_what_stands_on_them(
    firm, zone, client_of, lin, zhou, pan, person_of, address, registers
):
    firms.raise_above_scale(firm, on=date(2018, 1, 1), revenue_fen=2_000_000_000, by=None)
    figures.report_figures(firm, "2022", values=WHOLE, by=None)
    run = grades.publish_grading(grades.draft_grading(zone, 2022, by=lin), by=lin)
    address = address.format(run=run.number)

    mine = client_of(lin)
    page = mine.get(address).content.decode()
    for register in registers:
        for link in (
            f"/registry/imports/new/?register=park.{register}",
            f"/registry/registers/park.{register}/template.xlsx",
            f"/registry/registers/park.{register}/export.xlsx",
        ):
            assert f'href="{link}"' in page, link
            assert mine.get(link).status_code == 200
    assert "表格导入导出" in client_of(lin, language="zh-hans").get(address).content.decode()
    assert "imports/new/?register=park.promise" not in client_of(pan).get(address).content.decode()
    assert client_of(zhou).get(address).status_code in (403, 404)
