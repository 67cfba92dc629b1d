"""A reviewer moves through the inbox by keys, the other side looks and advises, the firm reads what it owes: in a browser."""

from __future__ import annotations

from collections.abc import Callable
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
