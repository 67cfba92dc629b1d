"""Portfolios planned from the records: what goes in, what comes out and is kept, adopted, given free again; pages, programs, two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from shanhai.core import tasks
from shanhai.core.models import JournalEntry, TaskRun
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.actions import plans as actions
from shanhai.fields.investment.models import PlanLine, PortfolioPlan
from shanhai.fields.investment.queries import planning
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.investment.zone import plans as zone_files
from shanhai.fields.park.actions import firms as firm_actions
from shanhai.fields.park.actions import land, parks, renewal
from shanhai.fields.park.models import Parcel, Renewal
from shanhai.fields.park.zone import reservations
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from tests.threads import together

pytestmark = pytest.mark.django_db
WIDTH = 0.0015  # degrees that make some 25 mu
MAKE, PLANS = "/investment/plans/make/", "/investment/plans/"


def strip(west: float) -> str:
    east = west + WIDTH
    return f"POLYGON (({west:.4f} 28.07, {east:.4f} 28.07, {east:.4f} 28.071, {west:.4f} 28.071, {west:.4f} 28.07))"


@pytest.fixture
def park(cast: Any, zone: Any) -> Any:
    made = parks.add_park(
        zone, number="LQ-1", kind="home", name_zh="龙泉产业园", name_en="Longquan Park", region=cast.regions["331181000000"],
        planned_mu=Decimal(1500), by=None,
    )  # fmt: skip
    parks.set_quota(made, year=2023, quota_mu=Decimal(200), by=None)
    return made


@pytest.fixture
def parcels(park: Any) -> dict[str, Any]:
    """A and B adjoin, C stands apart, D is levelled only; 25 mu each."""
    places = {"A": 119.1, "B": 119.1 + WIDTH, "C": 119.11, "D": 119.12}
    return {
        number: land.add_parcel(
            park,
            number=number,
            outline=strip(west),
            state="levelled" if number == "D" else "serviced",
            by=None,
        )
        for number, west in places.items()
    }


def asking(zone: Any, by: Any, number: str, tax: int, mu: Decimal, **more: Any) -> Any:
    """A lead of auto parts that asks for so much land and pays so much tax (10,000 yuan)."""
    facts = {
        "industry": "C3670", "investment_fen": 30_000_000_000, "output_fen": 50_000_000_000, "tax_fen": tax * 1_000_000,
        "land_mu": mu,
    }  # fmt: skip
    return lead_actions.add_lead(
        zone, number=number, name_zh=f"线索{number}", name_en=f"Lead {number}", by=by, **(facts | more)
    )


@pytest.fixture
def asked(zone: Any, lin: Any, parcels: dict[str, Any]) -> dict[str, Any]:
    """One lead that needs two parcels, two that need one, and one of which nobody knows the tax."""
    one, two = parcels["A"].mu, parcels["A"].mu + parcels["B"].mu
    return {
        "BIG": asking(zone, lin, "BIG", 2000, two),
        "S1": asking(zone, lin, "S1", 900, one),
        "S2": asking(zone, lin, "S2", 800, one),
        "DIM": asking(zone, lin, "DIM", 900, one, tax_fen=None),
    }


def limited(*land_mu: float | None, **more: Any) -> rules.Asked:
    return rules.Asked(years=len(land_mu), land_mu=land_mu, seconds=20, **more)


def made(park: Any, by: Any, asked: rules.Asked | None = None) -> PortfolioPlan:
    """A plan, as the task made it."""
    plan = actions.make_plan(park, asked or limited(200.0), by=by)
    assert tasks.run_waiting() == 1
    found = queries.plan_of(by, plan.number)
    assert found.is_ready, found.task and found.task.refusal
    return found


def where(plan: PortfolioPlan) -> dict[str, list[str]]:
    return {line.lead.number: line.plots for line in queries.lines_of(plan)}


@pytest.fixture
def plan(park: Any, asked: Any, lin: Any) -> PortfolioPlan:
    return made(park, lin)


class TestWhatGoesIn:
    def test_leads_with_their_figures_and_land_that_is_free(self, park, asked, lin):
        found = planning.preview(lin, park, limited(200.0))

        assert [one.number for one in found.leads] == ["BIG", "S1", "S2"]
        assert [one.number for one in found.places] == ["A", "B", "C"]
        assert [(one.number, names) for one, names in found.missing] == [("DIM", ("tax_fen",))]
        assert found.kept == ()
        assert found.land_mu == sum(one.mu for one in found.places)

    def test_the_quota_of_the_year_is_suggested_less_what_is_promised(self, park, asked, parcels, lin):
        assert planning.suggested(lin, park, 2) == {"land_mu": (200.0, None)}
        Parcel.objects.filter(number="C").update(reserved_for="S1", reserved_on=date(2023, 9, 1))

        assert planning.suggested(lin, park)["land_mu"] == (float(200 - parcels["C"].mu),)
        found = planning.preview(lin, park, limited(200.0))
        assert [(one.number, numbers) for one, numbers in found.kept] == [("S1", ("C",))]
        assert [one.number for one in found.places] == ["A", "B"]

    def test_filters_by_stage_kind_and_number(self, park, asked, lin):
        lead_actions.log_contact(asked["S1"], way="call", text="问", by=lin)

        def taken(**more: Any) -> list[str]:
            return [one.number for one in planning.preview(lin, park, limited(1.0, **more)).leads]

        assert taken(stages=("contacted",)) == ["S1"]
        assert taken(kinds=("foreign",)) == []
        assert taken(without=("BIG", "S2")) == ["S1"]
        assert taken(cluster="auto") == []

    def test_vacated_plots_bring_their_plant_and_their_quotas(self, vacated, park, asked, zone, lin):
        asking(zone, lin, "HALL", 700, None, plant_m2=Decimal(4000), energy_tce=Decimal(50))
        record = next(
            one.as_record()
            for one in planning.preview(lin, park, limited(0.0)).places
            if one.plot is not None
        )

        assert (record.parcel, record.plant_m2, record.energy_tce, record.quota_mu) == (
            vacated.number,
            4500,
            60,
            0,
        )
        plan = made(park, lin, limited(0.0))
        assert where(plan) == {"HALL": [vacated.number]}
        actions.adopt_plan(plan, by=lin)
        vacated.refresh_from_db()
        assert vacated.reserved_for == "HALL"

    def test_what_cannot_be_planned_is_refused(self, park, lin, asked):
        for wrong, code in (
            ({"value": "love"}, "plan_value"), ({"years": 4}, "plan_years"), ({"seconds": 0}, "plan_seconds"),
            ({"land_mu": (-1.0,)}, "plan_limit"), ({"budget": float("nan")}, "plan_limit"), ({"step_mu": 0.0}, "plan_limit"),
        ):  # fmt: skip
            with pytest.raises(BadInput) as refused:
                actions.make_plan(park, rules.Asked(**({"land_mu": (9.0,)} | wrong)), by=lin)
            assert refused.value.code == f"investment.{code}"
        with pytest.raises(NotNow) as refused:
            actions.make_plan(park, limited(9.0, kinds=("foreign",)), by=lin)
        assert refused.value.code == "investment.nothing_to_plan"
        assert not PortfolioPlan.objects.exists()


@pytest.fixture
def vacated(cast: Any, park: Any, firm: Any, lin: Any) -> Renewal:
    """A plot with plant that is offered to matching."""
    its = firm_actions.enter_firm(park, firm, by=lin)
    holding = firm_actions.add_holding(
        its, plot="Q1", tenure="own", land_mu=Decimal(20), begins_on=date(2016, 1, 1), by=lin
    )
    one = renewal.nominate_plot(holding, reason="promise", text="停产", by=lin)
    Renewal.objects.filter(pk=one.pk).update(stage="valued", rank=4, path="purchase")
    one.refresh_from_db()
    renewal.vacate_plot(one, energy_tce=Decimal(60), plant_m2=Decimal(4500), by=lin)
    return renewal.offer_plot(one, by=lin)


class TestWhatComesOut:
    def test_the_best_assignment_is_kept_with_bound_and_fingerprint(self, plan, parcels):
        assert where(plan) == {"BIG": ["A", "B"], "S1": ["C"]}
        assert (plan.value, plan.bound, plan.gap) == (2900, 2900, 0)
        assert (plan.placed_n, plan.left_n) == (2, 1)
        assert plan.fingerprint == rules.fingerprint(plan.inputs)
        assert plan.result["adjoining"] == [["A", "B"]]
        assert "HiGHS" in plan.result["solver"]
        ((out,),) = ([one for one in plan.result["unplaced"]],)
        assert (out["lead"], out["reasons"][0]["code"]) == ("S2", "portfolio.taken")

    def test_the_binding_limit_says_what_more_of_it_brings(self, park, asked, parcels, lin):
        one = float(parcels["A"].mu)
        plan = made(park, lin, limited(2.5 * one, step_mu=one))

        assert where(plan) == {"BIG": ["A", "B"]}
        (bound,) = plan.result["binding"]
        assert (bound["limit"], bound["gain"], bound["step"]) == ("land_mu", 900, one)
        assert {each["lead"]: each["reasons"][0]["code"] for each in plan.result["unplaced"]} == {
            "S1": "portfolio.land_mu", "S2": "portfolio.land_mu",
        }  # fmt: skip

    def test_over_two_years_levelled_land_and_next_years_quota_come_in(self, park, asked, parcels, lin):
        one = float(parcels["A"].mu)
        plan = made(park, lin, limited(one, 3 * one, with_levelled=True, cost_per_mu=10.0, budget=1000.0))

        assert where(plan).keys() == {"BIG", "S1", "S2"}
        assert sum(line.phase == 1 for line in queries.lines_of(plan)) == 1
        (on_levelled,) = [line for line in queries.lines_of(plan) if line.plots == ["D"]]
        assert on_levelled.phase == 2
        assert on_levelled.takes["budget"] == pytest.approx(10 * float(parcels["D"].mu))

    def test_a_plan_that_does_not_stand_up_to_the_check_is_not_kept(self, park, asked, lin, monkeypatch):
        inputs = planning.preview(lin, park, limited(200.0)).inputs.as_plain()
        from shanhai.planners import portfolio_checking

        monkeypatch.setattr(
            portfolio_checking,
            "check_portfolio",
            lambda *_a, **_k: [rules.Reason("portfolio.apart", "Apart.")],
        )
        with pytest.raises(Refused) as refused:
            rules.place(inputs, limited(200.0).as_plain())
        assert refused.value.code == "investment.plan_wrong"

    def test_a_task_that_runs_twice_changes_nothing(self, plan, lin):
        run = TaskRun.objects.get(kind=actions.KIND)

        with tasks.Progress(run.pk) as progress:
            assert actions.run(progress, plan=plan.pk) == {"plan": plan.number}
        assert PlanLine.objects.count() == 2

    def test_the_journal_has_it(self, plan):
        told = list(
            JournalEntry.objects.filter(subject_kind="investment.portfolioplan").values_list(
                "action", flat=True
            )
        )

        assert told == ["investment.make_plan", "investment.keep_plan"]


class TestAdopting:
    def test_all_of_it_reserves_each_plot_for_its_lead(self, plan, parcels, lin):
        actions.adopt_plan(plan, by=lin)

        kept = dict(Parcel.objects.exclude(reserved_for="").values_list("number", "reserved_for"))
        assert kept == {"A": "BIG", "B": "BIG", "C": "S1"}
        assert not planning.changed_since(plan).is_any
        with pytest.raises(NotNow) as refused:
            actions.adopt_plan(plan, by=lin)
        assert refused.value.code == "investment.plan_adopted"

    def test_what_is_released_is_free_again(self, plan, lin):
        actions.adopt_plan(plan, by=lin)
        actions.release_plan(queries.plan_of(lin, plan.number), by=lin)

        assert not Parcel.objects.exclude(reserved_for="").exists()
        with pytest.raises(NotNow) as refused:
            actions.release_line(queries.line_of(plan, "BIG"), by=lin)
        assert refused.value.code == "investment.line_not_adopted"
        actions.adopt_line(queries.line_of(plan, "BIG"), by=lin)
        assert queries.line_of(plan, "BIG").is_adopted

    def test_where_one_line_cannot_be_adopted_none_is(self, plan, parcels, firm, lin):
        land.allot_parcel(parcels["C"], user=firm, by=lin)

        with pytest.raises(NotNow) as refused:
            actions.adopt_plan(plan, by=lin)
        assert refused.value.code == "park.reserve_state"
        assert not PlanLine.objects.exclude(adopted_on=None).exists()
        assert not Parcel.objects.exclude(reserved_for="").exists()

    def test_reserved_land_goes_to_nobody_else(self, plan, parcels, firm, lin):
        actions.adopt_line(queries.line_of(plan, "S1"), by=lin)
        parcel = Parcel.objects.select_related("park").get(number="C")

        with pytest.raises(NotNow) as refused:
            land.allot_parcel(parcel, user=firm, by=lin)
        assert refused.value.code == "park.kept_for"
        with pytest.raises(NotNow):
            land.move_parcel(parcel, to="public_use", by=lin)
        land.allot_parcel(parcel, user=firm, reserved_for="S1", by=lin)
        assert (parcel.state, parcel.reserved_for) == ("allotted", "")

    def test_a_lead_that_is_over_lets_its_land_go(self, plan, asked, lin):
        actions.adopt_plan(plan, by=lin)
        asked["BIG"].refresh_from_db()
        lead_actions.reject_lead(asked["BIG"], reason="资金不到位", by=lin)

        assert dict(Parcel.objects.exclude(reserved_for="").values_list("number", "reserved_for")) == {
            "C": "S1"
        }
        assert not queries.line_of(plan, "BIG").is_adopted

    def test_a_lead_has_land_once(self, plan, park, lin):
        again = made(park, lin)
        actions.adopt_line(queries.line_of(plan, "S1"), by=lin)

        with pytest.raises(NotNow) as refused:
            actions.adopt_line(queries.line_of(again, "S1"), by=lin)
        assert refused.value.code == "investment.has_land"

    def test_an_old_row_is_told(self, plan, lin):
        old = queries.line_of(plan, "S1")
        line = queries.line_of(plan, "S1")
        actions.adopt_line(line, by=lin)
        actions.release_line(line, by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.adopt_line(old, by=lin)

    def test_who_may_and_who_may_not(self, plan, park, zhou, lin, pan):
        for member in (zhou, pan):
            with pytest.raises((NotAllowed, NotFound)):
                actions.adopt_plan(plan, by=member)
            with pytest.raises((NotAllowed, NotFound)):
                actions.make_plan(park, limited(200.0), by=member)


class TestSince:
    def test_what_changed_is_named(self, plan, asked, parcels, zone, lin, firm):
        assert not planning.changed_since(plan).is_any
        asked["S2"].refresh_from_db()
        lead_actions.change_lead(asked["S2"], tax_fen=950_000_000, by=lin)
        asking(zone, lin, "NEW", 500, parcels["A"].mu)
        land.allot_parcel(parcels["C"], user=firm, by=lin)

        found = planning.changed_since(plan)
        assert (found.leads_new, found.leads_other, found.plots_gone) == (("NEW",), ("S2",), ("C",))


class TestPages:
    def test_from_the_preview_to_the_map(self, park, asked, client_of, lin):
        client = client_of(lin)
        page = client.get(MAKE).content.decode()
        assert "3 leads ask for" in page and 'name="land_mu_1" value="200.0"' in page and "DIM" in page
        form = {
            "park": "LQ-1",
            "value": "tax",
            "years": "1",
            "land_mu_1": "200",
            "seconds": "20",
            "step_mu": "1",
            "step_tce": "1",
        }
        assert client.get(MAKE, form | {"without": "S1"}).content.decode().count("2 leads ask for") == 1
        made_ = client.post(MAKE, form)
        assert made_.status_code == 302
        assert "The plan is being made." in client.get(made_.url).content.decode()
        assert tasks.run_waiting() == 1

        asked_by_the_bar = client.get(made_.url, headers={"HX-Request": "true"})
        assert (asked_by_the_bar.status_code, asked_by_the_bar["HX-Refresh"]) == (204, "true")
        page = client.get(made_.url).content.decode()
        for told in (
            "2 of 3 leads are placed and bring 29.0 m yuan of tax a year", "no plan brings more", "Left out: what would have to change",
            "Every place that fits it is taken", 'data-label="1"', "Land quota, mu", "by the verifier", "#line-1",
        ):  # fmt: skip
            assert told in page, told
        assert "Made from records that have changed since" not in page
        chinese = client_of(lin, language="zh-hans").get(made_.url).content.decode()
        assert "未安排：需要什么变化" in chinese and "所需用地" not in chinese
        rows = client.get(f"{made_.url}file.csv").content.decode("utf-8-sig").splitlines()
        assert len(rows) == 4 and rows[1].startswith("1,BIG,") and "A + B" in rows[1] and "S2" in rows[3]
        assert client.get(f"{made_.url}file.xlsx").status_code == 200
        assert "AP-2023-" in client.get(PLANS).content.decode()

    def test_adopted_by_a_button_and_taken_back(self, plan, client_of, lin):
        client = client_of(lin)
        answer = client.post(f"{plan.url}lines/S1/adopt/", follow=True).content.decode()
        assert "C: reserved for S1." in answer and f"{plan.url}lines/S1/release/" in answer
        assert "reserved for it" in client.get("/investment/leads/S1/").content.decode()
        assert "Reserved for" in client.get("/park/parcels/C/").content.decode()
        assert (
            "The land of S1 is free again."
            in client.post(f"{plan.url}lines/S1/release/", follow=True).content.decode()
        )
        answer = client.post(f"{plan.url}adopt/", follow=True).content.decode()
        assert "Land is reserved for 2 leads." in answer
        assert (
            "The land of 2 leads is free again."
            in client.post(f"{plan.url}release/", follow=True).content.decode()
        )

    def test_two_plans_beside_one_another(self, plan, park, lin, client_of):
        other = made(park, lin, limited(200.0, without=("BIG",)))

        page = client_of(lin).get(plan.url, {"with": other.number}).content.decode()
        assert "<td>BIG</td>" in page and "A + B" in page

    def test_a_refused_task_says_why(self, park, asked, lin, client_of, monkeypatch):
        monkeypatch.setattr(actions, "_BESIDE_S", -19.9)
        one = actions.make_plan(park, limited(200.0), by=lin)
        tasks.run_waiting()

        page = client_of(lin).get(one.url).content.decode()
        assert "This plan was not made." in page and "seconds" in page

    def test_strangers_see_nothing(self, plan, park, client_of, zhou, shen):
        for url in (MAKE, PLANS, plan.url, f"{plan.url}file.csv"):
            assert client_of(zhou).get(url).status_code in (403, 404), url
        assert client_of(zhou).post(f"{plan.url}adopt/").status_code in (403, 404)
        # A plan starts at the side that made it.
        assert client_of(shen).get(plan.url).status_code == 404


class TestPrograms:
    def test_preview_make_show_adopt_and_release(self, park, asked, lin, zhou, api_at):
        call = api_at("/api/v1/investment")(lin)
        look = call("post", "/plan-preview", {"park": "LQ-1"}).json()
        assert (look["leads"], look["plots"], look["missing"]) == (
            ["BIG", "S1", "S2"],
            ["A", "B", "C"],
            {"DIM": ["tax_fen"]},
        )
        answer = call("post", "/plans", {"park": "LQ-1", "seconds": 20})
        assert answer.status_code == 201 and answer.json()["stage"] == "waiting"
        number = answer.json()["number"]
        assert tasks.run_waiting() == 1
        shown = call("get", f"/plans/{number}").json()
        assert (shown["value"], shown["stage"], shown["changed"]["is_any"]) == ("2900.0000", "done", False)
        assert shown["limits"][0]["given"] == 200 and shown["unplaced"][0]["lead"] == "S2"
        line = shown["lines"][0]
        adopted = call("post", f"/plans/{number}/lines/{line['lead']}/adopt", {}, version=line["version"])
        assert adopted.status_code == 200 and adopted.json()["adopted_on"]
        stale = call("post", f"/plans/{number}/lines/{line['lead']}/release", {}, version=line["version"])
        assert stale.status_code == 412
        assert call("post", f"/plans/{number}/adopt", {}, version=shown["version"]).status_code == 200
        assert call("post", f"/plans/{number}/release", {}, version=shown["version"]).status_code == 200
        assert [one["number"] for one in call("get", "/plans").json()["items"]] == [number]
        assert api_at("/api/v1/investment")(zhou)("get", f"/plans/{number}").status_code in (403, 404)


class TestZoneFolder:
    def test_what_was_written_comes_in_again_as_it_was(self, plan, parcels, lin, tmp_path):
        actions.adopt_line(queries.line_of(plan, "S1"), by=lin)
        first, second = tmp_path / "first", tmp_path / "second"
        for folder in (first, second):
            folder.mkdir()
        assert zone_files.export(first, None)["portfolio_plan_adoptions.csv"] == 1
        assert reservations.export(first, None) == {"plot_reservations.csv": 1}
        PlanLine.objects.all().delete()
        PortfolioPlan.objects.all().delete()
        Parcel.objects.update(reserved_for="", reserved_on=None)

        assert reservations.load(first, None) == {"plot_reservations.csv": 1}
        assert zone_files.load(first, None) == {"portfolio_plans.csv": 1}
        assert zone_files.load(first, None) == {"portfolio_plans.csv": 0}
        zone_files.export(second, None)
        reservations.export(second, None)
        for file in first.iterdir():
            assert (second / file.name).read_text() == file.read_text(), file.name
        assert queries.line_of(queries.plan_of(lin, plan.number), "S1").is_adopted


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    return together(calls, threading.Barrier(len(calls)))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def _only_where_two_write(self) -> None:
        if connection.vendor != "postgresql" and connection.settings_dict["NAME"].startswith("file:memory"):
            pytest.skip("The tests' SQLite lives in memory, where readers lock.")

    def two(self, park: Any, asked: Any, lin: Any) -> tuple[PortfolioPlan, PortfolioPlan]:
        return made(park, lin), made(park, lin, limited(200.0, without=("S1",)))

    def test_of_two_who_reserve_one_parcel_for_two_leads_one_is_told(self, park, asked, lin):
        one, other = self.two(park, asked, lin)
        lines = [queries.line_of(one, "S1"), queries.line_of(other, "S2")]
        assert [line.plots for line in lines] == [["C"], ["C"]]

        results = at_once([lambda line=line: actions.adopt_line(line, by=lin) for line in lines])

        assert sum(isinstance(result, Refused) for result in results) == 1
        assert Parcel.objects.get(number="C").reserved_for in ("S1", "S2")
        assert PlanLine.objects.exclude(adopted_on=None).count() == 1

    def test_of_two_who_give_one_lead_land_one_is_told(self, park, asked, lin):
        one, other = self.two(park, asked, lin)
        lines = [queries.line_of(plan, "BIG") for plan in (one, other)]

        results = at_once([lambda line=line: actions.adopt_line(line, by=lin) for line in lines])

        assert sum(isinstance(result, Refused) for result in results) == 1
        assert Parcel.objects.filter(reserved_for="BIG").count() == 2

    def test_of_two_who_adopt_whole_plans_one_has_all_and_one_nothing(self, park, asked, lin):
        one, other = self.two(park, asked, lin)

        results = at_once([lambda plan=plan: actions.adopt_plan(plan, by=lin) for plan in (one, other)])

        assert sum(isinstance(result, Refused) for result in results) == 1
        (holder,) = set(PlanLine.objects.exclude(adopted_on=None).values_list("plan__number", flat=True))
        assert PlanLine.objects.filter(plan__number=holder, adopted_on=None).count() == 0
