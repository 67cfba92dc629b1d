"""Papers that are brought with a factor request or a technical problem: filed in place, kept, shown to its readers."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shanhai.core.actions import documents
from shanhai.core.models import Attachment, Document
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.models import FactorGrant, FactorRequest
from shanhai.fields.pairing.actions import technical
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.registry.queries import papers
from shanhai.kernel.refusals import NotFound, NotNow
from shanhai.site.cli import run

NEEDED = date(2023, 10, 31)


@pytest.fixture
def firm(cast, body, added):
    """A firm of Longquan, and Xiang who speaks for it."""
    body("FIRM", "enterprise", "青枫汽配")
    return added("xiang", "FIRM", "项羽", "Xiang Yu", "enterprise")


@pytest.fixture
def land(cast, body, added):
    """The bureau of Longquan that grants land, and its handler Ji."""
    body("LQ-NR", "department", "自然资源局")
    return added("ji", "LQ-NR", "季雪文", "Ji Xuewen", "handler")


@pytest.fixture
def request_(zone, firm, land):
    """The firm asks the bureau for 5 mu."""
    return actions.ask(
        zone, title_zh="扩建用地", measure="mu", quantity=500, needed_by=NEEDED, unit=land.unit, by=firm
    )


def photo(name: str = "IMG_1.jpg", colour: str = "green") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def text(name: str = "批复.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "同意".encode())


class TestGranting:
    def test_the_papers_of_a_grant_are_filed_hung_on_it_and_open_to_the_firm_that_asked(
        self, request_, firm, land, lin, shen, zhou, client_of
    ):
        form = {"quantity": "5", "papers": [text("龙自然〔2023〕9号.txt"), photo()], "version": "0"}

        client_of(land).post(f"{request_.url}grant/", form)

        grant = FactorGrant.objects.get()
        assert (grant.paper, grant.document.file_name) == ("龙自然〔2023〕9号", "龙自然〔2023〕9号.txt")
        hung = Attachment.objects.filter(kind="office.factorrequest", object_id=request_.pk)
        assert sorted(hung.values_list("document__file_name", "role")) == [
            ("IMG_1.jpg", "evidence"), ("龙自然〔2023〕9号.txt", "evidence"),
        ]  # fmt: skip
        assert len(papers.hanging_on(firm, request_)) == len(papers.hanging_on(lin, request_)) == 2
        page = client_of(firm).get(request_.url).content.decode()
        assert "IMG_1.jpg" in page and f"/registry/documents/{grant.document_id}/" in page
        for stranger in (shen, zhou):
            assert papers.hanging_on(stranger, request_) == []
            with pytest.raises(NotFound):
                papers.seen(stranger, grant.document_id)
        with pytest.raises(NotNow):
            documents.withdraw_document(grant.document, by=land)

    def test_a_refused_form_keeps_what_was_typed_names_the_files_and_files_nothing(
        self, request_, land, client_of
    ):
        form = {"quantity": "9", "paper": "龙自然9号", "reason": "先行", "papers": [text(), photo()]}

        answer = client_of(land).post(f"{request_.url}grant/", form)

        page = answer.content.decode()
        assert answer.status_code == 422 and "龙自然9号" in page and "先行" in page
        assert "Choose again: 批复.txt, IMG_1.jpg." in page
        assert not Document.objects.exists() and not FactorGrant.objects.exists()

    def test_what_is_no_paper_is_refused_under_the_files_in_both_languages(self, request_, land, client_of):
        wrong = SimpleUploadedFile("photo.jpg", b"MZ this is a program")
        for language, said in (("en", "Choose again: photo.jpg"), ("zh-hans", "请重新选择：photo.jpg")):
            wrong.seek(0)
            client = client_of(land, language=language)
            answer = client.post(
                f"{request_.url}grant/", {"quantity": "5", "paper": "1号", "papers": [wrong]}
            )
            page = answer.content.decode()
            assert answer.status_code == 422 and said in page and 'id="id_papers_error"' in page
        assert not Document.objects.exists() and not FactorGrant.objects.exists()

    def test_neither_a_paper_nor_its_name_is_too_little(self, request_, land, client_of):
        answer = client_of(land).post(f"{request_.url}grant/", {"quantity": "5"})
        assert answer.status_code == 422 and "Say which paper grants" in answer.content.decode()

    def test_a_paper_of_another_that_is_filed_already_is_named_and_stays_as_it_is(
        self, request_, zone, lin, land, client_of
    ):
        filed = documents.store_document(io.BytesIO(b"%PDF-1.4"), file_name="plan.pdf", pairing=zone, by=lin)

        client_of(land).post(f"{request_.url}grant/", {"quantity": "5", "document": str(filed.pk)})

        filed.refresh_from_db()
        assert FactorGrant.objects.get().document == filed and filed.reach == "side"


class TestAskingAndRefusing:
    def test_the_need_is_shown_to_whoever_may_grant_it(self, zone, firm, land, shen, client_of):
        form = {"title_zh": "扩建", "quantity": "5", "measure": "mu", "needed_by": "2023-10-31"}
        client_of(firm).post("/office/factors/ask/", form | {"unit": land.unit_id, "papers": [photo()]})
        one = FactorRequest.objects.get()
        assert [paper.file_name for paper in papers.hanging_on(land, one)] == ["IMG_1.jpg"]

        form |= {"unit": shen.unit_id, "is_shared": "on", "papers": [photo("IMG_2.jpg", "red")]}
        client_of(firm).post("/office/factors/ask/", form)
        other = FactorRequest.objects.latest("pk")
        assert [paper.reach for paper in papers.hanging_on(shen, other)] == ["both"]

    def test_a_refusal_carries_the_papers_that_show_why(self, request_, firm, land, client_of):
        form = {"reason": "年度指标用完", "papers": [text("说明.txt")]}
        client_of(land).post(f"{request_.url}refuse/", form)

        request_.refresh_from_db()
        assert request_.stage == "refused"
        assert [paper.file_name for paper in papers.hanging_on(firm, request_)] == ["说明.txt"]


class TestTechnicalProblems:
    @pytest.fixture
    def problem(self, zone, firm, client_of) -> Any:
        """Cracks in forged parts with two photographs, not shared yet."""
        form = {
            "title_zh": "锻件裂纹",
            "industry": "vehicles",
            "papers": [photo(), photo("IMG_2.jpg", "red")],
        }
        client_of(firm).post("/pairing/technical-problems/post/", form)
        return TechnicalProblem.objects.get()

    def test_its_photographs_go_where_the_problem_goes(self, problem, firm, lin, shen, client_of):
        assert len(papers.hanging_on(lin, problem)) == 2 and not papers.hanging_on(shen, problem)

        technical.share_technical_problem(problem, by=firm)
        assert len(papers.hanging_on(shen, problem)) == 2
        assert "IMG_2.jpg" in client_of(shen).get(problem.url).content.decode()

        technical.unshare_technical_problem(problem, by=firm)
        assert not papers.hanging_on(shen, problem) and len(papers.hanging_on(lin, problem)) == 2

    def test_the_result_takes_its_paper_in_place_and_keeps_what_was_typed(
        self, problem, firm, shen, client_of
    ):
        technical.share_technical_problem(problem, by=firm)
        given = technical.answer_technical_problem(problem, text="预热不足", by=shen)
        technical.accept_technical_answer(problem, given, by=firm)
        client, url = client_of(firm), f"{problem.url}close/"
        form = {"result": "solved", "effect": "裂纹率降到1%", "effect_fen": "20万元", "rating": "5"}
        refused = client.post(url, form | {"papers": [], "document": "999"})
        assert refused.status_code in (404, 422)
        refused = client.post(url, form | {"effect": " ", "papers": [text("检测.txt")]})
        page = refused.content.decode()
        assert refused.status_code == 422 and "20万元" in page and "Choose again: 检测.txt" in page

        client.post(url, form | {"papers": [text("检测.txt"), photo("IMG_3.jpg", "blue")]})

        problem.refresh_from_db()
        assert (problem.stage, problem.paper, problem.document.file_name) == ("closed", "检测", "检测.txt")
        assert len(papers.hanging_on(shen, problem)) == 4


class TestProgramsAndCommands:
    def test_the_api_hangs_papers_that_are_filed(self, request_, zone, land, api_at):
        filed = [
            documents.store_document(io.BytesIO(content), file_name=name, pairing=zone, by=land).pk
            for name, content in (("a.pdf", b"%PDF-1.4 a"), ("b.pdf", b"%PDF-1.4 b"))
        ]
        call = api_at("/api/v1/office")(land)

        answer = call(
            "post", f"/factors/{request_.number}/grant", {"quantity": "2", "papers": filed}, version=0
        )

        assert answer.status_code == 200, answer.content
        assert [one["document"] for one in answer.json()["grants"]] == filed[:1]
        assert [paper.pk for paper in papers.hanging_on(land, request_)] == filed

    def test_the_commands_file_papers_and_try_out(self, request_, land, tmp_path, capsys):
        paper = tmp_path / "批复.txt"
        paper.write_text("同意")
        words = ["office", "factors", "grant", request_.number, "5", "--file", str(paper), "--as", "ji"]
        assert run([*words, "--dry-run", "--json"]) == 0
        assert not Document.objects.exists()
        assert run(words) == 0
        assert FactorGrant.objects.get().document.file_name == "批复.txt"
        shown = ["office", "factors", "show", request_.number, "--json", "--as", "ji"]
        capsys.readouterr()
        assert run(shown) == 0
        assert json.loads(capsys.readouterr().out)["grants"][0]["paper"] == "批复"
