"""The map of a team's itinerary: which region a place names, what is drawn, and what is said where nobody knows."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core.actions import regions
from shanhai.fields.investment.actions import stops, teams
from shanhai.fields.investment.models import Team
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.queries import visited
from shanhai.fields.investment.rules import itinerary
from shanhai.fields.investment.rules.itinerary import Place

places = st.lists(
    st.builds(Place, st.text("abcdef", min_size=1, max_size=4), st.floats(-180, 180), st.floats(-89, 89)),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.key,
)


@pytest.fixture
def team(cast: Any, zone: Any) -> Team:
    """Lin's park goes out; the register knows the seats of both counties and of two townships."""
    seats = {"331181000000": "119.14 28.07", "330109000000": "120.26 30.18"}
    for code, seat in seats.items():
        regions.correct_region(cast.regions[code], seat=seat, by=None)
    for code, name, en, seat in (
        ("330109002", "北干街道", "Beigan", "120.27 30.17"),
        ("330109113", "瓜沥镇", "Guali", "120.46 30.17"),
        ("330109100", "楼塔镇", "Louta", ""),
    ):
        regions.add_region(code=code, name_zh=name, name_en=en, seat=seat, by=None)
    return teams.add_team(zone, cast.organisations["LQ-PARK"], base_zh="萧山", by=None)


def planned(team: Team, by: Any, *places: str) -> Any:
    """Stops at firms of these places, a day after another."""
    for n, place in enumerate(places):
        stops.plan_stop(team, on=_day(f"2023-09-{19 + n}"), firm=f"厂{n}", place_zh=place, by=by)
    return queries.agenda(team, *map(_day, ("2023-09-18", "2023-10-10")))


def _day(text: str) -> Any:
    return date.fromisoformat(text)


class TestLayout:
    @given(places)
    def test_names_stand_right_of_all_places_and_on_no_other_name(self, given_places):
        spots = list(itinerary.lay_out(given_places).values())

        assert len(spots) == len(given_places)
        right = max(spot.x for spot in spots)
        assert right <= itinerary.LAND + 1e-6 and min(spot.x for spot in spots) >= 0
        assert max(spot.y for spot in spots) <= itinerary.TALL + 1e-6
        lines = sorted(spot.y + spot.shift[1] for spot in spots)
        assert all(b - a >= 40 - 1e-6 for a, b in pairwise(lines))
        assert all(spot.x + spot.shift[0] > right for spot in spots)

    def test_north_is_up_and_east_is_right(self):
        spots = itinerary.lay_out([Place("south west", 119.14, 28.07), Place("north east", 120.27, 30.18)])

        assert spots["north east"].x > spots["south west"].x
        assert spots["north east"].y < spots["south west"].y

    def test_a_place_far_away_does_not_make_the_drawing_small(self):
        near = [Place("a", 120.2, 30.1), Place("b", 120.4, 30.2)]

        found = itinerary.about(near, [Place("c", 120.45, 30.2), Place("far", 119.1, 28.0)])

        assert [one.key for one in found] == ["c"]


class TestWhere:
    @pytest.mark.parametrize(
        ("place", "code"),
        [
            ("萧山区瓜沥镇工业园", "330109113000"),
            ("瓜沥镇", "330109113000"),
            ("萧山区楼塔镇", "330109000000"),  # without a seat of its own it is where its county is
            ("萧山区", "330109000000"),
            ("上海市松江区", None),
            ("", None),
        ],
    )
    def test_the_smallest_region_that_a_place_names(self, team, lin, place, code):
        (stop,) = planned(team, lin, place)

        found = visited.regions_of([stop])

        assert (found[stop.pk].code if found else None) == code

    def test_of_two_of_one_name_that_one_whose_county_is_named(self, team, lin):
        regions.add_region(code="331181119", name_zh="瓜沥镇", seat="119.2 28.1", by=None)
        stops_ = planned(team, lin, "瓜沥镇", "龙泉市瓜沥镇")

        found = visited.regions_of(stops_)

        assert [found[one.pk].code for one in stops_ if one.pk in found] == ["331181119000"]

    def test_an_english_place_counts_where_there_is_no_chinese_one(self, team, lin):
        stop = stops.plan_stop(team, on=_day("2023-09-20"), firm="X", place_en="Guali, Xiaoshan", by=lin)

        assert visited.regions_of([stop])[stop.pk].code == "330109113000"

    def test_many_stops_cost_one_statement(self, team, lin, django_assert_num_queries):
        found = planned(team, lin, *["萧山区瓜沥镇", "北干街道"] * 5)

        with django_assert_num_queries(1):
            visited.regions_of(found)


class TestPage:
    def test_the_map_has_the_visits_in_their_order_with_day_firm_and_place(
        self, team, lin, shen, zhou, client_of
    ):
        planned(team, lin, "萧山区瓜沥镇", "北干街道", "萧山区瓜沥镇", "未知地")
        at = f"/investment/teams/{team.code}/"

        page = client_of(lin).get(at).content.decode()

        assert "Map of the itinerary" in page and 'class="zm' in page
        assert "1 · 3 Guali" in page and "2 Beigan" in page and "19 Sep 厂0" in page
        assert page.count('data-kind="route"') == 1  # there and back is one line
        assert "1 stop is not on the map" in page and "/registry/regions/330109113000/" in page
        assert "行程地图" in client_of(shen, language="zh-hans").get(at).content.decode()
        assert client_of(zhou).get(at).status_code in (403, 404)

    def test_where_no_place_is_known_it_says_what_to_do(self, team, lin, client_of):
        planned(team, lin, "某地")

        page = client_of(lin).get(f"/investment/teams/{team.code}/").content.decode()

        assert "No place of these stops is known to the register." in page and 'class="zm' not in page
        assert "longitude and latitude of its seat" in page

    def test_programs_are_told_the_same(self, team, lin, zhou, api_at):
        planned(team, lin, "萧山区瓜沥镇", "某地")
        call = api_at("/api/v1/investment")

        known, unknown = call(lin)("get", f"/teams/{team.code}/places").json()

        assert (known["region"], known["longitude"], known["latitude"]) == ("330109113000", 120.46, 30.17)
        assert (unknown["region"], unknown["longitude"], unknown["place_zh"]) == (None, None, "某地")
        assert call(zhou)("get", f"/teams/{team.code}/places").status_code in (403, 404)
