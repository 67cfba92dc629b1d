"""A park with two clusters, and enterprises in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest


@pytest.fixture
def park(cast: Any, zone: Any) -> Any:
    """The home park of the zone."""
    from shanhai.fields.park.models import Park

    return Park.objects.create(
        number="LQ-P", kind="home", name_zh="龙泉园区", name_en="Longquan park", name_sort="longquan", pairing=zone,
        zone=zone, region=cast.regions["331181000000"], planned_mu=Decimal(7650),
    )  # fmt: skip


@pytest.fixture
def clusters(zone: Any) -> dict[str, Any]:
    """Auto parts, compared with industry, and celadon, a craft compared by itself."""
    from shanhai.fields.park.models import Cluster

    rows = (("auto", "汽车空调", "Auto parts", "industry"), ("celadon", "青瓷", "Celadon", "craft"))
    return {
        code: Cluster.objects.create(
            code=code, name_zh=zh, name_en=en, name_sort=code, group=group, pairing=zone, zone=zone
        )
        for code, zh, en, group in rows
    }


@pytest.fixture
def enter(cast: Any, park: Any) -> Callable[..., Any]:
    """``enter("QF", "青枫汽配", cluster=..., land="40")``: an enterprise on the register, with a plot of its own."""
    from shanhai.core.actions import organisations
    from shanhai.fields.park.actions import firms
    from shanhai.fields.park.models import Firm

    def made(code: str, zh: str = "", en: str = "", *, land: str = "", **profile: Any) -> Any:
        organisation = organisations.add_organisation(
            code=code, kind="enterprise", region=cast.regions["331181000000"], name_zh=zh or f"{code}公司",
            name_en=en or code, by=None,
        )  # fmt: skip
        firm = firms.enter_firm(park, organisation, by=None, **profile)
        if land:
            firms.add_holding(
                firm,
                plot=f"{code}-1",
                tenure="own",
                land_mu=Decimal(land),
                begins_on=date(2015, 1, 1),
                by=None,
            )
        return Firm.objects.select_related("organisation").get(pk=firm.pk)

    return made


@pytest.fixture
def firm(enter: Any, clusters: Any) -> Any:
    """Qingfeng: auto parts, 40 mu, in production since 2016."""
    return enter(
        "QF", "青枫汽配", "Qingfeng Auto Parts", land="40", cluster=clusters["auto"], industry="C3670",
        came_from="sea", opened_on=date(2015, 3, 1), producing_on=date(2016, 5, 1),
    )  # fmt: skip


@pytest.fixture
def person_of(cast: Any) -> Callable[..., Any]:
    """``person_of(organisation, "xu")``: somebody of an enterprise, with a login."""
    from shanhai.core.actions import members, roles, units
    from shanhai.core.models import User

    def made(organisation: Any, code: str) -> Any:
        unit = units.add_unit(organisation, code=f"{code}-u", name_zh="办公室", by=None)
        member = members.add_member(unit, code=code, name_zh="徐某", name_en=code.title(), by=None)
        roles.give_role(member, role="enterprise", from_on=date(2018, 1, 1), by=None)
        member.user = User.objects.create(username=code, password="!", language="en")
        member.save(update_fields=["user"])
        return member

    return made


@pytest.fixture
def photo(zone: Any, lin: Any) -> Callable[[], Any]:
    """``photo()``: a photograph that Lin filed."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from shanhai.core.actions import documents

    number = count(1)

    def made() -> Any:
        file = SimpleUploadedFile(
            f"site-{next(number)}.jpg", b"\xff\xd8\xff\xe0" + str(next(number)).encode() * 50
        )
        return documents.store_document(file, pairing=zone, by=lin)

    return made
