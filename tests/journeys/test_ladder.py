"""An answer goes up the ladder of its unit: handled, checked, returned, corrected, checked, signed; in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])


@BOTH
def test_an_answer_is_handled_checked_returned_corrected_checked_and_signed(
    visit: Visit, language: str
) -> None:
    asker = visit("office.xs", language)
    handler, checker, signer = (visit(f"{who}.lq", language) for who in ("handler", "checker", "signer"))
    title, first, second = f"课时证明格式 {language}", f"十月发文。{language}", f"10月15日前发文。{language}"

    asker.open("/office/problems/raise/")
    asker.page.locator("[name=title_zh]").fill(title)
    bureau = asker.page.locator("[name=unit] option").filter(
        has_text="龙泉市教育局" if language != "en" else "Longquan Education Bureau"
    )
    asker.page.locator("[name=unit]").select_option(bureau.first.get_attribute("value"))
    asker.page.locator("[name=is_shared]").check()
    asker.press("main form .btn-primary")
    url = asker.page.url.removeprefix(asker.site)

    # The handler answers on the record; nothing goes out yet.
    handler.open(f"{url}answer/")
    handler.page.locator("[name=text]").fill(first)
    handler.press("main form .btn-primary")
    assert handler.says(first) and handler.page.locator("#reply").count() == 1
    asker.open(url)
    assert asker.page.get_by_text(first).count() == 0

    # The checker finds it in the list and returns it there with a word.
    row = _row(checker, title)
    assert checker.says(first)
    row.locator("[name=word]").fill("写明日期")
    checker.press("button[value=return_check]")

    # The handler corrects what came back in the row.
    row = _row(handler, title)
    assert row.locator("[name=word]").input_value() == first
    row.locator("[name=word]").fill(second)
    handler.press("button[value=answer]")

    # The checker passes it on, and the signer signs it on the record.
    _row(checker, title)
    checker.press("button[value=pass_check]")
    signer.open(url)
    assert signer.says(second) and signer.page.locator("#reply").get_by_text("写明日期").count() == 1
    signer.press("#reply button[value=pass]")
    assert signer.page.locator("#reply").count() == 0

    asker.open(url)
    assert asker.says(second)
    asker.open(f"{url}rate/")
    assert asker.page.locator("[name=rating]").count() == 1


def _row(reader: Any, title: str) -> Any:
    """The row of one's work on a record, opened."""
    reader.open("/my-work/")
    reader.page.locator("tr", has_text=title).locator("a.btn").first.click()
    opened = reader.page.locator(".inl")
    opened.wait_for()
    return opened
