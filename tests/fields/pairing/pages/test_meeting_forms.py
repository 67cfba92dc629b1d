"""Calling, holding and minuting joint meetings through their pages, and following up what they resolve."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.fields.pairing import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_lin(lin, client_of):
    return client_of(lin)


@pytest.fixture
def at_shen(shen, client_of):
    return client_of(shen)


def text_of(answer):
    return answer.content.decode()


CALL = {
    "number": "JM-2023-10",
    "title_zh": "四季度例会",
    "title_en": "Fourth quarter",
    "level": "office",
    "at": "2023-12-14T14:00",
    "place_zh": "龙泉",
    "quorum_mountain": "1",
    "quorum_sea": "1",
}


def test_a_meeting_is_called_changed_called_off_and_reinstated(zone, lin, at_lin):
    assert at_lin.post("/pairing/meetings/call/", CALL).url == "/pairing/meetings/JM-2023-10/"
    meeting = queries.meeting_of(lin, "JM-2023-10")
    assert meeting.at.isoformat() == "2023-12-14T06:00:00+00:00"

    form = text_of(at_lin.get(f"{meeting.url}change/"))
    assert 'value="2023-12-14T14:00"' in form, "the time on the wall in Shanghai"
    at_lin.post(f"{meeting.url}change/", CALL | {"at": "2023-12-15T09:30", "version": meeting.version})
    meeting.refresh_from_db()
    assert meeting.at.isoformat() == "2023-12-15T01:30:00+00:00"

    at_lin.post(f"{meeting.url}cancel/", {"reason": "大雪"})
    assert "Called off: 大雪" in text_of(at_lin.get(meeting.url))
    at_lin.post(f"{meeting.url}reinstate/")
    meeting.refresh_from_db()
    assert meeting.stage == "planned"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": "会议1"}, "cannot be a number here"),
        ({"title_zh": ""}, "This field is required"),
        ({"quorum_sea": "0"}, "greater than or equal to 1"),
        ({"at": "soon"}, "Enter a valid date/time"),
    ],
)
def test_a_meeting_that_cannot_be_called_is_refused(zone, at_lin, wrong, sentence):
    assert sentence in text_of(at_lin.post("/pairing/meetings/call/", CALL | wrong))


def test_a_number_is_used_once(meeting, at_lin):
    assert "is taken" in text_of(at_lin.post("/pairing/meetings/call/", CALL | {"number": meeting.number}))


def test_people_are_invited_answer_and_are_taken_off_the_list(zone, lin, shen, at_lin, at_shen):
    at_lin.post("/pairing/meetings/call/", CALL)
    url = "/pairing/meetings/JM-2023-10/"

    at_lin.post(
        f"{url}invite/",
        {"mountain": [lin.pk], "sea": [shen.pk], "others_sea": "方远，副主任\n\n何青", "others_mountain": ""},
    )
    meeting = queries.meeting_of(lin, "JM-2023-10")
    invited = {who.person: who for who in meeting.attendees.all()}
    assert invited.keys() == {"林涛", "沈洁", "方远", "何青"}
    assert (invited["方远"].post, invited["方远"].side) == ("副主任", "sea")

    assert "Do you come?" in text_of(at_shen.get(url))
    at_shen.post(f"{url}guests/{invited['沈洁'].pk}/answer/", {"answer": "coming"})
    at_shen.post(f"{url}guests/{invited['方远'].pk}/answer/", {"answer": "declined"})
    answers = {who.person: who.answer for who in queries.meeting_of(lin, "JM-2023-10").attendees.all()}
    assert (answers["沈洁"], answers["方远"]) == ("coming", "declined")

    refused = at_lin.post(f"{url}guests/{invited['沈洁'].pk}/answer/", {"answer": "declined"})
    assert refused.status_code == 403

    at_lin.post(f"{url}guests/{invited['何青'].pk}/remove/")
    assert len(queries.meeting_of(lin, "JM-2023-10").attendees.all()) == 3


def lines(*points, total=3):
    """The agenda as the form sends it."""
    sent = {
        "p-TOTAL_FORMS": str(total),
        "p-INITIAL_FORMS": "0",
        "p-MIN_NUM_FORMS": "0",
        "p-MAX_NUM_FORMS": "40",
    }
    for n in range(total):
        point = points[n] if n < len(points) else {}
        sent |= {f"p-{n}-{name}": value for name, value in ({"side": "both"} | point).items()}
    return sent


def test_the_agenda_is_written_in_order_and_keeps_its_papers(next_meeting, lin, at_lin, at_shen, proof):
    url = f"/pairing/meetings/{next_meeting.number}/"
    agenda = lines(
        {"title_zh": "清单", "order": "2", "needs_paper": "on"},
        {"title_zh": "床位", "order": "1", "side": "sea", "asks_zh": "增加30个床位", "asks_en": "30 beds"},
    )
    assert at_lin.post(f"{url}agenda/", agenda | {"version": next_meeting.version}).status_code == 302
    page = text_of(at_lin.get(url))
    assert page.index("床位") < page.index("清单") and "Paper missing" in page and "30 beds" in page

    assert at_shen.post(f"{url}agenda/2/paper/", {"papers": proof()}).status_code == 302
    assert "Paper missing" not in text_of(at_lin.get(url))

    meeting = queries.meeting_of(lin, next_meeting.number)
    kept = [
        {"title_zh": point.title_zh, "order": str(point.order), "kept": str(point.pk), "needs_paper": "on"}
        for point in meeting.agenda.all()
        if point.title_zh == "清单"
    ]
    at_lin.post(f"{url}agenda/", lines(*kept) | {"version": meeting.version})
    meeting = queries.meeting_of(lin, next_meeting.number)
    assert [point.title_zh for point in meeting.agenda.all()] == ["清单"]
    assert "proof" in text_of(at_lin.get(url)), "its paper came along"


def test_an_agenda_that_another_changed_meanwhile_is_not_overwritten(next_meeting, lin, at_lin):
    from shanhai.fields.pairing import actions

    read = next_meeting.version
    actions.set_agenda(next_meeting, [actions.Point("先写的")], by=lin)

    answer = at_lin.post(
        f"/pairing/meetings/{next_meeting.number}/agenda/", lines({"title_zh": "后写的"}) | {"version": read}
    )

    assert answer.status_code == 409 and "后写的" in text_of(answer)
    meeting = queries.meeting_of(lin, next_meeting.number)
    assert [point.title_zh for point in meeting.agenda.all()] == ["先写的"]


def test_a_point_without_chinese_is_sent_back(next_meeting, at_lin):
    answer = at_lin.post(f"/pairing/meetings/{next_meeting.number}/agenda/", lines({"title_en": "Beds"}))

    assert "Give the point in Chinese" in text_of(answer)


def test_without_the_quorum_of_both_sides_it_was_no_joint_meeting(meeting, at_lin):
    url = f"/pairing/meetings/{meeting.number}/"
    there = {who.person: who.pk for who in meeting.attendees.all()}

    refused = at_lin.post(f"{url}held/", {"on": "2023-09-12", "present": [there["林涛"]]})
    assert "no quorum on the sea side: 0 of 1" in text_of(refused)

    answer = at_lin.post(f"{url}held/", {"on": "2023-09-12", "present": [there["林涛"], there["沈洁"]]})
    assert answer.status_code == 302
    assert "the minutes are still to be written" in text_of(at_lin.get(url))


def test_minutes_are_written_read_and_signed_by_both_sides(resolution, at_lin, at_shen):
    meeting = resolution.meeting
    url = f"/pairing/meetings/{meeting.number}/"

    at_lin.post(f"{url}minutes/", {"text_zh": "会议议定三件事。", "text_en": "Three things were agreed."})
    preview = text_of(at_shen.get(f"{url}sign/"))
    assert "会议议定三件事。" in preview and "Three things" in preview

    at_lin.post(f"{url}sign/", {"on": "2023-09-18", "minutes_no": "1"})
    assert "wait for the signature of the sea side" in text_of(at_lin.get(url))
    at_shen.post(f"{url}sign/", {"on": "2023-09-18", "minutes_no": "1"})
    meeting.refresh_from_db()
    assert meeting.stage == "signed"


def test_minutes_that_changed_since_they_were_read_are_not_signed(resolution, at_lin, at_shen):
    url = f"/pairing/meetings/{resolution.meeting.number}/"
    at_lin.post(f"{url}minutes/", {"text_zh": "第一稿。"})
    at_lin.post(f"{url}minutes/", {"text_zh": "第二稿。"})

    answer = at_shen.post(f"{url}sign/", {"on": "2023-09-18", "minutes_no": "1"})

    assert "were changed since you read them" in text_of(answer)


def test_a_resolution_leads_to_an_action_item_with_an_owner_on_each_side(resolution, cast, at_lin):
    url = f"/pairing/meetings/{resolution.meeting.number}/"
    answer = at_lin.post(f"{url}resolution/", {"text_zh": "再办一件事。", "text_en": "One more."})
    assert answer.url.startswith("/pairing/resolutions/") and answer.url.endswith("/assign/")

    sent = {
        "title_zh": "办一件事",
        "field": "partnership",
        "lead": "mountain",
        "mountain_unit": cast.units["LQ-PARK"].pk,
        "sea_unit": cast.units["XS-OFFICE"].pk,
        "due_on": "2023-09-29",
    }
    assert "has passed" in text_of(at_lin.post(answer.url, sent | {"due_on": "2023-09-01"}))
    assert at_lin.post(answer.url, sent).url == url
    assert "办一件事" in text_of(at_lin.get(url))


def test_a_meeting_to_come_resolves_nothing(next_meeting, at_lin):
    answer = at_lin.post(f"/pairing/meetings/{next_meeting.number}/resolution/", {"text_zh": "太早。"})

    assert "it resolves when it is held" in text_of(answer)


def test_an_action_item_is_reported_closed_and_opened_again(item, at_shen, at_lin, proof):
    assert "This field is required" in text_of(at_shen.post(f"{item.url}report/", {"text": ""}))
    without = at_shen.post(f"{item.url}report/", {"text": "办好了", "is_finished": "on"})
    assert "Add a document that shows" in text_of(without)

    at_shen.post(f"{item.url}report/", {"text": "办好了", "is_finished": "on", "evidence": proof()})
    page = text_of(at_lin.get(item.url))
    assert "says it is done" in page and "Look and close" in page and "proof" in page

    at_lin.post(f"{item.url}close/", {"on": "2023-09-18"})
    item.refresh_from_db()
    assert (item.stage, item.done_on) == ("done", date(2023, 9, 18))
    assert "is done already" in text_of(at_lin.post(f"{item.url}close/", {"on": "2023-09-18"}))

    at_lin.post(f"{item.url}reopen/")
    item.refresh_from_db()
    assert item.stage == "open"


def test_more_time_needs_a_later_day_and_a_reason(item, at_lin):
    assert "gives it no more time" in text_of(
        at_lin.post(f"{item.url}extend/", {"due_on": "2023-09-20", "reason": "忙"})
    )

    at_lin.post(f"{item.url}extend/", {"due_on": "2023-10-20", "reason": "等专家"})
    page = text_of(at_lin.get(item.url))
    assert "等专家" in page and "First due" in page


def test_an_item_is_dropped_with_a_reason_and_the_drop_undone(item, at_lin):
    at_lin.post(f"{item.url}drop/", {"reason": "不再需要"})
    assert "Undo" in text_of(at_lin.get(item.url))

    at_lin.post(f"{item.url}reopen/")
    item.refresh_from_db()
    assert item.stage == "open"


def test_the_ladder_shows_reminders_that_came_and_those_to_come(item, at_lin, turn_clock):
    page = text_of(at_lin.get(item.url))
    assert "Mon 18 Sep" in page and "goes to the leaders in charge" in page

    turn_clock("2023-10-12T09:00")
    assert "9 wd late" in text_of(at_lin.get(item.url))


def test_the_list_of_items_shows_what_is_open_unless_asked(item, lin, at_lin, at_shen):
    from shanhai.fields.pairing import actions

    title = "Schedule the October expert team"
    assert title in text_of(at_lin.get("/pairing/action-items/"))
    assert title not in text_of(at_lin.get("/pairing/action-items/?show=late"))
    assert title in text_of(at_shen.get("/pairing/action-items/?whose=mine"))
    assert title not in text_of(at_lin.get("/pairing/action-items/?whose=mine"))

    actions.close_action_item(item, on=date(2023, 9, 18), by=None)
    assert title not in text_of(at_lin.get("/pairing/action-items/?clear=1"))
    assert title in text_of(at_lin.get("/pairing/action-items/?show=done"))


@pytest.fixture
def typeset(monkeypatch):
    """Typesetting that takes no child and no time; gives what it was asked for."""
    from shanhai.core import tasks

    asked = []

    def in_child(progress, dotted, args, **limits):
        progress.check()
        asked.append(args[1])
        return b"%PDF-1.7\n%%EOF\n"

    monkeypatch.setattr(tasks.Progress, "in_child", in_child)
    return asked


@pytest.mark.django_db(transaction=True)
class TestBriefingBook:
    def test_it_is_made_by_a_task_and_lies_on_the_record_of_the_meeting(
        self, next_meeting, at_lin, lin, typeset
    ):
        from shanhai.core import tasks

        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        assert "is not made yet" in text_of(at_lin.get(address))
        assert at_lin.get(f"{address[:-1]}.pdf").url == address

        assert at_lin.post(f"{address}make/", {"language": "en"}).url == address
        waiting = text_of(at_lin.get(address))
        assert "is being made" in waiting and "Look again" in waiting and "Cancel" in waiting
        at_lin.post(f"{address}make/", {"language": "en"})
        assert lin.tasks.count() == 1, "a second click asks for nothing"
        tasks.run_waiting()

        book = next_meeting.books.get()
        assert (book.language, book.made_by, book.document.pairing) == ("en", lin, next_meeting.pairing)
        assert [one["lang"] for one in typeset] == ["en"]
        page = text_of(at_lin.get(address))
        assert "The briefing book is ready" in page and "Lin Tao" in page and "up to date" in page
        assert f"/registry/documents/{book.document.pk}/" in text_of(at_lin.get(next_meeting.url))
        assert at_lin.get(f"{address[:-1]}.pdf").url == f"/registry/documents/{book.document.pk}/preview/"

    def test_it_is_stale_when_records_moved_since(self, next_meeting, at_lin, lin, typeset):
        from shanhai.core import tasks
        from shanhai.fields.pairing import actions

        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        at_lin.post(f"{address}make/")
        tasks.run_waiting()

        actions.change_meeting(next_meeting, place_zh="龙泉", by=lin)

        page = text_of(at_lin.get(address))
        assert "Records moved since the briefing book was made" in page and "stale: 1 change since" in page
        assert at_lin.get(f"{address[:-1]}.pdf").url == address

    def test_the_making_is_cancelled(self, next_meeting, at_lin, typeset):
        from shanhai.core import tasks

        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        at_lin.post(f"{address}make/")

        assert at_lin.post(f"{address}cancel/").url == address
        tasks.run_waiting()

        assert not next_meeting.books.exists() and not typeset
        assert "Cancelled." in text_of(at_lin.get(address))
        assert at_lin.post(f"{address}cancel/").status_code == 404

    def test_the_page_asks_for_the_progress_alone_and_then_for_the_whole(self, next_meeting, at_lin, typeset):
        from shanhai.core import tasks

        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        at_lin.post(f"{address}make/")
        asked = {"HX-Request": "true"}
        assert "<html" not in text_of(at_lin.get(address, headers=asked))

        tasks.run_waiting()
        assert at_lin.get(address, headers=asked)["HX-Refresh"] == "true"

    def test_what_could_not_be_made_says_why(self, next_meeting, at_lin, monkeypatch):
        from shanhai.core import tasks
        from shanhai.fields.pairing import typesetting

        def in_child(progress, dotted, args, **limits):
            raise typesetting._no_font()

        monkeypatch.setattr(tasks.Progress, "in_child", in_child)
        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        at_lin.post(f"{address}make/")
        tasks.run_waiting()

        assert "No Chinese font is installed" in text_of(at_lin.get(address))

    def test_a_task_that_is_run_again_files_no_second_book(self, next_meeting, at_lin, typeset):
        from shanhai.core import tasks
        from shanhai.core.models import TaskRun

        at_lin.post(f"/pairing/meetings/{next_meeting.number}/brief/make/")
        tasks.run_waiting()
        TaskRun.objects.update(stage="waiting")
        tasks.run_task.call(TaskRun.objects.get().pk)

        assert next_meeting.books.count() == 1

    def test_the_other_side_makes_its_own(self, next_meeting, at_lin, at_shen, typeset):
        from shanhai.core import tasks

        address = f"/pairing/meetings/{next_meeting.number}/brief/"
        at_lin.post(f"{address}make/")
        tasks.run_waiting()

        assert "is not made yet" in text_of(at_shen.get(address))


def test_a_calendar_address_is_made_shown_once_and_revoked(lin, at_lin, client):
    assert "No address yet" in text_of(at_lin.get("/pairing/calendar/"))

    at_lin.post("/pairing/calendar/make/")
    page = text_of(at_lin.get("/pairing/calendar/"))
    address = page.split('value="http://testserver')[1].split('"')[0]
    assert client.get(address).status_code == 200
    assert address not in text_of(at_lin.get("/pairing/calendar/")), "it is shown once"

    at_lin.post("/pairing/calendar/revoke/")
    assert client.get(address).status_code == 404
