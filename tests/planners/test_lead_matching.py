"""Leads matched with parcels: filters with their figures, scores with their reasons, and arrays that say what the plain rule says."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput, NotFound
from shanhai.planners import Cluster, Entry, Lead, MatchScheme, Parcel, match_leads
from shanhai.planners.industries import industry_code, nearness
from shanhai.planners.lead_pairs import FILTERS, match_pair
from shanhai.planners.lead_records import ITEMS

AUTO = Cluster("auto", ("3670",), links=("3389",), gaps=("3463",))
SWORDS = Cluster("swords", ("2437",), pool="craft")
SCHEME = MatchScheme(entry={"": Entry(220, 300, 10, 0.52), "craft": Entry(100, 100, 5)})
LEAD = Lead(
    "L1", "3670", investment=8800, output=12000, tax=400, land_mu=20, energy_tce=500, emission_t=2, jobs=80
)
PARCEL = Parcel("P1", 20, "auto", energy_tce=1000, emission_t=8, labour=60)


def matched(lead=LEAD, parcel=PARCEL, scheme=SCHEME, clusters=(AUTO, SWORDS)):
    return match_leads([lead], [parcel], clusters, scheme).between(lead.lead, parcel.parcel)


class TestScore:
    def test_by_hand(self):
        found = matched()

        # 440 a mu is twice 220 and 20 twice 10: full. Half of the energy and three quarters of the emissions would be left.
        assert found.items == {
            "industry": 30, "land": 20, "intensity": 20, "quota": 6.25, "labour": 7.5, "chain": 0,
        }  # fmt: skip
        assert found.score == 83.75

    @pytest.mark.parametrize(
        ("industry", "points"), [("3670", 30), ("3671", 24), ("3610", 15), ("3463", 6), ("5910", 0)]
    )
    def test_nearer_industries_have_more(self, industry, points):
        assert matched(replace(LEAD, industry=industry)).items["industry"] == points

    def test_closing_a_gap_is_worth_more_than_a_link(self):
        assert matched(replace(LEAD, industry="3463")).items["chain"] == 10
        assert matched(replace(LEAD, industry="3389")).items["chain"] == 6

    def test_what_is_not_asked_is_full_and_what_is_not_known_is_nothing(self):
        found = matched(replace(LEAD, energy_tce=0, emission_t=0), replace(PARCEL, labour=None, energy_tce=0))

        assert (found.items["quota"], found.items["labour"]) == (10, 0)
        assert matched(replace(LEAD, jobs=0), replace(PARCEL, labour=None)).items["labour"] == 10
        assert matched(scheme=MatchScheme()).items["intensity"] == 20

    def test_policy_takes_part_with_the_weight_that_it_is_given(self):
        scheme = replace(SCHEME, weights={"land": 75, "policy": 25})

        assert matched(replace(LEAD, policy=0.5), scheme=scheme).items == {"land": 75, "policy": 12.5}

    def test_plant_is_measured_by_its_floor(self):
        lead = replace(LEAD, land_mu=0, plant_m2=8000)
        found = matched(lead, replace(PARCEL, plant_m2=10000))

        assert found.items["land"] == 16

    def test_without_a_cluster_there_is_no_industry_to_fit(self):
        found = matched(parcel=replace(PARCEL, cluster=""))

        assert (found.items["industry"], found.items["chain"]) == (0, 0)

    def test_land_in_no_cluster_is_judged_by_the_cluster_to_which_the_lead_would_belong(self):
        parcel = replace(PARCEL, cluster="")
        assert matched(replace(LEAD, cluster="auto"), parcel).items == matched().items

        craft = Lead("M", "2437", investment=1000, output=1500, tax=60, land_mu=10)
        refused = {one.code for one in matched(craft, Parcel("P", 10)).refused}
        assert refused == {"matching.investment", "matching.output", "matching.tax"}
        assert matched(replace(craft, cluster="swords"), Parcel("P", 10)).pool == "craft"
        # Land that lies in a cluster keeps it, whatever the lead would say.
        assert matched(replace(LEAD, cluster="swords")).pool == ""


class TestFilters:
    @pytest.mark.parametrize(
        ("change", "of_parcel", "code", "said"),
        [
            ({}, {"forbidden": ("36",)}, "forbidden_here", "(36)"),
            ({}, {"only": ("2437", "13")}, "not_allowed_here", "2437, 13 only"),
            ({"safety_class": "A"}, {}, "safety", "class is A; the parcel holds C"),
            ({"land_mu": 0.0, "plant_m2": 500}, {}, "kind", "bare land"),
            ({}, {"plant_m2": 500}, "kind", "plant on the parcel"),
            ({"plant_m2": 500, "plant_kind": "clean"}, {"plant_m2": 500}, "plant_kind", "“clean”"),
            ({"land_mu": 21.0}, {}, "too_small", "needs 21 mu; there are 20"),
            ({"land_mu": 15.0}, {}, "too_large", "18.75 mu at most; there are 20"),
            ({"plant_m2": 600}, {"plant_m2": 500}, "too_small", "needs 600 m²; there are 500"),
            ({"plant_m2": 300}, {"plant_m2": 500}, "too_large", "450 m² at most"),
            ({"investment": 4399}, {}, "investment", "invests 219.95 (10,000 yuan) per mu on 20 mu; the threshold is 220"),
            ({"output": 5999}, {}, "output", "299.95"),
            ({"tax": 199.99}, {}, "tax", "9.999 (10,000 yuan) per mu"),
            ({"value_added": 960}, {}, "energy_use", "500 tce for 960"),
            ({"energy_tce": 1001}, {}, "energy", "needs 1,001 tce a year; the quota is 1,000"),
            ({"emission_t": 8.5}, {}, "emission", "emits 8.5 t a year; the quota is 8"),
            ({"last_phase": 1}, {"phase": 2}, "phase", "start in phase 1; the parcel is ready in phase 2"),
        ],
    )  # fmt: skip
    def test_each_is_named_with_its_figures(self, change, of_parcel, code, said):
        found = matched(replace(LEAD, **change), replace(PARCEL, **of_parcel))

        assert [one.code for one in found.refused] == [f"matching.{code}"]
        assert said in str(found.refused[0])
        assert (found.score, found.items) == (0, {})

    def test_the_negative_list_holds_everywhere(self):
        found = matched(scheme=replace(SCHEME, forbidden=("C36",)))

        assert found.refused[0].code == "matching.forbidden"

    def test_craft_has_thresholds_of_its_own(self):
        lead = Lead("M", "2437", investment=1000, output=1500, tax=60, land_mu=10)

        assert {one.code for one in matched(lead, Parcel("P", 10, "auto")).refused} == {
            "matching.investment", "matching.output", "matching.tax",
        }  # fmt: skip
        assert matched(lead, Parcel("P", 10, "swords")).score > 0

    def test_what_is_exactly_at_a_limit_may_come(self):
        lead = replace(
            LEAD,
            investment=4400,
            output=6000,
            tax=200,
            value_added=500 / 0.52,
            energy_tce=500,
            land_max_mu=20,
        )

        assert matched(lead, replace(PARCEL, energy_tce=500)).refused == ()

    def test_the_county_stands_in_for_a_parcel_without_quota(self):
        parcel = replace(PARCEL, energy_tce=None)

        assert (
            matched(parcel=parcel, scheme=replace(SCHEME, energy_tce=499)).refused[0].code
            == "matching.energy"
        )
        assert matched(parcel=parcel, scheme=replace(SCHEME, energy_tce=500)).refused == ()


class TestLists:
    def test_best_parcels_stand_by_pool_and_equal_scores_by_number(self):
        parcels = [
            Parcel("P3", 20, "auto"), Parcel("P2", 20, "auto"), Parcel("P1", 22, "auto"), Parcel("S1", 20, "swords"), Parcel("P4", 5, "auto"),
        ]  # fmt: skip
        found = match_leads([LEAD], parcels, [AUTO, SWORDS], SCHEME)

        assert [one.parcel for one in found.best_parcels("L1")] == ["P2", "P3", "P1", "S1"]
        assert [one.parcel for one in found.best_parcels("L1", most=1)] == ["P2", "S1"]

    def test_best_leads_of_a_parcel(self):
        leads = [
            replace(LEAD, lead="b"),
            replace(LEAD, lead="a"),
            replace(LEAD, lead="c", jobs=60),
            replace(LEAD, lead="d", tax=1),
        ]
        found = match_leads(leads, [PARCEL], [AUTO], SCHEME)

        assert [one.lead for one in found.best_leads("P1")] == ["c", "a", "b"]

    def test_a_lead_that_fits_nowhere_hears_what_refuses_it_and_where_least_does(self):
        parcels = [
            Parcel("A", 5, "auto"),
            Parcel("B", 60, "auto"),
            replace(PARCEL, parcel="C", safety_class="E"),
        ]
        found = match_leads([replace(LEAD, safety_class="C")], parcels, [AUTO], SCHEME)

        assert [(name, n, near.parcel) for name, n, near in found.refusals_of("L1")] == [
            ("safety", 1, "C"), ("too_small", 1, "A"), ("too_large", 1, "B"), ("investment", 1, "B"), ("output", 1, "B"),
            ("tax", 1, "B"),
        ]  # fmt: skip
        assert str(found.why_nowhere("L1")[0]) == (
            "1 of 3 parcels, as C: Its safety class is C; the parcel holds E at most."
        )

    def test_a_lead_that_fits_somewhere_has_no_such_reasons(self):
        found = match_leads([LEAD], [PARCEL], [AUTO], SCHEME)

        assert found.why_nowhere("L1") == []
        assert [one.code for one in match_leads([LEAD], [], [], SCHEME).why_nowhere("L1")] == [
            "matching.no_parcels"
        ]
        with pytest.raises(NotFound):
            found.between("L1", "P9")


# -- whatever comes in -------------------------------------------------------------------------------------------------

CODES = st.sampled_from(("3670", "3671", "367", "36", "3463", "2437", "5910", "G54", "C", "13"))
AMOUNT = st.one_of(st.just(0.0), st.floats(0, 2000), st.sampled_from((20.0, 220.0, 300.0, 0.1, 1e7)))
SOME = st.one_of(st.none(), AMOUNT)
MU = st.sampled_from((0.0, 5.0, 10.0, 20.0, 33.3, 60.0))
LEADS = st.builds(
    lambda land, plant, **more: Lead("x", land_mu=land or (0.0 if plant else 20.0), plant_m2=plant, **more),
    land=MU,
    plant=st.sampled_from((0.0, 500.0, 750.0, 1200.5)),
    industry=CODES.filter(lambda code: code != "C"),
    investment=AMOUNT,
    output=AMOUNT,
    tax=AMOUNT,
    plant_kind=st.sampled_from(("", "clean", "standard")),
    value_added=SOME,
    energy_tce=AMOUNT,
    emission_t=AMOUNT,
    jobs=AMOUNT,
    safety_class=st.sampled_from("ABCDE"),
    policy=st.floats(0, 1),
    last_phase=st.sampled_from((None, 1, 2)),
    cluster=st.sampled_from(("", "", "auto", "swords")),
)
PARCELS = st.builds(
    Parcel,
    st.just("x"),
    st.sampled_from((5.0, 10.0, 20.0, 21.5, 33.3, 70.0)),
    cluster=st.sampled_from(("", "auto", "swords")),
    plant_m2=st.sampled_from((0.0, 0.0, 500.0, 1200.5)),
    plant_kind=st.sampled_from(("", "clean", "standard")),
    energy_tce=SOME,
    emission_t=SOME,
    labour=SOME,
    safety_class=st.sampled_from("ABCDE"),
    forbidden=st.lists(CODES, max_size=2).map(tuple),
    only=st.lists(CODES, max_size=2).map(tuple),
    phase=st.sampled_from((1, 2, 3)),
)
SCHEMES = st.builds(
    MatchScheme,
    weights=st.dictionaries(st.sampled_from(ITEMS), st.floats(0.1, 50), min_size=1),
    entry=st.dictionaries(
        st.sampled_from(("", "craft")), st.builds(Entry, AMOUNT, AMOUNT, AMOUNT, SOME), max_size=2
    ),
    forbidden=st.lists(CODES, max_size=1).map(tuple),
    full_at=st.floats(1, 3),
    energy_tce=SOME,
    emission_t=SOME,
)
MANY_LEADS = st.lists(LEADS, min_size=1, max_size=6).map(
    lambda many: [replace(one, lead=f"L{n}") for n, one in enumerate(many)]
)
MANY_PARCELS = st.lists(PARCELS, min_size=1, max_size=6).map(
    lambda many: [replace(one, parcel=f"P{n}") for n, one in enumerate(many)]
)


@given(MANY_LEADS, MANY_PARCELS, SCHEMES)
def test_arrays_say_what_the_plain_rule_says(leads, parcels, scheme):
    found = match_leads(leads, parcels, [AUTO, SWORDS], scheme)

    clusters = {"auto": AUTO, "swords": SWORDS}
    for i, lead in enumerate(leads):
        for j, parcel in enumerate(parcels):
            plain = match_pair(lead, parcel, clusters.get(parcel.cluster or lead.cluster), scheme)
            bits = int(found.refused[i, j])
            named = [name for n, name in enumerate(FILTERS) if bits >> n & 1]
            assert named == [
                name for name in FILTERS if f"matching.{name}" in {one.code for one in plain.refused}
            ]
            assert found.scores[i, j] == (-1 if plain.refused else round(plain.score * 100))


@given(MANY_LEADS, MANY_PARCELS, SCHEMES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(leads, parcels, scheme, chance):
    mixed, moved = list(leads), list(parcels)
    chance.shuffle(mixed)
    chance.shuffle(moved)

    found, again = (match_leads(a, b, [AUTO, SWORDS], scheme) for a, b in ((leads, parcels), (mixed, moved)))

    for lead in leads:
        assert found.best_parcels(lead.lead) == again.best_parcels(lead.lead)
        assert found.refusals_of(lead.lead) == again.refusals_of(lead.lead)
    for parcel in parcels:
        assert found.best_leads(parcel.parcel) == again.best_leads(parcel.parcel)


@given(LEADS, PARCELS, SCHEMES)
def test_reasons_add_up_to_the_score_and_none_passes_its_weight(lead, parcel, scheme):
    found = match_leads([lead], [parcel], [AUTO, SWORDS], scheme).between("x", "x")

    most = scheme.points()
    assert sum(most.values()) == 10_000
    assert sum(round(one * 100) for one in found.items.values()) == round(found.score * 100)
    assert all(0 <= points * 100 <= most[name] + 1e-9 for name, points in found.items.items())
    assert bool(found.refused) != bool(found.items)


@given(CODES, CODES)
def test_nearness_of_fine_codes_goes_both_ways(one, other):
    if len(one) == len(other) == 4:
        assert nearness(one, [other]) == nearness(other, [one])


def test_divisions_stand_under_their_sections():
    table = Path(
        os.environ.get("SHANHAI_SHARED_DATA", "../shared/data"), "china_industry", "gbt4754_2011.csv"
    )
    if not table.exists():
        pytest.skip(f"{table} is not on this machine")
    with table.open(encoding="utf-8", newline="") as rows:
        codes = [row["code"] for row in csv.DictReader(rows) if len(row["code"]) > 1]

    # From O on the edition of 2017 counts other divisions.
    compared = [code for code in codes if code[0] <= "N"]
    assert len(compared) > 1200
    assert [code for code in compared if industry_code(code[1:])[0] != code[0]] == []


@pytest.mark.parametrize(
    ("leads", "parcels", "scheme", "code"),
    [
        ([LEAD, LEAD], [], SCHEME, "matching.twice"),
        ([replace(LEAD, tax=float("nan"))], [], SCHEME, "matching.number"),
        ([replace(LEAD, land_mu=-3.0)], [], SCHEME, "matching.number"),
        ([replace(LEAD, land_mu=0.0)], [], SCHEME, "matching.no_need"),
        ([replace(LEAD, land_min_mu=30.0)], [], SCHEME, "matching.least_over_most"),
        ([replace(LEAD, policy=1.5)], [], SCHEME, "matching.policy"),
        ([replace(LEAD, first_phase=3, last_phase=2)], [], SCHEME, "matching.phases"),
        ([replace(LEAD, safety_class="丙")], [], SCHEME, "matching.safety_class"),
        ([replace(LEAD, safety_class="")], [], SCHEME, "matching.safety_class"),
        ([replace(LEAD, industry="auto")], [], SCHEME, "industries.form"),
        ([], [replace(PARCEL, land_mu=0.0)], SCHEME, "matching.no_land"),
        ([], [replace(PARCEL, cluster="steel")], SCHEME, "matching.unknown_cluster"),
        ([replace(LEAD, cluster="steel")], [], SCHEME, "matching.unknown_cluster"),
        ([], [], replace(SCHEME, weights={"land": 0.0}), "matching.weights"),
        ([], [], replace(SCHEME, weights={"beauty": 3.0}), "matching.weights"),
        ([], [], replace(SCHEME, gap=2.0), "matching.shares"),
        ([], [], replace(SCHEME, full_at=0.5), "matching.scheme"),
        ([], [], replace(SCHEME, entry={"": Entry(-1)}), "matching.scheme"),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_is_refused_by_name(leads, parcels, scheme, code):
    with pytest.raises(BadInput) as refused:
        match_leads(leads, parcels, [AUTO], scheme)

    assert refused.value.code == code
