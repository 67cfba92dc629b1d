"""The rows of the registers of teams and events: where each column lies."""

from __future__ import annotations

from shanhai.fields.investment.columns import teams as columns
from shanhai.fields.investment.models import EventGuest, EventSide, Stop, Team, TeamCost, TeamYear
from shanhai.fields.pairing.queries.registers import Row, Table

_TEAM = {"team": "team__organisation__code"}


def _came(rows: list[Row]) -> None:
    """Yes, no, or nothing while it is not known."""
    known = dict(EventGuest.objects.filter(pk__in=[row["_id"] for row in rows]).values_list("pk", "came"))
    for row in rows:
        row["came"] = {True: "yes", False: "no", None: ""}[known[row["_id"]]]


TEAMS = Table(
    columns.TEAMS,
    Team,
    "pairing",
    {"organisation": "organisation__code", "pairing": "pairing__code", "name": "organisation__name_zh"},
    visible="",
)
TEAM_YEARS = Table(columns.TEAM_YEARS, TeamYear, "team__pairing", _TEAM, visible="team__")
TEAM_COSTS = Table(columns.TEAM_COSTS, TeamCost, "team__pairing", _TEAM, visible="team__")
STOPS = Table(
    columns.STOPS,
    Stop,
    "pairing",
    _TEAM | {"lead": "lead__number", "member": "member__code"},
    visible="team__",
)
EVENT_SIDES = Table(columns.EVENT_PARTS, EventSide, "activity__pairing", {"event": "activity__number"})
EVENT_GUESTS = Table(
    columns.EVENT_GUESTS,
    EventGuest,
    "activity__pairing",
    {"event": "activity__number", "organisation": "organisation__code", "lead": "lead__number"},
    extra=_came,
    derived=frozenset({"came"}),
)

teams_rows, teams_current = TEAMS.rows, TEAMS.current
team_years_rows, team_years_current = TEAM_YEARS.rows, TEAM_YEARS.current
team_costs_rows, team_costs_current = TEAM_COSTS.rows, TEAM_COSTS.current
stops_rows, stops_current = STOPS.rows, STOPS.current
event_sides_rows, event_sides_current = EVENT_SIDES.rows, EVENT_SIDES.current
event_guests_rows, event_guests_current = EVENT_GUESTS.rows, EVENT_GUESTS.current
