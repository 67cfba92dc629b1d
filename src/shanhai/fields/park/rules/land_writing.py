"""Writes land files that read back equal: GeoJSON, GeoPackage, CSV with WKT, all in degrees of CGCS2000."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from shanhai.fields.park.rules import outlines

# Columns of every land file, besides the outline.
COLUMNS = ("number", "phase", "state", "user", "lessee", "plot_grade", "plot_ratio", "density_percent", "mu")
Row = tuple[dict[str, str], str]  # values by column, outline as WKT


def geojson(rows: Sequence[Row]) -> bytes:
    """A feature collection that names its reference, since RFC 7946 knows only WGS 84."""
    features = [
        {
            "type": "Feature",
            "properties": values,
            "geometry": {"type": "Polygon", "coordinates": outlines.kept(wkt).coordinates},
        }
        for values, wkt in rows
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    data = {"type": "FeatureCollection", "crs": crs, "features": features}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def as_csv(rows: Sequence[Row]) -> bytes:
    """One line a parcel, the outline as WKT."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "wkt"])
    writer.writerows([*(values[name] for name in COLUMNS), wkt] for values, wkt in rows)
    return ("\ufeff" + text.getvalue()).encode()


def geopackage(rows: Sequence[Row]) -> bytes:
    """A GeoPackage with one layer; runs in a child."""
    import numpy
    import pyogrio
    import shapely

    shapes = shapely.to_wkb(shapely.from_wkt([wkt for _values, wkt in rows]))
    table = [numpy.array([values[name] for values, _wkt in rows], dtype=object) for name in COLUMNS]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parcels.gpkg"
        pyogrio.raw.write(
            path, shapes, table, numpy.array(COLUMNS, dtype=object),
            layer="parcels", driver="GPKG", geometry_type="Polygon", crs="EPSG:4490",
        )  # fmt: skip
        return path.read_bytes()
