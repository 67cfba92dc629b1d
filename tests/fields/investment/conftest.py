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
