"""The clock of items and cases, and what counts as which reply: properties, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.fields.approval.rules import cases, clock, profiles, replies
from shanhai.fields.approval.rules.clock import Halt, Run, Whose
from shanhai.kernel.refusals import BadInput, NotNow
from shanhai.kernel.workdays import official, parse_notice
from tests.fields.approval.verifier import counted_day_by_day

CALENDAR = official()
FIRST = date(2023, 8, 1)
days = st.integers(0, 90).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def halts(draw):
    first = draw(days)
    lasts = draw(st.one_of(st.none(), st.integers(0, 30)))
    return Halt(first, None if lasts is None else first + timedelta(days=lasts), draw(st.sampled_from(Whose)))


@st.composite
def runs(draw):
    opened = draw(days)
    lasts = draw(st.one_of(st.none(), st.integers(0, 60)))
    ended = None if lasts is None else opened + timedelta(days=lasts)
    return Run(opened, ended, tuple(draw(st.lists(halts(), max_size=3))))


class TestCounts:
    # Other work on the machine must not make drawing dates look slow.
    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(runs(), min_size=1, max_size=4), days)
    def test_equal_what_counting_day_by_day_gives(self, some, until):
        first = min(one.opened_on for one in some)

        found = clock.case_counts(some, first, max(first, until), CALENDAR)

        assert (found.calendar, found.government, found.owner) == counted_day_by_day(
            some, first, max(first, until), CALENDAR
        )

    @given(runs(), days)
    def test_never_exceed_the_calendar(self, run, as_of):
        found = clock.counts(run, max(as_of, run.opened_on), CALENDAR)

        assert 0 <= found.government + found.owner <= found.calendar
        assert found.nobody >= 0

    @given(runs(), days, halts())
    def test_another_halt_never_gives_the_government_more(self, run, as_of, halt):
        as_of = max(as_of, run.opened_on)

        more = clock.counts(Run(run.opened_on, run.ended_on, (*run.halts, halt)), as_of, CALENDAR)

        assert more.government <= clock.counts(run, as_of, CALENDAR).government

    @given(runs(), days, halts())
    def test_an_intermediary_of_the_government_changes_no_count(self, run, as_of, halt):
        as_of = max(as_of, run.opened_on)
        works = Halt(halt.from_on, halt.until_on, Whose.GOVERNMENT)

        more = clock.counts(Run(run.opened_on, run.ended_on, (*run.halts, works)), as_of, CALENDAR)

        assert more == clock.counts(run, as_of, CALENDAR)

    @given(st.lists(halts(), max_size=3), days)
    def test_the_order_of_halts_changes_nothing(self, some, as_of):
        found = {
            clock.counts(Run(FIRST, None, tuple(order)), max(as_of, FIRST), CALENDAR)
            for order in permutations(some)
        }

        assert len(found) == 1


class TestDueDays:
    def test_the_holidays_of_september_2023_move_a_day(self):
        assert clock.due_on(date(2023, 9, 27), 3, [], CALENDAR, FIRST) == date(2023, 10, 8)

    @given(days, st.integers(0, 30), st.lists(halts(), max_size=3), days, st.integers(0, 120))
    def test_whoever_decides_later_has_used_more_than_the_limit_and_nobody_before(
        self, opened, limit, some, as_of, n
    ):
        as_of = max(as_of, opened)
        closed = [Halt(h.from_on, h.until_on or max(as_of, h.from_on), h.whose) for h in some]
        due = clock.due_on(opened, limit, some, CALENDAR, as_of)
        day = opened + timedelta(days=n)

        used = clock.counts(Run(opened, day, tuple(closed)), day, CALENDAR).government

        if day <= due:
            assert used <= limit
        elif CALENDAR.is_working(day) and not any(
            h.from_on < day <= h.until_on for h in closed if h.whose is not Whose.GOVERNMENT
        ):
            assert used > limit

    @given(days, st.integers(0, 30), st.lists(halts(), max_size=3), halts())
    def test_a_halt_never_makes_it_earlier(self, opened, limit, some, more):
        assert clock.due_on(opened, limit, some, CALENDAR, opened) <= clock.due_on(
            opened, limit, [*some, more], CALENDAR, opened
        )

    @given(days, st.integers(1, 30), st.lists(halts(), max_size=3))
    def test_the_reminder_comes_before(self, opened, limit, some):
        assert clock.reminded_on(opened, limit, some, CALENDAR, opened, 70) <= clock.due_on(
            opened, limit, some, CALENDAR, opened
        )

    def test_a_notice_of_holidays_moves_it(self):
        opened = date(2027, 1, 4)
        later = CALENDAR.with_notice(parse_notice("year 2027\noff 2027-01-05..2027-01-06"))

        assert clock.due_on(opened, 3, [], CALENDAR, opened) == date(2027, 1, 7)
        assert clock.due_on(opened, 3, [], later, opened) == date(2027, 1, 11)


class TestStops:
    MOST = {"supplement": 20, "hearing": 30}

    def test_needs_a_known_reason_a_paper_and_a_length(self):
        assert clock.check_stop("EIA", "hearing", True, 30, self.MOST, []) is clock.StopReason.HEARING
        for reason, paper, n in (
            ("mood", True, 5),
            ("hearing", False, 5),
            ("hearing", True, 31),
            ("tender", True, 1),
        ):
            with pytest.raises(BadInput):
                clock.check_stop("EIA", reason, paper, n, self.MOST, [])
        with pytest.raises(NotNow):
            clock.check_stop("EIA", "hearing", True, 5, self.MOST, [Halt(FIRST, None, Whose.OWNER)])

    def test_extension_comes_once(self):
        clock.check_extension("EIA", 10, 10, None)
        with pytest.raises(BadInput):
            clock.check_extension("EIA", 11, 10, None)
        with pytest.raises(NotNow):
            clock.check_extension("EIA", 1, 10, FIRST)


class TestReplies:
    @given(st.text(max_size=20), st.text(max_size=20))
    def test_only_a_reasoned_disagreement_is_one(self, text, reasons):
        found = replies.counted(text, reasons)

        if found.reply is replies.Reply.DISAGREE:
            assert text.strip().casefold() in ("disagree", "不同意") and reasons.strip()

    @pytest.mark.parametrize("text", ["agree", " Agree ", "同意", "forward", "同意上报"])
    def test_what_is_allowed_counts_as_said(self, text):
        assert replies.counted(text, "").why is replies.Why.SAID

    def test_silence_is_consent_of_co_reviewers_only(self):
        assert replies.silence("co", True) == replies.Counted(replies.Reply.AGREE, replies.Why.SILENCE)
        assert replies.silence("co", False) is None
        assert replies.silence("lead", True) is None
        assert replies.silence("advise", True) is None

    def test_the_lead_overrides_and_refuses_with_reasons_only(self):
        assert replies.check_decision("EIA", "approved", "", 0, 0) is replies.Decision.APPROVED
        assert replies.check_decision("EIA", "approved", "noise is met", 0, 2) is replies.Decision.APPROVED
        assert replies.check_decision("EIA", "refused", "no land", 0, 0) is replies.Decision.REFUSED
        for decision, reasons, disagreed in (("refused", " ", 0), ("approved", "", 1), ("perhaps", "x", 0)):
            with pytest.raises(BadInput):
                replies.check_decision("EIA", decision, reasons, 0, disagreed)
        with pytest.raises(NotNow):
            replies.check_decision("EIA", "approved", "x", 1, 0)


class TestOrder:
    def test_serial_is_one_line_through_all_items_that_keeps_the_joint_order(self):
        catalogue = profiles.profile("zhejiang-90")
        items = [one for one in catalogue.items if not one.is_abolished]
        joint = cases.order_of(catalogue, items, "joint")
        serial = cases.order_of(catalogue, items, "serial")

        heads = [code for code, after in serial.items() if not after]
        line = heads[:]
        follows = {after[0]: code for code, after in serial.items() if after}
        while line[-1] in follows:
            line.append(follows[line[-1]])
        assert len(heads) == 1 and sorted(line) == sorted(joint)
        for code, after in joint.items():
            assert all(line.index(one) < line.index(code) for one in after)

    @given(st.data())
    def test_an_earlier_decision_never_makes_the_end_later(self, data):
        catalogue = profiles.profile("zhejiang-90")
        items = [one for one in catalogue.items if not one.is_abolished]
        after = cases.order_of(catalogue, items, "joint")
        took = {one.code: data.draw(st.integers(0, 20)) for one in items}
        quicker = {code: data.draw(st.integers(0, n)) for code, n in took.items()}

        def end(lengths):
            placed = [cases.Placed(code, lengths[code], after[code]) for code in after]
            return max(one.ends_on for one in cases.outlook(placed, FIRST, FIRST, CALENDAR).values())

        assert end(quicker) <= end(took)

    def test_joint_is_never_later_than_serial(self):
        catalogue = profiles.profile("zhejiang-90")
        items = [one for one in catalogue.items if not one.is_abolished]
        ends = {}
        for mode in ("joint", "serial"):
            after = cases.order_of(catalogue, items, mode)
            placed = [cases.Placed(one.code, one.promised_days, after[one.code]) for one in items]
            ends[mode] = max(one.ends_on for one in cases.outlook(placed, FIRST, FIRST, CALENDAR).values())

        assert ends["joint"] < ends["serial"]


class TestAcceptance:
    def test_only_minor_papers_of_items_that_allow_it_come_later(self):
        papers = [
            cases.Paper("a", True, True, False),
            cases.Paper("b", False, True, False),
            cases.Paper("c", False, False, False),
            cases.Paper("d", True, False, True),
        ]

        assert cases.gaps(papers) == ["a", "c"]

    def test_gaps_are_named_once_and_in_time(self):
        last = cases.last_day_for_gaps(date(2023, 9, 11), 5, CALENDAR)
        assert last == date(2023, 9, 18)
        cases.check_gaps("C", ["a"], date(2023, 9, 11), last, last, False)
        with pytest.raises(NotNow):
            cases.check_gaps("C", ["a"], date(2023, 9, 11), last, date(2023, 9, 19), False)
        with pytest.raises(NotNow):
            cases.check_gaps("C", ["a"], date(2023, 9, 11), last, last, True)
        with pytest.raises(BadInput):
            cases.check_gaps("C", [], date(2023, 9, 11), last, last, False)

    def test_an_overdue_item_climbs_without_skipping(self):
        after = {"lead": 1, "joint": 3, "leaders": 5}
        assert [cases.level_of(n, after) for n in (-2, 0, 1, 2, 3, 5, 9)] == [
            "", "", "lead", "lead", "joint", "leaders", "leaders",
        ]  # fmt: skip
