"""All that waits for a member, behind "N in all" on the home page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import clock, work
from shanhai.fields.office.views.work import A_PAGE


@pytest.fixture
def waiting(lin, zone, cast):
    """``waiting(days, kind)``: one more thing for Lin's unit, due so many days from today; None: without a day."""
    made = []

    def add(days: int | None, kind: str = "pairing.action_item"):
        due_on = clock.today() + timedelta(days=days) if days is not None else None
        subject = list(cast.organisations.values())[len(made) % 3] if len(made) < 3 else cast.pairing
        made.append(subject)
        return work.open_item(
            f"{kind}",
            subject,
            lin.unit,
            "Thing {n}",
            {"n": len(made)},
            f"/thing/{len(made)}/",
            due_on,
            by=None,
        )

    return add


def listed(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('class="q b" href="')[1:]]


def test_lists_all_soonest_first_and_without_a_day_last(waiting, lin, client_of):
    for days in (None, 4, -3):
        waiting(days)

    page = client_of(lin).get("/my-work/").content.decode()

    assert listed(page) == ["/thing/3/", "/thing/2/", "/thing/1/"]
    assert "3 things wait for you; 1 is late." in page


@pytest.mark.parametrize(
    ("show", "expected"),
    [("late", ["/thing/3/"]), ("soon", ["/thing/2/"]), ("undated", ["/thing/1/"]), ("nonsense", 3)],
)
def test_filters_by_state(show, expected, waiting, lin, client_of):
    for days in (None, 1, -3):
        waiting(days)

    found = listed(client_of(lin).get(f"/my-work/?show={show}").content.decode())

    assert found == expected if isinstance(expected, list) else len(found) == expected


def test_filters_by_kind(waiting, lin, client_of):
    waiting(1)
    waiting(2, kind="pairing.sign_minutes")

    page = client_of(lin).get("/my-work/?kind=pairing.sign_minutes").content.decode()

    assert listed(page) == ["/thing/2/"]


def test_a_long_list_has_pages_and_a_constant_number_of_statements(lin, zone, client_of):
    from shanhai.core.models import WorkItem

    browser = client_of(lin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/my-work/")
        return len(seen)

    def bring(n: int) -> None:
        WorkItem.objects.bulk_create(
            WorkItem(
                kind="pairing.action_item", subject_kind="core.pairing", subject_id=10_000 + i, unit=lin.unit,
                pairing=zone, what="Thing", url="/thing/", due_on=date(2023, 10, 1), created_at=clock.now(),
            )
            for i in range(n, n + A_PAGE)
        )  # fmt: skip

    bring(0)
    browser.get("/my-work/")
    few = statements()
    bring(A_PAGE)

    assert statements() == few
    assert "101 to 200 of 200" in browser.get("/my-work/?page=2").content.decode()


def test_reads_chinese(waiting, lin, client_of):
    waiting(-3)

    page = client_of(lin, language="zh-hans").get("/my-work/").content.decode()

    assert "有 1 项待办；其中 1 项逾期。" in page


def test_shows_nobody_what_waits_for_others(waiting, zhou, shen, client_of):
    waiting(1)

    assert not listed(client_of(shen).get("/my-work/").content.decode())
    assert not listed(client_of(zhou).get("/my-work/").content.decode())


def test_the_home_page_leads_there(waiting, lin, client_of):
    waiting(-1)

    assert '<a class="sm r" href="/my-work/">1 in all</a>' in client_of(lin).get("/").content.decode()
