"""Land without a database: outlines, areas, cutting and joining, moves, the account, and land files of every kind."""

from __future__ import annotations

import json
import math
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shanhai.fields.park.rules import account, geometry, land, land_files, land_writing, outlines, projections
from shanhai.fields.park.rules.land import ParcelState
from shanhai.kernel.refusals import BadInput, NotNow, TooLarge

BORDER = "POLYGON ((119.1 28.07, 119.11 28.07, 119.11 28.08, 119.1 28.08, 119.1 28.07))"
SQUARE = [(119.102, 28.072), (119.104, 28.072), (119.104, 28.074), (119.102, 28.074)]
DEGREES = st.integers(0, 90).map(lambda n: n / 10_000)


def wkt(ring: list[tuple[float, float]]) -> str:
    return f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in [*ring, ring[0]])}))"


class TestOutlines:
    def test_one_outline_has_one_text_however_it_is_written(self):
        turned = [SQUARE[2], SQUARE[1], SQUARE[0], SQUARE[3]]
        closed = {"type": "Polygon", "coordinates": [[*SQUARE, SQUARE[0]]]}
        texts = {
            outlines.read(text).wkt
            for text in (
                wkt(SQUARE),
                wkt(turned),
                wkt(SQUARE).lower(),
                wkt([SQUARE[0], SQUARE[0], *SQUARE[1:]]),
                json.dumps(closed),
                json.dumps(
                    {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": closed}]}
                ),
            )
        }

        assert len(texts) == 1
        assert outlines.kept(texts.pop()).rings[0][0] == (1191020000, 280720000)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a field behind the mill", "park.no_outline"),
            ("POLYGON ((1 2, 3 4", "park.no_outline"),
            ("POLYGON ((119.1 28, 119.1 28, 119.1 28))", "park.ring_too_short"),
            ("POLYGON ((28.07 119.1, 28.08 119.1, 28.08 119.2, 28.07 119.1))", "park.not_in_degrees"),
            ("POLYGON ((nan nan, 119.1 28, 119.2 28.1, nan nan))", "park.no_outline"),
            ('{"type": "Polygon"}', "park.no_outline"),
            ('{"type": "Point", "coordinates": [119, 28]}', "park.no_outline"),
            ("MULTIPOLYGON (((119.1 28, 119.2 28, 119.2 28.1)), ((119.5 28, 119.6 28, 119.6 28.1)))", "park.several_parts"),
        ],
    )  # fmt: skip
    def test_what_is_no_outline_is_refused(self, text, code):
        with pytest.raises(BadInput) as refused:
            outlines.read(text)

        assert refused.value.code == code
        assert refused.value.facts["field"] == "outline"

    def test_a_ring_that_crosses_itself_is_refused_at_the_crossing(self):
        bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
        with pytest.raises(BadInput) as refused:
            geometry.checked(wkt(bow))

        assert (refused.value.code, refused.value.facts["spot"]) == (
            "park.ring_broken",
            "119.103000, 28.073000",
        )

    def test_a_sliver_is_refused(self):
        thin = [(119.102, 28.072), (119.104, 28.072), (119.104, 28.072004), (119.102, 28.072004)]
        with pytest.raises(BadInput) as refused:
            geometry.checked(wkt(thin))

        assert refused.value.code == "park.sliver"


class TestAreas:
    def test_mu_are_geodesic_on_the_ellipsoid_of_cgcs2000(self):
        # A fiftieth of a degree by as much at 28 degrees: from the meridian arc and the parallel of GRS 80, worked out apart.
        ring = [(119.0, 28.0), (119.02, 28.0), (119.02, 28.02), (119.0, 28.02)]
        a, f = 6378137.0, 1 / 298.257222101
        e2, lat = f * (2 - f), math.radians(28.01)
        w = math.sqrt(1 - e2 * math.sin(lat) ** 2)
        meridian = a * (1 - e2) / w**3 * math.radians(0.02)
        parallel = a / w * math.cos(lat) * math.radians(0.02)

        assert float(geometry.area_mu(geometry.checked(wkt(ring)))) == pytest.approx(
            meridian * parallel * 3 / 2000, rel=2e-6
        )

    def test_a_hole_is_no_land(self):
        whole = geometry.area_mu(geometry.checked(wkt(SQUARE)))
        hole = "(119.1025 28.0725, 119.1035 28.0725, 119.1035 28.0735, 119.1025 28.0735, 119.1025 28.0725)"
        holed = geometry.checked(f"{wkt(SQUARE)[:-1]}, {hole})")

        assert geometry.area_mu(holed) == pytest.approx(whole * 3 / 4, abs=Decimal("0.02"))

    @given(
        st.decimals("0.50", "9999.99", places=2),
        st.lists(st.integers(10**6, 10**13), min_size=1, max_size=40),
    )
    def test_shares_add_up_to_the_whole_and_follow_the_areas(self, whole, weights):
        try:
            parts = land.share_mu(whole, weights)
        except BadInput as refused:
            assert refused.code == "park.part_too_small"
            return

        assert sum(parts) == whole
        assert all(abs(part - whole * weight / sum(weights)) < Decimal("0.01") for part, weight in zip(parts, weights, strict=True))  # fmt: skip

    @settings(max_examples=40, deadline=None)
    @given(DEGREES, DEGREES, DEGREES, DEGREES)
    def test_parts_of_a_cut_have_the_land_of_the_whole_and_join_again(self, x0, x1, y0, y1):
        whole = geometry.checked(BORDER)
        line = [(119.1 + x0, 28.069), (119.1 + (x0 + x1) / 2, 28.075), (119.1 + x1, 28.081)]
        if y0 > y1:
            line = [(119.099, 28.07 + y0), (119.111, 28.07 + y1)]
        try:
            parts = geometry.cut(whole, line)
        except BadInput as refused:
            assert refused.code in ("park.line_cuts_nothing", "park.sliver")
            return

        areas = [geometry.area_mm2(part) for part in parts]
        # Each corner of the cut is rounded to about a centimetre.
        assert abs(sum(areas) - geometry.area_mm2(whole)) < 20_000_000
        geometry.check_parts("A", whole, parts)
        assert abs(geometry.area_mm2(geometry.joined(parts)) - geometry.area_mm2(whole)) < 20_000_000

    def test_a_line_that_ends_inside_cuts_nothing(self):
        with pytest.raises(BadInput) as refused:
            geometry.cut(geometry.checked(BORDER), [(119.105, 28.06), (119.105, 28.075)])

        assert refused.value.code == "park.line_cuts_nothing"

    def test_parts_that_leave_something_out_are_refused_with_the_spot(self):
        whole = geometry.checked(BORDER)
        left, right = geometry.cut(whole, [(119.105, 28.06), (119.105, 28.09)])
        short = geometry.cut(right, [(119.109, 28.06), (119.109, 28.09)])[0]
        with pytest.raises(BadInput) as refused:
            geometry.check_parts("A", whole, [left, short])

        assert refused.value.code == "park.parts_differ"
        assert refused.value.facts["spot"].startswith("119.1095")

    def test_parcels_that_touch_at_a_corner_do_not_adjoin(self):
        one = geometry.checked(wkt(SQUARE))
        other = geometry.checked(wkt([(x + 0.002, y + 0.002) for x, y in SQUARE]))
        with pytest.raises(NotNow) as refused:
            geometry.joined([one, other])

        assert refused.value.code == "park.not_adjoining"

    def test_what_overlaps_or_leaves_the_park_is_refused_with_the_spot(self):
        border, one = geometry.checked(BORDER), geometry.checked(wkt(SQUARE))
        over = geometry.checked(wkt([(x + 0.001, y) for x, y in SQUARE]))
        out = geometry.checked(wkt([(x + 0.007, y) for x, y in SQUARE]))
        beside = geometry.checked(wkt([(x + 0.002, y) for x, y in SQUARE]))

        geometry.check_apart("B", beside, [("A", one)])
        with pytest.raises(BadInput) as refused:
            geometry.check_apart("B", over, [("A", one)])
        assert refused.value.facts["spot"] == "119.103500, 28.073000"
        with pytest.raises(BadInput) as refused:
            geometry.check_within("B", out, "P", border)
        assert refused.value.facts["spot"] == "119.110500, 28.073000"


class TestMoves:
    @given(
        st.sampled_from(list(ParcelState)),
        st.sampled_from(list(ParcelState)),
        st.sampled_from(["", "because"]),
    )
    def test_only_the_ways_that_there_are_are_gone_and_back_with_a_reason(self, here, there, reason):
        forward = there in land.MOVES[here] and not (there is ParcelState.ALLOTTED and here in land.FREE)
        back = there in land.WITH_REASON.get(here, ())

        if forward or (back and reason):
            land.check_move("A", here, there, reason)
        else:
            with pytest.raises((NotNow, BadInput)):
                land.check_move("A", here, there, reason)

    def test_every_state_but_the_first_is_reached_and_all_but_none_is_left(self):
        reached = {there for ways in (*land.MOVES.values(), *land.WITH_REASON.values()) for there in ways}

        assert reached == set(ParcelState)
        assert all(
            land.reachable(state) or state is ParcelState.PUBLIC
            for state in set(ParcelState) - set(land.FREE)
        )


MOVES = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 4_000),
        st.sampled_from(["", *ParcelState]),
        st.integers(1, 10_000),
    ),
    max_size=40,
)


class TestAccount:
    @given(MOVES)
    def test_each_line_adds_up_to_the_planned_land_exactly(self, given_moves):
        moves = [
            account.Move(parcel, n, date(2013, 1, 1) + timedelta(days=days), state, Decimal(mu).scaleb(-2))
            for n, (parcel, days, state, mu) in enumerate(given_moves)
        ]
        lines = account.account(Decimal(7650), moves, range(2012, 2026))

        for line in lines:
            assert sum(line.by_state.values()) + line.not_parcelled_mu == line.planned_mu
            assert sum(account.grouped(line).values()) == line.planned_mu
            assert min(line.by_state.values()) >= 0

    @given(MOVES, st.randoms())
    def test_each_line_is_what_holds_for_each_parcel_whatever_the_order(self, given_moves, rng):
        moves = [
            account.Move(parcel, n, date(2013, 1, 1) + timedelta(days=days), state, Decimal(mu).scaleb(-2))
            for n, (parcel, days, state, mu) in enumerate(given_moves)
        ]
        shuffled = moves[:]
        rng.shuffle(shuffled)
        lines = account.account(Decimal(7650), shuffled, range(2012, 2026))

        for line in lines:
            held: dict[str, account.Move] = {}
            for move in sorted(moves, key=lambda move: (move.on, move.sequence)):
                if move.on.year <= line.year:
                    held[move.parcel] = move
            for state in ParcelState:
                assert line.by_state[state] == sum(
                    (move.mu for move in held.values() if move.to_state == state), Decimal(0)
                )


# -- land files ----------------------------------------------------------------------------------------------------


def in_crs(code: int, ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    from pyproj import Transformer

    return [Transformer.from_crs(4490, code, always_xy=True).transform(x, y) for x, y in ring]


class TestProjections:
    @given(
        st.sampled_from([*projections.THREE, *projections.SIX]),
        st.floats(-1.4, 1.4),
        st.floats(18, 53),
        st.booleans(),
    )
    @settings(max_examples=60, deadline=None)
    def test_an_easting_with_its_number_says_its_zone_even_swapped(self, zone, off, latitude, is_swapped):
        meridian = projections.meridian(zone)
        (point,) = in_crs(projections.zone_code(zone), [(meridian + off, latitude)])
        seen = projections.look(point[::-1] if is_swapped else point)

        assert (seen.kind, seen.zone, seen.is_swapped) == ("numbered", zone, is_swapped)
        back = projections.guessed(seen, [point], None).to_degrees([point])
        assert back[0] == pytest.approx((meridian + off, latitude), abs=1e-8)

    def test_an_easting_without_a_number_is_placed_by_the_park(self):
        park = outlines.read(BORDER).box
        points = in_crs(4549, SQUARE)

        assert projections.guessed(projections.look(points[0]), points, park).code == "EPSG:4549"
        assert projections.guessed(projections.look(points[0]), points, None) is None

    @pytest.mark.parametrize("code", ["2385", "EPSG:2437", "nonsense"])
    def test_other_data_and_no_references_are_refused(self, code):
        with pytest.raises(BadInput):
            projections.reference_of(code, "given")


class TestFiles:
    def geojson(self, path: Path, *features: tuple[str, Any], crs: str = "") -> Path:
        data: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"编号": number, "容积率": 1.2}, "geometry": shape}
                for number, shape in features
            ],
        }
        if crs:
            data["crs"] = {"type": "name", "properties": {"name": crs}}
        path.write_text(json.dumps(data))
        return path

    def polygon(self, *rings: list[tuple[float, float]]) -> dict[str, Any]:
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]] for ring in rings]}

    def shapefile(
        self, folder: Path, code: int, *, encoding: str, has_prj: bool = True, has_cpg: bool = True
    ) -> Path:
        import warnings

        import numpy
        import pyogrio
        import shapely

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.raw.write(
                folder / "land.shp",
                shapely.to_wkb([shapely.Polygon(in_crs(code, SQUARE))]),
                [numpy.array(["东-1"], dtype=object), numpy.array(["青枫汽配"], dtype=object)],
                numpy.array(["地块编号", "使用单位"], dtype=object),
                driver="ESRI Shapefile",
                geometry_type="Polygon",
                crs=f"EPSG:{code}" if has_prj else None,
                encoding=encoding,
            )
        for ending, is_kept in ((".prj", has_prj), (".cpg", has_cpg)):
            if not is_kept:
                (folder / f"land{ending}").unlink(missing_ok=True)
        packed = folder / "land.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for part in folder.glob("land.*"):
                if part.suffix != ".zip":
                    archive.write(part, f"../evil/{part.name}")
        return packed

    @pytest.mark.parametrize("code", [4490, 4326, 4528, 4549, 4498, 4509, 32650])
    @pytest.mark.parametrize(
        ("encoding", "has_cpg"), [("GBK", True), ("GBK", False), ("UTF-8", True), ("UTF-8", False)]
    )
    def test_shapefiles_of_every_zone_and_encoding_say_the_same(self, code, encoding, has_cpg, tmp_path):
        found = land_files.read_file(
            str(self.shapefile(tmp_path, code, encoding=encoding, has_cpg=has_cpg)), border=BORDER
        )

        (feature,) = found.features
        assert (feature.number, feature.values["user"]) == ("东-1", "青枫汽配")
        assert feature.outline == outlines.read(wkt(SQUARE)).wkt
        assert (feature.mu, found.how, found.faults) == ("65.36", "declared", ())

    def test_without_a_prj_the_reference_is_asked_for_with_what_the_numbers_say(self, tmp_path):
        packed = self.shapefile(tmp_path, 4528, encoding="GBK", has_prj=False)
        with pytest.raises(BadInput) as refused:
            land_files.read_file(str(packed))

        assert (refused.value.code, refused.value.facts["guess"]) == ("park.no_prj", "EPSG:4528")
        assert land_files.read_file(str(packed), crs="EPSG:4528").features[0].mu == "65.36"
        assert land_files.read_file(str(tmp_path), crs="4528").features[0].mu == "65.36"  # a folder

    def test_a_named_zone_without_number_and_eastings_with_it_are_put_right(self, tmp_path):
        packed = self.shapefile(tmp_path, 4528, encoding="UTF-8", has_prj=False)
        found = land_files.read_file(str(packed), crs="EPSG:4549")

        assert found.reference == "EPSG:4528" and found.remarks[0][1]["named"] == "EPSG:4549"
        assert found.features[0].mu == "65.36"
        with pytest.raises(BadInput):  # another meridian is no matter of numbers
            wrong = land_files.read_file(str(packed), crs="EPSG:4546")
            raise BadInput(wrong.faults[0].code, "")

    def test_where_no_outline_can_be_read_each_row_says_what_is_wrong(self, tmp_path):
        path = tmp_path / "cut.csv"
        path.write_text('number,wkt\nX-1,"POLYGON((119.1 28.1, 119.1001"\n\nX-2,\n', encoding="utf-8")

        found = land_files.read_file(str(path))

        assert [(one.row, one.number, one.code) for one in found.faults] == [
            (2, "X-1", "park.no_polygon"),
            (4, "X-2", "park.no_polygon"),
        ]
        assert found.features == ()

    def test_a_cell_that_nobody_closes_is_refused_with_its_line(self, tmp_path):
        path = tmp_path / "cut.csv"
        path.write_text(f'number,wkt\nX-1,"{wkt(SQUARE)}"\nX-2,"POLYGON((119.1 28.1\n', encoding="utf-8")

        with pytest.raises(BadInput, match="line 3") as refused:
            land_files.read_file(str(path))

        assert refused.value.code == "tables.no_csv"

    def test_swapped_axes_are_put_right_and_said(self, tmp_path):
        swapped = self.polygon([(y, x) for x, y in SQUARE])
        found = land_files.read_file(str(self.geojson(tmp_path / "a.geojson", ("A", swapped))))

        assert found.features[0].outline == outlines.read(wkt(SQUARE)).wkt
        assert "swapped" in found.features[0].remarks[0][0]

    def test_one_parcel_in_another_projection_is_refused_at_its_point(self, tmp_path):
        path = self.geojson(
            tmp_path / "a.json",
            ("A", self.polygon(SQUARE)),
            ("B", self.polygon(in_crs(4528, [(x + 0.003, y) for x, y in SQUARE]))),
        )
        found = land_files.read_file(str(path))

        assert [one.number for one in found.features] == ["A"]
        assert [(one.row, one.number, one.code) for one in found.faults] == [
            (2, "B", "park.mixed_projections")
        ]
        assert found.faults[0].spot

    def test_faults_are_named_by_row_with_their_spot_and_the_rest_is_read(self, tmp_path):
        bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
        shifted = [(x + 0.004, y) for x, y in SQUARE]
        path = self.geojson(
            tmp_path / "a.geojson",
            ("A", self.polygon(shifted)),
            ("B", self.polygon(bow)),
            ("A", self.polygon(SQUARE)),
            ("", self.polygon(SQUARE)),
            ("C", {"type": "LineString", "coordinates": SQUARE}),
            ("D", None),
            ("E", {"type": "MultiPolygon", "coordinates": [[SQUARE], [shifted]]}),
            ("F", self.polygon([(x + 0.007, y) for x, y in SQUARE])),
            ("G", self.polygon([SQUARE[0], SQUARE[1], SQUARE[0]])),
        )
        found = land_files.read_file(str(path), park="P", border=BORDER)

        assert [one.number for one in found.features] == ["A"]
        assert {(one.row, one.code) for one in found.faults} == {
            (2, "park.ring_broken"),
            (3, "park.number_twice"),
            (4, "park.number_missing"),
            (5, "park.no_polygon"),
            (6, "park.no_polygon"),
            (7, "park.several_parts"),
            (8, "park.parcel_outside"),
            (9, "park.ring_too_short"),
        }
        assert all(one.spot for one in found.faults if one.row in (2, 7, 8, 9))

    def test_of_two_that_overlap_both_are_refused_and_what_is_there_counts_too(self, tmp_path):
        path = self.geojson(
            tmp_path / "a.geojson",
            ("A", self.polygon(SQUARE)),
            ("B", self.polygon([(x + 0.001, y) for x, y in SQUARE])),
            ("C", self.polygon([(x + 0.005, y) for x, y in SQUARE])),
        )
        there = [("OLD", outlines.read(wkt([(x + 0.006, y) for x, y in SQUARE])).wkt)]
        found = land_files.read_file(str(path), there=there)

        assert {(one.number, one.facts["other"]) for one in found.faults} == {
            ("A", "B"),
            ("B", "A"),
            ("C", "OLD"),
        }
        assert not found.features
        moved = [("C", there[0][1])]  # the parcel itself, as it was
        assert [one.number for one in land_files.read_file(str(path), there=moved).features] == ["C"]

    def test_tiny_holes_are_closed_and_large_ones_stay(self, tmp_path):
        def hole(size: float) -> list[tuple[float, float]]:
            return [(119.103, 28.073), (119.103, 28.073 + size), (119.103 + size, 28.073 + size), (119.103 + size, 28.073)]  # fmt: skip

        for size, n in ((0.000005, 1), (0.0005, 2)):
            path = self.geojson(tmp_path / "a.geojson", ("A", self.polygon(SQUARE, hole(size))))
            (feature,) = land_files.read_file(str(path)).features
            assert len(outlines.kept(feature.outline).rings) == n
            assert bool(feature.remarks) == (n == 1)

    def test_a_million_points_are_refused_before_they_are_worked_on(self, tmp_path):
        n = 1_000_000
        ring = [
            (round(119.105 + 0.004 * math.cos(2 * math.pi * i / n), 9), round(28.075 + 0.004 * math.sin(2 * math.pi * i / n), 9))
            for i in range(n)
        ]  # fmt: skip
        path = self.geojson(tmp_path / "a.geojson", ("A", self.polygon(ring)))
        with pytest.raises(TooLarge) as refused:
            land_files.read_file(str(path))

        assert refused.value.code == "park.file_points"

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.txt", b"hello", "park.file_kind"),
            ("a.geojson", b"{", "park.file_broken"),
            ("a.geojson", b'{"type": "FeatureCollection", "features": [{"properties": {"x": 1}}]}', "park.no_number_column"),
            ("a.geojson", b'{"type": "FeatureCollection", "features": [7]}', "park.file_broken"),
            ("a.zip", b"PK no zip", "park.file_broken"),
            ("a.gpkg", b"no database", "park.file_broken"),
            ("a.csv", b"number\nA\n", "park.no_wkt_column"),
            ("a.csv", b"\xff\xfe\xff", "park.file_broken"),
            ("a.csv", b"number,wkt\n", "park.file_empty"),
        ],
    )  # fmt: skip
    def test_broken_files_are_refused_as_a_whole(self, name, content, code, tmp_path):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadInput) as refused:
            land_files.read_file(str(path))

        assert refused.value.code == code

    def test_a_shapefile_without_its_table_is_refused(self, tmp_path):
        packed = self.shapefile(tmp_path, 4490, encoding="UTF-8")
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(tmp_path / "land.shp", "land.shp")
        with pytest.raises(BadInput) as refused:
            land_files.read_file(str(packed))

        assert refused.value.code == "park.shapefile_parts"

    @pytest.mark.parametrize("form", ["geojson", "csv", "gpkg"])
    def test_what_is_written_reads_back_equal(self, form, tmp_path):
        outline = outlines.read(wkt([(x + 1e-7, y) for x, y in SQUARE]))
        values = dict.fromkeys(land_writing.COLUMNS, "") | {"number": "甲-1", "state": "in_use", "plot_ratio": "1.20", "user": "厂"}  # fmt: skip
        write = {"geojson": land_writing.geojson, "csv": land_writing.as_csv, "gpkg": land_writing.geopackage}
        path = tmp_path / f"a.{form}"
        path.write_bytes(write[form]([(values, outline.wkt)]))

        (feature,) = land_files.read_file(str(path)).features
        assert feature.outline == outline.wkt
        assert (feature.number, feature.values["user"], feature.values["plot_ratio"]) == (
            "甲-1",
            "厂",
            "1.20",
        )
