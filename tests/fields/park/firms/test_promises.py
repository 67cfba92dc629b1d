"""Standard land: promised, checked within the tolerance, down the breach ladder, and reminded of."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import clock
from shanhai.core.checks import replay
from shanhai.core.models import WorkItem
from shanhai.fields.park.actions import promises as actions
from shanhai.fields.park.actions import renewal
from shanhai.fields.park.models import LandCheck, LandPromise
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import promises as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run as shanhai

pytestmark = pytest.mark.django_db
PROMISED = {
    "investment_per_mu": Decimal(300), "plot_ratio": Decimal("1.2"), "energy_per_value": Decimal("0.5"),
    "emission_per_value": Decimal(2), "tax_per_mu": Decimal(20),
}  # fmt: skip
BUILT = {"investment_per_mu": Decimal(280), "plot_ratio": Decimal("1.1")}
RUNS = {"energy_per_value": Decimal("0.55"), "emission_per_value": Decimal(2), "tax_per_mu": Decimal(18)}
FAILS = {"investment_per_mu": Decimal(100), "plot_ratio": Decimal("1.2")}


@pytest.fixture
def one(firm, lin):
    """Qingfeng's promise of 2020 for its plot, to be built by mid-2021."""
    return actions.promise_land(
        firm, plot="QF-1", land_mu=Decimal(40), signed_on=date(2020, 5, 1), due_on=date(2021, 6, 30), promised=PROMISED,
        deposit_fen=100_000_000, by=lin,
    )  # fmt: skip


def check(one, measured, lin, on):
    return actions.check_promise(one, measured=measured, on=on, by=lin)


class TestRules:
    @given(st.sampled_from(rules.INDICATORS), st.decimals("0.01", "1000", places=2), st.integers(0, 50))
    def test_at_the_edge_of_the_tolerance_it_holds_and_beyond_it_fails(self, one, promised, tolerance):
        share = Decimal(tolerance) / 100
        edge = promised * (1 - share) if one.bound == "least" else promised * (1 + share)
        beyond = edge - Decimal("0.01") if one.bound == "least" else edge + Decimal("0.01")

        assert rules.failed({one.name: promised}, {one.name: edge}, Decimal(tolerance)) == []
        assert rules.failed({one.name: promised}, {one.name: beyond}, Decimal(tolerance)) == [one.name]

    @given(st.sampled_from(list(rules.PromiseStage)), st.sampled_from(list(rules.Phase)))
    def test_a_failure_never_goes_up_the_ladder(self, stage, phase):
        after = rules.after(stage, phase, True)

        assert after in rules.LADDER
        if stage in rules.LADDER:
            assert rules.LADDER.index(after) == min(rules.LADDER.index(stage) + 1, 2)

    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
    def test_months_later_is_the_same_day_or_the_last_of_its_month(self, day, months):
        later = rules.months_later(day, months)

        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        assert later.day == day.day or later.day >= 28


class TestWay:
    def test_built_as_promised_it_runs_two_years_and_is_kept(self, one, lin):
        check(one, BUILT, lin, date(2021, 6, 1))
        assert (one.stage, one.phase, one.due_on) == ("running", "performance", date(2023, 6, 1))
        with pytest.raises(NotNow):
            check(one, RUNS, lin, date(2023, 5, 31))
        check(one, RUNS, lin, date(2023, 6, 1))

        assert one.stage == "kept"
        with pytest.raises(NotNow):
            check(one, RUNS, lin, date(2023, 7, 1))
        assert LandCheck.objects.count() == 2
        assert list(replay()) == []

    def test_down_the_ladder_to_buy_back_which_makes_the_plot_a_candidate(self, one, lin, zone):
        for day, stage, due in (
            (date(2021, 6, 30), "rectify", date(2021, 12, 30)),
            (date(2021, 12, 30), "forfeited", date(2022, 6, 30)),
            (date(2022, 6, 30), "buy_back", date(2022, 12, 30)),
        ):
            check(one, FAILS, lin, day)
            assert (one.stage, one.due_on) == (stage, due)
        with pytest.raises(NotNow):
            check(one, BUILT, lin, date(2023, 1, 1))
        assert LandCheck.objects.first().failed == ["investment_per_mu"]

        (candidate,) = renewal.find_candidates(zone, by=lin)
        assert candidate.reason == "promise"
        assert list(replay()) == []

    def test_put_right_in_time_it_goes_on(self, one, lin):
        check(one, FAILS, lin, date(2021, 6, 30))
        check(one, BUILT, lin, date(2021, 9, 1))

        assert (one.stage, one.phase) == ("running", "performance")

    @pytest.mark.parametrize("name", rules.BY_NAME)
    def test_all_five_are_promised_above_zero(self, firm, lin, name):
        told = {"plot": "P", "land_mu": Decimal(5), "signed_on": date(2020, 1, 1), "due_on": date(2021, 1, 1)}
        for promised in (
            PROMISED | {name: Decimal(0)},
            {key: PROMISED[key] for key in PROMISED if key != name},
        ):
            with pytest.raises(BadInput) as refused:
                actions.promise_land(firm, promised=promised, by=lin, **told)
            assert refused.value.facts["field"] == name
        assert not LandPromise.objects.exists()

    def test_what_is_not_measured_is_refused(self, one, lin):
        with pytest.raises(BadInput) as refused:
            check(one, {"plot_ratio": Decimal(1)}, lin, date(2021, 6, 1))

        assert refused.value.facts["field"] == "investment_per_mu"

    def test_firms_see_their_own_and_check_nothing(self, one, enter, person_of, zhou, pan, zone):
        own, other = person_of(one.firm.organisation, "xu"), person_of(enter("OT").organisation, "wu")
        assert list(queries.promises_of(own, zone)) == [one]
        with pytest.raises(NotFound):
            queries.promise_of(other, one.number)
        for somebody in (own, pan, zhou):
            with pytest.raises(NotAllowed):
                actions.check_promise(one, measured=BUILT, by=somebody)


def test_the_office_is_reminded_once_and_the_check_takes_it_off_the_list(one, lin):
    assert actions.remind(clock.now()) == 1
    assert actions.remind(clock.now()) == 1
    item = WorkItem.objects.get(kind="park.check_promise", stage="open")
    assert (item.unit, item.due_on) == (lin.unit, date(2021, 6, 30))

    check(one, BUILT, lin, date(2022, 6, 1))

    assert not WorkItem.objects.filter(kind="park.check_promise", stage="open").exists()
    assert actions.remind(clock.now()) == 0  # due in June 2024


class TestFaces:
    def test_pages_in_both_languages(self, firm, client_of, lin, zhou):
        client = client_of(lin)
        form = {name: str(value) for name, value in PROMISED.items()} | {
            "plot": "QF-1", "land_mu": "40", "signed_on": "2020-05-01", "due_on": "2021-06-30", "deposit_fen": "100万元",
        }  # fmt: skip
        assert client.post(f"{firm.url}promises/", form | {"tax_per_mu": "0"}).status_code == 422
        answer = client.post(f"{firm.url}promises/", form)
        assert answer.status_code == 302
        url = answer["Location"]
        assert "1 check is due" in client.get("/park/promises/").content.decode()
        assert (
            client.post(f"{url}check/", {"investment_per_mu": "100", "plot_ratio": "1.2"}).status_code == 302
        )
        page = client.get(url).content.decode()
        assert "missed" in page and "1 on the breach ladder" in client.get("/park/promises/").content.decode()
        assert "限期整改" in client_of(lin, language="zh-hans").get(url).content.decode()
        for address in ("/park/promises/", url):
            assert client_of(zhou).get(address).status_code in (403, 404)

    def test_api_and_commands(self, firm, api_at, held, lin, capsys):
        call = api_at("/api/v1/park")(lin)
        data = {name: str(value) for name, value in PROMISED.items()}
        data |= {"plot": "QF-1", "land_mu": "40", "signed_on": "2020-05-01", "due_on": "2021-06-30"}
        made = call("post", "/firms/QF/promises", data).json()
        found = held(
            call, f"/promises/{made['number']}/check", {"investment_per_mu": "300", "plot_ratio": "1.2"}, 0
        )
        assert (found["stage"], found["phase"]) == ("running", "performance")
        assert [one["firm"] for one in call("get", "/promises?stage=running").json()["items"]] == ["QF"]

        sets = [part for name, value in PROMISED.items() for part in ("--set", f"{name}={value}")]
        words = [
            "park",
            "promises",
            "promise",
            "QF",
            "B",
            "--land",
            "5",
            "--signed",
            "2020-05-01",
            "--due",
            "2021-05-01",
        ]
        assert shanhai([*words, *sets, "--json"]) == 0
        number = json.loads(capsys.readouterr().out)["number"]
        assert (
            shanhai(
                ["park", "promises", "check", number, "--set", "investment_per_mu=1", "--set", "plot_ratio=1"]
            )
            == 0
        )
        assert shanhai(["park", "promises", "check", number, "--set", "colour=1"]) == 1
        capsys.readouterr()
        assert shanhai(["park", "promises", "list", "--json"]) == 0
        assert {one["stage"] for one in json.loads(capsys.readouterr().out)} == {"running", "rectify"}
