"""The rulebook: which value applies, what is read, what is refused."""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput, NotFound
from shanhai.kernel.rulebook import Rule, RuleValue, look_up, make_value, read_files, read_text
from shanhai.kernel.text import canonical

RATE = Rule("enclave.rate", "Rate", "比例", "1", "decimal")
TABLE = Rule("approval.days", "Days", "天数", "days", "table")
NEW_YEAR = date(2023, 1, 1)
TODAY = date(2023, 9, 18)


def rate(value, valid_from=NEW_YEAR, scope="national", valid_to=None, known_at=None) -> RuleValue:
    return make_value(
        RATE,
        value,
        valid_from=valid_from,
        valid_to=valid_to,
        scope=scope,
        status="assumed",
        source="test",
        known_at=known_at,
    )


def at(day: int) -> datetime:
    return datetime(2023, 8, day, tzinfo=UTC)


class TestLookUp:
    def test_the_first_scope_with_a_value_wins(self):
        values = [rate(1), rate(2, scope="region:33"), rate(3, scope="agreement:12")]

        def found(*scopes):
            return look_up(values, "enclave.rate", TODAY, scopes).value

        assert found("agreement:12", "region:33", "national") == 3
        assert found("agreement:99", "region:33", "national") == 2
        assert found("national", "agreement:12") == 1

    def test_a_scope_whose_value_has_ended_lets_the_next_one_speak(self):
        values = [rate(1), rate(2, scope="region:33", valid_to=date(2023, 9, 17))]

        assert look_up(values, "enclave.rate", TODAY, ["region:33", "national"]).value == 1
        assert look_up(values, "enclave.rate", date(2023, 9, 17), ["region:33", "national"]).value == 2

    def test_within_a_scope_the_latest_first_day_wins(self):
        values = [rate(2, date(2023, 7, 1)), rate(1), rate(3, date(2024, 1, 1))]

        assert look_up(values, "enclave.rate", TODAY, ["national"]).value == 2
        assert look_up(values, "enclave.rate", date(2023, 6, 30), ["national"]).value == 1
        assert look_up(values, "enclave.rate", date(2024, 1, 1), ["national"]).value == 3

    def test_a_correction_counts_from_when_it_was_known(self):
        values = [rate(1), rate(2, known_at=at(10)), rate(3, known_at=at(20))]

        assert look_up(values, "enclave.rate", TODAY, ["national"], known_at=at(9)).value == 1
        assert look_up(values, "enclave.rate", TODAY, ["national"], known_at=at(10)).value == 2
        assert look_up(values, "enclave.rate", TODAY, ["national"]).value == 3

    def test_a_correction_that_ends_earlier_ends_the_row_that_it_corrects(self):
        values = [rate(1), rate(1, valid_to=date(2023, 6, 30), known_at=at(10))]

        assert look_up(values, "enclave.rate", TODAY, ["national"], known_at=at(1)).value == 1
        with pytest.raises(NotFound):
            look_up(values, "enclave.rate", TODAY, ["national"])

    @given(st.permutations([rate(1), rate(2, date(2023, 7, 1)), rate(3, known_at=at(3)), rate(4, scope="x")]))
    def test_the_order_of_the_rows_does_not_matter(self, values):
        assert look_up(values, "enclave.rate", TODAY, ["national"]).value == 2
        assert look_up(values, "enclave.rate", date(2023, 6, 1), ["national"]).value == 3

    def test_refusal_names_code_day_and_scopes(self):
        with pytest.raises(NotFound) as refused:
            look_up([rate(1)], "enclave.rate", date(2022, 12, 31), ["agreement:12", "national"])

        assert refused.value.code == "rulebook.no_value"
        for named in ("enclave.rate", "2022-12-31", "agreement:12, national"):
            assert named in str(refused.value)

    def test_an_unknown_code_is_said_to_be_unknown(self):
        with pytest.raises(NotFound) as refused:
            look_up([rate(1)], "enclave.rat", TODAY, ["national"])

        assert refused.value.code == "rulebook.unknown_code"
        assert "enclave.rat" in str(refused.value)


class TestHash:
    def test_is_the_same_for_the_same_value_whenever_known(self):
        assert rate("0.50").hash == rate(Decimal("0.5"), known_at=at(1)).hash

    def test_is_the_sha256_of_the_canonical_json(self):
        text = '["enclave.rate","0.5","1","national","2023-01-01",null,"assumed","test"]'

        assert rate("0.5").hash == hashlib.sha256(text.encode()).hexdigest()

    @pytest.mark.parametrize(
        "other",
        [
            rate("0.6"),
            rate("0.5", date(2023, 1, 2)),
            rate("0.5", scope="region:33"),
            rate("0.5", valid_to=date(2023, 12, 31)),
        ],
    )
    def test_differs_when_anything_else_does(self, other):
        assert other.hash != rate("0.5").hash

    def test_values_of_tables_can_stand_in_sets(self):
        table = make_value(TABLE, {"a": [1]}, valid_from=NEW_YEAR, status="verified", source="x")

        assert len({table, table}) == 1


class TestMakeValue:
    @pytest.mark.parametrize(
        "table",
        [
            {"stages": [{"name": "公示", "days": 7}, {"share": Decimal("0.25")}]},
            [Decimal("2.0"), "331181", "3.5", True, None],
            {"from": date(2023, 1, 1)},
        ],
    )
    def test_a_table_read_back_from_its_json_equals_the_table(self, table):
        def value_of(given):
            return make_value(TABLE, given, valid_from=NEW_YEAR, status="verified", source="x")

        first = value_of(table)

        assert value_of(json.loads(canonical(first.value))) == first

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            ("decimal", ["0.5", 3, Decimal("1e2")], ["a half", True, None, "NaN", "1e999999999", 0.5, [1]]),
            ("int", [3, -1], ["3", Decimal("3"), True, None]),
            ("text", ["consent"], ["", "  ", 3, None]),
            ("bool", [True, False], ["true", 1, None]),
            ("table", [[], {"a": 1}], ["a", 1, None]),
        ],
    )
    def test_takes_what_fits_the_kind_and_nothing_else(self, kind, good, bad):
        rule = Rule("a.b", "A", "甲", "1", kind)

        for value in good:
            assert make_value(rule, value, valid_from=NEW_YEAR, status="assumed", source="x").value == (
                Decimal(value) if kind == "decimal" else value
            )
        for value in bad:
            with pytest.raises(BadInput) as refused:
                make_value(rule, value, valid_from=NEW_YEAR, status="assumed", source="x")
            assert refused.value.code == "rulebook.value_of_another_kind"


GOOD = """
- id: enclave.guarantee.rate
  name_en: Guaranteed yield
  name_zh: 保底收益率
  unit: "1"
  kind: decimal
  values:
    - {from: 2018-01-01, value: 0.10, status: assumed, source: S32}
    - {from: 2018-01-01, to: 2022-12-31, scope: "region:331181000000", value: 0.08, status: verified, source: art. 3}
- id: approval.silence
  name_en: Silence
  name_zh: 逾期未复
  unit: "-"
  kind: text
  values:
    - {from: 2018-01-01, value: consent, status: assumed, source: illustrative}
"""


class TestReadText:
    def test_reads_decimals_exactly_with_dates_and_scopes(self):
        rate_rule, silence = read_text(GOOD)
        national, regional = rate_rule.values

        assert (national.value, national.scope, national.valid_to) == (Decimal("0.10"), "national", None)
        assert (regional.scope, regional.valid_to, regional.status) == (
            "region:331181000000",
            date(2022, 12, 31),
            "verified",
        )
        assert (silence.name_zh, silence.values[0].value, silence.values[0].known_at) == (
            "逾期未复",
            "consent",
            None,
        )

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (("id: approval.silence", "id: Silence"), "rulebook.bad_id"),
            (("id: approval.silence", "id: enclave.guarantee.rate"), "rulebook.twice"),
            (('  unit: "-"\n', ""), "rulebook.key_missing"),
            (("  kind: text", "  kind: string"), "rulebook.bad_kind"),
            (("  kind: text", "  kind: bool"), "rulebook.value_of_another_kind"),
            (("  kind: text", "  kind: text\n  remark: x"), "rulebook.key_unknown"),
            (("  kind: text", "  kind: text\n  kind: text"), "rulebook.not_yaml"),
            (("name_en: Silence", "name_en: 12"), "rulebook.no_text"),
            (("value: consent", "valu: consent"), "rulebook.key_missing"),
            (("from: 2018-01-01, value: consent", "from: soon, value: consent"), "rulebook.no_day"),
            (
                ("from: 2018-01-01, value: consent", "from: 2018-01-01 08:00:00, value: consent"),
                "rulebook.no_day",
            ),
            (("value: consent, status: assumed", "value: consent, status: guessed"), "rulebook.bad_status"),
            (("source: illustrative", "source: ''"), "rulebook.no_source"),
            (("to: 2022-12-31", "to: 2017-12-31"), "rulebook.ends_before_it_begins"),
            (('scope: "region:331181000000"', "scope: national"), "rulebook.same_day_twice"),
            (('scope: "region:331181000000"', "scope: ''"), "rulebook.no_scope"),
            (("value: 0.10", "value: .inf"), "rulebook.not_yaml"),
            (
                (
                    "    - {from: 2018-01-01, value: consent, status: assumed, source: illustrative}",
                    "    - consent",
                ),
                "rulebook.value_without_parts",
            ),
            (
                (
                    "  values:\n    - {from: 2018-01-01, value: consent",
                    "  values: []\n  x:\n    - {from: 2018-01-01, value: consent",
                ),
                "rulebook.key_unknown",
            ),
        ],
    )
    def test_refuses_and_names_the_file(self, change, problem):
        broken = GOOD.replace(*change)

        assert broken != GOOD
        with pytest.raises(BadInput) as refused:
            read_text(broken, "fields/enclave/rulebook.yaml")
        assert refused.value.code == problem
        assert "fields/enclave/rulebook.yaml" in str(refused.value)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("id: a.b", "rulebook.no_list"),
            ("", "rulebook.no_list"),
            ("- a", "rulebook.bad_id"),
            ("- {id: a.b, kind: int, unit: x, name_en: A, name_zh: 甲, values: []}", "rulebook.no_values"),
            ("- [", "rulebook.not_yaml"),
            ("- !!python/object/apply:os.getcwd []", "rulebook.not_yaml"),
        ],
    )
    def test_refuses_what_is_no_list_of_rules(self, text, problem):
        with pytest.raises(BadInput) as refused:
            read_text(text)

        assert refused.value.code == problem
        assert str(refused.value)

    def test_names_the_rule_that_is_wrong(self):
        with pytest.raises(BadInput) as refused:
            read_text(GOOD.replace("  kind: text", "  kind: string"), "x.yaml")

        assert str(refused.value).startswith("x.yaml, approval.silence: ")


class TestReadFiles:
    def test_makes_one_rulebook_of_several_files(self, tmp_path):
        rate_text, silence_text = GOOD.split("- id: approval")
        (tmp_path / "a.yaml").write_text(rate_text, encoding="utf-8")
        (tmp_path / "b.yaml").write_text("- id: approval" + silence_text, encoding="utf-8")

        rules = read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])

        assert list(rules) == ["enclave.guarantee.rate", "approval.silence"]

    def test_refuses_a_code_that_two_files_have(self, tmp_path):
        for name in ("a.yaml", "b.yaml"):
            (tmp_path / name).write_text(GOOD, encoding="utf-8")

        with pytest.raises(BadInput) as refused:
            read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])

        assert refused.value.code == "rulebook.in_two_files"
        assert "b.yaml" in str(refused.value)
