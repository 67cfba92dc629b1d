import pytest

from shanhai.core import checks, work
from shanhai.core.actions import organisations, units
from shanhai.core.models import Organisation, Seat
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotNow


class TestAddOrganisation:
    def test_takes_its_seat_by_where_it_stands(self, tiny):
        seats = dict(Seat.objects.values_list("organisation__code", "side"))

        assert seats["lq-edu"] == "mountain"
        assert seats["firm"] == "mountain"
        assert seats["zj"] == seats["zj-audit"] == "above"
        assert "out" not in seats

    def test_refuses_a_credit_code_that_another_has(self, tiny):
        code = "91350100M000100Y43"
        organisations.change_organisation(tiny.lq_firm, credit_code=code, by=None)

        with pytest.raises(NotNow, match="has the credit code"):
            organisations.add_organisation(
                code="twin",
                kind="enterprise",
                region=tiny.region.badu,
                name_zh="双胞胎",
                credit_code=code,
                by=None,
            )

    def test_refuses_an_unknown_kind(self, tiny):
        with pytest.raises(BadInput) as refused:
            organisations.add_organisation(
                code="x", kind="club", region=tiny.region.badu, name_zh="俱乐部", by=None
            )

        assert refused.value.facts["field"] == "kind"


class TestChangeOrganisation:
    def test_a_move_in_the_tree_moves_the_seat(self, tiny):
        organisations.change_organisation(tiny.lq_edu, parent=tiny.xs, region=tiny.region.xiaoshan, by=None)

        assert Seat.objects.get(organisation=tiny.lq_edu).side == "sea"

    def test_refuses_a_circle(self, tiny):
        with pytest.raises(BadInput) as refused:
            organisations.change_organisation(tiny.lq, parent=tiny.lq_edu, by=None)

        assert refused.value.code == "core.organisation_circle"

    def test_the_second_of_two_writers_is_told(self, tiny):
        mine = Organisation.objects.get(pk=tiny.lq_edu.pk)
        theirs = Organisation.objects.get(pk=tiny.lq_edu.pk)
        organisations.change_organisation(theirs, phone="0578-1", by=None)

        with pytest.raises(ChangedMeanwhile):
            organisations.change_organisation(mine, phone="0578-2", by=None)

        assert Organisation.objects.get(pk=tiny.lq_edu.pk).phone == "0578-1"

    def test_what_changes_nothing_leaves_no_entry(self, tiny):
        version = tiny.lq_edu.version

        organisations.change_organisation(tiny.lq_edu, name_zh="龙泉市教育局 ", by=None)

        assert tiny.lq_edu.version == version


class TestCloseOrganisation:
    def test_is_refused_while_people_are_in_it(self, tiny, member_of):
        member_of(tiny.lq_firm, "xiang")

        with pytest.raises(NotNow) as refused:
            organisations.close_organisation(tiny.lq_firm, by=None)

        assert refused.value.facts["members"] == 1

    def test_is_refused_with_open_work(self, tiny, unit_of):
        unit = unit_of(tiny.lq_firm)
        work.open_item("core.test", tiny.lq_firm, unit, "Do it.", by=None)

        with pytest.raises(NotNow) as refused:
            organisations.close_organisation(tiny.lq_firm, by=None)

        assert refused.value.facts["work"] == 1

    def test_takes_no_new_units_until_it_is_reopened(self, tiny):
        organisations.close_organisation(tiny.lq_firm, by=None)
        with pytest.raises(NotNow):
            units.add_unit(tiny.lq_firm, code="late", name_zh="科", by=None)

        organisations.reopen_organisation(tiny.lq_firm, by=None)

        assert units.add_unit(tiny.lq_firm, code="late", name_zh="科", by=None).is_active


@pytest.mark.parametrize("name", ["kind", "region"])
def test_a_party_that_changes_its_place_reseats_those_who_sat_by_it(tiny, name):
    elsewhere = {"kind": "other", "region": tiny.region.hangzhou}

    organisations.change_organisation(tiny.lq, by=None, **{name: elsewhere[name]})

    assert not Seat.objects.filter(organisation=tiny.lq_firm, pairing=tiny.pairing).exists()
    assert list(checks.run(["core.seats"])) == []
