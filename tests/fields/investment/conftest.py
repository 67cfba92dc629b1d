"""A firm and its project."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest


@pytest.fixture
def firm(cast: Any) -> Any:
    """A firm of Longquan."""
    from shanhai.core.actions import organisations

    return organisations.add_organisation(
        code="FIRM",
        kind="enterprise",
        region=cast.regions["331181000000"],
        name_zh="青枫汽配",
        name_en="Qingfeng Auto Parts",
        by=None,
    )


@pytest.fixture
def project(cast: Any, zone: Any, firm: Any, lin: Any) -> Any:
    """Lin's project: a plant of Longquan's park with a code of the platform."""
    from shanhai.fields.investment.actions import projects as actions

    return actions.add_project(
        zone,
        number="P-1",
        name_zh="汽车空调压缩机项目",
        name_en="Compressor plant",
        enterprise=firm,
        region=cast.regions["331181000000"],
        project_code="2103-331181-04-01-123456",
        investment_fen=12_000_000_000,
        basis="filing",
        land_mu=Decimal("40"),
        land_by="transfer",
        eia="form",
        is_hazardous=False,
        by=lin,
    )


@pytest.fixture
def lead(cast: Any, zone: Any, lin: Any) -> Any:
    """Lin's lead, brought by Xiaoshan's office on the day of the tests."""
    from shanhai.fields.investment.actions import leads as actions

    return actions.add_lead(
        zone,
        number="L-1",
        name_zh="压缩机生产线",
        name_en="Compressor line",
        investor_zh="青枫汽配有限公司",
        investor_en="Qingfeng Auto Parts",
        introduced_by=cast.organisations["XS-OFFICE"],
        investment_fen=12_000_000_000,
        land_mu=Decimal("40"),
        by=lin,
    )


@pytest.fixture
def other(zone: Any, lin: Any) -> Any:
    """Another lead, of an investor whom nobody has named."""
    from shanhai.fields.investment.actions import leads as actions

    return actions.add_lead(zone, number="L-2", name_zh="空调压缩机", by=lin)


@pytest.fixture
def firm_member(cast: Any, firm: Any) -> Any:
    """Somebody of the firm, with a login."""
    from datetime import date

    from shanhai.core.actions import members, roles, units
    from shanhai.core.models import User

    unit = units.add_unit(firm, code="FIRM-1", name_zh="行政部", by=None)
    member = members.add_member(unit, code="qing", name_zh="青工", by=None)
    roles.give_role(member, role="enterprise", from_on=date(2018, 1, 1), by=None)
    member.user = User.objects.create(username="qing", password="!", language="en")
    member.save(update_fields=["user"])
    return member
