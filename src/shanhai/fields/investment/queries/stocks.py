"""Reads of potential stocks: candidates, one with its score explained, the committee, milestones, how often picks came true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, Q, QuerySet

from shanhai.core import clock, rulebook, search, signs
from shanhai.core.models import Member, Pairing, RoleGrant, Seat
from shanhai.core.search import Found
from shanhai.fields.investment.models import Stock, StockMilestone, StockVote
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.office.queries import shared
from shanhai.fields.park.queries import firms as park_firms
from shanhai.fields.park.queries import growth
from shanhai.fields.park.queries.named import organisations_named
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.planners.growth import GrowthScore, score_growth

Stage = rules.StockStage
SHOWN = ("pairing", "organisation", "lead__pairing", "lead__owner_unit", "owner_unit__organisation")
SCORE_CODES = ("investment.stock_weights", "investment.stock_spans")
_ENTRY = (("investment_fen", "investment_per_mu"), ("tax_fen", "tax_per_mu"))
_FEN_OF_10K = 10**6


def stocks_of(member: Member | None, pairing: Pairing) -> QuerySet[Stock]:
    """The potential stocks of a pairing and those nested in it that a member sees."""
    rows = shared.seen_in(Stock.objects.all(), member, pairing)
    return rows.select_related("organisation", "lead")


def stock_of(member: Member | None, number: str) -> Stock:
    """One potential stock, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_stock``
    """
    found = Stock.objects.select_related(*SHOWN).filter(number=number).first()
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "investment.no_stock",
            gettext_noop("There is no potential stock {number} that you may see. Look for it in their list."),
            number=number[:40],
        )
    return found


def named(rows: QuerySet[Stock], text: str) -> QuerySet[Stock]:
    """Those whose number begins so, or whose name holds the text."""
    return rows.filter(
        Q(number__startswith=text)
        | Q(organisation__in=organisations_named(text))
        | Q(lead__in=search.keys_of("investment.lead", text, is_narrowed=True))
    )


def of_year(rows: QuerySet[Stock], text: str) -> QuerySet[Stock]:
    """Those that were decided in a year."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        return rows.none()
    return rows.filter(decided_on__year=int(text))


# -- the score -----------------------------------------------------------------------------------------------------


def scheme(pairing: Pairing, on: date) -> tuple[list[Any], list[dict[str, Any]]]:
    """The yardsticks of a day, and the stamps of the values that they come from."""
    found = rulebook.values_of(SCORE_CODES, on, lead_queries.scopes_of(pairing))
    weights, spans = (found[code] for code in SCORE_CODES)
    tables: list[Any] = [weights.value, spans.value]
    return rules.yardsticks_of(*tables), [rulebook.stamp(one) for one in (weights, spans)]


def scored(pairing: Pairing, facts: dict[str, Any], on: date) -> tuple[GrowthScore, list[dict[str, Any]]]:
    """The score of some facts by the rulebook of a day, with the values that it used."""
    sticks, used = scheme(pairing, on)
    threshold = growth.threshold_fen(pairing, on)
    return score_growth(rules.evidence_of(facts, threshold), sticks), used


def explained(stock: Stock) -> GrowthScore:
    """The score of a stock with what each item adds, by the rulebook of the day on which it was proposed."""
    return scored(stock.pairing, stock.facts, stock.proposed_on)[0]


# -- candidates ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who might be proposed: an enterprise below scale or a lead below the entry thresholds, with what is known of it."""

    kind: str  # "firm" or "lead"
    code: str
    name: str
    url: str
    facts: dict[str, int | None]
    year: int
    score: GrowthScore
    below: tuple[str, ...] = ()  # the entry thresholds that a lead misses


def facts_of_firm(years: dict[int, dict[str, Any]], last: int) -> dict[str, int | None]:
    """What the reported figures of an enterprise say; orders and patents nobody reports."""
    now, before = years.get(last, {}), years.get(last - rules.GROWTH_YEARS, {})
    return {
        "revenue_fen": now.get("revenue_fen"),
        "revenue_before_fen": before.get("revenue_fen"),
        "rd_fen": now.get("rd_fen"),
        "orders_fen": None,
        "patents": None,
    }


def running(pairing: Pairing, today: date) -> QuerySet[Stock]:
    """Those that are proposed, in committee, or picked and still in their time: nobody proposes them once more."""
    since = rules.months_after(today, -months_to_rise(pairing, today))
    rows = Stock.objects.filter(zone_id=pairing.zone_id or pairing.pk)
    return rows.filter(
        Q(stage__in=(Stage.PROPOSED, Stage.COMMITTEE)) | Q(stage=Stage.PICKED, decided_on__gte=since)
    )


def candidates(member: Member | None, pairing: Pairing, today: date) -> list[Candidate]:
    """Enterprises below scale, best first, and open leads below the entry thresholds; those that run already are left out."""
    taken = set(running(pairing, today).values_list("organisation_id", flat=True)) | {None}
    sticks, _used = scheme(pairing, today)
    threshold, last = growth.threshold_fen(pairing, today), today.year - 1
    firms = [
        one
        for one in park_firms.firms_of(member, pairing).filter(above_scale_on=None, left_on=None)
        if one.organisation_id not in taken
    ]
    years = growth.years_of([one.pk for one in firms], last - rules.GROWTH_YEARS, last)
    found = []
    for one in firms:
        facts = facts_of_firm(years[one.pk], last)
        if facts["revenue_fen"] is None or facts["revenue_fen"] >= threshold:
            continue
        score = score_growth(rules.evidence_of(facts, threshold), sticks)
        found.append(Candidate("firm", one.code, one.name, one.url, facts, last, score))
    found.sort(key=lambda one: (-one.score.score, one.code))
    return found + _leads_below(member, pairing, today)


def _leads_below(member: Member | None, pairing: Pairing, today: date) -> list[Candidate]:
    table: Any = rulebook.value("investment.entry", today, lead_queries.scopes_of(pairing)).value
    entry = table["default"]
    sticks, _used = scheme(pairing, today)
    rows = lead_queries.leads_of(member, pairing).filter(
        stage__in=lead_rules.OPEN, land_mu__gt=0, stocks=None
    )
    found = []
    for lead in rows.order_by("-registered_on", "-pk")[:200]:
        below = tuple(
            name
            for name, limit in _ENTRY
            if getattr(lead, name) is not None
            and Decimal(getattr(lead, name)) / _FEN_OF_10K / (lead.land_mu or 1) < Decimal(str(entry[limit]))
        )
        if below:
            facts: dict[str, int | None] = dict.fromkeys(rules.FACTS)
            score = score_growth({}, sticks)
            found.append(
                Candidate("lead", lead.number, lead.name, lead.url, facts, today.year - 1, score, below)
            )
    return found[:30]


# -- the committee and the milestones ------------------------------------------------------------------------------


def seats_of(stock: Stock) -> list[StockVote]:
    """The seats of its committee, by side and name (one statement)."""
    found = list(
        stock.votes.select_related("member__unit__organisation").order_by("side", "member__name_sort", "pk")
    )
    for one in found:
        one.stock = stock
    return found


def who_may_sit(stock: Stock) -> QuerySet[Member]:
    """The members of both sides who may vote on a candidate today, by organisation and name."""
    day, roles = clock.today(), signs.access_rows["investment.vote_on_stock"].roles
    holders = RoleGrant.objects.filter(role__in=roles, from_on__lte=day).exclude(to_on__lt=day)
    seats = Seat.objects.filter(pairing_id=stock.pairing_id, side__in=rules.SIDES)
    rows = Member.objects.filter(
        is_active=True,
        pk__in=holders.values("member_id"),
        unit__organisation_id__in=seats.values("organisation_id"),
    ).select_related("unit__organisation")
    return rows.order_by("unit__organisation__name_sort", "name_sort", "pk")


def quorum_of(stock: Stock) -> dict[str, Any]:
    """Quorum and majority by the rulebook of the day on which it was proposed."""
    table: Any = rulebook.value(
        "investment.stock_committee", stock.proposed_on, lead_queries.scopes_of(stock.pairing)
    ).value
    return dict(table)


def count_of(stock: Stock) -> rules.Count:
    """How its committee stands."""
    return rules.count_votes([rules.Seat(one.side, one.vote) for one in seats_of(stock)], quorum_of(stock))


def milestones_of(stock: Stock) -> list[StockMilestone]:
    """Its milestones in the order of their months (one statement)."""
    found = list(stock.milestones.order_by("months"))
    for one in found:
        one.stock = stock
    return found


def milestone_of(stock: Stock, months: int) -> StockMilestone:
    """The milestone at so many months.

    Raises
    ------
    NotFound
        ``investment.no_milestone``
    """
    found = stock.milestones.filter(months=months).first()
    if found is None:
        raise NotFound(
            "investment.no_milestone",
            gettext_noop("Potential stock {number} has no milestone at {months} months. Set it first."),
            number=stock.number,
            months=months,
        )
    found.stock = stock
    return found


def head_of(rows: QuerySet[Stock]) -> dict[str, int]:
    """What leads the list: how many wait, how many were picked."""
    return rows.order_by().aggregate(
        n=Count("pk"),
        waiting=Count("pk", Q(stage__in=(Stage.PROPOSED, Stage.COMMITTEE))),
        picked=Count("pk", Q(stage=Stage.PICKED)),
    )


# -- what became of them -------------------------------------------------------------------------------------------


def months_to_rise(pairing: Pairing, on: date) -> int:
    """Within how many months a pick has to rise to be a hit."""
    return rulebook.whole("investment.stock_months", on, lead_queries.scopes_of(pairing))


def months_of(pairing: Pairing) -> Callable[[date], int]:
    """``months_to_rise`` of many days, looked up once."""
    read, scopes = rulebook.reader(["investment.stock_months"]), lead_queries.scopes_of(pairing)

    def months_on(day: date) -> int:
        found = read("investment.stock_months", day, scopes).value
        assert isinstance(found, int), "investment.stock_months is no whole number"
        return found

    return months_on


def outcomes(stocks: list[Stock], pairing: Pairing, today: date) -> dict[int, rules.Outcome]:
    """What became of each pick, by key: an enterprise by its days above scale, a lead by those of its project's enterprise."""
    by_organisation = {one.organisation_id: one for one in growth.rises_of(pairing)}
    months_on = months_of(pairing)
    found = {}
    for one in stocks:
        if one.stage != Stage.PICKED or one.decided_on is None:
            continue
        months = months_on(one.decided_on)
        rise = by_organisation.get(_enterprise(one))
        ends = rules.months_after(one.decided_on, months)
        rose = rise.rose_on(one.decided_on, ends) if rise is not None else None
        found[one.pk] = rules.outcome(one.decided_on, rose, months, today)
    return found


def settled_of(
    one: Stock, told: rules.Outcome, months_on: Callable[[date], int], today: date
) -> rules.Outcome:
    """What of a pick counts in a rate; ``months_on`` is ``months_of`` its pairing."""
    assert one.decided_on is not None
    return rules.settled(told, one.decided_on, months_on(one.decided_on), today)


def _enterprise(one: Stock) -> int:
    if one.organisation_id is not None:
        return one.organisation_id
    lead = one.lead
    if lead is not None and lead.project is not None:
        return int(lead.project.enterprise_id)
    return lead.investor_id or 0 if lead is not None else 0


def cohorts(member: Member | None, pairing: Pairing, today: date) -> list[rules.Cohort]:
    """By year of the decision: picks that rose in time, and the enterprises below scale on 1 July that were not picked.

    The others are all enterprises of the park that were there and below scale on that day, except those picked in any year.
    """
    rows = Stock.objects.select_related("lead__project").filter(zone_id=pairing.zone_id or pairing.pk)
    picks = list(rows.filter(stage=Stage.PICKED).order_by("decided_on", "pk"))
    told = outcomes(picks, pairing, today)
    by_year: dict[int, list[Stock]] = defaultdict(list)
    for one in picks:
        assert one.decided_on is not None
        by_year[one.decided_on.year].append(one)
    ever = {_enterprise(one) for one in picks}
    rises = [one for one in growth.rises_of(pairing) if one.organisation_id not in ever]
    months_on = months_of(pairing)
    found = []
    for year in sorted(by_year):
        day = date(year, 7, 1)
        months = months_on(day)
        ends = rules.months_after(day, months)
        others = [
            rules.settled(rules.outcome(day, one.rose_on(day, ends), months, today), day, months, today)
            for one in rises
            if one.was_there(day) and not one.is_above(day)
        ]
        found.append(
            rules.cohort(
                year, [settled_of(one, told[one.pk], months_on, today) for one in by_year[year]], others
            )
        )
    return found


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """By its name and number, for those who see it."""
    stock: Any = one
    return Found(
        "investment.stock",
        stock.pk,
        stock.title_zh,
        stock.url,
        stock.title_en,
        stock.number,
        stock.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All of them."""
    return map(found_as, Stock.objects.select_related("organisation", "lead").iterator())


def firm_of(pairing: Pairing, organisation: Any) -> Any:
    """The enterprise of the park that an organisation is, whoever sees it; None for all others."""
    found = park_firms.by_codes([organisation.code]).get(organisation.code)
    zone = pairing.zone_id or pairing.pk
    return found if found is not None and found.zone_id == zone else None
