"""Conditions, documents, checks and what a project needs: no database."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.fields.approval.rules import applying, checks, differences, documents, profiles
from shanhai.fields.approval.rules.catalogue import (
    Catalogue,
    Department,
    Item,
    Material,
    Stage,
    as_plain,
    from_plain,
)
from shanhai.fields.approval.rules.conditions import contradiction, holds, read_condition, text_of
from shanhai.kernel.refusals import BadInput, Refused, TooLarge

CLAUSES = (
    "land_mu > 5",
    "land_mu <= 5",
    "land_mu = 7",
    "eia = report, form",
    "eia != report",
    "is_foreign = yes",
    "is_foreign = no",
)
GROUPS = st.lists(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=4), max_size=3)
FACTS = [
    {"land_mu": land, "eia": eia, "is_foreign": foreign}
    for land, eia, foreign in product(
        (Decimal(0), Decimal(5), Decimal(6), Decimal(7), Decimal("7.01")),
        ("report", "form", "registration"),
        (True, False),
    )
]


def catalogue(*items: Item, **more) -> Catalogue:
    told = {"stages": (Stage(1, "一"), Stage(2, "二")), "departments": (Department("drc", "发改"),)}
    return Catalogue("目录", items=items, **{**told, **more})


def item(code: str, *after: str, **more) -> Item:
    told = {
        "stage": 1,
        "name_zh": code,
        "lead": "drc",
        "promised_days": 3,
        "materials": (Material("form", "申请表"),),
    }
    return Item(code, **{**told, **more}, after=after)


def codes(found: Catalogue) -> list[str]:
    return [fault.code for fault in checks.faults_of(found) if fault.refuses]


class TestConditions:
    @given(GROUPS)
    def test_text_and_condition_are_the_same_thing(self, groups):
        condition = read_condition(" | ".join("; ".join(group) for group in groups))

        assert read_condition(text_of(condition)) == condition

    @given(GROUPS)
    def test_a_contradiction_is_found_exactly_where_no_project_meets_it(self, groups):
        condition = read_condition(" | ".join("; ".join(group) for group in groups))

        assert bool(contradiction(condition)) == (not any(holds(condition, facts) for facts in FACTS))

    @given(GROUPS, st.sampled_from(FACTS), st.sets(st.sampled_from(["land_mu", "eia", "is_foreign"])))
    def test_what_is_not_known_never_decides_against_what_will_be_known(self, groups, facts, hidden):
        condition = read_condition(" | ".join("; ".join(group) for group in groups))
        known = {name: None if name in hidden else value for name, value in facts.items()}

        assert holds(condition, known) in (None, holds(condition, facts))

    def test_money_is_said_with_its_unit_and_wide_signs_are_read(self):
        (clause,) = read_condition("investment_fen ＞= 5000万元")[0]

        assert (clause.operator, clause.values) == (">=", (5_000_000_000,))

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("__import__('os')", "approval.condition_form"),
            ("land_mu", "approval.condition_form"),
            ("colour = red", "approval.condition_attribute"),
            ("land_mu = red", "approval.condition_value"),
            ("land_mu > 1, 2", "approval.condition_value"),
            ("land_mu > NaN", "approval.condition_value"),
            ("land_mu > -1", "approval.condition_value"),
            ("eia > report", "approval.condition_value"),
            ("is_foreign = maybe", "approval.condition_value"),
            (";".join(["land_mu > 0"] * 50), "approval.condition_long"),
        ],
    )
    def test_what_is_no_condition_is_refused(self, text, code):
        with pytest.raises(BadInput) as refused:
            read_condition(text)

        assert refused.value.code == code


class TestProfiles:
    @pytest.mark.parametrize("name", profiles.NAMES)
    def test_each_says_where_its_days_come_from_and_reads_as_it_is_written(self, name):
        found = profiles.profile(name)

        assert documents.catalogue_of(documents.yaml_of(found)) == found
        assert documents.catalogue_of(documents.body_of(found)) == found
        assert from_plain(as_plain(found)) == found
        for one in found.items:
            assert one.promised_standing == "assumed" or one.promised_source
            assert one.statutory_days is None or one.statutory_standing == "assumed" or one.statutory_source

    def test_each_source_reads_in_both_languages_and_always_the_same(self):
        said: dict[str, set[str]] = {}
        for found in map(profiles.profile, profiles.NAMES):
            assert found.profile == profiles.OWN or (found.note_zh and found.note_en)
            for one in (*found.items, *found.limits):
                for field in fields(one):
                    if field.name.endswith("source"):
                        said.setdefault(getattr(one, field.name), set()).add(getattr(one, f"{field.name}_zh"))
        assert said.pop("") == {""}
        assert len(said) >= 8
        for english, chinese in said.items():
            assert len(chinese) == 1, english
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.pop()), english

    @pytest.mark.parametrize("name", [name for name in profiles.NAMES if name != profiles.OWN])
    def test_each_is_sound_and_fits_its_limits(self, name):
        found = profiles.profile(name)

        assert codes(found) == []
        assert "approval.over_limit" not in [fault.code for fault in checks.faults_of(found)]
        assert found.limits

    def test_the_limits_are_those_of_the_regimes(self):
        limits = {
            name: [(one.stages, one.days) for one in profiles.profile(name).limits] for name in profiles.NAMES
        }

        assert limits == {
            "national-120": [((1, 2, 3, 4), 120)],
            "zhejiang-100": [((1, 2, 3), 100)],
            "zhejiang-90": [((1, 2, 3), 60), ((4,), 30)],
            "low-risk-20": [((1, 2, 3, 4), 20)],
            "own": [],
        }


class TestChecks:
    def test_a_cycle_is_refused_with_its_path_and_so_is_what_waits_behind_it(self):
        found = catalogue(item("a", "c"), item("b", "a"), item("c", "b"), item("d", "c"), item("e"))

        told = {fault.code: str(fault.reason) for fault in checks.faults_of(found) if fault.refuses}

        assert "a → b → c → a" in told["approval.cycle"]
        assert "c → d" in told["approval.behind_cycle"]
        assert set(told) == {"approval.cycle", "approval.behind_cycle"}

    def test_an_item_that_no_project_reaches_is_refused_with_the_clauses(self):
        found = catalogue(item("a", when=read_condition("land_mu > 5; land_mu < 3")))

        (fault,) = [fault for fault in checks.faults_of(found) if fault.refuses]

        assert fault.code == "approval.never_applies"
        assert "land_mu > 5; land_mu < 3" in str(fault.reason)

    @pytest.mark.parametrize(
        ("found", "code"),
        [
            (catalogue(), "approval.no_items"),
            (catalogue(item("a"), item("a")), "approval.code_twice"),
            (catalogue(item("a", lead="police")), "approval.unknown_department"),
            (catalogue(item("a", co=("police",))), "approval.unknown_department"),
            (catalogue(item("a", "zz")), "approval.unknown_item"),
            (catalogue(item("a", stage=7)), "approval.unknown_stage"),
            (catalogue(item("a", "b"), item("b", stage=2)), "approval.waits_for_later_stage"),
            (catalogue(item("a", statutory_days=2)), "approval.promise_over_statute"),
            (catalogue(item("a", promised_days=0, levers=("deferred",))), "approval.deferred_at_once"),
            (catalogue(item("a", materials=(Material("f", "表"),) * 2)), "approval.material_twice"),
        ],
    )
    def test_what_else_is_wrong_is_named(self, found, code):
        assert codes(found) == [code]

    def test_over_the_limit_is_remarked_and_refuses_nothing(self):
        zj = profiles.profile("zhejiang-90")
        slow = replace(
            zj, items=tuple(replace(one, promised_days=20, statutory_days=None) for one in zj.items)
        )

        found = checks.faults_of(slow)

        assert not any(fault.refuses for fault in found if fault.code != "approval.deferred_at_once")
        assert "approval.over_limit" in [fault.code for fault in found]


class TestAuthority:
    SEA = Department("sea", "萧山发改", region="330109000000")
    CITY = Department("city", "丽水发改", region="331100000000")
    TOWN = Department("town", "八都镇", region="331181100000")

    def here(self, one: Item, *departments: Department, **more) -> Catalogue:
        told = {"region": "331181000000", "departments": (Department("drc", "发改"), *departments)}
        return catalogue(one, **{**told, **more})

    @pytest.mark.parametrize("names", [{"lead": "sea"}, {"co": ("sea",)}])
    def test_the_other_side_decides_nothing_without_a_delegation(self, names):
        found = self.here(item("a", **names), self.SEA)

        assert codes(found) == ["approval.authority_follows_land"]
        assert codes(self.here(item("a", **names, delegation="委托书〔2023〕1号"), self.SEA)) == []

    def test_the_other_side_advises(self):
        assert codes(self.here(item("a", advise=("sea",)), self.SEA)) == []

    def test_the_region_above_and_those_within_decide(self):
        assert codes(self.here(item("a", lead="city"), self.CITY)) == []
        assert codes(self.here(item("a", lead="town"), self.TOWN)) == []

    def test_the_register_says_where_an_organisation_stands(self):
        found = self.here(item("a", lead="x"), Department("x", "某局", organisation="XS"))
        known = checks.Known({"XS": "330109000000"})

        assert codes(found) == []
        assert [f.code for f in checks.faults_of(found, known)] == ["approval.authority_follows_land"]
        assert [f.code for f in checks.faults_of(found, checks.Known({"XS": None}))] == [
            "approval.unknown_organisation"
        ]


class TestNeeded:
    ZJ = profiles.profile("zhejiang-90")

    def verdicts(self, **facts):
        return {one.item.code: str(one.verdict) for one in applying.needed(self.ZJ, facts).judged}

    def test_facts_decide_which_items_apply(self):
        found = self.verdicts(
            basis="filing", eia="registration", energy_tce=Decimal(2000), is_in_assessed_area=True
        )

        assert found["filing"] == "applies" and found["report-approval"] == "not"
        assert found["eia"] == "not" and found["energy-review"] == "replaced"
        assert found["water-plan"] == "replaced" and found["forest-consent"] == "undecided"

    def test_what_does_not_apply_hands_its_predecessors_on(self):
        found = catalogue(item("a"), item("b", "a", when=read_condition("land_mu > 0")), item("c", "b"))

        plan = applying.needed(found, {"land_mu": Decimal(0)}).schedule

        assert plan.critical == ("a", "c") and plan.days == 6

    def test_an_abolished_item_is_counted_nowhere(self):
        found = catalogue(item("a", levers=("abolished",)), item("b", "a"))

        assert applying.needed(found, {}).schedule.days == 3

    @given(st.sampled_from(FACTS))
    def test_knowing_more_never_makes_it_longer(self, facts):
        more = applying.needed(self.ZJ, facts).schedule.days

        assert more <= applying.needed(self.ZJ, {}).schedule.days <= applying.whole(self.ZJ).days

    def test_limits_count_the_stages_that_they_name(self):
        first, last = applying.needed(self.ZJ, {}).limits

        assert (first.limit.stages, first.is_kept, last.limit.stages, last.is_kept) == (
            (1, 2, 3),
            True,
            (4,),
            True,
        )


class TestDocuments:
    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [1]\nb: *a",
            "!!python/object/apply:os.system ['true']",
            "[" * 5000,
            "\t- : :\n -",
            "just words",
            "items: 5",
            "name_zh: x\nitems: [{code: A B}]",
            "name_zh: x\ncolour: red",
            "name_zh: x\nitems: [{code: ab, name_zh: y, lead: drc, promised_days: 1.5}]",
            "name_zh: x\nitems: [{code: ab, name_zh: y, lead: drc, stage: true}]",
            "name_zh: x\nregion: 99",
        ],
    )
    def test_bad_text_is_refused_and_nothing_else_happens(self, text):
        with pytest.raises(Refused):
            documents.catalogue_of(text)

    def test_a_laughing_document_stays_small(self):
        text = "a: &a [x]\n" + "\n".join(
            f"{n}: &{n} [*{p},*{p}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
        )
        with pytest.raises(BadInput):
            documents.catalogue_of(text)

    def test_a_document_has_its_bounds(self):
        with pytest.raises(TooLarge):
            documents.catalogue_of("a" * (documents.MOST_BYTES + 1))

    @given(st.permutations(list(profiles.profile("zhejiang-90").items)).map(lambda items: items[:6]))
    def test_taking_an_item_out_keeps_everybodys_order(self, items):
        found = replace(profiles.profile("zhejiang-90"), items=tuple(items))
        known = {one.code for one in items}
        found = replace(
            found,
            items=tuple(replace(one, after=tuple(a for a in one.after if a in known)) for one in found.items),
        )

        less = found.without_item(items[0].code)

        assert items[0].code not in {one.code for one in less.items}
        assert codes(less) == []

    def test_differences_say_what_is_new_gone_and_changed(self):
        old = catalogue(item("a"), item("b", "a"))
        new = catalogue(item("a", promised_days=5), item("c", "a"))

        found = {
            (one.code, one.kind, one.name, one.before, one.after) for one in differences.differences(old, new)
        }

        assert found == {
            ("a", "changed", "promised_days", "3", "5"),
            ("b", "gone", "", "b", ""),
            ("c", "new", "", "", "c"),
        }
        assert differences.differences(old, old) == []
