"""Simulated review: queueing theory where there is one, an independent look at the work, and what must hold of the modes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shanhai.fields.approval.rules.profiles import profile
from shanhai.fields.approval.rules.workload import kinds_of
from shanhai.kernel.refusals import BadInput
from shanhai.planners.review_checking import check_review
from shanhai.planners.review_desks import Work
from shanhai.planners.review_simulation import (
    Assumptions,
    CaseKind,
    ReviewItem,
    Staff,
    cut_between,
    simulate_review,
)

ZHEJIANG = kinds_of(profile("zhejiang-90"))
GRID = [
    *(("zhejiang-90", reviewers, load) for reviewers in (1, 3, 6) for load in (0.5, 0.7, 0.85)),
    *(
        (name, *case)
        for name in ("zhejiang-100", "national-120")
        for case in ((1, 0.85), (3, 0.7), (6, 0.85))
    ),
]


@st.composite
def catalogues(draw):
    """One or two kinds of cases with items that wait for earlier ones, some of them levers."""
    departments = st.sampled_from("abc")
    levers = st.lists(
        st.sampled_from(("deferred", "commitment", "regional", "abolished")), max_size=2, unique=True
    )
    kinds = []
    for k in range(draw(st.integers(1, 2))):
        items = []
        for n in range(draw(st.integers(1, 6))):
            before = draw(st.sets(st.integers(0, n - 1))) if n else set()
            lead, co = draw(departments), draw(st.sets(departments, max_size=2))
            items.append(
                ReviewItem(
                    f"i{n}",
                    draw(st.integers(0, 9)),
                    lead,
                    tuple(sorted(co - {lead})),
                    tuple(f"i{one}" for one in sorted(before)),
                    tuple(draw(levers)),
                    draw(st.booleans()),
                )
            )
        kinds.append(CaseKind(f"k{k}", tuple(items), draw(st.sampled_from((1.0, 3.0)))))
    if not any(item.days for item in kinds[0].items):
        kinds[0] = replace(kinds[0], items=(ReviewItem("i0", 5, "a"),))
    return kinds


class TestTheory:
    """A single item at a single department is the queue M/M/c: exponential work, random arrivals."""

    @staticmethod
    def mean_stay(servers: int, load: float) -> float:
        """By Erlang's C formula, with a mean service of 1."""
        offered = servers * load
        below = sum(offered**k / factorial(k) for k in range(servers))
        waits = offered**servers / factorial(servers) / (1 - load)
        return 1 + waits / (below + waits) / (servers * (1 - load))

    @pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.7), (3, 0.7), (6, 0.7), (6, 0.85)])
    def test_a_single_queue_is_as_long_as_erlang_says(self, servers, load):
        kinds = [CaseKind("q", (ReviewItem("a", 1, "d"),))]
        exponential = Assumptions(work_hours=6.0, signing=0.0, spread=1.0)

        found = simulate_review(
            kinds, cases=200_000, reviewers=servers, load=load, seed=11, assumptions=exponential
        )

        assert found.lead_wd.mean == pytest.approx(self.mean_stay(servers, load), rel=0.02)
        assert found.bound_wd.mean == pytest.approx(1, rel=0.01)

    def test_work_that_is_always_the_same_waits_half_as_long(self):
        """Pollaczek and Khinchine: M/D/1 waits half of M/M/1."""
        kinds = [CaseKind("q", (ReviewItem("a", 1, "d"),))]
        found = simulate_review(
            kinds,
            cases=100_000,
            reviewers=1,
            load=0.7,
            seed=3,
            assumptions=Assumptions(work_hours=6.0, signing=0.0, spread=0.0),
        )

        assert found.lead_wd.mean - 1 == pytest.approx(0.7 / 0.3 / 2, rel=0.03)


class TestWork:
    """Each part that is done is looked at by a verifier that knows nothing of the simulator."""

    @given(
        catalogues(),
        st.sampled_from(("joint", "serial")),
        st.sampled_from(("fifo", "slack")),
        st.integers(1, 3),
        st.sampled_from((0.3, 0.7, 0.9)),
        st.sets(st.sampled_from(("deferred", "commitment", "regional", "abolished"))),
        st.sampled_from((0, 5)),
        st.integers(0, 9),
    )
    @settings(max_examples=40)
    def test_could_have_been_done_like_that(
        self, kinds, mode, order, reviewers, load, levers, meeting_every, seed
    ):
        # A code has one meaning here: what it waits for is asked of the kind that says most.
        kinds = kinds[:1]
        works = defaultdict(list)

        simulate_review(
            kinds,
            cases=30,
            mode=mode,
            order=order,
            reviewers=reviewers,
            load=load,
            levers=levers,
            seed=seed,
            assumptions=Assumptions(meeting_every=meeting_every),
            watch=lambda run, work: works[run].append(work),
        )

        after = {item.code: item.after for item in kinds[0].items}
        for done in works.values():
            desks = {work.department: reviewers for work in done}
            assert check_review(done, desks, {work.case: after for work in done}) == []

    def test_serial_items_follow_one_another(self):
        works = []
        simulate_review(
            ZHEJIANG, cases=1, mode="serial", reviewers=2, seed=4, watch=lambda _run, work: works.append(work)
        )

        of_case = defaultdict(lambda: defaultdict(list))
        for work in works:
            of_case[work.case][work.item].append(work)
        spans = [
            sorted((min(w.opened for w in ws), max(w.signed for w in ws)) for ws in items.values())
            for items in of_case.values()
        ]
        assert spans
        for items in spans:
            assert all(before[1] <= one[0] + 1e-9 for before, one in pairwise(items))

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ([Work(0, 0, 1, "a", 0, 0, 2, 2), Work(0, 0, 2, "a", 1, 1, 3, 3)], "two_at_once"),
            ([Work(0, 0, 1, "a", 0, 0, 2, 4), Work(1, 0, 1, "b", 3, 3, 5, 5)], "too_early"),
            ([Work(0, 0, 1, "a", 0, 1, 2, 2)], "idle"),
            ([Work(0, 7, 1, "a", 0, 0, 2, 2)], "nobody"),
        ],
    )
    def test_the_verifier_finds_what_cannot_be(self, wrong, code):
        found = check_review(wrong, {0: 1, 1: 1}, {1: {"a": (), "b": ("a",)}})

        assert f"review_checking.{code}" in {reason.code for reason in found}


class TestModes:
    @pytest.mark.parametrize(("name", "reviewers", "load"), GRID)
    def test_joint_is_never_slower_and_least_slack_never_later(self, name, reviewers, load):
        kinds, asked = (
            kinds_of(profile(name)),
            {"cases": 2_000, "reviewers": reviewers, "load": load, "seed": 1},
        )
        found = {
            (mode, order): simulate_review(kinds, mode=mode, order=order, **asked)
            for mode in ("joint", "serial")
            for order in ("fifo", "slack")
        }

        for order in ("fifo", "slack"):
            joint, serial = found["joint", order], found["serial", order]
            assert joint.lead_wd.mean <= serial.lead_wd.mean
            assert joint.bound_wd == serial.bound_wd
            assert joint.bound_wd.mean <= joint.lead_wd.mean
        for mode in ("joint", "serial"):
            assert found[mode, "slack"].late_share <= found[mode, "fifo"].late_share

    @pytest.mark.parametrize("load", [0.5, 0.7, 0.85])
    @pytest.mark.parametrize("order", ["fifo", "slack"])
    @pytest.mark.parametrize("seed", [1, 2])
    def test_with_six_reviewers_the_cut_is_four_fifths_of_what_the_bound_permits(self, load, order, seed):
        asked = {"cases": 4_000, "order": order, "reviewers": 6, "load": load, "seed": seed}
        serial, joint = (simulate_review(ZHEJIANG, mode=mode, **asked) for mode in ("serial", "joint"))

        found = cut_between(serial, joint)

        assert found.cut >= 0.8 * found.bound_cut
        assert found.ci95[0] <= found.cut <= found.ci95[1]

    @given(catalogues(), st.integers(0, 99))
    @settings(max_examples=20)
    def test_where_nobody_waits_joint_takes_the_longest_path(self, kinds, seed):
        asked = {"cases": 40, "reviewers": 50, "load": 0.01, "seed": seed}
        joint, serial = (simulate_review(kinds, mode=mode, **asked) for mode in ("joint", "serial"))

        assert joint.lead_wd.mean == pytest.approx(joint.bound_wd.mean)
        assert joint.lead_wd.mean <= serial.lead_wd.mean + 1e-9

    def test_levers_make_the_longest_path_shorter(self):
        asked = {"cases": 1_000, "seed": 5}
        off = simulate_review(ZHEJIANG, **asked)

        for levers in (["deferred"], ["commitment"], ["regional"], ["deferred", "commitment", "regional"]):
            on = simulate_review(ZHEJIANG, levers=levers, **asked)
            assert on.bound_wd.mean < off.bound_wd.mean
            assert on.lead_wd.mean < off.lead_wd.mean

    def test_meetings_take_time(self):
        now, weekly = (
            simulate_review(ZHEJIANG, cases=1_000, seed=5, assumptions=Assumptions(meeting_every=days))
            for days in (0, 5)
        )

        assert now.lead_wd.mean + 1 < weekly.lead_wd.mean < now.lead_wd.mean + 5
        assert now.bound_wd == weekly.bound_wd

    def test_the_same_seed_draws_the_same_work_whatever_else_is_asked(self):
        bounds = {
            simulate_review(
                ZHEJIANG, cases=300, mode=mode, order=order, reviewers=reviewers, load=load, seed=3
            ).bound_wd
            for mode, order, reviewers, load in (
                ("joint", "fifo", 1, 0.5),
                ("serial", "slack", 6, 0.85),
                ("joint", "slack", 50, 0.7),
            )
        }

        assert len(bounds) == 1

    def test_the_same_seed_says_the_same(self):
        first, again = (simulate_review(ZHEJIANG, cases=200, seed=7) for _ in range(2))

        assert first == again
        assert simulate_review(ZHEJIANG, cases=200, seed=8).lead_wd != first.lead_wd

    def test_other_duties_make_the_same_work_take_longer(self):
        kinds = [CaseKind("q", (ReviewItem("a", 4, "d"),))]
        free, busy = (
            simulate_review(kinds, cases=500, seed=2, staff={"d": Staff(3, 8.0, other)})
            for other in (0.0, 4.0)
        )

        desk = Assumptions().work_hours
        assert busy.bound_wd.mean - free.bound_wd.mean == pytest.approx(4 * desk / 8, rel=0.1)


class TestAnswers:
    def test_intervals_hold_the_mean_and_shrink_with_more_cases(self):
        few, many = (simulate_review(ZHEJIANG, cases=n, seed=1) for n in (500, 8_000))

        for found in (few, many):
            low, high = found.lead_wd.ci95
            assert low < found.lead_wd.mean < high
            assert found.lead_wd.median <= found.lead_wd.p90
        assert many.lead_wd.ci95[1] - many.lead_wd.ci95[0] < few.lead_wd.ci95[1] - few.lead_wd.ci95[0]

    def test_one_case_has_no_interval(self):
        found = simulate_review(ZHEJIANG, cases=1, seed=1)

        assert found.lead_wd.ci95 is None and found.lead_wd.mean == found.lead_wd.median

    def test_what_it_stands_on_is_said(self):
        said = simulate_review(ZHEJIANG, cases=10, levers=["regional"]).assumptions

        assert said[0].code == "review_simulation.simulated"
        assert "regional" in str(said[-1])

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"load": 1.0}, "load"),
            ({"load": float("nan")}, "load"),
            ({"mode": "both"}, "choice"),
            ({"order": "random"}, "choice"),
            ({"cases": 0}, "number"),
            ({"reviewers": 0}, "number"),
            ({"seed": -1}, "number"),
            ({"levers": ["wishes"]}, "lever"),
            ({"staff": {"d": Staff(1, 8, 8)}}, "hours"),
            ({"assumptions": Assumptions(spread=-1)}, "assumption"),
            ({"replications": 11}, "number"),
        ],
    )
    def test_what_is_impossible_is_refused(self, asked, code):
        with pytest.raises(BadInput) as refused:
            simulate_review(ZHEJIANG, **{"cases": 10, **asked})

        assert refused.value.code == f"review_simulation.{code}"

    @pytest.mark.parametrize(
        ("kinds", "code"),
        [
            ([], "review_simulation.no_items"),
            ([CaseKind("k", (ReviewItem("a", 0, "d"),))], "review_simulation.no_work"),
            ([CaseKind("k", (ReviewItem("a", 1, "d"),), 0.0)], "review_simulation.weight"),
            ([CaseKind("k", (ReviewItem("a", 1, "d", after=("b",)),))], "review_schedule.unknown_step"),
            (
                [
                    CaseKind(
                        "k", (ReviewItem("a", 1, "d", after=("b",)), ReviewItem("b", 1, "d", after=("a",)))
                    )
                ],
                "review_schedule.cycle",
            ),
        ],
    )
    def test_items_that_cannot_be_reviewed_are_named(self, kinds, code):
        with pytest.raises(BadInput) as refused:
            simulate_review(kinds, cases=10)

        assert refused.value.code == code

    def test_different_cases_are_no_pair(self):
        one, other = (simulate_review(ZHEJIANG, cases=n) for n in (100, 200))
        with pytest.raises(BadInput, match="same seed"):
            cut_between(one, other)
