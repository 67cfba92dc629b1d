"""A firm asks for what it lacks and a village for help with what it cannot solve: in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
# A queue for each language: the journeys share one zone. Of talent three and two people, of funds as many yuan.
FACTOR = {"en": "persons", "zh-hans": "fen"}


def asked(person: Any, quantity: str, measure: str, unit: str, needed_by: str, *, park: str = "") -> str:
    """Ask a unit for a factor, with words if it is the park's; the address of the request."""
    person.open("/office/factors/")
    person.press("a[href$='/factors/ask/']")
    person.fill(title_zh=f"技术培训 {quantity} {person.language}", measure=measure, quantity=quantity)
    person.fill(needed_by=needed_by, park_reason=park)
    person.choose("unit", unit)
    person.page.locator("[name=is_shared]").check()
    if park:
        person.page.locator("[name=is_park]").check()
    person.send()
    return str(person.page.url.removeprefix(person.site))


@BOTH
def test_a_grant_that_passes_the_park_over_says_why_on_both_records(
    visit: Visit, held: Held, language: str
) -> None:
    measure, english = FACTOR[language], language == "en"
    firm, park, office = visit("enterprise", language), visit("park", language), visit("office.lq", language)
    handler = visit("handler.lq", language)
    office.open("/office/factors/pools/new/")
    unit = "Longquan Education" if english else "龙泉市教育局"
    office.choose("organisation", unit)
    office.fill(measure=measure, available="10", source="教育人才计划")
    office.send()

    firms = asked(firm, "2", measure, unit, "2023-10-09")
    parks = asked(park, "3", measure, unit, "2023-11-30", park="入园企业")

    handler.open("/office/factors/")
    order = ["技术培训 3" in row for row in handler.rows("技术培训") if language in row]
    assert order == [True, False], "the park comes first, though the firm needs it first"
    handler.press(f"main a[href='{firms}']")
    handler.press(f"main a[href='{firms}grant/']")
    assert handler.rows("技术培训 3"), "who grants sees who stands before"
    handler.fill(quantity="2", paper="龙教〔2023〕9号")
    handler.send()
    assert handler.page.url.endswith("/grant/"), "nobody is passed over without a word"
    why = f"园区十一月才开课 {language}"
    handler.fill(reason=why)
    handler.send()
    # The grant is checked and signed before it goes out.
    for login in ("checker.lq", "signer.lq"):
        holder = visit(login, language)
        holder.open(firms)
        assert holder.says(why)
        holder.press("#reply button[value=pass]")

    for person, url in ((firm, firms), (park, parks)):
        person.open(url)
        assert person.says(why)
    firm.open(firms)
    assert firm.page.locator("h1").inner_text().startswith("Fulfilled" if english else "当日满足")
    office.open("/office/factors/?show=all")
    assert office.rows("Talent" if english else "资金"), "how long it took"
    number = firms.strip("/").rpartition("/")[2]
    [(stage, days, granted)] = held(
        "SELECT stage, fulfilled_days, granted FROM office_factorrequest WHERE number = ?", number
    )
    assert (stage, days) == ("fulfilled", 0) and granted == (2 if english else 200)
    [(left,)] = held(
        "SELECT available - granted FROM office_factorpool p JOIN core_organisation o ON o.id = organisation_id "
        "WHERE o.code = 'lq-edu' AND measure = ?",
        measure,
    )
    assert left == (8 if english else 800)


@BOTH
def test_a_villages_technical_problem_is_solved_by_a_firm_of_the_other_side(
    visit: Visit, held: Held, language: str
) -> None:
    village, firm = visit("cooperative", language), visit("enterprise.xs", language)
    title = f"茭白剥壳太慢 {language}"

    village.open("/pairing/technical-problems/")
    village.press("a[href$='/post/']")
    village.fill(title_zh=title, industry="food", text="每人每天只能剥一百二十斤。")
    village.send()
    url = village.page.url.removeprefix(village.site)
    firm.open("/pairing/technical-problems/")
    assert not firm.says(title), "it is the village's until it is shared"
    village.press(f"form[action='{url}share/'] button")

    firm.open("/pairing/technical-problems/")
    firm.press(f"main a[href='{url}']")
    firm.press(f"main a[href='{url}answer/']")
    firm.fill(text="萧山有一台剥壳机可借用。")
    firm.send()
    village.open(url)
    village.press("form[action*='/accept/'] button")
    village.press(f"main a[href='{url}close/']")
    village.fill(
        result="solved", effect="每人每天剥四百斤。", effect_fen="3.6万元", paper="试用记录", rating="5"
    )
    village.send()

    firm.open(url)
    assert firm.says("每人每天剥四百斤。")
    assert "36,000" in firm.page.locator("main").inner_text() or firm.says("3.6")
    number = url.strip("/").rpartition("/")[2]
    assert held(
        "SELECT stage, result, effect_fen, rating, solved_by FROM pairing_technicalproblem WHERE number = ?", number
    ) == [("closed", "solved", 3_600_000, 5, "sea")]  # fmt: skip
