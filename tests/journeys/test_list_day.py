"""The quarter's list day: the sea side registers a lead and publishes it, the mountain side answers, both sign for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize(("language", "quarter"), [("en", 2), ("zh-hans", 1)])
def test_the_list_goes_over_and_comes_back_answered(
    visit: Visit, held: Held, language: str, quarter: int
) -> None:
    name = f"清单日线索{quarter}"
    sea, mountain = visit("office.xs", language), visit("office.lq", language)

    sea.open("/investment/leads/add/")
    sea.fill(name_zh=name, investor_zh="清单日投资方", investment_fen="1.5亿元", introduced_by="xs-edz")
    sea.send()
    number = sea.page.url.rstrip("/").rpartition("/")[2]
    assert axe_finds(sea) == []

    sea.open(f"/investment/lists/open/?year=2023&quarter={quarter}")
    sea.send()
    at = "/" + sea.page.url.split("/", 3)[3]
    assert at == f"/investment/lists/QD-2023Q{quarter}-B1/"
    sea.press(f"main li:has-text('{number}') form button")
    sea.press("form[action$='/publish/'] button")
    assert [row for row in sea.rows() if number in row]

    mountain.open(at)
    mountain.press("form[action$='/acknowledge/'] button")
    mountain.press(f"form[action$='/{number}/accept/'] button")
    mountain.press("a[href$='/sign/']")
    mountain.send()
    assert axe_finds(mountain) == []
    sea.open(f"{at}sign/")
    sea.send()

    ((stage, answer, signed),) = held(
        "SELECT q.stage, l.answer, q.sea_signed_on = q.mountain_signed_on FROM investment_listline l "
        "JOIN investment_quarterlylist q ON q.id = l.quarterly_list_id JOIN investment_lead d ON d.id = l.lead_id "
        "WHERE d.number = ?",
        number,
    )
    assert (stage, answer, signed) == ("acknowledged", "accepted", 1)

    phone = visit("office.lq", language, width=390)
    phone.open(f"/investment/leads/{number}/contact/")
    phone.page.locator("main input[name=way][value=call]").check()
    phone.fill(text="电话约定来访")
    phone.send()
    assert phone.says("电话约定来访")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
