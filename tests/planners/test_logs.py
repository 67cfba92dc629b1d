"""Event logs of five formats: what is sound is read, what is not is counted or refused with its line."""

import gzip
import json
import sqlite3
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.kernel.refusals import BadInput, Refused
from shanhai.planners.logs import count_late, read_log, xes
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.stamps import read_stamp
from shanhai.planners.logs.troubles import Troubles

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'
DAY = 86_400_000_000


def event(name="ask", time="2023-09-18T09:00:00+08:00", more=""):
    return (
        f'<event><string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="{time}"/>{more}</event>\n'
    )


def trace(name, *events):
    return f'<trace>\n<string key="concept:name" value="{name}"/>\n{"".join(events)}</trace>\n'


def steps(log):
    """The log in words."""
    return [
        (log.cases[c], log.activities[a])
        for c, a in zip(log.case.tolist(), log.activity.tolist(), strict=True)
    ]


def kinds(log):
    return {reason.code.removeprefix("logs."): dict(reason.facts) for reason in log.unread}


@pytest.fixture
def laid(tmp_path):
    def lay(content, name="log"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return lay


class TestXes:
    def test_reads_cases_with_their_events(self, laid):
        log = read_log(
            laid(HEAD + trace("1", event(), event("sign", "2023-09-19T09:00:00+08:00")) + "</log>")
        )

        assert steps(log) == [("1", "ask"), ("1", "sign")]
        assert log.at[1] - log.at[0] == DAY
        assert log.unread == ()

    def test_packed_by_gzip_whatever_its_name(self, laid):
        text = HEAD + trace("1", event()) + "</log>"

        assert len(read_log(laid(gzip.compress(text.encode()), "log.txt"))) == 1

    def test_letters_that_stand_for_others(self, laid):
        log = read_log(laid(HEAD + trace("1", event("a &amp; b &#x9f99;&#27849;")) + "</log>"))

        assert log.activities == ("a & b 龙泉",)

    @pytest.mark.parametrize(
        "written",
        [
            "<event><string value='ask' key='concept:name'/><date value='2023-09-18' key='time:timestamp'/></event>",
            "<!-- <trace> --><event><string key='concept:name' value='ask'></string>"
            "<date key='time:timestamp' value='2023-09-18'><string key='concept:name' value='nested'/></date></event>",
            '<event>\n<string key="concept:name"\n value="ask" />'
            "<list key='notes'><values><string key='concept:name' value='no'/></values></list>"
            '<date key="time:timestamp" value="2023-09-18" /></event>',
        ],
    )
    def test_however_it_is_written(self, laid, written):
        text = (
            HEAD
            + trace("0", event())
            + f"<trace><string key='concept:name' value='1'/>{written}</trace></log>"
        )
        log = read_log(laid(text))

        assert steps(log) == [("0", "ask"), ("1", "ask")]

    def test_with_a_prefix_and_in_utf_16(self, laid):
        text = (
            '<?xml version="1.0" encoding="UTF-16"?><x:log xmlns:x="http://www.xes-standard.org/"><x:trace>'
            '<x:string key="concept:name" value="1"/><x:event><x:string key="concept:name" value="受理"/>'
            '<x:date key="time:timestamp" value="2023-09-18T09:00:00"/></x:event></x:trace></x:log>'
        )

        assert steps(read_log(laid(text.encode("utf-16")))) == [("1", "受理")]

    def test_declared_in_another_encoding(self, laid):
        text = HEAD.replace("UTF-8", "ISO-8859-1") + trace("1", event("prüfen")) + "</log>"

        assert read_log(laid(text.encode("latin-1"))).activities == ("prüfen",)

    def test_events_without_time_or_activity_are_left_out_and_counted(self, laid):
        nameless = '<event><date key="time:timestamp" value="2023-09-18"/></event>\n'
        text = HEAD + trace("1", event(), event(time="UNKNOWN"), nameless) + trace("2") + "</log>"
        log = read_log(laid(text))

        assert len(log) == 1
        assert kinds(log)["no_time"] == {"n": 1, "place": "log:3"}
        assert kinds(log)["no_activity"]["n"] == 1
        assert kinds(log)["empty"]["n"] == 1

    def test_cases_without_a_name_are_numbered_and_of_one_name_joined(self, laid):
        nameless = f"<trace>{event()}</trace>\n"
        log = read_log(laid(HEAD + nameless + trace("7", event()) + trace("7", event("sign")) + "</log>"))

        assert log.cases == ("#1", "7")
        assert {"unnamed", "parted"} <= kinds(log).keys()

    def test_wrong_order_and_repeated_events_are_put_right_and_told(self, laid):
        late = event("sign", "2023-09-20")
        log = read_log(laid(HEAD + trace("1", late, event(), event()) + "</log>"))

        assert [name for _, name in steps(log)] == ["ask", "ask", "sign"]
        assert kinds(log)["out_of_order"]["n"] == 1
        assert kinds(log)["repeated"]["n"] == 1

    def test_mixed_zones_are_moments_and_those_without_count_as_utc(self, laid):
        times = ["2023-09-18T09:00:00+08:00", "2023-09-18T01:00:00Z", "2023-09-18T01:00:00"]
        log = read_log(laid(HEAD + trace("1", *(event(time=time) for time in times)) + "</log>"))

        assert set(log.at.tolist()) == {log.at[0]}
        assert kinds(log)["no_zone"]["n"] == 1

    def test_cut_short_gives_what_stands_before(self, laid):
        text = HEAD + "".join(trace(str(n), event(f"a{n}")) for n in range(2000)) + "</log>"
        packed = gzip.compress(text.encode())
        log = read_log(laid(packed[: len(packed) // 2]))

        assert 0 < len(log.cases) < 2000
        assert "cut_short" in kinds(log)

    def test_broken_xml_gives_the_cases_before_and_the_line(self, laid):
        log = read_log(laid(HEAD + trace("1", event()) + "<trace><event></trace></log>"))

        assert log.cases == ("1",)
        assert kinds(log)["broken"]["place"] == "log:7"

    def test_broken_before_the_first_case_is_refused_with_the_line(self, laid):
        with pytest.raises(BadInput) as refused:
            read_log(laid(HEAD + "<trace>\n<event></trace></log>"))

        assert (refused.value.code, refused.value.facts["line"]) == ("logs.no_xml", 4)

    def test_a_billion_laughs_are_refused_with_the_line(self, laid):
        laughs = '<!DOCTYPE log [\n<!ENTITY a "ha">\n' + "".join(
            f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9)
        )
        with pytest.raises(BadInput) as refused:
            read_log(laid('<?xml version="1.0"?>' + laughs + "]><log>" + trace("&a8;", event()) + "</log>"))

        assert (refused.value.code, refused.value.facts["line"]) == ("logs.entities", 2)

    def test_external_entities_are_never_opened(self, laid):
        secret = laid("secret", "secret.txt")
        text = (
            f'<!DOCTYPE log [<!ENTITY x SYSTEM "{secret.as_uri()}">]><log>' + trace("&x;", event()) + "</log>"
        )

        with pytest.raises(BadInput, match="entities"):
            read_log(laid(text))

    def test_undeclared_entities_are_no_way_in(self, laid):
        text = f'<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd">\n{HEAD.splitlines()[1]}'

        log = read_log(laid(text + trace("1", event()) + trace("2", event("&y;")) + "</log>"))
        assert log.cases[0] == "1"

    def test_other_xml_is_no_log(self, laid):
        with pytest.raises(BadInput, match="begins with <html>"):
            read_log(laid("<html><body/></html>"))

    def test_a_hundred_thousand_activities(self, laid):
        many = (event(f"a{n}", f"2023-09-18T09:00:{n % 60:02}Z") for n in range(100_000))
        log = read_log(laid(HEAD + trace("1", *many) + "</log>"))

        assert len(log.activities) == 100_000


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["concept:name", "time:timestamp", "due", "other"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8),
    max_size=4,
)


def told_plainly(attributes, style):
    """Attributes as logs have them, one after the other."""
    from xml.sax.saxutils import quoteattr

    quoted = {
        key: quoteattr(value, {"\x85": "&#133;", "\u2028": "&#8232;"}) for key, value in attributes.items()
    }
    return "".join(STYLES[style].format(key=key, value=value) for key, value in quoted.items())


HELD = '<int key="held" value="1"/>'
DEEP = '<list key="x">' * 12 + HELD + "</list>" * 12
STYLES = {
    "plain": '<string key="{key}" value={value}/>',
    "lines": '<string key="{key}" value={value}/>\n',
    "remarks": '<!-- a - b --><string key="{key}" value={value}/> <!-- <event> key="due" value="0" -->',
    "open": '<string key="{key}" value={value}></string>',
    "nested": f'<string key="{{key}}" value={{value}}><list key="all"><values>{HELD}{HELD}</values></list></string>',
    "deep": DEEP + '<string key="{key}" value={value}/>',
    "asked": f'<string key="other" value="1"><string key="{{key}}" value={{value}}>{HELD}</string></string>',
    "quotes": "<string key='{key}' value={value} more='1'/>",
    "other_quotes": "<string key='{key}' value='it{key}s'/>",
    "text": '<string key="{key}" value={value}><![CDATA[<!-- ]]></string>',
}


@given(
    st.lists(st.lists(ATTRIBUTES, max_size=4), min_size=1, max_size=4),
    st.lists(st.sampled_from(sorted(STYLES)), min_size=4, max_size=4),
    st.sampled_from(["", "\n", "\n<!-- </trace> -->", "<!-- x -->\n"]),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
)
def test_all_ways_to_read_xes_find_the_same(tmp_path_factory, cases, styles, between, encoding):
    text = between.join(
        "<trace>" + "".join(f"<event>{told_plainly(one, style)}</event>" for one in case) + "</trace>"
        for case, style in zip(cases, styles, strict=False)
    )
    path = tmp_path_factory.mktemp("xes") / "log"
    head = HEAD.replace("UTF-8", encoding)
    path.write_text(f"{head}{text}</log>", encoding=encoding)
    keys = {"concept:name", "time:timestamp", "due"}

    quick = list(xes.traces(Source(path), keys, keys, Troubles()))
    careful = list(xes._parsed_traces(Source(path), keys, keys, Troubles()))

    assert len(careful) == len(cases)
    assert quick == careful


@pytest.mark.parametrize(
    "broken",
    [
        '<string key="due" value="1"><values></string>',
        '<string key="due" value="1"></list>',
        '<string <!-- x --> key="due" value="1"/>',
        "<!-- a -- b -->",
        "<!-- a",
        '<string key="due" value="1"><int key="held" value="1"></string>',
    ],
)
def test_what_is_no_xml_is_so_by_all_ways(laid, broken):
    path = laid(f"{HEAD}<trace><event>{broken}</event></trace></log>")

    with pytest.raises(BadInput, match="no XML from line 3"):
        list(xes.traces(Source(path), {"due"}, {"due"}, Troubles()))


def test_bytes_that_the_declared_encoding_does_not_have_end_the_log(laid):
    head = HEAD.replace("UTF-8", "GBK")
    text = (
        head.encode()
        + trace("1", event("受理")).encode("gbk")
        + trace("2", event("X")).encode().replace(b"X", b"\xff\xff")
    )

    log = read_log(laid(text + b"</log>"))

    assert steps(log) == [("1", "受理")]
    assert kinds(log)["broken"]["n"] == 1


class TestCsv:
    @pytest.mark.parametrize(
        "text",
        [
            "case,activity,time\n1,ask,2023-09-18\n1,sign,2023-09-19\n",
            "\ufeffCase ID;Activity;Complete Timestamp\r\n1;ask;2023/9/18 0:00\r\n1;sign;2023/9/19 0:00\r\n",
            '"case:concept:name"\t"concept:name"\t"time:timestamp"\n"1"\t"ask"\t"18.09.2023"\n1\tsign\t19.09.2023',
            "办件|环节|办结时间\n1|ask|2023年9月18日\n1|sign|2023年9月19日\n",
            "sep=;\r\nCase;Activity;Time\r\n1;ask;2023-09-18\r\n1;sign;2023-09-19\r\n",
            ",case,activity,time\n0,1,ask,2023-09-18\n1,1,sign,2023-09-19\n",
        ],
    )
    def test_dialects_and_headings(self, laid, text):
        log = read_log(laid(text))

        assert steps(log) == [("1", "ask"), ("1", "sign")]
        assert log.at[1] - log.at[0] == DAY

    def test_in_gbk(self, laid):
        log = read_log(laid("办件,环节,时间\n一,受理,2023-09-18\n".encode("gbk")))

        assert steps(log) == [("一", "受理")]

    def test_columns_are_named(self, laid):
        path = laid("a,b,c\n1,ask,2023-09-18\n")

        assert len(read_log(path, case="a", activity="B", time="c")) == 1
        with pytest.raises(BadInput, match=r"no column for case.*a, b, c"):
            read_log(path)

    def test_cells_with_signs_and_lines_in_quotation_marks(self, laid):
        log = read_log(
            laid('case,activity,time\n1,"ask, again\nand ""again""",2023-09-18\n2,sign,2023-09-18\n')
        )

        assert log.activities == ('ask, again\nand "again"', "sign")

    def test_what_is_not_sound_is_counted_with_its_row(self, laid):
        text = "case,activity,time\n1,ask,2023-09-18\n,ask,2023-09-18\n1,,2023-09-18\n1,ask,soon\n1,ask\n2,ask,2023-09-18\n"
        log = read_log(laid(text))

        found = kinds(log)
        assert steps(log) == [("1", "ask"), ("2", "ask")]
        assert {name: facts["place"] for name, facts in found.items()} == {
            "no_case": "log:3",
            "no_activity": "log:4",
            "no_time": "log:5",
            "ragged": "log:6",
        }

    def test_the_file_order_decides_at_one_time(self, laid):
        log = read_log(laid("case,activity,time\n2,b,2023-09-18\n1,a,2023-09-18\n2,a,2023-09-18\n"))

        assert steps(log) == [("2", "b"), ("2", "a"), ("1", "a")]

    def test_a_quotation_mark_that_never_closes_ends_no_program(self, laid):
        rows = "".join(f"{n},ask,2023-09-18\n" for n in range(200_000))
        log = read_log(laid(f'case,activity,time\n1,ask,2023-09-18\n2,"ask,2023-09-18\n{rows}'))

        assert log.cases[0] == "1"
        assert kinds(log).keys() & {"unreadable_rows", "ragged"}

    def test_days_and_months_that_cannot_be_told_apart_are_not_guessed(self, laid):
        log = read_log(laid("case,activity,time\n1,a,18/09/2023\n1,b,03/04/2023\n"))

        assert log.activities == ("a",)
        assert kinds(log)["no_time"]["n"] == 1

    def test_starts_and_marks(self, laid):
        text = "case,activity,start time,end time,lifecycle\n1,a,2023-09-18,2023-09-19,complete\n1,b,,2023-09-20,\n"
        log = read_log(laid(text))

        assert (log.at - log.started).tolist()[0] == DAY
        assert log.transition.tolist() == [2, 0]

    @pytest.mark.parametrize(
        "content", [b"", b"\n\n", b"\x00\x01\x02\x03", b"PK\x03\x04zip", b"\x1f\x8b", b"case"]
    )
    def test_what_is_no_log_is_refused(self, laid, content):
        with pytest.raises(Refused):
            read_log(laid(content))

    @given(st.binary(max_size=200))
    def test_no_bytes_crash_it(self, tmp_path_factory, content):
        path = tmp_path_factory.mktemp("any") / "log"
        for start in (b"", b"case,activity,time\n1,a,2023-09-18\n", HEAD.encode(), b'{"events": [', b"PAR1"):
            path.write_bytes(start + content)
            try:
                read_log(path)
            except Refused as refused:
                assert str(refused)


class TestParquet:
    @pytest.fixture
    def parquet(self, tmp_path):
        import duckdb

        def lay(rows):
            path = tmp_path / "a [1]*.parquet"
            duckdb.sql(
                f"COPY (SELECT * FROM (VALUES {rows}) AS t(case_id, activity, time)) TO '{path}' (FORMAT parquet)"
            )
            return path

        return lay

    def test_reads_moments_whatever_signs_its_name_has(self, parquet):
        log = read_log(
            parquet("(7, 'ask', TIMESTAMP '2023-09-18 09:00'), (7, 'sign', TIMESTAMP '2023-09-19 09:00')")
        )

        assert steps(log) == [("7", "ask"), ("7", "sign")]
        assert log.at[1] - log.at[0] == DAY

    def test_leaves_out_and_counts_what_is_missing(self, parquet):
        log = read_log(
            parquet(
                "('1', 'ask', TIMESTAMP '2023-09-18'), (NULL, 'ask', TIMESTAMP '2023-09-18'), "
                "('1', '', TIMESTAMP '2023-09-18'), ('1', 'ask', NULL)"
            )
        )

        assert len(log) == 1
        assert {"no_case", "no_activity", "no_time"} <= kinds(log).keys()

    def test_times_as_text(self, parquet):
        log = read_log(parquet("('1', 'ask', '2023-09-18T09:00:00+08:00'), ('1', 'sign', 'soon')"))

        assert len(log) == 1
        assert kinds(log)["no_time"]["n"] == 1

    def test_broken_is_refused(self, laid):
        with pytest.raises(BadInput, match="Parquet"):
            read_log(laid(b"PAR1 and nothing more"))


OCEL = {
    "objectTypes": [{"name": "case", "attributes": []}, {"name": "paper", "attributes": []}],
    "eventTypes": [{"name": "ask", "attributes": []}],
    "events": [
        {
            "id": "e2",
            "type": "sign",
            "time": "2023-09-19T09:00:00Z",
            "relationships": [{"objectId": "c1", "qualifier": ""}],
        },
        {
            "id": "e1",
            "type": "ask",
            "time": "2023-09-18T09:00:00Z",
            "attributes": [
                {"name": "due", "value": "2023-09-18"},
                {"name": "done", "value": "2023-09-18T08:00:00Z"},
            ],
            "relationships": [{"objectId": "c1", "qualifier": ""}, {"objectId": "p1", "qualifier": ""}],
        },
        {
            "id": "e3",
            "type": "stray",
            "time": "2023-09-18T09:00:00Z",
            "relationships": [{"objectId": "p9", "qualifier": ""}],
        },
    ],
    "objects": [
        {
            "id": "c1",
            "type": "case",
            "attributes": [
                {"name": "due", "time": "2023-01-01T00:00:00Z", "value": "2023-09-01"},
                {"name": "due", "time": "2023-09-01T00:00:00Z", "value": "2023-09-20"},
                {"name": "done", "time": "2023-09-01T00:00:00Z", "value": "2023-09-19"},
            ],
        },
        {"id": "p1", "type": "paper"},
    ],
}


class TestOcel:
    def test_json(self, laid):
        log = read_log(laid(json.dumps(OCEL, indent=1)))

        assert steps(log) == [("c1", "ask"), ("c1", "sign")]
        assert {"no_object", "unknown_object", "chosen"} <= kinds(log).keys()

    def test_the_type_of_the_cases_is_named(self, laid):
        path = laid(json.dumps(OCEL))

        assert steps(read_log(path, case="Paper")) == [("p1", "ask")]
        with pytest.raises(BadInput, match="case, paper"):
            read_log(path, case="truck")

    def test_cut_short(self, laid):
        text = json.dumps(OCEL | {"events": OCEL["events"] * 3, "objects": OCEL["objects"]} | {"last": [1]})
        reordered = json.dumps({"objects": OCEL["objects"], "events": OCEL["events"]})
        assert len(text) > len(reordered)
        log = read_log(laid(reordered[:-120]))

        assert "cut_short" in kinds(log)

    def test_sqlite_says_what_json_says(self, tmp_path, laid):
        path = tmp_path / "log.sqlite"
        with sqlite3.connect(path) as held:
            held.executescript("""
                CREATE TABLE event (ocel_id TEXT, ocel_type TEXT);
                CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
                CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
                CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
                CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
                CREATE TABLE event_Ask (ocel_id TEXT, ocel_time TEXT, due TEXT, done TEXT);
                CREATE TABLE event_Sign (ocel_id TEXT, ocel_time TEXT);
                CREATE TABLE object_Case (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT, due TEXT, done TEXT);
                INSERT INTO event VALUES ('e2', 'sign'), ('e1', 'ask');
                INSERT INTO object VALUES ('c1', 'case');
                INSERT INTO event_object VALUES ('e2', 'c1', ''), ('e1', 'c1', '');
                INSERT INTO event_map_type VALUES ('ask', 'Ask'), ('sign', 'Sign');
                INSERT INTO object_map_type VALUES ('case', 'Case');
                INSERT INTO event_Ask VALUES ('e1', '2023-09-18T09:00:00Z', '2023-09-18', '2023-09-18T08:00:00Z');
                INSERT INTO event_Sign VALUES ('e2', '2023-09-19T09:00:00Z');
                INSERT INTO object_Case VALUES ('c1', '2023-01-01', NULL, '2023-09-01', NULL);
                INSERT INTO object_Case VALUES ('c1', '2023-09-01', 'due', '2023-09-20', '2023-09-19');
            """)
        as_json = laid(json.dumps(OCEL))

        assert steps(read_log(path)) == steps(read_log(as_json))
        for level in ("case", "event"):
            of_both = [count_late(one, "due", "done", level=level) for one in (path, as_json)]
            assert of_both[0] == of_both[1]

    def test_another_database_is_refused(self, tmp_path):
        path = tmp_path / "log.sqlite"
        with sqlite3.connect(path) as held:
            held.execute("CREATE TABLE other (a)")

        with pytest.raises(BadInput, match=r"OCEL 2\.0"):
            read_log(path)


class TestLate:
    def xes(self, more="", of_case=""):
        return f"{HEAD}<trace>{of_case}{event(more=more)}{event(more=more)}</trace></log>"

    @pytest.mark.parametrize("kind", ["string", "date", "int", "float", "id"])
    def test_attributes_of_every_type(self, laid, kind):
        more = f'<{kind} key="due" value="20230918"/><date key="done" value="2023-09-18T09:00:00+08:00"/>'

        found = count_late(laid(self.xes(more)), "due", "done", level="event")
        assert (found.checked, found.late) == (2, 2)

    def test_local_times_as_written_and_the_same_moment_is_in_time(self, laid):
        more = '<date key="due" value="2023-09-18T09:00:00+02:00"/><string key="done" value="2023-09-18 09:00:00"/>'

        assert count_late(laid(self.xes(more)), "due", "done", level="event").late == 0

    @pytest.mark.parametrize(
        ("done", "late"), [("2023-09-18 17:00", 0), ("2023-09-18", 0), ("2023-09-19", 1)]
    )
    def test_the_end_of_a_day(self, laid, done, late):
        of_case = f'<string key="due" value="2023-09-18"/><string key="done" value="{done}"/>'
        path = laid(self.xes(of_case=of_case))

        found = count_late(path, "due", "done", level="case", end_of_day=True)
        assert (found.checked, found.late) == (1, late)
        assert count_late(path, "due", "done", level="case").late == (done != "2023-09-18")

    def test_records_that_carry_one_are_not_checked_and_unreadable_ones_told(self, laid):
        of_case = '<string key="due" value="2023-09-18"/><string key="done" value="UNKNOWN"/>'
        found = count_late(
            laid(self.xes('<string key="due" value="x"/>', of_case)), "due", "done", level="case"
        )

        assert (found.checked, found.late) == (0, 0)
        assert [reason.code for reason in found.unread] == ["logs.no_times"]

    def test_nested_attributes_count_only_where_no_record_has_an_outermost_one(self, laid):
        nested = '<string key="times" value=""><date key="due" value="2023-09-17"/><date key="done" value="2023-09-18"/></string>'
        own = '<date key="due" value="2023-09-19"/><date key="done" value="2023-09-18"/>'

        alone = laid(self.xes(nested), "alone")
        assert count_late(alone, "due", "done", level="event").late == 2
        assert count_late(alone, "times/due", "times/done", level="event").late == 2
        assert count_late(laid(self.xes(nested + own), "both"), "due", "done", level="event").late == 0

    def test_an_attribute_that_nobody_has_is_refused(self, laid):
        with pytest.raises(BadInput, match="attribute dew"):
            count_late(laid(self.xes()), "dew", "done", level="event")

    def test_rows_and_cases_of_a_table(self, laid):
        path = laid(
            "case,activity,time,case:due,done\n1,a,2023-09-18,2023-09-20,\n1,b,2023-09-19,2023-09-20,2023-09-21\n"
            "2,a,2023-09-18,2023-09-20,2023-09-20\n"
        )

        of_cases = count_late(path, "due", "done", level="case")
        of_events = count_late(path, "case:due", "done", level="event")
        assert (of_cases.checked, of_cases.late) == (2, 1)
        assert (of_events.checked, of_events.late) == (2, 1)

    def test_objects_and_events_of_an_object_centric_log(self, laid):
        path = laid(json.dumps(OCEL))

        assert count_late(path, "due", "done", level="case").late == 0
        assert count_late(path, "due", "done", level="event").late == 1
        with pytest.raises(BadInput):
            count_late(path, "due", "done", level="case", case="paper")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2023-09-18T09:00:00.123456789Z", "2023-09-18T09:00:00.123456+00:00"),
        ("2023-09-18 09:00:00.000+0800", "2023-09-18T09:00:00+08:00"),
        ("2023/9/8", "2023-09-08T00:00:00"),
        ("31/12/2023 23:59", "2023-12-31T23:59:00"),
        ("12/31/2023", "2023-12-31T00:00:00"),
        ("20230918", "2023-09-18T00:00:00"),
        ("1694998800", "2023-09-18T01:00:00"),
        ("1694998800000", "2023-09-18T01:00:00"),
        ("2023年9月18日9时5分", "2023-09-18T09:05:00"),
    ],
)
def test_times_in_many_hands(text, read):
    assert read_stamp(text) == datetime.fromisoformat(read)


@pytest.mark.parametrize("text", ["", "NIL", "2023-13-01", "31.02.2023", "99999999999999999999", "-", "12"])
def test_what_is_no_time(text):
    assert read_stamp(text) is None


def test_a_case_that_is_larger_than_a_block_is_read_as_fast(laid):
    many = [
        event(f"a{n % 50}", f"2023-09-{1 + n % 28:02}T09:00:00Z", '<string key="note" value="x"/>')
        for n in range(40_000)
    ]
    log = read_log(laid(HEAD + trace("0", event()) + trace("1", *many) + trace("2", event()) + "</log>\n"))

    assert (len(log), len(log.cases)) == (40_002, 3)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("zone", ["", "Z", "+08:00"])
def test_long_plain_tables_are_read_alike_by_both_readers(laid, monkeypatch, line_end, zone):
    from shanhai.planners.logs import duck, reading

    rows = ["no,case,activity,time,lifecycle", *(
        f"{n},{'' if n % 97 == 5 else n % 61},步骤 {n % 7},2023-09-{1 + n % 28:02} 0{n % 9}:00:00{zone},{'start' if n % 3 else ''}"
        for n in range(3000)
    )]  # fmt: skip
    path = laid(line_end.join(rows), "log.csv")
    held = []
    plain_csv = duck.plain_csv
    monkeypatch.setattr(duck, "plain_csv", lambda *given: held.append(plain_csv(*given)) or held[-1])

    monkeypatch.setattr(reading, "SHORT", 0)
    quick = read_log(path)
    monkeypatch.setattr(reading, "SHORT", 1 << 40)
    careful = read_log(path)

    def told(log):
        columns = (log.at.tolist(), log.transition.tolist())
        return sorted(zip(steps(log), *columns, strict=True)), log.unread

    assert len(held) == 1
    assert held[0] is not None
    assert told(quick) == told(careful)
    for name in set(quick.cases):
        of_case = [[one for one in steps(log) if one[0] == name] for log in (quick, careful)]
        assert of_case[0] == of_case[1]


@pytest.mark.parametrize(
    "odd",
    [
        '1,"a",2023-09-18 00:00:00',
        "1,a",
        "1,a,soon",
        "1,a,2023-09-18",
        "1,a,2023-09-18 00:00:00,b",
        "",
        "1\r,a,2023-09-18 00:00:00",
    ],
)
def test_what_could_be_read_in_two_ways_is_read_carefully(laid, monkeypatch, odd):
    from shanhai.planners.logs import duck, sheets

    path = laid(
        "case,activity,time\n" + "1,a,2023-09-18 00:00:00\n" * 50 + odd + "\n2,b,2023-09-18 00:00:00\n"
    )
    table = sheets.CsvTable(Source(path), Troubles())

    assert (duck.plain_csv(table, {"case": 0, "activity": 1, "time": 2}) is None) == (odd != "")
    assert read_log(path).cases[:] == ["1", "2"]


def test_where_every_row_is_a_case_of_its_own(tmp_path):
    import duckdb

    path = tmp_path / "log.parquet"
    duckdb.sql(f"""COPY (SELECT 'c' || (n * 7919 % 50000) AS "case", 'a' || n AS activity,
        TIMESTAMP '2023-09-18' + INTERVAL (n) SECOND AS "time" FROM range(50000) AS t(n)) TO '{path}' (FORMAT parquet)""")
    log = read_log(path)

    assert all(
        log.activities[a][1:] == str(t // 1_000_000 - 1694995200)
        for a, t in zip(log.activity.tolist(), log.at.tolist(), strict=True)
    )
    assert sorted(f"c{int(one[1:]) * 7919 % 50_000}" for one in log.activities) == sorted(log.cases)
    assert all(
        log.cases[c] == f"c{int(log.activities[a][1:]) * 7919 % 50_000}"
        for c, a in zip(log.case.tolist(), log.activity.tolist(), strict=True)
    )
