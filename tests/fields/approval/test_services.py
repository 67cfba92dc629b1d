"""Intermediaries: asked on items, whose clock runs while they work, delivered or given up, their figures, every face."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import signs
from shanhai.core.calendar import calendar
from shanhai.core.checks import replay
from shanhai.core.models import Member, Notice, WorkItem
from shanhai.core.sheets import loading
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import case_upkeep, deciding, filing, services
from shanhai.fields.approval.models import CaseItem, Intermediary, Service, Stop
from shanhai.fields.approval.queries import cases as case_queries
from shanhai.fields.approval.queries import services as queries
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules import services as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

API = "/api/v1/approval"
MONDAY = date(2023, 9, 18)


def item(code: str) -> CaseItem:
    return case_queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def service(number: int = 1, code: str = "eia") -> Service:
    return queries.service_of(None, "C-1", code, number)


@pytest.fixture
def green(zone: Any, lin: Any) -> Intermediary:
    """An institute that writes environmental assessments in five working days."""
    return services.add_intermediary(
        code="GREEN",
        name_zh="绿水环评",
        name_en="Green Water",
        kinds=["eia", "soil"],
        promised_days=5,
        by=lin,
    )


@pytest.fixture
def open_eia(case: Any, bureaus: Any) -> Any:
    """The EIA is open since Monday, due in seven working days."""
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    return case


def ask(green: Intermediary, by_whom: str, days: int | None = None, by: Any = None) -> Service:
    return services.ask_service(
        item("eia"), green, kind="eia", commissioned_by=by_whom, evidence="contract 7", promised_days=days,
        by=by or who("he"),
    )  # fmt: skip


class TestWhoseClock:
    def test_days_of_the_intermediary_of_the_government_are_its_own(self, cast):
        run = clocks.Run(MONDAY, None, (clocks.Halt(MONDAY, date(2023, 9, 21), clocks.Whose.GOVERNMENT),))
        own = clocks.Run(MONDAY, None, (clocks.Halt(MONDAY, date(2023, 9, 21), clocks.Whose.OWNER),))
        friday = date(2023, 9, 22)

        assert clocks.counts(run, friday, calendar()) == clocks.Counts(4, 4, 0)
        assert clocks.counts(own, friday, calendar()) == clocks.Counts(4, 1, 3)
        assert clocks.due_on(MONDAY, 5, run.halts, calendar(), friday) == date(2023, 9, 25)
        assert clocks.due_on(MONDAY, 5, own.halts, calendar(), friday) == date(2023, 9, 28)

    def test_what_the_applicant_commissioned_moves_the_due_day(self, open_eia, green, turn_clock):
        due = item("eia").due_on

        one = ask(green, "owner")

        assert (item("eia").state, one.stop.whose, one.due_on) == ("stopped", "owner", date(2023, 9, 25))
        turn_clock("2023-09-21T09:00")
        services.deliver_service(service(), by=who("he"))
        eia = item("eia")
        assert (eia.state, eia.owner_days, service().days) == ("open", 3, 3)
        assert eia.due_on == calendar().add(due, 3)
        assert list(replay()) == []

    def test_what_the_government_commissioned_does_not(self, open_eia, green, turn_clock):
        due = item("eia").due_on

        one = ask(green, "gov")

        assert (item("eia").state, one.stop.whose) == ("stopped", "gov")
        turn_clock("2023-09-21T09:00")
        services.deliver_service(service(), by=who("he"))
        eia = item("eia")
        assert (eia.state, eia.owner_days, eia.granted_days, eia.due_on) == ("open", 0, 0, due)
        deciding.decide_item(
            eia, decision="approved", reasons="x", by=None
        ) if not eia.left_opinions else None
        counts = case_queries.counts_of(open_eia, case_queries.whole(open_eia))
        assert counts.government == 3 and counts.owner == 0

    def test_who_waits_for_the_governments_intermediary_is_overdue_all_the_same(
        self, open_eia, green, turn_clock
    ):
        ask(green, "gov")

        turn_clock("2023-10-08T09:00")
        case_upkeep.remind(date(2023, 10, 8))

        assert item("eia").level != ""

    def test_two_of_one_commissioner_share_the_stop(self, open_eia, green):
        first, second = ask(green, "owner"), ask(green, "owner", 9)

        assert first.stop_id == second.stop_id and Stop.objects.count() == 1
        services.deliver_service(service(1), by=who("he"))
        assert item("eia").state == "stopped"
        services.end_service(service(2), reason="not needed", by=who("he"))
        assert item("eia").state == "open"
        assert list(replay()) == []

    def test_the_applicant_says_so_and_the_lead_lets_it_go_on(self, open_eia, green, firm):
        ask(green, "owner")

        services.deliver_service(service(), by=firm)

        assert item("eia").state == "stopped" and item("eia").stops.get().asked_on == MONDAY
        assert WorkItem.objects.filter(kind="approval.decide", what__contains="set its clock going").exists()

    def test_an_item_that_waits_for_others_is_not_stopped(self, open_eia, green):
        one = services.ask_service(
            item("permit"), green, kind="soil", commissioned_by="owner", evidence="contract 8", by=who("gui")
        )

        assert one.stop is None and item("permit").state == "waiting"
        services.deliver_service(service(1, "permit"), by=who("gui"))
        assert item("permit").state == "waiting"


class TestAskedWhileItWaits:
    """The EIA and the permit wait for others when an intermediary is asked; they open while it still works."""

    @pytest.fixture
    def asked(self, case: Any, bureaus: Any, green: Intermediary) -> Any:
        for whom in ("owner", "gov"):
            ask(green, whom)
        return case

    def test_its_owners_clock_runs_from_its_opening(self, case, bureaus, green, turn_clock):
        ask(green, "owner")
        assert (item("eia").state, item("eia").services_out) == ("waiting", 1)
        turn_clock("2023-09-19T09:00")

        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))

        eia = item("eia")
        stop = eia.stops.get()
        assert (eia.state, eia.services_out, stop.from_on, stop.whose) == (
            "stopped",
            0,
            date(2023, 9, 19),
            "owner",
        )
        assert service().stop_id == stop.pk
        assert WorkItem.objects.filter(kind="approval.owner", stage="open").exists()
        turn_clock("2023-09-22T09:00")
        services.deliver_service(service(), by=who("he"))
        eia = item("eia")
        assert (eia.state, eia.owner_days, eia.due_on) == (
            "open",
            3,
            calendar().add(date(2023, 9, 19), 7 + 3),
        )
        told = case_queries.counts_of(case, [one for one in case_queries.whole(case) if one.code == "eia"])
        assert told.owner == 3
        assert list(replay()) == []

    def test_the_applicants_come_first_and_then_the_governments(self, asked, turn_clock):
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
        due = item("eia").opens_on
        assert [one.whose for one in item("eia").stops.all()] == ["owner"] and item("eia").services_out == 1

        turn_clock("2023-09-20T09:00")
        services.deliver_service(service(1), by=who("he"))

        assert [one.whose for one in item("eia").stops.order_by("pk")] == ["owner", "gov"]
        assert (item("eia").state, item("eia").due_on) == ("stopped", calendar().add(due, 7 + 2))
        services.end_service(service(2), reason="not needed", by=who("he"))
        assert item("eia").state == "open"
        assert list(replay()) == [] and list(case_queries.misguarded()) == []

    def test_what_is_over_before_it_opens_stops_nothing(self, asked):
        services.deliver_service(service(1), by=who("he"))
        services.end_service(service(2), reason="not needed", by=who("he"))
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))

        assert (item("eia").state, item("eia").services_out) == ("open", 0)

    def test_a_recall_lets_it_wait_again_and_standing_still_by_itself_is_no_use(self, asked):
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))

        deciding.recall_decision(item("filing"), reason="too early", by=who("dong"))

        eia = item("eia")
        assert (eia.state, eia.services_out, eia.stops.count()) == ("waiting", 2, 0)
        assert not WorkItem.objects.filter(kind="approval.owner", stage="open").exists()
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
        assert item("eia").state == "stopped"
        assert list(replay()) == [] and list(case_queries.misguarded()) == []

    def test_a_table_of_the_platform_does_not_decide_over_it(self, asked, lin, zone):
        rows = [
            {"case": "C-1", "item": code, "state": "decided", "decision": "approved", "decided_on": MONDAY}
            for code in ("filing", "eia")
        ]

        with pytest.raises(BadInput) as told:
            loading.load_table(signs.registers["approval.item_states"], rows, by=lin, pairing=zone)
        assert [one["code"] for one in told.value.facts["problems"]] == ["approval.platform_service_out"]

    def test_a_zone_folder_knows_it(self, asked, tmp_path: Path):
        zone_files.services.export(tmp_path, None)
        Service.objects.all().delete()
        CaseItem.objects.update(services_out=0)

        zone_files.services.load(tmp_path, None)

        assert item("eia").services_out == 2 and list(case_queries.misguarded()) == []


class TestLate:
    def test_it_is_told_once_and_the_clock_goes_on_by_itself(self, open_eia, green, turn_clock):
        ask(green, "owner")
        turn_clock("2023-09-27T09:00")

        assert services.tell_late(date(2023, 9, 27)) > 0
        assert services.tell_late(date(2023, 9, 27)) == 0
        assert queries.late_days(service()) == 2
        assert Notice.objects.filter(member=who("he"), fact__what__contains="is past its day").count() == 1

    def test_figures(self, open_eia, green, turn_clock):
        ask(green, "owner")
        turn_clock("2023-09-27T09:00")
        services.deliver_service(service(), by=who("he"))
        ask(green, "gov")

        (record,) = queries.records([green]).values()

        assert record == rules.Record(2, 1, 0, 1, 0, 70, 50)
        assert rules.record_of([], 0, 0).mean_days_tenths is None
        assert rules.record_of([(1, 5), (2, 5), (2, 5)], 0, 0).mean_days_tenths == 17


class TestRefusals:
    def test_each_says_why(self, open_eia, green, lin, shen, zone):
        for call, kind, code in (
            (lambda: ask(green, "nobody"), BadInput, "approval.commissioned_by"),
            (lambda: ask(green, "owner", 0), BadInput, "approval.service_days"),
            (lambda: ask(green, "owner", by=lin), NotAllowed, "approval.not_lead"),
            (
                lambda: services.ask_service(
                    item("eia"), green, kind="survey", commissioned_by="owner", evidence="x", by=who("he")
                ), BadInput, "approval.service_not_offered",
            ),
            (
                lambda: services.ask_service(
                    item("eia"), green, kind="eia", commissioned_by="owner", evidence=" ", by=who("he")
                ), BadInput, "approval.service_evidence",
            ),
            (
                lambda: services.add_intermediary(
                    code="GREEN", name_zh="x", kinds=["eia"], promised_days=1, by=lin
                ), BadInput, "approval.intermediary_there",
            ),
            (
                lambda: services.add_intermediary(code="X", name_zh="x", kinds=[], promised_days=1, by=lin),
                BadInput, "approval.service_kind",
            ),
        ):  # fmt: skip
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code
        ask(green, "owner")
        for call, kind, code in (
            (lambda: ask(green, "gov"), NotNow, "approval.stopped_for_another"),
            (lambda: services.end_service(service(), reason=" ", by=who("he")), BadInput, "approval.service_reason"),
            (lambda: services.deliver_service(service(), by=who("gui")), NotAllowed, "approval.not_your_service"),
            (
                lambda: services.deliver_service(service(), on=date(2023, 9, 1), by=who("he")),
                BadInput, "approval.delivered_when",
            ),
        ):  # fmt: skip
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code
        services.deliver_service(service(), by=who("he"))
        with pytest.raises(NotNow) as told:
            services.deliver_service(service(), by=who("he"))
        assert told.value.code == "approval.service_over"
        services.change_intermediary(green, is_active=False, by=lin)
        with pytest.raises(NotNow) as told:
            ask(green, "owner")
        assert told.value.code == "approval.intermediary_closed"

    def test_a_case_that_is_withdrawn_leaves_no_stop(self, open_eia, green, firm):
        ask(green, "owner")

        filing.withdraw_case(case_queries.case_of(None, "C-1"), reason="sold", by=firm)

        assert not Stop.objects.filter(ended_on=None).exists()
        assert list(replay()) == []


class TestFaces:
    def test_pages(self, open_eia, client_of, lin, shen, zhou, firm, turn_clock):
        client = client_of(lin)
        page = client.get("/approval/intermediaries/").content.decode()
        assert "No intermediary is registered." in page
        made = {
            "code": "GREEN",
            "name_zh": "绿水环评",
            "name_en": "Green Water",
            "kinds": "eia",
            "promised_days": "5",
        }
        assert client.post("/approval/intermediaries/add/", made | {"kinds": ""}).status_code == 422
        assert client.post("/approval/intermediaries/add/", made).status_code == 302
        url = "/approval/intermediaries/GREEN/"
        changed = {"name_zh": "绿水环评", "kinds": ["eia", "soil"], "promised_days": "6", "is_active": "on"}
        assert client.post(f"{url}change/", changed).status_code == 302
        eco = client_of(who("he"))
        assert "Ask an intermediary" in eco.get("/approval/cases/C-1/").content.decode()
        asked = {"intermediary": Intermediary.objects.get().pk, "kind": "eia", "commissioned_by": "owner"}
        asked["evidence"] = "contract 7"
        where = "/approval/cases/C-1/items/eia/services/"
        assert eco.post(f"{where}ask/", asked | {"kind": "survey"}).status_code == 422
        assert eco.post(f"{where}ask/", asked).status_code == 302
        turn_clock("2023-10-08T09:00")
        page = eco.get("/approval/cases/C-1/").content.decode()
        assert "绿水环评" in page and "wd late" in page and "commissioned by the applicant" in page
        assert "wd late" in client_of(firm).get("/approval/cases/C-1/applicant/").content.decode()
        page = client.get(url).content.decode()
        assert "has delivered nothing yet" in page and "C-1" in page
        assert eco.post(f"{where}1/deliver/", {"on": "2023-10-08"}).status_code == 302
        assert eco.post(f"{where}1/end/", {"reason": "x"}).status_code == 422
        page = client_of(lin, language="zh-hans").get(url).content.decode()
        assert "平均用时" in page
        out = client.get("/approval/intermediaries/?format=csv")
        assert b"GREEN" in b"".join(out.streaming_content if out.streaming else [out.content])
        assert client_of(shen).get(url).status_code == 200
        assert client_of(zhou).get(url).status_code == 403
        assert list(replay()) == []

    def test_the_api_and_commands_do_the_same(self, open_eia, client_of, lin, capsys):
        client, eco = client_of(lin), client_of(who("he"))

        def send(by: Any, path: str, body: dict[str, Any], how: str = "post") -> Any:
            return getattr(by, how)(
                f"{API}{path}", json.dumps(body), content_type="application/json", headers={"If-Match": "*"}
            )

        body = {"code": "GREEN", "name_zh": "绿水环评", "kinds": ["eia"], "promised_days": 5}
        assert send(client, "/intermediaries", body).status_code == 201
        again, nobody = send(client, "/intermediaries", body), client.get(f"{API}/intermediaries/NONE")
        assert (again.status_code, again.json()["code"]) == (422, "approval.intermediary_there")
        assert (nobody.status_code, nobody.json()["code"]) == (404, "approval.no_intermediary")
        assert "no intermediary NONE" in nobody.json()["detail"]
        assert (
            send(client, "/intermediaries/GREEN", {"promised_days": 6}, "patch").json()["promised_days"] == 6
        )
        asked = {"intermediary": "GREEN", "kind": "eia", "commissioned_by": "gov", "evidence": "letter 9"}
        assert send(eco, "/cases/C-1/items/eia/services", asked).json()["due_on"] == "2023-09-26"
        assert eco.get(f"{API}/cases/C-1/services").json()[0]["stage"] == "asked"
        assert send(eco, "/cases/C-1/items/eia/services/1/deliver", {"on": "2023-09-18"}).json()["days"] == 0
        assert send(eco, "/cases/C-1/items/eia/services/1/end", {"reason": "x"}).status_code == 409
        assert client.get(f"{API}/intermediaries").json()[0]["n_delivered"] == 1

        def call(*words: str) -> Any:
            code = run(["approval", *words, "--json"])
            out = capsys.readouterr().out
            assert code == 0, out
            return json.loads(out)

        call(
            "intermediary", "add", "BLUE", "--name-zh", "蓝天", "--kind", "eia", "--days", "4", "--as", "lin"
        )
        call("intermediary", "change", "BLUE", "--days", "3", "--as", "lin")
        asked = ("--kind", "eia", "--for", "owner", "--evidence", "contract 1", "--as", "he")
        call("service", "ask", "C-1", "eia", "BLUE", *asked, "--dry-run")
        assert Service.objects.count() == 1
        assert call("service", "ask", "C-1", "eia", "BLUE", *asked)["no"] == 2
        call("service", "deliver", "C-1", "eia", "2", "--as", "he")
        call("service", "ask", "C-1", "eia", "BLUE", *asked)
        call("service", "end", "C-1", "eia", "3", "--why", "x", "--as", "he")
        assert [row["stage"] for row in call("service", "list", "C-1", "--as", "he")] == [
            "delivered", "delivered", "ended",
        ]  # fmt: skip
        assert [row["code"] for row in call("intermediary", "list", "--as", "lin")] == ["BLUE", "GREEN"]

    def test_one_list_has_all_of_them(
        self, open_eia, green, client_of, api_at, lin, shen, zhou, firm, turn_clock, capsys
    ):
        blue = services.add_intermediary(code="BLUE", name_zh="蓝天", kinds=["soil"], promised_days=9, by=lin)
        ask(green, "owner")
        services.ask_service(
            item("scheme"), blue, kind="soil", commissioned_by="gov", evidence="letter 3", by=who("gui")
        )
        turn_clock("2023-09-26T09:00")

        def shown(query: str = "", of: Any = None, language: str = "en") -> str:
            answer = client_of(of or lin, language=language).get(f"/approval/services/{query}")
            assert answer.status_code == 200
            return answer.content.decode()

        page = shown()
        assert "2 services are under way, 1 of them late; for 1 the clock of the applicant runs." in page
        assert page.count("C-1") >= 2 and "Green Water" in page and "蓝天" in page
        for query, n_green, n_blue in (
            ("?show=late", 1, 0), ("?show=running", 1, 1), ("?show=delivered", 0, 0), ("?clock=owner", 1, 0),
            ("?clock=gov", 0, 1), ("?firm=BLUE", 0, 1), ("?firm=GREEN&clock=gov", 0, 0),
        ):  # fmt: skip
            page = shown(query)
            told = [f"/approval/intermediaries/{code}/" in page for code in ("GREEN", "BLUE")]
            assert told == [bool(n_green), bool(n_blue)], query
        assert shown("?sort=due_on").index("GREEN/") < shown("?sort=due_on").index("BLUE/")
        assert shown("?sort=-due_on").index("BLUE/") < shown("?sort=-due_on").index("GREEN/")
        chinese = shown(language="zh-hans")
        assert "2项中介服务" in chinese and "其中1项计申请人用时" in chinese
        assert "All services" in client_of(lin).get("/approval/intermediaries/").content.decode()
        table = client_of(lin).get("/approval/services/?firm=BLUE&format=csv").content.decode("utf-8-sig")
        assert len(table.strip().splitlines()) == 2 and "BLUE" in table and "GREEN" not in table
        # The other side and the firm see those on the files that they see; who has no business here sees none.
        assert "C-1" in shown(of=shen) and "C-1" in shown(of=firm)
        assert client_of(zhou).get("/approval/services/").status_code in (403, 404)

        call = api_at(API)(lin)
        found = call("get", "/services?late=true").json()["items"]
        assert [(one["intermediary"], one["case"], one["late_days"]) for one in found] == [
            ("GREEN", "C-1", 1)
        ]
        assert [one["item"] for one in call("get", "/services?commissioned_by=gov").json()["items"]] == [
            "scheme"
        ]
        assert run(["approval", "service", "list", "--late", "--json"]) == 0
        assert [one["intermediary"] for one in json.loads(capsys.readouterr().out)] == ["GREEN"]
        assert run(["approval", "service", "list", "--for", "gov", "--intermediary", "BLUE"]) == 0
        assert "C-1" in capsys.readouterr().out

    def test_a_zone_folder_gives_back_what_it_took(self, open_eia, green, tmp_path: Path):
        ask(green, "owner")
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir()
        second.mkdir()
        zone_files.services.export(first, None)
        Service.objects.all().delete()
        WorkItem.objects.filter(kind="approval.service").delete()
        Intermediary.objects.all().delete()

        assert zone_files.services.load(first, None) == {"intermediaries.csv": 1, "case_services.csv": 1}
        assert zone_files.services.load(first, None) == {"intermediaries.csv": 0, "case_services.csv": 0}
        zone_files.services.export(second, None)

        for name in zone_files.services.FILES:
            assert (first / name).read_text() == (second / name).read_text(), name
        assert service().stop == item("eia").stops.get()
        assert WorkItem.objects.filter(kind="approval.service", stage="open").count() == 1
