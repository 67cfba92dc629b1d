"""An office takes a regime over, makes it its own and publishes it; a project then says what it needs: in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]


def press(visitor: Any, button: str) -> None:
    """Press a button and wait for the page that answers."""
    with visitor.page.expect_navigation():
        visitor.page.locator(button).first.click()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_regime_is_taken_over_changed_published_and_used(visit: Visit, language: str) -> None:
    office, other = visit("office.lq", language), visit("office.xs", language)
    code = f"LQ-{language}"

    office.open("/approval/catalogues/open/")
    office.page.locator("[name=code]").fill(code)
    office.page.locator("[name=region]").fill("331181")
    office.page.locator("[name=profile]").select_option("zhejiang-90")
    office.page.locator("[name=name_zh]").fill(f"试行目录 {language}")
    office.page.locator("[name=name_en]").fill(f"On trial {language}")
    press(office, "main form .btn-primary")

    # A ring is shown with its path and keeps the draft from being published.
    office.open(f"/approval/catalogues/{code}/draft/items/filing/change/")
    office.page.locator("[name=after][value=title]").check()
    press(office, "main form .btn-primary")
    office.open(f"/approval/catalogues/{code}/draft/publish/")
    assert office.says("title → filing")
    assert office.page.locator("main form .btn-primary").count() == 0
    office.open(f"/approval/catalogues/{code}/draft/items/filing/change/")
    office.page.locator("[name=after][value=title]").uncheck()
    press(office, "main form .btn-primary")
    office.open(f"/approval/catalogues/{code}/draft/publish/")
    press(office, "main form .btn-primary")

    other.open(f"/approval/catalogues/{code}/")
    assert other.page.locator("a[href*='/draft/']").count() == 0
    other.open("/investment/projects/XM-2023-001/")
    press(other, f"a[href*='/{code}/1/needed/']")
    assert other.says("63")
