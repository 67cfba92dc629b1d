"""Draws the land of the example zone: an invented outline of 5.1 km², its parcels, and what became of them to 2023.

    python scripts/example_land.py

The area, the enclave's 150 and 50 mu are reported; every line, date, user and figure here is invented (seed 5100) and marked
illustrative. Written are outlines in ``parks.csv``, and ``parcels.csv``, ``parcel_moves.csv``, ``parcel_descents.csv``,
``land_quotas.csv`` and ``slope_projects.csv``; and ``examples/parcels.geojson``, a small file to try ``import-land`` with.
"""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from shanhai.fields.park.rules import geometry, land, outlines
from shanhai.fields.park.rules.outlines import Outline
from shanhai.kernel.text import plain_decimal

SEED = 5100
ROOT = Path(__file__).parents[1] / "examples"
ZONE = ROOT / "longquan-xiaoshan"
SOURCE = "simulated, scripts/example_land.py, seed 5100"
PLANNED = Decimal(7650)
TODAY = date(2023, 9, 18)
HOME, ENCLAVE = "LQ-XS", "XS-ENCLAVE"
# Where the park is put: no survey, a place in the valley.
HOME_AT, ENCLAVE_AT = (119.117, 28.052), (120.286, 30.186)
BLOCKS = (330, 300, 340, 310, 290, 330, 300)  # widths of the columns of blocks in metres, from east to west
ROWS = (300, 290, 310, 280, 300)
ROAD = 30
PHASE_OF_COLUMN = (1, 1, 1, 2, 2, 3, 3)
PHASES = {1: date(2013, 1, 15), 2: date(2015, 1, 15), 3: date(2018, 1, 15)}
QUOTA_STEP = 50
# Serviced blocks are larger than what most leads can use, so four of them were laid out in lots of the sizes that are asked for.
LOTS_ON = date(2023, 9, 8)
LOTS = {"LQ-106": (12.3, 18.2), "LQ-107": (25.3,), "LQ-109": (12.4, 18.1), "LQ-116": (25.2,)}

Point = tuple[float, float]


@dataclass
class Parcel:
    """A parcel with its history."""

    number: str
    park: str
    phase: int
    outline: Outline
    mu: Decimal
    moves: list[dict[str, Any]] = field(default_factory=list)
    user: str = ""
    lessee: str = ""
    allotted_on: date | None = None
    ended_on: date | None = None
    begins_on: date | None = None

    def move(self, on: date, to: str, organisation: str = "", reason: str = "") -> None:
        """Write a line of its history."""
        before = self.moves[-1]["to_state"] if self.moves else ""
        self.moves.append(
            {
                "parcel": self.number, "sequence": len(self.moves) + 1, "on": on, "from_state": before, "to_state": to,
                "mu": self.mu, "organisation": organisation, "reason": reason,
            }
        )  # fmt: skip

    @property
    def state(self) -> str:
        """How it stands; of a replaced one, how it stood."""
        found = [move["to_state"] for move in self.moves if move["to_state"]]
        return found[-1]

    @property
    def since(self) -> date:
        """In its state since."""
        return next(move["on"] for move in reversed(self.moves) if move["to_state"])


class Land:
    """A flat plan in metres laid on the ellipsoid."""

    def __init__(self, at: Point, scale: float = 1.0) -> None:
        self.at, self.scale = at, scale
        self.per_lat = 110_850.0
        self.per_lon = 111_320.0 * math.cos(math.radians(at[1]))

    def outline(self, *rings: list[Point]) -> Outline:
        """Rings in metres as an outline."""
        return outlines.outline_of(
            [
                (self.at[0] + x * self.scale / self.per_lon, self.at[1] + y * self.scale / self.per_lat)
                for x, y in ring
            ]
            for ring in rings
        )


def edges(sizes: tuple[int, ...], roads_after: set[int]) -> list[tuple[str, float, float]]:
    """Blocks and roads one after the other: kind, from, to."""
    found, at = [], 0.0
    for n, size in enumerate(sizes):
        found.append((f"b{n}", at, at + size))
        at += size
        if n in roads_after:
            found.append((f"r{n}", at, at + ROAD))
            at += ROAD
    return found


def bend(x: float, y: float) -> Point:
    """What makes a plan of a valley of a chessboard: it follows the river and the foot of the hills."""
    return (
        x + 60 * math.sin(y / 420) + 0.06 * y,
        y + 110 * math.sin(x / 900 + 0.4) + 35 * math.sin(x / 310) * (y / 1500),
    )


def side(a: Point, b: Point, n: int = 6) -> list[Point]:
    """The way from one corner to another in the plan, bent; without its end."""
    return [bend(a[0] + (b[0] - a[0]) * t / n, a[1] + (b[1] - a[1]) * t / n) for t in range(n)]


def cell(x0: float, x1: float, y0: float, y1: float) -> list[Point]:
    """A rectangle of the plan, bent; its sides have points every so many metres, so that neighbours meet."""
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    ring: list[Point] = []
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        ring += side(a, b)
    return ring


def plan(columns: list[Any], rows: list[Any], rng: random.Random) -> Iterator[tuple[str, int, list[Point]]]:
    """Cells of the park: kind (block or road), phase, ring in metres."""
    top = rows[-1][2]
    for n, (kind, x0, x1) in enumerate(columns):
        column = int(kind[1:])
        if kind[0] == "r":
            # A road runs through all rows; its sides have the corners of the blocks on them.
            ring: list[Point] = []
            for _row, y0, y1 in rows:
                ring += side((x1, y0), (x1, y1))
            ring.append(bend(x1, top))
            for _row, y0, y1 in reversed(rows):
                ring += side((x0, y1), (x0, y0))
            ring.append(bend(x0, 0))
            yield "road", PHASE_OF_COLUMN[column], ring
            continue
        for row, y0, y1 in rows:
            if row[0] == "r":
                yield "road", PHASE_OF_COLUMN[column], cell(x0, x1, y0, y1)
                continue
            yield "block", PHASE_OF_COLUMN[column], cell(x0, x1, y0, y1)
        del n


def firms() -> list[str]:
    """Invented enterprises of Longquan in the example, by code: no invented plot stands beside the name of a real one."""
    with (ZONE / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted(
        row["code"] for row in rows if row["kind"] == "enterprise" and row["region"] == "331181000000"
        and row["standing"] != "reported" and row["code"] != "lx-company"
    )  # fmt: skip


def history(parcel: Parcel, is_road: bool, rng: random.Random, users: Iterator[str]) -> None:
    """What became of a parcel from the begin of its phase to today."""
    on = PHASES[parcel.phase]
    parcel.begins_on = on
    parcel.move(on, "not_levelled")

    def later(least: int, most: int) -> date:
        return on + timedelta(days=rng.randint(least, most))

    on = later(150, 600 if parcel.phase < 3 else 2600)
    if on > TODAY:
        return
    parcel.move(on, "levelled")
    if is_road:
        on = later(60, 200)
        if on <= TODAY:
            parcel.move(on, "public_use")
        return
    for to, least, most in (
        ("serviced", 100, 360),
        ("allotted", 60, 900),
        ("building", 40, 240),
        ("in_use", 240, 620),
    ):
        on = later(least, most)
        if on > TODAY:
            return
        if to == "allotted":
            parcel.user, parcel.allotted_on = next(users), on
        parcel.move(on, to, parcel.user)
    if rng.random() < 0.16:
        on = later(500, 1600)
        if on <= TODAY:
            parcel.move(on, "idle", parcel.user, "停产")
            on = later(200, 700)
            if on <= TODAY and rng.random() < 0.5:
                parcel.move(on, "vacated", parcel.user)
                parcel.user, parcel.allotted_on = "", parcel.allotted_on


def split(parcel: Parcel, on: date) -> list[Parcel]:
    """A parcel in two, as the platform splits it."""
    west, south, east, north = (value / outlines.UNIT for value in parcel.outline.box)
    middle = (west + east) / 2
    return divided(parcel, on, [[(middle, south - 0.001), (middle + 0.0002, north + 0.001)]])


def divided(parcel: Parcel, on: date, lines: list[list[Point]]) -> list[Parcel]:
    """A parcel in as many as lines make of it; the state and what is known of it go on in each."""
    parts = [parcel.outline]
    for line in lines:
        parts = [*parts[:-1], *sorted(geometry.cut(parts[-1], line), key=lambda part: part.box)]
    areas = land.share_mu(parcel.mu, [geometry.area_mm2(part) for part in parts])
    state, since = parcel.state, parcel.since
    children = []
    for n, (part, mu) in enumerate(zip(parts, areas, strict=True), 1):
        child = Parcel(f"{parcel.number}-{n}", parcel.park, parcel.phase, part, mu)
        child.user, child.allotted_on, child.begins_on = parcel.user, parcel.allotted_on, on
        child.move(on, state, parcel.user)
        child.state_since = since  # type: ignore[attr-defined]
        children.append(child)
    parcel.move(on, "", parcel.user)
    parcel.ended_on = on
    return children


def lots(parcel: Parcel, on: date, wanted: tuple[float, ...]) -> list[Parcel]:
    """A parcel in lots of so many mu from west to east, and what is left of it."""
    _west, south, _east, north = (value / outlines.UNIT for value in parcel.outline.box)
    lines, rest = [], parcel.outline
    for mu in wanted:
        low, high = rest.box[0] / outlines.UNIT, rest.box[2] / outlines.UNIT
        for _step in range(40):
            x = (low + high) / 2
            part = min(geometry.cut(rest, [(x, south - 0.001), (x, north + 0.001)]), key=lambda one: one.box)
            low, high = (x, high) if geometry.area_mu(part) < Decimal(str(mu)) else (low, x)
        lines.append([(x, south - 0.001), (x, north + 0.001)])
        rest = max(geometry.cut(rest, lines[-1]), key=lambda one: one.box)
    return divided(parcel, on, lines)


def home(rng: random.Random) -> tuple[Outline, list[Parcel], list[tuple[Parcel, Parcel]], Land]:
    """The home park: its border, parcels, and which came from which."""
    columns = edges(BLOCKS, {0, 1, 2, 3, 4, 5})
    rows = edges(ROWS, {1, 3})
    right, top = columns[-1][2], rows[-1][2]
    margin = (90, 45, 55, 150)  # west, south, east, north: hillside that lies in no parcel
    outer = [(-margin[0], -margin[1]), (right + margin[2], -margin[1]), (right + margin[2], top + margin[3]), (-margin[0], top + margin[3])]  # fmt: skip
    ring = [p for a, b in zip(outer, [*outer[1:], outer[0]], strict=True) for p in side(a, b, 14)]
    scale = 1.0
    for _step in range(20):  # The border is drawn so large that it has the land that is planned.
        ground = Land(HOME_AT, scale)
        border = ground.outline(ring)
        scale *= math.sqrt(float(PLANNED) / float(geometry.area_mu(border)))
    people = firms()
    rng.shuffle(people)
    users = (people[n // 2 % len(people)] for n in range(10_000))
    parcels: list[Parcel] = []
    descents: list[tuple[Parcel, Parcel]] = []
    for kind, phase, cell_ring in plan(columns, rows, rng):
        whole = ground.outline(cell_ring)
        pieces = [whole] if kind == "road" else _blocks(whole, rng)
        for piece in pieces:
            number = f"LQ-{len(parcels) + 1:03d}"
            parcel = Parcel(number, HOME, phase, piece, geometry.area_mu(piece))
            history(parcel, kind == "road", rng, users)
            parcels.append(parcel)
    for parcel in [one for one in parcels if one.state == "in_use" and one.phase == 1][3:9:5]:
        on = parcel.since + timedelta(days=400)
        if on < TODAY:
            for child in split(parcel, on):
                descents.append((parcel, child))
    parcels += [child for _parent, child in descents]
    tenants(rng, parcels, people)
    for number, wanted in LOTS.items():
        parent = next(one for one in parcels if one.number == number)
        descents += [(parent, child) for child in lots(parent, LOTS_ON, wanted)]
    parcels += [child for parent, child in descents if parent.number in LOTS]
    return border, parcels, descents, ground


def tenants(rng: random.Random, parcels: list[Parcel], people: list[str]) -> None:
    """Some plots are let."""
    for parcel in rng.sample([one for one in parcels if one.state == "in_use" and not one.ended_on], 6):
        parcel.lessee = rng.choice([one for one in people if one != parcel.user])


def _blocks(whole: Outline, rng: random.Random) -> list[Outline]:
    """A block in two to four parcels."""
    west, south, east, north = (value / outlines.UNIT for value in whole.box)
    pieces = [whole]
    for share in rng.choice(((0.5,), (0.34, 0.67), (0.4, 0.7), (0.3, 0.55, 0.8))):
        x = west + (east - west) * share
        line = [(x, south - 0.01), (x, north + 0.01)]
        pieces = [part for piece in pieces for part in _cut(piece, line)]
    return pieces


def _cut(piece: Outline, line: list[Point]) -> list[Outline]:
    try:
        return geometry.cut(piece, line)
    except Exception:
        return [piece]


def enclave(rng: random.Random) -> tuple[Outline, list[Parcel]]:
    """The enclave: a border of 150 mu, 50 of it in phase 1."""
    scale = 1.0
    for _step in range(20):
        ground = Land(ENCLAVE_AT, scale)
        border = ground.outline([(0, 0), (400, 12), (396, 262), (-6, 250)])
        scale *= math.sqrt(150 / float(geometry.area_mu(border)))
    parcels = []
    plots = [
        ([(4, 4), (140, 8), (139, 88), (3, 84)], ("2018-07-10", "2018-11-20", "2019-04-30", "2019-07-01", "2019-09-15", "2020-10-31")),
        ([(142, 8), (270, 12), (269, 92), (141, 88)], ("2018-07-10", "2018-11-20", "2019-06-30", "2019-10-08", "2020-01-10", "2021-06-30")),
        ([(3, 86), (120, 90), (119, 170), (1, 166)], ("2018-07-10", "2018-12-20", "2020-05-20", "2021-03-15", "2021-08-01")),
    ]  # fmt: skip
    steps = ("not_levelled", "levelled", "serviced", "allotted", "building", "in_use")
    owner = "lx-company"
    for n, (ring, days) in enumerate(plots, 1):
        outline = ground.outline([(float(x), float(y)) for x, y in ring])
        parcel = Parcel(f"XE-{n:02d}", ENCLAVE, 1, outline, geometry.area_mu(outline))
        parcel.begins_on = date.fromisoformat(days[0])
        for to, text in zip(steps, days, strict=False):
            on = date.fromisoformat(text)
            if to == "allotted":
                parcel.user, parcel.allotted_on = owner, on
            parcel.move(on, to, parcel.user)
        parcels.append(parcel)
    return border, parcels


# -- files ---------------------------------------------------------------------------------------------------------


def write(name: str, headings: list[str], rows: list[list[Any]]) -> None:
    """A file of the zone folder in the order of its keys."""
    with (ZONE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows([[told(value) for value in row] for row in rows])


def told(value: Any) -> Any:
    """A value as the export of a zone folder writes it: decimals in full, without zeros at their end."""
    if value is None:
        return ""
    return plain_decimal(value) if isinstance(value, Decimal) else value


def put_borders(borders: dict[str, Outline]) -> None:
    """The borders of the parks into the register that is there."""
    with (ZONE / "parks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["outline"] = borders[row["number"]].wkt
    write("parks.csv", list(rows[0]), [list(row.values()) for row in rows])


def write_parcels(parcels: list[Parcel], rng: random.Random) -> None:
    """Parcels and their history."""
    rows = []
    for one in sorted(parcels, key=lambda parcel: parcel.number):
        is_plot = one.state != "public_use"
        since = getattr(one, "state_since", one.since)
        rows.append(
            [
                one.number, one.park, one.phase, one.state, since, one.mu, one.user if one.state in land.HELD else "",
                one.lessee, 11 if is_plot else "", Decimal(rng.choice(("1.00", "1.20", "1.50"))) if is_plot else "",
                rng.choice((35, 40, 45)) if is_plot else "", one.allotted_on, "", one.begins_on, one.ended_on,
                one.outline.wkt, "illustrative", SOURCE,
            ]
        )  # fmt: skip
    write(
        "parcels.csv",
        [
            "number",
            "park",
            "phase",
            "state",
            "state_on",
            "mu",
            "user",
            "lessee",
            "plot_grade",
            "plot_ratio",
            "density_percent",
            "allotted_on",
            "until",
            "begins_on",
            "ended_on",
            "outline",
            "standing",
            "source",
        ],
        rows,
    )
    moves = [move for one in sorted(parcels, key=lambda parcel: parcel.number) for move in one.moves]
    write("parcel_moves.csv", list(moves[0]), [list(move.values()) for move in moves])


def write_quotas(parcels: list[Parcel]) -> None:
    """Each year's quota: what was allotted, and some left."""
    used: dict[tuple[str, int], Decimal] = {}
    for one in parcels:
        for move in one.moves:
            if move["to_state"] == "allotted" and move["from_state"] == "serviced":
                key = (one.park, move["on"].year)
                used[key] = used.get(key, Decimal(0)) + one.mu
    used.setdefault((HOME, TODAY.year), Decimal(0))
    used.setdefault((ENCLAVE, TODAY.year), Decimal(0))
    rows = []
    for (park, year), mu in sorted(used.items()):
        step = QUOTA_STEP if park == HOME else 20
        rows.append([park, year, (int(mu) // step + 2) * step, f"{mu.normalize():f}"])
    write("land_quotas.csv", ["park", "year", "quota_mu", "used_mu"], rows)


def write_slopes(parcels: list[Parcel], ground: Land) -> None:
    """Three slope projects, one a phase: the land that each phase was made from."""
    told = {
        1: ("山海园一期低丘缓坡开发", "Slopes of phase 1", "浙土整缓坡〔2012〕18号", "2012-10-15", "2014-09-30", "taken_over", 16.5, 11_800_000, "0.92"),
        2: ("山海园二期低丘缓坡开发", "Slopes of phase 2", "浙土整缓坡〔2014〕31号", "2014-11-20", "2017-06-20", "taken_over", 18.2, 13_500_000, "0.90"),
        3: ("山海园三期低丘缓坡开发", "Slopes of phase 3", "浙土整缓坡〔2017〕9号", "2017-09-05", "", "levelling", 21.4, 16_200_000, "0.86"),
    }  # fmt: skip
    columns, rows = edges(BLOCKS, {0, 1, 2, 3, 4, 5}), edges(ROWS, {1, 3})
    top = rows[-1][2]
    made = []
    for phase, (zh, en, document, approved, accepted, state, slope, cost, share) in told.items():
        own = [(x0, x1) for kind, x0, x1 in columns if PHASE_OF_COLUMN[int(kind[1:])] == phase]
        outline = ground.outline(cell(own[0][0], own[-1][1], 0, top))
        gross = geometry.area_mu(outline)
        gained = (gross * Decimal(share)).quantize(Decimal("0.01"))
        farmland, forest = ((gross * Decimal(part)).quantize(Decimal("0.01")) for part in ("0.08", "0.41"))
        back = farmland if state == "taken_over" else (farmland * Decimal("0.6")).quantize(Decimal("0.01"))
        made.append(
            [
                f"HP-{approved[:4]}-{phase}", HOME, zh, en, state, document, approved, gross, slope, cost, gained, farmland,
                back, forest, forest if state == "taken_over" else 0, accepted, outline.wkt, "", "", "illustrative", SOURCE,
            ]
        )  # fmt: skip
    del parcels
    write(
        "slope_projects.csv",
        [
            "number",
            "park",
            "name_zh",
            "name_en",
            "state",
            "approval_number",
            "approved_on",
            "gross_mu",
            "mean_slope_degrees",
            "cost_per_mu_fen",
            "gained_mu",
            "farmland_lost_mu",
            "farmland_compensated_mu",
            "forest_lost_mu",
            "forest_compensated_mu",
            "accepted_on",
            "outline",
            "about_zh",
            "about_en",
            "standing",
            "source",
        ],
        sorted(made),
    )


def write_land_file(parcels: list[Parcel], ground: Land) -> None:
    """A small land file: one parcel as it is, one serviced meanwhile, one that lies on the hillside and is new."""
    same = next(one for one in parcels if one.park == HOME and one.state == "in_use" and not one.ended_on)
    moved = next(one for one in parcels if one.park == HOME and one.state == "levelled")
    fresh = ground.outline(cell(-70, -25, 300, 360))
    features = [
        (same.number, same.state, same.user, same.outline),
        (moved.number, "serviced", "", moved.outline),
        ("LQ-200", "not_levelled", "", fresh),
    ]
    data = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"number": number, "state": state, "user": user},
                "geometry": {"type": "Polygon", "coordinates": outline.coordinates},
            }
            for number, state, user, outline in features
        ],
    }
    (ROOT / "parcels.geojson").write_text(
        json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def main() -> None:
    """Draw and write everything."""
    rng = random.Random(SEED)
    border, parcels, descents, ground = home(rng)
    enclave_border, more = enclave(rng)
    put_borders({HOME: border, ENCLAVE: enclave_border})
    everything = parcels + more
    for one in everything:
        geometry.check_within(
            one.number, one.outline, one.park, border if one.park == HOME else enclave_border
        )
    write_parcels(everything, rng)
    rows = sorted([parent.number, child.number, child.begins_on] for parent, child in descents)
    write("parcel_descents.csv", ["parent", "child", "on"], rows)
    write_quotas(everything)
    write_slopes(parcels, ground)
    write_land_file(everything, ground)
    live = [one for one in parcels if not one.ended_on]
    print(f"{len(live)} parcels with {sum(one.mu for one in live)} of {geometry.area_mu(border)} mu")


if __name__ == "__main__":
    main()
