"""Aid by dated policies: what is asked, what is granted, what excludes what, and that no fen is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import Formula, Paid, Policy, Requirement, claw_back, plan_aid

DAY = date(2023, 9, 18)
SINCE = date(2022, 1, 1)
WAN = 1_000_000  # fen


def policy(code: str, fen: int = 100, **more) -> Policy:
    formula = more.pop("formula", Formula(fixed_fen=fen))
    return Policy(code, formula, more.pop("bearers", {"mountain": 1}), more.pop("valid_from", SINCE), **more)


def outcomes(plan) -> dict[str, str]:
    return {one.policy: str(one.outcome) for one in plan.claims}


def amounts(plan) -> dict[str, int]:
    return {one.policy: one.amount_fen for one in plan.claims}


class TestOnePolicy:
    @pytest.mark.parametrize(
        ("day", "outcome"),
        [
            (date(2021, 12, 31), "not_valid"),
            (SINCE, "granted"),
            (date(2023, 12, 31), "granted"),
            (date(2024, 1, 1), "not_valid"),
        ],
    )
    def test_holds_on_its_first_and_last_day(self, day, outcome):
        plan = plan_aid([policy("a", valid_to=date(2023, 12, 31))], {}, day)

        assert outcomes(plan) == {"a": outcome}

    def test_says_by_how_much_a_firm_falls_short(self):
        asked = policy("a", requires=(Requirement("tax_fen", least=1000 * WAN),))

        claim = plan_aid([asked], {"tax_fen": 700 * WAN}, DAY).claims[0]

        assert claim.outcome == "not_eligible"
        assert str(claim.reasons[0]) == "tax_fen is ¥7,000,000.00, ¥3,000,000.00 short of ¥10,000,000.00."

    def test_names_what_is_not_known_unless_something_known_is_against_it(self):
        asked = policy("a", requires=(Requirement("jobs", least=10), Requirement("kind", one_of=("new",))))

        unknown, against = (plan_aid([asked], facts, DAY).claims[0] for facts in ({}, {"kind": "moved"}))

        assert (unknown.outcome, dict(unknown.reasons[0].facts)["facts"]) == ("unknown", "jobs, kind")
        assert (against.outcome, against.reasons[0].code) == ("not_eligible", "aid.not_one_of")

    @pytest.mark.parametrize(
        ("formula", "value", "fen"),
        [
            (Formula(fact="f", rate=Fraction(3, 100)), 1000, 30),
            (Formula(fact="f", rate=Fraction(1, 3)), 100, 33),
            (Formula(fact="f", rate=Fraction(1, 2), above=40), 100, 30),
            (Formula(fact="f", rate=Fraction(1, 2), above=400), 100, 0),
            (Formula(fact="f", each_fen=7), Decimal("12.9"), 84),
            (Formula(fact="f", steps=((10, 5), (20, 9))), 9, 0),
            (Formula(fact="f", steps=((10, 5), (20, 9))), 19, 5),
            (Formula(fact="f", steps=((10, 5), (20, 9))), 20, 9),
            (Formula(fixed_fen=50, fact="f", each_fen=10, most_fen=75), 4, 75),
        ],
    )
    def test_comes_to_what_its_formula_says(self, formula, value, fen):
        plan = plan_aid([policy("a", formula=formula)], {"f": value}, DAY)

        assert plan.total_fen == fen
        assert outcomes(plan) == {"a": "granted" if fen else "nothing"}

    def test_its_pot_is_not_overdrawn(self):
        plan = plan_aid([policy("a", 100, left_fen=30), policy("b", 100, left_fen=0)], {}, DAY)

        assert amounts(plan) == {"a": 30, "b": 0}

    def test_is_not_paid_twice(self):
        had = [
            Paid("once", date(2019, 5, 1), 1),
            Paid("year", date(2022, 5, 1), 1),
            Paid("now", date(2023, 1, 2), 1),
        ]
        all_three = [policy("once"), policy("year", pays="yearly"), policy("now", pays="yearly")]

        assert outcomes(plan_aid(all_three, {}, DAY, had)) == {"once": "had", "year": "granted", "now": "had"}


class TestSeveral:
    def test_of_two_that_exclude_each_other_the_greater_is_taken(self):
        plan = plan_aid([policy("a", 100, excludes=frozenset({"b"})), policy("b", 101)], {}, DAY)

        assert amounts(plan) == {"a": 0, "b": 101}
        assert plan.claims[0].reasons[-1].code == "aid.excluded"

    def test_two_small_ones_beat_one_great_one(self):
        great = policy("great", 100, excludes=frozenset({"x", "y"}))

        assert amounts(plan_aid([great, policy("x", 60), policy("y", 60)], {}, DAY)) == {
            "great": 0,
            "x": 60,
            "y": 60,
        }

    def test_a_joint_cap_can_turn_the_choice(self):
        great = policy("great", 100, excludes=frozenset({"x", "y"}))
        small = [policy("x", 60, joint="tax"), policy("y", 60, joint="tax")]

        plan = plan_aid([great, *small], {}, DAY, joint_caps={"tax": Formula(fixed_fen=90)})

        assert amounts(plan) == {"great": 100, "x": 0, "y": 0}

    def test_a_joint_cap_cuts_the_later_ones_and_counts_what_was_paid_this_year(self):
        both = [policy("x", 60, joint="tax"), policy("y", 60, joint="tax", pays="yearly")]
        cap = {"tax": Formula(fact="tax_fen", rate=Fraction(1, 2))}
        had = [Paid("y", date(2022, 3, 1), 40)]

        assert amounts(plan_aid(both, {"tax_fen": 180}, DAY, had, cap)) == {"x": 60, "y": 30}
        assert amounts(plan_aid(both, {}, DAY, had, cap)) == {"x": 0, "y": 0}
        had = [Paid("x", date(2023, 3, 1), 40)]
        assert amounts(plan_aid(both, {"tax_fen": 180}, DAY, had, cap)) == {"x": 0, "y": 50}

    def test_bearers_pay_all_of_it_and_no_more(self):
        plan = plan_aid([policy("a", 100, bearers={"sea": 2, "mountain": 1})], {}, DAY)

        assert dict(plan.by_bearer) == {"sea": 67, "mountain": 33}


@st.composite
def at_odds(draw):
    """Up to seven policies, some of which exclude one another or share a cap."""
    codes = [f"p{n}" for n in range(draw(st.integers(1, 7)))]
    found = [
        policy(
            code, draw(st.integers(0, 50)), joint=draw(st.sampled_from(["", "", "cap"])),
            excludes=draw(st.frozensets(st.sampled_from(codes), max_size=3)) - {code},
            bearers=draw(st.dictionaries(st.sampled_from(["sea", "mountain", "province"]), st.integers(1, 5), min_size=1)),
        )
        for code in codes
    ]  # fmt: skip
    return found, {"cap": Formula(fixed_fen=draw(st.integers(0, 100)))}


def best_by_trying_all(policies, caps) -> int:
    """The greatest total of any choice without a forbidden pair."""
    best = 0
    for n in range(len(policies) + 1):
        for some in combinations(policies, n):
            codes = {one.code for one in some}
            if any(one.excludes & codes for one in some):
                continue
            capped = sum(one.formula.fixed_fen for one in some if one.joint)
            plain = sum(one.formula.fixed_fen for one in some if not one.joint)
            best = max(best, plain + min(capped, caps["cap"].fixed_fen))
    return best


class TestWhateverComesIn:
    @given(at_odds())
    def test_nothing_brings_more(self, asked):
        policies, caps = asked

        assert plan_aid(policies, {}, DAY, joint_caps=caps).total_fen == best_by_trying_all(policies, caps)

    @given(at_odds())
    def test_no_pair_is_forbidden_no_cap_is_broken_and_every_fen_is_borne(self, asked):
        policies, caps = asked
        plan = plan_aid(policies, {}, DAY, joint_caps=caps)

        taken = {one.policy for one in plan.claims if one.amount_fen}
        assert not any(one.excludes & taken for one in policies if one.code in taken)
        assert sum(amounts(plan)[one.code] for one in policies if one.joint) <= caps["cap"].fixed_fen
        assert all(0 <= one.amount_fen <= one.wanted_fen for one in plan.claims)
        assert all(sum(one.by_bearer.values()) == one.amount_fen for one in plan.claims)
        assert sum(plan.by_bearer.values()) == plan.total_fen == sum(amounts(plan).values())

    @given(at_odds(), st.randoms())
    def test_the_order_of_policies_does_not_change_the_total(self, asked, chance):
        policies, caps = asked
        mixed = list(policies)
        chance.shuffle(mixed)

        totals = {plan_aid(some, {}, DAY, joint_caps=caps).total_fen for some in (policies, mixed)}

        assert len(totals) == 1


class TestClawBack:
    @pytest.mark.parametrize(
        ("delivered", "whole", "fen"),
        [
            ("120", False, 0),
            ("90", False, 0),
            ("89.99", False, 1001),
            ("50", True, 10_000),
            ("-5", False, 10_000),
        ],
    )
    def test_goes_by_what_is_missing_beyond_the_tolerance(self, delivered, whole, fen):
        assert claw_back(10_000, Decimal(100), Decimal(delivered), Fraction(1, 10), whole) == fen

    @pytest.mark.parametrize(("paid", "promised", "tolerance"), [(1, 0, 0), (-1, 5, 0), (1, 5, 2)])
    def test_a_promise_of_nothing_is_refused(self, paid, promised, tolerance):
        with pytest.raises(BadInput, match="cannot be said"):
            claw_back(paid, Decimal(promised), Decimal(1), Fraction(tolerance), whole=True)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([policy("a"), policy("a")], "aid.twice"),
        ([policy("a", bearers={})], "aid.bearers"),
        ([policy("a", bearers={"sea": -1, "mountain": 2})], "aid.bearers"),
        ([policy("a", joint="none")], "aid.no_cap"),
        ([policy("a", pays="often")], "aid.pays"),
        ([policy("a", valid_to=date(2021, 1, 1))], "aid.dates"),
        ([replace(policy(f"p{n}"), excludes=frozenset({f"p{(n + 1) % 31}"})) for n in range(31)], "aid.too_many_at_odds"),
    ],
)  # fmt: skip
def test_policies_that_make_no_sense_are_refused(wrong, code):
    with pytest.raises(BadInput) as refused:
        plan_aid(wrong, {}, DAY)

    assert refused.value.code == code
