"""Reads of teams: who works where, their itinerary and log, and what they bring for what they cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from shanhai.core import access, clock
from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.investment.models import Contact, Lead, PaidIn, Stop, Team, TeamCost, TeamYear
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.office.queries import shared
from shanhai.fields.pairing.queries import calendars
from shanhai.kernel.refusals import NotFound, gettext_noop

# How far the picture and the map of an itinerary look back and ahead.
BACK, AHEAD = timedelta(days=14), timedelta(days=28)
_SHOWN = ("organisation", "pairing", "owner_unit__organisation")
_STOP = (
    "team__organisation",
    "team__owner_unit",
    "lead__unit",
    "lead__pairing",
    "member__unit__organisation",
)


def teams_of(member: Member | None, pairing: Pairing) -> QuerySet[Team]:
    """The teams of a pairing and those nested in it that a member sees, by name."""
    rows = shared.seen_in(Team.objects.all(), member, pairing)
    return rows.select_related(*_SHOWN).order_by("organisation__name_sort", "pk")


def team_of(member: Member | None, code: str) -> Team:
    """One team by the code of its organisation, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_team``
    """
    found = Team.objects.select_related(*_SHOWN).filter(organisation__code=code).first()
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "investment.no_team",
            gettext_noop("There is no team {code} that you may see. Look for it on the page of the teams."),
            code=code[:40],
        )
    return found


def own_team(member: Member | None) -> Team | None:
    """The team to which a member belongs: that of their organisation; None for all others."""
    if member is None:
        return None
    rows = Team.objects.select_related(*_SHOWN).filter(closed_on=None)
    return rows.filter(organisation_id=member.unit.organisation_id).first()


def year_of(team: Team, year: int) -> TeamYear | None:
    """What a team is to do in a year."""
    return team.years.filter(year=year).first()


def costs_of(team: Team, year: int) -> QuerySet[TeamCost]:
    """What was spent in a year, latest first; what was taken back is among it."""
    return team.costs.filter(on__year=year).order_by("-on", "-pk")


def cost_of(team: Team, code: str) -> TeamCost:
    """One of its costs.

    Raises
    ------
    NotFound
        ``investment.no_cost``
    """
    found = team.costs.filter(code=code).first()
    if found is None:
        raise NotFound(
            "investment.no_cost",
            gettext_noop("{team} has no cost {code}. Look at those of its page."),
            team=team.name,
            code=code[:60],
        )
    found.team = team
    return found


# -- the itinerary and the log -------------------------------------------------------------------------------------


def stops_of(member: Member | None, pairing: Pairing) -> QuerySet[Stop]:
    """The stops of the teams that a member sees; sort by ``on, id``."""
    keys = list(teams_of(member, pairing).order_by().values_list("pk", flat=True))
    if pairing.zone_id in (None, pairing.pk):
        rows = Stop.objects.filter(zone_id=pairing.pk, team_id__in=keys)
    else:
        rows = Stop.objects.filter(team_id__in=keys)
    return rows.select_related(*_STOP)


def stop_of(member: Member | None, number: str) -> Stop:
    """One stop, for those who see its team.

    Raises
    ------
    NotFound
        ``investment.no_stop``
    """
    found = Stop.objects.select_related(*_STOP, "pairing").filter(number=number).first()
    if found is None or not shared.may_see(member, found.team):
        raise NotFound(
            "investment.no_stop",
            gettext_noop("There is no stop {number} that you may see. Look for it in the itinerary."),
            number=number[:40],
        )
    return found


def in_state(rows: QuerySet[Stop], text: str) -> QuerySet[Stop]:
    """``ahead``: planned from today on. ``open``: planned for a day that is over, and not told of."""
    planned = rows.filter(stage=rules.StopStage.PLANNED)
    if text == "ahead":
        return planned.filter(on__gte=clock.today())
    return planned.filter(on__lt=clock.today())


def of_team(rows: QuerySet[Stop], code: str) -> QuerySet[Stop]:
    """Those of a team."""
    return rows.filter(team__organisation__code=code)


def agenda(team: Team, first: date, last: date) -> list[Stop]:
    """The stops of a team between two days, in the order of the days and hours; called-off ones are left out."""
    rows = team.stops.filter(on__gte=first, on__lte=last).exclude(stage=rules.StopStage.CANCELLED)
    return list(rows.select_related(*_STOP).order_by("on", "time", "pk"))


def agenda_now(team: Team, today: date) -> list[Stop]:
    """The stops that the page of a team shows on its axis and map."""
    return agenda(team, today - BACK, today + AHEAD)


def untold(team: Team, today: date) -> list[Stop]:
    """The stops that are over and of which nobody has said anything yet, oldest first."""
    rows = team.stops.filter(stage=rules.StopStage.PLANNED, on__lt=today).select_related(*_STOP)
    return list(rows.order_by("on", "pk")[:50])


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the log of a team: at a lead it stands in the log of the lead, at a firm with the stop."""

    on: date
    way: str
    whom: str
    url: str
    text: str
    people: str
    member: Member | None


def log_of(team: Team, reader: Member | None, limit: int = 20) -> list[Said]:
    """What people of a team were told lately, latest first; of leads only those that the reader sees (few statements)."""
    contacts = (
        Contact.objects.filter(member__unit__organisation_id=team.organisation_id)
        .select_related("lead__pairing", "lead__owner_unit", "member__unit__organisation")
        .order_by("-on", "-pk")[: limit * 2]
    )
    found = [
        Said(
            one.on,
            one.way,
            one.lead.investor_said or one.lead.name,
            one.lead.url,
            one.text_said,
            one.people,
            one.member,
        )
        for one in contacts
        if shared.may_see(reader, one.lead)
    ]
    stops = team.stops.filter(stage=rules.StopStage.DONE, lead=None).select_related(*_STOP)
    found += [
        Said(one.done_on or one.on, one.way, one.firm, one.url, one.text_said, one.people, one.member)
        for one in stops.order_by("-done_on", "-pk")[:limit]
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)[:limit]


def leads_for(team: Team, member: Member | None) -> QuerySet[Lead]:
    """The leads that a team may speak to: those that it brought first, then all that are on their way, due first."""
    rows = lead_queries.leads_of(member, team.pairing).filter(stage__in=lead_rules.ORDER)
    return rows.filter(Q(introduced_by_id=team.organisation_id) | Q(stage__in=lead_rules.OPEN)).order_by(
        "name_sort", "pk"
    )


def brought(team: Team, member: Member | None, year: int) -> QuerySet[Lead]:
    """The leads of a year that a team brought and a member sees, latest first."""
    rows = lead_queries.leads_of(member, team.pairing).filter(introduced_by_id=team.organisation_id)
    rows = rows.exclude(stage=lead_rules.LeadStage.MERGED).filter(registered_on__year=year)
    return rows.select_related("project").order_by("-registered_on", "-pk")


def in_calendar(member: Member, pairing_ids: list[int], since: datetime) -> list[calendars.Entry]:
    """The stops of a member's own team, for the calendar feed."""
    if not access.may(member, "investment.view_teams"):
        return []
    rows = Stop.objects.filter(
        team__organisation_id=member.unit.organisation_id, pairing_id__in=pairing_ids, on__gte=since.date()
    )
    found = []
    for one in rows.select_related(*_STOP).order_by("on", "pk"):
        start: Any = one.on
        end: Any = one.on + timedelta(days=1)
        if one.time:
            hour, minute = map(int, one.time.split(":"))
            start = datetime.combine(one.on, time(hour, minute), clock.SHANGHAI)
            end = start + timedelta(hours=1)
        found.append(
            calendars.Entry(
                uid=f"stop-{one.pk}",
                what=f"{one.whom}: {one.purpose}" if one.purpose else one.whom,
                url=one.url,
                start=start,
                end=end,
                place=one.place,
                is_cancelled=one.stage == rules.StopStage.CANCELLED,
                sequence=one.version,
            )
        )
    return found


# -- how teams compare ---------------------------------------------------------------------------------------------


def figures(teams: Sequence[Team], years: Sequence[int]) -> list[rules.TeamFigures]:
    """What each team did in each year, by team and year, whoever looks (six statements, however many there are)."""
    by_key = {one.pk: one for one in teams}
    of_organisation = {one.organisation_id: one.pk for one in teams}
    counted: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)

    def put(rows: Any, *names: str, is_organisation: bool = False) -> None:
        for key, year, *values in rows:
            at = of_organisation[key] if is_organisation else key, year
            counted[at] |= {name: value or 0 for name, value in zip(names, values, strict=True)}

    def by_year(rows: Any, key: str, day: str, **told: Any) -> Any:
        found = rows.filter(**{f"{key}__in": list(of_organisation if "introduced_by" in key else by_key)})
        found = (
            found.filter(**{f"{day}__year__in": list(years)}).order_by().annotate(of_year=ExtractYear(day))
        )
        return found.values_list(key, "of_year").annotate(**told)

    leads = Lead.objects.exclude(stage=lead_rules.LeadStage.MERGED)
    signed = leads.filter(stage=lead_rules.LeadStage.SIGNED)
    put(by_year(Stop.objects.filter(stage=rules.StopStage.DONE), "team", "done_on", n=Count("pk")), "stops")
    put(
        by_year(
            leads, "introduced_by", "registered_on", n=Count("pk"), c=Count("pk", Q(project__isnull=False))
        ),
        "leads",
        "converted",
        is_organisation=True,
    )
    put(
        by_year(signed, "introduced_by", "stage_on", n=Count("pk"), fen=Sum("counted_fen")),
        "signed",
        "signed_fen",
        is_organisation=True,
    )
    put(
        by_year(
            PaidIn.objects.filter(taken_back_on=None), "lead__introduced_by", "on", fen=Sum("amount_fen")
        ),
        "paid_in_fen",
        is_organisation=True,
    )
    put(by_year(TeamCost.objects.filter(taken_back_on=None), "team", "on", fen=Sum("amount_fen")), "cost_fen")
    targets = {
        (one.team_id, one.year): one for one in TeamYear.objects.filter(team__in=by_key, year__in=list(years))
    }
    found = []
    for team in teams:
        for year in years:
            at = team.pk, year
            target = targets.get(at)
            told = {name: getattr(target, name) for name in _TARGETS} if target is not None else {}
            found.append(rules.TeamFigures(team.code, year, **counted.get(at, {}), **told))
    return found


_TARGETS = ("target_stops", "target_leads", "target_signed", "target_fen", "budget_fen")


def years_of(teams: Sequence[Team], today: date) -> list[int]:
    """The years in which one of the teams worked, latest first."""
    first = min((one.opened_on.year for one in teams), default=today.year)
    return list(range(today.year, max(first, today.year - 30) - 1, -1))


def head_of(rows: QuerySet[Stop], today: date) -> dict[str, int]:
    """What leads the itinerary: stops of this week and after, and those that are over and not told of."""
    planned = Q(stage=rules.StopStage.PLANNED)
    return rows.order_by().aggregate(
        ahead=Count("pk", planned & Q(on__gte=today)),
        open=Count("pk", planned & Q(on__lt=today)),
        done=Count("pk", Q(stage=rules.StopStage.DONE, done_on__year=today.year)),
    )


def found_as(one: Model) -> Found:
    """By its name and code, for those who see it."""
    team: Any = one
    return Found(
        "investment.team",
        team.pk,
        team.organisation.name_zh,
        team.url,
        team.organisation.name_en,
        team.code,
        team.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All teams."""
    return map(found_as, Team.objects.select_related("organisation").iterator())
