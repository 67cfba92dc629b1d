"""What the actions on rounds share: whose business it is, and how an answer shows on lists of work."""

from __future__ import annotations

from shanhai.core import access, ladder, search, visibility, work
from shanhai.core.models import Member
from shanhai.fields.office.models import Round, RoundAnswer
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import gettext_noop

ANSWER = "office.answer_round"
REVIEW = "office.review_answer"

_STEPS = {
    "handle": gettext_noop("Fill in {round}, {period}"),
    "check": gettext_noop("Check what your unit fills in for {round}, {period}"),
    "sign": gettext_noop("Confirm your unit’s answer to {round}, {period}"),
}


def check_office(one: Round, code: str, by: Member | None) -> None:
    """A member of the office that opened the round, with the role for it."""
    access.check(by, code, pairing_id=one.pairing_id)
    if by is not None and one.owner_unit is not None:
        rules.check_office(
            access.standing(by).organisation_id,
            one.owner_unit.organisation_id,
            one.number,
            str(one.owner_unit.organisation),
        )


def facts_of(one: Round) -> dict[str, str]:
    """What sentences about a round name."""
    return {
        "round": one.name_zh,
        "round_en": one.name_en,
        "number": one.number,
        "period": one.period,
        "due": one.due_on.isoformat(),
    }


def paper_of(answer: RoundAnswer) -> ladder.Paper:
    """An answer as it climbs the ladder of its unit."""
    return ladder.Paper(ANSWER, _STEPS, facts_of(answer.round), answer.url)


def ask_unit(answer: RoundAnswer, by: Member | None, step: str = "") -> None:
    """Put an answer on the first step of its unit (a loaded one on its own), with the round's due day."""
    ladder.start(answer, answer.unit, paper_of(answer), due_on=answer.round.due_on, step=step, by=by)


def ask_office(answer: RoundAnswer, by: Member | None) -> None:
    """Put a confirmed answer on the list of the office."""
    one = answer.round
    if one.owner_unit is None:
        return
    unit = answer.unit.organisation
    facts = facts_of(one) | {"unit": unit.name_zh, "unit_en": unit.name_en}
    work.open_item(
        REVIEW,
        answer,
        one.owner_unit,
        gettext_noop("Look through what {unit} answers to {round}, {period}"),
        facts,
        f"{answer.url}review/",
        one.due_on,
        by=by,
    )


def show(one: Round) -> None:
    """Write down who sees a round, and put it into the search."""
    visibility.place(one, one.due_on)
    search.put_many([queries.found_of(one)])
