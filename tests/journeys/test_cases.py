"""A reviewer moves through the inbox by keys, the other side looks and advises, the firm reads what it owes: in a browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

Visit = Callable[..., Any]
COMPOSING = (
    "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_inbox_is_worked_by_keys_that_an_input_method_never_sets_off(visit: Visit, language: str) -> None:
    reviewer = visit("handler.nrp", language)

    reviewer.open("/approval/inbox/")
    reviewer.page.evaluate(COMPOSING)
    assert reviewer.page.locator("[data-inbox] tr.sel").count() == 0
    reviewer.page.keyboard.press("j")
    reviewer.page.keyboard.press("j")
    reviewer.page.keyboard.press("k")
    assert reviewer.page.locator("[data-inbox] tr.sel").count() == 1
    with reviewer.page.expect_navigation():
        reviewer.page.keyboard.press("Enter")
    assert "/approval/cases/" in reviewer.page.url


SELECTED = "[data-inbox] tr.sel"
ANSWER = "[data-inbox] tr.ans"
RIPE = """
    SELECT i.id, c.number FROM approval_caseitem i JOIN approval_case c ON c.id = i.case_id
    JOIN core_member m ON m.unit_id = i.unit_id JOIN core_user u ON u.id = m.user_id
    WHERE u.username = 'handler.eco' AND i.state = 'open' AND i.step = 'handle' AND i.steps LIKE 'handle %'
      AND i.left_opinions = 0 AND i.left_papers = 0 AND i.disagreed = 0 ORDER BY i.id"""


def select(reviewer: Any, words: str) -> None:
    """Move down by keys to the row that says this."""
    for _row in range(40):
        reviewer.page.keyboard.press("j")
        if words in reviewer.page.locator(SELECTED).inner_text():
            return
    raise AssertionError(f"no row says {words}")


@pytest.mark.parametrize(("language", "word"), [("en", "Approve"), ("zh-hans", "同意")])
def test_a_key_opens_an_answer_in_the_row_enter_confirms_it_and_undo_takes_it_back(
    visit: Visit, held: Callable[..., list[tuple[Any, ...]]], language: str, word: str
) -> None:
    reviewer = visit("handler.eco", language)
    reviewer.open("/approval/inbox/?kind=decide")
    keyboard = reviewer.page.keyboard

    item, number = held(RIPE)[0]
    step = partial(held, "SELECT step FROM approval_caseitem WHERE id = ?", item)
    select(reviewer, number)
    keyboard.press("x")
    reviewer.page.locator(f"{ANSWER} [data-text]").fill("不符合")
    reviewer.page.locator(f"{ANSWER} [data-text]").evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert reviewer.page.locator(ANSWER).count() == 1 and step() == [("handle",)]
    keyboard.press("Escape")
    assert reviewer.page.locator(ANSWER).count() == 0
    reviewer.page.evaluate(COMPOSING.replace("'j'", "'a'"))
    assert reviewer.page.locator(ANSWER).count() == 0
    keyboard.press("a")
    assert word in reviewer.page.locator(ANSWER).inner_text()
    with reviewer.page.expect_navigation():
        keyboard.press("Enter")

    assert "/approval/inbox/" in reviewer.page.url and step() == [("sign",)]
    reviewer.press("#messages form button")
    assert step() == [("handle",)]


def test_without_script_the_inbox_leads_to_its_forms(visit: Visit) -> None:
    reviewer = visit("handler.nrp", "en", script=False)

    reviewer.open("/approval/inbox/")
    assert not reviewer.page.locator("[data-keys]").is_visible()
    reviewer.press("[data-inbox] a[href*='/decide/'].btn")
    assert reviewer.page.locator("main form [name=decision]").is_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_other_side_looks_and_the_firm_brings_what_it_owes(
    visit: Visit, language: str, tmp_path: Path
) -> None:
    other, firm = visit("office.xs", language), visit("enterprise", language)

    other.open("/approval/cases/SP-2023-001/")
    assert other.says("advises" if language == "en" else "可查看并提出建议")
    assert other.page.locator("a[href*='/decide/'], a[href*='/stop/']").count() == 0

    firm.open("/approval/cases/SP-2023-004/applicant/")
    assert firm.says("you owe nothing" if language == "en" else "您没有待办")
    paper = tmp_path / "plan.txt"
    paper.write_text(f"the plan {language}", encoding="utf-8")
    link = firm.page.locator("a[href*='/materials/']").first
    with firm.page.expect_navigation():
        link.click()
    firm.page.locator("[name=papers]").set_input_files(str(paper))
    with firm.page.expect_navigation():
        firm.page.locator("main form .btn-primary").first.click()
    assert firm.says("v2" if language == "en" else "v3")
