"""All that waits for a member, behind "N in all" on the home page."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import clock, work
from shanhai.core.actions import members, roles, units
from shanhai.core.actions import work as actions
from shanhai.core.models import JournalEntry, Notice, WorkItem
from shanhai.core.queries import journal as journal_queries
from shanhai.core.queries import notices as notice_queries
from shanhai.core.queries import work as work_queries
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow


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
    return [part.split('"')[0] for part in html.split('class="q" href="')[1:] if part.startswith("/thing")]


def test_lists_all_soonest_first_and_without_a_day_last(waiting, lin, client_of):
    for days in (None, 4, -3):
        waiting(days)

    page = client_of(lin).get("/my-work/").content.decode()

    assert listed(page) == ["/thing/3/", "/thing/2/", "/thing/1/"]
    assert "3 things wait for you: 1 is late, 1 this week." in page


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
    browser = client_of(lin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/my-work/")
        return len(seen)

    def bring(n: int) -> None:
        WorkItem.objects.bulk_create(
            WorkItem(
                kind="pairing.action_item", subject_kind="core.pairing", subject_id=10_000 + i, unit=lin.unit,
                pairing=zone, what="Thing", url="/thing/", due_on=date(2023, 10, 1), sorted_on=date(2023, 10, 1),
                created_at=clock.now(),
            )
            for i in range(n, n + 100)
        )  # fmt: skip

    bring(0)
    browser.get("/my-work/?size=100")
    few = statements()
    bring(100)

    assert abs(statements() - few) <= 1  # of more than one page the whole is counted
    page = browser.get("/my-work/?size=100").content.decode()
    assert "1–100 of 200" in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "101–200 of 200" in browser.get(following).content.decode()


def test_the_box_of_a_row_is_called_as_the_row_is(waiting, lin, client_of):
    waiting(4)

    page = client_of(lin).get("/my-work/").content.decode()

    assert 'aria-label="Choose Thing 1"' in page


def test_people_to_choose_from_have_their_posts_in_the_reader_s_language(lin, client_of):
    members.add_member(
        lin.unit, code="wu", name_zh="吴敏", name_en="Wu Min", title="科长", title_en="Section Head", by=None
    )

    assert "· Section Head" in client_of(lin).get("/office/deputy/").content.decode()
    assert "· 科长" in client_of(lin, language="zh-hans").get("/office/deputy/").content.decode()


def test_reads_chinese(waiting, lin, client_of):
    waiting(-3)

    page = client_of(lin, language="zh-hans").get("/my-work/").content.decode()

    assert "您有1项待办：1项逾期。" in page


def test_shows_nobody_what_waits_for_others(waiting, zhou, shen, client_of):
    waiting(1)

    assert not listed(client_of(shen).get("/my-work/").content.decode())
    assert not listed(client_of(zhou).get("/my-work/").content.decode())


def test_the_home_page_leads_there(waiting, lin, client_of):
    waiting(-1)

    assert '<a class="sm r" href="/my-work/">1 in all</a>' in client_of(lin).get("/").content.decode()


def test_an_outsider_is_turned_away(zhou, client_of):
    assert client_of(zhou).get("/my-work/").status_code == 403


def test_days_ahead_are_drawn_with_what_falls_due(waiting, lin, client_of):
    for days in (-2, 0, 4):
        waiting(days)

    page = client_of(lin).get("/my-work/").content.decode()

    strip = page.split('<ul class="cal">')[1].split("</ul>")[0]
    assert strip.count("<li") == 22
    assert '<a class="q" href="?until=2023-09-18">2</a>' in strip  # the late one stands under today
    assert 'class="mk"' in strip  # 7 and 8 October are worked


def test_what_i_started_watch_and_finished_has_lists_of_its_own(lin, shen, zone, client_of):
    started = work.open_item("pairing.renewal", zone, shen.unit, "Thing", {}, "/thing/started/", by=lin)
    browser = client_of(lin)

    assert listed(browser.get("/my-work/").content.decode()) == []
    assert listed(browser.get("/my-work/started/").content.decode()) == ["/thing/started/"]

    browser.post("/office/work/watch/", {"chosen": [started.pk]})
    assert listed(browser.get("/my-work/watched/").content.decode()) == ["/thing/started/"]
    browser.post("/office/work/unwatch/", {"chosen": [started.pk]})
    assert listed(browser.get("/my-work/watched/").content.decode()) == []

    work.done("pairing.renewal", zone, by=shen)
    assert listed(client_of(shen).get("/my-work/finished/").content.decode()) == ["/thing/started/"]


def test_a_filter_stays_until_it_is_cleared(waiting, lin, client_of):
    waiting(-3)
    waiting(4)
    browser = client_of(lin)

    browser.get("/my-work/?show=late")

    assert listed(browser.get("/my-work/").content.decode()) == ["/thing/1/"]
    assert len(listed(browser.get("/my-work/?clear=1").content.decode())) == 2


class TestSharingOut:
    @pytest.fixture
    def colleague(self, lin):
        member = members.add_member(lin.unit, code="wu", name_zh="吴敏", name_en="Wu Min", by=None)
        roles.give_role(member, role="handler", from_on=date(2018, 1, 1), by=None)
        return member

    @pytest.fixture
    def dispatcher(self, lin):
        return units.set_dispatcher(lin.unit, dispatcher=lin, by=None).dispatcher

    def test_assigned_it_is_with_one_person_who_is_told_and_can_be_taken_back(
        self, waiting, dispatcher, colleague, lin, client_of
    ):
        item = waiting(1)
        browser = client_of(lin)
        form = browser.post("/office/work/assign/", {"chosen": [item.pk]}).content.decode()
        assert "Wu Min" in form

        browser.post("/office/work/assign/", {"chosen": [item.pk], "to": "wu"})

        item.refresh_from_db()
        assert item.member == colleague
        notice = Notice.objects.get(member=colleague)
        assert notice_queries.words(notice) == f"{lin.name_en} gave you: Thing 1"
        page = browser.get("/my-work/unit/").content.decode()
        browser.post(
            page.split('action="/office/work/unassign/')[1].split('"')[0].join(("/office/work/unassign/", ""))
        )
        item.refresh_from_db()
        assert item.member is None

    def test_taken_up_it_is_mine_and_nobody_else_can_take_it(self, waiting, colleague, lin, client_of):
        item = waiting(1)

        client_of(lin).post("/office/work/claim/", {"chosen": [item.pk]})

        item.refresh_from_db()
        assert item.member == lin
        with pytest.raises(NotNow) as refused:
            actions.claim_item(item, by=colleague)
        assert refused.value.code == "core.work_is_taken"

    def test_who_does_not_share_out_the_work_of_a_unit_gives_nobody_anything(
        self, waiting, colleague, lin, shen
    ):
        item = waiting(1)

        for who in (shen, colleague):
            with pytest.raises(NotAllowed):
                actions.assign_items([item], to=lin, by=who)

    def test_goes_to_people_of_the_unit_only(self, waiting, dispatcher, lin, shen):
        with pytest.raises(BadInput) as refused:
            actions.assign_items([waiting(1)], to=shen, by=lin)

        assert refused.value.code == "core.assigned_elsewhere"

    def test_a_reminder_says_first_whom_it_reaches_and_is_one_notice_a_day(self, lin, shen, zone, client_of):
        item = work.open_item("pairing.renewal", zone, shen.unit, "Renew it", {}, "/thing/1/", by=lin)
        browser = client_of(lin)

        page = browser.post("/office/work/remind/", {"chosen": [item.pk]}).content.decode()
        assert "The reminder will reach" in page and shen.name_en in page
        assert not Notice.objects.filter(member=shen).exists()
        for _twice in range(2):
            browser.post("/office/work/remind/", {"chosen": [item.pk], "sure": "1"})

        (notice,) = Notice.objects.filter(member=shen)
        assert notice_queries.words(notice).endswith("reminds you: Renew it")

    def test_nobody_reminds_of_what_they_have_no_part_in(self, lin, zhou, shen, zone):
        item = work.open_item("pairing.renewal", zone, shen.unit, "Renew it", {}, "/thing/1/", by=None)

        with pytest.raises(NotAllowed):
            actions.remind_of([item], by=zhou)

    def test_nothing_chosen_is_said(self, lin, client_of):
        page = client_of(lin).post("/office/work/remind/", {}, follow=True).content.decode()

        assert "Nothing is chosen." in page

    def test_what_stands_in_no_list_of_mine_is_not_reached_by_its_number(
        self, lin, shen, pan, zone, client_of
    ):
        item = work.open_item("pairing.renewal", zone, shen.unit, "Secret thing", {}, "/thing/1/", by=shen)

        answer = client_of(lin).post("/office/work/export/", {"chosen": [item.pk]})
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active

        assert sheet.max_row == 1

    def test_chosen_rows_go_out_as_a_sheet_and_on_paper(self, waiting, lin, client_of):
        items = [waiting(1), waiting(2)]
        keys = {"chosen": [item.pk for item in items]}

        answer = client_of(lin).post("/office/work/export/", keys)
        paper = client_of(lin).post("/office/work/print/", keys).content.decode()

        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        assert [cell.value for cell in sheet["B"]] == ["What", "Thing 1", "Thing 2"]
        assert "2 things to do" in paper


class TestDeputies:
    @pytest.fixture
    def colleague(self, lin):
        member = members.add_member(lin.unit, code="wu", name_zh="吴敏", name_en="Wu Min", by=None)
        roles.give_role(member, role="handler", from_on=date(2018, 1, 1), by=None)
        return member

    def test_one_names_ones_own_deputy_who_sees_the_work_and_does_it_on_the_record_for_the_other(
        self, lin, colleague, zone, client_of
    ):
        work.open_item("pairing.renewal", zone, lin.unit, "Renew it", {}, "/thing/1/", member=lin, by=None)

        client_of(lin).post("/office/deputy/", {"which": "dates", "deputy": "wu", "from_on": "2023-09-18"})
        assert [item.what for item in work_queries.waiting_for(colleague)] == ["Renew it"]
        work.done("pairing.renewal", zone, by=colleague)

        entry = JournalEntry.objects.filter(action="core.act_for").get()
        body = json.loads(entry.body)
        assert (body["facts"]["for_member"], body["facts"]["is_deputy"]) == (lin.code, True)
        assert journal_queries.by_name(body) == f"Wu Min for {lin.name_en}"

    def test_a_deputy_of_a_deputy_does_not_get_the_work_of_the_first(self, lin, colleague, zone):
        third = members.add_member(lin.unit, code="xu", name_zh="徐静", by=None)
        work.open_item("pairing.renewal", zone, lin.unit, "Renew it", {}, "/thing/1/", member=lin, by=None)
        actions.name_deputy(lin, deputy=colleague, from_on=clock.today(), by=lin)
        actions.name_deputy(colleague, deputy=third, from_on=clock.today(), by=colleague)

        assert work_queries.waiting_for(colleague).count() == 1
        assert work_queries.waiting_for(third).count() == 0

    def test_ended_the_work_is_the_ones_own_again(self, lin, colleague, zone, client_of):
        work.open_item("pairing.renewal", zone, lin.unit, "Renew it", {}, "/thing/1/", member=lin, by=None)
        row = actions.name_deputy(lin, deputy=colleague, from_on=clock.today(), by=lin)

        client_of(lin).post(f"/office/deputy/{row.pk}/end/")

        assert work_queries.waiting_for(colleague).count() == 0

    def test_handed_over_for_good_all_named_work_moves_and_the_member_may_leave(
        self, lin, colleague, zone, client_of
    ):
        work.open_item("pairing.renewal", zone, lin.unit, "Renew it", {}, "/thing/1/", member=lin, by=None)
        with pytest.raises(NotNow):
            members.deactivate_member(lin, by=None)

        client_of(lin).post("/office/deputy/", {"which": "good", "to": "wu"})

        assert WorkItem.objects.get().member == colleague
        assert not members.deactivate_member(lin, by=None).is_active

    def test_nobody_hands_on_the_work_of_others(self, lin, colleague, shen):
        with pytest.raises(NotAllowed):
            actions.hand_over_work(lin, to=colleague, by=colleague)

    def test_work_is_not_handed_to_another_organisation(self, lin, shen):
        with pytest.raises(BadInput):
            actions.hand_over_work(lin, to=shen, by=lin)
        with pytest.raises(BadInput):
            actions.name_deputy(lin, deputy=shen, from_on=clock.today(), by=lin)
