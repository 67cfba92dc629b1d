from datetime import date

import pytest

from shanhai.core import checks
from shanhai.core.actions import organisations, regions
from shanhai.core.models import JournalEntry, Region, RegionChange, Seat
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow

DAY = date(2020, 6, 1)


class TestAddRegion:
    def test_finds_level_and_parent_in_the_code(self, region):
        badu = Region.objects.get(code="331181100000")

        assert (badu.level, badu.parent) == ("township", region.longquan)
        assert region.longquan.name_sort == "long quan shi"

    def test_is_refused_without_the_region_above(self, region):
        with pytest.raises(NotFound) as refused:
            regions.add_region(code="330282", name_zh="慈溪市", by=None)

        assert refused.value.facts["parent"] == "330200000000"

    def test_a_district_of_a_municipality_may_lie_right_under_it(self, db):
        regions.add_region(code="310000", name_zh="上海市", by=None)

        pudong = regions.add_region(code="310115", name_zh="浦东新区", by=None)

        assert pudong.parent.code == "310000000000"

    def test_refuses_a_code_that_is_taken(self, region):
        with pytest.raises(NotNow, match="taken"):
            regions.add_region(code="331181", name_zh="又一个", by=None)

    def test_refuses_an_outline_that_is_no_ring(self, region):
        with pytest.raises(BadInput) as refused:
            regions.add_region(code="331181101", name_zh="上垟镇", outline="1 2 3", by=None)

        assert refused.value.code == "core.region_outline"

    @pytest.mark.parametrize("seat", ["28.07", "28.07 119.14", "east north", "119.14 28.07 3", "1e2 3"])
    def test_refuses_a_seat_that_is_no_place_longitude_first(self, region, seat):
        with pytest.raises(BadInput) as refused:
            regions.correct_region(region.badu, seat=seat, by=None)

        assert refused.value.code == "core.region_seat"

    def test_a_seat_is_where_a_map_puts_the_region(self, region):
        regions.correct_region(region.badu, seat="118.99, 28.06", by=None)

        badu = Region.objects.get(pk=region.badu.pk)
        assert (badu.seat, badu.seat_at) == ("118.99 28.06", (118.99, 28.06))
        assert Region.objects.get(pk=region.longquan.pk).seat_at is None

    def test_turns_away_who_keeps_no_register(self, tiny, member_of):
        zhou = member_of(tiny.outside, "zhou")

        with pytest.raises(NotAllowed):
            regions.add_region(code="331181101", name_zh="上垟镇", by=zhou)


class TestDatedChanges:
    def test_a_new_name_keeps_the_old_one_in_the_history(self, region):
        regions.rename_region(region.badu, name_zh="八都街道", on=DAY, by=None)

        change = RegionChange.objects.get(region=region.badu)
        assert (change.kind, change.before, change.after, change.on) == ("renamed", "八都镇", "八都街道", DAY)
        assert Region.objects.get(pk=region.badu.pk).name_zh == "八都街道"

    def test_a_new_code_takes_the_regions_below_along(self, region):
        regions.recode_region(region.longquan, code="331182", on=DAY, by=None)

        assert Region.objects.get(pk=region.badu.pk).code == "331182100000"
        assert RegionChange.objects.filter(kind="recoded").count() == 2

    def test_a_code_in_another_region_is_a_move(self, region):
        regions.recode_region(region.longquan, code="330181", on=DAY, by=None)

        moved = Region.objects.get(pk=region.longquan.pk)
        assert moved.parent == region.hangzhou
        assert RegionChange.objects.get(region=moved).kind == "moved"

    def test_a_merged_region_ends_and_says_where_it_went(self, region):
        shangyang = regions.add_region(code="331181101", name_zh="上垟镇", by=None)

        regions.merge_region(shangyang, into=region.badu, on=DAY, by=None)

        assert Region.objects.get(pk=shangyang.pk).valid_to == DAY
        assert RegionChange.objects.get(region=shangyang).into == region.badu

    def test_a_region_with_regions_in_it_does_not_end(self, region):
        with pytest.raises(NotNow) as refused:
            regions.abolish_region(region.longquan, on=DAY, by=None)

        assert refused.value.facts["n"] == 1

    def test_a_region_that_organisations_stand_in_is_not_abolished(self, tiny):
        with pytest.raises(NotNow) as refused:
            regions.abolish_region(tiny.region.badu, on=DAY, by=None)

        assert refused.value.code == "core.region_has_organisations"
        assert refused.value.facts["n"] == 1
        assert "青枫汽配有限公司" in refused.value.facts["names"]
        assert Region.objects.get(code="331181100000").valid_to is None

    def test_organisations_that_are_closed_hold_nothing_up(self, tiny):
        organisations.close_organisation(tiny.lq_firm, by=None)

        regions.abolish_region(tiny.region.badu, on=DAY, by=None)

        with pytest.raises(NotNow) as refused:
            organisations.reopen_organisation(tiny.lq_firm, by=None)
        assert refused.value.code == "core.region_ended"

    def test_organisations_go_along_into_the_region_that_takes_theirs_in(self, tiny):
        shangyang = regions.add_region(code="331181101", name_zh="上垟镇", by=None)

        regions.merge_region(tiny.region.badu, into=shangyang, on=DAY, by=None)

        tiny.lq_firm.refresh_from_db()
        assert (tiny.lq_firm.region, tiny.lq_firm.version) == (shangyang, 1)
        entry = JournalEntry.objects.get(action="core.change_organisation", subject_id=tiny.lq_firm.pk)
        assert '"region":"331181101000"' in entry.body
        assert list(checks.run(["core.seats", "core.replay"])) == []

    def test_nobody_comes_to_stand_in_a_region_that_ended(self, tiny):
        shangyang = regions.add_region(code="331181101", name_zh="上垟镇", by=None)
        regions.abolish_region(shangyang, on=DAY, by=None)
        shangyang.valid_to = None  # as somebody saw it before

        with pytest.raises(NotNow, match="ended on 2020-06-01"):
            organisations.change_organisation(tiny.lq_firm, region=shangyang, by=None)
        with pytest.raises(NotNow, match="ended on 2020-06-01"):
            organisations.add_organisation(
                code="new", kind="other", region=shangyang, name_zh="新单位", by=None
            )

    def test_a_split_founds_a_region_beside_the_old_one(self, region):
        new = regions.split_region(region.badu, code="331181108", name_zh="新镇", on=DAY, by=None)

        assert (new.parent, new.valid_from) == (region.longquan, DAY)
        assert {change.kind for change in RegionChange.objects.all()} == {"split", "founded"}

    def test_nothing_changes_in_a_region_that_ended(self, region):
        regions.abolish_region(region.badu, on=DAY, by=None)

        with pytest.raises(NotNow, match="ended on 2020-06-01"):
            regions.rename_region(region.badu, name_zh="别的", on=date(2021, 1, 1), by=None)

    def test_a_change_cannot_lie_ahead(self, region):
        with pytest.raises(BadInput, match="has not come yet"):
            regions.rename_region(region.badu, name_zh="别的", on=date(2999, 1, 1), by=None)

    def test_the_journal_carries_the_new_state(self, region):
        regions.rename_region(region.badu, name_zh="八都街道", on=DAY, by=None)

        body = JournalEntry.objects.filter(subject_id=region.badu.pk, action="core.rename_region").get().body
        assert '"name_zh":"八都街道"' in body


def test_organisations_follow_their_region_to_its_new_place(tiny):
    regions.recode_region(tiny.region.badu, code="330109100", on=date(2020, 1, 1), by=None)

    assert Seat.objects.get(organisation=tiny.lq_firm, pairing=tiny.pairing).side == "sea"
    assert list(checks.run(["core.seats"])) == []
