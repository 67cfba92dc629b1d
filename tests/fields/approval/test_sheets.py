"""Meetings, agendas, services and commitment letters as spreadsheets: checked as the pages do, written once, undone."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from shanhai.core import signs
from shanhai.core.checks import replay
from shanhai.core.models import Import, Member, WorkItem
from shanhai.core.sheets import batches, bringing, committing, exporting, loading, undoing
from shanhai.fields.approval.actions import commitments, deciding, services
from shanhai.fields.approval.actions import meetings as meeting_actions
from shanhai.fields.approval.models import CaseItem, CommitmentLetter, MeetingPoint, ReviewMeeting, Service
from shanhai.fields.approval.queries import cases as case_queries
from shanhai.fields.approval.queries import meetings as meeting_queries
from shanhai.fields.approval.queries import services as service_queries
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

MEETINGS, AGENDA = "approval.review_meetings", "approval.review_agenda"
SERVICES, LETTERS = "approval.services", "approval.commitment_letters"
MONDAY = date(2023, 9, 18)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def item(code: str) -> CaseItem:
    return case_queries.item_of(None, "C-1", code)


def empty(code: str) -> dict[str, Any]:
    return {one.name: one.empty for one in signs.registers[code].columns if not one.is_output}


def meeting_row(**more: Any) -> dict[str, Any]:
    told = {
        "number": "M-1",
        "level": "joint",
        "title_zh": "会审会议",
        "on": date(2023, 9, 20),
        "time": "09:00",
    }
    return empty(MEETINGS) | told | more


def point_row(**more: Any) -> dict[str, Any]:
    return empty(AGENDA) | {"meeting": "M-1", "case": "C-1", "item": "eia"} | more


def service_row(**more: Any) -> dict[str, Any]:
    told = {"case": "C-1", "item": "eia", "number": 1, "intermediary": "GREEN", "kind": "eia"}
    return empty(SERVICES) | told | {"commissioned_by": "owner", "evidence": "contract 7"} | more


def letter_row(**more: Any) -> dict[str, Any]:
    return empty(LETTERS) | {"case": "C-1", "item": "eia", "text": "rain and sewage apart"} | more


def table(*rows: dict[str, Any]) -> Workbook:
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    return book


def packed(book: Workbook, name: str) -> Any:
    file = io.BytesIO()
    book.save(file)
    file.name, _ = name, file.seek(0)  # type: ignore[attr-defined]
    return file


def bring(code: str, rows: list[dict[str, Any]], by: Any, zone: Any) -> Import:
    return bringing.bring(packed(table(*rows), "t.xlsx"), signs.registers[code], by=by, pairing=zone)


def write(code: str, rows: list[dict[str, Any]], by: Any, zone: Any) -> Import:
    return committing.write(bring(code, rows, by, zone), by=by)


def faults(code: str, rows: list[dict[str, Any]], by: Any, zone: Any) -> list[tuple[int, str, str]]:
    """Row, column and code of what is wrong with a table; nothing is written."""
    try:
        loading.load_table(signs.registers[code], rows, by=by, pairing=zone)
    except BadInput as refused:
        return [(one["row"], one["column"], one["code"]) for one in refused.facts["problems"]]
    return []


def out(code: str, by: Any, zone: Any) -> Any:
    file = io.BytesIO()
    exporting.export(signs.registers[code], file, member=by, pairing=zone)
    file.name, _ = "t.xlsx", file.seek(0)  # type: ignore[attr-defined]
    return file


@pytest.fixture
def eia(case: Any, bureaus: Any, lin: Any) -> Any:
    """The filing is decided; the EIA is open and may be decided on a letter; GREEN writes assessments in five days."""
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    CaseItem.objects.filter(code="eia").update(levers=["commitment"])
    services.add_intermediary(
        code="GREEN", name_zh="绿水环评", kinds=["eia", "soil"], promised_days=5, by=lin
    )
    return case


class TestMeetings:
    def test_a_row_calls_a_meeting_and_another_sheet_moves_it(self, eia, zone, lin):
        imported = bring(MEETINGS, [meeting_row()], lin, zone)
        assert imported.counts["new"] == 1 and not ReviewMeeting.objects.exists()
        committing.write(imported, by=lin)

        one = ReviewMeeting.objects.get()
        assert (one.number, one.stage, one.side, one.owner_unit) == ("M-1", "planned", "mountain", lin.unit)
        moved = write(MEETINGS, [meeting_row(time="14:30", place_zh="三楼")], lin, zone)
        assert [f"{row['time']} {row['place_zh']}" for row in _rows(MEETINGS, lin, zone)] == ["14:30 三楼"]
        undoing.undo(moved, by=lin)
        assert [row["time"] for row in _rows(MEETINGS, lin, zone)] == ["09:00"]
        assert list(replay()) == []

    def test_meetings_and_their_agendas_come_in_one_workbook_and_go_together(self, eia, zone, lin):
        book = table(meeting_row())
        book.active.title = MEETINGS
        sheet = book.create_sheet(AGENDA)
        sheet.append(list(point_row()))
        for code in ("eia", "scheme"):
            sheet.append(list(point_row(item=code).values()))

        batch = batches.bring([packed(book, "会审.xlsx")], by=lin, pairing=zone)
        assert not ReviewMeeting.objects.exists()
        batches.write(batch, by=lin)

        points = meeting_queries.points_of(ReviewMeeting.objects.get())
        assert [(one.item.code, one.why, one.order) for one in points] == [
            ("eia", "put", 1),
            ("scheme", "put", 2),
        ]
        seats = {one.code for one in meeting_queries.seats_of(ReviewMeeting.objects.get())}
        assert {"LQ-PARK-1", "LQ-ECO-1", "LQ-PLAN-1"} <= seats
        batches.undo_batch(batch, by=lin)
        assert not ReviewMeeting.objects.exists() and not MeetingPoint.objects.exists()
        assert list(replay()) == []

    def test_what_the_page_refuses_a_sheet_refuses_by_row_and_column(self, eia, zone, lin, shen):
        write(MEETINGS, [meeting_row()], lin, zone)
        again = meeting_row(level="leaders")

        for row, by, wanted in (
            (meeting_row(number="M-2", on=date(2023, 9, 15)), lin, ("on", "approval.meeting_in_past")),
            (meeting_row(number="M-2", time="9 Uhr"), lin, ("time", "approval.meeting_time")),
            (again, lin, ("level", "approval.cell_by_page")),
            (meeting_row(place_zh="x"), shen, ("number", "approval.not_your_meeting")),
        ):
            assert faults(MEETINGS, [row], by, zone) == [(1, *wanted)]

    def test_no_cell_decides_for_a_meeting(self, eia, zone, lin, turn_clock):
        write(MEETINGS, [meeting_row()], lin, zone)

        decided = point_row(verdict="agreed", text="x", decided_on=MONDAY)
        assert faults(AGENDA, [decided], lin, zone) == [
            (1, name, "approval.cell_by_page") for name in ("verdict", "text", "decided_on")
        ]
        write(AGENDA, [point_row()], lin, zone)
        turn_clock("2023-09-20T10:00")
        meeting = ReviewMeeting.objects.get()
        meeting_actions.hold_review_meeting(
            meeting, present={one.code: "x" for one in meeting_queries.seats_of(meeting)}, by=lin
        )
        assert faults(AGENDA, [decided], lin, zone)
        assert faults(AGENDA, [point_row(item="scheme")], lin, zone) == [
            (1, "meeting", "approval.meeting_stage")
        ]
        assert faults(MEETINGS, [meeting_row(time="15:00")], lin, zone) == [
            (1, "number", "approval.meeting_stage")
        ]
        assert MeetingPoint.objects.get().verdict == ""

    def test_a_meeting_that_has_an_item_by_now_is_not_taken_back(self, eia, zone, lin, turn_clock):
        imported = write(MEETINGS, [meeting_row()], lin, zone)
        turn_clock("2023-09-20T10:00")
        meeting_actions.hold_review_meeting(ReviewMeeting.objects.get(), present={}, by=lin)
        turn_clock("2023-09-18T09:00")

        with pytest.raises(NotNow):
            undoing.undo(imported, by=lin)
        assert ReviewMeeting.objects.exists()


class TestServices:
    def test_a_row_asks_stops_the_clock_and_delivers(self, eia, zone, bureaus, turn_clock):
        turn_clock("2023-09-21T09:00")
        rows = [
            service_row(asked_on=MONDAY, delivered_on=date(2023, 9, 20)),
            service_row(number=2, commissioned_by="owner", promised_days=9),
        ]

        write(SERVICES, rows, who("he"), zone)

        first, second = Service.objects.order_by("number")
        assert (first.stage, first.days, first.due_on) == ("delivered", 2, date(2023, 9, 25))
        assert (second.stage, second.asked_on, second.promised_days) == ("asked", date(2023, 9, 21), 9)
        assert second.stop is not None and second.stop.from_on == date(2023, 9, 21)
        assert item("eia").state == "stopped" and item("eia").owner_days == 0
        assert list(replay()) == []

    def test_a_later_sheet_says_that_it_is_delivered_or_given_up(self, eia, zone, bureaus, turn_clock):
        he = who("he")
        write(SERVICES, [service_row(), service_row(number=2)], he, zone)
        turn_clock("2023-09-20T09:00")

        asked = {"asked_on": MONDAY, "promised_days": 5}
        ended = write(
            SERVICES,
            [
                service_row(**asked, delivered_on=date(2023, 9, 19)),
                service_row(**asked, number=2, reason="not needed"),
            ],
            he,
            zone,
        )

        assert [one.stage for one in Service.objects.order_by("number")] == ["delivered", "ended"]
        assert item("eia").state == "open"
        with pytest.raises(NotNow) as told:
            undoing.undo(ended, by=he)
        assert told.value.code == "approval.service_stands"
        same = bringing.bring(out(SERVICES, he, zone), signs.registers[SERVICES], by=he, pairing=zone)
        assert (same.counts["same"], same.counts["refused"]) == (2, 0)

    def test_refusals_are_those_of_the_page(self, eia, zone, lin, bureaus):
        he = who("he")
        for more, column, code in (
            ({"number": 3}, "number", "approval.service_number"),
            ({"kind": "survey"}, "kind", "approval.service_not_offered"),
            ({"asked_on": date(2023, 9, 19)}, "asked_on", "approval.asked_when"),
            ({"asked_on": date(2023, 9, 15)}, "asked_on", "approval.asked_when"),
            ({"delivered_on": MONDAY, "reason": "x"}, "reason", "approval.service_either"),
            ({"intermediary": "NOBODY"}, "case", "approval.no_intermediary"),
            ({"stage": "delivered"}, "stage", "approval.cell_by_page"),
        ):
            assert faults(SERVICES, [service_row(**more)], he, zone) == [(1, column, code)]
        assert faults(SERVICES, [service_row()], lin, zone) == [(1, "case", "approval.not_lead")]
        assert not Service.objects.exists() and item("eia").state == "open"

    def test_an_undo_takes_a_service_out_and_lets_the_clock_go_on(self, eia, zone, bureaus):
        he = who("he")
        imported = write(SERVICES, [service_row(), service_row(number=2)], he, zone)

        undoing.undo(imported, by=he)

        assert not Service.objects.exists() and item("eia").state == "open" and item("eia").owner_days == 0
        assert not WorkItem.objects.filter(kind="approval.service", stage="open").exists()
        assert list(replay()) == []

    def test_the_page_takes_the_day_of_the_contract_too(self, eia, zone, bureaus, turn_clock, client_of):
        turn_clock("2023-09-20T09:00")
        address = reverse("approval:service_ask", args=["C-1", "eia"])
        given = {
            "intermediary": service_queries.intermediary_of("GREEN").pk, "kind": "eia", "commissioned_by": "gov",
            "evidence": "x", "on": "2023-09-19", "version": item("eia").version,
        }  # fmt: skip

        assert client_of(who("he")).post(address, given).status_code == 302
        assert (Service.objects.get().asked_on, Service.objects.get().stop.from_on) == (
            date(2023, 9, 19),
            date(2023, 9, 20),
        )


class TestLetters:
    def test_a_row_gives_a_letter_and_an_undo_takes_it_out(self, eia, zone, firm):
        imported = write(LETTERS, [letter_row(evidence="承诺书1号")], firm, zone)

        one = CommitmentLetter.objects.get()
        assert (one.state, one.given_on, one.evidence) == ("given", MONDAY, "承诺书1号")
        undoing.undo(imported, by=firm)
        assert not CommitmentLetter.objects.exists()
        assert list(replay()) == []

    def test_no_cell_verifies_a_promise_and_no_sheet_changes_one(self, eia, zone, firm):
        told = {"state": "kept", "verified_on": MONDAY, "reasons": "x"}
        assert [one[1] for one in faults(LETTERS, [letter_row(**told)], firm, zone)] == list(told)

        write(LETTERS, [letter_row()], firm, zone)
        for name, value in (("state", "kept"), ("due_on", MONDAY), ("text", "less"), ("mend_until", MONDAY)):
            row = letter_row(**{name: value})
            assert faults(LETTERS, [row], firm, zone) == [(1, name, "approval.cell_by_page")]
        assert CommitmentLetter.objects.get().state == "given"

    def test_the_life_of_a_letter_holds(self, eia, zone, firm, lin, bureaus):
        assert faults(LETTERS, [letter_row(item="scheme")], firm, zone) == [
            (1, "case", "approval.no_letter_here")
        ]
        assert faults(LETTERS, [letter_row()], who("he"), zone) == [(1, "case", "approval.not_applicant")]
        imported = write(LETTERS, [letter_row()], firm, zone)
        deciding.decide_item(item("eia"), decision="approved", reasons="x", by=None) if not item(
            "eia"
        ).left_opinions else commitments.begin(item("eia"), MONDAY, by=None)

        with pytest.raises(NotNow) as told:
            undoing.undo(imported, by=firm)
        assert told.value.code == "sheets.undo_of_moved"
        same = bringing.bring(out(LETTERS, lin, zone), signs.registers[LETTERS], by=lin, pairing=zone)
        assert same.counts["refused"] == 0


class TestFaces:
    @pytest.mark.parametrize(
        ("code", "name"),
        [(MEETINGS, "会审会议"), (AGENDA, "会审会议议题"), (SERVICES, "中介服务"), (LETTERS, "告知承诺书")],
    )
    def test_template_and_pages(self, code, name, zone, client_of, lin):
        client = client_of(lin, language="zh-hans")
        assert client.get(reverse("registry:register_template", args=[code])).status_code == 200
        assert name in client.get(reverse("registry:import_new"), {"register": code}).content.decode()

    def test_the_page_of_meetings_leads_to_it_and_the_outsider_is_turned_away(
        self, eia, zone, client_of, lin, zhou
    ):
        page = client_of(lin).get(reverse("approval:meetings")).content.decode()
        assert "register=approval.review_meetings" in page
        for address, code in (("approval:intermediaries", SERVICES), ("approval:letters", LETTERS)):
            assert f"register={code}" in client_of(lin).get(reverse(address)).content.decode()
        file = packed(table(meeting_row()), "t.xlsx").read()
        given = {"register": MEETINGS, "file": SimpleUploadedFile("t.xlsx", file)}
        assert client_of(zhou).post(reverse("registry:import_new"), given).status_code in (403, 404, 422)
        with pytest.raises(NotAllowed):
            bring(MEETINGS, [meeting_row()], zhou, zone)

    def test_the_system_brings_nothing(self, eia, zone):
        imported = bring(MEETINGS, [meeting_row()], None, zone)
        with pytest.raises(BadInput) as told:
            committing.write(imported, by=None)
        assert told.value.code == "approval.brought_by_nobody"

    def test_commands_bring_write_and_list(self, eia, zone, lin, tmp_path, capsys):
        path = tmp_path / "m.csv"
        path.write_text("number,level,title_zh,on,time\nM-9,joint,会审会议,2023-09-21,09:30\n")
        words = ["registry", "imports", "bring", MEETINGS, str(path), "--pairing", zone.code, "--as", "lin"]
        assert run(words) == 0
        assert run(["registry", "imports", "write", str(Import.objects.latest("pk").pk), "--as", "lin"]) == 0
        capsys.readouterr()
        assert run(["approval", "meeting", "list", "--csv"]) == 0
        assert "M-9,joint,会审会议" in capsys.readouterr().out


def _rows(code: str, by: Any, zone: Any) -> list[dict[str, Any]]:
    return list(signs.call(signs.registers[code].rows)(by, zone))
