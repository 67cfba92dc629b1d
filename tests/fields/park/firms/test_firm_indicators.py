"""Enterprises above scale, new ones, and land renewed: what is measured is what its evidence adds up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shanhai.fields.park.actions import firms as actions
from shanhai.fields.park.queries import firm_indicators as indicators
from shanhai.kernel.periods import parse

pytestmark = pytest.mark.django_db
AS_OF = date(2023, 9, 18)


def test_a_time_above_scale_counts_while_it_lasts_and_once_where_it_begins(firm, enter, zone):
    other = enter("TN")
    actions.raise_above_scale(firm, on=date(2016, 4, 1), revenue_fen=2_000_000_000, by=None)
    actions.raise_above_scale(other, on=date(2017, 1, 1), revenue_fen=2_000_000_000, by=None)
    actions.drop_below_scale(firm, on=date(2018, 1, 1), reason="shrunk", by=None)
    periods = [parse(text) for text in ("2015", "2016", "2017", "2018", "2024")]

    stock = indicators.above_scale([zone.pk], periods, None, AS_OF)
    new = indicators.new_above_scale([zone.pk], periods, None, AS_OF)

    assert [row.numerator for row in stock[:4]] == [0, 1, 2, 1] and stock[4].missing
    assert [row.numerator for row in new[:4]] == [0, 1, 1, 0]
    for row, evidence in (
        (stock[2], indicators.above_scale_evidence),
        (new[1], indicators.new_above_scale_evidence),
    ):
        assert sum(one.value for one in evidence(zone.pk, row.period, None, AS_OF)) == row.numerator


def test_land_counts_when_its_new_contract_is_signed(firm, enter, zone, lin, photo):
    from shanhai.fields.park.actions import renewal

    one = renewal.nominate_plot(firm.holdings.get(), reason="idle", text="stopped", by=lin)
    renewal.verify_on_site(one, text="empty", papers=[photo()], by=lin)
    renewal.publish_renewal(one, by=lin)
    renewal.choose_path(one, path="return", by=lin)
    renewal.value_plot(one, value_fen=1, by=lin)
    renewal.vacate_plot(one, by=lin)
    renewal.offer_plot(one, by=lin)
    renewal.contract_plot(one, enter("NW"), contract="C", by=lin)

    (row,) = indicators.land_renewed([zone.pk], [parse("2023")], None, AS_OF)
    (shown,) = indicators.land_renewed_evidence(zone.pk, parse("2023"), None, AS_OF)
    assert row.numerator == shown.value == Decimal(40)
