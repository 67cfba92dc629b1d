"""The balance of mutual benefit: cells are the sums of their records, and money is added to money only."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import indicators, signs
from shanhai.core.models import Pairing
from shanhai.core.signs import BalancePlace, Indicator
from shanhai.fields.pairing import actions, rules
from shanhai.fields.pairing.models import Delivery
from shanhai.fields.pairing.queries import balance as reads
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 18)


@pytest.fixture
def clinics(commitment: Any, lin: Any, shen: Any, paper: Any) -> Any:
    """The sea side's clinic days stand in the balance; 12 came."""
    actions.change_commitment(commitment, balance_line="clinic_days", by=lin)
    actions.record_delivery(
        commitment, on=date(2023, 5, 2), quantity=Decimal(12), evidence=[paper(shen)], by=shen
    )
    return commitment


@pytest.fixture
def donation(zone: Any, lin: Any, shen: Any, paper: Any, cast: SimpleNamespace) -> Any:
    """The sea side donated 600 yuan."""
    activity = actions.plan_activity(
        zone, number="A-1", kind="donation", title_zh="捐赠", on=date(2023, 9, 1), lead="sea", payer="sea",
        planned_fen=100_000, mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], by=shen,
    )  # fmt: skip
    actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=60_000, vouchers=[paper(shen)], by=shen)
    return activity


def line(found: reads.Balance, code: str, side: str) -> reads.Line:
    return next(one for one in found.lines if (one.indicator.code, one.side) == (code, side))


def assert_cells_are_their_records(found: reads.Balance, member: Any) -> None:
    for one in found.lines:
        for year, cell in zip(found.years, one.cells, strict=True):
            records = reads.records_behind(member, found.pairing, one.indicator.code, one.side, [year])
            assert sum((record.value for record in records), Decimal(0)) == (cell or 0), (one, year)


def test_each_side_gives_what_is_attributed_to_it_and_the_rest_is_not_measured(
    zone: Any, lin: Any, clinics: Any, donation: Any
) -> None:
    found = reads.balance(lin, zone)

    assert {(one.indicator.code, one.side) for one in found.lines} == {
        ("pairing.aid_paid", "sea"),
        ("pairing.delivered_clinic_days", "sea"),
    }
    assert [str(year) for year in found.years] == ["2018", "2019", "2020", "2021", "2022", "2023"]
    assert line(found, "pairing.delivered_clinic_days", "sea").cells == (0, 0, 0, 0, 0, 12)
    assert "pairing.delivered_vegetables" in {one.code for one in found.unmeasured}
    assert "pairing.aid_paid" not in {one.code for one in found.unmeasured}
    assert_cells_are_their_records(found, lin)


def test_money_is_added_to_money_only(zone: Any, lin: Any, clinics: Any, donation: Any) -> None:
    found = reads.balance(lin, zone)

    assert (sum(found.money_of("sea")), sum(found.money_of("mountain"))) == (60_000, 0)
    plain = reads.balance_as_plain(found)
    assert plain["money_fen"]["sea"][-1] == 60_000
    groups = {one.code: one.balance.group for one in reads.in_balance() if one.balance}
    for one in reads.in_balance():
        is_fen = one.unit == "fen"
        assert is_fen == (groups[one.code] in ("money", "trade")), one.code


@pytest.mark.parametrize(
    ("unit", "kind", "group"),
    [("fen", "flow", "things"), ("t", "flow", "money"), ("days", "flow", "trade"), ("fen", "stock", "money")],
)
def test_an_indicator_that_would_mix_them_cannot_sign_in(unit: str, kind: Any, group: Any) -> None:
    with pytest.raises(ValueError):
        Indicator("x.y", "X", unit, kind, "x", "m", "e", balance=BalancePlace(group, 1))


def test_a_later_field_fills_a_row_by_signing_in(
    zone: Any, lin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Indicator(
        "later.beds", "Beds", "beds", "flow", "later",
        f"{__name__}.beds_measure", f"{__name__}.beds_evidence", balance=BalancePlace("things", 1, "beds"),
    )  # fmt: skip
    monkeypatch.setitem(signs.indicators._by_code, later.code, later)

    found = reads.balance(lin, zone)

    assert line(found, "later.beds", "mountain").cells[-1] == 5
    assert not [one for one in found.lines if one.side == "sea"]
    assert_cells_are_their_records(found, lin)


def beds_measure(ids: list[int], years: list[Any], side: str | None, as_of: date) -> list[indicators.Row]:
    value = Decimal(5) if side == "mountain" else Decimal(0)
    return [
        indicators.Row(pk, year, value if str(year) == "2023" else Decimal(0)) for pk in ids for year in years
    ]


def beds_evidence(pk: int, year: Any, side: str | None, as_of: date) -> list[indicators.Evidence]:
    if side != "mountain" or str(year) != "2023":
        return []
    return [indicators.Evidence("later.bed", n, f"bed {n}", TODAY, Decimal(1)) for n in range(5)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(
        st.tuples(st.integers(0, 2300), st.integers(1, 900), st.booleans()), min_size=1, max_size=12
    )
)
def test_the_sum_over_the_evidence_is_the_cell_whatever_was_delivered(
    zone: Any, lin: Any, clinics: Any, days: list[tuple[int, int, bool]]
) -> None:
    Delivery.objects.exclude(code="LX-C1-D001").delete()
    Delivery.objects.bulk_create(
        Delivery(
            commitment=clinics, pairing=zone, zone=zone, code=f"D-{n}", quantity=quantity, is_illustrative=is_made_up,
            on=date(2017, 6, 1) + timedelta(days=after), recorded_at="2023-09-18T00:00Z",
        )
        for n, (after, quantity, is_made_up) in enumerate(days)
    )  # fmt: skip

    found = reads.balance(lin, zone)

    assert_cells_are_their_records(found, lin)
    within = [q for after, q, _ in days if date(2018, 1, 1) <= date(2017, 6, 1) + timedelta(after) <= TODAY]
    assert line(found, "pairing.delivered_clinic_days", "sea").total == 12 + sum(within)


class TestLines:
    def test_counts_one_side_in_its_own_unit(self, commitment: Any, lin: Any) -> None:
        for name in ("vegetables", "orders", "nothing"):
            with pytest.raises(BadInput):
                actions.change_commitment(commitment, balance_line=name, by=lin)
        with pytest.raises(BadInput):
            rules.check_balance_line("LX-C8", "clinic_days", "counted", "day", "both")
        with pytest.raises(BadInput):
            rules.check_balance_line("LX-C8", "clinic_days", "indicator", "day", "sea")

    def test_a_line_is_no_term_of_the_agreement(self, commitment: Any, shen: Any) -> None:
        actions.change_commitment(commitment, balance_line="clinic_days", by=shen)
        actions.change_commitment(commitment, balance_line="", by=shen)

        assert commitment.balance_line == ""


class TestStatements:
    def test_a_second_one_of_a_day_takes_the_place_of_the_first(self, zone: Any, lin: Any, shen: Any) -> None:
        actions.state_balance(zone, text_zh="一", by=lin)
        actions.state_balance(zone, text_zh="二", by=lin)
        actions.state_balance(zone, text_zh="海", by=shen)

        said = reads.statements_of(zone)
        assert (said["mountain"].text_zh, said["sea"].text_zh) == ("二", "海")
        assert said["mountain"].version == 1

    def test_nobody_speaks_for_the_other_side_and_the_province_for_none(
        self, zone: Any, lin: Any, pan: Any
    ) -> None:
        with pytest.raises(NotAllowed):
            actions.state_balance(zone, text_zh="海", side="sea", by=lin)
        with pytest.raises(NotAllowed):
            actions.state_balance(zone, text_zh="省", by=pan)


def test_the_province_sees_each_pairing_and_each_sees_its_own(
    zone: Any, lin: Any, pan: Any, clinics: Any, donation: Any
) -> None:
    other = Pairing.objects.create(code="P-2", level="county", name_zh="另", started_on=TODAY)

    assert reads.balance(pan, zone).lines == reads.balance(lin, zone).lines
    assert reads.balance(pan, other).lines == ()


def test_it_costs_one_statement_an_indicator_for_all_years(zone: Any, lin: Any, clinics: Any) -> None:
    reads.balance(lin, zone)
    with CaptureQueriesContext(connection) as few:
        reads.balance(lin, zone, reads.years_of(2023, 2023))
    with CaptureQueriesContext(connection) as many:
        reads.balance(lin, zone, reads.years_of(2004, 2023))

    assert len(many) == len(few) <= len(reads.in_balance()) + 4


def test_years_that_cannot_be_drawn_are_refused() -> None:
    for first, last in ((2023, 2022), (1980, 2000), (2020, 2024), (1990, 2023)):
        with pytest.raises(BadInput):
            reads.years_of(first, last)


def test_what_has_no_place_has_no_records(zone: Any, lin: Any) -> None:
    for code in ("pairing.meetings_held", "pairing.nothing"):
        with pytest.raises(NotFound):
            reads.records_behind(lin, zone, code, "sea", reads.years_of())


class TestPages:
    def test_each_cell_links_to_the_records_that_make_it(
        self, zone: Any, lin: Any, clinics: Any, donation: Any, client_of: Any
    ) -> None:
        at_lin = client_of(lin)
        shown = at_lin.get("/pairing/balance/").content.decode()

        address = "/pairing/balance/pairing.delivered_clinic_days/?side=sea&amp;from=2023&amp;to=2023"
        assert address in shown and "Expert clinics" in shown and "Not measured yet" in shown
        records = at_lin.get(address.replace("&amp;", "&")).content.decode()
        assert "LX-C1-D001" in records and "12 days" in records

    def test_the_sum_links_to_the_records_of_all_years(
        self, zone: Any, lin: Any, clinics: Any, client_of: Any
    ) -> None:
        at_lin = client_of(lin)
        shown = at_lin.get("/pairing/balance/").content.decode()

        sums = re.findall(r'<td class="n tt"><a href="([^"]+)" title="([^"]+)">', shown)
        address = next(one for one, exact in sums if "clinic_days" in one)
        assert "LX-C1-D001" in at_lin.get(address.replace("&amp;", "&")).content.decode()

    def test_the_workbook_keeps_money_apart(
        self, zone: Any, lin: Any, clinics: Any, donation: Any, client_of: Any
    ) -> None:
        book = openpyxl.load_workbook(io.BytesIO(client_of(lin).get("/pairing/balance/table.xlsx").content))
        rows = list(book.worksheets[0].values)

        heads = [str(head) for head in rows[0]]
        amount, quantity = (
            next(i for i, h in enumerate(heads) if h.startswith(n)) for n in ("Amount", "Quantity")
        )
        assert {(row[amount] is None) != (row[quantity] is None) for row in rows[1:]} == {True}

    def test_a_line_without_its_indicator_says_which_field_will_fill_it_and_invents_no_figure(
        self, zone: Any, lin: Any, clinics: Any, client_of: Any, monkeypatch: Any
    ) -> None:
        shown = client_of(lin).get("/pairing/balance/").content.decode()
        row = shown.split("Enclave tax returned")[1].split("</tr>")[0]
        assert "waits for the field Enclave" in row and "enclave.tax_returned" in row
        assert not re.search(r">\s*0\s*<", row)
        told = client_of(lin).get("/api/v1/pairing/balance").json()["awaited"]
        assert {(one["given_by"], one["indicator"]) for one in told} >= {
            ("sea", "enclave.tax_returned"),
            ("mountain", "enclave.output_booked"),
            ("mountain", "park.plots_for_firms"),
        }

        # As soon as the field signs its indicator in, the line is that one's and waits no more.
        monkeypatch.setitem(
            signs.indicators._by_code, "enclave.tax_returned", signs.indicators["pairing.aid_paid"]
        )
        assert "Enclave tax returned" not in client_of(lin).get("/pairing/balance/").content.decode()

    def test_on_paper_it_stands_as_on_the_page(
        self, zone: Any, lin: Any, clinics: Any, donation: Any, client_of: Any
    ) -> None:
        from docx import Document as Word

        paper = Word(io.BytesIO(client_of(lin).get("/pairing/balance/table.docx").content))
        rows = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
        clinic = next(row for row in rows if "Expert clinics" in row)
        assert clinic[-1] == "12" and clinic[-2] == "12"
        assert any("waits for the field Enclave" in cell for row in rows for cell in row)

    def test_the_table_of_the_chart_is_downloaded(
        self, zone: Any, lin: Any, donation: Any, client_of: Any
    ) -> None:
        lines = client_of(lin).get("/pairing/balance/money.csv").content.decode().split()

        assert (lines[0], lines[-1]) == ("year,mountain_fen,sea_fen", "2023,0,60000")

    def test_a_statement_is_entered_on_its_page(self, zone: Any, lin: Any, client_of: Any) -> None:
        answer = client_of(lin).post("/pairing/balance/say/", {"text_zh": "互惠", "text_en": "Both gain."})

        assert answer.url == "/pairing/balance/"
        assert "Both gain." in client_of(lin).get("/pairing/balance/").content.decode()

    def test_outsiders_are_turned_away_and_the_province_reads(
        self, zone: Any, zhou: Any, pan: Any, client_of: Any
    ) -> None:
        for path in ("", "say/", "money.csv", "table.xlsx", "pairing.aid_paid/?side=sea"):
            assert client_of(zhou).get(f"/pairing/balance/{path}").status_code in (403, 404), path
        assert client_of(pan).get("/pairing/balance/").status_code == 200
        assert client_of(pan).get("/pairing/balance/say/").status_code == 403

    def test_wrong_questions_are_answered_in_a_sentence(self, zone: Any, lin: Any, client_of: Any) -> None:
        at_lin = client_of(lin)
        assert at_lin.get("/pairing/balance/?from=2024&to=2023").status_code == 422
        assert at_lin.get("/pairing/balance/pairing.aid_paid/?side=moon").status_code == 422
        assert at_lin.get("/pairing/balance/no.such/?side=sea").status_code == 404
