"""A leader's word becomes work that is given out, done and reported back; a proposal becomes a rule with an effect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
MEETING = "/pairing/meetings/JM-2023-05/"


def row_of(visitor: Any, words: str) -> Any:
    """The row of the list of work that says this."""
    return visitor.page.locator("#work tbody tr", has_text=words)


@BOTH
def test_an_instruction_is_given_out_by_the_dispatcher_done_by_the_handler_and_closed_by_the_leader(
    visit: Visit, language: str
) -> None:
    words = f"请教育局三日内报结对学校名单 {language}"
    leader, dispatcher = visit("leader.lq", language), visit("dispatcher.lq", language)

    leader.open(MEETING)
    leader.press("a[href$='/instruct/']")
    leader.fill(text=words, due_on="2023-09-21")
    unit = leader.page.locator("main [name=unit]")
    education = unit.locator("option", has_text="教育局" if language != "en" else "Education").first
    unit.select_option(education.get_attribute("value"))
    leader.press("main form .btn-primary")

    dispatcher.open("/my-work/unit/")
    row_of(dispatcher, words).locator("input[type=checkbox]").check()
    dispatcher.press("button[formaction$='assign/']")
    handler_name = "林涛" if language != "en" else "Lin Tao"
    chosen = dispatcher.page.locator("main [name=to] option", has_text=handler_name).first
    dispatcher.page.locator("main [name=to]").select_option(chosen.get_attribute("value"))
    dispatcher.press("main form .btn-primary")
    # The wrong colleague? One button takes all of it back, and it is given out anew.
    dispatcher.press("form[action*='unassign/'] button")
    handler = visit("handler.lq", language)
    handler.open("/my-work/")
    assert handler_name not in row_of(dispatcher, words).inner_text()
    dispatcher.open("/my-work/unit/")
    row_of(dispatcher, words).locator("input[type=checkbox]").check()
    dispatcher.press("button[formaction$='assign/']")
    dispatcher.page.locator("main [name=to]").select_option(chosen.get_attribute("value"))
    dispatcher.press("main form .btn-primary")

    handler.open("/my-work/")
    handler.press(f"#work a:has-text('{words}')")
    handler.press("a[href$='/report/']")
    handler.fill(text="名单已报，共18所。")
    handler.press("main form .btn-primary")
    # The report climbs the ladder of the bureau before the leader has it.
    for login in ("checker.lq", "signer.lq"):
        holder = visit(login, language)
        holder.open("/my-work/")
        holder.press(f"#work a:has-text('{words}')")
        assert holder.says("名单已报，共18所。")
        holder.press("#reply button[value=pass]")

    leader.open("/my-work/")
    leader.press(f"#work a:has-text('{words}')")
    assert leader.says("名单已报，共18所。")
    leader.press("form[action$='/close/'] button")
    leader.open("/my-work/")
    assert row_of(leader, words).count() == 0
    leader.open("/office/instructions/?show=closed")
    assert leader.says(words)


@BOTH
def test_a_reminder_shows_whom_it_reaches_before_it_is_sent(visit: Visit, language: str) -> None:
    office = visit("office.lq", language)
    handler = visit("handler.lq", language)
    words = f"请核对名册 {language}"
    leader = visit("leader.lq", language)
    leader.open(MEETING)
    leader.press("a[href$='/instruct/']")
    leader.fill(text=words, due_on="2023-09-22")
    unit = leader.page.locator("main [name=unit]")
    education = unit.locator("option", has_text="教育局" if language != "en" else "Education").first
    unit.select_option(education.get_attribute("value"))
    leader.press("main form .btn-primary")

    leader.open("/my-work/started/")
    row_of(leader, words).locator("input[type=checkbox]").check()
    leader.press("button[formaction$='remind/']")
    reached = leader.page.locator("main table").inner_text()
    assert ("林涛" if language != "en" else "Lin Tao") in reached
    leader.press("button[name=sure]")

    handler.open("/notices/")
    handler.press(f"main td a:has-text('{words}')")
    leader.open("/notices/sent/")
    leader.press(f"main td a:has-text('{words}')")
    # Of the people of the unit, as many as there are by then: other days give it more.
    assert re.fullmatch(r"1 of \d have read it\.|\d人中1人已读。", leader.page.locator("h1").inner_text())
    office.open("/notices/")
    assert office.page.get_by_text(words).count() == 0, "nobody else is told"


@BOTH
def test_a_proposal_is_adopted_comes_into_force_and_its_effect_is_on_the_record(
    visit: Visit, language: str
) -> None:
    office = visit("office.lq", language)

    office.open("/office/proposals/new/")
    office.fill(
        title_zh=f"月报改季报 {language}",
        title_en=f"Quarterly instead of monthly {language}",
        on="2023-05-10",
    )
    office.press("main form .btn-primary")
    url = office.page.url.removeprefix(office.site)
    office.press(f"a[href='{url}adopt/']")
    office.fill(on="2023-06-01", adopted_by="联席会议", paper="龙山海〔2023〕5号")
    office.press("main form .btn-primary")
    office.press(f"a[href='{url}force/']")
    office.fill(on="2023-07-01")
    office.press("main form .btn-primary")
    office.press(f"a[href='{url}effect/']")
    office.fill(
        what_zh="报表份数",
        what_en="Reports",
        period_before="2023Q1",
        before="24",
        period_after="2023Q3",
        after="8",
        source="办公室台账",
    )
    office.press("main form .btn-primary")

    effect = office.page.locator("main table tbody tr").first.inner_text()
    assert effect.replace("\n", "").split("\t")[1:4] == ["24 2023Q1", "8 2023Q3", "−66.7 %"]
    office.open("/office/proposals/")
    assert (
        "−66.7 %"
        in office.page.locator("main tbody tr", has=office.page.locator(f"a[href='{url}']")).inner_text()
    )
