"""The schematic map: everything drawn stands inside the drawing, with fonts as wide as they come."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.webkit import maps
from shanhai.webkit.maps import WIDTH, Feature

LAND = (
    Feature("area", ((0, 0), (200, 0), (200, 200), (0, 200)), side="mountain", label="龙泉市"),
    Feature("area", ((500, 20), (700, 20), (700, 180), (500, 180)), side="sea", label="萧山区"),
)
CHINESE, LATIN = 12.0, 7.4  # px of a character at 12 px, the widest fonts we have seen


def widths(svg: str) -> list[tuple[float, float]]:
    """From where to where the first line of each text runs, and its second line."""
    found = []
    for x, anchor, size, inner in re.findall(
        r'<text x="([\d.-]+)" y="[\d.-]+" text-anchor="(\w+)" font-size="(\d+)"[^>]*>(.*?)</text>', svg
    ):
        for nth, line in enumerate(re.findall(r"<tspan[^>]*>(.*?)</tspan>", inner)):
            scale = (int(size) if nth == 0 else 12) / 12
            wide = sum(CHINESE if ord(c) > 0x2E80 else LATIN for c in line) * scale
            found.append((float(x) - wide, float(x)) if anchor == "end" else (float(x), float(x) + wide))
    return found


@given(
    at=st.tuples(st.floats(500, 700), st.floats(20, 180)),
    note=st.text("租金和返还税收到村510/1,200万元 abc", min_size=1, max_size=28),
)
def test_words_of_a_site_stay_inside_the_drawing(at, note):
    svg = maps.draw([*LAND, Feature("site", (at,), side="sea", label="飞地产业园", note=note)], "合作区")

    assert svg.count("<text") == 1
    for left, right in widths(svg):
        assert left >= 0 and right <= WIDTH


def test_two_sites_of_a_side_do_not_write_over_each_other():
    sites = [
        Feature("site", ((600, 90 + n),), side="sea", label=f"Site {n}", note="a note") for n in range(2)
    ]

    svg = maps.draw([*LAND, *sites], "The zone")

    first, second = (float(y) for y in re.findall(r'<text x="[\d.-]+" y="([\d.-]+)"', svg))
    assert abs(first - second) >= 30


def test_a_name_from_the_outside_is_escaped():
    svg = maps.draw([*LAND, Feature("note", ((10, 10),), label="<script>")], "The zone")

    assert "<script>" not in svg and "&lt;script&gt;" in svg


@pytest.mark.parametrize("features", [[], [Feature("area", ())]])
def test_nothing_to_draw_draws_nothing(features):
    assert maps.draw(features, "The zone") == ""


def test_an_outline_is_numbers_in_pairs_whatever_stands_between():
    assert maps.ring("1,2 3;4.5\n-6 7") == ((1.0, 2.0), (3.0, 4.5), (-6.0, 7.0))
