"""A sheet does no more to regions and organisations than the pages: ended regions stay, and nobody is left in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import signs
from shanhai.core.actions import regions
from shanhai.core.models import Import, ImportRow, Organisation, Region
from shanhai.core.sheets import bringing, committing, loading
from shanhai.kernel.refusals import NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(cast: Any) -> Region:
    regions.add_region(code="331181101000", name_zh="剑池街道", by=None)
    return regions.add_region(code="331181101200", name_zh="剑池村", by=None)


@pytest.fixture
def gone(village: Region) -> Region:
    regions.abolish_region(village, on=date(2023, 1, 1), by=None)
    village.refresh_from_db()
    return village


@pytest.fixture
def brought(lin: Any, tmp_path: Path) -> Any:
    def make(noun: str, *lines: str, by: Any = lin) -> Import:
        path = tmp_path / f"{noun}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return bringing.bring(path, signs.registers[f"registry.{noun}"], by=by)

    return make


def codes(imported: Import) -> list[str]:
    return [
        problem["code"]
        for row in ImportRow.objects.filter(of=imported, outcome="refused").order_by("row")
        for problem in row.problems
    ]


def test_nothing_is_placed_into_an_ended_region(brought: Any, gone: Region) -> None:
    new = brought("organisations", "code,name_zh,kind,region", f"N-1,新村办,village,{gone.code}")
    moved = brought("organisations", "code,region", f"XS,{gone.code}")

    assert codes(new) == codes(moved) == ["core.region_ended"]


def test_what_stands_in_one_already_may_be_corrected(brought: Any, gone: Region) -> None:
    Organisation.objects.filter(code="XS").update(region=gone)

    imported = brought("organisations", "code,address", "XS,金城路1号")

    assert (codes(imported), imported.counts["changed"]) == ([], 1)


def test_an_ended_region_changes_no_more(brought: Any, gone: Region) -> None:
    assert codes(brought("regions", "code,valid_to", f"{gone.code},2023-05-01")) == ["core.region_ended"]
    assert codes(brought("regions", "code,name_zh", f"{gone.code},别名")) == ["core.region_ended"]


def test_a_region_in_which_somebody_stands_does_not_end(brought: Any, cast: Any, village: Region) -> None:
    Organisation.objects.filter(code="XS").update(region=village)

    assert codes(brought("regions", "code,valid_to", f"{village.code},2023-05-01")) == [
        "core.region_has_organisations"
    ]


def test_a_region_with_regions_in_it_ends_only_together_with_them(brought: Any, village: Region) -> None:
    above = village.parent
    assert above is not None
    alone = brought("regions", "code,valid_to", f"{above.code},2023-05-01")
    together = brought("regions", "code,valid_to", f"{above.code},2023-05-01", f"{village.code},2023-05-01")

    assert codes(alone) == ["core.region_not_empty"]
    assert codes(together) == []


def test_a_day_to_come_is_refused_as_on_the_page(brought: Any, village: Region) -> None:
    assert len(codes(brought("regions", "code,valid_to", f"{village.code},2030-01-01"))) == 1


def test_who_came_since_the_check_is_seen_in_the_write(
    brought: Any, lin: Any, cast: Any, village: Region
) -> None:
    imported = brought("regions", "code,valid_to", f"{village.code},2023-05-01")
    Organisation.objects.filter(code="XS").update(region=village)

    with pytest.raises(NotNow) as refused:
        committing.write(imported, by=lin)

    assert refused.value.code == "core.region_has_organisations"
    village.refresh_from_db()
    assert village.valid_to is None


def test_a_region_that_ended_since_the_check_is_seen_in_the_write(
    brought: Any, lin: Any, village: Region
) -> None:
    imported = brought("organisations", "code,name_zh,kind,region", f"N-1,新村办,village,{village.code}")
    regions.abolish_region(village, on=date(2023, 1, 1), by=None)

    with pytest.raises(NotNow) as refused:
        committing.write(imported, by=lin)

    assert refused.value.code == "core.region_ended"
    assert not Organisation.objects.filter(code="N-1").exists()


def test_the_loader_of_a_zone_writes_history(cast: Any, gone: Region) -> None:
    register = signs.registers["registry.organisations"]
    row = {column.name: column.empty for column in register.columns}
    row |= {"code": "OLD", "name_zh": "旧村办", "kind": "village", "region": gone.code}

    assert loading.load_table(register, [row], by=None)["new"] == 1
