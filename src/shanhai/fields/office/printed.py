"""What records of the office say when they are printed: problems, proposals, instructions, factor requests, rounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shanhai.core.printing.content import Block, Content, text
from shanhai.fields.office import columns
from shanhai.fields.office.models import FactorRequest, Instruction, Problem, Proposal, ProposalEffect, Round
from shanhai.fields.office.queries import proposals, said
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
    effects = tuple(_effect(effect) for effect in one.effects.filter(dropped_on=None))
    heads = (
        _("What changed"),
        _("Before"),
        _("After"),
        pgettext("of a quantity", "Unit"),
        pgettext("of a figure", "Change"),
        _("Source"),
    )
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


def _effect(effect: ProposalEffect) -> tuple[str, ...]:
    """A row of the table; where the source gives the change alone, no figures stand before it."""
    change = proposals.change_of(effect)
    return (
        effect.what,
        words.num(effect.before) if effect.before is not None else words.NOTHING,
        words.num(effect.after) if effect.after is not None else words.NOTHING,
        effect.unit,
        f"{change:+f}".rstrip("0").rstrip(".") + " %" if change is not None else words.NOTHING,
        effect.source,
    )


def factor_request(one: FactorRequest) -> Content:
    """A factor request with what was granted of it, addressed to whoever grants it."""
    grants = tuple(
        (_day(grant.on), said.amount(grant.quantity, one.measure), grant.paper)
        for grant in one.grants.filter(taken_back_on=None)
    )
    heads = (_("Granted on"), _("Quantity"), _("Paper"))
    table = (Block("heading", _("Granted")), Block("table", heads=heads, rows=grants)) if grants else ()
    asked = said.amount(one.quantity, one.measure)
    return Content(
        title=one.title,
        to=one.fulfiller.name,
        facts=(
            (_("Number"), one.number),
            (_("Factor"), str(said.FACTORS[one.kind])),
            (_("Asked by"), one.asker.name),
            (_("Quantity asked"), asked),
            (_("Asked on"), _day(one.asked_on)),
            (_("Needed by"), _day(one.needed_by)),
        ),
        now=(
            (_("Status"), str(said.FACTOR_STAGES[one.stage])),
            (_("Granted so far"), said.amount(one.granted, one.measure)),
        ),
        blocks=(*_section(_("What it is needed for"), one.text_said), *table),
        gist=_("{asked}, needed by {day}; {status}").format(
            asked=asked, day=_day(one.needed_by), status=said.FACTOR_STAGES[one.stage]
        ),
    )


def reporting_round(one: Round) -> Content:
    """What a round asks of which units by when; the values are in its workbook."""
    asked = tuple(
        (question.name, question.unit, _("yes") if question.is_required else _("no"))
        for question in one.columns.filter(until=None)
    )
    units = tuple(
        (answer.unit.organisation.name, answer.unit.name)
        for answer in one.answers.select_related("unit__organisation").order_by(
            "unit__organisation__name_sort", "pk"
        )
    )
    return Content(
        title=one.name,
        facts=(
            (_("Number"), one.number),
            (_("Period"), one.period),
            (_("Asked by"), one.owner_unit.organisation.name if one.owner_unit else words.NOTHING),
            (_("Due"), _day(one.due_on)),
        ),
        now=((_("Status"), columns.words(columns.ROUND_STAGES, one.stage)),),
        blocks=(
            *_section(_("A word to the units"), one.about),
            Block("heading", _("What is asked")),
            Block(
                "table",
                heads=(_("Question"), pgettext("of a quantity", "Unit"), _("Must be filled in")),
                rows=asked,
            ),
            *(
                (
                    Block("heading", _("Units")),
                    Block("table", heads=(_("Organisation"), _("Unit")), rows=units),
                )
                if units
                else ()
            ),
        ),
        gist=_("{period}; due {day}").format(period=one.period, day=_day(one.due_on)),
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
