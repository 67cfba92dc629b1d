"""Joint review meetings: quorum, agenda, decisions that reach the case by its own rules, minutes, signatures, every face."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shanhai.core import clock, search
from shanhai.core.actions import printing
from shanhai.core.checks import replay
from shanhai.core.models import Member, WorkItem
from shanhai.fields.approval import printed
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import case_upkeep, deciding, meetings, opinions
from shanhai.fields.approval.models import CaseItem, MeetingPoint, ReviewMeeting
from shanhai.fields.approval.queries import cases as case_queries
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.approval.rules import meetings as rules
from shanhai.fields.pairing.queries import calendars
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

AT = datetime(2023, 9, 20, 9, 0, tzinfo=clock.SHANGHAI)
API = "/api/v1/approval/review-meetings"


def item(code: str) -> CaseItem:
    return case_queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def fresh(number: str = "M-1") -> ReviewMeeting:
    return queries.meeting_of(None, number)


def point(order: int = 1) -> MeetingPoint:
    return queries.point_of(None, "M-1", order)


def seats() -> dict[str, str]:
    return {one.code: one.role for one in queries.seats_of(fresh())}


@pytest.fixture
def split(case: Any, bureaus: Any) -> Any:
    """The filing is decided; on the EIA the water bureau disagrees, and Xiaoshan advises."""
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    water = case_queries.opinion_of(None, "C-1", "eia", "water")
    opinions.reply_opinion(water, reply="disagree", reasons="too near", by=None)
    return case_queries.case_of(None, "C-1")


@pytest.fixture
def called(split: Any, zone: Any, lin: Any) -> ReviewMeeting:
    """Lin's meeting of Wednesday on the EIA."""
    return meetings.call_review_meeting(
        zone, number="M-1", title_zh="第一次会审会议", title_en="First review meeting", at=AT, place_zh="三楼会议室",
        items=[item("eia")], by=lin,
    )  # fmt: skip


def there(*left_out: str) -> dict[str, str]:
    return {one.code: "x" for one in queries.seats_of(fresh()) if one.code not in left_out}


@pytest.fixture
def held(called: ReviewMeeting, lin: Any, turn_clock: Any) -> ReviewMeeting:
    """Held with all who are counted."""
    turn_clock("2023-09-20T10:00")
    return meetings.hold_review_meeting(called, present=there(), by=lin)


class TestQuorum:
    def test_it_is_the_departments_concerned_and_the_park_committee(self):
        asked = [
            rules.Asked("eco", "lead", True),
            rules.Asked("water", "co", True),
            rules.Asked("xs", "advise", False),
            rules.Asked("xs-eco", "co", False),
            rules.Asked("water", "advise", True),
        ]

        found = rules.quorum(asked, ["park"])

        assert [code for code, role in found.items() if rules.counts(role)] == ["park", "eco", "water"]
        assert found["xs"] == found["xs-eco"] == "adviser"

    def test_an_adviser_of_one_item_who_decides_another_is_counted(self):
        asked = [rules.Asked("water", "advise", True), rules.Asked("water", "lead", True)]

        assert rules.quorum(asked, []) == {"water": "department"}

    def test_it_follows_from_the_agenda(self, called, lin):
        assert seats() == {
            "LQ-PARK-1": "committee", "LQ-ECO-1": "department", "LQ-WATER-1": "department", "XS-OFFICE-1": "adviser",
        }  # fmt: skip

        meetings.put_on_agenda(called, [item("scheme")], by=lin)
        assert seats()["LQ-PLAN-1"] == "department"

        meetings.take_off_agenda(point(2), by=lin)
        assert "LQ-PLAN-1" not in seats()
        assert list(replay()) == []

    def test_without_it_nothing_is_decided_but_that_an_item_is_postponed(self, called, lin, turn_clock):
        meetings.put_on_agenda(called, [item("scheme")], by=lin)
        turn_clock("2023-09-20T10:00")
        meetings.hold_review_meeting(fresh(), present=there("LQ-PLAN-1"), by=lin)

        with pytest.raises(NotNow, match="no quorum") as told:
            meetings.decide_point(point(1), verdict="agreed", by=lin)
        assert told.value.facts["missing"] == "LQ-PLAN"
        meetings.decide_point(point(2), verdict="postponed", by=lin)

        assert "LQ-PLAN-1" not in seats()
        assert meetings.decide_point(point(1), verdict="agreed", by=lin).verdict == "agreed"
        assert list(replay()) == []

    def test_advisers_never_hold_it_up(self, called, lin, turn_clock):
        turn_clock("2023-09-20T10:00")
        meetings.hold_review_meeting(fresh(), present=there("XS-OFFICE-1"), by=lin)

        assert meetings.decide_point(point(), verdict="agreed", by=lin).decided_on == date(2023, 9, 20)

    def test_the_committee_must_be_there(self, called, lin, turn_clock):
        turn_clock("2023-09-20T10:00")
        meetings.hold_review_meeting(fresh(), present=there("LQ-PARK-1"), by=lin)

        with pytest.raises(NotNow, match="no quorum"):
            meetings.decide_point(point(), verdict="agreed", by=lin)


class TestAgenda:
    def test_a_disagreement_is_ripe_when_all_replies_are_in(self, split, zone):
        (found,) = queries.ripe(zone, "mountain", "joint")

        assert (found.item.code, found.why) == ("eia", "disagreed")
        assert queries.ripe(zone, "sea", "joint") == [] and queries.ripe(zone, "mountain", "leaders") == []
        assert rules.why_ripe("joint", "", 1, 1, 0) is None
        assert rules.why_ripe("joint", "leaders", 1, 0, 1) is None
        assert rules.why_ripe("joint", "lead", 0, 2, 1) == "forwarded"

    def test_what_waits_for_a_meeting_is_not_ripe_for_another(self, called, zone):
        assert queries.ripe(zone, "mountain", "joint") == []

    def test_what_has_climbed_is_put_on_the_next_meeting(self, split, zone, lin, turn_clock):
        later = datetime(2023, 12, 1, 9, 0, tzinfo=clock.SHANGHAI)
        meeting = meetings.call_review_meeting(zone, number="M-1", title_zh="会", at=later, by=lin)
        assert not meeting.points.exists()

        turn_clock("2023-10-16T09:00")
        case_upkeep.remind(clock.today())
        assert item("scheme").level in ("joint", "leaders")
        assert {one.item.code for one in queries.points_of(fresh())} == {"eia", "scheme"}
        case_upkeep.remind(clock.today())
        assert MeetingPoint.objects.count() == 2

    def test_without_a_meeting_the_committee_is_asked_to_call_one_and_it_stands_on_it(
        self, split, zone, lin, turn_clock
    ):
        turn_clock("2023-09-28T09:00")
        case_upkeep.remind(clock.today())
        climbed = [one.code for one in CaseItem.objects.filter(level="joint")]
        assert climbed == ["scheme"]
        asked = WorkItem.objects.filter(kind="approval.call_meeting", stage="open")
        assert asked.count() == len(climbed) and asked.first().unit_id == lin.unit_id

        at = datetime(2023, 10, 9, 9, 0, tzinfo=clock.SHANGHAI)
        meetings.call_review_meeting(zone, number="M-1", title_zh="会", at=at, by=lin)

        assert {one.item.code for one in queries.points_of(fresh()) if one.why == "climbed"} == set(climbed)
        assert not asked.exists()

    def test_what_was_called_off_comes_before_the_next_one(self, split, zone, lin, turn_clock):
        CaseItem.objects.filter(code="eia").update(level="joint")
        meetings.call_review_meeting(zone, number="M-1", title_zh="会", at=AT, by=lin)
        meetings.call_review_meeting(zone, number="M-2", title_zh="会", at=AT.replace(day=27), by=lin)
        assert not fresh("M-2").points.exists()

        meetings.cancel_review_meeting(fresh(), reason="storm", by=lin)

        assert [one.item.code for one in queries.points_of(fresh("M-2"))] == ["eia"]
        assert list(replay()) == []

    def test_refusals(self, called, zone, lin, shen, turn_clock):
        for call, kind, code in (
            (lambda: meetings.put_on_agenda(called, [item("eia")], by=lin), NotNow, "approval.on_agenda_already"),
            (lambda: meetings.put_on_agenda(called, [item("filing")], by=lin), NotNow, "approval.item_over"),
            (lambda: meetings.put_on_agenda(called, [item("permit")], by=lin), NotNow, "approval.item_state"),
            (lambda: meetings.put_on_agenda(called, [item("scheme")], by=shen), NotAllowed, "approval.not_your_meeting"),
            (lambda: meetings.hold_review_meeting(called, present={}, by=lin), NotNow, "approval.meeting_not_begun"),
            (lambda: meetings.decide_point(point(), verdict="agreed", by=lin), NotNow, "approval.meeting_stage"),
            (lambda: meetings.cancel_review_meeting(called, reason=" ", by=lin), BadInput, "approval.cancel_reason"),
            (
                lambda: meetings.call_review_meeting(zone, title_zh="x", at=AT.replace(year=2020), by=lin),
                BadInput, "approval.meeting_in_past",
            ),
            (
                lambda: meetings.call_review_meeting(zone, title_zh="x", at=AT, items=[item("eia")], by=shen),
                BadInput, "approval.item_of_other_land",
            ),
        ):  # fmt: skip
            called.refresh_from_db()
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code
        turn_clock("2023-09-20T10:00")
        with pytest.raises(BadInput) as told:
            meetings.hold_review_meeting(fresh(), present={"nobody": "x"}, by=lin)
        assert told.value.code == "approval.no_seat"


class TestDecisions:
    def test_the_lead_gets_it_as_an_instruction_and_decides_by_the_rules(self, held, lin, client_of):
        meetings.decide_point(point(), verdict="conditions", text="a wall of 3 m", by=lin)

        eia = item("eia")
        assert (eia.state, eia.decision) == ("open", "")
        waits = WorkItem.objects.get(kind="approval.decide", subject_id=eia.pk, stage="open")
        assert "agreed with conditions" in waits.what and waits.due_on == date(2023, 9, 25)
        form = client_of(who("he")).get("/approval/cases/C-1/items/eia/decide/").content.decode()
        assert "a wall of 3 m" in form and "Meeting M-1: agreed with conditions." in form

        deciding.decide_item(eia, decision="approved", reasons="a wall of 3 m", by=who("he"))
        deciding.decide_item(item("eia"), decision="approved", reasons="a wall of 3 m", by=who("sun"))
        assert queries.is_followed(point()) is True
        assert not WorkItem.objects.filter(subject_id=eia.pk, kind="approval.decide", stage="open").exists()
        assert list(replay()) == []

    def test_a_lead_that_decides_otherwise_is_shown(self, held, lin, client_of):
        meetings.decide_point(point(), verdict="refused", text="too near", by=lin)
        deciding.decide_item(item("eia"), decision="approved", reasons="near enough", by=None)

        assert queries.is_followed(point()) is False
        assert "decided otherwise" in client_of(lin).get("/approval/meetings/M-1/").content.decode()

    def test_what_goes_to_the_leaders_stands_on_their_next_meeting(self, held, zone, lin):
        meetings.call_review_meeting(
            zone, number="M-9", title_zh="专题", level="leaders", at=AT.replace(day=27), by=lin
        )

        meetings.decide_point(point(), verdict="leaders", by=lin)

        assert item("eia").level == "leaders"
        (top,) = queries.points_of(fresh("M-9"))
        assert (top.item.code, top.why) == ("eia", "climbed")
        with pytest.raises(BadInput, match="No meeting is above"):
            rules.check_verdict("eia", "leaders", "", None, "leaders", date(2023, 9, 20))

    def test_what_goes_back_has_words_and_a_day(self, held, lin):
        with pytest.raises(BadInput) as told:
            meetings.decide_point(point(), verdict="back", due_on=date(2023, 10, 9), by=lin)
        assert told.value.code == "approval.verdict_words"
        with pytest.raises(BadInput) as told:
            meetings.decide_point(point(), verdict="back", text="survey", by=lin)
        assert told.value.code == "approval.verdict_day"

        meetings.decide_point(point(), verdict="back", text="survey", due_on=date(2023, 10, 9), by=lin)

        waits = WorkItem.objects.get(kind="approval.decide", subject_id=item("eia").pk, stage="open")
        assert waits.due_on == date(2023, 10, 9)
        with pytest.raises(NotNow) as late:
            meetings.decide_point(point(), verdict="agreed", by=lin)
        assert late.value.code == "approval.point_decided"

    def test_what_the_lead_has_decided_meanwhile_is_not_decided_again(self, held, lin):
        deciding.decide_item(item("eia"), decision="approved", reasons="x", by=None)

        with pytest.raises(NotNow) as told:
            meetings.decide_point(point(), verdict="agreed", by=lin)
        assert told.value.code == "approval.item_over"

    def test_the_other_side_writes_nothing_down(self, held, shen):
        with pytest.raises(NotAllowed) as told:
            meetings.decide_point(point(), verdict="agreed", by=shen)
        assert told.value.code == "approval.not_your_meeting"


class TestMinutes:
    def test_they_begin_with_what_is_on_record_and_stand_when_all_have_signed(self, held, lin):
        with pytest.raises(NotNow) as told:
            meetings.write_review_minutes(fresh(), text_zh="x", by=lin)
        assert told.value.code == "approval.points_open"
        meetings.decide_point(point(), verdict="conditions", text="a wall", by=lin)
        zh, en = queries.drafted(fresh())
        assert "附条件同意：a wall" in zh and "Present: " in en and "In attendance, not counted" in en

        one = meetings.write_review_minutes(fresh(), text_zh=zh, text_en=en, by=lin)
        assert one.signatures_left == 3
        with pytest.raises(NotAllowed):
            meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=who("dong"))
        for name in ("he", "shui"):
            meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=who(name))
        with pytest.raises(NotNow) as told:
            meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=who("he"))
        assert told.value.code == "approval.minutes_signed_already"
        one = meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=lin)

        assert (one.stage, one.signatures_left) == ("signed", 0)
        assert {signed.way for signed in queries.signatures_of(one).values()} == {"system"}
        assert not WorkItem.objects.filter(kind="approval.sign_minutes", stage="open").exists()
        assert list(replay()) == []

    def test_written_anew_all_sign_again(self, held, lin):
        meetings.decide_point(point(), verdict="agreed", by=lin)
        read = meetings.write_review_minutes(fresh(), text_zh="one", by=lin)
        meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=who("he"))
        meetings.write_review_minutes(fresh(), text_zh="two", by=lin)

        with pytest.raises(ChangedMeanwhile):
            meetings.sign_review_minutes(read, on=date(2023, 9, 20), by=who("he"))
        assert fresh().signatures_left == 3

    def test_the_stamped_paper_signs_for_all_when_the_caller_brings_it(self, held, lin):
        meetings.decide_point(point(), verdict="agreed", by=lin)
        meetings.write_review_minutes(fresh(), text_zh="纪要", by=lin)
        paper = printing.keep_print(fresh(), language="zh-hans", by=lin)

        printing.match_scan(
            fresh(),
            SimpleUploadedFile("scan.txt", b"scan"),
            file_name="scan.txt",
            typed=paper.code,
            signed_on=date(2023, 9, 20),
            by=lin,
        )

        assert fresh().stage == "signed"
        assert {signed.way for signed in queries.signatures_of(fresh()).values()} == {"scan"}
        content = printed.review_meeting(fresh())
        assert content.shape == "minutes" and len(content.stamps) == 3


class TestFaces:
    def test_pages_lead_through_a_meeting(self, split, client_of, lin, shen, zhou, firm, turn_clock):
        client = client_of(lin)
        page = client.get("/approval/meetings/").content.decode()
        assert "No review meeting yet." in page and "departments disagree" in page
        form = client.get("/approval/meetings/call/").content.decode()
        assert "1 item is ripe for it; the quorum follows from the agenda." in form and "C-1/eia" in form
        sent = {
            "level": "joint",
            "title_zh": "会审",
            "title_en": "Review",
            "at": "2023-09-20T09:00",
            "items": "C-1/eia",
        }
        assert client.post("/approval/meetings/call/", sent | {"at": "2020-01-01T09:00"}).status_code == 422
        made = client.post("/approval/meetings/call/", sent)
        assert made.status_code == 302
        url = made["Location"]
        page = client.get(url).content.decode()
        assert "Meets on" in page and "the quorum is 3 bodies" in page and "adviser, not counted" in page
        assert "会审会议" in client_of(lin, language="zh-hans").get(url).content.decode()
        assert "Take off" not in client_of(shen).get(url).content.decode()
        assert client_of(zhou).get(url).status_code in (403, 404)
        assert client_of(firm).get(url).status_code == 403
        lines = {"others": "C-1/scheme", "version": str(ReviewMeeting.objects.get().version)}
        assert client_of(lin).post(f"{url}agenda/", {"others": "scheme"}).status_code == 422
        client = client_of(lin)
        assert client.post(f"{url}agenda/", lines).status_code == 302
        assert client.post(f"{url}agenda/2/take-off/").status_code == 302
        moved = {"title_zh": "会审", "title_en": "Review", "at": "2023-09-20T08:00", "place_zh": "四楼"}
        assert client.post(f"{url}change/", moved).status_code == 302
        turn_clock("2023-09-20T10:00")
        assert "Note who was there" in client.get(url).content.decode()
        assert client.post(f"{url}hold/", {"seat-LQ-ECO-1": "He"}).status_code == 302
        assert "No quorum, so nothing is decided" in client.get(url).content.decode()
        assert client.post(f"{url}agenda/1/decide/", {"verdict": "agreed"}).status_code == 422
        names = {f"seat-{code}": "x" for code in ("LQ-ECO-1", "LQ-WATER-1", "LQ-PARK-1")}
        assert client.post(f"{url}hold/", names).status_code == 302
        assert client.post(f"{url}agenda/1/decide/", {"verdict": "agreed"}).status_code == 302
        assert "with the lead" in client.get(url).content.decode()
        assert "agreed" in client.get("/approval/cases/C-1/").content.decode()
        form = client.get(f"{url}minutes/").content.decode()
        assert "Present: " in form
        assert client.post(f"{url}minutes/", {"text_zh": "纪要", "text_en": "Minutes"}).status_code == 302
        own = client_of(who("shui"))
        assert "Minutes" in own.get(f"{url}sign/").content.decode()
        assert own.post(f"{url}sign/", {"on": "2023-09-20", "minutes_no": "1"}).status_code == 302
        assert "2 signatures are missing" in own.get(url).content.decode()
        out = client.get("/approval/meetings/?format=csv")
        assert b"HS-2023-" in b"".join(out.streaming_content if out.streaming else [out.content])
        assert list(replay()) == []

    def test_the_api_does_the_same(self, split, client_of, lin, shen, turn_clock):
        client = client_of(lin)

        def send(path: str, body: dict[str, Any], how: str = "post", version: str = "*") -> Any:
            headers = {"If-Match": version}
            data = json.dumps(body)
            return getattr(client, how)(
                f"{API}{path}", data, content_type="application/json", headers=headers
            )

        assert client.get(f"{API}/ripe").json()[0]["why"] == "disagreed"
        body = {"title_zh": "会审", "at": "2023-09-20T09:00:00+08:00", "number": "M-1"}
        body["items"] = [{"case": "C-1", "item": "eia"}]
        assert send("", body).status_code == 201
        assert send("", body).status_code == 422
        assert client.get(API).json()["items"][0]["number"] == "M-1"
        assert (
            send("/M-1/agenda", {"items": [{"case": "C-1", "item": "scheme"}]}).json()["points"][1]["item"]
            == "scheme"
        )
        assert send("/M-1/agenda/2/take-off", {}).status_code == 201
        assert send("/M-1", {"place_zh": "四楼"}, "patch").json()["place_zh"] == "四楼"
        turn_clock("2023-09-20T10:00")
        assert len(send("/M-1/hold", {"present": {"LQ-ECO-1": "He"}}).json()["missing"]) == 2
        refused = send("/M-1/agenda/1/decision", {"verdict": "agreed"})
        assert (refused.status_code, refused.json()["code"]) == (409, "approval.no_quorum")
        send("/M-1/hold", {"present": there()})
        old = send("/M-1/agenda/1/decision", {"verdict": "agreed"}, version='"99"')
        assert old.status_code == 412
        assert send("/M-1/agenda/1/decision", {"verdict": "agreed"}).json()["verdict"] == "agreed"
        assert send("/M-1/minutes", {}, "put").json()["stage"] == "minuted"
        assert send("/M-1/sign", {"on": "2023-09-20"}).json()["signatures"][0]["way"] == "system"
        assert send("/M-1/cancel", {"reason": "x"}).status_code == 409
        assert client_of(shen).get(f"{API}/M-1").json()["number"] == "M-1"

    def test_commands_do_the_same(self, split, turn_clock, capsys):
        def call(*words: str) -> Any:
            code = run(["approval", "meeting", *words, "--json"])
            out = capsys.readouterr().out
            assert code == 0, out
            return json.loads(out)

        assert call("find", "--as", "lin")[0]["item"] == "eia"
        made = ("--at", "2023-09-20T09:00", "--title-zh", "会审", "--number", "M-1", "--as", "lin")
        call("call", *made, "--item", "C-1/eia", "--dry-run")
        assert not ReviewMeeting.objects.exists()
        call("call", *made, "--item", "C-1/eia")
        call("put", "M-1", "--item", "C-1/scheme", "--as", "lin")
        call("take-off", "M-1", "2", "--as", "lin")
        call("change", "M-1", "--place-zh", "四楼", "--as", "lin")
        turn_clock("2023-09-20T10:00")
        call("hold", "M-1", *(word for code in there() for word in ("--present", f"{code}=x")), "--as", "lin")
        assert call("decide", "M-1", "1", "--verdict", "agreed", "--as", "lin")["verdict"] == "agreed"
        assert call("minutes", "M-1", "--as", "lin")["stage"] == "minuted"
        call("sign", "M-1", "--as", "lin")
        assert call("list", "--as", "lin")[0]["stage"] == "minuted"
        shown = call("show", "M-1", "--as", "lin")
        assert shown["points"][0]["verdict"] == "agreed" and shown["missing"] == []
        assert run(["approval", "meeting", "cancel", "M-1", "--why", "x", "--as", "lin"]) == 1

    def test_they_stand_in_the_calendar_of_who_sits_there_and_are_found(self, called, lin, zhou):
        assert any(one.url == called.url for one in calendars.entries_for(who("he")))
        assert not any(one.url == called.url for one in calendars.entries_for(who("dong")))
        assert "approval.reviewmeeting" in {one.kind for one in search.find(lin, "第一次会审")}
        assert not search.find(zhou, "第一次会审")

    def test_a_zone_folder_gives_back_what_it_took(self, held, lin, tmp_path: Path):
        meetings.decide_point(point(), verdict="back", text="survey", due_on=date(2023, 10, 9), by=lin)
        meetings.write_review_minutes(fresh(), text_zh="纪要", by=lin)
        meetings.sign_review_minutes(fresh(), on=date(2023, 9, 20), by=who("he"))
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir()
        second.mkdir()
        zone_files.meetings.export(first, None)
        ReviewMeeting.objects.get().signatures.all().delete()
        MeetingPoint.objects.all().delete()
        ReviewMeeting.objects.all().delete()

        assert zone_files.meetings.load(first, None)["review_meetings.csv"] == 1
        assert zone_files.meetings.load(first, None)["review_meetings.csv"] == 0
        zone_files.meetings.export(second, None)

        for name in zone_files.meetings.FILES:
            assert (first / name).read_text() == (second / name).read_text(), name
        assert fresh().signatures_left == 2


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_decide_one_item(self, held, lin):
        yes, no = point(), point()

        found = together(
            [
                lambda: meetings.decide_point(yes, verdict="agreed", by=lin),
                lambda: meetings.decide_point(no, verdict="refused", text="no", by=lin),
            ],
            threading.Barrier(2),
        )

        assert sum(isinstance(one, Refused) for one in found) == 1
        assert point().verdict in ("agreed", "refused")
        assert list(replay()) == []

    def test_all_sign_at_once(self, held, lin):
        meetings.decide_point(point(), verdict="agreed", by=lin)
        meetings.write_review_minutes(fresh(), text_zh="纪要", by=lin)
        read = [fresh() for _n in range(3)]
        people = [who("he"), who("shui"), lin]

        found = together(
            [
                lambda one=one, by=by: meetings.sign_review_minutes(one, on=date(2023, 9, 20), by=by)
                for one, by in zip(read, people, strict=True)
            ],
            threading.Barrier(3),
        )

        assert not [one for one in found if isinstance(one, Exception)]
        assert (fresh().stage, fresh().signatures_left) == ("signed", 0)
        assert list(replay()) == []
