"""Scores and grades of enterprises by their land: the published vectors, and what holds whatever comes in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import LandScheme, LandYear, grade_land
from shanhai.planners.land_grades import ABOVE_SCALE, BELOW_SCALE, EMISSION

# Huangyan district, 2022.
OF_2022 = LandScheme(
    dict(zip(ABOVE_SCALE, (24.097, 136.16, 2.694, 4929.81, 18.14, 0.0302), strict=True)),
    {"tax_per_mu": 11.5932, "tax_per_kwh": 0.2352},
)
OF_2021 = LandScheme(
    dict(zip(ABOVE_SCALE, (26.01, 132.27, 2.54, 4861.08, 17.45, 0.0305), strict=True)),
    {"tax_per_mu": 16.601058, "tax_per_kwh": 0.236565},
)


def above(name: str, *ratios: float, **more) -> LandYear:
    return LandYear(name, dict(zip(ABOVE_SCALE, ratios, strict=True)), **more)


def below(name: str, tax_per_mu: float, tax_per_kwh: float, **more) -> LandYear:
    ratios = {"tax_per_mu": tax_per_mu, "tax_per_kwh": tax_per_kwh}
    return LandYear(name, ratios, is_above_scale=False, **more)


def score_of(one: LandYear, scheme: LandScheme = OF_2022) -> float:
    return round(grade_land([one], scheme)[0].score, 4)


class TestPublishedFormula:
    def test_six_items_above_scale(self):
        (found,) = grade_land([above("x", 30, 150, 3.0, 5000, 20, 0.025)], OF_2022)

        assert [round(points, 4) for points in found.items.values()] == [
            37.3490, 22.0329, 22.2717, 10.1424, 11.0254, 8.2781,
        ]  # fmt: skip
        assert round(found.score, 4) == 111.0995

    def test_an_item_brings_half_as_much_again_at_most_unless_there_is_no_cap(self):
        one = above("x", 60, 300, 3.0, 5000, 20, 0)

        assert score_of(one) == 118.4395
        assert score_of(one, replace(OF_2022, cap=None)) == 162.2034

    def test_two_items_below_scale(self):
        assert score_of(below("x", 8, 0.30)) == 98.2785

    def test_who_is_at_the_benchmarks_of_a_year_has_a_hundred(self):
        for scheme in (OF_2021, OF_2022):
            assert score_of(above("x", *scheme.above.values()), scheme) == 100
            assert score_of(below("x", *scheme.below.values()), scheme) == 100

    def test_what_is_negative_brings_nothing(self):
        assert score_of(above("x", -5, 136.16, 2.694, 4929.81, 18.14, -1)) == 60

    def test_without_emissions_the_mean_of_the_others_counts(self):
        known = [above("a", 20, 100, 2, 4929.81, 18, 0.03), above("b", 20, 100, 2, 4929.81 / 2, 18, 0.03)]
        ratios = {name: value for name, value in known[0].ratios.items() if name != EMISSION}
        found = grade_land([*known, LandYear("c", ratios)], OF_2022)

        assert found[2].items[EMISSION] == pytest.approx(7.5)
        assert [reason.code for reason in found[2].notes] == ["land_grades.no_emissions"]


class TestGrades:
    @pytest.mark.parametrize(
        ("n", "shares"), [(39, (7, 11, 19, 2)), (7, (1, 2, 3, 1)), (100, (20, 30, 45, 5)), (1, (0, 0, 0, 1))]
    )
    def test_quotas_take_whole_enterprises(self, n, shares):
        found = grade_land([above(f"{i:03}", i + 1, 1, 1, 1, 1, 0) for i in range(n)], OF_2022)

        assert tuple(sum(one.grade == grade for one in found) for grade in "ABCD") == shares
        assert [one.grade for one in reversed(found)] == sorted(one.grade for one in found)

    def test_bands_take_whoever_reaches_them(self):
        scheme = replace(OF_2022, quotas=None)
        found = grade_land(
            [below(name, 11.5932 * part, 0.2352 * part) for name, part in (("a", 1), ("b", 0.8), ("c", 0.6), ("d", 0.59))],
            scheme,
        )  # fmt: skip

        assert [one.grade for one in found] == ["A", "B", "C", "D"]

    def test_a_veto_is_a_d_outside_the_ranking_and_an_exemption_no_grade(self):
        years = [above(f"{i:02}", 30 - i, 100, 2, 4000, 18, 0.03) for i in range(10)]
        found = grade_land(
            [
                replace(years[0], veto="major accident"),
                replace(years[1], exempt="public utility"),
                *years[2:],
            ],
            OF_2022,
        )

        assert (found[0].grade, found[1].grade) == ("D", None)
        assert [one.grade for one in found[2:]] == ["A", "B", "B", "C", "C", "C", "C", "D"]
        assert [one.notes[0].code for one in found[:2]] == ["land_grades.veto", "land_grades.exempt"]

    def test_those_below_scale_and_pools_of_their_own_are_ranked_apart(self):
        years = [
            above("a", 99, 999, 9, 9999, 99, 1),
            below("b", 1, 0.01),
            above("c", 1, 1, 1, 1, 1, 0, pool="craft"),
        ]

        assert {one.grade for one in grade_land(years, OF_2022)} == {"D"}

    def test_a_group_shares_the_mean_by_land_and_counts_as_one(self):
        many = [above(f"{i:02}", 10 + i, 100, 2, 4000, 18, 0.03) for i in range(8)]
        group = [
            above("g1", 60, 200, 4, 8000, 30, 0.05, group="G", land_mu=30),
            below("g2", 1, 0.01, group="G", land_mu=10),
        ]
        found = {one.enterprise: one for one in grade_land([*many, *group], OF_2022)}
        apart = {
            one.enterprise: one.score
            for one in grade_land([replace(one, group="") for one in group], OF_2022)
        }

        assert (
            found["g1"].score
            == found["g2"].score
            == pytest.approx((apart["g1"] * 30 + apart["g2"] * 10) / 40)
        )
        assert found["g1"].grade == found["g2"].grade
        ranked = [one.grade for name, one in found.items() if name != "g2"]
        assert sorted(ranked) == ["A", "B", "B", "C", "C", "C", "C", "C", "D"]

    def test_equal_scores_go_by_tax_then_by_name(self):
        even = [below("b", 2, 0.1), below("a", 2, 0.1), below("c", 1, 0.1 + 0.2352 / 11.5932)]
        found = {one.enterprise: one.grade for one in grade_land(even, replace(OF_2022, quotas=(
            Fraction(1, 3), Fraction(1, 3), Fraction(0), Fraction(1, 3)
        )))}  # fmt: skip

        assert found == {"a": "A", "b": "B", "c": "D"}


RATIO = st.floats(-10, 200, allow_nan=False)
YEARS = st.lists(
    st.builds(
        lambda ratios, is_above, land, group, pool, veto: LandYear(
            "x",
            dict(zip(ABOVE_SCALE if is_above else BELOW_SCALE, ratios, strict=False)),
            is_above_scale=is_above,
            land_mu=land,
            group=group,
            pool="" if group else pool,
            veto="" if group else veto,
        ),
        st.lists(RATIO, min_size=6, max_size=6),
        st.booleans(),
        st.floats(0.1, 500),
        st.sampled_from(("", "", "", "G", "H")),
        st.sampled_from(("", "craft")),
        st.sampled_from(("", "", "", "illegal")),
    ),
    max_size=25,
).map(lambda years: [replace(one, enterprise=f"e{n:02}") for n, one in enumerate(years)])


@given(YEARS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(years, chance):
    mixed = list(years)
    chance.shuffle(mixed)

    found = {one.enterprise: (round(one.score, 6), one.grade) for one in grade_land(years, OF_2022)}

    assert {one.enterprise: (round(one.score, 6), one.grade) for one in grade_land(mixed, OF_2022)} == found


@given(YEARS)
def test_items_add_up_to_the_score_and_none_passes_its_cap(years):
    for one, found in zip(years, grade_land(years, OF_2022), strict=True):
        points = ABOVE_SCALE if one.is_above_scale else BELOW_SCALE
        assert list(found.items) == list(points)
        assert all(0 <= found.items[name] <= most * 1.5 for name, most in points.items())
        if not one.group:
            assert found.score == pytest.approx(sum(found.items.values()))


@given(YEARS)
def test_each_pool_has_the_shares_of_its_quotas_and_no_worse_score_a_better_grade(years):
    years = [replace(one, group="") for one in years]
    found = grade_land(years, OF_2022)

    pools = {}
    for one, its in zip(years, found, strict=True):
        if not one.veto:
            pools.setdefault((one.pool, one.is_above_scale), []).append(its)
    for of_pool in pools.values():
        n = len(of_pool)
        d = min(ceil(n * Fraction(5, 100)), n)
        a, b = n * 20 // 100, n * 30 // 100
        assert [sum(one.grade == grade for one in of_pool) for grade in "ABCD"] == [a, b, n - a - b - d, d]
        by_grade = sorted(of_pool, key=lambda one: one.grade)
        scores = [round(one.score, 4) for one in by_grade]
        for better, worse in pairwise(by_grade):
            assert better.grade == worse.grade or round(better.score, 4) >= round(worse.score, 4), scores


@given(YEARS.filter(bool), st.floats(0, 50))
def test_more_tax_never_lowers_the_own_score(years, more):
    years = [replace(one, group="") for one in years]
    richer = [
        replace(
            years[0], ratios=dict(years[0].ratios) | {"tax_per_mu": years[0].ratios["tax_per_mu"] + more}
        ),
        *years[1:],
    ]

    assert grade_land(richer, OF_2022)[0].score >= grade_land(years, OF_2022)[0].score


@pytest.mark.parametrize(
    ("years", "scheme", "code"),
    [
        ([below("a", 1, 1), below("a", 2, 2)], OF_2022, "twice"),
        ([LandYear("a", {"tax_per_mu": 3.0})], OF_2022, "missing"),
        ([below("a", float("nan"), 1)], OF_2022, "number"),
        ([below("a", 1, 1, land_mu=-3)], OF_2022, "land"),
        ([below("a", 1, 1, group="G", pool="craft"), below("b", 1, 1, group="G")], OF_2022, "group"),
        ([], replace(OF_2022, above={}), "benchmark"),
        ([below("a", 1, 1)], replace(OF_2022, below={}), "benchmark"),
        ([], replace(OF_2022, cap=0.5), "cap"),
        ([], replace(OF_2022, quotas=(Fraction(1, 2),) * 4), "quotas"),
        ([], replace(OF_2022, bands=(60, 80, 100)), "bands"),
    ],
)
def test_what_cannot_be_graded_is_refused_by_name(years, scheme, code):
    with pytest.raises(BadInput) as refused:
        grade_land(years, scheme)

    assert refused.value.code == f"land_grades.{code}"
