"""A leader's line on a record is work of a unit, is reported back, and is closed or sent back."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

from shanhai.core.actions import documents, sharing
from shanhai.core.checks import replay
from shanhai.core.models import WorkItem
from shanhai.core.queries import work as waiting
from shanhai.fields.office.actions import instructions as actions
from shanhai.fields.office.models import Instruction
from shanhai.fields.office.queries import instructions as queries
from shanhai.fields.pairing import actions as pairing
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

DUE = date(2023, 9, 22)


@pytest.fixture
def agreement(zone, lin):
    """Lin's draft: the record."""
    return pairing.draft_agreement(
        zone, number="LX-1", field="health", name_zh="医疗协议", valid_from=date(2023, 1, 1), by=lin
    )


@pytest.fixture
def one(agreement, leader, lin):
    """The leader's line, for Lin's unit."""
    return actions.instruct(
        agreement, text="抓紧会签", text_en="Have it signed", unit=lin.unit, due_on=DUE, by=leader
    )


def has_work(member, kind="office.instruction"):
    return waiting.waiting_for(member).filter(kind=kind).exists()


class TestGiving:
    def test_becomes_work_of_the_unit_by_its_day(self, one, lin):
        item = waiting.waiting_for(lin).get(kind="office.instruction")

        assert (item.due_on, waiting.words(item)) == (DUE, f"Carry out {one.number}: Have it signed")

    def test_only_leaders_give_them_and_to_their_own_side(self, agreement, leader, lin, shen):
        with pytest.raises(NotAllowed):
            actions.instruct(agreement, text="抓紧", unit=lin.unit, due_on=DUE, by=lin)
        with pytest.raises(BadInput) as refused:
            actions.instruct(agreement, text="抓紧", unit=shen.unit, due_on=DUE, by=leader)
        assert refused.value.code == "office.instruction_other_side"

    def test_a_unit_that_does_not_see_the_record_gets_none(self, agreement, leader, lin, body, added):
        body("LQ-EIT", "department", "经信局")
        other = added("ji", "LQ-EIT", "季雪文", "Ji Xuewen", "handler")
        sharing.keep_to_unit(agreement, by=lin)

        with pytest.raises(NotFound):
            actions.instruct(agreement, text="抓紧", unit=other.unit, due_on=DUE, by=leader)

    @pytest.mark.parametrize(
        ("text", "due_on", "code"),
        [
            ("  \n ", DUE, "office.instruction_line"),
            ("长" * 201, DUE, "office.instruction_line"),
            ("抓紧", date(2023, 9, 17), "office.instruction_due"),
        ],
    )
    def test_is_one_line_by_a_day_to_come(self, text, due_on, code, agreement, leader, lin):
        with pytest.raises(BadInput) as refused:
            actions.instruct(agreement, text=text, unit=lin.unit, due_on=due_on, by=leader)
        assert refused.value.code == code

    def test_a_register_record_needs_a_pairing(self, cast, zone, leader, lin):
        firm = cast.organisations["LQ-PARK"]
        with pytest.raises(NotNow) as refused:
            actions.instruct(firm, text="走访", unit=lin.unit, due_on=DUE, by=leader)
        assert refused.value.code == "office.instruction_no_pairing"

        assert actions.instruct(firm, text="走访", unit=lin.unit, due_on=DUE, pairing=zone, by=leader)

    def test_the_other_side_does_not_see_it(self, one, agreement, lin, shen, zone, client_of):
        sharing.share_with_other_side(agreement, by=lin)

        assert not queries.instructions_of(shen, zone).exists()
        assert "抓紧会签" not in client_of(shen).get(agreement.url).content.decode()
        assert client_of(shen).get(one.url).status_code == 404


class TestReportingBack:
    def test_with_a_word_and_papers_the_leader_closes_it(self, one, lin, leader, zone):
        paper = documents.store_document(io.BytesIO(b"x\n"), file_name="a.txt", pairing=zone, by=lin)

        actions.report_back(one, text="已会签", evidence=[paper], by=lin)
        assert (one.stage, queries.papers_of(one)) == ("reported", [paper])
        assert not has_work(lin) and has_work(leader, "office.instruction_report")
        actions.close_instruction(one, by=leader)

        assert (one.stage, one.closed_on) == ("closed", date(2023, 9, 18))
        assert not WorkItem.objects.filter(stage="open", kind__startswith="office.").exists()

    def test_sent_back_it_waits_again_with_the_word(self, one, lin, leader):
        actions.report_back(one, text="在办", by=lin)

        actions.send_back(one, word="写明日期", by=leader)

        assert (one.stage, one.sent_back, one.word) == ("open", 1, "写明日期")
        assert has_work(lin) and not has_work(leader, "office.instruction_report")

    def test_only_its_unit_reports_and_only_a_leader_of_the_side_decides(
        self, one, lin, shen, leader, added, body
    ):
        body("LQ-EIT", "department", "经信局")
        other = added("ji", "LQ-EIT", "季雪文", "Ji Xuewen", "handler")
        with pytest.raises(NotAllowed) as refused:
            actions.report_back(one, text="已办", by=other)
        assert refused.value.code == "office.instruction_of_another"
        actions.report_back(one, text="已办", by=lin)
        with pytest.raises(NotAllowed):
            actions.close_instruction(one, by=lin)
        away = added("gao", "XS", "高", "Gao", "leader")
        with pytest.raises(NotAllowed) as refused:
            actions.close_instruction(one, by=away)
        assert refused.value.code == "office.instruction_not_leader"

    def test_what_is_not_reported_is_not_closed_and_what_is_closed_not_dropped(self, one, lin, leader):
        with pytest.raises(NotNow):
            actions.close_instruction(one, by=leader)
        actions.report_back(one, text="已办", by=lin)
        actions.close_instruction(one, by=leader)
        with pytest.raises(NotNow):
            actions.drop_instruction(one, reason="不需要", by=leader)

    def test_dropped_it_waits_for_nobody_and_replays(self, one, lin, leader):
        actions.report_back(one, text="在办", by=lin)
        actions.send_back(one, word="写明", by=leader)
        actions.drop_instruction(one, reason="不需要", by=leader)

        assert not has_work(lin)
        assert not list(replay())


class TestFaces:
    def test_a_day_on_the_pages(self, agreement, leader, lin, client_of):
        boss, office = client_of(leader), client_of(lin)
        form = f"/office/records/pairing.agreement/{agreement.pk}/instruct/"
        assert form in boss.get(agreement.url).content.decode()
        assert form not in office.get(agreement.url).content.decode()

        boss.post(form, {"text": "抓紧会签", "unit": lin.unit_id, "due_on": "2023-09-22"})
        one = Instruction.objects.get()
        assert "抓紧会签" in office.get(agreement.url).content.decode()
        assert (
            "1 instruction is to be carried out, none is late."
            in office.get("/office/instructions/").content.decode()
        )
        office.post(f"{one.url}report/", {"text": "已会签"})
        boss.post(f"{one.url}send-back/", {"word": "写明日期"})
        office.post(f"{one.url}report/", {"text": "18日已会签"})
        boss.post(f"{one.url}close/")

        page = office.get(one.url).content.decode()
        assert "closed on 18 Sep" in page and "18日已会签" in page

    def test_zhou_is_turned_away(self, one, zhou, client_of):
        for url in ("/office/instructions/", one.url):
            assert client_of(zhou).get(url).status_code in (403, 404)

    def test_the_api_and_the_commands(self, agreement, leader, lin, client_of, capsys):
        url = f"/api/v1/office/records/pairing.agreement/{agreement.pk}/instructions"
        body = json.dumps({"text": "抓紧", "unit": "LQ-PARK-1", "due_on": "2023-09-22"})
        made = client_of(leader).post(url, body, content_type="application/json")
        assert made.status_code == 201
        number = made.json()["number"]

        def typed(*words, as_):
            capsys.readouterr()
            return run(["office", "instructions", *words, "--as", as_]), capsys.readouterr().out

        for words, who in (
            (("report", number, "--text", "已办"), "lin"),
            (("send-back", number, "--word", "写明"), "ma"),
            (("report", number, "--text", "18日已办"), "lin"),
            (("close", number), "ma"),
            (
                (
                    "give",
                    "pairing.agreement",
                    str(agreement.pk),
                    "再办",
                    "--unit",
                    "LQ-PARK-1",
                    "--due",
                    "2023-09-25",
                ),
                "ma",
            ),
        ):
            assert typed(*words, as_=who)[0] == 0, words
        shown = json.loads(typed("show", number, "--json", as_="lin")[1])
        assert (shown["stage"], shown["report"]) == ("closed", "18日已办")
        assert len(json.loads(typed("list", "--json", as_="lin")[1])) == 1
        assert (
            typed("drop", Instruction.objects.get(text="再办").number, "--reason", "不需要", as_="ma")[0] == 0
        )
        listed = client_of(lin).get("/api/v1/office/instructions?is_open=false").json()["items"]
        assert {one["stage"] for one in listed} == {"closed", "dropped"}
