"""Rounds by their actions: asked, filled in, passed up, returned cell by cell, merged, taken back."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shanhai.core import blobs, clock, indicators, ladder, rulebook
from shanhai.core.actions import members, units
from shanhai.core.actions import work as work_actions
from shanhai.core.journal import canonical
from shanhai.core.models import Climb, JournalEntry, Notice, WorkItem
from shanhai.core.rows import state_of
from shanhai.fields.office import actions
from shanhai.fields.office.models import Round, RoundAnswer, RoundFigure, RoundValue
from shanhai.fields.office.queries import merged, round_reach
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.periods import parse
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow

pytestmark = pytest.mark.django_db
Stage = rules.AnswerStage


def waiting(kind: str = "office.answer_round") -> list[Any]:
    return list(WorkItem.objects.filter(kind=kind, stage="open").order_by("pk"))


class TestOpening:
    def test_a_draft_asks_nobody(self, draft):
        assert draft.stage == "draft"
        assert not waiting()
        assert not Notice.objects.exists()

    def test_opening_puts_it_on_the_list_of_whoever_handles_and_tells_the_unit_once(
        self, opened, staff, cast
    ):
        items = waiting()

        assert {item.unit_id for item in items} == {staff.unit.pk, cast.units["LQ-PARK"].pk}
        assert {item.due_on for item in items} == {date(2023, 9, 20)}
        mine = next(item for item in items if item.unit_id == staff.unit.pk)
        assert mine.member == staff.handler
        assert Notice.objects.filter(member=staff.signer).count() == 1

    def test_a_round_of_one_side_is_not_shown_to_the_other(self, opened, shen, lin, zone):
        assert opened.reach == "side"
        assert not queries.rounds_of(shen, zone).exists()
        assert queries.rounds_of(lin, zone).exists()

    def test_only_the_office_that_asks_may_open_it(self, draft, shen, staff):
        with pytest.raises(NotAllowed):
            actions.open_round(draft, by=shen)
        with pytest.raises(NotAllowed):
            actions.open_round(draft, by=staff.handler)

    def test_opening_twice_is_refused(self, opened, lin):
        with pytest.raises(NotNow) as refused:
            actions.open_round(opened, by=lin)

        assert refused.value.code == "office.round_not_draft"


class TestFillingIn:
    def test_values_are_read_as_offices_write_them_and_keep_their_source(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)

        actions.fill_answer(
            answer, {("visits", ""): "3", ("aid", ""): "0.5万元"}, file_name="月报.xlsx", file_sha256="ab" * 32,
            by=staff.handler,
        )  # fmt: skip

        values = {value.column.code: value for value in answer.values.select_related("column")}
        assert (values["visits"].text, values["aid"].text) == ("3", "500000")
        assert values["aid"].member == staff.handler
        assert (values["aid"].file_name, values["aid"].file_sha256) == ("月报.xlsx", "ab" * 32)
        assert (answer.stage, answer.n_given) == (Stage.FILLING, 2)

    def test_one_cell_that_cannot_be_read_keeps_all_from_being_written(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)

        with pytest.raises(BadInput) as refused:
            actions.fill_answer(answer, {("visits", ""): "drei", ("aid", ""): "12"}, by=staff.handler)

        assert refused.value.code == "office.cells_refused"
        assert [problem["question"] for problem in refused.value.facts["problems"]] == ["visits"]
        assert not RoundValue.objects.exists()

    def test_a_value_that_stays_keeps_its_first_source(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3"}, file_name="a.xlsx", by=staff.handler)

        actions.fill_answer(answer, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.checker)

        assert answer.values.get(column__code="visits").file_name == "a.xlsx"
        assert answer.values.get(column__code="aid").member == staff.checker

    def test_an_empty_cell_takes_the_value_out(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3"}, by=staff.handler)

        actions.fill_answer(answer, {("visits", ""): ""}, by=staff.handler)

        assert not answer.values.exists()
        assert answer.n_given == 0

    def test_another_unit_is_turned_away(self, opened, staff, answer_of, lin, shen):
        with pytest.raises(NotAllowed):
            actions.fill_answer(answer_of(opened, staff.unit), {("visits", ""): "3"}, by=lin)
        with pytest.raises(NotAllowed):
            actions.fill_answer(answer_of(opened, staff.unit), {("visits", ""): "3"}, by=shen)

    def test_two_who_fill_in_at_once_do_not_tear_the_answer(self, opened, staff, answer_of):
        mine, theirs = answer_of(opened, staff.unit), answer_of(opened, staff.unit)
        actions.fill_answer(theirs, {("visits", ""): "4"}, by=staff.checker)

        with pytest.raises(ChangedMeanwhile):
            actions.fill_answer(mine, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.handler)

        assert [value.text for value in mine.values.all()] == ["4"]


class TestTheLadder:
    def test_each_step_is_its_holders_and_the_last_one_confirms(self, confirmed, staff):
        assert confirmed.stage == Stage.CONFIRMED
        assert confirmed.confirmed_by == staff.signer
        assert confirmed.digest == queries.digest_of(confirmed)
        assert not [item for item in waiting() if item.unit_id == staff.unit.pk]
        assert len(waiting("office.review_answer")) == 1

    def test_a_step_of_another_is_refused(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.handler)

        with pytest.raises(NotAllowed) as refused:
            actions.hand_up(answer, by=staff.signer)

        assert refused.value.code == "core.ladder_step"

    def test_a_deputy_takes_the_step_for_whom_he_stands_in(self, opened, staff, answer_of, cast):
        members.set_deputy(staff.handler, deputy=staff.checker, from_on=clock.today(), by=None)
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.checker)

        actions.hand_up(answer, by=staff.checker)

        step = ladder.climb_of(answer).decisions.get()
        assert (step.member, step.for_member) == (staff.checker, staff.handler)

    def test_returned_within_the_unit_it_keeps_its_due_day_and_its_word(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.handler)
        actions.hand_up(answer, by=staff.handler)

        actions.hand_down(answer, word="核对资金", by=staff.checker)

        climb = ladder.climb_of(answer)
        assert (climb.step, climb.due_on, answer.stage) == ("handle", date(2023, 9, 20), Stage.FILLING)
        item = next(item for item in waiting() if item.unit_id == staff.unit.pk)
        assert (item.member, item.due_on) == (staff.handler, date(2023, 9, 20))
        assert [step.word for step in climb.decisions.all()] == ["", "核对资金"]

    def test_needs_a_word_and_a_step_below_to_go_back(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        with pytest.raises(NotNow):
            actions.hand_down(answer, word="x", by=staff.handler)
        actions.fill_answer(answer, {("visits", ""): "3", ("aid", ""): "1"}, by=staff.handler)
        actions.hand_up(answer, by=staff.handler)

        with pytest.raises(BadInput) as refused:
            actions.hand_down(answer, word=" ", by=staff.checker)

        assert refused.value.code == "core.ladder_no_word"

    def test_where_nobody_has_the_role_of_a_step_any_member_of_the_unit_takes_it(
        self, opened, cast, lin, answer_of
    ):
        answer = answer_of(opened, cast.units["LQ-PARK"])
        actions.fill_answer(answer, {("visits", ""): "1", ("aid", ""): "2"}, by=lin)

        for _step in range(3):  # the park has a handler, and neither checker nor signer
            actions.hand_up(answer, by=lin)

        assert answer.stage == Stage.CONFIRMED

    def test_what_must_be_filled_in_is(self, opened, staff, answer_of):
        answer = answer_of(opened, staff.unit)
        actions.fill_answer(answer, {("visits", ""): "3"}, by=staff.handler)

        with pytest.raises(NotNow) as refused:
            actions.hand_up(answer, by=staff.handler)

        assert refused.value.code == "office.cells_missing"
        assert refused.value.facts["n"] == 1

    def test_the_steps_are_those_of_the_day_it_was_put_on(self, opened, staff, answer_of):
        units.set_ladder(staff.unit, ladder="handle", by=None)

        assert ladder.climb_of(answer_of(opened, staff.unit)).ladder == ["handle", "check", "sign"]


class TestLookingThrough:
    def test_accepting_closes_the_work_of_the_office(self, accepted):
        assert accepted.stage == Stage.ACCEPTED
        assert set(accepted.values.values_list("state", flat=True)) == {"accepted"}
        assert not waiting("office.review_answer")

    def test_returned_cells_go_back_with_their_word_and_the_rest_is_accepted(self, confirmed, staff, lin):
        actions.review_answer(confirmed, returned={("aid", ""): "与台账不符"}, by=lin)

        states = dict(confirmed.values.values_list("column__code", "state"))
        assert states == {"aid": "returned", "visits": "accepted", "remarks": "accepted"}
        assert (confirmed.stage, confirmed.n_returned) == (Stage.RETURNED, 1)
        item = next(item for item in waiting() if item.unit_id == staff.unit.pk)
        assert item.member == staff.handler
        assert Notice.objects.filter(member=staff.handler, fact__facts__n=1).exists()

    def test_an_accepted_cell_stays_as_it_is(self, confirmed, staff, lin):
        actions.review_answer(confirmed, returned={("aid", ""): "与台账不符"}, by=lin)

        with pytest.raises(NotNow) as refused:
            actions.fill_answer(confirmed, {("visits", ""): "9"}, by=staff.handler)

        assert refused.value.code == "office.cell_accepted"

    def test_the_corrected_cell_keeps_the_word_that_sent_it_back(self, confirmed, staff, lin):
        actions.review_answer(confirmed, returned={("aid", ""): "与台账不符"}, by=lin)

        actions.fill_answer(confirmed, {("aid", ""): "13"}, by=staff.handler)
        actions.hand_up(confirmed, by=staff.handler)

        value = confirmed.values.get(column__code="aid")
        assert (value.text, value.state, value.word) == ("13000000", "given", "与台账不符")

    def test_an_unchanged_cell_goes_up_again_only_with_a_word(self, confirmed, staff, lin):
        actions.review_answer(confirmed, returned={("aid", ""): "与台账不符"}, by=lin)
        with pytest.raises(NotNow) as refused:
            actions.hand_up(confirmed, by=staff.handler)
        assert refused.value.code == "office.returned_unchanged"

        actions.hand_up(confirmed, word="台账已更正", by=staff.handler)

        assert (confirmed.stage, confirmed.n_returned) == (Stage.IN_UNIT, 0)

    def test_a_cell_without_a_word_does_not_go_back(self, confirmed, lin):
        with pytest.raises(BadInput):
            actions.review_answer(confirmed, returned={("aid", ""): " "}, by=lin)

    def test_of_two_who_return_the_same_cell_the_first_ones_word_stands(
        self, confirmed, lin, answer_of, staff
    ):
        first, second = (answer_of(confirmed.round, staff.unit) for _ in range(2))
        actions.review_answer(first, returned={("aid", ""): "first"}, by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.review_answer(second, returned={("aid", ""): "second"}, by=lin)

        assert confirmed.values.get(column__code="aid").word == "first"

    def test_taking_an_acceptance_back_puts_it_before_the_office_again(self, accepted, lin):
        actions.take_back_acceptance(accepted, by=lin)

        assert accepted.stage == Stage.CONFIRMED
        assert len(waiting("office.review_answer")) == 1

    def test_accepts_all_that_is_confirmed_at_once(self, confirmed, lin):
        assert actions.accept_confirmed(confirmed.round, by=lin) == 1
        assert actions.accept_confirmed(confirmed.round, by=lin) == 0


class TestReminding:
    def test_reaches_all_of_the_missing_units_once_a_day(self, opened, lin, staff, confirmed):
        reached = queries.missing(opened)

        assert [row.answer.unit.code for row in reached] == ["LQ-PARK-1"]
        assert actions.remind_missing(opened, by=lin) == len(reached[0].members) == 1
        assert actions.remind_missing(opened, by=lin) == 0

    def test_the_next_day_is_another_fact(self, opened, lin, turn_clock):
        first = actions.remind_missing(opened, by=lin)
        turn_clock("2023-09-19T09:00")

        assert actions.remind_missing(opened, by=lin) == first == 4


class TestAChangedForm:
    def test_a_new_needed_question_sends_what_was_confirmed_back(
        self, confirmed, lin, questions, staff, answer_of
    ):
        more = [*questions, rules.Question("jobs", "就业人数", type="int")]

        actions.change_round_form(confirmed.round, questions=more, by=lin)

        answer = answer_of(confirmed.round, staff.unit)
        assert (answer.stage, answer.n_given, answer.word) == (Stage.RETURNED, 3, "就业人数")
        assert not waiting("office.review_answer")
        assert any(item.unit_id == staff.unit.pk for item in waiting())

    def test_accepted_cells_stay_accepted_and_only_the_new_one_is_asked(
        self, accepted, lin, questions, staff, answer_of
    ):
        more = [*questions, rules.Question("jobs", "就业人数", type="int")]
        actions.change_round_form(accepted.round, questions=more, by=lin)
        answer = answer_of(accepted.round, staff.unit)

        actions.fill_answer(answer, {("jobs", ""): "7"}, by=staff.handler)
        for member in (staff.handler, staff.checker, staff.signer):
            actions.hand_up(answer, by=member)

        assert answer.stage == Stage.CONFIRMED
        assert answer.values.get(column__code="visits").state == "accepted"

    def test_a_question_taken_out_keeps_its_values_out_of_the_merge(self, accepted, lin, questions):
        actions.change_round_form(accepted.round, questions=questions[:1], by=lin)

        assert RoundValue.objects.filter(column__code="aid").exists()
        assert {total.target for total in merged.totals_of(accepted.round)} == {"office.reported_visits"}
        accepted.refresh_from_db()
        assert accepted.stage == Stage.ACCEPTED

    def test_another_type_makes_another_question(self, accepted, lin, questions):
        changed = [rules.Question("visits", "交流活动", type="text"), *questions[1:]]

        actions.change_round_form(accepted.round, questions=changed, by=lin)

        assert [c.type for c in accepted.round.columns.filter(code="visits").order_by("pk")] == [
            "int",
            "text",
        ]


class TestAUnitThatMerges:
    def test_the_successor_takes_over_what_it_lacks_and_the_source_stays(
        self, opened, staff, cast, lin, answer_of
    ):
        gone, goes_on = answer_of(opened, cast.units["LQ-PARK"]), answer_of(opened, staff.unit)
        actions.fill_answer(gone, {("visits", ""): "5", ("aid", ""): "8"}, by=lin)
        actions.fill_answer(goes_on, {("visits", ""): "3"}, by=staff.handler)

        actions.hand_over_answer(gone, to=goes_on, by=lin)

        values = {value.column.code: value for value in goes_on.values.select_related("column", "from_unit")}
        assert values["visits"].text == "3"
        assert (values["aid"].text, values["aid"].from_unit) == ("8000000", cast.units["LQ-PARK"])
        assert (gone.stage, goes_on.n_given) == (Stage.HANDED_OVER, 2)
        assert {item.unit_id for item in waiting()} == {staff.unit.pk}

    def test_is_refused_once_the_successor_is_on_its_way(self, confirmed, cast, lin, answer_of):
        gone = answer_of(confirmed.round, cast.units["LQ-PARK"])

        with pytest.raises(NotNow) as refused:
            actions.hand_over_answer(gone, to=confirmed, by=lin)

        assert refused.value.code == "office.hand_over_too_late"


class TestMerging:
    def test_figures_of_the_unit_count_for_the_indicator_on_its_side(self, accepted, lin, zone):
        actions.merge_round(accepted.round, by=lin)

        for side, expected in ((None, 3), ("mountain", 3), ("sea", 0)):
            (row,) = indicators.measure("office.reported_visits", [zone.pk], [parse("2023-08")], side)
            assert row.numerator == expected
        (aid,) = indicators.measure("office.reported_aid", [zone.pk], [parse("2023Q3")])
        assert aid.numerator == 12_500_000

    def test_evidence_adds_up_to_the_figure(self, accepted, lin, zone):
        actions.merge_round(accepted.round, by=lin)

        for code in ("office.reported_visits", "office.reported_aid", "office.answers_in_time"):
            assert not indicators.check_evidence(code, [zone.pk], [parse("2023-08"), parse("2023")])

    def test_one_workbook_has_units_in_rows_and_a_sheet_of_sources(self, accepted, lin, staff):
        from openpyxl import load_workbook

        actions.merge_round(accepted.round, by=lin)

        book = load_workbook(io.BytesIO(blobs.path_of(accepted.round.workbook.blob_id).read_bytes()))
        values, sources = book.worksheets
        assert [cell.value for cell in values[1]][3:] == [
            "Exchanges（场）",
            "Money for aid（万元）",
            "Remarks",
        ]
        assert [cell.value for cell in values[2]][3:] == [3, 12.5, "无重大事项"]
        assert [cell.value for cell in sources[2]][2] == staff.handler.name

    def test_what_is_not_accepted_is_left_out_and_need_not_be_answered_any_more(self, accepted, lin, zone):
        found = merged.preview_of(accepted.round)

        assert [answer.unit.code for answer in found.left_out] == ["LQ-PARK-1"]
        actions.merge_round(accepted.round, by=lin)
        assert not waiting()

    def test_needs_an_accepted_answer(self, opened, lin):
        with pytest.raises(NotNow) as refused:
            actions.merge_round(opened, by=lin)

        assert refused.value.code == "office.nothing_to_merge"

    def test_taking_it_back_leaves_no_figure_and_asks_the_missing_again(self, accepted, lin, zone):
        actions.merge_round(accepted.round, by=lin)

        actions.take_back_merging(accepted.round, by=lin)

        assert not RoundFigure.objects.exists()
        assert len(waiting()) == 1
        (row,) = indicators.measure("office.reported_visits", [zone.pk], [parse("2023-08")])
        assert row.missing

    def test_the_later_confirmed_of_two_rounds_counts(
        self, accepted, lin, zone, staff, cast, questions, answer_of
    ):
        actions.merge_round(accepted.round, by=lin)
        second = _another(zone, staff, lin, questions, "4", answer_of)

        (rival,) = [one for one in merged.preview_of(second).rivals if one.target == "office.reported_visits"]
        actions.merge_round(second, by=lin)

        assert rival.is_ours
        (row,) = indicators.measure("office.reported_visits", [zone.pk], [parse("2023-08")])
        assert row.numerator == 4
        actions.take_back_merging(second, by=lin)
        (row,) = indicators.measure("office.reported_visits", [zone.pk], [parse("2023-08")])
        assert row.numerator == 3

    def test_the_rulebook_says_which_counts(self, accepted, lin, zone, staff, cast, questions, answer_of):
        rulebook.add_value(
            "office.round.figure_wins", "earlier", valid_from=date(2023, 1, 1), source="test", by=None
        )
        actions.merge_round(accepted.round, by=lin)

        actions.merge_round(_another(zone, staff, lin, questions, "4", answer_of), by=lin)

        (row,) = indicators.measure("office.reported_visits", [zone.pk], [parse("2023-08")])
        assert row.numerator == 3


def _another(zone: Any, staff: Any, lin: Any, questions: Any, visits: str, answer_of: Any) -> Round:
    second = actions.draft_round(
        zone, number="R2", name_zh="补报", period="2023-08", due_on=date(2023, 9, 20), questions=questions,
        units=[staff.unit], by=lin,
    )  # fmt: skip
    actions.open_round(second, by=lin)
    answer = answer_of(second, staff.unit)
    actions.fill_answer(answer, {("visits", ""): visits, ("aid", ""): "1"}, by=staff.handler)
    for member in (staff.handler, staff.checker, staff.signer):
        actions.hand_up(answer, by=member)
    actions.review_answer(answer, by=lin)
    return second


class TestRemindersByRule:
    """Due on 20 September, opened on the 18th: the rule of -2, 0 and +3 days leaves the 20th and the 23rd."""

    def told(self):
        return sorted(
            Notice.objects.filter(fact__key__contains=":reminder:").values_list("fact__key", "member__code")
        )

    def test_nobody_is_reminded_on_the_day_of_opening(self, opened):
        assert actions.remind_by_rule(date(2023, 9, 18)) == 0

    def test_each_day_reminds_the_missing_once(self, confirmed, lin, staff):
        first = actions.remind_by_rule(date(2023, 9, 20))
        again = actions.remind_by_rule(date(2023, 9, 21))

        assert first == len(self.told()) > 0
        assert again == 0
        assert staff.handler.code not in {code for _key, code in self.told()}
        assert JournalEntry.objects.filter(action="office.remind_missing").count() == 1

    def test_after_downtime_only_the_latest_is_told(self, opened):
        told = actions.remind_by_rule(date(2023, 10, 9))

        assert told == len(self.told())
        assert {key.rpartition(":")[2] for key, _code in self.told()} == {"+3"}

    def test_more_time_is_reminded_of_anew(self, opened, lin):
        actions.remind_by_rule(date(2023, 9, 20))
        actions.extend_round(opened, due_on=date(2023, 9, 28), by=lin)

        assert actions.remind_by_rule(date(2023, 9, 21)) == 0
        assert actions.remind_by_rule(date(2023, 9, 26)) > 0

    def test_whom_somebody_reminded_that_day_the_rule_leaves_in_peace_and_the_other_way_round(
        self, opened, lin, staff, turn_clock
    ):
        turn_clock("2023-09-20T09:00")
        items = list(WorkItem.objects.filter(kind="office.answer_round", unit=staff.unit, stage="open"))
        told = work_actions.remind_of(items, by=lin)
        assert told == [staff.handler]

        assert actions.remind_by_rule(date(2023, 9, 20)) > 0
        assert actions.remind_by_rule(date(2023, 9, 21)) == 0
        assert {code for _key, code in self.told()}.isdisjoint({one.code for one in told})
        # Everybody has heard of it today: the preview counts them, and nobody is told twice.
        found = round_reach.reach_of(opened)
        assert (found.told, len(found.lately)) == ([], 4)
        assert actions.remind_missing(opened, by=lin) == 0
        assert work_actions.reach_of(items, lin).told == [] == work_actions.remind_of(items, by=lin)

    def test_whom_the_office_reminded_the_rule_does_not_remind_the_next_morning(
        self, opened, lin, turn_clock
    ):
        turn_clock("2023-09-20T17:00")
        assert actions.remind_missing(opened, by=lin) == 4
        turn_clock("2023-09-21T08:00")
        assert actions.remind_by_rule(date(2023, 9, 21)) == 0
        turn_clock("2023-09-23T08:00")
        assert actions.remind_by_rule(date(2023, 9, 23)) == 4

    def test_a_draft_and_a_round_called_off_remind_nobody(self, draft, lin):
        assert actions.remind_by_rule(date(2023, 9, 20)) == 0
        actions.call_off_round(actions.open_round(draft, by=lin), reason="no more", by=lin)

        assert actions.remind_by_rule(date(2023, 9, 20)) == 0


class TestRepeating:
    @pytest.fixture
    def monthly(self, zone, staff, lin, questions):
        one = actions.draft_round(
            zone, number="M", name_zh="月报", period="2023-07", due_on=date(2023, 8, 10), questions=questions,
            units=[staff.unit], repeats="month", by=lin,
        )  # fmt: skip
        return actions.open_round(one, by=lin)

    def test_the_tick_opens_the_next_one_once_its_period_is_over(self, monthly):
        assert actions.repeat_rounds(clock.now()) == 1
        assert actions.repeat_rounds(clock.now()) == 0

        following = monthly.followed_by
        assert (following.period, following.due_on, following.stage) == ("2023-08", date(2023, 9, 10), "open")
        assert following.owner_unit == monthly.owner_unit

    def test_it_catches_up_after_downtime(self, monthly):
        assert actions.repeat_rounds(datetime(2023, 12, 1, tzinfo=clock.SHANGHAI)) == 4

    def test_the_unit_sees_last_periods_values(self, monthly, staff, answer_of):
        actions.fill_answer(answer_of(monthly, staff.unit), {("visits", ""): "2"}, by=staff.handler)
        actions.repeat_rounds(clock.now())

        following = Round.objects.get(previous=monthly)

        assert queries.last_values(answer_of(following, staff.unit)) == {("visits", ""): "2"}

    def test_a_round_that_was_called_off_does_not_repeat(self, monthly, lin):
        actions.call_off_round(monthly, reason="no more", by=lin)

        assert actions.repeat_rounds(clock.now()) == 0

    def test_repeats_only_by_the_kind_of_its_period(self, zone, staff, lin, questions):
        with pytest.raises(BadInput) as refused:
            actions.draft_round(
                zone, name_zh="月报", period="2023-07", due_on=date(2023, 8, 10), questions=questions,
                units=[staff.unit], repeats="year", by=lin,
            )  # fmt: skip

        assert refused.value.code == "office.repeats_otherwise"


def test_more_time_moves_the_work_of_the_units_along(opened, lin, staff, answer_of):
    actions.extend_round(opened, due_on=date(2023, 9, 27), by=lin)

    assert {item.due_on for item in waiting()} == {date(2023, 9, 27)}
    assert ladder.climb_of(answer_of(opened, staff.unit)).due_on == date(2023, 9, 27)


def test_calling_off_leaves_nobody_with_work(confirmed, lin):
    actions.call_off_round(confirmed.round, reason="not needed", by=lin)

    assert not waiting() and not waiting("office.review_answer")
    assert not Climb.objects.filter(stage="climbing").exists()


def test_the_journal_replays_to_the_rows(accepted, lin):
    actions.merge_round(accepted.round, by=lin)

    for row in (Round.objects.get(), RoundAnswer.objects.get(pk=accepted.pk)):
        kind = row._meta.label_lower
        last = JournalEntry.objects.filter(subject_kind=kind, subject_id=row.pk).latest("pk")
        assert json.loads(last.body)["state"] == json.loads(canonical(state_of(row)))


def test_an_answer_is_one_entry_of_the_journal_whatever_its_cells(opened, staff, answer_of):
    before = JournalEntry.objects.count()

    actions.fill_answer(
        answer_of(opened, staff.unit),
        {("visits", ""): "3", ("aid", ""): "1", ("remarks", ""): "x"},
        by=staff.handler,
    )

    assert JournalEntry.objects.count() == before + 1


def test_fixed_rows_add_up_to_one_figure(zone, staff, lin, questions, answer_of):
    one = actions.draft_round(
        zone, number="V", name_zh="村报表", period="2023-08", due_on=date(2023, 9, 20), questions=questions[:1],
        lines=[rules.Line("v1", "一村"), rules.Line("v2", "二村", unit="agri-u")], units=[staff.unit], by=lin,
    )  # fmt: skip
    actions.open_round(one, by=lin)
    answer = answer_of(one, staff.unit)
    actions.fill_answer(answer, {("visits", "v1"): "2", ("visits", "v2"): "5"}, by=staff.handler)
    for member in (staff.handler, staff.checker, staff.signer):
        actions.hand_up(answer, by=member)
    actions.review_answer(answer, by=lin)

    assert [total.value for total in merged.totals_of(one)] == [Decimal(7)]
