"""Blank forms, filled samples and the pre-check of materials: rules, what they find, and every face."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core.actions import documents
from shanhai.core.checks import replay
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import catalogues, filing, papers
from shanhai.fields.approval.models import CataloguePaper
from shanhai.fields.approval.queries import catalogues as catalogue_queries
from shanhai.fields.approval.queries import prechecks
from shanhai.fields.approval.rules import checks
from shanhai.fields.approval.rules import documents as written
from shanhai.fields.approval.rules.precheck import Brought, findings, months_since, parsed
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

TODAY = date(2023, 9, 18)
URL = "/approval/cases/C-1/"


def pdf(pages: int) -> bytes:
    from pypdf import PdfWriter

    book, target = PdfWriter(), BytesIO()
    for _n in range(pages):
        book.add_blank_page(width=72, height=72)
    book.write(target)
    return target.getvalue()


def with_check(regime: Any, code: str, line: str, lin: Any) -> Any:
    """A case of the catalogue whose materials of a code have a pre-check."""
    from shanhai.fields.approval.models import CatalogueVersion

    document = regime.document
    items = tuple(
        replace(one, materials=tuple(replace(m, check=line) if m.code == code else m for m in one.materials))
        for one in document.items
    )
    body = written.body_of(replace(document, items=items))
    CatalogueVersion.objects.filter(pk=regime.pk).update(body=body)
    return catalogue_queries.version_of("LQ-S", 1)


class TestRules:
    def test_a_line_says_what_is_asked(self):
        rule = parsed("kinds pdf jpeg; mb 10; pages 30；months 12; needs land_mu; blocks kinds pages")

        assert (rule.kinds, rule.mb, rule.pages, rule.months) == (("pdf", "jpg"), 10, 30, 12)
        assert (rule.needs, rule.blocks) == (("land_mu",), ("kinds", "pages"))
        assert parsed("").is_empty and not rule.is_empty

    @pytest.mark.parametrize(
        "line",
        [
            "colour red",
            "kinds exe",
            "mb",
            "mb 0",
            "mb ten",
            "mb 501",
            "pages 1 2",
            "blocks blocks",
            "mb 1; mb 2",
            "blocks",
        ],
    )
    def test_what_cannot_be_read_is_refused(self, line):
        with pytest.raises(BadInput) as told:
            parsed(line)
        assert told.value.code == "approval.precheck_rule"
        with pytest.raises(BadInput):
            parsed("needs nonsense", {"land_mu": 1})

    def test_each_part_finds_what_it_asks(self):
        rule = parsed("kinds pdf; mb 1; pages 2; months 12; needs land_mu; blocks kinds")

        found = findings(rule, Brought("docx", 1_250_000, 3, date(2022, 9, 18)), {"land_mu": None}, TODAY)

        assert [(one.part, one.blocks) for one in found] == [
            ("kinds", True), ("mb", False), ("pages", False), ("months", False), ("needs", False),
        ]  # fmt: skip
        assert "1.3 MB" in str(found[1].reason)
        assert findings(rule, Brought("pdf", 1_000_000, 2, date(2022, 9, 19)), {"land_mu": 3}, TODAY) == []
        assert [one.part for one in findings(rule, Brought("", None, None, None), {"land_mu": 3}, TODAY)] == [
            "months"
        ]

    # Other work on the machine must not make drawing dates look slow.
    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
    def test_months_never_go_back(self, day, n):
        from datetime import timedelta

        later = day + timedelta(days=n)

        assert 0 <= months_since(day, later) <= months_since(day, later + timedelta(days=1))
        assert months_since(day, later) <= n // 28

    def test_a_catalogue_with_a_rule_that_cannot_be_read_is_not_published(self, regime, lin):
        document = regime.document
        item = replace(
            document.items[0], materials=(replace(document.items[0].materials[0], check="colour red"),)
        )

        found = checks.faults_of(replace(document, items=(item, *document.items[1:])))

        assert "approval.precheck_rule" in {one.code for one in found if one.refuses}


class TestPrecheck:
    def test_findings_are_shown_and_do_not_block(self, project, regime, lin, firm, client_of):
        with_check(regime, "report", "kinds pdf; pages 2; months 12", lin)
        case = filing.file_case(project, number="C-1", by=lin)
        own = client_of(firm)
        form = own.get(f"{URL}materials/report/add/").content.decode()
        assert "Checked when you bring it: PDF; at most 2 pages; not older than 12 months" in form

        paper = SimpleUploadedFile("report.pdf", pdf(3))
        sent = own.post(
            f"{URL}materials/report/add/", {"papers": paper, "dated_on": "2022-01-01", "version": "0"}
        )

        assert sent.status_code == 302
        version = case.materials.get(code="report").versions.get()
        assert [one[0] for one in version.findings] == ["approval.precheck_pages", "approval.precheck_old"]
        page = own.get(f"{URL}applicant/").content.decode()
        assert "The paper has 3 pages; at most 2 are asked for." in page and "Checked:" in page
        assert (
            "The pre-check found: report: The paper has 3 pages" in own.get(f"{URL}hand-in/").content.decode()
        )
        zh = client_of(firm, language="zh-hans").get(f"{URL}applicant/").content.decode()
        assert "材料共3页，要求不超过2页。" in zh
        assert list(replay()) == []

    def test_facts_that_the_project_lacks_are_named_in_words(self, project, regime, lin, firm, client_of):
        with_check(regime, "report", "needs land_mu energy_tce; blocks needs", lin)
        filing.file_case(project, catalogue=regime, number="C-1", by=lin)
        for language, told in (("en", "does not say yet: Land"), ("zh-hans", "用地面积")):
            sent = client_of(firm, language=language).post(
                f"{URL}materials/report/add/",
                {"papers": SimpleUploadedFile("a.txt", b"x"), "version": "0"},
            )
            page = sent.content.decode()
            assert sent.status_code == 422 and told in page and "land_mu" not in page

    def test_what_the_rule_blocks_is_refused_and_nothing_is_filed(
        self, project, regime, lin, firm, client_of
    ):
        with_check(regime, "report", "kinds pdf; blocks kinds", lin)
        case = filing.file_case(project, number="C-1", by=lin)

        sent = client_of(firm).post(
            f"{URL}materials/report/add/", {"papers": SimpleUploadedFile("report.txt", b"x"), "version": "0"}
        )

        assert sent.status_code == 422 and "asked for is pdf" in sent.content.decode()
        assert case.materials.get(code="report").n_versions == 0

    def test_the_api_and_commands_tell_them_too(self, project, regime, lin, firm, client_of, capsys, zone):
        with_check(regime, "report", "months 12; pages 1", lin)
        filing.file_case(project, number="C-1", by=lin)
        paper = documents.store_document(SimpleUploadedFile("report.pdf", pdf(2)), pairing=zone, by=firm)
        body = json.dumps({"document": paper.pk, "dated_on": "2023-09-01"})

        sent = client_of(firm).post(
            "/api/v1/approval/cases/C-1/materials/report", body, content_type="application/json"
        )

        assert sent.json()["findings"] == ["The paper has 2 pages; at most 1 are asked for."]
        assert (
            run(["approval", "case", "bring", "C-1", "report", "--name", "x", "--as", "xiang", "--json"]) == 0
        )
        assert "Give the day on the paper" in json.loads(capsys.readouterr().out)["findings"][0]

    def test_the_line_survives_workbook_page_and_document(self, regime, lin, tmp_path: Path):
        from shanhai.fields.approval.forms.catalogues import _lines, _material
        from shanhai.fields.approval.queries import files

        version = with_check(regime, "report", "kinds pdf; mb 5; blocks kinds", lin)
        path = tmp_path / "c.xlsx"
        with path.open("wb") as target:
            files.write_workbook(version.document, target)

        assert files.catalogue_in(path).items == version.document.items
        assert written.catalogue_of(written.yaml_of(version.document)) == version.document
        line = _lines(version.document.items[0]).splitlines()[0]
        assert _material(line)["check"] == "kinds pdf; mb 5; blocks kinds"


class TestPapers:
    @pytest.fixture
    def blank(self, lin: Any, zone: Any) -> Any:
        return documents.store_document(SimpleUploadedFile("form.txt", b"form"), pairing=zone, by=lin)

    def test_a_form_is_kept_with_the_version_and_downloaded_by_the_applicant(
        self, case, regime, lin, firm, client_of, blank
    ):
        papers.keep_paper(regime, "report", "form", document=blank, by=lin)

        page = client_of(firm).get(f"{URL}applicant/").content.decode()
        assert "Blank form" in page and f"/registry/documents/{blank.pk}/" in page
        assert client_of(firm).get(f"/registry/documents/{blank.pk}/").status_code == 200
        draft = catalogues.open_draft(catalogue_queries.catalogue_of("LQ-S"), by=lin)
        assert CataloguePaper.objects.get(version=draft).document_id == blank.pk
        papers.drop_paper(draft, "report", "form", by=lin)
        assert CataloguePaper.objects.get().version_id == regime.pk
        assert list(replay()) == []

    def test_refusals(self, regime, lin, shen, blank):
        papers.keep_paper(regime, "report", "form", document=blank, by=lin)
        for call, kind, code in (
            (lambda: papers.keep_paper(regime, "report", "form", document=blank, by=lin), NotNow, "approval.paper_published"),
            (lambda: papers.drop_paper(regime, "report", "form", by=lin), NotNow, "approval.paper_published"),
            (lambda: papers.keep_paper(regime, "report", "poem", document=blank, by=lin), BadInput, "approval.paper_role"),
            (lambda: papers.keep_paper(regime, "none", "form", document=blank, by=lin), NotFound, "approval.no_such_material"),
        ):  # fmt: skip
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code
        with pytest.raises(NotAllowed):
            papers.keep_paper(regime, "report", "sample", document=blank, by=shen)
        draft = catalogues.open_draft(catalogue_queries.catalogue_of("LQ-S"), by=lin)
        with pytest.raises(NotFound):
            papers.drop_paper(draft, "report", "sample", by=lin)

    def test_pages_api_and_commands(self, case, regime, lin, shen, zhou, client_of, blank, capsys):
        client = client_of(lin)
        url = "/approval/catalogues/LQ-S/1/items/filing/"
        assert "Put a form or sample" in client.get(url).content.decode()
        assert "Put a form or sample" not in client_of(shen).get(url).content.decode()
        paper = SimpleUploadedFile("sample.txt", b"sample")
        sent = client.post(f"{url}papers/report/", {"role": "sample", "papers": paper})
        assert sent.status_code == 302
        assert "Filled sample" in client.get(url).content.decode()
        assert client_of(zhou).get(f"{url}papers/report/").status_code == 403
        where = "/api/v1/approval/catalogues/LQ-S/versions/1"
        body = json.dumps({"role": "form", "document": blank.pk})
        sent = client.post(f"{where}/materials/report/papers", body, content_type="application/json")
        assert sent.status_code == 201
        assert {one["role"] for one in client.get(f"{where}/papers").json()} == {"form", "sample"}
        catalogues.open_draft(catalogue_queries.catalogue_of("LQ-S"), by=lin)
        draft = "/approval/catalogues/LQ-S/2/items/filing/"
        assert "Take the form out" in client.get(draft).content.decode()
        assert client.post(f"{draft}papers/report/sample/drop/").status_code == 302
        drop = client.post(
            f"{where[:-1]}2/materials/report/papers/drop",
            json.dumps({"role": "form"}),
            content_type="application/json",
        )
        assert drop.status_code in (200, 201) and drop.json() == {"papers": []}
        keep = ("LQ-S", "2", "report", "--document", str(blank.pk), "--as", "lin", "--json")
        assert run(["approval", "paper", "keep", *keep]) == 0
        capsys.readouterr()
        assert run(["approval", "paper", "list", "LQ-S", "2", "--as", "lin", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["form"] == blank.pk
        assert run(["approval", "paper", "drop", "LQ-S", "2", "report", "--as", "lin", "--json"]) == 0

    def test_a_zone_folder_names_them_by_their_sum(self, regime, lin, blank, tmp_path: Path):
        papers.keep_paper(regime, "report", "form", document=blank, by=lin)
        zone_files.catalogues.export(tmp_path, None)
        text = (tmp_path / "catalogue_papers.csv").read_text()
        assert text.splitlines()[1] == f"LQ-S,1,report,form,{blank.blob_id}"
        CataloguePaper.objects.all().delete()

        assert zone_files.catalogues.load(tmp_path, None)["catalogue_papers.csv"] == 1
        assert prechecks.papers_of(regime)["report"]["form"].document_id == blank.pk
