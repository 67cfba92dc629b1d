"""Writes of how waiting work is shared out: claimed, assigned, given back, handed over, reminded of, watched.

Doing the work itself is an action of the field that opened the item. The entries stand on the unit or on the watched
record, since the record that an item is about may belong to a field that does not know of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation

from shanhai.core import access, clock, journal, notices, rows
from shanhai.core.actions import members, watching
from shanhai.core.models import Deputy, Member, Unit, Watch, WorkItem
from shanhai.core.names import called
from shanhai.core.queries import reach
from shanhai.core.queries.work import waits_for_whom, words
from shanhai.core.work import hold, stands_in
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """An item that changed hands: what an undo needs."""

    item: int
    before: int | None
    version: int  # after the move


@action
def claim_item(item: WorkItem, *, by: Member | None) -> WorkItem:
    """Take up work of one's own unit that nobody has yet."""
    access.check(by, "core.claim_item")
    if by is None or item.unit_id != by.unit_id:
        raise NotAllowed(
            "core.work_of_another_unit",
            gettext_noop("“{what}” waits for {unit}. Only its own people can claim it."),
            what=words(item),
            unit=called(item.unit),
        )
    if item.member_id is not None and item.member_id != by.pk:
        raise NotNow(
            "core.work_is_taken",
            gettext_noop(
                "“{what}” is with {member} already. Ask the dispatcher of the unit to give it to you."
            ),
            what=words(item),
            member=called(item.member),
        )
    _give([item], by, "core.claim_item", by)
    return item


@action
def assign_items(items: Sequence[WorkItem], *, to: Member | None, by: Member | None) -> list[Moved]:
    """Give open work of one's unit to one of its people, or back to the unit for whoever comes first.

    All of it moves or nothing does. Whoever gets something is told once.

    Parameters
    ----------
    to
        An active member of the unit of every item; None gives the work back to the unit.
    """
    access.check(by, "core.assign_items")
    check_some(items)
    for item in items:
        _check_shares_out(item, by)
        if to is not None and (to.unit_id != item.unit_id or not to.is_active):
            raise BadInput(
                "core.assigned_elsewhere",
                gettext_noop(
                    "{member} is no active member of {unit}, for which “{what}” waits. Choose one of its people."
                ),
                member=str(to),
                unit=called(item.unit),
                what=words(item),
                field="to",
            )
    moved = _give(items, to, "core.assign_items", by)
    if to is not None and by is not None and to.pk != by.pk:
        _tell_assigned([item for item in items if item.pk in {one.item for one in moved}], to, by)
    return moved


@action
def take_back_assignment(moved: Sequence[Moved], *, by: Member | None) -> int:
    """Undo an assignment: what was not done or moved on since goes back to whoever had it; gives how many did."""
    access.check(by, "core.take_back_assignment")
    found = WorkItem.objects.select_related("unit").in_bulk([one.item for one in moved])
    back = 0
    for one in moved:
        item = found.get(one.item)
        if item is None or item.stage != WorkItem.Stage.OPEN or item.version != one.version:
            continue
        _check_shares_out(item, by)
        before = Member.objects.filter(pk=one.before).first() if one.before else None
        back += len(_give([item], before, "core.take_back_assignment", by))
    return back


@action
def hand_over_work(member: Member, *, to: Member, by: Member | None) -> int:
    """Hand all open work of a member to another for good, as on a transfer; gives how many items moved.

    Work that waits for the member's unit and for nobody by name stays where it is. It is on the record as the work of
    the one, now with the other.
    """
    access.check(by, "core.hand_over_work")
    _check_speaks_for(member, by)
    if to.pk == member.pk or not to.is_active or to.unit.organisation_id != member.unit.organisation_id:
        raise BadInput(
            "core.hands_over_elsewhere",
            gettext_noop(
                "{to} cannot take over from {member}. Choose another active member of {organisation}."
            ),
            to=str(to),
            member=called(member),
            organisation=called(member.unit.organisation),
            field="to",
        )
    items = list(WorkItem.objects.filter(member=member, stage=WorkItem.Stage.OPEN).select_related("unit"))
    moved = _give(items, to, "core.hand_over_work", by) if items else []
    if moved and by is not None and to.pk != by.pk:
        _tell_assigned(items, to, by)
    return len(moved)


@action
def name_deputy(
    member: Member, *, deputy: Member, from_on: date, to_on: date | None = None, by: Member | None
) -> Deputy:
    """Say who acts for a member, for dates or for good: one's own deputy, or as dispatcher that of one's people.

    A deputy sees and does what waits for the member by name, with the rights that the deputy has; work done so stands
    on the record as done for the member. What the member does as somebody else's deputy is not passed on.
    """
    access.check(by, "core.name_deputy")
    _check_speaks_for(member, by)
    if deputy.unit.organisation_id != member.unit.organisation_id:
        raise BadInput(
            "core.deputy_elsewhere",
            gettext_noop(
                "{deputy} works for another organisation than {member}. Choose somebody of {organisation}."
            ),
            deputy=called(deputy),
            member=called(member),
            organisation=called(member.unit.organisation),
            field="deputy",
        )
    row = members.write_deputy(member, deputy=deputy, from_on=from_on, to_on=to_on, by=by)
    notices.tell(
        f"core.deputy:{row.pk}",
        "core.deputy",
        gettext_noop("You stand in for {member} from {from_on}."),
        {"member": member.name_zh, "member_en": member.name_en, "from_on": from_on.isoformat()},
        "/my-work/",
        [deputy],
    )
    return row


@action
def dismiss_deputy(deputy: Deputy, *, by: Member | None) -> Deputy:
    """End a standing-in today: one's own deputy's, or as dispatcher that of one's people."""
    access.check(by, "core.dismiss_deputy")
    _check_speaks_for(deputy.member, by)
    return members.close_deputy(deputy, by=by)


@action
def remind_of(items: Sequence[WorkItem], *, by: Member | None) -> list[Member]:
    """Remind the people whom open items wait for; gives who was told now.

    One fact a day for each item, whoever reminds, and nobody hears of it again within the days of the rulebook
    (``core.remind_again_days``). Whoever started or watches the work, or shares out that of the unit, may remind.
    """
    access.check(by, "core.remind_of")
    check_some(items)
    for item in items:
        _check_may_remind(item, by)
    whom = waits_for_whom(items)
    lately = _lately(items)
    told: dict[int, Member] = {}
    for item in items:
        left_in_peace = {*lately[item.pk], by.pk if by else None}
        people = [one for one in whom[item.pk] if one.pk not in left_in_peace]
        notices.tell(
            reach.reminder_key(stem_of(item), clock.today()),
            "core.reminded",
            gettext_noop("{who} reminds you: {what}"),
            _said(item, by),
            item.url,
            people,
            item.pairing_id,
            by=by,
        )
        told |= {one.pk: one for one in people}
    journal.record(
        by.unit if by else items[0].unit,
        "core.remind_of",
        by=by,
        state={},
        items=[item.pk for item in items],
        members=sorted(one.code for one in told.values()),
    )
    return list(told.values())


def stem_of(item: WorkItem) -> str:
    """What the reminders of an item are named after."""
    return f"core.work:{item.pk}"


def reach_of(items: Sequence[WorkItem], by: Member | None) -> reach.Reach:
    """Whom reminding of items would reach, with what waits for each."""
    whom = waits_for_whom(items)
    lately = _lately(items)
    people: dict[int, reach.Reached] = {}
    for item in items:
        before = lately[item.pk]
        for one in whom[item.pk]:
            if by is not None and one.pk == by.pk:
                continue
            found = people.setdefault(one.pk, reach.Reached(one, lately_at=before.get(one.pk)))
            # Whoever hears of one thing anew is told, though of another they were reminded lately.
            found.lately_at = found.lately_at and before.get(one.pk)
            if one.pk not in before:
                found.things.append(words(item))
    return reach.reach(sorted(people.values(), key=lambda one: one.member.name_sort), "core.reminded")


def _lately(items: Sequence[WorkItem]) -> dict[int, dict[int, datetime]]:
    """Who was reminded of each item lately by somebody, or today by a rule: one fact has one notice a day."""
    by_somebody = reach.lately(stem_of(item) for item in items)
    today = reach.since({item.url for item in items}, clock.today())
    return {item.pk: today[item.url] | by_somebody.get(stem_of(item), {}) for item in items}


@action
def watch(item: WorkItem, *, by: Member | None) -> None:
    """Follow the record of an item that stands in one's list: all open work on it stands there from now on."""
    access.check(by, "core.watch")
    if by is None:
        return
    watching.begin(by, item.subject_kind, item.subject_id)


@action
def unwatch(item: WorkItem, *, by: Member | None) -> None:
    """Follow the record of an item no longer."""
    access.check(by, "core.unwatch")
    if by is not None:
        Watch.objects.filter(member=by, subject_kind=item.subject_kind, subject_id=item.subject_id).delete()


# -- helpers -------------------------------------------------------------------------------------------------------


def check_some(items: Sequence[WorkItem]) -> None:
    """Refuse an empty choice, and one too large to be read by anybody."""
    if not items:
        raise BadInput(
            "core.nothing_chosen", gettext_noop("Nothing is chosen. Choose one row or more first.")
        )
    if len(items) > MOST_AT_ONCE:
        raise BadInput(
            "core.too_many_chosen",
            gettext_noop("{n} rows are chosen. Choose at most {most} at once."),
            n=len(items),
            most=MOST_AT_ONCE,
        )


def shares_out(unit: Unit, by: Member | None) -> bool:
    """Whether a member shares out the work of a unit: its dispatcher, or whoever has that role or leads there."""
    if by is None or unit.dispatcher_id == by.pk:
        return True
    roles = access.standing(by).roles
    if "leader" in roles and unit.organisation_id == by.unit.organisation_id:
        return True
    return unit.pk == by.unit_id and "dispatcher" in roles


def _check_shares_out(item: WorkItem, by: Member | None) -> None:
    own = by is not None and item.member_id == by.pk
    if not own and not shares_out(item.unit, by):
        raise NotAllowed(
            "core.not_the_dispatcher",
            gettext_noop("“{what}” waits for {unit}. Its dispatcher shares it out: {dispatcher}."),
            what=words(item),
            unit=called(item.unit),
            dispatcher=str(item.unit.dispatcher or "–"),
        )


def _check_speaks_for(member: Member, by: Member | None) -> None:
    """Oneself, whoever shares out the work of the member's unit, or the administrator."""
    if by is None or by.pk == member.pk or shares_out(member.unit, by):
        return
    if "administrator" not in access.standing(by).roles:
        raise NotAllowed(
            "core.not_ones_own_work",
            gettext_noop(
                "The work of {member} is not yours to hand on. Ask {member}, the dispatcher of {unit} or the administrator to do it."
            ),
            member=called(member),
            unit=called(member.unit),
        )


def may_remind(item: WorkItem, by: Member | None) -> bool:
    """Whether a member may remind of an item: who started it, watches it, holds it for others or shares it out."""
    if by is None or item.created_by_id == by.pk or shares_out(item.unit, by):
        return True
    if stands_in(by, item.member_id):
        return True
    office = (
        "office" in access.standing(by).roles and access.standing(by).side_in(item.pairing_id) is not None
    )
    return (
        office
        or Watch.objects.filter(
            member=by, subject_kind=item.subject_kind, subject_id=item.subject_id
        ).exists()
    )


def _check_may_remind(item: WorkItem, by: Member | None) -> None:
    if not may_remind(item, by):
        raise NotAllowed(
            "core.not_ones_to_remind",
            gettext_noop("“{what}” was not started by you. Watch its record first, then remind."),
            what=words(item),
        )


def _give(items: Sequence[WorkItem], to: Member | None, verb: str, by: Member | None) -> list[Moved]:
    """Move items that are open to a member, with one entry on each unit concerned."""
    if to is not None and not hold(to):
        raise NotNow(
            "core.member_has_left",
            gettext_noop("{member} has left meanwhile. Choose somebody else of the unit."),
            member=called(to),
        )
    moved: list[Moved] = []
    units: dict[int, list[tuple[WorkItem, str]]] = {}
    before = Member.objects.in_bulk({item.member_id for item in items if item.member_id})
    for item in sorted(items, key=lambda one: one.pk):
        if item.stage != WorkItem.Stage.OPEN:
            raise NotNow(
                "core.work_is_over",
                gettext_noop("“{what}” waits for nobody any more. Look at the list again."),
                what=words(item),
            )
        if item.member_id == (to.pk if to else None):
            continue
        had = before.get(item.member_id) if item.member_id else None
        rows.move(item, member=to)
        moved.append(Moved(item.pk, had.pk if had else None, item.version))
        units.setdefault(item.unit_id, []).append((item, had.code if had else ""))
    for shared in units.values():
        journal.record(
            shared[0][0].unit,
            verb,
            by=by,
            state={},
            to=to.code if to else "",
            items=[{"item": item.pk, "kind": item.kind, "before": had} for item, had in shared],
        )
    return moved


def _said(item: WorkItem, by: Member | None) -> dict[str, str]:
    """Who and what, in both languages: the sentence about an item is itself kept as a template."""
    said = {"who": by.name_zh if by else "", "who_en": by.name_en if by else ""}
    for name, language in (("what", "zh-hans"), ("what_en", "en")):
        with translation.override(language):
            said[name] = words(item)
    return said


def _tell_assigned(items: Sequence[WorkItem], to: Member, by: Member) -> None:
    for item in items:
        notices.tell(
            f"core.work:{item.pk}:assigned:{item.version}",
            "core.assigned",
            gettext_noop("{who} gave you: {what}"),
            _said(item, by),
            item.url,
            [to],
            item.pairing_id,
        )
