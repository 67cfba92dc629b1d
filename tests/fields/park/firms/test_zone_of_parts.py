"""Renewals, promises, objections and agents in a zone folder: what is loaded comes out equal."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import rows
from shanhai.core.actions import documents
from shanhai.core.models import Attachment, WorkItem
from shanhai.fields.office.zone import papers
from shanhai.fields.park.actions import figures, firms, grades, promises, renewal
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    FirmGrade,
    GradingRun,
    LandCheck,
    LandPromise,
    QuotaPool,
    Renewal,
)
from shanhai.fields.park.queries import firm_checks, grade_indicators
from shanhai.fields.park.rules import promises as promise_rules
from shanhai.fields.park.zone import grades as grading_zone
from shanhai.fields.park.zone import rest
from shanhai.kernel.periods import parse
from shanhai.kernel.refusals import BadInput
from tests.fields.park.firms.test_figures import WHOLE

pytestmark = pytest.mark.django_db
YEAR = 2022


@pytest.fixture
def worked(cast: Any, zone: Any, firm: Any, enter: Any, clusters: Any, lin: Any) -> Any:
    """A firm with a vacated plot, a promise checked once, an agent, and an objection to its published grade."""
    other = enter(
        "BC", "北辰冷链", "Beichen", land="20", cluster=clusters["auto"], producing_on=date(2016, 5, 1)
    )
    for one in (firm, other):
        firms.raise_above_scale(one, on=date(2018, 1, 1), revenue_fen=2_000_000_000, by=None)
        figures.report_figures(one, str(YEAR), values=WHOLE, by=None)
    run = grades.draft_grading(zone, YEAR, by=lin)
    grades.publish_grading(run, by=lin)
    grade = FirmGrade.objects.select_related("run__unit", "firm__organisation").get(run=run, firm=firm)
    grades.object_to_grade(grade, text="税收漏计：附完税证明。", by=lin)
    holding = other.holdings.get()
    one = renewal.nominate_plot(holding, reason="promise", text="停产", by=lin)
    Renewal.objects.filter(pk=one.pk).update(stage="valued", rank=4, path="purchase", value_fen=9_000_000)
    one.refresh_from_db()
    renewal.vacate_plot(
        one, energy_tce=Decimal(60), emission_t=Decimal("1.5"), plant_m2=Decimal(4500), by=lin
    )
    promised = {item.name: Decimal("1.5") for item in promise_rules.INDICATORS}
    made = promises.promise_land(
        firm, plot="QF-1", land_mu=Decimal(40), signed_on=date(2021, 3, 1), due_on=date(2023, 3, 1), promised=promised,
        deposit_fen=100_000, by=lin,
    )  # fmt: skip
    asked = promise_rules.asked_in(made.phase)
    promises.check_promise(made, measured={item.name: Decimal("1.5") for item in asked}, by=lin)
    firms.name_agent(firm, cast.organisations["LQ-PARK"], by=lin)
    return run


def written(folder: Path) -> dict[str, str]:
    folder.mkdir()
    rest.export(folder, None)
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_what_is_loaded_comes_out_equal(worked: Any, tmp_path: Path) -> None:
    first = written(tmp_path / "first")
    assert {name: text.count("\n") - 1 for name, text in first.items()} == {
        "firm_agents.csv": 1, "grade_appeals.csv": 1, "land_checks.csv": 1, "land_promises.csv": 1, "quota_pools.csv": 3,
        "renewals.csv": 1,
    }  # fmt: skip
    WorkItem.objects.filter(kind="park.decide_appeal").delete()
    for model in (LandCheck, LandPromise, Appeal, Agency, QuotaPool, Renewal):
        model.objects.all().delete()

    counts = rest.load(tmp_path / "first", None)

    assert counts == {name: text.count("\n") - 1 for name, text in first.items()}
    assert written(tmp_path / "second") == first
    # The unit that graded has the open objection on its list again, and nothing comes twice.
    assert WorkItem.objects.filter(kind="park.decide_appeal", stage="open").count() == 1
    assert sum(rest.load(tmp_path / "first", None).values()) == 0
    assert list(firm_checks.quotas()) == []


def test_how_enterprises_were_graded_first_comes_out_equal(worked: Any, tmp_path: Path) -> None:
    grade = worked.grades.get(firm__organisation__code="QF")
    rows.move(grade, first_grade="B")
    assert grade.grade not in ("", "B")
    grading_zone.export(tmp_path, None)
    assert '"{""QF"":""B""}"' in (tmp_path / "gradings.csv").read_text(encoding="utf-8")
    WorkItem.objects.filter(kind="park.decide_appeal").delete()
    Appeal.objects.all().delete()
    GradingRun.objects.all().delete()

    assert grading_zone.load(tmp_path, None) == {"gradings.csv": 1}

    graded = FirmGrade.objects.filter(run__number=worked.number)
    assert dict(graded.values_list("firm__organisation__code", "first_grade"))["QF"] == "B"
    other = graded.exclude(firm__organisation__code="QF").get()
    assert other.first_grade == other.grade


def test_papers_of_objections_and_renewals_travel(worked: Any, zone: Any, lin: Any, tmp_path: Path) -> None:
    one = Renewal.objects.get()
    for n, (record, name) in enumerate(((one, "site.txt"), (Appeal.objects.get(), "bill.txt"))):
        paper = documents.store_document(io.BytesIO(b"%d" % n), file_name=name, pairing=zone, by=lin)
        documents.attach_document(paper, record, role="evidence", by=lin)
    papers.export(tmp_path, None)
    papers.export_hung(tmp_path, None)
    hung = (tmp_path / "papers_on_records.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[:4] for line in hung] == [
        ["park.gradingrun", worked.number, "park.appeal", "1"], ["park.renewal", one.number, "", ""],
    ]  # fmt: skip
    Attachment.objects.all().delete()

    assert papers.hang(tmp_path, None) == {"papers_on_records.csv": 2}
    assert set(Attachment.objects.values_list("kind", "object_id")) == {
        ("park.appeal", Appeal.objects.get().pk), ("park.renewal", one.pk),
    }  # fmt: skip


def test_a_row_of_what_is_not_there_is_refused_by_its_name(worked: Any, tmp_path: Path) -> None:
    texts = written(tmp_path / "first")
    (tmp_path / "first" / "firm_agents.csv").write_text(
        texts["firm_agents.csv"].replace("QF,", "NOBODY,"), encoding="utf-8"
    )

    with pytest.raises(BadInput) as refused:
        rest.load(tmp_path / "first", None)
    assert (refused.value.code, refused.value.facts["code"]) == ("park.part_unknown", "NOBODY")


def test_who_exports_sees_what_they_see(worked: Any, zhou: Any, lin: Any, tmp_path: Path) -> None:
    for member, n in ((zhou, 0), (lin, 8)):
        folder = tmp_path / member.code
        folder.mkdir()
        assert sum(rest.export(folder, member).values()) == n


class TestGradesMeasured:
    """Tax per mu and the share of A and B, summed before they are divided."""

    def test_the_figure_is_the_sum_of_its_evidence(self, worked: Any, zone: Any) -> None:
        period, today = parse(str(YEAR)), date(2023, 9, 18)
        for measure, evidence in (
            (grade_indicators.tax_per_mu, grade_indicators.tax_per_mu_evidence),
            (grade_indicators.share_ab, grade_indicators.share_ab_evidence),
        ):
            (row,) = measure([zone.pk], [period], None, today)
            told = evidence(zone.pk, period, None, today)
            assert not row.missing and len(told) == 2
            assert row.numerator == sum(one.value for one in told)
            assert row.denominator == sum(one.denominator for one in told)

    def test_the_page_of_the_park_has_the_same_by_year(
        self, worked: Any, zone: Any, park: Any, lin: Any, client_of: Any
    ) -> None:
        (year,) = grade_indicators.years_of(lin, park)
        (row,) = grade_indicators.tax_per_mu([zone.pk], [parse(str(YEAR))], "mountain", date(2023, 9, 18))

        assert (year.year, year.graded) == (YEAR, 2)
        assert year.tax_per_mu == round(row.numerator / row.denominator / 1_000_000, 4)
        page = client_of(lin).get(f"/park/parks/{park.number}/").content.decode()
        assert "Tax per mu, 10,000 yuan" in page

    def test_nothing_is_measured_before_it_is_published_or_elsewhere(self, worked: Any, zone: Any) -> None:
        other = parse("2021")
        assert grade_indicators.tax_per_mu([zone.pk], [other], None, date(2023, 9, 18))[0].missing
        assert grade_indicators.share_ab([zone.pk], [parse(str(YEAR))], None, date(2023, 9, 1))[0].missing
        assert grade_indicators.share_ab([zone.pk], [parse(str(YEAR))], "sea", date(2023, 9, 18))[0].missing
