"""What grew with the number of items does not any more: reminders, event logs, the inbox; and stops move with the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import clock
from shanhai.core.calendar import calendar, load_notice, preview_notice
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, NoticeFact, WorkItem
from shanhai.fields.approval.actions import case_upkeep, filing, stopping
from shanhai.fields.approval.models import Case, CaseItem, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import event_log, history, inbox
from shanhai.fields.investment.actions import projects

pytestmark = pytest.mark.django_db
OFF = [date(2023, 9, 20), date(2023, 9, 21), date(2023, 9, 29), *(date(2023, 10, n) for n in range(1, 7))]


def filing_item():
    whole = ("case__project", "case__pairing", "case__owner_unit", "unit")
    return CaseItem.objects.select_related(*whole).get(code="filing")


def statements(call):
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


@pytest.fixture
def many(case, project, regime, cast, zone, lin):
    """Makes so many more cases under review beside the first."""

    def make(n):
        for number in range(n):
            one = projects.add_project(
                zone, number=f"Q-{number}", name_zh=f"项目{number}", enterprise=project.enterprise,
                region=cast.regions["331181000000"], project_code=f"2103-331181-04-01-{200000 + number}", basis="filing",
                by=lin,
            )  # fmt: skip
            made = filing.file_case(one, catalogue=regime, number=f"D-{number}", by=lin)
            for paper in made.materials.all():
                paper.case = made
                filing.add_material(paper, name=paper.name_zh, by=lin)
            filing.hand_in(made, by=lin)
            filing.accept_case(made, by=lin)

    return make


class TestStops:
    def test_the_end_of_a_running_stop_moves_with_the_calendar(self, case, lin):
        stopping.stop_item(filing_item(), reason="supplement", text="x", days=8, evidence="x", by=None)
        before = Stop.objects.get()
        owed = WorkItem.objects.get(kind="approval.owner", stage="open")
        assert before.until_on == owed.due_on == calendar().add(clock.today(), 8)

        told = preview_notice(2023, OFF, [], "test")
        assert Stop.objects.get().until_on == before.until_on
        moved = load_notice(2023, OFF, [], "test", by=None)

        after, item = Stop.objects.get(), CaseItem.objects.get(code="filing")
        assert after.until_on == calendar().add(clock.today(), 8) > before.until_on
        assert {(one.kind, one.after) for one in moved} >= {
            ("approval.stop", after.until_on),
            ("approval.item", item.due_on),
        }
        assert [(one.kind, one.after) for one in told] == [(one.kind, one.after) for one in moved]
        assert item.due_on == calendar().add(after.until_on, 2)
        owed.refresh_from_db()
        assert (owed.due_on, owed.sorted_on) == (after.until_on, after.until_on)
        assert JournalEntry.objects.filter(action="approval.move_stop").count() == 1
        assert list(replay()) == []

    def test_the_stop_ends_by_itself_on_the_day_to_which_it_moved(self, case, turn_clock):
        stopping.stop_item(filing_item(), reason="supplement", text="x", days=3, evidence="x", by=None)
        was = Stop.objects.get().until_on
        load_notice(2023, OFF, [], "test", by=None)

        turn_clock(f"{was.isoformat()}T09:00")
        case_upkeep.let_go_on(date.fromordinal(was.toordinal() + 1))
        assert Stop.objects.get().ended_on is None
        turn_clock("2023-10-12T09:00")
        case_upkeep.let_go_on(date(2023, 10, 12))
        assert Stop.objects.get().ended_on == Stop.objects.get().until_on


class TestConstant:
    def test_reminders_with_nothing_new_cost_the_same_however_many_items_are_open(
        self, case, many, turn_clock
    ):
        turn_clock("2023-09-20T09:00")
        case_upkeep.remind(date(2023, 9, 20))
        few = statements(lambda: case_upkeep.remind(date(2023, 9, 20)))
        turn_clock("2023-09-18T09:00")
        many(8)
        turn_clock("2023-09-20T09:00")
        told = case_upkeep.remind(date(2023, 9, 20))

        assert told >= 8 and NoticeFact.objects.filter(key__contains="reminder").count() >= 9
        assert statements(lambda: case_upkeep.remind(date(2023, 9, 20))) <= few
        assert case_upkeep.remind(date(2023, 9, 20)) == 0

    def test_an_event_log_of_many_cases_costs_no_more_statements_than_of_one(self, case, many):
        one = statements(lambda: list(event_log.events_of(Case.objects.order_by("pk"))))
        many(6)

        assert statements(lambda: list(event_log.events_of(Case.objects.order_by("pk")))) == one
        found = dict(history.events_of_many(Case.objects.order_by("pk")))
        for each, events in found.items():
            assert events == history.events_of(queries.case_of(None, each.number))


class TestInbox:
    def test_it_turns_pages_and_each_costs_the_same(self, case, many, bureaus, client_of, monkeypatch):
        monkeypatch.setattr(inbox, "PAGE", 3)
        many(7)
        client = client_of(bureaus.members["dong"])

        pages, address, seen = 0, "/approval/inbox/", []
        while address:
            answer = client.get(address)
            page = answer.content.decode()
            rows = [row["number"] for row in answer.context["rows"]]
            seen += rows
            pages += 1
            following = answer.context["part"].next
            assert ("Next 3" in page) == (following is not None)
            address = f"/approval/inbox/?cursor={following}" if following else ""

        assert pages == 3 and sorted(seen) == sorted(["C-1", *(f"D-{n}" for n in range(7))])
        assert "8 things wait for your unit" in page

    def test_statements_do_not_grow(self, case, many, bureaus, client_of, monkeypatch):
        # The calendar is looked up again each second, which a slow machine would count.
        monkeypatch.setattr("shanhai.core.calendar._LOOK_AGAIN_S", 3600.0)
        client = client_of(bureaus.members["dong"])
        client.get("/approval/inbox/")
        few = statements(lambda: client.get("/approval/inbox/"))
        many(5)
        client.get("/approval/inbox/")  # The first look after a change fills what is kept in memory.

        assert statements(lambda: client.get("/approval/inbox/")) == few
        assert inbox.head_of(bureaus.members["dong"]).n == 6
