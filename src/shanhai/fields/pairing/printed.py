"""What records of the field say when they are printed: agreements, commitments, minutes, action items, secondments, technical problems."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import clock
from shanhai.core.models import Member, Pairing, SignedCopy
from shanhai.core.printing import saying
from shanhai.core.printing.content import Block, Content, Facts, text
from shanhai.fields.pairing import actions, brief, columns, quantities, queries, rules
from shanhai.fields.pairing.models import (
    ActionItem,
    Agreement,
    Commitment,
    Meeting,
    Secondment,
    TechnicalProblem,
)
from shanhai.fields.pairing.queries import pages
from shanhai.webkit import words

# A message is read on a phone.
_MOST_LATE = 3
_NUMERALS = "一二三四五六七八九十"


def _word(choices: columns.Choices, value: str) -> str:
    return columns.words(choices, value) if value else words.NOTHING


def _joined(parts: Sequence[str]) -> str:
    return ("、" if words.is_chinese() else ", ").join(part for part in parts if part)


def _numbered(headings: Sequence[tuple[str, Sequence[Block]]]) -> tuple[Block, ...]:
    """Sections with their numbers, as papers count them: 一、 二、; those that hold nothing are left out."""
    blocks: list[Block] = []
    filled = [(heading, inside) for heading, inside in headings if inside]
    for index, (heading, inside) in enumerate(filled):
        number = f"{_NUMERALS[index]}、" if words.is_chinese() else f"{index + 1}. "
        blocks += [Block("heading", number + heading), *inside]
    return tuple(blocks)


def _with(said: str, more: str) -> str:
    """A name with what stands in brackets behind it."""
    if not more:
        return said
    return f"{said}（{more}）" if words.is_chinese() else f"{said} ({more})"


def _day(day: Any) -> str:
    return words.day(day, "year")


# -- agreements and commitments ------------------------------------------------------------------------------------


def agreement(one: Agreement) -> Content:
    """The terms of an agreement, with a place for each party's stamp."""
    parties = [line.party.organisation.name for line in one.parties.select_related("party__organisation")]
    signed = [
        signature.party.organisation.name
        for signature in one.signatures.select_related("party__organisation")
    ]
    return Content(
        title=one.name,
        facts=(
            (_("Number"), one.number),
            (_("Parties"), _joined(parties)),
            (_("Field"), _word(columns.FIELDS, one.field)),
            (_("Valid from"), _day(one.valid_from)),
            (_("Valid to"), _day(one.valid_to) if one.valid_to else _("no last day")),
        ),
        now=(
            (_("Status"), _word(columns.AGREEMENT_STAGES, one.stage)),
            (_("Signed by"), _joined(signed) or words.NOTHING),
        ),
        blocks=_numbered(
            [
                (_("What is promised"), _promises(one)),
                (_("Money"), _money(one)),
                (_("Land"), _land(one)),
                (_("What it says"), text(one.about)),
            ]
        ),
        stamps=tuple(parties),
        gist=_("{status}; valid from {day}").format(
            status=_word(columns.AGREEMENT_STAGES, one.stage), day=_day(one.valid_from)
        ),
    )


def _promises(one: Agreement) -> Sequence[Block]:
    promised = list(one.commitments.order_by("code").prefetch_related("periods"))
    if not promised:
        return ()
    return (
        Block(
            "table",
            heads=(_("Commitment"), _("Owed by"), _("Promised"), _("Due")),
            rows=tuple(
                (line.name, _word(columns.OWES, line.owes), _target(line), _due(line)) for line in promised
            ),
            widths=(0.4, 0.12, 0.24, 0.24),
            right=(False, False, True, False),
        ),
    )


def _target(one: Commitment) -> str:
    said = quantities.exact(one, Decimal(one.target)).replace(".00", "")
    return said if one.per == "once" else f"{said} · {_word(columns.PERS, one.per)}"


def _due(one: Commitment) -> str:
    if one.due_on:
        return _day(one.due_on)
    periods = [line.due_on for line in one.periods.all()]
    return (
        _("from {first} to {last}").format(first=_day(min(periods)), last=_day(max(periods)))
        if periods
        else ""
    )


def _money(one: Agreement) -> Sequence[Block]:
    clauses = one.money_clauses.select_related("payer__organisation", "payee__organisation").order_by("code")
    rows = tuple(
        (
            clause.name,
            clause.payer.organisation.name,
            clause.payee.organisation.name,
            words.yuan_exact(clause.amount_fen) if clause.amount_fen else clause.condition or words.NOTHING,
            _word(columns.SCHEDULES, clause.schedule),
        )
        for clause in clauses
    )
    heads = (_("Clause"), _("Pays"), _("Is paid"), _("Amount"), _("When"))
    return (Block("table", heads=heads, rows=rows, widths=(0.24, 0.22, 0.22, 0.2, 0.12)),) if rows else ()


def _land(one: Agreement) -> Sequence[Block]:
    clauses = one.land_clauses.select_related("giver__organisation", "taker__organisation").order_by("code")
    rows = tuple(
        (
            clause.purpose,
            clause.giver.organisation.name,
            clause.taker.organisation.name,
            words.mu(clause.land_mu),
            _day(clause.by_on) if clause.by_on else words.NOTHING,
        )
        for clause in clauses
    )
    heads = (_("Purpose"), _("Gives"), _("Takes"), _("Area"), _("By"))
    return (Block("table", heads=heads, rows=rows, widths=(0.28, 0.22, 0.22, 0.12, 0.16)),) if rows else ()


def commitment(one: Commitment) -> Content:
    """A commitment with what is due when, and beside it how it stands."""
    periods = list(one.periods.order_by("due_on"))
    (progress,) = queries.progress_of([one]) or (None,)
    now: Facts = ()
    if progress is not None:
        scale = quantities.scale_of(one, progress.promised)
        now = (
            (_("Delivered"), scale.full(progress.delivered)),
            (_("Forecast"), scale.full(progress.forecast)),
        )
    return Content(
        title=one.name,
        facts=(
            (_("Code"), one.code),
            (_("Agreement"), f"{one.agreement.number} {one.agreement.name}"),
            (_("Field"), _word(columns.FIELDS, one.field)),
            (_("Owed by"), _word(columns.OWES, one.owes)),
            (_("Promised"), _target(one)),
            (_("Due"), _due(one) or words.NOTHING),
        ),
        now=now,
        blocks=_numbered(
            [
                (_("What is due when"), _periods(one, periods)),
                (_("What it says"), text(one.about)),
            ]
        ),
        gist=_("{who} owes {what}").format(who=_word(columns.OWES, one.owes), what=_target(one)),
    )


def _periods(one: Commitment, periods: Sequence[Any]) -> Sequence[Block]:
    rows = tuple(
        (line.period, quantities.exact(one, Decimal(line.target)), _day(line.due_on)) for line in periods
    )
    heads = (_("Period"), _("Target"), _("Due"))
    right = (False, True, False)
    return (Block("table", heads=heads, rows=rows, widths=(0.3, 0.4, 0.3), right=right),) if rows else ()


# -- meetings ------------------------------------------------------------------------------------------------------


def meeting(one: Meeting) -> Content:
    """The minutes of a joint meeting (会议纪要) once they are written; before, its notice with the agenda."""
    at = clock.local(one.at)
    is_minuted = one.stage in (rules.MeetingStage.MINUTED, rules.MeetingStage.SIGNED)
    people = list(one.attendees.select_related("member").order_by("side", "id"))
    when = f"{_day(at.date())} {at:%H:%M}"
    pairing = one.pairing.name
    head = _("{pairing} joint meeting: minutes") if is_minuted else _("{pairing} joint meeting: notice")
    sides = (_side(one, side) for side in rules.SIDES)
    return Content(
        title=one.title,
        shape="minutes",
        head=head.format(pairing=pairing),
        facts=(
            (_("Number"), one.number),
            (_("Time"), when),
            (_("Place"), one.place or words.NOTHING),
            (_("Level"), _word(columns.MEETING_LEVELS, one.level)),
            (_("Convenors"), _convenors(one)),
        ),
        now=((_("Status"), _word(columns.MEETING_STAGES, one.stage)),),
        blocks=(
            *_numbered(
                [
                    (_("Agenda"), _agenda(one)),
                    (_("Minutes"), text(one.minutes) if is_minuted else ()),
                    (_("Resolutions"), _resolutions(one)),
                ]
            ),
            *_present(people, is_minuted),
        ),
        stamps=tuple(sides) if is_minuted else (),
        gist=_joined([when, one.place]),
    )


def _convenors(one: Meeting) -> str:
    both = (one.convenor_mountain, one.convenor_sea)
    return (
        _joined([_with(who.name, who.unit.organisation.name) for who in both if who is not None])
        or words.NOTHING
    )


def _side(one: Meeting, side: str) -> str:
    parties = one.pairing.parties.filter(role=side).select_related("organisation")
    return _joined([party.organisation.name for party in parties])


def _agenda(one: Meeting) -> tuple[Block, ...]:
    return tuple(
        Block(
            "text",
            f"{point.order}. {_with(point.title, point.asks if point.asks != point.title else '')}",
        )
        for point in one.agenda.order_by("order")
    )


def _resolutions(one: Meeting) -> tuple[Block, ...]:
    return tuple(
        Block(
            "text", f"（{index}）{resolution.text}" if words.is_chinese() else f"({index}) {resolution.text}"
        )
        for index, resolution in enumerate(one.resolutions.order_by("number"), 1)
    )


def _present(people: Sequence[Any], is_minuted: bool) -> tuple[Block, ...]:
    """Who was there and who was not, as minutes end (出席、请假); before the meeting, who is invited."""
    colon = "：" if words.is_chinese() else ": "

    def said(label: str, chosen: Sequence[Any]) -> tuple[Block, ...]:
        names = _joined([_with(who.person, who.post_said) for who in chosen])
        return (Block("named", names, label=label + colon),) if chosen else ()

    if not is_minuted:
        return said(_("Invited"), people)
    present = [who for who in people if who.is_present]
    return (
        *said(_("Present"), present),
        *said(_("Excused"), [who for who in people if not who.is_present]),
    )


# -- what follows --------------------------------------------------------------------------------------------------


def item(one: ActionItem) -> Content:
    """An action item: who does what by when."""
    origin = one.resolution.text if one.resolution else one.activity.title if one.activity else ""
    return Content(
        title=one.title,
        facts=(
            (_("Number"), one.number),
            (_("Follows from"), origin or words.NOTHING),
            (_("Field"), _word(columns.FIELDS, one.field)),
            (_("Mountain side"), one.mountain_unit.organisation.name if one.mountain_unit else words.NOTHING),
            (_("Sea side"), one.sea_unit.organisation.name if one.sea_unit else words.NOTHING),
            (_("Due"), _day(one.due_on)),
        ),
        now=((_("Status"), _word(columns.ITEM_STAGES, one.stage)),),
        gist=_("due {day}").format(day=_day(one.due_on)),
    )


def secondment(one: Secondment) -> Content:
    """A secondment: who is sent where, until when, to do what."""
    zh, en = pages.title_of_secondment(one)
    stay = one.stay
    tasks = tuple(
        Block("text", f"{task.title_said} ({_day(task.due_on)})" if task.due_on else task.title_said)
        for task in stay.tasks.order_by("id")
    )
    return Content(
        title=zh if words.is_chinese() else en or zh,
        facts=(
            (_("Code"), one.code),
            (_("Person"), stay.person.name),
            (_("Sent by"), stay.home.name),
            (_("Taken in by"), stay.host.name),
            (_("Post"), stay.post_said),
            (_("From"), _day(stay.from_on)),
            (_("To"), _day(stay.to_on)),
        ),
        now=((_("Status"), _word(columns.STAY_STAGES, stay.stage)),),
        blocks=_numbered([(_("Tasks"), tasks)]),
        gist=_("from {first} to {last}").format(first=_day(stay.from_on), last=_day(stay.to_on)),
    )


# -- how a zone stands, for a chat group -----------------------------------------------------------------------------


def zone_text(member: Member | None, pairing: Pairing, root: str) -> str:
    """How the cooperation stands in a few lines: the finding, what is late and with whom, the next meeting, the link."""
    found = queries.account(member, pairing)
    lines = [brief.finding(found)]
    for one in found.late[:_MOST_LATE]:
        holders = _joined([unit.organisation.name for _side, unit in one.holders])
        days = ngettext("{n} working day late", "{n} working days late", -one.slack).format(n=-one.slack)
        colon = "：" if words.is_chinese() else ": "
        lines.append(_with(f"{one.what}{colon}{days}", holders))
    if found.meeting is not None:
        meeting = found.meeting.meeting
        at = clock.local(meeting.at)
        lines.append(
            _("Next joint meeting: {title}, {day} {time}, {place}.").format(
                title=meeting.title,
                day=words.day(at.date(), "weekday"),
                time=f"{at:%H:%M}",
                place=meeting.place,
            )
        )
    title = f"{pairing.name} · {words.day(found.on, 'year')}"
    return saying.lines_of(_("Mountain-sea cooperation"), title, lines, f"{root}/")


# -- signed on paper -----------------------------------------------------------------------------------------------


def sign_agreement(one: Agreement, copy: SignedCopy, on: Any, person: str, by: Member | None) -> bool:
    """A matched scan signs a draft for the side that brings it; of one that is in force it is a copy more."""
    signed = {signature.party.role for signature in one.signatures.select_related("party")}
    if one.stage != rules.AgreementStage.DRAFT or copy.side in signed:
        return False
    actions.sign_agreement(one, on=on, person=person, copy=copy, by=by)
    return True


def sign_minutes(one: Meeting, copy: SignedCopy, on: Any, person: str, by: Member | None) -> bool:
    """A matched scan signs minutes for the side that brings it."""
    signed = set(one.signatures.values_list("side", flat=True))
    if one.stage != rules.MeetingStage.MINUTED or copy.side in signed:
        return False
    actions.sign_minutes(one, on=on, person=person, copy=copy, by=by)
    return True


def technical_problem(one: TechnicalProblem) -> Content:
    """A technical problem with its answers and what came of it."""
    answers = [
        Block("named", answer.text_said, label=answer.organisation.name)
        for answer in one.answers.select_related("organisation")
    ]
    result = [
        *(
            [Block("text", _word(columns.TECHNICAL_RESULTS, one.result)), *text(one.effect_said)]
            if one.result
            else []
        ),
        *([Block("text", words.yuan_exact(one.effect_fen))] if one.effect_fen else []),
    ]
    return Content(
        title=one.title,
        facts=(
            (_("Number"), one.number),
            (_("Industry"), _word(columns.INDUSTRIES, one.industry)),
            (_("Posted by"), one.asker.name),
            (_("Posted"), words.day(one.posted_on, "year")),
        ),
        now=((_("Status"), _word(columns.TECHNICAL_STAGES, one.stage)),),
        blocks=_numbered(
            [
                (_("The problem"), list(text(one.text_said))),
                (_("Answers"), answers),
                (_("What came of it"), result),
            ]
        ),
        gist=_word(columns.TECHNICAL_STAGES, one.stage),
    )
