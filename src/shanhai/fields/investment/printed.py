"""What a quarterly list says when it is printed: its lines as they were published, the answers, and the receipt of both sides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.core.models import Member, SignedCopy
from shanhai.core.printing.content import Block, Content
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import lists as actions
from shanhai.fields.investment.models import ListLine, QuarterlyList
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.webkit import words


def quarterly_list(one: QuarterlyList) -> Content:
    """The lines, and beside them how they were answered; both sides sign that it was handed over and received."""
    lines = queries.lines_of(one)
    heads = (_("No."), _("Lead"), _("Investor"), _("Kind"), _("Counted investment"), _("Answer"))
    is_told = one.stage != rules.ListStage.DRAFT
    return Content(
        title=_said(one.title_zh, one.title_en),
        head=one.owner_unit.organisation.name if one.owner_unit else "",
        facts=(
            (_("Number"), one.number),
            (_("Cut-off day"), _day(one.cut_off_on)),
            (_("Published"), _day(one.published_on)),
        ),
        now=(
            (_("Status"), columns.words(columns.LIST_STAGES, one.stage)),
            (_("To answer"), _day(one.answer_due_on)),
        ),
        blocks=(Block("heading", _("Lines")), Block("table", heads=heads, rows=tuple(map(_row, lines)))),
        stamps=(_("sea side"), _("mountain side")) if is_told else (),
        gist=columns.words(columns.LIST_STAGES, one.stage),
    )


def sign_receipt(one: QuarterlyList, copy: SignedCopy, on: Any, person: str, by: Member | None) -> bool:
    """A matched scan signs the receipt for the side that brings it."""
    side = queries.side_in(one, by)
    if (
        one.stage == rules.ListStage.DRAFT
        or side not in ("sea", "mountain")
        or getattr(one, f"{side}_signed_on")
    ):
        return False
    actions.sign_receipt(one, on=on, person=person, copy=copy, by=by)
    return True


def _row(line: ListLine) -> tuple[str, ...]:
    money = line.told_of("counted_fen")
    return (
        str(line.position),
        f"{line.lead.number} {_said(line.told_of('name_zh'), line.told_of('name_en'))}",
        _said(line.told_of("investor_zh"), line.told_of("investor_en")) or words.NOTHING,
        columns.words(columns.KINDS, line.told_of("kind")),
        words.yuan(money) if money is not None else words.NOTHING,
        _answer(line),
    )


def _answer(line: ListLine) -> str:
    if line.kind == rules.LineKind.WITHDRAWS or line.withdrawn_on is not None:
        return _("withdrawn")
    return columns.words(columns.ANSWERS, line.answer) if line.answer else words.NOTHING


def _said(zh: str, en: str) -> str:
    return (zh or en) if words.is_chinese() else (en or zh)


def _day(day: Any) -> str:
    return words.day(day, "year") if day else words.NOTHING
