"""Will a commitment be kept? Named cases, then properties."""

import math
import statistics
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners import forecast_commitment

TODAY, DUE, YESTERDAY = date(2023, 9, 18), date(2023, 12, 31), date(2023, 9, 17)

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=2)
FIGURES = st.lists(AMOUNTS, max_size=9)
TARGETS = st.decimals(min_value="0.01", max_value=50_000, places=2)
LEFT = st.fractions(min_value=0, max_value=12, max_denominator=30)
MEASURES = st.sampled_from(["flow", "stock", "ratio"])
DIRECTIONS = st.sampled_from(["up", "down"])


def plan(target, figures, confirmed=None, left=1, **more):
    more = {"on": TODAY, "due_on": DUE} | more
    figures = [Decimal(figure) for figure in figures]
    return forecast_commitment(
        Decimal(target), figures, None if confirmed is None else Decimal(confirmed), left, **more
    )


def codes(forecast) -> list[str]:
    return [reason.code for reason in forecast.reasons]


class TestConfirmedEntries:
    def test_decide_over_the_pace(self):
        forecast = plan(30, [4, 6, 5, 5], confirmed=3)

        assert (forecast.basis, forecast.value, forecast.status) == ("confirmed", 23, "at_risk")
        assert codes(forecast) == ["forecast.confirmed"]

    def test_that_reach_the_target_put_it_on_track(self):
        forecast = plan(30, [4, 6, 5, 5], confirmed=10)

        assert (forecast.value, forecast.low, forecast.high, forecast.status) == (30, 30, 30, "on_track")

    @pytest.mark.parametrize("none", [None, 0])
    def test_of_zero_are_none(self, none):
        assert plan(30, [4, 6, 5, 5], confirmed=none).basis == "pace"

    def test_count_before_the_first_delivery_too(self):
        forecast = plan(30, [], confirmed=30)

        assert (forecast.basis, forecast.status) == ("confirmed", "on_track")


class TestPace:
    def test_is_the_mean_of_the_last_four_periods(self):
        forecast = plan(100, [90, 1, 2, 3, 2], left=2)

        assert forecast.value == 98 + 2 * 2
        assert forecast.status == "on_track"

    def test_interval_is_the_prediction_interval_of_student(self):
        figures, left = [4, 6, 5, 5], 3
        spread = 1.6377444 * statistics.stdev(figures) * math.sqrt(left + left**2 / 4)

        forecast = plan(100, figures, left=left)

        assert float(forecast.low) == pytest.approx(35 - spread, abs=0.011)
        assert float(forecast.high) == pytest.approx(35 + spread, abs=0.011)

    def test_from_one_period_reaches_from_nothing_more_to_twice_the_pace(self):
        forecast = plan(100, [5], left=2)

        assert (forecast.low, forecast.value, forecast.high) == (5, 15, 25)

    def test_the_running_period_is_delivered_but_not_part_of_the_pace(self):
        forecast = plan(100, [4, 4, 4, 4], left=Fraction(1, 2), in_running_period=Decimal(1))

        assert forecast.delivered == 17
        assert forecast.value == 19

    def test_a_correction_does_not_go_on_into_the_future(self):
        forecast = plan(100, [10, 0, 0, 0, -5], left=4)

        assert (forecast.low, forecast.value) == (5, 5)

    def test_says_whether_the_target_is_within_the_interval(self):
        assert codes(plan("25.5", [4, 6, 5, 5])) == ["forecast.pace", "forecast.within_reach"]
        assert codes(plan(30, [4, 6, 5, 5])) == ["forecast.pace", "forecast.out_of_reach"]
        assert codes(plan("24.5", [4, 6, 5, 5])) == ["forecast.pace", "forecast.not_safe"]
        assert codes(plan(21, [4, 6, 5, 5])) == ["forecast.pace"]


class TestStatus:
    def test_done_as_soon_as_the_deliveries_reach_the_target(self):
        assert plan(20, [4, 6, 5, 5]).status == "done"
        assert plan(20, [4, 6, 5, 5], on=date(2024, 5, 1)).status == "done"

    def test_late_after_the_due_date_and_not_on_it(self):
        assert plan(21, [4, 6, 5, 5], left=0, on=DUE).status == "at_risk"
        late = plan(21, [4, 6, 5, 5], confirmed=1, left=3, on=date(2024, 1, 1))

        assert (late.status, late.value, late.basis) == ("late", 20, "none")
        assert codes(late) == ["forecast.late"]
        assert "2023-12-31" in str(late.reasons[0])

    def test_late_where_nothing_was_ever_recorded(self):
        assert plan(21, [], left=0, due_on=YESTERDAY).status == "late"
        assert plan(21, [], left=0, due_on=YESTERDAY, direction="down").status == "late"

    def test_not_started_before_its_first_day_whatever_is_confirmed(self):
        forecast = plan(20, [], confirmed=20, starts_on=date(2023, 10, 1))

        assert forecast.status == "not_started"
        assert codes(forecast) == ["forecast.starts", "forecast.confirmed"]
        assert "2023-10-01" in str(forecast.reasons[0])

    def test_not_started_without_any_figure(self):
        forecast = plan(20, [], in_running_period=Decimal(0))

        assert (forecast.status, forecast.basis, forecast.value) == ("not_started", "none", 0)
        assert codes(forecast) == ["forecast.not_started"]

    def test_at_risk_when_full_periods_brought_nothing(self):
        assert plan(20, [0, 0]).status == "at_risk"

    def test_too_early_to_blame_before_the_first_full_period(self):
        forecast = plan(20, [], in_running_period=Decimal(1))

        assert (forecast.status, forecast.basis, forecast.value) == ("on_track", "none", 1)
        assert codes(forecast) == ["forecast.too_early"]


class TestStock:
    def test_goes_on_from_the_last_figure_at_the_pace_of_its_changes(self):
        forecast = plan(22, [16, 17, 18, 19, 20], left=2, measure="stock")

        assert (forecast.delivered, forecast.value, forecast.status) == (20, 22, "on_track")

    def test_may_fall(self):
        forecast = plan(22, [25, 24, 23], left=2, measure="stock")

        assert (forecast.value, forecast.status) == (21, "at_risk")

    def test_takes_the_figure_of_now_as_delivered(self):
        assert plan(22, [20, 20], measure="stock", in_running_period=Decimal(21)).delivered == 21

    def test_is_done_only_when_the_due_date_has_passed(self):
        assert plan(20, [20, 20], measure="stock").status == "on_track"
        assert plan(20, [20, 20], measure="stock", on=date(2024, 1, 1)).status == "done"

    def test_one_figure_makes_no_pace(self):
        assert plan(22, [20], measure="stock").basis == "none"


class TestLowerIsBetter:
    """At most 50 days to approve: the last quarters stand for the next."""

    def test_on_track_when_the_average_keeps_the_limit(self):
        forecast = plan(50, [60, 48, 49, 47, 48], measure="ratio", direction="down")

        assert (forecast.value, forecast.delivered, forecast.status) == (48, 48, "on_track")
        assert codes(forecast) == ["forecast.average"]

    def test_at_risk_when_it_does_not(self):
        forecast = plan(45, [60, 48, 49, 47, 48], measure="ratio", direction="down")

        assert forecast.status == "at_risk"
        assert codes(forecast) == ["forecast.average", "forecast.out_of_reach"]

    def test_is_judged_by_the_last_figure_once_due(self):
        assert plan(50, [60, 50], measure="ratio", direction="down", on=date(2024, 1, 1)).status == "done"
        assert plan(50, [40, 51], measure="ratio", direction="down", on=date(2024, 1, 1)).status == "late"

    def test_a_single_figure_has_no_interval(self):
        forecast = plan(50, [48], measure="ratio", direction="down")

        assert (forecast.low, forecast.value, forecast.high) == (48, 48, 48)

    def test_the_figure_of_now_alone_is_judged_as_it_is(self):
        def status(figure):
            return plan(50, [], measure="ratio", direction="down", in_running_period=Decimal(figure)).status

        assert (status(49), status(51)) == ("on_track", "at_risk")

    def test_a_sum_with_an_upper_limit_is_not_done_before_the_due_date(self):
        assert plan(5, [1, 0, 0], direction="down").status == "on_track"
        assert plan(5, [4, 2, 0], direction="down").status == "at_risk"
        assert plan(0, [0, 0], direction="down").status == "on_track"


class TestProperties:
    @given(TARGETS, FIGURES, AMOUNTS | st.none(), LEFT, DIRECTIONS, AMOUNTS | st.none(), st.booleans())
    def test_a_flow_ends_between_its_ends_and_never_below_what_is_delivered(
        self, target, figures, confirmed, left, direction, running, is_past
    ):
        forecast = forecast_commitment(
            target,
            figures,
            confirmed,
            left,
            on=date(2024, 1, 1) if is_past else TODAY,
            due_on=DUE,
            in_running_period=running,
            direction=direction,
        )

        assert forecast.delivered <= forecast.low <= forecast.value <= forecast.high
        assert forecast.delivered == sum(figures) + (running or 0)
        assert forecast.reasons
        assert all(str(reason) for reason in forecast.reasons)

    @given(TARGETS, st.lists(st.decimals(-100, 100, places=1), max_size=9), LEFT, MEASURES, DIRECTIONS)
    def test_the_value_lies_in_its_interval_whatever_the_figures(
        self, target, figures, left, measure, direction
    ):
        forecast = plan(target, figures, left=left, measure=measure, direction=direction)

        assert forecast.low <= forecast.value <= forecast.high

    @given(TARGETS, FIGURES, LEFT, st.data())
    def test_more_delivered_never_lowers_the_forecast(self, target, figures, left, data):
        assume(figures)
        i = data.draw(st.integers(0, len(figures) - 1))
        more = [*figures[:i], figures[i] + data.draw(AMOUNTS), *figures[i + 1 :]]

        assert plan(target, more, left=left).value >= plan(target, figures, left=left).value

    @given(TARGETS, FIGURES, AMOUNTS, AMOUNTS)
    def test_more_confirmed_never_lowers_the_forecast(self, target, figures, confirmed, more):
        assume(confirmed > 0)

        assert plan(target, figures, confirmed + more).value >= plan(target, figures, confirmed).value

    @given(TARGETS, FIGURES, LEFT, st.randoms())
    def test_the_order_within_the_last_four_periods_and_before_them_does_not_matter(
        self, target, figures, left, random
    ):
        early, recent = figures[:-4], figures[-4:]
        shuffled = random.sample(early, len(early)) + random.sample(recent, len(recent))

        assert plan(target, shuffled, left=left) == plan(target, figures, left=left)

    @given(TARGETS, FIGURES, LEFT, MEASURES)
    def test_at_risk_exactly_when_the_forecast_misses_the_target(self, target, figures, left, measure):
        forecast = plan(target, figures, left=left, measure=measure)

        if forecast.basis == "pace" and forecast.status != "done":
            assert (forecast.status == "at_risk") is (forecast.value < target)

    @given(TARGETS, FIGURES, LEFT, LEFT)
    def test_less_time_never_raises_the_forecast_of_a_flow(self, target, figures, left, other):
        short, long = sorted((left, other))

        assert plan(target, figures, left=short).value <= plan(target, figures, left=long).value

    @given(AMOUNTS.filter(bool), st.integers(2, 9), LEFT)
    def test_even_periods_leave_no_doubt(self, amount, n, left):
        forecast = plan(1_000_000, [amount] * n, left=left)

        assert forecast.high - forecast.low <= Decimal("0.01")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: plan(0, [1]), "forecast.no_target"),
        (lambda: plan(-1, [1], direction="down"), "forecast.no_target"),
        (lambda: plan(1, [1], left=-1), "forecast.negative_time"),
        (lambda: plan(1, [1], confirmed=-1), "forecast.negative_confirmed"),
        (lambda: plan(1, [1], confirmed=1, measure="ratio"), "forecast.confirmed_ratio"),
        (lambda: plan(1, [1], starts_on=date(2024, 1, 1)), "forecast.due_before_start"),
        (lambda: plan(1, ["NaN"]), "forecast.no_number"),
        (lambda: plan(1, [1], left=0.5), "forecast.no_number"),
        (lambda: plan(1, [1], in_running_period="3"), "forecast.no_number"),
        (lambda: plan(1, [1], in_running_period=True), "forecast.no_number"),
    ],
)
def test_refuses_what_is_no_commitment(call, code):
    with pytest.raises(BadInput) as refused:
        call()

    assert refused.value.code == code
    assert str(refused.value)
