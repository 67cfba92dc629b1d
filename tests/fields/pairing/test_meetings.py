"""Joint meetings, what they resolve, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import calendar
from shanhai.core.actions import work as work_actions
from shanhai.core.models import Notice, NoticeFact, WorkItem
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.actions import reminders
from shanhai.fields.pairing.models import AgendaItem
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


class TestInviting:
    def test_a_member_has_the_invitation_on_his_list_and_answers_it(self, meeting: Any, shen: Any) -> None:
        waiting = WorkItem.objects.get(kind="pairing.answer_invitation", member=shen)
        assert waiting.due_on == date(2023, 9, 12)

        actions.answer_invitation(meeting.attendees.get(member=shen), is_coming=True, by=shen)

        waiting.refresh_from_db()
        assert waiting.stage == "done"

    def test_nobody_answers_for_the_other_side(self, meeting: Any, lin: Any, shen: Any) -> None:
        with pytest.raises(NotAllowed):
            actions.answer_invitation(meeting.attendees.get(member=shen), is_coming=True, by=lin)

    def test_the_office_answers_for_its_own_people(self, meeting: Any, lin: Any) -> None:
        actions.answer_invitation(meeting.attendees.get(person="何青"), is_coming=False, by=lin)

        assert meeting.attendees.get(person="何青").answer == "declined"

    def test_a_member_is_listed_with_the_post_of_the_register_in_both_languages(
        self, meeting: Any, lin: Any, admin_member: Any
    ) -> None:
        from shanhai.core.actions import members

        guest = members.change_member(admin_member, title="科长", title_en="Section Head", by=None)
        actions.invite(meeting, [actions.Guest("mountain", "", guest)], by=lin)

        attendee = meeting.attendees.get(member=guest)
        assert (attendee.post, attendee.post_en, attendee.post_said) == (
            "科长",
            "Section Head",
            "Section Head",
        )

    def test_who_is_invited_twice_stands_on_the_list_once(self, meeting: Any, lin: Any, shen: Any) -> None:
        actions.invite(meeting, [actions.Guest("sea", "", shen)], by=lin)

        assert meeting.attendees.filter(member=shen).count() == 1


class TestHolding:
    def test_without_the_quorum_of_both_sides_it_was_no_joint_meeting(self, meeting: Any, lin: Any) -> None:
        mountain = list(meeting.attendees.filter(side="mountain").values_list("pk", flat=True))

        with pytest.raises(NotNow) as refused:
            actions.hold_meeting(meeting, present=mountain, on=date(2023, 9, 12), by=lin)

        assert refused.value.code == "pairing.no_quorum"
        assert refused.value.facts["side"] == "sea"
        assert "沈洁" in str(refused.value) and "方远" in str(refused.value)
        meeting.refresh_from_db()
        assert meeting.stage == "invited"

    def test_minutes_are_signed_by_both_sides(
        self, meeting: Any, resolution: Any, lin: Any, shen: Any
    ) -> None:
        actions.write_minutes(meeting, text_zh="会议确定专家下沉安排。", by=lin)
        actions.sign_minutes(meeting, on=date(2023, 9, 14), by=lin)
        assert meeting.stage == "minuted"

        actions.sign_minutes(meeting, on=date(2023, 9, 15), by=shen)

        assert meeting.stage == "signed"
        assert not WorkItem.objects.filter(kind="pairing.sign_minutes", stage="open").exists()

    def test_minutes_written_anew_must_be_signed_anew(
        self, meeting: Any, resolution: Any, lin: Any, shen: Any
    ) -> None:
        actions.write_minutes(meeting, text_zh="初稿。", by=lin)
        read_by_shen = queries.meeting_of(shen, meeting.number)
        actions.sign_minutes(meeting, on=date(2023, 9, 14), by=lin)
        actions.write_minutes(meeting, text_zh="定稿。", by=lin)

        assert meeting.signatures.count() == 0
        with pytest.raises(ChangedMeanwhile):
            actions.sign_minutes(read_by_shen, on=date(2023, 9, 15), by=shen)

    def test_a_side_signs_once(self, meeting: Any, resolution: Any, lin: Any) -> None:
        actions.write_minutes(meeting, text_zh="纪要。", by=lin)
        actions.sign_minutes(meeting, on=date(2023, 9, 14), by=lin)

        with pytest.raises(NotNow) as refused:
            actions.sign_minutes(meeting, on=date(2023, 9, 14), by=lin)

        assert refused.value.code == "pairing.minutes_signed_already"

    def test_nothing_is_resolved_before_the_meeting(self, meeting: Any, lin: Any) -> None:
        with pytest.raises(NotNow):
            actions.adopt_resolution(meeting, text_zh="提前决议", by=lin)

    def test_a_cancelled_meeting_is_off_all_lists_and_can_come_back(self, meeting: Any, lin: Any) -> None:
        actions.cancel_meeting(meeting, reason="台风", by=lin)
        assert not WorkItem.objects.filter(kind="pairing.answer_invitation", stage="open").exists()

        actions.reinstate_meeting(meeting, by=lin)
        assert meeting.stage == "invited"


class TestAgenda:
    def test_the_next_meeting_says_who_comes_and_what_each_side_asks(
        self, meeting: Any, lin: Any, shen: Any, zone: Any
    ) -> None:
        actions.change_meeting(meeting, at=datetime(2023, 9, 21, 14, 30, tzinfo=SHANGHAI), by=lin)
        actions.answer_invitation(meeting.attendees.get(member=shen), is_coming=True, by=shen)
        actions.set_agenda(
            meeting,
            [
                actions.Point("全年承诺进展", needs_paper=False),
                actions.Point(
                    "10月增加30个床位", side="sea", asks_zh="10月增加30个床位", asks_en="30 beds more"
                ),
                actions.Point("二季度租金", side="mountain", asks_zh="二季度租金和返还税收"),
            ],
            by=lin,
        )

        found = queries.next_meeting([zone.pk])

        assert found is not None
        assert (found.invited, found.coming) == ({"mountain": 2, "sea": 2}, {"sea": 1})
        assert not found.has_quorum
        assert [point.asks for point in found.asks("sea")] == ["30 beds more"]
        assert found.without_papers == 2

    def test_papers_that_are_missing_are_asked_for_and_found(
        self, meeting: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        actions.change_meeting(meeting, at=datetime(2023, 9, 21, 14, 30, tzinfo=SHANGHAI), by=lin)
        actions.set_agenda(meeting, [actions.Point("四季度清单", side="mountain")], by=lin)
        reminders.remind(date(2023, 9, 18), by=None)
        # On the table the working day before.
        assert WorkItem.objects.get(kind="pairing.missing_paper").due_on == date(2023, 9, 20)

        actions.add_paper(meeting.agenda.get(), [paper(lin)], by=lin)

        assert WorkItem.objects.get(kind="pairing.missing_paper").stage == "done"
        assert queries.next_meeting([meeting.pairing_id]).without_papers == 0


class TestLoadedNotice:
    @pytest.fixture
    def asked(self, meeting: Any, lin: Any, turn_clock: Callable[[str], None]) -> WorkItem:
        """The paper of a meeting on Tuesday 5 January 2027, of whose holidays nothing is known yet."""
        turn_clock("2026-12-31T09:00")
        actions.change_meeting(meeting, at=datetime(2027, 1, 5, 9, 30, tzinfo=SHANGHAI), by=lin)
        actions.set_agenda(meeting, [actions.Point("四季度清单", side="mountain")], by=lin)
        reminders.remind(date(2026, 12, 31), by=None)
        item = WorkItem.objects.get(kind="pairing.missing_paper")
        assert item.due_on == date(2027, 1, 4)
        return item

    def test_moves_by_when_the_papers_of_a_meeting_must_be_there(self, asked: WorkItem) -> None:
        notice = (2027, [date(2027, 1, 1), date(2027, 1, 4)], [], "notice of the State Council")
        [would] = calendar.preview_notice(*notice)
        assert WorkItem.objects.get(pk=asked.pk).due_on == date(2027, 1, 4)

        [moved] = calendar.load_notice(*notice, by=None)

        assert would == moved
        assert (moved.before, moved.after) == (date(2027, 1, 4), date(2026, 12, 31))
        assert WorkItem.objects.get(pk=asked.pk).due_on == moved.after
        assert calendar.load_notice(*notice, by=None) == []

    def test_leaves_what_is_done(self, asked: WorkItem, lin: Any, paper: Callable[..., Any]) -> None:
        actions.add_paper(AgendaItem.objects.get(), [paper(lin)], by=lin)

        assert calendar.load_notice(2027, [date(2027, 1, 4)], [], "notice", by=None) == []

    def test_a_meeting_that_is_moved_takes_its_papers_along(
        self, asked: WorkItem, meeting: Any, lin: Any
    ) -> None:
        meeting.refresh_from_db()
        actions.change_meeting(meeting, at=datetime(2027, 1, 12, 9, 30, tzinfo=SHANGHAI), by=lin)

        assert WorkItem.objects.get(pk=asked.pk).due_on == date(2027, 1, 11)


class TestActionItems:
    def test_it_is_on_the_list_of_who_leads_and_visible_to_both(
        self, item: Any, lin: Any, shen: Any, zone: Any
    ) -> None:
        waiting = WorkItem.objects.get(kind="pairing.action_item")

        assert (waiting.unit, waiting.due_on) == (item.sea_unit, date(2023, 9, 25))
        for member in (lin, shen):
            assert list(queries.action_items_of(member, zone)) == [item]

    def test_owners_sit_on_their_sides(self, resolution: Any, lin: Any, cast: SimpleNamespace) -> None:
        with pytest.raises(BadInput) as refused:
            actions.assign_action_item(
                resolution,
                title_zh="事项",
                lead="sea",
                mountain_unit=cast.units["XS-OFFICE"],
                sea_unit=cast.units["LQ-PARK"],
                due_on=date(2023, 9, 25),
                by=lin,
            )

        assert refused.value.code == "pairing.owner_on_another_side"

    def test_it_is_closed_on_evidence_only(
        self, item: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        with pytest.raises(BadInput) as refused:
            actions.close_action_item(item, on=date(2023, 9, 18), by=lin)
        assert refused.value.code == "pairing.item_without_evidence"

        actions.report_action_item(item, text="已排定", is_finished=True, evidence=[paper(shen)], by=shen)
        assert WorkItem.objects.get(kind="pairing.close_item").unit == item.mountain_unit
        actions.close_action_item(item, on=date(2023, 9, 18), by=lin)

        assert (item.stage, item.done_on) == ("done", date(2023, 9, 18))
        assert not WorkItem.objects.filter(subject_id=item.pk, stage="open", kind__contains="item").exists()

    def test_closing_can_be_undone(self, item: Any, lin: Any, paper: Callable[..., Any]) -> None:
        actions.close_action_item(item, on=date(2023, 9, 18), evidence=[paper(lin)], by=lin)

        actions.reopen_action_item(item, by=lin)

        assert (item.stage, item.done_on) == ("open", None)
        assert WorkItem.objects.get(kind="pairing.action_item", stage="open").subject_id == item.pk

    def test_more_time_needs_a_reason_and_keeps_the_first_day(self, item: Any, lin: Any) -> None:
        with pytest.raises(BadInput):
            actions.extend_action_item(item, due_on=date(2023, 10, 9), reason=" ", by=lin)

        actions.extend_action_item(item, due_on=date(2023, 10, 9), reason="国庆假期", by=lin)

        assert (item.first_due_on, item.due_on) == (date(2023, 9, 25), date(2023, 10, 9))
        assert WorkItem.objects.get(kind="pairing.action_item").due_on == date(2023, 10, 9)


class TestReminders:
    def test_owners_of_both_sides_are_reminded_a_week_before_on_the_day_and_a_week_after(
        self, item: Any, lin: Any, shen: Any
    ) -> None:
        told = {}
        for day in (17, 18, 19, 25, 26):
            before = set(NoticeFact.objects.values_list("key", flat=True))
            reminders.remind(date(2023, 9, day), by=None)
            told[day] = [
                key.rpartition(":")[2]
                for key in NoticeFact.objects.values_list("key", flat=True)
                if key not in before and ":reminder:" in key
            ]

        assert told == {17: [], 18: ["-7"], 19: [], 25: ["+0"], 26: []}
        assert set(
            Notice.objects.filter(fact__key__contains=":reminder:").values_list("member__code", flat=True)
        ) == {
            "lin",
            "shen",
        }

    def test_after_downtime_the_last_reminder_goes_out_once(self, item: Any) -> None:
        reminders.remind(date(2023, 10, 4), by=None)
        reminders.remind(date(2023, 10, 5), by=None)

        keys = NoticeFact.objects.filter(key__contains=":reminder:").values_list("key", flat=True)
        assert [key.rpartition(":")[2] for key in keys] == ["+7"]

    def test_whom_somebody_reminds_on_the_day_of_the_rule_hears_of_it_once(
        self, item: Any, lin: Any, shen: Any, turn_clock: Any
    ) -> None:
        turn_clock("2023-09-25T08:00")
        waiting = list(WorkItem.objects.filter(kind="pairing.action_item"))
        told = work_actions.remind_of(waiting, by=lin)
        assert [one.code for one in told] == ["shen"]
        reminders.remind(date(2023, 9, 25), by=None)
        assert list(
            Notice.objects.filter(fact__key__contains=":reminder:").values_list("member__code", flat=True)
        ) == ["lin"]
        assert work_actions.reach_of(waiting, lin).told == []

    def test_fifteen_days_late_it_goes_to_the_leaders_in_charge(
        self, item: Any, lin: Any, shen: Any, zone: Any
    ) -> None:
        actions.put_in_charge(zone, lin, field="health", from_on=date(2023, 1, 1), by=lin)
        reminders.remind(date(2023, 10, 9), by=None)
        item.refresh_from_db()
        assert item.escalated_on is None

        reminders.remind(date(2023, 10, 10), by=None)
        reminders.remind(date(2023, 10, 11), by=None)

        item.refresh_from_db()
        assert (item.escalated_on, item.escalated_to) == (date(2023, 10, 10), "leaders_in_charge")
        fact = NoticeFact.objects.get(key__contains=":escalated:")
        assert fact.notices.filter(member=lin).count() == 1

    def test_a_second_run_changes_nothing(self, item: Any, commitment: Any) -> None:
        reminders.remind(date(2023, 12, 1), by=None)
        counts = (Notice.objects.count(), WorkItem.objects.count())

        assert reminders.remind(date(2023, 12, 1), by=None) == 0
        assert (Notice.objects.count(), WorkItem.objects.count()) == counts

    def test_an_agreement_is_up_for_renewal_and_then_runs_out(self, agreement: Any, lin: Any) -> None:
        reminders.remind(date(2023, 10, 1), by=None)
        assert not WorkItem.objects.filter(kind="pairing.renewal").exists()
        reminders.remind(date(2023, 10, 2), by=None)
        assert WorkItem.objects.filter(kind="pairing.renewal", stage="open").count() == 2

        reminders.remind(date(2024, 1, 1), by=None)

        agreement.refresh_from_db()
        assert agreement.stage == "expired"

    def test_a_late_commitment_waits_with_who_owes_it_and_climbs(
        self, commitment: Any, cast: SimpleNamespace, lin: Any
    ) -> None:
        actions.change_commitment(commitment, sea_unit=cast.units["XS-OFFICE"], by=lin)
        type(commitment.agreement).objects.filter(pk=commitment.agreement_id).update(valid_to=None)

        reminders.remind(date(2024, 1, 2), by=None)
        assert WorkItem.objects.get(kind="pairing.late_commitment").unit == cast.units["XS-OFFICE"]

        reminders.remind(date(2024, 1, 15), by=None)
        commitment.refresh_from_db()
        assert commitment.escalated_on == date(2024, 1, 15)


people = st.lists(
    st.builds(
        rules.Attendance,
        st.sampled_from(rules.SIDES),
        st.text("甲乙丙丁", min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=20,
)


@given(attendees=people, mountain=st.integers(1, 6), sea=st.integers(1, 6))
def test_a_quorum_is_met_exactly_when_enough_of_each_side_are_there(
    attendees: list[rules.Attendance], mountain: int, sea: int
) -> None:
    there = {side: sum(a.side == side and a.is_present for a in attendees) for side in rules.SIDES}

    try:
        rules.check_quorum("JM", attendees, {"mountain": mountain, "sea": sea})
        has_quorum = True
    except NotNow:
        has_quorum = False

    assert has_quorum == (there["mountain"] >= mountain and there["sea"] >= sea)


def test_the_clock_of_a_reminder_is_the_due_day(item: Any, lin: Any) -> None:
    actions.extend_action_item(item, due_on=item.due_on + timedelta(days=30), reason="推迟", by=lin)

    reminders.remind(date(2023, 9, 25), by=None)

    assert not NoticeFact.objects.filter(key__contains=":reminder:").exists()
