"""Reads of instructions: the list, one of them, and those on a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet

from shanhai.core import access, clock, records, visibility
from shanhai.core.models import Attachment, Member, Pairing
from shanhai.core.queries import work
from shanhai.core.search import Found
from shanhai.fields.office.models import Instruction
from shanhai.fields.office.queries import shared
from shanhai.fields.office.rules import instructions as rules
from shanhai.kernel.refusals import NotFound, gettext_noop


def instructions_of(member: Member | None, pairing: Pairing) -> QuerySet[Instruction]:
    """The instructions of a pairing and those nested in it that a member sees; sort by ``due_on, id``."""
    rows = shared.seen_in(Instruction.objects.all(), member, pairing)
    return rows.select_related("leader", "unit__organisation", "pairing")


def instruction_of(member: Member | None, number: str) -> Instruction:
    """One instruction, for those who see it.

    Raises
    ------
    NotFound
        ``office.no_instruction``
    """
    found = (
        Instruction.objects.filter(number=number)
        .select_related("leader", "unit__organisation", "pairing", "owner_unit__organisation", "reported_by")
        .first()
    )
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "office.no_instruction",
            gettext_noop(
                "There is no instruction {number}, or it is not shown to you. Look for it in the list."
            ),
            number=number[:40],
        )
    return found


def on_record(member: Member, record: Any) -> list[Instruction]:
    """The instructions on a record that a member sees, those still to be carried out first."""
    found = Instruction.objects.filter(record_kind=record._meta.label_lower, record_id=record.pk)
    found = found.select_related("leader", "unit__organisation", "owner_unit").order_by("-given_on", "-pk")[
        :50
    ]
    return [one for one in found if shared.may_see(member, one)]


def record_of(member: Member | None, one: Instruction) -> Any:
    """The record that it is on, for those who see that; None for all others."""
    try:
        return records.found(member, one.record_kind, one.record_id)
    except NotFound:
        return None


def papers_of(one: Instruction) -> list[Any]:
    """The papers that show it was carried out."""
    found = Attachment.objects.filter(
        kind="office.instruction", object_id=one.pk, document__withdrawn_on=None
    )
    return [attached.document for attached in found.select_related("document")]


def carries_out(one: Instruction, member: Member | None) -> bool:
    """Whether a member is of the unit that carries it out, or stands in for somebody there."""
    return member is None or work.speaks_for(member, one.unit_id)


def gave_it(one: Instruction, member: Member | None) -> bool:
    """Whether a member gave it, or is a leader of the same side."""
    if member is None or member.pk == one.leader_id:
        return True
    here = access.standing(member)
    return "leader" in here.roles and here.side_in(one.pairing_id) == one.owner_side


def head_of(rows: QuerySet[Instruction]) -> dict[str, int]:
    """What leads the list: how many are to be carried out, are late, wait for the leader."""
    is_open = Q(stage=rules.Stage.OPEN)
    return rows.order_by().aggregate(
        open=Count("pk", is_open),
        late=Count("pk", is_open & Q(due_on__lt=clock.today())),
        reported=Count("pk", Q(stage=rules.Stage.REPORTED)),
    )


def can_read(unit_members: QuerySet[Member], record: Any) -> bool:
    """Whether the people who shall carry it out see the record: at least by its reach."""
    host = records.reach_of(record)
    if host is None:
        return True
    seen_by = visibility.audience(host)
    return visibility.EVERYBODY in seen_by or any(
        seen_by.get(member.unit.organisation_id, member.unit_id) in (None, member.unit_id)
        and member.unit.organisation_id in seen_by
        for member in unit_members
    )


def titles_of(one: Instruction) -> tuple[str, str]:
    """Its line, in Chinese and in English."""
    return one.text, one.text_en


def found_as(one: Instruction) -> Found:
    """By its number and line, for those who see it."""
    return Found(
        "office.instruction", one.pk, one.text, one.url, one.text_en, one.number, one.pairing_id, "seen"
    )


def entries() -> Iterator[Found]:
    """All instructions that were not dropped."""
    return map(found_as, Instruction.objects.exclude(stage=rules.Stage.DROPPED).iterator())
