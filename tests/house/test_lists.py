"""Every list page costs the same number of statements, however many rows it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from shanhai.core import clock, notices, visibility
from shanhai.core.actions import (
    account,
    members,
    organisations,
    pairings,
    printing,
    regions,
    robots,
    roles,
    units,
)
from shanhai.core.models import Member, Organisation, Robot
from shanhai.fields.approval.actions import catalogues, filing, meetings, services
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.queries.catalogues import draft_of
from shanhai.fields.approval.rules.profiles import profile
from shanhai.fields.investment.actions import (
    aid_runs,
    events,
    leads,
    policies,
    projects,
    stocks,
    stops,
    teams,
)
from shanhai.fields.investment.actions import lists as quarterly
from shanhai.fields.investment.models import PortfolioPlan
from shanhai.fields.office import actions as office
from shanhai.fields.office.actions import factor_pools, factors, instructions, problems, proposals
from shanhai.fields.office.rules import rounds as office_rules
from shanhai.fields.pairing import actions as pairing
from shanhai.fields.pairing.actions import technical
from shanhai.fields.park.actions import clusters, firms, land, parks, slopes
from shanhai.fields.park.models import Park
from tests import examples
from tests.laying import demonstration

pytestmark = pytest.mark.django_db


def add_regions(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        regions.add_region(
            code=f"33118110{n:01d}000"[:12] if n < 10 else f"3311812{n:02d}000", name_zh=f"乡{n}", by=None
        )


def add_organisations(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        organisations.add_organisation(
            code=f"F-{n}", kind="enterprise", region=cast.regions["331181000000"], name_zh=f"厂{n}",
            parent=cast.organisations["LQ-PARK"], by=None,
        )  # fmt: skip


def add_units(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        units.add_unit(cast.organisations["LQ"], code=f"U-{n}", name_zh=f"科{n}", by=None)


def add_members(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        unit = units.add_unit(cast.organisations["LQ"], code=f"UM-{n}", name_zh=f"科{n}", by=None)
        members.add_member(unit, code=f"m-{n}", name_zh=f"人{n}", by=None)


def add_numbers(cast: SimpleNamespace, numbers: range) -> None:
    printing.set_file_mark(cast.organisations["LQ-PARK"], "龙山海", by=None)
    for n in numbers:
        record = pairing.draft_agreement(
            cast.pairing, number=f"N-{n}", field="health", name_zh=f"协议{n}", valid_from=date(2023, 1, 1),
            by=cast.members["lin"],
        )  # fmt: skip
        printing.issue_number(record, by=cast.members["lin"])


def add_pairings(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        pairings.open_pairing(
            code=f"P-{n}", level="department", name_zh=f"结对{n}", started_on=date(2019, 1, 1), parent=cast.pairing,
            parties=((cast.organisations["LQ-PARK"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")), by=None,
        )  # fmt: skip


def add_keys(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        add_members(cast, range(n, n + 1))
        member = Member.objects.get(code=f"m-{n}")
        roles.give_role(member, role="handler", by=None)
        account.create_token(member, name=f"program {n}", by=member)


def add_commitments(cast: SimpleNamespace, numbers: range) -> None:
    agreement = pairing.draft_agreement(
        cast.pairing, number=f"A-{numbers.start}", field="park", name_zh="协议", valid_from=date(2023, 1, 1), by=None
    )  # fmt: skip
    for n in numbers:
        pairing.add_commitment(
            agreement, code=f"C-{n}", name_zh=f"承诺{n}", owes="sea", target=Decimal(10), due_on=date(2023, 12, 31),
            by=None,
        )  # fmt: skip
    for one in agreement.parties.all():
        pairing.sign_agreement(agreement, on=date(2023, 1, 5), party=one.party, by=None)


def add_problems(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        problems.raise_problem(cast.pairing, title_zh=f"问题{n}", by=cast.members["lin"])


def add_proposals(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        proposals.propose(cast.pairing, title_zh=f"建议{n}", by=cast.members["lin"])


def add_instructions(cast: SimpleNamespace, numbers: range) -> None:
    leader = Member.objects.filter(code="ma").first()
    if leader is None:
        leader = members.add_member(cast.units["LQ"], code="ma", name_zh="马岚", by=None)
        roles.give_role(leader, role="leader", from_on=date(2018, 1, 1), by=None)
    for n in numbers:
        instructions.instruct(
            cast.organisations["LQ"],
            text=f"批示{n}",
            unit=cast.units["LQ-PARK"],
            due_on=date(2023, 9, 22),
            pairing=cast.pairing,
            by=leader,
        )


def add_rounds(cast: SimpleNamespace, numbers: range) -> None:
    question = office_rules.Question("q", "场次", type="int")
    for n in numbers:
        one = office.draft_round(
            cast.pairing, number=f"R-{n}", name_zh=f"月报{n}", period="2023-08", due_on=date(2023, 9, 20),
            questions=[question], units=[cast.units["LQ-PARK"]], office=cast.units["LQ"], by=None,
        )  # fmt: skip
        office.open_round(one, by=None)


def add_activities(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        pairing.plan_activity(
            cast.pairing, number=f"A-{n}", kind="visit", title_zh=f"考察{n}", on=date(2023, 10, 1), lead="mountain",
            mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], by=None,
        )  # fmt: skip


def add_projects(cast: SimpleNamespace, numbers: range) -> None:
    if "FIRM" not in cast.organisations:
        cast.organisations["FIRM"] = organisations.add_organisation(
            code="FIRM", kind="enterprise", region=cast.regions["331181000000"], name_zh="企业", by=None
        )
    for n in numbers:
        projects.add_project(
            cast.pairing, number=f"P-{n}", name_zh=f"项目{n}", enterprise=cast.organisations["FIRM"],
            region=cast.regions["331181000000"], by=cast.members["lin"],
        )  # fmt: skip


def add_firms(cast: SimpleNamespace, numbers: range) -> None:
    park = Park.objects.filter(number="LQ-P").first() or parks.add_park(
        cast.pairing, number="LQ-P", kind="home", name_zh="园区", region=cast.regions["331181000000"], by=None
    )
    for n in numbers:
        organisation = organisations.add_organisation(
            code=f"PF-{n}",
            kind="enterprise",
            region=cast.regions["331181000000"],
            name_zh=f"企业{n}",
            by=None,
        )
        firms.enter_firm(park, organisation, by=None)


def add_leads(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        leads.add_lead(
            cast.pairing, number=f"L-{n}", name_zh=f"线索{n}", introduced_by=cast.organisations["XS-OFFICE"],
            by=cast.members["lin"],
        )  # fmt: skip


def add_quarterly_lists(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        quarterly.open_list(cast.pairing, year=2000 + n // 4, quarter=n % 4 + 1, by=cast.members["shen"])


def add_policies(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        policies.publish_policy(
            cast.pairing, code=f"P-{n}", name_zh=f"政策{n}", valid_from=date(2015, 1, 1), grants="{fixed: 1万元}",
            by=cast.members["lin"],
        )  # fmt: skip


def add_aid_claims(cast: SimpleNamespace, numbers: range) -> None:
    if 0 in numbers:
        add_policies(cast, range(1))
    add_firms(cast, numbers)
    aid_runs.run_aid(cast.pairing, "2022", by=cast.members["lin"])


def add_aid_runs(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        if not n:
            add_firms(cast, range(1))
        add_policies(cast, range(n, n + 1))
        aid_runs.run_aid(cast.pairing, f"{2022 - n % 3}", by=cast.members["lin"])


def add_teams(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        organisation = organisations.add_organisation(
            code=f"T-{n}", kind="investment_team", region=cast.regions["331181000000"], name_zh=f"招商组{n}",
            parent=cast.organisations["LQ"], by=None,
        )  # fmt: skip
        pairings.recompute_seats(pairing_ids=[cast.pairing.pk], by=None)
        teams.add_team(cast.pairing, organisation, by=None)


def add_stops(cast: SimpleNamespace, numbers: range) -> None:
    if 0 in numbers:
        cast.team = teams.add_team(cast.pairing, cast.organisations["LQ-PARK"], by=None)
    for n in numbers:
        stops.plan_stop(cast.team, on=date(2023, 9, 20), firm=f"厂{n}", by=cast.members["lin"])


def add_stocks(cast: SimpleNamespace, numbers: range) -> None:
    add_firms(cast, numbers)
    for n in numbers:
        body = Organisation.objects.get(code=f"PF-{n}")
        stocks.propose_stock(
            cast.pairing, organisation=body, revenue_fen=10**8, patents=n % 5, by=cast.members["lin"]
        )


def add_events(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        event = events.plan_event(
            cast.pairing, number=f"E-{n}", title_zh=f"推介会{n}", on=date(2023, 10, 1), lead="mountain",
            mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], by=cast.members["lin"],
        )  # fmt: skip
        events.invite_firm(event, firm="厂", by=cast.members["lin"])


def add_plans(cast: SimpleNamespace, numbers: range) -> None:
    park = Park.objects.filter(number="LQ-1").first() or parks.add_park(
        cast.pairing, number="LQ-1", kind="home", name_zh="园区", region=cast.regions["331181000000"], by=None
    )
    for n in numbers:
        one = PortfolioPlan.objects.create(
            number=f"AP-{n}", park=park, pairing=cast.pairing, zone=cast.pairing, asked={"value": "tax"}, is_ready=True, value=5, bound=5,
            gap=0, member=cast.members["lin"], made_on=date(2023, 9, 1), owner_side="mountain",
        )  # fmt: skip
        visibility.place(one, one.made_on)


def add_catalogues(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        catalogues.open_catalogue(code=f"C-{n}", region=cast.regions["331181000000"], by=cast.members["lin"])


def add_cases(cast: SimpleNamespace, numbers: range) -> None:
    if 0 in numbers:
        add_catalogues(cast, range(1))
        catalogues.bring_draft(draft_of("C-0"), profile("zhejiang-90"), by=cast.members["lin"])
        catalogues.publish_draft(draft_of("C-0"), why="x", by=cast.members["lin"])
    for n in numbers:
        project = projects.add_project(
            cast.pairing, number=f"P-{n}", name_zh=f"项目{n}", enterprise=cast.organisations["LQ-PARK"],
            region=cast.regions["331181000000"], by=cast.members["lin"],
        )  # fmt: skip
        filing.file_case(project, by=cast.members["lin"])


def add_review_meetings(cast: SimpleNamespace, numbers: range) -> None:
    at = clock.now() + timedelta(days=3)
    for n in numbers:
        meetings.call_review_meeting(cast.pairing, title_zh=f"会审{n}", at=at, by=cast.members["lin"])


def add_intermediaries(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        services.add_intermediary(
            code=f"Z-{n}", name_zh=f"机构{n}", kinds=["eia"], promised_days=5, by=cast.members["lin"]
        )


def add_services(cast: SimpleNamespace, numbers: range) -> None:
    if 0 in numbers:
        add_cases(cast, range(1))
        begun = cases.cases_of(None, cast.pairing).get()
        filing.begin(begun, clock.today(), is_deemed=True, by=None)
    item = cases.item_of(None, cases.cases_of(None, cast.pairing).get().number, "filing")
    for n in numbers:
        who = services.add_intermediary(
            code=f"Y-{n}", name_zh=f"机构{n}", kinds=["eia"], promised_days=5, by=cast.members["lin"]
        )
        services.ask_service(item, who, kind="eia", commissioned_by="owner", evidence="x", by=None)


def add_factors(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        factors.ask(
            cast.pairing, measure="mu", quantity=100 + n, unit=cast.units["LQ-PARK"], needed_by=date(2023, 12, 1),
            title_zh=f"用地{n}", by=cast.members["lin"],
        )  # fmt: skip
    if 0 in numbers:
        factor_pools.declare_pool(
            cast.pairing, organisation=cast.organisations["LQ-PARK"], measure="mu", year=2023, available=9_000,
            by=cast.members["lin"],
        )  # fmt: skip


def add_technical_problems(cast: SimpleNamespace, numbers: range) -> None:
    coop = cast.organisations.get("COOP") or organisations.add_organisation(
        code="COOP", kind="cooperative", region=cast.regions["331181000000"], name_zh="合作社",
        parent=cast.organisations["LQ"], by=None,
    )  # fmt: skip
    if "COOP" not in cast.organisations:
        cast.organisations["COOP"] = coop
        pairings.recompute_seats(pairing_ids=[cast.pairing.pk], by=None)
    for n in numbers:
        one = technical.post_technical_problem(
            cast.pairing,
            title_zh=f"难题{n}",
            industry="food",
            asker=coop,
            is_shared=True,
            by=cast.members["lin"],
        )
        answer = technical.answer_technical_problem(one, text="可以", by=cast.members["shen"])
        technical.accept_technical_answer(one, answer, by=cast.members["lin"])


# Every list page: its address, who looks, and what makes its rows. Each of these writes journal entries too.
def add_robots(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        robots.add_robot(
            cast.organisations["LQ"], unit=cast.units["LQ"], kind="wecom", name=f"群{n}",
            address=f"https://robot.example/{n}", by=None,
        )  # fmt: skip


def add_sendings(cast: SimpleNamespace, numbers: range) -> None:
    add_robots(cast, numbers)
    for robot in Robot.objects.order_by("pk")[numbers.start :]:
        robots.try_robot(robot, by=None)


def add_told(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        members_told = [cast.members["shen"], cast.members["pan"]]
        notices.tell(f"k{n}", "test.due", "Thing {n}", {"n": n}, "/", members_told, by=cast.members["lin"])


def add_links(by: SimpleNamespace, numbers: range) -> None:
    from shanhai.core.actions import links

    for n in numbers:
        links.issue_link(
            by.pairing, holder=f"客商{n}", role="investor", phone=f"120{n:08d}", by=by.members["lin"]
        )


def park_of(cast: SimpleNamespace) -> Any:
    return Park.objects.filter(number="P").first() or parks.add_park(
        cast.pairing, number="P", kind="home", name_zh="园区", region=cast.regions["331181000000"], by=None
    )


def add_parks(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        parks.add_park(
            cast.pairing, number=f"P-{n}", kind="home", name_zh=f"园区{n}", region=cast.regions["331181000000"],
            planned_mu=Decimal(100), by=None,
        )  # fmt: skip


def add_clusters(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        one = clusters.add_cluster(cast.pairing, code=f"C-{n}", name_zh=f"集群{n}", by=None)
        clusters.put_link(one, code="a", name_zh="环节", position="upstream", by=None)


def square(n: int) -> str:
    west, east = 119.1 + n / 1000, 119.1 + (n + 0.9) / 1000
    return f"POLYGON (({west} 28.07, {east} 28.07, {east} 28.071, {west} 28.071, {west} 28.07))"


def add_parcels(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        land.add_parcel(
            park_of(cast), number=f"L-{n}", outline=square(n), state="in_use", user=cast.organisations["LQ-PARK"], by=None
        )  # fmt: skip


def add_slopes(cast: SimpleNamespace, numbers: range) -> None:
    for n in numbers:
        slopes.add_slope(
            park_of(cast), number=f"S-{n}", name_zh=f"缓坡{n}", outline=square(n), mean_slope_degrees=Decimal(15),
            gained_mu=Decimal(5), by=None,
        )  # fmt: skip


def add_stalled(cast: SimpleNamespace, numbers: range) -> None:
    """Signed so long ago that they stand still."""
    for n in numbers:
        projects.add_project(
            cast.pairing, name_zh=f"停滞{n}", enterprise=cast.organisations["LQ-PARK"], stage="signed",
            region=cast.regions["331181000000"], registered_on=date(2023, 1, 2), by=cast.members["lin"],
        )  # fmt: skip


LISTS: dict[str, tuple[str, Callable[[SimpleNamespace, range], None]]] = {
    "registry:regions": ("lin", add_regions),
    "registry:organisations": ("lin", add_organisations),
    "registry:units": ("lin", add_units),
    "registry:members": ("admin", add_members),
    "registry:journal": ("admin", add_units),
    "registry:tokens": ("admin", add_keys),
    "registry:numbers": ("lin", add_numbers),
    "office:rounds": ("lin", add_rounds),
    "office:robots": ("admin", add_robots),
    "office:sendings": ("admin", add_sendings),
    "notices_sent": ("lin", add_told),
    "park:firms": ("lin", add_firms),
    "pairing:pairings": ("lin", add_pairings),
    "pairing:commitments": ("lin", add_commitments),
    "office:problems": ("lin", add_problems),
    "office:proposals": ("lin", add_proposals),
    "office:instructions": ("lin", add_instructions),
    "office:factors": ("lin", add_factors),
    "pairing:technical_problems": ("lin", add_technical_problems),
    "pairing:activities": ("lin", add_activities),
    "office:links": ("lin", add_links),
    "investment:leads": ("lin", add_leads),
    "investment:funnel": ("lin", add_leads),
    "investment:lists": ("shen", add_quarterly_lists),
    "investment:policies": ("lin", add_policies),
    "investment:aid_claims": ("lin", add_aid_claims),
    "investment:aid_runs": ("lin", add_aid_runs),
    "investment:teams": ("lin", add_teams),
    "investment:stops": ("lin", add_stops),
    "investment:events": ("lin", add_events),
    "investment:plans": ("lin", add_plans),
    "investment:stocks": ("lin", add_stocks),
    "investment:stock_candidates": ("lin", add_firms),
    "park:parks": ("lin", add_parks),
    "park:clusters": ("lin", add_clusters),
    "park:parcels": ("lin", add_parcels),
    "park:map": ("lin", add_parcels),
    "park:slopes": ("lin", add_slopes),
    "investment:projects": ("lin", add_projects),
    "investment:board": ("lin", add_projects),
    "investment:stalled": ("lin", add_stalled),
    "investment:ledger": ("lin", add_projects),
    "approval:catalogues": ("lin", add_catalogues),
    "approval:cases": ("lin", add_cases),
    "approval:meetings": ("lin", add_review_meetings),
    "approval:intermediaries": ("lin", add_intermediaries),
    "approval:services": ("lin", add_services),
    "home": ("lin", add_pairings),
}


@pytest.mark.parametrize("address", LISTS)
def test_the_number_of_statements_does_not_grow_with_the_rows(address, cast, client_of):
    who, add = LISTS[address]
    client = client_of(cast.members[who])
    url = reverse(address)

    def statements() -> tuple[int, Any]:
        # The second look counts: the first fills what is kept in memory between requests.
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(url)
        assert answer.status_code == 200
        return len(seen), [query["sql"][:150] for query in seen]

    add(cast, range(5))
    few, _ = statements()
    add(cast, range(5, 25))
    many, told = statements()

    # A list that has grown over its first page counts its rows: one statement more, and no more than one.
    assert many <= few + 1, "\n".join(told)


MOST_STATEMENTS = 45


def _pages() -> list[str]:
    """Addresses without parameters that have an access row."""

    def walk(resolver: Any, namespace: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(
                    pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                )
            elif getattr(pattern.callback, "access", None) and not pattern.pattern.converters:
                yield f"{namespace}{pattern.name}"

    return sorted(set(walk(get_resolver(), "")))


def test_every_page_of_the_example_zone_takes_few_statements(db, client_of):
    demonstration(examples.WHOLE)
    costly = []
    for login in ("office.lq", "administrator", "province"):
        client = client_of(Member.objects.select_related("user", "unit").get(user__username=login))
        for name in _pages():
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(reverse(name))
            assert answer.status_code < 500, name
            if len(seen) > MOST_STATEMENTS:
                costly.append(f"{name} for {login}: {len(seen)} statements")

    assert not costly, "\n".join(costly)
