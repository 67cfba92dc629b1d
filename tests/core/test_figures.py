"""Loaded notices, rulebook values and indicators."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shanhai.core import calendar, clock, indicators, rulebook, signs
from shanhai.core.indicators import Evidence, Row
from shanhai.core.models import JournalEntry, WorkdayNotice
from shanhai.core.signs import DeadlineHook, Indicator, Signed
from shanhai.kernel.attribution import Method
from shanhai.kernel.periods import parse
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound
from shanhai.kernel.rulebook import Rule, make_value

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _fresh_calendar():
    calendar.forget()
    yield
    calendar.forget()


applied: list[bool] = []


def hook(old, new, apply):
    applied.append(apply)
    before, after = old.add(date(2026, 12, 31), 1), new.add(date(2026, 12, 31), 1)
    return [calendar.Moved("test.item", 1, "Answer", "/1", before, after)] if before != after else []


class TestLoadedNotice:
    @pytest.fixture
    def deadline(self, monkeypatch):
        applied.clear()
        own: Signed[DeadlineHook] = Signed("Deadline hook")
        own.add(DeadlineHook("test", "hook"))
        monkeypatch.setattr(signs, "deadline_hooks", own)
        monkeypatch.setattr(signs, "call", lambda dotted: globals()[dotted])

    def test_year_without_a_notice_is_provisional_until_it_is_loaded(self):
        assert calendar.calendar().answer(date(2026, 12, 31), 1) == (NEW_YEAR, True)

        calendar.load_notice(2027, [NEW_YEAR], [], "国办发明电〔2026〕1号", by=None)

        assert calendar.calendar().answer(date(2026, 12, 31), 1) == (date(2027, 1, 4), False)
        assert JournalEntry.objects.filter(action="core.load_notice").count() == 1

    def test_preview_tells_what_would_move_and_writes_nothing(self, deadline):
        moved = calendar.preview_notice(2027, [NEW_YEAR], [], "x")

        assert [(one.before, one.after) for one in moved] == [(NEW_YEAR, date(2027, 1, 4))]
        assert applied == [False]
        assert not WorkdayNotice.objects.exists()

    def test_loading_moves_open_deadlines(self, deadline):
        moved = calendar.load_notice(2027, [NEW_YEAR], [], "x", by=None)

        assert len(moved) == 1
        assert applied == [True]

    def test_later_notice_of_a_year_replaces_the_earlier(self):
        calendar.load_notice(2027, [NEW_YEAR], [], "first", by=None)
        calendar.load_notice(2027, ["2027-01-04"], [], "corrected", by=None)

        assert calendar.calendar().is_working(NEW_YEAR)
        assert not calendar.calendar().is_working(date(2027, 1, 4))

    def test_later_notice_counts_also_after_the_clock_was_set_back(self, turn_clock):
        calendar.load_notice(2027, [NEW_YEAR], [], "first", by=None)
        turn_clock("2023-09-18T08:00")
        calendar.load_notice(2027, ["2027-01-04"], [], "corrected", by=None)

        assert calendar.calendar().is_working(NEW_YEAR)

    def test_notice_loaded_by_another_process_is_seen(self, monkeypatch):
        assert calendar.calendar().is_working(NEW_YEAR)
        WorkdayNotice.objects.create(
            year=2027, off_days=["2027-01-01"], work_days=[], source="x", loaded_at=clock.now()
        )
        monkeypatch.setattr(calendar, "_LOOK_AGAIN_S", 0)

        assert not calendar.calendar().is_working(NEW_YEAR)

    def test_notice_without_source_is_refused(self):
        with pytest.raises(BadInput) as refused:
            calendar.load_notice(2027, [NEW_YEAR], [], " ", by=None)
        assert refused.value.code == "core.notice_without_source"

    def test_only_the_administrator_loads(self, lin, admin_member):
        with pytest.raises(NotAllowed):
            calendar.load_notice(2027, [NEW_YEAR], [], "x", by=lin)
        calendar.load_notice(2027, [NEW_YEAR], [], "x", by=admin_member)


class TestRulebook:
    @pytest.fixture(autouse=True)
    def _rules(self, monkeypatch):
        rule = Rule("test.tax", "Tax", "税", "CNY", "decimal")
        shipped = make_value(rule, "20", valid_from=date(2020, 1, 1), status="assumed", source="shipped")
        whole = Rule("test.tax", "Tax", "税", "CNY", "decimal", (shipped,))
        monkeypatch.setattr(rulebook, "rules", lambda: {"test.tax": whole})

    def value(self, on=date(2023, 9, 18), *scopes, **options):
        return rulebook.value("test.tax", on, scopes or ("national",), **options).value

    def test_shipped_value_holds_until_an_office_adds_one(self):
        assert self.value() == Decimal(20)

        rulebook.add_value("test.tax", "25", valid_from=date(2023, 1, 1), source="notice", by=None)

        assert self.value() == Decimal(25)
        assert self.value(date(2022, 12, 31)) == Decimal(20)

    def test_first_scope_that_has_a_value_wins(self):
        rulebook.add_value(
            "test.tax",
            "18",
            valid_from=date(2023, 1, 1),
            source="notice",
            scope="region:331181000000",
            by=None,
        )

        assert self.value(date(2023, 9, 18), "region:331181000000", "national") == Decimal(18)
        assert self.value(date(2023, 9, 18), "region:330109000000", "national") == Decimal(20)

    def test_correction_is_a_new_row_and_what_was_known_before_stays(self, turn_clock):
        rulebook.add_value("test.tax", "25", valid_from=date(2023, 1, 1), source="notice", by=None)
        before = clock.now()
        turn_clock("2023-09-19T09:00")
        rulebook.add_value("test.tax", "24", valid_from=date(2023, 1, 1), source="corrigendum", by=None)

        assert self.value() == Decimal(24)
        assert self.value(known_at=before) == Decimal(25)
        assert [len(values) for _rule, values in rulebook.all_values()] == [3]

    def test_correction_counts_also_after_the_clock_was_set_back(self, turn_clock):
        rulebook.add_value("test.tax", "25", valid_from=date(2023, 1, 1), source="notice", by=None)
        turn_clock("2023-09-18T08:00")
        rulebook.add_value("test.tax", "24", valid_from=date(2023, 1, 1), source="corrigendum", by=None)

        assert self.value() == Decimal(24)

    def test_stamp_is_plain_and_names_the_very_value(self):
        used = rulebook.value("test.tax", date(2023, 9, 18))

        stamp = rulebook.stamp(used)

        assert (stamp["value"], stamp["source"], stamp["hash"]) == ("20", "shipped", used.hash)

    def test_unknown_figure_is_refused(self):
        with pytest.raises(NotFound):
            rulebook.add_value("test.no", 1, valid_from=date(2023, 1, 1), source="x", by=None)


Q3 = parse("2023Q3")
ROWS = [Row(1, Q3, Decimal(3), Decimal(4)), Row(2, Q3, Decimal(1), Decimal(6))]
RECORDS = {
    1: [Evidence("test.r", 1, "a", None, Decimal(3), denominator=Decimal(4))],
    2: [Evidence("test.r", 2, "b", None, Decimal(1), denominator=Decimal(5))],
}


def measure(pairing_ids, periods, side, as_of):
    return [row for row in ROWS if row.pairing_id in pairing_ids]


def evidence(pairing_id, period, side, as_of):
    return RECORDS.get(pairing_id, [])


class TestIndicators:
    @pytest.fixture(autouse=True)
    def _indicators(self, monkeypatch):
        own: Signed[Indicator] = Signed("Indicator")
        for kind in ("flow", "stock", "ratio", "distinct"):
            own.add(Indicator(f"test.{kind}", kind, "1", kind, "test", "measure", "evidence"))
        monkeypatch.setattr(signs, "indicators", own)
        monkeypatch.setattr(signs, "call", lambda dotted: globals()[dotted])

    def test_what_nobody_reported_is_missing_and_not_zero(self):
        rows = indicators.measure("test.ratio", [1, 9], [Q3])

        assert [(row.pairing_id, row.missing) for row in rows] == [(1, False), (9, True)]
        assert indicators.value(rows[0]) == Decimal("0.75")
        assert indicators.value(rows[1]) is None

    def test_ratio_is_summed_before_it_is_divided(self):
        assert indicators.total("test.ratio", ROWS) == Decimal("0.4")

    def test_flow_adds_up_and_of_a_stock_the_last_period_counts(self):
        Q4 = parse("2023Q4")
        rows = [Row(1, Q3, Decimal(3)), Row(1, Q4, Decimal(5)), Row(2, Q3, Decimal(7))]

        assert indicators.total("test.flow", rows) == 15
        assert indicators.total("test.stock", rows) == 12

    def test_distinct_counts_cannot_be_added(self):
        with pytest.raises(ValueError, match="distinct"):
            indicators.total("test.distinct", ROWS)

    def test_figure_that_its_records_do_not_give_is_found(self):
        found = indicators.check_evidence("test.ratio", [1, 2, 9], [Q3])

        assert [(one.row.pairing_id, one.denominator) for one in found] == [(2, Decimal(5))]

    @pytest.mark.parametrize(
        ("shared", "mountain", "sea", "fits"),
        [
            (None, 1, 2, True),
            (None, 1, 3, False),
            (Method.RATIO, 2, 1, True),
            (Method.FULL_BOTH, 3, 3, True),
            (Method.FULL_BOTH, 3, 4, False),
            (Method.FULL_BOTH, 1, 1, False),
        ],
    )
    def test_what_the_sides_book_fits_the_whole(self, monkeypatch, shared, mountain, sea, fits):
        signs.indicators.add(
            Indicator("test.sides", "sides", "1", "flow", "test", "by_side", "evidence", shared=shared)
        )
        parts = {None: 3, "mountain": mountain, "sea": sea, "host": 0}
        monkeypatch.setitem(
            globals(), "by_side", lambda ids, periods, side, as_of: [Row(1, Q3, Decimal(parts[side]))]
        )

        assert (indicators.check_sides("test.sides", [1], [Q3]) == []) is fits

    def test_money_cannot_be_declared_as_booked_twice(self):
        with pytest.raises(ValueError, match="money"):
            Indicator("test.fen", "fen", "fen", "flow", "test", "m", "e", shared=Method.FULL_BOTH)

    def test_distinct_things_count_once_and_flows_each_time(self):
        twice = Evidence("test.r", 1, "a", None, Decimal(1))

        assert indicators.add_up("distinct", [twice, twice])[0] == 1
        assert indicators.add_up("flow", [twice, twice])[0] == 2

    def test_unknown_indicator_is_refused(self):
        with pytest.raises(NotFound):
            indicators.measure("test.no", [1], [Q3])


class TestTally:
    QUARTER, AHEAD = parse("2023Q1"), parse("2023Q4")
    TODAY = date(2023, 9, 18)

    def test_adds_up_by_pairing_and_period(self):
        tally = indicators.Tally(is_ratio=True)
        tally.add(1, self.QUARTER, "reported", 1, 1)
        tally.add(1, self.QUARTER, "illustrative", 0, 1)

        (row,) = tally.rows([1], [self.QUARTER], self.TODAY)

        assert (row.numerator, row.denominator, row.missing, row.standing) == (1, 2, False, "mixed")

    def test_a_share_of_nothing_and_what_lies_ahead_are_missing_and_a_count_of_nothing_is_nought(self):
        share, count = indicators.Tally(is_ratio=True), indicators.Tally()

        assert [row.missing for row in share.rows([1], [self.QUARTER, self.AHEAD], self.TODAY)] == [
            True,
            True,
        ]
        assert [row.missing for row in count.rows([1], [self.QUARTER, self.AHEAD], self.TODAY)] == [
            False,
            True,
        ]
        assert count.rows([1], [self.QUARTER], self.TODAY)[0].numerator == 0
