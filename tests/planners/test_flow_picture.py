"""The picture of what follows what: nothing lies on anything else, and lines lead where they should."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.planners.flow_picture import BOX_H, BOX_W, MOST_STEPS, draw_flow

NAMES = st.text("abcdefgh", min_size=1, max_size=2)


@given(st.dictionaries(NAMES, st.integers(1, 99), min_size=1, max_size=30), st.data())
def test_boxes_never_overlap_and_lines_end_at_their_boxes(steps, data):
    pairs = data.draw(
        st.dictionaries(st.tuples(*(st.sampled_from(sorted(steps)),) * 2), st.integers(1, 50), max_size=60)
    )

    found = draw_flow(steps, pairs)

    assert len(found.boxes) == min(len(steps), MOST_STEPS)
    for one, other in combinations(found.boxes, 2):
        assert abs(one.x - other.x) >= BOX_W or abs(one.y - other.y) >= BOX_H, (one, other)
    at = {one.name: one for one in found.boxes}
    for line in found.lines:
        first, last = line.points[0], line.points[-1]
        assert at[line.before].x <= first[0] <= at[line.before].x + BOX_W
        assert at[line.after].x <= last[0] <= at[line.after].x + BOX_W
        assert line.count == pairs[line.before, line.after]
        assert line.is_back == (at[line.before].y > at[line.after].y)
    for box in found.boxes:
        assert box.x >= 0 and box.x + BOX_W <= found.width and box.y + BOX_H <= found.height
    assert draw_flow(dict(reversed(steps.items())), pairs) == found


def test_a_chain_goes_down_and_rework_leads_back_up():
    found = draw_flow(
        {"ask": 9, "look": 12, "sign": 9}, {("ask", "look"): 9, ("look", "sign"): 9, ("sign", "look"): 3}
    )

    assert [one.name for one in sorted(found.boxes, key=lambda one: one.y)] == ["ask", "look", "sign"]
    assert [(one.before, one.is_back) for one in found.lines] == [
        ("sign", True),
        ("ask", False),
        ("look", False),
    ]


def test_rare_lines_are_left_out_and_counted_but_each_step_keeps_its_best():
    names = [f"s{n}" for n in range(8)]
    pairs = {(a, b): 1 for a in names for b in names if a != b} | {("s0", "s1"): 50}

    found = draw_flow(dict.fromkeys(names, 5), pairs)

    assert found.left_out == 56 - len(found.lines) > 0
    assert {one.before for one in found.lines} == {one.after for one in found.lines} == {*names}


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_to_draw_is_no_error(n):
    found = draw_flow({f"s{k}": 1 for k in range(n)}, {})

    assert len(found.boxes) == n and not found.lines and found.width > 0
