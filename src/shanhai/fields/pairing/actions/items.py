"""Writes of action items: what follows from a resolution or an activity, with an owner on each side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F

from shanhai.core import access, clock, journal, notices, replies, rows, work
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Document, Member, Unit
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import ActionItem, Activity, Resolution
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, gettext_noop

Stage = rules.ItemStage


@action
def assign_action_item(
    origin: Resolution | Activity,
    *,
    title_zh: str,
    title_en: str = "",
    field: str = "partnership",
    lead: str,
    mountain_unit: Unit,
    sea_unit: Unit,
    due_on: date,
    number: str = "",
    source: str = "",
    by: Member | None,
) -> ActionItem:
    """Turn a resolution, or what was agreed at an activity, into something to do, with an owner on each side.

    Parameters
    ----------
    lead
        ``mountain`` or ``sea``: the side that does it, whose unit has it on its list.
    """
    access.check(by, "pairing.assign_action_item", pairing_id=origin.pairing_id)
    title_zh, title_en = shared.words(title_zh, title_en, "title_zh")
    rules.check_field(field)
    _check_owners(origin.pairing_id, lead, mountain_unit, sea_unit)
    if isinstance(origin, Activity):
        rules.check_activity_stage(
            origin.number, origin.stage, rules.ActivityStage.HELD, rules.ActivityStage.CLOSED
        )
    if by is not None:
        rules.check_item_due(origin.number, due_on, clock.today())
    type(origin)._default_manager.filter(pk=origin.pk).update(items_numbered=F("items_numbered") + 1)
    origin.refresh_from_db(fields=["items_numbered"])
    number = number or f"{origin.number}-{origin.items_numbered}"
    item = ActionItem.objects.create(
        resolution=None if isinstance(origin, Activity) else origin,
        activity=origin if isinstance(origin, Activity) else None,
        pairing_id=origin.pairing_id,
        zone_id=origin.zone_id,
        number=shared.checked_number(ActionItem, number),
        field=field,
        title_zh=title_zh,
        title_en=title_en,
        lead=lead,
        mountain_unit=mountain_unit,
        sea_unit=sea_unit,
        assigned_on=clock.today(),
        first_due_on=due_on,
        due_on=due_on,
        is_illustrative=origin.is_illustrative,
        source=source.strip(),
    )
    journal.record(item, "pairing.assign_action_item", by=by, origin=origin.number)
    open_work(item, by=by)
    shared.make_findable(item, code=item.number, zh=item.title_zh, en=item.title_en)
    standings.follow(measured_by([item.pairing_id], "pairing.items_on_time"))
    return item


@replies.climbs("pairing.report_action_item", unit="lead_unit")
@action
def report_action_item(
    item: ActionItem,
    *,
    text: str,
    text_en: str = "",
    is_finished: bool,
    evidence: Sequence[Document] = (),
    by: Member | None,
) -> ActionItem:
    """Say how far an action item is; ``is_finished`` asks the other side to look and close it."""
    access.check(by, "pairing.report_action_item", pairing_id=item.pairing_id)
    rules.check_item_open(item.number, item.stage)
    if not text.strip():
        raise BadInput(
            "pairing.report_empty",
            gettext_noop("Write in a sentence how far action item {number} is."),
            number=item.number,
        )
    if is_finished and by is not None:
        rules.check_item_evidence(item.number, len(evidence) + shared.papers_on(item, "evidence"))
    rows.move(
        item,
        stage=Stage.REPORTED if is_finished else Stage.OPEN,
        report=text.strip(),
        report_en=text_en.strip(),
        reported_on=clock.today(),
    )
    shared.attach(item, evidence, "evidence", by=by)
    journal.record(
        item,
        "pairing.report_action_item",
        by=by,
        text=text.strip(),
        is_finished=is_finished,
        evidence=[document.pk for document in evidence],
    )
    other = item.sea_unit if item.lead == "mountain" else item.mountain_unit
    if is_finished:
        work.done("pairing.action_item", item, by=by)
        work.open_item(
            "pairing.close_item",
            item,
            other,
            gettext_noop("Look whether {number} is done: {title}"),
            facts_of(item),
            item.url,
            by=by,
        )
    else:
        open_work(item, by=by)
    return item


@action
def close_action_item(
    item: ActionItem, *, on: date, evidence: Sequence[Document] = (), by: Member | None
) -> ActionItem:
    """Close an action item that is done, on the papers that show it."""
    access.check(by, "pairing.close_action_item", pairing_id=item.pairing_id)
    rules.check_item_open(item.number, item.stage)
    check_not_later(on)
    if by is not None:
        rules.check_item_evidence(item.number, len(evidence) + shared.papers_on(item, "evidence"))
    rows.move(item, stage=Stage.DONE, done_on=on)
    shared.attach(item, evidence, "evidence", by=by)
    journal.record(
        item, "pairing.close_action_item", by=by, on=on, evidence=[document.pk for document in evidence]
    )
    work.done("pairing.action_item", item, by=by)
    work.done("pairing.close_item", item, by=by)
    standings.follow(measured_by([item.pairing_id], "pairing.items_on_time"))
    return item


@action
def reopen_action_item(item: ActionItem, *, reason: str = "", by: Member | None) -> ActionItem:
    """Open an item again that was reported, closed or dropped: the undo of all three."""
    access.check(by, "pairing.reopen_action_item", pairing_id=item.pairing_id)
    if item.stage == Stage.OPEN:
        return item
    rows.move(item, stage=Stage.OPEN, done_on=None)
    journal.record(item, "pairing.reopen_action_item", by=by, reason=reason.strip())
    work.drop("pairing.close_item", item, by=by)
    open_work(item, by=by)
    standings.follow(measured_by([item.pairing_id], "pairing.items_on_time"))
    return item


@action
def extend_action_item(item: ActionItem, *, due_on: date, reason: str, by: Member | None) -> ActionItem:
    """Give an action item more time, with a reason that both sides read; the first due day stays on the record."""
    access.check(by, "pairing.extend_action_item", pairing_id=item.pairing_id)
    rules.check_item_open(item.number, item.stage)
    rules.check_extension(item.number, item.due_on, due_on, reason)
    before = item.due_on
    rows.move(item, due_on=due_on, extension_reason=reason.strip(), escalated_on=None, escalated_to="")
    journal.record(item, "pairing.extend_action_item", by=by, due_before=before, reason=reason.strip())
    tell_extension(item, reason.strip())
    return item


@action
def drop_action_item(item: ActionItem, *, reason: str, by: Member | None) -> ActionItem:
    """Drop an action item that need not be done any more, with a reason."""
    access.check(by, "pairing.drop_action_item", pairing_id=item.pairing_id)
    rules.check_item_open(item.number, item.stage)
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing", gettext_noop("Say why; both sides read the reason."), field="reason"
        )
    rows.move(item, stage=Stage.DROPPED)
    journal.record(item, "pairing.drop_action_item", by=by, reason=reason.strip())
    work.drop("pairing.action_item", item, by=by)
    work.drop("pairing.close_item", item, by=by)
    standings.follow(measured_by([item.pairing_id], "pairing.items_on_time"))
    return item


@action
def escalate_action_item(item: ActionItem, *, on: date, by: Member | None) -> ActionItem:
    """Tell the leaders in charge on both sides that an item waits; the unit keeps it."""
    access.check(by, "pairing.escalate_action_item", pairing_id=item.pairing_id)
    rules.check_item_open(item.number, item.stage)
    if item.escalated_on is not None:
        return item
    rows.move(item, escalated_on=on, escalated_to=rules.MeetingLevel.LEADERS_IN_CHARGE)
    journal.record(item, "pairing.escalate_action_item", by=by, on=on)
    told = queries.leaders_for(item.pairing_id, item.zone_id, item.field, on)
    notices.tell(
        f"pairing.action_item:{item.pk}:escalated:{item.due_on}",
        "pairing.action_item",
        gettext_noop("Late and now with the leaders in charge: {number} {title}, due {due_on}"),
        facts_of(item),
        item.url,
        [*told, *shared.people_of(item.mountain_unit, item.sea_unit)],
        item.pairing_id,
    )
    return item


# -- helpers -------------------------------------------------------------------------------------------------------


def tell_extension(item: ActionItem, reason: str) -> None:
    """The list of who does it, and both owners, know the new day and why."""
    work.move_due("pairing.action_item", item, item.due_on)
    notices.tell(
        f"pairing.action_item:{item.pk}:extended:{item.due_on}",
        "pairing.action_item",
        gettext_noop("{number} {title} has time until {due_on}: {reason}"),
        facts_of(item) | {"reason": reason},
        item.url,
        shared.people_of(item.mountain_unit, item.sea_unit),
        item.pairing_id,
    )


def open_work(item: ActionItem, *, by: Member | None) -> None:
    """Put an open item on the list of the unit that does it."""
    work.open_item(
        "pairing.action_item",
        item,
        item.lead_unit,
        gettext_noop("{number} {title}"),
        facts_of(item),
        item.url,
        item.due_on,
        by=by,
    )


def facts_of(item: ActionItem) -> dict[str, str]:
    """What sentences about an action item name."""
    return {
        "number": item.number,
        "title": item.title_zh,
        "title_en": item.title_en,
        "due_on": item.due_on.isoformat(),
    }


def _check_owners(pairing_id: int, lead: str, mountain_unit: Unit, sea_unit: Unit) -> None:
    if lead not in rules.SIDES:
        raise BadInput(
            "pairing.item_lead",
            gettext_noop(
                "An action item is done by the mountain side or the sea side, not by {lead}. Say "
                "which of the two leads."
            ),
            lead=lead,
        )
    sides = queries.sides_of_units(pairing_id, [mountain_unit, sea_unit])
    for side, unit in (("mountain", mountain_unit), ("sea", sea_unit)):
        rules.check_owner(unit.name_zh, sides.get(unit.pk), side)
