"""Rows that a property test makes anew for each example."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from shanhai.core.actions import organisations
from shanhai.fields.park.actions import firms
from shanhai.fields.park.models import Firm, Park

_n = count()


def three_firms(cast: Any, zone: Any) -> list[Any]:
    """Three enterprises of a new park, 40 mu each."""
    run = next(_n)
    region = cast.regions["331181000000"]
    park = Park.objects.create(
        number=f"P{run}", kind="home", name_zh="园区", name_sort="y", pairing=zone, zone=zone, region=region
    )
    made = []
    for n in range(3):
        organisation = organisations.add_organisation(
            code=f"X{run}-{n}", kind="enterprise", region=region, name_zh=f"企业{run}-{n}", by=None
        )
        firm = firms.enter_firm(park, organisation, by=None)
        firms.add_holding(
            firm, plot="O", tenure="own", land_mu=Decimal(40), begins_on=date(2015, 1, 1), by=None
        )
        made.append(Firm.objects.select_related("organisation").get(pk=firm.pk))
    return made
