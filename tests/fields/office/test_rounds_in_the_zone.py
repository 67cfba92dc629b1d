"""The rounds of the example zone: loaded, found again, and written out as they came."""

from __future__ import annotations

from pathlib import Path

import pytest

from shanhai.core import indicators
from shanhai.core.models import Pairing, WorkItem
from shanhai.fields.office.models import Round
from shanhai.fields.office.queries import merged
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.queries.exported import TABLES
from shanhai.fields.office.zone import rounds as zone
from shanhai.kernel.periods import parse
from tests import examples
from tests.laying import demonstration

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(db):
    demonstration()
    return examples.small()


def test_rounds_of_the_example_are_one_open_one_late_and_one_merged(example, tmp_path):
    stages = {one.number: (one.stage, one.due_on.isoformat()) for one in Round.objects.all()}
    late = Round.objects.get(number="R-2023-08-1")

    assert stages == {
        "R-2023-07-1": ("merged", "2023-08-08"),
        "R-2023-08-1": ("open", "2023-09-08"),
        "R-2023Q3-1": ("open", "2023-09-28"),
    }
    assert sum(row.is_late for row in queries.matrix(late)) == 5
    # What waits follows from the rows, each with the due day of its round.
    assert WorkItem.objects.filter(kind="office.answer_round", stage="open").count() == 14
    assert WorkItem.objects.filter(kind="office.review_answer", stage="open").count() == 2
    # Merged values feed indicators, and the next round knows what merging would add and who wins.
    zone_pairing = Pairing.objects.get(code="LQXS")
    (jobs,) = indicators.measure("office.reported_jobs", [zone_pairing.pk], [parse("2023-07")])
    assert jobs.numerator == 110
    assert Round.objects.get(number="R-2023-07-1").workbook is not None
    # Written out they are what was read, and loading them once more changes nothing.
    zone.export(tmp_path, None)
    for name in TABLES:
        assert (tmp_path / f"{name}.csv").read_text() == (Path(example) / f"{name}.csv").read_text(), name
    assert not any(zone.load(Path(example), None).values())


def test_the_tourism_figure_of_july_says_what_the_records_say(example):
    one = Round.objects.get(number="R-2023-07-1")

    (outcome,) = [each for each in merged.preview_of(one).outcomes if each.target == "C23-07"]

    assert (outcome.reported, outcome.recorded, outcome.winner) == ("150", "150", "equal")
