"""The kinds of work that the field puts on lists: why somebody has it, and what can be done in its row."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shanhai.core import replies, signs
from shanhai.core.models import Climb, WorkItem
from shanhai.core.signs import WorkAction, WorkKind

IN_PLACE = "shanhai.fields.office.actions.in_place"
READ_BEFORE = "shanhai.fields.office.queries.read_before"
# How well an answer solved a problem, best first.
RATINGS = (
    (5, _("5, solved well")),
    (4, _("4, solved")),
    (3, _("3, solved in part")),
    (2, _("2, hardly solved")),
    (1, _("1, not solved")),
)


# What the holder of a step does with a prepared reply, by the step.
STEPS = {
    "check": (
        WorkAction(
            "pass_check",
            _("Nothing to correct: pass it on"),
            f"{IN_PLACE}.pass_check",
            word="optional",
            word_label=_("A word on it; needed where it goes back"),
        ),
        WorkAction("return_check", _("Return it"), f"{IN_PLACE}.return_check", word="required"),
    ),
    "sign": (
        WorkAction(
            "pass_sign",
            _("Sign it: it goes out"),
            f"{IN_PLACE}.pass_sign",
            word="optional",
            word_label=_("A word on it; needed where it goes back"),
        ),
        WorkAction("return_sign", _("Return it"), f"{IN_PLACE}.return_sign", word="required"),
    ),
}
STEP_BUTTONS = {"check": pgettext_lazy("ladder", "Check"), "sign": pgettext_lazy("ladder", "Sign")}


def shown_of(item: WorkItem, climb: Climb | None) -> Sequence[tuple[str, str]]:
    """What one reads before acting in the row, as (label, text): what a prepared reply says, else what its kind shows."""
    if climb is not None and item.step:
        return replies.shown(climb, replies.subject_of(climb))
    kind = signs.work_kinds.get(item.kind)
    return signs.call(kind.shows)(item) if kind is not None and kind.shows else ()


def actions_of(item: WorkItem) -> tuple[WorkAction, ...]:
    """What an item offers in its row: what its kind says, or, for a prepared reply, what its step does."""
    if item.step:
        return STEPS.get(item.step, ())
    kind = signs.work_kinds.get(item.kind)
    return kind.actions if kind is not None else ()


def button_of(item: WorkItem) -> str:
    """What the button of its row says; empty where its kind is not signed in."""
    kind = signs.work_kinds.get(item.kind)
    return str(STEP_BUTTONS.get(item.step) or (kind.button if kind is not None else ""))


def kinds() -> tuple[WorkKind, ...]:
    """All of them."""
    return (
        WorkKind(
            "office.problem",
            _("Problem to answer"),
            _("Answer"),
            _("The problem is with your unit."),
            (
                WorkAction(
                    "answer",
                    _("Answer it"),
                    f"{IN_PLACE}.answer_problem",
                    f"{IN_PLACE}.take_back_answer",
                    word="required",
                    word_label=_("The answer, or what you ask"),
                ),
                WorkAction("ask_back", _("Ask back"), f"{IN_PLACE}.ask_back", word="required"),
            ),
            f"{READ_BEFORE}.problem",
        ),
        WorkKind(
            "office.problem_question",
            _("Question about a problem"),
            _("Reply"),
            _("Whoever answers your problem has asked back."),
            (
                WorkAction(
                    "reply",
                    _("Send the reply"),
                    f"{IN_PLACE}.reply",
                    word="required",
                    word_label=_("Your reply"),
                ),
            ),
            f"{READ_BEFORE}.question",
        ),
        WorkKind(
            "office.problem_answer",
            _("Answer to rate"),
            _("Rate"),
            _("The problem that you raised is answered."),
            tuple(
                WorkAction(
                    f"rate_{n}", label, f"{IN_PLACE}.rate_{n}", word="optional", word_label=_("A word on it")
                )
                for n, label in RATINGS
            ),
            f"{READ_BEFORE}.answer",
        ),
        WorkKind(
            "office.instruction",
            _("Instruction to carry out"),
            _("Report back"),
            _("A leader gave it to your unit."),
            (
                WorkAction(
                    "report",
                    _("Report that it is done"),
                    f"{IN_PLACE}.report_back",
                    word="required",
                    word_label=_("How it was carried out"),
                ),
            ),
            f"{READ_BEFORE}.instruction",
        ),
        WorkKind(
            "office.instruction_report",
            _("Report on your instruction"),
            _("Look"),
            _("The unit has reported back."),
            (
                WorkAction("close", _("Close it"), f"{IN_PLACE}.close_instruction"),
                WorkAction(
                    "send_back",
                    _("Send it back"),
                    f"{IN_PLACE}.send_back",
                    word="required",
                    word_label=_("What is missing, if it goes back"),
                ),
            ),
            f"{READ_BEFORE}.report",
        ),
        WorkKind(
            "office.answer_round",
            _("Reporting round"),
            _("Fill in"),
            _("Your unit is asked, and the step is yours."),
        ),
        WorkKind(
            "office.review_answer",
            _("Answer to look through"),
            _("Look through"),
            _("Your office opened the round."),
        ),
        WorkKind(
            "office.factor",
            _("Factor request"),
            _("Decide"),
            _("A factor is asked of your unit; the queue says who comes first."),
        ),
    )
