"""Letters as papers in both languages, and the public page that their code opens."""

from __future__ import annotations

import json
from dataclasses import fields
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from shanhai.core import access
from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.actions import deciding, filing, opinions, stopping
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of, letters_of
from shanhai.kernel.refusals import NotFound
from shanhai.site.cli import run


def item(code: str):
    return queries.item_of(None, "C-1", code)


@pytest.fixture
def told(case, bureaus, turn_clock):
    """Filing is approved, the EIA's clock stood still twice, the water office disagreed, the scheme is refused in words only."""
    deciding.decide_item(item("filing"), decision="approved", reasons="in line", by=bureaus.members["dong"])
    opinions.reply_opinion(
        queries.opinion_of(None, "C-1", "eia", "water"),
        reply="disagree",
        reasons="too near the river",
        by=None,
    )
    for day in ("2023-09-19T09:00", "2023-09-21T09:00"):
        turn_clock(day)
        stopping.stop_item(item("eia"), reason="supplement", text=f"noise report {day[8:10]}", days=10, evidence="notice 3",
                           by=bureaus.members["he"])  # fmt: skip
        turn_clock(day.replace("T09", "T10"))
        stopping.resume_item(item("eia"), by=bureaus.members["he"])
    return queries.case_of(None, "C-1")


def letters(case: Case):
    return letters_of(case, queries.whole(case), queries.materials_of(case))


class TestWords:
    def test_each_letter_says_what_it_is_about_and_two_stops_are_told_apart(self, told):
        keys = [one.key for one in letters(told)]
        assert keys.count("stopped-eia") == keys.count("stopped-eia-2") == 1 and len(set(keys)) == len(keys)

        second = " ".join(printed_letters.paragraphs(told, letter_of(told, "stopped-eia-2")))
        assert "stands still from 21 September 2023" in second and "notice 3" in second
        assert "Reasons: noise report 21" in second and "(10 working days)" in second
        with pytest.raises(NotFound) as refused:
            letter_of(told, "stopped-eia-3")
        assert refused.value.code == "approval.no_letter"

    def test_a_decision_has_reasons_and_remedies_in_both_languages(self, told):
        one = letter_of(told, "decided-filing")
        english = " ".join(printed_letters.paragraphs(told, one))
        assert "approves filing" in english and "Reasons: in line" in english
        assert "administrative reconsideration within 60 days" in english
        with translation.override("zh-hans"):
            chinese = " ".join(printed_letters.paragraphs(told, one))
            assert (
                "准予汽车空调压缩机项目" in chinese and "行政复议" in chinese and "理由：in line" in chinese
            )

    def test_all_gaps_are_listed(self, filed, lin):
        filing.hand_in(filed, by=lin)
        case = filing.name_gaps(filed, gaps={"report": "page 3 is missing"}, by=lin)
        case = queries.case_of(None, case.number)

        one = letter_of(case, "gaps")

        assert any("page 3 is missing" in line for line in printed_letters.lines_of(one))
        assert "once; nothing else will be asked for" in printed_letters.paragraphs(case, one)[0]


class TestPapers:
    @pytest.mark.parametrize(("language", "words"), [("en", "is accepted as of"), ("zh", "予以受理")])
    def test_a_letter_is_a_paper_with_a_code(self, told, client_of, firm, language, words):
        answer = client_of(firm).get(f"/approval/cases/C-1/letters/accepted/{language}.pdf")

        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
        assert words in text.replace("\n", "").replace("  ", " ") or words.replace(" ", "") in "".join(
            text.split()
        )
        assert "C-1" in text

    def test_its_code_opens_the_public_page(self, told, client_of, lin, tmp_path, capsys):
        from shanhai.core import heavy

        paper = tmp_path / "letter.pdf"
        assert (
            run(["approval", "letter", "C-1", "accepted", "--to", str(paper), "--site", "https://sh.test/"])
            == 0
        )
        found = heavy.run_in_child(
            "shanhai.core.printing.scans.read", (paper.read_bytes(), "pdf"), memory_mb=2048
        )
        assert found == [f"https://sh.test{public_status.address_of('C-1')}?lang=zh-hans"]
        assert run(["approval", "letters", "C-1", "--json"]) == 0
        printed = capsys.readouterr().out
        assert [one["key"] for one in json.loads(printed)][:2] == ["accepted", "decided-filing"]

    def test_the_page_of_a_letter_offers_both_and_strangers_get_neither(self, told, client_of, lin, zhou):
        page = client_of(lin).get("/approval/cases/C-1/letters/accepted/").content.decode()
        assert "accepted/zh.pdf" in page and "accepted/en.pdf" in page and "<svg" in page
        for path in ("accepted/", "accepted/en.pdf"):
            assert client_of(zhou).get(f"/approval/cases/C-1/letters/{path}").status_code in (403, 404)
        assert client_of(lin).get("/approval/cases/C-1/letters/accepted/fr.pdf").status_code == 404
        assert client_of(lin).get("/approval/cases/C-1/letters/nothing/en.pdf").status_code == 404

    def test_programs_read_and_print_them(self, told, client_of, lin, zhou):
        answer = client_of(lin).get("/api/v1/approval/cases/C-1/letters").json()
        assert answer["status_url"].endswith(public_status.address_of("C-1"))
        assert answer["letters"][0]["kind"] == "accepted" and answer["letters"][0]["text"]
        paper = client_of(lin).get("/api/v1/approval/cases/C-1/letters/accepted/zh.pdf")
        assert paper.content[:5] == b"%PDF-"
        assert client_of(zhou).get("/api/v1/approval/cases/C-1/letters").status_code in (403, 404)


class TestPublicPage:
    def test_everybody_with_the_code_sees_stage_states_and_days_and_nothing_else(self, told, client):
        answer = client.get(f"{public_status.address_of('C-1')}?lang=en")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Under review: 3 of 4 items are not decided" in page and "Compressor plant" in page
        assert "eia" in page and "due" in page
        for secret in (
            "too near the river",
            "noise report",
            "in line",
            "Qingfeng",
            "Xiang Yu",
            "Lin",
            "notice 3",
        ):
            assert secret not in page, secret
        assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        chinese = client.get(f"{public_status.address_of('C-1')}?lang=zh-hans").content.decode()
        assert "4个事项中3个未办结" in chinese and "汽车空调压缩机项目" in chinese

    def test_the_table_says_so(self, told, zhou):
        assert access.may(zhou, "approval.view_status")
        shown = {
            one.name
            for kind in (public_status.PublicStatus, public_status.PublicItem)
            for one in fields(kind)
        }
        assert shown == {"number", "title", "stage", "filed_on", "accepted_on", "planned_on", "closed_on", "items",
                         "name", "department", "state", "due_on", "decided_on"}  # fmt: skip

    @pytest.mark.parametrize("wrong", ["x" * 22, "", "A"])
    def test_a_wrong_code_and_a_case_that_is_not_there_look_the_same(self, told, client, wrong):
        address = f"/approval/status/C-1/{wrong or 'a'}/?lang=en"
        answers = [
            client.get(address),
            client.get(f"/approval/status/C-9/{public_status.code_of('C-9')}/?lang=en"),
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert (
            answers[0].content == answers[1].content
            and "This address shows nothing" in answers[0].content.decode()
        )
        assert client.post(public_status.address_of("C-1")).status_code == 405

    def test_a_code_opens_one_case_only(self):
        assert (
            public_status.code_of("C-1") != public_status.code_of("C-2")
            and len(public_status.code_of("C-1")) == 22
        )

    def test_whoever_asks_too_often_waits(self, told, client, monkeypatch):
        from shanhai.fields.approval.views import status

        monkeypatch.setitem(status.RATES, "approval_status", "2/m/ip")
        answers = [client.get(f"{public_status.address_of('C-1')}?lang=en") for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 429] and answers[2]["Retry-After"] == "60"

    def test_a_closed_case_says_when(self, told, client):
        Case.objects.filter(number="C-1").update(stage="refused", closed_on="2023-09-22")
        assert "on 22 Sep" in client.get(f"{public_status.address_of('C-1')}?lang=en").content.decode()
