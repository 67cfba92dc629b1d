"""Enterprises: profile, plots and who carries their land, above scale, agents; who sees them, and every face of them."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import search, signs
from shanhai.core.actions import organisations
from shanhai.core.checks import replay
from shanhai.core.sheets import loading
from shanhai.fields.park.actions import firms as actions
from shanhai.fields.park.models import Firm, Holding
from shanhai.fields.park.queries import firm_checks, firm_tables
from shanhai.fields.park.queries import firms as queries
from shanhai.fields.park.rules import firms as rules
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run
from tests.threads import together

DAY = date(2020, 1, 1)


def lease(lessee, lessor, mu="10", plot="H-1", on=DAY, by=None):
    return actions.add_holding(
        lessee, plot=plot, tenure="leased", land_mu=Decimal(mu), lessor=lessor, begins_on=on, by=by
    )


def land_of(*firms):
    return [Firm.objects.get(pk=one.pk).land_mu for one in firms]


class TestProfile:
    def test_it_is_entered_once_and_replays(self, firm, lin, clusters):
        actions.change_firm(firm, industry="C3671", cluster=clusters["celadon"], by=lin)

        assert (firm.version, firm.industry) == (1, "C3671")
        with pytest.raises(NotNow) as refused:
            actions.enter_firm(firm.park, firm.organisation, by=lin)
        assert refused.value.code == "park.firm_there"
        assert list(replay()) == []

    def test_only_firms_are_entered(self, park, cast, lin):
        with pytest.raises(BadInput) as refused:
            actions.enter_firm(park, cast.organisations["LQ"], by=lin)

        assert refused.value.facts["field"] == "organisation"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"industry": "X99"}, "industry"),
            ({"producing_on": date(2014, 1, 1)}, "producing_on"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, firm, lin, change, field):
        with pytest.raises(BadInput) as refused:
            actions.change_firm(firm, by=lin, **change)

        assert refused.value.facts["field"] == field
        assert Firm.objects.get(pk=firm.pk).version == 0

    def test_it_is_not_merged_under_itself(self, firm, lin):
        with pytest.raises(BadInput):
            actions.change_firm(firm, group=firm.organisation, by=lin)

    def test_the_second_of_two_writers_is_told(self, firm, lin):
        stale = Firm.objects.select_related("organisation").get(pk=firm.pk)
        actions.change_firm(firm, industry="C36", by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.change_firm(stale, industry="C37", by=lin)


class TestPlots:
    def test_the_lessee_carries_the_land_and_the_lessor_no_longer(self, firm, enter):
        tenant = enter("TN")
        lease(tenant, firm)

        assert land_of(firm, tenant) == [30, 10]
        assert queries.land_on([firm.pk, tenant.pk], date(2019, 12, 31)) == {firm.pk: 40}
        assert queries.land_on([firm.pk, tenant.pk], DAY) == {firm.pk: 30, tenant.pk: 10}

    def test_ending_a_lease_gives_the_land_back(self, firm, enter, lin):
        tenant = enter("TN")
        holding = lease(tenant, firm)
        actions.end_holding(holding, on=date(2022, 6, 30), reason="moved", by=lin)

        assert land_of(firm, tenant) == [40, 0]
        assert queries.land_on([firm.pk], date(2022, 6, 30)) == {firm.pk: 30}
        assert queries.land_on([firm.pk], date(2022, 7, 1)) == {firm.pk: 40}
        with pytest.raises(NotNow):
            actions.end_holding(holding, on=date(2022, 7, 1), by=lin)
        assert list(replay()) == [] and list(firm_checks.land()) == []

    def test_nobody_lets_more_than_is_there_nor_gives_up_what_is_let(self, firm, enter):
        tenant = enter("TN")
        with pytest.raises(NotNow) as refused:
            lease(tenant, firm, "40.01")
        assert (refused.value.code, refused.value.facts["left"]) == ("park.let_too_much", Decimal(40))

        lease(tenant, firm, "40")
        with pytest.raises(NotNow):
            actions.end_holding(firm.holdings.get(), on=date(2023, 1, 1), by=None)
        assert land_of(firm, tenant) == [0, 40]

    def test_what_is_leased_can_be_let_on(self, firm, enter):
        tenant, third = enter("TN"), enter("TH")
        lease(tenant, firm, "10")
        lease(third, tenant, "4", plot="H-2")

        assert land_of(firm, tenant, third) == [30, 6, 4]

    @pytest.mark.parametrize("mu", ["0", "-3", "100001"])
    def test_a_plot_has_land(self, firm, mu):
        with pytest.raises(BadInput) as refused:
            actions.add_holding(firm, plot="B", tenure="own", land_mu=Decimal(mu), begins_on=DAY, by=None)

        assert refused.value.facts["field"] == "land_mu"

    def test_own_land_has_no_lessor_and_nobody_leases_from_oneself(self, firm, enter):
        other = enter("TN", land="5")
        for tenure, lessor in (("own", other), ("leased", firm)):
            with pytest.raises(BadInput):
                actions.add_holding(
                    firm, plot="B", tenure=tenure, land_mu=Decimal(1), lessor=lessor, begins_on=DAY, by=None
                )

    def test_who_leaves_the_park_gives_all_plots_up(self, firm, lin):
        actions.leave_park(firm, on=date(2023, 9, 1), reason="moved away", by=lin)

        assert land_of(firm) == [0]
        assert Firm.objects.get(pk=firm.pk).left_on == date(2023, 9, 1)
        assert list(replay()) == []

    @pytest.mark.django_db(transaction=True)
    def test_of_two_tenants_at_once_only_one_gets_the_last_land(self, firm, enter):
        tenants = [enter("T1"), enter("T2")]
        ready = threading.Barrier(2)

        def ask(tenant):
            landlord = Firm.objects.select_related("organisation").get(pk=firm.pk)
            own = Firm.objects.select_related("organisation").get(pk=tenant.pk)
            ready.wait(10)
            try:
                lease(own, landlord, "25")
            except NotNow:
                return False
            finally:
                connection.close()
            return True

        assert sorted(together([lambda one=one: ask(one) for one in tenants])) == [False, True]
        assert land_of(firm) == [15]
        assert list(firm_checks.land()) == []

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 60)), max_size=12))
    def test_land_is_only_moved_between_firms_never_made(self, cast, zone, moves):
        from tests.fields.park.firms.rows import three_firms

        firms = three_firms(cast, zone)
        for n, (lessee, lessor, mu) in enumerate(moves):
            try:
                lease(firms[lessee], firms[lessor], str(mu), plot=f"P-{n}")
            except (NotNow, BadInput):
                continue

        assert sum(land_of(*firms)) == 120
        assert min(land_of(*firms)) >= 0
        assert list(firm_checks.land()) == []


class TestScale:
    def test_the_threshold_of_the_rulebook_decides(self, firm, lin):
        with pytest.raises(NotNow) as refused:
            actions.raise_above_scale(firm, on=DAY, revenue_fen=1_999_999_999, by=lin)
        assert refused.value.code == "park.below_threshold"

        actions.raise_above_scale(firm, on=DAY, revenue_fen=2_000_000_000, by=lin)
        assert firm.is_above_scale and firm.spells.get().rule_hash
        with pytest.raises(NotNow):
            actions.raise_above_scale(firm, on=DAY, revenue_fen=2_000_000_000, by=lin)

    def test_times_above_scale_follow_one_another(self, firm, lin):
        actions.raise_above_scale(firm, on=DAY, revenue_fen=2_000_000_000, by=lin)
        with pytest.raises(BadInput):
            actions.drop_below_scale(firm, on=DAY, reason="too early", by=lin)
        actions.drop_below_scale(firm, on=date(2022, 1, 1), reason="below for a year", by=lin)
        with pytest.raises(BadInput):
            actions.raise_above_scale(firm, on=date(2021, 1, 1), revenue_fen=2_000_000_000, by=lin)
        actions.raise_above_scale(firm, on=date(2023, 1, 1), revenue_fen=2_000_000_000, by=lin)

        assert [(one.begins_on, one.ends_on) for one in firm.spells.all()] == [
            (DAY, date(2022, 1, 1)), (date(2023, 1, 1), None),
        ]  # fmt: skip
        assert list(replay()) == []


class TestWhoSees:
    def test_offices_of_both_sides_see_all_and_a_firm_its_own(
        self, firm, enter, zone, lin, shen, zhou, person_of
    ):
        other = enter("OT")
        xu = person_of(firm.organisation, "xu")

        assert set(queries.firms_of(lin, zone)) == {firm, other} == set(queries.firms_of(shen, zone))
        assert list(queries.firms_of(xu, zone)) == [firm]
        with pytest.raises(NotFound):
            queries.firm_of(xu, "OT")
        with pytest.raises(NotFound):
            queries.firm_of(zhou, "QF")

    def test_an_agent_of_several_firms_sees_those_and_no_others_until_it_ends(
        self, cast, firm, enter, zone, lin, person_of
    ):
        second, third = enter("S2"), enter("S3")
        agent = organisations.add_organisation(
            code="AG", kind="enterprise", region=cast.regions["331181000000"], name_zh="代办公司", by=None
        )
        wu = person_of(agent, "wu")
        agencies = [actions.name_agent(one, agent, by=lin) for one in (firm, second)]

        assert set(queries.firms_of(wu, zone)) == {firm, second}
        assert third not in queries.firms_of(wu, zone)
        actions.end_agent(agencies[0], by=lin)
        assert firm in queries.firms_of(wu, zone)  # to the end of the day
        with pytest.raises(NotNow):
            actions.name_agent(second, agent, by=lin)
        assert list(replay()) == []

    def test_a_firm_names_its_own_agents_only(self, firm, enter, person_of):
        other = enter("OT")
        xu = person_of(firm.organisation, "xu")

        actions.name_agent(firm, other.organisation, by=xu)
        with pytest.raises(NotAllowed):
            actions.name_agent(other, firm.organisation, by=xu)

    def test_it_is_found_by_name_and_code(self, firm, lin, zhou):
        assert [one.title_zh for one in search.find(lin, "青枫", kind="park.firm")] == ["青枫汽配"]
        assert not search.find(zhou, "青枫", kind="park.firm")

    def test_outsiders_and_the_province_write_nothing(self, firm, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.change_firm(firm, industry="C36", by=somebody)


class TestRegister:
    def problems(self, code, rows, by):
        try:
            loading.load_table(signs.registers[code], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def row(self, table, key, **changes):
        found = table.current([key])[key]
        return {name: value for name, value in found.items() if not name.startswith("_")} | changes

    def test_a_sheet_changes_what_the_page_changes(self, firm, lin):
        assert self.problems("park.firms", [self.row(firm_tables.FIRMS, "QF", industry="C37")], lin) == []

        firm.refresh_from_db()
        assert (firm.industry, firm.version) == ("C37", 1)
        assert list(replay()) == []

    def test_scale_is_no_matter_of_a_sheet(self, firm, lin):
        row = self.row(firm_tables.FIRMS, "QF", above_scale_on=DAY)

        assert self.problems("park.firms", [row], lin) == [("above_scale_on", "park.by_page_only")]

    def test_faults_are_named_at_their_cell(self, firm, enter, lin):
        enter("TN")
        firms = [
            self.row(firm_tables.FIRMS, "QF", park="NONE"),
            self.row(firm_tables.FIRMS, "TN", industry="X99"),
        ]
        assert self.problems("park.firms", firms, lin) == [
            ("park", "sheets.unknown_reference"), ("industry", "park.industry_form"),
        ]  # fmt: skip
        plot = {
            "firm": "TN",
            "plot": "Z",
            "begins_on": DAY,
            "tenure": "leased",
            "land_mu": Decimal(99),
            "lessor": "QF",
        }
        plot |= {"ends_on": None}
        assert self.problems("park.holdings", [plot], lin) == [("land_mu", "park.let_too_much")]
        assert self.problems("park.holdings", [plot | {"land_mu": Decimal(-1)}], lin)
        assert Holding.objects.count() == 1

    def test_a_row_may_stand_on_one_above_it(self, firm, enter, lin):
        enter("TN"), enter("TH")
        plot = {"begins_on": DAY, "tenure": "leased", "land_mu": Decimal(9), "ends_on": None}
        rows = [
            plot | {"firm": "TN", "plot": "Z", "lessor": "QF"},
            plot | {"firm": "TH", "plot": "Z2", "lessor": "TN"},
        ]

        assert self.problems("park.holdings", rows, lin) == []
        assert land_of(firm) == [31]


class TestFaces:
    def test_the_register_says_it_in_both_languages_and_turns_the_outsider_away(
        self, firm, client_of, lin, zhou, person_of, enter
    ):
        enter("OT", "别家公司", "Other Firm")
        page = client_of(lin).get("/park/firms/").content.decode()
        assert "Qingfeng Auto Parts" in page and "1 firm produces in the park" in page
        page = client_of(lin, language="zh-hans").get(firm.url).content.decode()
        assert "青枫汽配" in page and "用地" in page
        for address in ("/park/firms/", firm.url, f"{firm.url}change/", f"{firm.url}figures/"):
            assert client_of(zhou).get(address).status_code in (403, 404)
        own = client_of(person_of(firm.organisation, "xu"))
        assert "Other Firm" not in own.get("/park/firms/").content.decode()
        assert own.get("/park/firms/OT/").status_code == 404

    def test_filters_stay_and_the_list_goes_out_with_all_columns(self, firm, enter, client_of, lin):
        enter("OT", "别家公司", "Other Firm")
        client = client_of(lin)
        client.get("/park/firms/?came_from=sea")

        assert "Other Firm" not in client.get("/park/firms/").content.decode()
        told = client.get("/park/firms/?came_from=sea&format=csv").content.decode("utf-8-sig")
        assert "QF" in told and "OT" not in told.splitlines()[-1]

    def test_it_is_entered_changed_and_given_land_by_forms(self, cast, park, client_of, lin):
        organisations.add_organisation(
            code="NEW", kind="enterprise", region=cast.regions["331181000000"], name_zh="新企业", by=None
        )
        client = client_of(lin)
        form = {"organisation": "NEW", "park": park.pk, "industry": "C1369", "producing_on": "2019-05-01"}
        answer = client.post("/park/firms/enter/", form)
        assert answer.status_code == 302, answer.content.decode()
        url = answer["Location"]
        changed = {"park": park.pk, "industry": "C1370", "version": "0"}
        assert client.post(f"{url}change/", changed).status_code == 302
        assert client.post(f"{url}change/", changed | {"industry": "C1371"}).status_code == 409
        plot = {"plot": "A-1", "tenure": "own", "land_mu": "12.5", "begins_on": "2019-01-01"}
        assert client.post(f"{url}plots/", plot).status_code == 302
        assert client.post(f"{url}plots/", plot | {"plot": "A-2", "land_mu": "-1"}).status_code == 422
        scale = {"on": "2021-01-01", "revenue_fen": "1900万元"}
        assert client.post(f"{url}above-scale/", scale).status_code == 422
        assert client.post(f"{url}above-scale/", scale | {"revenue_fen": "2000万元"}).status_code == 302
        assert client.post(f"{url}below-scale/", {"on": "2023-01-01", "reason": "shrunk"}).status_code == 302
        assert client.post(f"{url}plots/A-1/end/", {"on": "2023-05-01"}).status_code == 302
        assert client.post(f"{url}agents/", {"agent": "STRANGER"}).status_code == 302
        assert "Unrelated Body" in client.get(url).content.decode()
        assert client.post(f"{url}agents/STRANGER/end/").status_code == 302
        assert client.post(f"{url}leave/", {"on": "2023-09-01", "reason": "moved"}).status_code == 302
        assert list(replay()) == []

    def test_what_a_craft_is_known_by_is_said_by_form_api_command_and_sheet(
        self, firm, park, lin, client_of, api_at, capsys
    ):
        client = client_of(lin)
        url, form = (
            "/park/firms/QF/",
            {"park": park.pk, "masters_n": "2", "heritage": "nation", "version": "0"},
        )
        assert client.post(f"{url}change/", form | {"masters_n": "1000"}).status_code == 422
        assert client.post(f"{url}change/", form).status_code == 302
        assert "2 masters · heritage of the nation" in client.get(url).content.decode()

        call = api_at("/api/v1/park")(lin)
        assert call("patch", "/firms/QF", {"masters_n": -1}, version=1).status_code == 422
        found = call("patch", "/firms/QF", {"is_gi": True}, version=1).json()
        assert (found["masters_n"], found["heritage"], found["is_gi"]) == (2, "nation", True)

        assert run(["park", "firms", "change", "QF", "--masters", "3", "--heritage", "city", "--no-gi"]) == 0
        assert run(["park", "firms", "show", "QF", "--json"]) == 0
        out = capsys.readouterr().out
        told = json.loads(out[out.index("{") :])
        assert (told["masters_n"], told["heritage"], told["is_gi"]) == (3, "city", False)
        row = client.get("/park/firms/?format=csv").content.decode("utf-8-sig").splitlines()
        assert {"3", "city"} <= set(row[1].split(","))
        with pytest.raises(BadInput) as refused:
            actions.change_firm(Firm.objects.get(), masters_n=1000, by=lin)
        assert refused.value.facts["field"] == "masters_n"

    def test_the_api_does_what_the_pages_do(self, firm, enter, api_at, held, lin, zhou, park):
        enter("TN")
        call = api_at("/api/v1/park")(lin)
        assert [one["organisation"] for one in call("get", "/firms").json()["items"]] == ["QF", "TN"]
        found = call("patch", "/firms/QF", {"industry": "C37"}, version=0).json()
        assert (found["industry"], found["land_mu"]) == ("C37", "40")
        found = held(call, "/firms/QF/above-scale", {"on": "2021-01-01", "revenue_fen": 2_000_000_000}, 1)
        found = held(call, "/firms/QF/below-scale", {"on": "2022-01-01", "reason": "less"}, found["version"])
        data = {"plot": "L-1", "tenure": "leased", "land_mu": "10", "lessor": "QF", "begins_on": "2020-01-01"}
        assert call("post", "/firms/TN/holdings", data).status_code == 201
        assert call("post", "/firms/TN/holdings", data | {"plot": "L-2", "land_mu": "99"}).status_code == 409
        assert (
            call("post", "/firms/TN/holdings/L-1/end", {"on": "2022-01-01"}).json()["ends_on"] == "2022-01-01"
        )
        assert call("post", "/firms/QF/agents", {"agent": "STRANGER"}).status_code == 201
        assert call("post", "/firms/QF/agents/STRANGER/end").status_code == 200
        whole = call("get", "/firms/QF").json()
        assert [one["plot"] for one in whole["holdings"]] == ["QF-1"] and len(whole["agents"]) == 1
        held(call, "/firms/QF/leave", {"reason": "moved"}, whole["version"])
        assert api_at("/api/v1/park")(zhou)("get", "/firms/QF").status_code in (403, 404)

    def test_commands_do_what_the_pages_do(self, firm, enter, capsys):
        enter("TN")

        def said(*words):
            code = run(["park", "firms", *words])
            out, err = capsys.readouterr()
            assert code == 0, err
            return out

        assert [one["organisation"] for one in json.loads(said("list", "--json"))] == ["QF", "TN"]
        said("change", "QF", "--industry", "C37")
        said("above-scale", "QF", "--on", "2021-01-01", "--revenue", "2000万")
        said("below-scale", "QF", "--on", "2022-01-01", "--reason", "less")
        plot = ("add-plot", "TN", "L-1", "--tenure", "leased", "--land", "10", "--since", "2020-01-01")
        said(*plot, "--lessor", "QF", "--dry-run")
        assert Holding.objects.count() == 1
        said(*plot, "--lessor", "QF")
        said("end-plot", "TN", "L-1", "--on", "2022-01-01")
        said("name-agent", "QF", "STRANGER"), said("end-agent", "QF", "STRANGER")
        assert json.loads(said("show", "QF", "--json"))["industry"] == "C37"
        said("leave", "TN", "--reason", "moved")
        assert run(["park", "firms", "change", "QF", "--industry", "X9"]) == 1
        assert "GB/T 4754" in capsys.readouterr().err


def test_industries_are_written_as_gb_t_4754_writes_them():
    for code in ("3670", "C3670", "C36", ""):
        rules.check_industry(code, "X")
    for code in ("X3670", "3", "36701", "c3670"):
        with pytest.raises(BadInput):
            rules.check_industry(code, "X")
