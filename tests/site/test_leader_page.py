"""A leader's page says what the home page says, in one screen, and leads on to the record and to an instruction."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core.actions import documents, members, roles
from shanhai.fields.office.actions import instructions
from shanhai.fields.pairing import actions
from shanhai.fields.pairing import queries as account_queries
from shanhai.fields.pairing.queries import leader as queries
from shanhai.site import promised
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db
PROMISES = (
    ("C1", "Expert clinic days", "专家坐诊", 120, {"unit": "day", "field": "health"}),
    ("C2", "Visitors to Longquan", "赴龙泉游客", 1000, {"unit_zh": "人次", "unit_en": "visitors", "field": "tourism"}),
    ("C3", "Rent to villages", "到村租金", 1_200_000_000, {"unit": "fen", "field": "enclave", "due_on": date(2023, 7, 31)}),
    ("C4", "Teachers sent", "支教教师", 12, {"unit_zh": "名", "unit_en": "teachers", "field": "education"}),
    ("C5", "Leads passed on", "推荐线索", 24, {"unit_zh": "条", "unit_en": "leads", "field": "investment"}),
    ("C6", "Vegetables sent", "供杭蔬菜", 300, {"unit": "tonne", "field": "supply"}),
    ("C7", "More clinic days", "加开坐诊", 10, {"unit": "day", "field": "health", "is_main": False}),
)  # fmt: skip


@pytest.fixture
def chief(lin: Any) -> Any:
    """Lin, who leads."""
    roles.give_role(lin, role="leader", from_on=date(2018, 1, 1), by=None)
    return lin


@pytest.fixture
def account(zone: Any, lin: Any) -> SimpleNamespace:
    agreement = actions.draft_agreement(
        zone, number="LX-2023-01", field="health", name_zh="年度协作协议", name_en="Agreement of the year",
        valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31), by=None,
    )  # fmt: skip
    made = {}
    for code, en, zh, target, more in PROMISES:
        given = {"starts_on": date(2023, 1, 1), "due_on": date(2023, 12, 31), "is_main": True} | more
        made[code] = actions.add_commitment(
            agreement, code=code, name_zh=zh, name_en=en, owes="sea", target=Decimal(target), by=None, **given
        )
    for party in zone.parties.all():
        actions.sign_agreement(agreement, on=date(2023, 1, 1), party=party, by=None)
    paper = documents.store_document(io.BytesIO(b"1"), file_name="证明.txt", pairing=zone, by=lin)
    for code, quantity in (("C1", 100), ("C3", 510_423_618), ("C4", 9)):
        actions.record_delivery(
            made[code],
            on=date(2023, 3, 10),
            quantity=Decimal(quantity),
            evidence=[paper],
            side="mountain",
            by=None,
        )
    return SimpleNamespace(**made)


def desk_of(member: Any, zone: Any) -> queries.Desk:
    return queries.desk(member, zone)


class TestFigures:
    def test_are_five_main_ones_one_of_each_field_in_the_order_of_the_fields(self, zone, chief, account):
        found = desk_of(chief, zone)

        shown = [one.commitment.code for one in found.figures]
        assert len(shown) == 5
        assert "C7" not in shown
        order = [one.commitment.code for one in found.account.own]
        assert shown == sorted(shown, key=order.index)

    def test_equal_those_of_the_home_page(self, zone, chief, account):
        told = account_queries.account(chief, zone, urgent=0, is_kept_enough=True)
        rows = {row.url: row for row in promised.promised_of(told, "all").rows}

        for one in desk_of(chief, zone).figures:
            row = rows[one.commitment.url]
            assert (one.delivered, one.promised, one.bar, one.status, one.exact) == (
                row.delivered, row.promised, row.bar, row.status, row.exact,
            )  # fmt: skip

    def test_what_is_red_is_counted_as_on_the_home_page(self, zone, chief, account):
        told = account_queries.account(chief, zone, urgent=0, is_kept_enough=True)
        red = desk_of(chief, zone).red

        assert sum(one.status == "late" for one in red) == len(told.late)
        assert sum(one.status == "at_risk" for one in red) == told.tally.at_risk + told.tally_nested.at_risk

    def test_fewer_main_ones_are_filled_up(self, zone, chief, account):
        type(account.C1).objects.exclude(code__in=["C1", "C2"]).update(is_main=False)

        assert len(desk_of(chief, zone).figures) == 5


class TestPage:
    def test_shows_figures_red_items_and_the_way_to_an_instruction(self, client_of, chief, account):
        html = client_of(chief).get("/pairing/leader/").content.decode()

        assert 'href="/pairing/commitments/C3/#records"' in html
        assert f'href="/office/records/pairing.commitment/{account.C3.pk}/instruct/"' in html
        assert "1 is late" in html

    def test_an_instruction_stands_there_until_it_is_closed(self, client_of, chief, account, cast, lin):
        one = instructions.instruct(
            account.C3, text="三日内拿出方案", text_en="A plan in three days", unit=cast.units["LQ-PARK"],
            due_on=date(2023, 9, 21), by=chief,
        )  # fmt: skip
        assert "A plan in three days" in client_of(chief).get("/pairing/leader/").content.decode()

        instructions.report_back(one, text="方案已报", by=lin)
        html = client_of(chief).get("/pairing/leader/").content.decode()
        assert "1 report waits for your word" in html

        one.refresh_from_db()
        instructions.close_instruction(one, by=chief)
        assert "A plan in three days" not in client_of(chief).get("/pairing/leader/").content.decode()

    def test_the_outsider_is_turned_away(self, client_of, zhou, account):
        assert client_of(zhou).get("/pairing/leader/").status_code in (403, 404)

    def test_whoever_is_no_leader_gets_no_such_page(self, client_of, cast, zhou, account):
        clerk = members.add_member(cast.units["LQ-PARK"], code="clerk", name_zh="办事", by=None)
        roles.give_role(clerk, role="handler", from_on=date(2018, 1, 1), by=None)
        clerk.user = zhou.user
        clerk.save()
        members.deactivate_member(zhou, by=None)

        assert client_of(clerk).get("/pairing/leader/").status_code == 403


class TestOtherFaces:
    def test_api_and_command_say_the_same(self, client_of, chief, account, capsys):
        told = client_of(chief).get("/api/v1/pairing/leader").json()
        assert run(["pairing", "leader", "--json", "--as", chief.code]) == 0
        printed = json.loads(capsys.readouterr().out)

        assert printed == told
        assert len(told["figures"]) == 5
        assert told["red"][0]["record_kind"] == "pairing.commitment"
        assert run(["pairing", "leader", "--as", chief.code]) == 0
        assert run(["pairing", "leader", "--csv", "--as", chief.code]) == 0
