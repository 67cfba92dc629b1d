"""What is measured of review meetings, services and commitment letters: each figure is the sum of its records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shanhai.core import clock, indicators, signs
from shanhai.core.models import Member
from shanhai.fields.approval.actions import commitments, deciding, meetings, services
from shanhai.fields.approval.models import CaseItem, ReviewMeeting, Service
from shanhai.fields.approval.queries import cases as case_queries
from shanhai.fields.approval.queries import meetings as meeting_queries
from shanhai.fields.approval.queries import services as service_queries
from shanhai.fields.approval.rules import services as rules
from shanhai.kernel.periods import parse

SEPTEMBER, YEAR = parse("2023-09"), parse("2023")
CODES = (
    "meetings_held", "meetings_quorate", "points_decided", "owner_services_in_time", "gov_services_in_time",
    "owner_service_days", "gov_service_days", "kept_letters", "mended_letters", "revoked_letters",
)  # fmt: skip


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def item(code: str) -> CaseItem:
    return case_queries.item_of(None, "C-1", code)


def figure(code: str, zone: Any, side: str | None = None) -> tuple[int, int | None]:
    (row,) = indicators.measure(f"approval.{code}", [zone.pk], [YEAR], side)
    return int(row.numerator), None if row.denominator is None else int(row.denominator)


def records(code: str, zone: Any) -> list[Any]:
    return indicators.evidence(f"approval.{code}", zone.pk, YEAR)


@pytest.fixture
def lived(case: Any, bureaus: Any, zone: Any, lin: Any, firm: Any, turn_clock: Any) -> Any:
    """Two meetings, one without a quorum; three services delivered, one of them late; a letter that was put right."""
    turn_clock("2023-09-18T09:00")
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    CaseItem.objects.filter(code="scheme").update(levers=["commitment"])
    green = services.add_intermediary(
        code="GREEN", name_zh="绿水环评", kinds=["eia"], promised_days=2, by=lin
    )

    def ask(by_whom: str) -> None:
        services.ask_service(
            item("eia"), green, kind="eia", commissioned_by=by_whom, evidence="x", by=who("he")
        )

    for number in ("M-1", "M-2"):
        meetings.call_review_meeting(
            zone, number=number, title_zh="会", at=datetime(2023, 9, 19, 9, 0, tzinfo=clock.SHANGHAI),
            items=[item("eia")], by=lin,
        )  # fmt: skip
    ask("owner")
    turn_clock("2023-09-19T10:00")
    services.deliver_service(service_queries.service_of(None, "C-1", "eia", 1), by=who("he"))
    one = meeting_queries.meeting_of(None, "M-1")
    present = {seat.code: "x" for seat in meeting_queries.seats_of(one)}
    meetings.hold_review_meeting(one, present=present, by=lin)
    meetings.hold_review_meeting(meeting_queries.meeting_of(None, "M-2"), present={}, by=lin)
    meetings.decide_point(meeting_queries.point_of(None, "M-1", 1), verdict="agreed", by=lin)
    meetings.decide_point(meeting_queries.point_of(None, "M-2", 1), verdict="postponed", by=lin)
    ask("gov")
    ask("gov")
    turn_clock("2023-09-21T10:00")
    services.deliver_service(service_queries.service_of(None, "C-1", "eia", 2), by=who("he"))
    turn_clock("2023-09-22T10:00")
    services.deliver_service(service_queries.service_of(None, "C-1", "eia", 3), by=who("he"))
    commitments.give_letter(item("scheme"), text="the lane stays free", by=firm)
    deciding.decide_item(item("scheme"), decision="approved", by=None)
    for result in ("not_kept", "kept"):
        letter = item("scheme").letter
        letter.item = item("scheme")
        commitments.verify_letter(letter, result=result, reasons="x", by=None)
    return zone


def test_each_says_what_happened(lived):
    told = {code: figure(code, lived) for code in CODES}

    assert told == {
        "meetings_held": (2, None), "meetings_quorate": (1, 2), "points_decided": (1, None),
        "owner_services_in_time": (1, 1), "gov_services_in_time": (1, 2), "owner_service_days": (1, 2),
        "gov_service_days": (5, 4), "kept_letters": (1, 1), "mended_letters": (1, 1), "revoked_letters": (0, 1),
    }  # fmt: skip


def test_each_is_the_sum_of_its_records_by_side_and_month_and_opens_them(lived):
    for code in CODES:
        for side in (None, "mountain", "sea"):
            assert not indicators.check_evidence(f"approval.{code}", [lived.pk], [SEPTEMBER, YEAR], side), (
                code
            )
        assert all(one.url for one in records(code, lived)), code
    assert {one.id for one in records("meetings_held", lived)} == {
        one.pk for one in ReviewMeeting.objects.all()
    }
    assert figure("meetings_held", lived, "sea") == (0, None)


def test_what_lies_ahead_is_not_nought(lived):
    (row,) = indicators.measure("approval.meetings_held", [lived.pk], [parse("2024")])
    assert row.missing and {signs.indicators[f"approval.{code}"].field for code in CODES} == {"approval"}


def test_the_page_of_intermediaries_has_medians_with_the_services_behind_them(lived, client_of, lin):
    page = client_of(lin).get("/approval/intermediaries/").content.decode()
    panel = page.split("How promised days were kept")[1]

    assert "2.5" in panel and panel.count("C-1 · ") == Service.objects.count()
    chinese = client_of(lin, language="zh-hans").get("/approval/intermediaries/").content.decode()
    assert "按委托方统计" in chinese and "中位数" in chinese
    assert rules.kept([]) == rules.Kept(0, 0, None, None)
