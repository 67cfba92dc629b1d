"""Every face of a case: pages in both languages from both sides, API, commands, zone folder, history, figures."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shanhai.core import search
from shanhai.core.actions import sharing
from shanhai.core.checks import replay
from shanhai.core.models import Member, WorkItem
from shanhai.fields.approval import printed
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import deciding, filing, opinions, stopping
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import case_indicators, checks, history
from shanhai.fields.approval.queries import cases as queries
from shanhai.kernel import periods
from shanhai.kernel.refusals import NotNow
from shanhai.site.cli import run

URL = "/approval/cases/C-1/"


def item(code: str) -> CaseItem:
    return queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


@pytest.fixture
def halfway(case, bureaus, turn_clock):
    """The filing is decided, the EIA waits for the owner, an adviser has spoken, the scheme is with the checker."""
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    opinions.reply_opinion(
        queries.opinion_of(None, "C-1", "eia", "water"), reply="disagree", reasons="too near", by=None
    )
    opinions.reply_opinion(
        queries.opinion_of(None, "C-1", "eia", "partner"), reply="agree", reasons="as here", by=None
    )
    turn_clock("2023-09-20T09:00")
    stopping.stop_item(
        item("eia"), reason="supplement", text="noise report", days=10, evidence="notice 3", by=who("he")
    )
    deciding.decide_item(item("scheme"), decision="approved", reasons="in line", by=who("gui"))
    return queries.case_of(None, "C-1")


class TestPages:
    def test_the_case_is_seen_from_both_sides_and_by_nobody_else(self, halfway, client_of, lin, shen, zhou):
        page = client_of(lin).get(URL).content.decode()
        assert "Planning holds it: scheme" in page or "Ecology" in page
        for told in (
            "clock stopped",
            "too near",
            "proposed by a lower step",
            "Plan and actual",
            "noise report",
        ):
            assert told in page, told
        other = client_of(shen).get(URL).content.decode()
        assert "Your side sees this file and advises" in other and "Stop the clock" not in other
        assert "联审联批" in client_of(lin, language="zh-hans").get(URL).content.decode()
        assert client_of(zhou).get(URL).status_code in (403, 404)
        assert client_of(zhou).get("/approval/cases/").status_code == 403
        assert client_of(zhou).get("/approval/inbox/").status_code == 403

    def test_the_applicant_reads_first_what_is_owed_and_no_reasons_before_the_decision(
        self, halfway, client_of, firm, lin
    ):
        page = client_of(firm).get(f"{URL}applicant/").content.decode()
        assert "You owe: noise report (for eia" in page
        whole = client_of(firm).get(URL).content.decode()
        assert "too near" not in whole and "proposed by a lower step" not in whole

        assert client_of(firm).post(f"{URL}items/eia/ask-to-resume/").status_code == 302
        page = client_of(firm).get(f"{URL}applicant/").content.decode()
        assert "With Ecology until" in page and "you owe nothing" in page

    def test_the_inbox_is_by_slack_and_the_step(self, halfway, client_of, bureaus):
        page = client_of(who("jian")).get("/approval/inbox/").content.decode()
        assert "1 thing waits for your unit: 0 late" in page and "<b>check" in page.replace("\n", "")
        assert "data-inbox" in page and "inbox.js" in page
        assert (
            "Nothing waits for your unit." in client_of(who("dong")).get("/approval/inbox/").content.decode()
        )

    def test_the_inbox_is_narrowed_as_asked_and_refuses_what_it_does_not_know(
        self, halfway, client_of, bureaus
    ):
        client = client_of(who("jian"))
        assert "data-inbox" in client.get("/approval/inbox/?kind=decide").content.decode()
        late = client.get("/approval/inbox/?show=late").content.decode()
        assert "Nothing of this kind waits" in late and "data-inbox" not in late
        refused = client.get("/approval/inbox/?kind=everything")
        assert refused.status_code == 422 and "Take one of: decide" in refused.content.decode()

    def test_a_row_names_the_answers_that_its_step_may_give(self, halfway, client_of, bureaus):
        page = client_of(who("jian")).get("/approval/inbox/").content.decode()
        told = json.loads(page.split('id="inbox-answers" type="application/json">')[1].split("</script>")[0])
        assert [(one["key"], one["field"]) for one in told[0]] == [
            ("a", "reasons"),
            ("x", "reasons"),
            ("r", "word"),
        ]
        assert told[0][0]["text"] == "in line" and told[0][0]["button"] == "Pass it on"

    def test_what_was_just_passed_on_or_decided_is_taken_back_by_who_did_it(
        self, halfway, client_of, bureaus, zhou
    ):
        undo = f"{URL}items/scheme/undo/"
        assert client_of(zhou).post(undo).status_code in (403, 404)
        assert client_of(who("he")).post(undo).status_code == 403
        assert client_of(who("gui")).post(undo).status_code == 302
        assert item("scheme").step == "handle"
        assert client_of(who("gui")).post(undo).status_code in (409, 422)

        for name in ("gui", "jian", "zhang"):
            sent = client_of(who(name)).post(
                f"{URL}items/scheme/decide/",
                {"decision": "approved", "reasons": "", "version": str(item("scheme").version)},
            )
            assert sent.status_code == 302
        assert item("scheme").state == "decided"
        assert client_of(who("zhang")).post(undo).status_code == 302
        assert item("scheme").state == "open" and item("scheme").draft == "approved"

    def test_a_file_goes_its_way_by_forms(self, project, regime, client_of, lin, firm, bureaus):
        client = client_of(lin)
        made = client.post("/approval/cases/file/", {"project": "P-1", "mode": "joint"})
        assert made.status_code == 302
        url = Case.objects.get().url
        own = client_of(firm)
        for code in ("report", "eia-form", "layout"):
            paper = SimpleUploadedFile("paper.txt", code.encode())
            assert (
                own.post(f"{url}materials/{code}/add/", {"papers": paper, "version": "0"}).status_code == 302
            )
        assert own.post(f"{url}hand-in/", {"promised": ["survey"]}).status_code == 302
        assert own.post(f"{url}accept/").status_code == 403
        assert client.post(f"{url}accept/").status_code == 302
        drc = client_of(who("dong"))
        assert (
            drc.post(f"{url}items/filing/decide/", {"decision": "refused", "version": "0"}).status_code == 422
        )
        assert (
            drc.post(f"{url}items/filing/decide/", {"decision": "approved", "version": "0"}).status_code
            == 302
        )
        assert drc.post(
            f"{url}items/filing/decide/", {"decision": "approved", "version": "0"}
        ).status_code in (409, 422)
        water = client_of(who("shui"))
        form = {"reply": "disagree", "reasons": "too near", "version": "0"}
        assert water.post(f"{url}items/eia/opinions/water/reply/", form).status_code == 302
        assert water.post(f"{url}items/eia/opinions/water/reply/", form).status_code in (409, 422)
        eco = client_of(who("he"))
        stop = {"reason": "hearing", "text": "hearing", "days": "5", "evidence": "notice"}
        assert eco.post(f"{url}items/eia/stop/", stop | {"days": "99"}).status_code == 422
        assert eco.post(f"{url}items/eia/stop/", stop).status_code == 302
        assert eco.post(f"{url}items/eia/resume/").status_code == 302
        assert water.post(f"{url}items/eia/opinions/water/recall/", {"reason": "misread"}).status_code == 302
        assert own.post(f"{url}withdraw/", {"reason": "sold"}).status_code == 302
        assert Case.objects.get().stage == "withdrawn"
        assert list(replay()) == []

    @pytest.mark.parametrize("path", ["/approval/cases/", "/investment/projects/"])
    def test_a_list_is_searched_by_the_name_of_the_project(self, case, client_of, lin, path):
        def found(text):
            page = client_of(lin).get(path, {"q": text}).content.decode()
            return page.count("Compressor plant")

        assert found("压缩机") and found("compressor") and found("P-1" if "projects" in path else "C-1")
        assert not found("冷库") and not found("cold store")

    def test_gaps_are_named_and_letters_say_so(self, filed, client_of, lin):
        filing.hand_in(filed, by=lin)
        client = client_of(lin)
        assert client.post(f"{URL}gaps/", {"gaps": "layout no colon"}).status_code == 422
        assert client.post(f"{URL}gaps/", {"gaps": "layout: no scale"}).status_code == 302
        page = client.get(f"{URL}letters/gaps/").content.decode()
        assert "no scale" in page and "nothing else will be asked for" in page
        assert client.get(f"{URL}letters/closed/").status_code == 404

    def test_the_list_filters_and_goes_out(self, halfway, client_of, lin):
        client = client_of(lin)
        page = client.get("/approval/cases/").content.decode()
        assert "1 case is under review, none past its planned end" in page and "Compressor plant" in page
        assert "Compressor plant" not in client.get("/approval/cases/?show=approved").content.decode()
        out = client.get("/approval/cases/?format=csv")
        assert out.status_code == 200 and b"C-1" in b"".join(
            out.streaming_content if out.streaming else [out.content]
        )

    def test_it_is_found_by_those_who_see_it(self, halfway, lin, zhou):
        assert "approval.case" in {one.kind for one in search.find(lin, "C-1")}
        assert not search.find(zhou, "C-1")

    def test_the_project_names_its_cases_and_an_accepted_file_is_not_hidden_again(
        self, halfway, client_of, lin, shen
    ):
        page = client_of(lin).get("/investment/projects/P-1/").content.decode()
        assert URL in page and "/approval/cases/file/?project=P-1" in page
        with pytest.raises(NotNow):
            sharing.take_back(halfway, by=lin)
        assert queries.case_of(shen, "C-1") == halfway

    def test_papers_are_opened_by_those_whom_they_concern(self, halfway, client_of, lin, shen, firm, zhou):
        paper = SimpleUploadedFile("survey.txt", b"survey")
        form = {"papers": paper, "version": queries.material_of(halfway, "survey").version}
        assert client_of(lin).post(f"{URL}materials/survey/add/", form).status_code == 302
        document = queries.materials_of(halfway)[-1].versions.all()[0].document
        for reader, status in ((lin, 200), (shen, 200), (firm, 200), (zhou, 403)):
            assert client_of(reader).get(f"/registry/documents/{document.pk}/").status_code == status, (
                reader.code
            )

    def test_it_prints_in_both_languages(self, halfway, client_of, lin):
        for language, told in (("en", "noise report"), ("zh-hans", "停表告知书")):
            with translation.override(language):
                content = printed.case(halfway)
            assert told in str(content.blocks) and content.to
        assert printed.case(halfway).facts[0] == ("Number", "C-1")

    def test_a_counter_that_was_changed_past_the_actions_is_found(self, halfway):
        assert list(checks.guards()) == []
        CaseItem.objects.filter(code="permit").update(left_before=1)
        assert [one.facts["item"] for one in checks.guards()] == ["permit"]


class TestPrograms:
    def test_the_api_does_what_the_pages_do(self, case, bureaus, api_at, held, lin, zhou):
        call = api_at("/api/v1/approval")(lin)
        assert [one["number"] for one in call("get", "/cases").json()["items"]] == ["C-1"]
        whole = call("get", "/cases/C-1").json()
        assert [one["state"] for one in whole["items"]] == ["open", "waiting", "waiting", "waiting"]
        drc = api_at("/api/v1/approval")(who("dong"))
        held(drc, "/cases/C-1/items/filing/decide", {"decision": "approved"}, 0)
        water = api_at("/api/v1/approval")(who("shui"))
        held(water, "/cases/C-1/items/eia/opinions/water/reply", {"reply": "fine"}, 0)
        shown = call("get", "/cases/C-1/items/eia").json()
        assert [(one["department"], one["counts_as"], one["why"]) for one in shown["opinions"]] == [
            ("water", "agree", "other_words"),
            ("partner", "", ""),
        ]
        events = call("get", "/cases/C-1/events").json()
        assert [one["activity"] for one in events][:4] == ["file", "hand in", "accept", "filing"]
        wrong = drc(
            "post", "/cases/C-1/items/eia/decide", {"decision": "approved"}, version=item("eia").version
        )
        assert wrong.status_code == 403 and wrong.json()["code"] == "core.ladder_step"
        assert api_at("/api/v1/approval")(zhou)("get", "/cases").status_code == 403

    def test_the_inbox_is_read_by_slack_in_pages_and_narrowed(self, halfway, bureaus, api_at, zhou, lin):
        planning = api_at("/api/v1/approval")(who("jian"))
        one = planning("get", "/inbox").json()["items"][0]
        assert (one["asked"], one["case"], one["item"], one["step"]) == ("decide", "C-1", "scheme", "check")
        assert one["version"] == item("scheme").version and one["slack_days"] > 0
        assert planning("get", "/inbox?show=late").json()["items"] == []
        refused = planning("get", "/inbox?kind=everything")
        assert refused.status_code == 422 and refused.json()["code"] == "approval.inbox_filter"
        assert planning("get", "/inbox?limit=1").json()["next"] is None
        assert api_at("/api/v1/approval")(zhou)("get", "/inbox").status_code == 403

    def test_the_inbox_is_a_command(self, halfway, bureaus, capsys):
        assert run(["approval", "inbox", "--as", "jian", "--json"]) == 0
        assert [one["item"] for one in json.loads(capsys.readouterr().out)] == ["scheme"]
        assert run(["approval", "inbox", "--as", "jian", "--show", "late"]) == 0
        assert run(["approval", "inbox", "--as", "zhou"]) == 1
        assert run(["approval", "inbox"]) == 1

    def test_commands_do_what_the_pages_do(self, filed, bureaus, capsys):
        def typed(*line: str) -> int:
            return run(["approval", "case", *line])

        assert typed("hand-in", "C-1", "--promise", "survey", "--dry-run") == 0
        assert Case.objects.get().stage == "filing"
        assert typed("hand-in", "C-1", "--promise", "survey") == 0
        assert typed("accept", "C-1") == 0
        assert typed("decide", "C-1", "filing", "--decision", "approved") == 0
        assert typed("reply", "C-1", "eia", "water", "--reply", "agree") == 0
        assert typed("reply", "C-1", "eia", "water", "--reply", "agree") == 1
        assert (
            typed(
                "stop", "C-1", "eia", "--reason", "hearing", "--text", "x", "--days", "3", "--evidence", "n"
            )
            == 0
        )
        assert typed("resume", "C-1", "eia") == 0
        assert typed("extend", "C-1", "eia", "--days", "3", "--why", "experts") == 0
        assert typed("list") == 0 and typed("show", "C-1") == 0
        capsys.readouterr()
        assert typed("show", "C-1", "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert [one["state"] for one in told["items"]] == ["decided", "open", "open", "waiting"]
        assert typed("events", "C-1", "--json") == 0
        assert typed("withdraw", "C-1", "--why", "sold") == 0


class TestRecords:
    def test_history_tells_what_happened_in_order(self, halfway):
        found = history.events_of(halfway)

        assert [(one.activity, one.lifecycle) for one in found] == [
            ("file", "start"),
            ("hand in", "complete"),
            ("accept", "complete"),
            ("filing", "start"),
            ("filing", "complete"),
            ("eia", "start"),
            ("scheme", "start"),
            ("eia: co water", "complete"),
            ("eia: advise partner", "complete"),
            ("eia", "suspend"),
        ]
        assert all(one.is_exact for one in found)
        assert [one.at for one in found] == sorted(one.at for one in found)

    def test_what_was_exported_loads_again_the_same(self, halfway, lin, tmp_path: Path):
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir(), second.mkdir()
        waited = list(WorkItem.objects.filter(stage="open", kind__startswith="approval.").values_list("kind", "unit_id", "due_on").order_by("kind", "unit_id"))  # fmt: skip
        zone_files.export(first, None)
        WorkItem.objects.filter(kind__startswith="approval.").delete()

        halfway.items.all().delete()
        Case.objects.filter(pk=halfway.pk).delete()

        assert zone_files.load(first, None)["cases.csv"] == 1
        zone_files.export(second, None)
        for path in sorted(first.iterdir()):
            assert path.read_bytes() == (second / path.name).read_bytes(), path.name
        again = list(WorkItem.objects.filter(stage="open", kind__startswith="approval.").values_list("kind", "unit_id", "due_on").order_by("kind", "unit_id"))  # fmt: skip
        assert again == waited
        assert zone_files.load(first, None).get("cases.csv", 0) == 0
        deciding.decide_item(item("scheme"), decision="approved", by=who("jian"))
        loaded = queries.case_of(None, "C-1")
        assert not all(one.is_exact for one in history.events_of(loaded))

    def test_measures_are_the_sum_of_their_evidence(self, halfway, zone):
        Case.objects.filter(pk=halfway.pk).update(
            stage="approved", closed_on=date(2023, 9, 20), government_days=2, calendar_days=2, owner_days=0
        )
        year = periods.period_of("year", date(2023, 9, 20))
        for measure, evidence, above, below in (
            (case_indicators.measure_government, case_indicators.evidence_government, 2, 1),
            (case_indicators.measure_late, case_indicators.evidence_late, 0, 1),
        ):
            for side in (None, "mountain"):
                (row,) = measure([zone.pk], [year], side, date(2023, 9, 20))
                shown = evidence(zone.pk, year, side, date(2023, 9, 20))
                assert (row.numerator, row.denominator) == (above, below)
                assert (
                    sum(one.value for one in shown) == above
                    and sum(one.denominator for one in shown) == below
                )
            (row,) = measure([zone.pk], [year], "sea", date(2023, 9, 20))
            assert row.missing


class TestStatements:
    def test_the_page_of_a_case_costs_as_much_whatever_is_out_on_it(
        self, case, bureaus, client_of, lin, firm
    ):
        def statements(name: str, address: str) -> int:
            client = client_of(who(name))
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            self.last = [query["sql"][:120] for query in seen]
            return len(seen)

        pages = [("lin", URL), ("he", URL), ("shen", URL), ("xiang", f"{URL}applicant/")]
        before = {page: statements(*page) for page in pages}
        # Eight more opinions are out, of departments in which the readers have no step.
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
        for one in item("eia").opinions.filter(department="water"):
            for n in range(8):
                one.pk, one.department, one._state.adding = None, f"water-{n}", True
                one.save()

        for page in pages:
            # What the reader may decide itself is looked up: a step of its own unit, and no more than two statements.
            assert statements(*page) <= before[page] + 2, (page, self.last)
            assert before[page] <= 45, page
