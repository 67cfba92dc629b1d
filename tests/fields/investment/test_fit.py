"""Where a lead fits among the free parcels: what is missing, which are best and why, what keeps it from the others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shanhai.fields.investment.actions import leads as actions
from shanhai.fields.investment.queries import fit
from shanhai.fields.park.actions import clusters, land, parks

pytestmark = pytest.mark.django_db
# Degrees that make some 25 mu, and some 50.
WIDTH, DOUBLE = 0.0015, 0.003


def strip(n: int, width: float) -> str:
    west, east = 119.1 + n / 200, 119.1 + n / 200 + width
    return f"POLYGON (({west} 28.07, {east} 28.07, {east} 28.071, {west} 28.071, {west} 28.07))"


@pytest.fixture
def parcels(cast: Any, zone: Any) -> dict[str, Any]:
    """Three serviced parcels, one of which is too large, and one in use."""
    park = parks.add_park(
        zone, number="LQ-1", kind="home", name_zh="龙泉产业园", region=cast.regions["331181000000"],
        planned_mu=Decimal(1500), by=None,
    )  # fmt: skip
    told = (
        ("A", WIDTH, "serviced"),
        ("B", WIDTH * 1.1, "serviced"),
        ("C", DOUBLE, "serviced"),
        ("D", WIDTH, "in_use"),
    )
    return {
        number: land.add_parcel(
            park, number=number, outline=strip(n, width), state=state,
            user=cast.organisations["LQ-PARK"] if state == "in_use" else None, by=None,
        )
        for n, (number, width, state) in enumerate(told)
    }  # fmt: skip


@pytest.fixture
def auto(zone: Any) -> Any:
    """A cluster of auto parts whose chain lacks them."""
    made = clusters.add_cluster(zone, code="auto", name_zh="汽车空调", name_en="Auto air", by=None)
    clusters.add_industry(made, industry="C3670", begins_on=date(2016, 1, 1), by=None)
    clusters.put_link(made, code="comp", name_zh="压缩机", position="midstream", industries="C3670", by=None)
    return made


def asking(zone: Any, lin: Any, parcel: Any, **more: Any) -> Any:
    facts = {
        "industry": "C3670", "investment_fen": 15_000_000_000, "output_fen": 25_000_000_000, "tax_fen": 1_000_000_000,
        "land_mu": parcel.mu,
    }  # fmt: skip
    return actions.add_lead(zone, number="L-9", name_zh="汽配", by=lin, **(facts | more))


def test_what_is_not_known_is_asked_for_first(zone, lin, other, parcels):
    assert fit.fit_of(other, lin) == fit.Fit(
        ("industry", "investment_fen", "output_fen", "tax_fen", "land_mu")
    )


def test_the_best_parcels_stand_first_with_reasons_that_add_up(zone, lin, parcels, auto):
    found = fit.fit_of(asking(zone, lin, parcels["A"]), lin)

    assert [parcel.number for parcel, _match in found.best] == ["A", "B"]
    assert (found.fitting, found.free, found.cluster) == (2, 3, auto)
    for _parcel, match in found.best:
        assert sum(match.items.values()) == pytest.approx(match.score)
    assert found.best[0][1].items["industry"] == 30
    assert found.best[0][1].items["chain"] == 10


def test_what_keeps_it_from_the_others_is_said_and_counted(zone, lin, parcels):
    ((said, n),) = fit.fit_of(asking(zone, lin, parcels["A"]), lin).refused

    assert n == 1
    assert f"{parcels['C'].mu}" in said


def test_below_the_thresholds_of_the_rulebook_nothing_fits(zone, lin, parcels, auto):
    found = fit.fit_of(asking(zone, lin, parcels["A"], tax_fen=1_000_000), lin)

    assert (found.best, found.fitting, found.free) == ((), 0, 3)
    assert sum(n for _said, n in found.refused) == 3


def test_the_page_of_a_lead_shows_it_in_both_languages(zone, lin, parcels, auto, client_of):
    one = asking(zone, lin, parcels["A"])

    for language, word in (("en", "It fits 2 of 3 free plots."), ("zh-hans", "3个可供地块中有2个适合。")):
        body = client_of(lin, language=language).get(one.url).content.decode()
        assert word in body
        assert parcels["A"].url in body


def test_who_asks_for_plant_alone_is_not_asked_for_land(zone, lin, parcels, client_of):
    one = asking(zone, lin, parcels["A"], land_mu=None, plant_m2=Decimal(5000))

    body = client_of(lin).get(one.url).content.decode()

    assert "It asks for plant; the parcel is bare land." in body
    assert "Matching waits for" not in body
