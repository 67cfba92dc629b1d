"""A zone at work: an agreement in force, a commitment, a meeting that was held, evidence to bring."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.laying import lays

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def paper(zone: Any) -> Callable[..., Any]:
    """``paper(lin)``: a document that Lin has filed."""
    from shanhai.core.actions import documents

    counter = iter(range(1, 1000))

    def file(by: Any, title: str = "证明材料") -> Any:
        return documents.store_document(
            io.BytesIO(f"第{next(counter)}号证明\n".encode()),
            file_name="证明.txt",
            title=title,
            pairing=zone,
            by=by,
        )

    return file


@pytest.fixture
@lays()
def draft(zone: Any, lin: Any) -> Any:
    """An agreement that Lin has drafted, with one commitment owed by the sea side."""
    from shanhai.fields.pairing import actions

    agreement = actions.draft_agreement(
        zone,
        number="LX-2023-01",
        field="health",
        name_zh="医疗卫生协作协议",
        name_en="Health agreement",
        valid_from=date(2023, 1, 1),
        valid_to=date(2023, 12, 31),
        by=lin,
    )
    actions.add_commitment(
        agreement,
        code="LX-C1",
        name_zh="专家门诊天数",
        name_en="Expert clinic days",
        owes="sea",
        target=Decimal(120),
        unit="day",
        due_on=date(2023, 12, 31),
        by=lin,
    )
    return agreement


@pytest.fixture
@lays("draft")
def agreement(draft: Any, lin: Any, shen: Any) -> Any:
    """The draft, signed by both sides on 2023-01-05."""
    from shanhai.fields.pairing import actions

    actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
    return draft


@pytest.fixture
def commitment(agreement: Any) -> Any:
    """120 expert clinic days, owed by the sea side."""
    return agreement.commitments.get()


@pytest.fixture
@lays()
def meeting(zone: Any, lin: Any, shen: Any, cast: SimpleNamespace) -> Any:
    """A meeting of the offices on 2023-09-12 that two people of each side were invited to."""
    from shanhai.fields.pairing import actions

    made = actions.call_meeting(
        zone,
        number="JM-2023-03",
        level="office",
        title_zh="三季度协作办例会",
        title_en="Office meeting, third quarter",
        at=datetime(2023, 9, 12, 14, 30, tzinfo=SHANGHAI),
        place_zh="萧山",
        place_en="Xiaoshan",
        convenor_mountain=lin,
        convenor_sea=shen,
        quorum_mountain=1,
        quorum_sea=1,
        by=lin,
    )
    actions.invite(
        made,
        [
            actions.Guest("mountain", "", lin),
            actions.Guest("mountain", "何青"),
            actions.Guest("sea", "", shen),
            actions.Guest("sea", "方远"),
        ],
        by=lin,
    )
    return made


@pytest.fixture
@lays("meeting")
def resolution(meeting: Any, lin: Any) -> Any:
    """What the meeting resolved after it was held."""
    from shanhai.fields.pairing import actions

    present = meeting.attendees.exclude(member=None).values_list("pk", flat=True)
    actions.hold_meeting(meeting, present=list(present), on=date(2023, 9, 12), by=lin)
    return actions.adopt_resolution(
        meeting, text_zh="每月派专家14天。", text_en="Fourteen expert days a month.", by=lin
    )


@pytest.fixture
@lays()
def item(resolution: Any, lin: Any, cast: SimpleNamespace) -> Any:
    """An action item of the sea side, due on 2023-09-25."""
    from shanhai.fields.pairing import actions

    return actions.assign_action_item(
        resolution,
        title_zh="排定10月专家组",
        title_en="Schedule the October expert team",
        field="health",
        lead="sea",
        mountain_unit=cast.units["LQ-PARK"],
        sea_unit=cast.units["XS-OFFICE"],
        due_on=date(2023, 9, 25),
        by=lin,
    )
