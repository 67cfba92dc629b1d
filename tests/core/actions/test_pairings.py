"""Pairings, and who has a seat in them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core.access import standing
from shanhai.core.actions import organisations, pairings
from shanhai.core.actions.pairings import Body, Chair, seat_of
from shanhai.core.models import JournalEntry, Pairing, SearchEntry, Seat
from shanhai.core.queries import pairings as queries
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow


def sides(pairing: Pairing) -> dict[str, str]:
    return dict(Seat.objects.filter(pairing=pairing).values_list("organisation__code", "side"))


@pytest.fixture
def nested(zone: Any, cast: SimpleNamespace) -> Pairing:
    """The two cooperation bodies, paired under the zone."""
    return pairings.open_pairing(
        code="LQ-XS-park",
        level="department",
        name_zh="园区结对",
        started_on=date(2018, 6, 21),
        parties=((cast.organisations["LQ-PARK"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
        parent=zone,
        by=None,
    )


@pytest.mark.django_db
class TestSeats:
    def test_parties_and_what_lies_under_them_sit_on_their_side(self, zone: Any) -> None:
        assert sides(zone) == {
            "LQ": "mountain",
            "LQ-PARK": "mountain",
            "XS": "sea",
            "XS-OFFICE": "sea",
            "ZJ-FGW": "above",
        }

    def test_a_firm_of_the_region_sits_with_the_government_of_the_region(
        self, zone: Any, cast: SimpleNamespace
    ) -> None:
        organisations.add_organisation(
            code="FIRM", kind="enterprise", region=cast.regions["331181000000"], name_zh="某企业", by=None
        )

        assert sides(zone)["FIRM"] == "mountain"

    def test_it_moves_with_the_organisation(self, zone: Any, cast: SimpleNamespace) -> None:
        stranger = cast.organisations["STRANGER"]
        organisations.change_organisation(stranger, parent=cast.organisations["XS"], by=None)
        assert sides(zone)["STRANGER"] == "sea"

        organisations.change_organisation(stranger, parent=None, by=None)
        assert "STRANGER" not in sides(zone)

    def test_governments_of_the_zone_sit_in_the_nested_pairing_but_other_departments_do_not(
        self, nested: Any, cast: SimpleNamespace
    ) -> None:
        organisations.add_organisation(
            code="LQ-EDU",
            kind="department",
            region=cast.regions["331181000000"],
            name_zh="教育局",
            parent=cast.organisations["LQ"],
            by=None,
        )

        assert sides(nested) == {
            "LQ": "mountain",
            "LQ-PARK": "mountain",
            "XS": "sea",
            "XS-OFFICE": "sea",
            "ZJ-FGW": "above",
        }
        assert nested.zone_id == nested.parent_id

    def test_computing_them_again_changes_nothing(self, nested: Any) -> None:
        before = set(Seat.objects.values_list("pk", flat=True))

        assert pairings.recompute_seats() == 0
        assert set(Seat.objects.values_list("pk", flat=True)) == before

    def test_a_new_party_brings_its_own_people(self, zone: Any, cast: SimpleNamespace, lin: Any) -> None:
        pairings.add_party(zone, cast.organisations["STRANGER"], "host", by=lin)

        assert sides(zone)["STRANGER"] == "host"

    def test_members_stand_on_the_side_of_their_seat(
        self, zone: Any, lin: Any, shen: Any, pan: Any, zhou: Any
    ) -> None:
        assert [standing(one).side_in(zone.pk) for one in (lin, shen, pan, zhou)] == [
            "mountain",
            "sea",
            "above",
            None,
        ]


@pytest.mark.django_db
class TestPairing:
    def test_it_needs_both_sides(self, cast: SimpleNamespace) -> None:
        with pytest.raises(BadInput) as refused:
            pairings.open_pairing(
                code="X",
                level="county",
                name_zh="结对",
                started_on=date(2020, 1, 1),
                parties=((cast.organisations["LQ"], "mountain"), (cast.organisations["LQ-PARK"], "host")),
                by=None,
            )

        assert refused.value.code == "core.pairing_needs_sides"

    def test_it_is_found_and_on_the_record(self, zone: Any) -> None:
        assert SearchEntry.objects.get(kind="core.pairing").url == "/pairing/pairings/LQ-XS/"
        assert JournalEntry.objects.get(action="core.open_pairing").pairing_id == zone.pk

    def test_it_ends_after_those_nested_in_it(self, zone: Any, nested: Any, lin: Any) -> None:
        with pytest.raises(NotNow) as refused:
            pairings.end_pairing(zone, on=date(2023, 9, 18), reason="期满", by=lin)
        assert refused.value.code == "core.pairing_has_running"

        pairings.end_pairing(nested, on=date(2023, 9, 18), reason="期满", by=lin)
        pairings.end_pairing(zone, on=date(2023, 9, 18), reason="期满", by=lin)
        assert zone.ended_on == date(2023, 9, 18)

    def test_the_second_of_two_changes_is_told(self, zone: Any, lin: Any, shen: Any) -> None:
        other = Pairing.objects.get(pk=zone.pk)
        pairings.change_pairing(zone, name_en="Longquan and Xiaoshan", by=lin)

        with pytest.raises(ChangedMeanwhile):
            pairings.change_pairing(other, name_en="Another name", by=shen)

    def test_the_province_and_the_outsider_change_nothing(self, zone: Any, pan: Any, zhou: Any) -> None:
        for member in (pan, zhou):
            with pytest.raises(NotAllowed):
                pairings.change_pairing(zone, name_en="X", by=member)

    def test_members_see_the_pairings_that_they_sit_in(
        self, nested: Any, zone: Any, lin: Any, zhou: Any
    ) -> None:
        assert list(queries.pairings_of(lin)) == [zone, nested]
        assert list(queries.zones_of(lin)) == [zone]
        assert list(queries.pairings_of(zhou)) == []
        assert queries.within(zone) == [zone.pk, nested.pk]


# -- the rule, without a database ------------------------------------------------------------------------------------

regions = st.sampled_from(["33", "3311", "331181", "331181100", "330109"])
bodies = st.builds(
    Body,
    pk=st.integers(1, 12),
    kind=st.sampled_from(["government", "department", "enterprise", "township", "province", "audit"]),
    region=regions,
    parent=st.one_of(st.none(), st.integers(1, 12)),
)
roles = st.sampled_from(["mountain", "sea", "host"])


@given(
    found=st.lists(bodies, min_size=3, max_size=12, unique_by=lambda body: body.pk),
    roles=st.lists(roles, min_size=2, max_size=3),
)
def test_a_party_always_sits_on_its_own_side_and_circles_in_the_tree_end(
    found: list[Body], roles: list[str]
) -> None:
    by_key = {body.pk: body for body in found}
    chairs = [
        Chair(party=n, organisation=body.pk, role=role, is_own=True)
        for n, (body, role) in enumerate(zip(found, roles, strict=False), 1)
    ]

    for body in found:
        seat = seat_of(body, chairs, by_key)
        own = next((chair for chair in chairs if chair.organisation == body.pk), None)
        if own is not None:
            assert seat == (own.role, own.party)
        elif seat is not None:
            assert seat[0] in {"above", *roles}
            assert (seat[0] == "above") == (body.kind in ("province", "audit"))
