"""Papers of requests, instructions and technical problems travel in a zone folder: what was loaded comes out equal."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from shanhai.core.actions import documents
from shanhai.core.models import Attachment, Document
from shanhai.fields.office.actions import factors
from shanhai.fields.office.models import FactorGrant
from shanhai.fields.office.zone import factors as factor_zone
from shanhai.fields.office.zone import papers as paper_zone
from shanhai.fields.office.zone import records as record_zone
from shanhai.fields.office.zone import replies as reply_zone
from shanhai.fields.pairing.actions import technical
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.pairing.zone import technical as technical_zone
from shanhai.kernel.refusals import BadInput

EXPORTS = (
    paper_zone.export,
    factor_zone.export,
    technical_zone.export,
    record_zone.export,
    reply_zone.export,
    paper_zone.export_hung,
)
LOADS = (
    paper_zone.load,
    technical_zone.load,
    record_zone.load,
    factor_zone.load,
    reply_zone.load,
    paper_zone.hang,
)


class _Undone(Exception):
    pass


def written(folder: Path, by=None) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    for export in EXPORTS:
        export(folder, by)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def paper(zone, lin):
    """``paper("批复.txt", b"...", by)``: a paper of somebody."""

    def make(name, content, by):
        return documents.store_document(io.BytesIO(content), file_name=name, pairing=zone, by=by)

    return make


@pytest.fixture
def filled(zone, firm, staff, handler, lin, paper):
    """A grant, a technical problem with an answer and a result, and a prepared refusal, each with its paper."""
    request = factors.ask(
        zone,
        title_zh="用地",
        measure="mu",
        quantity=500,
        unit=handler.unit,
        needed_by=date(2023, 10, 31),
        by=firm,
    )
    factors.grant_factor(request, quantity=200, papers=[paper("批复.txt", b"yes\n", handler)], by=handler)
    other = factors.ask(
        zone,
        title_zh="用能",
        measure="mu",
        quantity=100,
        unit=staff.unit,
        needed_by=date(2023, 10, 31),
        by=firm,
    )
    factors.refuse_request(
        other, reason="无指标", papers=[paper("批复.txt", b"no\n", staff.handler)], by=staff.handler
    )
    one = technical.post_technical_problem(
        zone,
        title_zh="裂纹",
        industry="vehicles",
        is_shared=True,
        papers=[paper("照片.txt", b"crack\n", firm)],
        by=firm,
    )
    given = technical.answer_technical_problem(
        one, text="预热", papers=[paper("图纸.txt", b"plan\n", lin)], by=lin
    )
    technical.accept_technical_answer(one, given, by=firm)
    technical.record_technical_result(
        one, result="solved", effect="好了", rating=5, papers=[paper("检测.txt", b"ok\n", firm)], by=firm
    )
    return one


def test_what_was_loaded_comes_out_equal(filled, tmp_path):
    first: dict[str, bytes] = {}
    n = Attachment.objects.count()
    with pytest.raises(_Undone), transaction.atomic():
        # Loaded into a zone that has the same people and places, and none of the records.
        first.update(written(tmp_path / "first"))
        _forget_records()
        for load in LOADS:
            load(tmp_path / "first", None)
        second = written(tmp_path / "second")
        assert second.keys() == first.keys()
        assert {name for name in first if first[name] != second[name]} == set()
        assert Attachment.objects.count() == n
        assert FactorGrant.objects.get().document.title == "批复"
        assert TechnicalProblem.objects.get().document.title == "检测"
        for load in (paper_zone.load, paper_zone.hang):
            assert set(load(tmp_path / "first", None).values()) == {0}
        raise _Undone
    assert sum(name.startswith("documents/") for name in first) == 5
    assert first["papers_on_records.csv"].count(b"pairing.technicalanswer") == 1


def test_a_reader_takes_along_what_they_see_only(filled, firm, shen, tmp_path):
    names = {
        name.partition("-")[2] for name in written(tmp_path / "shen", shen) if name.startswith("documents/")
    }
    assert "图纸.txt" in names
    assert b"no\n" not in written(tmp_path / "firm", firm).values()


def test_a_paper_that_is_missing_is_named(filled, tmp_path):
    written(tmp_path / "first")
    _forget_records()
    next((tmp_path / "first" / "documents").iterdir()).unlink()
    with pytest.raises(BadInput) as refused:
        paper_zone.load(tmp_path / "first", None)
    assert refused.value.code == "office.zone_paper_missing"


def _forget_records():
    """Take the records and papers out, as a zone has them that never saw them."""
    from shanhai.core.models import Climb, Share
    from shanhai.fields.office.models import FactorRequest, FactorStep
    from shanhai.fields.pairing.models import TechnicalAnswer

    Climb.objects.all().delete()
    Attachment.objects.all().delete()
    Share.objects.filter(kind="core.document").delete()
    TechnicalProblem.objects.update(accepted=None, document=None)
    TechnicalAnswer.objects.all().delete()
    TechnicalProblem.objects.all().delete()
    FactorStep.objects.all().delete()
    FactorGrant.objects.all().delete()
    FactorRequest.objects.all().delete()
    Document.objects.all().delete()
