import csv
from datetime import date
from pathlib import Path

import pytest

from shanhai.core import access, rulebook, search
from shanhai.core.models import JournalEntry, Member, Organisation, Region, RegionChange, RuleRow, Unit
from shanhai.fields.registry import zone
from shanhai.kernel.refusals import BadInput
from tests.laying import laid

EXAMPLE = Path(__file__).parents[3] / "examples" / "longquan-xiaoshan"


@pytest.fixture
def loaded(db) -> dict[str, int]:
    return laid("registry of the example", lambda: zone.load(EXAMPLE, None))


class TestTheExampleZone:
    def test_brings_every_row_of_its_files(self, loaded):
        for name, model in (
            ("regions", Region),
            ("region_changes", RegionChange),
            ("organisations", Organisation),
            ("units", Unit),
            ("members", Member),
        ):
            with (EXAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                n = sum(1 for _ in csv.DictReader(file))
            assert loaded[f"{name}.csv"] == model.objects.count() == n

    def test_regions_hang_under_one_another(self, loaded):
        badu = Region.objects.get(code="331181100000")

        assert badu.parent.name_zh == "龙泉市"
        assert badu.level == "township"

    def test_units_have_their_dispatchers(self, loaded):
        assert Unit.objects.get(code="lq-office").dispatcher.code == "ye-lan"

    def test_members_have_logins_and_roles_of_today(self, loaded):
        ye = Member.objects.select_related("unit").get(code="ye-lan")

        assert ye.user.username == "office.lq"
        assert not ye.user.has_usable_password()
        assert access.standing(ye).roles == {"office", "dispatcher"}

    def test_can_be_found_by_two_characters(self, loaded):
        ye = Member.objects.select_related("unit").get(code="ye-lan")

        assert "萧山区" in [found.title_zh for found in search.find(ye, "萧山")]

    def test_loading_again_changes_nothing(self, loaded):
        entries = JournalEntry.objects.count()

        again = zone.load(EXAMPLE, None)

        assert set(again.values()) == {0}
        assert JournalEntry.objects.count() == entries


def test_a_broken_file_is_refused_whole_with_every_problem(tmp_path, db):
    (tmp_path / "regions.csv").write_text(
        "code,name_zh\n330000000000,浙江省\n330109101000,楼塔镇\n99,错\n", encoding="utf-8"
    )

    with pytest.raises(BadInput) as refused:
        zone.load(tmp_path, None)

    assert {problem["row"] for problem in refused.value.facts["problems"]} == {3, 4}
    assert not Region.objects.exists()


class TestExport:
    def test_what_was_loaded_comes_out_equal(self, loaded, tmp_path):
        zone.export(tmp_path, None)

        for name in ("regions", "region_changes", "organisations", "units", "members"):
            assert _rows(tmp_path / f"{name}.csv") == _rows(EXAMPLE / f"{name}.csv"), name

    def test_what_came_out_goes_into_an_empty_installation(self, loaded, tmp_path):
        zone.export(tmp_path, None)

        again = zone.load(tmp_path, None)

        assert set(again.values()) == {0}

    def test_values_that_offices_added_go_along(self, loaded, tmp_path):
        rulebook.add_value(
            "core.document_max_mb", 80, valid_from=date(2023, 1, 1), source="办公厅通知", by=None
        )

        zone.export(tmp_path, None)
        RuleRow.objects.all().delete()
        zone.load(tmp_path, None)

        assert RuleRow.objects.get().value == "80"


def _rows(path: Path) -> list[dict[str, str]]:
    """The filled cells of a file by key; a column that a file leaves out is empty."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: (row.get("code", ""), row.get("region", ""), row.get("on", "")))
