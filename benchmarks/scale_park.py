"""Parks and investment in ``benchmarks/scale.py``: one row of each register by the actions, and what its copies have of their own."""

from __future__ import annotations

from typing import Any

# So many enterprises, each with a claim a year by each of so many policies.
FIRMS, POLICIES = 40, 20
_OUTLINE = "POLYGON ((119.1 28.07, 119.101 28.07, 119.101 28.071, 119.1 28.071, 119.1 28.07))"


def seed(zone: Any, keeper: Any, bodies: list[Any]) -> None:
    """Three parks with a parcel, enterprises with a plot and figures, a project of each stage, a lead, policies and a claim."""
    from datetime import date
    from decimal import Decimal

    from shanhai.core.actions import organisations
    from shanhai.core.models import Region
    from shanhai.fields.investment import rules
    from shanhai.fields.investment.actions import aid_runs, leads, policies, projects
    from shanhai.fields.park.actions import figures, firms, land, parks, renewal

    region = Region.objects.get(code="331181000000")
    park, *_others = [
        parks.add_park(zone, number=f"PARK{i}", kind="home", name_zh=f"园区{i}", region=region, by=keeper)
        for i in range(3)
    ]
    land.add_parcel(park, number="L", outline=_OUTLINE, state="serviced", by=keeper)
    entered = []
    for i in range(FIRMS):
        body = organisations.add_organisation(
            code=f"E{i}", kind="enterprise", region=region, name_zh=f"厂{i}", by=None
        )
        entered.append(firms.enter_firm(park, body, by=keeper))
    first = entered[0]
    figures.report_figures(first, "2022", values={"revenue_fen": 10**9, "staff_n": 50}, by=keeper)
    plot = firms.add_holding(
        first, plot="H", tenure="own", land_mu=Decimal(20), begins_on=date(2018, 1, 1), by=keeper
    )
    renewal.nominate_plot(plot, reason="idle", text="闲置", by=keeper)
    for i, stage in enumerate(rules.ProjectStage):
        projects.add_project(
            zone,
            number=f"P{i}",
            name_zh=f"项目{i}",
            enterprise=bodies[i],
            region=region,
            stage=stage,
            by=keeper,
        )
    leads.add_lead(zone, number="L", name_zh="线索", introduced_by=bodies[0], by=keeper)
    for i in range(POLICIES):
        policies.publish_policy(
            zone,
            code=f"A{i}",
            name_zh=f"政策{i}",
            valid_from=date(2015, 1, 1),
            grants="{fixed: 1万元}",
            by=keeper,
        )
    aid_runs.run_aid(zone, "2022", by=keeper)


def _parcels(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.park.models import Parcel
    from shanhai.fields.park.rules.land import ParcelState

    own = {
        "number": say.code("L"),
        "park_id": "(SELECT min(id) FROM park_park) + i % 3",
        "state": say.among(list(ParcelState), "i / 3"),
        "state_on": say.day(),
        "mu": "(i * 37 % 90000) / 100.0 + 1",
        "user_id": say.one_in(2, "(SELECT min(id) FROM core_organisation) + i % 40"),
        # One in eleven was replaced by others.
        "ended_on": say.one_in(11, say.day()),
    }
    return [(Parcel, own)]


def _firms(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Organisation
    from shanhai.fields.park.models import Figures, Firm

    name = f"'qi ye ' || {say.text}"
    body = {
        "code": say.code("F"),
        "name_zh": f"'企业' || {say.text}",
        "name_en": f"'Firm ' || {say.text}",
        "name_sort": name,
        "kind": "'enterprise'",
        "credit_code": "NULL",
    }
    own = {
        "organisation_id": "(SELECT id FROM core_organisation WHERE code = 'F0000000') + i",
        "name_sort": name,
        "came_from": say.among(["mountain", "sea", ""], "i / 2"),
        "producing_on": say.one_in(5, "NULL", say.day()),
        "above_scale_on": say.one_in(4, say.day()),
        "left_on": say.one_in(9, say.day()),
        "land_mu": "(i * 37 % 90000) / 100.0",
        "staff_n": "i * 7 % 3000",
        "grade": say.among(["A", "B", "B", "C", "C", "D", ""], "i / 6"),
        "graded_year": "2022",
        "tax_per_mu": say.one_in(7, "NULL", "(i * 53 % 70000) / 100.0"),
    }
    year = {
        "firm_id": "(SELECT min(firm.id) FROM park_firm firm WHERE name_sort = 'qi ye 0000000') + i",
        "revenue_fen": "(i * 41 % 100000) * 10000",
        "staff_n": "i * 7 % 3000",
    }
    years = [(Figures, year | {"period": f"'{at}'", "year": str(at)}) for at in (2021, 2022)]
    return [(Organisation, body), (Firm, own), *years]


def _renewals(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.park.models import Holding, Renewal
    from shanhai.fields.park.rules import renewal as rules

    stage = say.among(list(rules.RenewalStage), "i / 4")
    plot = {"plot": say.code("H"), "firm_id": f"(SELECT min(id) FROM park_firm) + i % {FIRMS}"}
    own = {
        "number": say.code("R"),
        "plot": say.code("H"),
        "holding_id": "(SELECT min(id) FROM park_holding) + 1 + i",
        "firm_id": f"(SELECT min(id) FROM park_firm) + i % {FIRMS}",
        "stage": stage,
        "rank": say.rank(list(rules.RenewalStage), "i / 4"),
        "reason": say.among(list(rules.RenewalReason)),
        "land_mu": "(i * 37 % 90000) / 100.0 + 1",
        "stage_on": say.day(),
    }
    return [(Holding, plot), (Renewal, own)]


def _projects(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.investment import rules
    from shanhai.fields.investment.models import Project

    own = {
        "number": say.code("P"),
        "project_code": "NULL",
        "name_zh": f"'项目' || {say.text}",
        "name_en": f"'Project ' || {say.text}",
        "name_sort": f"'xiang mu ' || {say.text}",
        "enterprise_id": "(SELECT min(id) FROM core_organisation) + i % 40",
        "stage": say.among([*rules.ProjectStage, *["at_capacity", "above_scale"] * 5], "i / 3"),
        "stage_on": say.day("2013-11-01"),
        "registered_on": say.day("2013-10-01"),
        "investment_fen": say.one_in(9, "NULL", "(i * 37 % 50000) * CAST(1000000 AS bigint)"),
        "introducer_side": say.among(["mountain", "sea", ""], "i / 7"),
        "stands_side": say.among(["mountain", "sea"], "i / 11"),
    }
    return [(Project, own)]


def _leads(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.investment.models import Lead
    from shanhai.fields.investment.rules import leads as rules

    # Of a register that has grown for years most leads are over.
    stages = [*rules.OPEN, *["signed", "rejected"] * 20, "transferred", "duplicate"]
    by = "i / 3"
    stage = say.among(stages, by)
    at = f"({by}) % {len(stages)}"
    own = {
        "number": say.code("L"),
        "name_zh": f"'线索' || {say.text}",
        "name_en": f"'Lead ' || {say.text}",
        "name_sort": f"'xian suo ' || {say.text}",
        "kind": say.among(list(rules.LeadKind)),
        "stage": stage,
        "stage_on": say.day("2013-11-01"),
        "registered_on": say.day("2013-10-01"),
        "unit_id": "(SELECT min(id) FROM core_unit) + i % 40",
        "introduced_by_id": say.one_in(4, "NULL", "(SELECT id FROM core_organisation WHERE code = 'O0') + i % 40"),
        "contacted_on": f"CASE WHEN {at} = 0 THEN NULL ELSE {say.day('2013-10-03')} END",
        "triaged_on": f"CASE WHEN {at} < 2 THEN NULL ELSE {say.day('2013-10-06')} END",
        "entry_score": f"CASE WHEN {at} < 5 THEN NULL ELSE i % 100 END",
        # Of those on their way two in five are late.
        "next_due_on": f"CASE WHEN {at} < 6 THEN CASE WHEN i % 5 < 2 THEN {say.day('2023-08-01', days=40)} "
        f"ELSE {say.day('2023-09-18', days=30)} END END",
        "merged_into_id": f"CASE WHEN {at} = {len(stages) - 1} THEN (SELECT min(id) FROM investment_lead) END",
        "project_id": f"CASE WHEN {stage} = 'signed' THEN (SELECT min(id) FROM investment_project) + i % 10 END",
        "counted_fen": say.one_in(9, "NULL", "(i * 37 % 50000) * CAST(1000000 AS bigint)"),
    }  # fmt: skip
    return [(Lead, own)]


def _claims(say: Any) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.investment.models import AidClaim
    from shanhai.fields.investment.rules import aid as rules

    amount = "(i * 37 % 5000 + 1) * 100000"
    own = {
        "number": say.code("D"),
        "firm_id": f"(SELECT min(id) FROM park_firm) + i % {FIRMS}",
        "policy_id": f"(SELECT min(id) FROM investment_aidpolicy) + i / {FIRMS} % {POLICIES}",
        "policy_code": f"'A' || (i / {FIRMS} % {POLICIES})",
        "aid_year": f"1 + i / {FIRMS * POLICIES}",
        "stage": say.among([*rules.ClaimStage, *["paid", "kept"] * 20], "i / 5"),
        "found_on": say.day("2013-10-01"),
        "paid_on": say.one_in(2, say.day("2013-12-01")),
        "wanted_fen": amount,
        "amount_fen": amount,
        "mountain_fen": amount,
        "sea_fen": "0",
    }
    return [(AidClaim, own)]


COPIES = {
    "parcels": _parcels,
    "firms": _firms,
    "renewals": _renewals,
    "projects": _projects,
    "leads": _leads,
    "claims": _claims,
}
