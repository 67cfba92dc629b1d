"""What a case says when it is printed: where it stands, what was decided, and the letters to its applicant."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.core.printing.content import Block, Content
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.queries.letters import letters_of
from shanhai.webkit import words


def _day(day: Any) -> str:
    return words.day(day, "year") if day else words.NOTHING


def case(one: Case) -> Content:
    """The decisions of a case with their reasons, and the letters, addressed to the enterprise."""
    items = queries.whole(one)
    blocks = _table(_("Items"), (_("Item"), _("Decides"), _("Decision"), _("Decided")), map(_item, items))
    letters = letters_of(one, items, queries.materials_of(one))
    rows = [
        (said.words(said.LETTERS, row.kind), row.item.name if row.item else "", _day(row.on), _text(row))
        for row in letters
    ]
    blocks += _table(_("Letters to the applicant"), (_("Letter"), _("Item"), _("Date"), _("Text")), rows)
    return Content(
        title=one.project.name,
        head=one.owner_unit.organisation.name if one.owner_unit else "",
        to=one.enterprise.name,
        facts=(
            (_("Number"), one.number),
            (_("Project code"), one.project.project_code or words.NOTHING),
            (_("Catalogue"), one.catalogue.catalogue.name),
            (_("File opened"), _day(one.filed_on)),
            (_("Accepted for review"), _day(one.accepted_on)),
        ),
        now=((_("Stage"), said.words(said.STAGES, one.stage)), (_("Planned end"), _day(one.planned_on))),
        blocks=blocks,
        gist=said.words(said.STAGES, one.stage),
    )


def _item(item: CaseItem) -> tuple[str, ...]:
    decision = (
        said.words(said.DECIDED, item.decision) if item.decision else said.words(said.STATES, item.state)
    )
    told = f"{decision}：{item.reasons}" if words.is_chinese() and item.reasons else decision
    if item.reasons and not words.is_chinese():
        told = f"{decision}: {item.reasons}"
    return item.name, item.department_name, told, _day(item.decided_on)


def _text(row: Any) -> str:
    lines = [f"{name} {text}".strip() for name, text in row.lines]
    return "\n".join(filter(None, (row.text, *lines)))


def _table(heading: str, heads: tuple[str, ...], rows: Any) -> tuple[Block, ...]:
    found = tuple(rows)
    return (Block("heading", heading), Block("table", heads=heads, rows=found)) if found else ()
