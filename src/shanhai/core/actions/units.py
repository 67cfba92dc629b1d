"""Writes of units: the offices inside an organisation, their ladder and their dispatcher."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, rows
from shanhai.core.actions.naming import check_free, checked_code, differing, named
from shanhai.core.models import Climb, Member, Organisation, Unit, WorkItem
from shanhai.core.names import called
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# What a paper may climb: one to three steps, in this order. Nobody's paper skips the last one.
LADDERS = ("handle check sign", "handle sign", "handle check", "handle", "sign")


@action
def add_unit(
    organisation: Organisation,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    ladder: str = LADDERS[0],
    by: Member | None,
) -> Unit:
    """Add a unit to an organisation that is open."""
    access.check(by, "core.add_unit")
    if not organisation.is_active:
        raise NotNow(
            "core.organisation_closed",
            gettext_noop("{organisation} is closed. Reopen it first."),
            organisation=called(organisation),
        )
    code = checked_code(code)
    check_free(Unit, code)
    unit = Unit.objects.create(
        organisation=organisation, code=code, ladder=checked_ladder(ladder), **named(name_zh, name_en)
    )
    journal.record(unit, "core.add_unit", by=by, organisation=organisation.code)
    return unit


@action
def rename_unit(unit: Unit, *, name_zh: str, name_en: str = "", by: Member | None) -> Unit:
    """Give a unit another name."""
    access.check(by, "core.rename_unit")
    changes = differing(unit, named(name_zh, name_en))
    if changes:
        rows.move(unit, **changes)
        journal.record(unit, "core.rename_unit", by=by)
    return unit


@action
def set_ladder(unit: Unit, *, ladder: str, by: Member | None) -> Unit:
    """Set which steps the papers of a unit climb; papers on their way keep the steps they started with."""
    access.check(by, "core.set_ladder")
    if checked_ladder(ladder) != unit.ladder:
        before = unit.ladder
        rows.move(unit, ladder=ladder)
        journal.record(unit, "core.set_ladder", by=by, before=before)
    return unit


@action
def set_dispatcher(unit: Unit, *, dispatcher: Member | None, by: Member | None) -> Unit:
    """Say who claims and assigns the work of a unit: an active member of it."""
    access.check(by, "core.set_dispatcher")
    if dispatcher is not None and (dispatcher.unit_id != unit.pk or not dispatcher.is_active):
        raise BadInput(
            "core.dispatcher_elsewhere",
            gettext_noop("{member} is no active member of {unit}. Choose one of its members."),
            member=str(dispatcher),
            unit=called(unit),
            field="dispatcher",
        )
    if (dispatcher and dispatcher.pk) != unit.dispatcher_id:
        rows.move(unit, dispatcher=dispatcher)
        journal.record(unit, "core.set_dispatcher", by=by, dispatcher=dispatcher.code if dispatcher else "")
    return unit


@action
def change_unit(unit: Unit, *, by: Member | None, **changes: Any) -> Unit:
    """Name, ladder and dispatcher of a unit in one go, as its form has them."""
    if {"name_zh", "name_en"} & changes.keys():
        rename_unit(
            unit,
            name_zh=changes.get("name_zh", unit.name_zh),
            name_en=changes.get("name_en", unit.name_en),
            by=by,
        )
    if "ladder" in changes:
        set_ladder(unit, ladder=changes["ladder"], by=by)
    if "dispatcher" in changes:
        set_dispatcher(unit, dispatcher=changes["dispatcher"], by=by)
    return unit


@action
def close_unit(unit: Unit, *, by: Member | None) -> Unit:
    """Close a unit that has no open work and no active member."""
    access.check(by, "core.close_unit")
    work = WorkItem.objects.filter(unit=unit, stage=WorkItem.Stage.OPEN).count()
    members = unit.members.filter(is_active=True).count()
    if work or members:
        raise NotNow(
            "core.unit_in_use",
            gettext_noop(
                "{unit} cannot be closed: it has {work} open work items and {members} active members. "
                "Hand the work over and move the members first."
            ),
            unit=called(unit),
            work=work,
            members=members,
        )
    if unit.is_active:
        rows.move(unit, is_active=False, dispatcher=None)
        # Its open work is handed over or gone, so what it prepared is moot.
        Climb.objects.filter(unit=unit, stage=Climb.Stage.CLIMBING).exclude(reply="").update(
            stage=Climb.Stage.DROPPED, done_at=clock.now(), version=F("version") + 1
        )
        journal.record(unit, "core.close_unit", by=by)
    return unit


@action
def reopen_unit(unit: Unit, *, by: Member | None) -> Unit:
    """Take a closed unit up again."""
    access.check(by, "core.reopen_unit")
    if not unit.is_active:
        rows.move(unit, is_active=True)
        journal.record(unit, "core.reopen_unit", by=by)
    return unit


def checked_ladder(ladder: str) -> str:
    """One of the ladders in use."""
    ladder = " ".join(ladder.split())
    if ladder not in LADDERS:
        raise BadInput(
            "core.ladder",
            gettext_noop("A unit cannot climb “{ladder}”. Take one of: {ladders}."),
            ladder=ladder,
            ladders=" · ".join(LADDERS),
            field="ladder",
        )
    return ladder
