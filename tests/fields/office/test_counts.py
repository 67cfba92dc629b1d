"""What the menu says waits for a member is what the lists hold, and never of a moment ago."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from shanhai.core import clock, notices, work
from shanhai.core.models import Deputy, Notice, WorkItem
from shanhai.core.queries import work as work_queries
from shanhai.fields.office.models import RoundAnswer
from shanhai.fields.office.queries import owed
from shanhai.fields.office.rules import rounds as rules

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(4))
def test_items_by_day_are_those_of_the_list(
    zone: Any, cast: Any, lin: Any, shen: Any, pan: Any, seed: int
) -> None:
    draw = random.Random(seed)
    today = clock.today()
    people = (lin, shen, pan)
    for n in range(40):
        one = draw.choice(people)
        due = draw.choice([None, *(today + timedelta(days=day) for day in (-9, -1, 0, 3))])
        named = draw.choice([None, None, one])
        work.open_item(f"test.{n}", zone, one.unit, "Do", member=named, due_on=due, by=None)
    for item in draw.sample(list(WorkItem.objects.all()), 12):
        WorkItem.objects.filter(pk=item.pk).update(stage=draw.choice(["done", "dropped"]))
    for away in (shen, pan):
        first, last = (
            today + timedelta(days=draw.choice([-5, 2])),
            draw.choice([None, today, today + timedelta(days=9)]),
        )
        ended = draw.choice([None, clock.now()])
        Deputy.objects.create(
            member=away, deputy=lin, from_on=first, to_on=last and max(first, last), ended_on=ended and today
        )

    for one in people:
        expected = Counter(work_queries.waiting_for(one).values_list("due_on", flat=True))
        assert work_queries.waiting_by_day(one) == dict(expected)


def test_answers_owed_are_those_the_unit_has_to_give(opened: Any, lin: Any, staff: Any) -> None:
    for member in (lin, staff.handler):
        expected = RoundAnswer.objects.filter(
            unit_id=member.unit_id, round__stage=rules.RoundStage.OPEN, stage__in=rules.WITH_UNIT
        )
        assert sorted(owed.days_owed(member)) == sorted(expected.values_list("round__due_on", flat=True))
    assert owed.days_owed(staff.handler)


def test_unread_notices_are_counted_as_they_are_read(lin: Any, client_of: Any) -> None:
    for n in range(3):
        notices.tell(f"test:{n}", "test", "Something happened", members=[lin])
    Notice.objects.filter(fact__key="test:0").update(read_at=clock.now())

    assert notices.unread_count(lin) == Notice.objects.filter(member=lin, read_at=None).count() == 2


def test_the_menu_says_less_as_soon_as_an_item_is_done(zone: Any, lin: Any, client_of: Any) -> None:
    work.open_item("test.one", zone, lin.unit, "Do", due_on=date(2023, 9, 1), by=None)
    client = client_of(lin)
    page = reverse("registry:organisations")
    before = client.get(page).context["shell"].menu

    work.done("test.one", zone, by=lin)

    after = client.get(page).context["shell"].menu

    def shown(menu: Any) -> Any:
        return {entry["url"]: entry["count"] for group in menu for entry in group["entries"]}[
            reverse("my_work")
        ]

    assert (shown(before) or 0) - (shown(after) or 0) == 1
