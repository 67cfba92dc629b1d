"""How own cases ran and what a log says: the page, an upload that runs as a task, refusals, API."""

from __future__ import annotations

import gzip
import json
import statistics
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shanhai.core import tasks
from shanhai.core.calendar import calendar
from shanhai.core.models import TaskRun
from shanhai.fields.approval.queries import analyses
from shanhai.fields.approval.rules import log_analysis
from shanhai.fields.approval.rules.log_analysis import Rule
from shanhai.kernel.refusals import BadInput
from shanhai.planners.logs import read_log
from shanhai.planners.logs.writing import events_of, write_log
from shanhai.site.cli import run
from tests.fields.approval.test_board import past

LOG = "case,activity,time\n" + "".join(
    f"{n},{step},2023-0{1 + n % 9}-{day:02d}T09:00\n"
    for n in range(1, 13)
    for step, day in (
        ("accept", 1),
        *((("fire", 5), ("water", 11)) if n % 2 else (("water", 7), ("fire", 11))),
        ("permit", 13),
    )
)
URL = "/approval/analysis/logs/"


def upload(name: str = "log.csv", content: str | bytes = LOG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


@pytest.fixture
def history(case):
    return [past(n, date(2022, 9, 5) + timedelta(3 * n), 16 + n) for n in range(12)]


class TestOwnCases:
    def test_they_are_read_from_the_tables_by_days(self, history, zone, lin):
        found = analyses.own_flow(lin, zone, analyses.OwnWanted())

        assert (found.n, found.catalogue, found.catalogues[0][2]) == (12, "LQ-S", 12)
        assert found.told["cases"] == 12 and found.told["activities"] == 6
        assert found.told["paths"][0]["activities"] == [
            "accepted",
            "filing",
            "eia",
            "scheme",
            "permit",
            "closed",
        ]
        by_calendar = analyses.own_flow(lin, zone, analyses.OwnWanted(days=analyses.CALENDAR))
        assert by_calendar.told["lead_time"]["median_s"] == 21.5 * 86_400
        assert analyses.own_flow(lin, zone, analyses.OwnWanted(mode="serial")).told is None

    def test_in_working_days_a_case_takes_as_many_as_its_clock_of_the_calendar_counts(
        self, history, zone, lin
    ):
        days = [calendar().count(one.accepted_on, one.closed_on) for one in history]
        assert len({one.accepted_on.weekday() for one in history}) > 1

        found = analyses.own_flow(lin, zone, analyses.OwnWanted())

        told = found.told["lead_time"]
        assert told["mean_s"] == pytest.approx(86_400 * sum(days) / 12)
        assert told["median_s"] == 86_400 * statistics.median(days)
        by_calendar = analyses.own_flow(lin, zone, analyses.OwnWanted(days=analyses.CALENDAR))
        assert [(one["from"], one["to"], one["count"]) for one in by_calendar.told["directly_follows"]] == [
            (one["from"], one["to"], one["count"]) for one in found.told["directly_follows"]
        ]
        assert found.told["paths"] == by_calendar.told["paths"]

    def test_orders_may_come_from_the_catalogue(self, history, zone, lin):
        seen = analyses.own_flow(lin, zone, analyses.OwnWanted()).told["potential"]
        told = analyses.own_flow(lin, zone, analyses.OwnWanted(orders="catalogue")).told["potential"]

        assert not any(one["declared"] for one in seen["order_rules"])
        assert {("eia", "permit"), ("scheme", "permit")} <= {
            (one["before"], one["after"]) for one in told["order_rules"] if one["declared"]
        }
        assert told["median_s_bound"] <= told["median_s_joint"] <= seen["median_s_now"]

    def test_the_page_draws_them_and_strangers_see_nothing(self, history, client_of, lin, zhou):
        page = client_of(lin).get("/approval/analysis/").content.decode()
        for told in (
            "<svg",
            "How our closed cases ran",
            "What joint review would have taken",
            "Where most time goes",
        ):
            assert told in page, told
        chinese = (
            client_of(lin, language="zh-hans").get("/approval/analysis/?orders=catalogue").content.decode()
        )
        assert "若联审联批所需时间" in chinese and "受理" in chinese
        assert "12 closed cases, in working days" in page and " wd</text>" in page
        other = client_of(lin).get("/approval/analysis/?days=calendar").content.decode()
        assert "12 closed cases, in calendar days" in other and " days</text>" in other
        assert "按工作日计" in chinese

        def rows(query: str) -> list[list[str]]:
            text = client_of(lin).get(f"/approval/analysis/own.csv{query}").content.decode("utf-8-sig")
            return [line.split(",") for line in text.splitlines()]

        told, by_seconds = rows(""), rows("?days=calendar")
        assert len(told) == len(by_seconds) == 6 and told[0][:3] == ["Step", "Next step", "Times"]
        assert '"Mean' in told[0][3] and "wd" in told[0][4] and "s" in by_seconds[0][4]
        assert all(float(row[4]) < 30 for row in told[1:])
        assert client_of(zhou).get("/approval/analysis/own.csv").status_code == 403

    def test_programs_read_the_same(self, history, client_of, lin):
        answer = client_of(lin).get("/api/v1/approval/flow?orders=catalogue").json()
        assert answer["cases"] == 12 and answer["flow"]["directly_follows"][0]["from"]
        other = client_of(lin).get("/api/v1/approval/flow?days=calendar").json()
        assert (answer["days"], other["days"]) == ("working", "calendar")
        assert answer["flow"]["lead_time"]["mean_s"] < other["flow"]["lead_time"]["mean_s"]

    def test_the_command_tells_the_same(self, history, client_of, lin, capsys):
        told = client_of(lin).get("/api/v1/approval/flow").json()["flow"]
        assert run(["approval", "analyse", "--own", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["days"] == "working" and answer["cases"] == 12
        assert answer["lead_time"]["median_s"] == told["lead_time"]["median_s"]
        assert run(["approval", "analyse", "--own"]) == 0
        assert " wd" in capsys.readouterr().out
        assert run(["approval", "analyse", "--own", "--days", "calendar"]) == 0
        assert " days" in capsys.readouterr().out
        assert run(["approval", "analyse", "--own", "--mode", "serial", "--json"]) == 0
        out, remarks = capsys.readouterr()
        assert json.loads(out)["cases"] == 0 and "has closed yet" in remarks
        for wrong in ([], ["log.csv", "--own"], ["--own", "--days", "lunar"], ["--own", "--mode", "alone"]):
            assert run(["approval", "analyse", *wrong]) == 2, wrong


class TestLogs:
    def test_a_log_is_read_by_a_task_and_its_page_says_what_came_out(self, zone, client_of, lin):
        client = client_of(lin)
        made = client.post(URL, {"log": upload("审批.csv.gz", gzip.compress(LOG.encode()))})
        assert made.status_code == 302
        page = client.get(made.url).content.decode()
        assert "The log is being analysed." in page and "Waiting for its turn." in page
        assert tasks.run_waiting() == 1
        page = client.get(made.url).content.decode()
        # Fire and water came in either order, so they need not wait for one another.
        assert "12 cases took 12.0 days in the median; side by side they would have taken" in page
        assert "审批.csv.gz" in page and "<svg" in page and "Simulated" in page
        assert "审批.csv.gz" in client.get(URL).content.decode()
        text = client.get(f"{made.url}follows.csv").content.decode("utf-8-sig")
        assert "accept,fire,6" in text or "accept,water,6" in text

    @pytest.mark.parametrize("kind", ["ocel-json", "ocel-sqlite", "xes"])
    def test_what_other_tools_write_is_read_and_gives_the_same(self, zone, client_of, lin, tmp_path, kind):
        source, target = tmp_path / "log.csv", tmp_path / "log"
        source.write_text(LOG, encoding="utf-8")
        write_log(events_of(read_log(source)), target, kind)
        client = client_of(lin)
        client.post(URL, {"log": upload(f"log.{kind}", target.read_bytes())})
        tasks.run_waiting()

        run = TaskRun.objects.get(kind=analyses.KIND)

        plain = log_analysis.analyse(read_log(source), Rule())
        assert run.stage == "done", run.refusal
        assert run.result["potential"]["median_s_joint"] == plain["potential"]["median_s_joint"]
        names = ("from", "to", "count", "median_s")
        told = {tuple(one[name] for name in names) for one in run.result["directly_follows"]}
        assert told == {tuple(one[name] for name in names) for one in plain["directly_follows"]}

    def test_a_step_whose_name_holds_what_no_database_keeps_is_shown_with_a_mark(self, zone, client_of, lin):
        client = client_of(lin)
        made = client.post(URL, {"log": upload("log.csv", LOG.replace("fire", "fi\x00re"))})
        tasks.run_waiting()
        assert "fi\ufffdre" in client.get(made.url).content.decode()

    def test_declared_orders_change_the_answer(self, zone, client_of, lin):
        client = client_of(lin)
        for orders in ("", "fire,water\nfire,permit\n"):
            client.post(URL, {"log": upload()} | ({"orders": upload("orders.csv", orders)} if orders else {}))
        tasks.run_waiting()
        free, bound = (
            one.result["potential"]["median_s_joint"]
            for one in TaskRun.objects.filter(kind=analyses.KIND).order_by("pk")
        )
        assert free < bound

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("log.csv", "a,b\n1,2\n", "column"),
            ("log.xes", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><log>&a;</log>', "entit"),
            ("log.xes.gz", gzip.compress(b"<log><trace>" * 50)[:40], ""),
            ("log.bin", bytes(range(256)), ""),
        ],
    )
    def test_what_is_no_log_is_refused_in_a_sentence(self, zone, client_of, lin, name, content, told):
        client = client_of(lin)
        made = client.post(URL, {"log": upload(name, content)})
        tasks.run_waiting()
        run = TaskRun.objects.get(kind=analyses.KIND)
        assert (
            run.stage == "failed"
            and told in run.refusal["sentence"].lower() + str(run.refusal["facts"]).lower()
        )
        page = client.get(made.url).content.decode()
        assert "The log could not be analysed." in page

    def test_orders_that_are_none_and_files_that_are_too_large_are_refused_at_once(
        self, zone, client_of, lin, monkeypatch
    ):
        client = client_of(lin)
        refused = client.post(URL, {"log": upload(), "orders": upload("orders.csv", "a,b\nb,a\n")})
        assert refused.status_code == 422 and "circle" in refused.content.decode()
        monkeypatch.setattr("shanhai.core.actions.documents.limit_bytes", lambda: 10)
        refused = client.post(URL, {"log": upload()})
        assert refused.status_code == 422 and not TaskRun.objects.filter(kind=analyses.KIND).exists()

    def test_only_who_asked_sees_and_stops_it(self, zone, client_of, lin, shen, zhou, firm):
        made = client_of(lin).post(URL, {"log": upload()})
        assert client_of(shen).get(made.url).status_code == 404
        assert client_of(shen).post(f"{made.url}cancel/").status_code == 404
        for stranger in (zhou, firm):
            assert client_of(stranger).get(URL).status_code == 403
        assert client_of(lin).post(f"{made.url}cancel/").status_code == 302
        assert "The analysis was stopped." in client_of(lin).get(made.url).content.decode()

    def test_programs_bring_logs_too(self, zone, client_of, lin, zhou):
        client = client_of(lin)
        made = client.post("/api/v1/approval/logs", {"file": upload(), "free_from": "0.1"})
        assert made.status_code == 201 and made.json()["stage"] == "waiting"
        tasks.run_waiting()
        found = client.get(f"/api/v1/approval/logs/{made.json()['id']}").json()
        assert found["stage"] == "done" and found["flow"]["cases"] == 12
        assert client.get("/api/v1/approval/logs").json()["items"][0]["file"] == "log.csv"
        assert (
            client.post(f"/api/v1/approval/logs/{made.json()['id']}/cancel").json()["code"]
            == "core.task_ended"
        )
        assert client.post("/api/v1/approval/logs", {"file": upload(), "free_from": "1"}).status_code == 422
        assert client_of(zhou).get("/api/v1/approval/logs").status_code == 403


def test_a_share_of_cases_is_one():
    log_analysis.check_share(0.5)
    with pytest.raises(BadInput) as refused:
        log_analysis.check_share(1.0)
    assert refused.value.code == "approval.order_share"
    assert log_analysis.orders_in("a,b\nb,c,no\n") == (("a", "b", True), ("b", "c", False))
    assert Rule().free_from == 0
