"""Office days of joint review: a meeting until its decision is taken, an intermediary's work, a promise, the public's look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import run, served

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
LANGUAGES = ["en", "zh-hans"]
STATE = """
    SELECT i.state, i.decision FROM approval_caseitem i JOIN approval_case c ON c.id = i.case_id
    WHERE c.number = ? AND i.code = ?"""


@pytest.fixture(scope="session")
def reviewers(folder: Path, site: str) -> str:
    """The site, where one person of two bureaus takes all steps of their unit."""
    for role in ("checker", "signer"):
        run(folder, "registry", "roles", "give", "lq-nrp-u-1", role)
    run(folder, "registry", "roles", "give", "lq-eco-u-1", "signer")
    return site


def state_of(held: Held, number: str, code: str) -> tuple[str, str]:
    """Where an item is, and how it was decided."""
    state, decision = held(STATE, number, code)[0]
    return state, decision


def decide(lead: Any, number: str, code: str, times: int) -> None:
    """Take the remaining steps of a unit with what the form proposes."""
    for _step in range(times):
        lead.open(f"/approval/cases/{number}/items/{code}/decide/")
        lead.send()


@pytest.fixture(scope="session")
def evening(folder: Path, reviewers: str) -> Iterator[str]:
    """The same zone at the end of the same day."""
    with served(folder, SHANHAI_TODAY="2023-09-18T17:00") as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_review_meeting_from_its_agenda_to_signed_minutes_and_the_decision_of_the_lead(
    visit: Visit, held: Held, evening: str, language: str
) -> None:
    number, code = ("SP-2023-052" if language == "en" else "SP-2023-057"), "construction-planning-permit"
    office = visit("office.lq", language)

    office.open("/approval/meetings/call/")
    office.fill(title_zh="规划许可专题会审", at="2023-09-18T16:00")
    office.send()
    meeting = "/" + office.page.url.split("/", 3)[3]
    office.press("a[href$='/agenda/']")
    office.fill(others=f"{number}/{code}")
    office.send()
    while len(office.rows()) > 1:  # What has climbed to a meeting stands on it by itself; it has another day.
        others = office.page.locator("main tbody tr", has_not_text=number)
        with office.page.expect_navigation():
            others.first.locator("form button").click()
    assert number in office.rows()[0]

    office, park, lead = (
        visit(login, language, at=evening) for login in ("office.lq", "park", "handler.nrp")
    )
    office.open(meeting)
    office.press("a[href$='/hold/']")
    seats = office.page.locator("main [name^=seat-]")
    assert seats.count() == 2  # the park committee and the department concerned
    for seat in seats.all():
        seat.fill("到会代表")
    office.send()
    office.press("a[href*='/agenda/'][href$='/decide/']")
    office.fill(verdict="conditions", text="落实退让要求")
    office.send()
    office.press("a[href$='/minutes/']")
    office.send()
    for signer in (park, lead):
        signer.open(f"{meeting}sign/")
        signer.fill(person="代表")
        signer.send()
    assert held("SELECT stage FROM approval_reviewmeeting WHERE number = ?", meeting.split("/")[-2]) == [
        ("signed",)
    ]

    lead.open(f"/approval/cases/{number}/items/{code}/decide/")
    assert lead.page.locator("main [name=reasons]").input_value() == "落实退让要求"
    decide(lead, number, code, 2)
    assert state_of(held, number, code) == ("decided", "approved")
    lead.open(f"/approval/cases/{number}/letters/decided-{code}/")
    assert lead.says(re.compile("落实退让要求"))


@pytest.mark.usefixtures("reviewers")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_intermediary_is_asked_and_delivers_and_the_clock_of_who_commissioned_it_runs(
    visit: Visit, held: Held, language: str
) -> None:
    number, code = "SP-2023-067", "eia"
    lead = visit("handler.eco", language)

    lead.open(f"/approval/cases/{number}/items/{code}/services/ask/")
    lead.choose("intermediary", "Oujiang" if language == "en" else "瓯江")
    lead.fill(kind="eia", commissioned_by="owner", evidence="技术咨询合同（2023）第31号")
    lead.send()
    assert state_of(held, number, code)[0] == "stopped"
    assert lead.says(re.compile("Oujiang Environmental" if language == "en" else "瓯江环评"))
    assert lead.says("clock stopped" if language == "en" else "停表")

    lead.press("main a[href$='/deliver/']")
    lead.send()
    assert state_of(held, number, code)[0] == "open"
    lead.open("/approval/intermediaries/zj-eia/")
    assert any(number in row for row in lead.rows())


@pytest.mark.usefixtures("reviewers")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promise_is_decided_on_and_verified_afterwards(visit: Visit, held: Held, language: str) -> None:
    number, code = ("SP-2023-065" if language == "en" else "SP-2023-067"), "eia"
    keeper, lead = visit("park", language), visit("handler.eco", language)

    keeper.open(f"/approval/cases/{number}/items/{code}/letter/give/")
    keeper.fill(text="承诺污水纳管，厂界噪声达标", evidence="告知承诺书（2023）第31号")
    keeper.send()
    decide(lead, number, code, 2)
    assert state_of(held, number, code) == ("decided", "approved")
    lead.open("/approval/letters/")
    assert any(number in row for row in lead.rows())

    lead.open(f"/approval/cases/{number}/items/{code}/letter/verify/")
    assert lead.says("承诺污水纳管，厂界噪声达标")
    lead.fill(result="kept")
    lead.send()
    kept = "SELECT l.state FROM approval_commitmentletter l JOIN approval_caseitem i ON i.id = l.item_id WHERE i.code = ? AND l.text LIKE '承诺污水%' ORDER BY l.id DESC"
    assert held(kept, code)[0] == ("kept",)


@pytest.mark.parametrize(("language", "shown"), [("en", "Fire design review"), ("zh-hans", "消防设计审查")])
def test_whoever_has_the_letter_sees_where_the_file_is_and_nothing_else(
    visit: Visit, language: str, shown: str
) -> None:
    firm_side = visit("office.lq", language)
    firm_side.open("/approval/cases/SP-2023-001/letters/accepted/")
    address = firm_side.page.locator(".ltr-qr a").get_attribute("href")
    public = visit("", language, width=390)

    public.open(f"{address}?lang={language}")
    assert public.says(shown) and public.says("SP-2023-001")
    told = public.page.locator("main").inner_text()
    for kept_back in ("星耀电气有限公司", "Xingyao Electric", "建议参照对岸工厂做法做好降噪"):
        assert kept_back not in told, kept_back
    assert public.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    of_another = str(address).replace("SP-2023-001", "SP-2023-002")
    answer = public.page.request.get(
        of_another if of_another.startswith("http") else public.site + of_another
    )
    assert answer.status == 404 and "SP-2023-002" not in answer.text()
