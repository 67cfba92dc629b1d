"""What phone links open of a pairing: an action item, what was received, and the statement of a pairing."""

from __future__ import annotations

import json
from datetime import date

import pytest

from shanhai.core.actions import links, members
from shanhai.core.models import Attachment, Document, JournalEntry, PhoneLink, WorkItem
from shanhai.core.queries import journal
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.models import ActionItem, Activity
from shanhai.kernel.refusals import NotAllowed, NotFound, NotNow

NUMBER = "13800001234"


def page(answer):
    return answer.content.decode()


@pytest.fixture
def opened(phone):
    """``opened(record, by, "teacher")``: a phone on which a link to the record is open."""

    def open_it(record, by, role="other"):
        _link, token = links.issue_link(record, holder="章老师", role=role, phone=NUMBER, by=by)
        mine = phone()
        mine.open(token)
        mine.first = page(mine.give(NUMBER))
        return mine

    return open_it


class TestActionItem:
    def test_is_reported_as_done_with_a_photograph_that_both_sides_see(
        self, item, lin, shen, opened, picture
    ):
        mine = opened(item, lin)
        assert item.title in mine.first

        without = mine.post(do="finish", **{"finish-text": "栽好了"})
        done = mine.post(do="finish", **{"finish-text": "栽好了", "finish-photo": picture()})

        assert without.status_code == 422 and "Thank you" in page(done)
        item.refresh_from_db()
        assert (item.stage, item.report) == ("reported", "栽好了")
        document = Document.objects.get()
        assert (document.reach, document.owner_unit, document.owner_side) == ("both", lin.unit, "mountain")
        assert Attachment.objects.filter(kind="pairing.actionitem", role="evidence").count() == 1
        assert WorkItem.objects.filter(kind="pairing.close_item", stage="open").exists()
        body = json.loads(JournalEntry.objects.filter(action="pairing.report_action_item").get().body)
        assert (body["by"], body["by_name"], body["by_link"]["phone"]) == (None, "章老师", "****1234")
        actions.close_action_item(item, on=date(2023, 9, 18), by=shen)
        assert item.stage == "done"

    def test_may_first_be_said_not_to_be_done(self, item, lin, opened, picture):
        mine = opened(item, lin)

        told = mine.post(do="report", **{"report-text": "等雨停"})
        done = mine.post(do="finish", **{"finish-text": "好了", "finish-photo": picture()})

        assert "Open this link again when it is done" in page(told) and "等雨停" in page(told)
        assert "Thank you" in page(done)
        assert ActionItem.objects.get().stage == "reported"

    def test_a_file_that_is_no_photograph_is_refused(self, item, lin, opened):
        from django.core.files.uploadedfile import SimpleUploadedFile

        mine = opened(item, lin)
        script = SimpleUploadedFile("photo.jpg", b"<script>alert(1)</script>", "image/jpeg")

        answer = mine.post(do="finish", **{"finish-text": "x", "finish-photo": script})

        assert answer.status_code == 422 and "no photograph" in page(answer)
        assert not Document.objects.exists()

    def test_what_is_reported_already_is_not_shared(self, item, lin, paper):
        actions.report_action_item(item, text="好了", is_finished=True, evidence=[paper(lin)], by=lin)

        with pytest.raises(NotNow):
            links.issue_link(item, holder="章", role="other", phone=NUMBER, by=lin)


class TestReceiving:
    @pytest.fixture
    def activity(self, zone, lin, shen, cast, paper):
        """A donation of the sea side, of which 1000 yuan are paid."""
        found = actions.plan_activity(
            zone, number="ACT-1", kind="donation", title_zh="捐赠图书", title_en="Books", on=date(2023, 9, 1),
            lead="sea", mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], payer="sea",
            planned_fen=100_000, by=shen,
        )  # fmt: skip
        actions.record_aid(
            found, kind="paid", on=date(2023, 9, 2), amount_fen=100_000, vouchers=[paper(shen)], by=shen
        )
        return found

    def test_the_receiver_confirms_with_a_photograph_as_voucher(self, activity, lin, opened, picture):
        mine = opened(activity, lin, "receiver")
        assert "Books" in mine.first

        too_much = mine.post(
            do="confirm", **{"confirm-amount": "1000.01", "confirm-about": "书", "confirm-photo": picture()}
        )
        done = mine.post(
            do="confirm",
            **{"confirm-amount": "６00", "confirm-about": "200 books", "confirm-photo": picture()},
        )

        assert too_much.status_code == 422 and not PhoneLink.objects.exclude(stage="done").exists()
        assert "Thank you" in page(done)
        activity.refresh_from_db()
        assert (activity.paid_fen, activity.used_fen) == (100_000, 60_000)
        entry = activity.entries.get(kind="used")
        assert entry.about == "200 books"
        assert Attachment.objects.filter(kind="pairing.aidentry", object_id=entry.pk, role="voucher").exists()

    def test_the_giving_side_does_not_confirm_for_the_other(self, activity, shen):
        with pytest.raises(NotAllowed):
            links.issue_link(activity, holder="章", role="receiver", phone=NUMBER, by=shen)

    def test_what_is_confirmed_in_full_is_done(self, activity, lin, opened, paper):
        mine = opened(activity, lin, "receiver")
        fresh = Activity.objects.get()
        actions.record_aid(
            fresh, kind="used", on=date(2023, 9, 3), amount_fen=100_000, vouchers=[paper(lin)], by=lin
        )

        assert "done already" in page(mine.get())

    def test_the_page_of_the_activity_offers_it_to_the_receiving_side(self, activity, client_of, lin, shen):
        assert "Share by link" in page(client_of(lin).get(activity.url))
        assert "Share by link" not in page(client_of(shen).get(activity.url))


class TestStatement:
    def test_is_read_and_read_again_and_never_done(self, commitment, zone, lin, opened):
        mine = opened(zone, lin, "investor")

        assert "Expert clinic days" in mine.first and "0 of 120 days" in mine.first
        assert "<form" not in mine.first.partition("<main>")[2]
        assert "Expert clinic days" in page(mine.get())
        assert PhoneLink.objects.get().stage == "bound"

    def test_shows_no_more_than_whoever_issued_it_may_read(self, commitment, zone, zhou, pan):
        with pytest.raises((NotAllowed, NotFound)):
            links.issue_link(zone, holder="章", role="investor", phone=NUMBER, by=zhou)

    def test_ends_with_the_right_of_whoever_shared_it_to_read_it(self, commitment, zone, lin, opened):
        mine = opened(zone, lin, "investor")
        members.deactivate_member(lin, by=None)

        assert mine.get().status_code == 410

    def test_what_became_of_the_link_is_read_by_its_own_organisation_alone(self, zone, lin, shen, opened):
        opened(zone, lin, "investor")

        def read_by(member):
            found = journal.entries_for(member).filter(subject_kind="core.phonelink")
            return {entry.action for entry in found}

        assert {"core.issue_link", "core.open_link", "core.try_number"} <= read_by(lin)
        assert read_by(shen) == set()

    def test_the_page_of_the_pairing_offers_it(self, zone, client_of, lin):
        assert "Share by link" in page(client_of(lin).get(f"/pairing/pairings/{zone.code}/"))
