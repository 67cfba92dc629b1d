"""Writes of itineraries: a stop planned, changed, called off, told of; a contact written down on the road."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, rows, work
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Import, Member
from shanhai.core.writing import action
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.actions.teams import check_own, figures_follow
from shanhai.fields.investment.models import Lead, Stop, Team
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.office.actions import shared as office
from shanhai.fields.office.rules.shared import said
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage = rules.StopStage
WORK = "investment.tell_stop"
_LINE = 200


@action
def plan_stop(
    team: Team,
    *,
    on: date,
    lead: Lead | None = None,
    firm: str = "",
    way: str = "visit",
    time: str = "",
    member: Member | None = None,
    place_zh: str = "",
    place_en: str = "",
    purpose_zh: str = "",
    purpose_en: str = "",
    number: str = "",
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> Stop:
    """Plan where a team goes, or whom it calls, on a day; it waits for the team until somebody tells of it.

    Parameters
    ----------
    lead, firm
        At whom: a lead, or the name of a firm that is none yet.
    member
        Who of the team goes; the whole team where it is left out.
    """
    access.check(by, "investment.plan_stop", pairing_id=team.pairing_id)
    check_own(team, by)
    _check_open(team)
    rules.check_whom(lead is not None, firm)
    rules.check_time(time)
    _check_lead(team, lead)
    _check_member(team, member)
    stop = Stop(
        team=team,
        pairing=team.pairing,
        zone_id=team.zone_id,
        number=office.checked_number(Stop, number),
        on=on,
        time=time,
        way=lead_actions.way_of(way),
        lead=lead,
        firm=firm.strip()[:120],
        member=member,
        place_zh=place_zh.strip()[:120],
        place_en=place_en.strip()[:160],
        purpose_zh=purpose_zh.strip()[:_LINE],
        purpose_en=purpose_en.strip()[:240],
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    stop.save()
    office.numbered(stop, "XC", on.year)
    journal.record(stop, "investment.plan_stop", by=by, **office.origin(on_import))
    _await(stop, by=by)
    return stop


@action
def change_stop(stop: Stop, *, on_import: Import | None = None, by: Member | None, **changes: Any) -> Stop:
    """Move a planned stop to another day, or change where it is, who goes and what for."""
    access.check(by, "investment.change_stop", pairing_id=stop.pairing_id)
    check_own(stop.team, by)
    rules.check_stop_stage(stop.number, stop.stage, Stage.PLANNED)
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    after = {
        name: changes.get(name, getattr(stop, name)) for name in ("lead", "firm", "member", "time", "way")
    }
    rules.check_whom(after["lead"] is not None, after["firm"])
    rules.check_time(after["time"])
    lead_actions.way_of(after["way"])
    _check_lead(stop.team, after["lead"])
    _check_member(stop.team, after["member"])
    changes = differing(stop, changes)
    if not changes:
        return stop
    rows.move(stop, **changes)
    journal.record(stop, "investment.change_stop", by=by, changed=sorted(changes), **office.origin(on_import))
    _await(stop, by=by)
    return stop


@action
def cancel_stop(stop: Stop, *, reason: str, on_import: Import | None = None, by: Member | None) -> Stop:
    """Call a planned stop off, and say why."""
    access.check(by, "investment.cancel_stop", pairing_id=stop.pairing_id)
    check_own(stop.team, by)
    rules.check_stop_stage(stop.number, stop.stage, Stage.PLANNED)
    reason = said(reason, "reason")[:300]
    rows.move(stop, stage=Stage.CANCELLED, reason=reason)
    journal.record(stop, "investment.cancel_stop", by=by, reason=reason, **office.origin(on_import))
    work.drop(WORK, stop, by=by)
    return stop


@action
def plan_stop_again(stop: Stop, *, by: Member | None) -> Stop:
    """The undo of calling a stop off: it is planned again."""
    access.check(by, "investment.plan_stop_again", pairing_id=stop.pairing_id)
    check_own(stop.team, by)
    rules.check_stop_stage(stop.number, stop.stage, Stage.CANCELLED)
    rows.move(stop, stage=Stage.PLANNED, reason="")
    journal.record(stop, "investment.plan_stop_again", by=by)
    _await(stop, by=by)
    return stop


@action
def tell_stop(
    stop: Stop,
    *,
    text: str,
    text_en: str = "",
    people: str = "",
    on: date | None = None,
    next_step: str = "",
    next_on: date | None = None,
    is_past: bool = False,
    on_import: Import | None = None,
    by: Member | None,
) -> Stop:
    """Say what was said at a stop. At a lead it stands in the log of the lead and moves its clocks; at a firm, here.

    Parameters
    ----------
    next_step, next_on
        What comes next and on what day: it is planned as the next stop.
    is_past
        For rows of a zone folder, whose leads bring their own log: nothing is written there.
    """
    access.check(by, "investment.tell_stop", pairing_id=stop.pairing_id)
    check_own(stop.team, by)
    rules.check_stop_stage(stop.number, stop.stage, Stage.PLANNED)
    on = on or min(stop.on, clock.today())
    check_not_later(on)
    rules.check_next(next_step, next_on, clock.today())
    people = people.strip()[:160]
    changes: dict[str, Any] = {"stage": Stage.DONE, "done_on": on, "people": people}
    if stop.member is None and by is not None and by.unit.organisation_id == stop.team.organisation_id:
        changes["member"] = by
    if stop.lead is None:
        changes |= {"text_zh": said(text, "text"), "text_en": text_en.strip()}
    elif not is_past:
        lead_actions.log_contact(
            stop.lead, way=stop.way, text=text, text_en=text_en, people=people, on=on, by=by
        )
    rows.move(stop, **changes)
    journal.record(stop, "investment.tell_stop", by=by, **office.origin(on_import))
    work.done(WORK, stop, by=by)
    if next_on is not None:
        plan_stop(
            stop.team, on=next_on, lead=stop.lead, firm=stop.firm, way=stop.way, member=stop.member,
            place_zh=stop.place_zh, place_en=stop.place_en, purpose_zh=next_step, by=by,
        )  # fmt: skip
    figures_follow(stop.pairing_id)
    return stop


@action
def log_on_the_road(
    team: Team,
    *,
    text: str,
    way: str = "call",
    lead: Lead | None = None,
    firm: str = "",
    people: str = "",
    place_zh: str = "",
    on: date | None = None,
    next_step: str = "",
    next_on: date | None = None,
    by: Member,
) -> Stop:
    """Write down a contact that nobody had planned: a stop of today that is told of at once.

    A stop that was planned at the same lead or firm for that day is the one that is told of, so that none is counted twice.
    """
    access.check(by, "investment.log_on_the_road", pairing_id=team.pairing_id)
    on = on or clock.today()
    check_not_later(on)
    rules.check_whom(lead is not None, firm)
    there = Stop.objects.filter(team=team, on=on, stage=Stage.PLANNED, lead=lead, firm=firm.strip())
    stop = there.select_related("team__organisation", "lead", "pairing", "member").order_by("pk").first()
    if stop is None:
        stop = plan_stop(
            team,
            on=on,
            lead=lead,
            firm=firm,
            way=way,
            member=by if by.unit.organisation_id == team.organisation_id else None,
            place_zh=place_zh,
            by=by,
        )
    else:
        stop.team, stop.lead = team, lead
        if stop.way != way:
            change_stop(stop, way=way, by=by)
    return tell_stop(stop, text=text, people=people, on=on, next_step=next_step, next_on=next_on, by=by)


# -- helpers -------------------------------------------------------------------------------------------------------


def _await(stop: Stop, *, by: Member | None) -> None:
    """Put it on the list of the unit of who goes, of the team where nobody is named."""
    unit = stop.member.unit if stop.member is not None else stop.team.owner_unit
    if unit is None or (stop.on < clock.today() and by is None):
        return
    facts = {"number": stop.number, "title": stop.title_zh, "title_en": stop.title_en}
    what = gettext_noop("Say what came of {number} {title}")
    work.open_item(WORK, stop, unit, what, facts, stop.url, stop.on, by=by)


def _check_open(team: Team) -> None:
    if team.closed_on is not None and team.closed_on < clock.today():
        raise NotNow(
            "investment.team_closed",
            gettext_noop("{name} was closed on {on}. Plan the stop for another team."),
            name=team.name,
            on=team.closed_on,
        )


def _check_lead(team: Team, lead: Lead | None) -> None:
    if lead is not None and lead.zone_id != team.zone_id:
        raise BadInput(
            "investment.stop_lead",
            gettext_noop("Lead {number} belongs to another zone. Choose one of the zone of {name}."),
            number=lead.number,
            name=team.name,
            field="lead",
        )


def _check_member(team: Team, member: Member | None) -> None:
    if member is not None and member.unit.organisation_id != team.organisation_id:
        raise BadInput(
            "investment.stop_member",
            gettext_noop("{who} does not belong to {name}. Name somebody of the team, or nobody."),
            who=member.name,
            name=team.name,
            field="member",
        )
