"""The small zone of ``benchmarks/scale.py``: made by the actions, with one row of each register to copy."""

from __future__ import annotations

from typing import Any

from benchmarks import scale_park


def stage() -> Any:
    """Regions, a pairing, a hundred members and an administrator with a seat, by the actions; gives a client."""
    from datetime import date

    from allauth.mfa.models import Authenticator
    from django.test import Client

    from shanhai.core.actions import members, organisations, pairings, regions, roles, units
    from shanhai.core.models import Pairing, User

    province = regions.add_region(code="330000000000", name_zh="浙江省", by=None)
    regions.add_region(code="331100000000", name_zh="丽水市", by=None)
    regions.add_region(code="331181000000", name_zh="龙泉市", by=None)
    for i in range(60):
        regions.add_region(code=f"331181{i + 100:03}000", name_zh=f"乡镇{i}", by=None)
    sides = [
        organisations.add_organisation(code=code, kind="government", region=province, name_zh=name, by=None)
        for code, name in (("LQ", "龙泉市人民政府"), ("XS", "萧山区人民政府"))
    ]
    pairings.open_pairing(
        code="LQXS",
        level="county",
        name_zh="龙泉—萧山",
        started_on=date(2018, 1, 1),
        parties=((sides[0], "mountain"), (sides[1], "sea")),
        by=None,
    )
    _agree(Pairing.objects.get(code="LQXS"))
    unit = units.add_unit(sides[0], code="LQ-1", name_zh="协作办", by=None)
    people = [members.add_member(unit, code=f"M{i}", name_zh=f"成员{i}", by=None) for i in range(100)]
    keeper = people[0]
    for role in ("administrator", "office"):
        roles.give_role(keeper, role=role, from_on=date(2020, 1, 1), by=None)
    keeper.user = User.objects.create(username="keeper", password="!", language="en")
    keeper.save(update_fields=["user"])
    Authenticator.objects.create(user=keeper.user, type=Authenticator.Type.TOTP, data={})
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(keeper.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _agree(zone: Any) -> None:
    """One agreement in force with one commitment: all others are its copies."""
    from datetime import date
    from decimal import Decimal

    from shanhai.fields.pairing import actions

    terms = {"number": "A", "field": "park", "name_zh": "协议", "valid_from": date(2023, 1, 1)}
    agreement = actions.draft_agreement(zone, **terms, valid_to=date(2023, 12, 31), by=None)
    promise = {"code": "C", "field": "park", "name_zh": "承诺", "owes": "both", "unit": "piece"}
    actions.add_commitment(
        agreement,
        **promise,
        target=Decimal(10),
        starts_on=date(2023, 1, 1),
        due_on=date(2023, 12, 31),
        by=None,
    )
    for party in zone.parties.all():
        actions.sign_agreement(agreement, on=date(2023, 1, 1), party=party, by=None)


def seed(keeper: Any) -> None:
    """One row of each register whose rows are copied, and forty bodies and units to spread others over."""
    from datetime import date

    from shanhai.core import clock
    from shanhai.core.actions import account, members, organisations, printing, units
    from shanhai.core.models import (
        Batch,
        Blob,
        Document,
        Import,
        Organisation,
        Pairing,
        Region,
        Seen,
        Stay,
        StayAppraisal,
    )
    from shanhai.fields.office.actions import problems
    from shanhai.fields.office.models import Problem
    from shanhai.fields.pairing import actions
    from shanhai.fields.pairing.models import (
        ActionItem,
        Meeting,
        MeetingAttendee,
        Resolution,
        Secondment,
        TechnicalProblem,
    )

    zone, now = Pairing.objects.get(code="LQXS"), clock.now()
    there, here = Organisation.objects.get(code="XS"), keeper.unit
    region = Region.objects.get(code="330000000000")
    bodies = [
        organisations.add_organisation(
            code=f"O{i}", kind="department", region=region, name_zh=f"局{i}", by=None
        )
        for i in range(40)
    ]
    other = units.add_unit(there, code="XS-1", name_zh="协作办", by=None)
    for i in range(40):
        members.add_member(other, code=f"X{i}", name_zh=f"萧山{i}", by=None)
        if i < 38:
            units.add_unit(there, code=f"XS-{i + 2}", name_zh=f"科{i}", by=None)
    # Papers, brought sheets, keys and numbers.
    blob = Blob.objects.create(sha256="0" * 64, size=1000, media_type="application/pdf")
    paper = Document.objects.create(
        title="文件", file_name="a.pdf", blob=blob, pairing=zone, uploaded_by=keeper, uploaded_at=now, reach="both",
        owner_unit=here, owner_side="mountain",
    )  # fmt: skip
    Seen.objects.create(
        kind="core.document", organisation_id=here.organisation_id, sorted_at="2015", object_id=paper.pk
    )
    Import.objects.create(
        register="registry.units", file_name="a.xlsx", sha256="0" * 64, by=keeper, brought_at=now
    )
    Batch.objects.create(files=[{"name": "a.xlsx", "sha256": "0" * 64}], by=keeper, brought_at=now)
    account.create_token(keeper, name="program", by=keeper)
    printing.set_file_mark(here.organisation, "龙山海", by=None)
    # What both sides do.
    like = {"pairing": zone, "zone": zone}
    meeting = Meeting.objects.create(
        **like, number="M", level="offices", title_zh="联席会议", at=now, quorum_mountain=1, quorum_sea=1, reach="both",
        owner_unit=here, owner_side="mountain",
    )  # fmt: skip
    MeetingAttendee.objects.create(meeting=meeting, side="sea", person="客人")
    sides = {"lead": "mountain", "mountain_unit": here, "sea_unit": other}
    ActionItem.objects.create(
        **like, **sides, resolution=Resolution.objects.create(**like, meeting=meeting, number="R", text_zh="决议"),
        number="I", title_zh="事项", assigned_on=date(2023, 1, 1), first_due_on=date(2023, 2, 1), due_on=date(2023, 2, 1),
    )  # fmt: skip
    term = {"from_on": date(2023, 1, 1), "to_on": date(2024, 1, 1)}
    stay = Stay.objects.create(
        pairing=zone,
        kind="secondment",
        person=keeper,
        home=here.organisation,
        host=there,
        host_post="副局长",
        **term,
    )
    Secondment.objects.create(**like, **term, stay=stay, code="S", direction="to_sea", host_unit=other)
    StayAppraisal.objects.create(stay=stay, due_on=date(2023, 7, 1), given_on=date(2023, 7, 1))
    actions.plan_activity(
        zone, number="V", kind="visit", title_zh="考察", on=date(2023, 10, 1), **sides, by=None
    )
    problem = problems.raise_problem(zone, title_zh="问题", by=keeper)
    Problem.objects.filter(pk=problem.pk).update(reach="both")
    TechnicalProblem.objects.create(
        **like, number="T", title_zh="难题", industry="food", asker=bodies[0], asker_unit=here, side="mountain",
        posted_on=date(2023, 1, 1),
    )  # fmt: skip
    record = actions.draft_agreement(
        zone, number="N", field="health", name_zh="协议", valid_from=date(2023, 1, 1), by=keeper
    )
    printing.issue_number(record, by=keeper)
    scale_park.seed(zone, keeper, bodies)
