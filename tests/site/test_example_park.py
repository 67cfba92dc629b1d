"""The park and the investment of the example zone are alive: each stage, rung and list has what it is about."""

from __future__ import annotations

import csv
import importlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F, Sum

from shanhai.core import clock, rulebook, signs
from shanhai.core.models import Attachment, Member
from shanhai.fields.investment.models import (
    AidBudget,
    AidClaim,
    PortfolioPlan,
    Project,
)
from shanhai.fields.investment.rules import aid as aid_rules
from shanhai.fields.investment.rules import pipeline, planning
from shanhai.fields.office.models import FactorRequest
from shanhai.fields.park.actions import grades as grade_actions
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    Figures,
    GradingRun,
    LandPromise,
    Parcel,
    Park,
    Renewal,
)
from shanhai.fields.park.queries import renewal as renewal_queries
from shanhai.fields.park.rules import promises, renewal
from tests import examples
from tests.laying import demonstration

pytestmark = pytest.mark.django_db
SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(autouse=True)
def example(settings: Any) -> None:
    settings.SHANHAI_TODAY = "2023-09-18T09:00"
    demonstration()


def stages(rows: Any, name: str = "stage") -> dict[str, int]:
    return dict(rows.order_by().values_list(name).annotate(n=Count("pk")))


def told(name: str) -> list[dict[str, str]]:
    """A file of the whole example."""
    with (examples.WHOLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_adds_up_to_what_was_reported_of_2016_and_2017() -> None:
    end = "2017-12-31"
    introduced = [one for one in told("leads") if one["stage"] == "signed" and one["stage_on"] <= end]
    paid = [one for one in told("lead_payments") if one["on"] <= end and not one["taken_back_on"]]
    begun = {
        one["project"]
        for one in told("project_steps")
        if one["to"] == "producing" and one["on"][:4] == "2016"
    }
    spells = [one for one in told("scale_spells") if one["begins_on"] <= end]
    counted = {
        "C16-01": len(begun),
        "C16-02": sum(one["begins_on"][:4] == "2016" for one in spells),
        "C17-01": len(introduced),
        "C17-02": sum(int(one["amount_fen"]) for one in paid),
        "C17-03": len(spells),
    }

    reported = {
        one["code"]: int(one["target"]) for one in told("commitments") if one["standing"] == "reported"
    }
    assert counted == {code: reported[code] for code in counted}
    assert list(counted.values()) == [30, 16, 72, 391_000_000_000, 22]
    assert Park.objects.get(kind="home").planned_mu == 7650  # 5.1 km2


def test_standard_land_is_kept_within_tolerance_and_broken() -> None:
    found = stages(LandPromise.objects)
    assert set(found) == set(promises.PromiseStage)

    kept = LandPromise.objects.get(number="BZD-2018-00001")
    last = kept.checks.last()
    assert kept.stage == "kept" and last.failed == []
    assert float(last.measured["tax_per_mu"]) < float(kept.tax_per_mu)  # within the tolerance
    broken = LandPromise.objects.get(number="BZD-2018-00003")
    assert [one.after for one in broken.checks.order_by("pk")] == ["running", "rectify", "forfeited"]


def below() -> Decimal:
    return Decimal(str(rulebook.value(renewal.BELOW, clock.today()).value))


def test_renewals_stand_in_each_step_and_by_the_rule() -> None:
    assert set(stages(Renewal.objects)) == set(renewal.RenewalStage)

    pairing = Renewal.objects.first().pairing
    candidates = dict(Renewal.objects.filter(stage="candidate").values_list("holding_id", "reason"))
    # What is on the board is found no more; taken off it, the rule finds it again for the same reason.
    Renewal.objects.filter(stage="candidate").delete()
    again = {one.holding.pk: one.reason for one in renewal_queries.found_by_rule(pairing, below())}
    assert candidates.items() <= again.items()


def test_grades_were_first_what_the_figures_gave_before_they_were_put_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    script = importlib.import_module("example_park")
    assert set(stages(Appeal.objects)) == {"open", "upheld", "rejected"}

    for number, (firm, figure, times) in script.PUT_RIGHT.items():
        run = GradingRun.objects.get(number=number)
        told = dict(run.grades.values_list("firm__organisation__code", "first_grade"))
        rows = Figures.objects.filter(firm__organisation__code=firm, period=str(run.year))
        rows.update(**{figure: F(figure) * times})
        grade_actions._compute(run, None)
        first = dict(run.grades.values_list("firm__organisation__code", "grade"))
        assert first == told, number
        assert Appeal.objects.filter(
            grade__run=run, grade__firm__organisation__code=firm, stage="upheld"
        ).exists()


def test_an_agent_serves_several_enterprises(client_of: Any) -> None:
    agent = Member.objects.get(code="ge-fang")
    assert Agency.objects.filter(agent=agent.unit.organisation, ends_on=None).count() == 5
    page = client_of(agent).get("/park/firms/").content.decode()
    assert "jinao-medical" in page and "longyuan" not in page


def test_a_plan_places_most_leads_and_says_what_holds_back_the_others() -> None:
    adopted, draft = PortfolioPlan.objects.order_by("number")
    result = adopted.result
    assert adopted.placed_n > adopted.left_n > 0
    assert [one["limit"] for one in result["binding"]] == ["energy_tce"]
    assert result["binding"][0]["gain"] > 0
    assert all(one["reasons"] for one in result["unplaced"])
    assert any(why["code"] == "portfolio.energy_tce" for one in result["unplaced"] for why in one["reasons"])
    assert adopted.lines.filter(adopted_on__isnull=False).count() == 5
    assert not draft.lines.filter(adopted_on__isnull=False).exists()
    assert Parcel.objects.exclude(reserved_for="").count() == 4

    for plan in (adopted, draft):
        again = planning.place(plan.inputs, plan.asked)
        assert again["value"] == plan.result["value"]
        assert [one["lead"] for one in again["assigned"]] == [one["lead"] for one in plan.result["assigned"]]


def test_lots_have_the_land_of_their_block_and_the_park_what_is_planned() -> None:
    for parent in Parcel.objects.filter(number__in=("LQ-106", "LQ-107", "LQ-109", "LQ-116")):
        lots = Parcel.objects.filter(number__startswith=f"{parent.number}-")
        assert lots.aggregate(mu=Sum("mu"))["mu"] == parent.mu
        assert parent.ended_on is not None and set(stages(lots, "state")) == {"serviced"}
    park = Park.objects.get(number="LQ-XS")
    live = Parcel.objects.filter(park=park, ended_on=None).aggregate(mu=Sum("mu"))["mu"]
    assert live < park.planned_mu == 7650


def test_aid_is_in_every_state_and_no_budget_is_overdrawn() -> None:
    assert set(stages(AidClaim.objects)) == set(aid_rules.ClaimStage)
    for one in AidBudget.objects.select_related("pairing"):
        running = AidClaim.objects.filter(stage__in=aid_rules.RUNNING)
        due = running.aggregate(fen=Sum(f"{one.side}_fen", default=0))["fen"] if one.year == 2023 else 0
        assert one.used_fen + due <= one.given_fen, (one.year, one.side)


def test_projects_stand_still_in_each_list_with_owner_and_measure() -> None:
    # In the files, since a small example leaves out most projects whose cases are over.
    with (examples.WHOLE / "project_stalls.csv").open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["unit"] and one["reason"] and one["measure"]]
    stands = dict(Project.objects.values_list("number", "stage"))
    assert {one["stage"] for one in rows} == set(pipeline.BY_STAGE)
    assert all(stands.get(one["project"], one["stage"]) == one["stage"] for one in rows)


def test_requests_problems_and_papers_are_about_projects(client_of: Any) -> None:
    request = FactorRequest.objects.get(number="YS-2023-005")
    project = Project.objects.get(number="XM-2022-001")
    assert (request.record_kind, request.record_id) == ("investment.project", project.pk)
    step = project.steps.order_by("pk").last()
    assert step is not None
    assert Attachment.objects.filter(kind="investment.projectstep", object_id=step.pk).count() == 1
    assert Attachment.objects.filter(kind="park.appeal").count() == 3

    page = client_of(Member.objects.get(code="ye-lan")).get(project.url)
    assert "YS-2023-005" in page.content.decode()


def test_all_of_it_is_consistent() -> None:
    errors = [
        finding
        for check in signs.self_checks
        for finding in signs.call(check.run)()
        if finding.level == "error"
    ]
    assert errors == []
