"""Policies and enterprises from files: what is read, and what is refused at which place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from shanhai.kernel.refusals import BadInput
from shanhai.planners import Formula, Requirement, plan_aid
from shanhai.planners.policy_files import read_facts, read_policies

EXAMPLE = Path(__file__).parents[2] / "examples" / "aid"
ONE = """
policies:
  - code: equipment
    valid_from: 2022-01-01
    requires: [{fact: investment_fen, least: 5000万元}, {fact: kind, one_of: [new, relocation]}]
    grants: {fact: equipment_fen, rate: 8%, above: 100万元, most: 300万元}
    bearers: {mountain: 2, sea: 1}
"""


def test_units_rates_and_days_are_read():
    (found,), caps = read_policies(ONE, "policies.yaml")

    assert found.formula == Formula(
        fact="equipment_fen", rate=Fraction(2, 25), above=100_000_000, most_fen=300_000_000
    )
    assert found.requires == (
        Requirement("investment_fen", least=5_000_000_000),
        Requirement("kind", one_of=("new", "relocation")),
    )
    assert (found.valid_from, found.bearers, caps) == (date(2022, 1, 1), {"mountain": 2, "sea": 1}, {})


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ("policies:", "polices:", "aid.key", "polices"),
        ("code: equipment", "code: 12", "aid.value", r"policies\[1\].code"),
        ("2022-01-01", "spring", "aid.value", "valid_from"),
        ("least: 5000万元", "least: many", "aid.value", r"requires\[1\].least"),
        ("one_of: [new, relocation]", "", "aid.value", r"requires\[2\]"),
        ("rate: 8%", "rate: 800%", "aid.value", "grants.rate"),
        ("rate: 8%", "rate: 1/0", "aid.value", "grants.rate"),
        ("rate: 8%", "rate: 1e999999999", "aid.value", "grants.rate"),
        ("rate: 8%", "rate: 1e-999999999", "aid.value", "grants.rate"),
        ("rate: 8%", "rate: 1/1e-999999999", "aid.value", "grants.rate"),
        ("most: 300万元", "most: -1", "aid.value", "grants.most"),
        ("most: 300万元", "most: 0.001元", "aid.value", "grants.most"),
        ("fact: equipment_fen, ", "", "aid.value", "grants.fact"),
        ("rate: 8%, ", "", "aid.value", "grants"),
        ("mountain: 2", "mountain: two", "aid.value", "bearers.mountain"),
        ("{mountain: 2, sea: 1}", "[a]", "aid.value", "bearers"),
        ("    bearers", "\tbearers", "aid.file", "line 7"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(before, after, code, place):
    assert before in ONE

    with pytest.raises(BadInput, match=place) as refused:
        read_policies(ONE.replace(before, after, 1), "policies.yaml")

    assert refused.value.code == code


def test_aliases_that_grow_are_not_unfolded():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(BadInput) as refused:
        read_policies(f"{bomb}policies: *i\n", "bomb.yaml")

    assert len(str(refused.value)) < 500


def test_cells_are_numbers_money_yes_or_text_and_empty_ones_are_not_known():
    found = read_facts("企业,tax_fen,jobs,is_new,kind\n甲,1.5万元,12,是,new\n\n乙,300,,否,\n", "firms.csv")

    assert found == {
        "甲": {"tax_fen": 1_500_000, "jobs": 12, "is_new": True, "kind": "new"},
        "乙": {"tax_fen": 300, "jobs": None, "is_new": False, "kind": None},
    }


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "aid.table", "firms.csv"),
        ("name,tax_fen\n甲,1\n", "aid.table", "enterprise"),
        ("enterprise,tax_fen\n甲,many\n", "aid.value", "line 2, tax_fen"),
        ("enterprise,tax_fen\n甲,1\n甲,2\n", "aid.row_twice", "line 3"),
        ("enterprise,tax_fen\n,1\n", "aid.value", "line 2"),
        ("enterprise,tax_fen\n甲,1e999999999\n", "aid.value", "line 2, tax_fen"),
        ('enterprise,kind\n甲,"new\n乙,new\n', "tables.no_csv", "line 2"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(text, code, place):
    with pytest.raises(BadInput, match=place) as refused:
        read_facts(text, "firms.csv")

    assert refused.value.code == code


def test_the_example_comes_to_what_was_worked_out_by_hand():
    policies, caps = read_policies((EXAMPLE / "policies.yaml").read_text(), "policies.yaml")
    firms = read_facts((EXAMPLE / "enterprises.csv").read_text(), "enterprises.csv")

    plans = {
        name: plan_aid(policies, facts, date(2023, 9, 18), joint_caps=caps) for name, facts in firms.items()
    }

    # Yunhe air parts: 8 % of 3,000 against a most of 200; rent of 60 halved; 40 jobs at 2,000 yuan. The joint cap, half of
    # the tax of 420, leaves 210 for equipment and jobs: 200 and 8.
    yunhe = plans["云和空调配件"]
    assert {one.policy: (str(one.outcome), one.amount_fen // 1_000_000) for one in yunhe.claims} == {
        "equipment": ("granted", 200),
        "rent": ("excluded", 0),
        "jobs": ("granted", 8),
        "above-scale": ("granted", 20),
    }
    assert {name: fen // 1_000_000 for name, fen in yunhe.by_bearer.items()} == {"mountain": 161, "sea": 66}
    assert {one.policy: str(one.outcome) for one in plans["剑池工艺"].claims} == {
        "equipment": "not_eligible",
        "rent": "granted",
        "jobs": "unknown",
        "above-scale": "not_eligible",
    }
