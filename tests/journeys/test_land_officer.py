"""A day of the land officer: a land file, a parcel drawn where it may not lie and then where it may, allotted, split and merged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "examples" / "parcels.geojson"
# So far north of the new parcel of the file, each language draws one of its own.
NORTH = {"en": 0.0007, "zh-hans": -0.0008}
STATE = "SELECT state, mu, ended_on FROM park_parcel WHERE number = ?"


def shifted(north: float) -> list[tuple[float, float]]:
    """The outline of the new parcel of the file, moved."""
    (ring,) = next(
        one["geometry"]["coordinates"]
        for one in json.loads(FILE.read_text(encoding="utf-8"))["features"]
        if one["properties"]["number"] == "LQ-200"
    )
    return [(round(x, 7), round(y + north, 7)) for x, y in ring]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_day_of_the_land_officer(
    visit: Callable[..., Any], held: Callable[..., Any], language: str
) -> None:
    number = {"en": "LQ-901", "zh-hans": "LQ-902"}[language]
    officer = visit("park", language)

    # The map: each parcel is a link in its colour; grade and tax are asked with a click.
    officer.open("/park/map/")
    assert officer.page.locator("svg.land a").count() >= 125
    officer.open("/park/map/?by=grade")

    # A land file: what would change is shown, then written; the second time nothing is left to write.
    officer.press("a[href*='/park/land-files/bring/']")
    officer.page.locator("input[type=file]").set_input_files(str(FILE))
    officer.send()
    if officer.page.locator("main form .btn-primary").count():
        officer.send()
        assert held(STATE, "LQ-200")[0][0] == "not_levelled"
    else:
        assert language == "zh-hans" and held(STATE, "LQ-200")

    # Drawn with the pen across what is there: refused, and the spot is marked on the map.
    officer.open("/park/parcels/add/?park=LQ-XS")
    officer.page.locator("[data-pen-start]").click()
    box = officer.page.locator("svg.land").bounding_box()
    for across, down in ((0.4, 0.4), (0.5, 0.4), (0.5, 0.5)):
        officer.page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    assert officer.page.locator("[name=outline]").input_value().startswith("POLYGON ((")
    officer.fill(number=number)
    officer.send()
    assert officer.page.locator("svg.land .spot").count() == 1

    # Pasted where the hillside is free, then levelled, serviced and allotted.
    ring = shifted(NORTH[language])
    officer.fill(outline=f"POLYGON (({', '.join(f'{x} {y}' for x, y in ring)}))")
    officer.send()
    assert held(STATE, number)[0][0] == "not_levelled"
    for state in ("levelled", "serviced"):
        officer.open(f"/park/parcels/{number}/move/")
        officer.fill(to=state)
        officer.send()
    officer.press(f"a[href='/park/parcels/{number}/allot/']")
    officer.fill(user="qingfeng")
    officer.send()
    state, mu, _ended = held(STATE, number)[0]
    assert state == "allotted"

    # Split by a line, the parts have exactly its land; merged again they are the whole.
    west, east = min(x for x, _y in ring), max(x for x, _y in ring)
    middle = (min(y for _x, y in ring) + max(y for _x, y in ring)) / 2
    officer.open(f"/park/parcels/{number}/split/")
    officer.fill(line=f"LINESTRING ({west - 0.001} {middle}, {east + 0.001} {middle})")
    officer.send()
    parts = [held(STATE, f"{number}-{n}")[0][1] for n in (1, 2)]
    assert round(sum(map(float, parts)), 2) == float(mu)
    officer.open(f"/park/parcels/{number}-1/merge/")
    officer.fill(others=f"{number}-2", number=f"{number}-M")
    officer.send()
    assert float(held(STATE, f"{number}-M")[0][1]) == float(mu)

    # The account adds up, and this year's figure opens the parcel.
    officer.open("/park/account/?park=LQ-XS")
    officer.press("a[href*='/park/account/2023/'][href*='state=allotted']")
    assert officer.rows(f"{number}-M")


def test_a_parcel_is_read_and_drawn_on_the_phone_and_without_script(visit: Callable[..., Any]) -> None:
    phone = visit("park", "zh-hans", width=390)
    for path in ("/park/map/", "/park/parcels/LQ-001/", "/park/account/", "/park/slopes/HP-2014-2/"):
        phone.open(path)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    plain = visit("park", "en", script=False)
    plain.open("/park/parcels/add/")
    assert plain.page.locator("svg.land").is_visible()
    assert plain.page.locator("textarea[name=outline]").is_visible()
    assert not plain.page.locator("[data-pen-start]").is_visible()
