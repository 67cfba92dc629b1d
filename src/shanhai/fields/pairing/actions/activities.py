"""Writes of activities and aid: planned, held, paid and used with vouchers, closed with what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, rows, work
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Document, Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import Activity, AidEntry
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, gettext_noop

Stage = rules.ActivityStage
PHOTO = "photo"


@action
def plan_activity(
    pairing: Pairing,
    *,
    number: str,
    kind: str,
    field: str = "partnership",
    title_zh: str,
    title_en: str = "",
    on: date,
    until_on: date | None = None,
    place_zh: str = "",
    place_en: str = "",
    lead: str,
    mountain_unit: Unit,
    sea_unit: Unit,
    leader: str = "",
    leader_en: str = "",
    delegation: str = "",
    payer: str = "",
    planned_fen: int | None = 0,
    source: str = "",
    by: Member | None,
) -> Activity:
    """Plan a visit, promotion, exhibition, matching of technology, donation or consumption aid.

    Parameters
    ----------
    lead
        The side that organises it.
    payer, planned_fen
        Whose money it is, and how much is planned, in fen; empty and 0 where no money goes with it.
    """
    access.check(by, "pairing.plan_activity", pairing_id=pairing.pk)
    number = shared.checked_number(Activity, number)
    title_zh, title_en = shared.words(title_zh, title_en, "title_zh")
    rules.check_field(field)
    rules.check_activity_ends(number, on, until_on)
    planned_fen = planned_fen or 0
    rules.check_activity_money(number, payer, planned_fen)
    _check_sides(pairing.pk, lead, mountain_unit, sea_unit)
    activity = Activity.objects.create(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=number,
        kind=rules.ActivityKind(kind),
        field=field,
        title_zh=title_zh,
        title_en=title_en,
        on=on,
        until_on=until_on,
        place_zh=place_zh.strip(),
        place_en=place_en.strip(),
        lead=lead,
        mountain_unit=mountain_unit,
        sea_unit=sea_unit,
        leader=leader.strip(),
        leader_en=leader_en.strip(),
        delegation=delegation.strip(),
        payer=payer,
        planned_fen=planned_fen,
        source=source.strip(),
    )
    journal.record(activity, "pairing.plan_activity", by=by)
    _make_findable(activity)
    return activity


@action
def change_activity(activity: Activity, *, by: Member | None, **changes: Any) -> Activity:
    """Change an activity that is planned or held: its day, people, places and the money planned."""
    access.check(by, "pairing.change_activity", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.PLANNED, Stage.HELD)
    if changes.get("planned_fen", 0) is None:
        changes["planned_fen"] = 0
    changes = differing(activity, changes)
    after = {name: changes.get(name, getattr(activity, name)) for name in _CHECKED}
    shared.words(after["title_zh"], activity.title_en, "title_zh")
    rules.check_activity_ends(activity.number, after["on"], after["until_on"])
    if activity.stage == Stage.HELD:
        rules.check_activity_day(activity.number, after["on"], clock.today())
    rules.check_activity_money(activity.number, after["payer"], after["planned_fen"], activity.paid_fen)
    if "payer" in changes and activity.paid_fen:
        raise BadInput(
            "pairing.activity_payer_paid",
            gettext_noop(
                "The other side has paid for activity {number} already. Take that payment back first."
            ),
            number=activity.number,
            field="payer",
        )
    _check_sides(activity.pairing_id, after["lead"], after["mountain_unit"], after["sea_unit"])
    if not changes:
        return activity
    before = {name: getattr(activity, _column(name)) for name in changes}
    rows.move(activity, **changes)
    journal.record(activity, "pairing.change_activity", by=by, before=before)
    _make_findable(activity)
    _follow(activity)
    return activity


@action
def hold_activity(
    activity: Activity,
    *,
    on: date,
    until_on: date | None = None,
    photos: Sequence[Document] = (),
    by: Member | None,
) -> Activity:
    """Say that an activity took place; the unit that organised it is asked what came of it."""
    access.check(by, "pairing.hold_activity", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.PLANNED)
    rules.check_activity_day(activity.number, on, clock.today())
    rules.check_activity_ends(activity.number, on, until_on)
    rows.move(activity, stage=Stage.HELD, on=on, until_on=until_on)
    shared.attach(activity, photos, PHOTO, by=by)
    journal.record(activity, "pairing.hold_activity", by=by, photos=[one.pk for one in photos])
    ask_for_outcome(activity, by=by)
    _follow(activity)
    return activity


@action
def add_photos(activity: Activity, photos: Sequence[Document], *, by: Member | None) -> Activity:
    """Hang photographs on an activity; both sides see them from then on."""
    access.check(by, "pairing.add_photos", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.HELD, Stage.CLOSED)
    shared.attach(activity, photos, PHOTO, by=by)
    journal.record(activity, "pairing.add_photos", by=by, photos=[one.pk for one in photos])
    return activity


@action
def close_activity(
    activity: Activity,
    *,
    outcome_zh: str,
    outcome_en: str = "",
    papers: Sequence[Document] = (),
    by: Member | None,
) -> Activity:
    """Write what came of an activity that was held, and close it."""
    access.check(by, "pairing.close_activity", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.HELD)
    outcome_zh, outcome_en = shared.words(outcome_zh, outcome_en, "outcome_zh")
    rows.move(activity, stage=Stage.CLOSED, outcome_zh=outcome_zh, outcome_en=outcome_en)
    shared.attach(activity, papers, "evidence", by=by)
    journal.record(activity, "pairing.close_activity", by=by, papers=[one.pk for one in papers])
    work.done("pairing.close_activity", activity, by=by)
    return activity


@action
def cancel_activity(activity: Activity, *, reason: str, by: Member | None) -> Activity:
    """Call off an activity that has not taken place; money that was paid for it is taken back first."""
    access.check(by, "pairing.cancel_activity", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.PLANNED)
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing", gettext_noop("Say why; both sides read the reason."), field="reason"
        )
    if activity.paid_fen:
        raise BadInput(
            "pairing.cancelled_with_money",
            gettext_noop(
                "{paid_fen} fen are paid for activity {number}. Take the payment back first, then call it off."
            ),
            number=activity.number,
            paid_fen=activity.paid_fen,
        )
    rows.move(activity, stage=Stage.CANCELLED, reason=reason.strip())
    journal.record(activity, "pairing.cancel_activity", by=by, reason=reason.strip())
    return activity


@action
def reopen_activity(activity: Activity, *, by: Member | None) -> Activity:
    """The undo of holding, closing and calling off: one step back."""
    access.check(by, "pairing.reopen_activity", pairing_id=activity.pairing_id)
    if activity.stage == Stage.PLANNED:
        return activity
    is_closed = activity.stage == Stage.CLOSED
    rows.move(activity, stage=Stage.HELD if is_closed else Stage.PLANNED, reason="")
    journal.record(activity, "pairing.reopen_activity", by=by)
    if is_closed:
        ask_for_outcome(activity, by=by)
    else:
        work.drop("pairing.close_activity", activity, by=by)
    _follow(activity)
    return activity


@action
def record_aid(
    activity: Activity,
    *,
    kind: str,
    on: date,
    amount_fen: int,
    about: str = "",
    vouchers: Sequence[Document] = (),
    by: Member | None,
) -> AidEntry:
    """Record money of an activity that was paid or used, with its voucher.

    What is planned and not paid, or paid and not used, is the guard: two entries at once cannot exceed it. The side
    whose money it is pays; what it donated, the other side uses.
    """
    access.check(by, "pairing.record_aid", pairing_id=activity.pairing_id)
    rules.check_activity_stage(activity.number, activity.stage, Stage.PLANNED, Stage.HELD, Stage.CLOSED)
    check_not_later(on)
    kind = rules.AidKind(kind)
    limit = (
        activity.planned_fen - activity.paid_fen if kind == "paid" else activity.paid_fen - activity.used_fen
    )
    rules.check_aid(activity.number, kind, amount_fen, limit, len(vouchers) if by else 1)
    _act_for(activity, kind, by)
    entry = _enter(activity, kind, on, amount_fen, about, by)
    shared.attach(entry, vouchers, "voucher", by=by)
    journal.record(
        entry, "pairing.record_aid", by=by, activity=activity.number, vouchers=[one.pk for one in vouchers]
    )
    _follow(activity)
    return entry


@action
def take_back_aid(
    activity: Activity, *, kind: str, amount_fen: int, reason: str, by: Member | None
) -> AidEntry:
    """Put wrongly recorded money right by a contra entry of today."""
    access.check(by, "pairing.take_back_aid", pairing_id=activity.pairing_id)
    kind = rules.AidKind(kind)
    most = activity.paid_fen - activity.used_fen if kind == "paid" else activity.used_fen
    if not 0 < amount_fen <= most:
        raise BadInput(
            "pairing.aid_contra_too_much",
            gettext_noop(
                "Of the money of activity {number} at most {most_fen} fen can be taken back, not {amount_fen} fen. "
                "What was used is taken back before what was paid."
            ),
            number=activity.number,
            most_fen=most,
            amount_fen=amount_fen,
            field="amount_fen",
        )
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing", gettext_noop("Say why; both sides read the reason."), field="reason"
        )
    _act_for(activity, kind, by)
    entry = _enter(activity, kind, clock.today(), -amount_fen, reason, by)
    journal.record(entry, "pairing.take_back_aid", by=by, activity=activity.number, reason=reason.strip())
    _follow(activity)
    return entry


# -- helpers -------------------------------------------------------------------------------------------------------

_CHECKED = ("title_zh", "on", "until_on", "payer", "planned_fen", "lead", "mountain_unit", "sea_unit")


def ask_for_outcome(activity: Activity, *, by: Member | None) -> None:
    """Put it on the list of the unit that organised it: what came of it?"""
    work.open_item(
        "pairing.close_activity",
        activity,
        activity.mountain_unit_id if activity.lead == "mountain" else activity.sea_unit_id,
        gettext_noop("Write what came of {number} {title}"),
        {"number": activity.number, "title": activity.title_zh, "title_en": activity.title_en},
        activity.url,
        by=by,
    )


def _enter(
    activity: Activity, kind: str, on: date, amount_fen: int, about: str, by: Member | None
) -> AidEntry:
    above, own = ("planned_fen", "paid_fen") if kind == "paid" else ("paid_fen", "used_fen")
    changes = {own: F(own) + amount_fen, "entries_numbered": F("entries_numbered") + 1}
    moved = Activity.objects.filter(
        pk=activity.pk, version=activity.version, **{f"{above}__gte": F(own) + amount_fen}
    ).update(version=F("version") + 1, **changes)
    if not moved:
        raise ChangedMeanwhile(
            "pairing.aid_meanwhile",
            gettext_noop("Activity {number} was changed meanwhile. Look at what is still open."),
            number=activity.number,
        )
    activity.refresh_from_db(fields=[own, "entries_numbered", "version"])
    journal.record(activity, "pairing.record_aid" if amount_fen > 0 else "pairing.take_back_aid", by=by)
    return AidEntry.objects.create(
        activity=activity,
        code=f"{activity.number}-M{activity.entries_numbered}",
        kind=kind,
        on=on,
        amount_fen=amount_fen,
        about=about.strip(),
        is_illustrative=activity.is_illustrative,
    )


def _act_for(activity: Activity, kind: str, by: Member | None) -> None:
    """Whose money it is pays it; a donation is used by the side that received it."""
    if by is None:
        return
    is_received = kind == rules.AidKind.USED and activity.kind == rules.ActivityKind.DONATION
    shared.acting_side(
        by, activity.pairing_id, rules.other_side(activity.payer) if is_received else activity.payer
    )


def _check_sides(pairing_id: int, lead: str, mountain_unit: Unit, sea_unit: Unit) -> None:
    if lead not in rules.SIDES:
        raise BadInput(
            "pairing.activity_lead",
            gettext_noop(
                "An activity is organised by the mountain side or the sea side, not by {lead}. Name one."
            ),
            lead=lead,
            field="lead",
        )
    sides = queries.sides_of_units(pairing_id, [mountain_unit, sea_unit])
    for side, unit in (("mountain", mountain_unit), ("sea", sea_unit)):
        rules.check_owner(unit.name_zh, sides.get(unit.pk), side)


def _column(name: str) -> str:
    return f"{name}_id" if name in ("mountain_unit", "sea_unit") else name


def _make_findable(activity: Activity) -> None:
    shared.make_findable(activity, code=activity.number, zh=activity.title_zh, en=activity.title_en)


def _follow(activity: Activity) -> None:
    standings.follow(measured_by([activity.pairing_id], *standings.ACTIVITIES))
