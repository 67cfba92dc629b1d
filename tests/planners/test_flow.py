"""How cases ran: named logs, what must hold for any log, and the open logs of real offices."""

import json
import statistics
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.planners import mine_flow
from shanhai.planners.logs import Event, count_late, log_of, read_log, xes
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.stamps import wall_clock
from shanhai.planners.logs.troubles import Troubles

MONDAY = datetime(2023, 9, 18)
DAY = 86_400


def at(days):
    return MONDAY + timedelta(days=days)


def ran(**cases):
    """``ran(a="ask:0 sign:2")``: the log of cases with a step at each day."""
    return log_of(
        Event(case, step, at(float(day)))
        for case, steps in cases.items()
        for step, day in (word.split(":") for word in steps.split())
    )


EVENTS = st.builds(
    Event,
    case=st.sampled_from("12345"),
    activity=st.sampled_from("abcd"),
    at=st.integers(0, 40).map(at),
    started=st.none() | st.integers(0, 40).map(at),
    transition=st.sampled_from(["", "start", "complete", "schedule"]),
)
LOGS = st.lists(EVENTS, min_size=1, max_size=60)


def by_case(events):
    cases: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: one.at):
        cases.setdefault(event.case, []).append(event)
    return cases


@given(LOGS)
def test_figures_are_those_of_a_plain_count(events):
    flow = mine_flow(log_of(events))

    cases = by_case(events)
    follows: dict[tuple[str, str], list[float]] = {}
    for held in cases.values():
        for one, other in pairwise(held):
            took = (other.at - one.at).total_seconds()
            follows.setdefault((one.activity, other.activity), []).append(took)
    leads = [(held[-1].at - held[0].at).total_seconds() for held in cases.values()]
    paths = Counter(tuple(one.activity for one in held) for held in cases.values())
    assert (flow.cases, flow.events, flow.variants) == (len(cases), len(events), len(paths))
    assert flow.lead_time.mean_s == pytest.approx(statistics.fmean(leads))
    assert flow.lead_time.median_s == statistics.median(leads)
    assert flow.lead_time.p90_s == sorted(leads)[round(0.9 * (len(leads) - 1))]
    assert {(one.before, one.after): one.count for one in flow.directly_follows} == {
        pair: len(took) for pair, took in follows.items()
    }
    for one in flow.directly_follows:
        took = follows[one.before, one.after]
        assert one.took.mean_s == pytest.approx(statistics.fmean(took))
        assert one.took.median_s == statistics.median(took)
        assert one.took.p90_s == sorted(took)[round(0.9 * (len(took) - 1))]
    assert {one.activities: one.cases for one in flow.common_variants} == dict(paths)


@given(LOGS)
def test_steps_add_up_to_the_whole(events):
    flow = mine_flow(log_of(events))

    assert sum(one.events for one in flow.steps) == flow.events
    assert sum(one.first_in for one in flow.steps) == sum(one.last_in for one in flow.steps) == flow.cases
    total = sum(one.since_s for one in flow.steps)
    assert total == pytest.approx(flow.lead_time.mean_s * flow.cases)
    assert total == pytest.approx(sum(one.total_s for one in flow.directly_follows))
    for one in flow.steps:
        assert (one.waiting is None) == (one.working is None)
        if one.waiting and one.working:
            assert one.waiting.mean_s >= 0
            assert one.working.mean_s >= 0
    assert flow.working_share is None or 0 <= flow.working_share <= 1


@given(LOGS)
def test_the_order_in_which_cases_come_changes_nothing(events):
    backwards = [one for case in reversed(list(by_case(events).values())) for one in case]

    assert mine_flow(log_of(events)) == mine_flow(log_of(backwards))


def test_waiting_runs_from_the_latest_end_before_to_the_start():
    log = log_of(
        [
            Event("1", "accept", at(0)),
            Event("1", "fire", at(3), transition="start"),
            Event("1", "water", at(4), transition="start"),
            Event("1", "fire", at(5), transition="complete"),
            Event("1", "water", at(6), transition="complete"),
            Event("1", "permit", at(10), started=at(9)),
        ]
    )
    steps = {one.name: one for one in mine_flow(log).steps}

    assert (steps["fire"].waiting.mean_s, steps["fire"].working.mean_s) == (3 * DAY, 2 * DAY)
    assert (steps["water"].waiting.mean_s, steps["water"].working.mean_s) == (4 * DAY, 2 * DAY)
    assert (steps["permit"].waiting.mean_s, steps["permit"].working.mean_s) == (3 * DAY, 1 * DAY)
    assert steps["accept"].working is None
    assert mine_flow(log).working_share == pytest.approx(5 / 15)


def test_a_start_and_its_complete_mark_are_one_doing():
    marks = [Event("1", "fire", at(day), transition=mark) for day, mark in ((0, "start"), (1, "complete"))]

    once, again = mine_flow(log_of(marks)), mine_flow(log_of(marks * 2))
    assert (once.reworked_cases, again.reworked_cases) == (0, 1)
    assert once.steps[0].repeats == 0
    assert again.steps[0].repeats == 1


def test_bottlenecks_are_where_most_time_goes_in_all():
    flow = mine_flow(ran(a="ask:0 check:1 sign:9", b="ask:0 check:1 sign:9", c="ask:0 visit:10"))

    assert [(one.before, one.after) for one in flow.bottlenecks] == [
        ("check", "sign"),
        ("ask", "visit"),
        ("ask", "check"),
    ]


def test_one_event_alone():
    flow = mine_flow(ran(a="ask:0"))

    assert (flow.cases, flow.variants, flow.directly_follows) == (1, 1, ())
    assert flow.lead_time.p90_s == 0


# --- open logs -------------------------------------------------------------------------------------------------------

OPEN_LOGS = [
    "BPIC15_1.xes.gz",
    "BPIC15_2.xes.gz",
    "BPIC15_3.xes.gz",
    "BPIC20c_DomesticDeclarations.xes.gz",
    "BPIC20c_PrepaidTravelCost.xes.gz",
    "BPIC20c_RequestForPayment.xes.gz",
    "hospital_billing_1_trace_per_variant.xes.gz",
    "reviewing_synthetic.xes.gz",
    "roadtraffic_1_trace_per_variant.xes.gz",
]


@pytest.fixture(scope="module")
def open_log(shared_data):
    folder = shared_data("approval_logs")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["logs"]

    def of(name):
        return folder / name, expected[name]

    return of


def most(values):
    return Counter(values).most_common()


@pytest.mark.parametrize("name", OPEN_LOGS)
def test_open_logs_are_as_others_count_them(open_log, name):
    path, expected = open_log(name)

    flow = mine_flow(read_log(path))

    assert (flow.cases, flow.events, flow.activities) == tuple(
        expected[one] for one in ("cases", "events", "activities")
    )
    assert flow.variants == expected["variants_time_stable_order"]
    assert len(flow.directly_follows) == expected["dfg_edges"]
    counts = {(one.before, one.after): one.count for one in flow.directly_follows}
    assert all(counts[tuple(pair)] == n for pair, n in expected["dfg_top5"])
    assert sorted(counts.values())[-5:] == sorted(n for _, n in expected["dfg_top5"])
    steps = {one.name: one for one in flow.steps}
    assert all(steps[step].events == n for step, n in expected["top_activities"])
    lead = flow.lead_time
    days = expected["throughput_days"]
    for told, found in (("mean", lead.mean_s), ("median", lead.median_s), ("p90_nearest", lead.p90_s)):
        assert round(found / DAY, 4) == days[told]
    of_pm4py = expected.get("pm4py_cross_check", {})
    for mark, column in (("start_activities", "first_in"), ("end_activities", "last_in")):
        assert all(getattr(steps[step], column) == n for step, n in of_pm4py.get(mark, {}).items())


@pytest.mark.parametrize("name", OPEN_LOGS)
def test_attributes_of_open_logs_are_read_as_others_count_them(open_log, name):
    path, expected = open_log(name)
    of_case = ("caseStatus", "requestComplete", "last_phase", "startDate", "endDate")
    of_event = ("org:resource", "lifecycle:transition")

    traces = list(xes.traces(Source(path), of_case, of_event, Troubles()))

    events = [one for trace in traces for one in trace.events]
    assert len({one["org:resource"] for one in events if "org:resource" in one}) == expected["resources"]
    assert most(one.get("lifecycle:transition") for one in events) == [
        tuple(one) for one in expected["lifecycle"]
    ]
    for told, key in (
        ("caseStatus", "caseStatus"),
        ("requestComplete", "requestComplete"),
        ("last_phase_top5", "last_phase"),
    ):
        if told in expected:
            found = most(trace.attributes[key] for trace in traces if key in trace.attributes)
            assert [list(one) for one in found[: len(expected[told])]] == expected[told]
    if "start_to_end_attr_days" in expected:
        days = [
            (wall_clock(one["endDate"]) - wall_clock(one["startDate"])).total_seconds() / DAY
            for one in (trace.attributes for trace in traces)
            if one.keys() >= {"startDate", "endDate"}
        ]
        told = expected["start_to_end_attr_days"]
        assert (len(days), round(statistics.fmean(days), 4), round(statistics.median(days), 4)) == (
            told["n"],
            told["mean"],
            told["median"],
        )


@pytest.mark.parametrize("name", OPEN_LOGS[:3])
@pytest.mark.parametrize(
    ("due", "checked", "late"),
    [
        ("dueDate", "events_with_dueDate_and_dateFinished", "finished_after_due"),
        ("planned", "events_with_planned_and_dateFinished", "finished_after_planned"),
    ],
)
def test_late_events_of_open_logs(open_log, name, due, checked, late):
    path, expected = open_log(name)

    found = count_late(path, due, "dateFinished", level="event")

    assert (found.checked, found.late) == (expected["due"][checked], expected["due"][late])
