"""Writes of instructions: given on a record, carried out and reported back, closed or sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, notices, records, replies, rows, search, visibility, work
from shanhai.core.actions import documents
from shanhai.core.models import Document, Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.office.actions import shared
from shanhai.fields.office.models import Instruction
from shanhai.fields.office.queries import instructions as queries
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import instructions as rules
from shanhai.fields.office.rules.shared import said
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage = rules.Stage
WORK, REPORT = "office.instruction", "office.instruction_report"


@action
def instruct(
    record: Any,
    *,
    text: str,
    unit: Unit,
    due_on: date,
    text_en: str = "",
    pairing: Pairing | None = None,
    by: Member,
) -> Instruction:
    """Write one line on a record: a unit of the own side carries it out by a day and reports back.

    Parameters
    ----------
    pairing
        In which pairing, where the record belongs to none.
    """
    pairing_id = work.pairing_of(record) or (pairing.pk if pairing is not None else None)
    if pairing_id is None:
        raise NotNow(
            "office.instruction_no_pairing",
            gettext_noop(
                "The record belongs to no pairing. Choose one in the top bar, then write the instruction."
            ),
        )
    access.check(by, "office.instruct", pairing_id=pairing_id)
    records.check(by, record)
    text = rules.check_line(text)
    rules.check_due(due_on, clock.today())
    side = access.standing(by).side_in(pairing_id) or ""
    _check_unit(record, pairing_id, unit, side)
    of = Pairing.objects.get(pk=pairing_id)
    one = Instruction(
        pairing=of,
        zone_id=shared.zone_of(of),
        number=shared.checked_number(Instruction, ""),
        record_kind=record._meta.label_lower,
        record_id=record.pk,
        text=text,
        text_en=" ".join(text_en.split())[:300],
        leader=by,
        unit=unit,
        given_on=clock.today(),
        due_on=due_on,
    )
    visibility.own(one, by, side)
    one.save()
    shared.numbered(one, "PS", one.given_on.year)
    visibility.place(one, one.given_on)
    shared.findable(queries.found_as(one))
    journal.record(one, "office.instruct", by=by, text=text, record_kind=one.record_kind, record_id=record.pk)
    _open_work(one, by)
    notices.tell(
        f"office.instruction:{one.pk}:given",
        "office.instruction",
        gettext_noop("Instruction {number} for your unit, due {due}: {text}"),
        {"number": one.number, "due": one.due_on.isoformat(), "text": one.text, "text_en": one.text_en},
        one.url,
        Member.objects.filter(unit=unit, is_active=True).exclude(pk=by.pk),
        pairing_id,
        by=by,
    )
    return one


@replies.climbs("office.report_back")
@action
def report_back(
    one: Instruction, *, text: str, text_en: str = "", evidence: Sequence[Document] = (), by: Member | None
) -> Instruction:
    """Say how it was carried out, with papers; the leader closes it or sends it back."""
    access.check(by, "office.report_back", pairing_id=one.pairing_id)
    rules.check_stage(one.number, one.stage, Stage.OPEN)
    if not queries.carries_out(one, by):
        raise NotAllowed(
            "office.instruction_of_another",
            gettext_noop("Instruction {number} is carried out by {unit}. Write a note there instead."),
            number=one.number,
            unit=one.unit.name,
        )
    text = said(text, "text")
    rows.move(
        one,
        stage=Stage.REPORTED,
        report=text,
        report_en=text_en.strip(),
        reported_on=clock.today(),
        reported_by=by,
    )
    for paper in evidence:
        documents.attach_document(paper, one, role="evidence", by=by)
    journal.record(one, "office.report_back", by=by, text=text, evidence=[paper.pk for paper in evidence])
    work.done(WORK, one, by=by)
    work.open_item(
        REPORT,
        one,
        one.leader.unit_id,
        gettext_noop("Look whether {number} is done: {text}"),
        facts_of(one),
        one.url,
        member=one.leader,
        by=by,
    )
    return one


@action
def close_instruction(one: Instruction, *, by: Member | None) -> Instruction:
    """Close what was reported back."""
    access.check(by, "office.close_instruction", pairing_id=one.pairing_id)
    rules.check_stage(one.number, one.stage, Stage.REPORTED)
    _check_leader(one, by)
    rows.move(one, stage=Stage.CLOSED, closed_on=clock.today())
    journal.record(one, "office.close_instruction", by=by)
    work.done(REPORT, one, by=by)
    return one


@action
def send_back(one: Instruction, *, word: str, by: Member | None) -> Instruction:
    """Send a report back with a word on what is missing; also the undo of closing."""
    access.check(by, "office.send_back", pairing_id=one.pairing_id)
    rules.check_stage(one.number, one.stage, Stage.REPORTED, Stage.CLOSED)
    _check_leader(one, by)
    word = said(word, "word")[:300]
    rows.move(one, stage=Stage.OPEN, closed_on=None, word=word, sent_back=one.sent_back + 1)
    journal.record(one, "office.send_back", by=by, reason=word)
    work.drop(REPORT, one, by=by)
    _open_work(one, by)
    return one


@action
def drop_instruction(one: Instruction, *, reason: str, by: Member | None) -> Instruction:
    """Drop what need not be carried out any more: the undo of giving it."""
    access.check(by, "office.drop_instruction", pairing_id=one.pairing_id)
    rules.check_stage(one.number, one.stage, *rules.UNFINISHED)
    _check_leader(one, by)
    reason = said(reason, "reason")[:300]
    rows.move(one, stage=Stage.DROPPED, word=reason)
    journal.record(one, "office.drop_instruction", by=by, reason=reason)
    for kind in (WORK, REPORT):
        work.drop(kind, one, by=by)
    search.drop("office.instruction", one.pk)
    return one


# -- the example zone ----------------------------------------------------------------------------------------------


@action
def write_instruction(
    record: Any, *, number: str, leader: Member, pairing: Pairing, by: Member | None, **values: Any
) -> Instruction:
    """Write an instruction of a zone folder as it stood."""
    access.check(by, "office.write_instruction")
    one = Instruction(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(Instruction, number),
        record_kind=record._meta.label_lower,
        record_id=record.pk,
        leader=leader,
        owner_unit=leader.unit,
        owner_side=named.side_of(pairing.pk, leader.unit.organisation_id),
        **values,
    )
    one.save()
    visibility.place(one, one.given_on)
    shared.findable(queries.found_as(one))
    journal.record(one, "office.write_instruction", by=by)
    if one.stage == Stage.OPEN:
        _open_work(one, by)
    elif one.stage == Stage.REPORTED:
        what = gettext_noop("Look whether {number} is done: {text}")
        work.open_item(REPORT, one, leader.unit_id, what, facts_of(one), one.url, member=leader, by=by)
    return one


# -- helpers -------------------------------------------------------------------------------------------------------


def _check_unit(record: Any, pairing_id: int, unit: Unit, side: str) -> None:
    if named.side_of(pairing_id, unit.organisation_id) != side:
        raise BadInput(
            "office.instruction_other_side",
            gettext_noop(
                "{unit} is not on your side. A leader instructs units of the own side; name one of them."
            ),
            unit=unit.name,
            field="unit",
        )
    people = Member.objects.filter(unit=unit, is_active=True).select_related("unit")
    if not queries.can_read(people, record):
        raise NotNow(
            "office.instruction_unseen",
            gettext_noop("{unit} does not see the record. Show it to your side first, or name another unit."),
            unit=unit.name,
            field="unit",
        )


def _check_leader(one: Instruction, by: Member | None) -> None:
    if not queries.gave_it(one, by):
        raise NotAllowed(
            "office.instruction_not_leader",
            gettext_noop(
                "Instruction {number} was given by {leader}; a leader of that side decides on it. Ask them."
            ),
            number=one.number,
            leader=one.leader.name,
        )


def _open_work(one: Instruction, by: Member | None) -> None:
    work.open_item(
        WORK,
        one,
        one.unit_id,
        gettext_noop("Carry out {number}: {text}"),
        facts_of(one),
        one.url,
        one.due_on,
        by=by,
    )


def facts_of(one: Instruction) -> dict[str, str]:
    """What sentences about an instruction name."""
    return {"number": one.number, "text": one.text, "text_en": one.text_en}
