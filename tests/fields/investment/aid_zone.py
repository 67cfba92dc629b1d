"""A park with three firms, their figures, four policies and budgets: what tests of aid begin with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

FROM = date(2021, 1, 1)
WAN = 1_000_000  # fen


def firms_of(cast: Any, zone: Any, lin: Any) -> SimpleNamespace:
    """A park, and firms A (grows, above scale since 2022), B (small) and C (no figures)."""
    from shanhai.core.actions import organisations
    from shanhai.fields.park.actions import figures, firms, parks

    park = parks.add_park(
        zone, number="LQ-1", kind="home", name_zh="龙泉产业园", name_en="Longquan park",
        region=cast.regions["331181000000"], planned_mu=Decimal(1500), opened_on=date(2013, 1, 1), by=lin,
    )  # fmt: skip
    found = {}
    for code, zh in (("A", "甲汽配"), ("B", "乙竹业"), ("C", "丙青瓷")):
        organisation = organisations.add_organisation(
            code=code,
            kind="enterprise",
            region=cast.regions["331181000000"],
            name_zh=zh,
            name_en=f"Firm {code}",
            by=None,
        )
        found[code] = firms.enter_firm(
            park, organisation, opened_on=date(2014, 1, 1), producing_on=date(2015, 1, 1), by=lin
        )
    reported = {
        ("A", "2021"): (1800, 100, 50), ("A", "2022"): (3000, 160, 62),
        ("B", "2021"): (900, 40, 30), ("B", "2022"): (800, 30, 28),
    }  # fmt: skip
    for (code, period), (revenue, tax, staff) in reported.items():
        values = {"revenue_fen": revenue * WAN, "tax_fen": tax * WAN, "staff_n": staff}
        figures.report_figures(found[code], period, values=values, by=lin)
    firms.raise_above_scale(found["A"], on=date(2022, 5, 1), revenue_fen=3000 * WAN, by=lin)
    return SimpleNamespace(park=park, **{code: refreshed(one) for code, one in found.items()})


def refreshed(firm: Any) -> Any:
    """A firm as it is now."""
    return type(firm).objects.select_related("organisation", "pairing").get(pk=firm.pk)


def policies_of(zone: Any, lin: Any, **changes: Any) -> dict[str, Any]:
    """Above scale (once), jobs (yearly, borne 2 to 1, with a promise), growth of tax (yearly, in a joint cap), equipment."""
    from shanhai.fields.investment.actions import policies

    told = {
        "SCALE": {
            "name_zh": "首次上规奖励", "name_en": "First year above scale", "grants": "{fixed: 20万元}",
            "requires": "[{fact: is_newly_above_scale, one_of: [yes]}]",
        },
        "JOBS": {
            "name_zh": "新增就业奖励", "name_en": "Reward for new jobs", "grants": "{fact: jobs, each: 2000元, most: 30万元}",
            "pays": "yearly", "mountain_share": 2, "sea_share": 1,
            "clawback": "{fact: staff_n, least: 60, months: 12, tolerance: 10%}",
        },
        "GROWTH": {
            "name_zh": "税收增长奖励", "name_en": "Reward for growing tax", "grants": "{fact: tax_growth_fen, rate: 50%}",
            "pays": "yearly", "joint": "tax", "cap": "{fact: tax_fen, rate: 10%}", "excludes": "EQUIP",
            "requires": "[{fact: tax_growth_fen, least: 10万元}]",
        },
        "EQUIP": {
            "name_zh": "设备投资补助", "name_en": "Aid for equipment", "grants": "{fact: equipment_fen, rate: 8%, most: 200万元}",
            "pays": "yearly", "requires": "[{fact: revenue_fen, least: 2000万元}]",
        },
    }  # fmt: skip
    return {
        code: policies.publish_policy(
            zone, code=code, valid_from=FROM, by=lin, **{**given, **changes.get(code, {})}
        )
        for code, given in told.items()
    }


def budgets_of(zone: Any, lin: Any, shen: Any) -> None:
    """A million of the mountain side, a hundred thousand of the sea side."""
    from shanhai.fields.investment.actions import policies

    policies.set_aid_budget(zone, year=2023, side="mountain", given_fen=100 * WAN, by=lin)
    policies.set_aid_budget(zone, year=2023, side="sea", given_fen=10 * WAN, by=shen)


def member_of(organisation: Any, code: str, role: str, unit: Any = None) -> Any:
    """Somebody with a login."""
    from shanhai.core.actions import members, roles, units
    from shanhai.core.models import User

    unit = unit or units.add_unit(organisation, code=f"{code}-u", name_zh="综合科", by=None)
    member = members.add_member(unit, code=code, name_zh=code, by=None)
    roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
    member.user = User.objects.create(username=code, password="!", language="en")
    member.save(update_fields=["user"])
    return member
