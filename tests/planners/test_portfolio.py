"""Portfolios placed: answers by hand, every small instance against trying all, and plans that an independent check holds to be right."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import (
    Amounts,
    Cluster,
    Entry,
    Lead,
    Limits,
    MatchScheme,
    Parcel,
    check_portfolio,
    place_leads,
)
from shanhai.planners.lead_pairs import match_pair
from shanhai.planners.portfolio import scheme_for
from shanhai.planners.portfolio_bundles import adjoining, bundles_of, merged, neighbours_of
from shanhai.planners.portfolio_columns import Columns, Programme
from shanhai.planners.portfolio_solving import Solver

AUTO = Cluster("auto", ("36",))


def lead(name: str, tax: float, mu: float = 20.0, **more) -> Lead:
    return Lead(name, "3670", 900, 900, tax, land_mu=mu, **more)


def placed(leads, parcels, pairs=(), limits=None, **more):
    """The plan, looked at by the check that knows nothing of how it was made."""
    limits = limits or Limits()
    scheme = more.pop("scheme", MatchScheme())
    plan = place_leads(leads, parcels, pairs, [AUTO], scheme, limits, **more)
    wrong = check_portfolio(
        plan, leads, parcels, pairs, [AUTO], scheme_for(scheme, limits), limits, more.get("value", "tax"), more.get("per_point", 0.0)
    )  # fmt: skip
    assert wrong == []
    return plan


def where(plan) -> dict[str, tuple[str, ...]]:
    return {one.lead: one.parcels for one in plan.assigned}


class TestByHand:
    def test_two_leads_want_one_parcel_and_the_better_one_has_it(self):
        plan = placed([lead("a", 30), lead("b", 50)], [Parcel("P", 20)])

        assert where(plan) == {"b": ("P",)}
        (out,) = plan.unplaced
        assert [one.code for one in out.reasons] == ["portfolio.taken"]
        assert "on P stands b, which brings 50, and it 30" in str(out.reasons[0])
        # With it, nobody else has the parcel: 30 is all that comes.
        assert out.most_with_it == pytest.approx(30)

    def test_taking_the_best_first_would_bring_less(self):
        leads = [lead("a", 60, energy_tce=100), lead("b", 50, energy_tce=50), lead("c", 50, energy_tce=50)]
        plan = placed(leads, [Parcel(name, 20) for name in "PQR"], limits=Limits(Amounts(energy_tce=100)))

        assert sorted(where(plan)) == ["b", "c"]
        assert (plan.value, plan.gap) == (100, 0)

    def test_three_adjoining_parcels_make_a_place_and_four_do_not(self):
        parcels = [Parcel(name, 10) for name in "PQRS"]
        line = [("P", "Q"), ("Q", "R"), ("R", "S")]

        assert where(placed([lead("a", 5, mu=30)], parcels, line)) in (
            {"a": ("P", "Q", "R")},
            {"a": ("Q", "R", "S")},
        )
        assert where(placed([lead("a", 5, mu=40)], parcels, line)) == {}
        apart = placed([lead("a", 5, mu=30)], parcels, [("P", "Q"), ("R", "S")])
        assert [one.code for one in apart.unplaced[0].reasons] == ["matching.refused_by", "portfolio.no_set"]
        assert "4 of 4 parcels" in str(apart.unplaced[0].reasons[0])

    def test_parcels_of_two_clusters_or_of_land_and_plant_are_not_joined(self):
        for other in (Parcel("Q", 10), Parcel("Q", 10, "auto", plant_m2=900)):
            assert where(placed([lead("a", 5)], [Parcel("P", 10, "auto"), other], [("P", "Q")])) == {}

    @pytest.mark.parametrize(
        ("limits", "takes", "code", "said"),
        [
            (Amounts(land_mu=30), {}, "land_mu", "on Q it takes 20 mu, and 10 of 30 are left"),
            (Amounts(energy_tce=90), {"energy_tce": 50}, "energy_tce", "takes 50 tce, and 40 of 90 are left"),
            (Amounts(emission_t=9), {"emission_t": 5}, "emission_t", "takes 5 t, and 4 of 9 are left"),
            (
                Amounts(budget=70),
                {"cost": 40},
                "budget",
                "on Q it takes 40 (10,000 yuan), and 30 of 70 are left",
            ),
        ],
    )
    def test_each_limit_is_kept_and_named_by_who_is_left_out(self, limits, takes, code, said):
        # The parcels adjoin, so that they are not taken for copies of one another.
        plan = placed(
            [lead("a", 60, **takes), lead("b", 50, **takes)],
            [Parcel("P", 20), Parcel("Q", 20)],
            [("P", "Q")],
            Limits(limits),
        )

        assert list(where(plan)) == ["a"]
        assert plan.unplaced[0].reasons[0].code == f"portfolio.{code}"
        assert said.replace("on Q", "on") in str(plan.unplaced[0].reasons[0]).replace("on P", "on").replace(
            "on Q", "on"
        )
        assert [one.limit for one in plan.binding] == [code]

    def test_what_more_brings_is_found_by_solving_again(self):
        leads = [lead("a", 60, energy_tce=60), lead("b", 45, energy_tce=50)]
        parcels = [Parcel("P", 20), Parcel("Q", 20)]
        (little,) = placed(leads, parcels, limits=Limits(Amounts(energy_tce=100))).binding
        (enough,) = placed(
            leads, parcels, limits=Limits(Amounts(energy_tce=100)), steps={"energy_tce": 10}
        ).binding

        assert (little.gain, little.gain_at_least, little.gain_at_most) == (0, 0, 0)
        assert (enough.gain, enough.gain_at_least, enough.gain_at_most) == (45, 45, 45)
        assert (enough.given, enough.used) == (100, 60)
        assert enough.price == pytest.approx(0.9)

    def test_a_limit_that_leaves_room_binds_nothing(self):
        assert (
            placed(
                [lead("a", 60)], [Parcel("P", 20)], limits=Limits(Amounts(land_mu=20, energy_tce=5))
            ).binding
            == ()
        )

    def test_who_cannot_start_in_time_waits_for_a_parcel_that_can_or_stays_out(self):
        late = [Parcel("P", 20, phase=3)]

        assert placed([lead("a", 5, last_phase=3)], late).assigned[0].phase == 3
        assert placed([lead("a", 5, last_phase=2)], late).unplaced[0].reasons[0].facts[0] == (
            "filter",
            "phase",
        )

    def test_when_a_phase_is_used_up_a_lead_waits_for_the_next(self):
        leads = [
            lead("a", 60, cost=10),
            lead("b", 50, cost=10, last_phase=2),
            lead("c", 40, cost=10, last_phase=1),
        ]
        limits = Limits(phases={1: Amounts(budget=10)})
        plan = placed(leads, [Parcel(name, 20) for name in "PQR"], limits=limits)

        # Waiting costs nothing, so c, which cannot wait, has the first phase.
        assert {one.lead: one.phase for one in plan.assigned} == {"a": 2, "b": 2, "c": 1}

    def test_a_vacated_plot_with_its_own_quota_draws_nothing_from_the_county(self):
        leads = [lead("a", 60, energy_tce=90), Lead("b", "3670", 9, 9, 50, plant_m2=900, energy_tce=90)]
        parcels = [Parcel("P", 20), Parcel("V", 8, plant_m2=1000, energy_tce=100)]
        plan = placed(leads, parcels, limits=Limits(Amounts(energy_tce=100, land_mu=20)))

        assert where(plan) == {"a": ("P",), "b": ("V",)}
        assert plan.used["energy_tce", None] == 90
        assert plan.used["land_mu", None] == 20

    def test_filters_hold_for_the_set_as_for_one(self):
        scheme = MatchScheme(entry={"": Entry(tax_per_mu=2)})
        parcels = [Parcel("P", 10), Parcel("Q", 10, safety_class="E")]

        assert where(placed([lead("a", 39)], parcels, [("P", "Q")], scheme=scheme)) == {}
        assert where(placed([lead("a", 40)], parcels, [("P", "Q")], scheme=scheme)) == {"a": ("P", "Q")}
        assert where(placed([lead("a", 40, safety_class="D")], parcels, [("P", "Q")], scheme=scheme)) == {}

    def test_parcels_that_are_alike_are_given_out_one_by_one(self):
        leads = [lead(f"L{n}", 10 + n) for n in range(5)]
        plan = placed(leads, [Parcel(f"P{n}", 20) for n in range(3)])

        assert plan.n_columns == 5
        assert where(plan) == {"L2": ("P0",), "L3": ("P1",), "L4": ("P2",)}

    def test_a_point_of_the_match_decides_between_places(self):
        parcels = [Parcel("P", 20), Parcel("Q", 20, "auto")]

        assert where(placed([lead("a", 5)], parcels, value="score")) == {"a": ("Q",)}
        assert where(placed([lead("a", 5)], parcels, per_point=0.1)) == {"a": ("Q",)}

    def test_what_the_value_leaves_open_is_decided_by_match_and_then_by_time(self):
        parcels = [Parcel("P", 25), Parcel("Q", 20), Parcel("R", 20, phase=2)]
        limits = Limits(phases={1: Amounts(budget=100), 2: Amounts(budget=100)})
        (one,) = placed([lead("a", 5, cost=10)], parcels, limits=limits).assigned

        assert (one.parcels, one.phase) == (("Q",), 1)

    def test_land_that_was_taken_from_a_quota_before_takes_none_again(self):
        parcels = [Parcel("bare", 20), Parcel("vacated", 20, quota_mu=0)]
        plan = placed([lead("a", 30), lead("b", 50)], parcels, limits=Limits(Amounts(land_mu=19)))

        assert where(plan) == {"b": ("vacated",)}
        assert plan.used["land_mu", None] == 0
        assert plan.unplaced[0].reasons[0].code == "portfolio.land_mu"

    def test_of_land_taken_together_the_part_without_quota_counts(self):
        parcels = [Parcel("bare", 12), Parcel("vacated", 10, quota_mu=0)]
        plan = placed([lead("a", 30, 22.0)], parcels, [("bare", "vacated")], Limits(Amounts(land_mu=12)))

        assert where(plan) == {"a": ("bare", "vacated")}
        assert plan.assigned[0].takes["land_mu"] == 12

    def test_nothing_to_place_is_a_plan(self):
        assert placed([], [Parcel("P", 20)]).value == 0
        assert placed([lead("a", 5)], []).unplaced[0].reasons[0].code == "matching.no_parcels"
        assert placed([lead("a", 0)], [Parcel("P", 20)]).gap == 0


# -- against trying everything ----------------------------------------------------------------------------------------

SMALL = st.sampled_from((0.0, 5.0, 10.0, 20.0, 35.0))
SOME_LEADS = st.lists(
    st.builds(
        lambda tax, mu, plant, **more: Lead("x", "3670", 900, 900, tax, land_mu=mu, plant_m2=plant, **more),
        tax=st.integers(0, 60).map(float),
        mu=st.sampled_from((10.0, 20.0, 30.0)),
        plant=st.sampled_from((0.0, 0.0, 900.0)),
        energy_tce=SMALL,
        emission_t=SMALL,
        cost=SMALL,
        first_phase=st.sampled_from((1, 1, 2)),
        last_phase=st.sampled_from((None, 2, 3)),
    ),
    max_size=4,
).map(lambda many: [replace(one, lead=f"L{n}") for n, one in enumerate(many)])
SOME_PARCELS = st.lists(
    st.builds(
        Parcel,
        st.just("x"),
        st.sampled_from((10.0, 12.0, 20.0)),
        cluster=st.sampled_from(("", "", "auto")),
        plant_m2=st.sampled_from((0.0, 0.0, 0.0, 1000.0)),
        energy_tce=st.sampled_from((None, None, 20.0)),
        safety_class=st.sampled_from("CE"),
        cost=SMALL,
        phase=st.sampled_from((1, 1, 2)),
        quota_mu=st.sampled_from((None, None, None, 0.0)),
    ),
    max_size=4,
).map(lambda many: [replace(one, parcel=f"P{n}") for n, one in enumerate(many)])
AMOUNT = st.sampled_from((None, 0.0, 20.0, 40.0, 55.0))
SOME_AMOUNTS = st.builds(Amounts, AMOUNT, AMOUNT, AMOUNT, AMOUNT)
SOME_LIMITS = st.builds(
    Limits, SOME_AMOUNTS, st.dictionaries(st.sampled_from((1, 2)), SOME_AMOUNTS, max_size=2)
)
NO_AMOUNTS = ("land_mu", "energy_tce", "emission_t", "budget")


def best_by_trying(leads, parcels, pairs, limits, scheme) -> float:
    """The best value of all plans there are."""
    neighbours = neighbours_of(parcels, pairs)
    by_number = {one.parcel: one for one in parcels}
    choices = []
    for one in leads:
        its = [None]
        for bundle in bundles_of(parcels, neighbours, 1e9, 1e9):
            its_parcels = [by_number[name] for name in bundle]
            whole = merged(its_parcels)
            if match_pair(one, whole, AUTO if whole.cluster else None, scheme).refused:
                continue
            for phase in (1, 2, 3):
                if max(one.first_phase, whole.phase) <= phase <= (one.last_phase or 3):
                    its.append((set(bundle), phase, _takes(one, its_parcels)))
        choices.append(its)
    best = 0.0
    for plan in product(*choices):
        chosen = [(one, made) for one, made in zip(leads, plan, strict=True) if made]
        names = [name for _, made in chosen for name in made[0]]
        if len(names) == len(set(names)) and all(
            sum(made[2][name] for _, made in chosen if phase in (None, made[1])) <= amount + 1e-9
            for name, phase, amount in limits.given()
        ):
            best = max(best, sum(one.tax for one, _ in chosen))
    return best


def _takes(one, its):
    return {
        "land_mu": sum(
            (0 if parcel.plant_m2 else parcel.land_mu) if parcel.quota_mu is None else parcel.quota_mu
            for parcel in its
        ),
        "energy_tce": one.energy_tce * any(parcel.energy_tce is None for parcel in its),
        "emission_t": one.emission_t * any(parcel.emission_t is None for parcel in its),
        "budget": one.cost + sum(parcel.cost for parcel in its),
    }


@settings(max_examples=150)
@given(
    SOME_LEADS,
    SOME_PARCELS,
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=5),
    SOME_LIMITS,
)
def test_no_plan_brings_more(leads, parcels, edges, limits):
    n = len(parcels)
    pairs = sorted({(f"P{a}", f"P{b}") for a, b in edges if a < b < n})
    plan = placed(leads, parcels, pairs, limits)

    best = best_by_trying(leads, parcels, pairs, limits, scheme_for(MatchScheme(), limits))
    assert plan.value == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    # What is said of a lead that is left out holds for every plan with it.
    for out in plan.unplaced:
        assert out.reasons
        if out.most_with_it is not None:
            raised = [replace(one, tax=one.tax + 1000) if one.lead == out.lead else one for one in leads]
            with_it = best_by_trying(raised, parcels, pairs, limits, scheme_for(MatchScheme(), limits)) - 1000
            assert with_it <= out.most_with_it + 1e-6


@settings(max_examples=40)
@given(SOME_LEADS, SOME_PARCELS, SOME_LIMITS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(leads, parcels, limits, chance):
    mixed, moved = list(leads), list(parcels)
    chance.shuffle(mixed)
    chance.shuffle(moved)

    assert place_leads(leads, parcels, (), [AUTO], None, limits) == place_leads(
        mixed, moved, (), [AUTO], None, limits
    )


@settings(max_examples=40)
@given(SOME_LEADS, SOME_PARCELS, SOME_LIMITS, st.sampled_from(NO_AMOUNTS), st.sampled_from((5.0, 20.0)))
def test_what_more_of_a_limit_brings_is_what_a_plan_with_more_brings(leads, parcels, limits, name, step):
    plan = placed(leads, parcels, (), limits, steps={name: step})
    for one in plan.binding:
        if one.limit == name and one.phase is None:
            more = Limits(replace(limits.whole, **{name: one.given + step}), limits.phases)
            again = place_leads(leads, parcels, (), [AUTO], scheme_for(MatchScheme(), limits), more)
            assert one.gain == pytest.approx(again.value - plan.value)
            assert one.gain_at_least - 1e-6 <= one.gain <= one.gain_at_most + 1e-6


# -- the check itself --------------------------------------------------------------------------------------------------


class TestTheCheckFinds:
    leads = [lead("a", 60, energy_tce=60), lead("b", 45, energy_tce=40)]
    parcels = [Parcel("P", 10), Parcel("Q", 10), Parcel("R", 20), Parcel("S", 10)]
    pairs = [("P", "Q")]
    limits = Limits(Amounts(energy_tce=100))

    def codes(self, plan, **more):
        given = {"leads": self.leads, "limits": self.limits} | more
        return {
            one.code
            for one in check_portfolio(
                plan, given["leads"], self.parcels, self.pairs, [], MatchScheme(), given["limits"]
            )
        }

    @pytest.fixture
    def plan(self):
        found = place_leads(self.leads, self.parcels, self.pairs, limits=self.limits)
        assert self.codes(found) == set()
        assert len(found.assigned) == 2
        return found

    def test_a_parcel_given_twice(self, plan):
        both = tuple(replace(one, parcels=("R",)) for one in plan.assigned)
        assert "portfolio.stands_twice" in self.codes(replace(plan, assigned=both))

    def test_parcels_that_do_not_adjoin(self, plan):
        apart = tuple(
            replace(one, parcels=("P", "S")) if len(one.parcels) == 2 else one for one in plan.assigned
        )
        assert self.codes(replace(plan, assigned=apart)) == {"portfolio.apart"}

    def test_a_lead_of_which_nothing_is_said(self, plan):
        assert "portfolio.left_out" in self.codes(replace(plan, assigned=plan.assigned[:1]))

    def test_a_limit_that_is_passed(self, plan):
        assert self.codes(plan, limits=Limits(Amounts(energy_tce=99))) == {"portfolio.over_limit"}

    def test_a_phase_in_which_it_cannot_start(self, plan):
        leads = [replace(one, first_phase=2) for one in self.leads]
        assert self.codes(plan, leads=leads) == {"portfolio.not_then"}

    def test_a_filter_that_refuses(self, plan):
        leads = [replace(one, safety_class="A") for one in self.leads]
        assert "matching.safety" in self.codes(plan, leads=leads)

    def test_a_value_that_does_not_add_up(self, plan):
        assert self.codes(replace(plan, value=plan.value + 1)) >= {"portfolio.other_value"}
        assert self.codes(replace(plan, bound=plan.value - 1)) == {"portfolio.above_bound"}


# -- known answers of others ------------------------------------------------------------------------------------------

SHARED = Path(os.environ.get("SHANHAI_SHARED_DATA", "../shared/data")) / "assignment"


@pytest.mark.parametrize(
    ("file", "n", "optimum"),
    [("orlib_assign100_noheader.txt.gz", 100, 305), ("orlib_assign500.txt.gz", 500, 991)],
)
def test_assignment_instances_of_the_or_library_are_solved_to_their_optimum(file, n, optimum):
    if not (SHARED / file).exists():
        pytest.skip(f"{SHARED / file} is not on this machine")
    numbers = np.array(gzip.decompress((SHARED / file).read_bytes()).split(), float)
    cost = numbers[-n * n :].reshape(n, n)
    # Worth is what a cost saves; 1,000 over it makes everyone come.
    row, column = (one.ravel() for one in np.indices((n, n)))
    names = [f"P{i:03}" for i in range(n)]
    columns = Columns(
        [lead(f"L{i:03}", 0) for i in range(n)], [], [(name,) for name in names], None, {name: [name] for name in names},
        row, column, np.ones(n * n, int), 1000.0 - cost.ravel(), np.zeros((n * n, 4)),
    )  # fmt: skip
    solver = Solver(Programme(columns, Limits()), gap=1e-7)
    found = solver.solve(solver.most, seconds=120)

    assert len(found.chosen) == n
    assert 1000 * n - found.value == pytest.approx(optimum)
    assert 1000 * n - found.bound == pytest.approx(optimum, abs=0.01)


# -- neighbours --------------------------------------------------------------------------------------------------------


def test_parcels_adjoin_along_an_edge_and_not_at_a_corner():
    def square(x, y, size=10.0):
        return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"

    found = adjoining(
        {
            "a": square(0, 0),
            "b": square(10, 0),
            "corner": square(10, 10),
            "near": square(-10.3, 0),
            "far": square(0, -12),
        }
    )

    assert found == [("a", "b"), ("a", "near"), ("b", "corner")]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: place_leads([], [Parcel("P", 1)], [("P", "X")]), "portfolio.unknown_neighbour"),
        (lambda: place_leads([], [Parcel("P", 1)], [("P", "P")]), "portfolio.unknown_neighbour"),
        (lambda: place_leads([], [], limits=Limits(Amounts(budget=-1))), "portfolio.limit"),
        (lambda: place_leads([], [], limits=Limits(phases={0: Amounts(budget=1)})), "portfolio.limit"),
        (lambda: place_leads([], [], value="beauty"), "portfolio.value"),
        (lambda: place_leads([], [], steps={"land_mu": 0}), "portfolio.step"),
        (lambda: place_leads([], [Parcel("P", 1), Parcel("P", 1)]), "matching.twice"),
        (lambda: adjoining({"a": "POLYGON((0 0,10 10,10 0,0 10,0 0))"}), "portfolio.outline"),
        (lambda: adjoining({"a": "nonsense"}), "portfolio.outline"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(call, code):
    with pytest.raises(BadInput) as refused:
        call()

    assert refused.value.code == code
