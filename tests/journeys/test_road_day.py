"""A day on the road: somebody of an investment team writes down a contact on the phone, and the next step stands in the itinerary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
ON_THEIR_WAY = (
    "SELECT id, number, follow_due_on FROM investment_lead "
    "WHERE stage IN ('talking', 'visited', 'reviewed') AND followed_on < '2023-09-18' ORDER BY number"
)
CLOCK = "SELECT followed_on, follow_due_on FROM investment_lead WHERE number = ?"
STOPS = (
    'SELECT s.number, s.stage, s."on" FROM investment_stop s JOIN investment_lead l ON l.id = s.lead_id '
    "WHERE l.number = ? AND s.purpose_zh = ?"
)


def fits(phone: Any, path: str) -> None:
    """The page that is open is as wide as the phone, and axe finds nothing."""
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert axe_finds(phone) == [], path


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_contact_on_the_road_moves_the_clock_of_its_lead(visit: Visit, held: Held, language: str) -> None:
    words, step = {"en": ("愿意来看地，下周", "陪同看地一"), "zh-hans": ("同意先看厂房", "陪同看厂房二")}[
        language
    ]
    phone = visit("invest", language, width=390)
    phone.open("/investment/contact/")
    team = "/" + phone.page.url.split("/", 3)[3].removesuffix("contact/")
    fits(phone, "contact")

    # Without saying at whom, nothing is written, and what was typed stays.
    phone.page.locator("main [name=way][value=visit]").check()
    phone.fill(text=words)
    phone.send()
    assert phone.page.url.endswith("/contact/") and phone.page.locator("main .err").count()
    assert phone.page.locator("main [name=text]").input_value() == words
    fits(phone, "refused")

    offered = phone.page.eval_on_selector_all("main [name=lead] option", "all => all.map(one => one.value)")
    key, lead, due = next(row for row in held(ON_THEIR_WAY) if str(row[0]) in offered)
    phone.fill(lead=str(key), next_step=step, next_on="2023-09-25")
    phone.send()

    # It stands in the log of the team and of the lead; the clock of the lead runs anew, and the next step is a stop.
    assert phone.page.url.endswith(team) and phone.says(words) and phone.says(step)
    fits(phone, team)
    ((followed, now_due),) = held(CLOCK, lead)
    assert followed == "2023-09-18" and now_due > due
    ((number, stage, on),) = held(STOPS, lead, step)
    assert (stage, on) == ("planned", "2023-09-25")
    phone.open(f"/investment/leads/{lead}/")
    assert phone.says(words)
    fits(phone, lead)

    # The stop waits on the list of work and in the itinerary; told of early, it is over.
    phone.open("/my-work/")
    assert phone.page.locator(f"main a[href*='/investment/stops/{number}/']").count()
    phone.open("/investment/stops/?state=ahead")
    fits(phone, "stops")
    phone.press(f"main a[href='/investment/stops/{number}/']")
    fits(phone, number)
    phone.press(f"a[href='/investment/stops/{number}/tell/']")
    phone.fill(text="看过，满意。", on="2023-09-18")
    phone.send()
    assert held(STOPS, lead, step)[0][1] == "done"
    assert phone.says("看过，满意。")
