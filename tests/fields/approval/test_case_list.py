"""A firm's list of cases in every order: it begins with what the firm sees, and goes on both ways."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shanhai.core import visibility
from shanhai.core.models import Seen, Share
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries

MANY = 130


@pytest.fixture
def many(case: Any, firm: Any) -> list[Case]:
    """130 closed files of the firm beside the open one: days shared by several, some never accepted."""
    like = {
        one: getattr(case, one)
        for one in (
            "project",
            "catalogue",
            "pairing",
            "zone",
            "enterprise",
            "reach",
            "owner_unit",
            "owner_side",
        )
    }
    day = date(2020, 1, 1)
    rows = Case.objects.bulk_create(
        Case(
            **like, number=f"M-{n}", stage="withdrawn", filed_on=day + timedelta(days=n * 7 % 30),
            planned_on=None if n % 5 == 0 else day + timedelta(days=n * 11 % 40),
        )
        for n in range(MANY)
    )  # fmt: skip
    at = datetime(2020, 1, 1, tzinfo=UTC)
    Share.objects.bulk_create(
        Share(kind="approval.case", object_id=one.pk, organisation=case.enterprise, at=at) for one in rows
    )
    visibility.place_many(rows, {one.pk: one.filed_on.isoformat() for one in rows})
    return rows


def listed(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/approval/cases/([CM]-\d+)/"', page)))


def link(page: str, name: str) -> str:
    found = re.search(f'rel="{name}" href="([^"]*)"', page)
    return (
        "/approval/cases/" + found[1].removeprefix("/approval/cases/").replace("&amp;", "&") if found else ""
    )


@pytest.mark.parametrize("sort", ["filed_on", "-filed_on", "planned_on", "-planned_on"])
def test_it_is_whole_in_every_order_and_from_both_ends(many, firm, zone, client_of, sort):
    falls = "-" if sort.startswith("-") else ""
    rows = queries.cases_of(firm, zone).order_by(sort, f"{falls}pk")
    should = list(rows.values_list("number", flat=True))
    assert len(should) == MANY + 1
    client = client_of(firm)

    page = client.get(f"/approval/cases/?sort={sort}&size=50").content.decode()
    pages = [listed(page)]
    while (after := link(page, "next")) and len(pages) < 9:
        page = client.get(after).content.decode()
        pages.append(listed(page))
    assert [one for part in pages for one in part] == should

    back = [pages[-1]]
    while (before := link(page, "prev")) and len(back) < 9:
        page = client.get(before).content.decode()
        back.insert(0, listed(page))
    assert back == pages


def test_an_accepted_file_stands_at_its_planned_end(case, firm):
    rows = Seen.objects.filter(kind="approval.case", object_id=case.pk)

    assert case.planned_on is not None
    assert set(rows.values_list("second_at", flat=True)) == {case.planned_on.isoformat()}


def test_only_lists_of_firms_begin_with_what_they_see(many, firm, zone, lin):
    starts = visibility.placed(Case.objects.all(), firm, zone, "filed_on")

    assert starts.keys() == {"filed_on", "planned_on"}
    assert (starts["planned_on"].counted(500), starts["filed_on"].counted(3)) == (MANY + 1, 4)
    assert visibility.placed(Case.objects.all(), lin, zone, "filed_on") == {}
