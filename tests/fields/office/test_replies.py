"""What a unit sends out climbs its ladder: prepared, checked, returned with a word, signed, sent in the unit's name."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import clock, ladder, replies
from shanhai.core.actions import documents, members, units
from shanhai.core.actions import work as hands
from shanhai.core.checks import replay
from shanhai.core.models import Climb, JournalEntry, Notice, WorkItem
from shanhai.core.queries import journal as journal_queries
from shanhai.core.queries import work as waiting
from shanhai.fields.office.actions import factors, instructions, problems
from shanhai.fields.office.models import FactorGrant, Problem
from shanhai.fields.office.queries import factors as factor_queries
from shanhai.fields.office.queries import work as own
from shanhai.fields.pairing import actions as pairing
from shanhai.fields.pairing.actions import activities, items, technical
from shanhai.fields.pairing.models import TechnicalAnswer
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow


@pytest.fixture
def problem(zone, firm, staff):
    """A firm's problem, with the department of three steps."""
    return problems.raise_problem(
        zone, title_zh="用电增容无答复", title_en="No more power", unit=staff.unit, by=firm
    )


def now(subject):
    """The record and its reply as they stand."""
    subject.refresh_from_db()
    return subject, ladder.climb_of(subject)


def prepared(problem, staff, text="周五前增容。"):
    assert isinstance(problems.answer_problem(problem, text=text, by=staff.handler), Climb)
    return ladder.climb_of(problem)


def facts(entry):
    return json.loads(entry.body)["facts"]


def item_of(member, kind="office.problem"):
    return waiting.waiting_for(member).filter(kind=kind).first()


class TestAnAnswerOfThreeSteps:
    def test_goes_out_at_the_last_step_in_the_name_of_who_signs(self, problem, staff):
        climb = prepared(problem, staff)
        assert (problem.stage, climb.step) == ("open", "check")
        assert replies.pass_reply(climb, step="check", by=staff.checker) is False
        assert problem.stage == "open"
        assert replies.pass_reply(climb, step="sign", by=staff.signer) is True

        problem, climb = now(problem)
        assert (problem.stage, problem.answer, climb.stage) == ("answered", "周五前增容。", "done")
        assert problem.steps.get(what="answered").member == staff.signer
        assert list(climb.decisions.values_list("step", "member")) == [
            ("handle", staff.handler.pk), ("check", staff.checker.pk), ("sign", staff.signer.pk),
        ]  # fmt: skip
        assert not list(replay())

    def test_each_step_waits_for_its_holder_with_the_day_it_had(self, problem, staff):
        before = item_of(staff.handler)
        climb = prepared(problem, staff)
        at_check = item_of(staff.checker)
        assert (at_check.member, at_check.step, at_check.pk) == (staff.checker, "check", before.pk)
        assert waiting.words(at_check) == f"Check the answer to {problem.number} No more power"
        assert (at_check.due_on, at_check.counted_from, at_check.counted_days) == (
            before.due_on, before.counted_from, before.counted_days,
        )  # fmt: skip
        replies.pass_reply(climb, by=staff.checker)
        assert (item_of(staff.checker), item_of(staff.signer).due_on) == (None, before.due_on)
        replies.pass_reply(climb, by=staff.signer)
        assert not WorkItem.objects.filter(kind="office.problem", stage="open").exists()

    def test_returned_with_a_word_its_writer_corrects_it(self, problem, staff):
        climb = prepared(problem, staff)
        with pytest.raises(BadInput) as refused:
            replies.return_reply(climb, word=" ", by=staff.checker)
        assert refused.value.code == "core.ladder_no_word"
        replies.return_reply(climb, step="check", word="写明日期", by=staff.checker)

        item = item_of(staff.handler)
        assert (item.member, item.step) == (staff.handler, "")
        assert waiting.words(item) == f"Correct the answer to {problem.number} No more power: 写明日期"
        assert (
            replies.kept(problem, staff.unit, staff.handler, "office.answer_problem")["text"]
            == "周五前增容。"
        )
        assert Notice.objects.filter(member=staff.handler, fact__kind="core.reply").count() == 1

        prepared(problem, staff, "22日前增容。")
        climb = ladder.climb_of(problem)
        replies.pass_reply(climb, by=staff.checker)
        replies.return_reply(climb, word="再核", by=staff.signer)
        assert climb.step == "check"
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        assert now(problem)[0].answer == "22日前增容。"

    def test_nobody_takes_the_step_of_another_or_prepares_what_is_on_its_way(self, problem, staff):
        climb = prepared(problem, staff)
        with pytest.raises(NotAllowed) as refused:
            replies.pass_reply(climb, by=staff.handler)
        assert refused.value.code == "core.ladder_step"
        with pytest.raises(NotNow) as refused:
            problems.answer_problem(problem, text="另一稿", by=staff.handler)
        assert refused.value.code == "core.reply_on_its_way"
        with pytest.raises(ChangedMeanwhile) as refused:
            replies.pass_reply(climb, step="sign", by=staff.checker)
        assert refused.value.code == "core.reply_moved"

    def test_what_the_last_step_would_refuse_is_refused_at_once_and_nothing_is_kept(
        self, problem, staff, shen
    ):
        with pytest.raises(BadInput):
            problems.answer_problem(problem, text="  ", by=staff.handler)
        with pytest.raises(NotAllowed):
            problems.answer_problem(problem, text="已办", by=shen)
        assert ladder.climb_of(problem) is None
        assert (
            item_of(staff.handler).step,
            Notice.objects.filter(fact__kind="office.problem_answer").count(),
        ) == ("", 0)

    def test_one_takes_back_what_nobody_has_decided_since(self, problem, staff):
        climb = prepared(problem, staff)
        with pytest.raises(NotNow):
            replies.take_back_reply(climb, by=staff.checker)
        replies.take_back_reply(climb, by=staff.handler)
        assert (climb.step, item_of(staff.handler).member) == ("handle", staff.handler)
        prepared(problem, staff)
        climb = ladder.climb_of(problem)
        replies.pass_reply(climb, by=staff.checker)
        with pytest.raises(NotNow) as refused:
            replies.take_back_reply(climb, by=staff.handler)
        assert refused.value.code == "core.ladder_decided"
        replies.take_back_reply(climb, by=staff.checker)
        assert climb.step == "check"

    def test_the_journal_tells_each_step_on_the_unit_and_nothing_on_the_record(self, problem, staff):
        climb = prepared(problem, staff)
        replies.return_reply(climb, word="写明日期", by=staff.checker)
        prepared(problem, staff)
        climb = ladder.climb_of(problem)
        replies.pass_reply(climb, by=staff.checker)
        assert set(
            JournalEntry.objects.filter(subject_kind="office.problem").values_list("action", flat=True)
        ) == {"office.raise_problem"}
        replies.pass_reply(climb, word="同意", by=staff.signer)

        told = JournalEntry.objects.filter(
            subject_kind="core.unit", subject_id=staff.unit.pk, action__contains="_reply"
        )
        assert [(one.action, facts(one).get("step"), facts(one).get("word", "")) for one in told.order_by("pk")] == [
            ("core.prepare_reply", "handle", ""), ("core.pass_reply", "handle", ""),
            ("core.return_reply", "check", "写明日期"),
            ("core.prepare_reply", "handle", ""), ("core.pass_reply", "handle", ""),
            ("core.pass_reply", "check", ""), ("core.pass_reply", "sign", "同意"),
        ]  # fmt: skip
        assert facts(told.first())["record"] == problem.number


class TestWhoseStepItIs:
    def test_a_unit_of_one_step_acts_in_one_go(self, problem, staff):
        units.set_ladder(staff.unit, ladder="handle", by=None)
        staff.handler.unit.refresh_from_db()
        assert problems.answer_problem(problem, text="已办", by=staff.handler).stage == "answered"
        assert ladder.climb_of(problem) is None

    def test_a_step_that_nobody_holds_is_passed_over(self, problem, staff):
        members.deactivate_member(staff.checker, by=None)
        assert prepared(problem, staff).step == "sign"

    def test_who_holds_all_steps_acts_in_one_go_and_who_holds_two_takes_both(
        self, problem, staff, zone, firm
    ):
        from shanhai.core.actions import roles

        roles.give_role(staff.handler, role="checker", from_on=date(2018, 1, 1), by=None)
        assert prepared(problem, staff).step == "sign"
        roles.give_role(staff.handler, role="signer", from_on=date(2018, 1, 1), by=None)
        other = problems.raise_problem(zone, title_zh="用水", unit=staff.unit, by=firm)
        assert problems.answer_problem(other, text="已办", by=staff.handler).stage == "answered"

    def test_a_step_that_two_have_waits_for_these_two_and_for_nobody_else_of_the_unit(self, problem, staff):
        from shanhai.core.actions import roles

        second = members.add_member(staff.unit, code="agri-second", name_zh="复", name_en="Second", by=None)
        roles.give_role(second, role="checker", from_on=date(2018, 1, 1), by=None)
        prepared(problem, staff)
        people = (staff.handler, staff.checker, second, staff.signer)
        assert [item_of(one) is not None for one in people] == [False, True, True, False]
        assert [sum(waiting.waiting_by_day(one).values()) for one in people] == [0, 1, 1, 0]
        item = item_of(second)
        assert (item.member, item.step) == (None, "check")
        assert {one.code for one in waiting.waits_for_whom([item])[item.pk]} == {
            "agri-checker",
            "agri-second",
        }

        # Where the step is nobody's any more, it waits for all of the unit: nothing is stuck.
        for one in (staff.checker, second):
            roles.take_role(one, role="checker", by=None)
        assert all(item_of(one) == item for one in people)
        assert [sum(waiting.waiting_by_day(one).values()) for one in people] == [1, 1, 1, 1]
        assert len(waiting.waits_for_whom([item])[item.pk]) == 4

    def test_a_deputy_of_another_unit_takes_the_step_for_whom_they_stand_in(self, problem, staff):
        other = units.add_unit(staff.organisation, code="agri-2", name_zh="计财科", by=None)
        deputy = members.add_member(other, code="agri-dep", name_zh="代", name_en="Dai", by=None)
        from shanhai.core.actions import roles

        roles.give_role(deputy, role="handler", from_on=date(2018, 1, 1), by=None)
        for one in (staff.handler, staff.signer):
            hands.name_deputy(one, deputy=deputy, from_on=clock.today(), by=None)
        assert isinstance(problems.answer_problem(problem, text="周五前增容。", by=deputy), Climb)
        climb = ladder.climb_of(problem)
        assert (climb.unit, climb.step) == (staff.unit, "check")
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=deputy)

        problem, climb = now(problem)
        assert problem.stage == "answered"
        assert [one.for_member for one in climb.decisions.all()] == [staff.handler, None, staff.signer]
        entry = JournalEntry.objects.filter(action="core.pass_reply").order_by("-pk").first()
        assert facts(entry)["for_member"] == "agri-signer"
        assert journal_queries.by_name(json.loads(entry.body)) == "Dai for Signer"

    def test_work_handed_over_for_good_takes_the_reply_along(self, problem, staff):
        from shanhai.core.actions import roles

        climb = prepared(problem, staff)
        heir = members.add_member(staff.unit, code="agri-heir", name_zh="继", name_en="Ji", by=None)
        roles.give_role(heir, role="checker", from_on=date(2018, 1, 1), by=None)
        assert hands.hand_over_work(staff.checker, to=heir, by=None) == 1
        assert item_of(heir).step == "check"
        replies.pass_reply(climb, by=heir)
        assert climb.step == "sign"


class TestMoot:
    def test_a_reply_to_what_is_closed_meanwhile_comes_off_the_ladder(self, problem, staff, firm, lin):
        climb = prepared(problem, staff)
        problems.withdraw_problem(problem, by=firm)

        climb.refresh_from_db()
        assert (climb.stage, item_of(staff.checker)) == ("dropped", None)
        with pytest.raises(NotNow) as refused:
            replies.pass_reply(climb, by=staff.checker)
        assert refused.value.code == "core.ladder_over"

    def test_what_the_office_answers_over_the_units_head_is_answered(self, problem, staff, lin):
        climb = prepared(problem, staff)
        assert problems.answer_problem(problem, text="办公室答复", by=lin).stage == "answered"
        climb.refresh_from_db()
        assert climb.stage == "dropped"

    def test_when_the_problem_climbs_the_units_reply_is_moot_and_its_words_stay(
        self, problem, staff, turn_clock, lin
    ):
        climb = prepared(problem, staff)
        problems.climb_problem(problem, to="office", since_on=date(2023, 9, 25), by=None)
        climb.refresh_from_db()
        assert (climb.stage, climb.given["text"]) == ("dropped", "周五前增容。")

    def test_a_unit_that_merged_leaves_nothing_on_its_ladder(self, problem, staff):
        climb = prepared(problem, staff)
        for one in (staff.handler, staff.checker, staff.signer):
            WorkItem.objects.filter(member=one).update(member=None)
            members.deactivate_member(one, by=None)
        WorkItem.objects.filter(unit=staff.unit).update(stage="dropped")
        units.close_unit(staff.unit, by=None)
        climb.refresh_from_db()
        assert climb.stage == "dropped"


class TestInTheRow:
    def test_each_holder_does_their_step_in_the_row(self, problem, staff):
        said = own.do(item_of(staff.handler), "answer", "周五前增容。", staff.handler)
        assert "General Section" in said and "Checker" in said
        assert own.do(item_of(staff.checker), "return_check", "写明日期", staff.checker)
        own.do(item_of(staff.handler), "answer", "22日前增容。", staff.handler)
        own.do(item_of(staff.checker), "pass_check", "", staff.checker)
        stale = item_of(staff.signer)
        own.do(item_of(staff.signer), "pass_sign", "", staff.signer)

        assert now(problem)[0].answer == "22日前增容。"
        with pytest.raises(NotNow):
            stale.refresh_from_db()
            own.do(stale, "pass_sign", "", staff.signer)

    def test_who_presses_the_button_of_a_step_that_is_over_is_told(self, problem, staff):
        prepared(problem, staff)
        item = item_of(staff.checker)
        replies.pass_reply(ladder.climb_of(problem), by=staff.checker)
        item.refresh_from_db()
        with pytest.raises((ChangedMeanwhile, NotNow)):
            own.do(item, "pass_check", "", staff.signer)


class TestOtherReplies:
    def test_a_report_on_an_instruction_with_its_paper(self, zone, staff, leader, lin, paper_of):
        record = pairing.draft_agreement(
            zone, number="LX-9", field="health", name_zh="医疗协议", valid_from=date(2023, 1, 1), by=lin
        )
        one = instructions.instruct(record, text="抓紧", unit=staff.unit, due_on=date(2023, 9, 25), by=leader)
        paper = paper_of(staff.handler)
        assert isinstance(
            instructions.report_back(one, text="已会签", evidence=[paper], by=staff.handler), Climb
        )
        climb = ladder.climb_of(one)
        assert replies.papers_of(climb) == [paper]
        assert item_of(staff.checker, "office.instruction").due_on == date(2023, 9, 25)
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        one.refresh_from_db()
        assert (one.stage, one.reported_by) == ("reported", staff.signer)
        assert item_of(leader, "office.instruction_report")

    def test_a_grant_in_part_then_the_rest_and_a_refusal(self, zone, firm, staff):
        request = factors.ask(
            zone,
            title_zh="用地",
            measure="mu",
            quantity=500,
            unit=staff.unit,
            needed_by=date(2023, 10, 31),
            by=firm,
        )
        assert isinstance(factors.grant_factor(request, quantity=200, paper="1号", by=staff.handler), Climb)
        assert not FactorGrant.objects.exists()
        climb = ladder.climb_of(request)
        assert ("Quantity", "2 mu") in [(label, text) for label, text in replies.shown(climb, request)]
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        request = factor_queries.request_of(None, request.number)
        assert (request.granted, FactorGrant.objects.get().member) == (200, staff.signer)
        assert item_of(staff.handler, "office.factor").step == ""

        assert isinstance(factors.refuse_request(request, reason="余下不批", by=staff.handler), Climb)
        climb = ladder.climb_of(request)
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        assert factor_queries.request_of(None, request.number).stage == "refused"

    def test_a_grant_that_the_pool_no_longer_holds_is_refused_to_who_signs(self, zone, firm, staff):
        from shanhai.fields.office.actions import factor_pools

        factor_pools.declare_pool(
            zone,
            organisation=staff.organisation,
            measure="mu",
            year=2023,
            available=500,
            source="计划",
            by=staff.handler,
        )
        first, second = (
            factors.ask(zone, title_zh=f"用地{n}", measure="mu", quantity=400, unit=staff.unit,
                        needed_by=date(2023, 10, n), by=firm)
            for n in (1, 2)
        )  # fmt: skip
        for request in (first, second):
            factors.grant_factor(request, quantity=400, paper="1号", reason="急", by=staff.handler)
            replies.pass_reply(ladder.climb_of(request), by=staff.checker)
        replies.pass_reply(ladder.climb_of(first), by=staff.signer)
        climb = ladder.climb_of(second)
        with pytest.raises(NotNow) as refused:
            replies.pass_reply(climb, by=staff.signer)
        assert refused.value.code == "office.factor_pool_empty"
        climb.refresh_from_db()
        assert (climb.stage, climb.step) == ("climbing", "sign")

    def test_a_report_on_an_action_item_that_goes_on(self, zone, staff, shen, lin):
        activity = activities.plan_activity(
            zone, number="A-1", kind="visit", title_zh="互访", on=date(2023, 9, 11), lead="sea",
            mountain_unit=staff.unit, sea_unit=shen.unit, by=lin,
        )  # fmt: skip
        activities.hold_activity(activity, on=date(2023, 9, 11), by=lin)
        item = items.assign_action_item(
            activity, title_zh="牵线", lead="mountain", mountain_unit=staff.unit, sea_unit=shen.unit,
            due_on=date(2023, 10, 9), by=lin,
        )  # fmt: skip
        assert isinstance(
            items.report_action_item(item, text="已联系", is_finished=False, by=staff.handler), Climb
        )
        climb = ladder.climb_of(item)
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        item.refresh_from_db()
        assert (item.report, item_of(staff.handler, "pairing.action_item").due_on) == (
            "已联系",
            date(2023, 10, 9),
        )

    def test_two_units_answer_a_technical_problem_each_on_its_own_ladder(self, zone, firm, staff, shen):
        problem = technical.post_technical_problem(
            zone, title_zh="锻件裂纹", industry="vehicles", is_shared=True, by=firm
        )
        assert isinstance(
            technical.answer_technical_problem(problem, text="模具预热不足", by=staff.handler), Climb
        )
        given = technical.answer_technical_problem(problem, text="换钢", by=shen)
        assert given.member == shen
        climb = ladder.climb_of(problem, staff.unit)
        assert climb.stage == "climbing"
        replies.pass_reply(climb, by=staff.checker)
        replies.pass_reply(climb, by=staff.signer)
        answer = TechnicalAnswer.objects.get(text="模具预热不足")
        assert (answer.organisation, answer.member) == (staff.organisation, staff.signer)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["pass", "return", "back", "stranger"]), max_size=12))
def test_whatever_is_tried_a_reply_goes_out_only_after_all_three_have_passed_it(
    moves, zone, firm, staff, zhou, problem_of
):
    problem = problem_of()
    people = {"handle": staff.handler, "check": staff.checker, "sign": staff.signer}
    prepared(problem, staff)
    for move in moves:
        climb = ladder.climb_of(problem)
        holder = people[climb.step]
        if climb.stage != Climb.Stage.CLIMBING:
            break
        if move == "stranger":
            with pytest.raises(NotAllowed):
                replies.pass_reply(climb, by=zhou)
        elif move == "return" and climb.step != "handle":
            replies.return_reply(climb, word="再看", by=holder)
        elif move == "back":
            last = climb.decisions.order_by("pk").last()
            if last.decision != "taken":
                replies.take_back_reply(climb, by=last.member)
        elif move == "pass" and climb.step == "handle":
            prepared(problem, staff)
        elif move == "pass":
            replies.pass_reply(climb, by=holder)
    climb = ladder.climb_of(problem)
    is_out = Problem.objects.get(pk=problem.pk).stage == "answered"
    assert is_out == (climb.stage == Climb.Stage.DONE)
    if is_out:
        assert climb.decisions.order_by("-pk").first().step == "sign"
        passed = {one.member_id for one in climb.decisions.filter(decision="passed")}
        assert passed == {one.pk for one in people.values()}


@pytest.fixture
def problem_of(zone, firm, staff):
    """``problem_of()``: a further problem with the department."""

    def make():
        return problems.raise_problem(zone, title_zh="用电", unit=staff.unit, by=firm)

    return make


@pytest.fixture
def paper_of(zone):
    """``paper_of(member)``: a paper that a member filed."""
    import io

    def make(by):
        return documents.store_document(
            io.BytesIO(b"x\n"), file_name="a.txt", title="会签单", pairing=zone, by=by
        )

    return make
