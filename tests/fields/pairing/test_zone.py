"""The example zone: loaded, measured, exported, told in the terminal and in the briefing book."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from shanhai.core import checks, indicators, ocel, signs
from shanhai.core.models import Member, Pairing, Seat
from shanhai.fields.pairing import brief, queries, zone
from shanhai.fields.pairing.actions import reminders
from shanhai.fields.registry import zone as registry_zone
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, Refused
from tests.laying import laid

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import peers  # noqa: E402

from benchmarks import ocel as benchmark  # noqa: E402

pytestmark = pytest.mark.django_db
EXAMPLE = ROOT / "examples" / "longquan-xiaoshan"


@pytest.fixture
def example(db: None) -> Any:
    """The pairing of Longquan and Xiaoshan from the files of the example."""
    return laid("registry and pairing of the example", _load_example)


def _load_example() -> Pairing:
    registry_zone.load(EXAMPLE, None)
    zone.load(EXAMPLE, None)
    return Pairing.objects.get(code="LQXS")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestExample:
    def test_its_journal_is_read_whole_by_pm4py(self, example: Any, tmp_path: Path) -> None:
        if not peers.is_there(peers.PM4PY):
            assert os.environ.get("CI") != "true", "pm4py is not in var/peers"
            pytest.skip("pm4py is not in var/peers; `make setup-test` puts it there.")
        log = tmp_path / "log.json"
        with log.open("w", encoding="utf-8") as to:
            counts = ocel.write(to)

        read = benchmark.compare(log)

        assert [row["what"] for row in read if not row["same"]] == []
        found = {row["what"]: row["pm4py"] for row in read}
        assert counts == {name: found[name] for name in counts}
        assert counts["events"] > 1000

    def test_what_was_loaded_comes_out_equal_and_loads_again_without_a_change(
        self, example: Any, tmp_path: Path
    ) -> None:
        written = zone.export(tmp_path, None)

        assert written["commitments.csv"] == len(rows_of(EXAMPLE / "commitments.csv"))
        for path in sorted(tmp_path.glob("*.csv")):
            brought = {tuple(sorted(row.items())) for row in map(said, rows_of(EXAMPLE / path.name))}
            exported = [said(row) for row in rows_of(path)]
            for row in exported:
                # What the file left to the defaults is written out; what it said is said again.
                assert any(
                    all(row.get(name) == value for name, value in one if value != "") for one in brought
                ), f"{path.name}: {row}"
            assert len(exported) == len(brought)
        assert not any(zone.load(tmp_path, None).values())
        assert (tmp_path / "documents").is_dir()

    def test_the_figures_of_the_day_and_the_records_agree(self, example: Any) -> None:
        reminders.remind(date(2023, 9, 18), by=None)

        found = queries.account(None, example)
        tally = found.tally
        assert (tally.total, tally.late) == (34, 3)
        assert tally.on_track + tally.at_risk + tally.late + tally.not_started == tally.total
        assert len(found.urgent) == 5
        assert found.urgent == tuple(sorted(found.urgent, key=lambda one: (one.due_on, one.kind, one.what)))
        assert found.meeting is not None and found.meeting.meeting.number == "JM-2023-05"

        # The journal replays to the rows, and the guards say what their rows say.
        assert [one.say() for one in checks.replay() if one.code == "core.state_differs"] == []
        assert [one.say() for one in checks.run(["pairing.guards"])] == []

        # Each figure is the sum of its records.
        years = [periods.parse(str(year)) for year in (2018, 2022, 2023)]
        ids = list(found.pairing_ids)
        for one in signs.indicators:
            if one.code.startswith("pairing."):
                for side in (None, "mountain", "sea"):
                    assert indicators.check_evidence(one.code, ids, years, side) == [], (one.code, side)
                assert indicators.check_sides(one.code, ids, years) == [], one.code

    def test_nested_pairings_are_seen_by_the_governments_and_by_their_own_parties(self, example: Any) -> None:
        def side(organisation: str, pairing: str) -> str | None:
            seat = Seat.objects.filter(organisation__code=organisation, pairing__code=pairing).first()
            return seat.side if seat else None

        assert side("lq", "LQXS-edu") == "mountain"
        assert side("xs", "LQXS-edu") == "sea"
        assert side("lq-edu", "LQXS-edu") == "mountain"
        assert side("lq-edu", "LQXS") == "mountain"
        assert side("lq-edu", "LQXS-health") is None
        assert side("zj-office", "LQXS-edu") == "above"

    def test_the_account_costs_the_same_statements_for_many_pairings_as_for_one(self, example: Any) -> None:
        member = Member.objects.get(code="ye-lan")
        small = Pairing.objects.get(code="LQXZ")
        with CaptureQueriesContext(
            connection,
        ) as few:
            queries.account(member, small)
        with CaptureQueriesContext(connection) as many:
            queries.account(member, example)

        # Kinds of late things that the small one has none of; late items bring a second statement, for their units.
        assert len(many) <= len(few) + 7
        assert len(many) <= 20

    def test_the_province_sees_all_zones_side_by_side_in_one_statement_a_measure(self, example: Any) -> None:
        province = Member.objects.filter(grants__role="province").first()

        with CaptureQueriesContext(connection) as captured:
            beside = queries.side_by_side(province)

        assert [one.pairing.code for one in beside] == ["LQXS", "LQXZ"]
        assert beside[0].nested == 18
        assert len(captured) <= 18


def said(row: dict[str, str]) -> dict[str, str]:
    """A row without what differs in spelling only: 18 and 18.00 say the same."""
    return {
        name: value.rstrip("0").rstrip(".") if _is_decimal(value) else value for name, value in row.items()
    }


def _is_decimal(text: str) -> bool:
    return "." in text and text.replace(".", "", 1).isdigit()


class TestBriefingBook:
    def test_it_says_in_both_languages_what_the_leaders_need(self, example: Any) -> None:
        pdf = brief.as_pdf(brief.meeting_for(None, example), member=None, language="both")

        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        for words in (
            "三季度分管领导会议",
            "Leaders in charge, third quarter",
            "租金和返还税收到村",
            "Rent and returned tax to villages",
            "30 beds more",
            "Xiaoshan asks Longquan",
            "Finance Bureau",
        ):
            assert words in text, words

    def test_it_comes_in_one_language_too(self, example: Any) -> None:
        pdf = brief.as_pdf(brief.meeting_for(None, example), member=None, language="en")

        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        assert "Of 34 commitments of the year" in text
        assert "租金" not in text

    def test_without_a_chinese_font_it_is_refused_with_the_package_to_install(self) -> None:
        from shanhai.fields.pairing import typesetting

        with pytest.raises(Refused) as refused:
            typesetting.compile_pdf(str(brief.TEMPLATE), {}, 0.0, use_system_fonts=False)

        assert refused.value.code == "pairing.no_cjk_font"
        assert "fonts-noto-cjk" in str(refused.value)

    def test_a_pairing_without_a_meeting_to_come_has_no_book(self, zone: Any) -> None:
        with pytest.raises(Refused) as refused:
            brief.meeting_for(None, zone)

        assert refused.value.code == "pairing.no_next_meeting"


class TestCommands:
    def test_status_answers_programs(self, example: Any, capsys: Any) -> None:
        from shanhai.site import cli

        assert cli.run(["pairing", "status", "--json"]) == 0

        answer = json.loads(capsys.readouterr().out)
        assert (answer["total"], answer["late"]) == (34, 3)
        assert len(answer["urgent"]) == 5
        assert {"promised", "delivered", "forecast", "status"} <= answer["commitments"][0].keys()

    def test_status_tells_people(self, example: Any, capsys: Any) -> None:
        from shanhai.site import cli

        assert cli.run(["pairing", "status"]) == 0

        told = capsys.readouterr().out
        assert "of 34 commitments" in told
        assert "Most urgent:" in told

    @pytest.mark.parametrize("what", ["pairings", "agreements", "meetings", "items", "secondments"])
    def test_lists_answer_in_all_forms(
        self, zone: Any, agreement: Any, item: Any, capsys: Any, what: str
    ) -> None:
        from shanhai.site import cli

        for form in ([], ["--json"], ["--csv"]):
            assert cli.run(["pairing", what, *form]) == 0
        assert capsys.readouterr().out

    def test_an_unknown_pairing_is_refused(self, zone: Any, capsys: Any) -> None:
        from shanhai.site import cli

        assert cli.run(["pairing", "status", "--pairing", "NOWHERE"]) == 1
        assert "NOWHERE" in capsys.readouterr().err


class TestRegistersByMembers:
    def test_a_member_cannot_sign_by_spreadsheet(self, zone: Any, lin: Any) -> None:
        with pytest.raises(BadInput) as refused:
            load("agreements", [agreement_row(stage="signed", signed_on=date(2023, 1, 5))], by=lin)

        problems = refused.value.facts["problems"]
        assert {(one["column"], one["code"]) for one in problems} == {
            ("stage", "pairing.register_by_action"),
            ("signed_on", "pairing.register_by_action"),
        }

    def test_a_draft_comes_in_at_the_members_side(self, zone: Any, lin: Any, shen: Any) -> None:
        load("agreements", [agreement_row()], by=lin)

        assert [one.number for one in queries.agreements_of(lin, zone)] == ["LX-9"]
        assert list(queries.agreements_of(shen, zone)) == []

    def test_what_is_wrong_is_said_by_row_and_column_and_nothing_is_written(self, zone: Any) -> None:
        wrong = [agreement_row(valid_to=date(2022, 1, 1)), agreement_row(number="LX-10", pairing="NOWHERE")]

        with pytest.raises(BadInput) as refused:
            load("agreements", wrong, by=None)

        codes = {(one["row"], one["code"]) for one in refused.value.facts["problems"]}
        assert {code for _, code in codes} == {"pairing.agreement_backwards", "sheets.unknown_reference"}
        assert list(queries.agreements_of(None, zone)) == []

    def test_terms_of_a_signed_agreement_do_not_change_by_spreadsheet(
        self, zone: Any, agreement: Any, lin: Any
    ) -> None:
        register = signs.registers["pairing.commitments"]
        row = signs.call(register.current)(["LX-C1"])["LX-C1"]

        with pytest.raises(BadInput) as refused:
            load("commitments", [{**plain(row), "target": row["target"] * 2}], by=lin)

        (problem,) = refused.value.facts["problems"]
        assert (problem["column"], problem["code"]) == ("target", "pairing.agreement_not_draft")


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def load(register: str, rows: list[dict[str, Any]], *, by: Any) -> Any:
    from shanhai.core.sheets import loading

    return loading.load_table(signs.registers[f"pairing.{register}"], rows, by=by)


def agreement_row(**changes: Any) -> dict[str, Any]:
    return {
        "number": "LX-9",
        "pairing": "LQ-XS",
        "name_zh": "协议",
        "name_en": "",
        "field": "health",
        "stage": "draft",
        "valid_from": date(2023, 1, 1),
        "valid_to": None,
        "renewal_notice_days": None,
        "signed_on": None,
        "ended_on": None,
        "version_no": None,
        "supersedes": None,
        "about": "",
        "standing": "illustrative",
        "source": "",
    } | changes


class TestCalendarFeed:
    def test_a_private_address_shows_meetings_and_due_days_until_it_is_revoked(
        self, client: Any, meeting: Any, item: Any, shen: Any
    ) -> None:
        from icalendar import Calendar

        from shanhai.fields.pairing import actions

        link, secret = actions.make_calendar_link(shen, by=shen)
        answer = client.get(f"/pairing/calendar/{secret}.ics")

        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        found = {str(one["summary"]) for one in Calendar.from_ical(answer.content).walk("VEVENT")}
        assert found == {"Office meeting, third quarter", f"{item.number} Schedule the October expert team"}
        assert (
            client.get(
                f"/pairing/calendar/{secret}.ics", headers={"If-None-Match": answer["ETag"]}
            ).status_code
            == 304
        )

        actions.revoke_calendar_link(link, by=shen)
        assert client.get(f"/pairing/calendar/{secret}.ics").status_code == 404

    def test_the_table_does_not_hold_the_secret(self, shen: Any, zone: Any) -> None:
        from shanhai.fields.pairing import actions

        link, secret = actions.make_calendar_link(shen, by=shen)

        assert secret not in str(link.__dict__.values())

    def test_a_new_address_replaces_the_old_one(self, shen: Any, zone: Any, client: Any) -> None:
        from shanhai.fields.pairing import actions

        _, first = actions.make_calendar_link(shen, by=shen)
        actions.make_calendar_link(shen, by=shen)

        assert client.get(f"/pairing/calendar/{first}.ics").status_code == 404

    def test_nobody_makes_one_for_another(self, shen: Any, lin: Any, zone: Any) -> None:
        from shanhai.fields.pairing import actions

        with pytest.raises(Refused):
            actions.make_calendar_link(shen, by=lin)


def test_everything_signed_in_is_there(turn_clock: Callable[[str], None]) -> None:
    for register in signs.registers:
        if register.code.startswith("pairing."):
            for path in (register.rows, register.current, register.check, register.write):
                assert callable(signs.call(path)), path
    for indicator in signs.indicators:
        if indicator.code.startswith("pairing."):
            assert callable(signs.call(indicator.measure)) and callable(signs.call(indicator.evidence))
    for kind in signs.search_kinds:
        if kind.code.startswith("pairing."):
            assert callable(signs.call(kind.entries))


def test_an_auditor_takes_away_what_no_unit_keeps_to_itself(
    zone: Any, draft: Any, agreement: Any, cast: Any
) -> None:
    from shanhai.core.actions import members, organisations, roles, units

    office = organisations.add_organisation(
        code="ZJ-AUDIT", kind="audit", region=cast.regions["330000000000"], name_zh="审计厅", by=None
    )
    unit = units.add_unit(office, code="ZJ-AUDIT-1", name_zh="审计处", by=None)
    auditor = members.add_member(unit, code="auditor", name_zh="审计员", by=None)
    roles.give_role(auditor, role="auditor", from_on=date(2018, 1, 1), by=None)

    rows = list(signs.call(signs.registers["pairing.agreements"].rows)(auditor, None))

    assert [row["number"] for row in rows] == ["LX-2023-01"]
