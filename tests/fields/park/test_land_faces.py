"""Land through its faces: pages with the cast, the API, commands."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shanhai.fields.park.actions import land as actions
from shanhai.fields.park.actions import land_files
from shanhai.fields.park.actions import parks as park_actions
from shanhai.fields.park.actions import slopes as slope_actions
from shanhai.fields.park.models import LandQuota, Parcel, SlopeProject
from shanhai.fields.park.queries import performance
from shanhai.site.cli import run


def box(west: float, south: float, east: float, north: float) -> str:
    """A rectangle in thousandths of a degree from the south-west corner of the park, as WKT."""
    x0, x1 = (round(119.1 + value / 1000, 7) for value in (west, east))
    y0, y1 = (round(28.07 + value / 1000, 7) for value in (south, north))
    ring = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in ring)}))"


@pytest.fixture
def parcel(park: Any, lin: Any) -> Any:
    """A serviced parcel of 65 mu, and 100 mu that may be allotted."""
    park_actions.set_quota(park, year=2023, quota_mu=Decimal(100), by=lin)
    return actions.add_parcel(
        park, number="P-1", outline=box(1, 1, 3, 3), state="serviced", on=date(2022, 5, 1), by=lin
    )


@pytest.fixture
def slope(park: Any, lin: Any) -> Any:
    return slope_actions.add_slope(
        park, number="HP-1", name_zh="缓坡一期", name_en="First slopes", outline=box(0, 0, 5, 5),
        mean_slope_degrees=Decimal("17.5"), gained_mu=Decimal(300), farmland_lost_mu=Decimal(20), by=lin,
    )  # fmt: skip


def geojson(*features: tuple[str, str]) -> bytes:
    from shanhai.fields.park.rules import outlines

    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"number": number},
                    "geometry": {"type": "Polygon", "coordinates": outlines.read(outline).coordinates},
                }
                for number, outline in features
            ],
        }
    ).encode()


PAGES = (
    "/park/map/",
    "/park/map/?by=grade",
    "/park/map/?by=tax",
    "/park/parcels/",
    "/park/parcels/add/",
    "/park/parcels/P-1/",
    "/park/parcels/P-1/move/",
    "/park/parcels/P-1/allot/",
    "/park/parcels/P-1/split/",
    "/park/parcels/P-1/merge/",
    "/park/parcels/P-1/outline/",
    "/park/parcels/P-1/change/",
    "/park/account/",
    "/park/account/?format=csv",
    "/park/account/2022/",
    "/park/land-files/bring/",
    "/park/slopes/",
    "/park/slopes/add/",
    "/park/slopes/HP-1/",
    "/park/slopes/HP-1/change/",
    "/park/slopes/HP-1/move/",
    "/park/parks/LQ-1/land.geojson",
)


class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    def test_both_sides_open_it_in_both_languages_and_the_outsider_is_turned_away(
        self, path, parcel, slope, client_of, lin, shen, zhou
    ):
        assert client_of(lin).get(path).status_code == 200
        assert client_of(shen, language="zh-hans").get(path).status_code == 200
        assert client_of(zhou).get(path).status_code in (403, 404)

    def test_the_map_links_each_parcel_in_its_colour_and_the_legend_counts(
        self, park, parcel, client_of, lin
    ):
        page = client_of(lin).get("/park/map/")
        text = page.content.decode()

        assert 'href="/park/parcels/P-1/"' in text and 'fill="var(--sh-q2)"' in text
        assert "levelled and serviced" in text and "65.36" in text
        packed = client_of(lin).get("/park/map/", headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"

    def test_the_map_takes_grades_and_taxes_from_the_figures_of_enterprises(
        self, park, firm, client_of, lin, monkeypatch
    ):
        actions.add_parcel(park, number="P-2", outline=box(4, 4, 5, 5), state="in_use", user=firm, by=lin)
        monkeypatch.setattr(performance, "grades_of", lambda member, keys: dict.fromkeys(keys, "A"))
        monkeypatch.setattr(
            performance, "tax_per_mu_of", lambda member, keys: dict.fromkeys(keys, Decimal(30))
        )

        assert "P-2: A, " in client_of(lin).get("/park/map/?by=grade").content.decode()
        assert "P-2: 30.0 and more" in client_of(lin).get("/park/map/?by=tax").content.decode()

    def test_forms_draw_move_allot_split_and_merge(self, park, parcel, firm, client_of, lin):
        client = client_of(lin)
        asked = {"number": "P-2", "outline": box(2, 2, 4, 4), "state": "not_levelled", "phase_number": "0"}
        refused = client.post("/park/parcels/add/", asked)
        text = refused.content.decode()
        assert refused.status_code == 422 and 'class="spot"' in text and "119.102500, 28.072500" in text
        drawn = client.post("/park/parcels/add/", asked | {"outline": box(3, 1, 4, 3)})
        assert drawn.status_code == 302, drawn.content.decode()[-3000:]
        assert client.post("/park/parcels/P-1/move/", {"to": "levelled"}).status_code == 422
        assert client.post("/park/parcels/P-1/change/", {"phase_number": "1", "plot_grade": "9", "version": "0"}).status_code == 302  # fmt: skip
        assert (
            client.post("/park/parcels/P-1/change/", {"phase_number": "2", "version": "0"}).status_code == 409
        )
        allotted = client.post("/park/parcels/P-1/allot/", {"user": "FIRM", "version": "1"})
        assert allotted.status_code == 302 and LandQuota.objects.get().used_mu == parcel.mu
        split = {"line": "LINESTRING (119.102 28.06, 119.102 28.09)", "parts": "", "numbers": ""}
        assert client.post("/park/parcels/P-1/split/", split).status_code == 302
        merged = {"others": "P-1-2", "number": "P-9"}
        assert client.post("/park/parcels/P-1-1/merge/", merged).status_code == 302
        assert Parcel.objects.get(number="P-9").mu == parcel.mu
        page = client.get("/park/parcels/P-9/").content.decode()
        assert "P-1-1" in page and "Qingfeng" in page
        assert "was replaced" in client.get("/park/parcels/P-1/").content.decode()
        assert client.post("/park/parcels/P-2/outline/", {"outline": box(3, 1, 4, 2)}).status_code == 302

    def test_a_file_is_shown_with_its_spots_and_then_written(self, park, parcel, client_of, lin, shen):
        client = client_of(lin)
        bad = SimpleUploadedFile("bad.geojson", geojson(("P-5", box(2, 2, 4, 4))))
        shown = client.post("/park/land-files/bring/", {"file": bad, "crs": ""}, follow=True)
        text = shown.content.decode()
        assert "1 of them refused" in text and 'class="spot"' in text and "overlaps parcel P-1" in text
        good = SimpleUploadedFile("good.geojson", geojson(("P-5", box(5, 5, 6, 6)), ("P-1", box(1, 1, 3, 3))))
        shown = client.post("/park/land-files/bring/", {"file": good, "crs": ""}, follow=True)
        address = shown.redirect_chain[-1][0]
        assert "1 new, 0 changed, 1 unchanged" in shown.content.decode()
        assert client_of(shen).get(address).status_code == 404
        assert client.post(f"{address}write/").status_code == 302
        assert Parcel.objects.get(number="P-5").state == "not_levelled"

    def test_slopes_are_proposed_and_moved_by_forms(self, park, client_of, lin):
        client = client_of(lin)
        asked = {"number": "HP-2", "name_zh": "缓坡", "outline": box(0, 0, 5, 5), "mean_slope_degrees": "16.5",
                 "gained_mu": "300", "cost_per_mu_fen": "12万元"}  # fmt: skip
        made = client.post("/park/slopes/add/", asked)
        assert made.status_code == 302, made.content.decode()[-2500:]
        assert client.post("/park/slopes/HP-2/move/", {"to": "approved"}).status_code == 422
        moved = client.post("/park/slopes/HP-2/move/", {"to": "approved", "approval_number": "浙土1号"})
        assert moved.status_code == 302
        changed = client.post("/park/slopes/HP-2/change/", asked | {"gained_mu": "999", "version": "1"})
        assert changed.status_code == 422
        assert SlopeProject.objects.get().cost_per_mu_fen == 12_000_000


class TestPrograms:
    def test_the_api_does_what_the_pages_do(self, park, parcel, slope, firm, api_at, lin, zhou):
        call = api_at("/api/v1/park")(lin)
        assert [one["number"] for one in call("get", "/parcels?state=serviced").json()["items"]] == ["P-1"]
        made = call("post", "/parcels", {"park": "LQ-1", "number": "P-2", "outline": box(3, 1, 4, 3), "state": "serviced"}, key="a")  # fmt: skip
        assert made.status_code == 201 and made.json()["mu"] == "32.68", made.content
        refused = call(
            "post", "/parcels", {"park": "LQ-1", "number": "P-3", "outline": box(2, 2, 4, 4)}, key="b"
        )
        assert refused.status_code == 422 and refused.json()["spot"] == "119.102500, 28.072500"
        assert call("patch", "/parcels/P-2", {"plot_ratio": "1.5"}, version=0).json()["plot_ratio"] == "1.5"
        assert (
            call("post", "/parcels/P-2/outline", {"outline": box(3, 1, 4, 2)}, version=1).status_code == 200
        )
        assert (
            call("post", "/parcels/P-2/move", {"to": "public_use"}, version=2).json()["state"] == "public_use"
        )
        allotted = call("post", "/parcels/P-1/allot", {"user": "FIRM"}, version=0)
        assert allotted.json()["user"] == "FIRM", allotted.content
        split = {"line": "LINESTRING (119.102 28.06, 119.102 28.09)"}
        parts = call("post", "/parcels/P-1/split", split, version=1)
        assert parts.status_code == 201, parts.content
        assert sum(Decimal(one["mu"]) for one in parts.json()["parts"]) == Decimal("65.36")
        merged = call("post", "/parcels/merge", {"parcels": ["P-1-1", "P-1-2"], "number": "P-9"}, key="m")
        assert merged.json()["mu"] == "65.36" and len(merged.json()["moves"]) == 8, merged.content
        lines = call("get", "/account").json()["lines"]
        for line in lines:
            assert sum(map(Decimal, line["by_state"].values())) + Decimal(line["not_parcelled_mu"]) == 1500
        assert Decimal(call("get", "/slopes").json()["items"][0]["gross_mu"]) == slope.gross_mu
        assert call("post", "/slopes/HP-1/move", {"to": "approved", "approval_number": "1"}, version=0).status_code == 200  # fmt: skip
        assert call("patch", "/slopes/HP-1", {"gained_mu": "200"}, version=1).json()["gained_mu"] == "200"
        for path in ("/parcels", "/account", "/slopes"):
            assert api_at("/api/v1/park")(zhou)("get", path).status_code == 403

    def test_commands_do_what_the_pages_do(self, park, parcel, slope, firm, tmp_path: Path, capsys):
        lines = (
            ["parcels", "add", "P-2", "--outline", box(3, 1, 4, 3), "--state", "serviced"],
            ["parcels", "change", "P-2", "--ratio", "1.2", "--grade", "11"],
            ["parcels", "redraw", "P-2", "--outline", box(3, 1, 4, 2)],
            ["parcels", "move", "P-2", "public_use"],
            ["parcels", "allot", "P-1", "FIRM"],
            ["parcels", "split", "P-1", "--line", "LINESTRING (119.102 28.06, 119.102 28.09)"],
            ["parcels", "merge", "P-9", "P-1-1", "P-1-2"],
            ["parcels", "show", "P-9"],
            [
                "slopes",
                "add",
                "HP-2",
                "--name",
                "坡",
                "--outline",
                box(5, 5, 8, 8),
                "--slope",
                "12.5",
                "--gained",
                "50",
            ],
            ["slopes", "change", "HP-2", "--cost", "90000"],
            ["slopes", "move", "HP-2", "approved", "--approval", "浙土2号"],
            ["slopes", "show", "HP-2"],
            ["parcels", "export", str(tmp_path / "a.gpkg")],
        )
        assert run(["park", *lines[0], "--dry-run"]) == 0 and not Parcel.objects.filter(number="P-2").exists()
        for line in lines:
            assert run(["park", *line]) == 0, line
        assert Parcel.objects.get(number="P-9").mu == Decimal("65.36")
        assert SlopeProject.objects.get(number="HP-2").cost_per_mu_fen == 9_000_000
        assert run(["park", "parcels", "allot", "P-9", "FIRM"]) == 1

    def test_import_land_tries_out_writes_and_refuses_with_the_spot(
        self, park, parcel, tmp_path: Path, capsys
    ):
        path = tmp_path / "a.geojson"
        path.write_bytes(geojson(("P-5", box(5, 5, 6, 6))))
        assert run(["park", "import-land", str(path), "--dry-run", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 0}
        assert not Parcel.objects.filter(number="P-5").exists()
        assert run(["park", "import-land", str(path), "--json"]) == 0
        assert Parcel.objects.filter(number="P-5").exists()
        capsys.readouterr()

        path.write_bytes(geojson(("P-6", box(2, 2, 4, 4)), ("P-7", box(7, 7, 8, 8))))
        assert run(["park", "import-land", str(path), "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert told["refused"][0]["spot"] == "119.102500, 28.072500"
        assert not Parcel.objects.filter(number="P-7").exists()

    def test_the_account_is_told_to_programs_exactly(self, park, parcel, capsys):
        assert run(["park", "account", "--json"]) == 0
        lines = json.loads(capsys.readouterr().out)

        assert [line["year"] for line in lines] == list(range(2013, 2024))
        assert lines[-1]["serviced"] == "65.36" and lines[-1]["not_parcelled"] == "1434.64"
        assert run(["park", "account", "--csv"]) == 0
        assert len(io.StringIO(capsys.readouterr().out).readlines()) == 12

    def test_land_that_breaks_the_reader_is_a_refusal_and_no_error(
        self, park, lin, tmp_path: Path, client_of
    ):
        for name, content in (("a.zip", b"PK\x03\x04 no"), ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 200), ("a.csv", b"number,wkt\nA,POLYGON((\n")):  # fmt: skip
            answer = client_of(lin).post(
                "/park/land-files/bring/", {"file": SimpleUploadedFile(name, content), "crs": ""}, follow=True
            )
            assert answer.status_code in (200, 422), name
        assert not Parcel.objects.exists()
        assert land_files.SECONDS > 0
