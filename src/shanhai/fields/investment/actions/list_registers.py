"""Answers to a quarterly list that come back as a spreadsheet: each row does what the page does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import access
from shanhai.core.models import Member, Organisation, Pairing
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.writing import action
from shanhai.fields.investment.actions import lists as actions
from shanhai.fields.investment.models import ListLine, QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.kernel.refusals import NotNow, Refused, gettext_noop

_ANSWER = ("answer", "reason", "transferred_to", "credit_percent")


def lines_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What holds for the page holds for the sheet: who answers, which reasons are needed, what was answered."""
    return [_problems(change, by) for change in changes]


def _problems(change: Change, by: Member) -> list[Problem]:
    try:
        if change.before is None:
            one = queries.list_of(by, change.values["list"])
            rules.check_list_stage(one.number, one.stage, rules.ListStage.DRAFT)
            lead_queries.lead_of(by, change.values["lead"])
        elif change.differs_in(*_ANSWER):
            line = _line(change, by)
            one = line.quarterly_list
            access.check(by, "investment.answer_line", pairing_id=one.pairing_id)
            rules.check_side(one.number, queries.side_in(one, by), "mountain")
            rules.check_list_stage(one.number, one.stage, rules.ListStage.ACKNOWLEDGED)
            rules.check_unanswered(line.lead.number, line.answer, line.withdrawn_on is not None)
            values = change.values
            rules.check_answer(
                line.lead.number,
                values["answer"],
                values["reason"],
                bool(values["transferred_to"]),
                values["credit_percent"],
            )
    except Refused as refused:
        facts = {name: value for name, value in refused.facts.items() if name != "field"}
        column = {"to": "transferred_to"}.get(
            str(refused.facts.get("field")), str(refused.facts.get("field", "lead"))
        )
        return [Problem(0, column, "", refused.code, refused.sentence, facts)]
    return []


@action
def write_list_lines(
    changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: Any = None
) -> None:
    """New rows put leads on a list that is compiled; answered rows answer."""
    access.check(by, "investment.write_list_lines", pairing_id=pairing.pk if pairing else None)
    for change in changes:
        if change.outcome == "gone":
            raise NotNow(
                "investment.lines_stay",
                gettext_noop("The answers of list {number} are not undone by undoing the import. Take up the lead again on its page."),
                number=change.values["list"],
            )  # fmt: skip
        if change.before is None:
            one = queries.list_of(by, change.values["list"])
            actions.add_to_list(one, lead_queries.lead_of(by, change.values["lead"]), by=by)
        elif change.differs_in(*_ANSWER):
            _answer(change, by)


def _answer(change: Change, by: Member | None) -> None:
    values = change.values
    to = (
        Organisation.objects.filter(code=values["transferred_to"]).first()
        if values["transferred_to"]
        else None
    )
    actions.answer_line(
        _line(change, by),
        answer=values["answer"],
        reason=values["reason"],
        to=to,
        credit_percent=values["credit_percent"],
        by=by,
    )


def _line(change: Change, by: Member | None) -> ListLine:
    one: QuarterlyList = queries.list_of(by, change.values["list"])
    return queries.line_of(one, change.values["lead"])
