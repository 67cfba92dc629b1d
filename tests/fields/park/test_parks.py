"""Parks and clusters: their rules, actions, registers and every face of them."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import search, signs
from shanhai.core.checks import replay
from shanhai.core.sheets import loading
from shanhai.fields.park.actions import clusters as cluster_actions
from shanhai.fields.park.actions import parks as actions
from shanhai.fields.park.models import ChainFirm, Cluster, Park, Phase
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers
from shanhai.fields.park.rules import parks as rules
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run
from tests.threads import together

DAYS = st.integers(0, 400).map(lambda n: date(2020, 1, 1) + timedelta(days=n))


class TestRules:
    @pytest.mark.parametrize("code", ["C36", "C367", "C3670", "G58"])
    def test_industries_are_written_as_gb_t_4754_writes_them(self, code):
        rules.check_industry(code)

    @pytest.mark.parametrize("code", ["3670", "U36", "C3", "C36701", "c3670", ""])
    def test_other_industries_are_refused(self, code):
        with pytest.raises(BadInput):
            rules.check_industry(code)

    @given(st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 90))), min_size=2, max_size=6))
    def test_a_code_belongs_to_a_cluster_at_most_once_on_each_day(self, given_spans):
        spans = [
            rules.Span(begins, None if n is None else begins + timedelta(days=n)) for begins, n in given_spans
        ]
        covered = [
            sum(span.begins_on <= day and (span.ends_on is None or day <= span.ends_on) for span in spans)
            for day in (date(2020, 1, 1) + timedelta(days=n) for n in range(600))
        ]

        if max(covered) > 1:
            with pytest.raises(BadInput):
                rules.check_spans("C3670", spans)
        else:
            rules.check_spans("C3670", spans)

    def test_gaps_come_in_the_order_of_the_chain(self):
        links = [
            rules.Link("shop", "downstream", (), 0),
            rules.Link("clay", "upstream", (), 0),
            rules.Link("kiln", "midstream", (), 3),
        ]

        assert rules.gaps(links) == ["clay", "shop"]


class TestParks:
    def test_phases_stay_within_the_plan(self, park, lin):
        actions.plan_phase(park, number=1, planned_mu=Decimal(1000), begins_on=date(2013, 1, 1), by=lin)
        with pytest.raises(BadInput) as refused:
            actions.plan_phase(park, number=2, planned_mu=Decimal(501), begins_on=date(2015, 1, 1), by=lin)
        actions.plan_phase(park, number=1, planned_mu=Decimal(900), begins_on=date(2013, 1, 1), by=lin)
        with pytest.raises(BadInput):
            actions.change_park(park, planned_mu=Decimal(899), by=lin)

        assert refused.value.code == "park.phases_over_plan"
        assert Phase.objects.get().planned_mu == 900
        assert list(replay()) == []

    def test_infrastructure_is_said_once_for_each_phase(self, park, lin):
        actions.plan_phase(park, number=1, planned_mu=Decimal(1000), begins_on=date(2013, 1, 1), by=lin)
        actions.say_infrastructure(park, kind="roads", phase=1, state="building", by=lin)
        actions.say_infrastructure(park, kind="roads", phase=1, state="in_service", by=lin)
        with pytest.raises(BadInput):
            actions.say_infrastructure(park, kind="roads", phase=2, state="building", by=lin)
        with pytest.raises(BadInput):
            actions.say_infrastructure(park, kind="teleport", state="building", by=lin)

        assert [(one.kind, one.state) for one in queries.infrastructure_of(park)] == [("roads", "in_service")]
        assert list(replay()) == []

    def test_a_broken_border_is_refused_with_its_spot(self, cast, zone, lin):
        bow = "POLYGON ((119.1 28.07, 119.11 28.08, 119.11 28.07, 119.1 28.08, 119.1 28.07))"
        with pytest.raises(BadInput) as refused:
            actions.add_park(
                zone,
                number="X",
                kind="home",
                name_zh="园",
                region=cast.regions["331181000000"],
                outline=bow,
                by=lin,
            )

        assert refused.value.code == "park.ring_broken"
        assert refused.value.facts["spot"] == "119.105000, 28.075000"
        assert not Park.objects.exists()

    def test_the_quota_does_not_fall_below_what_is_allotted(self, park, lin):
        quota = actions.set_quota(park, year=2023, quota_mu=Decimal(50), by=lin)
        type(quota).objects.filter(pk=quota.pk).update(used_mu=Decimal(30))

        with pytest.raises(NotNow):
            actions.set_quota(park, year=2023, quota_mu=Decimal(20), by=lin)
        actions.set_quota(park, year=2023, quota_mu=Decimal(30), by=lin)

        assert list(replay()) == []

    def test_outsiders_and_the_province_write_nothing(self, park, zone, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.change_park(park, name_en="Mine", by=somebody)
        assert list(queries.parks_of(pan, zone)) == [park]
        with pytest.raises(NotFound):
            queries.park_of(zhou, "LQ-1")

    def test_whoever_has_a_seat_finds_it(self, park, lin, shen, zhou):
        for somebody in (lin, shen):
            assert [one.title_zh for one in search.find(somebody, "产业园")] == [park.name_zh]
        assert not search.find(zhou, "产业园")


class TestClusters:
    def test_codes_hold_from_one_day_to_another(self, cluster, lin):
        first = cluster_actions.add_industry(
            cluster, industry="C3660", begins_on=date(2013, 1, 1), ends_on=date(2017, 12, 31), by=lin
        )
        cluster_actions.add_industry(cluster, industry="C367", begins_on=date(2018, 1, 1), by=lin)
        with pytest.raises(BadInput):
            cluster_actions.add_industry(cluster, industry="C3660", begins_on=date(2017, 1, 1), by=lin)

        assert queries.clusters_for("C3670", [cluster], date(2018, 1, 1)) == [cluster]
        assert queries.clusters_for("C3670", [cluster], date(2017, 12, 31)) == []
        cluster_actions.end_industry(first, ends_on=date(2016, 12, 31), by=lin)
        assert queries.clusters_for("C3660", [cluster], date(2017, 1, 1)) == []
        assert list(replay()) == []

    def test_a_firm_stands_once_on_a_link_and_leaves_it(self, cluster, firm, lin):
        link = queries.link_of(cluster, "comp")
        assert [one.standing_firms for one in queries.links_of(cluster)] == [[]]
        cluster_actions.put_firm(link, firm=firm, by=lin)
        with pytest.raises(NotNow):
            cluster_actions.put_firm(link, firm=firm, by=lin)
        assert queries.chain_figures([cluster]) == {cluster.pk: (1, 0, 1)}
        cluster_actions.take_firm(link, firm=firm, by=lin)

        assert not ChainFirm.objects.exists()
        assert list(replay()) == []

    def test_the_second_of_two_writers_is_told(self, cluster, lin):
        stale = Cluster.objects.get(pk=cluster.pk)
        cluster_actions.change_cluster(cluster, group="craft", by=lin)

        with pytest.raises(ChangedMeanwhile):
            cluster_actions.change_cluster(stale, group="logistics", by=lin)


class TestRegisters:
    def problems(self, code, rows, by):
        try:
            loading.load_table(signs.registers[code], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def park_row(self, **changes):
        found = registers.parks_current(["LQ-1"])["LQ-1"]
        return {name: value for name, value in found.items() if not name.startswith("_")} | changes

    def test_a_sheet_changes_what_the_page_changes(self, park, lin):
        assert self.problems("park.parks", [self.park_row(planned_mu=Decimal(1600))], lin) == []

        park.refresh_from_db()
        assert (park.planned_mu, park.version) == (Decimal(1600), 1)
        assert list(replay()) == []

    def test_faults_are_named_at_their_cell(self, park, cluster, lin):
        assert self.problems("park.parks", [self.park_row(number="N", outline="a field")], lin) == [
            ("outline", "park.no_outline")
        ]
        row = {"cluster": "auto", "industry": "XX", "begins_on": date(2020, 1, 1), "ends_on": None}
        assert self.problems("park.cluster_industries", [row], lin) == [("industry", "park.industry_form")]

    def test_a_sheet_of_an_outsider_or_from_above_writes_nothing(self, park, pan, zhou):
        for somebody in (pan, zhou):
            try:
                found = self.problems("park.parks", [self.park_row(planned_mu=Decimal(9))], somebody)
            except NotAllowed:
                found = [("", "core.not_allowed")]
            assert found
        park.refresh_from_db()
        assert park.planned_mu == 1500

    def test_what_was_exported_loads_again_without_a_change(self, park, cluster, firm, lin, tmp_path: Path):
        from shanhai.fields.park import zone

        actions.plan_phase(park, number=1, planned_mu=Decimal(1000), begins_on=date(2013, 1, 1), by=lin)
        actions.say_infrastructure(park, kind="power", state="planned", by=lin)
        cluster_actions.add_industry(cluster, industry="C3670", begins_on=date(2013, 1, 1), by=lin)
        cluster_actions.put_firm(queries.link_of(cluster, "comp"), firm=firm, by=lin)
        zone.export(tmp_path, None)
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

        assert set(zone.load(tmp_path, None).values()) == {0}
        zone.export(tmp_path, None)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


class TestFaces:
    def test_the_pages_say_it_in_both_languages_and_turn_the_outsider_away(
        self, park, cluster, client_of, lin, zhou
    ):
        page = client_of(lin).get("/park/parks/").content.decode()
        assert "1 park with 1,500 mu planned." in page and "Longquan park" in page
        page = client_of(lin, language="zh-hans").get(park.url).content.decode()
        assert "龙泉产业园" in page and "规划1,500亩" in page
        page = client_of(lin).get("/park/clusters/").content.decode()
        assert "1 cluster; 1 of 1 links have no firm." in page and "Auto air" in page
        page = client_of(lin).get(cluster.url).content.decode()
        assert "Auto air: 0 of 1 links have firms; missing: Compressors." in page and "url(#gap)" in page
        for address in ("/park/parks/", park.url, "/park/clusters/", cluster.url, "/park/parks/add/"):
            assert client_of(zhou).get(address).status_code in (403, 404)

    def test_forms_do_it(self, park, cluster, firm, client_of, lin):
        client = client_of(lin)
        assert client.post(f"{park.url}phase/", {"number": 1, "planned_mu": 900, "begins_on": "2013-01-01"}).status_code == 302  # fmt: skip
        asked = {"kind": "water", "phase": 1, "state": "in_service", "since": "2015-05-01"}
        assert client.post(f"{park.url}infrastructure/", asked).status_code == 302
        assert client.post(f"{park.url}quota/", {"year": 2023, "quota_mu": 80}).status_code == 302
        changed = {"kind": "home", "name_zh": "新名", "region": "331181", "planned_mu": "800", "version": "2"}
        refused = client.post(f"{park.url}change/", changed)
        assert refused.status_code == 422 and "phases" in refused.content.decode()
        asked = {"industry": "C3670", "begins_on": "2013-01-01"}
        assert client.post(f"{cluster.url}industries/", asked).status_code == 302
        assert client.post(f"{cluster.url}industries/C3670/2013-01-01/end/", {"ends_on": "2014-01-01"}).status_code == 302  # fmt: skip
        assert client.post(f"{cluster.url}link/comp/firm/", {"firm": "FIRM"}).status_code == 302
        page = client.get(cluster.url).content.decode()
        assert "all 1 links have firms" in page and "Qingfeng" in page
        assert client.post(f"{cluster.url}link/comp/take/", {"firm": "FIRM"}).status_code == 302
        added = {"code": "sw", "name_zh": "青瓷宝剑", "group": "craft"}
        assert client.post("/park/clusters/add/", added).status_code == 302
        page = client.get(park.url).content.decode()
        assert "water supply" in page and "80" in page

    def test_the_api_does_what_the_pages_do(self, park, cluster, firm, api_at, held, lin, zhou):
        call = api_at("/api/v1/park")(lin)
        assert [one["number"] for one in call("get", "/parks").json()["items"]] == ["LQ-1"]
        whole = call(
            "put", "/parks/LQ-1/phases/1", {"planned_mu": "700", "begins_on": "2013-01-01"}, version=0
        )
        assert whole.status_code == 200, whole.content
        said = call("post", "/parks/LQ-1/infrastructure", {"kind": "gas", "state": "planned"}, version=1)
        assert said.status_code == 200, said.content
        assert call("put", "/parks/LQ-1/quotas/2023", {"quota_mu": "60"}, version=1).status_code == 200
        assert call("patch", "/parks/LQ-1", {"planned_mu": None}, version=2).json()["planned_mu"] is None
        made = call("post", "/clusters", {"code": "log", "name_zh": "物流", "group": "logistics"}, key="k")
        assert made.status_code == 201, made.content
        link = {"name_zh": "冷库", "position": "midstream"}
        assert call("put", "/clusters/log/links/cold", link, version=0).json()["is_gap"] is True
        put = call("put", "/clusters/log/links/cold/firms/FIRM", version=1)
        assert put.json()["firms"] == ["FIRM"]
        assert call("delete", "/clusters/log/links/cold/firms/FIRM", version=1).json()["firms"] == []
        industry = {"industry": "G59", "begins_on": "2020-01-01"}
        assert call("post", "/clusters/log/industries", industry, version=1).status_code == 201
        ended = call("post", "/clusters/log/industries/G59/2020-01-01/end", {"ends_on": "2021-01-01"}, version=2)  # fmt: skip
        assert ended.json()["ends_on"] == "2021-01-01"
        assert api_at("/api/v1/park")(zhou)("get", "/parks").status_code == 403

    def test_commands_do_what_the_pages_do(self, park, cluster, firm, cast, capsys):
        lines = (
            "parks add P-2 --kind enclave --name 飞地 --region 330109 --planned 150",
            "parks change P-2 --en Enclave",
            "parks phase P-2 1 50 --from 2018-06-21",
            "parks infrastructure P-2 roads --state in_service --phase 1",
            "parks quota P-2 2023 20",
            "parks show P-2 --json",
            "clusters add bio --name 生物医药",
            "clusters change bio --group craft",
            "clusters industry bio C27 --from 2013-01-01",
            "clusters end-industry bio C27 --from 2013-01-01 --to 2020-01-01",
            "clusters link bio inf --name 输液 --position midstream",
            "clusters firm bio inf FIRM",
            "clusters take-firm bio inf FIRM",
            "clusters show bio --json",
        )
        assert (
            run(
                [
                    "park",
                    "parks",
                    "add",
                    "P-3",
                    "--kind",
                    "home",
                    "--name",
                    "园",
                    "--region",
                    "331181",
                    "--dry-run",
                ]
            )
            == 0
        )
        assert not Park.objects.filter(number="P-3").exists()
        for line in lines:
            assert run(["park", *line.split()]) == 0, line
        told = capsys.readouterr().out
        shown = json.loads(told[told.rindex('{\n  "code"') :])
        assert [one["link"] for one in shown["links"]] == ["inf"]
        assert Phase.objects.get(park__number="P-2").planned_mu == 50
        assert run(["park", "parks", "phase", "P-2", "2", "101", "--from", "2019-01-01"]) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_plan_phases_at_once_one_is_told(park, lin):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite lives in memory, where readers lock.")
    barrier = threading.Barrier(2)
    rows = [Park.objects.get(pk=park.pk) for _ in range(2)]

    results = together(
        [
            lambda row=row, n=n: actions.plan_phase(
                row, number=n, planned_mu=Decimal(1000), begins_on=date(2013, 1, 1), by=lin
            )
            for n, row in enumerate(rows, 1)
        ],
        barrier,
    )

    assert sum(isinstance(one, ChangedMeanwhile) for one in results) == 1
    assert Phase.objects.count() == 1
