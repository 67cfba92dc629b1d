"""Teams for programs: entered, given targets, their itinerary and contacts, what they cost, how they compare."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from shanhai.core import clock
from shanhai.fields.investment.actions import stops as stop_actions
from shanhai.fields.investment.actions import teams as actions
from shanhai.fields.investment.api.base import router
from shanhai.fields.investment.api.projects import Fen
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import team_registers as tables
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.queries import visited
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.office.api.base import OfficeReasonIn, OfficeWhere, pairing_of
from shanhai.fields.registry.api.base import member_of, organisation_of
from shanhai.webkit import registers
from shanhai.webkit.api import CHANGES_A_ROW, Day, Given, Paged, changes_in, etag, idempotent, if_match, may

Code = Annotated[str, Field(max_length=40)]
Count = Annotated[int, Field(ge=0, le=10**6)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]


@registers.schema(tables.TEAMS.register, tables.TEAMS.rows_of)
class TeamOut(Schema):
    """An investment team: where it sits and goes."""

    version: int


class TeamYearOut(Schema):
    """What a team did in a year against its targets; money in fen, ratios null where they cannot be said."""

    team: str
    year: int
    stops: int
    leads: int
    converted: int
    signed: int
    signed_fen: int
    paid_in_fen: int
    cost_fen: int
    target_stops: int | None
    target_leads: int | None
    target_signed: int | None
    target_fen: int | None
    budget_fen: int | None
    cost_per_lead_fen: int | None
    cost_per_10k_fen: int | None


class StopPlaceOut(Schema):
    """Where a stop is: the region of the register that its place names, and its seat in degrees; null where unknown."""

    number: str
    on: dt.date
    whom: str
    place_zh: str
    place_en: str
    region: str | None
    longitude: float | None
    latitude: float | None


class TeamCostOut(Schema):
    """What a team spent."""

    code: str
    on: Day
    kind: rules.CostKind
    amount_fen: int
    about: str
    taken_back_on: Day | None
    reason: str
    version: int


class TeamWhole(TeamOut):
    """A team with its years and the costs of this one."""

    years: list[TeamYearOut]
    costs: list[TeamCostOut]

    @staticmethod
    def resolve_years(row: Any) -> list[Any]:
        return queries.figures([row], queries.years_of([row], clock.today()))

    @staticmethod
    def resolve_costs(row: Any) -> list[Any]:
        return list(queries.costs_of(row, clock.today().year))


@registers.schema(tables.STOPS.register, tables.STOPS.rows_of, ("text_zh", "text_en"))
class StopOut(Schema):
    """One stop of an itinerary."""

    version: int


class StopWhole(StopOut):
    """A stop with what was said; of a lead it stands in the log of the lead."""

    text_zh: str
    text_en: str


class TeamsWhere(OfficeWhere):
    """Which teams."""


class ComparedWhere(OfficeWhere):
    """Of which year; all of them where it is left out."""

    year: Year | None = None


class StopsWhere(OfficeWhere):
    """Which stops."""

    team: Code = ""
    stage: rules.StopStage | None = None
    state: Literal["", "ahead", "open"] = ""


class TeamIn(Given):
    """A team to enter."""

    pairing: str = Field("", max_length=40)
    organisation: str = Field(min_length=1, max_length=40)
    base_zh: str = Field("", max_length=120)
    base_en: str = Field("", max_length=160)
    area_zh: str = Field("", max_length=200)
    area_en: str = Field("", max_length=240)
    opened_on: Day | None = None


class TeamPatch(Given):
    """What changes of a team."""

    base_zh: str | None = Field(None, max_length=120)
    base_en: str | None = Field(None, max_length=160)
    area_zh: str | None = Field(None, max_length=200)
    area_en: str | None = Field(None, max_length=240)
    closed_on: Day | None = None


class TeamYearIn(Given):
    """What a team is to do in a year; null is no target."""

    target_stops: Count | None = None
    target_leads: Count | None = None
    target_signed: Count | None = None
    target_fen: Fen | None = None
    budget_fen: Fen | None = None


class TeamCostIn(Given):
    """Money that was spent."""

    kind: rules.CostKind
    amount_fen: Annotated[int, Field(gt=0, le=10**15)]
    on: Day | None = None
    about: str = Field("", max_length=200)


class StopIn(Given):
    """A stop to plan: at a lead, or at a firm that is none yet."""

    on: Day
    lead: Code = ""
    firm: str = Field("", max_length=120)
    way: lead_rules.Way = lead_rules.Way.VISIT
    time: str = Field("", max_length=5)
    member: Code = ""
    place_zh: str = Field("", max_length=120)
    place_en: str = Field("", max_length=160)
    purpose_zh: str = Field("", max_length=200)
    purpose_en: str = Field("", max_length=240)


class StopPatch(Given):
    """What changes of a planned stop."""

    on: Day | None = None
    lead: Code | None = None
    firm: str | None = Field(None, max_length=120)
    way: lead_rules.Way | None = None
    time: str | None = Field(None, max_length=5)
    member: Code | None = None
    place_zh: str | None = Field(None, max_length=120)
    place_en: str | None = Field(None, max_length=160)
    purpose_zh: str | None = Field(None, max_length=200)
    purpose_en: str | None = Field(None, max_length=240)


class StopToldIn(Given):
    """What was said, and what comes next."""

    text: Text
    people: str = Field("", max_length=160)
    on: Day | None = None
    next_step: str = Field("", max_length=200)
    next_on: Day | None = None


class OnTheRoadIn(StopToldIn):
    """A contact that nobody had planned."""

    lead: Code = ""
    firm: str = Field("", max_length=120)
    way: lead_rules.Way = lead_rules.Way.CALL
    place_zh: str = Field("", max_length=120)


@router.get("/teams", response=Paged[TeamOut], summary="Investment teams")
@may("investment.view_teams")
def list_teams(request: Any, asked: Query[TeamsWhere]) -> Any:
    """The teams of a pairing and those nested in it, as far as the caller sees them."""
    found = queries.teams_of(request.member, pairing_of(request, asked.pairing))
    return registers.paged(TeamOut, found, ("id",), request)


@router.get("/teams-compared", response=list[TeamYearOut], summary="How teams compare")
@may("investment.view_teams")
def compare_teams(request: Any, asked: Query[ComparedWhere]) -> Any:
    """What each team did in each year, against its targets, by team and year."""
    found = list(queries.teams_of(request.member, pairing_of(request, asked.pairing)))
    years = [asked.year] if asked.year is not None else queries.years_of(found, clock.today())
    return queries.figures(found, years)


@router.get("/teams/{code}", response=TeamWhole, summary="One team")
@may("investment.view_teams")
def show_team(request: Any, response: HttpResponse, code: str) -> Any:
    """One team by the code of its organisation; its version stands in ETag."""
    found = queries.team_of(request.member, code)
    etag(response, found)
    return found


@router.get("/teams/{code}/places", response=list[StopPlaceOut], summary="Where a team's itinerary leads")
@may("investment.view_teams")
def list_team_places(request: Any, code: str) -> Any:
    """The stops of two weeks back and four ahead in their order, as the map of the team shows them."""
    stops = queries.agenda_now(queries.team_of(request.member, code), clock.today())
    return visited.places_of(stops)


@router.post("/teams", response={201: TeamWhole}, summary="Enter a team")
@may("investment.add_team")
@idempotent(TeamWhole)
def add_team(request: Any, data: TeamIn) -> Any:
    """An organisation of one's own side goes out as a team."""
    given = data.dict()
    pairing = pairing_of(request, given.pop("pairing"))
    return actions.add_team(pairing, organisation_of(given.pop("organisation")), by=request.member, **given)


@router.patch("/teams/{code}", response=TeamWhole, summary="Change a team", openapi_extra=CHANGES_A_ROW)
@may("investment.change_team")
def change_team(request: Any, response: HttpResponse, code: str, data: TeamPatch) -> Any:
    """Where it sits and goes, or that it was closed."""
    found = _at_version(request, code)
    actions.change_team(found, by=request.member, **changes_in(data, "closed_on"))
    etag(response, found)
    return found


@router.put("/teams/{code}/years/{year}", response=TeamWhole, summary="Set the targets of a year")
@may("investment.set_team_year")
def set_team_year(request: Any, code: str, year: Year, data: TeamYearIn) -> Any:
    """All of them at once; what is null is no target."""
    found = queries.team_of(request.member, code)
    actions.set_team_year(found, year, by=request.member, **data.dict())
    return found


@router.post("/teams/{code}/costs", response=TeamWhole, summary="Write down a cost")
@may("investment.record_team_cost")
@idempotent(TeamWhole, status=200)
def record_team_cost(request: Any, code: str, data: TeamCostIn) -> Any:
    """Money that the team spent."""
    found = queries.team_of(request.member, code)
    actions.record_team_cost(found, by=request.member, **data.dict())
    return found


@router.post("/teams/{code}/costs/{cost}/take-back", response=TeamWhole, summary="Take back a cost")
@may("investment.take_back_team_cost")
@idempotent(TeamWhole, status=200)
def take_back_team_cost(request: Any, code: str, cost: str, data: OfficeReasonIn) -> Any:
    """What was written down by mistake stays, and counts no more."""
    found = queries.team_of(request.member, code)
    row = queries.cost_of(found, cost)
    actions.take_back_team_cost(row, reason=data.reason, by=request.member)
    return found


@router.get("/stops", response=Paged[StopOut], summary="The itinerary of teams")
@may("investment.view_teams")
def list_stops(request: Any, asked: Query[StopsWhere]) -> Any:
    """The stops of the teams that the caller sees, latest first."""
    found = queries.stops_of(request.member, pairing_of(request, asked.pairing))
    if asked.team:
        found = queries.of_team(found, asked.team)
    if asked.stage is not None:
        found = found.filter(stage=asked.stage)
    if asked.state:
        found = queries.in_state(found, asked.state)
    return registers.paged(StopOut, found, ("-on", "-id"), request)


@router.get("/stops/{number}", response=StopWhole, summary="One stop")
@may("investment.view_teams")
def show_stop(request: Any, response: HttpResponse, number: str) -> Any:
    """One stop by its number; its version stands in ETag."""
    found = queries.stop_of(request.member, number)
    etag(response, found)
    return found


@router.post("/teams/{code}/stops", response={201: StopWhole}, summary="Plan a stop")
@may("investment.plan_stop")
@idempotent(StopWhole)
def plan_stop(request: Any, code: str, data: StopIn) -> Any:
    """It waits for the team until somebody tells of it."""
    team = queries.team_of(request.member, code)
    return stop_actions.plan_stop(team, by=request.member, **_named(request, data.dict()))


@router.post("/teams/{code}/contacts", response={201: StopWhole}, summary="Write down a contact on the road")
@may("investment.log_on_the_road")
@idempotent(StopWhole)
def log_on_the_road(request: Any, code: str, data: OnTheRoadIn) -> Any:
    """At a lead it stands in its log and moves its clocks; the next step is planned."""
    team = queries.team_of(request.member, code)
    return stop_actions.log_on_the_road(team, by=request.member, **_named(request, data.dict()))


@router.patch("/stops/{number}", response=StopWhole, summary="Change a stop", openapi_extra=CHANGES_A_ROW)
@may("investment.change_stop")
def change_stop(request: Any, response: HttpResponse, number: str, data: StopPatch) -> Any:
    """While it is planned."""
    found = _stop_at_version(request, number)
    stop_actions.change_stop(found, by=request.member, **_named(request, changes_in(data)))
    etag(response, found)
    return found


@router.post(
    "/stops/{number}/tell", response=StopWhole, summary="Tell of a stop", openapi_extra=CHANGES_A_ROW
)
@may("investment.tell_stop")
@idempotent(StopWhole, status=200)
def tell_stop(request: Any, number: str, data: StopToldIn) -> Any:
    """What was said, and what comes next."""
    return stop_actions.tell_stop(_stop_at_version(request, number), by=request.member, **data.dict())


@router.post(
    "/stops/{number}/cancel", response=StopWhole, summary="Call a stop off", openapi_extra=CHANGES_A_ROW
)
@may("investment.cancel_stop")
@idempotent(StopWhole, status=200)
def cancel_stop(request: Any, number: str, data: OfficeReasonIn) -> Any:
    """With the reason."""
    found = _stop_at_version(request, number)
    return stop_actions.cancel_stop(found, reason=data.reason, by=request.member)


@router.post(
    "/stops/{number}/plan-again", response=StopWhole, summary="Plan a stop again", openapi_extra=CHANGES_A_ROW
)
@may("investment.plan_stop_again")
@idempotent(StopWhole, status=200)
def plan_stop_again(request: Any, number: str) -> Any:
    """One that was called off."""
    return stop_actions.plan_stop_again(_stop_at_version(request, number), by=request.member)


def _named(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The rows that codes name; an empty code names nobody."""
    found = dict(given)
    if "lead" in found:
        found["lead"] = lead_queries.lead_of(request.member, found["lead"]) if found["lead"] else None
    if "member" in found:
        found["member"] = member_of(found["member"], request.member) if found["member"] else None
    return found


def _at_version(request: Any, code: str) -> Any:
    found = queries.team_of(request.member, code)
    if_match(request, found)
    return found


def _stop_at_version(request: Any, number: str) -> Any:
    found = queries.stop_of(request.member, number)
    if_match(request, found)
    return found
