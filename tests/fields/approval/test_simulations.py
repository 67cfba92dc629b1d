"""Simulations on a page: asked for, run as a task, kept and compared, always said to be simulated."""

from __future__ import annotations

import pytest

from shanhai.core import tasks
from shanhai.core.models import TaskRun
from shanhai.fields.approval.queries import simulations as queries
from shanhai.fields.approval.rules import simulating
from shanhai.fields.approval.rules.simulating import Asked
from shanhai.kernel.refusals import BadInput

URL = "/approval/simulation/"
FORM = {
    "source": "zhejiang-90", "mode": "both", "cases": "100", "reviewers": "3", "load": "70", "order": "fifo", "seed": "1",
    "meeting_every": "0", "hours": "8", "other_hours": "2", "levers": ["deferred", "regional"],
}  # fmt: skip


class TestRules:
    def test_joint_stands_beside_serial_and_levers_are_taken_away_one_by_one(self):
        told: list[tuple[int, int | None]] = []
        document = queries.document_of("zhejiang-90")

        found = simulating.simulate(
            document,
            Asked(cases=100, levers=("deferred", "regional")).as_plain(),
            lambda *at: told.append(at),
        )

        assert found["joint"]["lead_wd"]["mean"] < found["serial"]["lead_wd"]["mean"]
        assert 0 < found["cut"]["cut"] <= found["cut"]["bound_cut"]
        assert {one["lever"] for one in found["levers"]} == {"deferred", "regional"}
        assert told == [(n, 4) for n in range(5)]
        again = simulating.simulate(document, Asked(cases=100, levers=("deferred", "regional")).as_plain())
        assert again == found

    def test_one_mode_alone_compares_nothing(self):
        found = simulating.simulate(
            queries.document_of("low-risk-20"), Asked(mode="joint", cases=50).as_plain()
        )

        assert found["serial"] is None and found["cut"] is None and found["joint"]["lead_wd"]["mean"] > 0

    @pytest.mark.parametrize(
        ("asked", "code"),
        [(Asked(mode="none"), "approval.simulate_mode"), (Asked(cases=20_001), "approval.simulate_cases")],
    )
    def test_what_no_page_may_ask_is_refused(self, asked, code):
        with pytest.raises(BadInput) as refused:
            simulating.check_asked(asked)
        assert refused.value.code == code

    def test_a_catalogue_that_asks_nothing_is_refused(self):
        with pytest.raises(BadInput) as refused:
            simulating.kinds_in(queries.document_of("own"))
        assert refused.value.code == "approval.nothing_to_simulate"


class TestPages:
    def test_assumptions_are_shown_before_anything_runs(self, zone, client_of, lin):
        page = client_of(lin).get(URL).content.decode()
        assert (
            "What will be assumed" in page and "3 × (8 − 2) h" in page and "Nothing is simulated yet" in page
        )
        page = client_of(lin).get(URL, FORM | {"reviewers": "5"}).content.decode()
        assert "5 × (8 − 2) h" in page and not TaskRun.objects.filter(kind=queries.KIND).exists()

    def test_a_simulation_runs_as_a_task_and_stays_to_be_compared(
        self, zone, catalogue, client_of, lin, shen
    ):
        client = client_of(lin)
        made = client.post(URL, FORM)
        assert made.status_code == 302
        assert "Cases are being simulated." in client.get(made.url).content.decode()
        assert client.post(URL, FORM | {"source": "LQ-ZJ90:1", "levers": []}).status_code == 302
        assert tasks.run_waiting() == 2

        page = client.get(made.url).content.decode()
        for told in ("Simulated:", "no order of work could cut more than", "What each lever adds", "What is assumed",
                     "95 % interval", "nothing here was measured in an office"):  # fmt: skip
            assert told in page, told
        listed = client.get(URL).content.decode()
        assert (
            listed.count('href="/approval/simulation/') >= 2
            and "3 reviewers, load 70 %, first come" in listed
        )
        assert client_of(shen).get(made.url).status_code == 200
        assert "模拟结果对照" in client_of(lin, language="zh-hans").get(URL).content.decode()
        rows = client.get(f"{URL}simulations.csv").content.decode("utf-8-sig").splitlines()
        assert len(rows) == 3 and rows[1].startswith("LQ-ZJ90:1,100,3,0.7,fifo")

    def test_what_cannot_be_simulated_is_refused_on_the_page(self, zone, client_of, lin):
        client = client_of(lin)
        refused = client.post(URL, FORM | {"other_hours": "9", "hours": "8"})
        assert refused.status_code == 422 and not TaskRun.objects.filter(kind=queries.KIND).exists()
        assert client.post(URL, FORM | {"cases": "1000000"}).status_code == 422

    def test_strangers_see_nothing_and_only_who_asked_stops_it(self, zone, client_of, lin, shen, zhou):
        made = client_of(lin).post(URL, FORM)
        assert client_of(zhou).get(URL).status_code == 403
        assert client_of(shen).post(f"{made.url}cancel/").status_code in (403, 409)
        assert client_of(lin).post(f"{made.url}cancel/").status_code == 302
        assert "The simulation was stopped." in client_of(lin).get(made.url).content.decode()

    def test_programs_ask_and_read_too(self, zone, client_of, lin, zhou):
        client = client_of(lin)
        body = {"cases": 60, "levers": ["deferred"], "reviewers": 2}
        made = client.post("/api/v1/approval/simulations", body, content_type="application/json")
        assert made.status_code == 201 and made.json()["simulated"] is True
        tasks.run_waiting()
        found = client.get(f"/api/v1/approval/simulations/{made.json()['id']}").json()
        assert found["stage"] == "done" and found["cut"]["cut"] > 0 and found["assumptions"]
        assert client.get("/api/v1/approval/simulations").json()["items"][0]["asked"]["reviewers"] == 2
        bad = client.post("/api/v1/approval/simulations", {"load": 1.5}, content_type="application/json")
        assert bad.status_code == 422
        assert client_of(zhou).get("/api/v1/approval/simulations").status_code == 403
