"""Rows of teams and events that a spreadsheet or zone folder brings: each stands for actions of the pages."""

from __future__ import annotations

from typing import Any

from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.sheets.columns import Change
from shanhai.fields.investment.actions import events, stops, teams
from shanhai.fields.investment.columns import teams as columns
from shanhai.fields.investment.models import EventGuest, EventSide, Stop, Team, TeamCost, TeamYear
from shanhai.fields.investment.queries import events as event_queries
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.park.actions.firm_sheets import by_page_only, written_by

_YEAR = ("target_stops", "target_leads", "target_signed", "target_fen", "budget_fen")
_TEAM = ("base_zh", "base_en", "area_zh", "area_en", "source")
_STOP = ("on", "time", "way", "place_zh", "place_en", "purpose_zh", "purpose_en")


def _standing(change: Change) -> dict[str, Any]:
    return {"is_illustrative": change.values["standing"] == "illustrative", "source": change.values["source"]}


def as_one_write(row: Any, change: Change) -> None:
    """However many actions a row of a file stands for, the row counts as written once: an undo looks at its version."""
    expected = 0 if change.version is None else change.version + 1
    type(row).objects.filter(pk=row.pk, version__gt=expected).update(version=expected)


def _put_team(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    facts = {name: values[name] for name in _TEAM} | {"closed_on": values["closed_on"]}
    facts |= {name: values[name] for name in ("opened_on", "reach") if values[name]}
    facts["is_illustrative"] = values["standing"] == "illustrative"
    if change.before is None:
        organisation = Organisation.objects.get(code=values["organisation"])
        pairing = Pairing.objects.get(code=values["pairing"])
        teams.add_team(pairing, organisation, on_import=on_import, by=by, **facts)
        return
    if change.differs_in("pairing"):
        raise by_page_only(change.key, "pairing")
    teams.change_team(queries.team_of(by, values["organisation"]), on_import=on_import, by=by, **facts)


def _put_year(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    targets = {name: values[name] for name in _YEAR} | _standing(change)
    teams.set_team_year(
        queries.team_of(by, values["team"]), values["year"], on_import=on_import, by=by, **targets
    )


def _put_cost(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    team = queries.team_of(by, values["team"])
    if change.before is None:
        row = teams.record_team_cost(
            team, kind=values["kind"], amount_fen=values["amount_fen"], on=values["on"], about=values["about"],
            code=values["code"], on_import=on_import, by=by, **_standing(change),
        )  # fmt: skip
        row.team = team
    else:
        changed = change.differs_in("team", "on", "kind", "amount_fen", "about", "standing", "source")
        if changed:
            raise by_page_only(change.key, changed[0])
        row = queries.cost_of(team, values["code"])
    if values["taken_back_on"] is not None and row.taken_back_on is None:
        teams.take_back_team_cost(
            row, reason=values["reason"], on=values["taken_back_on"], on_import=on_import, by=by
        )
    as_one_write(row, change)


def _put_stop(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    team = queries.team_of(by, values["team"])
    lead = lead_queries.lead_of(by, values["lead"]) if values["lead"] else None
    member = Member.objects.select_related("unit").filter(code=values["member"] or "").first()
    facts: dict[str, Any] = {name: values[name] for name in _STOP}
    facts |= {"lead": lead, "firm": values["firm"], "member": member}
    if change.before is None:
        stop = stops.plan_stop(
            team, number=values["number"], on_import=on_import, by=by, **facts, **_standing(change)
        )
    else:
        stop = queries.stop_of(by, values["number"])
        if change.differs_in("team"):
            raise by_page_only(change.key, "team")
        if change.differs_in(*_STOP, "lead", "firm", "member"):
            stops.change_stop(stop, on_import=on_import, by=by, **facts)
    stop.team = team
    _stage_of(stop, change, by, on_import)
    as_one_write(stop, change)


def _stage_of(stop: Stop, change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    stage = values["stage"] or stops.Stage.PLANNED
    if stage == stop.stage:
        if change.before is not None and change.differs_in(
            "done_on", "people", "text_zh", "text_en", "reason"
        ):
            raise by_page_only(change.key, "text_zh")
        return
    if stage == stops.Stage.DONE:
        # What was said at a lead stands in the log of the lead, which a zone folder brings by itself.
        stops.tell_stop(
            stop, text=values["text_zh"], text_en=values["text_en"], people=values["people"], on=values["done_on"],
            is_past=by is None, on_import=on_import, by=by,
        )  # fmt: skip
    elif stage == stops.Stage.CANCELLED:
        stops.cancel_stop(stop, reason=values["reason"], on_import=on_import, by=by)
    else:
        raise by_page_only(change.key, "stage")


def _put_side(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    event = event_queries.event_of(by, values["event"])
    if by is not None and event_queries.side_in(event, by) != values["side"]:
        raise by_page_only(change.key, "side")
    money = {name: values[name] for name in ("budget_fen", "cost_fen")}
    if change.before is None:
        events.convene_event(
            event, side=values["side"], on=values["convened_on"], on_import=on_import, by=by, **money, **_standing(change)
        )  # fmt: skip
        return
    changed = change.differs_in("convened_on", "standing", "source")
    if changed:
        raise by_page_only(change.key, changed[0])
    events.set_event_money(event, side=values["side"], on_import=on_import, by=by, **money)


def _put_guest(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    event = event_queries.event_of(by, values["event"])
    if change.before is None:
        guest = events.invite_firm(
            event, firm=values["firm"], organisation=Organisation.objects.filter(code=values["organisation"] or "").first(),
            side=values["invited_by"], on=values["invited_on"], on_import=on_import, by=by, **_standing(change),
        )  # fmt: skip
    else:
        guest = event_queries.guest_of(event, values["firm"])
        changed = change.differs_in("organisation", "invited_by", "invited_on", "standing", "source")
        if changed:
            raise by_page_only(change.key, changed[0])
    guest.activity = event
    if values["lead"] and guest.lead_id is None:
        events.lead_from_event(guest, lead_queries.lead_of(by, values["lead"]), on_import=on_import, by=by)
    if values["came"] and (guest.came is not (values["came"] == "yes") or values["people"] != guest.people):
        events.mark_guest(
            guest, came=values["came"] == "yes", people=values["people"], on_import=on_import, by=by
        )
    as_one_write(guest, change)


teams_guard, write_teams = written_by(columns.TEAMS, _put_team, Team)
team_years_guard, write_team_years = written_by(columns.TEAM_YEARS, _put_year, TeamYear)
team_costs_guard, write_team_costs = written_by(columns.TEAM_COSTS, _put_cost, TeamCost)
stops_guard, write_stops = written_by(columns.STOPS, _put_stop, Stop)
event_sides_guard, write_event_sides = written_by(columns.EVENT_PARTS, _put_side, EventSide)
event_guests_guard, write_event_guests = written_by(columns.EVENT_GUESTS, _put_guest, EventGuest)
