"""Parcels: drawn, moved, allotted, split, merged and brought; the account; slope projects; who may."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shanhai.core import indicators, search, signs
from shanhai.core.checks import replay
from shanhai.core.sheets import loading
from shanhai.fields.park.actions import land as actions
from shanhai.fields.park.actions import land_files, plots
from shanhai.fields.park.actions import parks as park_actions
from shanhai.fields.park.actions import slopes as slope_actions
from shanhai.fields.park.models import LandQuota, Parcel, ParcelMove, Park, SlopeProject
from shanhai.fields.park.queries import accounts, checks, land_registers
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules.land import ParcelState
from shanhai.kernel.periods import parse
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from tests.threads import together


def box(west: float, south: float, east: float, north: float) -> str:
    """A rectangle in thousandths of a degree from the south-west corner of the park, as WKT."""
    x0, x1 = (round(119.1 + value / 1000, 7) for value in (west, east))
    y0, y1 = (round(28.07 + value / 1000, 7) for value in (south, north))
    ring = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in ring)}))"


def sound() -> None:
    """Counters, history, parcels and journal say the same."""
    assert list(checks.land()) == []
    assert list(replay()) == []


@pytest.fixture
def parcel(park: Any, lin: Any) -> Any:
    """A serviced parcel of 65 mu since May 2022."""
    return actions.add_parcel(
        park, number="P-1", outline=box(1, 1, 3, 3), state="serviced", on=date(2022, 5, 1), by=lin
    )


@pytest.fixture
def quota(park: Any, lin: Any) -> Any:
    """100 mu may be allotted in 2023."""
    return park_actions.set_quota(park, year=2023, quota_mu=Decimal(100), by=lin)


class TestDrawing:
    def test_a_parcel_is_measured_found_and_on_the_record(self, park, parcel, lin, shen, zhou):
        park.refresh_from_db()

        assert (parcel.mu, park.parcelled_mu, parcel.version) == (Decimal("65.36"), Decimal("65.36"), 0)
        assert [one.title for one in search.find(shen, "P-1")] == ["Parcel P-1"]
        assert not search.find(zhou, "P-1")
        sound()

    @pytest.mark.parametrize(
        ("outline", "code", "spot"),
        [
            (box(2, 2, 4, 4), "park.parcels_overlap", "119.102500, 28.072500"),
            (box(9, 1, 11, 3), "park.parcel_outside", "119.110500, 28.072000"),
        ],
    )
    def test_it_overlaps_no_other_and_stays_in_the_park(self, park, parcel, lin, outline, code, spot):
        with pytest.raises(BadInput) as refused:
            actions.add_parcel(park, number="P-2", outline=outline, by=lin)

        assert (refused.value.code, refused.value.facts["spot"]) == (code, spot)
        assert Parcel.objects.count() == 1
        assert Park.objects.get().parcelled_mu == parcel.mu

    def test_no_more_is_drawn_than_is_planned(self, park, parcel, lin):
        park_actions.change_park(Park.objects.get(), planned_mu=Decimal(100), by=lin)
        with pytest.raises(BadInput) as refused:
            actions.add_parcel(park, number="P-2", outline=box(4, 4, 6, 6), by=lin)

        assert refused.value.code == "park.over_plan"
        with pytest.raises(BadInput):
            park_actions.change_park(Park.objects.get(), planned_mu=Decimal(60), by=lin)
        with pytest.raises(BadInput):
            park_actions.change_park(Park.objects.get(), outline=box(2, 0, 8, 8), by=lin)
        sound()

    def test_held_land_has_a_user_and_other_land_none(self, park, firm, lin):
        for state, user in (("in_use", None), ("levelled", firm), ("allotted", firm)):
            with pytest.raises(Refused):
                actions.add_parcel(
                    park, number="P-9", outline=box(4, 4, 6, 6), state=state, user=user, by=lin
                )
        actions.add_parcel(park, number="P-9", outline=box(4, 4, 6, 6), state="in_use", user=firm, by=lin)

        sound()

    def test_an_outline_put_right_is_measured_anew_and_the_account_follows(self, park, parcel, lin):
        actions.redraw_parcel(parcel, outline=box(1, 1, 3, 4), by=lin)
        with pytest.raises(BadInput):
            actions.redraw_parcel(parcel, outline=box(1, 1, 3, 40), by=lin)

        assert parcel.mu == Decimal("98.04")
        assert [move.mu for move in queries.moves_of(parcel)] == [Decimal("98.04"), Decimal("65.36")]
        assert accounts.account_of(Park.objects.get())[-1].by_state[ParcelState.SERVICED] == Decimal("98.04")
        sound()

    def test_outsiders_and_the_province_draw_nothing(self, park, parcel, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.move_parcel(parcel, to="public_use", by=somebody)
        with pytest.raises(NotFound):
            queries.parcel_of(zhou, "P-1")


class TestMoving:
    def test_a_parcel_goes_its_way_and_the_journal_replays(self, parcel, quota, firm, lin):
        actions.allot_parcel(parcel, user=firm, on=date(2023, 2, 1), by=lin)
        actions.move_parcel(parcel, to="building", on=date(2023, 3, 1), by=lin)
        with pytest.raises(BadInput):
            actions.move_parcel(parcel, to="in_use", on=date(2023, 2, 1), by=lin)  # before its last move
        actions.move_parcel(parcel, to="in_use", on=date(2023, 8, 1), by=lin)
        with pytest.raises(BadInput):
            actions.move_parcel(parcel, to="idle", by=lin)
        actions.move_parcel(parcel, to="idle", reason="stopped", by=lin)
        actions.move_parcel(parcel, to="vacated", by=lin)

        assert (parcel.state, parcel.user, parcel.lessee) == ("vacated", None, None)
        assert [move.to_state for move in queries.moves_of(parcel)][::-1] == [
            "serviced", "allotted", "building", "in_use", "idle", "vacated",
        ]  # fmt: skip
        sound()

    def test_allotting_takes_the_quota_and_taking_back_gives_it(self, park, parcel, quota, firm, lin):
        other = actions.add_parcel(park, number="P-2", outline=box(4, 1, 6, 3), state="serviced", by=lin)
        actions.allot_parcel(parcel, user=firm, by=lin)
        with pytest.raises(NotNow) as refused:
            actions.allot_parcel(other, user=firm, by=lin)
        assert (refused.value.code, refused.value.facts["left"]) == ("park.quota_short", Decimal("34.64"))
        assert Parcel.objects.get(number="P-2").state == "serviced"

        actions.move_parcel(parcel, to="serviced", reason="not paid", by=lin)
        assert LandQuota.objects.get().used_mu == 0
        actions.allot_parcel(other, user=firm, by=lin)
        sound()

    def test_without_a_quota_nothing_is_allotted_and_vacated_land_needs_none(self, parcel, firm, lin):
        with pytest.raises(NotNow) as refused:
            actions.allot_parcel(parcel, user=firm, by=lin)
        assert refused.value.code == "park.no_quota"
        Parcel.objects.filter(pk=parcel.pk).update(state="vacated")
        parcel.refresh_from_db()
        actions.allot_parcel(parcel, user=firm, by=lin)

        assert parcel.state == "allotted"

    def test_parts_of_allotted_land_give_back_the_quota_of_their_own(self, parcel, quota, firm, lin):
        actions.allot_parcel(parcel, user=firm, by=lin)
        west, east = plots.split_parcel(parcel, line="LINESTRING (119.102 28.06, 119.102 28.09)", by=lin)
        actions.move_parcel(west, to="serviced", reason="half is enough", by=lin)

        assert LandQuota.objects.get().used_mu == east.mu
        sound()


class TestSplitting:
    LINE = "LINESTRING (119.1017 28.06, 119.1021 28.09)"

    def test_parts_have_exactly_the_land_and_the_history_of_the_whole(self, park, parcel, lin):
        parts = plots.split_parcel(parcel, line=self.LINE, by=lin)

        assert [one.number for one in parts] == ["P-1-1", "P-1-2"]
        assert sum(one.mu for one in parts) == Decimal("65.36")
        assert {(one.state, one.state_on) for one in parts} == {("serviced", date(2022, 5, 1))}
        assert [move.parcel.number for move in queries.moves_of(parts[0])] == ["P-1-1", "P-1", "P-1"]
        assert Park.objects.get().parcelled_mu == Decimal("65.36")
        with pytest.raises(NotNow):
            plots.split_parcel(parcel, line=self.LINE, by=lin)
        line = accounts.account_of(Park.objects.get())[-1]
        assert line.by_state[ParcelState.SERVICED] == Decimal("65.36")
        sound()

    def test_parts_merge_again_into_exactly_the_whole(self, parcel, lin):
        parts = plots.split_parcel(parcel, line=self.LINE, by=lin)
        again = plots.merge_parcels(parts, number="P-7", by=lin)

        assert again.mu == Decimal("65.36")
        assert {one.number for one in queries.parents_of(again)} == {"P-1-1", "P-1-2"}
        assert [one.number for one in queries.children_of(parts[0])] == ["P-7"]
        sound()

    def test_given_parts_must_be_the_whole(self, parcel, lin):
        with pytest.raises(BadInput) as refused:
            plots.split_parcel(parcel, parts=[box(1, 1, 2, 3), box(2, 1, 2.8, 3)], by=lin)
        assert refused.value.code == "park.parts_differ" and refused.value.facts["spot"]
        parts = plots.split_parcel(
            parcel, parts=[box(2, 1, 3, 3), box(1, 1, 2, 3)], numbers=["W", "E"], by=lin
        )

        assert [(one.number, one.mu) for one in parts] == [("W", Decimal("32.68")), ("E", Decimal("32.68"))]
        sound()

    def test_unlike_parcels_and_those_apart_are_not_merged(self, park, parcel, lin):
        beside = actions.add_parcel(park, number="P-2", outline=box(3, 1, 4, 3), state="levelled", by=lin)
        apart = actions.add_parcel(park, number="P-3", outline=box(5, 1, 6, 3), state="serviced", by=lin)
        for other, code in ((beside, "park.merge_unlike"), (apart, "park.not_adjoining")):
            with pytest.raises(NotNow) as refused:
                plots.merge_parcels([parcel, other], number="M", by=lin)
            assert refused.value.code == code
        with pytest.raises(BadInput):
            plots.merge_parcels([parcel], number="M", by=lin)

        assert Parcel.objects.filter(ended_on=None).count() == 3
        sound()


class TestFiles:
    def file(self, path: Path, *features: tuple[str, str, dict[str, str]]) -> Path:
        from shanhai.fields.park.rules import outlines

        data = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"number": number} | more,
                    "geometry": {"type": "Polygon", "coordinates": outlines.read(outline).coordinates},
                }
                for number, outline, more in features
            ],
        }
        path.write_text(json.dumps(data))
        return path

    def test_the_difference_is_shown_and_then_written_whole(self, park, parcel, firm, lin, tmp_path):
        same = actions.add_parcel(park, number="P-2", outline=box(5, 5, 6, 6), by=lin)
        path = self.file(
            tmp_path / "a.geojson",
            ("P-1", box(1, 1, 3, 3.5), {"容积率": "1.5"}),
            ("P-2", box(5, 5, 6, 6), {"state": "not levelled"}),
            ("P-3", box(7, 7, 8, 8), {"state": "在用", "user": "青枫汽配"}),
        )
        kept = land_files.read_land_file(park, path, name="a.geojson", by=lin)
        plan = land_files.Plan.of_json(kept.plan)
        assert plan.counts == {"new": 1, "changed": 1, "same": 1, "refused": 0}
        assert Parcel.objects.count() == 2

        land_files.write_land_file(kept, by=lin)
        parcel.refresh_from_db()
        same.refresh_from_db()
        made = Parcel.objects.get(number="P-3")
        assert (parcel.mu, parcel.plot_ratio, same.version) == (Decimal("81.70"), Decimal("1.50"), 0)
        assert (made.state, made.user) == ("in_use", firm)
        with pytest.raises(NotNow):
            land_files.write_land_file(kept, by=lin)
        sound()

    def test_with_faults_nothing_is_written(self, park, parcel, lin, tmp_path):
        actions.add_parcel(park, number="P-8", outline=box(0, 8, 1, 9), by=lin)
        path = self.file(
            tmp_path / "a.geojson",
            ("P-3", box(7, 7, 8, 8), {}),
            ("P-4", box(0.5, 8, 1.5, 9), {}),
            ("P-5", box(5, 5, 6, 6), {"state": "sold"}),
            ("P-6", box(6, 5, 7, 6), {"state": "in_use", "user": "nobody"}),
            ("P-7", box(6, 6, 7, 7), {"plot_ratio": "many"}),
            ("P-1", box(1, 1, 3, 3), {"state": "allotted"}),
            ("a b", box(8, 8, 9, 9), {}),
        )
        kept = land_files.read_land_file(park, path, name="a.geojson", by=lin)
        plan = land_files.Plan.of_json(kept.plan)

        assert {fault.number: fault.code for fault in plan.faults} == {
            "P-4": "park.parcels_overlap", "P-5": "park.land_value", "P-6": "park.no_organisation",
            "P-7": "park.land_value", "P-1": "park.allot_by_page", "a b": "park.number_form",
        }  # fmt: skip
        with pytest.raises(NotNow):
            land_files.write_land_file(kept, by=lin)
        assert Parcel.objects.count() == 2
        sound()

    def test_land_that_changed_meanwhile_is_read_again(self, park, parcel, lin, tmp_path):
        path = self.file(tmp_path / "a.geojson", ("P-3", box(7, 7, 8, 8), {}))
        kept = land_files.read_land_file(park, path, name="a.geojson", by=lin)
        actions.change_parcel(parcel, plot_grade=11, by=lin)
        with pytest.raises(ChangedMeanwhile) as refused:
            land_files.write_land_file(kept, by=lin)

        assert refused.value.code == "park.land_changed"
        assert Parcel.objects.count() == 1 and Park.objects.get().parcelled_mu == parcel.mu

    @pytest.mark.parametrize("form", ["geojson", "gpkg", "csv"])
    def test_what_was_taken_away_comes_back_unchanged(self, park, parcel, firm, lin, form, tmp_path):
        actions.add_parcel(park, number="P-2", outline=box(5, 5, 6, 6), state="in_use", user=firm, plot_ratio=Decimal("1.20"), phase_number=2, by=lin)  # fmt: skip
        path = tmp_path / f"a.{form}"
        path.write_bytes(land_files.exported(park, form))

        assert land_files.compared(park, path, by=lin).counts == {
            "new": 0,
            "changed": 0,
            "same": 2,
            "refused": 0,
        }

    def test_outsiders_bring_nothing(self, park, zhou, pan, tmp_path):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                land_files.compared(
                    park, self.file(tmp_path / "a.geojson", ("X", box(1, 1, 2, 2), {})), by=somebody
                )


class TestAccount:
    def test_each_year_adds_up_and_opens_its_parcels(self, park, parcel, quota, firm, lin):
        actions.allot_parcel(parcel, user=firm, on=date(2023, 2, 1), by=lin)
        lines = {line.year: line for line in accounts.account_of(Park.objects.get())}

        assert min(lines) == 2013 and max(lines) == 2023
        assert (
            lines[2022].by_state[ParcelState.SERVICED]
            == lines[2023].by_state[ParcelState.ALLOTTED]
            == Decimal("65.36")
        )
        for line in lines.values():
            assert sum(line.by_state.values()) + line.not_parcelled_mu == 1500
            for state in ParcelState:
                behind = accounts.behind(park, line.year, state)
                assert accounts.total(behind.standing) == line.by_state[state]
        assert [move.to_state for move in accounts.behind(park, 2023).moved] == ["allotted"]

    def test_figures_are_the_sum_of_their_records_on_every_side(self, zone, park, parcel, quota, firm, lin):
        actions.allot_parcel(parcel, user=firm, on=date(2023, 2, 1), by=lin)
        actions.move_parcel(parcel, to="building", on=date(2023, 3, 1), by=lin)
        actions.move_parcel(parcel, to="in_use", on=date(2023, 4, 1), by=lin)
        west, east = plots.split_parcel(parcel, line=TestSplitting.LINE, on=date(2023, 5, 1), by=lin)
        actions.move_parcel(east, to="idle", reason="stopped", on=date(2023, 6, 1), by=lin)
        periods = [parse("2022"), parse("2023Q1"), parse("2023Q2"), parse("2023")]
        figures = {
            code: [indicators.value(row) for row in indicators.measure(code, [zone.pk], periods)]
            for code in ("park.land_usable", "park.land_in_use", "park.land_idle")
        }

        whole = Decimal("65.36")
        assert figures["park.land_usable"] == [whole, 0, 0, 0]
        assert figures["park.land_in_use"] == [0, 0, west.mu, west.mu]
        assert figures["park.land_idle"] == [0, 0, east.mu, east.mu]
        for code in (*figures, "park.slope_gained"):
            assert indicators.check_evidence(code, [zone.pk], periods) == []
            assert indicators.check_sides(code, [zone.pk], periods) == []


class TestSlopes:
    @pytest.fixture
    def slope(self, park: Any, lin: Any) -> Any:
        return slope_actions.add_slope(
            park, number="HP-1", name_zh="缓坡一期", outline=box(0, 0, 5, 5), mean_slope_degrees=Decimal("17.5"),
            gained_mu=Decimal(300), cost_per_mu_fen=11_000_000, farmland_lost_mu=Decimal(20), by=lin,
        )  # fmt: skip

    def test_it_goes_step_by_step_with_its_papers_and_counts_once_accepted(self, zone, slope, lin):
        with pytest.raises(NotNow):
            slope_actions.move_slope(slope, to="levelling", by=lin)
        with pytest.raises(BadInput):
            slope_actions.move_slope(slope, to="approved", by=lin)
        slope_actions.move_slope(
            slope, to="approved", approval_number="浙土〔2022〕1号", on=date(2022, 3, 1), by=lin
        )
        slope_actions.move_slope(slope, to="levelling", on=date(2022, 4, 1), by=lin)
        slope_actions.move_slope(slope, to="taken_over", on=date(2023, 4, 1), by=lin)
        (row,) = indicators.measure("park.slope_gained", [zone.pk], [parse("2023")])

        assert row.numerator == 300
        assert (slope.approved_on, slope.accepted_on) == (date(2022, 3, 1), date(2023, 4, 1))
        with pytest.raises(BadInput):
            slope_actions.move_slope(slope, to="levelling", by=lin)
        sound()

    def test_it_gains_and_loses_no_more_than_it_covers(self, slope, lin):
        for changes in (
            {"gained_mu": Decimal(500)},
            {"forest_lost_mu": Decimal(500)},
            {"mean_slope_degrees": Decimal(91)},
        ):
            with pytest.raises(BadInput):
                slope_actions.change_slope(slope, by=lin, **changes)
        slope_actions.change_slope(slope, forest_lost_mu=Decimal(100), name_en="Slopes", by=lin)

        assert SlopeProject.objects.get().forest_lost_mu == 100
        sound()


class TestSheets:
    def problems(self, code: str, rows: list[dict[str, Any]], by: Any) -> list[tuple[str, str]]:
        try:
            loading.load_table(signs.registers[code], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def row(self, **changes: Any) -> dict[str, Any]:
        found = land_registers.parcels_current(["P-1"])["P-1"]
        return {name: value for name, value in found.items() if not name.startswith("_")} | changes

    def test_a_sheet_says_what_is_known_and_draws_no_land(self, parcel, lin):
        assert self.problems("park.parcels", [self.row(plot_grade=9)], lin) == []
        parcel.refresh_from_db()
        assert parcel.plot_grade == 9
        assert self.problems("park.parcels", [self.row(state="public_use")], lin) == [
            ("state", "park.by_page_only")
        ]
        assert self.problems("park.parcels", [self.row(mu=Decimal(99))], lin) == [("mu", "park.by_page_only")]
        assert self.problems("park.parcels", [self.row(number="N")], lin) == [
            ("number", "park.parcel_by_file")
        ]
        sound()

    def test_the_zone_folder_holds_land_and_its_history(self, park, parcel, quota, firm, lin, tmp_path):
        from shanhai.fields.park import zone

        actions.allot_parcel(parcel, user=firm, by=lin)
        plots.split_parcel(parcel, line=TestSplitting.LINE, by=lin)
        slope_actions.add_slope(
            park, number="HP-1", name_zh="缓坡", outline=box(0, 0, 5, 5), mean_slope_degrees=Decimal(9), gained_mu=Decimal(3), by=lin,
        )  # fmt: skip
        zone.export(tmp_path, None)
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

        assert {"parcels.csv", "parcel_moves.csv", "parcel_descents.csv", "land_quotas.csv"} <= before.keys()
        assert set(zone.load(tmp_path, None).values()) == {0}
        zone.export(tmp_path, None)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        sound()


# -- at once -------------------------------------------------------------------------------------------------------


def at_once(calls: list[Any]) -> list[Any]:
    """The calls together, begun at one moment; PostgreSQL only, where two write at once."""
    return together(calls, threading.Barrier(len(calls)))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def _only_where_two_write(self) -> None:
        if connection.vendor != "postgresql" and connection.settings_dict["NAME"].startswith("file:memory"):
            pytest.skip("The tests' SQLite lives in memory, where readers lock.")

    def test_of_two_who_allot_one_parcel_one_is_told(self, parcel, quota, firm, lin):
        rows = [Parcel.objects.select_related("park").get(pk=parcel.pk) for _ in range(2)]
        results = at_once([lambda row=row: actions.allot_parcel(row, user=firm, by=lin) for row in rows])

        assert sum(isinstance(one, Refused) for one in results) == 1
        assert LandQuota.objects.get().used_mu == parcel.mu
        assert ParcelMove.objects.filter(to_state="allotted").count() == 1
        sound()

    def test_of_two_who_allot_more_than_the_quota_one_is_refused(self, park, parcel, quota, firm, lin):
        other = actions.add_parcel(park, number="P-2", outline=box(4, 1, 6, 3), state="serviced", by=lin)
        results = at_once(
            [lambda row=row: actions.allot_parcel(row, user=firm, by=lin) for row in (parcel, other)]
        )

        refused = [one for one in results if isinstance(one, Refused)]
        assert [one.code for one in refused] == ["park.quota_short"]
        assert LandQuota.objects.get().used_mu == parcel.mu
        assert Parcel.objects.filter(state="allotted").count() == 1
        sound()

    def test_of_two_who_draw_on_the_same_ground_one_is_refused_with_the_spot(self, park, lin):
        parks = [Park.objects.get(pk=park.pk) for _ in range(2)]
        results = at_once(
            [
                lambda there=there, n=n: actions.add_parcel(
                    there, number=f"N-{n}", outline=box(1, 1, 3 + n, 3), by=lin
                )
                for n, there in enumerate(parks)
            ]
        )

        refused = [one for one in results if isinstance(one, Refused)]
        assert [one.code for one in refused] == ["park.parcels_overlap"] and refused[0].facts["spot"]
        assert Parcel.objects.count() == 1
        sound()

    def test_of_two_who_split_one_parcel_one_is_told(self, parcel, lin):
        rows = [Parcel.objects.select_related("park").get(pk=parcel.pk) for _ in range(2)]
        results = at_once(
            [
                lambda row=row, n=n: plots.split_parcel(
                    row, line=TestSplitting.LINE, numbers=[f"{n}W", f"{n}E"], by=lin
                )
                for n, row in enumerate(rows)
            ]
        )

        assert sum(isinstance(one, Refused) for one in results) == 1
        assert Parcel.objects.filter(ended_on=None).count() == 2
        sound()
