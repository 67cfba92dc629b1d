"""Logs as they are written: read again by our own reader, held against the structure of the standard, read by pm4py."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput
from shanhai.planners.flow import mine_flow
from shanhai.planners.logs import read_log
from shanhai.planners.logs.writing import FORMATS, Related, WrittenEvent, events_of, write_log

sys.path.append(str(Path(__file__).parents[2] / "scripts"))
import peers

DAY = datetime(2023, 9, 18, 9, tzinfo=UTC)
EVENTS = [
    WrittenEvent("LQXS-2023-0001", "受理", DAY, "lq.planning", "complete", {"note": 'gap "A" & <B>'}),
    WrittenEvent("LQXS-2023-0002", "受理", DAY, "lq.planning", "complete"),
    WrittenEvent(
        "LQXS-2023-0001",
        "环评",
        DAY + timedelta(days=2, microseconds=5),
        "lq.ecology",
        "start",
        {"Note": "one", "note": "two"},
        (Related("item:1:eia", "item", "on"),),
    ),
    WrittenEvent("LQXS-2023-0001", "eia", DAY + timedelta(days=4), "lq.ecology", "complete"),
    WrittenEvent("LQXS-2023-0002", "EIA", datetime(2023, 9, 21), "", "", {"text": "two\nlines\tand\x01more"}),
]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8)


@st.composite
def logs(draw):
    one = st.builds(
        WrittenEvent,
        TEXT,
        TEXT,
        st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from([None, UTC])),
        st.sampled_from(["", "u1", "u2"]),
        st.sampled_from(["", "start", "complete"]),
        st.dictionaries(TEXT, TEXT, max_size=2),
        st.sampled_from([(), (Related("o1", "paper", "shows"),)]),
    )
    return draw(st.lists(one, min_size=1, max_size=12))


def told(log):
    return [
        (log.cases[c], log.activities[a], int(t))
        for c, a, t in zip(log.case, log.activity, log.at, strict=True)
    ]


def expected(events):
    order = list(dict.fromkeys(one.case for one in events))
    found = []
    for case in order:
        own = [one for one in events if one.case == case]
        stamps = [(one.at if one.at.tzinfo else one.at.replace(tzinfo=UTC)) for one in own]
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        rows = [
            (case, one.activity, (at - epoch) // timedelta(microseconds=1))
            for one, at in zip(own, stamps, strict=True)
        ]
        found += sorted(rows, key=lambda row: row[2])
    return found


@pytest.mark.parametrize("kind", FORMATS)
def test_our_own_reader_finds_the_same_events(tmp_path, kind):
    path = tmp_path / "log"
    n = write_log(EVENTS, path, kind, case_attributes={"LQXS-2023-0001": {"class": "plant"}})

    log = read_log(path, case="case" if kind.startswith("ocel") else "")

    prefix = "case:" if kind.startswith("ocel") else ""
    assert n == len(EVENTS)
    assert told(log) == [(prefix + case, *rest) for case, *rest in expected(EVENTS)]


@given(logs(), st.sampled_from(FORMATS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read_again(tmp_path, events, kind):
    path = tmp_path / "log"
    write_log(events, path, kind)

    log = read_log(path, case="case" if kind.startswith("ocel") else "")

    assert len(log) == len(events)
    if kind != "xes":
        assert told(log) == [("case:" + case, *rest) for case, *rest in expected(events)]


def test_what_was_read_can_be_written_in_another_format(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    write_log(EVENTS, first, "xes")
    write_log(events_of(read_log(first)), second, "ocel-sqlite")

    one, other = mine_flow(read_log(first)), mine_flow(read_log(second, case="case"))

    assert (one.cases, one.events, one.lead_time) == (other.cases, other.events, other.lead_time)
    assert [(f.before, f.after, f.count) for f in one.directly_follows] == [
        (f.before, f.after, f.count) for f in other.directly_follows
    ]


class TestStructure:
    """What the standard asks: OCEL 2.0 specification, sections on JSON and on the relational form."""

    def test_json_has_the_four_lists_and_names_types_and_objects(self, tmp_path):
        path = tmp_path / "log.json"
        write_log(EVENTS, path, "ocel-json", case_attributes={"LQXS-2023-0001": {"class": "plant"}})
        held = json.loads(path.read_text(encoding="utf-8"))

        assert set(held) == {"objectTypes", "eventTypes", "objects", "events"}
        for types, things in (("objectTypes", "objects"), ("eventTypes", "events")):
            known = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in held[types]}
            assert len(known) == len(held[types])
            assert len({one["id"] for one in held[things]}) == len(held[things])
            for one in held[things]:
                assert {said["name"] for said in one["attributes"]} <= set(known[one["type"]])
                assert all(isinstance(said["value"], str) for said in one["attributes"])
            assert all(kind == "string" for names in known.values() for kind in names.values())
        objects = {one["id"] for one in held["objects"]}
        assert all(
            datetime.fromisoformat(said["time"]) for one in held["objects"] for said in one["attributes"]
        )
        for one in held["events"]:
            assert datetime.fromisoformat(one["time"]).tzinfo
            assert {other["objectId"] for other in one["relationships"]} <= objects
            assert all(set(other) == {"objectId", "qualifier"} for other in one["relationships"])

    def test_sqlite_has_the_tables_and_no_dangling_key(self, tmp_path):
        path = tmp_path / "log.sqlite"
        write_log(EVENTS, path, "ocel-sqlite")
        held = sqlite3.connect(path)
        tables = {row[0] for row in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

        assert {
            "event",
            "object",
            "event_object",
            "object_object",
            "event_map_type",
            "object_map_type",
        } <= tables
        assert held.execute("PRAGMA foreign_key_check").fetchall() == []
        for what in ("event", "object"):
            n = 0
            for kind, short in held.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type"):
                columns = [row[1] for row in held.execute(f'PRAGMA table_info("{what}_{short}")')]
                assert columns[:2] == ["ocel_id", "ocel_time"]
                assert ("ocel_changed_field" in columns) == (what == "object")
                n += held.execute(
                    f'SELECT count(*) FROM "{what}_{short}" t JOIN {what} USING (ocel_id) WHERE ocel_type = ?',
                    [kind],
                ).fetchone()[0]
            assert n == held.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
        held.close()

    def test_a_log_stands_in_place_of_the_one_before(self, tmp_path):
        path = tmp_path / "log"
        for events in (EVENTS, EVENTS[:1]):
            write_log(events, path, "ocel-sqlite")

        assert len(read_log(path, case="case")) == 1
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("events", "kind", "code"),
    [
        (EVENTS, "pdf", "no_format"),
        ([], "xes", "nothing_to_write"),
        ([WrittenEvent("", "a", DAY)], "xes", "unnamed_event"),
        (
            [WrittenEvent("1", "a", DAY, objects=(Related("x", "one"), Related("x2", "one"))),
             WrittenEvent("1", "a", DAY, objects=(Related("x", "two"),))],
            "ocel-json",
            "two_types",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(tmp_path, events, kind, code):
    with pytest.raises(BadInput) as refused:
        write_log(events, tmp_path / "log", kind)

    assert refused.value.code == f"logs.{code}"


READ = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import pm4py
folder = sys.argv[1]
told = {}
for kind, read in (("ocel-json", pm4py.read_ocel2_json), ("ocel-sqlite", pm4py.read_ocel2_sqlite)):
    name = folder + ("/log.jsonocel" if kind == "ocel-json" else "/log.sqlite")
    ocel = read(name)
    told[kind] = {
        "events": sorted([row["ocel:activity"], int(round(row["ocel:timestamp"].timestamp() * 1e6))] for _, row in ocel.events.iterrows()),
        "objects": sorted([row["ocel:oid"], row["ocel:type"]] for _, row in ocel.objects.iterrows()),
        "relations": sorted([row["ocel:activity"], row["ocel:oid"], row["ocel:qualifier"]] for _, row in ocel.relations.iterrows()),
    }
table = pm4py.read_xes(folder + "/log.xes", show_progress_bar=False)
told["xes"] = {"events": sorted([row["concept:name"], int(round(row["time:timestamp"].timestamp() * 1e6))] for _, row in table.iterrows()),
    "cases": sorted(set(table["case:concept:name"])), "groups": sorted(set(table["org:group"].dropna()))}
print(json.dumps(told))
"""


def test_pm4py_reads_all_three(tmp_path):
    if not peers.is_there(peers.PM4PY):
        assert os.environ.get("CI") != "true", "pm4py is not in var/peers"
        pytest.skip("pm4py is not in var/peers; `make setup-test` puts it there.")
    for kind, name in (("ocel-json", "log.jsonocel"), ("ocel-sqlite", "log.sqlite"), ("xes", "log.xes")):
        write_log(EVENTS, tmp_path / name, kind)

    command = [str(peers.python_of(peers.PM4PY)), "-c", READ, str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)

    found = json.loads(answer.stdout.splitlines()[-1])
    events = sorted([activity, at] for _, activity, at in expected(EVENTS))
    objects = {
        "case:LQXS-2023-0001",
        "case:LQXS-2023-0002",
        "item:1:eia",
        "unit:lq.ecology",
        "unit:lq.planning",
    }
    for kind in ("ocel-json", "ocel-sqlite"):
        assert found[kind]["events"] == events
        assert {one for one, _ in found[kind]["objects"]} == objects
        assert ["环评", "item:1:eia", "on"] in found[kind]["relations"]
        assert len(found[kind]["relations"]) == 10
    assert found["xes"]["events"] == events
    assert found["xes"]["cases"] == ["LQXS-2023-0001", "LQXS-2023-0002"]
    assert found["xes"]["groups"] == ["lq.ecology", "lq.planning"]
