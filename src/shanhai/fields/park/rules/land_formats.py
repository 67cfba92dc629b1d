"""The formats of land files: raw features with their values and coordinates as they stand there. Runs in a child."""

from __future__ import annotations

import codecs
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shanhai.fields.park.rules.land_plan import FIELDS, field_of
from shanhai.kernel.refusals import BadInput, Refused, TooLarge, gettext_noop
from shanhai.kernel.tables import csv_lines

Ring = list[tuple[float, float]]
Part = list[Ring]
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 4 * MOST_BYTES
MOST_POINTS = 500_000
MOST_PARCELS = 20_000
_OF_SHAPEFILE = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RawFeature:
    """A row of a file: values by field, polygons of rings of pairs; ``fault`` where its geometry is none."""

    row: int
    values: dict[str, str]
    parts: list[Part] = field(default_factory=list)
    fault: Refused | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A file as it stands.

    ``crs`` is the reference that it names, empty where it names none. ``needs_crs``: its format should name one.
    ``is_degrees_by_rule``: without a name its format means degrees of WGS 84.
    """

    features: list[RawFeature]
    crs: str = ""
    needs_crs: bool = False
    is_degrees_by_rule: bool = False


def read(path: str) -> Raw:
    """The features of a file by the ending of its name.

    Raises
    ------
    BadInput
        ``park.file_kind``, ``park.file_broken``, ``park.no_number_column``, ``park.several_layers``
    TooLarge
        ``park.file_too_large``, ``park.file_points``, ``park.file_parcels``
    """
    given = Path(path)
    if given.is_dir():
        return _shapefile(_only_shp(given))
    if given.stat().st_size > MOST_BYTES:
        raise TooLarge(
            "park.file_too_large",
            gettext_noop("The file has {mb} MB; at most {most} MB are read. Bring it in parts."),
            mb=given.stat().st_size // 1024 // 1024,
            most=MOST_BYTES // 1024 // 1024,
            field="file",
        )
    reader = _READERS.get(given.suffix.lower())
    if reader is None:
        raise BadInput(
            "park.file_kind",
            gettext_noop(
                "{name} is no land file. Bring GeoJSON, GeoPackage, a Shapefile (zip) or CSV with WKT."
            ),
            name=given.name[:80],
            field="file",
        )
    return reader(given)


class _Count:
    """Counts points and parcels and stops where there are too many."""

    def __init__(self) -> None:
        self.points = self.parcels = 0

    def add(self, points: int, parcels: int = 1) -> None:
        self.points += points
        self.parcels += parcels
        if self.points > MOST_POINTS:
            raise TooLarge(
                "park.file_points",
                gettext_noop(
                    "The file has more than {most} points. Simplify the outlines, or bring it in parts."
                ),
                most=MOST_POINTS,
                field="file",
            )
        if self.parcels > MOST_PARCELS:
            raise TooLarge(
                "park.file_parcels",
                gettext_noop("The file has more than {most} parcels. Bring it in parts."),
                most=MOST_PARCELS,
                field="file",
            )


def _broken(name: str, why: object = "") -> BadInput:
    return BadInput(
        "park.file_broken",
        gettext_noop("{name} cannot be read: {why}. Export it again."),
        name=name[:80],
        why=str(why)[:160],
        field="file",
    )


def _columns(headings: Iterable[str], name: str) -> dict[str, str]:
    """Heading to field, of the headings that are known; the first of a field wins."""
    found: dict[str, str] = {}
    for heading in headings:
        known = field_of(heading)
        if known and known not in found.values():
            found[heading] = known
    if "number" not in found.values():
        raise BadInput(
            "park.no_number_column",
            gettext_noop("{name} has no column with the number of the parcel. Name one: number or 地块编号."),
            name=name[:80],
            field="file",
        )
    return found


def _no_polygon(kind: str) -> BadInput:
    return BadInput(
        "park.no_polygon",
        gettext_noop("The geometry is {kind} and no polygon. Draw the land that it encloses."),
        kind=kind or "–",
    )


def _text(value: Any) -> str:
    if value is None or value != value:  # NaN: no value in a column of numbers
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


# -- GeoJSON -------------------------------------------------------------------------------------------------------


def _geojson(path: Path) -> Raw:
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
        features = data["features"] if data["type"] == "FeatureCollection" else [data]
        headings = list(dict.fromkeys(name for one in features for name in one["properties"] or {}))
        crs = (data.get("crs") or {}).get("properties", {}).get("name", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(path.name, error) from None
    columns, count = _columns(headings, path.name), _Count()
    made = []
    for row, one in enumerate(features, 1):
        values = {known: _text((one["properties"] or {}).get(name)) for name, known in columns.items()}
        try:
            parts = list(_geojson_parts(one.get("geometry"), count))
            made.append(RawFeature(row, values, parts))
        except BadInput as refused:
            made.append(RawFeature(row, values, fault=refused))
    return Raw(
        made, str(crs or "").replace("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"), is_degrees_by_rule=True
    )


def _geojson_parts(geometry: Any, count: _Count) -> Iterator[Part]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates: Any = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _no_polygon(str(kind or ""))
    try:
        parts = [coordinates] if kind == "Polygon" else coordinates
        count.add(sum(len(ring) for part in parts for ring in part))
        for part in parts:
            yield [[(float(point[0]), float(point[1])) for point in ring] for ring in part]
    except (TypeError, ValueError, IndexError):
        raise _no_polygon(f"{kind} ?") from None


# -- CSV with WKT --------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Raw:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise _broken(path.name, error) from None
    rows = csv_lines(text, path.name)
    _line, headings = next(rows, (1, []))
    columns, count = _columns(headings, path.name), _Count()
    if "outline" not in columns.values():
        raise BadInput(
            "park.no_wkt_column",
            gettext_noop("{name} has no column with the outlines as WKT. Name one: wkt."),
            name=path.name[:80],
            field="file",
        )
    made = []
    for row, cells in rows:
        named = {columns[h]: cell for h, cell in zip(headings, cells, strict=False) if h in columns}
        wkt = named.pop("outline", "")
        try:
            made.append(RawFeature(row, named, _wkt_parts(wkt, count)))
        except BadInput as refused:
            made.append(RawFeature(row, named, fault=refused))
    return Raw(made)


def _wkt_parts(wkt: str, count: _Count) -> list[Part]:
    import shapely

    try:
        shape = shapely.from_wkt(wkt.partition(";")[2] if wkt.upper().startswith("SRID=") else wkt)
    except shapely.errors.GEOSException:
        raise _no_polygon(wkt[:30]) from None
    return _shape_parts(shape, count)


# -- GeoPackage and Shapefile --------------------------------------------------------------------------------------


def _shape_parts(shape: Any, count: _Count) -> list[Part]:
    import shapely

    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise _no_polygon(shape.geom_type if shape is not None else "")
    count.add(int(shapely.get_num_coordinates(shape)))
    polygons = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
    return [
        [[(x, y) for x, y, *_rest in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
        if not polygon.is_empty
    ]


def _geopackage(path: Path) -> Raw:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        layers = [name for name, kind in pyogrio.list_layers(path) if kind and "Polygon" in kind]
    except DataSourceError as error:
        raise _broken(path.name, error) from None
    if len(layers) != 1:
        raise BadInput(
            "park.several_layers",
            gettext_noop("{name} has {n} layers with polygons ({layers}). Keep the one with the parcels."),
            name=path.name[:80],
            n=len(layers),
            layers=", ".join(layers)[:120],
            field="file",
        )
    return _layer(path, layers[0], "UTF-8")


def _zip(path: Path) -> Raw:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, Path(folder))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise _broken(path.name, error) from None
        return _shapefile(_only_shp(Path(folder)))


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """The parts of Shapefiles, by the last part of their names: no path of the archive is followed."""
    wanted = [one for one in archive.infolist() if Path(one.filename).suffix.lower() in _OF_SHAPEFILE]
    if sum(one.file_size for one in wanted) > MOST_UNPACKED:
        raise TooLarge(
            "park.file_too_large",
            gettext_noop("The file has {mb} MB; at most {most} MB are read. Bring it in parts."),
            mb=sum(one.file_size for one in wanted) // 1024 // 1024,
            most=MOST_UNPACKED // 1024 // 1024,
            field="file",
        )
    left = MOST_UNPACKED
    for one in wanted:
        name = Path(one.filename.replace("\\", "/")).name
        with archive.open(one) as source:
            data = source.read(left + 1)
        left -= len(data)
        if left < 0:
            raise zipfile.BadZipFile("the sizes that it names are wrong")
        (folder / f"{Path(name).stem}{Path(name).suffix.lower()}").write_bytes(data)


def _only_shp(folder: Path) -> Path:
    found = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".shp")
    if len(found) != 1:
        raise BadInput(
            "park.several_layers",
            gettext_noop("{name} has {n} layers with polygons ({layers}). Keep the one with the parcels."),
            name=folder.name[:80],
            n=len(found),
            layers=", ".join(one.name for one in found)[:120],
            field="file",
        )
    return found[0]


def _shapefile(path: Path) -> Raw:
    missing = [ending for ending in (".dbf", ".shx") if not _beside(path, ending)]
    if missing:
        raise BadInput(
            "park.shapefile_parts",
            gettext_noop(
                "The Shapefile lacks {missing}. Bring all its parts in one zip: .shp, .shx, .dbf, .prj."
            ),
            missing=", ".join(missing),
            field="file",
        )
    raw = _layer(path, None, _encoding(path))
    prj = _beside(path, ".prj")
    crs = prj.read_text("utf-8", errors="replace") if prj else ""
    return Raw(raw.features, crs, needs_crs=True)


def _beside(path: Path, ending: str) -> Path | None:
    return next(
        (one for one in path.parent.iterdir() if one.stem == path.stem and one.suffix.lower() == ending), None
    )


def _encoding(path: Path) -> str:
    """The encoding that the .cpg names; without one UTF-8 if all of the table is, else GB 18030."""
    cpg = _beside(path, ".cpg")
    named = cpg.read_text("ascii", errors="ignore").strip().lower().replace("cp936", "gb18030") if cpg else ""
    if named in ("936", "gbk", "gb2312", "gb18030"):
        return "GB18030"
    if named in ("utf-8", "utf8", "65001"):
        return "UTF-8"
    # The head of a table is no text. What is none in UTF-8 is what Chinese offices write.
    table = _beside(path, ".dbf")
    return "UTF-8" if table is None or _text_is_utf8(table) else "GB18030"


def _text_is_utf8(table: Path) -> bool:
    data = table.read_bytes()
    begin = int.from_bytes(data[8:10], "little")
    fields = [data[at : at + 32] for at in range(32, begin - 1, 32)]
    try:
        for one in fields:
            # A name ends after ten bytes, perhaps within a character.
            codecs.getincrementaldecoder("utf-8")().decode(one[:11].partition(b"\0")[0])
        data[begin:].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _whole(heading: str) -> str:
    """A heading of a table whose names end after ten bytes, perhaps within a character, as we know it."""
    if field_of(heading) or len(heading.encode()) < 9:
        return heading
    begun = heading.rstrip("\ufffd").strip().lower()
    known = [
        one for _name, headings in FIELDS for one in headings if len(begun) >= 3 and one.startswith(begun)
    ]
    return known[0] if len({field_of(one) for one in known}) == 1 else heading


def _layer(path: Path, layer: str | None, encoding: str) -> Raw:
    """A layer of a file that GDAL reads, some hundred features at a time.

    Text is read byte for byte and decoded here: a name that was cut within a character is no reason to refuse a file.
    """
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    def decoded(value: Any) -> Any:
        return (
            value.encode("latin-1").decode(encoding, "replace")
            if is_bytes and isinstance(value, str)
            else value
        )

    made: list[RawFeature] = []
    count, crs, is_bytes = _Count(), "", layer is None
    read_as = "ISO-8859-1" if is_bytes else encoding
    try:
        total = pyogrio.read_info(path, layer=layer, encoding=read_as)["features"]
        for begin in range(0, max(total, 0), _CHUNK):
            meta, _fids, shapes, table = pyogrio.raw.read(
                path, layer=layer, encoding=read_as, force_2d=True, skip_features=begin, max_features=_CHUNK
            )
            crs = meta["crs"] or ""
            headings = [_whole(decoded(name)) for name in meta["fields"]]
            columns = _columns(headings, path.name)
            known = [
                (columns[name], cells) for name, cells in zip(headings, table, strict=True) if name in columns
            ]
            for n, shape in enumerate(shapely.from_wkb(shapes, on_invalid="ignore")):
                values = {name: _text(decoded(cells[n])) for name, cells in known}
                try:
                    made.append(RawFeature(begin + n + 1, values, _shape_parts(shape, count)))
                except BadInput as refused:
                    made.append(RawFeature(begin + n + 1, values, fault=refused))
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise _broken(path.name, error) from None
    return Raw(made, crs, needs_crs=True)


_READERS = {
    ".geojson": _geojson,
    ".json": _geojson,
    ".csv": _csv,
    ".gpkg": _geopackage,
    ".zip": _zip,
    ".shp": _shapefile,
}
