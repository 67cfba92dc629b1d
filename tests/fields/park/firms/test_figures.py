"""Figures of enterprises: by hand, by sheet and by round, put right on the record, tax masked, and the ratios of them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from shanhai.core import masking, signs
from shanhai.core.actions import units
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, JournalSecret
from shanhai.core.sheets import loading
from shanhai.fields.office import actions as office
from shanhai.fields.office.queries import merged
from shanhai.fields.office.queries import rounds as office_queries
from shanhai.fields.office.rules import rounds as office_rules
from shanhai.fields.park.actions import figures as actions
from shanhai.fields.park.models import FigureChange, Figures, Firm
from shanhai.fields.park.queries import firm_tables
from shanhai.fields.park.rules import figures as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

WHOLE = {
    "revenue_fen": 4_000_000_000, "output_fen": 4_200_000_000, "value_added_fen": 6_000_000_000,
    "tax_fen": 1_200_000_000, "energy_tce": Decimal(2000), "emission_t": Decimal("1.2"), "staff_n": 300,
    "rd_fen": 100_000_000, "electricity_kwh": Decimal(3_000_000),
}  # fmt: skip


def report(firm, by, period="2022", **values):
    reason = values.pop("reason", "")
    return actions.report_figures(firm, period, values=values or WHOLE, reason=reason, by=by)


class TestRatios:
    def test_the_vector_of_huangyan_comes_of_figures(self):
        found = rules.ratios_of("x", WHOLE, Decimal(40), is_above_scale=True)

        assert found == {
            "tax_per_mu": 30.0,
            "value_added_per_mu": 150.0,
            "value_added_per_tce": 3.0,
            "value_added_per_emission": 5000.0,
            "labour_productivity": 20.0,
            "rd_intensity": 0.025,
        }

    def test_below_scale_tax_by_land_and_by_electricity(self):
        figures = WHOLE | {"tax_fen": 80_000_000, "electricity_kwh": Decimal("2666666.666667")}
        found = rules.ratios_of("x", figures, Decimal(10), is_above_scale=False)

        assert found["tax_per_mu"] == 8 and round(found["tax_per_kwh"], 6) == 0.3

    def test_emissions_may_be_missing_and_nothing_else(self):
        found = rules.ratios_of("x", WHOLE | {"emission_t": None}, Decimal(40), is_above_scale=True)
        assert "value_added_per_emission" not in found
        for name in ("tax_fen", "value_added_fen", "energy_tce", "staff_n", "rd_fen", "revenue_fen"):
            with pytest.raises(BadInput) as refused:
                rules.ratios_of("x", WHOLE | {name: None}, Decimal(40), is_above_scale=True)
            assert (refused.value.code, refused.value.facts["field"]) == ("park.figure_missing", name)

    @pytest.mark.parametrize("name", ["energy_tce", "emission_t", "staff_n", "revenue_fen"])
    def test_by_nothing_nothing_is_divided(self, name):
        with pytest.raises(BadInput) as refused:
            rules.ratios_of("x", WHOLE | {name: 0}, Decimal(40), is_above_scale=True)

        assert (refused.value.code, refused.value.facts["field"]) == ("park.zero_denominator", name)

    @pytest.mark.parametrize("land", ["0", "-4"])
    def test_land_is_above_zero(self, land):
        with pytest.raises(BadInput) as refused:
            rules.ratios_of("x", WHOLE, Decimal(land), is_above_scale=True)

        assert refused.value.code == "park.land_missing"


class TestReporting:
    def test_they_are_entered_and_the_list_shows_the_staff_of_the_latest_year(self, firm, lin):
        report(firm, lin, "2021", staff_n=200)
        report(firm, lin, "2022", staff_n=300)
        report(firm, lin, "2023Q2", staff_n=999)

        assert Firm.objects.get(pk=firm.pk).staff_n == 300
        assert list(replay()) == []

    def test_a_correction_needs_its_reason_and_keeps_what_stood_there(self, firm, lin):
        one = report(firm, lin)
        with pytest.raises(NotNow) as refused:
            report(firm, lin, tax_fen=1)
        assert refused.value.code == "park.correction_without_reason"
        assert Figures.objects.get().tax_fen == 1_200_000_000

        report(firm, lin, tax_fen=1_300_000_000, reason="tax bureau sent the final account")

        change = FigureChange.objects.get()
        assert (change.name, change.before, change.after) == ("tax_fen", "1200000000", "1300000000")
        assert (change.member, change.reason) == (lin, "tax bureau sent the final account")
        assert Figures.objects.get(pk=one.pk).version == 1
        assert list(replay()) == []

    def test_what_was_not_reported_is_added_without_a_reason(self, firm, lin):
        report(firm, lin, staff_n=300)
        report(firm, lin, tax_fen=5)

        assert Figures.objects.get().tax_fen == 5

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"revenue_fen": -1}, "revenue_fen"),
            ({"energy_tce": Decimal(-1)}, "energy_tce"),
            ({"staff_n": -3}, "staff_n"),
            ({"tax_fen": 10**17}, "tax_fen"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, firm, lin, values, field):
        with pytest.raises(BadInput) as refused:
            report(firm, lin, **values)

        assert refused.value.facts["field"] == field
        assert not Figures.objects.exists()

    def test_a_refund_and_a_loss_may_be_below_zero(self, firm, lin):
        one = report(firm, lin, tax_fen=-5, value_added_fen=-7)

        assert (one.tax_fen, one.value_added_fen) == (-5, -7)

    @pytest.mark.parametrize("period", ["2024", "2023Q4", "2023-08", "last year"])
    def test_periods_are_years_and_quarters_that_have_begun(self, firm, lin, period):
        with pytest.raises(BadInput):
            report(firm, lin, period, staff_n=1)

    def test_outsiders_and_firms_themselves_enter_nothing(self, firm, zhou, pan, person_of):
        for somebody in (zhou, pan, person_of(firm.organisation, "xu")):
            with pytest.raises(NotAllowed):
                report(firm, somebody, staff_n=1)


class TestTaxIsMasked:
    def test_the_journal_proves_it_without_saying_it(self, firm, lin):
        report(firm, lin)

        entry = JournalEntry.objects.get(action="park.report_figures")
        assert "1200000000" not in entry.body
        assert JournalSecret.objects.get(entry_id=entry.pk, name="tax_fen").value == "1200000000"

    def test_whoever_reads_it_is_on_the_record(self, firm, lin, shen, pan):
        one = report(firm, lin)

        assert masking.read_masked(one, "park.figures", "tax_fen", by=lin) == "1200000000"
        assert JournalEntry.objects.filter(action="core.read_masked", member_id=lin.pk).count() == 1
        with pytest.raises(NotAllowed):
            masking.read_masked(one, "park.figures", "tax_fen", by=pan)

    def test_pages_show_it_to_the_firm_and_on_request_to_the_office(
        self, firm, lin, pan, client_of, person_of
    ):
        report(firm, lin)
        report(firm, lin, tax_fen=1_300_000_000, reason="final account")
        office = client_of(lin)
        page = office.get(firm.url).content.decode()
        assert "13.0 m yuan" not in page and "***" in page
        read = office.post(f"{firm.url}figures/2022/read/", {"column": "tax_fen"})
        assert "13.0 m yuan" in read.content.decode() and read["Cache-Control"] == "no-store"
        own = client_of(person_of(firm.organisation, "xu")).get(firm.url).content.decode()
        assert "13.0 m yuan" in own and "12.0 m yuan" in own
        assert client_of(pan).post(f"{firm.url}figures/2022/read/", {"column": "tax_fen"}).status_code == 403

    def test_api_and_command_mask_it_too(self, firm, lin, api_at, capsys):
        report(firm, lin)
        call = api_at("/api/v1/park")(lin)
        (listed,) = call("get", "/figures").json()["items"]
        assert (listed["tax_fen"], listed["revenue_fen"], listed["staff_n"]) == ("***", 4_000_000_000, 300)
        answer = call("post", "/firms/QF/figures/2022/read", {"column": "tax_fen"})
        assert answer.json()["value"] == "1200000000"
        assert run(["park", "figures", "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["tax_fen"] == "***"
        assert run(["park", "figures", "read", "QF", "2022", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["value"] == "1200000000"


class TestFaces:
    def test_by_form_api_and_command(self, firm, client_of, lin, api_at, capsys):
        form = {"period": "2022", "revenue_fen": "4000万元", "staff_n": "300", "tax_fen": "1200万元"}
        client = client_of(lin)
        assert client.post(f"{firm.url}figures/", form).status_code == 302
        assert client.post(f"{firm.url}figures/", form | {"staff_n": "310"}).status_code == 422
        assert (
            client.post(f"{firm.url}figures/", form | {"staff_n": "310", "reason": "miscounted"}).status_code
            == 302
        )
        call = api_at("/api/v1/park")(lin)
        path = "/firms/QF/figures/2022"
        data = {"staff_n": 320, "reason": "counted again"}
        assert call("post", path, data).status_code == 428
        assert call("post", path, data, version=9).status_code == 412
        assert call("post", path, data, version=1).json()["staff_n"] == 320
        assert run(["park", "figures", "report", "QF", "2022", "--set", "energy_tce=2000", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["version"] == 3
        assert run(["park", "figures", "report", "QF", "2022", "--set", "steam=2"]) == 1
        assert "There is no figure steam" in capsys.readouterr().err

        one = Figures.objects.get()
        assert (one.revenue_fen, one.staff_n, one.energy_tce) == (4_000_000_000, 320, Decimal(2000))
        page = client_of(lin).get(firm.url).content.decode()
        assert "miscounted" in page and "counted again" in page


class TestSheet:
    def problems(self, rows, by):
        try:
            loading.load_table(signs.registers["park.figures"], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def row(self, **values):
        empty = dict.fromkeys(one.name for one in rules.ITEMS)
        texts = {"reason": "", "standing": "", "source": ""}
        return {"firm": "QF", "period": "2022"} | empty | texts | values

    def test_it_enters_and_puts_right_with_the_reason_in_its_column(self, firm, lin):
        assert self.problems([self.row(staff_n=300)], lin) == []
        assert self.problems([self.row(staff_n=310)], lin) == [("reason", "park.correction_without_reason")]
        assert self.problems([self.row(staff_n=310, reason="miscounted")], lin) == []

        assert Figures.objects.get().staff_n == 310
        assert FigureChange.objects.filter(before="300", after="310").exists()
        told = list(firm_tables.figures_rows(lin, firm.pairing))
        assert (told[0]["staff_n"], told[0]["reason"]) == (310, "")

    def test_refused_by_cell_and_nothing_half_written(self, firm, enter, lin):
        enter("TN")
        rows = [
            self.row(staff_n=5),
            self.row(firm="TN", revenue_fen=-100),
            self.row(firm="QF", period="2022-07", staff_n=5),
        ]

        assert self.problems(rows, lin) == [
            ("revenue_fen", "sheets.below_least"), ("period", "park.figures_period"),
        ] or self.problems(rows, lin)[-1] == ("period", "park.figures_period")  # fmt: skip
        assert not Figures.objects.exists()


class TestRounds:
    @pytest.fixture
    def round_of(self, zone, lin):
        """``round_of({unit: {"tax": "120"}}, number)``: a yearly round that these units answered, accepted."""

        def make(given, number="R1", period="2022"):
            asked = {name: office_rules.Question(name, name, type=kind, unit=unit, feeds=f"{rules.TARGET}{feeds}", is_required=False)
                     for name, kind, unit, feeds in (("tax", "fen", "万元", "tax_fen"), ("staff", "int", "", "staff_n"))}  # fmt: skip
            one = office.draft_round(
                zone, number=number, name_zh="企业年报", name_en="Yearly figures", period=period,
                due_on=date(2023, 9, 20), questions=list(asked.values()), units=list(given), by=lin,
            )  # fmt: skip
            office.open_round(one, by=lin)
            for unit, values in given.items():
                answer = office_queries.answer_of(None, one.number, unit.code)
                office.fill_answer(answer, {(name, ""): value for name, value in values.items()}, by=None)
                while answer.stage != "confirmed":
                    office.hand_up(answer, by=None)
                office.review_answer(answer, by=lin)
            return one

        return make

    @pytest.fixture
    def desks(self, firm, enter):
        """A unit of each of two enterprises, which answers."""
        other = enter("TN")
        return [
            units.add_unit(one.organisation, code=f"{one.code}-u", name_zh="办公室", by=None)
            for one in (firm, other)
        ]

    def test_each_firm_gets_its_own_figures_and_merging_again_puts_them_right(
        self, firm, desks, round_of, lin
    ):
        report(firm, lin, tax_fen=900, staff_n=None)
        one = round_of({desks[0]: {"tax": "1200", "staff": "300"}, desks[1]: {"tax": "80", "staff": "20"}})
        told = {each.target: each for each in merged.preview_of(one).outcomes}
        assert (told["park.figures.tax_fen"].recorded, told["park.figures.tax_fen"].winner) == (
            "900",
            "round",
        )

        office.merge_round(one, by=lin)

        found = {each.firm.code: (each.tax_fen, each.staff_n) for each in Figures.objects.all()}
        assert found == {"QF": (1_200_000_000, 300), "TN": (80_000_000, 20)}
        assert FigureChange.objects.get(before="900").round == "R1"
        assert list(replay()) == []

    def test_taking_the_merging_back_puts_back_what_stood_there(self, firm, desks, round_of, lin):
        report(firm, lin, tax_fen=900)
        one = round_of({desks[0]: {"tax": "1200"}, desks[1]: {"tax": "80"}})
        office.merge_round(one, by=lin)
        other = Firm.objects.select_related("organisation").get(organisation__code="TN")
        report(other, lin, tax_fen=81, reason="put right by hand")

        office.take_back_merging(one, reason="wrong year", by=lin)

        found = {each.firm.code: each.tax_fen for each in Figures.objects.all()}
        assert found == {"QF": 900, "TN": 81}

    def test_a_unit_that_is_no_enterprise_counts_for_nothing_and_is_told(
        self, firm, desks, round_of, cast, lin
    ):
        one = round_of({desks[0]: {"tax": "5"}, cast.units["LQ"]: {"tax": "7"}})
        office.merge_round(one, by=lin)

        (outcome,) = one.outcomes
        assert outcome["facts"] == {"n": "1"} and outcome["adds"] == "5000000"
        assert Figures.objects.count() == 1
