"""What records of the office say when they are printed: problems, proposals, instructions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.core.printing.content import Block, Content, text
from shanhai.fields.office.models import Instruction, Problem, Proposal
from shanhai.fields.office.queries import said
from shanhai.webkit import words


def _section(heading: str, body: str) -> tuple[Block, ...]:
    return (Block("heading", heading), *text(body)) if body.strip() else ()


def _day(day: Any) -> str:
    return words.day(day, "year")


def problem(one: Problem) -> Content:
    """A problem with its answer, addressed to whoever has it."""
    return Content(
        title=one.title,
        to=one.unit.organisation.name,
        facts=(
            (_("Number"), one.number),
            (_("Field"), str(said.FIELDS[one.field])),
            (_("Asked by"), one.asker.name),
            (_("Raised"), _day(one.raised_on)),
        ),
        now=((_("Status"), str(said.PROBLEM_STAGES[one.stage])), (_("Level"), str(said.LEVELS[one.level]))),
        blocks=(*_section(_("The matter"), one.text_said), *_section(_("Answer"), one.answer_said)),
        gist=_("{status}, with {who} since {day}").format(
            status=said.PROBLEM_STAGES[one.stage], who=one.unit.organisation.name, day=_day(one.since_on)
        ),
    )


def proposal(one: Proposal) -> Content:
    """A proposal with its author, its adoption and what it changed."""
    effects = tuple(
        (effect.what, words.num(effect.before), words.num(effect.after), effect.unit)
        for effect in one.effects.filter(dropped_on=None)
        if effect.before is not None
    )
    heads = (_("What changed"), _("Before"), _("After"), _("Unit"))
    table = (Block("heading", _("Effect")), Block("table", heads=heads, rows=effects)) if effects else ()
    return Content(
        title=one.title,
        facts=(
            (_("Number"), one.number),
            (_("Field"), str(said.FIELDS[one.field])),
            (_("Author"), one.author_name),
            (_("Proposed"), said.on_about(one.proposed_on, one.proposed_to)),
            (_("Adopted by"), one.adopted_by or words.NOTHING),
            (_("Adopted"), said.on_about(one.adopted_on, one.adopted_to)),
            (_("In force"), said.on_about(one.in_force_on, one.in_force_to)),
        ),
        now=((_("Status"), str(said.PROPOSAL_STAGES[one.stage])),),
        blocks=(*_section(_("What is proposed"), one.text_said), *table),
        gist=str(said.PROPOSAL_STAGES[one.stage]),
    )


def instruction(one: Instruction) -> Content:
    """An instruction, addressed to the unit that carries it out, with a place for who gave it."""
    return Content(
        title=_("Instruction {number}").format(number=one.number),
        to=f"{one.unit.organisation.name} {one.unit.name}",
        facts=(
            (_("Instructed by"), one.leader.name),
            (_("Instructed on"), _day(one.given_on)),
            (_("Due"), _day(one.due_on)),
        ),
        now=((_("Status"), str(said.INSTRUCTION_STAGES[one.stage])),),
        blocks=(*_section(_("Instruction"), one.text_said), *_section(_("Report"), one.report_said)),
        stamps=(one.leader.name,),
        gist=_("{what}; due {day}").format(what=one.text_said, day=_day(one.due_on)),
    )
