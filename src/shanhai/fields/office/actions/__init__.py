"""Every write of the field, one module for each noun; those of rounds by their names."""

from shanhai.fields.office.actions.answers import check_in_unit, fill_answer, hand_down, hand_up
from shanhai.fields.office.actions.merging import merge_round, take_back_merging
from shanhai.fields.office.actions.reviewing import (
    accept_confirmed,
    hand_over_answer,
    review_answer,
    take_back_acceptance,
)
from shanhai.fields.office.actions.rounds import (
    call_off_round,
    change_round_form,
    draft_round,
    extend_round,
    open_round,
    remind_by_rule,
    remind_missing,
    repeat_rounds,
)

__all__ = [
    "accept_confirmed",
    "call_off_round",
    "change_round_form",
    "check_in_unit",
    "draft_round",
    "extend_round",
    "fill_answer",
    "hand_down",
    "hand_over_answer",
    "hand_up",
    "merge_round",
    "open_round",
    "remind_by_rule",
    "remind_missing",
    "repeat_rounds",
    "review_answer",
    "take_back_acceptance",
    "take_back_merging",
]
