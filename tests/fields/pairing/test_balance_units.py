"""The unit of a row of the balance is chosen for the row."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from shanhai.fields.pairing.queries.balance import Line
from shanhai.fields.pairing.views import balance

MONEY = SimpleNamespace(unit="fen")


@pytest.mark.parametrize(
    "fen, unit, said",
    [(9_999_000_000, "万元", "9,999"), (10_000_000_000, "亿元", "1.00"), (12_400_000_000, "亿元", "1.24")],
)
def test_a_row_that_reaches_one_hundred_million_is_told_in_yi(fen, unit, said):
    line = Line(MONEY, "sea", (Decimal(fen), None))

    with override("zh-hans"):
        assert (balance._unit(line), balance._say(line, line.total)) == (unit, said)


def test_the_chart_is_drawn_in_yi_where_one_of_its_bars_reaches_it():
    with override("zh-hans"):
        assert balance._scale(Decimal(9_999_999_999))[1:] == ("万元", 0)
        assert balance._scale(Decimal(10_000_000_000))[1:] == ("亿元", 2)
    with override("en"):
        assert balance._scale(Decimal(10_000_000_000))[1:] == ("m yuan", 1)
