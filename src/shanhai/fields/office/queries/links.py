"""What phone links open of the office's records: an answer to rate, the answer of a unit to a round."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import access
from shanhai.core.models import Member
from shanhai.core.models.base import in_language
from shanhai.core.signs import LinkField, LinkShown
from shanhai.fields.office.models import Problem, RoundAnswer
from shanhai.fields.office.queries import problems, rounds
from shanhai.fields.office.rules import problems as problem_rules
from shanhai.fields.office.rules import rounds as round_rules
from shanhai.kernel.refusals import NotAllowed, NotNow, gettext_noop
from shanhai.webkit import words

# More cells than this are no work for a thumb; such a form goes out as a workbook.
MOST_CELLS = 40

RATINGS = (
    ("5", gettext_lazy("5: solved well")),
    ("4", gettext_lazy("4: solved")),
    ("3", gettext_lazy("3: partly solved")),
    ("2", gettext_lazy("2: hardly solved")),
    ("1", gettext_lazy("1: not solved")),
)


# -- the answer to a problem ---------------------------------------------------------------------------------------


def check_rating(problem: Problem, by: Member | None) -> None:
    """Whoever asked may let a person rate who has no account, once there is an answer."""
    problem_rules.check_can_rate(problem.number, problem.stage, 5)
    problem_rules.check_asked(problem.number, problem.asker.name, problems.is_asker(problem, by))


def problem_shown(problem: Problem, reader: Member | None) -> LinkShown:
    """The problem and its answer."""
    texts = [(_("What you asked"), problem.text_said)] if problem.text_said else []
    return LinkShown(
        title=problem.title,
        about=_("%(unit)s has answered. Did it solve the problem?")
        % {"unit": problem.unit.organisation.name},
        facts=(
            (_("Number"), problem.number),
            (_("Asked by"), problem.asker.name),
            (_("Answered on"), words.day(problem.answered_on, "year") if problem.answered_on else "–"),
        ),
        texts=(*texts, (_("Answer"), problem.answer_said)),
        standing=problem.standing,
    )


def rating_asked(problem: Problem) -> Sequence[LinkField]:
    """One to five, and a word."""
    return (
        LinkField("rating", _("How well was it solved?"), "choice", choices=RATINGS),
        LinkField("word", _("What else should they know?"), "long", is_required=False),
    )


def is_rated(problem: Problem) -> bool:
    """Whether no answer waits to be rated any more."""
    return problem.stage != problem_rules.Stage.ANSWERED


# -- the answer of a unit to a round -------------------------------------------------------------------------------


def sees_answer(member: Member, answer: RoundAnswer) -> bool:
    """Whether a member may open the page of an answer."""
    return rounds.sees_answer(member, answer.round, answer)


def answers_shown_to(keys: Collection[int]) -> dict[int, set[int]]:
    """Of answers the organisations that see them: the one that answers, and the office that asks."""
    found = RoundAnswer.objects.filter(pk__in=keys)
    columns = found.values_list("pk", "unit__organisation_id", "round__owner_unit__organisation_id")
    return {pk: {one for one in organisations if one is not None} for pk, *organisations in columns}


def titles_of_answer(answer: RoundAnswer) -> tuple[str, str]:
    """The round and the organisation that answers, in both languages."""
    one, body = answer.round, answer.unit.organisation
    return f"{one.name_zh} · {body.name_zh}", f"{one.name_en or one.name_zh} · {body.name_en or body.name_zh}"


def check_filling(answer: RoundAnswer, by: Member | None) -> None:
    """A unit lets its own form be filled in by phone, while it is open and short enough."""
    one = answer.round
    round_rules.check_is_open(one.number, one.stage)
    round_rules.check_can_fill(one.number, str(answer.unit.organisation), answer.stage)
    if by is not None and access.standing(by).organisation_id != answer.unit.organisation_id:
        raise NotAllowed(
            "office.link_of_another_unit",
            gettext_noop("{unit} answers this, so only its own people share it by link. Ask somebody there."),
            unit=str(answer.unit),
        )
    n = rounds.form_of(answer).n_cells
    if n > MOST_CELLS:
        raise NotNow(
            "office.link_too_wide",
            gettext_noop(
                "The form has {n} cells; a phone takes {most}. Send the workbook of the form, and read it in yourself."
            ),
            n=n,
            most=MOST_CELLS,
        )


def answer_shown(answer: RoundAnswer, reader: Member | None) -> LinkShown:
    """What is asked, for when, by whom."""
    one = answer.round
    asked_by = one.owner_unit.organisation.name if one.owner_unit else "–"
    return LinkShown(
        title=one.name,
        about=_("%(body)s asks for these figures of %(unit)s.")
        % {"body": asked_by, "unit": answer.unit.organisation.name},
        facts=((_("Period"), one.period), (_("Due"), words.day(one.due_on, "weekday"))),
        texts=((_("About the figures"), one.about),) if one.about else (),
        standing=one.standing,
    )


def cells_asked(answer: RoundAnswer) -> Sequence[LinkField]:
    """One field for each cell, with what stands there already; an accepted value is not asked again."""
    form, standing = rounds.form_of(answer), rounds.values_of(answer)
    asked = []
    for line in form.lines:
        for column in form.columns:
            value = standing.get((column.pk, line.pk))
            if value is not None and value.state == round_rules.CellState.ACCEPTED:
                continue
            asked.append(
                LinkField(
                    cell_name(column.code, line.code),
                    _cell_label(column, line),
                    "number" if column.type in round_rules.NUMBERS else "text",
                    column.is_required,
                    hint=_cell_hint(column),
                    value=rounds.shown(column, value.text) if value is not None else "",
                )
            )
    return asked


def cell_name(column: str, line: str) -> str:
    """The name of a cell in a form; codes have no colon."""
    return f"cell:{column}:{line}"


def _cell_label(column: Any, line: Any) -> str:
    name = in_language(column.name_zh, column.name_en)
    return f"{line.name} · {name}" if line.code else name


def _cell_hint(column: Any) -> str:
    if column.type == "date":
        return _("as 2023-09-18")
    return _("in %s") % column.unit if column.unit else ""


def is_handed_in(answer: RoundAnswer) -> bool:
    """Whether the unit cannot fill it in any more."""
    return answer.round.stage != round_rules.RoundStage.OPEN or answer.stage not in round_rules.FILLABLE
