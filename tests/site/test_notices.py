"""What a member was told: the page, the mark beside the reader's name, the API and the command."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from shanhai.core import notices
from shanhai.core.actions import account
from shanhai.core.models import JournalEntry, Notice
from shanhai.site.cli import run
from shanhai.webkit.listing import SIZES

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(zone):
    """``told(lin)``: one more notice of the member; it is about the organisations page."""
    made = []

    def tell(member, url="/registry/organisations/"):
        made.append(member)
        key = f"test:{len(made)}"
        notices.tell(key, "test.due", "Thing {n} is due", {"n": len(made)}, url, [member])
        return Notice.objects.get(fact__key=key, member=member)

    return tell


def html(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def is_read(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.read_at is not None


class TestPage:
    def test_begins_with_what_is_unread(self, told, lin, client_of):
        old, new = told(lin), told(lin)
        notices.mark_read(lin, [old.pk])

        page = html(client_of(lin).get("/notices/"))

        assert "1 notice is unread." in page
        assert f'href="/notices/{new.pk}/"' in page
        assert "Thing 1 is due" not in page

    def test_keeps_what_was_read_under_all(self, told, lin, client_of):
        old = told(lin)
        notices.mark_read(lin, [old.pk])
        browser = client_of(lin)

        assert "You have read all that you were told." in html(browser.get("/notices/"))
        assert "Thing 1 is due" in html(browser.get("/notices/all/"))

    def test_says_what_will_come_to_somebody_who_was_told_nothing(self, zone, lin, client_of):
        page = html(client_of(lin).get("/notices/"))

        assert "You have been told nothing yet." in page
        assert "is told here by itself" in page
        assert "Mark all as read" not in page

    def test_is_in_chinese_too(self, told, lin, client_of):
        told(lin)

        assert "1条通知未读。" in html(client_of(lin, language="zh-hans").get("/notices/"))

    def test_has_pages(self, told, lin, client_of):
        for _n in range(SIZES[0] + 1):
            told(lin)
        browser = client_of(lin)

        first = browser.get("/notices/").context["list_page"]
        second = browser.get(first.next_url).context["list_page"]

        assert [len(first.rows), len(second.rows)] == [SIZES[0], 1]
        assert second.rows[0].fact.key == "test:1"
        assert browser.get("/notices/all/").context["list_page"].next_url.startswith("/notices/all/?")

    def test_turns_the_outsider_away(self, told, zhou, client_of):
        theirs = told(zhou)
        browser = client_of(zhou)

        assert browser.get("/notices/").status_code == 403
        assert browser.get(f"/notices/{theirs.pk}/").status_code == 403
        assert browser.post("/notices/read/").status_code == 403
        assert not is_read(theirs)

    def test_asks_a_stranger_to_log_in(self, client, zone):
        assert reverse("account_login") in client.get("/notices/")["Location"]


class TestReading:
    def test_opening_one_leads_to_its_record_and_marks_it(self, told, lin, client_of):
        first, second = told(lin), told(lin)

        answer = client_of(lin).get(f"/notices/{first.pk}/")

        assert (answer.status_code, answer["Location"]) == (302, "/registry/organisations/")
        assert (is_read(first), is_read(second)) == (True, False)

    def test_opening_one_again_keeps_when_it_was_read(self, told, lin, client_of, turn_clock):
        one = told(lin)
        browser = client_of(lin)
        browser.get(f"/notices/{one.pk}/")
        one.refresh_from_db()
        before = one.read_at
        browser.get(f"/notices/{one.pk}/")
        one.refresh_from_db()

        assert one.read_at == before

    def test_one_without_a_record_leads_to_the_list(self, told, lin, client_of):
        one = told(lin, url="")

        assert client_of(lin).get(f"/notices/{one.pk}/")["Location"] == "/notices/all/"
        assert is_read(one)

    def test_one_is_marked_where_it_stands(self, told, lin, client_of):
        one, other = told(lin), told(lin)

        answer = client_of(lin).post(f"/notices/{one.pk}/read/", {"next": "/notices/all/"})

        assert answer["Location"] == "/notices/all/"
        assert (is_read(one), is_read(other)) == (True, False)

    def test_looking_does_not_mark(self, told, lin, client_of):
        one = told(lin)
        browser = client_of(lin)

        assert browser.get(f"/notices/{one.pk}/read/").status_code == 405
        assert browser.get("/notices/read/").status_code == 405
        browser.get("/notices/")
        assert not is_read(one)

    def test_those_of_another_member_are_not_to_be_found(self, told, lin, shen, client_of):
        theirs = told(shen)
        browser = client_of(lin)

        assert browser.get(f"/notices/{theirs.pk}/").status_code == 404
        assert browser.post(f"/notices/{theirs.pk}/read/").status_code == 404
        browser.post("/notices/read/")
        assert "Thing 1" not in html(browser.get("/notices/all/"))
        assert not is_read(theirs)

    def test_all_are_marked_and_the_undo_brings_back_just_those(self, told, lin, client_of):
        before, one, other = told(lin), told(lin), told(lin)
        notices.mark_read(lin, [before.pk])
        browser = client_of(lin)

        page = html(browser.post("/notices/read/", follow=True))
        undo = page.split('data-undo="')[0].rsplit('action="', 1)[1].split('"')[0]

        assert "2 notices are marked as read." in page
        assert notices.unread_count(lin) == 0
        assert browser.post(undo).status_code == 302
        assert (is_read(before), is_read(one), is_read(other)) == (True, False, False)

    def test_nothing_is_brought_back_to_an_instant_that_is_none(self, zone, lin, client_of):
        assert client_of(lin).post("/notices/unread/yesterday/").status_code == 404

    def test_writes_no_journal_entry(self, told, lin, client_of):
        one = told(lin)
        before = JournalEntry.objects.count()

        client_of(lin).get(f"/notices/{one.pk}/")

        assert JournalEntry.objects.count() == before


class TestCount:
    def test_stands_in_the_top_bar_and_in_the_menu_and_goes_with_reading(self, told, lin, client_of):
        one = told(lin)
        told(lin)
        browser = client_of(lin)
        mark = '<b class="sh-told-n">{}</b>'

        # In the bar, and beside "Menu" on the phone.
        assert html(browser.get("/")).count(mark.format(2)) == 2
        browser.get(f"/notices/{one.pk}/")
        assert html(browser.get("/")).count(mark.format(1)) == 2
        browser.post("/notices/read/")
        assert "sh-told-n" not in html(browser.get("/"))

    def test_stops_at_99(self, told, lin, client_of):
        for _n in range(101):
            told(lin)

        page = html(client_of(lin).get("/notices/"))

        assert "99+ notices are unread." in page
        assert "101" not in page.split("</header>")[0]


class TestApi:
    @pytest.fixture
    def headers(self):
        def make(member):
            return {"authorization": f"Bearer {account.create_token(member, name='t', by=member)[1]}"}

        return make

    def test_lists_ones_own_and_marks_one(self, told, lin, shen, client, headers):
        one, _theirs = told(lin), told(shen)
        key = headers(lin)

        listed = client.get("/api/v1/me/notices?show=unread", headers=key).json()["items"]
        marked = client.post(f"/api/v1/me/notices/{one.pk}/read", headers=key)

        assert [(row["id"], row["what"], row["read_at"]) for row in listed] == [
            (one.pk, "Thing 1 is due", None)
        ]
        assert (marked.status_code, marked.json()["id"]) == (200, one.pk)
        assert marked.json()["read_at"]
        assert client.get("/api/v1/me/notices?show=unread", headers=key).json()["items"] == []
        assert len(client.get("/api/v1/me/notices", headers=key).json()["items"]) == 1

    def test_does_not_know_those_of_another(self, told, lin, shen, client, headers):
        theirs = told(shen)

        answer = client.post(f"/api/v1/me/notices/{theirs.pk}/read", headers=headers(lin))

        assert (answer.status_code, answer.json()["code"]) == (404, "core.no_such_notice")
        assert not is_read(theirs)

    def test_marks_all_of_ones_own(self, told, lin, shen, client, headers):
        told(lin), told(lin)
        theirs = told(shen)

        assert client.post("/api/v1/me/notices/read", headers=headers(lin)).json() == {"read": 2}
        assert not is_read(theirs)

    def test_turns_the_outsider_away(self, told, zhou, client_of):
        theirs = told(zhou)
        browser = client_of(zhou)

        assert browser.get("/api/v1/me/notices").status_code == 403
        assert browser.post(f"/api/v1/me/notices/{theirs.pk}/read").status_code == 403


class TestCommand:
    def test_lists_and_marks(self, told, lin, shen, capsys):
        one, other, theirs = told(lin), told(lin), told(shen)

        assert run(["--as", "lin", "notices", "--json"]) == 0
        assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [other.pk, one.pk]
        assert run(["--as", "lin", "notices", "read", str(one.pk), "--dry-run"]) == 0
        assert not is_read(one)
        assert run(["--as", "lin", "notices", "read", str(one.pk)]) == 0
        assert (is_read(one), is_read(other)) == (True, False)
        assert run(["--as", "lin", "notices", "read", "--all"]) == 0
        assert (is_read(other), is_read(theirs)) == (True, False)

    def test_refuses_those_of_another_and_of_nobody(self, told, lin, shen, zhou, capsys):
        theirs = told(shen)

        assert run(["--as", "lin", "notices", "read", str(theirs.pk)]) == 1
        assert "no notice" in capsys.readouterr().err
        assert run(["notices", "list"]) == 1
        assert "--as MEMBER" in capsys.readouterr().err
        assert run(["--as", "zhou", "notices"]) == 1
        assert not is_read(theirs)

    def test_wants_to_know_which(self, told, lin):
        assert run(["--as", "lin", "notices", "read"]) == 2
        assert run(["--as", "lin", "notices", "read", "1", "--all"]) == 2
