"""What shows how far a project is: photographs and papers on the steps of its log, on all faces and in a zone folder."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shanhai.core.actions import documents, sharing
from shanhai.core.checks import replay
from shanhai.core.models import Attachment, Document, JournalEntry
from shanhai.fields.investment.actions import project_steps
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.queries import evidence
from shanhai.fields.investment.zone import pipeline as way_zone
from shanhai.fields.office.zone import papers as paper_zone
from shanhai.fields.registry.queries import papers as paper_queries
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run


def picture(colour: str = "green") -> bytes:
    found = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(found, "PNG")
    return found.getvalue()


def filed(zone: Any, by: Any, name: str = "开工.png", content: bytes = b"") -> Document:
    return documents.store_document(io.BytesIO(content or picture()), file_name=name, pairing=zone, by=by)


@pytest.fixture
def building(project: Any, zone: Any, lin: Any) -> Any:
    """Lin's project, signed, with its contract on the step."""
    contract = filed(zone, lin, "协议.txt", b"contract\n")
    return actions.move_project(project, to="signed", papers=[contract], by=lin)


class TestSteps:
    def test_a_paper_that_is_filed_is_the_paper_that_the_stage_asks_for(self, building, lin):
        step = evidence.step_of(building, 2)

        assert (step.to, step.paper) == ("signed", "协议")
        assert [one.title for one in evidence.papers_on(lin, [step])[step.pk]] == ["协议"]
        assert Attachment.objects.get().role == "evidence"
        assert list(replay()) == []

    def test_a_photograph_comes_later_and_stands_in_the_journal(self, building, zone, lin):
        photo = filed(zone, lin)

        project_steps.add_step_papers(evidence.step_of(building, 2), [photo], by=lin)

        entry = JournalEntry.objects.filter(action="investment.add_step_papers").get()
        assert json.loads(entry.body)["facts"]["papers"] == [photo.pk]
        assert len(evidence.papers_on(lin, [evidence.step_of(building, 2)]).popitem()[1]) == 2

    def test_to_a_step_that_was_taken_back_nothing_is_added(self, building, zone, lin):
        step = evidence.step_of(building, 2)
        project_steps.take_back_step(building, by=lin)
        step.refresh_from_db()

        with pytest.raises(NotNow) as refused:
            project_steps.add_step_papers(step, [filed(zone, lin)], by=lin)

        assert refused.value.code == "investment.step_is_taken_back"

    def test_nothing_is_added_by_nobody_and_to_no_step(self, building, zone, lin, zhou, pan):
        step = evidence.step_of(building, 2)
        with pytest.raises(BadInput):
            project_steps.add_step_papers(step, [], by=lin)
        for who in (zhou, pan):
            with pytest.raises(NotAllowed):
                project_steps.add_step_papers(step, [filed(zone, lin)], by=who)
        for place in (0, 3):
            with pytest.raises(NotFound):
                evidence.step_of(building, place)

    def test_the_other_side_reads_what_shows_a_shared_project(self, building, zone, lin, shen):
        step = evidence.step_of(building, 2)
        assert evidence.papers_on(shen, [step]) == {}

        sharing.share_with_other_side(building, by=lin)
        building.refresh_from_db()
        project_steps.add_step_papers(evidence.step_of(building, 2), [filed(zone, lin)], by=lin)

        (shown,) = evidence.papers_on(shen, [step])[step.pk]
        assert evidence.is_picture(shown) and paper_queries.is_shown_to(shen, shown)

    def test_what_shows_a_step_is_not_withdrawn(self, building, lin):
        with pytest.raises(NotNow):
            documents.withdraw_document(Document.objects.get(), by=lin)


class TestFaces:
    def test_it_is_moved_with_a_photograph_and_more_are_added_on_the_page(
        self, project, client_of, lin, zhou
    ):
        mine = client_of(lin)
        photo = SimpleUploadedFile("签约.png", picture(), content_type="image/png")

        done = mine.post(f"{project.url}move/", {"to": "signed", "papers": photo})
        assert done.status_code == 302
        add = f"{project.url}steps/2/papers/"
        assert mine.post(add, {}).status_code == 422
        minutes = SimpleUploadedFile("纪要.txt", b"minutes\n", content_type="text/plain")
        assert mine.post(add, {"papers": minutes}).status_code == 302

        page = mine.get(project.url).content.decode()
        (shown, _minutes) = Document.objects.order_by("pk")
        assert f'src="/registry/documents/{shown.pk}/preview/"' in page and "纪要" in page
        assert mine.get(f"/registry/documents/{shown.pk}/preview/").status_code == 200
        assert "添加照片和材料" in client_of(lin, language="zh-hans").get(project.url).content.decode()
        assert client_of(zhou).get(add).status_code in (403, 404)
        assert client_of(lin).get(f"{project.url}steps/9/papers/").status_code == 404

    def test_programs_do_the_same(self, project, zone, api_at, held, lin, zhou):
        call = api_at("/api/v1/investment")(lin)
        contract, photo = filed(zone, lin, "协议.txt", b"contract\n"), filed(zone, lin)

        held(call, "/projects/P-1/move", {"to": "signed", "papers": [contract.pk]}, project.version)
        way = call("post", "/projects/P-1/steps/2/papers", {"papers": [photo.pk]}).json()

        assert [(one["place"], one["papers"]) for one in way["steps"]] == [
            (2, [contract.pk, photo.pk]),
            (1, []),
        ]
        assert call("post", "/projects/P-1/steps/7/papers", {"papers": [photo.pk]}).status_code == 404
        other = api_at("/api/v1/investment")(zhou)
        assert other("post", "/projects/P-1/steps/2/papers", {"papers": [photo.pk]}).status_code in (403, 404)

    def test_commands_do_the_same(self, project, tmp_path, capsys):
        (tmp_path / "a.png").write_bytes(picture())
        (tmp_path / "b.txt").write_text("minutes\n")
        at = ["--as", "lin", "investment", "projects"]

        assert run([*at, "move", "P-1", "signed", "--file", str(tmp_path / "b.txt"), "--dry-run"]) == 0
        assert not Document.objects.exists()
        assert run([*at, "move", "P-1", "signed", "--file", str(tmp_path / "b.txt")]) == 0
        assert run([*at, "papers", "P-1", "2", "--file", str(tmp_path / "a.png")]) == 0
        assert run([*at, "papers", "P-1", "2"]) == 1
        capsys.readouterr()
        assert run([*at, "way", "P-1", "--json"]) == 0

        assert len(json.loads(capsys.readouterr().out)["steps"][0]["papers"]) == 2


def test_they_travel_with_a_zone_folder(building, zone, lin, tmp_path):
    project_steps.add_step_papers(evidence.step_of(building, 2), [filed(zone, lin)], by=lin)
    for export in (way_zone.export, paper_zone.export, paper_zone.export_hung):
        export(tmp_path, None)
    hung = (tmp_path / "papers_on_records.csv").read_text("utf-8")
    assert hung.count("investment.project,P-1,investment.projectstep,2,") == 2

    Attachment.objects.all().delete()
    assert paper_zone.hang(tmp_path, None) == {"papers_on_records.csv": 2}

    assert len(evidence.papers_on(lin, [evidence.step_of(building, 2)]).popitem()[1]) == 2
