"""Every kind of record once, so that each page has something to show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.laying import lays


@pytest.fixture
def proof() -> Any:
    """``proof("b")``: a file as a browser sends it."""

    def file(text: str = "已完成", name: str = "proof.txt") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, f"{text}\n".encode(), content_type="text/plain")

    return file


@pytest.fixture
@lays("draft")
def rich(
    draft: Any, zone: Any, cast: SimpleNamespace, lin: Any, shen: Any, resolution: Any
) -> SimpleNamespace:
    """The zone with a nested pairing, clauses, a delivery, a plan, an item, a charge and a secondment."""
    from shanhai.core.actions import pairings
    from shanhai.fields.pairing import actions

    parties = {party.role: party for party in zone.parties.all()}
    money = actions.add_money_clause(
        draft,
        code="LX-M1",
        name_zh="年度协作资金",
        name_en="Cooperation funds",
        payer=parties["sea"],
        payee=parties["mountain"],
        amount_fen=500_000_000,
        due_on=[date(2023, 8, 31), date(2023, 10, 31)],
        by=lin,
    )
    land = actions.add_land_clause(
        draft,
        code="LX-L1",
        giver=parties["sea"],
        taker=parties["mountain"],
        land_mu=Decimal(150),
        purpose_zh="飞地用地",
        purpose_en="Enclave land",
        by=lin,
    )
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
    commitment = draft.commitments.get()
    delivery = actions.record_delivery(
        commitment, on=date(2023, 6, 30), quantity=Decimal(30), side="sea", what="门诊", by=None
    )
    plan = actions.plan_delivery(commitment, on=date(2023, 11, 30), quantity=Decimal(20), by=shen)
    item = actions.assign_action_item(
        resolution,
        title_zh="排定专家组",
        title_en="Schedule the experts",
        lead="sea",
        mountain_unit=cast.units["LQ-PARK"],
        sea_unit=cast.units["XS-OFFICE"],
        due_on=date(2023, 9, 29),
        by=lin,
    )
    charge = actions.put_in_charge(zone, lin, side="mountain", from_on=date(2023, 1, 1), by=lin)
    stay = actions.second_officer(
        zone,
        code="S-1",
        person=lin,
        host=cast.organisations["XS-OFFICE"],
        host_unit=cast.units["XS-OFFICE"],
        host_post="副科长",
        from_on=date(2023, 1, 1),
        to_on=date(2024, 12, 31),
        tasks=[("对接项目", None)],
        by=lin,
    )
    nested = pairings.open_pairing(
        code="LQ-XS-park",
        level="department",
        name_zh="园区结对",
        name_en="Parks",
        started_on=date(2018, 6, 21),
        parties=((cast.organisations["LQ-PARK"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
        parent=zone,
        by=None,
    )
    return SimpleNamespace(
        agreement=draft,
        commitment=commitment,
        delivery=delivery,
        plan=plan,
        meeting=resolution.meeting,
        resolution=resolution,
        item=item,
        charge=charge,
        stay=stay,
        money=money,
        due=money.dues.order_by("due_on").first(),
        land=land,
        nested=nested,
    )


@pytest.fixture
def next_meeting(zone: Any, lin: Any, shen: Any) -> Any:
    """A meeting of 2023-09-21 to which one of each side is invited."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from shanhai.fields.pairing import actions

    made = actions.call_meeting(
        zone,
        number="JM-2023-09",
        level="office",
        title_zh="专题会议",
        title_en="Special meeting",
        at=datetime(2023, 9, 21, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        quorum_mountain=1,
        quorum_sea=1,
        by=lin,
    )
    actions.invite(made, [actions.Guest("mountain", "", lin), actions.Guest("sea", "", shen)], by=lin)
    return made
