"""What a phone link answers, whatever its state and whoever asks: without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shanhai.core import link_rules as rules
from shanhai.core.link_rules import Answer, Stage, State, Tried
from shanhai.kernel.refusals import BadInput, NotNow

NOON = datetime(2023, 9, 18, 4, tzinfo=UTC)
MOST = 5
stages, states = st.sampled_from(Stage), st.sampled_from(State)
moments = st.timedeltas(timedelta(days=-30), timedelta(days=30)).map(lambda by: NOON + by)


class TestStates:
    @given(stages, moments, st.integers(0, MOST))
    def test_what_ended_a_link_comes_before_its_time_and_its_time_before_its_tries(self, stage, until, left):
        state = rules.state_of(stage, until, left, NOON)

        if stage in (Stage.REVOKED, Stage.DONE):
            assert state == State(stage)
        elif until <= NOON:
            assert state == State.EXPIRED
        elif stage == Stage.BOUND:
            assert state == State.BOUND
        else:
            assert state == (State.UNUSED if left else State.LOCKED)

    @given(states, st.booleans(), st.integers(0, MOST))
    def test_nothing_is_shown_but_on_the_phone_that_a_living_link_is_bound_to(self, state, is_its, left):
        answer = rules.answer_to(state, is_its, left)

        assert (answer == Answer.SHOW) == (state == State.BOUND and is_its)
        assert answer != Answer.ASK or (left > 0 and state in (State.UNUSED, State.BOUND))

    @given(states, st.booleans(), st.integers(0, MOST))
    def test_only_the_right_number_binds_and_only_a_link_that_no_phone_has(self, state, is_right, left):
        outcome = rules.tried(state, is_right, left)

        if outcome == Tried.BOUND:
            assert is_right and left > 0 and state == State.UNUSED
        if state in (State.REVOKED, State.DONE, State.EXPIRED):
            assert outcome == Tried.OVER


class Guessing(RuleBasedStateMachine):
    """Somebody with the link and without the number, and the right person, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.left, self.compared, self.has_phone = Stage.UNUSED, MOST, 0, False

    def _try(self, is_right: bool) -> Tried:
        state = rules.state_of(self.stage, NOON + timedelta(1), self.left, NOON)
        state = State.UNUSED if state == State.LOCKED and self.left else state
        outcome = rules.tried(state, is_right, self.left)
        self.compared += outcome in (Tried.WRONG, Tried.BOUND) or (outcome == Tried.LOCKED and self.left > 0)
        if outcome == Tried.BOUND:
            self.stage, self.left, self.has_phone = Stage.BOUND, MOST, True
        elif not is_right and self.left:
            self.left -= 1
        return outcome

    @rule()
    def guess(self) -> None:
        assert self._try(False) in (Tried.WRONG, Tried.LOCKED)

    @rule()
    def give_the_number(self) -> None:
        outcome = self._try(True)
        if self.has_phone:
            assert outcome in (Tried.BOUND, Tried.ELSEWHERE, Tried.LOCKED)

    @rule()
    def release(self) -> None:
        self.stage, self.left, self.compared, self.has_phone = Stage.UNUSED, MOST, 0, False

    @invariant()
    def no_more_numbers_are_compared_than_there_are_tries_before_and_after_the_binding(self) -> None:
        assert self.compared <= 2 * MOST

    @invariant()
    def whoever_is_let_in_is_not_locked_out_by_others(self) -> None:
        if self.has_phone:
            state = rules.state_of(self.stage, NOON + timedelta(1), self.left, NOON)
            assert rules.answer_to(state, True, self.left) == Answer.SHOW


TestGuessing = Guessing.TestCase


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "138 0000 1234",
            "+86 138-0000-1234",
            "0086 13800001234",
            "８６１３８００００１２３４",
            "(138)00001234",
        ],
    )
    def test_one_number_has_one_spelling(self, text):
        assert rules.plain_number(text) == "13800001234"

    @given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
    def test_a_plain_number_stays_as_it_is_when_read_again(self, text):
        try:
            once = rules.plain_number(text)
        except BadInput:
            return

        assert rules.plain_number(once) == once

    @pytest.mark.parametrize("text", ["", "1234", "138 0000 123x", "1" * 16, "\0", "<script>"])
    def test_what_is_no_whole_number_is_refused(self, text):
        with pytest.raises(BadInput) as refused:
            rules.plain_number(text)

        assert refused.value.code == "core.link_phone"


class TestDays:
    TODAY = date(2023, 9, 18)

    @pytest.mark.parametrize("days", [-1, 91])
    def test_a_link_lasts_from_today_and_not_for_ever(self, days):
        with pytest.raises(BadInput):
            rules.check_until(self.TODAY + timedelta(days), self.TODAY, 90)

    def test_an_extension_gives_more_time(self):
        with pytest.raises(BadInput):
            rules.check_longer("x", self.TODAY, self.TODAY)

    @pytest.mark.parametrize("stage", [Stage.DONE, Stage.REVOKED])
    def test_what_is_over_is_not_changed(self, stage):
        with pytest.raises(NotNow):
            rules.check_living("x", stage)
