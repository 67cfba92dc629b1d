"""A park, a cluster and a firm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

# About 1.0 km by 1.1 km in Longquan.
BORDER = "POLYGON ((119.1 28.07, 119.11 28.07, 119.11 28.08, 119.1 28.08, 119.1 28.07))"


def box(west: float, south: float, east: float, north: float) -> str:
    """A rectangle in thousandths of a degree from the south-west corner of the border, as WKT."""
    x0, x1 = (119.1 + value / 1000 for value in (west, east))
    y0, y1 = (28.07 + value / 1000 for value in (south, north))
    ring = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
    return f"POLYGON (({', '.join(f'{x:.7f} {y:.7f}' for x, y in ring)}))"


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
def park(cast: Any, zone: Any, lin: Any) -> Any:
    """Lin's park: 1,500 mu planned within a border."""
    from shanhai.fields.park.actions import parks as actions

    return actions.add_park(
        zone,
        number="LQ-1",
        kind="home",
        name_zh="龙泉产业园",
        name_en="Longquan park",
        region=cast.regions["331181000000"],
        planned_mu=Decimal(1500),
        opened_on=date(2013, 1, 1),
        outline=BORDER,
        by=lin,
    )


@pytest.fixture
def cluster(zone: Any, lin: Any) -> Any:
    """A cluster with one link."""
    from shanhai.fields.park.actions import clusters as actions

    made = actions.add_cluster(zone, code="auto", name_zh="汽车空调", name_en="Auto air", by=lin)
    actions.put_link(
        made,
        code="comp",
        name_zh="压缩机",
        name_en="Compressors",
        position="midstream",
        industries="C3670",
        by=lin,
    )
    return made
